"""测算: what the rules give for a deal, a price, a period, a quarter or the agency, on typed figures or on records."""

from desktop.pages.calculators.page import CalculatorsPage

__all__ = ["CalculatorsPage"]
