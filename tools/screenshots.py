"""Remakes docs/screens/*.png: every page of the sample workspace, light and dark, at 1366×768.

Run `python tools/screenshots.py [folder]`; a change in looks is then seen in review.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run from a checkout that was never installed

SIZE = (1366, 768)
PASSPHRASE = "示例口令 2026"  # noqa: S105 - of a workspace that is gone a minute later
LONGEST_MS = 180_000
SECTIONS = {2: "workspace", 3: "backup", 4: "keys", 5: "locking", 6: "log"}  # of the settings
POLICIES = ("editor", "comparing", "calendar")  # what the policies page shows behind its other tabs
RESULTS = ("match", "handover", "lists")  # the tabs of results beside the records
FIRMS = ("torch", "services")  # those of firms
PACK, PERIOD = "guokefaqu-2018-300", "2025"


def main() -> int:
    """Makes a sample workspace, opens it in the window, and takes a picture of every page."""
    os.umask(0o077)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    out = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[1] / "docs" / "screens")
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fuzhuan-screens-") as folder:
        make_sample(Path(folder) / "sample")
        take(out, Path(folder))
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
        # an evaluation, a book and a package, so that the later pages have something to show
        place = {"pack": PACK, "period": PERIOD}
        subject = next(found for found in call(session, "evaluation.subjects", pack=PACK) if found["kind"] == "carrier")
        place["subject"] = f"carrier:{subject['id']}"
        frozen = call(session, "evaluation.freeze", **place)
        notice = call(session, "records.ids", kind="evidence", where={"doc_kind": "d71"})[0]
        call(session, "policy.confirm", **place, notice=notice, page="3")
        book = call(session, "apply.make", snapshot=frozen["id"], narrative={"plan": "以下内容均为虚构。"})
        sealed = call(session, "package.seal", application=book["id"], personal_confirmed=True)
        call(session, "delivery.hand_in", package=sealed["id"], way="usb", note="示例：交到窗口")
        call(session, "keys.add_person", name="示例同事", post="项目主管", new_passphrase=f"{PASSPHRASE} 同事")
        call(session, "backup.now")
    finally:
        session.close()


def take(out: Path, folder: Path) -> None:
    """Open the window on the sample and keep what each page looks like."""
    from desktop.runtime.client import StoreClient

    client = StoreClient("zh")
    from PySide6.QtCore import QDeadlineTimer, QEventLoop, QTimer
    from PySide6.QtWidgets import QAbstractItemView

    from desktop import look
    from desktop.app import make_application
    from desktop.pages import PAGES, SETTINGS
    from desktop.runtime.settings import Settings
    from desktop.window import MainWindow

    app = make_application(sys.argv[:1])
    window = MainWindow(client, Settings(folder / "settings.json"), workspace=str(folder / "sample"))
    window.resize(*SIZE)
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

    def keep(name: str) -> None:
        for dark in (False, True):
            look.apply(app, dark)
            settle()
            window.grab().save(str(out / f"{name}-{'dark' if dark else 'light'}.png"))
        look.apply(app, False)

    keep("unlock")
    window.unlock.secret.setText(PASSPHRASE)
    window.unlock.open_now()
    settle()
    frame = window.frame
    if frame is None:
        raise SystemExit("the sample workspace did not open")
    for page in (*PAGES, SETTINGS):
        frame.open_page(page.NAME, **({"pack": PACK, "period": PERIOD} if page.NAME == "evaluation" else {}))
        settle()
        first = frame.current_page().findChild(QAbstractItemView)
        if page is not SETTINGS and first is not None and first.model() is not None and first.model().rowCount():
            first.setCurrentIndex(first.model().index(0, 0))
        keep(page.NAME)
    for page_name, tabs in (("results", RESULTS), ("firms", FIRMS)):
        for name in tabs:
            frame.open_page(page_name, tab=name)
            settle()
            keep(f"{page_name}-{name}")
    frame.open_page("policies", pack=PACK)
    settle()
    policies = frame.current_page()
    policies.shelf.new.click()  # type: ignore[attr-defined]
    policies.shelf.base.make.click()  # type: ignore[attr-defined]
    settle()
    for name in POLICIES:
        frame.open_page("policies", show=name)
        settle()
        keep(f"policies-{name}")
    policies.editor.discard()  # type: ignore[attr-defined]
    for place, section in SECTIONS.items():
        frame.open_page(SETTINGS.NAME, section=place)
        keep(f"settings-{section}")
    window._first_run()
    keep("firstrun")
    window.shut_down()


if __name__ == "__main__":
    sys.exit(main())
