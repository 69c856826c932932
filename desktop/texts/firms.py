"""Sentences about the steps of a tenancy, the torch record, services to firms and mentors."""

from __future__ import annotations

from policy.i18n import mark

SENTENCES: dict[str, str] = {
    "tenancy.wrong_step": mark("“{firm}”现在是“{status}”，不能做“{step}”；没有改动，请先核对这条入驻记录。"),
    "tenancy.open_already": mark("“{firm}”在“{carrier}”已有未结束的入驻记录；没有另建，请打开那一条，或先办退出。"),
    "tenancy.same_carrier": mark("“{firm}”本来就在“{carrier}”；没有改动，请选择要迁入的另一个载体。"),
    "tenancy.day_needed": mark("“{step}”要有日期；没有改动，请填写日期（可以只写到月份）。"),
    "tenancy.area_needed": mark("面积变更要填新的面积和从哪一天起；没有改动，请补齐。"),
    "tenancy.before_last": mark(
        "新的面积从 {day} 起，不晚于已登记的变更（{last}）；没有改动，请核对日期或先改那一条。"
    ),
    "team.no_code": mark("团队注册成企业要填统一社会信用代码；没有改动，请填写营业执照上的代码。"),
    "team.is_firm": mark("“{firm}”已经是企业；没有改动，信用代码请在档案里改。"),
    "firm.same_name": mark("新名称和现在的名称一样；没有改动。"),
    "torch.not_a_state": mark("“{text}”不是填报状态；没有改动，可用 draft、confirmed、reported、corrected。"),
    "torch.not_an_item": mark("“{name}”不是年度数据的项目，也不能在这里改；没有改动，请核对项目名称。"),
    "figures.one_subject": mark("请指明一家企业或一个载体；没有核对任何数据。"),
    "service.not_a_mark": mark(
        "“{text}”不是确认方式；没有改动，可用 none（未确认）、signed（已签字）、receipt（已回执）。"
    ),
    "mentoring.ended": mark("这段辅导关系在 {day} 已经结束；没有改动。"),
}
