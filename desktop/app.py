"""Puts the program together: Qt application, look, language, crash handling, the window; returns the exit code."""

from __future__ import annotations

import logging
import os
import sys
import threading
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QMessageBox

from desktop import crash, look
from desktop.composing import Composing
from desktop.runtime.client import StoreClient
from desktop.runtime.settings import Settings
from desktop.window import MainWindow
from policy.i18n import tr

_log = logging.getLogger(__name__)


class Crashes(QObject):
    """Takes what nobody caught, from any thread, and tells it once on the GUI thread."""

    happened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._telling = False
        self.happened.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """For sys.excepthook."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        self.happened.emit(crash.describe(error.with_traceback(trace)))

    def thread_hook(self, failed: threading.ExceptHookArgs) -> None:
        """For threading.excepthook."""
        if failed.exc_value is not None:
            self.hook(failed.exc_type, failed.exc_value, failed.exc_traceback)

    def _tell(self, text: str) -> None:
        _log.error("bug\n%s", text)
        try:
            place = str(crash.write_report(text))
        except OSError:
            place = ""
        if self._telling:
            return
        self._telling = True
        box = QMessageBox(
            QMessageBox.Icon.Warning,
            tr("程序出错"),
            tr(
                "程序内部出错，刚才的操作没有完成；已经保存的内容没有受影响。请重试；若再次出现，请把报告发给技术支持。"
            ),
        )
        box.setInformativeText(tr("报告（不含任何业务数据）：{file}", file=place) if place else "")
        box.setDetailedText(text)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(self._told)
        box.open()

    def _told(self) -> None:
        self._telling = False


def make_application(arguments: list[str]) -> QApplication:
    """The Qt application with its look and the guard of input methods."""
    if sys.platform.startswith("linux") and os.environ.get("QT_IM_MODULE", "").startswith("fcitx"):
        os.environ["QT_IM_MODULE"] = "ibus"  # PySide6 brings no fcitx plugin; fcitx 5 speaks ibus
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication(arguments)
    app.setApplicationName("fuzhuan-desk")
    app.setDesktopFileName("fuzhuan-desk")
    look.apply(app)
    composing = Composing(app)
    app.installEventFilter(composing)
    return app


def run(client: StoreClient, settings: Settings, workspace: str) -> int:
    """Show the window until it is closed."""
    crash.start_logging()
    app = make_application(sys.argv[:1])
    crashes = Crashes()
    sys.excepthook = crashes.hook
    threading.excepthook = crashes.thread_hook
    window = MainWindow(client, settings, workspace=workspace)
    window.bugged.connect(crashes.happened)  # the store process has described it
    app.aboutToQuit.connect(window.shut_down)
    window.show()
    return app.exec()
