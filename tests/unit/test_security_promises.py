"""SECURITY.md names for each promise the tests that prove it: they must exist, and no promise may be without one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

HEAD = "| promise | how | shown by |"
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def _promises(text: str) -> list[tuple[str, str]]:
    """The rows of the table as (promise, shown by), without the rows that head a part of it."""
    lines = text.partition(HEAD)[2].splitlines()
    rows = []
    for line in lines[2:]:  # the rest of the heading's line, the rule below it
        if not line.startswith("|"):
            break
        promise, _how, shown = (cell.strip() for cell in line.strip().strip("|").split("|"))
        if not promise.startswith("**"):
            rows.append((promise, shown))
    return rows


def _tests(file: Path) -> set[str]:
    tree = ast.parse(file.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def missing(text: str, root: Path) -> list[str]:
    """What the table names that does not exist, and promises that name no test."""
    found = []
    for promise, shown in _promises(text):
        named = _TEST.findall(shown)
        if not named or _TEST.sub("", shown).strip(", "):
            found.append(f"{promise}: {shown}")
        for file, test in named:
            path = root / file
            if not path.is_file() or test not in _tests(path):
                found.append(f"{file}::{test}")
    return found


def test_every_promise_names_tests_that_exist(checkout: Path) -> None:
    text = (checkout / "SECURITY.md").read_text("utf-8")
    assert len(_promises(text)) >= 40
    assert missing(text, checkout) == []


def test_a_missing_test_a_wrong_file_and_an_empty_cell_are_found(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/a.py").write_text("def test_one(): ...\n", "utf-8")
    rows = ["| **part** | | |", "| right | how | `tests/a.py::test_one` |", "| gone | how | `tests/a.py::test_two` |"]
    rows += ["| lost | how | `tests/b.py::test_one` |", "| bare | how | |", "| loose | how | `tests/a.py` |"]
    text = "\n".join([HEAD, "|---|---|---|", *rows, "", "| after the table | | |"])
    assert missing(text, tmp_path) == ["tests/a.py::test_two", "tests/b.py::test_one", "bare: ", "loose: `tests/a.py`"]
