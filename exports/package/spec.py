"""What goes into a sealed package and what comes out: the values that `seal`, `verify` and `inspect` speak in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol
from uuid import UUID

SUITE = "intl-1"
"""SHA-256, Ed25519, X25519 and ChaCha20-Poly1305; the national algorithms get a name of their own when they come."""

MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
SIGNATURE = "tagmanifest-sha256.txt.minisig"
SIGNER = "metadata/signer.pub"
RECORDS = "data/records.json"
SCHEMA = "data/records.schema.json"
INDEX = "data/index.json"
PAGE = "data/index.html"

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")


class Sink(Protocol):
    """Where the sealed bytes go: a file, a socket, an encrypting writer."""

    def write(self, data: bytes, /) -> object: ...


@dataclass(frozen=True)
class Organisation:
    """The sender: registered name and 18-character unified social credit code (may be blank)."""

    name: str
    uscc: str = ""


@dataclass(frozen=True)
class Figure:
    """One figure on the package's contents page, already formatted, with the basis it was counted on."""

    label: str
    value: str
    unit: str = ""
    basis: str = ""


@dataclass(frozen=True)
class Payload:
    """A file of the package. `name` is its ASCII name in the bag, `real_name` what its owner calls it; `sha256` hex.

    `open` gives a fresh reader of the clear bytes; it is closed after use.
    """

    name: str
    real_name: str
    media_type: str
    size: int
    sha256: str
    open: Callable[[], BinaryIO]
    evidence_id: str = ""
    title: str = ""
    supports: Sequence[str] = ()

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or not re.fullmatch(r"[0-9a-f]{64}", self.sha256) or self.size < 0:
            raise ValueError(f"not a payload name, size or digest: {self.name!r}")


@dataclass(frozen=True)
class PackageSpec:
    """Everything one package is made of. `made_at` is ISO 8601 with offset; ids are UUID texts.

    `recipients` are age recipients; when empty the inner bag is sent as it is, which needs `personal_confirmed` after
    the labels in `personal_fields` were shown. `redaction` names the fields of the records ("kind.field") that were
    masked and removed. `confirmed_figures` are figures that somebody compared with the year's notice: `rule`, its
    `title`, `notice` (the title of the paper), `sha256` of its file, `page` and `on`, the day. `addressee` (ASCII) is
    named in the signed comment.
    """

    package_id: str
    title: str
    organisation: Organisation
    made_at: str
    records: Mapping[str, Any]
    schema: Mapping[str, Any]
    signing_seed: bytes = field(repr=False)
    index: Mapping[str, Any] = field(default_factory=dict)
    figures: Sequence[Figure] = ()
    documents: Sequence[Payload] = ()
    evidence: Sequence[Payload] = ()
    recipients: Sequence[str] = ()
    addressee: str = ""
    replaces: str | None = None
    sample: bool = False
    suite: str = SUITE
    personal_fields: Sequence[str] = ()
    personal_confirmed: bool = False
    redaction: Mapping[str, Sequence[str]] = field(default_factory=dict)
    audit_head: str = ""
    audit_length: int = 0
    unverified_figures: Sequence[str] = ()
    confirmed_figures: Sequence[Mapping[str, str]] = ()

    def __post_init__(self) -> None:
        for identifier in (self.package_id, self.replaces):
            if identifier is not None and str(UUID(identifier)) != identifier:
                raise ValueError("package ids are lower-case UUIDs")
        if not self.addressee.isascii() or not self.addressee.isprintable() or " " in self.addressee:
            raise ValueError("the addressee is one printable ASCII word")
        if self.suite != SUITE:
            raise ValueError(f"unknown suite {self.suite!r}")
        paths = self.payload_paths()
        if len(set(paths)) != len(paths):
            raise ValueError("two payloads of the same name")

    def payload_paths(self) -> list[str]:
        """The bag paths of documents, then evidence, in order."""
        return [f"data/documents/{p.name}" for p in self.documents] + [f"data/evidence/{p.name}" for p in self.evidence]


@dataclass(frozen=True)
class Sealed:
    """What was written. Digests are hex SHA-256 of the inner and outer zip; without encryption they are the same."""

    package_id: str
    encrypted: bool
    inner_sha256: str
    inner_bytes: int
    outer_sha256: str
    outer_bytes: int
    tagmanifest_sha256: str
    key_id: str
    public_key: str


@dataclass(frozen=True)
class Label:
    """The clear label of a package: claims that nobody has checked yet."""

    package_id: str
    title: str
    organisation: str
    uscc: str
    made_at: str
    sample: bool
    encrypted: bool
    replaces: str | None
    outer_bytes: int


@dataclass(frozen=True)
class FileEntry:
    """One payload file of a verified package; `size` in bytes, `sha256` hex."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Verified:
    """What `verify` found true. With `opened` False only the outer bag was checked (no identity was given).

    `signer_trusted` says that the signing key is one of the trusted keys; a correct signature by a stranger is only
    consistent with itself. `notes` are codes of things a person should see.
    """

    label: Label
    opened: bool
    outer_sha256: str
    inner_sha256: str
    key_id: str
    public_key: str
    signer_trusted: bool
    trusted_comment: str
    records: Mapping[str, Any]
    index: Mapping[str, Any]
    files: tuple[FileEntry, ...]
    notes: tuple[str, ...]
