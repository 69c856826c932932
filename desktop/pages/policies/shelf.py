"""The library: every pack at hand, the chosen one below with its rules and conflicts, and what can be done with it."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.look import GRID, icon
from desktop.ops import Ops
from desktop.pages.evidence.rows import Row, RowsModel, table_view
from desktop.pages.policies import library
from desktop.pages.policies.conflicts import ConflictsPane
from desktop.pages.policies.pack import FactsPane, PackPane
from desktop.pages.policies.words import standing_word
from desktop.widgets.basics import CalmCombo, StatusChip, name_tool, primary, quiet, tool
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Flow
from policy.dates import today
from policy.errors import Fault
from policy.i18n import tr

_YEAR = re.compile(r"-(20[0-9]{2})$")
_MENDABLE = frozenset({"policy.pack_invalid", "policy.examples_fail", "policy.id_taken"})
_STANDINGS = ("draft", "in_force", "secondary")


class Shelf(QWidget):
    """`edited(text)` a text to go on with in the editor; `compared(left, right)`; `said(text)` what went well;
    `changed()` when the list came."""

    edited = Signal(str)
    compared = Signal(str, str)
    said = Signal(str)
    changed = Signal()

    def __init__(self, ops: Ops, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops = ops
        self._current = self._wanted = self._wanted_rule = ""
        self._all: list[Row] = []
        self._heard: dict[str, Any] = {}
        self.message = MessageBar()
        self.text = QLineEdit(maxLength=100, clearButtonEnabled=True)
        self.count = quiet(wrap=False)
        self.model = RowsModel(library.columns(), self)
        self.table = table_view(self.model, stretch=library.TITLE)
        self.new = primary()
        self.take_in, self.give_out = QPushButton(), QPushButton()
        self.edit, self.remove, self.compare = (
            tool("pencil", text_beside=True),
            tool("trash-2", text_beside=True),
            tool("columns-3", text_beside=True),
        )
        self.base = _Base()
        self.pack, self.conflicts, self.facts = PackPane(ops), ConflictsPane(ops), FactsPane()
        self.views = QTabWidget(documentMode=True)
        self._menu = QMenu(self)
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        self.take_in.setIcon(icon("upload"))
        self.give_out.setIcon(icon("download"))
        self.give_out.setMenu(self._menu)
        top = Flow()
        top.addWidget(self.text, 1)
        top.addWidget(self.count)
        for part in (self.edit, self.compare, self.remove, self.take_in, self.give_out, self.new):
            top.addWidget(part)
        for pane in (self.pack, self.conflicts, self.facts):
            self.views.addTab(pane, "")
        split = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        split.addWidget(self.table)
        split.addWidget(self.views)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        split.setSizes([200, 370])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.base)
        layout.addWidget(self.message)
        layout.addWidget(split, 1)

    def _connect(self) -> None:
        self.text.textChanged.connect(lambda: self._filter())
        self.table.typed.connect(self._type_on)
        self.table.selectionModel().currentRowChanged.connect(self._row_changed)
        self.new.clicked.connect(self._ask_base)
        self.base.made.connect(self._make)
        self.edit.clicked.connect(self._edit)
        self.remove.clicked.connect(self._remove)
        self.compare.clicked.connect(self._compare)
        self.take_in.clicked.connect(self._choose_file)
        self.conflicts.taken.connect(self.said)
        self.conflicts.came.connect(self._say_conflicts)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.text.setPlaceholderText(tr("按名称、文号、机关、层级、状态筛选"))
        self.text.setAccessibleName(tr("筛选"))
        self.table.setAccessibleName(tr("政策包"))
        self.new.setText(tr("以此为底本新建"))
        self.take_in.setText(tr("导入…"))
        self.give_out.setText(tr("导出"))
        name_tool(self.edit, tr("修改"))
        name_tool(self.remove, tr("移除"))
        name_tool(self.compare, tr("与前一份对比"))
        self._menu.clear()
        self._menu.addAction(tr("导出…")).triggered.connect(lambda: self._choose_out(sign=False))
        self._menu.addAction(tr("签名后导出…")).triggered.connect(lambda: self._choose_out(sign=True))
        for place, text in enumerate((tr("规则"), tr("口径"), tr("文件"))):
            self.views.setTabText(place, text)
        self._say_conflicts()
        self.views.setTabToolTip(1, tr("几份文件说法不一的事项：各种说法、默认取哪一种、为什么"))
        for part in (self.model, self.base, self.pack, self.conflicts):
            part.retranslate()
        self._filter()
        if self.model.total():  # titles come from the services in their language
            self.load()

    def load(self, pack: str = "", rule: str = "") -> None:
        """Ask for the packs, and show one, with that rule of it."""
        self._wanted, self._wanted_rule = pack or self._wanted, rule or self._wanted_rule
        self._ops.run(
            "policy.list", owner=self, place="list", on_result=self._list_came, on_fault=self.message.show_fault
        )

    def row(self) -> Row | None:
        """The pack chosen."""
        return self.model.row(self.table.currentIndex())

    def packs(self) -> list[Row]:
        """All packs, filtered out ones too."""
        return self._all

    def add_file(self, file: str) -> None:
        """Take a pack's file in."""
        self.message.clear()

        def refused(fault: Fault) -> None:
            if fault.code in _MENDABLE:
                self.message.show_fault(fault, tr("在编辑里打开"), partial(self._mend, file))
            else:
                self.message.show_fault(fault)

        self._ops.run("policy.add", owner=self, file=file, on_result=self._added, on_fault=refused)

    def _mend(self, file: str) -> None:
        def came(answer: dict[str, str]) -> None:
            self.message.clear()
            self.edited.emit(answer["text"])

        self._ops.run(
            "packedit.open", owner=self, place="edit", file=file, on_result=came, on_fault=self.message.show_fault
        )

    # -- the list

    def _list_came(self, rows: list[Row]) -> None:
        wanted = self._wanted or self._current
        self._wanted, self._all = "", rows
        if not any(row["id"] == wanted for row in self.model.rows()):
            self.text.clear()
        self.model.set_rows(rows)
        self._say_count()
        self.table.selectRow(max(self.model.place(wanted), 0))
        self.table.scrollTo(self.table.currentIndex())
        self._show_pack(again=True)
        self.changed.emit()

    def _filter(self) -> None:
        self.model.set_filter(library.keeps(self.text.text()))
        self._say_count()
        if self._current:
            self.table.selectRow(max(self.model.place(self._current), 0))
            self.pack.go_to(self.text.text())

    def _say_count(self) -> None:
        found, total = len(self.model.rows()), self.model.total()
        said = tr("{found} / {total} 份", found=found, total=total)
        self.count.setText(tr("共 {total} 份", total=total) if found == total else said)

    def _say_conflicts(self) -> None:
        count = self.conflicts.count()
        self.views.setTabText(1, f"{tr('口径')} {count}" if count else tr("口径"))

    def _type_on(self, text: str) -> None:
        self.text.setFocus()
        self.text.setText(text)

    def _row_changed(self, _current: QModelIndex, _before: QModelIndex) -> None:
        self._show_pack()

    def _show_pack(self, *, again: bool = False) -> None:
        row = self.row()
        readable = row is not None and not row.get("problem")
        for part in (self.new, self.give_out, self.views):
            part.setEnabled(readable)
        self.compare.setEnabled(readable and self._earlier(row) != "")
        self.edit.setVisible(row is not None and bool(row.get("own")))
        self.remove.setVisible(row is not None and bool(row.get("own")))
        if row is None or (row["id"] == self._current and not again):
            return
        if row["id"] != self._current:
            self.base.hide()
        self._current = name = row["id"]
        self._heard = {}
        self._ops.forget(self, "pack", "read")
        if not readable:
            self.message.show_text(
                "bad", tr("这一份不能读取：它是用更早或更新的程序写的。可以移除，或导入改正后的文件。")
            )
            self.pack.show_pack(None, None)
            return
        self.facts.show_facts(library.facts(row, {one["id"]: one["title"] for one in self._all}))
        self._ops.run("policy.show", owner=self, place="pack", pack=name, on_result=partial(self._hear, "pack"))
        self._ops.run("packedit.read", owner=self, place="read", pack=name, on_result=partial(self._hear, "read"))
        self.conflicts.show_pack(name)

    def _hear(self, part: str, found: dict[str, Any]) -> None:
        self._heard[part] = found
        if len(self._heard) == 2:
            self.pack.show_pack(self._heard["pack"], self._heard["read"])
            self.pack.go_to(self.text.text())
            if self._wanted_rule:
                self.views.setCurrentWidget(self.pack)
                self.pack.go_to_rule(self._wanted_rule)
                self._wanted_rule = ""

    # -- what can be done with a pack

    def _ask_base(self) -> None:
        row = self.row()
        if row is not None:
            taken = {one["id"] for one in self._all}
            self.base.ask(row, taken)

    def _make(self, values: dict[str, Any]) -> None:
        row = self.row()
        if row is None:
            return
        if values["id"] in {one["id"] for one in self._all}:
            self.message.show_text("bad", tr("代号“{id}”已有一份，没有建立；请换一个代号。", id=values["id"]))
            return

        def made(answer: dict[str, str]) -> None:
            self.base.hide()
            self.message.clear()
            self.edited.emit(answer["text"])

        self._ops.run(
            "packedit.successor",
            owner=self,
            place="edit",
            pack=row["id"],
            on_result=made,
            on_fault=self.message.show_fault,
            **values,
        )

    def _edit(self) -> None:
        row = self.row()
        if row is not None:
            self._ops.run(
                "policy.text",
                owner=self,
                place="edit",
                pack=row["id"],
                on_result=lambda answer: self.edited.emit(answer["text"]),
                on_fault=self.message.show_fault,
            )

    def _compare(self) -> None:
        row = self.row()
        if row is not None:
            self.compared.emit(self._earlier(row), row["id"])

    def _earlier(self, row: Row | None) -> str:
        """The pack at hand that this one replaces; blank where there is none."""
        known = {one["id"] for one in self._all if not one.get("problem")}
        return next((name for name in (row or {}).get("replaces", ()) if name in known), "")

    def _remove(self) -> None:
        row = self.row()
        if row is None:
            return

        def gone(_answer: dict[str, Any]) -> None:
            self._current = ""
            self.said.emit(tr("已移除政策包“{title}”；可以撤销。", title=row["title"]))

        self.message.clear()
        self._ops.run("policy.remove", owner=self, pack=row["id"], on_result=gone, on_fault=self.message.show_fault)

    # -- files

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, tr("选择政策包文件"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter("*.toml")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.add_file)
        dialog.open()

    def _added(self, answer: dict[str, Any]) -> None:
        whose = library.signed(answer)
        said = tr("已导入政策包“{title}”（{signed}）。", title=answer["title"], signed=whose)
        if answer["replaced"]:
            said = tr("已用新文件更换政策包“{title}”（{signed}）。", title=answer["title"], signed=whose)
        self.said.emit(said)
        self.load(answer["id"])

    def _choose_out(self, *, sign: bool) -> None:
        row = self.row()
        if row is None:
            return
        dialog = QFileDialog(self, tr("导出政策包"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("*.toml")
        dialog.setDefaultSuffix("toml")
        dialog.selectFile(f"{row['id']}.toml")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(partial(self._give_out, row["id"], sign))
        dialog.open()

    def _give_out(self, pack: str, sign: bool, file: str) -> None:
        def done(answer: dict[str, str]) -> None:
            self.message.clear()
            if answer["signature"]:
                said = tr("已导出到 {file}，签名在旁边的 {signature}；两个文件一起交给对方。", **_files(answer))
            else:
                said = tr("已导出到 {file}，没有签名。", file=answer["file"])
            self.said.emit(said)

        def failed(fault: Fault) -> None:
            self.message.show_fault(fault)

        self._ops.run("policy.export", owner=self, pack=pack, out=file, sign=sign, on_result=done, on_fault=failed)


class _Base(QFrame):
    """What a new pack is called, asked in place. `made(values)` with id, name, number and status."""

    made = Signal(dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.note = StatusChip("info")
        self.id, self.title, self.number = QLineEdit(maxLength=64), QLineEdit(maxLength=200), QLineEdit(maxLength=100)
        self.status = CalmCombo()
        self._labels = (QLabel(), QLabel(), QLabel(), QLabel())
        self.make, self.leave = primary(), QPushButton()
        row = Flow()
        fields = (self.title, self.number, self.id, self.status)
        for label, field, share in zip(self._labels, fields, (4, 3, 3, 1), strict=True):
            label.setBuddy(field)
            row.addWidget(label)
            row.addWidget(field, share)
        row.addWidget(self.leave)
        row.addWidget(self.make)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID // 2, GRID, GRID)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self.note)
        layout.addLayout(row)
        self.make.clicked.connect(self._tell)
        for line in (self.id, self.title, self.number):
            line.returnPressed.connect(self._tell)
        self.leave.clicked.connect(self.hide)
        self.hide()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        texts = (tr("新名称"), tr("新文号"), tr("新代号"), tr("状态"))
        for label, field, text in zip(
            self._labels, (self.title, self.number, self.id, self.status), texts, strict=True
        ):
            label.setText(text)
            field.setAccessibleName(text)
        self.number.setPlaceholderText(tr("没有可空着"))
        self.id.setToolTip(tr("小写字母、数字、- 和 _，保存后不再改"))
        self.make.setText(tr("建立并编辑"))
        self.leave.setText(tr("取消"))
        self.note.set_state(
            "info", tr("规则和数值照抄过来，都先标为未核实；对照新文件逐条改数值、写条款和页码。原来那份不动。")
        )
        chosen = self.status.currentData() or "draft"
        self.status.clear()
        for code in _STANDINGS:
            self.status.addItem(standing_word(code), code)
        self.status.setCurrentIndex(self.status.findData(chosen))

    def ask(self, base: Row, taken: set[str]) -> None:
        """Ask for the names of a pack on this base, with proposals."""
        year = today().year
        stem = _YEAR.sub("", base["id"])
        names = (f"{stem}-{number}" for number in range(year, year + 100))
        self.id.setText(next(name for name in names if name not in taken))
        self.title.setText(base["title"])
        self.number.clear()
        self.show()
        self.title.setFocus()
        self.title.selectAll()

    def _tell(self) -> None:
        values = {
            "id": self.id.text().strip(),
            "name": self.title.text().strip(),
            "number": self.number.text().strip(),
        }
        if values["id"] and values["name"]:
            self.made.emit({**values, "status": self.status.currentData()})


def _files(answer: dict[str, str]) -> dict[str, str]:
    return {"file": answer["file"], "signature": re.split(r"[/\\]", answer["signature"])[-1]}
