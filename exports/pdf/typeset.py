"""Chinese line breaking and the one text flowable all documents are set with.

Rules (GB/T 15834 and the W3C's clreq): closing marks never start a line, opening marks never end one, dashes and
ellipses stay whole, Latin words, numbers and codes are not broken unless they are longer than a line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from reportlab.lib.colors import Color, black
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from exports.pdf.fonts import SERIF, advance, face_for

_CLOSING = frozenset("，。、；：？！）》〉」』】〕〗］｝”’％‰℃…—～·，．・々ーゝゞ,.;:?!)]}%/°′″")
_OPENING = frozenset("（《〈「『【〔〖［｛“‘￥＄¥$№§([{")
_GLUE = frozenset("\"'")
# Ink in the left half only: at the end of a line the blank half may stand in the margin.
_HALF_AT_END = frozenset("，。、；：）》〉」』】〕〗］”’")
_A = r"[0-9A-Za-z\u00aa\u00b2\u00b3\u00b5\u00b9\u00ba\u00c0-\u02af\u0370-\u03ff\u0400-\u052f\u1e00-\u1fff]"
_UNIT = re.compile(
    rf"［U\+[0-9A-F]{{4,6}}］|\n| +|[—…⋯]+|_+|\.{{2,}}|-{{2,}}"
    rf"|[-+±<>=≥≤≈~$€£¥#@./\\]*{_A}+(?:[-_./:@&+=~#%'’,*\\|^?!;<>$]+{_A}+)*[%‰℃°+]?|.",
    re.DOTALL,
)
_WORD_START = re.compile(_A)
_SOFT = frozenset("/?&=-_.,:;@#")
_DROPPED = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f")


@dataclass(frozen=True, slots=True)
class Style:
    """How a paragraph is set; lengths in points, `indent` in characters of its own size."""

    font: str = SERIF
    size: float = 12
    leading: float = 20
    colour: Color = black
    align: str = "left"  # left, centre, right, justify
    indent: float = 0
    before: float = 0
    after: float = 0
    keep_with_next: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a paragraph; `link` names the mark it leads to."""

    text: str
    font: str = ""
    colour: Color | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character with the face that draws it, its width in points and the span it came from."""

    char: str
    font: str
    width: float
    span: Span


def clean(text: str) -> str:
    """`text` without what has no ink: line ends become \\n, tabs and odd blanks a space, controls go."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    kept: list[str] = []
    for char in text:
        if char in "\t\u00a0\u2009\u202f":
            kept.append(" ")
        elif char in _DROPPED or 0xFE00 <= ord(char) <= 0xFE0F or 0xE0100 <= ord(char) <= 0xE01EF:
            continue
        elif char == "\n" or unicodedata.category(char) != "Cc":
            kept.append(char)
    return "".join(kept)


def missing(text: str) -> set[str]:
    """The characters of `text` that no face has; they are drawn as ［U+XXXXX］."""
    return {char for char in set(clean(text)) if char != "\n" and face_for(char, SERIF) is None}


def shown(text: str) -> str:
    """`text` as it is drawn: cleaned, with a visible placeholder for each character no face has."""
    text = clean(text)
    for char in missing(text):
        text = text.replace(char, f"［U+{ord(char):04X}］")
    return text


def width_of(text: str, font: str, size: float) -> float:
    """Width of one line of `text` in points."""
    return sum(advance(char, face_for(char, font) or font) for char in shown(text)) * size / 1000


def units(text: str) -> list[str]:
    """`text` cut into the pieces a line may be made of: words, marks, single Han characters, spaces, line ends."""
    return _UNIT.findall(text)


def may_break(left: str, right: str) -> bool:
    """Whether a line may end between two neighbouring units."""
    if right.isspace():
        return False
    if left.isspace():
        return right[0] not in _CLOSING
    if left[-1] in _OPENING or (right[0] in _CLOSING and not _WORD_START.search(right)):
        return False
    if left in _GLUE or right in _GLUE or unicodedata.combining(right[0]):
        return False
    latin_left, latin_right = _WORD_START.match(left[-1]), _WORD_START.match(right[0])
    return not ((latin_left and right in "([{") or (left in ")]}" and latin_right))


def _glyphs(spans: Iterable[Span], style: Style) -> list[Glyph]:
    result: list[Glyph] = []
    for span in spans:
        wanted = span.font or style.font
        for char in shown(span.text):
            face = (face_for(char, wanted) if char != "\n" else None) or wanted
            wide = 0.0 if char == "\n" else advance(char, face) * style.size / 1000
            result.append(Glyph(char, face, wide, span))
    return result


def _set_width(line: Sequence[Glyph]) -> float:
    """Width of a line in the measure: blanks at its end and the empty half of a closing mark do not count."""
    end = len(line)
    while end and line[end - 1].char == " ":
        end -= 1
    total = sum(glyph.width for glyph in line[:end])
    if end and line[end - 1].char in _HALF_AT_END:
        total -= line[end - 1].width / 2
    return total


def _pieces(part: list[Glyph], room: float, width: float) -> list[list[Glyph]]:
    """Cut a unit longer than a line: after a joint (/ - . …) in the last third of the line, else where it is full."""
    cut: list[list[Glyph]] = []
    while _set_width(part) > room:
        count, used = 0, 0.0
        while count < len(part) and used + part[count].width <= room:
            used += part[count].width
            count += 1
        for place in range(count, max(count * 2 // 3, 1), -1):
            if part[place - 1].char in _SOFT:
                count = place
                break
        if count == 0 and room >= width:
            count = 1
        cut.append(part[:count])
        part, room = part[count:], width
    return [*cut, part]


def break_lines(glyphs: Sequence[Glyph], width: float, first: float) -> list[list[Glyph]]:
    """Lines of one paragraph without line ends; `first` is what the first line lacks (its indent), in points."""
    parts: list[list[Glyph]] = []
    position = 0
    for unit in units("".join(glyph.char for glyph in glyphs)):
        parts.append(list(glyphs[position : position + len(unit)]))
        position += len(unit)
    lines: list[list[Glyph]] = []
    line: list[list[Glyph]] = []  # units of the line being filled
    index = 0
    while index < len(parts):
        room = width - (0 if lines else first)
        part = parts[index]
        if _set_width([glyph for unit in [*line, part] for glyph in unit]) <= room:
            line.append(part)
            index += 1
            continue
        if _set_width(part) > width:
            used = sum(glyph.width for unit in line for glyph in unit)
            cut = _pieces(part, room - used, width)
            lines.append([glyph for unit in line for glyph in unit] + cut[0])
            lines += cut[1:-1]
            line, index = [cut[-1]], index + 1
            continue
        keep = len(line)
        text = ["".join(glyph.char for glyph in unit) for unit in [*line, part]]
        while keep > 0 and not may_break(text[keep - 1], text[keep]):
            keep -= 1
        if keep == 0:  # nothing but marks: better a mark out of place than a line out of the page
            keep = max(len(line), 1)
        index -= len(line) - keep
        lines.append([glyph for unit in line[:keep] for glyph in unit])
        line = []
        while index < len(parts) and parts[index][0].char == " ":
            index += 1
    if line:
        lines.append([glyph for unit in line for glyph in unit])
    return lines


class Text(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A block of paragraphs (split at \\n) in one style; splits across pages between lines."""

    def __init__(self, content: str | Span | Sequence[Span], style: Style) -> None:
        super().__init__()
        spans = (Span(content),) if isinstance(content, str) else content
        self.style = style
        self.spaceBefore, self.spaceAfter = style.before, style.after
        self.keepWithNext = style.keep_with_next
        self._glyphs = _glyphs((spans,) if isinstance(spans, Span) else spans, style)
        self._lines: list[tuple[list[Glyph], float, bool]] = []  # glyphs, indent, whether the last of its paragraph
        self._width = -1.0
        self._fixed = False

    def wrap(self, width: float, height: float) -> tuple[float, float]:  # noqa: ARG002
        if width != self._width and not self._fixed:
            indent = self.style.indent * self.style.size
            self._lines = []
            for is_end, group in groupby(self._glyphs, key=lambda glyph: glyph.char == "\n"):
                found = list(group)
                if is_end:
                    self._lines += [([], 0.0, True)] * (len(found) - (1 if self._lines else 0))
                    continue
                lines = break_lines(found, width, indent)
                last = len(lines) - 1
                self._lines += [(line, 0.0 if n else indent, n == last) for n, line in enumerate(lines)]
        self._width = width
        self.width, self.height = width, len(self._lines) * self.style.leading
        return width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        self.wrap(width, height)
        count = int((height + 0.01) // self.style.leading)
        if count >= len(self._lines):
            return [self]
        if len(self._lines) - count == 1 and count > 2:
            count -= 1  # no single line at the head of a page
        if count < 1 or (count == 1 and len(self._lines) > 2):
            return []
        return [self._part(self._lines[:count], after=0), self._part(self._lines[count:], before=0)]

    def _part(self, lines: list[tuple[list[Glyph], float, bool]], **space: float) -> Text:
        part = Text("", replace(self.style, **space))  # type: ignore[arg-type]
        part._lines, part._fixed, part._width = lines, True, self._width
        return part

    def draw(self) -> None:
        baseline = self.height - (self.style.leading - self.style.size) / 2 - self.style.size * 0.86
        for line, indent, last in self._lines:
            draw_line(self.canv, line, self.style, (indent, baseline), self.width - indent, last)
            baseline -= self.style.leading


def draw_line(
    canvas: Canvas, line: Sequence[Glyph], style: Style, at: tuple[float, float], width: float, last: bool
) -> None:
    """Draw one set line with its baseline at `at`, in a measure of `width` points."""
    x, y = at
    slack = width - _set_width(line)
    if style.align == "centre":
        x += slack / 2
    elif style.align == "right":
        x += slack
    extra = 0.0
    if style.align == "justify" and not last and len(line) > 1:
        gaps = sum(1 for glyph in line[:-1] if _stretches(glyph))
        extra = slack / gaps if gaps else 0.0
        if not 0 <= extra <= style.size * 0.35:
            extra = 0.0
    for (font, span, wide), group in groupby(line, key=lambda g: (g.font, g.span, extra > 0 and _stretches(g))):
        glyphs = list(group)
        space = extra if wide else 0.0
        length = sum(glyph.width for glyph in glyphs) + space * len(glyphs)
        colour = span.colour or style.colour
        run = canvas.beginText(x, y)
        run.setFont(font, style.size)
        run.setFillColor(colour)
        run.setCharSpace(space)
        run.textOut("".join(glyph.char for glyph in glyphs))
        canvas.drawText(run)
        if span.link:
            canvas.linkRect("", span.link, (x, y - style.size * 0.2, x + length, y + style.size), relative=1)
        x += length


def _stretches(glyph: Glyph) -> bool:
    return glyph.char == " " or ord(glyph.char) >= 0x2E80


def draw_text(canvas: Canvas, text: str, style: Style, at: tuple[float, float], width: float) -> None:
    """Draw `text` on one line of `width` points with its baseline at `at`; what does not fit ends in an ellipsis."""
    glyphs = _glyphs((Span(text.replace("\n", " ")),), style)
    if _set_width(glyphs) > width:
        mark = _glyphs((Span("…"),), style)
        while glyphs and _set_width([*glyphs, *mark]) > width:
            glyphs.pop()
        glyphs += mark
    draw_line(canvas, glyphs, style, at, width, last=True)
