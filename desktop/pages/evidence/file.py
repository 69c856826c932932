"""One file of the library: preview, facts to fill in, where it is used, and a copy for the user."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.fields import fields_of
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.evidence.rows import Row
from desktop.pages.evidence.targets import Target
from desktop.pages.evidence.uses import UsesPane
from desktop.pages.evidence.viewer import DocumentViewer
from desktop.widgets.basics import heading, quiet
from desktop.widgets.draftbar import DraftBar
from desktop.widgets.form import FormEditor
from desktop.widgets.message import MessageBar
from policy.errors import Fault
from policy.i18n import tr

_FACTS = (
    "title", "doc_kind", "doc_no", "issuer", "issued_on", "valid_from", "valid_until", "state",
    "has_stamp", "has_signature", "is_copy", "sensitivity", "original_place", "remarks",
)  # fmt: skip
_REST = 120  # ms on a row before its file is opened, so that the arrow keys run freely


class FilePane(QWidget):
    """The pane beside the library; it says what went wrong in the page's message bar."""

    def __init__(self, ops: Ops, desk: Desk, message: MessageBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._desk, self._message = ops, desk, message
        self._row: Row | None = None
        self._previewed = ""
        self._saved_values: dict[str, str] = {}
        self.viewer = DocumentViewer()
        self.form = FormEditor(ops, fields_of("evidence", _FACTS))
        self.save, self.take_back = QPushButton(), QPushButton()
        self.copy, self.outside = QPushButton(), QPushButton()
        self.left = DraftBar()
        self.uses = UsesPane(ops)
        self.head, self.file = heading(), quiet()
        self.head.setWordWrap(True)
        self._rest = QTimer(self, singleShot=True, interval=_REST)
        self._lay_out()
        self._rest.timeout.connect(self._preview)
        self.tabs.currentChanged.connect(lambda: self._rest.start())
        self.form.edited.connect(self._edited)
        self.save.clicked.connect(self._save)
        self.take_back.clicked.connect(lambda: self.form.load(self._row or {}))
        self.left.restored.connect(self._restore_left)
        self.left.dropped.connect(self._drop_left)
        desk.drafts.arrived.connect(self._ask)
        self.copy.clicked.connect(self._choose_copy)
        self.outside.clicked.connect(self._open_outside)
        self.uses.opened.connect(self._open_target)
        self.uses.linked.connect(self._link)
        self.uses.unlinked.connect(self._unlink)
        self.retranslate()
        self.show_row(None)

    def _lay_out(self) -> None:
        facts = QWidget()
        scroll = QScrollArea(widgetResizable=True)
        scroll.setWidget(self.form)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.take_back)
        buttons.addWidget(self.save)
        inner = QVBoxLayout(facts)
        inner.setContentsMargins(0, 8, 0, 0)
        inner.addWidget(self.left)
        inner.addWidget(scroll, 1)
        inner.addLayout(buttons)
        self.tabs = QTabWidget(documentMode=True)
        for widget in (self.viewer, facts, self.uses):
            self.tabs.addTab(widget, "")
        foot = QHBoxLayout()
        foot.addWidget(self.file, 1)
        foot.addWidget(self.outside)
        foot.addWidget(self.copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 0, 0, 0)
        layout.setSpacing(8)
        self.head.setWordWrap(True)
        layout.addWidget(self.head)
        layout.addWidget(self.tabs, 1)
        layout.addLayout(foot)

    def retranslate(self) -> None:
        """Set every text in the language in force."""
        self.tabs.setTabText(0, tr("预览"))
        self.tabs.setTabText(1, tr("资料"))
        self.save.setText(tr("保存"))
        self.take_back.setText(tr("还原"))
        self.copy.setText(tr("另存副本…"))
        self.copy.setToolTip(tr("副本是未加密的文件，请自行保管"))
        self.outside.setText(tr("用其他程序打开…"))
        self.outside.setToolTip(tr("会放一份未加密的临时副本，锁定或退出时删除"))
        self.left.retranslate()
        self.viewer.retranslate()
        self.form.retranslate()
        self.uses.retranslate()
        self._name_uses()
        if self._row is None:
            self._show_nothing()

    def _show_nothing(self) -> None:
        self.viewer.clear(tr("选择一份资料，在这里预览。"))

    def show_row(self, row: Row | None) -> None:
        """Show a row of the library; what is half typed about the same file stays, about another it is saved first."""
        fresh = (row or {}).get("id") != (self._row or {}).get("id")
        if fresh and self._row is not None and self.form.is_edited():
            self._save()
        if fresh:
            self._ops.forget(self._message, "copy")
        self._row = row
        kept = self._desk.drafts.of(self._key())  # before the form is loaded, which leaves nothing typed
        for widget in (self.tabs, self.copy, self.outside):
            widget.setEnabled(row is not None)
        if row is None:
            self._previewed = ""
            self._ops.forget(self, "content")
            self._show_nothing()
        self.head.setText(row["title"] if row else "")
        self.file.setText(row["file_name"] if row else "")
        self.file.setToolTip(self.file.text())
        if fresh or self.form.changes() in ({}, self._saved_values):
            self.form.load(row or {})
            self._saved_values = {}
        if fresh:
            self.form.restore(kept)
            self._ask()
        self.uses.show_targets(row["targets"] if row else [])
        self._name_uses()
        self._rest.start()

    def _name_uses(self) -> None:
        count = len(self._row["targets"]) if self._row else 0
        self.tabs.setTabText(2, f"{tr('用处')} {count}" if count else tr("用处"))

    def _preview(self) -> None:
        """Open the file, once, and only where the preview is looked at."""
        row = self._row
        if row is None or row["id"] == self._previewed or self.tabs.currentWidget() is not self.viewer:
            return
        self._previewed = row["id"]
        self.viewer.clear(tr("正在打开…"))
        self._ops.run(
            "evidence.content",
            owner=self,
            place="content",
            id=row["id"],
            on_result=lambda content: self.viewer.show_bytes(content["media_type"], content["data"]),
            on_fault=self._no_content,
        )

    def _no_content(self, fault: Fault) -> None:
        self.viewer.clear()
        self._message.show_fault(fault)

    def _edited(self, edited: bool) -> None:
        self.save.setEnabled(edited)
        self.take_back.setEnabled(edited)
        if self._row is not None:
            self._desk.drafts.keep(self._key(), self.form.changes())

    def _key(self) -> str:
        return f"evidence:{self._row['id']}" if self._row else ""

    def _ask(self) -> None:
        """What a lock or a crash has left is asked about first: typing before the answer would replace it."""
        self.form.setEnabled(not self.left.ask(self._desk.drafts.earlier(self._key())))

    def _restore_left(self) -> None:
        texts = self._desk.drafts.take(self._key())
        self._ask()
        self.form.restore(texts)

    def _drop_left(self) -> None:
        self._desk.drafts.drop(self._key())
        self._ask()

    def _save(self) -> None:
        values = self.form.changes()
        if self._row is None or not values:
            return
        record = self._row["id"]
        self._ops.run(
            "records.edit",
            owner=self,
            kind="evidence",
            id=record,
            values=values,
            on_result=lambda answer: self._saved(record, values, answer),
            on_fault=self._not_saved,
        )

    def _saved(self, record: str, values: dict[str, str], answer: dict[str, Any]) -> None:
        self._desk.drafts.keep(f"evidence:{record}", {})
        if self._row is not None and record == self._row["id"]:
            self._saved_values = values  # the row itself follows with the changes
        self._desk.notify(tr("已保存。"))
        if answer["warnings"]:
            self._message.show_text("warn", "\n".join(answer["warnings"]))

    def _not_saved(self, fault: Fault) -> None:
        if not self.form.show_fault(fault):
            self._message.show_fault(fault)

    def _open_outside(self) -> None:
        if self._row is not None:
            self._desk.copies.ask(self._row["id"], self._message)

    def _choose_copy(self) -> None:
        if self._row is None:
            return
        record = self._row["id"]
        dialog = QFileDialog(self, tr("另存副本（副本是未加密的文件，请自行保管）"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.selectFile(Path(self._row["file_name"]).name)
        dialog.fileSelected.connect(lambda out: self.save_copy(record, out))
        dialog.open()

    def save_copy(self, record: str, out: str) -> None:
        """Write a clear copy where the user asked for it, and say that it is one."""
        self._ops.run(
            "evidence.get",
            owner=self,
            id=record,
            out=out,
            on_result=lambda answer: self._message.show_text(
                "info", tr("副本已存到 {file}。副本未加密，用完请自行删除。", file=answer["file"])
            ),
            on_fault=self._message.show_fault,
        )

    def _link(self, target: str) -> None:
        if self._row is not None:
            self._ops.run(
                "evidence.link",
                owner=self,
                ids=[self._row["id"]],
                target=target,
                on_result=lambda _: self._desk.notify(tr("已关联。")),
                on_fault=self._message.show_fault,
            )

    def _unlink(self, target: str) -> None:
        if self._row is not None:
            self._ops.run(
                "evidence.unlink", owner=self, id=self._row["id"], target=target, on_fault=self._message.show_fault
            )

    def _open_target(self, target: Target) -> None:
        if target.pack:
            self._desk.open_page(
                "evaluation",
                pack=target.pack,
                period=target.period,
                subject=f"{target.kind}:{target.record}",
                indicator=target.rule,
            )
        else:
            self._desk.open_record(target.kind, target.record)
