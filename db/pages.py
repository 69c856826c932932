"""One encrypted page of the store by itself: whether it is what was written, and the byte that went bad in it.

SQLCipher 4 ends each page with an IV and an HMAC-SHA512 over the page and its number, under a key made from the raw key
and the salt that opens the file: https://www.zetetic.net/sqlcipher/design/
"""

from __future__ import annotations

import hashlib
import hmac
import re
from pathlib import Path

SIZE = 4096
SALT = 16
_MAC = 64
_STRETCH = re.compile(rb"(.)\1{31}", re.DOTALL)  # no ciphertext has so many equal bytes in a row


class Pages:
    """The pages of stores with one raw key and one salt (its first 16 bytes)."""

    def __init__(self, key: bytes, salt: bytes) -> None:
        masked = bytes(byte ^ 0x3A for byte in salt)
        self._mac = hmac.new(hashlib.pbkdf2_hmac("sha512", key, masked, 2, 32), digestmod="sha512")

    def holds(self, number: int, content: bytes) -> bool:
        """Whether `content` is what was written as page `number`, counted from 1."""
        mac = self._mac.copy()
        mac.update(content[SALT if number == 1 else 0 : -_MAC] + number.to_bytes(4, "little"))
        return hmac.compare_digest(mac.digest(), content[-_MAC:])

    def mended(self, number: int, content: bytes) -> bytes | None:
        """The page with the one bit or byte put right that makes it hold, or None; takes up to some ten seconds."""
        if _STRETCH.search(content):
            return None  # a lost sector, and no single byte
        mac = self._mac.copy()
        mac.update(content[SALT if number == 1 else 0 : -_MAC] + number.to_bytes(4, "little"))
        right = mac.digest()
        if sum(one != two for one, two in zip(right, content[-_MAC:], strict=True)) == 1:
            return content[:-_MAC] + right
        end = content[-_MAC:]
        flips = [1 << bit for bit in range(8)]
        for changes in (flips, [change for change in range(1, 256) if change not in flips]):
            body = bytearray(content[:-_MAC] + number.to_bytes(4, "little"))
            before = self._mac.copy()
            for place in range(SALT if number == 1 else 0, SIZE - _MAC):
                kept = body[place]
                rest = memoryview(body)[place:]
                for change in changes:
                    body[place] = kept ^ change
                    mac = before.copy()
                    mac.update(rest)
                    if mac.digest() == end:
                        return bytes(body[: SIZE - _MAC]) + end
                body[place] = kept
                before.update(rest[:1])
        return None


def salt_of(store: Path, key: bytes) -> bytes | None:
    """The salt of a store, put right where one byte of it is damaged and some page tells; None where none does."""
    with store.open("rb") as file:
        pages = [file.read(SIZE) for _ in range(4)]
    stated = pages[0][:SALT]
    checked = [(number, content) for number, content in enumerate(pages, 1) if len(content) == SIZE]
    tries = [stated]
    tries += [
        stated[:place] + bytes([value]) + stated[place + 1 :] for place in range(len(stated)) for value in range(256)
    ]
    for salt in tries:
        known = Pages(key, salt)
        if any(known.holds(number, content) for number, content in checked):
            return salt
    return None
