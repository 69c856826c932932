"""设置: language, keys, backup, the workspace, and what the program is made of."""

from desktop.pages.settings.page import SettingsPage

__all__ = ["SettingsPage"]
