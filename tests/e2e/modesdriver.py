"""The whole job with a umask that protects nothing, as a program of its own: whatever it makes must be private by
itself. The program sets a umask at its start, too; here that is taken away."""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

from desktop import crash
from desktop.cli import main
from desktop.runtime.settings import Settings

BASE = Path(sys.argv[1])


def run(*words: str) -> Any:
    assert main(["--json", *words]) == 0, words


def whole_job() -> None:
    demo = str(BASE / "demo")
    run("demo", "--out", demo)
    common = ("--workspace", f"{demo}/workspace", "--passphrase-file", f"{demo}/passphrase.txt")
    out = BASE / "给别人的"
    out.mkdir(mode=0o700)
    run(*common, "export", "person", str(out / "人员.xlsx"))
    run(*common, "backup", str(out / "备份.zip"))
    crash.start_logging()
    for number in range(3):
        logging.getLogger().warning("%s", "x" * 200_000 + str(number))  # the log is rotated
    Settings().set("language", "zh")
    crash.write_report("report")


if __name__ == "__main__":
    os.umask(0)
    os.umask = lambda _mask: 0
    whole_job()
    print(json.dumps({"done": True}))
