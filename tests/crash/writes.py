"""Writing records, evidence, books and packages, as the crash and fault suites try it."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import Any

from db.models import AuditEntry, Delivery, Firm, Organisation, Snapshot
from tests.crash.bench import PACK, PERIOD, Bench, picture
from tests.crash.kind import Acks, Kind


class ImportLedger(Kind):
    """A workbook of forty firms: all of it or nothing."""

    name, rows = "import", 40

    def prepare(self, bench: Bench) -> None:
        for number in range(1, self.times + 2):
            lines = [f"第{number}批{row}号科技有限公司,2024-05,{row}万元" for row in range(self.rows)]
            bench.file(f"{number}.csv", "\r\n".join(["企业名称,成立日期,注册资金", *lines]).encode())

    def write(self, bench: Bench, number: int) -> dict[str, Any]:
        answer = bench.call("ledger.import", file=str(bench.outside / f"{number}.csv"))
        return {"added": answer["added"]}

    def check(self, bench: Bench, acks: Acks) -> list[str]:
        found = []
        for number in range(1, self.times + 1):
            named = Organisation.select(Organisation.id).where(Organisation.name.startswith(f"第{number}批"))
            rows = list(Firm.select().where(Firm.id.in_(named)))
            if number in acks and len(rows) != acks[number]["added"]:
                found.append(f"lost: batch {number}: {len(rows)} of {acks[number]}")
            if len(rows) not in (0, self.rows) or named.count() != len(rows):
                found.append(f"half: batch {number}: {len(rows)} rows")
            for row in rows:
                if row.founded_on != "2024-05":
                    found.append(f"lost: batch {number}: {row.founded_on!r}")
            if rows and not bench.call("records.find", text=f"第{number}批7号科技"):
                found.append(f"half: batch {number} is not in the search index")
        return found


class CaseLog(Kind):
    """An entry into a case with two files; every second one is a decision and stands in the audit log too."""

    name = "log"

    def prepare(self, bench: Bench) -> None:
        for number in range(1, self.times + 2):
            for place in range(2):
                bench.file(f"{number}-{place}.png", picture(10 * number + place))

    def write(self, bench: Bench, number: int) -> dict[str, Any]:
        files = [str(bench.outside / f"{number}-{place}.png") for place in range(2)]
        answer = bench.call(
            "case.log",
            case=bench.template.case,
            kind="visit",
            note=f"第{number}次走访",
            files=files,
            decision=number % 2 == 0,
            next_action=f"第{number}步",
            next_on="2026-12-01",
        )
        return {"id": answer["id"], "evidence": answer["evidence"]}

    def check(self, bench: Bench, acks: Acks) -> list[str]:
        found = []
        entries = {row["note"]: row for row in bench.call("case.entries", case=bench.template.case)}
        for number in range(1, self.times + 1):
            entry = entries.get(f"第{number}次走访")
            if number in acks and (entry is None or sorted(entry["evidence"]) != sorted(acks[number]["evidence"])):
                found.append(f"lost: entry {number}: {entry}")
            if entry is None:
                continue
            if len(entry["evidence"]) != 2:
                found.append(f"half: entry {number} has {len(entry['evidence'])} files")
            if number % 2 == 0 and not AuditEntry.select().where(AuditEntry.detail.contains(entry["id"])).exists():
                found.append(f"half: decision {number} is not in the audit log")
        latest = max((number for number in range(1, self.times + 1) if f"第{number}次走访" in entries), default=0)
        case = bench.call("records.get", kind="case", id=bench.template.case)
        if latest and case["next_action"] != f"第{latest}步":
            found.append(f"half: entry {latest} stands beside {case['next_action']!r}")
        return found


class AddEvidence(Kind):
    """Three files taken in at once and linked to a firm."""

    name = "evidence"

    def prepare(self, bench: Bench) -> None:
        for number in range(1, self.times + 2):
            for place in range(3):
                bench.file(f"证{number}-{place}.png", picture(10 * number + place))

    def write(self, bench: Bench, number: int) -> dict[str, Any]:
        files = [str(bench.outside / f"证{number}-{place}.png") for place in range(3)]
        return {"ids": bench.call("evidence.add", files=files, target=f"firm:{bench.template.firm}")["ids"]}

    def check(self, bench: Bench, acks: Acks) -> list[str]:
        found = []
        rows = {row["file_name"]: row for row in bench.call("evidence.list", target=f"firm:{bench.template.firm}")}
        for number in range(1, self.times + 1):
            names = [f"证{number}-{place}.png" for place in range(3)]
            there = [name for name in names if name in rows]
            if number in acks and [rows[name]["id"] for name in there] != acks[number]["ids"]:
                found.append(f"lost: files {number}: {there}")
            if len(there) not in (0, 3):
                found.append(f"half: files {number}: {there}")
            for place, name in enumerate(names):
                if name in rows:
                    data = bench.call("evidence.content", id=rows[name]["id"])["data"]
                    if data != picture(10 * number + place):
                        found.append(f"lost: the content of {name}")
        return found


class Freeze(Kind):
    """A figure is changed and the evaluation frozen."""

    name = "freeze"

    def write(self, bench: Bench, number: int) -> dict[str, Any]:
        (year,) = bench.call("records.ids", kind="carrier_year")
        bench.call("records.edit", kind="carrier_year", id=year, values={"area_tenant": str(7000 + number)})
        subject = f"carrier:{bench.template.carrier}"
        answer = bench.call("evaluation.freeze", pack=PACK, period=PERIOD, subject=subject)
        return {"id": answer["id"], "digest": answer["digest"]}

    def check(self, bench: Bench, acks: Acks) -> list[str]:
        found = []
        rows = {row.id: row for row in Snapshot.select()}
        for number, ack in acks.items():
            if ack["id"] not in rows or rows[ack["id"]].digest != ack["digest"]:
                found.append(f"lost: snapshot {number}")
        for row in rows.values():
            if hashlib.sha256(row.content.encode()).hexdigest() != row.digest:
                found.append(f"half: snapshot {row.id}")
            if AuditEntry.select().where(AuditEntry.subject == f"snapshot:{row.id}").count() != 1:
                found.append(f"half: snapshot {row.id} is not in the audit log")
        return found


class Apply(Kind):
    """The book is written again with another text."""

    name, times = "apply", 3

    def write(self, bench: Bench, number: int) -> dict[str, Any]:
        texts = {"organisation": f"第{number}稿"}
        answer = bench.call("apply.make", snapshot=bench.template.snapshot, narrative=texts)
        return {"id": answer["id"], "digest": answer["pdf_digest"], "version": answer["version"]}

    def check(self, bench: Bench, acks: Acks) -> list[str]:
        found = []
        rows = {row["id"]: row for row in bench.call("apply.list")}
        for number, ack in acks.items():
            row = rows.get(ack["id"])
            if row is None or (row["pdf_digest"], row["version"]) != (ack["digest"], ack["version"]):
                found.append(f"lost: book {number}")
        for record, row in rows.items():
            if hashlib.sha256(bench.call("apply.content", id=record)["data"]).hexdigest() != row["pdf_digest"]:
                found.append(f"half: book {record}")
            if AuditEntry.select().where(AuditEntry.subject == f"application:{record}").count() != 1:
                found.append(f"half: book {record} is not in the audit log")
        if sorted(row["version"] for row in rows.values()) != list(range(1, len(rows) + 1)):
            found.append(f"half: versions {[row['version'] for row in rows.values()]}")
        return found


class Seal(Kind):
    """The book is sealed again, replacing the package before."""

    name, times = "seal", 3

    def write(self, bench: Bench, number: int) -> dict[str, Any]:
        answer = bench.call(
            "package.seal",
            application=bench.template.application,
            personal_confirmed=True,
            replaces=bench.template.package,
        )
        return {"id": answer["id"], "digest": answer["outer_digest"]}

    def check(self, bench: Bench, acks: Acks) -> list[str]:
        found = []
        rows = {row["id"]: row for row in bench.call("package.list")}
        for number, ack in acks.items():
            if ack["id"] not in rows or rows[ack["id"]]["outer_digest"] != ack["digest"]:
                found.append(f"lost: package {number}")
        for record, row in rows.items():
            copy = bench.call("package.export", id=record, file=str(bench.outside / "copy.zip"))["file"]
            if hashlib.sha256(Path(copy).read_bytes()).hexdigest() != row["outer_digest"]:
                found.append(f"half: package {record}")
            told = AuditEntry.select().where(AuditEntry.subject == f"package:{record}")
            if told.where(AuditEntry.action == "package.sealed").count() != 1:
                found.append(f"half: package {record} is not in the audit log")
        return found


class Deposit(Kind):
    """A package is sent to the office on loopback and followed to its answer: it arrives once, whatever happens."""

    name, times, faulted = "deposit", 3, 1
    _ENOUGH = 100  # times to ask, a twentieth of a second apart

    def prepare(self, bench: Bench) -> None:
        (bench.base / "before.json").write_text(json.dumps(self._arrived(bench)))

    def write(self, bench: Bench, number: int) -> dict[str, Any]:
        if number == 1:
            answer = bench.call("delivery.send", package=bench.template.package, endpoint=bench.template.endpoint)
        else:
            answer = bench.call("delivery.resume", id=self._delivery(bench).id)
        return {"id": answer["id"], "state": answer["state"], "object": answer["object_url"]}

    def check(self, bench: Bench, acks: Acks) -> list[str]:
        found = []
        deliveries = list(Delivery.select())
        if len(deliveries) > 1:
            found.append(f"half: {len(deliveries)} deliveries")
        for number, ack in acks.items():
            known = [row for row in deliveries if row.id == ack["id"]]
            if not known or (known[0].object_url or "") != ack["object"]:
                found.append(f"lost: delivery {number}: {ack}")
        if deliveries:
            state = self._to_its_end(bench, deliveries[0].id)
            if state != "ingested":
                found.append(f"lost: the delivery ends as {state}")
        before = json.loads((bench.base / "before.json").read_text())
        new = [entry for entry in self._arrived(bench) if entry not in before]
        if len(new) != len(deliveries):
            found.append(f"half: the office has the package {len(new)} times, {len(deliveries)} deliveries are known")
        return found

    def _to_its_end(self, bench: Bench, delivery: str) -> str:
        state = ""
        for _ in range(self._ENOUGH):
            state = bench.call("delivery.resume", id=delivery)["state"]
            if state not in ("queued", "created", "sending", "unknown", "sent", "in_workflow"):
                break
            time.sleep(0.05)
        return state

    def _delivery(self, bench: Bench) -> Any:
        with bench.ws.store.read():
            return Delivery.get()

    def _arrived(self, bench: Bench) -> list[str]:
        """The objects of the office that hold a package."""
        folder = bench.template.folder.parent / "office" / "objects"
        records = [json.loads(path.read_text("utf-8")) for path in folder.glob("*/object.json")]
        return sorted(record["id"] for record in records if record["files"])


class Typed(Kind):
    """Records typed, changed, deleted and taken back, one after the other on the same firm."""

    name, times = "records", 8

    def write(self, bench: Bench, number: int) -> dict[str, Any]:
        if number % 4 == 1:
            values = {"name": f"第{number}家有限公司", "remarks": "新"}
            return {"firm": bench.call("records.add", kind="firm", values=values)["id"], "remarks": "新"}
        firm = bench.call("records.ids", kind="firm", where={"name": f"第{number - (number - 1) % 4}家有限公司"})
        if number % 4 == 2:
            bench.call("records.edit", kind="firm", id=firm[0], values={"remarks": "改"})
            return {"firm": firm[0], "remarks": "改"}
        if number % 4 == 3:
            bench.call("records.delete", kind="firm", id=firm[0])
            return {"firm": firm[0], "remarks": None}
        bench.call("records.undo")
        return {"remarks": "改"}

    def check(self, bench: Bench, acks: Acks) -> list[str]:
        """After n acknowledged writes the firms stand as after n or n + 1 of them."""
        last = max(acks, default=0)
        shown = []
        for first in range(1, self.times + 1, 4):
            ids = bench.call("records.ids", kind="firm", where={"name": f"第{first}家有限公司"})
            shown.append(bench.call("records.get", kind="firm", id=ids[0])["remarks"] if ids else None)
        if shown in (self._after(last), self._after(last + 1)):
            return []
        return [f"lost: after {last} writes the firms say {shown}"]

    def _after(self, count: int) -> list[str | None]:
        steps: list[str | None] = [None, "新", "改", None, "改"]
        return [steps[min(max(count - first + 1, 0), 4)] for first in range(1, self.times + 1, 4)]
