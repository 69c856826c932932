"""A large import is indexed behind it: nothing is lost in between, and what changed meanwhile is found as it is now."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from db import writes
from db.files import write_private
from desktop import cli
from desktop.runtime.client import Reply, StoreClient
from desktop.services import load_services
from desktop.services.registry import call
from desktop.services.session import Session

PASSPHRASE = "long enough a phrase"


def workspace(folder: Path) -> Session:
    load_services()
    session = Session()
    call(
        session, "workspace.create", folder=str(folder), passphrase=PASSPHRASE, organisation="示例", kinds=["incubator"]
    )
    return session


def reopened(folder: Path) -> Session:
    session = Session()
    call(session, "workspace.open", folder=str(folder), passphrase=PASSPHRASE)
    return session


def ledger(folder: Path, rows: int) -> str:
    names = "\r\n".join(f"嘉陵{number}号智能装备有限公司" for number in range(rows))
    write_private(folder / "ledger.csv", f"\ufeff企业名称\r\n{names}\r\n".encode())
    return str(folder / "ledger.csv")


def found(session: Session, text: str) -> list[str]:
    return sorted(hit["title"] for hit in call(session, "records.find", text=text, limit=100))


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """A workspace in which 30 firms were imported and wait to be indexed."""
    monkeypatch.setattr(writes, "INDEXED_AT_ONCE", 20)
    session = workspace(tmp_path / "w")
    call(session, "ledger.import", file=ledger(tmp_path, 30), kind="firm")
    yield session
    session.close()


def test_a_small_import_is_found_at_once(tmp_path: Path) -> None:
    session = workspace(tmp_path / "w")
    call(session, "ledger.import", file=ledger(tmp_path, 30), kind="firm")
    assert len(found(session, "智能装备")) == 30
    assert session.index_waiting(100) == 0
    session.close()


def test_a_large_one_is_found_as_far_as_it_is_indexed(session: Session) -> None:
    assert found(session, "智能装备") == []
    assert session.index_waiting(20) == 20
    assert len(found(session, "智能装备")) == 20
    assert session.index_waiting(20) == 10
    assert len(found(session, "jialing")) == 30
    assert session.index_waiting(20) == 0


def test_the_queue_outlives_the_process(session: Session, tmp_path: Path) -> None:
    session.index_waiting(20)
    session.close()
    again = reopened(tmp_path / "w")
    assert again.index_waiting(100) == 10
    assert len(found(again, "智能装备")) == 30
    again.close()


def test_what_changed_meanwhile_is_found_as_it_is_now(session: Session) -> None:
    call(session, "records.edit", kind="firm", id="嘉陵7号智能装备有限公司", values={"name": "綦江新名有限公司"})
    call(session, "records.delete", kind="firm", id="嘉陵8号智能装备有限公司")
    assert found(session, "綦江新名") == ["綦江新名有限公司"]
    assert session.index_waiting(100) == 30
    assert found(session, "綦江新名") == ["綦江新名有限公司"]
    assert found(session, "嘉陵7号") == found(session, "嘉陵8号") == []
    assert len(found(session, "智能装备")) == 28


def test_an_undone_import_leaves_nothing_in_the_index(session: Session) -> None:
    session.index_waiting(5)
    call(session, "records.undo")
    while session.index_waiting(100):
        pass
    assert found(session, "智能装备") == []


def test_a_failed_step_keeps_its_records_in_the_queue(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    assert session.workspace is not None
    with monkeypatch.context() as broken:
        broken.setattr("db.search.done_until", lambda conn, place: conn.execute("INSERT INTO nowhere VALUES (1)"))
        with pytest.raises(Exception, match="nowhere"):
            session.index_waiting(10)
    assert found(session, "智能装备") == []
    assert session.index_waiting(100) == 30
    assert len(found(session, "智能装备")) == 30


def test_nothing_to_do_without_an_open_workspace(session: Session) -> None:
    workspace_ = session.workspace
    assert workspace_ is not None
    session.close()
    assert session.index_waiting(10) == 0
    assert workspace_.store.index_waiting(10) == 0
    assert workspace_.store.database.is_closed()


def test_the_command_line_ends_with_everything_indexed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(writes, "INDEXED_AT_ONCE", 20)
    workspace(tmp_path / "w").close()
    secret = tmp_path / "secret"
    write_private(secret, PASSPHRASE.encode())
    common = ["--workspace", str(tmp_path / "w"), "--passphrase-file", str(secret)]
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    assert cli.main([*common, "import", ledger(tmp_path, 30)]) == 0
    session = reopened(tmp_path / "w")
    assert session.index_waiting(100) == 0
    assert len(found(session, "智能装备")) == 30
    session.close()
    capsys.readouterr()


def test_the_store_process_indexes_by_itself(session: Session, tmp_path: Path) -> None:
    """It takes up what an earlier run left, without being asked for anything but to open."""
    session.close()
    replies: dict[int, Reply] = {}
    client = StoreClient()
    client.listener = lambda reply: replies.__setitem__(reply.number, reply)

    def ask(name: str, **parameters: Any) -> Any:
        number = client.request(name, **parameters)
        deadline = time.monotonic() + 30
        while number not in replies or replies[number].kind == "progress":
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert replies[number].kind == "result", replies[number]
        return replies[number].value

    try:
        ask("workspace.open", folder=str(tmp_path / "w"), passphrase=PASSPHRASE)
        deadline = time.monotonic() + 30
        while len(ask("records.find", text="智能装备", limit=100)) < 30:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        client.close()
