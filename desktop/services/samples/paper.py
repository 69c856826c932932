"""One paper of the sample year: the values of its record, its bytes, and what it proves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from db.enums_documents import DOC_KIND
from desktop.services.samples.base import TODAY
from desktop.services.samples.paperfaces import ISSUER, heic_start, protected, rich_text, scan, scanned_pdf

_KINDS = {choice.zh: choice.code for choice in DOC_KIND}
_TYPES = {
    "document": ("pdf", "application/pdf"),
    "copier": ("pdf", "application/pdf"),
    "protected": ("pdf", "application/pdf"),
    "scan": ("png", "image/png"),
    "heic": ("heic", "image/heic"),
    "doc": ("doc", "application/msword"),
    "wps": ("wps", "application/vnd.ms-works"),
}


@dataclass(frozen=True, slots=True)
class Paper:
    """One file to be made, with the values of its record and what it proves as (target, relation)."""

    title: str
    doc_kind: str
    scanned: bool
    about: str
    issued_on: str
    targets: tuple[tuple[str, str], ...] = ()
    valid_until: str | None = None
    sensitivity: str = "internal"
    turned: int = 0  # degrees a scan lies wrong
    wide: bool = False
    made_as: str = ""  # one of `_TYPES`, where it is neither a scan nor a document
    pages: int = 1
    dpi: int = 75

    @property
    def form(self) -> str:
        """How it is made; names with rare characters need the faces of a document."""
        rare = any(0x3400 <= ord(char) < 0x4E00 or ord(char) > 0xFFFF for char in self.title + self.about)
        return self.made_as if self.made_as and not rare else "scan" if self.scanned and not rare else "document"

    def values(self) -> dict[str, Any]:
        """The record's fields but those of the stored file."""
        ending, media_type = _TYPES[self.form]
        expired = self.valid_until is not None and self.valid_until < TODAY.isoformat()
        return {
            "title": self.title,
            "file_name": f"{self.title}.{ending}",
            "media_type": media_type,
            "pages": self.pages if self.form in ("document", "copier", "scan") else None,
            "doc_kind": _KINDS[self.doc_kind],
            "issuer": ISSUER,
            "issued_on": self.issued_on,
            "valid_until": self.valid_until,
            "has_stamp": 1,
            "is_copy": 1,
            "original_place": "示例档案室",
            "sensitivity": self.sensitivity,
            "state": "expired" if expired else "valid",
        }

    def content(self) -> bytes:
        """The file itself; the same every time."""
        page = (self.title, self.doc_kind, self.about, self.issued_on)
        match self.form:
            case "scan":
                return scan(*page, turned=self.turned, a3=self.wide, dpi=self.dpi)
            case "copier":
                return scanned_pdf(*page, pages=self.pages)
            case "protected":
                return protected()
            case "heic":
                return heic_start(self.title)
            case "doc" | "wps":
                return rich_text(self.title, self.about)
        return _document(self)


def _document(paper: Paper) -> bytes:
    from reportlab.platypus import Flowable

    from exports.pdf.document import PLAIN, Book, Matter, make

    def story(book: Book) -> list[Flowable]:
        facts = [("材料", paper.title), ("内容", paper.about), ("出具方", ISSUER), ("日期", paper.issued_on)]
        note = book.text("本页为示例数据，由程序生成，不是真实材料，不作申报之用。", PLAIN)
        return [*book.heading(f"{paper.doc_kind}（示例）", "paper"), book.facts(facts), note]

    return make(Matter(paper.title, ISSUER, sample=True, made_on=paper.issued_on), story).data
