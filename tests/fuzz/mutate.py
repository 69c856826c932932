"""Damage to any file: flipped bits, lied lengths, cuts, repeats and splices; and hostile values for JSON and TOML.

Every function draws from the `random.Random` it is given, so that Hypothesis can shrink it and a seed repeats it.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Sequence
from random import Random
from typing import Any

NUMBERS = (0, 1, 2, 3, 7, 127, 128, 255, 256, 4095, 32767, 65535, 65536, 1 << 20, (1 << 31) - 1, 1 << 31, (1 << 32) - 1,
           1 << 32, (1 << 53) + 1, (1 << 63) - 1, 1 << 63, (1 << 64) - 1, 10**400)  # fmt: skip
TEXTS = (
    "", " ", "\0", "\x1b[2J\x1b[31m", "\x7f", "\x9b31m", "a\nb\r\nc", "\u202etxt.exe", "e\u0301\u0327", "\ufeff",
    "\ufffe",
    "\u2028", "𠮷㐀\U000e0001", "مرحبا", "שלום", "{0}{x!r}{", "%s%n", "=cmd|' /C calc'!A0", "<b>&amp;</b><script>",
    "../../x",
    "C:\\x", "/etc/passwd", "x" * 70_000, "；、，" * 50, "NaN", "1e999", "-0", "0x10", "2026-02-30",
    "9999999999999999999999",
)  # fmt: skip
_DIGITS = re.compile(rb"[0-9]+")


def damaged(rng: Random, data: bytes, others: Sequence[bytes] = ()) -> bytes:
    """`data` after one to four kinds of damage."""
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        data = rng.choice(_DAMAGES)(rng, data, others)
    return data


def _flip(rng: Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    hurt = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8)) if data else 0):
        hurt[rng.randrange(len(hurt))] ^= 1 << rng.randrange(8)
    return bytes(hurt)


def _number(rng: Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    """A length, count or offset that lies: 1, 2, 4 or 8 bytes in either order."""
    width = rng.choice((1, 2, 2, 4, 4, 8))
    order = rng.choice(("little", "big"))
    value = (rng.choice(NUMBERS) & ((1 << 8 * width) - 1)).to_bytes(width, "big" if order == "big" else "little")
    place = rng.randrange(max(1, len(data) - width + 1))
    return data[:place] + value + data[place + width :]


def _digits(rng: Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    """A number written in digits replaced by another, or negated."""
    found = [match.span() for match in _DIGITS.finditer(data[: 1 << 18])]
    if not found:
        return _flip(rng, data, ())
    start, end = rng.choice(found)
    value = rng.choice([str(number).encode() for number in NUMBERS] + [b"-1", b"", b"1e9", b"0.5", b"00"])
    return data[:start] + value + data[end:]


def _cut(rng: Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _part(rng: Random, data: bytes) -> tuple[int, int]:
    start = rng.randrange(len(data) + 1)
    return start, min(len(data), start + rng.choice((1, 2, 4, 16, 100, 512, 4096)))


def _drop(rng: Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    start, end = _part(rng, data)
    return data[:start] + data[end:]


def _repeat(rng: Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    start, end = _part(rng, data)
    return data[:end] + data[start:end] * rng.choice((1, 2, 50)) + data[end:]


def _fill(rng: Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    start, end = _part(rng, data)
    return data[:start] + rng.choice((b"\0", b"\xff", b"A", b"<", b"[")) * (end - start) + data[end:]


def _insert(rng: Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    place = rng.randrange(len(data) + 1)
    return data[:place] + rng.choice(TEXTS).encode("utf-8", "surrogatepass") + data[place:]


def _splice(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    other = rng.choice(others) if others else data
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other) + 1) :]


_DAMAGES = (_flip, _flip, _number, _number, _digits, _cut, _drop, _repeat, _fill, _insert, _splice)


# ---- JSON

_DEEP = "@deep@"


def hostile_value(rng: Random) -> Any:
    """A value that no well-meaning program would put there."""
    return rng.choice(
        (None, True, False, 0, -1, 1.5, float("inf"), [], {}, [[]], [{}], {"": None}, "\ud800", [None], ["\ud800"],
        _DEEP,
         {"@id": 5}, rng.choice(TEXTS), rng.choice(TEXTS), rng.choice(NUMBERS), -rng.choice(NUMBERS), [1] * 3000)
    )  # fmt: skip


def hostile_json(rng: Random, data: bytes, others: Sequence[bytes] = ()) -> bytes:
    """A JSON document with wrong types, missing and doubled keys, huge numbers and depth, or just damaged."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return damaged(rng, data, others)
    if rng.random() < 0.25:
        return damaged(rng, data, others)
    for _ in range(rng.choice((1, 1, 2, 4))):
        document = _changed(rng, document)
    try:
        text = json.dumps(document)
    except ValueError:  # a number of more digits than Python turns into text
        return damaged(rng, data, others)
    depth = rng.choice((2, 200, 5000, 100_000))
    return text.replace(
        f'"{_DEEP}"', rng.choice(("[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth))
    ).encode()


def _changed(rng: Random, node: Any) -> Any:
    """`node` with one thing in it changed."""
    if isinstance(node, dict) and node and rng.random() < 0.9:
        key = rng.choice(sorted(node))
        step = rng.random()
        if step < 0.15:
            return {name: value for name, value in node.items() if name != key}
        if step < 0.25:
            return {**node, rng.choice(TEXTS)[:500]: hostile_value(rng)}
        return {**node, key: _changed(rng, node[key])}
    if isinstance(node, list) and node and rng.random() < 0.8:
        place = rng.randrange(len(node))
        step = rng.random()
        if step < 0.15:
            return node[:place] + node[place + 1 :]
        if step < 0.3:
            return node + [node[place]] * rng.choice((1, 2, 600))
        return [*node[:place], _changed(rng, node[place]), *node[place + 1 :]]
    return hostile_value(rng)


# ---- TOML

_TOML_VALUES = (
    "0", "-1", "true", "1.5", "-0.0", "inf", "nan", "0x7fffffffffffffff", "9" * 30, "9" * 5000, "1e400", '""', '"x"',
    "''",
    '"\\u007F"', '"\\u001b[31m"', '"\\u202e"', '"\\U0001F600"', '"a\\nb"', "[]", "{}", "[[]]", "[1, 'a']", "{a = 1}",
    "1979-05-27", "1979-05-27T07:32:00Z", "07:32:00", "[" * 2000 + "]" * 2000, "[" * 60 + "]" * 60, '"""\nx\n"""', "",
    '["x", "x"]', f'"{"字" * 3000}"', '"https://[::1"', '"http://169.254.0.1/"', '"//x"', "0.1234567",
    "123456789012345678",
)  # fmt: skip


def hostile_toml(rng: Random, data: bytes, others: Sequence[bytes] = ()) -> bytes:
    """A TOML file with a few lines given other values, doubled, moved or taken out, or just damaged."""
    if rng.random() < 0.25:
        return damaged(rng, data, others)
    lines = data.decode("utf-8", "replace").split("\n")
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        place = rng.randrange(len(lines))
        step = rng.random()
        if step < 0.6:
            settable = [n for n, line in enumerate(lines) if "=" in line]
            if settable:
                place = rng.choice(settable)
                lines[place] = f"{lines[place].partition('=')[0]}= {rng.choice(_TOML_VALUES)}"
        elif step < 0.7:
            lines.insert(place, lines[rng.randrange(len(lines))])
        elif step < 0.8:
            lines[place] = f"{rng.choice(('x', 'name', 'id', chr(34) * 2, 'a.b.c', '[x]', '[[rule]]'))} = 1"
        elif step < 0.9 and len(lines) > 1:
            del lines[place]
        else:
            lines[place] = _digits(rng, lines[place].encode(), ()).decode("utf-8", "replace")
    return "\n".join(lines).encode()


# ---- the write-ahead log of SQLite


def hostile_log(rng: Random, data: bytes, others: Sequence[bytes] = ()) -> bytes:
    """A log whose header holds any page size and yet has the right checksum, or just a damaged one."""
    if rng.random() < 0.5 or len(data) < 32:
        return damaged(rng, data, others)
    words = list(struct.unpack(">8I", data[:32]))
    words[0] = rng.choice((0x377F0682, 0x377F0683))
    words[2] = rng.choice((0, 1, 3, 13, 512, 1000, 4096, 65536, 1 << 31, (1 << 32) - 1, rng.randrange(1 << 16)))
    order = "<" if words[0] & 1 == 0 else ">"
    first = second = 0
    stated = struct.unpack(f"{order}6I", struct.pack(">6I", *words[:6]))
    for even, odd in zip(stated[::2], stated[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return struct.pack(">8I", *words[:6], first, second) + (
        data[32:] if rng.random() < 0.7 else b"\0" * rng.randrange(9999)
    )
