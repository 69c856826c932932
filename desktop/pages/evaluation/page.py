"""评价: a policy pack, a period and a subject give every indicator with its figure, verdict, rows and evidence."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ops import Ops
from desktop.pages.base import Desk, Page
from desktop.pages.evaluation import table as columns
from desktop.pages.evaluation.detail import Detail
from desktop.pages.evaluation.table import SUMMARY, IndicatorsModel
from desktop.pages.evaluation.words import periods
from desktop.pages.evidence.drops import FileDrops
from desktop.pages.evidence.rows import Row, table_view
from policy.errors import Fault
from policy.i18n import tr

_LAST = "page.evaluation"
_SOON = 250  # ms: several changes in a row ask for one evaluation


class EvaluationPage(Page):
    """The evaluation page."""

    NAME = "evaluation"
    ICON = "gauge"

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self._result: dict[str, Any] | None = None
        self._what_if: dict[str, str] = {}
        self._asked = 0
        self._wanted: dict[str, str] = {}
        self._loaded = self._stale = False
        self._soon = QTimer(self, singleShot=True, interval=_SOON)
        self._soon.timeout.connect(self._run)
        self.pack, self.period, self.subject = QComboBox(), QComboBox(editable=True), QComboBox()
        self.pack_label, self.period_label, self.subject_label = QLabel(), QLabel(), QLabel()
        self.freeze = QPushButton()
        self.freeze.setProperty("primary", True)
        self.summary, self.assumption, self.note = QLabel(), QLabel(), QLabel(wordWrap=True)
        self.forget = QToolButton()
        self.model = IndicatorsModel(self)
        self.table = table_view(self.model, stretch=columns.TITLE)
        self.detail = Detail()
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        self.pack.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.pack.setMinimumContentsLength(18)
        self.period.setMinimumContentsLength(12)
        self.period.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.subject.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.subject.setMinimumContentsLength(14)
        for label, box, share in (
            (self.pack_label, self.pack, 3),
            (self.period_label, self.period, 0),
            (self.subject_label, self.subject, 2),
        ):
            label.setBuddy(box)
            head.addWidget(label)
            head.addWidget(box, share)
        head.addSpacing(8)
        head.addWidget(self.freeze)
        below = QHBoxLayout()
        below.setSpacing(16)
        for widget in (self.summary, self.assumption, self.forget):
            below.addWidget(widget)
        below.addStretch(1)
        self.forget.setAutoRaise(True)
        self.note.setVisible(False)
        split = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        split.addWidget(self.table)
        split.addWidget(self.detail)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([740, 420])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 8)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addLayout(below)
        layout.addWidget(self.note)
        layout.addWidget(split, 1)
        header = self.table.horizontalHeader()
        for column, width in (
            (columns.NUMBER, 44),
            (columns.TARGET, 96),
            (columns.VALUE, 96),
            (columns.VERDICT, 84),
            (columns.SCORE, 64),
            (columns.CLAUSE, 72),
            (columns.CHECKED, 128),
            (columns.PROOFS, 48),
        ):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            self.table.setColumnWidth(column, width)

    def _connect(self) -> None:
        self.pack.activated.connect(self._pack_chosen)
        self.subject.activated.connect(self._chosen)
        self.period.activated.connect(self._chosen)
        line = self.period.lineEdit()
        if line is not None:
            line.returnPressed.connect(self._chosen)
        self.freeze.clicked.connect(self._freeze)
        self.forget.clicked.connect(self._forget)
        self.table.selectionModel().currentRowChanged.connect(lambda: self._show_detail())
        FileDrops(self.table.viewport()).dropped.connect(self._dropped_on_table)
        self.detail.opened.connect(self._open)
        self.detail.dropped.connect(self._attach)
        self.detail.add_files.connect(self._choose_files)
        self.detail.unlinked.connect(self._unlink)
        self.detail.figures.assumed.connect(self._assume)
        self.detail.figures.filled_in.connect(self._fill_in)
        self.detail.figures.shared.connect(self._share)

    def title(self) -> str:
        return tr("评价")

    def retranslate(self) -> None:
        self.pack_label.setText(tr("政策包"))
        self.period_label.setText(tr("期间"))
        self.subject_label.setText(tr("对象"))
        self.freeze.setText(tr("定稿"))
        self.freeze.setToolTip(tr("把这次评价的数值、记录和佐证固定下来，用于申报"))
        self.forget.setText(tr("清除假设"))
        self.table.setAccessibleName(tr("指标"))
        for box, text in ((self.pack, tr("政策包")), (self.period, tr("期间")), (self.subject, tr("评价对象"))):
            box.setAccessibleName(text)
        self.period.setToolTip(tr("可以直接输入：2025、2024..2025、2025Q3、2025-07 或 @2025-12-31"))
        chosen = self._period()
        self.period.clear()
        for text, period in periods(date.today()):
            self.period.addItem(text, period)
        self._set_period(chosen or str(date.today().year))
        self.model.retranslate()
        self.detail.retranslate()
        if self._loaded:  # titles and notes come composed from the services
            self._loaded = False
            self._load()

    def arrive(self, **arguments: Any) -> None:
        """`pack`, `period`, `subject` ("carrier:ID") and `indicator` say what to show."""
        self._wanted |= {key: str(value) for key, value in arguments.items() if value}
        if not self._loaded:
            self._load()
        elif self._wanted:
            self._choose_wanted()
        elif self._stale:
            self._run()

    def changes_came(self, changes: dict[str, Any]) -> None:
        self._stale = True
        if self.isVisible() and self._loaded:
            self._soon.start()

    # -- what is judged

    def _load(self) -> None:
        self._loaded = True
        self.ops.run("settings.get", owner=self, key=_LAST, on_result=self._last_came)

    def _last_came(self, last: Any) -> None:
        if isinstance(last, dict):
            self._wanted = {**last, **self._wanted}
        self.ops.run("policy.list", owner=self, on_result=self._packs_came)

    def _packs_came(self, packs: list[dict[str, Any]]) -> None:
        self.pack.clear()
        for pack in packs:
            self.pack.addItem(pack["title"], pack["id"])
            self.pack.setItemData(self.pack.count() - 1, pack["title"], Qt.ItemDataRole.ToolTipRole)
        self._choose_wanted()

    def _choose_wanted(self) -> None:
        if "period" in self._wanted:
            self._set_period(self._wanted.pop("period"))
        place = self.pack.findData(self._wanted.pop("pack", self.pack.currentData()))
        self.pack.setCurrentIndex(max(place, 0))
        self._load_subjects()

    def _pack_chosen(self) -> None:
        self._what_if.clear()
        self._load_subjects()

    def _load_subjects(self) -> None:
        pack = self.pack.currentData()
        self.pack.setToolTip(self.pack.currentText())
        if pack:
            self.ops.run(
                "evaluation.subjects",
                owner=self,
                pack=pack,
                on_result=lambda found: self._subjects_came(pack, found),
            )

    def _subjects_came(self, pack: str, found: list[dict[str, str]]) -> None:
        if pack != self.pack.currentData():
            return
        wanted = self._wanted.pop("subject", self.subject.currentData())
        self.subject.clear()
        for item in found:
            self.subject.addItem(item["name"], f"{item['kind']}:{item['id']}")
        self.subject.setCurrentIndex(max(self.subject.findData(wanted), 0))
        if found:
            self._run()
        else:
            self._say(tr("工作区里还没有这份政策包可以评价的对象。请先登记载体、企业或本单位资料。"))

    def _set_period(self, period: str) -> None:
        place = self.period.findData(period)
        if place >= 0:
            self.period.setCurrentIndex(place)
        else:
            self.period.setEditText(period)

    def _period(self) -> str:
        text = self.period.currentText().strip()
        place = self.period.findText(text)
        return str(self.period.itemData(place)) if place >= 0 else text

    def _chosen(self) -> None:
        self._what_if.clear()
        self._run()

    # -- the evaluation

    def _run(self) -> None:
        self._soon.stop()
        pack, subject, period = self.pack.currentData(), self.subject.currentData(), self._period()
        if not (pack and subject and period):
            return
        self._stale = False
        self._asked += 1
        asked, what_if = self._asked, dict(self._what_if)
        self.ops.run(
            "evaluation.run",
            owner=self,
            pack=pack,
            period=period,
            subject=subject,
            what_if=what_if,
            on_result=lambda result: self._result_came(asked, result),
            on_fault=lambda fault: self._faulted(asked, fault),
        )

    def _result_came(self, asked: int, result: dict[str, Any]) -> None:
        if asked != self._asked:
            return  # a later one is under way
        self._say("")
        chosen = self._wanted.pop("indicator", None) or self._chosen_id()
        self._result = result
        self.model.show_indicators(result["indicators"], self._what_if)
        self.table.setColumnHidden(columns.SCORE, not self.model.scored())
        counts = result["counts"]
        self.summary.setText("    ".join(text(counts[word]) for word, text in SUMMARY if counts[word]))
        self._show_assumptions()
        place = self.model.place(chosen) if chosen else 0
        self.table.selectRow(max(place, 0))
        self._show_detail()
        last = {"pack": result["pack"]["id"], "period": result["period"], "subject": self.subject.currentData()}
        self.ops.run("settings.save", owner=self, key=_LAST, value=last)

    def _faulted(self, asked: int, fault: Fault) -> None:
        if asked == self._asked:
            self.desk.show_fault(fault)

    def _chosen_id(self) -> str | None:
        row = self.model.row(self.table.currentIndex())
        return row["id"] if row else None

    def _show_detail(self) -> None:
        row = self.model.row(self.table.currentIndex())
        measures = self._result["measures"] if self._result else {}
        self.detail.show_indicator(row, measures, self._what_if)

    def _say(self, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))

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
        self.assumption.setText(tr("假设：现有 {count} 项数值是假设的，不能定稿", count=count) if count else "")
        self.assumption.setVisible(bool(count))
        self.forget.setVisible(bool(count))
        self.freeze.setEnabled(not count and self._result is not None)

    def _fill_in(self, measure: str, text: str, basis: str) -> None:
        self.ops.run(
            "evaluation.type",
            owner=self,
            measure=measure,
            subject=self.subject.currentData(),
            period=self._period(),
            value=text,
            note=basis,
            on_result=lambda _: self.desk.notify(tr("已保存填报的数值。") if text else tr("已清除填报的数值。")),
        )

    def _share(self, text: str) -> None:
        row = self.model.row(self.table.currentIndex())
        if row is None:
            return
        if text and not text.isdecimal():
            self._say(tr("本单位份额请填整数；没有保存。"))
            return
        self.ops.run(
            "evaluation.share",
            owner=self,
            pack=self.pack.currentData(),
            rule=row["id"],
            period=self._period(),
            own_share=int(text) if text else None,
        )

    # -- evidence

    def _dropped_on_table(self, files: list[str], place: QPoint) -> None:
        index = self.table.indexAt(place)
        if index.isValid():
            self.table.selectRow(index.row())
            self._attach(files)

    def _choose_files(self) -> None:
        dialog = QFileDialog(self, tr("选择佐证文件"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._attach)
        dialog.open()

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
        self._say("\n".join(result["warnings"]))

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
            pack=self.pack.currentData(),
            period=self._period(),
            subject=self.subject.currentData(),
            on_result=self._frozen,
            on_fault=self._not_frozen,
        )

    def _frozen(self, result: Row) -> None:
        self.freeze.setEnabled(True)
        self.desk.notify(tr("已定稿：{title}", title=result["title"]))
        self.desk.open_page("application", snapshot=result["id"])

    def _not_frozen(self, fault: Fault) -> None:
        self.freeze.setEnabled(True)
        self.desk.show_fault(fault)
