"""A real encrypted store in a temporary folder, and short ways to fill it with records and to ask it for figures."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from db.keyslots import Vault
from db.models import (
    Carrier,
    CarrierYear,
    Case,
    Certificate,
    Contract,
    Event,
    Firm,
    FirmYear,
    FundingEvent,
    Organisation,
    Person,
    Programme,
    Qualification,
    Receipt,
    Record,
    Tenancy,
    TypedMeasure,
)
from db.queries import measures
from db.store import Store
from policy.dates import Period
from policy.results import MeasureValue

TODAY = date(2026, 11, 21)


class Desk:
    """A workspace's records: every builder writes one and returns its id; a figure is asked for by name."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._numbers = itertools.count(1)
        self.us = self.organisation("重庆示例孵化器有限公司", org_kind="carrier_operator")
        store.save_setting("organisation", self.us)
        self.carrier = self.add(
            Carrier, name="示例孵化器", operator=self.us, carrier_kind="comprehensive", speciality="it"
        )

    def add(self, model: type[Record], record: str | None = None, /, **values: Any) -> str:
        with self.store.write("示例") as write:
            return write.insert(model, values, record)

    def organisation(self, name: str, **values: Any) -> str:
        return self.add(Organisation, **{"name": name, "org_kind": "firm", **values})

    def firm(self, name: str, *, tech_field: str | None = None, **values: Any) -> str:
        return self.add(Firm, self.organisation(name, tech_field=tech_field), **values)

    def stay(self, firm: str, entered_on: str | None, **values: Any) -> str:
        if not {"status", "graduated_on", "left_on"} & values.keys():
            values["status"] = "incubating"
        values.setdefault("status", "graduated" if "graduated_on" in values else "left")
        return self.add(Tenancy, **{"firm": firm, "carrier": self.carrier, "entered_on": entered_on, **values})

    def tenant(self, name: str, entered_on: str | None, **values: Any) -> str:
        firm = self.firm(name, tech_field=values.pop("tech_field", None))
        self.stay(firm, entered_on, **values)
        return firm

    def carrier_year(self, year: int, **values: Any) -> str:
        return self.add(CarrierYear, **{"carrier": self.carrier, "year": year, **values})

    def firm_year(self, firm: str, year: int, **values: Any) -> str:
        return self.add(FirmYear, firm=firm, year=year, **values)

    def funding(self, firm: str, paid_on: str | None, **values: Any) -> str:
        return self.add(FundingEvent, **{"firm": firm, "paid_on": paid_on, "f_kind": "angel", "amount": 100, **values})

    def qualification(self, firm: str, q_kind: str, issued_on: str, valid_until: str | None) -> str:
        return self.add(Qualification, firm=firm, q_kind=q_kind, issued_on=issued_on, valid_until=valid_until)

    def contract(self, seller: str | None, **values: Any) -> str:
        return self.add(Contract, name=f"示例合同{next(self._numbers)}", seller=seller, **values)

    def case(self, **values: Any) -> str:
        number = f"示例-{next(self._numbers)}"
        return self.add(Case, **{"no": number, "title": number, "track": "supply", **values})

    def receipt(self, contract: str | None, received_on: str, amount: int, **values: Any) -> str:
        fixed = {"contract": contract, "received_on": received_on, "amount": amount, "payer": "示例付款方"}
        return self.add(Receipt, **{**fixed, "account_holder": self.us, **values})

    def person(self, name: str, **values: Any) -> str:
        return self.add(Person, **{"name": name, "org_category": "university", **values})

    def programme(self, p_kind: str) -> str:
        return self.add(
            Programme, name="示例培训班", p_kind=p_kind, organiser="示例", starts_on="2025-03", ends_on="2025-12"
        )

    def certificate(self, person: str, issued_on: str, programme: str | None, **values: Any) -> str:
        fixed = {"person": person, "issued_on": issued_on, "programme": programme, "issuer": "示例"}
        number = f"示例{next(self._numbers)}"
        return self.add(Certificate, **{**fixed, "number": number, "c_kind": "completion", **values})

    def event(self, title: str, starts_on: str, our_role: str, **values: Any) -> str:
        return self.add(
            Event, **{"title": title, "starts_on": starts_on, "our_role": our_role, "e_kind": "need_matching", **values}
        )

    def typed(self, measure: str, subject: str, period: str, value: str) -> str:
        return self.add(TypedMeasure, measure=measure, subject=subject, period=period, value=value)

    def ask(self, name: str, subject: str = "", *, period: str = "2025", today: date = TODAY) -> MeasureValue:
        """One measure; `subject` is KIND:ID, the carrier without one."""
        kind, _, record = (subject or f"carrier:{self.carrier}").partition(":")
        with self.store.read():
            found = measures.compute(
                [name], subject_kind=kind, subject_id=record, period=Period.parse(period), today=today
            )
        return found[name]


AnyDesk = TypeVar("AnyDesk", bound=Desk)


@contextmanager
def new_desk(folder: Path, kind: type[AnyDesk] = Desk) -> Iterator[AnyDesk]:  # type: ignore[assignment]
    """A desk (or a kind of desk with more builders) on a new store, closed at the end."""
    vault = Vault(identity="", names_key=bytes(32), audit_key=bytes(32))
    store = Store.create(folder / "store.db", bytes(range(32)), vault)
    try:
        yield kind(store)
    finally:
        store.close()


def titles(value: MeasureValue) -> list[str]:
    """What the rows behind a figure are called."""
    return [row.title for row in value.rows]


def border(value: MeasureValue) -> list[tuple[str, str]]:
    """Title and date of the rows at the border."""
    return [(row.title, row.date) for row in value.border]
