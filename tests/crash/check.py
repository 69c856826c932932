"""What must hold of every workspace after a crash or a fault, whatever was being written."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

from db.models import RECORDS, Application, Change, Evidence, Op, Package, Submission
from db.queries.rows import tuple_rows
from desktop.services.workspace import Workspace
from tests.crash.bench import Bench

# what an open workspace may hold beside evidence/, outbox/ and backups/
_LEFT = (".part", ".migrating", ".tmp", ".new")


def whole(bench: Bench) -> list[str]:
    """Damage of the store, and what is there by half: rows without their change, files without rows and the reverse."""
    ws = bench.ws
    found = [f"damaged: {text}" for text in ws.store.integrity()]
    verified = bench.call("workspace.verify")
    if not verified["ok"]:
        found += [f"damaged: {problem}" for problem in verified["problems"]]
    with ws.store.read():
        found += _history()
        found += files_and_rows(ws)
        packages = {record for (record,) in tuple_rows(Package.select(Package.id))}
        awaited = [record for (record,) in tuple_rows(Submission.select(Submission.package))]
        found += [f"half: package {record} is not awaited" for record in packages if awaited.count(record) != 1]
    found += [f"half: {path.name} was left" for path in ws.folder.rglob("*") if path.name.endswith(_LEFT)]
    found += [f"half: {path.name} can be read by others" for path in ws.folder.rglob("*") if not _private(path)]
    return found


def files_and_rows(ws: Workspace) -> list[str]:
    """Encrypted files that no row knows, and rows whose file is gone; called under the store's lock."""
    named = {name for (name,) in tuple_rows(Evidence.select(Evidence.blob))}
    named |= {name for (name,) in tuple_rows(Application.select(Application.pdf_blob))}
    stored = set(ws.evidence.names())
    found = [f"half: evidence file {name[:12]} without a row" for name in stored - named]
    found += [f"lost: evidence file {name[:12]}" for name in named - stored]
    packages = {record for (record,) in tuple_rows(Package.select(Package.id))}
    parcels = set(ws.outbox.packages())
    found += [f"half: package files {name} without a row" for name in parcels - packages]
    return found + [f"lost: files of package {name}" for name in packages - parcels]


def usable(bench: Bench) -> list[str]:
    """The next write works, and closing and opening again gives it back."""
    record = bench.call("records.add", kind="firm", values={"name": "事后登记的公司"})["id"]
    bench.close()
    bench.open()
    kept = bench.call("records.get", kind="firm", id=record)["name"] == "事后登记的公司"
    bench.close()
    return [] if kept else ["lost: what was written after the crash"]


def _history() -> list[str]:
    """Operations without changes, and rows without the change that made them."""
    made = {(kind, record) for kind, record in tuple_rows(_inserts())}
    empty = Op.select(Op.id).where(Op.id.not_in(Change.select(Change.op)))
    found = [f"half: operation {op} without changes" for (op,) in tuple_rows(empty)]
    for model in RECORDS:
        table, key = model._meta.table_name, model._meta.primary_key
        rows = {record for (record,) in tuple_rows(model.select(key))}
        found += [f"half: {table} {record} without history" for record in rows if (table, record) not in made]
    return found


def _inserts() -> Any:
    return Change.select(Change.kind, Change.record).where(Change.action == "insert")


def _private(path: Path) -> bool:
    return path.is_symlink() or not stat.S_IMODE(path.stat().st_mode) & 0o077
