"""One laboratory and one child process for all tests of the readers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fuzz.child import Child
from tests.fuzz.lab import Lab, make_lab


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A workspace with a package and an endpoint, and what opens it."""
    return make_lab(tmp_path_factory.mktemp("lab"))


@pytest.fixture(scope="session")
def child(lab: Lab) -> Iterator[Child]:
    """Where readers run."""
    made = Child(lab)
    yield made
    made.close()
