"""Which backup to bring back: a backup file, or a folder of backups and one of the snapshots in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.look import GRID
from desktop.widgets.backupline import snapshot_text
from desktop.widgets.basics import CalmCombo, quiet
from policy.i18n import tr

_PAUSE_MS = 300  # after typing, before a folder is looked at


class BackupChoice(QWidget):
    """`asked(folder)` wants to know the snapshots in it: `show_snapshots` tells. `changed` when the choice did."""

    asked = Signal(str)
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place = QLineEdit()
        self.snapshots: QComboBox = CalmCombo()
        self._file, self._folder = QPushButton(), QPushButton()
        self._said = quiet()
        self._told = False
        self._rows: list[dict[str, Any]] = []
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_PAUSE_MS)
        self._typed.timeout.connect(self._look)
        self.place.textChanged.connect(self._place_changed)
        self.snapshots.currentIndexChanged.connect(lambda _place: self.changed.emit())
        self._file.clicked.connect(self._choose_file)
        self._folder.clicked.connect(self._choose_folder)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.place, 1)
        row.addWidget(self._file)
        row.addWidget(self._folder)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(row)
        layout.addWidget(self.snapshots)
        layout.addWidget(self._said)
        self._show()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self._file.setText(tr("文件…"))
        self._folder.setText(tr("文件夹…"))
        self.snapshots.setAccessibleName(tr("哪一份备份"))
        self._said.setText(tr("这个文件夹里没有备份；请选择备份文件，或 U 盘上存放备份的文件夹。"))
        self._show()

    def chosen(self) -> str:
        """What `backup.restore` is given; "" while nothing can be brought back."""
        place = self.place.text().strip()
        if not place:
            return ""
        if Path(place).is_file():
            return place
        return str(self.snapshots.currentData() or "")

    def show_snapshots(self, folder: str, rows: list[dict[str, Any]]) -> None:
        """What `backup.snapshots` has answered for the folder, newest first."""
        if folder == self.place.text().strip():
            self._rows, self._told = [row for row in rows if row["readable"]], True
            self._show()
            self.changed.emit()

    def _place_changed(self, _text: str) -> None:
        self._rows, self._told = [], False
        self._show()
        self._typed.start()
        self.changed.emit()

    def _look(self) -> None:
        place = self.place.text().strip()
        if place and Path(place).is_dir():
            self.asked.emit(place)

    def _show(self) -> None:
        chosen = self.snapshots.currentData()
        self.snapshots.blockSignals(True)
        self.snapshots.clear()
        for row in self._rows:
            self.snapshots.addItem(snapshot_text(row), row["path"])
        self.snapshots.setCurrentIndex(max(0, self.snapshots.findData(chosen)) if self._rows else -1)
        self.snapshots.blockSignals(False)
        self.snapshots.setVisible(bool(self._rows))
        self._said.setVisible(self._told and not self._rows)

    def _choose_file(self) -> None:
        file, _ = QFileDialog.getOpenFileName(self, tr("选择备份"), self.place.text(), tr("孵转台备份 (*.backup)"))
        if file:
            self.place.setText(file)

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("选择备份"), self.place.text())
        if folder:
            self.place.setText(folder)
