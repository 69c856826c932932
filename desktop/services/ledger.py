"""Importing a workbook of any kind: read, match by id or natural key, add, update, say what was refused and why."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from db import ledger
from db.files import name_as_text
from db.ledger_file import read_sheet
from db.ledger_header import load_map, map_headers
from db.models import Alias, Firm, new_id
from db.queries import records
from db.queries.rows import dict_rows
from db.schema import KindInfo, editable_kind, kind_info
from db.searchtext import is_indexed
from db.values import compare_name, former_names
from db.writes import Write
from desktop.messages import sentence
from desktop.services.classified import forget, held_secrets
from desktop.services.dayorder import misplaced
from desktop.services.doubts import asked_of_import, is_yearly
from desktop.services.ledgersheet import DEFAULTS, chosen_mapping, importable, opened_book, remembered, shown_finding
from desktop.services.records import typed_values
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.errors import Fault, Refused
from policy.i18n import listed, mark
from policy.masking import is_mask

LABEL = mark("导入台账")
_STEP = 2000


class _DryRun(Exception):  # noqa: N818 - not an error: takes the trial import back
    pass


@service("ledger.import")
def import_ledger(
    ws: Workspace,
    job: Job,
    *,
    file: str = "",
    text: str = "",
    kind: str = "firm",
    sheet: str | None = None,
    map_file: str | None = None,
    mapping: dict[str, str] | None = None,
    given: dict[str, str] | None = None,
    on_error: str = "skip",
    dry_run: bool = False,
) -> dict[str, Any]:
    """Take the rows of a workbook, or those pasted as `text`, in: {kind, rows, added, updated, unchanged, rejected,
    warnings, notices, changes}.

    Rows that cannot be taken are listed with row, column, value and reason, and the rest goes in; with
    `on_error="stop"` nothing goes in and Refused("ledger.rows_rejected") is raised. A blank cell never erases. A
    `mapping` (header → field, "" for none) is remembered for the kind. `given` are values as typed of every row that
    says nothing itself (the record whose list it is).
    """
    info = editable_kind(kind)
    said = typed_values(ws, info, given)[0] if given else {}
    job.progress(0, 0, Path(file).name)
    book = opened_book(file, text)
    name = name_as_text(Path(book.file))
    try:
        table = read_sheet(book, sheet)
        explicit = load_map(Path(map_file)) if map_file else chosen_mapping(ws, info, mapping)
        headers = map_headers(table, importable(info, said), explicit)
        results = deque(_read(ledger.iter_rows(table, headers), job))
    finally:
        book.close()
    table.rows.clear()  # a large sheet is not held twice
    if headers.missing:
        labels = listed(info.field(name).shown for name in headers.missing)
        raise Refused("ledger.missing_columns", file=name, fields=labels)
    origin = f"import:{name}"
    importer = _Importer(ws, info, job, len(results), origin, said)
    rejected = [reject for result in results for reject in result.rejects]
    warnings = [note for result in results for note in result.warnings]
    rows = len(results)
    try:
        with ws.store.write(LABEL, origin) as write:
            for done in range(rows):
                if done % _STEP == 0:
                    importer.flush(write)
                    job.check()
                    job.progress(done, rows)
                result = results.popleft()
                if not result.rejects:
                    rejected += importer.take(result, write)
            rejected += importer.take_waiting(write)
            if rejected and on_error == "stop":
                raise Refused("ledger.rows_rejected", count=len(rejected), row=rejected[0].row)
            importer.finish(write)
            asked = importer.doubts({column.field.name: column.header for column in headers.columns})
            job.check()
            if dry_run:
                raise _DryRun
        changes = write.changes.as_dict()
        if mapping:
            ws.store.save_setting(f"mapping.{kind}", {**remembered(ws, info), **mapping})
    except _DryRun:
        changes = {}
    rejected.sort(key=lambda reject: reject.row)
    notices = [*book.notices, *headers.notices, *table.notices]
    refused = {reject.row for reject in rejected}
    warnings = [*(note for note in warnings if note.row not in refused), *importer.days]
    masks = {column.header: column.field.masked for column in headers.columns}
    return {
        "kind": kind,
        "file": name,
        "sheet": table.sheet,
        "rows": rows,
        "added": importer.added,
        "updated": importer.updated,
        "unchanged": importer.unchanged,
        "rejected_rows": len(refused),
        "rejected": [shown_finding(reject, masks) for reject in rejected],
        "warnings": sorted((*(shown_finding(note, masks) for note in warnings), *asked), key=lambda one: one["row"]),
        "notices": [sentence(note.code, note.params) for note in notices],
        "dry_run": dry_run,
        "changes": changes,
    }


def _read(rows: Iterator[ledger.RowResult], job: Job) -> Iterator[ledger.RowResult]:
    for done, row in enumerate(rows):
        if done % _STEP == 0:
            job.check()
        yield row


def _days_asked(info: KindInfo, number: int, row: Mapping[str, Any], news: set[str]) -> Iterator[ledger.CellNote]:
    """The new dates of a row that lie before the one they follow, or behind one; they are taken over all the same."""
    for name, _text in misplaced(info, row):
        declared = info.field(name)
        if news & {name, declared.since}:
            params = {"earlier": info.field(declared.since).shown, "before": row[declared.since]}
            yield ledger.CellNote(number, declared.shown, name, str(row[name]), "value.before", params)


class _Importer:
    """Matches rows to records and gathers what is new for one bulk insert."""

    def __init__(
        self, ws: Workspace, info: KindInfo, job: Job, rows: int, origin: str, given: Mapping[str, Any]
    ) -> None:
        self.info, self.job, self.store, self.origin, self._given = info, job, ws.store, origin, given
        self.added = self.updated = self.unchanged = 0
        self._new: list[dict[str, Any]] = []
        self._added: list[str] = []
        # random, but ascending: indexes then grow at one end, which halves the time of a large import
        self._ids = iter(sorted(new_id() for _ in range(rows)))
        self._existing: dict[str, dict[str, Any]] = {}
        self._seen: dict[str, int] = {}  # record -> sheet row that brought it
        self._refs: dict[tuple[str, str], str | None] = {}
        self._ref_fields = [declared for declared in info.fields if declared.type == "ref" and declared.name != "id"]
        self._own_refs = any(declared.target == info.name for declared in self._ref_fields)
        self._fresh: dict[str, str] = {}  # what rows of the same sheet may call a row that is not stored yet
        self._waiting: list[ledger.RowResult] = []  # for a row further down that they refer to
        self._keys: dict[tuple[Any, ...], str] = {}
        self._more: dict[tuple[Any, ...], list[str]] = {}  # the others that bear the same key
        self._alikes: dict[tuple[str, ...], dict[str, list[str]]] = {}
        self._derived = [declared for declared in info.fields if declared.required == "D"]
        self._follow = {name for item in info.fields if item.since for name in (item.name, item.since)}
        self.days: list[ledger.CellNote] = []  # what is asked about dates
        self._taken: list[tuple[int, dict[str, Any], set[str]]] = []  # sheet row, what is stored, what of it is new
        self._marks: dict[str, dict[str, Any]] = {}  # record -> what sets it apart from others of a weaker key
        with ws.store.read():
            self._load()

    def _load(self) -> None:
        """All existing rows by natural key; a firm is looked for among all organisations."""
        lead = self.info.models[0]
        merged = Alias.select().where(Alias.kind == self.info.name)
        self._aliases = {row.alias: row.record for row in merged}
        firms: dict[str, dict[str, Any]] = {}
        if self.info.name == "firm":
            firms = {row["id"]: row for row in dict_rows(Firm.select())}
        for row in dict_rows(lead.select()):
            self._existing[row["id"]] = {**row, **firms.get(row["id"], {})}
            self._remember(row, row["id"])

    def _remember(self, row: Mapping[str, Any], record: str) -> None:
        keys = self._natural(row)
        if ("name_key",) in self.info.kind.natural:  # who was renamed is no second firm
            keys += [(("name_key",), name) for name in former_names(row.get("former_names"))]
        for key in keys:
            first = self._keys.setdefault(key, record)
            if first != record and record not in self._more.get(key, ()):
                self._more.setdefault(key, []).append(record)
        naturals = self.info.kind.natural
        if len(naturals) > 1:
            self._marks[record] = {name: row.get(name) for names in naturals[:-1] for name in names}

    def _natural(self, row: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        name_key = compare_name(str(row["name"])) if row.get("name") else None
        keys = []
        for names in self.info.kind.natural:
            parts = [name_key if name == "name_key" else row.get(name) for name in names]
            if None not in parts:
                keys.append((names, *parts))
        return keys

    def take_waiting(self, write: Write) -> list[ledger.Reject]:
        """Take the rows that refer to others of the sheet, which are there by now; returns why any was refused."""
        rejected: list[ledger.Reject] = []
        more = True
        while self._waiting:
            waiting, self._waiting = self._waiting, []
            for result in waiting:
                rejected += self.take(result, write, wait=more)
            more = len(self._waiting) < len(waiting)
        return rejected

    def take(self, result: ledger.RowResult, write: Write, *, wait: bool = True) -> list[ledger.Reject]:
        """Match one row and update or queue it; returns why it was refused, if it was."""
        values = {**self._given, **{name: value for name, value in result.values.items() if value is not None}}
        for declared in self._derived:
            values.pop(declared.name, None)
        refused = self._resolve_refs(result, values)
        if refused and wait and self._own_refs and all(item.params["kind"] == self.info.kind.shown for item in refused):
            self._waiting.append(result)
            return []
        if refused:
            return refused
        candidates = self._match(result, values)
        if len(candidates) > 1:
            meant = str(values.get("uscc") or values.get("name") or result.id)[:80]
            params = {"kind": self.info.kind.shown, "id": meant}
            return [ledger.Reject(result.row_number, "", meant, "record.ambiguous", params)]
        record = candidates[0] if candidates else ""
        known = self._existing.get(record, {})
        for name in self._given:
            if result.values.get(name) is None and known.get(name) is not None:
                del values[name]  # what is on record belongs where it belongs
        refused = self._erased(result, record, values) or self._strange_masks(result, record)
        if refused:
            return refused
        if compare_name(str(values.get("name", ""))) in former_names(
            self._existing.get(record, {}).get("former_names")
        ):
            del values["name"]  # the sheet is older than the change of name
        if record in self._seen:
            return self._duplicate(result, record, values)
        held = held_secrets(self.info, {**self._existing.get(record, {}), **values})
        if held:
            return [ledger.Reject(result.row_number, "", "", "record.classified", {"fields": listed(held)})]
        if record and self._is_kind(record):
            self._seen[record] = result.row_number
            known = dict(known)
            if self._update(record, values, write):
                self.updated += 1
                news = {name for name, value in values.items() if known.get(name) != value}
                self._note_taken(result.row_number, {**known, **values}, news)
                if values.get("classified"):
                    forget(write, self.info, record)
            else:
                self.unchanged += 1
            return []
        for declared in self._derived:
            if (
                declared.name != "recorded_at"
                and not self.info.model_of(declared.name)._meta.fields[declared.name].null
            ):
                return [ledger.Reject(result.row_number, declared.shown, "", "row.only_the_program", {})]
        unread = self._unread(result, values)
        if unread:
            return unread
        # an organisation known in another role becomes a firm too and keeps its id
        record = record or (result.id if len(result.id) == 36 else next(self._ids))
        if record in self._existing:
            self._update(record, {name: value for name, value in values.items() if self._in_lead(name)}, write)
        origin = f"{self.origin}#{result.row_number}"
        row = {**DEFAULTS.get(self.info.name, {}), **values, "id": record, "origin": origin}
        self._new.append(row)
        self._note_taken(result.row_number, row, set(values))
        self._seen[record] = result.row_number
        self._remember(row, record)
        if self._own_refs:
            self._fresh |= {record: record, str(values.get(self.info.kind.title)): record}
        self.added += 1
        return []

    def _unread(self, result: ledger.RowResult, values: Mapping[str, Any]) -> list[ledger.Reject]:
        """A new row in which what it should not be without is none of its choices: somebody has to look at it first."""
        for note in result.warnings:
            if not note.field:  # of the row as a whole, as of cells beside the table
                continue
            stored = self.info.model_of(note.field)._meta.fields[note.field]
            if not stored.null and values.get(note.field) is None and stored.default is None:
                return [ledger.Reject(result.row_number, note.column, note.value, "row.required_unread", {})]
        return []

    def flush(self, write: Write) -> None:
        """Insert the new rows so far in bulk."""
        for model in self.info.models:
            names = set(model._meta.fields)
            fresh = [
                {name: value for name, value in row.items() if name in names}
                for row in self._new
                if model is not self.info.models[0] or row["id"] not in self._existing
            ]
            write.insert_many(model, fresh)
        for row in self._new:
            if row["id"] in self._existing:  # no longer listed for itself, but as what it has become
                write.changes.add(self.info.models[0].KIND.name, row["id"])
        self._added += [row["id"] for row in self._new]
        self._new.clear()

    def finish(self, write: Write) -> None:
        """Insert the rest, and see that all that is new is indexed."""
        self.flush(write)
        if is_indexed(self.info.name):
            write.index_many(self.info.name, self._added)

    def _note_taken(self, number: int, row: dict[str, Any], news: set[str]) -> None:
        if self._follow & news:
            self.days += _days_asked(self.info, number, row, news)
        if is_yearly(self.info):
            self._taken.append((number, row, news))

    def doubts(self, headers: Mapping[str, str]) -> list[dict[str, Any]]:
        """Amounts that were taken over and are about a thousand times those of another year."""
        known = [*self._existing.values(), *(row for _, row, _ in self._taken if row["id"] not in self._existing)]
        return [
            {
                "row": number,
                "column": headers.get(name) or self.info.field(name).shown,
                "value": value,
                "code": "value.thousandfold",
                "reason": reason,
            }
            for number, name, value, reason in asked_of_import(self.info, self._taken, known)
        ]

    def _match(self, result: ledger.RowResult, values: Mapping[str, Any]) -> list[str]:
        """The records a row may be about: by its ID, else by the first natural key that finds any."""
        if result.id:
            present = self._aliases.get(result.id, result.id)
            found = [record for record in (present,) if record in self._existing]
            if not found and len(result.id) >= 8:
                found = [record for record in self._existing if record.startswith(result.id)]
            if len(found) == 1:
                return found
        apart: set[str] = set()
        keys = self._natural(values)
        for key in keys:
            if key in self._keys:
                bearers = [self._keys[key], *self._more.get(key, ())]
                # the same name under another credit code, or in another region, is another firm
                same = [record for record in bearers if not self._differs(record, values, apart.difference(key[0]))]
                if same:
                    return same
            apart.update(key[0])
        return [] if keys else [record for record in [self._alike(values)] if record]

    def _differs(self, record: str, values: Mapping[str, Any], names: set[str]) -> bool:
        known = self._marks.get(record, {})
        return any(known.get(name) and values.get(name) and known[name] != values[name] for name in names)

    def _alike(self, values: Mapping[str, Any]) -> str:
        """Without a natural key, the row there that says the same and was not met yet: importing again adds nothing."""
        names = tuple(sorted(values))
        table = self._alikes.get(names)
        if table is None:
            table = self._alikes[names] = {}
            for record, row in self._existing.items():
                table.setdefault(repr([row.get(name) for name in names]), []).append(record)
        alike = table.get(repr([values[name] for name in names]), [])
        return next((record for record in alike if record not in self._seen), "")

    def _is_kind(self, record: str) -> bool:
        return record in self._existing and (self.info.name != "firm" or "is_team" in self._existing[record])

    def _in_lead(self, name: str) -> bool:
        return name in self.info.models[0]._meta.fields

    def _update(self, record: str, values: Mapping[str, Any], write: Write) -> bool:
        current = self._existing[record]
        changed = {name: value for name, value in values.items() if current.get(name) != value}
        for declared in self.info.fields:
            # the same amount in other words is no change
            if declared.raw_field in changed and declared.name not in changed:
                del changed[declared.raw_field]
        touched = False
        for model in self.info.models:
            own = {name: value for name, value in changed.items() if name in model._meta.fields}
            if own:
                touched = write.update(model, record, own) or touched
        current.update(changed)
        if touched:
            self._remember(current, record)
        return touched

    def _duplicate(self, result: ledger.RowResult, record: str, values: Mapping[str, Any]) -> list[ledger.Reject]:
        value = str(values.get("uscc") or values.get("name") or record)[:80]
        return [ledger.Reject(result.row_number, "", value, "row.duplicate", {"other": self._seen[record]})]

    def _erased(self, result: ledger.RowResult, record: str, values: Mapping[str, Any]) -> list[ledger.Reject]:
        """An older sheet does not bring back what was erased at a person's request."""
        row = self._existing.get(record, {})
        personal = [item for item in self.info.fields if item.personal and item.name in values]
        told = [item.shown for item in personal if values[item.name] != row.get(item.name)]
        if not told or not row.get("erased_on"):
            return []
        return [ledger.Reject(result.row_number, "", "", "record.erased", {"fields": listed(told)})]

    def _strange_masks(self, result: ledger.RowResult, record: str) -> list[ledger.Reject]:
        """The masked cells that do not stand for what the record holds; those that do leave it as it is."""
        row = self._existing.get(record, {})
        return [
            ledger.Reject(result.row_number, header, text, "row.masked_unknown", {})
            for name, (header, text) in result.masks.items()
            if not is_mask(self.info.field(name).masked, text, row.get(name))
        ]

    def _resolve_refs(self, result: ledger.RowResult, values: dict[str, Any]) -> list[ledger.Reject]:
        refused = []
        for declared in self._ref_fields:
            given = values.get(declared.name)
            if given is None:
                continue
            key = (declared.target, str(given))
            if self._refs.get(key) is None and (key not in self._refs or declared.target == self.info.name):
                with self.store.read():
                    self._refs[key] = self._find_ref(*key)
            found = self._refs[key]
            if found is None:
                params = {"kind": kind_info(declared.target).kind.shown}
                refused.append(ledger.Reject(result.row_number, declared.shown, str(given)[:80], "ref.unknown", params))
            else:
                values[declared.name] = found
        return refused

    def _find_ref(self, kind: str, given: str) -> str | None:
        if kind == self.info.name and given in self._fresh:
            return self._fresh[given]
        try:
            return records.resolve(kind, given)
        except Fault:
            return None
