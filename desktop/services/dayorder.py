"""Days of a record that cannot follow each other as they stand: told when they are saved, and never in the way."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from db.schema import KindInfo
from policy.dates import earliest, latest
from policy.i18n import tr


def misplaced(info: KindInfo, row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The dates of a row as stored that lie before the one they follow, with what to ask: (field, sentence).

    A date known by its year or month alone is late enough as long as any day of it is.
    """
    for declared in info.fields:
        day, before = row.get(declared.name), row.get(declared.since) if declared.since else None
        if day and before and latest(day) < earliest(before):
            yield (
                declared.name,
                tr(
                    "“{later}”{day} 早于“{earlier}”{before}，请核对。",
                    later=declared.shown,
                    day=day,
                    earlier=info.field(declared.since).shown,
                    before=before,
                ),
            )


def out_of_order(info: KindInfo, row: Mapping[str, Any], changed: Collection[str]) -> list[str]:
    """What to ask after a save; nothing of dates of which neither was `changed`."""
    return [text for name, text in misplaced(info, row) if {name, info.field(name).since} & {*changed}]
