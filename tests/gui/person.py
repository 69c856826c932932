"""A person at the window: finds controls by what they are called, types, clicks, presses keys, drops, and reads.

Only what is on screen and enabled counts; nothing of the program's own objects is called.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QModelIndex, QPoint, Qt, QTimer
from PySide6.QtGui import QInputMethodEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QGroupBox,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QPlainTextEdit,
    QScrollArea,
    QTabBar,
    QWidget,
)
from pytestqt.exceptions import TimeoutError
from pytestqt.qtbot import QtBot

from tests.gui.bench import drop

PATIENCE = 20_000  # ms
_CONTROLS = 200  # more than a page has
LEFT = Qt.MouseButton.LeftButton
W = TypeVar("W", bound=QWidget)


class Person:
    """Sits before `window`; everything is said in the words on screen."""

    def __init__(self, qtbot: QtBot, window: QWidget) -> None:
        self.qtbot, self.window = qtbot, window

    # -- looking

    def sees(self, text: str) -> bool:
        """Whether the text stands anywhere on screen, in a table too."""
        return any(text in shown for shown in self.reads())

    def reads(self) -> Iterator[str]:
        """Every text on screen."""
        for widget in self._widgets(QWidget):
            if isinstance(widget, QLabel | QAbstractButton):
                yield widget.text()
            elif isinstance(widget, QPlainTextEdit):
                yield widget.toPlainText()
            elif isinstance(widget, QLineEdit):
                yield widget.text()
            elif isinstance(widget, QTabBar):
                yield from (widget.tabText(place) for place in range(widget.count()))
            elif isinstance(widget, QComboBox):
                yield widget.currentText()
            elif isinstance(widget, QAbstractItemView):
                yield from (str(index.data() or "") for index in _cells(widget))

    def waits_for(self, text: str) -> None:
        """Wait until the text stands on screen."""
        self.until(lambda: self.sees(text), text)

    def waits_until_gone(self, text: str) -> None:
        """Wait until the text stands nowhere on screen."""
        self.until(lambda: not self.sees(text), f"no {text}")

    def until(self, holds: Callable[[], object], what: str = "") -> None:
        """Let the window live until something holds; says what is on screen where it never does."""
        try:
            self.qtbot.waitUntil(lambda: bool(holds()), timeout=PATIENCE)
        except TimeoutError:
            shown = "\n".join(text for text in self.reads() if text.strip())
            raise AssertionError(f"waited in vain for: {what}; on screen:\n{shown}") from None

    def rows(self, table: str) -> list[list[str]]:
        """The texts of a table's rows."""
        view = self.finds(QAbstractItemView, table)
        model = view.model()
        columns = range(model.columnCount())
        return [[str(model.index(row, column).data() or "") for column in columns] for row in range(model.rowCount())]

    def reads_field(self, name: str) -> str:
        """What stands in a field."""
        field = self._field(name)
        return field.text() if isinstance(field, QLineEdit) else field.toPlainText()

    # -- doing

    def clicks(self, name: str) -> None:
        """Click a button, a tick or a choice by its text; of two with one text, the upper."""
        button = self._all(QAbstractButton, name)[0]
        place = button.rect().center()
        if button.isCheckable():  # the text beside the mark, not the empty rest of the line
            place = QPoint(min(place.x(), 12), place.y())
        self._clicks_at(button, place)

    def types(self, name: str, text: str) -> None:
        """Replace what stands in a field."""
        field = self._field(name)
        paper = field.viewport() if isinstance(field, QPlainTextEdit) else field
        self._clicks_at(paper, paper.rect().center())
        QTest.keySequence(field, QKeySequence(QKeySequence.StandardKey.SelectAll))
        QTest.keyClick(field, Qt.Key.Key_Delete)
        self._enters(field, text)

    def looks_up(self, name: str, text: str, choice: str) -> None:
        """Type into a field that finds records, and take one from the list that opens."""
        field = self._takes_offered(name, text, choice)
        self.until(lambda: choice in field.text(), choice)

    def makes(self, name: str, text: str, choice: str) -> None:
        """Type into a field that finds records what is not there yet, and make it on the spot; `choice` is the entry
        that offers it."""
        self._takes_offered(name, text, choice)
        self.clicks("新建并选用")
        self.waits_until_gone("新建并选用")

    def ticks(self, button: str, *choices: str) -> None:
        """Open a button's menu and tick some in it, one after the other; it stays open until it is left."""
        met: list[QMenu] = []

        def inside() -> None:
            menu = QApplication.activePopupWidget()
            if not isinstance(menu, QMenu):
                QTimer.singleShot(10, inside)
                return
            met.append(menu)
            try:
                for choice in choices:
                    action = next(action for action in menu.actions() if action.text() == choice)
                    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
                    assert menu.isVisible() and action.isChecked(), choice
            finally:
                QTest.keyClick(menu, Qt.Key.Key_Escape)

        QTimer.singleShot(0, inside)
        self.clicks(button)  # comes back when the menu has closed
        self.until(lambda: met, f"the menu of {button}")
        self._comes_back(self.window)

    def _takes_offered(self, name: str, text: str, choice: str) -> QLineEdit:
        self.types(name, text)
        field = self._field(name)
        assert isinstance(field, QLineEdit)
        completer = field.completer()
        assert completer is not None

        def offered() -> bool:
            return completer.popup().isVisible() and any(choice in str(i.data()) for i in _cells(completer.popup()))

        self.until(offered, choice)
        popup = completer.popup()
        index = next(index for index in _cells(popup) if choice in str(index.data()))
        QTest.mouseClick(popup.viewport(), LEFT, pos=popup.visualRect(index).center())
        self.until(lambda: not popup.isVisible(), choice)
        self._comes_back(field.window())
        return field

    def chooses(self, name: str, option: str) -> None:
        """Open a drop-down list and click what is wanted."""
        box = self.finds(QComboBox, name)
        self.until(lambda: any(box.itemText(place) == option for place in range(box.count())), option)
        self._brings_in_sight(box, box.rect().center())
        box.setFocus()  # by Tab: a click opens the list too, but then takes no other for half a second
        QTest.keyClick(box, Qt.Key.Key_F4)
        self.until(box.view().isVisible, option)
        view = box.view()
        index = next(index for index in _cells(view) if index.data() == option)
        view.scrollTo(index)
        QTest.mouseClick(view.viewport(), LEFT, pos=view.visualRect(index).center())
        self.until(lambda: box.currentText() == option, option)
        self._comes_back(box.window())

    def opens_tab(self, name: str) -> None:
        """Click a tab by its text; figures behind it do not matter."""

        def place_of(bar: QTabBar) -> int:
            texts = [re.sub(r" \d+$", "", _plain(bar.tabText(place))) for place in range(bar.count())]
            return texts.index(name) if name in texts and bar.isTabEnabled(texts.index(name)) else -1

        self.until(lambda: any(place_of(bar) >= 0 for bar in self._widgets(QTabBar)), name)
        bar = next(bar for bar in self._widgets(QTabBar) if place_of(bar) >= 0)
        if not bar.rect().contains(bar.tabRect(place_of(bar)).center()):  # beyond the arrows: by the keyboard
            bar.setFocus()
            for _step in range(bar.count()):
                if bar.currentIndex() != place_of(bar):
                    towards = Qt.Key.Key_Right if bar.currentIndex() < place_of(bar) else Qt.Key.Key_Left
                    QTest.keyClick(bar, towards)
            return
        self._clicks_at(bar, bar.tabRect(place_of(bar)).center())

    def picks_row(self, table: str, text: str) -> None:
        """Click the row of a table or list that shows the text."""
        view, index = self._row(table, text)
        self._clicks_at(view.viewport(), view.visualRect(index).center())

    def drops(self, table: str, text: str, files: list[Path]) -> None:
        """Drop files from the file manager on a row."""
        view, index = self._row(table, text)
        drop(view.viewport(), files, view.visualRect(index).center())

    def presses(self, keys: str) -> None:
        """Press keys wherever the keyboard's focus is."""
        front = QApplication.activeModalWidget() or QApplication.activeWindow() or self.window
        QTest.keySequence(front.focusWidget() or front, QKeySequence(keys))

    def tabs_to(self, name: str) -> QWidget:
        """Press Tab until the control of this name has the keyboard's focus; it may take a moment to be of use."""
        self.until(lambda: any(_usable(one, name) for one in self.window.findChildren(QWidget)), name)
        for _step in range(_CONTROLS):
            focused = self.window.focusWidget()
            if focused is not None and focused.isVisible() and name in _names(focused):
                return focused
            QTest.keyClick(focused or self.window, Qt.Key.Key_Tab)
        raise AssertionError(f"Tab never comes to {name}")

    def says(self, text: str) -> None:
        """Type into whatever has the keyboard's focus, in place of what stands there."""
        field = self.window.focusWidget()
        assert isinstance(field, QLineEdit | QPlainTextEdit), field
        field.selectAll()
        self._enters(field, text)

    def names_file(self, path: Path) -> None:
        """Type a path into the file dialog that is open, and confirm."""
        self.until(lambda: list(self._widgets(QFileDialog)), "a file dialog")
        dialog = next(self._widgets(QFileDialog))
        line = next(line for line in dialog.findChildren(QLineEdit) if line.isVisible())
        line.selectAll()
        self._enters(line, str(path))
        QTest.keyClick(line, Qt.Key.Key_Return)
        self.until(lambda: not list(self._widgets(QFileDialog)), "the file dialog to close")
        self._comes_back(self.window)

    def finds(self, kind: type[W], name: str) -> W:
        """The one control of this kind with this name that can be used now."""
        found = self._all(kind, name)
        assert len(found) == 1, f"{len(found)} controls are called {name}"
        return found[0]

    def _all(self, kind: type[W], name: str) -> list[W]:
        def found() -> list[W]:
            usable = [widget for widget in self._widgets(kind) if widget.isEnabled() and name in _names(widget)]
            return sorted(usable, key=lambda widget: widget.mapToGlobal(QPoint()).y())

        self.until(found, f"{kind.__name__} {name}")
        return found()

    def _clicks_at(self, widget: QWidget, place: QPoint) -> None:
        self._brings_in_sight(widget, place)
        QTest.mouseClick(widget, LEFT, pos=place)
        QApplication.processEvents()

    def _brings_in_sight(self, widget: QWidget, place: QPoint) -> None:
        """Scroll until the place is in sight: what is covered or cut off cannot be clicked."""
        QApplication.processEvents()
        area = widget.parentWidget()
        while area is not None:
            if isinstance(area, QScrollArea):
                area.ensureWidgetVisible(widget)
            area = area.parentWidget()
        self.until(lambda: widget.visibleRegion().contains(place), f"{_names(widget)} in sight")

    def _comes_back(self, window: QWidget) -> None:
        """What a window manager does when a list or a dialog has closed; the offscreen platform has none."""
        window.activateWindow()
        self.until(window.isActiveWindow, "the window in front")

    def _field(self, name: str) -> QLineEdit | QPlainTextEdit:
        def found() -> list[QWidget]:
            return [
                widget
                for widget in self._widgets(QWidget)
                if isinstance(widget, QLineEdit | QPlainTextEdit) and widget.isEnabled() and name in _names(widget)
            ]

        self.until(found, f"a field {name}")
        field = min(found(), key=lambda widget: widget.mapToGlobal(QPoint()).y())  # of two with one name, the upper
        assert isinstance(field, QLineEdit | QPlainTextEdit)
        return field

    def _enters(self, field: QWidget, text: str) -> None:
        """ASCII by keys, the rest as an input method commits it."""
        for part in re.findall(r"[ -~]+|[^ -~]+", text):
            if part.isascii():
                QTest.keyClicks(field, part)
            else:
                event = QInputMethodEvent()
                event.setCommitString(part)
                QCoreApplication.sendEvent(field, event)

    def _row(self, table: str, text: str) -> tuple[QAbstractItemView, QModelIndex]:
        view = self.finds(QAbstractItemView, table)
        self.until(lambda: any(text in str(index.data() or "") for index in _cells(view)), text)
        index = next(index for index in _cells(view) if text in str(index.data() or ""))
        view.scrollTo(index)
        return view, index

    def _widgets(self, kind: type[W]) -> Iterator[W]:
        """Visible widgets of the dialog that is open, else of the window."""
        dialogs = [top for top in QApplication.topLevelWidgets() if isinstance(top, QDialog) and top.isVisible()]
        for front in dialogs or [self.window]:
            if isinstance(front, kind):
                yield front
            for widget in front.findChildren(kind):
                if widget.isVisible() and widget.window() is front:
                    yield widget


def _cells(view: QAbstractItemView) -> Iterator[QModelIndex]:
    model = view.model()
    if model is None:
        return
    columns = 1 if isinstance(view, QListView) else model.columnCount()
    for row in range(model.rowCount()):
        for column in range(columns):
            yield model.index(row, column)


def _usable(widget: QWidget, name: str) -> bool:
    return widget.isVisible() and widget.isEnabled() and name in _names(widget)


def _names(widget: QWidget) -> set[str]:
    """What a control is called: its accessible name (with and without its unit), its text."""
    names = {widget.accessibleName(), re.sub(r" \([^()]+\)$", "", widget.accessibleName())}
    if isinstance(widget, QAbstractButton | QGroupBox):
        names.add(_plain(widget.text() if isinstance(widget, QAbstractButton) else widget.title()))
    return names - {""}


def _plain(text: str) -> str:
    """A text without its keyboard mark."""
    return re.sub(r"\(&\w\)|&(?=\w)", "", text).strip()
