"""Contracts and money received in the sample year, with exact sums.

46 contracts signed in 2025: 2,386.40万, of it 2,071.15万 technical; 39 registered (5 of them in January), 4 pending,
2 refused, 1 cancelled. 118 receipts in 2025: 1,642.30万; local by university 1,012.50万 and 175.05万; 6 unclaimed,
2 refunds, 1 bank draft.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from db.models import Case, CaseParty, Contract, Receipt
from db.stages import declared
from desktop.services.samples.base import WAN, SampleYear, days_after, shares, some_day, words
from desktop.services.samples.brokerage import Agency

_UNIT, _CENT = WAN // 20, WAN // 100  # amounts are whole multiples of 500 元, receipts of 100 元
# 2025, by group: A's local contracts, B's local ones, all others; how many have an amount, and the sum in 500 元
_SIGNED = {"a": (18, 20_400), "b": (6, 3_800), "other": (21, 23_528)}
_TECHNICAL = 41_423
_EARLIER = {"a": (5, 8_000), "b": (2, 1_200), "other": (3, 3_000)}  # of 2024, still paying in 2025
# what came in 2025, by group: rows without refund and draft, and their sum in 100 元
_RECEIVED = {"a": (59, 101_750), "b": (14, 17_505), "other": (36, 39_955)}
_REFUNDED = {"a": 5 * WAN, "other": 3 * WAN}
_DRAFT, _UNCLAIMED = 20 * WAN, 3_820

# places among the 46: first A's, then B's, then the others, of which the last ten were not brokered
_DECEMBER, _PENDING, _REFUSED, _TERMINATED = (3, 9, 26, 30, 40), (24, 28, 36, 37), (38, 39), (34, 35)
_CANCELLED, _ROYALTY, _OTHER_PAYER, _OUTSIDE_OF_A, _FIRMS_OWN = 34, 45, 5, (41, 42), 43
_USE_FIRST = 7  # used first and not paid yet
_BEFORE_SIGNING = 75  # days a case takes at least until the contract


@dataclass(slots=True)
class Deal:
    """A contract as far as money follows from it; amounts in fen."""

    contract: str
    signed: str
    seller: str
    payer: str
    amount: int
    technical: int
    left: int = 0  # what may still be paid


@dataclass(slots=True)
class Deals:
    """The 46 contracts of the year in their places, and every contract by group."""

    signed: list[str] = field(default_factory=list)
    groups: dict[str, list[Deal]] = field(default_factory=lambda: {"a": [], "b": [], "other": []})
    receipts: int = 0
    unclaimed: list[tuple[str, str]] = field(default_factory=list)  # receipt, and the contract it is for


def build(year: SampleYear, agency: Agency) -> Deals:
    """Add the contracts and receipts of 2024 to 2026."""
    made = Deals()
    _earlier(year, agency, made)
    december = _of_the_year(year, agency, made)
    for group, (count, total) in _RECEIVED.items():
        _received(year, made, group, count, total)
    _odd_receipts(year, agency, made)
    _after_the_year(year, agency, made, december)
    return made


def _earlier(year: SampleYear, agency: Agency, made: Deals) -> None:
    for group, (count, total) in _EARLIER.items():
        for place, units in enumerate(shares(year.rng, total, count, least=300)):
            late = group == "a" and place < 2  # signed in December, registered in January
            signed = (
                some_day(year.rng, "2024-12-09", "2024-12-27")
                if late
                else some_day(year.rng, "2024-03-04", "2024-11-01")
            )
            seller = agency.universities[{"a": 0, "b": 1}.get(group, 2 + place)]
            buyer = year.pick(agency.other_buyers if group == "other" else agency.local_buyers)
            deal = _contract(year, agency, (signed, seller, buyer, units * _UNIT, units * _UNIT * 9 // 10))
            deal.left = deal.amount * 13 // 20
            made.groups[group].append(deal)
            first = min(days_after(signed, 20), "2024-12-30")
            _receipt(year, made, deal, first, deal.amount * 3 // 10 // _CENT * _CENT, group)


def _of_the_year(year: SampleYear, agency: Agency, made: Deals) -> list[tuple[str, Deal]]:
    """The 46 contracts; returns those of December, which are paid in the next year."""
    amounts = [
        (group, units)
        for group, (count, total) in _SIGNED.items()
        for units in shares(year.rng, total, count, least=300)
    ]
    total = sum(units for _, units in amounts)
    technical = [units * _TECHNICAL // total for _, units in amounts]
    for place in range(_TECHNICAL - sum(technical)):
        technical[place] += 1
    cases = {row["id"]: row for row in year.of(Case)}
    december: list[tuple[str, Deal]] = []
    for place, (group, units) in enumerate([*amounts, ("other", 0)]):
        case, opened, seller, buyer, _ = (
            agency.won[place] if place < len(agency.won) else _unbrokered(year, agency, place)
        )
        first = max("2025-01-06", days_after(opened, _BEFORE_SIGNING))
        signed = (
            some_day(year.rng, "2025-12-01", "2025-12-29")
            if place in _DECEMBER
            else some_day(year.rng, first, "2025-11-10")
        )
        tech = 0 if place == _ROYALTY else technical[place]
        of_case = cases.get(case, {})
        if of_case:  # the signing is when it began in earnest, and the estimate had come near the price by then
            of_case |= {"substantive_start": signed, "start_kind": "signed", "estimate": -(-units * _UNIT // WAN) * WAN}
        in_shares = of_case.get("mode") == "equity"
        deal = _contract(
            year,
            agency,
            (signed, seller, buyer, units * _UNIT, tech * _UNIT),
            case=case or None,
            name=of_case.get("title"),
            contract_class=declared()["classes"][of_case["mode"]][0] if of_case else None,
            third_party=year.own if case else None,
            **_registry(year, place, signed),
            **({"payment_mode": "equity"} if in_shares else _way_of_paying(place)),
        )
        if place == _OTHER_PAYER:
            deal.payer = agency.names[agency.local_buyers[0]].replace("（", "(").replace("）", ")")
        made.signed.append(deal.contract)
        if place in _DECEMBER:
            december.append((group, deal))
        elif place not in (_ROYALTY, _USE_FIRST) and not in_shares:
            deal.left = deal.amount
            made.groups[group].append(deal)
    return december


def _unbrokered(year: SampleYear, agency: Agency, place: int) -> tuple[str, str, str, str, bool]:
    """A contract that came without our help: no case."""
    if place == _FIRMS_OWN:  # a firm sells what it developed itself
        return "", "2024-12-01", agency.local_buyers[3], agency.other_buyers[5], False
    seller = agency.universities[0 if place in _OUTSIDE_OF_A else 2 + place % 6]
    return "", "2024-12-01", seller, year.pick(agency.other_buyers), False


def _registry(year: SampleYear, place: int, signed: str) -> dict[str, Any]:
    applied = days_after(signed, year.rng.randint(3, 12))
    if place in _PENDING:
        return {"registry_state": "accepted", "applied_on": applied}
    if place in _REFUSED:
        return {"registry_state": "refused", "applied_on": applied}
    registered = some_day(year.rng, "2026-01-05", "2026-01-23") if place in _DECEMBER else days_after(applied, 18)
    return {
        "registry_state": "cancelled" if place == _CANCELLED else "registered",
        "registry_no": f"{registered[:4]}500099{place + 1:06d}",
        "applied_on": applied,
        "registered_on": registered,
    }


def _way_of_paying(place: int) -> dict[str, Any]:
    if place == _ROYALTY:
        return {"payment_mode": "royalty", "amount_formula": "按产品年销售额的3%提成，每年3月结算，无固定金额"}
    found: dict[str, Any] = {
        "payment_mode": "use_then_pay" if place == _USE_FIRST else "once" if place % 3 == 0 else "instalments"
    }
    if place in _TERMINATED:
        found |= {"terminated_on": f"2025-12-{10 + place - 34}", "termination_reason": "部分付款后协商解除"}
    return found


def _contract(
    year: SampleYear, agency: Agency, terms: tuple[str, str, str, int, int], name: str | None = None, **values: Any
) -> Deal:
    """Add a contract; `terms` are day of signing, seller, buyer, amount and technical amount (0 for none)."""
    signed, seller, buyer, amount, technical = terms
    number = len(year.of(Contract)) + 1
    mode = {"registry_state": "registered", "registered_on": days_after(signed, 30), "payment_mode": "instalments"}
    mode["applied_on"] = days_after(signed, 12)
    if "registry_state" not in values:
        mode["registry_no"] = f"{days_after(signed, 30)[:4]}500099{900 + number:06d}"
    values["contract_class"] = values.get("contract_class") or "commissioned_development"
    contract = year.add(
        Contract,
        name=name or f"{year.pick(words('texts')['subject'])}技术开发（示例{number:02d}）",
        own_no=f"SL-HT-{signed[:4]}-{number:03d}",
        signed_on=signed,
        valid_from=signed,
        valid_to=days_after(signed, 730),
        seller=seller,
        buyer=buyer,
        amount_total=amount or None,
        nontech_cost=amount - technical if amount else None,
        amount_tech=technical or None,
        **({} if "registry_state" in values else mode),
        **values,
    )
    return Deal(contract, signed, seller, agency.names[buyer], amount, technical)


def _received(year: SampleYear, made: Deals, group: str, count: int, total: int) -> None:
    """`count` rows with the exact sum of `total` (in 100 元), no contract paid beyond its amount, some paid in full."""
    deals = made.groups[group]
    ended = {made.signed[place] for place in _TERMINATED}
    room = [deal.left // _CENT for deal in deals]
    paid = [0] * len(room)
    for place in range(1, len(room), 2):
        if sum(paid) + room[place] <= total // 2 and deals[place].contract not in ended:
            paid[place] = room[place]
    rest, free = total - sum(paid), sum(room) - sum(paid)
    paid = [one or rest * here // free for one, here in zip(paid, room, strict=True)]
    paid[max(range(len(room)), key=lambda place: room[place] - paid[place])] += total - sum(paid)
    for place, (deal, units) in enumerate(zip(deals, paid, strict=True)):
        rows = count // len(deals) + (place < count % len(deals))
        first = max("2025-01-08", days_after(deal.signed, 8))
        days = sorted(some_day(year.rng, first, "2025-12-26") for _ in range(rows))
        for day, part in zip(days, shares(year.rng, units, rows, least=20), strict=True):
            _receipt(year, made, deal, day, part * _CENT, group)
        deal.left -= units * _CENT


def _odd_receipts(year: SampleYear, agency: Agency, made: Deals) -> None:
    """Two refunds, a bank draft, and six payments nobody has claimed yet."""
    largest = max(made.groups["a"][len(_EARLIER["a"]) :], key=lambda deal: deal.amount - deal.left)
    _receipt(year, made, largest, "2025-12-29", -_REFUNDED["a"], "a")
    ended = next(deal for deal in made.groups["other"] if deal.contract == made.signed[_TERMINATED[1]])
    _receipt(year, made, ended, "2025-12-30", -_REFUNDED["other"], "other")
    roomy = max(made.groups["other"], key=lambda deal: deal.left)
    _receipt(year, made, roomy, "2025-12-19", _DRAFT, "other", kind="bank_draft")
    roomy.left -= _DRAFT
    numbered = {row["id"] for row in year.of(Contract) if row.get("registry_no") and not row.get("terminated_on")}
    first = agency.universities[0]  # of whose money nothing is in doubt
    waiting = [deal for deal in made.groups["other"] if deal.contract in numbered and deal.seller != first]
    waiting.sort(key=lambda deal: -deal.left)
    for number, (units, deal) in enumerate(zip(shares(year.rng, _UNCLAIMED, 6, least=100), waiting, strict=False)):
        made.receipts += 1
        receipt = year.add(
            Receipt,
            received_on=max(days_after(deal.signed, 9), some_day(year.rng, "2025-10-09", "2025-12-25")),
            account_holder=deal.seller,
            amount=units * _CENT,
            source_row=made.receipts + 1,
            **_trace(year, deal, number),
        )
        made.unclaimed.append((receipt, deal.contract))


def _trace(year: SampleYear, deal: Deal, number: int) -> dict[str, str]:
    """What a payment nobody has claimed tells of its contract, each another thing: a number, a title, the payer."""
    contract = next(row for row in year.of(Contract) if row["id"] == deal.contract)
    stranger = f"重庆示例·{year.stem()}贸易有限公司"
    return (
        {"payer": stranger, "invoice_remark": f"合同{contract['own_no']}技术费"},
        {"payer": deal.payer},
        {"payer": stranger, "invoice_remark": f"付{contract['name']}款"},
        {"payer": deal.payer.replace("有限公司", "").replace("股份", "")},
        {"payer": deal.payer, "invoice_remark": "二期款"},
        {"payer": stranger, "invoice_remark": f"登记号{contract['registry_no']}"},
    )[number]


def _after_the_year(year: SampleYear, agency: Agency, made: Deals, december: list[tuple[str, Deal]]) -> None:
    """2026: what December's contracts pay, a refund across the year end, a supplement, two new contracts."""
    for place, (group, deal) in enumerate(december):
        _receipt(year, made, deal, f"2026-02-{10 + place}", deal.amount // 2 // _CENT * _CENT, group)
    _receipt(year, made, made.groups["a"][0], "2026-01-16", -2 * WAN, "a")
    first = made.groups["a"][len(_EARLIER["a"])]
    buyer = next(row["buyer"] for row in year.of(Contract) if row["id"] == first.contract)
    terms = ("2026-02-26", first.seller, buyer, 8 * WAN, 8 * WAN)
    _contract(year, agency, terms, name="补充协议：增加测试批次（示例）", parent=first.contract)
    for signed, state in (("2026-03-20", "registered"), ("2026-10-28", "accepted")):
        case, buyer = _running_case(year, agency.universities[1], signed)
        case |= {"mode": case.get("mode") or "licence", "estimate": 36 * WAN, "is_local": 1, "local_basis": "agreed"}
        case |= {"substantive_start": signed, "start_kind": "signed", "related_party": 0}
        case["mechanisms"] = ["invest_then_equity"] if state == "registered" else None
        values: dict[str, Any] = {"registry_state": "accepted", "applied_on": days_after(signed, 12)}
        if state == "registered":
            values |= {"registry_state": state, "registered_on": days_after(signed, 30)}
            values["registry_no"] = f"{signed[:4]}500099000951"
        _contract(
            year,
            agency,
            (signed, agency.universities[1], buyer, 36 * WAN, 30 * WAN),
            case=case["id"],
            name=case["title"],
            contract_class=declared()["classes"][case["mode"]][0],
            third_party=year.own,
            payment_mode="instalments",
            **values,
        )


def _running_case(year: SampleYear, seller: str, signed: str) -> tuple[dict[str, Any], str]:
    """An open case about a result of the seller that is old enough to be signed, and its buyer."""
    parties = {(row["case"], row["role"]): row["party"] for row in year.of(CaseParty)}
    taken = {row.get("case") for row in year.of(Contract)}
    for case in year.of(Case):
        old = days_after(f"{case.get('opened_on') or signed}-01"[:10], _BEFORE_SIGNING) <= signed
        ours = case["outcome"] == "open" and case["track"] == "supply" and parties.get((case["id"], "owner")) == seller
        if ours and old and case["id"] not in taken and not case.get("mechanisms"):
            return case, parties[case["id"], "buyer"]
    raise LookupError(signed)


def _receipt(year: SampleYear, made: Deals, deal: Deal, day: str, amount: int, group: str, kind: str = "cash") -> None:
    made.receipts += 1
    year.add(
        Receipt,
        contract=deal.contract,
        received_on=day,
        payer=deal.payer,
        account_holder=deal.seller,
        amount=amount,
        tech_part=amount * deal.technical // deal.amount,
        kind=kind,
        is_local=int(group != "other"),
        invoice_no=f"SL{day[2:4]}{made.receipts:06d}",
        invoice_on=days_after(day, -6),
        source_row=made.receipts + 1,
    )
