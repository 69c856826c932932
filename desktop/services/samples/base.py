"""What the parts of the sample year build on: rows with repeatable ids, made-up names and numbers, exact sums."""

from __future__ import annotations

import tomllib
import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from random import Random
from typing import Any

from db.models import Organisation, Person, Record
from policy.i18n import resources_dir

SEED = 20261121
TODAY = date(2026, 11, 21)  # the day the clocks of the sample are set by
YEAR = 2025  # the year its figures are of; 2024 and 2023 stand before
WAN = 1_000_000  # fen in 万元
THOUSAND = 100_000  # fen in 千元

_IDS = uuid.uuid5(uuid.NAMESPACE_DNS, "sample.fuzhuan-desk.invalid")
_REGION = "500999"  # no such division: nothing numbered here can be anybody's
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_BODY = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class SampleYear:
    """The rows of the sample year by table, in the order they were made.

    `own` is the id of the workspace's own organisation, the only id that differs from one workspace to the next.
    """

    def __init__(self, own: str) -> None:
        self.own = own
        self.rng = Random(SEED)  # noqa: S311 - made-up figures, not keys
        self.names = words("names")
        self.rows: dict[type[Record], list[dict[str, Any]]] = {}
        pairs = ((first, second) for first in self.names["first"] for second in self.names["second"])
        self._stems = [first + second for first, second in pairs if first != second]
        self.rng.shuffle(self._stems)
        self._people = 0

    def add(self, model: type[Record], /, **values: Any) -> str:
        """Keep a row and return its id, which follows from its kind and its place unless it is given."""
        rows = self.rows.setdefault(model, [])
        values.setdefault("id", str(uuid.uuid5(_IDS, f"{model.KIND.name}/{len(rows)}")))
        rows.append(values)
        return str(values["id"])

    def of(self, model: type[Record]) -> list[dict[str, Any]]:
        """The rows made so far of one table."""
        return self.rows.get(model, [])

    def stem(self) -> str:
        """Two characters no other made-up firm begins with."""
        return str(self._stems.pop())

    def pick(self, items: Sequence[Any]) -> Any:
        return items[self.rng.randrange(len(items))]

    def organisation(self, name: str, org_kind: str, **values: Any) -> str:
        """An organisation with a made-up credit code that passes its checks; give `uscc` for another."""
        serial = len(self.of(Organisation)) + 1
        filled = {"uscc": credit_code(serial), "province": "重庆市", "country": "156", **values}
        return self.add(Organisation, name=name, org_kind=org_kind, contact_phone=phone(900_000 + serial), **filled)

    def person(self, org: str | None, category: str, name: str = "", **values: Any) -> str:
        """A person with a made-up name and telephone; no two have the same name unless it is given."""
        if not name:
            surnames, given = self.names["surname"], self.names["given"]
            number = self._people
            self._people += 1
            # every surname with every given name before any pair comes again
            turn = number // len(surnames)
            name = surnames[number % len(surnames)] + given[(turn + number) % len(given)]
        serial = len(self.of(Person)) + 1
        return self.add(Person, name=name, org=org, org_category=category, phone=phone(serial), **values)


@cache
def words(name: str) -> dict[str, Any]:
    """One of the word lists under resources/sample."""
    return tomllib.loads((resources_dir() / "sample" / f"{name}.toml").read_text("utf-8"))


def shares(rng: Random, total: int, parts: int, *, least: int = 1, spread: int = 5) -> list[int]:
    """`total` as `parts` whole numbers of at least `least`, the largest about `spread` times the smallest."""
    weights = [rng.randint(100, 100 * spread) for _ in range(parts)]
    free = total - least * parts
    if free < 0:
        raise ValueError(total)
    found = [least + int(Fraction(free * weight, sum(weights))) for weight in weights]
    for place in range(total - sum(found)):
        found[place % parts] += 1
    return found


def some_day(rng: Random, first: str, last: str) -> str:
    """A day between two, both included, ISO."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return (start + timedelta(days=rng.randint(0, (end - start).days))).isoformat()


def days_after(day: str, days: int) -> str:
    """The day so many days later (or earlier), ISO."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def phone(serial: int) -> str:
    """Eleven digits that begin with 100, which no telephone does."""
    return f"100{serial:08d}"


def credit_code(serial: int) -> str:
    """A credit code in a region that does not exist, with both check characters right (GB 32100, GB 11714)."""
    body = f"XX{serial:06d}"
    total = sum(_BODY.index(char) * weight for char, weight in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    code = f"91{_REGION}{body}{'0123456789X'[-total % 11]}"
    return code + _USCC[-sum(_USCC.index(char) * pow(3, i, 31) for i, char in enumerate(code)) % 31]


def citizen_id(born: str, serial: int) -> str:
    """An identity number of a region that does not exist, with the right check character (GB 11643)."""
    number = f"{_REGION}{born.replace('-', '')}{serial % 1000:03d}"
    return number + "10X98765432"[sum(int(char) * pow(2, 17 - i, 11) for i, char in enumerate(number)) % 11]
