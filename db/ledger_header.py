"""Finding the header of a sheet and matching its columns with declared fields."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from db.fieldlike import FieldLike
from db.ledger_file import RawTable
from db.values import Note, written
from db.values_money import MoneyUnit, money_unit
from policy.errors import Refused, WorldFault
from policy.i18n import listed

ID_HEADER = "ID"  # the first column of our own exports
_SEARCHED_ROWS = 30
_HEADER_DEPTH = 3
_NOT_A_NAME = re.compile(r"[\s*:、_]+")
_NUMBERING = re.compile(r"^[0-9]{1,3}[.、)]")
_BRACKETED = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】")
_BEHIND = re.compile(r"[/,:\s](\S{1,5})$")
_TABLE_UNIT = re.compile(r"(?:金额)?单位[:：]\s*([\u4e00-\u9fff]{1,6})")

Labels = list[str]


@dataclass(frozen=True, slots=True)
class Column:
    """A mapped column: its place in `RawTable.rows`, its header as written, its field, the unit its header states."""

    index: int
    header: str
    field: FieldLike
    unit: MoneyUnit | None = None


@dataclass(slots=True)
class HeaderMap:
    """How the columns of a table map to fields.

    `first_row` is the index of the first data row, `width` the number of header columns, `score` the number of mapped
    columns, `unknown` the headers without a field, `missing` the names of needed (S) fields without a column.
    """

    columns: list[Column]
    first_row: int
    width: int
    id_column: int | None = None
    unknown: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    notices: list[Note] = field(default_factory=list)

    @property
    def score(self) -> int:
        return len(self.columns)


def load_map(path: Path) -> dict[str, str]:
    """The user's own mapping, header → field name ("" leaves the column out), from a TOML or JSON file.

    Raises WorldFault ledger.missing, Refused ledger.map_unreadable.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise WorldFault("ledger.missing", file=path.name) from error
    except UnicodeDecodeError as error:
        raise Refused("ledger.map_unreadable", file=path.name) from error
    try:
        found = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused("ledger.map_unreadable", file=path.name) from error
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise Refused("ledger.map_unreadable", file=path.name)
    return found


def normal_header(text: str) -> str:
    """A header for comparing: NFKC, without spaces, line breaks, `*`, colons and leading numbering, case folded."""
    plain = _NOT_A_NAME.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return _NUMBERING.sub("", plain)


def _without_brackets(text: str) -> str:
    return normal_header(_BRACKETED.sub("", unicodedata.normalize("NFKC", text)))


def header_unit(text: str) -> MoneyUnit | None:
    """The unit of money a header states: `注册资本（万元）`, `金额/千元`, `实收资本 万美元`."""
    plain = unicodedata.normalize("NFKC", text).strip()
    for groups in _BRACKETED.findall(plain):
        for part in re.split(r"[,:;]", "".join(groups).replace("单位", "")):
            unit = money_unit(part)
            if unit:
                return unit
    behind = _BEHIND.search(_BRACKETED.sub("", plain))
    return money_unit(behind[1]) if behind else None


class _Names:
    """Every spelling of every field's header with its rank: label before identifier before alias."""

    def __init__(self, fields: Sequence[FieldLike], explicit: Mapping[str, str], file: str) -> None:
        self.explicit: dict[str, FieldLike | None] = {}
        by_name = {info.name: info for info in fields}
        for header, name in explicit.items():
            if name and name not in by_name:
                raise Refused("ledger.map_unknown_field", file=file, header=header, field=name)
            self.explicit[normal_header(header)] = by_name.get(name)
        self.known: dict[str, tuple[int, FieldLike]] = {}
        shortened: dict[str, set[str]] = {}
        for rank, spellings in enumerate(("label", "label_en", "name", "aliases")):
            for info in fields:
                found = getattr(info, spellings)
                for spelling in (found,) if isinstance(found, str) else found:
                    self.known.setdefault(normal_header(spelling), (rank, info))
                    shortened.setdefault(_without_brackets(spelling), set()).add(info.name)
        for key, owners in shortened.items():
            if len(owners) == 1:  # 收入（含税） and 收入（不含税）: a bare 收入 names neither
                self.known.setdefault(key, (5, by_name[next(iter(owners))]))
        self.known.pop("", None)

    def find(self, labels: Labels) -> tuple[int, FieldLike | None] | None:
        """The best rank and field for a column with these header texts from top to bottom (None: leave it out)."""
        texts = ["".join(labels), *reversed(labels)] if len(labels) > 1 else labels
        for text in texts:
            key = normal_header(text)
            if key in self.explicit:
                return -1, self.explicit[key]
        for worse, text in enumerate(texts):
            full, bare = normal_header(text), _without_brackets(text)
            behind = normal_header(_BEHIND.sub("", unicodedata.normalize("NFKC", text))) if header_unit(text) else ""
            for step, key in enumerate((full, bare, behind)):
                if key in self.known:
                    rank, info = self.known[key]
                    return worse * 100 + step * 10 + rank, info
        return None


def _label_rows(table: RawTable, top: int, depth: int) -> list[Labels]:
    """The header texts of every column over `depth` rows, merged cells (or gaps to the right) filled."""
    rows = [[written(cell).strip() for cell in table.rows[i]] for i in range(top, top + depth)]
    width = max(len(row) for row in rows)
    for row in rows:
        row.extend([""] * (width - len(row)))
    if depth > 1 and table.merges:
        for (first, left), (last, right) in table.merges:
            if first < top or last >= top + depth or right - left > width:
                continue
            for i in range(left, right + 1):
                place, source = i - table.offset, left - table.offset
                if source >= 0 and place < width:
                    rows[first - top][place] = rows[first - top][source]
    elif depth > 1:
        for upper, lower in pairwise(rows):
            for i in range(1, width):
                if not upper[i] and lower[i]:
                    upper[i] = upper[i - 1]
    return [[row[i] for row in rows if row[i]] for i in range(width)]


def _assign(columns: Iterable[Labels], names: _Names) -> dict[int, FieldLike]:
    """Each field to the column that names it best, each column once."""
    found = []
    for index, labels in enumerate(columns):
        hit = names.find(labels) if labels else None
        if hit and hit[1] is not None:
            found.append((hit[0], index, hit[1]))
    taken: set[str] = set()
    chosen: dict[int, FieldLike] = {}
    for _, index, info in sorted(found, key=lambda entry: entry[:2]):
        if info.name not in taken:
            taken.add(info.name)
            chosen[index] = info
    return chosen


def unnamed_headers(table: RawTable) -> HeaderMap | None:
    """The first row of several cells that are all text, as a header of which no column is known yet; None where there
    is none. A person says then what the columns are."""
    for top, row in enumerate(table.rows[:_SEARCHED_ROWS]):
        filled = [cell for cell in row if written(cell).strip()]
        if len(filled) > 1 and all(isinstance(cell, str) for cell in filled):
            return HeaderMap([], top + 1, len(row), unknown=[cell.strip() for cell in filled])
    return None


def map_headers(table: RawTable, fields: Sequence[FieldLike], explicit: Mapping[str, str] | None = None) -> HeaderMap:
    """Find the header among the first rows (up to three rows deep) and map its columns.

    The rows that name the most fields are the header; `explicit` (header → field name) wins over every spelling.
    A `单位：千元` above the header is the unit of every amount whose own header states none. Raises Refused
    ledger.no_header, ledger.map_unknown_field.
    """
    names = _Names(fields, explicit or {}, table.file)
    best: tuple[int, int, int] = (0, 0, 0)
    for depth in range(1, _HEADER_DEPTH + 1):
        for top in range(min(_SEARCHED_ROWS, len(table.rows) - depth + 1)):
            score = len(_assign(_label_rows(table, top, depth), names))
            if score > best[0]:
                best = (score, top, depth)
    score, top, depth = best
    if not score:
        raise Refused("ledger.no_header", file=table.file, sheet=table.sheet)
    labels = _label_rows(table, top, depth)
    chosen = _assign(labels, names)
    table_unit = _unit_above(table, top)
    width = max(index for index, texts in enumerate(labels) if texts) + 1
    result = HeaderMap([], top + depth, width, missing=[])
    for index, texts in enumerate(labels):
        header = " ".join(dict.fromkeys(texts))
        info = chosen.get(index)
        if info is not None:
            unit = next((found for text in reversed(texts) if (found := header_unit(text))), None)
            result.columns.append(Column(index, header, info, unit or table_unit))
        elif header and normal_header(header) == ID_HEADER.casefold() and result.id_column is None:
            result.id_column = index
        elif header:
            result.unknown.append(header)
    mapped = {column.field.name for column in result.columns}
    result.missing = [info.name for info in fields if info.required == "S" and info.name not in mapped]
    for column in result.columns:
        if column.field.type == "money" and column.unit is None:
            params = {"column": column.header, "field": column.field.name, "unit": column.field.unit or "元"}
            result.notices.append(Note("ledger.unit_assumed", params))
    if result.unknown:
        result.notices.append(Note("ledger.unknown_headers", {"headers": listed(result.unknown)}))
    return result


def _unit_above(table: RawTable, top: int) -> MoneyUnit | None:
    for row in table.rows[:top]:
        for cell in row:
            found = _TABLE_UNIT.search(cell) if isinstance(cell, str) else None
            unit = money_unit(found[1]) if found else None
            if unit:
                return unit
    return None
