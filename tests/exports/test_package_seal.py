"""Sealed packages hold against other people's tools: bagit, age, minisign, jsonschema, zipfile."""

from __future__ import annotations

import hashlib
import io
import json
import resource
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import bagit
import jsonschema
import pytest

from exports.package import inspect, seal, verify
from policy.errors import Refused
from tests.exports.package_samples import (
    IDENTITY,
    PACKAGE_ID,
    RECIPIENT,
    SECRET,
    SIGNER,
    clear_spec,
    payload,
    sealed_file,
    spec,
)


def unpack(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[0] == "bagit.txt"
        archive.extractall(folder)
    bagit.Bag(str(folder)).validate()
    return folder


def test_other_peoples_tools_open_every_layer(tmp_path: Path, require_tool: Callable[[str], str]) -> None:
    sealed = sealed_file(tmp_path / "outer.zip")
    assert sealed.outer_sha256 == hashlib.sha256((tmp_path / "outer.zip").read_bytes()).hexdigest()
    outer = unpack(tmp_path / "outer.zip", tmp_path / "outer")
    names = {str(path.relative_to(outer)) for path in (outer / "data").rglob("*")}
    assert names == {f"data/{PACKAGE_ID}.bag.zip.age"}
    assert json.loads((outer / "metadata/sword.json").read_text("utf-8"))["dc:title"] == spec().title

    identity = tmp_path / "identity"
    identity.write_text(IDENTITY + "\n")
    inner_zip = tmp_path / "inner.zip"
    command = [require_tool("age"), "-d", "-i", str(identity), "-o", str(inner_zip)]
    subprocess.run([*command, str(outer / "data" / f"{PACKAGE_ID}.bag.zip.age")], check=True, capture_output=True)
    assert hashlib.sha256(inner_zip.read_bytes()).hexdigest() == sealed.inner_sha256
    inner = unpack(inner_zip, tmp_path / "inner")

    signed = inner / "tagmanifest-sha256.txt"
    run = subprocess.run(
        [require_tool("minisign"), "-V", "-P", SIGNER.line, "-m", str(signed)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"package:{PACKAGE_ID} addressee:desk.example.cn recipient:{RECIPIENT}" in run.stdout

    records = json.loads((inner / "data/records.json").read_text("utf-8"))
    schema = json.loads((inner / "data/records.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(records, schema)
    assert records == spec().records
    index = json.loads((inner / "data/index.json").read_text("utf-8"))
    for entry in (*index["documents"], *index["evidence"]):
        assert hashlib.sha256((inner / entry["path"]).read_bytes()).hexdigest() == entry["sha256"]
    assert index["evidence"][0]["real_name"] == '合同"1"<b>.pdf'
    assert index["evidence"][0]["supports"] == ["技术合同成交额"]
    assert index["audit"] == {"head": "ab" * 32, "length": 17}
    assert index["unverified_figures"] == ["租金补贴上限"]
    assert [confirmed["rule"] for confirmed in index["confirmed_figures"]] == ["area"]


def test_contents_page_is_escaped_and_its_links_lead_to_files(tmp_path: Path) -> None:
    sealed_file(tmp_path / "p.zip", clear_spec())
    folder = unpack(tmp_path / "p.zip", tmp_path / "p")
    page = (folder / "data/index.html").read_text("utf-8")

    class Links(HTMLParser):
        links: list[str]

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag != "b", "a file name became markup"
            assert not any(name == "src" or name.startswith("on") for name, _value in attrs)
            self.links += [value or "" for name, value in attrs if name == "href"]

    parser = Links()
    parser.links = []
    parser.feed(page)
    assert {"evidence/e0001.pdf", "documents/application.pdf", "records.json"} <= set(parser.links)
    assert all((folder / "data" / link).is_file() for link in parser.links)
    assert "示例数据" in page
    assert "租金补贴上限" in page
    assert "<td>通知&lt;1&gt;</td><td>4</td>" in page
    assert "租金补贴上限" in page
    assert "42 家" in page


def test_nothing_of_the_content_is_in_the_clear(tmp_path: Path) -> None:
    sealed_file(tmp_path / "p.zip")
    raw = (tmp_path / "p.zip").read_bytes()
    assert SECRET.encode() not in raw
    assert b"e0001" not in raw
    assert list(tmp_path.iterdir()) == [tmp_path / "p.zip"]


def test_same_content_same_bytes_without_encryption() -> None:
    first, second = io.BytesIO(), io.BytesIO()
    assert seal(clear_spec(), first) == seal(clear_spec(), second)
    assert first.getvalue() == second.getvalue()


def test_without_a_recipient_the_personal_fields_must_be_confirmed_first() -> None:
    out = io.BytesIO()
    with pytest.raises(Refused, match=r"package\.personal_unconfirmed") as refused:
        seal(spec(recipients=(), personal_fields=("身份证号",)), out)
    assert refused.value.params == {"fields": ["身份证号"]}
    with pytest.raises(Refused, match=r"package\.clear_unconfirmed"):
        seal(spec(recipients=(), personal_fields=()), out)
    assert out.getvalue() == b""
    sealed = seal(clear_spec(), out)
    assert not sealed.encrypted
    assert sealed.inner_sha256 == sealed.outer_sha256
    assert "clear" in verify(out, trusted_keys=[SIGNER]).notes


@pytest.mark.parametrize("recipients", [(), (RECIPIENT,)])
@pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"size": 5}])
def test_evidence_that_changed_since_it_was_registered_stops_the_sealing(
    recipients: tuple[str, ...], change: dict[str, object]
) -> None:
    changed = replace(payload("e0003.pdf", b"content", "合同.pdf"), **change)
    with pytest.raises(Refused, match=r"package\.evidence_changed") as refused:
        seal(spec(evidence=[changed], recipients=recipients, personal_confirmed=True), io.BytesIO())
    assert refused.value.params == {"name": "合同.pdf"}


def test_a_failing_disk_and_a_failing_reader_come_out_as_they_are() -> None:
    class Full(io.BytesIO):
        def write(self, data: object, /) -> int:
            if self.tell() > 4000:
                raise OSError(28, "No space left on device")
            return super().write(data)  # type: ignore[call-overload, no-any-return]

    for package in (spec(), clear_spec()):
        with pytest.raises(OSError, match="No space"):
            seal(package, Full())

    def broken() -> io.BytesIO:
        raise PermissionError("locked")

    for package in (spec, clear_spec):
        with pytest.raises(PermissionError, match="locked"):
            seal(package(evidence=[replace(payload("a.pdf", b"x"), open=broken)]), io.BytesIO())


def test_progress_grows_and_cancelling_stops() -> None:
    seen: list[tuple[int, int]] = []
    sealed = seal(spec(), io.BytesIO(), progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1][0] == sealed.outer_bytes
    assert all(done <= total for done, total in seen)
    with pytest.raises(Refused, match=r"package\.cancelled"):
        seal(spec(), io.BytesIO(), cancelled=lambda: len(seen) > 0)


@pytest.mark.parametrize("name", ["../a.pdf", "a/b.pdf", "证据.pdf", "A.pdf", "", ".x", "a\n"])
def test_payload_names_are_plain(name: str) -> None:
    with pytest.raises(ValueError, match="payload name"):
        payload(name, b"")


def test_ids_addressee_and_names_are_checked() -> None:
    for change in (
        {"package_id": "x"},
        {"addressee": "两江"},
        {"suite": "gm-1"},
        {"evidence": [payload("a.pdf", b""), payload("a.pdf", b"")]},
    ):
        with pytest.raises(ValueError):
            spec(**change)


def test_the_clear_label_of_a_file_and_of_a_replacement(tmp_path: Path) -> None:
    other = "00000000-0000-4000-8000-000000000001"
    sealed = sealed_file(tmp_path / "p.zip", spec(replaces=other))
    label = inspect(tmp_path / "p.zip")
    assert (label.package_id, label.sample, label.encrypted, label.replaces) == (PACKAGE_ID, True, True, other)
    assert label.outer_bytes == sealed.outer_bytes
    assert label.organisation == "重庆示例孵化器有限公司"
    assert not inspect_clear(tmp_path).encrypted


def inspect_clear(folder: Path):  # type: ignore[no-untyped-def]
    sealed_file(folder / "clear.zip", clear_spec(sample=False))
    label = inspect(folder / "clear.zip")
    assert not label.sample
    return label


def test_memory_stays_flat_while_sealing(tmp_path: Path) -> None:
    block, blocks = bytes(1 << 20), 96
    digest = hashlib.sha256()
    for _ in range(blocks):
        digest.update(block)

    class Zeros(io.RawIOBase):
        left = blocks

        def read(self, size: int = -1, /) -> bytes:
            self.left -= 1
            return block if self.left >= 0 else b""

    big = replace(payload("big.bin", b""), size=blocks << 20, sha256=digest.hexdigest(), open=Zeros)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sealed_file(tmp_path / "p.zip", spec(evidence=[big]))
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) < 64 * 1024
    assert verify(tmp_path / "p.zip", identity=IDENTITY, trusted_keys=[SIGNER]).signer_trusted
