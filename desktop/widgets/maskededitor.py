"""The editor of a number that leads to a person: its mask, and the number for a while when it is asked for."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QToolButton, QWidget

from desktop.fields import FieldInfo, kind_of
from desktop.look import icon
from desktop.ops import Ops
from desktop.widgets.editors import LineEditor
from policy.i18n import tr

SHOWN_MS = 30_000


class MaskedEditor(LineEditor):
    """Shows the mask that a row comes with. The eye asks the store for the number, which stays for 30 seconds or until
    the form is left; looking at it is no change, and what is typed replaces it."""

    def __init__(self, ops: Ops, field: FieldInfo, parent: QWidget | None = None) -> None:
        self.eye = QToolButton()
        super().__init__(field, parent)
        self._ops = ops
        self._record, self._mask, self._number = "", "", ""
        self.eye.setCheckable(True)
        self.eye.setIcon(icon("eye"))
        self.eye.setAutoRaise(True)
        self.eye.clicked.connect(self._asked)
        self.row.addWidget(self.eye)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(SHOWN_MS)
        self._again.timeout.connect(self.cover)
        self._settle()

    def load(self, row: dict[str, Any]) -> None:
        self._record, self._number = str(row.get("id") or ""), ""
        super().load(row)
        self._mask = super().text()
        self._settle()

    def text(self) -> str:
        """What was typed; the number that was only looked at counts as its mask."""
        typed = super().text()
        return self._mask if self._number and typed == self._number else typed

    def cover(self) -> None:
        """Put the mask back, unless another number was typed meanwhile."""
        if self._number and super().text() == self._number:
            with QSignalBlocker(self):
                self.set_text(self._mask)
        self._number = ""
        self._settle()

    def retranslate(self) -> None:
        super().retranslate()
        self.eye.setToolTip(tr("显示完整号码 30 秒（记入操作记录）"))
        self.eye.setAccessibleName(tr("显示{field}", field=self.field.shown))

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        self.cover()
        super().hideEvent(event)

    def _asked(self, wanted: bool) -> None:
        if not wanted:
            self.cover()
            return
        record = self._record

        def came(found: dict[str, str]) -> None:
            # what was typed meanwhile stays, and what came for another record is not for this one
            if record == self._record and self.isVisible() and super(MaskedEditor, self).text() == self._mask:
                self._number = found.get(self.field.name, "")
                with QSignalBlocker(self):
                    self.set_text(self._number)
                self._again.start()
            self._settle()

        self._ops.run(
            "privacy.reveal",
            owner=self,
            on_result=came,
            on_fault=lambda _fault: self._settle(),
            kind=kind_of(self.field),
            id=record,
            fields=[self.field.name],
        )

    def _settle(self) -> None:
        """The eye stands where there is something to show."""
        if not self._number:
            self._again.stop()
        self.eye.setVisible(bool(self._record and self._mask))
        self.eye.setChecked(bool(self._number))
