"""What a policy says of one subject: each rule with its verdict, figure, what is missing, and the clause."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop.look import GRID
from desktop.ops import Ops
from desktop.widgets.basics import StatusChip, card, heading, quiet
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Flow
from policy.i18n import clauses, spaced, tr

_STATES = {"pass": "good", "fail": "bad", "unknown": "unknown", "info": "info"}


class Verdicts(QWidget):
    """Asks `evaluation.run` for a subject as of a day, and shows every rule as a block."""

    def __init__(self, ops: Ops, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops = ops
        self.message = MessageBar(self)
        self._source = quiet()
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.message)
        layout.addWidget(self._source)
        layout.addWidget(self._area, 1)

    def show_subject(self, pack: str, subject: str, period: str) -> None:
        """Judge "KIND:ID" under a pack in a period (`@2026-11-21` for a day)."""

        def came(answer: dict[str, Any]) -> None:
            self.message.clear()
            self._fill(answer)

        self._ops.run(
            "evaluation.run",
            owner=self,
            place="verdict",
            on_result=came,
            on_fault=self.message.show_fault,
            pack=pack,
            period=period,
            subject=subject,
        )

    def _fill(self, answer: dict[str, Any]) -> None:
        pack = answer["pack"]
        self._source.setText(
            tr("依据：{title}（{number}）", title=pack["title"], number=pack.get("number") or pack["id"])
        )
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, GRID, 0)
        column.setSpacing(GRID)
        for item in answer["indicators"]:
            column.addWidget(rule_block(item))
        if not answer["indicators"]:
            column.addWidget(quiet(tr("这份政策没有针对此对象的条款。")))
        column.addStretch(1)
        self._area.setWidget(page)


def verdict_word(verdict: str) -> str:
    """The verdict in plain words."""
    words = {"pass": tr("符合"), "fail": tr("不符合"), "unknown": tr("缺数据"), "info": tr("供参考")}
    return words.get(verdict, verdict)


def rule_block(item: dict[str, Any]) -> QFrame:
    """One rule's block, its parts below it."""
    frame, inside = card()
    inside.setSpacing(GRID // 2)
    top = Flow()
    title = heading(item["title"])
    title.setWordWrap(True)
    top.addWidget(title, 1)
    top.addWidget(StatusChip(_STATES.get(item["verdict"], "unknown"), verdict_word(item["verdict"])))
    inside.addLayout(top)
    for text in _facts(item):
        label = QLabel(text, textFormat=Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inside.addWidget(label)
    for part in item.get("parts") or ():
        line = Flow()
        line.setContentsMargins(GRID * 2, 0, 0, 0)
        words = spaced(part["title"], *_facts(part, clause=False))
        label = QLabel(words, textFormat=Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        line.addWidget(label, 1)
        line.addWidget(StatusChip(_STATES.get(part["verdict"], "unknown"), verdict_word(part["verdict"])))
        inside.addLayout(line)
    unverified = "" if item.get("verified", True) else tr("（数值未核实）")
    inside.addWidget(quiet(spaced(item.get("clause"), item.get("source"), unverified)))
    return frame


def _facts(item: dict[str, Any], *, clause: bool = True) -> list[str]:
    facts = []
    if item.get("value"):
        facts.append(tr("现为 {value} {unit}", value=item["value"], unit=item.get("unit") or "").strip())
    if item.get("target"):
        facts.append(tr("要求 {target}", target=item["target"]))
    if item.get("due"):
        facts.append(tr("期限 {due}", due=item["due"]))
    if item.get("gap"):
        facts.append(tr("还差：{gap}", gap=item["gap"]))
    line = [clauses(facts)] if facts else []
    return [*line, *(item.get("notes") or ())] if clause else line
