"""What of a pack's text is offered in a form: every figure with its path, what it is called, its unit and type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from db.schema import kind_info, kinds
from policy.dates import is_partial_date
from policy.errors import Refused
from policy.i18n import clauses, labelled, language, listed, mark, spaced, tr, unlisted
from policy.measures import FEN_PER_YUAN, MEASURES, UNITS, parse_figure, shown_unit
from policy.pack import STATUSES

Path = list[str | int]
Field = dict[str, Any]
_GROUPED = 1_000_000  # from where a file writes its numbers in groups
_WAN = 10_000 * FEN_PER_YUAN
_OPS = {">=": "≥", ">": ">", "<=": "≤", "<": "<", "=": "="}

# key -> label, type; the part of the form is by the list it stands in
_HEAD = {
    "id": (mark("代号"), "text"),
    "title": (mark("名称"), "text"),
    "number": (mark("文号"), "text"),
    "issuer": (mark("发布机关"), "text"),
    "layer": (mark("层级"), "choice"),
    "status": (mark("状态"), "choice"),
    "issued_on": (mark("发布日期"), "date"),
    "effective_from": (mark("施行日期"), "date"),
    "effective_to": (mark("失效日期"), "date"),
    "replaces": (mark("替代（政策包代号或文号）"), "texts"),
    "replaced_by": (mark("被替代为"), "text"),
    "incomplete": (mark("内容不全"), "yes"),
    "source": (mark("来源"), "long"),
    "title_en": (mark("英文名称"), "text"),
    "source_en": (mark("英文来源"), "long"),
}
_BASIS = {
    "id": (mark("代号"), "text"),
    "title": (mark("名称"), "text"),
    "clause": (mark("条款"), "text"),
    "verified": (mark("已对照原文核验"), "yes"),
    "verified_by": (mark("核验人或出处"), "text"),
    "page": (mark("页码"), "text"),
    "basis": (mark("未核实时的依据"), "text"),
    "proofs": (mark("佐证材料"), "texts"),
    "note": (mark("说明"), "long"),
}
_MORE = {
    "status": (mark("状态（与文件不同时填）"), "choice"),
    "effective_from": (mark("施行日期（与文件不同时填）"), "date"),
    "effective_to": (mark("失效日期（与文件不同时填）"), "date"),
    "document": (mark("出自另一文件"), "text"),
    "title_en": (mark("英文名称"), "text"),
    "basis_en": (mark("英文依据"), "text"),
    "note_en": (mark("英文说明"), "long"),
}
_FIGURES = {
    "op": (mark("比较"), "choice"),
    "value": (mark("数值"), "figure"),
    "percent": (mark("比例"), "percent"),
    "per": (mark("每"), "whole"),
    "relief": (mark("可按条款降低"), "yes"),
    "from": (mark("起（含）"), "figure"),
    "to": (mark("止（不含）"), "figure"),
    "zero_at": (mark("得零分处"), "figure"),
    "full_at": (mark("得满分处"), "figure"),
    "at_least": (mark("不低于"), "figure"),
    "at_most": (mark("不高于"), "figure"),
    "amount_fen": (mark("金额"), "money"),
    "low_fen": (mark("下限"), "money"),
    "high_fen": (mark("上限"), "money"),
    "cap_fen": (mark("封顶"), "money"),
    "cap_units": (mark("最多计"), "whole"),
    "up_to": (mark("条文为“最高”"), "yes"),
    "points": (mark("分值"), "points"),
    "below": (mark("低于各档得分"), "points"),
    "each": (mark("每单位得分"), "points"),
    "pass_at": (mark("合格分"), "points"),
    "bonus": (mark("加分项"), "yes"),
    "decimals": (mark("保留小数位"), "whole"),
    "month_day": (mark("月-日"), "month_day"),
    "date": (mark("日期"), "date"),
    "months": (mark("月数"), "months"),
    "days": (mark("天数"), "days"),
    "working_days": (mark("工作日数"), "days"),
    "not_before": (mark("须在该日或之后"), "yes"),
    "by": (mark("应达到的时间"), "date"),
    "scope": (mark("口径"), "choice"),
    "need": (mark("须满足"), "need"),
    "supporting": (mark("只作佐证，不作条件"), "yes"),
    "expression": (mark("算式"), "text"),
    "unit": (mark("单位"), "text"),
    "when_below": (mark("低于时的说明"), "text"),
    "is": (mark("等级名称"), "texts"),
    "text": (mark("条文说明"), "long"),
    "title": (mark("名称"), "text"),
    "note": (mark("说明"), "text"),
    "at_start": (mark("恰在起点时的说明"), "text"),
    "source": (mark("出处"), "text"),
    "duty": (mark("应做的事"), "text"),
    "verified": (mark("已对照原文核验"), "yes"),
    "verified_by": (mark("核验人或出处"), "text"),
    "page": (mark("页码"), "text"),
    "basis": (mark("未核实时的依据"), "text"),
}
_RELIEF = {
    "percent": (mark("降低"), "percent"),
    **{key: _BASIS[key] for key in ("clause", "verified", "verified_by", "page", "basis")},
}
# tables inside a rule, and what one of them is called
_PARTS = {
    "test": "",
    "all": mark("第 {n} 项"),
    "any": mark("第 {n} 项"),
    "choose": mark("情形 {n}"),
    "band": mark("第 {n} 档"),
    "grade": mark("等级 {n}"),
    "option": mark("方式 {n}"),
    "item": mark("第 {n} 条"),
    "state": mark("状态 {n}"),
    "rival": mark("另一文件 {n}"),
    "input": mark("输入 {n}"),
}
_OPTIONS: dict[str, dict[str, str]] = {
    "layer": {
        "national": mark("国家"),
        "city": mark("市级"),
        "district": mark("区县"),
        "zone": mark("高新区、开发区"),
        "unit": mark("本单位"),
        "notice": mark("申报通知"),
    },
    "status": STATUSES,
    "scope": {"city": mark("全市"), "district": mark("区县"), "own": mark("本单位"), "taskbook": mark("任务书")},
    "op": _OPS,
}
_UNITS = {"months": mark("个月"), "days": mark("天"), "points": mark("分"), "percent": "%", "money": "fen"}
_WANTED = {
    "whole": mark("整数"),
    "number": mark("数字，最多六位小数"),
    "money": mark("金额，如 50万元"),
    "date": mark("日期，如 2026、2026-03 或 2026-03-31"),
    "month_day": mark("月-日，如 03-31"),
    "need": mark("all（全部）、any（任一）或整数"),
}
_ANSWERS = {
    "verdict": mark("结论"),
    "value": mark("数值"),
    "due": mark("日期"),
    "award_max_fen": mark("奖励上限"),
    "score": mark("得分"),
    "state": mark("状态"),
}
_VERDICTS = {"pass": mark("通过"), "fail": mark("未通过"), "unknown": mark("缺数据"), "info": mark("参考")}


def tables(value: Any) -> list[Any]:
    """The tables of a list; none where it is no list: a text half typed is shown as far as it goes."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def head_fields(raw: Mapping[str, Any]) -> list[Field]:
    """The fields of the pack itself, those it does not have yet too."""
    made = [_field(raw, [], key, _HEAD[key], "head") for key in _HEAD]
    relief = raw.get("relief")
    if isinstance(relief, dict):
        made += [_field(relief, ["relief"], key, _RELIEF[key], "relief") for key in _RELIEF]
    return made


def rule_fields(rule: Mapping[str, Any], place: int) -> list[Field]:
    """The fields of a rule: its figures where they stand, then clause, verification and remarks."""
    path: Path = ["rule", place]
    made = [*_figures(rule, path, "", rule, "figures", skip={*_BASIS, *_MORE})]
    made += [_field(rule, path, key, _BASIS[key], "basis") for key in _BASIS]
    return made + [_field(rule, path, key, _MORE[key], "more") for key in _MORE]


def field_at(raw: Mapping[str, Any], path: Path) -> Field:
    """The field at a path; Refused("packedit.no_place") where the form has none there."""
    rules = tables(raw.get("rule"))
    if path[:1] != ["rule"]:
        fields = head_fields(raw)
    elif len(path) > 2 and isinstance(path[1], int) and path[1] < len(rules):
        fields = rule_fields(rules[path[1]], path[1])
    else:
        fields = []
    found = next((field for field in fields if field["path"] == path), None)
    if found is None:
        raise Refused("packedit.no_place")
    return found


def stored(field: Field, text: str) -> str | bool | list[str] | Fraction:
    """What was typed, as it is written in the file: a text, yes or no, a list, or a number (money in fen).

    Raises Refused("packedit.value_invalid", label, value, wanted).
    """
    typed, kind = text.strip(), field["type"]
    if kind == "yes":
        return typed == "1"
    if kind == "texts":
        return [part.strip() for part in unlisted(typed.replace("，", "、"))]
    if kind in ("whole", "number", "money"):
        bare = typed if kind != "money" or typed[-1:] in ("元", "万", "亿") else f"{typed}万元"
        figure = parse_figure(bare, "fen" if kind == "money" else "个")
        if figure is None or (kind != "number" and figure.denominator != 1):
            raise _unfit(field, typed)
        return figure
    if kind == "fact" or (kind == "need" and typed.isdecimal()):
        return Fraction(int(typed == "1") if kind == "fact" else int(typed))
    unfit = (kind == "date" and not is_partial_date(typed)) or (kind == "need" and typed not in ("all", "any"))
    if unfit or (kind == "month_day" and not is_partial_date(f"2000-{typed}")):
        raise _unfit(field, typed)
    return typed


def inputs_of(raw: Mapping[str, Any], rule: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a rule can be tried with: [{name, label, unit, options}]; `unit` "" is a text, a date or a choice."""
    names: dict[str, list[list[str]]] = {}
    for table in _tables_in(rule):
        for key, value in table.items():
            if key in ("measure", "of", "attribute", "done", "exempt", "stop", "override") and isinstance(value, str):
                names.setdefault(value, [])
            elif key in ("since", "due", "filled") and isinstance(value, list):
                names.update({name: names.get(name, []) for name in value if isinstance(name, str)})
            elif key == "when" and isinstance(value, dict):
                for name, texts in value.items():
                    known = names.setdefault(name, [])
                    known += [[one, one] for one in _named(texts) if [one, one] not in known]
    for example in tables(rule.get("example")):
        names.update({name: names.get(name, []) for name in _table(example.get("given"))})
    if rule.get("kind") in ("deadline", "clock"):
        names.update({name: [] for name in ("period", "today") if name not in names})
    return [_input(raw, rule, name, options) for name, options in names.items()]


def applies_to(raw: Mapping[str, Any], rule: Mapping[str, Any]) -> str:
    """Whom the rule is for, in words; blank where it is for every subject."""
    asked = _table(rule.get("when")).items()
    return clauses(labelled(_called(raw, rule, name), listed(_named(texts))) for name, texts in asked)


def shown_example(raw: Mapping[str, Any], rule: Mapping[str, Any], example: Mapping[str, Any]) -> dict[str, str]:
    """An example in words: {given, expected}."""
    given = [
        labelled(_called(raw, rule, name), _given(name, value)) for name, value in _table(example.get("given")).items()
    ]
    expected = [labelled(tr(_ANSWERS[key]), _answer(key, example[key])) for key in _ANSWERS if key in example]
    return {"given": clauses(given), "expected": clauses(expected)}


def _figures(
    table: Mapping[str, Any], path: Path, prefix: str, around: Mapping[str, Any], part: str, skip: set[str]
) -> Iterator[Field]:
    """The figures of a table and of those inside it; `around` holds the measure the figures are of."""
    of = {key: table.get(key, around.get(key)) for key in ("measure", "of", "percent", "per", "unit")}
    for key, value in table.items():
        if key in skip or key not in _FIGURES or isinstance(value, dict):
            continue
        field = _field(table, path, key, _FIGURES[key], part, of)
        field["label"] = f"{prefix} · {field['label']}" if prefix else field["label"]
        yield field
    for key, value in table.items():
        if key not in _PARTS:
            continue
        if isinstance(value, dict):
            yield from _figures(value, [*path, key], prefix, of, part, set())
        elif isinstance(value, list):
            for place, inner in enumerate(value):
                if isinstance(inner, dict):
                    title = said(inner, "title") or tr(_PARTS[key], n=place + 1)
                    deeper = spaced(prefix, title) if prefix else title
                    yield from _figures(inner, [*path, key, place], deeper, of, part, set())


def _field(
    table: Mapping[str, Any],
    path: Path,
    key: str,
    declared: tuple[str, str],
    part: str,
    of: Mapping[str, Any] | None = None,
) -> Field:
    label, kind, value = tr(declared[0]), declared[1], table.get(key)
    unit = tr(_UNITS[kind]) if kind in _UNITS and kind != "money" else ""
    if isinstance(value, bool):
        kind = "yes"
    elif kind == "figure" or (kind == "percent" and of):
        label, kind, unit = _of_measure(label, key, table, of or {})
    elif kind in ("months", "days"):
        kind = "whole"
    elif kind in ("points", "percent"):
        kind = "number"
    if kind == "money":
        unit = tr(UNITS["fen"])
    options = [[code, tr(text)] for code, text in _OPTIONS[key].items()] if kind == "choice" else []
    if kind == "fact":
        options = [["1", tr("是")], ["0", tr("否")]]
    return {
        "path": [*path, key],
        "label": label,
        "unit": unit,
        "type": kind,
        "text": _typed(value, kind),
        "said": said(table, key) if kind in ("text", "long") else _typed(value, kind),
        "options": options,
        "part": part,
    }


def said(table: Mapping[str, Any], key: str) -> str:
    """A text of the pack as it is shown: its English twin where the language in force is English and there is one."""
    twin = table.get(f"{key}_en") if language() == "en" else ""
    return str(twin or table.get(key, ""))


def _of_measure(label: str, key: str, table: Mapping[str, Any], of: Mapping[str, Any]) -> tuple[str, str, str]:
    """Label, type and unit of a figure by the measure it is of: money in 万元, facts by yes and no, shares in %."""
    measure, base = MEASURES.get(str(of.get("measure"))), MEASURES.get(str(of.get("of")))
    if measure is None:
        unit = "%" if key == "percent" else str(of.get("unit") or "")
        return label, "money" if unit == "fen" else "number", "" if unit == "fen" else unit
    if key in ("value", "percent"):
        name = f"{measure.title()} / {base.title()}" if base else measure.title()
        label = f"{name} {_OPS.get(str(table.get('op', '>=')), '')}".strip()
    if base and of.get("per") is not None:
        return label, "number", f"{shown_unit(measure.unit)}/{of['per']} {shown_unit(base.unit)}"
    if base or key == "percent":
        return label, "number", "%"
    if measure.is_fact:
        return label, "fact", ""
    return label, "money" if measure.unit == "fen" else "number", shown_unit(measure.unit)


def _typed(value: Any, kind: str) -> str:
    """A value of the file as people type it."""
    if value is None:
        return "0" if kind == "yes" else ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return listed(str(one) for one in value)
    if kind == "money" and isinstance(value, int):
        return plain(Fraction(value, _WAN))
    if isinstance(value, int | Fraction):
        return plain(Fraction(value))
    return str(value)


def plain(figure: Fraction, *, grouped: bool = False) -> str:
    """A number of at most six places, exactly; a large whole one grouped by thousands as packs are written."""
    if grouped and figure.denominator == 1 and abs(figure) >= _GROUPED:
        return f"{figure.numerator:_}"
    text = f"{Decimal(figure.numerator) / Decimal(figure.denominator):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _unfit(field: Field, typed: str) -> Refused:
    wanted = tr(_WANTED[field["type"]])
    return Refused("packedit.value_invalid", label=field["label"], value=typed[:40], wanted=wanted)


def _tables_in(rule: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The rule's tables, its examples left out."""
    yield rule
    for key, value in rule.items():
        inner = value if isinstance(value, list) else [value]
        for one in inner if key in _PARTS else ():
            if isinstance(one, dict):
                yield from _tables_in(one)


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _named(texts: Any) -> list[str]:
    """The texts people type among those a condition lists; the stored code where there is no other."""
    given = [text for text in texts if isinstance(text, str)] if isinstance(texts, list) else []
    return [text for text in given if not text.isascii()] or given


def _input(raw: Mapping[str, Any], rule: Mapping[str, Any], name: str, options: list[list[str]]) -> dict[str, Any]:
    measure = MEASURES.get(name)
    if measure is not None and measure.is_fact:
        options = [["1", tr("是")], ["0", tr("否")]]
    return {"name": name, "label": _called(raw, rule, name), "unit": _unit_of(name), "options": options}


def _given(name: str, value: Any) -> str:
    """A figure of an example with its unit; what is written as people type it stays."""
    measure = MEASURES.get(name)
    if measure is None or not isinstance(value, int | Fraction):
        return {"是": tr("是"), "否": tr("否")}.get(str(value), str(value))
    if measure.is_fact:
        return tr("是") if value else tr("否")
    figure = Fraction(value) / (_WAN if measure.unit == "fen" else 1)
    return f"{plain(figure)} {shown_unit(measure.unit)}"


def _unit_of(name: str) -> str:
    return shown_unit(MEASURES[name].unit) if name in MEASURES else ""


def key_label(where: str) -> str:
    """What the form calls the key at a place of the text (`rule[2].test.value`); blank where it has no name there."""
    key = where.rpartition(".")[2].partition("[")[0]
    head = "." not in where
    known = {**_FIGURES, **_MORE, **_BASIS, **(_HEAD if head else {})}
    return tr(known[key][0]) if key in known else ""


def _called(raw: Mapping[str, Any], rule: Mapping[str, Any], name: str) -> str:
    """What a measure, an attribute, a label of the pack or another rule's result is called."""
    if name in MEASURES:
        return MEASURES[name].title()
    own = {"period": tr("期间"), "today": tr("看的日期"), "own_share": tr("本单位份额"), "self_score": tr("自评分")}
    own |= {str(label.get("name")): said(label, "title") for label in tables(raw.get("label"))}
    own |= {f"rule.{one.get('id')}": said(one, "title") for one in tables(raw.get("rule"))}
    own |= {f"choice.{one.get('id')}": said(one, "title") for one in tables(raw.get("choice"))}
    if name in own:
        return own[name]
    subject = str(rule.get("subject", ""))
    for kind in (subject, *kinds()) if subject in kinds() else kinds():
        for field in kind_info(kind).fields:
            if field.name == name:
                return field.shown
    return name


def _answer(key: str, value: Any) -> str:
    if key == "verdict":
        return tr(_VERDICTS.get(str(value), str(value)))
    if key == "award_max_fen" and isinstance(value, int):
        return spaced(plain(Fraction(value, _WAN)), tr(UNITS["fen"]))
    return str(value)
