"""The way of a firm through a carrier: each step is one act that warns and never stops; what was stays on record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.services.workspace import Workspace
from policy.errors import Refused

Call = Callable[..., Any]


@pytest.fixture
def made(call: Call) -> dict[str, str]:
    """Two carriers of ours, a firm founded on 29 February 2024, and a team."""
    own = call("workspace.info")["organisation"]["id"]

    def add(kind: str, /, **values: Any) -> str:
        return str(call("records.add", kind=kind, values=values)["id"])

    return {
        "carrier": add("carrier", name="示例综合孵化器", operator=own, carrier_kind="comprehensive"),
        "other": add("carrier", name="示例众创空间", operator=own, carrier_kind="makerspace"),
        "firm": add("firm", name="示例甲科技有限公司", founded_on="2024-02-29"),
        "team": add("firm", name="示例乙团队", is_team="1"),
    }


@pytest.fixture
def stay(call: Call, made: dict[str, str]) -> str:
    """An application of the firm that passed."""
    record = str(call("tenancy.apply", firm=made["firm"], carrier=made["carrier"], applied_on="2026-01-05")["id"])
    call("tenancy.review", tenancy=record, reviewed_on="2026-01-20", review_note="同意")
    return record


def row(call: Call, kind: str, record: str) -> dict[str, Any]:
    return dict(call("records.get", kind=kind, id=record))


def areas(call: Call, stay: str) -> list[tuple[int, str, str | None]]:
    ids = call("records.ids", kind="tenancy_area", where={"tenancy": stay}, order="starts_on")
    rows = call("records.rows", kind="tenancy_area", ids=ids)
    return [(one["area"], one["starts_on"], one["ends_on"]) for one in rows]


def test_from_application_to_graduation(call: Call, made: dict[str, str], stay: str) -> None:
    assert row(call, "tenancy", stay)["status"] == "reviewed"
    steps = call("tenancy.steps", tenancy=stay)
    assert [step["name"] for step in steps["steps"]] == ["reject", "enter"]
    call("tenancy.enter", tenancy=stay, entered_on="2026-02-28", area="120.5", agreement_no="FH-1")
    kept = row(call, "tenancy", stay)
    assert (kept["status"], kept["entered_on"], kept["area"]) == ("incubating", "2026-02-28", 12050)
    answer = call("tenancy.graduate", tenancy=stay, graduated_on="2026-10-10", graduation_ground="revenue")
    assert answer["warnings"] and "第九条" in answer["warnings"][0]  # no figure on record proves it
    kept = row(call, "tenancy", stay)
    assert (kept["status"], kept["graduation_ground"], kept["applied_on"]) == ("graduated", "revenue", "2026-01-05")
    call("records.undo")
    assert row(call, "tenancy", stay)["status"] == "incubating"


def test_a_step_that_cannot_follow_changes_nothing(call: Call, made: dict[str, str], stay: str) -> None:
    for name, values in (
        ("graduate", {"graduated_on": "2026-03-01"}),
        ("move", {"carrier": made["other"], "entered_on": "2026-03-01"}),
        ("return", {"entered_on": "2026-03-01"}),
        ("area", {"area": "10", "starts_on": "2026-03-01"}),
    ):
        with pytest.raises(Refused) as caught:
            call(f"tenancy.{name}", tenancy=stay, **values)
        assert caught.value.code == "tenancy.wrong_step"
    with pytest.raises(Refused, match=r"tenancy.day_needed"):
        call("tenancy.enter", tenancy=stay, entered_on="")
    with pytest.raises(Refused, match=r"tenancy.open_already"):
        call("tenancy.apply", firm=made["firm"], carrier=made["carrier"])
    assert row(call, "tenancy", stay)["status"] == "reviewed"


@pytest.mark.parametrize(
    ("founded", "entered", "doubted"),
    [
        ("2024-02-29", "2026-02-28", False),  # exactly 24 months, by the last day of the shorter month
        ("2024-02-29", "2026-03-01", True),
        ("2023.5", "2025-05-01", False),
        ("2023.5", "2025-05-02", True),  # a month: the stricter end counts
        ("2026-05", "2026-04-30", True),
    ],
)
def test_the_age_at_entry_is_told_at_its_border(
    call: Call, made: dict[str, str], stay: str, founded: str, entered: str, doubted: bool
) -> None:
    call("records.edit", kind="firm", id=made["firm"], values={"founded_on": founded})
    answer = call(
        "tenancy.enter", tenancy=stay, entered_on=entered, reg_address_inside="1", rd_inside="1",
    )  # fmt: skip
    told = [text for text in answer["warnings"] if "24" in text or "早于成立时间" in text]
    assert bool(told) is doubted, answer["warnings"]
    assert row(call, "tenancy", stay)["status"] == "incubating"


def test_who_leaves_can_come_back_and_both_stays_are_kept(call: Call, made: dict[str, str], stay: str) -> None:
    call("tenancy.enter", tenancy=stay, entered_on="2026-02-01", area="50")
    call("tenancy.leave", tenancy=stay, left_on="2026-05-31", exit_reason="moved", moved_to="渝北区")
    assert row(call, "tenancy", stay)["status"] == "left"
    again = call("tenancy.return", tenancy=stay, entered_on="2026-09-01", area="60")
    assert again["id"] != stay and any("另建" in text for text in again["warnings"])
    assert row(call, "tenancy", stay)["left_on"] == "2026-05-31"
    kept = row(call, "tenancy", again["id"])
    assert (kept["status"], kept["entered_on"], kept["area"]) == ("incubating", "2026-09-01", 6000)


def test_a_graduate_that_leaves_stays_a_graduate(call: Call, made: dict[str, str], stay: str) -> None:
    call("tenancy.enter", tenancy=stay, entered_on="2026-02-01")
    call("tenancy.graduate", tenancy=stay, graduated_on="2026-06-30", graduation_ground="high_tech", stays_on="1")
    assert row(call, "tenancy", stay)["stays_on"] == 1
    call("tenancy.leave", tenancy=stay, left_on="2026-08-31", exit_reason="moved")
    kept = row(call, "tenancy", stay)
    assert (kept["status"], kept["graduated_on"], kept["left_on"], kept["stays_on"]) == (
        "graduated", "2026-06-30", "2026-08-31", 0,
    )  # fmt: skip
    assert [step["name"] for step in call("tenancy.steps", tenancy=stay)["steps"]] == ["dissolve", "return"]


def test_moving_to_another_carrier_ends_one_stay_and_begins_another(
    call: Call, made: dict[str, str], stay: str
) -> None:
    call("tenancy.enter", tenancy=stay, entered_on="2026-02-01", area="50")
    with pytest.raises(Refused, match=r"tenancy.same_carrier"):
        call("tenancy.move", tenancy=stay, carrier=made["carrier"], entered_on="2026-07-01")
    moved = call("tenancy.move", tenancy=stay, carrier=made["other"], entered_on="2026-07-01", area="12")["id"]
    old, new = row(call, "tenancy", stay), row(call, "tenancy", moved)
    assert (old["status"], old["left_on"], old["exit_reason"], old["moved_to"]) == (
        "left", "2026-07-01", "moved", "示例众创空间",
    )  # fmt: skip
    assert (new["carrier"], new["entered_on"], new["status"]) == (made["other"], "2026-07-01", "incubating")
    call("records.undo")  # one act, one undo
    assert row(call, "tenancy", stay)["status"] == "incubating"
    assert call("records.ids", kind="tenancy", where={"firm": made["firm"]}) == [stay]


def test_an_area_changes_from_a_day_and_what_was_is_kept(call: Call, made: dict[str, str], stay: str) -> None:
    call("tenancy.enter", tenancy=stay, entered_on="2026-02-01", area="50")
    call("tenancy.area", tenancy=stay, area="80", starts_on="2026-07-01")
    assert areas(call, stay) == [(5000, "2026-02-01", "2026-06-30"), (8000, "2026-07-01", None)]
    assert row(call, "tenancy", stay)["area"] == 8000
    with pytest.raises(Refused, match=r"tenancy.before_last"):
        call("tenancy.area", tenancy=stay, area="90", starts_on="2026-07-01")
    with pytest.raises(Refused, match=r"tenancy.area_needed"):
        call("tenancy.area", tenancy=stay, area="", starts_on="2026-08-01")
    call("tenancy.area", tenancy=stay, area="90", starts_on="2099-01-01")  # one agreed on for later
    assert row(call, "tenancy", stay)["area"] == 8000
    assert areas(call, stay)[-1] == (9000, "2099-01-01", None)


def test_three_firms_in_one_room_and_all_leave_it(call: Call, made: dict[str, str]) -> None:
    room = call("records.add", kind="room", values={"carrier": made["carrier"], "number": "A-301", "area": "90"})["id"]
    stays = []
    for name in ("示例丙", "示例丁", "示例戊"):
        firm = call("records.add", kind="firm", values={"name": name})["id"]
        record = call("tenancy.apply", firm=firm, carrier=made["carrier"], applied_on="2026-01-05")["id"]
        call("tenancy.enter", tenancy=record, entered_on="2026-02-01", area="30", room=room)
        stays.append(record)
    assert len(call("records.ids", kind="tenancy_area", where={"room": room})) == 3
    call("tenancy.dissolve", tenancy=stays[0], left_on="2026-05-31")
    assert areas(call, stays[0]) == [(3000, "2026-02-01", "2026-05-31")]
    assert row(call, "tenancy", stays[0])["status"] == "dissolved"


def test_a_team_becomes_a_firm_and_keeps_its_past(call: Call, made: dict[str, str]) -> None:
    stay = call("tenancy.apply", firm=made["team"], carrier=made["carrier"], applied_on="2026-01-05")["id"]
    answer = call("tenancy.enter", tenancy=stay, entered_on="2026-01-10")
    assert answer["warnings"] == []  # a team has no age
    with pytest.raises(Refused, match=r"team.no_code"):
        call("team.register", firm=made["team"], uscc=" ")
    call(
        "team.register",
        firm=made["team"],
        uscc="91500112MA60PF0P66",
        name="示例乙科技有限公司",
        founded_on="2026-06-01",
    )
    kept = row(call, "firm", made["team"])
    assert (kept["is_team"], kept["name"], kept["founded_on"]) == (0, "示例乙科技有限公司", "2026-06-01")
    assert kept["former_names"] == ["示例乙团队"] and row(call, "tenancy", stay)["firm"] == made["team"]
    assert call("records.get", kind="firm", id="示例乙团队")["id"] == made["team"]
    with pytest.raises(Refused, match=r"team.is_firm"):
        call("team.register", firm=made["team"], uscc="91500112MA60PF0P66")


def test_a_new_name_keeps_the_former_one(call: Call, made: dict[str, str]) -> None:
    call("firm.rename", firm=made["firm"], name="示例甲智能科技（渝）有限公司")
    assert row(call, "firm", made["firm"])["former_names"] == ["示例甲科技有限公司"]
    with pytest.raises(Refused, match=r"firm.same_name"):
        call("firm.rename", firm=made["firm"], name="示例甲智能科技（渝）有限公司")
    told = call("firm.timeline", firm="示例甲科技有限公司")
    assert [(one["what"], one["date"]) for one in told][-1] == ("成立", "2024-02-29")
    assert any(one["what"] == "更名" and "示例甲科技有限公司 → " in one["text"] for one in told)


def test_the_time_line_holds_everything_dated_newest_first(call: Call, made: dict[str, str], stay: str) -> None:
    call("tenancy.enter", tenancy=stay, entered_on="2026-02-01", area="50")
    call("tenancy.area", tenancy=stay, area="80", starts_on="2026-07-01")
    quality = {"firm": made["firm"], "q_kind": "high_tech", "issued_on": "2026-03-01", "number": "GR1"}
    call("records.add", kind="qualification", values=quality)
    money = {"firm": made["firm"], "f_kind": "angel", "amount": "50", "paid_on": "2026-04"}
    raised = call("records.add", kind="funding_event", values=money)["id"]
    person = call("records.add", kind="person", values={"name": "示例王导师"})["id"]
    given = call(
        "service.log", firm=made["firm"], kind="coaching", topic="商业计划", provider=person, happened_on="2026-05-05"
    )["id"]
    call("records.edit", kind="service_log", id=given, values={"funding_event": raised})
    told = call("firm.timeline", firm=made["firm"])
    assert [one["what"] for one in told] == [
        "占用面积", "服务", "投融资到位", "取得资质", "占用面积", "入驻", "评审", "申请入驻", "成立",
    ]  # fmt: skip
    assert "商业计划" in told[1]["text"] and "带来的投融资：" in told[1]["text"]
    service = told[1]
    assert service["late"] is True and "商业计划" in service["text"] and "示例王导师" in service["text"]
    assert "50 万元" in told[2]["text"]


def test_steps_are_in_the_history_under_their_own_names(ws: Workspace, call: Call, stay: str) -> None:
    call("tenancy.enter", tenancy=stay, entered_on="2026-02-01")
    labels = [one["label"] for one in call("lists.history", kind="tenancy", id=stay)]
    assert labels == ["入驻", "评审", "申请入驻"]


def test_days_out_of_order_and_figures_below_zero_are_kept_and_asked_about(
    call: Call, made: dict[str, str], stay: str
) -> None:
    call("tenancy.enter", tenancy=stay, entered_on="2026-02-28")
    told = call("tenancy.graduate", tenancy=stay, graduated_on="2026-02", graduation_ground="revenue")["warnings"]
    assert not any("早于" in one for one in told)  # some day of the month may be right
    told = call("records.edit", kind="tenancy", id=stay, values={"graduated_on": "2026-01-31", "area": "-5"})
    assert told["changed"] and row(call, "tenancy", stay)["graduated_on"] == "2026-01-31"
    assert sorted(told["warnings"]) == [
        "“毕业时间”2026-01-31 早于“入驻时间”2026-02-28，请核对。",
        "占用面积：是负数，已按原样保存；请核对。",
    ]
    told = call("records.edit", kind="tenancy", id=stay, values={"agreement_no": "FH-2"})
    assert told["warnings"] == []  # asked once, by the change that made it
    told = call("tenancy.leave", tenancy=stay, left_on="2025-12-31", exit_reason="moved")["warnings"]
    assert told == ["“退出日期”2025-12-31 早于“入驻时间”2026-02-28，请核对。"]
    told = call("tenancy.return", tenancy=stay, entered_on="2026-06-01", lease_from="2026-06-01", lease_to="2026-05-31")
    assert "“协议止”2026-05-31 早于“协议起”2026-06-01，请核对。" in told["warnings"]
    with pytest.raises(Refused, match=r"record\.bad_value"):
        call("records.edit", kind="tenancy", id=stay, values={"left_on": "2026-02-30"})


def test_a_sheet_with_days_out_of_order_comes_in_and_is_asked_about(
    call: Call, made: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "入驻.csv"
    file.write_text(
        "企业,载体,状态,入驻时间,毕业时间,占用面积\n"
        "示例甲科技有限公司,示例综合孵化器,已毕业,2025-03-01,2025-02-28,-5\n"
        "示例乙团队,示例综合孵化器,在孵,2025-03-01,,5\n"
        "示例乙团队,示例众创空间,来看过,2025-04-01,,\n",
        "utf-8",
    )
    told = call("ledger.import", file=str(file), kind="tenancy")
    assert told["added"] == 2  # a row that says no known state keeps none of the others out
    assert [(one["row"], one["value"], one["code"]) for one in told["rejected"]] == [
        (4, "来看过", "row.required_unread")
    ]
    assert [(one["row"], one["column"], one["value"], one["code"]) for one in told["warnings"]][:2] == [
        (2, "占用面积", "-5", "value.negative"),
        (2, "毕业时间", "2025-02-28", "value.before"),
    ]
    assert told["warnings"][1]["reason"] == "早于“入驻时间”2025-03-01，已按原样保存；请核对。"
