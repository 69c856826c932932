"""Printed documents of one record by name (`document NAME ID OUT.pdf`): what writes a paper enters itself here."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from db.files import whole_file
from db.queries import records
from db.schema import kind_info
from desktop.models import format as shown_as
from desktop.papers import PAPERS
from desktop.services.records import full_rows
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.errors import Usage
from policy.i18n import listed, speaking, tr

Write = Callable[[Workspace, Job, str, BinaryIO, Mapping[str, Any]], None]
_WRITERS: dict[str, Write] = {}


def document(name: str) -> Callable[[Write], Write]:
    """Enter what writes a declared paper (`desktop.papers`) as PDF.

    `write(ws, job, id, out, options)` gets the record's whole id; `options` are `period` and `with_personal`.
    """

    def enter(write: Write) -> Write:
        _WRITERS[name] = write
        return write

    return enter


@service("document.list")
def list_documents(ws: Workspace, job: Job) -> list[dict[str, str]]:
    """What can be printed: [{name, title, kind, kind_label}]."""
    return [
        {"name": one.name, "title": tr(one.title), "kind": one.kind, "kind_label": kind_info(one.kind).kind.shown}
        for one in sorted(PAPERS.values(), key=lambda one: one.name)
    ]


@service("document.write")
def write_document(
    ws: Workspace, job: Job, *, name: str, id: str, out: str, period: str = "", with_personal: bool = False
) -> dict[str, Any]:
    """Print a document of a record as PDF, into a file or a folder: {file, sha256, bytes}.

    It is Chinese whatever the window speaks. Raises Usage("document.unknown" | "record.unknown" |
    "policy.period_invalid").
    """
    found = PAPERS.get(name)
    if found is None:
        raise Usage("document.unknown", name=name[:40], known=listed(sorted(PAPERS)))
    with ws.store.read():
        record = records.resolve(found.kind, id)
        title = records.title(found.kind, record)
    pdf = io.BytesIO()
    with speaking("zh"):
        _WRITERS[name](ws, job, record, pdf, {"period": period, "with_personal": with_personal})
        proposed = found.file_name(title)
    target = Path(out)
    if target.is_dir():
        target = target / proposed
    with whole_file(target) as stream:
        stream.write(pdf.getvalue())
    digest = hashlib.sha256(pdf.getvalue()).hexdigest()
    return {"file": str(target), "sha256": digest, "bytes": len(pdf.getvalue())}


def table_of(ws: Workspace, kind: str, ids: Sequence[str], names: Sequence[str]) -> dict[str, Any]:
    """Records as a table of a document: {head, figures (which columns stand right), rows}, all as people read it."""
    fields = [kind_info(kind).field(name) for name in names]
    return {
        "head": [shown_as.heading(field) for field in fields],
        "figures": [shown_as.is_figure(field) for field in fields],
        "rows": [[shown_as.shown(field, row) for field in fields] for row in full_rows(ws, kind, list(ids))],
    }
