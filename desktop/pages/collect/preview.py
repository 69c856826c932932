"""What a folder of returned forms would bring, before anything is stored: whose each file is, figures, doubts."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.look import GRID, state_icon
from desktop.pages.evidence.rows import Column, RowsModel, table_view
from desktop.widgets.basics import heading, primary, quiet
from policy.i18n import labelled, listed, tr

Row = dict[str, Any]
_LINES = 6  # of the words on the row chosen


class Preview(QWidget):
    """A row for each firm recognised and each file that is nobody's. `accepted()` takes them in, `left()` does not."""

    accepted = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told: Row = {}
        self._title, self._said, self._words = heading(), quiet(), quiet()
        self.model = RowsModel(
            (
                Column(lambda: tr("企业"), lambda row: row["name"] or tr("没有认出"),
                       icon=lambda row: state_icon(row["icon"])),
                Column(lambda: tr("文件"), lambda row: listed(row["files"])),
                Column(lambda: tr("读入"), lambda row: str(row["taken"]), order=lambda row: row["taken"], right=True),
                Column(lambda: tr("空白"), lambda row: str(row["blank"]), order=lambda row: row["blank"], right=True),
                Column(lambda: tr("疑问"), lambda row: next(iter(row["doubts"]), ""),
                       tip=lambda row: "\n".join(row["doubts"])),
            ),
            self,
        )  # fmt: skip
        self.table = table_view(self.model, stretch=4)
        self.table.selectionModel().currentRowChanged.connect(lambda index, _before: self._chosen(index))
        self._words.setMinimumHeight(self._words.fontMetrics().lineSpacing() * 2)
        self._words.setMaximumHeight(self._words.fontMetrics().lineSpacing() * _LINES)
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.go, self.leave = primary(), QPushButton()
        self.go.clicked.connect(lambda _checked=False: self.accept())
        self.leave.clicked.connect(lambda _checked=False: self.left.emit())
        foot = QHBoxLayout()
        foot.setSpacing(GRID)
        foot.addStretch(1)
        foot.addWidget(self.leave)
        foot.addWidget(self.go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self._title)
        layout.addWidget(self._said)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._words)
        layout.addLayout(foot)
        for keys, does in (("Ctrl+Return", self.accept), ("Ctrl+Enter", self.accept), ("Escape", self.left.emit)):
            shortcut = QShortcut(QKeySequence(keys), self, does)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self._title.setText(tr("收回的表：读入以前先看一看"))
        self.table.setAccessibleName(tr("收回的表"))
        self.go.setText(tr("读入"))
        self.leave.setText(tr("取消"))
        self.model.retranslate()
        self._tell()

    def show_told(self, told: Row) -> None:
        """What a trial of `collect.read` answered."""
        self._told = told
        rows = [
            {
                "id": one["firm"],
                "name": one["name"],
                "files": one["files"],
                "taken": len(one["taken"]),
                "blank": len(one["blanks"]),
                "doubts": one["doubts"],
                "blanks": one["blanks"],
                "icon": "warn" if one["doubts"] else "good",
            }
            for one in told["firms"]
        ]
        nobody = {"name": "", "taken": 0, "blank": 0, "blanks": [], "icon": "unknown"}
        rows += [
            {**nobody, "id": f"{place}:{one['file']}", "files": [one["file"]], "doubts": [one["reason"]]}
            for place, one in enumerate(told["unknown"])
        ]
        self.model.set_rows(rows)
        self.go.setEnabled(bool(told["firms"]))
        self._tell()
        if rows:
            self.table.selectRow(0)
        self.table.setFocus()

    def accept(self) -> None:
        """Take in what is shown."""
        if self.go.isEnabled():
            self.go.setEnabled(False)
            self.accepted.emit()

    def _tell(self) -> None:
        if not self._told:
            return
        self._said.setText(
            tr(
                "{files} 个文件，认出 {firms} 家，其中 {doubts} 家有疑问；没有认出 {unknown} 个。还没有保存任何内容。",
                files=self._told["files"],
                firms=len(self._told["firms"]),
                doubts=sum(bool(one["doubts"]) for one in self._told["firms"]),
                unknown=len(self._told["unknown"]),
            )
        )

    def _chosen(self, index: Any) -> None:
        row = self.model.row(index)
        if row is None:
            self._words.clear()
            return
        lines = [*row["doubts"], *([labelled(tr("空白"), listed(row["blanks"]))] if row["blanks"] else [])]
        self._words.setText("\n".join(lines) or tr("没有疑问"))
