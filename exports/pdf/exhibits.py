"""A piece of evidence as the book names it, and the head and foot of the pages it is laid into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from exports.pdf.binder import FOOT_BAND, HEAD_BAND, place
from exports.pdf.document import ACCENT, INK, LEFT, RIGHT, RUNNING, SAMPLE, Book, clear_band, rule
from exports.pdf.typeset import draw_text


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One piece of evidence in the book: its number, its facts, and its pages or why it has none."""

    number: int
    id: str
    title: str
    facts: Mapping[str, Any]
    wide: tuple[bool, ...] = ()
    reason: str = ""

    @property
    def name(self) -> str:
        """How the book calls it."""
        return f"附件{self.number}"

    @property
    def key(self) -> str:
        """The mark its links lead to."""
        return f"exhibit:{self.number}" if self.wide else "unbound"


class BoundPage:
    """Head line and foot of one page that evidence is laid into."""

    def __init__(self, book: Book, exhibit: Exhibit, number: int, wide: bool) -> None:
        self.book, self.exhibit, self.number, self.wide = book, exhibit, number, wide

    def __call__(self, canvas: Canvas, width: float, height: float) -> None:
        if self.book.is_draft:
            return
        exhibit, measure = self.exhibit, width - LEFT - RIGHT
        canvas.setTrimBox(place(self.wide))
        clear_band(canvas, height - HEAD_BAND, width, HEAD_BAND)
        clear_band(canvas, 0, width, FOOT_BAND)
        base = height - 9 * mm
        rule(canvas, LEFT, base - 5, measure)
        head = f"{SAMPLE} · " if self.book.matter.sample else ""
        head += f"{exhibit.name}　{exhibit.title}"
        head += f"（{self.number + 1}/{len(exhibit.wide)}）" if len(exhibit.wide) > 1 else ""
        draw_text(canvas, head, replace(RUNNING, size=9, colour=INK), (LEFT, base), measure - 32 * mm)
        back = replace(RUNNING, align="right", colour=ACCENT)
        draw_text(canvas, "返回附件目录", back, (width - RIGHT - 30 * mm, base), 30 * mm)
        canvas.linkAbsolute("", "evidence", (width - RIGHT - 22 * mm, base - 3, width - RIGHT, base + 9))
        self.book.foot(canvas, canvas.getPageNumber(), width, 7.5 * mm)
