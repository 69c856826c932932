"""Who has answered a round: the items, the forms written, a folder of returned ones taken in, words to remind with."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton, QVBoxLayout, QWidget

from desktop.fields import choice_label, kind_info
from desktop.look import GRID, icon
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.collect.preview import Preview
from desktop.widgets.basics import StatusChip, quiet
from desktop.widgets.message import MessageBar
from desktop.widgets.related import Related
from desktop.widgets.room import Flow
from policy.errors import Fault
from policy.i18n import clauses, labelled, listed, spaced, tr

_COLUMNS = ("firm", "state", "sent_on", "returned_on", "questions")
_NAMED = 4  # missing figures named beside the round; the words to remind with name them all
_CHIPS = {"waiting": "unknown", "returned": "good", "doubt": "warn", "confirmed": "good"}


class Returns(QWidget):
    """The items of one round; files or a folder may be dropped anywhere on it."""

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._desk, self._round = ops, desk, ""
        self._told: dict[str, Any] = {}
        self._item = ""
        self._places: list[str] = []
        self.setAcceptDrops(True)
        self.message = MessageBar(self)
        self.summary = quiet()
        self.write, self.take, self.remind, self.sent = (QPushButton() for _ in range(4))
        self.open, self.confirm, self.ask_one = (QPushButton() for _ in range(3))
        self.chip = StatusChip()
        self._ways = QMenu(self.sent)
        self._acts = {
            choice.code: self._ways.addAction("") for choice in kind_info("collection_item").field("sent_how").choices
        }
        for how, act in self._acts.items():
            act.triggered.connect(partial(self._note_sent, how))
        self.sent.setMenu(self._ways)
        for button, picture, does in (
            (self.take, "folder-open", self._choose_source),
            (self.remind, "copy", self._copy),
            (self.open, "eye", self._open),
            (self.confirm, "circle-check", self._confirm),
            (self.ask_one, "copy", lambda: self._copy(self._item)),
        ):
            button.setIcon(icon(picture))
            button.clicked.connect(lambda _checked=False, does=does: does())
        self.sent.setIcon(icon("send"))
        self.write.setIcon(icon("sheet"))
        targets = QMenu(self.write)
        self.every, self.one = targets.addAction(""), targets.addAction("")
        self.every.triggered.connect(lambda _checked=False: self._choose_target())
        self.one.triggered.connect(lambda _checked=False: self._choose_target([self._item]))
        self.write.setMenu(targets)
        self.items = Related(ops, "collection_item", "round", _COLUMNS, desk)
        self.items.form.loaded.connect(self._chosen)
        self.preview = Preview()
        self.preview.accepted.connect(self._take_now)
        self.preview.left.connect(self._end_preview)
        self.preview.hide()
        first, second = Flow(), Flow()
        for row, widgets in (
            (first, (self.write, self.sent, self.take, self.remind)),
            (second, (self.chip, self.open, self.confirm, self.ask_one)),
        ):
            for widget in widgets:
                row.addWidget(widget)
            row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addLayout(first)
        layout.addWidget(self.message)
        layout.addWidget(self.summary)
        layout.addLayout(second)
        layout.addWidget(self.items, 1)
        layout.addWidget(self.preview, 1)
        self._enable()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.write.setText(tr("生成表格"))
        self.write.setToolTip(tr("每家一个 Excel，带上年数；企业信息锁定，只填本年数和备注"))
        self.take.setText(tr("收回文件夹…"))
        self.take.setToolTip(tr("按文件内容认企业，文件叫什么都可以；也可以把文件或文件夹拖到这里"))
        self.remind.setText(tr("复制催报文字"))
        self.sent.setText(tr("登记发出"))
        self.sent.setToolTip(tr("还没有发出日期的各家记为今天发出"))
        self.open.setText(tr("打开数据"))
        self.confirm.setText(tr("确认这一家"))
        self.ask_one.setText(tr("复制这一家的催报文字"))
        field = kind_info("collection_item").field("sent_how")
        for how, act in self._acts.items():
            act.setText(choice_label(field, how))
        self.one.setText(tr("选中的一家…"))
        self.every.setText(tr("各家…"))
        self.items.retranslate()
        self.preview.retranslate()
        self._tell()

    def show_parent(self, record: str) -> None:
        """Show the items of a round."""
        if record != self._round:
            self._round, self._item, self._told = record, "", {}
            self._ops.forget(self, "read")
            self.message.clear()
            self._end_preview()
        self.items.show_parent(record)
        self._ask()

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Refresh what changed."""
        self.items.changes_came(changes)
        self._ask()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        if self._round and _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        places = _dropped(event)
        if self._round and places:
            event.acceptProposedAction()
            self.take_in(places)

    def take_in(self, places: list[str]) -> None:
        """Look at returned files, or all of folders: what they would bring is shown first."""
        self.message.clear()
        self._places = places

        def came(told: dict[str, Any]) -> None:
            self.items.hide()
            self.preview.show()
            self.preview.show_told(told)

        asked = {"round": self._round, "files": places}
        self._run("collect.read", came, place="read", title=tr("正在读取"), dry_run=True, **asked)

    def write_to(self, folder: str, items: list[str] | None = None) -> None:
        """Write a form per firm into the folder, or those of `items`."""
        self.message.clear()

        def done(answer: dict[str, Any]) -> None:
            said = tr("已生成 {n} 个表格，在 {folder}。", n=len(answer["files"]), folder=answer["folder"])
            self.message.show_text("good", said)

        self._run("collect.write", done, title=tr("正在生成"), round=self._round, folder=folder, items=items)

    # inside

    def _run(self, service: str, done: Any, **asked: Any) -> None:
        self._ops.run(service, owner=self, on_result=done, on_fault=self._refused, **asked)

    def _refused(self, fault: Fault) -> None:
        self._end_preview()
        self.message.show_fault(fault)

    def _ask(self) -> None:
        if self._round:
            self._ops.run(
                "collect.status",
                owner=self,
                place="status",
                round=self._round,
                on_result=self._came,
                on_fault=self._unasked,
            )

    def _unasked(self, _fault: Fault) -> None:
        """A round made by hand with a period nobody can read has no standing."""
        self._told = {}
        self._tell()
        self._enable()

    def _came(self, told: dict[str, Any]) -> None:
        self._told = told
        self._tell()
        self._enable()

    def _tell(self) -> None:
        if not self._told:
            self.summary.clear()
            self.chip.hide()
            return
        field = kind_info("collection_item").field("state")
        said = spaced(*(f"{choice_label(field, code)} {count}" for code, count in self._told["counts"].items()))
        one = self._row()
        if one and one["returned_on"] and one["missing"]:
            first = listed(one["missing"][:_NAMED])
            more = tr("{name}还空着 {n} 项：{fields}…", name=one["name"], n=len(one["missing"]), fields=first)
            said = clauses((said, more if len(one["missing"]) > _NAMED else more.rstrip("…")))
        self.summary.setText(said)
        self.chip.setVisible(one is not None)
        if one:
            self.chip.set_state(_CHIPS[one["state"]], choice_label(field, one["state"]))

    def _row(self) -> dict[str, Any] | None:
        return next((one for one in self._told.get("rows", ()) if one["id"] == self._item), None)

    def _chosen(self, row: dict[str, Any]) -> None:
        self._item = str(row.get("id") or "")
        self._tell()
        self._enable()

    def _enable(self) -> None:
        one, any_there = self._row(), bool(self._told.get("rows"))
        for button in (self.write, self.take, self.remind, self.sent):
            button.setEnabled(any_there)
        self.one.setEnabled(one is not None)
        self.ask_one.setEnabled(one is not None)
        self.open.setEnabled(bool(one and one["record"]))
        self.confirm.setEnabled(bool(one and one["returned_on"] and one["state"] != "confirmed"))

    def _choose_target(self, items: list[str] | None = None) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("表格放在哪个文件夹"), str(Path.home()))
        if folder:
            self.write_to(folder, items)

    def _take_now(self) -> None:
        mine = self._round

        def taken(answer: dict[str, Any]) -> None:
            if mine == self._round:  # else another round is looked at by now
                self._taken(answer)

        self._run("collect.read", taken, title=tr("正在读取"), round=self._round, files=self._places)

    def _end_preview(self) -> None:
        self.preview.hide()
        self.items.show()

    def _choose_source(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("收回的表格在哪个文件夹"), str(Path.home()))
        if folder:
            self.take_in([folder])

    def _taken(self, answer: dict[str, Any]) -> None:
        doubts = sum(bool(one["doubts"]) for one in answer["firms"])
        said = [
            tr("读了 {n} 个文件，认出 {m} 家企业", n=answer["files"], m=len(answer["firms"])),
            tr("{n} 家有疑问", n=doubts) if doubts else tr("没有疑问"),
        ]
        if answer["unknown"]:
            said.append(tr("没有读入：{files}", files=listed(labelled(one["file"], one["reason"])
                                                        for one in answer["unknown"])))  # fmt: skip
        self._end_preview()
        self.message.show_text("warn" if doubts or answer["unknown"] else "good", clauses(said))

    def _copy(self, item: str = "") -> None:
        def came(answer: dict[str, Any]) -> None:
            texts = [one["text"] for one in answer["texts"] if item in ("", one["item"])]
            if not texts:
                self._desk.notify(tr("没有要催的。"))
                return
            QGuiApplication.clipboard().setText("\n\n".join(texts))
            self._desk.notify(tr("已复制 {n} 家的催报文字，可以直接粘贴。", n=len(texts)))

        self._run("collect.reminders", came, round=self._round)

    def _note_sent(self, how: str) -> None:
        items = [one["id"] for one in self._told["rows"] if not one["sent_on"]]
        self._run(
            "collect.sent", lambda done: self._desk.notify(tr("已登记 {n} 家发出。", n=done["changed"])),
            items=items, how=how,
        )  # fmt: skip

    def _open(self) -> None:
        one = self._row()
        if one:
            self._desk.open_record(one["kind"], one["record"])

    def _confirm(self) -> None:
        self._run("collect.confirm", lambda _done: self._ask(), items=[self._item])


def _dropped(event: QDropEvent) -> list[str]:
    """The local files and folders a drag brings."""
    urls = event.mimeData().urls() if event.mimeData().hasUrls() else []
    return [url.toLocalFile() for url in urls if url.isLocalFile() and Path(url.toLocalFile()).exists()]
