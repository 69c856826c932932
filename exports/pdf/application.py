"""Writes the application book (申报书): the set part and the bound evidence in one PDF, same input, same bytes."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from reportlab.platypus import Flowable

from exports.pdf.binder import Attachment, CannotBind, Piece, bind, lays, prepare
from exports.pdf.document import Book, Matter, make
from exports.pdf.exhibits import Exhibit
from exports.pdf.sections import Sections
from policy.errors import Refused

__all__ = ["Attachment", "BindReport", "BoundEvidence", "UnboundEvidence", "write_application"]

_FORMAT = "fuzhuan-application/1"
_FORMS = ("incubator-application",)


@dataclass(frozen=True, slots=True)
class BoundEvidence:
    """Evidence that is in the book, with its first and last page."""

    evidence_id: str
    number: int
    title: str
    first_page: int
    last_page: int


@dataclass(frozen=True, slots=True)
class UnboundEvidence:
    """Evidence that is only listed; `reason` is a key of `binder.REASONS`."""

    evidence_id: str
    number: int
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class BindReport:
    """What became of an application book; `missing_characters` were drawn as ［U+XXXXX］."""

    pages: int
    size: int
    sha256: str
    bound: tuple[BoundEvidence, ...]
    unbound: tuple[UnboundEvidence, ...]
    stamp_pages: tuple[int, ...]
    missing_characters: tuple[str, ...]


def write_application(
    application: Mapping[str, Any],
    *,
    attachments: Sequence[Attachment],
    out: BinaryIO,
    scratch: Path,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> BindReport:
    """Write the book of `application` (format fuzhuan-application/1) with `attachments` bound in their order to `out`.

    Clear files lie only in a folder of its own (0700) below `scratch` and are gone afterwards, whatever happens.
    Nothing reaches `out` before the whole book is made. Raises Refused: `application.format` for a structure or form
    this version does not know, `export.cancelled` when `cancelled()` said so.
    """
    _check(application)
    steps = len(attachments) + 3

    def step(done: int) -> None:
        if cancelled is not None and cancelled():
            raise Refused("export.cancelled")
        if progress is not None:
            progress(done, steps)

    with _folder(scratch) as folder:
        exhibits, pieces = _prepare(application, attachments, folder, step)
        step(len(attachments))
        organisation = str(application["organisation"]["name"])
        matter = Matter(
            title=str(application["title"]),
            author=organisation,
            subject=str(application["snapshot"].get("subject", {}).get("name", "")),
            reference=f"编号 {application['id']} 第 {application.get('version', 1)} 版",
            sample=bool(application.get("sample")),
            made_on=str(application.get("made_on", "")),
        )
        result = folder / "bound.pdf"
        while True:
            made = make(matter, partial(_story, application, exhibits), first="cover")
            step(len(attachments) + 1)
            bound = tuple(_bound(exhibits, made.marks))
            try:
                bind(made.data, pieces, bound[0].first_page if bound else 0, result)
            except CannotBind:
                exhibits, pieces = _that_lay(exhibits, pieces)
            else:
                break
        step(len(attachments) + 2)
        with result.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            stream.seek(0)
            shutil.copyfileobj(stream, out, 1 << 20)
        size = result.stat().st_size
    if progress is not None:
        progress(steps, steps)
    return BindReport(
        pages=made.pages,
        size=size,
        sha256=digest,
        bound=bound,
        unbound=tuple(UnboundEvidence(e.id, e.number, e.title, e.reason) for e in exhibits if not e.wide),
        stamp_pages=(made.marks["cover"], made.marks["statement"]),
        missing_characters=tuple(sorted(made.missing)),
    )


def _check(application: Mapping[str, Any]) -> None:
    if application.get("format") != _FORMAT or application.get("form") not in _FORMS:
        raise Refused(
            "application.format", format=str(application.get("format", "")), form=str(application.get("form", ""))
        )


@contextmanager
def _folder(scratch: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="book-", dir=scratch))  # mode 0700
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _prepare(
    application: Mapping[str, Any], attachments: Sequence[Attachment], folder: Path, step: Callable[[int], None]
) -> tuple[list[Exhibit], list[Piece]]:
    known = {str(one["id"]): one for one in application["snapshot"].get("evidence", ())}
    exhibits: list[Exhibit] = []
    pieces: list[Piece] = []
    for number, attachment in enumerate(attachments, 1):
        step(number - 1)
        facts = {
            "file_name": attachment.file_name,
            **known.pop(attachment.evidence_id, {}),
            "used_for": attachment.used_for,
        }
        try:
            piece = prepare(attachment, folder / f"piece{number:05}.pdf")
        except CannotBind as refusal:
            exhibits.append(Exhibit(number, attachment.evidence_id, attachment.title, facts, reason=refusal.reason))
        else:
            pieces.append(piece)
            exhibits.append(Exhibit(number, attachment.evidence_id, attachment.title, facts, wide=piece.wide))
    for number, (identifier, facts) in enumerate(known.items(), len(attachments) + 1):
        title = str(facts.get("title") or facts.get("file_name") or identifier)
        exhibits.append(Exhibit(number, identifier, title, facts, reason="paper"))
    return exhibits, pieces


def _story(application: Mapping[str, Any], exhibits: Sequence[Exhibit], book: Book) -> list[Flowable]:
    return Sections(application, exhibits, book).story()


def _that_lay(exhibits: list[Exhibit], pieces: list[Piece]) -> tuple[list[Exhibit], list[Piece]]:
    """The exhibits again, without the pages of pieces that turned out to be damaged; raises CannotBind if none did."""
    good = {piece.path: lays(piece) for piece in pieces}
    if all(good.values()):
        raise CannotBind("damaged")
    places = iter(pieces)
    kept = [
        exhibit if not exhibit.wide or good[next(places).path] else replace(exhibit, wide=(), reason="damaged")
        for exhibit in exhibits
    ]
    return kept, [piece for piece in pieces if good[piece.path]]


def _bound(exhibits: Sequence[Exhibit], marks: Mapping[str, int]) -> Iterator[BoundEvidence]:
    for exhibit in exhibits:
        if exhibit.wide:
            first = marks[exhibit.key]
            yield BoundEvidence(exhibit.id, exhibit.number, exhibit.title, first, first + len(exhibit.wide) - 1)
