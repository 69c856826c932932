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
_SERVICES = {"records.add": "round.save", "records.edit": "round.save"}
_HEADINGS = {"title": mark("通知"), "papers": mark("材料与报送要求")}


class RoundForm(RecordForm):
    """Saved through `round.save`, which reads the steps, and removed through `round.delete`.

    `told(str)` is what was said of what was saved; it must outlive the form's loading it again.
    """

    told = Signal(str)

    def __init__(self, ops: Ops, drafts: Drafts) -> None:
        super().__init__(ops, "round", FIELDS, drafts, headings=_HEADINGS, columns=2)

    def delete(self) -> None:
        """Remove the round, unless something was made for it; it can be undone, so nothing is asked."""
        record = self.record()
        if record:
            self._ops.run(
                "round.delete",
                owner=self,
                on_result=lambda _answer: self._deleted(record),
                on_fault=self.message.show_fault,
                id=record,
            )

    def _stored(self, answer: dict[str, Any]) -> None:
        super()._stored({**answer, "warnings": []})
        self.told.emit(clauses(answer["warnings"]))

    def _deleted(self, record: str) -> None:
        self.discard()
        self.deleted.emit(record)

    def _send(self, service: str, **parameters: Any) -> None:
        self.save_button.setEnabled(False)
        self._ops.run(_SERVICES[service], owner=self, on_result=self._stored, on_fault=self._refused, **parameters)
