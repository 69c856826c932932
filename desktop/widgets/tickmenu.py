"""A menu in which several are ticked one after the other, and the field that opens it and says what is ticked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import (
    QMenu,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolButton,
)

from policy.i18n import listed, tr

_LEAST = 12  # digits that are seen at least


class TickMenu(QMenu):
    """A click or Space ticks and leaves it open; Enter ticks and closes it, as in every menu."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() != Qt.Key.Key_Space or not self._ticked():
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if self.actionAt(event.position().toPoint()) is not self.activeAction() or not self._ticked():
            super().mouseReleaseEvent(event)

    def _ticked(self) -> bool:
        action = self.activeAction()
        if action is None or not action.isCheckable() or not action.isEnabled():
            return False
        action.trigger()
        return True


class TickField(QToolButton):
    """As wide as its field, and drawn like the choices of one: what is ticked, cut where the room ends; the hint has
    all of it, a line each."""

    def __init__(self) -> None:
        super().__init__()
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMenu(TickMenu(self))

    def set_chosen(self, chosen: Sequence[str]) -> None:
        """Say what is ticked."""
        self.setText(listed(chosen) or tr("（未选）"))
        self.setToolTip("\n".join(chosen))
        self.setAccessibleDescription(self.text())
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        metrics, option = self.fontMetrics(), QStyleOptionComboBox()
        option.initFrom(self)
        inside = QSize(metrics.horizontalAdvance("0") * _LEAST, max(metrics.height(), 14) + 2)
        return self.style().sizeFromContents(QStyle.ContentsType.CT_ComboBox, option, inside, self)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        option = QStyleOptionComboBox()
        option.initFrom(self)
        if self.isDown():
            option.state |= QStyle.StateFlag.State_Sunken
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        room = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        option.currentText = self.shown(room.width())
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def shown(self, room: int) -> str:
        """What fits into so many pixels."""
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
