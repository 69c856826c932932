"""age identities and streams against the age tool; minisign signatures against the minisign tool, both ways."""

from __future__ import annotations

import hashlib
import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports import agekeys, minisign
from policy.errors import Fault, Refused, WrongKey
from tests.exports.package_samples import IDENTITY, RECIPIENT, SIGNER, SIGNING_SEED, STRANGER

CLEAR = bytes(range(256)) * 1500


def encrypted() -> bytes:
    out = io.BytesIO()
    agekeys.encrypt_stream(io.BytesIO(CLEAR), out, [RECIPIENT])
    return out.getvalue()


def test_identity_and_recipient_are_those_of_age_keygen(tmp_path: Path, require_tool: Callable[[str], str]) -> None:
    file = tmp_path / "identity"
    file.write_text(IDENTITY + "\n")
    run = subprocess.run([require_tool("age-keygen"), "-y", str(file)], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == RECIPIENT


def test_age_opens_our_files_and_we_open_its(tmp_path: Path, require_tool: Callable[[str], str]) -> None:
    age = require_tool("age")
    identity = tmp_path / "identity"
    identity.write_text(IDENTITY + "\n")
    run = subprocess.run([age, "-d", "-i", str(identity)], input=encrypted(), capture_output=True, check=True)
    assert run.stdout == CLEAR
    theirs = subprocess.run([age, "-r", RECIPIENT], input=CLEAR, capture_output=True, check=True).stdout
    out = io.BytesIO()
    agekeys.decrypt_stream(io.BytesIO(theirs), out, IDENTITY)
    assert out.getvalue() == CLEAR


def test_pulling_reader_gives_the_clear_bytes_and_stops_early() -> None:
    with agekeys.decrypting_reader(io.BytesIO(encrypted()), IDENTITY) as reader:
        assert reader.read() == CLEAR
    with agekeys.decrypting_reader(io.BytesIO(encrypted() * 1), IDENTITY) as reader:
        assert reader.read(10) == CLEAR[:10]


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b[:-1],
        lambda b: b[:70_000],
        lambda b: b"junk",
        lambda b: b"",
        lambda b: b[:-5] + bytes([b[-5] ^ 1]) + b[-4:],
    ],
)
def test_damaged_age_files_are_refused(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(Refused, match=r"age\.damaged"):
        agekeys.decrypt_stream(io.BytesIO(change(encrypted())), io.BytesIO(), IDENTITY)
    with agekeys.decrypting_reader(io.BytesIO(change(encrypted())), IDENTITY) as reader:
        for _ in range(2):  # reading on after a failure must neither hang nor look like an end
            with pytest.raises(Refused, match=r"age\.damaged"):
                reader.read()


def test_wrong_and_malformed_keys() -> None:
    with pytest.raises(WrongKey, match=r"age\.wrong_identity"):
        agekeys.decrypt_stream(io.BytesIO(encrypted()), io.BytesIO(), STRANGER)
    with pytest.raises(WrongKey, match=r"age\.bad_identity"):
        agekeys.recipient_of("AGE-SECRET-KEY-1NOTONE")
    with pytest.raises(Refused, match=r"age\.bad_recipient"):
        agekeys.encrypt_stream(io.BytesIO(b""), io.BytesIO(), [RECIPIENT[:-1] + "q"])
    with pytest.raises(ValueError, match="32 bytes"):
        agekeys.identity_from_seed(b"short")


def test_exceptions_of_either_end_come_out_unchanged() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise KeyError("reader")

        def write(self, data: object, /) -> int:
            raise KeyError("writer")

    with pytest.raises(KeyError, match="reader"):
        agekeys.encrypt_stream(Broken(), io.BytesIO(), [RECIPIENT])
    with pytest.raises(KeyError, match="writer"):
        agekeys.encrypt_stream(io.BytesIO(CLEAR), Broken(), [RECIPIENT])
    with pytest.raises(KeyError, match="writer"):
        agekeys.decrypt_stream(io.BytesIO(encrypted()), Broken(), IDENTITY)


def test_minisign_verifies_ours(tmp_path: Path, require_tool: Callable[[str], str]) -> None:
    message = tmp_path / "message"
    message.write_bytes(CLEAR)
    signature = minisign.sign(CLEAR, SIGNING_SEED, "package:x addressee:desk")
    Path(f"{message}.minisig").write_text(signature)
    command = [require_tool("minisign"), "-V", "-P", SIGNER.line, "-m", str(message)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "package:x addressee:desk" in run.stdout
    key_file = tmp_path / "key.pub"
    key_file.write_text(SIGNER.text)
    subprocess.run([command[0], "-V", "-p", str(key_file), "-m", str(message)], capture_output=True, check=True)
    message.write_bytes(CLEAR + b"!")
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0


def test_we_verify_minisigns(tmp_path: Path, require_tool: Callable[[str], str]) -> None:
    tool, key, secret, message = (require_tool("minisign"), *(tmp_path / name for name in ("pub", "sec", "m")))
    message.write_bytes(CLEAR)
    subprocess.run([tool, "-G", "-W", "-p", str(key), "-s", str(secret)], capture_output=True, check=True)
    subprocess.run(
        [tool, "-S", "-s", str(secret), "-m", str(message), "-t", "comment 1"],
        capture_output=True,
        check=True,
        input=b"",
    )
    public, text = minisign.parse_public_key(key.read_text()), Path(f"{message}.minisig").read_text()
    stated = key.read_text().splitlines()[0].split()[-1]
    assert int(public.key_id, 16) == int(stated, 16)  # minisign leaves out zeros in front
    assert minisign.verify(CLEAR, text, public) == minisign.Signature(public.key_id, "comment 1")
    assert minisign.verify(io.BytesIO(CLEAR), text, public).trusted_comment == "comment 1"
    for broken in (text.replace("comment 1", "comment 2"),):
        with pytest.raises(Refused, match=r"minisign\.wrong"):
            minisign.verify(CLEAR, broken, public)
    with pytest.raises(Refused, match=r"minisign\.wrong"):
        minisign.verify(CLEAR + b"!", text, public)
    with pytest.raises(Refused, match=r"minisign\.other_key"):
        minisign.verify(CLEAR, text, SIGNER)


def test_key_id_comes_from_the_key_alone() -> None:
    assert minisign.public_key(SIGNING_SEED) == SIGNER == minisign.parse_public_key(SIGNER.text)
    assert minisign.public_key(hashlib.sha256(b"other").digest()).key_id != SIGNER.key_id


@pytest.mark.parametrize("comment", ["中文", "two\nlines", "tab\there"])
def test_comments_are_one_line_of_ascii(comment: str) -> None:
    with pytest.raises(ValueError, match="ASCII"):
        minisign.sign(b"", SIGNING_SEED, comment)


@given(st.text(max_size=200), st.integers(0, 400))
def test_no_text_makes_the_readers_fail_otherwise_than_by_a_fault(noise: str, place: int) -> None:
    good = minisign.sign(b"m", SIGNING_SEED, "c")
    for text in (noise, good[:place] + noise + good[place:]):
        try:
            minisign.verify(b"m", text, SIGNER)
        except Fault as fault:
            assert fault.code.startswith("minisign.")
        try:
            minisign.parse_public_key(text)
        except Fault as fault:
            assert fault.code == "minisign.bad_key"
