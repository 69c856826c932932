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
