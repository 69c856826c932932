"""Evidence and the check of a workspace through the services, on real files."""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from db.models import Evidence
from desktop.services.evidence import add_files
from desktop.services.registry import Job
from desktop.services.registry import call as call_service
from policy.errors import Fault, WorldFault
from tests.store.filehelp import packaged


def _pdf(pages: int = 2, password: str = "") -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        pdf.save(out, encryption=pikepdf.Encryption(owner=password, user=password) if password else False)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, bytes], str]:
    (tmp_path / "files").mkdir()

    def write(name: str, content: bytes) -> str:
        (tmp_path / "files" / name).write_bytes(content)
        return str(tmp_path / "files" / name)

    return write


def _code(run, *arguments: Any, **parameters: Any) -> str:
    with pytest.raises(Fault) as caught:
        run(*arguments, **parameters)
    return caught.value.code


def test_a_file_is_taken_in_described_linked_and_given_back(call, file, tmp_path: Path):
    firm = call("records.add", kind="firm", values={"name": "甲公司"})["id"]
    content = _pdf(3)
    made = call(
        "evidence.add",
        files=[file("租赁合同.pdf", content)],
        target=f"firm:{firm[:8]}.founded_on",
        values={"title": "租赁合同", "valid_until": "2027-06", "doc_kind": "d70"},
    )
    (row,) = call("evidence.list", target="firm:甲公司.founded_on")
    assert (made["added"], made["known"], made["warnings"]) == (1, 0, [])
    assert (row["title"], row["file_name"], row["pages"], row["media_type"]) == (
        "租赁合同",
        "租赁合同.pdf",
        3,
        "application/pdf",
    )
    assert row["digest"] == hashlib.sha256(content).hexdigest() and row["bytes"] == len(content)
    assert row["targets"] == [f"firm:{firm}.founded_on"] and row["valid_until"] == "2027-06"
    assert call("evidence.content", id=row["id"])["data"] == content
    out = call("evidence.get", id=row["id"][:8], out=str(tmp_path))
    assert Path(out["file"]).read_bytes() == content and Path(out["file"]).name == "租赁合同.pdf"
    assert Path(out["file"]).stat().st_mode & 0o777 == 0o600


def test_the_same_file_twice_is_one_piece_of_evidence_with_two_uses(call, ws, file):
    ids = [call("records.add", kind="firm", values={"name": name})["id"] for name in ("甲公司", "乙公司")]
    same = [file("a.txt", b"the same"), file("另一个名字.txt", b"the same")]
    one, two = (
        call("evidence.add", files=[name], target=f"firm:{record}") for name, record in zip(same, ids, strict=True)
    )
    assert one["ids"] == two["ids"] and (one["added"], two["added"], two["known"]) == (1, 0, 1)
    assert call("evidence.add", files=same[:1], target=f"firm:{ids[1]}")["changes"]["op"] == 0
    (row,) = call("evidence.list")
    assert sorted(row["targets"]) == sorted(f"firm:{record}" for record in ids)
    assert list(ws.evidence.names()) == [row["blob"]]


@pytest.mark.parametrize(
    ("content", "problem"),
    [(_pdf(password="x"), "密码"), (b"%PDF-1.7\nbroken", "损坏")],
    ids=["password", "broken"],
)
def test_a_pdf_that_cannot_be_read_is_kept_as_it_is_with_a_word(call, file, content: bytes, problem: str):
    made = call("evidence.add", files=[file("材料.pdf", content)])
    assert len(made["warnings"]) == 1 and problem in made["warnings"][0] and "材料.pdf" in made["warnings"][0]
    (row,) = call("evidence.list")
    assert row["pages"] is None and call("evidence.content", id=row["id"])["data"] == content


@pytest.mark.parametrize(
    ("name", "start", "media_type"),
    [
        ("a.txt", b"%PDF-1.4", "application/pdf"),
        ("a.pdf", b"\x89PNG\r\n\x1a\n", "image/png"),
        ("a", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.docx", b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.unknown", b"????", "application/octet-stream"),
    ],
)
def test_what_a_file_is_says_its_content_before_its_name(call, file, name, start, media_type):
    call("evidence.add", files=[file(name, start + bytes(100))])
    assert call("evidence.list")[0]["media_type"] == media_type


def test_files_that_cannot_be_taken_are_refused_before_anything_is_stored(call, ws, file, tmp_path: Path):
    good = file("good.txt", b"x")
    assert _code(call, "evidence.add", files=[good, file("leer.txt", b"")]) == "evidence.empty"
    assert _code(call, "evidence.add", files=[good, str(tmp_path)]) == "evidence.not_a_file"
    assert _code(call, "evidence.add", files=[good, str(tmp_path / "gone")]) == "evidence.not_a_file"
    for target in ("firm", "firm:", "dragon:1", "firm:nobody", "indicator:x/y", "firm:nobody.name"):
        assert _code(call, "evidence.add", files=[good], target=target) in (
            "evidence.bad_target",
            "kind.unknown",
            "record.unknown",
        )
    assert _code(call, "evidence.add", files=[good], values={"valid_until": "bald"}) == "record.bad_value"
    assert list(ws.evidence.names()) == [] and call("evidence.list") == []


def test_a_cancel_between_files_leaves_none(session, ws, file):
    job = Job()
    job.report = lambda done, total, text: job.stop.set() if done else None
    with pytest.raises(InterruptedError):
        call_service(session, "evidence.add", job, files=[file(f"{n}.txt", bytes([n + 1])) for n in range(3)])
    assert list(ws.evidence.names()) == []


def test_links_to_indicators_and_taking_them_back(call, ws, file):
    own = call("workspace.info")["organisation"]["id"]
    (record,) = call("evidence.add", files=[file("a.txt", b"x")])["ids"]
    target = "indicator:cq-draft-measures/S0-13@2025/organisation:渝北智创孵化器"
    assert call("evidence.link", ids=[record], target=target)["added"] == 1
    full = f"indicator:cq-draft-measures/S0-13@2025/organisation:{own}"
    assert call("evidence.list")[0]["targets"] == [full]
    assert call("evidence.link", ids=[record], target=full)["added"] == 0
    assert _code(call, "records.delete", kind="evidence", id=record) == "record.in_use"
    call("evidence.unlink", id=record, target=full)
    assert call("evidence.list")[0]["targets"] == []
    call("records.delete", kind="evidence", id=record)
    assert call("records.undo")["label"] == "删除" and call("evidence.content", id=record)["data"] == b"x"


def test_a_preview_of_something_huge_is_refused(call, file):
    (record,) = call("evidence.add", files=[file("a.txt", b"x" * 100)])["ids"]
    assert _code(call, "evidence.content", id=record, limit=99) == "evidence.preview_too_large"


def _flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def test_the_check_finds_one_flipped_byte_wherever_it_is(call, ws, file, folder: Path):
    (record,) = call("evidence.add", files=[file("a.txt", b"evidence " * 100)])["ids"]
    packaged(ws)
    answer = call("workspace.verify")
    assert (answer["ok"], answer["problems"], answer["files"], answer["packages"]) == (True, [], 2, 1)
    row = call("records.get", kind="evidence", id=record)
    stored = folder / "evidence" / row["blob"][:2] / f"{row['blob']}.age"
    part = folder / "outbox" / "p1" / "part-00001.age"
    for path, what in ((stored, "evidence"), (part, "outbox")):
        kept = path.read_bytes()
        for place in (30, len(kept) // 2, len(kept) - 1):
            _flip(path, place)
            problems = call("workspace.verify")["problems"]
            assert [problem["what"] for problem in problems] == [what], (what, place)
            path.write_bytes(kept)
        path.unlink()
        assert [problem["what"] for problem in call("workspace.verify")["problems"]] == [what]
        path.write_bytes(kept)
    assert call("workspace.verify")["ok"]


def test_the_check_finds_a_flipped_byte_in_the_store(call, ws, opened, folder: Path):
    for number in range(40):
        call("records.add", kind="firm", values={"name": f"企业{number}", "business_scope": "经营范围" * 200})
    ws.close()
    _flip(folder / "store.db", (folder / "store.db").stat().st_size - 3000)
    from desktop.services.session import Session

    damaged = Session()
    try:
        damaged.workspace = opened()
        found = call_service(damaged, "workspace.verify", None)["problems"]
    except WorldFault as fault:
        found = [{"what": fault.code}]
    assert {problem["what"] for problem in found} & {"store", "store.damaged"}


def test_an_export_with_a_missing_part_is_refused_not_cut_short(call, ws, folder: Path, tmp_path: Path):
    packaged(ws)
    done = call("package.export", id="p1", file=str(tmp_path / "out.zip"))
    assert hashlib.sha256((tmp_path / "out.zip").read_bytes()).hexdigest() == done["sha256"]
    shutil.copy(folder / "outbox/p1/part-00001.age", folder / "outbox/p1/part-00002.age")
    assert _code(call, "package.export", id="p1", file=str(tmp_path / "other.zip")) == "outbox.damaged"
    assert not (tmp_path / "other.zip").exists()


def test_a_cancelled_backup_or_export_is_cancelled_and_leaves_no_file(session, ws, tmp_path: Path):
    packaged(ws)

    def stopped() -> Job:
        job = Job()
        job.stop.set()
        return job

    for service, asked in (("backup.make", {}), ("package.export", {"id": "p1"})):
        with pytest.raises(InterruptedError):
            call_service(session, service, stopped(), file=str(tmp_path / "out"), **asked)
        assert list(tmp_path.glob("*out*")) == []


def test_settings_are_kept_and_the_programs_own_are_not_given_out(call):
    call("settings.save", key="columns", value=["a", "b"])
    assert call("settings.get", key="columns") == ["a", "b"] and call("settings.get", key="never") is None
    assert _code(call, "settings.get", key="signing_seed") == "settings.protected"
    for key in ("signing_seed", "organisation", "sample"):
        assert _code(call, "settings.save", key=key, value="x") == "settings.protected"


def test_a_file_that_another_job_took_away_gets_no_row(ws, file):
    added = add_files(ws, Job(), [file("a.txt", b"both bring it")], None)
    ws.evidence.remove(added.files[0][1].name)  # the other job failed, and knew of no row
    with pytest.raises(WorldFault, match=r"evidence\.missing"), ws.store.write("x") as write:
        added.rows(write)
    with ws.store.read():
        assert Evidence.select().count() == 0
