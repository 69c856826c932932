"""Nobody is kept from saving by what they do not know yet: a record of every kind with next to nothing in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from db.fields import FieldInfo
from db.schema import KindInfo, editable_kinds
from tests.store.everykind import value_of

# without a name of its own a record is known by these, beside what it refers to; the others decide what it means
_BY = {
    ("firm_quarter", "quarter"), ("assessment", "kind"), ("grant", "kind"), ("handover_item", "basis"),
    ("valuation", "kind"), ("publication", "kind"), ("publication", "subject"), ("pricing", "route"),
    ("programme_hours", "module"), ("case_log", "note"), ("case", "track"), ("case", "no"),
    ("distribution", "owner_kind"), ("distribution", "basis"), ("collection_round", "kind"),
    ("collection_round", "period"), ("evidence", "file_name"), ("self_score", "pack"), ("self_score", "period"),
    ("self_score", "subject"), ("typed_measure", "subject"), ("typed_measure", "period"), ("typed_measure", "value"),
    ("reported_value", "value"), ("target", "period"), ("round", "period"), ("inspection_item", "target"),
    ("claim_use", "target"), ("not_applicable", "kind"), ("not_applicable", "record"), ("not_applicable", "field"),
    ("assessment", "passed"),
}  # fmt: skip
# what reads such records, by the record it asks for
_READERS = {
    "": (
        "training.counters", "training.year_hours", "event.year", "service.list", "deadlines.list", "round.list",
        "disclosure.list", "patents.list", "equity.totals", "handover.universities", "pilot.year", "integrity.list",
        "workspace.cautions", "receipt.waiting", "match.run",
    ),
    "programme": ("training.people", "training.hours", "training.passed", "training.sheet"),
    "case": ("case.entries", "case.milestones", "case.deadlines", "case.money", "contract.proof"),
    "person": ("performance.book",),
    "tenancy": ("tenancy.steps",),
    "firm": ("firm.timeline", "eligibility.firm", "torch.sheet"),
    "event": ("event.summary",),
    "carrier": ("mentor.terms", "carrier.year"),
    "need": ("match.run", "match.experts"),
    "award": ("award.uses",),
    "year": ("targets.list", "agencysheet.show"),
}  # fmt: skip
_WORDS = frozenset({"text", "note", "enum", "bool", "tri", "tags"})


def _held_back(info: KindInfo) -> list[FieldInfo]:
    """The fields without which a record of the kind is refused."""
    return [
        one
        for one in info.fields
        if one.required == "S" and info.model_of(one.name)._meta.fields[one.name].default is None
    ]


def test_nothing_but_what_a_record_is_known_by_is_asked_for_before_it_is_saved() -> None:
    asked = {
        (info.name, one.name)
        for info in editable_kinds()
        for one in _held_back(info)
        if one.type in _WORDS and one.name != info.kind.title and (info.name, one.name) not in _BY
    }
    assert asked == set()


def test_every_kind_is_saved_with_next_to_nothing_and_says_what_is_missing(call: Any, tmp_path: Path) -> None:
    made: dict[str, list[str]] = {}
    waiting: set[tuple[str, str]] = set()
    for info in editable_kinds():
        values = {one.name: value_of(one, 0, made) for one in _held_back(info)}
        if info.name == "firm":
            values["name"] = "示例企业"
        if info.name == "evidence":
            file = tmp_path / "证明.txt"
            file.write_text("证明", "utf-8")
            record = call("evidence.add", files=[str(file)])["ids"][0]
        else:
            record = call("records.add", kind=info.name, values=values)["id"]
        made[info.name] = [record]
        row = call("records.get", kind=info.name, id=record)
        said = {one["field"] for one in call("lists.missing", kind=info.name, id=record)["missing"]}
        for one in info.fields:
            given = (info.name, one.name) == ("firm", "org_kind")  # its kind says it
            if info.model_of(one.name)._meta.fields[one.name].waits and not given:
                assert row[one.name] is None and one.name in said, (info.name, one.name)
                assert record in call(
                    "lists.ids", kind=info.name, conditions=[{"field": one.name, "test": "blank"}], archived=True
                )
                waiting.add((info.name, one.name))
                typed = value_of(one, 0, made)
                assert call("records.edit", kind=info.name, id=record, values={one.name: typed})["changed"]
                assert call("records.get", kind=info.name, id=record)[one.name] is not None
                assert call("records.edit", kind=info.name, id=record, values={one.name: ""})["changed"]
                assert not call("records.edit", kind=info.name, id=record, values={one.name: ""})["changed"]
                assert call("records.get", kind=info.name, id=record)[one.name] is None
    assert {("need", "kind"), ("need", "source"), ("organisation", "org_kind"), ("service_log", "kind")} <= waiting
    for asked, names in _READERS.items():
        for name in names:
            given = {} if not asked else {asked: made[asked][0] if asked in made else "2024"}
            call(name, **given, **({"year": "2024"} if name in ("carrier.year", "torch.sheet") else {}))
    for kind, ids in made.items():  # blank it leaves, and blank it comes back
        file = tmp_path / f"{kind}.xlsx"
        call("records.export", kind=kind, file=str(file), ids=ids)
        result = call("ledger.import", kind=kind, file=str(file))
        assert (result["unchanged"], result["rejected"]) == (1, []), kind


def test_a_sheet_that_lacks_a_column_is_taken_with_what_it_has(call: Any) -> None:
    call("records.add", kind="organisation", values={"name": "示例机床厂"})
    result = call("ledger.import", kind="need", text="需求名称\t提出单位\n轴承损坏难以发现\t示例机床厂\n")
    assert (result["added"], result["rejected"]) == (1, [])
    (need,) = call("records.ids", kind="need")
    assert call("records.get", kind="need", id=need)["source"] is None
    assert {"来源", "需求类别"} <= {one["label"] for one in call("lists.missing", kind="need", id=need)["missing"]}
    assert call("records.undo")["label"]
    assert call("records.ids", kind="need") == []


def test_a_case_without_a_number_takes_the_next(call: Any) -> None:
    first, second = (
        call("records.add", kind="case", values={"title": title, "track": "demand"})["id"] for title in ("甲案", "乙案")
    )
    numbers = [call("records.get", kind="case", id=case)["no"] for case in (first, second)]
    assert [number[4:] for number in numbers] == ["-001", "-002"]


@pytest.mark.parametrize("kind", ["need", "organisation"])
def test_what_is_not_said_is_counted_nowhere_as_said(call: Any, kind: str) -> None:
    org = call("records.add", kind="organisation", values={"name": "示例机床厂"})["id"]
    record = org if kind == "organisation" else call(
        "records.add", kind="need", values={"title": "轴承", "owner": org}
    )["id"]  # fmt: skip
    field = {"need": "source", "organisation": "org_kind"}[kind]
    assert record in call("records.ids", kind=kind, where={field: None})
    gone = call("records.delete", kind=kind, id=record)
    assert gone and call("records.undo")["label"]
    assert call("records.get", kind=kind, id=record)[field] is None
