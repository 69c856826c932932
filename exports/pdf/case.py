"""The file of a broker's case on paper: what it is, who takes part, its papers and money, and the log with its days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO

from reportlab.platypus import Flowable

from exports.pdf.document import H1, NOTE, Book, Made
from exports.pdf.figures import long_date
from exports.pdf.firm import begun, nothing, printed, section
from policy.i18n import spaced, tr


def write_case(sheet: Mapping[str, Any], out: BinaryIO) -> Made:
    """Write the file of a case (案件卷宗) as PDF; the same content gives the same bytes.

    Keys: organisation, sample, made_on (ISO 8601), title, facts [(label, text)], sections [{title, head, figures
    (which columns stand right), rows, note}], log [{date, time, kind, late, text, next, files}], kept_back (how many
    entries are not for others); all as shown.
    """
    title = tr("案件卷宗")

    def story(book: Book) -> list[Flowable]:
        parts: list[Flowable] = [*book.heading(title, "case", style=H1), book.facts(sheet["facts"])]
        for place, one in enumerate(sheet["sections"]):
            if one["rows"]:
                parts += section(book, one["title"], f"section{place}", one)
                parts += [book.text(one["note"], NOTE)] if one["note"] else []
        rows = [
            (
                "\n".join(
                    text for text in (long_date(one["date"]), one["time"], tr("补记") if one["late"] else "") if text
                ),
                one["kind"],
                "\n".join(text for text in (one["text"], one["next"]) if text),
                tr("{n} 件", n=one["files"]) if one["files"] else "",
            )
            for one in sheet["log"]
        ]
        head = (tr("日期"), tr("类别"), tr("内容与下一步"), tr("附件"))
        parts += begun(book, tr("过程记录"), "log")
        parts.append(book.table(head, rows, (32, 20, 90, 14)) if rows else nothing(book))
        if sheet["kept_back"]:
            parts.append(book.text(tr("另有 {n} 条保密记录未列出。", n=sheet["kept_back"]), NOTE))
        absent = [one["title"] for one in sheet["sections"] if not one["rows"]]
        if absent:
            parts.append(book.text(spaced(tr("没有登记："), *absent), NOTE))
        return parts

    return printed(title, sheet, str(sheet["title"]), story, out)
