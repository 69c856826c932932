"""One record being looked at and changed: form, save and discard, with unsaved text kept as a draft."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop.drafts import Drafts
from desktop.fields import fields_of
from desktop.look import GRID, icon
from desktop.models import format as shown_as
from desktop.ops import Ops
from desktop.widgets.basics import StatusChip, primary
from desktop.widgets.doublesbar import DoublesBar, telling_fields
from desktop.widgets.draftbar import DraftBar
from desktop.widgets.form import FormEditor
from desktop.widgets.message import MessageBar
from desktop.widgets.missingbar import MissingBar
from desktop.widgets.room import Downwards, Flow
from policy.errors import Fault
from policy.i18n import clauses, tr

_BASE = "_base"  # the remark in a draft that says what the record was


class RecordForm(QWidget):
    """Shows a record by `show_record`, a new one by `start_new`.

    Signals: `saved(str)` the id; `loaded(dict)` the stored row; `deleted(str)`; `abandoned()` a new record given up;
    `double_opened(str)` the record that is there already; `merge_asked(str)` the one to make this one with.
    """

    ADDS, EDITS, DELETES = "records.add", "records.edit", "records.delete"

    saved = Signal(str)
    loaded = Signal(dict)
    deleted = Signal(str)
    abandoned = Signal()
    double_opened = Signal(str)
    merge_asked = Signal(str)

    def __init__(
        self,
        ops: Ops,
        kind: str,
        names: Sequence[str],
        drafts: Drafts,
        *,
        headings: Mapping[str, str] | None = None,
        columns: int = 2,
        deletable: bool = True,
        merging: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._ops, self._kind, self._drafts, self._deletable = ops, kind, drafts, deletable
        self._record = ""
        self._fixed: dict[str, str] = {}
        self._new = False
        self._row: dict[str, Any] = {}
        self._held: str | None = None  # the key of what stands in the form; None while a record is being loaded
        self.message = MessageBar(self)
        self.left = DraftBar()
        self.left.restored.connect(self._restore_left)
        self.left.dropped.connect(self._drop_left)
        drafts.arrived.connect(self._ask)
        self.form = FormEditor(ops, fields_of(kind, names), columns, headings)
        self.form.edited.connect(self._edited)
        self._area = area = Downwards(self.form)
        self._telling = telling_fields(kind)
        self._sent: set[str] = set()
        self._asks_about: tuple[str, set[str]] = ("", set())  # the record just saved, and what of it
        self._under_way: set[str] = set()  # keys of what is being saved
        self.doubles = DoublesBar(ops, kind, merging=merging)
        self.doubles.opened.connect(self.double_opened)
        self.doubles.merge_asked.connect(self.merge_asked)
        self.missing = MissingBar(ops, kind, names, self.message.show_fault)
        self.missing.wanted.connect(self.go_to)
        self.state = StatusChip()
        self.save_button, self.discard_button, self.delete_button = primary(), QPushButton(), QPushButton()
        self.delete_button.setIcon(icon("trash-2"))
        self.save_button.clicked.connect(self.save)
        self.discard_button.clicked.connect(self.discard)
        self.delete_button.clicked.connect(self.delete)
        foot = Flow()
        foot.addWidget(self.state)
        foot.addStretch(1)
        foot.addWidget(self.delete_button)
        foot.addWidget(self.discard_button)
        foot.addWidget(self.save_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.message)
        layout.addWidget(self.left)
        layout.addWidget(self.doubles)
        layout.addWidget(area, 1)
        layout.addWidget(self.missing)
        layout.addLayout(foot)
        shortcut = QShortcut(QKeySequence("Ctrl+S"), self, self.save)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.retranslate()
        self._edited(False)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.save_button.setText(tr("保存(&S)"))
        self.discard_button.setText(tr("放弃修改"))
        self.delete_button.setText(tr("删除"))
        self.form.retranslate()
        self.left.retranslate()
        self.doubles.retranslate()
        self.missing.retranslate()
        self._edited(self.form.is_edited())

    def go_to(self, name: str) -> None:
        """Put the cursor into a field, wherever it is in the form."""
        editor = self.form.editor(name)
        self._area.ensureWidgetVisible(editor)
        editor.setFocus()

    def record(self) -> str:
        """The record shown; blank for a new one or none."""
        return self._record

    def show_record(self, record: str) -> None:
        """Load a record; what was typed in it before and not saved comes back."""
        self._keep()
        if self._new or record != self._record:
            self._held = None
        self._new, self._record, self._fixed = False, record, {}
        self.doubles.clear()
        self.missing.show_record("")
        self.message.clear()
        self._load()

    def start_new(self, fixed: dict[str, str] | None = None) -> None:
        """An empty record; `fixed` are values that are not asked for."""
        self._keep()
        self._ops.forget(self, "record")
        self._new, self._record, self._fixed, self._row, self._held = True, "", fixed or {}, {}, None
        self.doubles.clear()
        self.missing.show_record("")
        self.message.clear()
        self.form.load({})
        self._held = self._key()
        self.form.restore(self._drafts.of(self._held))
        self.form.setFocus()
        self._ask()

    def refresh(self) -> None:
        """The record was changed elsewhere: load it again unless something is being typed."""
        if self._record and not self.form.is_edited():
            self.show_record(self._record)

    def save(self) -> None:
        """Send what was changed; it stays on screen until the store has it. What is on its way is not sent twice, and
        what still stands in the form while another record is being loaded is not that record's."""
        if self._held is None or self._held in self._under_way:
            return
        changes = self.form.changes()
        self._sent = set(changes)
        if self._new:
            values = {name: text for name, text in self.form.values().items() if text not in ("",)}
            self._send(self.ADDS, values={**values, **self._fixed})
        elif self._record and changes:
            self._send(self.EDITS, id=self._record, values=changes)

    def discard(self) -> None:
        """Back to what is stored."""
        self._drafts.keep(self._key(), {})
        self.message.clear()
        if self._new:
            self._new, self._held = False, None
            self.form.load({})
            self.abandoned.emit()
        else:
            self.form.load(self._row)

    def delete(self) -> None:
        """Remove the record; it can be undone, so nothing is asked."""
        record = self._record
        if record and self._held is not None:  # else it is another that stands here still
            self._ops.run(
                self.DELETES,
                owner=self,
                on_result=lambda _answer: self._gone(record),
                on_fault=self.message.show_fault,
                id=record,
                **self._named(),
            )

    def _gone(self, record: str) -> None:
        self._drafts.keep(f"{self._kind}:{record}", {})
        if record == self._record:  # else another is looked at by now
            self._record, self._held = "", None
            self.deleted.emit(record)

    def _load(self) -> None:
        record = self._record
        self._ops.run(
            "records.get",
            owner=self,
            place="record",
            on_result=lambda row: self._loaded(record, row),
            on_fault=self.message.show_fault,
            kind=self._kind,
            id=record,
        )

    def _named(self) -> dict[str, Any]:
        """What the services want to know besides the record."""
        return {"kind": self._kind}

    def _send(self, service: str, **parameters: Any) -> None:
        held, sent = self._key(), self.form.values()

        def stored(answer: dict[str, Any]) -> None:
            self._under_way.discard(held)
            typed = self.form.values() if held == self._held else self._drafts.of(held)
            secret = typed.get("classified") == "1"
            rest = {name: text for name, text in typed.items() if text != sent.get(name, text) and not secret}
            self._drafts.keep(held, {})
            self._drafts.keep(f"{self._kind}:{answer['id']}", rest)  # typed since
            if held == self._held:
                self._stored(answer)

        def refused(fault: Fault) -> None:
            self._under_way.discard(held)
            if held == self._held:
                self._refused(fault)
            else:  # another is looked at by now; what was typed is kept with its own
                self._ops.faulted.emit(fault)

        self._under_way.add(held)
        self.save_button.setEnabled(False)
        self._ops.run(service, owner=self, on_result=stored, on_fault=refused, **self._asked(parameters))

    def _asked(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """What the service that saves is given."""
        return {**self._named(), **parameters}

    def _stored(self, answer: dict[str, Any]) -> None:
        self._new, self._record = False, answer["id"]
        self._held = self._key()
        warnings = answer.get("warnings") or []
        if warnings:
            self.message.show_text("warn", clauses(str(warning) for warning in warnings))
        else:
            self.message.clear()
        self._asks_about = (self._record, self._sent)
        self._load()
        self.saved.emit(self._record)

    def _doubt(self, record: str) -> None:
        """Ask once about an amount a thousand times that of the year before; it is saved in any case."""
        (saved, sent), self._asks_about = self._asks_about, ("", set())
        names = [name for name in sent if saved == record and self.form.editor(name).field.type == "money"]

        def came(doubts: list[dict[str, Any]]) -> None:
            if doubts and record == self._record and not self.form.is_edited():
                self._ask_about(doubts[0])

        if names:
            self._ops.run("values.doubt", owner=self, on_result=came, kind=self._kind, id=record, fields=names)

    def _ask_about(self, doubt: dict[str, Any]) -> None:
        editor = self.form.editor(doubt["field"])
        field = editor.field

        def amount(fen: int) -> str:
            return f"{shown_as.shown(field, {field.name: fen})} {shown_as.unit(field)}"

        def put_right() -> None:
            editor.set_text(shown_as.typed(field, {field.name: doubt["proposed"]}))
            self.save()

        other = amount(doubt["other"])
        beside = tr("{period} 年是 {other}", period=doubt["period"], other=other) if doubt["period"] else ""
        text = tr(
            "“{label}”填的是 {value}，{beside}，相差约 {factor} 倍。已经保存；"
            "是不是单位看错了（元、千元、万元）？没有错就关闭这条提示，不会再问。",
            label=field.shown,
            value=amount(doubt["value"]),
            beside=beside or tr("其他记录多在 {other} 上下", other=other),
            factor=f"{doubt['factor']:,}",
        )
        self.message.show_text("warn", text, tr("改为 {value}", value=amount(doubt["proposed"])), put_right)

    def _refused(self, fault: Fault) -> None:
        self.save_button.setEnabled(True)
        if not self.form.show_fault(fault):
            self.message.show_fault(fault)

    def _loaded(self, record: str, row: dict[str, Any]) -> None:
        self._row, self._held = row, None
        self.form.load(row)
        self._held = self._key()
        draft = self._drafts.of(self._held)
        if draft:
            self.form.restore(draft)
        self._ask()
        self.missing.show_record(record)
        self._doubt(record)
        self.loaded.emit(row)

    def _ask(self) -> None:
        """What a lock or a crash has left is asked about first: typing before the answer would replace it."""
        draft = self._drafts.earlier(self._held) if self._held else None
        changed = draft is not None and bool(self._record) and draft.texts.get(_BASE) != self._base()
        self.form.setEnabled(not self.left.ask(draft, changed=changed))
        self._edited(self.form.is_edited())

    def _restore_left(self) -> None:
        if self._held:
            self.form.restore(self._drafts.take(self._held))
            self._ask()

    def _drop_left(self) -> None:
        if self._held:
            self._drafts.drop(self._held)
            self._ask()

    def _key(self) -> str:
        parent = "".join(f":{name}={value}" for name, value in self._fixed.items())
        return f"{self._kind}:{self._record or f'new{parent}'}"

    def _base(self) -> str:
        """What the record was when it was loaded, as a short mark."""
        loaded = json.dumps(self.form.original(), ensure_ascii=False, sort_keys=True)
        return hashlib.blake2b(loaded.encode(), digest_size=8).hexdigest()

    def _keep(self) -> None:
        if self._held != self._key() or not (self._record or self._new):
            return
        texts = self.form.changes()
        if self.form.values().get("classified") == "1":
            texts = {}  # of a state secret nothing is kept but its number, not even unsaved
        self._drafts.keep(self._held, {**texts, _BASE: self._base()} if texts else {})

    def _edited(self, edited: bool) -> None:
        asked = not self.left.isHidden()
        self.save_button.setEnabled(edited and not asked)
        self.discard_button.setVisible((edited or self._new) and not asked)
        self.delete_button.setVisible(self._deletable and bool(self._record) and not edited and not asked)
        if edited:
            self.state.set_state("warn", tr("有未保存的修改"))
        elif self._new:
            self.state.set_state("info", tr("新记录，尚未保存"))
        else:
            self.state.set_state("good", tr("已保存"))
        self.state.setVisible(edited or self._new)
        if edited and not asked and any(name in self._telling for name in self.form.changes()):
            self.doubles.look(self.form.values(), self._record)
        else:
            self.doubles.clear()
        if self._held is not None:
            self._keep()
