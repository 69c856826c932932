"""Every code a fault or finding carries has its sentence, filled by what is given with it, and none is left over."""

from __future__ import annotations

import ast
import gettext
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from desktop.texts import SENTENCES
from policy.i18n import resources_dir

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r"[a-z]+(\.[a-z0-9_]+)+")
# What carries a code to the user; a finding's code may stand behind the place it was found at.
CARRIERS = {
    "Fault",
    "WorldFault",
    "Refused",
    "WrongKey",
    "Usage",
    "DepositFault",
    "Note",
    "ValueProblem",
    "Reject",
    "CellNote",
}
# Parameters each of these adds by itself.
ADDED = {"DepositFault": {"words"}}


class Use(NamedTuple):
    where: str
    code: str
    params: frozenset[str] | None  # None: not known from the code alone


@cache
def _trees() -> dict[str, ast.Module]:
    files = (path for package in ("policy", "db", "exports", "desktop") for path in (ROOT / package).rglob("*.py"))
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
        for path in files
        if "texts" not in path.parts and "migrations" not in path.parts
    }


def _codes(node: ast.expr) -> Iterator[str]:
    """The codes an argument can be: a literal, or either side of a condition."""
    if isinstance(node, ast.IfExp):
        yield from _codes(node.body)
        yield from _codes(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
        yield node.value


def _params(call: ast.Call, name: str) -> frozenset[str] | None:
    given = {keyword.arg for keyword in call.keywords}
    dicts = [argument for argument in call.args if isinstance(argument, ast.Dict)]
    if None in given or (name in ("Note", "Reject", "CellNote", "ValueProblem") and not dicts and len(call.args) > 1):
        return None
    keys = {key.value for found in dicts for key in found.keys if isinstance(key, ast.Constant)}
    return frozenset(str(word) for word in (given | keys) if word) | ADDED.get(name, set())


def _uses() -> list[Use]:
    found = []
    for file, tree in _trees().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func).rpartition(".")[2]
            if name in CARRIERS:
                params = _params(node, name)
                arguments = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "code")]
                found += [
                    Use(f"{file}:{node.lineno}", code, params) for argument in arguments for code in _codes(argument)
                ]
    return found


def _places(sentence: str) -> set[str]:
    return {field for _text, field, _spec, _conversion in string.Formatter().parse(sentence) if field is not None}


def test_the_scan_finds_what_is_there():
    uses = _uses()
    assert len(uses) > 150 and {"key.wrong_passphrase", "row.duplicate", "disk.full"} <= {use.code for use in uses}


def test_every_code_has_a_sentence():
    missing = {use.code: use.where for use in _uses() if use.code not in SENTENCES}
    assert missing == {}


def test_every_sentence_is_filled_by_what_comes_with_its_code():
    unfilled = [
        (use.where, use.code, sorted(_places(SENTENCES[use.code]) - use.params))
        for use in _uses()
        if use.params is not None and use.code in SENTENCES and not _places(SENTENCES[use.code]) <= use.params
    ]
    assert unfilled == []


def test_no_sentence_is_left_over():
    said = {
        node.value
        for tree in _trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert sorted(SENTENCES.keys() - said) == []


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_sentence_is_whole_in_both_languages(code: str):
    chinese = SENTENCES[code]
    catalogue = gettext.translation("fuzhuan", str(resources_dir() / "i18n"), languages=["en"])
    english = catalogue.gettext(chinese)
    amounts = re.sub(r"\d ?万(美)?元", "", english)  # examples of what may be typed
    assert english != chinese and not re.search(r"[\u4e00-\u9fff]", amounts)
    assert _places(english) == _places(chinese)
    for sentence in (chinese, english):
        assert "\n" not in sentence and sentence == sentence.strip()
