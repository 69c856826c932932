"""Reference entries: clauses that compute nothing here, with what they state and why nothing is computed."""

from __future__ import annotations

from dataclasses import dataclass

from policy.rules.common import INFO, Alone, Facts, Finding
from policy.schema import Table, Text


@dataclass(frozen=True, slots=True)
class Reference(Alone):
    """A rule of kind `reference`."""

    text: Text

    @classmethod
    def read(cls, table: Table, subject: str) -> Reference:
        """From `text`."""
        del subject
        return cls(table.bilingual("text", required=True))

    def measures(self) -> frozenset[str]:
        """None."""
        return frozenset()

    def attributes(self) -> frozenset[str]:
        """None."""
        return frozenset()

    def judge(self, facts: Facts) -> Finding:
        """Always info, with the text as note."""
        return Finding(INFO, facts.verification.verified, notes=(str(self.text), *facts.verification.notes()))
