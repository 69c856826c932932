"""Papers about one firm: its page, and the list of services it confirms by signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO
from unicodedata import east_asian_width

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Spacer, Table, TableStyle

from exports.pdf.document import H1, H2, NOTE, PLAIN, TYPE_WIDTH, Book, Box, Made, Matter, make
from exports.pdf.figures import long_date
from exports.pdf.fonts import SERIF
from policy.i18n import tr

_BLANK = "\u3000" * 8  # for a signature by hand
_STAMP = 50  # mm
_BEGINNING = 34 * mm  # a heading, the head of its table and two rows: with less room both go overleaf
_LETTER = 5.0  # pt, half a Han character of a cell, with a little room
_PADDING = 1.5  # letters, left and right of a cell
_LEAST, _SHORT, _LONGEST = 9, 12, 60  # letters


def write_firm(sheet: Mapping[str, Any], out: BinaryIO) -> Made:
    """Write the page of a firm (企业情况表) as PDF; the same content gives the same bytes.

    Keys: organisation, sample, made_on (ISO 8601), period (text or ""), name, profile [(label, text)], stays {head,
    figures (which columns stand right), rows}, years [int], figures [(label with unit, text a year…)], lists [{title,
    head, figures, rows}], services {n, hours, mentor_hours, unconfirmed}, timeline [{date, what, text}]; all shown.
    """
    title = tr("企业情况表")

    def story(book: Book) -> list[Flowable]:
        parts: list[Flowable] = [*book.heading(title, "firm", style=H1)]
        parts.append(book.facts([(label, text) for label, text in sheet["profile"] if text]))
        parts += section(book, tr("入驻"), "stays", sheet["stays"])
        years = [str(year) for year in sheet["years"]]
        parts += book.heading(tr("年度数据"), "years", 1, H2)
        filled = [row for row in sheet["figures"] if any(row[1:])]
        head = (tr("项目"), *(tr("{year} 年", year=year) for year in years))
        parts.append(
            book.table(head, filled, (60, *(32 for _ in years)), "l" + "r" * len(years)) if filled else nothing(book)
        )
        for place, one in enumerate(sheet["lists"]):
            parts += section(book, one["title"], f"list{place}", one)
        told = sheet["services"]
        parts += book.heading(tr("服务"), "services", 1, H2)
        parts.append(
            book.text(
                tr(
                    "共 {n} 次，{hours} 小时，其中导师辅导 {mentor} 小时；{open} 次还没有企业确认。",
                    n=told["n"], hours=told["hours"], mentor=told["mentor_hours"], open=told["unconfirmed"],
                ),
                PLAIN,
            )
        )  # fmt: skip
        parts += book.heading(tr("时间线"), "timeline", 1, H2)
        rows = [(long_date(one["date"]), one["what"], one["text"]) for one in sheet["timeline"]]
        parts.append(book.table((tr("日期"), tr("事项"), tr("说明")), rows, (30, 34, 92)) if rows else nothing(book))
        return parts

    return printed(title, sheet, str(sheet["name"]), story, out)


def _signing(book: Book) -> Table:
    """Where the firm ticks, signs and stamps, side by side."""
    lines = [
        book.text(tr("满意度（请勾选）："), PLAIN),
        book.text(tr("□ 很满意　□ 满意　□ 一般　□ 不满意　□ 很不满意"), PLAIN),
        Spacer(0, 5 * mm),
        book.text(f"{tr('企业经办人签字：')} {_BLANK} {tr('日期：')}", PLAIN),
    ]
    stamp = Box(tr("企业盖章处"), _STAMP * mm, 24 * mm)
    style = TableStyle(
        [
            ("FONT", (0, 0), (-1, -1), SERIF, 9),  # cells hold flowables, yet a table would name Helvetica
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ]
    )
    return Table([[lines, stamp]], [TYPE_WIDTH - _STAMP * mm, _STAMP * mm], style=style)


def write_services(told: Mapping[str, Any], out: BinaryIO) -> Made:
    """Write the list of services a firm confirms (企业服务情况确认表) as PDF; the same content gives the same bytes.

    Keys: organisation, carrier, sample, made_on, firm, uscc, period, hours (text), no_minutes, services [{happened_on,
    kind, way, minutes (int or None), provider, mentor, topic, result, confirmed}].
    """
    title = tr("企业服务情况确认表")

    def story(book: Book) -> list[Flowable]:
        parts: list[Flowable] = [*book.heading(title, "services", style=H1)]
        services = told["services"]
        parts.append(
            book.facts(
                [
                    (tr("企业名称"), str(told["firm"])),
                    (tr("统一社会信用代码"), str(told["uscc"])),
                    (tr("服务机构"), str(told["carrier"] or told["organisation"])),
                    (tr("服务期间"), str(told["period"]) or tr("全部")),
                    (tr("合计"), tr("{n} 次，{hours} 小时", n=len(services), hours=told["hours"])),
                ]
            )
        )
        parts.append(Spacer(0, 4 * mm))
        head = (tr("日期"), tr("类别、方式"), tr("分钟"), tr("服务人员"), tr("事项与成效"), tr("已确认"))
        rows = [
            (
                str(one["happened_on"]),
                "\n".join(text for text in (one["kind"], one["way"]) if text),
                "" if one["minutes"] is None else str(one["minutes"]),
                str(one["provider"]) + (tr("（导师）") if one["mentor"] else ""),
                "\n".join(text for text in (one["topic"], one["result"]) if text),
                str(one["confirmed"]),
            )
            for one in services
        ]
        parts.append(book.table(head, rows, (22, 26, 12, 24, 56, 16), "llrlll") if rows else nothing(book))
        if told["no_minutes"]:
            parts.append(book.text(tr("其中 {n} 次没有记录时长，未计入小时数。", n=told["no_minutes"]), NOTE))
        parts.append(
            KeepTogether(
                [
                    Spacer(0, 4 * mm),
                    # what is signed is named again: with a long list it may stand on a page of its own
                    book.text(
                        tr(
                            "以上 {n} 次服务（{period}，共 {hours} 小时）本企业已接受，情况属实。",
                            n=len(services),
                            period=str(told["period"]) or tr("全部"),
                            hours=told["hours"],
                        ),
                        PLAIN,
                    ),
                    Spacer(0, 2 * mm),
                    _signing(book),
                ]
            )
        )
        return parts

    return printed(title, told, str(told["firm"]), story, out)


def section(book: Book, title: str, key: str, table: Mapping[str, Any]) -> list[Flowable]:
    """A heading and the table below it {head, figures, rows}; that there is nothing is said. The table begins where the
    heading stands and goes on overleaf."""
    rows: Sequence[Sequence[str]] = table["rows"]
    if not rows:
        return [*book.heading(title, key, 1, H2), nothing(book)]
    align = "".join("r" if figure else "l" for figure in table["figures"])
    return [
        *begun(book, title, key),
        book.table(table["head"], rows, column_shares(table["head"], rows), align),
    ]


def begun(book: Book, title: str, key: str) -> list[Flowable]:
    """A heading above a table that goes on overleaf: kept whole with its heading it would leave half a page empty."""
    parts = book.heading(title, key, 1, H2)
    for part in parts:
        part.keepWithNext = False
    return [CondPageBreak(_BEGINNING), *parts]


def column_shares(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
    """Widths of columns by their longest lines, in half-width letters: short ones (dates, figures) are not broken, the
    others share what is left. A heading may take two lines."""
    longest = []
    for title, *cells in zip(head, *rows, strict=True):
        widest = max(_letters(line) for cell in cells for line in cell.split("\n"))
        longest.append(min(max(widest, _letters(title) // 2 + 2), _LONGEST))
    short = sum(width for width in longest if width <= _SHORT)
    long = sum(width for width in longest if width > _SHORT)
    part = (TYPE_WIDTH / _LETTER - _PADDING * len(longest) - short) / long if long else 1.0
    return [_PADDING + (width if width <= _SHORT else max(_LEAST, width * part)) for width in longest]


def _letters(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WFA" else 1 for letter in text)


def nothing(book: Book) -> Flowable:
    """What stands where a table would have no rows."""
    return book.text(tr("无"), PLAIN)


def printed(title: str, told: Mapping[str, Any], subject: str, story: Any, out: BinaryIO) -> Made:
    """Write a paper about one record; `told` says organisation, sample and made_on."""
    matter = Matter(title, str(told["organisation"]), "", subject, bool(told["sample"]), str(told["made_on"]))
    made = make(matter, story)
    out.write(made.data)
    return made
