"""成果与需求: results, rights, projects, needs, their matching, the hand-over and the lists that leave."""

from desktop.pages.results.page import ResultsPage

__all__ = ["ResultsPage"]
