"""收益分配: what a deal brought in, the bases of the reward side by side, and who gets what, to the fen."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.fields import fields_of, kind_info
from desktop.look import GRID, state_icon
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.calculators.rowseditor import Part, RowsEditor
from desktop.pages.calculators.tab import Row, Tab, basis, column_of, marked, marks, scrolled, workbook_kind, yuan
from desktop.pages.evaluation.words import VERDICTS, verdict_word
from desktop.pages.evidence.rows import Column, RowsModel, table_view
from desktop.widgets.basics import CalmCombo, heading, primary, quiet
from desktop.widgets.form import FormEditor
from desktop.widgets.room import Panes
from policy.i18n import labelled, mark, tr

_FIELDS = (
    "owner_kind", "gross_basis", "gross", "taxes", "prior_rd", "net_unknown",
    "team_pct", "unit_pct", "college_pct", "agency_pct", "fund_pct",
)  # fmt: skip
_SOON = 300  # ms without typing before it is worked out again
_TABLE_ROWS = 5


class DistributionTab(Tab):
    """Left what goes in, right what comes out; worked out again while it is typed."""

    TITLE = mark("收益分配")

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self._record = self._contract = ""
        self._answer: dict[str, Any] | None = None
        self._loading = False
        self._soon = QTimer(self, singleShot=True, interval=_SOON)
        self._soon.timeout.connect(self._compute)
        self.source = CalmCombo()
        self.source.activated.connect(lambda _place: self._choose())
        self._source_label = QLabel()
        self._source_label.setBuddy(self.source)
        self.form = FormEditor(ops, fields_of("distribution", _FIELDS), columns=2)
        self.form.edited.connect(lambda _edited: self._later())
        self.received, self.reward = QLineEdit(), QLineEdit()
        self._extra_labels = (QLabel(), QLabel())
        for edit, label in zip((self.received, self.reward), self._extra_labels, strict=True):
            label.setBuddy(edit)
            edit.textEdited.connect(lambda _text: self._later())
        self.costs = RowsEditor(
            (
                Part("kind", "choice", lambda: tr("成本类别"), _cost_kinds),
                Part("amount", "figure", lambda: tr("金额（元）"), stretch=1),
                Part("note", "text", lambda: tr("说明"), stretch=1),
            ),
            lambda: tr("添加直接成本"),
        )
        self.lines = RowsEditor(
            (
                Part("name", "text", lambda: tr("姓名"), stretch=2),
                Part("share_pct", "figure", lambda: tr("比例（%）"), stretch=1),
                Part("head", "check", lambda: tr("正职")),
                Part("residue", "one", lambda: tr("尾差")),
            ),
            lambda: tr("添加人员"),
        )
        for editor in (self.costs, self.lines):
            editor.changed.connect(self._later)
            editor.typed.connect(self._keep)
        self._heads = {name: heading() for name in ("costs", "lines", "bases", "shares", "notice", "rules")}
        self.save, self.export = primary(), QPushButton()
        self.save.clicked.connect(lambda _checked=False: self._save())
        self.export.clicked.connect(lambda _checked=False: self._export())
        shortcut = QShortcut(QKeySequence("Ctrl+S"), self, self.save.click)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.net, self.warnings = heading(large=True), quiet()
        self.warnings.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bases = RowsModel(_base_columns(), self)
        self.shares = RowsModel(_share_columns(), self)
        self.rules = RowsModel(_rule_columns(), self)
        self.notice = QPlainTextEdit(readOnly=True)
        self.notice.setTabChangesFocus(True)
        self._tables = {name: table_view(model, stretch=0) for name, model in self._models().items()}
        self._lay_out()

    def retranslate(self) -> None:
        self._source_label.setText(tr("取自"))
        self.source.setAccessibleName(tr("取自"))
        if self.source.count():
            self.source.setItemText(0, tr("直接填写，不取自记录"))
        self.form.retranslate()
        for label, edit, text in zip(
            self._extra_labels,
            (self.received, self.reward),
            (tr("首次到账日期"), tr("本单位规定比例（%）")),
            strict=True,
        ):
            label.setText(text)
            edit.setAccessibleName(text)
        self.received.setPlaceholderText(tr("如 2026-11-21"))
        for name, text in (
            ("costs", tr("直接成本（每笔交易只扣一次）")),
            ("lines", tr("团队内分配明细")),
            ("bases", tr("奖励基数：分别计算，不合成一个下限")),
            ("shares", tr("分配结果")),
            ("rules", tr("相关规定")),
            ("notice", tr("公示文稿")),
        ):
            self._heads[name].setText(text)
        for name, view in self._tables.items():
            view.setAccessibleName(self._heads[name].text())
        self.notice.setAccessibleName(tr("公示文稿"))
        self.left.retranslate()
        self.costs.retranslate()
        self.lines.retranslate()
        self.save.setText(tr("保存"))
        self.export.setText(tr("导出工作簿"))
        for model in self._models().values():
            model.retranslate()
        if self._answer is not None:
            self._compute()
        else:
            self._show_net()

    def arrive(self, **arguments: Any) -> None:
        """`id` shows a distribution; `contract` starts one for a contract."""
        before = self.draft_key()
        self._record, self._contract = str(arguments.get("id", "")), str(arguments.get("contract", ""))
        self.refresh()
        if self._record or self._contract or self.draft_key() != before:
            self._load()
        elif not self._begun:
            self.begin()

    # -- what is typed and not saved

    def draft_key(self) -> str:
        return f"calc:distribution:{self._record}:{self._contract}"

    def typed(self) -> dict[str, str]:
        """The form's texts, and the two editors as JSON."""
        others = {"_received": self.received.text(), "_reward": self.reward.text()}
        rows = {"_costs": self.costs.values(), "_lines": self.lines.values()}
        return {
            **self.form.values(),
            **others,
            **{name: json.dumps(one, ensure_ascii=False) for name, one in rows.items()},
        }

    def put_back(self, texts: dict[str, str]) -> None:
        self._loading = True
        self.form.restore(texts)
        self.received.setText(texts.get("_received", ""))
        self.reward.setText(texts.get("_reward", ""))
        for editor, name in ((self.costs, "_costs"), (self.lines, "_lines")):
            editor.set_values(json.loads(texts.get(name, "[]")))
        self._loading = False
        self._compute()

    def _keep(self) -> None:
        if not self._loading:
            self.keep()

    def refresh(self) -> None:
        """The records to take from may be others now; what is typed stays."""
        self.ops.run("records.ids", owner=self, place="source", on_result=self._ids_came, kind="distribution")

    # -- where it comes from

    def _ids_came(self, ids: list[str]) -> None:
        self.ops.run(
            "records.rows", owner=self, place="source", on_result=self._rows_came, kind="distribution", ids=ids
        )

    def _rows_came(self, rows: list[Row]) -> None:
        self.ops.run(
            "records.ids",
            owner=self,
            place="source",
            on_result=lambda ids: self._contracts_asked(rows, ids),
            kind="contract",
        )

    def _contracts_asked(self, rows: list[Row], ids: list[str]) -> None:
        def came(titles: dict[str, str]) -> None:
            self.source.clear()
            self.source.addItem(tr("直接填写，不取自记录"), ("", ""))
            for row in rows:
                name = tr("{title} · 第 {n} 批", title=row["_titles"].get("contract", ""), n=row["batch"])
                self.source.addItem(name, (row["id"], row["contract"]))
            for record, title in titles.items():
                self.source.addItem(tr("新分配：{title}", title=title), ("", record))
            wanted = ("", self._contract) if not self._record else None
            for place in range(self.source.count()):
                if self.source.itemData(place) == wanted or self.source.itemData(place)[0] == self._record != "":
                    self.source.setCurrentIndex(place)

        self.ops.run("records.titles", owner=self, place="source", on_result=came, kind="contract", ids=ids)

    def _choose(self) -> None:
        self._record, self._contract = self.source.currentData()
        self._load()

    def _load(self) -> None:
        """Start from what the records say; nothing typed before goes on, and nothing is typed before it is here."""
        self._soon.stop()
        self._clear()
        self._wait(bool(self._record or self._contract))
        if self._record or self._contract:
            self._answer = None
            self._show_net()
            self.ask(
                "distribution.compute",
                self._loaded,
                record=self._record or None,
                contract=self._contract or None,
            )
        else:
            self.begin()
            self._compute()

    def _wait(self, on: bool) -> None:
        for part in (self.form, self.received, self.reward, self.costs, self.lines):
            part.setEnabled(not on)

    def _clear(self) -> None:
        self._loading = True
        self.form.load({})
        self.received.clear()
        self.reward.clear()
        self.costs.set_values([])
        self.lines.set_values([])
        self._loading = False

    def _loaded(self, answer: Row) -> None:
        """Put the record's figures into the fields, so that they can be tried otherwise."""
        self._wait(False)
        self._loading = True
        self._contract = answer["contract"]
        shares = {f"{share['key']}_pct": round(float(share["pct"]) * 100) for share in answer["shares"]}
        self.form.load(
            {
                "owner_kind": answer["owner_kind"] or None,
                "gross_basis": answer["gross_basis"] or None,
                "gross": answer["gross_fen"],
                "taxes": answer["taxes_fen"],
                "prior_rd": answer["prior_rd_fen"],
                "net_unknown": int(answer["net_unknown"]),
                **shares,
            }
        )
        self.received.setText(answer["received_on"])
        self.reward.setText(answer["reward_pct"])
        self.costs.set_values(
            [
                {"kind": cost["kind"], "amount": yuan(cost["amount_fen"]).replace(",", ""), "note": cost["note"]}
                for cost in answer["costs"]
            ]
        )
        self.lines.set_values(
            [
                {"name": line["name"], "share_pct": line["pct"], "head": line["head"], "residue": line["residue_fen"]}
                for line in answer["lines"]
            ]
        )
        self._loading = False
        self._came(answer)
        self.begin()

    # -- what comes out

    def _later(self) -> None:
        if not self._loading:
            self._soon.start()
            self.keep()

    def _asked_for(self) -> dict[str, Any]:
        """The parameters of the services, from what is filled in."""
        values = {name: text for name, text in self.form.values().items() if text}
        values |= {
            name: edit.text().strip()
            for name, edit in (("received_on", self.received), ("reward_pct", self.reward))
            if edit.text().strip()
        }
        asked: dict[str, Any] = {
            "values": values,
            "costs": self.costs.values(),
            "lines": self.lines.values(),
            "contract": self._contract or None,
        }
        return {**asked, "record": self._record} if self._record else asked

    def _compute(self) -> None:
        self._soon.stop()
        self.ask("distribution.compute", self._came, **self._asked_for())

    def _came(self, answer: Row) -> None:
        self._answer = answer
        self.bases.set_rows([{**base, "id": f"{base['pack']}/{base['rule']}"} for base in answer["bases"]])
        people = [
            {**line, "id": f"line{line['key']}", "title": line["name"], "person": True} for line in answer["lines"]
        ]
        shares: list[Row] = []
        for share in answer["shares"]:
            shares.append({**share, "id": share["key"], "person": False})
            shares += people if share["key"] == "team" else []
        self.shares.set_rows(shares)
        self.rules.set_rows(
            [{**rule, "id": f"{rule['pack']}/{rule['id']}"} for rule in answer["rules"] if rule["kind"] != "reference"]
        )
        self.notice.setPlainText(answer["notice"])
        self._heads["notice"].setVisible(bool(answer["notice"]))
        self.notice.setVisible(bool(answer["notice"]))
        self._show_net()

    def _show_net(self) -> None:
        answer = self._answer
        self.save.setEnabled(bool(self._contract and answer and answer["shares"]))
        self.save.setToolTip("" if self._contract else tr("选择一份合同后可以保存"))
        self.export.setEnabled(bool(answer and answer["gross_fen"] is not None))
        if answer is None:
            self.net.setText(tr("填写实际成交额和税金后，这里给出净收入和各项分配。"))
            self.warnings.clear()
            return
        net = tr("无法计算") if answer["net_unknown"] else yuan(answer["net_fen"])
        self.net.setText(tr("净收入 {net} 元，可分配 {amount} 元", net=net, amount=yuan(answer["to_divide_fen"])))
        self.warnings.setText("\n".join(f"• {text}" for text in answer["warnings"]))

    # -- keeping it

    def _save(self) -> None:
        if self._contract:
            asked = {**self._asked_for(), "contract": self._contract}
            self.write("distribution.save", partial(self._saved, self.draft_key(), self.typed()), **asked)

    def _saved(self, key: str, sent: dict[str, str], answer: Row) -> None:
        self.desk.drafts.drop(key)
        if key == self.draft_key():  # still the one on show
            self._record = answer["id"]
            self._begun = sent
            self.keep()  # what was typed since
        self.desk.notify(tr("已保存收益分配。"))
        self.refresh()

    def _export(self) -> None:
        self.save_as("distribution.export", tr("收益分配.xlsx"), workbook_kind(), **self._asked_for())

    # -- how it lies

    def _models(self) -> dict[str, RowsModel]:
        return {"bases": self.bases, "shares": self.shares, "rules": self.rules}

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self._source_label)
        top.addWidget(self.source, 1)
        top.addWidget(self.save)
        top.addWidget(self.export)
        extra = QWidget()
        grid = QGridLayout(extra)
        grid.setContentsMargins(0, 0, GRID, 0)
        grid.setSpacing(GRID)
        for place, (label, edit) in enumerate(zip(self._extra_labels, (self.received, self.reward), strict=True)):
            grid.addWidget(label, 0, place)
            grid.addWidget(edit, 1, place)
        left = column_of((self.form, extra, self._heads["costs"], self.costs, self._heads["lines"], self.lines))
        for view in self._tables.values():
            view.setMinimumHeight(view.rowHeight(0) * _TABLE_ROWS or 150)
        right = column_of(
            (
                self.net, self.warnings, self._heads["bases"], self._tables["bases"], self._heads["shares"],
                self._tables["shares"], self._heads["rules"], self._tables["rules"], self._heads["notice"], self.notice,
            )
        )  # fmt: skip
        self.notice.setMinimumHeight(160)
        self.net.setWordWrap(True)
        split = Panes()
        split.addWidget(scrolled(left))
        split.addWidget(scrolled(right))
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        split.setSizes([470, 700])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.left)
        layout.addWidget(self.message)
        layout.addWidget(split, 1)


def _cost_kinds() -> list[tuple[str, str]]:
    return [(choice.code, choice.shown) for choice in kind_info("distribution_cost").field("kind").choices]


def _base_columns() -> tuple[Column, ...]:
    return (
        Column(lambda: tr("基数"), lambda row: row["title"], emphasis=lambda row: row["taken"]),
        Column(
            lambda: tr("至少（元）"),
            _least,
            right=True,
            emphasis=lambda row: row["taken"],
        ),
        Column(lambda: tr("取用"), _taken, icon=_taken_icon),
        Column(lambda: tr("标记"), marks, icon=marked),
        Column(lambda: tr("依据"), basis),
    )


def _least(row: Row) -> str:
    """The least that is due; a basis below zero asks for nothing."""
    if not row["applies"]:
        return tr("不适用")
    return tr("净收入小于零，无应付") if row["nothing_due"] else yuan(row["floor_fen"])


def _taken(row: Row) -> str:
    if not row["taken"]:
        return tr("对照")
    return tr("所取") if row["met"] is None else tr("所取，达到") if row["met"] else tr("所取，不足")


def _taken_icon(row: Row) -> Any:
    return state_icon("good" if row["met"] else "bad") if row["taken"] and row["met"] is not None else None


def _share_columns() -> tuple[Column, ...]:
    return (
        Column(lambda: tr("对象"), lambda row: f"　{row['title']}" if row["person"] else row["title"]),
        Column(lambda: tr("比例（%）"), lambda row: row["pct"], right=True),
        Column(lambda: tr("金额（元）"), lambda row: yuan(row["amount_fen"]), right=True),
        Column(
            lambda: tr("尾差"),
            lambda row: tr("含 {n} 元", n=yuan(row["residue_fen"])) if row["residue_fen"] else "",
            right=True,
        ),
    )


def _rule_columns() -> tuple[Column, ...]:
    return (
        Column(lambda: tr("规定"), lambda row: row["title"]),
        Column(lambda: tr("状态"), _rule_state, icon=lambda row: state_icon(VERDICTS[row["verdict"]][1])),
        Column(lambda: tr("期限"), lambda row: row["due"]),
        Column(lambda: tr("标记"), marks, icon=marked),
        Column(lambda: tr("依据"), basis),
    )


def _rule_state(row: Row) -> str:
    word = verdict_word(row["verdict"])
    return labelled(word, row["value"]) if row["state"] else word
