"""A page over declarations: which records are listed, how one is shown, and what stands on its tabs."""

from desktop.pages.records.detail import RecordDetail
from desktop.pages.records.page import RecordsPage
from desktop.pages.records.sheet import FORM, Sheet, Tab, View, child, choice_views, tab

__all__ = ["FORM", "RecordDetail", "RecordsPage", "Sheet", "Tab", "View", "child", "choice_views", "tab"]
