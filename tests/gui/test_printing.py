"""What is printed of a record: from its head and by Ctrl+P, wherever in the window the keyboard is."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from desktop.papers import PAPERS, paper_of
from desktop.services import documents
from tests.gui.conftest import quiet_down
from tests.gui.person import Person

Run = Callable[..., Any]


@pytest.fixture
def records(workspace: Run) -> dict[str, tuple[str, str]]:
    """One record of every kind that has a paper: its id and a word that stands on its paper."""

    def add(kind: str, **values: str) -> str:
        return str(workspace("records.add", kind=kind, values=values)["id"])

    course = add(
        "programme",
        name="示例初级班",
        p_kind="broker_junior",
        organiser="示例单位",
        starts_on="2026-05-11",
        ends_on="2026-05-12",
    )
    session = add("session", programme=course, topic="合同登记", module="policy", happened_on="2026-05-12")
    event = add("event", title="成果直通车", e_kind="科技成果进区县", our_role="主办", starts_on="2026-05-20")
    return {
        "firm": (add("firm", name="示例甲（渝）/科技有限公司㼆"), "示例甲（渝）/科技有限公司㼆"),
        "case": (add("case", no="A-1", title="焊缝检测许可", track="supply"), "焊缝检测许可"),
        "person": (add("person", name="李𠮷示例"), "示例"),
        "programme": (course, "示例初级班"),
        "session": (session, "合同登记"),
        "event": (event, "成果直通车"),
    }


def test_every_kind_that_has_a_paper_is_printed_from_its_head_and_by_the_keyboard(
    qtbot: QtBot,
    records: dict[str, tuple[str, str]],
    open_window: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    require_tool: Callable[[str], str],
) -> None:
    assert set(records) == {paper.kind for paper in PAPERS.values()} and set(documents._WRITERS) == set(PAPERS)
    window, frame = open_window()
    me = Person(qtbot, window)
    asked: list[str] = []
    target, wanted = tmp_path / "纸.pdf", True

    def name_it(_part: Any, _title: str, proposed: str, _kinds: str) -> tuple[str, str]:
        asked.append(Path(proposed).name)
        return (str(target) if wanted else ""), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", name_it)

    def printed(word: str) -> None:
        me.until(lambda: target.exists() and not window.ops.busy(), f"{word} on paper")
        told = [require_tool("pdftotext"), "-layout", str(target), "-"]
        assert word in subprocess.run(told, capture_output=True, text=True, check=True).stdout
        target.unlink()

    for place, (kind, (record, word)) in enumerate(records.items()):
        paper = paper_of(kind)
        assert paper is not None
        frame.open_record(kind, record)
        quiet_down(qtbot, window)
        if place % 2 == 0 or kind == "case":
            me.clicks(f"打印{paper.title}（Ctrl+P）")
            printed(word)
            assert asked.pop().startswith(f"{paper.title}-"), "called like the paper and the record"
        if place % 2:
            me.presses("Ctrl+P")
            printed(word)
            assert asked.pop().startswith(f"{paper.title}-")

    wanted = False  # looked at long enough: asked where to, the person thinks better of it
    # from the list beside the record, from a field within it, and not while an input method composes in that field
    frame.open_record("firm", records["firm"][0])
    quiet_down(qtbot, window)
    page: Any = frame.current_page()
    page.table.view.setFocus()
    me.presses("Ctrl+P")
    assert asked == ["企业情况表-示例甲（渝）_科技有限公司㼆.pdf"]
    field = page.detail.profile.form.editor("main_product").edit
    field.setFocus()
    asked.clear()
    QApplication.sendEvent(field, QInputMethodEvent("jian'su", []))
    QTest.keySequence(field, "Ctrl+P")
    QApplication.sendEvent(field, QInputMethodEvent("", []))
    assert not asked
    QTest.keySequence(field, "Ctrl+P")
    assert len(asked) == 1

    # by name, like any other command; where nothing is shown that could be printed, it says so
    def by_name() -> None:
        me.presses("Ctrl+K")
        frame.finder.setText("dy")
        me.until(frame.finder.is_open, "what is found")
        me.until(lambda: "打印显示的记录" in frame.finder.list.currentItem().text(), "the command")
        me.presses("Return")

    by_name()
    me.until(lambda: len(asked) == 2, "asked where to")
    page.start_new("firm")
    assert not page.detail.print.isVisible(), "nothing to print of what is not stored"
    by_name()
    me.waits_for("先打开要打印的记录")
    assert len(asked) == 2
    quiet_down(qtbot, window)
