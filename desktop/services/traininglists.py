"""The headings of a list that was not understood: asked for by the sort of list, to choose by hand what they mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from db.fields import FieldInfo
from desktop.services.assessment import score_columns
from desktop.services.attendance import export_columns
from desktop.services.certificates import number_columns
from desktop.services.enrolling import enrolment_columns
from desktop.services.registry import Job, service
from desktop.services.roster import headings_of
from desktop.services.workspace import Workspace
from policy.errors import Usage
from policy.i18n import listed

_COLUMNS: dict[str, Callable[[], list[FieldInfo]]] = {
    "training.enrol": enrolment_columns,
    "attendance.import": export_columns,
    "training.assess": score_columns,
    "certificate.import": number_columns,
}


@service("training.headings")
def headings(
    ws: Workspace, job: Job, *, takes: str, file: str = "", text: str = "", sheet: str | None = None
) -> dict[str, Any]:
    """The headings of a list for the service `takes`, and what they may mean: {headings, fields: [{name, label}]}.

    Raises Usage("policy.unknown_name").
    """
    if takes not in _COLUMNS:
        raise Usage("policy.unknown_name", name=takes, known=listed(_COLUMNS))
    return headings_of(_COLUMNS[takes](), file=file, text=text, sheet=sheet)
