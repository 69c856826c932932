"""Sentences about a damaged store and what is taken out of it."""

from __future__ import annotations

from policy.i18n import mark

SENTENCES: dict[str, str] = {
    "store.log_damaged": mark(
        "日志文件 {path} 已损坏，没有打开，文件没有改动：损坏处之前有 {before} 次保存，之后有 {behind} 次。"
        "请用“抢救可读内容到新文件夹”取回，或从最近的备份恢复；原文件请保留。"
    ),
    "store.beyond_rescue": mark(
        "数据文件 {path} 的结构部分读不出来，无法抢救；原文件没有改动。请从最近的备份恢复，原文件请保留。"
    ),
    "rescue.inside": mark("新文件夹 {path} 在原工作区里面，没有写入任何内容；请在别处选一个新的或空的文件夹。"),
}
