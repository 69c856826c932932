"""Sentences about rounds, the notice's own table and self-scores."""

from __future__ import annotations

from policy.i18n import mark

SENTENCES: dict[str, str] = {
    # what is said of a row in the preview
    "notice.row.blank": mark("没有写分值"),
    "notice.row.unreadable": mark("分值读不懂，请填写"),
    "notice.row.negative": mark("扣分项，不计入合计"),
    "notice.row.shared": mark("分值与上一行合并，请分开填写"),
    "notice.row.upper": mark("原文是范围或上限，取最高分"),
    "notice.row.percent": mark("原文是百分比，按分数取用"),
    "notice.row.in_title": mark("分值取自名称或标准中的文字"),
    "notice.no_table": mark(
        "没有找到表格，没有录入任何内容；请在 Word、WPS 或表格软件里选中整张表复制后再粘贴，或选择文件。"
    ),
    "notice.too_large": mark("表格过大（最多 {rows} 行、{columns} 列），没有录入任何内容；请只复制评分表那一部分。"),
    "notice.old_word": mark(
        "{file} 是旧格式的 Word 文档，没有读入；请用 Word 或 WPS 打开，另存为 .docx，或直接复制其中的表格后粘贴。"
    ),
    "notice.unreadable": mark("{file} 已损坏或不是有效的文档，没有读入任何内容；请在 Word 或 WPS 中打开并另存后重试。"),
    "notice.roles": mark("列的对应关系与表格不符（表格有 {columns} 列），没有改动；请重新粘贴表格。"),
    "notice.too_many_rows": mark("指标超过 {most} 行，没有录入；请检查是否多选了内容，或分成两个轮次。"),
    "notice.unknown_table": mark("没有这张表格，文件里共有 {count} 张；没有改动。"),
    "notice.no_rows": mark("没有可录入的指标，原有评分表没有改动；请检查各列的对应关系。"),
    "notice.row_untitled": mark("第 {row} 行没有指标名称，没有保存；请补上名称，或把这一行改为不录入。"),
    "notice.points_unreadable": mark(
        "第 {row} 行的分值“{text}”读不懂，没有保存；请填写满分的数字，通知没有写明的留空。"
    ),
    "notice.total_unreadable": mark("总分“{text}”读不懂，没有保存；请填写数字，通知没有写明的留空。"),
    "notice.sealed": mark(
        "已有按《{title}》评分表封装的申报书，评分表不能再改；原有内容没有改动。通知有变化时，请新建一个申报轮次。"
    ),
    "notice.no_table_yet": mark("这个轮次还没有录入通知的评分表；请先粘贴或选择评分表。"),
    "notice.attach_typed": mark("“{title}”也由人工打分，不能作为计算规则关联；没有改动，请选择能计算的规则。"),
    "notice.attach_other": mark("“{title}”评价的对象与评分表不同，不能关联；没有改动。"),
    "score.not_typed": mark("“{title}”由程序计算，不能直接打分；没有保存。"),
    "score.unreadable": mark("“{title}”的自评分“{text}”不是可用的数字，没有保存；请填写 0 至满分之间的数字。"),
    "score.too_fine": mark("“{title}”的自评分“{text}”小数过多，没有保存；最多保留三位小数。"),
    "score.above": mark("“{title}”最高 {most} 分，填写的是 {score} 分，没有保存；请改正。"),
    "score.too_long": mark("说明文字超过 {limit} 字，没有保存；请缩短。"),
    "round.bad_step": mark("第 {row} 步的时限“{text}”读不懂，没有保存；请写成 2026-05-08 或 2026-05-08 17:30。"),
    "round.nameless_step": mark("第 {row} 步没有名称，没有保存；请写明是哪一步，如单位提交、区县审核。"),
    "round.in_use": mark("“{title}”已用于申报书或报送，没有删除；可以把它归档。"),
}
