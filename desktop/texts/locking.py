"""Sentences about what is asked of the program around locking: pictures that are pasted, and clear copies."""

from __future__ import annotations

from policy.i18n import mark

SENTENCES: dict[str, str] = {
    "evidence.pictures_too_large": mark(
        "粘贴的图片合计超过 {limit} MB，没有保存，内容还在；请减少图片或作为文件添加。"
    ),
}
