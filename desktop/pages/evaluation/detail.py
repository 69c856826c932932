"""What stands behind one indicator: clause and source, gap, figures, rows, border rows and evidence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.pages.evaluation.figures import FiguresPane, Measures
from desktop.pages.evaluation.scoring import ScorePane
from desktop.pages.evaluation.words import (
    checked_text,
    of_others,
    score_text,
    target_text,
    value_text,
    verdict_word,
)
from desktop.pages.evidence.drops import FileDrops
from desktop.pages.evidence.rows import Column, Row, RowsModel, opens, table_view
from desktop.widgets.basics import DropArea, heading, quiet
from policy.i18n import labelled, listed, spaced, tr
from policy.measures import shown
from policy.pack import STATUSES


class RecordsList(QWidget):
    """Records behind a figure, with a word when there are none; `opened(kind, id)` on double-click or Enter."""

    opened = Signal(str, str)

    def __init__(self, name: Callable[[], str], empty: Callable[[], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._empty = name, empty
        self.model = RowsModel(
            (
                Column(lambda: tr("记录"), lambda row: row["title"]),
                Column(lambda: tr("数值"), lambda row: row["value"], right=True),
                Column(lambda: tr("计入日期"), lambda row: row["date"]),
            ),
            self,
        )
        self.table = table_view(self.model, stretch=0)
        self.note = quiet()
        self.note.setMargin(8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.note)
        layout.addWidget(self.table, 1)
        layout.addStretch(0)
        opens(self.table, lambda row: self.opened.emit(row["kind"], row["record"]))
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text in the language in force."""
        self.table.setAccessibleName(self._name())
        self.note.setText(self._empty())
        self.model.retranslate()

    def show_rows(self, rows: list[Row]) -> None:
        """Show records of any kind."""
        self.model.set_rows([{**row, "record": row["id"], "id": f"{row['kind']}:{row['id']}"} for row in rows])
        self.table.setVisible(bool(rows))
        self.note.setVisible(not rows)


class _FactsScroll(QScrollArea):
    """As high as the facts, while there is room; on a small screen they scroll."""

    def __init__(self, facts: QGridLayout) -> None:
        super().__init__()
        self._body = body = QWidget()
        body.setLayout(facts)
        facts.setContentsMargins(0, 0, 0, 0)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setWidget(body)
        self.setMinimumHeight(60)
        body.installEventFilter(self)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        body = self._body
        height = body.heightForWidth(self.width()) if body.hasHeightForWidth() else body.sizeHint().height()
        return QSize(200, max(height, 60))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()


class Detail(QWidget):
    """The pane beside the table.

    `opened(kind, id)`, `dropped(files)` and `unlinked(evidence id)`; what is typed comes from `figures`.
    """

    opened = Signal(str, str)
    dropped = Signal(list)
    unlinked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._indicator: dict[str, Any] | None = None
        self._advice: list[dict[str, Any]] = []
        self.head = heading()
        self.head.setWordWrap(True)
        self.facts = QGridLayout()  # a form layout shares out the height of wrapped lines wrongly
        self.facts.setHorizontalSpacing(12)
        self.facts.setVerticalSpacing(4)
        self.facts.setColumnStretch(1, 1)
        self.lines: dict[str, QLabel] = {}
        self._titles: dict[str, QLabel] = {}
        for name in (
            "verdict",
            "gap",
            "advice",
            "parts",
            "share",
            "award",
            "score",
            "clause",
            "checked",
            "proofs",
            "notes",
        ):
            label = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            self.lines[name] = label
            title = quiet(wrap=False)
            title.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            self._titles[name] = title
            row = self.facts.rowCount()
            self.facts.addWidget(title, row, 0, Qt.AlignmentFlag.AlignTop)
            self.facts.addWidget(label, row, 1, Qt.AlignmentFlag.AlignTop)
        self.scoring, self.figures = ScorePane(), FiguresPane()
        self.rows = RecordsList(lambda: tr("计入的记录"), lambda: tr("没有计入的记录。"))
        self.border = RecordsList(
            lambda: tr("临界记录"), lambda: tr("没有临界记录。这里列出差一点计入或刚好计入、需要人工核对日期的记录。")
        )
        self.tabs = QTabWidget(documentMode=True)
        self.evidence = self._evidence_tab()
        for widget in (self.scoring, self.figures, self.rows, self.border, self.evidence):
            self.tabs.addTab(widget, "")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.head)
        layout.addWidget(_FactsScroll(self.facts))
        layout.addWidget(self.tabs, 1)
        self.tabs.setMinimumHeight(200)
        self.setMinimumWidth(380)  # its figures beside each other
        self.rows.opened.connect(self.opened)
        self.border.opened.connect(self.opened)
        FileDrops(self).dropped.connect(lambda files, _place: self.dropped.emit(files))
        self.retranslate()
        self.show_indicator(None, {}, {})

    def _evidence_tab(self) -> QWidget:
        pane = QWidget()
        self.proofs = RowsModel((Column(lambda: tr("佐证"), lambda row: row["title"]),), self)
        self.proof_table = table_view(self.proofs, stretch=0)
        self.drop_here = DropArea()
        self.drop_here.files_dropped.connect(self.dropped)
        self.unlink = QPushButton()
        self.unlink.clicked.connect(self._unlink)
        remove = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.proof_table)
        remove.setContext(Qt.ShortcutContext.WidgetShortcut)
        remove.activated.connect(self._unlink)
        opens(self.proof_table, lambda row: self.opened.emit("evidence", row["id"]))
        self.proof_table.selectionModel().selectionChanged.connect(lambda: self._enable())
        FileDrops(self.proof_table.viewport()).dropped.connect(self._dropped_on_table)
        buttons = QHBoxLayout()
        buttons.addWidget(self.unlink)
        buttons.addStretch(1)
        layout = QVBoxLayout(pane)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.drop_here)
        layout.addWidget(self.proof_table, 1)
        layout.addLayout(buttons)
        return pane

    def retranslate(self) -> None:
        """Set every text in the language in force."""
        titles = {
            "verdict": tr("结论"),
            "gap": tr("差距"),
            "advice": tr("怎样达到"),
            "parts": tr("分项"),
            "share": tr("份额"),
            "award": tr("奖励上限"),
            "score": tr("得分"),
            "clause": tr("条款"),
            "checked": tr("核验"),
            "proofs": tr("应附材料"),
            "notes": tr("说明"),
        }
        for name, title in self._titles.items():
            title.setText(titles[name])
        self.unlink.setText(tr("取消关联"))
        self.proof_table.setAccessibleName(tr("本条的佐证"))
        self.drop_here.retranslate()
        self.scoring.retranslate()
        self.rows.retranslate()
        self.border.retranslate()
        self.proofs.retranslate()
        self._name_tabs()

    def show_indicator(self, indicator: dict[str, Any] | None, measures: Measures, what_if: dict[str, str]) -> None:
        """Show one indicator of an evaluation with its measures."""
        self._indicator = indicator
        self.setEnabled(indicator is not None)
        title = spaced(indicator.get("group"), indicator["title"]) if indicator else ""
        self.head.setText(title or tr("选择一条指标，查看依据、记录和佐证。"))
        self._show_texts()
        names = [name for name in (indicator["measures"] if indicator else ()) if name in measures]
        typed = indicator is not None and indicator.get("form") == "typed"
        if typed != self.tabs.isTabVisible(0):
            self.tabs.setTabVisible(0, typed)
            self.tabs.setCurrentIndex(0 if typed else 1)
        self.tabs.setTabVisible(1, not typed or bool(names))
        self.scoring.show_indicator(indicator)
        self.figures.show_figures(indicator, measures, what_if)
        self.rows.show_rows([row for name in names for row in measures[name]["rows"]])
        self.border.show_rows([row for name in names for row in measures[name]["border"]])
        self.proofs.set_rows(indicator["evidence"] if indicator else [])
        self._name_tabs()
        self._enable()

    def show_advice(self, advice: list[dict[str, Any]]) -> None:
        """What alone would change the outcome of the rules, as `evaluation.advice` answers it."""
        self._advice = advice
        self._show_texts()

    def _show_texts(self) -> None:
        texts = _texts(self._indicator) if self._indicator else {}
        if self._indicator:
            own = [row for row in self._advice if row["rule"] == self._indicator["id"]]
            texts["advice"] = "\n".join(_advice_text(row) for row in own)
        for name, label in self.lines.items():
            text = texts.get(name, "")
            label.setText(text)
            label.setVisible(bool(text))
            self._titles[name].setVisible(bool(text))

    def _name_tabs(self) -> None:
        counts = [None, None, len(self.rows.model.rows()), len(self.border.model.rows()), len(self.proofs.rows())]
        for place, (text, count) in enumerate(
            zip((tr("自评"), tr("数值"), tr("明细"), tr("临界"), tr("佐证")), counts, strict=True)
        ):
            self.tabs.setTabText(place, text if count is None else f"{text} {count}")

    def _enable(self) -> None:
        self.unlink.setEnabled(self.proofs.row(self.proof_table.currentIndex()) is not None)

    def _unlink(self) -> None:
        row = self.proofs.row(self.proof_table.currentIndex())
        if row:
            self.unlinked.emit(row["id"])

    def _dropped_on_table(self, files: list[str], _place: QPoint) -> None:
        self.dropped.emit(files)


def _advice_text(row: dict[str, Any]) -> str:
    """The change, and the records at the border that could bring it."""
    names = listed(one["title"] for one in row["border"])
    return tr("{change}。临界：{names}", change=row["text"], names=names) if names else row["text"]


def _notes(indicator: dict[str, Any]) -> list[str]:
    """What was said of the figure; once it was compared with the notice, no longer that it was not."""
    if not indicator.get("confirmed"):
        return list(indicator["notes"])
    before = tr("未核实：{basis}", basis="").rstrip()
    return [note for note in indicator["notes"] if not note.startswith(before)]


def _texts(indicator: dict[str, Any]) -> dict[str, str]:
    target = target_text(indicator)
    verdict = verdict_word(indicator["verdict"])
    said = tr("{verdict}：{value}", verdict=verdict, value=value_text(indicator))
    if target:
        said = tr("{verdict}：{value}（要求 {target}）", verdict=verdict, value=value_text(indicator), target=target)
    clause = indicator["clause"]
    if indicator["source"]:
        clause = f"{clause}\n{indicator['source']}" if clause else indicator["source"]
    if indicator["status"] in STATUSES:
        clause += tr("（{standing}）", standing=tr(STATUSES[indicator["status"]]))
    award = indicator["award_max_fen"]
    gap = indicator["gap"]
    return {
        "verdict": said,
        # the engine gives a gap on another's target only against the share the unit has set itself
        "gap": tr("{gap}（按本单位份额）", gap=gap) if gap and of_others(indicator) else gap,
        "parts": "\n".join(
            labelled(part["title"], f"{value_text(part)}  {part['target']}  {verdict_word(part['verdict'])}")
            for part in indicator["parts"]
        ),
        "share": indicator["share"],
        "award": tr("{amount} 万元", amount=shown(award, "fen", 2)) if award is not None else "",
        "score": score_text(indicator),
        "clause": clause,
        "checked": checked_text(indicator),
        "proofs": listed(indicator["proofs"]),
        "notes": "\n".join(_notes(indicator)),
    }
