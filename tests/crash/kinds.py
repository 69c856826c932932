"""The kinds of write that the crash and fault suites try, by name."""

from __future__ import annotations

from tests.crash import keeping, writes
from tests.crash.kind import Kind

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        writes.ImportLedger(),
        writes.CaseLog(),
        writes.AddEvidence(),
        writes.Freeze(),
        writes.Apply(),
        writes.Seal(),
        writes.Deposit(),
        writes.Typed(),
        keeping.Open(),
        keeping.Migrate(),
        keeping.ChangePassphrase(),
        keeping.RotateKey(),
        keeping.Backup(),
        keeping.BackupFile(),
        keeping.Restore(),
        keeping.Erase(),
    )
}
