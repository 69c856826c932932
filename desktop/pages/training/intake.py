"""Taking a list of people in, pasted or from a file: what its headings mean, who is meant, what became of each row."""

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
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.look import GRID, icon, state_icon
from desktop.messages import explain
from desktop.ops import Ops
from desktop.pages.evidence.rows import Column, RowsModel, table_view
from desktop.widgets.basics import CalmCombo, heading, name_row, primary, quiet
from desktop.widgets.message import MessageBar
from policy.errors import Fault
from policy.i18n import bracketed, clauses, labelled, listed, mark, spaced, tr

_UNREAD = frozenset({"ledger.no_header", "ledger.missing_columns"})
NEW, SKIP = "new", "skip"
_CHOICE = 16  # digits that a choice is at least wide
TAKING, LOOKING, DONE = "taking", "looking", "done"


class Intake(QWidget):
    """Hands a list to a service that answers as `training.enrol` does. `left` when the user goes back.

    A list that may make people is looked at first: nothing is kept until what would become of each row was confirmed.
    """

    left = Signal()

    def __init__(self, ops: Ops, service: str, *, makes_people: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._service, self._makes_people = ops, service, makes_people
        self._given: dict[str, Any] = {}
        self._file, self._round = "", 0
        self._mapping: dict[str, str] = {}  # heading → field, as answered here
        self._columns: dict[str, str] = {}  # as read at the last look
        self._list = ""  # names what was read at the first one
        self._stage = TAKING
        self.message = MessageBar(self)
        self.back, self.choose, self.columns, self.go = QPushButton(), QPushButton(), QPushButton(), primary()
        self.choose.setIcon(icon("folder-open"))
        self.columns.setIcon(icon("columns-3"))
        self.back.clicked.connect(self._go_back)
        self.choose.clicked.connect(self._choose)
        self.columns.clicked.connect(self._explain_columns)
        self.go.clicked.connect(lambda: self._run())
        self._title, self._hint, self._result = heading(), quiet(), quiet()
        self.paper = QPlainTextEdit()
        self.paper.setTabChangesFocus(True)  # what is pasted brings its own tabs
        self.paper.textChanged.connect(self._typed)
        # questions and headings share a form: there are never both
        self._asked = QWidget()
        self._form = QFormLayout(self._asked)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._area = QScrollArea()
        self._area.setWidget(self._asked)
        self._area.setWidgetResizable(True)
        self._area.hide()
        self.answers: dict[str, CalmCombo] = {}
        self._answers_are = ""
        self.model = RowsModel(_BY_PERSON if makes_people else _FINDINGS, self)
        self.table = table_view(self.model, stretch=4 if makes_people else 3)
        self.table.hide()
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self.back)
        top.addWidget(self._title, 1)
        for button in (self.choose, self.columns, self.go):
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
        self.columns.setText(tr("列的含义…"))
        self.columns.setToolTip(tr("说明名单的每一列是什么"))
        self._show_stage()
        self.paper.setAccessibleName(tr("粘贴的名单"))
        self.table.setAccessibleName(tr("名单各行") if self._makes_people else tr("未录入和请核对的行"))
        self.model.retranslate()

    def begin(self, title: str, given: dict[str, Any], text: str = "") -> None:
        """Start anew for the service's parameters `given`; a pasted `text` is read at once."""
        self._title.setText(title)
        self._given, self._file = given, ""
        self._start_over()
        self.paper.setPlainText(text)
        self._typed()
        self.paper.setFocus()
        if text:
            self._run()

    def read_file(self, file: str) -> None:
        """Read a workbook at once."""
        self._file = file
        self._start_over()
        self.paper.setPlainText("")
        self._title.setText(Path(file).name)
        self._run()

    def _start_over(self) -> None:
        """Nothing was read yet."""
        self._round += 1
        self._ops.forget(self, "look", "headings")
        self._mapping, self._columns, self._list = {}, {}, ""
        self.message.clear()
        self._result.setText("")
        self._show_rows([])
        self._ask({})
        self._show_stage(TAKING)

    def _go_back(self) -> None:
        """From a look to the list as it was pasted; from there to where the user came from."""
        if self._stage == LOOKING:
            self._start_over()
            self._typed()
            self.paper.setFocus()
        else:
            self.left.emit()

    def _show_stage(self, stage: str = "") -> None:
        self._stage = stage or self._stage
        taking, looking = self._stage == TAKING, self._stage == LOOKING
        for part, shown in ((self.paper, taking), (self.choose, taking), (self.columns, looking)):
            part.setVisible(shown)
        self._hint.setVisible(taking or looking)
        self._hint.setText(
            tr("还没有保存任何内容：核对下面各行，再按“确认录入”。空白单元格不会抹掉已有的内容。")
            if looking
            else tr("从表格里复制名单（连同表头）粘贴到下面，或选择文件。列名认识的自动对上。")
        )
        self.go.setVisible(self._stage != DONE)
        self.back.setText(tr("返回修改") if looking else tr("返回"))
        self.go.setText(tr("确认录入") if looking else tr("按选择录入") if self._answers_are == "who" else tr("读入"))

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

    def _run(self, *, again: bool = False) -> None:
        """Hand the list over: for a look first where it may make people, `again` where an answer changed."""
        chosen = {key: str(combo.currentData() or "") for key, combo in self.answers.items()}
        given: dict[str, Any] = {}
        look = self._makes_people and (again or self._stage == TAKING)
        if self._answers_are == "mapping":
            self._mapping.update(chosen)
        elif chosen:  # a look shows what is still to be chosen
            given["choices"] = {row: one for row, one in chosen.items() if not (look and one == SKIP)}
        if self._mapping:
            given["mapping"] = self._mapping
        if look:
            given["dry_run"] = True
        elif self._makes_people:
            given["looked_at"] = self._list
        mine = self._round

        def came(answer: dict[str, Any]) -> None:
            if mine == self._round:  # else another list is being taken in by now
                self._looked(answer, again=again) if look else self._came(answer)

        if not again:
            self.message.clear()
        self.go.setEnabled(False)
        self._ops.run(
            self._service,
            owner=self,
            place="look" if look else "",
            on_result=came,
            on_fault=self._failed,
            on_cancelled=self._typed,
            title=tr("正在读入名单"),
            **self._given,
            **self._source(),
            **given,
        )

    def _looked(self, answer: dict[str, Any], *, again: bool) -> None:
        """What would become of each row; questions stay as they are while they are being answered."""
        self._show_stage(LOOKING)
        self._typed()
        if not again:
            self._list = answer["list"]
            self._ask_who(answer["asked"])
            if not answer["asked"]:
                self.go.setFocus()
        self._columns = {one["header"]: one["field"] for one in answer["columns"]}
        self._columns.update((header, "") for header in answer["unknown"])
        unread = tr("没有读入的列：{columns}", columns=listed(answer["unknown"])) if answer["unknown"] else ""
        self._result.setText(clauses(word for word in (*_counted(answer), unread) if word))
        self._show_rows(_by_person(answer))
        if not again and any(one["likely"] for one in answer["asked"]):
            self._run(again=True)  # with those proposed

    def _came(self, answer: dict[str, Any]) -> None:
        self._typed()
        self._ask_who([] if self._makes_people else answer["asked"])
        self._result.setText(clauses(_counted(answer)))
        if self._makes_people:
            self._show_rows(_by_person(answer))
            self._show_stage(DONE)
            self.back.setFocus()
        else:
            refused = [{**row, "refused": True} for row in answer["rejected"]]
            self._show_rows([*refused, *({**row, "refused": False} for row in answer["warnings"])])
        if not answer["rejected"] and not answer["asked"]:
            self.message.show_text("good", self._result.text())
            self._result.setText("")

    def _failed(self, fault: Fault) -> None:
        self._typed()
        if fault.code in _UNREAD and self._answers_are != "mapping":
            self.message.show_text("warn", explain(fault))
            self._explain_columns()
        else:
            self.message.show_fault(fault)

    def _explain_columns(self) -> None:
        """Ask what each column is, beside what was made of it so far."""
        known = self._columns
        if self._stage == LOOKING:
            self._start_over()
            self._typed()
        self._ops.run(
            "training.headings",
            owner=self,
            place="headings",
            on_result=lambda found: self._ask_headings(found, known),
            on_fault=self.message.show_fault,
            takes=self._service,
            **self._source(),
        )

    def _show_rows(self, rows: list[dict[str, Any]]) -> None:
        self.model.set_rows([{**row, "id": str(place)} for place, row in enumerate(rows)])
        self.table.setVisible(bool(rows))

    def _ask_who(self, asked: list[dict[str, Any]]) -> None:
        questions = {}
        for one in asked:
            choices = [(person["title"], person["id"]) for person in one["candidates"]]
            more = [(tr("另一个人，新建"), NEW)] if self._makes_people else []
            label = bracketed(tr("第 {row} 行 {name}", row=one["row"], name=one["name"]), one["org_name"])
            likely = one.get("likely") or SKIP
            questions[str(one["row"])] = (label, [*choices, *more, (tr("先不录入"), SKIP)], likely)
        self._ask(questions, "who")
        if asked:
            self.message.show_text(
                "warn",
                tr("有 {n} 行要看一眼是谁：没有选的先不录入。", n=len(asked))
                if self._makes_people
                else tr("下面几行不能确定是谁：请选择，再按“按选择录入”。"),
            )
            next(iter(self.answers.values())).setFocus()
            if self._makes_people:
                for combo in self.answers.values():
                    combo.currentIndexChanged.connect(lambda _place: self._run(again=True))

    def _ask_headings(self, found: dict[str, Any], known: dict[str, str]) -> None:
        fields = [(tr("（不要）"), ""), *((one["label"], one["name"]) for one in found["fields"])]
        headings = known or dict.fromkeys(found["headings"], "")
        self._ask({text: (text, fields, field) for text, field in headings.items()}, "mapping")
        self._result.setText(tr("请说明每一列是什么，再按“读入”；以后同样的列名会自动对上。"))
        if self.answers:
            next(iter(self.answers.values())).setFocus()

    def _ask(self, questions: dict[str, tuple[str, list[tuple[str, str]], str]], kind: str = "") -> None:
        """A line with a choice for each question."""
        while self._form.rowCount():
            self._form.removeRow(0)
        self.answers, self._answers_are = {}, kind if questions else ""
        for key, (label, choices, chosen) in questions.items():
            combo = CalmCombo()
            combo.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(_CHOICE)
            combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            for text, value in choices:
                combo.addItem(text, value)
            combo.currentTextChanged.connect(combo.setToolTip)  # where there is no room for all of it
            combo.setCurrentIndex(combo.findData(chosen))
            self._form.addRow(" ", combo)
            name_row(self._form, combo, label)
            self.answers[key] = combo
        self._area.setVisible(bool(questions))
        self._show_stage()


_OUTCOMES = {
    "new": ("info", mark("新建人员")),
    "known": ("good", mark("已有人员")),
    "enrolled": ("good", mark("已在本班")),
    "asked": ("unknown", mark("请选择")),
    "skipped": ("info", mark("先不录入")),
    "refused": ("bad", mark("不录入")),
}
_FINDINGS = (
    Column(lambda: tr("行"), lambda row: str(row["row"]), order=lambda row: row["row"], right=True),
    Column(lambda: tr("结果"), lambda row: tr("未录入") if row["refused"] else tr("请核对")),
    Column(lambda: tr("内容"), lambda row: spaced(row["column"], row["value"])),
    Column(lambda: tr("原因"), lambda row: row["reason"]),
)
_BY_PERSON = (
    Column(lambda: tr("行"), lambda row: str(row["row"]), order=lambda row: row["row"], right=True),
    Column(
        lambda: tr("结果"), lambda row: tr(_OUTCOMES[row["outcome"]][1]),
        icon=lambda row: state_icon(_OUTCOMES[row["outcome"]][0]),
    ),
    Column(lambda: tr("姓名"), lambda row: row["name"], tip=lambda row: spaced(row["name"], row["number"])),
    Column(lambda: tr("单位"), lambda row: row["org_name"], most=24),
    Column(lambda: tr("说明"), lambda row: row["note"]),
)  # fmt: skip


def _counted(answer: dict[str, Any]) -> list[str]:
    """What was, or would be, done with the list, in figures."""
    trial, refused = bool(answer.get("dry_run")), len({row["row"] for row in answer["rejected"]})
    words = {
        "enrolled": tr("将报名") if trial else tr("报名"), "new_people": tr("新建人员"), "marked": tr("考勤"),
        "entered": tr("录入成绩"), "passed": tr("合格"), "issued": tr("新发证书"), "updated": tr("更新"),
        "unchanged": tr("未变"),
    }  # fmt: skip
    told = [tr("读到 {n} 行", n=answer["rows"])]
    shown = {name for name in words if answer.get(name) or (name in answer and name not in ("updated", "unchanged"))}
    told += [f"{word} {answer[name]}" for name, word in words.items() if name in shown]
    waiting = [one for one in answer["asked"] if one.get("likely") != NEW]
    told += [tr("待确认 {n} 人", n=len(waiting))] if waiting else []
    skipped = sum(one["outcome"] == "skipped" for one in answer.get("people", ()))
    told += [tr("先不录入 {n} 行", n=skipped)] if skipped else []
    told += [tr("保留手工标记 {n} 人", n=len(answer["kept"]))] if answer.get("kept") else []
    return [*told, tr("未录入 {n} 行", n=refused)] if refused else told


def _by_person(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """A line per row of the list: what becomes of it, and everything there is to say about it."""
    notes: dict[int, list[str]] = {}
    lines = {row["row"]: row for row in answer["people"]}
    for row in (*answer["rejected"], *answer["warnings"]):
        told = labelled(row["column"], row["reason"]) if row["column"] else row["reason"]
        notes.setdefault(row["row"], []).append(told)
        line = {"row": row["row"], "name": row["value"], "number": "", "org_name": "", "outcome": "refused", "note": ""}
        lines.setdefault(row["row"], line)
    return [
        {**line, "note": clauses(dict.fromkeys(part for part in (line["note"], *notes.get(row, ())) if part))}
        for row, line in sorted(lines.items())
    ]
