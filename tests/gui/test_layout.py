"""The window at 1366×768, 900×560 and 683×384 (1366×768 at 200 %): nothing is pushed out, cut off or out of reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitterHandle,
    QTabBar,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.pages import PAGES, SETTINGS
from desktop.quicklog import QuickLog
from desktop.widgets.room import Flow, Panes, Stage
from desktop.window import MainWindow
from tests.confirming import confirm_all
from tests.gui.conftest import quiet_down, unlock

PACK, PERIOD = "guokefaqu-2018-300", "2025"
SIZES = ((1366, 768), (900, 560), (683, 384))
CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
)
# tables in all but name, and text with numbered lines: they scroll sideways as tables do
SIDEWAYS = frozenset({"FigureGrid", "Columns", "PictureView", "QPdfView", "RawText"})
WHOLE = (QAbstractItemView, QComboBox, QAbstractSpinBox, QTabBar, QLineEdit, QPlainTextEdit)


@pytest.fixture
def filled(workspace: Callable[..., Any], tmp_path: Path) -> Path:
    """The sample workspace, with an application and its package."""
    workspace("sample.load", evidence=False)
    carrier = next(row["id"] for row in workspace("evaluation.subjects", pack=PACK) if row["kind"] == "carrier")
    confirm_all(workspace, tmp_path, pack=PACK, period=PERIOD, subject=f"carrier:{carrier}")
    frozen = workspace("evaluation.freeze", pack=PACK, period=PERIOD, subject=f"carrier:{carrier}")
    book = workspace("apply.make", snapshot=frozen["id"], narrative={"plan": "继续完善专业服务。"})
    workspace("package.seal", application=book["id"], personal_confirmed=True)
    workspace("close")
    return tmp_path / "ws"


def test_every_control_can_be_seen_or_brought_in_sight(
    qtbot: QtBot, filled: Path, make_window: Callable[..., MainWindow]
) -> None:
    window = make_window(str(filled))
    quiet = partial(quiet_down, qtbot, window)
    quiet()
    found = list(at_sizes(window, "unlock"))
    unlock(qtbot, window)
    assert window.frame is not None
    for place, first in walk(quiet, window.frame):
        found += at_sizes(window, place, SIZES if first else SIZES[-1:])
    window.frame.quick_log()
    log = window.findChildren(QuickLog)[0]
    found += at_sizes(log, "quick log")
    log.close()
    window.switch_language("en")
    quiet()
    for place, _ in walk(quiet, window.frame):
        found += at_sizes(window, f"English: {place}", SIZES[-1:])
    window._first_run()
    assert window.wizard is not None
    for step in range(window.wizard.steps.count()):
        window.wizard._show(step)
        found += at_sizes(window, f"first run {step + 1}")
    assert not found, "\n".join(found)


def test_what_is_pushed_out_or_cut_off_is_found(qtbot: QtBot) -> None:
    """The check above can fail: a button beyond the edge, one out of reach in a scroll area, a label without room."""
    for make, said in ((_beyond, "leaves"), (_sideways, "sideways"), (_squeezed, "needs")):
        root = QWidget()
        qtbot.addWidget(root)
        make(root)
        root.show()
        assert [fault for fault in at_sizes(root, "") if said in fault], said


def test_a_row_breaks_where_the_room_ends_and_is_one_line_where_there_is_enough(qtbot: QtBot) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    row = Flow(root)
    buttons = [QPushButton(text) for text in ("第一个按钮", "第二个按钮", "第三个按钮")]
    row.addWidget(buttons[0])
    row.addStretch(1)
    for button in buttons[1:]:
        row.addWidget(button)
    root.show()
    root.resize(600, row.heightForWidth(600))
    settle(root)
    assert len({button.y() for button in buttons}) == 1
    assert buttons[2].geometry().right() == 599, "the stretch takes what is left"
    root.resize(150, 200)
    settle(root)
    assert len({button.y() for button in buttons}) == 3
    assert row.heightForWidth(150) > 3 * buttons[0].height() > row.heightForWidth(600)
    buttons[1].hide()
    settle(root)
    assert buttons[2].y() < 2 * (buttons[0].height() + row.spacing()), "what is hidden takes no line"
    row.removeWidget(buttons[0])
    buttons[0].deleteLater()
    settle(root)
    assert row.count() == 3 and list(faults(root)) == []


def test_panes_fold_and_unfold_and_their_page_scrolls(qtbot: QtBot) -> None:
    page = QWidget()
    column = QVBoxLayout(page)
    panes = Panes()
    for _ in range(2):
        pane = QPushButton("一块")
        pane.setMinimumSize(300, 200)
        panes.addWidget(pane)
    column.addWidget(panes)
    stage = Stage(page)
    qtbot.addWidget(stage)
    stage.resize(700, 300)
    stage.show()
    settle(stage)
    assert not panes.is_folded() and stage.verticalScrollBar().maximum() == 0
    stage.resize(500, 300)
    qtbot.waitUntil(lambda: stage.verticalScrollBar().maximum() > 0)
    assert panes.is_folded() and list(faults(stage)) == []
    stage.resize(700, 300)
    qtbot.waitUntil(lambda: not panes.is_folded() and stage.verticalScrollBar().maximum() == 0)


def _beyond(root: QWidget) -> None:
    QPushButton("外面的按钮", root).move(5000, 10)


def _sideways(root: QWidget) -> None:
    column, area, wide = QVBoxLayout(root), QScrollArea(), QWidget()
    wide.setFixedSize(5000, 50)
    QPushButton("够不着的按钮", wide).move(4000, 0)
    area.setWidget(wide)
    column.addWidget(area)


def _squeezed(root: QWidget) -> None:
    QLabel("没有地方显示的一句话", root).setFixedWidth(20)


def faults(root: QWidget) -> Iterator[str]:
    """What nobody could see or reach of a window as it stands."""
    for part in _seen(root):
        if isinstance(part, QAbstractScrollArea) and not isinstance(part, QAbstractItemView):
            bar = part.horizontalScrollBar()
            off = part.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            if bar.maximum() > 0 and not off and type(part).__name__ not in SIDEWAYS:
                yield f"{_called(part)} scrolls sideways by {bar.maximum()}"
        if isinstance(part, CONTROLS) and not (isinstance(part, QLabel) and not part.text()):
            if outside := _outside(part, root):
                yield f"{_called(part)} {outside}"
            elif cut := _cut(part):
                yield f"{_called(part)} {cut}"


def _seen(root: QWidget) -> Iterator[QWidget]:
    """What is shown, without the pieces of a control, which answers for them."""
    for part in root.children():
        if not isinstance(part, QWidget) or part.isHidden() or part.isWindow():
            continue
        if isinstance(part, QAbstractSlider | QSplitterHandle):
            continue
        yield part
        if not isinstance(part, WHOLE) and type(part).__name__ not in SIDEWAYS:
            yield from _seen(part)


def _outside(part: QWidget, root: QWidget) -> str:
    """Where it leaves what shows it; what scrolls brings it in sight, but never sideways."""
    rect, child, above = part.rect(), part, part.parentWidget()
    while child is not root and above is not None:
        rect = rect.translated(child.pos())
        area = above.parentWidget()
        if isinstance(area, QScrollArea) and above is area.viewport():
            room = above.rect()
            if rect.left() < room.left() - 1 or rect.right() > room.right() + 1:
                return f"leaves {_called(area)} sideways: {rect.getRect()} in {room.getRect()}"
            rect = room  # the rest is brought in sight
            if room.height() < min(part.height(), 32):
                return f"is seen through {room.height()} px of {_called(area)}"
        elif not above.rect().adjusted(-1, -1, 1, 1).contains(rect):
            return f"leaves {_called(above)}: {rect.getRect()} in {above.rect().getRect()}"
        child, above = above, above.parentWidget()
    return ""


def _cut(part: QWidget) -> str:
    if isinstance(part, QLabel):
        if part.pixmap().isNull() is False:
            return ""
        if part.wordWrap():
            high = part.heightForWidth(part.width())
            return f"needs {high} px of height, has {part.height()}" if high > part.height() + 1 else ""
        return _short_of(part)
    if isinstance(part, QAbstractButton):
        if part.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Ignored and part.toolTip() == part.text():
            return "" if part.width() >= 120 else f"is elided to {part.width()} px"
        return _short_of(part)
    if isinstance(part, QAbstractItemView | QPlainTextEdit):
        return "" if part.height() >= 32 and part.width() >= 48 else f"is {part.size().toTuple()}"
    least = min(part.minimumSizeHint().height(), part.sizeHint().height())
    return "" if part.height() >= least - 1 and part.width() >= 24 else f"is {part.size().toTuple()}"


def _short_of(part: QWidget) -> str:
    needs, has = part.minimumSizeHint(), part.size()
    short = needs.width() > has.width() + 1 or needs.height() > has.height() + 1
    return f"needs {needs.width()}×{needs.height()}, has {has.width()}×{has.height()}" if short else ""


def _called(part: QWidget) -> str:
    text = part.text() if isinstance(part, QAbstractButton | QLabel) else part.accessibleName() or part.objectName()
    return f"{type(part).__name__} {text[:24]!r}"


def settle(root: QWidget) -> None:
    """Let layouts take effect, without waiting for a clock."""
    for _ in range(4):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        QApplication.processEvents()


def at_sizes(root: QWidget, place: str, sizes: Sequence[tuple[int, int]] = SIZES) -> Iterator[str]:
    """What is wrong at each of the sizes."""
    for size in sizes:
        root.resize(*size)
        settle(root)
        if root.width() > size[0] or root.height() > size[1]:
            yield f"{size[0]}×{size[1]} {place}: takes {root.width()}×{root.height()}"
        if any(faults(root)):
            settle(root)  # a bar that came or went is heard of in turn by what stands around it
        for fault in faults(root):
            yield f"{size[0]}×{size[1]} {place}: {fault}"


def walk(quiet: Callable[[], None], frame: DeskFrame) -> Iterator[tuple[str, bool]]:
    """Every page, kind listed, tab within tab and section, with the first row of each list chosen and a pack begun;
    and whether it is the first sight of a page."""
    for page in (*PAGES, SETTINGS):
        frame.open_page(page.NAME)
        quiet()
        shown = frame.current_page()
        views = getattr(shown, "views", None)
        listed = [view.kind for view in getattr(page, "VIEWS", ())] or [""]
        done: list[QTabBar] = []
        for place, kind in enumerate(listed):
            if kind in listed[:place]:
                continue
            if isinstance(views, QComboBox):
                views.setCurrentIndex(place)
                quiet()
            _choose_first(shown)
            quiet()
            if page.NAME == "policies":
                shown.shelf.new.click()  # type: ignore[attr-defined]
                shown.shelf.base.make.click()  # type: ignore[attr-defined]
                quiet()
            yield f"{page.NAME} {kind}", place == 0
            for tab in _tabs(quiet, shown, f"{page.NAME} {kind}", done):
                yield tab, False
    for row in range(_sections(frame)):
        frame.open_page(SETTINGS.NAME, section=row)
        quiet()
        yield f"settings {row}", False


def _sections(frame: DeskFrame) -> int:
    return next(view for view in frame.current_page().findChildren(QListView) if view.isVisible()).model().rowCount()


def _choose_first(shown: QWidget) -> None:
    for view in shown.findChildren(QAbstractItemView):
        if view.isVisible() and view.model() is not None and view.model().rowCount():
            view.setCurrentIndex(view.model().index(0, 0))
            return


def _tabs(quiet: Callable[[], None], shown: QWidget, place: str, done: list[QTabBar]) -> Iterator[str]:
    for bar in [bar for bar in shown.findChildren(QTabBar) if bar.isVisible() and bar not in done]:
        done.append(bar)
        for tab in range(bar.count()):
            if bar.isVisible() and bar.isTabEnabled(tab) and bar.isTabVisible(tab) and bar.currentIndex() != tab:
                bar.setCurrentIndex(tab)
                quiet()
                yield f"{place} {bar.tabText(tab)}"
                yield from _tabs(quiet, shown, f"{place} {bar.tabText(tab)}", done)
        if bar.isVisible():
            bar.setCurrentIndex(0)
