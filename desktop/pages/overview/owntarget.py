"""A target of our own or of a task book, added beside those of the policies: what is counted, how much, by whom set."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

from desktop.pages.settings.fold import Fold
from desktop.widgets.basics import CalmCombo, name_row, quiet
from policy.i18n import mark, tr

_SCOPES = {"own": mark("本单位"), "taskbook": mark("任务书")}
_MONEY = mark("万元")
_OURSELVES = "organisation"


class OwnTarget(Fold):
    """`wanted(values)` what `targets.add` takes, but for the year."""

    wanted = Signal(dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._measures: list[dict[str, Any]] = []
        self.title, self.value, self.clause = (QLineEdit(maxLength=200) for _ in range(3))
        self.measure, self.scope = CalmCombo(), CalmCombo()
        self.measure.setEditable(True)
        self.measure.setInsertPolicy(CalmCombo.InsertPolicy.NoInsert)
        self.measure.setMinimumContentsLength(12)
        completer = self.measure.completer()
        if completer is not None:
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(completer.CompletionMode.PopupCompletion)
        self.unit = quiet(wrap=False)
        self._lines = QFormLayout()
        self._lines.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for field in (self.title, self.measure, self.value, self.scope, self.clause):
            self._lines.addRow(" ", field)
        self._lines.insertRow(3, "", self.unit)
        self.add(self._lines)
        self.measure.currentIndexChanged.connect(lambda _place: self._tell_unit())
        self.asked.connect(self._ask)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.set_texts("", "", tr("添加目标…"), tr("添加"), tr("同一名称、同一年度的目标会被替换。"))
        names = (tr("目标名称"), tr("计什么"), tr("目标值"), tr("谁定的"), tr("依据（可不填）"))
        for field, name in zip((self.title, self.measure, self.value, self.scope, self.clause), names, strict=True):
            name_row(self._lines, field, name)
        chosen = self.scope.currentData()
        self.scope.clear()
        for code, text in _SCOPES.items():
            self.scope.addItem(tr(text), code)
        self.scope.setCurrentIndex(max(self.scope.findData(chosen), 0))
        self._tell_unit()

    def set_measures(self, rows: list[dict[str, Any]]) -> None:
        """What can be counted for ourselves, as `targets.measures` answers it."""
        self._measures = [row for row in rows if _OURSELVES in row["subjects"] and not row["measure"].endswith(":N")]
        self.measure.clear()
        for row in self._measures:
            self.measure.addItem(row["title"], row["measure"])
        self.measure.setCurrentIndex(-1)
        self.measure.clearEditText()

    def clear(self) -> None:
        """Empty the form and fold it away, once the target is kept."""
        for field in (self.title, self.value, self.clause):
            field.clear()
        self.measure.setCurrentIndex(-1)
        self.measure.clearEditText()
        self.fold()

    def _unit(self) -> str:
        place = self.measure.findText(self.measure.currentText().strip())
        return str(self._measures[place]["unit"]) if place >= 0 else ""

    def _tell_unit(self) -> None:
        unit = self._unit()
        self.unit.setText(tr("目标值的单位：{unit}", unit=unit) if unit else "")
        self.unit.setVisible(bool(unit))

    def _ask(self) -> None:
        place = self.measure.findText(self.measure.currentText().strip())
        if place < 0:
            self.show_text("warn", tr("请从列表里选一个数量；还没有添加。"))
            self.measure.setFocus()
            return
        value = self.value.text().strip()
        if self._unit() == tr(_MONEY) and value[-1:].isdigit():
            value += _MONEY  # as the form says; without a unit it would be taken as fen
        self.wanted.emit(
            {
                "label": self.title.text().strip(),
                "measure": self.measure.itemData(place),
                "value": value,
                "scope": self.scope.currentData(),
                "clause": self.clause.text().strip(),
            }
        )
