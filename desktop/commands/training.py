"""Commands on training: enrol, admit, attendance, hours, scores, certificates, counters, archives."""

from __future__ import annotations

import argparse
from typing import Any

from desktop.commands.context import Context, pairs
from desktop.commands.registry import command
from desktop.commands.telling import table, told
from policy.errors import Usage
from policy.i18n import bracketed, clauses, labelled, listed, mark, spaced, tr

_GROUP = mark("培训：报名、考勤、学时、考核与证书")


def _class(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("programme", metavar="PROGRAMME")


def _sheet(parser: argparse.ArgumentParser) -> None:
    _class(parser)
    parser.add_argument("file", nargs="?", default="", metavar="FILE")
    parser.add_argument("--sheet", metavar="NAME")
    parser.add_argument("--map", action="append", default=[], metavar="HEADER=field", help=tr("列名对应的字段，会记住"))
    parser.add_argument("--who", action="append", default=[], metavar="ROW=ID|new|skip", help=tr("回答某一行是谁"))


def _given(parsed: argparse.Namespace) -> dict[str, Any]:
    if not parsed.file and not getattr(parsed, "person", None):
        raise Usage("cli.usage", detail=tr("缺少 FILE"), command=f"fuzhuan {parsed.command}")
    return {
        "programme": parsed.programme,
        "file": parsed.file,
        "sheet": parsed.sheet,
        "mapping": pairs(parsed.map),
        "choices": pairs(parsed.who),
    }


_OUTCOMES = {
    "new": mark("新建人员"),
    "known": mark("已有人员"),
    "enrolled": mark("已在本班"),
    "asked": mark("请选择"),
    "skipped": mark("先不录入"),
    "refused": mark("不录入"),
}


def _show_sheet(answer: Any) -> str:
    counts = (
        ("rows", tr("读到")), ("enrolled", tr("报名")), ("new_people", tr("新建人员")), ("marked", tr("考勤")),
        ("entered", tr("录入成绩")), ("passed", tr("合格")), ("issued", tr("新发证书")), ("updated", tr("更新")),
        ("unchanged", tr("未变")),
    )  # fmt: skip
    lines = [clauses(f"{label} {answer[name]}" for name, label in counts if name in answer)]
    if answer.get("dry_run"):
        lines.insert(0, tr("只是试算，没有保存。"))
        for one in answer.get("people", ()):
            who = spaced(bracketed(one["name"], one["org_name"]), tr(_OUTCOMES[one["outcome"]]), one["note"])
            lines.append(tr("第 {row} 行 {who}", row=one["row"], who=who))
    for one in answer["asked"]:
        known = listed(spaced(item["title"], item["id"]) for item in one["candidates"])
        lines.append(tr("第 {row} 行 {name}：是谁？{known}", row=one["row"], name=one["name"], known=known))
    for key, word in (("rejected", tr("未录入")), ("warnings", tr("请核对"))):
        for item in answer[key]:
            lines.append(tr("第 {row} 行 {word}：{reason}", row=item["row"], word=word, reason=item["reason"]))
    lines += [tr("保留手工标记：{name}", name=item["name"]) for item in answer.get("kept", ())]
    return "\n".join(lines)


def _enrol_arguments(parser: argparse.ArgumentParser) -> None:
    _sheet(parser)
    parser.add_argument(
        "--person", action="append", default=[], metavar="field=value,…", help=tr("不用文件，键入一个人")
    )
    parser.add_argument("--dry-run", action="store_true", help=tr("只看会怎样，不改动"))


@command(
    "training enrol", mark("报名（名单文件或键入）"), arguments=_enrol_arguments, show=_show_sheet, group_help=_GROUP
)
def enrol(context: Context, parsed: argparse.Namespace) -> Any:
    rows = [pairs(person.split(",")) for person in parsed.person]
    return context.call("training.enrol", rows=rows, dry_run=parsed.dry_run, **_given(parsed))


def _admit_arguments(parser: argparse.ArgumentParser) -> None:
    _class(parser)
    parser.add_argument("people", nargs="*", metavar="PERSON", help=tr("不写则是全部待审的"))
    parser.add_argument("--state", default="admitted", metavar="STATE", help=tr("录取、候补、未录取、退班或待审"))


def _show_admitted(answer: Any) -> str:
    seats = tr("名额 {n} 人", n=answer["seats"]) if answer["seats"] is not None else ""
    changed = tr("已改动 {n} 人", n=answer["changed"])
    return clauses(filter(None, (changed, tr("现录取 {n} 人", n=answer["admitted"]), seats)))


@command(
    "training admit",
    mark("录取、候补、不录取或退班"),
    arguments=_admit_arguments,
    show=_show_admitted,
    group_help=_GROUP,
)
def admit(context: Context, parsed: argparse.Namespace) -> Any:
    found = context.call("training.admit", programme=parsed.programme, people=parsed.people or None, state=parsed.state)
    for warning in found["warnings"]:
        context.say(warning)
    return found


def _attendance_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=["import"])
    _sheet(parser)
    parser.add_argument("--session", default="", metavar="SESSION", help=tr("整份文件都属于这个课次"))
    parser.add_argument("--dry-run", action="store_true", help=tr("只看会怎样，不改动"))


@command(
    "training attendance",
    mark("导入线上平台的考勤"),
    arguments=_attendance_arguments,
    show=_show_sheet,
    group_help=_GROUP,
)
def attendance(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("attendance.import", session=parsed.session, dry_run=parsed.dry_run, **_given(parsed))


def _mark_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("session", metavar="SESSION")
    parser.add_argument("state", metavar="STATE", help=tr("present late early leave absent made_up；空为取消"))
    parser.add_argument("people", nargs="+", metavar="PERSON")
    parser.add_argument("--minutes", type=int, metavar="N")


@command(
    "training mark",
    mark("标记考勤"),
    arguments=_mark_arguments,
    show=told(mark("已标记 {changed} 人的考勤。")),
    group_help=_GROUP,
)
def mark_people(context: Context, parsed: argparse.Namespace) -> Any:
    session = context.call("records.get", kind="session", id=parsed.session)["id"]
    people = [context.call("records.get", kind="person", id=one)["id"] for one in parsed.people]
    marks = [{"session": session, "person": one, "state": parsed.state, "minutes": parsed.minutes} for one in people]
    return context.call("training.mark", marks=marks)


def _show_hours(answer: Any) -> str:
    labels = {one["module"]: one["label"] for one in answer["modules"]}
    lines = [tr("要求学时未设定") if answer["unset"] else ""]
    for one in answer["people"]:
        got = listed(f"{labels.get(module, module)} {hours}" for module, hours in one["hours"].items())
        lacks = listed(f"{labels.get(module, module)} {hours}" for module, hours in one["missing"].items())
        total = tr("共 {n} 学时", n=one["total"])
        lines.append(
            spaced(bracketed(one["name"], one["org_name"]), total, got, labelled(tr("缺"), lacks) if lacks else "")
        )
    return "\n".join(line for line in lines if line)


@command("training hours", mark("各人各模块的学时"), arguments=_class, show=_show_hours, group_help=_GROUP)
def hours(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("training.hours", programme=parsed.programme)


@command("training short", mark("谁还缺多少学时"), arguments=_class, show=_show_hours, group_help=_GROUP)
def short(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("training.short", programme=parsed.programme)


def _year(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("year", nargs="?", default="", metavar="YEAR")


def _show_year(answer: Any) -> str:
    head = (tr("姓名"), tr("学时"), tr("其中继续教育"), tr("培训班"))
    rows = [(one["name"], one["total"], one["continuing"], listed(one["classes"])) for one in answer]
    return table(head, rows, right=(1, 2)) if rows else tr("这一年没有学时。")


@command(
    "training year",
    mark("一年里各人的学时，含继续教育"),
    arguments=_year,
    show=_show_year,
    list_name="people",
    group_help=_GROUP,
)
def year(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("training.year_hours", year=parsed.year)


def _session_hours_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("session", metavar="SESSION")
    parser.add_argument("hours", nargs="?", default="", metavar="HOURS", help=tr("不写则按起止时间"))
    parser.add_argument("--reason", default="", metavar="TEXT")


@command(
    "training session-hours",
    mark("改一个课次的学时"),
    arguments=_session_hours_arguments,
    show=told(mark("这一课次计 {hours} 学时。")),
    group_help=_GROUP,
)
def session_hours(context: Context, parsed: argparse.Namespace) -> Any:
    session = context.call("records.get", kind="session", id=parsed.session)["id"]
    return context.call("training.session_hours", session=session, hours=parsed.hours, reason=parsed.reason)


def _score_arguments(parser: argparse.ArgumentParser) -> None:
    _sheet(parser)
    parser.add_argument("--kind", default="written", metavar="KIND")
    parser.add_argument("--on", default="", metavar="DATE")
    parser.add_argument(
        "--person", action="append", default=[], metavar="field=value,…", help=tr("不用文件，键入一个人")
    )


@command("training pass", mark("录入成绩，判定合格"), arguments=_score_arguments, show=_show_sheet, group_help=_GROUP)
def assess(context: Context, parsed: argparse.Namespace) -> Any:
    rows = [pairs(person.split(",")) for person in parsed.person]
    return context.call("training.assess", rows=rows, kind=parsed.kind, taken_on=parsed.on, **_given(parsed))


def _show_passed(answer: Any) -> str:
    words = {True: tr("合格"), False: tr("不合格"), None: tr("未考核")}
    return "\n".join(
        spaced(
            bracketed(one["name"], one["org_name"]),
            words[one["passed"]],
            listed(best["score"] or "" for best in one["scores"].values()),
            listed(row["number"] for row in one["certificates"]),
        )
        for one in answer["people"]
    )


@command("training passed", mark("各人成绩和证书"), arguments=_class, show=_show_passed, group_help=_GROUP)
def passed(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("training.passed", programme=parsed.programme)


def _certify_arguments(parser: argparse.ArgumentParser) -> None:
    _class(parser)
    parser.add_argument("people", nargs="*", metavar="PERSON", help=tr("不写则是全部合格而未发证的"))
    parser.add_argument("--kind", default="", metavar="KIND")
    parser.add_argument("--issuer", default="", metavar="TEXT")
    parser.add_argument("--on", default="", metavar="DATE")
    parser.add_argument("--pattern", default="", metavar="TEXT", help="{year}{seq:04}".replace("%", "%%"))
    parser.add_argument("--number", default="", metavar="NUMBER", help=tr("外来编号，只给一个人"))
    parser.add_argument("--numbers", default="", metavar="FILE", help=tr("外来编号和备案编号的名单"))
    parser.add_argument("--dry-run", action="store_true", help=tr("只看会怎样，不改动"))


def _show_issued(answer: Any) -> str:
    if "asked" in answer:
        return _show_sheet(answer)
    lines = [spaced(one["number"], one["name"]) for one in answer["issued"]]
    for key, word in (("not_passed", tr("不合格")), ("short", tr("学时不足"))):
        if answer[key]:
            lines.append(labelled(word, listed(answer[key])))
    return "\n".join(lines) or tr("没有要发的证书。")


@command("training certify", mark("发证"), arguments=_certify_arguments, show=_show_issued, group_help=_GROUP)
def certify(context: Context, parsed: argparse.Namespace) -> Any:
    given = {"programme": parsed.programme, "kind": parsed.kind, "issuer": parsed.issuer, "issued_on": parsed.on}
    if parsed.numbers:
        return context.call("certificate.import", file=parsed.numbers, **given)
    return context.call(
        "training.certify",
        people=parsed.people or None,
        pattern=parsed.pattern,
        number=parsed.number,
        dry_run=parsed.dry_run,
        **given,
    )


def _void_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("certificate", metavar="CERTIFICATE")
    parser.add_argument("--reason", default="", metavar="TEXT")


@command(
    "training void",
    mark("证书作废"),
    arguments=_void_arguments,
    show=told(mark("证书已作废，编号不再使用：{id}")),
    group_help=_GROUP,
)
def void(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("certificate.void", id=parsed.certificate, reason=parsed.reason)


def _reissue_arguments(parser: argparse.ArgumentParser) -> None:
    _void_arguments(parser)
    parser.add_argument("--number", default="", metavar="NUMBER")


@command(
    "training reissue",
    mark("证书补发，日期不变"),
    arguments=_reissue_arguments,
    show=told(mark("已补发证书 {number}，发证日期 {issued_on}：{id}")),
    group_help=_GROUP,
)
def reissue(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("certificate.reissue", id=parsed.certificate, reason=parsed.reason, number=parsed.number)


def _show_counters(answer: Any) -> str:
    lines = []
    for one in answer["figures"]:
        value = "—" if one["value"] is None else str(one["value"])
        beside = listed(spaced(item["title"], item["target_text"]) for item in one["scopes"])
        lines.append(spaced(one["title"], value, one["unit"], bracketed("", beside) if beside else ""))
    return "\n".join(lines)


@command("training counters", mark("年度人数（按人去重）"), arguments=_year, show=_show_counters, group_help=_GROUP)
def counters(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("training.counters", year=parsed.year)


def _archive_arguments(parser: argparse.ArgumentParser) -> None:
    _class(parser)
    parser.add_argument("folder", metavar="FOLDER")
    parser.add_argument("--with-personal", action="store_true", help=tr("含完整证件号码，记入操作记录"))


def _show_archived(answer: Any) -> str:
    head = tr("已写入 {folder}，另有材料 {n} 份：", folder=answer["folder"], n=answer["evidence"])
    return "\n".join((head, *(f"  {file}" for file in answer["files"])))


@command(
    "training archive",
    mark("一班一档：名单和材料写入文件夹"),
    arguments=_archive_arguments,
    show=_show_archived,
    group_help=_GROUP,
)
def archive(context: Context, parsed: argparse.Namespace) -> Any:
    names = ("programme", "folder", "with_personal")
    return context.call("training.archive", **{name: getattr(parsed, name) for name in names})


def _register_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE.xlsx")
    parser.add_argument("--class", dest="programme", default="", metavar="PROGRAMME")
    parser.add_argument("--year", default="", metavar="YEAR")
    parser.add_argument("--with-personal", action="store_true", help=tr("含完整证件号码，记入操作记录"))


@command(
    "training register",
    mark("证书名册"),
    arguments=_register_arguments,
    show=told(mark("已写出 {file}：{rows} 张证书。")),
    group_help=_GROUP,
)
def register(context: Context, parsed: argparse.Namespace) -> Any:
    names = ("file", "programme", "year", "with_personal")
    return context.call("certificate.register", **{name: getattr(parsed, name) for name in names})
