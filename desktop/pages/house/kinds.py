"""What the organisation is, ticked: the pages in the rail follow."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget

from desktop.kindsofdesk import KINDS
from desktop.look import GRID
from desktop.widgets.basics import quiet
from desktop.widgets.room import Flow
from policy.i18n import listed, quoted, tr


class KindsStrip(QWidget):
    """A box per kind. `chosen(list)` with the kinds ticked, when a person ticks."""

    chosen = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel()
        self.boxes = {code: QCheckBox() for code, _ in KINDS}
        self.missing = quiet()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        row = Flow()
        row.setSpacing(GRID * 2)
        layout.addLayout(row)
        layout.addWidget(self.missing)
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

    def show_kinds(self, kinds: Sequence[str], pages: Sequence[tuple[str, Collection[str]]]) -> None:
        """Tick these, and say which of the `pages` (title, kinds that use it) are not offered to them."""
        for code, box in self.boxes.items():
            box.setChecked(code in kinds)
        words = {code: tr(text) for code, text in KINDS}
        away = [
            tr("{page}（勾选{kinds}任一项）", page=title, kinds=quoted(words[one] for one in words if one in used))
            for title, used in pages
            if used and not set(kinds) & set(used)
        ]
        self.missing.setText(tr("没有显示的页面：{pages}。用 Ctrl+K 也能打开。", pages=listed(away)))
        self.missing.setVisible(bool(kinds and away))

    def ticked(self) -> list[str]:
        """The kinds ticked, in their order."""
        return [code for code, box in self.boxes.items() if box.isChecked()]
