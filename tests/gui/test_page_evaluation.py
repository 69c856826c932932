"""评价: indicators with figures, rows and proofs; assumptions marked; figures typed in; frozen for an application."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QWidget

from desktop.messages import sentence
from desktop.pages.evaluation import table as columns
from desktop.pages.evaluation.page import EvaluationPage
from desktop.pages.evaluation.words import periods, typed_figure
from policy.dates import Period
from policy.i18n import set_language
from tests.gui.bench import PACK, PERIOD, Bench, bench, drop, pdf_file


@pytest.fixture
def desk(qtbot: Any, tmp_path: Path) -> Iterator[Bench]:
    with bench(qtbot, tmp_path) as made:
        yield made


def _evaluated(desk: Bench, **arguments: Any) -> Any:
    subject = desk.carrier()
    page = desk.show(EvaluationPage, **{"pack": PACK, "period": PERIOD, "subject": subject, **arguments})
    desk.until(lambda: bool(page.model.rows()))
    return page


def _choose(page: Any, indicator: str) -> int:
    place = int(page.model.place(indicator))
    assert place >= 0
    page.table.selectRow(place)
    return place


def _cell(page: Any, place: int, column: int) -> str:
    return str(page.model.index(place, column).data())


def test_every_indicator_has_its_figure_verdict_clause_and_mark(desk: Bench) -> None:
    page = _evaluated(desk)
    place = _choose(page, "area")
    assert _cell(page, place, columns.VALUE) == "10400 m²"
    assert _cell(page, place, columns.VERDICT) == "通过"
    assert _cell(page, place, columns.CLAUSE) == "第六条"
    assert _cell(page, place, columns.CHECKED) == "未核实"
    unknown = page.model.rows()[page.model.place("fund")]
    assert unknown["verdict"] == "unknown"
    assert _cell(page, page.model.place("fund"), columns.VALUE) == "—"
    assert page.table.isColumnHidden(columns.SCORE)
    assert page.standing.text() == "这份政策文件：已被取代"
    assert "第六条" in page.detail.lines["clause"].text()


def test_a_pdf_dropped_on_an_indicator_is_counted_there(desk: Bench, tmp_path: Path) -> None:
    page = _evaluated(desk)
    place = _choose(page, "area")
    assert _cell(page, place, columns.PROOFS) == "0"
    spot = page.table.visualRect(page.model.index(place, columns.TITLE)).center()
    drop(page.table.viewport(), [pdf_file(tmp_path / "房产证明.pdf", 2)], spot)
    desk.until(lambda: _cell(page, place, columns.PROOFS) == "1")
    assert [row["title"] for row in page.detail.proofs.rows()] == ["房产证明"]
    page.detail.proof_table.doubleClicked.emit(page.detail.proofs.index(0, 0))
    assert desk.desk.pages == [("evidence", {"id": page.detail.proofs.rows()[0]["id"]})]
    page.detail.proof_table.selectRow(0)
    page.detail.unlink.click()
    desk.until(lambda: _cell(page, place, columns.PROOFS) == "0")


def test_what_was_shown_takes_nothing_once_something_else_is_chosen(desk: Bench) -> None:
    """A file dropped before the new evaluation came was kept for the former period."""
    page = _evaluated(desk)
    place = _choose(page, "area")
    target = page.model.rows()[place]["target_key"]
    box = page.chooser.period
    other = next(place for place in range(box.count()) if place != box.currentIndex())
    box.setCurrentIndex(other)
    box.activated.emit(other)
    assert not page.model.rows()
    assert not page.freeze.isEnabled()
    desk.until(lambda: bool(page.model.rows()))
    row = page.model.row(page.table.currentIndex())
    assert row is not None
    assert row["id"] == "area"
    assert row["target_key"] != target


def test_a_period_being_typed_is_not_what_is_fixed(desk: Bench) -> None:
    page = _evaluated(desk)
    chosen = page.chooser.choice()
    page.chooser.period.setEditText("2019")
    assert page.chooser.choice() == chosen


def test_a_damaged_pdf_warns_and_the_warning_stays_after_the_evaluation_came_again(desk: Bench, tmp_path: Path) -> None:
    page = _evaluated(desk)
    place = _choose(page, "area")
    (tmp_path / "坏.pdf").write_bytes(b"%PDF-1.4 cut off")
    drop(page.detail, [tmp_path / "坏.pdf"])
    desk.until(lambda: _cell(page, place, columns.PROOFS) == "1")
    assert page.message.text() == sentence("evidence.pdf_damaged", {"file": "坏.pdf"})


def test_an_assumption_is_marked_cannot_be_frozen_and_is_never_kept(desk: Bench) -> None:
    page = _evaluated(desk)
    place = _choose(page, "fund")
    edit = page.detail.figures.assumptions["fund_total"]
    edit.line.setText("800")
    edit.line.editingFinished.emit()
    desk.until(lambda: page.model.rows()[place]["verdict"] == "pass")
    assert _cell(page, place, columns.VALUE) == "假设 800 万元"
    assert page.assumption.isVisible()
    assert not page.freeze.isEnabled()
    page.forget.click()
    desk.until(lambda: page.model.rows()[place]["verdict"] == "unknown")
    assert page.freeze.isEnabled()
    assert not page.assumption.isVisible()


def test_an_assumption_that_is_no_figure_is_refused_in_place(desk: Bench) -> None:
    page = _evaluated(desk)
    _choose(page, "fund")
    edit = page.detail.figures.assumptions["fund_total"]
    edit.line.setText("很多")
    edit.line.editingFinished.emit()
    desk.until(lambda: "很多" in page.message.text())
    assert page.model.rows()


def test_what_the_records_cannot_know_is_typed_in_and_counts(desk: Bench) -> None:
    page = _evaluated(desk)
    place = _choose(page, "operation")
    figure, basis, save = page.detail.figures.typed["legal_person"]
    figure.choice.setCurrentIndex(figure.choice.findData("1"))
    basis.setText("法人证书")
    save.click()
    desk.until(lambda: _cell(page, place, columns.VALUE).startswith("是"))
    measure = page.detail.figures.shown_value("legal_person")
    assert measure == "是（填报）"


def test_a_city_figure_is_never_our_gap_unless_we_set_a_share(desk: Bench) -> None:
    own = desk.call("workspace.info")["organisation"]["id"]
    event = {
        "title": "对接会",
        "e_kind": "科技成果进区县",
        "starts_on": "2026-05-08",
        "our_role": "主办",
        "joint": "否",
    }
    desk.call("records.add", kind="event", values=event)
    page = desk.show(EvaluationPage, pack="cq-draft-measures", period="2026", subject=f"organisation:{own}")
    desk.until(lambda: page.model.place("target-events") >= 0)
    place = _choose(page, "target-events")
    assert _cell(page, place, columns.TARGET).startswith("全市 ")
    assert _cell(page, place, columns.CHECKED) == "已核实 · 征求意见稿"
    assert page.model.rows()[place]["verdict"] == "info"  # one event beside the city's hundred
    assert not page.detail.lines["gap"].text()
    share = page.detail.figures.share
    assert share is not None
    share.line.setText("5")
    share.line.editingFinished.emit()
    desk.until(lambda: page.model.rows()[place]["verdict"] == "fail")
    assert "本单位份额" in page.detail.lines["gap"].text()


def test_the_rows_behind_a_figure_open(desk: Bench) -> None:
    page = _evaluated(desk)
    _choose(page, "area")
    page.detail.tabs.setCurrentWidget(page.detail.rows)
    assert page.detail.rows.model.rows()
    page.detail.rows.table.doubleClicked.emit(page.detail.rows.model.index(0, 0))
    assert desk.desk.records[0][0] == page.detail.rows.model.rows()[0]["kind"]


def test_freezing_leads_to_the_application(desk: Bench) -> None:
    page = _evaluated(desk)
    desk.until(page.freeze.isEnabled)
    page.freeze.click()
    desk.until(lambda: bool(desk.desk.pages))
    name, arguments = desk.desk.pages[0]
    frozen = desk.call("evaluation.snapshots")
    assert (name, arguments) == ("application", {"snapshot": frozen[0]["id"]})


def test_the_page_comes_back_to_what_was_chosen_last(desk: Bench) -> None:
    page = _evaluated(desk, period="2024..2025")
    desk.until(lambda: not desk.ops.busy())
    again = desk.show(EvaluationPage)
    desk.until(lambda: bool(again.model.rows()))
    assert again.chooser.choice() == page.chooser.choice()
    assert again.chooser.choice()["period"] == "2024..2025"


def test_a_period_nobody_understands_is_refused_in_place(desk: Bench) -> None:
    page = _evaluated(desk)
    page.chooser.period.setEditText("去年")
    page.chooser.period.lineEdit().returnPressed.emit()
    desk.until(lambda: "去年" in page.message.text())


def test_an_empty_workspace_says_what_to_register_first(desk: Bench) -> None:
    page = desk.show(EvaluationPage, pack=PACK, period=PERIOD)
    desk.until(lambda: "登记" in page.message.text())
    assert not page.freeze.isEnabled()


def test_every_period_offered_is_one_the_rules_understand() -> None:
    offered = list(periods(date(2026, 3, 31)))
    assert len({period for _, period in offered}) == len(offered)
    for text, period in offered:
        assert text and Period.parse(period).text == period
    assert ("2025—2026年（两年）", "2025..2026") in offered
    assert ("2025年第4季度", "2025Q4") in offered


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("800", "fen", "800万元"),
        ("800元", "fen", "800元"),
        ("1.2亿元", "fen", "1.2亿元"),
        (" 12 ", "家", "12"),
        ("", "fen", ""),
    ],
)
def test_bare_money_is_in_the_unit_of_the_column(text: str, unit: str, expected: str) -> None:
    assert typed_figure(text, unit) == expected


def test_the_language_changes_without_losing_what_is_chosen(desk: Bench) -> None:
    page = _evaluated(desk)
    _choose(page, "area")
    chosen = page.chooser.choice()
    set_language("en")
    try:
        page.retranslate()
        assert page.chooser.choice() == chosen
        desk.until(lambda: not desk.ops.busy())
        assert page.chooser.choice() == chosen
        assert page.model.row(page.table.currentIndex())["id"] == "area"
    finally:
        set_language("zh")


def test_every_control_has_a_name_for_a_screen_reader(desk: Bench) -> None:
    page = _evaluated(desk)
    _choose(page, "operation")
    controls = [
        control
        for kind in (QAbstractButton, QComboBox, QLineEdit, QAbstractItemView, QAbstractSpinBox)
        for control in page.findChildren(kind)
        if control.isVisible() and control.focusPolicy() != Qt.FocusPolicy.NoFocus
    ]
    nameless = [control for control in controls if not _name(control)]
    assert controls and not nameless


def _name(control: QWidget) -> str:
    inner = isinstance(control.parentWidget(), QComboBox | QAbstractSpinBox)
    return control.accessibleName() or getattr(control, "text", str)() or ("inner" if inner else "")
