"""Plain bars against a target line, each with its number; drawn by hand because Qt's chart modules are GPL only."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.look import GRID
from policy.i18n import clauses


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
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_bars(self, bars: tuple[Bar, ...]) -> None:
        """Show these."""
        self._bars = bars
        self._current = 0
        self.setAccessibleDescription(clauses(f"{bar.name} {bar.figures}" for bar in bars))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(320, self._step() * max(1, len(self._bars)))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(200, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, metrics = self.palette(), self.fontMetrics()
        line = metrics.height()
        for number, bar in enumerate(self._bars):
            top = number * self._step()
            if number == self._current and self.hasFocus():
                painter.fillRect(0, top, self.width(), self._step() - GRID // 2, palette.alternateBase())
            for text, role in ((bar.name, QPalette.ColorRole.Text), (bar.figures, QPalette.ColorRole.PlaceholderText)):
                painter.setPen(palette.color(role))
                fitting = metrics.elidedText(text, Qt.TextElideMode.ElideRight, self.width())
                painter.drawText(0, top + metrics.ascent(), fitting)
                top += line
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
        place = int(event.position().y()) // self._step()
        if 0 <= place < len(self._bars):
            self._current = place
            self.opened.emit(self._bars[place].key)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self._bars:
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            self._current = max(0, min(len(self._bars) - 1, self._current + step))
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._bars:
            self.opened.emit(self._bars[self._current].key)
        else:
            super().keyPressEvent(event)

    def _step(self) -> int:
        return self.fontMetrics().height() * 2 + GRID * 2 + 4
