"""Importing workbooks through the service: the real public ledgers, and every way a row can be matched or refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from db.models import Firm, Op, Organisation
from desktop.services.registry import Job
from desktop.services.registry import call as call_service
from policy.errors import Fault, Refused

HEADER = "企业名称,统一社会信用代码,地区,注册资本,成立日期,备注"


@pytest.fixture
def csv(tmp_path: Path) -> Callable[..., str]:
    """`csv("a,b", "1,2")` writes a sheet and gives its path."""

    def write(*lines: str, name: str = "台账.csv") -> str:
        (tmp_path / name).write_text("\n".join(lines) + "\n", "utf-8-sig")
        return str(tmp_path / name)

    return write


@pytest.fixture
def take(call) -> Callable[..., dict[str, Any]]:
    def run(file: str, kind: str = "firm", **options: Any) -> dict[str, Any]:
        return dict(call("ledger.import", file=file, kind=kind, **options))

    return run


def _counts(result: dict[str, Any]) -> tuple[int, int, int, int]:
    return result["added"], result["updated"], result["unchanged"], result["rejected_rows"]


def _firm(call, name: str) -> dict[str, Any]:
    return dict(call("records.get", kind="firm", id=name))


def test_the_public_ledger_goes_in_and_a_second_time_changes_nothing(call, take, shared_dir: Path):
    xls = str(shared_dir / "data" / "firms-chongqing-2002.xls")
    first = take(xls)
    assert _counts(first) == (1847, 0, 0, 29) and first["rows"] == 1876
    assert {item["code"] for item in first["rejected"]} == {"value.text_destroyed"}
    assert all(item["row"] and item["column"] and item["value"] and item["reason"] for item in first["rejected"])
    assert call("workspace.counts")["firm"] == 1847
    second = take(xls)
    assert _counts(second) == (0, 0, 1847, 29) and second["changes"]["op"] == 0
    # the .csv says the same, and has four rows of its own that are too long
    csv = take(str(shared_dir / "data" / "firms-chongqing-2002.csv"))
    assert csv["added"] == csv["updated"] == 0 and csv["unchanged"] >= 1840
    too_long = [item for item in csv["rejected"] if item["code"] == "row.too_many_cells"]
    assert len({item["row"] for item in too_long}) == 4
    assert call("workspace.counts")["firm"] == 1847
    foreign = call("records.ids", kind="firm", where={"reg_capital_currency": "USD"})
    row = call("records.get", kind="firm", id=foreign[0])
    assert "美元" in row["reg_capital_raw"] and row["reg_capital"] > 0
    assert call("records.undo")["label"] == "导入台账"
    assert call("workspace.counts")["firm"] == 0 and call("records.find", text="重庆") == []


def test_the_csv_alone_gives_the_same_firms(call, take, shared_dir: Path):
    result = take(str(shared_dir / "data" / "firms-chongqing-2002.csv"))
    assert result["rejected_rows"] >= 29 and 1840 <= result["added"] <= 1847
    assert result["added"] + result["rejected_rows"] == result["rows"]


def test_a_blank_never_erases_and_a_zero_is_written(call, take, csv):
    take(csv(HEADER, "甲公司,91500108MA5U6Q4E0X,渝北,100万元,2020.5,旧说明"))
    result = take(csv(HEADER, "甲公司,91500108MA5U6Q4E0X,,0,,"))
    assert _counts(result) == (0, 1, 0, 0)
    row = _firm(call, "甲公司")
    assert (row["district"], row["founded_on"], row["remarks"], row["reg_capital"]) == ("渝北", "2020-05", "旧说明", 0)
    history = call("lists.history", kind="firm", id=row["id"])
    assert history[0]["before"] == {"reg_capital": 100_000_000, "reg_capital_raw": "100万元"}
    assert history[0]["after"] == {"reg_capital": 0, "reg_capital_raw": "0"}


def test_rows_are_matched_by_code_then_by_name(call, take, csv):
    take(csv(HEADER, "甲公司,91500108MA5U6Q4E0X,,,,", "乙（重庆）公司,,,,,"))
    result = take(
        csv(
            HEADER,
            "甲公司改名,91500108MA5U6Q4E0X,,,,",  # the same code: the same firm under a new name
            "乙(重庆)公司,91500108MA5U6Q4E1X,,,,",  # the same name but for brackets; its code is new
            "丙公司,,,,,",
        )
    )
    assert _counts(result) == (1, 2, 0, 0)
    assert _firm(call, "91500108MA5U6Q4E0X")["name"] == "甲公司改名"
    assert _firm(call, "91500108MA5U6Q4E1X")["name"] == "乙(重庆)公司"


def test_the_same_name_under_another_code_is_another_firm(call, take, csv):
    lines = (HEADER, "甲公司,91500108MA5U6Q4E0X,,,,", "甲公司,91500108MA5U6Q4E1X,,,,")
    assert _counts(take(csv(*lines))) == (2, 0, 0, 0)
    assert _counts(take(csv(*lines))) == (0, 0, 2, 0)


def test_the_same_firm_twice_in_a_sheet_is_refused_the_second_time(take, csv):
    result = take(csv(HEADER, "甲公司,,渝北,,,", "乙公司,,,,,", "甲 公司,,江北,,,"))
    assert _counts(result) == (2, 0, 0, 1)
    (refused,) = result["rejected"]
    assert (refused["row"], refused["code"]) == (4, "row.duplicate") and "2" in refused["reason"]


def test_an_organisation_that_is_there_becomes_a_firm_and_is_found_once(call, take, csv, ws):
    known = call("records.add", kind="organisation", values={"name": "甲公司", "org_kind": "other"})["id"]
    assert _counts(take(csv(HEADER, "甲公司,,渝北,,2020,"))) == (1, 0, 0, 0)
    row = _firm(call, "甲公司")
    assert (row["id"], row["district"], row["founded_on"]) == (known, "渝北", "2020")
    assert [(hit["kind"], hit["id"]) for hit in call("records.find", text="甲公司")] == [("firm", known)]
    with ws.store.read():
        assert Organisation.select().where(Organisation.name == "甲公司").count() == 1
    call("records.undo")
    assert [(hit["kind"], hit["id"]) for hit in call("records.find", text="甲公司")] == [("organisation", known)]
    assert call("records.get", kind="organisation", id=known)["district"] is None


def test_a_trial_changes_nothing_and_says_the_same(call, take, csv, ws):
    file = csv(HEADER, "甲公司,,,,,", ",,,,,没有名称", "乙公司,,,,2020-13,")
    with ws.store.read():
        before = Op.select().count()
    trial = take(file, dry_run=True)
    with ws.store.read():
        assert (Firm.select().count(), Op.select().count()) == (0, before)
    assert trial["changes"] == {} and call("records.find", text="甲公司") == []
    real = take(file)
    assert _counts(real) == _counts(trial) and real["rejected"] == trial["rejected"] and real["added"] >= 1


def test_stop_at_the_first_error_takes_nothing(call, take, csv, ws):
    with pytest.raises(Refused) as caught:
        take(csv(HEADER, "甲公司,,,,,", "乙公司,,,,不是日期,"), on_error="stop")
    assert (caught.value.code, caught.value.params["row"]) == ("ledger.rows_rejected", 3)
    assert call("workspace.counts")["firm"] == 0


def test_a_rejected_row_says_row_column_value_and_why(take, csv):
    result = take(csv("2025年企业台账", "", HEADER, "甲公司,,,,2020-13,", "乙公司,,,很多,,"))
    found = {(item["row"], item["column"], item["value"]): item["reason"] for item in result["rejected"]}
    assert found.keys() == {(4, "成立日期", "2020-13"), (5, "注册资本", "很多")}
    assert all(reason and "{" not in reason for reason in found.values())


def test_a_wrong_check_digit_warns_and_never_blocks(take, csv):
    result = take(csv(HEADER, "甲公司,91500108MA5U6Q4E0A,,,,"))
    assert result["added"] == 1
    (warning,) = result["warnings"]
    assert (warning["row"], warning["code"]) == (2, "value.code_doubtful")


def test_a_number_damaged_by_the_spreadsheet_is_refused_by_name(take, tmp_path: Path):
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["企业名称", "统一社会信用代码"])
    book.active.append(["甲公司", 915001087319502846])
    book.active.append(["乙公司", 9.15001e17])
    book.save(tmp_path / "台账.xlsx")
    result = take(str(tmp_path / "台账.xlsx"))
    assert {item["code"] for item in result["rejected"]} == {"value.number_damaged"} and result["rejected_rows"] == 2


def test_foreign_currency_is_kept_and_never_converted(call, take, csv):
    take(csv(HEADER, "甲公司,,,6(万美元),,", '乙公司,,,"10,000(万)",,', "丙公司,,,600万人民币,,"))
    rows = {name: _firm(call, name) for name in ("甲公司", "乙公司", "丙公司")}
    assert [(row["reg_capital"], row["reg_capital_currency"]) for row in rows.values()] == [
        (6_000_000, "USD"),
        (10_000_000_000, "CNY"),
        (600_000_000, "CNY"),
    ]
    assert rows["甲公司"]["reg_capital_raw"] == "6(万美元)"


def test_tenancies_and_years_name_their_firm_and_carrier(call, take, csv):
    own = call("workspace.info")["organisation"]["id"]
    call("records.add", kind="carrier", values={"name": "智创园", "operator": own, "carrier_kind": "comprehensive"})
    take(csv(HEADER, "甲公司,91500108MA5U6Q4E0X,,,,", "乙公司,,,,,"))
    stays = csv(
        "企业名称,孵化器,状态,入驻时间,面积",
        "甲公司,智创园,在孵,2023.5,120.5",
        "91500108MA5U6Q4E0X,智创园,毕业,2019-01-01,80",
        "乙公司,没有的园,在孵,2024,1",
        "没有的公司,智创园,在孵,2024,1",
    )
    result = take(stays, "tenancy")
    assert _counts(result) == (2, 0, 0, 2)
    refused = {(item["row"], item["column"], item["value"], item["code"]) for item in result["rejected"]}
    assert refused == {(4, "载体", "没有的园", "ref.unknown"), (5, "企业", "没有的公司", "ref.unknown")}
    assert _counts(take(stays, "tenancy")) == (0, 0, 2, 2)
    firm = _firm(call, "甲公司")["id"]
    rows = call("records.rows", kind="tenancy", ids=call("records.ids", kind="tenancy", where={"firm": firm}))
    assert {(row["entered_on"], row["area"], row["status"]) for row in rows} == {
        ("2023-05", 12050, "incubating"),
        ("2019-01-01", 8000, "graduated"),
    }
    years = csv("企业名称,年度,总收入（千元）,从业人员,研发费用（万元）", "甲公司,2024,1200.5,0,30", "乙公司,2024,,5,")
    assert _counts(take(years, "firm_year")) == (2, 0, 0, 0)
    assert _counts(take(years, "firm_year")) == (0, 0, 2, 0)
    (row,) = call("records.rows", kind="firm_year", ids=call("records.ids", kind="firm_year", where={"firm": firm}))
    assert (row["revenue"], row["staff"], row["rd_spend"], row["net_profit"]) == (120_050_000, 0, 30_000_000, None)


def test_importing_again_adds_nothing_where_no_key_is_given(call, take, csv):
    call("records.add", kind="case", values={"no": "C-1", "title": "对接", "track": "demand"})
    logs = csv(
        "案件,日期,记录类别,内容",
        "C-1,2025-03-01,电话,第一次",
        "C-1,2025-03-01,电话,第二次",
        "C-1,2025-03-01,电话,第二次",
    )
    assert _counts(take(logs, "case_log")) == (3, 0, 0, 0)
    assert _counts(take(logs, "case_log")) == (0, 0, 3, 0)
    assert len(call("case.entries", case="C-1")) == 3


def test_secrets_do_not_come_in_by_a_sheet(call, take, csv, ws):
    call("records.add", kind="case", values={"no": "S-0", "title": "S-0", "track": "supply", "classified": "1"})
    cases = csv(
        "案件编号,案件名称,案件类型,涉密", "S-1,某型发动机,成果转化,是", "S-2,S-2,成果转化,是", "C-3,公开,成果转化,否"
    )
    result = take(cases, "case")
    assert _counts(result) == (2, 0, 0, 1)
    assert (result["rejected"][0]["row"], result["rejected"][0]["code"]) == (2, "record.classified")
    logs = csv("案件,日期,记录类别,内容", "S-2,2025-03-01,电话,见面", "C-3,2025-03-01,电话,见面")
    assert _counts(take(logs, "case_log")) == (1, 0, 0, 1)
    assert _counts(take(csv("案件编号,案件名称,案件类型", "S-0,某型发动机,成果转化"), "case")) == (0, 0, 0, 1)
    with ws.store.read() as connection:
        assert connection.execute("SELECT count(*) FROM broker_case WHERE title LIKE '%发动机%'").fetchone() == (0,)


def test_a_cancelled_import_takes_nothing(session, csv, ws):
    file = csv(HEADER, *(f"企业{number},,,,," for number in range(50)))
    for stop_at in (1, 2, 3, 4):
        job = Job()
        seen = iter(range(1, 99))

        def report(done: int, total: int, text: str, job: Job = job, seen: Any = seen, at: int = stop_at) -> None:
            if next(seen) >= at:
                job.stop.set()

        job.report = report
        try:
            call_service(session, "ledger.import", job, file=file)
        except InterruptedError:
            pass
        else:
            break  # so many reports were not made
        with ws.store.read():
            assert Firm.select().count() == 0
    assert stop_at > 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "ledger.empty"),
        (b"\n\n,,\n", "ledger.no_header"),
        (b"PK\x03\x04 broken", "ledger.unreadable"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "ledger.html"),
        (b"\x00\x01\x02\x03" * 50, "ledger.unsupported"),
        ("随便,写的\n1,2\n".encode(), "ledger.no_header"),
    ],
)
def test_a_file_that_is_no_ledger_is_refused_in_words(call, take, tmp_path: Path, content: bytes, code: str):
    (tmp_path / "台账.xlsx").write_bytes(content)
    with pytest.raises(Fault) as caught:
        take(str(tmp_path / "台账.xlsx"))
    assert caught.value.code in (code, "ledger.unreadable", "ledger.unsupported") and caught.value.exit_code == 4
    if code in ("ledger.empty", "ledger.html", "ledger.no_header"):
        assert caught.value.code == code
    assert call("workspace.counts")["firm"] == 0


def test_a_sheet_without_a_needed_column_is_refused_whole(take, csv):
    with pytest.raises(Refused) as caught:
        take(csv("企业名称,状态,面积", "甲公司,在孵,1"), "tenancy")
    assert caught.value.code == "ledger.missing_columns" and caught.value.params["fields"] == "载体"


def test_a_preview_shows_how_the_columns_are_read(call, csv):
    shown = call("ledger.preview", file=csv("企业名称,注册资本（万元）,心情", "甲,1,好"), kind="firm")
    assert [(column["header"], column["field"]) for column in shown["columns"]] == [
        ("企业名称", "name"),
        ("注册资本（万元）", "reg_capital"),
    ]
    assert shown["rows"] == 1 and shown["missing"] == []


def test_a_list_with_headings_nobody_knows_is_mapped_by_hand_and_what_is_the_same_of_all_rows_is_given(call, take, csv):
    call("records.add", kind="organisation", values={"name": "示例大学", "org_kind": "university"})
    file = csv("记账日,付款户,贷方（元）\n2026-05-03,甲公司,300000", "2026-06-03,乙公司,5")
    shown = call("ledger.preview", file=file, kind="receipt")
    assert (shown["columns"], shown["unknown"]) == ([], ["记账日", "付款户", "贷方（元）"])
    assert set(shown["missing"]) == {"到账日期", "付款方", "收款单位", "到账金额"}
    assert shown["asked"] == ["account_holder"]
    assert (shown["rows"], shown["samples"]["付款户"]) == (2, ["甲公司", "乙公司"])
    mapping = {"记账日": "received_on", "付款户": "payer", "贷方（元）": "amount"}
    shown = call("ledger.preview", file=file, kind="receipt", mapping=mapping, given={"account_holder": "示例大学"})
    assert shown["missing"] == [] and len(shown["columns"]) == 3
    with pytest.raises(Refused) as caught:  # a title, and nothing that may be a header
        call("ledger.preview", file=csv("2026年到账", ",,"), kind="receipt")
    assert caught.value.code == "ledger.no_header"


def test_a_change_made_in_an_exported_sheet_comes_back(call, take, tmp_path: Path):
    call("records.add", kind="firm", values={"name": "甲公司", "reg_capital": "6(万美元)", "founded_on": "2020-05"})
    call("records.add", kind="firm", values={"name": "乙公司", "address": "江北"})
    file = tmp_path / "firm.xlsx"
    call("records.export", kind="firm", file=str(file))
    book = openpyxl.load_workbook(io.BytesIO(file.read_bytes()))
    sheet = book.active
    assert sheet is not None
    column = next(cell.column for row in sheet.iter_rows() for cell in row if cell.value == "地址")
    line = next(cell.row for row in sheet.iter_rows() for cell in row if cell.value == "甲公司")
    sheet.cell(line, column, "渝北区新地址")
    book.save(file)
    assert _counts(take(str(file))) == (0, 1, 1, 0)
    assert _firm(call, "甲公司")["address"] == "渝北区新地址"


def test_the_columns_seen_come_back_unchanged_whatever_the_currency(call, take, tmp_path: Path):
    call("records.add", kind="firm", values={"name": "甲公司", "reg_capital": "6(万美元)"})
    call("records.add", kind="firm", values={"name": "乙公司", "reg_capital": "600万元"})
    file = tmp_path / "firm.xlsx"
    call("records.export", kind="firm", file=str(file), columns=["name", "reg_capital"])
    assert _counts(take(str(file))) == (0, 0, 2, 0)
    assert _firm(call, "甲公司")["reg_capital_currency"] == "USD"


def test_a_sheet_of_records_that_name_others_is_called_by_its_kind(call, tmp_path: Path):
    own = call("workspace.info")["organisation"]["id"]
    carrier = {"name": "示例孵化器", "operator": own, "carrier_kind": "综合孵化器"}
    call("records.add", kind="carrier", values=carrier)
    file = tmp_path / "carrier.xlsx"
    call("records.export", kind="carrier", file=str(file))
    assert openpyxl.load_workbook(io.BytesIO(file.read_bytes())).sheetnames == ["孵化载体"]


def test_a_sheet_does_not_make_a_case_with_records_secret_and_leaves_no_text_of_one(call, take, csv, ws):
    spoken = call("records.add", kind="case", values={"no": "C-1", "title": "C-1", "track": "supply"})["id"]
    call("case.log", case=spoken, kind="visit", note="见面")
    bare = call("records.add", kind="case", values={"no": "C-2", "title": "某型发动机", "track": "supply"})["id"]
    result = take(csv("案件编号,案件名称,案件类型,涉密", "C-1,C-1,supply,是", "C-2,C-2,supply,是"), kind="case")
    assert [(row["row"], row["code"]) for row in result["rejected"]] == [(2, "record.classified")]
    assert call("records.get", kind="case", id=spoken)["classified"] == 0
    assert call("records.get", kind="case", id=bare)["classified"] == 1
    with ws.store.read() as connection:
        kept = connection.execute("SELECT before, after FROM change WHERE record = ?", (bare,)).fetchall()
    assert set(kept) == {(None, None)}


def test_a_name_that_two_firms_bear_is_asked_about_and_overwrites_neither(call, take, csv):
    codes = ("91500108MA5U6Q4E0X", "91500112MA5U6Q4E1W")
    made = [
        call("records.add", kind="firm", values={"name": "同名科技", "uscc": code, "address": code[-1]})["id"]
        for code in codes
    ]
    result = take(csv("企业名称,地址", "同名科技,别处"))
    assert _counts(result)[:3] == (0, 0, 0)
    assert [(row["row"], row["code"]) for row in result["rejected"]] == [(2, "record.ambiguous")]
    assert [call("records.get", kind="firm", id=firm)["address"] for firm in made] == ["X", "W"]
    known = take(csv("企业名称,统一社会信用代码,地址", f"同名科技,{codes[1]},别处"))
    assert _counts(known)[:3] == (0, 1, 0)


def test_the_same_name_in_another_region_is_another_firm(call, take, csv):
    take(csv("企业名称,行政区划代码,地址", "同名科技,500112,渝北"))
    result = take(csv("企业名称,行政区划代码,地址", "同名科技,500108,南岸"))
    assert _counts(result)[:3] == (1, 0, 0)
    assert _counts(take(csv("企业名称,行政区划代码,地址", "同名科技,500108,弹子石")))[:3] == (0, 1, 0)
    rows = [call("records.get", kind="firm", id=record) for record in call("records.ids", kind="firm")]
    assert {(row["region"], row["address"]) for row in rows} == {("500112", "渝北"), ("500108", "弹子石")}


def test_a_contract_registered_under_another_number_is_another_contract(call, take, csv):
    take(csv("合同名称,合同编号,签订日期,合同登记编号", "甲,H-1,2025-03-01,2025500108000001"), kind="contract")
    result = take(csv("合同名称,合同编号,签订日期,合同登记编号", "乙,H-1,2025-03-01,2025500108000002"), kind="contract")
    assert _counts(result)[:3] == (1, 0, 0)
    assert call("workspace.counts")["contract"] == 2


def test_a_firm_is_known_by_its_former_name_too(call, take, csv):
    values = {"name": "新名科技", "uscc": "91500108MA5U6Q4E0X", "former_names": ["旧名（重庆）科技"]}
    firm = call("records.add", kind="firm", values=values)["id"]
    assert _counts(take(csv("企业名称,地址", "旧名(重庆)科技,渝北")))[:3] == (0, 1, 0)
    assert call("records.get", kind="firm", id="旧名(重庆)科技")["id"] == firm
    row = call("records.get", kind="firm", id=firm)
    assert (row["name"], row["address"]) == ("新名科技", "渝北")  # the sheet's name is the older one


def test_a_record_knows_the_row_it_came_from(call, tmp_path: Path):
    file = tmp_path / "台账.csv"
    file.write_text("示例台账\n企业名称,成立日期\n重庆甲科技有限公司,2024.5\n重庆乙科技有限公司,2024.6\n", "utf-8")
    call("ledger.import", file=str(file), kind="firm")
    assert call("records.get", kind="firm", id="重庆乙科技有限公司")["origin"] == "import:台账.csv#4"


def test_cells_beside_the_table_are_told_and_stop_nothing(take, tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("企业名称", "地区"), ("甲公司", "渝北")):
        sheet.append(row)
    sheet["F2"] = "见附件"
    book.save(tmp_path / "firm.xlsx")
    result = take(str(tmp_path / "firm.xlsx"))
    assert _counts(result) == (1, 0, 0, 0)
    assert [(note["code"], note["value"]) for note in result["warnings"]] == [("row.cells_without_header", "见附件")]


def test_what_is_given_beside_a_sheet_moves_no_record_to_another(call, take, csv):
    firms = [call("records.add", kind="firm", values={"name": name})["id"] for name in ("甲公司", "乙公司")]
    values = {"firm": firms[0], "q_kind": "high_tech", "issued_on": "2024-01-01"}
    held = call("records.add", kind="qualification", values=values)["id"]
    sheet = csv("ID,资质,发证日期,发证机关", f"{held},high_tech,2024-01-01,市科技局", ",high_tech,2025-01-01,")
    result = take(sheet, kind="qualification", given={"firm": firms[1]})
    assert _counts(result) == (1, 1, 0, 0)
    row = call("records.get", kind="qualification", id=held)
    assert (row["firm"], row["issuer"]) == (firms[0], "市科技局")
    assert len(call("records.ids", kind="qualification", where={"firm": firms[1]})) == 1


def test_asking_about_amounts_takes_no_query_a_row(call, take, csv, caplog):
    call("records.add", kind="firm", values={"name": "甲公司"})

    def queries(*years: int) -> int:
        rows = [f"甲公司,{year},{1000 + year}" for year in years]
        caplog.clear()
        with caplog.at_level("DEBUG", logger="peewee"):
            assert take(csv("企业名称,年度,总收入", *rows), kind="firm_year")["added"] == len(years)
        return len(caplog.records)

    few = queries(2024)
    assert few and queries(*range(2010, 2020)) == few
    slip = take(csv("企业名称,年度,总收入", "甲公司,2025,3025000"), kind="firm_year")
    assert [note["code"] for note in slip["warnings"]] == ["value.thousandfold"]


def test_a_row_that_is_not_imported_is_not_said_to_be_kept(take, csv):
    result = take(
        csv("企业名称,资质,发证日期,有效期至", "没有的公司,high_tech,2024-05-01,2023-05-01"), kind="qualification"
    )
    assert _counts(result) == (0, 0, 0, 1) and result["rejected"][0]["code"] == "ref.unknown"
    assert result["warnings"] == []


def test_days_out_of_order_are_asked_about_once_and_against_what_is_on_record(call, take, csv):
    own = call("workspace.info")["organisation"]["id"]
    firm = call("records.add", kind="firm", values={"name": "甲公司"})["id"]
    carrier = {"name": "示例孵化器", "operator": own, "carrier_kind": "综合孵化器"}
    stay = {"firm": firm, "carrier": call("records.add", kind="carrier", values=carrier)["id"], "status": "在孵"}
    held = call("records.add", kind="tenancy", values={**stay, "entered_on": "2024-05-01"})["id"]
    sheet = csv("ID,企业名称,载体,状态,毕业时间", f"{held},甲公司,示例孵化器,毕业,2023-05-01")
    told = [[note["code"] for note in take(sheet, kind="tenancy")["warnings"]] for _ in range(2)]
    assert told == [["value.before"], []]
