"""Sentences about lists, many records at once, what is missing and what is doubled."""

from __future__ import annotations

from policy.i18n import mark

SENTENCES: dict[str, str] = {
    "list.bad_condition": mark("“{field}”不能这样筛选；列表没有变化。请换一个条件或填写要比较的内容。"),
    "list.not_missing": mark("“{field}”已有内容或必须填写，不能标为不适用；没有改动。"),
    "bulk.all_of_a_kind": mark("批量删除要用 --text 或 --where 说明是哪些记录；没有删除。"),
    "bulk.one_code": mark("“{field}”每条记录各不相同，不能批量改成同一个值；没有改动。"),
    "bulk.in_use": mark(
        "有 {count} 条还被其他记录引用（{names}…），一条也没有删除；请先处理引用它们的记录，或改为归档。"
    ),
}
