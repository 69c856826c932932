"""A notice's table as a policy pack: the TOML of its rows, and the rows of such a TOML again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import tomlkit

from desktop.services.noticetable import plain_number, read_points
from policy.errors import Refused
from policy.pack import Pack, load_pack
from policy.rules.score import Sum, Typed

PREFIX = "notice-"
TOTAL = "total"
BASIS = "自通知表格录入，未逐项核对"
_BASIS_EN = "Typed from the notice's table, not checked item by item"
_MOST = 1990  # characters a pack takes of one text
_MOST_TITLE = 200
_MOST_PROOFS = 40
_PROOFS = re.compile(r"[、，,；;\n]+")
_NUMBERING = re.compile(r"^\s*(?:[(（]?[0-9一二三四五六七八九十]{1,2}[)）.．、]|[①-⑳])\s*")
_ROW_ID = re.compile(r"r([0-9]{1,4})")


@dataclass(frozen=True, slots=True)
class Row:
    """An indicator of the table; `points` None where its weight is not known. `id` is that of its rule, or ""."""

    id: str
    group: tuple[str, ...]
    title: str
    points: Fraction | None
    criterion: str
    proofs: tuple[str, ...]
    bonus: bool
    clause: str
    attached: str = ""


def read_rows(rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Rows as a page or the command line hands them in: {group, title, points, criterion, proof, bonus, clause, id}.

    A title that comes again gets its number: 荣誉, 荣誉（2）. Raises Refused("notice.no_rows"),
    Refused("notice.row_untitled", row), Refused("notice.points_unreadable", row, text).
    """
    if not rows:
        raise Refused("notice.no_rows")
    found: list[Row] = []
    titles: dict[str, int] = {}
    for number, row in enumerate(rows, 1):
        title = " ".join(str(row.get("title", "")).split())
        if not title:
            raise Refused("notice.row_untitled", row=row.get("row", number))
        titles[title] = again = titles.get(title, 0) + 1
        written = str(row.get("points", "")).strip()
        points = read_points(written)
        if points.value is None and points.problem != "blank":
            raise Refused("notice.points_unreadable", row=row.get("row", number), text=written[:40])
        found.append(
            Row(
                str(row.get("id", "")),
                tuple(" ".join(str(part).split()) for part in row.get("group", ()) if str(part).strip()),
                f"{title[:_MOST_TITLE]}（{again}）" if again > 1 else title[:_MOST_TITLE],
                points.value,
                _cut(str(row.get("criterion", "")).strip()),
                proofs_of(str(row.get("proof", ""))),
                bool(row.get("bonus")),
                str(row.get("clause", "")).strip()[:_MOST_TITLE] or f"附件第{row.get('row', number)}行",
                str(row.get("attached", "")),
            )
        )
    return found


def proofs_of(text: str) -> tuple[str, ...]:
    """The papers a cell asks for, one by one, without their numbering."""
    parts = (_NUMBERING.sub("", part).strip(" 。.") for part in _PROOFS.split(text))
    return tuple(dict.fromkeys(part[:_MOST_TITLE] for part in parts if part))[:_MOST_PROOFS]


def rows_of(pack: Pack) -> list[dict[str, Any]]:
    """The rows of a notice's pack, as `read_rows` takes them."""
    return [
        {
            "id": rule.id,
            "group": [part for part in rule.group.zh.split("/") if part],
            "title": rule.title.zh,
            "points": "" if rule.body.points is None else plain_number(rule.body.points),
            "criterion": rule.note.zh,
            "proof": "、".join(rule.proofs),
            "bonus": rule.body.bonus,
            "clause": rule.clause,
            "attached": rule.body.attached,
            "row": number,
        }
        for number, rule in enumerate((rule for rule in pack.rules if isinstance(rule.body, Typed)), 1)
        if isinstance(rule.body, Typed)
    ]


def total_of(pack: Pack) -> str:
    """The points of the whole table, "" where they are not known."""
    return next((plain_number(rule.body.points) for rule in pack.rules if isinstance(rule.body, Sum)), "")


def numbered(rows: Sequence[Row], known: Sequence[Mapping[str, Any]], taken: Iterable[str]) -> list[Row]:
    """Rows with the ids of their rules: by id, else by group and title, as before; what is new gets a number that no
    rule and no self-score had before."""
    free: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for before in known:
        free.setdefault((tuple(before["group"]), before["title"]), []).append(before["id"])
    ids = {before["id"] for before in known}
    made, used = [], {row.id for row in rows if row.id in ids}
    last = max((int(hit[1]) for name in (*ids, *taken) if (hit := _ROW_ID.fullmatch(name))), default=0)
    for row in rows:
        name = row.id if row.id in ids else ""
        if not name:
            name = next((other for other in free.get((row.group, row.title), ()) if other not in used), "")
        if not name:
            last += 1
            name = f"r{last:02d}"
        used.add(name)
        made.append(Row(name, *(getattr(row, field) for field in Row.__slots__[1:])))
    return made


def pack_text(
    *, pack: str, head: Mapping[str, str], subject: str, rows: Sequence[Row], total: Fraction | None, version: int
) -> bytes:
    """The TOML of a pack with these rows, which the strict loader takes; `head` has title, number, issuer, issued_on.

    `total` is what the table states; without it the sum of the rows, where all their weights are known.
    """
    document = tomlkit.document()
    cited = f"《{head['title']}》{head['number']}"
    document.update(
        {
            "schema": 1,
            "id": pack,
            "title": head["title"],
            "number": head["number"],
            "issuer": head["issuer"],
            "layer": "notice",
            "status": "in_force",
            "issued_on": head["issued_on"],
            "source": f"{cited}所附评分表，由本单位录入（第{version}稿）。",
            "source_en": f"The table of {cited}, typed in by the user (draft {version}).",
            "subjects": [subject],
        }
    )
    rules = tomlkit.aot()
    for row in rows:
        rule = _rule(row.id, row.title, row.clause, subject)
        rule["form"] = "typed"
        if row.points is not None:
            rule["points"] = _number(row.points)
        if row.bonus:
            rule["bonus"] = True
        if row.group:
            rule["group"] = "/".join(part.replace("/", "／") for part in row.group)[:_MOST]
        if row.proofs:
            rule["proofs"] = list(row.proofs)
        if row.criterion:
            rule["note"] = row.criterion
        if row.attached:
            rule["attached"] = row.attached
        rules.append(rule)
    known = [row.points for row in rows if not row.bonus]
    if total is None and None not in known:
        total = sum((points for points in known if points is not None), Fraction(0))
    if total:
        rule = _rule(TOTAL, "合计", "附件合计行", subject)
        rule.update({"title_en": "Total", "form": "sum", "points": _number(total), "rules": [row.id for row in rows]})
        rules.append(rule)
    document["rule"] = rules
    data = tomlkit.dumps(document).encode()
    load_pack(data)
    return data


def _rule(name: str, title: str, clause: str, subject: str) -> Any:
    rule = tomlkit.table()
    rule.update({"id": name, "kind": "score", "title": title, "clause": clause, "subject": subject})
    rule.update({"verified": False, "basis": BASIS, "basis_en": _BASIS_EN})
    return rule


def _number(points: Fraction) -> int | float:
    """Points with at most three places, which a float of this size writes exactly."""
    return int(points) if points.denominator == 1 else float(plain_number(points))


def _cut(text: str) -> str:
    return text if len(text) <= _MOST else f"{text[:_MOST]}…"
