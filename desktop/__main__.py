"""Starts the program: the window, the self-test, or, with any other arguments, the command line.

See `desktop.launch` for the order in which things start.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
from pathlib import Path

from desktop.crash import no_core_dumps


def main() -> int:
    """Returns the exit code."""
    multiprocessing.freeze_support()
    os.umask(0o077)
    no_core_dumps()
    parser = argparse.ArgumentParser(prog="fuzhuan-desk", add_help=False)
    parser.add_argument("--selftest", action="store_true")
    parser.add_argument("--lang", choices=("zh", "en"))
    parser.add_argument("--workspace", default="")
    own, others = parser.parse_known_args()
    # the frozen console program of that name is the command line, with or without a command
    if others or (getattr(sys, "frozen", False) and not own.selftest and Path(sys.executable).stem == "fuzhuan"):
        from desktop.cli import main as command_line

        return int(command_line(sys.argv[1:]))

    from desktop.launch import open_window, selftest

    return selftest(own.lang) if own.selftest else open_window(own.workspace, own.lang)


if __name__ == "__main__":
    sys.exit(main())
