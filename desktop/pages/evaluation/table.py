"""The table of indicators: what is asked, the figure, the verdict in word and icon, the clause and its standing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QIcon

from desktop.look import icon, state_icon
from desktop.pages.evaluation.words import (
    VERDICTS,
    checked_text,
    score_text,
    target_text,
    value_text,
    verdict_word,
)
from desktop.pages.evidence.rows import Column, Row, RowsModel
from policy.i18n import tr

NUMBER, TITLE, TARGET, VALUE, VERDICT, SCORE, CLAUSE, CHECKED, PROOFS = range(9)
_ORDER = {verdict: place for place, verdict in enumerate(("fail", "unknown", "pass", "info"))}


class IndicatorsModel(RowsModel):
    """Indicators of one evaluation, numbered as in the pack; those judged on an assumption say so."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(_columns(), parent)

    def show_indicators(self, indicators: Iterable[dict[str, Any]], assumed: Iterable[str]) -> None:
        """Show an evaluation; `assumed` are the measures that were set to try them out."""
        names = set(assumed)
        self.set_rows(
            [
                {**item, "number": place, "assumed": bool(names & set(item["measures"]))}
                for place, item in enumerate(indicators, 1)
            ]
        )

    def scored(self) -> bool:
        """Whether the pack gives points at all."""
        return any(score_text(row) for row in self.rows())


def _columns() -> tuple[Column, ...]:
    return (
        Column(lambda: tr("序号"), lambda row: str(row["number"]), order=lambda row: row["number"], right=True),
        Column(lambda: tr("指标"), lambda row: row["title"]),
        Column(lambda: tr("要求"), target_text, right=True, most=16),
        Column(lambda: tr("数值"), _value, right=True, emphasis=lambda row: bool(row["assumed"]), most=16),
        Column(
            lambda: tr("结论"),
            lambda row: verdict_word(row["verdict"]),
            icon=_verdict_icon,
            order=lambda row: _ORDER[row["verdict"]],
            tip=lambda row: row["gap"] or verdict_word(row["verdict"]),
        ),
        Column(lambda: tr("得分"), score_text, right=True),
        Column(
            lambda: tr("条款"), lambda row: row["clause"], tip=lambda row: f"{row['clause']} {row['source']}", most=12
        ),
        Column(lambda: tr("核验"), checked_text, icon=_checked_icon),
        Column(lambda: tr("佐证"), _proofs, order=lambda row: len(row["evidence"]), right=True),
    )


def _value(row: Row) -> str:
    text = value_text(row)
    return tr("假设 {value}", value=text) if row["assumed"] else text


def _verdict_icon(row: Row) -> QIcon | None:
    return state_icon(VERDICTS[row["verdict"]][1])


def _checked_icon(row: Row) -> QIcon | None:
    sure = (row["verified"] or row.get("confirmed")) and row["status"] == "in_force"
    return icon("shield-check", "good") if sure else state_icon("warn")


def _proofs(row: Row) -> str:
    """How many files; a dash where none is there though some are asked for."""
    count = len(row["evidence"])
    return str(count) if count or row["proofs"] else ""
