"""Who changed what in a record, and when: newest first, of all fields or one; every step can be taken back."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from desktop.fields import FieldInfo, kind_info
from desktop.look import GRID, icon
from desktop.models import format as shown_as
from desktop.ops import Ops
from desktop.widgets.basics import CalmCombo, quiet
from desktop.widgets.message import MessageBar
from policy.i18n import bracketed, labelled, tr


class History(QWidget):
    """The changes of one record; asked for when shown."""

    def __init__(self, ops: Ops, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._kind, self._record = ops, kind, ""
        self._rows: list[dict[str, Any]] = []
        self._fields: dict[str, FieldInfo] = {field.name: field for field in kind_info(kind).fields}
        self.message = MessageBar(self)
        self.field = CalmCombo()
        self.field.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.field.setMinimumContentsLength(6)
        self.field.addItem("", "")
        for name in self._fields:
            if name != "id":
                self.field.addItem("", name)
        self.field.currentIndexChanged.connect(lambda _place: self._ask())
        self._fresh, self.undo = quiet(), QPushButton()
        self.undo.setIcon(icon("undo-2"))
        self.undo.clicked.connect(self._undo)
        self.tree = QTreeWidget()
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(False)
        self.tree.setWordWrap(True)
        self.tree.currentItemChanged.connect(lambda *_: self._moved())
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self.field, 1)
        top.addWidget(self._fresh, 1)
        top.addWidget(self.undo)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.message)
        layout.addWidget(self.tree)
        self.retranslate()
        self._moved()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.tree.setHeaderLabels([tr("时间"), tr("操作人"), tr("操作"), tr("改动")])
        self.tree.setAccessibleName(tr("变更记录"))
        self.field.setAccessibleName(tr("只看一个字段的变更"))
        self.field.setItemText(0, tr("全部字段"))
        for place in range(1, self.field.count()):
            self.field.setItemText(place, self._fields[self.field.itemData(place)].shown)
        self.undo.setText(tr("撤销这一步"))
        self._fill()

    def show_record(self, record: str, field: str = "") -> None:
        """Ask for the changes of this record, or of one of its fields."""
        if record != self._record:
            self.message.clear()
        self._record = record
        place = self.field.findData(field)
        if place != self.field.currentIndex() and (field or self.field.currentIndex() < 0):
            self.field.setCurrentIndex(max(place, 0))  # asks
        else:
            self._ask()

    def _ask(self) -> None:
        def came(rows: list[dict[str, Any]]) -> None:
            self._rows = rows
            self._fill()

        if self._record:
            field = str(self.field.currentData() or "")
            self._ops.run(
                "lists.history",
                owner=self,
                place="rows",
                on_result=came,
                kind=self._kind,
                id=self._record,
                field=field,
            )

    def _fill(self) -> None:
        self.tree.clear()
        for row in self._rows:
            action = tr(str(row["label"]))
            item = QTreeWidgetItem(
                [
                    shown_as.moment(row["at"]),
                    row["who"],
                    bracketed(action, tr("已撤销")) if row["undone"] else action,
                    self._told(row),
                ]
            )
            item.setData(0, Qt.ItemDataRole.UserRole, row["op"] if row["undoable"] else None)
            if row["fresh"]:
                item.setIcon(0, icon("history", "info"))
                item.setToolTip(0, tr("您上次查看以来，其他人改动过"))
            self.tree.addTopLevelItem(item)
        for column in range(3):
            self.tree.resizeColumnToContents(column)
        fresh = sum(row["fresh"] for row in self._rows)
        self._fresh.setText(tr("自上次查看以来有 {n} 处改动", n=fresh) if fresh else "")
        self._moved()

    def _moved(self) -> None:
        item = self.tree.currentItem()
        self.undo.setEnabled(item is not None and item.data(0, Qt.ItemDataRole.UserRole) is not None)

    def _undo(self) -> None:
        item = self.tree.currentItem()
        op = None if item is None else item.data(0, Qt.ItemDataRole.UserRole)
        if op is None:
            return

        def undone(answer: dict[str, Any]) -> None:
            self.message.show_text("good", tr("已撤销：{label}", label=tr(str(answer["label"]))))
            self._ask()

        self._ops.run("records.undo", owner=self, on_result=undone, on_fault=self.message.show_fault, op=int(op))

    def _told(self, row: dict[str, Any]) -> str:
        before, after = row["before"] or {}, row["after"] or {}
        if not isinstance(before, dict) or not isinstance(after, dict):
            return ""
        chosen = str(self.field.currentData() or "")
        lines = []
        for name in after if row["action"] != "delete" else ():
            field = self._fields.get(name)
            if field is None or field.name == "id" or (chosen and name != chosen):
                continue
            new = shown_as.shown(field, after)
            old = shown_as.shown(field, before)
            if new != old or (field.masked and name in before):  # two numbers may look alike
                blank = tr("空")
                lines.append(labelled(field.shown, f"{old or blank} → {new or blank}" if before else new))
        return "\n".join(lines)
