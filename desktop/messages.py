"""The sentences behind the codes of `policy.errors.Fault` and of import findings, in the user's language.

Each says what happened, that nothing was lost (or what was), and what to do next.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.texts import SENTENCES
from policy.errors import Fault
from policy.i18n import tr


def sentence(code: str, params: Mapping[str, Any] | None = None) -> str:
    """The sentence for a code; an unknown code is a bug and shows itself (a test holds every code used)."""
    return tr(SENTENCES[code], **dict(params or {})) if code in SENTENCES else code


def explain(fault: Fault) -> str:
    """The sentence for a fault."""
    return sentence(fault.code, fault.params)
