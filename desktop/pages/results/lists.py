"""The lists of results: what may be published, what can be transferred, and whose state nobody checked for a year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from desktop.fields import FieldInfo, kind_info
from desktop.look import GRID, state_icon
from desktop.models import format as shown_as
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.calculators.tab import Row, Tab, workbook_kind
from desktop.pages.evidence.rows import Column, RowsModel, RowsView, opens, table_view
from desktop.widgets.basics import CalmCombo, quiet
from policy.i18n import mark, sentences, spaced, tr

# what it is called, who answers, whose records it lists, and the column that takes the room
_LISTS = {
    "disclosure": (mark("公开目录"), "disclosure.list", "achievement", "summary_public"),
    "patents": (mark("可转让专利"), "patents.list", "ip_right", "pool_grade"),
    "stale": (mark("久未确认"), "achievement.stale", "achievement", "title"),
}
_GRADES = ("", "a", "b", "c", "none")


def declared_columns(columns: Sequence[Sequence[str]]) -> list[Column]:
    """Columns of a service's list, each by the declaration of its field."""
    return [_declared(kind, name) for kind, name in columns]


def _declared(kind: str, name: str) -> Column:
    field = kind_info(kind).field(name)
    if name == "fee_due_on":
        return Column(
            lambda: shown_as.heading(field),
            lambda row: spaced(shown_as.shown(field, row), tr("已过") if row["fee_late"] else ""),
            icon=lambda row: state_icon("warn") if row["fee_late"] else None,
        )
    return Column(
        lambda: shown_as.heading(field),
        lambda row: shown_as.shown(field, row),
        right=shown_as.is_figure(field),
        order=lambda row: _order(field, row),
        most=44 if name == "title" else 24,
    )


def _order(field: FieldInfo, row: Row) -> Any:
    """Figures by their size with blanks last, all else by what is shown."""
    value = row.get(field.name)
    return (value is None, value or 0) if shown_as.is_figure(field) else shown_as.shown(field, row)


class ListsTab(Tab):
    """One list at a time, as it would be written to the workbook."""

    TITLE = mark("对外清单")

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self.which, self.grade = CalmCombo(), CalmCombo()
        for name in _LISTS:
            self.which.addItem("", name)
        for grade in _GRADES:
            self.grade.addItem("", grade)
        self.which.currentIndexChanged.connect(lambda _place: self._show())
        self.grade.currentIndexChanged.connect(lambda _place: self._ask())
        self.touch, self.export = QPushButton(), QPushButton()
        self.touch.clicked.connect(lambda _checked=False: self._touch())
        self.export.clicked.connect(lambda _checked=False: self._export())
        self._said = quiet()
        self._stack = QStackedWidget()
        self.views: dict[str, RowsView] = {}
        self.models: dict[str, RowsModel] = {}
        top = QHBoxLayout()
        top.setSpacing(GRID)
        for part in (self.which, self.grade):
            top.addWidget(part)
        top.addStretch(1)
        for button in (self.touch, self.export):
            top.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.message)
        layout.addWidget(self._said)
        layout.addWidget(self._stack, 1)

    def retranslate(self) -> None:
        for place, declared in enumerate(_LISTS.values()):
            self.which.setItemText(place, tr(declared[0]))
        grades = {choice.code: choice.shown for choice in kind_info("achievement").field("conversion_grade").choices}
        for place, grade in enumerate(_GRADES):
            self.grade.setItemText(place, grades.get(grade, tr("未分级") if grade else tr("所有分级")))
        self.which.setAccessibleName(tr("哪份清单"))
        self.grade.setAccessibleName(kind_info("achievement").field("conversion_grade").shown)
        self.export.setText(tr("导出工作簿"))
        self.touch.setText(tr("今天已确认"))
        self.touch.setToolTip(tr("把选中的成果记为今天确认过状态"))
        for name, view in self.views.items():
            view.setAccessibleName(tr(_LISTS[name][0]))
            self.models[name].retranslate()
        if self.views:
            self._ask()

    def arrive(self, **arguments: Any) -> None:
        """`list` disclosure, patents or stale."""
        if arguments.get("list") in _LISTS:
            self.which.setCurrentIndex(list(_LISTS).index(str(arguments["list"])))
        self._show()

    def refresh(self) -> None:
        self._ask()

    @property
    def name(self) -> str:
        """The list now shown."""
        return str(self.which.currentData())

    def _show(self) -> None:
        self.grade.setVisible(self.name == "patents")
        self.touch.setVisible(self.name == "stale")
        self.export.setVisible(self.name != "stale")
        self._ask()

    def _ask(self) -> None:
        name = self.name
        asked = {"grade": str(self.grade.currentData())} if name == "patents" else {}
        self.ask(_LISTS[name][1], lambda answer: self._came(name, answer), **asked)

    def _came(self, name: str, answer: Row) -> None:
        if name not in self.views:
            self._add(name, answer["columns"])
        self._stack.setCurrentWidget(self.views[name])
        self.models[name].set_rows(answer["rows"])
        self._said.setText(_said(name, answer))
        self.touch.setEnabled(bool(answer["rows"]))
        self.export.setEnabled(bool(answer["rows"]))

    def _add(self, name: str, columns: Sequence[Sequence[str]]) -> None:
        model = RowsModel(declared_columns(columns), self)
        view = table_view(model, stretch=[field for _kind, field in columns].index(_LISTS[name][3]))
        view.setAccessibleName(tr(_LISTS[name][0]))
        if name == "stale":
            view.setSelectionMode(RowsView.SelectionMode.ExtendedSelection)
        opens(view, lambda row: self.desk.open_record(_LISTS[name][2], row["id"]))
        self.models[name], self.views[name] = model, view
        self._stack.addWidget(view)

    def _touch(self) -> None:
        view, model = self.views["stale"], self.models["stale"]
        chosen = [row["id"] for index in view.selectionModel().selectedRows() if (row := model.row(index))]
        if not chosen:
            self.message.show_text("info", tr("先在列表里选中已确认过的成果。"))
            return
        self.ops.run(
            "achievement.touch",
            owner=self,
            on_result=lambda done: self.desk.notify(tr("已确认 {n} 项", n=done["touched"])),
            on_fault=self.message.show_fault,
            ids=chosen,
        )

    def _export(self) -> None:
        if self.name == "patents":
            grade = str(self.grade.currentData())
            self.save_as("patents.export", tr("可转让专利目录.xlsx"), workbook_kind(), grade=grade)
        else:
            self.save_as("disclosure.export", tr("科技成果公开目录.xlsx"), workbook_kind())


def _said(name: str, answer: Row) -> str:
    count = tr("共 {n} 条。", n=len(answer["rows"]))
    if name == "disclosure":
        held = tr("另有 {n} 项按公开程度不列出。", n=answer["held_back"]) if answer["held_back"] else ""
        bare = tr("{n} 项公开成果还没有可公开简介。", n=len(answer["bare"])) if answer["bare"] else ""
        return sentences(count, held, bare)
    if name == "patents":
        left = answer["left_out"]
        return sentences(
            count,
            tr("没有列出：失效 {dead}，已转让 {moved}，成果已放弃 {given_up}，不得公开 {closed}。", **left),
        )
    if not answer["rows"]:
        return tr("一年内都确认过状态。")
    return sentences(count, tr("一年以上没有人确认过状态，请向完成人核实后确认。"))
