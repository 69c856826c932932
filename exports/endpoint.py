"""Endpoint profiles: where and how a package is deposited, as a TOML file that an office signs and hands out."""

from __future__ import annotations

import hashlib
import ipaddress
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import urlsplit

from exports import agekeys, minisign
from exports.package.spec import SUITE
from policy.errors import Refused

MAX_PROFILE_BYTES = 65_536
DIGESTS = ("base64-raw", "base64-hex", "hex")
BODIES = ("raw", "multipart")
AUTH_KINDS = ("bearer", "basic")


@dataclass(frozen=True)
class Dialect:
    """How a server departs from the letter of SWORDv3.

    `digest`: base64 of the raw hash (RFC 3230), base64 of its hex text (the specification's own example), or hex.
    `body`: the package as the request body or as a form part. `draft_first`: create an empty draft before sending.
    `complete_ok`: HTTP codes that answer completing. `segmented`: use the server's segmented upload when it has one.
    `read_back_bytes`: up to which size the server's copy is fetched again and compared.
    """

    digest: str = "base64-raw"
    body: str = "raw"
    draft_first: bool = True
    complete_ok: tuple[int, ...] = (200, 204)
    segmented: bool = True
    read_back_bytes: int = 256 << 20


@dataclass(frozen=True)
class EndpointProfile:
    """One receiving office. Sizes in bytes; `segment_over` is the size above which parts are sent if offered."""

    name: str
    service_url: str
    auth: str = "bearer"
    recipients: tuple[str, ...] = ()
    suite: str = SUITE
    max_bytes: int = 0
    segment_over: int = 32 << 20
    segment_bytes: int = 8 << 20
    contact: str = ""
    dialect: Dialect = field(default_factory=Dialect)

    def __post_init__(self) -> None:
        check_service_url(self.service_url)
        for recipient in self.recipients:
            agekeys.check_recipient(recipient)
        checks = {
            "name": self.name.isprintable() and self.name.strip() != "",
            "auth": self.auth in AUTH_KINDS,
            "suite": self.suite == SUITE,
            "dialect.digest": self.dialect.digest in DIGESTS,
            "dialect.body": self.dialect.body in BODIES,
            "dialect.complete_ok": all(200 <= code < 300 for code in self.dialect.complete_ok),
            "max_bytes": self.max_bytes >= 0,
            "segment_bytes": 0 < self.segment_bytes <= 64 << 20 and self.segment_over >= 0,
        }
        for name, good in checks.items():
            if not good:
                raise Refused("endpoint.bad_profile", field=name)

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """Short SHA-256 fingerprints of the age recipients, to read out over the telephone."""
        digests = (hashlib.sha256(recipient.encode("ascii")).hexdigest()[:16] for recipient in self.recipients)
        return tuple(" ".join(digest[place : place + 4] for place in range(0, 16, 4)) for digest in digests)


@dataclass(frozen=True)
class LoadedProfile:
    """A profile as read; `signed_by` is the trusted key id that signed it, or None: show it as unsigned and ask."""

    profile: EndpointProfile
    signed_by: str | None


def load_profile(
    content: bytes, signature: str | None = None, trusted_keys: Sequence[minisign.PublicKey] = ()
) -> LoadedProfile:
    """Read a profile file and check its minisign signature, when there is one by a trusted key.

    Raises Refused("endpoint.bad_profile", field=…), Refused("endpoint.insecure_url") and, when a trusted key's
    signature does not fit, Refused("minisign.wrong"). A signature by an unknown key counts as none.
    """
    signed_by = None
    if signature is not None:
        key_id = minisign.signature_key_id(signature)
        for key in trusted_keys:
            if key.key_id == key_id:
                signed_by = minisign.verify(content, signature, key).key_id
    if len(content) > MAX_PROFILE_BYTES:
        raise Refused("endpoint.bad_profile", field="TOML")
    try:
        table = tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refused("endpoint.bad_profile", field="TOML") from None
    dialect = table.pop("dialect", {})
    if not isinstance(dialect, dict):
        raise Refused("endpoint.bad_profile", field="dialect")
    values = _values(EndpointProfile, table, "") | {"dialect": Dialect(**_values(Dialect, dialect, "dialect."))}
    for required in ("name", "service_url"):
        if required not in values:
            raise Refused("endpoint.bad_profile", field=required)
    return LoadedProfile(EndpointProfile(**values), signed_by)


def dump_profile(profile: EndpointProfile) -> bytes:
    """The profile as TOML, ready to be signed; `load_profile` reads it back to an equal profile."""
    top = [f"{f.name} = {_toml(getattr(profile, f.name))}" for f in fields(EndpointProfile) if f.name != "dialect"]
    dialect = [f"{f.name} = {_toml(getattr(profile.dialect, f.name))}" for f in fields(Dialect)]
    return "\n".join([*top, "", "[dialect]", *dialect, ""]).encode("utf-8")


def check_service_url(url: str) -> None:
    """Raise Refused("endpoint.insecure_url") unless `url` is https, or http on this very machine, without userinfo."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise Refused("endpoint.insecure_url", url=url[:200]) from None
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if not safe or not parts.hostname or parts.username is not None or parts.fragment or not url.isprintable():
        raise Refused("endpoint.insecure_url", url=url[:200])


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine without asking any name server."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


_KINDS: Mapping[str, type] = {"str": str, "int": int, "bool": bool}


def _values(kind: type, table: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    declared = {f.name: str(f.type) for f in fields(kind)}
    values: dict[str, Any] = {}
    for name, value in table.items():
        wanted = declared.get(name, "")
        if wanted.startswith("tuple["):
            item = _KINDS[wanted[6:].split(",")[0]]
            good = isinstance(value, list) and all(type(entry) is item for entry in value)
            values[name] = tuple(value) if good else value
        else:
            good = type(value) is _KINDS.get(wanted)
            values[name] = value
        if not good:
            raise Refused("endpoint.bad_profile", field=prefix + name[:60])
    return values


def _toml(value: Any) -> str:
    # TOML wants one character more escaped than JSON does
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False).replace("\x7f", "\\u007f")
