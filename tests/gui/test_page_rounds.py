"""申报轮次 in the window: a notice is entered, its table pasted, looked over, kept, verified and scored by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QTabBar, QTableView

from desktop.pages.application.page import ROUNDS, ApplicationPage
from desktop.pages.evaluation.page import EvaluationPage
from desktop.pages.evaluation.scoring import ScorePane
from desktop.pages.rounds.view import FILES, FORM, TABLE, RoundsView
from desktop.widgets.message import MessageBar
from tests.gui.bench import Bench, bench, pdf_file
from tests.unit import notice_samples

PERIOD = "2025"
VALUES = {
    "title": "2025年度孵化器评价通知",
    "issuer": "市科技局",
    "period": PERIOD,
    "applicant_kind": "carrier",
    "steps": [{"name": "单位提交", "due": "2026-12-08 17:00", "who": "本单位"}],
}
_TITLE, _POINTS = 2, 3


@pytest.fixture
def desk(qtbot: Any, tmp_path: Path) -> Iterator[Bench]:
    with bench(qtbot, tmp_path) as made:
        yield made


def _view(desk: Bench, round_: str = "") -> RoundsView:
    page = desk.show(ApplicationPage)
    page.views.setCurrentIndex(ROUNDS)
    view: RoundsView = page.rounds
    desk.until(lambda: not desk.ops.busy() and (not round_ or view.form.record() == round_))
    return view


def _pasted(desk: Bench, view: RoundsView, html: str) -> None:
    data = QMimeData()
    data.setHtml(html)
    QGuiApplication.clipboard().setMimeData(data)
    view.tabs.setCurrentIndex(TABLE)
    view.notice.paste.click()
    desk.until(lambda: not desk.ops.busy())


def _kept(desk: Bench) -> tuple[str, str]:
    """A round with the sample table; its id and pack."""
    round_ = desk.call("round.save", values=VALUES)["id"]
    found = desk.call("notice.preview", html=notice_samples.wps())
    rows = [row for row in found["rows"] if row["kind"] == "indicator"]
    return round_, desk.call("notice.save", round=round_, rows=rows, total=found["total"])["pack"]


def test_a_notice_is_entered_by_keyboard_with_its_steps(desk: Bench, qtbot: Any) -> None:
    view = _view(desk)
    assert view.whole.currentWidget() is view.empty
    view.empty.button.click()
    form = view.form.form
    assert view.tabs.currentIndex() == FORM and not view.tabs.isTabEnabled(TABLE)
    for name, text in (("title", VALUES["title"]), ("issuer", "市科技局")):
        form.editor(name).focusProxy().insert(str(text))  # as an input method does
    qtbot.keyClicks(form.editor("period").focusProxy(), PERIOD)
    steps: Any = form.editor("steps")
    steps.usual.click()
    assert steps.table.rowCount() == 5
    steps.table.item(0, 1).setText("2026年12月8日17时")
    steps.table.item(1, 1).setText("2026-12-01")
    steps.table.setCurrentCell(4, 0)
    steps.up.click()
    steps.table.setCurrentCell(4, 0)
    steps.remove.click()
    form.editor("papers").set_text("申报书\n审计报告")
    qtbot.keyClick(view.form, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    desk.until(lambda: bool(view.model.rows()) and not desk.ops.busy())
    (row,) = desk.call("round.list")
    shown = desk.call("round.show", id=row["id"])
    assert [(step["name"], step["due"]) for step in shown["steps"]] == [
        ("单位提交", "2026-12-08 17:00"),
        ("区县审核", "2026-12-01"),
        ("协会或主管部门受理", ""),
        ("公示", ""),
    ]
    assert shown["papers"] == ["申报书", "审计报告"]
    assert "区县审核" in view.message.text()  # due before the step in front of it
    assert not view.form.form.is_edited() and view.tabs.isTabEnabled(TABLE)
    assert json.loads(steps.text())[0]["due"] == "2026-12-08 17:00"


def test_what_is_typed_for_a_round_is_a_draft_until_it_is_saved(desk: Bench) -> None:
    round_ = desk.call("round.save", values=VALUES)["id"]
    view = _view(desk, round_)
    steps: Any = view.form.form.editor("steps")
    steps.table.item(0, 2).setText("综合部")
    assert "综合部" in desk.desk.drafts.of(f"round:{round_}")["steps"]
    view.form.discard()
    assert steps.table.item(0, 2).text() == "本单位" and desk.desk.drafts.of(f"round:{round_}") == {}
    steps.table.item(0, 1).setText("下周五")
    view.form.save()
    desk.until(lambda: bool(view.form.message.text()))
    assert "下周五" in view.form.message.text() and steps.table.item(0, 1).text() == "下周五"


def test_a_pasted_table_is_looked_over_put_right_and_kept(desk: Bench) -> None:
    round_ = desk.call("round.save", values=VALUES)["id"]
    view = _view(desk, round_)
    rows = [
        ["投融资能力", "每项5分", "有资金", "凭证"] if row[0] == "投融资能力" else row for row in notice_samples.ROWS
    ]
    _pasted(desk, view, notice_samples.word(rows))
    pane, table = view.notice, view.notice.rows
    desk.until(lambda: table.rowCount() == 7)
    assert [combo.currentData() for combo in pane.columns.combos] == [
        "group",
        "indicator",
        "points",
        "criterion",
        "proof",
    ]
    assert "读不懂" in table.item(2, 7).text() and not table.item(2, 7).icon().isNull()
    assert "不一致" in pane.sums.text() and "待填" in pane.sums.text()
    assert "基础条件" in pane.parts.text()
    table.item(2, _POINTS).setText("１５分")
    desk.until(lambda: not desk.ops.busy() and "与总分一致" in pane.sums.text())
    assert table.item(2, _POINTS).text() == "15" and pane.parts.isHidden()
    table.item(6, 0).setCheckState(Qt.CheckState.Checked)  # the row of the sum taken for an indicator
    desk.until(lambda: not desk.ops.busy() and "180" in pane.sums.text())
    table.item(6, 0).setCheckState(Qt.CheckState.Unchecked)
    pane.columns.combos[4].setCurrentIndex(pane.columns.combos[4].findData("other"))
    desk.until(lambda: not desk.ops.busy() and table.item(0, 5).text() == "")
    pane.total.setText("90")
    pane.total.editingFinished.emit()
    desk.until(lambda: not desk.ops.busy())
    assert "与总分一致" in pane.sums.text()
    pane.save.click()
    desk.until(lambda: not desk.ops.busy() and not pane.editing() and table.rowCount() == 6)
    assert pane.basis.currentText() == "本通知的评分表" and "未对照" in pane.state.text()
    shown = desk.call("notice.show", pack=desk.call("round.show", id=round_)["pack"])
    assert [row["points"] for row in shown["rows"]] == ["10", "5", "15", "20", "40", "5"]
    assert not any(row["proof"] for row in shown["rows"])


def test_a_kept_table_is_edited_verified_and_joined_to_a_rule(desk: Bench, tmp_path: Path) -> None:
    round_, pack = _kept(desk)
    view = _view(desk, round_)
    view.tabs.setCurrentIndex(TABLE)
    pane, table = view.notice, view.notice.rows
    desk.until(lambda: table.rowCount() == 6 and not desk.ops.busy())
    table.item(0, _TITLE).setText("场地")
    desk.until(lambda: not desk.ops.busy() and pane.save.isEnabled())
    assert pane.verify.isHidden()  # what is not kept cannot be verified
    table.setCurrentCell(1, _TITLE)
    table.editItem(table.item(1, _TITLE))
    writing = table.findChild(QLineEdit)
    writing.setText("写到一半")
    table.item(4, 4).setText("每场 2 分\n封顶 40 分")  # another change is worked out meanwhile
    desk.until(lambda: not desk.ops.busy())
    assert table.findChild(QLineEdit) is writing and writing.text() == "写到一半"
    table.setCurrentCell(4, 4)
    desk.until(lambda: not desk.ops.busy() and table.item(1, _TITLE).text() == "写到一半")
    table.editItem(table.item(4, 4))
    assert "\n" in table.findChild(QPlainTextEdit).toPlainText()
    pane.drop.click()
    desk.until(lambda: not desk.ops.busy() and table.item(0, _TITLE).text() == "场地面积")
    pane.add.click()
    desk.until(lambda: not desk.ops.busy() and table.rowCount() == 7)
    table.item(6, _TITLE).setText("补充项")
    desk.until(lambda: not desk.ops.busy())
    pane.save.click()
    desk.until(lambda: not desk.ops.busy() and not pane.editing())
    assert desk.call("notice.show", pack=pack)["rows"][6]["title"] == "补充项"
    pane.verify.bring.click()
    assert view.tabs.currentIndex() == FILES
    view.files.notice.add([str(pdf_file(tmp_path / "通知.pdf", 1))])
    desk.until(lambda: not desk.ops.busy() and pane.verify.paper.count() == 1)
    pane.verify.confirm.click()
    desk.until(lambda: not desk.ops.busy() and "已对照通知核实" in pane.state.text())
    assert desk.call("notice.show", pack=pack)["verified"] and pane.verify.isHidden()
    page = desk.show(EvaluationPage, pack=pack, period=PERIOD, subject=desk.carrier())
    desk.until(lambda: bool(page.model.rows()) and not desk.ops.busy())
    assert page.detail.lines["checked"].text() == "已对照通知"
    assert "未核实" not in page.detail.lines["notes"].text()  # the same page never says both
    table.setCurrentCell(0, _TITLE)
    desk.until(lambda: pane.attach.pack.count() > 1 and not desk.ops.busy())
    pane.attach.pack.setCurrentIndex(pane.attach.pack.findData("guokefaqu-2018-300"))
    pane.attach.pack.activated.emit(pane.attach.pack.currentIndex())
    desk.until(lambda: pane.attach.rule.count() > 0)
    pane.attach.join.click()
    desk.until(lambda: not desk.ops.busy() and "计算规则" in table.item(0, 7).text())
    assert desk.call("notice.show", pack=pack)["rows"][0]["attached"] == pane.attach.rule.currentData()


def test_a_table_looked_over_stays_while_another_round_is_shown(desk: Bench) -> None:
    first, _ = _kept(desk)
    second = desk.call("round.save", values={**VALUES, "title": "另一份通知"})["id"]
    view = _view(desk, second)
    _pasted(desk, view, notice_samples.word(notice_samples.long_table()))
    desk.until(lambda: view.notice.rows.rowCount() == 41)
    view.show_round(first)
    desk.until(lambda: view.notice.rows.rowCount() == 6 and not view.notice.editing() and not desk.ops.busy())
    view.show_round(second)
    desk.until(lambda: view.notice.rows.rowCount() == 41 and view.notice.editing())


def test_what_is_no_table_is_said_and_the_kept_one_stays(desk: Bench) -> None:
    round_, _ = _kept(desk)
    view = _view(desk, round_)
    desk.until(lambda: view.notice.rows.rowCount() == 6)
    _pasted(desk, view, "<p>一段话</p>")
    desk.until(lambda: bool(view.message.text()) and not desk.ops.busy())
    assert "没有找到表格" in view.message.text()
    assert view.notice.rows.rowCount() == 6 and not view.notice.editing()


def test_a_round_leads_to_its_evaluation_and_its_application(desk: Bench) -> None:
    subject = desk.carrier()
    round_, pack = _kept(desk)
    page = desk.show(ApplicationPage, kind="round", id=round_)
    view = page.rounds
    desk.until(lambda: view.start.isEnabled() and not desk.ops.busy())
    assert page.views.currentIndex() == ROUNDS
    view.evaluate.click()
    assert desk.desk.pages == [("evaluation", {"pack": pack, "period": PERIOD})]
    view.start.click()
    desk.until(lambda: bool(view.message.text()))
    assert "还没有定稿" in view.message.text()
    desk.call("evaluation.freeze", pack=pack, period=PERIOD, subject=subject)
    view.start.click()
    desk.until(lambda: page.views.currentIndex() == 0 and not desk.ops.busy())
    assert page.round.currentData() == round_
    page.steps.setCurrentIndex(1)
    page.next.click()
    desk.until(lambda: len(page.book.versions.rows()) == 1)
    (made,) = desk.call("apply.list")
    assert made["round"] == round_


def test_points_and_words_are_typed_beside_the_indicator(desk: Bench, qtbot: Any) -> None:
    subject = desk.carrier()
    _, pack = _kept(desk)
    page = desk.show(EvaluationPage, pack=pack, period=PERIOD, subject=subject)
    desk.until(lambda: bool(page.model.rows()) and not desk.ops.busy())
    pane = page.detail.scoring
    assert page.detail.tabs.isTabVisible(0) and "基础条件" in page.detail.head.text()
    qtbot.keyClicks(pane.score, "11")
    pane.keep()
    desk.until(lambda: bool(page.message.text()))
    assert "最高 10 分" in page.message.text() and pane.score.text() == "11"
    pane.score.setText("8.5")
    pane.words.setPlainText("自有场地")
    page.table.selectRow(1)  # leaving the indicator keeps what was typed
    desk.until(lambda: page.points.text() == "总分 8.5 / 90" and not desk.ops.busy())
    assert not page.message.text()  # what was refused has been put right
    assert pane.score.text() == "" and pane.words.toPlainText() == ""
    page.table.selectRow(0)
    assert (pane.score.text(), pane.words.toPlainText()) == ("8.5", "自有场地")
    page.table.selectRow(6)
    assert not page.detail.tabs.isTabVisible(0)


def test_the_points_of_an_attached_rule_are_offered_where_they_fit(qtbot: Any) -> None:
    pane = ScorePane()
    qtbot.addWidget(pane)
    heard: list[tuple[Any, ...]] = []
    pane.scored.connect(lambda *said: heard.append(said))
    indicator = {
        "form": "typed",
        "target_key": "indicator:notice-1/r01@2024..2025/carrier:c",
        "cap": "10",
        "score": "",
        "text": "",
        "attached": {"score": "12"},
    }
    pane.show_indicator(indicator)
    assert pane.take.isHidden()  # more than the row gives
    pane.show_indicator({**indicator, "attached": {"score": "7.5"}})
    assert not pane.take.isHidden() and "7.5" in pane.take.text()
    pane.take.click()
    place = {"pack": "notice-1", "rule": "r01", "period": "2024..2025", "subject": "carrier:c"}
    assert heard == [(place, "7.5", "")]
    pane.show_indicator(None)
    assert len(heard) == 1  # nothing more to keep


def test_every_control_of_the_rounds_has_a_name(desk: Bench) -> None:
    round_, _ = _kept(desk)
    view = _view(desk, round_)
    desk.until(lambda: view.notice.rows.rowCount() == 6)
    _pasted(desk, view, notice_samples.excel())
    view.retranslate()
    kinds = (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QTableView)
    named = [
        part
        for kind in kinds
        for part in view.findChildren(kind)
        if not isinstance(part.parent(), QTableView | QTabBar | MessageBar)  # a bar names its buttons when it speaks
    ]
    blank = [
        part
        for part in named
        if not (part.accessibleName() or getattr(part, "text", lambda: "")() or part.objectName().startswith("qt_"))
        and part.focusPolicy() != Qt.FocusPolicy.NoFocus
    ]
    assert [type(part.parent()).__name__ for part in blank] == []
