"""Trying one rule with figures typed in: what it answers, without a record and without keeping anything."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.look import GRID
from desktop.ops import Ops
from desktop.pages.evaluation.words import VERDICTS, typed_figure, verdict_word
from desktop.widgets.basics import CalmCombo, StatusChip, quiet
from desktop.widgets.message import MessageBar
from policy.i18n import bracketed, labelled, spaced, tr
from policy.measures import shown


class TryPane(QScrollArea):
    """Fields for what the rule asks for; the answer stands below with its notes."""

    def __init__(self, ops: Ops, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops = ops
        self._pack = self._rule = ""
        self._inputs: list[dict[str, Any]] = []
        self.fields: dict[str, QLineEdit | QComboBox] = {}
        self.message = MessageBar()
        self.button = QPushButton()
        self.button.clicked.connect(self.run)
        self.verdict, self.answer = StatusChip("unknown"), QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.answer.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._hint = quiet()
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(GRID + GRID // 2)
        self._form.setVerticalSpacing(GRID)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self._hint)
        layout.addLayout(self._form)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.message)
        layout.addWidget(self.verdict)
        layout.addWidget(self.answer)
        layout.addStretch(1)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidget(body)
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.button.setText(tr("试算"))
        self.answer.setAccessibleName(tr("试算结果"))
        self._hint.setText(tr("填上数值看这一条怎么判断；留空的按没有数据处理。什么都不会保存。"))

    def show_rule(self, pack: str, rule: dict[str, Any] | None) -> None:
        """Offer the fields of a rule, as `packedit.read` tells its inputs."""
        chosen = (pack, rule["id"] if rule else "", rule["inputs"] if rule else [])
        if chosen == (self._pack, self._rule, self._inputs):
            return
        self._pack, self._rule, self._inputs = chosen
        self._ops.forget(self, "answer")
        self.message.clear()
        self.verdict.hide()
        self.answer.hide()
        while self._form.rowCount():
            self._form.removeRow(0)
        self.fields = {}
        for one in self._inputs:
            field = self.fields[one["name"]] = _field(one)
            field.setAccessibleName(bracketed(one["label"], one["unit"]))
            label = QLabel(bracketed(one["label"], one["unit"]), wordWrap=True, textFormat=Qt.TextFormat.PlainText)
            label.setMinimumWidth(GRID * 8)  # Qt asks for more than its lines need
            label.setBuddy(field)
            self._form.addRow(label, field)
        self.button.setEnabled(bool(self._rule))

    def run(self) -> None:
        """Ask what the rule says."""
        values = {one["name"]: _text(self.fields[one["name"]], one["unit"]) for one in self._inputs}
        self.message.clear()
        self._ops.run(
            "policy.try",
            owner=self,
            place="answer",
            pack=self._pack,
            rule=self._rule,
            values={name: text for name, text in values.items() if text},
            on_result=self._answered,
            on_fault=self.message.show_fault,
        )

    def _answered(self, result: dict[str, Any]) -> None:
        self.verdict.set_state(VERDICTS[result["verdict"]][1], verdict_word(result["verdict"]))
        self.answer.setText("\n".join(_lines(result)))
        self.verdict.show()
        self.answer.show()


def _field(one: dict[str, Any]) -> QLineEdit | QComboBox:
    if not one["options"]:
        line = QLineEdit(maxLength=200)
        line.setMaximumWidth(260)
        if one["name"] == "period":
            line.setPlaceholderText(tr("如 2026"))
        elif one["name"] == "today":
            line.setPlaceholderText(tr("如 2026-03-31"))
        return line
    box = CalmCombo()
    box.addItem("", "")
    for value, text in one["options"]:
        box.addItem(text, value)
    box.setMaximumWidth(260)
    return box


def _text(field: QLineEdit | QComboBox, unit: str) -> str:
    if isinstance(field, QComboBox):
        return str(field.currentData() or "")
    return typed_figure(field.text(), "fen" if unit == tr("万元") else unit)


def _lines(result: dict[str, Any]) -> list[str]:
    """The answer, one statement a line; what the rule has no word on is left out."""
    award = result["award_max_fen"]
    said = [
        (tr("数值"), f"{result['value']} {result['unit']}".strip()),
        (tr("要求"), result["target"]),
        (tr("差距"), result["gap"]),
        (tr("得分"), f"{result['score']} / {result['cap']}" if result["score"] and result["cap"] else result["score"]),
        (tr("奖励上限"), "" if award is None else tr("{n} 万元", n=shown(award, "fen", 2))),
        (tr("期限"), result["due"]),
        (tr("应做的事"), result.get("duty", "")),
        (tr("份额"), result["share"]),
    ]
    lines = [labelled(name, value) for name, value in said if value]
    source = spaced(result["clause"], result["source"])
    return [*lines, *result["notes"], labelled(tr("依据"), source)]
