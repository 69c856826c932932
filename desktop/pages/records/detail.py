"""One record beside its list, by its sheet: head, form, tables of what belongs to it, own tabs, proofs and history."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from desktop.fields import choice_label, kind_info, typed_fields
from desktop.look import GRID
from desktop.models import format as shown_as
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.printing import print_of
from desktop.pages.records.sheet import FORM, Sheet, Tab
from desktop.papers import paper_of
from desktop.widgets.basics import StatusChip, heading, quiet, tool
from desktop.widgets.history import History
from desktop.widgets.mergepane import MergePane
from desktop.widgets.proofs import Proofs
from desktop.widgets.recordform import RecordForm
from desktop.widgets.related import Related
from policy.i18n import spaced, tr


class _Later(QWidget):
    """Where a tab's widget will stand once it is looked at."""


class RecordDetail(QWidget):
    """`saved(str)`, `deleted(str)` and `abandoned()` as its form tells them; `loaded(dict)` the row now shown;
    `rows_pasted(kind, text, given)` and `template_asked(kind)` as the tables on its tabs do."""

    saved = Signal(str)
    deleted = Signal(str)
    abandoned = Signal()
    loaded = Signal(dict)
    rows_pasted = Signal(str, str, dict)
    template_asked = Signal(str)

    def __init__(self, ops: Ops, desk: Desk, sheet: Sheet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet, self._ops, self._desk = sheet, ops, desk
        self._record = ""
        self._row: dict[str, Any] = {}
        self._stale: set[int] = set()
        self._name, self._code, self.state = heading(large=True), quiet(wrap=False), StatusChip()
        self._name.setWordWrap(True)
        self._code.hide()
        self.state.hide()
        self._paper = paper_of(sheet.kind)
        self.print = tool("printer", text_beside=True)
        self.print.clicked.connect(lambda _checked=False: self.print_now())
        self.print.hide()
        if self._paper is not None:  # while this record is on screen, wherever in the window the keyboard is
            QShortcut(QKeySequence("Ctrl+P"), self, lambda: self.print_now())
        names = sheet.profile or [field.name for field in typed_fields(sheet.kind)]
        self.profile = RecordForm(ops, sheet.kind, names, desk.drafts, headings=sheet.headings, merging=True)
        self.profile.loaded.connect(self._loaded)
        self.profile.saved.connect(self._saved)
        self.profile.deleted.connect(self.deleted)
        self.profile.abandoned.connect(self.abandoned)
        self.profile.double_opened.connect(lambda record: desk.open_record(sheet.kind, record))
        self.profile.merge_asked.connect(self.start_merge)
        self._screens = QStackedWidget()
        self.merge = MergePane(ops, sheet.kind)
        self.merge.left.connect(lambda: self._screens.setCurrentIndex(0))
        self.merge.merged.connect(self._merged)
        self.proofs = Proofs(ops)
        self.proofs.opened.connect(lambda evidence: desk.open_record("evidence", evidence))
        self.history = History(ops, sheet.kind)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        declared = sheet.tabs if FORM in sheet.tabs else (FORM, *sheet.tabs)
        self._declared: list[Tab | None] = [*declared, None, None]  # the last two are proofs and history
        self._parts: list[QWidget] = []
        for one in declared:  # the others are built when they are first looked at: a page opens at once
            self._parts.append(self.profile if one is FORM else _Later())
        self._parts += [self.proofs, self.history]
        for part in self._parts:
            self.tabs.addTab(self._framed() if part is self.profile else part, "")
        self._form_place = self._parts.index(self.profile)
        self.tabs.currentChanged.connect(lambda _place: self._fill_tab())
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self._name, 1)
        head.addWidget(self._code)
        head.addWidget(self.state)
        head.addWidget(self.print)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(head)
        self._screens.addWidget(self.tabs)
        self._screens.addWidget(self.merge)
        layout.addWidget(self._screens, 1)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        for place, declared in enumerate(self._declared[:-2]):
            assert declared is not None  # noqa: S101 - only the last two are
            form = tr(self.sheet.form_title) if self.sheet.form_title else tr("基本情况")
            self.tabs.setTabText(place, form if declared is FORM else declared.shown())
        self.tabs.setTabText(len(self._parts) - 2, tr("佐证"))
        self.tabs.setTabText(len(self._parts) - 1, tr("变更"))
        for part in self._parts:
            if not isinstance(part, _Later):
                part.retranslate()  # type: ignore[attr-defined]  # every part has it
        self.merge.retranslate()
        if self._paper is not None:
            self.print.setText(tr("打印"))
            title = tr("打印{paper}（Ctrl+P）", paper=tr(self._paper.title))
            self.print.setAccessibleName(title)
            self.print.setToolTip("\n".join(text for text in (title, tr(self._paper.remark)) if text))
        self._head()

    def print_now(self) -> bool:
        """Print the paper of the record shown; whether there is one."""
        if self._paper is None or not self._record:
            return False
        called = str(self._row.get("_title") or "") if self._row.get("id") == self._record else ""
        print_of(self, self._ops, self._desk, self._paper.name, self._record, called=called)
        return True

    def record(self) -> str:
        """The record shown; blank for a new one or none."""
        return self._record

    def part(self, name: str) -> QWidget:
        """The widget of the tab of that name (a child table: its kind). Raises KeyError."""
        for place, declared in enumerate(self._declared):
            if declared is not None and declared.name == name:
                return self._built(place)
        raise KeyError(name)

    def _built(self, place: int) -> QWidget:
        """The widget of a tab, made now where nobody has looked at it yet."""
        part, declared = self._parts[place], self._declared[place]
        if not isinstance(part, _Later) or declared is None:
            return part
        made = declared.build(self._ops, self._desk)
        made.retranslate()  # type: ignore[attr-defined]  # a Part
        for inside in (made, *made.findChildren(Related)):
            for name in ("rows_pasted", "template_asked"):  # a part of the page's own making may have neither
                if told := getattr(inside, name, None):
                    told.connect(getattr(self, name))
        self._parts[place] = made
        text, on, current = self.tabs.tabText(place), self.tabs.isTabEnabled(place), self.tabs.currentIndex()
        self.tabs.blockSignals(True)  # the tab shown does not change
        self.tabs.removeTab(place)
        self.tabs.insertTab(place, made, text)
        self.tabs.setTabEnabled(place, on)
        self.tabs.setCurrentIndex(current)
        self.tabs.blockSignals(False)
        part.deleteLater()
        return made

    def keeps(self, kind: str) -> tuple[str, ...] | None:
        """The references that lead from a record of `kind` to the one whose tab keeps it; None where no tab does."""
        for declared in self._declared:
            if declared is not None and kind in declared.kinds:
                return declared.kinds[kind]
        return None

    def show_record(self, record: str, kind: str = "", inner: str = "") -> None:
        """Show a record; `kind` opens the tab that keeps records of that kind, `inner` is the one of them meant."""
        self._screens.setCurrentIndex(0)
        if record != self._record:
            self._record = record
            self._all_stale()
            self.profile.show_record(record)
        for place, declared in enumerate(self._declared):
            if kind and declared is not None and kind in declared.kinds:
                self.tabs.setCurrentIndex(place)
                part = self._built(place)
                self._fill_tab()
                if inner and isinstance(part, Related):
                    part.select(inner)
                elif inner and hasattr(part, "reveal"):  # a tab with a list of its own
                    part.reveal(kind, inner)
                break
        self._fill_tab()

    def start_new(self, given: dict[str, str] | None = None) -> None:
        """A record that is not stored yet; `given` are values to begin with, as typed."""
        self._record, self._row, self._stale = "", {}, set()
        self._screens.setCurrentIndex(0)
        self._head()
        self.tabs.setCurrentIndex(self._form_place)
        self._enable(False)
        self.profile.start_new()
        for name, text in {**self.sheet.given(self._desk), **(given or {})}.items():
            editor = self.profile.form.editor(name)
            if not editor.text():
                editor.set_text(text)

    def start_child(self) -> None:
        """A new record on the tab being looked at."""
        part = self._parts[self.tabs.currentIndex()]
        inside = [one for one in (part, *part.findChildren(Related)) if hasattr(one, "start_new")]
        if inside:
            inside[0].start_new()

    def start_merge(self, going: str) -> None:
        """Compare the record shown with another of its kind, to make one of them."""
        self.merge.show_two(self._record, going)
        self._screens.setCurrentIndex(1)

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Refresh what changed; a form being typed in stays as it is."""
        if not self._record:
            return
        if any(self._record in ids for ids in (changes.get("records") or {}).values()):
            self.profile.refresh()
        if not changes.get("records") and not changes.get("bulk"):
            return
        for place, part in enumerate(self._parts):
            if isinstance(part, Related | Proofs):
                part.changes_came(changes)
            elif isinstance(part, _Later) or part is self.profile or place in self._stale:
                continue
            elif place == self.tabs.currentIndex() and part is not self.history:
                part.changes_came(changes)  # type: ignore[attr-defined]  # a Part
            else:
                self._stale.add(place)
        self._fill_tab()

    def _merged(self, staying: str) -> None:
        self._desk.notify(tr("已合并；按 Ctrl+Z 可以撤销。"))
        self._record = ""
        self.show_record(staying)
        self.saved.emit(staying)

    def _framed(self) -> QWidget:
        frame = QWidget()
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(GRID, GRID, GRID, GRID)
        inside.addWidget(self.profile)
        return frame

    def _all_stale(self) -> None:
        self._stale = set(range(len(self._parts))) - {self._form_place}

    def _fill_tab(self) -> None:
        """Tabs ask for their records when they are first looked at."""
        place = self.tabs.currentIndex()
        part = self._built(place)
        if not self._record or place not in self._stale:
            return
        self._stale.discard(place)
        if part is self.proofs:
            self.proofs.show_target(f"{self.sheet.kind}:{self._record}")
        elif part is self.history:
            self.history.show_record(self._record)
        else:
            part.show_parent(self._record)  # type: ignore[attr-defined]  # a Part

    def _loaded(self, row: dict[str, Any]) -> None:
        self._row = row
        self._head()
        self._enable(True)
        self.loaded.emit(row)

    def _saved(self, record: str) -> None:
        if record != self._record:
            self._record = record
            self._all_stale()
        self.saved.emit(record)

    def _head(self) -> None:
        sheet, row = self.sheet, self._row
        info = kind_info(sheet.kind)
        self._code.setVisible(bool(row and sheet.code))
        self.print.setVisible(self._paper is not None and bool(row))
        self.state.setVisible(bool(row and sheet.state and row.get(sheet.state)))
        if not row:
            self._name.setText(tr(sheet.new))
            return
        words = [shown_as.shown(info.field(name), row) for name in sheet.head] or [str(row.get("_title") or "")]
        self._name.setText(spaced(*(word for word in words if word)))
        if sheet.code:
            self._code.setText(shown_as.shown(info.field(sheet.code), row))
        if sheet.state:
            code = str(row.get(sheet.state) or "")
            self.state.set_state(sheet.states.get(code, "info"), choice_label(info.field(sheet.state), code))

    def _enable(self, on: bool) -> None:
        for place in range(self.tabs.count()):
            self.tabs.setTabEnabled(place, on or place == self._form_place)
