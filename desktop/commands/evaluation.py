"""Commands on evaluations, deadlines and applications."""

from __future__ import annotations

import argparse
from typing import Any

from desktop.commands.context import Context, pairs
from desktop.commands.policies import marks
from desktop.commands.registry import command
from desktop.texts.binding import reason_text
from policy.i18n import bracketed, labelled, listed, mark, tr


def _pack(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pack", metavar="PACK")


def _evaluate_arguments(parser: argparse.ArgumentParser) -> None:
    _pack(parser)
    parser.add_argument("--period", required=True, metavar="P")
    parser.add_argument("--for", dest="subject", metavar="KIND:ID")
    parser.add_argument("--what-if", action="append", default=[], metavar="name=value")
    parser.add_argument("--freeze", action="store_true", help=tr("定稿"))


def _show_evaluation(answer: Any) -> str:
    lines = [f"{answer['pack']['title']}  {answer['subject']['name']}  {answer['period']}"]
    for item in answer["indicators"]:
        figure = f"{item['value'] or '—'} {item['unit']}".strip()
        lines.append(
            f"  [{marks(item)}] {bracketed(labelled(item['title'], figure), item['target'])} {item['clause']}"
            f"  {tr('佐证 {n} 份', n=len(item['evidence']))}"
        )
        if item["gap"]:
            lines.append(f"      {item['gap']}")
        lines += [f"      {note}" for note in item["notes"]]
    lines += answer["notes"]
    if not answer["indicators"]:
        lines.append(tr("这个政策包没有适用于它的条目。"))
    if answer.get("snapshot"):
        lines.append(tr("已定稿：{id}", id=answer["snapshot"]["id"]))
    return "\n".join(lines)


@command("evaluate", mark("按政策包评价"), arguments=_evaluate_arguments, show=_show_evaluation)
def evaluate(context: Context, parsed: argparse.Namespace) -> Any:
    place = {"pack": parsed.pack, "period": parsed.period, "subject": parsed.subject}
    answer = context.call("evaluation.run", **place, what_if=pairs(parsed.what_if))
    if parsed.freeze:
        answer["snapshot"] = context.call("evaluation.freeze", **place)
    return answer


def _reopen_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("snapshot", metavar="SNAPSHOT")


_PACK_NOW = {
    "same": mark("政策包没有变化。"),
    "replaced": mark("同编号的政策包已换成新的一版；下面仍按定稿时的一版评价。"),
    "gone": mark("政策包已不在工作区里；下面仍按定稿时的一版评价。"),
}


def _show_reopened(answer: Any) -> str:
    lines = [answer["snapshot"]["title"], tr(_PACK_NOW[answer["pack_now"]])]
    now = {item["id"]: item for item in answer["today"]["indicators"]} if answer["today"] else {}
    if answer["today"] is None:
        lines.append(tr("评价对象已不在工作区里，只有定稿时的结果。"))
    for item in answer["frozen"]["indicators"]:
        today = now.get(item["id"])
        changed = f" → {marks(today)} {today['value'] or '—'}" if today and _differs(item, today) else ""
        lines.append(f"  [{marks(item)}] {labelled(item['title'], item['value'] or '—')}{changed}  {item['clause']}")
    return "\n".join(lines)


def _differs(frozen: Any, today: Any) -> bool:
    return any(frozen[name] != today[name] for name in ("verdict", "value"))


@command("reopen", mark("按定稿时的政策包重新打开一份定稿"), arguments=_reopen_arguments, show=_show_reopened)
def reopen(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("evaluation.reopen", snapshot=parsed.snapshot)


def _typed_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("measure", metavar="MEASURE")
    parser.add_argument("value", metavar="VALUE")
    parser.add_argument("--period", required=True, metavar="P")
    parser.add_argument("--for", dest="subject", required=True, metavar="KIND:ID")
    parser.add_argument("--note", default="", metavar="TEXT")


@command(
    "figure",
    mark("填报程序不能计算的数值"),
    arguments=_typed_arguments,
    show_asked=lambda _answer, parsed: (
        tr("已填报：{value}", value=parsed.value) if parsed.value else tr("已取消这一项填报。")
    ),
)
def figure(context: Context, parsed: argparse.Namespace) -> Any:
    names = ("measure", "value", "period", "subject", "note")
    return context.call("evaluation.type", **{name: getattr(parsed, name) for name in names})


def _apply_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("snapshot", metavar="SNAPSHOT")
    parser.add_argument("--form", default="incubator-application", metavar="FORM")
    parser.add_argument("--out", required=True, metavar="DIR")
    parser.add_argument("--text", action="append", default=[], metavar="section=TEXT")
    parser.add_argument("--round", metavar="ROUND", help=tr("为哪个申报轮次"))


def _show_applied(answer: Any) -> str:
    lines = [
        tr("申报书第 {version} 版，{pages} 页：{id}", **{name: answer[name] for name in ("version", "pages", "id")}),
        tr("已写出 {file}", file=answer["file"]),
    ]
    if answer["missing_characters"]:
        lines.append(labelled(tr("字体里没有的字"), listed(answer["missing_characters"])))
    return "\n".join(lines)


@command("apply", mark("生成申报书 PDF（含佐证）"), arguments=_apply_arguments, show=_show_applied)
def apply(context: Context, parsed: argparse.Namespace) -> Any:
    texts = pairs(parsed.text)
    made = context.call("apply.make", snapshot=parsed.snapshot, form=parsed.form, narrative=texts, round=parsed.round)
    made["file"] = context.call("apply.export", id=made["id"], out=parsed.out)["file"]
    for item in made["unbound"]:
        context.say(tr("未装订：{title}（{reason}）", title=item["title"], reason=reason_text(item["reason"])))
    return made
