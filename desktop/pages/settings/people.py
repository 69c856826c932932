"""Who can open the workspace: the list of people, one more, and one who leaves."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from desktop.look import GRID, state_colour
from desktop.ops import Ops
from desktop.pages.settings.fold import Fold, left
from desktop.passphrase import NewPassphrase
from desktop.widgets.basics import heading, name_row, quiet
from policy.errors import Fault
from policy.i18n import listed, tr

_MOST = 8  # rows shown without scrolling


class People(QWidget):
    """Signals: `said(str)` something went well, `removed(str)` the name of who left, `known(list)`
    the people, whenever they were asked for."""

    said = Signal(str)
    removed = Signal(str)
    known = Signal(list)

    def __init__(self, ops: Ops, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops = ops
        self._rows: list[dict[str, Any]] = []
        self._head, self._about = heading(), quiet()
        self.list = QTreeWidget()
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.itemSelectionChanged.connect(self._judge)
        self.add_button, self.remove_button = QPushButton(), QPushButton()
        self.adding, self.removing = Fold(), Fold()
        self.name, self.post, self.new = QLineEdit(), QLineEdit(), NewPassphrase()
        self.new.form.insertRow(0, " ", self.name)
        self.new.form.insertRow(1, " ", self.post)
        self.adding.add(self.new)
        self.add_button.clicked.connect(self._unfold_adding)
        self.remove_button.clicked.connect(self._unfold_removing)
        self.adding.asked.connect(self._add)
        self.removing.asked.connect(self._remove)
        self.name.textChanged.connect(lambda _text: self._judge())
        self.new.changed.connect(lambda _good: self._judge())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        for part in (self._head, self._about, self.list):
            layout.addWidget(part)
        layout.addLayout(left(self.add_button, self.remove_button))
        layout.addWidget(self.adding)
        layout.addWidget(self.removing)
        for before, after in ((self.name, self.post), (self.post, self.new.first), (self.new.first, self.new.second)):
            QWidget.setTabOrder(before, after)  # as they stand; the two above came later

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self._head.setText(tr("持有口令的人"))
        self._about.setText(tr("每人一个口令；历史和操作记录写明是谁做的。口令由本人输入，别人不知道。"))
        self.list.setHeaderLabels([tr("姓名"), tr("岗位"), tr("加入日期"), tr("说明")])
        self.list.setAccessibleName(tr("持有口令的人"))
        self.add_button.setText(tr("增加操作人…"))
        self.remove_button.setText(tr("移除…"))
        self.adding.set_texts("", "", "", tr("增加"), tr("请让这个人自己输入口令，两遍。"))
        name_row(self.new.form, self.name, tr("姓名"))
        name_row(self.new.form, self.post, tr("岗位（可不填）"))
        self.new.retranslate()
        self._tell_removing()
        self._fill()

    def refresh(self) -> None:
        """Ask for the people again."""
        self._ops.run("keys.list", owner=self, place="list", on_result=self._came)

    def rows(self) -> list[dict[str, Any]]:
        """The people as `keys.list` answers them."""
        return self._rows

    def _came(self, rows: list[dict[str, Any]]) -> None:
        self._rows = rows
        self._fill()
        self.known.emit(rows)

    def _fill(self) -> None:
        self.list.clear()
        for row in self._rows:
            item = QTreeWidgetItem([_name(row), row["post"] or "", row["since"] or "", _remarks(row)])
            if row["damaged"]:
                item.setForeground(3, state_colour("bad"))
            self.list.addTopLevelItem(item)
        for column in range(3):
            self.list.resizeColumnToContents(column)
        row_height = self.list.sizeHintForRow(0) if self._rows else self.list.fontMetrics().height() + GRID
        shown = min(max(len(self._rows), 1), _MOST)
        frame = 2 * self.list.frameWidth() + (GRID // 2 if self.list.frameShape() != QFrame.Shape.NoFrame else 0)
        self.list.setFixedHeight(self.list.header().sizeHint().height() + shown * row_height + frame)
        self._judge()

    def _chosen(self) -> dict[str, Any] | None:
        items = self.list.selectedItems()
        return self._rows[self.list.indexOfTopLevelItem(items[0])] if items else None

    def _judge(self) -> None:
        chosen = self._chosen()
        self.remove_button.setEnabled(chosen is not None and not chosen["own"] and len(self._rows) > 1)
        if self.removing.is_open():
            if chosen is None or chosen["own"]:
                self.removing.fold()
            else:
                self._tell_removing()
        self.adding.do.setEnabled(bool(self.name.text().strip()) and self.new.is_good())

    def _unfold_adding(self) -> None:
        self.removing.fold()
        self.adding.unfold()
        self.name.setFocus()

    def _unfold_removing(self) -> None:
        self.adding.fold()
        self.removing.unfold()
        self._tell_removing()
        self.removing.do.setFocus()

    def _tell_removing(self) -> None:
        chosen = self._chosen()
        name = _name(chosen) if chosen else ""
        told = tr(
            "移除后，{name}的口令不能再打开这个工作区，做过的记录仍写着这个姓名。但从前拷走的文件夹、备份或钥匙文件，"
            "用原来的口令仍能打开；要让今后的内容不再能被打开，请接着更换数据密钥。",
            name=name,
        )
        self.removing.set_texts("", "", "", tr("移除{name}", name=name), told)

    def _add(self) -> None:
        name = self.name.text().strip()
        self.adding.do.setEnabled(False)

        def added(_answer: dict[str, Any]) -> None:
            for field in (self.name, self.post):
                field.clear()
            self.new.clear()
            self.adding.fold()
            self.said.emit(tr("已增加{name}。", name=name))
            self.refresh()

        self._ops.run(
            "keys.add_person",
            owner=self,
            on_result=added,
            on_fault=partial(self._not_done, self.adding),
            name=name,
            post=self.post.text().strip(),
            new_passphrase=self.new.passphrase(),
        )

    def _remove(self) -> None:
        chosen = self._chosen()
        if chosen is None:
            return

        def gone(_answer: dict[str, Any]) -> None:
            self.removing.fold()
            self.removed.emit(_name(chosen))
            self.refresh()

        self._ops.run(
            "keys.remove_person",
            owner=self,
            on_result=gone,
            on_fault=partial(self._not_done, self.removing),
            holder=chosen["holder"],
        )

    def _not_done(self, form: Fold, fault: Fault) -> None:
        self._judge()
        form.show_fault(fault)


def _name(row: dict[str, Any]) -> str:
    return str(row["name"] or tr("（未登记姓名）"))


def _remarks(row: dict[str, Any]) -> str:
    remarks = []
    if row["own"]:
        remarks.append(tr("本人"))
    if row["keyring"]:
        remarks.append(tr("系统钥匙串已记住"))
    if row["damaged"]:
        remarks.append(tr("口令部分有损坏：请修复钥匙文件"))
    return listed(remarks)
