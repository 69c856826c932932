"""Sentences about ways in, a new data key, and copies of a workspace."""

from __future__ import annotations

from policy.i18n import mark

SENTENCES: dict[str, str] = {
    "keys.no_name": mark("请填写这个人的姓名；没有增加任何人。"),
    "keys.name_taken": mark("“{name}”已经有自己的口令，没有增加；同名的人请在姓名后加以区分，例如部门。"),
    "keys.too_many": mark("口令、钥匙串和恢复码合计最多 {most} 个，没有增加；请先移除离开的人。"),
    "keys.own": mark("不能移除自己的口令，没有改动；请由另一位持有口令的人来做。"),
    "keys.last_passphrase": mark("这是最后一个口令，没有移除；请先为另一个人增加口令。"),
    "keys.unknown_person": mark("没有这个人的口令，没有改动；请重新打开名单后再试。"),
    "keys.not_by_recovery": mark("只有用恢复码打开后才能重设口令，没有改动；请用“更换口令”，并输入现在的口令。"),
    "keys.whose": mark("这个工作区有几个人的口令（{names}），没有改动；请先选定要重设谁的口令。"),
    "keys.changed_meanwhile": mark("保存这个文件时正在更换数据密钥，文件没有存入，其他内容没有改动；请再添加一次。"),
    "keyring.silent": mark("系统钥匙串没有回应；请用口令打开，数据没有改动。"),
    "unlock.read_only": mark(
        "文件夹 {path} 是只读的，工作区没有打开，数据没有改动；请关掉 U 盘的写保护，或把它整个拷到可写的位置再打开。"
    ),
    "replica.question_other": mark("这个工作区是从另一台电脑（文件夹 {folder}）拷贝来的。原来那份还继续使用吗？"),
    "replica.question_same": mark("这个工作区是从文件夹 {folder} 拷贝来的，那里的一份还在。原来那份还继续使用吗？"),
    "replica.consequences": mark(
        "回答之前不会发送任何内容。两边都用时，等待发送的先由您核实，不会自动发送；两份从此各记各的，不能再合成一份。"
    ),
    "replica.unsettled": mark(
        "这个工作区是从别处拷贝或移动来的，还没有说明是哪一种；没有发送任何内容，请先在提示中回答。"
    ),
    "replica.how": mark("请回答 moved（移动）或 forked（另存一份各自使用）；没有改动。"),
    "warn.cloud_drive": mark(
        "工作区在 {drive} 的同步文件夹里：同步会在使用中拷走半份文件，也会产生两份各自改动的数据。"
        "数据现在没有损坏；请退出程序，把整个文件夹移到不同步的位置，备份可以放在同步文件夹里。"
    ),
    "warn.keyslots": mark(
        "钥匙文件（{files}）有损坏或被改动的部分，数据没有受影响；请在设置的“口令与钥匙”里修复，并核对名单。"
    ),
    "warn.files_under_former_key": mark("更换数据密钥后还有文件没有重新加密；程序会在后台继续，数据没有受影响。"),
    "warn.clock_behind": mark(
        "电脑的时间早于上次保存的时间（{last}）：新的记录会带上错误的时间。已保存的内容没有改动；请校准系统时间。"
    ),
}
