"""Working days: which years' holidays are known and from where, a file for another year, and what holds beyond."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop.look import GRID, icon, state_icon
from desktop.ops import Ops
from desktop.pages.evidence.rows import Column, Row, RowsModel, table_view
from desktop.pages.policies.pack import FactsPane
from desktop.widgets.basics import StatusChip, quiet
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Panes
from policy.i18n import listed, tr

_SAMPLE = """year = 2027
document = "{document}"
holidays = ["2027-01-01", "2027-01-02"]   # {rest}
workdays = ["2027-01-09"]                 # {work}
"""


class CalendarPane(QWidget):
    """`said(text)` when a file was taken in."""

    said = Signal(str)

    def __init__(self, ops: Ops, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops = ops
        self._unknown = 0
        self.message, self.beyond = MessageBar(), StatusChip("warn", wrap=True)
        self.add = QPushButton()
        self.add.setIcon(icon("file-plus"))
        self.model = RowsModel(
            (
                Column(lambda: tr("年份"), lambda row: str(row["year"])),
                Column(lambda: tr("来自"), _source, icon=_source_icon),
                Column(lambda: tr("文号"), lambda row: row["document"]),
                Column(lambda: tr("放假"), lambda row: _days(row["holidays"]), right=True),
                Column(lambda: tr("调休上班"), lambda row: _days(row["workdays"]), right=True),
            ),
            self,
        )
        self.table = table_view(self.model, stretch=2)
        self.facts, self.how, self.sample = FactsPane(), quiet(), QPlainTextEdit()
        self.sample.setReadOnly(True)
        self.sample.setTabChangesFocus(True)
        self.sample.setFixedHeight(self.sample.fontMetrics().lineSpacing() * 5 + GRID * 2)
        top = QHBoxLayout()
        top.addWidget(self.beyond, 1)
        top.addWidget(self.add)
        side = QWidget()
        right = QVBoxLayout(side)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(GRID)
        right.addWidget(self.facts, 1)
        right.addWidget(self.how)
        right.addWidget(self.sample)
        split = Panes()
        split.addWidget(self.table)
        split.addWidget(side)
        split.setSizes([640, 540])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.message)
        layout.addWidget(split, 1)
        self.add.clicked.connect(self._choose)
        self.table.selectionModel().currentRowChanged.connect(self._row_changed)
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.add.setText(tr("添加年份文件…"))
        self.table.setAccessibleName(tr("已知的年份"))
        self.how.setText(
            tr("国务院办公厅通知发布后，把放假和调休的日子写成下面这样的文本文件（扩展名 .toml），再添加：")
        )
        self.sample.setAccessibleName(tr("年份文件的写法"))
        document, rest = tr("通知的文号"), tr("放假的日子，周末可写可不写")
        self.sample.setPlainText(_SAMPLE.format(document=document, rest=rest, work=tr("调休上班的周末")))
        self.model.retranslate()
        self._say_beyond()

    def load(self) -> None:
        """Ask which years are known."""
        self._ops.run("calendar.list", owner=self, place="list", on_result=self._came, on_fault=self.message.show_fault)

    def take(self, file: str) -> None:
        """Take a year's file in."""

        def done(answer: dict[str, Any]) -> None:
            self.message.clear()
            self.said.emit(tr("已添加 {year} 年的节假日安排。", year=answer["year"]))
            self.load()

        self._ops.run("calendar.add", owner=self, file=file, on_result=done, on_fault=self.message.show_fault)

    def _came(self, found: dict[str, Any]) -> None:
        self._unknown = int(found["unknown_from"])
        rows = [{**row, "id": str(row["year"])} for row in found["years"]]
        self.model.set_rows(rows[::-1])
        self.table.selectRow(0)
        self._say_beyond()

    def _say_beyond(self) -> None:
        self.beyond.setVisible(bool(self._unknown))
        said = tr(
            "{year} 年起还没有公布的安排：只把周末算作休息日，算出的工作日期限会注明“未公布”。", year=self._unknown
        )
        self.beyond.set_state("warn", said)

    def _row_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        row = self.model.row(current)
        told = [] if row is None else [
            (tr("年份"), str(row["year"])),
            (tr("来自"), _source(row)),
            (tr("文号"), row["document"]),
            (tr("放假"), listed(row["holidays"])),
            (tr("调休上班"), listed(row["workdays"])),
        ]  # fmt: skip
        self.facts.show_facts([(label, text) for label, text in told if text])

    def _choose(self) -> None:
        dialog = QFileDialog(self, tr("选择年份文件"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter("*.toml")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.take)
        dialog.open()


def _source(row: Row) -> str:
    return tr("添加的文件") if row["source"] == "added" else tr("程序自带（已公布）")


def _source_icon(row: Row) -> QIcon:
    return icon("file-text") if row["source"] == "added" else state_icon("good")


def _days(days: list[str]) -> str:
    return tr("{n} 天", n=len(days)) if days else ""
