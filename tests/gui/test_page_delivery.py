"""报送: what a package's state means, the one next thing to do, and that nothing is lost without a network."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.pages.delivery.page import DeliveryPage
from desktop.pages.delivery.words import as_row, next_action, problem_text, state_text, when
from exports.endpoint import EndpointProfile, dump_profile
from exports.receiver import Receiver
from tests.confirming import confirm_all
from tests.gui.bench import PACK, PERIOD, Bench, bench, pdf_file

TOKEN = "secret-token"


@pytest.fixture
def desk(qtbot: Any, tmp_path: Path) -> Iterator[Bench]:
    with bench(qtbot, tmp_path) as made:
        yield made


def _sealed(desk: Bench, tmp_path: Path) -> str:
    subject = desk.carrier()
    result = desk.call("evaluation.run", pack=PACK, period=PERIOD, subject=subject)
    file = pdf_file(tmp_path / "证明.pdf", 1)
    desk.call("evidence.add", files=[str(file)], target=result["indicators"][0]["target_key"])
    snapshot = desk.call("evaluation.freeze", pack=PACK, period=PERIOD, subject=subject)["id"]
    confirm_all(desk.call, tmp_path, pack=PACK, period=PERIOD, subject=subject)
    application = desk.call("apply.make", snapshot=snapshot)["id"]
    return str(desk.call("package.seal", application=application, personal_confirmed=True)["id"])


def _profile(tmp_path: Path, url: str) -> Path:
    path = tmp_path / "office.toml"
    path.write_bytes(dump_profile(EndpointProfile(name="受理窗口", service_url=url)))
    return path


def _shown(desk: Bench, package: str) -> Any:
    page = desk.show(DeliveryPage, package=package)
    desk.until(lambda: bool(page.model.rows()) and not desk.ops.busy())
    return page


def _add_office(desk: Bench, page: Any, profile: Path) -> None:
    offices = page.offices
    page.tabs.setCurrentWidget(offices)
    offices.set_file(str(profile))
    offices.token.setText(TOKEN)
    assert not offices.add.isEnabled(), "an unsigned profile needs a confirmation"
    offices.checked.setChecked(True)
    offices.add.click()
    desk.until(lambda: bool(offices.model.rows()) and page.detail.endpoint.count() == 1)
    page.tabs.setCurrentIndex(0)


def _state(page: Any) -> str:
    return str(page.model.index(0, 1).data())


def test_without_packages_the_page_leads_to_the_application(desk: Bench) -> None:
    page = desk.show(DeliveryPage)
    desk.until(lambda: page.list.currentWidget() is page.empty)
    page.empty.button.click()
    assert desk.desk.pages == [("application", {})]


def test_a_sealed_package_without_an_office_leads_to_adding_one(desk: Bench, tmp_path: Path) -> None:
    page = _shown(desk, _sealed(desk, tmp_path))
    assert _state(page) == "待报送"
    assert page.detail.next.text() == "添加接收方…"
    page.detail.next.click()
    assert page.tabs.currentWidget() is page.offices


def test_an_office_is_shown_as_unsigned_and_its_token_never(desk: Bench, tmp_path: Path) -> None:
    page = _shown(desk, _sealed(desk, tmp_path))
    _add_office(desk, page, _profile(tmp_path, "https://example.invalid/sd"))
    row = page.offices.model.rows()[0]
    shown = [str(page.offices.model.index(0, column).data()) for column in range(page.offices.model.columnCount())]
    assert shown[:3] == ["受理窗口", "https://example.invalid/sd", "未签名"]
    assert TOKEN not in json.dumps(row) and page.offices.token.text() == ""


def test_without_a_network_it_stays_queued_and_says_so_and_when(desk: Bench, tmp_path: Path) -> None:
    package = _sealed(desk, tmp_path)
    page = _shown(desk, package)
    _add_office(desk, page, _profile(tmp_path, "http://127.0.0.1:9/service-document"))
    assert page.detail.next.text() == "发送"
    page.detail.next.click()
    desk.until(lambda: _state(page) == "待发送" and not desk.ops.busy())
    said = page.detail.problem_words.text()
    assert "127.0.0.1" in said and "之后再试" in said
    assert page.detail.next.text() == "发送" and page.detail.next.isEnabled()
    assert [row["state"] for row in page.detail.course.rows()] == ["待发送"]
    page.auto.click()
    desk.until(lambda: desk.call("settings.get", key="delivery.auto") is True)
    desk.until(lambda: "自动再试" in page.detail.problem_words.text())


def test_sent_asked_and_accepted_with_a_receipt_to_look_at(desk: Bench, tmp_path: Path) -> None:
    package = _sealed(desk, tmp_path)
    page = _shown(desk, package)
    with Receiver(tmp_path / "received", TOKEN, auto_review=False) as office:
        _add_office(desk, page, _profile(tmp_path, office.url))
        page.detail.next.click()
        desk.until(lambda: _state(page) not in ("待报送", "待发送", "发送中", "已建草稿") and not desk.ops.busy())
        assert page.detail.next.text() == "查询结果"
        office.decide(page.model.rows()[0]["object_url"], "ingested", "材料齐全")
        page.detail.next.click()
        desk.until(lambda: _state(page) == "已受理" and not desk.ops.busy())
    assert page.detail.next.text() == "查看回执"
    receipt = tmp_path / "回执.pdf"
    page.detail.save_receipt(page.model.rows()[0]["delivery"], str(receipt))
    desk.until(lambda: page.detail.viewer.document.pageCount() >= 1)
    assert receipt.read_bytes().startswith(b"%PDF-")


def test_a_returned_package_says_why_and_leads_to_a_new_one_that_replaces_it(desk: Bench, tmp_path: Path) -> None:
    package = _sealed(desk, tmp_path)
    page = _shown(desk, package)
    with Receiver(tmp_path / "received", TOKEN, auto_review=False) as office:
        _add_office(desk, page, _profile(tmp_path, office.url))
        page.detail.next.click()
        desk.until(lambda: page.detail.next.text() == "查询结果" and not desk.ops.busy())
        office.decide(page.model.rows()[0]["object_url"], "rejected", "第12页缺公章")
        page.detail.next.click()
        desk.until(lambda: _state(page) == "被退回" and not desk.ops.busy())
    assert "第12页缺公章" in page.detail.words.text()
    page.detail.next.click()
    name, arguments = desk.desk.pages[-1]
    assert name == "application"
    assert arguments == {"application": page.model.rows()[0]["application"], "replaces": package}


def test_an_exported_package_is_a_whole_file_that_verifies(desk: Bench, tmp_path: Path) -> None:
    package = _sealed(desk, tmp_path)
    page = _shown(desk, package)
    stick = tmp_path / "U盘"
    stick.mkdir()
    page.detail.export_to(package, str(stick))
    desk.until(lambda: "已导出" in page.message.text())
    (file,) = stick.iterdir()
    assert zipfile.ZipFile(file).testzip() is None
    page.tabs.setCurrentWidget(page.received)
    page.received.check(str(file))
    desk.until(lambda: page.received.verdict.text() == "完整无误，由本单位签名")
    assert any("application.pdf" in row["path"] for row in page.received.files.rows())


def test_a_package_that_was_altered_does_not_verify(desk: Bench, tmp_path: Path) -> None:
    package = _sealed(desk, tmp_path)
    page = _shown(desk, package)
    page.detail.export_to(package, str(tmp_path))
    file = tmp_path / f"{package}.zip"
    desk.until(lambda: "已导出" in page.message.text())
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    page.received.check(str(file))
    desk.until(lambda: page.received.verdict.text() == "没有通过核验")
    assert page.message.text()
    assert not page.received.files.rows()


def test_what_was_handed_in_by_hand_is_on_record(desk: Bench, tmp_path: Path) -> None:
    page = _shown(desk, _sealed(desk, tmp_path))
    page.detail.way.setCurrentIndex(page.detail.way.findData("usb"))
    page.detail.note.setText("交窗口王老师")
    page.detail.hand_in.click()
    desk.until(lambda: _state(page) == "已线下递交" and not desk.ops.busy())
    assert page.model.index(0, 2).data() == "U盘"
    assert [(row["state"], row["note"]) for row in page.detail.course.rows()] == [("已线下递交", "交窗口王老师")]
    assert not page.detail.hand_in.isEnabled()


def _answer(**given: Any) -> dict[str, Any]:
    base = {"id": "d", "package": "p", "sealed_at": 0, "progress": {"done": 0, "total": 0}, "next_step": "send"}
    return as_row({**base, "state": "queued", "state_text": "待发送", **given})


def test_states_and_next_steps_in_words() -> None:
    sending = _answer(state="sending", state_text="发送中", progress={"done": 2, "total": 5})
    assert state_text(sending) == "发送中 2/5"
    assert next_action(sending) == "继续发送"
    assert state_text(_answer(id=None, state="none")) == "待报送"
    assert next_action(_answer(state="rejected", next_step="correct")) == "修改后重新封装"
    assert next_action(_answer(state="withdrawn", next_step="")) == ""


def test_moments_are_said_as_people_say_them() -> None:
    assert when(1_732_174_200_000) == "2024年11月21日（周四）15:30"
    assert when(None) == ""


def test_a_problem_promises_only_what_will_happen() -> None:
    row = _answer(problem="连不上。", next_try_at=1_732_174_200_000)
    assert "自动" not in problem_text(row, automatic=False)
    assert "自动" in problem_text(row, automatic=True)
    assert problem_text(_answer(problem="退回。", state="rejected", next_try_at=1), automatic=True) == "退回。"


def test_a_delivery_on_its_way_is_withdrawn_after_a_word(desk: Bench, tmp_path: Path) -> None:
    package = _sealed(desk, tmp_path)
    page = _shown(desk, package)
    withdrawal = page.detail.withdrawal
    assert not withdrawal.button.isVisible(), "nothing was sent yet"
    with Receiver(tmp_path / "received", TOKEN, auto_review=False) as office:
        _add_office(desk, page, _profile(tmp_path, office.url))
        page.detail.next.click()
        desk.until(lambda: page.detail.next.text() == "查询结果" and not desk.ops.busy())
        desk.until(withdrawal.button.isVisible)
        QTest.mouseClick(withdrawal.button, Qt.MouseButton.LeftButton)
        assert withdrawal.do.isVisible() and "不能恢复" in withdrawal.told.text()
        QTest.keyClick(withdrawal.do, Qt.Key.Key_Escape)
        assert not withdrawal.do.isVisible() and _state(page) != "已撤回"
        withdrawal.button.setFocus()
        QTest.keyClick(withdrawal.button, Qt.Key.Key_Space)
        withdrawal.do.setFocus()
        QTest.keyClick(withdrawal.do, Qt.Key.Key_Return)
        desk.until(lambda: _state(page) == "已撤回" and not desk.ops.busy())
    assert not withdrawal.button.isVisible() and not withdrawal.do.isVisible()
