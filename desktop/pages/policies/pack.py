"""One pack: its rules with what each demands, its examples and a place to try it, and what the pack is."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFormLayout, QFrame, QLabel, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from desktop.look import GRID, icon, state_icon
from desktop.ops import Ops
from desktop.pages.evidence.rows import Column, Row, RowsModel, table_view
from desktop.pages.policies.trying import TryPane
from desktop.pages.policies.words import demands, in_force, kind_word, standing_word, verification_text
from desktop.widgets.basics import heading, quiet
from desktop.widgets.room import Panes
from policy.i18n import listed, spaced, tr

TITLE = 0


class PackPane(QWidget):
    """Rules at the left, the chosen one at the right."""

    def __init__(self, ops: Ops, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pack = ""
        self.model = RowsModel(
            (
                Column(lambda: tr("规则"), lambda row: row["title"]),
                Column(lambda: tr("类型"), lambda row: kind_word(row["kind"])),
                Column(lambda: tr("条款"), lambda row: row["clause"], most=16),
                Column(lambda: tr("要求"), lambda row: spaced(*demands(row)), most=34),
                Column(lambda: tr("核验"), _checked, icon=_checked_icon, tip=verification_text),
            ),
            self,
        )
        self.table = table_view(self.model, stretch=TITLE)
        self.head = heading()
        self.head.setWordWrap(True)
        self.facts = FactsPane()
        self.examples = RowsModel(
            (
                Column(lambda: tr("给定"), lambda row: row["given"]),
                Column(lambda: tr("应得"), lambda row: row["expected"], most=40),
            ),
            self,
        )
        self.example_table = table_view(self.examples, stretch=0)
        self.trying = TryPane(ops)
        self.tabs = QTabWidget(documentMode=True)
        for part in (self.facts, self.example_table, self.trying):
            self.tabs.addTab(part, "")
        side = QWidget()
        right = QVBoxLayout(side)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(GRID)
        right.addWidget(self.head)
        right.addWidget(self.tabs, 1)
        split = Panes()
        split.addWidget(self.table)
        split.addWidget(side)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([700, 480])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.addWidget(split)
        self.table.selectionModel().currentRowChanged.connect(self._row_changed)
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.table.setAccessibleName(tr("规则"))
        self.example_table.setAccessibleName(tr("示例"))
        for place, text in enumerate((tr("内容"), tr("示例"), tr("试算"))):
            self.tabs.setTabText(place, text)
        for part in (self.model, self.examples, self.trying):
            part.retranslate()
        self._show_rule(self.model.row(self.table.currentIndex()))

    def show_pack(self, pack: dict[str, Any] | None, read: dict[str, Any] | None) -> None:
        """Show a pack as `policy.show` and `packedit.read` tell it; none empties the pane."""
        if pack is None or read is None:
            self._pack = ""
            self.model.set_rows([])
            self._show_rule(None)
            return
        chosen = self.model.row(self.table.currentIndex()) if self._pack == pack["id"] else None
        self._pack = pack["id"]
        told = ("form", "fields", "inputs", "examples", "applies")
        rows = [
            {**rule, **{name: words[name] for name in told}}
            for rule, words in zip(pack["rules"], read["rules"], strict=True)
        ]
        self.model.set_rows(rows)
        self.table.selectRow(max(self.model.place(chosen["id"]), 0) if chosen else 0)
        self._show_rule(self.model.row(self.table.currentIndex()))

    def go_to(self, text: str) -> None:
        """Go to the first rule whose title has all these words; stay where none has, or none was given."""
        words = text.casefold().split()
        titles = [row["title"].casefold() for row in self.model.rows()]
        place = next((place for place, title in enumerate(titles) if all(word in title for word in words)), -1)
        if words and place >= 0:
            self.table.selectRow(place)

    def go_to_rule(self, rule: str) -> None:
        """Go to a rule by its name in the pack."""
        place = next((place for place, row in enumerate(self.model.rows()) if row["id"] == rule), -1)
        if place >= 0:
            self.table.selectRow(place)
            self.table.scrollTo(self.table.currentIndex())

    def _row_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        self._show_rule(self.model.row(current))

    def _show_rule(self, rule: Row | None) -> None:
        self.head.setText(rule["title"] if rule else "")
        self.facts.show_facts(_facts(rule) if rule else [])
        examples = rule["examples"] if rule else []
        self.examples.set_rows([{**one, "id": str(place)} for place, one in enumerate(examples)])
        self.trying.show_rule(self._pack, rule)
        self.tabs.setEnabled(rule is not None)


class FactsPane(QScrollArea):
    """Labels and texts, every text selectable."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._shown: list[tuple[str, str]] = []

    def show_facts(self, facts: list[tuple[str, str]]) -> None:
        """Show these instead."""
        if facts == self._shown:
            return
        self._shown = facts
        body = QWidget()
        form = QFormLayout(body)
        form.setContentsMargins(GRID, GRID, GRID, GRID)
        form.setHorizontalSpacing(GRID + GRID // 2)
        form.setVerticalSpacing(GRID // 2)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        for label, text in facts:
            value = QLabel(text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
            value.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            value.setAccessibleName(f"{label} {text}")
            name = quiet(label, wrap=False)
            name.setAlignment(Qt.AlignmentFlag.AlignTop)
            form.addRow(name, value)
        self.setWidget(body)

    def text(self) -> str:
        """Everything shown, for whoever reads it as one."""
        return "\n".join(f"{label} {text}" for label, text in self._shown)


def _facts(rule: dict[str, Any]) -> list[tuple[str, str]]:
    told = [
        (tr("要求"), "\n".join(demands(rule))),
        (tr("条款"), rule["clause"]),
        (tr("类型"), kind_word(rule["kind"])),
        (tr("状态"), spaced(standing_word(rule["status"]), in_force(rule))),
        (tr("核验"), verification_text(rule)),
        (tr("适用"), rule["applies"]),
        (tr("佐证材料"), listed(rule["proofs"])),
        (tr("说明"), rule["note"]),
        (tr("代号"), rule["id"]),
    ]
    return [(label, text) for label, text in told if text]


def _checked(row: Row) -> str:
    return tr("已核实") if row["verified"] else tr("未核实")


def _checked_icon(row: Row) -> QIcon:
    return icon("shield-check", "good") if row["verified"] else state_icon("warn")
