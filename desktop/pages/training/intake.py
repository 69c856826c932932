"""Taking a list of people in: pasted or from a file, what its headings mean, who is meant, and what was not taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.look import GRID, icon
from desktop.messages import explain
from desktop.ops import Ops
from desktop.pages.evidence.rows import Column, RowsModel, table_view
from desktop.widgets.basics import CalmCombo, heading, name_row, quiet
from desktop.widgets.message import MessageBar
from policy.errors import Fault
from policy.i18n import bracketed, clauses, spaced, tr

_UNREAD = frozenset({"ledger.no_header", "ledger.missing_columns"})
NEW, SKIP = "new", "skip"


class Intake(QWidget):
    """Hands a list to a service that answers as `training.enrol` does. `left` when the user goes back."""

    left = Signal()

    def __init__(self, ops: Ops, service: str, *, makes_people: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._service, self._makes_people = ops, service, makes_people
        self._given: dict[str, Any] = {}
        self._file, self._counts = "", ""
        self._rows: list[dict[str, Any]] = []
        self.message = MessageBar(self)
        self.back, self.choose, self.go = QPushButton(), QPushButton(), QPushButton()
        self.choose.setIcon(icon("folder-open"))
        self.back.clicked.connect(self.left)
        self.choose.clicked.connect(self._choose)
        self.go.clicked.connect(lambda: self._run())
        self._title, self._hint, self._result = heading(), quiet(), quiet()
        self.paper = QPlainTextEdit()
        self.paper.setTabChangesFocus(True)  # what is pasted brings its own tabs
        self.paper.textChanged.connect(self._typed)
        # questions and headings share a form: there are never both
        self._asked = QWidget()
        self._form = QFormLayout(self._asked)
        self._area = QScrollArea()
        self._area.setWidget(self._asked)
        self._area.setWidgetResizable(True)
        self._area.hide()
        self.answers: dict[str, CalmCombo] = {}
        self._answers_are = ""
        self.model = RowsModel(
            (
                Column(lambda: tr("行"), lambda row: str(row["row"]), order=lambda row: row["row"], right=True),
                Column(lambda: tr("结果"), lambda row: tr("未录入") if row["refused"] else tr("请核对")),
                Column(lambda: tr("内容"), lambda row: spaced(row["column"], row["value"])),
                Column(lambda: tr("原因"), lambda row: row["reason"]),
            ),
            self,
        )
        self.table = table_view(self.model, stretch=3)
        self.table.hide()
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self.back)
        top.addWidget(self._title, 1)
        for button in (self.choose, self.go):
            top.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.message)
        layout.addWidget(self._hint)
        layout.addWidget(self.paper, 2)
        layout.addWidget(self._result)
        layout.addWidget(self._area, 2)
        layout.addWidget(self.table, 2)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.back.setText(tr("返回"))
        self.choose.setText(tr("选择文件…"))
        self.go.setText(tr("读入"))
        self._hint.setText(tr("从表格里复制名单（连同表头）粘贴到下面，或选择文件。列名认识的自动对上。"))
        self.paper.setAccessibleName(tr("粘贴的名单"))
        self.table.setAccessibleName(tr("未录入和请核对的行"))
        self.model.retranslate()

    def begin(self, title: str, given: dict[str, Any], text: str = "") -> None:
        """Start anew for the service's parameters `given`; a pasted `text` is read at once."""
        self._title.setText(title)
        self._given, self._file = given, ""
        self.message.clear()
        self._result.setText("")
        self._show_rows([])
        self._ask({})
        self.paper.setPlainText(text)
        self._typed()
        self.paper.setFocus()
        if text:
            self._run()

    def read_file(self, file: str) -> None:
        """Read a workbook at once."""
        self._file = file
        self.paper.setPlainText("")
        self._title.setText(Path(file).name)
        self._run()

    def _choose(self) -> None:
        file, _ = QFileDialog.getOpenFileName(
            self, tr("选择名单"), str(Path.home()), tr("表格 (*.xlsx *.xls *.xlsm *.ods *.csv)")
        )
        if file:
            self.read_file(file)

    def _typed(self) -> None:
        self.go.setEnabled(bool(self.paper.toPlainText().strip() or self._file))

    def _source(self) -> dict[str, Any]:
        text = self.paper.toPlainText()
        return {"text": text} if text.strip() else {"file": self._file}

    def _run(self) -> None:
        chosen = {key: str(combo.currentData() or "") for key, combo in self.answers.items()}
        answered: dict[str, Any] = (
            {"choices": chosen} if self._answers_are == "who" else {"mapping": chosen} if chosen else {}
        )
        self.message.clear()
        self.go.setEnabled(False)
        self._ops.run(
            self._service,
            owner=self,
            on_result=self._came,
            on_fault=self._failed,
            on_cancelled=self._typed,
            title=tr("正在读入名单"),
            **self._given,
            **self._source(),
            **answered,
        )

    def _came(self, answer: dict[str, Any]) -> None:
        self._typed()
        words = {
            "enrolled": tr("报名"), "new_people": tr("新建人员"), "marked": tr("考勤"), "entered": tr("录入成绩"),
            "passed": tr("合格"), "issued": tr("新发证书"), "updated": tr("更新"), "unchanged": tr("未变"),
        }  # fmt: skip
        counts = [f"{word} {answer[name]}" for name, word in words.items() if name in answer]
        refused = [{**row, "refused": True} for row in answer["rejected"]]
        doubts = [{**row, "refused": False} for row in answer["warnings"]]
        kept = [tr("保留手工标记 {n} 人", n=len(answer["kept"]))] if answer.get("kept") else []
        asked = [tr("待确认 {n} 人", n=len(answer["asked"]))] if answer["asked"] else []
        told = [*counts, *asked, *kept, tr("未录入 {n} 行", n=len(refused)) if refused else ""]
        self._result.setText(clauses(word for word in [tr("读到 {n} 行", n=answer["rows"]), *told] if word))
        self._show_rows([*refused, *doubts])
        self._ask_who(answer["asked"])
        if not refused and not answer["asked"]:
            self.message.show_text("good", self._result.text())

    def _failed(self, fault: Fault) -> None:
        self._typed()
        if fault.code in _UNREAD and self._answers_are != "mapping":
            self.message.show_text("warn", explain(fault))
            self._ops.run(
                "training.headings",
                owner=self,
                on_result=self._ask_headings,
                on_fault=self.message.show_fault,
                takes=self._service,
                **self._source(),
            )
        else:
            self.message.show_fault(fault)

    def _show_rows(self, rows: list[dict[str, Any]]) -> None:
        self.model.set_rows([{**row, "id": str(place)} for place, row in enumerate(rows)])
        self.table.setVisible(bool(rows))

    def _ask_who(self, asked: list[dict[str, Any]]) -> None:
        questions = {}
        for one in asked:
            choices = [(person["title"], person["id"]) for person in one["candidates"]]
            more = [(tr("另一个人，新建"), NEW)] if self._makes_people else []
            label = bracketed(tr("第 {row} 行 {name}", row=one["row"], name=one["name"]), one["org_name"])
            questions[str(one["row"])] = (label, [*choices, *more, (tr("先不录入"), SKIP)], SKIP)
        self._ask(questions, "who")
        if asked:
            self.message.show_text("warn", tr("下面几行不能确定是谁：请选择，再按“按选择录入”。"))
            self.go.setText(tr("按选择录入"))

    def _ask_headings(self, found: dict[str, Any]) -> None:
        fields = [(tr("（不要）"), ""), *((one["label"], one["name"]) for one in found["fields"])]
        self._ask({text: (text, fields, "") for text in found["headings"]}, "mapping")
        self._result.setText(tr("请说明每一列是什么，再按“读入”；以后同样的列名会自动对上。"))

    def _ask(self, questions: dict[str, tuple[str, list[tuple[str, str]], str]], kind: str = "") -> None:
        """A line with a choice for each question."""
        while self._form.rowCount():
            self._form.removeRow(0)
        self.answers, self._answers_are = {}, kind if questions else ""
        for key, (label, choices, chosen) in questions.items():
            combo = CalmCombo()
            for text, value in choices:
                combo.addItem(text, value)
            combo.setCurrentIndex(combo.findData(chosen))
            self._form.addRow(" ", combo)
            name_row(self._form, combo, label)
            self.answers[key] = combo
        self._area.setVisible(bool(questions))
        self.go.setText(tr("读入"))
