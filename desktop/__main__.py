"""Starts the program: the window, the self-test, or, with any other arguments, the command line.

The store process is started before Qt is imported, so that the window and the store get ready side by side.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys


def main() -> int:
    """Returns the exit code."""
    multiprocessing.freeze_support()
    os.umask(0o077)
    parser = argparse.ArgumentParser(prog="fuzhuan-desk", add_help=False)
    parser.add_argument("--selftest", action="store_true")
    parser.add_argument("--lang", choices=("zh", "en"))
    parser.add_argument("--workspace", default="")
    own, others = parser.parse_known_args()
    if others:
        from desktop.cli import main as command_line

        return int(command_line(sys.argv[1:]))

    from desktop.runtime.settings import Settings
    from policy import i18n

    settings = Settings()
    i18n.set_language(own.lang or str(settings.get("language", "zh")))
    if own.selftest:
        from desktop.selftest import selftest

        return selftest()

    from desktop.runtime.client import StoreClient

    client = StoreClient(i18n.language())
    from desktop import app

    return app.run(client, settings, own.workspace)


if __name__ == "__main__":
    sys.exit(main())
