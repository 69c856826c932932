"""Files the window itself asks for (recovery sheet, list of refused rows), made in a process beside it.

Writing a PDF or a workbook is Python work that would make the window stutter; it needs nothing from the store.
"""

from __future__ import annotations

import io
import multiprocessing
import sys
import threading
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from db.fields import FieldInfo
from db.files import whole_file
from desktop.crash import describe
from policy import i18n
from policy.errors import Fault, WorldFault


class Aside(QObject):
    """`run` a function of this module elsewhere; `ready` brings its answer, or the Fault it met."""

    ready = Signal(object)

    def run(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Start; one answer comes by `ready`."""
        threading.Thread(target=self._wait, args=(function, arguments), daemon=True, name="aside").start()

    def _wait(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_child, args=(theirs, function, arguments), name="fuzhuan-aside", daemon=True)
        process.start()
        theirs.close()
        try:
            answer = ours.recv()
        except (EOFError, OSError):
            answer = WorldFault("aside.failed")
        process.join()
        ours.close()
        self.ready.emit(answer)


def recovery_sheet(organisation: str, workspace: str, code: str, made_on: str, language: str) -> bytes:
    """The PDF of the recovery sheet; nothing touches the disk."""
    from exports.pdf.receipt import write_recovery_sheet

    i18n.set_language(language)
    out = io.BytesIO()
    write_recovery_sheet(organisation, code, out, workspace=workspace, made_on=made_on)
    return out.getvalue()


def table_file(file: str, title: str, titles: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A plain table as an .xlsx workbook; answers its path."""
    from exports.workbook import write_workbook

    fields = [FieldInfo(name=str(place), label=text, label_en=text, type="text") for place, text in enumerate(titles)]
    lines = [{"id": "", **{str(place): str(cell) for place, cell in enumerate(row)}} for row in rows]
    with whole_file(Path(file)) as out:
        write_workbook(out, title, fields, lines, i18n.language())
    return file


def save_bytes(file: str, data: bytes) -> None:
    """Keep what was made where the user wants it; raises the disk's faults."""
    with whole_file(Path(file)) as out:
        out.write(data)


def _child(answers: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    try:
        answers.send(function(*arguments))
    except Fault as fault:
        answers.send(fault)
    except Exception as error:  # noqa: BLE001 - Python itself would tell it with the values of the rows
        sys.stderr.write(f"bug\n{describe(error)}\n")
        answers.send(WorldFault("aside.failed"))
    answers.close()
