"""Commands on policy packs: listed, shown, checked, tried, compared, added, given out, signed."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any

from desktop.commands.context import Context, pairs
from desktop.commands.registry import command
from desktop.commands.telling import table
from desktop.messages import sentence
from desktop.services.packfields import key_label
from policy.errors import Exit
from policy.i18n import bracketed, labelled, listed, mark, spaced, tr
from policy.measures import shown, shown_unit
from policy.pack import STATUSES

POLICY = mark("政策包")
VERDICTS = {"pass": mark("通过"), "fail": mark("未通过"), "unknown": mark("缺数据"), "info": mark("参考")}
_LAYERS = {
    "national": mark("国家"),
    "city": mark("市级"),
    "district": mark("区县"),
    "zone": mark("高新区、开发区"),
    "unit": mark("本单位"),
    "notice": mark("申报通知"),
}
_KINDS = {
    "deadline": mark("期限"),
    "target": mark("目标"),
    "award": mark("奖励"),
    "threshold": mark("条件"),
    "score": mark("评分"),
    "checklist": mark("清单"),
    "formula": mark("算式"),
    "clock": mark("时钟"),
    "reference": mark("参考条文"),
}
_CHANGES = {"added": mark("新增"), "removed": mark("删除"), "changed": mark("改动")}
_GROUPS = {"figures": mark("数值"), "clause": mark("条款"), "verification": mark("核实"), "texts": mark("文字")}


# -- what there is


def _dates(pack: dict[str, Any]) -> str:
    begins, ends = pack["effective_from"], pack["effective_to"]
    return f"{begins}–{ends}" if begins or ends else pack["issued_on"]


def _marks(pack: dict[str, Any]) -> str:
    signature = pack["signature"]
    told = {
        "own": tr("本单位签名"),
        "trusted": tr("{holder} 签名", holder=signature["holder"]),
        "unknown": tr("未知公钥签名"),
        "wrong": tr("签名不符"),
        "none": tr("未签名"),
    }
    found = [tr("不完整")] if pack["incomplete"] else []
    if pack["own"]:
        found += [tr("自行添加"), told[signature["state"]]]
    if pack["succeeded_by"]:
        found.append(tr("接替者 {packs}", packs=listed(pack["succeeded_by"])))
    return listed(found)


def _show_list(answer: Any) -> str:
    rows = []
    for pack in answer:
        if "problem" in pack:
            rows.append((pack["id"], tr("读不出来"), "", "", pack["title"], ""))
            continue
        checked = f"{pack['rules'] - pack['unverified']}/{pack['rules']}"
        status = tr(STATUSES[pack["status"]])
        rows.append((pack["id"], status, _dates(pack), checked, f"{pack['title']} {pack['number']}", _marks(pack)))
    return table((tr("编号"), tr("状态"), tr("施行"), tr("已核实"), tr("名称"), tr("说明")), rows)


@command("policy list", mark("政策包清单"), list_name="packs", show=_show_list, group_help=POLICY)
def policy_list(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call_with_packs("policy.list")


def pack_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pack", metavar="PACK")


def _checked(rule: dict[str, Any]) -> str:
    if rule["verified"]:
        return spaced(tr("已核实"), rule["verified_by"], tr("第 {page} 页", page=rule["page"]) if rule["page"] else "")
    return bracketed(tr("未核实"), rule["basis"])


def _show_pack(answer: Any) -> str:
    lines = [
        bracketed(f"{answer['title']} {answer['number']}".strip(), answer["issuer"]),
        spaced(tr(STATUSES[answer["status"]]), tr(_LAYERS[answer["layer"]]), _dates(answer)),
        labelled(tr("来源"), answer["source"]),
        labelled(tr("摘要"), answer["digest"]),
    ]
    for rule in answer["rules"]:
        lines.append(f"  {rule['id']}  {rule['title']}  {rule['clause']}")
        status = tr(STATUSES[rule["status"]]) if rule["status"] != answer["status"] else ""
        lines.append(f"      {spaced(tr(_KINDS[rule['kind']]), _checked(rule), status)}")
        if rule["note"]:
            lines.append(f"      {rule['note']}")
    return "\n".join(lines)


@command("policy show", mark("一个政策包的全部条目"), arguments=pack_argument, show=_show_pack, group_help=POLICY)
def policy_show(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call_with_packs("policy.show", pack=parsed.pack)


def file_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE")


def _show_check(answer: Any) -> str:
    lines = []
    for item in answer["mismatches"]:
        place = {"line": item["line"], "rule": item["rule"], "n": item["example"]}
        if item["field"] == "given":
            why = sentence(item["found"])
            lines.append(tr("第 {line} 行，规则“{rule}”的示例 {n}：不能试算 – {why}", **place, why=why))
        else:
            told = {"field": item["field"], "expected": item["expected"], "found": item["found"] or "—"}
            text = tr("第 {line} 行，规则“{rule}”的示例 {n}：{field} 应为 {expected}，算得 {found}", **place, **told)
            lines.append(text)
    if not lines:
        lines.append(tr("没有发现问题：{title}，{n} 条规则，示例全部相符。", title=answer["title"], n=answer["rules"]))
    return "\n".join(lines)


@command("policy check", mark("检查政策包文件"), arguments=file_argument, show=_show_check, group_help=POLICY)
def policy_check(context: Context, parsed: argparse.Namespace) -> Any:
    answer = context.run("policy.check", file=parsed.file)
    if answer["mismatches"]:
        parsed.exit_code = Exit.REFUSED
    return answer


def _show_added(answer: Any) -> str:
    told = {"title": answer["title"], "pack": answer["id"]}
    text = tr("已替换原有的 {pack}：{title}", **told) if answer["replaced"] else tr("已添加 {pack}：{title}", **told)
    signature = {
        "own": tr("本单位签名。"),
        "trusted": tr("由 {holder} 签名，可信。", holder=answer["signature"]["holder"]),
        "unknown": tr(
            "签名公钥 {key} 不在可信公钥里，请向发布单位核对后用 policy trust 加入。", key=answer["signature"]["key_id"]
        ),
        "none": tr("没有签名。"),
    }
    return f"{text}\n{signature[answer['signature']['state']]}"


@command("policy add", mark("把政策包加入工作区"), arguments=file_argument, show=_show_added, group_help=POLICY)
def policy_add(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("policy.add", file=parsed.file)


@command(
    "policy remove",
    mark("移除自行添加的政策包"),
    arguments=pack_argument,
    show=lambda answer: tr("已移除 {pack}。", pack=answer["pack"]),
    group_help=POLICY,
)
def policy_remove(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("policy.remove", pack=parsed.pack)


# -- giving out, signatures


def _export_arguments(parser: argparse.ArgumentParser) -> None:
    pack_argument(parser)
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--sign", action="store_true", help=tr("用工作区的签名密钥签名"))


def _show_export(answer: Any) -> str:
    lines = [tr("已写出 {file}", file=answer["file"])]
    if answer["signature"]:
        lines.append(tr("签名 {file}", file=answer["signature"]))
    if answer["line"]:
        lines.append(tr("公钥（请另行告知收件人）：{line}", line=answer["line"]))
    return "\n".join(lines)


@command("policy export", mark("写出政策包文件"), arguments=_export_arguments, show=_show_export, group_help=POLICY)
def policy_export(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call_with_packs("policy.export", pack=parsed.pack, out=parsed.file, sign=parsed.sign)


def _trust_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("line", metavar="KEY", help=tr("公钥的一行，见 policy keys"))
    parser.add_argument("--holder", required=True, metavar="NAME")


@command(
    "policy trust",
    mark("信任一把签名公钥（HOLDER 为空则撤回）"),
    arguments=_trust_arguments,
    show=lambda answer: tr("公钥 {key_id} 已记下。", key_id=answer["key_id"]),
    group_help=POLICY,
)
def policy_trust(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("policy.trust", line=parsed.line, holder=parsed.holder)


def _show_keys(answer: Any) -> str:
    rows = [
        (key["key_id"], key["holder"], tr("本单位") if key["own"] else key["added_on"], key["line"]) for key in answer
    ]
    return table((tr("编号"), tr("持有人"), tr("加入日期"), tr("公钥")), rows)


@command("policy keys", mark("可信的签名公钥"), show=_show_keys, list_name="keys", group_help=POLICY)
def policy_keys(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("policy.keys")


# -- trying and comparing


def _try_arguments(parser: argparse.ArgumentParser) -> None:
    pack_argument(parser)
    parser.add_argument("rule", metavar="RULE")
    parser.add_argument("values", nargs="*", metavar="name=value")


def marks(item: dict[str, Any]) -> str:
    """Verdict, and what must be known of it: not verified, draft and the like."""
    told = [tr(VERDICTS[item["verdict"]])]
    if item.get("confirmed"):
        told.append(tr("已对照"))
    elif not item["verified"]:
        told.append(tr("未核实"))
    if item["status"] != "in_force":
        told.append(tr(STATUSES[item["status"]]))
    return " · ".join(told)


def _award(item: dict[str, Any]) -> str:
    amount = f"{shown(item['award_max_fen'], 'fen', 2)} {shown_unit('fen')}"
    draft = tr("征求意见稿，未正式施行") if item["status"] == "draft" else ""
    return bracketed(tr("最高 {amount}", amount=amount), draft)


def _show_try(answer: Any) -> str:
    lines = [f"[{marks(answer)}] {answer['title']}"]
    value = f"{answer['value']} {answer['unit']}".strip() if answer["value"] else ""
    score = f"{answer['score']} / {answer['cap']}" if answer["cap"] else answer["score"]
    told = (
        (tr("数值"), value),
        (tr("要求"), answer["target"]),
        (tr("差距"), answer["gap"]),
        (tr("截止日期"), answer["due"]),
        (tr("得分"), score if answer["score"] else ""),
        (tr("资金"), _award(answer) if answer["award_max_fen"] is not None else ""),
        (tr("要做的事"), answer["duty"]),
        (tr("条款"), f"{answer['clause']}  {answer['source']}"),
    )
    lines += [f"  {labelled(name, text)}" for name, text in told if text]
    for part in answer["parts"]:
        figure = bracketed(f"{part['value'] or '—'} {part['unit']}".strip(), part["target"])
        lines.append(f"    [{marks(part)}] {labelled(part['title'], figure)}")
    return "\n".join([*lines, *(f"  {note}" for note in answer["notes"])])


@command("policy try", mark("用给定数字试算一条规则"), arguments=_try_arguments, show=_show_try, group_help=POLICY)
def policy_try(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call_with_packs("policy.try", pack=parsed.pack, rule=parsed.rule, values=pairs(parsed.values))


def _compare_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("left", metavar="A")
    parser.add_argument("right", metavar="B")


def _show_fields(fields: list[dict[str, Any]], indent: str) -> Iterable[str]:
    for field in fields:
        change = tr("{old} → {new}", old=field["old"] or "—", new=field["new"] or "—")
        yield f"{indent}[{tr(_GROUPS[field['group']])}] {labelled(key_label(field['field']) or field['field'], change)}"


def _show_compare(answer: Any) -> str:
    lines = [tr("{old} → {new}", old=answer["left"]["id"], new=answer["right"]["id"])]
    lines += _show_fields(answer["head"], "  ")
    for rule in answer["rules"]:
        lines.append(f"{tr(_CHANGES[rule['change']])}  {rule['id']}  {rule['title']}")
        if rule["change"] == "changed":
            lines += _show_fields(rule["fields"], "    ")
    if len(lines) == 1:
        lines.append(tr("没有不同。"))
    return "\n".join(lines)


@command(
    "policy compare",
    mark("逐条比较两个政策包（编号或文件）"),
    arguments=_compare_arguments,
    show=_show_compare,
    group_help=POLICY,
)
def policy_compare(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call_with_packs("policy.compare", left=parsed.left, right=parsed.right)
