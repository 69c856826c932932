"""A real window over a real store process and a real workspace; nothing is mocked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop import look
from desktop.app import make_application
from desktop.frame import DeskFrame
from desktop.ops import Ops
from desktop.runtime.client import StoreClient
from desktop.runtime.settings import Settings
from desktop.services import load_services
from desktop.services.registry import call
from desktop.services.session import Session
from desktop.window import MainWindow
from policy import i18n
from tests.gui.late import Late

PASSPHRASE = "测试口令 2026"
ORGANISATION = "测试孵化器有限公司"
PATIENCE = 30_000


@pytest.fixture(autouse=True)
def _shuffled_answers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With `--shuffled-answers=SEED` answers come late and in another order than asked for, in every test here."""
    if seed := request.config.getoption("--shuffled-answers"):
        begin = Ops.__init__

        def begin_late(self: Ops, client: StoreClient, parent: QObject | None = None) -> None:
            begin(self, client, parent)
            Late(self, seed)

        load_services()  # which of them run in turn is known there
        monkeypatch.setattr(Ops, "__init__", begin_late)


@pytest.fixture(scope="session")
def qapp_cls() -> Callable[[list[str]], QApplication]:
    """The program's own application, with its look and the guard of input methods."""
    return make_application  # type: ignore[return-value]  # pytest-qt calls it with the arguments


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Services on a fresh workspace, before a window opens it; closed by the first call of `workspace("close")`."""
    load_services()
    session = Session()
    call(
        session,
        "workspace.create",
        folder=str(tmp_path / "ws"),
        passphrase=PASSPHRASE,
        organisation=ORGANISATION,
        kinds=["incubator", "agency"],
        person="张三",
    )

    def run(name: str, /, **parameters: Any) -> Any:
        if name == "close":
            return session.close()
        return call(session, name, **parameters)

    yield run
    session.close()


@pytest.fixture
def make_window(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[..., MainWindow]]:
    """`make_window(folder)` shows a window; its store process ends with the test."""
    windows: list[MainWindow] = []
    bugs: list[str] = []

    def make(folder: str = "") -> MainWindow:
        client = StoreClient(i18n.language())
        window = MainWindow(client, Settings(tmp_path / "settings.json"), workspace=folder)
        window.bugged.connect(bugs.append)
        windows.append(window)
        qtbot.addWidget(window)
        window.resize(1366, 768)
        window.show()
        window.activateWindow()
        return window

    yield make
    for window in windows:
        if window.ops is not None:
            window.ops.close(10.0)  # without the backup that `shut_down` makes
            window.ops = None
        window.shut_down()
    i18n.set_language("zh")
    look.apply(QApplication.instance())
    assert bugs == []


@pytest.fixture
def open_window(
    qtbot: QtBot, tmp_path: Path, workspace: Callable[..., Any], make_window: Callable[..., MainWindow]
) -> Callable[[], tuple[MainWindow, DeskFrame]]:
    """Closes the services of this process and opens the workspace in a window, by the passphrase."""

    def open_it() -> tuple[MainWindow, DeskFrame]:
        workspace("close")
        window = make_window(str(tmp_path / "ws"))
        unlock(qtbot, window)
        assert window.frame is not None
        return window, window.frame

    return open_it


def unlock(qtbot: QtBot, window: MainWindow, passphrase: str = PASSPHRASE) -> None:
    """Type the passphrase and wait for the desk."""
    qtbot.waitUntil(window.unlock.open_button.isEnabled, timeout=PATIENCE)
    window.unlock.secret.setText(passphrase)
    window.unlock.open_now()
    qtbot.waitUntil(lambda: window.frame is not None, timeout=PATIENCE)


def quiet_down(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until nothing is asked of the store any more."""
    qtbot.waitUntil(lambda: window.ops is not None and not window.ops.busy(), timeout=PATIENCE)
    qtbot.wait(30)
    qtbot.waitUntil(lambda: window.ops is not None and not window.ops.busy(), timeout=PATIENCE)
