"""A pack's text as it is: fixed font, numbered lines, marks beside the lines that have a problem, undo of its own."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontDatabase, QPainter, QPaintEvent, QPalette, QResizeEvent, QTextCursor, QTextOption
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from desktop.look import GRID, state_colour, state_icon

_FIXED = ("Cascadia Mono", "Consolas", "Menlo", "DejaVu Sans Mono", "Liberation Mono")  # where the system names none


class RawText(QPlainTextEdit):
    """`edited()` when a person changed the text; `put` changes it from outside and keeps cursor and undo."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marked: frozenset[int] = frozenset()
        self._putting = False
        self._margin = _Margin(self)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        self.setTabChangesFocus(True)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setFamilies([*font.families(), *_FIXED, *QApplication.font().families()])
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setPointSizeF(QApplication.font().pointSizeF())
        self.setFont(font)
        self.blockCountChanged.connect(lambda _count: self._make_room())
        self.updateRequest.connect(self._follow)
        self.textChanged.connect(self._changed)
        self._make_room()

    def put(self, text: str) -> None:
        """Show another text; only what differs is replaced."""
        before = self.toPlainText()
        if text == before:
            return
        start = _same(before, text)
        end = _same(before[start:][::-1], text[start:][::-1])
        self._putting = True
        cursor = QTextCursor(self.document())
        cursor.setPosition(_units(before[:start]))
        cursor.setPosition(_units(before[: len(before) - end]), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text[start : len(text) - end])
        self._putting = False

    def start(self, text: str) -> None:
        """Begin with a text; there is nothing to undo yet."""
        self._putting = True
        self.setPlainText(text)
        self._putting = False

    def mark_lines(self, lines: Iterable[int]) -> None:
        """The lines (from 1) that get a mark."""
        self._marked = frozenset(lines)
        self._margin.update()

    def marked_lines(self) -> frozenset[int]:
        """The lines that have a mark."""
        return self._marked

    def go_to(self, line: int) -> None:
        """Put the cursor on a line (from 1), choose it and show it in the middle."""
        block = self.document().findBlockByNumber(max(line, 1) - 1)
        cursor = QTextCursor(block)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.centerCursor()
        self.setFocus()

    def line(self) -> int:
        """The line (from 1) the cursor is on."""
        return self.textCursor().blockNumber() + 1

    def margin_width(self) -> int:
        """How wide the numbers are, with the place for a mark."""
        digits = len(str(max(self.blockCount(), 100)))
        return self.fontMetrics().horizontalAdvance("0") * digits + self.fontMetrics().height() + GRID + GRID // 2

    def paint_margin(self, event: QPaintEvent) -> None:
        """Draw the numbers of the lines in sight."""
        painter = QPainter(self._margin)
        painter.fillRect(event.rect(), self.palette().color(QPalette.ColorRole.AlternateBase))
        painter.setFont(self.font())
        height, width = self.fontMetrics().height(), self._margin.width()
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top <= event.rect().bottom():
            number, marked = block.blockNumber() + 1, block.blockNumber() + 1 in self._marked
            painter.setPen(state_colour("bad") if marked else self.palette().color(QPalette.ColorRole.PlaceholderText))
            place = QRect(0, int(top), width - GRID // 2, height)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight, str(number))
            if marked:
                state_icon("bad").paint(painter, QRect(GRID // 2, int(top), height, height))
            top += self.blockBoundingRect(block).height()
            block = block.next()
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        inside = self.contentsRect()
        self._margin.setGeometry(QRect(inside.left(), inside.top(), self.margin_width(), inside.height()))

    def _make_room(self) -> None:
        self.setViewportMargins(self.margin_width(), 0, 0, 0)

    def _follow(self, area: QRect, scrolled: int) -> None:
        if scrolled:
            self._margin.scroll(0, scrolled)
        else:
            self._margin.update(0, area.y(), self._margin.width(), area.height())

    def _changed(self) -> None:
        if not self._putting:
            self.edited.emit()


class _Margin(QWidget):
    """The strip with the numbers; it is the text's, and nothing for a screen reader."""

    def __init__(self, text: RawText) -> None:
        super().__init__(text)
        self._text = text

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(self._text.margin_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        self._text.paint_margin(event)


def _same(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    most = min(len(one), len(other))
    if one[:most] == other[:most]:
        return most
    low, high = 0, most  # halving: a text of a thousand lines is compared at every change
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _units(text: str) -> int:
    """The length as Qt counts: characters beyond the first plane count twice."""
    return len(text) + sum(char > "\uffff" for char in text)
