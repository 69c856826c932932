"""Policy packs: a dated document as data, loaded from TOML, checked strictly and known by the digest of its bytes."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from policy.choices import Choice
from policy.dates import earliest, latest
from policy.errors import Refused, Usage
from policy.i18n import mark
from policy.lines import Lines, line_told
from policy.rules import KINDS
from policy.rules.common import Body, Relief, Verification, When
from policy.schema import Table, Text, exact_number, invalid

SCHEMA = 1
# The standing of a document, as it is said.
STATUSES = {
    "draft": mark("征求意见稿"),
    "in_force": mark("现行"),
    "superseded": mark("已被取代"),
    "expired": mark("已失效"),
    "secondary": mark("转引自二手资料"),
}
LAYERS = frozenset({"national", "city", "district", "zone", "unit", "notice"})
# Kinds of record a rule can judge; a new kind of document adds its own.
SUBJECTS = frozenset(
    {
        "achievement",
        "carrier",
        "case",
        "certificate",
        "contract",
        "distribution",
        "event",
        "firm",
        "grant",
        "organisation",
        "person",
        "person_flow",
        "pricing",
        "programme",
        "research_project",
    }
)
_EXPECTED = ("verdict", "value", "due", "score", "state")  # what reads the same in every language
# Other kinds whose findings a rule may build on.
_BUILDS_ON = {"score": frozenset({"score"}), "formula": frozenset({"formula"})}
_NO_CLAUSE = frozenset({"未查到", "未找到", "无", "不详", "-", "—", "/", "?"})
_MAX_BYTES = 1 << 20
_RULE = re.compile(r"rule\[([0-9]{1,6})\]")


@dataclass(frozen=True, slots=True)
class Example:
    """Given figures and attributes by name, and what the rule must answer: fields of IndicatorResult by name."""

    given: Mapping[str, str]
    expected: Mapping[str, str | int]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a pack: what it is called, where it stands, how far it is verified, and its computable body.

    `ref` is its number in the catalogue of rules, `group` the part of the document's table it stands in.
    Status, dates and document are "" where they are the pack's. `line` is that of the file.
    """

    id: str
    kind: str
    title: Text
    clause: str
    subject: str
    when: When
    verification: Verification
    note: Text
    proofs: tuple[str, ...]
    body: Body
    examples: tuple[Example, ...]
    ref: str = ""
    status: str = ""
    effective_from: str = ""
    effective_to: str = ""
    document: Text = field(default_factory=Text)
    group: Text = field(default_factory=Text)
    line: int = 0


@dataclass(frozen=True, slots=True)
class Pack:
    """A document as data. Dates are partial-date texts or ""; `digest` is the SHA-256 of the file's bytes in hex.

    `status` holds for every figure: draft, in_force, superseded, expired or secondary (a report on the document).
    """

    id: str
    title: Text
    number: str
    issuer: str
    status: str
    issued_on: str
    effective_from: str
    effective_to: str
    replaces: tuple[str, ...]
    replaced_by: str
    source: Text
    subjects: tuple[str, ...]
    relief: Relief | None
    rules: tuple[Rule, ...]
    digest: str
    layer: str = "national"
    incomplete: bool = False
    labels: Mapping[str, Text] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()

    def rule(self, rule_id: str) -> Rule:
        """A rule by its id; Usage("policy.unknown_rule", pack, rule) where there is none."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise Usage("policy.unknown_rule", pack=self.id, rule=rule_id)

    def citation(self) -> str:
        """Title and number as the document is cited."""
        return f"《{self.title.zh}》{self.number}"


def load_pack(data: bytes) -> Pack:
    """Read a pack from the bytes of its TOML file.

    Raises Refused("policy.pack_invalid", where, problem, detail, line, rule) for anything the schema does not know:
    unknown and missing keys, wrong types, unknown measures, duplicate ids, numbers that are not exact, overlapping
    bands, rules that build on each other in a circle (problems: `policy.schema`). `line` counts from 1, 0 is the whole
    file; `rule` is the id of the rule concerned, or "".
    """
    if len(data) > _MAX_BYTES:
        raise _placed(invalid("", "too_large"), "", None)
    try:
        text = data.decode("utf-8")
        raw = tomllib.loads(text, parse_float=exact_number)
    except (ValueError, RecursionError) as error:
        line = line_told(str(error)) or _line_of_number(data, str(error))
        raise _placed(invalid("", "not_toml", str(error)), "", None, line=line) from error
    try:
        table = Table(raw, "")
        if table.whole("schema", low=1) != SCHEMA:
            raise invalid("schema", "unsupported_schema")
        pack = _read_pack(table, hashlib.sha256(data).hexdigest(), Lines(text))
        table.close()
        _check_order(pack)
    except Refused as refused:
        raise _placed(refused, text, raw) from None
    return pack


def _line_of_number(data: bytes, number: str) -> int:
    """The line of a value that is no plain number, of which the reader tells no place; 0 where there is none."""
    lines = data.decode("utf-8", "replace").split("\n")
    found = re.compile(rf"=[^#\"']*(?<![\w.]){re.escape(number)}(?![\w.])")
    return next((place for place, line in enumerate(lines, 1) if found.search(line)), 0)


def _placed(refused: Refused, text: str, raw: dict[str, Any] | None, line: int = 0) -> Refused:
    """The refusal with the line and the rule it speaks of."""
    where = str(refused.params["where"])
    found = _RULE.match(where)
    rules = raw.get("rule") if raw else None
    rule = ""
    if found and isinstance(rules, list) and int(found[1]) < len(rules) and isinstance(rules[int(found[1])], dict):
        rule = str(rules[int(found[1])].get("id", ""))[:64]
    refused.params.update(line=line or Lines(text).of(where), rule=rule)
    return refused


def list_packs(folder: Path) -> tuple[Pack, ...]:
    """All packs of a folder by file name; a broken file or an id used twice is refused as by `load_pack`."""
    packs = tuple(load_pack(path.read_bytes()) for path in sorted(folder.glob("*.toml")))
    ids = [pack.id for pack in packs]
    if len(set(ids)) < len(ids):
        raise _placed(invalid("id", "duplicate", next(one for one in ids if ids.count(one) > 1)), "", None)
    return packs


def _read_pack(table: Table, digest: str, lines: Lines) -> Pack:
    subjects = table.texts("subjects")
    if not subjects:
        raise invalid("subjects", "missing", "subjects")
    if not SUBJECTS.issuperset(subjects):
        raise invalid("subjects", "not_allowed", ", ".join(sorted(set(subjects) - SUBJECTS)))
    pack = Pack(
        id=table.identifier("id"),
        title=table.bilingual("title", required=True),
        number=table.text("number", ""),
        issuer=table.text("issuer", ""),
        status=table.one_of("status", frozenset(STATUSES)),
        issued_on=table.partial_date("issued_on"),
        effective_from=table.partial_date("effective_from"),
        effective_to=table.partial_date("effective_to"),
        replaces=table.texts("replaces"),
        replaced_by=table.text("replaced_by", ""),
        source=table.bilingual("source", required=True),
        subjects=subjects,
        relief=table.table("relief", Relief.read) if table.has("relief") else None,
        rules=table.tables("rule", lambda inner: _read_rule(inner, frozenset(subjects), lines)),
        digest=digest,
        layer=table.one_of("layer", LAYERS, "national"),
        incomplete=table.flag("incomplete", False),
        labels=dict(table.tables("label", _read_label)),
        choices=table.tables("choice", Choice.read),
    )
    if not pack.rules:
        raise invalid("rule", "missing", "rule")
    _refuse_duplicates("rule", [rule.id for rule in pack.rules])
    _refuse_duplicates("choice", [choice.id for choice in pack.choices])
    _check_dates(pack)
    return pack


def _read_label(table: Table) -> tuple[str, Text]:
    return table.text("name"), table.bilingual("title", required=True)


def _read_rule(table: Table, subjects: frozenset[str], lines: Lines) -> Rule:
    kind = table.one_of("kind", frozenset(KINDS))
    subject = table.one_of("subject", subjects)
    return Rule(
        id=table.identifier("id"),
        kind=kind,
        title=table.bilingual("title", required=True),
        clause=_clause(table),
        subject=subject,
        when=When.read(table),
        verification=Verification.read(table),
        note=table.bilingual("note"),
        proofs=table.texts("proofs"),
        body=KINDS[kind](table, subject),
        examples=table.tables("example", lambda inner: _read_example(inner, lines)),
        ref=table.text("ref", ""),
        status=table.one_of("status", frozenset({*STATUSES, ""}), ""),
        effective_from=table.partial_date("effective_from"),
        effective_to=table.partial_date("effective_to"),
        document=table.bilingual("document"),
        group=table.bilingual("group"),
        line=lines.of(table.where),
    )


def _clause(table: Table) -> str:
    clause = table.text("clause")
    if clause in _NO_CLAUSE:
        raise invalid(f"{table.where}.clause", "not_allowed", clause)
    return clause


def _check_dates(pack: Pack) -> None:
    """Refuse what ends before it begins, and a rule that would hold before or after its document does."""

    def outside(begins: str, ends: str, where: str) -> None:
        if begins and ends and latest(ends) < earliest(begins):
            raise invalid(where, "outside_dates", ends)

    outside(pack.effective_from, pack.effective_to, "effective_to")
    for place, rule in enumerate(pack.rules):
        at = f"rule[{place}]"
        outside(rule.effective_from, rule.effective_to, f"{at}.effective_to")
        if rule.effective_from and pack.effective_from and latest(rule.effective_from) < earliest(pack.effective_from):
            raise invalid(f"{at}.effective_from", "outside_dates", rule.effective_from)
        if rule.effective_to and pack.effective_to and earliest(rule.effective_to) > latest(pack.effective_to):
            raise invalid(f"{at}.effective_to", "outside_dates", rule.effective_to)


def _check_order(pack: Pack) -> None:
    """Refuse rules that build on a rule that is not there, of another kind or subject, or in a circle on themselves."""
    places = {rule.id: place for place, rule in enumerate(pack.rules)}
    done: set[str] = set()

    def follow(rule_id: str, way: tuple[str, ...]) -> None:
        rule = pack.rules[places[rule_id]]
        where = f"rule[{places[rule_id]}]"
        if rule_id in way:
            raise invalid(where, "cycle", " → ".join((*way[way.index(rule_id) :], rule_id)))
        for other in sorted(rule.body.rules()):
            if other not in places:
                raise invalid(where, "unknown_rule", other)
            base = pack.rules[places[other]]
            if base.kind not in _BUILDS_ON.get(rule.kind, frozenset()) or base.subject != rule.subject:
                raise invalid(where, "rule_of_other_kind", other)
            if other not in done:
                follow(other, (*way, rule_id))
        done.add(rule_id)

    for rule in pack.rules:
        if rule.id not in done:
            follow(rule.id, ())


def _read_example(table: Table, lines: Lines) -> Example:
    given = {}
    for name, value in table.mapping("given").items():
        if isinstance(value, bool) or not isinstance(value, str | int | Fraction):
            raise invalid(f"{table.where}.given.{name}", "wrong_type", name)
        given[name] = _plain(value) if isinstance(value, Fraction) else str(value)
    expected: dict[str, str | int] = {key: table.text(key, "") for key in _EXPECTED if table.has(key)}
    if table.has("award_max_fen"):
        expected["award_max_fen"] = table.whole("award_max_fen", low=0)
    if not expected:
        raise invalid(table.where, "missing", "verdict")
    return Example(given, expected, lines.of(table.where))


def _plain(value: Fraction) -> str:
    """A decimal of at most six places as text, exactly."""
    whole, rest = divmod(abs(value), 1)
    return f"{'-' if value < 0 else ''}{whole}.{int(rest * 10**6):06d}"


def _refuse_duplicates(where: str, ids: list[str]) -> None:
    for place, name in enumerate(ids):
        if name in ids[:place]:
            raise invalid(f"{where}[{place}]" if where in ("rule", "choice") else where, "duplicate", name)
