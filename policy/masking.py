"""How numbers that lead to a person are shown without being told: the mask of an identity document and of a phone.

The style is this program's choice, after what offices and banks commonly print (GB/T 35273-2020, 7.2, asks for
de-identified display and leaves the form open): a citizen ID keeps the first three and the last four characters, so
that the mask together with a birth month, which stands beside it, leaves the number open; a mobile phone keeps three
and four (138****5678). No number of either sort contains `*`, so any value with one is a mask and never a number.
"""

from __future__ import annotations

import re
import unicodedata

MASKS = ("id", "phone")
STAR = "*"
_APART = re.compile(r"[、,，;；/|\n]+")  # between several numbers in one cell
_NUMBER_PARTS = re.compile(r"[\s()（）.·+\-–—]+")
_CITIZEN_ID, _OLD_CITIZEN_ID, _MOBILE = 18, 15, 11
_SHORT_AREA_CODES = ("010", "020", "021", "022", "023", "024", "025", "027", "028", "029")
_IN_TEXT = re.compile(
    r"(?<![0-9A-Za-z])(?:[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"
    r"|(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?![0-9A-Za-z])"
)


def mask(kind: str, value: str) -> str:
    """`value` with what tells whose it is replaced by stars; `kind` is one of MASKS. What is no whole number of its
    kind (too short, full width, with words in it) is masked all the more, and a mask stays as it is."""
    if is_masked(value):
        return _plain(value)
    if kind == "phone":
        return "、".join(_phone(part) for part in _APART.split(_plain(value)) if part.strip())
    return _identity("".join(_NUMBER_PARTS.split(_plain(value))))


def is_masked(value: object) -> bool:
    """Whether a value, as typed or read, stands for a number that is not told."""
    return isinstance(value, str) and STAR in _plain(value)


def is_mask(kind: str, value: str, original: str | None) -> bool:
    """Whether `value` is what `original` looks like when masked."""
    return bool(original) and is_masked(value) and _plain(value) == mask(kind, str(original))


def blur(value: str, *, is_date: bool = False) -> str:
    """A name, an address or a date so that it tells little: the first character, an address's host, a date's year."""
    text = _plain(value)
    if is_date:
        return text[:4]
    name, at, host = text.partition("@")
    return f"{name[:1]}{STAR * 3}@{host}" if at else f"{text[:1]}{STAR * 2}"


def mask_numbers(text: str) -> str:
    """Free text with the citizen IDs and mobile phones in it masked; other digits stay."""
    folded = unicodedata.normalize("NFKC", text)
    if not _IN_TEXT.search(folded):
        return text
    return _IN_TEXT.sub(lambda hit: mask("id" if len(hit[0]) == _CITIZEN_ID else "phone", hit[0]), folded)


def _plain(value: str) -> str:
    return unicodedata.normalize("NFKC", value).strip()


def _identity(number: str) -> str:
    if len(number) == _CITIZEN_ID:
        return _cut(number, 3, 4)
    if len(number) == _OLD_CITIZEN_ID:
        return _cut(number, 3, 3)
    return _cut(number, 1, 2) if len(number) >= 8 else STAR * 4  # passports and permits: nine characters or so


def _phone(text: str) -> str:
    digits = "".join(_NUMBER_PARTS.split(text))
    if digits.startswith(("0086", "86")) and len(digits) >= _MOBILE + 2:
        digits = digits.removeprefix("00").removeprefix("86")
    if not (digits.isascii() and digits.isdigit()):
        return STAR * 4
    if len(digits) == _MOBILE and digits.startswith("1"):
        return f"{digits[:3]}****{digits[-4:]}"
    if digits.startswith("0") and len(digits) >= 10:
        area = 3 if digits.startswith(_SHORT_AREA_CODES) else 4
        return f"{digits[:area]}-****{digits[-2:]}"
    return f"****{digits[-2:]}" if len(digits) >= 7 else STAR * 4


def _cut(number: str, first: int, last: int) -> str:
    return f"{number[:first]}{STAR * (len(number) - first - last)}{number[-last:]}"
