"""The table that a round is judged by: pasted, looked over, kept, compared with the notice, joined to rules."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.ops import Ops
from desktop.pages.rounds.attach import AttachRow
from desktop.pages.rounds.table import ColumnRoles, RowsTable
from desktop.pages.rounds.verify import VerifyRow
from desktop.pages.rounds.words import group_words, sum_words
from desktop.widgets.basics import CalmCombo, EmptyState, StatusChip, name_row, quiet
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Flow
from policy.errors import Fault
from policy.i18n import clauses, tr

PREFIX = "notice-"


class NoticePane(QWidget):
    """`kept()` when the table was kept or compared; `files_wanted()` when the notice itself is missing."""

    kept = Signal()
    files_wanted = Signal()

    def __init__(self, ops: Ops, message: MessageBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._message = ops, message
        self._round: dict[str, Any] | None = None
        self._source: dict[str, Any] = {}  # what is being looked over: html and text, or file, or a pack
        self._roles: list[str] | None = None
        self._edits: dict[str, dict[str, Any]] = {}
        self._total: str | None = None
        self._left: dict[str, tuple[Any, ...]] = {}  # of other rounds, by their ids
        self._found: dict[str, Any] | None = None
        self._shown: dict[str, Any] | None = None  # the table as kept
        self.basis = CalmCombo()
        self.basis.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.basis.setMinimumContentsLength(12)  # titles of policies are long
        self.paste, self.choose, self.add, self.save, self.drop = (QPushButton() for _ in range(5))
        self.save.setProperty("primary", True)
        self.state = StatusChip("info")
        self.tables = CalmCombo()
        self.columns, self.rows = ColumnRoles(), RowsTable()
        self.sums, self.parts = StatusChip("info"), quiet()
        self.total = QLineEdit(maxLength=12, alignment=Qt.AlignmentFlag.AlignRight)
        self._total_label = quiet(wrap=False)
        self.verify, self.attach = VerifyRow(ops, message), AttachRow(ops, message)
        self.empty = EmptyState("sheet")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow(quiet(wrap=False), self.basis)
        self._form = form
        buttons = Flow()
        buttons.setSpacing(8)
        for part in (self.paste, self.choose, self.add):
            buttons.addWidget(part)
        buttons.addStretch(1)
        buttons.addWidget(self.state)
        buttons.addWidget(self.drop)
        buttons.addWidget(self.save)
        foot = Flow()
        foot.setSpacing(8)
        foot.addWidget(self.sums, 1)
        foot.addWidget(self._total_label)
        foot.addWidget(self.total)
        self.total.setFixedWidth(self.total.fontMetrics().horizontalAdvance("0") * 12)
        self._total_label.setBuddy(self.total)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.tables)
        column.addWidget(self.columns)
        column.addWidget(self.rows, 1)
        column.addLayout(foot)
        column.addWidget(self.parts)
        column.addWidget(self.attach)
        column.addWidget(self.verify)
        self.whole = QStackedWidget()
        self.whole.addWidget(self.empty)
        self.whole.addWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(form)
        layout.addLayout(buttons)
        layout.addWidget(self.whole, 1)

    def _connect(self) -> None:
        self.basis.activated.connect(self._basis_chosen)
        self.paste.clicked.connect(self.take_clipboard)
        self.empty.acted.connect(self.take_clipboard)
        self.choose.clicked.connect(self._choose)
        self.add.clicked.connect(self._add_row)
        self.save.clicked.connect(self.keep)
        self.drop.clicked.connect(self._forget)
        self.tables.activated.connect(self._table_chosen)
        self.columns.changed.connect(self._roles_changed)
        self.rows.edited.connect(self._edited)
        self.rows.chosen.connect(lambda row: self.attach.show_row(row, self._kept_pack() if not self.editing() else ""))
        self.total.editingFinished.connect(self._total_typed)
        self.verify.verified.connect(self.kept)
        self.verify.files_wanted.connect(self.files_wanted)
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self, self.take_clipboard)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def retranslate(self) -> None:
        """Set every text in the language in force."""
        name_row(self._form, self.basis, tr("评价依据"))
        self.paste.setText(tr("粘贴评分表"))
        self.paste.setToolTip(tr("在 Word、WPS 或表格软件里选中整张表复制后，按这里或 Ctrl+V"))
        self.choose.setText(tr("从文件读入…"))
        self.add.setText(tr("添加一行"))
        self.save.setText(tr("保存评分表"))
        self.drop.setText(tr("放弃修改"))
        self.tables.setAccessibleName(tr("文件里的表格"))
        self._total_label.setText(tr("通知写明的总分"))
        self.total.setAccessibleName(tr("通知写明的总分"))
        self.empty.set_texts(
            tr("还没有评分表"),
            tr("通知附有评分表时，在 Word、WPS 或表格软件里选中整张表复制，再粘贴到这里；每一行马上可以自评。"),
            tr("粘贴评分表"),
        )
        for part in (self.columns, self.rows, self.verify, self.attach):
            part.retranslate()
        if self._found is not None:
            self._show()

    # -- the round

    def show_round(self, row: dict[str, Any] | None) -> None:
        """Show the table of a round, as `round.show` answers it; what is being looked over for it stays."""
        before = self._round["id"] if self._round is not None else ""
        same = row is not None and row["id"] == before
        if before and not same and self.editing():  # going to another round and back restores it
            self._left[before] = (self._source, self._roles, self._edits, self._total)
        self._round = row
        self.setEnabled(row is not None)
        self.verify.show_round(row)
        if same and self.editing():
            return
        self._reset()
        self._ops.forget(self, "packs", "kept")
        if not same or not self._kept_pack():
            self._shown = None
            self.whole.setCurrentIndex(0)
        if row is None:
            return
        self._ops.run("policy.list", owner=self, place="packs", on_result=self._packs_came)
        if row["id"] in self._left:
            self._source, self._roles, self._edits, self._total = self._left.pop(row["id"])
            self._preview()
        elif self._kept_pack():
            self._load_kept()
        else:
            self._show_state()

    def editing(self) -> bool:
        """Whether something is on screen that was not kept."""
        return bool(self._edits) or self._total is not None or bool(self._source and not self._source.get("pack"))

    def _kept_pack(self) -> str:
        pack = str((self._round or {}).get("pack") or "")
        return pack if pack.startswith(PREFIX) else ""

    def _packs_came(self, packs: list[dict[str, Any]]) -> None:
        if self._round is None:
            return
        self.basis.clear()
        self.basis.addItem(tr("（未选）"), "")
        for pack in packs:
            own = pack["id"] == self._kept_pack()
            self.basis.addItem(tr("本通知的评分表") if own else pack["title"], pack["id"])
        self.basis.setCurrentIndex(max(self.basis.findData(self._round.get("pack") or ""), 0))

    def _basis_chosen(self) -> None:
        if self._round is not None:
            values = {"pack": self.basis.currentData() or ""}
            self._ops.run(
                "round.save", owner=self, id=self._round["id"], values=values, on_fault=self._message.show_fault
            )

    def _load_kept(self) -> None:
        pack = self._kept_pack()
        self._source = {"pack": pack}
        self._ops.run(
            "notice.show", owner=self, place="kept", pack=pack, on_result=self._kept_came, on_fault=self._no_table
        )

    def _kept_came(self, shown: dict[str, Any]) -> None:
        self._shown = shown
        self._preview()

    def _no_table(self, _fault: Fault) -> None:
        self._source = {}
        self._show_state()

    # -- looking it over

    def take_clipboard(self) -> None:
        """Read the table on the clipboard."""
        data = QGuiApplication.clipboard().mimeData()
        self.take(text=data.text() or "", html=data.html() if data.hasHtml() else "")

    def take(self, **source: Any) -> None:
        """Look over a table: `html` and `text`, or `file`."""
        if self._round is None or (self._shown and self._shown["sealed"]):
            return
        self._reset()
        self._source = source
        self._again()

    def _choose(self) -> None:
        dialog = QFileDialog(self, tr("选择评分表所在的文件"))
        dialog.setNameFilter(tr("表格与文档 (*.docx *.xlsx *.xls *.ods *.csv *.htm *.html)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda file: self.take(file=file))
        dialog.open()

    def _reset(self) -> None:
        self._source, self._roles, self._edits, self._total, self._found = {}, None, {}, None, None
        self._ops.forget(self, "preview")

    def _preview(self) -> None:
        self._ops.run(
            "notice.preview",
            owner=self,
            place="preview",
            **self._source,
            roles=self._roles,
            edits=self._edits,
            total=self._total,
            on_result=self._came,
            on_fault=self._not_read,
        )

    def _came(self, found: dict[str, Any]) -> None:
        self._found = found
        self._show()

    def _not_read(self, fault: Fault) -> None:
        self._message.show_fault(fault)
        if self._found is None and self._source.get("pack") is None:
            self._reset()
            if self._kept_pack():
                self._load_kept()

    def _show(self) -> None:
        found = self._found
        if found is None:
            return
        self.whole.setCurrentIndex(1)
        self.tables.clear()
        for place, table in enumerate(found["tables"]):
            self.tables.addItem(tr("第 {n} 张表：{rows} 行，{start}", n=place + 1, **table), place)
        self.tables.setCurrentIndex(found["table"])
        self.tables.setVisible(len(found["tables"]) > 1)
        self.columns.show_columns(found["columns"])
        self.rows.show_rows(found["rows"], locked=bool(self._shown and self._shown["sealed"]))
        state, words = sum_words(found)
        self.sums.set_state(state, words)
        self.parts.setText(group_words(found))
        self.parts.setVisible(bool(self.parts.text()))
        if not self.total.hasFocus():
            self.total.setText(found["total"])
        self._show_state()

    def _show_state(self) -> None:
        editing, shown = self.editing(), self._shown
        sealed = bool(shown and shown["sealed"])
        for part in (self.paste, self.choose):
            part.setEnabled(self._round is not None and not sealed)
        self.add.setVisible(self._found is not None and not sealed)
        self.save.setVisible(self._found is not None and not sealed)
        self.save.setEnabled(editing)
        self.drop.setVisible(editing)
        self.total.setEnabled(not sealed)
        if editing:
            self.state.set_state("warn", tr("尚未保存"))
        elif sealed:
            self.state.set_state("info", tr("已有封装的申报书，评分表不能再改"))
        elif shown and shown["verified"]:
            self.state.set_state("good", tr("整表已对照通知核实（{day}）", day=shown["verified_on"]))
        else:
            self.state.set_state("warn", tr("未对照通知核实"))
        self.state.setVisible(self._found is not None)
        self.verify.setVisible(shown is not None and not editing and not shown["verified"])
        self.attach.setVisible(shown is not None and not editing and not sealed)

    # -- changing it

    def _again(self) -> None:
        """What was said of the table before no longer matters."""
        self._message.clear()
        self._preview()

    def _table_chosen(self, place: int) -> None:
        self._source = {**self._source, "table": place}
        self._roles, self._edits, self._total = None, {}, None
        self._again()

    def _roles_changed(self, roles: list[str]) -> None:
        self._roles = roles
        self._again()

    def _edited(self, row: int, name: str, value: Any) -> None:
        self._edits.setdefault(str(row), {})[name] = value
        self._again()

    def _add_row(self) -> None:
        rows = self._found["rows"] if self._found else []
        self._edits[str(max((row["row"] for row in rows), default=0) + 1)] = {"kind": "indicator"}
        self._again()

    def _total_typed(self) -> None:
        if self._found is not None and self.total.text().strip() != self._found["total"]:
            self._total = self.total.text().strip()
            self._again()

    def _forget(self) -> None:
        self._reset()
        self._message.clear()
        if self._kept_pack():
            self._load_kept()
        else:
            self.whole.setCurrentIndex(0)
            self._show_state()

    def keep(self) -> None:
        """Keep the rows as the round's table."""
        if self._found is None or self._round is None:
            return
        rows = [row for row in self._found["rows"] if row["kind"] == "indicator"]
        self.save.setEnabled(False)
        mine = self._round["id"]
        self._ops.run(
            "notice.save",
            owner=self,
            title=tr("保存评分表"),
            round=mine,
            rows=rows,
            total=self._found["total"],
            on_result=lambda answer: self._saved(mine, answer),
            on_fault=lambda fault: self._not_saved(mine, fault),
        )

    def _saved(self, saved: str, answer: dict[str, Any]) -> None:
        self._left.pop(saved, None)  # it was gone from while being saved
        if self._round is None or self._round["id"] != saved:
            return
        self._reset()
        if answer["warnings"]:
            self._message.show_text("warn", clauses(answer["warnings"]))
        self._round["pack"] = answer["pack"]
        self._load_kept()
        self.kept.emit()

    def _not_saved(self, saved: str, fault: Fault) -> None:
        if self._round is not None and self._round["id"] == saved:
            self.save.setEnabled(True)
        self._message.show_fault(fault)
