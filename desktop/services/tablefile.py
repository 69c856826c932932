"""A table that was worked out, as an .xlsx workbook: headings with units, exact figures, marks in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from db.fields import FieldInfo
from db.files import whole_file
from policy.i18n import language


def column(name: str, title: str, kind: str = "text", unit: str = "", scale: int = 0) -> FieldInfo:
    """A column; `title` is in the language in force. Kinds as of fields: text, int, money (fen), dec (scaled)."""
    return FieldInfo(name=name, label=title, label_en=title, type=kind, unit=unit, scale=scale)


def write_table(file: str, title: str, columns: Sequence[FieldInfo], rows: Iterable[Mapping[str, Any]]) -> int:
    """Write the rows (by column name, `id` first) and return their number; raises the disk's faults."""
    from exports.workbook import write_workbook

    with whole_file(Path(file)) as out:
        return write_workbook(out, title, list(columns), rows, language())
