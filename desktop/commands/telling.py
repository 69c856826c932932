"""How commands tell people an answer: a sentence of what was done, a record by its labels, an aligned table."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from desktop.fields import FieldInfo, kind_info, kind_label
from desktop.models.format import heading, holds_terms, money, shown
from policy.i18n import clauses, labelled, listed, spaced, tr


def told(text: str, *, warnings: bool = False) -> Callable[[Any], str]:
    """A sentence, marked for the catalogue, filled from the answer; its warnings below where nothing else says them."""
    return lambda answer: tell(text, answer, warnings=warnings)


def tell(text: str, answer: Any, *, warnings: bool = False, **more: Any) -> str:
    """The same with `more` to fill in."""
    return "\n".join((tr(text, **{**answer, **more}), *(answer["warnings"] if warnings else ())))


def label_of(kind: str, name: str) -> str:
    """What a field is called; a name that is none shows itself."""
    return next((field.shown for field in kind_info(kind).fields if field.name == name), name)


def amount(fen: int | None) -> str:
    """An amount of a table whose heading says 万元; a dash where nobody knows."""
    return "—" if fen is None else money(fen)


def wan(fen: int | None) -> str:
    """An amount in a sentence: with its unit; a dash where nobody knows."""
    return "—" if fen is None else tr("{sum} 万元", sum=money(fen))


def table(head: Sequence[str], rows: Iterable[Sequence[str]], right: Collection[int] = ()) -> str:
    """Columns as wide as their texts, where a Chinese character takes two places; those of `right` end together.

    Without a heading (`head` empty) only the rows.
    """
    lines = [*([list(head)] if head else []), *map(list, rows)]
    if not lines:
        return ""
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            (pad + cell) if place in right else cell + pad
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
            for pad in (" " * (width - _width(cell)),)
        ).rstrip()
        for line in lines
    )


def sheet(rows: Iterable[tuple[str, str]]) -> str:
    """What things are called in one column, and what they are beside them; a blank value leaves its line out."""
    return table((), [row for row in rows if row[1]])


def record_text(kind: str, row: dict[str, Any]) -> str:
    """A record with the labels and units of its declarations, and how many fields are blank.

    `row` is what `records.get` answers, with `_fen` behind the names of money.
    """
    info = kind_info(kind)
    beside = {name for field in info.fields for name in (field.currency_field, field.raw_field) if name}
    fields = [field for field in info.fields if field.name not in beside]
    stored = {**row, **{field.name: row[f"{field.name}_fen"] for field in fields if f"{field.name}_fen" in row}}
    filled = [(heading(field), _cell(field, stored, kind)) for field in fields]
    lines = [
        spaced(kind_label(kind), row["_title"], tr("已归档") if row.get("archived") else "", row["id"]),
        sheet(filled),
    ]
    if blank := sum(not value for _, value in filled):
        lines.append(tr("另有 {n} 项空着。", n=blank))
    return "\n".join(line for line in lines if line)


def _cell(field: FieldInfo, row: dict[str, Any], kind: str) -> str:
    value = row.get(field.name)
    text = _nested(value, kind) if field.type == "list" and value and not holds_terms(field) else shown(field, row)
    return "；".join(line.strip() for line in text.splitlines() if line.strip())


def _nested(value: Any, kind: str) -> str:
    """A list within a field: parts by the label of the field they are named after, of the record or of what it refers
    to, else by themselves."""
    if isinstance(value, dict):
        named = _named(kind)
        return clauses(
            labelled(named[name].shown, shown(named[name], {name: item}))
            if name in named
            else (_nested(item, kind) if name.isascii() else labelled(name, _nested(item, kind)))
            for name, item in value.items()
            if item not in (None, "", [])
        )
    if isinstance(value, list):
        return listed(_nested(item, kind) for item in value)
    return str(value)


def _named(kind: str) -> dict[str, FieldInfo]:
    own = kind_info(kind).fields
    targets = (kind_info(field.target).fields for field in own if field.type == "ref" and field.target)
    return {field.name: field for fields in (*targets, own) for field in fields}


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
