"""Sentences about personal data: masks, redaction and erasing a person."""

from __future__ import annotations

from policy.i18n import mark

SENTENCES: dict[str, str] = {
    "value.masked": mark("内容带有 *，是遮盖后的写法，不是号码本身，没有保存；请填写完整号码，或保留原值。"),
    "row.masked_unknown": mark("是遮盖后的号码，与所对应记录的号码不符或没有对应记录，本行没有导入；请填写完整号码。"),
    "erasing.erased": mark("“{name}”的个人信息已在 {on} 删除，没有再次改动。"),
    "erasing.evidence_in_use": mark("所选佐证里有不只用于此人的文件，没有删除任何内容；请只选仅用于此人的佐证。"),
    "record.erased": mark("此人的个人信息已按要求删除，不能再写入“{fields}”等个人信息；没有保存。"),
    "package.redaction_unknown": mark("报送包里没有可以处理的个人信息字段“{field}”，没有封装；可先查看个人信息清单。"),
}
