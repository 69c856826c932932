"""The question about a draft that a lock, a crash or an end of the program has left: go on with it, or drop it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from desktop.drafts import Earlier
from desktop.look import GRID
from desktop.models.format import moment
from policy.i18n import sentences, tr


class DraftBar(QFrame):
    """Hidden until it asks; it stays until it is answered, here or where the form shows something else."""

    restored = Signal()
    dropped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._at, self._changed = 0, False
        self._text = QLabel()
        self._text.setWordWrap(True)
        self.restore, self.drop = QPushButton(), QPushButton()
        self.restore.clicked.connect(self.restored)
        self.drop.clicked.connect(self.dropped)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        layout.setSpacing(GRID)
        layout.addWidget(self._text, 1)
        layout.addWidget(self.restore)
        layout.addWidget(self.drop)
        self.hide()

    def ask(self, draft: Earlier | None, *, changed: bool = False) -> bool:
        """Ask about the draft, or nothing without one; `changed` says that the record is not what it was then.

        Returns whether there is a question to answer first.
        """
        if draft is not None:
            self._at, self._changed = draft.at, changed
            self.retranslate()
        self.setVisible(draft is not None)
        return draft is not None

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self._text.setText(
            sentences(
                tr("有一份 {time} 未保存的内容。", time=moment(self._at)),
                tr("这条记录此后又有改动，恢复后请核对。") if self._changed else "",
            )
        )
        self.restore.setText(tr("恢复"))
        self.drop.setText(tr("放弃"))

    def text(self) -> str:
        """The question; empty while hidden."""
        return "" if self.isHidden() else self._text.text()
