"""The sentences behind the codes of `policy.errors.Fault` and of import findings, in the user's language.

Each says what happened, that nothing was lost (or what was), and what to do next.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.texts import SENTENCES
from policy.errors import Fault
from policy.i18n import listed, tr


def sentence(code: str, params: Mapping[str, Any] | None = None) -> str:
    """The sentence for a code; an unknown code is a bug and shows itself (a test holds every code used)."""
    if code not in SENTENCES:
        return code
    return tr(SENTENCES[code]).format_map(_Known(params or {}))


class _Known(dict[str, Any]):
    """Fills what is known; a problem that was stored lost its parameters, and its sentence still reads."""

    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        return listed(str(item) for item in value) if isinstance(value, list | tuple) else value

    def __missing__(self, key: str) -> str:
        return "…"


def explain(fault: Fault) -> str:
    """The sentence for a fault."""
    return sentence(fault.code, fault.params)
