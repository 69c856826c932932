"""Tabs of results and needs that are more than a table of records: publications, targets of a need, reasons kept."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop.look import GRID
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.calculators.rowseditor import Part, RowsEditor
from desktop.widgets.basics import heading, quiet
from desktop.widgets.message import MessageBar
from desktop.widgets.related import Related
from desktop.widgets.room import Flow
from policy.i18n import labelled, tr


class Publications(Related):
    """The publications about a result, which name it as KIND:ID."""

    def __init__(self, ops: Ops, desk: Desk) -> None:
        columns = ("kind", "place", "starts_on", "ends_on", "objections")
        super().__init__(ops, "publication", "subject", columns, desk)

    def show_parent(self, record: str) -> None:
        super().show_parent(f"achievement:{record}")


class Targets(QWidget):
    """What a need must reach, a line each: name, value, unit; kept when the record is left, too."""

    def __init__(self, ops: Ops, _desk: Desk) -> None:
        super().__init__()
        self._ops, self._record, self._altered = ops, "", False
        self.message = MessageBar(self)
        self.lines = RowsEditor(
            (
                Part("name", "text", lambda: tr("指标"), stretch=2),
                Part("value", "text", lambda: tr("要求"), stretch=1),
                Part("unit", "text", lambda: tr("单位"), stretch=1),
            ),
            lambda: tr("新增指标"),
        )
        self.lines.changed.connect(self._changed)
        self.save = QPushButton()
        self.save.clicked.connect(lambda _checked=False: self._save())
        self.save.setEnabled(False)
        foot = Flow()
        foot.addStretch(1)
        foot.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.message)
        layout.addWidget(self.lines)
        layout.addLayout(foot)
        layout.addStretch(1)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.save.setText(tr("保存指标"))
        self.lines.retranslate()

    def show_parent(self, record: str) -> None:
        """The targets of this need; what is being typed for the same one stays."""
        if record == self._record and self._altered:
            return
        if self._altered:
            self._save()
        self._record = record

        def came(row: dict[str, Any]) -> None:
            if not self._altered:
                self.lines.set_values([dict(one) for one in row["targets"] or () if isinstance(one, dict)])
                self._altered = False
                self.save.setEnabled(False)

        self._ops.run("records.get", owner=self, place="record", on_result=came, kind="need", id=record)

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Refresh what changed."""
        if self._record in (changes.get("records") or {}).get("need", ()):
            self.show_parent(self._record)

    def _changed(self) -> None:
        self._altered = True
        self.save.setEnabled(True)

    def _save(self) -> None:
        self._altered = False
        self.save.setEnabled(False)
        self._ops.run(
            "records.edit",
            owner=self,
            on_fault=self.message.show_fault,
            kind="need",
            id=self._record,
            values={"targets": self.lines.values()},
        )


class Reasons(QWidget):
    """Why a match was suggested, as it was kept."""

    def __init__(self, ops: Ops, _desk: Desk) -> None:
        super().__init__()
        self._ops, self._record = ops, ""
        self._pair, self._score, self._said = heading(), quiet(), quiet()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        self._pair.setWordWrap(True)
        for part in (self._pair, self._score, self._said):
            layout.addWidget(part)
        layout.addStretch(1)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        if self._record:
            self.show_parent(self._record)

    def show_parent(self, record: str) -> None:
        """The reasons of this match."""
        self._record = record

        def came(row: dict[str, Any]) -> None:
            self._pair.setText(f"{row['need_title']} × {row['achievement_title']}")
            self._score.setText("" if row["score"] is None else labelled(tr("匹配分"), row["score"]))
            self._said.setText("\n".join(f"· {text}" for text in row["said"]) or tr("没有比对理由：是手工登记的。"))

        self._ops.run("match.show", owner=self, place="match", on_result=came, id=record)

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Refresh what changed."""
        if self._record in (changes.get("records") or {}).get("match", ()):
            self.show_parent(self._record)
