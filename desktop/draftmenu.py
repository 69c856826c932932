"""The list of unsaved texts at the foot of the window: what they belong to, since when, and the way there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu, QWidget

from desktop.fields import kind_label
from desktop.models.format import moment
from desktop.ops import Ops
from desktop.pages.base import Desk
from policy.i18n import bracketed, labelled, listed, spaced, tr

_OWN_SECTION = 1  # of the settings
_POLICY = "policies:editor"  # the policy pack being edited
_CALCULATED = "calc:"  # figures typed on a tab of the calculators: calc:TAB:RECORD:CONTRACT


class DraftMenu(QObject):
    """Asks the store for the drafts when it is opened, so that it shows what would survive a crash now."""

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._ops, self._desk, self._parent = ops, desk, parent
        self.menu: QMenu | None = None

    def open_at(self, button: QWidget) -> None:
        """Show the list above the button."""
        show = partial(self._show, button)
        self._desk.drafts.send(lambda: self._list(show))

    def _list(self, show: Callable[[dict[str, Any]], None]) -> None:
        self._ops.run("draft.list", owner=self, place="list", on_result=show)

    def go(self, draft: dict[str, Any]) -> None:
        """Open the form the draft belongs to; it asks what to do with it."""
        kind, record = str(draft["kind"]), str(draft["record"])
        new, _, parent = record.partition(":")
        if draft["key"] == _POLICY:
            self._desk.open_page("policies", show="editor")
        elif draft["key"].startswith(_CALCULATED):
            tab, record, contract = (*draft["key"].removeprefix(_CALCULATED).split(":"), "", "")[:3]
            self._desk.open_page("calculators", tab=tab, id=record, contract=contract)
        elif not kind:
            self._desk.quick_log()
        elif new == "new":
            field, _, above = parent.partition("=")
            self._desk.begin_record(kind, field, above)
        elif not draft["title"]:
            self._offer_to_drop(draft)
        elif kind == "organisation":
            self._desk.open_page("settings", section=_OWN_SECTION)
        else:
            self._desk.open_record(kind, record)

    def _show(self, button: QWidget, answer: dict[str, Any]) -> None:
        self.menu = QMenu(self._parent)
        for draft in answer["drafts"]:
            text = spaced(_name(draft), moment(draft["at"])).replace("&", "&&")
            self.menu.addAction(text).triggered.connect(partial(self._chosen, draft))
        self.menu.popup(button.mapToGlobal(QPoint(0, -self.menu.sizeHint().height())))

    def _chosen(self, draft: dict[str, Any], _checked: bool = False) -> None:
        self.go(draft)

    def _offer_to_drop(self, draft: dict[str, Any]) -> None:
        """The record is gone: what was typed is shown, since no form can."""
        typed = listed(text for name, text in draft["texts"].items() if text and not name.startswith("_"))
        self._desk.ask(
            tr("这份草稿所属的记录已不在。其中写有：{typed}", typed=typed),
            tr("放弃草稿"),
            partial(self._desk.drafts.drop, draft["key"]),
        )


def _name(draft: dict[str, Any]) -> str:
    if draft["key"] == _POLICY:
        return tr("政策包")
    if draft["key"].startswith(_CALCULATED):
        return tr("测算")
    if not draft["kind"]:
        return tr("快速记录")
    label = kind_label(str(draft["kind"]))
    if str(draft["record"]).startswith("new"):
        return bracketed(label, tr("新"))
    return labelled(label, draft["title"] or tr("（记录已不在）"))
