"""Sentences for what crashes and failing disks leave behind."""

from __future__ import annotations

from policy.i18n import mark

SENTENCES: dict[str, str] = {
    "workspace.half_restored": mark(
        "文件夹 {path} 里是一次没有完成的恢复，不能当作工作区打开；备份没有改动。请删除这个文件夹，从备份重新恢复。"
    ),
    "store.exchange_unfinished": mark(
        "更换数据密钥时磁盘出错，还差最后一步；已保存的内容没有丢失。请关闭工作区再打开，程序会接着完成。"
    ),
    "warn.reconciling": mark("程序上次没有正常结束；已保存的内容都在，正在后台核对文件，可以照常使用。"),
    "warn.files_missing": mark(
        "程序上次没有正常结束，有 {n} 条记录的文件不在工作区里；其余不受影响。"
        "请运行“检查工作区”查看是哪些，再从备份取回。"
    ),
    "warn.clock_behind": mark(
        "这台电脑的时钟（{now}）比最近一次保存的时间（{last}）还早。数据没有受影响，操作顺序也不变，"
        "但新记录的时间会不对；请校准系统时间。"
    ),
}
