"""本机构: what we are, who works here, the yearly record, accounts elsewhere; people and other organisations."""

from desktop.pages.house.page import HousePage

__all__ = ["HousePage"]
