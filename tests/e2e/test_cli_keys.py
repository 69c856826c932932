"""Ways in by command line: people, codes, keys and copies; secrets go by files and never show."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from tests.e2e.clihelp import PASSPHRASE, Desk

OTHER = "王芳 own words 88"


@pytest.fixture
def wang(desk: Desk) -> str:
    """The passphrase file of a second person."""
    file = desk.file("王芳.txt", OTHER + "\n")
    desk.ok("workspace", "add-person", "王芳", "--post", "项目主管", "--new-passphrase-file", file)
    return file


def test_people_come_and_go(desk: Desk, wang: str):
    people = {person["name"]: person for person in desk.ok("workspace", "people")["people"]}
    assert list(people) == ["智创孵化器", "王芳"] and people["王芳"]["post"] == "项目主管"
    assert [person["own"] for person in people.values()] == [True, False]
    lines = desk.run("workspace", "people").out.splitlines()
    assert lines[1].split()[2] == "本人" and lines[2].split()[:2] == ["王芳", "项目主管"]
    assert desk.ok("--passphrase-file", wang, "workspace", "info")["person"] == "王芳"
    add = ["workspace", "add-person", "王芳", "--new-passphrase-file", wang]
    assert desk.refused(4, *add) == "keys.name_taken"
    assert desk.refused(4, "workspace", "remove-person", "智创孵化器") == "keys.own"
    assert desk.refused(4, "workspace", "remove-person", "没有这个人") == "keys.unknown_person"
    gone = desk.run("workspace", "remove-person", people["王芳"]["holder"])
    assert (gone.code, gone.out.strip()) == (0, "王芳的口令已移除。") and "rotate-key" in gone.err
    assert desk.refused(5, "--passphrase-file", wang, "workspace", "info") == "key.wrong_passphrase"


def test_a_new_data_key_for_who_stays(desk: Desk, wang: str):
    kept = shutil.copytree(desk.workspace, desk.base / "拷走的")
    own = ["智创孵化器"]
    assert desk.refused(4, "workspace", "rotate-key", "--remove", *own) == "keys.own"
    wrong = desk.file("wrong.txt", "not this one")
    assert desk.refused(5, "--passphrase-file", wrong, "workspace", "rotate-key") == "key.wrong_passphrase"
    said = desk.run(
        "--json", "workspace", "rotate-key", "--remove", "王芳", "--new-recovery-file", str(desk.base / "新码")
    )
    assert said.code == 0 and "从前拷走的副本" in said.err
    answer = said.json
    assert (answer["kept"], answer["removed"], answer["unreadable"]) == (own, ["王芳"], [])
    assert answer["recovery_file"] == str(desk.base / "新码")
    assert stat.S_IMODE((desk.base / "新码").stat().st_mode) == 0o600
    assert desk.refused(5, "--passphrase-file", wang, "workspace", "info") == "key.wrong_passphrase"
    assert desk.ok("workspace", "info")["counts"]["firm"] == 1
    assert desk.ok("workspace", "verify")["ok"]
    new = desk.file("new.txt", "全新的口令 2026")
    recover = ["workspace", "recover", "--new-passphrase-file", new, "--recovery-file"]
    assert desk.refused(5, *recover, str(desk.base / "恢复码.txt")) == "key.wrong_recovery"
    assert desk.ok(*recover, str(desk.base / "新码"))["recovery_code"]
    # what was taken away before stays readable to who could read it then: said, and true
    assert desk.ok("--workspace", str(kept), "--passphrase-file", wang, "workspace", "info")["person"] == "王芳"


def test_another_recovery_code(desk: Desk):
    file = desk.base / "新码"
    assert desk.ok("workspace", "replace-recovery", "--recovery-file", str(file)) == {"recovery_file": str(file)}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert desk.refused(4, "workspace", "replace-recovery", "--recovery-file", str(file)) == "cli.recovery_file_exists"
    printed = desk.ok("workspace", "replace-recovery")["recovery_code"]
    assert printed not in file.read_text()
    new = desk.file("new.txt", "全新的口令 2026")
    recover = ["workspace", "recover", "--new-passphrase-file", new, "--recovery-file"]
    assert desk.refused(5, *recover, str(file)) == "key.wrong_recovery"
    assert desk.ok(*recover, desk.file("printed", printed))["slot"]


def test_by_recovery_code_it_is_said_whose(desk: Desk, wang: str):
    new = desk.file("new.txt", "全新的口令 2026")
    recover = ["workspace", "recover", "--recovery-file", str(desk.base / "恢复码.txt"), "--new-passphrase-file", new]
    assert desk.refused(4, *recover) == "keys.whose"
    assert desk.refused(4, *recover, "--person", "没有这个人") == "keys.unknown_person"
    assert desk.ok(*recover, "--person", "王芳")["recovery_code"]
    assert desk.ok("--passphrase-file", new, "workspace", "info")["person"] == "王芳"
    assert desk.ok("workspace", "info")["person"] == "智创孵化器"


def test_info_is_to_be_read(desk: Desk):
    answer = desk.run("workspace", "info")
    lines = answer.out.splitlines()
    assert "单位：智创孵化器" in lines and f"文件夹：{desk.workspace}" in lines and "操作人：智创孵化器" in lines
    assert any(line.startswith("记录：") and "fuzhuan kinds" in line for line in lines)
    assert "{" not in answer.out and answer.err == ""
    english = desk.run("workspace", "info", lang="en").out
    assert "Organisation: 智创孵化器" in english and "：" not in english


def test_a_copy_is_asked_about_and_settled(desk: Desk):
    original = desk.ok("workspace", "info")["replica"]["replica"]
    copy = shutil.copytree(desk.workspace, desk.base / "Dropbox" / "拷贝")
    at = ["--workspace", str(copy)]
    said = desk.run(*at, "workspace", "info")
    assert f"从文件夹 {desk.workspace.resolve()} 拷贝来的" in said.err and "不会自动发送" in said.err
    assert "Dropbox 的同步文件夹" in said.err and "拷贝来的" not in said.out
    assert desk.ok(*at, "workspace", "info")["replica"]["question"]["computer"] == "same"
    assert desk.refused(2, *at, "workspace", "settle", "both") == "cli.usage"
    assert desk.ok(*at, "workspace", "settle", "moved") == {"replica": original}
    assert desk.ok(*at, "workspace", "info")["replica"]["question"] is None
    again = shutil.copytree(copy, desk.base / "再拷")
    forked = desk.ok("--workspace", str(again), "workspace", "settle", "forked")["replica"]
    assert forked != original and desk.ok(*at, "workspace", "info")["replica"]["replica"] == original


def test_a_damaged_key_file_is_said_and_mended(desk: Desk):
    path = desk.workspace / "keyslots.json"
    path.write_text(path.read_text()[:-30])
    said = desk.run("workspace", "info")
    assert said.code == 0 and "钥匙文件（keyslots.json）有损坏" in said.err
    assert desk.ok("workspace", "mend-keys")["problems"] == [{"file": "keyslots.json", "part": "file"}]
    assert desk.run("workspace", "info").err == ""
    assert desk.ok("workspace", "mend-keys")["problems"] == []


def test_a_synced_folder_is_warned_of_before_the_workspace_is_made(desk: Desk):
    folder = desk.base / "我的坚果云" / "fuzhuan"
    said = desk.run("workspace", "create", str(folder), "--organisation", "甲")
    assert said.code == 0 and "坚果云 的同步文件夹" in said.err and "坚果云" not in said.out.replace(str(folder), "")


@pytest.mark.parametrize("words", [["workspace", "people"], ["workspace", "info"], ["workspace", "replace-recovery"]])
def test_no_passphrase_shows_anywhere(desk: Desk, wang: str, words: list[str]):
    said = desk.run("--passphrase-file", wang, *words)
    assert said.code == 0
    for secret in (PASSPHRASE, OTHER):
        assert secret not in said.out + said.err
        for path in Path(desk.workspace).rglob("*"):
            assert not path.is_file() or secret.encode() not in path.read_bytes()
