"""定价路径: what a way of pricing asks for, by the answers given or by the records, each duty with its clause."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QLineEdit, QSplitter, QVBoxLayout, QWidget

from desktop.look import GRID, state_icon
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.calculators.tab import Row, Tab, basis, marked, marks, scrolled
from desktop.pages.evidence.rows import Column, RowsModel, table_view
from desktop.widgets.basics import CalmCombo, StatusChip, heading, primary, quiet
from desktop.widgets.room import Panes
from policy.i18n import bracketed, labelled, listed, mark, tr

_STATES = {
    "done": (mark("已办"), "good"),
    "missing": (mark("未办"), "bad"),
    "late": (mark("逾期"), "bad"),
    "info": (mark("参考"), "info"),
}
_SOON = 300  # ms


class PricingTab(Tab):
    """Left the questions that decide and those that follow, right the duties."""

    TITLE = mark("定价路径")

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self._record = ""
        self._typed: dict[str, str] = {}
        self._names: list[tuple[str, str]] = []
        self._saves: set[str] = set()
        self.save = primary()
        self.save.clicked.connect(lambda _checked=False: self._save())
        self.fields: dict[str, CalmCombo | QLineEdit] = {}
        self._soon = QTimer(self, singleShot=True, interval=_SOON)
        self._soon.timeout.connect(self._ask)
        self.source, self._source_label = CalmCombo(), QLabel()
        self._source_label.setBuddy(self.source)
        self.source.activated.connect(lambda _place: self._choose())
        self.summary = {state: StatusChip() for state in _STATES}
        self.model = RowsModel(_columns(), self)
        self.table = table_view(self.model, stretch=1)
        self.table.selectionModel().currentRowChanged.connect(lambda: self._show_detail())
        self.detail = quiet()
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._head = heading()
        self._form = QFormLayout()
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._lay_out()

    def retranslate(self) -> None:
        self._source_label.setText(tr("取自"))
        self.source.setAccessibleName(tr("取自"))
        self.left.retranslate()
        self.save.setText(tr("存入记录"))
        self._head.setText(tr("回答决定哪些事项适用；带“记录”的取自记录"))
        self.table.setAccessibleName(tr("应办事项"))
        self.model.retranslate()
        self._names = []  # labels come from the services in their language
        if self.fields:
            self._ask()

    def arrive(self, **arguments: Any) -> None:
        """`id` shows a pricing record."""
        self._record = str(arguments.get("id", ""))
        self._typed = {}
        self.refresh()
        self.begin()
        self._ask()

    # -- what is typed and not saved

    def draft_key(self) -> str:
        return f"calc:pricing:{self._record}"

    def typed(self) -> dict[str, str]:
        return dict(self._typed)

    def put_back(self, texts: dict[str, str]) -> None:
        self._typed = dict(texts)
        self._ask()

    def refresh(self) -> None:
        """Records changed: the list to take from, and what stands in the record."""
        self.ops.run("records.ids", owner=self, place="source", on_result=self._ids_came, kind="pricing")
        if self._record:
            self._ask()

    def _ids_came(self, ids: list[str]) -> None:
        self.ops.run("records.rows", owner=self, place="source", on_result=self._rows_came, kind="pricing", ids=ids)

    def _rows_came(self, rows: list[Row]) -> None:
        self.source.clear()
        self.source.addItem(tr("直接回答，不取自记录"), "")
        for row in rows:
            self.source.addItem(row["_titles"].get("case", ""), row["id"])
        self.source.setCurrentIndex(max(0, self.source.findData(self._record)))

    def _choose(self) -> None:
        self._record, self._typed = str(self.source.currentData()), {}
        self.begin()
        self._ask()

    def _ask(self) -> None:
        self._soon.stop()
        self.ask("pricing.path", self._came, record=self._record or None, values=dict(self._typed))

    def _came(self, answer: Row) -> None:
        self._show_questions(answer["questions"])
        self._saves = {question["name"] for question in answer["questions"] if question["saves"]}
        self._show_save()
        rows = [{**duty, "id": f"{duty['pack']}/{duty['rule']}"} for duty in answer["duties"]]
        self.model.set_rows(rows)
        for state, chip in self.summary.items():
            word, look = _STATES[state]
            chip.setVisible(bool(answer["counts"][state]))
            chip.set_state(look, f"{tr(word)} {answer['counts'][state]}")
        if rows and not self.table.currentIndex().isValid():
            self.table.selectRow(0)
        self._show_detail()

    # -- the questions

    def _show_questions(self, questions: list[Row]) -> None:
        """The same questions keep their fields and the focus; others are built anew."""
        names = [(question["name"], question["kind"]) for question in questions]
        if names != self._names:
            focused = next((name for name, field in self.fields.items() if field.hasFocus()), "")
            self._names = names
            while self._form.rowCount():
                self._form.removeRow(0)
            self.fields = {question["name"]: self._add(question) for question in questions}
            if focused in self.fields:
                self.fields[focused].setFocus()
        for question in questions:
            field = self.fields[question["name"]]
            label = self._form.labelForField(field)
            if isinstance(label, QLabel):
                label.setText(bracketed(question["label"], tr("记录") if question["recorded"] else ""))
            if isinstance(field, CalmCombo):
                field.setCurrentIndex(max(0, field.findData(question["value"])))
            elif not field.hasFocus():
                shown = question["value"]
                field.setText(self._typed.get(question["name"], shown))

    def _add(self, question: Row) -> CalmCombo | QLineEdit:
        name = question["name"]
        field: CalmCombo | QLineEdit
        if question["kind"] in ("choice", "yes_no"):
            field = CalmCombo()
            field.addItem(tr("未答"), "")
            options = question["options"] or [["1", tr("是")], ["0", tr("否")]]
            for code, label in options:
                field.addItem(label, code)
            field.activated.connect(lambda _place, name=name, field=field: self._answer(name, str(field.currentData())))
        else:
            field = QLineEdit()
            field.setPlaceholderText(tr("如 2026-11-21") if question["kind"] == "date" else "")
            field.textEdited.connect(lambda text, name=name: self._answer(name, text.strip()))
        field.setAccessibleName(question["label"])
        label = QLabel(question["label"], textFormat=Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setBuddy(field)
        self._form.addRow(label, field)
        return field

    def _answer(self, name: str, text: str) -> None:
        self._typed[name] = text
        self.keep()
        self._show_save()
        self._soon.start()

    def _show_save(self) -> None:
        """Answers that the record has a field for can be kept there."""
        self.save.setVisible(bool(self._record))
        self.save.setEnabled(bool(self._record and self._own()))

    def _own(self) -> dict[str, str]:
        return {name: text for name, text in self._typed.items() if name in self._saves}

    def _save(self) -> None:
        own, key = self._own(), self.draft_key()

        def saved(_answer: Row) -> None:
            kept = self.desk.drafts.of(key)
            rest = {name: text for name, text in kept.items() if text != own.get(name)}  # another, or typed since
            self.desk.drafts.keep(key, rest)
            if key == self.draft_key():  # still the one on show
                self._typed = rest
            self.desk.notify(tr("已存入定价记录。"))
            self._ask()

        self.write("records.edit", saved, kind="pricing", id=self._record, values=own)

    def _show_detail(self) -> None:
        row = self.model.row(self.table.currentIndex())
        if row is None:
            self.detail.clear()
            return
        lines = [labelled(part["title"], tr(_STATES[part["state"]][0])) for part in row["parts"]]
        if row["proofs"]:
            lines.append(labelled(tr("应附材料"), listed(row["proofs"])))
        lines += list(row["notes"])
        self.detail.setText("\n".join([row["title"], *lines]))

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self._source_label)
        top.addWidget(self.source, 1)
        for chip in self.summary.values():
            top.addWidget(chip)
        top.addWidget(self.save)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, GRID, 0)
        column.setSpacing(GRID)
        self._head.setWordWrap(True)
        column.addWidget(self._head)
        self._form.setSpacing(GRID)
        column.addLayout(self._form)
        column.addStretch(1)
        below = scrolled(self.detail)
        below.setMinimumHeight(96)
        right = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        right.addWidget(self.table)
        right.addWidget(below)
        right.setStretchFactor(0, 3)
        right.setStretchFactor(1, 1)
        split = Panes()
        split.addWidget(scrolled(left))
        split.addWidget(right)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        split.setSizes([400, 760])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.left)
        layout.addWidget(self.message)
        layout.addWidget(split, 1)


def _columns() -> tuple[Column, ...]:
    return (
        Column(
            lambda: tr("状态"),
            lambda row: tr(_STATES[row["state"]][0]),
            icon=lambda row: state_icon(_STATES[row["state"]][1]),
        ),
        Column(lambda: tr("事项"), lambda row: row["title"]),
        Column(lambda: tr("还差"), lambda row: row["text"], most=24),
        Column(lambda: tr("标记"), marks, icon=marked),
        Column(lambda: tr("依据"), basis, most=24),
    )
