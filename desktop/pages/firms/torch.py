"""The torch record of a firm on its sheet: a year in the official order, or a quarter, with last year beside it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop.fields import choice_label, kind_info
from desktop.look import GRID, state_icon
from desktop.models import format as shown_as
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.firms.figuredraft import FigureDraft
from desktop.pages.firms.figuregrid import Cell, FigureGrid
from desktop.widgets.basics import CalmCombo, StatusChip, primary, quiet
from desktop.widgets.draftbar import DraftBar
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Flow
from policy.dates import today
from policy.errors import Fault
from policy.i18n import clauses, labelled, tr

Row = dict[str, Any]
STATES = {"": "unknown", "draft": "info", "confirmed": "good", "reported": "good", "corrected": "warn"}
QUARTERS = ("", "q1", "q2", "q3", "q4")
BASES = ("cumulative", "quarter")  # since January, as most forms ask; or of the quarter alone
_YEARS_BACK = 6
_RECORDS = 1  # the column beside the figures that says what the records say
_TOUCHES = frozenset({"firm_year", "firm_quarter", "tenancy", "tenancy_area", "qualification", "mentoring", "firm"})


def fill_years(combo: CalmCombo) -> None:
    """The years offered: this one and those before; last year, which is reported in winter, is chosen."""
    this = today().year
    for year in range(this, this - _YEARS_BACK, -1):
        combo.addItem(str(year), year)
    combo.setCurrentIndex(1)


def name_quarters(combo: CalmCombo) -> None:
    """The year and its quarters, in the language in force."""
    field = kind_info("firm_quarter").field("quarter")
    combo.setItemText(0, tr("全年（火炬年报）"))
    for place, code in enumerate(QUARTERS[1:], 1):
        combo.setItemText(place, choice_label(field, code))


class TorchTab(QWidget):
    """One firm, one period at a time; nothing is stored before it is saved, and what is typed is kept as a draft."""

    def __init__(self, ops: Ops, desk: Desk) -> None:
        super().__init__()
        self._ops, self._desk, self._firm = ops, desk, ""
        self._told: Row = {}
        self.message = MessageBar(self)
        self.left = DraftBar()
        self.year, self.quarter, self.basis = CalmCombo(), CalmCombo(), CalmCombo()
        fill_years(self.year)
        for combo, codes in ((self.quarter, QUARTERS), (self.basis, BASES)):
            for code in codes:
                combo.addItem("", code)
        for combo in (self.year, self.quarter, self.basis):
            combo.currentIndexChanged.connect(lambda _place: self._load())
        self.state, self._counts = StatusChip(wrap=True), quiet()
        self.save, self.mark, self.discard = primary(), QPushButton(), QPushButton()
        self.save.clicked.connect(lambda _checked=False: self.save_now())
        self.discard.clicked.connect(lambda _checked=False: self._discard())
        self.derive = QPushButton()
        self.derive.clicked.connect(lambda _checked=False: self._derive())
        self.states = QMenu(self.mark)
        for code in ("draft", "confirmed", "reported"):
            self.states.addAction("").setData(code)
        self.states.triggered.connect(lambda action: self._set_state(str(action.data())))
        self.mark.setMenu(self.states)
        self.grid = FigureGrid(ops)
        self.grid.edited.connect(self._edited)
        self._typed = FigureDraft(desk.drafts, self.grid, self.left)
        self.jumps = QListWidget()
        self.jumps.setWordWrap(True)
        self.jumps.itemActivated.connect(self._jump)
        self.jumps.itemClicked.connect(self._jump)
        self._lay_out()
        shortcut = QShortcut(QKeySequence("Ctrl+S"), self, self.save_now)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._edited(False)

    def _lay_out(self) -> None:
        top = Flow()
        for part in (self.year, self.quarter, self.basis):
            top.addWidget(part)
        top.addWidget(self.state, 1)
        for button in (self.discard, self.derive, self.mark, self.save):
            top.addWidget(button)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.grid)
        split.addWidget(self.jumps)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.message)
        layout.addWidget(self.left)
        layout.addWidget(self._counts)
        layout.addWidget(split, 1)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.year.setAccessibleName(tr("年度"))
        self.quarter.setAccessibleName(tr("期间"))
        name_quarters(self.quarter)
        basis = kind_info("firm_quarter").field("basis")
        self.basis.setAccessibleName(basis.shown)
        for place, code in enumerate(BASES):
            self.basis.setItemText(place, choice_label(basis, code))
        self.save.setText(tr("保存(&S)"))
        self.discard.setText(tr("放弃修改"))
        self.derive.setText(tr("照记录填"))
        self.derive.setToolTip(tr("空着的项目填上“记录”一栏的数，可以再改；保存以后不再跟着记录变"))
        self.mark.setText(tr("状态"))
        field = kind_info("firm_year").field("state")
        for action in self.states.actions():
            action.setText(tr("标为{state}", state=choice_label(field, str(action.data()))))
        self.jumps.setAccessibleName(tr("缺项和疑问，回车跳到该项"))
        self.left.retranslate()
        if self._firm:
            self._load()

    def show_parent(self, record: str) -> None:
        """The record of this firm; what is being typed in it stays."""
        if record != self._firm or not self._is_edited():
            self._firm = record
            self._load()

    def show_period(self, year: int, quarter: str = "", basis: str = "") -> None:
        """Another year or quarter, its figures since January unless another basis is named."""
        place = self.year.findData(year)
        if place < 0:
            self.year.addItem(str(year), year)
            place = self.year.count() - 1
        for combo, index in (
            (self.year, place),
            (self.quarter, QUARTERS.index(quarter)),
            (self.basis, BASES.index(basis or BASES[0])),
        ):
            combo.blockSignals(True)
            combo.setCurrentIndex(index)
            combo.blockSignals(False)
        if self._firm:
            self._load()

    def reveal(self, kind: str, record: str) -> None:
        """The period of a stored record."""
        self._ops.run(
            "records.get",
            owner=self,
            place="reveal",
            on_result=lambda row: self.show_period(
                int(row["year"]), str(row.get("quarter") or ""), str(row.get("basis") or "")
            ),
            kind=kind,
            id=record,
        )

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Refresh what changed, unless something is being typed."""
        touched = {*(changes.get("records") or {}), *(changes.get("bulk") or ())}
        if self._firm and touched & _TOUCHES and not self._is_edited():
            self._load()

    def save_now(self) -> None:
        """Keep what was typed."""
        if self._is_edited():
            texts = {key.split(".")[1]: text for key, text in self.grid.changes().items()}
            words = {key.split(".")[1]: text for key, text in self.grid.explanations().items()}
            self._run("torch.save", partial(self._saved, self._typed.sent()), values=texts, explanations=words)

    # inside

    def _asked(self) -> Row:
        quarter = self.quarter.currentData() or ""
        basis = self.basis.currentData() if quarter else BASES[0]
        return {"year": self.year.currentData(), "quarter": quarter, "basis": basis}

    def _run(self, name: str, came: Any, **more: Any) -> None:
        self._ops.run(
            name, owner=self, on_result=came, on_fault=self._refused, firm=self._firm, **self._asked(), **more
        )

    def _refused(self, fault: Fault) -> None:
        self.message.show_fault(fault)

    def _load(self) -> None:
        """Another record: what was typed in the one before is kept as its draft."""
        if not self._firm:
            return
        self._ops.forget(self, "reveal")  # another period is chosen
        self.basis.setVisible(bool(self.quarter.currentData()))
        self.derive.setHidden(bool(self.quarter.currentData()))  # no figure of a quarter follows from the records
        if self._told and tuple(self._told[name] for name in ("firm", "year", "quarter", "basis")) != (
            self._firm,
            *self._asked().values(),
        ):
            self._told = {}
            self._typed.pause()
            self.grid.settle()  # what was typed is kept as the draft of the record it belongs to
            self.grid.setEnabled(False)

        def came(told: Row) -> None:
            self.message.clear()
            self._show(told)

        self._run("torch.sheet", came, place="sheet")

    def _show(self, told: Row) -> None:
        self._told = told
        self._typed.pause()
        self.grid.show_cells(self._cells(told), (tr("上年"), tr("记录")) if not told["quarter"] else (tr("上年同期"),))
        self._typed.begin(self._key(told["record"]), f"{self._kind()}.", new=self._key(""))
        self._say()

    def _cells(self, told: Row) -> list[Cell]:
        missing = set(told["missing"])
        cells = []
        for item in told["items"]:
            for place, cell in enumerate(item["cells"]):
                info = kind_info(cell["kind"]).field(cell["field"])
                known = shown_as.shown(info, {info.name: cell["derived"]})
                shown = shown_as.shown(info, {info.name: cell["value"]})
                last = shown_as.shown(info, {info.name: cell["last"]})
                alone = len(item["cells"]) == 1
                cells.append(
                    Cell(
                        key=cell["key"],
                        info=info,
                        row={**told["row"], info.name: cell["value"]},
                        typed=cell["typed"],
                        shown=shown,
                        number=str(item["no"]) if place == 0 else "",
                        title=item["title"] if alone else info.shown,
                        beside=(last, known) if not told["quarter"] else (last,),
                        tip=cell["basis"],
                        asked=tuple(_asked_of(cell, told, cell["key"] in missing)),
                        explains=not told["quarter"],
                        explanation=cell["explanation"],
                    )
                )
        return cells

    def _say(self) -> None:
        told = self._told
        field = kind_info("firm_year").field("state")
        state = told["state"]
        self.state.set_state(STATES[state], choice_label(field, state) if state else tr("还没有填"))
        self.mark.setEnabled(bool(told["record"]))
        self._counts.setText(
            tr("缺 {missing} 项，疑问 {doubts} 处，其中 {open} 处还没有说明。空着的“记录”项按记录上报。",
               missing=len(told["missing"]), doubts=len(told["findings"]),
               open=sum(not one["explained"] for one in told["findings"]))
        )  # fmt: skip
        self.jumps.clear()
        for finding in told["findings"]:
            icon = state_icon("info" if finding["explained"] else "warn")
            item = QListWidgetItem(icon, finding["text"])
            item.setData(Qt.ItemDataRole.UserRole, _key_of(told, finding["fields"]))
            self.jumps.addItem(item)
        labels = {cell["key"]: kind_info(cell["kind"]).field(cell["field"]).shown
                  for item in told["items"] for cell in item["cells"]}  # fmt: skip
        for key in told["missing"]:
            item = QListWidgetItem(state_icon("unknown"), labelled(tr("还空着"), labels[key]))
            item.setData(Qt.ItemDataRole.UserRole, key)
            self.jumps.addItem(item)
        self.jumps.setVisible(self.jumps.count() > 0)

    def _jump(self, item: QListWidgetItem) -> None:
        key = str(item.data(Qt.ItemDataRole.UserRole))
        if not self.grid.go_to(key):
            kind = key.partition(".")[0]
            where = tr("入驻") if kind == "tenancy" else tr("人员") if kind == "founder" else tr("档案")
            self.message.show_text("info", tr("这一项在“{where}”里填写，这里照它显示。", where=where))

    def _saved(self, stored: Callable[[], None], answer: Row) -> None:
        stored()
        if answer["warnings"]:
            self._desk.notify(clauses(answer["warnings"]))
        self._load()

    def _derive(self) -> None:
        self.grid.fill_blanks(_RECORDS)

    def _discard(self) -> None:
        self._typed.forget()
        self._show(self._told)

    def _set_state(self, state: str) -> None:
        if self._is_edited():
            self.message.show_text("info", tr("先保存，再更改状态。"))
            return
        self._ops.run(
            "torch.state",
            owner=self,
            on_fault=self._refused,
            on_result=lambda _answer: self._load(),
            state=state,
            firms=[self._firm],
            **self._asked(),
        )

    def _kind(self) -> str:
        return "firm_quarter" if self._told.get("quarter") else "firm_year"

    def _key(self, record: str) -> str:
        period = f"{self._told['year']}{self._told['quarter']}{self._told['basis'] if self._told['quarter'] else ''}"
        return f"{self._kind()}:{record or f'new:firm={self._firm}:{period}'}"

    def _is_edited(self) -> bool:
        return bool(self.grid.changes() or self.grid.explanations())

    def _edited(self, edited: bool) -> None:
        self.save.setEnabled(edited)
        self.discard.setVisible(edited)


def _asked_of(cell: Row, told: Row, missing: bool) -> list[tuple[str, str]]:
    """What is asked about a cell: the findings that name it first, then that it is blank or was replaced."""
    name = cell["field"]
    found = [
        ("info" if one["explained"] else "warn", one["text"])
        for one in told["findings"]
        if one["fields"][0] == name and cell["kind"] in ("firm_year", "firm_quarter")
    ]
    return found or ([("unknown", tr("还空着"))] if missing else [])


def _key_of(told: Row, fields: list[str]) -> str:
    keys = {cell["field"]: cell["key"] for item in told["items"] for cell in item["cells"]}
    return next((keys[name] for name in fields if name in keys), "")
