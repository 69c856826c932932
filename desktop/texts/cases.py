"""Sentences about cases: milestones and their gates, outcomes, money that waits to be claimed."""

from __future__ import annotations

from policy.i18n import mark

INSTALMENTS: dict[str, str] = {  # how an instalment stands
    "not_due": mark("未到期"),
    "due": mark("应收"),
    "part": mark("部分收到"),
    "paid": mark("已收"),
    "written_off": mark("核销"),
}

SENTENCES: dict[str, str] = {
    "gate.unknown": mark("没有名为“{milestone}”的里程碑，没有改动；可用的有：{known}。"),
    "gate.unknown_track": mark("没有名为“{track}”的案件类型；可用的有：{known}。"),
    "gate.unknown_way": mark("“{way}”不是中间里程碑的处理方式，没有改动；可用的有：skip、reach、leave。"),
    "gate.unknown_statement": mark("没有名为“{statement}”的说明；可用的有：{known}。"),
    "gate.reason_needed": mark(
        "“{milestone}”还缺：{missing}。可以继续，但要写一句理由（记入操作记录）；还没有改动，请填写理由后再试。"
    ),
    "gate.skip_reason": mark("跳过“{milestone}”要写一句理由；还没有改动，请填写理由后再试。"),
    "case.outcome_reason": mark("结果记为“{outcome}”要写一句原因；还没有改动，请填写原因后再试。"),
    "amendment.none": mark("没有说补充协议改什么，没有保存；请至少选一项并填写新值。"),
    "amendment.nothing": mark("合同的{fields}已经是这个值，补充协议什么也没有改，没有保存；请核对新值。"),
    "amendment.not_a_term": mark("“{field}”不能由补充协议更改，没有保存；可以更改的有：{known}。"),
    "amendment.blank": mark("没有写“{field}”改成什么，没有保存；请填写新值，或去掉这一项。"),
    "receipt.claimed": mark("这笔到账已由合同“{contract}”认领，没有改动；要改归属请先取消认领。"),
    "receipt.not_of_contract": mark("这一期应收不属于所选合同，没有认领；请重新选择。"),
    "receipt.other_payer": mark(
        "付款方“{payer}”不是买方“{buyer}”，还没有认领；确认是代付或更名后，请选择“付款方不同，仍然认领”。"
    ),
    "receipt.distributed": mark("这笔到账已计入收益分配，没有取消认领；请先在收益分配中去掉这笔到账。"),
}
