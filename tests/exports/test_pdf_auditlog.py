"""The extract of the audit log on paper, read by programs that are not ours."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exports.pdf.auditlog import write_extract
from policy import i18n

Tool = Callable[[str], str]
HEAD = "0123456789abcdef" * 4


def entry(seq: int, **more: Any) -> dict[str, Any]:
    """A decision as the service gives it."""
    return {
        "seq": seq,
        "at": "2026-02-10T09:30:00+08:00",
        "who": "李明",
        "text": "决策：内部会审（2026-02-10）",
        "figures": [("预计金额", "320.00 万元"), ("合同 1", "合同成交额：300.00 万元；签订日期：2026-03-01")],
        "note": "经集体讨论，同意以三百万元转让。",
        "standing": "same",
        "digest": f"{seq:02x}" * 32,
        **more,
    }


def extract(*entries: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An extract of these decisions."""
    return {
        "organisation": "重庆㼆𠮷𬺓孵化器有限公司",
        "case": {"no": "AL-2026-007", "title": "石墨烯导热膜技术转让"},
        "entries": list(entries),
        "problems": [],
        "audit": {"head": HEAD, "length": 1204},
        "made_on": "2026-11-21T15:00:00+08:00",
        "made_by": "王芳",
        "sample": False,
        **more,
    }


def written(content: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    write_extract(content, out)
    return out.getvalue()


def text_of(tool: Tool, data: bytes, path: Path) -> list[str]:
    """The text of each page, without blanks."""
    path.write_bytes(data)
    done = subprocess.run([tool("pdftotext"), "-layout", str(path), "-"], capture_output=True, check=True)
    return ["".join(page.split()) for page in done.stdout.decode().split("\f") if page.strip()]


def test_every_entry_is_there_with_who_when_figures_and_digest(tmp_path: Path, require_tool: Tool) -> None:
    path = tmp_path / "a.pdf"
    changed = entry(9, standing="changed", note="", text="改动了决策记录")
    withheld = entry(11, standing="withheld", note="", figures=[], who="")
    (first, *_) = pages = text_of(require_tool, written(extract(entry(5), changed, withheld)), path)
    text = "".join(pages)
    for wanted in ("决策记录摘录", "AL-2026-007", "石墨烯导热膜技术转让", "3条", "1204条", HEAD, "王芳"):
        assert wanted in first
    for wanted in ("第5条决策：内部会审", "2026年2月10日09:30:00+08:00", "李明", "320.00万元", "同意以三百万元转让"):
        assert wanted in text
    for wanted in ("05" * 32, "记录后来改动过", "标为不对外", "打印时逐条核对，无缺失、改动或调换", "单位盖章处"):
        assert wanted in text
    subprocess.run([require_tool("qpdf"), "--check", str(path)], check=True, capture_output=True)
    fonts = subprocess.run([require_tool("pdffonts"), str(path)], capture_output=True, check=True).stdout.decode()
    assert all(line.split()[-5:-3] == ["yes", "yes"] for line in fonts.splitlines()[2:])


def test_the_foot_of_every_page_states_the_head_and_the_length(tmp_path: Path, require_tool: Tool) -> None:
    pages = text_of(require_tool, written(extract(*map(entry, range(1, 20)))), tmp_path / "a.pdf")
    assert len(pages) > 3
    assert all(
        f"操作记录链1204条{HEAD[:32]}" in page and f"第{n}页共{len(pages)}页" in page for n, page in enumerate(pages, 1)
    )


def test_a_broken_chain_is_said_in_place_of_the_all_clear(tmp_path: Path, require_tool: Tool) -> None:
    content = extract(entry(5), problems=["第 7 条不在了", "链上没有报送包“甲”（2026-01-01）所记的末值"])
    text = "".join(text_of(require_tool, written(content), tmp_path / "a.pdf"))
    assert "第7条不在了；链上没有报送包“甲”" in text and "无缺失" not in text


def test_the_same_extract_gives_the_same_bytes_in_any_language() -> None:
    first = written(extract(entry(5), sample=True))
    assert first == written(extract(entry(5), sample=True)) != written(extract(entry(6), sample=True))
    with i18n.speaking("en"):
        assert written(extract(entry(5)))[:5] == b"%PDF-"


@pytest.mark.parametrize("note", ["长" * 6000, "<b>&amp;</b>", "𠮷\u202e\x00\ufffe"])
def test_any_words_can_be_printed(note: str, tmp_path: Path, require_tool: Tool) -> None:
    pages = text_of(require_tool, written(extract(entry(5, note=note))), tmp_path / "a.pdf")
    assert pages[0].startswith("决策记录摘录") or "决策记录摘录" in pages[0]
