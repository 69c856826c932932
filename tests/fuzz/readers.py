"""The one table of readers: for every kind of foreign bytes the use case that meets them, sound files, and damage.

A new reader is one entry in `READERS`; hand-over gets its own here when it comes.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from db import wal
from desktop import cli, crash
from desktop.messages import explain
from desktop.runtime.settings import Settings
from desktop.services.workspace import open_with
from exports import minisign
from exports.pdf.application import Attachment, write_application
from policy.errors import Fault
from tests.exports import pdf_samples
from tests.exports.package_samples import IDENTITY, SIGNING_SEED
from tests.fuzz import arguments, lab, server
from tests.fuzz.bags import hostile_package, packages
from tests.fuzz.bench import Bench, Reader
from tests.fuzz.lab import PACKAGE, PASSPHRASE, SNAPSHOT_MANIFEST, Lab
from tests.fuzz.media import hostile_pdf, hostile_picture
from tests.fuzz.mutate import damaged, hostile_json, hostile_log, hostile_toml
from tests.fuzz.promise import remove, unreadable
from tests.fuzz.zips import hostile_xml, hostile_zip
from tests.unit import notice_samples

# ---- workbooks


def _import(bench: Bench, data: bytes) -> Any:
    """Look at it, try it, then take it in; what the trial says is what then happens."""
    file = bench.put("台账.xlsx", data)
    before = bench.fingerprint()
    bench.call("ledger.preview", file=file, kind="firm")
    tried = bench.call("ledger.import", file=file, kind="firm", dry_run=True)
    assert bench.fingerprint() == before, "a dry run has changed the workspace"
    done = bench.call("ledger.import", file=file, kind="firm")
    same = ("rows", "added", "updated", "unchanged", "rejected", "warnings", "notices")
    assert {key: tried[key] for key in same} == {key: done[key] for key in same}, "the dry run said something else"
    for text in [*done["notices"], *(item["reason"] for item in (*done["rejected"], *done["warnings"]))]:
        assert not unreadable(text), unreadable(text)
    return done


def _map_file(bench: Bench, data: bytes) -> Any:
    file, mapping = bench.put("台账.csv", lab.csv_text()), bench.put("对照.toml", data)
    return bench.call("ledger.import", file=file, kind="firm", map_file=mapping)


def _hostile_book(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    return hostile_zip(rng, data, others, hostile_xml) if data.startswith(b"PK") else damaged(rng, data, others)


def _notice(bench: Bench, data: bytes) -> Any:
    """Look at the table of a notice; nothing is kept before it was looked over."""
    before = bench.fingerprint()
    found = bench.call("notice.preview", file=bench.put("评分表.docx", data))
    assert bench.fingerprint() == before, "looking at a table has changed the workspace"
    return found


def _returned(bench: Bench, data: bytes) -> Any:
    """A form that a firm sends back, or something else in the same folder: tried first, then taken in."""
    key = _round(bench)
    file = bench.put("年报.xlsx", data)
    before = bench.fingerprint()
    tried = bench.call("collect.read", round=key, files=[file], dry_run=True)
    assert bench.fingerprint() == before, "a dry run has changed the workspace"
    done = bench.call("collect.read", round=key, files=[file])
    same = ("files", "unknown")
    assert {name: tried[name] for name in same} == {name: done[name] for name in same}
    for text in [*(one["reason"] for one in done["unknown"]), *(d for one in done["firms"] for d in one["doubts"])]:
        assert not unreadable(text), unreadable(text)
    return done


def _round(bench: Bench) -> str:
    """A round that asks one firm, known by its name as in `lab.returned`."""
    known = bench.call("records.ids", kind="collection_round")
    if known:
        return str(known[0])
    own = bench.call("workspace.info")["organisation"]["id"]
    place = {"name": "采集孵化器", "operator": own, "carrier_kind": "comprehensive"}
    carrier = bench.call("records.add", kind="carrier", values=place)["id"]
    firm = bench.call("records.add", kind="firm", values={"name": lab.RETURNING})["id"]
    stay = {"firm": firm, "carrier": carrier, "status": "incubating", "entered_on": "2024-01-01"}
    bench.call("records.add", kind="tenancy", values=stay)
    asked = {"name": "年报", "kind": "torch_year", "period": "2025", "carrier": carrier, "due_on": "2026-02-10"}
    return str(bench.call("collect.start", **asked)["id"])


def _hostile_notice(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    return hostile_zip(rng, data, others, hostile_xml) if data.startswith(b"PK") else damaged(rng, data, others)


# ---- evidence


def _evidence(name: str, bench: Bench, data: bytes) -> Any:
    """Take it in, describe it, give it back, bind it into a book; the file itself must come back unchanged."""
    added = bench.call("evidence.add", files=[bench.put(name, data)])
    (record,) = added["ids"]
    row = next(row for row in bench.call("evidence.list") if row["id"] == record)
    content = bench.call("evidence.content", id=record)
    assert content["data"] == data
    application = pdf_samples.application()
    application["snapshot"] |= {"indicators": application["snapshot"]["indicators"][:1], "measures": {}, "evidence": []}
    attached = Attachment(
        record,
        row["title"],
        row["file_name"],
        row["media_type"],
        "",
        row["digest"],
        partial(bench.ws.evidence.open, row["blob"]),
    )
    out = io.BytesIO()
    with bench.ws.scratch() as scratch:
        report = write_application(application, attachments=[attached], out=out, scratch=scratch)
        assert not any(scratch.iterdir()), "clear text was left in the scratch folder"
    if report.bound:
        _has_no_actions(out.getvalue())
    bound = [item.reason for item in report.unbound] or ["bound"]
    return {"row": row, "warnings": added["warnings"], "bound": bound, "pages": report.pages}


def _photo_time(bench: Bench, data: bytes) -> Any:
    """When a picture says it was taken; what is damaged says nothing, and nothing is stored."""
    return bench.call("case.photo_times", files=[bench.put("照片.jpg", data)])


def _has_no_actions(book: bytes) -> None:
    """Nothing of a foreign file may act from inside the book."""
    import pikepdf

    with pikepdf.open(io.BytesIO(book)) as pdf:
        assert not {"/OpenAction", "/AA", "/AcroForm"} & set(pdf.Root.keys())
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Dictionary) and "/S" in thing:
                assert str(thing.get("/S")) not in ("/JavaScript", "/Launch", "/URI", "/SubmitForm"), thing.get("/S")


def _preview(kind: str, bench: Bench, data: bytes) -> Any:
    """Into the pane of the window, as the page does it, and drawn there."""
    from PySide6.QtCore import QDeadlineTimer, QEvent
    from PySide6.QtWidgets import QApplication

    from desktop.pages.evidence.viewer import DocumentViewer

    program = QApplication.instance() or QApplication(["fuzz"])
    viewer, told = DocumentViewer(), []
    try:
        viewer.resize(800, 600)
        viewer.shown.connect(told.append)
        viewer.show()
        viewer.show_bytes(kind, data)
        deadline = QDeadlineTimer(8000)
        while not told and not deadline.hasExpired():
            program.processEvents()
        assert told, "nothing was said within 8 seconds"
        settle = QDeadlineTimer(150)
        while told[0] and not settle.hasExpired():
            program.processEvents()
        return {"pages": told[0], "drawn": not viewer.grab().isNull(), "note": viewer.note.text()}
    finally:
        viewer.clear()
        viewer.close()
        viewer.deleteLater()
        program.sendPostedEvents(None, QEvent.Type.DeferredDelete)


# ---- packs, profiles, settings, mappings


def _pack(bench: Bench, data: bytes) -> Any:
    file = bench.put("政策.toml", data)
    checked = bench.call("policy.check", file=file)
    added = bench.call("policy.add", file=file)
    shown = bench.call("policy.show", pack=added["id"])  # and what is kept can be read again
    bench.call("policy.list")
    assert bench.call("policy.compare", left=added["id"], right=file)["rules"] == []
    return {"checked": checked, "rules": len(shown["rules"])}


def _pack_signature(bench: Bench, data: bytes) -> Any:
    """Beside a pack: what does not fit is never shown as signed by a key, once that is trusted."""
    pack, key = lab.packs()[0], minisign.public_key(SIGNING_SEED)
    file = bench.put("政策.toml", pack)
    bench.put("政策.toml.minisig", data)
    added = bench.call("policy.add", file=file)
    assert added["signature"]["state"] in ("unknown", "trusted")  # it may be trusted from before
    bench.call("policy.trust", line=key.line, holder="市科技局")
    listed = next(one for one in bench.call("policy.list") if one["id"] == added["id"])
    if listed["signature"]["state"] == "trusted":
        minisign.verify(pack, data.decode("utf-8", "replace"), key)
    return {"said": added, "then": listed["signature"]["state"]}


def _holidays(bench: Bench, data: bytes) -> Any:
    added = bench.call("calendar.add", file=bench.put("节假日.toml", data))
    found = bench.call("calendar.list")  # what is kept can be read again
    assert any(row["year"] == added["year"] and row["source"] == "added" for row in found["years"])
    return added


def _profile(bench: Bench, data: bytes) -> Any:
    added = bench.call("endpoint.add", profile=bench.put("端点.toml", data), token="t0ken")
    listed = bench.call("endpoint.list")  # what is kept can be read again
    assert any(row["name"] == added["name"] for row in listed)
    return added


def _signature(bench: Bench, data: bytes) -> Any:
    profile, signature = bench.put("端点.toml", lab.profile()), bench.put("端点.toml.minisig", data)
    return bench.call("endpoint.add", profile=profile, token="t0ken", signature=signature)


def _settings(bench: Bench, data: bytes) -> Any:
    """What cannot be read is as if it had never been set; never an error, and a new value is kept."""
    found = Settings(Path(bench.put("settings.json", data)))
    for key in ("workspace", "language", "keyring", "geometry", "backup_folder", "columns"):
        found.get(key)
    found.set("language", "en")
    assert Settings(bench.folder / "settings.json").get("language") == "en"
    assert bench.leftovers() == []
    return {}


# ---- packages, backups, keys


def _package(bench: Bench, data: bytes) -> Any:
    file = bench.put("包.zip", data)
    identity = bench.put("key.txt", IDENTITY.encode())
    with contextlib.suppress(Fault):
        label = bench.call("package.inspect", file=file)
        assert label["outer_bytes"] == len(data)
    without = bench.call("package.verify", file=file)
    return {"without": without, "with": bench.call("package.verify", file=file, identity_file=identity)}


def _identity(bench: Bench, data: bytes) -> Any:
    return bench.call(
        "package.verify", file=bench.put("包.zip", _PACKAGES[1]), identity_file=bench.put("key.txt", data)
    )


def _restore(bench: Bench, data: bytes) -> Any:
    """Into a new folder; what is open stays open until the new workspace is."""
    file, target = bench.put("b.fzbak", data), bench.folder / "恢复"
    try:
        answer = bench.call("backup.restore", file=file, folder=str(target), passphrase=PASSPHRASE)
    except Fault:
        bench.call("workspace.counts")
        raise
    answer["verified"] = bench.call("workspace.verify")["ok"]
    bench.session.close()
    return answer


def _snapshot(bench: Bench, data: bytes) -> Any:
    """A snapshot of a set on a stick, whose manifest somebody has been at."""
    place = bench.folder / "stick"
    shutil.copytree(bench.lab.stick, place)
    next(place.glob(SNAPSHOT_MANIFEST)).write_bytes(data)
    bench.keep(place)
    bench.call("backup.snapshots", folder=str(place))
    target = bench.folder / "恢复"
    try:
        answer = bench.call("backup.restore", file=str(place), folder=str(target), passphrase=PASSPHRASE)
    except Fault:
        bench.call("workspace.counts")
        raise
    bench.session.close()
    return answer


def _hostile_backed_up(rng: Random, name: bytes, data: bytes) -> bytes:
    return (hostile_json if name.endswith(b".json") else damaged)(rng, data)


def _key_slots(bench: Bench, data: bytes) -> Any:
    """The key file of a workspace, by each way in."""
    folder = lab.copy_workspace(bench.lab, bench.folder / "w")
    (folder / "keyslots.json").write_bytes(data)
    said = []
    ways = ({"passphrase": PASSPHRASE}, {"recovery_code": bench.lab.recovery_code}, {})
    for way in ways:
        try:
            bench.call("workspace.open", folder=str(folder), **way)
            said.append("open")
        except Fault as fault:
            said.append(fault.code)
            assert explain(fault) != fault.code
    bench.session.close()
    return said


def _recovery_code(bench: Bench, data: bytes) -> Any:
    folder = lab.copy_workspace(bench.lab, bench.folder / "w")
    bench.keep(folder)
    try:
        return bench.call("workspace.open", folder=str(folder), recovery_code=data.decode("utf-8", "surrogateescape"))
    finally:
        bench.session.close()
        bench.keep(folder)


def _log(bench: Bench, data: bytes) -> Any:
    """What a log holds, and laying it over a copy of the store, which may not reach beyond that copy."""
    log, copy = Path(bench.put("store.db-wal", data)), Path(bench.put("copy.db", bytes(8192)))
    found = wal.read(log)
    lost = wal.lay_over(log, copy, lambda number, _content: number % 2 == 1)
    return {"frames": len(found.frames), "before": found.before, "behind": found.behind, "lost": len(lost)}


# ---- the network


def _deposit(bench: Bench, data: bytes) -> Any:
    """Send to a server that answers so, then read back and print what was kept of its words."""
    from db.models import Delivery, Endpoint, Package
    from exports.endpoint import EndpointProfile, dump_profile

    profile = dump_profile(EndpointProfile("科技局", f"{bench.server.base}/sword")).decode()
    with bench.ws.store.write("example") as write:
        delivery = Delivery.get()
        fresh = {
            "state": "queued",
            "object_url": None,
            "attempts": 0,
            "next_try_at": None,
            "problem": None,
            "words": None,
        }
        write.update(Delivery, delivery.id, {**fresh, "progress": None, "history": [], "finished_at": None})
        write.update(Endpoint, bench.lab.endpoint, {"profile": profile})
        digest = Package.get_by_id(PACKAGE).outer_digest
    bench.server.tell(data, bytes.fromhex(digest).hex())
    answer = bench.call("delivery.resume", id=delivery.id)
    again = bench.call("delivery.resume", id=delivery.id)
    assert answer["state"] and not unreadable(answer["problem"]), unreadable(answer["problem"])
    bench.call("delivery.list")
    content = bench.call("delivery.receipt_content", id=delivery.id)
    bench.call("delivery.receipt", id=delivery.id, out=str(bench.folder / "回执.pdf"))
    return {"state": answer["state"], "again": again["state"], "exchanges": len(content["exchanges"])}


# ---- the command line


def _command(bench: Bench, data: bytes) -> Any:
    """Any words after `fuzhuan`: an exit code that is documented, and never a bug."""
    words = data.decode("utf-8", "surrogateescape").split("\0")
    os.environ["FUZHUAN_WORKSPACE"] = str(bench.base / "workspace")
    os.environ["FUZHUAN_PASSPHRASE_FILE"] = bench.put("口令.txt", PASSPHRASE.encode())
    for name, content in arguments.files().items():
        bench.put(name, content)
    out, err, bugs = io.StringIO(), io.StringIO(), []
    kept = crash.describe
    crash.describe = lambda error: bugs.append(error) or kept(error)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = cli.main(words)
    finally:
        crash.describe = kept
        os.umask(0o022)
    if bugs:
        raise bugs[0]
    assert code in (0, 2, 3, 4, 5), (code, err.getvalue()[-300:])
    assert "Traceback" not in err.getvalue() and PASSPHRASE not in err.getvalue() + out.getvalue()
    for line in (out.getvalue() + err.getvalue()).split("\n"):
        steering = [char for char in line if (ord(char) < 32 and char not in "\t\r") or 0x7F <= ord(char) < 0xA0]
        assert not steering, f"steers the terminal: {line[:200]!r}"
    return code


_PACKAGES = packages()


def _entries() -> list[Reader]:
    return [
        Reader("workbook", lambda _: [lab.xlsx(), lab.ods(), lab.xls(), lab.csv_text(), lab.csv_text("gb18030", "\t"),
               lab.csv_text("utf-16")],
               _hostile_book, _import, changes=True, silent=False, mebibytes=3000,
               seconds=30),  # its panics print a line
        Reader("notice-table", lambda _: [lab.notice(), notice_samples.word().encode(), notice_samples.excel().encode(),
               notice_samples.tsv().encode("gb18030")], _hostile_notice, _notice, silent=False, mebibytes=1000),
        Reader("returned-form", lambda _: lab.returned(), _hostile_book, _returned, changes=True, silent=False,
               mebibytes=1000),
        Reader("mapping", lambda _: ['"企业名称" = "name"\n"注册资本" = ""\n'.encode(),
               '{"企业名称": "name"}'.encode()],
               lambda rng, data, others: rng.choice((hostile_toml, hostile_json))(rng, data, others), _map_file,
               changes=True),
        Reader("evidence-pdf", lambda _: lab.pdfs(), hostile_pdf, partial(_evidence, "证明.pdf"), changes=True,
               mebibytes=600),
        Reader("evidence-picture", lambda _: lab.pictures(), hostile_picture, partial(_evidence, "照片.jpg"),
               changes=True, mebibytes=1500),
        Reader("photo-time", lambda _: lab.pictures(), hostile_picture, _photo_time, mebibytes=600),
        Reader("preview-pdf", lambda _: lab.pdfs(), hostile_pdf, partial(_preview, "application/pdf"), mebibytes=600,
               silent=False),
        Reader("preview-picture", lambda _: lab.pictures(), hostile_picture, partial(_preview, "image/png"),
               mebibytes=600, silent=False),
        Reader("policy-pack", lambda _: lab.packs(), hostile_toml, _pack, changes=True),
        Reader("pack-signature", lambda _: [_signed(lab.packs()[0])], damaged, _pack_signature, changes=True),
        Reader("holidays", lambda _: [lab.holidays()], hostile_toml, _holidays, changes=True),
        Reader("settings", lambda _: [lab.settings()], hostile_json, _settings),
        Reader("endpoint-profile", lambda _: [lab.profile()], hostile_toml, _profile, changes=True),
        Reader("endpoint-signature", lambda _: [_signed(lab.profile())], damaged, _signature, changes=True),
        Reader("package", lambda _: list(_PACKAGES), hostile_package, _package),
        Reader("package-identity", lambda _: [IDENTITY.encode(), f"# created\n# key\n{IDENTITY}\n".encode()], damaged,
               _identity),
        Reader("backup", lambda made: [made.backup], partial(hostile_zip, inner=_hostile_backed_up), _restore,
               seconds=20,
               opens=True),
        Reader("key-slots", lambda made: [(made.workspace / "keyslots.json").read_bytes()], hostile_json, _key_slots,
               opens=True, mebibytes=1200, seconds=60),
        Reader("backup-set", lambda made: [made.manifest], hostile_json, _snapshot, seconds=20, opens=True),
        Reader("recovery-code", lambda made: [made.recovery_code.encode(), made.recovery_code.lower().encode()],
               damaged, _recovery_code, opens=True),
        Reader("store-log", lambda made: [_log_of(made)], hostile_log, _log),
        Reader("server", lambda _: [server.conversation()], server.hostile_conversation, _deposit, changes=True,
               network=True, seconds=25),
        Reader("command-line", lambda _: arguments.calls(), arguments.hostile_call, _command, changes=True,
               needs_closed=True,
               is_call=True, may_ask_outside=True, network=True, seconds=20),
    ]  # fmt: skip


def _signed(data: bytes) -> bytes:
    return minisign.sign(data, SIGNING_SEED, "file").encode()


def _log_of(made: Lab) -> bytes:
    """A log with some transactions in it, as a crash would leave it."""
    folder = lab.copy_workspace(made, made.folder / "logged")
    try:
        ws = open_with(folder, "keyring", made.keyring_secret)
        for number in range(3):
            ws.store.save_setting("n", number)
        log = (folder / "store.db-wal").read_bytes()
        ws.close()
        return log
    finally:
        remove(folder)


READERS: dict[str, Reader] = {reader.name: reader for reader in _entries()}
