"""Rounds: fields, steps with day and hour, what is said of their order, and where they are used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from desktop.services.rounds import read_due
from policy.errors import Fault

Call = Callable[..., Any]
BASIC = {"title": "2025年度评价", "issuer": "市科技局", "period": "2024..2025"}


def _code(run: Call, *arguments: Any, **parameters: Any) -> str:
    with pytest.raises(Fault) as caught:
        run(*arguments, **parameters)
    return caught.value.code


def _steps(*steps: tuple[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "due": due, "who": "区科技局"} for name, due in steps]


def test_a_round_holds_what_the_notice_asks_for(call: Call) -> None:
    steps = _steps(("单位提交", "2026年5月8日17时"), ("区县审核", "2026-05-15 12:00"), ("公示", "2026/6/1"))
    values = {
        **BASIC,
        "number": "渝科局〔2026〕1号",
        "issued_on": "2026-03-02",
        "applicant_kind": "孵化载体",
        "steps": steps,
        "copies": "2",
        "binding": "胶装",
        "naming_rule": "单位名称+申报书",
        "mail_limit": "10",
        "papers": "申报书\n审计报告\n\n房产证明",
        "contact": "023-67510000",
        "questions": "是否需要电子章",
    }
    saved = call("round.save", values=values)
    assert saved["warnings"] == []
    shown = call("round.show", id=saved["id"])
    assert shown["period"] == "2024..2025" and shown["applicant_kind"] == "carrier" and shown["copies"] == 2
    assert [step["due"] for step in shown["steps"]] == ["2026-05-08 17:00", "2026-05-15 12:00", "2026-06-01"]
    assert shown["papers"] == ["申报书", "审计报告", "房产证明"]
    call("round.save", id=saved["id"], values={"binding": "", "papers": ""})
    again = call("round.show", id=saved["id"])
    assert again["binding"] is None and again["papers"] is None and again["copies"] == 2
    (row,) = call("round.list")
    assert row["next"]["name"] == "单位提交"
    done = [{**step, "done_on": "2026-05-06"} if step["name"] == "单位提交" else step for step in shown["steps"]]
    call("round.save", id=saved["id"], values={"steps": done})
    assert call("round.list")[0]["next"]["name"] == "区县审核"


@pytest.mark.parametrize(
    ("written", "due"),
    [
        ("2026-05-08", "2026-05-08"),
        ("2026-05-08 17:30", "2026-05-08 17:30"),
        ("２０２６年５月８日　下午５点", "2026-05-08 17:00"),
        ("2026年5月8日17:30前", "2026-05-08 17:30"),
        ("2026.5.8 24时", "2026-05-08 23:59"),
        ("2026-05-08T09:05:00", "2026-05-08 09:05"),
        ("", ""),
    ],
)
def test_a_day_and_hour_in_any_usual_writing(written: str, due: str) -> None:
    assert read_due(written) == due


@pytest.mark.parametrize("text", ["2026-05", "5月8日", "2026-02-30", "2026-05-08 25:00", "2026-05-08 12:60", "下周"])
def test_a_date_that_cannot_be_read_is_refused_and_nothing_is_kept(call: Call, text: str) -> None:
    with pytest.raises(Fault) as caught:
        call("round.save", values={**BASIC, "steps": _steps(("单位提交", "2026-05-01"), ("公示", text))})
    assert (caught.value.code, caught.value.params["row"]) == ("round.bad_step", 2)
    assert call("round.list") == []


def test_steps_out_of_order_and_without_a_date_are_told(call: Call) -> None:
    steps = _steps(("单位提交", "2026-05-08 17:00"), ("区县审核", "2026-05-08 12:00"), ("公示", ""))
    said = call("round.save", values={**BASIC, "steps": steps})["warnings"]
    assert len(said) == 2 and "区县审核" in said[0] and "公示" in said[1]
    same_day = _steps(("单位提交", "2026-05-08 17:00"), ("区县审核", "2026-05-08"))
    assert call("round.save", values={**BASIC, "steps": same_day})["warnings"] == []
    assert _code(call, "round.save", values={**BASIC, "steps": [{"due": "2026-05-08"}]}) == "round.nameless_step"
    assert _code(call, "round.save", values={**BASIC, "period": "去年"}) == "policy.period_invalid"


def test_steps_stand_among_the_deadlines_with_their_hour(call: Call) -> None:
    call("round.save", values={**BASIC, "steps": _steps(("单位提交", "2026-05-08 17:00"))})
    found = [row for row in call("deadlines.list", on="2026-05-01", days=30) if row["kind"] == "round"]
    assert [(row["due"][:10], row["title"]) for row in found] == [("2026-05-08", "单位提交")]


def test_a_round_is_removed_with_its_links_and_comes_back(call: Call, tmp_path: Any) -> None:
    notice = tmp_path / "通知.pdf"
    notice.write_bytes(b"%PDF-1.4\nx\n%%EOF\n")
    record = call("round.save", values=BASIC)["id"]
    call("evidence.add", files=[str(notice)], target=f"round:{record}")
    call("round.delete", id=record)
    assert call("round.list") == [] and call("evidence.list")[0]["targets"] == []
    call("records.undo")
    assert [item["file_name"] for item in call("round.show", id=record)["notice"]] == ["通知.pdf"]
