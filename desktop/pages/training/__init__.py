"""The training page: classes with enrolment, attendance, hours, scores and certificates; the year's counters."""

from desktop.pages.training.page import TrainingPage

__all__ = ["TrainingPage"]
