"""Answers that come in another order than they were asked for, or after the person has gone on: what is shown is what
was asked for last, and what was typed stays where it was typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.drafts import Drafts
from desktop.models.records import RecordsModel
from desktop.pages.calculators import CalculatorsPage
from desktop.pages.events.items import Items
from desktop.pages.firms.carrieryear import CarrierYearTab
from desktop.pages.firms.stays import StaysTab
from desktop.runtime.settings import Settings
from desktop.widgets.basics import EmptyState
from desktop.widgets.history import History
from desktop.widgets.recordform import RecordForm
from desktop.widgets.recordtable import RecordTable
from desktop.widgets.refpicker import RefPicker
from tests.gui.bench import Bench, bench
from tests.gui.late import Late


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    with bench(qtbot, tmp_path) as made:
        yield made


@pytest.fixture
def late(desk: Bench) -> Late:
    return Late(desk.ops)


@pytest.fixture
def swapped(desk: Bench, late: Late) -> Callable[..., None]:
    """Ask twice, and hear the later answer before the earlier."""

    def ask(service: str, first: Callable[[], object], second: Callable[[], object]) -> None:
        late.hold(service)
        first()
        desk.until(lambda: len(late.held) == 1)
        second()
        desk.until(lambda: len(late.held) == 2)
        late.let_go()
        desk.until(lambda: not desk.ops.busy())

    return ask


def _add(desk: Bench, kind: str, /, **values: str) -> str:
    return str(desk.call("records.add", kind=kind, values=values)["id"])


def _form(desk: Bench, qtbot: QtBot, *firms: str) -> tuple[RecordForm, list[str]]:
    """A form of firms, the first of which is shown."""
    form = RecordForm(desk.ops, "firm", ("name", "uscc", "address"), Drafts())
    qtbot.addWidget(form)
    ids = [_add(desk, "firm", name=name) for name in firms]
    _shows(desk, form, ids[0])
    return form, ids


def _shows(desk: Bench, form: RecordForm, record: str) -> None:
    form.show_record(record)
    desk.until(lambda: not desk.ops.busy())


def _types(form: RecordForm, name: str, text: str) -> None:
    form.form.editor(name).set_text(text)
    form.form.editor(name).changed.emit()


def test_lists_show_what_was_asked_for_last(desk: Bench, qtbot: QtBot, swapped: Callable[..., None]) -> None:
    first, second = (_add(desk, "firm", name=name) for name in ("示例科技", "示例科技二"))
    model = RecordsModel(desk.ops, "firm", ("name",))
    table = RecordTable(desk.ops, model, EmptyState(), Settings())
    qtbot.addWidget(table)
    desk.until(lambda: not desk.ops.busy())

    def narrow(text: str) -> Callable[[], object]:
        return lambda: (table.filter.setText(text), QTest.qWait(0))

    swapped("lists.ids", narrow("示例科技"), narrow("示例科技二"))
    assert model.ids() == [second], "the filter as it stands"

    picker = RefPicker(desk.ops, "firm")
    qtbot.addWidget(picker)

    def look_up(text: str) -> Callable[[], object]:
        return lambda: (picker.setText(text), picker.textEdited.emit(text))

    swapped("records.ids", look_up("示例科技"), look_up("示例科技二"))
    assert picker.completer().completionModel().rowCount() == 1
    picker.set_record(first, "")
    look_up("另一家")()
    desk.until(lambda: not desk.ops.busy())
    assert picker.text() == "另一家", "its title comes after what was typed"

    history = History(desk.ops, "firm")
    qtbot.addWidget(history)
    for values in ({"address": "一号"}, {"name": "示例改"}):
        desk.call("records.edit", kind="firm", id=first, values=values)
    swapped("lists.history", lambda: history.show_record(first), lambda: history.show_record(first, "address"))
    assert history.tree.topLevelItemCount() == 2, "made and moved: the changes of the field chosen"


def test_a_row_is_shown_as_it_was_last(desk: Bench, qtbot: QtBot, swapped: Callable[..., None]) -> None:
    firm = _add(desk, "firm", name="示例甲")
    model = RecordsModel(desk.ops, "firm", ("name",))
    model.load()
    desk.until(lambda: model.rowCount() == 1)

    def changed() -> None:
        desk.call("records.edit", kind="firm", id=firm, values={"name": "示例乙"})
        model.changes_came({"records": {"firm": [firm]}})

    swapped("records.rows", lambda: model.data(model.index(0, 0)), changed)
    assert model.data(model.index(0, 0)) == "示例乙"


def test_going_from_record_to_record(desk: Bench, qtbot: QtBot, swapped: Callable[..., None], late: Late) -> None:
    events = [_add(desk, "event", title=title, starts_on="2026-03-01") for title in ("甲", "乙")]
    for event in events[:1]:
        _add(desk, "event_item", event=event, title="路演项目")
    items = Items(desk.ops, desk.desk)
    qtbot.addWidget(items)
    swapped("event.summary", lambda: items.show_parent(events[0]), lambda: items.show_parent(events[1]))
    assert "路演 0 项" in items.summary.text(), "the numbers of the event shown"

    carrier = desk.carrier().partition(":")[2]
    years = CarrierYearTab(desk.ops, desk.desk)
    qtbot.addWidget(years)
    years.show_parent(carrier)
    desk.until(lambda: not desk.ops.busy())
    this, last = (int(years.year.itemData(place)) for place in (0, 1))

    def choose(year: int) -> Callable[[], object]:
        return lambda: years.year.setCurrentIndex(years.year.findData(year))

    before = next(place for place in (this, last) if place != years.year.currentData())
    swapped("carrier.year", choose(before), choose(this + last - before))
    assert years._told["year"] == years.year.currentData() == this + last - before

    firms = [_add(desk, "firm", name=name) for name in ("示例甲", "示例乙")]
    stays = StaysTab(desk.ops, desk.desk, "firm", ("carrier", "applied_on"))
    qtbot.addWidget(stays)
    stays.show_parent(firms[0])
    desk.until(lambda: not desk.ops.busy())
    stays.apply.click()
    assert stays.steps.form is not None
    stays.show_parent(firms[1])
    assert stays.steps.form is None, "it would have applied for the firm shown before"
    desk.until(lambda: not desk.ops.busy())


def test_saved_while_another_is_opened(desk: Bench, qtbot: QtBot, late: Late) -> None:
    form, (first, second) = _form(desk, qtbot, "示例甲", "示例乙")
    saved: list[str] = []
    form.saved.connect(saved.append)
    _types(form, "address", "一号")
    late.hold("records.edit")
    form.save()
    _types(form, "name", "示例甲改")  # before it is gone from
    form.show_record(second)
    desk.until(lambda: form.form.editor("name").text() == "示例乙")
    _types(form, "address", "二号")
    late.let_go()
    desk.until(lambda: not desk.ops.busy())
    assert (form.record(), saved) == (second, []), "nobody asked for the first one again"
    assert form.form.changes() == {"address": "二号"} and form.save_button.isEnabled()
    assert desk.call("records.get", kind="firm", id=first)["address"] == "一号"
    assert desk.call("records.get", kind="firm", id=second)["address"] is None
    _shows(desk, form, first)
    assert form.form.changes() == {"name": "示例甲改"}, "typed after it was sent"
    _shows(desk, form, second)
    assert form.form.changes() == {"address": "二号"}


def test_typed_while_it_is_saved_and_saved_once(desk: Bench, qtbot: QtBot, late: Late) -> None:
    form, (first,) = _form(desk, qtbot, "示例甲")
    _types(form, "address", "一号")
    late.hold("records.edit")
    form.save()
    _types(form, "address", "一号院")
    late.let_go()
    desk.until(lambda: not desk.ops.busy())
    assert form.form.editor("address").text() == "一号院" and form.save_button.isEnabled()
    assert desk.call("records.get", kind="firm", id=first)["address"] == "一号"

    form.start_new()
    _types(form, "name", "示例新")
    late.hold("records.add")
    for _press in range(2):
        QTest.keyClick(form, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        form.save()
    desk.until(lambda: len(late.held) == 1)
    late.let_go()
    desk.until(lambda: not desk.ops.busy())
    assert len(desk.call("records.ids", kind="firm", text="示例新")) == 1


def test_what_stands_in_the_form_is_not_saved_for_the_record_being_loaded(
    desk: Bench, qtbot: QtBot, late: Late
) -> None:
    form, (first, second) = _form(desk, qtbot, "示例甲", "示例乙")
    _types(form, "name", "示例甲改")
    late.hold("records.get")
    form.show_record(second)
    form.save()
    form.delete()
    late.let_go()
    desk.until(lambda: not desk.ops.busy())
    assert desk.call("records.get", kind="firm", id=second)["name"] == "示例乙"
    assert not form.form.is_edited() and form.form.editor("name").text() == "示例乙"
    _shows(desk, form, first)
    assert form.form.changes() == {"name": "示例甲改"}


def test_undone_while_it_is_loaded(desk: Bench, qtbot: QtBot, swapped: Callable[..., None]) -> None:
    form, (first, second) = _form(desk, qtbot, "示例甲", "示例乙")
    _shows(desk, form, second)
    desk.call("records.edit", kind="firm", id=first, values={"name": "示例改"})

    def undo() -> None:
        desk.call("records.undo")
        form.refresh()

    swapped("records.get", lambda: form.show_record(first), undo)
    assert form.form.editor("name").text() == "示例甲"


def test_no_figure_of_a_contract_is_kept_for_the_next(desk: Bench, qtbot: QtBot, late: Late) -> None:
    own = desk.call("workspace.info")["organisation"]["id"]
    first, second = (
        _add(desk, "contract", name=f"合同{no}", seller=own, own_no=no, signed_on="2025-03-01") for no in ("1", "2")
    )
    page = desk.show(CalculatorsPage, tab="distribution", contract=first)
    tab = page.tabs["distribution"]
    desk.until(lambda: tab.form.isEnabled() and not desk.ops.busy())
    _types(tab, "gross", "1000")
    late.hold("distribution.compute")
    page.arrive(tab="distribution", contract=second)
    assert not tab.form.isEnabled() and not tab.save.isEnabled(), "its own figures are not here yet"
    desk.until(lambda: len(late.held) > 0)
    late.let_go()
    desk.until(lambda: tab.form.isEnabled() and not desk.ops.busy())
    assert tab._contract == second and tab.form.editor("gross").text() == ""
