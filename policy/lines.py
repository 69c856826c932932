"""On which line of a TOML file a value stands: tomllib says what is wrong with a figure, not where it is."""

from __future__ import annotations

import re

_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.\"\- ]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_.\"\-]+?)\s*=\s*(.*)$")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')
_AT_LINE = re.compile(r"at line ([0-9]+)")


class Lines:
    """The lines of a file by the places `policy.schema` names: `rule[3].test.all[1].measure`.

    A place inside a value written on one line has the line of that value; a place that is not there, that of what holds
    it. 0 stands for the whole file.
    """

    def __init__(self, text: str) -> None:
        self._known: dict[str, int] = {}
        self._read(text)

    def of(self, where: str) -> int:
        """The line (from 1) of a place, or of the nearest that holds it; 0 where there is none."""
        while where and where not in self._known:
            where = where[: max(where.rfind("."), where.rfind("["), 0)]
        return self._known.get(where, 0)

    def _read(self, text: str) -> None:
        counts: dict[str, int] = {}
        table, inside, item, depth = "", "", 0, 0
        for number, line in enumerate(text.splitlines(), 1):
            bare = _QUOTED.sub('""', line).partition("#")[0]
            if depth > 0:  # the further lines of a list: one table of it a line, as people write them
                if bare.lstrip().startswith("{"):
                    self._known.setdefault(f"{inside}[{item}]", number)
                    item += 1
                depth += _opened(bare)
                continue
            if found := _HEADER.fullmatch(line):
                table = self._table(found[2].replace(" ", ""), found[1] == "[[", counts)
                self._known.setdefault(table, number)
            elif found := _KEY.fullmatch(line):
                inside = f"{table}.{found[1]}" if table else found[1]
                self._known.setdefault(inside.replace('"', ""), number)
                depth, item = _opened(bare.partition("=")[2]), 0

    @staticmethod
    def _table(name: str, is_list: bool, counts: dict[str, int]) -> str:
        """`rule.test.choose` as the place it means here: `rule[4].test.choose[0]`."""
        place = ""
        parts = name.replace('"', "").split(".")
        for at, part in enumerate(parts):
            place = f"{place}.{part}" if place else part
            if at == len(parts) - 1 and is_list:
                counts[place] = counts.get(place, -1) + 1
            if place in counts:
                place = f"{place}[{counts[place]}]"
        return place


def _opened(text: str) -> int:
    return text.count("[") + text.count("{") - text.count("]") - text.count("}")


def line_told(problem: str) -> int:
    """The line a message of tomllib names, 0 where it names none."""
    found = _AT_LINE.search(problem)
    return int(found[1]) if found else 0
