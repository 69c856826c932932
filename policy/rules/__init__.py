"""One module per kind of rule; a new kind is a class with what `common.Body` asks for, and a line here."""

from __future__ import annotations

from collections.abc import Callable

from policy.rules import score
from policy.rules.award import Award
from policy.rules.checklist import Checklist
from policy.rules.clock import Clock
from policy.rules.common import Body
from policy.rules.deadline import Deadline
from policy.rules.formula import Formula
from policy.rules.reference import Reference
from policy.rules.target import Target
from policy.rules.threshold import Threshold
from policy.schema import Table

KINDS: dict[str, Callable[[Table, str], Body]] = {
    "award": Award.read,
    "checklist": Checklist.read,
    "clock": Clock.read,
    "deadline": Deadline.read,
    "formula": Formula.read,
    "reference": Reference.read,
    "score": score.read,
    "target": Target.read,
    "threshold": Threshold.read,
}
