"""Two single sheets: the receipt of a delivery, and the recovery code for the safe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from exports.pdf.document import BODY, COVER, H1, H2, INK, NOTE, PLAIN, QUIET, Book, Box, Made, Matter, make
from exports.pdf.figures import long_time, size
from exports.pdf.fonts import SANS
from exports.pdf.typeset import Style
from policy.i18n import mark, tr

_STATES = {  # those of exports.delivery; a word it does not know is printed as it came
    "draft": mark("草稿"),
    "frozen": mark("已定稿"),
    "queued": mark("待发送"),
    "created": mark("已在受理端建档"),
    "sending": mark("正在发送"),
    "sent": mark("已发送，待受理"),
    "in_workflow": mark("受理端审核中"),
    "ingested": mark("已受理"),
    "rejected": mark("已退回"),
    "error": mark("受理端报错"),
    "unknown": mark("结果不明，待核实"),
    "withdrawn": mark("已撤回"),
    "handed_in_offline": mark("已线下递交"),
}
_CODE = Style(SANS, 21, 34, INK, "centre")
_UNDER = Style(SANS, 9.5, 15, QUIET, "centre")
_GROUPS = 4  # groups of the code on one line


def write_receipt(receipt: Mapping[str, Any], out: BinaryIO) -> Made:
    """Write the receipt of a delivery (报送回执) as one PDF page or, with many states, a few.

    Keys, all optional but `package_id`: title, organisation, package_id, delivery_id, endpoint, object_url,
    inner_sha256, outer_sha256, bytes, certificate, http_date, replaces, audit {"head", "length"}, sample, made_on and
    states [{"state", "at", "note"}] with times as ISO 8601.
    """
    title = tr("报送回执")
    organisation = str(receipt.get("organisation") or "")

    def story(book: Book) -> list[Flowable]:
        audit = receipt.get("audit") or {}
        facts = [
            (tr("报送内容"), receipt.get("title")),
            (tr("报送单位"), organisation),
            (tr("报送包编号"), receipt.get("package_id")),
            (tr("报送编号"), receipt.get("delivery_id")),
            (tr("替代的报送包"), receipt.get("replaces")),
            (tr("受理端地址"), receipt.get("endpoint")),
            (tr("对象地址"), receipt.get("object_url")),
            (tr("内层 SHA-256"), receipt.get("inner_sha256")),
            (tr("外层 SHA-256"), receipt.get("outer_sha256")),
            (tr("大小"), size(int(receipt["bytes"])) if receipt.get("bytes") else ""),
            (tr("服务器证书指纹"), receipt.get("certificate")),
            (tr("服务器时间"), receipt.get("http_date")),
            (tr("操作记录链"), tr("{n} 条，末值 {head}", n=audit["length"], head=audit["head"]) if audit else ""),
            (tr("打印日期"), long_time(str(receipt.get("made_on") or ""))),
        ]
        states = [
            (long_time(str(state.get("at") or "")), _state(str(state["state"])), str(state.get("note") or ""))
            for state in receipt.get("states", ())
        ]
        return [
            *book.heading(title, "receipt", style=H1),
            book.facts([(name, str(value)) for name, value in facts if value]),
            book.text(tr("经过"), H2),
            book.table((tr("时间"), tr("状态"), tr("说明")), states, (52, 30, 74)),
            Spacer(0, 8),
            book.text(
                tr(
                    "“已受理”是受理端服务器的答复，由本程序原样记录，不是受理单位签章的凭证；"
                    "收到的材料是否与上面的 SHA-256 一致，可由受理单位核对。"
                ),
                NOTE,
            ),
        ]

    matter = Matter(
        title,
        organisation,
        str(receipt["package_id"]),
        "",
        bool(receipt.get("sample")),
        str(receipt.get("made_on") or ""),
    )
    made = make(matter, story)
    out.write(made.data)
    return made


def _state(state: str) -> str:
    return tr(_STATES[state]) if state in _STATES else state


def write_recovery_sheet(
    organisation: str, code: str, out: BinaryIO, *, workspace: str = "", made_on: str = ""
) -> Made:
    """Write the sheet with the recovery code, to be printed once and put into the director's safe.

    `workspace` is the id of the workspace it opens. The sheet holds the secret in clear text: the caller asks first
    and says where it is written.
    """
    title = tr("恢复码")

    def story(book: Book) -> list[Flowable]:
        steps = (
            tr(
                "一、凭恢复码可以打开本单位的全部记录。请打印一份，封入信封，交负责人存入保险柜；不要拍照，不要存入网盘。"
            ),
            tr(
                "二、忘记口令时：在开启界面选“忘记口令：使用恢复码”，"
                "逐组输入上面的字符（不分大小写，横线可以不输），再设新口令。"
            ),
            tr("三、每年用本页试开一次，在下面记下日期和姓名。换过恢复码后，旧的一页请销毁。"),
        )
        return [
            book.text(title, COVER),
            Spacer(0, 3 * mm),
            book.text(organisation, Style(SANS, 13, 20, INK, "centre")),
            book.text(tr("工作区编号：{id}", id=workspace), _UNDER) if workspace else Spacer(0, 0),
            Spacer(0, 7 * mm),
            book.text(_in_lines(code), _CODE),
            book.text(tr("每 {n} 个字符一组，自左而右、自上而下数；没有字母 I、L、O、U。", n=4), _UNDER),
            Spacer(0, 7 * mm),
            *[book.text(step, Style(BODY.font, 12, 21, INK, "justify")) for step in steps],
            Spacer(0, 5 * mm),
            book.table((tr("试开日期"), tr("姓名"), tr("结果")), [("\n ", "", "") for _ in range(3)], (52, 52, 52)),
            Spacer(0, 5 * mm),
            book.text(tr("打印日期：{date}", date=long_time(made_on)), PLAIN) if made_on else Spacer(0, 0),
            Box(tr("封口签章处"), 50 * mm, 26 * mm),
        ]

    made = make(Matter(title, organisation, made_on=made_on), story)
    out.write(made.data)
    return made


def _in_lines(code: str) -> str:
    groups = code.split("-")
    return "\n".join("-".join(groups[start : start + _GROUPS]) for start in range(0, len(groups), _GROUPS))
