"""The torch record of a whole carrier: firms with what they lack and what is asked, states for many, the workbook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from desktop.fields import choice_label, kind_info
from desktop.look import GRID, icon, state_icon
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.calculators.tab import Tab, workbook_kind
from desktop.pages.evidence.rows import Column, RowsModel, RowsView, opens, table_view
from desktop.pages.firms.torch import QUARTERS, STATES, fill_years, name_quarters
from desktop.widgets.basics import CalmCombo, primary, quiet
from policy.i18n import clauses, labelled, listed, mark, sentences, tr

Row = dict[str, Any]


class TorchYearTab(Tab):
    """One carrier and one period; a row opens the firm's own record."""

    TITLE = mark("火炬年报")

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self._told: Row = {}
        self.carrier, self.year, self.quarter = CalmCombo(), CalmCombo(), CalmCombo()
        self.carrier.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToContents)  # named after it is first shown
        fill_years(self.year)
        for code in QUARTERS:
            self.quarter.addItem("", code)
        for combo in (self.carrier, self.year, self.quarter):
            combo.currentIndexChanged.connect(lambda _place: self._ask())
        self._said = quiet()
        self.model = RowsModel(
            (
                Column(lambda: tr("企业"), lambda row: str(row["name"])),
                Column(lambda: tr("填报状态"), _state, icon=lambda row: state_icon(STATES[row["state"]])),
                _number("missing", lambda: tr("缺项"), lambda row: listed(row["lacks"])),
                _number("doubts", lambda: tr("疑问"), lambda row: clauses(row["texts"])),
                Column(lambda: tr("未说明"), lambda row: str(row["open"]), order=lambda row: row["open"], right=True,
                       icon=lambda row: state_icon("warn") if row["open"] else None),
                Column(lambda: tr("当年毕业"), lambda row: tr("毕业") if row["graduated"] else ""),
                Column(lambda: tr("上年数据"), lambda row: tr("有") if row["last"] else tr("无")),
            ),
            self,
        )  # fmt: skip
        self.table = table_view(self.model, stretch=0)
        self.table.setSelectionMode(RowsView.SelectionMode.ExtendedSelection)
        opens(self.table, self._open)
        self._asked_of = quiet()
        self.table.selectionModel().currentRowChanged.connect(lambda index, _: self._tell(self.model.row(index)))
        self.mark, self.export = QPushButton(), primary()
        self.states = QMenu(self.mark)
        for code in ("draft", "confirmed", "reported"):
            self.states.addAction("").setData(code)
        self.states.triggered.connect(lambda action: self._set_state(str(action.data())))
        self.mark.setMenu(self.states)
        self.export.clicked.connect(lambda _checked=False: self._export())
        top, foot = QHBoxLayout(), QHBoxLayout()
        top.setSpacing(GRID)
        foot.setSpacing(GRID)
        for combo in (self.carrier, self.year, self.quarter):
            top.addWidget(combo)
        top.addStretch(1)
        foot.addWidget(self._asked_of, 1)
        foot.addWidget(self.mark)
        foot.addWidget(self.export)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.message)
        layout.addWidget(self._said)
        layout.addWidget(self.table, 1)
        layout.addLayout(foot)

    def retranslate(self) -> None:
        self.carrier.setAccessibleName(tr("载体"))
        self.year.setAccessibleName(tr("年度"))
        self.quarter.setAccessibleName(tr("期间"))
        self.table.setAccessibleName(tr("各家填报情况"))
        name_quarters(self.quarter)
        field = kind_info("firm_year").field("state")
        self.mark.setText(tr("选中的标为"))
        self.mark.setIcon(icon("list-checks"))
        for action in self.states.actions():
            action.setText(choice_label(field, str(action.data())))
        self.export.setText(tr("生成年报工作簿…"))
        self.model.retranslate()
        if self._told:
            self._ask()

    def arrive(self, **arguments: Any) -> None:
        """`carrier` and `year`."""

        def came(rows: list[Row]) -> None:
            chosen = str(arguments.get("carrier") or self.carrier.currentData() or "")
            self.carrier.blockSignals(True)
            self.carrier.clear()
            for row in rows:
                self.carrier.addItem(str(row["name"]), row["id"])
            self.carrier.setCurrentIndex(max(self.carrier.findData(chosen), 0) if rows else -1)
            self.carrier.blockSignals(False)
            self._ask()

        def listed_ids(ids: list[str]) -> None:
            self.ops.run("records.rows", owner=self, place="carriers", on_result=came, kind="carrier", ids=ids)

        if (place := self.year.findData(arguments.get("year"))) >= 0:
            self.year.setCurrentIndex(place)
        self.ops.run("records.ids", owner=self, place="carriers", on_result=listed_ids, kind="carrier", order="name")

    def refresh(self) -> None:
        self.arrive()

    def _period(self) -> Row:
        return {"year": self.year.currentData(), "quarter": self.quarter.currentData() or ""}

    def _ask(self) -> None:
        carrier = self.carrier.currentData()
        self.export.setEnabled(bool(carrier) and not self.quarter.currentData())
        shown = all(self._told.get(name) == value for name, value in {"carrier": carrier, **self._period()}.items())
        self.mark.setEnabled(shown)  # else those listed are still of another carrier or period
        if carrier:
            self.ask("torch.overview", self._came, carrier=carrier, **self._period())
        else:
            self._said.setText(tr("还没有登记载体；先在“记录”里登记载体和入驻企业。"))

    def _came(self, told: Row) -> None:
        self._told = told
        self.mark.setEnabled(True)
        self.model.set_rows(told["rows"])
        counts, field = told["counts"], kind_info("firm_year").field("state")
        names = {"": tr("未填"), **{code: choice_label(field, code) for code in counts if code}}
        states = clauses(labelled(names[code], number) for code, number in counts.items() if number)
        head = tr("{n} 家企业（年末在孵和当年毕业），另有团队 {teams} 个。", n=len(told["rows"]), teams=told["teams"])
        self._said.setText(sentences(head, states, *(one["text"] for one in told["findings"])))
        self._tell(self.model.row(self.table.currentIndex()))

    def _tell(self, row: Row | None) -> None:
        self._asked_of.setText(clauses(row["texts"][:2]) if row is not None else "")

    def _open(self, row: Row) -> None:
        asked = self._period()
        self.desk.open_page("firms", kind="firm", id=row["id"], torch=int(asked["year"]), quarter=asked["quarter"])

    def _set_state(self, state: str) -> None:
        rows = [row for index in self.table.selectionModel().selectedRows() if (row := self.model.row(index))]
        if not rows:
            self.message.show_text("info", tr("先在列表里选中企业；Ctrl+A 全选。"))
            return

        def done(answer: Row) -> None:
            without = labelled(tr("还没有数据"), listed(answer["without"])) if answer["without"] else ""
            text = clauses(part for part in (tr("已更改 {n} 家", n=answer["changed"]), without) if part)
            self.message.show_text("warn" if without else "good", text)

        self.ops.run(
            "torch.state",
            owner=self,
            on_result=done,
            on_fault=self.message.show_fault,
            state=state,
            firms=[row["id"] for row in rows],
            **self._period(),
        )

    def _export(self) -> None:
        proposed = tr("{name} {year} 年火炬统计.xlsx", name=self._told["name"], year=self._told["year"])
        file, _ = QFileDialog.getSaveFileName(self, tr("另存为"), proposed, workbook_kind())
        if not file:
            return

        def written(answer: Row) -> None:
            blank = len(answer["blank"]) + bool(answer["summary_blank"])
            gaps = tr("{n} 家（含载体）还有空着的必填项，列在第三张表里。", n=blank) if blank else tr("必填项都有了。")
            said = tr("已写入 {file}，{rows} 家企业，金额以千元计。", file=answer["file"], rows=answer["rows"])
            self.message.show_text("warn" if blank else "good", sentences(said, gaps))

        self.ops.run(
            "torch.workbook",
            owner=self,
            title=tr("写出文件"),
            on_result=written,
            on_fault=self.message.show_fault,
            file=file,
            carrier=self._told["carrier"],
            year=self._told["year"],
        )


def _number(name: str, title: Callable[[], str], tip: Callable[[Row], str]) -> Column:
    return Column(title, lambda row: str(row[name]), order=lambda row: row[name], right=True, tip=tip)


def _state(row: Row) -> str:
    return choice_label(kind_info("firm_year").field("state"), row["state"]) if row["state"] else tr("未填")
