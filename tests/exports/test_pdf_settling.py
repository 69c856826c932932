"""Books whose page numbers push lines over: the numbers printed are right in the end, whatever the size."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from exports.pdf.application import write_application
from tests.exports import pdf_samples as samples


@pytest.mark.parametrize("files", [45, 48, 50])
def test_books_near_a_thousand_pages_settle(files: int, tmp_path: Path, require_tool: Callable[[str], str]) -> None:
    # 20 pages a file: the bound part crosses page 1,000, where numbers get wider (went round for ever once)
    scan = samples.pdf(20)
    proofs = [samples.attachment(n, scan, f"证明材料{n}", used_for=("i1",)) for n in range(1, files + 1)]
    out = io.BytesIO()
    report = write_application(samples.application(), attachments=proofs, out=out, scratch=tmp_path)
    assert len(report.bound) == files
    file = tmp_path / "book.pdf"
    file.write_bytes(out.getvalue())
    with pikepdf.open(file) as book:
        assert len(book.pages) == report.pages
    text = subprocess.run(
        [require_tool("pdftotext"), "-layout", str(file), "-"], check=True, capture_output=True, text=True
    )
    pages = text.stdout.split("\f")
    for place, page in enumerate(pages[1 : report.pages], start=2):
        shown = re.findall(r"第 (\d+) 页 共 (\d+) 页", page)
        assert (str(place), str(report.pages)) in shown, place
