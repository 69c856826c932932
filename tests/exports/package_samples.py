"""Small packages, parcels and keys that the package and deposit tests are made of."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

from exports import agekeys, minisign
from exports.package import Figure, Organisation, PackageSpec, Payload, Sealed, seal
from exports.parcel import FileParcel

PACKAGE_ID = "6f2c1f0e-5a35-4d8e-9c7b-0a1b2c3d4e5f"
SIGNING_SEED = hashlib.sha256(b"signing seed of the tests").digest()
IDENTITY = agekeys.identity_from_seed(hashlib.sha256(b"receiver of the tests").digest())
RECIPIENT = agekeys.recipient_of(IDENTITY)
STRANGER = agekeys.identity_from_seed(hashlib.sha256(b"somebody else").digest())
SIGNER = minisign.public_key(SIGNING_SEED)
SECRET = "渝中区示例路九号机密甲"
"""A text that is only in records and evidence, never in a clear label."""


def payload(name: str, content: bytes, real_name: str = "", **more: Any) -> Payload:
    """A payload with the true digest of `content`."""
    digest = hashlib.sha256(content).hexdigest()
    return Payload(
        name, real_name or name, "application/pdf", len(content), digest, lambda: io.BytesIO(content), **more
    )


def spec(**changes: Any) -> PackageSpec:
    """A complete package with two evidence files, a document and figures, encrypted to RECIPIENT."""
    first, second = SECRET.encode() + b"%PDF-1.7 one" * 3000, bytes(range(256)) * 700
    whole = PackageSpec(
        package_id=PACKAGE_ID,
        title="2026 年度孵化器绩效评价 <申报>",
        organisation=Organisation("重庆示例孵化器有限公司", "91500000MA5U000000"),
        made_at="2026-11-21T10:00:00+08:00",
        records={"firms": [{"name": "示例 & 企业", "address": SECRET, "revenue_fen": 123456}]},
        schema={
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "required": ["firms"],
            "properties": {
                "firms": {
                    "type": "array",
                    "items": {"type": "object", "properties": {"revenue_fen": {"type": "integer"}}},
                }
            },
        },
        signing_seed=SIGNING_SEED,
        figures=[Figure("在孵企业", "42", "家", "办法第六条")],
        documents=[payload("application.pdf", b"%PDF-1.7 form", "申报书.pdf", title="申报书")],
        evidence=[
            payload("e0001.pdf", first, '合同"1"<b>.pdf', evidence_id="e1", title="合同", supports=["技术合同成交额"]),
            payload("e0002.bin", second, "材料.bin", evidence_id="e2"),
        ],
        recipients=[RECIPIENT],
        addressee="desk.example.cn",
        sample=True,
        audit_head="ab" * 32,
        audit_length=17,
        unverified_figures=["租金补贴上限"],
        confirmed_figures=[
            {"rule": "area", "title": "面积", "notice": "通知<1>", "page": "4", "on": "2026-11-20", "sha256": "cd" * 32}
        ],
    )
    return replace(whole, **changes)


def clear_spec(**changes: Any) -> PackageSpec:
    """The same package for a receiver without a key."""
    return spec(recipients=(), personal_confirmed=True, **changes)


def sealed_file(path: Path, package: PackageSpec | None = None) -> Sealed:
    """Seal a package into `path`."""
    with path.open("wb") as out:
        return seal(package or spec(), out)


def parcel(path: Path, package: PackageSpec | None = None) -> FileParcel:
    """A sealed package ready to be sent."""
    sealed = sealed_file(path, package)
    return FileParcel(path, sealed.outer_bytes, sealed.outer_sha256, f"{sealed.package_id}.zip")
