"""The one act by which a whole table is said to agree with the notice, a file of the round."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from desktop.ops import Ops
from desktop.widgets.basics import CalmCombo, quiet
from desktop.widgets.message import MessageBar
from policy.i18n import tr


class VerifyRow(QWidget):
    """`verified()` when it is kept; `files_wanted()` while the round has no notice."""

    verified = Signal()
    files_wanted = Signal()

    def __init__(self, ops: Ops, message: MessageBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._message = ops, message
        self._round: dict[str, Any] | None = None
        self.words = quiet()
        self.paper, self.page, self.confirm, self.bring = (
            CalmCombo(),
            QLineEdit(maxLength=40),
            QPushButton(),
            QPushButton(),
        )
        self.page.setFixedWidth(self.page.fontMetrics().horizontalAdvance("0") * 12)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        for part in (self.paper, self.page, self.confirm, self.bring):
            row.addWidget(part)
        self.confirm.clicked.connect(self._verify)
        self.bring.clicked.connect(self.files_wanted)

    def retranslate(self) -> None:
        """Set every text in the language in force."""
        self.words.setText(tr("逐项与通知原文对照无误后，一次确认整张表；此后再改，需重新对照。"))
        self.paper.setAccessibleName(tr("通知原文"))
        self.page.setAccessibleName(tr("评分表所在页码"))
        self.page.setPlaceholderText(tr("页码"))
        self.confirm.setText(tr("整表已与通知核对一致"))
        self.bring.setText(tr("先附上通知原文"))

    def show_round(self, row: dict[str, Any] | None) -> None:
        """Offer the notice files of a round."""
        self._round = row
        papers = row["notice"] if row else []
        chosen = self.paper.currentData()
        self.paper.clear()
        for paper in papers:
            self.paper.addItem(paper["title"], paper["id"])
        self.paper.setCurrentIndex(max(self.paper.findData(chosen), 0))
        for part in (self.paper, self.page, self.confirm):
            part.setVisible(bool(papers))
        self.bring.setVisible(not papers)

    def _verify(self) -> None:
        if self._round is None or not self.paper.currentData():
            return
        self._ops.run(
            "notice.verify",
            owner=self,
            title=tr("对照通知核实"),
            round=self._round["id"],
            evidence=self.paper.currentData(),
            page=self.page.text().strip(),
            on_result=lambda _answer: self.verified.emit(),
            on_fault=self._message.show_fault,
        )
