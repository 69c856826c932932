"""The firms page: firms, tenancies or carriers listed, detail beside the list, import and export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.look import GRID, icon
from desktop.models.records import RecordsModel
from desktop.ops import Ops
from desktop.pages.base import Desk, Page
from desktop.pages.firms import fields
from desktop.pages.firms.carriers import CarrierDetail
from desktop.pages.firms.detail import FirmDetail
from desktop.pages.firms.importing import ImportPane
from desktop.widgets.basics import CalmCombo, EmptyState, primary
from desktop.widgets.recordtable import RecordTable
from policy import i18n
from policy.i18n import mark, tr

# what can be listed: text, kind, field values
_VIEWS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (mark("全部企业"), "firm", {}),
    (mark("在孵"), "tenancy", {"status": "incubating"}),
    (mark("申请中"), "tenancy", {"status": "applied"}),
    (mark("已毕业"), "tenancy", {"status": "graduated"}),
    (mark("已退出"), "tenancy", {"status": "left"}),
    (mark("未注册的团队"), "firm", {"is_team": 1}),
    (mark("载体"), "carrier", {}),
)
_CARRIERS = len(_VIEWS) - 1


class FirmsPage(Page):
    NAME = "firms"
    ICON = "building-2"

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        columns = desk.settings.get("columns.firm") or fields.COLUMNS
        self.model = RecordsModel(ops, "firm", columns, self)
        self.empty = EmptyState("building-2")
        self.empty.acted.connect(self.start_import)
        self.table = RecordTable(ops, self.model, self.empty)
        self.tenancies = RecordsModel(ops, "tenancy", fields.TENANCY_COLUMNS, self)
        self.inside = RecordTable(ops, self.tenancies, EmptyState("building-2"))
        self.no_carriers = EmptyState("building-2")
        self.no_carriers.acted.connect(self.start_carrier)
        self.carrier_rows = RecordsModel(ops, "carrier", fields.CARRIER_COLUMNS, self)
        self.carriers = RecordTable(ops, self.carrier_rows, self.no_carriers)
        self._tables = {"firm": self.table, "tenancy": self.inside, "carrier": self.carriers}
        self.views = CalmCombo()
        for text, _kind, _where in _VIEWS:
            self.views.addItem(text)
        self.views.currentIndexChanged.connect(self._view_chosen)
        self.new, self.load = QPushButton(), primary()
        self.export = QPushButton()
        self.new.setIcon(icon("plus"))
        self.export.setIcon(icon("download"))
        self.new.clicked.connect(self._add)
        self.load.clicked.connect(self.start_import)
        self.exports = QMenu(self.export)
        self.masked_export, self.whole_export = self.exports.addAction(""), self.exports.addAction("")
        self.masked_export.triggered.connect(lambda: self._export(with_personal=False))
        self.whole_export.triggered.connect(lambda: self._export(with_personal=True))
        self.export.setMenu(self.exports)
        self.lists = QStackedWidget()
        for listed in self._tables.values():
            self.lists.addWidget(listed)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        actions = QHBoxLayout()
        actions.setSpacing(GRID)
        actions.addWidget(self.views, 1)
        for button in (self.export, self.new, self.load):
            actions.addWidget(button)
        column.addLayout(actions)
        column.addWidget(self.lists, 1)
        self.detail = FirmDetail(ops, desk)
        self.detail.hide()
        self.carrier = CarrierDetail(ops, desk)
        self.carrier.hide()
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(left)
        self.split.addWidget(self.detail)
        self.split.addWidget(self.carrier)
        self.split.setStretchFactor(0, 1)
        self.split.setStretchFactor(1, 1)
        self.split.setStretchFactor(2, 1)
        self.split.setChildrenCollapsible(False)
        self.importing = ImportPane(ops)
        self.importing.left.connect(self._import_left)
        self.screens = QStackedWidget()
        self.screens.addWidget(self.split)
        self.screens.addWidget(self.importing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID * 2, 0, GRID * 2, GRID)
        layout.addWidget(self.screens)
        self.table.current_changed.connect(self._show)
        self.table.columns_chosen.connect(lambda names: desk.settings.set("columns.firm", names))
        self.inside.current_changed.connect(self._show_tenant)
        self.detail.saved.connect(self.table.select)
        self.detail.deleted.connect(lambda _record: self._deleted(self.detail))
        self.detail.abandoned.connect(self.detail.hide)
        self.carriers.current_changed.connect(self._show_carrier)
        self.carrier.saved.connect(self.carriers.select)
        self.carrier.deleted.connect(lambda _record: self._deleted(self.carrier))
        self.carrier.abandoned.connect(self.carrier.hide)
        self.model.load()

    @classmethod
    def title(cls) -> str:
        return tr("企业")

    def retranslate(self) -> None:
        for place, (text, _kind, _where) in enumerate(_VIEWS):
            self.views.setItemText(place, tr(text))
        self.views.setAccessibleName(tr("列出"))
        self._name_new()
        self.load.setText(tr("导入台账…"))
        self.export.setText(tr("导出…"))
        self.masked_export.setText(tr("导出（电话号码遮盖）…"))
        self.whole_export.setText(tr("导出（含完整电话号码，记入操作记录）…"))
        self.export.setToolTip(tr("把列出的（或选中的）企业导出为 Excel"))
        self.empty.set_texts(tr("还没有企业"), tr("导入现有的企业台账（Excel、CSV），或逐家新建。"), tr("导入台账…"))
        self.inside.empty.set_texts(tr("还没有这一类入驻记录"), tr("在企业的“入驻”里登记。"))
        self.no_carriers.set_texts(
            tr("还没有载体"), tr("登记孵化器、众创空间等载体和它的年度数据，评价按载体进行。"), tr("新载体")
        )
        for listed in self._tables.values():
            listed.retranslate()
        for part in (self.detail, self.carrier, self.importing):
            part.retranslate()

    def arrive(self, **arguments: Any) -> None:
        """`kind` and `id` of a record to show; `start` "import", "new" or "carrier"; `view` the place of a listing."""
        if arguments.get("start") == "import":
            self.start_import()
        elif arguments.get("start") == "new":
            self.start_new()
        elif arguments.get("start") == "carrier":
            self.start_carrier()
        elif arguments.get("id"):
            self._open(str(arguments.get("kind") or "firm"), str(arguments["id"]))
        if "view" in arguments:
            self.views.setCurrentIndex(int(arguments["view"]))

    def changes_came(self, changes: dict[str, Any]) -> None:
        self.model.changes_came(changes)
        self.tenancies.changes_came(changes)
        self.carrier_rows.changes_came(changes)
        self.detail.changes_came(changes)
        self.carrier.changes_came(changes)

    def start_import(self) -> None:
        """Choose a workbook and look at how it would be read."""
        self.screens.setCurrentWidget(self.importing)
        QTimer.singleShot(0, self.importing, self.importing.choose)

    def start_new(self) -> None:
        """A firm by hand."""
        self.screens.setCurrentWidget(self.split)
        self._leave_carriers()
        self._reveal(self.detail)
        self.detail.start_new()

    def start_carrier(self) -> None:
        """A carrier by hand."""
        self.screens.setCurrentWidget(self.split)
        self.views.setCurrentIndex(_CARRIERS)
        self._reveal(self.carrier)
        self.carrier.start_new()

    def _add(self) -> None:
        if self.views.currentIndex() == _CARRIERS:
            self.start_carrier()
        else:
            self.start_new()

    def _leave_carriers(self) -> None:
        if self.views.currentIndex() == _CARRIERS:
            self.views.setCurrentIndex(0)

    def _name_new(self) -> None:
        self.new.setText(tr("新载体") if self.views.currentIndex() == _CARRIERS else tr("新企业"))

    def _view_chosen(self, place: int) -> None:
        _text, kind, where = _VIEWS[place]
        self.lists.setCurrentWidget(self._tables[kind])
        self._tables[kind].show_where(where)
        (self.detail if kind == "carrier" else self.carrier).hide()
        self._name_new()
        self.export.setEnabled(kind != "carrier")

    def _show(self, record: str, kind: str = "") -> None:
        self._reveal(self.detail)
        self.detail.show_firm(record, kind)

    def _show_carrier(self, record: str, kind: str = "") -> None:
        self._reveal(self.carrier)
        self.carrier.show_carrier(record, kind)

    def _deleted(self, detail: QWidget) -> None:
        detail.hide()
        self.desk.notify(tr("已删除；按 Ctrl+Z 可以撤销。"))

    def _reveal(self, detail: QWidget) -> None:
        if detail.isHidden():
            detail.show()
            half = self.split.width() // 2
            self.split.setSizes([half, half, half])

    def _show_tenant(self, tenancy: str) -> None:
        row = self.tenancies.row_of(tenancy)
        if row:
            self._show(row["firm"])

    def _open(self, kind: str, record: str) -> None:
        self.screens.setCurrentWidget(self.split)
        if kind == "carrier":
            self.views.setCurrentIndex(_CARRIERS)
            self.carriers.select(record)
            self._show_carrier(record)
            return
        if kind == "firm":
            self.views.setCurrentIndex(0)
            self.table.select(record)
            self._show(record)
            return

        def came(row: dict[str, Any]) -> None:
            if kind == "carrier_year":
                self.views.setCurrentIndex(_CARRIERS)
                self.carriers.select(row["carrier"])
                self._show_carrier(row["carrier"], kind)
                return
            self._leave_carriers()
            self.table.select(row["firm"])
            self._show(row["firm"], kind)

        self.ops.run("records.get", owner=self, on_result=came, on_fault=self.desk.show_fault, kind=kind, id=record)

    def _import_left(self) -> None:
        self.screens.setCurrentWidget(self.split)
        self.table.view.setFocus()

    def _export(self, *, with_personal: bool) -> None:
        chosen = self.table.selected_ids()
        ids = chosen if len(chosen) > 1 else self.model.ids()
        start = str(Path.home() / f"{tr('企业')}.xlsx")
        file, _ = QFileDialog.getSaveFileName(self, tr("导出"), start, "Excel (*.xlsx)")
        if not file:
            return
        self.ops.run(
            "records.export",
            owner=self,
            on_result=lambda done: self.desk.notify(tr("已导出 {n} 家到 {file}", n=done["rows"], file=done["file"])),
            on_fault=self.desk.show_fault,
            title=tr("正在导出"),
            kind="firm",
            file=file,
            ids=ids,
            language=i18n.language(),
            with_personal=with_personal,
        )
