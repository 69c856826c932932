"""The recovery code as printed: 158 random bits in clear letters, with a checksum against typing errors."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator

from policy.errors import WrongKey

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U


def new_recovery_secret() -> bytes:
    """20 random bytes for a code in which every wrong letter and every swap of neighbours is seen.

    A checksum of ten bits misses one slip in a thousand, and there are a thousand slips in a code: of the codes drawn
    one in three has none that is missed. That leaves 158 of the 160 bits to guess.
    """
    while True:
        raw = os.urandom(20)
        if not any(_right(slip) for slip in _slips(format_recovery_code(raw).replace("-", ""))):
            return raw


def _slips(letters: str) -> Iterator[str]:
    for place, right in enumerate(letters):
        yield from (f"{letters[:place]}{wrong}{letters[place + 1 :]}" for wrong in _ALPHABET if wrong != right)
    for place in range(len(letters) - 1):
        first, second = letters[place], letters[place + 1]
        if first != second:
            yield f"{letters[:place]}{second}{first}{letters[place + 2 :]}"


def _right(letters: str) -> bool:
    return _checksum(letters[:32]) == letters[32:]


def format_recovery_code(raw: bytes) -> str:
    """20 bytes as 8 groups of 4 letters plus a checksum group of 2."""
    number = int.from_bytes(raw, "big")
    letters = "".join(_ALPHABET[(number >> shift) & 31] for shift in range(155, -1, -5))
    letters += _checksum(letters)
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


def parse_recovery_code(code: str) -> bytes:
    """The 20 bytes of a code as typed; a failing checksum is a typing error: WrongKey("key.recovery_typo")."""
    table = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V", "-": "", " ": ""})
    letters = "".join(code.split()).upper().translate(table)
    if len(letters) != 34 or not set(letters) <= set(_ALPHABET) or not _right(letters):
        raise WrongKey("key.recovery_typo")
    number = 0
    for letter in letters[:32]:
        number = number << 5 | _ALPHABET.index(letter)
    return number.to_bytes(20, "big")


def _checksum(letters: str) -> str:
    digest = hashlib.sha256(b"fuzhuan recovery " + letters.encode()).digest()
    return _ALPHABET[digest[0] & 31] + _ALPHABET[digest[1] & 31]
