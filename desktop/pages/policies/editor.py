"""The editor of a pack: its fields as a form and its text as it is, both of one text, checked while it is typed."""

from __future__ import annotations

from collections import deque
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from desktop.drafts import Drafts
from desktop.look import GRID, icon, state_icon
from desktop.ops import Ops
from desktop.pages.evidence.rows import Column, Row, RowsModel, table_view
from desktop.pages.policies.fieldform import FieldForm
from desktop.pages.policies.problems import Problems
from desktop.pages.policies.rawtext import RawText
from desktop.pages.policies.words import kind_word
from desktop.widgets.basics import EmptyState, StatusChip, heading, name_tool, primary, tool
from desktop.widgets.draftbar import DraftBar
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Panes
from policy.errors import Fault
from policy.i18n import bracketed, tr

DRAFT = "policies:editor"
_SOON = 300  # ms after the last key the text is checked
_HEAD = "\0head"  # the row of the list that stands for the pack itself


class Editor(QWidget):
    """`saved(pack)` when it is kept; `library_asked()` where there is nothing to edit yet.

    There is one text; form and raw text show it. A change of the form is sent to the service, one at a time, and made
    on the text as it is then, so that quick typing loses none.
    """

    saved = Signal(str)
    library_asked = Signal()

    def __init__(self, ops: Ops, drafts: Drafts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._drafts = ops, drafts
        self._text, self._open, self._sound = "", False, False  # an emptied text is still being edited
        self._read: dict[str, Any] = {}
        self._version = self._looked = 0  # of the text, and of the one that was checked last
        self._waiting: deque[tuple[str, dict[str, Any], str]] = deque()  # service, parameters, what to say then
        self._sending = False
        self._wanted: int | None = None  # the rule to choose when the text was read
        self._soon = QTimer(self, singleShot=True, interval=_SOON)
        self._soon.timeout.connect(self._look)
        self.left = DraftBar()
        self.message = MessageBar()
        self.name, self.state = heading(), StatusChip()
        self.name.setWordWrap(True)
        self.save_button, self.give_up = primary(), tool("x", text_beside=True)
        self.model = RowsModel(
            (
                Column(lambda: tr("规则"), lambda row: row["title"], icon=self._mark, emphasis=_is_head),
                Column(lambda: tr("类型"), lambda row: kind_word(row["kind"])),
                Column(lambda: tr("条款"), lambda row: row["clause"], most=14),
                Column(lambda: tr("核验"), _checked, icon=_checked_icon),
            ),
            self,
        )
        self.rules = table_view(self.model, stretch=0)
        self.rules.setSortingEnabled(False)
        self.copy, self.remove = tool("copy", text_beside=True), tool("trash-2", text_beside=True)
        self.form, self.raw = FieldForm(), RawText()
        self.views = QTabWidget(documentMode=True)
        self.problems = Problems()
        self.empty = EmptyState("pencil")
        self._lay_out()
        self._connect()
        self.retranslate()
        self._show()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self.name, 1)
        for part in (self.state, self.give_up, self.save_button):
            head.addWidget(part)
        tools = QHBoxLayout()
        tools.setSpacing(GRID)
        tools.addWidget(self.copy)
        tools.addWidget(self.remove)
        tools.addStretch(1)
        side = QWidget()
        left = QVBoxLayout(side)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(GRID)
        left.addWidget(self.rules, 1)
        left.addLayout(tools)
        self.views.addTab(self.form, "")
        self.views.addTab(self.raw, "")
        split = Panes()
        split.addWidget(side)
        split.addWidget(self.views)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        split.setSizes([480, 700])
        work = QWidget()
        inside = QVBoxLayout(work)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(GRID)
        inside.addLayout(head)
        inside.addWidget(split, 1)
        inside.addWidget(self.problems)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(work)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.left)
        layout.addWidget(self.message)
        layout.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self.left.restored.connect(self._restore_left)
        self.left.dropped.connect(self._drop_left)
        self._drafts.arrived.connect(self._ask)
        self.empty.acted.connect(self.library_asked)
        self.save_button.clicked.connect(self.save)
        self.give_up.clicked.connect(self.discard)
        self.rules.selectionModel().currentRowChanged.connect(self._row_changed)
        self.copy.clicked.connect(self._copy_rule)
        self.remove.clicked.connect(self._remove_rule)
        self.form.changed.connect(lambda path, value: self._ask_for("packedit.set", path=path, value=value))
        self.raw.edited.connect(self._typed)
        self.problems.chosen.connect(self._go)
        self.problems.adopted.connect(lambda found: self._ask_for("packedit.adopt", mismatches=found))
        shortcut = QShortcut(QKeySequence("Ctrl+S"), self, self.save)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.save_button.setText(tr("保存(&S)"))
        name_tool(self.give_up, tr("放弃"))
        name_tool(self.copy, tr("复制规则"))
        name_tool(self.remove, tr("删除规则"))
        self.rules.setAccessibleName(tr("政策包里的规则"))
        self.raw.setAccessibleName(tr("政策包文本"))
        self.views.setTabText(0, tr("表单"))
        self.views.setTabText(1, tr("文本"))
        self.views.setTabToolTip(1, tr("表单没有的项在这里改；两边始终是同一份内容"))
        self.empty.set_texts(
            tr("没有在编辑的政策包"),
            tr("在政策库里选一份，点“以此为底本新建”，改上新通知的数值即可；不需要编程。"),
            tr("去政策库"),
        )
        self.left.retranslate()
        self.problems.retranslate()
        self.model.retranslate()
        if self._open:
            self._look()
        self._show()

    def arrive(self) -> None:
        """The page is being shown: what was typed and not saved comes back."""
        if not self._open and (kept := self._drafts.of(DRAFT)):
            self.start(kept["text"])
        self._ask()

    def start(self, text: str) -> None:
        """Edit this text; what stood here before can be taken back by the message's button."""
        before = self._text if self._text != text else ""
        self.message.clear()
        self._waiting.clear()
        self._open, self._read = True, {}
        self.raw.start(text)
        self._set_text(text)
        self._look()
        if before:
            said = tr("刚才在编辑的另一份没有保存，已换成这一份。")
            self.message.show_text("warn", said, tr("换回"), lambda: self.start(before))

    def text(self) -> str:
        """The text as it is now."""
        return self._text

    def is_busy(self) -> bool:
        """Whether a change of the form, or a check, is still to come."""
        return self._sending or bool(self._waiting) or self._soon.isActive() or self._version != self._looked

    def save(self) -> None:
        """Keep the pack in the workspace."""
        if not self.save_button.isEnabled() or not self._sound:
            return
        self.save_button.setEnabled(False)
        version = self._version
        self._ops.run(
            "policy.add",
            owner=self,
            on_result=lambda answer: self._stored(version, answer),
            on_fault=self._refused,
            text=self._text,
        )

    def discard(self) -> None:
        """Give the text up; the message's button brings it back."""
        before = self._text
        self._clear()
        self.message.show_text("info", tr("已放弃编辑，没有保存。"), tr("恢复"), lambda: self.start(before))

    # -- the text

    def _set_text(self, text: str) -> None:
        self._text, self._sound = text, False
        self._version += 1
        self.raw.put(text)
        self._drafts.keep(DRAFT, {"text": text} if self._open else {})
        self._show()

    def _typed(self) -> None:
        self._set_text(self.raw.toPlainText())
        self._soon.start()

    def _clear(self) -> None:
        self._waiting.clear()
        self._soon.stop()
        self._open, self._read = False, {}
        self.raw.start("")
        self._set_text("")
        self._looked = self._version
        self.model.set_rows([])
        self.problems.show_mismatches([])

    def _look(self) -> None:
        """Ask what the text says, and whether it is sound."""
        self._soon.stop()
        version = self._version
        self._ops.run(
            "packedit.read",
            owner=self,
            text=self._text,
            on_result=lambda found: self._read_came(version, found),
            on_fault=lambda _fault: self._read_came(version, None),
        )
        self._ops.run(
            "policy.check",
            owner=self,
            text=self._text,
            on_result=lambda found: self._checked(version, found["mismatches"], None),
            on_fault=lambda fault: self._checked(version, [], fault),
        )

    def _read_came(self, version: int, found: dict[str, Any] | None) -> None:
        if version != self._version:
            return
        self.form.setEnabled(found is not None)
        if found is None:
            return
        chosen = self._place()
        self._read = found
        head = {field["path"][0]: field["text"] for field in found["head"] if len(field["path"]) == 1}
        self.name.setText(bracketed(head["title"], head["id"]))
        rows = [
            {"id": _HEAD, "title": tr("政策文件"), "kind": "", "clause": "", "verified": None, "place": -1, "rule": ""}
        ]
        for place, rule in enumerate(found["rules"]):
            rows.append({**rule, "id": f"{place}:{rule['id']}", "rule": rule["id"], "place": place})
        self.model.set_rows(rows)
        self.rules.selectRow(min(chosen + 1, len(rows) - 1))
        self._show_form()

    def _checked(self, version: int, mismatches: list[dict[str, Any]], fault: Fault | None) -> None:
        if version != self._version:
            return
        self._looked = version
        if fault is not None:
            self.problems.show_fault(fault)
        else:
            self.problems.show_mismatches(mismatches)
        self._sound = fault is None and not mismatches
        self.raw.mark_lines(self.problems.lines())
        self.model.retranslate()
        self._show()

    # -- what a form asks for, one after the other

    def _ask_for(self, service: str, said: str = "", **parameters: Any) -> None:
        self._waiting.append((service, parameters, said))
        self._send_next()

    def _send_next(self) -> None:
        if self._sending or not self._waiting:
            return
        service, parameters, _ = self._waiting[0]
        version, self._sending = self._version, True
        self._ops.run(
            service,
            owner=self,
            text=self._text,
            on_result=lambda answer: self._changed(version, answer),
            on_fault=self._not_changed,
            **parameters,
        )

    def _changed(self, version: int, answer: dict[str, Any]) -> None:
        self._sending = False
        if version != self._version:  # the text was typed on meanwhile: the change is made on what stands there now
            self._send_next()
            return
        if not self._waiting:
            return
        (_, asked, said), before = self._waiting.popleft(), self._text
        self.message.clear()
        if said:
            self.message.show_text("info", said, tr("撤销删除"), lambda: self._put_back(before))
        if title := answer.get("title"):
            self.message.show_text(
                "warn",
                tr("规则名称里还写着原来的数值。"),
                tr("名称改为“{title}”", title=title),
                lambda: self._ask_for("packedit.set", path=[*asked["path"][:2], "title"], value=title),
            )
        self._set_text(answer["text"])
        if "rule" in answer:
            self._wanted = int(answer["rule"])
        if self._waiting:
            self._send_next()
        else:
            self._look()

    def _not_changed(self, fault: Fault) -> None:
        self._sending = False
        if self._waiting:
            self._waiting.popleft()
        self.message.show_fault(fault)
        self.form.revert()
        self._send_next()

    def _copy_rule(self) -> None:
        if (place := self._place()) >= 0:
            self._ask_for("packedit.copy_rule", rule=place)

    def _remove_rule(self) -> None:
        if (place := self._place()) >= 0:
            title = self._read["rules"][place]["title"]
            self._ask_for("packedit.remove_rule", tr("已从草稿中删除规则“{title}”。", title=title), rule=place)

    def _put_back(self, text: str) -> None:
        self.message.clear()
        self._set_text(text)
        self._look()

    # -- what is shown

    def _place(self) -> int:
        """The rule chosen; -1 for the pack itself, or none."""
        if self._wanted is not None:
            place, self._wanted = self._wanted, None
            return place
        row = self.model.row(self.rules.currentIndex())
        return int(row["place"]) if row else -1

    def _row_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self._show_form()

    def _show_form(self) -> None:
        place = self._place()
        if self._read:
            rules = self._read["rules"]
            self.form.show_fields(rules[place]["fields"] if 0 <= place < len(rules) else self._read["head"])
        self.copy.setEnabled(place >= 0)
        self.remove.setEnabled(place >= 0)

    def _show(self) -> None:
        self.stack.setCurrentIndex(1 if self._open else 0)
        asked = not self.left.isHidden()
        self.stack.setEnabled(not asked)
        count = len(self.problems.model.rows())
        if self._version != self._looked:
            self.state.set_state("busy", tr("正在检查"))
        elif self._sound:
            self.state.set_state("good", tr("可以保存"))
        else:
            self.state.set_state("bad", tr("{count} 处问题，改正后才能保存", count=count))
        self.save_button.setEnabled(self._sound and self._version == self._looked)

    def _go(self, line: int, rule: str) -> None:
        place = next((row["place"] for row in self.model.rows() if row["rule"] == rule and rule), -1)
        if place >= 0:
            self.rules.selectRow(place + 1)
        if line:
            self.views.setCurrentWidget(self.raw)
            self.raw.go_to(line)

    def _mark(self, row: Row) -> QIcon | None:
        return state_icon("bad") if row["rule"] and row["rule"] in self.problems.rules() else None

    # -- keeping

    def _stored(self, version: int, answer: dict[str, Any]) -> None:
        if version != self._version:
            self.message.show_text("info", tr("已保存；之后改动的还在这里，没有保存。"))
            return
        self._clear()
        self.message.clear()
        self.saved.emit(answer["id"])

    def _refused(self, fault: Fault) -> None:
        self.message.show_fault(fault)
        self._show()

    def _ask(self) -> None:
        draft = self._drafts.earlier(DRAFT)
        self.left.ask(draft)
        self._show()

    def _restore_left(self) -> None:
        self.start(self._drafts.take(DRAFT)["text"])
        self._ask()

    def _drop_left(self) -> None:
        self._drafts.drop(DRAFT)
        self._ask()


def _is_head(row: Row) -> bool:
    return bool(row["id"] == _HEAD)


def _checked(row: Row) -> str:
    if row["verified"] is None:
        return ""
    return tr("已核实") if row["verified"] else tr("未核实")


def _checked_icon(row: Row) -> QIcon | None:
    if row["verified"] is None:
        return None
    return icon("shield-check", "good") if row["verified"] else state_icon("warn")
