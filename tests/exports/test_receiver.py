"""The demonstration receiver as another client sees it, and as a program of its own."""

from __future__ import annotations

import base64
import hashlib
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from exports import sword
from exports.delivery import DeliveryState, drive
from exports.deposit import Depositor
from exports.endpoint import EndpointProfile
from exports.receiver import Receiver, main
from policy.errors import Usage, WrongKey
from tests.exports.package_samples import IDENTITY, PACKAGE_ID, SIGNER, clear_spec, parcel


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    with Receiver(tmp_path / "data", "token", identity=IDENTITY, max_upload=1 << 20, max_segment=1000) as running:
        yield running


def call(method: str, url: str, data: bytes = b"", *, token: str = "token", **headers: str) -> requests.Response:
    named: dict[str, str] = {name.replace("_", "-"): value for name, value in headers.items()}
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    options: dict[str, Any] = {"timeout": 10, "data": data}
    session = requests.Session()
    session.trust_env = False
    with session:
        return session.request(
            method, url, headers={"Authorization": f"Bearer {token}", "Digest": f"SHA-256={digest}"} | named, **options
        )


def draft(receiver: Receiver) -> str:
    answer = call("POST", receiver.url, b"{}", Content_Disposition="attachment; metadata=true", In_Progress="true")
    assert answer.status_code == 201
    return answer.headers["Location"]


def test_nothing_without_the_token(receiver: Receiver) -> None:
    assert call("GET", receiver.url, token="wrong").status_code == 401
    assert call("GET", receiver.url, token="").status_code == 401
    assert call("GET", receiver.url).json()["@type"] == "ServiceDocument"


def test_a_wrong_or_missing_digest_is_refused_and_leaves_nothing(receiver: Receiver) -> None:
    url = draft(receiver)
    for digest in ("", "SHA-256=", "SHA-256=" + "0" * 64, "MD5=abc"):
        assert call("POST", url, b"x", Digest=digest, In_Progress="true").status_code == 412
    assert call("GET", url).json()["links"] == []
    assert list((receiver.store.data / "incoming").iterdir()) == []


def test_limits_conflicts_and_unknown_addresses(receiver: Receiver) -> None:
    url = draft(receiver)
    assert call("POST", url, bytes(2 << 20), In_Progress="true").status_code == 413
    assert call("POST", url, b"x", In_Progress="true", If_Match='"99"').status_code == 412
    assert call("POST", url, b"x", In_Progress="true", Packaging="zip").status_code == 415
    assert call("POST", url, In_Progress="false").status_code == 400
    for path in ("/", "/objects/../../etc", "/objects/x", "/staging/x", "/objects/" + PACKAGE_ID, "/objects/x/files/0"):
        assert call("GET", receiver.base + path).status_code == 404
    assert call("POST", receiver.url, b"{", Content_Disposition="attachment; metadata=true").status_code == 400


def test_segments_are_checked_one_by_one(receiver: Receiver) -> None:
    content = bytes(range(250)) * 10
    whole = base64.b64encode(hashlib.sha256(content).digest()).decode()
    staging = receiver.base + "/staging"

    def begin(size: int = 2500, count: int = 3, segment: int = 1000) -> requests.Response:
        disposition = (
            f'segment-init; size={size}; segment_count={count}; segment_size={segment}; digest="SHA-256={whole}"'
        )
        return call("POST", staging, Content_Disposition=disposition)

    assert begin(count=2).status_code == 400
    assert begin(segment=5000, count=1).status_code == 400
    assert call("POST", staging, Content_Disposition="segment-init").status_code == 400
    temporary = begin().headers["Location"]

    def segment(number: int, data: bytes, **headers: str) -> int:
        disposition = f"segment; segment_number={number}"
        return call("POST", temporary, data, Content_Disposition=disposition, **headers).status_code

    assert segment(1, content[:999]) == 400
    assert segment(4, content[:1000]) == 400
    assert segment(2, content[1000:2000], Digest="SHA-256=" + "0" * 64) == 412
    assert segment(3, content[2000:]) == 204
    assert segment(1, content[:1000]) == 204
    found = call("GET", temporary).json()
    assert (found["received"], found["expecting"]) == ([1, 3], [2])
    reference = f'{{"byReferenceFiles": [{{"@id": "{temporary}"}}]}}'.encode()
    disposition = "attachment; by-reference=true"
    url = draft(receiver)
    assert call("POST", url, reference, Content_Disposition=disposition, In_Progress="true").status_code == 400
    assert segment(2, content[1000:2000]) == 204
    status = call("POST", url, reference, Content_Disposition=disposition, In_Progress="true")
    assert status.status_code == 200
    assert call("GET", status.json()["links"][0]["@id"]).content == content
    assert call("DELETE", temporary).status_code == 404


def test_what_is_no_package_is_rejected_with_words(receiver: Receiver) -> None:
    url = draft(receiver)
    call("POST", url, b"no package", In_Progress="true")
    assert call("POST", url, In_Progress="false").status_code == 200
    receiver.settle()
    found = sword.object_status(call("GET", url).json(), url, None)
    assert found.outcome is sword.Outcome.REJECTED
    assert "package.damaged" in found.words
    assert call("POST", url, b"more", In_Progress="true").status_code == 405
    assert call("DELETE", url).status_code == 405


def test_it_remembers_after_a_restart_and_keeps_its_files_private(tmp_path: Path) -> None:
    package = parcel(tmp_path / "p.zip", clear_spec())
    with Receiver(tmp_path / "data", "token", trusted_keys=[SIGNER]) as first:
        client = Depositor(EndpointProfile("x", first.url), "token")
        done = drive(DeliveryState("d", PACKAGE_ID), package, client, lambda state: None, metadata={})
        client.close()
        first.settle()
    identifier = str(done.object_url).rsplit("/", 1)[-1]
    with Receiver(tmp_path / "data", "token") as second:
        found = call("GET", f"{second.base}/objects/{identifier}").json()
    assert found["state"][0]["@id"].endswith("/ingested")
    for folder in (tmp_path / "data").rglob("*"):
        if folder.is_dir():
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_as_a_program(tmp_path: Path, checkout: Path) -> None:
    token, identity = tmp_path / "token", tmp_path / "identity"
    token.write_text("from the file\n")
    identity.write_text(IDENTITY)
    command = [
        sys.executable, "-m", "exports.receiver", "--port", "0", "--data", str(tmp_path / "data"),
        "--token-file", str(token), "--identity-file", str(identity), "--trusted-key", SIGNER.line,
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=checkout, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            client = Depositor(EndpointProfile("x", url), "from the file")
            state, package = DeliveryState("d", PACKAGE_ID), parcel(tmp_path / "p.zip")
            for _ in range(100):
                state = drive(state, package, client, lambda saved: None, metadata={})
                if state.state == "ingested":
                    break
            client.close()
            assert state.state == "ingested"
        finally:
            process.terminate()


def test_a_missing_token_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Usage, match=r"receiver\.file_unreadable") as raised:
        main(["--data", str(tmp_path), "--token-file", str(tmp_path / "absent")])
    assert raised.value.params["file"].endswith("absent")


def test_a_key_file_is_read_as_age_keygen_writes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[str | None] = []
    monkeypatch.setattr(Receiver, "serve", lambda self: held.append(self.identity))
    (tmp_path / "token").write_text("token")
    key_file = tmp_path / "key.txt"
    key_file.write_text(f"# created: 2026-11-21T10:00:00+08:00\n# public key: age1…\n{IDENTITY}\n", "utf-8")
    options = ["--port", "0", "--data", str(tmp_path), "--token-file", str(tmp_path / "token")]
    main([*options, "--identity-file", str(key_file)])
    assert held == [IDENTITY]


def test_a_key_file_without_a_key_stops_the_receiver_at_once(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("token")
    (tmp_path / "key.txt").write_text("# public key: age1…\n", "utf-8")
    options = ["--port", "0", "--data", str(tmp_path), "--token-file", str(tmp_path / "token")]
    with pytest.raises(WrongKey, match=r"age\.bad_identity"):
        main([*options, "--identity-file", str(tmp_path / "key.txt")])
