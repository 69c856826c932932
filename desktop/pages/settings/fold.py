"""A section of a settings page that is done in place: what it is about, a button, and the form the button unfolds."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.look import GRID
from desktop.messages import explain
from desktop.widgets.basics import card, heading, primary, quiet
from desktop.widgets.message import MessageBar
from policy.errors import Fault
from policy.i18n import tr

_WIDTH = 640  # a form as wide as the window is read badly


class Fold(QWidget):
    """`unfolded` when the form is shown, `asked` when it is to be done; parts go into `form` with `add`."""

    unfolded = Signal()
    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head, self.said, self.told = heading(), quiet(), quiet()
        self.button, self.give_up, self.do = QPushButton(), QPushButton(), primary()
        self.message = MessageBar(self)
        self.form, inside = card()
        self.form.setMaximumWidth(_WIDTH)
        inside.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        self._parts = QVBoxLayout()
        self._parts.setSpacing(GRID)
        inside.addWidget(self.told)
        inside.addLayout(self._parts)
        inside.addWidget(self.message)
        inside.addLayout(left(self.do, self.give_up))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.head)
        layout.addWidget(self.said)
        layout.addLayout(left(self.button))
        layout.addWidget(self.form)
        self.button.clicked.connect(self.unfold)
        self.give_up.clicked.connect(self.fold)
        self.do.clicked.connect(self.asked)
        self.form.hide()

    def add(self, part: QWidget | QLayout) -> None:
        """One more part of the form."""
        if isinstance(part, QWidget):
            self._parts.addWidget(part)
        else:
            self._parts.addLayout(part)

    def set_texts(self, head: str, said: str, button: str, do: str, told: str = "") -> None:
        """Heading and remark, the button that unfolds, and inside what will happen and the button that does it."""
        for label, text in ((self.head, head), (self.said, said), (self.told, told)):
            label.setText(text)
            label.setVisible(bool(text))
        self.told.setMinimumHeight(max(0, self.told.heightForWidth(_WIDTH - 4 * GRID)))  # else a narrow card cuts it
        self.button.setText(button)
        self.button.setVisible(bool(button) and not self.is_open())
        self.do.setText(do)
        self.give_up.setText(tr("取消"))
        self._make_room()

    def is_open(self) -> bool:
        """Whether the form is shown."""
        return not self.form.isHidden()

    def unfold(self) -> None:
        """Show the form."""
        self.button.hide()
        self.form.show()
        self._make_room()
        first = next((field for field in self.form.findChildren(QLineEdit) if field.isVisibleTo(self.form)), None)
        if first is not None:
            first.setFocus()
        bring_in_sight(self)
        self.unfolded.emit()

    def fold(self) -> None:
        """Hide the form."""
        inside = self.form.isAncestorOf(QApplication.focusWidget() or self)
        self.message.clear()
        self.form.hide()
        self.button.setVisible(bool(self.button.text()))
        self._make_room()
        if inside and self.button.isVisible():
            self.button.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if not self.is_open() or event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            super().keyPressEvent(event)
            return
        focused = QApplication.focusWidget()  # only a dialog has a default button of its own, and this is none
        if event.key() == Qt.Key.Key_Escape:
            self.give_up.click()
        elif isinstance(focused, QPushButton) and self.isAncestorOf(focused):
            focused.click()
        elif isinstance(focused, QLineEdit):
            self.do.click()

    def show_fault(self, fault: Fault) -> None:
        """Why it was not done, beside what was filled in."""
        self.show_text("bad", explain(fault))

    def show_text(self, state: str, text: str) -> None:
        """Say something beside what was filled in."""
        self.message.show_text(state, text)
        self.message.setMinimumHeight(max(0, self.message.heightForWidth(_WIDTH - 4 * GRID)))
        bring_in_sight(self)

    def _make_room(self) -> None:
        """One that shows nothing takes no room."""
        self.setVisible(self.is_open() or bool(self.head.text() or self.button.text()))


def bring_in_sight(part: QWidget) -> None:
    """What was just shown may lie outside what is scrolled to."""
    area: QWidget | None = part.parentWidget()
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    if area is not None:  # once it has its place
        QTimer.singleShot(0, part, partial(area.ensureWidgetVisible, part))


def left(*buttons: QWidget) -> QHBoxLayout:
    """Buttons beside each other, from the left."""
    row = QHBoxLayout()
    row.setSpacing(GRID)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row
