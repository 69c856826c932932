"""The rail at the left: the pages in use, and below them settings and lock."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QPushButton, QVBoxLayout, QWidget

from desktop.look import GRID, icon
from policy.i18n import bracketed, tr

Entry = tuple[str, str, Callable[[], str]]  # name, icon, title
_SHEET = """
QFrame#rail { background: palette(midlight); border: 0; border-right: 1px solid palette(mid); }
QFrame#rail QPushButton { border: 0; border-radius: 4px; padding: 7px 14px 7px 10px; text-align: left; }
QFrame#rail QPushButton:hover { background: palette(light); }
QFrame#rail QPushButton:checked { background: palette(base); font-weight: 600;
  border-left: 3px solid palette(highlight);
  border-top-left-radius: 0; border-bottom-left-radius: 0; padding-left: 7px; }
QFrame#rail QPushButton:focus { border: 1px solid palette(highlight); padding: 6px 13px 6px 9px; }
"""


class Rail(QFrame):
    """Buttons one below the other; Up and Down move between them, Ctrl+1… goes to them directly."""

    chosen = Signal(str)
    lock_asked = Signal()

    def __init__(self, pages: Sequence[Entry], below: Sequence[Entry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setStyleSheet(_SHEET)
        self._titles: dict[str, Callable[[], str]] = {}
        self._buttons: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(2)
        for name, icon_name, title in pages:
            layout.addWidget(self._button(name, icon_name, title, group))
        layout.addStretch(1)
        for name, icon_name, title in below:
            layout.addWidget(self._button(name, icon_name, title, group))
        self._lock = self._plain("lock")
        self._lock.clicked.connect(self.lock_asked)
        layout.addWidget(self._lock)
        self.retranslate()

    def retranslate(self) -> None:
        """Titles in the language in force."""
        self.setAccessibleName(tr("页面"))
        places = {name: number for number, name in enumerate(self.names(), 1)}
        for name, button in self._buttons.items():
            number = places.get(name, 99)
            title = self._titles[name]()
            button.setText(f"  {title}")
            button.setAccessibleName(title)
            button.setMinimumWidth(_width_when_bold(button))
            button.setToolTip(bracketed(title, f"Ctrl+{number}" if number <= 9 else ""))
        self._lock.setText(f"  {tr('锁定')}")
        self._lock.setAccessibleName(tr("锁定工作区"))
        self._lock.setToolTip(tr("锁定工作区（Ctrl+L）"))

    def show_current(self, name: str) -> None:
        """Mark the page being shown."""
        if name in self._buttons:
            self._buttons[name].setChecked(True)
            self._buttons[name].show()

    def offer(self, names: Container[str]) -> None:
        """Show the entries of these pages only; the one being shown stays, whatever it is."""
        for name, button in self._buttons.items():
            button.setVisible(name in names or button.isChecked())
        self.retranslate()

    def names(self) -> list[str]:
        """The pages offered, in order."""
        return [name for name, button in self._buttons.items() if not button.isHidden()]

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def _button(self, name: str, icon_name: str, title: Callable[[], str], group: QButtonGroup) -> QPushButton:
        button = self._plain(icon_name)
        button.setCheckable(True)
        button.clicked.connect(lambda: self.chosen.emit(name))
        group.addButton(button)
        self._buttons[name], self._titles[name] = button, title
        return button

    def _plain(self, icon_name: str) -> QPushButton:
        button = QPushButton()
        button.setIcon(icon(icon_name))
        button.setIconSize(QSize(18, 18))
        button.setAutoDefault(False)
        return button


def _width_when_bold(button: QPushButton) -> int:
    """The title of the page being shown is bold; its button asks for no more room by itself."""
    button.ensurePolished()
    bold = QFont(button.font())
    bold.setWeight(QFont.Weight.DemiBold)
    more = QFontMetrics(bold).horizontalAdvance(button.text()) - button.fontMetrics().horizontalAdvance(button.text())
    return button.sizeHint().width() + max(more, 0)
