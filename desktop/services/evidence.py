"""Evidence: files taken in and encrypted, linked to what they prove, listed, shown, and the gaps found."""

from __future__ import annotations

import io
import mimetypes
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from db.blobs import Blobs, Stored
from db.files import disk_fault, name_as_text, safe_name, whole_file
from db.models import Evidence, EvidenceLink
from db.queries import records
from db.queries.rows import dict_rows, tuple_rows
from db.reconcile import forget_unused
from db.schema import kind_info
from db.writes import Write
from desktop.messages import sentence
from desktop.services.classified import refuse_target
from desktop.services.records import typed_values
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.errors import Refused, Usage, WorldFault
from policy.i18n import mark

MAX_PICTURES = 64 << 20  # bytes of pictures that come through the pipe instead of lying in files
_MAX_BYTES = 2 << 30
_PDF, _IMAGES = "application/pdf", ("image/png", "image/jpeg", "image/tiff", "image/webp", "image/bmp", "image/gif")
# what the first bytes say; the name's ending is believed only where these say nothing
_MAGIC = (
    (b"%PDF-", _PDF),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
)


@dataclass(slots=True)
class Added:
    """Files now in the evidence folder, waiting for their rows (file first, row second)."""

    blobs: Blobs
    files: list[tuple[Path, Stored, str, int | None]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    new: int = 0
    otherwise: list[dict[str, Any]] = field(default_factory=list)  # files known as another kind of paper

    @contextmanager
    def kept(self, ws: Workspace) -> Iterator[None]:
        """Where the block fails, forget the files it was to make rows for: nothing else refers to them yet."""
        try:
            yield
        except BaseException:
            forget_unused(ws.store, ws.evidence, [stored.name for _path, stored, *_rest in self.files if stored.new])
            raise

    def rows(self, write: Write, **values: Any) -> list[str]:
        """Insert a row for each file not yet known by its content; returns the evidence ids in order."""
        for path, stored, media_type, pages in self.files:
            known = Evidence.get_or_none(Evidence.digest == stored.sha256)
            if known is not None:
                self.ids.append(known.id)
                self._kind_of(write, known, values.get("doc_kind"))
                continue
            if not self.blobs.exists(stored.name):  # another job brought the same file, failed and took it away
                raise WorldFault("evidence.missing", name=stored.name[:12])
            row = {
                "title": Path(name_as_text(path)).stem[:200],
                "file_name": name_as_text(path)[:500],
                "blob": stored.name,
                "digest": stored.sha256,
                "bytes": stored.bytes,
                "media_type": media_type,
                "pages": pages,
                **{name: value for name, value in values.items() if value is not None},
            }
            self.ids.append(write.insert(Evidence, row))
            self.new += 1
        return self.ids

    def _kind_of(self, write: Write, known: Evidence, kind: str | None) -> None:
        """A file of which nobody has said what paper it is takes this kind; one of another kind keeps it until somebody
        decides, since all that it is linked to would see it change."""
        if kind and known.doc_kind == Evidence._meta.fields["doc_kind"].default:
            write.update(Evidence, known.id, {"doc_kind": kind})
        elif kind and known.doc_kind != kind:
            self.otherwise.append({"id": known.id, "title": known.title, "doc_kind": known.doc_kind})


def add_files(
    ws: Workspace,
    job: Job,
    files: list[str],
    on_step: Callable[[int], None] | None,
    pictures: Sequence[Mapping[str, Any]] = (),
) -> Added:
    """Encrypt files into the workspace. A damaged or locked PDF is taken in all the same, with a warning.

    `pictures` {name, data} have never been files. Raises Refused("evidence.too_large" | "evidence.empty" |
    "evidence.not_a_file" | "evidence.pictures_too_large") before anything is stored.
    """
    added = Added(ws.evidence)
    for file in files:
        _check_file(Path(file))
    if sum(len(picture["data"]) for picture in pictures) > MAX_PICTURES:
        raise Refused("evidence.pictures_too_large", limit=MAX_PICTURES >> 20)
    sources: list[tuple[Path, Callable[[], BinaryIO]]] = [
        *((Path(file), partial(_open, Path(file))) for file in files),
        *((Path(safe_name(picture["name"])), partial(io.BytesIO, picture["data"])) for picture in pictures),
    ]
    with added.kept(ws):
        for done, (path, open_source) in enumerate(sources):
            job.check()
            job.progress(done, len(sources), path.name)
            try:
                with open_source() as source:
                    stored = ws.evidence.add(source, job.cancelled)
            except OSError as error:
                if isinstance(error, InterruptedError):
                    raise
                raise disk_fault(error, path) from error
            media_type, pages, problem = examine(ws, stored, path)
            if problem:
                added.warnings.append(sentence(problem, {"file": path.name}))
            added.files.append((path, stored, media_type, pages))
            if on_step:
                on_step(done)
    return added


@service("evidence.add")
def add(
    ws: Workspace,
    job: Job,
    *,
    files: list[str],
    target: str | None = None,
    link: str = "proves",
    values: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Take files in and link them to a target: {ids, added, known, otherwise, warnings, changes}.

    `target` is KIND:ID, KIND:ID.field or indicator:PACK/ID@PERIOD/KIND:ID; the same content is stored once, and what
    is here as another kind of paper than `values` say stays one: {id, title, doc_kind} in `otherwise`.
    """
    stored, warnings = typed_values(ws, kind_info("evidence"), values or {})
    place = None if target is None else full_target(ws, target)
    added = add_files(ws, job, files, None)
    with added.kept(ws), ws.store.write(mark("添加佐证"), "typed") as write:
        ids = added.rows(write, **stored)
        if place:
            _link(write, ids, place, link)
    return {
        "ids": ids,
        "added": added.new,
        "known": len(ids) - added.new,
        "otherwise": added.otherwise,
        "warnings": [*warnings, *added.warnings],
        "changes": write.changes.as_dict(),
    }


@service("evidence.link", in_turn=True)
def link_evidence(ws: Workspace, job: Job, *, ids: list[str], target: str, link: str = "proves") -> dict[str, Any]:
    """Say what files already here prove: {added, changes}."""
    place = full_target(ws, target)
    with ws.store.write(mark("关联佐证"), "typed") as write:
        added = _link(write, [records.resolve("evidence", item) for item in ids], place, link)
    return {"added": added, "changes": write.changes.as_dict()}


@service("evidence.unlink", in_turn=True)
def unlink(ws: Workspace, job: Job, *, id: str, target: str) -> dict[str, Any]:
    """Take a relation back; the file stays in the library."""
    with ws.store.write(mark("取消关联"), "typed") as write:
        for row in EvidenceLink.select().where(EvidenceLink.evidence == id, EvidenceLink.target == target):
            write.delete(EvidenceLink, row.id)
    return {"changes": write.changes.as_dict()}


@service("evidence.list")
def list_evidence(ws: Workspace, job: Job, *, target: str | None = None) -> list[dict[str, Any]]:
    """The library, or what proves one target, with `targets` (where each is used); newest first."""
    place = None if target is None else full_target(ws, target)
    with ws.store.read():
        query = Evidence.select().order_by(Evidence.created_at.desc(), Evidence.id)
        if place:
            linked = EvidenceLink.select(EvidenceLink.evidence).where(EvidenceLink.target == place)
            query = query.where(Evidence.id.in_(linked))
        rows = dict_rows(query)
        used: dict[str, list[str]] = {}
        for evidence, where in tuple_rows(EvidenceLink.select(EvidenceLink.evidence, EvidenceLink.target)):
            used.setdefault(evidence, []).append(where)
    for row in rows:
        row["targets"] = used.get(row["id"], [])
    return rows


@service("evidence.get")
def get(ws: Workspace, job: Job, *, id: str, out: str) -> dict[str, Any]:
    """Write a clear copy where the user asked for it: {file, bytes}. The copy is the user's to look after."""
    row = _row(ws, id)
    target = Path(out)
    if target.is_dir():
        target = target / safe_name(row["file_name"])
    with whole_file(target) as stream:
        ws.evidence.copy_to(row["blob"], stream)
    return {"file": str(target), "bytes": row["bytes"]}


@service("evidence.content")
def content(ws: Workspace, job: Job, *, id: str, limit: int = 64 << 20) -> dict[str, Any]:
    """The bytes for a preview, never on disk: {media_type, title, data}; Refused("evidence.preview_too_large")."""
    row = _row(ws, id)
    if row["bytes"] > limit:
        raise Refused("evidence.preview_too_large", file=row["file_name"])
    return {"media_type": row["media_type"], "title": row["title"], "data": ws.evidence.read(row["blob"])}


def full_target(ws: Workspace, target: str) -> str:
    """A target with its ids written out; raises Usage("evidence.bad_target") or Usage("record.unknown")."""
    if target.startswith("indicator:"):
        head, subject = _split_indicator(target)
        return f"{head}/{_record_target(ws, subject)}"
    return _record_target(ws, target)


def _split_indicator(target: str) -> tuple[str, str]:
    period_at = target.find("@")
    slash = target.find("/", period_at)
    if period_at < 0 or slash < 0:
        raise Usage("evidence.bad_target", target=target[:80])
    return target[:slash], target[slash + 1 :]


def _record_target(ws: Workspace, target: str) -> str:
    kind, colon, rest = target.partition(":")
    if not colon or not rest:
        raise Usage("evidence.bad_target", target=target[:80])
    info = kind_info(kind)
    given, dot, name = rest.partition(".")
    if dot:
        info.field(name)
    with ws.store.read():
        record = records.resolve(kind, given)
        refuse_target(kind, record)
    return f"{kind}:{record}{dot}{name}"


def _link(write: Write, ids: list[str], target: str, link: str) -> int:
    added = 0
    for evidence in ids:
        known = EvidenceLink.select().where(
            EvidenceLink.evidence == evidence, EvidenceLink.target == target, EvidenceLink.link == link
        )
        if not known.exists():
            write.insert(EvidenceLink, {"evidence": evidence, "target": target, "link": link})
            added += 1
    return added


def _row(ws: Workspace, id: str) -> dict[str, Any]:
    with ws.store.read():
        return records.get("evidence", records.resolve("evidence", id))


def _open(path: Path) -> BinaryIO:
    return path.open("rb")


def _check_file(path: Path) -> None:
    try:
        if not path.is_file():
            raise Refused("evidence.not_a_file", file=str(path))
        size = path.stat().st_size
    except OSError as error:
        raise disk_fault(error, path) from error
    if size == 0:
        raise Refused("evidence.empty", file=path.name)
    if size > _MAX_BYTES:
        raise Refused("evidence.too_large", file=path.name, limit=_MAX_BYTES >> 30)


def examine(ws: Workspace, stored: Stored, path: Path) -> tuple[str, int | None, str]:
    """Media type by content, pages of a PDF, and the code of what is wrong with it ("" for nothing)."""
    with ws.evidence.open(stored.name) as stream:
        start = stream.read(16)
    media_type = next((kind for magic, kind in _MAGIC if start.startswith(magic)), "")
    if start[8:12] == b"WEBP":
        media_type = "image/webp"
    media_type = media_type or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if media_type != _PDF:
        return media_type, 1 if media_type in _IMAGES else None, ""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(ws.evidence.read(stored.name))) as pdf:
            return media_type, len(pdf.pages), ""
    except pikepdf.PasswordError:
        return media_type, None, "evidence.pdf_password"
    except (pikepdf.PdfError, WorldFault, ValueError):
        return media_type, None, "evidence.pdf_damaged"
