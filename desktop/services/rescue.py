"""Taking what can be read of a damaged workspace into a new one; the damaged one stays as it is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from db import exchange, rescue, search
from db.blobs import Blobs
from db.files import private_folder, whole_file, world_faults
from db.keyslots import COPY_NAME, FILE_NAME, KeySlots, derive
from db.models import RECORDS, Application, Evidence, Package
from db.outbox import Outbox
from db.queries.rows import tuple_rows
from db.searchtext import is_indexed
from db.store import Store
from desktop.runtime.lock import InstanceLock
from desktop.services import backupstate, replica
from desktop.services import workspace as workspaces
from desktop.services.registry import Job, session_service
from desktop.services.session import Session, way_in
from desktop.services.verify import is_whole, label_of
from desktop.services.workspace import STORE_NAME, Workspace
from policy.errors import Refused, WorldFault
from policy.i18n import listed, mark, sentences, tr

_SHOWN = 20  # of a long list


@dataclass(slots=True)
class _Files:
    """What became of the encrypted files: how many came along; path and title of those that are lost."""

    taken: int = 0
    lost: list[str] = field(default_factory=list)


@session_service("workspace.rescue")
def rescue_workspace(
    session: Session,
    job: Job,
    *,
    folder: str,
    target: str,
    passphrase: str | None = None,
    recovery_code: str | None = None,
) -> dict[str, Any]:
    """Build a workspace in the new folder `target` from what `folder` still gives, and open it.

    {folder, workspace, tables: [{table, label, taken, lost, more, ids}], rows_taken, rows_lost, files_taken,
    files_lost, transactions_kept, pages_mended, pages_damaged, unlinked, stand_ins, dropped, report}; `report` says it
    in sentences. The same keys open it, and nothing is sent by itself. Raises Refused("workspace.not_empty"),
    WrongKey, WorldFault("store.beyond_rescue" | key slots, lock and disk); then nothing is left in `target`.
    """
    source, place = Path(folder), Path(target)
    with world_faults(place):
        if place.exists() and any(place.iterdir()):
            raise Refused("workspace.not_empty", path=target)
        if place.resolve().is_relative_to(source.resolve()):
            raise Refused("rescue.inside", path=target)
    if not source.is_dir():
        raise WorldFault("workspace.missing", path=folder)
    unlock, secret = way_in(source, passphrase, recovery_code)
    session.close()
    lock = InstanceLock(source)
    lock.acquire()
    try:
        private_folder(place)
        try:
            report, files = _take(source, place, unlock, secret, job)
            ws = workspaces.open_with(place, unlock, secret)
            try:
                return _settled(session, ws, source, report, files)
            except BaseException:
                ws.close()
                raise
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise
    finally:
        lock.release()


@dataclass(slots=True)
class _Report:
    pages: rescue.Assembled
    tables: list[rescue.Rows]
    references: rescue.Mended


def _take(source: Path, place: Path, unlock: str, secret: str, job: Job) -> tuple[_Report, _Files]:
    slots = KeySlots.load(source)
    unlocked = {
        "passphrase": slots.unlock_passphrase,
        "recovery": slots.unlock_recovery,
        "keyring": slots.unlock_keyring,
    }
    data_key, _slot = unlocked[unlock](secret)
    vault = slots.vault(data_key)
    for name in (FILE_NAME, COPY_NAME):
        if (source / name).exists():
            _copy_file(source / name, place / name)
    KeySlots(place, slots.content).mend(data_key)  # what holds, from whichever of the two files
    store = source / STORE_NAME
    if slots.rotating and exchange.prepared_path(store).exists():
        store = exchange.prepared_path(store)  # the one the present data key opens
    if not store.exists():
        raise WorldFault("store.missing", path=str(store))
    key, copy = derive(data_key, "store"), place / f".{STORE_NAME}.part"

    def page(done: int, total: int) -> None:
        job.check()
        job.progress(done, total, tr("核对数据文件"))

    def table(name: str) -> None:
        job.check()
        job.progress(0, 0, label_of(name))

    try:
        pages = rescue.assemble(store, key, copy, page)
        tables = rescue.copy_rows(copy, key, place / STORE_NAME, table)
        references = rescue.settle_references(place / STORE_NAME, key)
    finally:
        for path in place.glob(f"{copy.name}*"):
            path.unlink()
    opened = Store.open(place / STORE_NAME, data_key, vault)
    try:
        if opened.integrity():
            raise WorldFault("store.beyond_rescue", path=str(store))
        files = _take_files(
            opened, Blobs(source / "evidence", vault), Outbox(source / "outbox", vault), source, place, job
        )
    finally:
        opened.close()
    return _Report(pages, tables, references), files


def _take_files(store: Store, evidence: Blobs, outbox: Outbox, source: Path, place: Path, job: Job) -> _Files:
    """Every encrypted file that can be read and is what its name says; what records refer to and is not is listed."""
    for name in ("evidence", "outbox", "backups"):
        private_folder(place / name)
    with store.read():
        titles = dict(tuple_rows(Application.select(Application.pdf_blob, Application.title)))
        titles |= dict(tuple_rows(Evidence.select(Evidence.blob, Evidence.title)))
        packages = {row[0]: row[1:] for row in tuple_rows(Package.select(Package.id, Package.title, Package.parts))}
    found = _Files()
    present = list(evidence.names())
    for done, name in enumerate(sorted({*present, *titles})):
        job.check()
        job.progress(done, len(present), titles.get(name, ""))
        file = f"evidence/{name[:2]}/{name}.age"
        if is_whole(evidence, name):
            private_folder((place / file).parent)
            _copy_file(source / file, place / file)
            found.taken += 1
        elif name in titles:
            found.lost.append(f"{file} ({titles[name]})")
    for package, (title, parts) in packages.items():
        for number in range(1, parts + 1):
            file = f"outbox/{package}/part-{number:05d}.age"
            try:
                outbox.read_part(package, number)
            except WorldFault:
                found.lost.append(f"{file} ({title})")
                continue
            private_folder((place / file).parent)
            _copy_file(source / file, place / file)
            found.taken += 1
    return found


def _copy_file(source: Path, target: Path) -> None:
    with world_faults(source), source.open("rb") as read, whole_file(target) as out:
        shutil.copyfileobj(read, out, 1 << 20)


def _settled(session: Session, ws: Workspace, source: Path, report: _Report, files: _Files) -> dict[str, Any]:
    """Nothing goes on by itself, the search index is made anew, the audit log tells what was done."""
    taken, lost = sum(rows.taken for rows in report.tables), sum(rows.lost for rows in report.tables)
    counts = {"rows_taken": taken, "rows_lost": lost, "files_taken": files.taken, "files_lost": len(files.lost)}
    with ws.store.write(mark("抢救到新文件夹"), "rescue") as write:
        backupstate.forget(ws)  # those of the other folder are not its own
        replica.new_replica(ws, write, "rescued")
        replica.rest_deliveries(write)
        connection = ws.store.database.connection()
        for model in RECORDS:
            if is_indexed(model.KIND.name):
                search.put_later(connection, model.KIND.name, [row[0] for row in tuple_rows(model.select(model.id))])
        write.audit("workspace.rescued", f"workspace:{ws.slots.workspace_id}", {"from": source.name, **counts})
    session.workspace = ws
    tables = [{**asdict(rows), "label": label_of(rows.table)} for rows in report.tables]
    return {
        "folder": str(ws.folder),
        "workspace": ws.slots.workspace_id,
        "tables": tables,
        **counts,
        "files_lost": files.lost,
        "transactions_kept": report.pages.behind,
        "pages_mended": report.pages.mended,
        "pages_damaged": report.pages.damaged,
        **asdict(report.references),
        "report": list(_said(report, files, ws)),
    }


def _said(report: _Report, files: _Files, ws: Workspace) -> Iterator[str]:
    rows = sum(rows.taken for rows in report.tables)
    yield tr("新工作区：{folder}。取回 {rows} 行、{files} 个文件；原文件夹没有改动。",
             folder=str(ws.folder), rows=rows, files=files.taken)  # fmt: skip
    if report.pages.mended:
        yield tr("有 {n} 页只坏了一个字节，已按校验值复原，没有丢失。", n=len(report.pages.mended))
    if report.pages.behind:
        yield tr("日志损坏处之后的 {n} 次保存也已取回（读不出的页除外）。", n=report.pages.behind)
    for table in report.tables:
        if table.lost or table.more:
            label = label_of(table.table)
            said = tr("{table}：取回 {taken} 行，丢失 {lost} 行。", table=label, taken=table.taken, lost=table.lost)
            more = tr("（索引也已损坏，可能还有更多）") if table.more else ""
            ids = tr("丢失的编号：{ids}。", ids=listed(table.ids[:_SHOWN])) if table.ids else ""
            yield sentences(said, more, ids)
    if report.references.stand_ins:
        yield tr("为 {n} 条丢失的记录留了空白占位，请补填。", n=len(report.references.stand_ins))
    if report.references.unlinked:
        yield tr("有 {n} 处引用指向丢失的记录，已清空。", n=len(report.references.unlinked))
    if report.references.dropped:
        yield tr("有 {n} 行因所属记录丢失没有带入：{rows}。",
                 n=len(report.references.dropped), rows=listed(report.references.dropped[:_SHOWN]))  # fmt: skip
    for file in files.lost[:_SHOWN]:
        yield tr("文件读不出，没有带入：{file}。请重新添加或从备份取回。", file=file)
    yield tr("未送达的报送都标为“结果未知”，程序不会自行发送；搜索索引正在重建。")
