"""age (age-encryption.org/v1) as streams: X25519 identities from a seed, encryption, decryption, a pulling reader."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO, cast

import pyrage

from exports.pipe import BLOCK, ByteSink, Pump
from policy.errors import Refused, WrongKey

_CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_IDENTITY_HRP = "age-secret-key-"


def identity_from_seed(seed32: bytes) -> str:
    """The age identity ("AGE-SECRET-KEY-1…") whose X25519 scalar is `seed32`; 32 bytes, else ValueError."""
    if len(seed32) != 32:
        raise ValueError("an X25519 seed has 32 bytes")
    return _bech32(_IDENTITY_HRP, seed32).upper()


def recipient_of(identity: str) -> str:
    """The public recipient ("age1…") of an identity; raises WrongKey("age.bad_identity")."""
    return str(_identity(identity).to_public())


def check_recipient(recipient: str) -> None:
    """Raise Refused("age.bad_recipient") unless `recipient` is an age X25519 recipient."""
    _recipient(recipient)


def encrypt_stream(reader: BinaryIO, writer: ByteSink, recipients: Sequence[str]) -> None:
    """Encrypt everything from `reader` to `writer`; constant memory, other threads run meanwhile.

    Raises Refused("age.bad_recipient"); an exception of `reader` or `writer` comes out unchanged.
    """
    keys = [_recipient(recipient) for recipient in recipients]
    if not keys:
        raise ValueError("nothing is encrypted to nobody")
    source, target = _Guarded(reader), _Guarded(writer)
    try:
        pyrage.encrypt_io(source.buffered(), target, keys)
        target.finish()
    except (pyrage.EncryptError, OSError) as error:
        raise (source.failure or target.failure or error) from None


def decrypt_stream(reader: BinaryIO, writer: ByteSink, identity: str) -> None:
    """Decrypt everything from `reader` to `writer`, chunk by authenticated chunk.

    Raises WrongKey("age.wrong_identity") when the file is for somebody else and Refused("age.damaged") when it is
    cut, changed or not an age file; what was written before must then be thrown away.
    """
    key = _identity(identity)
    source, target = _Guarded(reader), _Guarded(writer)
    try:
        pyrage.decrypt_io(source.buffered(), target, [key])
        target.finish()
    except (pyrage.DecryptError, OSError) as error:
        failure = source.failure or target.failure
        if failure is not None:
            raise failure from None
        if "No matching keys" in str(error):
            raise WrongKey("age.wrong_identity") from None
        raise Refused("age.damaged") from None


@contextmanager
def decrypting_reader(reader: BinaryIO, identity: str) -> Iterator[BinaryIO]:
    """Give a reader of the clear bytes of `reader`; nothing is written to disk and memory stays constant.

    A read raises what `decrypt_stream` raises. `reader` is used by another thread until the context ends.
    """
    with Pump(lambda sink: decrypt_stream(reader, sink, identity)) as pump:
        yield pump.reader


class _Guarded(io.RawIOBase):
    """Wraps one end of a pyrage stream and keeps the exception that pyrage would turn into text."""

    def __init__(self, stream: BinaryIO | ByteSink) -> None:
        self._stream = stream
        self._gathered: list[bytes] = []
        self._size = 0
        self.failure: BaseException | None = None

    def buffered(self) -> BinaryIO:
        return cast(BinaryIO, io.BufferedReader(self, BLOCK))

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        try:
            data = cast(BinaryIO, self._stream).read(len(buffer))
        except BaseException as error:
            self.failure = error
            raise
        buffer[: len(data)] = data
        return len(data)

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        self._gathered.append(data)
        self._size += len(data)
        if self._size >= BLOCK:
            self.finish()
        return len(data)

    def finish(self) -> None:
        """Pass on what was gathered; large blocks, because what hashes them lets other threads run meanwhile."""
        block, self._size = b"".join(self._gathered), 0
        self._gathered.clear()
        try:
            self._stream.write(block)
        except BaseException as error:
            self.failure = error
            raise


def _identity(text: str) -> pyrage.x25519.Identity:
    try:
        return pyrage.x25519.Identity.from_str(text.strip())
    except (pyrage.IdentityError, ValueError):
        raise WrongKey("age.bad_identity") from None


def _recipient(text: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except (pyrage.RecipientError, ValueError):
        raise Refused("age.bad_recipient", recipient=text[:80]) from None


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            check ^= generator if (top >> bit) & 1 else 0
    return check


def _bech32(hrp: str, data: bytes) -> str:
    """BIP 173 bech32 without its length limit, as the age format wants it."""
    bits = int.from_bytes(data, "big") << (-len(data) * 8) % 5
    count = (len(data) * 8 + 4) // 5
    values = [(bits >> 5 * (count - 1 - place)) & 31 for place in range(count)]
    expanded = [ord(c) >> 5 for c in hrp] + [0] + [ord(c) & 31 for c in hrp]
    check = _polymod([*expanded, *values, 0, 0, 0, 0, 0, 0]) ^ 1
    values += [(check >> 5 * (5 - place)) & 31 for place in range(6)]
    return hrp + "1" + "".join(_CHARSET[value] for value in values)
