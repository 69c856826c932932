"""A supplement to a contract: what it changes is written with it and into the contract, as one action."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from db.models import Contract, ContractAmendment
from db.queries import records
from db.queries.rows import dict_rows
from db.schema import kind_info
from desktop.services.classified import refuse_secrets
from desktop.services.contracts import NUMBERED
from desktop.services.dayorder import out_of_order
from desktop.services.records import typed_values
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from desktop.terms import CONTRACT_TERMS
from policy.dates import earliest, latest
from policy.errors import Refused
from policy.i18n import listed, mark, tr

_FOLLOWS = "amount_tech"  # from the amount and the other costs


@service("contract.amend", in_turn=True)
def amend(
    ws: Workspace,
    job: Job,
    *,
    contract: str,
    changes: dict[str, Any],
    signed_on: str = "",
    registry_state: str = "",
    note: str = "",
) -> dict[str, Any]:
    """Keep a supplement and give the contract its new terms, as typed by field: {id, contract, terms, warnings,
    changes}; `terms` as stored, [{field, old, new}], the old values the contract's own.

    Raises Refused("amendment.none" | "amendment.nothing" | "amendment.not_a_term" | "amendment.blank" |
    "record.bad_value" | "record.missing_field" | "record.classified").
    """
    if not changes:
        raise Refused("amendment.none")
    info, kind = kind_info("contract"), kind_info("contract_amendment")
    for name, value in changes.items():
        if name not in CONTRACT_TERMS:
            named = next((one.shown for one in info.fields if one.name == name), name[:40])
            known = listed(f"{one} {info.field(one).shown}" for one in CONTRACT_TERMS)
            raise Refused("amendment.not_a_term", field=named, known=known)
        if not str(value).strip():
            raise Refused("amendment.blank", field=info.field(name).shown)
    stored, warnings = typed_values(ws, info, changes)
    told = {"signed_on": signed_on, "registry_state": registry_state, "note": note}
    own, more = typed_values(ws, kind, {name: text for name, text in told.items() if text})
    with ws.store.write(mark("签订补充协议"), "typed") as write:
        record = records.resolve("contract", contract)
        before = records.get("contract", record)
        refuse_secrets(info, {**before, **stored})
        if not write.update(Contract, record, stored):
            raise Refused("amendment.nothing", fields=listed(info.field(name).shown for name in changes))
        after = records.get("contract", record)
        names = [name for name in (*CONTRACT_TERMS, _FOLLOWS) if after[name] != before[name]]
        terms = [{"field": name, "old": _said(before, name), "new": _said(after, name)} for name in names]
        later = _later(record, own.get("signed_on"), names)
        row = {"contract": record, "changes": terms, **own}
        refuse_secrets(kind, row)
        made = write.insert(ContractAmendment, row)
    warnings += [*more, *out_of_order(info, after, stored), *_doubts(before, own, later)]
    return {
        "id": made,
        "contract": record,
        "terms": terms,
        "warnings": warnings,
        "changes": write.changes.as_dict(),
    }


def _said(row: Mapping[str, Any], name: str) -> Any:
    """A value as stored; a party by what it is called on the day, since the paper says its name and a merged record
    leaves no other trace here."""
    declared = kind_info("contract").field(name)
    if declared.type == "ref" and row[name]:
        return records.title(declared.target, row[name])
    return row[name]


def _later(contract: str, signed_on: str | None, names: list[str]) -> list[str]:
    """The labels of what a supplement signed after this one has changed already."""
    rows = dict_rows(ContractAmendment.select().where(ContractAmendment.contract == contract))
    changed = {
        one["field"]
        for row in rows
        if signed_on and row["signed_on"] and earliest(row["signed_on"]) > latest(signed_on)
        for one in row["changes"] or ()
    }
    return [kind_info("contract").field(name).shown for name in names if name in changed]


def _doubts(before: Mapping[str, Any], own: Mapping[str, Any], later: list[str]) -> Iterator[str]:
    signed, begun = own.get("signed_on"), before["signed_on"]
    if signed and begun and latest(signed) < earliest(begun):
        yield tr("补充协议的签订日期早于合同签订日期，请核对。")
    if later:
        yield tr("另一份签订在后的补充协议已改过{fields}，请核对合同现在的值。", fields=listed(later))
    if before["registry_state"] in NUMBERED and own.get("registry_state") in (None, "none"):
        yield tr("这份合同已经登记，变更要到登记机构办理变更登记；办理后填写补充协议的“变更登记状态”。")
