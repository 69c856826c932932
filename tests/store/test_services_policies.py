"""Policy packs through the services: shipped and added ones, checked by their own examples, tried on given figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from desktop.services.registry import call as call_service
from desktop.services.session import Session
from policy.errors import Fault
from policy.i18n import resources_dir

DRAFT = "cq-draft-measures"
SHIPPED = {DRAFT, "guokefaqu-2018-300"}


def _code(run, *arguments: Any, **parameters: Any) -> str:
    with pytest.raises(Fault) as caught:
        run(*arguments, **parameters)
    return caught.value.code


def _without_workspace(name: str, **parameters: Any) -> Any:
    return call_service(Session(), name, None, **parameters)


def test_the_shipped_packs_are_there_with_and_without_a_workspace(call):
    for run in (call, _without_workspace):
        packs = {pack["id"]: pack for pack in run("policy.list")}
        assert packs.keys() >= SHIPPED
        assert packs[DRAFT]["status"] == "draft" and all(len(pack["digest"]) == 64 for pack in packs.values())


def test_every_rule_states_clause_status_and_verification(call):
    for pack in SHIPPED:
        shown = call("policy.show", pack=pack)
        assert shown["rules"] and len(shown["rules"]) == shown["unverified"] + sum(
            r["verified"] for r in shown["rules"]
        )
        for rule in shown["rules"]:
            assert rule["clause"] and rule["title"] and rule["status"] and isinstance(rule["verified"], bool), rule[
                "id"
            ]


def test_one_rule_on_given_figures(call):
    rules = {rule["id"]: rule for rule in call("policy.show", pack=DRAFT)["rules"]}
    targets = [rule for rule in rules.values() if rule["kind"] == "target"]
    assert targets
    for run in (call, _without_workspace):
        tried = run("policy.try", pack=DRAFT, rule=targets[0]["id"], values={})
        assert tried["verdict"] == "unknown" and tried["clause"] == targets[0]["clause"]
        stay = run("policy.try", pack="guokefaqu-2018-300", rule="tenant-stay", values={"stay_months": "49"})
        assert stay["verdict"] == "fail"
        assert "「适用延长孵化的领域」未填，按一般情形（较严）判断" in stay["notes"]  # by its name, not its identifier
    assert _code(call, "policy.try", pack=DRAFT, rule="nothing", values={}) == "policy.unknown_rule"
    assert _code(call, "policy.try", pack="nothing", rule="x", values={}) == "policy.unknown_pack"
    assert (
        _code(call, "policy.try", pack=DRAFT, rule=targets[0]["id"], values={"nonsense": "1"}) == "policy.unknown_name"
    )


@pytest.fixture
def own_pack(tmp_path: Path) -> Path:
    text = (resources_dir() / "policies" / f"{DRAFT}.toml").read_text("utf-8")
    path = tmp_path / "通知.toml"
    path.write_text(text.replace(f'id = "{DRAFT}"', 'id = "notice-2026"', 1), "utf-8")
    return path


def test_a_years_notice_is_added_without_a_new_program(call, ws, own_pack: Path):
    checked = _without_workspace("policy.check", file=str(own_pack))
    assert checked["id"] == "notice-2026" and checked["mismatches"] == []
    before = call("workspace.info")["audit"]["length"]
    call("policy.add", file=str(own_pack))
    assert "notice-2026" in {pack["id"] for pack in call("policy.list")}
    assert call("policy.show", pack="notice-2026")["digest"] == checked["digest"]
    assert call("workspace.info")["audit"]["length"] == before + 1
    assert _code(call, "policy.add", file=str(own_pack)) == "policy.same_pack"
    assert "notice-2026" not in {pack["id"] for pack in _without_workspace("policy.list")}


@pytest.mark.parametrize("content", [b"", b"not toml [", b"\xff\xfe", b"id = 'x'\n", b"a = 1\n" * 1_000_000])
def test_a_file_that_is_no_pack_is_refused_and_the_others_stay(call, tmp_path: Path, content: bytes):
    (tmp_path / "x.toml").write_bytes(content)
    for service in ("policy.check", "policy.add"):
        assert _code(call, service, file=str(tmp_path / "x.toml")) == "policy.pack_invalid"
        assert _code(call, service, file=str(tmp_path / "gone.toml")) == "policy.no_file"
    assert {pack["id"] for pack in call("policy.list")} == {pack["id"] for pack in _without_workspace("policy.list")}


def test_a_pack_whose_own_examples_do_not_hold_is_not_added(call, own_pack: Path):
    text = own_pack.read_text("utf-8")
    assert 'verdict = "pass"' in text
    own_pack.write_text(text.replace('verdict = "pass"', 'verdict = "fail"', 1), "utf-8")
    assert call("policy.check", file=str(own_pack))["mismatches"]
    assert _code(call, "policy.add", file=str(own_pack)) == "policy.examples_fail"
    assert {pack["id"] for pack in call("policy.list")} == {pack["id"] for pack in _without_workspace("policy.list")}


def test_coming_dates_are_sorted_and_carry_what_they_belong_to(call):
    call(
        "records.add",
        kind="case",
        values={"no": "C-1", "title": "对接", "track": "demand", "next_action": "报价", "next_on": "2026-05"},
    )
    found = call("deadlines.list", on="2026-05-01", days=60)
    assert [
        (row["due"], row["title"], row["record_title"], row["days_left"]) for row in found if row["kind"] == "case"
    ] == [("2026-05-31", "报价", "对接", 30)]
    assert all(row["kind"] != "case" for row in call("deadlines.list", on="2026-09-30", days=5))
    assert _code(call, "deadlines.list", on="bald") == "policy.date_invalid"


def test_deadlines_follow_from_added_packs_too(call, own_pack: Path):
    own = call("workspace.info")["organisation"]["id"]
    call("records.edit", kind="organisation", id=own, values={"org_kind": "university"})
    handed = [row for row in call("deadlines.list", on="2026-05-01", days=60) if row["clause"] == "第5条"]
    call("policy.add", file=str(own_pack))
    more = [row for row in call("deadlines.list", on="2026-05-01", days=60) if row["clause"] == "第5条"]
    assert handed and len(more) == 2 * len(handed)


def test_a_step_of_a_round_without_a_real_date_hides_no_other(call):
    steps = [{"name": "初审", "due": "月底"}, {"name": "报送", "due": "2026-05-20"}, "说明"]
    values = {"title": "通知", "issuer": "局", "period": "2026", "steps": steps}
    call("records.add", kind="round", values=values)
    found = call("deadlines.list", on="2026-05-01", days=60)
    assert [(row["title"], row["due"]) for row in found if row["kind"] == "round"] == [("报送", "2026-05-20")]
