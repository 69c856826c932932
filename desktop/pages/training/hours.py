"""Hours by person and module of a class, beside what it asks for; who is short of what."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QTableWidget, QTableWidgetItem

from desktop.look import GRID, state_icon
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.training.classtab import ClassTab
from desktop.widgets.basics import quiet
from desktop.widgets.ledgerview import row_height
from policy.i18n import clauses, labelled, listed, spaced, tr


class ClassHours(ClassTab):
    ASKS = "training.hours"
    KINDS: ClassVar = frozenset({"attendance", "session", "enrolment", "programme", "programme_hours"})

    def __init__(self, ops: Ops, desk: Desk) -> None:
        super().__init__(ops, desk)
        self._answer: dict[str, Any] = {}
        self.told = quiet()
        self.only = QCheckBox()
        self.only.toggled.connect(lambda _on: self._fill())
        self.table = QTableWidget()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(row_height(self.table))
        self.table.setTabKeyNavigation(False)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self.told, 1)
        top.addWidget(self.only)
        self.inside.addLayout(top)
        self.inside.addWidget(self.table, 1)

    def retranslate(self) -> None:
        super().retranslate()
        self.only.setText(tr("只看缺学时的"))
        self.table.setAccessibleName(tr("各人学时"))
        self._fill()

    def show_answer(self, answer: dict[str, Any]) -> None:
        self._answer = answer
        self._fill()

    def _fill(self) -> None:
        answer = self._answer
        if not answer:
            return
        people = [one for one in answer["people"] if one["short"] or not self.only.isChecked()]
        modules = answer["modules"]
        heads = [tr("姓名"), tr("单位"), *(_head(one) for one in modules), tr("合计"), tr("尚缺")]
        self.table.setColumnCount(len(heads))
        self.table.setHorizontalHeaderLabels(heads)
        self.table.setRowCount(len(people))
        for row, one in enumerate(people):
            lacks = listed(labelled(part["label"], one["missing"][part["module"]]) for part in modules
                           if part["module"] in one["missing"])  # fmt: skip
            hours = [one["hours"].get(part["module"], "") for part in modules]
            for place, text in enumerate([one["name"], one["org_name"], *hours, one["total"], lacks]):
                item = QTableWidgetItem(text)
                if 1 < place < len(heads) - 1:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                elif place and text and place == len(heads) - 1:
                    item.setIcon(state_icon("warn"))
                self.table.setItem(row, place, item)
        self.table.resizeColumnsToContents()
        short = sum(bool(one["short"]) for one in answer["people"])
        said = [tr("要求学时未设定，不判断谁缺：在“要求学时”里按班次通知填写")] if answer["unset"] else []
        said += [tr("{n} 人缺学时", n=short)] if short else []
        said += [tr("人人学时已满")] if not answer["unset"] and not short and answer["people"] else []
        said += [tr("{n} 个课次没有起止时间，学时不明", n=answer["untimed"])] if answer["untimed"] else []
        self.told.setText(clauses([tr("每学时 {n} 分钟", n=answer["hour_minutes"]), *said]))


def _head(module: dict[str, Any]) -> str:
    planned = tr("排课 {planned}", planned=module["planned"] or "0")
    required = tr("要求 {required}", required=module["required"]) if module["required"] else ""
    return f"{module['label']}\n" + spaced(planned, required)
