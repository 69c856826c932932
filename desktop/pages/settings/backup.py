"""Backups in the settings: where they go, how they stand, which there are, and bringing one back beside this one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.look import GRID
from desktop.messages import sentence
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.settings.fold import Fold, bring_in_sight, left
from desktop.passphrase import way_in
from desktop.widgets.backupline import BackupLine, snapshot_text
from desktop.widgets.basics import StatusChip, heading, name_row, primary, quiet
from desktop.widgets.message import MessageBar
from policy.dates import CHINA
from policy.errors import Fault
from policy.i18n import tr

_PATH = Qt.ItemDataRole.UserRole
_ROWS_SHOWN = 8


class Backups(QWidget):
    """Everything is asked again when the section is shown and after each backup."""

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._desk = ops, desk
        self._last: dict[str, Any] | None = None
        self._rows: list[dict[str, Any]] = []
        self.message = MessageBar(self)
        self._head, self._said, self.line = heading(), quiet(), BackupLine()
        self._place_head, self.place, self.warning = heading(), QLabel(wordWrap=True), StatusChip(wrap=True)
        self.place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.now, self.to_file = primary(), QPushButton()
        self.change, self.own = QPushButton(), QPushButton()
        self._list_head, self.list = heading(), QListWidget()
        self.restore = Fold()
        self.folder, self.secret = QLineEdit(), QLineEdit()
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self._browse = QPushButton()
        self._form = QFormLayout()
        self._form.setSpacing(GRID)
        self._folder_line = QWidget()
        beside = QHBoxLayout(self._folder_line)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(self.folder, 1)
        beside.addWidget(self._browse)
        self._form.addRow(" ", self._folder_line)
        self._form.addRow(" ", self.secret)
        self.restore.add(self._form)
        self._lay_out()
        self.now.clicked.connect(self._back_up)
        self.to_file.clicked.connect(self._to_file)
        self.change.clicked.connect(self._choose)
        self.own.clicked.connect(lambda: self._place_at(""))
        self.list.currentRowChanged.connect(lambda _row: self._judge())
        self._browse.clicked.connect(self._choose_target)
        for edit in (self.folder, self.secret):
            edit.textChanged.connect(lambda _text: self._judge())
        self.restore.asked.connect(self._restore)
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self._head.setText(tr("备份"))
        self._said.setText(
            tr(
                "程序打开时每天自动备份一次，关闭时若有改动再备份一次；备份是加密的，用当时的口令或恢复码打开。"
                "每天、每周、每月各保留若干份。"
            )
        )
        self.now.setText(tr("现在备份"))
        self.to_file.setText(tr("另存为一个文件…"))
        self._place_head.setText(tr("备份放在哪里"))
        self.change.setText(tr("更改…"))
        self.own.setText(tr("改回工作区的文件夹"))
        self._list_head.setText(tr("已有的备份"))
        self.list.setAccessibleName(tr("已有的备份"))
        self.restore.set_texts(
            tr("恢复"),
            tr("在上面选一份备份，恢复到一个新文件夹；现在打开的工作区不受影响。"),
            tr("恢复到新文件夹…"),
            tr("恢复"),
            tr("恢复出来的工作区不会自行报送；要使用它，请先锁定，再点“其他工作区…”，打开那个文件夹。"),
        )
        name_row(self._form, self._folder_line, tr("新文件夹"), self.folder)
        name_row(self._form, self.secret, tr("备份的口令或恢复码"))
        self._browse.setText(tr("浏览…"))
        self.line.retranslate()
        self._fill()

    def arrive(self) -> None:
        """Ask again."""
        self._ops.run("backup.last", owner=self, place="last", on_result=self._last_came)
        self._ops.run(
            "backup.snapshots", owner=self, place="list", on_result=self._rows_came, on_fault=self.message.show_fault
        )

    def _last_came(self, answer: dict[str, Any]) -> None:
        self._last = answer
        self.line.show_backup(answer)
        self._fill()

    def _rows_came(self, rows: list[dict[str, Any]]) -> None:
        self._rows = rows
        self._fill()

    def _fill(self) -> None:
        if self._last is not None:
            self.place.setText(str(self._last["place"]))
            self.place.setAccessibleName(str(self._last["place"]))
        near = self._last is not None and bool(self._last["same_disk"])
        self.warning.set_state("warn", tr("与工作区在同一块盘上，盘坏了会一起丢失；请选择另一块盘或 U 盘上的文件夹。"))
        self.warning.setVisible(near)
        self.own.setVisible(self._last is not None and self._last["chosen"] is not None)
        chosen = self.list.currentItem().data(_PATH) if self.list.currentItem() else None
        self.list.clear()
        for row in self._rows:
            item = QListWidgetItem(snapshot_text(row))
            item.setData(_PATH, row["path"])
            item.setToolTip(str(row["path"]))
            self.list.addItem(item)
            if row["path"] == chosen:
                self.list.setCurrentItem(item)
        line = self.list.fontMetrics().height() + GRID
        self.list.setFixedHeight(line * max(2, min(len(self._rows), _ROWS_SHOWN)) + GRID)
        self._judge()

    def _judge(self) -> None:
        filled = bool(self.folder.text().strip() and self.secret.text())
        self.restore.button.setEnabled(self.list.currentItem() is not None)
        self.restore.do.setEnabled(filled and self.list.currentItem() is not None)

    def _back_up(self) -> None:
        self.now.setEnabled(False)

        def ended() -> None:
            self.now.setEnabled(True)
            self.arrive()

        self._desk.back_up(ended)

    def _to_file(self) -> None:
        name = f"fuzhuan-{datetime.now(CHINA):%Y%m%d-%H%M}.backup"
        start = str(Path(self._desk.settings.get("backup_folder", str(Path.home()))) / name)
        file, _ = QFileDialog.getSaveFileName(self, tr("备份到"), start, tr("孵转台备份 (*.backup)"))
        if not file:
            return
        self._desk.settings.set("backup_folder", str(Path(file).parent))

        def done(answer: dict[str, Any]) -> None:
            self.message.show_text("good", tr("已备份到 {file}", file=answer["file"]))
            self.arrive()

        self._ops.run(
            "backup.make",
            owner=self,
            on_result=done,
            on_fault=self.message.show_fault,
            title=tr("正在备份"),
            file=file,
        )

    def _choose(self) -> None:
        start = str(self._last["place"]) if self._last else str(Path.home())
        folder = QFileDialog.getExistingDirectory(self, tr("备份放在哪里"), start)
        if folder:
            self._place_at(folder)

    def _place_at(self, folder: str) -> None:
        def done(answer: dict[str, Any]) -> None:
            self.message.clear()
            self._ops.forget(self, "last")
            self._last_came(answer)
            if folder:
                self._back_up()

        self._ops.run("backup.folder", owner=self, on_result=done, on_fault=self.message.show_fault, folder=folder)

    def _choose_target(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("选择一个空文件夹"), self.folder.text())
        if folder:
            self.folder.setText(folder)

    def _restore(self) -> None:
        folder = self.folder.text().strip()
        self.restore.do.setEnabled(False)
        self.restore.message.clear()

        def done(_answer: dict[str, Any]) -> None:
            self.secret.clear()
            self.restore.fold()
            self.message.show_text("good", tr("已恢复到 {folder}，逐个文件核对无误。", folder=folder))
            bring_in_sight(self.message)

        def failed(fault: Fault) -> None:
            self._judge()
            if fault.code == "key.wrong_passphrase":
                self.restore.show_text("bad", sentence("backup.wrong_passphrase"))
            else:
                self.restore.show_fault(fault)

        self._ops.run(
            "backup.restore",
            owner=self,
            on_result=done,
            on_fault=failed,
            on_cancelled=self._judge,
            title=tr("正在恢复备份"),
            file=str(self.list.currentItem().data(_PATH)),
            folder=folder,
            switch=False,
            **way_in(self.secret.text()),
        )

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.message)
        layout.addWidget(self._head)
        layout.addWidget(self._said)
        layout.addWidget(self.line)
        layout.addLayout(left(self.now, self.to_file))
        layout.addSpacing(GRID)
        layout.addWidget(self._place_head)
        layout.addWidget(self.place)
        layout.addWidget(self.warning)
        layout.addLayout(left(self.change, self.own))
        layout.addSpacing(GRID)
        layout.addWidget(self._list_head)
        layout.addWidget(self.list)
        layout.addWidget(self.restore)
        layout.addStretch(1)
