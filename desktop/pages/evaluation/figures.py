"""The figures behind an indicator: what the records say, what a person fills in, and what is assumed to try it out."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)

from desktop.pages.evaluation.words import of_others, typed_figure
from desktop.widgets.basics import CalmCombo, quiet
from policy.i18n import tr
from policy.measures import shown_unit

_EDIT_WIDTH = 88
Measures = dict[str, dict[str, Any]]


class FigureEdit(QWidget):
    """One figure to type: a line for numbers, 是 or 否 for facts. `entered(text)` when the person is done."""

    entered = Signal(str)

    def __init__(self, unit: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unit = unit
        self._before = ""
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.choice, self.line = CalmCombo(), QLineEdit(maxLength=40, alignment=Qt.AlignmentFlag.AlignRight)
        for text, value in (("", ""), (tr("是"), "1"), (tr("否"), "0")):
            self.choice.addItem(text, value)
        layout.addWidget(self.line if unit else self.choice)
        (self.choice if unit else self.line).setParent(self)
        (self.choice if unit else self.line).hide()
        self.setFocusProxy(self.line if unit else self.choice)
        self.line.editingFinished.connect(self._done)
        self.choice.activated.connect(self._done)

    def text(self) -> str:
        """What was typed, money with its unit."""
        if not self._unit:
            return str(self.choice.currentData())
        return typed_figure(self.line.text(), self._unit)

    def set_text(self, text: str) -> None:
        """Show a figure without telling anybody."""
        self._before = text
        if self._unit:
            bare = text.removesuffix("万元") if self._unit == "fen" else text
            self.line.setText(bare)
        else:
            self.choice.setCurrentIndex(max(0, self.choice.findData(text)))

    def describe(self, name: str, placeholder: str) -> None:
        """Accessible name, and what a blank field means."""
        for widget in (self.line, self.choice):
            widget.setAccessibleName(name)
            widget.setToolTip(name)
        self.line.setPlaceholderText(placeholder)

    def _done(self) -> None:
        if self.text() != self._before:
            self._before = self.text()
            self.entered.emit(self._before)


class FiguresPane(QScrollArea):
    """One line per figure. `assumed(measure, text)`, `filled_in(measure, text, basis)`, `shared(text)`."""

    assumed = Signal(str, str)
    filled_in = Signal(str, str, str)
    shared = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._layout_of: tuple[Any, ...] = ()
        self._values: dict[str, QLabel] = {}
        self.assumptions: dict[str, FigureEdit] = {}
        self.typed: dict[str, tuple[FigureEdit, QLineEdit, QPushButton]] = {}
        self.share: FigureEdit | None = None

    def show_figures(self, indicator: dict[str, Any] | None, measures: Measures, what_if: dict[str, str]) -> None:
        """Show the figures of an indicator; the same figures again keep the fields and what is half typed."""
        names = [name for name in (indicator["measures"] if indicator else ()) if name in measures]
        layout_of = (indicator["id"] if indicator else "", *names, tr("假设"))
        if layout_of != self._layout_of:
            self._layout_of = layout_of
            self._build(indicator, names, measures)
        for name in names:
            self._values[name].setText(_value(measures[name]))
            if not self.assumptions[name].hasFocus():
                self.assumptions[name].set_text(what_if.get(name, ""))

    def shown_value(self, measure: str) -> str:
        """What is shown as the figure's present value."""
        return self._values[measure].text()

    def _build(self, indicator: dict[str, Any] | None, names: list[str], measures: Measures) -> None:
        self._values, self.assumptions, self.typed, self.share = {}, {}, {}, None
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(8, 8, 8, 8)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        for place, text in enumerate((tr("数量"), tr("现值"), tr("假设"))):
            side = Qt.AlignmentFlag.AlignRight if place else Qt.AlignmentFlag.AlignLeft
            head = quiet(text, wrap=False)
            head.setAlignment(side)
            grid.addWidget(head, 0, place)
        line = 1
        for name in names:
            line = self._add_measure(grid, line, name, measures[name])
        if indicator and of_others(indicator):
            line = self._add_share(grid, line, indicator)
        if not names:
            grid.addWidget(QLabel(tr("这一条没有数值，按记录中的日期和属性判断。"), wordWrap=True), line, 0, 1, 3)
        grid.setRowStretch(line + 1, 1)
        self.setWidget(body)

    def _add_measure(self, grid: QGridLayout, line: int, name: str, measure: dict[str, Any]) -> int:
        label = QLabel(measure["label"], wordWrap=True)
        label.setMinimumWidth(label.fontMetrics().horizontalAdvance("字") * 6)
        value = self._values[name] = QLabel(alignment=Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        edit = self.assumptions[name] = FigureEdit(measure["unit"])
        edit.setFixedWidth(_EDIT_WIDTH)
        unit = shown_unit(measure["unit"])
        edit.describe(tr("假设“{name}”", name=measure["label"]), unit)
        edit.entered.connect(lambda text: self.assumed.emit(name, text))
        grid.addWidget(label, line, 0)
        grid.addWidget(value, line, 1)
        grid.addWidget(edit, line, 2)
        if not measure["by_person"]:
            return line + 1
        figure, basis, save = FigureEdit(measure["unit"]), QLineEdit(maxLength=500), QPushButton(tr("填报"))
        figure.describe(tr("填报“{name}”", name=measure["label"]), unit)
        figure.setFixedWidth(_EDIT_WIDTH)
        basis.setPlaceholderText(tr("记录中没有，由本单位填报；写明依据"))
        basis.setAccessibleName(tr("填报依据"))
        save.setAccessibleName(tr("保存填报的“{name}”", name=measure["label"]))
        save.clicked.connect(lambda: self.filled_in.emit(name, figure.text(), basis.text().strip()))
        self.typed[name] = (figure, basis, save)
        grid.addWidget(basis, line + 1, 0)
        grid.addWidget(figure, line + 1, 1)
        grid.addWidget(save, line + 1, 2)
        return line + 2

    def _add_share(self, grid: QGridLayout, line: int, indicator: dict[str, Any]) -> int:
        self.share = FigureEdit("个")
        self.share.setFixedWidth(_EDIT_WIDTH)
        self.share.describe(tr("本单位份额"), indicator["unit"])
        self.share.entered.connect(self.shared.emit)
        grid.addWidget(QLabel(tr("本单位份额（自定，留空则只作参考）"), wordWrap=True), line, 0, 1, 2)
        grid.addWidget(self.share, line, 2)
        return line + 1


def _value(measure: dict[str, Any]) -> str:
    if measure["value"] is None:
        return tr("未知")
    text = str(measure["shown"])
    if measure["typed"]:
        text = tr("{value}（填报）", value=text)
    if measure["blanks"]:
        text = tr("{value}（{count} 行未填）", value=text, count=measure["blanks"])
    return text
