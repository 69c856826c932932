"""Deliveries against a misbehaving receiver: nothing is lost, nothing arrives twice, nothing counts too early."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from exports.delivery import (
    BACKOFF_FIRST,
    BACKOFF_LAST,
    ENDED,
    TRANSITIONS,
    DeliveryState,
    backoff_seconds,
    drive,
    next_delivery_state,
    withdraw,
)
from exports.deposit import Depositor
from exports.endpoint import Dialect, EndpointProfile
from exports.package import sword_metadata
from exports.parcel import FileParcel
from exports.receiver import Misbehaviour, Receiver
from exports.sword import DepositFault
from policy.errors import Usage
from tests.exports.package_samples import IDENTITY, PACKAGE_ID, SIGNER, parcel, spec

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
QUEUED = DeliveryState("d1", PACKAGE_ID)
PART = 40_000


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    with Receiver(tmp_path / "data", "token", identity=IDENTITY, trusted_keys=[SIGNER]) as running:
        yield running


@pytest.fixture
def package(tmp_path: Path) -> FileParcel:
    return parcel(tmp_path / "p.zip")


def profile(receiver: Receiver, *, parts: bool = False, **dialect: object) -> EndpointProfile:
    size = {"segment_over": 1000, "segment_bytes": PART} if parts else {}
    return EndpointProfile("desk", receiver.url, dialect=Dialect(**dialect), **size)  # type: ignore[arg-type]


class Sender:
    """Drives one delivery, keeping every state that was committed."""

    def __init__(self, where: EndpointProfile, package: FileParcel, start: DeliveryState = QUEUED) -> None:
        self.where = where
        self.package = package
        self.saved = [start]
        self.die_at: int | None = None

    def save(self, state: DeliveryState) -> None:
        if self.die_at is not None and len(self.saved) >= self.die_at:
            raise KeyboardInterrupt
        self.saved.append(state)

    def go(self, **options: object) -> DeliveryState:
        client = Depositor(self.where, "token", timeouts=(2, 5))
        try:
            return drive(
                self.saved[-1], self.package, client, self.save,
                metadata=sword_metadata(spec()), now=lambda: NOW, chance=lambda: 0.5, **options,  # type: ignore[arg-type]
            )  # fmt: skip
        finally:
            client.close()

    def until_ended(self, receiver: Receiver) -> DeliveryState:
        for _ in range(6):
            if self.go().state in ENDED:
                break
            receiver.settle()
        return self.saved[-1]


def packages_on(receiver: Receiver) -> list[Path]:
    return sorted((receiver.store.data / "objects").rglob("*-package.zip"))


def posts(receiver: Receiver, start: str) -> int:
    return sum(method == "POST" and path.startswith(start) for method, path in receiver.requests)


@pytest.mark.parametrize("parts", [False, True])
@pytest.mark.parametrize("digest", ["base64-raw", "base64-hex", "hex"])
@pytest.mark.parametrize("body", ["raw", "multipart"])
def test_every_dialect_arrives_whole(
    receiver: Receiver, package: FileParcel, parts: bool, digest: str, body: str
) -> None:
    sender = Sender(profile(receiver, parts=parts, digest=digest, body=body), package)
    first = sender.go()
    assert first.state in ("in_workflow", "ingested")
    done = sender.until_ended(receiver)
    assert (done.state, done.problem, done.read_back) == ("ingested", "", True)
    assert [path.read_bytes() for path in packages_on(receiver)] == [package.path.read_bytes()]
    if parts:
        assert done.parts_total == -(-package.size // PART) == posts(receiver, "/staging/")


@pytest.mark.parametrize("parts", [False, True])
def test_progress_reaches_the_end(receiver: Receiver, package: FileParcel, parts: bool) -> None:
    seen: list[tuple[int, int]] = []
    Sender(profile(receiver, parts=parts), package).go(progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1] == (package.size, package.size)


@pytest.mark.parametrize("parts", [False, True])
def test_killed_before_any_commit_it_goes_on_and_arrives_once(
    receiver: Receiver, package: FileParcel, parts: bool
) -> None:
    whole = Sender(profile(receiver, parts=parts), package)
    whole.until_ended(receiver)
    commits = len(whole.saved)
    for die_at in range(1, commits):
        before = len(packages_on(receiver))
        sent = posts(receiver, "/staging/")
        sender = Sender(whole.where, package)
        sender.die_at = die_at
        try:
            sender.until_ended(receiver)
        except KeyboardInterrupt:
            pass
        else:  # the server is done at once or only when asked again, which is one commit more
            assert die_at == commits - 1
        sender.die_at = None
        assert sender.until_ended(receiver).state == "ingested"
        assert len(packages_on(receiver)) == before + 1
        if parts:
            assert posts(receiver, "/staging/") - sent <= whole.saved[-1].parts_total + 1


@pytest.mark.parametrize(
    ("trouble", "state", "problem"),
    [
        (Misbehaviour("drop", path="/objects/", after=20_000), "unknown", "deposit.lost_answer"),
        (Misbehaviour("lose_answer", path="/objects/"), "unknown", "deposit.lost_answer"),
        (Misbehaviour("lose_answer", path="/service-document"), "queued", "deposit.lost_answer"),
        (Misbehaviour("portal", path="/objects/"), "sending", "deposit.not_sword"),
        (Misbehaviour("portal", path="/service-document"), "queued", "deposit.not_sword"),
        (Misbehaviour("portal", method="GET", path="/service-document"), "queued", "deposit.not_sword"),
        (Misbehaviour("portal", method="GET", path="/objects/"), "created", "deposit.not_sword"),
        (Misbehaviour("garbage", method="GET", path="/objects/"), "created", "deposit.not_sword"),
        (Misbehaviour("status", path="/objects/", status=500), "sending", "deposit.busy"),
        (Misbehaviour("status", path="/objects/", status=412), "sending", "deposit.changed_meanwhile"),
        (Misbehaviour("status", path="/service-document", status=425), "queued", "deposit.busy"),
        (Misbehaviour("status", path="/objects/", status=302), "sending", "deposit.redirected"),
    ],
)
def test_trouble_on_the_way_is_waited_out_and_the_package_arrives_once(
    receiver: Receiver, package: FileParcel, trouble: Misbehaviour, state: str, problem: str
) -> None:
    receiver.misbehave.append(trouble)
    sender = Sender(profile(receiver), package)
    held = sender.go()
    assert (held.state, held.problem, held.attempts) == (state, problem, 1)
    assert held.not_before == (NOW + timedelta(seconds=60)).isoformat(timespec="seconds")
    done = sender.until_ended(receiver)
    assert (done.state, done.problem, done.attempts, done.not_before) == ("ingested", "", 0, None)
    assert len(packages_on(receiver)) == 1


def test_a_lost_completion_is_found_to_have_happened(receiver: Receiver, package: FileParcel) -> None:
    sender = Sender(profile(receiver), package)
    receiver.misbehave.append(Misbehaviour("lose_answer", path="/objects/"))
    assert sender.go().state == "unknown"  # the append was lost
    receiver.misbehave.append(Misbehaviour("lose_answer", path="/objects/"))
    held = sender.go()  # listed, so not sent again; now completing is lost
    assert (held.state, held.problem) == ("sent", "deposit.lost_answer")
    assert sender.until_ended(receiver).state == "ingested"
    assert posts(receiver, "/objects/") == 2


def test_a_cut_in_the_middle_of_the_parts_sends_at_most_one_again(receiver: Receiver, package: FileParcel) -> None:
    sender = Sender(profile(receiver, parts=True), package)
    for trouble in ("drop", "lose_answer", "status"):
        receiver.misbehave.append(Misbehaviour(trouble, path="/staging/", after=100))
        held = sender.go()
        assert held.temporary_url is not None
    total = sender.saved[-1].parts_total
    assert sender.until_ended(receiver).state == "ingested"
    assert posts(receiver, "/staging/") <= total + 3
    assert len(packages_on(receiver)) == 1


def test_an_upload_the_server_forgot_is_begun_anew(receiver: Receiver, package: FileParcel) -> None:
    sender = Sender(profile(receiver, parts=True), package)
    stop: list[int] = []
    sender.go(progress=lambda done, total: stop.append(done), cancelled=lambda: len(stop) >= 2)
    held = sender.saved[-1]
    assert (held.state, held.problem, held.parts_sent) == ("sending", "deposit.cancelled", 2)
    for folder in (receiver.store.data / "staging").iterdir():
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
    assert sender.until_ended(receiver).state == "ingested"


def test_cancelled_in_one_piece_and_sent_later(receiver: Receiver, tmp_path: Path) -> None:
    package = parcel(tmp_path / "big.zip", spec())
    sender = Sender(profile(receiver), package)
    assert sender.go(cancelled=lambda: True).problem == "deposit.cancelled"
    assert packages_on(receiver) == []
    assert sender.until_ended(receiver).state == "ingested"


@pytest.mark.parametrize(
    ("trouble", "problem"),
    [
        (Misbehaviour("status", path="/objects/", status=400), "deposit.refused"),
        (Misbehaviour("status", path="/objects/", status=413), "deposit.too_large"),
        (Misbehaviour("status", path="/service-document", status=403), "deposit.token_refused"),
        (Misbehaviour("status", method="GET", path="/objects/", status=404), "deposit.object_gone"),
        (Misbehaviour("status", path="/objects/", status=301), "deposit.redirected"),
    ],
)
def test_what_waiting_cannot_mend_stops_until_a_person_retries(
    receiver: Receiver, package: FileParcel, trouble: Misbehaviour, problem: str
) -> None:
    receiver.misbehave.append(trouble)
    sender = Sender(profile(receiver), package)
    stopped = sender.go()
    assert (stopped.state, stopped.problem) == ("error", problem)
    count = len(receiver.requests)
    assert sender.go() == stopped
    assert len(receiver.requests) == count
    sender.saved.append(replace(stopped, state=next_delivery_state("error", "retry")))
    assert sender.until_ended(receiver).state == "ingested"
    assert len(packages_on(receiver)) == 1


def test_retry_after_is_obeyed_when_it_is_longer(receiver: Receiver, package: FileParcel) -> None:
    for value, seconds in (("3600", 3600), ("5", 60), ("soon", 60)):
        receiver.misbehave.append(
            Misbehaviour("status", path="/service-document", status=429, headers=(("Retry-After", value),))
        )
        held = Sender(profile(receiver), package).go()
        assert held.not_before == (NOW + timedelta(seconds=seconds)).isoformat(timespec="seconds")


def test_a_package_changed_in_the_outbox_never_counts(receiver: Receiver, package: FileParcel) -> None:
    content = bytearray(package.path.read_bytes())
    content[len(content) // 2] ^= 1
    package.path.write_bytes(content)
    stopped = Sender(profile(receiver), package).go()
    assert (stopped.state, stopped.problem) == ("error", "deposit.parcel_changed")
    assert packages_on(receiver) == []
    package.path.unlink()
    assert Sender(profile(receiver), package).go().problem == "deposit.parcel_unreadable"


def test_a_package_too_large_for_the_office_is_not_begun(receiver: Receiver, package: FileParcel) -> None:
    where = replace(profile(receiver), max_bytes=1000)
    assert Sender(where, package).go().problem == "deposit.too_large"
    assert posts(receiver, "/") == 0


def test_a_rejected_package_brings_the_servers_words(receiver: Receiver, tmp_path: Path) -> None:
    stranger = bytes(range(32))
    package = parcel(tmp_path / "p.zip", spec(signing_seed=stranger))
    content = bytearray(package.path.read_bytes())
    content[len(content) // 2] ^= 1  # inside the encrypted payload
    package.path.write_bytes(content)
    broken = replace(package, sha256=hashlib.sha256(content).hexdigest())
    done = Sender(profile(receiver), broken).until_ended(receiver)
    assert done.state == "rejected"
    assert "package.damaged" in done.words or "age.damaged" in done.words


def test_a_reviewers_decision_is_polled(tmp_path: Path, package: FileParcel) -> None:
    with Receiver(tmp_path / "manual", "token", identity=IDENTITY, auto_review=False) as receiver:
        sender = Sender(profile(receiver), package)
        sender.go()
        receiver.settle()
        assert sender.go().state == "in_workflow"
        receiver.decide(str(sender.saved[-1].object_url), "rejected", "第 3 页缺章")
        assert sender.go().state == "rejected"
        assert "第 3 页缺章" in sender.saved[-1].words


def test_without_drafts_a_lost_answer_waits_for_a_person(receiver: Receiver, package: FileParcel) -> None:
    sender = Sender(profile(receiver, draft_first=False), package)
    receiver.misbehave.append(Misbehaviour("lose_answer", path="/service-document"))
    assert (sender.go().state, sender.saved[-1].problem) == ("unknown", "deposit.lost_answer")
    count = posts(receiver, "/")
    assert (sender.go().state, sender.saved[-1].problem) == ("unknown", "deposit.ask_receiver")
    assert posts(receiver, "/") == count
    fresh = Sender(profile(receiver, draft_first=False), package)
    assert fresh.until_ended(receiver).state == "ingested"


def test_nobody_there_leaves_it_queued(tmp_path: Path, package: FileParcel) -> None:
    with Receiver(tmp_path / "gone", "token") as receiver:
        where = profile(receiver)
        direct = profile(receiver, draft_first=False)
    for place in (where, direct):
        held = Sender(place, package).go()
        assert (held.state, held.problem) == ("queued", "deposit.unreachable")


def test_an_object_with_two_packages_goes_to_a_person(receiver: Receiver, package: FileParcel) -> None:
    client = Depositor(profile(receiver), "token")
    url = client.create_draft(sword_metadata(spec()), "s")
    client.append(url, package)
    client.append(url, package)
    client.close()
    sender = Sender(profile(receiver), package, replace(QUEUED, state="unknown", object_url=url))
    assert (sender.go().state, sender.saved[-1].problem) == ("error", "deposit.listed_twice")


def test_a_copy_that_differs_on_the_server_is_an_error(receiver: Receiver, package: FileParcel) -> None:
    sender = Sender(profile(receiver), package)
    receiver.misbehave.append(Misbehaviour("lose_answer", path="/objects/"))
    sender.go()
    (copy,) = packages_on(receiver)
    copy.write_bytes(b"something else")
    stopped = sender.go()
    assert (stopped.state, stopped.problem, stopped.read_back) == ("error", "deposit.copy_differs", False)


def test_a_store_that_cannot_commit_is_not_swallowed(receiver: Receiver, package: FileParcel) -> None:
    def full(state: DeliveryState) -> None:
        raise OSError(28, "No space left on device")

    client = Depositor(profile(receiver), "token")
    with pytest.raises(OSError, match="No space"):
        drive(QUEUED, package, client, full, metadata=sword_metadata(spec()))
    client.close()
    assert packages_on(receiver) == []


def test_withdrawing_deletes_on_the_server(receiver: Receiver, package: FileParcel) -> None:
    client = Depositor(profile(receiver), "token")
    url = client.create_draft(sword_metadata(spec()), "s")
    saved: list[DeliveryState] = []
    state = replace(QUEUED, state="created", object_url=url)
    assert withdraw(state, client, saved.append).state == "withdrawn"
    with pytest.raises(DepositFault, match=r"deposit\.object_gone"):
        client.status(url)
    assert withdraw(state, client, saved.append).state == "withdrawn"
    client.close()
    with pytest.raises(Usage, match=r"delivery\.bad_transition"):
        withdraw(replace(QUEUED, state="ingested"), client, saved.append)


def test_transitions_are_the_ones_of_the_design() -> None:
    assert next_delivery_state("draft", "freeze") == "frozen"
    assert next_delivery_state("sending", "restore") == "unknown"
    assert next_delivery_state("handed_in_offline", "reject") == "rejected"
    for state, event in (("ingested", "send"), ("rejected", "retry"), ("draft", "send"), ("nowhere", "queue")):
        with pytest.raises(Usage, match=r"delivery\.bad_transition"):
            next_delivery_state(state, event)
    reached = {"draft"}
    while new := {to for (state, _event), to in TRANSITIONS.items() if state in reached} - reached:
        reached |= new
    assert reached == {
        "draft", "frozen", "queued", "created", "sending", "sent", "in_workflow", "ingested", "rejected", "error",
        "unknown", "withdrawn", "handed_in_offline",
    }  # fmt: skip


def test_backoff_doubles_from_a_minute_to_six_hours_and_spreads() -> None:
    middle = [backoff_seconds(attempt, 0.5) for attempt in range(1, 12)]
    assert middle[:3] == [60, 120, 240]
    assert middle[-1] == BACKOFF_LAST
    assert middle == sorted(middle)
    assert backoff_seconds(3, 0.0) < backoff_seconds(3, 0.99)
    for attempt in (0, 1, 5, 10_000):
        for chance in (0.0, 0.99):
            assert BACKOFF_FIRST <= backoff_seconds(attempt, chance) <= BACKOFF_LAST
