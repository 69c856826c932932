"""Where texts conflict: all options shown, the default taken, and what the user chose deciding rules of that time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from db.models import AuditEntry
from desktop.services.choices import choice_attributes
from policy.dates import Period
from policy.errors import Fault

PACK = """
schema = 1
id = "{id}"
title = "示例通知"
status = "draft"
source = "示例"
subjects = ["organisation"]

[[choice]]
id = "report-day"
title = "报送日期"
why = "取较早者以免逾期"
default = "early"
free = "month_day"
[[choice.option]]
id = "early"
title = "3月30日（甲文件）"
verified = false
basis = "凭记忆"
[[choice.option]]
id = "late"
title = "3月31日（乙文件）"

[[rule]]
id = "count"
kind = "threshold"
title = "人数"
clause = "第一条"
subject = "organisation"
when = {{ "choice.report-day" = ["late"] }}
verified = true
verified_by = "原文"
[rule.test]
measure = "brokers_trained"
op = ">="
value = 3
[[rule.example]]
given = {{ brokers_trained = 3 }}
verdict = "pass"
[[rule.example]]
given = {{ brokers_trained = 2 }}
verdict = "fail"
"""


@pytest.fixture
def packs(call: Any, tmp_path: Path) -> tuple[str, str]:
    for name in ("one", "two"):
        file = tmp_path / f"{name}.toml"
        file.write_text(PACK.format(id=name), "utf-8")
        call("policy.add", file=str(file))
    return "one", "two"


def _code(run: Any, *names: Any, **parameters: Any) -> str:
    with pytest.raises(Fault) as caught:
        run(*names, **parameters)
    return caught.value.code


def _report_day(call: Any, **asked: Any) -> dict[str, Any]:
    (found,) = [choice for choice in call("policy.choices", **asked) if choice["id"] == "report-day"]
    return found


def test_a_choice_shows_its_options_its_default_and_the_packs_that_raise_it(call, packs):
    found = _report_day(call)
    assert [(option["id"], option["verified"], option["basis"]) for option in found["options"]] == [
        ("early", False, "凭记忆"),
        ("late", True, ""),
    ]
    assert (found["default"], found["chosen"], found["value"]) == ("early", "", "early")
    assert found["why"] == "取较早者以免逾期"
    assert [pack["id"] for pack in found["packs"]] == list(packs)


def test_what_is_taken_needs_a_reason_and_must_be_allowed(call, packs):
    take = {"choice": "report-day", "reason": "乙文件较新"}
    assert _code(call, "policy.choose", **take, value="nothing") == "policy.choice_invalid"
    assert _code(call, "policy.choose", **take, value="13-01") == "policy.choice_invalid"
    assert _code(call, "policy.choose", choice="report-day", value="late", reason=" ") == "policy.choice_reason"
    assert _code(call, "policy.choose", choice="nothing", value="late", reason="x") == "policy.unknown_choice"
    assert _report_day(call)["chosen"] == ""
    call("policy.choose", **take, value="03-15")
    found = _report_day(call)
    assert (found["chosen"], found["value"], found["reason"]) == ("03-15", "03-15", "乙文件较新")
    assert call("policy.choose", choice="report-day", value="")["value"] == "early"
    assert _report_day(call)["chosen"] == ""


def test_the_narrowest_span_that_holds_the_period_decides(call, ws, packs):
    for period, value in (("", "late"), ("2024..2026", "05-01"), ("2025", "06-01")):
        call("policy.choose", choice="report-day", value=value, period=period, reason="试")
    asked = {"2025Q2": "06-01", "@2025-12-31": "06-01", "2024": "05-01", "2024..2025": "05-01", "2023": "late"}
    for period, value in asked.items():
        assert choice_attributes(ws, Period.parse(period))["choice.report-day"] == value, period
        assert _report_day(call, period=period)["value"] == value
    assert choice_attributes(ws)["choice.report-day"] == "late"


def test_a_rule_hears_what_was_taken(call, ws, packs):
    own = f"organisation:{ws.store.setting('organisation')}"
    call("evaluation.type", measure="brokers_trained", subject=own, period="2025", value="3")
    asked = {"pack": "one", "period": "2025", "subject": own}
    assert call("evaluation.run", **asked)["indicators"] == []
    call("policy.choose", choice="report-day", value="late", period="2025", reason="乙文件较新")
    (item,) = call("evaluation.run", **asked)["indicators"]
    assert item["verdict"] == "pass"
    assert any("3月31日（乙文件）" in note for note in item["notes"])
    assert call("evaluation.run", **{**asked, "period": "2024"})["indicators"] == []


def test_choices_are_in_the_history_and_the_audit_log(call, ws, packs):
    for value in ("late", "03-15"):
        call("policy.choose", choice="report-day", value=value, reason=f"取{value}")
    (record,) = call("records.ids", kind="choice")
    history = call("lists.history", kind="choice", id=record)
    assert [step["after"]["value"] for step in history] == ["03-15", "late"]
    with ws.store.read():
        assert AuditEntry.select().where(AuditEntry.action == "policy.chosen").count() == 2


def test_every_conflict_in_use_says_which_rules_it_moves_and_whether_they_are_ours(call):
    def report() -> dict[str, Any]:
        (row,) = [row for row in call("policy.conflicts") if row["title"] == "年度报告报送日期"]
        return row

    found = report()
    assert found["in_use"] and found["moves"]
    assert {one["subject"] for one in found["moves"]} == {"organisation"}
    assert not any(one["ours"] for one in found["moves"])  # universities report, an incubator does not
    own = call("workspace.info")["organisation"]["id"]
    call("records.edit", kind="organisation", id=own, values={"org_kind": "高等院校"})
    assert all(one["ours"] for one in report()["moves"])
    assert {row["id"] for row in call("policy.conflicts")} == {row["id"] for row in call("policy.choices")}
