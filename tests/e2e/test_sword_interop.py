"""A sealed package deposited into a SWORDv3 server that nobody here wrote, and taken out again with other tools."""

from __future__ import annotations

import hashlib
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import bagit
import pytest
import requests

from exports.delivery import DeliveryState, drive, withdraw
from exports.deposit import Depositor
from exports.endpoint import Dialect, EndpointProfile
from exports.package import inspect, sword_metadata, verify
from exports.parcel import FileParcel
from exports.transport import Exchange
from tests.e2e.conftest import TOKEN, Server
from tests.exports.package_samples import IDENTITY, PACKAGE_ID, SIGNER, parcel, spec

DIALECT = Dialect(digest="base64-raw", complete_ok=(200,), segmented=False)
"""It checks no digest, answers completing with 200, and its segmented upload does not work end to end."""


def depositor(server: Server, journal: list[Exchange] | None = None) -> Depositor:
    profile = EndpointProfile("interop", server.url, dialect=DIALECT)
    return Depositor(profile, TOKEN, journal=journal.append if journal is not None else None)


def send(server: Server, package: FileParcel, start: DeliveryState | None = None) -> DeliveryState:
    client = depositor(server)
    try:
        start = start or DeliveryState("d1", PACKAGE_ID)
        return drive(start, package, client, lambda state: None, metadata=sword_metadata(spec()))
    finally:
        client.close()


def test_deposited_ingested_and_opened_from_the_servers_disk(
    server: Server, tmp_path: Path, require_tool: Callable[[str], str]
) -> None:
    package, journal, saved = parcel(tmp_path / "p.zip"), list[Exchange](), list[DeliveryState]()
    client = depositor(server, journal)
    done = drive(DeliveryState("d1", PACKAGE_ID), package, client, saved.append, metadata=sword_metadata(spec()))
    status = client.status(str(done.object_url))
    client.close()
    assert done.state == "ingested"
    assert done.read_back is True
    assert [state.state for state in saved] == ["created", "sending", "sent", "ingested"]
    assert [link.state for link in status.originals] == ["ingested"]
    assert [exchange.status for exchange in journal if exchange.step == "complete"] == [200]
    assert all(exchange.http_date for exchange in journal)

    headers = {"Authorization": f"Bearer {TOKEN}"}
    fetched = requests.get(status.originals[0].url, headers=headers, timeout=30).content
    assert hashlib.sha256(fetched).hexdigest() == package.sha256
    on_disk = server.stored(package.sha256)
    assert len(on_disk) == 1
    assert verify(on_disk[0], identity=IDENTITY, trusted_keys=[SIGNER]).signer_trusted
    assert inspect(on_disk[0]).package_id == PACKAGE_ID

    outer, inner = tmp_path / "outer", tmp_path / "inner"
    _extract(on_disk[0], outer)
    identity = tmp_path / "identity"
    identity.write_text(IDENTITY + "\n")
    sealed = outer / "data" / f"{PACKAGE_ID}.bag.zip.age"
    command = [require_tool("age"), "-d", "-i", str(identity), "-o", str(tmp_path / "inner.zip"), str(sealed)]
    subprocess.run(command, check=True, capture_output=True)
    _extract(tmp_path / "inner.zip", inner)
    subprocess.run(
        [require_tool("minisign"), "-V", "-P", SIGNER.line, "-m", str(inner / "tagmanifest-sha256.txt")],
        check=True, capture_output=True,
    )  # fmt: skip


def _extract(path: Path, folder: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    bagit.Bag(str(folder)).validate()


def test_a_broken_bag_is_an_error_although_the_server_says_ingested(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "broken.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("bagit.txt", "no bag")
    content = path.read_bytes()
    done = send(server, FileParcel(path, len(content), hashlib.sha256(content).hexdigest(), "broken.zip"))
    assert (done.state, done.problem) == ("error", "deposit.server_error")


@pytest.mark.parametrize("point", ["created", "sending", "sent", "ingested"])
def test_killed_at_every_commit_the_package_arrives_once(server: Server, tmp_path: Path, point: str) -> None:
    class Killed(BaseException):
        pass

    package = parcel(tmp_path / "p.zip", spec(title=f"killed {point}"))
    durable = [DeliveryState("d1", PACKAGE_ID)]

    def save(state: DeliveryState) -> None:
        if state.state == point:
            raise Killed
        durable.append(state)

    client = depositor(server)
    with pytest.raises(Killed):
        drive(durable[0], package, client, save, metadata=sword_metadata(spec()))
    client.close()
    done = send(server, package, durable[-1])
    assert done.state == "ingested"
    assert len(server.stored(package.sha256)) == 1


def test_withdrawn_before_it_was_complete(server: Server, tmp_path: Path) -> None:
    client = depositor(server)
    url = client.create_draft(sword_metadata(spec()), "slug")
    saved: list[DeliveryState] = []
    gone = withdraw(DeliveryState("d1", PACKAGE_ID, "created", object_url=url), client, saved.append)
    client.close()
    assert gone.state == "withdrawn"
    assert saved == [gone]


def test_a_wrong_token_stops_with_a_word(server: Server, tmp_path: Path) -> None:
    client = Depositor(EndpointProfile("interop", server.url, dialect=DIALECT), "not the token")
    package = parcel(tmp_path / "p.zip")
    done = drive(DeliveryState("d1", PACKAGE_ID), package, client, lambda state: None, metadata=sword_metadata(spec()))
    client.close()
    assert (done.state, done.problem) == ("error", "deposit.token_refused")
    assert done.object_url is None
