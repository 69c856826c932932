"""Evidence: files stored once by content, and the links that say what each one proves."""

from __future__ import annotations

from db import enums
from db.enums_documents import DOC_KIND
from db.fields import DateText, Enum, Int, JsonText, Note, Ref, Text, Tri
from db.models.base import Kind, Record


class Evidence(Record):
    KIND = Kind("evidence", "佐证", "Evidence", natural=(("digest",),), title="title")

    title = Text("名称", "Title", req="S", search=True)
    file_name = Text("文件名", "File name", req="S", max_length=500, search=True)
    blob = Text("存放名", "Stored name", req="D", null=False, index=True)
    digest = Text("SHA-256", "SHA-256", req="D", null=False, unique=True)
    bytes = Int("字节数", "Bytes", req="D", null=False)
    media_type = Text("文件类型", "Media type", req="D", null=False)
    pages = Int("页数", "Pages", req="D")
    doc_kind = Enum("材料类别", "Document kind", options=DOC_KIND, req="S", default="d70")
    doc_no = Text("文号/编号", "Number", req="F")
    issuer = Text("出具方", "Issuer", req="F")
    issued_on = DateText("出具日期", "Issued on", req="F")
    valid_from = DateText("有效期起", "Valid from", req="F")
    valid_until = DateText("有效期止", "Valid until", req="F", since="issued_on")
    has_stamp = Tri("盖章", "Stamped", req="F")
    has_signature = Tri("签字", "Signed", req="F")
    is_copy = Tri("复印件", "Copy", req="F")
    original_place = Text("原件存放", "Where the original is")
    page_note = JsonText("关键页", "Key pages")
    sensitivity = Enum("敏感级", "Sensitivity", options=enums.SENSITIVITY, req="S", default="internal")
    state = Enum("状态", "State", options=enums.EVIDENCE_STATE, req="S", default="valid")
    remarks = Note("备注", "Remarks", internal=True)
    redacted_version = Ref("self", "脱敏件", "Redacted version")


class EvidenceLink(Record):
    """What a piece of evidence proves: `target` is KIND:ID, KIND:ID.field or indicator:PACK/ID@PERIOD/KIND:ID."""

    KIND = Kind("evidence_link", "佐证关系", "Evidence link", natural=(("evidence", "target", "link"),), title="target")

    evidence = Ref(Evidence, "佐证", "Evidence", req="S")
    target = Text("对象", "Target", req="S", max_length=400, index=True)
    link = Enum("关系", "Relation", options=enums.LINK_KIND, req="S", default="proves")
    page_from = Int("起始页", "From page")
    page_to = Int("结束页", "To page")
    claimed_value = Text("证明的数值", "Claimed value")
    period = Text("期间", "Period", max_length=40)
    note = Note("说明", "Note")
