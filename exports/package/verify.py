"""Checks a package from anywhere without a workspace: container, digests, encryption, signature, identity."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from uuid import UUID

from exports import agekeys, minisign
from exports.package.spec import (
    INDEX,
    MANIFEST,
    RECORDS,
    SIGNATURE,
    SIGNER,
    TAG_MANIFEST,
    FileEntry,
    Label,
    Verified,
)
from exports.package.zipread import Entry, ForwardZip, Limits, OpenStream, damaged
from policy.errors import Refused, WorldFault

_LINE = re.compile(r"([0-9a-fA-F]{64})  ?\*?([!-~]{1,900})")
_KEPT = {"bagit.txt", "bag-info.txt", MANIFEST, TAG_MANIFEST, SIGNATURE, SIGNER, RECORDS, INDEX}
_KEPT_MAX = 64 << 20
_DEEPEST = 100
_UNLISTED = (TAG_MANIFEST, SIGNATURE)


class Extract(Protocol):
    """Offers a place for a payload file while it is checked; None leaves the file out.

    What is written may only be used after `verify` has returned.
    """

    def __call__(self, path: str, size: int, /) -> AbstractContextManager[BinaryIO] | None: ...


def verify(
    source: Path | BinaryIO,
    *,
    identity: str | None = None,
    trusted_keys: Sequence[minisign.PublicKey] = (),
    extract: Extract | None = None,
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> Verified:
    """Check a package file or seekable stream; reads it twice (an encrypted one is decrypted twice), writes nothing.

    Raises Refused("package.damaged", file=…, why=…), Refused("package.too_large", limit=…), the minisign.* refusals
    for a wrong signature, WrongKey("age.wrong_identity") for somebody else's package, WorldFault("package.unreadable")
    when the file cannot be read. An unknown signer is not an error: see `Verified.signer_trusted`.
    """
    opener = _opener(source)
    try:
        outer = _Bag(opener, limits, None)
        payload = outer.encrypted_payload()
        if payload is None:
            bag = _Bag(opener, limits, extract, outer.zip) if extract else outer
            return _report(bag, outer, trusted_keys, opened=True)
        if identity is None:
            return _report(None, outer, trusted_keys, opened=False)
        key = identity

        @contextmanager
        def inner_stream() -> Iterator[BinaryIO]:
            with outer.zip.open_entry(payload) as packed, agekeys.decrypting_reader(packed, key) as clear:
                yield clear

        return _report(_Bag(inner_stream, limits, extract), outer, trusted_keys, opened=True)
    except OSError as error:
        raise WorldFault("package.unreadable", why=error.strerror or "") from error


def inspect(source: Path | BinaryIO) -> Label:
    """The clear label alone, in one pass: claims that nobody has checked. Raises as `verify` does."""
    try:
        archive = ForwardZip(_opener(source), Limits())
        for entry, blocks in archive.read_all():
            if entry.path == "bag-info.txt":
                encrypted = any(_is_sealed_payload(e.path) for e in archive.entries)
                return _label(_collect(entry, blocks), encrypted, archive.size)
    except OSError as error:
        raise WorldFault("package.unreadable", why=error.strerror or "") from error
    raise damaged("bag-info.txt", "missing")


class _Bag:
    """One BagIt bag in a zip, complete and valid, with its small files kept in memory."""

    def __init__(
        self, opener: OpenStream, limits: Limits, extract: Extract | None, archive: ForwardZip | None = None
    ) -> None:
        self.zip = archive or ForwardZip(opener, limits)
        self.kept: dict[str, bytes] = {}
        self.digests: dict[str, str] = {}
        self.sizes: dict[str, int] = {}
        for entry, blocks in self.zip.read_all():
            self._read(entry, blocks, extract)
        self._check()

    def text(self, path: str) -> str:
        try:
            return self.kept[path].decode("utf-8")
        except KeyError:
            raise damaged(path, "missing") from None
        except UnicodeDecodeError:
            raise damaged(path, "encoding") from None

    def json(self, path: str) -> dict[str, Any]:
        try:
            document = json.loads(self.text(path))
        except (ValueError, RecursionError):
            raise damaged(path, "json") from None
        if not isinstance(document, dict) or not _is_shallow(document):
            raise damaged(path, "json")
        return document

    def encrypted_payload(self) -> Entry | None:
        payloads = [entry for entry in self.zip.entries if entry.path.startswith("data/")]
        sealed = [entry for entry in payloads if _is_sealed_payload(entry.path)]
        if sealed and len(payloads) != 1:
            raise damaged(payloads[0].path, "unexpected")
        return sealed[0] if sealed else None

    def label(self, encrypted: bool, size: int) -> Label:
        return _label(self.kept.get("bag-info.txt", b""), encrypted, size)

    def _read(self, entry: Entry, blocks: Iterator[bytes], extract: Extract | None) -> None:
        digest, kept = hashlib.sha256(), bytearray()
        if entry.path in _KEPT and entry.size > _KEPT_MAX:
            raise Refused("package.too_large", limit=_KEPT_MAX)
        target = extract(entry.path, entry.size) if extract and entry.path.startswith("data/") else None
        with target or nullcontext() as file:
            for block in blocks:
                digest.update(block)
                if entry.path in _KEPT:
                    kept += block
                if file is not None:
                    file.write(block)
        if entry.path in _KEPT:
            self.kept[entry.path] = bytes(kept)
        self.digests[entry.path] = digest.hexdigest()
        self.sizes[entry.path] = entry.size

    def _check(self) -> None:
        declaration = self.text("bagit.txt").split("\n")
        if declaration[0].strip() not in ("BagIt-Version: 1.0", "BagIt-Version: 0.97"):
            raise damaged("bagit.txt", "version")
        payloads = {path for path in self.digests if path.startswith("data/")}
        manifest = self._listed(MANIFEST)
        if set(manifest) != payloads:
            raise damaged(min(set(manifest) ^ payloads), "unlisted")
        tags = self._listed(TAG_MANIFEST)
        present = set(self.digests) - payloads
        if not set(tags) <= present or not present - set(_UNLISTED) <= set(tags) or "fetch.txt" in present:
            raise damaged(TAG_MANIFEST, "unlisted")
        for path, digest in (manifest | tags).items():
            if self.digests[path] != digest:
                raise damaged(path, "digest")
        oxum = _fields(self.kept.get("bag-info.txt", b"")).get("payload-oxum")
        if oxum and oxum != f"{sum(self.sizes[path] for path in payloads)}.{len(payloads)}":
            raise damaged("bag-info.txt", "oxum")

    def _listed(self, path: str) -> dict[str, str]:
        listed: dict[str, str] = {}
        for line in self.text(path).splitlines():
            match = _LINE.fullmatch(line)
            if match is None or match[2] in listed:
                raise damaged(path, "line")
            listed[match[2]] = match[1].lower()
        return listed


def _report(bag: _Bag | None, outer: _Bag, trusted_keys: Sequence[minisign.PublicKey], *, opened: bool) -> Verified:
    outside = outer.label(bag is not outer, outer.zip.size)
    if bag is None:
        return Verified(outside, opened, outer.zip.sha256, "", "", "", False, "", {}, {}, (), ("sealed",))
    key, signature = _signature(bag, trusted_keys)
    index = bag.json(INDEX)
    inside = bag.label(outside.encrypted, outer.zip.size)
    for name, found in (("index", index.get("package_id")), ("label", outside.package_id)):
        if found != inside.package_id:
            raise damaged(name, "package_id")
    if not signature.trusted_comment.startswith(f"package:{inside.package_id} "):
        raise damaged(SIGNATURE, "package_id")
    trusted = any(key.raw == known.raw for known in trusted_keys)
    files = tuple(
        FileEntry(path, bag.sizes[path], digest)
        for path, digest in sorted(bag.digests.items())
        if path.startswith("data/")
    )
    notes = [code for code, holds in (("signer_unknown", not trusted), ("sample", inside.sample)) if holds]
    if not outside.encrypted:
        notes.append("clear")
    if outside != inside:
        notes.append("label_differs")
    return Verified(
        label=inside,
        opened=opened,
        outer_sha256=outer.zip.sha256,
        inner_sha256=bag.zip.sha256,
        key_id=key.key_id,
        public_key=key.line,
        signer_trusted=trusted,
        trusted_comment=signature.trusted_comment,
        records=bag.json(RECORDS),
        index=index,
        files=files,
        notes=tuple(notes),
    )


def _signature(bag: _Bag, trusted_keys: Sequence[minisign.PublicKey]) -> tuple[minisign.PublicKey, minisign.Signature]:
    """The key that signed the bag: a trusted one with that id, else the one the bag brings along."""
    text = bag.text(SIGNATURE)
    key_id = minisign.signature_key_id(text)
    for key in trusted_keys:
        if key.key_id == key_id:
            return key, minisign.verify(bag.kept[TAG_MANIFEST], text, key)
    key = minisign.parse_public_key(bag.text(SIGNER))
    return key, minisign.verify(bag.kept[TAG_MANIFEST], text, key)


def _label(bag_info: bytes, encrypted: bool, size: int) -> Label:
    fields = _fields(bag_info)
    identifiers: Mapping[str, str | None] = {
        name: _uuid(fields.get(name, "")) for name in ("external-identifier", "replaces")
    }
    package_id = identifiers["external-identifier"]
    if package_id is None:
        raise damaged("bag-info.txt", "package_id")
    return Label(
        package_id=package_id,
        title=fields.get("external-description", ""),
        organisation=fields.get("source-organization", ""),
        uscc=fields.get("organization-identifier", ""),
        made_at=fields.get("made-at", ""),
        sample="sample" in fields,
        encrypted=encrypted,
        replaces=identifiers["replaces"],
        outer_bytes=size,
    )


def _fields(bag_info: bytes) -> dict[str, str]:
    try:
        lines = bag_info[:1_000_000].decode("utf-8").splitlines()
    except UnicodeDecodeError:
        raise damaged("bag-info.txt", "encoding") from None
    pairs = (line.partition(":") for line in lines)
    return {key.strip().lower(): value.strip() for key, colon, value in pairs if colon}


def _uuid(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None


def _is_shallow(document: dict[str, Any]) -> bool:
    """Whether a document is nested no deeper than any honest one; what copies or prints it runs out of stack else."""
    level: list[Any] = [document]
    for _ in range(_DEEPEST):
        values = (value for node in level for value in (node.values() if isinstance(node, dict) else node))
        level = [value for value in values if isinstance(value, dict | list)]
        if not level:
            return True
    return False


def _is_sealed_payload(path: str) -> bool:
    return re.fullmatch(r"data/[0-9a-f-]{36}\.bag\.zip\.age", path) is not None


def _collect(entry: Entry, blocks: Iterator[bytes]) -> bytes:
    if entry.size > 1_000_000:
        raise Refused("package.too_large", limit=1_000_000)
    return b"".join(blocks)


def _opener(source: Path | BinaryIO) -> OpenStream:
    if isinstance(source, Path):
        path = source
        return lambda: path.open("rb")
    stream = source

    def rewound() -> AbstractContextManager[BinaryIO]:
        stream.seek(0)
        return nullcontext(stream)

    opener: Callable[[], AbstractContextManager[BinaryIO]] = rewound
    return opener
