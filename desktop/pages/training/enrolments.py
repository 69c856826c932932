"""Who enrolled in a class: the list, one more person, admission of many at once, papers and consent."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
)

from desktop.fields import choice_label, kind_info
from desktop.look import GRID, icon
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.evidence.rows import Column, Row, RowsModel, table_view
from desktop.pages.training.classtab import ClassTab
from desktop.pages.training.intake import Intake
from desktop.widgets.basics import CalmCombo, quiet
from desktop.widgets.room import Flow
from desktop.widgets.tickmenu import TickMenu
from policy.dates import today
from policy.i18n import clauses, labelled, listed, tr

_STATES = ("admitted", "waiting", "refused", "withdrawn")
_TYPED = ("name", "id_no", "phone", "org_name")


def _choice(name: str, code: str | None) -> str:
    return choice_label(kind_info("enrolment").field(name), code) if code else ""


class Enrolments(ClassTab):
    ASKS = "training.people"
    KINDS: ClassVar = frozenset({"enrolment", "person", "programme"})

    def __init__(self, ops: Ops, desk: Desk) -> None:
        super().__init__(ops, desk, Intake(ops, "training.enrol", makes_people=True))
        self.model = RowsModel(
            (
                Column(lambda: tr("姓名"), lambda row: row["name"], tip=_who, emphasis=lambda row: row["namesake"]),
                Column(lambda: tr("单位"), lambda row: row["org_name"] or ""),
                Column(lambda: tr("单位性质"), lambda row: _choice("org_category", row["org_category"])),
                Column(lambda: tr("录取"), lambda row: _choice("admitted", row["admitted"])),
                Column(lambda: tr("缺材料"), lambda row: listed(_choice("papers", one) for one in row["lacking"])),
                Column(lambda: tr("告知同意"), lambda row: row["consent_on"] or tr("未同意")),
                Column(lambda: tr("提示"), _remark, tip=_remark),
            ),
            self,
        )
        self.table = table_view(self.model, stretch=1)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.pasted.connect(lambda text: self.take(tr("粘贴的名单"), text))
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._enable())
        self.counts = quiet(wrap=True)
        self.load = QPushButton()
        self.load.setIcon(icon("upload"))
        self.load.clicked.connect(lambda: self.take(tr("录入报名名单")))
        self.book = QPushButton()
        self.book.setIcon(icon("file-text"))
        self.book.clicked.connect(self._book)
        top = Flow()
        top.addWidget(self.counts, 1)
        top.addWidget(self.book)
        top.addWidget(self.load)
        self.fields = {name: QLineEdit() for name in _TYPED}
        self.category = CalmCombo()
        self.add = QPushButton()
        self.add.setIcon(icon("plus"))
        self.add.clicked.connect(self._add)
        self.fields["name"].textChanged.connect(lambda text: self.add.setEnabled(bool(text.strip())))
        self.add.setEnabled(False)
        self._labels = {name: QLabel() for name in (*_TYPED, "org_category")}
        line = QGridLayout()
        line.setSpacing(GRID)
        for place, (name, editor) in enumerate([*self.fields.items(), ("org_category", self.category)]):
            self._labels[name].setBuddy(editor)
            line.addWidget(self._labels[name], place // 3, place % 3 * 2)
            line.addWidget(editor, place // 3, place % 3 * 2 + 1)
        line.addWidget(self.add, 1, 4, 1, 2)
        self.decide = {state: QToolButton() for state in _STATES}
        for state, button in self.decide.items():
            button.clicked.connect(lambda _checked=False, to=state: self._admit(to))
        self.papers, self.consent = QToolButton(), QToolButton()
        self._handed: dict[str, tuple[str, ...]] = {}  # papers by enrolment, as ticked while the menu is open
        self.papers.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.papers.setMenu(TickMenu(self.papers))
        self.papers.menu().aboutToShow.connect(self._fill_papers)
        self.consent.clicked.connect(lambda: self._edit({"consent_on": today().isoformat()}))
        foot = Flow()
        for button in (*self.decide.values(), self.papers, self.consent):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            foot.addWidget(button)
        foot.addStretch(1)
        self.inside.addLayout(top)
        self.inside.addLayout(line)
        self.inside.addWidget(self.table, 1)
        self.inside.addLayout(foot)
        self._enable()

    def retranslate(self) -> None:
        super().retranslate()
        info, person = kind_info("enrolment"), kind_info("person")
        self.load.setText(tr("录入名单…"))
        self.add.setText(tr("报名"))
        self.book.setText(tr("业绩档案…"))
        self.book.setToolTip(tr("把选中的人的业绩档案存为 PDF，供职称评审"))
        for name, label in self._labels.items():
            field = (person if name in ("name", "id_no", "phone") else info).field(name)
            text = tr("单位") if name == "org_name" else tr("单位性质") if name == "org_category" else field.shown
            label.setText(text)
            (self.category if name == "org_category" else self.fields[name]).setAccessibleName(text)
        chosen = self.category.currentData()
        self.category.clear()
        self.category.addItem("", "")
        for one in info.field("org_category").choices:
            self.category.addItem(one.shown, one.code)
        self.category.setCurrentIndex(max(self.category.findData(chosen), 0))
        for state, button in self.decide.items():
            button.setText(_choice("admitted", state))
        self.papers.setText(tr("已收材料"))
        self.consent.setText(tr("今天同意"))
        self.consent.setToolTip(tr("记下选中的人今天已被告知并同意处理个人信息"))
        self.table.setAccessibleName(tr("报名名单"))
        self.model.retranslate()

    def show_answer(self, answer: dict[str, Any]) -> None:
        self.model.set_rows(answer["people"])
        counts = [labelled(_choice("admitted", state), n) for state, n in answer["counts"].items() if n]
        if answer["seats"]:
            counts.append(labelled(tr("名额"), answer["seats"]))
        lacking = sum(bool(row["lacking"]) for row in answer["people"] if row["admitted"] == "admitted")
        silent = sum(not row["consent_on"] for row in answer["people"])
        counts += [tr("{n} 人缺材料", n=lacking)] if lacking else []
        counts += [tr("{n} 人未同意", n=silent)] if silent else []
        empty = tr("还没有人报名：按“录入名单”粘贴或选择名单，或在下面填一个人。")
        self.counts.setText(clauses(counts) if answer["people"] else empty)
        self._enable()

    def chosen(self) -> list[Row]:
        """The selected rows, in the order listed."""
        places = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        return [self.model.rows()[place] for place in places]

    def _enable(self) -> None:
        chosen = self.chosen()
        for button in (*self.decide.values(), self.papers, self.consent):
            button.setEnabled(bool(chosen))
        self.book.setEnabled(len(chosen) == 1)

    def _admit(self, state: str) -> None:
        def came(answer: dict[str, Any]) -> None:
            if answer["warnings"]:
                self.message.show_text("warn", clauses(answer["warnings"]))

        people = [row["id"] for row in self.chosen()]
        self.ops.run(
            "training.admit", owner=self, on_result=came, on_fault=self.failed, programme=self.record, people=people,
            state=state,
        )  # fmt: skip

    def _edit(self, values: dict[str, Any]) -> None:
        ids = [row["id"] for row in self.chosen()]
        self.ops.run("bulk.edit", owner=self, on_fault=self.failed, kind="enrolment", ids=ids, values=values)

    def _fill_papers(self) -> None:
        menu, chosen = self.papers.menu(), self.chosen()
        self._handed = {row["id"]: tuple(row["papers"] or ()) for row in chosen}
        menu.clear()
        for one in kind_info("enrolment").field("papers").choices:
            action = menu.addAction(one.shown)
            action.setCheckable(True)
            action.setChecked(all(one.code not in row["lacking"] for row in chosen))
            action.toggled.connect(lambda on, code=one.code: self._paper(code, on))

    def _paper(self, code: str, on: bool) -> None:
        """Each has papers of their own: those who have the same get the same, as one change each."""
        groups: dict[tuple[str, ...], list[str]] = {}
        for record, papers in self._handed.items():
            kept = tuple(one for one in papers if one != code)
            self._handed[record] = (*kept, code) if on else kept
            groups.setdefault(self._handed[record], []).append(record)
        for papers, ids in groups.items():
            values = {"papers": list(papers)}
            self.ops.run("bulk.edit", owner=self, on_fault=self.failed, kind="enrolment", ids=ids, values=values)

    def _add(self) -> None:
        row = {name: editor.text().strip() for name, editor in self.fields.items()}
        row["org_category"] = self.category.currentText()
        if self.intake is None:
            return
        typed, programme = self._typed(), self.record

        def came(answer: dict[str, Any]) -> None:
            if programme != self.record:
                return  # another class is looked at by now
            if answer["rejected"] or answer["asked"]:
                # the list form asks who is meant, and says what was wrong
                heads = [label.text() for label in self._labels.values()]
                cells = [row["name"], row["id_no"], row["phone"], row["org_name"], row["org_category"]]
                self.take(tr("录入报名名单"), "\t".join(heads) + "\n" + "\t".join(cells))
                return
            if typed == self._typed():  # else the next one is begun already
                for editor in self.fields.values():
                    editor.clear()
                self.fields["name"].setFocus()
            if answer["warnings"]:
                self.message.show_text("warn", clauses(item["reason"] for item in answer["warnings"]))

        self.ops.run(
            "training.enrol", owner=self, on_result=came, on_fault=self.failed, programme=self.record, rows=[row]
        )

    def _typed(self) -> list[str]:
        return [editor.text() for editor in self.fields.values()]

    def _book(self) -> None:
        (row,) = self.chosen()
        start = str(Path.home() / f"{tr('业绩档案')}-{row['name']}.pdf")
        out = self.file_to_write(tr("业绩档案"), start, "PDF (*.pdf)")
        if out:
            self.ops.run(
                "document.write", owner=self, on_result=self.told_file, on_fault=self.failed,
                title=tr("正在编制业绩档案"), name="performance", id=row["person"], out=out,
            )  # fmt: skip


def _who(row: Row) -> str:
    return clauses(part for part in (row["name"], row["number"], row["group_name"]) if part)


def _remark(row: Row) -> str:
    told = [tr("有同名的人，请看证件号")] if row["namesake"] else []
    told += [tr("今年还报了{others}", others=listed(row["again"]))] if row["again"] else []
    return clauses(told)
