"""Drafts in the store: the last typing wins whatever the order, each person has their own, and nothing is readable."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db.models import AuditEntry, Draft, Op, Operator
from desktop.services.registry import call as call_service
from desktop.services.session import Session
from desktop.services.workspace import Workspace
from policy.errors import Refused
from policy.i18n import mark

Call = Callable[..., Any]
SECRET = "秘标暗记ZQXVJKWY"


def _kept(call: Call) -> dict[str, dict[str, str]]:
    return {draft["key"]: draft["texts"] for draft in call("draft.list")["drafts"]}


def test_what_was_typed_last_stays_whichever_comes_first(call: Call) -> None:
    call("draft.keep", drafts={"firm:new": {"at": 20, "texts": {"name": "渝中"}}})
    call("draft.keep", drafts={"firm:new": {"at": 10, "texts": {"name": "渝"}}})
    assert _kept(call) == {"firm:new": {"name": "渝中"}}
    call("draft.keep", drafts={"firm:new": {"at": 40, "texts": {}}})
    call("draft.keep", drafts={"firm:new": {"at": 30, "texts": {"name": "渝中区"}}})
    assert _kept(call) == {}
    answer = call("draft.list", tidy=True)
    assert answer == {"newest": 40, "drafts": []}
    call("draft.keep", drafts={"quicklog": {"at": 50, "texts": {"note": "见面"}}})
    call("draft.keep", drafts={"quicklog#图.png": {"at": 60, "texts": {"data": "AA"}}})
    # what is forgotten next takes the picture along whatever the clock says: it comes later than that
    assert call("draft.list", tidy=True)["newest"] == 60
    call("draft.keep", drafts={"quicklog": {"at": 61, "texts": {}}})
    call("draft.list", tidy=True)
    assert Draft.select().count() == 0


def test_a_draft_says_where_it_belongs(call: Call) -> None:
    firm = call("records.add", kind="firm", values={"name": "甲公司"})["id"]
    texts = {"address": "两江新区"}
    keys = [f"firm:{firm}", "tenancy:new:firm=x", "quicklog", "firm:gone"]
    call("draft.keep", drafts={key: {"at": 5 - place, "texts": texts} for place, key in enumerate(keys)})
    found = {draft["key"]: draft for draft in call("draft.list")["drafts"]}
    assert [draft["at"] for draft in call("draft.list")["drafts"]] == [2, 3, 4, 5]
    assert {key: (found[key]["kind"], found[key]["record"], found[key]["title"]) for key in keys} == {
        f"firm:{firm}": ("firm", firm, "甲公司"),
        "tenancy:new:firm=x": ("tenancy", "new:firm=x", ""),
        "quicklog": ("", "", ""),
        "firm:gone": ("firm", "gone", ""),
    }


def test_a_part_is_kept_as_long_as_its_draft_and_listed_apart(call: Call) -> None:
    call("draft.keep", drafts={"quicklog": {"at": 10, "texts": {"note": "看样机"}}})
    for at, name in ((12, "b.png"), (11, "a.png")):
        call("draft.keep", drafts={f"quicklog#{name}": {"at": at, "texts": {"data": name}}})
    assert list(_kept(call)) == ["quicklog"]
    assert list(call("draft.parts", key="quicklog")) == ["a.png", "b.png"]
    call("draft.keep", drafts={"quicklog#a.png": {"at": 13, "texts": {}}})
    assert call("draft.parts", key="quicklog") == {"b.png": {"data": "b.png"}}
    call("draft.list", tidy=True)
    assert list(call("draft.parts", key="quicklog")) == ["b.png"]
    call("draft.keep", drafts={"quicklog": {"at": 20, "texts": {}}})
    call("draft.keep", drafts={"quicklog#c.png": {"at": 19, "texts": {"data": "late"}}})  # overtaken on the way
    assert call("draft.parts", key="quicklog") == {}
    call("draft.keep", drafts={"quicklog#d.png": {"at": 21, "texts": {"data": "its draft never came"}}})
    call("draft.list", tidy=True)
    assert Draft.select().count() == 0


def test_each_person_has_drafts_of_their_own(call: Call, ws: Workspace) -> None:
    first = ws.store.operator
    call("draft.keep", drafts={"firm:new": {"at": 1, "texts": {"name": "甲"}}})
    with ws.store.write(mark("新增")) as write:
        ws.store.operator = write.insert(Operator, {"name": "王五", "slot": "other"})
    assert _kept(call) == {}
    call("draft.keep", drafts={"firm:new": {"at": 2, "texts": {"name": "乙"}}})
    assert _kept(call) == {"firm:new": {"name": "乙"}}
    ws.store.operator = first
    assert _kept(call) == {"firm:new": {"name": "甲"}}


def test_a_draft_leaves_no_history_and_is_readable_in_no_file(
    call: Call, session: Session, ws: Workspace, folder: Path
) -> None:
    before = (Op.select().count(), AuditEntry.select().count())
    call("draft.keep", drafts={f"firm:{SECRET}": {"at": 1, "texts": {"name": SECRET}}})
    assert _kept(call) == {f"firm:{SECRET}": {"name": SECRET}}
    assert (Op.select().count(), AuditEntry.select().count()) == before
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.name == "store.db-wal" for path in files)
    session.close()
    for path in (*files, *(path for path in folder.rglob("*") if path.is_file())):
        if path.exists():
            data = path.read_bytes()
            for word in (SECRET.encode(), SECRET.encode("utf-16-le"), SECRET[:4].encode()):
                assert word not in data, path


def test_pasted_pictures_are_taken_in_without_being_files(
    call: Call, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = call("records.add", kind="case", values={"no": "A-1", "title": "焊缝检测", "track": "supply"})["id"]
    picture = b"\x89PNG\r\n\x1a\n" + SECRET.encode() * 50
    entered = {"case": case, "kind": "visit", "note": "看了样机"}
    answer = call("case.log", **entered, pictures=[{"name": "a/b:c.png", "data": picture}])
    assert call("evidence.content", id=answer["evidence"][0])["data"] == picture
    assert call("evidence.list")[0]["file_name"] == "a_b_c.png"
    monkeypatch.setattr("desktop.services.evidence.MAX_PICTURES", len(picture))
    with pytest.raises(Refused) as refused:
        call_service(session, "case.log", None, **entered, pictures=[{"name": "x.png", "data": picture + b"0"}])
    assert refused.value.code == "evidence.pictures_too_large"
    assert len(call("case.entries", case=case)) == 1
