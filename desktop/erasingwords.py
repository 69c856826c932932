"""What erasing a person does and leaves, in words: for the command line and for the window."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policy.dates import minute as moment
from policy.i18n import bracketed, labelled, listed, mark, tr


def erased_lines(answer: dict[str, Any]) -> Iterator[str]:
    """What goes, what is kept because it leads to nobody, and what of the person remains elsewhere, a line each."""
    planned = tr("将删除“{name}”的个人信息，删除后不能撤销", name=answer["name"])
    head = planned if answer["dry_run"] else tr("已删除“{name}”的个人信息", name=answer["name"])
    yield labelled(head, listed(answer["blanked"]))
    if answer["kept"]:
        yield tr("保留（不指向个人）：{fields}", fields=listed(answer["kept"]))
    if answer.get("settled") is False:
        yield tr("磁盘出错，旧文字要到工作区下次关闭时才从日志文件里清除；请检查磁盘。")
    yield from _remaining(answer["remains"])


def _remaining(remains: dict[str, Any]) -> Iterator[str]:
    if remains["figures"]:
        counts = listed(bracketed(item["label"], str(item["count"])) for item in remains["figures"])
        yield tr("统计仍按编号计入，数字不变：{counts}", counts=counts)
    for item in remains["frozen"]:
        yield tr("已定稿，不能改动：{item}", item=labelled(item["label"], item["title"]))
    for item in remains["packages"]:
        yield tr("已封装，不能改动：{item}", item=bracketed(item["title"], moment(item["sealed_at"])))
    for item in remains["evidence"]:
        use = tr("仅用于此人，可以一并删除") if item["only_use"] else tr("还用于其他记录")
        yield tr("佐证需要您决定：{item}", item=f"{item['title']} {item['id']} {use}")
    for item in remains["mentions"]:
        yield tr("文字中提到此人，需要您修改：{item}", item=f"{item['label']} {item['id']} {item['field']}")
    for name, text in (
        ("history", mark("变更记录中还有 {n} 处提到此人")),
        ("drafts", mark("其他未保存的草稿中有 {n} 份提到此人")),
        ("audit", mark("操作记录中有 {n} 条提到此人；操作记录只增不改")),
    ):
        if remains[name]:
            yield tr(text, n=remains[name])
    if remains["operator"]:
        yield tr("操作人署名保留，以说明操作由谁作出：{names}", names=listed(remains["operator"]))
    if remains["backups"]:
        yield tr(
            "此前的 {n} 份备份中仍有，将随新备份逐步替换（最长约 {months} 个月）：",
            n=len(remains["backups"]),
            months=remains["backups_months"],
        )
        yield from (f"  {moment(item['at_ms'])} {item['file']}" for item in remains["backups"])
