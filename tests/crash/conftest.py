"""What the crash tests share: one workspace with a whole job in it, and programs run under the fault shim."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.crash.bench import Bench, Template, make_template
from tools.faults.control import Control


@pytest.fixture(scope="session")
def job_done(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A closed workspace; its endpoint leads nowhere."""
    return make_template(tmp_path_factory.mktemp("crash"), "http://127.0.0.1:9/service")


@pytest.fixture
def bench(job_done: Template, tmp_path: Path) -> Bench:
    """The test's own copy, closed."""
    return Bench.fresh(tmp_path / "bench", job_done)


@pytest.fixture(scope="session")
def faults(tmp_path_factory: pytest.TempPathFactory, require_tool: Callable[[str], str]) -> Control:
    """The shim, built, and the control file of the programs that `program` starts."""
    if sys.platform != "linux":
        pytest.skip("the fault shim needs Linux")
    return Control.make(tmp_path_factory.mktemp("faults"), require_tool("cc"))


@pytest.fixture
def program(faults: Control, checkout: Path) -> Callable[..., subprocess.Popen[str]]:
    """`program(source, *arguments)` starts Python under the shim."""

    def start(source: str, *arguments: Any, **options: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", source, *map(str, arguments)],
            cwd=checkout,
            env={**os.environ, **faults.environment},
            stdout=subprocess.PIPE,
            stdin=subprocess.PIPE,
            text=True,
            **options,
        )

    return start
