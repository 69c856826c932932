"""The overview: dates, our share of the year's targets, missing evidence, what came back, the last backup."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.look import GRID, state_icon
from desktop.ops import Ops
from desktop.pages.base import Desk, Page
from desktop.pages.overview.deadlines import Deadlines
from desktop.widgets.backupline import BackupLine
from desktop.widgets.barchart import Bar, BarChart
from desktop.widgets.basics import card, heading, name_tool, quiet, tool
from policy.dates import CHINA
from policy.i18n import bracketed, labelled, sentences, spaced, tr

_DAYS = 120
_GAPS_SHOWN = 6
_RETURNED = ("returned", "rejected", "failed")


class OverviewPage(Page):
    NAME = "overview"
    ICON = "house"

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self._figures: dict[str, _Figure] = {
            "tenants": _Figure(lambda: desk.open_page("firms", view=1)),
            "cases": _Figure(lambda: desk.open_page("cases")),
            "dates": _Figure(self._to_dates),
            "evidence": _Figure(lambda: desk.open_page("evidence")),
        }
        self.deadlines = Deadlines()
        self.deadlines.opened.connect(desk.open_record)
        self.targets = BarChart()
        self.targets.opened.connect(self._open_target)
        self._targets_said = quiet()
        self._targets: dict[str, dict[str, Any]] = {}
        self._late = 0
        self._all = QToolButton()
        self._all.setCheckable(True)
        self._all.toggled.connect(lambda _on: self._show_targets())
        self._to_file = tool("calendar-clock", text_beside=True)
        self._to_file.clicked.connect(lambda _checked=False: self._save_calendar())
        self._asked = False
        self._year = str(datetime.now(CHINA).year)
        self.gaps, self.returned, self.integrity = _Lines(), _Lines(), _Lines()
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
        self._heads["dates"].setText(tr("近期期限"))
        self._heads["targets"].setText(tr("{year} 年目标与进展", year=self._year))
        self._heads["integrity"].setText(tr("科研诚信提醒（不拦截）"))
        name_tool(self._to_file, tr("写成日历文件"))
        self._heads["gaps"].setText(tr("评价还缺的佐证"))
        self._heads["returned"].setText(tr("退回与未送出"))
        self._figures["tenants"].set_name(tr("在孵企业"))
        self._figures["cases"].set_name(tr("进行中的案件"))
        self._name_dates()
        self._figures["evidence"].set_name(tr("佐证文件"))
        self.targets.setAccessibleName(tr("年度目标"))
        self.deadlines.retranslate()
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
        run("deadlines.list", owner=self, on_result=self._dates_came, days=_DAYS)
        run(
            "records.ids",
            owner=self,
            on_result=lambda ids: self._figures["tenants"].set_value(len(ids)),
            kind="tenancy",
            where={"status": "incubating"},
        )
        run(
            "records.ids",
            owner=self,
            on_result=lambda ids: self._figures["cases"].set_value(len(ids)),
            kind="case",
            where={"outcome": "open"},
        )
        run(
            "workspace.counts",
            owner=self,
            on_result=lambda counts: self._figures["evidence"].set_value(counts["evidence"]),
        )
        run("targets.list", owner=self, on_result=self._targets_came, year=self._year)
        run("integrity.list", owner=self, on_result=self._integrity_came)
        run("settings.get", owner=self, on_result=self._evaluation_came, key="page.evaluation")
        run("delivery.list", owner=self, on_result=self._deliveries_came)
        run("backup.last", owner=self, on_result=self._backup_came)

    def _dates_came(self, rows: list[dict[str, Any]]) -> None:
        self.deadlines.set_rows(rows)
        self._figures["dates"].set_value(sum(1 for row in rows if 0 <= row["days_left"] <= 30))
        self._late = sum(1 for row in rows if row["days_left"] < 0)
        self._name_dates()

    def _name_dates(self) -> None:
        """Those that are past are told apart from those to come."""
        late = tr("已过期 {n} 项", n=self._late) if self._late else ""
        self._figures["dates"].set_name(bracketed(tr("30 天内到期"), late))

    def _targets_came(self, rows: list[dict[str, Any]]) -> None:
        self._targets = {row["key"]: row for row in rows}
        self._show_targets()

    def _show_targets(self) -> None:
        """Those that are ours, that we share or have figures for; all of them when asked for."""
        rows = list(self._targets.values())
        ours = [row for row in rows if row["ours"] is not None or row["value"]]
        shown = rows if self._all.isChecked() else ours
        self.targets.set_bars(tuple(_bar(row) for row in shown))
        self.targets.setVisible(bool(shown))
        self._all.setVisible(len(ours) < len(rows))
        self._all.setText(tr("全部 {n} 项", n=len(rows)))
        self._targets_said.setText(
            sentences(
                "" if shown else tr("{year} 年尚无数据。", year=self._year),
                tr("竖线是本单位份额；全市目标只作参照。份额在“评价”里设定。"),
                tr("所据文件为征求意见稿。") if any(row["status"] == "draft" for row in shown) else "",
                tr("有的目标数值未核实。") if any(not row["verified"] for row in shown) else "",
            )
        )

    def _integrity_came(self, rows: list[dict[str, Any]]) -> None:
        self._integrity_card.setVisible(bool(rows))
        self.integrity.set_lines([], "")
        for row in rows[:_GAPS_SHOWN]:
            opens = partial(self.desk.open_record, row["kind"], row["id"])
            self.integrity.add_line(labelled(row["name"], row["title"]), "warn", opens)

    def _evaluation_came(self, last: dict[str, Any] | None) -> None:
        if not last:
            self.gaps.set_lines([], tr("还没有做过评价。先在“评价”里选择政策和期间。"))
            self.gaps.add_line(tr("去评价"), "info", lambda: self.desk.open_page("evaluation"))
            return
        asked = {name: last[name] for name in ("pack", "period", "subject")}

        def came(rows: list[dict[str, Any]]) -> None:
            missing = [row for row in rows if row["missing"] and row["proofs"]]
            self.gaps.set_lines([], "" if missing else tr("佐证齐了。"))
            for row in missing[:_GAPS_SHOWN]:
                opens = partial(self.desk.open_page, "evaluation", **asked, indicator=row["indicator"])
                self.gaps.add_line(row["title"], "warn", opens)
            if len(missing) > _GAPS_SHOWN:
                more = tr("还有 {n} 项……", n=len(missing) - _GAPS_SHOWN)
                self.gaps.add_line(more, "info", lambda: self.desk.open_page("evaluation", **asked))

        self.ops.run("evidence.gaps", owner=self, on_result=came, **asked)

    def _deliveries_came(self, rows: list[dict[str, Any]]) -> None:
        back = [row for row in rows if row["state"] in _RETURNED]
        self.returned.set_lines([], "" if back else tr("没有退回或未送出的报送。"))
        for row in back[:_GAPS_SHOWN]:
            text = labelled(row["package_title"], row["state_text"])
            self.returned.add_line(text, "warn", partial(self.desk.open_page, "delivery", id=row["id"]))

    def _backup_came(self, answer: dict[str, Any]) -> None:
        self.backup.show_backup(answer)
        self.backup.setVisible(bool(answer["overdue"]))

    def _open_target(self, key: str) -> None:
        """The rows behind a figure: in its evaluation, or of a target of our own the records themselves."""
        row = self._targets[key]
        if row["pack"]:
            self.desk.open_page("evaluation", pack=row["pack"], period=self._year, indicator=row["rule"])
            return
        behind = [record for figure in row["figures"] for record in figure["rows"]]
        if behind:
            self.desk.open_record(behind[0]["kind"], behind[0]["id"])

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

    def _to_dates(self) -> None:
        self.deadlines.table.setFocus()

    def _lay_out(self) -> None:
        figures = QHBoxLayout()
        figures.setSpacing(GRID)
        for figure in self._figures.values():
            figures.addWidget(figure, 1)
        dates, inside = card()
        top = QHBoxLayout()
        top.addWidget(self._heads["dates"], 1)
        top.addWidget(self._to_file)
        inside.addLayout(top)
        inside.addWidget(self.deadlines, 1)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        for name, parts in (
            ("targets", (self.targets, self._targets_said, self._all)),
            ("integrity", (self.integrity,)),
            ("gaps", (self.gaps,)),
            ("returned", (self.returned,)),
        ):
            frame, block = card()
            block.addWidget(self._heads[name])
            for part in parts:
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
        grid = QGridLayout()
        grid.setSpacing(GRID)
        grid.addWidget(dates, 0, 0)
        grid.addWidget(area, 0, 1)
        grid.setColumnStretch(0, 5)
        grid.setColumnStretch(1, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID * 2, 0, GRID * 2, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.backup)
        layout.addLayout(figures)
        layout.addLayout(grid, 1)


class _Figure(QToolButton):
    """A number and what it counts; opens its rows."""

    def __init__(self, opens: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._value = "", ""
        self.setProperty("figurecard", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clicked.connect(lambda _checked=False: opens())
        self._number, self._label = QLabel("–"), QLabel()
        self._number.setProperty("figure", True)
        self._label.setProperty("quiet", True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GRID * 2, GRID, GRID * 2, GRID)
        layout.addWidget(self._number)
        layout.addWidget(self._label, 1)
        for label in (self._number, self._label):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        policy = self.sizePolicy()
        policy.setHorizontalPolicy(policy.Policy.Expanding)
        self.setSizePolicy(policy)
        self.setMinimumHeight(self._number.sizeHint().height() + GRID * 3)

    def set_name(self, name: str) -> None:
        self._name = name
        self._label.setText(name)
        self.setAccessibleName(f"{name} {self._number.text()}")

    def set_value(self, value: int) -> None:
        self._number.setText(f"{value:,}")
        self.set_name(self._name)


class _Lines(QWidget):
    """Lines that open something, or a remark where there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)

    def set_lines(self, lines: list[str], remark: str) -> None:
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        if remark:
            self._column.addWidget(quiet(remark))
        for line in lines:
            self._column.addWidget(quiet(line))

    def add_line(self, text: str, state: str, opens: Callable[[], object]) -> None:
        button = QToolButton()
        button.setIcon(state_icon(state))
        button.setText(text)
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = button.sizePolicy()
        policy.setHorizontalPolicy(policy.Policy.Ignored)
        button.setSizePolicy(policy)
        button.clicked.connect(lambda _checked=False: opens())
        self._column.addWidget(button)


def _bar(row: dict[str, Any]) -> Bar:
    """Our figure against what we hold ourselves to; a city's figure is named beside it and is never the line."""
    shown = row["value_text"] or tr("尚无数据")
    if row["scope"] in ("city", "district"):
        target = row["target_text"].removeprefix("≥")
        whose = tr("全市 {target}", target=target) if row["scope"] == "city" else tr("区县 {target}", target=target)
        share = tr("份额 {own}", own=spaced(row["ours_text"], row["progress"])) if row["ours_text"] else tr("份额未设")
        figures = " · ".join((shown, share, whose))
    else:
        figures = " · ".join(text for text in (f"{shown} / {row['target_text']}", row["progress"]) if text)
    if row["by"]:
        figures = tr("{figures}（{by} 年）", figures=figures, by=row["by"][:4])
    return Bar(row["title"], row["value"] or 0.0, row["ours"], figures, row["key"], row["target"])
