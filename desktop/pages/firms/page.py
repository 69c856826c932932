"""The firms page: list, detail beside it, import and export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QPushButton, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop.look import GRID, icon
from desktop.models.records import RecordsModel
from desktop.ops import Ops
from desktop.pages.base import Desk, Page
from desktop.pages.firms import fields
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
)


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
        self.views = CalmCombo()
        for text, _kind, _where in _VIEWS:
            self.views.addItem(text)
        self.views.currentIndexChanged.connect(self._view_chosen)
        self.new, self.load = QPushButton(), primary()
        self.export = QPushButton()
        self.new.setIcon(icon("plus"))
        self.export.setIcon(icon("download"))
        self.new.clicked.connect(self.start_new)
        self.load.clicked.connect(self.start_import)
        self.export.clicked.connect(self._export)
        self.table.tools.addWidget(self.export)
        self.table.tools.addWidget(self.new)
        self.table.tools.addWidget(self.load)
        self.lists = QStackedWidget()
        self.lists.addWidget(self.table)
        self.lists.addWidget(self.inside)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self.views)
        column.addWidget(self.lists, 1)
        self.detail = FirmDetail(ops, desk)
        self.detail.hide()
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(left)
        self.split.addWidget(self.detail)
        self.split.setStretchFactor(0, 1)
        self.split.setStretchFactor(1, 1)
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
        self.detail.deleted.connect(lambda _record: self.detail.hide())
        self.detail.abandoned.connect(self.detail.hide)
        self.model.load()

    @classmethod
    def title(cls) -> str:
        return tr("企业")

    def retranslate(self) -> None:
        for place, (text, _kind, _where) in enumerate(_VIEWS):
            self.views.setItemText(place, tr(text))
        self.views.setAccessibleName(tr("列出"))
        self.new.setText(tr("新企业"))
        self.load.setText(tr("导入台账…"))
        self.export.setText(tr("导出…"))
        self.export.setToolTip(tr("把列出的（或选中的）企业导出为 Excel"))
        self.empty.set_texts(tr("还没有企业"), tr("导入现有的企业台账（Excel、CSV），或逐家新建。"), tr("导入台账…"))
        self.inside.empty.set_texts(tr("还没有这一类入驻记录"), tr("在企业的“入驻”里登记。"))
        for part in (self.table, self.inside, self.detail, self.importing):
            part.retranslate()

    def arrive(self, **arguments: Any) -> None:
        """`kind` and `id` of a record to show; `start` "import" or "new"; `view` the place of a listing."""
        if arguments.get("start") == "import":
            self.start_import()
        elif arguments.get("start") == "new":
            self.start_new()
        elif arguments.get("id"):
            self._open(str(arguments.get("kind") or "firm"), str(arguments["id"]))
        if "view" in arguments:
            self.views.setCurrentIndex(int(arguments["view"]))

    def changes_came(self, changes: dict[str, Any]) -> None:
        self.model.changes_came(changes)
        self.tenancies.changes_came(changes)
        self.detail.changes_came(changes)

    def start_import(self) -> None:
        """Choose a workbook and look at how it would be read."""
        self.screens.setCurrentWidget(self.importing)
        QTimer.singleShot(0, self.importing, self.importing.choose)

    def start_new(self) -> None:
        """A firm by hand."""
        self.screens.setCurrentWidget(self.split)
        self._reveal()
        self.detail.start_new()

    def _view_chosen(self, place: int) -> None:
        _text, kind, where = _VIEWS[place]
        self.lists.setCurrentWidget(self.table if kind == "firm" else self.inside)
        (self.table if kind == "firm" else self.inside).show_where(where)

    def _show(self, record: str, kind: str = "") -> None:
        self._reveal()
        self.detail.show_firm(record, kind)

    def _reveal(self) -> None:
        if self.detail.isHidden():
            self.detail.show()
            half = self.split.width() // 2
            self.split.setSizes([half, half])

    def _show_tenant(self, tenancy: str) -> None:
        row = self.tenancies.row_of(tenancy)
        if row:
            self._show(row["firm"])

    def _open(self, kind: str, record: str) -> None:
        self.screens.setCurrentWidget(self.split)
        if kind == "firm":
            self.views.setCurrentIndex(0)
            self.table.select(record)
            self._show(record)
            return

        def came(row: dict[str, Any]) -> None:
            self.table.select(row["firm"])
            self._show(row["firm"], kind)

        self.ops.run("records.get", owner=self, on_result=came, on_fault=self.desk.show_fault, kind=kind, id=record)

    def _import_left(self) -> None:
        self.screens.setCurrentWidget(self.split)
        self.table.view.setFocus()

    def _export(self) -> None:
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
        )
