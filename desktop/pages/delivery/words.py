"""What the delivery page says in words: moments, the state of a delivery, and the one next thing to do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from desktop.fields import choice_label, kind_info
from policy.dates import CHINA
from policy.i18n import mark, tr

_WEEKDAYS = (mark("周一"), mark("周二"), mark("周三"), mark("周四"), mark("周五"), mark("周六"), mark("周日"))
# the look's state for each state of a delivery
_LOOKS = {
    "none": "info",
    "queued": "busy",
    "created": "busy",
    "sending": "busy",
    "sent": "busy",
    "in_workflow": "busy",
    "ingested": "good",
    "handed_in_offline": "good",
    "rejected": "bad",
    "error": "bad",
    "unknown": "unknown",
    "withdrawn": "info",
}
# why the next step is what it is, by state
_ADVICE = {
    "none": mark("已封装，还没有报送。可以在线发送，也可以导出到 U 盘或文件夹后线下递交。"),
    "queued": mark("已排队，等待发送。网络恢复后可再次发送，也可以先导出线下递交。"),
    "created": mark("平台上已建立草稿，报送包还没有传上去。"),
    "sending": mark("只传平台还没有收到的部分，不会重复发送。"),
    "sent": mark("已送达，平台还没有受理。可以随时查询结果。"),
    "in_workflow": mark("平台正在审核。可以随时查询结果。"),
    "ingested": mark("平台答复已受理。受理与否以平台的答复为准，回执可存为 PDF。"),
    "handed_in_offline": mark("已线下递交，登记在案。"),
    "rejected": mark("平台退回了这份报送。请按退回意见修改后，重新封装一份替换它。"),
    "error": mark("平台没有接收这份报送。可以查看原因后再次发送，或导出后线下递交。"),
    "unknown": mark("不清楚平台是否收到。先查询结果，不会盲目重发。"),
    "withdrawn": mark("这份报送已撤回。"),
}
WAYS = {
    "usb": mark("U盘"),
    "mail": mark("邮件"),
    "paper": mark("纸质"),
    "on_site": mark("现场"),
    "external": mark("外部系统填报"),
}


def when(milliseconds: int | None) -> str:
    """A moment as people say it: 11月21日（周六）15:30; with the year where it is not this one."""
    if milliseconds is None:
        return ""
    moment = datetime.fromtimestamp(milliseconds / 1000, CHINA)
    weekday = tr(_WEEKDAYS[moment.weekday()])
    clock = f"{moment:%H:%M}"
    if moment.year == datetime.now(CHINA).year:
        return tr(
            "{month}月{day}日（{weekday}）{clock}", month=moment.month, day=moment.day, weekday=weekday, clock=clock
        )
    return tr(
        "{year}年{month}月{day}日（{weekday}）{clock}",
        year=moment.year,
        month=moment.month,
        day=moment.day,
        weekday=weekday,
        clock=clock,
    )


def when_text(iso: str) -> str:
    """The same for a moment as ISO 8601."""
    return when(int(datetime.fromisoformat(iso).timestamp() * 1000))


def as_row(answer: dict[str, Any]) -> dict[str, Any]:
    """A line of `delivery.list` with every key, and an id of its own even where nothing was sent yet."""
    blank = {"way": "", "endpoint": None, "endpoint_name": "", "attempts": 0, "problem": "", "words": ""}
    later = {"object_url": "", "next_try_at": None, "updated_at": answer["sealed_at"]}
    own = {"delivery": answer["id"], "id": answer["id"] or f"package:{answer['package']}"}
    return {**blank, **later, **answer, **own}


def look_of(state: str) -> str:
    """The look's state (icon and colour) of a delivery's state."""
    return _LOOKS.get(state, "unknown")


def state_text(row: dict[str, Any]) -> str:
    """The state in plain words, with the parts sent while sending."""
    if row["delivery"] is None:
        return tr("待报送")
    total = row["progress"]["total"]
    if row["state"] == "sending" and total > 1:
        return tr("发送中 {done}/{total}", done=row["progress"]["done"], total=total)
    return str(row["state_text"])


def advice(row: dict[str, Any]) -> str:
    """What the state means and what can be done."""
    return tr(_ADVICE[row["state"]]) if row["state"] in _ADVICE else ""


def problem_text(row: dict[str, Any], *, automatic: bool) -> str:
    """What went wrong last, and when it will be tried again (by itself only where the user allowed that)."""
    if not row["problem"]:
        return ""
    again = when(row["next_try_at"])
    if not again or row["state"] not in ("queued", "created", "sending", "unknown"):
        return str(row["problem"])
    if automatic:
        return tr("{problem}将在 {when} 之后自动再试。", problem=row["problem"], when=again)
    return tr("{problem}下次可在 {when} 之后再试。", problem=row["problem"], when=again)


def next_action(row: dict[str, Any]) -> str:
    """The text of the one button: what to do next."""
    texts = {
        "send": tr("发送"),
        "ask": tr("查询结果"),
        "correct": tr("修改后重新封装"),
        "export": tr("再次发送"),
        "receipt": tr("查看回执"),
        "resend": tr("对方确认未收到，重新发送"),
    }
    step = row["next_step"]
    if step == "send" and row["state"] in ("created", "sending"):
        return tr("继续发送")
    return texts.get(step, "")


def stated(event: dict[str, Any]) -> dict[str, str]:
    """One entry of a delivery's course in words."""
    states = kind_info("delivery").field("state")
    return {
        "at": when_text(event["at"]),
        "state": choice_label(states, event["state"]),
        "note": str(event.get("note") or ""),
    }
