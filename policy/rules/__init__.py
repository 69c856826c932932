"""One module per kind of rule; a new kind is a class with `read`, `measures`, `attributes`, `judge` and a line here."""

from __future__ import annotations

from collections.abc import Callable

from policy.rules.award import Award
from policy.rules.common import Body
from policy.rules.deadline import Deadline
from policy.rules.target import Target
from policy.rules.threshold import Threshold
from policy.schema import Table

KINDS: dict[str, Callable[[Table, str], Body]] = {
    "award": Award.read,
    "deadline": Deadline.read,
    "target": Target.read,
    "threshold": Threshold.read,
}
