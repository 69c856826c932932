"""快速记录 (Ctrl+N): case, kind, time, note, next step and photos, saved in under ten seconds.

What is pasted from a chat stays one entry: its text is the note, its pictures the evidence; the time of the last
message, or of the photo, is proposed. Nothing is asked of a network.
"""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QEvent, QIODevice, QMimeData, QObject, Qt, QUrl, Signal
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.chattext import heads
from desktop.drafts import Drafts
from desktop.fields import kind_info
from desktop.look import GRID
from desktop.ops import Ops
from desktop.widgets.basics import DropArea, StatusChip, primary
from desktop.widgets.draftbar import DraftBar
from desktop.widgets.editors import ChoiceEditor, LineEditor, NoteEditor, RefEditor
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Stage
from policy.dates import is_partial_date, now, today
from policy.errors import Fault
from policy.i18n import listed, tr

_DRAFT = "quicklog"
_FILE = Qt.ItemDataRole.UserRole  # where a row's file lies; pictures have none
_INSIDE = re.compile(r'<img[^>]+src="(file:[^"]+)"')  # a chat copied with its pictures


class QuickLog(QDialog):
    """The quick record; `saved(dict)` with the answer of `case.log`."""

    saved = Signal(dict)

    def __init__(
        self, ops: Ops, drafts: Drafts, case: str = "", parent: QWidget | None = None, *, near: str = ""
    ) -> None:
        """`case` is the one it is for; `near` the one being looked at, proposed unless a draft names another."""
        super().__init__(parent)
        self._ops, self._drafts = ops, drafts
        self._files: list[str] = []
        self._pictures: list[dict[str, Any]] = []  # in memory and in the store: they never become files in clear
        self._awaited: list[str] = []  # pictures of the draft that are on their way here
        self._filling = False
        info = kind_info("case_log")
        self.setWindowTitle(tr("快速记录"))
        self.setMinimumWidth(560)
        self.message = MessageBar(self)
        self.left = DraftBar()
        self.left.restored.connect(self._take_left)
        self.left.dropped.connect(self._drop_left)
        drafts.arrived.connect(self._ask)
        self.cases = RefEditor(ops, info.field("case"))
        self.case = self.cases.picker
        self.case.set_record(case, "")
        self.case.new_asked.connect(lambda _text: self._begin_case())
        self.kind = ChoiceEditor(info.field("kind"))
        self.kind.set_text("visit")
        self.at = QLineEdit(f"{now():%Y-%m-%d %H:%M}")
        self.at.setAccessibleName(tr("时间"))
        self.at.textChanged.connect(lambda _text: self._mark_late())
        self.late = StatusChip("warn", tr("补记"))
        self.late.setToolTip(tr("发生在今天之前，会标为补记；补记是正常的。"))
        self._proposed = ""
        self.note = NoteEditor(info.field("note"))
        self.next_action = LineEditor(info.field("next_action"))
        self.next_on = LineEditor(info.field("next_on"))
        self.files = QListWidget()
        self.files.setMaximumHeight(self.fontMetrics().height() * 4)
        self.files.setAccessibleName(tr("附件"))
        self.files.setToolTip(tr("Delete 键移去选中的附件"))
        self.files.hide()
        self.drop = DropArea()
        self.drop.files_dropped.connect(self.add_files)
        when = QWidget()
        moment = QHBoxLayout(when)
        moment.setContentsMargins(0, 0, 0, 0)
        moment.addWidget(self.at, 1)
        moment.addWidget(self.late)
        when.setFocusProxy(self.at)
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(GRID)
        lines: tuple[tuple[str, QWidget], ...] = (
            (tr("案件(&C)"), self.cases),
            (tr("类别(&K)"), self.kind),
            (tr("时间(&T)"), when),
            (tr("内容(&N)"), self.note),
            (tr("下一步(&X)"), self.next_action),
            (tr("下一步日期(&D)"), self.next_on),
        )
        for place, (text, editor) in enumerate(lines):
            label = QLabel(text)
            label.setBuddy(editor.focusProxy() or editor)
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label, place, 0)
            grid.addWidget(editor, place, 1)
        self.save = primary(tr("保存"))
        buttons = QDialogButtonBox()
        buttons.addButton(self.save, QDialogButtonBox.ButtonRole.AcceptRole)
        cancel = buttons.addButton(tr("取消"), QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setAutoDefault(False)
        buttons.accepted.connect(self.save_entry)
        buttons.rejected.connect(self._give_up)
        layout = QVBoxLayout(self)
        layout.setSpacing(GRID)
        self.body = QWidget()
        inside = QVBoxLayout(self.body)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(GRID)
        inside.addLayout(grid)
        inside.addWidget(self.files)
        inside.addWidget(self.drop)
        layout.addWidget(self.message)
        layout.addWidget(self.left)
        layout.addWidget(Stage(self.body), 1)
        layout.addWidget(buttons)
        self.save.setDefault(True)  # once it stands in the dialog: before, Enter would choose files
        for keys in (QKeySequence("Ctrl+Return"), QKeySequence("Ctrl+Enter")):
            QShortcut(keys, self, self.save_entry)
        QShortcut(QKeySequence("Ctrl+Shift+V"), self, self.paste_picture)
        QShortcut(QKeySequence("Ctrl+T"), self, self.take_proposed)
        self.files.installEventFilter(self)
        self.note.edit.installEventFilter(self)
        self._texts = {"note": self.note, "next_action": self.next_action, "next_on": self.next_on}
        self._restore(drafts.of(_DRAFT), case)
        if near and not self.case.record():
            self.case.set_record(near, "")
        for editor in self._texts.values():
            editor.changed.connect(self._keep)
        self.case.picked.connect(self._keep)
        self.cases.changed.connect(self._case_made)
        self._ask()
        self._mark_late()
        self._wants_picture()
        (self.note.edit if self.case.record() else self.case).setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Paste in the note takes pictures and files as well: a chat gives both, and nobody should have to know how."""
        if watched is self.note.edit and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self.paste() if event.matches(QKeySequence.StandardKey.Paste) else False
        if watched is self.files and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return event.matches(QKeySequence.StandardKey.Delete) and self._take_away()
        return super().eventFilter(watched, event)

    def paste(self) -> bool:
        """Take in what the clipboard holds; True where that was all, False where text is left for the note."""
        mime = QGuiApplication.clipboard().mimeData()
        if mime is None:
            return False
        if mime.hasText() and not mime.hasUrls():
            self._recognise(mime.text())
            if inside := _pictures_inside(mime):
                self.add_files(inside)
                return False
        if mime.hasImage() or mime.hasUrls():
            self.paste_picture()
            return mime.hasUrls() or not mime.hasText()
        return False

    def take_proposed(self) -> None:
        """Use the time that was proposed."""
        if self._proposed:
            self.at.setText(self._proposed)
            self.message.clear()
            self._keep()

    def add_files(self, files: list[str]) -> None:
        """Put files on the list; photos are asked when they were taken."""
        added = [file for file in dict.fromkeys(files) if file not in self._files]
        for file in added:
            self._files.append(file)
            item = QListWidgetItem(Path(file).name, self.files)
            item.setData(_FILE, file)
        self.files.setVisible(self.files.count() > 0)
        self._keep()
        if added:
            self._ops.run(
                "case.photo_times", owner=self, on_result=self._photos_came, on_fault=lambda _fault: None, files=added
            )

    def paste_picture(self) -> None:
        """Take a picture or files from the clipboard."""
        mime = QGuiApplication.clipboard().mimeData()
        if mime is None:
            return
        if mime.hasImage():
            image = QGuiApplication.clipboard().image()
            if not image.isNull():
                self._add_picture(image)
        elif mime.hasUrls():
            self.add_files([url.toLocalFile() for url in mime.urls() if url.isLocalFile()])

    def save_entry(self) -> None:
        """Send it; the dialog stays until the store has it."""
        if not self.save.isEnabled():  # on its way, or something left from before is not decided on
            return
        if self.cases.new is not None:  # a new case was begun: it comes first
            self.cases.new.save.click()
            return
        if not self.case.record():
            self.message.show_text("warn", tr("请先选择案件；内容还在，没有丢失。"))
            self.case.setFocus()
            return
        self.save.setEnabled(False)
        self._ops.run(
            "case.log",
            owner=self,
            on_result=self._done,
            on_fault=self._failed,
            title=tr("保存记录") if self.files.count() else "",
            case=self.case.record(),
            kind=self.kind.text(),
            note=self.note.text(),
            at=self.at.text().strip() or None,
            files=self._files,
            pictures=self._pictures,
            next_action=self.next_action.text() or None,
            next_on=self.next_on.text() or None,
        )

    def _begin_case(self) -> None:
        """A new case is open, and proposed the number that follows."""
        if self.cases.new is not None:
            self.cases.new.form.editor("outcome").set_text("open")
            self.resize(self.width(), self.height() + self.cases.new.sizeHint().height())

        def came(answer: dict[str, str]) -> None:
            if self.cases.new is not None and not (no := self.cases.new.form.editor("no")).text():
                no.set_text(answer["no"])

        self._ops.run("case.next_no", owner=self, on_result=came, place="number")

    def _case_made(self) -> None:
        self._keep()
        if self.case.record() and not self.note.text():
            self.note.edit.setFocus()

    def _recognise(self, text: str) -> None:
        """A pasted chat: of the kind it is, at the time of its last message."""
        said = heads(text, now().replace(tzinfo=None))
        if said:
            if self.kind.text() == "visit" and not self.note.text():
                self.kind.set_text("wechat")
            last = max(said, key=lambda one: one.at)
            names = listed(dict.fromkeys(one.who for one in said))
            self._propose(f"{last.at:%Y-%m-%d %H:%M}", tr("{names}的聊天", names=names))

    def _photos_came(self, answer: list[dict[str, str]]) -> None:
        if answer:
            self._propose(max(one["taken"] for one in answer), tr("照片拍摄"))

    def _propose(self, moment: str, source: str) -> None:
        if moment == self.at.text().strip():
            return
        self._proposed = moment
        text = tr("{source}时间是 {time}，要用作发生时间吗？", source=source, time=moment)
        self.message.show_text("info", text, tr("用这个时间（Ctrl+T）"), self.take_proposed)

    def _mark_late(self) -> None:
        day = self.at.text().strip()[:10]
        self.late.setVisible(is_partial_date(day) and day < today().isoformat())

    def _add_picture(self, image: QImage) -> None:
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub wants bytes, which Qt refuses
        taken = {one["name"] for one in self._pictures}
        stem, number = f"{now():%Y%m%d-%H%M%S}", 1
        while (name := f"{stem}-{number}.png") in taken:
            number += 1
        data = bytes(buffer.data().data())
        self._drafts.keep_part(_DRAFT, name, {"data": base64.b64encode(data).decode("ascii")})
        self._show_picture(name, data)

    def _show_picture(self, name: str, data: bytes) -> None:
        self._pictures.append({"name": name, "data": data})
        self.files.addItem(name)
        self.files.show()
        self._keep()

    def _take_away(self) -> bool:
        """Take the chosen one off the list again: a wrong picture is pasted quickly."""
        place = self.files.currentRow()
        if place < 0:
            return False
        item = self.files.takeItem(place)
        if file := item.data(_FILE):
            self._files.remove(file)
        else:
            self._pictures = [one for one in self._pictures if one["name"] != item.text()]
            self._drafts.keep_part(_DRAFT, item.text(), {})
        self.files.setVisible(self.files.count() > 0)
        if self.files.isHidden():
            self.note.edit.setFocus()
        self._keep()
        return True

    def _restore(self, kept: dict[str, str], case: str = "") -> None:
        """What was typed, dropped and pasted before comes back; what is kept of it stays as it is meanwhile."""
        self._filling = True
        for name, editor in self._texts.items():
            editor.set_text(kept.get(name, ""))
        if kept.get("kind"):
            self.kind.set_text(kept["kind"])
        if kept.get("at"):
            self.at.setText(kept["at"])
        self.add_files([file for file in kept.get("files", "").split("\n") if file])
        if kept.get("case") and not case:
            self.case.set_record(kept["case"], "")
        self._filling = False
        if names := [name for name in kept.get("pictures", "").split("\n") if name]:
            self._awaited = names
            self._make_ready()
            self._drafts.send(lambda: self._ask_for(names))

    def _make_ready(self) -> None:
        """Nothing may be saved before what was left is decided on, or without a picture that is not here yet."""
        self.save.setEnabled(self.body.isEnabled() and not self._awaited)

    def _ask_for(self, names: list[str]) -> None:
        self._ops.run(
            "draft.parts",
            owner=self,
            on_result=lambda parts: self._pictures_back(names, parts),
            on_fault=lambda fault: self._pictures_back(names, {}, fault),
            key=_DRAFT,
        )

    def _pictures_back(self, names: list[str], parts: dict[str, dict[str, str]], fault: Fault | None = None) -> None:
        self._awaited = []
        self._make_ready()
        for name in names:
            if name in parts:
                self._show_picture(name, base64.b64decode(parts[name]["data"]))
        lost = sum(name not in parts for name in names)
        if fault is not None:
            self.message.show_fault(fault)
        elif lost > 0:
            self.message.show_text("warn", tr("有 {n} 张图片没有来得及保存，请重新粘贴；其余都在。", n=lost))

    def _ask(self) -> None:
        self.body.setEnabled(not self.left.ask(self._drafts.earlier(_DRAFT)))
        self._make_ready()

    def _take_left(self) -> None:
        texts = self._drafts.take(_DRAFT)
        self._ask()
        self._restore(texts)

    def _drop_left(self) -> None:
        self._drafts.drop(_DRAFT)
        self._ask()

    def _keep(self) -> None:
        if self._filling:
            return
        texts = {name: editor.text() for name, editor in self._texts.items() if editor.text()}
        if names := [*self._awaited, *(str(one["name"]) for one in self._pictures)]:
            texts["pictures"] = "\n".join(names)
        if texts or self._files:
            texts |= {"case": self.case.record(), "kind": self.kind.text(), "at": self.at.text()}
            texts["files"] = "\n".join(self._files)
        self._drafts.keep(_DRAFT, texts)

    def _give_up(self) -> None:
        self._drafts.keep(_DRAFT, {})
        self.reject()

    def _done(self, answer: dict[str, Any]) -> None:
        self._drafts.keep(_DRAFT, {})
        self.saved.emit(answer)
        self.accept()

    def _failed(self, fault: Fault) -> None:
        self.save.setEnabled(True)
        self.message.show_fault(fault)

    def _wants_picture(self) -> None:
        """A screenshot of a chat is what usually waits on the clipboard: say how to take it in."""
        mime = QGuiApplication.clipboard().mimeData()
        if mime is not None and mime.hasImage():
            self.message.show_text("info", tr("剪贴板里有一张图片。"), tr("作为附件"), self.paste_picture)


def _pictures_inside(mime: QMimeData) -> list[str]:
    """The files of pictures that stand in a chat copied as a whole."""
    found = (QUrl(text).toLocalFile() for text in _INSIDE.findall(mime.html())) if mime.hasHtml() else ()
    return [file for file in found if Path(file).is_file()]
