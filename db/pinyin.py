"""How Chinese names sound, without tones: syllables and initials from a small table, so nothing large is imported."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from policy.i18n import resources_dir

_MAX_READINGS = 8  # of one typed word; real words have one to three


class Table(NamedTuple):
    """The readings as they stand in `resources/pinyin/readings.txt` (made by `tools/make_pinyin_table.py`)."""

    syllable: dict[str, str]  # character → its usual syllable
    surname: dict[str, str]  # surname → its syllable, only where it differs from the usual one
    phrases: dict[tuple[str, str], str]  # (character, phrase it stands in) → syllable, where it differs
    windows: dict[str, tuple[tuple[int, int], ...]]  # character → (start, end) around it to look up, longest first


def parse(text: str) -> Table:
    """Read the table's text: sections `[characters]`, `[surnames]` and `[phrases]`, fields divided by tabs."""
    syllable: dict[str, str] = {}
    surname: dict[str, str] = {}
    phrases: dict[tuple[str, str], str] = {}
    shapes: dict[str, set[tuple[int, int]]] = {}
    section = ""
    for line in text.splitlines():
        if not line or line[0] == "#":
            continue
        if line[0] == "[":
            section = line
            continue
        head, _, rest = line.partition("\t")
        if section == "[characters]":
            syllable.update(dict.fromkeys(rest, head))
        elif section == "[surnames]":
            surname[head] = rest
        else:
            char, sound = head[0], head[1:]
            around = shapes.setdefault(char, set())
            for phrase in rest.split(" "):
                phrases[char, phrase] = sound
                at = phrase.index(char)
                while at >= 0:
                    around.add((-at, len(phrase) - at))
                    at = phrase.find(char, at + 1)
    windows = {char: tuple(sorted(found, key=lambda w: (w[0] - w[1], w))) for char, found in shapes.items()}
    return Table(syllable, surname, phrases, windows)


def table_path() -> Path:
    """Where the table lies."""
    return resources_dir() / "pinyin" / "readings.txt"


@cache
def table() -> Table:
    """The table, read at first use (about 10 ms) and kept."""
    return parse(table_path().read_text(encoding="utf-8"))


def reading(text: str, using: Table | None = None) -> list[str]:
    """The sounds of `text` in order: a syllable for each Chinese character, each ASCII letter (lower case) and digit
    as itself; whatever has no sound here (marks, spaces, kana, unknown characters) is left out.

    A character with several readings takes the one of the longest known phrase it stands in, else its usual one.
    """
    known = using or table()
    usual, windows, phrases = known.syllable, known.windows, known.phrases
    sounds: list[str] = []
    for at, char in enumerate(text):
        sound = usual.get(char)
        if sound is None:
            if char.isascii() and char.isalnum():
                sounds.append(char.lower())
            continue
        if char in windows:
            for start, end in windows[char]:
                if at + start >= 0 and (found := phrases.get((char, text[at + start : at + end]))):
                    sound = found
                    break
        sounds.append(sound)
    return sounds


def readings(text: str) -> list[list[str]]:
    """`reading(text)`, and for what may be a person's name the reading with the surname as surnames are read
    (曾 zeng, 单 shan)."""
    sounds = reading(text)
    found = [sounds]
    if 2 <= len(text) <= 4 and len(sounds) == len(text) and not text.isascii():
        surname = table().surname.get(text[0])
        if surname and surname != sounds[0]:
            found.append([surname, *sounds[1:]])
    return found


def initials(text: str) -> str:
    """The first letter of every sound: 重庆A2智能 → `cqa2zn`."""
    return "".join([sound[0] for sound in reading(text)])


@cache
def _syllables() -> tuple[frozenset[str], frozenset[str]]:
    known = table()
    whole = set(known.syllable.values()) | set(known.phrases.values())
    return frozenset(whole), frozenset(s[:n] for s in whole for n in range(1, len(s) + 1))


def split(typed: str) -> list[list[str]]:
    """The ways to read typed lower-case letters as syllables, the last perhaps unfinished; fewest syllables first.

    `chongq` → [[chong, q]], `xian` → [[xian], [xi, an]], `cqzn` → []. At most 8.
    """
    whole, begun = _syllables()
    # Ways to read the letters before each place; kept short, so that no input makes the list explode.
    ways: list[list[list[str]]] = [[] for _ in range(len(typed) + 1)]
    ways[0].append([])
    for end in range(1, len(typed) + 1):
        accepted = begun if end == len(typed) else whole
        found = [
            [*way, typed[start:end]]
            for start in range(max(0, end - 6), end)
            if typed[start:end] in accepted
            for way in ways[start]
        ]
        ways[end] = sorted(found, key=len)[:_MAX_READINGS]
    return ways[-1]
