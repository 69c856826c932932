"""Erasing a person at their request, from their record: first all that goes and all that stays, then one button."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.erasingwords import erased_lines
from desktop.look import GRID
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.settings.fold import Fold
from desktop.widgets.message import MessageBar
from policy.errors import Fault
from policy.i18n import tr

_LINES = 10  # of the plan, before it scrolls
_FILES = 4


class ErasingTab(QWidget):
    """Nothing is looked for before somebody asks; what cannot be undone is done from the open form only."""

    def __init__(self, ops: Ops, desk: Desk) -> None:
        super().__init__()
        self._ops, self._desk, self._person = ops, desk, ""
        self.message = MessageBar(self)
        self.form = Fold()
        self.plan = QPlainTextEdit(readOnly=True, tabChangesFocus=True)
        self.plan.setFixedHeight(self.plan.fontMetrics().lineSpacing() * _LINES + 2 * GRID)
        self.files = QListWidget()
        self.files.setFixedHeight(self.files.fontMetrics().lineSpacing() * _FILES + 2 * GRID)
        self.form.add(self.plan)
        self.form.add(self.files)
        self.form.unfolded.connect(self._look)
        self.form.asked.connect(self._erase)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.message)
        layout.addWidget(self.form)
        layout.addStretch(1)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.plan.setAccessibleName(tr("会删除什么、留下什么"))
        self.files.setAccessibleName(tr("一并删除的佐证"))
        self.form.set_texts(
            "",
            tr("本人要求删除时用。姓名、号码和联系方式从记录和变更历史里清除，统计数字不变。"),
            tr("删除个人信息…"),
            tr("删除，不能撤销"),
            tr("请先核对下面各项；勾选的佐证会一并删除。"),
        )

    def show_parent(self, record: str) -> None:
        """The record of this person."""
        if record != self._person:
            self._person = record
            self.message.clear()
            self._close()

    def changes_came(self, _changes: dict[str, Any]) -> None:
        """The plan is made when it is asked for."""

    def _close(self) -> None:
        self._ops.forget(self, "plan")
        self.plan.clear()
        self.files.clear()
        self.files.hide()
        self.form.do.setEnabled(False)
        self.form.fold()

    def _look(self) -> None:
        self.form.do.setEnabled(False)
        self.plan.setPlainText(tr("正在查找……"))
        self.plan.setFocus()
        person = self._person

        def came(answer: dict[str, Any]) -> None:
            if person == self._person and self.form.is_open():
                self._show(answer)

        self._ops.run(
            "person.erase", owner=self, place="plan", id=person, dry_run=True, on_result=came, on_fault=self._faulted
        )

    def _show(self, answer: dict[str, Any]) -> None:
        self.plan.setPlainText("\n".join(erased_lines(answer)))
        self.files.clear()
        for item in answer["remains"]["evidence"]:
            if item["only_use"]:
                row = QListWidgetItem(item["title"], self.files)
                row.setData(Qt.ItemDataRole.UserRole, item["id"])
                row.setCheckState(Qt.CheckState.Unchecked)
        self.files.setVisible(self.files.count() > 0)
        self.form.do.setEnabled(True)

    def _faulted(self, fault: Fault) -> None:
        self.plan.clear()
        self.form.show_fault(fault)

    def _erase(self) -> None:
        rows = [self.files.item(place) for place in range(self.files.count())]
        ticked = [row for row in rows if row.checkState() == Qt.CheckState.Checked]
        files = [str(row.data(Qt.ItemDataRole.UserRole)) for row in ticked]
        self.form.do.setEnabled(False)  # once is enough
        person = self._person

        def done(answer: dict[str, Any]) -> None:
            self._desk.notify(tr("已删除“{name}”的个人信息", name=answer["name"]))
            if person == self._person:
                self._close()
                self.message.show_text("info", "\n".join(erased_lines(answer)))

        self._ops.run(
            "person.erase", owner=self, title=tr("删除个人信息"), id=person, evidence=files, on_result=done,
            on_fault=self._faulted,
        )  # fmt: skip
