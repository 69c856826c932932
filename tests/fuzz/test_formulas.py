"""Nothing that leaves in a workbook is a formula for whoever opens it: text stays the same text in other programs."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.workbook import write_workbook
from tests.exports.test_workbook import Field

_BEGINNINGS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "＝",
    "＋",
    "－",
    "＠",
    "'=",
    " =",
    "|",
    "%",
    "=cmd|' /C calc'!A0",
    "{=",
    "0=",
    "\ufeff=",
)
# What XML cannot hold is left out of a workbook, and a line break is one sign there.
_TEXT = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Cn"), blacklist_characters="\ufffe\uffff"), max_size=30
)
TEXTS = st.builds(str.__add__, st.sampled_from(_BEGINNINGS), _TEXT).filter(str.strip)
KNOWN = [
    f"{sign}{rest}"
    for sign in _BEGINNINGS
    for rest in ("1+1", 'HYPERLINK("http://127.0.0.1:9/")', "SUM(A1:A9)", "2+5+cmd|' /C calc'!A0")
]


def _book(texts: list[str], path: Path | None = None) -> Any:
    out = io.BytesIO()
    rows = [{"id": str(n), "name": text} for n, text in enumerate(texts)]
    write_workbook(out, "=1+1", [Field("name", "=1+1", "=1+1")], rows)
    if path is not None:
        path.write_bytes(out.getvalue())
    return out


def _same(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@settings(max_examples=40)
@given(st.lists(TEXTS, min_size=1, max_size=8))
def test_text_that_begins_like_a_formula_is_the_same_text_for_another_reader(texts: list[str]):
    book = _book(texts)
    with zipfile.ZipFile(book) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml") and "xl/externalLinks" not in str(
            archive.namelist()
        )
    sheet: Any = openpyxl.load_workbook(book)["=1+1"]
    for row, text in enumerate(texts, start=2):
        cell = sheet.cell(row, 2)
        assert cell.data_type in ("s", "inlineStr") and cell.number_format == "@"
        assert _same(cell.value) == _same(text)
    assert (sheet["B1"].value, sheet["B1"].data_type) == ("=1+1", "s")


def test_an_office_program_calculates_nothing(tmp_path: Path):
    """LibreOffice opens the workbook and writes down what it sees: the texts, none of them calculated."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("needs LibreOffice, which is too large to be installed for one test")
    texts = [text.strip() for text in KNOWN if not set("\t\r\n\ufeff") & set(text)]
    _book(texts, tmp_path / "book.xlsx")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    words = [
        office,
        profile,
        "--headless",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76",
        "--outdir",
        str(tmp_path),
    ]
    subprocess.run([*words, str(tmp_path / "book.xlsx")], check=True, capture_output=True, timeout=120)
    with (tmp_path / "book.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["ID", "=1+1"]
    assert [row[1] for row in rows[1:]] == texts
