"""Every kind that users keep goes through the same machinery: with a value in every field, out and in again."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from db.models import RECORDS
from db.schema import INTERNAL_KINDS, editable_kinds, kind_info
from db.searchtext import is_indexed
from policy.errors import Refused
from tests.store.everykind import fill

_ASKED = {"value.code_doubtful", "value.negative", "value.before"}  # kept as they are: the values are made up at random


@pytest.fixture
def filled(call, tmp_path: Path) -> dict[str, list[str]]:
    return fill(call, tmp_path)


def _rows(call, kind: str, ids: list[str]) -> list[dict[str, Any]]:
    return [dict(row) for row in call("records.rows", kind=kind, ids=ids)]


def _without_ids(file: Path) -> None:
    book = openpyxl.load_workbook(file)
    sheet = book.active
    assert sheet is not None and sheet.cell(1, 1).value in ("编号", "ID")
    sheet.delete_cols(1)
    book.save(file)


def test_every_field_that_can_be_typed_holds_what_was_typed(call, filled):
    for info in editable_kinds():
        rows = _rows(call, info.name, filled[info.name])
        empty = [
            declared.name
            for declared in info.fields
            if declared.required != "D"
            and declared.name not in {"classified", "confidential", "id"}
            and declared.target not in INTERNAL_KINDS
            and not any(row[declared.name] is not None for row in rows)
        ]
        assert empty == [], info.name


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_export_of_every_kind_reads_back_unchanged(call, filled, tmp_path: Path, language: str):
    for kind, ids in filled.items():
        file = tmp_path / f"{kind}.xlsx"
        rows = call("records.export", kind=kind, file=str(file), language=language)["rows"]
        assert rows >= len(ids)
        result = call("ledger.import", kind=kind, file=str(file))
        assert (result["added"], result["updated"], result["unchanged"], result["rejected"]) == (0, 0, rows, []), kind
        assert [note for note in result["warnings"] if note["code"] not in _ASKED] == [], kind


def _as_csv(file: Path) -> Path:
    """The first sheet as a spreadsheet of this country saves it as CSV."""
    sheet = openpyxl.load_workbook(file).active
    assert sheet is not None
    out = file.with_suffix(".csv")
    with out.open("w", encoding="gb18030", newline="") as stream:
        lines = csv.writer(stream)
        for row in sheet.iter_rows(values_only=True):
            lines.writerow("" if cell is None else cell for cell in row)
    return out


def test_a_workbook_saved_as_csv_reads_back_unchanged(call, filled, tmp_path: Path):
    assert set(filled) == {model.KIND.name for model in RECORDS} - set(INTERNAL_KINDS)  # all that a person keeps
    for kind in filled:
        rows = call("records.export", kind=kind, file=str(tmp_path / f"{kind}.xlsx"))["rows"]
        result = call("ledger.import", kind=kind, file=str(_as_csv(tmp_path / f"{kind}.xlsx")))
        assert (result["added"], result["updated"], result["unchanged"], result["rejected"]) == (0, 0, rows, []), kind


def test_without_ids_every_kind_is_known_by_its_natural_key(call, filled, tmp_path: Path):
    for kind, ids in filled.items():
        before = _rows(call, kind, ids)
        file = tmp_path / f"{kind}.xlsx"
        rows = call("records.export", kind=kind, file=str(file))["rows"]
        _without_ids(file)
        result = call("ledger.import", kind=kind, file=str(file))
        assert (result["added"], result["updated"], result["unchanged"], result["rejected"]) == (0, 0, rows, []), kind
        assert _rows(call, kind, ids) == before, kind


def _delete_all(call, filled: dict[str, list[str]]) -> None:
    """Delete every record, those first that refer to others; a sheet does not bring back a file."""
    for kind, ids in reversed(filled.items()):
        for record in reversed(ids) if kind != "evidence" else ():
            call("records.delete", kind=kind, id=record)
            assert _rows(call, kind, [record]) == []


def test_what_was_deleted_comes_back_from_its_sheets(call, filled, tmp_path: Path):
    before = {kind: _rows(call, kind, ids) for kind, ids in filled.items()}
    for kind, ids in filled.items():  # the newest first, as lists are: what a row refers to may stand below it
        call("records.export", kind=kind, file=str(tmp_path / f"{kind}.xlsx"), ids=ids[::-1], with_personal=True)
    _delete_all(call, filled)
    for kind, ids in filled.items():
        result = call("ledger.import", kind=kind, file=str(tmp_path / f"{kind}.xlsx"))
        known = len(ids) if kind == "evidence" else 0
        assert (result["added"], result["unchanged"], result["rejected"]) == (len(ids) - known, known, []), kind
        typed = [declared.name for declared in kind_info(kind).fields if declared.required != "D"]
        rows = [{name: row[name] for name in typed} for row in _rows(call, kind, ids)]
        assert rows == [{name: row[name] for name in typed} for row in before[kind]], kind


def test_what_was_deleted_comes_back_by_undo(call, filled):
    before = {kind: _rows(call, kind, ids) for kind, ids in filled.items()}
    _delete_all(call, filled)
    for ids in (ids for kind, ids in filled.items() if kind != "evidence"):
        for _record in ids:
            call("records.undo")
    assert {kind: _rows(call, kind, ids) for kind, ids in filled.items()} == before


def test_a_needed_field_stays_filled_and_a_prefix_finds(call, filled):
    for kind, ids in filled.items():
        info = kind_info(kind)
        needed = next(item.name for item in info.fields if item.required == "S" and item.name != "id")
        with pytest.raises(Refused, match=r"record\.missing_field"):
            call("records.edit", kind=kind, id=ids[0][:8], values={needed: ""})
        assert call("lists.history", kind=kind, id=ids[0])[-1]["action"] == "insert"


def test_every_indexed_kind_is_found_by_its_text(call, filled):
    hits = {hit["id"] for hit in call("records.find", text="甲1引号", limit=1000)}
    indexed = [kind for kind in filled if is_indexed(kind)]
    assert len(indexed) > 20
    assert [kind for kind in indexed if filled[kind][1] not in hits and kind != "organisation"] == []


def test_merging_moves_what_refers_to_a_record_in_every_kind(call, filled):
    """The two records of each kind become one; nothing refers to the one that went."""
    merged = 0
    for kind, (staying, going) in reversed(filled.items()):
        try:
            call("records.merge", kind=kind, id=going, into=staying)
        except Refused as refusal:
            assert refusal.code in ("merge.other_code", "merge.as_firm", "merge.both_have"), (kind, refusal.code)
            continue
        merged += 1
        assert _rows(call, kind, [going]) == []
        assert call("records.get", kind=kind, id=going)["id"] == staying
    assert merged > 70


def test_a_record_called_after_another_is_found_by_that_ones_name(call):
    own = call("workspace.info")["organisation"]["id"]
    carrier = {"name": "智创园", "operator": own, "carrier_kind": "comprehensive"}
    call("records.add", kind="carrier", values=carrier)
    for name in ("甲公司", "乙公司"):
        call("records.add", kind="firm", values={"name": name})
    stay = {"carrier": "智创园", "status": "在孵"}
    first = call("records.add", kind="tenancy", values={"firm": "甲公司", **stay})["id"]
    call("records.add", kind="tenancy", values={"firm": "乙公司", **stay})
    area = {"tenancy": "甲公司", "area": "80.5", "starts_on": "2025-03"}
    made = call("records.add", kind="tenancy_area", values=area)["id"]
    assert call("records.get", kind="tenancy_area", id=made)["tenancy"] == first
    call("records.add", kind="tenancy", values={"firm": "甲公司", **stay})
    with pytest.raises(Refused, match=r"record\.ambiguous"):  # which of the two stays is meant
        call("records.add", kind="tenancy_area", values=area)


def test_why_a_field_stays_blank_goes_with_its_record_and_comes_back(call, ws):
    made = call("records.add", kind="firm", values={"name": "甲公司"})["id"]
    call("lists.excuse", kind="firm", id=made, field="founder", reason="集体企业")
    call("records.delete", kind="firm", id=made)
    assert call("records.ids", kind="not_applicable") == []
    call("records.undo")
    assert [item["reason"] for item in call("lists.missing", kind="firm", id=made)["excused"]] == ["集体企业"]
