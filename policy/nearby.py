"""Which known names come near one that is not known: a few to choose from, never a wall of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import SequenceMatcher

from policy.i18n import bracketed, listed, tr

_ALL = 8  # so many names are told at once
_NEAR = 5


def nearby(name: str, known: Iterable[str], title: Callable[[str], str] = lambda _name: "") -> str:
    """The known names as one text: all of a few, else the nearest by their writing or by what they are called, and how
    many there are.
    """
    names = sorted(known)
    titles = {one: title(one) for one in names}
    if len(names) > _ALL:
        nearest = sorted(names, key=lambda one: (-max(_alike(name, one), _alike(name, titles[one])), one))[:_NEAR]
        some = listed(bracketed(one, titles[one]) for one in nearest)
        return tr("{some}等 {n} 个", some=some, n=len(names))
    return listed(bracketed(one, titles[one]) for one in names)


def _alike(asked: str, name: str) -> float:
    """From 0 to 1; a name that holds what was asked is nearer than one that only looks like it."""
    asked, name = asked.lower(), name.lower()
    if not asked or not name:
        return 0.0
    return 1.0 if asked in name else SequenceMatcher(None, asked, name, autojunk=False).ratio()
