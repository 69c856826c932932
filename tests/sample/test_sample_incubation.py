"""The incubator's side of the sample year by the program's own services, and the table of the year's odd cases."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from db.models import RECORDS
from db.queries.measures import compute
from desktop.services import collecting, sample
from desktop.services.registry import call
from desktop.services.samples.base import SampleYear
from desktop.services.session import Session
from policy.dates import Period

DAY, WAN = date(2026, 11, 21), 1_000_000  # fen
ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "sample-year.md"
Ask = Callable[..., Any]
Sql = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def incubator(sql: Sql) -> str:
    ((record,),) = sql("SELECT id FROM carrier WHERE carrier_kind = 'comprehensive'")
    return str(record)


@pytest.fixture
def makerspace(sql: Sql) -> str:
    ((record,),) = sql("SELECT id FROM carrier WHERE carrier_kind = 'makerspace'")
    return str(record)


def _measured(session: Session, carrier: str, *names: str, period: str = "@2025-12-31") -> dict[str, str]:
    assert session.workspace is not None
    with session.workspace.store.read():
        found = compute(names, subject_kind="carrier", subject_id=carrier, period=Period.parse(period), today=DAY)
    return {name: str(found[name].value) for name in names}


# -- totals --------------------------------------------------------------------------------------------------------
def test_carriers_rooms_add_up_to_their_space(session: Session, ask: Ask, sql: Sql, incubator: str, makerspace: str):
    names = ("area_total", "area_tenant", "area_tenant_and_public", "area_of_tenancies")
    assert _measured(session, incubator, *names) == {
        "area_total": "10400",
        "area_tenant": "7150",
        "area_tenant_and_public": "8110",
        "area_of_tenancies": "7150",
    }
    assert _measured(session, makerspace, "area_total", "desks") == {"area_total": "620", "desks": "34"}
    rooms = dict(sql("SELECT kind, sum(area) FROM room WHERE carrier = ? GROUP BY 1", incubator))
    assert rooms == {"tenant": 715_000, "public": 96_000, "office": 64_000, "other": 165_000}
    assert sql("SELECT sum(desks), sum(area) FROM room WHERE carrier = ?", makerspace) == [(34, 62_000)]


@pytest.mark.parametrize("day", ["2025-12-31", "2026-11-21"])
def test_no_room_holds_more_than_its_area(sql: Sql, day: str) -> None:
    held = """SELECT room.number, room.kind, room.area, sum(tenancy_area.area), count(*) FROM tenancy_area
        JOIN room ON room.id = room WHERE starts_on <= ? AND coalesce(ends_on, '9') >= ? GROUP BY 1"""
    rows = sql(held, day, day)
    assert [row for row in rows if row[3] > row[2]] == []
    let = [row for row in rows if row[1] == "tenant" and row[0] != "C座1层开放工位区"]
    assert all(area == taken for _number, _kind, area, taken, _count in let)
    assert Counter(row[4] for row in let) == {1: 59, 3: 1}
    assert sum(row[2] for row in let) == 715_000


def test_the_area_of_one_changed_in_july(ask: Ask, sql: Sql) -> None:
    (changed,) = sql("SELECT tenancy FROM tenancy_area WHERE ends_on = '2025-07-14'")
    parts = sql(
        "SELECT area, room, starts_on, ends_on FROM tenancy_area WHERE tenancy = ? ORDER BY starts_on", *changed
    )
    assert [part[2:] for part in parts][1] == ("2025-07-15", None)
    assert parts[0][0] != parts[1][0] and parts[0][1] != parts[1][1]
    ((stay,),) = sql("SELECT area FROM tenancy WHERE id = ?", *changed)
    assert stay == parts[1][0]


@pytest.mark.parametrize("year", [2023, 2024, 2025])
def test_typed_figures_of_the_carriers_are_those_of_the_records(ask: Ask, incubator: str, makerspace: str, year: int):
    for carrier in (incubator, makerspace):
        told = ask("carrier.year", carrier=carrier, year=year)["figures"]
        assert [(one["field"], one["typed"], one["derived"]) for one in told if one["differs"]] == []


def test_who_came_and_went_as_the_carriers_year_says(ask: Ask, incubator: str, makerspace: str) -> None:
    def derived(carrier: str) -> dict[str, Any]:
        return {one["field"]: one["derived"] for one in ask("carrier.year", carrier=carrier, year=2025)["figures"]}

    ours = derived(incubator)
    names = (
        "tenants",
        "entered",
        "graduated",
        "left",
        "graduates_total",
        "staff_total",
        "staff_professional",
        "mentors",
    )
    assert [ours[name] for name in names] == [62, 14, 5, 6 + 1, 31, 13, 11, 9]  # one of those gone was dissolved
    assert ours["income_total"] == 4_860 * 100_000
    desks = derived(makerspace)
    assert (desks["tenants"] + desks["teams"], desks["teams"]) == (26, 9)


def test_growth_income_and_money_under_both_packs(ask: Ask, incubator: str) -> None:
    found = {
        pack: ask("evaluation.run", pack=pack, period="2025", subject=f"carrier:{incubator}")
        for pack in ("guokefaqu-2018-300", "miit-2025-131")
    }
    figures = {name: one["value"] for answer in found.values() for name, one in answer["measures"].items()}
    assert figures["tenants"] == "62" and figures["tenants_financed"] == "7" and figures["tenants_growing:20"] == "19"
    assert (figures["tenants_own_invested"], figures["income_total"], figures["income_beyond_rent"]) == (
        "3", "486000000", "151000000",
    )  # fmt: skip
    assert (figures["tenants_ip_applied"], figures["tenants_ip_valid"]) == ("29", "21")
    assert (figures["staff_total"], figures["staff_professional"], figures["mentors"]) == ("13", "11", "9")
    told = {
        (pack, item["id"]): (item["value"], item["verdict"])
        for pack, answer in found.items()
        for item in answer["indicators"]
    }
    assert told["guokefaqu-2018-300", "financed-share"] == ("11.3", "pass")
    assert told["miit-2025-131", "equity-or-financing"][1] == "fail"
    assert told["miit-2025-131", "growth"] == ("30.6", "pass")  # one firm less would be 29.0
    assert told["guokefaqu-2018-300", "area-share"] == ("78.0", "pass")
    assert told["guokefaqu-2018-300", "staff-per-tenants"] == ("1.77 人/10 家 · 1.45 人/10 家", "pass")  # 9 mentors


def test_jobs_and_areas_of_the_tenants(ask: Ask, sql: Sql, incubator: str) -> None:
    inside = {row["id"] for row in ask("torch.overview", carrier=incubator, year=2025)["rows"] if not row["graduated"]}
    staff = dict(sql("SELECT firm, staff FROM firm_year WHERE year = 2025"))
    assert len(inside) == 62 and sum(staff[firm] for firm in inside) == 520
    areas = dict(sql("SELECT firm, area FROM firm_year WHERE year = 2025"))
    assert sum(areas[firm] for firm in inside) == 715_000
    assert all(staff[firm] >= 3 for firm in inside)


def test_three_years_of_figures_and_four_firms_without_the_year_before(ask: Ask, incubator: str) -> None:
    for year in (2023, 2024, 2025):
        told = ask("torch.overview", carrier=incubator, year=year)
        assert told["counts"][""] == 0 and told["findings"] == [], year
    inside = [row for row in told["rows"] if not row["graduated"]]
    assert sum(not row["last"] for row in inside) == 4
    lacking = {name for row in told["rows"] for name in row["lacks"]}
    assert lacking == {"成立时注册资本", "总收入"}  # of the firm with foreign capital, and the blank one


def test_services_and_mentors(ask: Ask, incubator: str) -> None:
    told = ask("service.list", period="2025")
    assert len(told["rows"]) == len(ask("service.list")["rows"]) == 640
    assert (sum(row["is_mentor"] for row in told["rows"]), told["mentor_hours"]) == (214, "411")
    assert len(ask("service.list", unconfirmed=True)["rows"]) == sum(one["unconfirmed"] for one in told["firms"]) == 37
    assert sum(row["late"] for row in told["rows"]) == 60
    terms = ask("mentor.terms", carrier=incubator)
    assert len({one["mentor"] for one in terms["terms"]}) == 9
    assert {one["ends_on"] for one in terms["terms"] if not one["now"]} == {"2024-05-31", "2026-10-31"}
    assert 0 < len(terms["without"]) < 31


def test_services_are_given_to_firms_that_are_there_by_people_who_are(sql: Sql) -> None:
    strays = """SELECT count(*) FROM service_log WHERE NOT EXISTS (SELECT 1 FROM tenancy
        WHERE tenancy.firm = service_log.firm AND tenancy.carrier = service_log.carrier AND entered_on <= happened_on
        AND coalesce(left_on, graduated_on, '9') >= happened_on)"""
    assert sql(strays) == [(0,)]
    assert sql("SELECT count(*) FROM service_log WHERE strftime('%w', happened_on) IN ('0', '6')") == [(0,)]
    ours = "SELECT person FROM staff UNION SELECT mentor FROM mentor_term"
    assert sql(f"SELECT count(*) FROM service_log WHERE provider NOT IN ({ours})") == [(0,)]
    assert sql("SELECT count(qualification) > 3, count(funding_event) > 0 FROM service_log") == [(1, 1)]


def test_what_the_yearly_record_says_follows_from_mentors_and_certificates(ask: Ask, incubator: str, makerspace: str):
    """Nothing of item 9 or 12 is asked about in any year, since the records agree."""
    for carrier in (incubator, makerspace):
        for year in (2023, 2024, 2025):
            asked = {one["check"] for one in ask("figures.check", carrier=carrier, year=year)}
            assert asked <= {
                "same-as-last-year", "differs-from-reported", "rd-above-income", "unit-slip", "entered-before-founded",
            }, (year, asked)  # fmt: skip


def test_what_the_checks_ask(ask: Ask, incubator: str) -> None:
    asked = Counter(one["check"] for one in ask("figures.check", carrier=incubator, year=2025))
    assert asked["unit-slip"] == 1 and asked["differs-from-reported"] == 1
    quarter = ask("figures.check", carrier=incubator, year=2026, quarter="q3")
    assert [one["check"] for one in quarter] == ["quarter-unit-slip"]
    assert ask("figures.check", carrier=incubator, year=2025, quarter="q4") == []  # the fourth quarter is the year


def test_figures_below_zero_and_none_at_all(sql: Sql) -> None:
    tenants = "FROM firm_year JOIN tenancy USING (firm) WHERE year = 2025 AND status = 'incubating'"
    ((loss, nothing, blank),) = sql(f"SELECT sum(net_profit < 0), sum(revenue = 0), sum(revenue IS NULL) {tenants}")
    assert loss > 5 and (nothing, blank) == (1, 1)


def test_88_forms_went_out_and_53_came_back(session: Session, ask: Ask, sql: Sql, incubator: str, makerspace: str):
    found = {
        carrier: ask("collect.status", round=record)
        for record, carrier in sql("SELECT id, carrier FROM collection_round WHERE period = '2026Q3'")
    }
    assert [len(found[carrier]["rows"]) for carrier in (incubator, makerspace)] == [62, 26]
    rows = [row for one in found.values() for row in one["rows"]]
    back = [row for row in rows if row["returned_on"]]
    assert (len(rows), len(back), sum(row["state"] == "waiting" for row in rows)) == (88, 53, 35)
    doubtful = [row for row in rows if row["state"] == "doubt"]
    assert len(doubtful) == 4 and all(row["questions"] for row in doubtful)
    assert all(row["record"] for row in back) and not any(row["record"] for row in rows if not row["returned_on"])
    assert session.workspace is not None
    with session.workspace.store.read():  # as the program itself would have asked
        asked = {carrier: collecting._asked_firms(carrier, collecting.when_of("2026Q3")) for carrier in found}
    assert {carrier: sorted(firms) for carrier, firms in asked.items()} == {
        carrier: sorted(row["firm"] for row in one["rows"]) for carrier, one in found.items()
    }
    ((slip,),) = sql("SELECT id FROM collection_round WHERE carrier = ?", incubator)
    texts = [one["text"] for one in ask("collect.reminders", round=slip)["texts"]]
    assert len(texts) >= 21 and any("一千倍" in text for text in texts)


def test_honours_are_as_many_as_the_yearly_records_say(sql: Sql) -> None:
    projects = "SELECT count(*) FROM honour WHERE h_kind = 'municipal_project'"
    said = """SELECT sum(projects_total) FROM firm_year WHERE year = 2025 AND firm IN
        (SELECT firm FROM tenancy JOIN carrier ON carrier.id = carrier WHERE carrier_kind = 'comprehensive'
        AND entered_on <= '2025-12-31' AND coalesce(graduated_on, left_on, '9') > '2025-12-31')"""
    assert sql(projects) == sql(said)
    assert sql("SELECT count(person), count(\"case\"), min(title LIKE '%示例%') FROM honour") == [(1, 1, 1)]


def test_one_mentor_invests_and_teaches(sql: Sql) -> None:
    ((mentor, category),) = sql(
        "SELECT person.id, org_category FROM person JOIN affiliation ON person.id = person WHERE post = '管理合伙人'"
    )
    assert category == "investor"
    assert sql("SELECT count(*) FROM mentor_term WHERE mentor = ?", mentor) == [(1,)]
    ((taught,),) = sql("SELECT count(*) FROM session WHERE lecturer = ?", mentor)
    assert taught > 0
    posts = sql("SELECT post FROM affiliation WHERE person = ? ORDER BY 1", mentor)
    assert posts == [("创业课程兼职讲师",), ("管理合伙人",)]


def test_rights_held_with_a_tenant(sql: Sql) -> None:
    tenants = "(SELECT firm FROM tenancy WHERE status = 'incubating')"
    both = """SELECT ip_right.holder_share + co_holder.share_pct FROM co_holder
        JOIN ip_right ON ip_right.id = ip_right WHERE co_holder.holder IN """
    assert sql(both + tenants) == [(10_000,)] * 3
    assert sql(f"SELECT count(*) FROM co_owner WHERE owner IN {tenants}") == [(2,)]
    relations = {relation for (relation,) in sql("SELECT relation FROM related_organisation")}
    assert relations >= {"shareholding", "person", "family"}


# -- the table of odd cases ----------------------------------------------------------------------------------------
def _cases() -> dict[int, list[str]]:
    rows = re.findall(r"^\| (\d+) \| [^|]+ \| (.+) \|$", TABLE.read_text("utf-8"), re.M)
    return {int(number): re.findall("`([^`]+)`", where) for number, where in rows}


def test_the_table_names_all_31_cases() -> None:
    assert sorted(_cases()) == list(range(1, 32))
    assert all(_cases().values())


@pytest.mark.parametrize("number", range(1, 32))
def test_what_the_table_names_is_there(sql: Sql, number: int) -> None:
    tables = {model.KIND.name: model for model in RECORDS}
    for named in _cases()[number]:
        if "::" in named:
            path, test = named.split("::")
            assert f"def {test}(" in (ROOT / path).read_text("utf-8"), named
            continue
        kind, conditions = named.split(": ", 1)
        where, values = [], []
        for condition in conditions.split(", "):
            field, how, value = re.fullmatch(r"(\w+)([=~])(.+)", condition).groups()  # type: ignore[union-attr]
            column = tables[kind]._meta.fields[field].column_name
            where.append(f'CAST("{column}" AS TEXT) {"=" if how == "=" else "LIKE"} ?')
            values.append(value if how == "=" else f"%{value}%")
        table = tables[kind]._meta.table_name
        ((found,),) = sql(f'SELECT count(*) FROM "{table}" WHERE {" AND ".join(where)}', *values)
        assert found, named


# -- loading -------------------------------------------------------------------------------------------------------
def test_rows_are_the_same_every_time(session: Session, sql: Sql, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second making of the rows, compared with what was stored."""
    made: list[SampleYear] = []
    real = SampleYear.__init__
    monkeypatch.setattr(SampleYear, "__init__", lambda self, own: (real(self, own), made.append(self))[0])
    monkeypatch.setattr(sample, "_refuse_unless_empty", lambda ws: None if not made else _stop())
    with pytest.raises(InterruptedError):
        call(session, "sample.load", evidence=False)
    for name in ("room", "tenancy_area", "service_log", "mentoring", "honour", "collection_item", "firm_quarter"):
        model = next(one for one in RECORDS if one.KIND.name == name)
        stored = {record for (record,) in sql(f"SELECT id FROM {model._meta.table_name} WHERE origin = 'sample'")}
        assert stored == {row["id"] for row in made[0].of(model)}, name


def _stop() -> None:
    raise InterruptedError
