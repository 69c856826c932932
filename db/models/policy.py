"""The policy layer's own records: what was chosen, checked and scored, a year's holidays, whose packs are trusted."""

from __future__ import annotations

from db.fields import DateText, Dec, Note, Ref, Text, Year
from db.models.base import Kind, Record
from db.models.proof import Evidence


class PolicyChoice(Record):
    """Which of several texts in conflict is taken; a blank period means always."""

    KIND = Kind("choice", "口径取舍", "Choice", natural=(("choice", "period"),), title="choice")

    choice = Text("取舍事项", "Matter", req="S")
    period = Text("期间", "Period", req="S", max_length=40, default="")
    value = Text("所取", "Taken", req="S")
    reason = Note("理由", "Reason")


class Confirmation(Record):
    """A person checked an unverified figure of a pack against the year's notice, which is attached."""

    KIND = Kind(
        "confirmation", "核实", "Confirmation", natural=(("pack_digest", "rule", "period", "subject"),), title="rule"
    )

    pack = Text("政策包", "Pack", req="S")
    pack_digest = Text("政策包摘要", "Pack digest", req="S", index=True)
    rule = Text("条目", "Rule", req="S")
    period = Text("期间", "Period", req="S", max_length=40)
    subject = Text("对象", "Subject", req="S", default="")
    notice = Ref(Evidence, "通知原文", "Notice", req="S")
    page = Text("页码", "Page")
    note = Note("说明", "Note")
    confirmed_on = DateText("核实日期", "Confirmed on", req="S")


class SelfScore(Record):
    """Points a person gave for a rule whose points are typed, with the words that go into the application."""

    KIND = Kind("self_score", "自评", "Self-score", natural=(("pack", "rule", "period", "subject"),), title="rule")

    pack = Text("政策包", "Pack", req="S")
    rule = Text("条目", "Rule", req="S")
    period = Text("期间", "Period", req="S", max_length=40)
    subject = Text("对象", "Subject", req="S")
    score = Dec("自评分", "Score", unit="分", scale=3)
    text = Note("自评说明", "Words")


class NotApplicable(Record):
    """A field that a record has no value for, and why: it is missing no more; or one of its dates, set aside.

    Of a date `field` is `date.done/` or `date.na/` with the day and what names it (`desktop.services.deadlines`).
    """

    KIND = Kind("not_applicable", "不适用", "Not applicable", natural=(("kind", "record", "field"),), title="reason")

    kind = Text("记录类型", "Record kind", req="S")
    record = Text("记录编号", "Record ID", req="S", index=True)
    field = Text("字段", "Field", req="S")
    reason = Text("理由", "Reason", req="S", max_length=500)


class HolidayYear(Record):
    """The State Council's holidays and make-up days of a year, as the file that was taken in."""

    KIND = Kind("holiday_year", "节假日安排", "Holidays of a year", natural=(("year",),), title="document")

    year = Year("年度", "Year", req="S", unique=True)
    document = Text("文号", "Document", req="S")
    content = Note("原文", "Text", req="S")
    digest = Text("摘要", "Digest", req="S")


class TrustedKey(Record):
    """A public key whose signatures on packs count."""

    KIND = Kind("trusted_key", "可信公钥", "Trusted key", natural=(("key_id",),), title="holder")

    key_id = Text("公钥编号", "Key ID", req="S", unique=True)
    line = Text("公钥", "Public key", req="S")
    holder = Text("持有人", "Holder", req="S")
    added_on = DateText("加入日期", "Added on", req="S")
