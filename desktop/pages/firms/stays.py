"""The stays of a firm, or in a carrier: the list, the form, and the steps that may come next as one act each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.fields import FieldInfo, fields_of, kind_info
from desktop.look import GRID
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.widgets.basics import heading, primary
from desktop.widgets.form import FormEditor
from desktop.widgets.message import MessageBar
from desktop.widgets.related import Related
from desktop.widgets.room import Flow
from policy.errors import Fault
from policy.i18n import clauses, mark, tr

_APPLY, _REGISTER, _RENAME = mark("申请入驻"), mark("团队注册成企业"), mark("企业更名")


class Steps(QWidget):
    """The steps of one stay as buttons; a button opens what the step asks. `done(str)` the stay that came of it."""

    done = Signal(str)

    def __init__(self, ops: Ops, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._stay = ops, ""
        self._service, self._fixed = "", dict[str, str]()
        self.message = MessageBar(self)
        self.buttons: dict[str, QPushButton] = {}
        self._steps: dict[str, dict[str, Any]] = {}
        self._row = Flow()
        self._lead = QLabel()
        self._row.addWidget(self._lead)
        self._row.addStretch(1)
        self._asked = QWidget()
        self._inside = QVBoxLayout(self._asked)
        self._inside.setContentsMargins(GRID, 0, GRID, GRID)
        self._title = heading()
        self.form: FormEditor | None = None
        self.go, self.leave = primary(), QPushButton()
        self.go.clicked.connect(lambda _checked=False: self.run())
        self.leave.clicked.connect(lambda _checked=False: self._close())
        foot = Flow()
        foot.addStretch(1)
        foot.addWidget(self.leave)
        foot.addWidget(self.go)
        self._inside.addWidget(self._title)
        self._inside.addLayout(foot)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self.message)
        layout.addLayout(self._row)
        layout.addWidget(self._asked)
        for keys, does in (("Ctrl+Return", self.run), ("Ctrl+Enter", self.run), ("Escape", self._close)):
            shortcut = QShortcut(QKeySequence(keys), self._asked, does)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._asked.hide()
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self._lead.setText(tr("下一步："))
        self._lead.setVisible(bool(self.buttons))
        self.go.setText(tr("办理"))
        self.leave.setText(tr("取消"))
        if self.form is not None:
            self.form.retranslate()
        if self._stay:
            self.show_stay(self._stay)

    def show_stay(self, stay: str) -> None:
        """Offer the steps of this stay; none for a blank."""
        if stay != self._stay or not stay:  # without a stay, what is being asked is for the firm shown before
            self.message.clear()
            self._close()
            self._offer([])
        self._stay = stay
        self._ops.forget(self, "steps")
        if stay:
            self._ops.run(
                "tenancy.steps",
                owner=self,
                place="steps",
                on_result=lambda answer: self._offer(answer["steps"]),
                tenancy=stay,
            )

    def apply_for(self, firm: str) -> None:
        """Ask for a firm's application to a carrier."""
        info = kind_info("tenancy")
        self._open("tenancy.apply", tr(_APPLY), [info.field("carrier"), info.field("applied_on")], {}, {"firm": firm})

    def register_team(self, firm: str) -> None:
        """Ask for the credit code under which a team has become a firm."""
        self._open(
            "team.register", tr(_REGISTER), fields_of("firm", ("uscc", "name", "founded_on")), {}, {"firm": firm}
        )

    def rename(self, firm: str) -> None:
        """Ask for a firm's new name; the former one is kept."""
        self._open("firm.rename", tr(_RENAME), fields_of("firm", ("name",)), {}, {"firm": firm})

    def run(self) -> None:
        """Do the step with what was typed."""
        if self.form is None or not self.go.isEnabled():  # under way already
            return
        self.go.setEnabled(False)
        asked: dict[str, Any] = {**self._fixed, **self.form.values()}
        mine = self.form

        def over(answer: dict[str, Any]) -> None:
            if self.form is mine:  # else another step is asked for by now, of another perhaps
                self._over(answer)

        def refused(fault: Fault) -> None:
            if self.form is mine:
                self._refused(fault)
            else:
                self._ops.faulted.emit(fault)

        self._ops.run(self._service, owner=self, on_result=over, on_fault=refused, **asked)

    def _offer(self, steps: Sequence[dict[str, Any]]) -> None:
        self._steps = {step["name"]: step for step in steps}
        for name in [name for name in self.buttons if name not in self._steps]:
            button = self.buttons.pop(name)
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        for place, name in enumerate(self._steps, 1):
            if name not in self.buttons:  # those that are there stay: one may have the keyboard, or be pressed just now
                self.buttons[name] = QPushButton()
                self.buttons[name].clicked.connect(partial(self._chosen, name))
                self._row.insertWidget(place, self.buttons[name])
        for name, button in self.buttons.items():
            button.setText(tr("{step}…", step=self._steps[name]["title"]))
        self._lead.setVisible(bool(steps))

    def _chosen(self, name: str, _checked: bool = False) -> None:
        step = self._steps[name]
        fields = [kind_info(kind).field(name) for kind, name in step["asks"]]
        self._open(f"tenancy.{step['name']}", step["title"], fields, step["values"], {"tenancy": self._stay})

    def _open(
        self, service: str, title: str, fields: Sequence[FieldInfo], row: dict[str, Any], fixed: dict[str, str]
    ) -> None:
        self._close()
        self._service, self._fixed = service, fixed
        self._title.setText(title)
        self.form = FormEditor(self._ops, fields)
        self.form.load(row)
        self._inside.insertWidget(1, self.form)
        self.go.setEnabled(True)
        self._asked.show()
        self.form.editor(fields[0].name).setFocus()

    def _close(self) -> None:
        self._asked.hide()
        if self.form is not None:
            self._inside.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()
            self.form = None

    def _over(self, answer: dict[str, Any]) -> None:
        self._close()
        if answer["warnings"]:
            self.message.show_text("warn", tr("已办理。请核对：{said}", said=clauses(answer["warnings"])))
        else:
            self.message.show_text("good", tr("已办理；按 Ctrl+Z 可以撤销。"))
        if self._service.startswith("tenancy."):
            self._stay = answer["id"]  # what was said is about it, and stays while it is looked at
            self.done.emit(answer["id"])

    def _refused(self, fault: Fault) -> None:
        self.go.setEnabled(True)
        if self.form is None or not self.form.show_fault(fault):
            self.message.show_fault(fault)


class StaysTab(Related):
    """Stays by `parent_field` (firm or carrier), the steps above them."""

    def __init__(self, ops: Ops, desk: Desk, parent_field: str, columns: Sequence[str]) -> None:
        super().__init__(ops, "tenancy", parent_field, columns, desk)
        self.steps = Steps(ops)
        self.steps.done.connect(self.select)
        self.form.loaded.connect(lambda row: self.steps.show_stay(str(row["id"])))
        self.form.deleted.connect(lambda _record: self.steps.show_stay(""))
        self._looking = ops
        self.apply, self.rename, self.register = QPushButton(), QPushButton(), QPushButton()
        self.apply.clicked.connect(lambda _checked=False: self.steps.apply_for(self._parent_id))
        self.rename.clicked.connect(lambda _checked=False: self.steps.rename(self._parent_id))
        self.register.clicked.connect(lambda _checked=False: self.steps.register_team(self._parent_id))
        self.register.hide()
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)  # noqa: S101 - as the base lays it out
        layout.insertWidget(0, self.steps)
        begin = Flow()
        begin.addStretch(1)
        for button in (self.register, self.rename, self.apply):
            begin.addWidget(button)
        if parent_field == "firm":
            layout.insertLayout(0, begin)
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        super().retranslate()
        if hasattr(self, "steps"):  # the base asks before they are there
            for button, text in ((self.apply, _APPLY), (self.rename, _RENAME), (self.register, _REGISTER)):
                button.setText(tr("{step}…", step=tr(text)))
            self.steps.retranslate()

    def show_parent(self, record: str) -> None:
        """List what belongs to this record."""
        if record != self._parent_id:
            self.steps.show_stay("")
        super().show_parent(record)
        if self._field == "firm":
            self._look(record)

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Refresh what changed."""
        super().changes_came(changes)
        if self._field == "firm" and self._parent_id in (changes.get("records") or {}).get("firm", ()):
            self._look(self._parent_id)

    def _look(self, firm: str) -> None:
        """A team may become a firm, a firm may be renamed."""

        def came(row: dict[str, Any]) -> None:
            self.register.setVisible(bool(row["is_team"]))
            self.rename.setVisible(not row["is_team"])

        self._looking.run("records.get", owner=self, place="firm", on_result=came, kind="firm", id=firm)
