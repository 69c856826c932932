"""Checking a workspace in whatever state it is: every file that is damaged or missing, and what is still usable."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from db import audit, integrity, rescue, wal
from db.blobs import Blobs
from db.files import private_folder
from db.keyslots import KeySlots, derive
from db.outbox import Outbox
from db.reconcile import FILE_NAME as OPEN_MARK
from db.schema import kind_info, table_kind
from db.store import Store
from desktop.messages import sentence
from desktop.services import auditlog, backupset, backupstate
from desktop.services import workspace as workspaces
from desktop.services.registry import Job, session_service
from desktop.services.session import Session, way_in
from desktop.services.turns import taking_turns
from desktop.services.workspace import STORE_NAME, Workspace
from policy.errors import Fault, Usage, WorldFault
from policy.i18n import listed, sentences, tr

_LOG = f"{STORE_NAME}-wal"
_SHOWN = 10  # of a long list
_USES = 3  # of a file


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `file` is the path below the workspace, with the title of what it holds; `what` the kind of file;
    `detail` is for programs, `sentence` says to a person what is damaged, what is still usable, and what to do."""

    file: str
    what: str
    detail: str
    sentence: str


@dataclass(slots=True)
class _Check:
    """One check under way: where, with which keys, and what was found."""

    folder: Path
    job: Job
    problems: list[Problem] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    damaged_tables: list[str] = field(default_factory=list)
    opens: bool = True
    files: int = 0
    packages: int = 0

    def add(self, file: str, what: str, detail: str, text: str) -> None:
        self.problems.append(Problem(file, what, detail, text))

    def fault(self, file: str, what: str, fault: Fault) -> None:
        self.add(file, what, fault.code, sentence(fault.code, fault.params))

    def answer(self) -> dict[str, Any]:
        bad = {problem.file.split(" (")[0] for problem in self.problems}
        return {
            "ok": not self.problems,
            "problems": [asdict(problem) for problem in self.problems],
            "files": self.files,
            "packages": self.packages,
            "usable": {
                "opens": self.opens,
                "tables_damaged": [label_of(table) for table in self.damaged_tables],
                "files": self.files - sum(name.startswith("evidence/") for name in bad),
                "packages": self.packages - len({name.split("/")[1] for name in bad if name.startswith("outbox/")}),
            },
            "unused": self.unused,
        }


@session_service("workspace.verify")
def verify(
    session: Session,
    job: Job,
    *,
    folder: str = "",
    passphrase: str | None = None,
    recovery_code: str | None = None,
) -> dict[str, Any]:
    """Check key slots, store, log, evidence, outbox, audit chain and backups, of the open workspace or of `folder`.

    {ok, problems: [{file, what, detail, sentence}], files, packages, usable, unused}: `usable` says whether the
    workspace opens, which tables have rows that cannot be read, and how many files and packages are whole; `unused`
    are files no record refers to. Damage is never raised, wherever it is; what is: WrongKey, an instance lock held by
    another program, a folder that is no workspace, and the disk's own faults.
    """
    if session.workspace is not None and folder in ("", str(session.workspace.folder)):
        return _check_open(session.workspace, job)
    if not folder:
        raise WorldFault("workspace.locked")
    place = Path(folder)
    unlock, secret = "", ""
    try:
        unlock, secret = way_in(place, passphrase, recovery_code)
        ws = workspaces.open_with(place, unlock, secret)
    except WorldFault as fault:
        if not fault.code.startswith(("store.", "keyslots.")):
            raise
        return _check_closed(_Check(place, job, opens=False), fault, unlock, secret)
    try:
        return _check_open(ws, job)
    finally:
        ws.close()


def label_of(table: str) -> str:
    """What a table holds, in the language in force."""
    if table.startswith("search_"):
        return tr("搜索索引")
    own = {
        "audit_entry": tr("操作记录"),
        "op": tr("修改历史"),
        "change": tr("修改历史"),
        "setting": tr("工作区设置"),
        "draft": tr("草稿"),
        "alias": tr("已合并的编号"),
    }
    if table in own:
        return own[table]
    try:
        return kind_info(table_kind(table)).kind.shown
    except Usage:
        return table


def is_whole(evidence: Blobs, name: str) -> bool:
    """Whether a stored file can be read and holds what its name says; no record is needed for that."""
    try:
        return evidence.name_of(_sha256_of(evidence, name)) == name
    except WorldFault:
        return False


def _check_open(ws: Workspace, job: Job) -> dict[str, Any]:
    check = _Check(ws.folder, job)
    _key_slots(check, ws.slots, ws.data_key)
    if ws.ending.mark_is_damaged():
        text = tr("记号文件 {file} 有损坏；记录和佐证没有受影响，也不会因此删除任何文件，不必处理。", file=OPEN_MARK)
        check.add(OPEN_MARK, "mark", "", text)
    held = wal.read(ws.folder / _LOG)
    if held.behind:  # a write under way may look like damage
        with ws.store.read():
            held = wal.read(ws.folder / _LOG)
    _log(check, held)
    with taking_turns(job):  # with a new data key another file takes its place, which Windows refuses while it is read
        _store(check, ws.folder / STORE_NAME, derive(ws.data_key, "store"))
    _contents(check, ws.store, ws.evidence, ws.outbox)
    _backups(check, ws)

    def words(problem: audit.Problem) -> str:
        return auditlog.problem_text(ws, problem)

    _audit(check, ws.store, ws.vault.audit_key, lambda: auditlog.known_heads(ws), words)
    return check.answer()


def _check_closed(check: _Check, met: WorldFault, unlock: str, secret: str) -> dict[str, Any]:
    """Stage by stage, where opening ended with the fault `met`: as far as the keys and the pages go."""
    folder, store = check.folder, check.folder / STORE_NAME
    try:
        slots = KeySlots.load(folder)
        keys = {
            "passphrase": slots.unlock_passphrase,
            "recovery": slots.unlock_recovery,
            "keyring": slots.unlock_keyring,
        }
        data_key, _slot = keys[unlock](secret)
        vault = slots.vault(data_key)
    except (WorldFault, KeyError) as fault:
        check.fault("keyslots.json", "keyslots", fault if isinstance(fault, WorldFault) else met)
        _log(check, wal.read(folder / _LOG))  # its checksums need no key
        return check.answer()
    _key_slots(check, slots, data_key)
    evidence, outbox = Blobs(folder / "evidence", vault), Outbox(folder / "outbox", vault)
    if not store.exists() or not store.stat().st_size:
        check.fault(STORE_NAME, "store", met)
        _loose_files(check, evidence, outbox)
        return check.answer()
    _log(check, wal.read(folder / _LOG))
    key = derive(data_key, "store")
    with _assembled(check, store, key) as (copy, found):
        bad = sorted({*found.damaged, *found.mended} - {0})
        tables = [] if met.code in ("store.newer", "store.migration_failed") else integrity.unreadable_tables(copy, key)
        if bad:
            _pages(check, bad, tables)
        elif not check.problems:
            check.fault(STORE_NAME, "store", met)
        try:
            opened = Store.open(copy, data_key, vault)
        except WorldFault:
            _loose_files(check, evidence, outbox)
            return check.answer()
        try:
            _contents(check, opened, evidence, outbox)
            _audit(check, opened, vault.audit_key, lambda: _stated_heads(opened), _plain_words)
        finally:
            opened.close()
    return check.answer()


@contextmanager
def _assembled(check: _Check, store: Path, key: bytes) -> Iterator[tuple[Path, rescue.Assembled]]:
    """A copy of the store that takes in its log, to look into: the files themselves stay as they are."""
    copy = private_folder(check.folder / "scratch", parents=False) / f"verify-{secrets.token_hex(4)}.db"
    try:
        yield copy, rescue.assemble(store, key, copy)
    except WorldFault as fault:
        if fault.code != "store.damaged":
            raise
        check.fault(STORE_NAME, "store", fault)
    finally:
        for path in copy.parent.glob(f"{copy.name}*"):
            path.unlink()


# -- key slots, log and store ---------------------------------------------------------------------------------------
def _key_slots(check: _Check, slots: KeySlots, data_key: bytes) -> None:
    for name, part in slots.problems(data_key):
        text = tr("钥匙文件 {file} 有损坏（{part}）；记录没有受影响，其余打开方式照常可用。", file=name, part=part)
        advice = tr("请在“设置 → 口令与钥匙”里修复（fuzhuan workspace mend-keys）。")
        check.add(name, "keyslots", part, sentences(text, advice))


def _log(check: _Check, log: wal.Log) -> None:
    if log.behind:
        fault = WorldFault("store.log_damaged", path=str(check.folder / _LOG), before=log.before, behind=log.behind)
        check.add(_LOG, "log", f"{log.before} {log.behind}", sentence(fault.code, fault.params))


def _store(check: _Check, path: Path, key: bytes) -> None:
    """The pages and what they say, over connections of its own: the open store stays free meanwhile."""
    check.job.progress(0, 0, tr("核对数据文件"))
    pages = integrity.bad_pages(path, key)
    if pages:
        pages = [number for number in integrity.bad_pages(path, key) if number in pages]  # not one caught half written
    if pages:
        _pages(check, pages, integrity.unreadable_tables(path, key))
    elif said := integrity.complaints(path, key):
        text = tr(
            "数据文件 {file} 内部不一致（{n} 处）；请从最近的备份恢复，原文件请保留。", file=path.name, n=len(said)
        )
        check.add(path.name, "store", " · ".join(said[:_SHOWN]), text)


def _pages(check: _Check, pages: list[int], tables: list[str]) -> None:
    check.damaged_tables = tables
    numbers = listed([str(number) for number in pages[:_SHOWN]])
    if tables:
        held = listed(dict.fromkeys(label_of(table) for table in tables))
        text = tr("数据文件 {file} 第 {pages} 页已损坏，{tables} 中有读不出的内容；其余记录照常可用。",
                  file=STORE_NAME, pages=numbers, tables=held)  # fmt: skip
    elif check.opens:
        text = tr(
            "数据文件 {file} 第 {pages} 页已损坏，那里没有记录，全部记录照常可用。", file=STORE_NAME, pages=numbers
        )
    else:
        text = tr("数据文件 {file} 第 {pages} 页已损坏，工作区打不开。", file=STORE_NAME, pages=numbers)
    advice = tr("请从最近的备份恢复，或用“抢救可读内容到新文件夹”（fuzhuan workspace rescue）；原文件请保留。")
    check.add(STORE_NAME, "store", " ".join(map(str, pages)), sentences(text, advice))


# -- files and the audit chain --------------------------------------------------------------------------------------
def _contents(check: _Check, store: Store, evidence: Blobs, outbox: Outbox) -> None:
    def rows(sql: str) -> list[tuple[Any, ...]] | None:
        try:
            with store.read() as connection:
                return list(connection.execute(sql))
        except WorldFault as fault:
            if fault.code != "store.damaged":
                raise
            return None  # named with the store's pages already

    files = rows('SELECT "blob", "digest", "title" FROM "evidence"')
    books = rows('SELECT "pdf_blob", "pdf_digest", "title" FROM "application"')
    packages = rows('SELECT "id", "outer_digest", "title", "parts" FROM "package"')
    uses: dict[str, list[str]] = {}
    links = 'SELECT e."blob", l."target" FROM "evidence_link" l JOIN "evidence" e ON e."id" = l."evidence"'
    for blob, target in rows(links) or []:
        uses.setdefault(blob, []).append(str(target).partition(":")[0])
    known = {blob for blob, _digest, _title in (*(files or []), *(books or []))}
    total = len(known) + len(packages or [])
    for done, (blob, digest, title) in enumerate([*(files or []), *(books or [])]):
        check.job.check()
        check.job.progress(done, total, title)
        _evidence(check, evidence, blob, digest, title, uses.get(blob, []))
    for package, digest, title, parts in packages or []:
        check.job.check()
        check.job.progress(len(known), total, title)
        _package(check, outbox, package, digest, title, parts)
    if files is not None and books is not None:
        loose = sorted(set(evidence.names()) - known)
        check.unused += [f"evidence/{name[:2]}/{name}.age" for name in loose]
        _loose(check, evidence, loose)
    if packages is not None:
        check.unused += [f"outbox/{name}" for name in outbox.packages() if name not in {row[0] for row in packages}]


def _evidence(check: _Check, evidence: Blobs, blob: str, digest: str, title: str, uses: list[str]) -> None:
    check.files += 1
    try:
        problem = None if _sha256_of(evidence, blob) == digest else "digest"
    except WorldFault as fault:
        problem = fault.code
    if problem is None:
        return
    file = f"evidence/{blob[:2]}/{blob}.age"
    used = listed([_kind_label(kind) for kind in dict.fromkeys(uses[:_USES])])
    where = tr("它用于{uses}（{n} 处）。", uses=used, n=len(uses)) if uses else tr("没有记录引用它。")
    if problem == "evidence.missing":
        text = tr("文件《{title}》不在工作区里（{file}）。", title=title, file=file)
    else:
        text = tr("文件《{title}》已损坏，打不开（{file}）。", title=title, file=file)
    advice = tr("其余文件照常可用。请重新添加同一个文件，或从备份取回这个文件。")
    check.add(f"{file} ({title})", "evidence", problem, sentences(text, where, advice))


def _package(check: _Check, outbox: Outbox, package: str, digest: str, title: str, parts: int) -> None:
    check.packages += 1
    hasher = hashlib.sha256()
    whole = True
    for number in range(1, parts + 1):
        file = f"outbox/{package}/part-{number:05d}.age"
        try:
            hasher.update(outbox.read_part(package, number))
        except WorldFault as fault:
            whole = False
            text = tr("报送包《{title}》的分片 {file} 已损坏或不在；其余报送包照常可用。", title=title, file=file)
            advice = tr("请从备份取回这个文件，或把同一份申报书重新封装。")
            check.add(f"{file} ({title})", "outbox", fault.code, sentences(text, advice))
    if whole and hasher.hexdigest() != digest:
        text = tr("报送包《{title}》的内容与登记的摘要不符；请从备份取回，或把同一份申报书重新封装。", title=title)
        check.add(f"outbox/{package} ({title})", "outbox", "digest", text)


def _loose_files(check: _Check, evidence: Blobs, outbox: Outbox) -> None:
    """Where no record can be asked: every file tells by its own name and encryption whether it is whole."""
    names = sorted(evidence.names())
    check.files += len(names)
    _loose(check, evidence, names)
    for package in outbox.packages():
        check.packages += 1
        for path in sorted((check.folder / "outbox" / package).glob("part-*.age")):
            check.job.check()
            try:
                outbox.read_part(package, int(path.stem.rpartition("-")[2]))
            except WorldFault as fault:
                file = f"outbox/{package}/{path.name}"
                text = tr("报送包的分片 {file} 已损坏；请从备份取回这个文件。", file=file)
                check.add(file, "outbox", fault.code, text)


def _loose(check: _Check, evidence: Blobs, names: list[str]) -> None:
    for name in names:
        check.job.check()
        file = f"evidence/{name[:2]}/{name}.age"
        if not is_whole(evidence, name):
            check.add(file, "evidence", "evidence.damaged", tr("文件 {file} 已损坏；请从备份取回这个文件。", file=file))


def _audit(
    check: _Check,
    store: Store,
    audit_key: bytes,
    heads: Callable[[], Iterable[audit.Known]],
    words: Callable[[audit.Problem], str],
) -> None:
    try:
        found = audit.problems(audit_key, heads(), store.read)
    except WorldFault as fault:
        if fault.code != "store.damaged":
            raise
        check.add(STORE_NAME, "audit", fault.code, tr("操作记录链有读不出的条目，无法核对全链。"))
        return
    for problem in found:
        entries = str(problem.first) if problem.first == problem.last else f"{problem.first}-{problem.last}"
        check.add(STORE_NAME, "audit", problem.known.source if problem.known else entries, words(problem))


def _stated_heads(store: Store) -> list[audit.Known]:
    with store.read() as connection:
        rows = connection.execute('SELECT "id", "audit_head" FROM "package"').fetchall()
    return [audit.Known(f"package:{package}", head) for package, head in rows]


def _plain_words(problem: audit.Problem) -> str:
    return tr("操作记录链的第 {first} 至 {last} 条不完整或被改动。", first=problem.first, last=problem.last)


def _backups(check: _Check, ws: Workspace) -> None:
    """The automatic backups that can be reached: each manifest, and the store and key slots that it states."""
    try:
        chosen, own_set = backupstate.BackupState.load(ws).folder, backupstate.set_name(ws)
    except WorldFault as fault:
        if fault.code != "store.damaged":
            raise
        return  # named with the store's pages already
    for place in (ws.folder / "backups", *([Path(chosen)] if chosen else [])):
        for snapshot in _snapshots(place / own_set):
            check.job.check()
            manifest = snapshot.manifest()
            bad = "manifest.json"
            if manifest is not None and manifest.holds(ws.vault.audit_key):
                own = {name: entry for name, entry in manifest.files.items() if "/" not in name}
                bad = next((name for name, entry in own.items() if not _is_same(snapshot.path / name, entry)), "")
            if bad:
                file = snapshot.path / bad
                text = tr("备份文件 {file} 已损坏，这份备份不能用来恢复；工作区和其余备份没有受影响。", file=str(file))
                shown = file.relative_to(ws.folder).as_posix() if file.is_relative_to(ws.folder) else str(file)
                check.add(shown, "backup", bad, sentences(text, tr("请现在备份一次。")))


def _snapshots(place: Path) -> list[backupset.Snapshot]:
    try:
        return backupset.snapshots(place)
    except WorldFault:  # a stick that is not there
        return []


def _is_same(file: Path, entry: backupset.Entry) -> bool:
    try:
        with file.open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest() == entry.sha256
    except OSError:
        return False


def _kind_label(kind: str) -> str:
    if kind == "indicator":  # of a policy pack, and no kind of record
        return tr("指标")
    try:
        return kind_info(kind).kind.shown
    except Usage:
        return kind


def _sha256_of(evidence: Blobs, name: str) -> str:
    hasher = hashlib.sha256()
    with evidence.open(name) as stream:
        while chunk := stream.read(1 << 20):
            hasher.update(chunk)
    return hasher.hexdigest()
