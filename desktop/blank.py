"""Takes what shows records off the screen, out of Qt's caches and off the clipboard, whatever is open."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QClipboard, QGuiApplication, QPixmapCache
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from desktop.pages.evidence.viewer import DocumentViewer


def close_others(window: QWidget) -> None:
    """Close every window, dialog, menu and list but `window`; what they show goes with them, unsaved texts are kept
    by whoever made them."""
    for popup in [top for top in QApplication.topLevelWidgets() if top.windowType() == Qt.WindowType.Popup]:
        popup.close()
    others = [top for top in QApplication.topLevelWidgets() if top is not window and top.isVisible()]
    # the youngest first: a dialog may stand before another
    for top in reversed(others):
        if isinstance(top, QDialog):
            top.reject()
        else:
            top.close()
        top.hide()


def clear_previews(part: QWidget) -> None:
    """Drop the decrypted documents and pictures shown in `part`."""
    for viewer in part.findChildren(DocumentViewer):
        viewer.clear()
    QPixmapCache.clear()


def clear_clipboard() -> None:
    """Take back what this program has put on the clipboard; what others put there is theirs."""
    clipboard = QGuiApplication.clipboard()
    if clipboard.ownsClipboard():
        clipboard.clear(QClipboard.Mode.Clipboard)
    if clipboard.supportsSelection() and clipboard.ownsSelection():
        clipboard.clear(QClipboard.Mode.Selection)
