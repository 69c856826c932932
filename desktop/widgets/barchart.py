"""Plain bars against a target line, each with its number; drawn by hand because Qt's chart modules are GPL only."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.look import GRID
from policy.i18n import clauses

_WRAPPED = int(Qt.TextFlag.TextWordWrap)
_WIDTH = 320  # asked for; what is narrower wraps its words


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, how long it is and where the target stands (same unit), and the figures as words.

    `whole` is what the bar is a part of where no target of ours is drawn: another's figure, without a line.
    """

    name: str
    value: float
    target: float | None
    figures: str
    key: str = ""
    whole: float | None = None


class BarChart(QWidget):
    """Bars one below the other; a click or Enter on one tells its key."""

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[Bar, ...] = ()
        self._current = 0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_bars(self, bars: tuple[Bar, ...]) -> None:
        """Show these."""
        self._bars = bars
        self._current = 0
        self.setAccessibleDescription(clauses(f"{bar.name} {bar.figures}" for bar in bars))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(_WIDTH, self.heightForWidth(_WIDTH))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(200, self.sizeHint().height())

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        return sum(self._heights(width)) or self.fontMetrics().height() * 2

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, start = self.palette(), 0
        for number, (bar, height) in enumerate(zip(self._bars, self._heights(self.width()), strict=True)):
            top, start = start, start + height
            if number == self._current and self.hasFocus():
                painter.fillRect(0, top, self.width(), height - GRID // 2, palette.alternateBase())
            for text, role in ((bar.name, QPalette.ColorRole.Text), (bar.figures, QPalette.ColorRole.PlaceholderText)):
                painter.setPen(palette.color(role))
                place = self._place(text, self.width())
                painter.drawText(place.translated(0, top), _WRAPPED, text)
                top += place.height()
            full = max(bar.value, bar.target or bar.whole or 0, 1e-9) * 1.05
            track = QRectF(0, top + 2, self.width(), GRID)
            painter.fillRect(track, palette.color(QPalette.ColorRole.Midlight))
            done = QRectF(track)
            done.setWidth(track.width() * min(1.0, max(0.0, bar.value) / full))
            painter.fillRect(done, palette.color(QPalette.ColorRole.Highlight))
            if bar.target:
                x = track.width() * bar.target / full
                painter.setPen(QPen(palette.color(QPalette.ColorRole.Text), 2))
                painter.drawLine(int(x), int(track.top()) - 2, int(x), int(track.bottom()) + 2)
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        below = event.position().y()
        for place, height in enumerate(self._heights(self.width())):
            if 0 <= below < height:
                self._current = place
                self.opened.emit(self._bars[place].key)
                break  # who hears it may show other bars
            below -= height

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self._bars:
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            self._current = max(0, min(len(self._bars) - 1, self._current + step))
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._bars:
            self.opened.emit(self._bars[self._current].key)
        else:
            super().keyPressEvent(event)

    def _heights(self, width: int) -> list[int]:
        """Of each bar with its words, in pixels."""
        words = [(bar.name, bar.figures) for bar in self._bars]
        return [sum(self._place(text, width).height() for text in pair) + GRID * 2 + 4 for pair in words]

    def _place(self, text: str, width: int) -> QRect:
        """What a text takes within a width when its words wrap: never less than a line."""
        metrics = self.fontMetrics()
        height = metrics.boundingRect(0, 0, max(1, width), 10_000, _WRAPPED, text).height()
        return QRect(0, 0, width, max(metrics.height(), height))
