"""What tests of pages stand on: a real store process with a small workspace, real services, and a desk that records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pikepdf import Pdf
from PySide6.QtCore import QCoreApplication, QMimeData, QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import delete

from desktop.drafts import Drafts
from desktop.ops import Ops
from desktop.pages.base import Page
from desktop.runtime.client import StoreClient
from desktop.runtime.settings import Settings
from policy.errors import Fault

PACK, PERIOD = "guokefaqu-2018-300", "2025"
WAIT = 20_000  # ms


class RecordingDesk:
    """Stands where the main window does and keeps what a page asks of it."""

    def __init__(self) -> None:
        self.pages: list[tuple[str, dict[str, Any]]] = []
        self.records: list[tuple[str, str]] = []
        self.said: list[str] = []
        self.faults: list[Fault] = []
        self.drafts = Drafts()
        self.settings = Settings()
        self.info: dict[str, Any] = {}

    def open_record(self, kind: str, record: str) -> None:
        self.records.append((kind, record))

    def open_page(self, name: str, **arguments: Any) -> None:
        self.pages.append((name, arguments))

    def notify(self, text: str) -> None:
        self.said.append(text)

    def show_fault(self, fault: Fault) -> None:
        self.faults.append(fault)


class Bench:
    """A workspace in its process, and pages over it as the window would show them."""

    def __init__(self, qtbot: Any, folder: Path) -> None:
        self.qtbot, self.folder = qtbot, folder
        self._client = StoreClient()
        self.ops = Ops(self._client)
        self.desk = RecordingDesk()
        self.bugs: list[str] = []
        self._owner = QObject()
        self._pages: list[Page] = []
        self.ops.bugged.connect(self.bugs.append)
        self.ops.faulted.connect(self.desk.faults.append)

    def call(self, name: str, **parameters: Any) -> Any:
        """A service's answer, waited for; raises its fault."""
        heard: list[tuple[str, Any]] = []
        self.ops.run(
            name,
            owner=self._owner,
            on_result=lambda value: heard.append(("result", value)),
            on_fault=lambda fault: heard.append(("fault", fault)),
            **parameters,
        )
        self.until(lambda: bool(heard or self.bugs))
        assert not self.bugs, self.bugs[0]
        kind, value = heard[0]
        if kind == "fault":
            raise value
        return value

    def until(self, holds: Callable[[], bool]) -> None:
        """Let the window live until something holds."""
        self.qtbot.waitUntil(holds, timeout=WAIT)

    def show(self, page: type[Page], **arguments: Any) -> Any:
        """A page as the window shows it."""
        made = page(self.ops, self.desk)
        self._pages.append(made)
        self.ops.changed.connect(made.changes_came)
        made.retranslate()
        made.resize(1190, 660)
        made.show()
        made.arrive(**arguments)
        return made

    def close(self) -> None:
        """Take the pages away, then the workspace and its process; nothing may still be under way."""
        for page in self._pages:
            delete(page)
        self.call("workspace.close")
        self._client.close(timeout=2)
        self.ops.close()

    def carrier(self) -> str:
        """A carrier with one year of figures, ready to be evaluated; its target as the services take it."""
        own = self.call("workspace.info")["organisation"]["id"]
        values = {"name": "示例孵化器", "operator": own, "carrier_kind": "综合孵化器", "operated_since": "2018-05"}
        carrier = self.call("records.add", kind="carrier", values=values)["id"]
        year = {
            "carrier": carrier,
            "year": PERIOD,
            "area_total": "10400",
            "staff_total": "13",
            "staff_professional": "11",
        }
        self.call("records.add", kind="carrier_year", values=year)
        return f"carrier:{carrier}"


@contextmanager
def bench(qtbot: Any, folder: Path) -> Iterator[Bench]:
    """A bench with a fresh workspace; every request has been answered when it is taken down."""
    made = Bench(qtbot, folder / "workspace")
    try:
        made.call(
            "workspace.create",
            folder=str(made.folder),
            passphrase="correct horse battery",
            organisation="示例孵化器有限公司",
            kinds=["incubator"],
        )
        yield made
        made.until(lambda: not made.ops.busy())
    finally:
        made.close()
    assert not made.bugs, made.bugs[0]


def pdf_file(path: Path, pages: int) -> Path:
    """A PDF with blank pages, different for every name."""
    with Pdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
        pdf.docinfo["/Title"] = path.name
        pdf.save(path)
    return path


def drop(widget: QWidget, files: list[Path], place: QPoint | None = None) -> None:
    """Drop files on a widget, as from the file manager."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in files])
    where = place or widget.rect().center()
    action, button, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(where, action, data, button, none)
    QCoreApplication.sendEvent(widget, entering)
    assert entering.isAccepted(), "the widget does not take files"
    QCoreApplication.sendEvent(widget, QDropEvent(QPointF(where), action, data, button, none))
