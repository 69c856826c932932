"""The page 成果与需求: the records, matching, the monthly hand-over and the lists, each on a tab."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.calculators.tab import Tab
from desktop.pages.records.tabbed import TabbedRecordsPage
from desktop.pages.results.handover import HandoverTab
from desktop.pages.results.lists import ListsTab
from desktop.pages.results.matching import MatchTab
from desktop.pages.results.sheets import SHEETS, VIEWS
from policy.i18n import tr


class ResultsPage(TabbedRecordsPage):
    """The tabs beside the records load when they are first looked at, and again after records have changed."""

    NAME = "results"
    ICON = "lightbulb"
    FOR = frozenset({"agency", "university"})
    VIEWS = VIEWS
    SHEETS = SHEETS
    LIVE = frozenset({"match"})
    IMPORTS = (
        "achievement", "need", "ip_right", "research_project", "completer", "co_owner", "co_holder", "valuation",
        "publication", "handover_item", "handover_month", "grant", "grantee", "match",
    )  # fmt: skip

    @classmethod
    def title(cls) -> str:
        return tr("成果与需求")

    def make_tabs(self, ops: Ops, desk: Desk) -> Mapping[str, Tab]:
        return {"match": MatchTab(ops, desk), "handover": HandoverTab(ops, desk), "lists": ListsTab(ops, desk)}
