"""A SWORDv3 client, one strict HTTP step per method, without a store; `exports.delivery` strings the steps together."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

import requests

from exports import sword
from exports.endpoint import EndpointProfile
from exports.parcel import Parcel, Progress, RequestBody
from exports.pipe import BLOCK
from exports.sword import DepositFault, Disposition, ObjectStatus, ServiceDocument
from exports.transport import CONNECT_SECONDS, READ_SECONDS, Answer, Exchange, Transport

_READ_BACK_SECONDS = 3600


class Depositor:
    """Talks to one endpoint with one token. Every method raises DepositFault; the journal gets every answer.

    Only the success codes of the specification count, redirects are not followed, addresses that a server hands out
    must be its own, and no answer is read beyond 4 MiB.
    """

    def __init__(
        self,
        profile: EndpointProfile,
        token: str,
        *,
        session_factory: Callable[[EndpointProfile], requests.Session] | None = None,
        journal: Callable[[Exchange], None] | None = None,
        timeouts: tuple[float, float] = (CONNECT_SECONDS, READ_SECONDS),
    ) -> None:
        self.profile = profile
        self._transport = Transport(profile, token, session_factory, journal, timeouts)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def service_document(self) -> ServiceDocument:
        """What the server takes; raises STOP "deposit.not_accepting" when it takes no deposits or no bags."""
        answer = self._transport.request("service_document", "GET", self.profile.service_url, ok=(200,))
        service = sword.service_document(answer.json(), self.profile.service_url)
        if not service.accepts or not {sword.PACKAGE_BAGIT, "*"} & set(service.packaging or (sword.PACKAGE_BAGIT,)):
            raise DepositFault("deposit.not_accepting", Disposition.STOP)
        return service

    def create_draft(self, metadata: Mapping[str, Any], slug: str) -> str:
        """Create an empty object with `metadata` and return its Object-URL; a lost answer leaves an empty draft."""
        headers = {
            "Content-Disposition": "attachment; metadata=true",
            "Metadata-Format": sword.METADATA_FORMAT,
            "In-Progress": "true",
            "Slug": slug,
        }
        answer = self._post_json("create", self.profile.service_url, dict(metadata), headers, ok=(201, 202))
        return answer.location(self.profile.service_url)

    def create_with_package(
        self, parcel: Parcel, slug: str, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
    ) -> str:
        """For servers without drafts: send the package and complete in one request; returns the Object-URL."""
        answer = self._send(
            "create",
            self.profile.service_url,
            parcel,
            {"In-Progress": "false", "Slug": slug},
            (201, 202),
            progress,
            cancelled,
        )
        return answer.location(self.profile.service_url)

    def status(self, object_url: str) -> ObjectStatus:
        """The status document of an object; raises STOP "deposit.object_gone" when the server has it no more."""
        return self._status_of(self._transport.request("status", "GET", self._own(object_url), ok=(200,)), object_url)

    def append(
        self,
        object_url: str,
        parcel: Parcel,
        *,
        etag: str | None = None,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> ObjectStatus:
        """Add the whole package to an object in one request, leaving it in progress.

        Besides DepositFault raises Refused("deposit.cancelled") and Refused("deposit.parcel_changed") when the bytes
        are no longer those of the digest; the last block is then never sent, so the server cannot accept them.
        """
        headers = {"In-Progress": "true"} | _if_match(etag)
        answer = self._send("append", self._own(object_url), parcel, headers, (200, 202), progress, cancelled)
        return self._status_of(answer, object_url)

    def begin_segments(self, staging_url: str, parcel: Parcel, segment_bytes: int) -> str:
        """Start a segmented upload and return its Temporary-URL."""
        count = -(-parcel.size // segment_bytes)
        headers = {
            "Content-Disposition": f"segment-init; size={parcel.size}; segment_count={count}; "
            f'segment_size={segment_bytes}; digest="{self._digest(bytes.fromhex(parcel.sha256))}"'
        }
        answer = self._transport.request("segments", "POST", self._own(staging_url), ok=(201,), headers=headers)
        return answer.location(staging_url)

    def segments_received(self, temporary_url: str) -> set[int]:
        """Which segments (from 1) the server has; raises STOP "deposit.object_gone" when it forgot the upload."""
        return sword.received_segments(
            self._transport.request("segments", "GET", self._own(temporary_url), ok=(200,)).json()
        )

    def send_segment(self, temporary_url: str, number: int, data: bytes) -> None:
        """Send one segment, counted from 1."""
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Disposition": f"segment; segment_number={number}",
            "Digest": self._digest(hashlib.sha256(data).digest()),
        }
        self._transport.request("segment", "POST", self._own(temporary_url), ok=(200, 204), headers=headers, data=data)

    def append_segments(
        self, object_url: str, temporary_url: str, parcel: Parcel, *, etag: str | None = None
    ) -> ObjectStatus:
        """Add an assembled segmented upload to an object, leaving it in progress."""
        document = {
            "@context": sword.CONTEXT,
            "@type": "ByReference",
            "byReferenceFiles": [
                {
                    "@id": temporary_url,
                    "contentType": "application/zip",
                    "contentLength": parcel.size,
                    "contentDisposition": f"attachment; filename={parcel.filename}",
                    "packaging": sword.PACKAGE_BAGIT,
                    "digest": self._digest(bytes.fromhex(parcel.sha256)),
                    "dereference": True,
                }
            ],
        }
        headers = {"Content-Disposition": "attachment; by-reference=true", "In-Progress": "true"} | _if_match(etag)
        answer = self._post_json("append", self._own(object_url), document, headers, ok=(200, 202))
        return self._status_of(answer, object_url)

    def complete(self, object_url: str, *, etag: str | None = None) -> None:
        """Say that the deposit is whole; the code that answers it is the profile's `complete_ok`."""
        headers = {"In-Progress": "false"} | _if_match(etag)
        url = self._own(object_url)
        self._transport.request("complete", "POST", url, ok=self.profile.dialect.complete_ok, headers=headers, data=b"")

    def withdraw(self, object_url: str, *, etag: str | None = None) -> None:
        """Delete the object on the server, where the server still allows it."""
        self._transport.request("withdraw", "DELETE", self._own(object_url), ok=(200, 204), headers=_if_match(etag))

    def read_back(self, url: str, parcel: Parcel) -> bool | None:
        """Whether the server's copy is what was sent; None when it does not let us read it or the line is bad."""
        try:
            asked = {"Want-Digest": "SHA-256"}
            with self._transport.open("GET", self._own(url), asked, None, _READ_BACK_SECONDS) as response:
                if response.status_code != 200:
                    return None
                said = sword.digest_of(response.headers.get("Digest", ""))
                if said is not None:
                    return said == parcel.sha256
                digest, size, deadline = hashlib.sha256(), 0, time.monotonic() + _READ_BACK_SECONDS
                for block in response.iter_content(BLOCK):
                    digest.update(block)
                    size += len(block)
                    if size > parcel.size or time.monotonic() > deadline:
                        break
                return digest.hexdigest() == parcel.sha256
        except (DepositFault, requests.RequestException):
            return None

    def _send(
        self,
        step: str,
        url: str,
        parcel: Parcel,
        headers: dict[str, str],
        ok: Collection[int],
        progress: Progress | None,
        cancelled: Callable[[], bool] | None,
    ) -> Answer:
        body = RequestBody(parcel, progress, cancelled, multipart=self.profile.dialect.body == "multipart")
        headers |= {
            "Content-Type": body.content_type,
            "Content-Disposition": f"attachment; filename={parcel.filename}",
            "Packaging": sword.PACKAGE_BAGIT,
            "Digest": self._digest(bytes.fromhex(parcel.sha256)),
        }
        return self._transport.request(step, "POST", url, ok=ok, headers=headers, data=body)

    def _post_json(
        self, step: str, url: str, document: dict[str, Any], headers: dict[str, str], ok: Collection[int]
    ) -> Answer:
        data = json.dumps(document, ensure_ascii=False).encode("utf-8")
        digest = self._digest(hashlib.sha256(data).digest())
        headers |= {"Content-Type": "application/ld+json", "Digest": digest}
        return self._transport.request(step, "POST", url, ok=ok, headers=headers, data=data)

    def _status_of(self, answer: Answer, object_url: str) -> ObjectStatus:
        return sword.object_status(answer.json(), object_url, answer.headers.get("ETag"))

    def _own(self, url: str) -> str:
        return sword.same_origin(url, self.profile.service_url)

    def _digest(self, raw: bytes) -> str:
        kind = self.profile.dialect.digest
        if kind == "hex":
            return f"SHA-256={raw.hex()}"
        coded = raw.hex().encode("ascii") if kind == "base64-hex" else raw
        return f"SHA-256={base64.b64encode(coded).decode('ascii')}"


def _if_match(etag: str | None) -> dict[str, str]:
    return {"If-Match": etag} if etag else {}
