"""The third-party SWORDv3 server (../shared/tools/sword-server), started once for the tests that deposit to it."""

from __future__ import annotations

import hashlib
import os
import pwd
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.clihelp import desk, made  # noqa: F401 - fixtures of the command line's tests

TOKEN = "dev_access_1"


@dataclass(frozen=True)
class Server:
    url: str
    data: Path

    def stored(self, sha256: str) -> list[Path]:
        """The files on the server's disk with this content."""
        files = [path for path in (self.data / "files").rglob("*") if path.is_file()]
        return [path for path in files if hashlib.sha256(path.read_bytes()).hexdigest() == sha256]


@pytest.fixture(scope="session")
def server(shared_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    start = shared_dir / "tools" / "sword-server" / "start"
    if not start.is_file():
        pytest.skip("needs shared/tools/sword-server beside the checkout, which is not there")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = tmp_path_factory.mktemp("sword")
    cache = Path(pwd.getpwuid(os.getuid()).pw_dir) / ".cache" / "sword-server-venv"
    environment = {"SWORD_SERVER_VENV": str(cache)} | os.environ
    log = (data / "log").open("wb")
    process = subprocess.Popen(
        [str(start), str(port), str(data / "home")],
        env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{port}/sword/service-document"
        _wait_for(url, process, data / "log")
        yield Server(url, data / "home")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)
        log.close()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {TOKEN}"})
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(request, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            if process.poll() is not None:
                pytest.skip(f"the third-party server could not be installed here: {log.read_text()[-300:]}")
            time.sleep(0.3)
    pytest.fail("the third-party server did not start: " + log.read_text()[-300:])
