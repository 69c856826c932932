"""The one kind of exception that is shown to a user: a code with parameters, never a sentence.

Everything else that escapes is a bug. `desktop.messages` turns a code into the sentence in the user's language.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any


class Exit(IntEnum):
    """Exit codes of the command line; every Fault carries the one it leads to."""

    DONE = 0
    BUG = 1
    USAGE = 2
    WORLD = 3
    REFUSED = 4
    WRONG_KEY = 5


class Fault(Exception):  # noqa: N818 - a finding for the user, the base of both kinds
    """Something the user can understand and act on.

    `code` is a stable dotted identifier ("store.wrong_passphrase"), `params` fill the sentence, and `exit_code`
    says whether the world is at fault (3), a check refused (4), a key was wrong (5) or the call was (2).
    Parameters never hold secrets or the content of records beyond what the user has just handed in.
    """

    def __init__(self, code: str, exit_code: Exit = Exit.WORLD, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.exit_code = exit_code
        self.params = params

    def __str__(self) -> str:
        return self.code

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.code, self.exit_code, self.params)


class WorldFault(Fault):
    """The world's fault: disk, lock, network, a damaged file (exit 3)."""


class Refused(Fault):
    """A check refused what was handed in (exit 4)."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, Exit.REFUSED, **params)


class WrongKey(Fault):
    """A passphrase, key or recovery code did not open what it should (exit 5)."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, Exit.WRONG_KEY, **params)


class Usage(Fault):
    """The call itself was wrong: an unknown kind, a field that does not exist (exit 2)."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, Exit.USAGE, **params)


def _rebuild(kind: type[Fault], code: str, exit_code: Exit, params: dict[str, Any]) -> Fault:
    fault = kind.__new__(kind)
    Fault.__init__(fault, code, exit_code, **params)
    return fault
