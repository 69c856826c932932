"""A round by command line: the notice with its steps, its table from a file, self-scores, and the whole verified."""

from __future__ import annotations

from tests.e2e.clihelp import Desk
from tests.unit import notice_samples


def test_from_a_notice_to_a_scored_evaluation(desk: Desk):
    round_ = desk.ok(
        "round", "add", "title=2025年度评价通知", "issuer=市科技局", "period=2025", "applicant_kind=单位",
        "--step", "单位提交@2026-05-08 17:00@本单位", "--step", "公示@2026-06-01", "--paper", "申报书",
    )["id"]  # fmt: skip
    shown = desk.ok("round", "show", round_)
    assert [step["due"] for step in shown["steps"]] == ["2026-05-08 17:00", "2026-06-01"] and shown["papers"] == [
        "申报书"
    ]
    assert "2026-05-08 17:00　单位提交" in desk.run("round", "list").out
    late = desk.run("round", "edit", round_, "--step", "甲@2026-05-08", "--step", "乙@2026-05-01")
    assert late.code == 0 and "请核对通知" in late.err
    assert desk.refused(4, "round", "edit", round_, "--step", "甲@近日") == "round.bad_step"

    rows = [
        ["投融资能力", "每项5分", "有资金", "凭证"] if row[0] == "投融资能力" else row for row in notice_samples.ROWS
    ]
    table = desk.file("评分表.html", notice_samples.word(rows))
    looked = desk.run("notice", "paste", table)
    assert "分值读不懂" in looked.out and "表中写明 90" in looked.out
    assert desk.ok("round", "show", round_)["pack"] is None  # only looked at
    assert desk.refused(4, "notice", "verify", round_, "--evidence", "x") == "notice.no_table_yet"
    kept = desk.run("notice", "paste", table, "--round", round_)
    assert kept.code == 0 and "请核对" in kept.err
    pack = desk.ok("round", "show", round_)["pack"]
    assert pack in kept.out

    own = f"organisation:{desk.ok('workspace', 'info')['organisation']['id']}"
    place = ("--period", "2025", "--for", own)
    assert desk.refused(4, "score", pack, "r01", "11", *place) == "score.above"
    assert desk.ok("score", pack, "r01", "9.5", *place, "--text", "场地自有")["score"] == "9.5"
    paper = desk.ok("evidence", "add", desk.file("通知.pdf", b"%PDF-1.4\n%%EOF\n"), "--for", f"round:{round_}")["ids"][
        0
    ]
    assert desk.ok("notice", "verify", round_, "--evidence", paper, "--page", "2")["rules"] == 7
    judged = desk.ok("evaluate", pack, *place)
    found = {item["id"]: item for item in judged["indicators"]}
    assert (found["r01"]["score"], found["r01"]["text"], found["total"]["score"]) == ("9.5", "场地自有", "9.5")
    assert found["r03"]["cap"] == "" and all(item["confirmed"] for item in found.values())
    assert desk.refused(4, "notice", "attach", pack, "r01", f"{pack}/r02") == "notice.attach_typed"
    assert desk.ok("round", "delete", round_)["id"] == round_
