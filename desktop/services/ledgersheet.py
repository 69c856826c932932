"""What an import and its preview share: the book a sheet comes in, the fields it can fill, the headings chosen before,
findings as they are told."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from db import ledger
from db.fields import FieldInfo
from db.ledger_file import Book, SheetInfo, open_workbook
from db.schema import KindInfo
from desktop.messages import sentence
from desktop.services.workspace import Workspace
from policy.i18n import tr
from policy.masking import mask as masked
from policy.masking import mask_numbers

# what a row of the kind is when its sheet does not say so
DEFAULTS: dict[str, dict[str, Any]] = {"firm": {"org_kind": "firm"}, "organisation": {"org_kind": "other"}}


def opened_book(file: str, text: str) -> Book:
    """The workbook, or what a spreadsheet has put on the clipboard as one."""
    if not text:
        return open_workbook(Path(file))
    name = tr("粘贴的表格")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t"))
    return Book(name, (SheetInfo(name),), rows=rows)


def remembered(ws: Workspace, info: KindInfo) -> dict[str, str]:
    """Which field a header was given at an earlier import of the kind."""
    kept = ws.store.setting(f"mapping.{info.name}", {})
    known = {"", *(declared.name for declared in info.fields)}
    return {str(header): field for header, field in dict(kept).items() if field in known}  # type: ignore[call-overload]


def chosen_mapping(ws: Workspace, info: KindInfo, given: dict[str, str] | None) -> dict[str, str]:
    """Which field a header is given: now, else at earlier imports of the kind."""
    return {**remembered(ws, info), **(given or {})}


def importable(info: KindInfo, said: Iterable[str] = ()) -> list[FieldInfo]:
    """The fields a sheet can fill; one that has a default of its own, or is `said` beside it, is not asked for."""
    given = {*DEFAULTS.get(info.name, {}), *said}
    return [
        replace(declared, required="")
        if declared.name in given or info.model_of(declared.name)._meta.fields[declared.name].default is not None
        else declared
        for declared in info.fields
    ]


def shown_finding(note: ledger.Reject | ledger.CellNote, masks: Mapping[str, str]) -> dict[str, Any]:
    """A finding as it is answered; a number that leads to a person is masked here as everywhere."""
    kind = masks.get(note.column)
    return {
        "row": note.row,
        "column": note.column,
        "value": masked(kind, note.value) if kind and note.value else mask_numbers(note.value),
        "code": note.code,
        "reason": sentence(note.code, note.params),
    }
