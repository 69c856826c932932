"""The application's PDF: made, looked at inside the program, compared with another version, and saved by the user."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.look import state_icon
from desktop.models.format import size
from desktop.ops import Ops
from desktop.pages.application.words import changed_figures
from desktop.pages.delivery.words import when
from desktop.pages.evidence.rows import Column, Row, RowsModel, table_view
from desktop.pages.evidence.viewer import DocumentViewer
from desktop.texts.binding import reason_text
from desktop.widgets.basics import CalmCombo, heading, quiet
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Panes
from policy.i18n import tr


class BookStep(QWidget):
    """Versions and what was not bound in on the left, the book on the right. `chosen(application row or None)`."""

    chosen = Signal(object)

    def __init__(self, ops: Ops, message: MessageBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._message = ops, message
        self._all: list[Row] = []
        self._shown: dict[DocumentViewer, str] = {}
        self.versions = RowsModel(
            (
                Column(lambda: tr("版本"), lambda row: tr("第 {n} 版", n=row["version"]), order=_version),
                Column(
                    lambda: tr("生成时间"), lambda row: when(row["created_at"]), order=lambda row: row["created_at"]
                ),
                Column(lambda: tr("页数"), lambda row: str(row["pages"]), order=lambda row: row["pages"], right=True),
                Column(
                    lambda: tr("封装"),
                    lambda row: tr("已封装") if row["sealed"] else "",
                    icon=lambda row: state_icon("good") if row["sealed"] else None,
                ),
            ),
            self,
        )
        self.table = table_view(self.versions, stretch=1)
        self.unbound_head = heading()
        self.unbound = RowsModel(
            (
                Column(lambda: tr("佐证"), lambda row: row["title"]),
                Column(lambda: tr("未装订的原因"), lambda row: reason_text(row["reason"])),
            ),
            self,
        )
        self.unbound_table = table_view(self.unbound, stretch=1)
        self.about = quiet()
        self.export = QPushButton()
        self.beside = QCheckBox()
        self.viewer, self.other_viewer = DocumentViewer(), DocumentViewer()
        self.other = CalmCombo()
        self.changes_head = quiet()
        self.changes = RowsModel(
            (
                Column(lambda: tr("数值"), lambda row: row["title"]),
                Column(lambda: tr("另一版"), lambda row: row["before"], right=True),
                Column(lambda: tr("本版"), lambda row: row["after"], right=True),
            ),
            self,
        )
        self.changes_table = table_view(self.changes, stretch=0)
        self._lay_out()
        self.table.selectionModel().currentRowChanged.connect(lambda: self._row_changed())
        self.export.clicked.connect(self._choose_export)
        self.beside.toggled.connect(self._show_beside)
        self.other.activated.connect(self._show_other)
        self.retranslate()

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        column.addWidget(self.table, 2)
        column.addWidget(self.about)
        column.addWidget(self.unbound_head)
        column.addWidget(self.unbound_table, 2)
        row = QHBoxLayout()
        row.addWidget(self.export)
        row.addStretch(1)
        row.addWidget(self.beside)
        column.addLayout(row)
        self.second = QWidget()
        beside = QVBoxLayout(self.second)
        beside.setContentsMargins(8, 0, 0, 0)
        beside.setSpacing(4)
        beside.addWidget(self.other)
        beside.addWidget(self.other_viewer, 3)
        beside.addWidget(self.changes_head)
        beside.addWidget(self.changes_table, 1)
        self.second.setVisible(False)
        self.books = Panes()
        self.books.addWidget(self.viewer)
        self.books.addWidget(self.second)
        split = Panes()
        split.addWidget(left)
        split.addWidget(self.books)
        split.setStretchFactor(1, 1)
        split.setSizes([384, 560])
        self.stack = QStackedWidget()
        self.nothing = quiet()
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stack.addWidget(split)
        self.stack.addWidget(self.nothing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

    def retranslate(self) -> None:
        """Set every text in the language in force."""
        self.export.setText(tr("另存 PDF…"))
        self.beside.setText(tr("与另一版并排"))
        self.unbound_head.setText(tr("未装订的佐证"))
        self.table.setAccessibleName(tr("版本"))
        self.unbound_table.setAccessibleName(tr("未装订的佐证"))
        self.changes_table.setAccessibleName(tr("两版不同的数值"))
        self.other.setAccessibleName(tr("另一版"))
        self.nothing.setText(tr("还没有生成申报书。核对无误、写好文字部分后，按“生成申报书”。"))
        for part in (self.versions, self.unbound, self.changes, self.viewer, self.other_viewer):
            part.retranslate()

    def show_versions(self, mine: list[Row], everything: list[Row], chosen: str = "") -> None:
        """Show the versions of one snapshot; `chosen` selects one, else the newest stays or becomes current."""
        current = chosen or (self.current() or {}).get("id", "")
        self._all = everything
        self.versions.set_rows(mine)
        self.stack.setCurrentIndex(0 if mine else 1)
        self.table.selectRow(max(self.versions.place(current), 0))
        self._row_changed()

    def current(self) -> Row | None:
        """The version chosen."""
        return self.versions.row(self.table.currentIndex())

    def _row_changed(self) -> None:
        row = self.current()
        self.chosen.emit(row)
        self.export.setEnabled(row is not None)
        if row is None:
            self.unbound.set_rows([])
            self.about.setText("")
            self.viewer.clear()
            for viewer in self._shown:
                self._ops.forget(viewer, "content")
            self._shown.clear()
            return
        rows = [{**item, "id": item["evidence_id"]} for item in row["unbound"] or []]
        self.unbound.set_rows(rows)
        self.unbound_head.setVisible(bool(rows))
        self.unbound_table.setVisible(bool(rows))
        self.about.setText(tr("{pages} 页，{size}。佐证按指标顺序装订。", pages=row["pages"], size=size(row["bytes"])))
        self._open(self.viewer, row["id"])
        self._fill_others(row)

    def _open(self, viewer: DocumentViewer, application: str) -> None:
        if self._shown.get(viewer) == application:
            return
        self._shown[viewer] = application
        viewer.clear(tr("正在打开…"))
        self._ops.run(
            "apply.content",
            owner=viewer,
            place="content",
            id=application,
            on_result=lambda content: viewer.show_bytes(content["media_type"], content["data"]),
            on_fault=self._message.show_fault,
        )

    # -- side by side

    def _fill_others(self, row: Row) -> None:
        before = self.other.currentData()
        self.other.clear()
        for other in self._all:
            if other["id"] != row["id"]:
                made = when(other["created_at"])
                name = tr("第 {n} 版 · {when} · {title}", n=other["version"], when=made, title=other["title"])
                self.other.addItem(name, other["id"])
        self.other.setCurrentIndex(max(self.other.findData(before), 0))
        self.beside.setEnabled(self.other.count() > 0)
        if not self.other.count():
            self.beside.setChecked(False)
        elif self.beside.isChecked():
            self._show_other()

    def _show_beside(self, on: bool) -> None:
        self.second.setVisible(on)
        if on:
            self.books.setSizes([1, 1])
            self._show_other()

    def _show_other(self) -> None:
        self._ops.forget(self, "other")
        row = self.current()
        other = next((item for item in self._all if item["id"] == self.other.currentData()), None)
        if row is None or other is None:
            return
        self._open(self.other_viewer, other["id"])
        if other["snapshot"] == row["snapshot"]:
            self._changes_came([], tr("两版出自同一份定稿，数值相同，只有文字不同。"))
            return
        found: list[dict[str, Any]] = []

        def came(content: dict[str, Any]) -> None:
            found.append(content)
            if len(found) == 2:
                rows = changed_figures(found[0], found[1])
                self._changes_came(rows, tr("{count} 处数值或结论不同。", count=len(rows)))
            else:
                self._ops.run("evaluation.snapshot", owner=self, place="other", id=row["snapshot"], on_result=came)

        self._ops.run("evaluation.snapshot", owner=self, place="other", id=other["snapshot"], on_result=came)

    def _changes_came(self, rows: list[dict[str, str]], said: str) -> None:
        self.changes.set_rows(rows)
        self.changes_table.setVisible(bool(rows))
        self.changes_head.setText(said)

    # -- saving

    def _choose_export(self) -> None:
        row = self.current()
        if row is None:
            return
        dialog = QFileDialog(self, tr("另存申报书"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("PDF (*.pdf)")
        dialog.setDefaultSuffix("pdf")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda out: self.save_as(row["id"], out))
        dialog.open()

    def save_as(self, application: str, out: str) -> None:
        """Write the PDF where the user asked for it."""
        self._ops.run(
            "apply.export",
            owner=self,
            id=application,
            out=out,
            on_result=lambda answer: self._message.show_text(
                "info", tr("申报书已存到 {file}。文件未加密，请自行保管。", file=answer["file"])
            ),
            on_fault=self._message.show_fault,
        )


def _version(row: Row) -> int:
    return int(row["version"])
