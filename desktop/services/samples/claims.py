"""What of the sample year's contracts was used in which claim: by us for the award, by a broker, and a year before."""

from __future__ import annotations

from db.models import Brokerage, ClaimUse, Contract, Round
from desktop.services.samples.base import YEAR, SampleYear
from desktop.services.samples.deals import Deals

_OURS, _BROKERS = "促成技术合同成交额（机构）", "促成技术合同成交额（经纪人）"
_AWARD = "示例技术转移机构促成交易奖补"


def build(year: SampleYear, deals: Deals) -> None:
    """Add them; rounds and proofs must be there.

    One contract a broker claims as well; one, signed in December 2024 and registered in January, was claimed already.
    """
    rounds = {row["title"]: row["id"] for row in year.of(Round)}
    now, before = (rounds[f"{of_year}年度{_AWARD}"] for of_year in (YEAR, YEAR - 1))
    contracts = {row["id"]: row for row in year.of(Contract)}
    proven = [row["contract"] for row in year.of(Brokerage) if row["our_role"] != "log_only"]
    late = deals.groups["a"][0].contract
    uses = [(one, now, _OURS) for one in [*proven, late] if str(contracts[one].get("registered_on"))[:4] == str(YEAR)]
    uses += [(proven[0], now, _BROKERS), (late, before, _OURS)]
    for contract, used_in, fact in uses:
        amount = contracts[contract]["amount_total"]
        year.add(ClaimUse, target=f"contract:{contract}", round=used_in, fact=fact, amount=amount)
