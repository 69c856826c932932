"""Who changed what in a record, and when: one line a change, newest first."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from desktop.fields import FieldInfo, kind_info
from desktop.look import GRID
from desktop.models import format as shown_as
from desktop.ops import Ops
from policy.i18n import labelled, tr


class History(QWidget):
    """The changes of one record; asked for when shown."""

    def __init__(self, ops: Ops, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._kind, self._record = ops, kind, ""
        self._rows: list[dict[str, Any]] = []
        self._names: dict[str, str] = {}
        self._fields: dict[str, FieldInfo] = {field.name: field for field in kind_info(kind).fields}
        self.tree = QTreeWidget()
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(False)
        self.tree.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.addWidget(self.tree)
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.tree.setHeaderLabels([tr("时间"), tr("操作人"), tr("操作"), tr("改动")])
        self.tree.setAccessibleName(tr("变更记录"))
        self._fill()

    def show_record(self, record: str) -> None:
        """Ask for the changes of this record."""
        self._record = record

        def came(rows: list[dict[str, Any]]) -> None:
            if record != self._record:
                return
            self._rows = rows
            operators = sorted({row["operator"] for row in rows if row["operator"]})
            self._ops.run("records.titles", owner=self, on_result=self._named, kind="operator", ids=operators)

        self._ops.run("records.history", owner=self, on_result=came, kind=self._kind, id=record)

    def _named(self, names: dict[str, str]) -> None:
        self._names = names
        self._fill()

    def _fill(self) -> None:
        self.tree.clear()
        for row in self._rows:
            item = QTreeWidgetItem(
                [
                    shown_as.moment(row["at"]),
                    self._names.get(row["operator"] or "", ""),
                    tr(str(row["label"])),
                    self._told(row),
                ]
            )
            self.tree.addTopLevelItem(item)
        for column in range(3):
            self.tree.resizeColumnToContents(column)

    def _told(self, row: dict[str, Any]) -> str:
        before, after = row["before"] or {}, row["after"] or {}
        if not isinstance(before, dict) or not isinstance(after, dict):
            return ""
        lines = []
        for name in after if row["action"] != "delete" else ():
            field = self._fields.get(name)
            if field is None or field.name == "id":
                continue
            new = shown_as.shown(field, after)
            old = shown_as.shown(field, before)
            if new != old or (field.masked and name in before):  # two numbers may look alike
                blank = tr("空")
                lines.append(labelled(field.shown, f"{old or blank} → {new or blank}" if before else new))
        return "\n".join(lines)
