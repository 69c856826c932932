"""Strict reading of a policy pack's tables: every key is asked for, of one type, and none is left over."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

from policy.dates import is_partial_date
from policy.errors import Refused
from policy.i18n import language

_T = TypeVar("_T")
_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,15}\.[0-9]{1,6}")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")  # and what turns the line round
_MAX_TEXT = 2000
_MAX_ITEMS = 500
_MAX_NUMBER = 10**18


def invalid(where: str, problem: str, detail: str = "") -> Refused:
    """The refusal of a pack: place inside the file, a stable word for what is wrong, and the name or value concerned.

    Problems: not_toml, too_large, unknown_key, missing, wrong_type, not_allowed, duplicate, unknown_measure,
    measure_of_other_subject, out_of_range, too_deep, unsupported_schema, overlap, gap, not_an_expression,
    unknown_input, unused_input, unknown_rule, rule_of_other_kind, cycle, outside_dates. `policy.pack.load_pack` adds
    line and rule.
    """
    return Refused("policy.pack_invalid", where=where, problem=problem, detail=detail[:80])


def exact_number(text: str) -> Fraction:
    """A TOML decimal, exactly; anything that is not a plain decimal number raises ValueError."""
    if not _DECIMAL.fullmatch(text):
        raise ValueError(text)
    return Fraction(text)


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the pack in Chinese and, where the author gave one, in English."""

    zh: str = ""
    en: str = ""

    def __str__(self) -> str:
        return self.en if self.en and language() == "en" else self.zh


class Table:
    """One table of the pack; `close()` refuses the keys nobody asked for."""

    def __init__(self, raw: object, where: str) -> None:
        if not isinstance(raw, dict):
            raise invalid(where, "wrong_type")
        self._left: dict[str, Any] = dict(raw)
        self.where = where

    def _take(self, key: str, kind: type[_T], default: _T | None) -> _T:
        if key not in self._left:
            if default is None:
                raise invalid(self._at(key), "missing", key)
            return default
        value = self._left.pop(key)
        # bool is an int in Python, and a yes where a number is due is a slip.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise invalid(self._at(key), "wrong_type", key)
        return value

    def _at(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key

    def has(self, key: str) -> bool:
        """Whether the key is there and was not read yet."""
        return key in self._left

    def is_text(self, key: str) -> bool:
        """Whether the key stands there with a text."""
        return isinstance(self._left.get(key), str)

    def text(self, key: str, default: str | None = None) -> str:
        """A text without line breaks at its ends, not empty where it is required."""
        value = self._take(key, str, default).strip()
        if not value and default is None:
            raise invalid(self._at(key), "missing", key)
        if len(value) > _MAX_TEXT:
            raise invalid(self._at(key), "too_large", key)
        if _UNSEEN.search(value):
            raise invalid(self._at(key), "not_allowed", ascii(value))
        return value

    def bilingual(self, key: str, *, required: bool = False) -> Text:
        """`key` in Chinese and `key_en` in English."""
        return Text(self.text(key, None if required else ""), self.text(f"{key}_en", ""))

    def identifier(self, key: str) -> str:
        """A required name of lower-case letters, digits and dashes."""
        value = self.text(key)
        if not _IDENTIFIER.fullmatch(value):
            raise invalid(self._at(key), "not_allowed", value)
        return value

    def one_of(self, key: str, allowed: frozenset[str], default: str | None = None) -> str:
        """One of the allowed texts."""
        value = self.text(key, default)
        if value not in allowed:
            raise invalid(self._at(key), "not_allowed", value)
        return value

    def flag(self, key: str, default: bool | None = None) -> bool:
        """true or false."""
        return self._take(key, bool, default)

    def whole(self, key: str, *, low: int, high: int = _MAX_NUMBER, default: int | None = None) -> int:
        """A whole number within its limits."""
        value = self._take(key, int, default)
        if not low <= value <= high:
            raise invalid(self._at(key), "out_of_range", str(value))
        return value

    def number(self, key: str) -> Fraction:
        """A required whole or decimal number, exactly."""
        if isinstance(self._left.get(key), Fraction):
            return self._take(key, Fraction, None)
        return Fraction(self.whole(key, low=-_MAX_NUMBER))

    def partial_date(self, key: str) -> str:
        """A date text of any precision, or "" where there is none."""
        value = self.text(key, "")
        if value and not is_partial_date(value):
            raise invalid(self._at(key), "not_allowed", value)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty where there is none."""
        items = self._items(key)
        for place, item in enumerate(items):
            if not isinstance(item, str) or not item.strip() or len(item) > _MAX_TEXT or _UNSEEN.search(item):
                raise invalid(f"{self._at(key)}[{place}]", "wrong_type", key)
        return tuple(items)

    def tables(self, key: str, read: Callable[[Table], _T]) -> tuple[_T, ...]:
        """A list of tables, each read by `read` and then closed; empty where there is none."""
        made = []
        for place, item in enumerate(self._items(key)):
            table = Table(item, f"{self._at(key)}[{place}]")
            made.append(read(table))
            table.close()
        return tuple(made)

    def table(self, key: str, read: Callable[[Table], _T]) -> _T:
        """One required table, read by `read` and then closed."""
        if key not in self._left:
            raise invalid(self._at(key), "missing", key)
        table = Table(self._left.pop(key), self._at(key))
        made = read(table)
        table.close()
        return made

    def mapping(self, key: str) -> Mapping[str, object]:
        """A table with free keys, empty where there is none."""
        value = self._left.pop(key, {})
        if not isinstance(value, dict) or len(value) > _MAX_ITEMS:
            raise invalid(self._at(key), "wrong_type", key)
        return value

    def _items(self, key: str) -> list[Any]:
        items: list[Any] = self._take(key, list, [])
        if len(items) > _MAX_ITEMS:
            raise invalid(self._at(key), "too_large", key)
        return items

    def close(self) -> None:
        """Refuse what was not asked for: a misspelt key would otherwise be a rule that silently does not hold."""
        for key in sorted(self._left):
            raise invalid(self._at(key), "unknown_key", key)
