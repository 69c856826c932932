"""Commands that show what a page has beside its list: the sheet of a year, of a class, a stay's next steps, a case's
dates and shares, the services of a firm."""

from __future__ import annotations

import argparse
from typing import Any

from desktop.commands.context import Context
from desktop.commands.registry import command
from desktop.commands.telling import amount, label_of, table, told
from desktop.datewords import day_words, days_left
from desktop.fields import choice_label, kind_info
from desktop.models.format import heading, shown
from policy.i18n import bracketed, clauses, labelled, listed, mark, spaced, tr

_QUARTERS = ("", "q1", "q2", "q3", "q4")


# -- the record of a year ------------------------------------------------------------------------------------------
def _torch_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("firm", metavar="FIRM")
    parser.add_argument("year", metavar="YEAR")
    parser.add_argument("--quarter", default="", choices=_QUARTERS)


def _show_torch(answer: Any) -> str:
    state = kind_info("firm_year").field("state")
    lacks = set(answer["missing"])
    rows = []
    for item in answer["items"]:
        for cell in item["cells"]:
            field = kind_info(cell["kind"]).field(cell["field"])
            now, before, known = (shown(field, {field.name: cell[name]}) for name in ("value", "last", "derived"))
            remarks = [tr("还缺")] if cell["key"] in lacks else []
            remarks += [tr("台账为 {value}", value=known)] if cell["differs"] else []
            remarks += [cell["explanation"]] if cell["explanation"] else []
            rows.append((str(item["no"]), heading(field), now or "—", before or "—", clauses(remarks)))
    told_state = choice_label(state, answer["state"]) if answer["state"] else tr("未填")
    head = (tr("序号"), tr("数据项"), str(answer["year"]), tr("上年"), "")
    found = [bracketed(one["text"], tr("已说明") if one["explained"] else "") for one in answer["findings"]]
    return "\n".join((spaced(answer["name"], told_state), table(head, rows, right=(2, 3)), *found))


@command("torch sheet", mark("一家企业一年的数据，旁边是上年"), arguments=_torch_arguments, show=_show_torch)
def torch_sheet(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("torch.sheet", firm=parsed.firm, year=parsed.year, quarter=parsed.quarter)


def _carrier_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("carrier", metavar="CARRIER")
    parser.add_argument("year", metavar="YEAR")


def _show_carrier(answer: Any) -> str:
    info = kind_info("carrier_year")
    rows, group = [], ""
    for one in answer["figures"]:
        field = info.field(one["field"])
        typed, known = (shown(field, {field.name: one[name]}) for name in ("typed", "derived"))
        last = shown(field, answer["last"]) if answer["last"] else ""
        said = tr("与台账不同") if one["differs"] else tr("还缺") if one["missing"] else ""
        title, group = ("" if one["group_title"] == group else one["group_title"]), one["group_title"]
        rows.append((title, heading(field), typed or "—", last or "—", known or "—", said or one["basis"]))
    head = ("", tr("数据项"), str(answer["year"]), tr("上年"), tr("台账"), "")
    return "\n".join((answer["name"], table(head, rows, right=(2, 3, 4))))


@command(
    "carrier year",
    mark("一个载体一年的数据，旁边是台账里的数"),
    arguments=_carrier_arguments,
    show=_show_carrier,
    group_help=mark("孵化载体"),
)
def carrier_year(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("carrier.year", carrier=parsed.carrier, year=parsed.year)


# -- stays, services, mentors --------------------------------------------------------------------------------------
def _tenancy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tenancy", metavar="TENANCY", help=tr("入驻记录的编号"))


def _show_steps(answer: Any) -> str:
    status = kind_info("tenancy").field("status")
    rows = [
        (step["name"], step["title"], listed(label_of(kind, field) for kind, field in step["asks"]))
        for step in answer["steps"]
    ]
    now = labelled(tr("现状"), choice_label(status, answer["status"]))
    return "\n".join((now, table((tr("命令"), tr("下一步"), tr("要填")), rows) if rows else tr("没有下一步。")))


@command("tenancy steps", mark("一次入驻接下来可以办什么"), arguments=_tenancy, show=_show_steps)
def tenancy_steps(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("tenancy.steps", tenancy=parsed.tenancy)


def _services_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--firm", default="", metavar="FIRM")
    parser.add_argument("--carrier", default="", metavar="CARRIER")
    parser.add_argument("--period", default="", metavar="P")
    parser.add_argument("--unconfirmed", action="store_true", help=tr("只列企业还没有确认的"))


def _show_services(answer: Any) -> str:
    info = kind_info("service_log")
    names = ("happened_on", "firm", "kind", "minutes", "topic", "provider", "confirmed")
    rows = [
        (row["id"][:8], *(shown(info.field(name), row) for name in names), tr("补记") if row["late"] else "")
        for row in answer["rows"]
    ]
    if not rows:
        return tr("没有服务记录。")
    head = (tr("编号"), *(heading(info.field(name)) for name in names), "")
    whole = tr("{n} 次，{hours} 小时，其中导师 {mentor} 小时", n=len(rows), hours=answer["hours"],
               mentor=answer["mentor_hours"])  # fmt: skip
    return "\n".join((table(head, rows, right=(4,)), whole))


@command("service list", mark("服务记录，新的在前"), arguments=_services_arguments, show=_show_services)
def service_list(context: Context, parsed: argparse.Namespace) -> Any:
    names = ("firm", "carrier", "period", "unconfirmed")
    return context.call("service.list", **{name: getattr(parsed, name) for name in names})


def _firm(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("firm", metavar="FIRM")


def _show_mentors(answer: Any) -> str:
    rows = [
        (row["id"][:8], row["name"], row["starts_on"] or "—", tr("至今") if row["now"] else row["ends_on"] or "—")
        for row in answer
    ]
    return table((tr("编号"), tr("导师"), tr("自"), tr("至")), rows) if rows else tr("还没有导师辅导过这家企业。")


@command("mentor of", mark("辅导过一家企业的导师"), arguments=_firm, show=_show_mentors, list_name="mentoring")
def mentors_of(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("service.mentored", firm=parsed.firm)


def _end_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help=tr("辅导关系的编号，见 mentor of"))
    parser.add_argument("--on", default="", metavar="DATE")


@command("mentor end", mark("导师不再辅导一家企业"), arguments=_end_arguments, show=told(mark("辅导已结束：{id}")))
def mentor_end(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("mentor.end", id=parsed.id, on=parsed.on)


# -- classes -------------------------------------------------------------------------------------------------------
def _class(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("programme", metavar="PROGRAMME")


def _show_people(answer: Any) -> str:
    admitted, papers = kind_info("enrolment").field("admitted"), kind_info("enrolment").field("papers")
    counts = listed(f"{choice_label(admitted, code)} {n}" for code, n in answer["counts"].items() if n)
    seats = tr("名额 {n} 人", n=answer["seats"]) if answer["seats"] is not None else ""
    rows = [
        (
            row["person"][:8],
            row["name"],
            row["org_name"] or "",
            choice_label(admitted, row["admitted"]),
            row["applied_on"] or "—",
            listed(choice_label(papers, code) for code in row["lacking"]),
        )
        for row in answer["people"]
    ]
    head = (tr("编号"), tr("姓名"), tr("单位"), tr("录取"), tr("报名日期"), tr("还缺材料"))
    return "\n".join((clauses(filter(None, (counts, seats))), table(head, rows))) if rows else tr("还没有人报名。")


@command("training people", mark("报名的人、录取与还缺的材料"), arguments=_class, show=_show_people)
def training_people(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("training.people", programme=parsed.programme)


def _show_grid(answer: Any) -> str:
    """Each session with how many have which mark, those without one named."""
    state, module = kind_info("attendance").field("state"), kind_info("session").field("module")
    rows = []
    for one in answer["sessions"]:
        marks = answer["marks"].get(one["id"], {})
        counts: dict[str, int] = {}
        for given in marks.values():
            counts[given["state"]] = counts.get(given["state"], 0) + 1
        said = listed(f"{choice_label(state, code)} {n}" for code, n in counts.items())
        blank = sum(person["person"] not in marks for person in answer["people"])
        open_ = tr("未标记 {n}", n=blank) if blank else ""
        times = f"{one['from']}–{one['to']}" if one["from"] else ""
        row = (one["id"][:8], spaced(one["date"], times), choice_label(module, one["module"]), one["topic"])
        rows.append((*row, one["hours"] or "—", listed(filter(None, (said, open_)))))
    head = (tr("编号"), tr("时间"), tr("模块"), tr("内容"), tr("学时"), tr("考勤"))
    return "\n".join((answer["name"], table(head, rows, right=(4,)))) if rows else tr("还没有课次。")


@command("training sheet", mark("一个班的课次和考勤"), arguments=_class, show=_show_grid)
def training_sheet(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("training.sheet", programme=parsed.programme)


# -- cases ---------------------------------------------------------------------------------------------------------
def _case(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", metavar="CASE")


def _show_dates(answer: Any) -> str:
    return "\n".join(
        spaced(day_words(row["due"]), days_left(row["days_left"]), row["title"], row["state"], row["duty"],
               row["record_title"], row["clause"], row["source"])
        for row in answer
    ) or tr("没有期限。")  # fmt: skip


@command("case deadlines", mark("一个案件的期限"), arguments=_case, show=_show_dates, list_name="deadlines")
def case_deadlines(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("case.deadlines", case=parsed.case)


def _show_shares(answer: Any) -> str:
    if not answer["brokers"]:
        return tr("还没有经纪人员。")
    lines = [tr("{n} 名经纪人员，比例合计 {sum} %", n=answer["brokers"], sum=f"{answer['sum'] / 100:g}")]
    if answer["blanks"]:
        lines.append(tr("{n} 人没有填比例。", n=answer["blanks"]))
    elif not answer["whole"]:
        lines.append(tr("合计应为 100 %，请更正。"))
    return "\n".join(lines)


@command("case shares", mark("经纪人员的比例是否合计 100 %"), arguments=_case, show=_show_shares)
def case_shares(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("case.shares", case=parsed.case)


def _show_distributions(answer: Any) -> str:
    info = kind_info("distribution")
    names = ("gross", "net", "team_pct", "approved_on", "paid_on")
    rows = [
        (
            row["id"][:8],
            row["contract_title"],
            *(shown(info.field(name), row) or "—" for name in names),
            str(row["lines"]),
        )
        for row in answer["rows"]
    ]
    head = (tr("编号"), tr("合同"), *(heading(info.field(name)) for name in names), tr("人数"))
    lines = [table(head, rows, right=(2, 3, 4, 7))] if rows else [tr("还没有收益分配。")]
    lines += [
        tr("到账 {sum} 万元还没有分配：{title}（{id}）", sum=amount(one["amount_fen"]), title=one["title"],
           id=one["contract"][:8])
        for one in answer["open"]
    ]  # fmt: skip
    return "\n".join(lines)


@command("case distributions", mark("一个案件的收益分配和未分配的到账"), arguments=_case, show=_show_distributions)
def case_distributions(context: Context, parsed: argparse.Namespace) -> Any:
    answer = dict(context.call("case.distributions", case=parsed.case))
    answer["open"] = [
        {**{name: value for name, value in one.items() if name != "amount"}, "amount_fen": one["amount"]}
        for one in answer["open"]
    ]
    return answer
