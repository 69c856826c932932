"""Collection rounds: real workbooks go out, are filled in, renamed, mixed up and damaged, and come back in a folder."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from openpyxl import Workbook, load_workbook

from desktop.commands import collect  # noqa: F401 - registers the commands
from desktop.commands.context import Context
from desktop.commands.registry import COMMANDS
from desktop.services import collecting
from policy.errors import Refused, Usage

Call = Callable[..., Any]
FIELDS = ["revenue", "net_profit", "rd_spend", "staff", "staff_phd"]
ROW = {"总收入": 5, "净利润": 6, "R&D经费支出": 7, "从业人员": 8, "博士": 9}


@pytest.fixture
def made(call: Call) -> dict[str, str]:
    """A carrier with two firms, a team without a credit code, one that left; last year's figures of the first firm."""
    own = call("workspace.info")["organisation"]["id"]

    def add(kind: str, /, **values: Any) -> str:
        return str(call("records.add", kind=kind, values=values)["id"])

    ids = {"carrier": add("carrier", name="示例综合孵化器", operator=own, carrier_kind="comprehensive")}
    firms = {
        "a": {"name": "示例甲科技有限公司", "uscc": "91500112MA60PF0P66"},
        "b": {"name": "示例乙科技有限公司"},
        "team": {"name": "示例丁团队", "is_team": "1"},
        "left": {"name": "示例丙科技有限公司"},
    }
    for name, values in firms.items():
        ids[name] = add("firm", **values)
        gone = {"status": "left", "left_on": "2025-03-01"} if name == "left" else {"status": "incubating"}
        add("tenancy", firm=ids[name], carrier=ids["carrier"], entered_on="2024-03-01", **gone)
    call("torch.save", firm=ids["a"], year=2024, values={"revenue": "120.5", "staff": "9"})
    answer = call(
        "collect.start", name="2025年报", kind="torch_year", period="2025", carrier=ids["carrier"],
        due_on="2026-02-10", fields=FIELDS,
    )  # fmt: skip
    assert answer["items"] == 3
    ids["round"] = answer["id"]
    return ids


@pytest.fixture
def sheets(call: Call, made: dict[str, str], tmp_path: Path) -> dict[str, Path]:
    """The written workbook by the short name of its firm."""
    answer = call("collect.write", round=made["round"], folder=str(tmp_path / "发出"))
    by_firm = {made[name]: name for name in ("a", "b", "team")}
    return {by_firm[one["firm"]]: Path(one["file"]) for one in answer["files"]}


def fill(file: Path, to: Path, /, **values: Any) -> Path:
    """A copy as a firm fills it in and saves it."""
    book = load_workbook(file)
    sheet = book.worksheets[0]
    for label, value in values.items():
        sheet.cell(ROW[label], 5).value = value
    to.parent.mkdir(exist_ok=True)
    book.save(to)
    return to


def year_of(call: Call, firm: str) -> dict[str, Any]:
    return dict(call("torch.sheet", firm=firm, year=2025)["row"])


def read(call: Call, made: dict[str, str], *files: Path, **more: Any) -> dict[str, Any]:
    return dict(call("collect.read", round=made["round"], files=[str(file) for file in files], **more))


def test_the_form_is_locked_but_for_this_years_cells(call: Call, made: dict[str, str], sheets: dict[str, Path]) -> None:
    book = load_workbook(sheets["a"])
    sheet = book.worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows(max_row=6)] == [
        ["项号", "项目", "单位", "上年数", "本年数", "备注"],
        [None, "企业名称", None, None, "示例甲科技有限公司", None],
        [None, "统一社会信用代码", None, None, "91500112MA60PF0P66", None],
        [None, "期间", None, None, "2025", None],
        ["19", "总收入", "千元", 120.5, None, None],
        ["20", "净利润", "千元", None, None, None],
    ]
    assert sheet["D8"].value == 9 and sheet["C8"].value == "人"
    assert sheet.protection.sheet and sheet["E2"].protection.locked and sheet["D5"].protection.locked
    assert not sheet["E5"].protection.locked and not sheet["F5"].protection.locked
    assert book.worksheets[1].sheet_state == "hidden"


def test_files_are_known_by_what_is_inside_and_become_drafts(
    call: Call, made: dict[str, str], sheets: dict[str, Path], tmp_path: Path
) -> None:
    back = tmp_path / "收回"
    fill(sheets["a"], back / "新建 工作表(3).xlsx", 总收入=150, 净利润=-3.5, 从业人员=12)
    fill(sheets["team"], back / "示例甲.dat", 从业人员=3)
    (back / "照片.jpg").write_bytes(b"\xff\xd8\xff\xe0 no workbook")
    (back / "~$新建.xlsx").write_bytes(b"lock")
    tried = call("collect.read", round=made["round"], folder=str(back), dry_run=True)
    assert year_of(call, made["a"]) == {} and call("evidence.list") == []
    done = call("collect.read", round=made["round"], folder=str(back))
    assert [one["file"] for one in done["unknown"]] == ["照片.jpg"] and done["files"] == 3
    told = {one["firm"]: one for one in done["firms"]}
    assert set(told) == {made["a"], made["team"]}
    assert [one["taken"] for one in tried["firms"]] == [one["taken"] for one in done["firms"]]
    assert told[made["a"]]["taken"] == ["总收入", "净利润", "从业人员"]
    assert told[made["a"]]["blanks"] == ["R&D经费支出", "博士"] and told[made["a"]]["doubts"] == []
    row = year_of(call, made["a"])
    assert (row["revenue"], row["net_profit"], row["staff"], row["rd_spend"]) == (15_000_000, -350_000, 12, None)
    assert row["state"] == "draft" and told[made["a"]]["record"] == row["id"]
    stood = {one["firm"]: one for one in call("collect.status", round=made["round"])["rows"]}
    assert stood[made["a"]]["state"] == "returned" and stood[made["a"]]["returned_on"]
    assert stood[made["b"]]["state"] == "waiting" and len(stood[made["b"]]["missing"]) == len(FIELDS)
    proof = call("evidence.list", target=f"collection_item:{told[made['a']]['item']}")
    assert [one["file_name"] for one in proof] == ["新建 工作表(3).xlsx"]
    call("records.undo")
    assert year_of(call, made["a"]) == {}


def test_what_looks_wrong_is_asked(call: Call, made: dict[str, str], sheets: dict[str, Path], tmp_path: Path) -> None:
    file = fill(sheets["a"], tmp_path / "x.xlsx", 总收入=120500, 净利润="约三百万", 从业人员=9, 博士=10)
    (told,) = read(call, made, file)["firms"]
    text = "\n".join(told["doubts"])
    assert told["state"] == "doubt" and "净利润" not in told["taken"]
    assert "是不是单位看错了" in text and "约三百万" in text and "“博士”10 人 大于" in text
    again = fill(sheets["a"], tmp_path / "y.xlsx", 总收入=120.5)
    (told,) = read(call, made, again)["firms"]
    assert "照抄" in "\n".join(told["doubts"])


def test_an_answer_to_doubts_clears_them(
    call: Call, made: dict[str, str], sheets: dict[str, Path], tmp_path: Path
) -> None:
    read(call, made, fill(sheets["a"], tmp_path / "x.xlsx", 总收入=120500))
    (told,) = read(call, made, fill(sheets["a"], tmp_path / "y.xlsx", 总收入=130))["firms"]
    assert told["state"] == "returned" and year_of(call, made["a"])["revenue"] == 13_000_000
    item = call("records.rows", kind="collection_item", ids=[told["item"]])[0]
    assert item["questions"] is None


def test_figures_that_were_checked_stay(
    call: Call, made: dict[str, str], sheets: dict[str, Path], tmp_path: Path
) -> None:
    call("torch.save", firm=made["a"], year=2025, values={"revenue": "200"})
    call("torch.state", state="confirmed", year=2025, firms=[made["a"]])
    (told,) = read(call, made, fill(sheets["a"], tmp_path / "x.xlsx", 总收入=150))["firms"]
    assert told["taken"] == [] and "总收入" in told["doubts"][0]
    assert year_of(call, made["a"])["revenue"] == 20_000_000


def test_two_files_of_a_firm_count_where_they_agree(
    call: Call, made: dict[str, str], sheets: dict[str, Path], tmp_path: Path
) -> None:
    one = fill(sheets["b"], tmp_path / "一.xlsx", 总收入=10, 从业人员=4)
    two = fill(sheets["b"], tmp_path / "二.xlsx", 总收入=11, 从业人员=4)
    (told,) = read(call, made, one, two)["firms"]
    assert told["taken"] == ["从业人员"] and "总收入" in told["doubts"][0] and told["state"] == "doubt"
    assert (year_of(call, made["b"])["revenue"], year_of(call, made["b"])["staff"]) == (None, 4)


def test_a_blank_form_is_no_answer(call: Call, made: dict[str, str], sheets: dict[str, Path]) -> None:
    (told,) = read(call, made, sheets["b"])["firms"]
    assert told["taken"] == [] and told["state"] == "doubt" and year_of(call, made["b"]) == {}
    stood = {one["firm"]: one for one in call("collect.status", round=made["round"])["rows"]}
    assert stood[made["b"]]["returned_on"] is None


def test_a_file_of_another_year_is_not_taken(call: Call, made: dict[str, str], tmp_path: Path) -> None:
    older = call(
        "collect.start", name="2024年报", kind="torch_year", period="2024", carrier=made["carrier"],
        due_on="2025-02-10", fields=FIELDS,
    )["id"]  # fmt: skip
    files = call("collect.write", round=older, folder=str(tmp_path / "旧"))["files"]
    old = next(Path(one["file"]) for one in files if one["firm"] == made["b"])
    (told,) = read(call, made, fill(old, tmp_path / "x.xlsx", 总收入=1))["firms"]
    assert told["taken"] == [] and "2024" in told["doubts"][0] and year_of(call, made["b"]) == {}


def test_a_form_copied_from_another_firm_is_asked_about(
    call: Call, made: dict[str, str], sheets: dict[str, Path], tmp_path: Path
) -> None:
    book = load_workbook(fill(sheets["a"], tmp_path / "x.xlsx", 总收入=1))
    book.worksheets[0]["E2"].value, book.worksheets[0]["E3"].value = "示例乙科技有限公司", None
    book.save(tmp_path / "x.xlsx")
    (told,) = read(call, made, tmp_path / "x.xlsx")["firms"]
    assert told["taken"] == [] and "示例乙" in told["doubts"][0]


def test_a_firm_renamed_since_and_a_form_without_its_identity_sheet(
    call: Call, made: dict[str, str], sheets: dict[str, Path], tmp_path: Path
) -> None:
    call("firm.rename", firm=made["b"], name="示例乙智能科技有限公司")
    kept = fill(sheets["b"], tmp_path / "x.xlsx", 从业人员=5)
    (told,) = read(call, made, kept)["firms"]
    assert (told["firm"], told["state"]) == (made["b"], "returned")
    book = load_workbook(kept)
    book.remove(book.worksheets[1])
    book.worksheets[0]["E8"].value = 6
    book.save(tmp_path / "y.xlsx")
    (told,) = read(call, made, tmp_path / "y.xlsx")["firms"]
    assert (told["firm"], year_of(call, made["b"])["staff"]) == (made["b"], 6)


def test_an_identity_that_was_changed_does_not_count(
    call: Call, made: dict[str, str], sheets: dict[str, Path], tmp_path: Path
) -> None:
    book = load_workbook(fill(sheets["a"], tmp_path / "x.xlsx", 从业人员=5))
    book.worksheets[1]["A3"].value = made["b"]
    book.save(tmp_path / "x.xlsx")
    (told,) = read(call, made, tmp_path / "x.xlsx")["firms"]
    assert told["firm"] == made["a"] and "标识" in told["doubts"][0]


def test_a_csv_as_an_office_program_saves_it(call: Call, made: dict[str, str], tmp_path: Path) -> None:
    text = "项目,单位,本年数,备注\n企业名称,,示例丁团队,\n从业人员,人,3,含兼职\n总收入,千元,1e,\n"
    (tmp_path / "x.csv").write_bytes(text.encode("gb18030"))
    (told,) = read(call, made, tmp_path / "x.csv")["firms"]
    assert told["taken"] == ["从业人员"] and told["firm"] == made["team"] and "总收入" in told["doubts"][0]
    assert year_of(call, made["team"])["explanation"] == {"staff": "含兼职"}


def test_a_workbook_of_a_stranger_is_named(call: Call, made: dict[str, str], tmp_path: Path) -> None:
    book = Workbook()
    for row in (["项目", "本年数"], ["企业名称", "另一家公司"], ["从业人员", 3]):
        book.worksheets[0].append(row)
    book.save(tmp_path / "x.xlsx")
    Workbook().save(tmp_path / "y.xlsx")
    answer = read(call, made, tmp_path / "x.xlsx", tmp_path / "y.xlsx")
    assert answer["firms"] == [] and "另一家公司" in answer["unknown"][0]["reason"] and len(answer["unknown"]) == 2


def test_reminders_name_what_is_missing(
    call: Call, made: dict[str, str], sheets: dict[str, Path], tmp_path: Path
) -> None:
    told = read(call, made, fill(sheets["a"], tmp_path / "x.xlsx", 总收入=150, 净利润=1, 从业人员=12, 博士=1))
    texts = {one["firm"]: one["text"] for one in call("collect.reminders", round=made["round"])["texts"]}
    assert "还空着 1 项：R&D经费支出" in texts[made["a"]] and "2026-02-10" in texts[made["a"]]
    assert "还没有收到" in texts[made["b"]] and set(texts) == {made["a"], made["b"], made["team"]}
    call("collect.confirm", items=[told["firms"][0]["item"]])
    texts = {one["firm"]: one["text"] for one in call("collect.reminders", round=made["round"])["texts"]}
    assert made["a"] not in texts
    later = read(call, made, fill(sheets["a"], tmp_path / "y.xlsx", 总收入=160))["firms"][0]
    assert later["state"] == "confirmed" and year_of(call, made["a"])["revenue"] == 15_000_000


def test_of_a_whole_form_only_what_it_requires_is_chased(call: Call, made: dict[str, str], tmp_path: Path) -> None:
    key = call(
        "collect.start", name="全部", kind="torch_year", period="2025", carrier=made["carrier"], due_on="2026-02-10"
    )["id"]
    missing = call("collect.status", round=key)["rows"][0]["missing"]
    assert "总收入" in missing and "硕士" not in missing
    file = Path(call("collect.write", round=key, folder=str(tmp_path / "全"))["files"][0]["file"])
    labels = [row[1].value for row in load_workbook(file).worksheets[0].iter_rows()]
    assert "硕士" in labels and "占用场地面积" not in labels  # what follows from the records is not asked


def test_what_cannot_be_begun_or_confirmed(call: Call, made: dict[str, str], tmp_path: Path) -> None:
    asked = {"name": "x", "carrier": made["carrier"], "due_on": "2026-01-01"}
    for kind, period, more, code in (
        ("quarter", "2025", {}, "collect.wrong_period"),
        ("torch_year", "2025", {"fields": ["area"]}, "collect.not_a_figure"),
        ("torch_year", "2020", {}, "collect.nobody"),
    ):
        with pytest.raises(Refused) as refused:
            call("collect.start", kind=kind, period=period, **asked, **more)
        assert refused.value.code == code
    item = call("collect.status", round=made["round"])["rows"][0]["id"]
    with pytest.raises(Refused, match=r"collect\.not_returned"):
        call("collect.confirm", items=[item])
    (tmp_path / "空").mkdir()
    with pytest.raises(Refused, match=r"collect\.no_files"):
        call("collect.read", round=made["round"], folder=str(tmp_path / "空"))
    with pytest.raises(Usage):
        call("collect.start", kind="torch_year", period="去年", **asked)


def test_a_quarter(call: Call, made: dict[str, str], tmp_path: Path) -> None:
    key = call(
        "collect.start", name="三季度", kind="quarter", period="2025q3", carrier=made["carrier"], due_on="2025-10-10"
    )["id"]
    files = call("collect.write", round=key, folder=str(tmp_path / "季"))["files"]
    source = next(Path(one["file"]) for one in files if one["firm"] == made["b"])
    shutil.copy(source, tmp_path / "q.xlsx")
    book = load_workbook(tmp_path / "q.xlsx")
    book.worksheets[0]["E5"].value = 77
    book.save(tmp_path / "q.xlsx")
    (told,) = call("collect.read", round=key, files=[str(tmp_path / "q.xlsx")])["firms"]
    assert told["kind"] == "firm_quarter" and told["taken"] == ["总收入"]
    sheet = call("torch.sheet", firm=made["b"], year=2025, quarter="q3")
    assert sheet["row"]["revenue"] == 7_700_000


def test_the_whole_round_by_command(call: Call, made: dict[str, str], tmp_path: Path) -> None:
    context = cast("Context", SimpleNamespace(call=call))

    def run(name: str, *words: str) -> str:
        parser = argparse.ArgumentParser()
        command = COMMANDS[f"collect {name}"]
        command.arguments(parser)
        asked = parser.parse_args(words)
        return command.show(command.run(context, asked), asked)

    assert ["19", "revenue", "总收入", "千元"] in [line.split() for line in run("figures", "2025").split("\n")]
    look = tmp_path / "样.xlsx"
    assert run("sample", "2025", str(look), "--fields", *FIELDS).endswith(str(look)) and look.exists()
    words = ("命令批次", "示例综合孵化器", "2025", "--due", "2026-02-10", "--fields", *FIELDS)
    assert "3 家要填报" in run("start", *words)
    said, *files = run("write", "命令批次", str(tmp_path / "出")).split("\n")
    (first,) = [file.strip() for file in files if "示例乙" in file]
    assert "3 份填报表" in said
    fill(Path(first), tmp_path / "回" / "1.xlsx", 总收入=8, 净利润=1, 从业人员=2, 博士="三")
    (tmp_path / "回" / "2.txt").write_text("x", "utf-8")
    told = run("read", "命令批次", "--folder", str(tmp_path / "回"))
    assert "读入 3 项" in told and "“三”" in told and "2.txt" in told
    status = run("status", "命令批次")
    assert "有疑问 1" in status and "未回 2" in status and "R&D经费支出" in status
    assert run("remind", "命令批次").count("您好") == 3


def test_every_round_says_how_many_came_back_and_what_is_next(
    call: Call, made: dict[str, str], sheets: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stands() -> tuple[str, str]:
        (row,) = call("collect.rounds", ids=[made["round"]])
        assert row["title"] == "2025年报" and row["_titles"]["carrier"] == "示例综合孵化器"
        return row["progress"], row["next"]

    def on(day: date) -> None:
        monkeypatch.setattr(collecting, "today", lambda: day)

    on(date(2026, 2, 8))
    assert stands() == ("0/3", "还差 3 家，2026-02-10 截止；3 家还没有登记发出")
    items = call("collect.status", round=made["round"])["rows"]
    call("collect.sent", items=[one["id"] for one in items], how="wechat", on="2026-01-20")
    full = {"总收入": 100, "净利润": 1, "R&D经费支出": 5, "从业人员": 9, "博士": 1}
    read(call, made, fill(sheets["a"], tmp_path / "回" / "a.xlsx", **full))
    on(date(2026, 2, 13))
    assert stands() == ("1/3", "还差 2 家，已过期 3 天")
    read(call, made, fill(sheets["b"], tmp_path / "回" / "b.xlsx", **{**full, "博士": 10}))
    read(call, made, fill(sheets["team"], tmp_path / "回" / "t.xlsx", **full))
    assert stands() == ("3/3；疑问 1", "核对 1 家的疑问")
    call("collect.confirm", items=[one["id"] for one in items if one["firm"] == made["b"]])
    assert stands() == ("3/3", "确认 2 家的数据")
    call("collect.confirm", items=[one["id"] for one in items])
    assert stands() == ("3/3", "全部已确认")
    quarter = {"kind": "quarter", "period": "2025Q3", "carrier": made["carrier"], "due_on": "2026-03-01"}
    other = call("collect.start", name="三季度", **quarter)["id"]
    assert [one["id"] for one in call("collect.rounds")] == [other, made["round"]]  # the latest due first
    command = COMMANDS["collect rounds"]
    context = cast("Context", SimpleNamespace(call=call))
    told = command.show(command.run(context, argparse.Namespace()), argparse.Namespace())
    assert "2025年报" in told and "3/3" in told and "全部已确认" in told


def test_what_can_be_asked_for_and_a_form_to_look_at_first(call: Call, tmp_path: Path) -> None:
    found = {one["name"]: one for one in call("collect.figures", period="2025")}
    assert (found["revenue"]["no"], found["revenue"]["unit"], found["revenue"]["required"]) == ("19", "千元", True)
    assert "area" not in found and not found["staff_master"]["required"]
    assert [one["no"] for one in call("collect.figures", period="2025q3")][:2] == ["1", "2"]
    file = tmp_path / "样表.xlsx"
    assert call("collect.sample", period="2025", file=str(file), fields=["staff", "revenue"])["figures"] == 2
    sheet = load_workbook(file).worksheets[0]
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == [
        "企业名称", "统一社会信用代码", "期间", "总收入", "从业人员"
    ]  # fmt: skip
    assert sheet.page_setup.fitToWidth == 1 and sheet.sheet_properties.pageSetUpPr is not None
    with pytest.raises(Refused, match=r"collect\.not_a_figure"):
        call("collect.sample", period="2025", file=str(file), fields=["name"])


def test_a_sheet_put_in_front_hidden_rows_and_merged_titles(
    call: Call, made: dict[str, str], sheets: dict[str, Path], tmp_path: Path
) -> None:
    book = load_workbook(fill(sheets["a"], tmp_path / "x.xlsx", 总收入=10, 净利润=-2, 从业人员=3))
    sheet = book.worksheets[0]
    sheet.row_dimensions[6].hidden = True
    sheet.insert_rows(1)
    sheet["A1"].value = "2025 年度调查"
    sheet.merge_cells("A1:F1")
    front = book.create_sheet("说明", 0)
    front["A1"].value = "请先看说明"
    book.save(tmp_path / "x.xlsx")
    (told,) = read(call, made, tmp_path / "x.xlsx")["firms"]
    assert told["taken"] == ["总收入", "净利润", "从业人员"] and told["doubts"] == []


def test_a_code_cut_off_by_a_spreadsheet_and_one_of_another_firm(
    call: Call, made: dict[str, str], sheets: dict[str, Path], tmp_path: Path
) -> None:
    def form(name: str, code: object) -> Path:
        book = Workbook()
        for row in (["项目", "本年数"], ["企业名称", name], ["统一社会信用代码", code], ["从业人员", 3]):
            book.worksheets[0].append(row)
        book.save(tmp_path / "x.xlsx")
        return tmp_path / "x.xlsx"

    for damaged in (500103198901234567.0, "5.00103E+17"):
        (told,) = read(call, made, form("示例乙科技有限公司", damaged), dry_run=True)["firms"]
        assert told["firm"] == made["b"]  # the name tells whose it is
        answer = read(call, made, form("", damaged), dry_run=True)
        assert answer["firms"] == [] and "已被表格软件损坏" in answer["unknown"][0]["reason"]
    answer = read(call, made, form("示例乙科技有限公司", "91500112MA60PF0P66"))
    assert answer["firms"] == [] and "不是同一家企业" in answer["unknown"][0]["reason"]


def test_a_figure_below_zero_is_taken_and_asked_about(
    call: Call, made: dict[str, str], sheets: dict[str, Path], tmp_path: Path
) -> None:
    (told,) = read(call, made, fill(sheets["b"], tmp_path / "x.xlsx", 总收入=-5, 净利润=-8))["firms"]
    assert told["taken"] == ["总收入", "净利润"] and told["state"] == "doubt"
    assert told["doubts"] == ["“总收入”是负数（-5 千元），请核对。"]
