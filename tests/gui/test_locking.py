"""Locking: when nobody is there, whatever is open; nothing stays on screen or is written, and copies in clear go."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import stat
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QInputMethodEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.idle import Idle
from desktop.opencopies import OpenCopies
from desktop.ops import Ops
from desktop.pages.settings.locking import Locking
from desktop.quicklog import QuickLog
from desktop.runtime.settings import Settings, lock_minutes, lock_on_sleep
from desktop.services.registry import call as call_service
from desktop.services.session import Session
from desktop.window import MainWindow
from tests.gui import programsteps
from tests.gui.conftest import ORGANISATION, PASSPHRASE, PATIENCE, quiet_down
from tests.gui.program import Program

Open = Callable[[], tuple[MainWindow, DeskFrame]]
Services = Callable[..., Any]
NONE, LEFT = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
FIRM = "甲科技有限公司"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


# -- nobody is there


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def busy() -> list[bool]:
    return [False]


@pytest.fixture
def idle(qtbot: QtBot, clock: Clock, busy: list[bool]) -> Iterator[Idle]:
    """Ten minutes, looked at by hand."""
    made = Idle(lambda: 600.0, lambda: busy[0], clock=clock)
    made.start()
    made._timer.stop()
    yield made
    made.stop()


def _heard(idle: Idle) -> list[int | str]:
    heard: list[int | str] = []
    idle.left.connect(heard.append)
    idle.due.connect(lambda: heard.append("due"))
    return heard


def test_the_last_half_minute_is_told_and_then_it_is_due(idle: Idle, clock: Clock) -> None:
    heard = _heard(idle)
    for passed in (560, 571, 585.2, 599.9, 600):
        clock.now = 1000 + passed
        idle.look()
    assert heard == [29, 15, 1, "due"]


def _inputs() -> dict[str, Callable[[QWidget], object]]:
    def wheel(widget: QWidget) -> None:
        event = QWheelEvent(
            QPointF(1, 1), QPointF(1, 1), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, NONE,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QCoreApplication.sendEvent(widget, event)

    def moved(widget: QWidget) -> None:
        none = Qt.MouseButton.NoButton
        QCoreApplication.sendEvent(
            widget, QMouseEvent(QEvent.Type.MouseMove, QPointF(3, 3), QPointF(3, 3), none, none, NONE)
        )

    def drop(widget: QWidget) -> None:
        data = QMimeData()
        data.setUrls([QUrl("file:///x")])
        widget.setAcceptDrops(True)
        entering = QDragEnterEvent(QPoint(1, 1), Qt.DropAction.CopyAction, data, LEFT, NONE)
        QCoreApplication.sendEvent(widget, entering)

    return {
        "key": lambda widget: QTest.keyClick(widget, Qt.Key.Key_A),
        "click": lambda widget: QTest.mouseClick(widget, LEFT),
        "pointer": moved,
        "wheel": wheel,
        "input method": lambda widget: QCoreApplication.sendEvent(widget, QInputMethodEvent("ni", [])),
        "drop": drop,
    }


@pytest.mark.parametrize("kind", sorted(_inputs()))
def test_every_kind_of_input_in_any_window_stops_the_countdown(
    qtbot: QtBot, idle: Idle, clock: Clock, kind: str
) -> None:
    other = QWidget()  # a window of its own, as a dialog is
    qtbot.addWidget(other)
    other.show()
    heard = _heard(idle)
    clock.now += 590
    idle.look()
    _inputs()[kind](other)
    assert heard == [10, -1]
    clock.now += 560
    idle.look()
    assert heard == [10, -1]


def test_other_events_are_no_sign_of_anybody(qtbot: QtBot, idle: Idle, clock: Clock) -> None:
    other = QWidget()
    qtbot.addWidget(other)
    clock.now += 595
    other.show()
    other.resize(300, 200)
    other.repaint()
    other.hide()
    heard = _heard(idle)
    idle.look()
    assert heard == [5]


def test_a_running_task_is_waited_for_and_the_key_that_wakes_a_computer_is_nobody(
    qtbot: QtBot, idle: Idle, clock: Clock, busy: list[bool]
) -> None:
    other = QWidget()
    qtbot.addWidget(other)
    heard = _heard(idle)
    busy[0] = True
    clock.now += 700
    idle.look()
    assert heard == [0]
    QTest.keyClick(other, Qt.Key.Key_A)  # somebody looks after the task
    assert heard == [0, -1]
    busy[0] = False
    clock.now += 700
    QTest.keyClick(other, Qt.Key.Key_A)  # too late
    idle.look()
    assert heard == [0, -1, "due"]


def test_the_choice_holds_at_once_and_never_is_warned_about(qtbot: QtBot, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.json")
    assert (lock_minutes(settings), lock_on_sleep(settings)) == (10, True)
    pane = Locking(settings)
    qtbot.addWidget(pane)
    pane.show()
    assert [pane.minutes.itemText(place) for place in range(6)] == [
        "5 分钟", "10 分钟", "15 分钟", "30 分钟", "60 分钟", "从不",
    ]  # fmt: skip
    assert not pane._warning.isVisible()
    pane.minutes.setCurrentIndex(5)
    pane.on_sleep.setChecked(False)
    assert pane._warning.isVisible()
    again = Settings(tmp_path / "settings.json")
    assert (lock_minutes(again), lock_on_sleep(again)) == (0, False)
    settings.set("lock_minutes", "soon")
    assert lock_minutes(settings) == 10


# -- the lock


def test_the_window_counts_down_waits_for_a_task_and_locks(
    qtbot: QtBot, clock: Clock, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, frame = open_window()
    quiet_down(qtbot, window)
    window.settings.set("keyring", True)
    window.idle._clock = clock
    window.idle._last = clock.now
    clock.now += 600 - 25
    qtbot.waitUntil(lambda: "25 秒后锁定" in programsteps.reads(window), timeout=PATIENCE)
    QTest.keyClick(frame, Qt.Key.Key_Shift)
    assert "25 秒后锁定" not in programsteps.reads(window)
    assert window.ops is not None
    window.ops.run("workspace.verify", owner=frame, title="正在检查")
    clock.now += 601
    window.idle.look()
    assert "任务完成后锁定" in programsteps.reads(window) and window.frame is frame
    asked: list[str] = []
    run = Ops.run
    monkeypatch.setattr(Ops, "run", lambda ops, name, **rest: (asked.append(name), run(ops, name, **rest))[1])
    qtbot.waitUntil(lambda: window.frame is None, timeout=PATIENCE)
    qtbot.waitUntil(lambda: programsteps.is_locked(window), timeout=PATIENCE)
    assert "workspace.open" not in asked  # the passphrase is asked for, never the keyring
    assert window.unlock.secret.isEnabled() and not window.idle._timer.isActive()


def test_whatever_is_open_is_closed_and_nothing_of_the_records_stays_on_screen(
    qtbot: QtBot, workspace: Services, open_window: Open, tmp_path: Path
) -> None:
    Image.new("RGB", (40, 30), "red").save(tmp_path / "照片.png")
    evidence = workspace("evidence.add", files=[str(tmp_path / "照片.png")])["ids"][0]
    firm = workspace("records.add", kind="firm", values={"name": FIRM})["id"]
    window, frame = open_window()
    frame.open_record("evidence", evidence)
    viewer = frame.current_page().file.viewer  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: not viewer.picture.image().isNull(), timeout=PATIENCE)
    frame.open_record("firm", firm)
    quiet_down(qtbot, window)
    frame.quick_log()
    log = frame.findChild(QuickLog)
    assert log is not None
    log.note.set_text(FIRM)
    box = QMessageBox(QMessageBox.Icon.Question, FIRM, FIRM, parent=frame)
    box.open()
    reached: list[str] = []

    def lock_inside() -> None:
        assert QApplication.activeModalWidget() is not None
        window.lock()
        reached.append("locked")

    QTimer.singleShot(200, lock_inside)
    name, _kind = QFileDialog.getSaveFileName(frame, FIRM, str(tmp_path / f"{FIRM}.xlsx"))  # a loop of its own
    reached.append(name)
    assert reached == ["locked", ""]
    visible = [top for top in QApplication.topLevelWidgets() if top.isVisible()]
    assert visible == [window]
    left = [text for text in programsteps.reads(window) if FIRM in text or ORGANISATION in text or "照片" in text]
    assert left == []
    assert viewer.picture.image().isNull() and viewer.document.pageCount() == 0
    qtbot.waitUntil(lambda: programsteps.is_locked(window), timeout=PATIENCE)
    gone: list[DeskFrame] = window.findChildren(DeskFrame)
    assert gone == []


def _digests(*folders: Path) -> dict[str, str]:
    files = (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path): f"{hashlib.sha256(path.read_bytes()).hexdigest()} {path.stat().st_mtime_ns}" for path in files}


@pytest.fixture
def program(tmp_path: Path, workspace: Services) -> Iterator[Program]:
    """The program on the test's workspace; its temporary files lie in a folder of its own."""
    workspace("close")
    (tmp_path / "temporary").mkdir()
    made = Program(
        tmp_path / "ws",
        tmp_path / "home",
        TMPDIR=str(tmp_path / "temporary"),
        XDG_CACHE_HOME=str(tmp_path / "home" / "cache"),
        XDG_RUNTIME_DIR=str(tmp_path / "home"),
    )
    yield made
    made.end()


def test_while_locked_nothing_is_written(workspace: Services, tmp_path: Path, program: Program) -> None:
    program.unlocks(PASSPHRASE)
    program.until("kept")
    program.says("lock")
    program.until("is_locked")
    places = [tmp_path / name for name in ("ws", "home", "temporary")]
    before = _digests(*places)
    assert any(name.endswith("store.db") for name in before) and any("fuzhuan.log" in name for name in before)
    end = time.monotonic() + 3
    while time.monotonic() < end:
        program.says("moves")
        program.says("key", "x")
        time.sleep(0.1)
    assert _digests(*places) == before
    for _ in range(40):
        program.says("backspace")
    program.unlocks(PASSPHRASE)
    program.until("kept")
    assert _digests(*places) != before  # what is looked at would show it


def test_a_preview_makes_no_file(workspace: Services, tmp_path: Path) -> None:
    picture = tmp_path / "照片.bmp"
    Image.effect_noise((200, 200), 90).convert("RGB").save(picture)
    marker = picture.read_bytes()[-64:]
    evidence = workspace("evidence.add", files=[str(picture)])["ids"][0]
    workspace("close")
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    temporary.mkdir()
    made = Program(tmp_path / "ws", home, TMPDIR=str(temporary), XDG_CACHE_HOME=str(home / "cache"))
    try:
        made.unlocks(PASSPHRASE)
        made.until("kept")
        with _Created([temporary, home, tmp_path / "ws", tmp_path / "ws" / "evidence"]) as created:
            made.says("previews", evidence)
            made.until("previewed")
        assert [name for name in created.names if not name.startswith(("store.db", ".settings-", "settings"))] == []
        found = [path for place in (temporary, home, tmp_path / "ws") for path in place.rglob("*") if path.is_file()]
        found += Path("/dev/shm").rglob("*")  # other programs come and go there
        assert [path for path in found if marker in _bytes(path)] == []
    finally:
        made.end()


def _bytes(path: Path) -> bytes:
    with contextlib.suppress(OSError):
        return path.read_bytes()
    return b""


class _Created:
    """Names of everything that is created in some folders, however short it lives: what inotify tells."""

    _CREATE, _MOVED_TO = 0x100, 0x80

    def __init__(self, folders: list[Path]) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._handle = self._libc.inotify_init1(os.O_NONBLOCK)
        self.names: list[str] = []
        for folder in folders:
            watched = self._libc.inotify_add_watch(self._handle, os.fsencode(folder), self._CREATE | self._MOVED_TO)
            assert watched >= 0, folder

    def __enter__(self) -> _Created:
        return self

    def __exit__(self, *_error: object) -> None:
        try:
            while data := os.read(self._handle, 1 << 16):
                while data:
                    _watch, _mask, _cookie, length = struct.unpack_from("iIII", data)
                    self.names.append(data[16 : 16 + length].rstrip(b"\0").decode())
                    data = data[16 + length :]
        except BlockingIOError:
            pass
        finally:
            os.close(self._handle)


# -- opened with another program


def test_a_copy_for_another_program_is_asked_for_noted_counted_and_removed(
    qtbot: QtBot, workspace: Services, open_window: Open, tmp_path: Path
) -> None:
    paper = tmp_path / "合同.txt"
    paper.write_text("正文" * 100)
    evidence = workspace("evidence.add", files=[str(paper)])["ids"][0]
    window, frame = open_window()
    opened: list[Path] = []
    frame.copies.setParent(None)
    frame.copies = OpenCopies(frame.ops, frame, opener=lambda url: bool(opened.append(Path(url.toLocalFile()))) or True)
    frame.copies.changed.connect(frame.status.show_copies)
    frame.open_record("evidence", evidence)
    quiet_down(qtbot, window)
    page: Any = frame.current_page()
    page.file.outside.click()
    qtbot.waitUntil(lambda: "未加密的副本" in page.message.text(), timeout=PATIENCE)
    assert opened == []
    page.message._action.click()
    qtbot.waitUntil(lambda: bool(opened), timeout=PATIENCE)
    file = opened[0]
    assert file.name == "合同.txt" and file.read_bytes() == paper.read_bytes()
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (file, file.parent, file.parent.parent)]
    assert modes == [0o400, 0o700, 0o700]
    assert "1 份未加密的副本 · 删除" in programsteps.reads(window)
    frame.copies.remove()
    qtbot.waitUntil(lambda: not file.exists(), timeout=PATIENCE)
    quiet_down(qtbot, window)
    assert "1 份未加密的副本 · 删除" not in programsteps.reads(window)
    frame.copies.open(evidence, page.message)
    qtbot.waitUntil(lambda: len(opened) == 2, timeout=PATIENCE)
    window.lock()
    qtbot.waitUntil(lambda: programsteps.is_locked(window), timeout=PATIENCE)
    assert not opened[1].exists()
    window.shut_down()
    session = Session()
    try:
        call_service(session, "workspace.open", folder=str(tmp_path / "ws"), passphrase=PASSPHRASE)
        assert session.workspace is not None
        with session.workspace.store.read() as connection:
            noted = connection.execute(
                "SELECT subject, operator FROM audit_entry WHERE action = 'evidence.opened_outside'"
            ).fetchall()
        assert [subject for subject, _operator in noted] == [f"evidence:{evidence}"] * 2
        assert {operator for _subject, operator in noted} == {session.workspace.store.operator}
    finally:
        session.close()


@pytest.fixture
def under_x(require_tool: Callable[[str], str]) -> Iterator[str]:
    """A display of the test's own, with a clipboard that several programs share."""
    read, write = os.pipe()
    server = subprocess.Popen(
        [require_tool("Xvfb"), "-displayfd", str(write), "-screen", "0", "1366x768x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as told:
        yield f":{told.readline().strip()}"
    server.kill()
    server.wait()


def test_the_clipboard_is_taken_back_where_it_is_ours(under_x: str, workspace: Services, tmp_path: Path) -> None:
    workspace("close")
    made = Program(tmp_path / "ws", tmp_path / "home", DISPLAY=under_x, QT_QPA_PLATFORM="xcb")
    try:
        made.unlocks(PASSPHRASE)
        made.says("copies", FIRM)
        assert made.says("clipboard") == FIRM
        made.says("lock")
        made.until("is_locked")
        assert made.says("clipboard") == ""
    finally:
        made.end()
