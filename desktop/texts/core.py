"""Sentences about the workspace, records, policies, evidence and sending."""

from __future__ import annotations

from policy.i18n import mark

SENTENCES: dict[str, str] = {
    # workspace and keys
    "workspace.missing": mark(
        "在 {path} 没有找到工作区，没有改动任何内容；请检查 U 盘或移动硬盘是否已连接、文件夹是否改了名。"
    ),
    "workspace.not_empty": mark("文件夹 {path} 不是空的，没有写入任何内容；请选择一个新的或空的文件夹。"),
    "workspace.open_elsewhere": mark("工作区 {path} 已在另一个窗口或程序中打开；请先在那里关闭，再重试。"),
    "workspace.locked": mark("工作区尚未打开或已锁定；请输入口令打开后再试。"),
    "workspace.weak_passphrase": mark("口令太短，至少需要 {least} 个字符；请换一个更长的口令。"),
    "workspace.no_organisation": mark("请填写单位名称后再建立工作区。"),
    "key.wrong_passphrase": mark("口令不对，什么也没有改动；请重新输入，忘记了可以用恢复码打开工作区。"),
    "key.recovery_typo": mark("恢复码有抄写错误（校验不符）；请对照打印的恢复码逐组核对后重新输入。"),
    "key.wrong_recovery": mark("这个恢复码不属于本工作区或已被更换；请使用最近一次打印的恢复码。"),
    "key.keyring_empty": mark("系统钥匙串里没有本工作区的钥匙；请用口令打开。"),
    "key.keyring_stale": mark("系统钥匙串里的钥匙已失效；请用口令打开，需要时重新记住。"),
    "keyring.unavailable": mark("本机没有可用的系统钥匙串；请用口令打开，数据没有改动。"),
    "keyring.locked": mark("系统钥匙串处于锁定状态；请先解锁钥匙串，或用口令打开。"),
    "keyslots.missing": mark("文件夹 {path} 里缺少钥匙文件 keyslots.json；请从备份恢复该文件，数据本身没有改动。"),
    "keyslots.damaged": mark("钥匙文件 {path} 已损坏，工作区没有打开；请从备份恢复该文件。"),
    "keyslots.newer": mark("钥匙文件 {path} 来自更新版本的程序，没有改动；请升级程序后再打开。"),
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
    "world.memory": mark("内存不足，这一步没有完成，已保存的内容没有丢失；请关闭其他程序后重试。"),
    "store.process_gone": mark("后台数据进程意外结束，已保存的内容没有丢失；请重新打开工作区。"),
    "aside.failed": mark("后台计算意外结束，没有改动任何内容；请重试。"),
    "bench.unknown": mark("没有名为 {name} 的基准；可用的有：{known}。"),
    "cli.no_workspace": mark("没有指定工作区；请使用 --workspace 或环境变量 FUZHUAN_WORKSPACE。"),
    "cli.no_passphrase": mark("没有口令；请使用 --passphrase-file，或在终端中运行以便输入。"),
    "cli.passphrases_differ": mark("两次输入不一致，没有改动；请重新输入。"),
    "cli.secret_file": mark("读不到口令或令牌文件 {file}（应为 UTF-8 文本，第一行有内容）；请检查后重试。"),
    "cli.usage": mark("命令写法不对（{detail}）；没有改动，请用“{command} --help”查看写法。"),
    "cli.recovery_file_exists": mark("文件 {file} 已有内容，没有覆盖，没有改动任何内容；请换一个文件名保存恢复码。"),
    "cli.not_a_pair": mark("“{text}”不是“名称=值”的形式；请改正后重试。"),
    "sample.not_empty": mark(
        "工作区里已有记录（{kind}），没有装入示例数据，原有记录没有改动；请新建一个空工作区再装入示例。"
    ),
    # records
    "kind.unknown": mark("没有名为 {kind} 的记录类型；可用“fuzhuan kinds”查看全部类型。"),
    "kind.internal": mark("“{kind}”由程序自己记录，不能直接增删改或导出；请使用相应的功能。"),
    "kind.no_field": mark("记录类型 {kind} 没有字段 {field}；可用“fuzhuan fields {kind}”查看全部字段。"),
    "record.unknown": mark("没有找到{kind}“{id}”；请检查编号或名称。"),
    "record.ambiguous": mark("“{id}”对应不止一条{kind}记录，没有改动；请使用完整编号。"),
    "record.missing_field": mark("还缺少必填项：{fields}；没有保存，请补充后再试。"),
    "record.duplicate": mark("已有相同的记录（{field} 重复），没有保存；请打开已有的记录修改。"),
    "record.broken_ref": mark("所引用的记录不存在，没有保存；请重新选择。"),
    "record.invalid": mark("内容不符合要求，没有保存；请检查后再试。"),
    "record.in_use": mark("还有其他记录引用它，没有删除；请先处理这些记录。"),
    "undo.nothing": mark("没有可以撤销的操作。"),
    "undo.changed_since": mark("“{label}”之后又有改动，没有撤销；请先撤销较新的操作或直接修改。"),
    "merge.same": mark("不能把记录合并到它自己；没有改动。"),
    "merge.other_code": mark("两条记录属于不同的统一社会信用代码，是两家单位，没有合并。"),
    "merge.both_have": mark("两条记录都有同一期的“{kind}”，没有合并；请先把它们并成一条。"),
    "merge.as_firm": mark("它同时是企业，请按“企业”合并；没有改动。"),
    # import
    "ledger.missing_columns": mark(
        "《{file}》里没有找到必需的列：{fields}；没有导入任何内容，请检查表头或指定对应关系。"
    ),
    "ledger.rows_rejected": mark(
        "有 {count} 处内容不能导入（第一处在第 {row} 行），按“遇错停止”的要求没有导入任何内容。"
    ),
    "row.duplicate": mark("与第 {other} 行是同一条记录，本行没有导入"),
    "row.only_the_program": mark("这类记录只能在程序里新增，本行没有导入；已有的记录可以导入修改"),
    "ref.unknown": mark("没有找到对应的{kind}"),
    "record.derived": mark("“{field}”由程序计算得出，不能直接填写；没有保存。"),
    "record.bad_value": mark("“{field}”的内容“{value}”不能保存：{reason}"),
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
    "policy.id_taken": mark("程序自带的政策包已用编号 {pack}，没有载入；请换一个编号，并写明它替代哪一份。"),
    "policy.no_file": mark("找不到政策包文件 {file}；请检查路径。"),
    # evidence
    "evidence.bad_target": mark(
        "看不懂佐证对象“{target}”；请写成 类型:编号、类型:编号.字段 或 indicator:政策包/指标@期间/类型:编号。"
    ),
    "evidence.not_a_file": mark("{file} 不是文件，没有添加；请选择文件。"),
    "evidence.empty": mark("文件《{file}》是空的，没有添加；请检查原文件。"),
    "evidence.too_large": mark("文件《{file}》超过 {limit} GB，没有添加；请拆分或压缩后再试。"),
    "evidence.preview_too_large": mark("文件《{file}》太大，不能在程序内预览；可另存副本查看。"),
    "evidence.pdf_password": mark("《{file}》设有打开密码：已保存，但不能预览或装订；请取消密码后重新添加。"),
    "evidence.pdf_damaged": mark("《{file}》已损坏或不是有效的 PDF：已按原样保存，但不能预览或装订；请换一份文件。"),
    "evidence.missing": mark("佐证文件 {name} 不在工作区里；请从备份恢复，记录没有改动。"),
    "evidence.damaged": mark("佐证文件 {name} 已损坏；请从备份恢复或重新添加，记录没有改动。"),
    "evaluation.wrong_subject": mark("这个政策包不评价“{kind}”；可评价的对象类型：{known}。"),
    "evaluation.which_subject": mark("请指明评价对象（类型:编号）；可评价的对象类型：{known}。"),
    "snapshot.changed": mark("定稿“{title}”的内容与其摘要不符，不能使用；请从备份恢复。"),
    "apply.unknown_section": mark("没有这个文字部分；可用的有：{known}。"),
    "apply.blocked": mark("申报书没有生成：{reasons}。请处理后再试，已有内容没有改动。"),
    "package.no_file": mark("找不到文件 {file}；请检查路径。"),
    "endpoint.no_file": mark("找不到端点档案 {file}；请检查路径。"),
    "delivery.running": mark("这份报送正在进行中，请稍候。"),
    "delivery.already_accepted": mark("这个报送包已被该端点受理，没有再次发送；如需更正，请封装替换它的新包。"),
    "delivery.returned": mark("这个报送包已被该端点退回，没有再次发送；请更正后重新封装，并写明替换它。"),
    "delivery.other_recipient": mark("报送包的加密对象与端点“{endpoint}”不一致，没有发送；请为该端点重新封装。"),
    "outbox.missing": mark("报送包 {package} 的文件不在待发箱里；请从备份恢复或重新封装。"),
    "outbox.damaged": mark("报送包 {package} 的文件已损坏；请从备份恢复或重新封装。"),
}
