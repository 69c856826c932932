"""Records of a case that are more than a row (contracts, prices, rights): a table, and the one chosen with tabs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.records import RecordDetail, Sheet
from desktop.widgets.ledgerview import row_height
from desktop.widgets.related import ChildTable, Related

_ROWS = 4  # of the list that are seen at once: most cases have one or two


class Nested(ChildTable):
    """The records of a sheet's kind whose field `parent_field` refers to the case shown."""

    def __init__(
        self, ops: Ops, desk: Desk, sheet: Sheet, parent_field: str = "case", parent: QWidget | None = None
    ) -> None:
        self.detail = RecordDetail(ops, desk, sheet)
        super().__init__(ops, sheet.kind, parent_field, sheet.columns, desk, self.detail, parent)
        self.detail.rows_pasted.connect(self.rows_pasted)
        self.detail.template_asked.connect(self.template_asked)
        self.view.setMinimumHeight(row_height(self.view) * 3)
        self.split.setSizes([row_height(self.view) * (_ROWS + 3), row_height(self.view) * 20])
        self.split.setStretchFactor(0, 0)
        self.model.loaded.connect(self._listed)

    def reveal(self, kind: str, record: str) -> None:
        """Open one of them, or the one that keeps a record of another kind."""
        if kind == self._kind:
            self.select(record)
            return
        path = self.detail.keeps(kind)
        if path is not None and len(path) == 1:

            def came(row: dict[str, Any]) -> None:
                self.table.select(str(row[path[0]] or ""))
                self.detail.show()
                self.detail.show_record(self.table.current(), kind, record)

            self._ops.run("records.get", owner=self, place="reveal", on_result=came, kind=kind, id=record)

    def changes_came(self, changes: dict[str, Any]) -> None:
        """Refresh what changed."""
        super().changes_came(changes)
        if not self.detail.isHidden():
            self.detail.changes_came(changes)

    def _listed(self, count: int) -> None:
        """The only one is opened."""
        if count == 1 and not self.table.current() and (record := self.model.id_at(0)):
            self.select(record)


def nested(sheet: Sheet, parent_field: str = "case") -> Callable[[Ops, Desk], QWidget]:
    """Builds such a tab."""
    return lambda ops, desk: Nested(ops, desk, sheet, parent_field)


class Contracts(Nested):
    """The contracts of a case; a new one begins with what the case says already."""

    def start_new(self) -> None:
        super().start_new()

        def came(given: dict[str, str]) -> None:
            if self.detail.record() or self.detail.isHidden():
                return  # another one is looked at by now
            for name, text in given.items():
                editor = self.detail.profile.form.editor(name)
                if not editor.text():
                    editor.set_text(text)

        self._ops.run("contract.begin", owner=self, on_result=came, place="begin", case=self._parent_id)


class About(Related):
    """Records that name theirs by a text `kind:id` (publications): listed for the record shown."""

    def __init__(self, ops: Ops, desk: Desk, kind: str, name: str, columns: tuple[str, ...], about: str) -> None:
        super().__init__(ops, kind, name, columns, desk)
        self._about = about

    def show_parent(self, record: str) -> None:
        super().show_parent(f"{self._about}:{record}")
