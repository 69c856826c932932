"""How the backups stand, as a line: when the last good one was made; in red, with icon and reason, where it is late."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.look import GRID
from desktop.messages import sentence
from desktop.models.format import moment, size
from desktop.widgets.basics import StatusChip, quiet
from policy.i18n import clauses, sentences, tr


def backup_state(answer: dict[str, Any]) -> tuple[str, str, str]:
    """State, words and reason ("" for none) for what `backup.last` answers."""
    state = "bad" if answer["overdue"] else "warn" if answer["missing"] else "good"
    days = answer["days"]
    if days is None:
        words = tr("尚未备份")
    else:
        words = tr("上次成功备份：{n} 天前", n=days) if days else tr("上次成功备份：今天")
    failed = sentence(answer["failed"], answer["params"]) if answer["failed"] else ""
    missing = (
        tr("有 {n} 个文件缺失或已损坏，没有进入备份；其余都在。", n=answer["missing"]) if answer["missing"] else ""
    )
    return state, words, sentences(failed, missing)


def snapshot_text(row: dict[str, Any]) -> str:
    """One of `backup.snapshots` as a line of a list: when, how large, and what is wrong with it."""
    when = moment(row["at_ms"])
    if not row["readable"]:
        return clauses((when, tr("清单读不出来")))
    return clauses(
        (
            tr("{time}，{size}，{n} 个文件", time=when, size=size(int(row["bytes"])), n=row["files"]),
            *([tr("清单被改动过")] if row["valid"] is False else []),
            *([tr("缺 {n} 个文件", n=row["missing"])] if row["missing"] else []),
        )
    )


class BackupLine(QWidget):
    """The line itself; `parts` stand at its end."""

    def __init__(self, *parts: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chip, self.reason = StatusChip(), quiet()
        self._answer: dict[str, Any] | None = None
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self.chip)
        for part in parts:
            top.addWidget(part)
        top.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(top)
        layout.addWidget(self.reason)
        self.retranslate()

    def show_backup(self, answer: dict[str, Any]) -> None:
        """What `backup.last` has answered."""
        self._answer = answer
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        if self._answer is None:
            self.chip.set_state("unknown", "")
            self.reason.hide()
            return
        state, words, reason = backup_state(self._answer)
        self.chip.set_state(state, words)
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))
