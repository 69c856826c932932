"""The desk while a workspace is open: rail, search, the pages, the foot; it is what pages know as `Desk`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from desktop.caution import CautionBar
from desktop.draftmenu import DraftMenu
from desktop.drafts import Drafts
from desktop.fields import kind_info, kind_label
from desktop.finder import Command, Finder
from desktop.look import GRID
from desktop.opencopies import OpenCopies
from desktop.ops import Ops
from desktop.pages import PAGES, SETTINGS
from desktop.pages.base import Page
from desktop.papers import PAPERS
from desktop.quicklog import QuickLog
from desktop.rail import Rail
from desktop.runtime.settings import Settings
from desktop.status import StatusStrip
from desktop.widgets.basics import name_tool, tool
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Stage
from policy.dates import today
from policy.errors import Fault
from policy.i18n import listed, tr

# kinds that a page shows without declaring sheets (`Page.keeps`)
_KEEPERS = {"round": "application", "distribution": "calculators", "pricing": "calculators"}
_OWN_PAGES = {"evidence": "evidence", "application": "application", "package": "delivery", "delivery": "delivery"}
_NARROW, _LOW = 1000, 480  # px of the window: less has no room for words in the rail, and for air


def _keeper(kind: str) -> str:
    """The page that shows records of the kind: for themselves rather than on a tab of another; blank for none."""
    keeping = [(not page.keeps()[kind], page.NAME) for page in PAGES if kind in page.keeps()]
    return min(keeping, key=lambda found: found[0])[1] if keeping else _KEEPERS.get(kind, "")


class DeskFrame(QWidget):
    """Everything that shows records; it is thrown away when the workspace is locked."""

    lock_asked = Signal()
    language_asked = Signal(str)

    def __init__(
        self, ops: Ops, info: dict[str, Any], drafts: Drafts, settings: Settings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.ops, self.info, self.drafts, self.settings = ops, info, drafts, settings
        self._pages: dict[str, Page] = {}
        self._stages: dict[str, Stage] = {}
        classes = {page.NAME: page for page in (*PAGES, SETTINGS)}
        self._classes = classes
        self.rail = Rail(
            [(page.NAME, page.ICON, page.title) for page in PAGES],
            [(SETTINGS.NAME, SETTINGS.ICON, SETTINGS.title)],
        )
        self.rail.chosen.connect(self.open_page)
        self.rail.more_asked.connect(lambda: self.open_page("house", kinds=True))
        self.offer_pages(info.get("kinds") or [])
        self.rail.lock_asked.connect(self.lock_asked)
        self.sample = QLabel()
        self.sample.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sample.setStyleSheet("background: #8a5a00; color: white; padding: 3px; font-weight: 600;")
        self.sample.setVisible(bool(info.get("sample")))
        self.cautions = CautionBar(ops, info)
        self.cautions.keys_asked.connect(lambda: self.open_page("settings", section="keys"))
        self.message = MessageBar(self)
        self.stack = QStackedWidget()
        self.status = StatusStrip(ops)
        self.status.waiting_clicked.connect(lambda: self.open_page("delivery"))
        self.status.backup_clicked.connect(self.back_up)
        self.cautions.settled.connect(self.status.refresh)
        self.copies = OpenCopies(ops, self)
        self.copies.changed.connect(self.status.show_copies)
        self.status.copies_clicked.connect(self.copies.remove)
        self._left = DraftMenu(ops, self, self)
        drafts.changed.connect(self.status.show_drafts)
        self.status.drafts_clicked.connect(lambda: self._left.open_at(self.status.drafts_button()))
        self.finder = Finder(ops, self._commands(), self)
        self.finder.record_chosen.connect(self.open_record)
        self._log, self._undo = tool("pencil", text_beside=True), tool("undo-2", text_beside=True)
        self._log.clicked.connect(lambda: self.quick_log())
        self._undo.clicked.connect(self.undo)
        self._organisation = QLabel(str(info["organisation"]["name"]))
        self._organisation.setProperty("quiet", True)
        self._lay_out()
        self._shortcuts()
        ops.changed.connect(self._changed)
        ops.faulted.connect(self.show_fault)
        self.retranslate()
        ops.run("lists.visit", owner=self, begins=True)
        self.open_page(PAGES[0].NAME)
        self.status.refresh()

    def retranslate(self) -> None:
        """Every text in the language in force, on the pages too."""
        self.sample.setText(tr("示例工作区：全部为虚构数据，不能用于申报 · 按 {day} 计算", day=today().isoformat()))
        name_tool(self._log, tr("快速记录"))
        self._log.setToolTip(tr("快速记录（Ctrl+N）"))
        name_tool(self._undo, tr("撤销"))
        self._undo.setToolTip(tr("撤销上一步操作（Ctrl+Z）"))
        self.cautions.retranslate()
        self.rail.retranslate()
        self.finder.retranslate()
        self.status.retranslate()
        for page in self._pages.values():
            page.retranslate()

    def current_page(self) -> Page:
        """The page being shown."""
        stage = self.stack.currentWidget()
        page = stage.widget() if isinstance(stage, Stage) else stage
        assert isinstance(page, Page)  # noqa: S101 - only pages are put on the stack
        return page

    # what pages ask of the desk

    def open_page(self, name: str, **arguments: Any) -> None:
        """Show a page, built when it is first wanted."""
        if name not in self._pages:
            page = self._classes[name](self.ops, self)
            page.retranslate()
            self._pages[name] = page
            self._stages[name] = Stage(page)
            self.stack.addWidget(self._stages[name])
        self.message.clear()
        self.finder.dismiss()
        self.stack.setCurrentWidget(self._stages[name])
        self.rail.show_current(name)
        self._pages[name].arrive(**arguments)

    def open_record(self, kind: str, record: str) -> None:
        """Show a record where its kind is kept."""
        if kind in _OWN_PAGES:
            self.open_page(_OWN_PAGES[kind], id=record)
        elif keeper := _keeper(kind):
            self.open_page(keeper, kind=kind, id=record)
        else:
            self.message.show_text("info", tr("“{kind}”记录目前没有单独的页面。", kind=kind_label(kind)))

    def begin_record(self, kind: str, field: str = "", above: str = "") -> None:
        """Begin a new record where its kind is kept."""
        target = kind_info(kind).field(field).target if above else kind
        if not target:  # the record above is written as KIND:ID
            target, _, above = above.partition(":")
        if keeper := _keeper(target):
            self.open_page(keeper, start="new", kind=kind, above=(field, above) if above else None)

    def offer_pages(self, kinds: Sequence[str]) -> None:
        """Put those pages in the rail that an organisation of these kinds has use for; all where it says nothing."""
        self.info["kinds"] = list(kinds)
        wanted = {page.NAME for page in PAGES if not (page.FOR and kinds) or page.FOR & set(kinds)}
        self.rail.offer({*wanted, SETTINGS.NAME})

    def _open_by_number(self, number: int) -> None:
        names = self.rail.names()
        if number <= len(names):
            self.open_page(names[number - 1])

    def notify(self, text: str) -> None:
        self.status.notify(text)

    def look_again(self) -> None:
        self.cautions.refresh()

    def show_fault(self, fault: Fault) -> None:
        self.message.show_fault(fault)

    def ask(self, text: str, action: str, does: Callable[[], None]) -> None:
        self.message.show_text("warn", text, action, does)

    def quick_log(self, case: str = "") -> None:
        """The quick record, beside the window, so that the page stays readable."""
        log = QuickLog(self.ops, self.drafts, case, self, near=self.current_page().case_shown())
        log.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        log.saved.connect(self._logged)
        log.show()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._make_do()

    def _make_do(self) -> None:
        """Names beside icons, and what can be done without, only where there is room for them."""
        narrow, low = self.width() < _NARROW, self.height() < _LOW
        self.rail.make_do(narrow=narrow, low=low)
        self.status.make_do(narrow=narrow)
        self._organisation.setVisible(not narrow)
        beside, alone = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly
        self._undo.setToolButtonStyle(alone if narrow else beside)
        over = GRID // 2 if low else GRID
        self._top.setContentsMargins(GRID * 2, over, GRID * 2, over)

    def switch_language(self, language: str) -> None:
        """Ask the window to change the language everywhere."""
        self.language_asked.emit(language)

    def undo(self) -> None:
        """Take back the last operation."""

        def undone(answer: dict[str, Any]) -> None:
            self.notify(tr("已撤销：{label}", label=tr(str(answer["label"]))))

        self.ops.run("records.undo", owner=self, on_result=undone, on_fault=self.show_fault)

    def _print(self) -> None:
        if not self.current_page().print_shown():
            kinds = listed(kind_label(kind) for kind in dict.fromkeys(paper.kind for paper in PAPERS.values()))
            self.notify(tr("先打开要打印的记录；{kinds}有可以打印的表。", kinds=kinds))

    def back_up(self, ended: Callable[[], None] = lambda: None) -> None:
        """Make a backup where they are kept; tells where that is on the workspace's own disk."""

        def done(answer: dict[str, Any]) -> None:
            self.notify(tr("已备份到 {folder}", folder=answer["folder"]))
            self.status.refresh()
            self.ops.run("backup.last", owner=self, on_result=stands)
            ended()

        def stands(answer: dict[str, Any]) -> None:
            if answer["same_disk"]:
                text = tr("这份备份与工作区在同一块盘上，盘坏了会一起丢失；请选择另一块盘或 U 盘上的文件夹。")
                self.ask(text, tr("选择文件夹"), lambda: self.open_page("settings", section="backup"))

        def failed(fault: Fault) -> None:
            self.show_fault(fault)
            self.status.refresh()
            ended()

        self.ops.run(
            "backup.now", owner=self, on_result=done, on_fault=failed, on_cancelled=ended, title=tr("正在备份")
        )

    def _lay_out(self) -> None:
        self._top = top = QHBoxLayout()
        top.setSpacing(GRID)
        self.finder.setMaximumWidth(560)
        top.addWidget(self.finder, 3)
        top.addStretch(1)
        top.addWidget(self._organisation)
        top.addWidget(self._undo)
        top.addWidget(self._log)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.sample)
        right.addWidget(self.cautions)
        right.addLayout(top)
        right.addWidget(self.message)
        right.addWidget(self.stack, 1)
        right.addWidget(self.status)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.rail)
        whole.addLayout(right, 1)

    def _shortcuts(self) -> None:
        def on(keys: str, does: Any) -> None:
            QShortcut(QKeySequence(keys), self, does)

        on("Ctrl+K", self._find)
        on("Ctrl+N", lambda: self.quick_log())
        on("Ctrl+L", self.lock_asked.emit)
        on("Ctrl+Z", self.undo)
        for number in range(1, 10):
            on(f"Ctrl+{number}", lambda number=number: self._open_by_number(number))

    def _commands(self) -> list[Command]:
        commands = [
            Command(
                lambda page=page: tr("打开：{page}", page=page.title()),  # type: ignore[misc]
                page.ICON,
                lambda name=page.NAME: self.open_page(name),  # type: ignore[misc]
                page.NAME,
            )
            for page in (*PAGES, SETTINGS)
        ]
        return [
            *commands,
            Command(lambda: tr("快速记录"), "pencil", lambda: self.quick_log(), "kuaisujilu ksjl log"),
            Command(lambda: tr("导入企业台账"), "upload", lambda: self.open_page("firms", start="import"), "daoru dr"),
            Command(lambda: tr("新载体"), "plus", lambda: self.open_page("firms", start="carrier"), "xinzaiti xzt"),
            Command(
                lambda: tr("案件看板"),
                "columns-3",
                lambda: self.open_page("cases", board=True),
                "anjiankanban ajkb board",
            ),
            Command(
                lambda: tr("认领到账"),
                "hourglass",
                lambda: self.open_page("cases", start="claims"),
                "renlingdaozhang rldz",
            ),
            Command(lambda: tr("打印显示的记录（Ctrl+P）"), "printer", self._print, "dayin dy print"),
            Command(lambda: tr("撤销上一步"), "undo-2", self.undo, "chexiao cx undo"),
            Command(lambda: tr("现在备份"), "hard-drive", self.back_up, "beifen bf backup"),
            Command(lambda: tr("锁定工作区"), "lock", self.lock_asked.emit, "suoding sd lock"),
        ]

    def _find(self) -> None:
        self.finder.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.finder.selectAll()

    def _logged(self, answer: dict[str, Any]) -> None:
        late = tr("（补记）") if answer.get("late") else ""
        self.notify(tr("已记录。") + late)
        for warning in answer.get("warnings") or ():
            self.message.show_text("warn", str(warning))

    def _changed(self, changes: dict[str, Any]) -> None:
        for page in self._pages.values():
            page.changes_came(changes)
        touched = set(changes.get("records") or ()) | set(changes.get("bulk") or ())
        if touched & {"delivery", "package"}:
            self.status.refresh()
