"""Chinese line breaking: marks, words, fallback faces, and the district's own text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.pdf import typeset
from exports.pdf.fonts import RARE, SANS, SERIF, face_for
from exports.pdf.typeset import Span, Style, Text

SIZE = 12
NEVER_FIRST = "，。、；：？！）》〉」』】〕〗］”’％…—～·"
NEVER_LAST = "（《〈「『【〔〖［“‘￥"


def lines(text: str, ems: float, indent: float = 0) -> list[str]:
    block = Text(text, Style(size=SIZE, leading=20, indent=indent))
    block.wrap(ems * SIZE, 10_000)
    return ["".join(glyph.char for glyph in line) for line, _, _ in block._lines]


def set_width(line: str) -> float:
    return typeset.width_of(line.rstrip(" "), SERIF, SIZE) / SIZE


def test_closing_mark_is_not_carried_to_the_next_line() -> None:
    assert lines("一二三四五，六七", 5) == ["一二三四", "五，六七"]
    assert lines("一二三四五，六七", 5.5) == ["一二三四五，", "六七"]  # its blank half stands in the margin
    assert lines("一二三四五”。六七", 5) == ["一二三四", "五”。六七"]


def test_opening_mark_goes_to_the_next_line_with_its_word() -> None:
    assert lines("一二三四（五六七", 5) == ["一二三四", "（五六七"]
    assert lines("一二三“《四五六七八", 5) == ["一二三", "“《四五六", "七八"]


def test_dash_and_ellipsis_stay_whole() -> None:
    assert lines("一二三——四五六", 4) == ["一二", "三——四", "五六"]
    assert lines("一二三……四五六", 4) == ["一二", "三……四", "五六"]


@pytest.mark.parametrize(
    "word", ["Science", "2026-11-21", "91500108MA5U00000X", "10,400.50%", "v1.2.3", "a@b.cn", "-35", "[2018]300"]
)
def test_words_numbers_and_codes_are_not_broken(word: str) -> None:
    for before in range(1, 14):
        found = lines("汉" * before + word + "字" * 9, 12)
        assert any(word in line for line in found), found


def test_only_what_is_longer_than_a_line_is_broken_and_at_a_joint_when_there_is_one() -> None:
    digest = "0123456789abcdef" * 4
    assert "".join(lines(f"摘要：{digest}，完", 12)) == f"摘要：{digest}，完"
    found = lines("https://www.example.org/collections/incubators/2026", 14)
    assert len(found) > 1
    assert all(line[-1] in "/.:-" for line in found[:-1])


def test_line_ends_indent_and_blank_lines_are_kept() -> None:
    assert lines("甲\r\n\r\n乙", 10) == ["甲", "", "乙"]
    assert lines("一二三四五六", 4, indent=2) == ["一二", "三四五六"]


def test_a_line_of_nothing_but_marks_still_fits() -> None:
    found = lines("，" * 30, 8)
    assert "".join(found) == "，" * 30
    assert all(set_width(line) <= 8.51 for line in found)


@given(st.text(alphabet=st.sampled_from("汉字，。（）“”《》…—ab1 2.-/%$\n𠮷㼆é"), max_size=120), st.integers(3, 30))
def test_nothing_is_lost_and_nothing_is_wider_than_the_line(text: str, ems: int) -> None:
    found = lines(text, ems)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(set_width(line) <= ems + 0.51 for line in found)


@pytest.mark.parametrize("ems", [12, 19.5, 28, 34])
def test_the_districts_own_text_breaks_by_the_rules(shared_dir: Path, ems: float) -> None:
    (source,) = (shared_dir / "sources").glob("000*.txt")
    paragraphs = source.read_text("utf-8").replace("\n\n", "").split("\n")
    found = [line.strip() for paragraph in paragraphs for line in lines(paragraph, ems, 2) if line.strip()]
    assert len(found) > 100
    firsts = [line for line in found if line[0] in NEVER_FIRST]
    lasts = [line for line in found if line[-1] in NEVER_LAST]
    assert firsts == []
    assert lasts == []
    assert any("33618" in line for line in found)


def test_characters_come_from_the_first_face_that_has_them() -> None:
    assert [face_for(char, SANS) for char in "汉㼆𬺓𠮷Ł☐"] == [SANS, SANS, SANS, RARE, RARE, RARE]
    assert typeset.missing("汉𠮷\u200b\ufe0f\n") == set()


def test_what_no_face_has_is_shown_and_reported() -> None:
    assert typeset.missing("甲\U00030000乙\ud800") == {"\U00030000", "\ud800"}
    assert lines("甲\U00030000乙\ud800", 40) == ["甲［U+30000］乙［U+D800］"]


def test_controls_and_odd_blanks_do_not_reach_the_page() -> None:
    assert typeset.clean("a\u00a0b\tc\x07\u200bd\u2028e") == "a b cd\ne"


def test_a_paragraph_splits_between_lines_and_loses_none() -> None:
    block = Text([Span("一二三四五六七八九十" * 4)], Style(size=12, leading=20))
    block.wrap(120, 1000)
    head, tail = block.split(120, 45)
    assert head.wrap(120, 45)[1] == 40
    assert tail.wrap(120, 1000)[1] == 40
    assert block.split(120, 15) == []
