"""Sentences about policy packs: what is wrong in a file, confirmations, choices, signatures and the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policy.i18n import bracketed, mark, tr
from policy.measures import near

SENTENCES: dict[str, str] = {
    "policy.same_pack": mark("这份政策包“{title}”已经在工作区里，内容完全相同；没有改动，直接使用即可。"),
    "policy.pack_invalid": mark("政策包有误，没有载入，原有政策包不受影响。{where}{problem}。请更正后再试。"),
    "policy.examples_fail": mark(
        "政策包 {pack} 自带的 {count} 个示例与其规则不符（规则：{rules}），没有载入；"
        "请用“检查”查看是哪几行，更正后再试。"
    ),
    "policy.replaces_loop": mark(
        "政策包 {pack} 与 {others} 互相替代，没有载入，原有政策包不受影响；请更正其中的 replaces 或 replaced_by。"
    ),
    "policy.shipped": mark("政策包 {pack} 是程序自带的，不能移除，没有改动。不用它时，不选它即可。"),
    "policy.in_use": mark("政策包 {pack} 被 {n} 份定稿使用（{titles}），没有移除；请保留，或先添加替代它的新政策包。"),
    "policy.not_in_force": mark(
        "《{title}》自 {begins} 起施行，期间 {period} 在此之前，没有评价，数据未变。请改用：{earlier}。"
    ),
    "policy.no_notice": mark("工作区里没有佐证“{notice}”，没有记下核实。请先把当年通知添加为佐证，再来对照核实。"),
    "policy.nothing_to_confirm": mark("政策包 {pack} 在这个对象和期间没有尚待核实的数值，没有改动。"),
    "policy.subject_invalid": mark("看不懂对象“{text}”，没有改动。请写成 类别:编号或名称，例如 carrier:某某孵化器。"),
    "policy.unknown_choice": mark("没有名为“{choice}”的取舍事项，没有改动。现有的有：{known}。"),
    "policy.choice_invalid": mark("“{title}”不能取“{value}”，原来的取法保留。可取：{known}，或该事项允许填写的数值。"),
    "policy.choice_reason": mark("“{title}”的取法没有写理由，原来的取法保留。请写明为什么这样取。"),
    "policy.unknown_key": mark("可信公钥里没有编号 {key_id}，没有改动。"),
    "package.unverified": mark(
        "有 {count} 项数值尚未核实（{titles}等），没有封装，申报书和记录都没有改动。"
        "请在申报的“核对”一步对照当年通知核实，再生成新一版申报书。"
    ),
    "calendar.no_file": mark("找不到节假日文件 {file}，没有改动；请检查路径。"),
    "calendar.file_invalid": mark("节假日文件有误，没有采用，原来的日历不变。{line}{problem}。请更正后再试。"),
}

# what `policy.schema.invalid` calls a problem, and what a calendar file may have wrong; {detail} is the name or value
PROBLEMS: dict[str, str] = {
    "not_toml": mark("不是正确的 TOML 写法"),
    "too_large": mark("内容过大"),
    "unknown_key": mark("不认识的键“{detail}”，请检查拼写"),
    "missing": mark("缺少“{detail}”"),
    "wrong_type": mark("“{detail}”的类型不对"),
    "not_allowed": mark("不允许的值“{detail}”"),
    "duplicate": mark("“{detail}”重复"),
    "unknown_measure": mark("没有名为“{detail}”的数量"),
    "measure_of_other_subject": mark("数量“{detail}”不适用于这类对象"),
    "out_of_range": mark("数值“{detail}”超出范围"),
    "too_deep": mark("条件嵌套过深"),
    "unsupported_schema": mark("格式版本本程序不认识，请更新程序"),
    "overlap": mark("档位重叠（{detail}）"),
    "gap": mark("档位之间有空档（{detail}）"),
    "not_an_expression": mark("“{detail}”不是可以计算的算式"),
    "unknown_input": mark("算式用到没有列出的输入“{detail}”"),
    "unused_input": mark("输入“{detail}”没有在算式里用到"),
    "unknown_rule": mark("没有编号为“{detail}”的规则"),
    "rule_of_other_kind": mark("规则“{detail}”的类别或对象不同，不能引用"),
    "cycle": mark("规则互相引用成环（{detail}）"),
    "outside_dates": mark("日期“{detail}”在文件施行期之外"),
    "not_a_date": mark("“{detail}”不是日期，请写成 2027-10-01"),
    "other_year": mark("“{detail}”不在这一年，请放到那一年的文件里"),
    "not_a_weekend": mark("“{detail}”不是周六或周日，不会是调休上班日"),
}


# what the reader of TOML has to say, by how its message begins; the rest tells no more than that it is none
_TOML = {
    "Expected '=' after a key": mark("键后面应有等号"),
    "Unclosed array": mark("方括号没有合上"),
    "Unclosed inline table": mark("花括号没有合上"),
    "Unterminated string": mark("引号没有合上"),
    "Illegal character": mark("有不允许的字符，引号可能没有合上"),
    "Expected newline or end of document": mark("一行里写了两项"),
    "Cannot overwrite a value": mark("同一个键写了两次"),
    "Cannot declare": mark("同一张表写了两次"),
    "Invalid value": mark("等号后面的值不对，文字要加引号"),
    "Invalid statement": mark("这一行看不懂"),
}


def _not_toml(detail: str) -> str:
    plain = "" if " " in detail else detail  # a value as it stands there
    said = next((tr(text) for begins, text in _TOML.items() if detail.startswith(begins)), plain)
    return bracketed(tr("不是正确的 TOML 写法"), said)


def in_words(params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of `policy.pack_invalid` and `calendar.file_invalid` in words, the place by line and rule."""
    told = dict(params)
    line, rule = int(params.get("line") or 0), str(params.get("rule") or "")
    place = str(params.get("where") or "")
    detail = str(params.get("detail") or "") or place.rpartition(".")[2]
    if label := str(params.get("label") or ""):
        detail = bracketed(label, detail)
    problem = str(params.get("problem", ""))
    text = PROBLEMS.get(problem)
    told["problem"] = tr(text).replace("{detail}", detail) if text else problem
    if problem == "not_toml":
        told["problem"] = _not_toml(detail)
    if problem == "unknown_measure":
        told["problem"] = tr("{problem}；相近的有 {near}", problem=told["problem"], near=near(detail))
    if line and rule:
        said = tr("第 {line} 行，规则“{rule}”：", line=line, rule=rule)
    elif line:
        said = tr("第 {line} 行：", line=line)
    elif problem == "missing" and place and "[" not in place:
        said = tr("文件开头（第一条规则之前）")
    else:
        said = tr("{place}：", place=place) if place else ""
    return {**told, "where": said, "line": said}
