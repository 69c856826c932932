"""The whole sample year goes out to workbooks and comes back as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from db.schema import editable_kinds


def test_every_list_of_the_year_reads_back_unchanged(ask: Any, tmp_path: Path) -> None:
    differs, rows = {}, 0
    for kind in (info.name for info in editable_kinds()):
        file = str(tmp_path / f"{kind}.xlsx")
        if known := ask("records.export", kind=kind, file=file)["rows"]:
            told = ask("ledger.import", kind=kind, file=file, dry_run=True)
            rows += known
            if told["unchanged"] != known:
                differs[kind] = (known, told["added"], told["updated"], told["rejected"][:2])
    assert differs == {}
    assert rows > 5_000
