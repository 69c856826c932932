"""A real workspace for every test: made once per run, copied, and opened without the cost of a passphrase."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from desktop.services import load_services
from desktop.services.registry import call as call_service
from desktop.services.session import Session
from desktop.services.workspace import Workspace, create, open_with

PASSPHRASE = "一匹马 battery staple 42"


@dataclass(frozen=True)
class Template:
    """A closed workspace and every way into it."""

    folder: Path
    passphrase: str
    recovery_code: str
    keyring_secret: str


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    load_services()
    folder = tmp_path_factory.mktemp("template") / "workspace"
    ws, code = create(folder, passphrase=PASSPHRASE, organisation="渝北智创孵化器", kinds=["incubator"], person="李明")
    secret = ws.slots.set_keyring(ws.data_key, ws.holder)
    ws.close()
    return Template(folder, PASSPHRASE, code, secret)


@pytest.fixture
def folder(template: Template, tmp_path: Path) -> Path:
    """A closed workspace of the test's own."""
    return Path(shutil.copytree(template.folder, tmp_path / "工作区 1"))


@pytest.fixture
def opened(folder: Path, template: Template) -> Iterator[Callable[[], Workspace]]:
    """`opened()` opens the test's workspace, again after it was closed."""
    open_ones: list[Workspace] = []

    def again() -> Workspace:
        open_ones.append(open_with(folder, "keyring", template.keyring_secret))
        return open_ones[-1]

    yield again
    for ws in open_ones:
        ws.close()


@pytest.fixture
def ws(opened: Callable[[], Workspace]) -> Workspace:
    """The test's workspace, open."""
    return opened()


@pytest.fixture
def session(ws: Workspace) -> Iterator[Session]:
    """A session that holds the open workspace."""
    found = Session()
    found.workspace = ws
    yield found
    found.close()


@pytest.fixture
def call(session: Session) -> Callable[..., Any]:
    """`call("records.add", kind=…)` runs a service."""

    def run(name: str, /, **parameters: Any) -> Any:
        return call_service(session, name, None, **parameters)

    return run
