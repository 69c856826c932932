"""设置 · 操作记录: entries are found, opened and printed, the chain is checked, and a head from paper is looked up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from shiboken6 import delete

from desktop import look
from desktop.frame import DeskFrame
from desktop.pages.settings.page import SettingsPage
from desktop.pages.settings.records import Records
from desktop.window import MainWindow
from policy import i18n
from tests.gui.bench import Bench, bench
from tests.gui.conftest import quiet_down


def _two_decisions(call: Callable[..., Any]) -> str:
    """Make a case with an estimate and two decisions; its id."""
    values = {"no": "A-1", "title": "石墨烯转让", "track": "supply", "estimate": "320"}
    case = str(call("records.add", kind="case", values=values)["id"])
    for kind in ("internal_review", "publicity"):
        call("case.log", case=case, kind=kind, note="经集体讨论同意", at="2025-02-10")
    return case


@pytest.fixture
def desk(qtbot: Any, tmp_path: Path) -> Iterator[Bench]:
    with bench(qtbot, tmp_path) as made:
        yield made


@pytest.fixture
def case(desk: Bench) -> str:
    return _two_decisions(desk.call)


@pytest.fixture
def pane(desk: Bench, case: str) -> Iterator[Records]:
    """The pane over a workspace with two decisions of one case."""
    made = Records(desk.ops, desk.desk)  # type: ignore[arg-type]  # a desk that records
    made.retranslate()
    made.resize(1000, 640)
    made.show()
    made.arrive()
    desk.until(lambda: len(made.model.rows()) == 3 and not desk.ops.busy())
    yield made
    desk.until(lambda: not desk.ops.busy())
    delete(made)


def test_entries_are_told_with_their_figures_and_open_what_they_are_about(
    desk: Bench, pane: Records, case: str
) -> None:
    first = [pane.model.index(0, column).data() for column in range(5)]
    assert (first[0], *first[3:]) == ("3", "决策：公示（2025-02-10）", "石墨烯转让")
    assert not pane.open.isEnabled() and not pane.print.isEnabled()
    pane.table.selectRow(0)
    assert "预计金额：320.00 万元" in pane.detail.text() and "本条摘要：" in pane.detail.text()
    pane.open.click()
    assert desk.desk.records == [("case", case)]
    pane.table.selectRow(2)
    assert not pane.print.isEnabled()  # the workspace's own entry is no case


def test_the_list_is_narrowed_by_what_is_typed_and_chosen(desk: Bench, pane: Records) -> None:
    def rows(expected: int) -> None:
        desk.until(lambda: len(pane.model.rows()) == expected and not desk.ops.busy())

    pane.text.setText("石墨烯")
    rows(2)
    pane.group.setCurrentIndex(pane.group.findData("keys"))
    pane.group.activated.emit(pane.group.currentIndex())
    rows(0)
    pane.group.setCurrentIndex(0)
    pane.group.activated.emit(0)
    pane.text.clear()
    rows(3)
    pane.since.setText("2999-01-01")
    rows(0)
    pane.since.setText("2999-13-01")
    desk.until(lambda: "2999-13-01" in pane.message.text())
    pane.since.clear()
    rows(3)
    assert pane.message.text() == "" and not pane.more.isEnabled()


def test_older_entries_are_added_below(desk: Bench, pane: Records, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.pages.settings.records._PAGE", 2)
    pane.arrive()
    desk.until(lambda: len(pane.model.rows()) == 2 and pane.more.isEnabled())
    pane.more.click()
    desk.until(lambda: [row["seq"] for row in pane.model.rows()] == [3, 2, 1] and not pane.more.isEnabled())
    assert case


def test_the_chain_is_checked_and_a_head_from_paper_is_looked_up(desk: Bench, pane: Records) -> None:
    assert "尚未核对" in pane.chain.text() and not pane.check.isEnabled()
    pane.verify.click()
    desk.until(lambda: "全链 3 条完好" in pane.message.text() and "核对完好" in pane.chain.text())
    digest = pane.model.rows()[-1]["digest"]
    for typed, said in ((digest[:32].upper(), "第 1 条"), ("f" * 64, "链上没有这个末值"), ("abc", "没有核对")):
        pane.paper.setText(typed)
        pane.check.click()
        desk.until(lambda said=said: said in pane.message.text())


def test_the_decisions_of_a_case_are_printed(desk: Bench, pane: Records, tmp_path: Path, monkeypatch: Any) -> None:
    file = tmp_path / "摘录.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    pane.table.selectRow(1)
    pane.print.click()
    desk.until(lambda: pane.model.rows()[0]["action"] == "audit.extracted")
    assert file.read_bytes()[:5] == b"%PDF-" and "2 条决策" in desk.desk.said[-1]


def test_it_fits_the_smallest_screen_in_both_languages(
    qtbot: Any,
    tmp_path: Path,
    workspace: Callable[..., Any],
    open_window: Callable[[], tuple[MainWindow, DeskFrame]],
) -> None:
    _two_decisions(workspace)
    window, frame = open_window()
    frame.open_page("settings")
    page = frame.findChild(SettingsPage)
    assert page is not None
    (section,) = page.sections.findItems("操作记录", Qt.MatchFlag.MatchExactly)
    page.sections.setCurrentItem(section)
    pane = page.records
    qtbot.waitUntil(lambda: len(pane.model.rows()) == 3, timeout=20_000)
    quiet_down(qtbot, window)
    assert pane.isVisible()
    for language, dark in (("zh", False), ("en", True)):
        frame.switch_language(language)
        look.apply(QApplication.instance(), dark)
        said = "Decision: Publicity (2025-02-10)" if language == "en" else "决策：公示（2025-02-10）"
        qtbot.waitUntil(lambda said=said: pane.model.rows()[0]["text"] == said, timeout=20_000)
        pane.table.selectRow(0)
        quiet_down(qtbot, window)
        assert window.width() <= 1366 and pane.table.columnWidth(3) >= 150
        assert window.grab().save(str(tmp_path / f"{language}.png"))
    assert i18n.language() == "en"
    assert pane.model.headerData(3, Qt.Orientation.Horizontal) == "What"
