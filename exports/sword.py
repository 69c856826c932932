"""The SWORDv3 documents a server answers with, read strictly and without trust; and the faults of a deposit."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urljoin, urlsplit

from policy.errors import WorldFault

METADATA_FORMAT = "http://purl.org/net/sword/3.0/types/Metadata"
PACKAGE_BAGIT = "http://purl.org/net/sword/3.0/package/SWORDBagIt"
CONTEXT = "https://swordapp.github.io/swordv3/swordv3.jsonld"
STATE = "http://purl.org/net/sword/3.0/state/"
FILE_STATE = "http://purl.org/net/sword/3.0/filestate/"
REL_ORIGINAL = "http://purl.org/net/sword/3.0/terms/originalDeposit"
MAX_ANSWER = 4 << 20
_MAX_WORDS = 4000


class Disposition(StrEnum):
    """What to do after a fault: try again later, stop and ask a person, or ask the server what it has."""

    RETRY = "retry"
    STOP = "stop"
    UNKNOWN = "unknown"


class DepositFault(WorldFault):
    """A deposit did not go on. `disposition` says what that means; `retry_after` is in seconds, if the server said."""

    def __init__(self, code: str, disposition: Disposition, *, retry_after: int | None = None, **params: Any) -> None:
        super().__init__(code, disposition=disposition.value, retry_after=retry_after, **params)

    @property
    def disposition(self) -> Disposition:
        """What the caller is to do next."""
        return Disposition(self.params["disposition"])

    @property
    def retry_after(self) -> int | None:
        """Seconds the server asked to wait, or None."""
        value = self.params["retry_after"]
        return int(value) if value is not None else None


class Outcome(StrEnum):
    """What a status document means for the sender, object state and file states taken together."""

    IN_PROGRESS = "in_progress"
    IN_WORKFLOW = "in_workflow"
    INGESTED = "ingested"
    REJECTED = "rejected"
    ERROR = "error"


@dataclass(frozen=True)
class ServiceDocument:
    """What a server says it takes; sizes in bytes, 0 where it names no limit."""

    title: str
    accepts: bool
    packaging: tuple[str, ...]
    max_upload: int
    staging: str | None
    min_segment: int
    max_segment: int
    max_segments: int
    max_assembled: int


@dataclass(frozen=True)
class Link:
    """One link of a status document; `state` is the short file state ("ingested"), "" where none is given."""

    url: str
    original: bool
    state: str
    log: str
    packaging: str


@dataclass(frozen=True)
class ObjectStatus:
    """A status document: short object states, the server's words, its links, the ETag for the next change."""

    url: str
    states: tuple[str, ...]
    words: str
    links: tuple[Link, ...]
    etag: str | None

    @property
    def originals(self) -> tuple[Link, ...]:
        """The deposited packages."""
        return tuple(link for link in self.links if link.original)

    @property
    def outcome(self) -> Outcome:
        """Success needs the object ingested AND every deposited file ingested; one file in error is an error."""
        files = [link.state for link in self.originals]
        if "rejected" in self.states:
            return Outcome.REJECTED
        if "error" in files or "deleted" in self.states:
            return Outcome.ERROR
        if "inProgress" in self.states:
            return Outcome.IN_PROGRESS
        if "ingested" in self.states:
            if not files:
                return Outcome.ERROR
            return Outcome.INGESTED if set(files) == {"ingested"} else Outcome.IN_WORKFLOW
        return Outcome.IN_WORKFLOW


def read_json(body: bytes, content_type: str) -> dict[str, Any]:
    """A JSON object from an answer; a login page or anything else raises DepositFault("deposit.not_sword")."""
    kind = content_type.split(";")[0].strip().lower()
    if kind not in ("application/json", "application/ld+json") and not kind.endswith("+json"):
        raise not_sword()
    try:
        document = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise not_sword() from None
    if not isinstance(document, dict):
        raise not_sword()
    return document


def not_sword() -> DepositFault:
    """Something between us and the server answered in its place, or it is no SWORD server; worth a later try."""
    return DepositFault("deposit.not_sword", Disposition.RETRY)


def service_document(document: Mapping[str, Any], url: str) -> ServiceDocument:
    """Read a service document; URLs may be relative to `url`. Raises DepositFault("deposit.not_sword")."""
    if document.get("@type") != "ServiceDocument" or not str(document.get("version", "")).startswith(
        "http://purl.org/net/sword/3"
    ):
        raise not_sword()
    staging = document.get("staging")
    return ServiceDocument(
        title=_text(document.get("dc:title"))[:200],
        accepts=document.get("acceptDeposits") is True,
        packaging=tuple(_text(item) for item in _list(document.get("acceptPackaging"))),
        max_upload=_size(document.get("maxUploadSize")),
        staging=same_origin(staging, url) if isinstance(staging, str) and staging else None,
        min_segment=_size(document.get("minSegmentSize")),
        max_segment=_size(document.get("maxSegmentSize")),
        max_segments=_size(document.get("maxSegments")),
        max_assembled=_size(document.get("maxAssembledSize")),
    )


def object_status(document: Mapping[str, Any], url: str, etag: str | None) -> ObjectStatus:
    """Read a status document of the object at `url`; raises DepositFault("deposit.not_sword")."""
    states = [item for item in _list(document.get("state")) if isinstance(item, dict)]
    if document.get("@type") != "Status" or not states:
        raise not_sword()
    links = []
    for item in _list(document.get("links")):
        if not isinstance(item, dict):
            raise not_sword()
        rels = item.get("rel")
        original = REL_ORIGINAL in (rels if isinstance(rels, list) else [rels])
        state = _text(item.get("status")).removeprefix(FILE_STATE)
        link = urljoin(url, _text(item.get("@id")))
        links.append(Link(link, original, state, _text(item.get("log")), _text(item.get("packaging"))))
    said = [_text(item.get("description")) for item in states] + [link.log for link in links if link.original]
    return ObjectStatus(
        url=url,
        states=tuple(_text(item.get("@id")).removeprefix(STATE) for item in states),
        words="\n".join(text for text in said if text)[:_MAX_WORDS],
        links=tuple(links),
        etag=etag or _text(document.get("eTag")) or None,
    )


def received_segments(document: Mapping[str, Any]) -> set[int]:
    """The numbers (from 1) of the segments a server has; servers put them at the top or under "segments"."""
    inner = document.get("segments")
    received = inner.get("received") if isinstance(inner, dict) else document.get("received")
    if not isinstance(received, list) or not all(type(number) is int for number in received):
        raise not_sword()
    return set(received)


def same_origin(target: str, base: str) -> str:
    """`target` resolved against `base`; the token must not go elsewhere, so another origin stops the deposit."""
    try:
        url = urljoin(base, target)
        there, here = urlsplit(url), urlsplit(base)
        same = (there.scheme, there.hostname, there.port) == (here.scheme, here.hostname, here.port)
    except ValueError:
        same, url = False, ""
    if not same or not url.isprintable() or len(url) > 2000:
        raise DepositFault("deposit.foreign_url", Disposition.STOP, url=target[:200])
    return url


def digest_of(header: str) -> str | None:
    """The hex SHA-256 in a Digest header, in any of the three dialects; None when there is none."""
    for item in header.split(","):
        name, _equals, value = item.strip().partition("=")
        if name.lower() != "sha-256":
            continue
        try:
            raw = bytes.fromhex(value) if len(value) == 64 else base64.b64decode(value, validate=True)
            raw = bytes.fromhex(raw.decode("ascii")) if len(raw) == 64 else raw
        except ValueError:
            continue
        if len(raw) == 32:
            return raw.hex()
    return None


def error_words(body: bytes) -> str:
    """What an error answer says, shortened; "" when it is not a JSON document that says anything."""
    try:
        document = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return ""
    if not isinstance(document, dict):
        return ""
    said = [_text(document.get(key)) for key in ("error", "log", "message")]
    return "\n".join(text for text in said if text)[:_MAX_WORDS]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _size(value: Any) -> int:
    return value if type(value) is int and value > 0 else 0
