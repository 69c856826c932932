"""里程碑: what a case has reached and what each gate misses; reach, pass over or take back; how the case ended."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.fields import Choice, kind_info
from desktop.look import GRID, icon, state_icon
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.cases.gatebar import GateBar, missing_text
from desktop.pages.evidence.rows import Column, RowsModel, opens, table_view
from desktop.widgets.basics import CalmCombo, StatusChip, card, heading, primary, quiet
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Flow
from policy.i18n import bracketed, clauses, labelled, mark, tr

_STATES = {
    "reached": ("good", mark("已到达")),
    "skipped": ("info", mark("跳过")),
    "open": ("unknown", mark("未到达")),
}
_STATEMENTS = {"price": (mark("定价说明"), "priced"), "tax": (mark("个税说明"), "distributed")}


class Milestones(QWidget):
    """The milestones of one case; its outcome below."""

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._desk, self._case = ops, desk, ""
        self.message, self.gate = MessageBar(self), GateBar()
        self.model = RowsModel(_columns(), self)
        self.table = table_view(self.model, stretch=4)
        self.gate.closed.connect(self.table.setFocus)
        opens(self.table, lambda _row: self._reach())
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._row_chosen())
        self.reach, self.skip, self.back = primary(), QPushButton(), QPushButton()
        self.back.setIcon(icon("undo-2"))
        self.reach.clicked.connect(self._reach)
        self.skip.clicked.connect(self._skip)
        self.back.clicked.connect(self._take_back)
        self._detail = quiet()
        self.states = {name: StatusChip() for name in _STATEMENTS}
        self.outcome = Outcome(ops, desk)
        buttons = Flow()
        for chip in self.states.values():
            buttons.addWidget(chip)
        buttons.addStretch(1)
        for button in (self.back, self.skip, self.reach):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.message)
        layout.addWidget(self.gate)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._detail)
        layout.addLayout(buttons)
        layout.addWidget(self.outcome)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.reach.setText(tr("到达"))
        self.skip.setText(tr("跳过…"))
        self.back.setText(tr("取消到达"))
        self.table.setAccessibleName(tr("里程碑"))
        self.model.retranslate()
        self.gate.retranslate()
        self.outcome.retranslate()
        self._row_chosen()

    def show_parent(self, record: str) -> None:
        """The milestones of this case."""
        if record != self._case:
            self.model.set_rows([])  # none of another case can be reached here
            self.gate.hide()
            self.message.clear()
        self._case = record
        self.outcome.show_case(record)
        self._ops.run(
            "case.milestones",
            owner=self,
            on_result=self._show,
            on_fault=self.message.show_fault,
            place="list",
            case=record,
        )

    def changes_came(self, _changes: dict[str, Any]) -> None:
        """Ask again."""
        self.show_parent(self._case)

    def _show(self, answer: dict[str, Any]) -> None:
        chosen = self.model.row(self.table.currentIndex())
        rows = [{**one, "id": one["milestone"]} for one in answer["milestones"]]
        self.model.set_rows(rows)
        wanted = chosen["id"] if chosen else next((row["id"] for row in rows if row["state"] == "open"), "")
        if (place := self.model.place(wanted)) >= 0:
            self.table.selectRow(place)
        for name, (text, gate) in _STATEMENTS.items():
            chip = self.states[name]
            lacks = [need for row in rows for need in row["missing"] if need["states"] == name]
            said = tr("{what}：还不能出具", what=tr(text)) if lacks else tr("{what}：可以出具", what=tr(text))
            chip.setVisible(any(row["milestone"] == gate for row in rows))
            chip.set_state("warn" if lacks else "good", said)
            chip.setToolTip(missing_text(lacks))
        self._row_chosen()

    def _row_chosen(self) -> None:
        row = self.model.row(self.table.currentIndex())
        self.reach.setEnabled(row is not None and row["state"] != "reached")
        self.skip.setEnabled(row is not None and row["state"] == "open")
        self.back.setEnabled(row is not None and bool(row["record"]))
        if row is None:
            self._detail.clear()
            return
        said = [labelled(tr("还缺"), missing_text(row["missing"]))] if row["missing"] else [tr("这一步的材料都在。")]
        sources = dict.fromkeys(need["source"] for need in row["missing"] if need["source"])
        if sources:
            said.append(labelled(tr("依据"), clauses(sources)))
        self._detail.setText(clauses(said))

    def _reach(self) -> None:
        row = self.model.row(self.table.currentIndex())
        if row is None or row["state"] == "reached":
            return
        title = tr("到达“{label}”", label=row["label"])
        self.gate.ask(
            title,
            {"missing": row["missing"], "asks": row["asks"]},
            lambda day, reason, _between: self._send("case.reach", row, on=day or None, reason=reason),
        )

    def _skip(self) -> None:
        row = self.model.row(self.table.currentIndex())
        if row is not None:
            self.gate.ask(
                tr("跳过“{label}”", label=row["label"]),
                {"asks": True},
                lambda _day, reason, _between: self._send("case.skip", row, reason=reason),
                dated=False,
            )

    def _send(self, service: str, row: dict[str, Any], **asked: Any) -> None:
        case = self._case

        def done(_answer: dict[str, Any]) -> None:
            if case == self._case:  # else the bar may ask about another one by now
                self.gate.done()

        self._ops.run(
            service,
            owner=self,
            on_result=done,
            on_fault=lambda fault: (self.gate if case == self._case else self._desk).show_fault(fault),
            case=case,
            milestone=row["milestone"],
            **asked,
        )

    def _take_back(self) -> None:
        row = self.model.row(self.table.currentIndex())
        case = self._case
        if row is not None and row["record"]:
            self._ops.run(
                "records.delete",
                owner=self,
                on_result=lambda _answer: self._desk.notify(tr("已取消；按 Ctrl+Z 可以撤销。")),
                on_fault=lambda fault: (self.message if case == self._case else self._desk).show_fault(fault),
                kind="case_milestone",
                id=row["record"],
            )


class Outcome(QWidget):
    """How the case ended, or that it goes on, with the reason why."""

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._desk, self._case = ops, desk, ""
        self.message = MessageBar(self)
        self._title = heading()
        self.outcome, self.ground, self.reason = CalmCombo(), CalmCombo(), QLineEdit()
        self.ground.addItem("", "")
        for box, name in ((self.outcome, "outcome"), (self.ground, "outcome_ground")):
            for choice in _choices(name):
                box.addItem("", choice.code)
        self._labels = (QLabel(), QLabel(), QLabel())
        self.save = QPushButton()
        self.save.setIcon(icon("save"))
        self.save.clicked.connect(self._save)
        self._touched = False  # what somebody is about to say is not replaced by what is on record
        for box in (self.outcome, self.ground):
            box.activated.connect(lambda _place: self._touch())
        self.reason.textEdited.connect(lambda _text: self._touch())
        self.reason.returnPressed.connect(self._save)
        frame, inside = card()
        row = Flow()
        for label, part in zip(self._labels, (self.outcome, self.ground, self.reason), strict=True):
            label.setBuddy(part)
            row.addWidget(label)
            row.addWidget(part, 1 if part is self.reason else 0)
        row.addWidget(self.save)
        inside.addWidget(self._title)
        inside.addWidget(self.message)
        inside.addLayout(row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(frame)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self._title.setText(tr("案件结果"))
        for label, part, text in zip(
            self._labels,
            (self.outcome, self.ground, self.reason),
            (tr("结果"), tr("原因类别"), tr("原因")),
            strict=True,
        ):
            label.setText(text)
            part.setAccessibleName(text)
        for place, choice in enumerate(_choices("outcome")):
            self.outcome.setItemText(place, choice.shown)
        self.ground.setItemText(0, tr("（未填）"))
        for place, choice in enumerate(_choices("outcome_ground"), 1):
            self.ground.setItemText(place, choice.shown)
        self.save.setText(tr("记录结果"))

    def show_case(self, case: str) -> None:
        """The outcome of this case; what is being typed for it stays."""
        same, self._case = case == self._case, case
        if same and self._touched:
            return
        self._touched = False

        def came(row: dict[str, Any]) -> None:
            if not self._touched:
                self.message.clear()
                self.outcome.setCurrentIndex(self.outcome.findData(row["outcome"]))
                self.ground.setCurrentIndex(max(0, self.ground.findData(row["outcome_ground"] or "")))
                self.reason.setText(row["outcome_reason"] or "")

        if case:
            self._ops.run("records.get", owner=self, on_result=came, place="case", kind="case", id=case)

    def _touch(self) -> None:
        self._touched = True

    def _save(self) -> None:
        case, sent = self._case, self._said()

        def saved(_answer: dict[str, Any]) -> None:
            if case == self._case:
                self._touched = self._said() != sent  # what was said since is still to be recorded
                self.message.clear()
            self._desk.notify(tr("已记录案件结果。"))

        self._ops.run(
            "case.outcome",
            owner=self,
            on_result=saved,
            on_fault=lambda fault: (self.message if case == self._case else self._desk).show_fault(fault),
            case=case,
            outcome=self.outcome.currentData(),
            ground=self.ground.currentData() or None,
            reason=self.reason.text(),
        )

    def _said(self) -> tuple[Any, Any, str]:
        return self.outcome.currentData(), self.ground.currentData(), self.reason.text()


def _choices(name: str) -> tuple[Choice, ...]:
    return kind_info("case").field(name).choices


def _columns() -> tuple[Column, ...]:
    def late(row: dict[str, Any]) -> str:
        return bracketed(row["reached_on"] or "", tr("补记") if row["late"] else "")

    return (
        Column(
            lambda: tr("状态"),
            lambda row: tr(_STATES[row["state"]][1]),
            icon=lambda row: state_icon(_STATES[row["state"]][0]),
        ),
        Column(lambda: tr("里程碑"), lambda row: row["label"], emphasis=lambda row: bool(row["state"] == "reached")),
        Column(lambda: tr("到达日期"), late),
        Column(
            lambda: tr("缺项"),
            lambda row: tr("{n} 项", n=len(row["missing"])) if row["missing"] and row["state"] == "open" else "",
            icon=lambda row: state_icon("warn") if row["state"] == "open" and row["asks"] else None,
            tip=lambda row: missing_text(row["missing"]),
        ),
        Column(lambda: tr("还缺什么，或理由"), lambda row: row["reason"] or missing_text(row["missing"]), most=40),
    )
