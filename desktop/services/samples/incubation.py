"""The incubation side of the sample year: two carriers, who was in on 31 December, who came and went, and when.

The comprehensive incubator holds 62 firms at the end of 2025 (14 entered, 5 graduated, 6 left, 1 dissolved in the
year; 31 graduates in all), the makerspace 26, of them 9 teams.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from db.models import Carrier, CarrierYear, Firm, Person, Tenancy
from desktop.services.samples.base import THOUSAND, WAN, SampleYear, days_after, phone, shares, some_day, words
from policy.dates import add_months

_GRADUATED_BEFORE = {"2020": 2, "2021": 3, "2022": 6, "2023": 7, "2024": 8}
_GROUNDS = ("high_tech", "funding", "revenue", "high_tech", "acquired")
_AREA = 7150  # m² of the 62 tenants
SHARED_ROOM = "B座5层508"  # three firms in it
KEPT_ROOM = "A座1层102"  # of a graduate that stays
OPEN_DESKS = "C座1层开放工位区"

# Entries that try the rules: months counted to the day, coarse dates, odd names and codes. Ages at entry, see below.
_CLOCKS: tuple[dict[str, Any], ...] = (
    {"entered": "2022-11-21"},  # 48 months are over today
    {"entered": "2022-11-22"},  # tomorrow
    {"entered": "2022-12-21"},  # in 30 days
    {"entered": "2022-10-12", "lease_to": "2026-12-31"},  # overdue
    {
        "entered": "2021-12-10",
        "tech": "it",
        "extension": "ic",
        "trade": "芯片设计",
    },  # 60 months in a field that has them
    {
        "entered": "2022-11-05",
        "tech": "biomedicine",
        "extension": "biomedicine",
        "name": "重庆示例·㼆泽生物科技有限公司",
    },
)
_IN_2023: tuple[dict[str, Any], ...] = (
    {"capital": (6_000_000, "USD", "6(万美元)"), "reg_type": "f_joint"},
    {"uscc": "91500999M0001XX19B"},  # fails its check, as some codes in real use do
    {"uscc": "500999123456789"},  # the old number of 15 digits
    {"name": "重庆示例·岚图智造科技有限公司", "former": ["重庆示例·岚图机械加工厂"]},
    {"name": "示例·云衡（渝）数智科技有限公司", "former": ["示例·云衡(渝)信息技术有限公司"]},
    {"name": "重庆示例·𠮷禾农业科技有限公司", "tech": "agriculture", "extension": "agriculture"},
    {"status": "graduated", "graduated_on": "2026-06-30", "graduation_ground": "high_tech"},
    {"status": "left", "left_on": "2026-02-13", "exit_reason": "moved", "moved_to": "示例产业园"},
)
_IN_2024: tuple[dict[str, Any], ...] = (
    {"entered": "2024-03-15", "founded": "2022-03-14"},  # one day over 24 months
    {"entered": "2024-09-02", "before": ("first", "2021-03-08", "2022-12-20")},  # left and came back
    {"entered": "2024-06-17", "before": ("second", "2023-05-10", "2024-06-16")},  # moved between our carriers
    {"room": SHARED_ROOM},
    {"room": SHARED_ROOM},
    {"room": SHARED_ROOM},
    {},  # changed rooms in July 2025, see rooms.py
    {"reg_address_inside": 0},
    {"rd_inside": None},
)
_IN_2025: tuple[dict[str, Any], ...] = (
    {"entered": "2025-04-10", "founded": "2023-04-10"},  # exactly 24 months
    {"entered": "2025-05-20", "founded": "2023-05"},  # the day is not known: the stricter end counts
    {"founded": "2025-01-09", "entered": "2025-03-03"},  # the next four have no figures of the year before
    {"founded": "2025-02-20", "entered": "2025-04-21"},
    {"founded": "2025-03-31", "entered": "2025-06-09"},
    {"founded": "2025-05-12", "entered": "2025-09-01"},
)
NO_LAST_YEAR = range(50, 54)  # places among the 62 of the four founded in 2025
_GONE_IN_2026 = (13, 12)  # places whose rooms the two of 2026 took over


@dataclass(slots=True)
class Incubation:
    """Ids that later parts refer to; `tenants` are the 62 in order of entry group."""

    carrier: str = ""
    makerspace: str = ""
    tenants: list[str] = field(default_factory=list)
    makers: list[str] = field(default_factory=list)
    graduates: list[tuple[str, str, str]] = field(default_factory=list)  # firm, day, ground
    tenancies: dict[str, str] = field(default_factory=dict)  # the latest of each firm
    entered: dict[str, str] = field(default_factory=dict)
    founders: dict[str, str] = field(default_factory=dict)


def build(year: SampleYear) -> Incubation:
    """Add both carriers, their years, every firm and team with its stays, and their founders."""
    made = Incubation()
    _carriers(year, made)
    _tenants(year, made)
    _gone(year, made)
    _makerspace(year, made)
    return made


def _carriers(year: SampleYear, made: Incubation) -> None:
    made.carrier = year.add(
        Carrier,
        name="示例·云岚科技企业孵化器",
        operator=year.own,
        carrier_kind="comprehensive",
        title_level="municipal",
        title_granted_on="2020-12-30",
        title_doc_no="示例科发〔2020〕101号",
        founded_on="2018-03-20",
        operated_since="2018-05-01",
        address="重庆市示例区示例大道100号A、B座",
        district="渝北区",
        hardship_area=0,
    )
    made.makerspace = year.add(
        Carrier,
        name="示例·沐川众创空间",
        operator=year.own,
        carrier_kind="makerspace",
        title_level="registered",
        title_granted_on="2022-09",
        founded_on="2021-06-18",
        operated_since="2021-09-01",
        address="重庆市示例区示例大道100号C座1层",
        district="渝北区",
    )
    # staff, professional, mentors, income in 千元: service, property, rent, investment, other
    figures = {
        2023: (13, 11, 7, (820, 610, 2480, 60, 90)),
        2024: (13, 11, 8, (1010, 650, 2590, 110, 130)),
        2025: (13, 11, 9, (1180, 690, 2660, 180, 150)),
    }
    reported = {2023: "2024-01-30", 2024: "2025-01-24", 2025: "2026-01-28"}
    for number, (staff, professional, mentors, income) in figures.items():
        parts = ("income_service", "income_property", "income_rent", "income_investment", "income_other")
        year.add(
            CarrierYear,
            carrier=made.carrier,
            year=number,
            state="reported",
            area_total=1_040_000,
            area_office=64_000,
            area_tenant=_AREA * 100,
            area_public=96_000,
            area_other=165_000,
            service_income_separate=1,
            net_profit=(230 + 40 * (number - 2023)) * THOUSAND,
            tax_paid=310 * THOUSAND,
            gov_support=600 * THOUSAND,
            fund_total=800 * WAN,
            fund_kind="own",
            staff_total=staff,
            staff_professional=professional,
            staff_college_up=staff,
            mentors=mentors,
            torch_reported_on=reported[number],
            **{name: value * THOUSAND for name, value in zip(parts, income, strict=True)},
        )
    for number in (2024, 2025):
        year.add(
            CarrierYear,
            carrier=made.makerspace,
            year=number,
            state="reported",
            area_total=62_000,
            area_office=3_000,
            area_tenant=41_000,
            area_public=18_000,
            area_other=0,
            desks=34,
            staff_total=4,
            staff_professional=3,
            mentors=3,
            income_service=210 * THOUSAND,
            income_rent=150 * THOUSAND,
            torch_reported_on=reported[number],
        )


def _tenants(year: SampleYear, made: Incubation) -> None:
    plans = [
        *_CLOCKS,
        *_plans(year, _IN_2023, 18, "2023-01-09", "2023-12-20"),
        *_plans(year, _IN_2024, 24, "2024-01-08", "2024-12-20"),
        *_plans(year, _IN_2025, 14, "2025-02-10", "2025-12-12"),
    ]
    # in half square metres, as leases have them
    areas = shares(year.rng, _AREA * 2, len(plans), least=60, spread=6)
    for number, (plan, area) in enumerate(zip(plans, areas, strict=True)):
        if plan.get("before"):
            plan = {**plan, "founded": days_after(plan["before"][1], -200)}
        firm = _firm(year, made, plan)
        if plan.get("before"):
            where, entered, left = plan["before"]
            carrier = made.carrier if where == "first" else made.makerspace
            gone = {"status": "left", "left_on": left, "exit_reason": "moved", "area": 4500}
            _stay(year, made, firm, carrier, {"entered": entered, **gone})
        _stay(year, made, firm, made.carrier, {"room": _room(number), **plan, "area": area * 50})
        made.tenants.append(firm)
    # after the year: two came, three asked
    newcomers: tuple[dict[str, Any], ...] = (
        {"entered": "2026-02-28", "founded": "2024-02-29"},  # 24 months from a day that the second year does not have
        {"entered": "2026-07-06"},
    )
    for plan, place in zip(newcomers, _GONE_IN_2026, strict=True):
        plan |= {"room": _room(place), "area": areas[place] * 50}
        _stay(year, made, _firm(year, made, plan), made.carrier, plan)
    asking = (
        {"status": "applied", "applied_on": "2026-11-16", "team": True},
        {
            "status": "reviewed",
            "applied_on": "2026-10-09",
            "reviewed_on": "2026-11-12",
            "review_note": "同意入孵，待签协议。",
        },
        {
            "status": "rejected",
            "applied_on": "2026-09-01",
            "reviewed_on": "2026-09-24",
            "review_note": "成立超过24个月。",
        },
    )
    for request in asking:
        plan = {"founded": "2025-10-20", **request}
        _stay(year, made, _firm(year, made, plan), made.carrier, plan)


def _gone(year: SampleYear, made: Incubation) -> None:
    """Graduates of 2020 to 2025 (31), those who left (6 in 2025, 4 before) and the dissolved (1 and 1)."""
    days = [
        some_day(year.rng, f"{at}-02-01", f"{at}-12-20")
        for at, count in _GRADUATED_BEFORE.items()
        for _ in range(count)
    ]
    days += ["2025-03-28", "2025-05-30", "2025-06-27", "2025-09-26", "2025-12-31"]
    for number, day in enumerate(days):
        ground = _GROUNDS[number % len(_GROUNDS)]
        plan: dict[str, Any] = {
            "entered": days_after(day, -year.rng.randint(500, 1300)),
            "status": "graduated",
            "graduated_on": day,
        }
        plan |= {"graduation_ground": ground, "area": year.rng.randint(60, 240) * 50}
        if day == "2025-06-27":
            plan |= {"stays_on": 1, "room": KEPT_ROOM}  # keeps its room, counts no longer
        firm = _firm(year, made, plan)
        _stay(year, made, firm, made.carrier, plan)
        made.graduates.append((firm, day, ground))
    reasons = ["moved", "term_over", "moved", "removed", "acquired", "other", "moved", "term_over", "moved", "other"]
    ends = ["2025-01-31", "2025-03-14", "2025-06-30", "2025-08-15", "2025-10-31", "2025-12-31"]
    ends += ["2024-04-30", "2024-11-29", "2023-06-30", "2023-12-15"]
    for end, reason in zip(ends, reasons, strict=True):
        plan = {"entered": days_after(end, -year.rng.randint(300, 1200)), "status": "left", "left_on": end}
        plan |= {"exit_reason": reason, "moved_to": "示例产业园" if reason == "moved" else None}
        _stay(year, made, _firm(year, made, plan), made.carrier, plan)
    for end in ("2025-07-18", "2023-09-08"):
        plan = {"entered": days_after(end, -700), "status": "dissolved", "left_on": end, "exit_reason": "dissolved"}
        _stay(year, made, _firm(year, made, plan), made.carrier, plan)


def _makerspace(year: SampleYear, made: Incubation) -> None:
    for number in range(26):
        plan: dict[str, Any] = {"entered": some_day(year.rng, "2023-03-01", "2024-12-20"), "area": 1500}
        plan |= {"team": number >= 17, "room": OPEN_DESKS}
        if number == 0:  # a team until it was registered in the middle of the year
            plan |= {"entered": "2024-10-15", "founded": "2025-07-08", "former": ["示例·星图创业团队"]}
        firm = _firm(year, made, plan)
        _stay(year, made, firm, made.makerspace, plan)
        made.makers.append(firm)


def _plans(
    year: SampleYear, special: tuple[dict[str, Any], ...], count: int, first: str, last: str
) -> list[dict[str, Any]]:
    """`count` plans of entry between two days; the special ones come first."""
    found: list[dict[str, Any]] = [{"entered": some_day(year.rng, first, last)} for _ in range(count)]
    for place, plan in enumerate(special):
        found[place] |= plan
    if first.startswith("2025"):  # all but those said otherwise had a full year before
        found = [{"founded": some_day(year.rng, "2023-12-15", "2024-06-28"), **plan} for plan in found]
    return found


def _firm(year: SampleYear, made: Incubation, plan: dict[str, Any]) -> str:
    rng = year.rng
    entered = plan.get("entered") or plan.get("applied_on")
    team = bool(plan.get("team"))
    tech = plan.get("tech") or year.pick(list(year.names["trade"]))
    stem = year.stem()
    trade = plan.get("trade") or year.pick(year.names["trade"][tech])
    name = plan.get("name") or (f"示例·{stem}创业团队" if team else f"重庆示例·{stem}{trade}有限公司")
    founded = plan.get("founded") or days_after(str(entered), -rng.randint(40, 690))
    former: list[str] | None = plan.get("former")
    org_kind = "team" if team else "firm"
    code: dict[str, Any] = {"uscc": None} if team else {"uscc": plan["uscc"]} if "uscc" in plan else {}
    firm = year.organisation(
        name,
        org_kind,
        former_names=former,
        affiliation="private",
        region="500112",
        district=year.pick(year.names["district"]),
        address=f"重庆市示例区示例大道100号{plan.get('room', '')}",
        industry=year.names["industry"][tech],
        tech_field=tech,
        **code,
    )
    founder = year.person(firm, "firm", gender=year.pick("fm"), education=year.pick(["本科", "硕士", "博士"]))
    head = _name_of(year, founder)
    amount, currency, written = plan.get("capital") or (year.pick([50, 100, 200, 300, 500]) * WAN, None, None)
    year.add(
        Firm,
        id=firm,
        is_team=int(team),
        founded_on=None if team else founded,
        reg_type=None if team else plan.get("reg_type") or year.pick(["d_private", "d_limited", "d_limited"]),
        taxpayer=None if team else year.pick(["general", "small"]),
        reg_capital=None if team else amount,
        reg_capital_currency=currency,
        reg_capital_raw=written,
        founder=founder,
        founder_feature=year.pick(["student", "university_staff", "returnee", "executive", "other"]),
        serial_founder=int(rng.random() < 0.2),
        field_extension=plan.get("extension", "none"),
        from_conversion=int(rng.random() < 0.15),
        head=head,
        stat_head=head,
        form_filler=head,
        filler_phone=None if team else phone(800_000 + len(year.of(Firm))),
        main_product=_product(tech, stem, len(year.of(Firm))),
    )
    made.founders[firm] = founder
    return firm


def _product(tech: str, stem: str, number: int) -> str:
    """What a firm makes: something of its field that results and needs are about, too."""
    about = words("subjects")["subject"]
    near = [one for one in about if one["field"] == tech] or about
    one = near[number % len(near)]
    return str(words("texts")["product"]).format(stem=stem, part=one["part"], name=one["name"])


def _stay(year: SampleYear, made: Incubation, firm: str, carrier: str, plan: dict[str, Any]) -> None:
    entered = plan.get("entered")
    number = len(year.of(Tenancy)) + 1
    months = 60 if plan.get("extension") else 48
    made.tenancies[firm] = year.add(
        Tenancy,
        firm=firm,
        carrier=carrier,
        status=plan.get("status", "incubating"),
        applied_on=plan.get("applied_on") or days_after(str(entered), -45),
        reviewed_on=plan.get("reviewed_on") or (days_after(entered, -20) if entered else None),
        review_note=plan.get("review_note"),
        entered_on=entered,
        agreement_no=f"SL-RF-{entered[:4]}-{number:03d}" if entered else None,
        lease_from=entered,
        lease_to=plan.get("lease_to") or (_lease_end(entered, months) if entered else None),
        rooms=plan.get("rooms") or ([plan["room"]] if plan.get("room") else None),
        area=plan.get("area"),
        reg_address_inside=plan.get("reg_address_inside", 1) if entered else None,
        rd_inside=plan.get("rd_inside", 1) if entered else None,
        graduated_on=plan.get("graduated_on"),
        graduation_ground=plan.get("graduation_ground"),
        stays_on=plan.get("stays_on", 0),
        left_on=plan.get("left_on"),
        exit_reason=plan.get("exit_reason"),
        moved_to=plan.get("moved_to"),
    )
    if entered:
        made.entered[firm] = entered


def _lease_end(entered: str, months: int) -> str:
    return days_after(add_months(date.fromisoformat(entered), months).isoformat(), -1)


def _room(number: int) -> str:
    floor, door = divmod(number, 8)
    return f"{'AB'[floor % 2]}座{2 + floor // 2}层{2 + floor // 2}{door + 1:02d}"


def _name_of(year: SampleYear, person: str) -> str:
    return next(str(row["name"]) for row in reversed(year.of(Person)) if row["id"] == person)
