"""One gettext catalogue for every layer: Chinese is the source text, English the translation."""

from __future__ import annotations

import gettext
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("zh", "en")
_language = "zh"
_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)


def resources_dir() -> Path:
    """Where the data files of the program lie, in a checkout and in a frozen build."""
    bundle = getattr(sys, "_MEIPASS", None)
    return Path(bundle or Path(__file__).resolve().parent.parent) / "resources"


def set_language(language: str) -> None:
    """Switch the language of all later `tr` calls in this process; `language` is "zh" or "en"."""
    global _language
    _language = language if language in LANGUAGES else "zh"


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Another language for the calls inside the block, in this thread alone: what is kept for good is Chinese."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def language() -> str:
    """The language now in force, "zh" or "en"."""
    return _spoken.get() or _language


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("fuzhuan", str(resources_dir() / "i18n"), languages=[language], fallback=True)


def tr(text: str, /, **params: Any) -> str:
    """The sentence in the language in force, with `{name}` places filled from `params`."""
    sentence = _catalogue(language()).gettext(text) if text else ""
    return sentence.format(**params) if params else sentence


def listed(items: Iterable[str]) -> str:
    """Names or codes one after the other: 甲、乙 or `a, b`."""
    return _either("、", ", ").join(items)


def unlisted(text: str) -> list[str]:
    """The items of what `listed` made, in whichever language it was made."""
    return [item for item in text.replace("、", ", ").split(", ") if item]


def clauses(parts: Iterable[str]) -> str:
    """Statements one after the other that each may hold a comma: 甲；乙 or `a; b`."""
    return _either("；", "; ").join(parts)


def spaced(*parts: str | None) -> str:
    """Parts of one line apart from each other; blank ones are left out."""
    return _either("\u3000", "  ").join(part for part in parts if part)


def sentences(*parts: str) -> str:
    """Whole sentences behind one another, with the blank that English needs; empty ones are left out."""
    return _either("", " ").join(part for part in parts if part)


def labelled(name: str, value: object) -> str:
    """A value behind what it is called: 名称：值 or `name: value`."""
    return f"{name}{_either('：', ': ')}{value}"


def bracketed(text: str, aside: str) -> str:
    """A remark in brackets behind a text: 文（注） or `text (remark)`; the text alone where the remark is blank."""
    return f"{text}{_either('（', ' (')}{aside}{_either('）', ')')}" if aside else text


def quoted(names: Iterable[str]) -> str:
    """Names in quotation marks, one after the other: 「甲」「乙」 or `"a", "b"`."""
    opening, between, closing = _either("「", '"'), _either("」「", '", "'), _either("」", '"')
    return f"{opening}{between.join(names)}{closing}"


def _either(chinese: str, english: str) -> str:
    return english if language() == "en" else chinese


def mark(text: str) -> str:
    """Mark a literal for the catalogue without translating it yet (translate with `tr` where it is shown)."""
    return text
