"""The self-test of an installed program: every part that a build could lose, on real files, reported as JSON."""

from __future__ import annotations

import io
import json
import os
import queue
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from desktop.runtime.client import Reply, StoreClient
from policy import i18n
from policy.errors import Fault

_PATIENCE = 60.0  # s for one answer of the store process


def selftest() -> int:
    """Run all checks; print {"ok", "checks": {name: {"ok", "ms", "detail"}}} and return 0 where all went well."""
    checks: dict[str, dict[str, Any]] = {}

    def check(name: str, run: Callable[[], str]) -> None:
        started = time.perf_counter()
        try:
            detail, good = run(), True
        except Fault as fault:
            detail, good = fault.code, False
        except Exception as error:  # noqa: BLE001 - whatever fails is what the report is about
            detail, good = f"{type(error).__name__}: {error}", False
        checks[name] = {"ok": good, "ms": round((time.perf_counter() - started) * 1000), "detail": detail}

    with tempfile.TemporaryDirectory(prefix="fuzhuan-selftest-") as folder:
        store = _Store()
        try:
            check("store", lambda: _store(store, Path(folder) / "workspace"))
            check("age", _age)
            pdf: list[bytes] = []
            check("pdf", lambda: _pdf(pdf))
            check("window", lambda: _window(store, pdf, Path(folder)))
        finally:
            store.close()
    ok = all(result["ok"] for result in checks.values())
    sys.stdout.write(json.dumps({"ok": ok, "checks": checks}, ensure_ascii=False, indent=1) + "\n")
    return 0 if ok else 1


class _Store:
    """Waits for answers: there is no window to keep alive."""

    def __init__(self) -> None:
        self.client = StoreClient(i18n.language())
        self._replies: queue.Queue[Reply] = queue.Queue()
        self.client.listener = self._replies.put

    def ask(self, name: str, /, **parameters: Any) -> Any:
        number = self.client.request(name, **parameters)
        while True:
            reply = self._replies.get(timeout=_PATIENCE)
            if reply.number != number or reply.kind == "progress":
                continue
            if reply.kind == "fault":
                raise reply.value
            if reply.kind != "result":
                raise RuntimeError(f"{name}: {reply.kind} {reply.value or ''}")
            return reply.value

    def close(self) -> None:
        self.client.close()


def _store(store: _Store, folder: Path) -> str:
    made = store.ask(
        "workspace.create",
        folder=str(folder),
        passphrase="自检 self-test",  # noqa: S106 - of a folder that is gone a second later
        organisation="自检单位",
        kinds=[],
        person="自检",
    )
    added = store.ask("records.add", kind="organisation", values={"name": "㼆𠮷科技", "org_kind": "firm"})
    row = store.ask("records.get", kind="organisation", id=added["id"])
    if row["name"] != "㼆𠮷科技":
        raise RuntimeError("what was read is not what was written")
    found = store.ask("records.find", text="科技")
    if [hit["id"] for hit in found] != [added["id"]]:
        raise RuntimeError("what was written is not found")
    store.ask("workspace.close")
    store.ask("workspace.open", folder=str(folder), recovery_code=made["recovery_code"])
    return f"found {len(found)}"


def _age() -> str:
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    sealed = pyrage.encrypt(b"self-test", [identity.to_public()])
    if pyrage.decrypt(sealed, [identity]) != b"self-test":
        raise RuntimeError("age does not give back what it took")
    return f"{len(sealed)} bytes"


def _pdf(out: list[bytes]) -> str:
    from exports.pdf.receipt import write_receipt

    stream = io.BytesIO()
    made = write_receipt({"package_id": "self-test", "organisation": "自检单位", "made_on": "2026-01-01"}, stream)
    out.append(stream.getvalue())
    return f"{made.pages} page"


def _window(store: _Store, pdf: list[bytes], folder: Path) -> str:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
    from PySide6.QtPdf import QPdfDocument

    from desktop import app as program
    from desktop.runtime.settings import Settings
    from desktop.window import MainWindow

    app = program.make_application(sys.argv[:1])
    buffer = QBuffer()
    buffer.setData(QByteArray(pdf[0]))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    if document.pageCount() != 1 or document.render(0, QSize(100, 140)).isNull():
        raise RuntimeError("the PDF does not show")
    document.close()
    window = MainWindow(store.client, Settings(folder / "settings.json"), workspace=str(folder / "workspace"))
    window.show()
    shown = window.grab().size()
    window.close()
    app.closeAllWindows()
    return f"{shown.width()}x{shown.height()}"
