"""What keeps a workspace (opening, upgrading, keys, backups, erasing), as the crash and fault suites try it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from db import migrate
from db.models import AuditEntry, Person
from desktop.services import workspace as workspaces
from desktop.services.registry import call as call_service
from desktop.services.session import Session
from policy.errors import Fault, WrongKey
from tests.crash.bench import PASSPHRASE, Bench, picture
from tests.crash.kind import Acks, Kind
from tests.store.rebuild import REBUILD

# ... and fills a new table from it
STEP = (
    REBUILD
    + """    db.execute_sql('CREATE TABLE "later" (id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT')
    db.execute_sql('INSERT INTO "later" SELECT id, name FROM "organisation"')
"""
)


class Migrate(Kind):
    """Opening brings the store to a further schema, and then a record is added."""

    name, times, opens, faulted = "migrate", 2, False, 1
    spare = ("open.json",)

    def prepare(self, bench: Bench) -> None:
        steps = bench.base / "migrations"
        steps.mkdir()
        for file in migrate.DIRECTORY.glob("*.*"):
            (steps / file.name).write_bytes(file.read_bytes())
        (steps / "9001_rebuild.py").write_text(STEP)

    def before_open(self, bench: Bench) -> None:
        migrate.DIRECTORY = bench.base / "migrations"

    def write(self, bench: Bench, number: int) -> dict[str, Any]:
        if number == 1:
            bench.open()
            return {}
        return {"id": bench.call("records.add", kind="firm", values={"name": f"第{number}家"})["id"]}

    def check(self, bench: Bench, acks: Acks) -> list[str]:
        with bench.ws.store.read() as connection:
            copied, known = (
                {row[0] for row in connection.execute(f'SELECT id FROM "{table}"').fetchall()}
                for table in ("later", "organisation")
            )
        found = [f"lost: firm {number}" for number, ack in acks.items() if ack and ack["id"] not in known]
        own = {bench.template.firm, str(bench.ws.store.setting("organisation"))}
        if not own <= copied or not copied <= known:
            found.append("half: the new table does not hold what the old one did")
        return found


class ChangePassphrase(Kind):
    """The passphrase is replaced again and again: one of two opens, never both and never none."""

    name, times = "passphrase", 6
    spare = ("keyslots.copy.json",)  # made up for at the next opening

    def write(self, bench: Bench, number: int) -> dict[str, Any]:
        bench.call("workspace.change_passphrase", passphrase=self._nth(number - 1), new_passphrase=self._nth(number))
        return {}

    def check(self, bench: Bench, acks: Acks) -> list[str]:
        opening = [number for number in range(self.times + 1) if self._opens(bench, number)]
        last = max(acks, default=0)
        if opening in ([last], [last + 1]):
            return []
        return [f"lost: passphrases {opening} open, {last} was the last acknowledged"]

    def _opens(self, bench: Bench, number: int) -> bool:
        try:
            bench.ws.slots.unlock_passphrase(self._nth(number))
        except WrongKey:
            return False
        return True

    def _nth(self, number: int) -> str:
        return f"第 {number} 个 passphrase" if number else PASSPHRASE


class Open(Kind):
    """The workspace is closed and opened."""

    name, times = "open", 3
    spare = ("open.json",)  # who only reads needs no mark

    def write(self, bench: Bench, number: int) -> dict[str, Any]:
        bench.close()
        bench.open()
        return {}

    def check(self, bench: Bench, acks: Acks) -> list[str]:
        there = bench.call("records.get", kind="firm", id=bench.template.firm)["name"] == "重庆甲科技有限公司"
        return [] if there else ["lost: the firm"]


class Backup(Kind):
    """A record, and a backup into the workspace's own set."""

    name, times = "backup", 3
    spare = (".work",)  # what is put together there needs not outlive a power cut

    def write(self, bench: Bench, number: int) -> dict[str, Any]:
        if not bench.call("records.ids", kind="firm", where={"name": f"第{number}家有限公司"}):
            bench.call("records.add", kind="firm", values={"name": f"第{number}家有限公司"})
        return {"path": bench.call("backup.now")["snapshot"]}

    def check(self, bench: Bench, acks: Acks) -> list[str]:
        found = []
        listed = [one["path"] for one in bench.call("backup.snapshots") if one["readable"]]
        for number, ack in acks.items():
            if not any(Path(path).name == Path(ack["path"]).name for path in listed):
                found.append(f"lost: backup {number}")
        for path in listed:
            found += brought_back(bench, path, bench.outside / f"aus-{Path(path).name}")
        return found


class BackupFile(Kind):
    """A backup into one file where the user wants it."""

    name, times = "backup-file", 3
    spare = (".work",)  # what is put together there needs not outlive a power cut

    def write(self, bench: Bench, number: int) -> dict[str, Any]:
        return {"file": bench.call("backup.make", file=str(bench.outside / f"{number}.backup"))["file"]}

    def check(self, bench: Bench, acks: Acks) -> list[str]:
        found = []
        for number in range(1, self.times + 1):
            file = bench.outside / f"{number}.backup"
            if number in acks and not file.exists():
                found.append(f"lost: backup {number}")
            if file.exists():
                found += brought_back(bench, str(file), bench.outside / f"aus-{number}")
        return found


class Restore(Kind):
    """A backup is brought back into a new folder: what opens there is whole."""

    name, times = "restore", 2
    spare = ("keyslots.copy.json", "open.json")

    def write(self, bench: Bench, number: int) -> dict[str, Any]:
        file = str(bench.template.folder.parent / "template.backup")
        places = (bench.outside / f"回来{number}{again}" for again in ("", "-2"))  # a disk that failed may keep remains
        folder = next(place for place in places if not place.exists() or not any(place.iterdir()))
        bench.call("backup.restore", file=file, folder=str(folder), passphrase=PASSPHRASE, switch=False)
        return {"folder": folder.name}

    def check(self, bench: Bench, acks: Acks) -> list[str]:
        found = []
        bench.close()  # one store is open in a process
        wanted = {ack["folder"] for ack in acks.values()}
        for folder in {*bench.outside.glob("回来*"), *(bench.outside / name for name in wanted)}:
            try:
                found += opened_whole(bench, folder)
            except Fault as fault:
                if folder.name in wanted:
                    found.append(f"lost: restored workspace {folder.name}: {fault.code}")
        bench.open()
        return found


class RotateKey(Kind):
    """A new data key: the store and every file are encrypted anew, and whoever stays still gets in."""

    name, times = "rotate-key", 2
    spare = ("keyslots.copy.json",)

    def write(self, bench: Bench, number: int) -> dict[str, Any]:
        bench.call("workspace.rotate_key", passphrase=PASSPHRASE)
        return {}

    def check(self, bench: Bench, acks: Acks) -> list[str]:
        told = AuditEntry.select().where(AuditEntry.action == "keys.rotated").count()
        try:
            bench.ws.slots.unlock_passphrase(PASSPHRASE)
        except WrongKey:
            return ["lost: the passphrase"]
        return [] if told >= len(acks) else [f"lost: {len(acks)} changes of the data key, {told} are in the audit log"]


class Erase(Kind):
    """A person is erased, with the one file that is about nobody else."""

    name, times = "erase", 3

    def prepare(self, bench: Bench) -> None:
        for number in range(1, self.times + 1):
            bench.file(f"证件{number}.png", picture(500 + number))

    def write(self, bench: Bench, number: int) -> dict[str, Any]:
        known = bench.call("records.ids", kind="person", where={"name": f"张第{number}"})
        values = {"name": f"张第{number}", "phone": f"1380000{number:04d}"}
        person = known[0] if known else bench.call("records.add", kind="person", values=values)["id"]
        scan = bench.outside / f"证件{number}.png"
        proof = bench.call("evidence.add", files=[str(scan)], target=f"person:{person}")["ids"][0]
        erased = bench.call("person.erase", id=person, evidence=[proof])
        return {"id": person, "proof": proof, "settled": erased["settled"]}  # it says where the log still holds text

    def check(self, bench: Bench, acks: Acks) -> list[str]:
        found = []
        for row in Person.select():
            if (row.erased_on is not None) != row.name.startswith("已删除人员"):
                found.append(f"half: {row.name} {row.erased_on}")
        for number, ack in acks.items():
            if not bench.call("records.get", kind="person", id=ack["id"])["erased_on"]:
                found.append(f"lost: the erasure of person {number}")
            if ack["proof"] in bench.call("records.ids", kind="evidence"):
                found.append(f"lost: the erasure of the file of person {number}")
        return found


def brought_back(bench: Bench, backup: str, folder: Path) -> list[str]:
    """What is wrong with a backup, told by restoring it."""
    try:
        bench.call("backup.restore", file=backup, folder=str(folder), passphrase=PASSPHRASE, switch=False)
    except Fault as fault:
        return [f"lost: backup {Path(backup).name} does not come back: {fault.code}"]
    return []


def opened_whole(bench: Bench, folder: Path) -> list[str]:
    """What is wrong with another workspace; raises the fault for which it does not open."""
    session = Session()
    session.workspace = workspaces.open_with(folder, "passphrase", PASSPHRASE)
    try:
        verified = call_service(session, "workspace.verify")
        same = call_service(session, "records.get", kind="firm", id=bench.template.firm)
    finally:
        session.close()
    whole = verified["ok"] and same["name"] == "重庆甲科技有限公司"
    return [] if whole else [f"half: {folder.name}: {verified['problems']}"]
