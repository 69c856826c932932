"""Chats pasted as text: who spoke when is read from the heads of messages, and from nothing else."""

from __future__ import annotations

from datetime import datetime

import pytest

from desktop.chattext import heads

NOW = datetime(2026, 11, 21, 9, 0)


@pytest.mark.parametrize(
    ("line", "who", "at"),
    [
        ("张三 2026-11-20 15:30", "张三", "2026-11-20 15:30"),
        ("张三　2026/1/5 7:05:59", "张三", "2026-01-05 07:05"),
        ("李四·技术部 2026年11月20日 15:31", "李四·技术部", "2026-11-20 15:31"),
        ("𠮷野 11-20 08:00", "𠮷野", "2026-11-20 08:00"),
        ("王五 12-30 09:10", "王五", "2025-12-30 09:10"),  # not to come: last year's
        ("Zhang San 昨天 08:05:", "Zhang San", "2026-11-20 08:05"),
        ("2026-11-20 15:30 赵六", "赵六", "2026-11-20 15:30"),
        ("孙七 2024-02-29 00:00", "孙七", "2024-02-29 00:00"),
    ],
)
def test_the_head_of_a_message_tells_who_and_when(line: str, who: str, at: str) -> None:
    (said,) = heads(f"前一句\n{line}\n后一句", NOW)
    assert (said.who, f"{said.at:%Y-%m-%d %H:%M}") == (who, at)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "下周五 15:30 开会",
        "我们约在 2026-11-20 15:30，不见不散",
        "会议改到：2026-11-20 15:30",
        "张三 2026-13-40 15:30",
        "张三 2026-11-20 25:30",
        "张三 2-29 10:00",  # neither this year nor the last has one
        "2026-11-20 15:30",
        "张三" * 40 + " 2026-11-20 15:30",
    ],
)
def test_what_is_no_head_tells_nothing(line: str) -> None:
    assert heads(line, NOW) == []


def test_a_long_paste_is_read_at_once() -> None:
    text = ("甲乙丙丁 " * 10 + "\n") * 20_000 + "张三 2026-11-20 15:30"
    assert len(heads(text, NOW)) == 1
