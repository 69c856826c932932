"""What of needs and results may be compared: their texts as far as the level of disclosure allows, and their facts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from db.models import Achievement, Case, CaseAchievement, CaseNeed, CaseParty, Need, Organisation
from db.queries.rows import dict_rows, tuple_rows
from desktop.services.ranking import Side, asked_levels, lexicon, stage_levels

OPEN_STATES = ("to_clarify", "matching")  # needs that still look for something
_LISTED = re.compile(r"[、，,;；/\s]+")


@dataclass(slots=True)
class Board:
    """Both sides as they may be compared, and what keeps the others out.

    `needs` and `results` hold every row that is not archived; `sides` what of them may be compared by everybody;
    `under_nda` the pairs for whom a case with an agreement on secrecy opens more.
    """

    needs: dict[str, dict[str, Any]]
    results: dict[str, dict[str, Any]]
    places: dict[str, tuple[str, str]]
    sides: dict[str, Side] = field(default_factory=dict)
    under_nda: set[tuple[str, str]] = field(default_factory=set)

    def pair(self, need: str, result: str) -> tuple[Side, Side] | None:
        """The two sides of a pair with all the text it may be compared by; None where one has none."""
        one, other = self.sides.get(need), self.sides.get(result)
        if (need, result) in self.under_nda:
            one = need_side(self.needs[need], self.places, nda=True)
            other = result_side(self.results[result], self.places, nda=True)
        return None if one is None or other is None else (one, other)


def board() -> Board:
    """Everything that is compared; the caller holds the store's lock."""
    needs = _by_id(Need.select().where(Need.archived == 0))
    results = _by_id(Achievement.select().where(Achievement.archived == 0, Achievement.classified == 0))
    where = tuple_rows(Organisation.select(Organisation.id, Organisation.district, Organisation.zone))
    made = compared(needs, results, where)
    made.under_nda = _under_nda(needs, results)
    return made


def compared(
    needs: dict[str, dict[str, Any]],
    results: dict[str, dict[str, Any]],
    where: Iterable[tuple[str, str | None, str | None]],
) -> Board:
    """A board of these needs and results, by id; `where` are organisations with their district and part of the city."""
    lex = lexicon()
    places = {record: (district or "", zone or lex.zone(district or "")) for record, district, zone in where}
    made = Board(needs, results, places)
    for row in needs.values():
        if (side := need_side(row, places)) is not None:
            made.sides[row["id"]] = side
    for row in results.values():
        if (side := result_side(row, places)) is not None:
            made.sides[row["id"]] = side
    return made


def result_side(row: Mapping[str, Any], places: Mapping[str, tuple[str, str]], *, nda: bool = False) -> Side | None:
    """A result by its level of disclosure; None where nothing of it may be compared."""
    words = lexicon()
    texts = _allowed(
        row, title=[(words.text("title"), row["title"])],
        public=[(words.text("keyword"), row["keywords"]), (1.0, row["summary_public"])],
        internal=[(1.0, row["summary_internal"])], nda=nda,
    )  # fmt: skip
    if not texts or row["classified"]:
        return None
    district, zone = places.get(row["owner"] or "", ("", ""))
    low, high = stage_levels(row["trl"], row["maturity"] or "")
    return Side(
        row["id"], row["title"], texts, row["tech_field"] or "", names_of(row["cluster"]), low, high, district, zone,
        frozenset(row["wanted_modes"] or ()), row["price_hint"],
    )  # fmt: skip


def need_side(row: Mapping[str, Any], places: Mapping[str, tuple[str, str]], *, nda: bool = False) -> Side | None:
    """A need by its level of disclosure; None where nothing of it may be compared."""
    targets = " ".join(str(one.get("name", "")) for one in row["targets"] or () if isinstance(one, dict))
    texts = _allowed(
        row, title=[(lexicon().text("title"), row["title"])], public=[(1.0, row["detail_public"]), (1.0, targets)],
        internal=[(1.0, row["detail_internal"])], nda=nda,
    )  # fmt: skip
    if not texts:
        return None
    district, zone = places.get(row["owner"] or "", ("", ""))
    if row["district"]:
        district, zone = row["district"], lexicon().zone(row["district"])
    low, high = asked_levels(row["kind"])
    money = row["budget_to"] if row["budget_to"] is not None else row["budget_from"]
    return Side(
        row["id"], row["title"], texts, row["tech_field"] or "", names_of(row["cluster"]), low, high, district, zone,
        frozenset(row["expect_modes"] or ()), money,
    )  # fmt: skip


def _allowed(
    row: Mapping[str, Any],
    *,
    title: list[tuple[float, str | None]],
    public: list[tuple[float, str | None]],
    internal: list[tuple[float, str | None]],
    nda: bool,
) -> list[tuple[float, str]]:
    """The texts a level of disclosure opens: all that is public, the name alone, with an agreement also the rest, or
    none."""
    level = row["disclosure_level"]
    opened: list[tuple[float, str | None]] = []
    if level == "public":
        opened = title + public
    elif level == "name_only":
        opened = title
    elif level == "nda" and nda:
        opened = title + public + internal
    return [(weight, text) for weight, text in opened if text]


def _under_nda(needs: Mapping[str, Any], results: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Needs and results that meet in a case with an agreement on secrecy: the need's own, or its owner's."""
    signed = [row[0] for row in tuple_rows(Case.select(Case.id).where(Case.nda_on.is_null(False)))]
    held: dict[str, list[str]] = defaultdict(list)
    linked = CaseAchievement.select(CaseAchievement.case, CaseAchievement.achievement)
    for case, result in tuple_rows(linked.where(CaseAchievement.case.in_(signed))):
        if result in results:
            held[case].append(result)
    meant: dict[str, set[str]] = defaultdict(set)
    for case, need in tuple_rows(CaseNeed.select(CaseNeed.case, CaseNeed.need).where(CaseNeed.case.in_(signed))):
        meant[case].add(need)
    by_owner: dict[str, list[str]] = defaultdict(list)
    for need, row in needs.items():
        by_owner[row["owner"]].append(need)
    for case, party in tuple_rows(CaseParty.select(CaseParty.case, CaseParty.party).where(CaseParty.case.in_(signed))):
        meant[case].update(by_owner.get(party, ()))
    return {(need, result) for case, found in held.items() for result in found for need in meant[case] if need in needs}


def _by_id(query: Any) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in dict_rows(query)}


def names_of(text: str | None) -> frozenset[str]:
    """The names of industry clusters, however they are separated."""
    return frozenset(part for part in _LISTED.split(text or "") if part)


def kept_back(rows: Iterable[Mapping[str, Any]], sides: Mapping[str, Side]) -> dict[str, int]:
    """How many rows were not compared, by why: under an agreement on secrecy only, or not disclosed."""
    counts = {"nda": 0, "closed": 0}
    for row in rows:
        if row["id"] not in sides:
            counts["nda" if row["disclosure_level"] == "nda" else "closed"] += 1
    return counts
