"""The rail at the left: the pages in use, and below them settings and lock."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop.look import GRID, icon
from policy.i18n import bracketed, tr

Entry = tuple[str, str, Callable[[], str]]  # name, icon, title
_SHEET = """
QFrame#rail {{ background: palette(midlight); border: 0; border-right: 1px solid palette(mid); }}
QFrame#rail QPushButton {{ border: 0; border-radius: 4px; padding: {over}px {right}px {over}px 10px;
  text-align: left; }}
QFrame#rail QPushButton:hover {{ background: palette(light); }}
QFrame#rail QPushButton:checked {{ background: palette(base); font-weight: 600;
  border-left: 3px solid palette(highlight);
  border-top-left-radius: 0; border-bottom-left-radius: 0; padding-left: 7px; }}
QFrame#rail QPushButton:focus {{ border: 1px solid palette(highlight);
  padding: {over_focused}px {right}px {over_focused}px 9px; }}
"""


class Rail(QFrame):
    """Buttons one below the other; Up and Down move between them, Ctrl+1… goes to them directly."""

    chosen = Signal(str)
    more_asked = Signal()
    lock_asked = Signal()

    def __init__(self, pages: Sequence[Entry], below: Sequence[Entry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self._titles: dict[str, Callable[[], str]] = {}
        self._buttons: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        inside = QWidget()
        upper = QVBoxLayout(inside)
        upper.setContentsMargins(0, 0, 0, 0)
        upper.setSpacing(2)
        for name, icon_name, title in pages:
            upper.addWidget(self._button(name, icon_name, title, group))
        self._more = self._plain("plus")
        self._more.clicked.connect(self.more_asked)
        upper.addWidget(self._more)
        upper.addStretch(1)
        self._upper = _Column(inside)
        self._layout = layout = QVBoxLayout(self)
        layout.setSpacing(2)
        layout.addWidget(self._upper, 1)
        for name, icon_name, title in below:
            layout.addWidget(self._button(name, icon_name, title, group))
        self._narrow = self._low = False
        self._lock = self._plain("lock")
        self._lock.clicked.connect(self.lock_asked)
        layout.addWidget(self._lock)
        self.make_do(narrow=False, low=False)

    def retranslate(self) -> None:
        """Titles in the language in force."""
        self.setAccessibleName(tr("页面"))
        places = {name: number for number, name in enumerate(self.names(), 1)}
        for name, button in self._buttons.items():
            number = places.get(name, 99)
            title = self._titles[name]()
            button.setText("" if self._narrow else f"  {title}")
            button.setAccessibleName(title)
            button.setMinimumWidth(0 if self._narrow else _width_when_bold(button))
            button.setToolTip(bracketed(title, f"Ctrl+{number}" if number <= 9 else ""))
        self._more.setVisible(any(button.isHidden() for button in self._buttons.values()))
        self._more.setText("" if self._narrow else f"  {tr('更多页面…')}")
        self._more.setAccessibleName(tr("更多页面…"))
        self._more.setToolTip(tr("其他类别的单位用的页面，到“本机构”勾选后出现"))
        self._lock.setText("" if self._narrow else f"  {tr('锁定')}")
        self._lock.setAccessibleName(tr("锁定工作区"))
        self._lock.setToolTip(tr("锁定工作区（Ctrl+L）"))
        self._upper.setMinimumWidth(self._upper.inside.minimumSizeHint().width())

    def make_do(self, *, narrow: bool, low: bool) -> None:
        """Icons alone where the window is `narrow`; closer together where it is `low`."""
        if (narrow, low) == (self._narrow, self._low) and self.styleSheet():
            return
        self._narrow, self._low = narrow, low
        over = 3 if low else 7
        self.setStyleSheet(_SHEET.format(over=over, over_focused=over - 1, right=3 if narrow else 14))
        edge = GRID // 4 if narrow else GRID
        self._layout.setContentsMargins(edge, GRID // 2 if low else GRID, edge, GRID // 2 if low else GRID)
        self.retranslate()

    def show_current(self, name: str) -> None:
        """Mark the page being shown."""
        if name in self._buttons:
            self._buttons[name].setChecked(True)
            self._buttons[name].show()
            self._upper.ensureWidgetVisible(self._buttons[name], 0, 0)

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


class _Column(QScrollArea):
    """The entries; where the window is too low for all of them it scrolls by wheel and by keyboard, without a bar."""

    def __init__(self, inside: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.inside = inside
        self.setWidget(inside)
        for part in (inside, self.viewport()):
            part.setAutoFillBackground(False)  # the rail's own ground
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return self.inside.sizeHint()


def _width_when_bold(button: QPushButton) -> int:
    """The title of the page being shown is bold; its button asks for no more room by itself."""
    button.ensurePolished()
    bold = QFont(button.font())
    bold.setWeight(QFont.Weight.DemiBold)
    more = QFontMetrics(bold).horizontalAdvance(button.text()) - button.fontMetrics().horizontalAdvance(button.text())
    return button.sizeHint().width() + max(more, 0)
