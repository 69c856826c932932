"""Notices that nobody is at the window: no key, pointer, wheel, touch, input method or drop for some minutes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from desktop.suspend import moment

WARNING = 30  # seconds before the end in which the time left is told
_TICK = 1000  # ms
_INPUT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.MouseButtonDblClick,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TouchEnd,
        QEvent.Type.TabletPress,
        QEvent.Type.TabletMove,
        QEvent.Type.NativeGesture,
        QEvent.Type.InputMethod,
        QEvent.Type.DragEnter,
        QEvent.Type.DragMove,
        QEvent.Type.Drop,
    }
)


class Idle(QObject):
    """`due()` once when the time is over and nothing is `busy`; `left(int)` tells the seconds left in the last 30, 0
    while it waits for what is busy, and -1 when somebody is there again.

    `limit` gives the seconds in force, 0 for never, and is asked every second.
    """

    due = Signal()
    left = Signal(int)

    def __init__(
        self,
        limit: Callable[[], float],
        busy: Callable[[], bool],
        parent: QObject | None = None,
        *,
        clock: Callable[[], float] = moment,
    ) -> None:
        super().__init__(parent)
        self._limit, self._busy, self._clock = limit, busy, clock
        self._last = clock()
        self._told = -1
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """From now on; somebody has just been there."""
        self._last, self._told = self._clock(), -1
        application = QApplication.instance()
        if application is not None and not self._timer.isActive():
            application.installEventFilter(self)
            self._timer.start()

    def stop(self) -> None:
        """There is nothing left to lock."""
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        self._timer.stop()

    def look(self) -> None:
        """Tell the time left, or that it is over; called every second."""
        limit = self._limit()
        left = limit - (self._clock() - self._last)
        if limit <= 0 or left > WARNING:
            self._tell(-1)
        elif left > 0:
            self._tell(max(1, round(left)))
        elif self._busy():
            self._tell(0)
        else:
            self.stop()
            self.due.emit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() in _INPUT:
            self._touched()
        return False

    def _touched(self) -> None:
        now, limit = self._clock(), self._limit()
        # the key that wakes a computer is no sign of the person who left it
        if limit <= 0 or now - self._last < limit or self._busy():
            self._last = now
            self._tell(-1)

    def _tell(self, left: int) -> None:
        if left != self._told:
            self._told = left
            self.left.emit(left)
