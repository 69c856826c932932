"""The audit chain: what was removed, changed, moved or added is found; kept heads find a cut tail, a rebuilt chain."""

from __future__ import annotations

import hashlib

import pytest

from db import audit
from db.audit import Head, Known, Problem
from db.models import AuditEntry
from policy.errors import Fault

COLUMNS = "seq, at, operator, action, subject, detail, previous, mac"


@pytest.fixture
def chain(ws):
    """Seven entries: the workspace's first one and six decisions."""
    with ws.store.write("test") as write:
        for number in range(6):
            write.audit("test.decided", f"case:{number}", {"figure": number, "words": "同意"})
    return ws


def _found(ws, *known: Known) -> list[tuple[str, int, int]]:
    return [(problem.what, problem.first, problem.last) for problem in _problems(ws, *known)]


def _problems(ws, *known: Known) -> list[Problem]:
    return audit.problems(ws.vault.audit_key, known, ws.store.read)


def _execute(ws, sql: str, *values: object) -> None:
    with ws.store.read() as connection:
        connection.execute(sql, values)
        connection.commit()


def _head(ws) -> Head:
    with ws.store.read():
        return audit.head()


def _renumber(ws, first: int, by: int) -> None:
    """Move every entry from `first` on by `by` places, as somebody with the store's key alone could."""
    _execute(ws, "UPDATE audit_entry SET seq = -seq WHERE seq >= ?", first)
    _execute(ws, "UPDATE audit_entry SET seq = -seq + ? WHERE seq < 0", by)


def _rebuild(ws, rows: list[tuple]) -> None:
    """What somebody can do who holds the key of the chain, too: write it anew, whole in itself."""
    _execute(ws, "DELETE FROM audit_entry")
    with ws.store.write("test"):
        for _seq, at, operator, action, subject, detail, *_ in rows:
            previous = audit.head()
            seq = previous.length + 1
            body = (seq, at, operator, action, subject, detail, previous.mac)
            mac = audit._mac(ws.vault.audit_key, *body)
            fields = (
                AuditEntry.seq,
                AuditEntry.at,
                AuditEntry.operator,
                AuditEntry.action,
                AuditEntry.subject,
                AuditEntry.detail,
                AuditEntry.previous,
                AuditEntry.mac,
            )
            AuditEntry.insert(dict(zip(fields, (*body, mac), strict=True))).execute()


def _rows(ws) -> list[tuple]:
    with ws.store.read() as connection:
        return connection.execute(f"SELECT {COLUMNS} FROM audit_entry ORDER BY seq").fetchall()


def test_an_untouched_chain_holds_and_its_head_counts(chain):
    last = _rows(chain)[-1]
    assert _found(chain) == [] and _head(chain) == Head(last[7], 7)


def test_a_chain_longer_than_a_page_holds_and_is_checked_to_its_end(chain, monkeypatch):
    monkeypatch.setattr(audit, "PAGE", 3)
    assert _found(chain) == []
    _execute(chain, "UPDATE audit_entry SET at = at + 1 WHERE seq = 7")
    assert _found(chain) == [("changed", 7, 7)]


@pytest.mark.parametrize(
    "field",
    ["at = at + 1", "operator = 'x'", "action = 'y'", "subject = 'z'", "detail = '{}'", "previous = mac", "mac = 'f'"],
)
def test_a_changed_entry_is_named(chain, field):
    _execute(chain, f"UPDATE audit_entry SET {field} WHERE seq = 4")
    assert _found(chain) == [("changed", 4, 4)]


def test_a_changed_entry_with_its_digest_made_anew_without_the_key_is_named(chain):
    row = _rows(chain)[3]
    forged = audit._mac(b"\0" * 32, 4, *row[1:4], "case:9", *row[5:7])
    _execute(chain, "UPDATE audit_entry SET subject = 'case:9', mac = ? WHERE seq = 4", forged)
    assert _found(chain) == [("changed", 4, 4)]


def test_an_entry_made_anew_with_the_key_but_not_those_after_it_breaks_the_link(chain):
    row = _rows(chain)[3]
    forged = audit._mac(chain.vault.audit_key, 4, *row[1:4], "case:9", *row[5:7])
    _execute(chain, "UPDATE audit_entry SET subject = 'case:9', mac = ? WHERE seq = 4", forged)
    assert _found(chain) == [("changed", 5, 5)]  # whole in itself, it does not follow the one before


def test_the_operators_of_two_entries_swapped_are_named(chain):
    _execute(chain, "UPDATE audit_entry SET operator = 'another' WHERE seq = 5")
    _execute(chain, "UPDATE audit_entry SET detail = json_set(detail, '$.by', '王伟') WHERE seq = 3")
    assert _found(chain) == [("changed", 3, 3), ("changed", 5, 5)]


def test_removed_entries_are_named(chain):
    _execute(chain, "DELETE FROM audit_entry WHERE seq IN (1, 3, 4)")
    assert _found(chain) == [("removed", 1, 1), ("removed", 3, 4)]


def test_a_removed_entry_is_named_when_those_after_it_move_up(chain):
    _execute(chain, "DELETE FROM audit_entry WHERE seq = 4")
    _renumber(chain, 5, -1)
    assert _found(chain)[0][1] == 4


def test_entries_put_in_another_order_are_named(chain):
    _execute(chain, "UPDATE audit_entry SET seq = 100 WHERE seq = 3")
    _execute(chain, "UPDATE audit_entry SET seq = 3 WHERE seq = 4")
    _execute(chain, "UPDATE audit_entry SET seq = 4 WHERE seq = 100")
    assert _found(chain) == [("moved", 3, 4)]


def test_an_entry_put_in_is_named_and_those_that_made_room_for_it(chain):
    row = _rows(chain)[3]
    _renumber(chain, 4, 1)
    _execute(chain, f"INSERT INTO audit_entry ({COLUMNS}) VALUES (4, ?, ?, ?, 'case:9', ?, ?, ?)", *row[1:4], *row[5:])
    assert _found(chain) == [("changed", 4, 4), ("moved", 5, 8)]


def test_an_entry_added_at_the_end_without_the_key_is_named(chain):
    row = _rows(chain)[6]
    _execute(chain, f"INSERT INTO audit_entry ({COLUMNS}) VALUES (8, ?, ?, ?, ?, ?, ?, ?)", *row[1:6], row[7], "f" * 64)
    assert _found(chain) == [("changed", 8, 8)]


def test_a_number_beyond_all_sense_is_one_gap(chain):
    _execute(chain, "UPDATE audit_entry SET seq = ? WHERE seq = 7", 1 << 62)
    assert _found(chain) == [("removed", 7, (1 << 62) - 1), ("changed", 1 << 62, 1 << 62)]


def test_a_tail_cut_off_is_told_by_a_head_kept_outside(chain):
    kept, earlier = _head(chain), _rows(chain)[4][7]
    known = Known("package:p1", kept.mac, kept.length, 1_700_000_000_000)
    assert _found(chain, known) == []
    _execute(chain, "DELETE FROM audit_entry WHERE seq = 7")
    assert _found(chain) == []  # in itself it holds
    assert _problems(chain, Known("delivery:d1", earlier), known) == [Problem("head", 7, 7, known)]


def test_a_chain_rebuilt_with_its_own_key_is_told_by_a_head_kept_outside(chain):
    known = [Known("backup:b", row[7], row[0]) for row in _rows(chain)]
    rows = _rows(chain)
    _rebuild(chain, rows)
    assert _found(chain, *known) == []  # rebuilt as it was, it is the same
    rows[4] = (*rows[4][:2], "somebody else", *rows[4][3:])
    _rebuild(chain, rows)
    assert _found(chain) == []
    assert [problem.known for problem in _problems(chain, *known)] == known[4:]


def test_a_head_counts_at_its_own_place_only(chain):
    head = _head(chain)
    right, wrong = Known("typed", head.mac, 7), Known("typed", head.mac, 6)
    assert [problem.known for problem in _problems(chain, right, wrong)] == [wrong]
    start = Known("typed", audit.GENESIS, 0)
    assert _found(chain, start) == []


def test_a_failed_write_leaves_no_entry(chain):
    with pytest.raises(Fault), chain.store.write("test") as write:
        write.audit("test.decided", "case:x", {})
        raise Fault("test")
    assert _head(chain).length == 7


def test_the_check_of_the_workspace_reports_it(chain, call):
    assert call("workspace.verify")["ok"]
    _execute(chain, "UPDATE audit_entry SET detail = '{}' WHERE seq = 2")
    found = call("workspace.verify")
    assert not found["ok"] and [item["what"] for item in found["problems"]] == ["audit"]


def test_an_end_cut_off_is_seen_by_the_packages_that_state_it(chain, call):
    with chain.store.write("封装") as write:
        head = write.audit("package.sealed", "package:1", {})
        from db.models import Application, Package, Snapshot

        text = dict.fromkeys(("pack", "pack_digest", "pack_text", "subject", "period", "digest", "content"), "x")
        snapshot = write.insert(Snapshot, {"title": "定稿", "frozen_at": 1, **text})
        data = chain.evidence.add_bytes(b"pdf")
        pdf = {"pdf_blob": data.name, "pdf_digest": data.sha256, "pdf_bytes": 3}
        book = {"title": "书", "snapshot": snapshot, "form": "f", "version": 1, "content": "{}", **pdf}
        application = write.insert(Application, book)
        writer = chain.outbox.writer("p1")
        writer.write(b"zip")
        writer.commit()
        outer = hashlib.sha256(b"zip").hexdigest()
        digests = {"inner_digest": "i", "outer_digest": outer, "audit_head": head.mac, "metadata": {}}
        sizes = {"bytes": 3, "parts": 1, "part_bytes": 8}
        values = {"title": "包", "application": application, "sealed_at": 1, **digests, **sizes}
        write.insert(Package, values, "p1")
    assert call("workspace.verify")["ok"]
    _execute(chain, "DELETE FROM audit_entry WHERE seq = 8")
    assert _found(chain) == []  # in itself it holds
    found = call("workspace.verify")
    assert not found["ok"] and [item["what"] for item in found["problems"]] == ["audit"]
