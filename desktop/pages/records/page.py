"""A page of records by declaration: views listed left, the record shown right, new, import and export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.fields import kind_info, kind_label
from desktop.look import GRID, icon
from desktop.models.records import RecordsModel
from desktop.ops import Ops
from desktop.pages.base import Desk, Page
from desktop.pages.records.detail import RecordDetail
from desktop.pages.records.importing import ImportPane
from desktop.pages.records.sheet import Sheet, View
from desktop.widgets.basics import CalmCombo, EmptyState, primary
from desktop.widgets.recordtable import RecordTable
from desktop.widgets.room import Flow, Panes
from policy import i18n
from policy.i18n import tr

_BOTH = 800  # px: a narrower page shows the list or the record, not both


class _Details(dict[str, RecordDetail]):
    """The details by kind, each built when it is first asked for: a form has dozens of editors."""

    def __init__(self, make: Callable[[str], RecordDetail]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, kind: str) -> RecordDetail:
        self[kind] = made = self._make(kind)
        return made


class RecordsPage(Page):
    """Subclasses declare; what they add of their own they build in `__init__` after this one's.

    A view may list a kind without a sheet of its own (tenancies): its columns stand in `COLUMNS`, what its empty list
    says in `EMPTY`, and a row opens the record whose sheet keeps it. `IMPORTS` are the kinds a workbook may be read
    as, in the order offered.
    """

    VIEWS: ClassVar[tuple[View, ...]]
    SHEETS: ClassVar[tuple[Sheet, ...]]
    COLUMNS: ClassVar[dict[str, tuple[str, ...]]] = {}
    EMPTY: ClassVar[dict[str, tuple[str, str]]] = {}
    IMPORTS: ClassVar[tuple[str, ...]] = ()
    IMPORT_FIRST: ClassVar[bool] = False  # whether importing is the page's primary action

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self.tables: dict[str, RecordTable] = {}
        self.details: dict[str, RecordDetail] = _Details(self._make_detail)
        self.views = CalmCombo()
        self.views.addItems([""] * len(self.VIEWS))
        self.views.currentIndexChanged.connect(self._view_chosen)
        self.load = primary() if self.IMPORT_FIRST else QPushButton()
        self.new = QPushButton() if self.IMPORT_FIRST else primary()
        self.export = QPushButton()
        for button, picture in ((self.load, "upload"), (self.new, "plus"), (self.export, "download")):
            if not button.property("primary"):
                button.setIcon(icon(picture))
        self.new.clicked.connect(lambda: self.start_new())
        self.load.clicked.connect(self.start_import)
        self.exports = QMenu(self.export)
        self.seen_export = self.exports.addAction("")
        self.seen_export.triggered.connect(lambda: self._export(with_personal=False, seen=True))
        self.masked_export, self.whole_export = self.exports.addAction(""), self.exports.addAction("")
        self.masked_export.triggered.connect(lambda: self._export(with_personal=False))
        self.whole_export.triggered.connect(lambda: self._export(with_personal=True))
        self.export.setMenu(self.exports)
        self.back = QPushButton()  # to the list, where there is room for one of the two
        self.back.clicked.connect(lambda: self._put_away(*self.details.values()))
        self.back.hide()
        self.lists = QStackedWidget()
        self.split = Panes()
        self.importing = ImportPane(ops, self.IMPORTS or self._own_kinds())
        self.importing.left.connect(self._import_left)
        self.screens = QStackedWidget()
        self.screens.addWidget(self.split)
        self.screens.addWidget(self.importing)
        self.screens.currentChanged.connect(lambda _place: self._show_back())
        self._lay_out()
        for kind in dict.fromkeys(view.kind for view in self.VIEWS):
            self._add_list(kind)
        self._view_chosen(0)

    @classmethod
    def keeps(cls) -> dict[str, bool]:
        inside = {kind: False for sheet in cls.SHEETS for declared in sheet.tabs for kind in declared.kinds}
        return {**inside, **{sheet.kind: True for sheet in cls.SHEETS}}

    # what subclasses and tests ask for

    @property
    def view(self) -> View:
        """The view now listed."""
        return self.VIEWS[max(self.views.currentIndex(), 0)]

    @property
    def table(self) -> RecordTable:
        """The table of the view now listed."""
        return self.tables[self.view.kind]

    @property
    def model(self) -> RecordsModel:
        """The model of the view now listed."""
        return self.table.model

    def retranslate(self) -> None:
        for place, view in enumerate(self.VIEWS):
            self.views.setItemText(place, view.shown())
        self.views.setAccessibleName(tr("列出"))
        self.back.setText(tr("返回列表"))
        self.load.setText(tr("导入…"))
        self.export.setText(tr("导出…"))
        self.seen_export.setText(tr("导出看到的列…"))
        self.masked_export.setText(tr("导出全部字段，可再导入（电话号码遮盖）…"))
        self.whole_export.setText(tr("导出（含完整电话号码，记入操作记录）…"))
        self.export.setToolTip(tr("把列出的（或选中的）记录导出为 Excel"))
        for kind, table in self.tables.items():
            sheet = self._sheet(kind)
            said, todo = self.EMPTY.get(kind) or (sheet.empty if sheet else ("", ""))
            action = "" if sheet is None else tr("导入…") if self._imports_first(kind) else tr(sheet.new)
            table.empty.set_texts(tr(said) if said else tr("还没有{kind}", kind=kind_label(kind)), tr(todo), action)
            table.retranslate()
        for detail in self.details.values():
            detail.retranslate()
        self.importing.retranslate()
        self._name_new()

    def arrive(self, **arguments: Any) -> None:
        """`kind` and `id` of a record to show; `start` "import", or "new" with the `kind` of the new one and what is
        `given`, or the (field, id) of the record `above` it; `view` the place of a listing."""
        if arguments.get("start") == "import":
            self.start_import()
        elif arguments.get("start") == "new" and arguments.get("above"):
            self.start_within(str(arguments["kind"]), *arguments["above"])
        elif arguments.get("start") == "new":
            self.start_new(str(arguments.get("kind") or ""), arguments.get("given"))
        elif arguments.get("id"):
            self.open_record(str(arguments.get("kind") or self.SHEETS[0].kind), str(arguments["id"]))
        if "view" in arguments:
            self.views.setCurrentIndex(int(arguments["view"]))

    def changes_came(self, changes: dict[str, Any]) -> None:
        for table in self.tables.values():
            table.model.changes_came(changes)
        for detail in self.details.values():
            detail.changes_came(changes)

    def start_import(self) -> None:
        """Choose a workbook and look at how it would be read."""
        self.screens.setCurrentWidget(self.importing)
        QTimer.singleShot(0, self.importing, self.importing.choose)

    def start_new(self, kind: str = "", given: dict[str, str] | None = None) -> None:
        """A record by hand: of the kind listed unless another is named."""
        kind = kind or (self._sheet(self.view.kind) or self.SHEETS[0]).kind
        self.screens.setCurrentWidget(self.split)
        self._list_kind(kind)
        self.reveal(kind).start_new(given)

    def start_within(self, kind: str, field: str, above: str) -> None:
        """A record by hand on the tab of the one it belongs to."""
        for sheet in self.SHEETS:
            if any(tuple(declared.kinds.get(kind, ())) == (field,) for declared in sheet.tabs):
                self.screens.setCurrentWidget(self.split)
                self._show_listed(sheet.kind, above, kind)
                self.details[sheet.kind].start_child()
                return
        self.desk.open_record(kind_info(kind).field(field).target or kind, above)

    def open_record(self, kind: str, record: str) -> None:
        """Show a record on its sheet, or on the tab that keeps its kind."""
        self.screens.setCurrentWidget(self.split)
        if self._sheet(kind) is not None:
            self._show_listed(kind, record)
        elif keeper := self._keeper(kind):
            self._follow(keeper[0], kind, record, kind, record, keeper[1])

    def reveal(self, kind: str) -> RecordDetail:
        """The detail of a kind, shown beside the list; the others are put away."""
        self.ops.forget(self, "follow")  # what was being looked for is not wanted any more
        for other, detail in self.details.items():
            if other != kind:
                detail.hide()
        detail = self.details[kind]
        if detail.isHidden():
            self._left.setVisible(self.width() >= _BOTH)  # first, so that the page never needs room for both
            self._show_back()
            detail.show()
            half = self.split.width() // 2
            self.split.setSizes([half] * self.split.count())
        return detail

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        both = event.size().width() >= _BOTH
        if both or not all(detail.isHidden() for detail in self.details.values()):
            self._left.setVisible(both)
            self._show_back()

    def _show_back(self) -> None:
        """The way back stands over a record that hides the list, not over an import and the like."""
        self.back.setVisible(self._left.isHidden() and self.screens.currentWidget() is self.split)

    def print_shown(self) -> bool:
        return any(detail.print_now() for detail in list(self.details.values()) if detail.isVisible())

    # inside

    def _own_kinds(self) -> tuple[str, ...]:
        return tuple(sheet.kind for sheet in self.SHEETS)

    def _sheet(self, kind: str) -> Sheet | None:
        return next((sheet for sheet in self.SHEETS if sheet.kind == kind), None)

    def _keeper(self, kind: str) -> tuple[str, tuple[str, ...]] | None:
        """The sheet on whose tab records of a kind are kept, and the references that lead there from one of them."""
        for sheet in self.SHEETS:
            for declared in sheet.tabs:
                if kind in declared.kinds:
                    return sheet.kind, tuple(declared.kinds[kind])
        return None

    def _lay_out(self) -> None:
        self.buttons = Flow()
        self.buttons.addWidget(self.views, 1)
        for button in (
            (self.export, self.load, self.new) if not self.IMPORT_FIRST else (self.export, self.new, self.load)
        ):
            self.buttons.addWidget(button)
        self._left = left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(self.buttons)
        column.addWidget(self.lists, 1)
        self.split.addWidget(left)
        self.split.setStretchFactor(0, 1)
        self.split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID * 2, 0, GRID * 2, GRID)
        layout.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.screens)

    def _add_list(self, kind: str) -> None:
        sheet = self._sheet(kind)
        columns = sheet.columns if sheet is not None else self.COLUMNS[kind]
        beside = sheet.beside if sheet is not None else None
        model = RecordsModel(self.ops, kind, self.desk.settings.get(f"columns.{kind}") or columns, self, beside=beside)
        empty = EmptyState(self.ICON)
        empty.acted.connect(self.start_import if self._imports_first(kind) else self.new.click)
        table = RecordTable(self.ops, model, empty, self.desk.settings)
        table.pasted.connect(lambda text: self._paste(kind, text))
        table.template_asked.connect(lambda: self._template(kind))
        table.merge_asked.connect(lambda staying, going: self._merge(kind, staying, going))
        table.current_changed.connect(lambda record: self._row_chosen(kind, record))
        self.tables[kind] = table
        self.lists.addWidget(table)

    def _make_detail(self, kind: str) -> RecordDetail:
        sheet = self._sheet(kind)
        if sheet is None:
            raise KeyError(kind)
        detail = RecordDetail(self.ops, self.desk, sheet)
        detail.hide()
        if kind in self.tables:
            detail.saved.connect(self.tables[kind].select)
        detail.deleted.connect(lambda _record: self._deleted(detail))
        detail.abandoned.connect(lambda: self._put_away(detail))
        detail.rows_pasted.connect(self._paste)
        detail.template_asked.connect(self._template)
        self.split.addWidget(detail)
        self.split.setStretchFactor(self.split.count() - 1, 1)
        detail.retranslate()
        return detail

    def _imports_first(self, kind: str) -> bool:
        return self.IMPORT_FIRST and kind == self.VIEWS[0].kind

    def _name_new(self) -> None:
        sheet = self._sheet(self.view.kind) or self.SHEETS[0]
        self.new.setText(tr(sheet.new))

    def _view_chosen(self, _place: int) -> None:
        view = self.view
        self.lists.setCurrentWidget(self.tables[view.kind])
        self.table.show_where(dict(view.where), order=view.order, descending=view.descending, among=view.among)
        shown = view.kind if self._sheet(view.kind) is not None else ""
        for kind, detail in self.details.items():
            if shown and kind != shown:
                detail.hide()
        if all(detail.isHidden() for detail in self.details.values()):
            self._put_away()
        self._name_new()

    def _list_kind(self, kind: str) -> None:
        """List all of a kind unless one of its views is listed already."""
        if self.view.kind == kind:
            return
        for place, view in enumerate(self.VIEWS):
            if view.kind == kind:
                self.views.setCurrentIndex(place)
                return

    def _show_listed(self, kind: str, record: str, child_kind: str = "", inner: str = "") -> None:
        if self.view.kind != kind and kind in self.tables:
            self._list_kind(kind)
        if kind in self.tables:
            self.tables[kind].select(record)
        self.reveal(kind).show_record(record, child_kind, inner)

    def _row_chosen(self, kind: str, record: str) -> None:
        if self._sheet(kind) is not None:
            self.reveal(kind).show_record(record)
        elif keeper := self._keeper(kind):
            self._follow(keeper[0], kind, record, kind, record, keeper[1], listed=True)

    def _follow(
        self,
        sheet_kind: str,
        inner_kind: str,
        inner: str,
        kind: str,
        record: str,
        path: tuple[str, ...],
        *,
        listed: bool = False,
    ) -> None:
        """Go up the references from a record to the one whose sheet keeps it."""

        def came(row: dict[str, Any]) -> None:
            parent = row.get(path[0])
            if not parent:
                self.desk.notify(tr("这条记录还没有归到{kind}。", kind=kind_label(sheet_kind)))
                if listed and kind == inner_kind:  # where it belongs is asked for where it is listed
                    self.tables[kind].bulk.open(path[0])
            elif len(path) > 1:
                target = kind_info(kind).field(path[0]).target or kind
                self._follow(sheet_kind, inner_kind, inner, target, str(parent), path[1:], listed=listed)
            elif listed:  # the row stays where it is listed
                self.reveal(sheet_kind).show_record(str(parent), inner_kind, inner)
            else:
                self._show_listed(sheet_kind, str(parent), inner_kind, inner)

        self.ops.run(
            "records.get",
            owner=self,
            place="follow",
            on_result=came,
            on_fault=self.desk.show_fault,
            kind=kind,
            id=record,
        )

    def _put_away(self, *details: QWidget) -> None:
        for detail in details:
            detail.hide()
        self._left.show()
        self.back.hide()

    def _deleted(self, detail: QWidget) -> None:
        self._put_away(detail)
        self.desk.notify(tr("已删除；按 Ctrl+Z 可以撤销。"))

    def _import_left(self) -> None:
        self.screens.setCurrentWidget(self.split)
        self.table.view.setFocus()

    def _paste(self, kind: str, text: str, given: dict[str, str] | None = None) -> None:
        self.screens.setCurrentWidget(self.importing)
        self.importing.open_text(text, kind, given)

    def _template(self, kind: str) -> None:
        start = str(Path.home() / f"{kind_label(kind)}-{tr('模板')}.xlsx")
        file, _ = QFileDialog.getSaveFileName(self, tr("下载导入模板"), start, "Excel (*.xlsx)")
        if file:
            self.ops.run(
                "bulk.template",
                owner=self,
                on_result=lambda done: self.desk.notify(tr("模板已保存到 {file}", file=done["file"])),
                on_fault=self.desk.show_fault,
                kind=kind,
                file=file,
            )

    def _merge(self, kind: str, staying: str, going: str) -> None:
        if self._sheet(kind) is not None:
            self._show_listed(kind, staying)
            self.details[kind].start_merge(going)

    def _export(self, *, with_personal: bool, seen: bool = False) -> None:
        kind, chosen = self.view.kind, self.table.selected_ids()
        ids = chosen if len(chosen) > 1 else self.model.ids()
        start = str(Path.home() / f"{kind_label(kind)}.xlsx")
        file, _ = QFileDialog.getSaveFileName(self, tr("导出"), start, "Excel (*.xlsx)")
        if not file:
            return
        self.ops.run(
            "records.export",
            owner=self,
            on_result=lambda done: self.desk.notify(tr("已导出 {n} 条到 {file}", n=done["rows"], file=done["file"])),
            on_fault=self.desk.show_fault,
            title=tr("正在导出"),
            kind=kind,
            file=file,
            ids=ids,
            language=i18n.language(),
            with_personal=with_personal,
            columns=[field.name for field in self.model.fields if field not in self.model.beside.fields]
            if seen
            else None,
        )
