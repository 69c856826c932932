"""企业: the firms inside and around the carrier, with everything that belongs to each."""

from desktop.pages.firms.page import FirmsPage

__all__ = ["FirmsPage"]
