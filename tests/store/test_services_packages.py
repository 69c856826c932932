"""What a package holds of the records: nothing kept for ourselves, nothing classified; what sealing leaves behind."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from db.models import Application, Organisation, Package, Snapshot
from db.schema import kinds
from desktop.services import packages
from desktop.services.packagerecords import gather, schema
from policy.errors import Fault, Refused, WorldFault


def _gathered(ws, *rows: tuple[str, str]) -> tuple[dict[str, Any], list[str]]:
    pack = dict.fromkeys(("id", "title", "number", "digest", "status"), "x")
    measure = {"rows": [{"kind": kind, "id": record} for kind, record in rows]}
    subject = {"kind": "organisation", "id": str(ws.store.setting("organisation"))}
    with ws.store.read():
        return gather(
            {"pack": pack, "subject": subject, "period": "2025", "indicators": [], "measures": {"m": measure}}
        )


def test_what_we_note_for_ourselves_stays_here(call, ws):
    case = {
        "no": "C-1",
        "title": "减速器转让",
        "track": "supply",
        "next_action": "悄悄话一",
        "outcome_reason": "悄悄话二",
    }
    record = call("records.add", kind="case", values={**case, "outcome_reason": "悄悄话二"})["id"]
    firm = call("records.add", kind="firm", values={"name": "甲公司", "remarks": "悄悄话三"})["id"]
    subject = f"organisation:{ws.store.setting('organisation')}"
    call("evaluation.type", measure="brokers_trained", subject=subject, period="2025", value="3", note="悄悄话四")
    (typed,) = call("records.ids", kind="typed_measure")
    document, _personal = _gathered(ws, ("case", record), ("firm", firm), ("typed_measure", typed))
    text = json.dumps(document, ensure_ascii=False)
    assert "减速器转让" in text and "甲公司" in text and '"3"' in text
    assert "悄悄话" not in text
    assert "remarks" not in json.dumps(schema(document["records"]))
    jsonschema.validate(document, schema(document["records"]))


def test_a_classified_case_and_a_confidential_entry_are_not_in_it(call, ws):
    secret = {"no": "S-1", "title": "S-1", "track": "supply", "classified": "是"}
    hidden = call("records.add", kind="case", values=secret)["id"]
    open_case = call("records.add", kind="case", values={"no": "C-2", "title": "C-2", "track": "supply"})["id"]
    entry = {"case": open_case, "happened_on": "2026-01-01", "kind": "visit", "note": "底价", "confidential": "是"}
    log = call("records.add", kind="case_log", values=entry)["id"]
    document, _personal = _gathered(ws, ("case", hidden), ("case_log", log))
    assert [row["no"] for row in document["records"]["case"]] == ["C-2"]
    assert document["records"]["case_log"] == []


def test_no_kind_of_the_programs_own_and_no_token_has_a_place_in_it():
    declared = {name for info in kinds().values() for name in [field.name for field in info.fields]}
    assert "token" in declared
    assert "token" not in json.dumps(schema(["organisation", "person", "case", "contract", "typed_measure"]))


@pytest.fixture
def book(ws) -> str:
    """An application whose snapshot names one trade secret and one file with personal data."""
    own = str(ws.store.setting("organisation"))
    proof = {"doc_kind": "d70", "media_type": "text/plain", "file_name": "a.txt", "used_for": ["i"]}
    evidence = []
    for number, sensitivity in enumerate(("internal", "trade_secret", "personal")):
        stored = ws.evidence.add_bytes(b"proof %d" % number)
        named = {"id": f"e{number}", "title": f"佐证{sensitivity}", "sensitivity": sensitivity}
        evidence.append({**proof, **named, "blob": stored.name, "digest": stored.sha256, "bytes": stored.bytes})
    snapshot = {
        "pack": dict.fromkeys(("id", "title", "number", "digest", "status"), "x"),
        "subject": {"kind": "organisation", "id": own, "name": "我们"},
        "period": "2025",
        "digest": "d",
        "indicators": [],
        "measures": {},
        "evidence": evidence,
    }
    pdf = ws.evidence.add_bytes(b"%PDF-1.7 book")
    with ws.store.write("x") as write:
        text = dict.fromkeys(("pack", "pack_digest", "pack_text", "subject", "period", "digest", "content"), "x")
        frozen = write.insert(Snapshot, {"title": "定稿", "frozen_at": 1, **text})
        values = {"title": "书", "snapshot": frozen, "form": "f", "version": 1, "pdf_blob": pdf.name}
        values |= {"pdf_digest": pdf.sha256, "pdf_bytes": pdf.bytes, "content": json.dumps({"snapshot": snapshot})}
        return write.insert(Application, values)


def test_without_encryption_trade_secrets_are_named_like_personal_data(call, ws, book):
    with pytest.raises(Refused, match=r"package\.personal_unconfirmed") as refused:
        call("package.seal", application=book)
    assert [name.partition("·")[2] for name in refused.value.params["fields"] if "佐证" in name] == [
        "佐证personal",
        "佐证trade_secret",
    ]
    assert ws.outbox.packages() == []


def test_a_package_whose_row_could_not_be_written_leaves_no_files(call, ws, book, monkeypatch):
    def full(*_: Any, **__: Any) -> None:
        raise WorldFault("disk.full", path="store.db")

    monkeypatch.setattr(packages.Package, "insert", full)
    with pytest.raises(WorldFault):
        call("package.seal", application=book, personal_confirmed=True)
    assert ws.outbox.packages() == []


def test_a_correction_names_the_package_by_its_prefix(call, ws, book):
    first = call("package.seal", application=book, personal_confirmed=True)["id"]
    second = call("package.seal", application=book, personal_confirmed=True, replaces=first[:8])["id"]
    with ws.store.read():
        assert Package.get_by_id(second).replaces_id == first
    with pytest.raises(Fault) as unknown:
        call("package.seal", application=book, personal_confirmed=True, replaces="gone")
    assert unknown.value.code == "record.unknown"
    assert ws.outbox.packages() == sorted([first, second])


def test_a_round_is_told_of_what_was_handed_in_for_it_until_its_correction_has_gone_out(call, ws, book):
    for_it = call("round.save", values={"title": "年度奖补", "issuer": "区科技局", "period": "2025"})["id"]
    line = {"what": "奖补申请", "round": for_it, "way": "paper", "state": "draft"}
    line_id = call("records.add", kind="submission", values=line)["id"]
    with ws.store.write("x") as write:
        write.update(Application, book, {"round": for_it})

    def stands() -> tuple[list[str], list[str], list[str]]:
        lines = call("records.ids", kind="submission")
        found = [(call("records.get", kind="submission", id=one)["state"], one) for one in lines]
        return sorted(state for state, _ in found), *[
            [row["what"] for row in call("submission.returned")],
            [row["state"] for row in call("round.list")],
        ]

    first = call("package.seal", application=book, personal_confirmed=True)["id"]
    assert call("records.get", kind="submission", id=line_id)["package"] == first
    assert stands() == (["to_report"], [], ["待报"])
    call("delivery.hand_in", package=first, way="paper")
    call("records.edit", kind="submission", id=line_id, values={"state": "returned"})
    assert stands() == (["returned"], ["奖补申请"], ["退回补正"])
    note = {"submission": line_id, "received_on": "2026-11-18", "how": "phone", "words": "第12页缺公章。"}
    call("records.add", kind="return_note", values=note)
    (told,) = call("delivery.list")
    assert (told["state"], told["words"], told["next_step"]) == ("handed_in_offline", "第12页缺公章。", "correct")
    assert told["package_title"] == "年度奖补 · 书"
    second = call("package.seal", application=book, personal_confirmed=True, replaces=first)["id"]
    assert stands() == (["returned", "to_report"], ["奖补申请"], ["退回补正"])
    assert [(row["package"], row["next_step"]) for row in call("delivery.list")] == [
        (second, "send"), (first, "receipt"),
    ]  # fmt: skip
    assert not any(row["corrected"] for row in call("delivery.list"))
    call("delivery.hand_in", package=second, way="paper")
    assert stands() == (["reported", "returned"], [], ["已报"])
    assert {row["package"]: row["corrected"] for row in call("delivery.list")} == {first: True, second: False}


def test_what_came_back_on_paper_is_answered_by_a_package(call, ws, book):
    for_it = call("round.save", values={"title": "年度奖补", "issuer": "区科技局", "period": "2025"})["id"]
    line = {"what": "奖补申请", "round": for_it, "way": "paper", "state": "returned"}
    line_id = call("records.add", kind="submission", values=line)["id"]
    with ws.store.write("x") as write:
        write.update(Application, book, {"round": for_it})
    package = call("package.seal", application=book, personal_confirmed=True)["id"]
    kept = call("records.get", kind="submission", id=line_id)
    assert (kept["package"], kept["state"], len(call("submission.returned"))) == (package, "returned", 1)


def test_the_sender_is_named_as_it_is_now(call, ws, book):
    with ws.store.read():
        own = Organisation.get_by_id(str(ws.store.setting("organisation")))
    sealed = call("package.seal", application=book, personal_confirmed=True)["id"]
    with ws.store.read():
        assert Package.get_by_id(sealed).metadata["dc:creator"] == own.name
