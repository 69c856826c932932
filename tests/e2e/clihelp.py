"""The command line run in the test's own process, on a workspace of its own, with the checks every answer must pass."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from db import keyslots, passphrasekey
from desktop import cli
from desktop.cli import main
from desktop.commands.registry import COMMANDS
from policy import i18n

PASSPHRASE = "测试 passphrase 7391-ZQ"
_HAN = re.compile(r"[\u4e00-\u9fff]")
_RAW = re.compile(r"[{}]|_fen\b|\b(None|True|False)\b|^\s*[a-z][a-z_]*: ", re.MULTILINE)


@dataclass
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The answer, which must be one JSON object and nothing else."""
        decoder = json.JSONDecoder()
        value, end = decoder.raw_decode(self.out)
        assert isinstance(value, dict) and self.out[end:] == "\n", self.out
        return value


def language_of(sentence: str) -> str:
    """By most of its words: names and paths in it may be in the other."""
    letters = re.findall(r"[A-Za-z]+|[\u4e00-\u9fff]", re.sub(r"/\S+", "", sentence))
    return "zh" if sum(bool(_HAN.match(item)) for item in letters) > len(letters) / 2 else "en"


def readable(answer: Any, parsed: argparse.Namespace) -> str:
    """The answer as people get it, which shows nothing of how the program keeps it: no key, no JSON, no code word."""
    text = COMMANDS[parsed.command].show(answer, parsed)
    assert text.strip() and not _RAW.search(text), (parsed.command, text)
    return text


class Desk:
    """Runs `fuzhuan` in this process; `base` holds the workspace, the passphrase and the test's files."""

    def __init__(self, base: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.base, self._capsys = base, capsys
        self.workspace = base / "工作区"

    def run(self, *words: str, lang: str = "zh") -> Answer:
        code = main(["--lang", lang, *words])
        said = self._capsys.readouterr()
        for secret in (PASSPHRASE, "Traceback"):
            assert secret not in said.out + said.err, said.err
        return Answer(code, said.out, said.err)

    def ok(self, *words: str) -> Any:
        answer = self.run("--json", *words)
        assert answer.code == 0, answer
        return answer.json

    def refused(self, code: int, *words: str) -> str:
        """Fails with the exit code and one sentence in each language; the fault's own code."""
        plain, told = self.run(*words), self.run("--json", *words, lang="en")
        assert (plain.code, plain.out, told.code) == (code, "", code), plain
        assert told.json["exit"] == code and told.json["error"]["message"] == told.err.strip()
        for sentence, lang in ((plain.err.strip(), "zh"), (told.err.strip(), "en")):
            assert sentence and "\n" not in sentence and "{" not in sentence, sentence
            assert language_of(sentence) == lang, sentence
        return str(told.json["error"]["code"])

    def file(self, name: str, content: bytes | str) -> str:
        data = content.encode() if isinstance(content, str) else content
        (self.base / name).write_bytes(data)
        return str(self.base / name)

    def process(self, *words: str, **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "desktop.cli", *words],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=60,
            check=False,
            **options,
        )


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a firm, a carrier, a case and a piece of evidence."""
    base = tmp_path_factory.mktemp("cli")
    (base / "口令.txt").write_text(PASSPHRASE + "\n", "utf-8")
    (base / "proof.txt").write_text("proof", "utf-8")
    common = ["--workspace", str(base / "工作区"), "--passphrase-file", str(base / "口令.txt"), "--json"]
    umask, language = os.umask(0o077), i18n.language()
    usual, cheap = passphrasekey.measured, {"time": 1, "memory_kib": 64, "lanes": 1}  # the file says what it costs
    keyslots.measured = lambda: cheap
    try:
        with (base / "out").open("w+") as out, contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            create = ["workspace", "create", str(base / "工作区"), "--organisation", "智创孵化器", "--kind", "both"]
            for words in (
                [*create, "--recovery-file", str(base / "恢复码.txt")],
                ["add", "carrier", "name=智创园", "operator=智创孵化器", "carrier_kind=综合孵化器"],
                ["add", "firm", "name=甲科技公司", "founded_on=2023.5", "reg_capital=6(万美元)"],
                ["add", "case", "no=C-1", "title=对接", "track=需求对接"],
                ["evidence", "add", str(base / "proof.txt"), "--for", "firm:甲科技公司"],
            ):
                assert main([*common, *words]) == 0, (out.seek(0), out.read())
    finally:
        keyslots.measured = usual
        os.umask(umask)
        i18n.set_language(language)
    # copies of it are no copies to the program: where it was made there is nothing any more
    return base.rename(base.with_name(f"{base.name} made"))


@pytest.fixture
def desk(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch) -> Iterator[Desk]:
    base = Path(shutil.copytree(made, tmp_path / "base"))
    monkeypatch.setenv("FUZHUAN_WORKSPACE", str(base / "工作区"))
    monkeypatch.setenv("FUZHUAN_PASSPHRASE_FILE", str(base / "口令.txt"))
    printed = cli._print

    def both(answer: Any, parsed: argparse.Namespace) -> None:  # what scripts read is read by people too
        readable(answer, parsed)
        printed(answer, parsed)

    monkeypatch.setattr(cli, "_print", both)
    umask, language = os.umask(0o022), i18n.language()
    yield Desk(base, capsys)
    os.umask(umask)
    i18n.set_language(language)
