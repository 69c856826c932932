"""What of a contract a supplement may change: its terms, not what the registry gives or what follows from others."""

from __future__ import annotations

CONTRACT_TERMS = (
    "amount_total", "nontech_cost", "amount_formula", "payment_mode", "valid_from", "valid_to", "name",
    "contract_class", "seller", "buyer", "third_party", "new_investment", "new_output", "use_from", "pay_due",
    "pay_trigger", "invest_amount", "convert_due", "convert_trigger", "convert_rule", "warrant",
)  # fmt: skip
