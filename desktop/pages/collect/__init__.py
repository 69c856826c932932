"""数据采集: rounds of figures asked from the firms of a carrier, the forms that came back, and who is still missing."""

from desktop.pages.collect.page import CollectPage

__all__ = ["CollectPage"]
