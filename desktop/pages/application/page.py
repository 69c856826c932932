"""申报: from a frozen evaluation to a sealed package in four steps: check, texts, the book, sealing; and the rounds."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from desktop.ops import Ops, Ticket
from desktop.pages.application.book import BookStep
from desktop.pages.application.check import CheckStep
from desktop.pages.application.seal import SealStep
from desktop.pages.application.texts import TextsStep, draft_key
from desktop.pages.base import Desk, Page
from desktop.pages.delivery.words import when
from desktop.pages.evidence.rows import Column, Row, RowsModel, table_view
from desktop.pages.rounds.view import RoundsView
from desktop.widgets.basics import CalmCombo, EmptyState, primary, quiet
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Downwards
from policy.errors import Fault
from policy.i18n import listed, tr

CHECK, TEXTS, BOOK, SEAL = range(4)
BOOKS, ROUNDS = range(2)
_TITLE = 16  # letters of a round that are seen at least


class ApplicationPage(Page):
    """The application page."""

    NAME = "application"
    ICON = "file-text"

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self._applications: list[Row] = []
        self._current = self._wanted = self._wanted_version = ""
        self._replaces: str | None = None
        self._wanted_round = ""
        self._rounds: list[Row] = []
        self._stale = True
        self._making: Ticket | None = None
        self.message = MessageBar()
        self.snapshots = RowsModel(
            (
                Column(lambda: tr("评价定稿"), lambda row: row["title"]),
                Column(lambda: tr("定稿时间"), lambda row: when(row["frozen_at"]), order=lambda row: row["frozen_at"]),
                Column(lambda: tr("申报书"), self._versions_text, right=True),
            ),
            self,
        )
        self.table = table_view(self.snapshots, stretch=0)
        self.empty = EmptyState("file-text")
        self.steps = QTabBar(expanding=False, drawBase=True)
        self.check, self.texts = CheckStep(ops), TextsStep(ops)
        self.book, self.seal = BookStep(ops, self.message), SealStep(ops, self.message)
        self.progress, self.stop = QProgressBar(textVisible=False), QPushButton()
        self.back, self.next = QPushButton(), primary()
        self.views = QTabBar(expanding=False, drawBase=True)
        self.rounds, self.round, self._round_label = RoundsView(ops, desk), CalmCombo(), quiet(wrap=False)
        self._lay_out()
        self._connect()
        self.retranslate()
        self._show_step()

    def _lay_out(self) -> None:
        self.pane = QStackedWidget()
        for place, widget in enumerate((self.check, self.texts, self.book, Downwards(self.seal))):
            self.pane.addWidget(widget)
            self.steps.addTab("")
            self.steps.setTabData(place, place)
        foot = QHBoxLayout()
        foot.addWidget(self.progress, 1)
        foot.addWidget(self.stop)
        foot.addStretch(1)
        foot.addWidget(self.back)
        foot.addWidget(self.next)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        above = QHBoxLayout()
        above.addWidget(self.steps)
        above.addStretch(1)
        above.addWidget(self._round_label)
        above.addWidget(self.round)
        self._round_label.setBuddy(self.round)
        self.round.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.round.setMinimumContentsLength(_TITLE)
        column.addLayout(above)
        column.addWidget(self.pane, 1)
        column.addLayout(foot)
        self.progress.setMaximumHeight(8)
        self._show_progress(None)
        split = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        split.addWidget(self.table)
        split.addWidget(right)
        split.setStretchFactor(1, 1)
        split.setSizes([92, 520])
        self.whole = QStackedWidget()
        self.whole.addWidget(split)
        self.whole.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 8)
        layout.setSpacing(8)
        self.both = QStackedWidget()
        for view in (self.whole, Downwards(self.rounds)):
            self.both.addWidget(view)
            self.views.addTab("")
        layout.addWidget(self.views)
        layout.addWidget(self.message)
        layout.addWidget(self.both, 1)

    def _connect(self) -> None:
        self.views.currentChanged.connect(self._view_chosen)
        self.rounds.started.connect(self._start)
        self.table.selectionModel().currentRowChanged.connect(self._row_changed)
        self.steps.currentChanged.connect(lambda: self._show_step())
        self.back.clicked.connect(lambda: self.steps.setCurrentIndex(self.steps.currentIndex() - 1))
        self.next.clicked.connect(self._go_on)
        self.stop.clicked.connect(self._stop)
        self.empty.acted.connect(lambda: self.desk.open_page("evaluation"))
        self.book.chosen.connect(self._version_chosen)
        self.seal.sealed.connect(self._sealed)
        self.seal.asking.connect(lambda asking: self.next.setEnabled(not asking and self.seal.sealable()))
        self.seal.looked.connect(self._show_step)
        self.seal.outdated.connect(lambda: self.steps.setCurrentIndex(TEXTS))
        self.seal.unverified.connect(lambda: self.steps.setCurrentIndex(CHECK))
        self.check.verifying.confirmed.connect(self._verified)

    @classmethod
    def title(cls) -> str:
        return tr("申报")

    def retranslate(self) -> None:
        for place, text in enumerate((tr("1 核对"), tr("2 文字"), tr("3 申报书"), tr("4 封装"))):
            self.steps.setTabText(place, text)
        self.steps.setAccessibleName(tr("申报步骤"))
        for place, text in enumerate((tr("申报书"), tr("申报轮次"))):
            self.views.setTabText(place, text)
        self.views.setAccessibleName(tr("申报书或申报轮次"))
        self._round_label.setText(tr("申报轮次"))
        self.round.setAccessibleName(tr("申报轮次"))
        self.rounds.retranslate()
        self._fill_rounds()
        self.table.setAccessibleName(tr("评价定稿"))
        self.back.setText(tr("上一步"))
        self.stop.setText(tr("取消"))
        self.progress.setAccessibleName(tr("生成进度"))
        self.empty.set_texts(
            tr("还没有定稿"), tr("先在“评价”里核对指标和佐证，按“定稿”固定下来，再到这里写申报书。"), tr("去评价")
        )
        for part in (self.snapshots, self.check, self.book, self.seal):
            part.retranslate()
        if self.texts.editors:  # their titles come from the services in their language
            self._load_sections()
        self._show_step()

    def arrive(self, **arguments: Any) -> None:
        """`snapshot` shows a frozen evaluation, `application` a version of one; `replaces` names a returned package.
        With `kind` "round", `id` is a round."""
        if arguments.get("kind") == "round":
            self.views.setCurrentIndex(ROUNDS)
            self.rounds.show_round(str(arguments.get("id") or ""))
            return
        if arguments:
            self.views.setCurrentIndex(BOOKS)
        self._wanted = str(arguments.get("snapshot") or "")
        self._wanted_version = str(arguments.get("application") or arguments.get("id") or "")
        self._replaces = str(arguments["replaces"]) if arguments.get("replaces") else None
        self.seal.load()
        if not self.texts.editors:
            self._load_sections()
        if self._stale or self._wanted or self._wanted_version:
            self._load()

    def changes_came(self, changes: dict[str, Any]) -> None:
        touched = {*changes.get("records", {}), *changes.get("bulk", ())}
        self.rounds.changes_came(changes)
        if touched & {"round"}:
            self._load_rounds()
        if touched & {"endpoint"} and self.isVisible():
            self.seal.load()
        if touched & {"confirmation"} and self._current:  # confirmed or taken back elsewhere
            self._check()
            self.seal.look()
        if touched & {"snapshot", "application", "package"}:
            self._stale = True
            if self.isVisible():
                self._load()

    def _load_sections(self) -> None:
        self.ops.run("apply.sections", owner=self, place="sections", on_result=self.texts.set_sections)

    # -- frozen evaluations and their versions

    # -- rounds

    def _view_chosen(self, view: int) -> None:
        self.message.clear()
        self.both.setCurrentIndex(view)
        if view == ROUNDS:
            self.rounds.show_round()

    def _load_rounds(self) -> None:
        self.ops.run("round.list", owner=self, place="rounds", on_result=self._rounds_came)

    def _rounds_came(self, rows: list[Row]) -> None:
        self._rounds = rows
        self._fill_rounds()
        shown = self.snapshots.place(self._current)
        if shown >= 0 and not self.round.currentData():
            self._suggest_round(self.snapshots.rows()[shown])

    def _fill_rounds(self) -> None:
        chosen = self.round.currentData()
        self.round.clear()
        self.round.addItem(tr("（不指定）"), "")
        for row in self._rounds:
            self.round.addItem(row["title"], row["id"])
        self.round.setCurrentIndex(max(self.round.findData(chosen), 0))

    def _suggest_round(self, snapshot: Row) -> None:
        """The round an application is made for: the one it was started from, else that of the same pack and period."""
        same = [row["id"] for row in self._rounds if (row["pack"], row["period"]) == _judged_by(snapshot)]
        wanted = self._wanted_round if self._wanted_round in same else next(iter(same), "")
        self.round.setCurrentIndex(max(self.round.findData(wanted), 0))

    def _start(self, row: Row) -> None:
        """Begin the application of a round: with what was frozen for it, else by evaluating first."""
        self._wanted_round = row["id"]

        def came(snapshots: list[Row]) -> None:
            found = next((one for one in snapshots if _judged_by(one) == (row["pack"], row["period"])), None)
            if found is not None:
                self.arrive(snapshot=found["id"])
                return
            self.rounds.message.show_text(
                "info",
                tr("这个轮次还没有定稿的评价。先评价并定稿，再写申报书。"),
                tr("去评价"),
                lambda: self.desk.open_page("evaluation", pack=row["pack"], period=row["period"]),
            )

        self.ops.run("evaluation.snapshots", owner=self, place="start", on_result=came)

    def _load(self) -> None:
        self._stale = False
        self._load_rounds()
        self.ops.run("apply.list", owner=self, place="list", on_result=self._applications_came)

    def _applications_came(self, rows: list[Row]) -> None:
        self._applications = rows
        self.ops.run("evaluation.snapshots", owner=self, place="list", on_result=self._snapshots_came)

    def _snapshots_came(self, rows: list[Row]) -> None:
        counts = {row["id"]: sum(item["snapshot"] == row["id"] for item in self._applications) for row in rows}
        self.snapshots.set_rows([{**row, "versions": counts[row["id"]]} for row in rows])
        self.whole.setCurrentIndex(0 if rows else 1)
        version = next((item for item in self._applications if item["id"] == self._wanted_version), None)
        wanted = version["snapshot"] if version else self._wanted or self._current
        self._wanted = ""
        place = max(self.snapshots.place(wanted), 0)
        self.table.selectRow(place)
        if rows and rows[0] and self.snapshots.rows()[place]["id"] == self._current:
            self._show_versions()
        if version and self._replaces:
            self.steps.setCurrentIndex(TEXTS)

    def _versions_text(self, row: Row) -> str:
        return tr("{count} 版", count=row["versions"]) if row["versions"] else ""

    def _row_changed(self, index: QModelIndex, _before: QModelIndex) -> None:
        row = self.snapshots.row(index)
        if row is None or row["id"] == self._current:
            return
        self._current = row["id"]
        self._suggest_round(row)
        self.check.show_found(None)
        self.texts.show_snapshot("", {})
        self.steps.setCurrentIndex(BOOK if row["versions"] else CHECK)
        self._show_versions()
        mine = self._current
        self._check()
        self.ops.run(
            "settings.get",
            owner=self,
            place="draft",
            key=draft_key(mine),
            on_result=lambda draft: self._draft_came(mine, draft),
        )

    def _check(self) -> None:
        self.ops.run("apply.check", owner=self, place="check", snapshot=self._current, on_result=self._checked)

    def _verified(self) -> None:
        self.message.clear()
        self.desk.notify(tr("已记下对照核实；请生成新一版申报书。"))

    def _checked(self, found: dict[str, Any]) -> None:
        self.check.show_found(found)
        self._show_step()

    def _draft_came(self, snapshot: str, draft: Any) -> None:
        newest = next(iter(self._mine()), None)
        kept = newest["narrative"] if newest else {}
        self.texts.show_snapshot(snapshot, draft if isinstance(draft, dict) else kept or {})
        self._show_step()

    def _mine(self) -> list[Row]:
        return [row for row in self._applications if row["snapshot"] == self._current]

    def _show_versions(self) -> None:
        self.book.show_versions(self._mine(), self._applications, self._wanted_version)
        self._wanted_version = ""
        self._show_step()

    def _version_chosen(self, row: Row | None) -> None:
        self.seal.show_application(row, self._replaces)

    # -- the steps

    def _show_step(self) -> None:
        step = self.steps.currentIndex()
        self.pane.setCurrentIndex(step)
        self.back.setEnabled(step > CHECK)
        texts = (tr("下一步"), tr("生成申报书"), tr("下一步"), tr("封装"))
        self.next.setText(texts[step] if step >= 0 else "")
        ready = {
            CHECK: bool(self._current),
            TEXTS: bool(self._current)
            and not self.check.blocked()
            and self._making is None
            and self.texts.isEnabledTo(self),
            BOOK: self.book.current() is not None,
            SEAL: self.seal.sealable(),
        }
        self.next.setEnabled(ready.get(step, False))

    def _go_on(self) -> None:
        step = self.steps.currentIndex()
        if step == TEXTS:
            self._make()
        elif step == SEAL:
            self.seal.seal()
        else:
            self.steps.setCurrentIndex(step + 1)

    def _make(self) -> None:
        self.texts.keep()
        self.message.clear()
        mine = self._current
        self._making = self.ops.run(
            "apply.make",
            owner=self,
            title=tr("生成申报书"),
            snapshot=mine,
            narrative=self.texts.texts(),
            round=self.round.currentData() or None,
            on_result=lambda answer: self._made(mine, answer),
            on_fault=self._not_made,
            on_cancelled=lambda: self._show_progress(None),
            on_progress=lambda done, total, _text: self._show_progress((done, total)),
        )
        self._show_progress((0, 0))
        self._show_step()

    def _stop(self) -> None:
        if self._making is not None:
            self.ops.cancel(self._making)

    def _show_progress(self, steps: tuple[int, int] | None) -> None:
        self.progress.setVisible(steps is not None)
        self.stop.setVisible(steps is not None)
        if steps is None:
            self._making = None
            self._show_step()
        else:
            self.progress.setRange(0, steps[1])
            self.progress.setValue(steps[0])

    def _made(self, snapshot: str, answer: dict[str, Any]) -> None:
        self._show_progress(None)
        if snapshot == self._current:  # else another is worked on by now
            self._wanted_version = answer["id"]
            self.steps.setCurrentIndex(BOOK)
        self.desk.notify(tr("申报书已生成：第 {n} 版，{pages} 页。", n=answer["version"], pages=answer["pages"]))
        if answer["missing_characters"]:
            missing = listed(answer["missing_characters"])
            self.message.show_text("warn", tr("这些字在字体里没有，已印成编码：{characters}", characters=missing))
        self._load()

    def _not_made(self, fault: Fault) -> None:
        self._show_progress(None)
        self.message.show_fault(fault)

    def _sealed(self, package: str) -> None:
        self._replaces = None
        self.desk.notify(tr("已封装，可以报送了。"))
        self.desk.open_page("delivery", package=package)


def _judged_by(snapshot: Row) -> tuple[str, str]:
    return snapshot["pack"], snapshot["period"]
