"""Commands on events, proof of concept and awards."""

from __future__ import annotations

import argparse
from typing import Any

from desktop.commands.context import Context
from desktop.commands.policies import marks
from desktop.commands.registry import command
from desktop.commands.telling import sheet, told, wan
from policy.i18n import bracketed, labelled, listed, mark, spaced, tr

_EVENT = mark("活动")
_PILOT = mark("概念验证与中试")


def _year(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--year", type=int, metavar="YYYY")


def _item(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("item", metavar="ITEM")


def _event(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("event", metavar="EVENT")


def _award(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("award", metavar="AWARD")


@command(
    "event begin-case",
    mark("由路演项目建一个案件"),
    arguments=_item,
    show=told(mark("已建案件：{case}")),
    group_help=_EVENT,
)
def begin_case(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("event.begin_case", item=parsed.item)


def _show_summary(answer: Any) -> str:
    filed = {None: "—", True: tr("活动前已备案"), False: tr("没有在活动前备案")}[answer["filed"]]
    return sheet(
        (
            (tr("参加人数"), str(answer["people"])),
            (tr("签到人数"), str(answer["signed"])),
            (tr("企业"), str(answer["firms"])),
            (tr("投资机构"), str(answer["investors"])),
            (tr("路演项目"), str(answer["items"])),
            (tr("形成案件"), spaced(str(len(answer["cases"])), listed(case[:8] for case in answer["cases"]))),
            (tr("计入本单位举办"), tr("是") if answer["counts"] else tr("否")),
            (tr("备案"), filed),
        )
    )


@command(
    "event summary",
    mark("一场活动的人数、项目和形成的案件"),
    arguments=_event,
    show=_show_summary,
    group_help=_EVENT,
)
def summary(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("event.summary", event=parsed.event)


def _show_year(answer: Any) -> str:
    held = tr("不详") if answer["held"] is None else str(answer["held"])
    return tr(
        "{year} 年：登记 {all} 场，主办或承办 {held} 场，已备案 {filed} 场，意向 {intents} 项，形成案件 {cases} 个",
        **{**answer, "held": held},
    )


@command("event year", mark("一年的活动"), arguments=_year, show=_show_year, group_help=_EVENT)
def event_year(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("event.year", year=parsed.year)


def _show_pilots(answer: Any) -> str:
    lines = [
        tr("{year} 年", year=answer["year"]),
        sheet(
            (
                (tr("入选的概念验证项目"), tr("{n} 项", n=answer["selected"])),
                (tr("其中通过验证"), tr("{n} 项", n=answer["passed"])),
                (tr("资助"), wan(answer["support_fen"])),
                (tr("社会资本投入"), wan(answer["capital_fen"])),
                (tr("中试服务"), tr("{n} 次", n=answer["services"])),
                (tr("服务单位"), tr("{n} 家", n=answer["clients"])),
                (tr("服务收入"), wan(answer["fee_fen"])),
            )
        ),
    ]
    if answer["blanks"]:
        lines.append(tr("{n} 处金额空着，没有计入。", n=answer["blanks"]))
    return "\n".join(lines)


@command("pilot year", mark("一年的概念验证与中试"), arguments=_year, show=_show_pilots, group_help=_PILOT)
def pilot_year(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("pilot.year", year=parsed.year)


def _show_uses(answer: Any) -> str:
    names = (
        ("granted_fen", tr("到账奖补")), ("used_fen", tr("已使用")),
        ("frontline_fen", tr("其中一线科研服务人员")), ("left_fen", tr("未使用")),
    )  # fmt: skip
    lines = [sheet((label, wan(answer[name])) for name, label in names)]
    for rule in answer["rules"]:
        figure = f"{rule['value'] or '—'} {rule['unit']}".strip()
        lines.append(
            f"[{marks(rule)}] {bracketed(labelled(rule['title'], figure), rule['target'])}"
            f"  {spaced(rule['clause'], rule['source'])}"
        )
        lines += [f"    {note}" for note in rule["notes"]]
    return "\n".join(lines)


@command(
    "award uses",
    mark("一笔奖补的用途和一线人员比例"),
    arguments=_award,
    show=_show_uses,
    group_help=mark("奖补"),
)
def award_uses(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("award.uses", award=parsed.award)
