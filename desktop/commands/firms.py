"""Commands on firms in a carrier: steps of a tenancy, the torch record, services, mentors, the time line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from desktop.commands.context import Context, pairs
from desktop.commands.registry import command
from desktop.commands.telling import table, tell, told
from desktop.fields import choice_label, kind_info
from desktop.services.tenancies import STEPS
from policy.i18n import bracketed, clauses, labelled, listed, mark, spaced, tr

_TENANCIES = mark("入驻的各个环节")
_TORCH = mark("火炬年报：缺项、疑问、状态、工作簿")
_STATES = ("draft", "confirmed", "reported", "corrected")


def _done(text: str) -> Callable[[Any], str]:
    """What was done, with the number to go on with, and what is to be looked at."""
    return told(text, warnings=True)


def _apply_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("firm", metavar="FIRM")
    parser.add_argument("carrier", metavar="CARRIER")
    parser.add_argument("--on", default="", metavar="DATE")


@command(
    "tenancy apply",
    mark("申请入驻"),
    arguments=_apply_arguments,
    show=_done(mark("已登记入驻申请：{id}")),
    group_help=_TENANCIES,
)
def apply(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("tenancy.apply", firm=parsed.firm, carrier=parsed.carrier, applied_on=parsed.on)


# what a step asks beside its day, as options of its command: option and metavar by field
_OPTIONS = {
    "review_note": ("--note", "TEXT"),
    "graduation_ground": ("--ground", "GROUND"),
    "stays_on": ("--stays", "1|0"),
    "exit_reason": ("--reason", "REASON"),
    "moved_to": ("--to", "TEXT"),
    "agreement_no": ("--agreement", "NO"),
    "lease_from": ("--lease-from", "DATE"),
    "lease_to": ("--lease-to", "DATE"),
    "area": ("--area", "M2"),
    "room": ("--room", "NO"),
    "reg_address_inside": ("--registered-inside", "1|0"),
    "rd_inside": ("--rd-inside", "1|0"),
    "carrier": ("--carrier", "CARRIER"),
}


def _enter_step(name: str) -> None:
    """A command for a step: `fuzhuan tenancy NAME TENANCY --on DATE` and what else it asks."""
    step = STEPS[name]
    fields = [asked.split(".")[1] for asked in step.asks]
    others = [one for one in fields if one != step.day]

    def arguments(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("tenancy", metavar="TENANCY", help=tr("入驻记录的编号"))
        parser.add_argument("--on", required=True, metavar="DATE")
        for one in others:
            option, shown = _OPTIONS[one]
            declared = kind_info("tenancy_area" if one == "room" else "tenancy").field(one)
            codes = listed(f"{choice.code}={choice.shown}" for choice in declared.choices)
            parser.add_argument(
                option, dest=one, default="", required=one in ("carrier",) or (name == "area" and one == "area"),
                metavar=shown, help=bracketed(declared.shown, codes),
            )  # fmt: skip

    def show(answer: Any) -> str:
        return tell(mark("已登记“{step}”：{id}"), answer, warnings=True, step=tr(step.title))

    @command(f"tenancy {name}", step.title, arguments=arguments, show=show)
    def run(context: Context, parsed: argparse.Namespace) -> Any:
        given = {one: getattr(parsed, one) for one in others}
        return context.call(f"tenancy.{name}", tenancy=parsed.tenancy, **{step.day: parsed.on}, **given)


for _name in STEPS:
    _enter_step(_name)


def _register_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("firm", metavar="TEAM")
    parser.add_argument("uscc", metavar="USCC")
    parser.add_argument("--name", default="")
    parser.add_argument("--founded-on", default="", metavar="DATE")


@command(
    "team register",
    mark("团队注册成企业"),
    arguments=_register_arguments,
    show=_done(mark("团队已成为企业：{id}")),
    group_help=mark("团队"),
)
def register(context: Context, parsed: argparse.Namespace) -> Any:
    names = ("firm", "uscc", "name", "founded_on")
    return context.call("team.register", **{name: getattr(parsed, name) for name in names})


def _rename_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("firm", metavar="FIRM")
    parser.add_argument("name", metavar="NAME")


@command(
    "firm rename",
    mark("企业更名，曾用名留存"),
    arguments=_rename_arguments,
    show=_done(mark("已更名，曾用名留存：{id}")),
    group_help=mark("企业"),
)
def rename(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("firm.rename", firm=parsed.firm, name=parsed.name)


def _timeline_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("firm", metavar="FIRM")


def _show_timeline(answer: Any) -> str:
    return "\n".join(
        spaced(one["date"], one["what"], one["text"], tr("补记") if one["late"] else "") for one in answer
    ) or tr("还没有记录。")


@command(
    "firm timeline", mark("企业的时间线"), arguments=_timeline_arguments, show=_show_timeline, list_name="timeline"
)
def timeline(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("firm.timeline", firm=parsed.firm)


# -- the torch record -----------------------------------------------------------------------------------------------
def _year_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("carrier", metavar="CARRIER")
    parser.add_argument("year", metavar="YEAR")
    parser.add_argument("--quarter", default="", choices=("", "q1", "q2", "q3", "q4"))


def _show_overview(answer: Any) -> str:
    state = kind_info("firm_year").field("state")
    rows = [
        (
            row["name"],
            choice_label(state, row["state"]) if row["state"] else tr("未填"),
            *(str(row[name]) for name in ("missing", "doubts", "open")),
        )
        for row in answer["rows"]
    ]
    head = (tr("企业"), tr("状态"), tr("缺项"), tr("疑问"), tr("没有说明的"))
    lines = [table(head, rows, right=(2, 3, 4))] if rows else []
    lines += [finding["text"] for finding in answer["findings"]]
    return "\n".join([tr("{name} {year} 年：{n} 家企业，另有团队 {teams} 个", name=answer["name"], year=answer["year"],
                         n=len(answer["rows"]), teams=answer["teams"]), *lines])  # fmt: skip


@command("torch overview", mark("各家填报情况"), arguments=_year_arguments, show=_show_overview, group_help=_TORCH)
def overview(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("torch.overview", carrier=parsed.carrier, year=parsed.year, quarter=parsed.quarter)


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("year", metavar="YEAR")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--firm", default="", metavar="FIRM")
    which.add_argument("--carrier", default="", metavar="CARRIER")
    parser.add_argument("--quarter", default="", choices=("", "q1", "q2", "q3", "q4"))


def _show_check(answer: Any) -> str:
    said = tr("已说明")
    lines = [bracketed(labelled(one["name"], one["text"]), said if one["explained"] else "") for one in answer]
    return "\n".join(lines) or tr("没有要核对的。")


@command("torch check", mark("核对数据之间的关系"), arguments=_check_arguments, show=_show_check, list_name="findings")
def check(context: Context, parsed: argparse.Namespace) -> Any:
    asked = {name: getattr(parsed, name) for name in ("year", "firm", "carrier", "quarter")}
    return context.call("figures.check", **asked)


def _fill_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("firm", metavar="FIRM")
    parser.add_argument("year", metavar="YEAR")
    parser.add_argument("values", nargs="*", metavar="FIELD=VALUE")
    parser.add_argument("--explain", action="append", default=[], metavar="FIELD=TEXT", help=tr("某项的说明"))
    parser.add_argument("--quarter", default="", choices=("", "q1", "q2", "q3", "q4"))
    parser.add_argument("--basis", default="cumulative", choices=("cumulative", "quarter"), help=tr("累计，或只是当季"))


@command("torch fill", mark("填报一家企业的数据"), arguments=_fill_arguments, show=_done(mark("已填报：{id}")))
def fill(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call(
        "torch.save",
        firm=parsed.firm,
        year=parsed.year,
        quarter=parsed.quarter,
        basis=parsed.basis,
        values=pairs(parsed.values),
        explanations=pairs(parsed.explain),
    )


def _state_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("state", choices=_STATES)
    parser.add_argument("year", metavar="YEAR")
    parser.add_argument("firms", nargs="+", metavar="FIRM")
    parser.add_argument("--quarter", default="", choices=("", "q1", "q2", "q3", "q4"))


def _show_state(answer: Any) -> str:
    without = labelled(tr("还没有数据"), listed(answer["without"])) if answer["without"] else ""
    return clauses(part for part in (tr("已更改 {n} 家", n=answer["changed"]), without) if part)


@command("torch state", mark("更改填报状态"), arguments=_state_arguments, show=_show_state)
def state(context: Context, parsed: argparse.Namespace) -> Any:
    asked = {name: getattr(parsed, name) for name in ("state", "year", "firms", "quarter")}
    return context.call("torch.state", **asked)


def _workbook_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("carrier", metavar="CARRIER")
    parser.add_argument("year", metavar="YEAR")
    parser.add_argument("file", metavar="FILE.xlsx")


def _show_workbook(answer: Any) -> str:
    lines = [tr("{file}：{rows} 行", file=answer["file"], rows=answer["rows"])]
    lines += [labelled(one["name"], tr("空白：{fields}", fields=listed(one["fields"]))) for one in answer["blank"]]
    if answer["summary_blank"]:
        lines.append(labelled(tr("载体"), tr("空白：{fields}", fields=listed(answer["summary_blank"]))))
    return "\n".join(lines)


@command("torch workbook", mark("火炬统计工作簿（千元）"), arguments=_workbook_arguments, show=_show_workbook)
def workbook(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("torch.workbook", carrier=parsed.carrier, year=parsed.year, file=parsed.file)


# -- services and mentors -------------------------------------------------------------------------------------------
def _service_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("firm", metavar="FIRM")
    parser.add_argument("kind", metavar="KIND")
    parser.add_argument("topic", metavar="TEXT")
    parser.add_argument("--provider", required=True, metavar="PERSON")
    parser.add_argument("--minutes", default="")
    parser.add_argument("--on", default="", metavar="DATE")
    parser.add_argument("--result", default="")


def _show_logged(answer: Any) -> str:
    text = mark("已登记服务（补记）：{id}") if answer["late"] else mark("已登记服务：{id}")
    return tell(text, answer, warnings=True)


@command(
    "service log", mark("登记一次服务"), arguments=_service_arguments, show=_show_logged, group_help=mark("企业服务")
)
def log(context: Context, parsed: argparse.Namespace) -> Any:
    given = {name: getattr(parsed, name) for name in ("firm", "kind", "topic", "provider", "minutes", "result")}
    return context.call("service.log", happened_on=parsed.on, **given)


def _unconfirmed_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--carrier", default="", metavar="CARRIER")
    parser.add_argument("--period", default="", metavar="P")


def _show_firms(answer: Any) -> str:
    rows = [(one["name"], str(one["unconfirmed"]), one["hours"]) for one in answer["firms"] if one["unconfirmed"]]
    if not rows:
        return tr("没有未确认的服务。")
    listed_by = tr("每一次的编号：fuzhuan service list --unconfirmed")
    return "\n".join((table((tr("企业"), tr("次数"), tr("小时数")), rows, right=(1, 2)), listed_by))


@command("service unconfirmed", mark("企业还没有确认的服务"), arguments=_unconfirmed_arguments, show=_show_firms)
def unconfirmed(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("service.list", carrier=parsed.carrier, period=parsed.period, unconfirmed=True)


def _confirm_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", nargs="+", metavar="ID")
    parser.add_argument("--as", dest="confirmed", default="signed", choices=("none", "signed", "receipt"))


@command(
    "service confirm",
    mark("标记服务已由企业确认"),
    arguments=_confirm_arguments,
    show=told(mark("已改动 {changed} 条服务的确认。")),
)
def confirm(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("service.confirm", ids=parsed.ids, confirmed=parsed.confirmed)


def _carrier_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("carrier", metavar="CARRIER")


def _show_terms(answer: Any) -> str:
    lines = [
        labelled(bracketed(term["name"], "" if term["now"] else tr("聘期外")), listed(
            one["name"] for one in term["firms"] if one["now"]
        ))
        for term in answer["terms"]
    ]  # fmt: skip
    if answer["without"]:
        lines.append(labelled(tr("没有导师的在孵企业"), listed(one["name"] for one in answer["without"])))
    return "\n".join(lines)


@command(
    "mentor list", mark("导师和他们辅导的企业"), arguments=_carrier_argument, show=_show_terms, group_help=mark("导师")
)
def mentors(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("mentor.terms", carrier=parsed.carrier)


def _assign_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("term", metavar="TERM", help=tr("导师聘任的编号"))
    parser.add_argument("firms", nargs="+", metavar="FIRM")
    parser.add_argument("--on", default="", metavar="DATE")


def _show_assigned(answer: Any) -> str:
    head = tr("已安排辅导 {n} 家企业。", n=len(answer["ids"]))
    return "\n".join((head, *answer["warnings"]))


@command("mentor assign", mark("安排导师辅导企业"), arguments=_assign_arguments, show=_show_assigned)
def assign(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("mentor.assign", term=parsed.term, firms=parsed.firms, on=parsed.on)
