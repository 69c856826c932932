"""What a test can have the running program do: each step works on the window as a person or the system would."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from desktop.pages.evidence.viewer import DocumentViewer
from desktop.window import MainWindow


def can_unlock(window: MainWindow) -> bool:
    return window.unlock.open_button.isEnabled() and window.ops is not None


def is_open(window: MainWindow) -> bool:
    return window.frame is not None


def is_locked(window: MainWindow) -> bool:
    """Whether the workspace is closed and a passphrase is asked for."""
    return window.frame is None and can_unlock(window)


def key(window: MainWindow, letter: str) -> None:
    """Type one letter of the passphrase."""
    if letter.isascii():
        QTest.keyClick(window.unlock.secret, letter)
    else:
        event = QInputMethodEvent()
        event.setCommitString(letter)
        QCoreApplication.sendEvent(window.unlock.secret, event)


def backspace(window: MainWindow) -> None:
    QTest.keyClick(window.unlock.secret, Qt.Key.Key_Backspace)


def enter(window: MainWindow) -> None:
    QTest.keyClick(window.unlock.secret, Qt.Key.Key_Return)


def lock(window: MainWindow) -> None:
    window.lock()


def sets(window: MainWindow, name: str, value: str) -> None:
    """Change a setting, as its page does."""
    window.settings.set(name, json.loads(value))


def close(window: MainWindow) -> None:
    window.close()


def shows(window: MainWindow, kind: str, record: str) -> None:
    assert window.frame is not None
    window.frame.open_record(kind, record)


def holds(window: MainWindow, record: str) -> bool:
    """Whether the firm's form has been loaded."""
    return bool(_profile(window).form.original().get("name")) and _profile(window).record() == record


def types(window: MainWindow, field: str, text: str) -> None:
    """Put a text into a field of the firm shown."""
    _profile(window).form.editor(field).set_text(text)


def field(window: MainWindow, name: str) -> str:
    return str(_profile(window).form.editor(name).text())


def question(window: MainWindow) -> str:
    """What is asked about a draft that was left."""
    return str(_profile(window).left.text())


def restore(window: MainWindow) -> None:
    _profile(window).left.restore.click()


def begins(window: MainWindow, kind: str, field: str, above: str) -> None:
    """Begin a record within another, on the other's tab."""
    assert window.frame is not None
    window.frame.begin_record(kind, field, above)


def types_within(window: MainWindow, kind: str, field: str, text: str) -> None:
    """Put a text into a field of the record within another."""
    _child(window, kind).form.editor(field).set_text(text)


def within(window: MainWindow, kind: str, field: str) -> list[str]:
    """What is asked about a draft of the record within another, and what stands in a field of it."""
    form = _child(window, kind)
    return [str(form.left.text()), str(form.form.editor(field).text())]


def restore_within(window: MainWindow, kind: str) -> None:
    _child(window, kind).left.restore.click()


def kept(window: MainWindow) -> bool:
    """Whether every draft has been handed to the store."""
    assert window.ops is not None
    return not window.drafts._unsent and not window.ops.busy()


def drafts(window: MainWindow) -> str:
    assert window.frame is not None
    return window.frame.status.drafts_button().text()


def previews(window: MainWindow, evidence: str) -> None:
    assert window.frame is not None
    window.frame.open_record("evidence", evidence)


def previewed(window: MainWindow) -> bool:
    assert window.frame is not None
    return any(
        not viewer.picture.image().isNull() or viewer.document.pageCount() > 0
        for viewer in window.frame.findChildren(DocumentViewer)
    )


def copies(window: MainWindow, text: str) -> None:
    """Put a text on the clipboard as the program does."""
    QGuiApplication.clipboard().setText(text)


def clipboard(_window: MainWindow) -> str:
    return QGuiApplication.clipboard().text()


def moves(window: MainWindow) -> None:
    """The mouse over the window, and a key that means nothing."""
    middle = QPointF(window.rect().center())
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, middle, middle, none, none, Qt.KeyboardModifier.NoModifier)
    QCoreApplication.sendEvent(window, event)
    QTest.keyClick(window, Qt.Key.Key_Shift)


def reads(_window: MainWindow) -> list[str]:
    """Everything that can be read on any visible window, titles too."""
    found: list[str] = []
    for top in QApplication.topLevelWidgets():
        if top.isVisible():
            found.append(top.windowTitle())
            found += [str(_text(part)) for part in top.findChildren(QWidget) if part.isVisible()]
    return [text for text in found if text]


def _text(part: QWidget) -> Any:
    if isinstance(part, QLabel):
        return part.text()
    read = getattr(part, "toPlainText", None) or getattr(part, "text", None)
    return read() if callable(read) else ""


def _profile(window: MainWindow) -> Any:
    assert window.frame is not None
    return window.frame.current_page().detail.profile  # type: ignore[attr-defined]  # the page of firms


def _child(window: MainWindow, kind: str) -> Any:
    """The form of a record within the one that is shown."""
    assert window.frame is not None
    return window.frame.current_page().detail.part(kind).form  # type: ignore[attr-defined]  # the page of firms
