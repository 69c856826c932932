"""The cases page: cases as a list or on a board under one filter, the case beside it, and money that waits."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.look import icon
from desktop.models.format import money
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.cases.board import Board
from desktop.pages.cases.claims import Claims
from desktop.pages.cases.sheet import CASE
from desktop.pages.records import RecordDetail, RecordsPage, View, choice_views
from desktop.pages.records.yearline import YearLine, linked
from desktop.widgets.basics import EmptyState
from policy.i18n import mark, spaced, tr

_ON_BOARD = ["open", "paused"]  # unless an outcome is asked for


class CasesPage(RecordsPage):
    NAME = "cases"
    ICON = "briefcase"
    VIEWS = (
        View(mark("全部结果"), "case"),
        *choice_views("case", "outcome"),
        View(mark("合同台账"), "contract", order="signed_on", descending=True),
        View(mark("未证明促成的合同"), "contract", order="registered_on", descending=True, among="unproven"),
        View(mark("中介服务台账"), "brokerage"),
        View(mark("股权台账"), "equity_holding", order="registered_on", descending=True),
        View(mark("持有中的股权"), "equity_holding", {"disposal": "held"}, order="registered_on"),
    )
    SHEETS = (CASE,)
    COLUMNS: ClassVar = {
        "contract": ("name", "own_no", "case", "buyer", "signed_on", "amount_total", "amount_tech", "registry_state"),
        "brokerage": ("contract", "our_role", "fee_amount", "fee_invoice_no", "fee_received_on"),
        "equity_holding": (
            "company", "case", "value", "total_pct", "holder", "registered_on", "separate_listed",
            "disposal", "disposed_on", "disposal_amount", "decided_by",
        ),
    }  # fmt: skip
    EMPTY: ClassVar = {
        "contract": (mark("还没有合同"), mark("合同记在案件的“合同”一栏里，或从合同台账导入。")),
        "brokerage": (mark("还没有中介服务记录"), mark("在案件的合同里打开“促成证明”登记。")),
        "equity_holding": (
            mark("还没有作价股权"),
            mark("作价投资的股权记在案件的“股权”里，持有、处置、退出都在那里。"),
        ),
    }
    IMPORTS = (
        "case", "case_log", "case_party", "case_broker", "case_milestone", "contract", "contract_amendment",
        "contract_cost", "instalment", "brokerage", "receipt", "equity_holding",
    )  # fmt: skip

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self.board = Board(ops, desk)
        for face in (self.board, None):  # it stands behind the list, and before the case, for Tab too
            self.tables["case"].show_face(face)
        self.detail: RecordDetail = self.details["case"]
        self.empty: EmptyState = self.tables["case"].empty
        self.board.opened.connect(lambda record: self.reveal("case").show_record(record))
        self.as_board, self.waiting = QPushButton(), QPushButton()
        self.as_board.setCheckable(True)
        self.as_board.toggled.connect(self._switch)
        QShortcut(QKeySequence("Ctrl+B"), self, self.as_board.toggle)
        self.waiting.setIcon(icon("hourglass"))
        self.waiting.clicked.connect(self.show_claims)
        for button in (self.as_board, self.waiting):
            self.tables["case"].add_tool(button)
        self.claims = Claims(ops, desk)
        self.claims.left.connect(self._import_left)
        self.claims.import_asked.connect(self._import_receipts)
        self.claims.counted.connect(self._counted)
        self._waiting, self._for_claims = 0, False
        self.year = YearLine(ops, "agencysheet.year", _year_words, frozenset({"contract", "brokerage", "receipt"}))
        self.year.linkActivated.connect(self.show_unproven)
        self.equity = YearLine(ops, "equity.totals", _equity_words, frozenset({"equity_holding"}), yearly=False)
        self.equity.linkActivated.connect(self.show_holdings)
        self.equity.hide()
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self.year)
            layout.addWidget(self.equity)
        self.views.currentIndexChanged.connect(lambda _place: self._line_for_view())
        self.screens.addWidget(self.claims)
        self.tables["case"].model.loaded.connect(lambda _count: self._show_on_board())
        if desk.settings.get("cases.board"):
            self.as_board.setChecked(True)

    @classmethod
    def title(cls) -> str:
        return tr("案件")

    def retranslate(self) -> None:
        super().retranslate()
        self._name_switch()
        self.as_board.setToolTip(tr("按阶段排成看板，或排成列表（Ctrl+B）"))
        self.board.retranslate()
        self.claims.retranslate()
        self.year.retranslate()
        self.equity.retranslate()
        self._counted(self._waiting)

    def arrive(self, **arguments: Any) -> None:
        """Also `start` "claims": the money that waits to be claimed; `board` true or false for the board."""
        self.claims.ask()
        if "board" in arguments:
            self.as_board.setChecked(bool(arguments["board"]))
        if arguments.get("start") == "claims":
            self.show_claims()
        else:
            super().arrive(**arguments)

    def changes_came(self, changes: dict[str, Any]) -> None:
        super().changes_came(changes)
        if self.view.among and {"brokerage", "case"} & {*changes.get("records", {}), *changes.get("bulk", ())}:
            self.model.reload()  # what is proven there is no field of a contract
        self.board.changes_came(changes)
        self.claims.changes_came(changes)
        self.year.changes_came(changes)
        self.equity.changes_came(changes)

    def open_record(self, kind: str, record: str) -> None:
        super().open_record(kind, record)
        if kind == "case":
            self.board.show_case(record)

    def case_shown(self) -> str:
        inside = self.screens.currentWidget() is self.split and not self.detail.isHidden()
        return self.detail.record() if inside else ""

    def start_new(self, kind: str = "", given: dict[str, str] | None = None) -> None:
        """A new case is proposed the number that follows."""
        super().start_new(kind, given)

        def came(answer: dict[str, str]) -> None:
            editor = self.detail.profile.form.editor("no")
            if not self.detail.record() and not editor.text():
                editor.set_text(answer["no"])

        if not self.detail.isHidden() and not self.detail.record():
            self.ops.run("case.next_no", owner=self, on_result=came, place="number")

    def show_claims(self) -> None:
        """The money that waits."""
        self.screens.setCurrentWidget(self.claims)
        self.claims.ask()
        self.claims.table.setFocus()

    def show_unproven(self, year: str) -> None:
        """The contracts that the year's count of those without proof counts."""
        self.screens.setCurrentWidget(self.split)
        self.views.setCurrentIndex(next(place for place, view in enumerate(self.VIEWS) if view.among == "unproven"))
        bounds = ({"field": "registered_on", "test": test, "value": year} for test in ("from", "to"))
        self.table.use_filter({"conditions": list(bounds)})
        self.table.view.setFocus()

    def show_holdings(self, figure: str) -> None:
        """The holdings behind one of the totals."""
        self.screens.setCurrentWidget(self.split)
        views = enumerate(self.VIEWS)
        self.views.setCurrentIndex(next(at for at, view in views if view.kind == "equity_holding" and not view.where))

        def came(told: dict[str, Any]) -> None:
            if self.view.kind == "equity_holding":  # else another list is looked at by now
                self.table.use_filter({"conditions": told["behind"][figure]})
                self.table.view.setFocus()

        self.ops.run("equity.totals", owner=self, place="holdings", on_result=came, on_fault=self.desk.show_fault)

    def _line_for_view(self) -> None:
        self.equity.setVisible(self.view.kind == "equity_holding")
        self.year.setHidden(self.view.kind == "equity_holding")

    def _switch(self, on: bool) -> None:
        self.desk.settings.set("cases.board", on)
        self._name_switch()
        self.tables["case"].show_face(self.board if on else None)
        self._show_on_board()

    def _name_switch(self) -> None:
        self.as_board.setText(tr("列表") if self.as_board.isChecked() else tr("看板"))
        self.as_board.setIcon(icon("sheet" if self.as_board.isChecked() else "columns-3"))

    def _show_on_board(self) -> None:
        if self.as_board.isChecked():
            outcome = self.view.where.get("outcome")
            self.board.shows(self.tables["case"].model.ids(), [str(outcome)] if outcome else _ON_BOARD)

    def _counted(self, count: int) -> None:
        self._waiting = count
        self.waiting.setText(tr("待认领 {n}", n=count))
        self.waiting.setToolTip(tr("财务已列出、还没有对上合同的到账"))

    def _import_left(self) -> None:
        if self._for_claims and self.screens.currentWidget() is self.importing:
            self.show_claims()  # where the list of finance was asked for
        else:
            super()._import_left()
        self._for_claims = False

    def _import_receipts(self) -> None:
        self._for_claims = True
        self.importing.kind.setCurrentIndex(self.importing.kind.findData("receipt"))
        self.start_import()


def _year_words(told: dict[str, Any]) -> list[str]:
    """What was signed and came in, what of it counts as brought about by us, and what is only registered."""
    said = [
        tr(
            "{year} 年签订 {n} 份合同 {sum} 万元，到账 {m} 笔 {received} 万元",
            year=told["year"], n=told["signed"], sum=money(told["signed_fen"]), m=told["receipts"],
            received=money(told["received_fen"]),
        )
    ]  # fmt: skip
    if told["proven"] is not None:
        sums = tr("{sum} 万元", sum=money(told["amount_fen"])) if told["amount_fen"] is not None else ""
        said.append(spaced(tr("{year} 年已证明促成 {n} 份合同", year=told["year"], n=told["proven"]), sums))
    if told["unproven"]:
        unproven = tr("另有 {n} 份已登记而未证明促成，不计入；证明记在合同的“促成证明”里", n=told["unproven"])
        said.append(linked(unproven, str(told["year"])))
    return said


def _equity_words(told: dict[str, Any]) -> list[str]:
    """What is held and gone, each leading to its rows."""
    said = {
        "held": tr("持有 {n} 项，作价 {sum} 万元", **_summed(told["held"])),
        "custody": tr("其中平台代持 {n} 项，作价 {sum} 万元", **_summed(told["custody"])),
        "gone": tr("已处置 {n} 项，原作价 {sum} 万元", **_summed(told["gone"])),
        "sold": tr("处置所得 {n} 项 {sum} 万元", **_summed(told["sold"])),
    }
    return [linked(text, figure) if told[figure]["n"] else text for figure, text in said.items()]


def _summed(figure: dict[str, int]) -> dict[str, Any]:
    return {"n": figure["n"], "sum": money(figure["fen"])}
