"""The declarations a page of records is made of: its views, its sheets and their tabs.

    class EventsPage(RecordsPage):
        NAME, ICON = "events", "calendar-clock"
        VIEWS = (View(mark("全部活动"), "event"), *choice_views("event", "role"))
        SHEETS = (
            Sheet(
                "event",
                new=mark("新活动"),
                columns=("title", "held_on"),
                tabs=(FORM, child("event_person", "event", ("person", "signed_at")), tab(mark("撮合"), Matches)),
            ),
        )

All texts are marked and shown in the language in force.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from PySide6.QtWidgets import QWidget

from desktop.fields import choice_label, kind_info, kind_label
from desktop.models.records import Beside
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.widgets.related import Related
from policy.i18n import tr


class Part(Protocol):
    """What a tab's widget offers. `changes_came` reaches the tab being looked at; the others are asked for their
    record again by `show_parent` when they are next seen, so it keeps what is being typed where the record is the
    same."""

    def show_parent(self, record: str) -> None: ...
    def changes_came(self, changes: dict[str, Any]) -> None: ...
    def retranslate(self) -> None: ...


@dataclass(frozen=True, slots=True)
class View:
    """One listing of the page: records of `kind` with these field values, in an order (newest first without).

    Without a text it is called like the choice its one value is.
    """

    text: str
    kind: str
    where: Mapping[str, Any] = field(default_factory=dict)
    order: str = ""
    descending: bool = False
    among: str = ""  # a list that no field says (`lists.ids`)

    def shown(self) -> str:
        """Its name in the language in force."""
        if self.text:
            return tr(self.text)
        ((name, code),) = self.where.items()
        return choice_label(kind_info(self.kind).field(name), str(code))


def choice_views(kind: str, name: str, codes: Sequence[str] = ()) -> tuple[View, ...]:
    """A view for each choice of a field, or for those named."""
    wanted = codes or [choice.code for choice in kind_info(kind).field(name).choices]
    return tuple(View("", kind, {name: code}) for code in wanted)


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of a sheet. `build` makes its widget (a `Part`); `kinds` are the kinds of records it keeps, each with the
    references that lead from one of them to the sheet's record: {"receipt": ("contract", "case")}."""

    title: str
    build: Callable[[Ops, Desk], QWidget]
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    name: str = ""  # by which `RecordDetail.part` finds its widget

    def shown(self) -> str:
        """Its name in the language in force: that of its kind where it has no text."""
        return tr(self.title) if self.title else kind_label(next(iter(self.kinds)))


def _no_widget(_ops: Ops, _desk: Desk) -> QWidget:
    raise NotImplementedError


FORM = Tab("", _no_widget)
"""Where the sheet's own form stands among the tabs; first unless it is named."""


def tab(
    title: str,
    build: Callable[[Ops, Desk], QWidget],
    kinds: Mapping[str, tuple[str, ...]] | None = None,
    name: str = "",
) -> Tab:
    """A tab of the page's own making."""
    return Tab(title, build, kinds or {}, name)


def child(kind: str, parent_field: str, columns: Sequence[str], title: str = "", name: str = "") -> Tab:
    """A tab that lists the records of `kind` whose `parent_field` refers to the record shown, with their form."""
    return Tab(
        title,
        lambda ops, desk: Related(ops, kind, parent_field, columns, desk),
        {kind: (parent_field,)},
        name or kind,
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """How records of a kind are listed and one is shown. Only the kind, what a new one is called and the columns of
    its list are needed."""

    kind: str
    new: str  # "新案件": the button and the heading of one not stored yet
    columns: tuple[str, ...]
    profile: tuple[str, ...] = ()  # fields of the form; all that are typed without
    headings: Mapping[str, str] = field(default_factory=dict)  # above which field which heading stands
    form_title: str = ""  # of the form's tab; "基本情况" without
    tabs: tuple[Tab, ...] = (FORM,)
    head: tuple[str, ...] = ()  # the fields the heading is made of; what the record is called without
    code: str = ""  # a field shown at the right of the heading
    state: str = ""  # an enumeration shown as a chip there
    states: Mapping[str, str] = field(default_factory=dict)  # choice -> state of the chip; "info" without
    given: Callable[[Desk], Mapping[str, str]] = lambda _desk: {}  # what a new one begins with, as typed
    beside: Beside | None = None  # what the list says of a record besides its fields
    empty: tuple[str, str] = ("", "")  # what an empty list says, and what to do first
