"""A workspace with a sealed package, for tests of checks and backups."""

from __future__ import annotations

import hashlib
import os

from db.models import Application, Package, Snapshot
from desktop.services.workspace import Workspace


def packaged(ws: Workspace, package: str = "p1", content: bytes | None = None) -> str:
    """A sealed package in the outbox with its application; returns the digest of its content."""
    content = os.urandom(5000) if content is None else content
    writer = ws.outbox.writer(package)
    writer.write(content)
    writer.commit()
    with ws.store.write("封装") as write:
        text = dict.fromkeys(("pack", "pack_digest", "pack_text", "subject", "period", "digest", "content"), "x")
        snapshot = write.insert(Snapshot, {"title": "定稿", "frozen_at": 1, **text})
        pdf = ws.evidence.add_bytes(b"%PDF-1.7 book")
        book = {"title": "书", "snapshot": snapshot, "form": "f", "version": 1, "content": "{}"}
        book |= {"pdf_blob": pdf.name, "pdf_digest": pdf.sha256, "pdf_bytes": pdf.bytes}
        values = {"title": "报送包", "application": write.insert(Application, book), "sealed_at": 1, "metadata": {}}
        values |= {"bytes": len(content), "parts": 1, "part_bytes": 8 << 20}
        digest = hashlib.sha256(content).hexdigest()
        head = write.audit("package.sealed", f"package:{package}", {})
        write.insert(Package, {**values, "inner_digest": "i", "outer_digest": digest, "audit_head": head.mac}, package)
    return digest
