"""Commands on results and needs: matching, the public list, transferable patents, the monthly hand-over."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any

from desktop.commands.context import Context
from desktop.commands.registry import command
from desktop.commands.telling import table, told
from desktop.fields import kind_info
from desktop.models import format as shown_as
from desktop.services.handover import STATES
from desktop.services.matchwords import decision_label
from policy.errors import Usage
from policy.i18n import bracketed, clauses, labelled, mark, spaced, tr

_DECISIONS = {"accept": "accepted", "reject": "rejected", "propose": "proposed"}
_MATCH = mark("匹配需求、成果、专家与企业；accept、reject、propose 处理一项匹配")
_GRADES = ("a", "b", "c", "none")
_NOTHING = {
    "no_work": mark("还没有可比对的公开成果或辅导专长。"),
    "no_text": mark("还没有填写主营产品或经营范围。"),
}


def _match_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", nargs="?", metavar="NEED|ACHIEVEMENT|accept|reject|propose", help=tr("需求或成果，或怎样处理一项匹配")
    )
    parser.add_argument(
        "id", nargs="?", metavar="ID", help=tr("匹配的编号；有 --person 时是需求的编号，有 --firm 时是成果的编号")
    )
    parser.add_argument("--reason", default="", help=tr("拒绝的原因"))
    parser.add_argument("--track", default="demand", choices=("demand", "supply"), help=tr("成为哪类案件"))
    parser.add_argument("--limit", type=int, default=20)
    parser.add_argument("--experts", action="store_true", help=tr("为需求或企业找专家，只看结果"))
    parser.add_argument(
        "--person", default="", metavar="PERSON", help=tr("为这位专家找需求；或处理需求（企业）与这位专家的匹配")
    )
    parser.add_argument(
        "--firm", default="", metavar="FIRM", help=tr("按这家企业的主营产品找成果或专家；accept 由此成案")
    )
    parser.add_argument("--dry-run", action="store_true", help=tr("只看结果，不存为匹配"))


def _show_match(answer: Any) -> str:
    if "needs" in answer:
        return tr("比对了 {needs} 条需求，留下 {pairs} 项匹配", needs=answer["needs"], pairs=answer["pairs"])
    if "rows" not in answer:
        return labelled(tr("案件"), answer["case"]) if answer["case"] else tr("已记下")
    asked = answer["subject"]["kind"]
    lines = [answer["subject"]["title"]]
    for row in answer["rows"]:
        other = next(kind for kind in ("achievement", "person", "need") if kind != asked and kind in row)
        standing = decision_label(row["decision"]) if "decision" in row else tr("已有案件") if row["case"] else ""
        called = bracketed(row[f"{other}_title"], standing)
        lines.append(f"{row['score']:3d}  {called}  {row.get('id', row[other])}")
        lines.append("     " + clauses(row["said"]))
        lines += [f"     {labelled(tr('拒绝原因'), row['reason'])}"] if row.get("reason") else []
    lines += _kept_back(answer)
    return "\n".join(lines)


def _kept_back(answer: Any) -> Iterable[str]:
    if answer["why"] in _NOTHING:
        yield tr(_NOTHING[answer["why"]])
    elif answer["why"]:
        yield tr("公开程度不允许比对它的文字。")
    elif not answer["rows"]:
        yield tr("没有找到相合的。")
    if answer["nda"] or answer["closed"]:
        yield tr("另有 {nda} 项签保密协议后才能比对，{closed} 项不公开。", nda=answer["nda"], closed=answer["closed"])


@command("match", _MATCH, arguments=_match_arguments, show=_show_match)
def match(context: Context, parsed: argparse.Namespace) -> Any:
    if parsed.firm:
        return _of_firm(context, parsed)
    if parsed.id is None and (parsed.experts or parsed.person):
        return context.call("match.experts", need=parsed.what or "", person=parsed.person, limit=parsed.limit)
    if parsed.id is None:
        return context.call("match.run", of=parsed.what, limit=parsed.limit, keep=not parsed.dry_run)
    if parsed.what not in _DECISIONS:
        raise Usage("match.not_a_decision", text=parsed.what[:40])
    pair = {"need": parsed.id, "person": parsed.person} if parsed.person else {"id": parsed.id}
    return context.call(
        "match.decide",
        **pair,
        decision=_DECISIONS[parsed.what],
        reason=parsed.reason,
        track=parsed.track,
    )


def _of_firm(context: Context, parsed: argparse.Namespace) -> Any:
    """What fits a firm, or the case that begins with it; what is declined is not kept, since nobody asked for it."""
    if parsed.what is None:
        find = "person" if parsed.experts else "achievement"
        return context.call("match.firm", firm=parsed.firm, find=find, limit=parsed.limit)
    if parsed.what != "accept":
        raise Usage("match.not_a_decision", text=parsed.what[:40])
    return context.call(
        "match.begin", firm=parsed.firm, achievement=parsed.id or "", person=parsed.person, track=parsed.track
    )


def _file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", metavar="FILE.xlsx", help=tr("写成的工作簿；不写就列出来"))


def _show_written(answer: Any) -> str:
    if "file" in answer:
        return tr("{file}：{rows} 行", file=answer["file"], rows=answer["rows"])
    return _rows(answer) or tr("没有可列的。")


@command("disclosure", mark("科技成果公开目录"), arguments=_file, show=_show_written)
def disclosure(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("disclosure.export", file=parsed.file) if parsed.file else context.call("disclosure.list")


def _patents_arguments(parser: argparse.ArgumentParser) -> None:
    _file(parser)
    parser.add_argument("--grade", default="", choices=("", *_GRADES), metavar="a|b|c|none", help=tr("只列一级"))


@command("patents", mark("可转让专利目录"), arguments=_patents_arguments, show=_show_written)
def patents(context: Context, parsed: argparse.Namespace) -> Any:
    if parsed.file is None:
        return context.call("patents.list", grade=parsed.grade)
    return context.call("patents.export", file=parsed.file, grade=parsed.grade)


def _stale_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", nargs="*", metavar="ID", help=tr("已确认状态的成果"))
    parser.add_argument("--on", metavar="DATE")


def _show_stale(answer: Any) -> str:
    if "touched" in answer:
        return tr("已确认 {n} 项", n=answer["touched"])
    return _rows(answer) or tr("没有一年以上未确认的成果。")


@command("stale", mark("一年以上未确认状态的成果"), arguments=_stale_arguments, show=_show_stale)
def stale(context: Context, parsed: argparse.Namespace) -> Any:
    if parsed.ids:
        return context.call("achievement.touch", ids=parsed.ids, on=parsed.on)
    return context.call("achievement.stale", on=parsed.on)


def _handover_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("university", metavar="UNIVERSITY")
    parser.add_argument("month", metavar="MONTH", help="2026-11")
    parser.add_argument("file", nargs="?", metavar="FILE.xlsx")
    parser.add_argument("--enter", action="store_true", help=tr("登记到期而没有登记的成果"))
    parser.add_argument("--zero", action="store_true", help=tr("登记这个月的零报告"))
    parser.add_argument("--on", metavar="DATE", help=tr("零报告的报告日期，不写就是今天"))
    parser.add_argument("--number", default="", metavar="NO", help=tr("零报告的平台回执号"))


def _show_handover(answer: Any) -> str:
    due = labelled(tr("期限"), answer["due"])
    lines = [spaced(answer["university"]["name"], answer["month"], due, answer["clause"])]
    if answer["zero"]:
        lines.append(tr("零报告：{month} 没有需要汇交的成果", month=answer["month"]))
    if report := answer["report"]:
        lines.append(spaced(labelled(tr("已报"), report["reported_on"] or ""), report["platform_no"] or ""))
    lines += [_rows(answer)] if answer["rows"] else []
    lines += [
        spaced(tr("未登记"), one["title"], labelled(tr("期限"), one["due"]), one["clause"]) for one in answer["missing"]
    ]
    lines.append(clauses(labelled(tr(text), answer["counts"][state]) for state, text in STATES.items()))
    return "\n".join(lines)


@command("handover-list", mark("一个单位一个月的成果汇交清单"), arguments=_handover_arguments, show=_show_handover)
def handover_list(context: Context, parsed: argparse.Namespace) -> Any:
    asked = {"university": parsed.university, "month": parsed.month}
    if parsed.enter:
        context.call("handover.enter", **asked)
    if parsed.zero:
        context.call("handover.zero", **asked, reported_on=parsed.on, platform_no=parsed.number)
    answer = dict(context.call("handover.list", **asked))
    if parsed.file:
        answer["file"] = context.call("handover.export", **asked, file=parsed.file)["file"]
    return answer


def _marked_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", nargs="+", metavar="ID", help=tr("汇交记录的编号"))
    parser.add_argument("--on", metavar="DATE")
    parser.add_argument("--number", default="", metavar="NO", help=tr("平台回执号"))


@command(
    "handed-over",
    mark("标记成果已汇交"),
    arguments=_marked_arguments,
    show=told(mark("已标记 {marked} 项成果已汇交。")),
)
def handed_over(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("handover.mark", ids=parsed.ids, handed_on=parsed.on, platform_no=parsed.number)


def _rows(answer: Any) -> str:
    """The rows of a list, each with the number to go on with; blank where there are none."""
    fields = [kind_info(kind).field(name) for kind, name in answer["columns"]]
    rows = [(row["id"][:8], *(shown_as.shown(field, row) for field in fields)) for row in answer["rows"]]
    return table((tr("编号"), *(shown_as.heading(field) for field in fields)), rows) if rows else ""
