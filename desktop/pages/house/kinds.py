"""What the organisation is, ticked: the pages in the rail follow."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QWidget

from desktop.kindsofdesk import KINDS
from desktop.look import GRID
from desktop.widgets.room import Flow
from policy.i18n import tr


class KindsStrip(QWidget):
    """A box per kind. `chosen(list)` with the kinds ticked, when a person ticks."""

    chosen = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel()
        self.boxes = {code: QCheckBox() for code, _ in KINDS}
        row = Flow(self)
        row.setSpacing(GRID * 2)
        row.addWidget(self.label)
        for box in self.boxes.values():
            box.clicked.connect(lambda: self.chosen.emit(self.ticked()))
            row.addWidget(box)
        row.addStretch(1)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.label.setText(tr("本单位是"))
        for code, text in KINDS:
            self.boxes[code].setText(tr(text))
            self.boxes[code].setToolTip(tr("勾选决定左侧出现哪些页面；不影响已有的记录"))

    def show_kinds(self, kinds: Sequence[str]) -> None:
        """Tick these."""
        for code, box in self.boxes.items():
            box.setChecked(code in kinds)

    def ticked(self) -> list[str]:
        """The kinds ticked, in their order."""
        return [code for code, box in self.boxes.items() if box.isChecked()]
