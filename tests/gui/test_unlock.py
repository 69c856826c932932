"""The unlock page before every state of a workspace, really brought about: what it says, and what can be done."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from sqlcipher3 import dbapi2 as sqlcipher

from db.keyslots import KeySlots, derive
from desktop.window import MainWindow
from tests.gui.conftest import PASSPHRASE, PATIENCE
from tests.gui.person import Person

OTHER = "王芳的口令 2026"
_HOLDS = """
import sys
from pathlib import Path
from desktop.services.workspace import open_with
ws = open_with(Path(sys.argv[1]), "passphrase", sys.argv[2])
print("open", flush=True)
sys.stdin.read()
ws.close()
"""


@pytest.fixture
def before(
    qtbot: QtBot, tmp_path: Path, workspace: Callable[..., Any], make_window: Callable[..., MainWindow]
) -> Callable[..., Person]:
    """A person before the unlock page of the workspace; `settings` were kept by an earlier run."""
    workspace("close")

    def at(folder: Path = tmp_path / "ws", *, settings: str = "") -> Person:
        if settings:
            (tmp_path / "settings.json").write_text(settings)
        window = make_window(str(folder))
        person = Person(qtbot, window)
        person.waits_for("打开工作区")
        qtbot.waitUntil(lambda: window.unlock.secret.isEnabled(), timeout=PATIENCE)
        return person

    return at


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """The workspace's folder, not to be written: a mount where root would be let through."""
    folder = tmp_path / "ws"
    if os.geteuid() != 0:
        folder.chmod(0o500)
        yield folder
        folder.chmod(0o700)
        return
    place = tmp_path / "stick"
    place.mkdir()
    for options in (["--bind", str(folder), str(place)], ["-o", "remount,ro,bind", str(place)]):
        if subprocess.run(["mount", *options], capture_output=True, check=False).returncode:
            subprocess.run(["umount", str(place)], capture_output=True, check=False)
            pytest.skip("needs the right to mount")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def _tries(person: Person, passphrase: str = PASSPHRASE) -> None:
    person.types("口令", passphrase)
    person.clicks("打开")


def _offers(person: Person) -> tuple[bool, bool]:
    """Whether it can be tried again, and brought back from a backup."""
    return person.sees("重试"), person.sees("从备份恢复…")


def _squeezed(person: Person) -> bool:
    button = person.finds(QPushButton, "打开")
    return button.height() < button.sizeHint().height()


def test_a_wrong_passphrase_and_a_recovery_code_with_a_slip(before) -> None:
    person = before()
    _tries(person, "not this one")
    person.waits_for("口令不对，什么也没有改动")
    assert _offers(person) == (False, False)
    person.clicks("忘记口令：使用恢复码")
    assert not person.sees("口令不对")
    person.types("恢复码", "ABCD-EFGH")
    person.clicks("打开")
    person.waits_for("恢复码有抄写错误")
    person.clicks("改用口令")
    _tries(person)
    person.until(lambda: person.window.frame is not None, "the desk")


def test_a_folder_that_is_not_there_can_be_tried_again(before, tmp_path: Path) -> None:
    away = (tmp_path / "ws").rename(tmp_path / "drawer")
    person = before()
    person.waits_for("没有找到工作区")
    assert person.sees("U 盘") and _offers(person) == (True, True)
    away.rename(tmp_path / "ws")
    person.clicks("重试")
    person.waits_until_gone("没有找到工作区")
    _tries(person)
    person.until(lambda: person.window.frame is not None, "the desk")


@pytest.mark.parametrize(
    ("damage", "said", "offers"),
    [
        ("header gone", "缺少钥匙文件", (False, True)),
        ("header damaged", "钥匙文件", (False, True)),
        ("header newer", "来自更新版本的程序", (False, False)),
        ("store gone", "缺少数据文件", (False, True)),
        ("store emptied", "已损坏，没有打开", (False, True)),
        ("store damaged", "已损坏，没有打开", (False, True)),
        ("store newer", "由更新版本的程序写成", (False, False)),
    ],
)
def test_what_is_damaged_is_told_apart(
    before, tmp_path: Path, damage: str, said: str, offers: tuple[bool, bool]
) -> None:
    _damage(tmp_path / "ws", damage)
    person = before()
    if damage.startswith("store") and damage != "store gone":
        _tries(person)
    person.waits_for(said)
    assert _offers(person) == offers
    person.until(lambda: not _squeezed(person), "room for the button below a message of several lines")
    assert person.sees("口令不对") is False
    if offers[1]:
        person.clicks("从备份恢复…")
        person.waits_for("工作区放在哪里")
        assert person.window.wizard.place.restore.isChecked()
        person.clicks("上一步")
        person.clicks("上一步")
        person.waits_for("打开工作区")


def _damage(folder: Path, what: str) -> None:
    slots, store = ("keyslots.json", "keyslots.copy.json"), folder / "store.db"
    if what == "header gone":
        for name in slots:
            (folder / name).unlink()
    elif what == "header damaged":
        for name in slots:
            (folder / name).write_bytes((folder / name).read_bytes()[:100])
    elif what == "header newer":
        for name in slots:
            text = (folder / name).read_text()
            (folder / name).write_text(text.replace("fuzhuan-keyslots/1", "fuzhuan-keyslots/2"))
    elif what == "store gone":
        store.unlink()
    elif what == "store emptied":
        store.write_bytes(b"")
    elif what == "store damaged":
        whole = bytearray(store.read_bytes())
        whole[4096:12288] = bytes(8192)
        whole[:200] = bytes(200)
        store.write_bytes(whole)
    elif what == "store newer":
        key = derive(KeySlots.load(folder).unlock_passphrase(PASSPHRASE)[0], "store")
        connection = sqlcipher.connect(str(store))
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        columns = [row[1] for row in connection.execute("PRAGMA table_info(schema_migration)")]
        values = ["9999_later" if column == "name" else 9999 for column in columns]
        places = ", ".join("?" * len(columns))
        connection.execute(f"INSERT INTO schema_migration VALUES ({places})", values)
        connection.commit()
        connection.close()


def test_a_workspace_open_elsewhere_opens_once_it_is_closed_there(before, tmp_path: Path, checkout: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDS, str(tmp_path / "ws"), PASSPHRASE],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=checkout,
    ) as other:  # fmt: skip
        try:
            assert other.stdout is not None and other.stdin is not None
            assert other.stdout.readline() == b"open\n"
            person = before()
            _tries(person)
            person.waits_for("已在另一个窗口或程序中打开")
            assert _offers(person) == (True, False)
            other.stdin.close()
            assert other.wait(30) == 0
        finally:
            other.kill()
    person.clicks("重试")
    person.until(lambda: person.window.frame is not None, "the desk")


def test_a_folder_that_cannot_be_written_is_said_in_words(before, read_only: Path) -> None:
    person = before(read_only)
    _tries(person)
    person.waits_for("是只读的，工作区没有打开，数据没有改动")
    assert _offers(person) == (True, False)


def test_what_the_keyring_lacks_is_a_quiet_line_beside_the_passphrase(before, workspace, tmp_path: Path) -> None:
    """The store process finds no keyring here, since the test's environment has none."""
    slots = KeySlots.load(tmp_path / "ws")
    data_key, slot = slots.unlock_passphrase(PASSPHRASE)
    slots.set_keyring(data_key, slots.holder(slot))
    person = before(settings='{"keyring": true}')
    person.waits_for("本机没有可用的系统钥匙串")
    assert person.window.unlock.message.text() == "" and person.window.unlock.secret.isEnabled()
    _tries(person)
    person.until(lambda: person.window.frame is not None, "the desk")


def test_the_quiet_line_goes_where_the_keyring_never_held_anything(before) -> None:
    person = before(settings='{"keyring": true}')
    person.waits_for("系统钥匙串里没有本工作区的钥匙")
    _tries(person)
    person.until(lambda: person.window.frame is not None, "the desk")


def test_between_the_recovery_code_and_the_desk_it_locks_too(qtbot: QtBot, tmp_path: Path, workspace, before) -> None:
    slots = KeySlots.load(tmp_path / "ws")
    code = slots.replace_recovery(slots.unlock_passphrase(PASSPHRASE)[0])
    workspace("close")
    person = before()
    person.clicks("忘记口令：使用恢复码")
    person.types("恢复码", code)
    person.clicks("打开")
    person.waits_for("已用恢复码打开")
    person.types("新口令", "新的新的口令 2026")
    person.types("再输一次", "新的新的口令 2026")
    person.clicks("设定新口令")
    person.waits_for("请照纸页输入第")
    window = person.window
    window.idle.due.emit()
    assert window.ops is None and window.unlock._steps.currentIndex() == 0 and not window.unlock.code.code.text()
    person.until(lambda: window.ops is not None and window.unlock.open_button.isEnabled(), "the closed store")
    person.types("口令", "新的新的口令 2026")
    person.clicks("打开")
    person.until(lambda: window.frame is not None, "the desk")


@pytest.mark.qt_log_ignore(r"^This plugin does not support (raise\(\)|grabbing the keyboard)$", extend=True)  # a list
def test_after_the_recovery_code_it_is_chosen_whose_passphrase(qtbot: QtBot, tmp_path: Path, workspace, before) -> None:
    folder = tmp_path / "ws"
    slots = KeySlots.load(folder)
    data_key, _slot = slots.unlock_passphrase(PASSPHRASE)
    code = slots.replace_recovery(data_key)
    workspace("workspace.open", folder=str(folder), passphrase=PASSPHRASE)
    workspace("keys.add_person", name="王芳", new_passphrase=OTHER)
    workspace("close")
    person = before()
    person.clicks("忘记口令：使用恢复码")
    person.types("恢复码", code.lower().replace("-", " "))
    person.clicks("打开")
    person.waits_for("已用恢复码打开")
    person.types("新口令", "新的新的口令 2026")
    person.types("再输一次", "新的新的口令 2026")
    assert not person.window.unlock.set_button.isEnabled(), "whose is still to be said"
    person.chooses("重设谁的口令", "王芳")
    person.clicks("设定新口令")
    person.waits_for("请照纸页输入第")
    shown = person.window.unlock.code
    new_code = shown.code.text().replace("\n", "-")
    shown.typed.setText(new_code.split("-")[shown._asked - 1])
    person.clicks("进入工作区")
    person.until(lambda: person.window.frame is not None, "the desk")
    after = KeySlots.load(folder)
    assert after.unlock_passphrase("新的新的口令 2026") and after.unlock_passphrase(PASSPHRASE)
    assert after.unlock_recovery(new_code)
