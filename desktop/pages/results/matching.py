"""Matching: needs, results, experts or firms at the left, what fits the chosen one at the right."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from desktop.look import GRID, icon
from desktop.models.records import RecordsModel
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.calculators.tab import Tab
from desktop.pages.results.fits import Fits
from desktop.widgets.basics import CalmCombo, quiet
from desktop.widgets.ledgerview import LedgerView
from desktop.widgets.room import Flow, Panes
from policy.errors import Fault
from policy.i18n import mark, tr

_PAUSE = 200  # ms after the last key
# what is asked about, what is found for it, and what that is called
_DIRECTIONS = (
    ("need", "achievement", mark("为需求找成果")),
    ("achievement", "need", mark("为成果找需求")),
    ("need", "person", mark("为需求找专家")),
    ("person", "need", mark("为专家找需求")),
    ("firm", "achievement", mark("为企业找成果")),
    ("firm", "person", mark("为企业找专家")),
)
_COLUMNS = {
    "need": ("title", "state", "owner"),
    "achievement": ("title", "disclosure_level", "owner"),
    "person": ("name", "title", "org"),
    "firm": ("name", "district", "main_product"),
}
_CALLED = {"need": mark("需求"), "achievement": mark("成果"), "person": mark("专家"), "firm": mark("企业")}
_NONE = {
    "need": mark("还没有需求：先在“记录”里登记一条需求。"),
    "achievement": mark("还没有成果：先在“记录”里登记或导入成果。"),
    "person": mark("还没有专家：先登记成果的完成人，或在导师聘任里写专业说明。"),
    "firm": mark("还没有企业：先在“企业”里登记或导入企业。"),
}


class _Side(QWidget):
    """A list of what is asked about, and what fits the current one."""

    def __init__(self, ops: Ops, desk: Desk, kind: str, other: str) -> None:
        super().__init__()
        self.kind = kind
        self._wanted = ""  # to be chosen once it is listed
        self.model = RecordsModel(ops, kind, _COLUMNS[kind], self)
        self.view = LedgerView()
        self.view.setModel(self.model)
        self.view.setSelectionMode(LedgerView.SelectionMode.SingleSelection)
        digit = self.view.fontMetrics().horizontalAdvance("0")
        for column, digits in enumerate((34, 16, 20)):
            self.view.setColumnWidth(column, digits * digit)
        self.fits = Fits(ops, desk, kind, other=other, main=True)
        self.view.selectionModel().currentRowChanged.connect(lambda current, _: self._chosen(current.row()))
        self.view.entered_row.connect(self.fits.table.setFocus)
        self.model.loaded.connect(self._loaded)
        split = Panes()
        split.addWidget(self.view)
        split.addWidget(self.fits)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.view.setAccessibleName(tr(_CALLED[self.kind]))
        self.model.retranslate()
        self.fits.retranslate()

    def list_like(self, text: str) -> None:
        """List what the text finds; of people those of whose work something is known."""
        among = "experts" if self.kind == "person" else ""
        self.model.load(text=text, order="name" if self.kind in ("person", "firm") else "title", among=among)

    def select(self, record: str) -> None:
        """Make a record the current one as soon as it is listed."""
        self._wanted = record
        self._loaded(self.model.rowCount())

    def _loaded(self, count: int) -> None:
        place = self.model.place_of(self._wanted) if self._wanted else -1
        if place >= 0:
            self._wanted = ""
            self.view.selectRow(place)
        elif count and not self.view.currentIndex().isValid():
            self.view.selectRow(0)

    def _chosen(self, row: int) -> None:
        record = self.model.id_at(row)
        if record:
            self.fits.show_parent(record)


class MatchTab(Tab):
    """All directions; all open needs can be compared at once, which keeps the best as matches to be looked at."""

    TITLE = mark("匹配")

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self.direction = CalmCombo()
        self._sides: dict[int, _Side] = {}  # by the place of their direction, made when first looked at
        self._stack = QStackedWidget()
        self.direction.addItems([""] * len(_DIRECTIONS))
        self.direction.currentIndexChanged.connect(lambda _place: self._turn())
        self.filter = QLineEdit()
        self.filter.setClearButtonEnabled(True)
        self.filter.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._list)
        self.filter.textChanged.connect(lambda _text: self._pause.start())
        self.filter.returnPressed.connect(lambda: self.side.view.setFocus())
        self.all = QPushButton()
        self.all.clicked.connect(lambda _checked=False: self._compare_all())
        self._said = quiet(wrap=False)
        top = Flow()
        top.addWidget(self.direction)
        top.addWidget(self.filter, 1)
        top.addWidget(self._said)
        top.addWidget(self.all)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.message)
        layout.addWidget(self._stack, 1)
        self._stack.setCurrentWidget(self.side)

    @property
    def side(self) -> _Side:
        """The direction now shown."""
        place = self.direction.currentIndex()
        if place not in self._sides:
            kind, other, _text = _DIRECTIONS[place]
            self._sides[place] = side = _Side(self.ops, self.desk, kind, other)
            side.model.loaded.connect(lambda _count: self._count())
            self._stack.addWidget(side)
        return self._sides[place]

    def retranslate(self) -> None:
        for place, (_kind, _other, text) in enumerate(_DIRECTIONS):
            self.direction.setItemText(place, tr(text))
        self.direction.setAccessibleName(tr("匹配方向"))
        self.filter.setPlaceholderText(tr("输入文字、拼音首字母或代码筛选"))
        self.filter.setAccessibleName(tr("筛选"))
        self.all.setText(tr("比对全部需求"))
        self.all.setToolTip(tr("比对所有未结束的需求，每条留下最相合的成果，列在“匹配”里待看"))
        for side in self._sides.values():
            side.retranslate()

    def arrive(self, **arguments: Any) -> None:
        """`need`, `achievement`, `person` or `firm` is chosen at the left."""
        kinds = [kind for kind, _other, _text in _DIRECTIONS]
        for kind in _CALLED:
            if record := arguments.get(kind):
                if self.side.kind != kind:
                    self.direction.setCurrentIndex(kinds.index(kind))
                self.side.select(str(record))
        self._list()

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Refresh what changed in every direction looked at."""
        for side in self._sides.values():
            side.model.changes_came(changes)
            side.fits.changes_came(changes)

    def _turn(self) -> None:
        self._stack.setCurrentWidget(self.side)
        self.all.setVisible({self.side.kind, self.side.fits.other} == {"need", "achievement"})
        self._list()

    def _list(self) -> None:
        self._pause.stop()
        self.side.list_like(self.filter.text().strip())

    def _count(self) -> None:
        count = self.side.model.rowCount()
        found = count or self.filter.text().strip()
        self._said.setText(tr("{n} 条", n=f"{count:,}") if found else tr(_NONE[self.side.kind]))

    def _compare_all(self) -> None:
        def came(answer: dict[str, Any]) -> None:
            said = tr("比对了 {needs} 条需求，留下 {pairs} 项匹配", needs=answer["needs"], pairs=answer["pairs"])
            self.message.show_text("good", said)
            self.all.setEnabled(True)

        def refused(fault: Fault) -> None:
            self.message.show_fault(fault)
            self.all.setEnabled(True)

        self.all.setEnabled(False)
        self.ops.run(
            "match.run",
            owner=self,
            title=tr("比对需求"),
            on_result=came,
            on_fault=refused,
            on_cancelled=lambda: self.all.setEnabled(True),
        )
