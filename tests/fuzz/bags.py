"""Packages by a sender who means harm: every digest and the signature are right, what they cover is not."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from random import Random

import pyrage

from exports import minisign
from exports.package import seal
from exports.package.spec import INDEX, MANIFEST, RECORDS, SIGNATURE, SIGNER, TAG_MANIFEST
from tests.exports.package_samples import IDENTITY, RECIPIENT, SIGNING_SEED, clear_spec, payload, spec
from tests.fuzz.mutate import TEXTS, damaged, hostile_json, hostile_value
from tests.fuzz.zips import Member, build, hostile_zip, members

_TEXT_FILES = ("bag-info.txt", "bagit.txt", "metadata/signer.pub", SIGNATURE, MANIFEST, TAG_MANIFEST)


def packages() -> list[bytes]:
    """A clear package and an encrypted one."""
    evidence = [payload("e0001.pdf", b"%PDF-1.7 one" * 50, "合同.pdf", evidence_id="e1", title="合同")]
    made = []
    for made_of in (clear_spec(evidence=evidence), spec(evidence=evidence)):
        out = io.BytesIO()
        seal(made_of, out)
        made.append(out.getvalue())
    return made


def hostile_package(rng: Random, data: bytes, others: Sequence[bytes] = ()) -> bytes:
    """A package damaged from outside, or made by a hostile sender whose sums all fit; the encrypted ones inside too."""
    if rng.random() < 0.4:
        return hostile_zip(rng, data, others, hostile_part)
    try:
        entries = members(data)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return damaged(rng, data, others)
    sealed = next((place for place, entry in enumerate(entries) if entry.name.endswith(b".age")), None)
    if sealed is None:
        return build(_evil(rng, entries))
    clear = pyrage.decrypt(entries[sealed].data, [pyrage.x25519.Identity.from_str(IDENTITY)])
    inner = hostile_zip(rng, clear, (), hostile_part) if rng.random() < 0.5 else build(_evil(rng, members(clear)))
    locked = pyrage.encrypt(inner, [pyrage.x25519.Recipient.from_str(RECIPIENT)])
    entries[sealed] = replace(entries[sealed], data=damaged(rng, locked) if rng.random() < 0.1 else locked, method=0)
    return build(resummed(entries))


def hostile_part(rng: Random, name: bytes, data: bytes) -> bytes:
    """What stands in one file of a bag, by its kind."""
    if name.endswith(b".json"):
        return hostile_json(rng, data)
    lines = data.split(b"\n")
    place = rng.randrange(len(lines))
    if rng.random() < 0.5:
        key, colon, _ = lines[place].partition(b":")
        lines[place] = key + colon + b" " + rng.choice(TEXTS).encode("utf-8", "surrogatepass")
        return b"\n".join(lines)
    return damaged(rng, data)


def _evil(rng: Random, entries: list[Member]) -> list[Member]:
    """A bag whose contents are hostile and whose sums are right."""
    for _ in range(rng.choice((1, 1, 2))):
        place = rng.randrange(len(entries))
        if rng.random() < 0.6:
            wanted = rng.choice((RECORDS, INDEX, "bag-info.txt")).encode()
            place = next((n for n, entry in enumerate(entries) if entry.name == wanted), place)
        entry = entries[place]
        if entry.name in (RECORDS.encode(), INDEX.encode()) and rng.random() < 0.4:
            try:
                document = json.loads(entry.data)
                document[rng.choice(sorted(document))] = hostile_value(rng)
                data = json.dumps(document).encode()
            except (ValueError, IndexError, TypeError, RecursionError):  # damaged by the step before
                data = b"{}"
        else:
            data = hostile_part(rng, entry.name, entry.data)
        entries = [*entries[:place], replace(entry, data=data), *entries[place + 1 :]]
    if rng.random() < 0.2:
        entries.append(Member(b"data/" + rng.choice((b"x", b"index.html", b"fetch.txt", b"a/b/c")), b"x"))
    return resummed(entries)


def resummed(entries: Sequence[Member]) -> list[Member]:
    """The entries with manifests, payload sum and signature as they must be for what they hold."""
    kept = {entry.name: entry for entry in entries}
    lists = (MANIFEST.encode(), TAG_MANIFEST.encode(), SIGNATURE.encode())
    payloads = [entry for entry in kept.values() if entry.name.startswith(b"data/")]
    info = kept.get(b"bag-info.txt")
    if info is not None:
        oxum = b"Payload-Oxum: %d.%d" % (sum(len(entry.data) for entry in payloads), len(payloads))
        lines = [oxum if line.startswith(b"Payload-Oxum") else line for line in info.data.split(b"\n")]
        kept[info.name] = replace(info, data=b"\n".join(lines))
    tags = [entry for entry in kept.values() if not entry.name.startswith(b"data/") and entry.name not in lists]
    manifest = Member(lists[0], _sums(payloads))
    tag_manifest = Member(lists[1], _sums([*tags, manifest]))
    made = [*payloads, *tags, manifest, tag_manifest]
    if SIGNER.encode() in kept:
        label = kept.get(b"bag-info.txt", Member(b"", b"")).data.decode("utf-8", "replace")
        found = next(
            (line.partition(":")[2].strip() for line in label.splitlines() if line.startswith("External-Id")), ""
        )
        comment = f"package:{found} recipient:-"
        if not comment.isascii() or not comment.isprintable():
            comment = "package: "
        made.append(Member(lists[2], minisign.sign(tag_manifest.data, SIGNING_SEED, comment).encode()))
    return made


def _sums(entries: Sequence[Member]) -> bytes:
    return b"".join(b"%s  %s\n" % (sha256(entry.data).hexdigest().encode(), entry.name) for entry in entries)
