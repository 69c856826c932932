"""The torch record: what follows from the records, what is asked, what was reported for good, the workbook."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from policy.errors import Refused, Usage

Call = Callable[..., Any]


@pytest.fixture
def made(call: Call) -> dict[str, str]:
    """A carrier with a tenant (and a mentor), a graduate of 2025 that stays, one that left in 2025, and a team."""
    own = call("workspace.info")["organisation"]["id"]

    def add(kind: str, /, **values: Any) -> str:
        return str(call("records.add", kind=kind, values=values)["id"])

    ids = {"carrier": add("carrier", name="示例综合孵化器", operator=own, carrier_kind="comprehensive")}

    def stay(name: str, firm: dict[str, Any], **values: Any) -> str:
        ids[name] = add("firm", **firm)
        status = values.pop("status", "incubating")
        place = {"firm": ids[name], "carrier": ids["carrier"], "status": status}
        return add("tenancy", **place, **values)

    stay(
        "tenant",
        {
            "name": "示例甲科技有限公司",
            "uscc": "91500112MA60PF0P66",
            "founded_on": "2023.5",
            "filler_phone": "13912345678",
        },
        entered_on="2024-03-01",
        area="50",
    )
    ids["stay"] = call("records.ids", kind="tenancy", where={"firm": ids["tenant"]})[0]
    stay(
        "graduate", {"name": "示例乙科技有限公司"}, status="graduated", entered_on="2022-01-01", area="30",
        graduated_on="2025-06-30", graduation_ground="funding", stays_on="1",
    )  # fmt: skip
    stay("left", {"name": "示例丙科技有限公司"}, status="left", entered_on="2022-01-01", left_on="2025-03-01")
    stay("team", {"name": "示例丁团队", "is_team": "1"}, entered_on="2025-02-01")
    person = add("person", name="示例王导师")
    ids["term"] = add("mentor_term", mentor=person, carrier=ids["carrier"], starts_on="2024-01-01")
    call("mentor.assign", term=ids["term"], firms=[ids["tenant"]], on="2025-05-01")
    ids["person"] = person
    return ids


def cells(sheet: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {cell["key"]: cell for item in sheet["items"] for cell in item["cells"]}


def test_the_form_is_in_the_official_order_with_last_year_beside(call: Call, made: dict[str, str]) -> None:
    call("torch.save", firm=made["tenant"], year=2024, values={"revenue": "120", "net_profit": "-3.5"})
    call("torch.save", firm=made["tenant"], year=2025, values={"revenue": "0", "net_profit": ""})
    sheet = call("torch.sheet", firm=made["tenant"], year=2025)
    assert [item["no"] for item in sheet["items"]] == list(range(1, 27))
    found = cells(sheet)
    assert (found["firm_year.revenue"]["value"], found["firm_year.revenue"]["last"]) == (0, 12_000_000)
    assert (found["firm_year.net_profit"]["value"], found["firm_year.net_profit"]["last"]) == (None, -350_000)
    assert "firm_year.net_profit" in sheet["missing"] and "firm_year.revenue" not in sheet["missing"]
    assert found["tenancy.entered_on"]["value"] == "2024-03-01" and found["firm.founded_on"]["value"] == "2023-05"
    assert "firm.founded_on" not in sheet["missing"] and "founder.gender" in sheet["missing"]


def test_items_that_follow_from_the_records(call: Call, made: dict[str, str]) -> None:
    found = cells(call("torch.sheet", firm=made["tenant"], year=2025))
    assert found["firm_year.mentor_link"]["derived"] == 1 and "王导师" in found["firm_year.mentor_link"]["basis"]
    assert cells(call("torch.sheet", firm=made["tenant"], year=2024))["firm_year.mentor_link"]["derived"] == 0
    assert (found["firm_year.graduated"]["derived"], found["firm_year.area"]["derived"]) == (0, 5000)
    graduate = cells(call("torch.sheet", firm=made["graduate"], year=2025))
    assert graduate["firm_year.graduated"]["derived"] == 1
    assert graduate["firm_year.graduated_on"]["derived"] == "2025-06-30"
    assert graduate["firm_year.area"]["derived"] == 3000  # it stays on
    assert cells(call("torch.sheet", firm=made["graduate"], year=2024))["firm_year.graduated"]["derived"] == 0


def test_the_area_is_that_of_the_last_day_of_the_year(call: Call, made: dict[str, str]) -> None:
    call("tenancy.area", tenancy=made["stay"], area="80", starts_on="2025-07-01")
    areas = [
        cells(call("torch.sheet", firm=made["tenant"], year=year))["firm_year.area"]["derived"] for year in (2024, 2025)
    ]
    assert areas == [5000, 8000]


def test_a_certificate_between_two_is_no_certificate_and_somebody_should_look(call: Call, made: dict[str, str]) -> None:
    for issued, until in (("2022-12-31", "2025-12-30"), ("2026-01-15", "2029-01-14")):
        values = {"firm": made["tenant"], "q_kind": "high_tech", "issued_on": issued, "valid_until": until}
        call("records.add", kind="qualification", values=values)
    now = cells(call("torch.sheet", firm=made["tenant"], year=2025))["firm_year.high_tech"]
    assert now["derived"] == 0 and "2025-12-30" in now["basis"] and "2026-01-15" in now["basis"]
    assert cells(call("torch.sheet", firm=made["tenant"], year=2024))["firm_year.high_tech"]["derived"] == 1


def test_who_is_in_the_record_of_a_year(call: Call, made: dict[str, str]) -> None:
    told = call("torch.overview", carrier=made["carrier"], year=2025)
    assert {row["id"] for row in told["rows"]} == {made["tenant"], made["graduate"]}
    assert told["teams"] == 1 and [row["graduated"] for row in told["rows"]] == [True, False]
    assert {row["id"] for row in call("torch.overview", carrier=made["carrier"], year=2024)["rows"]} == {
        made["tenant"], made["graduate"], made["left"],
    }  # fmt: skip


def test_what_replaces_the_records_wants_a_reason_and_gets_an_explanation(call: Call, made: dict[str, str]) -> None:
    call("torch.save", firm=made["tenant"], year=2025, values={"area": "60", "staff": "0"})
    told = call("figures.check", year=2025, firm=made["tenant"])
    assert {one["check"] for one in told} == {"replaced-without-reason", "no-staff"}
    call(
        "torch.save",
        firm=made["tenant"],
        year=2025,
        values={},
        explanations={"area": "含共享实验室", "staff": "股东兼职"},
    )
    (one,) = call("figures.check", year=2025, carrier=made["carrier"])
    assert one["check"] == "no-staff" and one["explained"] is True
    row = next(row for row in call("torch.overview", carrier=made["carrier"], year=2025)["rows"] if row["doubts"])
    assert (row["doubts"], row["open"]) == (1, 0)
    call("torch.save", firm=made["tenant"], year=2025, values={}, explanations={"staff": ""})
    assert cells(call("torch.sheet", firm=made["tenant"], year=2025))["firm_year.staff"]["explanation"] == ""
    assert cells(call("torch.sheet", firm=made["tenant"], year=2025))["firm_year.area"]["explanation"] == "含共享实验室"


def test_what_was_reported_stays_and_later_changes_show(call: Call, made: dict[str, str]) -> None:
    call("torch.save", firm=made["tenant"], year=2025, values={"revenue": "120"})
    told = call("torch.state", state="reported", year=2025, firms=[made["tenant"], made["graduate"]])
    assert told["changed"] == 1 and told["without"] == ["示例乙科技有限公司"]
    row = call("torch.sheet", firm=made["tenant"], year=2025)["row"]
    assert (row["reported"]["revenue"], row["reported"]["mentor_link"], row["reported"]["area"]) == (
        12_000_000,
        1,
        5000,
    )
    # neither a later change of the firm nor of its stay rewrites the year
    call("firm.rename", firm=made["tenant"], name="示例甲智能科技有限公司")
    call("tenancy.area", tenancy=made["stay"], area="99", starts_on="2025-11-01")
    sheet = call("torch.sheet", firm=made["tenant"], year=2025)
    assert cells(sheet)["firm.name"]["value"] == "示例甲科技有限公司"
    assert cells(sheet)["firm_year.area"]["value"] == 5000 and sheet["state"] == "reported"
    assert {one["check"] for one in sheet["findings"]} == {"replaced-without-reason"}
    answer = call("torch.save", firm=made["tenant"], year=2025, values={"revenue": "130"})
    assert answer["state"] == "corrected"
    changed = cells(call("torch.sheet", firm=made["tenant"], year=2025))["firm_year.revenue"]
    assert (changed["value"], changed["reported"], changed["differs"]) == (13_000_000, 12_000_000, True)
    assert "differs-from-reported" in {one["check"] for one in call("figures.check", year=2025, firm=made["tenant"])}


@pytest.mark.parametrize("way", ["edit", "bulk", "sheet", "fill"])
def test_a_carriers_year_changed_after_its_report_says_so_however_it_was_changed(
    call: Call, made: dict[str, str], tmp_path: Path, way: str
) -> None:
    year = {"carrier": made["carrier"], "year": "2025", "income_rent": "300"}
    record = call("records.add", kind="carrier_year", values=year)["id"]

    def state() -> str:
        return str(call("carrier.year", carrier=made["carrier"], year=2025)["state"])

    call("records.edit", kind="carrier_year", id=record, values={"income_rent": "310"})
    assert state() == "draft"
    call("records.edit", kind="carrier_year", id=record, values={"state": "reported"})
    call(
        "records.edit", kind="carrier_year", id=record, values={"torch_reported_on": "2026-01-20", "income_rent": "310"}
    )
    assert state() == "reported"  # the day it was handed in is no figure, and nothing else differs
    if way == "edit":
        call("records.edit", kind="carrier_year", id=record, values={"income_rent": "320"})
    elif way == "bulk":
        call("bulk.edit", kind="carrier_year", ids=[record], values={"income_rent": "320"})
    elif way == "sheet":  # a file, or cells pasted, that name the state they were exported with
        table = "载体\t年度\t填报状态\t房租收入（千元）\n示例综合孵化器\t2025\t已上报\t320\n"
        assert call("ledger.import", text=table, kind="carrier_year")["updated"] == 1
    else:
        call("records.edit", kind="carrier_year", id=record, values={"income_property": "1"})
    assert state() == "corrected"
    kept = call("records.get", kind="carrier_year", id=record)["reported"]
    assert (kept["income_rent"], kept.get("income_property")) == (31_000_000, None)
    call("records.undo")
    assert state() == "reported"


def test_only_items_of_the_form_are_taken_and_a_bad_figure_is_refused(call: Call, made: dict[str, str]) -> None:
    with pytest.raises(Refused, match=r"torch\.not_an_item"):
        call("torch.save", firm=made["tenant"], year=2025, values={"state": "reported"})
    with pytest.raises(Refused, match=r"record\.bad_value"):
        call("torch.save", firm=made["tenant"], year=2025, values={"revenue": "很多"})
    with pytest.raises(Usage, match=r"torch\.not_a_state"):
        call("torch.state", state="done", year=2025, firms=[made["tenant"]])
    with pytest.raises(Usage, match=r"policy\.period_invalid"):
        call("torch.sheet", firm=made["tenant"], year="25")
    with pytest.raises(Refused, match=r"figures\.one_subject"):
        call("figures.check", year=2025)
    assert call("torch.sheet", firm=made["tenant"], year=2025)["record"] == ""


def test_tenants_areas_are_held_against_the_carrier(call: Call, made: dict[str, str]) -> None:
    year = {"carrier": made["carrier"], "year": "2025", "area_tenant": "49.99"}
    record = call("records.add", kind="carrier_year", values=year)["id"]
    assert [one["check"] for one in call("torch.overview", carrier=made["carrier"], year=2025)["findings"]] == [
        "area-of-tenants"
    ]
    call("records.edit", kind="carrier_year", id=record, values={"area_tenant": "50"})
    assert call("torch.overview", carrier=made["carrier"], year=2025)["findings"] == []


def test_quarters_likewise(call: Call, made: dict[str, str]) -> None:
    for quarter, revenue in (("q1", "50"), ("q2", "40")):
        call("torch.save", firm=made["tenant"], year=2025, quarter=quarter, values={"revenue": revenue})
    told = call("figures.check", year=2025, firm=made["tenant"], quarter="q2")
    assert [one["check"] for one in told] == ["quarter-falls"]
    rows = {row["id"]: row for row in call("torch.overview", carrier=made["carrier"], year=2025, quarter="q2")["rows"]}
    assert (rows[made["tenant"]]["doubts"], rows[made["tenant"]]["missing"]) == (1, 11)
    call("torch.state", state="confirmed", year=2025, quarter="q2", firms=[made["tenant"]])
    assert call("torch.sheet", firm=made["tenant"], year=2025, quarter="q2")["state"] == "confirmed"
    assert call("torch.sheet", firm=made["tenant"], year=2025, quarter="q1")["state"] == "draft"


def test_the_workbook_has_a_row_a_firm_in_thousands_and_says_what_is_blank(
    call: Call, made: dict[str, str], tmp_path: Path
) -> None:
    call("torch.save", firm=made["tenant"], year=2025, values={"revenue": "120.5", "net_profit": "-3", "tax_paid": "0"})
    year = {"carrier": made["carrier"], "year": "2025", "income_rent": "300", "income_service": "200", "mentors": "5"}
    call("records.add", kind="carrier_year", values=year)
    file = tmp_path / "火炬.xlsx"
    answer = call("torch.workbook", carrier=made["carrier"], year=2025, file=str(file))
    assert answer["rows"] == 2 and {one["name"] for one in answer["blank"]} == {
        "示例甲科技有限公司",
        "示例乙科技有限公司",
    }
    book = load_workbook(file)
    firms, summary, blanks = book.worksheets
    head = [cell.value for cell in firms[1]]
    assert head[0] == "1.企业名称" and head[1] == "2.统一社会信用代码"
    row = dict(zip(head, [cell.value for cell in firms[3]], strict=True))
    assert row["1.企业名称"] == "示例甲科技有限公司" and row["2.统一社会信用代码"] == "91500112MA60PF0P66"
    assert (row["19.总收入（千元）"], row["20.净利润（千元）"], row["23.实际上缴税费（千元）"]) == (120.5, -3, 0)
    assert row["22.R&D经费支出（千元）"] is None and row["9.与创业导师建立辅导关系"] == "是"
    assert row["26.填表人电话"] == "139****5678"
    numbers = [int(title.partition(".")[0]) for title in head]
    assert numbers == sorted(numbers)
    told = dict(zip(*([cell.value for cell in line] for line in summary.iter_rows(max_row=2)), strict=True))
    assert (told["总收入（千元）"], told["创业导师数（人）"], told["在孵企业数（家）"]) == (500, 5, 1)
    assert told["物业收入（千元）"] is None and "物业收入" in answer["summary_blank"]
    gaps = [tuple(cell.value for cell in row) for row in blanks.iter_rows(min_row=2)]
    assert ("示例综合孵化器", "物业收入") in gaps  # one a row, to be sorted and ticked off
    assert len(gaps) == len(answer["summary_blank"]) + sum(len(one["fields"]) for one in answer["blank"])


def test_the_carriers_year_shows_typed_beside_what_follows(call: Call, made: dict[str, str]) -> None:
    year = {"carrier": made["carrier"], "year": "2025", "income_rent": "300", "income_service": "200", "mentors": "5"}
    call("records.add", kind="carrier_year", values={**year, "income_total": "600"})
    call(
        "records.add", kind="room", values={"carrier": made["carrier"], "number": "A1", "area": "20", "kind": "public"}
    )
    figures = {one["field"]: one for one in call("carrier.year", carrier=made["carrier"], year=2025)["figures"]}
    total = figures["income_total"]
    assert (total["typed"], total["derived"], total["differs"]) == (60_000_000, 50_000_000, True)
    assert "3 项空白" in total["basis"]
    assert (figures["mentors"]["derived"], figures["mentors"]["differs"]) == (1, True)
    assert [figures[name]["derived"] for name in ("tenants", "teams", "graduated", "left", "graduates_total")] == [
        1,
        1,
        1,
        1,
        1,
    ]
    assert figures["area_public"]["derived"] == 2000 and figures["staff_total"]["derived"] is None
    assert figures["income_property"]["missing"] and not figures["income_rent"]["missing"]


def test_services_are_counted_confirmed_and_late(call: Call, made: dict[str, str], tmp_path: Path) -> None:
    for day, minutes in (("2025-05-05", "55"), ("2025-05-20", "50"), ("2026-01-10", "")):
        answer = call(
            "service.log", firm=made["tenant"], kind="coaching", topic="商业计划", provider=made["person"],
            happened_on=day, minutes=minutes,
        )  # fmt: skip
        assert answer["late"] is True
    told = call("service.list", firm=made["tenant"], period="2025")
    assert (len(told["rows"]), told["hours"], told["mentor_hours"]) == (2, "2", "2")  # 105 minutes, a half up
    assert call("service.list", carrier=made["carrier"])["no_minutes"] == 1
    ids = [row["id"] for row in told["rows"]]
    assert call("service.confirm", ids=ids)["changed"] == 2
    (firm,) = call("service.list", unconfirmed=True)["firms"]
    assert (firm["unconfirmed"], firm["services"]) == (1, 1)
    with pytest.raises(Usage, match=r"service\.not_a_mark"):
        call("service.confirm", ids=ids, confirmed="yes")


def test_mentors_and_who_is_without_one(call: Call, made: dict[str, str]) -> None:
    told = call("mentor.terms", carrier=made["carrier"])
    assert [one["firm"] for one in told["terms"][0]["firms"]] == [made["tenant"]] and told["without"] == []
    assert call("mentor.assign", term=made["term"], firms=[made["tenant"]])["ids"] == []  # has this mentor already
    call("mentor.end", id=told["terms"][0]["firms"][0]["id"], on="2026-01-31")
    assert [one["id"] for one in call("mentor.terms", carrier=made["carrier"])["without"]] == [made["tenant"]]
    with pytest.raises(Refused, match=r"mentoring\.ended"):
        call("mentor.end", id=told["terms"][0]["firms"][0]["id"])
    outside = call("mentor.assign", term=made["term"], firms=[made["graduate"]], on="2023-01-01")
    assert outside["warnings"] and not call("service.mentored", firm=made["tenant"])[0]["now"]


@pytest.mark.parametrize("name", ["firm", "service-confirmation"])
def test_the_papers_of_a_firm(
    call: Call, made: dict[str, str], tmp_path: Path, require_tool: Callable[[str], str], name: str
) -> None:
    call(
        "service.log", firm=made["tenant"], kind="coaching", topic="㼆项目商业计划", provider=made["person"],
        happened_on="2025-05-05", minutes="90",
    )  # fmt: skip
    call("torch.save", firm=made["tenant"], year=2025, values={"revenue": "1234.5"})
    files = [tmp_path / "一.pdf", tmp_path / "二.pdf"]
    answers = [call("document.write", name=name, id=made["tenant"], out=str(file)) for file in files]
    assert answers[0]["sha256"] == answers[1]["sha256"]
    text = subprocess.run(
        [require_tool("pdftotext"), "-layout", str(files[0]), "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "示例甲科技有限公司" in text and "13912345678" not in text
    fonts = subprocess.run([require_tool("pdffonts"), str(files[0])], capture_output=True, text=True, check=True).stdout
    assert all(" yes yes " in line for line in fonts.splitlines()[2:])
    assert ("1,234.5" in text and "1.5 小时" in text) if name == "firm" else "㼆项目商业计划" in text
