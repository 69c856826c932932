"""A copied workspace knows it is one, sends nothing until it is settled which goes on, and a fork has its own name."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from db.models import AuditEntry, Delivery, Endpoint
from desktop.services import sending
from desktop.services.registry import call as call_service
from desktop.services.session import Session
from desktop.services.workspace import Workspace, open_with
from exports.delivery import DeliveryState
from exports.endpoint import EndpointProfile, dump_profile
from policy.errors import Fault, Refused
from tests.store.conftest import Template
from tests.store.filehelp import packaged

_WAITING = ("queued", "created", "sending", "unknown")


class Place:
    """Opens a workspace in one folder or another, one at a time."""

    def __init__(self, template: Template) -> None:
        self._secret, self.session = template.keyring_secret, Session()

    def opened(self, folder: Path) -> Workspace:
        self.session.close()
        self.session.workspace = open_with(folder, "keyring", self._secret)
        return self.session.workspace

    def call(self, name: str, /, **parameters: Any) -> Any:
        return call_service(self.session, name, None, **parameters)

    @property
    def question(self) -> Any:
        return self.call("replica.state")["question"]


@pytest.fixture
def place(template: Template, folder: Path) -> Iterator[Place]:
    """The test's workspace was opened once, and closed."""
    found = Place(template)
    found.opened(folder)
    assert found.question is None
    found.session.close()
    yield found
    found.session.close()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[DeliveryState]:
    """What the driver was started with; it does nothing."""
    seen: list[DeliveryState] = []
    monkeypatch.setattr(sending, "drive", lambda state, *_rest, **_named: seen.append(state))
    return seen


@pytest.fixture
def another_computer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], None]:
    """What comes after the call happens for a user of another computer."""
    return lambda: monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "other computer"))


def _queue(ws: Workspace) -> str:
    """A sealed package `p1` on its way to an office."""
    packaged(ws)
    profile = dump_profile(EndpointProfile(name="局", service_url="http://127.0.0.1:9/sword")).decode()
    with ws.store.write("x") as write:
        office = write.insert(Endpoint, {"name": "局", "profile": profile, "token": "t"})
        for state in (*_WAITING, "in_workflow", "ingested"):
            values = {"package": "p1", "endpoint": office, "state": state, "next_try_at": 1}
            write.insert(Delivery, {**values, "object_url": None if state == "queued" else "http://127.0.0.1:9/o"})
    return office


def _states(ws: Workspace) -> list[tuple[str, int | None]]:
    with ws.store.read():
        return [(row.state, row.next_try_at) for row in Delivery.select().order_by(Delivery.created_at, Delivery.id)]


def _audited(ws: Workspace) -> str:
    with ws.store.read():
        return str(AuditEntry.select().order_by(AuditEntry.seq.desc()).first().action)


def test_a_copy_beside_the_original_asks_and_a_renamed_folder_does_not(place, folder):
    copy = Path(shutil.copytree(folder, folder.with_name("拷贝")))
    place.opened(copy)
    assert place.question == {"folder": str(folder.resolve()), "computer": "same"}
    place.opened(folder)
    assert place.question is None
    place.session.close()
    shutil.rmtree(copy)
    renamed = folder.rename(folder.with_name("改名"))
    place.opened(renamed)
    assert place.question is None
    again = renamed.rename(folder.with_name("再改名"))  # the name in between was noted
    place.opened(again)
    assert place.question is None


def test_another_folder_under_the_former_name_is_no_original(place, folder, template):
    moved = folder.rename(folder.with_name("改名"))
    folder.mkdir()
    (folder / "keyslots.json").write_text(
        (moved / "keyslots.json").read_text().replace('"workspace": "', '"workspace": "f')
    )
    place.opened(moved)
    assert place.question is None


def test_on_another_computer_it_asks_even_where_the_folder_is_called_the_same(place, folder, another_computer):
    another_computer()
    place.opened(folder)
    assert place.question == {"folder": str(folder.resolve()), "computer": "other"}
    assert place.call("workspace.info")["replica"]["question"] == place.question


def test_nothing_is_sent_until_it_is_settled(place, folder, another_computer, sent):
    office = _queue(place.opened(folder))
    another_computer()
    ws = place.opened(folder)
    before = _states(ws)
    first = {"id": _first(ws)}
    for name, parameters in (
        ("send", {"package": "p1", "endpoint": office}),
        ("resume", first),
        ("withdraw", first),  # of what the other copy has sent
    ):
        with pytest.raises(Refused, match=r"replica\.unsettled"):
            place.call(f"delivery.{name}", **parameters)
    assert all(answer["problem"] for answer in place.call("delivery.pump"))
    assert sent == [] and _states(ws) == before


def test_who_moved_goes_on_as_before(place, folder, another_computer, sent):
    _queue(place.opened(folder))
    was = place.call("replica.state")
    another_computer()
    ws = place.opened(folder)
    before = _states(ws)
    assert place.call("replica.settle", how="moved") == {"replica": was["replica"]}
    assert place.call("replica.state") == {**was, "question": None}
    assert _states(ws) == before and _audited(ws) == "workspace.moved"
    place.call("delivery.pump")
    assert sent
    place.opened(folder)
    assert place.question is None


def test_a_fork_has_a_name_of_its_own_and_waits_for_a_person(place, folder, sent):
    _queue(place.opened(folder))
    was = place.call("replica.state")["replica"]
    place.session.close()
    copy = Path(shutil.copytree(folder, folder.with_name("拷贝")))
    ws = place.opened(copy)
    made = place.call("replica.settle", how="forked")["replica"]
    assert made != was
    known = ws.store.setting("replica")
    assert isinstance(known, dict)
    assert (known["how"], known["parents"]) == ("forked", [was]) and known["first_op"] > 0
    assert place.question is None and _audited(ws) == "workspace.forked"
    states = _states(ws)
    assert sorted(state for state, _next in states) == sorted(["unknown"] * 4 + ["in_workflow", "ingested"])
    assert all(due is None for state, due in states if state == "unknown")
    place.call("delivery.pump")
    assert [state.state for state in sent] == ["in_workflow"]  # asks for the answer; sends nothing
    again = place.call("replica.settle", how="forked")["replica"]  # a copy of the copy
    assert ws.store.setting("replica")["parents"] == [was, made] and again not in (was, made)
    place.opened(folder)
    assert place.call("replica.state")["replica"] == was
    assert [state for state, _next in _states(place.session.workspace)].count("unknown") == 1


def test_only_the_two_answers_count(place, folder, another_computer):
    another_computer()
    ws = place.opened(folder)
    with pytest.raises(Refused, match=r"replica\.how"):
        place.call("replica.settle", how="both")
    assert place.question is not None and ws.store.setting("replica")["how"] == "created"
    with pytest.raises(Fault, match=r"settings\.protected"):
        place.call("settings.save", key="replica", value={})


def _first(ws: Workspace) -> str:
    with ws.store.read():
        return str(Delivery.select().order_by(Delivery.created_at).first().id)
