"""What the audit log takes of ordinary records by itself: decisions of a case with their figures, prices changed later,
removed evidence, and an operator who gets another name.

The figures are copied into the entry as they stood. Words are not: an entry can never be erased, so of a note only a
keyed digest is kept, which says later whether it is still the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import peewee

from db.models import Case, CaseLog, Contract, Evidence, EvidenceLink, Operator, Receipt, Record
from db.queries.rows import dict_rows, tuple_rows

MOST_CONTRACTS = 50  # of a case in one entry; how many there are is told

_ALWAYS = frozenset({"internal_review", "publicity", "signing"})  # pricing, publicity, approval: decided by their kind
_DECIDED = ("case", "kind", "happened_on", "happened_at", "note", "place", "decision", "confidential")
_CASE_FIGURES = ("no", "mode", "outcome", "estimate", "opened_on", "substantive_start")
_CONTRACT_FIGURES = ("id", "amount_total", "amount_tech", "nontech_cost", "signed_on", "registered_on")
_PRICES = ("estimate", "amount_total", "nontech_cost", "amount_formula")

# the models looked at, each with the fields whose change can matter
WATCHED: Mapping[type[Record], frozenset[str]] = {
    Case: frozenset(_PRICES),
    CaseLog: frozenset(_DECIDED),
    Contract: frozenset(_PRICES),
    Evidence: frozenset(),
    Operator: frozenset({"name"}),
}

Digest = Callable[[str], str]
Entry = tuple[str, str, dict[str, Any]]


def is_decision(row: Mapping[str, Any] | None) -> bool:
    """Whether a log entry is a decision: marked as one, or of a kind that always is."""
    return row is not None and (bool(row.get("decision")) or row.get("kind") in _ALWAYS)


def concerns(model: type[Record], row: Mapping[str, Any]) -> bool:
    """Whether a row that comes or goes in bulk is entered."""
    return model is CaseLog and is_decision(row)


def entries(
    model: type[Record], record: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, digest: Digest
) -> Iterator[Entry]:
    """The entries (action, subject, detail) for a watched record; None stands for not there."""
    if model is CaseLog:
        yield from _decision(record, before, after, digest)
    elif model is Operator:
        if before is not None and after is not None and before["name"] != after["name"]:
            yield "operator.renamed", f"operator:{record}", {"before": before["name"], "after": after["name"]}
    elif model is Case or model is Contract:
        yield from _price(model, record, before, after, digest)
    elif before is not None and after is None:
        detail = {"sha256": before["digest"], "bytes": before["bytes"], "doc_kind": before["doc_kind"]}
        yield "evidence.removed", f"evidence:{record}", detail


def _decision(
    record: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, digest: Digest
) -> Iterator[Entry]:
    if after is not None and is_decision(after) and not is_decision(before):
        detail = {"log": record, **_as_decided(after, digest), **_figures(after["case"]), **_proofs(record)}
        yield "case.decision", f"case:{after['case']}", detail
    elif before is not None and is_decision(before):
        changed = [name for name in _DECIDED if after is not None and before.get(name) != after.get(name)]
        if after is None:
            detail = {"log": record, "before": _as_decided(before, digest)}
            yield "case.decision_removed", f"case:{before['case']}", detail
        elif changed:
            states = {"before": _as_decided(before, digest), "after": _as_decided(after, digest)}
            detail = {"log": record, "fields": changed, **states, **_figures(after["case"]), **_proofs(record)}
            yield "case.decision_changed", f"case:{after['case']}", detail


def _price(
    model: type[Record],
    record: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    digest: Digest,
) -> Iterator[Entry]:
    """The price of a case was changed, or its contract deleted; what a case held that turns out secret is not kept."""
    case = record if model is Case else (after or before or {}).get("case")
    if before is None or case is None or (model is Case and (after is None or after["classified"])):
        return
    old, new = _as_priced(before, digest), _as_priced(after or {}, digest)
    if old != new:
        detail = {"record": f"{model.KIND.name}:{record}", "before": old, "after": new}
        yield "case.price_changed", f"case:{case}", detail


def _as_priced(row: Mapping[str, Any], digest: Digest) -> dict[str, Any]:
    priced = {name: row[name] for name in _PRICES if row.get(name) is not None}
    return {name: digest(value) if isinstance(value, str) else value for name, value in priced.items()}


def _as_decided(row: Mapping[str, Any], digest: Digest) -> dict[str, Any]:
    return {
        "case": row["case"],
        "kind": row["kind"],
        "on": row["happened_on"],
        "decision": int(bool(row.get("decision"))),
        "confidential": int(bool(row.get("confidential"))),
        "note": digest(str(row["note"])),
    }


def _figures(case: str) -> dict[str, Any]:
    """The figures of the case as they stand: money in fen, dates as written."""
    found = dict_rows(Case.select().where(Case.id == case))
    contracts = dict_rows(Contract.select().where(Contract.case == case).order_by(Contract.signed_on, Contract.id))
    paid = tuple_rows(Receipt.select(peewee.fn.SUM(Receipt.amount)).join(Contract).where(Contract.case == case))
    return {
        "figures": {name: found[0][name] for name in _CASE_FIGURES if found and found[0][name] is not None},
        "contracts": [
            {name: row[name] for name in _CONTRACT_FIGURES if row[name] is not None}
            for row in contracts[:MOST_CONTRACTS]
        ],
        "contract_count": len(contracts),
        "received": paid[0][0] or 0,
    }


def _proofs(log: str) -> dict[str, Any]:
    links = EvidenceLink.select(Evidence.id, Evidence.digest).join(Evidence)
    rows = tuple_rows(links.where(EvidenceLink.target == f"case_log:{log}").order_by(Evidence.digest))
    return {"evidence": [{"id": evidence, "sha256": sha256} for evidence, sha256 in rows]}
