"""The overview: dates, our share of the year's targets, missing evidence, what came back, the last backup."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.look import GRID
from desktop.ops import Ops
from desktop.pages.base import Desk, Page
from desktop.pages.overview.agenda import Agenda
from desktop.pages.overview.parts import Figure, Lines
from desktop.pages.overview.targets import Targets
from desktop.widgets.backupline import BackupLine
from desktop.widgets.basics import card, heading, name_tool, tool
from desktop.widgets.room import Flow, Panes
from policy.dates import today
from policy.i18n import bracketed, labelled, tr

_DAYS = 120
_GAPS_SHOWN = 6
_RETURNED = ("returned", "rejected", "failed")


class OverviewPage(Page):
    NAME = "overview"
    ICON = "house"

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self._figures: dict[str, Figure] = {
            "tenants": Figure(lambda: desk.open_page("firms", view=1)),
            "cases": Figure(lambda: desk.open_page("cases")),
            "week": Figure(lambda: self.agenda.focus()),
            "returned": Figure(lambda: desk.open_page("delivery")),
            "backup": Figure(lambda: desk.open_page("settings", section="backup")),
        }
        self.agenda = Agenda()
        self.agenda.opened.connect(desk.open_record)
        self.agenda.clause_asked.connect(self._open_clause)
        self.agenda.settled.connect(self._settle)
        self.agenda.empty.acted.connect(self._begin)
        self._back: list[list[tuple[str, Callable[[], None]]]] = [[], []]  # packages, and what went by other ways
        self._year = str(today().year)
        self.targets = Targets(self._year)
        self.targets.opened.connect(desk.open_record)
        self.targets.judged.connect(self._judge)
        self.targets.clause_asked.connect(self._open_clause)
        self.targets.own.unfolded.connect(self._ask_measures)
        self.targets.own.wanted.connect(self._add_target)
        self.targets.removed.connect(self._remove_target)
        self._to_file = tool("calendar-clock", text_beside=True)
        self._to_file.clicked.connect(lambda _checked=False: self._save_calendar())
        self._asked, self._missed = False, 0
        self.gaps, self.returned, self.integrity = Lines(), Lines(), Lines()
        self._integrity_card = QFrame()
        self._to_backups = QToolButton()
        self._to_backups.clicked.connect(lambda _checked=False: desk.open_page("settings", section="backup"))
        self.backup = BackupLine(self._to_backups)
        self.backup.hide()
        self._heads = {name: heading() for name in ("dates", "targets", "integrity", "gaps", "returned")}
        self._lay_out()

    @classmethod
    def title(cls) -> str:
        return tr("总览")

    def retranslate(self) -> None:
        self._heads["dates"].setText(tr("要办的事"))
        self._heads["targets"].setText(tr("{year} 年目标与进展", year=self._year))
        self._heads["integrity"].setText(tr("科研诚信提醒（不拦截）"))
        name_tool(self._to_file, tr("写成日历文件"))
        self._heads["gaps"].setText(tr("评价还缺的佐证"))
        self._heads["returned"].setText(tr("退回与未送出"))
        self._figures["tenants"].set_name(tr("在孵企业"))
        self._figures["cases"].set_name(tr("进行中的案件"))
        self._name_week()
        self._figures["returned"].set_name(tr("退回与未送出"))
        self._figures["backup"].set_name(tr("上次备份"))
        self.targets.retranslate()
        self.agenda.retranslate()
        self._to_backups.setText(tr("去备份"))
        self.backup.retranslate()
        if self._asked:
            self._ask()

    def arrive(self, **_arguments: Any) -> None:
        """Everything is asked again: the day may have changed."""
        self._ask()

    def changes_came(self, _changes: dict[str, Any]) -> None:
        if self.isVisible():
            self._ask()

    def _ask(self) -> None:
        self._asked = True
        run = self.ops.run
        run("deadlines.list", owner=self, place="dates", on_result=self._dates_came, days=_DAYS, settled=True)
        run(
            "records.ids",
            owner=self,
            place="tenants",
            on_result=lambda ids: self._figures["tenants"].set_value(len(ids)),
            kind="tenancy",
            where={"status": "incubating"},
        )
        run(
            "records.ids",
            owner=self,
            place="cases",
            on_result=lambda ids: self._figures["cases"].set_value(len(ids)),
            kind="case",
            where={"outcome": "open"},
        )
        run("targets.list", owner=self, place="targets", on_result=self.targets.set_rows, year=self._year)
        run("integrity.list", owner=self, place="integrity", on_result=self._integrity_came)
        run("settings.get", owner=self, place="gaps", on_result=self._evaluation_came, key="page.evaluation")
        run("delivery.list", owner=self, place="deliveries", on_result=self._deliveries_came)
        run("submission.returned", owner=self, place="returned", on_result=self._returned_came)
        run("backup.last", owner=self, place="backup", on_result=self._backup_came)

    def _dates_came(self, rows: list[dict[str, Any]]) -> None:
        self.agenda.set_rows(rows)
        counts = Counter(row["group"] for row in rows)
        self._figures["week"].set_value(counts["week"])
        self._missed = counts["past"]
        self._name_week()
        if not rows:
            kind = "firm" if self._incubates() else "case"
            self.ops.run(
                "records.ids",
                owner=self,
                place="begin",
                on_result=lambda ids: self.agenda.begin_with("" if ids else kind),
                kind=kind,
            )

    def _incubates(self) -> bool:
        kinds = self.desk.info.get("kinds")
        return not kinds or "incubator" in kinds

    def _begin(self) -> None:
        """The first thing to record, where nothing is."""
        if self._incubates():
            self.desk.open_page("firms", start="import")
        else:
            self.desk.open_page("cases", start="new")

    def _name_week(self) -> None:
        """Those that were just missed are told apart from those to come."""
        missed = tr("刚过期 {n} 项", n=self._missed) if self._missed else ""
        self._figures["week"].set_name(bracketed(tr("7 天内要办"), missed))

    def _settle(self, keys: list[str], how: str, reason: str) -> None:
        def done(answer: dict[str, Any]) -> None:
            n = answer["settled"]
            self.desk.notify(tr("已标记 {n} 项；在清单末尾还能找到。", n=n) if how else tr("已恢复 {n} 项。", n=n))

        self.ops.run("deadlines.settle", owner=self, on_result=done, keys=keys, how=how, reason=reason)

    def _open_clause(self, pack: str, rule: str) -> None:
        self.desk.open_page("policies", pack=pack, rule=rule)

    def _ask_measures(self) -> None:
        self.ops.run("targets.measures", owner=self, place="measures", on_result=self.targets.own.set_measures)

    def _add_target(self, values: dict[str, str]) -> None:
        def added(_answer: dict[str, Any]) -> None:
            self.targets.own.clear()
            self.desk.notify(tr("已添加目标“{name}”。", name=values["label"]))

        asked: dict[str, Any] = {**values, "year": self._year}
        self.ops.run("targets.add", owner=self, on_result=added, on_fault=self.targets.own.show_fault, **asked)

    def _remove_target(self, record: str) -> None:
        self.ops.run(
            "records.delete", owner=self, kind="target", id=record,
            on_result=lambda _answer: self.desk.notify(tr("已删除这个目标，可以撤销。")),
        )  # fmt: skip

    def _judge(self, pack: str, rule: str) -> None:
        self.desk.open_page("evaluation", pack=pack, period=self._year, indicator=rule)

    def _integrity_came(self, rows: list[dict[str, Any]]) -> None:
        self._integrity_card.setVisible(bool(rows))
        self.integrity.clear()
        for row in rows[:_GAPS_SHOWN]:
            opens = partial(self.desk.open_record, row["kind"], row["id"])
            self.integrity.add_line(labelled(row["name"], row["title"]), "warn", opens)

    def _evaluation_came(self, last: dict[str, Any] | None) -> None:
        """Show what the evaluation looked at last still lacks; where none was looked at here, the one frozen last."""

        def frozen(rows: list[dict[str, Any]]) -> None:
            if rows:
                self._evaluation_came(rows[0])
                return
            self.gaps.clear(tr("还没有做过评价。先在“评价”里选择政策和期间。"))
            self.gaps.add_line(tr("去评价"), "info", lambda: self.desk.open_page("evaluation"))

        if not last:
            self.ops.run("evaluation.snapshots", owner=self, place="gaps", on_result=frozen)
            return
        asked = {name: last[name] for name in ("pack", "period", "subject")}

        def came(rows: list[dict[str, Any]]) -> None:
            missing = [row for row in rows if row["missing"] and row["proofs"]]
            self.gaps.clear("" if missing else tr("佐证齐了。"))
            for row in missing[:_GAPS_SHOWN]:
                opens = partial(self.desk.open_page, "evaluation", **asked, indicator=row["indicator"])
                self.gaps.add_line(row["title"], "warn", opens)
            if missing:
                every = tr("全部 {n} 项及应附材料", n=len(missing))
                self.gaps.add_line(every, "info", lambda: self.desk.open_page("evidence", gaps=True, **asked))

        self.ops.run("evidence.gaps", owner=self, place="gaps", on_result=came, **asked)

    def _deliveries_came(self, rows: list[dict[str, Any]]) -> None:
        self._back[0] = [
            (labelled(row["package_title"], row["state_text"]), partial(self.desk.open_page, "delivery", id=row["id"]))
            for row in rows
            if row["state"] in _RETURNED and not row["corrected"]
        ]
        self._show_returned()

    def _returned_came(self, rows: list[dict[str, Any]]) -> None:
        self._back[1] = [
            (
                labelled(row["round"] or row["what"], row["words"] or tr("退回补正")),
                partial(self.desk.open_record, "submission", row["id"]),
            )
            for row in rows
        ]
        self._show_returned()

    def _show_returned(self) -> None:
        back = [*self._back[1], *self._back[0]]
        self._figures["returned"].set_value(len(back))
        self.returned.clear("" if back else tr("没有退回或未送出的报送。"))
        for text, opens in back[:_GAPS_SHOWN]:
            self.returned.add_line(text, "warn", opens)

    def _backup_came(self, answer: dict[str, Any]) -> None:
        days = answer["days"]
        self._figures["backup"].set_value(
            tr("从未") if days is None else tr("{n} 天前", n=days) if days else tr("今天")
        )
        self.backup.show_backup(answer)
        self.backup.setVisible(bool(answer["overdue"]))

    def _save_calendar(self) -> None:
        file, _ = QFileDialog.getSaveFileName(self, tr("另存为"), tr("期限.ics"), tr("日历文件 (*.ics)"))
        if file:
            self.ops.run(
                "deadlines.ics",
                owner=self,
                on_result=lambda answer: self.desk.notify(
                    tr("已写入 {file}，共 {n} 项。", file=answer["file"], n=answer["events"])
                ),
                file=file,
            )

    def _lay_out(self) -> None:
        figures = Flow()
        for figure in self._figures.values():
            figures.addWidget(figure, 1)
        dates, inside = card()
        dates.setMinimumWidth(420)  # narrower, its columns say nothing
        top = QHBoxLayout()
        top.addWidget(self._heads["dates"], 1)
        top.addWidget(self._to_file)
        inside.addLayout(top)
        inside.addWidget(self.agenda, 1)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        for name, part in (
            ("returned", self.returned),
            ("gaps", self.gaps),
            ("targets", self.targets),
            ("integrity", self.integrity),
        ):
            frame, block = card()
            block.addWidget(self._heads[name])
            block.addWidget(part)
            column.addWidget(frame)
            if name == "integrity":
                self._integrity_card = frame
                frame.hide()
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(side)
        area.setMinimumWidth(320)
        panes = Panes()
        panes.setHandleWidth(GRID)
        panes.addWidget(dates)
        panes.addWidget(area)
        panes.setStretchFactor(0, 5)
        panes.setStretchFactor(1, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID * 2, 0, GRID * 2, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.backup)
        layout.addLayout(figures)
        layout.addWidget(panes, 1)
