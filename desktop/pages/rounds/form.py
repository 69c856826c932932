"""The form of a round: what the notice is, what it asks for, and its steps with day and hour."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal

from desktop.drafts import Drafts
from desktop.ops import Ops
from desktop.widgets.recordform import RecordForm
from policy.i18n import clauses, mark

FIELDS = (
    "title", "number", "issuer", "issued_on", "period", "applicant_kind",
    "steps",
    "papers", "copies", "mail_limit", "binding", "naming_rule", "contact", "questions",
)  # fmt: skip
_HEADINGS = {"title": mark("通知"), "papers": mark("材料与报送要求")}


class RoundForm(RecordForm):
    """Saved through `round.save`, which reads the steps, and removed through `round.delete`.

    `told(str)` is what was said of what was saved; it must outlive the form's loading it again.
    """

    ADDS = EDITS = "round.save"
    DELETES = "round.delete"

    told = Signal(str)

    def __init__(self, ops: Ops, drafts: Drafts) -> None:
        super().__init__(ops, "round", FIELDS, drafts, headings=_HEADINGS, columns=2)

    def _stored(self, answer: dict[str, Any]) -> None:
        super()._stored({**answer, "warnings": []})
        self.told.emit(clauses(answer["warnings"]))

    def _named(self) -> dict[str, Any]:
        return {}  # they know their kind
