"""The pages, in the order of the rail. A page that is not listed here does not exist."""

from __future__ import annotations

from desktop.pages.application.page import ApplicationPage
from desktop.pages.base import Page
from desktop.pages.cases import CasesPage
from desktop.pages.delivery.page import DeliveryPage
from desktop.pages.evaluation.page import EvaluationPage
from desktop.pages.evidence.page import EvidencePage
from desktop.pages.firms import FirmsPage
from desktop.pages.overview import OverviewPage
from desktop.pages.settings import SettingsPage

PAGES: tuple[type[Page], ...] = (
    OverviewPage,
    FirmsPage,
    CasesPage,
    EvidencePage,
    EvaluationPage,
    ApplicationPage,
    DeliveryPage,
)
SETTINGS: type[Page] = SettingsPage
