"""Sentences about editing a policy pack."""

from __future__ import annotations

from policy.i18n import mark

SENTENCES: dict[str, str] = {
    "packedit.not_toml": mark(
        "第 {line} 行写法有误（{detail}），表单暂时不能显示。文本没有改动；请在“文本”里改正这一行。"
    ),
    "packedit.not_text": mark("文件 {file} 不是 UTF-8 文本，没有打开；请用记事本另存为 UTF-8 后再试。"),
    "packedit.no_place": mark("文本里已经找不到要改的这一处，没有改动。请在表单里重新选择规则，或直接改文本。"),
    "packedit.value_invalid": mark("“{label}”不能填“{value}”，原来的数值保留；请改成：{wanted}。"),
}
