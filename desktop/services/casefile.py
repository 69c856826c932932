"""Everything that hangs on a case, as plain rows by kind: what gates, deadlines and checks look at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from peewee import fn

from db.models import Evidence, EvidenceLink, Organisation, Publication
from db.queries import records
from db.queries.rows import dict_rows, tuple_rows
from db.schema import kinds
from desktop.services.gates import CaseFile
from desktop.services.money import money_of

# what refers to the case or to what belongs to it: (kind, field, kind referred to), each behind what it refers to
_PATHS = (
    ("case_party", "case", "case"),
    ("case_broker", "case", "case"),
    ("case_log", "case", "case"),
    ("case_milestone", "case", "case"),
    ("case_achievement", "case", "case"),
    ("case_need", "case", "case"),
    ("match", "case", "case"),
    ("pricing", "case", "case"),
    ("grant", "case", "case"),
    ("contract", "case", "case"),
    ("equity_holding", "case", "case"),
    ("poc_project", "case", "case"),
    ("completer", "achievement", "achievement"),
    ("ip_right", "achievement", "achievement"),
    ("valuation", "achievement", "achievement"),
    ("handover_item", "achievement", "achievement"),
    ("grantee", "grant", "grant"),
    ("contract_cost", "contract", "contract"),
    ("contract_amendment", "contract", "contract"),
    ("instalment", "contract", "contract"),
    ("brokerage", "contract", "contract"),
    ("receipt", "contract", "contract"),
    ("distribution", "contract", "contract"),
    ("distribution_receipt", "distribution", "distribution"),
    ("distribution_line", "distribution", "distribution"),
    ("equity_line", "holding", "equity_holding"),
)
# results and needs are no part of the case: it points to them
_POINTED = {"case_achievement": "achievement", "case_need": "need"}
_UNIVERSITIES = frozenset({"university", "institute", "hospital"})


def gather(case: str) -> CaseFile:
    """The file of a case by its id. The caller holds the store's lock."""
    rows: dict[str, list[dict[str, Any]]] = {"case": records.rows("case", [case])}
    for kind, name, parent in _PATHS:
        rows[kind] = _children(kind, name, [row["id"] for row in rows.get(parent, ())])
        if kind in _POINTED:
            target = _POINTED[kind]
            rows[target] = records.rows(target, sorted({row[target] for row in rows[kind]}))
    for row in rows["equity_line"]:  # spoken of by the kind it belongs to
        row["equity_holding"] = row["holding"]
    rows["publication"] = _publications(rows)
    held = money_of([row["id"] for row in rows["contract"]])
    rows["instalment"] = [one for contract in held.values() for one in contract["instalments"]]
    return CaseFile(rows, _papers(rows), _facts(rows))


def _children(kind: str, name: str, parents: list[str]) -> list[dict[str, Any]]:
    if not parents:
        return []
    model = kinds()[kind].models[0]
    return dict_rows(model.select().where(model._meta.fields[name].in_(parents)).order_by(model.created_at, model.id))


def _publications(rows: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Publications about anything of the case, and those that its records name."""
    subjects = [f"{kind}:{row['id']}" for kind in ("case", "pricing", "contract", "distribution") for row in rows[kind]]
    subjects += [f"{kind}:{row['id']}" for kind in ("grant", "achievement") for row in rows[kind]]
    named = [row["publication"] for row in rows["pricing"]]
    named += [row["publicity"] for kind in ("grant", "distribution") for row in rows[kind]]
    return dict_rows(
        Publication.select()
        .where(Publication.subject.in_(subjects) | Publication.id.in_([one for one in named if one]))
        .order_by(Publication.starts_on, Publication.id)
    )


def _papers(rows: dict[str, list[dict[str, Any]]]) -> dict[str, set[str]]:
    """Kinds of evidence by what it is linked to; what was replaced or is in doubt proves nothing."""
    targets = [f"{kind}:{row['id']}" for kind, found in rows.items() for row in found]
    found: dict[str, set[str]] = {}
    for start in range(0, len(targets), 400):
        chunk = targets[start : start + 400]
        query = (
            EvidenceLink.select(EvidenceLink.target, Evidence.doc_kind)
            .join(Evidence)
            .where(_links_to(chunk), Evidence.state.not_in(["replaced", "doubt"]), Evidence.doc_kind.is_null(False))
        )
        for target, doc_kind in tuple_rows(query):
            found.setdefault(str(target).partition(".")[0], set()).add(doc_kind)
    return found


def _links_to(targets: Iterable[str]) -> Any:
    """Links to one of the records, or to one of its fields."""
    whole = EvidenceLink.target
    dot = fn.INSTR(whole, ".")
    return fn.IIF(dot > 0, fn.SUBSTR(whole, 1, dot - 1), whole).in_(list(targets))


def _facts(rows: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    case = rows["case"][0] if rows["case"] else {}
    owners = {row["party"] for row in rows["case_party"] if row["role"] == "owner"}
    owners |= {row["seller"] for row in rows["contract"] if row["seller"]}
    owners |= {row["owner"] for row in rows["achievement"] if row["owner"]}
    kinds_of = {
        row[0] for row in tuple_rows(Organisation.select(Organisation.org_kind).where(Organisation.id.in_(owners)))
    }
    return {
        **{name: case.get(name) for name in ("track", "mode", "related_party", "outcome")},
        "mechanisms_use_then_pay": int("use_then_pay" in (case.get("mechanisms") or ())),
        "owner_university": int(bool(kinds_of & _UNIVERSITIES)) if kinds_of else None,
    }
