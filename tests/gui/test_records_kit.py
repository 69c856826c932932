"""Pages by declaration: a page made of one sheet, children opened on the tab of their parent, two records made one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import openpyxl
import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtWidgets import QFileDialog, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from db.schema import kind_info
from desktop.frame import DeskFrame
from desktop.pages.records import FORM, RecordsPage, Sheet, View, child, tab
from desktop.widgets.editors import RefEditor
from desktop.widgets.related import Related
from desktop.window import MainWindow
from policy.i18n import mark, tr
from tests.gui.conftest import PATIENCE, quiet_down

Open = Callable[[], tuple[MainWindow, DeskFrame]]
Services = Callable[..., Any]


class _Own(QWidget):
    """A tab of a page's own making: counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.label, self.asked = QLabel(), []
        QVBoxLayout(self).addWidget(self.label)

    def retranslate(self) -> None:
        self.label.setText(tr("查找"))

    def show_parent(self, record: str) -> None:
        self.asked.append(record)

    def changes_came(self, changes: dict[str, Any]) -> None:
        self.asked.append(str(changes["label"]))


class ProgrammesPage(RecordsPage):
    NAME, ICON = "programmes", "briefcase"
    VIEWS = (View(mark("全部"), "programme", order="starts_on", descending=True), View(mark("课"), "session"))
    SHEETS = (
        Sheet(
            "programme",
            new=mark("新班"),
            columns=("name", "starts_on"),
            tabs=(
                FORM,
                child("session", "programme", ("topic", "happened_on")),
                tab(mark("自有"), lambda *_: _Own(), {"attendance": ("session", "programme")}, name="own"),
            ),
        ),
    )
    COLUMNS: ClassVar = {"session": ("topic", "happened_on", "programme")}

    @classmethod
    def title(cls) -> str:
        return tr("培训")


@pytest.fixture
def programmes(workspace: Services) -> tuple[str, str]:
    first = workspace("records.add", kind="programme", values=_programme("甲班", "2025-03"))["id"]
    second = workspace("records.add", kind="programme", values=_programme("乙班", "2026-03"))["id"]
    return first, second


def _programme(name: str, starts_on: str) -> dict[str, str]:
    more = {"organiser": "学院", "ends_on": "2026-12", "hour_minutes": "45"}
    return {**_first_choices("programme"), **more, "name": name, "starts_on": starts_on}


def _programmes_page(frame: DeskFrame) -> ProgrammesPage:
    page = ProgrammesPage(frame.ops, frame)
    frame.stack.addWidget(page)
    frame.stack.setCurrentWidget(page)
    frame._pages["programmes"] = page  # so that it hears of changes
    page.retranslate()
    return page


def _shown(page: RecordsPage) -> list[str]:
    return [page.model.index(row, 0).data() for row in range(page.model.rowCount())]


def test_a_page_is_a_few_declarations(
    qtbot: QtBot, programmes: tuple[str, str], open_window: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    window, frame = open_window()
    page = _programmes_page(frame)
    quiet_down(qtbot, window)
    qtbot.waitUntil(lambda: _shown(page) == ["乙班", "甲班"], timeout=PATIENCE)  # in the view's own order
    assert page.new.text() == "新班" and page.new.property("primary") and not page.load.property("primary")
    detail = page.details["programme"]
    assert detail.isHidden()
    page.table.view.selectRow(1)
    quiet_down(qtbot, window)
    assert detail.isVisible() and detail._name.text() == "甲班"
    own = detail._built(2)
    assert isinstance(own, _Own) and own.asked == []  # not before it is looked at
    detail.tabs.setCurrentIndex(2)
    assert own.asked == [programmes[0]] and own.label.text() == "查找"
    detail.tabs.setCurrentIndex(0)
    detail.profile.form.editor("name").set_text("甲班（改）")
    detail.profile.save()
    qtbot.waitUntil(lambda: "甲班（改）" in _shown(page), timeout=PATIENCE)
    quiet_down(qtbot, window)
    assert own.asked == [programmes[0]]  # hidden: asked again when next seen
    detail.tabs.setCurrentIndex(2)
    assert own.asked == [programmes[0], programmes[0]]
    file = tmp_path / "班.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    page.seen_export.trigger()
    qtbot.waitUntil(file.exists, timeout=PATIENCE)
    quiet_down(qtbot, window)
    rows = list(openpyxl.load_workbook(file).active.iter_rows(values_only=True))
    assert len(rows[0]) == 3 and [row[1] for row in rows[1:]] == ["乙班", "甲班（改）"]
    page.new.click()
    assert detail._name.text() == "新班" and not detail.tabs.isTabEnabled(1)
    detail.profile.discard()
    assert detail.isHidden() and not page.back.isVisible()
    window.resize(780, 520)  # room for one of the two
    qtbot.waitUntil(lambda: page.width() < 800, timeout=PATIENCE)
    page.table.view.selectRow(0)
    qtbot.waitUntil(detail.isVisible, timeout=PATIENCE)
    assert not page.table.isVisible() and window.width() == 780
    page.back.click()
    assert page.table.isVisible() and detail.isHidden() and not page.back.isVisible()


def _first_choices(kind: str) -> dict[str, str]:
    return {
        field.name: field.choices[0].code for field in kind_info(kind).fields if field.required == "S" and field.choices
    }


def test_a_child_opens_on_the_tab_of_its_parent_with_its_form(
    qtbot: QtBot, workspace: Services, programmes: tuple[str, str], open_window: Open
) -> None:
    lesson = {**_first_choices("session"), "programme": programmes[0], "happened_on": "2025-03-02", "topic": "政策"}
    session = workspace("records.add", kind="session", values=lesson)["id"]
    person = workspace("records.add", kind="person", values={"name": "赵一"})["id"]
    came = {**_first_choices("attendance"), "session": session, "person": person}
    attendance = workspace("records.add", kind="attendance", values=came)["id"]
    window, frame = open_window()
    page = _programmes_page(frame)
    quiet_down(qtbot, window)
    page.open_record("session", session)
    detail = page.details["programme"]
    related = detail.part("session")
    assert isinstance(related, Related)
    qtbot.waitUntil(lambda: detail.record() == programmes[0] and related.form.record() == session, timeout=PATIENCE)
    assert detail.tabs.currentWidget() is related and related.form.isVisible()
    page.open_record("programme", programmes[1])
    quiet_down(qtbot, window)
    page.open_record("attendance", attendance)  # two references up
    qtbot.waitUntil(lambda: detail.record() == programmes[0], timeout=PATIENCE)
    assert detail.tabs.currentWidget() is detail.part("own")
    page.views.setCurrentIndex(1)  # a listing of children opens their parent, and stays
    qtbot.waitUntil(lambda: page.model.ids() == [session], timeout=PATIENCE)
    detail.hide()
    page.table.view.selectRow(0)
    qtbot.waitUntil(lambda: detail.isVisible() and related.form.record() == session, timeout=PATIENCE)
    assert page.view.kind == "session"
    quiet_down(qtbot, window)


def test_two_records_are_made_one_side_by_side(qtbot: QtBot, workspace: Services, open_window: Open) -> None:
    kept = {"name": "甲科技有限公司", "district": "渝北", "address": "一号"}
    stays = workspace("records.add", kind="firm", values=kept)["id"]
    other = {"name": "重庆甲科技有限公司", "district": "江北", "website": "jia.example"}
    goes = workspace("records.add", kind="firm", values=other)["id"]
    window, frame = open_window()
    frame.open_page("firms")
    page = frame.current_page()
    assert isinstance(page, RecordsPage)
    quiet_down(qtbot, window)
    page._merge("firm", stays, goes)
    detail = page.details["firm"]
    merge = detail.merge
    qtbot.waitUntil(merge.go.isEnabled, timeout=PATIENCE)
    names = [item["field"] for item in merge._sides["fields"]]
    place = names.index("district")
    assert [merge.table.item(place, column).text() for column in (1, 2)] == ["渝北", "江北"]
    merge.table.item(place, 2).setCheckState(Qt.CheckState.Checked)
    assert merge.table.item(place, 1).checkState() == Qt.CheckState.Unchecked
    qtbot.waitUntil(merge.go.isEnabled, timeout=PATIENCE)
    merge.go.click()
    qtbot.waitUntil(lambda: page.model.ids() == [stays], timeout=PATIENCE)
    quiet_down(qtbot, window)
    form = detail.profile.form
    assert [form.editor(name).text() for name in ("name", "district", "address", "website")] == [
        "甲科技有限公司",
        "江北",
        "一号",
        "jia.example",
    ]
    frame.undo()
    qtbot.waitUntil(lambda: len(page.model.ids()) == 2, timeout=PATIENCE)
    quiet_down(qtbot, window)


@pytest.mark.qt_log_ignore("grabbing the keyboard", "support raise", extend=True)  # a list without a screen
def test_what_is_referred_to_is_made_on_the_spot_unless_it_is_there(
    qtbot: QtBot, workspace: Services, open_window: Open
) -> None:
    known = workspace("records.add", kind="person", values={"name": "赵一"})["id"]
    window, frame = open_window()
    frame.open_page("firms", start="new")
    page = frame.current_page()
    assert isinstance(page, RecordsPage)
    editor = page.details["firm"].profile.form.editor("founder")
    assert isinstance(editor, RefEditor)
    editor.picker.setFocus()
    written = QInputMethodEvent()
    written.setCommitString("钱二")
    QCoreApplication.sendEvent(editor.picker, written)
    qtbot.waitUntil(lambda: bool(editor.picker._titles.stringList()), timeout=PATIENCE)
    assert editor.picker._titles.stringList()[-1] == "新建人员“钱二”…"
    editor.picker._chosen(editor.picker._titles.index(len(editor.picker._titles.stringList()) - 1))
    assert editor.new is not None and editor.new.form.editor("name").text() == "钱二"
    editor.new.save.click()
    qtbot.waitUntil(lambda: bool(editor.text()), timeout=PATIENCE)
    assert editor.picker.text() == "钱二" and editor.new is None and page.details["firm"].profile.form.is_edited()
    editor.make_new("赵一")
    doubles = editor.new.doubles
    qtbot.waitUntil(lambda: doubles.found() == [known], timeout=PATIENCE)
    doubles.open_button.click()
    qtbot.waitUntil(lambda: editor.text() == known and editor.picker.text() == "赵一", timeout=PATIENCE)
    quiet_down(qtbot, window)


def test_a_table_within_a_record_is_filtered_pasted_into_changed_together_and_remembers(
    qtbot: QtBot, workspace: Services, programmes: tuple[str, str], open_window: Open
) -> None:
    for day, topic in (("2025-03-02", "政策"), ("2025-03-03", "实务"), ("2025-03-04", "政策")):
        lesson = {**_first_choices("session"), "programme": programmes[0], "happened_on": day, "topic": topic}
        workspace("records.add", kind="session", values=lesson)
    window, frame = open_window()
    page = _programmes_page(frame)
    quiet_down(qtbot, window)
    page.open_record("programme", programmes[0])
    detail = page.details["programme"]
    related = detail.part("session")
    assert isinstance(related, Related)
    detail.tabs.setCurrentWidget(related)
    table = related.table
    qtbot.waitUntil(lambda: table.model.rowCount() == 3, timeout=PATIENCE)
    assert related.form.isHidden()
    # letters, then conditions
    table.filter.setText("实务")
    qtbot.waitUntil(lambda: table.model.rowCount() == 1, timeout=PATIENCE)
    table.filter.clear()
    qtbot.waitUntil(lambda: table.model.rowCount() == 3, timeout=PATIENCE)
    table.conditions.set_conditions([{"field": "happened_on", "test": "from", "value": "2025-03-03"}])
    table._filter_now()
    qtbot.waitUntil(lambda: table.model.rowCount() == 2, timeout=PATIENCE)
    # many at once
    table.view.selectAll()
    table.bulk.open()
    table.bulk.field.setCurrentIndex([field.name for field in table.bulk._fields].index("place"))
    assert table.bulk.editor is not None
    table.bulk.editor.set_text("三楼")
    qtbot.waitUntil(table.bulk.apply.isEnabled, timeout=PATIENCE)
    table.bulk.apply.click()
    qtbot.waitUntil(lambda: "已修改 2 条" in table.message.text(), timeout=PATIENCE)
    table.use_filter({})
    table._take_columns(["happened_on", "place", "topic"])
    quiet_down(qtbot, window)
    qtbot.waitUntil(
        lambda: sorted(table.model.index(row, 1).data() for row in range(3)) == ["", "三楼", "三楼"], timeout=PATIENCE
    )
    assert frame.settings.get("columns.session@programme") == ["happened_on", "place", "topic"]
    assert frame.settings.get("columns.session") is None  # the list of all sessions keeps its own
    # rows of a spreadsheet belong to the record that is shown, without a column that says so
    module = kind_info("session").field("module").choices[0].code
    QGuiApplication.clipboard().setText(
        f"日期\t模块\t主题\n2025-04-01\t{module}\t粘贴一\n2025-04-02\t{module}\t粘贴二\n"
    )
    table.view.setFocus()
    qtbot.keyClick(table.view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    pane = page.importing
    qtbot.waitUntil(pane.go.isEnabled, timeout=PATIENCE)
    pane.go.click()
    qtbot.waitUntil(lambda: "新增 2" in pane.result.text(), timeout=PATIENCE)
    pane.back.click()
    qtbot.waitUntil(lambda: table.model.rowCount() == 5, timeout=PATIENCE)
    assert detail.tabs.currentWidget() is related and related.isVisible()
    assert table.model.ids() and all(
        table.model.row_of(record) is None or table.model.row_of(record)["programme"] == programmes[0]
        for record in table.model.ids()
    )
    # another record has its own, and an empty one says what to do
    page.open_record("programme", programmes[1])
    qtbot.waitUntil(lambda: table.model.rowCount() == 0 and table.empty.isVisible(), timeout=PATIENCE)
    quiet_down(qtbot, window)


def test_a_name_typed_and_left_at_once_is_looked_up_to_the_end(
    qtbot: QtBot, workspace: Services, open_window: Open
) -> None:
    """Who types quicker than the list opens lost the name without a word."""
    known = workspace("records.add", kind="person", values={"name": "赵一"})["id"]
    window, frame = open_window()
    frame.open_page("firms", start="new")
    page = frame.current_page()
    assert isinstance(page, RecordsPage)
    editor = page.details["firm"].profile.form.editor("founder")
    assert isinstance(editor, RefEditor)

    def types_and_leaves(text: str) -> None:
        editor.picker.setFocus()
        editor.picker.selectAll()
        written = QInputMethodEvent()
        written.setCommitString(text)
        QCoreApplication.sendEvent(editor.picker, written)
        page.details["firm"].profile.form.editor("name").setFocus()

    types_and_leaves("赵一")
    qtbot.waitUntil(lambda: editor.text() == known, timeout=PATIENCE)
    types_and_leaves("孙三")
    qtbot.waitUntil(lambda: "没有找到“孙三”" in editor.picker.accessibleDescription(), timeout=PATIENCE)
    assert (editor.text(), editor.picker.text()) == (known, "赵一")
    quiet_down(qtbot, window)
