"""What the page says in words: layer, kind of rule, standing and verification."""

from __future__ import annotations

from typing import Any

from desktop.messages import sentence
from desktop.pages.evaluation.words import VERDICTS, verdict_word
from policy.i18n import bracketed, labelled, mark, spaced, tr
from policy.measures import shown
from policy.pack import STATUSES

LAYERS = {
    "national": mark("国家"),
    "city": mark("市级"),
    "district": mark("区县"),
    "zone": mark("高新区、开发区"),
    "unit": mark("本单位"),
    "notice": mark("申报通知"),
}
KINDS = {
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
# fields of a figure that are no figure: how it is compared is in its label, on what it rests is told beside it
_NO_FIGURES = frozenset({"op", "per", "verified", "verified_by", "page", "basis", "title"})
# status to the look's state: never by colour alone
_STATES = {"in_force": "good", "draft": "warn", "superseded": "unknown", "expired": "unknown", "secondary": "warn"}


def layer_word(layer: str) -> str:
    """国家, 市级, …; blank where the pack does not say."""
    return tr(LAYERS[layer]) if layer in LAYERS else ""


def kind_word(kind: str) -> str:
    """期限, 目标, 奖励, …"""
    return tr(KINDS[kind]) if kind in KINDS else kind


def standing_word(status: str) -> str:
    """现行, 征求意见稿, …"""
    return tr(STATUSES[status]) if status in STATUSES else status


def standing_state(status: str) -> str:
    """The look's state that goes with a standing."""
    return _STATES.get(status, "unknown")


def in_force(row: dict[str, Any]) -> str:
    """From when to when, as far as the pack says."""
    start, end = row.get("effective_from") or "", row.get("effective_to") or ""
    if start and end:
        return tr("{start} 至 {end}", start=start, end=end)
    return tr("{start} 起", start=start) if start else tr("至 {end}", end=end) if end else ""


# what `policy.schema` calls a problem, as people say it
PROBLEMS = {
    "not_toml": mark("写法有误"),
    "too_large": mark("内容过长"),
    "unknown_key": mark("不认识的项"),
    "missing": mark("缺少"),
    "wrong_type": mark("类型不对"),
    "not_allowed": mark("不能取这个值"),
    "duplicate": mark("重复"),
    "unknown_measure": mark("没有这个数量"),
    "measure_of_other_subject": mark("这个数量不适用于该对象"),
    "out_of_range": mark("超出范围"),
    "too_deep": mark("嵌套太深"),
    "unsupported_schema": mark("格式版本不支持"),
    "overlap": mark("各档重叠"),
    "gap": mark("各档之间有空缺"),
    "not_an_expression": mark("算式写法有误"),
    "unknown_input": mark("算式用到未声明的输入"),
    "unused_input": mark("声明的输入没有用到"),
    "unknown_rule": mark("没有这条规则"),
    "rule_of_other_kind": mark("引用的规则类型不对"),
    "cycle": mark("规则互相引用成环"),
    "outside_dates": mark("日期超出文件的有效期间"),
}
# how a rule works its answer out
FORMS = {
    "month_end": mark("每月底"),
    "working_days": mark("按工作日计"),
    "before": mark("在某日之前"),
    "yearly": mark("每年一次"),
    "months": mark("按月计"),
    "date": mark("固定日期"),
    "fixed": mark("定额"),
    "bands": mark("按档"),
    "range": mark("每项在区间内"),
    "grades": mark("按等级"),
    "cap": mark("只知上限"),
    "table": mark("分档得分"),
    "linear": mark("按比例得分"),
    "per_unit": mark("逐项得分"),
    "best": mark("取最高一种"),
    "sum": mark("各项合计"),
    "typed": mark("由人填分"),
}
_NEEDS = {"all": mark("全部"), "any": mark("任一")}
# parts of the form
PARTS = {
    "head": mark("政策文件"),
    "relief": mark("可降低的比例"),
    "figures": mark("数值"),
    "basis": mark("条款与核验"),
    "more": mark("其他"),
}
_ANSWERS = {
    "given": mark("给定条件"),
    "verdict": mark("结论"),
    "value": mark("数值"),
    "due": mark("日期"),
    "award_max_fen": mark("奖励上限"),
    "score": mark("得分"),
    "state": mark("状态"),
}


def problem_text(params: dict[str, Any]) -> str:
    """What is wrong with a pack, from the parameters of `policy.pack_invalid`: the problem, the name and the place."""
    word = str(params.get("problem", ""))
    said = tr(PROBLEMS[word]) if word in PROBLEMS else word
    key = str(params.get("where", "")).rpartition(".")[2]
    about = str(params.get("detail") or "")
    label = str(params.get("label") or "")
    if label:
        about = bracketed(label, "" if about == key else about)
    detail = labelled(said, about) if about else said
    if label and params.get("line"):
        return detail  # line and rule say where
    return bracketed(detail, str(params.get("where", "")))


def mismatch_text(mismatch: dict[str, Any]) -> str:
    """An example that no longer holds: what it expects, and what the rule answers now."""
    field = str(mismatch["field"])
    if field == "given":
        return tr("示例 {n} 的给定条件不能用：{found}", n=mismatch["example"], found=sentence(str(mismatch["found"])))
    return tr(
        "示例 {n}：{field}写的是“{expected}”，现在算得“{found}”",
        n=mismatch["example"],
        field=tr(_ANSWERS.get(field, field)),
        expected=_answer(field, str(mismatch["expected"])),
        found=_answer(field, str(mismatch["found"])),
    )


def _answer(field: str, text: str) -> str:
    if field == "verdict" and text in VERDICTS:
        return verdict_word(text)
    if field == "award_max_fen" and text.lstrip("-").isdecimal():
        return tr("{n} 万元", n=shown(int(text), "fen", 2))
    return text


def demands(rule: dict[str, Any]) -> list[str]:
    """What a rule of `packedit.read` demands: how it is worked out, then one line per figure with its unit."""
    said = [tr(FORMS[rule["form"]])] if rule["form"] in FORMS else []
    for field in rule["fields"]:
        path = field["path"]
        if path[-1] == "title" and path[-3] in ("item", "state"):  # what a checklist asks for, and a clock's states
            said.append(field["said"])
        if field["part"] != "figures" or path[-1] in _NO_FIGURES or not field["text"]:
            continue
        if field["type"] == "yes":
            said += [field["label"]] if field["text"] == "1" else []
            continue
        value = next((text for code, text in field["options"] if code == field["text"]), field["said"])
        if path[-1] == "need" and value in _NEEDS:
            value = tr(_NEEDS[value])
        joined = f"{field['label']} {value}" if field["label"][-1] in "≥≤<>=" else labelled(field["label"], value)
        said.append(f"{joined} {field['unit']}".strip())
    return said


def verification_text(rule: dict[str, Any]) -> str:
    """Whether the rule's figures were seen in the document: by whom and on which page, else on what they rest."""
    page = tr("第 {page} 页", page=rule["page"]) if rule["page"] else ""
    if rule["verified"]:
        return spaced(tr("已核实"), rule["verified_by"], page)
    return spaced(tr("未核实"), rule["basis"], page)
