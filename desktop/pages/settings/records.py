"""操作记录: who decided what, when, on which figures; whether the chain holds; looking up a head; the extract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.look import GRID
from desktop.models.format import moment
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.evidence.rows import Column, Row, RowsModel, opens, table_view
from desktop.widgets.basics import CalmCombo, StatusChip, heading, quiet
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Flow
from policy.errors import Fault
from policy.i18n import clauses, labelled, spaced, tr

_PAGE = 200  # entries asked for at a time
_PAUSE = 250  # ms of no typing before the list is asked for anew
_SHOWN_DIGEST = 16


class Records(QWidget):
    """The audit log; nothing in it can be changed here or anywhere."""

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._desk = ops, desk
        self._status: dict[str, Any] = {}
        self._rows: list[Row] = []
        self._next: int | None = None
        self._current: Row | None = None
        self._build()
        self._lay_out()
        self._connect()

    def _build(self) -> None:
        self.message = MessageBar(self)
        self._head, self._check_head, self._check_said = heading(), heading(), quiet()
        self.chain = StatusChip()
        self.verify = QPushButton()
        self.since, self.until = QLineEdit(maxLength=10), QLineEdit(maxLength=10)
        self.text = QLineEdit(maxLength=100, clearButtonEnabled=True)
        self.person, self.group = CalmCombo(), CalmCombo()
        self.model = RowsModel(
            (
                Column(lambda: tr("序号"), lambda row: str(row["seq"]), order=lambda row: row["seq"], right=True),
                Column(lambda: tr("时间"), lambda row: moment(row["at"]), order=lambda row: row["at"]),
                Column(lambda: tr("操作人"), lambda row: row["who"]),
                Column(lambda: tr("事项"), lambda row: row["text"]),
                Column(lambda: tr("对象"), _subject),
            ),
            self,
        )
        self.table = table_view(self.model, stretch=3)
        self.detail = quiet()
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.more, self.open, self.print = QPushButton(), QPushButton(), QPushButton()
        self.paper, self.length, self.check = QLineEdit(maxLength=120), QLineEdit(maxLength=15), QPushButton()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)

    def _lay_out(self) -> None:
        filters = Flow()
        for part in (self.text, self.person, self.group, self.since, self.until):
            filters.addWidget(part, 3 if part is self.text else 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.message)
        layout.addWidget(self._head)
        layout.addLayout(_line(self.chain, self.verify))
        layout.addLayout(filters)
        self.table.setMinimumHeight(240)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.detail)
        layout.addLayout(_line(self.open, self.print, None, self.more))
        layout.addWidget(self._check_head)
        layout.addWidget(self._check_said)
        layout.addLayout(_line(self.paper, self.length, self.check))
        self.length.setMaximumWidth(120)

    def _connect(self) -> None:
        self.verify.clicked.connect(self._verify)
        self._pause.timeout.connect(self._load)
        for line in (self.text, self.since, self.until):
            line.textChanged.connect(lambda _text: self._pause.start())
        for choice in (self.person, self.group):
            choice.activated.connect(lambda _place: self._load())
        self.table.selectionModel().currentRowChanged.connect(self._row_changed)
        opens(self.table, self._open)
        self.more.clicked.connect(lambda: self._load(more=True))
        self.open.clicked.connect(self._open_current)
        self.print.clicked.connect(self._print)
        self.check.clicked.connect(self._check)
        self.paper.returnPressed.connect(self._check)
        self.paper.textChanged.connect(lambda text: self.check.setEnabled(bool(text.strip())))

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self._head.setText(tr("操作记录"))
        self.verify.setText(tr("核对全部记录"))
        for line, name in (
            (self.text, tr("对象或操作人")),
            (self.since, tr("起始日期")),
            (self.until, tr("截止日期")),
            (self.paper, tr("纸面、报送包、回执或备份上的末值")),
            (self.length, tr("条数（可不填）")),
        ):
            line.setPlaceholderText(name)
            line.setAccessibleName(name)
        self.person.setAccessibleName(tr("操作人"))
        self.group.setAccessibleName(tr("事项类别"))
        self.table.setAccessibleName(tr("操作记录"))
        self.more.setText(tr("更早的记录"))
        self.open.setText(tr("打开对象"))
        self.print.setText(tr("打印该案件的决策…"))
        self._check_head.setText(tr("核对留在外面的末值"))
        self._check_said.setText(
            tr(
                "每条记录都连着前一条，末值就是最后一条的摘要（一串校验码）；改动或删去任何一条，就与从前留在纸面或备份上的末值对不上。"
            )
        )
        self.check.setText(tr("核对"))
        self.check.setEnabled(bool(self.paper.text().strip()))
        self.model.retranslate()
        self._fill_status()
        self._show_current()
        if self._rows:
            self.arrive()  # the sentences come in the language of the service

    def arrive(self) -> None:
        """Ask for how the chain stands and the newest entries."""
        self._ops.run(
            "audit.status", owner=self, place="status", on_result=self._status_came, on_fault=self.message.show_fault
        )
        self._load()

    def _load(self, *, more: bool = False) -> None:
        def came(answer: dict[str, Any]) -> None:
            self.message.clear()
            new = [{**entry, "id": str(entry["seq"])} for entry in answer["entries"]]
            self._rows = [*self._rows, *new] if more else new
            self._next = answer["next"]
            self.model.set_rows(self._rows)
            self.more.setEnabled(self._next is not None)
            self._row_changed(self.table.currentIndex())

        self._ops.run(
            "audit.list",
            owner=self,
            place="list",
            on_result=came,
            on_fault=self.message.show_fault,
            since=self.since.text().strip() or None,
            until=self.until.text().strip() or None,
            person=self.person.currentData(),
            group=self.group.currentData(),
            text=self.text.text().strip(),
            before=self._next if more else None,
            limit=_PAGE,
        )

    def _status_came(self, status: dict[str, Any]) -> None:
        self._status = status
        self._fill_status()

    def _fill_status(self) -> None:
        status = self._status
        if not status:
            return
        _refill(self.person, tr("全部操作人"), [(one["name"], one["id"]) for one in status["people"]])
        _refill(self.group, tr("全部事项"), [(one["title"], one["id"]) for one in status["groups"]])
        chain = tr("{n} 条，末值 {head}", n=status["length"], head=status["head"][:_SHOWN_DIGEST])
        checked = status["verified"]
        if checked is None:
            self.chain.set_state("unknown", spaced(chain, tr("尚未核对")))
            return
        told = (
            tr("{time} 核对完好", time=moment(checked["at"]))
            if checked["ok"]
            else tr("{time} 核对有问题", time=moment(checked["at"]))
        )
        self.chain.set_state("good" if checked["ok"] else "bad", spaced(chain, told))

    def _row_changed(self, index: QModelIndex, _before: QModelIndex | None = None) -> None:
        self._current = self.model.row(index)
        self._show_current()

    def _show_current(self) -> None:
        row = self._current
        self.open.setEnabled(bool(row and row["subject"]["there"]))
        self.print.setEnabled(bool(row and row["subject"]["kind"] == "case" and row["subject"]["there"]))
        if row is None:
            self.detail.setText(tr("选中一条，看当时的数值和它的摘要。"))
            return
        figures = clauses(labelled(item["label"], item["shown"]) for item in row["figures"])
        digest = labelled(tr("本条摘要"), row["digest"])
        self.detail.setText("\n".join(filter(None, (figures, digest))))

    def _open_current(self) -> None:
        if self._current is not None:
            self._open(self._current)

    def _open(self, row: Row) -> None:
        if row["subject"]["there"]:
            self._desk.open_record(row["subject"]["kind"], row["subject"]["id"])

    def _verify(self) -> None:
        self.verify.setEnabled(False)

        def done(answer: dict[str, Any]) -> None:
            self.verify.setEnabled(True)
            self._ops.run("audit.status", owner=self, place="status", on_result=self._status_came)
            if answer["ok"]:
                said = tr("全链 {n} 条完好，与 {heads} 处留存的末值一致。", n=answer["length"], heads=answer["heads"])
                self.message.show_text("good", said)
            else:
                told = clauses(problem["text"] for problem in answer["problems"][:20])
                self.message.show_text(
                    "bad", tr("操作记录链有问题：{told}。记录没有改动；请保留现状并查明。", told=told)
                )

        def failed(fault: Fault) -> None:
            self.verify.setEnabled(True)
            self.message.show_fault(fault)

        self._ops.run(
            "audit.verify",
            owner=self,
            on_result=done,
            on_fault=failed,
            on_cancelled=lambda: self.verify.setEnabled(True),
            title=tr("正在核对操作记录"),
        )

    def _check(self) -> None:
        def done(answer: dict[str, Any]) -> None:
            if answer["found"]:
                said = tr("链上有这个末值：第 {entry} 条，现有 {length} 条。", **_numbers(answer))
                self.message.show_text("good", said)
                return
            said = tr(
                "链上没有这个末值：链尾被截断、整条链被重做，或它不属于本工作区。现有 {length} 条。", **_numbers(answer)
            )
            self.message.show_text("bad", said)

        self._ops.run(
            "audit.check",
            owner=self,
            on_result=done,
            on_fault=self.message.show_fault,
            head=self.paper.text(),
            length=self.length.text().strip() or None,
        )

    def _print(self) -> None:
        if self._current is None:
            return
        subject = self._current["subject"]
        start = str(Path.home() / f"{tr('决策摘录')}.pdf")
        file, _ = QFileDialog.getSaveFileName(self, tr("打印该案件的决策"), start, "PDF (*.pdf)")
        if not file:
            return

        def done(answer: dict[str, Any]) -> None:
            self._desk.notify(tr("已写出 {n} 条决策：{file}", n=answer["entries"], file=answer["file"]))
            self.arrive()

        self._ops.run(
            "audit.extract",
            owner=self,
            on_result=done,
            on_fault=self.message.show_fault,
            title=tr("正在打印决策摘录"),
            case=subject["id"],
            out=file,
        )


def _subject(row: Row) -> str:
    if row["subject"]["kind"] == "workspace":  # its number tells nobody anything
        return tr("工作区")
    return str(row["subject"]["title"] or row["subject"]["id"][:8])


def _numbers(answer: dict[str, Any]) -> dict[str, Any]:
    return {"entry": answer["entry"], "length": answer["length"]}


def _refill(choice: CalmCombo, every: str, items: list[tuple[str, str]]) -> None:
    """Fill a choice again and keep what was chosen."""
    chosen = choice.currentData()
    choice.clear()
    choice.addItem(every, None)
    for text, data in items:
        choice.addItem(text, data)
    choice.setCurrentIndex(max(0, choice.findData(chosen)))


def _line(*parts: QWidget | None) -> Flow:
    """Parts beside one another; None takes the room between them, and text fields take what they can."""
    row = Flow()
    for part in parts:
        if part is None:
            row.addStretch(1)
        else:
            row.addWidget(part, 1 if isinstance(part, QLineEdit | StatusChip) else 0)
    return row
