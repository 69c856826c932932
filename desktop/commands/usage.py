"""How the command line explains itself: what a placeholder stands for, and the parser's own words in our language."""

from __future__ import annotations

import argparse
from typing import NoReturn

from policy.errors import Usage
from policy.i18n import mark, tr
from policy.nearby import nearby

# what an argument stands for where its command says no more about it; by its placeholder
MEANINGS: dict[str, str] = {
    "APPLICATION": mark("申报书的编号，见 applications"),
    "AWARD": mark("奖补的编号或名称"),
    "A": mark("政策包编号或文件"),
    "B": mark("另一个政策包编号或文件"),
    "CARRIER": mark("孵化载体的编号或名称"),
    "CASE": mark("案件的编号或名称"),
    "CERTIFICATE": mark("证书的编号或证书号"),
    "CONTRACT": mark("技术合同的编号或名称"),
    "D": mark("日期，如 2026-11-21"),
    "DATE": mark("日期，如 2026-11-21"),
    "DIR": mark("文件夹"),
    "EVENT": mark("活动的编号或名称"),
    "EVIDENCE": mark("佐证的编号，见 evidence list"),
    "FIELD": mark("字段，见 fields"),
    "FIELD=VALUE": mark("字段和值，字段见 fields"),
    "FILE": mark("文件"),
    "FILE.xlsx": mark("写成的工作簿"),
    "FIRM": mark("企业的编号或名称"),
    "FOLDER": mark("文件夹"),
    "FORM": mark("表格"),
    "GROUP": mark("事项的类别"),
    "HEAD": mark("末值：纸面、报送包或回执上的十六进制数"),
    "ID": mark("编号（前 8 位即可）或名称"),
    "ITEM": mark("路演项目的编号或名称"),
    "KEY": mark("见 deadlines 每行末尾"),
    "KIND": mark("记录类型，见 kinds"),
    "KIND:ID": mark("对象，如 carrier:名称"),
    "MEASURE": mark("数量，见 measures"),
    "MILESTONE": mark("里程碑，见 case milestones"),
    "NAME": mark("名称"),
    "NO": mark("编号"),
    "NUMBER": mark("证书号"),
    "OUT": mark("写到的文件或文件夹"),
    "OUT.pdf": mark("写成的 PDF"),
    "OUTCOME": mark("结果：open、won、lost、paused、terminated、handed_over 或其中文"),
    "P": mark("期间：2025、2024..2025、2025Q3、2025-07 或 @2025-12-31"),
    "PACK": mark("政策包编号，见 policy list"),
    "PACKAGE": mark("报送包的编号，见 outbox"),
    "PATH": mark("文件"),
    "PERSON": mark("人员的编号或姓名"),
    "POST": mark("岗位"),
    "PROFILE": mark("端点档案，由受理单位发放"),
    "PROGRAMME": mark("培训班的编号或名称"),
    "ROUND": mark("申报轮次的编号或名称，见 round list"),
    "RULE": mark("条目，见 policy show"),
    "SESSION": mark("课次的编号，见 training sheet"),
    "SNAPSHOT": mark("定稿的编号，见 snapshots"),
    "T": mark("标题"),
    "TARGET": mark("类型:编号、类型:编号.字段，或 indicator:政策包/指标@期间/类型:编号"),
    "TEAM": mark("团队的编号或名称"),
    "TEXT": mark("文字"),
    "TIME": mark("时间，如 2026-11-21 15:30"),
    "TITLE": mark("名称"),
    "TRACK": mark("赛道：supply 成果、demand 需求、equity 作价投资、poc 概念验证"),
    "UNIVERSITY": mark("高校、科研院所的编号或名称"),
    "URL": mark("网址"),
    "USCC": mark("统一社会信用代码"),
    "VALUE": mark("值；金额为分，也可写 500万元"),
    "YEAR": mark("年度，如 2026"),
    "YYYY": mark("年度，如 2026"),
    "field=value": mark("字段和值，字段见 fields"),
    "name=value": mark("名称和值"),
    "section=TEXT": mark("文字部分和内容"),
}
# the same of what has no placeholder or one that says little: by the option
OPTIONS: dict[str, str] = {
    "action": mark("只有 import：导入考勤"),
    "--as": mark("作为哪一类"),
    "--at": mark("发生的时间；不写就是现在"),
    "--basis": mark("口径"),
    "--before": mark("只列这一条之前的"),
    "--days": mark("往后多少天"),
    "--decision": mark("是一次决策（记入操作记录）"),
    "--doc-kind": mark("佐证类别"),
    "--dry-run": mark("只看会怎样，不改动"),
    "--endpoint": mark("报送端点的名称"),
    "--founded-on": mark("成立日期"),
    "--ground": mark("终止的缘由"),
    "--how": mark("怎样发出"),
    "--kind": mark("类别"),
    "--length": mark("到第几条为止"),
    "--limit": mark("最多几条"),
    "--link": mark("与对象的关系"),
    "--map": mark("列名对应的字段（JSON 文件）"),
    "--minutes": mark("分钟数"),
    "--name": mark("名称"),
    "--next": mark("下一步做什么"),
    "--note": mark("说明"),
    "--on-error": mark("遇到不能导入的行：略过，或什么也不导入"),
    "--page": mark("在通知的第几页"),
    "--period": mark("期间：2025、2024..2025、2025Q3、2025-07 或 @2025-12-31"),
    "--quarter": mark("季度；不写就是全年"),
    "--reason": mark("理由"),
    "--result": mark("结果"),
    "--scope": mark("口径：全市、区县、本单位或任务书"),
    "--sheet": mark("工作表"),
    "--size": mark("规模"),
    "--title": mark("标题"),
    "how": mark("moved：原来那份不再使用；forked：两边都用"),
    "kind": mark("本单位的类别"),
    "op": mark("操作的编号，见 history；不写就是最近一次"),
    "state": mark("状态"),
    "statement": mark("price 定价，tax 个税"),
}
_WORDS = {
    "usage: ": mark("用法："),
    "positional arguments": mark("参数"),
    "options": mark("选项"),
    "show this help message and exit": mark("显示这份说明"),
    "the following arguments are required: %s": mark("缺少 %s"),
    "unrecognized arguments: %s": mark("多出 %s"),
    "argument %(argument_name)s: %(message)s": mark("%(argument_name)s %(message)s"),
    "invalid %(type)s value: %(value)r": mark("不能是 %(value)r"),
    "expected one argument": mark("后面缺少内容"),
    "expected at least one argument": mark("后面缺少内容"),
    "expected %s argument": mark("后面应有 %s 项"),
    "expected %s arguments": mark("后面应有 %s 项"),
    "not allowed with argument %s": mark("不能与 %s 同用"),
    "one of the arguments %s is required": mark("应写 %s 之一"),
    "ambiguous option: %(option)s could match %(matches)s": mark("%(option)s 可以是 %(matches)s，请写全"),
    "ignored explicit argument %r": mark("后面不应有 %r"),
}


class Parser(argparse.ArgumentParser):
    """Explains every argument, and says what is wrong with a call as every other error is said: one sentence."""

    def error(self, message: str) -> NoReturn:
        raise Usage("cli.usage", detail=message, command=self.prog)

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """As argparse does it, but of all the commands only the nearest are told."""
        if action.choices is not None and value not in action.choices:
            known = nearby(str(value), map(str, filter(None, action.choices)))
            raise argparse.ArgumentError(action, tr("不能是“{value}”，可用的有 {known}", value=value, known=known))

    def explain(self) -> None:
        """Give each argument without a help the meaning of its placeholder."""
        for action in self._actions:
            if action.help is None:
                action.help = _meaning(action)


def _meaning(action: argparse.Action) -> str | None:
    names = [name for name in (*action.option_strings, action.dest) if name in OPTIONS]
    shown = action.metavar if isinstance(action.metavar, str) else ""
    plain = shown if shown in MEANINGS and not action.option_strings else ""
    if plain:
        return tr(MEANINGS[plain])
    if names:
        return tr(OPTIONS[names[0]])
    return tr(MEANINGS[shown]) if shown in MEANINGS else None


def speak() -> None:
    """Let argparse use our words: it asks `gettext`, of which it holds the function under this name."""
    vars(argparse).update(_=_word, ngettext=_counted)


def _word(text: str) -> str:
    return tr(_WORDS[text]) if text in _WORDS else text


def _counted(one: str, many: str, count: int) -> str:
    return _word(one if count == 1 else many)
