"""Sealed submission packages: `seal` writes one, `verify` and `inspect` read one that came from anywhere."""

from __future__ import annotations

from exports.package.seal import seal, sword_metadata
from exports.package.spec import (
    SUITE,
    Figure,
    FileEntry,
    Label,
    Organisation,
    PackageSpec,
    Payload,
    Sealed,
    Verified,
)
from exports.package.verify import inspect, verify
from exports.package.zipread import Limits

__all__ = [
    "SUITE",
    "Figure",
    "FileEntry",
    "Label",
    "Limits",
    "Organisation",
    "PackageSpec",
    "Payload",
    "Sealed",
    "Verified",
    "inspect",
    "seal",
    "sword_metadata",
    "verify",
]
