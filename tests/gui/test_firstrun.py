"""The first run makes a workspace through its own widgets, and everything it promises is there afterwards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.services import load_services
from desktop.services.registry import call
from desktop.services.session import Session
from desktop.sheets import Aside, recovery_sheet
from desktop.window import MainWindow
from tests.gui.conftest import PATIENCE
from tests.gui.person import Person


def test_first_run_makes_a_workspace(qtbot: QtBot, tmp_path: Path, make_window: Callable[..., MainWindow]) -> None:
    folder = tmp_path / "新工作区"
    window = make_window()
    wizard = window.wizard
    assert wizard is not None
    wizard.next.click()
    wizard.place.folder.setText(str(folder))
    wizard.next.click()
    assert not wizard.next.isEnabled()
    wizard.organisation.name.setText("重庆测试孵化器")
    wizard.organisation.person.setText("李四")
    wizard.organisation.kinds["incubator"].setChecked(True)
    wizard.next.click()
    wizard.passphrase.new.first.setText("一个够长的口令 2026")
    wizard.passphrase.new.second.setText("一个够长的口令")
    assert not wizard.next.isEnabled()
    wizard.passphrase.new.second.setText("一个够长的口令 2026")
    wizard.next.click()
    qtbot.waitUntil(lambda: not wizard.passphrase.code.isHidden(), timeout=PATIENCE)
    code = wizard.passphrase.code.code.text().replace("\n", "-")
    assert not wizard.next.isEnabled()
    asked = wizard.passphrase.code
    groups = code.split("-")
    asked.typed.setText("0000" if groups[asked._asked - 1] != "0000" else "1111")
    assert not wizard.next.isEnabled()
    asked.typed.setText(groups[asked._asked - 1].lower())
    wizard.next.click()
    wizard.next.click()
    qtbot.waitUntil(lambda: window.frame is not None, timeout=PATIENCE)
    assert window.settings.get("workspace") == str(folder)
    window.shut_down()
    load_services()
    session = Session()
    try:
        info = call(session, "workspace.open", folder=str(folder), recovery_code=code)
        assert info["organisation"]["name"] == "重庆测试孵化器"
        assert info["kinds"] == ["incubator"]
    finally:
        session.close()


def test_the_first_run_goes_on_with_enter(qtbot: QtBot, make_window: Callable[..., MainWindow]) -> None:
    window = make_window()
    wizard = window.wizard
    assert wizard is not None
    qtbot.waitActive(window)

    def enter() -> None:
        focused = window.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_Return)

    enter()
    assert wizard.steps.currentWidget() is wizard.place
    enter()
    assert wizard.steps.currentWidget() is wizard.organisation
    enter()
    assert wizard.steps.currentWidget() is wizard.organisation, "its name is still to be given"
    wizard.back.setFocus()
    enter()
    assert wizard.steps.currentWidget() is wizard.place


def test_the_sample_tells_how_far_it_is_and_a_cancel_leaves_an_empty_workspace(
    qtbot: QtBot, tmp_path: Path, make_window: Callable[..., MainWindow]
) -> None:
    window = make_window()
    person, wizard = Person(qtbot, window), window.wizard
    assert wizard is not None
    person.clicks("下一步")
    person.types("文件夹", str(tmp_path / "新工作区"))
    person.clicks("下一步")
    assert person.sees("还缺：单位名称、单位的类别（至少勾一项）、您的姓名")
    assert person.sees("培训、成果与需求等页面随之出现")  # an incubator alone does not see them yet
    person.types("单位名称", "重庆测试孵化器")
    person.clicks("孵化器、众创空间")
    assert person.sees("还缺：您的姓名") and not wizard.next.isEnabled()
    assert wizard.next.accessibleDescription() == "还缺：您的姓名"
    person.types("您的姓名", "李四")
    assert not person.sees("还缺")
    person.clicks("下一步")
    assert person.sees("还缺：够长的口令、再输一次同样的口令")
    person.types("新口令", "一个够长的口令 2026")
    person.types("再输一次", "一个够长的口令 2026")
    person.clicks("下一步")
    person.waits_for("还缺：照纸页输入恢复码的一组")
    asked = wizard.passphrase.code
    asked.typed.setText(asked._code.split("-")[asked._asked - 1])
    person.clicks("下一步")
    person.clicks("先看示例")
    person.clicks("开始使用")
    person.waits_for("制作示例扫描件 2")
    assert wizard.running.bar.isVisible() and wizard.running.bar.maximum() > 1180
    assert not wizard.next.isEnabled() and window.focusWidget() is wizard.running.stop
    person.clicks("取消")
    person.waits_for("工作区是空的，可以直接使用")
    assert not wizard.running.isVisible()
    person.clicks("从空白开始")
    person.clicks("开始使用")
    person.until(lambda: window.frame is not None, "the desk")
    assert window.frame is not None and window.frame.info["sample"] is False
    assert not person.sees("示例工作区")


def test_state_secrets_are_ruled_out_in_words(make_window: Callable[..., MainWindow]) -> None:
    window = make_window()
    assert window.wizard is not None
    assert "国家秘密" in window.wizard.organisation._secrets.text()


def test_recovery_sheet_is_made_beside_the_window(qtbot: QtBot) -> None:
    aside = Aside()
    with qtbot.waitSignal(aside.ready, timeout=PATIENCE) as made:
        aside.run(recovery_sheet, "测试单位", "id", "ABCD-EFGH-JKLM-NPQR-STUV-WXYZ", "2026-11-21", "zh")
    assert made.args is not None
    assert made.args[0].startswith(b"%PDF-")


def test_the_first_run_locks_too_once_there_is_a_workspace(
    qtbot: QtBot, tmp_path: Path, make_window: Callable[..., MainWindow]
) -> None:
    window = make_window()
    wizard = window.wizard
    assert wizard is not None and not window.idle._timer.isActive()
    wizard.next.click()
    wizard.place.folder.setText(str(tmp_path / "新工作区"))
    wizard.next.click()
    wizard.organisation.name.setText("重庆测试孵化器")
    wizard.organisation.person.setText("李四")
    wizard.organisation.kinds["incubator"].setChecked(True)
    wizard.next.click()
    for field in (wizard.passphrase.new.first, wizard.passphrase.new.second):
        field.setText("一个够长的口令 2026")
    wizard.next.click()
    qtbot.waitUntil(lambda: not wizard.passphrase.code.isHidden(), timeout=PATIENCE)
    window.idle.due.emit()
    assert window.ops is None and window.wizard is None and window.stack.currentWidget() is window.unlock
    qtbot.waitUntil(lambda: window.ops is not None and window.unlock.secret.isEnabled(), timeout=PATIENCE)
    window.unlock.secret.setText("一个够长的口令 2026")
    window.unlock.open_now()
    qtbot.waitUntil(lambda: window.frame is not None, timeout=PATIENCE)
