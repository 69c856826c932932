"""One delivery from `queued` to the receiver's answer: states, retries, and the driver that never sends twice."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from exports.deposit import Depositor
from exports.parcel import Parcel, Progress
from exports.sword import DepositFault, Disposition, Link, ObjectStatus, Outcome, ServiceDocument
from policy.errors import Fault, Refused, Usage

BACKOFF_FIRST, BACKOFF_LAST = 60, 6 * 3600
ENDED = frozenset({"ingested", "rejected", "withdrawn", "handed_in_offline"})

_ACTIVE = ("queued", "created", "sending", "sent", "in_workflow", "unknown")
TRANSITIONS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("draft", "freeze"): "frozen",
        ("frozen", "queue"): "queued",
        ("queued", "create"): "created",
        **{(state, "send"): "sending" for state in ("queued", "created", "sending", "unknown")},
        **{(state, "list"): "sent" for state in ("created", "sending", "unknown")},
        **{(state, "review"): "in_workflow" for state in (*_ACTIVE, "handed_in_offline")},
        **{(state, "ingest"): "ingested" for state in (*_ACTIVE, "handed_in_offline")},
        **{(state, "reject"): "rejected" for state in (*_ACTIVE, "handed_in_offline", "ingested")},
        **{(state, "fail"): "error" for state in _ACTIVE},
        **{(state, "lose"): "unknown" for state in ("queued", "created", "sending", "unknown")},
        ("sending", "unsend"): "queued",
        **{(state, "restore"): "unknown" for state in ("queued", "created", "sending", "unknown")},
        **{(state, "retry"): "queued" for state in ("error", "unknown")},
        **{(state, "withdraw"): "withdrawn" for state in ("frozen", *_ACTIVE, "error")},
        **{(state, "hand_in"): "handed_in_offline" for state in ("frozen", "queued", "created", "unknown", "error")},
    }
)
"""State and event to next state; anything else is refused."""


@dataclass(frozen=True)
class DeliveryState:
    """All that has to survive a crash. `parts_*` count segments (1 of 1 when sent whole), `part_bytes` is their size.

    `not_before` is ISO 8601 UTC: try again then. `problem` is the code of the last fault, `words` the server's own.
    `read_back` says whether the server's copy was read and equal; None when it does not let itself be read.
    """

    delivery_id: str
    package_id: str
    state: str = "queued"
    object_url: str | None = None
    temporary_url: str | None = None
    parts_sent: int = 0
    parts_total: int = 0
    part_bytes: int = 0
    read_back: bool | None = None
    attempts: int = 0
    not_before: str | None = None
    problem: str = ""
    words: str = ""


def next_delivery_state(state: str, event: str) -> str:
    """The state after `event`; raises Usage("delivery.bad_transition", state=…, event=…)."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise Usage("delivery.bad_transition", state=state, event=event) from None


def backoff_seconds(attempt: int, chance: float) -> int:
    """Seconds to wait after attempt `attempt` (from 1): doubling from 1 min to 6 h, spread by `chance` in [0, 1)."""
    base = min(BACKOFF_FIRST * 2 ** min(max(attempt - 1, 0), 20), BACKOFF_LAST)
    return max(BACKOFF_FIRST, min(BACKOFF_LAST, int(base * (0.75 + chance / 2))))


def drive(
    delivery: DeliveryState,
    parcel: Parcel,
    depositor: Depositor,
    save: Callable[[DeliveryState], None],
    *,
    metadata: Mapping[str, Any],
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    chance: Callable[[], float] = random.random,
) -> DeliveryState:
    """Take a delivery as far as it goes now and return it as saved; safe to call again after a crash at any point.

    `save` must make the state durable before it returns; it is called before every byte that changes the server.
    Before sending, the object is asked what it has, and only what is missing goes out. Faults of the world end up in
    `problem` and `not_before`, never as exceptions, so one bad package does not block the next; a failing `save` does
    come out. What only a person can decide ends in `error` or stays `unknown`.
    """
    return _Drive(delivery, parcel, depositor, save, metadata, progress, cancelled, now, chance).run()


def withdraw(delivery: DeliveryState, depositor: Depositor, save: Callable[[DeliveryState], None]) -> DeliveryState:
    """Delete the object on the server where it exists, then mark the delivery withdrawn; raises DepositFault."""
    state = next_delivery_state(delivery.state, "withdraw")
    if delivery.object_url is not None:
        try:
            depositor.withdraw(delivery.object_url, etag=depositor.status(delivery.object_url).etag)
        except DepositFault as fault:
            if fault.code != "deposit.object_gone":
                raise
    delivery = replace(delivery, state=state, problem="", not_before=None)
    save(delivery)
    return delivery


class _Drive:
    def __init__(
        self,
        delivery: DeliveryState,
        parcel: Parcel,
        depositor: Depositor,
        save: Callable[[DeliveryState], None],
        metadata: Mapping[str, Any],
        progress: Progress | None,
        cancelled: Callable[[], bool] | None,
        now: Callable[[], datetime],
        chance: Callable[[], float],
    ) -> None:
        self.delivery = delivery
        self.parcel = parcel
        self.depositor = depositor
        self.commit = save
        self.metadata = metadata
        self.progress = progress
        self.cancelled = cancelled
        self.now = now
        self.chance = chance

    def run(self) -> DeliveryState:
        steps = {
            "queued": self._start,
            "created": self._deliver,
            "sending": self._deliver,
            "unknown": self._deliver,
            "sent": self._finish,
            "in_workflow": self._poll,
        }
        try:
            while (step := steps.get(self.delivery.state)) is not None and step():
                continue
        except DepositFault as fault:
            self._fault(fault)
        except Fault as fault:
            if not fault.code.startswith("deposit."):
                raise
            self._save("fail" if fault.code != "deposit.cancelled" else None, problem=fault.code)
        return self.delivery

    def _start(self) -> bool:
        """Ask the server, then create an empty draft: a lost answer leaves nothing but that draft."""
        if self.delivery.object_url is not None:
            self._save("create")
            return True
        service = self.depositor.service_document()
        self._check_size(service)
        if self.depositor.profile.dialect.draft_first:
            url = self.depositor.create_draft(self.metadata, self.delivery.package_id)
            self._save("create", object_url=url)
            return True
        self._save("send", parts_sent=0, parts_total=1)
        url = self.depositor.create_with_package(self.parcel, self.delivery.package_id, self.progress, self.cancelled)
        self._save("list", object_url=url, parts_sent=1)
        return True

    def _deliver(self) -> bool:
        """Send what the server does not list yet."""
        url = self.delivery.object_url
        if url is None:  # sent without a draft, or restored from a backup: only a person can say what arrived
            self._save("lose", problem="deposit.ask_receiver", not_before=None)
            return False
        status = self.depositor.status(url)
        if not status.originals:
            if status.outcome is not Outcome.IN_PROGRESS:
                self._save("fail", problem="deposit.object_changed", words=status.words)
                return False
            status = self._send(url, status)
        if not status.originals:
            status = self.depositor.status(url)
        if not status.originals:
            raise DepositFault("deposit.not_listed", Disposition.RETRY)
        if len(status.originals) > 1:
            self._save("fail", problem="deposit.listed_twice", words=status.words)
            return False
        if status.outcome is Outcome.ERROR:
            self._save("fail", problem="deposit.server_error", words=status.words)
            return False
        same = self._read_back(status.originals[0])
        if same is False:
            self._save("fail", problem="deposit.copy_differs", read_back=False)
            return False
        parts = max(self.delivery.parts_total, 1)
        self._save("list", read_back=same, parts_sent=parts, parts_total=parts, temporary_url=None)
        return True

    def _read_back(self, link: Link) -> bool | None:
        """Compare the server's copy, unless it is still being put together or too big to fetch again."""
        arriving = link.state == "downloading" or (self.delivery.temporary_url and link.state not in ("", "ingested"))
        if arriving or self.parcel.size > self.depositor.profile.dialect.read_back_bytes:
            return None
        return self.depositor.read_back(link.url, self.parcel)

    def _send(self, url: str, status: ObjectStatus) -> ObjectStatus:
        service = self.depositor.service_document()
        self._check_size(service)
        if self._segment_bytes(service):
            return self._send_segments(url, status, service)
        self._save("send", parts_sent=0, parts_total=1, part_bytes=self.parcel.size)
        return self.depositor.append(
            url, self.parcel, etag=status.etag, progress=self.progress, cancelled=self.cancelled
        )

    def _send_segments(self, url: str, status: ObjectStatus, service: ServiceDocument) -> ObjectStatus:
        temporary, received = self._resume_segments()
        if temporary is None:
            part = self._segment_bytes(service)
            self._save("send", parts_sent=0, parts_total=-(-self.parcel.size // part), part_bytes=part)
            temporary, received = self.depositor.begin_segments(str(service.staging), self.parcel, part), set()
            self._save("send", temporary_url=temporary)
        part = self.delivery.part_bytes
        received &= set(range(1, self.delivery.parts_total + 1))
        for number in range(1, self.delivery.parts_total + 1):
            if number in received:
                continue
            if self.cancelled is not None and self.cancelled():
                raise Refused("deposit.cancelled")
            start = (number - 1) * part
            data = b"".join(self.parcel.blocks(start, min(part, self.parcel.size - start)))
            self.depositor.send_segment(temporary, number, data)
            received.add(number)
            self._save("send", parts_sent=len(received))
            if self.progress is not None:
                self.progress(min(len(received) * part, self.parcel.size), self.parcel.size)
        return self.depositor.append_segments(url, temporary, self.parcel, etag=status.etag)

    def _resume_segments(self) -> tuple[str | None, set[int]]:
        """The upload that was under way, with what has arrived; none when there was none or the server dropped it."""
        temporary = self.delivery.temporary_url
        if temporary is None:
            return None, set()
        try:
            return temporary, self.depositor.segments_received(temporary)
        except DepositFault as fault:
            if fault.code != "deposit.object_gone":
                raise
            return None, set()

    def _finish(self) -> bool:
        """Complete the deposit unless the server already has; what it then says is the result."""
        url = str(self.delivery.object_url)
        status = self.depositor.status(url)
        if status.outcome is Outcome.IN_PROGRESS:
            self.depositor.complete(url, etag=status.etag)
            status = self.depositor.status(url)
        if status.outcome is Outcome.IN_PROGRESS:
            raise DepositFault("deposit.not_completed", Disposition.RETRY)
        self._settle(status)
        return False

    def _poll(self) -> bool:
        self._settle(self.depositor.status(str(self.delivery.object_url)))
        return False

    def _settle(self, status: ObjectStatus) -> None:
        event, problem = {
            Outcome.INGESTED: ("ingest", ""),
            Outcome.REJECTED: ("reject", ""),
            Outcome.IN_WORKFLOW: ("review", ""),
            Outcome.IN_PROGRESS: ("review", ""),
            Outcome.ERROR: ("fail", "deposit.server_error"),
        }[status.outcome]
        same = self.delivery.read_back
        if event == "ingest" and same is None and len(status.originals) == 1:
            same = self._read_back(status.originals[0])
            if same is False:
                event, problem = "fail", "deposit.copy_differs"
        self._save(event, problem=problem, words=status.words, read_back=same)

    def _segment_bytes(self, service: ServiceDocument) -> int:
        """The size of a segment, or 0 when the package goes in one request."""
        profile, size = self.depositor.profile, self.parcel.size
        largest = min(profile.segment_over, service.max_upload or size)
        if service.staging is None or not profile.dialect.segmented or size <= largest:
            return 0
        part = max(min(profile.segment_bytes, service.max_segment or size), service.min_segment)
        if service.max_segments:
            part = max(part, -(-size // service.max_segments))
        return part

    def _check_size(self, service: ServiceDocument) -> None:
        limits = [self.depositor.profile.max_bytes]
        limits.append(service.max_assembled if self._segment_bytes(service) else service.max_upload)
        for limit in limits:
            if limit and self.parcel.size > limit:
                raise DepositFault("deposit.too_large", Disposition.STOP, limit=limit, size=self.parcel.size)

    def _fault(self, fault: DepositFault) -> None:
        if fault.disposition is Disposition.STOP:
            self._save("fail", problem=fault.code, words=str(fault.params.get("words", "")))
            return
        attempts = self.delivery.attempts + 1
        seconds = max(backoff_seconds(attempts, self.chance()), fault.retry_after or 0)
        later = (self.now().astimezone(UTC) + timedelta(seconds=seconds)).isoformat(timespec="seconds")
        self._save(self._event_after(fault), attempts=attempts, not_before=later, problem=fault.code)

    def _event_after(self, fault: DepositFault) -> str | None:
        """A lost draft is only an empty draft; a package whose fate nobody knows is `unknown` until somebody asks."""
        if self.delivery.state != "sending":
            return None
        if self.delivery.object_url is None:
            return "unsend" if fault.code in ("deposit.unreachable", "deposit.tls") else "lose"
        return "lose" if fault.disposition is Disposition.UNKNOWN else None

    def _save(self, event: str | None, **changes: Any) -> None:
        """Commit the next state; a step that went on clears the traces of earlier trouble."""
        state = next_delivery_state(self.delivery.state, event) if event else self.delivery.state
        if event in ("create", "list", "review", "ingest", "reject"):
            changes = {"attempts": 0, "not_before": None, "problem": ""} | changes
        self.delivery = replace(self.delivery, state=state, **changes)
        self.commit(self.delivery)
