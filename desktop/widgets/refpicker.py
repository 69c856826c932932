"""Choosing another record by typing: Chinese, pinyin, initials or a number; the id is kept, the title shown."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QStringListModel, Qt, QTimer, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from desktop.fields import kind_label
from desktop.look import state_icon
from desktop.ops import Ops
from policy.i18n import tr

_PAUSE = 180  # ms after the last key


class RefPicker(QLineEdit):
    """A line that finds records of one kind. `picked` when another record (or none) was chosen."""

    picked = Signal()
    new_asked = Signal(str)

    def __init__(self, ops: Ops, kind: str, *, can_make: bool = False, parent: QWidget | None = None) -> None:
        """`can_make` offers to make what is not found: `new_asked(str)` with what was typed."""
        super().__init__(parent)
        self._ops, self._kind, self._can_make = ops, kind, can_make
        self._record = self._title = self._typed_text = ""
        self._left_with = ""  # what stood here when the field was left before its answer came
        self._unfound = self.addAction(state_icon("warn"), QLineEdit.ActionPosition.TrailingPosition)
        self._unfound.setVisible(False)
        self._found: list[dict[str, Any]] = []
        self._answered = ""  # the text that `_found` answers
        self._titles = QStringListModel(self)
        completer = QCompleter(self._titles, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.activated[QModelIndex].connect(self._chosen)  # type: ignore[index]  # the overload with an index
        self.setCompleter(completer)
        self.setClearButtonEnabled(True)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._search)
        self.textEdited.connect(self._typed)
        self.editingFinished.connect(self._left)
        self.installEventFilter(self)
        self.retranslate()

    def retranslate(self) -> None:
        """The hint in the language in force."""
        self.setPlaceholderText(tr("输入名称、拼音首字母或编号查找{kind}", kind=kind_label(self._kind)))

    def record(self) -> str:
        """The chosen record's id; blank for none."""
        return self._record

    def set_record(self, record: str, title: str) -> None:
        """Show a record; without a title it is asked for."""
        self._record, self._title = record, title
        self._typed_text = self._left_with = ""
        self._ops.forget(self, "found", "title")  # what is still under way is for what stood here before
        self.setText(title)
        self.setCursorPosition(0)
        if record and not title:
            self._ops.run(
                "records.titles", owner=self, place="title", on_result=self._named, kind=self._kind, ids=[record]
            )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        # the list opens on committed text only; half-typed pinyin searches nothing
        if event.type() == QEvent.Type.InputMethod and getattr(event, "preeditString", lambda: "")():
            self._pause.stop()
        return super().eventFilter(watched, event)

    def _named(self, titles: dict[str, str]) -> None:
        if self._record in titles:
            self._title = titles[self._record]
            if not self._typed_text:
                self.setText(self._title)

    def _typed(self, text: str) -> None:
        self._typed_text, self._left_with = text.strip(), ""
        self._ops.forget(self, "found")
        self._unfound.setVisible(False)
        if not text.strip():
            self._set("", "")
        else:
            self._pause.start()

    def _search(self) -> None:
        text = self.text().strip()
        if text and text != self._title:
            self._ops.run(
                "records.ids", owner=self, place="found", on_result=self._ids_came, kind=self._kind, text=text
            )

    def _ids_came(self, ids: list[str]) -> None:
        wanted, asked = ids[:20], self._typed_text

        def named(titles: dict[str, str]) -> None:
            self._found = [{"id": record, "title": titles.get(record, "")} for record in wanted]
            self._answered = asked
            if self._left_with:
                self._settle()
            else:
                self._offer()

        if wanted:
            self._ops.run("records.titles", owner=self, place="found", on_result=named, kind=self._kind, ids=wanted)
        else:
            named({})

    def _offer(self) -> None:
        """What was found, and below it a new one."""
        lines = [found["title"] for found in self._found]
        text = self.text().strip()
        if self._can_make and text:
            lines.append(tr("新建{kind}“{text}”…", kind=kind_label(self._kind), text=text))
        self._titles.setStringList(lines)
        if lines and self.hasFocus() and self.completer():
            self.completer().complete()

    def _chosen(self, index: QModelIndex | QPersistentModelIndex) -> None:
        if 0 <= index.row() < len(self._found):
            found = self._found[index.row()]
            self._set(found["id"], found["title"])
        elif index.row() == len(self._found) and self._can_make:
            text = self._typed_text
            self.setText(self._title)
            self.new_asked.emit(text)

    def _left(self) -> None:
        """What was typed but not chosen is looked up to the end before the field goes back to what is kept."""
        popup = self.completer().popup() if self.completer() else None
        if popup is not None and popup.isVisible():
            return
        text = self.text().strip()
        if not text or text == self._title:
            return
        self._left_with = text
        if self._answered == text:
            self._settle()
        elif self._pause.isActive():
            self._pause.stop()
            self._search()

    def _settle(self) -> None:
        """Take the record of exactly this title; what only sounds like it is never taken unseen, but told."""
        text, self._left_with = self._left_with, ""
        exact = [found for found in self._found if found["title"] == text]
        if len(exact) == 1:
            self._set(exact[0]["id"], exact[0]["title"])
            return
        self.setText(self._title)
        said = (
            tr("“{text}”没有选定，请从列表里选；没有改动。", text=text)
            if self._found
            else tr("没有找到“{text}”；没有改动。", text=text)
        )
        self._unfound.setToolTip(said)
        self.setAccessibleDescription(said)
        self._unfound.setVisible(True)

    def _set(self, record: str, title: str) -> None:
        changed = record != self._record
        self._ops.forget(self, "found")
        self._unfound.setVisible(False)
        self.setAccessibleDescription("")
        self._record, self._title = record, title
        if self.text() != title:
            self.setText(title)
        if changed:
            self.picked.emit()
