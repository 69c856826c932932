"""What all printed documents share: page, styles, header and footer, headings with bookmarks, tables, page numbers."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reportlab.lib.colors import HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageBreak, PageTemplate, Table, TableStyle
from reportlab.platypus.doctemplate import ActionFlowable

from exports.pdf import typeset
from exports.pdf.fonts import SANS, SERIF, faces
from exports.pdf.typeset import Span, Style, Text, draw_text

# A4; the binding side and the type width follow GB/T 9704-2012 (28 + 156 + 26 mm), top and bottom are those of an
# application book, which carries a running head that an official letter has not.
LEFT, RIGHT, TOP, BOTTOM = 28 * mm, 26 * mm, 30 * mm, 26 * mm
TYPE_WIDTH = A4[0] - LEFT - RIGHT
TYPE_HEIGHT = A4[1] - TOP - BOTTOM

INK = HexColor(0x1A1A1A)
QUIET = HexColor(0x5F6670)
RULE = HexColor(0xB9BFC7)
BAND = HexColor(0xEEF1F5)
ACCENT = HexColor(0x1F4E79)
WARN = HexColor(0x9A3B00)

BODY = Style(size=12, leading=21, colour=INK, align="justify", indent=2)
PLAIN = Style(size=11, leading=18, colour=INK, align="justify")
COVER = Style(SANS, 26, 38, INK, "centre")
H1 = Style(SANS, 17, 26, INK, after=10, keep_with_next=True)
H2 = Style(SANS, 13, 20, INK, before=12, after=5, keep_with_next=True)
CELL = Style(size=9.5, leading=14, colour=INK)
HEAD = Style(SANS, 9.5, 14, INK, "centre")
LABEL = Style(SANS, 9.5, 14, QUIET)
NOTE = Style(size=9, leading=14, colour=QUIET, after=4)
RUNNING = Style(SANS, 8.5, 11, QUIET)
SAMPLE = "示例"
_CELL_PADDING = 3
_HIGHEST_ROW = TYPE_HEIGHT / 2


@dataclass(frozen=True, slots=True)
class Matter:
    """What every page of a document says about it, and what its properties hold."""

    title: str
    author: str
    subject: str = ""
    reference: str = ""  # bottom left: what this paper can be told apart by
    sample: bool = False
    made_on: str = ""  # YYYY-MM-DD; becomes the creation date, so that the same document has the same bytes


@dataclass(frozen=True, slots=True)
class Made:
    """A set document: its bytes, the page each mark fell on, and what could not be drawn."""

    data: bytes
    marks: Mapping[str, int]
    pages: int
    missing: frozenset[str]


class Mark(Flowable):  # type: ignore[misc]  # reportlab has no types
    """An invisible place that links lead to; with `title` it is also a bookmark at `level`."""

    def __init__(self, key: str, title: str = "", level: int = 0) -> None:
        super().__init__()
        self.key, self.title, self.level = key, title, level
        self.keepWithNext = True

    def wrap(self, width: float, height: float) -> tuple[float, float]:  # noqa: ARG002
        return 0, 0

    def draw(self) -> None:
        self._doctemplateAttr("register_mark")(self.canv, self.key, self.title, self.level)


class NotBefore(ActionFlowable):  # type: ignore[misc]  # reportlab has no types
    """Keeps a chapter from beginning before the page it is held to; see `make`."""

    def __init__(self, first: int) -> None:
        super().__init__()
        self.first = first

    def apply(self, doc: BaseDocTemplate) -> None:
        if doc.page < self.first:
            doc.handle_pageBreak()


class Box(Flowable):  # type: ignore[misc]  # reportlab has no types
    """An empty frame with a word in it: the place for a stamp. Sizes in points."""

    def __init__(self, word: str, width: float, height: float, align: str = "RIGHT") -> None:
        super().__init__()
        self.word, self.width, self.height, self.hAlign = word, width, height, align

    def wrap(self, width: float, height: float) -> tuple[float, float]:  # noqa: ARG002
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setStrokeColor(RULE)
        self.canv.setLineWidth(0.6)
        self.canv.setDash(3, 2)
        self.canv.rect(0, 0, self.width, self.height)
        draw_text(self.canv, self.word, replace(LABEL, align="centre"), (0, self.height / 2 - 4), self.width)


class Sheet(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A page that `paint(canvas, width, height)` fills alone, in page coordinates; used on bare templates."""

    def __init__(self, paint: Callable[[Canvas, float, float], None]) -> None:
        super().__init__()
        self.paint = paint

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width, self.height = width, height
        return width, height

    def draw(self) -> None:
        self.paint(self.canv, self.width, self.height)


class _Template(BaseDocTemplate):  # type: ignore[misc]  # reportlab has no types
    def __init__(self, target: io.BytesIO, book: Book) -> None:
        matter = book.matter
        super().__init__(
            target,
            pagesize=A4,
            title=typeset.clean(matter.title),
            author=typeset.clean(matter.author),
            subject=typeset.clean(matter.subject),
            creator="孵转台",
            producer="孵转台",
            lang="zh-CN",
            invariant=1,
            initialFontName=SERIF,
            pageCompression=1,
        )
        self.book = book
        tall, wide = A4, (A4[1], A4[0])
        self.addPageTemplates(
            [
                PageTemplate(
                    name,
                    [Frame(x, y, width, height, 0, 0, 0, 0, id=name)],
                    onPage=decorate,
                    pagesize=size,
                )
                for name, size, (x, y, width, height), decorate in (
                    ("text", tall, (LEFT, BOTTOM, TYPE_WIDTH, TYPE_HEIGHT), self._running),
                    ("cover", tall, (LEFT, BOTTOM, TYPE_WIDTH, TYPE_HEIGHT), self._cover),
                    ("tall", tall, (0, 0, *tall), _bare),
                    ("wide", wide, (0, 0, *wide), _bare),
                )
            ]
        )

    def beforeDocument(self) -> None:  # noqa: N802  # reportlab's name
        # The clock is read from SOURCE_DATE_EPOCH even where bytes are to be the same; both uses of it are replaced.
        self.canv._doc.signature = hashlib.md5(self.book.matter.made_on.encode(), usedforsecurity=False)
        stamp = self.canv._doc._timeStamp
        date = re.match(r"(\d{4})-(\d{2})-(\d{2})", self.book.matter.made_on)
        year, month, day = (int(part) for part in date.groups()) if date else (2000, 1, 1)
        stamp.YMDhms, stamp.dhh, stamp.dmm = (year, month, day, 0, 0, 0), 8, 0

    def register_mark(self, canvas: Canvas, key: str, title: str, level: int) -> None:
        canvas.bookmarkHorizontal(key, 0, 16)
        if title:
            canvas.addOutlineEntry(typeset.shown(title).replace("\n", " "), key, level, closed=level > 0)
        self.book.marks[key] = canvas.getPageNumber()

    def _cover(self, canvas: Canvas, _doc: BaseDocTemplate) -> None:
        if self.book.matter.sample:
            width, height = canvas._pagesize
            style = Style(SANS, 11, 14, WARN, "right")
            draw_text(canvas, f"{SAMPLE}数据，不作申报之用", style, (width / 2, height - 12 * mm), width / 2 - RIGHT)

    def _running(self, canvas: Canvas, _doc: BaseDocTemplate) -> None:
        matter, number = self.book.matter, canvas.getPageNumber()
        top = A4[1] - TOP + 8 * mm
        rule(canvas, LEFT, top - 5, TYPE_WIDTH)
        mark = f"{SAMPLE} · " if matter.sample else ""
        draw_text(canvas, matter.title, RUNNING, (LEFT, top), TYPE_WIDTH * 0.48)
        author = Style(SANS, 8.5, 11, WARN if matter.sample else QUIET, "right")
        draw_text(canvas, mark + matter.author, author, (LEFT + TYPE_WIDTH * 0.5, top), TYPE_WIDTH * 0.5)
        self.book.foot(canvas, number, A4[0])


def _bare(_canvas: Canvas, _doc: BaseDocTemplate) -> None:
    """Pages whose one flowable paints all of them."""


class Book:
    """One pass over a document: what is known from the pass before, what this pass finds."""

    def __init__(self, matter: Matter, known: Mapping[str, int], total: int, held: Mapping[str, int]) -> None:
        self.matter, self._known, self._total, self._held = matter, known, total, held
        self.marks: dict[str, int] = {}
        self.missing: set[str] = set()

    def page(self, key: str) -> str:
        """The page a mark falls on, as printed; in the first pass a number as wide as most."""
        return str(self._known.get(key, 888))

    @property
    def is_draft(self) -> bool:
        """Whether this is the first pass, of which only the page numbers are kept."""
        return self._total == 0

    def text(self, content: str | Span | Sequence[Span], style: Style = CELL) -> Text:
        """A flowable of `content`, whose characters without a glyph are remembered for the report."""
        for span in (content,) if isinstance(content, str | Span) else content:
            self.missing |= typeset.missing(span if isinstance(span, str) else span.text)
        return Text(content, style)

    def chapter(self, title: str, key: str, level: int = 0, style: Style = H1) -> list[Flowable]:
        """A heading on a new page."""
        return [PageBreak(), NotBefore(self._held.get(key, 0)), *self.heading(title, key, level, style)]

    def heading(self, title: str, key: str, level: int = 0, style: Style = H1) -> list[Flowable]:
        """A heading that is also a bookmark and a place for links."""
        return [Mark(key, title, level), self.text(title, style)]

    def link(self, key: str, text: str = "") -> Span:
        """A link to a mark, showing its page number unless `text` is given."""
        return Span(text or self.page(key), colour=ACCENT, link=key)

    def table(
        self,
        head: Sequence[str],
        rows: Iterable[Sequence[Any]],
        widths: Sequence[float],
        align: str = "",
        cell_style: Style = CELL,
    ) -> Table:
        """A ruled table over the full type width, its head repeated on every page.

        `widths` are shares; `align` has one letter per column (l, c, r). Cells are texts, spans or flowables.
        """
        styles = {
            "l": cell_style,
            "c": replace(cell_style, align="centre"),
            "r": replace(cell_style, align="right"),
        }
        head_style = replace(HEAD, size=cell_style.size, leading=cell_style.leading)
        letters = align.ljust(len(widths), "l")

        def cell(content: Any, letter: str) -> Flowable:
            if isinstance(content, Flowable):
                return content
            return self.text(content, styles[letter])

        data = [[self.text(title, head_style) for title in head]] if head else []
        data += [[cell(content, letter) for content, letter in zip(row, letters, strict=True)] for row in rows]
        commands: list[tuple[Any, ...]] = [
            ("FONT", (0, 0), (-1, -1), SERIF, 9),  # cells hold flowables, yet a table would name Helvetica
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
            ("LINEABOVE", (0, 0), (-1, 0), 0.9, INK),
            ("LINEBELOW", (0, -1), (-1, -1), 0.9, INK),
            ("LEFTPADDING", (0, 0), (-1, -1), _CELL_PADDING),
            ("RIGHTPADDING", (0, 0), (-1, -1), _CELL_PADDING),
            ("TOPPADDING", (0, 0), (-1, -1), 3.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 4.5),
        ]
        if head:
            commands.append(("BACKGROUND", (0, 0), (-1, 0), BAND))
            commands.append(("LINEBELOW", (0, 0), (-1, 0), 0.6, INK))
        shares = [TYPE_WIDTH * width / sum(widths) for width in widths]
        rows_set = [part for row in data for part in _low_rows(row, shares)]
        return Table(rows_set, shares, repeatRows=1 if head else 0, style=TableStyle(commands))

    def facts(self, pairs: Iterable[tuple[str, str | Span | Sequence[Span]]]) -> Table:
        """A two-column table of names and values; pairs with a blank value are left out."""
        rows = [(self.text(name, LABEL), value) for name, value in pairs if value]
        return self.table((), rows, (24, 132))

    def foot(self, canvas: Canvas, number: int, width: float, base: float = 12 * mm) -> None:
        """The foot of a page, its line at `base`: what the paper is, and where in the book we are."""
        if self.matter.reference:
            draw_text(canvas, self.matter.reference, RUNNING, (LEFT, base), width - LEFT - RIGHT - 50 * mm)
        style = replace(RUNNING, align="right", size=9)
        total = max(self._total, number)
        draw_text(canvas, f"第 {number} 页 共 {total} 页", style, (width - RIGHT - 45 * mm, base), 45 * mm)


def _low_rows(row: list[Flowable], widths: Sequence[float]) -> list[list[Flowable]]:
    """A row as rows of at most half a page, so that a table can always be broken between rows."""
    rows: list[list[Flowable]] = []
    while True:
        parts = [
            cell.split(width - 2 * _CELL_PADDING, _HIGHEST_ROW) if isinstance(cell, Text) else [cell]
            for cell, width in zip(row, widths, strict=True)
        ]
        rows.append([part[0] for part in parts])
        if all(len(part) == 1 for part in parts):
            return rows
        row = [part[1] if len(part) > 1 else Text("", CELL) for part in parts]


def rule(canvas: Canvas, x: float, y: float, width: float) -> None:
    """A thin line, `width` points long."""
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.5)
    canvas.line(x, y, x + width, y)


def clear_band(canvas: Canvas, y: float, width: float, height: float) -> None:
    """A white band behind a head line, so that what lies below cannot make it unreadable."""
    canvas.setFillColor(white)
    canvas.rect(0, y, width, height, stroke=0, fill=1)


def make(matter: Matter, story: Callable[[Book], list[Flowable]], first: str = "text") -> Made:
    """Set a document until the page numbers in it are right; the same story gives the same bytes.

    `story` is called once per pass and asks `Book.page` for numbers; `first` is the template of the first page.
    A wider number can push a line over, whose page then needs a narrower one, and so on for ever (seen at 1,000 pages):
    chapters that still move after a few passes are held to the later of their pages, which leaves a page empty.
    """
    faces()
    known: dict[str, int] = {}
    held: dict[str, int] = {}
    total = 0
    for passed in range(12):
        book, target = Book(matter, known, total, held), io.BytesIO()
        for said in (matter.title, matter.author, matter.reference):
            book.missing |= typeset.missing(said)
        template = _Template(target, book)
        template.pageTemplates.sort(key=lambda page: page.id != first)  # the first template opens the document
        template.build(story(book))
        pages = template.page
        if book.marks == known and pages == total:
            return Made(target.getvalue(), known, pages, frozenset(book.missing))
        if passed >= 3:
            moved = {key: max(page, known.get(key, 0)) for key, page in book.marks.items() if known.get(key) != page}
            held = {**held, **{key: max(page, held.get(key, 0)) for key, page in moved.items()}}
        known, total = book.marks, pages
    raise RuntimeError("page numbers do not settle")
