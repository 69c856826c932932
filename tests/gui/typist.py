"""A person who has no mouse: goes by Tab, arrows, Space and Enter, and writes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QComboBox, QLineEdit, QMenu, QTabBar

from tests.gui.person import _CONTROLS, Person, _cells, _plain


class Typist(Person):
    """Everything is done at the place where the keyboard's focus is."""

    def fills(self, **texts: str) -> None:
        """Write into fields, in the order given."""
        for name, text in texts.items():
            self.tabs_to(name)
            self.says(text)

    def acts(self, button: str) -> None:
        """Go to a button or a tick, and press it."""
        self.tabs_to(button)
        self.presses("Space")

    def turns_to(self, name: str, option: str) -> None:
        """Go to a drop-down list and step to what is wanted, from its beginning."""
        box = self.tabs_to(name)
        assert isinstance(box, QComboBox), box
        QTest.keyClick(box, Qt.Key.Key_Home)
        for _step in range(box.count()):
            if box.currentText() != option:
                QTest.keyClick(box, Qt.Key.Key_Down)
        assert box.currentText() == option, (name, box.currentText())

    def takes(self, name: str, text: str, choice: str) -> None:
        """Write into a field that finds records, and step to one of those it offers, or to the new one."""
        field = self.tabs_to(name)
        assert isinstance(field, QLineEdit)
        self.says(text)
        completer = field.completer()
        assert completer is not None
        popup = completer.popup()
        assert popup is not None

        def offered() -> bool:
            return popup.isVisible() and any(choice in str(index.data()) for index in _cells(popup))

        self.until(offered, choice)
        for _step in range(popup.model().rowCount()):
            if choice not in str(popup.currentIndex().data() or ""):
                QTest.keyClick(popup, Qt.Key.Key_Down)
        QTest.keyClick(popup, Qt.Key.Key_Return)
        self.until(lambda: not popup.isVisible(), "the list to close")
        self._comes_back(field.window())
        self.until(lambda: (self.window.focusWidget() or field).isVisible(), "what was made room for")

    def steps_to(self, table: str, first: str) -> None:
        """Go to a table and step to the row that begins so."""
        view = self.tabs_to(table)
        assert isinstance(view, QAbstractItemView), view
        place = [row[0] for row in self.rows(table)].index(first)
        for _step in range(abs(place - view.currentIndex().row())):
            QTest.keyClick(view, Qt.Key.Key_Down if view.currentIndex().row() < place else Qt.Key.Key_Up)
        assert view.currentIndex().row() == place, first

    def goes_to_tab(self, name: str) -> None:
        """Go to the row of tabs that has this one, and step to it."""
        for _step in range(_CONTROLS):
            bar = self.window.focusWidget()
            if isinstance(bar, QTabBar) and bar.isVisible():
                texts = [_plain(bar.tabText(place)) for place in range(bar.count())]
                if name in texts:
                    place = texts.index(name)
                    for _tab in range(bar.count()):
                        if bar.currentIndex() != place:
                            away = Qt.Key.Key_Right if bar.currentIndex() < place else Qt.Key.Key_Left
                            QTest.keyClick(bar, away)
                    assert bar.currentIndex() == place, name
                    return
            QTest.keyClick(bar or self.window, Qt.Key.Key_Tab)
        raise AssertionError(f"Tab never comes to the tab {name}")

    def opens_menu(self, button: str, does: Callable[[QMenu], None]) -> None:
        """Open a button's menu by Space and do something in it; it is left by Escape if it is still open."""
        at = self.tabs_to(button)
        met: list[QMenu] = []

        def inside() -> None:
            menu = QApplication.activePopupWidget()
            if not isinstance(menu, QMenu):
                QTimer.singleShot(10, inside)
                return
            met.append(menu)
            try:
                does(menu)
            finally:
                if menu.isVisible():
                    QTest.keyClick(menu, Qt.Key.Key_Escape)

        QTimer.singleShot(0, inside)
        QTest.keyClick(at, Qt.Key.Key_Space)  # comes back when the menu has closed
        self.until(lambda: met, f"the menu of {button}")
        self._comes_back(self.window)

    def ticks(self, button: str, *choices: str) -> None:
        """Tick some in a menu that stays open."""

        def each(menu: QMenu) -> None:
            for choice in choices:
                _steps(menu, choice)
                QTest.keyClick(menu, Qt.Key.Key_Space)

        self.opens_menu(button, each)

    def picks(self, button: str, start: str) -> None:
        """Take the entry that begins so from a button's menu."""

        def one(menu: QMenu) -> None:
            _steps(menu, start)
            QTest.keyClick(menu, Qt.Key.Key_Return)

        self.opens_menu(button, one)


def _steps(menu: QMenu, start: str) -> None:
    for _step in menu.actions():
        action = menu.activeAction()
        if action is not None and action.text().startswith(start):
            return
        QTest.keyClick(menu, Qt.Key.Key_Down)
    shown = [action.text() for action in menu.actions()]
    active = menu.activeAction()
    assert active is not None and active.text().startswith(start), (start, shown)
