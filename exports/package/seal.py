"""Writes a sealed package as one stream: inner bag, hashed, signed, encrypted, put into the outer bag."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from exports import agekeys, minisign
from exports.package.bag import BagWriter, Hashing, bag_info
from exports.package.page import contents_page
from exports.package.spec import (
    INDEX,
    PAGE,
    RECORDS,
    SCHEMA,
    SIGNATURE,
    SIGNER,
    PackageSpec,
    Payload,
    Sealed,
    Sink,
)
from exports.pipe import BLOCK, ByteSink, Pump
from policy.errors import Refused

SWORD_CONTEXT = "https://swordapp.github.io/swordv3/swordv3.jsonld"
FORMAT = "fuzhuan-package/1"
SAMPLE_MARK = "SAMPLE 示例数据"
ACCESS_RIGHTS = "dcterms:accessRights"

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes expected."""


def seal(
    spec: PackageSpec,
    out: Sink,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Sealed:
    """Write the package to `out` in constant memory with no clear text anywhere else.

    Raises Refused("package.personal_unconfirmed", fields=… | "package.clear_unconfirmed") before the first byte when
    nothing would be encrypted and nobody confirmed it, Refused("package.evidence_changed", name=…) when a payload is
    not what its digest says, Refused("package.cancelled"), and what `out` and the payloads raise. After any exception
    `out` is to be discarded.
    """
    if not spec.recipients and not spec.personal_confirmed:
        if spec.personal_fields:
            raise Refused("package.personal_unconfirmed", fields=list(spec.personal_fields))
        raise Refused("package.clear_unconfirmed")
    for recipient in spec.recipients:
        agekeys.check_recipient(recipient)
    outer = Hashing(_Reporting(out, sum(p.size for p in (*spec.documents, *spec.evidence)), progress, cancelled))
    if spec.recipients:
        inner = _seal_encrypted(spec, outer)
    else:
        inner = _Inner(spec, outer)
        inner.write()
    key = minisign.public_key(spec.signing_seed)
    return Sealed(
        package_id=spec.package_id,
        encrypted=bool(spec.recipients),
        inner_sha256=inner.sink.sha256,
        inner_bytes=inner.sink.size,
        outer_sha256=outer.sha256,
        outer_bytes=outer.size,
        tagmanifest_sha256=inner.tagmanifest_sha256,
        key_id=key.key_id,
        public_key=key.line,
    )


def sword_metadata(spec: PackageSpec) -> dict[str, Any]:
    """The SWORD metadata document of the package: what the clear label says, nothing more."""
    document = {
        "@context": SWORD_CONTEXT,
        "@type": "Metadata",
        "dc:title": spec.title,
        "dc:creator": spec.organisation.name,
        "dcterms:identifier": f"urn:uuid:{spec.package_id}",
        "dcterms:created": spec.made_at,
    }
    if spec.replaces:
        document["dcterms:replaces"] = f"urn:uuid:{spec.replaces}"
    if any(spec.redaction.values()):  # names of fields, so that the receiver knows what is not there to be found
        document[ACCESS_RIGHTS] = "; ".join(
            f"{way}: {', '.join(names)}" for way, names in spec.redaction.items() if names
        )
    return document


def package_index(spec: PackageSpec) -> dict[str, Any]:
    """data/index.json: real names, digests, which claim each file supports, and where the figures come from."""
    return {
        "format": FORMAT,
        "suite": spec.suite,
        "package_id": spec.package_id,
        "replaces": spec.replaces,
        "title": spec.title,
        "organisation": {"name": spec.organisation.name, "uscc": spec.organisation.uscc},
        "made_at": spec.made_at,
        "sample": spec.sample,
        "addressee": spec.addressee,
        "documents": [_file_entry("documents", payload) for payload in spec.documents],
        "evidence": [_file_entry("evidence", payload) for payload in spec.evidence],
        "figures": [{"label": f.label, "value": f.value, "unit": f.unit, "basis": f.basis} for f in spec.figures],
        "unverified_figures": list(spec.unverified_figures),
        "confirmed_figures": [dict(confirmed) for confirmed in spec.confirmed_figures],
        "redaction": {way: list(names) for way, names in spec.redaction.items()},
        "audit": {"head": spec.audit_head, "length": spec.audit_length},
        "extra": dict(spec.index),
    }


class _Inner:
    """Writes the inner bag; `sink` knows size and digest of its zip when `write` is done."""

    def __init__(self, spec: PackageSpec, target: ByteSink) -> None:
        self.spec = spec
        self.sink = Hashing(target)
        self.tagmanifest_sha256 = ""

    def write(self) -> None:
        spec = self.spec
        small = {
            RECORDS: _json(spec.records),
            SCHEMA: _json(spec.schema),
            INDEX: _json(package_index(spec)),
            PAGE: contents_page(spec),
        }
        payloads = list(zip(spec.payload_paths(), (*spec.documents, *spec.evidence), strict=True))
        octets = sum(map(len, small.values())) + sum(payload.size for _path, payload in payloads)
        with BagWriter(self.sink, spec.made_at) as bag:
            bag.add("bag-info.txt", bag_info(_label(spec) | {"Payload-Oxum": f"{octets}.{len(small) + len(payloads)}"}))
            bag.add("metadata/sword.json", _json(sword_metadata(spec)))
            bag.add(SIGNER, minisign.public_key(spec.signing_seed).text.encode("ascii"))
            for path, content in small.items():
                bag.add(path, content)
            for path, payload in payloads:
                _copy(bag, path, payload)
            tags = bag.finish()
            self.tagmanifest_sha256 = hashlib.sha256(tags).hexdigest()
            bag.add(SIGNATURE, minisign.sign(tags, spec.signing_seed, _trusted_comment(spec)).encode("ascii"))


def _seal_encrypted(spec: PackageSpec, outer: Hashing) -> _Inner:
    made: list[_Inner] = []

    def produce(sink: ByteSink) -> None:
        inner = _Inner(spec, sink)
        inner.write()
        made.append(inner)

    expected = sum(payload.size for payload in (*spec.documents, *spec.evidence))
    path = f"data/{spec.package_id}.bag.zip.age"
    with BagWriter(outer, spec.made_at) as bag:
        with Pump(produce) as pump, bag.entry(path, expected + expected // 1000 + 64 * BLOCK) as entry:
            agekeys.encrypt_stream(pump.reader, entry, spec.recipients)
        bag.add("bag-info.txt", bag_info(_label(spec) | {"Payload-Oxum": f"{entry.size}.1"}))
        bag.add("metadata/sword.json", _json(sword_metadata(spec)))
        bag.finish()
    return made[0]


def _copy(bag: BagWriter, path: str, payload: Payload) -> None:
    with payload.open() as reader, bag.entry(path, payload.size) as sink:
        while block := reader.read(BLOCK):
            sink.write(block)
    if sink.size != payload.size or sink.sha256 != payload.sha256:
        raise Refused("package.evidence_changed", name=payload.real_name)


def _label(spec: PackageSpec) -> dict[str, str]:
    return {
        "Source-Organization": spec.organisation.name,
        "Organization-Identifier": spec.organisation.uscc,
        "Bag-Software-Agent": "fuzhuan-desk",
        "Bagging-Date": spec.made_at[:10],
        "External-Identifier": spec.package_id,
        "External-Description": spec.title,
        "Made-At": spec.made_at,
        "Suite": spec.suite,
        "Replaces": spec.replaces or "",
        "Sample": SAMPLE_MARK if spec.sample else "",
    }


def _trusted_comment(spec: PackageSpec) -> str:
    recipients = ",".join(spec.recipients) or "unencrypted"
    return f"package:{spec.package_id} addressee:{spec.addressee or '-'} recipient:{recipients} suite:{spec.suite}"


def _file_entry(folder: str, payload: Payload) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "path": f"data/{folder}/{payload.name}",
        "real_name": payload.real_name,
        "title": payload.title,
        "media_type": payload.media_type,
        "size": payload.size,
        "sha256": payload.sha256,
        "supports": list(payload.supports),
    }
    if payload.evidence_id:
        entry["evidence_id"] = payload.evidence_id
    return entry


def _json(document: Mapping[str, Any]) -> bytes:
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    return text.encode("utf-8") + b"\n"


class _Reporting:
    """Passes bytes on, reports how many, and stops when asked to; runs in the caller's thread."""

    def __init__(
        self, target: Sink, expected: int, progress: Progress | None, cancelled: Callable[[], bool] | None
    ) -> None:
        self._target = target
        self._expected = expected
        self._progress = progress
        self._cancelled = cancelled
        self._done = 0

    def write(self, data: bytes) -> int:
        if self._cancelled is not None and self._cancelled():
            raise Refused("package.cancelled")
        self._target.write(data)
        self._done += len(data)
        if self._progress is not None:
            self._progress(self._done, max(self._expected, self._done))
        return len(data)
