"""The recovery code as printed: 160 random bits in clear letters, with a checksum against typing errors."""

from __future__ import annotations

import hashlib

from policy.errors import WrongKey

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U


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
    if len(letters) != 34 or not set(letters) <= set(_ALPHABET) or _checksum(letters[:32]) != letters[32:]:
        raise WrongKey("key.recovery_typo")
    number = 0
    for letter in letters[:32]:
        number = number << 5 | _ALPHABET.index(letter)
    return number.to_bytes(20, "big")


def _checksum(letters: str) -> str:
    digest = hashlib.sha256(b"fuzhuan recovery " + letters.encode()).digest()
    return _ALPHABET[digest[0] & 31] + _ALPHABET[digest[1] & 31]
