"""Remakes docs/screens/*.png: every page of the sample workspace, light and dark, at 1366×768 and at 200 % on it.

Run `python tools/screenshots.py [--only NAME,NAME…] [folder]`; a change in looks is then seen in review. What is named
`…-200-…` is the same screen at 200 %: a window of 683×384, drawn with two dots to the pixel. Each size and each theme
has a process of its own, since a change of theme polishes every widget again: seconds, for each of the pictures.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run from a checkout that was never installed

SIZES = {1: (1366, 768), 2: (683, 384)}  # by dots to the pixel
COLOURS = 96  # of a picture
PASSPHRASE = "示例口令 2026"  # noqa: S105 - of a workspace that is gone a minute later
LONGEST_MS = 180_000
SECTIONS = {2: "workspace", 3: "backup", 4: "keys", 5: "locking", 6: "log"}  # of the settings
POLICIES = ("editor", "comparing", "calendar")  # what the policies page shows behind its other tabs
TABS = {  # beside the records or the first tab
    "results": ("match", "handover", "lists"),
    "firms": ("torch", "services"),
    "training": ("counters",),
    "calculators": ("pricing", "awards", "quarter", "agency"),
}
PARTS = {  # tabs of the record shown, by their place
    "firms": {2: "stays"},
    "cases": {1: "milestones", 5: "results"},
    "training": {1: "enrolment", 2: "sessions"},
}
PACK, PERIOD = "guokefaqu-2018-300", "2025"
COMPARED = ("makerspace-2017-120", "cq-makerspace-2019-119")  # the country's text and the city's
HOME, WORKSPACE = "孵转台", "示例孵化器"  # folders that pictures show: the same on every machine and in every run


def main() -> int:
    """Makes a sample workspace, then has a picture taken of every page, at each size and in each theme."""
    os.umask(0o077)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    screens = Path(__file__).resolve().parents[1] / "docs" / "screens"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=screens, help="where the pictures go")
    parser.add_argument("--only", default="", help="names of pictures, with commas; without it all")
    parser.add_argument("--sample", type=Path, help=argparse.SUPPRESS)  # said to the processes that take them
    parser.add_argument("--dark", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    names = frozenset(filter(None, asked.only.split(",")))
    if asked.sample is not None:
        take(asked.folder, asked.sample, dark=asked.dark, names=names)
        return 0
    asked.folder.mkdir(parents=True, exist_ok=True)
    for old in () if names else asked.folder.glob("*.png"):
        old.unlink()
    place = Path(tempfile.gettempdir()) / HOME
    place.mkdir()  # in the way of another run, or what one left that was ended: look, and remove it
    try:
        make_sample(place / WORKSPACE)
        again = [sys.executable, __file__, str(asked.folder), f"--only={asked.only}", f"--sample={place}"]
        for dots in SIZES:
            for theme in ((), ("--dark",)):
                subprocess.run([*again, *theme], check=True, env={**os.environ, "QT_SCALE_FACTOR": str(dots)})
    finally:
        shutil.rmtree(place)
    return 0


def make_sample(folder: Path) -> None:
    """The sample workspace, by the same services as the first run."""
    from desktop.services import load_services
    from desktop.services.registry import call
    from desktop.services.session import Session

    load_services()
    session = Session()
    try:
        call(
            session,
            "workspace.create",
            folder=str(folder),
            passphrase=PASSPHRASE,
            organisation="示例孵化器有限公司",
            kinds=["incubator", "agency", "training"],
            person="示例操作人",
        )
        call(session, "sample.load")
        call(session, "keys.add_person", name="示例同事", post="项目主管", new_passphrase=f"{PASSPHRASE} 同事")
        call(session, "backup.now")
    finally:
        session.close()


def take(out: Path, folder: Path, *, dark: bool, names: frozenset[str]) -> None:
    """Open a window on the sample and keep what each page looks like; `names` are those wanted, none: all."""
    from desktop.runtime.client import StoreClient

    client = StoreClient("zh")
    from PySide6.QtCore import QDeadlineTimer, QEventLoop, QTimer
    from PySide6.QtWidgets import QAbstractItemView, QWidget

    from desktop import look
    from desktop.app import make_application
    from desktop.pages import PAGES, SETTINGS
    from desktop.pages.records.detail import RecordDetail
    from desktop.quicklog import QuickLog
    from desktop.runtime.settings import Settings
    from desktop.window import MainWindow

    dots = int(os.environ["QT_SCALE_FACTOR"])
    mark = ("-200" if dots == 2 else "") + ("-dark" if dark else "-light")
    app = make_application(sys.argv[:1])
    look.apply(app, dark)
    window = MainWindow(client, Settings(folder / "settings.json"), workspace=str(folder / WORKSPACE))
    window.resize(*SIZES[dots])
    window.show()

    def pause(milliseconds: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def settle() -> None:
        deadline = QDeadlineTimer(LONGEST_MS)
        pause(80)
        while window.ops is not None and window.ops.busy() and not deadline.hasExpired():
            pause(20)
        pause(150)

    def keep(name: str, part: QWidget = window) -> None:
        settle()
        if not names or name in names:
            save(part.grab(), out / f"{name}{mark}.png")

    def asked(page: str) -> bool:
        return not names or any(name.split("-")[0] == page for name in names)

    keep("unlock")
    window.unlock.secret.setText(PASSPHRASE)
    window.unlock.open_now()
    settle()
    frame = window.frame
    if frame is None:
        raise SystemExit("the sample workspace did not open")
    for page in filter(lambda page: asked(page.NAME), (*PAGES, SETTINGS)):
        frame.open_page(page.NAME, **({"pack": PACK, "period": PERIOD} if page.NAME == "evaluation" else {}))
        settle()
        views = [view for view in frame.current_page().findChildren(QAbstractItemView) if view.isVisible()]
        first = next((view for view in views if view.model() is not None and view.model().rowCount()), None)
        if page is not SETTINGS and first is not None:
            first.setCurrentIndex(first.model().index(0, 0))
        keep(page.NAME)
        for place, part in PARTS.get(page.NAME, {}).items():
            bar = next((bar for bar in frame.current_page().findChildren(RecordDetail) if bar.isVisible()), None)
            if bar is not None:
                bar.tabs.setCurrentIndex(place)
                keep(f"{page.NAME}-{part}")
        for tab in TABS.get(page.NAME, ()):
            frame.open_page(page.NAME, tab=tab)
            keep(f"{page.NAME}-{tab}")
    if asked("cases"):
        frame.open_page("cases", board=True)
        frame.current_page().back.click()  # type: ignore[attr-defined]  # no case beside the board
        keep("cases-board")
        frame.open_page("cases", board=False, start="claims")
        keep("cases-claims")
    if asked("policies"):
        frame.open_page("policies", pack=PACK)
        settle()
        policies = frame.current_page()
        policies.shelf.new.click()  # type: ignore[attr-defined]
        policies.shelf.base.make.click()  # type: ignore[attr-defined]
        settle()
        for name in POLICIES:
            frame.open_page("policies", show=name)
            settle()
            if name == "comparing":
                policies.comparing.choose(*COMPARED)  # type: ignore[attr-defined]
            keep(f"policies-{name}")
        policies.editor.discard()  # type: ignore[attr-defined]
    if asked(SETTINGS.NAME):
        for place, section in SECTIONS.items():
            frame.open_page(SETTINGS.NAME, section=place)
            keep(f"settings-{section}")
    frame.quick_log()
    settle()
    for log in window.findChildren(QuickLog):
        keep("quicklog", log)
        log.close()
    window._first_run()
    keep("firstrun")
    window.shut_down()


def save(picture: Any, file: Path) -> None:
    """Write a picture with few colours, as a screen has: a third of the size."""
    from PIL import Image
    from PySide6.QtCore import QBuffer, QIODevice

    whole = QBuffer()
    whole.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(whole, "PNG")
    with Image.open(io.BytesIO(whole.data().data())) as image:
        few = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(file, optimize=True)
    file.chmod(0o644)


if __name__ == "__main__":
    sys.exit(main())
