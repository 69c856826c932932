"""总览: what needs me now."""

from desktop.pages.overview.page import OverviewPage

__all__ = ["OverviewPage"]
