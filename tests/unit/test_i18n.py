"""Both languages are whole: no text without English, no Chinese left in it, and every place filled in both."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog

from db import enums, enums_documents
from db.fields import Choice
from db.schema import KindInfo, kinds
from policy.i18n import (
    bracketed,
    clauses,
    labelled,
    language,
    listed,
    quoted,
    resources_dir,
    sentences,
    set_language,
    spaced,
    tr,
    unlisted,
)
from policy.measures import MEASURES
from policy.pack import Pack, list_packs
from policy.schema import Text
from tools import i18n as tool

CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
# The titles of documents, and amounts as a ledger may have them: what is typed or quoted stays as it is.
AS_IT_IS = re.compile(r"《[^《》]+》|[0-9]+万(美)?元")
PACKS = list_packs(resources_dir() / "policies")
CHOICES = [
    pytest.param(value, id=f"{module.__name__}.{name}")
    for module in (enums, enums_documents)
    for name, value in vars(module).items()
    if isinstance(value, tuple) and value and isinstance(value[0], Choice)
]


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return tool.read(tool.PO)


@pytest.fixture
def english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("zh")


def is_english(text: str) -> bool:
    return text == text.strip() != "" and not CHINESE.search(AS_IT_IS.sub("", text))


def texts(catalogue: Catalog) -> list[tuple[str, str]]:
    """Every text with its English; the header is none."""
    return [(str(message.id), str(message.string)) for message in catalogue if message.id]


def places(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def check(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["i18n.py", *arguments])
    return tool.main()


def test_the_catalogue_is_in_step_with_the_sources(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(monkeypatch, "--check") == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    ("english_text", "complaint"),
    [("", "not translated: 第 {n} 步，共 5 步"), ("Step {m} of 5", "other placeholders: 第 {n} 步，共 5 步")],
)
def test_the_check_finds_a_text_without_its_english(
    english_text: str,
    complaint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    spoilt = tool.read(tool.PO)
    spoilt["第 {n} 步，共 5 步"].string = english_text
    monkeypatch.setattr(tool, "PO", tmp_path / "fuzhuan.po")
    tool.PO.write_bytes(tool.po_bytes(spoilt))
    assert check(monkeypatch) == 1
    assert complaint in capsys.readouterr().out
    assert tool.PO.with_suffix(".mo").exists()


def test_the_check_finds_files_that_are_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    older = tool.read(tool.PO)
    older.add("一句已经不用的话", "A sentence no longer used")
    monkeypatch.setattr(tool, "PO", tmp_path / "fuzhuan.po")
    tool.PO.write_bytes(tool.po_bytes(older))
    assert check(monkeypatch, "--check") == 1
    said = capsys.readouterr().out
    assert "en.po is behind" in said and "en.mo is not what" in said
    check(monkeypatch)  # brings them in step
    check(monkeypatch, "--check")
    said = capsys.readouterr().out
    assert "en.po is behind" not in said and "en.mo is not what" not in said
    assert tool.read(tool.PO).get("一句已经不用的话") is None


def test_the_same_texts_compile_to_the_same_bytes_at_any_time(catalogue: Catalog) -> None:
    assert catalogue.creation_date == catalogue.revision_date == tool.read(tool.PO).creation_date
    assert str(catalogue.creation_date).startswith("2000-")
    assert tool.PO.with_suffix(".mo").read_bytes() == tool.mo_bytes(catalogue)


def test_texts_are_found_wherever_they_are_called() -> None:
    source = (
        """tr("一") + f"  {tr('二')}"; tr(WORDS[row["state"]]); mark("三" "四"); tr("五" if new else "六"); say("七")"""
    )
    assert sorted(tool.literals(ast.parse(source))) == sorted(["一", "二", "三四", "五", "六"])


def test_no_chinese_is_left_in_the_english(catalogue: Catalog) -> None:
    assert [said for _, said in texts(catalogue) if CHINESE.search(AS_IT_IS.sub("", said))] == []


def test_english_quotes_are_straight(catalogue: Catalog) -> None:
    # the program's font draws curly ones as wide as a Chinese character
    assert [said for _, said in texts(catalogue) if re.search("[“”‘’]", said)] == []


def test_both_languages_have_the_same_places(catalogue: Catalog) -> None:
    assert [text for text, said in texts(catalogue) if places(text) != places(said)] == []


def test_every_text_can_be_filled(catalogue: Catalog) -> None:
    for pair in texts(catalogue):
        for sentence in pair:
            if named := places(sentence):
                assert "{" not in sentence.format(**dict.fromkeys(named, 7)), sentence


def test_keys_of_menus_and_labels_are_kept(catalogue: Catalog) -> None:
    key = re.compile(r"&\w")
    assert [text for text, said in texts(catalogue) if len(key.findall(text)) != len(key.findall(said))] == []


def test_blanks_at_the_ends_and_line_breaks_are_deliberate(catalogue: Catalog) -> None:
    for text, said in texts(catalogue):
        assert text.count("\n") == said.count("\n"), text
        joined = text.startswith((" ", "（")) or text.endswith((" ", "："))
        assert joined or said == said.strip(), text


def test_the_language_is_switched_and_switched_back() -> None:
    assert (language(), tr("撤销"), tr("第 {n} 步，共 5 步", n=2)) == ("zh", "撤销", "第 2 步，共 5 步")
    set_language("en")
    try:
        assert (language(), tr("撤销"), tr("第 {n} 步，共 5 步", n=2)) == ("en", "Undo", "Step 2 of 5")
    finally:
        set_language("zh")
    assert (language(), tr("撤销")) == ("zh", "撤销")


def _joined() -> tuple[str, ...]:
    """What every way of putting texts together makes, with a blank part where one may come."""
    return (
        listed(iter(("甲", "乙"))),
        clauses(["甲", "乙"]),
        spaced("甲", "", None, "乙"),
        sentences("甲。", "", "乙。"),
        labelled("甲", 7),
        bracketed("甲", "乙"),
        bracketed("甲", ""),
        quoted(["甲", "乙"]),
        listed([]),
    )


def test_texts_are_put_together_in_chinese() -> None:
    assert _joined() == ("甲、乙", "甲；乙", "甲\u3000乙", "甲。乙。", "甲：7", "甲（乙）", "甲", "「甲」「乙」", "")


@pytest.mark.usefixtures("english")
def test_texts_are_put_together_in_english() -> None:
    assert _joined() == ("甲, 乙", "甲; 乙", "甲  乙", "甲。 乙。", "甲: 7", "甲 (乙)", "甲", '"甲", "乙"', "")


def test_a_list_is_taken_apart_whichever_language_made_it() -> None:
    assert unlisted("甲、乙") == unlisted("甲, 乙") == ["甲", "乙"]
    assert unlisted("") == []


@pytest.mark.usefixtures("english")
def test_labels_are_shown_in_the_language_in_force() -> None:
    info = kinds()["firm"]
    choice = info.field("tech_field").choices[0]
    assert (info.kind.shown, info.field("name").shown, choice.shown) == (
        info.kind.label_en,
        info.field("name").label_en,
        choice.en,
    )
    set_language("zh")
    assert (info.kind.shown, info.field("name").shown, choice.shown) == (
        info.kind.label,
        info.field("name").label,
        choice.zh,
    )


@pytest.mark.usefixtures("english")
def test_a_text_without_english_is_shown_in_chinese() -> None:
    assert tr("目录里没有的话") == "目录里没有的话"


@pytest.mark.parametrize("info", [pytest.param(info, id=name) for name, info in kinds().items()])
def test_every_kind_and_field_has_an_english_label(info: KindInfo) -> None:
    assert is_english(info.kind.label_en)
    assert [field.name for field in info.fields if not is_english(field.label_en)] == []


@pytest.mark.parametrize("choices", CHOICES)
def test_every_choice_has_an_english_label_of_its_own(choices: tuple[Choice, ...]) -> None:
    assert [choice.code for choice in choices if not is_english(choice.en)] == []
    assert len({choice.en for choice in choices}) == len(choices)


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_has_an_english_label(name: str) -> None:
    assert is_english(MEASURES[name].label_en)


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_every_text_of_a_bundled_pack_has_english(pack: Pack) -> None:
    said: list[Text] = [pack.title, pack.source]
    for rule in pack.rules:
        said += [rule.title, rule.note, rule.verification.basis]
    assert [text.zh for text in said if text.zh and not is_english(text.en)] == []


@pytest.mark.usefixtures("english")
def test_a_pack_speaks_the_language_in_force() -> None:
    for pack in PACKS:
        assert (str(pack.title), str(pack.rules[0].title)) == (pack.title.en, pack.rules[0].title.en)
