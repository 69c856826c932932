"""The notice's own table as the pack a round is judged by: read, kept, edited, checked against the notice, attached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from db.models import Application, Confirmation, Package, Round, SelfScore, Snapshot
from db.models import Pack as PackRow
from db.queries import records
from db.queries.rows import tuple_rows
from db.writes import Write
from desktop.services.noticegrid import Grid, from_file, pasted
from desktop.services.noticepack import PREFIX, Row, numbered, pack_text, read_rows, rows_of, total_of
from desktop.services.noticetable import best_table, kept_table, plain_number, read_points, read_table
from desktop.services.policies import pack_by_id
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.dates import Period, today
from policy.errors import Refused, Usage
from policy.i18n import mark, tr
from policy.pack import Pack, load_pack
from policy.rules.score import Sum, Typed

# whom a round's table judges; an agency and a university stand in the records as organisations, persons apply by theirs
_SUBJECTS = {"carrier": "carrier", "firm": "firm"}


@service("notice.preview")
def preview(
    ws: Workspace,
    job: Job,
    *,
    html: str = "",
    text: str = "",
    file: str = "",
    pack: str = "",
    table: int | None = None,
    roles: list[str] | None = None,
    edits: dict[str, dict[str, Any]] | None = None,
    total: str | None = None,
) -> dict[str, Any]:
    """What a pasted table says (or one in a file, or one kept as a `pack`), before anything of it is kept.

    {tables: [{rows, columns, start}], table, columns: [{place, header, role}], rows, header, sum, bonus, total, agrees,
    unreadable, groups}; see `noticetable.Preview`. `table` chooses another table, `roles` what its columns are, `edits`
    changes single rows (a number no row has adds one), `total` what the table states. Raises what `noticegrid`
    and `noticetable` raise.
    """
    if pack:
        found = _own(ws, pack)
        kept = kept_table(rows_of(found), total_of(found) if total is None else total, edits)
        return {"tables": [], "table": 0, **kept.as_dict()}
    grids = from_file(Path(file)) if file else pasted(text, html)
    chosen = best_table(grids) if table is None else table
    if not 0 <= chosen < len(grids):
        raise Usage("notice.unknown_table", count=len(grids))
    preview = read_table(grids[chosen], roles, edits)
    if total is not None:
        read = read_points(total)
        preview.total = total.strip() if read.value is None else plain_number(read.value)
    return {"tables": [_described(grid) for grid in grids], "table": chosen, **preview.as_dict()}


@service("notice.save", in_turn=True)
def save(ws: Workspace, job: Job, *, round: str, rows: list[dict[str, Any]], total: str = "") -> dict[str, Any]:
    """Keep the rows as the pack of a round: {pack, rules, sum, total, warnings, changes}.

    A row is {group, title, points, criterion, proof, bonus, clause, attached} (`row` its number in the notice, `id` its
    rule when it is known); rows known from before keep their rules, and so their scores and evidence. `total` is what
    the notice states. Raises Refused("notice.sealed") once an application under it was sealed, and what
    `noticepack.read_rows` raises.
    """
    made = read_rows(rows)
    stated = read_points(total)
    if stated.value is None and stated.problem != "blank":
        raise Refused("notice.total_unreadable", text=total[:40])
    with ws.store.read():
        place = records.get("round", records.resolve("round", round))
    with ws.store.write(mark("录入通知评分表"), "typed") as write:
        pack, changed = _keep(write, place, made, stated.value)
    return {
        "pack": pack.id,
        "rules": len(made),
        "total": total_of(pack),
        "changed": changed,
        "warnings": _warnings(made, stated.value),
        "changes": write.changes.as_dict(),
    }


@service("notice.show")
def show(ws: Workspace, job: Job, *, pack: str) -> dict[str, Any]:
    """A notice's table as kept: {pack, title, rows, total, sealed, verified: how many rules, by whom, when}."""
    found = _own(ws, pack)
    with ws.store.read():
        checked = list(Confirmation.select().where(*_whole(found.digest)))
        sealed = sealed_under(found.id)
    return {
        "pack": found.id,
        "title": str(found.title),
        "rows": rows_of(found),
        "total": total_of(found),
        "sealed": sealed,
        "verified": len({row.rule for row in checked}) >= len(found.rules),
        "verified_on": max((row.confirmed_on for row in checked), default=""),
    }


@service("notice.verify", in_turn=True)
def verify(ws: Workspace, job: Job, *, round: str, evidence: str, page: str = "", note: str = "") -> dict[str, Any]:
    """Say that the whole table was compared with the notice, a file in the workspace: {pack, rules, changes}.

    It holds for every subject of the round's period, and for these bytes of the table: a later edit is to be compared
    again. Raises Refused("notice.no_table_yet"), Refused("policy.no_notice").
    """
    with ws.store.read():
        place = records.get("round", records.resolve("round", round))
    found = _own(ws, place["pack"] or "")
    try:
        with ws.store.read():
            paper = records.get("evidence", records.resolve("evidence", evidence))
    except (Refused, Usage):
        raise Refused("policy.no_notice", notice=evidence[:60]) from None
    if not ws.evidence.exists(paper["blob"]):
        raise Refused("policy.no_notice", notice=paper["title"])
    period = Period.parse(place["period"]).text
    key = {"pack_digest": found.digest, "period": period, "subject": ""}
    values = {
        "pack": found.id,
        "notice": paper["id"],
        "page": page.strip() or None,
        "note": note.strip() or None,
        "confirmed_on": today().isoformat(),
    }
    with ws.store.write(mark("对照通知核实评分表"), "typed") as write:
        for rule in found.rules:
            known = Confirmation.get_or_none(**key, rule=rule.id)
            if known is None:
                write.insert(Confirmation, {**key, "rule": rule.id, **values})
            else:
                write.update(Confirmation, known.id, values)
        write.update(Round, place["id"], {"verified_on": values["confirmed_on"]})
        rules = [rule.id for rule in found.rules]
        told = {"rules": rules, "n": len(rules), "period": period, "subject": "", "page": page.strip()}
        detail = {**told, "digest": found.digest, "notice": paper["id"], "sha256": paper["digest"]}
        write.audit("policy.confirmed", f"pack:{found.id}", detail)
    return {"pack": found.id, "rules": len(rules), "changes": write.changes.as_dict()}


@service("notice.attach", in_turn=True)
def attach(ws: Workspace, job: Job, *, pack: str, rule: str, to: str) -> dict[str, Any]:
    """Show a computed rule ("PACK/RULE") beside a row with typed points; blank takes it away: {pack, changes}.

    Raises Refused("notice.attach_typed" | "notice.attach_other"), Usage("policy.unknown_pack" | "policy.unknown_rule"),
    Refused("notice.sealed").
    """
    found = _own(ws, pack)
    one = found.rule(rule)
    if not isinstance(one.body, Typed):
        raise Refused("score.not_typed", title=str(one.title))
    if to:
        name, _, other = to.partition("/")
        wanted = pack_by_id(ws, name)[0].rule(other)
        if isinstance(wanted.body, Typed):
            raise Refused("notice.attach_typed", title=str(wanted.title))
        if wanted.subject != one.subject:
            raise Refused("notice.attach_other", title=str(wanted.title))
    rows = [{**row, "attached": to} if row["id"] == rule else row for row in rows_of(found)]
    with ws.store.write(mark("关联计算规则"), "typed") as write:
        _rewrite(write, found, read_rows(rows))
    return {"pack": found.id, "changes": write.changes.as_dict()}


def _whole(digest: str) -> tuple[Any, ...]:
    """The confirmations that were given for a whole table, whoever is judged by it."""
    return Confirmation.pack_digest == digest, Confirmation.subject == ""


def _described(grid: Grid) -> dict[str, Any]:
    first = next((cell for row in grid.rows for cell in row if cell), "")
    return {"rows": len(grid.rows), "columns": grid.width, "start": first.replace("\n", " ")[:40]}


def _own(ws: Workspace, pack: str) -> Pack:
    """A pack made of a notice's table."""
    found = pack_by_id(ws, pack)[0] if pack.startswith(PREFIX) else None
    if found is None or not all(isinstance(rule.body, Typed | Sum) for rule in found.rules):
        raise Refused("notice.no_table_yet")
    return found


def sealed_under(pack: str) -> bool:
    """Whether an application under the pack was sealed; the caller holds the store's lock."""
    applications = Application.select(Application.id).join(Snapshot).where(Snapshot.pack == pack)
    return bool(Package.select().where(Package.application.in_(applications)).exists())


def _keep(write: Write, place: Mapping[str, Any], rows: Sequence[Row], total: Fraction | None) -> tuple[Pack, bool]:
    """Write the pack of a round anew; the round is judged by it from now on."""
    name = f"{PREFIX}{place['id'][:8]}"
    known = PackRow.get_or_none(PackRow.pack == name)
    before = load_pack(known.content.encode()) if known is not None else None
    head = {field: str(place[field] or "") for field in ("title", "number", "issuer", "issued_on")}
    subject = _SUBJECTS.get(place["applicant_kind"] or "", "organisation")
    pack, changed = _store(write, name, known, before, head=head, subject=subject, rows=rows, total=total)
    values: dict[str, Any] = {"pack": name}
    if changed:
        values["verified_on"] = None
    write.update(Round, place["id"], values)
    return pack, changed


def _rewrite(write: Write, pack: Pack, rows: Sequence[Row]) -> Pack:
    """The same table with other rows."""
    known = PackRow.get(PackRow.pack == pack.id)
    head = {"title": pack.title.zh, "number": pack.number, "issuer": pack.issuer, "issued_on": pack.issued_on}
    total = read_points(total_of(pack)).value
    made, changed = _store(write, pack.id, known, pack, head=head, subject=pack.subjects[0], rows=rows, total=total)
    if changed:
        for row in Round.select().where(Round.pack == pack.id, Round.verified_on.is_null(False)):
            write.update(Round, row.id, {"verified_on": None})
    return made


def _store(
    write: Write,
    name: str,
    known: PackRow | None,
    before: Pack | None,
    *,
    head: Mapping[str, str],
    subject: str,
    rows: Sequence[Row],
    total: Fraction | None,
) -> tuple[Pack, bool]:
    """The pack's row with these rows, unless nothing changed. Raises Refused("notice.sealed")."""
    scored = [row[0] for row in tuple_rows(SelfScore.select(SelfScore.rule).where(SelfScore.pack == name))]
    numbered_rows = numbered(rows, rows_of(before) if before else (), scored)
    version = 1 if before is None else _version(before)
    data = pack_text(pack=name, head=head, subject=subject, rows=numbered_rows, total=total, version=version)
    if known is not None and known.content == data.decode():
        return load_pack(data), False
    if sealed_under(name):
        raise Refused("notice.sealed", title=head["title"])
    if known is not None:
        data = pack_text(pack=name, head=head, subject=subject, rows=numbered_rows, total=total, version=version + 1)
    pack = load_pack(data)
    values = {"title": pack.title.zh[:200], "digest": pack.digest, "content": data.decode()}
    if known is None:
        write.insert(PackRow, {"pack": name, **values})
    else:
        write.update(PackRow, known.id, {**values, "replaces": known.digest})
    replaced = "" if known is None else known.digest
    detail = {"digest": pack.digest, "status": pack.status, "replaced": replaced, "key": ""}
    write.audit("policy.added", f"pack:{name}", detail)
    return pack, True


def _version(pack: Pack) -> int:
    """Which draft of the table a pack is, as its source says."""
    digits = pack.source.zh.rpartition("（第")[2].partition("稿")[0]
    return int(digits) if digits.isascii() and digits.isdecimal() else 1


def _warnings(rows: Sequence[Row], stated: Fraction | None) -> list[str]:
    said = []
    unknown = [row.title for row in rows if row.points is None]
    if unknown:
        said.append(tr("{count} 行没有分值，只能打分，不能核对上限", count=len(unknown)))
    found = sum((row.points for row in rows if row.points is not None and not row.bonus), Fraction(0))
    if stated is not None and found != stated:
        said.append(
            tr(
                "各行合计 {found} 分，通知写明 {stated} 分，请核对",
                found=plain_number(found),
                stated=plain_number(stated),
            )
        )
    return said
