"""Which figures a round asks for: those of its period in the official order, ticked one by one or all at once."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from desktop.look import GRID
from desktop.ops import Ops
from desktop.widgets.basics import heading, quiet
from policy.errors import Fault
from policy.i18n import bracketed, spaced, tr

_NAME = Qt.ItemDataRole.UserRole
_REQUIRED = Qt.ItemDataRole.UserRole + 1


class Picking(QWidget):
    """The figures of a period; `sample_asked()` wants the form to look at, `settled()` says that they are listed, or
    that the period cannot be read."""

    sample_asked = Signal()
    settled = Signal()

    def __init__(self, ops: Ops, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._period, self._shown, self._waits = ops, "", "", False
        self._title, self._said = heading(), quiet(wrap=False)
        self.all, self.required, self.none, self.sample = (QPushButton() for _ in range(4))
        self.list = QListWidget()
        self.list.setUniformItemSizes(True)
        self.list.itemChanged.connect(lambda _item: self._count())
        self.all.clicked.connect(lambda _checked=False: self._tick(lambda _item: True))
        self.none.clicked.connect(lambda _checked=False: self._tick(lambda _item: False))
        self.required.clicked.connect(lambda _checked=False: self._tick(lambda item: bool(item.data(_REQUIRED))))
        self.sample.clicked.connect(lambda _checked=False: self.sample_asked.emit())
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self._title)
        top.addWidget(self._said, 1)
        for button in (self.all, self.required, self.none, self.sample):
            top.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.list, 1)
        self._count()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self._title.setText(tr("采集的数据项"))
        self.list.setAccessibleName(tr("采集的数据项"))
        for button, text in (
            (self.all, tr("全选")),
            (self.required, tr("只选必填项")),
            (self.none, tr("全不选")),
            (self.sample, tr("样表…")),
        ):
            button.setText(text)
        self.sample.setToolTip(tr("写一份空表，发出之前先打开看一看"))
        self._count()

    def show_period(self, period: str) -> None:
        """Offer what a round of this period can ask for; one that cannot be read offers nothing yet."""
        if period != self._period:
            self._period, self._waits = period, True
            self._ops.run(
                "collect.figures",
                owner=self,
                place="figures",
                on_result=self._came,
                on_fault=self._unread,
                period=period,
            )

    def waits(self) -> bool:
        """Whether the figures of the period are still asked for."""
        return self._waits

    def picked(self) -> list[str]:
        """The names of the figures ticked."""
        return [str(item.data(_NAME)) for item in self._items() if item.checkState() == Qt.CheckState.Checked]

    def offers(self) -> bool:
        """Whether the period was understood, so that there is something to tick."""
        return self.list.count() > 0

    def _came(self, rows: list[dict[str, Any]]) -> None:
        names = "\n".join(one["name"] for one in rows)
        if names != self._shown:  # else another year asks the same: ticks stay
            self._shown = names
            self._fill(rows)
        self._settle()

    def _fill(self, rows: list[dict[str, Any]]) -> None:
        self.list.clear()
        for one in rows:
            text = spaced(f"{one['no']}.", bracketed(one["label"], one["unit"]), tr("必填") if one["required"] else "")
            item = QListWidgetItem(text, self.list)
            item.setData(_NAME, one["name"])
            item.setData(_REQUIRED, one["required"])
            item.setCheckState(Qt.CheckState.Checked)
        self.list.setCurrentRow(0)
        self._count()

    def _unread(self, _fault: Fault) -> None:
        self._shown = ""
        self.list.clear()
        self._count()
        self._settle()

    def _settle(self) -> None:
        self._waits = False
        self.settled.emit()

    def _tick(self, wanted: Any) -> None:
        for item in self._items():
            item.setCheckState(Qt.CheckState.Checked if wanted(item) else Qt.CheckState.Unchecked)

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(place) for place in range(self.list.count())]

    def _count(self) -> None:
        there = self.offers()
        for button in (self.all, self.required, self.none, self.sample):
            button.setEnabled(there)
        # a quarter asks nothing by rule: the tick would only clear the list
        self.required.setEnabled(any(item.data(_REQUIRED) for item in self._items()))
        said = tr("已选 {n} 项，共 {total} 项", n=len(self.picked()), total=self.list.count())
        self._said.setText(said if there else tr("填了期间以后列在这里"))
