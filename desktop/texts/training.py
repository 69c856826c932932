"""Sentences about training: enrolment, hours, certificates, the class archive, documents of one record."""

from __future__ import annotations

from policy.i18n import mark

SENTENCES: dict[str, str] = {
    "training.bad_state": mark("没有“{text}”这种状态；没有改动。可以写：{known}。"),
    "training.not_enrolled": mark("名单里有人没有报“{programme}”；没有改动。请先报名，再录取。"),
    "training.row_twice": mark("与名单里前面的一行是同一个人；这一行没有再报一次。"),
    "training.list_changed": mark("名单在核对之后改过；没有录入。请返回，重新读入并核对。"),
    "training.row": mark("这一行没有录入，其余各行已经录入；请按说明改好后再导入一次。"),
    "training.no_reason": mark("改学时要写明原因；学时没有改动。"),
    "training.hours_unreadable": mark("学时“{text}”读不出来；没有改动。请写数字，例如 4 或 3.5。"),
    "training.archive_exists": mark("“{path}”里已有文件；没有写入。请另选一个空文件夹，以免盖掉原来的档案。"),
    "certificate.pattern": mark("编号规则“{pattern}”不能用；没有发证。可用的写法：{known}，其中顺序号必须有。"),
    "certificate.one_number": mark("一个编号只能发给一个还没有证书的人；没有发证。请只选一个人，或用编号规则。"),
    "certificate.number_used": mark("编号 {numbers} 已经用过（包括作废和删除的证书）；没有发证。请换一个编号。"),
    "certificate.no_reason": mark("作废证书要写明原因；证书没有改动。"),
    "certificate.already_void": mark("证书 {number} 已经作废；没有改动。需要新证书时请用补发。"),
    "certificate.reissued_already": mark("证书 {number} 的持证人在同一班已有有效证书；没有再发。请先看那一份。"),
    "document.unknown": mark("没有“{name}”这种文书；没有生成文件。可以写：{known}。"),
}
