"""Sentences about packages, keys, endpoints and deliveries."""

from __future__ import annotations

from policy.i18n import mark

SENTENCES: dict[str, str] = {
    "age.bad_identity": mark("密钥格式不对，没有解密。请检查密钥是否完整。"),
    "age.wrong_identity": mark("这个文件不是加密给本机密钥的。请找收件人打开，或换用对应的密钥。"),
    "age.bad_recipient": mark("收件方公钥“{recipient}”不正确，没有加密。请向收件单位核对。"),
    "age.damaged": mark("加密文件已损坏或不完整，没有采用任何内容。请重新获取。"),
    "minisign.bad_key": mark("签名公钥格式不对，没有采用。请检查后再试。"),
    "minisign.bad_signature": mark("签名文件格式不对，内容未采用。请向发送方重新索取。"),
    "minisign.other_key": mark("签名用的是另一把密钥（{key_id}，应为 {expected}），内容未采用。请向发送方核实。"),
    "minisign.wrong": mark("签名与内容不符（密钥 {key_id}），内容可能被改动，未采用。请向发送方重新索取。"),
    "package.personal_unconfirmed": mark(
        "收件方没有加密公钥，报送包将以明文发出，其中含个人信息：{fields}。请确认后再封装；尚未写出任何内容。"
    ),
    "package.clear_unconfirmed": mark(
        "收件方没有加密公钥，报送包将以明文发出（个人信息已按所选方式去除或遮盖）。请确认后再封装；尚未写出任何内容。"
    ),
    "package.evidence_changed": mark("佐证文件“{name}”与登记时不一致，已停止封装，原数据未变。请核对并重新登记。"),
    "package.cancelled": mark("已取消封装，没有生成报送包。"),
    "package.damaged": mark("报送包不完整或被改动（{file}：{why}），没有采用任何内容。请重新获取。"),
    "package.too_large": mark("报送包超出安全上限（{limit}），没有打开。请向发送方核实。"),
    "package.unreadable": mark("无法读取报送包文件：{why}。没有改动任何内容，请检查文件或磁盘。"),
    "endpoint.bad_profile": mark("端点档案有误（{field}），未采用。请向发放单位重新索取。"),
    "endpoint.insecure_url": mark("地址“{url}”不是安全的 HTTPS 地址，未采用。请向接收单位核对。"),
    "delivery.decided": mark(
        "这份报送已经有了结果（{state}），不能再撤回，没有改动；要更正，请封装一个替换它的新包，或与接收单位联系。"
    ),
    "delivery.bad_transition": mark("报送处于“{state}”，不能执行“{event}”，没有改动。"),
    "receiver.file_unreadable": mark("无法读取文件 {file}，收件演示没有启动。请检查路径和权限。"),
    "deposit.unreachable": mark("连不上 {host}，报送包保留在待发箱，稍后自动重试。"),
    "deposit.lost_answer": mark("已发出但没有收到 {host} 的答复，尚不知是否收到。稍后先询问服务器，不会重复发送。"),
    "deposit.tls": mark("{host} 的证书不受信任，令牌没有发出，稍后重试。请检查网络登录或联系信息管理员。"),
    "deposit.not_sword": mark("答复不是接收平台发来的（可能是上网登录页），报送包仍在待发箱，稍后重试。"),
    "deposit.busy": mark("服务器暂时不能受理（{status}），报送包已保留，稍后自动重试。"),
    "deposit.redirected": mark("服务器把请求转到别处（{status}），未跟随，报送包已保留。请检查网络登录或核对地址。"),
    "deposit.changed_meanwhile": mark("服务器上的报送刚有变动，稍后核对后再发，报送包已保留。"),
    "deposit.token_refused": mark("服务器不接受令牌（{status}），报送包已保留。请更新令牌后重试。"),
    "deposit.bad_token": mark("令牌含有不允许的字符，没有发出任何内容。请重新粘贴令牌。"),
    "deposit.object_gone": mark("服务器上找不到这次报送（{status}），报送包已保留。请联系接收单位。"),
    "deposit.too_large": mark("报送包超过接收方的大小上限，没有被接受，仍保留在本机。请减少附件或改用其他方式报送。"),
    "deposit.refused": mark("服务器拒绝了报送（{status}）：{words}。报送包已保留，请按提示处理。"),
    "deposit.not_accepting": mark("该地址目前不接收报送包，没有发送。请联系接收单位。"),
    "deposit.foreign_url": mark("服务器给出了别处的地址（{url}），为保护令牌已停止，报送包已保留。请联系接收单位。"),
    "deposit.not_listed": mark("服务器还没有列出报送包，稍后再询问。"),
    "deposit.not_completed": mark("服务器尚未确认报送完成，稍后再询问。"),
    "deposit.cancelled": mark("已暂停发送，已到达的分段保留，可以继续。"),
    "deposit.parcel_changed": mark("待发箱里的报送包已损坏，服务器未接受。请从备份恢复或重新封装。"),
    "deposit.parcel_unreadable": mark("无法读取待发箱里的报送包：{why}。请检查磁盘后重试。"),
    "deposit.ask_receiver": mark(
        "不知道接收方是否已收到，不会自动重发。请向接收单位确认；对方没有收到时，再选择重新发送。"
    ),
    "deposit.object_changed": mark("服务器上的报送已不再是草稿，没有发送报送包。请联系接收单位。"),
    "deposit.listed_twice": mark("服务器上列出了两份报送包，请联系接收单位核对。"),
    "deposit.server_error": mark("服务器处理报送包时出错，请看服务器说明并联系接收单位；本机报送包完好。"),
    "deposit.copy_differs": mark("服务器上的副本与发出的不同，请联系接收单位；本机报送包完好。"),
    "export.cancelled": mark("已取消，没有写出文件，记录没有改动。"),
    "application.format": mark(
        "这份申报书的格式（{format}，{form}）本版本不认识，没有写出文件。请用较新的版本打开，或重新生成申报书。"
    ),
}
