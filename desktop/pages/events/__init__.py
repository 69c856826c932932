"""活动: the year's events, who was there, what was shown, and the cases that followed."""

from desktop.pages.events.page import EventsPage

__all__ = ["EventsPage"]
