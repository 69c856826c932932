"""评价: a policy pack, a period and a subject give every indicator with its figure, verdict, rows and evidence."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.ops import Ops
from desktop.pages.base import Desk, Page
from desktop.pages.evaluation import table as columns
from desktop.pages.evaluation.chooser import Chooser
from desktop.pages.evaluation.detail import Detail
from desktop.pages.evaluation.table import IndicatorsModel
from desktop.pages.evaluation.words import VERDICTS, score_text, verdict_word
from desktop.pages.evidence.drops import FileDrops
from desktop.pages.evidence.rows import Row, table_view
from desktop.widgets.basics import StatusChip, name_tool, primary, tool
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Panes
from policy.errors import Fault
from policy.i18n import tr
from policy.pack import STATUSES

# what an evaluation never looks at
_NEVER_COUNTED = frozenset({"snapshot", "application", "package", "delivery", "endpoint", "submission", "case_log"})
_SOON = 250  # ms: several changes in a row ask for one evaluation


class EvaluationPage(Page):
    """The evaluation page."""

    NAME = "evaluation"
    ICON = "gauge"

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self._result: dict[str, Any] | None = None
        self._what_if: dict[str, str] = {}
        self._indicator = ""  # the one to show when the evaluation comes
        self._stale = False
        self._soon = QTimer(self, singleShot=True, interval=_SOON)
        self._soon.timeout.connect(self._run)
        self.chooser = Chooser(ops)
        self.freeze = primary()
        self.message = MessageBar()
        self.summary = {verdict: StatusChip() for verdict in VERDICTS}
        self.points, self.standing, self.assumption = StatusChip("info"), StatusChip("warn"), StatusChip("warn")
        self.forget = tool("x", text_beside=True)
        self.model = IndicatorsModel(self)
        self.table = table_view(self.model, stretch=columns.TITLE)
        self.detail = Detail()
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.chooser, 1)
        head.addSpacing(8)
        head.addWidget(self.freeze)
        below = QHBoxLayout()
        below.setSpacing(16)
        for chip in (*self.summary.values(), self.points, self.standing):
            below.addWidget(chip)
        below.addStretch(1)
        below.addWidget(self.assumption)
        below.addWidget(self.forget)
        split = Panes()
        self.table.setMinimumWidth(320)
        split.addWidget(self.table)
        split.addWidget(self.detail)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([780, 390])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 8)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addLayout(below)
        layout.addWidget(self.message)
        layout.addWidget(split, 1)

    def _connect(self) -> None:
        self.chooser.chosen.connect(self._chosen)
        self.chooser.left.connect(self._left)
        self.chooser.nobody.connect(self._nobody)
        self.freeze.clicked.connect(self._freeze)
        self.forget.clicked.connect(self._forget)
        self.table.selectionModel().currentRowChanged.connect(lambda: self._show_detail())
        FileDrops(self.table.viewport()).dropped.connect(self._dropped_on_table)
        self.detail.opened.connect(self._open)
        self.detail.dropped.connect(self._attach)
        self.detail.unlinked.connect(self._unlink)
        self.detail.figures.assumed.connect(self._assume)
        self.detail.figures.filled_in.connect(self._fill_in)
        self.detail.figures.shared.connect(self._share)
        self.detail.scoring.scored.connect(self._score)

    @classmethod
    def title(cls) -> str:
        return tr("评价")

    def retranslate(self) -> None:
        self.chooser.retranslate()
        self.freeze.setText(tr("定稿"))
        self.freeze.setToolTip(tr("把这次评价的数值、记录和佐证固定下来，用于申报"))
        name_tool(self.forget, tr("清除假设"))
        self.table.setAccessibleName(tr("指标"))
        self.model.retranslate()
        self.detail.retranslate()
        self._show_summary(self._result["counts"] if self._result else {})
        self._show_assumptions()

    def arrive(self, **arguments: Any) -> None:
        """`pack`, `period`, `subject` ("carrier:ID") and `indicator` say what to show."""
        self._indicator = str(arguments.pop("indicator", "") or self._indicator)
        self.chooser.show_wanted(**arguments)
        if self._stale:
            self._run()

    def changes_came(self, changes: dict[str, Any]) -> None:
        touched = {*changes.get("records", {}), *changes.get("bulk", ())}
        if "pack" in touched:
            self.chooser.refresh()
        if touched <= _NEVER_COUNTED:
            return
        self._stale = True
        if self.isVisible():
            self._soon.start()

    # -- what is judged

    def _left(self) -> None:
        self._indicator = self._indicator or self._chosen_id() or ""
        self.ops.forget(self, "result", "advice")  # of the former choice
        self._what_if.clear()
        self._show_nothing()

    def _show_nothing(self) -> None:
        self._result = None
        self.model.set_rows([])
        self._show_summary({})
        self._show_detail()
        self._show_assumptions()

    def _nobody(self) -> None:
        self._show_nothing()
        self.message.show_text(
            "info",
            tr("工作区里还没有这份政策包可以评价的对象。请先登记载体、企业或本单位资料。"),
            tr("登记载体"),
            lambda: self.desk.open_page("firms", start="carrier"),
        )

    def _chosen(self) -> None:
        self._what_if.clear()
        self.message.clear()
        self._run()

    # -- the evaluation

    def _run(self) -> None:
        self._soon.stop()
        choice = self.chooser.choice()
        if choice is None:
            return
        self._stale = False
        self.ops.forget(self, "advice")
        self.ops.run(
            "evaluation.run",
            owner=self,
            place="result",
            **choice,
            what_if=dict(self._what_if),
            on_result=self._result_came,
            on_fault=self.message.show_fault,
        )

    def _result_came(self, result: dict[str, Any]) -> None:
        chosen = self._indicator or self._chosen_id()
        self._indicator = ""
        self._result = result
        self.model.show_indicators(result["indicators"], self._what_if)
        self.table.setColumnHidden(columns.SCORE, not self.model.scored())
        self._show_summary(result["counts"])
        self._show_assumptions()
        place = self.model.place(chosen) if chosen else 0
        self.table.selectRow(max(place, 0))
        self.detail.show_advice([])
        self._show_detail()
        self.chooser.remember()
        choice = self.chooser.choice()
        if choice is not None and not self._what_if:
            self.ops.run("evaluation.advice", owner=self, place="advice", on_result=self.detail.show_advice, **choice)

    def _chosen_id(self) -> str | None:
        row = self.model.row(self.table.currentIndex())
        return row["id"] if row else None

    def _show_detail(self) -> None:
        row = self.model.row(self.table.currentIndex())
        measures = self._result["measures"] if self._result else {}
        self.detail.show_indicator(row, measures, self._what_if)

    def _show_summary(self, counts: dict[str, int]) -> None:
        for verdict, chip in self.summary.items():
            count = counts.get(verdict, 0)
            chip.setVisible(bool(count))
            chip.set_state(VERDICTS[verdict][1], f"{verdict_word(verdict)} {count}")
        total = next((item for item in (self._result or {}).get("indicators", ()) if item.get("form") == "sum"), None)
        self.points.setVisible(total is not None)
        if total is not None:
            self.points.set_state("info", tr("总分 {score}", score=score_text(total) or f"— / {total['cap']}"))
        status = self._result["pack"]["status"] if self._result else ""
        self.standing.setVisible(status not in ("", "in_force"))
        if status in STATUSES:
            self.standing.set_state("warn", tr("这份政策文件：{standing}", standing=tr(STATUSES[status])))

    # -- assumptions, figures of our own, shares

    def _assume(self, measure: str, text: str) -> None:
        if text:
            self._what_if[measure] = text
        else:
            self._what_if.pop(measure, None)
        self._show_assumptions()
        self._run()

    def _forget(self) -> None:
        self._what_if.clear()
        self._show_assumptions()
        self._run()

    def _show_assumptions(self) -> None:
        count = len(self._what_if)
        self.assumption.set_state("warn", tr("假设：{count} 项数值是假设的，不能定稿", count=count))
        self.assumption.setVisible(bool(count))
        self.forget.setVisible(bool(count))
        self.freeze.setEnabled(not count and self._result is not None)

    def _fill_in(self, measure: str, text: str, basis: str) -> None:
        choice = self.chooser.choice()
        if choice is None:
            return
        self.ops.run(
            "evaluation.type",
            owner=self,
            on_fault=self.message.show_fault,
            measure=measure,
            subject=choice["subject"],
            period=choice["period"],
            value=text,
            note=basis,
            on_result=lambda _: self.desk.notify(tr("已保存填报的数值。") if text else tr("已清除填报的数值。")),
        )

    def _score(self, place: dict[str, Any], score: str, text: str) -> None:
        def kept() -> None:
            self.message.clear()
            self.desk.notify(tr("已保存自评。"))

        def refused(fault: Fault) -> None:
            self.detail.scoring.refused()
            self.message.show_fault(fault)

        self.ops.run(
            "evaluation.score",
            owner=self,
            **place,
            score=score,
            text=text,
            on_result=lambda _: kept(),
            on_fault=refused,
        )

    def _share(self, text: str) -> None:
        row, choice = self.model.row(self.table.currentIndex()), self.chooser.choice()
        if row is None or choice is None:
            return
        if text and not text.isdecimal():
            self.message.show_text("bad", tr("本单位份额请填整数；没有保存。"))
            return
        self.ops.run(
            "evaluation.share",
            owner=self,
            pack=choice["pack"],
            rule=row["id"],
            period=choice["period"],
            own_share=int(text) if text else None,
        )

    # -- evidence

    def _dropped_on_table(self, files: list[str], place: QPoint) -> None:
        index = self.table.indexAt(place)
        if index.isValid():
            self.table.selectRow(index.row())
            self._attach(files)

    def _attach(self, files: list[str]) -> None:
        row = self.model.row(self.table.currentIndex())
        if row:
            self.ops.run(
                "evidence.add",
                owner=self,
                title=tr("添加佐证"),
                files=files,
                target=row["target_key"],
                on_result=self._attached,
            )

    def _attached(self, result: dict[str, Any]) -> None:
        self.desk.notify(tr("已关联 {count} 份佐证。", count=len(result["ids"])))
        if result["warnings"]:
            self.message.show_text("warn", "\n".join(result["warnings"]))

    def _unlink(self, evidence: str) -> None:
        row = self.model.row(self.table.currentIndex())
        if row:
            self.ops.run("evidence.unlink", owner=self, id=evidence, target=row["target_key"])

    def _open(self, kind: str, record: str) -> None:
        if kind == "evidence":
            self.desk.open_page("evidence", id=record)
        else:
            self.desk.open_record(kind, record)

    # -- freezing

    def _freeze(self) -> None:
        self.freeze.setEnabled(False)
        self.ops.run(
            "evaluation.freeze",
            owner=self,
            title=tr("定稿"),
            **(self.chooser.choice() or {}),
            on_result=self._frozen,
            on_fault=self._not_frozen,
        )

    def _frozen(self, result: Row) -> None:
        self.freeze.setEnabled(True)
        self.desk.notify(tr("已定稿：{title}", title=result["title"]))
        self.desk.open_page("application", snapshot=result["id"])

    def _not_frozen(self, fault: Fault) -> None:
        self.freeze.setEnabled(True)
        self.message.show_fault(fault)
