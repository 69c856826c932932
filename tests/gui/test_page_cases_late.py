"""Answers about a case that come after another one was opened, or in another order than asked: nothing is mistaken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.pages.cases.claims import Claims
from desktop.pages.cases.progress import Milestones
from desktop.pages.cases.receipts import Receipts
from desktop.pages.cases.tabs import Proof
from desktop.pages.cases.timeline import Timeline
from tests.gui.bench import Bench, bench
from tests.gui.late import Late


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    with bench(qtbot, tmp_path) as made:
        yield made


def _add(desk: Bench, kind: str, /, **values: str) -> str:
    return str(desk.call("records.add", kind=kind, values=values)["id"])


def test_what_was_asked_of_one_case_changes_nothing_of_the_next(desk: Bench, qtbot: QtBot) -> None:
    first, second = (_add(desk, "case", no=no, title=no, track="supply") for no in ("A-1", "A-2"))
    tab = Milestones(desk.ops, desk.desk)
    qtbot.addWidget(tab)
    tab.retranslate()
    tab.show()
    late = Late(desk.ops)

    def open_case(case: str) -> None:
        tab.show_parent(case)
        desk.until(lambda: len(tab.model.rows()) == 12 and len(desk.ops._tickets) == len(late.held))

    # the end of one case is being written, and meanwhile somebody says how the next one ended
    open_case(first)
    tab.outcome.outcome.setCurrentIndex(tab.outcome.outcome.findData("lost"))
    tab.outcome.reason.setText("价格太高")
    late.hold("case.outcome")
    tab.outcome.save.click()
    desk.until(lambda: len(late.held) == 1)
    tab.show_parent(second)
    desk.until(lambda: tab.outcome.reason.text() == "")
    qtbot.keyClicks(tab.outcome.reason, "not yet")
    late.let_go()
    desk.until(lambda: bool(desk.desk.said) and not desk.ops.busy())
    tab.show_parent(second)  # something else of it changed
    desk.until(lambda: not desk.ops.busy())
    assert tab.outcome.reason.text() == "not yet"

    # refused: it is told, but not beside the case it is not about
    open_case(first)
    tab.outcome.reason.clear()
    late.hold("case.outcome")
    tab.outcome.save.click()
    desk.until(lambda: len(late.held) == 1)
    open_case(second)
    late.let_go()
    desk.until(lambda: not desk.ops.busy())
    assert tab.outcome.message.isHidden()
    assert [fault.code for fault in desk.desk.faults] == ["case.outcome_reason"]

    # a milestone of the first is reached while the gate of the second asks
    open_case(first)
    tab.reach.click()
    tab.gate.reason.setText("下周补登")
    late.hold("case.reach")
    tab.gate.go.click()
    desk.until(lambda: len(late.held) == 1)
    open_case(second)
    tab.reach.click()
    tab.gate.reason.setText("另一件")
    late.let_go()
    desk.until(lambda: not desk.ops.busy())
    assert tab.gate.isVisible() and tab.gate.reason.text() == "另一件"

    # of two questions about one case the older answer comes last
    late.hold("case.milestones", "records.get")
    tab.show_parent(second)
    desk.call("case.reach", case=second, milestone="assessed", on="2026-02-01", reason="早已做完")
    tab.show_parent(second)
    desk.until(lambda: len(late.held) == 4)
    late.let_go()
    desk.until(lambda: not desk.ops.busy())
    assert {row["milestone"] for row in tab.model.rows() if row["state"] == "reached"} == {"lead", "assessed"}


def test_older_answers_about_money_and_papers_replace_no_newer_ones(desk: Bench, qtbot: QtBot) -> None:
    own = desk.call("workspace.info")["organisation"]["id"]
    case = _add(desk, "case", no="A-1", title="焊缝检测", track="supply")
    contract = _add(desk, "contract", name="焊缝检测许可", case=case, seller=own, amount_total="10万元")
    desk.call("case.log", case=case, kind="phone", note="约在周五")
    money, proof, log = Receipts(desk.ops, desk.desk), Proof(desk.ops, desk.desk), Timeline(desk.ops, desk.desk)
    claims = Claims(desk.ops, desk.desk)
    for part in (money, proof, log, claims):
        qtbot.addWidget(part)
        part.retranslate()
    asks = {
        "case.money": lambda: money.show_parent(case),
        "contract.proof": lambda: proof.show_parent(contract),
        "case.entries": lambda: log.show_parent(case),
        "receipt.waiting": claims.ask,
    }
    late = Late(desk.ops)
    late.hold(*asks)
    for ask in asks.values():
        ask()
    desk.until(lambda: len(late.held) == 4)
    common = {"received_on": "2026-03-02", "payer": "路人甲", "account_holder": own, "amount": "100"}
    _add(desk, "receipt", contract=contract, **common)
    _add(desk, "receipt", **common)
    _add(desk, "brokerage", contract=contract, our_role="confirmation")
    desk.call("case.log", case=case, kind="phone", note="改在周六")
    for ask in asks.values():
        ask()
    desk.until(lambda: len(late.held) == 8)
    late.let_go()
    desk.until(lambda: not desk.ops.busy())
    assert len(money.model.rows()) == 1
    assert proof.state.text().startswith("已证明促成")
    assert len(log._rows) == 2
    assert len(claims.model.rows()) == 1
