"""Services to firms: a quick entry on a firm's sheet, and what firms have not confirmed, firm by firm."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.fields import choice_label, fields_of, kind_info
from desktop.look import GRID, icon, state_icon
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.calculators.tab import Tab
from desktop.pages.evidence.rows import Column, RowsModel, RowsView, opens, table_view
from desktop.pages.printing import print_of
from desktop.pages.results.lists import declared_columns
from desktop.widgets.basics import CalmCombo, primary, quiet
from desktop.widgets.form import FormEditor
from desktop.widgets.message import MessageBar
from desktop.widgets.related import Related
from desktop.widgets.room import Flow, Panes
from policy.dates import today
from policy.errors import Fault
from policy.i18n import clauses, mark, tr

Row = dict[str, Any]
_COLUMNS = ("happened_on", "kind", "topic", "minutes", "provider", "confirmed")
_QUICK = ("kind", "happened_on", "provider", "minutes", "topic")


class ServicesTab(Related):
    """The services of a firm, with a quick entry: kind, day, who, how long, what; the carrier is that of its stay."""

    def __init__(self, ops: Ops, desk: Desk) -> None:
        super().__init__(ops, "service_log", "firm", _COLUMNS, desk)
        self._asking, self._desk = ops, desk
        self.message = MessageBar(self)
        self._said = quiet()
        self._on_the_way: list[tuple[dict[str, str], str]] = []  # what was entered for which firm, not yet answered
        self.quick = FormEditor(ops, fields_of("service_log", _QUICK), 4)
        self.add.hide()  # one way to enter a service: above the list; the row chosen has the rest of it below
        self.enter, self.confirm, self.print = primary(), QPushButton(), QPushButton()
        self.print.setIcon(icon("printer"))
        self.enter.clicked.connect(lambda _checked=False: self.enter_now())
        self.confirm.clicked.connect(lambda _checked=False: self._confirm())
        self.print.clicked.connect(lambda _checked=False: self._print())
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self.quick, self.enter_now)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        row = Flow()
        row.addWidget(self._said, 1)
        for button in (self.print, self.confirm, self.enter):
            row.addWidget(button)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)  # noqa: S101 - as the base lays it out
        layout.insertWidget(0, self.message)
        layout.insertWidget(1, self.quick)
        layout.insertLayout(2, row)
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        super().retranslate()
        if hasattr(self, "print"):  # the base asks before they are there
            self.enter.setText(tr("登记服务"))
            self.enter.setToolTip(tr("Ctrl+回车；按 Insert 键从列表回到这里再登记一次"))
            self.table.empty.set_texts(
                tr("还没有服务记录"), tr("在上面填好后按“登记服务”，或从表格连同表头复制后在这里粘贴。")
            )
            self.confirm.setText(tr("选中的已签字"))
            self.confirm.setToolTip(tr("把选中的服务标为企业已签字确认"))
            self.print.setText(tr("打印确认表…"))
            self.quick.retranslate()
            for line in self.quick.editor("happened_on").findChildren(QLineEdit):
                line.setPlaceholderText(tr("今天"))
            self._count()

    def show_parent(self, record: str) -> None:
        """List what belongs to this record."""
        super().show_parent(record)
        self._count()

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Refresh what changed."""
        super().changes_came(changes)
        self._count()

    def start_new(self) -> None:
        """The cursor into the entry above the list."""
        self.quick.editor(_QUICK[0]).setFocus()

    def enter_now(self) -> None:
        """Keep the service typed above."""
        typed, firm = self.quick.values(), self._parent_id
        if (typed, firm) in self._on_the_way:  # the keys were pressed twice
            return
        self._on_the_way.append((typed, firm))
        values = {name: text for name, text in typed.items() if text}

        def kept(answer: Row) -> None:
            self._on_the_way.remove((typed, firm))
            if (self.quick.values(), self._parent_id) == (typed, firm):  # else the next one is begun already
                self.quick.load({"kind": values.get("kind"), "provider": values.get("provider"), "_titles": {}})
                self.quick.editor("topic").setFocus()
            said = [*answer["warnings"], tr("按补记保存")] if answer["late"] else answer["warnings"]
            self._desk.notify(clauses([tr("已登记服务"), *said]))

        def refused(fault: Fault) -> None:
            self._on_the_way.remove((typed, firm))
            if firm != self._parent_id:  # said of what is not shown any more
                self._desk.show_fault(fault)
            elif not self.quick.show_fault(fault):
                self.message.show_fault(fault)

        self._asking.run(
            "service.log",
            owner=self,
            on_result=kept,
            on_fault=refused,
            firm=firm,
            **{"kind": "", **values},  # type: ignore[arg-type]
        )

    def _count(self) -> None:
        def came(told: Row) -> None:
            open_ones = sum(one["unconfirmed"] for one in told["firms"])
            self._said.setText(
                tr(
                    "{n} 次，{hours} 小时；{open} 次企业还没有确认",
                    n=len(told["rows"]),
                    hours=told["hours"],
                    open=open_ones,
                )
            )

        if self._parent_id:
            self._asking.run("service.list", owner=self, place="count", on_result=came, firm=self._parent_id)

    def _confirm(self) -> None:
        rows = {index.row() for index in self.view.selectionModel().selectedRows()}
        ids = [record for row in sorted(rows) if (record := self.model.id_at(row))]
        if not ids:
            self.message.show_text("info", tr("先在列表里选中企业已签字的服务。"))
            return
        self._asking.run("service.confirm", owner=self, on_fault=self.message.show_fault, ids=ids)

    def _print(self) -> None:
        year = str(today().year)
        print_of(self, self._asking, self._desk, "service-confirmation", self._parent_id, called=year, period=year)


class ConfirmTab(Tab):
    """What firms have not confirmed in a period: the firms left, one firm's services right."""

    TITLE = mark("服务确认")

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self._told: Row = {"rows": [], "firms": []}
        self._looked = False
        self.period = CalmCombo()
        this = today().year
        for year in range(this, this - 4, -1):
            for code in (str(year), *(f"{year}Q{quarter}" for quarter in range(4, 0, -1))):
                self.period.addItem(code, code)
        self.period.currentIndexChanged.connect(lambda _place: self.refresh())
        self._said = quiet()
        self.firms_model = RowsModel(
            (
                Column(lambda: tr("企业"), lambda row: str(row["name"])),
                Column(lambda: tr("未确认"), lambda row: str(row["unconfirmed"]), order=lambda row: row["unconfirmed"],
                       right=True, icon=lambda row: state_icon("warn" if row["unconfirmed"] else "good")),
                Column(lambda: tr("共"), lambda row: str(row["services"]), order=lambda row: row["services"],
                       right=True),
                Column(lambda: tr("小时数"), lambda row: str(row["hours"]), order=lambda row: float(row["hours"]),
                       right=True),
            ),
            self,
        )  # fmt: skip
        self.firms = table_view(self.firms_model, stretch=0)
        self.firms.selectionModel().currentRowChanged.connect(lambda index, _: self._chosen(index))
        self.model = RowsModel(declared_columns([("service_log", name) for name in _COLUMNS]), self)
        self.table = table_view(self.model, stretch=2)
        self.table.setSelectionMode(RowsView.SelectionMode.ExtendedSelection)
        opens(self.table, lambda row: desk.open_record("service_log", row["id"]))
        self.print, self.receipt, self.signed = QPushButton(), QPushButton(), primary()
        self.print.setIcon(icon("printer"))
        self.print.clicked.connect(lambda _checked=False: self._print())
        self.signed.clicked.connect(lambda _checked=False: self._mark("signed"))
        self.receipt.clicked.connect(lambda _checked=False: self._mark("receipt"))
        top, foot = Flow(), Flow()
        top.setSpacing(GRID)
        foot.setSpacing(GRID)
        top.addWidget(self.period)
        top.addWidget(self._said, 1)
        foot.addStretch(1)
        for button in (self.print, self.receipt, self.signed):
            foot.addWidget(button)
        split = Panes()
        split.addWidget(self.firms)
        split.addWidget(self.table)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.message)
        layout.addWidget(split, 1)
        layout.addLayout(foot)

    def retranslate(self) -> None:
        self.period.setAccessibleName(tr("期间"))
        self.firms.setAccessibleName(tr("企业"))
        self.table.setAccessibleName(tr("服务记录"))
        self.print.setText(tr("打印这家的确认表…"))
        self.receipt.setText(
            tr("标为{state}", state=choice_label(kind_info("service_log").field("confirmed"), "receipt"))
        )
        self.signed.setText(
            tr("标为{state}", state=choice_label(kind_info("service_log").field("confirmed"), "signed"))
        )
        for button in (self.receipt, self.signed):
            button.setToolTip(tr("选中的服务；没有选中时，是这家企业所有未确认的"))
        self.firms_model.retranslate()
        self.model.retranslate()

    def arrive(self, **_arguments: Any) -> None:
        self.refresh()

    def refresh(self) -> None:
        self.ask("service.list", self._came, period=self.period.currentData())

    def _came(self, told: Row) -> None:
        if not told["rows"] and not self._looked:  # early in a year it is the one before that is to be confirmed
            self._looked = True
            self.period.setCurrentIndex(self.period.findData(str(today().year - 1)))
            return
        self._told, self._looked = told, True
        current = self.firms_model.row(self.firms.currentIndex())
        self.firms_model.set_rows(told["firms"])
        open_ones = sum(one["unconfirmed"] for one in told["firms"])
        self._said.setText(
            tr(
                "{n} 次服务，{hours} 小时，其中导师辅导 {mentor} 小时；{open} 次还没有企业确认。",
                n=len(told["rows"]), hours=told["hours"], mentor=told["mentor_hours"], open=open_ones,
            ) if told["rows"] else tr("这个期间还没有服务记录；在企业的“服务”里登记。")
        )  # fmt: skip
        place = max(self.firms_model.place(current["id"]), 0) if current else 0
        if told["firms"]:
            self.firms.selectRow(place)
        self._chosen(self.firms.currentIndex())

    def _chosen(self, index: QModelIndex) -> None:
        firm = self.firms_model.row(index)
        rows = [row for row in self._told["rows"] if firm is not None and row["firm"] == firm["id"]]
        rows.sort(key=lambda row: ((row["confirmed"] or "none") != "none", row["happened_on"]))
        self.model.set_rows(rows)
        for button in (self.print, self.receipt, self.signed):
            button.setEnabled(bool(rows))

    def _mark(self, confirmed: str) -> None:
        """The selected ones; without a selection all of the firm that are open, as one paper confirms them."""
        chosen = [row for index in self.table.selectionModel().selectedRows() if (row := self.model.row(index))]
        wanted = chosen or [row for row in self.model.rows() if (row["confirmed"] or "none") == "none"]
        self.ops.run(
            "service.confirm",
            owner=self,
            on_result=lambda done: self.desk.notify(tr("已标记 {n} 次；按 Ctrl+Z 可以撤销。", n=done["changed"])),
            on_fault=self.message.show_fault,
            ids=[row["id"] for row in wanted],
            confirmed=confirmed,
        )

    def _print(self) -> None:
        firm = self.firms_model.row(self.firms.currentIndex())
        if firm is not None:
            period, called = str(self.period.currentData()), str(firm["name"])
            print_of(self, self.ops, self.desk, "service-confirmation", firm["id"], called=called, period=period)
