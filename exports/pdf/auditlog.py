"""The extract of the audit log: every decision of one case with who, when and the figures, for an auditor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from exports.pdf.document import H1, H2, INK, LABEL, NOTE, PLAIN, QUIET, WARN, Book, Box, Made, Matter, make
from exports.pdf.figures import long_time
from exports.pdf.typeset import Span
from policy.i18n import mark, tr

_STANDING = {
    "same": mark("记录的文字与决策时一致"),
    "changed": mark("记录后来改动过，决策时的文字不再可考，见后面各条"),
    "removed": mark("记录后来删除，见后面各条"),
    "withheld": mark("标为不对外，文字和数值未列出"),
    "unknown": mark("由较早的版本写入，没有文字摘要"),
}
_BLANK = "\u3000" * 12  # for a signature by hand
_FOOT_DIGEST = 32  # characters of the head at the foot of each page; the first page has all


def write_extract(extract: Mapping[str, Any], out: BinaryIO) -> Made:
    """Write a case's decisions (决策记录摘录) as PDF; the same extract gives the same bytes.

    Keys: organisation, case {"no", "title"}, audit {"head", "length"}, problems [sentence], made_on (ISO 8601),
    made_by, sample, and entries [{"seq", "at", "who", "text", "figures", "note", "digest", "standing"}] whose figures
    are pairs of label and value, and whose standing is same, changed, removed, withheld, unknown, or figures where
    there are no words to compare.
    """
    title, audit = tr("决策记录摘录"), extract["audit"]
    organisation = str(extract["organisation"])
    problems = [str(problem) for problem in extract["problems"]]

    def story(book: Book) -> list[Flowable]:
        checked = Span("；".join(problems), colour=WARN) if problems else tr("打印时逐条核对，无缺失、改动或调换")
        facts: list[tuple[str, str | Span]] = [
            (tr("案件"), f"{extract['case']['no']}　{extract['case']['title']}"),
            (tr("单位"), organisation),
            (tr("决策记录"), tr("{n} 条", n=len(extract["entries"]))),
            (tr("操作记录链"), tr("{n} 条", n=audit["length"])),
            (tr("链的末值"), str(audit["head"])),
            (tr("链的核对"), checked),
            (tr("打印时间"), long_time(str(extract["made_on"]))),
            (tr("打印人"), str(extract["made_by"])),
        ]
        return [
            *book.heading(title, "extract", style=H1),
            book.facts(facts),
            Spacer(0, 6),
            book.text(
                tr(
                    "每一条由程序在录入决策时写入，含录入时的数值，不能修改或删除；后来的改动另记一条。各条以带密钥的摘要相连，"
                    "本页所印末值可在程序里核对：链尾若被截断或整条链被重做，就不再含有它。"
                ),
                NOTE,
            ),
            *[flowable for entry in extract["entries"] for flowable in _entry(book, entry)],
            KeepTogether(
                [
                    Spacer(0, 10 * mm),
                    book.text(f"{tr('核对人（签字）：')} {_BLANK} {tr('日期：')}", PLAIN),
                    Spacer(0, 4 * mm),
                    Box(tr("单位盖章处"), 50 * mm, 26 * mm),
                ]
            ),
        ]

    foot = tr("操作记录链 {n} 条 {head}", n=audit["length"], head=str(audit["head"])[:_FOOT_DIGEST])
    made_on = str(extract["made_on"])
    made = make(Matter(title, organisation, "", foot, bool(extract["sample"]), made_on), story)
    out.write(made.data)
    return made


def _entry(book: Book, entry: Mapping[str, Any]) -> list[Flowable]:
    key = f"entry-{entry['seq']}"
    standing = str(entry["standing"])
    colour = INK if standing == "same" else WARN if standing in ("changed", "removed") else QUIET
    facts: list[tuple[str, str | Span]] = [
        (tr("录入时间"), long_time(str(entry["at"]))),
        (tr("操作人"), str(entry["who"]) or "—"),
        *[(str(label), str(value)) for label, value in entry["figures"]],
        (tr("内容"), str(entry["note"])),
        (tr("核对"), Span(tr(_STANDING[standing]), colour=colour) if standing in _STANDING else ""),
        (tr("本条摘要"), str(entry["digest"])),
    ]
    rows = [(book.text(name, LABEL), value) for name, value in facts if value]
    return [
        *book.heading(tr("第 {n} 条　{text}", n=entry["seq"], text=entry["text"]), key, 1, H2),
        book.table((), rows, (30, 126)),
    ]
