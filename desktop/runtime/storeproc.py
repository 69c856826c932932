"""The store process: a Qt-free child that owns the open workspace and serves the services over a pipe.

One thread reads requests; a small pool runs them, so a long job (sealing, binding, sending) never keeps a page
waiting: services hold the store's lock only for single steps. What a person types, ticks and undoes runs on a thread of
its own, one after the other: of two values the later one typed must stay. Locking the workspace ends this process, so
the window never holds the data key.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any

from desktop.crash import describe, no_core_dumps, say_no_values
from desktop.runtime import copies
from desktop.services.registry import Job, in_turn
from policy.errors import Fault, WorldFault

_WORKERS = 6
_INDEXED_AT_A_TIME = 200  # records: the store stays free for others but for some 30 ms
_PAUSE = 0.005  # seconds in which others get at the store


class StoreServer:
    """Serves one connection until it closes."""

    def __init__(self, connection: Connection) -> None:
        from desktop.services import load_services
        from desktop.services.autobackup import AutoBackup
        from desktop.services.session import Session

        load_services()
        self._connection = connection
        self._sending = threading.Lock()
        self._session = Session()
        self._backups = AutoBackup(self._session)
        self._jobs: dict[int, threading.Event] = {}
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="service")
        self._one_by_one = ThreadPoolExecutor(1, thread_name_prefix="in-turn")
        self._to_index, self._ending = threading.Event(), threading.Event()
        self._indexing = threading.Thread(target=self._index, name="index")

    def run(self) -> None:
        """Until the window closes its end or dies."""
        from desktop.services import opencopy

        with contextlib.suppress(OSError):
            copies.sweep()
        self._indexing.start()
        self._backups.start()
        back_up = False  # a window that died says nothing, and its user may want the workspace again at once
        try:
            while True:
                kind, number, *rest = self._connection.recv()
                if kind == "call":
                    self._jobs[number] = threading.Event()
                    pool = self._one_by_one if in_turn(rest[0]) else self._pool
                    pool.submit(self._serve, number, *rest)
                elif kind == "cancel" and (stop := self._jobs.get(number)) is not None:
                    stop.set()
                elif kind == "close":
                    back_up = bool(rest[0])
                    break
        except (EOFError, OSError):
            pass
        finally:
            for stop in list(self._jobs.values()):
                stop.set()
            self._one_by_one.shutdown(wait=True)
            self._pool.shutdown(wait=True)
            self._ending.set()
            self._to_index.set()
            self._indexing.join()
            try:
                self._backups.finish(self._tell_backup if back_up else None)
            finally:
                self._session.close()
                opencopy.remove_copies()

    def _index(self) -> None:
        """What an unclean end left to be put right; then what a large import left to be indexed, a few records at a
        time; then what a new data key has not reached. Looks again after every request, so that what a crash or a lock
        interrupted goes on after the next opening."""
        while self._to_index.wait() and not self._ending.is_set():
            self._to_index.clear()
            try:
                self._session.reconcile()
                while not self._ending.is_set() and self._session.index_waiting(_INDEXED_AT_A_TIME):
                    time.sleep(_PAUSE)
                with contextlib.suppress(InterruptedError):
                    self._session.renew_files(Job(stop=self._ending))
            except WorldFault as fault:  # the disk is full or gone: whoever saves next is told, and the queue stays
                logging.getLogger(__name__).warning("putting right: %s", fault.code)

    def _serve(self, number: int, name: str, parameters: dict[str, Any]) -> None:
        from desktop.services.registry import call

        job = Job(lambda done, total, text: self._send("progress", number, done, total, text), self._jobs[number])
        try:
            self._send("result", number, call(self._session, name, job, **parameters))
        except InterruptedError:
            self._send("cancelled", number)
        except Fault as fault:
            self._send("fault", number, fault)
        except MemoryError:
            self._send("fault", number, WorldFault("world.memory"))
        except BaseException as error:  # noqa: BLE001 - a bug: reported to the window, without values
            self._send("bug", number, describe(error))
        finally:
            self._jobs.pop(number, None)
            self._to_index.set()

    def _tell_backup(self, done: int, total: int, text: str) -> None:
        """Whoever waits for the end hears that it goes on."""
        self._send("progress", 0, done, total, text)

    def _send(self, *message: Any) -> None:
        with self._sending:
            try:
                self._connection.send(message)
            except (BrokenPipeError, OSError):
                return  # the window is gone; the pool drains and the store closes


def serve(connection: Connection, language: str) -> None:
    """The child's main function."""
    os.umask(0o077)
    no_core_dumps()
    logging.basicConfig(level=logging.WARNING)
    say_no_values()
    from policy import i18n

    i18n.set_language(language)
    try:
        StoreServer(connection).run()
    except Exception as error:  # noqa: BLE001 - told here, since Python itself would tell it with its values
        logging.getLogger(__name__).error("bug\n%s", describe(error))
        sys.exit(1)
