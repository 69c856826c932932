"""Deliveries: endpoints, sending in steps that survive a crash, asking for the answer, handing in offline, receipts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from db import audit
from db.files import whole_file, world_faults
from db.models import Delivery, Endpoint, Package, Submission
from db.models.reporting import DELIVERY_STATE
from db.outbox import Outbox
from db.queries import records
from db.store import now_ms
from desktop.messages import explain, sentence
from desktop.services.registry import Job, service
from desktop.services.replica import check_settled
from desktop.services.submissions import called, corrected, sent_back
from desktop.services.workspace import Workspace, own_organisation
from exports.delivery import ENDED, DeliveryState, drive, next_delivery_state, withdraw
from exports.deposit import Depositor
from exports.endpoint import dump_profile, load_profile
from exports.transport import Exchange
from policy.dates import CHINA
from policy.errors import Fault, Refused
from policy.i18n import mark

_FIELDS = ("temporary_url", "parts_sent", "parts_total", "part_bytes", "read_back")
_BODY_KEPT = 65536
_SUBMISSION = {
    "sent": "reported",
    "in_workflow": "reported",
    "ingested": "accepted",
    "rejected": "returned",
    "handed_in_offline": "reported",
}
# what the person can do next, by state
_NEXT = {
    "queued": "send",
    "created": "send",
    "sending": "send",
    "unknown": "ask",
    "sent": "ask",
    "in_workflow": "ask",
    "rejected": "correct",
    "error": "export",
    "ingested": "receipt",
    "handed_in_offline": "receipt",
    "withdrawn": "",
}
_ENTERED = ("sent", "ingested", "rejected", "withdrawn")  # what came of it goes into the audit log
_running: set[str] = set()
_running_lock = threading.Lock()


@service("endpoint.add")
def add_endpoint(ws: Workspace, job: Job, *, profile: str, token: str, signature: str | None = None) -> dict[str, Any]:
    """Keep an endpoint from a profile file and its token: {id, name, signed, fingerprints, changes}.

    The same name again replaces profile and token. Raises Refused("endpoint.bad_profile" | "endpoint.insecure_url").
    """
    path = Path(profile)
    if not path.is_file():
        raise Refused("endpoint.no_file", file=str(path))
    if signature and not Path(signature).is_file():
        raise Refused("endpoint.no_file", file=signature)
    with world_faults(path):
        signed = Path(signature).read_text("utf-8", errors="replace") if signature else None
        loaded = load_profile(path.read_bytes(), signed)
    values = {
        "name": loaded.profile.name,
        "profile": dump_profile(loaded.profile).decode(),
        "token": token.strip(),
        "signed": int(loaded.signed_by is not None),
    }
    with ws.store.write(mark("添加报送端点"), "typed") as write:
        known = Endpoint.get_or_none(Endpoint.name == loaded.profile.name)
        if known is None:
            record = write.insert(Endpoint, values)
        else:
            record = known.id
            write.update(Endpoint, record, values)
        write.audit("endpoint.added", f"endpoint:{record}", {"url": loaded.profile.service_url})
    return {
        "id": record,
        "name": loaded.profile.name,
        "signed": loaded.signed_by is not None,
        "fingerprints": list(loaded.profile.fingerprints),
        "changes": write.changes.as_dict(),
    }


@service("endpoint.list")
def list_endpoints(ws: Workspace, job: Job) -> list[dict[str, Any]]:
    """The endpoints, without their tokens."""
    with ws.store.read():
        rows = list(Endpoint.select().order_by(Endpoint.name))
    found = []
    for row in rows:
        profile = load_profile(row.profile.encode()).profile
        found.append(
            {
                "id": row.id,
                "name": row.name,
                "url": profile.service_url,
                "signed": bool(row.signed),
                "encrypted": bool(profile.recipients),
                "recipients": list(profile.recipients),
                "fingerprints": list(profile.fingerprints),
                "contact": profile.contact,
            }
        )
    return found


@service("delivery.list")
def list_deliveries(ws: Workspace, job: Job) -> list[dict[str, Any]]:
    """Every package with its newest delivery, or none yet; newest first. What was handed in by hand and came back
    says so in `words` and `next_step`; `corrected` is one whose correction has gone out."""
    states = {choice.code: choice.shown for choice in DELIVERY_STATE}
    with ws.store.read():
        packages = list(Package.select().order_by(Package.sealed_at.desc()))
        deliveries: dict[str, list[Delivery]] = {}
        for row in Delivery.select().order_by(Delivery.created_at.desc()):
            deliveries.setdefault(row.package_id, []).append(row)
        endpoints = {row.id: row for row in Endpoint.select()}
        back, gone, titles = sent_back(), corrected(), {package.id: called(package) for package in packages}
    found = []
    for package in packages:
        base = {
            "package": package.id,
            "package_title": titles[package.id],
            "bytes": package.bytes,
            "sealed_at": package.sealed_at,
            "encrypted": bool(package.recipients),
            "application": package.application_id,
            "corrected": package.id in gone,
        }
        sent: list[Delivery | None] = [*deliveries.get(package.id, [])] or [None]
        found += [{**base, **_shown(row, states, endpoints)} for row in sent]
    return [row | back.get(row["package"], {}) if row["state"] == "handed_in_offline" else row for row in found]


@service("delivery.send")
def send(ws: Workspace, job: Job, *, package: str, endpoint: str, not_arrived: bool = False) -> dict[str, Any]:
    """Queue a package for an endpoint, durably, and take it as far as it goes now; answers like `delivery.resume`.

    A package that is already on its way there is resumed, never sent a second time. `not_arrived` is a person's word
    that the office has nothing of it; it counts only where there is no address at the server to ask.
    """
    check_settled(ws)
    with ws.store.write(mark("报送"), "typed") as write:
        parcel = records.resolve("package", package)
        target = records.resolve("endpoint", endpoint)
        _check_fits(parcel, target)
        known = (
            Delivery.select()
            .where(Delivery.package == parcel, Delivery.endpoint == target, Delivery.state.not_in(sorted(ENDED)))
            .first()
        )
        done = Delivery.select().where(
            Delivery.package == parcel, Delivery.endpoint == target, Delivery.state == "ingested"
        )
        if known is None and done.exists():
            raise Refused("delivery.already_accepted")
        returned = Delivery.select().where(
            Delivery.package == parcel, Delivery.endpoint == target, Delivery.state == "rejected"
        )
        if known is None and returned.exists():
            raise Refused("delivery.returned")
        if known is None:
            values = {"package": parcel, "endpoint": target, "history": [_event("queued")]}
            delivery = write.insert(Delivery, values)
            detail = {"endpoint": target, "delivery": delivery, "sha256": Package.get_by_id(parcel).outer_digest}
            write.audit("delivery.queued", f"package:{parcel}", detail)
        else:
            delivery = known.id
            told = not_arrived and known.state == "unknown" and not known.object_url
            if told:
                write.audit("delivery.not_arrived", f"package:{parcel}", {"delivery": delivery})
            if told or known.state == "error":  # a person looked at it and sends again: the object is asked first
                write.update(Delivery, delivery, {"state": next_delivery_state(known.state, "retry"), "problem": None})
    return resume(ws, job, id=delivery)


@service("delivery.resume")
def resume(ws: Workspace, job: Job, *, id: str) -> dict[str, Any]:
    """Go on with a delivery, or ask for the answer: {id, state, state_text, problem, words, next_try_at, changes}.

    Raises Refused("replica.unsettled") in a copy that may be one of two.
    """
    check_settled(ws)
    with ws.store.read():
        delivery = records.resolve("delivery", id)
    with _taken(ws, delivery) as taken:
        if taken is not None:
            package = taken.row.package
            drive(
                _state_of(taken.row),
                _OutboxParcel(ws.outbox, package.id, package.bytes, package.outer_digest),
                taken.depositor,
                taken.keeper.save,
                metadata=package.metadata,
                progress=lambda done, total: job.progress(done, total),
                cancelled=job.cancelled,
            )
    return _answer(ws, delivery)


@service("delivery.withdraw")
def withdraw_delivery(ws: Workspace, job: Job, *, id: str) -> dict[str, Any]:
    """Take a delivery back at the server, where it still allows that; answers like `delivery.resume`.

    Raises the server's DepositFault, Refused("delivery.decided", state) once it is at its end, and
    Refused("replica.unsettled") in a copy that may be one of two.
    """
    check_settled(ws)
    with ws.store.read():
        delivery = records.resolve("delivery", id)
    with _taken(ws, delivery) as taken:
        if taken is None:
            raise Refused("delivery.decided", state=_answer(ws, delivery)["state_text"])
        withdraw(_state_of(taken.row), taken.depositor, taken.keeper.save)
    return _answer(ws, delivery)


@service("delivery.pump")
def pump(ws: Workspace, job: Job) -> list[dict[str, Any]]:
    """Go on with every delivery whose time has come; one bad package never blocks the others.

    An unknown one that has no next time (restored, or sent without an address to ask) waits for a person. A time set
    by a clock that was ahead has come, too: nothing waits for years.
    """
    now = now_ms()
    with ws.store.read():
        rows = Delivery.select().where(
            Delivery.state.in_(("queued", "created", "sending", "unknown", "sent", "in_workflow")),
            Delivery.endpoint.is_null(False),
            (Delivery.next_try_at.is_null() & (Delivery.state != "unknown"))
            | (Delivery.next_try_at <= now)
            | (Delivery.next_try_at.is_null(False) & (Delivery.updated_at > now)),
        )
        due = [row.id for row in rows.order_by(Delivery.created_at)]
    answers = []
    for record in due:
        job.check()
        try:
            answers.append(resume(ws, job, id=record))
        except Fault as fault:
            answers.append({"id": record, "problem": explain(fault)})
    return answers


@service("delivery.hand_in", in_turn=True)
def hand_in(ws: Workspace, job: Job, *, package: str, way: str, note: str = "") -> dict[str, Any]:
    """Record that a package was handed in by USB stick, mail, paper or on site: {id, changes}."""
    with ws.store.write(mark("线下递交"), "typed") as write:
        parcel = records.resolve("package", package)
        event = _event("handed_in_offline", note)
        values = {"package": parcel, "way": way, "state": "handed_in_offline", "history": [event]}
        delivery = write.insert(Delivery, {**values, "finished_at": write.at, "words": note or None})
        _settle(write, parcel, "handed_in_offline")
        detail = {"way": way, "delivery": delivery, "sha256": Package.get_by_id(parcel).outer_digest}
        head = write.audit("delivery.handed_in", f"package:{parcel}", detail)
        write.update(Delivery, delivery, {"audit_head": head.mac})
    return {**_answer(ws, delivery), "changes": write.changes.as_dict()}


@service("delivery.receipt")
def receipt(ws: Workspace, job: Job, *, id: str, out: str) -> dict[str, Any]:
    """Write the receipt of a delivery as PDF, with every status the server gave: {file}."""
    from exports.pdf.receipt import write_receipt

    content = receipt_content(ws, id)
    target = Path(out)
    if target.is_dir():
        target = target / f"receipt-{content['delivery_id'][:8]}.pdf"
    with whole_file(target) as stream:
        write_receipt(content, stream)
    return {"file": str(target), **{key: content[key] for key in ("package_id", "outer_sha256", "object_url")}}


@service("delivery.receipt_content")
def receipt_of(ws: Workspace, job: Job, *, id: str) -> dict[str, Any]:
    """The receipt as data, every answer of the server verbatim."""
    return receipt_content(ws, id)


def receipt_content(ws: Workspace, given: str) -> dict[str, Any]:
    """What a receipt states; raises Usage("record.unknown")."""
    own = own_organisation(ws)
    with ws.store.read():
        row = Delivery.get_by_id(records.resolve("delivery", given))
        package = row.package
        endpoint = row.endpoint
        # what the chain was when the answer came; before that, what it is now
        head = audit.head_at(row.audit_head) if row.audit_head else audit.head()
    history = row.history or []
    exchanges = [event for event in history if "status" in event]
    return {
        "title": package.title,
        "organisation": own["name"],
        "package_id": package.id,
        "delivery_id": row.id,
        "state": row.state,
        "endpoint": f"{endpoint.name} {load_profile(endpoint.profile.encode()).profile.service_url}"
        if endpoint
        else "",
        "object_url": row.object_url or "",
        "inner_sha256": package.inner_digest,
        "outer_sha256": package.outer_digest,
        "bytes": package.bytes,
        "certificate": next((event["certificate_sha256"] for event in exchanges if event["certificate_sha256"]), ""),
        "http_date": next((event["http_date"] for event in reversed(exchanges) if event["http_date"]), ""),
        "replaces": package.replaces_id or "",
        "audit": {"head": head.mac, "length": head.length} if head else {},
        "sample": ws.sample,
        "made_on": datetime.now(CHINA).isoformat(timespec="seconds"),
        "states": [event for event in history if "state" in event],
        "exchanges": exchanges,
    }


@dataclass(frozen=True)
class _OutboxParcel:
    """The sealed bytes in the outbox, as the client wants them."""

    outbox: Outbox
    package: str
    size: int
    sha256: str

    @property
    def filename(self) -> str:
        return f"{self.package}.zip"

    def blocks(self, offset: int, length: int) -> Iterator[bytes]:
        with self.outbox.open(self.package, offset) as stream:
            while length and (block := stream.read(min(1 << 20, length))):
                length -= len(block)
                yield block


class _Keeper:
    """Commits each state of a delivery before the next byte leaves, and keeps the server's answers."""

    def __init__(self, ws: Workspace, delivery: str) -> None:
        self.ws, self.delivery = ws, delivery
        self._exchanges: list[dict[str, Any]] = []

    def journal(self, exchange: Exchange) -> None:
        kept = asdict(exchange)
        kept["body"] = exchange.body[:_BODY_KEPT]
        self._exchanges.append({**kept, "at": _now()})

    def save(self, state: DeliveryState) -> None:
        with self.ws.store.write(mark("报送进度"), "delivery") as write:
            row = Delivery.get_by_id(self.delivery)
            history = [*(row.history or []), *self._exchanges]
            self._exchanges = []
            if state.state != row.state:
                history.append(_event(state.state, state.words))
            values: dict[str, Any] = {
                "state": state.state,
                "object_url": state.object_url,
                "attempts": state.attempts,
                "next_try_at": _ms(state.not_before),
                "problem": state.problem or None,
                "words": state.words[:4000] or None,
                "progress": {name: getattr(state, name) for name in _FIELDS},
                "history": history,
            }
            if state.state in ENDED and row.finished_at is None:
                values["finished_at"] = write.at
            if state.state != row.state:
                _settle(write, row.package_id, state.state)
                if state.state in _ENTERED:
                    detail = {"delivery": self.delivery, "object": state.object_url, "words": state.words[:500]}
                    head = write.audit(f"delivery.{state.state}", f"package:{row.package_id}", detail)
                    if state.state != "withdrawn":
                        values["audit_head"] = head.mac
            write.update(Delivery, self.delivery, values)


@dataclass(frozen=True)
class _Taken:
    """A delivery that this job alone works on."""

    row: Delivery
    keeper: _Keeper
    depositor: Depositor


@contextmanager
def _taken(ws: Workspace, delivery: str) -> Iterator[_Taken | None]:
    """Take a delivery for this job alone; None where it is at its end. Raises Refused("delivery.running")."""
    with _running_lock:
        if delivery in _running:
            raise Refused("delivery.running")
        _running.add(delivery)
    depositor = None
    try:
        with ws.store.read():  # only now: another job may just have taken it further
            row = Delivery.get_by_id(delivery)
            endpoint = row.endpoint
        if endpoint is None or row.state in ENDED:
            yield None
            return
        keeper = _Keeper(ws, delivery)
        profile = load_profile(endpoint.profile.encode()).profile
        depositor = Depositor(profile, endpoint.token or "", journal=keeper.journal)
        yield _Taken(row, keeper, depositor)
    finally:
        if depositor is not None:
            depositor.close()
        with _running_lock:
            _running.discard(delivery)


def _settle(write: Any, package: str, state: str) -> None:
    """Bring what the office expects in step with the delivery."""
    if state in _SUBMISSION:
        for row in Submission.select().where(Submission.package == package):
            write.update(Submission, row.id, {"state": _SUBMISSION[state], "sent_on": row.sent_on or _now()[:10]})


def _state_of(row: Delivery) -> DeliveryState:
    kept = row.progress or {}
    return DeliveryState(
        delivery_id=row.id,
        package_id=row.package_id,
        state=row.state,
        object_url=row.object_url,
        attempts=row.attempts,
        problem=row.problem or "",
        words=row.words or "",
        **{name: kept[name] for name in _FIELDS if name in kept},
    )


def _answer(ws: Workspace, delivery: str) -> dict[str, Any]:
    states = {choice.code: choice.shown for choice in DELIVERY_STATE}
    with ws.store.read():
        row = Delivery.get_by_id(delivery)
        endpoints = {row.endpoint_id: row.endpoint} if row.endpoint_id else {}
    records_changed = {"delivery": [delivery], "package": [row.package_id]}
    changes = {"op": 0, "label": "", "records": records_changed, "bulk": []}
    return {**_shown(row, states, endpoints), "package": row.package_id, "changes": changes}


def _shown(row: Delivery | None, states: dict[str, str], endpoints: dict[str, Endpoint]) -> dict[str, Any]:
    if row is None:
        return {"id": None, "state": "none", "state_text": "", "next_step": "send", "progress": {"done": 0, "total": 0}}
    kept = row.progress or {}
    endpoint = endpoints.get(row.endpoint_id)
    host = urlsplit(load_profile(endpoint.profile.encode()).profile.service_url).hostname if endpoint else ""
    return {
        "id": row.id,
        "way": row.way,
        "endpoint": row.endpoint_id,
        "endpoint_name": endpoint.name if endpoint else "",
        "state": row.state,
        "state_text": states.get(row.state, row.state),
        # with no address at the server nobody can be asked but the office, and only a person can
        "next_step": "resend" if row.state == "unknown" and not row.object_url else _NEXT.get(row.state, ""),
        "progress": {"done": kept.get("parts_sent", 0), "total": kept.get("parts_total", 0)},
        "read_back": kept.get("read_back"),
        "attempts": row.attempts,
        "problem": sentence(row.problem, {"words": row.words or "", "host": host}) if row.problem else "",
        "words": row.words or "",
        "object_url": row.object_url or "",
        "next_try_at": row.next_try_at,
        "updated_at": row.updated_at,
    }


def _check_fits(package: str, endpoint: str) -> None:
    """A package encrypted to one office is not sent to another, nor an open one where encryption is asked for."""
    parcel = Package.get_by_id(package)
    profile = load_profile(Endpoint.get_by_id(endpoint).profile.encode()).profile
    if sorted(parcel.recipients or []) != sorted(profile.recipients):
        raise Refused("delivery.other_recipient", endpoint=profile.name)


def _event(state: str, note: str = "") -> dict[str, Any]:
    return {"state": state, "at": _now(), "note": note}


def _now() -> str:
    return datetime.now(CHINA).isoformat(timespec="seconds")


def _ms(text: str | None) -> int | None:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp() * 1000) if text else None
