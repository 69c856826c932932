"""Every code with its Chinese sentence; the English ones are in the catalogue."""

from __future__ import annotations

from policy.i18n import mark

SENTENCES: dict[str, str] = {
    # workspace and keys
    "workspace.missing": mark("在 {path} 没有找到工作区。没有改动任何内容；请检查文件夹是否正确。"),
    "workspace.not_empty": mark("文件夹 {path} 不是空的，没有写入任何内容；请选择一个新的或空的文件夹。"),
    "workspace.open_elsewhere": mark("工作区 {path} 已在另一个窗口或程序中打开；请先在那里关闭，再重试。"),
    "workspace.locked": mark("工作区尚未打开或已锁定；请输入口令打开后再试。"),
    "workspace.weak_passphrase": mark("口令太短，至少需要 {least} 个字符；请换一个更长的口令。"),
    "workspace.no_organisation": mark("请填写单位名称后再建立工作区。"),
    "key.wrong_passphrase": mark("口令不对，工作区没有打开，数据没有改动；请重新输入，或使用恢复码。"),
    "key.recovery_typo": mark("恢复码有抄写错误（校验不符）；请对照打印的恢复码逐组核对后重新输入。"),
    "key.wrong_recovery": mark("这个恢复码不属于本工作区或已被更换；请使用最近一次打印的恢复码。"),
    "key.keyring_empty": mark("系统钥匙串里没有本工作区的钥匙；请用口令打开。"),
    "key.keyring_stale": mark("系统钥匙串里的钥匙已失效；请用口令打开，需要时重新记住。"),
    "keyring.unavailable": mark("本机没有可用的系统钥匙串；请用口令打开，数据没有改动。"),
    "keyring.locked": mark("系统钥匙串处于锁定状态；请先解锁钥匙串，或用口令打开。"),
    "keyslots.missing": mark("文件夹 {path} 里缺少钥匙文件 keyslots.json；请从备份恢复该文件，数据本身没有改动。"),
    "keyslots.damaged": mark("钥匙文件 {path} 已损坏，工作区没有打开；请从备份恢复该文件。"),
    "keyslots.newer": mark("钥匙文件 {path} 来自更新版本的程序，没有改动；请升级程序后再打开。"),
    "keyslots.tampered": mark("钥匙文件 {path} 与数据不符，可能被改动过；没有打开工作区，请从备份恢复该文件。"),
    "store.missing": mark("文件夹里缺少数据文件 {path}；请从备份恢复。"),
    "store.damaged": mark("数据文件 {path} 已损坏，没有打开；请从最近的备份恢复，原文件请保留。"),
    "store.newer": mark("数据文件 {path} 由更新版本的程序写成，没有改动；请升级程序后再打开。"),
    "store.migration_failed": mark("数据升级没有成功，原数据文件 {path} 保持不变；请备份后联系技术支持。"),
    "store.busy": mark("数据文件 {path} 正被占用，没有写入；请稍后重试。"),
    "disk.full": mark("磁盘空间不足，{path} 没有写入，已保存的内容没有丢失；请清理空间后重试。"),
    "disk.read_only": mark("没有写入 {path} 的权限，内容没有改动；请换一个可写的位置。"),
    "disk.missing": mark("找不到 {path}；请检查路径或 U 盘是否已连接。"),
    "disk.failed": mark("读写 {path} 时设备出错（{reason}），已保存的内容没有丢失；请检查磁盘后重试。"),
    "settings.protected": mark("设置项 {key} 由程序维护，没有改动。"),
    "service.unknown": mark("没有名为 {name} 的功能。"),
    # records
    "kind.unknown": mark("没有名为 {kind} 的记录类型；可用“kinds”查看全部类型。"),
    "kind.no_field": mark("记录类型 {kind} 没有字段 {field}；可用“fields {kind}”查看全部字段。"),
    "record.unknown": mark("没有找到 {kind} 记录 {id}；请检查编号或名称。"),
    "record.ambiguous": mark("“{id}”对应不止一条 {kind} 记录，没有改动；请使用完整编号。"),
    "record.missing_field": mark("还缺少必填项：{fields}；没有保存，请补充后再试。"),
    "record.duplicate": mark("已有相同的记录（{field} 重复），没有保存；请打开已有的记录修改。"),
    "record.broken_ref": mark("所引用的记录不存在，没有保存；请重新选择。"),
    "record.invalid": mark("内容不符合要求，没有保存；请检查后再试。"),
    "record.in_use": mark("还有其他记录引用它，没有删除；请先处理这些记录。"),
    "undo.nothing": mark("没有可以撤销的操作。"),
    "undo.changed_since": mark("“{label}”之后又有改动，没有撤销；请先撤销较新的操作或直接修改。"),
    # import
    "ledger.missing_columns": mark(
        "《{file}》里没有找到必需的列：{fields}；没有导入任何内容，请检查表头或指定对应关系。"
    ),
    "ledger.rows_rejected": mark(
        "有 {count} 处内容不能导入（第一处在第 {row} 行），按“遇错停止”的要求没有导入任何内容。"
    ),
    "row.duplicate": mark("与第 {other} 行是同一条记录，本行没有导入"),
    "ref.unknown": mark("没有找到对应的{kind}"),
    "record.derived": mark("“{field}”由程序计算得出，不能直接填写；没有保存。"),
    "record.bad_value": mark("“{field}”的内容“{value}”不能保存：{reason}；请改正后再试。"),
    "record.classified": mark("涉密成果只能登记编号和涉密标记，“{fields}”等内容一律不得录入；没有保存。"),
    "case.empty_note": mark("请写下发生了什么再保存；没有保存。"),
    "case.bad_time": mark("看不懂时间“{value}”；请写成 2026-11-21 或 2026-11-21 15:30，没有保存。"),
    # policy
    "policy.date_invalid": mark("“{text}”不是有效日期。请写成 2025、2025-07 或 2025-07-31；没有改动任何数据。"),
    "policy.period_invalid": mark("看不懂期间“{text}”。可写 2025、2024..2025、2025Q3、2025-07 或 @2025-12-31。"),
    "policy.unknown_pack": mark("没有名为 {pack} 的政策包；可在政策包列表中查看全部。"),
    "policy.unknown_rule": mark("政策包 {pack} 中没有条目“{rule}”；可查看该政策包的全部条目。"),
    "policy.unknown_name": mark("这里不使用“{name}”。可用的名称：{known}。"),
    "policy.figure_invalid": mark("“{name}”的值“{text}”不是可用的数字（单位 {unit}；金额默认为分，也可写 500万元）。"),
    "policy.pack_invalid": mark("政策包有误，未载入，原有政策包不受影响：{where} – {problem} {detail}。请更正后再试。"),
    "policy.examples_fail": mark("政策包 {pack} 自带的 {count} 个示例与其规则不符，未载入；请更正后再试。"),
    "policy.no_file": mark("找不到政策包文件 {file}；请检查路径。"),
    # evidence
    "evidence.bad_target": mark("看不懂佐证对象“{target}”；请写成 类型:编号、类型:编号.字段 或 indicator:政策包/指标@期间/类型:编号。"),
    "evidence.not_a_file": mark("{file} 不是文件，没有添加；请选择文件。"),
    "evidence.empty": mark("文件《{file}》是空的，没有添加；请检查原文件。"),
    "evidence.too_large": mark("文件《{file}》超过 {limit} GB，没有添加；请拆分或压缩后再试。"),
    "evidence.preview_too_large": mark("文件《{file}》太大，不能在程序内预览；可另存副本查看。"),
    "evidence.pdf_password": mark("《{file}》设有打开密码：已保存，但不能预览或装订；请取消密码后重新添加。"),
    "evidence.pdf_damaged": mark("《{file}》已损坏或不是有效的 PDF：已按原样保存，但不能预览或装订；请换一份文件。"),
    "evidence.missing": mark("佐证文件 {name} 不在工作区里；请从备份恢复，记录没有改动。"),
    "evidence.damaged": mark("佐证文件 {name} 已损坏；请从备份恢复或重新添加，记录没有改动。"),
    "outbox.missing": mark("报送包 {package} 的文件不在待发箱里；请从备份恢复或重新封装。"),
    "outbox.damaged": mark("报送包 {package} 的文件已损坏；请从备份恢复或重新封装。"),
}
