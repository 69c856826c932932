"""The tracks, milestones and gates as shipped, and how a need is judged over plain rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from db.enums import CASE_TRACK, CONTRACT_CLASS, MODE
from db.enums_everyday import MILESTONE
from db.stages import declared, milestones, stage_of
from desktop.services.gates import CaseFile, applies, holds, needs, read_needs

DAY = date(2026, 11, 21)
CODES = {choice.code for choice in MILESTONE}


def _need(**table: Any) -> Any:
    whole = {"gate": "lead", "id": "x", "label": "甲", "label_en": "a", "severity": "i", **table}
    return read_needs([whole])[0]


def _file(papers: dict[str, set[str]] | None = None, /, **rows: list[dict[str, Any]]) -> CaseFile:
    return CaseFile(rows, papers or {}, {})


# -- what is shipped -------------------------------------------------------------------------------------------------
def test_every_track_is_declared_with_known_milestones() -> None:
    tracks = declared()["tracks"]
    assert set(tracks) == {choice.code for choice in CASE_TRACK}
    used = [name for track in tracks.values() for name in track["milestones"]]
    assert set(used) == CODES
    assert all(len(set(track["milestones"])) == len(track["milestones"]) for track in tracks.values())


def test_modes_and_classes_are_those_of_the_records() -> None:
    modes, classes = {choice.code for choice in MODE}, {choice.code for choice in CONTRACT_CLASS}
    for name, held in declared()["modes"].items():
        assert name in CODES
        assert set(held) <= modes
    for mode, fitting in declared()["classes"].items():
        assert mode in modes
        assert set(fitting) <= classes


def test_every_gate_belongs_to_a_milestone_and_speaks_both_languages() -> None:
    gates = {name for track in declared()["tracks"].values() for name in track["milestones"]}
    for need in needs():
        assert need.gate in gates
        assert need.label
        assert need.label_en.isascii()
    assert {need.states for need in needs() if need.severity == "b"} == {"price", "tax"}


@pytest.mark.parametrize(
    "table",
    [
        {"gate": "nowhere", "records": "contract"},
        {"severity": "z", "records": "contract"},
        {"records": "contract", "filled": ["no_such_field"]},
        {"records": "contract", "is": {"no_such_field": [1]}},
        {"records": "contract", "paper": ["没有这种材料"]},
        {"records": "contract", "test": "most"},
        {"records": "contract", "surprise": 1},
        {"severity": "b", "records": "contract"},
        {"states": "price", "records": "contract"},
        {},
        {"records": "contract", "duties": "pricing"},
    ],
)
def test_a_word_that_means_nothing_is_refused(table: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="x"):
        _need(**table)


# -- stages ----------------------------------------------------------------------------------------------------------
def test_the_mode_decides_which_milestones_there_are() -> None:
    assert "priced" in milestones("supply", None)
    assert "priced" not in milestones("supply", "consulting")
    assert "priced" not in milestones("demand", None)
    assert "priced" in milestones("demand", "transfer")
    assert "registered" not in milestones("supply", "self_use")


def test_the_stage_stops_at_the_first_gap() -> None:
    assert stage_of("poc", None, [], []) == "proposed"  # by being on record
    assert stage_of("poc", None, [], ["selected"]) == "selected"
    assert stage_of("poc", None, [], ["agreed"]) == "proposed"
    assert stage_of("poc", None, ["proposed"], []) is None  # passed over is not reached
    assert stage_of("poc", None, ["selected"], ["proposed", "agreed", "verified"]) == "agreed"


# -- needs -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("test", "none", "one_of_two", "both"),
    [
        ("some", False, True, True),
        ("every", False, False, True),
        ("all", True, False, True),
        ("none", True, False, False),
    ],
)
def test_how_many_must_pass(test: str, none: bool, one_of_two: bool, both: bool) -> None:
    need = _need(records="contract", test=test, filled=["signed_on"])
    signed, blank = {"id": "1", "signed_on": "2026"}, {"id": "2", "signed_on": None}
    assert holds(need, _file(contract=[]), DAY) is none
    assert holds(need, _file(contract=[signed, blank]), DAY) is one_of_two
    assert holds(need, _file(contract=[signed, signed]), DAY) is both


def test_one_field_of_several_is_enough_and_zero_is_filled() -> None:
    need = _need(records="contract", filled=["amount_total|amount_formula"])
    assert holds(need, _file(contract=[{"id": "1", "amount_total": 0}]), DAY)
    assert holds(need, _file(contract=[{"id": "1", "amount_formula": "3%"}]), DAY)
    assert not holds(need, _file(contract=[{"id": "1", "amount_total": None, "amount_formula": ""}]), DAY)


def test_a_check_is_fresh_to_its_last_day() -> None:
    need = _need(records="ip_right", months={"checked_on": 6})
    assert holds(need, _file(ip_right=[{"id": "1", "checked_on": "2026-05-21"}]), DAY)
    assert not holds(need, _file(ip_right=[{"id": "1", "checked_on": "2026-05-20"}]), DAY)
    assert not holds(need, _file(ip_right=[{"id": "1", "checked_on": None}]), DAY)


def test_children_and_papers_belong_to_the_record_itself() -> None:
    need = _need(records="achievement", test="every", has=["completer"])
    rows: dict[str, list[dict[str, Any]]] = {
        "achievement": [{"id": "1"}, {"id": "2"}],
        "completer": [{"id": "9", "achievement": "1"}],
    }
    assert not holds(need, _file(None, **rows), DAY)
    rows["completer"].append({"id": "8", "achievement": "2"})
    assert holds(need, _file(None, **rows), DAY)
    signed = _need(records="contract", paper=["技术合同"])
    assert holds(signed, _file({"contract:1": {"d34"}}, contract=[{"id": "1"}]), DAY)
    assert not holds(signed, _file({"contract:2": {"d34"}, "contract:1": {"d01"}}, contract=[{"id": "1"}]), DAY)
    anywhere = _need(records="case", paper=["技术合同"])
    assert holds(anywhere, _file({"contract:2": {"d34"}}, case=[{"id": "7"}]), DAY)


def test_records_may_be_narrowed_and_cases_too() -> None:
    need = _need(records="receipt", test="every", among={"kind": ["cash"]}, has=["distribution_receipt"])
    draft = {"id": "1", "kind": "bank_draft"}
    assert not holds(need, _file(receipt=[draft]), DAY)
    money: dict[str, list[dict[str, Any]]] = {
        "receipt": [draft, {"id": "2", "kind": "cash"}],
        "distribution_receipt": [{"id": "3", "receipt": "2"}],
    }
    assert holds(need, _file(None, **money), DAY)
    asked = _need(records="contract", when={"track": ["demand", ""]})
    assert applies(asked, {"track": "demand"})
    assert applies(asked, {"track": None})
    assert not applies(asked, {"track": "supply"})
