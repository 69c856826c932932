"""Sentences about what is no text at all."""

from __future__ import annotations

from policy.i18n import mark

SENTENCES: dict[str, str] = {
    "cli.not_text": mark("“{text}”里有不是文字的字节，没有改动；请用 UTF-8 编码重新输入。"),
}
