"""What is being done for a new workspace, how far it is, and a way to stop it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop.look import GRID
from desktop.widgets.basics import quiet
from policy.i18n import tr


class Running(QWidget):
    """A bar with a sentence and a button; hidden while nothing is done. `stopped` when the person wants no more of it;
    from then on it says so until `end`."""

    stopped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text, self.bar, self.stop = quiet(), QProgressBar(textVisible=False), QPushButton()
        self.bar.setMaximumHeight(GRID)
        self.stop.clicked.connect(self._stop)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.bar, 1)
        row.addWidget(self.stop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self.text)
        layout.addLayout(row)
        self.hide()
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.stop.setText(tr("取消(&C)"))
        self.bar.setAccessibleName(tr("进度"))

    def begin(self, text: str) -> None:
        """Say what is being done; how far it is comes later."""
        self.text.setText(text)
        self.bar.setRange(0, 0)
        self.stop.setEnabled(True)
        self.show()
        self.stop.setFocus()

    def tell(self, done: int, total: int, text: str) -> None:
        """How far it is: `done` of `total` (0: nobody knows), and at what."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        if text and self.stop.isEnabled():
            self.text.setText(text)

    def end(self) -> None:
        """It is done, or will not be."""
        self.hide()

    def _stop(self) -> None:
        self.stop.setEnabled(False)
        self.text.setText(tr("正在取消，稍等……"))
        self.stopped.emit()
