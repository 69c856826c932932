"""What the world does to the command line: one clear sentence, the right exit code, nothing lost, no secret shown."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.runtime.lock import InstanceLock
from tests.e2e.clihelp import PASSPHRASE, Desk, language_of

HAN = re.compile(r"[\u4e00-\u9fff]")


def test_a_wrong_passphrase_is_5_and_changes_nothing(desk: Desk):
    before = {path: path.read_bytes() for path in desk.workspace.rglob("*") if path.is_file()}
    wrong = desk.file("wrong.txt", "not the passphrase")
    assert desk.refused(5, "--passphrase-file", wrong, "add", "firm", "name=x") == "key.wrong_passphrase"
    assert before == {path: path.read_bytes() for path in desk.workspace.rglob("*") if path.is_file()}


def test_a_workspace_open_elsewhere_is_3(desk: Desk):
    lock = InstanceLock(desk.workspace)
    lock.acquire()
    try:
        assert desk.refused(3, "workspace", "info") == "workspace.open_elsewhere"
    finally:
        lock.release()
    assert desk.ok("workspace", "info")


@pytest.mark.parametrize(
    ("name", "fault"), [("store.db", "store.damaged"), ("keyslots.json", "keyslots.damaged"), ("gone", "store.missing")]
)
def test_a_damaged_workspace_is_named(desk: Desk, name: str, fault: str):
    if name == "gone":
        (desk.workspace / "store.db").unlink()
    else:
        for file in desk.workspace.glob(f"{name.partition('.')[0]}.*"):  # of the key file there are two copies
            if file.suffix in (".db", ".json"):
                file.write_bytes(b"\0" * 5000)
    assert desk.refused(3, "kinds") == fault


def test_without_a_workspace_it_says_how_to_name_one(desk: Desk, monkeypatch):
    monkeypatch.delenv("FUZHUAN_WORKSPACE")
    assert desk.refused(2, "kinds") == "cli.no_workspace"


def test_without_a_passphrase_and_a_terminal_it_does_not_wait(desk: Desk):
    environment = {name: value for name, value in os.environ.items() if name != "FUZHUAN_PASSPHRASE_FILE"}
    done = desk.process("--lang", "en", "kinds", env=environment)
    assert done.returncode == 2 and "--passphrase-file" in done.stderr and done.stdout == ""


def test_a_process_of_its_own_prints_one_object_and_leaves_no_secret_in_sight(desk: Desk):
    done = desk.process("--json", "show", "firm", "甲科技公司")
    assert done.returncode == 0 and json.loads(done.stdout)["reg_capital_currency"] == "USD" and done.stderr == ""
    assert PASSPHRASE not in done.stdout


def test_a_full_disk_is_one_sentence_and_loses_nothing(desk: Desk):
    """A limit on the size of files stands for the disk: SQLite's log and evidence meet it at different places."""

    def small_disk(limit: int) -> Any:
        def apply() -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        return apply

    store = (desk.workspace / "store.db").stat().st_size
    big = desk.file("big.bin", os.urandom(3 << 20))
    ledger = desk.file("many.csv", "企业名称,经营范围\n" + "".join(f"公司{n},{'范围' * 90}\n" for n in range(3000)))
    for words, limit in (
        (["evidence", "add", big], 2 << 20),
        (["import", ledger], store + (256 << 10)),
        (["backup", str(desk.base / "b")], store // 2),
    ):
        for lang in ("zh", "en"):
            done = desk.process("--lang", lang, *words, preexec_fn=small_disk(limit))
            assert (done.returncode, done.stdout) == (3, ""), done.stderr
            lines = done.stderr.strip().splitlines()
            assert len(lines) == 1 and language_of(lines[0]) == lang, lines
    assert desk.ok("workspace", "verify")["ok"] is True
    assert desk.ok("workspace", "info")["counts"]["firm"] == 1
    assert not (desk.base / "b").exists() and len(list((desk.workspace / "evidence").rglob("*.age"))) == 1
    assert not [path for path in desk.workspace.rglob("*") if path.name.endswith((".part", ".copy", ".migrating"))]


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of 4 MB, where this user may mount one."""
    folder = Path(tempfile.mkdtemp(prefix="fuzhuan-disk-"))
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4096k", "none", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        folder.rmdir()
        pytest.skip("needs the right to mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)
    folder.rmdir()


def test_a_disk_that_is_really_full(desk: Desk, small_disk: Path):
    folder = small_disk / "工作区"
    shutil.copytree(desk.workspace, folder)
    filler = small_disk / "filler"
    free = shutil.disk_usage(small_disk).free
    filler.write_bytes(bytes(max(0, free - (200 << 10))))
    at = ["--workspace", str(folder)]
    big = desk.file("big.bin", os.urandom(1 << 20))
    assert desk.refused(3, *at, "evidence", "add", big) == "disk.full"
    ledger = desk.file("many.csv", "企业名称,经营范围\n" + "".join(f"公司{n},{'范围' * 90}\n" for n in range(3000)))
    assert desk.refused(3, *at, "import", ledger) == "disk.full"
    assert desk.refused(3, *at, "backup", str(small_disk / "b")) == "disk.full"
    assert (
        desk.refused(
            3,
            *at,
            "evidence",
            "get",
            desk.ok(*at, "evidence", "list")["evidence"][0]["id"],
            str(small_disk / "no" / "x"),
        )
        == "disk.missing"
    )
    filler.unlink()
    assert desk.ok(*at, "workspace", "verify")["ok"] is True
    assert desk.ok(*at, "add", "firm", "name=又能写了")["id"]


def test_no_network_leaves_the_package_in_the_queue(desk: Desk):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]  # nobody listens there
    place = ("guokefaqu-2018-300", "--for", "carrier:智创园", "--period", "2025")
    frozen = desk.ok("evaluate", *place, "--freeze")
    desk.ok("policy", "confirm", *place, "--all", "--notice", desk.ok("evidence", "list")["evidence"][0]["id"])
    book = desk.ok("apply", frozen["snapshot"]["id"], "--out", str(desk.base / "书"))
    profile = f'name = "平台"\nservice_url = "http://127.0.0.1:{port}/sd"\nrecipients = []\n'
    token = desk.file("token", "TOKEN-ZQ-7391\n")
    desk.ok("endpoint", "add", desk.file("endpoint.toml", profile), "--token-file", token)
    assert "TOKEN-ZQ-7391" not in desk.run("--json", "endpoint", "list").out
    sealed = desk.ok("package", "seal", book["id"], "--personal-confirmed")
    for lang in ("zh", "en"):
        sent = desk.run("--json", "send", sealed["id"], "--endpoint", "平台", lang=lang)
        assert sent.code == 3 and sent.json["state"] == "queued", sent
        lines = sent.err.strip().splitlines()
        assert len(lines) == 1 and lines[0] == sent.json["problem"] and "TOKEN" not in sent.err
        assert language_of(lines[0]) == lang
    (row,) = desk.ok("outbox")["deliveries"]
    assert (row["state"], row["package"]) == ("queued", sealed["id"])
    assert desk.run("outbox").out.split()[:2] == [sealed["id"][:8], row["id"][:8]]
    again = desk.run("--json", "send")
    assert again.json["deliveries"] is not None
    out = desk.ok("package", "export", sealed["id"], str(desk.base / "p.zip"))
    assert out["sha256"] == sealed["outer_digest"]
    assert desk.ok("package", "inspect", str(desk.base / "p.zip"))
    assert desk.ok("package", "verify", str(desk.base / "p.zip"))["opened"] is True
    damaged = bytearray((desk.base / "p.zip").read_bytes())
    damaged[len(damaged) // 2] ^= 1
    desk.refused(4, "package", "verify", desk.file("damaged.zip", bytes(damaged)))
    desk.refused(4, "package", "verify", desk.file("none.zip", b"no zip"))
    assert desk.ok("workspace", "verify")["ok"] is True


def test_a_bug_is_1_and_shows_where_but_no_values(desk: Desk, monkeypatch):
    def broken(*_: Any, **__: Any) -> None:
        raise ValueError("first line\n某某科技 13800001234")

    monkeypatch.setattr("desktop.commands.context.Context.call", broken)
    answer = desk.run("kinds")
    assert (answer.code, answer.out) == (1, "")
    assert "ValueError" in answer.err and "desktop/commands/records.py:" in answer.err
    assert "某某科技" not in answer.err and "first line" not in answer.err
