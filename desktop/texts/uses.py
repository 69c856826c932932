"""Sentences about dividing income, pricing, calendars, awards and targets."""

from __future__ import annotations

from policy.i18n import mark

SENTENCES: dict[str, str] = {
    "deadline.no_reason": mark("请写下处理情况或不适用的理由；没有保存。"),
    "deadline.unknown": mark("没有期限“{key}”，什么也没有改；请重新列出期限后再试。"),
    "distribution.shares_not_whole": mark(
        "团队、单位、学院、服务机构和基金的比例合计为 {sum}%，应恰为 100%；没有保存，请改正后再试。"
    ),
    "distribution.not_whole": mark("人员比例合计为 {sum}%，应为 100%（两位小数的舍入除外）；没有保存，请改正后再试。"),
    "distribution.share_unknown": mark("没有名为 {key} 的分配对象；没有保存。"),
    "distribution.residue_line": mark("承担尾差的一行（{key}）不在明细中；没有保存，请重新选择。"),
    "distribution.line_blank": mark("“{name}”的比例没有填；不按零计算，没有保存，请填写后再试。"),
    "distribution.pct_invalid": mark("“{text}”不是 0 到 100 之间的比例；没有保存，请改正后再试。"),
    "distribution.cost_blank": mark("有一项直接成本没有填金额；不按零计算，没有保存，请填写或移除这一行。"),
    "distribution.incomplete": mark("收益分配还缺{fields}，没有保存；请填写后再试，已填的内容还在页面上。"),
    "distribution.no_contract": mark("没有指明合同（--contract），没有保存；请指明后再试。"),
    "target.no_title": mark("请写下目标名称；没有保存。"),
    "target.scope": mark("目标口径“{text}”不可用，没有保存；可用的有：{known}。"),
    "distribution.negative": mark("“{field}”小于零；没有保存，请改正后再试（退款记在到账里）。"),
    "target.not_of_subject": mark("“{measure}”不能对“{kind}”计算；没有保存，请换一个数量或对象。"),
}
