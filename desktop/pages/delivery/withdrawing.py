"""Taking a delivery back: a button that says what will happen before it is done."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.pages.evidence.rows import Row
from desktop.pages.settings.fold import Fold
from policy.i18n import tr

_ON_ITS_WAY = ("queued", "created", "sending", "sent", "in_workflow", "unknown", "error")


class Withdrawal(Fold):
    """`asked` when the delivery shown is to be taken back; without one that can be, it takes no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ""
        self._possible = False

    def retranslate(self) -> None:
        """Texts in the language in force."""
        told = tr(
            "撤回后，接收方平台上已收到的内容会被删除，这次报送不能恢复；报送包和经过仍留在这里，还可以导出后线下递交。"
            "平台已受理的不能撤回。"
        )
        self.set_texts("", "", tr("撤回这份报送…") if self._possible else "", tr("撤回，不能恢复"), told)

    def show_row(self, row: Row | None, *, running: bool) -> None:
        """The line of the list that is shown; while it is being sent it is paused first."""
        delivery = str((row or {}).get("delivery") or "")
        self._possible = bool(delivery and row and row["endpoint"] and row["state"] in _ON_ITS_WAY and not running)
        if not self._possible or delivery != self._shown:
            self.fold()
        self._shown = delivery
        self.retranslate()
