"""The text sections of an application: plain writing, kept in the workspace as it is typed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from desktop.ops import Ops
from desktop.widgets.basics import heading, quiet
from policy.i18n import tr

_REST = 800  # ms after the last key until the draft is kept


def draft_key(snapshot: str) -> str:
    """The setting that keeps the texts of one application in the making."""
    return f"draft.application.{snapshot}"


class TextsStep(QScrollArea):
    """One editor per section; the draft is kept by itself."""

    def __init__(self, ops: Ops, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops = ops
        self._snapshot = ""
        self._texts: dict[str, Any] = {}  # what to show where the sections are not known yet
        self._loading = False
        self.editors: dict[str, QPlainTextEdit] = {}
        self._body = QWidget()
        self._layout = QVBoxLayout(self._body)
        self._layout.setContentsMargins(0, 0, 8, 0)
        self._layout.setSpacing(4)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidget(self._body)
        self._rest = QTimer(self, singleShot=True, interval=_REST)
        self._rest.timeout.connect(self.keep)

    def set_sections(self, sections: list[dict[str, str]]) -> None:
        """Make an editor for each section of the form; what is written stays."""
        texts = self.texts() or self._texts
        self.editors = {}
        while (item := self._layout.takeAt(0)) is not None:
            if (row := item.layout()) is not None:
                while (part := row.takeAt(0)) is not None:
                    _discard(part.widget())
            _discard(item.widget())
        for section in sections:
            self._add(section["id"], section["title"])
        self._layout.addStretch(1)
        self._fill(texts)

    def _add(self, name: str, title: str) -> None:
        label, count = heading(title), quiet(wrap=False)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addStretch(1)
        row.addWidget(count)
        editor = QPlainTextEdit()
        editor.setAccessibleName(title)
        editor.setTabChangesFocus(True)
        editor.setMinimumHeight(editor.fontMetrics().lineSpacing() * 6)
        label.setBuddy(editor)
        editor.textChanged.connect(lambda: count.setText(tr("{count} 字", count=len(editor.toPlainText().strip()))))
        editor.textChanged.connect(self._changed)
        self._layout.addLayout(row)
        self._layout.addWidget(editor, 1)
        self.editors[name] = editor

    def texts(self) -> dict[str, str]:
        """What is written, by section."""
        return {name: editor.toPlainText() for name, editor in self.editors.items()}

    def show_snapshot(self, snapshot: str, texts: dict[str, Any]) -> None:
        """Show the texts of one application; what was written for another is kept first."""
        if self._rest.isActive():
            self.keep()
        self._snapshot = snapshot
        self.setEnabled(bool(snapshot))  # what is typed before its texts are here would be replaced by them
        self._texts = texts
        self._fill(texts)

    def keep(self) -> None:
        """Keep the draft in the workspace."""
        self._rest.stop()
        if self._snapshot:
            self._ops.run("settings.save", owner=self, key=draft_key(self._snapshot), value=self.texts())

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        super().hideEvent(event)
        if self._rest.isActive():  # the workspace may be about to be locked
            self.keep()

    def _fill(self, texts: dict[str, Any]) -> None:
        self._loading = True
        for name, editor in self.editors.items():
            editor.setPlainText(str(texts.get(name, "")))
        self._loading = False

    def _changed(self) -> None:
        if not self._loading:
            self._rest.start()


def _discard(widget: QWidget | None) -> None:
    if widget is not None:
        widget.hide()
        widget.deleteLater()
