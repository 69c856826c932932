"""The cards of the board and the columns they stand in: drawn, read out, dragged, and walked by keyboard."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.fields import choice_label, kind_info
from desktop.look import GRID, state_icon
from desktop.models import format as shown_as
from policy.i18n import spaced, tr

_MIME = "application/x-fuzhuan-case"
_SOON = 3  # days
_CARD = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


def due_text(card: dict[str, Any]) -> str:
    """How long there is until the next step; blank without one."""
    days = card["days_left"]
    if days is None:
        return ""
    if days < 0:
        return tr("已过 {n} 天", n=-days)
    return tr("今天") if days == 0 else tr("还有 {n} 天", n=days)


def amount_text(card: dict[str, Any]) -> str:
    """What the case is worth, an estimate said to be one; blank where nobody knows."""
    if card["amount"] is None:
        return ""
    text = tr("{sum} 万元", sum=shown_as.money(card["amount"]))
    return tr("预计 {sum}", sum=text) if card["estimated"] else text


class Cards(QAbstractListModel):
    """The cards of one column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: list[dict[str, Any]] = []

    def set_cards(self, cards: list[dict[str, Any]]) -> None:
        """Show these; the same ones in the same order stay where they are."""
        if [card["id"] for card in cards] == [card["id"] for card in self._cards]:
            self._cards = cards
            if cards:
                self.dataChanged.emit(self.index(0), self.index(len(cards) - 1))
            return
        self.beginResetModel()
        self._cards = cards
        self.endResetModel()

    def place_of(self, record: str) -> int:
        """The row of a case; -1 where it is not in the column."""
        return next((place for place, card in enumerate(self._cards) if card["id"] == record), -1)

    def card(self, place: int) -> dict[str, Any] | None:
        """The card in a row."""
        return self._cards[place] if 0 <= place < len(self._cards) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's signature
        return 0 if parent.isValid() else len(self._cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        card = self.card(index.row())
        if card is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return card["title"]
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return spaced(
                card["no"], card["title"], amount_text(card), card["next_action"], due_text(card), _ahead(card)
            )
        return card if role == _CARD else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:  # noqa: N802 - Qt's name
        return [_MIME]

    def mimeData(self, indexes: Any) -> QMimeData:  # noqa: N802 - Qt's name
        data = QMimeData()
        card = self.card(indexes[0].row()) if indexes else None
        if card is not None:
            data.setData(_MIME, QByteArray(str(card["id"]).encode()))
        return data


def _ahead(card: dict[str, Any]) -> str:
    return tr("另有 {n} 个里程碑先到达", n=card["ahead"]) if card["ahead"] else ""


class CardPainter(QStyledItemDelegate):
    """Draws a card: title on two lines at most, number and amount, the next step and how long there is."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802 - Qt's name
        return QSize(40, option.fontMetrics.height() * 5 + GRID * 3)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        card = index.data(_CARD)
        if card is None:
            return
        palette, metrics = option.palette, option.fontMetrics
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        group = QPalette.ColorGroup.Active
        ground = palette.color(group, QPalette.ColorRole.Highlight if chosen else QPalette.ColorRole.Base)
        ink = palette.color(group, QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text)
        faint = ink if chosen else palette.color(group, QPalette.ColorRole.PlaceholderText)
        box = option.rect.adjusted(GRID // 2, GRID // 2, -GRID // 2, 0)
        painter.save()
        painter.setPen(ink if option.state & QStyle.StateFlag.State_HasFocus else palette.color(QPalette.ColorRole.Mid))
        painter.setBrush(ground)
        painter.drawRoundedRect(box.adjusted(0, 0, -1, -1), 4, 4)
        inside = box.adjusted(GRID, GRID // 2, -GRID, -GRID // 2)
        line = metrics.height()
        bold = QFont(option.font)
        bold.setBold(True)
        painter.setFont(bold)
        painter.setPen(ink)
        title = QRect(inside.x(), inside.y(), inside.width(), line * 2)
        painter.drawText(
            title, Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere, _cut(card["title"], title, painter)
        )
        painter.setFont(option.font)
        top = inside.y() + line * 2 + GRID // 2
        self._line(painter, QRect(inside.x(), top, inside.width(), line), card["no"], amount_text(card), faint)
        step = QRect(inside.x(), top + line, inside.width(), line)
        self._line(painter, step, card["next_action"] or tr("没有下一步"), "", ink if card["next_action"] else faint)
        self._due(painter, QRect(inside.x(), top + line * 2, inside.width(), line), card, ink, faint)
        painter.restore()

    def _due(self, painter: QPainter, place: QRect, card: dict[str, Any], ink: QColor, faint: QColor) -> None:
        if card["outcome"] != "open":
            self._line(painter, place, choice_label(kind_info("case").field("outcome"), card["outcome"]), "", faint)
        elif card["days_left"] is not None:
            state = "bad" if card["days_left"] < 0 else "warn" if card["days_left"] <= _SOON else "info"
            side = place.height()
            state_icon(state).paint(painter, QRect(place.x(), place.y(), side, side))
            self._line(painter, place.adjusted(side + GRID // 2, 0, 0, 0), due_text(card), _ahead(card) and "＋", ink)
        elif card["ahead"]:
            self._line(painter, place, _ahead(card), "", faint)

    @staticmethod
    def _line(painter: QPainter, place: QRect, left: str, right: str, ink: QColor) -> None:
        painter.setPen(ink)
        metrics = painter.fontMetrics()
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, right)
        room = place.width() - (metrics.horizontalAdvance(right) + GRID if right else 0)
        text = metrics.elidedText(left.replace("\n", " "), Qt.TextElideMode.ElideRight, room)
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


def _cut(text: str, place: QRect, painter: QPainter) -> str:
    """A title as far as two lines hold it."""
    return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(place.width() * 1.9))


class ColumnView(QListView):
    """One column: Up and Down within, Left and Right to the next, Ctrl with them moves the card, Enter opens it."""

    beside = Signal(int)
    moved = Signal(int)
    opened = Signal(str)
    dropped = Signal(str)
    hovered = Signal()  # a card is being dragged over the column

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(CardPainter(self))
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.activated.connect(self._open)
        self.clicked.connect(self._open)

    def cards(self) -> Cards:
        """The model."""
        model = self.model()
        assert isinstance(model, Cards)  # noqa: S101 - it is given no other
        return model

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.moved.emit(step)
        else:
            self.beside.emit(step)

    def dragEnterEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        if event.mimeData().hasFormat(_MIME):
            event.acceptProposedAction()
            self.hovered.emit()

    def dragMoveEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        if event.mimeData().hasFormat(_MIME):
            event.acceptProposedAction()

    def dropEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        if event.mimeData().hasFormat(_MIME):
            event.acceptProposedAction()
            self.dropped.emit(bytes(event.mimeData().data(_MIME).data()).decode())

    def _open(self, index: Index) -> None:
        card = self.cards().card(index.row())
        if card is not None:
            self.opened.emit(card["id"])
