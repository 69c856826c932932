"""Write requirements.lock (to run) and requirements-dev.lock (to run, test and build) from pyproject.toml, with hashes.

    python3 tools/lock.py            resolve again, keeping every pin that still fits
    python3 tools/lock.py --upgrade  resolve again to the newest that fits
    python3 tools/lock.py --check    exit 1 when pyproject.toml asks for something else than the locks were made from

The locks are universal: one file for every Python from 3.11 and every system, by markers. They name packages, versions
and hashes, never an index, so they install from whichever index pip is set up for. uv does the resolving; it is
needed only here, is installed into a temporary environment, and is no dependency of the program.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = "uv==0.13.9"
LOCKS: dict[str, list[str]] = {
    "requirements.lock": [],
    # Only bagit comes as a source archive alone; everything else must be had as a wheel, so nothing is compiled.
    "requirements-dev.lock": ["--group", "dev", "--constraint", "requirements.lock", "--no-binary", "bagit"],
}

# One Qt for every Python, so that what is tested is what is used: 6.12.0 corrupts reference counts on 3.10 and 3.11.
CONSTRAINTS = "PySide6==6.11.3\n"

STAMP = re.compile(r"^# made from: (\w+)$", re.MULTILINE)


def wanted() -> str:
    """Digest of everything in pyproject.toml and here that a lock depends on."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = [project["project"]["requires-python"], project["project"]["dependencies"], project["dependency-groups"]]
    return hashlib.sha256(json.dumps([asked, CONSTRAINTS], sort_keys=True).encode()).hexdigest()[:16]


def check() -> list[str]:
    """The locks that were not made from pyproject.toml as it is now."""
    stale = []
    for name in LOCKS:
        stamp = STAMP.search((ROOT / name).read_text("utf-8")) if (ROOT / name).exists() else None
        if stamp is None or stamp[1] != wanted():
            stale.append(name)
    return stale


def compile_lock(uv: Path, name: str, options: list[str], constraints: Path, upgrade: bool) -> None:
    """Resolve one lock and write it."""
    before = ROOT / name
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / name
        if before.exists() and not upgrade:
            out.write_bytes(before.read_bytes())  # uv keeps the pins it finds in the file it writes to
        subprocess.run(
            [
                *(str(uv), "pip", "compile", "pyproject.toml", *options, "--output-file", str(out)),
                *("--constraint", str(constraints), "--universal", "--python-version", "3.11"),
                *("--generate-hashes", "--only-binary", ":all:", "--no-header", "--no-annotate", "--quiet"),
            ],
            cwd=ROOT,
            check=True,
        )
        text = f"# Locked dependencies; written by tools/lock.py, not by hand.\n# made from: {wanted()}\n"
        before.write_text(text + out.read_text("utf-8"), "utf-8")


def main(argv: list[str]) -> int:
    """Exit code 0, or 1 when --check finds a lock out of date."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--upgrade", action="store_true")
    asked = parser.parse_args(argv)
    if asked.check:
        for name in check():
            print(f"{name} was not made from this pyproject.toml: run python3 tools/lock.py", file=sys.stderr)
        return 1 if check() else 0
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        binaries = Path(folder) / ("Scripts" if sys.platform == "win32" else "bin")
        subprocess.run([str(binaries / "python"), "-m", "pip", "install", "--quiet", UV], check=True)
        constraints = Path(folder) / "constraints.txt"
        constraints.write_text(CONSTRAINTS, "utf-8")
        for name, options in LOCKS.items():
            compile_lock(binaries / "uv", name, options, constraints, asked.upgrade)
            print(f"{name} written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
