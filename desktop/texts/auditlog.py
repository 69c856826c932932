"""Sentences about the audit log: what the entry of each action says, how they are grouped, and the faults."""

from __future__ import annotations

from policy.i18n import mark

SENTENCES: dict[str, str] = {
    "audit.bad_head": mark(
        "“{text}”不是操作记录链的末值：应为 16 至 64 位十六进制字符，可带空格。没有核对；请对照原件重新输入。"
    ),
    "audit.bad_length": mark("“{text}”不是条数，没有核对；请填写原件上印的条数，或留空。"),
    "audit.nothing": mark("案件“{title}”在操作记录里没有任何决策，没有生成摘录；请先记录决策。"),
}

GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "decision": (mark("案件决策"), ("case.",)),
    "report": (mark("评价与申报"), ("evaluation.", "application.")),
    "sending": (mark("封装与报送"), ("package.", "delivery.", "endpoint.")),
    "keys": (mark("口令与钥匙"), ("keys.", "operator.")),
    "privacy": (mark("个人信息与佐证"), ("privacy.", "evidence.")),
    "workspace": (mark("工作区"), ("workspace.", "sample.", "policy.", "audit.")),
}

ACTIONS: dict[str, str] = {
    "case.decision": mark("决策：{kind}（{on}）"),
    "case.decision_changed": mark("改动了决策记录：{kind}（{on}），改动项：{fields}"),
    "case.decision_removed": mark("删除了决策记录：{kind}（{on}）"),
    "case.price_changed": mark("改动了价款"),
    "case.gate": mark("里程碑“{milestone}”缺项仍继续或跳过（{on}），理由见案件"),
    "case.outcome": mark("记录案件结果：{outcome}"),
    "evaluation.frozen": mark("评价定稿：达标 {passed} 项，未达标 {failed} 项，缺数据 {unknown} 项"),
    "application.made": mark("生成申报书第 {version} 版"),
    "package.sealed": mark("封装报送包"),
    "package.replaced": mark("报送包由新包 {by} 替代"),
    "delivery.queued": mark("交付发送"),
    "delivery.sent": mark("已送达接收端"),
    "delivery.ingested": mark("收到回执：已受理"),
    "delivery.rejected": mark("收到回执：被退回"),
    "delivery.withdrawn": mark("撤回报送"),
    "delivery.not_arrived": mark("确认对方没有收到，重新发送"),
    "delivery.handed_in": mark("线下递交：{way}"),
    "endpoint.added": mark("添加报送端点 {url}"),
    "keys.person_added": mark("增加操作人 {name}"),
    "keys.person_not_added": mark("没有增加成操作人 {name}"),
    "keys.person_removed": mark("移除操作人 {name} 的全部钥匙"),
    "keys.passphrase_changed": mark("更换 {name} 的口令"),
    "keys.not_done": mark("上面一条没有做成，钥匙没有改动（{name}）"),
    "keys.recovered": mark("用恢复码打开后重设 {name} 的口令"),
    "keys.opened_by_recovery": mark("用恢复码打开工作区"),
    "keys.recovery_replaced": mark("更换恢复码"),
    "keys.keyring_remembered": mark("让系统钥匙串记住 {name} 的钥匙"),
    "keys.keyring_forgotten": mark("系统钥匙串不再记住 {name} 的钥匙"),
    "keys.mended": mark("修复钥匙文件"),
    "keys.rotation_begun": mark("开始更换数据密钥"),
    "keys.rotated": mark("更换数据密钥"),
    "operator.renamed": mark("操作人 {before} 改名为 {after}"),
    "evidence.removed": mark("删除佐证文件"),
    "evidence.opened_outside": mark("在其他程序中打开佐证"),
    "policy.added": mark("添加政策包，摘要 {digest}"),
    "policy.removed": mark("移除政策包，摘要 {digest}"),
    "policy.confirmed": mark("对照通知核实政策数值 {n} 项（{period}）"),
    "policy.unconfirmed": mark("撤回对照核实 {n} 项（{period}）"),
    "policy.chosen": mark("口径取舍：{value}"),
    "policy.key_trusted": mark("信任公钥 {key}"),
    "policy.key_dropped": mark("不再信任公钥 {key}"),
    "policy.calendar_added": mark("添加 {year} 年节假日安排"),
    "privacy.revealed": mark("查看了遮盖的号码"),
    "privacy.erased": mark("删除一人的个人信息"),
    "privacy.exported": mark("导出了含完整号码的 {rows} 行"),
    "workspace.created": mark("建立工作区"),
    "workspace.kinds": mark("本单位类别改为：{kinds}"),
    "workspace.restored": mark("从备份恢复"),
    "workspace.rescued": mark("从损坏的工作区抢救出记录"),
    "workspace.moved": mark("工作区换了电脑继续使用"),
    "workspace.forked": mark("工作区的副本独立使用"),
    "sample.loaded": mark("装入示例数据"),
    "audit.extracted": mark("打印决策摘录：{entries} 条"),
}
