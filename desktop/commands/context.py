"""What a command works with: the session, opened when first needed, secrets from files or a prompt, progress."""

from __future__ import annotations

import argparse
import contextlib
import getpass
import os
import sys
import time
from pathlib import Path
from typing import Any

from desktop.services import load_services
from desktop.services.registry import Job, call
from desktop.services.session import Session
from policy.errors import Fault, Refused, Usage, WorldFault
from policy.i18n import tr

_PROGRESS_SECONDS = 0.2
_INDEXED_AT_A_TIME = 5000  # records between two looks at the keyboard


class Context:
    """One run of the program."""

    def __init__(self, parsed: argparse.Namespace) -> None:
        self._parsed = parsed
        self.session = Session()
        self._loaded = False
        self._last = 0.0
        self._bar_shown = False

    def close(self) -> None:
        """Close the workspace, finish the progress line."""
        if self._bar_shown:
            sys.stderr.write("\n")
        self.session.close()

    @property
    def workspace(self) -> str:
        """The workspace's folder; raises Usage("cli.no_workspace")."""
        folder = self._parsed.workspace or os.environ.get("FUZHUAN_WORKSPACE")
        if not folder:
            raise Usage("cli.no_workspace")
        return str(folder)

    def call(self, name: str, /, **parameters: Any) -> Any:
        """Run a service on the workspace, opening it first."""
        if self.session.workspace is None:
            self._open()
        return self.run(name, **parameters)

    def _open(self) -> None:
        """By the passphrase file; else by the keyring where the workspace was remembered there; else by asking."""
        if not self._secret_file():
            try:
                self.run("workspace.open", folder=self.workspace)
                return
            except Fault as fault:
                if not fault.code.startswith(("key.keyring", "keyring.")):
                    raise
        self.run("workspace.open", folder=self.workspace, passphrase=self.passphrase())

    def run_with_key(self, name: str, /, **parameters: Any) -> Any:
        """Run a session service that opens the workspace by itself, by the same ways in as `call`."""
        if not self._secret_file():
            try:
                return self.run(name, **parameters)
            except Fault as fault:
                if not fault.code.startswith(("key.keyring", "keyring.")):
                    raise
        return self.run(name, passphrase=self.passphrase(), **parameters)

    def _secret_file(self) -> str | None:
        return self._parsed.passphrase_file or os.environ.get("FUZHUAN_PASSPHRASE_FILE")

    def call_with_packs(self, name: str, /, **parameters: Any) -> Any:
        """Run a service that does without a workspace; where one is named, the packs added to it count too."""
        if self._parsed.workspace or os.environ.get("FUZHUAN_WORKSPACE"):
            return self.call(name, **parameters)
        return self.run(name, **parameters)

    def run(self, name: str, /, **parameters: Any) -> Any:
        """Run a service as things stand (session services need no open workspace)."""
        if not self._loaded:
            load_services()
            self._loaded = True
        answer = call(self.session, name, Job(self._progress), **parameters)
        with contextlib.suppress(KeyboardInterrupt, WorldFault):  # what is done is done; the next one does the rest
            self.session.reconcile()
            while self.session.index_waiting(_INDEXED_AT_A_TIME):
                self._progress(0, 0, tr("建立搜索索引"))
        return answer

    def passphrase(self, *, confirm: bool = False) -> str:
        """From the passphrase file, else asked for; `confirm` asks twice for a new one."""
        if file := self._secret_file():
            return read_secret(file)
        return self.ask(tr("口令："), confirm=confirm)

    def ask(self, prompt: str, *, confirm: bool = False) -> str:
        """A secret typed at the terminal; raises Usage("cli.no_passphrase") without one."""
        if not sys.stdin.isatty():
            raise Usage("cli.no_passphrase")
        first = getpass.getpass(prompt)
        if confirm and getpass.getpass(tr("再输入一次：")) != first:
            raise Refused("cli.passphrases_differ")
        return first

    def say(self, text: str) -> None:
        """A message for the person, not part of the answer."""
        sys.stderr.write(text + "\n")

    def _progress(self, done: int, total: int, text: str) -> None:
        if not sys.stderr.isatty():
            return
        now = time.monotonic()
        if now - self._last < _PROGRESS_SECONDS and done < total:
            return
        self._last, self._bar_shown = now, True
        share = f"{done * 100 // total:3d} %" if total else "     "
        sys.stderr.write(f"\r\x1b[K{share} {text[:60]}")
        sys.stderr.flush()


def read_secret(file: str) -> str:
    """The first line of a secret's file; raises WorldFault("cli.secret_file")."""
    try:
        text = Path(file).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise WorldFault("cli.secret_file", file=file) from None
    lines = text.splitlines()
    if not lines or not lines[0]:
        raise WorldFault("cli.secret_file", file=file)
    return lines[0]


def pairs(words: list[str]) -> dict[str, str]:
    """`name=value` arguments; raises Usage("cli.not_a_pair")."""
    found: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise Usage("cli.not_a_pair", text=word[:60])
        found[name] = value
    return found
