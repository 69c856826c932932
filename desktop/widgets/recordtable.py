"""A list of records: filter, conditions and named filters, sort, columns, many at once, copy and paste as a table."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QItemSelectionRange, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.fields import kind_info, kind_label
from desktop.look import GRID, icon
from desktop.models import format as shown_as
from desktop.models.records import RecordsModel
from desktop.ops import Ops
from desktop.runtime.settings import Settings
from desktop.widgets.basics import EmptyState, name_tool, tool
from desktop.widgets.bulkbar import BulkBar
from desktop.widgets.conditions import Conditions, kept_filters
from desktop.widgets.copying import copy_rows, export_rows
from desktop.widgets.ledgerview import LedgerView
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Flow
from desktop.widgets.tickmenu import TickMenu
from policy.i18n import tr

_PAUSE = 200  # ms after the last key, on committed text only
# first width of a column in digits, by what it holds
_LETTERS = {
    "note": 32, "list": 32, "date": 14, "code": 24, "year": 8, "money": 16, "int": 10, "dec": 12, "bool": 8, "tri": 8,
    "enum": 14,
}  # fmt: skip
_WIDEST_CHOICE = 28  # digits


class RecordTable(QWidget):
    """Filter line, table and count over a `RecordsModel`.

    Signals: `current_changed(str)` the id of the current row, also when it is clicked again; `activated(str)`
    double-click or Enter;
    `columns_chosen(list)` after the user chose or moved columns; `selection_changed(int)` how many rows are selected;
    `pasted(str)` rows of a spreadsheet; `template_asked` an empty workbook to fill in; `merge_asked(str, str)` two
    records that are one. Sort, columns and named filters are remembered in `settings`, by kind.
    `add_tool` puts the page's buttons at the end of the row above the table; `empty` is shown while nothing is
    listed and no filter is set. `place` is what settings are remembered under; the kind without.
    """

    current_changed = Signal(str)
    activated = Signal(str)
    columns_chosen = Signal(list)
    selection_changed = Signal(int)
    pasted = Signal(str)
    template_asked = Signal()
    merge_asked = Signal(str, str)

    def __init__(
        self,
        ops: Ops,
        model: RecordsModel,
        empty: EmptyState,
        settings: Settings,
        parent: QWidget | None = None,
        *,
        place: str = "",
    ) -> None:
        super().__init__(parent)
        self._ops, self.model, self.empty, self._settings = ops, model, empty, settings
        self._place = place or model.kind
        self._where: dict[str, Any] = {}
        self._among = ""
        self._owned = self._archived = False
        self._common: list[dict[str, Any]] = []  # named filters that come with the workspace
        self._current = ""
        self._loaded = False
        self.filter = QLineEdit()
        self.filter.setClearButtonEnabled(True)
        self._lens = self.filter.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.filter.setMinimumWidth(180)
        self.count = QLabel()
        self.count.setProperty("quiet", True)
        self._tools = QHBoxLayout()
        self._tools.setSpacing(GRID // 2)
        self._columns = tool("columns-3")
        self._columns.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._columns.setMenu(TickMenu(self._columns))
        self._columns.menu().aboutToShow.connect(self._fill_columns)
        top = Flow()
        top.addWidget(self.filter, 1)
        top.addWidget(self.count)
        self.filters, self.acts = tool("list-filter"), tool("list-checks")
        for button in (self.filters, self.acts):
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
            button.setMenu(QMenu(button))
        self.filters.menu().aboutToShow.connect(self._fill_filters)
        self.acts.menu().aboutToShow.connect(self._fill_acts)
        top.addWidget(self.filters)
        top.addWidget(self.acts)
        top.addWidget(self._columns)
        self._last_tool: QWidget = self._columns
        top.addLayout(self._tools)
        self.message = MessageBar(self)
        self.conditions = Conditions(ops, model.kind)
        self.conditions.hide()
        self.conditions.changed.connect(self._filter_now)
        self.conditions.named.connect(self._keep_filter)
        self.view = LedgerView()
        self.view.setModel(model)
        self.view.setSortingEnabled(True)
        self.view.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.view.typed.connect(self._type_on)
        self.view.entered_row.connect(lambda: self.activated.emit(self._current) if self._current else None)
        self.view.clicked.connect(lambda index: self._asked_again(model.id_at(index.row())))
        self.view.doubleClicked.connect(lambda index: self.activated.emit(model.id_at(index.row()) or ""))
        self.bulk = BulkBar(ops, model.kind, self.selected_ids)
        self.bulk.hide()
        self.bulk.done.connect(lambda text: self.message.show_text("good", text))
        self._stack = QStackedWidget()
        self._face: QWidget = self.view
        self._stack.addWidget(self.view)
        self._stack.addWidget(empty)
        self.unmatched = EmptyState()
        self.unmatched.acted.connect(lambda: self.use_filter({}))
        self._stack.addWidget(self.unmatched)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.conditions)
        layout.addWidget(self.message)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.bulk)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._filter_now)
        self.filter.textChanged.connect(lambda _text: self._pause.start())
        self.filter.returnPressed.connect(self.view.setFocus)
        self.view.pasted.connect(self._paste)
        header = self.view.horizontalHeader()
        header.sectionMoved.connect(lambda *_: QTimer.singleShot(0, self, self._columns_moved))
        header.sortIndicatorChanged.connect(lambda *_: self._sorted())
        self._sort_as_before()
        model.refused.connect(self.message.show_fault)
        model.loaded.connect(self._count_changed)
        model.modelReset.connect(self._keep_current)
        self.view.selectionModel().currentRowChanged.connect(self._moved)
        self.view.selectionModel().selectionChanged.connect(
            lambda *_: self.selection_changed.emit(self.selected_count())
        )
        self.view.copy_asked.connect(self.copy_selected)
        self.retranslate()
        ops.run("lists.visit", owner=self, on_result=self._visited)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.filter.setPlaceholderText(tr("输入文字、拼音首字母或代码筛选"))
        self._lens.setText(tr("筛选"))
        if self._place == self.model.kind:
            self.filter.setAccessibleName(tr("筛选"))
            name_tool(self._columns, tr("选择显示的列"))
            name_tool(self.filters, tr("按条件筛选"))
            name_tool(self.acts, tr("对选中的记录"))
        else:  # within a record, beside the page's own list: a screen reader tells the two apart
            kind = kind_label(self.model.kind)
            self.filter.setAccessibleName(tr("筛选{kind}", kind=kind))
            name_tool(self._columns, tr("选择{kind}显示的列", kind=kind))
            name_tool(self.filters, tr("按条件筛选{kind}", kind=kind))
            name_tool(self.acts, tr("对选中的{kind}", kind=kind))
        self.conditions.retranslate()
        self.bulk.retranslate()
        self.unmatched.set_texts(tr("没有符合的记录"), tr("换一个词，或清除筛选后看全部。"), tr("清除筛选"))
        self.view.setAccessibleName(tr("列表"))
        self.model.retranslate()
        self.set_widths()
        self._count_changed(self.model.rowCount())

    def add_tool(self, button: QWidget) -> None:
        """Put a button of the page behind the others; Tab comes to it there, before the table."""
        self._tools.addWidget(button)
        self.setTabOrder(self._last_tool, button)
        self._last_tool = button

    def show_where(
        self,
        where: dict[str, Any],
        *,
        order: str = "",
        descending: bool = False,
        owned: bool = False,
        among: str = "",
    ) -> None:
        """List the records with these field values, and `among` a named list of `lists.ids`, together with the filter
        text; in this order where one is named. What is `owned` belongs to one record: a list of it without rows is
        empty, not filtered."""
        self._where, self._owned, self._among = where, owned, among
        if order:
            self.model.order(order, descending=descending)
        self._filter_now()

    def clear_filter(self) -> None:
        """Look for nothing any more, from the next listing on."""
        self.filter.clear()
        if self.conditions.conditions():
            self.conditions.set_conditions([])

    def show_face(self, face: QWidget | None) -> None:
        """Show what is listed another way (a board), under the same filter; None for the table."""
        self._face = face or self.view
        if self._stack.indexOf(self._face) < 0:
            self._stack.addWidget(self._face)
        self._count_changed(self.model.rowCount())

    def select(self, record: str) -> None:
        """Make a record the current row as soon as it is listed."""
        self._current = record
        self._keep_current()

    def current(self) -> str:
        """The current record; blank for none."""
        return self._current

    def selected_ids(self) -> list[str]:
        """The selected records, in the order listed."""
        rows: set[int] = set()
        for block in self._blocks():
            rows.update(range(block.top(), block.bottom() + 1))
        return [record for row in sorted(rows) if (record := self.model.id_at(row))]

    def selected_count(self) -> int:
        """How many rows are selected."""
        return sum(block.height() for block in self._blocks())

    def _blocks(self) -> list[QItemSelectionRange]:
        """The selected ranges: asking for every row takes seconds in a long list."""
        chosen = self.view.selectionModel().selection()
        return [chosen.at(place) for place in range(chosen.count())]

    def copy_selected(self) -> None:
        """Put the selected rows on the clipboard as a table that a spreadsheet takes."""
        copy_rows(self._ops, self, self.model, self.selected_ids(), self.message)

    def set_widths(self) -> None:
        """First widths by what a column holds, in the language in force."""
        digit = self.view.fontMetrics().horizontalAdvance("0")
        for place, field in enumerate(self.model.fields):
            letters = _LETTERS.get(field.type, 18)
            if field.name in ("name", "title", "firm"):
                letters = 32
            words = [self._width(choice.shown) for choice in field.choices] if field.type == "enum" else []
            inside = min(max(words, default=0), _WIDEST_CHOICE * digit)
            self.view.setColumnWidth(place, max(letters * digit, inside, self._width(shown_as.heading(field))))

    def _width(self, text: str) -> int:
        return self.view.fontMetrics().horizontalAdvance(text) + GRID * 4

    def _filter_now(self) -> None:
        self._pause.stop()
        query = self.model.query
        self.model.load(
            text=self.filter.text().strip(),
            where=self._where,
            conditions=self.conditions.conditions(),
            archived=self._archived,
            among=self._among,
            order=query.get("order"),
            descending=bool(query.get("descending")),
        )

    def _type_on(self, text: str) -> None:
        self.filter.setFocus()
        self.filter.insert(text)

    def _count_changed(self, count: int) -> None:
        if self.sender() is self.model:
            self._loaded = True
        self.count.setText(tr("{n} 条", n=f"{count:,}") if self._loaded else "")
        where = self._where if not self._owned else {}
        asked = self.filter.text().strip() or where or self._among or self.conditions.conditions()
        nothing = self._loaded and count == 0 and not asked
        narrowed = bool(self.filter.text().strip() or self.conditions.conditions())
        unmatched = self._loaded and count == 0 and narrowed and self._face is self.view
        self._stack.setCurrentWidget(self.empty if nothing else self.unmatched if unmatched else self._face)

    def _moved(self, current: QModelIndex, _previous: QModelIndex) -> None:
        record = self.model.id_at(current.row()) if current.isValid() else None
        if record and record != self._current:
            self._current = record
            self.current_changed.emit(record)

    def _asked_again(self, record: str | None) -> None:
        """A click on the row that is current already: what showed it may have been closed since."""
        if record and record == self._current:
            self.current_changed.emit(record)

    def _keep_current(self) -> None:
        place = self.model.place_of(self._current)
        if place >= 0:
            index = self.model.index(place, 0)
            self.view.selectionModel().setCurrentIndex(
                index,
                QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows,
            )
            self.view.scrollTo(index)

    def _fill_columns(self) -> None:
        menu = self._columns.menu()
        menu.clear()
        shown = [field.name for field in self.model.fields]
        for field in (*self.model.beside.fields, *kind_info(self.model.kind).fields):
            if field.name == "id" or field.type in ("list", "timestamp"):
                continue
            action = menu.addAction(field.shown)
            action.setCheckable(True)
            action.setChecked(field.name in shown)
            action.toggled.connect(self._column_toggler(field.name))

    def _column_toggler(self, name: str) -> Callable[[bool], None]:
        def toggle(on: bool) -> None:
            shown = [field.name for field in self.model.fields]
            names = [*shown, name] if on else [other for other in shown if other != name]
            if names:
                self._take_columns(names)

        return toggle

    def _take_columns(self, names: list[str]) -> None:
        self.set_columns(names)
        self._settings.set(f"columns.{self._place}", names)
        self.columns_chosen.emit(names)

    def _columns_moved(self) -> None:
        """What was dragged becomes the order of the columns themselves, so that copies and exports have it, too."""
        header = self.view.horizontalHeader()
        shown = [field.name for field in self.model.fields]
        names = [shown[header.logicalIndex(place)] for place in range(len(shown))]
        if names == shown:
            return
        header.blockSignals(True)
        for place in range(len(shown)):
            header.moveSection(header.visualIndex(place), place)
        header.blockSignals(False)
        self._take_columns(names)

    def _sort_as_before(self) -> None:
        kept = self._settings.get(f"sort.{self._place}")
        name, descending = kept if isinstance(kept, list) and len(kept) == 2 else ("", False)
        shown = [field.name for field in self.model.fields]
        if name in shown:
            order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
            self.view.horizontalHeader().blockSignals(True)
            self.view.horizontalHeader().setSortIndicator(shown.index(name), order)
            self.view.horizontalHeader().blockSignals(False)
            self.model.order(name, descending=bool(descending))

    def _sorted(self) -> None:
        query = self.model.query
        if query.get("order"):
            self._settings.set(f"sort.{self._place}", [query["order"], bool(query["descending"])])

    # named filters

    def _visited(self, visit: dict[str, Any]) -> None:
        self.model.set_visit(int(visit["since"]), str(visit["operator"] or ""))
        common = visit["filters"] if isinstance(visit["filters"], dict) else {}
        self._common = kept_filters(common.get(self._place))

    def _filters(self) -> list[dict[str, Any]]:
        return kept_filters(self._settings.get(f"filters.{self._place}"))

    def _fill_filters(self) -> None:
        menu = self.filters.menu()
        menu.clear()
        menu.addAction(tr("按条件筛选…"), self.conditions.open)
        menu.addAction(tr("清除筛选"), lambda: self.use_filter({}))
        kept = self._filters()
        names = {one["name"] for one in kept}
        common = [one for one in self._common if one["name"] not in names]
        if common:
            menu.addSeparator()
        for one in common:
            menu.addAction(one["name"], partial(self.use_filter, one))
        if kept:
            menu.addSeparator()
            drop = QMenu(tr("删除已存的筛选"), menu)
            for one in kept:
                menu.addAction(one["name"], partial(self.use_filter, one))
                drop.addAction(one["name"], partial(self._drop_filter, one["name"]))
            menu.addSeparator()
            menu.addMenu(drop)

    def _keep_filter(self, name: str) -> None:
        one = {"name": name, "text": self.filter.text().strip(), "conditions": self.conditions.conditions()}
        others = [other for other in self._filters() if other["name"] != name]
        self._settings.set(f"filters.{self._place}", [*others, one])
        self.message.show_text("good", tr("筛选“{name}”已保存，在列表上方的筛选按钮里。", name=name))

    def _drop_filter(self, name: str) -> None:
        kept = [other for other in self._filters() if other["name"] != name]
        self._settings.set(f"filters.{self._place}", kept)

    def use_filter(self, one: dict[str, Any]) -> None:
        """Filter by `text` and `conditions` ({field, test, value}), in place of what was asked before."""
        self.filter.setText(str(one.get("text") or ""))
        self.conditions.set_conditions(list(one.get("conditions") or ()))
        self.conditions.setVisible(bool(one.get("conditions")))
        self._filter_now()

    # many at once

    def _fill_acts(self) -> None:
        menu, count = self.acts.menu(), self.selected_count()
        menu.clear()
        entries: tuple[tuple[str, Callable[[], None], bool], ...] = (
            (tr("批量修改 {n} 条…", n=count), lambda: self.bulk.open(), count > 0),
            (tr("归档 {n} 条", n=count), lambda: self._run("bulk.archive"), count > 0 and not self._archived),
            (tr("取消归档 {n} 条", n=count), lambda: self._run("bulk.archive", archived=False), count > 0),
            (tr("删除 {n} 条", n=count), lambda: self._run("bulk.delete"), count > 0),
            (tr("复制（带表头）"), self.copy_selected, count > 0),
            (tr("从表格粘贴…"), lambda: self._paste(QGuiApplication.clipboard().text()), True),
            (tr("下载导入模板…"), self.template_asked.emit, True),
        )
        for text, does, possible in entries:
            menu.addAction(text, does).setEnabled(possible)
        if self._place == self.model.kind:  # the page makes one of two
            merge = menu.addAction(tr("合并选中的两条…"), lambda: self.merge_asked.emit(*self.selected_ids()))
            merge.setEnabled(count == 2)
        else:  # the page's own export is of its own list
            menu.addAction(tr("导出为 Excel…"), self._export).setEnabled(self.model.rowCount() > 0)
        menu.addSeparator()
        also = menu.addAction(tr("也列出已归档的"))
        also.setCheckable(True)
        also.setChecked(self._archived)
        also.toggled.connect(self._show_archived)

    def _run(self, service: str, **how: Any) -> None:
        """Do something with all that is selected; it can be undone, so nothing is asked."""

        def done(answer: dict[str, Any]) -> None:
            count = answer.get("deleted", answer.get("changed", 0))
            self.message.show_text("good", tr("已处理 {n} 条；按 Ctrl+Z 可以撤销。", n=count))
            self.model.reload()

        self._ops.run(
            service,
            owner=self,
            on_result=done,
            on_fault=self.message.show_fault,
            title=tr("正在处理"),
            kind=self.model.kind,
            ids=self.selected_ids(),
            **how,
        )

    def _export(self) -> None:
        chosen = self.selected_ids()
        export_rows(self._ops, self, self.model, chosen if len(chosen) > 1 else self.model.ids(), self.message)

    def _show_archived(self, on: bool) -> None:
        self._archived = on
        self._filter_now()

    def _paste(self, text: str) -> None:
        if "\t" in text or "\n" in text.strip():
            self.pasted.emit(text)
        else:
            self.message.show_text("info", tr("剪贴板里没有表格：请在 Excel 或 WPS 中连同表头一起复制，再粘贴。"))

    def set_columns(self, names: list[str]) -> None:
        """Show these columns."""
        self.model.set_columns(names)
        self.set_widths()
