"""Sentences for what crashes and failing disks leave behind."""

from __future__ import annotations

from policy.i18n import mark

SENTENCES: dict[str, str] = {
    "workspace.half_restored": mark(
        "文件夹 {path} 里是一次没有完成的恢复，不能当作工作区打开；备份没有改动。请删除这个文件夹，从备份重新恢复。"
    ),
}
