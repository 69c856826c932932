"""Depositing on loopback against curl sending the same bytes to the same server."""

from __future__ import annotations

import base64
import hashlib
import http.client
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlsplit

from desktop.bench.data import Scale, evidence_blocks
from desktop.bench.measure import Clock, Result, median, sides
from exports.deposit import Depositor
from exports.endpoint import EndpointProfile
from exports.parcel import FileParcel
from exports.receiver import Receiver
from exports.sword import PACKAGE_BAGIT
from policy.i18n import tr

_TARGET = 0.9


def deposit(scale: Scale, folder: Path) -> list[Result]:
    """The rate of the one request that carries the package; the server keeps its file and checks the digest."""
    parcel = _parcel(folder / "package.zip", scale.evidence_mib)
    curl, token = shutil.which("curl"), secrets.token_urlsafe(16)
    ours: list[Clock] = []
    peer: list[Clock] = []
    with _receiver(folder / "receiver", token) as url:
        depositor = Depositor(EndpointProfile(name="loopback", service_url=url), token)
        try:
            for turn in range(scale.repeats):
                target = depositor.create_draft({"dc:title": "ours"}, f"ours{turn}")
                other = depositor.create_draft({"dc:title": "peer"}, f"peer{turn}")
                with (clock := Clock()):
                    depositor.append(target, parcel)
                ours.append(clock)
                with (clock := Clock()):
                    _curl(curl, other, parcel, token) if curl else _http_client(other, parcel, token)
                peer.append(clock)
                depositor.withdraw(target)
                depositor.withdraw(other)
        finally:
            depositor.close()
    slower, detail = sides(ours, peer, "curl" if curl else tr("http.client（未安装 curl）"))
    detail |= {"mib": scale.evidence_mib, "ours_mib_s": round(scale.evidence_mib / (median(ours) or 1), 1)}
    detail["peer_mib_s"] = round(scale.evidence_mib / (median(peer) or 1), 1)
    return [Result("deposit", 1 / slower, _TARGET, 1 / slower >= _TARGET, "rate", detail)]


def _parcel(path: Path, mib: int) -> FileParcel:
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as out:
        for block in evidence_blocks(mib):
            digest.update(block)
            size += out.write(block)
    return FileParcel(path, size, digest.hexdigest(), path.name)


@contextmanager
def _receiver(data: Path, token: str) -> Iterator[str]:
    """The receiver in a process of its own; gives its Service-URL."""
    data.mkdir()
    context = get_context("spawn")
    near, far = context.Pipe()
    server = context.Process(target=_serve, args=(str(data), token, far), daemon=True)
    server.start()
    try:
        yield near.recv()
    finally:
        near.send("end")
        server.join()


def _serve(data: str, token: str, pipe: Connection) -> None:
    with Receiver(Path(data), token, max_upload=1 << 40) as receiver:
        pipe.send(receiver.url)
        pipe.recv()


def _headers(parcel: FileParcel, token: str) -> dict[str, str]:
    digest = base64.b64encode(bytes.fromhex(parcel.sha256)).decode("ascii")
    return {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/zip",
        "Content-Length": str(parcel.size),
        "Content-Disposition": f"attachment; filename={parcel.filename}",
        "Packaging": PACKAGE_BAGIT,
        "Digest": f"SHA-256={digest}",
        "In-Progress": "true",
        "Expect": "",
    }


def _curl(curl: str, url: str, parcel: FileParcel, token: str) -> None:
    """Headers come by a configuration on stdin, so that no secret is an argument."""
    lines = [f'header = "{name}: {value}"' for name, value in _headers(parcel, token).items()]
    lines += [f'upload-file = "{parcel.path.as_posix()}"', 'request = "POST"', f'url = "{url}"', 'noproxy = "*"']
    subprocess.run(  # noqa: S603 - found on the path by its name
        [curl, "--silent", "--show-error", "--fail", "--config", "-"],
        input="\n".join(lines),
        text=True,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _http_client(url: str, parcel: FileParcel, token: str) -> None:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=600)
    try:
        with parcel.path.open("rb") as body:
            headers = {name: value for name, value in _headers(parcel, token).items() if value}
            connection.request("POST", parts.path, body, headers)
            if connection.getresponse().status != 200:
                raise AssertionError("the peer's bytes were refused")
    finally:
        connection.close()
