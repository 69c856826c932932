"""申报: from a frozen evaluation to a PDF seen in the window and a sealed package, with every question asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from desktop.pages.application.page import BOOK, CHECK, SEAL, TEXTS, ApplicationPage
from desktop.pages.application.words import changed_figures
from desktop.texts.binding import reason_text
from policy.errors import Refused
from tests.confirming import confirm_all
from tests.gui.bench import PACK, PERIOD, Bench, bench, drop, pdf_file


@pytest.fixture
def desk(qtbot: Any, tmp_path: Path) -> Iterator[Bench]:
    with bench(qtbot, tmp_path) as made:
        yield made


def _frozen(desk: Bench, tmp_path: Path, *, files: int = 1) -> str:
    """A frozen evaluation with evidence on its first indicators."""
    subject = desk.carrier()
    result = desk.call("evaluation.run", pack=PACK, period=PERIOD, subject=subject)
    for number, indicator in zip(range(files), result["indicators"], strict=False):
        file = pdf_file(tmp_path / f"佐证{number}.pdf", 2)
        desk.call("evidence.add", files=[str(file)], target=indicator["target_key"])
    return str(desk.call("evaluation.freeze", pack=PACK, period=PERIOD, subject=subject)["id"])


def _shown(desk: Bench, snapshot: str) -> Any:
    page = desk.show(ApplicationPage, snapshot=snapshot)
    desk.until(lambda: bool(page.texts.editors) and not desk.ops.busy())
    return page


def _write(page: Any, text: str) -> None:
    next(iter(page.texts.editors.values())).setPlainText(text)


def _make(desk: Bench, page: Any) -> None:
    before = len(page.book.versions.rows())
    page.steps.setCurrentIndex(TEXTS)
    page.next.click()
    desk.until(lambda: len(page.book.versions.rows()) == before + 1)


def test_without_anything_frozen_the_page_leads_to_the_evaluation(desk: Bench) -> None:
    page = desk.show(ApplicationPage)
    desk.until(lambda: page.whole.currentWidget() is page.empty)
    page.empty.button.click()
    assert desk.desk.pages == [("evaluation", {})]


def test_the_check_says_what_only_warns(desk: Bench, tmp_path: Path) -> None:
    page = _shown(desk, _frozen(desk, tmp_path))
    assert page.steps.currentIndex() == CHECK
    rows = page.check.model.rows()
    assert rows and not any(row["blocks"] for row in rows)
    assert page.check.summary.text() == f"可以生成申报书；有 {len(rows)} 处请留意。"


def _pane(page: Any) -> Any:
    return page.check.verifying


def test_figures_nobody_saw_are_listed_and_compared_with_a_dropped_notice(desk: Bench, tmp_path: Path) -> None:
    page = _shown(desk, _frozen(desk, tmp_path))
    pane = _pane(page)
    count = pane.rules.count()
    assert count > 5 and pane.isVisible() and not pane.form.isVisible()
    assert pane.head.text() == f"未核实的数值 {count} 项"
    pane.begin.click()
    assert pane.form.isVisible() and not pane.confirm.isEnabled()  # without a notice there is nothing to compare with
    drop(pane.drop, [pdf_file(tmp_path / "评价通知.pdf", 3)])
    desk.until(lambda: pane.notice.text() == "评价通知" and pane.confirm.isEnabled())
    assert desk.call("records.get", kind="evidence", id=pane.notice.record())["doc_kind"] == "d71"
    pane.page.setText("3")
    left = pane.rules.item(0).text()
    pane.rules.item(0).setCheckState(Qt.CheckState.Unchecked)
    pane.confirm.click()
    desk.until(lambda: pane.rules.count() == 1)
    assert pane.rules.item(0).text() == left
    (carrier,) = desk.call("records.ids", kind="carrier")
    kept = desk.call("policy.confirmations", pack=PACK, period=PERIOD, subject=f"carrier:{carrier}")
    assert len(kept) == count - 1 and {one["page"] for one in kept} == {"3"}
    pane.begin.click()
    pane.confirm.click()
    desk.until(pane.isHidden)
    assert "新一版" in desk.desk.said[-1]


def test_nothing_ticked_confirms_nothing_and_later_is_an_answer(desk: Bench, tmp_path: Path) -> None:
    page = _shown(desk, _frozen(desk, tmp_path))
    pane = _pane(page)
    pane.begin.click()
    drop(pane.drop, [pdf_file(tmp_path / "评价通知.pdf", 1)])
    desk.until(pane.confirm.isEnabled)
    for place in range(pane.rules.count()):
        pane.rules.item(place).setCheckState(Qt.CheckState.Unchecked)
    assert not pane.confirm.isEnabled()
    pane.cancel.click()
    assert pane.begin.isVisible() and not pane.form.isVisible()


def test_a_confirmation_taken_back_elsewhere_shows_at_once(desk: Bench, tmp_path: Path) -> None:
    snapshot = _frozen(desk, tmp_path)
    (carrier,) = desk.call("records.ids", kind="carrier")
    place = {"pack": PACK, "period": PERIOD, "subject": f"carrier:{carrier}"}
    confirm_all(desk.call, tmp_path, **place)
    page = _shown(desk, snapshot)
    assert _pane(page).isHidden()
    desk.call("policy.unconfirm", **place, rules=["area"])
    desk.until(lambda: _pane(page).rules.count() == 1)


def test_sealing_what_nobody_compared_leads_back_to_the_check(desk: Bench, tmp_path: Path) -> None:
    page = _shown(desk, _frozen(desk, tmp_path))
    _make(desk, page)
    page.steps.setCurrentIndex(SEAL)
    desk.until(page.seal.still_open.isVisible)
    assert not page.next.isEnabled() and "没有对照当年通知" in page.seal._open_text.text()
    (version,) = desk.call("apply.list")
    with pytest.raises(Refused) as fault:  # whoever asks
        desk.call("package.seal", application=version["id"])
    assert fault.value.code == "package.unverified"
    page.seal.settle.click()
    assert page.steps.currentIndex() == CHECK and _pane(page).begin.isVisible()
    (carrier,) = desk.call("records.ids", kind="carrier")
    confirm_all(desk.call, tmp_path, pack=PACK, period=PERIOD, subject=f"carrier:{carrier}")
    desk.until(lambda: not desk.ops.busy())
    page.steps.setCurrentIndex(SEAL)
    desk.until(lambda: page.seal.settle.text() == "去生成新一版")
    assert not page.next.isEnabled()
    page.seal.settle.click()
    assert page.steps.currentIndex() == TEXTS
    _make(desk, page)
    page.steps.setCurrentIndex(SEAL)
    desk.until(page.next.isEnabled)
    assert not page.seal.still_open.isVisible()


def test_what_blocks_is_named_and_no_pdf_can_be_made(desk: Bench, tmp_path: Path) -> None:
    snapshot = _frozen(desk, tmp_path)
    (stored,) = (path for path in (desk.folder / "evidence").rglob("*") if path.is_file())
    stored.unlink()
    page = _shown(desk, snapshot)
    assert [row["blocks"] for row in page.check.model.rows()].count(True) == 1
    page.steps.setCurrentIndex(TEXTS)
    assert not page.next.isEnabled()


def test_the_pdf_made_is_shown_with_all_its_pages(desk: Bench, tmp_path: Path) -> None:
    page = _shown(desk, _frozen(desk, tmp_path, files=2))
    _write(page, "本孵化器运营良好。")
    _make(desk, page)
    assert page.steps.currentIndex() == BOOK
    row = page.book.versions.rows()[0]
    desk.until(lambda: page.book.viewer.document.pageCount() == row["pages"])
    assert row["pages"] > 4  # more than the evidence alone
    assert not page.book.unbound.rows()
    assert page.progress.isHidden()
    copy = tmp_path / "申报书.pdf"
    page.book.save_as(row["id"], str(copy))
    desk.until(copy.exists)
    assert copy.stat().st_size == row["bytes"]


def test_evidence_that_cannot_be_bound_is_listed_with_its_reason(desk: Bench, tmp_path: Path) -> None:
    subject = desk.carrier()
    result = desk.call("evaluation.run", pack=PACK, period=PERIOD, subject=subject)
    broken = tmp_path / "坏合同.pdf"
    broken.write_bytes(b"%PDF-1.5 cut off")
    desk.call("evidence.add", files=[str(broken)], target=result["indicators"][0]["target_key"])
    page = _shown(desk, desk.call("evaluation.freeze", pack=PACK, period=PERIOD, subject=subject)["id"])
    _make(desk, page)
    model = page.book.unbound
    assert [model.index(0, column).data() for column in (0, 1)] == ["坏合同", "文件已损坏，请换一份"]


def test_what_was_written_is_there_after_a_crash(desk: Bench, tmp_path: Path) -> None:
    snapshot = _frozen(desk, tmp_path)
    page = _shown(desk, snapshot)
    _write(page, "写到一半的话")
    key = f"draft.application.{snapshot}"
    desk.until(lambda: "写到一半的话" in (desk.call("settings.get", key=key) or {}).values())
    again = _shown(desk, snapshot)
    assert "写到一半的话" in again.texts.texts().values()


def test_two_versions_stand_side_by_side(desk: Bench, tmp_path: Path) -> None:
    page = _shown(desk, _frozen(desk, tmp_path))
    _write(page, "第一版的话")
    _make(desk, page)
    _write(page, "第二版的话，比第一版长")
    _make(desk, page)
    assert [row["version"] for row in page.book.versions.rows()] == [2, 1]
    page.book.beside.setChecked(True)
    desk.until(lambda: page.book.other_viewer.document.pageCount() > 0 and page.book.viewer.document.pageCount() > 0)
    assert "只有文字不同" in page.book.changes_head.text()


def test_versions_of_two_frozen_evaluations_show_the_figures_that_changed(desk: Bench, tmp_path: Path) -> None:
    snapshot = _frozen(desk, tmp_path)
    page = _shown(desk, snapshot)
    _make(desk, page)
    (year,) = desk.call("records.ids", kind="carrier_year")
    desk.call("records.edit", kind="carrier_year", id=year, values={"area_total": "9000"})
    (carrier,) = desk.call("records.ids", kind="carrier")
    frozen = desk.call("evaluation.freeze", pack=PACK, period=PERIOD, subject=f"carrier:{carrier}")["id"]
    page.arrive(snapshot=frozen)
    desk.until(lambda: page.snapshots.place(frozen) >= 0 and not desk.ops.busy())
    assert page.book.current() is None
    _make(desk, page)
    page.book.beside.setChecked(True)
    desk.until(lambda: bool(page.book.changes.rows()))
    shown = [tuple(page.book.changes.index(n, c).data() for c in (1, 2)) for n in range(len(page.book.changes.rows()))]
    assert ("10400.00 m²", "9000.00 m²") in shown or ("10400 m²", "9000 m²") in shown
    assert ("通过", "未通过") in shown


def test_sealing_asks_about_personal_data_by_name_and_then_leads_to_sending(desk: Bench, tmp_path: Path) -> None:
    subject = desk.carrier()
    result = desk.call("evaluation.run", pack=PACK, period=PERIOD, subject=subject)
    paper = pdf_file(tmp_path / "身份证.pdf", 1)
    added = desk.call("evidence.add", files=[str(paper)], target=result["indicators"][0]["target_key"])
    desk.call("records.edit", kind="evidence", id=added["ids"][0], values={"sensitivity": "含个人信息"})
    confirm_all(desk.call, tmp_path, pack=PACK, period=PERIOD, subject=subject)
    page = _shown(desk, desk.call("evaluation.freeze", pack=PACK, period=PERIOD, subject=subject)["id"])
    _make(desk, page)
    page.steps.setCurrentIndex(SEAL)
    desk.until(page.next.isEnabled)
    page.next.click()
    desk.until(lambda: not page.seal.question.isHidden())
    listed = [page.seal.fields.item(n).text() for n in range(page.seal.fields.count())]
    assert any("身份证" in field for field in listed)
    assert not page.next.isEnabled()
    assert not desk.call("package.list")
    page.seal.refuse.click()
    assert page.seal.question.isHidden() and page.next.isEnabled()
    page.next.click()
    desk.until(lambda: not page.seal.question.isHidden())
    page.seal.confirm.click()
    desk.until(lambda: bool(desk.desk.pages))
    (package,) = desk.call("package.list")
    assert desk.desk.pages == [("delivery", {"package": package["id"]})]


def test_changed_figures_leave_equal_ones_out() -> None:
    def frozen(value: str, verdict: str) -> dict[str, Any]:
        measures = {
            "a": {"label": "面积", "value": value, "shown": f"{value} m²"},
            "b": {"label": "人", "value": "1", "shown": "1 人"},
        }
        return {"measures": measures, "indicators": [{"id": "i", "title": "面积达标", "verdict": verdict}]}

    rows = changed_figures(frozen("1", "fail"), frozen("2", "pass"))
    assert [(row["title"], row["before"], row["after"]) for row in rows] == [
        ("面积", "1 m²", "2 m²"),
        ("面积达标", "未通过", "通过"),
    ]


def test_every_reason_of_the_book_has_its_words() -> None:
    from exports.pdf.binder import REASONS

    assert all(reason_text(reason) != reason for reason in REASONS)


def test_what_becomes_of_personal_fields_is_chosen_field_by_field(desk: Bench, tmp_path: Path) -> None:
    snapshot = _frozen(desk, tmp_path)
    (carrier,) = desk.call("records.ids", kind="carrier")
    confirm_all(desk.call, tmp_path, pack=PACK, period=PERIOD, subject=f"carrier:{carrier}")
    own = desk.call("workspace.info")["organisation"]["id"]
    desk.call(
        "records.edit", kind="organisation", id=own, values={"legal_rep": "钱法人", "contact_phone": "023-67854321"}
    )
    page = _shown(desk, snapshot)
    _make(desk, page)
    page.steps.setCurrentIndex(SEAL)
    desk.until(lambda: page.seal.redaction.table.rowCount() == 2)
    table = page.seal.redaction.table
    assert [table.item(row, 0).text() for row in range(2)] == ["单位·法定代表人", "单位·联系电话"]
    assert [table.cellWidget(row, 2).currentText() for row in range(2)] == ["不提供", "遮盖"]
    assert page.seal.redaction.chosen() == {}
    table.cellWidget(0, 2).setCurrentIndex(0)
    desk.until(page.next.isEnabled)
    page.next.click()
    desk.until(lambda: not page.seal.question.isHidden())
    assert "单位·法定代表人" in [page.seal.fields.item(n).text() for n in range(page.seal.fields.count())]
    table.cellWidget(0, 2).setCurrentIndex(1)  # another choice, another question
    assert page.seal.question.isHidden()
    page.seal.seal(confirmed=True)
    desk.until(lambda: bool(desk.call("package.list")))
    (package,) = desk.call("package.list")
    masked = "masked: organisation.contact_phone, organisation.legal_rep"
    assert package["metadata"]["dcterms:accessRights"] == masked
