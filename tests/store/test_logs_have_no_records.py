"""No log, crash report or word of the store process tells what a person entered, whatever goes wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from db.schema import editable_kinds
from desktop.services.session import Session
from tests.store.test_no_clear_text import FIGURE, HAN, LATIN, NUMBER, _fill, _needles, _readable

PASSPHRASE = "一匹马 battery staple 42"
DRIVER = Path(__file__).with_name("logdriver.py")
PHONE = "13873917391"
# values that no service wrote: what a damaged or hand-made store could hold
BROKEN = (
    'UPDATE "organisation" SET "former_names" = ? WHERE "remarks" IS NOT NULL',
    'UPDATE "organisation" SET "contact_phone" = ?',
    'UPDATE "case_log" SET "happened_on" = ?',
    'UPDATE "carrier" SET "operated_since" = ?',
    'UPDATE "certificate" SET "issued_on" = ?',
    'UPDATE "evidence_link" SET "target" = ?',
    'UPDATE "change" SET "after" = ? WHERE "id" % 3 = 0',
)


@pytest.fixture
def planted(ws, session: Session, call, tmp_path: Path) -> dict[str, Any]:
    """A workspace with markers in every field of every kind, some of them where they break what reads them."""
    sources = tmp_path / "sources"
    sources.mkdir()
    records = _fill(call, session, sources)
    with ws.store.read() as connection:
        for statement in BROKEN:
            connection.execute(statement, (f"{HAN}{LATIN}{{",))
    fields = {info.name: [field.name for field in info.fields] for info in editable_kinds()}
    markers = {"folder": str(ws.folder), "passphrase": PASSPHRASE, "records": records, "fields": fields}
    ledger = sources / f"{HAN}{LATIN}.csv"
    ledger.write_text(f"姓名,手机,名称\n{HAN}{LATIN},{PHONE},{LATIN}\n,{LATIN},{NUMBER}\n", "utf-8")
    session.close()
    return markers | {"text": f"{HAN}{LATIN} {NUMBER} {PHONE}", "file": str(ledger)}


def test_neither_log_nor_report_nor_stderr_holds_a_record(planted: dict[str, Any], tmp_path: Path):
    (tmp_path / "markers.json").write_text(json.dumps(planted), "utf-8")
    state, work, told = tmp_path / "state", tmp_path / "work", tmp_path / "told"
    for folder in (state, work, told):
        folder.mkdir()
    with (told / "out").open("wb") as out, (told / "err").open("wb") as err:
        done = subprocess.run(
            [sys.executable, str(DRIVER), str(tmp_path / "markers.json")],
            stdout=out,
            stderr=err,
            cwd=work,
            env={**os.environ, "XDG_STATE_HOME": str(state), "PYTHONPATH": str(DRIVER.parents[2])},
            timeout=100,
            check=False,
        )
    words = (told / "err").read_text("utf-8", "replace")
    assert done.returncode == 0, words[-2000:]
    counts = json.loads((told / "out").read_text("utf-8").splitlines()[-1])
    # much went wrong in every way, and the answers themselves did hold what is searched for
    assert counts["bug"] > 50 and counts["fault"] > 200 and counts["result"] > 50 and counts["held"] > 50, counts
    assert counts["ended"] == 1 and "bug" in words  # the end of the store process was told, too
    reports = list(state.rglob("*.txt"))
    assert len(reports) == 20 and any("fuzhuan.log" in path.name for path in state.rglob("*"))
    assert any("registry.py" in path.read_text("utf-8") for path in reports)
    needles = _needles(PASSPHRASE, PHONE, str(FIGURE // 100))
    assert _readable([tmp_path / "sources"], needles)
    assert _readable([state, told], needles) == []
