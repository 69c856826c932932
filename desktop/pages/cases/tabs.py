"""The smaller tabs of a case: brokers with their sum, duties of a price, distributions, deadlines, checks and proof."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.fields import choice_label, kind_info
from desktop.look import GRID, icon, state_icon
from desktop.models import format as shown_as
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.evidence.rows import Column, RowsModel, opens, table_view
from desktop.pages.overview.deadlines import Deadlines
from desktop.widgets.basics import CalmCombo, StatusChip, primary, quiet
from desktop.widgets.message import MessageBar
from desktop.widgets.related import Related
from desktop.widgets.room import Flow
from policy.i18n import clauses, listed, mark, spaced, tr

Row = dict[str, Any]

_DUTIES = {
    "done": (mark("已办"), "good"),
    "missing": (mark("未办"), "bad"),
    "late": (mark("逾期"), "bad"),
    "info": (mark("参考"), "info"),
}


_MOST_PAPERS = 4  # that prove one brokerage


class Brokers(Related):
    """Who brokers the case; their shares sum to 100 %, which is shown and warned about, never forced."""

    def __init__(self, ops: Ops, desk: Desk) -> None:
        super().__init__(ops, "case_broker", "case", ("person", "role", "share_pct", "starts_on", "ends_on"), desk)
        self._asking, self.sum = ops, StatusChip()
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)  # noqa: S101 - as the base lays it out
        layout.insertWidget(0, self.sum)

    def show_parent(self, record: str) -> None:
        super().show_parent(record)
        self._sum_up()

    def changes_came(self, changes: dict[str, Any]) -> None:
        super().changes_came(changes)
        self._sum_up()

    def _sum_up(self) -> None:
        def came(answer: Row) -> None:
            self.sum.setVisible(answer["brokers"] > 0)
            total = f"{answer['sum'] / 100:.2f}".rstrip("0").rstrip(".")
            if answer["whole"]:
                self.sum.set_state("good", tr("份额合计 100%"))
            elif answer["blanks"]:
                self.sum.set_state("warn", tr("份额合计 {sum}%，{n} 人未填", sum=total, n=answer["blanks"]))
            else:
                self.sum.set_state("warn", tr("份额合计 {sum}%，应为 100%；尾差请记给一人", sum=total))

        if self._parent_id:
            self._asking.run("case.shares", owner=self, on_result=came, place="shares", case=self._parent_id)


class RowsTab(QWidget):
    """A tab over rows that a service answers: a line above, the table, and buttons below."""

    def __init__(
        self, ops: Ops, desk: Desk, columns: tuple[Column, ...], stretch: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.ops, self.desk, self.record = ops, desk, ""
        self.message = MessageBar(self)
        self.said = quiet()
        self.model = RowsModel(columns, self)
        self.table = table_view(self.model, stretch=stretch)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(GRID)
        self.buttons.addWidget(self.said, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.message)
        layout.addLayout(self.buttons)
        layout.addWidget(self.table, 1)

    def show_parent(self, record: str) -> None:
        """Ask for the rows of this record."""
        if record != self.record:
            self.model.set_rows([])
        self.record = record
        if record:
            self.ask()

    def changes_came(self, _changes: dict[str, Any]) -> None:
        """Ask again."""
        self.show_parent(self.record)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.model.retranslate()
        if self.record:
            self.ask()

    def ask(self) -> None:
        """Ask the service; subclasses say which."""
        raise NotImplementedError

    def run(self, service: str, came: Any, **asked: Any) -> None:
        """Ask about the record shown; only the last question is answered."""
        self.ops.run(service, owner=self, on_result=came, on_fault=self.message.show_fault, place="rows", **asked)


class PricingDuties(RowsTab):
    """What the way of pricing asks for, from the policy packs, each duty with its clause."""

    def __init__(self, ops: Ops, desk: Desk) -> None:
        columns = (
            Column(
                lambda: tr("状态"),
                lambda row: tr(_DUTIES[row["state"]][0]),
                icon=lambda row: state_icon(_DUTIES[row["state"]][1]),
            ),
            Column(lambda: tr("事项"), lambda row: row["title"]),
            Column(lambda: tr("还差"), lambda row: row["text"], most=24),
            Column(lambda: tr("依据"), lambda row: spaced(row["clause"], row["source"]), most=24),
        )
        super().__init__(ops, desk, columns, 1)
        self.open = QPushButton()
        self.open.setIcon(icon("calculator"))
        self.open.clicked.connect(lambda: desk.open_page("calculators", tab="pricing", id=self.record))
        self.buttons.addWidget(self.open)

    def retranslate(self) -> None:
        self.open.setText(tr("在测算中打开"))
        self.table.setAccessibleName(tr("应办事项"))
        super().retranslate()

    def ask(self) -> None:
        def came(answer: Row) -> None:
            self.model.set_rows([{**duty, "id": f"{duty['pack']}/{duty['rule']}"} for duty in answer["duties"]])
            open_ones = answer["counts"]["missing"] + answer["counts"]["late"]
            self.said.setText(tr("还有 {n} 项未办", n=open_ones) if open_ones else tr("应办事项都已办。"))

        self.run("pricing.path", came, record=self.record)


class Distributions(RowsTab):
    """How the case's money was shared out; each opens where it is worked out."""

    def __init__(self, ops: Ops, desk: Desk) -> None:
        info = kind_info("distribution")
        columns = (
            Column(lambda: tr("合同"), lambda row: row["contract_title"]),
            Column(lambda: tr("批次"), lambda row: str(row["batch"]), right=True),
            Column(lambda: tr("实际成交额（元）"), lambda row: shown_as.money(row["gross"], "元"), right=True),
            Column(lambda: tr("净收入（元）"), lambda row: shown_as.money(row["net"], "元"), right=True),
            Column(lambda: tr("奖励基数"), lambda row: choice_label(info.field("basis"), row["basis"] or "")),
            Column(lambda: tr("明细"), lambda row: tr("{n} 行", n=row["lines"])),
            Column(lambda: tr("发放完毕"), lambda row: row["paid_on"] or tr("未发放")),
        )
        super().__init__(ops, desk, columns, 0)
        self.contract, self.new, self.open = CalmCombo(), primary(), QPushButton()
        self.open.setIcon(icon("calculator"))
        self.new.clicked.connect(self._start)
        self.open.clicked.connect(self._open)
        opens(self.table, lambda row: desk.open_page("calculators", tab="distribution", id=row["id"]))
        for part in (self.open, self.contract, self.new):
            self.buttons.addWidget(part)
        self._offer([])

    def show_parent(self, record: str) -> None:
        if record != self.record:
            self._offer([])  # what another case has to share out is none of this one's
        super().show_parent(record)

    def retranslate(self) -> None:
        self.open.setText(tr("在测算中打开"))
        self.new.setText(tr("分配这份合同"))
        self.contract.setAccessibleName(tr("要分配的合同"))
        self.table.setAccessibleName(tr("收益分配"))
        super().retranslate()

    def ask(self) -> None:
        def came(answer: Row) -> None:
            self.model.set_rows(answer["rows"])
            self.open.setEnabled(bool(answer["rows"]))
            self._offer(answer["open"])
            self.said.setText(
                tr("{n} 份合同的到账还没有分配", n=len(answer["open"]))
                if answer["open"]
                else tr("到账都已分配。")
                if answer["rows"]
                else tr("还没有到账可以分配。")
            )

        self.run("case.distributions", came, case=self.record)

    def _offer(self, contracts: list[Row]) -> None:
        """The contracts whose money is not shared out yet; the one chosen stays chosen."""
        chosen = self.contract.currentData()
        self.contract.clear()
        for one in contracts:
            sums = tr("{sum} 万元", sum=shown_as.money(one["amount"]))
            self.contract.addItem(spaced(one["title"], sums), one["contract"])
        self.contract.setCurrentIndex(max(self.contract.findData(chosen), 0 if contracts else -1))
        for part in (self.contract, self.new):
            part.setVisible(bool(contracts))

    def _open(self) -> None:
        row = self.model.row(self.table.currentIndex()) or next(iter(self.model.rows()), None)
        if row is not None:
            self.desk.open_page("calculators", tab="distribution", id=row["id"])

    def _start(self) -> None:
        self.desk.open_page("calculators", tab="distribution", contract=self.contract.currentData())


class CaseDeadlines(QWidget):
    """The dates of the case and of what hangs on it."""

    def __init__(self, ops: Ops, desk: Desk) -> None:
        super().__init__()
        self._ops, self._case = ops, ""
        self.message = MessageBar(self)
        self.list = Deadlines()
        self.list.opened.connect(desk.open_record)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.addWidget(self.message)
        layout.addWidget(self.list, 1)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.list.retranslate()
        self.list.empty.set_texts(tr("这个案件没有到期事项"), tr("填写下一步日期、应收日期或赋权日期后会列在这里。"))

    def show_parent(self, record: str) -> None:
        """The dates of this case."""
        self._case = record
        if record:
            self._ops.run(
                "case.deadlines",
                owner=self,
                on_result=self.list.set_rows,
                on_fault=self.message.show_fault,
                place="list",
                case=record,
            )

    def changes_came(self, _changes: dict[str, Any]) -> None:
        """Ask again."""
        self.show_parent(self._case)


class Checks(RowsTab):
    """What to look at in a contract: it warns, and nothing is kept back."""

    def __init__(self, ops: Ops, desk: Desk) -> None:
        columns = (
            Column(lambda: tr("项目"), lambda row: row["label"] or tr("合同"), icon=lambda _row: state_icon("warn")),
            Column(lambda: tr("请核对"), lambda row: row["text"]),
        )
        super().__init__(ops, desk, columns, 1)

    def retranslate(self) -> None:
        self.table.setAccessibleName(tr("核对"))
        super().retranslate()

    def ask(self) -> None:
        def came(rows: list[Row]) -> None:
            self.model.set_rows([{**row, "id": f"{place}"} for place, row in enumerate(rows)])
            self.said.setText(tr("{n} 处请核对；不影响保存。", n=len(rows)) if rows else tr("没有发现问题。"))

        self.run("contract.checks", came, contract=self.record)


class Proof(QWidget):
    """Whether it is proven that we brought a contract about, what is missing for it, and the record of brokerage."""

    def __init__(self, ops: Ops, desk: Desk) -> None:
        super().__init__()
        self._ops, self._contract = ops, ""
        self.state, self._missing, self.message = StatusChip(), quiet(), MessageBar(self)
        self._target = ""  # what a paper hangs on: the brokerage, or the contract as long as there is none
        self._attach, self._papers = Flow(), [QPushButton() for _ in range(_MOST_PAPERS)]
        for place, button in enumerate(self._papers):
            button.clicked.connect(lambda _checked=False, place=place: self._choose(place))
            button.hide()
            self._attach.addWidget(button)
        self._kinds: list[str] = []
        columns = ("our_role", "fee_amount", "fee_invoice_no", "fee_received_on")
        self.records = Related(ops, "brokerage", "contract", columns, desk)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self.state)
        layout.addWidget(self._missing)
        layout.addLayout(self._attach)
        layout.addWidget(self.message)
        layout.addWidget(self.records, 1)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.records.retranslate()
        if self._contract:
            self._ask()

    def show_parent(self, record: str) -> None:
        """The proof of this contract."""
        if record != self._contract:
            self.message.clear()
        self._contract = record
        self.records.show_parent(record)
        self._ask()

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Ask again."""
        self.records.changes_came(changes)
        self._ask()

    def _ask(self) -> None:
        def came(rows: list[Row]) -> None:
            if rows:
                told = rows[0]
                self.state.set_state("good" if told["proven"] else "warn", spaced(told["state"], told["role_shown"]))
                self._missing.setText(tr("还缺：{what}", what=listed(told["missing"])) if told["missing"] else "")
                self._missing.setVisible(bool(told["missing"]))
                self._target = f"brokerage:{told['record']}" if told["record"] else f"contract:{told['contract']}"
                self._offer(told["papers"])

        if self._contract:
            self._ops.run("contract.proof", owner=self, on_result=came, place="proof", contract=self._contract)

    def _offer(self, papers: list[Row]) -> None:
        """A button for each paper that proves it, which says whether it is there."""
        self._kinds = [paper["doc_kind"] for paper in papers]
        for button in self._papers[len(papers) :]:
            button.hide()
        for paper, button in zip(papers, self._papers, strict=False):
            button.show()
            had = tr("{paper} {n} 份", paper=paper["label"], n=paper["files"])
            button.setText(had if paper["files"] else tr("附上{paper}…", paper=paper["label"]))
            button.setToolTip(tr("选择文件，作为这份合同的{paper}保存", paper=paper["label"]))
            button.setIcon(state_icon("good") if paper["files"] else icon("file-plus"))

    def _choose(self, place: int) -> None:
        target, kind = self._target, self._kinds[place]
        files, _ = QFileDialog.getOpenFileNames(self, tr("选择文件"))

        def added(answer: Row) -> None:
            if answer["otherwise"]:
                self._ask_kind(answer["otherwise"][0], kind)
            elif answer["warnings"]:
                self.message.show_text("warn", clauses(answer["warnings"]))
            self._ask()  # what hangs on the brokerage is no change of a record of its kind

        if files:
            self._ops.run(
                "evidence.add",
                owner=self,
                on_result=added,
                on_fault=self.message.show_fault,
                title=tr("正在添加佐证"),
                files=files,
                target=target,
                values={"doc_kind": kind},
            )

    def _ask_kind(self, file: Row, kind: str) -> None:
        """The file was here already as another kind of paper: whether it is to be this one is for people to say."""
        field = kind_info("evidence").field("doc_kind")
        wanted = choice_label(field, kind)

        def change() -> None:
            self.message.clear()
            self._ops.run(
                "records.edit",
                owner=self,
                on_result=lambda _answer: self._ask(),
                on_fault=self.message.show_fault,
                kind="evidence",
                id=file["id"],
                values={"doc_kind": kind},
            )

        text = tr(
            "“{title}”已在佐证库中，种类是{was}，不是{wanted}；已关联到这里，种类没有改。",
            title=file["title"], was=choice_label(field, file["doc_kind"]), wanted=wanted,
        )  # fmt: skip
        self.message.show_text("warn", text, tr("种类改为{wanted}", wanted=wanted), change)
