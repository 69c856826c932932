"""Checks of official numbers: credit code, citizen ID, patent number, contract registration number.

The checks only report. Codes in real use fail them (91350203M0001QAY9B does), so nothing may be blocked by a verdict.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from operator import mul

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z
_USCC_CHARACTERS = frozenset(_USCC_ALPHABET)
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # GB 11714
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_PATENT_TYPES = "12389"  # invention, utility model, design, PCT invention, PCT utility model
_FIRST_LONG_PATENT_YEAR = 2003

_ASCII_DIGITS = re.compile(r"[0-9]+")
_EXPONENT = re.compile(r"[0-9](\.[0-9]+)?E\+?1[1-9]")
_FLOAT_TEXT = re.compile(r"[0-9]{16,18}\.0+")
_PATENT = re.compile(r"(?:ZL|CN)?([0-9]{12}|[0-9]{8})(?:\.?([0-9X]))?")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Outcome of a check: `normal` is the number in its normal writing, `problem` a stable word or "" when ok.

    Problems: blank, length, characters, old_number, check, check_missing, organisation_code, birth_date, type, year,
    format.
    """

    ok: bool
    normal: str
    problem: str = ""


def _normal(text: str) -> str:
    """Full width to half width, upper case, without spaces and dashes."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return re.sub(r"[\s\-‐-―]+", "", unicodedata.normalize("NFKC", text)).upper()


def check_uscc(text: str) -> Verdict:
    """Unified social credit code, GB 32100-2015, with the organisation code inside it (GB 11714)."""
    code = _normal(text)
    problem = _shape(code, 18, _USCC_CHARACTERS)
    if not problem:
        total = sum(map(mul, map(_USCC_ALPHABET.index, code[:17]), _USCC_WEIGHTS))
        if _USCC_ALPHABET[-total % 31] != code[17]:
            problem = "check"
        elif _organisation_check(code[8:16]) != code[16]:
            problem = "organisation_code"
    return Verdict(not problem, code, problem)


def _organisation_check(body: str) -> str:
    total = sum(map(mul, map(_ORGANISATION_ALPHABET.index, body), _ORGANISATION_WEIGHTS))
    return "0123456789X"[-total % 11]


def check_citizen_id(text: str) -> Verdict:
    """Citizen identity number, GB 11643: 17 digits and a check character, with an existing date of birth."""
    number = _normal(text)
    problem = _shape(number, 18, frozenset("0123456789X"))
    if not problem and "X" in number[:17]:
        problem = "characters"
    if not problem:
        total = sum(int(char) * pow(2, 17 - i, 11) for i, char in enumerate(number[:17]))
        if not _is_day(number[6:14]):
            problem = "birth_date"
        elif "10X98765432"[total % 11] != number[17]:
            problem = "check"
    return Verdict(not problem, number, problem)


def _is_day(digits: str) -> bool:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year >= 1850
    except ValueError:
        return False


def _shape(text: str, length: int, alphabet: frozenset[str]) -> str:
    """The problem of a number of fixed length, or ""; both codes replaced older ones of 15 digits."""
    if not text:
        return "blank"
    if len(text) == 15 and _ASCII_DIGITS.fullmatch(text):
        return "old_number"
    if len(text) != length:
        return "length"
    return "" if alphabet.issuperset(text) else "characters"


def check_patent_number(text: str) -> Verdict:
    """Chinese patent or application number, since 2003 4 + 1 + 7 digits, before 2 + 1 + 5, with the check character.

    The normal writing is without the prefix ZL, so that an application and its patent compare equal.
    """
    number = _normal(text)
    if not number:
        return Verdict(False, "", "blank")
    found = _PATENT.fullmatch(number)
    if not found:
        return Verdict(False, number, "format")
    body, check = found.groups()
    normal = f"{body}.{check}" if check else body
    total = sum(int(char) * (2 + i % 8) for i, char in enumerate(body))
    if body[4 if len(body) == 12 else 2] not in _PATENT_TYPES:
        return Verdict(False, normal, "type")
    if len(body) == 12 and int(body[:4]) < _FIRST_LONG_PATENT_YEAR:
        return Verdict(False, normal, "year")
    if not check:
        return Verdict(False, normal, "check_missing")
    return Verdict(True, normal) if "0123456789X"[total % 11] == check else Verdict(False, normal, "check")


def check_contract_number(text: str) -> Verdict:
    """Registration number of a technology contract: 16 digits, or 14 in the older form; the registry issues it."""
    number = _normal(text)
    if not number:
        problem = "blank"
    elif not _ASCII_DIGITS.fullmatch(number):
        problem = "characters"
    else:
        problem = "" if len(number) in (14, 16) else "length"
    return Verdict(not problem, number, problem)


def damaged_by_spreadsheet(value: object) -> bool:
    """Whether a 16 to 18 digit number lost its last digits in a spreadsheet, which keeps only 15.

    True for a float of that size, for text like `5.00103E+17` or `500103199001011000.0`, for an integer that has only
    zeros after 15 digits, and for 18 digits of text that end in 000; shorter text may well end in a zero by right.
    """
    if isinstance(value, bool):
        return False
    if isinstance(value, float):
        return 1e15 <= abs(value) < 1e18
    if isinstance(value, int):
        digits = str(abs(value))
        return 16 <= len(digits) <= 18 and not digits[15:].strip("0")
    if isinstance(value, str):
        text = _normal(value)
        if _EXPONENT.fullmatch(text) or _FLOAT_TEXT.fullmatch(text):
            return True
        return len(text) == 18 and bool(_ASCII_DIGITS.fullmatch(text)) and text.endswith("000")
    return False
