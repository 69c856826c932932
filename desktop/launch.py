"""Opens the window: the store process is started before Qt is imported, so that both get ready side by side."""

from __future__ import annotations

from desktop.runtime.settings import Settings
from policy import i18n


def open_window(workspace: str, language: str | None) -> int:
    """Show the window until it is closed; `workspace` "" opens the last one. Returns the exit code."""
    from desktop.runtime.client import StoreClient

    settings = _settings(language)
    client = StoreClient(i18n.language())
    from desktop import app

    return app.run(client, settings, workspace)


def selftest(language: str | None) -> int:
    """Try every part a build could lack and print a JSON report. Returns the exit code."""
    _settings(language)
    from desktop import selftest as parts

    return parts.selftest()


def _settings(language: str | None) -> Settings:
    settings = Settings()
    i18n.set_language(language or str(settings.get("language", "zh")))
    return settings
