"""The table of rules in the documentation is that of the packs, and a released pack is the one that was released."""

from __future__ import annotations

import hashlib
import json
import re

from policy.i18n import resources_dir, speaking
from policy.pack import list_packs
from tools import rules

FOLDER = resources_dir() / "policies"
PACKS = list_packs(FOLDER)


def test_the_table_of_rules_is_made_from_the_packs_as_they_are() -> None:
    with speaking("zh"):
        text = rules.table(PACKS)
    assert rules.TABLE.read_text("utf-8") == text, "python -m tools.rules"
    for pack in PACKS:
        for rule in pack.rules:
            assert f"| `{rule.id}` |" in text


def test_a_released_pack_is_never_edited() -> None:
    released = json.loads(rules.RELEASED.read_text("utf-8"))
    for name, digest in released.items():
        found = hashlib.sha256((FOLDER / f"{name}.toml").read_bytes()).hexdigest()
        assert found == digest, f"{name} was released: a new text is a new pack that says what it replaces"


def test_every_rule_of_the_catalogue_is_there() -> None:
    """The numbers are those of the clauses collected from the draft, the rules of 2021 and the two plans."""
    found = {rule.ref for pack in PACKS for rule in pack.rules if rule.ref}
    parts = {part for ref in found for part in re.split(r"[ ,、]+", ref)}
    wanted = {f"S0-{n:02d}" for n in range(1, 22)} | {f"S1-{n:02d}" for n in range(1, 21)}
    assert wanted - parts == set()
    assert sum(ref.startswith("S2-") for ref in parts) >= 9
    assert sum(ref.startswith("S4-") for ref in parts) >= 4
