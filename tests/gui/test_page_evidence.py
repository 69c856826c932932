"""佐证: files dropped are kept once, shown, described, linked, missed where they lack, and copied only when asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import Qt

from desktop.messages import sentence
from desktop.pages.evidence import library
from desktop.pages.evidence.page import EvidencePage
from desktop.pages.evidence.targets import Target, described
from tests.gui.bench import PACK, PERIOD, Bench, bench, drop, pdf_file

_ORIENTATION = 0x0112


@pytest.fixture
def desk(qtbot: Any, tmp_path: Path) -> Iterator[Bench]:
    with bench(qtbot, tmp_path) as made:
        yield made


def test_a_dropped_pdf_is_listed_shown_and_stored_once(desk: Bench, tmp_path: Path) -> None:
    page = desk.show(EvidencePage)
    file = pdf_file(tmp_path / "营业执照.pdf", 3)
    drop(page, [file])
    desk.until(lambda: len(page.model.rows()) == 1)
    row = page.model.rows()[0]
    assert (row["title"], row["pages"], row["media_type"]) == ("营业执照", 3, "application/pdf")
    desk.until(lambda: page.file.viewer.document.pageCount() == 3)
    viewer = page.file.viewer
    assert viewer.stack.currentWidget() is viewer.pages
    viewer.page_number.setValue(2)
    desk.until(lambda: viewer.pages.pageNavigator().currentPage() == 1)
    drop(page.table.viewport(), [file])
    desk.until(lambda: len(desk.desk.said) == 2)
    assert "没有重复存放" in desk.desk.said[1]
    assert page.model.total() == 1


def test_a_damaged_pdf_is_kept_and_said_to_be_damaged(desk: Bench, tmp_path: Path) -> None:
    page = desk.show(EvidencePage)
    broken = tmp_path / "合同.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing of the kind")
    drop(page, [broken])
    desk.until(lambda: bool(page.message.text()))
    assert page.message.text() == sentence("evidence.pdf_damaged", {"file": "合同.pdf"})
    desk.until(lambda: "已损坏" in page.file.viewer.note.text())
    assert page.file.viewer.document.pageCount() == 0
    assert page.model.rows()[0]["bytes"] == broken.stat().st_size


def test_a_photo_is_shown_the_way_up_it_was_taken(desk: Bench, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[_ORIENTATION] = 6  # the camera was held upright
    Image.new("RGB", (120, 80), "white").save(tmp_path / "照片.jpg", exif=exif)
    page = desk.show(EvidencePage)
    drop(page, [tmp_path / "照片.jpg"])
    viewer = page.file.viewer
    desk.until(lambda: viewer.stack.currentWidget() is viewer.picture)
    assert (viewer.picture.image().width(), viewer.picture.image().height()) == (80, 120)


def test_other_kinds_of_files_say_how_to_see_them(desk: Bench, tmp_path: Path) -> None:
    (tmp_path / "名单.csv").write_text("a,b\n1,2\n")
    page = desk.show(EvidencePage)
    drop(page, [tmp_path / "名单.csv"])
    desk.until(lambda: "另存副本" in page.file.viewer.note.text())


def test_facts_are_saved_and_an_expired_paper_says_so(desk: Bench, tmp_path: Path) -> None:
    page = desk.show(EvidencePage)
    drop(page, [pdf_file(tmp_path / "高企证书.pdf", 1), pdf_file(tmp_path / "章程.pdf", 1)])
    desk.until(lambda: page.model.total() == 2)
    place = next(n for n, row in enumerate(page.model.rows()) if row["title"] == "高企证书")
    page.table.selectRow(place)
    page.file.tabs.setCurrentIndex(1)
    page.file.form.editor("valid_until").set_text("2020-12-30")
    page.file.form.editor("valid_until").changed.emit()
    assert page.file.save.isEnabled()
    page.file.save.click()
    desk.until(lambda: any(row["valid_until"] for row in page.model.rows()))
    cell = page.model.index(page.table.currentIndex().row(), library.VALID)
    assert cell.data() == "2020-12-30 过期"
    assert not cell.data(Qt.ItemDataRole.DecorationRole).isNull()
    desk.until(lambda: not page.file.save.isEnabled())
    page.state.setCurrentIndex(page.state.findData(library.EXPIRED))
    assert [row["title"] for row in page.model.rows()] == ["高企证书"]
    page.state.setCurrentIndex(0)
    page.text.setText("章")
    assert [row["title"] for row in page.model.rows()] == ["章程"]
    assert page.count.text() == "1 / 2 份"


def test_what_is_typed_about_a_file_is_kept_when_another_is_chosen(desk: Bench, tmp_path: Path) -> None:
    page = desk.show(EvidencePage)
    drop(page, [pdf_file(tmp_path / "甲.pdf", 1), pdf_file(tmp_path / "乙.pdf", 1)])
    desk.until(lambda: page.model.total() == 2)
    place = page.table.currentIndex().row()
    first = page.model.rows()[place]["id"]
    page.file.form.editor("issuer").set_text("市科技局")
    page.file.form.editor("issuer").changed.emit()
    page.table.selectRow(1 - place)
    desk.until(lambda: next(row for row in page.model.rows() if row["id"] == first)["issuer"] == "市科技局")
    assert page.file.form.editor("issuer").text() == ""


def test_a_file_is_linked_by_searching_opened_and_unlinked(desk: Bench, tmp_path: Path) -> None:
    firm = desk.call("records.add", kind="firm", values={"name": "重庆智能装备有限公司"})["id"]
    page = desk.show(EvidencePage)
    drop(page, [pdf_file(tmp_path / "协议.pdf", 1)])
    desk.until(lambda: page.model.total() == 1)
    uses = page.file.uses
    page.file.tabs.setCurrentWidget(uses)
    uses.search.setText("cqzn")
    desk.until(lambda: uses.hits.count() > 0 and not uses.hits.isHidden())
    hit = next(
        uses.hits.item(n)
        for n in range(uses.hits.count())
        if str(uses.hits.item(n).data(Qt.ItemDataRole.UserRole)).endswith(firm)
    )
    uses.hits.itemActivated.emit(hit)
    desk.until(lambda: uses.model.index(0, 0).data() not in (None, "") and "…" not in uses.model.index(0, 0).data())
    assert "重庆智能装备有限公司" in uses.model.index(0, 0).data()
    uses.table.doubleClicked.emit(uses.model.index(0, 0))
    assert desk.desk.records[0][1] == firm
    uses.table.selectRow(0)
    uses.unlink.click()
    desk.until(lambda: not page.model.rows()[0]["targets"])
    assert page.model.total() == 1


def test_a_file_dropped_on_a_gap_closes_it(desk: Bench, tmp_path: Path) -> None:
    subject = desk.carrier()
    page = desk.show(EvidencePage, gaps=True, pack=PACK, period=PERIOD, subject=subject)
    gaps = page.gaps
    desk.until(lambda: len(gaps.model.rows()) > 1)
    missing = len(gaps.model.rows())
    first = gaps.model.rows()[0]
    place = gaps.table.visualRect(gaps.model.index(0, 1)).center()
    drop(gaps.table.viewport(), [pdf_file(tmp_path / "证明.pdf", 1)], place)
    desk.until(lambda: len(gaps.model.rows()) == missing - 1)
    assert first["id"] not in {row["id"] for row in gaps.model.rows()}
    gaps.only_missing.setChecked(False)
    closed = next(row for row in gaps.model.rows() if row["id"] == first["id"])
    assert [item["title"] for item in closed["evidence"]] == ["证明"]


def test_a_copy_is_written_only_when_asked_and_named_as_clear(desk: Bench, tmp_path: Path) -> None:
    page = desk.show(EvidencePage)
    file = pdf_file(tmp_path / "章程.pdf", 1)
    drop(page, [file])
    desk.until(lambda: page.model.total() == 1)
    assert not [path for path in desk.folder.rglob("*") if path.is_file() and path.read_bytes()[:5] == b"%PDF-"]
    copy = tmp_path / "out" / "copy.pdf"
    copy.parent.mkdir()
    page.file.save_copy(page.model.rows()[0]["id"], str(copy))
    desk.until(copy.exists)
    assert copy.read_bytes() == file.read_bytes()
    desk.until(lambda: "未加密" in page.message.text())


def test_targets_are_told_in_words() -> None:
    target = Target.read("indicator:p1/area@2025/carrier:c-1")
    assert (target.pack, target.rule, target.period, target.kind, target.record) == (
        "p1",
        "area",
        "2025",
        "carrier",
        "c-1",
    )
    text = described(target, {("carrier", "c-1"): "示例孵化器"}, {("p1", "area"): "场地面积"})
    assert text == "场地面积 · 示例孵化器 · 2025"
    field = Target.read("firm:f-1.name")
    assert described(field, {("firm", "f-1"): "甲公司"}, {}).startswith("企业 · 甲公司 · ")
