"""Taking a workbook in: how it would be read, a trial, the import, and what was refused with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.fields import fields_of, kind_info, kind_label
from desktop.look import GRID, icon
from desktop.ops import Ops
from desktop.sheets import Aside, table_file
from desktop.widgets.basics import CalmCombo, StatusChip, heading, primary, quiet
from desktop.widgets.form import FormEditor
from desktop.widgets.message import MessageBar
from policy.errors import Fault
from policy.i18n import listed, spaced, tr

_CHOICE = 240  # px, of the fields to choose from


class ImportPane(QWidget):
    """`left` when the user goes back to the list."""

    left = Signal()

    def __init__(self, ops: Ops, kinds: Sequence[str], parent: QWidget | None = None) -> None:
        """`kinds` are those a sheet may be read as; the first is proposed."""
        super().__init__(parent)
        self._ops, self._kinds, self._file, self._text = ops, tuple(kinds), "", ""
        self._mapping: dict[str, str] = {}
        self._given: dict[str, str] = {}
        self._for_all: FormEditor | None = None  # what no column says and is the same of every row
        self._for_all_names: list[str] = []
        self._aside = Aside(self)
        self._aside.ready.connect(self._kept)
        self._choices: dict[str, CalmCombo] = {}
        self._resume = False
        self._rejected: list[dict[str, Any]] = []
        self._doubts: list[dict[str, Any]] = []
        self._preview: dict[str, Any] = {}
        self.message = MessageBar(self)
        self.back, self.other = QPushButton(), QPushButton()
        self.back.clicked.connect(self.left)
        self.other.setIcon(icon("folder-open"))
        self.other.clicked.connect(self.choose)
        self._title = heading(large=True)
        self.kind, self.sheet = CalmCombo(), CalmCombo()
        for kind in self._kinds:
            self.kind.addItem("", kind)
        self.kind.currentIndexChanged.connect(lambda _place: self._other_kind())
        self.sheet.currentIndexChanged.connect(lambda _place: self._read(keep_sheet=True))
        self._kind_label, self._sheet_label = QLabel(), QLabel()
        self._said, self._for_all_title = quiet(), heading()
        self._for_all_title.hide()
        self.table = QTableWidget(0, 2)
        self.table.verticalHeader().hide()
        self.table.setTabKeyNavigation(False)  # Tab leads on to the buttons
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.result = StatusChip()
        self.result.hide()
        self.copy, self.keep = QPushButton(), QPushButton()
        self.copy.setIcon(icon("copy"))
        self.keep.setIcon(icon("download"))
        self.copy.clicked.connect(self._copy)
        self.keep.clicked.connect(self._keep)
        self.trial, self.go = QPushButton(), primary()
        self.trial.clicked.connect(lambda: self._import(dry_run=True))
        self.go.clicked.connect(lambda: self._import(dry_run=False))
        top = QHBoxLayout()
        top.setSpacing(GRID)
        for part in (self.back, self._title):
            top.addWidget(part)
        top.addStretch(1)
        for choice in (self._kind_label, self.kind, self._sheet_label, self.sheet, self.other):
            top.addWidget(choice)
        foot = QHBoxLayout()
        foot.setSpacing(GRID)
        foot.addWidget(self.result)
        foot.addStretch(1)
        for part in (self.copy, self.keep, self.trial, self.go):
            foot.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.message)
        layout.addWidget(self._said)
        layout.addWidget(self._for_all_title)
        self._for_all_place = QVBoxLayout()
        layout.addLayout(self._for_all_place)
        layout.addWidget(self.table, 1)
        layout.addLayout(foot)
        self._offer(False)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.back.setText(tr("返回列表"))
        self.other.setText(tr("选择文件…"))
        self._title.setText(Path(self._file).name or (tr("粘贴的表格") if self._text else tr("导入台账")))
        self._kind_label.setText(tr("导入为"))
        self._sheet_label.setText(tr("工作表"))
        for place, kind in enumerate(self._kinds):
            self.kind.setItemText(place, kind_label(kind))
        self.kind.setAccessibleName(tr("导入为"))
        self.sheet.setAccessibleName(tr("工作表"))
        self.copy.setText(tr("复制"))
        self.keep.setText(tr("存为 Excel…"))
        self.trial.setText(tr("试导入"))
        self.trial.setToolTip(tr("只检查，不写入"))
        self.go.setText(tr("导入"))
        self._for_all_title.setText(tr("表中没有、各行都一样的内容"))
        if self._for_all is not None:
            self._for_all.retranslate()
        if self._findings():
            self._show_rejected()
        elif self._preview:
            self._show_preview()

    def choose(self) -> None:
        """Ask for a workbook."""
        file, _ = QFileDialog.getOpenFileName(
            self, tr("选择台账"), str(Path.home()), tr("表格 (*.xlsx *.xls *.xlsm *.ods *.csv)")
        )
        if file:
            self.open_file(file)
        elif not self._file:
            self.left.emit()

    def open_file(self, file: str) -> None:
        """Look at how a workbook would be read."""
        self._file, self._text, self._mapping, self._given = file, "", {}, {}
        self._ask_for_all([])
        self._title.setText(Path(file).name)
        self._read()
        self.other.setFocus()  # what had the keyboard is out of sight

    def open_text(self, text: str, kind: str, given: dict[str, str] | None = None) -> None:
        """Look at how rows pasted from a spreadsheet would be read; `given` is what each row is given that says nothing
        itself: the record whose list it was pasted into."""
        self._file, self._text, self._mapping, self._given = "", text, {}, given or {}
        self._ask_for_all([])
        self._title.setText(tr("粘贴的表格"))
        place = self.kind.findData(kind)
        if place < 0:
            self.kind.addItem(kind_label(kind), kind)
            self._kinds = (*self._kinds, kind)
            place = self.kind.count() - 1
        self.kind.blockSignals(True)
        self.kind.setCurrentIndex(place)
        self.kind.blockSignals(False)
        self._read()
        self.other.setFocus()

    def _other_kind(self) -> None:
        self._mapping, self._given = {}, {}
        self._ask_for_all([])
        self._read()

    def _read(self, *, keep_sheet: bool = False) -> None:
        if not self._file and not self._text:
            return
        self._offer(False)
        self.result.hide()
        self.message.clear()
        self._rejected, self._doubts = [], []
        self._ops.forget(self, "trial")  # of another file, kind or sheet
        self._ops.run(
            "ledger.preview",
            owner=self,
            place="preview",
            on_result=self._preview_came,
            on_fault=self._unreadable,
            file=self._file,
            text=self._text,
            mapping=self._mapping,
            given=self._given,
            kind=self.kind.currentData(),
            sheet=self.sheet.currentData() if keep_sheet else None,
        )

    def _preview_came(self, preview: dict[str, Any]) -> None:
        self._preview = preview
        self.sheet.blockSignals(True)
        self.sheet.clear()
        for sheet in preview["sheets"]:
            hidden = tr("（隐藏）") if sheet["hidden"] else ""
            self.sheet.addItem(f"{sheet['name']}{hidden}", sheet["name"])
        self.sheet.setCurrentIndex(self.sheet.findData(preview["sheet"]))
        self.sheet.blockSignals(False)
        self._show_preview()
        self._ask_for_all([*dict.fromkeys((*self._for_all_names, *preview["asked"]))])
        self._offer(not preview["missing"] and bool(preview["columns"]))
        if preview["missing"]:
            self.message.show_text(
                "warn",
                tr(
                    "表中没有必需的列：{fields}。请在下面选出是哪一列，或换一个工作表。",
                    fields=listed(preview["missing"]),
                ),
            )

    def _show_preview(self) -> None:
        self.table.setAccessibleName(tr("列的对应关系"))
        preview, info = self._preview, kind_info(str(self.kind.currentData()))
        said = [tr("共 {n} 行。空白单元格不会抹掉已有的内容。", n=preview["rows"]), *preview["notices"]]
        self._said.setText(spaced(*said))
        fields = {column["header"]: column["field"] for column in preview["columns"]}
        fields.update((header, "") for header in preview["unknown"])
        targets = [("", tr("（不导入）")), *((one.name, one.shown) for one in info.fields if one.name != "id")]
        seen = preview["samples"]
        rows = [(header, dict(targets)[name], listed(seen.get(header, ()))) for header, name in fields.items()]
        at = [header for header, choice in self._choices.items() if choice.hasFocus()]
        self._fill([tr("表中的列"), tr("导入到"), tr("表中的内容，如")], rows)
        before: QWidget = self.table
        for place, (header, name) in enumerate(fields.items()):
            choice = CalmCombo()
            for target, label in targets:
                choice.addItem(label, target)
            choice.setCurrentIndex(choice.findData(name))
            choice.setAccessibleName(tr("“{header}”导入到", header=header))
            choice.currentIndexChanged.connect(lambda _=0, header=header, choice=choice: self._map(header, choice))
            self.table.setCellWidget(place, 1, choice)
            self.setTabOrder(before, choice)
            before = self._choices[header] = choice
            if header in at:
                choice.setFocus()  # the keyboard stays on the column just mapped
        self.table.setColumnWidth(1, _CHOICE)

    def _map(self, header: str, choice: CalmCombo) -> None:
        """A column was given another field; it is remembered when the import is made."""
        self._mapping[header] = str(choice.currentData())
        self._read(keep_sheet=True)

    def _ask_for_all(self, names: list[str]) -> None:
        """Fields to fill once for every row, where the sheet has no column of them."""
        if names == self._for_all_names:
            return
        if self._for_all is not None:
            self._for_all.hide()
            self._for_all.deleteLater()
            self._for_all = None
        self._for_all_names = names
        self._for_all_title.setVisible(bool(names))
        if names:
            form = self._for_all = FormEditor(self._ops, fields_of(str(self.kind.currentData()), names))
            form.restore({name: self._given.get(name, "") for name in names})
            form.edited.connect(lambda _edited: self._give_all(form.values()))
            self._for_all_place.addWidget(form)
            before: QWidget = self.other
            for name in names:
                editor = form.editor(name)
                self.setTabOrder(before, editor.focusProxy() or editor)
                before = editor.focusProxy() or editor

    def _give_all(self, values: dict[str, str]) -> None:
        """What a person said of all rows."""
        others = {name: text for name, text in self._given.items() if name not in values}
        given = {**others, **{name: text for name, text in values.items() if text}}
        if given != self._given:
            self._given = given
            self._read(keep_sheet=True)

    def _unreadable(self, fault: Fault) -> None:
        self._preview = {}
        self.table.setRowCount(0)
        self._said.clear()
        self.message.show_fault(fault)

    def _import(self, *, dry_run: bool) -> None:
        self._resume = self.go.hasFocus() or self.trial.hasFocus()
        self._offer(False)
        self.result.show()
        self.result.set_state("busy", tr("正在检查……") if dry_run else tr("正在导入……"))
        self._ops.run(
            "ledger.import",
            owner=self,
            place="trial" if dry_run else "",
            on_result=self._done,
            on_fault=self._failed,
            on_cancelled=self._cancelled,
            title=tr("检查台账") if dry_run else tr("导入台账"),
            file=self._file,
            text=self._text,
            mapping=self._mapping,
            given=self._given,
            kind=self.kind.currentData(),
            sheet=self.sheet.currentData(),
            dry_run=dry_run,
        )

    def _done(self, answer: dict[str, Any]) -> None:
        self._rejected = answer["rejected"]
        self._doubts = answer["warnings"]
        numbers = {key: answer[key] for key in ("rows", "added", "updated", "unchanged", "rejected_rows")}
        words = (
            tr(
                "试导入：{rows} 行，将新增 {added}、更新 {updated}、不变 {unchanged}、不能导入 {rejected_rows}",
                **numbers,
            )
            if answer["dry_run"]
            else tr(
                "已导入：{rows} 行，新增 {added}、更新 {updated}、不变 {unchanged}、没有导入 {rejected_rows}", **numbers
            )
        )
        self.result.set_state("warn" if self._rejected else "good", words)
        if self._findings():
            self._show_rejected()
        self._offer(bool(answer["dry_run"]))
        if self._resume:  # a button that is put out of use lets the keyboard go
            (self.go if answer["dry_run"] else self.back).setFocus()

    def _findings(self) -> list[tuple[str, str, str, str, str]]:
        """What was not taken, then what was taken but should be looked at: (outcome, row, column, value, why)."""
        refused, doubtful = tr("没有导入"), tr("已导入，请核对")
        found = [(refused, item) for item in self._rejected] + [(doubtful, item) for item in self._doubts]
        return [(word, str(item["row"]), item["column"], item["value"], item["reason"]) for word, item in found]

    def _titles(self) -> list[str]:
        return [tr("结果"), tr("行"), tr("列"), tr("内容"), tr("原因")]

    def _show_rejected(self) -> None:
        self.table.setAccessibleName(tr("没有导入") if self._rejected else tr("已导入，请核对"))
        self._said.setText(
            tr("下面的内容没有导入，其余各行已处理。改好原表后可以再次导入，不会重复。")
            if self._rejected
            else tr("各行已处理；下面的内容请与原件核对。")
        )
        self._fill(self._titles(), self._findings())

    def _failed(self, fault: Fault) -> None:
        self.result.hide()
        self.message.show_fault(fault)
        self._offer(True)

    def _cancelled(self) -> None:
        self.result.set_state("info", tr("已取消，没有导入任何内容。"))
        self._offer(True)

    def _offer(self, ready: bool) -> None:
        self.trial.setEnabled(ready)
        self.go.setEnabled(ready)
        for button in (self.copy, self.keep):
            button.setVisible(bool(self._findings()))

    def _fill(self, titles: list[str], rows: Sequence[tuple[str, ...]]) -> None:
        self.table.clear()  # the choices of columns, too
        self._choices = {}
        self.table.setColumnCount(len(titles))
        self.table.setHorizontalHeaderLabels(titles)
        self.table.setRowCount(len(rows))
        for place, row in enumerate(rows):
            for column, text in enumerate(row):
                self.table.setItem(place, column, QTableWidgetItem(text))
        self.table.resizeColumnsToContents()
        for column in range(len(titles) - 1):
            self.table.setColumnWidth(column, min(420, max(90, self.table.columnWidth(column) + GRID * 3)))

    def _copy(self) -> None:
        lines = [self._titles(), *self._findings()]
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))

    def _keep(self) -> None:
        start = str(Path.home() / f"{Path(self._file).stem}-{tr('没有导入')}.xlsx")
        file, _ = QFileDialog.getSaveFileName(self, tr("存为 Excel"), start, "Excel (*.xlsx)")
        if file:
            self._aside.run(table_file, file, tr("没有导入"), tuple(self._titles()), self._findings())

    def _kept(self, answer: object) -> None:
        if isinstance(answer, Fault):
            self.message.show_fault(answer)
        else:
            self.message.show_text("good", tr("已保存。"))
