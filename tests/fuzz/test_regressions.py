"""What hostile or merely unusual files have broken once, each as small as it gets."""

from __future__ import annotations

import io
import json
import os
import struct
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Name

from db.files import name_as_text, safe_name
from db.ledger_file import open_workbook, read_sheet
from desktop.cli import main
from desktop.messages import explain, sentence
from desktop.runtime.settings import Settings
from desktop.services.registry import call as call_service
from desktop.services.session import Session
from desktop.services.workspace import open_with
from exports import transport
from exports.deposit import Depositor
from exports.endpoint import EndpointProfile, dump_profile, load_profile
from exports.package import seal, verify
from exports.pdf.application import write_application
from policy.errors import Fault, Refused, WorldFault
from tests.exports.package_samples import clear_spec
from tests.exports.pdf_samples import application, attachment, changed, pdf, picture
from tests.fuzz import lab as samples
from tests.fuzz.child import Child
from tests.fuzz.lab import PASSPHRASE, Lab, copy_workspace
from tests.fuzz.media import png, png_chunk
from tests.fuzz.promise import unreadable
from tests.fuzz.server import HostileServer, conversation
from tests.fuzz.zips import Member, build, members


@pytest.fixture
def call(lab: Lab, tmp_path: Path):
    """`call("records.add", kind=…)` runs a service on a workspace of the test's own."""
    session = Session()
    session.workspace = open_with(copy_workspace(lab, tmp_path / "w"), "keyring", lab.keyring_secret)
    yield lambda name, **parameters: call_service(session, name, None, **parameters)
    session.close()


def code(run: Callable[[], Any]) -> str:
    with pytest.raises(Fault) as caught:
        run()
    return caught.value.code


# ---- workbooks


def test_a_small_workbook_of_the_old_format_by_libreoffice_is_read(tmp_path: Path):
    """Its stream is so short that it lies among the short ones."""
    (tmp_path / "a.xls").write_bytes(samples.xls())
    table = read_sheet(open_workbook(tmp_path / "a.xls"))
    assert table.rows[1][:2] == ["示例科技1公司", "91500000MA5U00000X"] and len(table.rows) == 4


def test_a_panic_inside_the_reader_is_a_damaged_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    """A table or stream cut short makes the Rust code panic, which is no Exception and would end the store process."""
    whole = samples.xls()
    (tmp_path / "a.xls").write_bytes(whole[:5377])
    (tmp_path / "b.xls").write_bytes(whole[:64] + bytes(4) + whole[68:])
    for name in ("a.xls", "b.xls"):
        assert code(lambda name=name: read_sheet(open_workbook(tmp_path / name))) == "ledger.unreadable"
    capfd.readouterr()  # Rust tells of a panic on standard error


def test_a_record_called_by_signs_alone_is_saved_and_found(call):
    made = call("records.add", kind="firm", values={"name": "（……）"})
    assert call("records.get", kind="firm", id=made["id"])["name"] == "（……）"


# ---- words of foreign files in sentences


def test_words_of_a_file_neither_break_a_line_nor_steer_a_terminal():
    told = sentence(
        "policy.pack_invalid", {"where": "a\nb", "problem": "\x1b[2J\x9b31m", "detail": "\u202eexe\ud800" + "x" * 5000}
    )
    assert not unreadable(told) and len(told) < 1300 and "a b" in told
    assert "甲、乙" in sentence("ledger.unknown_headers", {"headers": ["甲", "乙"]})
    assert not unreadable(explain(Refused("package.damaged", file="\x1b]0;x\x07", why="name")))


# ---- evidence


def _bound(tmp_path: Path, *files: bytes) -> tuple[Any, bytes]:
    small = application()
    small["snapshot"] |= {"indicators": small["snapshot"]["indicators"][:1], "measures": {}, "evidence": []}
    out = io.BytesIO()
    attached = [attachment(number, data) for number, data in enumerate(files, 1)]
    return write_application(small, attachments=attached, out=out, scratch=tmp_path), out.getvalue()


def test_a_page_whose_content_is_torn_is_left_out_and_the_rest_is_bound(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    """qpdf finds it only when the page is laid into the book; it used to end the book, and to print its own words."""

    def torn(book: pikepdf.Pdf) -> None:
        data = bytearray(book.pages[0].obj.Contents.read_raw_bytes())
        data[0] ^= 0x2B
        book.pages[0].obj.Contents = book.make_stream(bytes(data), Filter=Name.FlateDecode)

    report, book = _bound(tmp_path, pdf(), changed(pdf(), torn, compress_streams=False, recompress_flate=False), pdf(2))
    assert [item.reason for item in report.unbound] == ["damaged"] and len(report.bound) == 2
    assert [item.evidence_id for item in report.unbound] == ["e2"]
    with pikepdf.open(io.BytesIO(book)) as made:
        assert len(made.pages) == report.pages == report.bound[-1].last_page
    assert capfd.readouterr() == ("", "") and list(tmp_path.iterdir()) == []


def test_a_page_box_of_three_sides_is_a_damaged_file(tmp_path: Path):
    def cut(book: pikepdf.Pdf) -> None:
        book.pages[0].obj.CropBox = Array([0, 0, 100])

    report, _ = _bound(tmp_path, changed(pdf(), cut))
    assert [item.reason for item in report.unbound] == ["damaged"]


def test_a_photograph_of_a_few_lines_is_bound(tmp_path: Path):
    assert len(_bound(tmp_path, picture("JPEG", (300, 4)))[0].bound) == 1


def test_a_torn_exif_part_is_no_reason_to_leave_a_picture_out(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    whole = picture("JPEG", (40, 30))
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\7"
    torn = whole[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + whole[2:]
    noisy = picture("TIFF", (40, 30)).replace(b"\x15\x01\x03\0\1\0\0\0\3\0", b"\x15\x01\x03\0\1\0\0\0\xff\xff")
    report, _ = _bound(tmp_path, torn, noisy, png(9, 9, bytes(90), png_chunk(b"eXIf", b"MM\0*\0\0\0\x08\0\7")))
    assert [item.number for item in report.bound] == [1, 3]
    assert capfd.readouterr() == ("", "")


def test_a_scan_in_tiff_is_shown_in_the_window(child: Child):
    """The picture's reader outlived the buffer it read from and brought the window down."""
    for _ in range(3):
        assert child.run("preview-picture", picture("TIFF", (40, 30))).failure == ""


@pytest.mark.parametrize("box", [(0, 0, 20, 14_000), (0, 0, 5, 14_000), (0, 0, 14_000, 5), (0, 0, 10**6, 10**6)])
def test_a_page_of_any_shape_takes_no_more_memory_than_others(child: Child, box: tuple[int, int, int, int]):
    """A strip as wide as the pane was drawn whole: 1.6 GB for 20 by 14,000 points, and 5 by 14,000 ended the window."""
    pdf, out = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page()
    pdf.pages[0].MediaBox = pikepdf.Array(box)
    pdf.save(out)
    outcome = child.run("preview-pdf", out.getvalue())
    assert outcome.failure == "" and outcome.mebibytes < 200


# ---- names


def test_a_file_name_that_is_no_text_is_read_as_an_old_archive_means_it(call, tmp_path: Path):
    file = tmp_path / "\udcba\udccf\udccd\udcac.txt"  # 合同 in GBK
    file.write_bytes(b"proof")
    (record,) = call("evidence.add", files=[str(file)])["ids"]
    row = call("records.get", kind="evidence", id=record)
    assert (row["file_name"], row["title"]) == ("合同.txt", "合同")
    assert name_as_text(Path("\udcff\udcff\udcff")) == "\ufffd" * 3 and safe_name("a\x7f\x9b\ud800b") == "a___b"


# ---- settings, profiles


@pytest.mark.parametrize("content", ["[" * 100_000, '{"workspace": "\\ud800"}', "[1]", '{"a": Infinity}', "\ufeff{}"])
def test_settings_that_cannot_be_read_are_as_if_never_set(tmp_path: Path, content: str):
    (tmp_path / "settings.json").write_text(content, "utf-8")
    found = Settings(tmp_path / "settings.json")
    found.set("language", "en")
    assert Settings(tmp_path / "settings.json").get("language") == "en"
    assert [path.name for path in tmp_path.iterdir()] == ["settings.json"]


def test_a_profile_that_was_taken_in_can_be_read_again():
    """JSON leaves one character as it is that TOML wants escaped; every list of endpoints failed from then on."""
    profile = EndpointProfile("局", "https://a.example/s", contact="a\x7fb\n\x1f\u2028")
    assert load_profile(dump_profile(profile)).profile == profile
    for name in ("", " ", "a\x7f", "a\nb", "\u202e局"):
        assert code(lambda name=name: EndpointProfile(name, "https://a.example/s")) == "endpoint.bad_profile"


# ---- packages and backups


def _package(records: Any, index: dict[str, Any]) -> io.BytesIO:
    out = io.BytesIO()
    seal(clear_spec(records=records, index=index, evidence=[], documents=[]), out)
    return out


@pytest.mark.parametrize("records", [[], 5, None, {"firm": 5}, {"firm": None, "case": [{}]}, "x"])
def test_a_signed_package_without_sense_in_it_is_checked_all_the_same(call, tmp_path: Path, records: Any):
    (tmp_path / "p.zip").write_bytes(_package({"records": records}, {}).getvalue())
    counted = call("package.verify", file=str(tmp_path / "p.zip"))["records"]
    assert counted == ({"case": 1} if isinstance(records, dict) and "case" in records else {})


def test_a_label_steers_no_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    out = io.BytesIO()
    seal(clear_spec(title="\x1b[2J\x9b31m\u202e书", evidence=[], documents=[]), out)
    (tmp_path / "p.zip").write_bytes(out.getvalue())
    for more in ([], ["--json"]):
        mask = os.umask(0o022)
        assert main(["--lang", "zh", *more, "package", "inspect", str(tmp_path / "p.zip")]) == 0
        os.umask(mask)
        said = capsys.readouterr().out
        assert "书" in said and not set(said) & set("\x1b\x9b") and (more or "\u202e" not in said)


def test_words_that_are_no_text_are_a_call_that_is_wrong(lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folder, key = copy_workspace(lab, tmp_path / "w"), tmp_path / "key.txt"
    key.write_text(PASSPHRASE, "utf-8")
    mask = os.umask(0o022)
    for words in (["show", "firm", "\udcff\udc80"], ["find", "\udcff"], ["add", "firm", "name=\udcff"]):
        code = main(["--lang", "zh", "--workspace", str(folder), "--passphrase-file", str(key), *words])
        said = capsys.readouterr()
        assert code in (0, 2, 4) and "defect" not in said.err and "缺陷" not in said.err, (words, code, said.err)
    os.umask(mask)


def test_a_package_nested_deeper_than_anything_is_refused():
    deep: Any = 1
    for _ in range(300):
        deep = [deep]
    assert code(lambda: verify(_package({"records": {}}, {"deep": deep}))) == "package.damaged"
    assert verify(_package({"records": {}}, {"deep": [[[1]]]})).opened


def test_a_backup_that_says_it_is_locked_or_points_nowhere_is_damaged(call, lab: Lab, tmp_path: Path):
    sound = members(lab.backup)
    locked = build([Member(entry.name, entry.data, 0, entry.flags | 1) for entry in sound])
    file, target = tmp_path / "b.fzbak", tmp_path / "neu"
    for data in (locked, build(sound, shift=1 << 31), build(sound, shift=7)):
        file.write_bytes(data)
        said = code(lambda: call("backup.restore", file=str(file), folder=str(target), passphrase=PASSPHRASE))
        assert said == "backup.damaged" and not target.exists()
    assert call("workspace.counts")["firm"] == 1


def test_a_key_file_whose_seal_is_half_a_character_is_told_from_a_bug(lab: Lab, tmp_path: Path):
    folder = copy_workspace(lab, tmp_path / "w")
    content = json.loads((folder / "keyslots.json").read_text())
    (folder / "keyslots.json").write_text(json.dumps({**content, "mac": "\ud800"}))
    for path in folder.glob("keyslots.json?*"):
        path.unlink()
    try:
        open_with(folder, "passphrase", PASSPHRASE).close()
    except WorldFault as fault:
        assert fault.code.startswith("keyslots.")


# ---- servers


@pytest.mark.parametrize("pace", ["continue", "drip_head", "drip"])
def test_an_answer_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch, pace: str):
    """Each piece comes in time, the whole never; the sender waited for ever, and its delivery stayed taken."""
    monkeypatch.setattr(transport, "_ANSWER_SECONDS", 0.6)
    server, script = HostileServer(), json.loads(conversation())
    server.tell(json.dumps([{**script[0], "pace": pace}]).encode(), "")
    depositor = Depositor(EndpointProfile("局", f"{server.base}/sword"), "t0ken", timeouts=(1, 1))
    started = time.monotonic()
    try:
        assert code(depositor.service_document) in ("deposit.unreachable", "deposit.not_sword")  # both: again later
    finally:
        depositor.close()
    assert time.monotonic() - started < 5
    waiting = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
    assert not any(timer.function is transport._cut and not timer.finished.is_set() for timer in waiting)


def test_a_sound_zip_of_ours_is_one_for_others():
    """The lies are told on purpose only: what `build` writes without any is read by the standard library."""
    entries = [Member(b"a", b"x" * 99), Member("合同".encode(), b"", 0)]
    with zipfile.ZipFile(io.BytesIO(build(entries))) as archive:
        assert archive.testzip() is None and archive.namelist() == ["a", "合同"]
