"""What a user does before sealing: a notice is taken in as evidence, and unverified figures are compared with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any


def confirm_all(call: Callable[..., Any], folder: Path, *, pack: str, period: str, subject: str) -> str:
    """Confirm every unverified figure against a made-up notice, through services; answers the evidence's id."""
    notice = folder / "示例评价通知.txt"
    notice.write_text(f"示例通知（虚构）：{pack} {period} 的指标与分值", "utf-8")
    (paper,) = call("evidence.add", files=[str(notice)])["ids"]
    call("policy.confirm", pack=pack, period=period, subject=subject, notice=paper, page="1")
    return str(paper)
