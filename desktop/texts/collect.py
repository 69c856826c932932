"""Sentences about collection rounds and their forms."""

from __future__ import annotations

from policy.i18n import mark

SENTENCES: dict[str, str] = {
    "collect.wrong_period": mark("期间“{period}”和采集类别不符；没有建批次。年报写 2025，季报写 2025Q3。"),
    "collect.not_a_figure": mark("“{name}”不是可以采集的数据项；没有建批次，请核对项目名称。"),
    "collect.nobody": mark("“{carrier}”在 {period} 末没有在孵的企业或团队；没有建批次，请先登记入驻。"),
    "collect.not_returned": mark("“{firm}”的表还没有收回；没有改动，收回并核对之后再确认。"),
    "collect.not_a_form": mark("{file} 里没有找到填报表（“项目”“本年数”两列和数据项）；没有读入，请打开文件看一看。"),
    "collect.no_files": mark("“{folder}”里没有文件；没有改动，请选择放着回收文件的文件夹。"),
    "collect.too_many_files": mark(
        "文件夹里有 {n} 个文件，一次最多 {limit} 个；没有读入，请选择只放回收文件的文件夹。"
    ),
}
