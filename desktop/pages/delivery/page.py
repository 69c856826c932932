"""报送: every package with its state in plain words and the one next action; offices, and checking what came in."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QCheckBox, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from desktop.look import state_icon
from desktop.ops import Ops
from desktop.pages.base import Desk, Page
from desktop.pages.delivery.detail import DeliveryPane
from desktop.pages.delivery.offices import OfficesPane
from desktop.pages.delivery.received import ReceivedPane
from desktop.pages.delivery.register import Register
from desktop.pages.delivery.words import WAYS, as_row, look_of, next_action, state_text, when
from desktop.pages.evidence.rows import Column, Row, RowsModel, table_view
from desktop.widgets.basics import EmptyState
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Panes
from policy.i18n import tr

_AUTO = "delivery.auto"
_LOOK_EVERY = 5 * 60 * 1000  # ms between looks at what is due


class DeliveryPage(Page):
    """The delivery page."""

    NAME = "delivery"
    ICON = "send"

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self._current = self._wanted = ""
        self._stale = True
        self._asked_auto = False
        self.message = MessageBar()
        self.model = RowsModel(
            (
                Column(lambda: tr("报送内容"), lambda row: row["package_title"]),
                Column(lambda: tr("状态"), state_text, icon=_state_icon, tip=_tip),
                Column(lambda: tr("接收方"), _to),
                Column(lambda: tr("下一步"), next_action),
                Column(
                    lambda: tr("最近变化"), lambda row: when(row["updated_at"]), order=lambda row: row["updated_at"]
                ),
            ),
            self,
        )
        self.table = table_view(self.model, stretch=0)
        self.empty = EmptyState("send")
        self.detail = DeliveryPane(ops, desk, self.message)
        self.offices = OfficesPane(ops, self.message)
        self.received = ReceivedPane(ops, self.message)
        self.register = Register(ops, desk)
        self.auto = QCheckBox()
        self._due = QTimer(self, interval=_LOOK_EVERY)
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        self.list = QStackedWidget()
        self.list.addWidget(self.table)
        self.list.addWidget(self.empty)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.list, 1)
        column.addWidget(self.auto)
        split = Panes()
        split.addWidget(left)
        split.addWidget(self.detail)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([740, 440])
        holder = QWidget()
        inside = QVBoxLayout(holder)
        inside.setContentsMargins(0, 8, 0, 0)
        inside.addWidget(split)
        self.tabs = QTabWidget(documentMode=True)
        for widget in (holder, self.offices, self.received, self.register):
            self.tabs.addTab(widget, "")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 8)
        layout.setSpacing(8)
        layout.addWidget(self.message)
        layout.addWidget(self.tabs, 1)

    def _connect(self) -> None:
        self.table.selectionModel().currentRowChanged.connect(self._row_changed)
        self.detail.moved.connect(self._load)
        self.detail.office_wanted.connect(lambda: self.tabs.setCurrentWidget(self.offices))
        self.offices.loaded.connect(self.detail.show_endpoints)
        self.empty.acted.connect(lambda: self.desk.open_page("application"))
        self.auto.clicked.connect(self._auto_changed)
        self._due.timeout.connect(self._look)

    @classmethod
    def title(cls) -> str:
        return tr("报送")

    @classmethod
    def keeps(cls) -> dict[str, bool]:
        return Register.keeps()

    def retranslate(self) -> None:
        for place, text in enumerate((tr("报送"), tr("接收方"), tr("核验收到的包"), tr("报送台账"))):
            self.tabs.setTabText(place, text)
        self.table.setAccessibleName(tr("报送"))
        self.auto.setText(tr("有网络时自动继续发送和查询结果"))
        self.empty.set_texts(
            tr("还没有报送"),
            tr("在“申报”里生成申报书并封装，报送包会出现在这里。没有网络也可以导出后线下递交。"),
            tr("去申报"),
        )
        for part in (self.model, self.detail, self.offices, self.received, self.register):
            part.retranslate()
        if not self._stale:
            self._load()  # states and problems come from the services in their language

    def arrive(self, **arguments: Any) -> None:
        """`package` (or `id`, of a package or a delivery) shows one; `tab` is 0 to 3; `kind` and `id` of what the
        register keeps shows that.
        """
        if arguments.get("kind") in Register.keeps():
            self.tabs.setCurrentWidget(self.register)
            self.register.arrive(**arguments)
            arguments = {"tab": self.tabs.currentIndex()}
        self._wanted = str(arguments.get("package") or arguments.get("id") or "")
        if self._wanted:
            self.tabs.setCurrentIndex(0)
        elif "tab" in arguments:
            self.tabs.setCurrentIndex(int(arguments["tab"]))
        if not self._asked_auto:
            self._asked_auto = True
            self.ops.run("settings.get", owner=self, place="auto", key=_AUTO, on_result=self._auto_came)
        self.offices.load()
        if self._stale or self._wanted:
            self._load()

    def changes_came(self, changes: dict[str, Any]) -> None:
        self.register.changes_came(changes)
        touched = {*changes.get("records", {}), *changes.get("bulk", ())}
        if touched & {"endpoint"}:
            self.offices.load()
        if touched & {"package", "delivery"}:
            self._stale = True
            if self.isVisible():
                self._load()

    def _load(self) -> None:
        self._stale = False
        self.ops.run("delivery.list", owner=self, place="list", on_result=self._list_came)

    def _list_came(self, answers: list[Row]) -> None:
        rows = [as_row(answer) for answer in answers]
        self.model.set_rows(rows)
        self.list.setCurrentIndex(0 if rows else 1)
        self.table.selectRow(max(self._place(self._wanted or self._current), 0))
        self._wanted = ""
        row = self.model.row(self.table.currentIndex())
        self._current = row["package"] if row else ""
        self.detail.show_row(row)

    def _place(self, wanted: str) -> int:
        """The line of a delivery or of a package's newest delivery; the one chosen stays where it fits."""
        chosen = self.model.row(self.table.currentIndex())
        if chosen and wanted == chosen["package"]:
            return self.table.currentIndex().row()
        for place, row in enumerate(self.model.rows()):
            if wanted in (row["delivery"], row["package"]):
                return place
        return -1

    def _row_changed(self, index: QModelIndex, _before: QModelIndex) -> None:
        row = self.model.row(index)
        if row is not None:
            self._current = row["package"]
            self.detail.show_row(row)

    # -- going on by itself, where the user allowed it

    def _auto_came(self, on: Any) -> None:
        self.auto.setChecked(on is True)
        self._set_due()

    def _auto_changed(self, on: bool) -> None:
        self.ops.forget(self, "auto")
        self.ops.run("settings.save", owner=self, key=_AUTO, value=on)
        self._set_due()

    def _set_due(self) -> None:
        self.detail.set_automatic(self.auto.isChecked())
        if self.auto.isChecked():
            self._due.start()
            self._look()
        else:
            self._due.stop()

    def _look(self) -> None:
        self.ops.run(
            "delivery.pump", owner=self, title=tr("报送"), on_result=lambda done: self._load() if done else None
        )


def _state_icon(row: Row) -> QIcon:
    return state_icon(look_of(row["state"]))


def _tip(row: Row) -> str:
    return row["problem"] or state_text(row)


def _to(row: Row) -> str:
    return row["endpoint_name"] or (tr(WAYS[row["way"]]) if row["way"] in WAYS else "")
