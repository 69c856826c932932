"""One gettext catalogue for every layer: Chinese is the source text, English the translation."""

from __future__ import annotations

import gettext
import sys
from collections.abc import Iterator
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


def mark(text: str) -> str:
    """Mark a literal for the catalogue without translating it yet (translate with `tr` where it is shown)."""
    return text
