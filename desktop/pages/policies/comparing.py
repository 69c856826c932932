"""Two packs side by side: what came, went and changed, each named by icon and word."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.look import GRID, icon, state_icon
from desktop.ops import Ops
from desktop.pages.evidence.rows import Column, Row, RowsModel, table_view
from desktop.pages.policies.words import demands
from desktop.widgets.basics import CalmCombo, quiet
from desktop.widgets.message import MessageBar
from policy.errors import Fault
from policy.i18n import labelled, mark, spaced, tr
from policy.measures import MEASURES

_CHANGES = {
    "added": (mark("新增"), "plus", "good"),
    "removed": (mark("删去"), "trash-2", "bad"),
    "changed": (mark("改动"), "pencil", "warn"),
    "same": (mark("相同"), "", ""),
}
_GROUPS = {
    "figures": mark("数值"),
    "clause": mark("条款与状态"),
    "verification": mark("核验"),
    "texts": mark("文字"),
}
_CALLED = {"measure": mark("计什么"), "subjects": mark("适用对象")}  # what is compared and stands in no form
_TITLE = 1
_DRAFT = "\0draft"


class ComparePane(QWidget):
    """Left is the older, right the newer; the text being edited can stand at the right."""

    def __init__(self, ops: Ops, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops = ops
        self._packs: list[Row] = []
        self._draft = ""  # the text being edited
        self._wanted = ("", "")
        self.left, self.right, self.swap = CalmCombo(), CalmCombo(), QPushButton()
        self._labels = (QLabel(), QLabel())
        self.figures, self.all = QCheckBox(), QCheckBox()
        self.message = MessageBar()
        self.model = RowsModel(
            (
                Column(lambda: tr("变化"), lambda row: tr(_CHANGES[row["change"]][0]), icon=_change_icon),
                Column(lambda: tr("规则"), lambda row: row["title"]),
                Column(lambda: tr("项目"), lambda row: row["field"], most=24),
                Column(lambda: tr("类别"), lambda row: tr(_GROUPS[row["group"]]) if row["group"] else ""),
                Column(lambda: tr("左"), lambda row: row["old"], most=34),
                Column(lambda: tr("右"), lambda row: row["new"], most=34, emphasis=_differs),
            ),
            self,
        )
        self.table = table_view(self.model, stretch=_TITLE)
        self.count = quiet(wrap=False)
        for box in (self.left, self.right):
            box.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(8)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        for label, box in zip(self._labels, (self.left, self.right), strict=True):
            label.setBuddy(box)
            row.addWidget(label)
            row.addWidget(box, 1)
        row.addWidget(self.swap)
        below = QHBoxLayout()
        below.setSpacing(GRID * 2)
        below.addWidget(self.figures)
        below.addWidget(self.all)
        below.addStretch(1)
        below.addWidget(self.count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(row)
        layout.addLayout(below)
        layout.addWidget(self.message)
        layout.addWidget(self.table, 1)
        self.left.activated.connect(self.run)
        self.right.activated.connect(self.run)
        self.swap.clicked.connect(self._swap)
        self.figures.toggled.connect(lambda: self._filter())
        self.all.toggled.connect(lambda: self._filter())
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        for label, box, text in zip(
            self._labels, (self.left, self.right), (tr("左（原）"), tr("右（新）")), strict=True
        ):
            label.setText(text)
            box.setAccessibleName(text)
        self.swap.setText(tr("左右互换"))
        self.figures.setText(tr("只看数值"))
        self.all.setText(tr("相同的规则也列出"))
        self.table.setAccessibleName(tr("两份政策包的差异"))
        self.model.retranslate()

    def show_packs(self, packs: list[Row], draft: str) -> None:
        """The packs to choose from, and the text being edited where there is one."""
        self._packs, self._draft = packs, draft
        chosen = self._wanted if any(self._wanted) else (self.left.currentData(), self.right.currentData())
        for box, wanted in zip((self.left, self.right), chosen, strict=True):
            with QSignalBlocker(box):
                box.clear()
                for pack in packs:
                    if not pack.get("problem"):
                        box.addItem(f"{pack['title']} {pack['number']}".strip(), pack["id"])
                if draft and box is self.right:
                    box.addItem(tr("正在编辑的草稿"), _DRAFT)
                box.setCurrentIndex(max(box.findData(wanted), 0))
        self._wanted = ("", "")

    def choose(self, left: str, right: str) -> None:
        """Compare these two; the newer may be "" for the text being edited."""
        self._wanted = (left, right or _DRAFT)
        self.show_packs(self._packs, self._draft)
        self.run()

    def run(self) -> None:
        """Ask what differs."""
        left, right = self.left.currentData(), self.right.currentData()
        if not left or not right:
            return
        self._ops.forget(self, "difference", "left", "right")
        heard: dict[str, Any] = {}

        def hear(name: str, found: Any) -> None:
            heard[name] = found
            if len(heard) == 3:
                self._came(heard["difference"], heard["left"], heard["right"])

        def fail(fault: Fault) -> None:
            self._ops.forget(self, "difference", "left", "right")
            self.model.set_rows([])
            self.message.show_fault(fault)

        def ask(name: str, service: str, **parameters: Any) -> None:
            self._ops.run(service, owner=self, place=name, on_result=partial(hear, name), on_fault=fail, **parameters)

        draft = right == _DRAFT
        ask("difference", "policy.compare", left=left, **({"right_text": self._draft} if draft else {"right": right}))
        ask("left", "packedit.read", pack=left)
        ask("right", "packedit.read", **({"text": self._draft} if draft else {"pack": right}))

    def _came(self, found: dict[str, Any], left: dict[str, Any], right: dict[str, Any]) -> None:
        self.message.clear()
        old, new = _fields(left), _fields(right)
        changes = [{"id": "", "title": tr("政策文件"), "change": "changed", "fields": found["head"]}]
        changes += [rule for rule in found["rules"] if rule["list"] == "rule"]
        changes += [
            {**rule, "id": "", "title": labelled(tr("口径"), rule["title"])}
            for rule in found["rules"]
            if rule["list"] != "rule"
        ]
        rows: list[Row] = []
        both = {"removed": {rule["id"]: rule for rule in left["rules"]}}
        both["added"] = {rule["id"]: rule for rule in right["rules"]}
        for change in changes:
            whole = both.get(change["change"], {}).get(change["id"])
            if whole is not None:  # one row for a rule that came or went, not one for each of its fields
                side = "new" if change["change"] == "added" else "old"
                told = {"old": "—", "new": "—", side: spaced(*demands(whole)) or whole["clause"]}
                rows.append({**told, **change, "field": tr("整条规则"), "group": "figures"})
                continue
            for field in change["fields"]:
                key = (change["id"], field["field"])
                was, now = old.get(key), new.get(key)
                old_text, new_text = (_measured(field["field"], field[side]) for side in ("old", "new"))
                told = {"old": _in_words(old_text, was), "new": _in_words(new_text, now)}
                label = (now or was or {}).get("label") or _called(field["field"])
                rows.append({**field, **told, "field": label, "title": change["title"], "change": change["change"]})
        rows.sort(key=lambda row: row["group"] != "figures")  # the figures are what one looks for
        changed = {change["id"] for change in changes}
        rows += [
            {"change": "same", "title": rule["title"], "field": "", "group": "", "old": "", "new": ""}
            for rule in right["rules"]
            if rule["id"] not in changed
        ]
        self.model.set_rows([{**row, "id": str(place)} for place, row in enumerate(rows)])
        self._filter()

    def _filter(self) -> None:
        figures, everything = self.figures.isChecked(), self.all.isChecked()
        self.model.set_filter(
            lambda row: everything if row["change"] == "same" else not figures or row["group"] == "figures"
        )
        self.count.setText(tr("{count} 处不同", count=sum(row["change"] != "same" for row in self.model.rows())))

    def _swap(self) -> None:
        left, right = self.left.currentData(), self.right.currentData()
        if right != _DRAFT:
            self.left.setCurrentIndex(self.left.findData(right))
            self.right.setCurrentIndex(self.right.findData(left))
            self.run()


def _fields(read: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """The fields of a pack by rule and by the place the comparison names: `test.all[1].value`."""
    found = {("", _place(field["path"])): field for field in read["head"]}
    for rule in read["rules"]:
        found |= {(rule["id"], _place(field["path"][2:])): field for field in rule["fields"]}
    return found


def _place(path: list[str | int]) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def _called(place: str) -> str:
    """What a place is called that the form has no field for: `test.all[0].measure`; as it is, if it has no name."""
    last = place.rpartition(".")[2]
    if last not in _CALLED:
        return place
    part = re.search(r"\[(\d+)\]", place)
    return " · ".join((*((tr("第 {n} 项", n=int(part[1]) + 1),) if part else ()), tr(_CALLED[last])))


def _measured(place: str, value: str | None) -> str | None:
    """A measure by its title; anything else as it is."""
    measure = MEASURES.get(value or "") if place.rpartition(".")[2] == "measure" else None
    return measure.title() if measure else value


def _in_words(value: str | None, field: dict[str, Any] | None) -> str:
    """A value as the form shows it, with its unit; a dash where there is none."""
    if not value:
        return "—"
    if field is None:
        return value
    options = [["1", tr("是")], ["0", tr("否")]] if field["type"] == "yes" else field["options"]
    text = next((text for code, text in options if code == field["text"]), field["text"])
    return f"{text} {field['unit']}".strip()


def _differs(row: Row) -> bool:
    return bool(row["old"] != row["new"])


def _change_icon(row: Row) -> QIcon | None:
    _word, name, state = _CHANGES[row["change"]]
    if not name:
        return None
    return state_icon("warn") if row["change"] == "changed" else icon(name, state)
