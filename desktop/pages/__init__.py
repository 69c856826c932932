"""The pages, in the order of the rail. A page that is not listed here does not exist."""

from __future__ import annotations

from desktop.pages.application.page import ApplicationPage
from desktop.pages.base import Page
from desktop.pages.calculators import CalculatorsPage
from desktop.pages.cases import CasesPage
from desktop.pages.collect import CollectPage
from desktop.pages.delivery.page import DeliveryPage
from desktop.pages.evaluation.page import EvaluationPage
from desktop.pages.events import EventsPage
from desktop.pages.evidence.page import EvidencePage
from desktop.pages.firms import FirmsPage
from desktop.pages.house import HousePage
from desktop.pages.overview import OverviewPage
from desktop.pages.pilots import PilotsPage
from desktop.pages.policies.page import PoliciesPage
from desktop.pages.results import ResultsPage
from desktop.pages.settings import SettingsPage
from desktop.pages.training import TrainingPage

PAGES: tuple[type[Page], ...] = (
    OverviewPage,
    FirmsPage,
    CollectPage,
    CasesPage,
    ResultsPage,
    TrainingPage,
    EventsPage,
    PilotsPage,
    EvidencePage,
    EvaluationPage,
    PoliciesPage,
    CalculatorsPage,
    ApplicationPage,
    DeliveryPage,
    HousePage,
)
SETTINGS: type[Page] = SettingsPage
