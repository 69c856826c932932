"""概念验证与中试: projects, services at pilot scale, and what awards are used for."""

from desktop.pages.pilots.page import PilotsPage

__all__ = ["PilotsPage"]
