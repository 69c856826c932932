"""What fits a need, a result, an expert or a firm, ranked, with the reasons in words, and decided in place."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.fields import choice_label, kind_info
from desktop.look import GRID, state_icon
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.calculators.tab import Tab
from desktop.pages.evidence.rows import Column, RowsModel, opens, table_view
from desktop.widgets.basics import heading, primary, quiet
from desktop.widgets.room import Flow
from policy.errors import Fault
from policy.i18n import labelled, listed, mark, sentences, tr

Row = dict[str, Any]

_STATES = {"open": "unknown", "proposed": "info", "accepted": "good", "rejected": "bad"}
_OTHER = {"need": "achievement", "achievement": "need"}
_CALLED = {"achievement": mark("相合的成果"), "need": mark("相合的需求"), "person": mark("相合的专家")}
_WHY = {
    "archived": mark("已归档，不再比对。"),
    "classified": mark("涉密的只登记编号，没有文字可以比对。"),
    "closed": mark("公开程度是“不公开”，没有可以比对的文字；要比对，先在基本情况里改公开程度。"),
    "nda": mark("公开程度是“签保密协议后”：只和已签保密协议的案件里的对方比对。"),
    "no_work": mark("还没有可以比对的：按其完成的公开成果和导师聘任里的专业说明比对，先登记这些。"),
    "no_text": mark("这家企业还没有可以比对的文字：先在企业里填写主营产品。"),
}
_TOUCHES = frozenset(
    {
        "completer", "mentor_term", "need", "achievement", "match", "case", "case_party", "case_achievement",
        "case_need", "firm", "organisation", "person",
    }
)  # fmt: skip


class Fits(Tab):
    """A tab of a need (results or experts for it) or of a result (needs for it); also the right side of matching.

    What a firm's own words found is begun as a case or left: nobody asked, so nothing is proposed or declined.
    """

    def __init__(
        self,
        ops: Ops,
        desk: Desk,
        kind: str,
        *,
        other: str = "",
        main: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`kind` need, achievement, person or firm: what `show_parent` is given; `other` what is found for it; `main`
        where deciding is what the page is for."""
        super().__init__(ops, desk, parent)
        self.kind, self._record = kind, ""
        self.other = other or _OTHER[kind]
        self._told: Row = {}
        self.model = RowsModel(self._columns(), self)
        self.table = table_view(self.model, stretch=3)
        self.table.selectionModel().currentRowChanged.connect(self._chosen)
        opens(self.table, self._open)
        self._said = quiet()
        self._reasons_head, self._reasons = heading(), QLabel()
        self._reasons.setWordWrap(True)
        self._reasons.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.reason = QLineEdit()
        self.reason.setClearButtonEnabled(True)
        self.reason.returnPressed.connect(lambda: self.decide("rejected"))
        self.accept = primary() if main else QPushButton()
        self.propose, self.reject = QPushButton(), QPushButton()
        self.accept.clicked.connect(lambda _checked=False: self.decide("accepted"))
        self.propose.clicked.connect(lambda _checked=False: self.decide("proposed"))
        self.reject.clicked.connect(lambda _checked=False: self.decide("rejected"))
        for keys, does in (
            ("Ctrl+Return", lambda: self.decide("accepted")),
            ("Ctrl+Enter", lambda: self.decide("accepted")),
            ("Ctrl+P", lambda: self.decide("proposed")),
        ):
            shortcut = QShortcut(QKeySequence(keys), self, does)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        why = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.table, self.reason.setFocus)
        why.setContext(Qt.ShortcutContext.WidgetShortcut)
        no, yes = Flow(), Flow()
        for row in (no, yes):
            row.setSpacing(GRID)
        no.addWidget(self.reason, 1)
        no.addWidget(self.reject)
        yes.addStretch(1)
        yes.addWidget(self.propose)
        yes.addWidget(self.accept)
        for part in (self.reason, self.reject, self.propose) if kind == "firm" else ():
            part.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.message)
        layout.addWidget(self._said)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._reasons_head)
        layout.addWidget(self._reasons)
        layout.addLayout(no)
        layout.addLayout(yes)
        self._enable()

    def retranslate(self) -> None:
        self.table.setAccessibleName(tr(_CALLED[self.other]))
        self._reasons_head.setText(tr("为什么相合"))
        self.reason.setPlaceholderText(tr("拒绝的原因，下次比对会显示"))
        self.reason.setAccessibleName(tr("拒绝的原因"))
        self.reject.setText(tr("拒绝"))
        self.reject.setToolTip(tr("写下原因后拒绝（Delete 到原因，Enter 拒绝）"))
        self.propose.setText(tr("推荐"))
        self.propose.setToolTip(tr("记为已推荐给对方（Ctrl+P）"))
        self.accept.setText(tr("成案") if self.kind == "firm" else tr("接受并成案"))
        self.accept.setToolTip(tr("新建案件，带上双方和所涉的需求、成果（Ctrl+Enter）"))
        self.model.retranslate()
        if self._record:
            self._ask()

    # a Part

    def show_parent(self, record: str) -> None:
        """Rank what fits this record."""
        if record != self._record:
            self.model.set_rows([])
            self.reason.clear()
            self.message.clear()
        self._record = record
        self._ask()

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Rank again where what is compared, or what was decided, changed."""
        touched = set(changes.get("records") or ()) | set(changes.get("bulk") or ())
        if self._record and touched & _TOUCHES:
            self._ask()

    def decide(self, decision: str) -> None:
        """Decide on the row chosen; a rejection asks for its reason first."""
        row = self.model.row(self.table.currentIndex())
        firms = self.kind == "firm"
        if row is None or (row["case"] and (firms or decision != "accepted")) or (firms and decision != "accepted"):
            return
        if decision == "rejected" and not self.reason.text().strip():
            self.message.show_text("warn", tr("先写下拒绝的原因，下次比对会一并显示。"))
            self.reason.setFocus()
            return
        for button in (self.accept, self.propose, self.reject):
            button.setEnabled(False)  # until the answer is here: a second press must not decide twice

        mine = self._record

        def decided(done: Row) -> None:
            if mine == self._record:  # else another is looked at by now
                self._decided(decision, done)

        def refused(fault: Fault) -> None:
            self.message.show_fault(fault)
            self._enable()

        asked: Row = {name: row[name] for name in ("firm", "need", "achievement", "person") if name in row}
        if not firms:
            asked |= {"decision": decision, "reason": self.reason.text() if decision == "rejected" else ""}
        self.ops.run(
            "match.begin" if firms else "match.decide",
            owner=self,
            on_result=decided,
            on_fault=refused,
            track="supply" if self.kind == "achievement" else "demand",
            **asked,
        )

    def _decided(self, decision: str, done: Row) -> None:
        if decision == "rejected":
            self.reason.clear()
            self.desk.notify(tr("已拒绝，原因已记下；按 Ctrl+Z 可以撤销。"))
        elif decision == "accepted":
            case = str(done["case"])
            said = tr("已成案，双方和所涉的需求、成果都已带上。")
            self.message.show_text("good", said, tr("打开案件"), lambda: self.desk.open_record("case", case))
        else:
            self.desk.notify(tr("已记为推荐。"))
        self.table.setFocus()

    def _ask(self) -> None:
        asked: Row = {self.kind: self._record}
        if self.kind == "firm":
            name = "match.firm"
            asked["find"] = self.other
        elif "person" in (self.kind, self.other):
            name = "match.experts"
        else:
            name = "match.run"
            asked["keep"] = False
        self.ops.run(name, owner=self, place="ranked", on_result=self._came, on_fault=self.message.show_fault, **asked)

    def _came(self, answer: Row) -> None:
        self._told = answer
        before = self.model.row(self.table.currentIndex())
        rows = [{**row, "id": f"{row[self.kind]}/{row[self.other]}"} for row in answer["rows"]]
        self.model.set_rows(rows)
        place = self.model.place(before["id"]) if before else -1
        if rows:
            self.table.selectRow(max(place, 0))
        self._say()
        self._chosen()

    def _say(self) -> None:
        answer = self._told
        if answer["why"]:
            self._said.setText(tr(_WHY[answer["why"]]))
            self._said.show()
            return
        none = tr("没有找到相合的。写清楚可公开的描述和关键词，再比对一次。")
        if self.other == "person":
            none = tr("没有找到相合的专家：按完成的公开成果和导师的专业说明比对，先登记这些。")
        if self.kind == "firm":
            none = tr("没有找到相合的。主营产品写得具体些，再比对一次。")
        parts = [] if answer["rows"] else [none]
        if answer.get("by") == "business_scope":
            parts.append(tr("没有填主营产品，按经营范围比对。"))
        if answer["nda"]:
            parts.append(tr("{n} 项要先签保密协议，没有比对。", n=answer["nda"]))
        if answer["closed"]:
            parts.append(tr("{n} 项不公开，没有比对。", n=answer["closed"]))
        self._said.setText(sentences(*parts))
        self._said.setVisible(bool(parts))

    def _chosen(self, *_indexes: QModelIndex) -> None:
        row = self.model.row(self.table.currentIndex())
        lines = [] if row is None else [f"· {text}" for text in row["said"]]
        if row and row.get("reason"):
            lines.append(f"· {labelled(tr('上次拒绝的原因'), row['reason'])}")
        self._reasons.setText("\n".join(lines))
        self._reasons_head.setVisible(bool(lines))
        self._enable()

    def _enable(self) -> None:
        row = self.model.row(self.table.currentIndex())
        open_still = row is not None and not row["case"]
        self.accept.setEnabled(open_still)
        for part in (self.propose, self.reject, self.reason):
            part.setEnabled(open_still)

    def _open(self, row: Row) -> None:
        """Enter on a row: the case it became, else what was found itself."""
        if row["case"]:
            self.desk.open_record("case", row["case"])
        else:
            self.desk.open_record(self.other, row[self.other])

    def _columns(self) -> tuple[Column, ...]:
        other = self.other
        columns = [
            Column(lambda: tr("得分"), lambda row: str(row["score"]), right=True, order=lambda row: row["score"]),
            Column(lambda: kind_info(other).kind.shown, lambda row: str(row[f"{other}_title"]), most=34),
            Column(lambda: tr("案件"), _begun, icon=_begun_icon)
            if self.kind == "firm"
            else Column(lambda: tr("处理"), _decision, icon=_decision_icon),
            Column(lambda: tr("理由"), lambda row: listed(_terms(row)) or "", tip=lambda row: "\n".join(row["said"])),
        ]
        if other != "need":
            unit = mark("所在单位") if other == "person" else mark("权属单位")
            columns.append(Column(lambda: tr(unit), lambda row: str(row["owner"]), most=16))
        return tuple(columns)


def _terms(row: Row) -> list[str]:
    """The words in common: what tells most at a glance; the rest stands below."""
    return next((reason["terms"] for reason in row["reasons"] if reason["kind"] == "terms"), [])


def _begun(row: Row) -> str:
    return tr("已有案件") if row["case"] else ""


def _begun_icon(row: Row) -> QIcon | None:
    return state_icon("good") if row["case"] else None


def _decision(row: Row) -> str:
    return choice_label(kind_info("match").field("decision"), row["decision"])


def _decision_icon(row: Row) -> QIcon:
    return state_icon(_STATES[row["decision"]])
