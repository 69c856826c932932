"""The one window: the first run, the unlock page, or the desk of an open workspace; and the change between them."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QByteArray, QLibraryInfo, QLocale, QSize, QTimer, QTranslator, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget

from desktop import blank
from desktop.drafts import Drafts
from desktop.firstrun.wizard import Wizard
from desktop.frame import DeskFrame
from desktop.idle import Idle
from desktop.look import icon
from desktop.ops import Ops
from desktop.runtime.client import StoreClient
from desktop.runtime.settings import Settings, lock_minutes, lock_on_sleep
from desktop.suspend import Suspend
from desktop.unlock import UnlockPage
from policy import i18n
from policy.dates import set_reference_day
from policy.i18n import tr

_SMALLEST = (640, 360)  # 1366×768 at 200 % is 683×384; the desktop's own bars take some of that
_BEFORE_SLEEP = 3.0  # seconds the store gets to close: systems wait five before they sleep all the same


class MainWindow(QMainWindow):
    """Made with a store process already started; `start_store` makes the next one after a lock."""

    bugged = Signal(str)
    _store_closed = Signal()

    def __init__(
        self,
        client: StoreClient,
        settings: Settings,
        *,
        workspace: str = "",
        start_store: Callable[[str], StoreClient] = StoreClient,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.settings = settings
        self.drafts = Drafts(self)
        self.idle = Idle(lambda: 60 * lock_minutes(settings), self._working, self)
        self.idle.due.connect(self.lock)
        self.suspend = Suspend(lambda: lock_on_sleep(settings), self)
        self.suspend.leaving.connect(self._leave)
        self.frame: DeskFrame | None = None
        self.wizard: Wizard | None = None
        self._start_store = start_store
        self._translator: QTranslator | None = None
        self._closing: threading.Thread | None = None
        self._left_behind: Ops | None = None  # the one being closed
        self._ended = self._watched = False
        self.unlock = UnlockPage()
        self.unlock.opened.connect(self._enter)
        self.unlock.stood_open.connect(self._watch)
        self.unlock.other_asked.connect(self._first_run)
        self.unlock.restore_asked.connect(lambda: self._first_run(restore=True))
        self.stack = QStackedWidget()
        self.stack.addWidget(self.unlock)
        self.setCentralWidget(self.stack)
        self.setMinimumSize(*_SMALLEST)
        self.setWindowIcon(icon("building-2"))
        self._store_closed.connect(self._store_is_closed)
        self.ops: Ops | None = self._adopt(client)
        self._restore_geometry()
        self._folder = workspace or str(settings.get("workspace", ""))
        self._translate_qt()
        if self._folder:
            self._show_unlock(keyring=bool(settings.get("keyring", False)))
        else:
            self._first_run()
        self._title()

    def lock(self, patience: float | None = None) -> None:
        """Close the workspace: its process ends, and nothing that shows records is left, whatever is open.

        Unsaved texts are handed to the store first. Running tasks are stopped; `patience` is how many seconds they get
        where there is no time.
        """
        if self.ops is None or not self._watched:
            return
        frame, self.frame, self._watched = self.frame, None, False
        set_reference_day(None)
        self.idle.stop()
        if self.wizard is not None:
            self._drop(self.wizard)
            self.wizard = None
        self.stack.setCurrentWidget(self.unlock)  # pages are hidden, and hand over what they have not saved
        self.drafts.detach()
        ops, self.ops = self.ops, None
        self.unlock.prepare(None, self._folder, keyring=False)
        self._title()
        blank.close_others(self)
        blank.clear_clipboard()
        if frame is not None:
            blank.clear_previews(frame)
            QTimer.singleShot(0, self, partial(self._drop, frame))  # after dialogs that stand on it have returned

        def close() -> None:
            ops.close(patience)
            self._store_closed.emit()

        self._left_behind = ops
        # the child may have a job to stop first; the window does not wait for it
        self._closing = threading.Thread(target=close, daemon=True, name="store-closing")
        self._closing.start()

    def switch_language(self, language: str) -> None:
        """Change the language everywhere, without a restart."""
        i18n.set_language(language)
        self.settings.set("language", language)
        self._translate_qt()
        if self.ops is None:
            self._retranslate()
        else:
            # pages ask services for texts, too: the store process has to know the language before they do
            self.ops.run(
                "session.language", owner=self, on_result=lambda _answer: self._retranslate(), language=language
            )

    def _retranslate(self) -> None:
        self.unlock.retranslate()
        for part in (self.wizard, self.frame):
            if part is not None:
                part.retranslate()
        self._title()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        self.settings.set("geometry", bytes(self.saveGeometry().toBase64().data()).decode())
        super().closeEvent(event)

    def shut_down(self) -> None:
        """End the store process; called when the program ends."""
        self._ended = True
        self.idle.stop()
        self.drafts.detach()
        set_reference_day(None)
        if self._closing is not None:
            self._closing.join()
        if self.ops is not None:
            self.ops.close()
            self.ops = None

    def _adopt(self, client: StoreClient) -> Ops:
        ops = Ops(client, self)
        ops.bugged.connect(self.bugged)
        return ops

    def _leave(self) -> None:
        """The computer is about to sleep: there is no time for a task or a backup."""
        self.lock(patience=_BEFORE_SLEEP)
        if self._left_behind is not None:
            self._left_behind.hurry(_BEFORE_SLEEP)

    def _working(self) -> bool:
        return self.ops is not None and self.ops.working()

    def _store_is_closed(self) -> None:
        self._left_behind = None
        self.suspend.stop()  # the computer may sleep now
        if self._ended:
            return
        gc.collect()  # what pages held of records
        self.ops = self._adopt(self._start_store(i18n.language()))
        self.unlock.prepare(self.ops, self._folder, keyring=False)

    def _show_unlock(self, *, keyring: bool) -> None:
        self.unlock.prepare(self.ops, self._folder, keyring=keyring)
        self.stack.setCurrentWidget(self.unlock)

    def _first_run(self, *, restore: bool = False) -> None:
        if self.ops is None:
            return
        self.wizard = Wizard(self.ops, can_go_back=bool(self._folder), restore=restore)
        self.wizard.language_chosen.connect(self.switch_language)
        self.wizard.existing_chosen.connect(self._existing)
        self.wizard.finished.connect(self._enter)
        self.wizard.stood_open.connect(self._made)
        self.wizard.given_up.connect(self._existing)
        self.stack.addWidget(self.wizard)
        self.stack.setCurrentWidget(self.wizard)

    def _existing(self, folder: str = "") -> None:
        if folder:
            self._folder = folder
        if self.wizard is not None:
            self._drop(self.wizard)
            self.wizard = None
        self._show_unlock(keyring=False)

    def _enter(self, info: dict[str, Any], how: str = "") -> None:
        if self.ops is None:
            return
        self._folder = str(info["folder"])
        self.settings.set("workspace", self._folder)
        self.settings.set("keyring", bool(info.get("keyring")))
        set_reference_day(date.fromisoformat(info["today"]) if info.get("today") else None)
        self.frame = DeskFrame(self.ops, info, self.drafts, self.settings)
        self.frame.lock_asked.connect(self.lock)
        self.frame.language_asked.connect(self.switch_language)
        self.stack.addWidget(self.frame)
        self.stack.setCurrentWidget(self.frame)
        self.idle.left.connect(self.frame.status.show_time_left)
        self.drafts.attach(self.ops)
        self._watch()
        if self.wizard is not None:
            self._drop(self.wizard)
            self.wizard = None
        self._title()
        if how == "import":
            QTimer.singleShot(0, self.frame, partial(self.frame.open_page, "firms", start="import"))

    def _made(self, folder: str) -> None:
        """A new workspace is open while the first run goes on: locked meanwhile, it is asked for by its passphrase."""
        self._folder = folder
        self._watch()

    def _watch(self) -> None:
        """A workspace is open: from now on it is locked when nobody is there, and before the computer sleeps."""
        self._watched = True
        self.idle.start()
        self.suspend.start(int(self.winId()))

    def _drop(self, part: QWidget) -> None:
        self.stack.removeWidget(part)
        part.hide()
        part.deleteLater()

    def _title(self) -> None:
        name = str(self.frame.info["organisation"]["name"]) if self.frame else ""
        sample = tr("（示例）") if self.frame and self.frame.info.get("sample") else ""
        self.setWindowTitle(f"{name}{sample} – {tr('孵转台')}" if name else tr("孵转台"))

    def _restore_geometry(self) -> None:
        kept = self.settings.get("geometry")
        if not (isinstance(kept, str) and self.restoreGeometry(QByteArray.fromBase64(QByteArray(kept.encode())))):
            self.resize(QSize(1280, 720).boundedTo(self.screen().availableSize()))

    def _translate_qt(self) -> None:
        """Qt's own dialogs; its English needs no catalogue."""
        if self._translator is not None:
            QApplication.removeTranslator(self._translator)
            self._translator = None
        if i18n.language() == "zh":
            translator = QTranslator(self)
            where = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
            if translator.load("qtbase_zh_CN", where):
                QApplication.installTranslator(translator)
                self._translator = translator
        QLocale.setDefault(QLocale("zh_CN" if i18n.language() == "zh" else "en_GB"))
