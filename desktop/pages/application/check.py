"""What blocks an application, what only warns, and what must be compared with the notice before it is sealed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.look import state_icon
from desktop.ops import Ops
from desktop.pages.application.verifying import VerifyingPane
from desktop.pages.evidence.rows import Column, RowsModel, table_view
from desktop.widgets.basics import StatusChip
from policy.i18n import tr


class CheckStep(QWidget):
    """A list of findings with one sentence above it, and below what is still to be verified."""

    def __init__(self, ops: Ops, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: dict[str, Any] | None = None
        self.summary = StatusChip("busy")
        self.model = RowsModel(
            (
                Column(
                    lambda: tr("程度"),
                    lambda row: tr("阻止") if row["blocks"] else tr("提醒"),
                    icon=lambda row: state_icon("bad" if row["blocks"] else "warn"),
                ),
                Column(lambda: tr("内容"), lambda row: row["text"]),
            ),
            self,
        )
        self.table = table_view(self.model, stretch=1)
        self.verifying = VerifyingPane(ops)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.summary, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.verifying)
        self.verifying.opened.connect(self._make_room)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text in the language in force."""
        self.table.setAccessibleName(tr("核对结果"))
        self.model.retranslate()
        self.verifying.retranslate()
        self._say()

    def show_found(self, found: dict[str, Any] | None) -> None:
        """Show what was found; None while it is being looked for."""
        self._found = found
        blocks, warns = (found["blocks"], found["warns"]) if found else ([], [])
        rows = [*((True, text) for text in blocks), *((False, text) for text in warns)]
        self.model.set_rows(
            [{"id": str(place), "blocks": block, "text": text} for place, (block, text) in enumerate(rows)]
        )
        self.verifying.show_open(found["blocks_sealing"] if found else [], found["place"] if found else {})
        self._say()

    def blocked(self) -> bool:
        """Whether something must be put right before a PDF can be made."""
        return bool(self._found and self._found["blocks"])

    def _make_room(self, on: bool) -> None:
        """The form and the list of findings are not needed at the same time."""
        self.table.setVisible(not on)
        box = self.layout()
        if isinstance(box, QVBoxLayout):
            box.setStretchFactor(self.verifying, int(on))

    def _say(self) -> None:
        if self._found is None:
            self.summary.set_state("busy", tr("正在核对…"))
        elif self._found["blocks"]:
            count = len(self._found["blocks"])
            self.summary.set_state("bad", tr("有 {count} 处必须先处理，才能生成申报书。", count=count))
        elif self._found["warns"]:
            count = len(self._found["warns"])
            self.summary.set_state("warn", tr("可以生成申报书；有 {count} 处请留意。", count=count))
        else:
            self.summary.set_state("good", tr("可以生成申报书，没有发现问题。"))
