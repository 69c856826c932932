"""The notice's own table: what programs put on the clipboard, columns, rows, and points in every writing."""

from __future__ import annotations

import time
from typing import Any

import pytest

from desktop.services.noticegrid import MAX_ROWS, pasted
from desktop.services.noticetable import best_table, plain_number, read_points, read_table
from policy.errors import Refused
from tests.unit import notice_samples


def _read(text: str = "", html: str = "", **options: Any) -> dict[str, Any]:
    grids = pasted(text, html)
    return read_table(grids[best_table(grids)], **options).as_dict()


def _indicators(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for row in found["rows"] if row["kind"] == "indicator"]


@pytest.mark.parametrize("program", ["word", "wps", "excel", "tsv"])
def test_the_same_table_from_every_program(program: str) -> None:
    source = getattr(notice_samples, program)()
    found = _read(source) if program == "tsv" else _read(html=source)
    roles = [column["role"] for column in found["columns"]]
    assert roles == ["group", "indicator", "points", "criterion", "proof"]
    assert (found["sum"], found["bonus"], found["total"], found["agrees"]) == ("90", "5", "90", True)
    rows = _indicators(found)
    assert [(row["title"], row["points"], row["bonus"], row["remark"]) for row in rows] == [
        ("场地面积", "10", False, ""),
        ("人员配备", "5", False, "upper"),
        ("投融资能力", "15", False, "upper"),
        ("导师队伍", "20", False, ""),
        ("服务活动", "40", False, "upper"),
        ("国家级荣誉", "5", True, ""),
    ]
    assert [row["group"] for row in rows[:4]] == [["基础条件（３０分）"]] * 3 + [["服务能力（60分）"]]
    assert rows[2]["criterion"] == "自有种子资金500万元以上"  # no blank where only the source was broken
    assert rows[4]["criterion"] == "每场2分\n最多40分" and rows[1]["proof"] == "劳动合同；社保证明"
    assert [(part["stated"], part["found"]) for part in found["groups"]] == [("30", "30"), ("60", "60")]
    assert found["rows"][-1]["kind"] == "total" and "不显示" not in str(found)


@pytest.mark.parametrize("program", ["word", "excel", "tsv"])
def test_a_table_of_forty_rows(program: str) -> None:
    source = getattr(notice_samples, program)(notice_samples.long_table())
    found = _read(source) if program == "tsv" else _read(html=source)
    rows = _indicators(found)
    assert len(rows) == 40 and found["total"] == found["sum"] == "100" and found["agrees"]
    assert rows[17]["group"] == ["类别3"] and rows[39]["group"] == ["类别5"]
    assert [column["role"] for column in found["columns"]][:3] == ["number", "group", "indicator"]


@pytest.mark.parametrize(
    ("written", "points", "said"),
    [
        ("10", "10", ""),
        ("１０分", "10", ""),
        ("（10 分）", "10", ""),
        ("+5", "5", ""),
        ("2.5", "2.5", ""),
        ("0.125", "0.125", ""),
        ("5-10", "10", "upper"),
        ("５～１０分", "10", "upper"),
        ("5分至10分", "10", "upper"),
        ("≤5", "5", "upper"),
        ("满分10分", "10", "upper"),
        ("最高不超过", "", "unreadable"),
        ("5分以内", "5", "upper"),
        ("10%", "10", "percent"),
        ("10-5", "", "unreadable"),
        ("每项5分", "", "unreadable"),
        ("5分/项", "", "unreadable"),
        ("10+5", "", "unreadable"),
        ("1,000", "", "unreadable"),
        ("一票否决", "", "unreadable"),
        ("0", "", "unreadable"),
        ("2.5555", "", "unreadable"),
        ("99999999", "", "unreadable"),
        ("-5", "", "negative"),
        ("扣5分", "", "negative"),
        ("", "", "blank"),
        ("——", "", "blank"),
    ],
)
def test_points_as_notices_write_them(written: str, points: str, said: str) -> None:
    found = read_points(written)
    assert ("" if found.value is None else plain_number(found.value)) == points
    assert (found.problem or found.remark) == said


def test_headings_carry_their_stated_points_and_rows_go_on_below() -> None:
    found = _read(
        "孵化器评价指标体系（满分100分）\n序号\t指标\t分值\t评分标准\t证明材料\n一\t基础条件\t30\t\t\n"
        "1\t场地\t10\t满1万得10\t房产证\n\t\t\t不足的按比例\t平面图\n2\t人员\t20\t专业\t\n"
        "二\t服务\t70\t\t\n3\t导师\t70分/项\t人数\t\n注：以上材料须加盖公章。\n"
    )
    kinds = [(row["kind"], row["title"]) for row in found["rows"]]
    assert kinds[0] == ("heading", "基础条件") and kinds[-1][0] == "left_out"
    first, second, third = _indicators(found)
    assert first["criterion"] == "满1万得10\n不足的按比例" and first["proof"] == "房产证\n平面图"
    assert second["group"] == ["基础条件"] and third["problem"] == "unreadable" and third["points"] == "70分/项"
    assert (found["total"], found["sum"], found["agrees"], found["unreadable"]) == ("100", "30", False, 1)
    assert [(part["title"], part["stated"], part["found"]) for part in found["groups"]] == [
        ("基础条件", "30", "30"),
        ("服务", "70", "0"),
    ]


def test_bonus_and_deductions_by_their_headings() -> None:
    found = _read(
        "项目\t内容\t权重\t自评分\n一、基础\n场地\t面积\t100%\t\n二、加分项\n荣誉\t国家级\t5\t\n"
        "三、扣分项\n处罚\t行政处罚\t5\t\n总 分\t\t100"
    )
    rows = {row["title"]: row for row in _indicators(found)}
    assert rows["国家级"]["bonus"] and not rows["面积"]["bonus"]
    assert rows["行政处罚"]["problem"] == "negative" and rows["行政处罚"]["points"] == ""
    assert rows["面积"]["group"] == ["一、基础", "场地"]
    assert (found["sum"], found["bonus"], found["total"]) == ("100", "5", "100")
    assert found["columns"][3]["role"] == "other"  # a column to be filled in is none of the notice's


def test_points_merged_over_different_indicators_are_marked_not_doubled() -> None:
    rows: list[list[notice_samples.Cell]] = [
        ["指标", "分值", "评分标准"],
        ["甲", ("10", 2, 1), "a"],
        ["乙", "b"],
        [("丙", 2, 1), ("20", 2, 1), "c"],
        ["d"],
        [("丁", 2, 1), "3", "e"],
        ["4", "f"],
    ]
    found = _read(html=notice_samples.excel(rows))
    told = [(row["title"], row["points"], row["problem"], row["criterion"]) for row in _indicators(found)]
    assert told == [
        ("甲", "10", "", "a"),
        ("乙", "", "shared", "b"),
        ("丙", "20", "", "c\nd"),
        ("丁", "3", "", "e"),
        ("丁", "4", "", "f"),
    ]
    assert found["sum"] == "37"


@pytest.mark.parametrize(
    ("header", "roles"),
    [
        ("证明材料\t评分标准\t分值（分）\t指标名称", ["proof", "criterion", "points", "indicator"]),
        (
            "一级指标\t分值\t二级指标\t三级指标\t分值\t评分细则",
            ["group", "other", "group", "indicator", "points", "criterion"],
        ),
        ("评价指标\t权重\t分值\t指标说明\t数据来源", ["indicator", "other", "points", "criterion", "proof"]),
        (
            "考核内容\t标准分\t考核标准\t自评得分\t需提供的佐证材料",
            ["indicator", "points", "criterion", "other", "proof"],
        ),
        ("类别\t评价项目\t评价内容\t满 分\t得分标准", ["group", "group", "indicator", "points", "criterion"]),
        ("指 标\n名 称\t最高分", ["indicator", "points"]),
    ],
)
def test_columns_in_any_order_and_by_many_names(header: str, roles: list[str]) -> None:
    quoted = "\t".join(f'"{name}"' for name in header.split("\t"))
    found = _read(f"{quoted}\n" + "\t".join("10" if role == "points" else f"值{n}" for n, role in enumerate(roles)))
    assert [column["role"] for column in found["columns"]] == roles
    assert len(_indicators(found)) == 1


def test_a_row_that_is_wholly_merged_with_the_one_above_says_nothing() -> None:
    html = "<table><tr><td>指标<td>分值<tr><td rowspan=3 colspan=2>一、基础<tr><tr><tr><td>场地<td>5</table>"
    found = _read(html=html)
    assert [(row["kind"], row["title"]) for row in found["rows"]] == [("heading", "一、基础"), ("indicator", "场地")]


def test_a_header_of_two_rows() -> None:
    rows: list[list[notice_samples.Cell]] = [
        [("评价指标", 1, 2), ("分值", 2, 1), ("评分标准", 2, 1)],
        ["一级指标", "二级指标"],
        ["基础", "场地", "10", "a"],
    ]
    found = _read(html=notice_samples.word(rows))
    assert [column["role"] for column in found["columns"]] == ["group", "indicator", "points", "criterion"]
    assert [(row["group"], row["title"]) for row in _indicators(found)] == [(["基础"], "场地")]


def test_what_was_taken_wrongly_can_be_put_right() -> None:
    text = "甲\t10\t说明一\n乙\t看情况\t说明二"
    blind = _read(text)
    assert {column["role"] for column in blind["columns"]} == {"other"} and blind["header"] == 0
    roles = ["indicator", "points", "criterion"]
    edits = {"2": {"points": "５分"}, "1": {"title": "甲项", "bonus": True}}
    found = _read(text, roles=roles, edits=edits)
    assert [(row["title"], row["points"], row["bonus"]) for row in _indicators(found)] == [
        ("甲项", "10", True),
        ("乙", "5", False),
    ]
    assert (found["sum"], found["bonus"], found["unreadable"]) == ("5", "10", 0)
    assert len(_indicators(_read(text, roles=roles, edits={"1": {"kind": "left_out"}}))) == 1
    with pytest.raises(Refused, match=r"notice\.roles"):
        _read(text, roles=["indicator"])
    with pytest.raises(Refused, match=r"notice\.roles"):
        _read(text, roles=["indicator", "points", "nonsense"])


def test_without_a_column_of_points_they_are_taken_from_the_words_and_marked() -> None:
    found = _read("指标\t评分标准\n场地面积（10分）\t甲\n人员（20 分）\t乙\n其他\t丙")
    told = [(row["points"], row["remark"], row["problem"]) for row in _indicators(found)]
    assert told == [("10", "in_title", ""), ("20", "in_title", ""), ("", "", "blank")]


def test_the_table_of_indicators_is_chosen_among_several() -> None:
    first = "<table><tr><td>联系人</td><td>电话</td></tr></table>"
    found = _read(html=first + notice_samples.wps() + first)
    assert len(_indicators(found)) == 6


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td rowspan=99999 colspan=99999>x",
        "<table>" + "<tr><td rowspan=2000 colspan=64>x</td></tr>" * 50 + "</table>",
        "<table>" * 5000,
        "<table><tr>" + "<td>x" * 70000,
    ],
)
def test_a_table_that_would_fill_the_memory_is_refused(html: str) -> None:
    started = time.monotonic()
    with pytest.raises(Refused, match=r"notice\.(too_large|no_table)"):
        pasted("", html)
    assert time.monotonic() - started < 20  # it is refused, not worked through


@pytest.mark.parametrize(
    "piece",
    [
        "<!--",
        "<!-- <table>",
        "<a '",
        '<td a="',
        "<![if x]>",
        "<",
        "&#x",
        "<style>",
        "</td>",
        "<td><table><tr>",
        "<tr><td>&amp;",
    ],
)
def test_hostile_html_of_any_length_ends_soon(piece: str) -> None:
    started = time.monotonic()
    for html in (piece * 100_000, f"<table><tr><td>{piece * 100_000}</td></tr></table>"):
        try:
            found = pasted("", html)
        except Refused as refused:
            assert refused.code in ("notice.too_large", "notice.no_table")
        else:
            assert all(len(grid.rows) <= MAX_ROWS for grid in found)
    assert time.monotonic() - started < 20


def test_script_style_and_comments_are_no_content() -> None:
    html = (
        "<script>document.write('<table><tr><td>坏</td></tr></table>')</script><table><tr><td>指标<!-- 秘密 --></td>"
        "<td>分值<style>.a{}</style></td></tr><tr><td>&#x5730;&nbsp;面<script>alert(1)</script></td><td>5</td></tr></table>"
    )
    found = _read(html=html)
    assert [(row["title"], row["points"]) for row in _indicators(found)] == [("地 面", "5")]


def test_what_is_no_table_is_refused() -> None:
    for text, html in (("", ""), ("一句话", ""), ("", "<p>一段话</p>"), ("", "<table><tr><td> </td></tr></table>")):
        with pytest.raises(Refused, match=r"notice\.no_table"):
            pasted(text, html)
    many = "指标\t分值\n" + "甲\t1\n" * 401
    with pytest.raises(Refused, match=r"notice\.too_many_rows"):
        _read(many)
