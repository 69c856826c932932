"""Commands on what a person decides about policies: choices where texts conflict, confirmations, working days."""

from __future__ import annotations

import argparse
from typing import Any

from desktop.commands.context import Context
from desktop.commands.policies import POLICY, file_argument, pack_argument
from desktop.commands.registry import command
from policy.i18n import bracketed, labelled, listed, mark, tr

_CALENDAR = mark("工作日历")


def _period(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--period", default="", metavar="P")


def _show_choices(answer: Any) -> str:
    lines = []
    for choice in answer:
        lines += [f"{choice['id']}  {choice['title']}", f"  {choice['why']}"]
        for option in choice["options"]:
            taken = "●" if option["id"] == choice["value"] else "○"
            told = [tr("默认")] if option["id"] == choice["default"] else []
            told += [] if option["verified"] else [bracketed(tr("未核实"), option["basis"])]
            lines.append(f"  {taken} {option['id']}  {bracketed(option['title'], listed(told))}")
        if choice["value"] not in {option["id"] for option in choice["options"]}:
            lines.append(f"  ● {choice['value']}")
        lines += [f"    {bracketed(one['title'], one['subject_label'])}" for one in choice["moves"]]
        if not any(one["ours"] for one in choice["moves"]):
            lines.append(f"    {tr('改取后本单位的期限和结果不变。')}")
        if choice["reason"]:
            lines.append(f"  {labelled(tr('理由'), choice['reason'])}")
    return "\n".join(lines) or tr("没有需要取舍的事项。")


@command(
    "policy choices",
    mark("各文件不一致之处和取法"),
    arguments=_period,
    show=_show_choices,
    list_name="choices",
    group_help=POLICY,
)
def policy_choices(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("policy.conflicts", period=parsed.period)


def _choose_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("choice", metavar="ID")
    parser.add_argument("value", metavar="VALUE", help=tr("为空则恢复默认"))
    _period(parser)
    parser.add_argument("--reason", default="", metavar="TEXT")


@command(
    "policy choose",
    mark("决定一处不一致怎么取"),
    arguments=_choose_arguments,
    show=lambda answer: tr("“{choice}”现在取：{value}", choice=answer["choice"], value=answer["value"]),
    group_help=POLICY,
)
def policy_choose(context: Context, parsed: argparse.Namespace) -> Any:
    names = ("choice", "value", "period", "reason")
    return context.call("policy.choose", **{name: getattr(parsed, name) for name in names})


def _place_arguments(parser: argparse.ArgumentParser) -> None:
    pack_argument(parser)
    parser.add_argument("rules", nargs="*", metavar="RULE")
    parser.add_argument("--all", action="store_true", help=tr("全部"))
    parser.add_argument("--period", required=True, metavar="P")
    parser.add_argument("--for", dest="subject", required=True, metavar="KIND:ID")


def _confirm_arguments(parser: argparse.ArgumentParser) -> None:
    _place_arguments(parser)
    parser.add_argument("--notice", required=True, metavar="EVIDENCE")
    parser.add_argument("--page", default="", metavar="N")
    parser.add_argument("--note", default="", metavar="TEXT")


def _place(parsed: argparse.Namespace) -> dict[str, Any]:
    rules = None if parsed.all else parsed.rules
    return {"pack": parsed.pack, "rules": rules, "period": parsed.period, "subject": parsed.subject}


@command(
    "policy confirm",
    mark("记下已对照当年通知核实"),
    arguments=_confirm_arguments,
    show=lambda answer: tr("已记下 {n} 项对照核实：{rules}", n=len(answer["rules"]), rules=listed(answer["rules"])),
    group_help=POLICY,
)
def policy_confirm(context: Context, parsed: argparse.Namespace) -> Any:
    names = ("notice", "page", "note")
    return context.call("policy.confirm", **_place(parsed), **{name: getattr(parsed, name) for name in names})


@command(
    "policy unconfirm",
    mark("撤回对照核实"),
    arguments=_place_arguments,
    show=lambda answer: tr("已撤回 {n} 项对照核实：{rules}", n=len(answer["rules"]), rules=listed(answer["rules"])),
    group_help=POLICY,
)
def policy_unconfirm(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("policy.unconfirm", **_place(parsed))


# -- working days


def _show_calendar(answer: Any) -> str:
    published = [row["year"] for row in answer["years"] if row["source"] == "published"]
    lines = [tr("随程序公布的年份：{first}–{last}", first=published[0], last=published[-1])]
    for row in answer["years"]:
        if row["source"] == "added":
            told = {
                "year": row["year"],
                "document": row["document"],
                "n": len(row["holidays"]),
                "m": len(row["workdays"]),
            }
            lines.append(tr("自行添加的 {year} 年：{document}，放假 {n} 天，调休上班 {m} 天", **told))
    lines.append(tr("{year} 年起没有已公布的安排，只按周末计算。", year=answer["unknown_from"]))
    return "\n".join(lines)


@command("calendar list", mark("已知哪些年份的工作日"), show=_show_calendar, group_help=_CALENDAR)
def calendar_list(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("calendar.list")


@command(
    "calendar add",
    mark("添加一年的节假日安排"),
    arguments=file_argument,
    show=lambda answer: tr(
        "已采用 {year} 年安排（{document}）：放假 {holidays} 天，调休上班 {workdays} 天。",
        **{name: answer[name] for name in ("year", "document", "holidays", "workdays")},
    ),
    group_help=_CALENDAR,
)
def calendar_add(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("calendar.add", file=parsed.file)
