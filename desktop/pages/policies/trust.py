"""What is counted as sure: unverified figures compared with a notice, and the keys whose signed packs are trusted."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.look import GRID, icon
from desktop.ops import Ops
from desktop.pages.evaluation.chooser import Chooser
from desktop.pages.evidence.rows import Column, RowsModel, opens, table_view
from desktop.widgets.basics import name_tool, quiet, tool
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Flow
from policy.i18n import tr


class ConfirmationsPane(QWidget):
    """The confirmations of one evaluation. `opened(evidence)` shows the notice."""

    opened = Signal(str)

    def __init__(self, ops: Ops, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops = ops
        self.chooser, self.message, self.note = Chooser(ops), MessageBar(), quiet()
        self.take_back = tool("undo-2", text_beside=True)
        self.model = RowsModel(
            (
                Column(lambda: tr("规则"), lambda row: row["title"]),
                Column(
                    lambda: tr("对照的通知"), lambda row: row["notice_title"], most=40, icon=lambda _: icon("paperclip")
                ),
                Column(lambda: tr("页码"), lambda row: row["page"], right=True),
                Column(lambda: tr("核实人"), lambda row: row["by"]),
                Column(lambda: tr("日期"), lambda row: row["on"]),
                Column(lambda: tr("说明"), lambda row: row["note"], most=30),
            ),
            self,
        )
        self.table = table_view(self.model, stretch=0)
        row = Flow()
        row.addWidget(self.chooser, 1)
        row.addWidget(self.take_back)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(row)
        layout.addWidget(self.message)
        layout.addWidget(self.note)
        layout.addWidget(self.table, 1)
        self.chooser.chosen.connect(self.load)
        self.chooser.left.connect(lambda: self._came([]))
        self.chooser.nobody.connect(lambda: self._came([]))
        self.take_back.clicked.connect(self._take_back)
        opens(self.table, lambda row: self.opened.emit(row["notice"]))
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.chooser.retranslate()
        name_tool(self.take_back, tr("撤回核实"))
        self.table.setAccessibleName(tr("对照通知核实的数值"))
        self.model.retranslate()
        self._came(self.model.rows())

    def arrive(self) -> None:
        """The pane is being shown."""
        self.chooser.show_wanted()
        self.load()

    def load(self) -> None:
        """Ask what was confirmed."""
        choice = self.chooser.choice()
        if choice is not None:
            self._ops.run(
                "policy.confirmations",
                owner=self,
                place="list",
                **choice,
                on_result=self._came,
                on_fault=self.message.show_fault,
            )

    def _came(self, found: list[dict[str, Any]]) -> None:
        self.model.set_rows([{**row, "id": row["rule"]} for row in found])
        self.take_back.setEnabled(bool(found))
        self.note.setText(
            tr("下列数值未见原文，已由人对照通知核实，可以封存；双击打开通知。")
            if found
            else tr("这次评价里还没有对照通知核实过的数值；未核实的数值在评价里照用，但会挡住封存。")
        )
        if self.model.row(self.table.currentIndex()) is None:
            self.table.selectRow(0)

    def _take_back(self) -> None:
        row, choice = self.model.row(self.table.currentIndex()), self.chooser.choice()
        if row is not None and choice is not None:
            self._ops.run(
                "policy.unconfirm",
                owner=self,
                **choice,
                rules=[row["rule"]],
                on_result=lambda _answer: self.load(),
                on_fault=self.message.show_fault,
            )


class KeysPane(QWidget):
    """The keys whose signatures count, our own first."""

    def __init__(self, ops: Ops, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops = ops
        self.message, self.note = MessageBar(), quiet()
        self.model = RowsModel(
            (
                Column(
                    lambda: tr("持有人"),
                    lambda row: row["holder"],
                    icon=lambda row: icon("house" if row["own"] else "lock"),
                ),
                Column(lambda: tr("编号"), lambda row: row["key_id"]),
                Column(lambda: tr("公钥"), lambda row: row["line"], most=60),
                Column(lambda: tr("加入日期"), lambda row: row["added_on"] or tr("本单位")),
            ),
            self,
        )
        self.table = table_view(self.model, stretch=0)
        self.holder, self.line = QLineEdit(maxLength=100), QLineEdit(maxLength=400)
        self._labels = (QLabel(), QLabel())
        self.trust, self.drop, self.copy = (
            QPushButton(),
            tool("trash-2", text_beside=True),
            tool("copy", text_beside=True),
        )
        form = Flow()
        for label, field, share in zip(self._labels, (self.holder, self.line), (1, 2), strict=True):
            label.setBuddy(field)
            form.addWidget(label)
            form.addWidget(field, share)
        form.addWidget(self.trust)
        tools = Flow()
        tools.addWidget(self.copy)
        tools.addWidget(self.drop)
        tools.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.note)
        layout.addWidget(self.message)
        layout.addWidget(self.table, 1)
        layout.addLayout(tools)
        layout.addLayout(form)
        self.trust.clicked.connect(self._trust)
        self.line.returnPressed.connect(self._trust)
        self.drop.clicked.connect(self._drop)
        self.copy.clicked.connect(self._copy)
        self.table.selectionModel().currentRowChanged.connect(lambda: self._show())
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.note.setText(tr("收到签名的政策包时，只有签名公钥在这里，才写明是谁签的；本单位的公钥可复制给别人。"))
        for label, field, text in zip(self._labels, (self.holder, self.line), (tr("持有人"), tr("公钥")), strict=True):
            label.setText(text)
            field.setAccessibleName(text)
        self.trust.setText(tr("加入信任"))
        name_tool(self.drop, tr("移出信任"))
        name_tool(self.copy, tr("复制公钥"))
        self.table.setAccessibleName(tr("信任的公钥"))
        self.model.retranslate()

    def load(self) -> None:
        """Ask for the keys."""
        self._ops.run("policy.keys", owner=self, place="list", on_result=self._came, on_fault=self.message.show_fault)

    def _came(self, found: list[dict[str, Any]]) -> None:
        self.model.set_rows([{**row, "id": row["key_id"]} for row in found])
        if self.model.row(self.table.currentIndex()) is None:
            self.table.selectRow(0)
        self._show()

    def _show(self) -> None:
        row = self.model.row(self.table.currentIndex())
        self.drop.setEnabled(row is not None and not row["own"])
        self.copy.setEnabled(row is not None)

    def _trust(self) -> None:
        holder, line = self.holder.text().strip(), self.line.text().strip()
        if not holder or not line:
            self.message.show_text("warn", tr("持有人和公钥都要填，没有改动。"))
            return
        self._send(line, holder)

    def _drop(self) -> None:
        row = self.model.row(self.table.currentIndex())
        if row is not None and not row["own"]:
            put_back = partial(self._send, row["line"], row["holder"])
            self._send(row["line"], "", tr("已移出信任：{holder}", holder=row["holder"]), put_back)

    def _send(self, line: str, holder: str, said: str = "", put_back: Any = None) -> None:
        def done(_answer: dict[str, Any]) -> None:
            self.message.clear()
            if said:
                self.message.show_text("info", said, tr("重新信任"), put_back)
            self.holder.clear()
            self.line.clear()
            self.load()

        self._ops.run(
            "policy.trust", owner=self, line=line, holder=holder, on_result=done, on_fault=self.message.show_fault
        )

    def _copy(self) -> None:
        row = self.model.row(self.table.currentIndex())
        if row is not None:
            QGuiApplication.clipboard().setText(row["line"])
