"""测算: typed figures or records in, distribution, duties, awards, quarter and agency out; by keyboard, in place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QFileDialog, QLineEdit, QPlainTextEdit

from desktop.pages.calculators import CalculatorsPage
from desktop.pages.evaluation.page import EvaluationPage
from desktop.pages.firms.verdict import FirmVerdict
from desktop.pages.overview import OverviewPage
from policy.i18n import set_language
from tests.gui.bench import Bench, bench


@pytest.fixture
def desk(qtbot: Any, tmp_path: Path) -> Iterator[Bench]:
    with bench(qtbot, tmp_path) as made:
        yield made


def _page(desk: Bench, tab: str, **arguments: Any) -> Any:
    page = desk.show(CalculatorsPage, tab=tab, **arguments)
    desk.until(lambda: not desk.ops.busy())
    return page.tabs[tab]


def _add(desk: Bench, kind: str, /, **values: Any) -> str:
    return str(desk.call("records.add", kind=kind, values=values)["id"])


def _university(desk: Bench) -> str:
    return _add(desk, "organisation", name="示例大学", org_kind="高等院校", reward_pct="70")


def _type(tab: Any, **values: str) -> None:
    """Type into the form as a person does, field by field."""
    for name, text in values.items():
        editor = tab.form.editor(name)
        editor.set_text(text)
    tab._later()


def _cells(model: Any) -> list[list[str]]:
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def _line(tab: Any, name: str, pct: str) -> None:
    tab.lines.add.click()
    place = len(tab.lines.values(blank_too=True)) - 1
    for part, text in (("name", name), ("share_pct", pct)):
        field = tab.lines.field(place, part)
        field.setText(text)
        field.editingFinished.emit()


def test_figures_typed_are_divided_to_the_fen_and_the_residue_is_named(desk: Bench) -> None:
    tab = _page(desk, "distribution")
    _type(tab, owner_kind="university", gross="100.01", taxes="0", team_pct="100")
    for name in ("甲", "乙", "丙"):
        _line(tab, name, "33.33")
    desk.until(lambda: len(tab.shares.rows()) == 4)
    assert [row[2:] for row in _cells(tab.shares)] == [
        ["100.01", ""],
        ["33.35", "含 0.02 元"],
        ["33.33", ""],
        ["33.33", ""],
    ]
    assert [row[1] for row in _cells(tab.bases)][1:] == ["50.01", "50.01", "80.01"]  # the least that is enough
    assert "“甲”" in tab.warnings.text()
    tab.lines.field(1, "residue").click()
    desk.until(lambda: "“乙”" in tab.warnings.text())
    assert "乙：33.33%，33.35 元" in tab.notice.toPlainText()
    assert not tab.save.isEnabled()  # of no contract
    tab.lines.field(0, "_remove").click()
    desk.until(lambda: "99.99" in tab.message.text() or "66.66" in tab.message.text())


def test_what_was_typed_and_saved_nowhere_is_offered_back_after_a_lock(desk: Bench) -> None:
    drafts = desk.desk.drafts
    drafts.attach(desk.ops)
    tab = _page(desk, "distribution")
    _type(tab, owner_kind="university", gross="100.01", taxes="0", team_pct="100")
    _line(tab, "甲", "50")
    _line(tab, "乙", "49.99")
    QTest.keyClicks(tab.lines.field(0, "name"), "x")  # in the middle of a word, nothing entered yet
    ways = _page(desk, "pricing")
    desk.until(lambda: "route" in ways.fields)
    QTest.keyClick(ways.fields["route"], Qt.Key.Key_Down)
    desk.until(lambda: not desk.ops.busy())
    drafts.detach()  # as a lock does
    desk.until(lambda: not desk.ops.busy())
    drafts.attach(desk.ops)
    desk.until(lambda: len(drafts.keys()) == 2)
    again = _page(desk, "distribution")
    assert again.left.isVisible() and again.form.editor("gross").text() == ""
    again.left.restore.click()
    desk.until(lambda: len(again.shares.rows()) == 3)
    assert again.form.editor("gross").text() == "100.01" and again.lines.values()[0]["name"] == "甲x"
    assert "未分配的 0.01%" in again.warnings.text() and not again.left.isVisible()
    back = _page(desk, "pricing")
    back.left.restore.click()
    desk.until(lambda: any(row["rule"] == "negotiated-price" for row in back.model.rows()))
    drafts.detach()
    desk.until(lambda: not desk.ops.busy())
    drafts.attach(desk.ops)
    desk.until(lambda: len(drafts.keys()) == 2)
    last = _page(desk, "pricing")
    last.left.drop.click()
    assert drafts.keys() == ["calc:distribution::"] and last.typed() == {}
    drafts.detach()
    desk.until(lambda: not desk.ops.busy())


def test_of_a_loss_nothing_is_due_by_the_clause(desk: Bench) -> None:
    tab = _page(desk, "distribution")
    _type(tab, owner_kind="firm", gross="1000", taxes="60", prior_rd="5000", team_pct="100")
    desk.until(lambda: any(row["nothing_due"] for row in tab.bases.rows()))
    row = next(cells for cells in _cells(tab.bases) if "50" in cells[0] and "净收入" in cells[0])
    assert row[1] == "净收入小于零，无应付"
    assert not any(cells[1].startswith("-") for cells in _cells(tab.bases))
    assert "没有应付的奖励" in tab.warnings.text()


def test_answers_of_a_pricing_record_are_kept_in_it(desk: Bench) -> None:
    case = _add(desk, "case", no="1", title="成果甲", track="supply")
    record = _add(desk, "pricing", case=case, route="协议定价")
    tab = _page(desk, "pricing", id=record)
    desk.until(lambda: "proposed_price" in tab.fields and tab.save.isVisible())
    assert not tab.save.isEnabled()
    QTest.keyClick(tab.fields["related_party"], Qt.Key.Key_Down)  # an answer the record has no field for
    assert not tab.save.isEnabled()
    QTest.keyClicks(tab.fields["proposed_price"], "12")
    tab.save.click()
    desk.until(lambda: bool(desk.desk.said))
    desk.until(lambda: not desk.ops.busy())
    assert desk.call("records.get", kind="pricing", id=record)["proposed_price"] == 12_000_000
    assert not tab.save.isEnabled() and desk.desk.drafts.of(tab.draft_key()) == {"related_party": "1"}


def test_what_does_not_add_up_is_said_in_place_and_nothing_typed_is_lost(desk: Bench) -> None:
    tab = _page(desk, "distribution")
    _type(tab, owner_kind="university", gross="1000", taxes="0", team_pct="70", unit_pct="20")
    desk.until(lambda: "90" in tab.message.text())
    assert tab.form.editor("gross").text() == "1000"
    _type(tab, unit_pct="30")
    desk.until(lambda: len(tab.shares.rows()) == 2)
    assert not tab.message.isVisible()


def test_a_contracts_receipts_are_divided_kept_and_shown_again(desk: Bench, tmp_path: Path, monkeypatch: Any) -> None:
    university = _university(desk)
    contract = _add(desk, "contract", name="一种示例方法", seller=university, own_no="合-1", signed_on="2026-01-05")
    _add(
        desk, "receipt", contract=contract, received_on="2026-02-01", payer="甲公司", account_holder=university,
        amount="1000",
    )  # fmt: skip
    tab = _page(desk, "distribution", contract=contract)
    desk.until(lambda: tab.form.editor("gross").text() == "1000")
    assert (tab.received.text(), tab.reward.text()) == ("2026-02-01", "70")
    _type(tab, taxes="0", team_pct="70", unit_pct="30")
    desk.until(lambda: tab.save.isEnabled())
    tab.save.click()
    desk.until(lambda: bool(desk.desk.said))
    kept = desk.call("records.ids", kind="distribution")
    row = desk.call("records.get", kind="distribution", id=kept[0])
    assert (row["net"], row["team_pct"], row["basis"]) == (100_000, 7000, "own_rule")
    file = tmp_path / "分配.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(file), ""))
    tab.export.click()
    desk.until(lambda: file.exists())
    cells = [cell.value for line in load_workbook(file).active.iter_rows() for cell in line]
    assert 700 in cells and 300 in cells
    again = _page(desk, "distribution", id=kept[0])
    desk.until(lambda: again.form.editor("team_pct").text() == "70")
    assert [row[1] for row in _cells(again.shares)] == ["70", "30"]


def test_the_way_of_pricing_decides_the_duties_by_keyboard_alone(desk: Bench) -> None:
    tab = _page(desk, "pricing")
    desk.until(lambda: "route" in tab.fields)
    route = tab.fields["route"]
    route.setFocus()
    QTest.keyClick(route, Qt.Key.Key_Down)  # 协议定价
    desk.until(lambda: any(row["rule"] == "negotiated-price" for row in tab.model.rows()))
    asked = tab.fields["name_published"]
    assert asked.accessibleName() == "公示了科技成果名称"
    QTest.keyClick(asked, Qt.Key.Key_Down)
    desk.until(
        lambda: any(
            "科技成果名称" in part["title"] and part["state"] == "done"
            for row in tab.model.rows()
            for part in row["parts"]
        )
    )
    related = tab.fields["related_party"]
    route = tab.fields["route"]
    for _ in range(4):
        QTest.keyClick(route, Qt.Key.Key_Down)  # 评估定价（第三方）
    QTest.keyClick(related, Qt.Key.Key_Down)  # 是
    desk.until(lambda: any(row["rule"] == "valuation-related" for row in tab.model.rows()))
    assert not any(row["rule"] == "negotiated-price" for row in tab.model.rows())
    words = {row["rule"]: _cells(tab.model)[place] for place, row in enumerate(tab.model.rows())}
    assert words["valuation-related"][0] == "未办" and "（十九）" in words["valuation-related"][4]
    assert words["way-of-pricing"][3] == "未核实"


def test_awards_say_at_most_with_the_draft_mark_and_open_what_they_count(desk: Bench) -> None:
    university = _university(desk)
    contract = _add(desk, "contract", name="合同甲", seller=university, own_no="1", signed_on="2025-01-05")
    _add(
        desk, "receipt", contract=contract, received_on="2025-06-01", payer="甲", account_holder=university,
        amount="5000万元", is_local="是",
    )  # fmt: skip
    tab = _page(desk, "awards")
    tab.period.setEditText("2025")
    tab.period.lineEdit().returnPressed.emit()
    desk.until(lambda: any(row["value"] == "5000" for row in tab.model.rows()))
    place = next(place for place, row in enumerate(tab.model.rows()) if row["value"] == "5000")
    assert _cells(tab.model)[place][2:5] == ["5000 万元", "最高 200 万元", "征求意见稿"]
    tab.table.selectRow(place)
    assert "歧义" in tab.notes.text()
    tab.rows_table.doubleClicked.emit(tab.rows.index(0, 0))
    assert desk.desk.records[0][0] == "receipt"


def test_the_quarter_shows_what_a_rate_is_made_of_and_is_written_as_a_workbook(
    desk: Bench, tmp_path: Path, monkeypatch: Any
) -> None:
    university = _university(desk)
    for number, local in enumerate(("是", "否")):
        _add(
            desk, "achievement", title=f"成果{number}", owner=university, converted_on="2026-08-01",
            conversion_mode="转让", is_local=local, is_major=local, major_reason="填补空白",
        )  # fmt: skip
    tab = _page(desk, "quarter")
    tab.period.setEditText("2026Q3")
    tab.period.lineEdit().returnPressed.emit()
    desk.until(lambda: any(row["value"] == "50.0" for row in tab.model.rows()))
    rate = next(row for row in _cells(tab.model) if row[2] == "50.0 %")
    assert "1 项" in rate[3] and "2 项" in rate[3] and rate[4] == "征求意见稿"
    assert [row[2] for row in _cells(tab.major)] == ["填补空白"]
    file = tmp_path / "赛马.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(file), ""))
    tab.export.click()
    desk.until(lambda: file.exists())


def test_the_agencys_deals_stand_apart(desk: Bench) -> None:
    own = desk.call("workspace.info")["organisation"]["id"]
    university = _university(desk)
    for number, role in enumerate(("中介合同", "仅过程记录")):
        contract = _add(
            desk, "contract", name=f"合同{number}", seller=university, own_no=str(number), third_party=own,
            registered_on="2026-02-01",
        )  # fmt: skip
        _add(desk, "brokerage", contract=contract, our_role=role)
    tab = _page(desk, "agency")
    tab.year.setCurrentIndex(tab.year.findText("2026"))
    tab._ask()
    desk.until(lambda: any(row["value"] == "1 项" for row in tab.figures.rows()))
    assert [row[1] for row in _cells(tab.figures)][::3] == ["1 项", "1 项"]
    assert [row["title"] for row in tab.rows.rows()] == ["合同0"]
    assert len(tab.capabilities.rows()) == 4 and "不是条件" in tab._heads["capabilities"].text()
    assert "最高 100 万元" in tab._award.text()


def test_every_control_has_a_name_and_the_language_changes_what_is_typed_not(desk: Bench) -> None:
    page = desk.show(CalculatorsPage)
    desk.until(lambda: not desk.ops.busy())
    tab = page.tabs["distribution"]
    _type(tab, owner_kind="university", gross="1000")
    _line(tab, "甲", "100")
    for name in page.tabs:
        page.arrive(tab=name)
        desk.until(lambda: not desk.ops.busy())
        controls = [
            control
            for kind in (QAbstractButton, QComboBox, QLineEdit, QAbstractItemView, QPlainTextEdit)
            for control in page.tabs[name].findChildren(kind)
            if control.isVisible() and control.focusPolicy() != Qt.FocusPolicy.NoFocus
        ]
        nameless = [
            control
            for control in controls
            if not control.accessibleName()
            and not (isinstance(control, QAbstractButton) and control.text())
            and not isinstance(control.parentWidget(), QComboBox)
        ]
        assert controls and not nameless, (name, nameless)
    set_language("en")
    try:
        page.retranslate()
        desk.until(lambda: not desk.ops.busy())
        assert tab.form.editor("gross").text() == "1000"
        assert tab.lines.values()[0]["name"] == "甲"
    finally:
        set_language("zh")


def test_the_overview_shows_targets_warns_and_writes_a_calendar(desk: Bench, tmp_path: Path, monkeypatch: Any) -> None:
    own = desk.call("workspace.info")["organisation"]["id"]
    desk.call("records.edit", kind="organisation", id=own, values={"integrity_score": "0"})
    page = desk.show(OverviewPage)
    year = page._year
    desk.call("targets.add", label="本单位办会", measure="events_held", value="4", year=year)
    event = {"e_kind": "科技成果进区县", "starts_on": f"{year}-01-08", "our_role": "主办", "joint": "否"}
    _add(desk, "event", title="对接会", **event)
    _add(desk, "case", no="1", title="成果甲", track="supply", next_on="2099-01-01", next_action="签约")
    # both: the list may be asked while the event is being written
    chart = page.targets.chart
    desk.until(lambda: sum(bar.value == 1 and bar.whole in (4.0, 100.0) for bar in chart._bars) == 2)
    bars = {bar.name: bar for bar in chart._bars}
    assert (bars["本单位办会"].target, bars["本单位办会"].figures) == (4.0, "1 场 / 4 场 · 25 %")
    city = next(bar for bar in chart._bars if bar.whole == 100.0)
    assert city.target is None and "份额未设" in city.figures and "全市 100 场" in city.figures
    assert not page.integrity.isHidden() and "诚信" in page.integrity.findChildren(QAbstractButton)[0].text()
    chart.opened.emit(city.key)
    assert [row["title"] for row in page.targets.rows.rows()] == ["对接会"]
    page.targets.judge.click()
    assert desk.desk.pages[-1] == (
        "evaluation", {"pack": "cq-draft-measures", "period": year, "indicator": "target-events"},
    )  # fmt: skip
    asked = {"pack": "guokefaqu-2018-300", "period": "2025", "subject": desk.carrier()}
    desk.call("settings.save", key="page.evaluation", value=asked)
    page.arrive()

    def whole_list() -> QAbstractButton | None:
        lines = page.gaps.findChildren(QAbstractButton)
        return next((line for line in lines if line.text().startswith("全部") and line.isEnabled()), None)

    desk.until(lambda: whole_list() is not None and not desk.ops.busy())
    line = whole_list()
    assert line is not None
    line.click()
    assert desk.desk.pages[-1] == ("evidence", {"gaps": True, **asked})
    page._figures["returned"].click()
    assert desk.desk.pages[-1] == ("delivery", {})
    file = tmp_path / "期限.ics"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(file), ""))
    page._to_file.click()
    desk.until(lambda: file.exists() and bool(desk.desk.said))
    assert Calendar.from_ical(file.read_bytes())["x-wr-calname"] == "孵转台期限"


def test_an_indicator_says_what_alone_would_change_it(desk: Bench) -> None:
    subject = desk.carrier()
    for number in range(2):
        firm = _add(desk, "firm", name=f"企业{number}", founded_on="2024-06-01")
        stay = {"firm": firm, "carrier": subject.partition(":")[2], "entered_on": "2025-01-01", "status": "在孵"}
        _add(desk, "tenancy", **stay)
    page = desk.show(EvaluationPage, pack="guokefaqu-2018-300", period="2025", subject=subject)
    desk.until(lambda: bool(page.model.rows()) and not desk.ops.busy())
    place = next(place for place, row in enumerate(page.model.rows()) if row["measures"] == ("tenants",))
    page.table.selectRow(place)
    desk.until(lambda: "再有 48 家" in page.detail.lines["advice"].text())


def test_a_firms_verdict_answers_enter_stay_graduate_and_sme(desk: Bench, qtbot: Any) -> None:
    carrier = desk.carrier().partition(":")[2]
    firm = _add(desk, "firm", name="示例科技", founded_on="2024-06-01")
    _add(desk, "tenancy", firm=firm, carrier=carrier, entered_on="2025-01-01", status="在孵")
    panel = FirmVerdict(desk.ops)
    qtbot.addWidget(panel)
    panel.retranslate()
    panel.show_parent(firm)
    desk.until(lambda: len(panel.questions) == 4)
    assert panel.questions["stay"].text() == "可否继续孵化：符合"
    assert panel.questions["sme"].text() == "科技型中小企业：缺数据"
    assert panel.questions["sme"].toolTip()
    desk.until(lambda: not desk.ops.busy())
