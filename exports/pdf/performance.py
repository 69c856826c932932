"""The performance book of a technology broker: contracts by share, cases, training, certificates, for title review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, BinaryIO

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from exports.pdf.document import H1, H2, NOTE, PLAIN, Book, Box, Made, Matter, make
from exports.pdf.figures import grouped, long_date
from policy.i18n import tr

_WAN = 1_000_000  # fen
_BLANK = "\u3000" * 10  # for a signature by hand


def write_performance(book_of: Mapping[str, Any], out: BinaryIO) -> Made:
    """Write a person's performance book (业绩档案) as PDF; the same content gives the same bytes.

    Keys: organisation, period (text or ""), made_on (ISO 8601), sample, person {name, number, org, title, education},
    contracts [{name, registry_no, signed_on, registered_on, contract_class, buyer, amount, share, part, proven,
    note, counts}] (money in fen or None; `part` what falls to the person), cases [{no, title, track, role, share,
    opened_on, outcome}], hours [{year, modules: [{module, hours}], total}], certificates [{number, kind, issuer,
    issued_on, filing_no, state}], honours [{title, kind, awarded_on}].
    """
    title = tr("技术经纪业绩档案")
    person = book_of["person"]

    def story(book: Book) -> list[Flowable]:
        parts: list[Flowable] = [
            *book.heading(title, "book", style=H1),
            book.facts(
                [
                    (tr("姓名"), str(person["name"])),
                    (tr("证件号码"), str(person["number"])),
                    (tr("单位"), str(person["org"])),
                    (tr("学历"), str(person["education"])),
                    (tr("职称"), str(person["title"])),
                    (tr("期间"), str(book_of["period"]) or tr("全部")),
                    (tr("编制日期"), long_date(str(book_of["made_on"]))),
                ]
            ),
            Spacer(0, 4),
            book.text(
                tr(
                    "合同金额按本人在案件中的份额分摊；解除的和主合同已计的分合同列出而不合计。份额未填的，本人金额留空。"
                ),
                NOTE,
            ),
        ]
        parts += _contracts(book, book_of["contracts"])
        for heading, key, head, widths, rows in (
            (
                tr("经办案件"), "cases",
                (tr("编号"), tr("案件"), tr("类型"), tr("角色"), tr("份额"), tr("立案"), tr("结果")),
                (32, 46, 20, 12, 14, 22, 16), [_case(row) for row in book_of["cases"]],
            ),
            (
                tr("培训学时"), "hours", (tr("年度"), tr("各模块学时"), tr("合计")), (18, 110, 20),
                [_hours(row) for row in book_of["hours"]],
            ),
            (
                tr("证书"), "certificates",
                (tr("编号"), tr("类别"), tr("发证机构"), tr("发证日期"), tr("备案编号"), tr("状态")),
                (36, 18, 44, 24, 26, 14),
                [_certificate(row) for row in book_of["certificates"]],
            ),
            (
                tr("项目与荣誉"), "honours", (tr("名称"), tr("类别"), tr("日期")), (96, 30, 30),
                [(row["title"], row["kind"], row["awarded_on"]) for row in book_of["honours"]],
            ),
        ):  # fmt: skip
            parts += book.heading(heading, key, 1, H2)
            parts.append(book.table(head, rows, widths, "lllll" if key != "hours" else "llr") if rows else _none(book))
        parts.append(
            KeepTogether(
                [
                    Spacer(0, 4 * mm),
                    book.text(f"{tr('本人签字：')} {_BLANK} {tr('日期：')}", PLAIN),
                    Spacer(0, 4 * mm),
                    Box(tr("单位盖章处"), 50 * mm, 26 * mm),
                ]
            )
        )
        return parts

    author = str(book_of["organisation"])
    matter = Matter(title, author, "", str(person["name"]), bool(book_of["sample"]), str(book_of["made_on"]))
    made = make(matter, story)
    out.write(made.data)
    return made


def _none(book: Book) -> Flowable:
    return book.text(tr("无"), PLAIN)


def _wan(fen: Fraction | int | None) -> str:
    """万元 to the fen where it needs that, so that the parts can be added up by hand."""
    return "" if fen is None else grouped(Fraction(fen) / _WAN, 2, 6)


def _contracts(book: Book, rows: Sequence[Mapping[str, Any]]) -> list[Flowable]:
    parts = book.heading(tr("促成的技术合同"), "contracts", 1, H2)
    if not rows:
        return [*parts, _none(book)]
    counted = [row for row in rows if row["counts"]]
    registered = [row for row in counted if row["registered_on"]]
    lines = [_contract(book, row) for row in rows]
    for name, some in (
        (tr("合计 {n} 份", n=len(counted)), counted),
        (tr("其中已登记 {n} 份", n=len(registered)), registered),
    ):
        total = [sum((row[key] for row in some if row[key] is not None), Fraction(0)) for key in ("amount", "part")]
        lines.append((name, "", "", _wan(total[0]), "", _wan(total[1])))
    head = (tr("合同"), tr("签订、登记"), tr("买方"), tr("成交额\n（万元）"), tr("份额"), tr("本人\n（万元）"))
    return [*parts, book.table(head, lines, (44, 42, 28, 24, 16, 22), "lllrrr")]


def _contract(_book: Book, row: Mapping[str, Any]) -> tuple[str, ...]:
    named = [
        row["name"],
        row["contract_class"],
        tr("促成证明：{answer}", answer=tr("有") if row["proven"] else tr("无")),
    ]
    days = [
        tr("签 {day}", day=row["signed_on"]) if row["signed_on"] else "",
        tr("登 {day}", day=row["registered_on"]) if row["registered_on"] else "",
        row["registry_no"],
    ]
    return (
        "\n".join(text for text in (*named, row["note"]) if text),
        "\n".join(text for text in days if text),
        row["buyer"],
        _wan(row["amount"]),
        row["share"],
        _wan(row["part"]),
    )


def _case(row: Mapping[str, Any]) -> tuple[str, ...]:
    names = ("no", "title", "track", "role", "share")
    return (*(str(row[name]) for name in names), str(row["opened_on"]), str(row["outcome"]))


def _hours(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (str(row["year"]), "　".join(f"{one['module']} {one['hours']}" for one in row["modules"]), str(row["total"]))


def _certificate(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        str(row["number"]), str(row["kind"]), str(row["issuer"]), str(row["issued_on"]), str(row["filing_no"]),
        str(row["state"]),
    )  # fmt: skip
