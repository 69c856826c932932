"""The monthly hand-over of a university: what is due, what came back, what is exempt and why; marked and exported."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.look import GRID, state_icon
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.calculators.tab import Row, Tab, workbook_kind
from desktop.pages.evidence.rows import Column, RowsModel, RowsView, opens, table_view
from desktop.pages.results.lists import declared_columns
from desktop.widgets.basics import CalmCombo, StatusChip, primary, quiet
from policy.dates import add_months, today
from policy.i18n import clauses, labelled, listed, mark, sentences, spaced, tr

_NAMED = 3  # of what is missing, by name; the list follows when they are entered
_BEFORE, _AFTER = 24, 3  # months offered around this one
_COLUMNS = (
    "achievement", "basis", "due_on", "item_state", "handed_on", "platform_no", "ground", "reviewed_by", "words",
)  # fmt: skip
_STANDINGS = {
    "late": ("bad", mark("逾期")),
    "exempt": ("info", mark("豁免")),
    "returned": ("warn", mark("被退回")),
    "handed": ("good", mark("已汇交")),
    "open": ("unknown", mark("待汇交")),
}


class HandoverTab(Tab):
    """One university and one month at a time."""

    TITLE = mark("汇交")

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self._told: Row = {}
        self.university, self.month = CalmCombo(), CalmCombo()
        self._labels = (QLabel(), QLabel())
        for label, field in zip(self._labels, (self.university, self.month), strict=True):
            label.setBuddy(field)
            field.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToContents)
        for shift in range(_AFTER, -_BEFORE - 1, -1):
            month = f"{add_months(today(), shift):%Y-%m}"
            self.month.addItem(month, month)
        self.month.setCurrentIndex(_AFTER)
        self.university.currentIndexChanged.connect(lambda _place: self._ask())
        self.month.currentIndexChanged.connect(lambda _place: self._ask())
        self.export = QPushButton()
        self.export.clicked.connect(lambda _checked=False: self._export())
        self.zero = StatusChip()
        self.report = QPushButton()  # the record of the month's report, with its proofs
        self.report.clicked.connect(lambda _checked=False: self._open_report())
        self._said = quiet()
        columns = (
            Column(lambda: tr("情况"), lambda row: tr(_STANDINGS[_standing(row)][1]), icon=_icon),
            *declared_columns([("handover_item", name) for name in _COLUMNS]),
        )
        self.model = RowsModel(columns, self)
        self.table = table_view(self.model, stretch=1)
        self.table.setSelectionMode(RowsView.SelectionMode.ExtendedSelection)
        opens(self.table, lambda row: self.desk.open_record("handover_item", row["id"]))
        self.handed_on, self.number = QLineEdit(), QLineEdit()
        self._foot = (QLabel(), QLabel())
        for label, line in zip(self._foot, (self.handed_on, self.number), strict=True):
            label.setBuddy(line)
            line.returnPressed.connect(self._mark)
        self.mark = primary()
        self.mark.clicked.connect(lambda _checked=False: self._mark())
        top = QHBoxLayout()
        top.setSpacing(GRID)
        for label, choice in zip(self._labels, (self.university, self.month), strict=True):
            top.addWidget(label)
            top.addWidget(choice)
        top.addStretch(1)
        top.addWidget(self.export)
        state = QHBoxLayout()
        state.setSpacing(GRID)
        state.addWidget(self.zero)
        state.addWidget(self._said, 1)
        state.addWidget(self.report)
        foot = QHBoxLayout()
        foot.setSpacing(GRID)
        foot.addStretch(1)
        for label, line in zip(self._foot, (self.handed_on, self.number), strict=True):
            foot.addWidget(label)
            foot.addWidget(line)
        foot.addWidget(self.mark)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.message)
        layout.addLayout(state)
        layout.addWidget(self.table, 1)
        layout.addLayout(foot)
        self.zero.hide()
        self.report.hide()

    def retranslate(self) -> None:
        for label, field, text in zip(
            self._labels, (self.university, self.month), (tr("汇交单位"), tr("月份")), strict=True
        ):
            label.setText(text)
            field.setAccessibleName(text)
        for label, line, text in zip(
            self._foot, (self.handed_on, self.number), (tr("汇交日期"), tr("平台回执号")), strict=True
        ):
            label.setText(text)
            line.setAccessibleName(text)
        self.handed_on.setPlaceholderText(today().isoformat())
        self.number.setPlaceholderText(tr("逐项填写"))
        self.export.setText(tr("导出工作簿"))
        self.report.setText(tr("打开报告"))
        self.report.setToolTip(tr("这个月的汇交报告：附上回执，看改动"))
        self._name_mark()
        self.table.setAccessibleName(tr("汇交清单"))
        self.model.retranslate()
        if self._told:
            self._ask()

    def arrive(self, **arguments: Any) -> None:
        """`university` and `month` (2026-11)."""

        def came(found: list[dict[str, str]]) -> None:
            chosen = str(arguments.get("university") or self.university.currentData() or "")
            self.university.blockSignals(True)
            self.university.clear()
            for one in found:
                self.university.addItem(one["name"], one["id"])
            self.university.setCurrentIndex(max(self.university.findData(chosen), 0) if found else -1)
            self.university.blockSignals(False)
            if (place := self.month.findData(str(arguments.get("month") or ""))) >= 0:
                self.month.setCurrentIndex(place)
            self._ask()

        self.ops.run(
            "handover.universities", owner=self, place="universities", on_result=came, on_fault=self.message.show_fault
        )

    def refresh(self) -> None:
        self.arrive()

    def _ask(self) -> None:
        university = self.university.currentData()
        for part in (self.export, self.mark):
            part.setEnabled(bool(university))
        if university:
            self.ask("handover.list", self._came, university=university, month=self.month.currentData())
        else:
            self._said.setText(tr("还没有登记高等院校或科研院所；登记后按月列出要汇交的成果。"))

    def _came(self, answer: Row) -> None:
        self._told = answer
        self.model.set_rows(answer["rows"])
        report = answer["report"]
        self._name_mark()
        self.report.setVisible(bool(report))
        self.zero.setVisible(answer["zero"] or bool(report))
        if report and report["reported_on"]:
            said = tr("已报零报告") if report["zero"] else tr("已报")
            self.zero.set_state("good", spaced(said, report["reported_on"]))
        else:
            self.zero.set_state("warn", tr("零报告，未报"))
        due = labelled(tr("期限"), spaced(answer["due"], answer["clause"]))
        counts = answer["counts"]
        shown = ("open", "returned", "handed", "exempt")
        told = clauses(labelled(tr(_STANDINGS[state][1]), counts[state]) for state in shown)
        nothing = tr("本月没有需要汇交的成果，导出的就是零报告。") if answer["zero"] else ""
        if report and report["zero"] and not answer["zero"]:
            nothing = tr("这个月报过零报告，现在却有成果要汇交，请核对。")
        self._said.setText(sentences(spaced(due, told), nothing))
        self.mark.setEnabled(answer["zero"] or any(not row["exempt"] for row in answer["rows"]))
        if missing := answer["missing"]:
            titles = listed([one["title"] for one in missing[:_NAMED]])
            said = tr("有 {n} 项成果到期要汇交，还没有登记：{titles}。", n=len(missing), titles=titles)
            self.message.show_text("warn", said, tr("全部登记"), self._enter)

    def _enter(self) -> None:
        self.ops.run(
            "handover.enter",
            owner=self,
            on_result=lambda done: self.desk.notify(tr("已登记 {n} 项；按 Ctrl+Z 可以撤销。", n=done["entered"])),
            on_fault=self.message.show_fault,
            university=self._told["university"]["id"],
            month=self._told["month"],
        )

    def _name_mark(self) -> None:
        """The primary action of a month: its items, or that there are none."""
        if self._told and self._told["zero"]:
            self.mark.setText(tr("登记零报告"))
            self.mark.setToolTip(tr("记下这个月已报没有成果要汇交；不填日期就是今天"))
        else:
            self.mark.setText(tr("标记已汇交"))
            self.mark.setToolTip(tr("把选中的各项记为已汇交；不填日期就是今天"))

    def _open_report(self) -> None:
        if report := self._told.get("report"):
            self.desk.open_record("handover_month", report["id"])

    def _report_zero(self) -> None:
        def done(_answer: Row) -> None:
            self.number.clear()
            self.desk.notify(tr("零报告已登记；按 Ctrl+Z 可以撤销。"))

        self.ops.run(
            "handover.zero",
            owner=self,
            on_result=done,
            on_fault=self.message.show_fault,
            university=self._told["university"]["id"],
            month=self._told["month"],
            reported_on=self.handed_on.text().strip() or None,
            platform_no=self.number.text().strip(),
        )

    def _mark(self) -> None:
        if self._told.get("zero"):
            self._report_zero()
            return
        rows = [row for index in self.table.selectionModel().selectedRows() if (row := self.model.row(index))]
        if not rows:
            self.message.show_text("info", tr("先在清单里选中已汇交的各项。"))
            return

        def done(answer: Row) -> None:
            self.number.clear()
            self.desk.notify(tr("已标记 {n} 项为已汇交", n=answer["marked"]))

        self.ops.run(
            "handover.mark",
            owner=self,
            on_result=done,
            on_fault=self.message.show_fault,
            ids=[row["id"] for row in rows],
            handed_on=self.handed_on.text().strip() or None,
            platform_no=self.number.text().strip(),
        )

    def _export(self) -> None:
        name, month = self._told["university"]["name"], self._told["month"]
        proposed = tr("{name} {month} 成果汇交清单.xlsx", name=name, month=month)
        asked = {"university": self._told["university"]["id"], "month": month}
        self.save_as("handover.export", proposed, workbook_kind(), **asked)


def _standing(row: Row) -> str:
    if row["exempt"]:
        return "exempt"
    if row["late"]:
        return "late"
    return "handed" if row["item_state"] in ("handed", "accepted") else str(row["item_state"]).replace("due", "open")


def _icon(row: Row) -> QIcon:
    return state_icon(_STANDINGS[_standing(row)][0])
