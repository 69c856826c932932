"""The audit log from the command line: list, check, look up a head, print a case's decisions."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.clihelp import Desk


def test_the_log_is_listed_checked_and_printed(desk: Desk, tmp_path: Path) -> None:
    case = desk.ok("add", "case", "no=A-1", "title=石墨烯转让", "track=supply")["id"]
    desk.ok("case", "log", "A-1", "--kind", "internal_review", "--note", "同意", "--at", "2025-02-10")
    listed = desk.ok("audit", "list", "--case", "A-1")
    assert [entry["subject"]["id"] for entry in listed["entries"]] == [case] and listed["next"] is None
    shown = desk.run("audit", "list", "--limit", "1")
    assert shown.code == 0 and "决策：内部会审（2025-02-10）" in shown.out and "--before" in shown.out
    assert "Decision: Internal review" in desk.run("audit", "list", lang="en").out
    answer = desk.ok("audit", "verify")
    assert answer["ok"] and answer["length"] == listed["entries"][0]["seq"]
    found = desk.ok("audit", "check", answer["head"], "--length", str(answer["length"]))
    assert found["found"]
    wrong = desk.run("audit", "check", "f" * 64)
    assert wrong.code == 3 and "链上没有这个末值" in wrong.out
    assert desk.refused(4, "audit", "check", "xyz") == "audit.bad_head"
    printed = desk.ok("audit", "extract", "A-1", str(tmp_path / "a.pdf"))
    assert Path(printed["file"]).read_bytes()[:5] == b"%PDF-" and printed["entries"] == 1
