"""The sample year loaded once a module, without its papers, and ways to ask of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from desktop.services import load_services
from desktop.services.registry import call
from desktop.services.session import Session


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A workspace with the sample year."""
    load_services()
    made = Session()
    place = str(tmp_path_factory.mktemp("sample") / "work")
    own = {"organisation": "重庆示例运营有限公司", "kinds": ["incubator", "agency"], "person": "甲"}
    call(made, "workspace.create", folder=place, passphrase="a long enough phrase", **own)
    call(made, "sample.load", evidence=False)
    yield made
    made.close()


@pytest.fixture
def ask(session: Session) -> Callable[..., Any]:
    """Ask a service of it."""
    return lambda name, **parameters: call(session, name, **parameters)


@pytest.fixture
def sql(session: Session) -> Callable[..., list[tuple[Any, ...]]]:
    """Read its rows."""

    def run(query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        assert session.workspace is not None
        with session.workspace.store.read() as connection:
            return list(connection.execute(query, parameters))

    return run
