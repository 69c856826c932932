"""The application book as a reader, an inspector and qpdf see it."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from exports.pdf.application import Attachment, BindReport, write_application
from policy.errors import Refused
from tests.exports.pdf_samples import A3_WIDE, application, attachment, indicator, locked, pdf, picture

Tool = Callable[[str], str]


def evidence() -> list[Attachment]:
    return [
        attachment(1, pdf(2), "入驻协议汇编"),
        attachment(2, pdf(1, A3_WIDE, "横向"), "A3横向图纸"),
        attachment(3, pdf(1, rotate=180, word="倒置"), "倒置扫描件", ("i4",)),
        attachment(4, picture("JPEG", orientation=6), "照" * 120),
        attachment(5, locked(), "有口令的证书"),
        attachment(6, b"PK\x03\x04 a workbook", "台账", name="台账.xlsx"),
        attachment(7, b"%PDF-1.4 torn", "坏文件"),
    ]


def write(path: Path, scratch: Path, what: dict[str, Any] | None = None, files: Any = None) -> BindReport:
    with path.open("wb") as out:
        return write_application(
            what or application(), attachments=evidence() if files is None else files, out=out, scratch=scratch
        )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, BindReport]:
    folder = tmp_path_factory.mktemp("book")
    (folder / "scratch").mkdir()
    report = write(folder / "book.pdf", folder / "scratch")
    assert list((folder / "scratch").iterdir()) == []
    return folder / "book.pdf", report


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def page_text(tool: Tool, path: Path, first: int, last: int = 0) -> str:
    return run(tool("pdftotext"), "-layout", "-f", str(first), "-l", str(last or first), str(path), "-")


def packed(text: str) -> str:
    return "".join(text.split())


def test_qpdf_finds_no_fault(made: tuple[Path, BindReport], require_tool: Tool) -> None:
    run(require_tool("qpdf"), "--check", str(made[0]))


def test_only_embedded_truetype_faces(made: tuple[Path, BindReport], require_tool: Tool) -> None:
    lines = run(require_tool("pdffonts"), str(made[0])).splitlines()[2:]
    assert len(lines) >= 5
    for line in lines:
        assert " TrueType " in line
        assert line.split()[-5:-2] == ["yes", "yes", "yes"]  # embedded, subset, with a text map
    assert not any("Helvetica" in line for line in lines)


def test_text_comes_back_with_characters_beyond_the_basic_plane(
    made: tuple[Path, BindReport], require_tool: Tool
) -> None:
    text = packed(page_text(require_tool, made[0], 1, made[1].pages))
    for wanted in ("重庆㼆𠮷𬺓孵化器有限公司", "𠮷先生", "2026年11月21日", "238,640.00万元", "≥101.25万元", "承诺书"):
        assert wanted in text
    assert made[1].missing_characters == ()


def test_marks_are_words(made: tuple[Path, BindReport], require_tool: Tool) -> None:
    text = packed(page_text(require_tool, made[0], 1, made[1].pages))
    for word in ("√达标", "×未达标", "？缺数据", "－供参考", "征求意见稿", "示例"):
        assert word in text


def test_what_is_not_verified_says_on_what_it_rests_and_what_was_confirmed_by_whom(
    made: tuple[Path, BindReport], require_tool: Tool
) -> None:
    text = packed(page_text(require_tool, made[0], 1, made[1].pages))
    assert "未核实（依据：凭记忆，可信度中）" in text
    assert "√已对照《关于开展2025年度评价的通知》第4页核实，李明，2026年11月20日" in text
    assert "转载页面" not in text


def test_every_page_has_its_number_and_evidence_its_head(made: tuple[Path, BindReport], require_tool: Tool) -> None:
    path, report = made
    pages = [packed(text) for text in page_text(require_tool, path, 1, report.pages).split("\f")[:-1]]
    assert len(pages) == report.pages
    for number, text in enumerate(pages[1:], 2):
        assert f"第{number}页共{report.pages}页" in text
    for piece in report.bound:
        for number in range(piece.first_page, piece.last_page + 1):
            assert f"附件{piece.number}" in pages[number - 1]
            assert "返回附件目录" in pages[number - 1]
    assert "证明1" in pages[report.bound[0].first_page - 1]


def test_report_says_what_was_bound_and_what_not(made: tuple[Path, BindReport]) -> None:
    path, report = made
    assert [(piece.evidence_id, piece.last_page - piece.first_page + 1) for piece in report.bound] == [
        ("e1", 2),
        ("e2", 1),
        ("e3", 1),
        ("e4", 1),
    ]
    assert [(one.evidence_id, one.reason) for one in report.unbound] == [
        ("e5", "password"),
        ("e6", "kind"),
        ("e7", "damaged"),
        ("e9", "paper"),
    ]
    data = path.read_bytes()
    assert (report.size, report.sha256) == (len(data), hashlib.sha256(data).hexdigest())


def test_unbound_evidence_is_listed_with_the_reason(made: tuple[Path, BindReport], require_tool: Tool) -> None:
    text = packed(page_text(require_tool, made[0], 1, made[1].pages))
    start = text.rindex("未装订的佐证材料")
    for words in ("有口令的证书", "文件有打开口令", "台账.xlsx", "文件已损坏", "房屋产权证", "保险柜"):
        assert words in text[start:]


def named(items: Any) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for item in items:
        found.append((item.title, item.destination))
        found += named(item.children)
    return found


def test_bookmarks_lead_to_their_pages(made: tuple[Path, BindReport]) -> None:
    path, report = made
    with pikepdf.open(path) as book:
        index = {page.obj.objgen: number for number, page in enumerate(book.pages, 1)}
        with book.open_outline() as outline:
            top = [item.title for item in outline.root]
            assert top[:6] == ["封面", "承诺书", "目　录", "用印清单", "编制依据", "单位概况"]
            assert top[-1] == "附件：佐证材料"
            children = [item.title for item in outline.root[-1].children]
            assert children[:2] == ["未装订的佐证材料", "附件1　入驻协议汇编"]
            places = {title: index[place[0].objgen] for title, place in named(outline.root)}
    assert places["封面"] == 1
    assert places["附件3　倒置扫描件"] == report.bound[2].first_page
    assert places["附件1　入驻协议汇编"] == report.bound[0].first_page


def test_all_links_lead_to_pages_of_the_book_there_and_back(made: tuple[Path, BindReport]) -> None:
    path, report = made
    with pikepdf.open(path) as book:
        index = {page.obj.objgen: number for number, page in enumerate(book.pages, 1)}
        links = [
            (number, index[note.Dest[0].objgen])
            for number, page in enumerate(book.pages, 1)
            for note in page.obj.get("/Annots", [])
        ]
        with book.open_outline() as outline:
            (listed,) = [place for title, place in named(outline.root) if title == "附件：佐证材料"]
            evidence_list = index[listed[0].objgen]
    assert len(links) > 40
    for piece in report.bound:
        assert (evidence_list, piece.first_page) in links
        assert all((page, evidence_list) in links for page in range(piece.first_page, piece.last_page + 1))


def test_properties_and_language(made: tuple[Path, BindReport]) -> None:
    with pikepdf.open(made[0]) as book:
        assert str(book.docinfo.Title) == "科技企业孵化器申报书"
        assert str(book.docinfo.Author) == "重庆㼆𠮷𬺓孵化器有限公司"
        assert str(book.docinfo.CreationDate) == "D:20261121000000+08'00'"
        assert str(book.Root.Lang) == "zh-CN"
        assert all("/TrimBox" not in page.obj for page in book.pages[made[1].bound[0].first_page - 1 :])


def test_stamp_list_names_cover_statement_and_evidence(made: tuple[Path, BindReport], require_tool: Tool) -> None:
    path, report = made
    assert report.stamp_pages == (1, 2)
    text = packed(page_text(require_tool, path, 4))
    assert "用印清单" in text
    assert "承诺书公章、法定代表人签字2" in text
    assert f"{report.bound[0].first_page}–{report.bound[0].last_page}" in text


def test_all_rows_behind_a_figure_are_in_the_book(made: tuple[Path, BindReport], require_tool: Tool) -> None:
    text = packed(page_text(require_tool, made[0], 1, made[1].pages))
    assert "其余260行见附表1" in text
    assert all(f"重庆示例科技有限公司{number:03}" in text for number in range(1, 301))
    assert "其中2行该项空白，未计入" in text


def test_same_input_same_bytes_in_every_process(made: tuple[Path, BindReport], tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; sys.path.insert(0, '.')\n"
        "from tests.exports.test_pdf_application import write\n"
        "print(write(Path(sys.argv[1]) / 'book.pdf', Path(sys.argv[1])).sha256)"
    )
    root = Path(__file__).resolve().parents[2]
    for seed, zone in (("1", "UTC"), ("2", "America/New_York")):
        done = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path)],
            cwd=root,
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "SOURCE_DATE_EPOCH": f"{seed}000000000"},
            capture_output=True,
            check=True,
        )
        assert done.stdout.decode().strip() == made[1].sha256


def test_cancel_at_every_step_leaves_nothing(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    stops = 0
    for allowed in range(30):
        asked = iter(range(allowed + 1, -1, -1))
        out = io.BytesIO()
        try:
            write_application(
                application(),
                attachments=evidence()[:3],
                out=out,
                scratch=scratch,
                cancelled=lambda asked=asked: next(asked) == 0,  # type: ignore[misc]
            )
        except Refused as refusal:
            stops += 1
            assert refusal.code == "export.cancelled"
            assert out.getvalue() == b""
            assert list(scratch.iterdir()) == []
        else:
            break
    assert stops == 5  # three files, before setting, before binding; after that the copy alone
    assert out.getvalue().startswith(b"%PDF-")


def test_scratch_files_are_private(tmp_path: Path) -> None:
    seen: list[int] = []

    def look(done: int, steps: int) -> None:
        seen.extend(path.stat().st_mode & 0o077 for path in tmp_path.rglob("*"))

    write_application(application(), attachments=evidence(), out=io.BytesIO(), scratch=tmp_path, progress=look)
    assert len(seen) > 10
    assert set(seen) == {0}


def test_progress_rises_to_its_end(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    write_application(
        application(),
        attachments=evidence()[:2],
        out=io.BytesIO(),
        scratch=tmp_path,
        progress=lambda done, steps: seen.append((done, steps)),
    )
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert seen[-1] == (5, 5)


def test_unknown_structure_is_refused(tmp_path: Path) -> None:
    for change in ({"format": "fuzhuan-application/2"}, {"form": "sonnet"}):
        with pytest.raises(Refused) as refused:
            write_application(application() | change, attachments=(), out=io.BytesIO(), scratch=tmp_path)
        assert refused.value.code == "application.format"


def test_long_names_many_indicators_and_no_evidence(tmp_path: Path, require_tool: Tool) -> None:
    many = [
        indicator(number, title=f"指标{number:03}" + "长" * 110, notes=["说明" * 900], clause="第" * 60)
        for number in range(1, 61)
    ]
    many[3]["clause"] = "第" * 3000  # a row higher than a page
    what = application(indicators=many, measures={}, evidence=[]) | {"title": "申" * 120, "sample": False}
    report = write(tmp_path / "long.pdf", tmp_path, what, [])
    run(require_tool("qpdf"), "--check", str(tmp_path / "long.pdf"))
    text = packed(page_text(require_tool, tmp_path / "long.pdf", 1, report.pages))
    assert all(f"指标{number:03}" in text for number in range(1, 61))
    assert text.count("说") >= 60 * 900
    assert text.count("第") >= 2 * 3000  # in the table of all indicators and on the page of this one
    pages = page_text(require_tool, tmp_path / "long.pdf", 1, report.pages).split("\f")
    assert max(packed(page).count("页码") for page in pages) == 1, "a table head stands once on a page"
    assert "示例" not in text.replace("示例综合孵化器", "").replace("示例路", "").replace("（示例）", "")
    assert report.bound == ()


def test_characters_of_no_face_are_shown_and_reported(tmp_path: Path, require_tool: Tool) -> None:
    what = application() | {"statement": "申报人：王\U00030000。"}
    what["organisation"] |= {"name": "重庆\U00030001公司"}
    report = write(tmp_path / "rare.pdf", tmp_path, what, [attachment(1, pdf(), "证\U00030002书")])
    assert report.missing_characters == ("\U00030000", "\U00030001", "\U00030002")
    text = page_text(require_tool, tmp_path / "rare.pdf", 1, report.pages)
    assert "王［U+30000］。" in text
    assert "证［U+30002］书" in packed(text)
