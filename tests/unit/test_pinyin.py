"""Pinyin from the table: usual readings, characters with several, typed letters cut up, the table up to date."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from db import pinyin

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("重庆智能科技有限公司", "cqznkjyxgs"),
        ("重点实验室", "zdsys"),
        ("中国银行重庆分行", "zgyhcqfh"),
        ("行动", "xd"),
        ("长沙", "cs"),
        ("部长", "bz"),
        ("重庆市长寿区", "cqscsq"),
        ("会计", "kj"),
        ("音乐", "yy"),
        ("快乐", "kl"),
        ("重庆A2（智能）研究院", "cqa2znyjy"),
        ("㼆鿫𬺓〇", "yacl"),
        ("𠮷々カ，。", ""),
        ("", ""),
    ],
)
def test_initials(text: str, letters: str) -> None:
    assert pinyin.initials(text) == letters


def test_reading_gives_whole_syllables() -> None:
    assert pinyin.reading("绿色女儿") == ["lv", "se", "nv", "er"]
    assert pinyin.reading("长江校准") == ["chang", "jiang", "jiao", "zhun"]


@pytest.mark.parametrize(
    ("name", "surname"),
    [("曾国藩", ["zeng"]), ("单雄信", ["shan"]), ("区海伦", ["ou"]), ("解晓东", ["xie"])],
)
def test_a_short_name_is_also_read_as_a_persons(name: str, surname: list[str]) -> None:
    usual, person = pinyin.readings(name)
    assert usual == pinyin.reading(name)
    assert person[: len(surname)] == surname
    assert person[len(surname) :] == usual[len(surname) :]


def test_other_names_have_one_reading() -> None:
    assert len(pinyin.readings("王小明")) == 1
    assert len(pinyin.readings("单位管理系统有限公司")) == 1


@pytest.mark.parametrize(
    ("typed", "ways"),
    [
        ("chongqing", [["chong", "qing"], ["chong", "qin", "g"]]),
        ("chongq", [["chong", "q"]]),
        ("fangan", [["fan", "gan"], ["fang", "an"], ["fan", "ga", "n"], ["fang", "a", "n"]]),
        ("cqzn", []),
        ("x1", []),
    ],
)
def test_typed_letters_are_cut_into_syllables(typed: str, ways: list[list[str]]) -> None:
    assert pinyin.split(typed) == ways


def test_cutting_stays_small_whatever_is_typed() -> None:
    assert 1 <= len(pinyin.split("xian" * 25)) <= 8


def test_agrees_with_pypinyin_where_its_phrases_decide() -> None:
    """An independent check: whole phrases of the dictionary the table was cut down from."""
    from pypinyin import Style, lazy_pinyin

    phrases = [
        "重复",
        "银行家",
        "调查研究",
        "参差不齐",
        "朝气蓬勃",
        "率先垂范",
        "传记",
        "角色",
        "校对",
        "供给侧",
        "都市",
    ]
    for phrase in phrases:
        assert pinyin.reading(phrase) == lazy_pinyin(phrase, style=Style.NORMAL, v_to_u=False), phrase


def test_the_table_is_small_and_what_the_tool_writes() -> None:
    assert pinyin.table_path().stat().st_size <= 300_000
    done = subprocess.run([sys.executable, "tools/make_pinyin_table.py", "--check"], cwd=ROOT, timeout=120)
    assert done.returncode == 0


def test_nothing_large_is_imported() -> None:
    code = "import sys; from db import pinyin, search; pinyin.initials('重庆'); sys.exit('pypinyin' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=60).returncode == 0
