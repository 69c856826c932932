"""Lets a widget take files dropped from the file manager, and says where they fell."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Signal
from PySide6.QtGui import QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from desktop.widgets.basics import dropped_files


class FileDrops(QObject):
    """Watches one widget; `dropped(files, place)` gives local paths and the place in the widget's own coordinates."""

    dropped = Signal(list, QPoint)

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002, N802 - Qt's name and signature
        if isinstance(event, QDropEvent) and (files := dropped_files(event)):
            # QDragMoveEvent (enter and move) is a QDropEvent too: it only says that the files would be taken.
            event.acceptProposedAction()
            if event.type() == QEvent.Type.Drop:
                self.dropped.emit(files, event.position().toPoint())
            elif isinstance(event, QDragMoveEvent):
                event.accept()
            return True
        return False
