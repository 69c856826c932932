"""A file may be called anything in any script, even bytes that are no text, and survives or is refused."""

from __future__ import annotations

import io
import os
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.files import safe_name
from desktop.services.registry import call as call_service
from desktop.services.session import Session
from desktop.services.workspace import open_with
from exports.package import seal, verify
from tests.exports.package_samples import SIGNER, clear_spec, payload
from tests.fuzz.lab import PASSPHRASE, Lab, copy_workspace, csv_text

_KNOWN = (
    "合同.pdf", "𠮷㐀.pdf", "مرحبا.pdf", "שלום", "e\u0301\u0327.txt", "\u202egnp.exe", "a\nb", "\x1b[31mred", " x ",
    "x.", "...", "CON", "nul.txt",
    "-rf", "~", "$HOME", "a'b\"c`d", "<b>.html", "=1+1.xlsx", "%s%n{0}", "\u200b", "x" * 250, "合" * 80 + ".pdf",
    "\udcd6\udcd0\udcce\udcc4.pdf",
    "\udcff\udcfe", "ﬁ\ufeff.pdf", "😀.pdf", ".hidden", "C:evil", "\\\\host\\share",
)  # fmt: skip
_TEXTS = st.text(st.characters(blacklist_characters="/\0", blacklist_categories=("Cs",)), min_size=1, max_size=60)
_BYTES = st.binary(min_size=1, max_size=40).map(
    lambda raw: os.fsdecode(raw.replace(b"/", b"").replace(b"\0", b"") or b"x")
)
NAMES = st.one_of(st.sampled_from(_KNOWN), _TEXTS, _BYTES).filter(
    lambda name: name not in (".", "..") and len(os.fsencode(name)) <= 250
)


@pytest.fixture
def session(lab: Lab, tmp_path: Path):
    made = Session()
    made.workspace = open_with(copy_workspace(lab, tmp_path / "w"), "keyring", lab.keyring_secret)
    yield made
    made.close()


def test_files_of_any_name_are_taken_in_given_back_sealed_and_backed_up(session: Session, tmp_path: Path):
    def call(name: str, /, **parameters: Any) -> Any:
        return call_service(session, name, None, **parameters)

    folder = tmp_path / "files"
    folder.mkdir()
    number = 0

    @settings(max_examples=60)
    @given(NAMES)
    def survives(name: str) -> None:
        nonlocal number
        number += 1
        place = folder / str(number)
        (place / "out").mkdir(parents=True)
        file = place / name
        content = b"%d proof" % number
        file.write_bytes(content)
        (record,) = call("evidence.add", files=[str(file)])["ids"]
        row = call("records.get", kind="evidence", id=record)
        row["file_name"].encode("utf-8")
        if name.isprintable():
            assert unicodedata.normalize("NFC", row["file_name"]) == unicodedata.normalize("NFC", name)
        given_back = Path(call("evidence.get", id=record, out=str(place / "out"))["file"])
        assert given_back.parent == place / "out" and given_back.read_bytes() == content

        evidence = payload("e0001.bin", content, row["file_name"], evidence_id="e1", title=row["title"])
        out = io.BytesIO()
        seal(clear_spec(evidence=[replace(evidence)], documents=[]), out)
        (entry,) = verify(out, trusted_keys=[SIGNER]).index["evidence"]
        assert entry["real_name"] == row["file_name"]

        ledger = place / f"{name[:60]}.csv"
        ledger.write_bytes(csv_text())
        done = call("ledger.import", file=str(ledger), kind="firm")
        assert done["rejected_rows"] == 0 and done["file"].encode("utf-8")
        call("records.export", kind="firm", file=str(place / "out" / ledger.name))
        assert (place / "out" / ledger.name).stat().st_size > 1000

    survives()
    backup = tmp_path / "备份 \udcff.fzbak"
    call("backup.make", file=str(backup))
    answer = call("backup.restore", file=str(backup), folder=str(tmp_path / "恢复"), passphrase=PASSPHRASE)
    assert answer["folder"] and call("workspace.verify")["ok"]


@given(st.text(max_size=300))
def test_a_safe_name_is_one_plain_name(name: str):
    made = safe_name(name)
    made.encode("utf-8")
    assert made not in ("", ".", "..") and not set(made) & set('/\\:*?"<>|\0') and len(os.fsencode(made)) <= 255
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in made)
