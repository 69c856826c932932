"""Search as the user types against the same full-text queries as raw SQL on the same open store."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from db import migrate, search
from desktop.bench.data import Scale, documents, typed_texts
from desktop.bench.measure import Result, percentile, seconds
from policy.i18n import tr

_TARGET, _LIMIT_MS = 2.0, 16.0
_P95 = 0.95


def as_you_type(scale: Scale, folder: Path) -> list[Result]:
    """The 95th percentile over every beginning of what somebody types; also within 16 ms."""
    database = migrate.connect(folder / "search.db", os.urandom(32))
    try:
        connection = database.connection()
        for statement in search.SCHEMA:
            connection.execute(statement)
        connection.execute("BEGIN")
        build = seconds(lambda: search.put_many(connection, documents(scale)))
        build += seconds(lambda: connection.execute("COMMIT"))
        ours, peer = [], []
        for text in typed_texts(scale):
            noted = _Noting(connection)
            search.find(noted, text)  # also warms the pages for both sides
            ours.append(min(seconds(search.find, connection, text) for _ in range(scale.repeats)))
            peer.append(min(seconds(noted.repeat) for _ in range(scale.repeats)))
        held = connection.execute("SELECT count(*) FROM search_doc").fetchone()[0]
    finally:
        database.close()
    our_ms, peer_ms = percentile(ours, _P95) * 1000, percentile(peer, _P95) * 1000
    detail = {
        "ours_p95_ms": round(our_ms, 3),
        "peer_p95_ms": round(peer_ms, 3),
        "ours_max_ms": round(max(ours) * 1000, 3),
        "ours_median_ms": round(percentile(ours, 0.5) * 1000, 3),
        "texts": len(ours),
        "documents": held,
        "build_s": round(build, 2),
        "peer": tr("同一存储上同样的全文查询，直接用 SQL"),
        "repeats": scale.repeats,
    }
    ratio = our_ms / peer_ms
    return [Result("search", ratio, _TARGET, ratio <= _TARGET and our_ms <= _LIMIT_MS, "time", detail)]


class _Noting:
    """Passes statements on and keeps the full-text ones, to run them again without us."""

    def __init__(self, connection: sqlcipher.Connection) -> None:
        self._connection = connection
        self._noted: list[tuple[str, Sequence[object]]] = []

    def execute(self, sql: str, parameters: Sequence[object] = (), /) -> Iterator[tuple[object, ...]]:
        if sql.startswith("SELECT") and "search_kind" not in sql:
            self._noted.append((sql, parameters))
        found: Iterator[tuple[object, ...]] = self._connection.execute(sql, parameters)
        return found

    def executemany(self, sql: str, parameters: Iterable[Sequence[object]], /) -> object:
        return self._connection.executemany(sql, parameters)

    def repeat(self) -> None:
        """Run what was noted and read it to the end."""
        for sql, parameters in self._noted:
            self._connection.execute(sql, parameters).fetchall()
