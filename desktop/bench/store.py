"""The encrypted store against the same operations on a plain SQLite file, and one save against one raw commit."""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from db import migrate, search
from db.models import Case
from desktop.bench.data import FIELDS, SEED, Scale, documents, firms, typed_texts
from desktop.bench.measure import Result, seconds
from desktop.services import load_services, workspace
from desktop.services.registry import call
from desktop.services.session import Session
from policy.i18n import tr

_READS = 2_000
_COMMITS = 50
_STORE_TARGET, _SEARCH_TARGET = 1.4, 2.0
_SAVE_TARGET_MS = 2.0
_INSERT = f"INSERT INTO bench ({', '.join(FIELDS)}) VALUES ({', '.join('?' * len(FIELDS))})"  # noqa: S608


def encrypted(scale: Scale, folder: Path) -> list[Result]:
    """Load, single commits, reads by key, a scan; then the search index, on both kinds of file."""
    rows = [[row[name] for name in FIELDS] for row in firms(scale.ledger_rows)]
    entries, texts = list(documents(scale)), typed_texts(scale)
    times: dict[str, list[dict[str, float]]] = {"ours": [], "peer": []}
    for turn in range(scale.repeats):
        for side in times:
            with _connection(folder / f"{side}{turn}.db", side == "ours") as connection:
                times[side].append(_operations(connection, rows, entries, texts))
    ours, peer = ({step: statistics.median(run[step] for run in runs) for step in runs[0]} for runs in times.values())
    peer_name = tr("同样的操作，未加密的 SQLite 文件")
    results = []
    for name, target, steps in (
        ("store", _STORE_TARGET, ("load", "commits", "reads", "scan")),
        ("store-search", _SEARCH_TARGET, ("index", "find")),
    ):
        ratio = sum(ours[step] for step in steps) / sum(peer[step] for step in steps)
        detail: dict[str, Any] = {"peer": peer_name, "repeats": scale.repeats}
        for step in steps:
            detail |= {f"{step}_ours_s": round(ours[step], 5), f"{step}_peer_s": round(peer[step], 5)}
        results.append(Result(name, ratio, target, ratio <= target, "time", detail))
    return results


@contextmanager
def _connection(path: Path, encrypt: bool) -> Iterator[sqlcipher.Connection]:
    """A connection with the store's own settings, with or without its encryption."""
    if encrypt:
        database = migrate.connect(path, os.urandom(32))
        yield database.connection()
        database.close()
        return
    connection = sqlcipher.connect(str(path), isolation_level=None)
    for name, value in migrate.PRAGMAS:
        connection.execute(f"PRAGMA {name} = {value}")
    yield connection
    connection.close()


def _operations(
    connection: sqlcipher.Connection, rows: list[list[Any]], entries: list[search.Entry], texts: list[str]
) -> dict[str, float]:
    for statement in search.SCHEMA:
        connection.execute(statement)
    connection.execute(f"CREATE TABLE bench (id INTEGER PRIMARY KEY, {', '.join(FIELDS)})")
    rng = Random(SEED)  # noqa: S311 - an order of reading
    places = [rng.randint(1, len(rows)) for _ in range(_READS)]
    return {
        "load": seconds(lambda: _transaction(connection, lambda: connection.executemany(_INSERT, rows))),
        "commits": seconds(lambda: [connection.execute(_INSERT, row) for row in rows[:_COMMITS]]),
        "reads": seconds(
            lambda: [connection.execute("SELECT * FROM bench WHERE id = ?", (place,)).fetchone() for place in places]
        ),
        "scan": seconds(lambda: connection.execute("SELECT sum(reg_capital), count(website) FROM bench").fetchone()),
        "index": seconds(lambda: _transaction(connection, lambda: search.put_many(connection, entries))),
        "find": seconds(lambda: [search.find(connection, text) for text in texts]),
    }


def _transaction(connection: sqlcipher.Connection, work: Callable[[], Any]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    work()
    connection.execute("COMMIT")


def save(scale: Scale, folder: Path) -> list[Result]:
    """A log entry through the service, against one raw durable commit of a row into the same store."""
    load_services()
    session = Session()
    session.workspace, _code = workspace.create(
        folder / "save", passphrase=os.urandom(12).hex(), organisation="示例", kinds=["agency"], person=""
    )
    try:
        store = session.workspace.store
        with store.write("准备") as write:
            case = write.insert(Case, {"no": "CQ-1", "title": "示例案件", "outcome": "open", "track": "supply"})
        with store.read() as connection:
            connection.execute("CREATE TABLE bench (id INTEGER PRIMARY KEY, note TEXT)")
            commits: list[str] = []
            connection.set_trace_callback(lambda sql: commits.append(sql) if sql.startswith("COMMIT") else None)
            call(session, "case.log", case=case, kind="visit", note="第一次走访")
            connection.set_trace_callback(None)
            ours, peer = [], []
            for number in range(scale.saves):
                note = f"第{number}次走访，谈了样机与试用"
                ours.append(seconds(call, session, "case.log", case=case, kind="visit", note=note))
                peer.append(seconds(connection.execute, "INSERT INTO bench (note) VALUES (?)", (note,)))
    finally:
        session.close()
    our_time, peer_time = statistics.median(ours), statistics.median(peer)
    above_ms = (our_time - peer_time) * 1000
    detail = {
        "ours_s": round(our_time, 6),
        "peer_s": round(peer_time, 6),
        "commits": len(commits),
        "times_the_peer": round(our_time / peer_time, 2),
        "peer": tr("同一存储里的一次落盘提交"),
        "repeats": scale.saves,
    }
    met = above_ms <= _SAVE_TARGET_MS and len(commits) == 1
    return [Result("save", above_ms, _SAVE_TARGET_MS, met, "ms above the peer", detail)]
