"""What rules ask of a record that stands in others: the result of a grant, the case of a price, the receipts shared.

One function for each kind of record, with a fixed number of queries, however many records there are; it answers
{id: {attribute: value}}, and a value is as a record holds it (None where nobody knows: nothing linked is no "no").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from db.enums_documents import DOC_KIND
from db.models import (
    Achievement,
    AgencyYear,
    Brokerage,
    Carrier,
    Case,
    CaseAchievement,
    CaseParty,
    Contract,
    Distribution,
    DistributionCost,
    DistributionLine,
    DistributionReceipt,
    Evidence,
    EvidenceLink,
    Grant,
    HandoverItem,
    HandoverMonth,
    Organisation,
    Person,
    PersonFlow,
    Pricing,
    Publication,
    Receipt,
    Record,
    ResearchProject,
    Valuation,
)
from db.queries.measures.asking import earliest
from db.queries.rows import dict_rows

Found = dict[str, dict[str, Any]]
Answer = Callable[[Sequence[str]], Found]
_READERS: dict[str, Answer] = {}
_MANY = 500  # ids in one query; of more records the whole table is read
_REGISTERED = frozenset({"registered", "changed"})
_HANDED = frozenset({"handed", "accepted"})
# who sits in an expert group: as an attribute, and as the list of experts may say it
_EXPERTS = (
    ("expert_completer", ("completer", "完成人代表")),
    ("expert_unit", ("unit", "单位部门代表")),
    ("expert_investor", ("investor", "行业投资专家")),
    ("expert_valuer", ("valuer", "第三方专家")),
)
_PAPERS = {choice.code: "paper_plan" for choice in DOC_KIND if choice.zh == "转化方案"}
_CAPABILITIES = ("patent_analysis", "online_platform", "offline_team", "finance_service")


def linked(kind: str, ids: Sequence[str], on: date | None = None) -> Found:
    """Attributes of these records, by id, that other records hold, as text; those of an organisation as of `on`."""
    if not ids:
        return {}
    reader = _READERS.get(kind)
    found = _organisations(ids, on) if kind == "organisation" else reader(ids) if reader else {}
    return {record: _filled(values) for record, values in found.items()}


def _filled(values: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items() if value not in (None, "")}


def plain(value: int, scale: int) -> str:
    """A scaled decimal as it is written: 6650 of scale 2 is 66.5."""
    return f"{Decimal(value).scaleb(-scale).normalize():f}"


def _of(kind: str) -> Callable[[Answer], Answer]:
    def register(function: Answer) -> Answer:
        _READERS[kind] = function
        return function

    return register


def _among(model: type[Record], field: Any, ids: Iterable[str | None]) -> list[dict[str, Any]]:
    """The rows whose field is one of these ids, by one query, in the order of their ids."""
    wanted = {record for record in ids if record}
    query = model.select().order_by(model._meta.primary_key)
    if len(wanted) <= _MANY:
        query = query.where(field.in_(list(wanted)))
    return [row for row in dict_rows(query) if row[field.name] in wanted]


def _by_id(model: type[Record], ids: Iterable[str | None]) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in _among(model, model._meta.primary_key, ids)}


def _grouped(rows: Iterable[dict[str, Any]], name: str) -> defaultdict[str, list[dict[str, Any]]]:
    groups: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row[name]].append(row)
    return groups


def _dates(rows: Iterable[dict[str, Any]], name: str) -> list[str]:
    return sorted(row[name] for row in rows if row[name])


def _published(kind: str, ids: Iterable[str | None]) -> dict[str, str]:
    """The first day each record was published as unconverted, by id; `kind` is what the publication names."""
    names = {f"{kind}:{record}": record for record in ids if record}
    rows = _among(Publication, Publication.subject, names)
    found = _grouped((row for row in rows if row["kind"] == "unconverted"), "subject")
    return {names[subject]: min(_dates(group, "starts_on")) for subject, group in found.items()}


def _handed(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Of the hand-over items of one result or one project: {exempt, exempt_ground, handed_on}.

    Handed over on the last day, once nothing is left to hand over; what was returned is not handed over.
    """
    asked = [row for row in rows if not row["exempt"]]
    days = _dates((row for row in asked if row["item_state"] in _HANDED), "handed_on")
    return {
        "exempt": int(not asked) if rows else None,
        "exempt_ground": next((row["ground"] for row in rows if row["exempt"] and row["ground"]), None),
        "handed_on": days[-1] if asked and len(days) == len(asked) else None,
    }


@_of("achievement")
def _achievements(ids: Sequence[str]) -> Found:
    """Hand-over, first publication as unconverted, first grant, and the close of the project it comes from."""
    items = _grouped(_among(HandoverItem, HandoverItem.achievement, ids), "achievement")
    grants = _grouped(_among(Grant, Grant.achievement, ids), "achievement")
    published = _published("achievement", ids)
    own = _by_id(Achievement, ids)
    projects = _by_id(ResearchProject, (row["project"] for row in own.values()))
    return {
        record: {
            **_handed(items[record]),
            "published_on": published.get(record),
            "granted_on": next(iter(_dates(grants[record], "granted_on")), None),
            "closed_on": projects.get(row["project"] or "", {}).get("closed_on"),
        }
        for record, row in own.items()
    }


@_of("research_project")
def _projects(ids: Sequence[str]) -> Found:
    """Hand-over of all its results (one without an item is not handed over), and the day the first was converted."""
    results = _grouped(_among(Achievement, Achievement.project, ids), "project")
    made = [row["id"] for group in results.values() for row in group]
    items = _grouped(_among(HandoverItem, HandoverItem.achievement, made), "achievement")
    found: Found = {}
    for record in ids:
        group = results[record]
        own = _handed([item for row in group for item in items[row["id"]]])
        if not all(items[row["id"]] for row in group):
            own["handed_on"] = own["exempt"] = None
        converted = _dates(group, "converted_on")
        own["conversion_done_on"] = next(iter(converted), None)
        found[record] = own
    return found


@_of("grant")
def _grants(ids: Sequence[str]) -> Found:
    """Its result's dates, publication as unconverted, and the start its cases have where the grant names none."""
    own = _by_id(Grant, ids)
    results = _by_id(Achievement, (row["achievement"] for row in own.values()))
    links = _grouped(_among(CaseAchievement, CaseAchievement.achievement, results), "achievement")
    named_cases = {record: [row["case"]] for record, row in own.items()}
    for record, row in own.items():
        named_cases[record] += [link["case"] for link in links[row["achievement"]]]
    cases = _by_id(Case, (case for group in named_cases.values() for case in group))
    published = _published("achievement", results)
    named = _published("grant", ids)
    found: Found = {}
    for record, row in own.items():
        result = results.get(row["achievement"], {})
        begun = _dates((cases[case] for case in named_cases[record] if case), "substantive_start")
        started = row["started_on"] or next(iter(begun), None)
        found[record] = {
            "started_on": started,
            "completed_on": result.get("completed_on"),
            "converted_on": result.get("converted_on"),
            "published_on": named.get(record) or published.get(row["achievement"]),
        }
    return found


@_of("case")
def _cases(ids: Sequence[str]) -> Found:
    """What kind of organisation owns the result, and how long that result has been complete."""
    return _of_cases(ids)


def _of_cases(ids: Iterable[str | None]) -> Found:
    known = [record for record in ids if record]
    parties = [row for row in _among(CaseParty, CaseParty.case, known) if row["role"] == "owner"]
    links = _among(CaseAchievement, CaseAchievement.case, known)
    results = _by_id(Achievement, (row["achievement"] for row in links))
    owners = {row["case"]: results[row["achievement"]]["owner"] for row in reversed(links)}
    owners |= {row["case"]: row["party"] for row in reversed(parties)}
    kinds = _by_id(Organisation, owners.values())
    done = {row["case"]: results[row["achievement"]]["completed_on"] for row in reversed(links)}
    return {
        record: {
            "owner_org_kind": kinds.get(owners.get(record) or "", {}).get("org_kind"),
            "completed_on": done.get(record),
        }
        for record in known
    }


@_of("pricing")
def _pricings(ids: Sequence[str]) -> Found:
    """Its case's parties and mode, its publicity with objections, its valuation with experts, its papers."""
    own = _by_id(Pricing, ids)
    papers = _papers({f"pricing:{record}": record for record in own} | {f"case:{own[r]['case']}": r for r in own})
    cases = _by_id(Case, (row["case"] for row in own.values()))
    owners = _of_cases(cases)
    published = _by_id(Publication, (row["publication"] for row in own.values()))
    valued = _by_id(Valuation, (row["valuation"] for row in own.values()))
    found: Found = {}
    for record, row in own.items():
        case, notice = cases.get(row["case"], {}), published.get(row["publication"] or "")
        values = {
            **owners.get(row["case"], {}),
            **{name: case.get(name) for name in ("related_party", "mode", "track")},
        }
        if notice:
            settled = notice["ends_on"] and (notice["settled_on"] or not notice["objections"])
            values |= {
                "publication": notice["starts_on"],
                "publicity_from": notice["starts_on"],
                "publicity_to": notice["ends_on"],
                "objection_count": notice["objections"],
                "objections_settled": 1 if settled else 0 if notice["objections"] else None,
            }
        found[record] = {**values, **_valuation(valued.get(row["valuation"] or "")), **papers.get(record, {})}
    return found


def _papers(targets: dict[str, str]) -> Found:
    """Which papers of the completers are among the evidence of these targets, by the record each stands for."""
    query = (
        EvidenceLink.select(EvidenceLink.target, Evidence.doc_kind)
        .join(Evidence)
        .where(Evidence.doc_kind.in_(list(_PAPERS)), Evidence.state == "valid")
    )
    found: Found = {}
    for row in dict_rows(query):
        if row["target"] in targets:
            found.setdefault(targets[row["target"]], {})[_PAPERS[row["doc_kind"]]] = 1
    return found


def _valuation(row: dict[str, Any] | None) -> dict[str, Any]:
    if row is None:
        return {}
    values: dict[str, Any] = {
        "valued_on": row["done_on"],
        "third_party_valuation": int(row["kind"] == "value" and row["body"] is not None),
    }
    if row["experts"]:
        roles = {str(one.get("role", "")).strip() for one in row["experts"] if isinstance(one, dict)}
        values |= {name: int(not roles.isdisjoint(words)) for name, words in _EXPERTS}
    return values


@_of("contract")
def _contracts(ids: Sequence[str]) -> Found:
    """Its case, what kinds of organisations seller and buyer are, its first receipt, and how brokerage is shown."""
    own = _by_id(Contract, ids)
    cases = _by_id(Case, (row["case"] for row in own.values()))
    parties = _by_id(Organisation, (row[side] for row in own.values() for side in ("seller", "buyer")))
    receipts = _grouped(_among(Receipt, Receipt.contract, ids), "contract")
    brokered = {row["contract"]: row["our_role"] for row in _among(Brokerage, Brokerage.contract, ids)}
    found: Found = {}
    for record, row in own.items():
        case = cases.get(row["case"] or "", {})
        found[record] = {
            **{name: case.get(name) for name in ("related_party", "mode", "track", "is_local", "substantive_start")},
            "seller_org_kind": parties.get(row["seller"] or "", {}).get("org_kind"),
            "buyer_org_kind": parties.get(row["buyer"] or "", {}).get("org_kind"),
            "received_on": next(iter(_dates(_paid(receipts[record]), "received_on")), None),
            "our_role": brokered.get(record),
        }
    return found


def _paid(receipts: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (row for row in receipts if row["amount"] > 0)


@_of("distribution")
def _distributions(ids: Sequence[str]) -> Found:
    """First receipt, direct costs, registration of the contract, publicity, the owner's own share, when all was paid.

    Where no receipt is named, those of the contract count: the clock then starts no later than it should.
    """
    own = _by_id(Distribution, ids)
    contracts = _by_id(Contract, (row["contract"] for row in own.values()))
    owners = _by_id(Organisation, (row["seller"] for row in contracts.values()))
    notices = _by_id(Publication, (row["publicity"] for row in own.values()))
    links = _grouped(_among(DistributionReceipt, DistributionReceipt.distribution, ids), "distribution")
    named = _by_id(Receipt, (row["receipt"] for group in links.values() for row in group))
    of_contract = _grouped(_among(Receipt, Receipt.contract, contracts), "contract")
    costs = _grouped(_among(DistributionCost, DistributionCost.distribution, ids), "distribution")
    lines = _grouped(_among(DistributionLine, DistributionLine.distribution, ids), "distribution")
    found: Found = {}
    for record, row in own.items():
        contract = contracts.get(row["contract"], {})
        receipts = [named[link["receipt"]] for link in links[record]] or of_contract[row["contract"]]
        notice = notices.get(row["publicity"] or "", {})
        share = owners.get(contract.get("seller") or "", {}).get("reward_pct")
        paid = _dates(lines[record], "paid_on")
        reward = [line["amount"] for line in lines[record] if line["role"] in ("completer", "converter")]
        found[record] = {
            "received_on": next(iter(_dates(_paid(receipts), "received_on")), None),
            "costs": sum(cost["amount"] for cost in costs[record]) if costs[record] else None,
            "contract_registered": _registered(contract),
            "registry_no": contract.get("registry_no"),
            "reward_publicised": 1 if notice else None,
            "publicity_from": notice.get("starts_on"),
            "publicity_to": notice.get("ends_on"),
            "reward_pct": None if share is None else plain(share, 2),
            "paid_on": row["paid_on"] or (paid[-1] if paid and len(paid) == len(lines[record]) else None),
            "cash_reward": sum(reward) if reward and None not in reward else None,
        }
    return found


def _registered(contract: dict[str, Any]) -> int | None:
    if contract.get("registry_no") or contract.get("registry_state") in _REGISTERED:
        return 1
    return 0 if contract.get("registry_state") else None


@_of("person_flow")
def _flows(ids: Sequence[str]) -> Found:
    """The person's post and what kind of organisation they come from."""
    own = _by_id(PersonFlow, ids)
    people = _by_id(Person, (row["person"] for row in own.values()))
    return {
        record: {name: people.get(row["person"], {}).get(name) for name in ("admin_post", "org_category")}
        for record, row in own.items()
    }


@_of("carrier")
def _carriers(ids: Sequence[str]) -> Found:
    """What its operator is, and how it stands in research integrity."""
    own = _by_id(Carrier, ids)
    operators = _by_id(Organisation, (row["operator"] for row in own.values()))
    names = ("integrity_grade", "integrity_score", "integrity_checked_on")
    return {
        record: {
            "operator_org_kind": operators.get(row["operator"], {}).get("org_kind"),
            **{name: operators.get(row["operator"], {}).get(name) for name in names},
        }
        for record, row in own.items()
    }


def _organisations(ids: Sequence[str], on: date | None) -> Found:
    """The hand-over of the month of `on` (of the newest without it), and the agency's newest yearly report.

    A month with nothing handed over has the day on which that was reported, once it was.
    """
    items = _grouped(_among(HandoverItem, HandoverItem.university, ids), "university")
    reports = _grouped(_among(HandoverMonth, HandoverMonth.university, ids), "university")
    years = _grouped(_among(AgencyYear, AgencyYear.unit, ids), "unit")
    found: Found = {}
    for record in ids:
        days = _dates((item for item in items[record] if item["item_state"] in _HANDED), "handed_on")
        told = reports[record]
        if on is not None:
            days = [day for day in days if (earliest(day).year, earliest(day).month) == (on.year, on.month)]
            told = [row for row in told if row["month"][:7] == f"{on:%Y-%m}"]
        days = days or _dates(told, "reported_on")
        known = sorted(
            (year for year in years[record] if on is None or year["year"] <= on.year),
            key=lambda year: int(year["year"]),
        )
        found[record] = {
            "handed_on": days[-1] if days else None,
            **(_agency(known[-1]) if known else {}),
        }
    return found


def _agency(row: dict[str, Any]) -> dict[str, Any]:
    values = {name: int(bool((row[name] or "").strip())) if row[name] is not None else None for name in _CAPABILITIES}
    kind = row["legal_kind"]
    return {
        **values,
        "manager_team": values["offline_team"],
        "legal_kind": kind,
        "agency_internal_body": None if kind is None else int(kind == "internal"),
        "agency_legal_person": None if kind is None else int(kind != "internal"),
    }
