"""Sentences about personal data: masks, redaction and erasing a person."""

from __future__ import annotations

from policy.i18n import mark

SENTENCES: dict[str, str] = {
    "value.masked": mark("内容带有 *，是遮盖后的写法，不是号码本身，没有保存；请填写完整号码，或保留原值。"),
    "row.masked_unknown": mark("是遮盖后的号码，与所对应记录的号码不符或没有对应记录，本行没有导入；请填写完整号码。"),
    "erasing.erased": mark("“{name}”的个人信息已在 {on} 删除，没有再次改动。"),
    "package.redaction_unknown": mark("报送包里没有可以处理的个人信息字段“{field}”，没有封装；可先查看个人信息清单。"),
}
