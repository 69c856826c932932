"""How the store remembers itself: operations and changes, the audit chain, settings, and the search documents."""

from __future__ import annotations

import peewee

from db.fields import JsonText, Note, Stamp, Text
from db.models.base import Table


class Op(Table):
    """One user action: everything it wrote shares its id, in one transaction."""

    id = peewee.AutoField()
    label = Text("操作", "Action", req="S")
    operator = Text("操作人", "Operator")
    at = Stamp("时间", "At", req="S")
    origin = Text("来源", "Origin", req="S")
    undone_by = peewee.IntegerField(null=True)


class Change(Table):
    """One row written by an op: values before and after; a bulk import keeps the ids only (both NULL)."""

    id = peewee.AutoField()
    op = peewee.ForeignKeyField(Op, backref="changes", column_name="op", on_delete="CASCADE")
    kind = Text("表", "Table", req="S")
    record = Text("记录", "Record", req="S", index=True)
    action = Text("动作", "Action", req="S")
    before = JsonText("原值", "Before")
    after = JsonText("新值", "After")


class AuditEntry(Table):
    """Append-only, chained by a keyed hash: who decided what, when, on which figures."""

    seq = peewee.AutoField()
    at = Stamp("时间", "At", req="S")
    operator = Text("操作人", "Operator")
    action = Text("事项", "Action", req="S")
    subject = Text("对象", "Subject", req="S", max_length=400)
    detail = Note("内容", "Detail", req="S")
    previous = Text("前一摘要", "Previous", req="S")
    mac = Text("摘要", "Digest", req="S")


class Alias(Table):
    """The id of a record that was merged into another: whoever still knows it finds the other."""

    alias = Text("原编号", "Former ID", primary_key=True, req="S")
    kind = Text("类型", "Kind", req="S")
    record = Text("现编号", "Present ID", req="S", index=True)


class Draft(Table):
    """What a person typed and has not saved: kept here so that it lies nowhere else, and survives a crash or a lock."""

    key = Text("键", "Key", primary_key=True, req="S")
    operator = Text("操作人", "Operator")
    at = Stamp("时间", "At", req="S")
    texts = JsonText("文字", "Texts", req="S")


class Setting(Table):
    """A value the workspace needs: organisation, kinds, signing key. Never shown as a record."""

    key = Text("键", "Key", primary_key=True, req="S")
    value = JsonText("值", "Value", req="S")
