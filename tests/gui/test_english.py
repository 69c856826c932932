"""Every page in English: no Chinese but what the records and the policy documents say; and nothing short is cut off."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QStyle,
    QTabBar,
    QTableView,
    QTreeView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from db.schema import kinds
from desktop.fields import kind_info
from desktop.pages import PAGES, SETTINGS
from desktop.widgets.editors import Labelled, LineEditor
from desktop.window import MainWindow
from policy import i18n
from policy.i18n import resources_dir
from policy.pack import list_packs
from policy.schema import Text
from tests.confirming import confirm_all
from tests.gui.conftest import PASSPHRASE, quiet_down, unlock
from tools import i18n as tool

PACK, PERIOD = "guokefaqu-2018-300", "2025"
CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
NEVER_CUT = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d)?|\d{4}-\d\d-\d\d ?[(（].+[)）]|[0-9A-Z]{18}")
LANGUAGES = frozenset({"简体中文"})  # its own name, whatever the window speaks
# of records, though no field holds them so: the level of an honour, which one of our texts says, too; a word within the
# description of a need; what stands between two words that mean the same
WITHIN = frozenset({"市级", "噪声", "＝"})
ROWS = 40  # of a table; the rest is made the same way


@pytest.fixture
def filled(workspace: Callable[..., Any], tmp_path: Path) -> tuple[Path, list[str]]:
    """The sample workspace with an application and its package, and every text that is content, longest first."""
    workspace("sample.load")
    carrier = next(row["id"] for row in workspace("evaluation.subjects", pack=PACK) if row["kind"] == "carrier")
    confirm_all(workspace, tmp_path, pack=PACK, period=PERIOD, subject=f"carrier:{carrier}")
    frozen = workspace("evaluation.freeze", pack=PACK, period=PERIOD, subject=f"carrier:{carrier}")
    book = workspace("apply.make", snapshot=frozen["id"], narrative={"plan": "继续完善专业服务。"})
    workspace("package.seal", application=book["id"], personal_confirmed=True)
    known = {text for kind in kinds() for text in _texts_of(_rows(workspace, kind))}
    known |= {text for pack in list_packs(resources_dir() / "policies") for text in _texts_of(pack)}
    ours = {str(message.id) for message in tool.read(tool.PO)}
    workspace("close")
    return tmp_path / "ws", sorted(known - ours | LANGUAGES | WITHIN, key=len, reverse=True)


def test_english_shows_no_chinese_of_ours_on_any_page(
    qtbot: QtBot, filled: tuple[Path, list[str]], make_window: Callable[..., MainWindow]
) -> None:
    folder, content = filled
    i18n.set_language("en")
    window = make_window(str(folder))
    left: set[tuple[str, str]] = set()
    for place in _walk(qtbot, window):
        for text in _said(window):
            if CHINESE.search(text) and (rest := _without(text, content)):
                left.add((place, f"{text!r}: {rest!r}"))
    assert not left, "\n".join(f"{place}: {said}" for place, said in sorted(left))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_dates_and_codes_are_never_cut_off(
    qtbot: QtBot, filled: tuple[Path, list[str]], make_window: Callable[..., MainWindow], language: str
) -> None:
    i18n.set_language(language)
    window = make_window(str(filled[0]))
    cut = {
        (place, text)
        for place in _walk(qtbot, window)
        for view in window.findChildren(QTableView)
        if view.isVisible()
        for text in _cut(view)
    }
    assert not cut, "\n".join(f"{place}: {text}" for place, text in sorted(cut))


def test_a_label_shows_the_ampersand_of_its_field_and_makes_no_shortcut_of_it(qtbot: QtBot) -> None:
    field = kind_info("firm_quarter").field("rd_spend")
    assert "&" in field.shown
    labelled, plain = Labelled(LineEditor(field)), QLabel(field.shown)
    qtbot.addWidget(labelled)
    qtbot.addWidget(plain)
    assert labelled.findChildren(QLabel)[0].sizeHint().width() == plain.sizeHint().width()


def _walk(qtbot: QtBot, window: MainWindow) -> Iterator[str]:
    """Every page, its tabs and steps, with the first row of its first list chosen."""
    yield "unlock"
    unlock(qtbot, window, PASSPHRASE)
    assert window.frame is not None
    for page in (*PAGES, SETTINGS):
        window.frame.open_page(page.NAME)
        quiet_down(qtbot, window)
        shown = window.frame.current_page()
        for view in shown.findChildren(QAbstractItemView):
            if view.isVisible() and view.model() is not None and view.model().rowCount():
                view.setCurrentIndex(view.model().index(0, 0))
                if isinstance(view, QTableView):
                    view.doubleClicked.emit(view.currentIndex())
                break
        quiet_down(qtbot, window)
        yield page.NAME
        for bar in [bar for bar in window.frame.current_page().findChildren(QTabBar) if bar.isVisible()]:
            for tab in range(bar.count()):
                if bar.isVisible() and bar.isTabEnabled(tab):
                    bar.setCurrentIndex(tab)
                    quiet_down(qtbot, window)
                    yield f"{page.NAME} {bar.tabText(tab)}"
    lists = [view for view in window.frame.current_page().findChildren(QListView) if view.isVisible()]
    for row in range(lists[0].model().rowCount()):
        lists[0].setCurrentIndex(lists[0].model().index(row, 0))
        quiet_down(qtbot, window)
        yield f"settings {row}"


def _said(root: QWidget) -> Iterator[str]:
    """What can be seen, pointed at or heard on the widgets of a window."""
    for part in [root, *root.findChildren(QWidget)]:
        if not part.isVisible():
            continue
        yield from (part.toolTip(), part.accessibleName(), part.accessibleDescription())
        if isinstance(part, QLabel | QAbstractButton):
            yield part.text()
        elif isinstance(part, QLineEdit):
            yield from (part.text(), part.placeholderText())
        elif isinstance(part, QPlainTextEdit):
            yield from (part.toPlainText(), part.placeholderText())
        elif isinstance(part, QComboBox):
            yield from (part.itemText(place) for place in range(part.count()))
        elif isinstance(part, QTabBar):
            yield from (part.tabText(place) for place in range(part.count()))
        elif isinstance(part, QTableView | QTreeView | QListView) and part.model() is not None:
            yield from _cells(part)


def _cells(view: QAbstractItemView) -> Iterator[str]:
    model = view.model()
    header = (
        view.header()
        if isinstance(view, QTreeView)
        else view.horizontalHeader()
        if isinstance(view, QTableView)
        else None
    )
    for column in range(header.count() if header is not None else 1):  # a list's own count of columns is private
        yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        for row in range(min(model.rowCount(), ROWS)):
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                yield str(model.index(row, column).data(role) or "")


def _cut(view: QTableView) -> Iterator[str]:
    """Dates, moments and codes that are wider than their cell."""
    model = view.model()
    margin = 2 * (view.style().pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin) + 1)
    for column in range(model.columnCount()) if model is not None else ():
        if view.isColumnHidden(column):
            continue
        for row in range(min(model.rowCount(), ROWS)):
            text = str(model.index(row, column).data() or "")
            needed = view.fontMetrics().horizontalAdvance(text) + margin
            if NEVER_CUT.fullmatch(text) and needed > view.columnWidth(column):
                yield text


def _without(text: str, content: list[str]) -> str:
    """What is left of a text when all content is taken out: the Chinese the program itself said."""
    for known in content:
        if known in text:
            text = text.replace(known, "")
    return "".join(CHINESE.findall(text))


def _rows(ask: Callable[..., Any], kind: str) -> list[dict[str, Any]]:
    return list(ask("records.rows", kind=kind, ids=ask("records.ids", kind=kind)))


def _texts_of(value: Any) -> Iterator[str]:
    """Every text in Chinese within a value, its lines too; a pack's texts that have English are ours to translate."""
    if isinstance(value, Text):
        if not value.en:
            yield value.zh
    elif isinstance(value, str):
        if CHINESE.search(value):
            yield from {value, *value.splitlines()} - {""}
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts_of(one)
    elif isinstance(value, list | tuple | frozenset):
        for one in value:
            yield from _texts_of(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts_of(getattr(value, field.name))
