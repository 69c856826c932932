"""How well a result answers a need: words in common weighted by their rarity (BM25), field, readiness, place, money."""

from __future__ import annotations

import math
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import rjieba

from policy.i18n import resources_dir

Reason = dict[str, Any]

_LATIN = re.compile(r"[a-z0-9][a-z0-9.+#-]*")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_WHOLE, _PART = 2, 0.5  # longer words count in parts as well, each part half
_TOLD_TERMS = 8  # a reason names no more words than are read at a glance


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What `resources/matching` says: words that tell nothing, names of one thing, and how much each fit counts."""

    stop: frozenset[str]
    phrases: tuple[tuple[str, str], ...]  # a phrase and what it is a name of, longest first
    fits: Mapping[str, Any]
    near: frozenset[frozenset[str]]

    def points(self, name: str) -> float:
        return float(self.fits["points"][name])

    def text(self, name: str) -> float:
        return float(self.fits["text"][name])

    def zone(self, district: str) -> str:
        """The part of the city a district lies in; blank where it is none of ours."""
        for zone, starts in self.fits["zones"].items():
            if district and district.removeprefix("重庆市").startswith(tuple(starts)):
                return str(zone)
        return ""


@cache
def lexicon() -> Lexicon:
    """The data as shipped."""
    folder = resources_dir() / "matching"
    tables = {name: tomllib.loads((folder / f"{name}.toml").read_text("utf-8")) for name in ("stopwords", "synonyms")}
    fits = tomllib.loads((folder / "fits.toml").read_text("utf-8"))
    phrases = [(plain(phrase), plain(group[0])) for group in tables["synonyms"]["groups"] for phrase in group]
    return Lexicon(
        stop=frozenset(plain(word) for word in tables["stopwords"]["words"]),
        phrases=tuple(sorted(phrases, key=lambda pair: (-len(pair[0]), pair[0]))),
        fits=fits,
        near=frozenset(frozenset(pair) for pair in fits["near"]["pairs"]),
    )


@dataclass(slots=True)
class Side:
    """A need or a result as far as it may be compared: its allowed texts as (weight, text), and what it says of itself.

    `low` and `high` are levels of readiness (of a need: what it asks for), `money` is in fen (of a need: the most it
    offers; of a result: the price in mind). Blank means unknown, and tells nothing for or against.
    """

    id: str
    title: str
    texts: list[tuple[float, str]]
    tech_field: str = ""
    clusters: frozenset[str] = frozenset()
    low: int | None = None
    high: int | None = None
    district: str = ""
    zone: str = ""
    modes: frozenset[str] = frozenset()
    money: int | None = None
    terms: dict[str, float] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)  # what a common name stands for in this text
    weighed: list[tuple[str, float]] = field(default_factory=list)  # of a need: what each of its words is worth


def plain(text: str) -> str:
    """A text as it is compared: one width, lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def read_terms(side: Side) -> None:
    """Cut the side's texts into words, each counted by the weight of where it stands."""
    held = lexicon()
    counts: dict[str, float] = {}
    side.said = {}
    for weight, text in side.texts:
        cleaned = plain(text)
        for word in rjieba.cut(cleaned, True):
            if not _tells(word, held):
                continue
            counts[word] = counts.get(word, 0.0) + weight
            for part in rjieba.cut_for_search(word, True) if len(word) > _WHOLE else ():
                if part != word and _tells(part, held):  # 故障诊断 is found by 故障, too, if less
                    counts[part] = counts.get(part, 0.0) + weight * _PART
        latin = set(_LATIN.findall(cleaned))
        for phrase, name in held.phrases:
            if phrase in latin or (phrase in cleaned and _HAN.search(phrase)):
                counts[f"={name}"] = counts.get(f"={name}", 0.0) + weight
                side.said.setdefault(f"={name}", phrase)
    side.terms = counts


def _tells(word: str, held: Lexicon) -> bool:
    return len(word) > 1 and word not in held.stop and any(c.isalpha() for c in word)


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a pair fits: `score` of 100, and why, the weightiest reason first."""

    score: int
    reasons: tuple[Reason, ...]


class Pool:
    """All that is compared with one another: how rare a word is here decides what it counts."""

    def __init__(self, sides: Iterable[Side]) -> None:
        self._lexicon = lexicon()
        self._texts, total = 0, 0.0
        self._holding: Counter[str] = Counter()
        for side in sides:
            if not side.terms:
                read_terms(side)
            self._holding.update(side.terms.keys())
            self._texts += 1
            total += sum(side.terms.values())
        self._usual = total / self._texts if self._texts and total else 1.0

    def rarity(self, term: str) -> float:
        """The weight of a word by how few texts hold it (idf, never negative)."""
        holding = self._holding[term]
        return math.log(1 + (self._texts - holding + 0.5) / (holding + 0.5))

    def fit(self, need: Side, result: Side) -> Fit | None:
        """How a result fits a need; None where their words have too little in common. The same whichever was asked."""
        held = self._lexicon
        for side in (need, result):
            if not side.terms:  # more of it is open to this pair than to all
                read_terms(side)
        words = self._words(need, result)
        if words is None:
            return None
        reasons = [words, *_fits(held, need, result)]
        reasons.sort(key=lambda reason: -float(reason["points"]))
        return Fit(min(100, round(sum(reason["points"] for reason in reasons))), tuple(reasons))

    def _words(self, need: Side, result: Side) -> Reason | None:
        held = self._lexicon
        repeated, stuffed = held.text("repeated"), held.text("stuffed")
        if not need.weighed:
            need.weighed = [
                (term, self.rarity(term) * asked * (repeated + 1) / (asked + repeated))
                for term, asked in need.terms.items()
            ]
        length = 1 - stuffed + stuffed * sum(result.terms.values()) / self._usual
        found = {
            term: weight * times / (times + repeated * length)
            for term, weight in need.weighed
            if (times := result.terms.get(term))
        }
        best = sum(weight for _, weight in need.weighed)
        share = sum(found.values()) / best if best else 0.0
        points = round(held.points("text") * share / (share + held.text("half")), 1)
        if points < held.text("least"):
            return None
        return {"kind": "terms", "points": points, "terms": list(_told(found, need, result))}


def _told(found: Mapping[str, float], need: Side, result: Side) -> Iterator[str]:
    """The common words, weightiest first; a name's two spellings side by side, no word that is part of one told."""
    told: list[str] = []
    for term in sorted(found, key=lambda term: (-found[term], -len(term), term)):
        word = term.removeprefix("=")
        if term != word:
            ours, theirs = need.said.get(term, word), result.said.get(term, word)
            word = ours if ours == theirs else f"{ours}＝{theirs}"
        if not any(word in other for other in told):
            told = [*(other for other in told if other not in word), word]
        if len(told) == _TOLD_TERMS:
            break
    yield from told


def _fits(held: Lexicon, need: Side, result: Side) -> Iterator[Reason]:
    """What fits beside the words; what is unknown on either side says nothing."""
    asked, offered = (_torch(held, side.tech_field) for side in (need, result))
    if asked and asked == offered and asked != "other":
        yield {"kind": "field", "fit": "same", "points": held.points("field"), "fields": [asked, offered]}
    elif frozenset((asked, offered)) in held.near:
        yield {"kind": "field", "fit": "near", "points": held.points("field") / 2, "fields": [asked, offered]}
    if common := sorted(need.clusters & result.clusters):
        yield {"kind": "cluster", "points": held.points("cluster"), "clusters": common}
    if need.low is not None and need.high is not None and result.low is not None and result.high is not None:
        fit = "below" if result.high < need.low else "above" if result.low > need.high else "fits"
        points = held.points("maturity") if fit == "fits" else 0.0
        yield {"kind": "maturity", "fit": fit, "points": points, "asked": [need.low, need.high],
               "held": [result.low, result.high]}  # fmt: skip
    if need.district and need.district == result.district:
        yield {"kind": "place", "fit": "district", "points": held.points("place"), "place": need.district}
    elif need.zone and need.zone == result.zone and need.zone != "outside":
        yield {"kind": "place", "fit": "zone", "points": held.points("place") / 2, "place": need.zone}
    if need.money is not None and result.money is not None:
        enough = need.money >= result.money
        yield {"kind": "budget", "fit": "enough" if enough else "short",
               "points": held.points("budget") if enough else 0.0}  # fmt: skip
    if common := sorted(need.modes & result.modes):
        yield {"kind": "mode", "points": held.points("mode"), "modes": common}


def _torch(held: Lexicon, code: str) -> str:
    """A field of the contract form as one of the torch statistics."""
    return str(held.fits["contract"].get(code, code))


def stage_levels(trl: int | None, stage: str) -> tuple[int | None, int | None]:
    """The levels of readiness of a result: as assessed, else those its stage stands for."""
    if trl is not None:
        return trl, trl
    levels: Sequence[int] = lexicon().fits["stage"].get(stage, (None, None))
    return levels[0], levels[1]


def asked_levels(kind: str) -> tuple[int | None, int | None]:
    """The levels of readiness a kind of need asks for; unknown where it asks for none."""
    levels: Sequence[int] = lexicon().fits["asks"].get(kind, (None, None))
    return levels[0], levels[1]


def ranked(pool: Pool, pairs: Iterable[tuple[Side, Side]]) -> list[tuple[Side, Side, Fit]]:
    """The (need, result) pairs that fit, best first; ties by title and id, so that the order is always the same."""
    found = [(need, result, fit) for need, result in pairs if (fit := pool.fit(need, result)) is not None]
    found.sort(key=lambda row: (-row[2].score, row[1].title, row[0].title, row[1].id, row[0].id))
    return found
