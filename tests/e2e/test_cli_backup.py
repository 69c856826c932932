"""Backups by the command line: into the set, to a place of one's choice, listed, and brought back from a snapshot."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.clihelp import Desk


def test_a_backup_goes_into_the_set_is_listed_and_comes_back(desk: Desk):
    stick = desk.base / "U盘"
    stick.mkdir()
    assert desk.run("backup").err.count("backup-folder") == 1  # it lies on the same disk
    assert desk.ok("backup-folder")["chosen"] is None
    assert desk.ok("backup-folder", str(stick))["chosen"] == str(stick)
    made = desk.ok("backup")
    assert made["snapshot"].startswith(str(stick)) and made["missing"] == []
    listed = desk.ok("backups")["backups"]
    assert listed[0]["path"] == made["snapshot"] and len(listed) == 2
    assert desk.ok("backups", str(stick))["backups"][0]["sequence"] == 1
    shown = desk.run("backups", str(stick)).out
    assert made["snapshot"] in shown and shown.startswith("20")
    assert desk.ok("backup-folder", "--own")["chosen"] is None
    target = desk.base / "另一台"
    assert desk.ok("restore", made["snapshot"], str(target))["folder"] == str(target)
    assert desk.ok("--workspace", str(target), "workspace", "verify")["ok"] is True


def test_a_restore_by_the_recovery_code_and_without_what_is_damaged(desk: Desk):
    file = desk.file("a.txt", b"evidence")
    desk.ok("evidence", "add", file)
    made = desk.ok("backup")
    snapshot = Path(made["snapshot"])
    stored = next((snapshot.parent.parent / "files").rglob("evidence/*/*.age"))
    stored.write_bytes(stored.read_bytes()[:-1])
    assert desk.refused(4, "restore", made["snapshot"], str(desk.base / "r")) == "backup.file_damaged"
    answer = desk.ok("restore", made["snapshot"], str(desk.base / "r"), "--skip-damaged")
    assert answer["skipped"] == [stored.relative_to(stored.parents[2]).as_posix()]
    code = desk.file("wrong", "0000-0000-0000-0000-0000-0000-0000-0000-00")
    asked = ["restore", made["snapshot"], str(desk.base / "s"), "--recovery-file", code]
    assert desk.refused(5, *asked) == "key.recovery_typo"  # the key comes before the files


def test_what_cannot_be_done_says_why(desk: Desk):
    assert desk.refused(4, "backup-folder", str(desk.workspace)) == "backup.inside_workspace"
    assert desk.refused(3, "backup-folder", str(desk.base / "gone")) == "backup.folder_missing"
    stick = desk.base / "U盘"
    stick.mkdir()
    desk.ok("backup-folder", str(stick))
    stick.rename(desk.base / "pulled")
    assert desk.refused(3, "backup") == "backup.folder_missing"
    (desk.base / "pulled").rename(stick)
    assert desk.ok("backup")["folder"] == str(stick)
