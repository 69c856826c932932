"""Deliveries through the services: what is asked first, what is never sent twice, and what one bad package does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from db.models import Delivery, Endpoint, Package
from desktop.services import sending
from desktop.services.registry import in_turn
from exports.delivery import DeliveryState
from exports.endpoint import EndpointProfile, dump_profile
from policy.errors import Refused, WorldFault
from tests.store.filehelp import packaged


@pytest.fixture
def office(ws) -> str:
    profile = dump_profile(EndpointProfile(name="局", service_url="http://127.0.0.1:9/sword")).decode()
    with ws.store.write("x") as write:
        return write.insert(Endpoint, {"name": "局", "profile": profile, "token": "t0ken-of-the-office"})


def _delivery(ws, office: str, state: str, **values: Any) -> str:
    with ws.store.write("x") as write:
        return write.insert(Delivery, {"package": "p1", "endpoint": office, "state": state, **values})


@pytest.fixture
def driven(monkeypatch: pytest.MonkeyPatch) -> list[DeliveryState]:
    """The states that the driver was started with; it does nothing."""
    seen: list[DeliveryState] = []
    monkeypatch.setattr(sending, "drive", lambda state, *_rest, **_named: seen.append(state))
    return seen


def test_the_state_is_read_when_the_delivery_is_ours_alone(call, ws, office, driven, monkeypatch):
    packaged(ws)
    delivery = _delivery(ws, office, "queued")

    class Elsewhere:
        """Another job ends this delivery between our look at it and our claim."""

        def __enter__(self) -> None:
            with ws.store.write("x") as write:
                write.update(Delivery, delivery, {"state": "ingested"})

        def __exit__(self, *_error: object) -> None:
            pass

    monkeypatch.setattr(sending, "_running_lock", Elsewhere())
    assert call("delivery.resume", id=delivery)["state"] == "ingested"
    assert driven == [] and sending._running == set()


def test_one_bad_package_does_not_stop_the_others(call, ws, office, monkeypatch):
    packaged(ws)
    first, second = (_delivery(ws, office, "queued", created_at=at) for at in (1, 2))
    seen = []

    def drive(state: DeliveryState, *_rest: Any, **_named: Any) -> None:
        seen.append(state.delivery_id)
        if len(seen) == 1:
            raise WorldFault("outbox.damaged", package="p1")

    monkeypatch.setattr(sending, "drive", drive)
    answers = call("delivery.pump")
    assert seen == [first, second]
    assert answers[0]["problem"] and answers[1]["id"] == second


def test_what_only_a_person_can_settle_is_not_touched_by_itself(call, ws, office, driven):
    packaged(ws)
    _delivery(ws, office, "unknown")
    waits = _delivery(ws, office, "unknown", object_url="http://127.0.0.1:9/o", next_try_at=1)
    call("delivery.pump")
    assert [state.delivery_id for state in driven] == [waits]


def test_a_restored_delivery_waits_for_a_person(call, ws, office, driven, template, tmp_path: Path):
    packaged(ws)
    delivery = _delivery(ws, office, "queued", next_try_at=1)
    call("backup.make", file=str(tmp_path / "b"))
    call("backup.restore", file=str(tmp_path / "b"), folder=str(tmp_path / "r"), passphrase=template.passphrase)
    call("delivery.pump")
    assert driven == []
    call("delivery.send", package="p1", endpoint=office)
    assert [state.state for state in driven] == ["unknown"]
    answer = call("delivery.send", package="p1", endpoint=office, not_arrived=True)
    assert (answer["id"], driven[-1].state) == (delivery, "queued")


def test_what_has_an_address_at_the_server_is_asked_and_not_taken_on_trust(call, ws, office, driven):
    packaged(ws)
    _delivery(ws, office, "unknown", object_url="http://127.0.0.1:9/o")
    call("delivery.send", package="p1", endpoint=office, not_arrived=True)
    assert driven[-1].state == "unknown"


def test_no_answer_shows_the_token(call, ws, office, driven):
    packaged(ws)
    delivery = _delivery(ws, office, "queued")
    shown = [call("endpoint.list"), call("delivery.list"), call("delivery.resume", id=delivery)]
    shown.append(call("delivery.receipt_content", id=delivery))
    shown.append(call("lists.history", kind="endpoint", id=office))
    assert "t0ken" not in json.dumps(shown, ensure_ascii=False)


def test_a_package_encrypted_to_another_office_is_not_sent(call, ws, office, driven):
    packaged(ws)
    with ws.store.write("x") as write:
        write.update(Package, "p1", {"recipients": ["age1other"]})
    with pytest.raises(Refused, match=r"delivery\.other_recipient"):
        call("delivery.send", package="p1", endpoint=office)
    assert driven == []


@pytest.mark.parametrize("state", ["ingested", "rejected", "withdrawn", "handed_in_offline"])
def test_what_has_been_decided_on_is_not_withdrawn(call, ws, office, state):
    packaged(ws)
    delivery = _delivery(ws, office, state)
    with pytest.raises(Refused, match=r"delivery\.decided") as refused:
        call("delivery.withdraw", id=delivery)
    told = next(row["state_text"] for row in call("delivery.list") if row["id"] == delivery)
    assert refused.value.params == {"state": told} and told


def test_whoever_types_does_not_wait_for_a_server_that_is_asked(call):
    asks = ("delivery.send", "delivery.resume", "delivery.pump", "delivery.withdraw", "endpoint.add")
    assert [name for name in asks if in_turn(name)] == []
