"""佐证: the library of files with preview, facts and uses, and the gaps of an evaluation; drop files to add them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.ops import Ops
from desktop.pages.base import Desk, Page
from desktop.pages.evidence import library
from desktop.pages.evidence.drops import FileDrops
from desktop.pages.evidence.file import FilePane
from desktop.pages.evidence.gaps import GapsPane
from desktop.pages.evidence.rows import Row, RowsModel, opens, table_view
from desktop.widgets.basics import CalmCombo, EmptyState, primary, quiet
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Panes
from policy.dates import today
from policy.i18n import tr


class EvidencePage(Page):
    """The evidence page."""

    NAME = "evidence"
    ICON = "paperclip"

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self._current = self._wanted = ""
        self._stale = True
        self.message = MessageBar()
        self.add = primary()
        self.model = RowsModel(library.columns(), self)
        self.table = table_view(self.model, stretch=library.TITLE)
        self.text, self.kind, self.state = QLineEdit(maxLength=100, clearButtonEnabled=True), CalmCombo(), CalmCombo()
        self.count = quiet(wrap=False)
        self.empty = EmptyState("paperclip")
        self.gaps = GapsPane(ops)
        self.file = FilePane(ops, desk, self.message)
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        filters = QHBoxLayout()
        filters.setSpacing(8)
        filters.addWidget(self.text, 2)
        filters.addWidget(self.kind, 1)
        filters.addWidget(self.state, 1)
        for box in (self.kind, self.state):
            box.setMinimumContentsLength(4)
            box.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.list = QStackedWidget()
        self.list.addWidget(self.table)
        self.list.addWidget(self.empty)
        shelf = QWidget()
        left = QVBoxLayout(shelf)
        left.setContentsMargins(0, 8, 0, 0)
        left.setSpacing(8)
        left.addLayout(filters)
        left.addWidget(self.list, 1)
        left.addWidget(self.count)
        self.views = QTabWidget(documentMode=True)
        self.views.addTab(shelf, "")
        self.views.addTab(self.gaps, "")
        corner = QHBoxLayout()
        corner.setContentsMargins(0, 0, 0, 0)
        corner.addWidget(self.add)
        holder = QWidget()
        holder.setLayout(corner)
        self.views.setCornerWidget(holder, Qt.Corner.TopRightCorner)
        split = Panes()
        split.addWidget(self.views)
        split.addWidget(self.file)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([720, 460])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 8)
        layout.setSpacing(8)
        layout.addWidget(self.message)
        layout.addWidget(split, 1)

    def _connect(self) -> None:
        self.add.clicked.connect(self._choose_files)
        self.empty.acted.connect(self._choose_files)
        FileDrops(self).dropped.connect(lambda files, _place: self.add_files(files))
        FileDrops(self.table.viewport()).dropped.connect(lambda files, _place: self.add_files(files))
        self.text.textChanged.connect(lambda: self._filter())
        self.kind.currentIndexChanged.connect(lambda: self._filter())
        self.state.currentIndexChanged.connect(lambda: self._filter())
        self.table.selectionModel().currentRowChanged.connect(self._row_changed)
        opens(self.table, lambda _row: self.file.tabs.setCurrentWidget(self.file.viewer))
        self.table.typed.connect(self._type_on)
        self.gaps.dropped.connect(self.add_files)
        self.gaps.opened.connect(self._show_in_library)
        self.views.currentChanged.connect(self._view_changed)

    @classmethod
    def title(cls) -> str:
        return tr("佐证")

    def retranslate(self) -> None:
        self.views.setTabText(0, tr("资料库"))
        self.views.setTabText(1, tr("缺口"))
        self.add.setText(tr("添加文件…"))
        self.text.setPlaceholderText(tr("按名称、文号、出具方筛选"))
        self.text.setAccessibleName(tr("筛选"))
        self.table.setAccessibleName(tr("佐证资料"))
        self.empty.set_texts(
            tr("还没有佐证"),
            tr("把营业执照、合同、证书等文件拖到这里。文件加密保存在工作区，同一份文件只存一次。"),
            tr("选择文件…"),
        )
        _fill(self.kind, tr("全部类别"), library.choices("doc_kind"))
        more = [
            (tr("已过期（按日期）"), library.EXPIRED),
            (tr("30天内到期"), library.ENDING),
            (tr("未关联"), library.UNUSED),
        ]
        states = [(label, code) for label, code in library.choices("state") if code != library.EXPIRED]
        _fill(self.state, tr("全部状态"), [*more, *states])
        self.kind.setAccessibleName(tr("材料类别"))
        self.state.setAccessibleName(tr("状态"))
        for part in (self.model, self.file, self.gaps):
            part.retranslate()
        self._filter()

    def arrive(self, **arguments: Any) -> None:
        """`id` shows one file; `gaps=True` (with `pack`, `period`, `subject`) shows what is missing."""
        self._wanted = str(arguments.pop("id", "") or "")
        if arguments.pop("gaps", False):
            self.views.setCurrentWidget(self.gaps)
            self.gaps.chooser.show_wanted(**arguments)
        elif self._wanted:
            self.views.setCurrentIndex(0)
        if self._stale:
            self._load()
        elif self._wanted:
            self._show_in_library(self._wanted)

    def changes_came(self, changes: dict[str, Any]) -> None:
        touched = {*changes.get("records", {}), *changes.get("bulk", ())}
        if not touched & {"evidence", "evidence_link"}:
            return
        self._stale = True
        if self.isVisible():
            self._load()
            if self.views.currentWidget() is self.gaps:
                self.gaps.reload()

    # -- the library

    def _load(self) -> None:
        self._stale = False
        self.ops.run("evidence.list", owner=self, place="list", on_result=self._list_came)

    def _list_came(self, rows: list[Row]) -> None:
        wanted = self._wanted or self._current
        self.model.set_rows(rows)
        if self._wanted and self.model.place(self._wanted) < 0:
            self._clear_filters()
        self._wanted = ""
        self._say_count()
        self.table.selectRow(max(self.model.place(wanted), 0))
        self.file.show_row(self._row())

    def _filter(self) -> None:
        self.model.set_filter(
            library.keeps(self.text.text(), self.kind.currentData() or "", self.state.currentData() or "", today())
        )
        self._say_count()
        if self._current:
            self.table.selectRow(max(self.model.place(self._current), 0))

    def _say_count(self) -> None:
        found, total = len(self.model.rows()), self.model.total()
        text = (
            tr("共 {total} 份", total=total) if found == total else tr("{found} / {total} 份", found=found, total=total)
        )
        self.count.setText(text)
        self.list.setCurrentWidget(self.table if total else self.empty)

    def _type_on(self, text: str) -> None:
        self.text.setFocus()
        self.text.setText(text)

    def _clear_filters(self) -> None:
        self.text.clear()
        self.kind.setCurrentIndex(0)
        self.state.setCurrentIndex(0)

    def _show_in_library(self, record: str) -> None:
        self.views.setCurrentIndex(0)
        if self.model.place(record) < 0:
            self._clear_filters()
        self.table.selectRow(max(self.model.place(record), 0))
        self._wanted = ""

    def _view_changed(self) -> None:
        if self.views.currentWidget() is self.gaps:
            self.gaps.chooser.show_wanted()
            self.gaps.reload()

    def _row(self) -> Row | None:
        return self.model.row(self.table.currentIndex())

    def _row_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        row = self.model.row(current)
        if row is not None and row["id"] != self._current:
            self._current = row["id"]
            self.file.show_row(row)

    # -- adding and linking

    def _choose_files(self) -> None:
        dialog = QFileDialog(self, tr("选择佐证文件"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda files: self.add_files(files))
        dialog.open()

    def add_files(self, files: list[str], target: str | None = None) -> None:
        """Take files in, and link them to a target where one is given."""
        self.message.clear()
        self.ops.run(
            "evidence.add",
            owner=self,
            title=tr("添加佐证"),
            files=files,
            target=target,
            on_result=self._added,
            on_fault=self.message.show_fault,
        )

    def _added(self, answer: dict[str, Any]) -> None:
        self._wanted = answer["ids"][0] if answer["ids"] else ""
        if answer["known"]:
            said = tr(
                "添加 {added} 份；{known} 份库里已有，没有重复存放。", added=answer["added"], known=answer["known"]
            )
        else:
            said = tr("添加 {added} 份。", added=answer["added"])
        self.desk.notify(said)
        if answer["warnings"]:
            self.message.show_text("warn", "\n".join(answer["warnings"]))


def _fill(box: QComboBox, everything: str, entries: list[tuple[str, str]]) -> None:
    """Fill a filter, keeping what is chosen."""
    chosen = box.currentData()
    with QSignalBlocker(box):
        box.clear()
        box.addItem(everything, "")
        for label, code in entries:
            box.addItem(label, code)
        box.setCurrentIndex(max(box.findData(chosen), 0))
