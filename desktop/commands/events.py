"""Commands on events, proof of concept and awards."""

from __future__ import annotations

import argparse
from typing import Any

from desktop.commands.context import Context
from desktop.commands.registry import command
from policy.i18n import mark, tr

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


@command("event begin-case", mark("由路演项目建一个案件"), arguments=_item, group_help=_EVENT)
def begin_case(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("event.begin_case", item=parsed.item)


@command("event summary", mark("一场活动的人数、项目和形成的案件"), arguments=_event, group_help=_EVENT)
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


@command("pilot year", mark("一年的概念验证与中试"), arguments=_year, group_help=_PILOT)
def pilot_year(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("pilot.year", year=parsed.year)


@command("award uses", mark("一笔奖补的用途和一线人员比例"), arguments=_award, group_help=mark("奖补"))
def award_uses(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("award.uses", award=parsed.award)
