"""HTTP for deposits: the system's trust and proxy, strict codes, bounded answers, and what each failure means."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
import truststore
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from exports import sword
from exports.endpoint import EndpointProfile, is_loopback
from exports.parcel import RequestBody
from exports.sword import DepositFault, Disposition

CONNECT_SECONDS, READ_SECONDS = 10, 60
_ANSWER_SECONDS = 120
_LATER = (408, 425, 429)
_MAX_RETRY_AFTER = 7 * 86_400


@dataclass(frozen=True)
class Exchange:
    """One answer of the server, verbatim, for the receipt; the certificate by its SHA-256 (hex, "" on http)."""

    step: str
    method: str
    url: str
    status: int
    http_date: str
    certificate_sha256: str
    body: str


@dataclass(frozen=True)
class Answer:
    """A whole answer, at most 4 MiB."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str

    def json(self) -> dict[str, Any]:
        """The JSON object in it, or DepositFault("deposit.not_sword")."""
        return sword.read_json(self.body, self.headers.get("Content-Type", ""))

    def location(self, base: str) -> str:
        """The address it points to, on the same server as `base`."""
        location = self.headers.get("Location", "")
        if not location:
            raise sword.not_sword()
        return sword.same_origin(location, base)


class Transport:
    """Sends requests to one server with one token; nothing is retried, redirects are not followed."""

    def __init__(
        self,
        profile: EndpointProfile,
        token: str,
        session_factory: Callable[[EndpointProfile], requests.Session] | None,
        journal: Callable[[Exchange], None] | None,
        timeouts: tuple[float, float],
    ) -> None:
        self._session = (session_factory or new_session)(profile)
        self._session.auth = _Authorization(profile.auth, token)
        self._sendable = profile.auth == "basic" or (token.isascii() and token.isprintable() and token != "")
        self._journal = journal
        self._timeouts = timeouts

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def request(
        self,
        step: str,
        method: str,
        url: str,
        *,
        ok: Collection[int],
        headers: dict[str, str] | None = None,
        data: bytes | RequestBody | None = None,
    ) -> Answer:
        with self.open(method, url, headers or {}, data, _ANSWER_SECONDS) as response:
            body = self._read(response, method)
        answer = Answer(response.status_code, response.headers, body, url)
        if self._journal is not None:
            certificate = getattr(self._session.get_adapter(url), "certificate_sha256", "")
            text, date = body.decode("utf-8", "replace"), answer.headers.get("Date", "")
            self._journal(Exchange(step, method, url, answer.status, date, certificate, text))
        if answer.status not in ok:
            raise _refusal(answer)
        return answer

    @contextmanager
    def open(
        self, method: str, url: str, headers: dict[str, str], data: bytes | RequestBody | None, seconds: float
    ) -> Iterator[requests.Response]:
        """Send a request and give its answer, which has `seconds` in all from when the request is out."""
        if not self._sendable:  # http.client would put the token into its error text
            raise DepositFault("deposit.bad_token", Disposition.STOP)
        watch = getattr(self._session.get_adapter(url), "watch", _Watch())
        watch.seconds = seconds
        try:
            try:
                response = self._session.request(
                    method, url, headers=headers, data=data, timeout=self._timeouts, allow_redirects=False, stream=True
                )
            except requests.RequestException as error:
                raise _no_answer(error, method, url) from None
            with response:
                yield response
        finally:
            watch.stop()

    def _read(self, response: requests.Response, method: str) -> bytes:
        body, deadline = b"", time.monotonic() + _ANSWER_SECONDS
        try:
            for block in response.iter_content(65_536):
                body += block
                if len(body) > sword.MAX_ANSWER or time.monotonic() > deadline:
                    raise sword.not_sword()
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise _no_answer(error, method, response.url) from None
        return body


def new_session(profile: EndpointProfile) -> requests.Session:
    """A session that trusts the system's certificate store and goes by its proxy, which loopback never does."""
    session = requests.Session()
    session.trust_env = not is_loopback(urlsplit(profile.service_url).hostname or "")
    session.headers = requests.structures.CaseInsensitiveDict(
        {"User-Agent": "fuzhuan-desk", "Accept": "application/ld+json, application/json", "Accept-Encoding": "identity"}
    )
    adapter = _SystemTrust()
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


class _Watch:
    """Cuts the connection whose answer takes too long in all; the socket's own timeout bounds no more than a pause."""

    seconds: float = _ANSWER_SECONDS

    def __init__(self) -> None:
        self._timer: threading.Timer | None = None

    def start(self, sock: socket.socket) -> None:
        """The request is out: from now on it counts."""
        self.stop()
        self._timer = threading.Timer(self.seconds, _cut, (sock,))
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        """The answer is here, or given up."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _cut(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)  # also of TLS: without its goodbye, which would wait


def _watched_pools(watch: _Watch) -> dict[str, type[HTTPConnectionPool]]:
    """Pools whose connections tell `watch` when they begin to wait for an answer."""

    class Plain(HTTPConnection):
        def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]  # as in urllib3 itself
            watch.start(self.sock)
            return super().getresponse()

    class Secure(HTTPSConnection):
        def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]  # as in urllib3 itself
            watch.start(self.sock)
            return super().getresponse()

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


class _SystemTrust(HTTPAdapter):
    """Checks certificates against the system's store only, so a company's own authority works."""

    def __init__(self) -> None:
        self._context = _Context(ssl.PROTOCOL_TLS_CLIENT)
        self.watch = _Watch()
        super().__init__(max_retries=0)

    @property
    def certificate_sha256(self) -> str:
        """SHA-256 of the certificate of the last connection, "" when there was none."""
        return self._context.certificate_sha256

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, ssl_context=self._context)
        self.poolmanager.pool_classes_by_scheme = _watched_pools(self.watch)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs, ssl_context=self._context)
        manager.pool_classes_by_scheme = _watched_pools(self.watch)
        return manager

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Leave the pool without the bundle that requests would add; the context already verifies."""


class _Context(truststore.SSLContext):
    """The system's trust; notes each certificate while the connection is new, before anything can close it."""

    certificate_sha256 = ""

    def wrap_socket(self, *args: Any, **kwargs: Any) -> ssl.SSLSocket:
        sock = super().wrap_socket(*args, **kwargs)
        self.certificate_sha256 = hashlib.sha256(sock.getpeercert(binary_form=True) or b"").hexdigest()
        return sock


class _Authorization(AuthBase):
    """Sets the header itself, or a ~/.netrc entry for the host would replace the token."""

    def __init__(self, kind: str, token: str) -> None:
        coded = base64.b64encode(token.encode("utf-8")).decode("ascii") if kind == "basic" else token
        self._value = f"{'Basic' if kind == 'basic' else 'Bearer'} {coded}"

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._value
        return request


def _refusal(answer: Answer) -> DepositFault:
    """What an unexpected code means."""
    status, words = answer.status, sword.error_words(answer.body)
    if 200 <= status < 300:
        return sword.not_sword()
    if 300 <= status < 400:
        lasting = status in (301, 308)
        return DepositFault("deposit.redirected", Disposition.STOP if lasting else Disposition.RETRY, status=status)
    if status >= 500 or status in _LATER:
        wait = retry_after_seconds(answer.headers.get("Retry-After", ""))
        return DepositFault("deposit.busy", Disposition.RETRY, retry_after=wait, status=status, words=words)
    if status == 412:
        return DepositFault("deposit.changed_meanwhile", Disposition.RETRY)
    codes = {
        401: "deposit.token_refused", 403: "deposit.token_refused", 404: "deposit.object_gone",
        410: "deposit.object_gone", 413: "deposit.too_large",
    }  # fmt: skip
    return DepositFault(codes.get(status, "deposit.refused"), Disposition.STOP, status=status, words=words)


def _no_answer(error: Exception, method: str, url: str) -> DepositFault:
    """No answer came: harmless when nothing was sent or nothing changes, otherwise nobody knows what arrived."""
    host = urlsplit(url).hostname or ""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(reason, urllib3.exceptions.SSLError) and isinstance(reason.args[0], ssl.SSLCertVerificationError):
        return DepositFault("deposit.tls", Disposition.RETRY, host=host)
    never_connected = isinstance(error, (requests.exceptions.ConnectTimeout, requests.exceptions.ProxyError)) or (
        isinstance(reason, (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError))
    )
    if never_connected or method == "GET":
        return DepositFault("deposit.unreachable", Disposition.RETRY, host=host)
    return DepositFault("deposit.lost_answer", Disposition.UNKNOWN, host=host)


def retry_after_seconds(value: str, now: datetime | None = None) -> int | None:
    """Seconds from a Retry-After header, a number or an HTTP date; None when absent or nonsense, one week at most."""
    text = value.strip()
    if text.isascii() and text.isdigit() and len(text) < 12:
        return min(int(text), _MAX_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(text)
        seconds = (moment - (now or datetime.now(UTC))).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(int(seconds), 0), _MAX_RETRY_AFTER)
