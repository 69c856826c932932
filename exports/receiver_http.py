"""The HTTP side of the demonstration receiver: requests in, SWORDv3 documents out, files under one folder."""

from __future__ import annotations

import hashlib
import hmac
import http.server
import json
import os
import re
import shutil
import threading
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from exports import sword
from exports.pipe import BLOCK

if TYPE_CHECKING:
    from exports.receiver import Receiver

_JSON = "application/ld+json"
_ORIGINAL = "package.zip"
_MAX_DOCUMENT = 1 << 20


@dataclass
class Misbehaviour:
    """What to do wrong with the next `count` requests of `method` whose path contains `path`.

    `kind`: "drop" (close after reading `after` bytes of the body), "lose_answer" (do it, then close without a word),
    "portal" (200 with a login page), "status" (answer `status` with `headers`, doing nothing), "garbage" (broken JSON).
    """

    kind: str
    method: str = "POST"
    path: str = ""
    count: int = 1
    after: int = 0
    status: int = 500
    headers: tuple[tuple[str, str], ...] = ()


def _private(path: str, flags: int) -> int:
    """For open: what was deposited is not for others on this computer."""
    return os.open(path, flags, 0o600)


def _write(path: Path, data: bytes) -> None:
    with open(path, "wb", opener=_private) as out:
        out.write(data)


class HttpError(Exception):
    """An error answer: HTTP status, SWORD error type, words."""

    def __init__(self, status: int, kind: str, words: str = "") -> None:
        super().__init__(words)
        self.status = status
        self.kind = kind
        self.words = words


class Store:
    """Objects and segmented uploads as files under one folder; every change is written before it is answered."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.lock = threading.RLock()
        for name in ("objects", "staging", "incoming"):
            (data / name).mkdir(mode=0o700, parents=True, exist_ok=True)

    def new_object(self, metadata: bytes, slug: str) -> dict[str, Any]:
        """An empty object in progress."""
        record: dict[str, Any] = {
            "id": str(uuid4()), "version": 0, "state": "inProgress", "words": "", "slug": slug, "files": [],
        }  # fmt: skip
        folder = self.data / "objects" / record["id"]
        folder.mkdir(mode=0o700)
        _write(folder / "metadata.json", metadata)
        self.save(record)
        return record

    def load(self, identifier: str) -> dict[str, Any]:
        """An object's record; 404 when there is none."""
        try:
            document: dict[str, Any] = json.loads(self.folder(identifier).joinpath("object.json").read_text("utf-8"))
        except OSError:
            raise HttpError(404, "NotFound") from None
        return document

    def save(self, record: dict[str, Any]) -> None:
        """Write an object's record under a new version."""
        record["version"] += 1
        path = self.folder(record["id"]) / "object.json"
        temporary = path.with_suffix(".new")
        _write(temporary, json.dumps(record, ensure_ascii=False).encode())
        temporary.replace(path)

    def folder(self, identifier: str, kind: str = "objects") -> Path:
        """The folder of an object or upload; 404 unless the name is one this server gave."""
        try:
            return self.data / kind / str(UUID(identifier))
        except ValueError:
            raise HttpError(404, "NotFound") from None

    def package(self, record: dict[str, Any], number: int = 0) -> Path:
        """The file of an object's n-th deposited package."""
        return self.folder(record["id"]) / f"{number}-{_ORIGINAL}"


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers one connection; the server object carries the `receiver`."""

    protocol_version = "HTTP/1.1"
    timeout = 60
    wbufsize = -1  # one segment per answer: header and body sent apart wait 40 ms for each other
    disable_nagle_algorithm = True

    @property
    def receiver(self) -> Receiver:
        return self.server.receiver  # type: ignore[attr-defined, no-any-return]

    def log_message(self, format: str, *args: object) -> None:
        """Silent: a request line may name a package."""

    def do_GET(self) -> None:
        self._handle("GET")

    def do_POST(self) -> None:
        self._handle("POST")

    def do_DELETE(self) -> None:
        self._handle("DELETE")

    def _handle(self, method: str) -> None:
        path = urlsplit(self.path).path
        self.receiver.requests.append((method, path))
        self.left = self._length()
        self.trouble = self.receiver.take_misbehaviour(method, path)
        try:
            if self.trouble is not None and self._misbehave(self.trouble):
                return
            self._authorize()
            self._route(method, path)
        except HttpError as error:
            document = {"@context": sword.CONTEXT, "@type": error.kind, "error": error.words or error.kind}
            self._answer(error.status, document)
        except ConnectionError:
            self.close_connection = True

    def _misbehave(self, trouble: Misbehaviour) -> bool:
        if trouble.kind == "drop":
            self._read_body_block(trouble.after)
            self.close_connection = True
        elif trouble.kind == "portal":
            self._answer_bytes(200, b"<html><body>Please log in</body></html>", "text/html")
        elif trouble.kind == "garbage":
            self._answer_bytes(200, b'{"@type": "Status", "state": [', _JSON)
        elif trouble.kind == "status":
            self._answer(trouble.status, {"error": "told to"}, trouble.headers)
        return trouble.kind != "lose_answer"

    def _route(self, method: str, path: str) -> None:
        parts = path.strip("/").split("/")
        if parts == ["service-document"] and method == "GET":
            self._answer(200, self._service_document())
        elif parts == ["service-document"] and method == "POST":
            self._create()
        elif parts[0] == "objects" and len(parts) == 2:
            with self.receiver.store.lock:
                record = self.receiver.store.load(parts[1])
            {"GET": self._status, "POST": self._append, "DELETE": self._delete}[method](record)
        elif parts[0] == "objects" and len(parts) == 4 and method == "GET" and parts[3].isdigit():
            self._file(self.receiver.store.load(parts[1]), int(parts[3]))
        elif parts == ["staging"] and method == "POST":
            self._begin_segments()
        elif parts[0] == "staging" and len(parts) == 2:
            {"GET": self._segments, "POST": self._segment, "DELETE": self._forget}[method](parts[1])
        else:
            raise HttpError(404, "NotFound")

    def _service_document(self) -> dict[str, Any]:
        receiver = self.receiver
        document: dict[str, Any] = {
            "@context": sword.CONTEXT, "@id": receiver.url, "@type": "ServiceDocument", "dc:title": "孵转台 收件演示",
            "root": receiver.url, "acceptDeposits": True, "version": "http://purl.org/net/sword/3.0",
            "acceptArchiveFormat": ["application/zip"], "acceptPackaging": [sword.PACKAGE_BAGIT],
            "acceptMetadata": [sword.METADATA_FORMAT], "digest": ["SHA-256"], "byReferenceDeposit": receiver.segments,
            "authentication": ["Bearer"], "maxUploadSize": receiver.max_upload,
        }  # fmt: skip
        if receiver.segments:
            document |= {"staging": "/staging", "maxSegmentSize": receiver.max_segment, "maxSegments": 10_000}
        return document

    def _create(self) -> None:
        metadata = b"{}"
        is_metadata = "metadata=true" in self.headers.get("Content-Disposition", "")
        if is_metadata:
            metadata = self._small_body()
        record = self.receiver.store.new_object(metadata, self.headers.get("Slug", ""))
        if not is_metadata and self.left:
            self._store_package(record)
        self._maybe_complete(record)
        self._answer_status(201, record, (("Location", self._object_url(record)),))

    def _append(self, record: dict[str, Any]) -> None:
        if_match = self.headers.get("If-Match")
        if if_match is not None and if_match != self._etag(record):
            raise HttpError(412, "ETagNotMatched")
        if record["state"] != "inProgress":
            raise HttpError(405, "MethodNotAllowed", "the deposit is complete")
        if "by-reference=true" in self.headers.get("Content-Disposition", ""):
            self._assemble(record, json.loads(self._small_body()))
        elif self.left:
            self._store_package(record)
        self._maybe_complete(record)
        self._answer_status(200, record)

    def _delete(self, record: dict[str, Any]) -> None:
        if record["state"] not in ("inProgress", "inWorkflow"):
            raise HttpError(405, "MethodNotAllowed")
        shutil.rmtree(self.receiver.store.folder(record["id"]))
        self._answer_bytes(204, b"", _JSON)

    def _status(self, record: dict[str, Any]) -> None:
        self._answer_status(200, record)

    def _file(self, record: dict[str, Any], number: int) -> None:
        try:
            file = self.receiver.store.package(record, number).open("rb")
        except OSError:
            raise HttpError(404, "NotFound") from None
        with file:
            self.send_response(200)
            self.send_header("Content-Type", "application/zip")
            self.send_header("Content-Length", str(os.fstat(file.fileno()).st_size))
            self.end_headers()
            shutil.copyfileobj(file, self.wfile, BLOCK)

    def _begin_segments(self) -> None:
        match = re.fullmatch(
            r'segment-init; size=(\d{1,15}); segment_count=(\d{1,6}); segment_size=(\d{1,12}); digest="([^"]{1,200})"',
            self.headers.get("Content-Disposition", ""),
        )
        digest = sword.digest_of(match[4]) if match else None
        if not self.receiver.segments or match is None or digest is None:
            raise HttpError(400, "BadRequest", "segment-init")
        size, count, segment = int(match[1]), int(match[2]), int(match[3])
        if not 0 < segment <= self.receiver.max_segment or count != -(-size // segment):
            raise HttpError(400, "InvalidSegmentSize")
        identifier = str(uuid4())
        folder = self.receiver.store.folder(identifier, "staging")
        folder.mkdir(mode=0o700)
        info = {"size": size, "count": count, "segment": segment, "sha256": digest}
        _write(folder / "info.json", json.dumps(info).encode())
        self._answer(201, {}, (("Location", f"{self.receiver.base}/staging/{identifier}"),))

    def _segment(self, identifier: str) -> None:
        folder, info, _received = self._staged(identifier)
        match = re.fullmatch(r"segment; segment_number=(\d{1,6})", self.headers.get("Content-Disposition", ""))
        number = int(match[1]) if match else 0
        if not 1 <= number <= info["count"]:
            raise HttpError(400, "SegmentLimitExceeded")
        if self.left != min(info["segment"], info["size"] - (number - 1) * info["segment"]):
            raise HttpError(400, "InvalidSegmentSize")
        self._receive(folder / f"{number}.part")
        self._answer_bytes(204, b"", _JSON)

    def _segments(self, identifier: str) -> None:
        _folder, info, received = self._staged(identifier)
        expecting = [number for number in range(1, info["count"] + 1) if number not in received]
        self._answer(
            200,
            {
                "@context": sword.CONTEXT, "@id": f"{self.receiver.base}/staging/{identifier}", "@type": "Temporary",
                "received": received, "expecting": expecting, "assembledSize": info["size"],
                "segmentSize": info["segment"],
            },
        )  # fmt: skip

    def _forget(self, identifier: str) -> None:
        shutil.rmtree(self._staged(identifier)[0])
        self._answer_bytes(204, b"", _JSON)

    def _staged(self, identifier: str) -> tuple[Path, dict[str, Any], list[int]]:
        folder = self.receiver.store.folder(identifier, "staging")
        try:
            info = json.loads((folder / "info.json").read_text("utf-8"))
        except OSError:
            raise HttpError(404, "NotFound") from None
        return folder, info, sorted(int(path.stem) for path in folder.glob("*.part"))

    def _assemble(self, record: dict[str, Any], document: dict[str, Any]) -> None:
        for item in document.get("byReferenceFiles", []):
            identifier = str(item.get("@id", "")).removeprefix(f"{self.receiver.base}/staging/")
            folder, info, received = self._staged(identifier)
            if len(received) != info["count"]:
                raise HttpError(400, "BadRequest", "segments are missing")
            whole, digest = folder / "whole", hashlib.sha256()
            with open(whole, "wb", opener=_private) as out:
                for number in received:
                    part = (folder / f"{number}.part").read_bytes()
                    digest.update(part)
                    out.write(part)
            if digest.hexdigest() != info["sha256"]:
                raise HttpError(412, "DigestMismatch")
            self._keep(record, whole)
            shutil.rmtree(folder)

    def _store_package(self, record: dict[str, Any]) -> None:
        incoming = self.receiver.store.data / "incoming" / str(uuid4())
        try:
            self._receive(incoming)
            self._keep(record, incoming)
        finally:
            incoming.unlink(missing_ok=True)

    def _keep(self, record: dict[str, Any], path: Path) -> None:
        if self.headers.get("Packaging", sword.PACKAGE_BAGIT) != sword.PACKAGE_BAGIT:
            raise HttpError(415, "PackagingFormatNotAcceptable")
        path.replace(self.receiver.store.package(record, len(record["files"])))
        record["files"].append({"state": "pending", "log": ""})
        self.receiver.store.save(record)

    def _receive(self, path: Path) -> None:
        """The body into a file, whose digest has to be in the Digest header; a form with one part is unwrapped."""
        if self.left > self.receiver.max_upload:
            raise HttpError(413, "MaxUploadSizeExceeded")
        tail = 0
        boundary = Message()
        boundary["Content-Type"] = self.headers.get("Content-Type", "")
        if boundary.get_content_type() == "multipart/form-data":
            tail = len(f"\r\n--{boundary.get_boundary()}--\r\n")
            while self.left and self._read_line().strip():
                continue
        digest = hashlib.sha256()
        with open(path, "wb", opener=_private) as out:
            while self.left > tail and (block := self._read_body_block(min(BLOCK, self.left - tail))):
                digest.update(block)
                out.write(block)
        self._read_body_block(self.left)
        if self.left:
            raise ConnectionError("the body ended early")
        if sword.digest_of(self.headers.get("Digest", "")) != digest.hexdigest():
            path.unlink()
            raise HttpError(412, "DigestMismatch")

    def _small_body(self) -> bytes:
        if self.left > _MAX_DOCUMENT:
            raise HttpError(413, "MaxUploadSizeExceeded")
        body = self._read_body_block(self.left)
        if sword.digest_of(self.headers.get("Digest", "")) != hashlib.sha256(body).hexdigest():
            raise HttpError(412, "DigestMismatch")
        try:
            json.loads(body)
        except (ValueError, RecursionError):
            raise HttpError(400, "ContentMalformed") from None
        return body

    def _read_body_block(self, count: int) -> bytes:
        block = self.rfile.read(min(count, self.left)) if count else b""
        self.left -= len(block)
        self.receiver.body_bytes += len(block)
        return block

    def _read_line(self) -> bytes:
        line = self.rfile.readline(min(self.left, 4096))
        self.left -= len(line)
        return line

    def _maybe_complete(self, record: dict[str, Any]) -> None:
        if self.headers.get("In-Progress", "false") != "false":
            return
        if not record["files"]:
            raise HttpError(400, "BadRequest", "nothing was deposited")
        record |= {"state": "inWorkflow", "words": "已收件，等待校验。"}
        self.receiver.store.save(record)
        self.receiver.begin_review(record)

    def _answer_status(self, status: int, record: dict[str, Any], headers: tuple[tuple[str, str], ...] = ()) -> None:
        url = self._object_url(record)
        links = [
            {
                "@id": f"{url}/files/{number}", "rel": [sword.REL_ORIGINAL], "contentType": "application/zip",
                "packaging": sword.PACKAGE_BAGIT, "status": sword.FILE_STATE + file["state"], "log": file["log"],
            }
            for number, file in enumerate(record["files"])
        ]  # fmt: skip
        document = {
            "@context": sword.CONTEXT, "@id": url, "@type": "Status", "eTag": self._etag(record),
            "service": self.receiver.url, "links": links,
            "state": [{"@id": sword.STATE + record["state"], "description": record["words"]}],
        }  # fmt: skip
        self._answer(status, document, (("ETag", self._etag(record)), *headers))

    def _answer(self, status: int, document: dict[str, Any], headers: tuple[tuple[str, str], ...] = ()) -> None:
        self._answer_bytes(status, json.dumps(document, ensure_ascii=False).encode("utf-8"), _JSON, headers)

    def _answer_bytes(
        self, status: int, body: bytes, content_type: str, headers: tuple[tuple[str, str], ...] = ()
    ) -> None:
        if self.left:  # answering before the body was read: the rest must not be taken for the next request
            self.close_connection = True
        if self.trouble is not None and self.trouble.kind == "lose_answer":
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in (("Content-Type", content_type), ("Content-Length", str(len(body))), *headers):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _authorize(self) -> None:
        given = self.headers.get("Authorization", "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, b"Bearer " + self.receiver.token.encode("utf-8")):
            raise HttpError(401, "AuthenticationRequired")

    def _length(self) -> int:
        text = self.headers.get("Content-Length", "0")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0

    def _etag(self, record: dict[str, Any]) -> str:
        return f'"{record["version"]}"'

    def _object_url(self, record: dict[str, Any]) -> str:
        return f"{self.receiver.base}/objects/{record['id']}"
