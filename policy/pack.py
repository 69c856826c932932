"""Policy packs: a dated document as data, loaded from TOML, checked strictly and known by the digest of its bytes."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from policy.errors import Usage
from policy.rules import KINDS
from policy.rules.common import Body, Relief, Verification, When
from policy.schema import Table, Text, exact_number, invalid

SCHEMA = 1
STATUSES = frozenset({"draft", "in_force", "superseded", "expired", "secondary"})
# Kinds of record a rule can judge; a new kind of document adds its own.
SUBJECTS = frozenset({"organisation", "carrier", "firm", "research_project", "person_flow"})
_EXPECTED = ("verdict", "value", "due")  # what reads the same in every language
_MAX_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Example:
    """Given figures and attributes by name, and what the rule must answer: fields of IndicatorResult by name."""

    given: Mapping[str, str]
    expected: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a pack: what it is called, where it stands, how far it is verified, and its computable body."""

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

    Raises Refused("policy.pack_invalid", where, problem, detail) for anything the schema does not know: unknown and
    missing keys, wrong types, unknown measures, duplicate ids, numbers that are not exact (problems: `policy.schema`).
    """
    if len(data) > _MAX_BYTES:
        raise invalid("", "too_large")
    try:
        raw = tomllib.loads(data.decode("utf-8"), parse_float=exact_number)
    except (ValueError, RecursionError) as error:
        raise invalid("", "not_toml", str(error)) from error
    table = Table(raw, "")
    if table.whole("schema", low=1) != SCHEMA:
        raise invalid("schema", "unsupported_schema")
    pack = _read_pack(table, hashlib.sha256(data).hexdigest())
    table.close()
    return pack


def list_packs(folder: Path) -> tuple[Pack, ...]:
    """All packs of a folder by file name; a broken file or an id used twice is refused as by `load_pack`."""
    packs = tuple(load_pack(path.read_bytes()) for path in sorted(folder.glob("*.toml")))
    _refuse_duplicates("id", [pack.id for pack in packs])
    return packs


def _read_pack(table: Table, digest: str) -> Pack:
    subjects = table.texts("subjects")
    if not subjects or not SUBJECTS.issuperset(subjects):
        raise invalid("subjects", "not_allowed", ", ".join(sorted(set(subjects) - SUBJECTS)))
    pack = Pack(
        id=table.identifier("id"),
        title=table.bilingual("title", required=True),
        number=table.text("number", ""),
        issuer=table.text("issuer", ""),
        status=table.one_of("status", STATUSES),
        issued_on=table.partial_date("issued_on"),
        effective_from=table.partial_date("effective_from"),
        effective_to=table.partial_date("effective_to"),
        replaces=table.texts("replaces"),
        replaced_by=table.text("replaced_by", ""),
        source=table.bilingual("source", required=True),
        subjects=subjects,
        relief=table.table("relief", Relief.read) if table.has("relief") else None,
        rules=table.tables("rule", lambda inner: _read_rule(inner, frozenset(subjects))),
        digest=digest,
    )
    if not pack.rules:
        raise invalid("rule", "missing", "rule")
    _refuse_duplicates("rule", [rule.id for rule in pack.rules])
    return pack


def _read_rule(table: Table, subjects: frozenset[str]) -> Rule:
    kind = table.one_of("kind", frozenset(KINDS))
    subject = table.one_of("subject", subjects)
    return Rule(
        id=table.identifier("id"),
        kind=kind,
        title=table.bilingual("title", required=True),
        clause=table.text("clause"),
        subject=subject,
        when=When.read(table),
        verification=Verification.read(table),
        note=table.bilingual("note"),
        proofs=table.texts("proofs"),
        body=KINDS[kind](table, subject),
        examples=table.tables("example", _read_example),
    )


def _read_example(table: Table) -> Example:
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
    return Example(given, expected)


def _plain(value: Fraction) -> str:
    """A decimal of at most six places as text, exactly."""
    whole, rest = divmod(abs(value), 1)
    return f"{'-' if value < 0 else ''}{whole}.{int(rest * 10**6):06d}"


def _refuse_duplicates(where: str, ids: list[str]) -> None:
    for place, name in enumerate(ids):
        if name in ids[:place]:
            raise invalid(f"{where}[{place}]" if where == "rule" else where, "duplicate", name)
