"""The audit chain: entries that were changed, removed, moved or cut off are found."""

from __future__ import annotations

import pytest

from db import audit
from db.models import AuditEntry
from policy.errors import Fault


@pytest.fixture
def chain(ws):
    with ws.store.write("test") as write:
        for number in range(6):
            write.audit("test.decided", f"case:{number}", {"figure": number, "words": "同意"})
    return ws


def _broken(ws) -> list[int]:
    with ws.store.read():
        return audit.verify(ws.vault.audit_key)


def _execute(ws, sql: str) -> None:
    with ws.store.read() as connection:
        connection.execute(sql)
        connection.commit()


def test_an_untouched_chain_holds_and_its_head_counts(chain):
    with chain.store.read():
        head = audit.head()
        last = AuditEntry.select().order_by(AuditEntry.seq.desc()).first()
    assert _broken(chain) == [] and (head.mac, head.length) == (last.mac, 7)


@pytest.mark.parametrize("field", ["at = at + 1", "operator = 'x'", "action = 'y'", "subject = 'z'", "detail = '{}'"])
def test_a_changed_entry_is_named(chain, field):
    _execute(chain, f"UPDATE audit_entry SET {field} WHERE seq = 4")
    assert _broken(chain) == [4]


def test_a_changed_entry_with_its_digest_made_anew_without_the_key_is_named(chain):
    with chain.store.read():
        row = AuditEntry.get_by_id(4)
    forged = audit._mac(b"\0" * 32, 4, row.at, row.operator, row.action, "case:9", row.detail, row.previous)
    _execute(chain, f"UPDATE audit_entry SET subject = 'case:9', mac = '{forged}' WHERE seq = 4")
    assert _broken(chain) == [4, 5]


def test_a_removed_entry_is_named(chain):
    _execute(chain, "DELETE FROM audit_entry WHERE seq = 3")
    assert 3 in _broken(chain)


def test_entries_put_in_another_order_are_named(chain):
    _execute(chain, "UPDATE audit_entry SET seq = 100 WHERE seq = 3")
    _execute(chain, "UPDATE audit_entry SET seq = 3 WHERE seq = 4")
    _execute(chain, "UPDATE audit_entry SET seq = 4 WHERE seq = 100")
    assert {3, 4} <= set(_broken(chain))


def test_a_failed_write_leaves_no_entry(chain):
    with pytest.raises(Fault), chain.store.write("test") as write:
        write.audit("test.decided", "case:x", {})
        raise Fault("test")
    with chain.store.read():
        assert audit.head().length == 7


def test_the_check_of_the_workspace_reports_it(chain, call):
    assert call("workspace.verify")["ok"]
    _execute(chain, "UPDATE audit_entry SET detail = '{}' WHERE seq = 2")
    assert call("workspace.verify")["problems"] == [{"what": "audit", "detail": "2"}]


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
        digests = {"inner_digest": "i", "outer_digest": _sha(b"zip"), "audit_head": head.mac, "metadata": {}}
        sizes = {"bytes": 3, "parts": 1, "part_bytes": 8}
        values = {"title": "包", "application": application, "sealed_at": 1, **digests, **sizes}
        write.insert(Package, values, "p1")
    assert call("workspace.verify")["ok"]
    _execute(chain, "DELETE FROM audit_entry WHERE seq = 8")
    assert _broken(chain) == []  # in itself it holds
    assert call("workspace.verify")["problems"] == [{"what": "audit", "detail": "package p1"}]


def _sha(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()
