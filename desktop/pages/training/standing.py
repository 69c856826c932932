"""Scores and certificates of a class: who passed, who gets a certificate under which number, lists from outside."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QWidget,
)

from desktop.fields import choice_label, kind_info
from desktop.look import GRID, icon, state_icon
from desktop.messages import explain
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.evidence.rows import Column, Row, RowsModel, opens, table_view
from desktop.pages.training.classtab import ClassTab
from desktop.pages.training.intake import Intake
from desktop.widgets.basics import CalmCombo, quiet
from desktop.widgets.room import Flow
from policy.dates import today
from policy.i18n import clauses, labelled, listed, sentences, spaced, tr


class Standing(ClassTab):
    ASKS = "training.passed"
    KINDS: ClassVar = frozenset(
        {"assessment", "certificate", "enrolment", "programme", "programme_hours", "attendance", "session"}
    )

    def __init__(self, ops: Ops, desk: Desk) -> None:
        super().__init__(ops, desk, Intake(ops, "training.assess"))
        self.numbers = Intake(ops, "certificate.import")
        self.numbers.left.connect(self.back)
        self.screens.addWidget(self.numbers)
        self.model = RowsModel(
            (
                Column(lambda: tr("姓名"), lambda row: row["name"]),
                Column(lambda: tr("单位"), lambda row: row["org_name"] or ""),
                Column(lambda: tr("成绩"), _scores),
                Column(lambda: tr("结论"), _word, icon=_picture),
                Column(lambda: tr("证书编号"), _certificates, tip=_certificates),
                Column(lambda: tr("备案编号"), lambda row: listed(_filing(row))),
            ),
            self,
        )
        self.table = table_view(self.model, stretch=1)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._enable())
        opens(self.table, self._open)
        self.told = quiet()
        self.kind, self.score, self.day = CalmCombo(), QLineEdit(), QLineEdit()
        self.enter = QPushButton()
        self.enter.clicked.connect(self._enter)
        self.score.returnPressed.connect(self._enter)
        self.load, self.more = QPushButton(), QPushButton()
        self.load.setIcon(icon("upload"))
        self.more.setIcon(icon("download"))
        self.load.clicked.connect(self._load)
        self.more.setMenu(QMenu(self.more))
        menu = self.more.menu()
        self.import_numbers, self.export, self.archive = menu.addAction(""), menu.addAction(""), menu.addAction("")
        self.import_numbers.triggered.connect(self._import_numbers)
        self.export.triggered.connect(self._export)
        self.archive.triggered.connect(self._archive)
        self.issued_on, self.pattern, self.issuer = QLineEdit(), QLineEdit(), QLineEdit()
        self.rule = quiet(wrap=True)
        for field in (self.pattern, self.issued_on):
            field.editingFinished.connect(self._show_rule)
        self.issue = QPushButton()
        self.issue.setIcon(icon("shield-check"))
        self.issue.clicked.connect(self._issue)
        asked: list[QWidget] = [self.kind, self.day, self.score, self.issued_on, self.pattern, self.issuer]
        self._labels = [(QLabel(), part) for part in asked]
        top = Flow()
        top.addWidget(self.told, 1)
        top.addWidget(self.load)
        top.addWidget(self.more)
        lines = (Flow(), Flow())  # scores above, certificates below
        for place, (label, part) in enumerate(self._labels):
            label.setBuddy(part)
            pair = QHBoxLayout()
            pair.setSpacing(GRID)
            pair.addWidget(label)
            pair.addWidget(part, 1)
            lines[place // 3].addLayout(pair, 1)
        lines[0].addWidget(self.enter)
        lines[1].addWidget(self.issue)
        self.inside.addLayout(top)
        self.inside.addWidget(self.table, 1)
        for line in lines:
            self.inside.addLayout(line)
        self.inside.addWidget(self.rule)
        self.day.setText(today().isoformat())
        self.issued_on.setText(today().isoformat())
        self._enable()

    def retranslate(self) -> None:
        super().retranslate()
        self.numbers.retranslate()
        self.load.setText(tr("导入成绩…"))
        self.more.setText(tr("名册与档案"))
        self.import_numbers.setText(tr("导入外来证书编号、备案编号…"))
        self.export.setText(tr("导出证书名册…"))
        self.archive.setText(tr("一班一档：存到文件夹…"))
        self.enter.setText(tr("记成绩"))
        self.enter.setToolTip(tr("给选中的人记这个成绩"))
        self.issue.setToolTip(tr("选中的人；没有选中时是全部合格而还没有证书的人"))
        chosen = self.kind.currentData()
        self.kind.clear()
        for one in kind_info("assessment").field("kind").choices:
            self.kind.addItem(one.shown, one.code)
        self.kind.setCurrentIndex(max(self.kind.findData(chosen), 0))
        for (label, part), text in zip(
            self._labels,
            (tr("考核方式"), tr("考核日期"), tr("成绩"), tr("发证日期"), tr("编号规则"), tr("发证机构")),
            strict=True,
        ):
            label.setText(text)
            part.setAccessibleName(text)
        self.pattern.setToolTip(tr("{seq:04} 是顺序号；可用 {year} 年、{month} 月、{base} 基地编号、{plan} 批次"))
        self.table.setAccessibleName(tr("成绩和证书"))
        self.model.retranslate()
        self._enable()
        self._show_rule()

    def show_parent(self, record: str) -> None:
        if record != self.record:
            self.pattern.clear()
            self.issuer.clear()
        super().show_parent(record)

    def show_answer(self, answer: dict[str, Any]) -> None:
        self.model.set_rows([{**row, "id": row["person"]} for row in answer["people"]])
        if not self.pattern.isModified():
            self.pattern.setText(answer["pattern"])
        if not self.issuer.isModified():
            self.issuer.setText(answer["issuer"])
            self.issuer.setCursorPosition(0)  # a long name is read from its beginning
        passed = sum(row["passed"] is True for row in answer["people"])
        bearing = sum(any(one["state"] != "void" for one in row["certificates"]) for row in answer["people"])
        mark = labelled(tr("及格分"), answer["pass_score"]) if answer["pass_score"] else tr("没有设及格分")
        kind = choice_label(kind_info("certificate").field("c_kind"), answer["certificate"])
        words = [mark, tr("合格 {n} 人", n=passed), tr("有证 {n} 人", n=bearing), labelled(tr("证书类别"), kind)]
        self.told.setText(clauses(words))
        self._enable()
        self._show_rule()

    def chosen(self) -> list[Row]:
        """The selected rows, in the order listed."""
        places = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        return [self.model.rows()[place] for place in places]

    def back(self) -> None:
        super().back()
        self.reload() if self.record else None

    def _enable(self) -> None:
        chosen = len(self.chosen())
        self.enter.setEnabled(bool(chosen))
        self.issue.setText(tr("给选中的 {n} 人发证", n=chosen) if chosen else tr("给合格的人发证"))

    def _show_rule(self) -> None:
        """What number comes next, how it is made, and where another would come from."""
        if self.record:
            self.ops.run(
                "certificate.next",
                owner=self,
                place="rule",
                on_result=lambda answer: self._tell_rule(tr("下一个编号：{number}。", number=answer["number"])),
                on_fault=lambda fault: self._tell_rule(explain(fault)),
                programme=self.record,
                pattern=self.pattern.text(),
                issued_on=self.issued_on.text().strip(),
            )

    def _tell_rule(self, first: str) -> None:
        how = tr(
            "编号规则里 {year} 是年份、{seq} 是四位顺序号，接着用过的最大号编，作废的号不再用；改了会记住。"
            "外单位给的编号从“名册与档案”导入，照原样登记。",
            year="{year}",
            seq="{seq:04}",
        )
        self.rule.setText(sentences(first, how))

    def _enter(self) -> None:
        chosen = self.chosen()
        if not chosen:
            self.message.show_text("info", tr("先在上面选中要记成绩的人。"))
            return
        typed = self.score.text()
        rows = [{"person": row["person"], "score": typed} for row in chosen]

        def came(answer: dict[str, Any]) -> None:
            refused = answer["rejected"]
            if refused:
                self.message.show_text("bad", clauses(dict.fromkeys(item["reason"] for item in refused)))
            else:
                self.message.clear()
                if self.score.text() == typed:
                    self.score.clear()
                    self.table.setFocus()

        self.ops.run(
            "training.assess", owner=self, on_result=came, on_fault=self.failed, programme=self.record, rows=rows,
            kind=self.kind.currentData(), taken_on=self.day.text().strip(),
        )  # fmt: skip

    def _load(self) -> None:
        self.take(tr("导入成绩"), kind=self.kind.currentData(), taken_on=self.day.text().strip())

    def _import_numbers(self) -> None:
        self.screens.setCurrentWidget(self.numbers)
        given = {"programme": self.record, "issuer": self.issuer.text(), "issued_on": self.issued_on.text().strip()}
        self.numbers.begin(tr("导入外来证书编号、备案编号"), given)

    def _issue(self) -> None:
        people = [row["person"] for row in self.chosen()] or None

        def came(answer: dict[str, Any]) -> None:
            told = [tr("发证 {n} 人", n=len(answer["issued"]))]
            told += [tr("已有证书 {n} 人", n=answer["already"])] if answer["already"] else []
            for key, word in (("not_passed", tr("考核不合格")), ("short", tr("学时不足"))):
                told += [labelled(word, listed(answer[key][:10]))] if answer[key] else []
            self.message.show_text("good" if answer["issued"] else "info", clauses(told))

        self.ops.run(
            "training.certify", owner=self, on_result=came, on_fault=self.failed, programme=self.record, people=people,
            issued_on=self.issued_on.text().strip(), pattern=self.pattern.text(), issuer=self.issuer.text(),
        )  # fmt: skip

    def _open(self, row: Row) -> None:
        if row["certificates"]:
            self.desk.open_record("certificate", row["certificates"][-1]["id"])

    def _export(self) -> None:
        file = self.file_to_write(tr("导出证书名册"), str(Path.home() / f"{tr('证书名册')}.xlsx"), "Excel (*.xlsx)")
        if file:
            self.ops.run(
                "certificate.register", owner=self, on_result=self.told_file, on_fault=self.failed, file=file,
                programme=self.record,
            )  # fmt: skip

    def _archive(self) -> None:
        start = str(Path.home() / tr("一班一档"))
        folder = self.file_to_write(tr("一班一档：新文件夹的名字"), start, "")
        if folder:
            self.ops.run(
                "training.archive", owner=self, on_result=self.told_file, on_fault=self.failed,
                title=tr("正在写班次档案"), programme=self.record, folder=folder,
            )  # fmt: skip


def _scores(row: Row) -> str:
    field = kind_info("assessment").field("kind")
    return listed(
        spaced(
            choice_label(field, kind),
            best["score"] or "",
            tr("第 {n} 次", n=best["attempts"]) if best["attempts"] > 1 else "",
        )
        for kind, best in row["scores"].items()
    )


def _word(row: Row) -> str:
    words = {True: tr("合格"), False: tr("不合格"), None: tr("未考核")}
    return clauses([words[row["passed"]], *([tr("学时不足")] if row["short"] else [])])


def _picture(row: Row) -> QIcon:
    if row["passed"] is None:
        return state_icon("unknown")
    return state_icon("bad" if not row["passed"] else "warn" if row["short"] else "good")


def _certificates(row: Row) -> str:
    field = kind_info("certificate").field("state")
    return listed(
        spaced(one["number"], choice_label(field, one["state"]) if one["state"] != "valid" else "")
        for one in row["certificates"]
    )


def _filing(row: Row) -> list[str]:
    return [one["filing_no"] for one in row["certificates"] if one["filing_no"] and one["state"] != "void"]
