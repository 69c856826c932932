"""An application book with its evidence bound in, against merging the same pages and setting as many plain ones."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
from functools import partial
from pathlib import Path
from typing import Any

import pikepdf
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from desktop.bench.data import Scale, evidence_blocks
from desktop.bench.measure import Clock, Result, alone, median, sides
from exports.pdf.application import Attachment, write_application
from policy.i18n import tr

_TARGET, _MEMORY_MIB = 1.5, 100.0
_PAGES_A_FILE = 20
_PICTURE_BYTES = 100 << 10  # a scanned page


def book(scale: Scale, folder: Path) -> list[Result]:
    """Time against the peer; memory above idle against a limit."""
    files = _scans(folder / "scans", scale.pages)
    qpdf = shutil.which("qpdf")
    ours, peer = [], []
    for turn in range(scale.repeats):
        ours.append(alone(_write, files, str(folder / f"ours{turn}")))
        pages = ours[-1].facts["pages"]
        peer.append(alone(_merge, files, str(folder / f"peer{turn}"), qpdf, pages))
    merged_by = tr("qpdf 合并") if qpdf else tr("pikepdf.Job 合并（未安装 qpdf）")
    ratio, detail = sides(ours, peer, merged_by + tr("，加 reportlab 裸页面"))
    grown = median(ours, "grown_mib")
    detail |= {"evidence_pages": scale.pages, "pages": ours[0].facts["pages"], "memory_limit_mib": _MEMORY_MIB}
    met = ratio <= _TARGET and (grown is None or grown <= _MEMORY_MIB)
    return [Result("application", ratio, _TARGET, met, "time", detail)]


def _scans(folder: Path, pages: int) -> list[str]:
    """PDF files as a scanner makes them: one picture a page."""
    folder.mkdir()
    names = []
    picture = next(evidence_blocks(1))
    for first in range(0, pages, _PAGES_A_FILE):
        with pikepdf.new() as pdf:
            for number in range(first, min(first + _PAGES_A_FILE, pages)):
                page = pdf.add_blank_page(page_size=A4)
                pixels = number.to_bytes(4, "big") + picture[: _PICTURE_BYTES - 4]
                stream = pdf.make_stream(pixels, Width=1024, Height=_PICTURE_BYTES // 1024)
                stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
                stream.ColorSpace, stream.BitsPerComponent = pikepdf.Name.DeviceGray, 8
                page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=stream))
                page.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /Scan Do Q")
            names.append(str(folder / f"scan{first:05}.pdf"))
            pdf.save(names[-1], static_id=True)
    return names


def _write(clock: Clock, files: list[str], folder: str) -> None:
    place = Path(folder)
    place.mkdir()
    attachments = [_attachment(number, Path(file)) for number, file in enumerate(files, 1)]
    with (place / "book.pdf").open("wb") as out, clock:
        report = write_application(_content(), attachments=attachments, out=out, scratch=place)
    clock.facts["pages"] = report.pages
    if report.unbound:
        raise AssertionError(report.unbound)


def _attachment(number: int, file: Path) -> Attachment:
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Attachment(
        evidence_id=f"e{number}",
        title=f"佐证材料{number}",
        file_name=file.name,
        media_type="application/pdf",
        doc_kind="d10",
        digest=digest,
        open=partial(io.FileIO, file),
    )


def _content() -> dict[str, Any]:
    """An application that is little more than its evidence."""
    snapshot = {
        "format": "fuzhuan-snapshot/1",
        "id": "5f1f2f0e-0000-4000-8000-000000000002",
        "digest": "ab" * 32,
        "pack": {
            "id": "bench",
            "title": "示例办法",
            "number": "",
            "digest": "cd" * 32,
            "status": "draft",
            "issuer": "",
        },
        "subject": {"kind": "carrier", "id": "c1", "name": "示例孵化器"},
        "period": "2025",
        "frozen_at": "2026-11-21T10:00:00+08:00",
        "indicators": [],
        "measures": {},
        "evidence": [],
    }
    return {
        "format": "fuzhuan-application/1",
        "id": "0b8b0d6e-6c7e-4f7b-9f62-000000000001",
        "version": 1,
        "form": "incubator-application",
        "title": "科技企业孵化器申报书",
        "made_on": "2026-11-21",
        "sample": True,
        "organisation": {"name": "示例孵化器", "uscc": "", "address": "", "contact": "", "phone": ""},
        "narrative": {},
        "statement": "示例。",
        "snapshot": snapshot,
        "audit": {"head": "ef" * 32, "length": 1},
    }


def _merge(clock: Clock, files: list[str], folder: str, qpdf: str | None, pages: int) -> None:
    place = Path(folder)
    place.mkdir()
    arguments = ["--empty", "--pages", *files, "--", "--deterministic-id", str(place / "merged.pdf")]
    with clock:
        if qpdf:
            subprocess.run([qpdf, *arguments], check=True)  # noqa: S603 - found on the path by its name
        else:
            pikepdf.Job(["qpdf", *arguments]).run()
        own = io.BytesIO()
        canvas = Canvas(own, pagesize=A4, invariant=1, pageCompression=1)
        for number in range(1, pages + 1):
            canvas.setFont("Helvetica", 9)
            canvas.drawString(79, 810, f"Exhibit {number}")
            canvas.line(79, 805, 520, 805)
            canvas.drawCentredString(297, 30, f"- {number} -")
            canvas.showPage()
        canvas.save()
        (place / "own.pdf").write_bytes(own.getvalue())
