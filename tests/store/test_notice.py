"""The notice's own table: from the clipboard to a pack that is judged, scored, checked and frozen."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db.models import SelfScore
from desktop.services.workspace import Workspace
from policy.errors import Fault
from policy.pack import load_pack
from tests.store.test_packstore import NOTICE
from tests.unit import notice_samples

Call = Callable[..., Any]
PERIOD = "2025"


def _code(run: Call, *arguments: Any, **parameters: Any) -> str:
    with pytest.raises(Fault) as caught:
        run(*arguments, **parameters)
    return caught.value.code


@pytest.fixture
def carrier(call: Call) -> str:
    own = call("workspace.info")["organisation"]["id"]
    values = {"name": "智创孵化器", "operator": own, "carrier_kind": "综合孵化器", "operated_since": "2018-05"}
    return f"carrier:{call('records.add', kind='carrier', values=values)['id']}"


@pytest.fixture
def round_(call: Call) -> str:
    values = {
        "title": "2025年度孵化器评价通知",
        "number": "渝科局〔2026〕1号",
        "issuer": "重庆市科学技术局",
        "issued_on": "2026-03-02",
        "period": PERIOD,
        "applicant_kind": "carrier",
    }
    return str(call("round.save", values=values)["id"])


@pytest.fixture
def table(call: Call, round_: str) -> str:
    """The sample table kept for the round; its pack."""
    return _keep(call, round_)["pack"]


def _indicators(call: Call, **source: Any) -> dict[str, Any]:
    found = call("notice.preview", **source)
    return {**found, "rows": [row for row in found["rows"] if row["kind"] == "indicator"]}


def _keep(call: Call, round_: str, **source: Any) -> dict[str, Any]:
    found = _indicators(call, **(source or {"html": notice_samples.word()}))
    return call("notice.save", round=round_, rows=found["rows"], total=found["total"])


def _judged(call: Call, pack: str, carrier: str) -> dict[str, Any]:
    result = call("evaluation.run", pack=pack, period=PERIOD, subject=carrier)
    return {**result, "by": {item["id"]: item for item in result["indicators"]}}


@pytest.fixture
def notice_file(tmp_path: Path) -> Path:
    path = tmp_path / "通知.pdf"
    path.write_bytes(b"%PDF-1.4\nnot much\n%%EOF\n")
    return path


def test_a_pasted_table_becomes_a_pack_that_the_strict_loader_takes(call: Call, table: str, round_: str) -> None:
    text = call("policy.text", pack=table)["text"]
    pack = load_pack(text.encode())
    assert (pack.layer, pack.status, pack.number) == ("notice", "in_force", "渝科局〔2026〕1号")
    assert pack.subjects == ("carrier",) and pack.issued_on == "2026-03-02"
    rules = {rule.id: rule for rule in pack.rules}
    assert list(rules) == ["r01", "r02", "r03", "r04", "r05", "r06", "total"]
    first = rules["r01"]
    assert (str(first.title), first.clause, first.body.points) == ("场地面积", "附件第2行", 10)
    assert first.proofs == ("房产证明", "平面图") and first.note.zh.startswith("10000㎡以上得10分")
    assert str(first.group) == "基础条件（３０分）"
    assert not first.verification.verified and "未逐项核对" in str(first.verification.basis)
    assert rules["r06"].body.bonus and rules["total"].body.points == 90
    assert call("round.show", id=round_)["pack"] == table
    assert pack.id in {item["id"] for item in call("policy.list")}


def test_every_row_is_usable_at_once_with_points_words_and_evidence(
    call: Call, table: str, carrier: str, notice_file: Path
) -> None:
    before = _judged(call, table, carrier)
    assert {item["verdict"] for item in before["indicators"] if item["id"] != "total"} == {"unknown"}
    place = {"pack": table, "period": PERIOD, "subject": carrier}
    call("evaluation.score", rule="r01", score="８．５", text="自有场地 10400 平方米。", **place)
    call("evaluation.score", rule="r06", score="5", **place)
    call("evidence.add", files=[str(notice_file)], target=before["by"]["r01"]["target_key"])
    after = _judged(call, table, carrier)["by"]
    assert (after["r01"]["score"], after["r01"]["cap"], after["r01"]["verdict"]) == ("8.5", "10", "info")
    assert after["r01"]["text"] == "自有场地 10400 平方米。" and after["r01"]["form"] == "typed"
    assert after["r01"]["group"] == "基础条件（３０分）" and len(after["r01"]["evidence"]) == 1
    assert (after["total"]["score"], after["total"]["cap"], after["total"]["form"]) == ("13.5", "90", "sum")
    assert call("evaluation.score", rule="r01", score="7", **place)["text"] == "自有场地 10400 平方米。"
    call("evaluation.score", rule="r01", score="", text="", **place)
    assert _judged(call, table, carrier)["by"]["r01"]["verdict"] == "unknown"


@pytest.mark.parametrize(
    ("rule", "score", "code"),
    [
        ("r01", "10.001", "score.above"),
        ("r01", "-1", "score.unreadable"),
        ("r01", "满分", "score.unreadable"),
        ("r01", "0.0005", "score.too_fine"),
        ("total", "90", "score.not_typed"),
        ("r99", "1", "policy.unknown_rule"),
    ],
)
def test_a_score_that_cannot_be_is_refused(
    call: Call, table: str, carrier: str, ws: Workspace, rule: str, score: str, code: str
) -> None:
    place = {"pack": table, "period": PERIOD, "subject": carrier}
    assert _code(call, "evaluation.score", rule=rule, score=score, **place) == code
    with ws.store.read():
        assert SelfScore.select().count() == 0


def test_the_whole_table_is_verified_in_one_act_for_everybody_judged_by_it(
    call: Call, table: str, round_: str, carrier: str, notice_file: Path
) -> None:
    assert _code(call, "notice.verify", round=round_, evidence="00000000") == "policy.no_notice"
    paper = call("evidence.add", files=[str(notice_file)], target=f"round:{round_}")["ids"][0]
    entries = call("workspace.info")["audit"]["length"]
    assert call("notice.verify", round=round_, evidence=paper, page="3")["rules"] == 7
    assert call("workspace.info")["audit"]["length"] == entries + 1
    other = call(
        "records.add",
        kind="carrier",
        values={"name": "二期", "operator": call("workspace.info")["organisation"]["id"], "carrier_kind": "众创空间"},
    )["id"]
    for subject in (carrier, f"carrier:{other}"):
        found = _judged(call, table, subject)["indicators"]
        assert [item["confirmed"]["notice"] for item in found] == [paper] * 7
    assert call("notice.show", pack=table)["verified"]
    shown = call("round.show", id=round_)
    assert shown["verified_on"] and [item["id"] for item in shown["notice"]] == [paper]
    _edit(call, table, round_, "r01", points="12")
    assert not call("notice.show", pack=table)["verified"] and call("round.show", id=round_)["verified_on"] is None
    assert _judged(call, table, carrier)["by"]["r01"]["confirmed"] is None


def _edit(call: Call, pack: str, round_: str, rule: str, **values: Any) -> dict[str, Any]:
    shown = call("notice.show", pack=pack)
    rows = [{**row, **values} if row["id"] == rule else row for row in shown["rows"]]
    return call("notice.save", round=round_, rows=rows, total=shown["total"])


def test_an_edit_makes_a_new_text_and_frozen_snapshots_keep_theirs(
    call: Call, table: str, round_: str, carrier: str, require_tool: Callable[[str], str]
) -> None:
    call("evaluation.score", pack=table, rule="r02", period=PERIOD, subject=carrier, score="4", text="场地宽裕")
    frozen = call("evaluation.freeze", pack=table, period=PERIOD, subject=carrier)
    old = call("policy.show", pack=table)["digest"]
    edited = _edit(call, table, round_, "r01", points="12", criterion="改了")
    assert edited["pack"] == table and edited["warnings"]  # the sum no longer agrees with the total
    assert call("policy.show", pack=table)["digest"] != old
    kept = call("evaluation.snapshot", id=frozen["id"])
    assert kept["pack"]["digest"] == old
    by = {item["id"]: item for item in kept["indicators"]}
    assert by["r01"]["cap"] == "10" and by["r02"]["text"] == "场地宽裕" and by["r02"]["score"] == "4"
    assert _judged(call, table, carrier)["by"]["r02"]["score"] == "4"  # scores go on with their rows
    again = _edit(call, table, round_, "r01", points="10", criterion=by["r01"]["notes"][-1])
    made = call("apply.make", snapshot=frozen["id"])
    shown = subprocess.run(
        [require_tool("pdftotext"), "-", "-"],
        input=call("apply.content", id=made["id"])["data"],
        capture_output=True,
        check=True,
    ).stdout.decode()
    assert "自评说明" in shown and "场地宽裕" in shown
    assert again["changed"] and call("policy.show", pack=table)["digest"] != old  # bytes of their own, no going back


def test_a_table_pasted_again_keeps_the_rules_of_rows_it_knows(
    call: Call, table: str, round_: str, carrier: str
) -> None:
    call("evaluation.score", pack=table, rule="r02", period=PERIOD, subject=carrier, score="4")
    rows = [row for row in notice_samples.ROWS if row[1] != "投融资能力" and row[0] != "投融资能力"]
    rows[1] = [("基础条件（３０分）", 3, 1), "开放时间", "１０分", "", "制度"]
    rows.insert(2, ["场地面积", "10", "", "平面图"])
    _keep(call, round_, html=notice_samples.wps(rows))
    shown = {row["title"]: row["id"] for row in call("notice.show", pack=table)["rows"]}
    known = {"场地面积": "r01", "人员配备": "r02", "导师队伍": "r04", "服务活动": "r05", "国家级荣誉": "r06"}
    assert shown == {**known, "开放时间": "r07"}
    assert _judged(call, table, carrier)["by"]["r02"]["score"] == "4"


def test_what_was_sealed_under_the_table_closes_it(
    call: Call, table: str, round_: str, carrier: str, notice_file: Path
) -> None:
    assert not call("notice.show", pack=table)["sealed"]
    frozen = call("evaluation.freeze", pack=table, period=PERIOD, subject=carrier)["id"]
    made = call("apply.make", snapshot=frozen, round=round_)
    assert call("records.get", kind="application", id=made["id"])["round"] == round_
    assert _code(call, "package.seal", application=made["id"], personal_confirmed=True) == "package.unverified"
    paper = call("evidence.add", files=[str(notice_file)], target=f"round:{round_}")["ids"][0]
    call("notice.verify", round=round_, evidence=paper)
    made = call("apply.make", snapshot=frozen, round=round_)
    call("package.seal", application=made["id"], personal_confirmed=True)
    assert call("notice.show", pack=table)["sealed"]
    assert _code(_edit, call, table, round_, "r01", points="9") == "notice.sealed"
    assert not _edit(call, table, round_, "r01")["changed"]  # the same once more is no change
    assert _code(call, "notice.attach", pack=table, rule="r01", to=_threshold(call)) == "notice.sealed"
    text = call("policy.text", pack=table)["text"]
    assert _code(call, "policy.add", text=text.replace("points = 10", "points = 9", 1)) == "notice.sealed"


def _threshold(call: Call) -> str:
    """A computed rule on the floor area of a carrier."""
    rules = call("policy.show", pack="guokefaqu-2018-300")["rules"]
    area = next(rule for rule in rules if rule["subject"] == "carrier" and "area_total" in "".join(rule["measures"]))
    return f"guokefaqu-2018-300/{area['id']}"


def test_a_computed_rule_stands_beside_a_row(call: Call, table: str, carrier: str) -> None:
    threshold = _threshold(call)
    call("notice.attach", pack=table, rule="r01", to=threshold)
    year = {"carrier": carrier.partition(":")[2], "year": PERIOD, "area_total": "10400"}
    call("records.add", kind="carrier_year", values=year)
    found = _judged(call, table, carrier)
    other = found["by"]["r01"]["attached"]
    assert f"{other['pack']}/{other['rule']}" == threshold and other["applies"]
    assert other["value"] and other["verdict"] in ("pass", "fail")
    (part,) = found["by"]["r01"]["parts"]
    assert part["value"] == other["value"] and "计算结果" in part["title"]
    assert set(other["measures"]) <= set(found["by"]["r01"]["measures"]) <= set(found["measures"])
    name = other["measures"][0]
    tried = call("evaluation.run", pack=table, period=PERIOD, subject=carrier, what_if={name: "1"})
    assert {item["id"]: item for item in tried["indicators"]}["r01"]["attached"]["value"] != other["value"]
    assert _code(call, "notice.attach", pack=table, rule="r02", to=f"{table}/r01") == "notice.attach_typed"
    call("notice.attach", pack=table, rule="r01", to="")
    assert "attached" not in _judged(call, table, carrier)["by"]["r01"]


def test_an_attached_rule_of_another_text_keeps_its_mark_in_the_book(
    call: Call, table: str, carrier: str, notice_file: Path, tmp_path: Path, require_tool: Callable[[str], str]
) -> None:
    text = NOTICE.replace('["organisation"]', '["carrier"]').replace('subject = "organisation"', 'subject = "carrier"')
    call("policy.add", text=text.replace("brokers_trained", "staff_total"))
    call("notice.attach", pack=table, rule="r01", to="notice/trained")
    paper = call("evidence.add", files=[str(notice_file)])["ids"][0]
    place = {"pack": table, "period": PERIOD, "subject": carrier}

    def marks() -> int:
        call("policy.confirm", **place, notice=paper)
        made = call("apply.make", snapshot=call("evaluation.freeze", **place)["id"])["id"]
        file = call("apply.export", id=made, out=str(tmp_path / f"{made}.pdf"))["file"]
        done = subprocess.run([require_tool("pdftotext"), file, "-"], check=True, capture_output=True, text=True)
        return done.stdout.count("未核实")

    with_mark = marks()
    call("notice.attach", pack=table, rule="r01", to="")
    assert with_mark == marks() + 1


def test_an_attached_pack_that_is_gone_is_left_out(call: Call, table: str, carrier: str, tmp_path: Path) -> None:
    text = call("policy.text", pack="cq-draft-measures")["text"].replace('id = "cq-draft-measures"', 'id = "own"', 1)
    file = tmp_path / "own.toml"
    file.write_text(text, "utf-8")
    call("policy.add", file=str(file))
    rule = next(rule["id"] for rule in call("policy.show", pack="own")["rules"] if rule["subject"] == "carrier")
    call("notice.attach", pack=table, rule="r01", to=f"own/{rule}")
    call("policy.remove", pack="own")
    assert "attached" not in _judged(call, table, carrier)["by"]["r01"]


def test_without_a_table_there_is_nothing_to_show_or_verify(call: Call, round_: str) -> None:
    assert _code(call, "notice.verify", round=round_, evidence="x") == "notice.no_table_yet"
    assert _code(call, "notice.show", pack="cq-draft-measures") == "notice.no_table_yet"
    assert _code(call, "notice.save", round=round_, rows=[]) == "notice.no_rows"
    row = {"title": "甲", "points": "每项5分", "row": 4}
    assert _code(call, "notice.save", round=round_, rows=[row]) == "notice.points_unreadable"
    assert _code(call, "notice.save", round=round_, rows=[{**row, "title": " "}]) == "notice.row_untitled"
    assert call("round.show", id=round_)["pack"] is None


def test_rows_without_points_are_kept_as_of_unknown_weight(call: Call, round_: str, carrier: str) -> None:
    rows = [{"title": "甲", "points": "", "row": 1}, {"title": "乙", "points": "2.5", "row": 2}]
    kept = call("notice.save", round=round_, rows=rows)
    assert kept["total"] == "" and kept["warnings"]
    call("evaluation.score", pack=kept["pack"], rule="r01", period=PERIOD, subject=carrier, score="30")
    found = _judged(call, kept["pack"], carrier)["by"]
    assert found["r01"]["score"] == "30" and found["r01"]["cap"] == "" and "total" not in found


def test_a_table_comes_out_of_files_of_every_kind(call: Call, tmp_path: Path) -> None:
    from openpyxl import Workbook

    text = notice_samples.tsv()
    csv_file = tmp_path / "评分表.csv"
    csv_file.write_bytes(text.replace("，", "、").replace("\t", ",").encode("gb18030"))
    book = Workbook()
    sheet = book.active
    for down, row in enumerate(notice_samples.ROWS, 1):
        place = 1
        for cell in row:
            said, high, wide = cell if isinstance(cell, tuple) else (cell, 1, 1)
            while sheet.cell(down, place).coordinate in sheet.merged_cells:
                place += 1
            sheet.cell(down, place).value = float(said) if said.isdecimal() else said
            if (high, wide) != (1, 1):
                sheet.merge_cells(None, down, place, down + high - 1, place + wide - 1)
            place += wide
    book.save(tmp_path / "评分表.xlsx")
    (tmp_path / "评分表.html").write_bytes(notice_samples.word().encode("gb18030"))
    (tmp_path / "评分表.docx").write_bytes(notice_samples.docx())
    for name in ("评分表.csv", "评分表.xlsx", "评分表.html", "评分表.docx"):
        found = call("notice.preview", file=str(tmp_path / name))
        assert (found["sum"], found["bonus"], found["total"], found["agrees"]) == ("90", "5", "90", True), name
        rows = [row for row in found["rows"] if row["kind"] == "indicator"]
        assert [row["group"] for row in rows[:2]] == [["基础条件（３０分）"]] * 2, name
    (tmp_path / "旧.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert _code(call, "notice.preview", file=str(tmp_path / "旧.doc")) == "notice.old_word"
    assert _code(call, "notice.preview", file=str(tmp_path / "没有.docx")) == "ledger.missing"


def test_a_hostile_document_is_refused(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "坏.docx"
    bomb = '<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;">]><a>&y;</a>'
    for document in (bomb, "<a>" * 5000, "not xml", '<?xml version="1.0" encoding="nonsense"?><a/>'):
        path.write_bytes(notice_samples.docx(document))
        assert _code(call, "notice.preview", file=str(path)) in ("notice.unreadable", "notice.too_large")
    path.write_bytes(path.read_bytes()[:80])
    assert _code(call, "notice.preview", file=str(path)).startswith(("notice.", "ledger."))
