"""The log of a case, newest first: what happened, when, what comes next; late entries are marked as such."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from desktop.fields import choice_label, kind_info
from desktop.look import GRID, icon
from desktop.models import format as shown_as
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.widgets.basics import StatusChip, card, heading, name_tool, primary, quiet, tool
from desktop.widgets.recordform import RecordForm
from policy.i18n import spaced, tr

_FIELDS = ("kind", "happened_on", "note", "place", "next_action", "next_on", "decision", "confidential")


class Timeline(QWidget):
    """The entries of one case, with a way to write one and to the files of each."""

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._desk, self._case = ops, desk, ""
        self._rows: list[dict[str, Any]] = []
        self._count = quiet(wrap=False)
        self.write = primary()
        self.write.clicked.connect(lambda: desk.quick_log(self._case))
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        top = QHBoxLayout()
        top.addWidget(self._count, 1)
        top.addWidget(self.write)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self._area, 3)
        self.form: RecordForm | None = None

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.write.setText(tr("快速记录"))
        self._area.setAccessibleName(tr("过程记录"))
        if self.form is not None:
            self.form.retranslate()
        self._fill()

    def show_parent(self, case: str) -> None:
        """Ask for the log of a case."""
        if case != self._case and self.form is not None:
            self.form.hide()
        self._case = case

        def came(rows: list[dict[str, Any]]) -> None:
            self._rows = rows
            self._fill()

        self._ops.run("case.entries", owner=self, on_result=came, place="list", case=case)

    def reveal(self, _kind: str, record: str) -> None:
        """Open an entry to be put right: below the log, made when it is first wanted."""
        if self.form is None:
            self.form = RecordForm(self._ops, "case_log", _FIELDS, self._desk.drafts)
            self.form.saved.connect(lambda _record: self.show_parent(self._case))
            self.form.deleted.connect(lambda _record: self._closed())
            self.form.abandoned.connect(self.form.hide)
            layout = self.layout()
            assert isinstance(layout, QVBoxLayout)  # noqa: S101 - as laid out above
            layout.addWidget(self.form, 2)
        self.form.show()
        self.form.show_record(record)
        self.form.setFocus()

    def _closed(self) -> None:
        if self.form is not None:
            self.form.hide()
        self.show_parent(self._case)

    def changes_came(self, _changes: dict[str, Any]) -> None:
        """Ask again."""
        self.show_parent(self._case)

    def _fill(self) -> None:
        self._count.setText(tr("共 {n} 条", n=len(self._rows)) if self._rows else tr("还没有记录。"))
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, GRID, 0)
        column.setSpacing(GRID)
        for row in self._rows:
            column.addWidget(self._block(row))
        column.addStretch(1)
        self._area.setWidget(page)

    def _block(self, row: dict[str, Any]) -> QFrame:
        frame, inside = card()
        inside.setSpacing(GRID // 2)
        kind = choice_label(kind_info("case_log").field("kind"), row["kind"])
        when = shown_as.moment(row["happened_at"]) or row["happened_on"]
        top = QHBoxLayout()
        top.addWidget(heading(spaced(when, kind)))
        if row["decision"]:
            top.addWidget(StatusChip("info", tr("决策")))
        if row["late"]:
            chip = StatusChip("warn", tr("补记"))
            chip.setToolTip(tr("记录于 {time}", time=shown_as.moment(row["recorded_at"])))
            top.addWidget(chip)
        top.addStretch(1)
        change = tool("pencil")
        name_tool(change, tr("修改 {when} 的记录", when=when))
        change.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        change.clicked.connect(lambda _=False, record=row["id"]: self.reveal("case_log", record))
        top.addWidget(change)
        inside.addLayout(top)
        note = QLabel(row["note"])
        note.setWordWrap(True)
        note.setTextFormat(Qt.TextFormat.PlainText)
        note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inside.addWidget(note)
        if row["next_action"] or row["next_on"]:
            inside.addWidget(
                quiet(tr("下一步：{what}　{when}", what=row["next_action"] or "", when=row["next_on"] or ""))
            )
        if row["evidence"]:
            files = QHBoxLayout()
            for number, evidence in enumerate(row["evidence"], 1):
                button = QToolButton()
                button.setIcon(icon("paperclip"))
                button.setText(tr("附件 {n}", n=number))
                button.setAccessibleName(button.text())
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
                button.setAutoRaise(True)
                button.clicked.connect(lambda _=False, evidence=evidence: self._desk.open_record("evidence", evidence))
                files.addWidget(button)
            files.addStretch(1)
            inside.addLayout(files)
        return frame
