"""What leads to persons leaves in a package only as chosen, field by field; the receiver and the audit log know."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from db.models import AuditEntry, Certificate, Organisation, Package, Person
from db.schema import kinds
from desktop.services.redaction import default_way, personal
from policy.errors import Refused
from policy.masking import blur

PACK = "cq-draft-measures"
ORGANISATION = {"contact_phone": "023-67854321", "contact_name": "孙联络", "legal_rep": "钱法人"}
PERSON = {"phone": "13812345678", "id_no": "500112199003070026", "email": "person@example.com", "birth": "1990-03"}


@pytest.fixture
def book(call, ws) -> str:
    """An application of the sample organisation, whose figures stand on certificates of persons."""
    call("sample.load", evidence=False)
    own = str(ws.store.setting("organisation"))
    call("records.edit", kind="organisation", id=own, values=ORGANISATION)
    frozen = call("evaluation.freeze", pack=PACK, period="2025", subject=f"organisation:{own}")["id"]
    measures = call("evaluation.snapshot", id=frozen)["measures"].values()
    paper = next(row["id"] for value in measures for row in value["rows"] if row["kind"] == "certificate")
    holder = Certificate.get_by_id(paper).person_id
    call("records.edit", kind="person", id=holder, values=PERSON)
    return str(call("apply.make", snapshot=frozen)["id"])


def _opened(call, package: str, folder: Path) -> dict[str, Any]:
    """The package as another program reads it; its records hold to its own schema."""
    file = Path(call("package.export", id=package, file=str(folder / f"{package}.zip"))["file"])
    assert call("package.verify", file=str(file))["opened"]
    with zipfile.ZipFile(file) as bag:
        texts = {
            Path(name).name: bag.read(name).decode() for name in bag.namelist() if name.endswith((".json", ".html"))
        }
    found: dict[str, Any] = {name: json.loads(text) for name, text in texts.items() if name.endswith(".json")}
    jsonschema.Draft202012Validator.check_schema(found["records.schema.json"])
    jsonschema.validate(found["records.json"], found["records.schema.json"])
    found["text"] = "\n".join(texts.values())
    return found


def _names(found: dict[str, Any]) -> set[str]:
    ids = [row["id"] for row in found["records.json"]["records"]["person"]]
    return {person.name for person in Person.select().where(Person.id.in_(ids))}


def test_unasked_only_what_a_form_wants_leaves_as_it_is(call, book, tmp_path):
    offered = {item["field"]: item for item in call("package.personal", application=book)}
    assert offered["person.phone"]["way"] == offered["person.name"]["way"] == "mask"
    assert offered["person.email"]["way"] == offered["organisation.legal_rep"]["way"] == "remove"
    assert offered["person.name"]["label"] == "人员·姓名" and offered["person.name"]["rows"] > 1
    package = call("package.seal", application=book, personal_confirmed=True)["id"]
    found = _opened(call, package, tmp_path)
    names = _names(found)
    assert len(names) > 1
    leaked = [text for text in (*names, *PERSON.values(), *ORGANISATION.values()) if text in found["text"]]
    assert leaked == []
    (person,) = [row for row in found["records.json"]["records"]["person"] if row.get("birth")] or [{}]
    assert person == {}
    told = {"masked": sorted(place for place, item in offered.items() if item["way"] == "mask")}
    told["removed"] = sorted(place for place, item in offered.items() if item["way"] == "remove")
    assert found["records.json"]["redaction"] == found["index.json"]["redaction"] == told
    assert found["sword.json"]["dcterms:accessRights"] == "; ".join(f"{way}: {', '.join(told[way])}" for way in told)
    entry = AuditEntry.select().where(AuditEntry.action == "package.sealed").get()
    assert json.loads(entry.detail)["redaction"] == told


def test_what_is_chosen_is_done(call, book, tmp_path):
    fields = [item["field"] for item in call("package.personal", application=book)]
    whole = call("package.seal", application=book, personal_confirmed=True, personal=dict.fromkeys(fields, "keep"))[
        "id"
    ]
    found = _opened(call, whole, tmp_path)
    assert all(text in found["text"] for text in (*_names(found), *PERSON.values(), *ORGANISATION.values()))
    assert found["index.json"]["redaction"] == {"masked": [], "removed": []}
    assert "dcterms:accessRights" not in found["sword.json"]
    bare = call("package.seal", application=book, personal_confirmed=True, personal=dict.fromkeys(fields, "remove"))[
        "id"
    ]
    found = _opened(call, bare, tmp_path)
    assert not any(text in found["text"] for text in (*_names(found), *PERSON.values(), *ORGANISATION.values()))
    assert not any({"name", "phone"} & row.keys() for row in found["records.json"]["records"]["person"])
    veiled = dict.fromkeys(fields, "mask")
    found = _opened(
        call, call("package.seal", application=book, personal_confirmed=True, personal=veiled)["id"], tmp_path
    )
    (person,) = [row for row in found["records.json"]["records"]["person"] if row.get("email")]
    expected = {"phone": "138****5678", "id_no": "500***********0026", "email": "p***@example.com", "birth": "1990"}
    assert person | expected == person and person["name"].endswith("**")


def test_a_choice_is_checked_what_stays_open_asked_about_and_the_same_choice_gives_the_same_package(call, book):
    def seal(**personal: str) -> str:
        return str(call("package.seal", application=book, personal_confirmed=True, personal=personal)["id"])

    for odd in ({"person.gender": "mask"}, {"person.name": "hide"}, {"person": "keep"}, {"x.y": "mask"}):
        with pytest.raises(Refused) as refused:
            seal(**odd)
        assert refused.value.code == "package.redaction_unknown"
    with pytest.raises(Refused) as refused:
        call("package.seal", application=book, personal={"person.phone": "keep"})
    assert "人员·手机" in refused.value.params["fields"] and "人员·姓名" not in refused.value.params["fields"]
    assert seal() == seal() != seal(**{"person.name": "keep"}) == seal(**{"person.name": "keep"})
    assert Package.select().count() == 2


def test_every_personal_field_has_a_way_by_itself():
    ways = {f"{info.name}.{field.name}": default_way(field) for info in kinds().values() for field in personal(info)}
    assert ways["firm.filler_phone"] == ways["firm.head"] == "keep"  # the torch form asks for them
    assert ways["person.id_no"] == "mask" and ways["case_party.contact"] == "remove"
    assert "endpoint.token" not in ways
    assert Organisation.KIND.title not in [field.name for field in personal(kinds()["organisation"])]


@pytest.mark.parametrize(
    ("value", "is_date", "shown"),
    [("王小梅", False, "王**"), ("𠮷田", False, "𠮷**"), ("a.b@c.cn", False, "a***@c.cn"), ("1990-03", True, "1990")],
)
def test_a_name_an_address_and_a_date(value, is_date, shown):
    assert blur(value, is_date=is_date) == shown


def test_sensitive_evidence_is_named_before_a_book_is_made(call, ws, book, tmp_path):
    own = f"organisation:{ws.store.setting('organisation')}"
    file = tmp_path / "合影.txt"
    file.write_text("x", "utf-8")
    result = call("evaluation.run", pack=PACK, period="2025", subject=own)
    target = result["indicators"][0]["target_key"]
    paper = call("evidence.add", files=[str(file)], target=target)["ids"][0]
    call("records.edit", kind="evidence", id=paper, values={"sensitivity": "personal"})
    frozen = call("evaluation.freeze", pack=PACK, period="2025", subject=own)["id"]
    (warning,) = [text for text in call("apply.check", snapshot=frozen)["warns"] if "个人信息" in text]
    assert "合影" in warning
