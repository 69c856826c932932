"""Every file and folder of the program is private from its first byte, whatever the umask: watched as it is made."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PLACES = ("demo/workspace/store.db", "demo/workspace/keyslots.json", "demo/passphrase.txt", "demo/recovery-sheet.pdf")
LATER = (
    "给别人的/人员.xlsx",
    "给别人的/备份.zip",
    "config/fuzhuan-desk/settings.json",
    "state/fuzhuan-desk/fuzhuan.log",
)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the loader's preload is Linux's")
def test_nothing_is_ever_open_to_others(tmp_path: Path, require_tool: Callable[[str], str]):
    library, told = tmp_path / "modes.so", tmp_path / "told"
    base = tmp_path / "base"
    base.mkdir(mode=0o700)
    told.touch()
    compiler = [require_tool("cc"), "-shared", "-fPIC", "-O1", "-o", str(library), str(HERE / "modes.c"), "-ldl"]
    subprocess.run(compiler, check=True)
    places = {f"XDG_{name.upper()}_HOME": str(base / name) for name in ("cache", "config", "data", "state")}
    done = subprocess.run(
        [sys.executable, str(HERE / "modesdriver.py"), str(base)],
        env={
            **os.environ,
            **places,
            "HOME": str(base / "home"),
            "TMPDIR": str(base),
            "PYTHONPATH": str(HERE.parents[1]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "LD_PRELOAD": str(library),
            "MODES_FILE": str(told),
        },
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout.splitlines()[-1]) == {"done": True}

    made = [line.split(" ", 2) for line in told.read_text("utf-8").splitlines()]
    ours = [(kind, int(mode, 8), path) for kind, mode, path in made if path.startswith((str(base), "/dev/shm"))]
    assert len(ours) > 100 and {kind for kind, _mode, _path in ours} == {"file", "folder"}
    watched = {path for _kind, _mode, path in ours}
    assert any(path.endswith("store.db-wal") for path in watched) and any(".part" in path for path in watched)
    assert sorted({(path, oct(mode)) for _kind, mode, path in ours if mode & 0o077}) == []

    for path in base.rglob("*"):
        assert stat.S_IMODE(path.lstat().st_mode) & 0o077 == 0, path
    for name in (*PLACES, *LATER):
        assert (base / name).is_file(), name
