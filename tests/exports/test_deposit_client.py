"""The client against servers that lie, stall, redirect or speak TLS nobody vouches for; and what each failure means."""

from __future__ import annotations

import datetime as dt
import hashlib
import http.server
import ipaddress
import json
import pickle
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from exports import sword
from exports.deposit import Depositor
from exports.endpoint import EndpointProfile
from exports.parcel import FileParcel
from exports.sword import DepositFault, Disposition, Outcome
from exports.transport import Exchange, retry_after_seconds
from policy.errors import Fault

STATUS = {
    "@type": "Status",
    "state": [{"@id": sword.STATE + "inProgress", "description": "open"}],
    "links": [],
}


class Answers(http.server.BaseHTTPRequestHandler):
    """Answers every request with what the test put into `server.answer` and keeps what it was asked."""

    protocol_version = "HTTP/1.1"

    def _reply(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        self.server.seen.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))  # type: ignore[attr-defined]
        status, headers, body = self.server.answer(self)  # type: ignore[attr-defined]
        self.send_response(status)
        named = {
            "Content-Length": str(len(body)),
            "Content-Type": "application/ld+json",
            "Connection": "close",
        } | headers
        for name, value in named.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    do_GET = do_POST = do_DELETE = _reply  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


Reply = tuple[int, dict[str, str], bytes]


@contextmanager
def serving(answer: Callable[[Any], Reply], context: ssl.SSLContext | None = None) -> Iterator[Any]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    server.handle_error = lambda *args: None  # type: ignore[method-assign]
    server.answer, server.seen = answer, []  # type: ignore[attr-defined]
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    scheme = "http" if context is None else "https"
    server.base = f"{scheme}://127.0.0.1:{server.server_address[1]}"  # type: ignore[attr-defined]
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def client_of(server: Any, token: str = "token", **options: Any) -> Iterator[Depositor]:
    client = Depositor(EndpointProfile("x", server.base + "/service-document"), token, timeouts=(2, 2), **options)
    try:
        yield client
    finally:
        client.close()


def fixed(status: int, document: object = STATUS, **headers: str) -> Callable[[Any], Reply]:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: (status, named, body)


def fault_of(answer: Callable[[Any], Reply], step: Callable[[Depositor, str], object]) -> DepositFault:
    with serving(answer) as server, client_of(server) as client, pytest.raises(DepositFault) as raised:
        step(client, server.base + "/objects/1")
    return raised.value


def create(client: Depositor, url: str) -> object:
    return client.create_draft({"@type": "Metadata"}, "slug")


def status(client: Depositor, url: str) -> object:
    return client.status(url)


@pytest.mark.parametrize(
    ("code", "fault", "disposition"),
    [
        (200, "deposit.not_sword", Disposition.RETRY),
        (204, "deposit.not_sword", Disposition.RETRY),
        (301, "deposit.redirected", Disposition.STOP),
        (302, "deposit.redirected", Disposition.RETRY),
        (400, "deposit.refused", Disposition.STOP),
        (401, "deposit.token_refused", Disposition.STOP),
        (403, "deposit.token_refused", Disposition.STOP),
        (404, "deposit.object_gone", Disposition.STOP),
        (408, "deposit.busy", Disposition.RETRY),
        (410, "deposit.object_gone", Disposition.STOP),
        (412, "deposit.changed_meanwhile", Disposition.RETRY),
        (413, "deposit.too_large", Disposition.STOP),
        (425, "deposit.busy", Disposition.RETRY),
        (429, "deposit.busy", Disposition.RETRY),
        (500, "deposit.busy", Disposition.RETRY),
        (511, "deposit.busy", Disposition.RETRY),
    ],
)
def test_each_code_means_one_thing(code: int, fault: str, disposition: Disposition) -> None:
    document = b"" if code == 204 else {"error": "words of the server"}
    raised = fault_of(fixed(code, document, Location="/objects/1"), create)
    assert (raised.code, raised.disposition) == (fault, disposition)
    if code in (400, 500):
        assert raised.params["words"] == "words of the server"
    again = pickle.loads(pickle.dumps(raised))
    assert (again.code, again.disposition, again.params) == (raised.code, disposition, raised.params)


def test_no_redirect_is_followed_and_no_other_origin_gets_the_token() -> None:
    with serving(fixed(200)) as other, serving(fixed(302, Location=other.base)) as server, client_of(server) as client:
        with pytest.raises(DepositFault, match=r"deposit\.redirected"):
            client.status(server.base + "/objects/1")
        with pytest.raises(DepositFault, match=r"deposit\.foreign_url"):
            client.status(other.base + "/objects/1")
        server.answer = fixed(201, Location=other.base + "/objects/1")
        with pytest.raises(DepositFault, match=r"deposit\.foreign_url"):
            create(client, "")
        assert other.seen == []


@pytest.mark.parametrize(
    "location", ["http://evil.example/x", "//evil.example/x", "https://127.0.0.1/x", "http://[bad/x", "", "/a\tb" * 999]
)
def test_addresses_a_server_hands_out_must_be_its_own(location: str) -> None:
    raised = fault_of(fixed(201, Location=location), create)
    assert raised.code in ("deposit.foreign_url", "deposit.not_sword")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<html>log in</html>", "text/html"),
        (b"<html>log in</html>", "application/json"),
        (json.dumps(STATUS).encode(), "text/html"),
        (b"[]", "application/json"),
        (b"{}", "application/json"),
        (b"null", "application/json"),
        (b'{"@type": "Status"}', "application/ld+json"),
        (b'{"@type": "Status", "state": 5, "links": 7}', "application/ld+json"),
        (b'{"@type": "Status", "state": [{"@id": 5}], "links": [1]}', "application/ld+json"),
        (b"\xff\xfe", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'"' + b"x" * (5 << 20) + b'"', "application/json"),
    ],
)
def test_what_is_no_status_document_is_never_taken_for_one(body: bytes, content_type: str) -> None:
    raised = fault_of(lambda request: (200, {"Content-Type": content_type}, body), status)
    assert (raised.code, raised.disposition) == ("deposit.not_sword", Disposition.RETRY)


def test_a_silent_server_is_waited_for_only_so_long() -> None:
    hold = threading.Event()

    def stall(request: Any) -> Reply:
        hold.wait(20)
        return 200, {}, b""

    with serving(stall) as server:
        profile = EndpointProfile("x", server.base + "/service-document")
        client = Depositor(profile, "token", timeouts=(0.5, 0.5))
        with pytest.raises(DepositFault) as reading:
            client.status(server.base + "/objects/1")
        with pytest.raises(DepositFault) as writing:
            create(client, "")
        hold.set()
        client.close()
    assert (reading.value.code, reading.value.disposition) == ("deposit.unreachable", Disposition.RETRY)
    assert (writing.value.code, writing.value.disposition) == ("deposit.lost_answer", Disposition.UNKNOWN)


def test_the_token_goes_in_the_header_whatever_netrc_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with serving(fixed(200)) as server, client_of(server) as client:
        client.status(server.base + "/objects/1")
        basic = Depositor(EndpointProfile("x", server.base + "/s", auth="basic"), "me:pass")
        basic.status(server.base + "/objects/1")
        basic.close()
        headers = [entry[2]["Authorization"] for entry in server.seen]
    assert headers == ["Bearer token", "Basic bWU6cGFzcw=="]


def test_a_token_that_is_no_header_stops() -> None:
    with serving(fixed(200)) as server:
        for token in ("two\nlines", "令牌", ""):
            with client_of(server, token) as client, pytest.raises(DepositFault) as raised:
                client.status(server.base + "/objects/1")
            assert (raised.value.code, raised.value.disposition) == ("deposit.bad_token", Disposition.STOP)


def test_etags_digests_and_headers_of_an_append(tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    path.write_bytes(b"sealed")
    package = FileParcel(path, 6, hashlib.sha256(b"sealed").hexdigest(), "p.zip")
    with serving(fixed(200, ETag='"7"')) as server, client_of(server) as client:
        url = server.base + "/objects/1"
        found = client.status(url)
        client.append(url, package, etag=found.etag)
        _method, _path, headers, body = server.seen[-1]
    assert body == b"sealed"
    assert headers["If-Match"] == '"7"'
    assert headers["In-Progress"] == "true"
    assert headers["Packaging"] == sword.PACKAGE_BAGIT
    assert sword.digest_of(headers["Digest"]) == package.sha256
    assert headers["Content-Length"] == "6"


def test_service_documents_say_what_is_taken() -> None:
    whole = {
        "@type": "ServiceDocument", "version": "http://purl.org/net/sword/3.0", "acceptDeposits": True,
        "staging": "/staging", "maxUploadSize": 10, "acceptPackaging": ["*"],
    }  # fmt: skip
    with serving(fixed(200, whole)) as server, client_of(server) as client:
        found = client.service_document()
        assert found.staging == server.base + "/staging"
        assert found.max_upload == 10
        for change in ({"acceptDeposits": False}, {"acceptPackaging": ["x"]}):
            server.answer = fixed(200, whole | change)
            with pytest.raises(DepositFault, match=r"deposit\.not_accepting"):
                client.service_document()
        for change in ({"@type": "x"}, {"version": "2.0"}, {"staging": "http://evil.example/"}):
            server.answer = fixed(200, whole | change)
            with pytest.raises(DepositFault, match=r"deposit\.(not_sword|foreign_url)"):
                client.service_document()


@pytest.mark.parametrize(
    ("state", "files", "outcome"),
    [
        ("ingested", ["ingested"], Outcome.INGESTED),
        ("ingested", ["error"], Outcome.ERROR),
        ("ingested", ["ingested", "error"], Outcome.ERROR),
        ("ingested", ["pending"], Outcome.IN_WORKFLOW),
        ("ingested", [""], Outcome.IN_WORKFLOW),
        ("ingested", [], Outcome.ERROR),
        ("inProgress", ["ingested"], Outcome.IN_PROGRESS),
        ("inWorkflow", ["ingested"], Outcome.IN_WORKFLOW),
        ("accepted", [], Outcome.IN_WORKFLOW),
        ("rejected", ["ingested"], Outcome.REJECTED),
        ("deleted", ["ingested"], Outcome.ERROR),
    ],
)
def test_success_is_the_object_state_and_every_file_state(state: str, files: list[str], outcome: Outcome) -> None:
    links = [{"@id": "/f", "rel": [sword.REL_ORIGINAL], "status": sword.FILE_STATE + f if f else None} for f in files]
    links.append({"@id": "/derived", "rel": ["x"], "status": sword.FILE_STATE + "error"})
    document = {"@type": "Status", "state": [{"@id": sword.STATE + state}], "links": links}
    assert sword.object_status(document, "http://127.0.0.1/o", None).outcome is outcome


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "@type",
                "state",
                "links",
                "eTag",
                "version",
                "acceptDeposits",
                "staging",
                "maxUploadSize",
                "segments",
                "received",
            ]
        ),
        json_values,
    )
)
def test_no_document_makes_the_readers_fail_otherwise_than_by_a_fault(document: dict[str, Any]) -> None:
    readers: list[Callable[[], object]] = [
        lambda: sword.object_status({"@type": "Status"} | document, "http://127.0.0.1/o", None),
        lambda: sword.service_document(
            {"@type": "ServiceDocument", "version": "http://purl.org/net/sword/3.0"} | document, "http://127.0.0.1/s"
        ),
        lambda: sword.received_segments(document),
        lambda: sword.error_words(json.dumps(document).encode()),
    ]
    for read in readers:
        try:
            read()
        except Fault as fault:
            assert fault.code in ("deposit.not_sword", "deposit.foreign_url")


def test_retry_after_as_seconds_and_as_a_date() -> None:
    now = dt.datetime(2026, 11, 21, 10, 0, tzinfo=dt.UTC)
    assert retry_after_seconds("120") == 120
    assert retry_after_seconds("Sat, 21 Nov 2026 10:05:00 GMT", now) == 300
    assert retry_after_seconds("Sat, 21 Nov 2020 10:05:00 GMT", now) == 0
    assert retry_after_seconds("9" * 11) == 7 * 86_400
    for nonsense in ("", "soon", "-5", "9" * 40, "٣"):
        assert retry_after_seconds(nonsense, now) is None


def test_an_untrusted_certificate_stops_the_line_and_a_trusted_one_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    today = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(today - dt.timedelta(1)).not_valid_after(today + dt.timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(True, None), True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem, secret = tmp_path / "cert.pem", tmp_path / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, secret)
    journal: list[Exchange] = []
    with serving(fixed(200), context) as server:
        with client_of(server) as client, pytest.raises(DepositFault) as raised:
            client.status(server.base + "/objects/1")
        assert (raised.value.code, raised.value.disposition) == ("deposit.tls", Disposition.RETRY)
        assert server.seen == []
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))  # what a company's certificate in the system's store amounts to
        with client_of(server, journal=journal.append) as client:
            assert client.status(server.base + "/objects/1").states == ("inProgress",)
    assert journal[0].certificate_sha256 == certificate.fingerprint(hashes.SHA256()).hex()
