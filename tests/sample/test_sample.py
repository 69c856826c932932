"""The sample year in a real workspace: its figures under the packs, its sums, its odd cases, and that it repeats."""

from __future__ import annotations

import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from db.models import HOUSEKEEPING, RECORDS, Firm, Operator, Organisation
from desktop.services import load_services, sample
from desktop.services.registry import Job, call
from desktop.services.samples import papers
from desktop.services.session import Session
from policy.errors import Refused
from policy.identifiers import check_citizen_id, check_contract_number, check_uscc

RECOGNITION, DRAFT = "guokefaqu-2018-300", "cq-draft-measures"
WAN = 1_000_000  # fen


@dataclass
class Loaded:
    """A workspace with the sample year, and what was seen on the way there."""

    session: Session
    own: str
    first_rows: dict[str, list[dict[str, Any]]]  # of another workspace, without papers
    cancelled_counts: dict[str, int]
    cancelled_files: list[str]
    cancelled_sample: bool

    def ask(self, name: str, **parameters: Any) -> Any:
        return call(self.session, name, **parameters)

    def sql(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        assert self.session.workspace is not None
        with self.session.workspace.store.read() as connection:
            return list(connection.execute(query, parameters))

    def one(self, query: str, *parameters: Any) -> Any:
        ((value,),) = self.sql(query, *parameters)
        return value

    def carrier(self, kind: str = "comprehensive") -> str:
        return str(self.one("SELECT id FROM carrier WHERE carrier_kind = ?", kind))

    def firm(self, where: str) -> str:
        return str(self.one(f"SELECT organisation.id FROM organisation JOIN firm USING (id) WHERE {where}"))

    def evaluate(self, pack: str, subject: str, period: str = "2025") -> dict[str, dict[str, Any]]:
        result = self.ask("evaluation.run", pack=pack, period=period, subject=subject)
        return {item["id"]: item for item in result["indicators"]}


def _make(folder: Path) -> Session:
    session = Session()
    call(
        session,
        "workspace.create",
        folder=str(folder),
        passphrase="a long enough phrase",
        organisation="重庆示例运营有限公司",
        kinds=["incubator", "agency"],
        person="甲",
    )
    return session


def _rows(session: Session) -> dict[str, list[dict[str, Any]]]:
    """All rows by table, by id, without who and when, and with one name for the workspace's own organisation."""
    workspace = session.workspace
    assert workspace is not None
    own = str(workspace.store.setting("organisation"))
    with workspace.store.read():
        found = {model._meta.table_name: list(model.select().dicts()) for model in RECORDS if model is not Operator}
    return {
        table: [
            {
                name: value.replace(own, "OWN") if isinstance(value, str) else value
                for name, value in row.items()
                if name == "id" or name not in HOUSEKEEPING
            }
            for row in sorted(rows, key=lambda row: str(row["id"]))
            if row["id"] != own
        ]
        for table, rows in found.items()
    }


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    load_services()
    other = _make(tmp_path_factory.mktemp("sample") / "other")
    assert other.workspace is not None
    job, plan = Job(), papers.plan
    # after the papers, when all rows are written and a package is sealed
    job.report = lambda _done, _total, text: job.stop.set() if "申请" in text else None
    with pytest.MonkeyPatch.context() as patched, pytest.raises(InterruptedError):
        patched.setattr(papers, "plan", lambda *made: plan(*made)[:3])
        call(other, "sample.load", job)
    left = [*other.workspace.evidence.names(), *other.workspace.outbox.packages()]
    seen = call(other, "workspace.counts"), left, call(other, "workspace.info")["sample"]
    call(other, "sample.load", evidence=False)
    first_rows = _rows(other)
    other.close()

    session = _make(tmp_path_factory.mktemp("sample") / "work")
    assert session.workspace is not None
    call(session, "sample.load")
    yield Loaded(session, str(session.workspace.store.setting("organisation")), first_rows, *seen)
    session.close()


# -- under the packs -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("period", ["2025", "@2025-12-31"])
def test_the_incubator_shows_the_figures_of_the_year(loaded: Loaded, period: str) -> None:
    subject = f"carrier:{loaded.carrier()}"
    result = loaded.ask("evaluation.run", pack=RECOGNITION, period=period, subject=subject)
    figures = {name: (item["value"], item["blanks"]) for name, item in result["measures"].items()}
    assert figures == {
        "legal_person": ("1", 0),
        "operating_months": ("91", 0),
        "statistics_years": ("3", 0),
        "area_total": ("10400", 0),
        "area_tenant_and_public": (str(7150 + 960), 0),
        "fund_total": (str(800 * WAN), 0),
        "tenants": ("62", 0),
        "tenants_financed": ("7", 0),
        "funding_cases": ("3", 0),
        "staff_total": ("13", 0),
        "staff_professional": ("11", 0),
        "mentors": ("9", 0),
        "tenants_ip_applied": ("29", 0),
        "tenants_ip_valid": ("21", 0),
        "graduates_total": ("31", 0),
    }
    assert result["counts"] == {"pass": 13, "fail": 0, "unknown": 0, "info": 1}  # the procedure computes nothing
    values = {item["id"]: item["value"] for item in result["indicators"]}
    assert values["area-share"] == "78.0"
    assert values["financed-share"] == "11.3"
    assert values["professional-staff"] == "84.6"
    assert values["intellectual-property"] == "46.8 % · 33.9 %"
    assert values["density-comprehensive"] == "5.96"


def test_the_measures_of_2018_and_of_2025_disagree(loaded: Loaded) -> None:
    subject = f"carrier:{loaded.carrier()}"
    then, now = (loaded.evaluate(pack, subject) for pack in (RECOGNITION, "miit-2025-131"))
    assert (then["financed-share"]["verdict"], then["financed-share"]["value"]) == ("pass", "11.3")
    found = {rule: (now[rule]["verdict"], now[rule]["value"]) for rule in now if now[rule]["kind"] == "threshold"}
    assert found == {
        "legal-person": ("pass", "是"),
        "equity-or-financing": ("fail", "4.8 % · 11.3 %"),
        "growth": ("pass", "30.6"),
        "service-income-separate": ("pass", "是"),
        "income-beyond-rent": ("pass", "31.1"),
    }
    measured = loaded.ask("evaluation.run", pack="miit-2025-131", period="2025", subject=subject)["measures"]
    assert (measured["tenants_growing:20"]["value"], measured["tenants_growing:20"]["blanks"]) == ("19", 5)
    assert (measured["income_beyond_rent"]["value"], measured["income_total"]["value"]) == ("151000000", "486000000")


def test_past_and_present_are_read_from_dates(loaded: Loaded) -> None:
    """Two came and two went in 2026, so that the status of today is not that of the year."""
    subject = f"carrier:{loaded.carrier()}"
    tenants = {
        period: loaded.ask("evaluation.run", pack=RECOGNITION, period=period, subject=subject)["measures"]
        for period in ("2024", "2025", "2026")
    }
    assert [tenants[year]["tenants"]["value"] for year in ("2024", "2025", "2026")] == ["60", "62", "62"]
    assert [tenants[year]["graduates_total"]["value"] for year in ("2024", "2025", "2026")] == ["26", "31", "32"]
    then, now = ({row["id"] for row in tenants[year]["tenants"]["rows"]} for year in ("2025", "2026"))
    assert (len(then - now), len(now - then)) == (2, 2)


def test_our_own_targets_and_each_universitys_award(loaded: Loaded) -> None:
    own = loaded.evaluate(DRAFT, f"organisation:{loaded.own}")
    targets = {rule: (own[rule]["value"], own[rule]["verdict"]) for rule in own if rule.startswith("target-")}
    assert targets == {
        "target-events": ("17", "pass"),
        "target-brokers": ("118", "fail"),
        "target-engineers": ("12", "pass"),
        "target-conversion-fund": ("", "unknown"),
    }
    for name, received, award in (("重庆示例理工大学", "1012.5", 100 * WAN), ("重庆示例医药大学", "175.05", 0)):
        university = loaded.one("SELECT id FROM organisation WHERE name = ?", name)
        item = loaded.evaluate(DRAFT, f"organisation:{university}")["award-local-conversion"]
        assert (item["value"], item["award_max_fen"]) == (received, award)


def test_entry_ages_to_the_day(loaded: Loaded) -> None:
    exact = loaded.firm("founded_on = '2023-04-10'")
    late = loaded.firm("founded_on = '2022-03-14'")
    leap = loaded.firm("founded_on = '2024-02-29'")
    coarse = loaded.firm("founded_on = '2023-05'")
    ages = {firm: loaded.evaluate(RECOGNITION, f"firm:{firm}", "2026") for firm in (exact, late, leap, coarse)}
    found = [(ages[firm]["tenant-entry-age"]["value"], ages[firm]["tenant-entry-age"]["verdict"]) for firm in ages]
    assert found == [("24", "pass"), ("25", "fail"), ("24", "pass"), ("25", "fail")]


def test_clocks_show_every_state_on_the_reference_day(loaded: Loaded) -> None:
    coming = loaded.ask("deadlines.list", on="2026-11-21", days=40)
    stays = [item["days_left"] for item in coming if item["title"] == "孵化期限到期"]
    assert stays == [-40, 0, 1, 19, 30]
    steps = {item["days_left"] for item in coming if item["kind"] == "case"}
    assert {-12, -1, 0, 1, 30} <= steps
    known = {"firm", "case", "round", "evidence", "grant", "research_project", "distribution", "person_flow"}
    assert known <= {item["kind"] for item in coming}
    assert {item["days_left"] for item in coming if item["kind"] == "grant"} >= {-1, 1}
    assert {item["days_left"] for item in coming if item["kind"] == "person_flow"} >= {-1, 1}
    assert [item["days_left"] for item in coming if item["kind"] == "distribution"] == [29]


# -- sums ----------------------------------------------------------------------------------------------------------
def test_who_came_and_went_in_the_year(loaded: Loaded) -> None:
    flows = "SELECT count(*) FROM tenancy WHERE carrier = ? AND status {} AND {} LIKE '2025-%'"
    carrier = loaded.carrier()
    came = "IN ('incubating', 'graduated', 'left', 'dissolved')"
    assert loaded.one(flows.format(came, "entered_on"), carrier) == 14
    assert loaded.one(flows.format("= 'graduated'", "graduated_on"), carrier) == 5
    assert loaded.one(flows.format("= 'left'", "left_on"), carrier) == 6
    assert loaded.one(flows.format("= 'dissolved'", "left_on"), carrier) == 1
    inside = """SELECT count(*), sum(is_team) FROM tenancy JOIN firm ON firm.id = tenancy.firm
        WHERE carrier = ? AND status = 'incubating' AND entered_on <= '2025-12-31'"""
    assert loaded.sql(inside, loaded.carrier("makerspace")) == [(26, 9)]
    assert loaded.one("SELECT count(*) FROM organisation WHERE id NOT IN (SELECT id FROM firm)") == 118 + 1


def test_jobs_area_growth_and_income(loaded: Loaded) -> None:
    inside = """(SELECT firm FROM tenancy WHERE carrier = ? AND status IN ('incubating', 'graduated', 'left')
        AND entered_on <= '2025-12-31' AND coalesce(graduated_on, left_on, '9') > '2025-12-31')"""
    carrier = loaded.carrier()
    assert loaded.one(f"SELECT sum(staff) FROM firm_year WHERE year = 2025 AND firm IN {inside}", carrier) == 520
    area = "SELECT sum(area) FROM tenancy WHERE carrier = ? AND entered_on <= '2025-12-31'"
    assert loaded.one(f"{area} AND coalesce(graduated_on, left_on, '9') > '2025-12-31'", carrier) == 715_000
    years = """SELECT now.revenue, before.revenue, before.id IS NULL FROM firm_year now
        LEFT JOIN firm_year before ON before.firm = now.firm AND before.year = 2024
        WHERE now.year = 2025 AND now.firm IN """
    rows = loaded.sql(years + inside, carrier)
    assert len(rows) == 62
    assert sum(missing for _, _, missing in rows) == 4
    assert sum(1 for now, before, _ in rows if before and now is not None and now * 10 > before * 12) == 19
    assert sum(1 for now, before, _ in rows if before and now is not None and now * 10 == before * 12) == 1
    assert [sum(now == value for now, _, _ in rows) for value in (0, None)] == [1, 1]
    own_fund = """SELECT count(DISTINCT firm) FROM funding_event WHERE is_own_fund = 1
        AND paid_on LIKE '2025-%' AND registered_on LIKE '2025-%'"""
    assert loaded.one(own_fund) == 3
    income = """SELECT (income_service + income_investment + income_other) / 100000,
        (income_rent + income_property) / 100000 FROM carrier_year WHERE year = 2025 AND carrier = ?"""
    assert loaded.sql(income, carrier) == [(1510, 4860 - 1510)]
    desks = "SELECT area_total, desks FROM carrier_year WHERE year = 2025 AND carrier = ?"
    assert loaded.sql(desks, loaded.carrier("makerspace")) == [(62_000, 34)]


def test_cases_by_outcome_and_track(loaded: Loaded) -> None:
    assert dict(loaded.sql("SELECT outcome, count(*) FROM broker_case GROUP BY 1")) == {
        "open": 41,
        "won": 34,
        "lost": 12,
        "paused": 6,
        "terminated": 2,
        "handed_over": 1,
    }
    tracks = dict(loaded.sql("SELECT track, count(*) FROM broker_case GROUP BY 1"))
    assert tracks == {"supply": 48, "demand": 36, "equity": 7, "poc": 5}
    assert loaded.one("SELECT count(DISTINCT person) FROM case_broker") == 8
    years = "SELECT count(DISTINCT substr(opened_on, 1, 4)) FROM broker_case"
    assert loaded.one(years) == 3
    shares = loaded.sql('SELECT sum(share_pct) FROM case_broker GROUP BY "case"')
    assert {share for (share,) in shares} == {10_000}
    assert loaded.one("SELECT count(*) FROM case_party WHERE role = 'co_broker'") == 3


def test_contracts_of_the_year(loaded: Loaded) -> None:
    signed = "FROM contract WHERE signed_on LIKE '2025-%'"
    (sums,) = loaded.sql(f"SELECT count(*), sum(amount_total), sum(amount_tech) {signed}")
    assert sums == (46, 2386_40 * WAN // 100, 2071_15 * WAN // 100)
    states = dict(loaded.sql(f"SELECT registry_state, count(*) {signed} GROUP BY 1"))
    assert states == {"registered": 39, "accepted": 4, "refused": 2, "cancelled": 1}
    assert loaded.one(f"SELECT count(*) {signed} AND registered_on LIKE '2026-01-%'") == 5
    assert loaded.one(f"SELECT count(*) {signed} AND amount_total IS NULL AND amount_formula IS NOT NULL") == 1
    assert loaded.one("SELECT count(*) FROM contract WHERE amount_tech > amount_total") == 0
    assert loaded.one("SELECT count(*) FROM contract WHERE parent IS NOT NULL") == 1
    proven = """SELECT count(DISTINCT target) FROM evidence_link JOIN evidence ON evidence.id = evidence
        JOIN contract ON target = 'contract:' || contract.id
        WHERE link = 'confirms' AND signed_on LIKE '2025-%'"""
    assert loaded.one(proven) == 29


# -- names, numbers, odd cases -------------------------------------------------------------------------------------
def test_everything_shown_is_marked_and_nobodys(loaded: Loaded) -> None:
    names = [name for (name,) in loaded.sql("SELECT name FROM organisation")]
    assert all("示例" in name for name in names)
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert all("示例" in title for (title,) in loaded.sql("SELECT title FROM evidence"))
    codes = [code for (code,) in loaded.sql("SELECT uscc FROM organisation WHERE uscc IS NOT NULL")]
    assert Counter(check_uscc(code).problem for code in codes) == {"": len(codes) - 2, "check": 1, "old_number": 1}
    numbers = [number for (number,) in loaded.sql("SELECT id_no FROM person WHERE id_kind = 'cid'")]
    assert all(check_citizen_id(number).ok and number.startswith("500999") for number in numbers)
    assert len(numbers) == 160
    registered = loaded.sql("SELECT registry_no FROM contract WHERE registry_no IS NOT NULL")
    assert all(check_contract_number(number).ok for (number,) in registered)
    phones = loaded.sql(
        "SELECT phone FROM person UNION ALL SELECT contact_phone FROM organisation WHERE contact_phone > ''"
    )
    assert all(re.fullmatch("100[0-9]{8}", phone) for (phone,) in phones)


def test_odd_cases_are_there(loaded: Loaded) -> None:
    capital = loaded.sql("SELECT reg_capital, reg_capital_currency FROM firm WHERE reg_capital_raw = '6(万美元)'")
    assert capital == [(6_000_000, "USD")]
    for typed in ("㼆泽", "𠮷禾", "岚图机械加工厂", "阿依示例"):
        assert loaded.ask("records.find", text=typed), typed
    again = "SELECT count(*) FROM (SELECT firm FROM tenancy GROUP BY firm HAVING count(*) = 2)"
    assert loaded.one(again) == 2  # one came back, one moved between our carriers
    assert loaded.one("SELECT count(*) FROM tenancy WHERE stays_on = 1 AND status = 'graduated'") == 1
    team = "SELECT count(*) FROM firm JOIN tenancy ON firm.id = firm WHERE founded_on > entered_on AND is_team = 0"
    assert loaded.one(team) == 1
    assert loaded.one("SELECT count(*) FROM certificate WHERE state = 'void'") == 1
    assert loaded.one("SELECT count(*) FROM (SELECT name FROM person GROUP BY name HAVING count(*) > 1)") == 1
    renewed = "SELECT count(*) FROM qualification WHERE valid_until = '2025-12-30' OR issued_on = '2026-01-15'"
    assert loaded.one(renewed) == 2
    payers = """SELECT count(*) FROM receipt JOIN contract ON contract.id = contract
        JOIN organisation ON organisation.id = buyer WHERE payer <> organisation.name"""
    assert loaded.one(payers) > 0
    classified = loaded.sql("SELECT no = title, opened_on, estimate FROM broker_case WHERE classified = 1")
    assert classified == [(1, None, None)]
    late = "SELECT count(*) FROM case_log WHERE recorded_at - unixepoch(happened_on) * 1000 > 2 * 86400000"
    assert loaded.one(late) > 50


def test_papers_leave_a_few_gaps(loaded: Loaded) -> None:
    gaps = loaded.ask("evidence.gaps", pack=RECOGNITION, period="2025", subject=f"carrier:{loaded.carrier()}")
    assert {item["indicator"] for item in gaps if item["missing"]} == {"statistics", "fund", "density-comprehensive"}
    found = loaded.ask("evidence.list")
    assert len(found) == 1180
    assert sum(not paper["targets"] for paper in found) == 11
    assert sum(paper["state"] == "expired" for paper in found) == 60
    assert sum(len(paper["targets"]) > 1 for paper in found) == 25
    assert sum(paper["bytes"] for paper in found) < 12 << 20
    doubtful = [paper for paper in found if paper["valid_until"] and paper["valid_until"] < "2026-11-21"]
    assert {paper["state"] for paper in doubtful} == {"expired"}


def test_papers_that_make_trouble(loaded: Loaded) -> None:
    """Edge cases 26 and 27: what lies wrong, what is large, what needs a password, what no reader knows."""
    found = {paper["title"]: paper for paper in loaded.ask("evidence.list")}

    def content(title: str) -> bytes:
        return bytes(loaded.ask("evidence.content", id=found[title]["id"])["data"])

    scans = {
        title: Image.open(io.BytesIO(content(title)))
        for title in ("示例A座平面图", "示例600点扫描件", "示例创业导师聘书（第6号）")
    }
    width, height = scans["示例A座平面图"].size
    assert (width > height, round(width / scans["示例A座平面图"].info["dpi"][0] * 25.4, -1)) == (True, 420)
    assert round(scans["示例600点扫描件"].info["dpi"][0]) == 600
    stamp = scans["示例创业导师聘书（第6号）"].convert("L").crop((80, 107, 240, 267))  # below right where it lies well
    assert stamp.getextrema()[0] == 0
    locked = content("示例加密的审计报告（口令 sample2026）")
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(locked))
    with pikepdf.open(io.BytesIO(locked), password="sample2026") as opened:
        assert len(opened.pages) == 1
    types = {paper["file_name"].rsplit(".", 1)[1]: paper["media_type"] for paper in found.values()}
    assert set(types) == {"pdf", "png", "heic", "doc", "wps"}
    assert content("示例合作意向书").startswith(b"{\\rtf")
    (long,) = [paper["file_name"] for paper in found.values() if len(paper["file_name"]) > 120]
    assert (len(long.removesuffix(".pdf")), long[2]) == (120, "：")
    for paper in list(found.values())[::60]:
        data = loaded.ask("evidence.content", id=paper["id"])["data"]
        assert {".pdf": data[:5] == b"%PDF-", ".png": data[:4] == b"\x89PNG"}.get(paper["file_name"][-4:], True)


def test_rounds_show_every_state(loaded: Loaded) -> None:
    states = Counter(row["state"] for row in loaded.ask("round.list"))
    assert states == {"办结": 3, "受理": 1, "已报": 1, "待报": 1, "草稿": 1, "退回补正": 1, "通过": 1}


# -- filed ---------------------------------------------------------------------------------------------------------
def test_one_book_waits_for_the_notice_and_three_packages_were_made(loaded: Loaded) -> None:
    """A draft, one filed, one returned for page 12, and its correction waiting; each by the services, none sent."""
    draft, *sealed = loaded.ask("apply.list")
    assert [(row["version"], row["sealed"]) for row in (draft, *sealed)] == [
        (1, False), (3, True), (2, True), (1, True),
    ]  # fmt: skip
    assert len(loaded.ask("package.open", application=draft["id"])["figures"]) == 13
    assert loaded.ask("apply.check", snapshot=draft["snapshot"])["place"]["period"] == "2024..2025"
    with pytest.raises(Refused, match=r"package\.unverified"):
        loaded.ask("package.seal", application=draft["id"], personal_confirmed=True)

    rows = loaded.sql("SELECT package, what, way, state, sent_on FROM submission WHERE package IS NOT NULL")
    lines = {row[0]: row[1:] for row in rows}
    told = [(row["state"], row.get("way", ""), lines[row["package"]]) for row in loaded.ask("delivery.list")]
    award, report = "技术转移机构奖补申请", "成果转化年度报告"
    assert told == [
        ("none", "", (sealed[0]["title"], "online", "to_report", None)),
        ("handed_in_offline", "paper", (award, "paper", "returned", "2026-10-30")),
        ("handed_in_offline", "usb", (report, "usb", "closed", "2026-03-26")),
    ]
    assert loaded.one("SELECT count(*) FROM package later JOIN package first ON later.replaces = first.id") == 1
    assert [row["words"] for row in loaded.ask("submission.returned")] == ["第12页缺公章。"]
    # there is nobody to send to, and nobody's answer was made up
    assert loaded.ask("endpoint.list") == loaded.ask("delivery.pump") == []
    assert loaded.one("SELECT count(*) FROM delivery WHERE endpoint IS NOT NULL OR object_url IS NOT NULL") == 0


def test_what_was_filed_is_marked_as_sample(loaded: Loaded, tmp_path: Path) -> None:
    (package,) = [row["package"] for row in loaded.ask("delivery.list") if row["state"] == "none"]
    file = loaded.ask("package.export", id=package, file=str(tmp_path))["file"]
    assert "sample" in loaded.ask("package.verify", file=file)["notes"]
    assert loaded.ask("package.inspect", file=file)["sample"] is True
    handed = next(row["id"] for row in loaded.ask("delivery.list") if row["state"] != "none")
    assert loaded.ask("delivery.receipt_content", id=handed)["sample"] is True


# -- loading -------------------------------------------------------------------------------------------------------
def test_two_loads_are_equal(loaded: Loaded) -> None:
    rows = _rows(loaded.session)
    # what was shown to the inspectors is a paper; what is filed goes with the papers
    files = ("evidence", "evidence_link", "inspection_item", "snapshot", "application", "package", "delivery")
    assert all(rows[name] for name in files)
    rows["submission"] = [{**row, "package": None} for row in rows["submission"] if row["what"][:4] != "科技成果"]
    assert {name: found for name, found in rows.items() if name not in files} == {
        name: found for name, found in loaded.first_rows.items() if name not in files
    }


def test_papers_are_made_the_same_every_time(loaded: Loaded) -> None:
    _, made, _ = sample.build("another organisation")
    kept = dict(loaded.sql("SELECT title, digest FROM evidence"))
    assert [paper.title for paper in made if paper.title not in kept] == []
    assert {paper.form for paper in made[::23]} >= {"scan", "copier", "document"}
    assert all(hashlib.sha256(paper.content()).hexdigest() == kept[paper.title] for paper in made[::23])


def test_the_workspace_is_whole_and_marked(loaded: Loaded) -> None:
    assert loaded.ask("workspace.verify")["ok"]
    assert loaded.ask("workspace.info")["sample"] is True
    assert loaded.sql("SELECT DISTINCT origin FROM tenancy") == [("sample",)]
    firm = loaded.firm("founded_on = '2023-04-10'")
    name = loaded.one("SELECT name FROM organisation WHERE id = ?", firm)
    found = loaded.ask("records.find", text=name)
    assert (found[0]["kind"], found[0]["id"]) == ("firm", firm)


def test_every_date_and_choice_is_one_that_can_be_typed(loaded: Loaded) -> None:
    """Bulk rows pass no form, so each is held against its declaration here."""
    wrong, rows = [], _rows(loaded.session)
    for model in RECORDS:
        fields = {name: field for name, field in model._meta.fields.items() if name not in HOUSEKEEPING}
        for row in rows[model._meta.table_name] if model is not Operator else []:
            for name, field in fields.items():
                value, kind = row.get(name), getattr(field, "type", "")
                if value is None:
                    continue
                codes = {choice.code for choice in getattr(field, "options", ())}
                dated = kind == "date" and not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", value)
                chosen = kind == "enum" and value not in codes
                tagged = kind == "tags" and codes and not set(value) <= codes
                long = kind == "text" and field.max_length and len(value) > field.max_length
                if dated or chosen or tagged or long:
                    wrong.append((model.KIND.name, name, value))
    assert wrong == []


def test_a_workspace_with_records_is_left_alone(loaded: Loaded) -> None:
    before = loaded.ask("workspace.counts")
    with pytest.raises(Refused) as refused:
        loaded.ask("sample.load")
    assert (refused.value.code, refused.value.params) == ("sample.not_empty", {"kind": Organisation.KIND.label})
    assert loaded.ask("workspace.counts") == before
    assert before[Firm.KIND.name] == 136


def test_a_second_load_at_the_same_time_takes_nothing_from_the_first(loaded: Loaded, monkeypatch) -> None:
    refuse, plan, begun = sample._refuse_unless_empty, papers.plan, []
    monkeypatch.setattr(papers, "plan", lambda *made: plan(*made)[:3])
    monkeypatch.setattr(sample, "_refuse_unless_empty", lambda ws: refuse(ws) if begun else begun.append(ws))
    with pytest.raises(Refused, match=r"sample\.not_empty"):
        loaded.ask("sample.load")
    assert loaded.ask("workspace.verify")["ok"]


def test_a_cancel_leaves_nothing_behind(loaded: Loaded) -> None:
    left = {kind: count for kind, count in loaded.cancelled_counts.items() if count}
    assert left == {"organisation": 1, "operator": 1}
    assert (loaded.cancelled_files, loaded.cancelled_sample) == ([], False)
