"""A workspace with a sealed package, for tests of checks and backups."""

from __future__ import annotations

import hashlib
import os

from db.models import Application, Package, Snapshot
from desktop.services.workspace import Workspace


def packaged(ws: Workspace) -> str:
    """A sealed package `p1` of 5000 bytes with its application; returns the digest of its content."""
    content = os.urandom(5000)
    writer = ws.outbox.writer("p1")
    writer.write(content)
    writer.commit()
    with ws.store.write("封装") as write:
        text = dict.fromkeys(("pack", "pack_digest", "pack_text", "subject", "period", "digest", "content"), "x")
        snapshot = write.insert(Snapshot, {"title": "定稿", "frozen_at": 1, **text})
        pdf = ws.evidence.add_bytes(b"%PDF-1.7 book")
        book = {"title": "书", "snapshot": snapshot, "form": "f", "version": 1, "content": "{}"}
        book |= {"pdf_blob": pdf.name, "pdf_digest": pdf.sha256, "pdf_bytes": pdf.bytes}
        application = write.insert(Application, book)
        head = write.audit("package.sealed", "package:p1", {})
        digest = hashlib.sha256(content).hexdigest()
        values = {
            "title": "包",
            "application": application,
            "sealed_at": 1,
            "inner_digest": "i",
            "outer_digest": digest,
        }
        values |= {"audit_head": head.mac, "metadata": {}, "bytes": 5000, "parts": 1, "part_bytes": 8 << 20}
        write.insert(Package, values, "p1")
    return digest
