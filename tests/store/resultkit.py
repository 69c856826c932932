"""Results and those who own them, as the tests of what is done with results need them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Call = Callable[..., Any]
TEXT = "用振动信号识别主轴轴承的早期损伤，预测剩余寿命"


def added(call: Call, kind: str, /, **values: Any) -> str:
    """A record by values as typed: its id."""
    return str(call("records.add", kind=kind, values=values)["id"])


def a_university(call: Call, name: str = "示例大学") -> str:
    """A university: its id."""
    return added(call, "organisation", name=name, org_kind="高等院校", district="沙坪坝区")


def a_result(call: Call, owner: str, title: str = "滚动轴承故障诊断方法（示例）", **values: Any) -> str:
    """A result that is open to all, unless said otherwise: its id."""
    fixed = {"title": title, "owner": owner, "disclosure_level": "公开", "summary_public": TEXT, "trl": "7",
             "tech_field": "先进制造"}  # fmt: skip
    return added(call, "achievement", **{**fixed, **values})
