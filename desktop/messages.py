"""The sentences behind the codes of `policy.errors.Fault` and of import findings, in the user's language.

Each says what happened, that nothing was lost (or what was), and what to do next.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from desktop.texts import SENTENCES
from desktop.texts.policy import in_words
from policy.errors import Fault
from policy.i18n import listed, tr

_REWORDED = frozenset({"policy.pack_invalid", "calendar.file_invalid"})  # of files: line, rule and problem in words
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # change the direction of what follows


def sentence(code: str, params: Mapping[str, Any] | None = None) -> str:
    """The sentence for a code; an unknown code is a bug and shows itself (a test holds every code used)."""
    if code not in SENTENCES:
        return code
    if code in _REWORDED:
        params = in_words(params or {})
    return tr(SENTENCES[code]).format_map(_Known(params or {}))


class _Known(dict[str, Any]):
    """Fills what is known; a problem that was stored lost its parameters, and its sentence still reads."""

    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        if isinstance(value, list | tuple):
            value = listed(str(item) for item in value)
        return harmless(value) if isinstance(value, str) else value

    def __missing__(self, key: str) -> str:
        return "…"


def harmless(text: str, most: int = 1000) -> str:
    """Words of a foreign file as part of a sentence: on one line, steering no terminal, turning nothing round."""
    cut = text if len(text) <= most else f"{text[:most]}…"
    return "".join(_shown(char) for char in cut)


def _shown(char: str) -> str:
    if char.isprintable() or char == "\u3000":
        return char
    kind = unicodedata.category(char)
    if char.isspace() or kind in ("Zl", "Zp"):
        return " "
    return "\ufffd" if kind in ("Cc", "Cs") or char in _TURNS else char


def explain(fault: Fault) -> str:
    """The sentence for a fault."""
    return sentence(fault.code, fault.params)
