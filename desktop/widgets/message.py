"""The bar that says what went wrong or well, in place, without a dialog."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from desktop.look import GRID, STATES, icon, state_colour
from desktop.messages import explain
from desktop.widgets.basics import name_tool, tool
from policy.errors import Fault
from policy.i18n import labelled, tr


class MessageBar(QFrame):
    """Hidden until it has something to say; icon, word and sentence, at most one action, and a close button.

    A fault stays until it is closed or answered; call `clear` when the user has moved on.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._state = "info"
        self._icon, self._word, self._text = QLabel(), QLabel(), QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(self._text.textInteractionFlags().TextSelectableByMouse)
        self._action = QPushButton()
        self._does: Callable[[], None] | None = None
        self._action.clicked.connect(self._act)
        self._close = tool("x")
        self._close.clicked.connect(self._dismiss)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GRID, GRID // 2, GRID // 2, GRID // 2)
        layout.setSpacing(GRID)
        layout.addWidget(self._icon)
        layout.addWidget(self._word)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._action)
        layout.addWidget(self._close)
        self.hide()

    def show_fault(self, fault: Fault, action: str = "", does: Callable[[], None] | None = None) -> None:
        """Say what went wrong and what to do."""
        self.show_text("bad", explain(fault), action, does)

    def show_text(self, state: str, text: str, action: str = "", does: Callable[[], None] | None = None) -> None:
        """Say something in a state of `desktop.look.STATES`; `action` offers one button."""
        self._state = state
        self._word.setText(_word(state))
        self._text.setText(text)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self._does = does
        name_tool(self._close, tr("关闭提示"))
        self.setAccessibleName(labelled(self._word.text(), text))
        self._paint()
        self.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def text(self) -> str:
        """The sentence shown; empty while hidden."""
        return "" if self.isHidden() else self._text.text()

    def clear(self) -> None:
        """Nothing to say any more."""
        self._does = None
        self.hide()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()
        super().changeEvent(event)

    def _act(self) -> None:
        does = self._does
        self.clear()
        if does:
            does()

    def _dismiss(self) -> None:
        self.clear()
        self.closed.emit()

    def _paint(self) -> None:
        side = self._word.fontMetrics().height()
        self._icon.setPixmap(
            icon(STATES[self._state][0], self._state).pixmap(QSize(side, side), self.devicePixelRatio())
        )
        sheet = f"color: {state_colour(self._state).name()}; font-weight: 600;"
        if self._word.styleSheet() != sheet:
            self._word.setStyleSheet(sheet)


def _word(state: str) -> str:
    words = {
        "good": tr("完成"),
        "bad": tr("没有成功"),
        "warn": tr("请注意"),
        "busy": tr("请稍候"),
    }
    return words.get(state, tr("提示"))
