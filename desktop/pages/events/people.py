"""签到与参与人: who was at an event, and the sheet to print before they come."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from desktop.look import icon
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.firms.timeline import print_of
from desktop.widgets.related import Related
from policy.i18n import tr


class People(Related):
    """The people of one event; `print` makes the sign-in sheet."""

    def __init__(self, ops: Ops, desk: Desk) -> None:
        super().__init__(ops, "event_person", "event", ("person", "organisation", "role", "signed", "note"), desk)
        self._printing = ops
        self.print = QPushButton()
        self.print.setIcon(icon("printer"))
        self.print.clicked.connect(lambda _checked=False: self._print())
        self.table.tools.insertWidget(0, self.print)
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        super().retranslate()
        if hasattr(self, "print"):  # the base asks before it is there
            self.print.setText(tr("签到表…"))
            self.print.setToolTip(tr("打印空白签到表：已登记的人和空行"))

    def _print(self) -> None:
        print_of(self, self._printing, self.table.message, "event-sign-in", tr("活动签到表"), self._parent_id)
