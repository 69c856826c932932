"""Erasing a person: nothing that leads to them is left in the store, every figure is as before, the rest is named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from db.keyslots import derive
from db.models import AuditEntry, Change, Draft, Evidence, EvidenceLink, Person
from db.store import Store
from desktop.services import erasing
from desktop.services.workspace import Workspace
from policy.errors import Refused, WorldFault

PACKS = ("guokefaqu-2018-300", "cq-draft-measures")
PERSON = {
    "name": "欧阳翠翠",
    "id_no": "500112199003070026",
    "birth": "1990-03",
    "phone": "13812345678",
    "email": "cuicui@example.com",
    "wechat": "cui_wechat",
    "department": "翡翠研究室",
    "title": "工程师",
    "org_category": "university",
}
MARKERS = (
    "欧阳翠翠",
    "500112199003070026",
    "13812345678",
    "13912345678",
    "cuicui",
    "cui_wechat",
    "翡翠研究室",
    "1990-03",
)
# as the search index keeps the name: pairs of characters and of syllables; sorted words share their beginnings, so
# only the end of one is written
TERMS = ("欧阳".encode()[1:], "阳翠".encode()[1:], "ou·yang".encode(), "yang·cui".encode())
LEFT = (*(marker.encode() for marker in MARKERS), *TERMS)
PAGE, RESERVED = 4096, 80  # SQLCipher 4: each page ends with its IV and its MAC


@pytest.fixture
def person(call) -> str:
    return str(call("records.add", kind="person", values=PERSON)["id"])


def _rows(ws: Workspace) -> bytes:
    """Every value of every table, the search index's own tables among them."""
    found: list[bytes] = []
    with ws.store.read() as connection:
        kinds = "SELECT name FROM pragma_table_list WHERE type IN ('table', 'shadow')"
        for (name,) in list(connection.execute(kinds)):
            for row in connection.execute(f'SELECT * FROM "{name}"'):
                found += [cell if isinstance(cell, bytes) else str(cell).encode() for cell in row]
    return b"\n".join(found)


def _left(held: bytes) -> list[bytes]:
    return [marker for marker in LEFT if marker in held]


def _pages(file: Path, data_key: bytes) -> Iterator[bytes]:
    """The clear bytes of every page of a store's file, the free ones too."""
    key, data = derive(data_key, "store"), file.read_bytes()
    for start in range(0, len(data), PAGE):
        page = data[start : start + PAGE]
        body = page[16 if start == 0 else 0 : PAGE - RESERVED]
        decryptor = Cipher(algorithms.AES(key), modes.CBC(page[PAGE - RESERVED : PAGE - RESERVED + 16])).decryptor()
        yield decryptor.update(body) + decryptor.finalize()


def _raw(folder: Path, data_key: bytes) -> bytes:
    assert not (folder / "store.db-wal").exists()
    return b"".join(_pages(folder / "store.db", data_key))


def _figures(call: Callable[..., Any]) -> list[tuple[Any, ...]]:
    found = []
    for pack in PACKS:
        subjects = call("evaluation.subjects", pack=pack)
        firms = [subject for subject in subjects if subject["kind"] == "firm"]
        for subject in [*(subject for subject in subjects if subject["kind"] != "firm"), *firms[:4]]:
            result = call("evaluation.run", pack=pack, period="2025", subject=f"{subject['kind']}:{subject['id']}")
            for name, value in result["measures"].items():
                rows = sorted((row["kind"], row["id"], row["value"], row["date"]) for row in value["rows"])
                found.append((pack, subject["id"], name, value["value"], value["blanks"], rows))
            found += [(pack, item["id"], item["verdict"], item["value"]) for item in result["indicators"]]
    return found


def test_nothing_of_a_person_is_left_in_any_table_or_on_any_page(call, ws, folder, person):
    others = [{"name": f"同事{number}", "phone": f"100{number:08}"} for number in range(30)]
    for values in others:
        call("records.add", kind="person", values=values)
    call("records.edit", kind="person", id=person, values={"phone": "13912345678"})
    call("records.edit", kind="person", id=person, values={"phone": PERSON["phone"]})
    double = call("records.add", kind="person", values={**PERSON, "id_no": None})["id"]
    call("records.merge", kind="person", id=double, into=person)
    texts = {"name": "欧阳翠翠（改）"}
    call(
        "draft.keep",
        drafts={f"person:{person}": {"at": 1, "texts": texts}, "firm:x": {"at": 1, "texts": {"name": "甲"}}},
    )
    held = _rows(ws)
    assert _left(held) == list(LEFT)

    answer = call("person.erase", id=person)
    assert set(answer["blanked"]) == {"姓名", "证件号码", "出生年月", "手机", "邮箱", "微信", "部门"}
    held = _rows(ws)
    assert _left(held) == [] and "同事29".encode() in held
    assert Draft.select().count() == 1
    row = call("records.get", kind="person", id=person)
    assert row["name"] == f"已删除人员 {person[:8]}" and row["erased_on"] and row["title"] == "工程师"
    assert call("records.find", text="翠翠") == call("records.find", text=PERSON["phone"]) == []
    assert [hit["id"] for hit in call("records.find", text=f"已删除人员 {person[:8]}")] == [person]
    assert ws.store.integrity() == []
    data_key = ws.data_key
    ws.close()
    raw = _raw(folder, data_key)
    assert "同事29".encode() in raw  # the pages were read rightly
    assert _left(raw) == []


def test_without_the_purge_the_index_would_keep_it(call, ws, folder, person, monkeypatch):
    """What the test above looks for is there when the index is only told to forget the record."""
    monkeypatch.setattr("db.search.purge", lambda _connection: None)
    call("person.erase", id=person)
    data_key = ws.data_key
    ws.close()
    assert set(_left(_raw(folder, data_key))) == set(TERMS)


@pytest.fixture
def sample(call) -> None:
    call("sample.load", evidence=False)


def test_every_figure_of_both_packs_stays(call, ws, sample):
    before = _figures(call)
    counted = {row["id"] for pack in PACKS for row in _counted(call, pack)}
    assert len(before) > 50 and counted
    holders = [row[0] for row in Person.raw(_HOLDERS).tuples()]
    assert len(holders) >= 5
    for record in holders:
        assert call("person.erase", id=record)["remains"]["figures"]
    assert _figures(call) == before


_HOLDERS = "SELECT person FROM certificate UNION SELECT person FROM case_broker LIMIT 8"


def _counted(call: Callable[..., Any], pack: str) -> list[dict[str, Any]]:
    subject = call("evaluation.subjects", pack=pack)[0]
    result = call("evaluation.run", pack=pack, period="2025", subject=f"{subject['kind']}:{subject['id']}")
    return [row for value in result["measures"].values() for row in value["rows"]]


def test_what_remains_is_named(call, ws, person, tmp_path):
    span = {"starts_on": "2025-05-01", "ends_on": "2025-05-09"}
    programme = {"name": "经纪人班", "p_kind": "broker_junior", "organiser": "本单位", **span}
    course = call("records.add", kind="programme", values=programme)["id"]
    named = {"c_kind": "completion", "number": "C-1", "issuer": "本单位", "issued_on": "2025-06-01"}
    certificate = {"person": person, "programme": course, **named}
    paper = call("records.add", kind="certificate", values=certificate)["id"]
    case = call("records.add", kind="case", values={"no": "A-1", "title": "转让", "track": "supply"})["id"]
    note = {"case": case, "happened_on": "2026-01-01", "kind": "visit", "note": "与欧阳翠翠面谈"}
    log = call("records.add", kind="case_log", values=note)["id"]
    call("records.edit", kind="case_log", id=log, values={"note": "与欧阳翠翠面谈两次"})
    files = []
    for name, target in (("证书", f"certificate:{paper}"), ("合影", f"person:{person}")):
        file = tmp_path / f"{name}.txt"
        file.write_text(name, "utf-8")
        files.append(call("evidence.add", files=[str(file)], target=target)["ids"][0])
    call("evidence.link", ids=[files[1]], target=f"case:{case}")

    found = call("person.erase", id=person, dry_run=True)
    assert call("records.get", kind="person", id=person)["name"] == PERSON["name"] and found["changes"] == {}
    remains = found["remains"]
    assert [(item["kind"], item["count"]) for item in remains["figures"]] == [("certificate", 1)]
    assert {(item["id"], item["only_use"]) for item in remains["evidence"]} == {(files[0], True), (files[1], False)}
    assert [(item["kind"], item["id"], item["field"]) for item in remains["mentions"]] == [("case_log", log, "内容")]
    assert remains["history"] == 2 and remains["packages"] == [] and remains["frozen"] == []
    with pytest.raises(Refused) as refused:
        call("person.erase", id=person, evidence=files)
    assert refused.value.code == "erasing.evidence_in_use"

    blob = Evidence.get_by_id(files[0]).blob
    call("person.erase", id=person, evidence=[files[0]])
    assert Evidence.get_or_none(Evidence.id == files[0]) is None and not ws.evidence.exists(blob)
    assert EvidenceLink.select().where(EvidenceLink.evidence == files[1]).count() == 2
    assert (
        not Change.select()
        .where(Change.kind == "evidence", Change.record == files[0], Change.after.is_null(False))
        .exists()
    )
    assert ws.store.integrity() == []


def test_frozen_figures_and_packages_that_hold_the_person_are_named(call, ws, sample):
    subject = f"organisation:{ws.store.setting('organisation')}"
    frozen = call("evaluation.freeze", pack=PACKS[1], period="2025", subject=subject)["id"]
    content = call("evaluation.snapshot", id=frozen)
    (row,) = [row for value in content["measures"].values() for row in value["rows"] if row["kind"] == "certificate"][
        :1
    ]
    holder = call("records.get", kind="certificate", id=row["id"])["person"]
    book = call("apply.make", snapshot=frozen)["id"]
    package = call("package.seal", application=book, personal_confirmed=True)["id"]
    remains = call("person.erase", id=holder, dry_run=True)["remains"]
    assert {(item["kind"], item["id"]) for item in remains["frozen"]} == {("snapshot", frozen), ("application", book)}
    assert [item["id"] for item in remains["packages"]] == [package]


def test_it_is_noted_without_values_and_cannot_be_undone(call, ws, person):
    answer = call("person.erase", id=person)
    entry = AuditEntry.select().order_by(AuditEntry.seq.desc()).first()
    assert (entry.action, entry.subject) == ("privacy.erased", f"person:{person}")
    assert json.loads(entry.detail)["fields"] == 7
    assert not any(marker in entry.detail for marker in MARKERS)
    with pytest.raises(Refused) as refused:
        call("records.undo", op=answer["changes"]["op"])
    assert refused.value.code == "undo.nothing"
    with pytest.raises(Refused) as refused:
        call("person.erase", id=person)
    assert refused.value.code == "erasing.erased"


def test_neither_a_form_nor_an_older_sheet_brings_the_person_back(call, person, tmp_path):
    file = tmp_path / "人员.xlsx"
    call("records.export", kind="person", file=str(file), with_personal=True)
    call("person.erase", id=person)
    answer = call("ledger.import", file=str(file), kind="person")
    assert (answer["added"], answer["updated"], answer["rejected_rows"]) == (0, 0, 1)
    assert answer["rejected"][0]["code"] == "record.erased"
    with pytest.raises(Refused) as refused:
        call("records.edit", kind="person", id=person, values={"phone": "13812345678"})
    assert refused.value.code == "record.erased"
    assert call("records.edit", kind="person", id=person, values={"title": "教授"})["changed"]
    other = call("records.add", kind="person", values=PERSON)["id"]
    with pytest.raises(Refused):
        call("records.merge", kind="person", id=other, into=person)


def test_a_file_that_somebody_brings_again_at_that_moment_stays(call, ws, person, tmp_path, monkeypatch):
    file = tmp_path / "paper.txt"
    file.write_bytes(b"paper " * 100)
    evidence = call("evidence.add", files=[str(file)], target=f"person:{person}")["ids"]
    forget = erasing.forget_unused

    def late(*arguments: Any) -> None:
        call("evidence.add", files=[str(file)])
        forget(*arguments)

    monkeypatch.setattr(erasing, "forget_unused", late)
    call("person.erase", id=person, evidence=evidence)
    with ws.store.read():
        kept = Evidence.get()
    assert kept.id not in evidence and ws.evidence.read(kept.blob) == file.read_bytes()


@pytest.mark.parametrize("way", ["typed", "imported"])
def test_nothing_said_of_a_case_before_it_turned_out_secret_is_left(call, ws, folder, tmp_path, way):
    words = ("焊缝", "机理")
    for number in range(30):
        call("records.add", kind="case", values={"no": f"N-{number}", "title": f"同事{number}", "track": "supply"})
    case = call("records.add", kind="case", values={"no": "S-9", "title": "焊缝检测机理", "track": "supply"})["id"]
    own, of_it, other = f"case:{case}", f"contract:new:case={case}", "case:new"
    call("draft.keep", drafts={key: {"at": 1, "texts": {"title": "焊缝"}} for key in (own, of_it)})
    call("draft.keep", drafts={other: {"at": 1, "texts": {"title": "别的"}}})
    call("draft.keep", drafts={f"{of_it}#照片.png": {"at": 2, "texts": {"data": "焊缝"}}})
    call("lists.excuse", kind="case", id=case, field="mode", reason="焊缝不转让")
    call("records.edit", kind="case", id=case, values={"next_on": "2026-11-25"})
    for how, reason in (("done", "机理已问清"), ("na", "焊缝另办"), ("", "")):
        call("deadlines.settle", keys=[f"next/{case}"], how=how, reason=reason, on="2026-11-21")
    call("records.edit", kind="case", id=case, values={"next_on": ""})
    secret = {"no": "S-9", "title": "S-9", "track": "supply", "classified": "是"}
    if way == "typed":
        call("records.edit", kind="case", id=case, values=secret)
    else:
        sheet = tmp_path / "cases.csv"
        sheet.write_text("案件编号,案件名称,案件类型,涉密\nS-9,S-9,supply,是\n", "utf-8")
        call("ledger.import", file=str(sheet), kind="case")
    assert call("records.get", kind="case", id=case)["classified"] == 1
    assert [draft["key"] for draft in call("draft.list")["drafts"]] == [other]
    with pytest.raises(Refused) as refused:
        call("lists.excuse", kind="case", id=case, field="mode", reason="某型号")
    assert refused.value.code == "record.classified"
    data_key = ws.data_key
    ws.close()
    raw = _raw(folder, data_key)
    assert "同事29".encode() in raw and not [word for word in words if word.encode() in raw]


def test_a_disk_that_fails_after_the_erasing_does_not_make_it_look_undone(call, ws, person, monkeypatch):
    def full(_store: Store) -> NoReturn:
        raise WorldFault("disk.full", path="")

    with monkeypatch.context() as patch:
        patch.setattr(erasing, "forget_unused", lambda *_arguments: patch.setattr(Store, "read", full))
        assert call("person.erase", id=person)["changes"]["records"] == {"person": [person]}
    assert call("records.get", kind="person", id=person)["phone"] is None
