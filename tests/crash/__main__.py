"""The crash suite: kills and faults at every kind of write, counted.

    python3 dev.py crash                          200 kills and every fault for each kind of write
    python3 dev.py crash --rounds 20 --only seal  fewer, of one kind

Exit code 1 when anything was lost, half there or damaged, or a fault was not told as one.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tools.faults.control import VARIABLE, Control


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what `arguments` name; the table goes to stdout, progress to stderr."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if VARIABLE not in os.environ:
        return _under_the_shim()
    base = Path(os.environ[VARIABLE]).parent
    from desktop.services import load_services
    from tests.crash.bench import make_template
    from tests.crash.faultsweep import sweep
    from tests.crash.kills import kill_rounds
    from tests.crash.kinds import KINDS
    from tests.crash.report import Progress, table

    load_services()
    if unknown := set(options.only or ()) - KINDS.keys():
        parser.error(f"no such kind: {', '.join(sorted(unknown))}; there are {', '.join(KINDS)}")
    kinds = [KINDS[name] for name in options.only or KINDS]
    started = time.monotonic()
    with _office(base) as url:
        template = make_template(base, url)
        kills, sweeps = [], []
        for kind in kinds:
            progress = Progress(kind.name)
            if options.rounds:
                kills.append(kill_rounds(kind, template, base / "round", options.rounds, options.seed, progress.kills))
            if options.faults != 0:
                sweeps.append(sweep(kind, template, base / "round", options.faults, options.seed, progress.faults))
            progress.end()
    answer = {"kills": kills, "sweeps": sweeps, "seconds": round(time.monotonic() - started, 1), "seed": options.seed}
    sys.stdout.write(json.dumps(answer, default=_plain) if options.json else table(**answer))
    return 0 if all(found.clean for found in (*kills, *sweeps)) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dev.py crash", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=200, help="kills of each kind (0: none)")
    parser.add_argument("--faults", type=int, default=-1, help="faulted calls of each kind (default: every call)")
    parser.add_argument("--only", action="append", metavar="KIND", help="one kind of write; may be repeated")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="where and when the kills fall")
    parser.add_argument("--json", action="store_true", help="the counts as data")
    return parser


def _under_the_shim() -> int:
    """Start this program again with the shim loaded, in a folder of its own that goes with it."""
    import subprocess

    base = Path(tempfile.mkdtemp(prefix="fuzhuan-crash-"))
    try:
        with Control.make(base) as faults:
            environment = {**os.environ, **faults.environment}
            return subprocess.run(
                [sys.executable, "-m", "tests.crash", *sys.argv[1:]], env=environment, check=False
            ).returncode
    finally:
        shutil.rmtree(base, ignore_errors=True)


@contextmanager
def _office(base: Path) -> Iterator[str]:
    """The receiver in a process of its own, which no kill reaches; gives its Service-URL."""
    context = get_context("fork")
    near, far = context.Pipe()
    server = context.Process(target=_serve, args=(base / "office", far), daemon=True)
    server.start()
    try:
        yield near.recv()
    finally:
        near.send("end")
        server.join()


def _serve(data: Path, pipe: Connection) -> None:
    from exports.receiver import Receiver
    from tests.crash.bench import TOKEN

    # a client that dies in the middle of a request is what this is about, and no news
    with open(os.devnull, "w") as sys.stderr, Receiver(data, TOKEN) as office:  # noqa: PTH123 - os.devnull is no file
        pipe.send(office.url)
        pipe.recv()


def _plain(value: Any) -> Any:
    """Counts for JSON."""
    if isinstance(value, set):
        return sorted(value)
    return {**vars(value), "clean": value.clean}


if __name__ == "__main__":
    sys.exit(main())
