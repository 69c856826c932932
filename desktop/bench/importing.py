"""Importing a ledger with all its checks against reading the workbook and one raw insert of its rows."""

from __future__ import annotations

import os
from pathlib import Path

from python_calamine import CalamineWorkbook

from db import migrate
from desktop.bench.data import Scale, ledger
from desktop.bench.measure import Clock, Result, alone, median, sides
from desktop.services import load_services, workspace
from desktop.services.registry import call
from desktop.services.session import Session
from policy.i18n import tr

_TARGET, _MEMORY_TARGET = 2.5, 1.3
_INDEXED_AT_A_TIME = 200  # as the store process does it behind the import


def imports(scale: Scale, folder: Path) -> list[Result]:
    """Until the rows are safe and the person can go on; what is indexed behind that is in the detail."""
    file = ledger(folder / "ledger.xlsx", scale.ledger_rows)
    ours, peer = [], []
    for turn in range(scale.repeats):
        ours.append(alone(_import, str(file), str(folder / f"import{turn}")))
        peer.append(alone(_read_and_insert, str(file), str(folder / f"raw{turn}.db")))
    ratio, detail = sides(ours, peer, tr("calamine 读取并一次写入加密库"))
    memory = (median(ours, "peak_mib") or 0) / (median(peer, "peak_mib") or 1)
    behind = [clock.facts["index_s"] for clock in ours]
    detail |= {
        "rows": scale.ledger_rows,
        "memory_ratio": round(memory, 2),
        "memory_target": _MEMORY_TARGET,
        "index_behind_s": round(sorted(behind)[len(behind) // 2], 2),
    }
    return [Result("import", ratio, _TARGET, ratio <= _TARGET and memory <= _MEMORY_TARGET, "time", detail)]


def _import(clock: Clock, file: str, folder: str) -> None:
    load_services()
    session = Session()
    session.workspace, _code = workspace.create(
        Path(folder), passphrase=os.urandom(12).hex(), organisation="示例", kinds=["incubator"], person=""
    )
    try:
        with clock:
            answer = call(session, "ledger.import", file=file, kind="firm")
        if answer["added"] != answer["rows"]:
            raise AssertionError(answer["rejected"][:3])
        behind = Clock()
        with behind:
            while session.index_waiting(_INDEXED_AT_A_TIME):
                pass
        clock.facts["index_s"] = behind.seconds
    finally:
        session.close()


def _read_and_insert(clock: Clock, file: str, path: str) -> None:
    database = migrate.connect(Path(path), os.urandom(32))
    try:
        connection = database.connection()
        with clock:
            rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).iter_rows()
            width = len(next(rows))
            columns = ", ".join(f"c{place}" for place in range(width))
            connection.execute(f"CREATE TABLE bench ({columns})")
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(f"INSERT INTO bench VALUES ({', '.join('?' * width)})", rows)  # noqa: S608
            connection.execute("COMMIT")
    finally:
        database.close()
