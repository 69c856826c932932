"""Keeps shortcuts and Enter from firing while an input method is composing.

While pinyin is half typed the keys belong to the input method: a shortcut must not run, Enter must not save, a search
must not start. Some input methods hand such keys on all the same; this filter stops them.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent

_ENDING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_WATCHED = frozenset(
    {
        QEvent.Type.InputMethod,
        QEvent.Type.Shortcut,
        QEvent.Type.ShortcutOverride,
        QEvent.Type.KeyPress,
        QEvent.Type.FocusOut,
    }
)


class Composing(QObject):
    """Install on the application; `active` while a text is being composed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.active = False

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        kind = event.type()
        if kind not in _WATCHED:
            return False
        if isinstance(event, QInputMethodEvent):
            self.active = bool(event.preeditString())
            return False
        if kind == QEvent.Type.FocusOut:
            self.active = False
            return False
        if not self.active:
            return False
        if kind == QEvent.Type.Shortcut:
            return True
        if kind == QEvent.Type.ShortcutOverride:
            event.accept()  # the key goes to the field that is composing, not to a shortcut
            return False
        return isinstance(event, QKeyEvent) and event.key() in _ENDING
