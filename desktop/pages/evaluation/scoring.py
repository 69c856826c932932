"""The points a person gives for an indicator and the words that go with them; kept as soon as a field is left."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop.widgets.basics import quiet
from policy.i18n import tr


class _Words(QPlainTextEdit):
    """A text that tells when it is left."""

    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        super().focusOutEvent(event)
        self.left.emit()


class ScorePane(QWidget):
    """`scored(place, score, text)`: what was typed differs; `place` is {pack, rule, period, subject}."""

    scored = Signal(dict, str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place: dict[str, str] = {}
        self._kept = ("", "")
        self._offer = ""
        self._label, self._most = QLabel(), quiet(wrap=False)
        self._words_label = QLabel()
        self.score = QLineEdit(maxLength=20, alignment=Qt.AlignmentFlag.AlignRight)
        self.score.setFixedWidth(88)
        self.words = _Words()
        self.words.setTabChangesFocus(True)
        self.take = QPushButton()
        self._label.setBuddy(self.score)
        self._words_label.setBuddy(self.words)
        row = QHBoxLayout()
        row.setSpacing(8)
        for part in (self._label, self.score, self._most):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.take)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addLayout(row)
        layout.addWidget(self._words_label)
        layout.addWidget(self.words, 1)
        self.score.editingFinished.connect(self.keep)
        self.words.left.connect(self.keep)
        self.take.clicked.connect(self._take)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text in the language in force."""
        self._label.setText(tr("自评分"))
        self._words_label.setText(tr("说明文字（写进申报书）"))
        self.score.setAccessibleName(tr("自评分"))
        self.words.setAccessibleName(tr("自评说明文字"))
        self.take.setText(tr("采用计算得分 {score}", score=self._offer))

    def show_indicator(self, indicator: dict[str, Any] | None) -> None:
        """Show the score of an indicator with typed points; what is half typed for the same one stays."""
        place = _place(indicator) if indicator and indicator.get("form") == "typed" else {}
        if place != self._place:
            self.keep()
        edited = place == self._place and self._typed() != self._kept
        self._place = place
        if not place or indicator is None:
            return
        self._most.setText(tr("满分 {most} 分", most=indicator["cap"]) if indicator["cap"] else tr("满分未知"))
        other = indicator.get("attached") or {}
        self._offer = str(other.get("score") or "")
        fits = bool(self._offer) and (not indicator["cap"] or Fraction(self._offer) <= Fraction(indicator["cap"]))
        self.take.setVisible(fits)
        self.take.setText(tr("采用计算得分 {score}", score=self._offer))
        if not edited:
            self._kept = (indicator["score"], indicator["text"])
            self.score.setText(self._kept[0])
            if self.words.toPlainText() != self._kept[1]:
                self.words.setPlainText(self._kept[1])

    def keep(self) -> None:
        """Hand on what was typed, where it differs from what is kept."""
        if self._place and self._typed() != self._kept:
            self._kept = self._typed()
            self.scored.emit(self._place, *self._kept)

    def refused(self) -> None:
        """What was handed on was not kept: it still differs."""
        self._kept = ("", "\0")

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        super().hideEvent(event)
        self.keep()

    def _typed(self) -> tuple[str, str]:
        return self.score.text().strip(), self.words.toPlainText().strip()

    def _take(self) -> None:
        self.score.setText(self._offer)
        self.keep()


def _place(indicator: dict[str, Any]) -> dict[str, str]:
    """What the evidence target of an indicator says: indicator:PACK/RULE@PERIOD/KIND:ID."""
    pack, _, rest = indicator["target_key"].removeprefix("indicator:").partition("/")
    rule, _, rest = rest.partition("@")
    period, _, subject = rest.partition("/")
    return {"pack": pack, "rule": rule, "period": period, "subject": subject}
