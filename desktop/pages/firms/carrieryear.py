"""A carrier's year on its sheet: grouped figures with last year and the records beside them, differences marked."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.fields import choice_label, kind_info
from desktop.look import GRID
from desktop.models import format as shown_as
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.firms.figuredraft import FigureDraft
from desktop.pages.firms.figuregrid import Cell, FigureGrid
from desktop.pages.firms.torch import STATES, fill_years
from desktop.widgets.basics import CalmCombo, StatusChip, primary, quiet
from desktop.widgets.draftbar import DraftBar
from desktop.widgets.message import MessageBar
from policy.errors import Fault
from policy.i18n import clauses, tr

Row = dict[str, Any]
_RECORDS = 1  # the column beside the figures that says what the records say
_TOUCHES = frozenset({"carrier_year", "tenancy", "room", "staff", "mentor_term", "event", "firm"})


class CarrierYearTab(QWidget):
    """One year at a time; a figure left blank follows the records, one that is typed stands and is marked."""

    def __init__(self, ops: Ops, desk: Desk) -> None:
        super().__init__()
        self._ops, self._desk, self._carrier = ops, desk, ""
        self._told: Row = {}
        self._saving: set[tuple[str, int]] = set()  # the years under way to the store
        self.message = MessageBar(self)
        self.year = CalmCombo()
        fill_years(self.year)
        self.year.currentIndexChanged.connect(lambda _place: self._load())
        self.state, self._said = StatusChip(), quiet()
        self.save, self.discard = primary(), QPushButton()
        self.save.clicked.connect(lambda _checked=False: self.save_now())
        self.discard.clicked.connect(lambda _checked=False: self._discard())
        self.derive = QPushButton()
        self.derive.clicked.connect(lambda _checked=False: self._derive())
        self.grid = FigureGrid(ops)
        self.grid.edited.connect(self._edited)
        self.left = DraftBar()
        self._typed = FigureDraft(desk.drafts, self.grid, self.left)
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self.year)
        top.addWidget(self.state)
        top.addStretch(1)
        top.addWidget(self.discard)
        top.addWidget(self.derive)
        top.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.message)
        layout.addWidget(self.left)
        layout.addWidget(self._said)
        layout.addWidget(self.grid, 1)
        shortcut = QShortcut(QKeySequence("Ctrl+S"), self, self.save_now)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._edited(False)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.year.setAccessibleName(tr("年度"))
        self.save.setText(tr("保存(&S)"))
        self.discard.setText(tr("放弃修改"))
        self.derive.setText(tr("照记录填"))
        self.derive.setToolTip(tr("空着的项目填上“记录”一栏的数，可以再改；保存以后不再跟着记录变"))
        self.left.retranslate()
        if self._carrier:
            self._load()

    def show_parent(self, record: str) -> None:
        """The years of this carrier; what is being typed in it stays."""
        if record != self._carrier or not self.grid.changes():
            self._carrier = record
            self._load()

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Refresh what changed, unless something is being typed."""
        touched = {*(changes.get("records") or {}), *(changes.get("bulk") or ())}
        if self._carrier and touched & _TOUCHES and not self.grid.changes():
            self._load()

    def save_now(self) -> None:
        """Keep what was typed; the year's record is made where there is none."""
        values = self.grid.changes()
        if not values or (key := (self._carrier, self._told["year"])) in self._saving:
            return
        record = self._told["record"]
        name, asked = ("records.edit", {"id": record}) if record else ("records.add", {})
        fixed = {} if record else {"carrier": self._carrier, "year": str(self._told["year"])}

        stored = self._typed.sent()

        def kept(answer: Row) -> None:
            self._saving.discard(key)
            if answer["warnings"]:
                self.message.show_text("warn", clauses(answer["warnings"]))
            stored()
            self._load()

        def refused(fault: Fault) -> None:
            self._saving.discard(key)
            self.message.show_fault(fault)

        self._saving.add(key)
        self._ops.run(
            name,
            owner=self,
            on_result=kept,
            on_fault=refused,
            kind="carrier_year",
            values={**values, **fixed},
            **asked,
        )

    def _load(self) -> None:
        if not self._carrier:
            return
        asked = (self._carrier, self.year.currentData())
        if self._told and (self._told["carrier"], self._told["year"]) != asked:
            self._typed.pause()
            self.grid.settle()  # what was typed is kept as the draft of the year it belongs to
            self.grid.setEnabled(False)
        self._ops.run(
            "carrier.year",
            owner=self,
            place="year",
            on_result=self._show,
            on_fault=self.message.show_fault,
            carrier=asked[0],
            year=asked[1],
        )

    def _show(self, told: Row) -> None:
        self._told = told
        self._typed.pause()
        info = kind_info("carrier_year")
        cells = []
        for one in told["figures"]:
            field = info.field(one["field"])
            asked: tuple[tuple[str, str], ...] = ()
            if one["differs"]:
                asked = (("warn", tr("与记录不符：{basis}", basis=one["basis"])),)
            elif one["missing"]:
                asked = (("unknown", tr("还空着")),)
            cells.append(
                Cell(
                    key=field.name,
                    info=field,
                    row={field.name: one["typed"]},
                    group=one["group_title"],
                    beside=(
                        shown_as.shown(field, told["last"]),
                        shown_as.shown(field, {field.name: one["derived"]}),
                    ),
                    tip=one["basis"],
                    asked=asked,
                    explains=False,
                )
            )
        self.grid.show_cells(cells, (tr("上年"), tr("记录")))
        new = f"new:carrier={told['carrier']}:{told['year']}"
        self._typed.begin(f"carrier_year:{told['record'] or new}", new=f"carrier_year:{new}")
        state = told["state"]
        word = choice_label(info.field("state"), state) if state else tr("还没有填")
        self.state.set_state(STATES[state], word)
        missing = sum(one["missing"] for one in told["figures"])
        differs = sum(one["differs"] for one in told["figures"])
        self._said.setText(
            tr(
                "缺 {missing} 项，{differs} 项与记录不符。空着而“记录”有数的，按记录上报。",
                missing=missing,
                differs=differs,
            )
        )

    def _derive(self) -> None:
        self.grid.fill_blanks(_RECORDS)

    def _discard(self) -> None:
        self._typed.forget()
        self._show(self._told)

    def _edited(self, edited: bool) -> None:
        self.save.setEnabled(edited)
        self.discard.setVisible(edited)
