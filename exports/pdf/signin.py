"""Blank sign-in sheets to print before people come: of the sessions of a class, of an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from exports.pdf.document import CELL, H1, PLAIN, Book, Made, Matter, make
from policy.i18n import tr

_ROOM = replace(CELL, size=10.5, leading=25)  # a row high enough to write a name in: 10 mm
_BLANK = "\u3000" * 8  # for a signature by hand


def write_signin(told: Mapping[str, Any], out: BinaryIO) -> Made:
    """Write sign-in sheets (签到表), each on pages of its own, as PDF; the same content gives the same bytes.

    Keys: organisation, sample, made_on (ISO 8601), title, subject, sheets [{facts [(label, text)], people [{name, org,
    group}], spare (empty lines below for who comes unannounced)}].
    """
    title = str(told["title"])

    def story(book: Book) -> list[Flowable]:
        parts: list[Flowable] = []
        for place, sheet in enumerate(told["sheets"]):
            key = f"sheet{place}"
            parts += book.chapter(title, key) if place else book.heading(title, key, style=H1)
            parts += [book.facts(sheet["facts"]), Spacer(0, 3 * mm)]
            parts.append(_lines(book, sheet["people"], int(sheet["spare"])))
            signed = f"{tr('班主任或现场负责人签字：')} {_BLANK} {tr('实到人数：')} {_BLANK}"
            parts.append(KeepTogether([Spacer(0, 5 * mm), book.text(signed, PLAIN)]))
        return parts

    matter = Matter(
        title, str(told["organisation"]), "", str(told["subject"]), bool(told["sample"]), str(told["made_on"])
    )
    made = make(matter, story)
    out.write(made.data)
    return made


def _lines(book: Book, people: Sequence[Mapping[str, str]], spare: int) -> Flowable:
    groups = any(one["group"] for one in people)
    head = [tr("序号"), tr("姓名"), tr("单位"), tr("班组"), tr("签名"), tr("备注")]
    widths: list[float] = [12, 26, 52, 16, 34, 16]
    rows = [[str(number), one["name"], one["org"], one["group"], "", ""] for number, one in enumerate(people, 1)] + [
        [str(number), "", "", "", "", ""] for number in range(len(people) + 1, len(people) + spare + 1)
    ]
    if not groups:  # a class without groups has no column for them
        for row in (head, widths, *rows):
            del row[3]  # type: ignore[attr-defined]  # lists of different things
    return book.table(head, rows, widths, "r", _ROOM)
