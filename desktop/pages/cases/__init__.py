"""案件: broker cases, their parties, contracts, receipts and log."""

from desktop.pages.cases.page import CasesPage

__all__ = ["CasesPage"]
