"""口令与钥匙 in the settings, and the cautions at the top of the desk: done in place, and true in the files."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pikepdf import Pdf
from PySide6.QtCore import Qt
from PySide6.QtGui import QPageSize
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from db.keyslots import KeySlots
from desktop.frame import DeskFrame
from desktop.sheets import recovery_sheet
from desktop.widgets.recovery import RecoveryCode, print_pdf
from desktop.window import MainWindow
from policy.errors import WrongKey
from tests.gui.conftest import ORGANISATION, PASSPHRASE, PATIENCE, quiet_down, unlock
from tests.gui.person import Person

OTHER = "王芳的口令 2026"
Open = Callable[[], tuple[MainWindow, DeskFrame]]
CODE = re.compile(r"[0-9A-Z\n-]{40,}")


def _at_the_keys(qtbot: QtBot, open_window: Open) -> tuple[Person, MainWindow, DeskFrame]:
    window, frame = open_window()
    person = Person(qtbot, window)
    person.clicks("设置")
    person.picks_row("设置的分类", "口令与钥匙")
    person.waits_for("本人")
    return person, window, frame


def _type_the_code_back(person: Person) -> str:
    person.waits_for("请照纸页输入第")
    asked = next(int(found[1]) for text in person.reads() if (found := re.search(r"第 (\d) 组", text)))
    code = next(text for text in person.reads() if CODE.fullmatch(text)).replace("\n", "-")
    person.types("恢复码的一组", code.split("-")[asked - 1])
    return code


def _opens(folder: Path, passphrase: str) -> bool:
    try:
        return bool(KeySlots.load(folder).unlock_passphrase(passphrase))
    except WrongKey:
        return False


def test_a_person_comes_and_leaves_and_the_data_key_with_them(qtbot: QtBot, tmp_path: Path, open_window: Open) -> None:
    person, window, frame = _at_the_keys(qtbot, open_window)
    folder = tmp_path / "ws"
    person.clicks("增加操作人…")
    person.types("姓名", "王芳")
    person.types("岗位（可不填）", "项目主管")
    for name in ("新口令", "再输一次"):  # by keyboard alone, in the order in which they stand
        person.presses("Tab")
        assert person.finds(QLineEdit, name).hasFocus()
        person.types(name, OTHER)
    person.presses("Return")
    person.waits_for("已增加王芳。")
    person.until(lambda: [row[0] for row in person.rows("持有口令的人")] == ["张三", "王芳"], "both")
    assert person.rows("持有口令的人")[1][1] == "项目主管"
    assert _opens(folder, OTHER) and not person.sees(OTHER)
    before = KeySlots.load(folder).unlock_passphrase(PASSPHRASE)[0]

    person.picks_row("持有口令的人", "张三")
    keys = frame.current_page().keys
    assert not keys.people.remove_button.isEnabled(), "nobody removes themselves"
    person.picks_row("持有口令的人", "王芳")
    person.clicks("移除…")
    person.waits_for("从前拷走的文件夹、备份或钥匙文件，用原来的口令仍能打开")
    person.clicks("移除王芳")
    person.waits_for("已移除王芳。")
    assert not _opens(folder, OTHER)
    person.clicks("更换数据密钥…")
    person.waits_for("从前拷走的副本和备份不受影响")
    person.types("自己的口令", "not this one")
    person.clicks("开始更换")
    person.waits_for("口令不对")
    person.types("自己的口令", PASSPHRASE)
    person.clicks("作废旧的恢复码，换一个新的")
    person.clicks("开始更换")
    person.waits_for("请照纸页输入第")
    assert person.sees("数据密钥已更换")
    person.types("恢复码的一组", "----")
    assert person.sees("与恢复码不符")
    person.presses("Tab")  # the code is covered while one types
    code = _type_the_code_back(person)
    person.waits_for("新的恢复码已记下")
    quiet_down(qtbot, window)
    slots = KeySlots.load(folder)
    assert slots.unlock_passphrase(PASSPHRASE)[0] != before
    assert slots.unlock_recovery(code)
    assert not any(CODE.fullmatch(text) for text in person.reads())


def test_another_recovery_code_needs_the_passphrase_and_leaves_it(
    qtbot: QtBot, tmp_path: Path, open_window: Open
) -> None:
    person, window, _frame = _at_the_keys(qtbot, open_window)
    before = (tmp_path / "ws" / "keyslots.json").read_bytes()
    person.clicks("更换恢复码…")
    person.types("自己的口令（证明身份）", "not this one")
    person.clicks("换成新的恢复码")
    person.waits_for("口令不对")
    assert (tmp_path / "ws" / "keyslots.json").read_bytes() == before
    person.types("自己的口令（证明身份）", PASSPHRASE)
    person.clicks("换成新的恢复码")
    code = _type_the_code_back(person)
    person.waits_for("新的恢复码已记下")
    assert KeySlots.load(tmp_path / "ws").unlock_recovery(code) and _opens(tmp_path / "ws", PASSPHRASE)

    person.clicks("更换口令…")
    person.types("现在的口令", PASSPHRASE)
    person.presses("Tab")
    assert person.finds(QLineEdit, "新口令").hasFocus()
    person.types("新口令", "换过的口令 2026")
    person.types("再输一次", "换过的口令 2026")
    person.clicks("更换口令")
    person.waits_for("口令已更换")
    assert not _opens(tmp_path / "ws", PASSPHRASE)
    person.clicks("在这台电脑上记住")
    person.waits_for("没有可用的系统钥匙串")
    window.lock()
    unlock(qtbot, window, "换过的口令 2026")


def test_what_is_damaged_in_the_key_file_is_said_at_the_top_and_mended(
    qtbot: QtBot, tmp_path: Path, workspace: Callable[..., Any], open_window: Open
) -> None:
    workspace("keys.add_person", name="王芳", new_passphrase=OTHER)
    path = tmp_path / "ws" / "keyslots.json"
    slots = KeySlots.load(tmp_path / "ws")
    slot = slots.of(slots.holders()[1])[0]
    path.write_text(path.read_text().replace(slot["public"], slot["public"][:-4] + "qqqq"))
    window, frame = open_window()
    person = Person(qtbot, window)
    person.waits_for("钥匙文件（keyslots.json）有损坏或被改动的部分")
    person.clicks("去修复")
    person.waits_for("口令部分有损坏")
    person.clicks("立即修复")
    person.waits_for("钥匙文件和副本已重写")
    person.until(lambda: not frame.cautions.isVisible(), "no caution")
    person.until(lambda: not person.sees("立即修复"), "nothing left to mend")
    assert path.read_bytes() == (tmp_path / "ws" / "keyslots.copy.json").read_bytes()
    quiet_down(qtbot, window)
    assert [row[3] for row in person.rows("持有口令的人")] == ["本人", ""]
    assert _opens(tmp_path / "ws", OTHER), "the copy was whole"


@pytest.mark.parametrize(("answer", "how"), [("不再使用，这里接着用", "moved"), ("两边都用，这里另起一份", "forked")])
def test_a_copy_asks_which_goes_on_until_it_is_answered(
    qtbot: QtBot,
    tmp_path: Path,
    workspace: Callable[..., Any],
    make_window: Callable[..., MainWindow],
    answer: str,
    how: str,
) -> None:
    original = workspace("replica.state")["replica"]
    workspace("close")
    copy = shutil.copytree(tmp_path / "ws", tmp_path / "Dropbox" / "ws")
    window = make_window(str(copy))
    unlock(qtbot, window)
    person = Person(qtbot, window)
    asked = f"从文件夹 {tmp_path / 'ws'} 拷贝来的"
    person.waits_for(asked)
    person.waits_for("Dropbox 的同步文件夹")
    person.clicks("知道了")
    person.until(lambda: not person.sees("Dropbox 的同步文件夹"), "put away")
    person.clicks("企业")
    assert person.sees(asked) and person.sees("回答之前不会发送任何内容")
    window.lock()
    unlock(qtbot, window)
    person.waits_for(asked)
    person.clicks(answer)
    person.waits_until_gone(asked)
    assert window.frame is not None
    known = window.frame.info["replica"]
    assert known["question"] is None and (known["replica"] == original) == (how == "moved")


def test_history_says_who(qtbot: QtBot, workspace: Callable[..., Any], open_window: Open) -> None:
    firm = workspace("records.add", kind="firm", values={"name": "甲科技有限公司"})["id"]
    window, frame = open_window()
    frame.open_record("firm", firm)
    person = Person(qtbot, window)
    person.opens_tab("变更")
    person.until(lambda: person.rows("变更记录"), "changes")
    person.until(lambda: {row[1] for row in person.rows("变更记录")} == {"张三"}, "the name")


def test_the_sheet_is_printed_whole_and_kept_private(
    qtbot: QtBot, tmp_path: Path, require_tool: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "7M4K-2PQR-9XYZ-ABCD-0123-4567-89EF-GHJK-ST"
    pdf = recovery_sheet(ORGANISATION, "3f2a9c1e", code, "2026-11-21", "zh")
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    assert print_pdf(pdf, printer)
    with Pdf.open(tmp_path / "printed.pdf") as printed:
        (page,) = printed.pages
        (image,) = page.get_images().values()
        width, height = int(image.Width), int(image.Height)
    assert abs(width / height - 210 / 297) < 0.002, "the page keeps its shape"
    assert 2400 < width < 2600

    shown = RecoveryCode()
    qtbot.addWidget(shown)
    shown.set_code(ORGANISATION, "3f2a9c1e", code)
    shown.show()
    file = tmp_path / "恢复码.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_rest: (str(file), ""))
    qtbot.mouseClick(shown.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "含有恢复码原文" in shown.message.text(), timeout=PATIENCE)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = subprocess.run([require_tool("pdftotext"), str(file), "-"], capture_output=True, check=True).stdout.decode()
    assert "7M4K-2PQR-9XYZ-ABCD" in text and "3f2a9c1e" in text and ORGANISATION in text
