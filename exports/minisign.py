"""Ed25519 signatures in minisign's format (prehashed "ED", BLAKE2b-512), readable by the minisign tool and back."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from exports.pipe import BLOCK
from policy.errors import Refused

_MAX_TEXT = 16_384


@dataclass(frozen=True)
class PublicKey:
    """An Ed25519 public key (32 bytes) with minisign's 8-byte key id."""

    raw: bytes
    identifier: bytes

    @property
    def key_id(self) -> str:
        """The id as minisign prints it: 16 upper-case hex digits."""
        return f"{int.from_bytes(self.identifier, 'little'):016X}"

    @property
    def line(self) -> str:
        """The base64 line that `minisign -P` takes."""
        return base64.b64encode(b"Ed" + self.identifier + self.raw).decode("ascii")

    @property
    def text(self) -> str:
        """The whole public key file."""
        return f"untrusted comment: minisign public key {self.key_id}\n{self.line}\n"


@dataclass(frozen=True)
class Signature:
    """A signature that was found correct."""

    key_id: str
    trusted_comment: str


def public_key(seed32: bytes) -> PublicKey:
    """The public key of a signing seed; its key id is a hash of the key, so it never needs storing."""
    raw = Ed25519PrivateKey.from_private_bytes(seed32).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return PublicKey(raw, hashlib.blake2b(raw, digest_size=8).digest())


def parse_public_key(text: str) -> PublicKey:
    """Read a public key file or its base64 line; raises Refused("minisign.bad_key")."""
    lines = [line.strip() for line in text[:_MAX_TEXT].splitlines() if line.strip()]
    blob = _decode(lines[-1], "minisign.bad_key") if lines else b""
    if len(blob) != 42 or blob[:2] != b"Ed":
        raise Refused("minisign.bad_key")
    return PublicKey(blob[10:], blob[2:10])


def sign(message: bytes, seed32: bytes, trusted_comment: str, untrusted_comment: str = "signature") -> str:
    """The text of a .minisig file; both comments are one line of printable ASCII, else ValueError."""
    for comment in (trusted_comment, untrusted_comment):
        if not comment.isascii() or not comment.isprintable():
            raise ValueError("a comment is one line of printable ASCII")
    private = Ed25519PrivateKey.from_private_bytes(seed32)
    signature = private.sign(hashlib.blake2b(message).digest())
    whole = private.sign(signature + trusted_comment.encode("ascii"))
    blob = base64.b64encode(b"ED" + public_key(seed32).identifier + signature).decode("ascii")
    return (
        f"untrusted comment: {untrusted_comment}\n{blob}\n"
        f"trusted comment: {trusted_comment}\n{base64.b64encode(whole).decode('ascii')}\n"
    )


def signature_key_id(text: str) -> str:
    """Which key a signature says it was made with; raises Refused("minisign.bad_signature")."""
    return PublicKey(b"", _parse(text)[0]).key_id


def verify(message: bytes | BinaryIO, signature_text: str, key: PublicKey) -> Signature:
    """Check message and trusted comment.

    Raises Refused("minisign.bad_signature") when the text is no prehashed minisign signature,
    Refused("minisign.other_key") when it was made with another key, Refused("minisign.wrong") when it does not fit.
    """
    identifier, signature, comment, whole = _parse(signature_text)
    if identifier != key.identifier:
        raise Refused("minisign.other_key", key_id=PublicKey(b"", identifier).key_id, expected=key.key_id)
    digest = hashlib.blake2b()
    if isinstance(message, bytes):
        digest.update(message)
    else:
        while block := message.read(BLOCK):
            digest.update(block)
    try:
        public = Ed25519PublicKey.from_public_bytes(key.raw)
        public.verify(signature, digest.digest())
        public.verify(whole, signature + comment)
    except (InvalidSignature, ValueError):
        raise Refused("minisign.wrong", key_id=key.key_id) from None
    return Signature(key.key_id, comment.decode("utf-8", "replace"))


def _parse(text: str) -> tuple[bytes, bytes, bytes, bytes]:
    lines = text[:_MAX_TEXT].replace("\r\n", "\n").split("\n")
    prefix = "trusted comment: "
    if len(lines) < 4 or not lines[0].startswith("untrusted comment:") or not lines[2].startswith(prefix):
        raise Refused("minisign.bad_signature")
    blob, whole = (_decode(line, "minisign.bad_signature") for line in (lines[1], lines[3]))
    if len(blob) != 74 or blob[:2] != b"ED" or len(whole) != 64:
        raise Refused("minisign.bad_signature")
    return blob[2:10], blob[10:], lines[2][len(prefix) :].encode("utf-8", "surrogatepass"), whole


def _decode(line: str, code: str) -> bytes:
    try:
        return base64.b64decode(line.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise Refused(code) from None
