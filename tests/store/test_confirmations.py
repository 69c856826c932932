"""Figures nobody saw in their document: usable, marked, and no package before they were compared with the notice."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db.models import AuditEntry, Snapshot
from desktop.messages import explain
from desktop.services.confirmations import blocks_sealing
from policy.errors import Fault
from tests.confirming import confirm_all

PACK, PERIOD = "guokefaqu-2018-300", "2025"


@pytest.fixture
def subject(call: Any) -> str:
    own = call("workspace.info")["organisation"]["id"]
    values = {"name": "示例孵化器", "operator": own, "carrier_kind": "综合孵化器", "operated_since": "2018-05"}
    carrier = call("records.add", kind="carrier", values=values)["id"]
    year = {"carrier": carrier, "year": PERIOD, "area_total": "10400", "staff_total": "13"}
    call("records.add", kind="carrier_year", values=year)
    return f"carrier:{carrier}"


@pytest.fixture
def place(subject: str) -> dict[str, str]:
    return {"pack": PACK, "period": PERIOD, "subject": subject}


@pytest.fixture
def notice(call: Any, tmp_path: Path) -> str:
    file = tmp_path / "2025年度评价通知.txt"
    file.write_text("通知（虚构）", "utf-8")
    return str(call("evidence.add", files=[str(file)])["ids"][0])


def _code(run: Any, *names: Any, **parameters: Any) -> Fault:
    with pytest.raises(Fault) as caught:
        run(*names, **parameters)
    return caught.value


def _open_rules(call: Any, place: dict[str, str]) -> list[str]:
    result = call("evaluation.run", **place)
    return [item["id"] for item in result["indicators"] if not item["verified"] and item["confirmed"] is None]


def test_a_confirmation_needs_a_notice_that_is_in_the_workspace(call, ws, place, notice):
    refused = _code(call, "policy.confirm", **place, rules=["area"], notice="nothing")
    assert refused.code == "policy.no_notice"
    (stored,) = (path for path in (ws.folder / "evidence").rglob("*") if path.is_file())
    stored.unlink()
    assert _code(call, "policy.confirm", **place, rules=["area"], notice=notice).code == "policy.no_notice"
    assert call("policy.confirmations", **place) == []


def test_what_is_named_wrong_is_refused_and_nothing_is_kept(call, place, notice):
    assert (
        _code(call, "policy.confirm", **place, rules=["area", "nothing"], notice=notice).code == "policy.unknown_rule"
    )
    assert _code(call, "policy.confirm", **{**place, "pack": "x"}, notice=notice).code == "policy.unknown_pack"
    assert _code(call, "policy.confirm", **{**place, "subject": "x"}, notice=notice).code == "policy.subject_invalid"
    assert _code(call, "policy.confirm", **place, rules=[], notice=notice).code == "policy.nothing_to_confirm"
    assert call("policy.confirmations", **place) == []


def test_a_confirmed_figure_says_by_what_and_whom_and_is_in_the_audit_log(call, ws, place, notice):
    call("policy.confirm", **place, rules=["area"], notice=notice, page="4", note="与附件一致")
    marked = {item["id"]: item["confirmed"] for item in call("evaluation.run", **place)["indicators"]}
    paper = call("records.get", kind="evidence", id=notice)
    assert marked["area"] == {
        "notice": notice,
        "title": paper["title"],
        "sha256": paper["digest"],
        "page": "4",
        "by": "李明",
        "on": marked["area"]["on"],
    }
    assert [name for name, one in marked.items() if one] == ["area"]
    (kept,) = call("policy.confirmations", **place)
    assert (kept["rule"], kept["note"], kept["page"]) == ("area", "与附件一致", "4")
    with ws.store.read():
        entry = AuditEntry.get(AuditEntry.action == "policy.confirmed")
    told = json.loads(entry.detail)
    assert (told["rules"], told["sha256"], told["who"]) == (["area"], paper["digest"], "李明")
    assert "与附件一致" not in entry.detail
    assert _code(call, "records.delete", kind="evidence", id=notice).code == "record.in_use"


def test_confirming_holds_for_one_subject_period_and_text_of_the_pack(call, place, notice):
    call("policy.confirm", **place, notice=notice)
    assert _open_rules(call, place) == []
    assert _open_rules(call, {**place, "period": "2024"})
    assert _code(call, "policy.confirm", **place, notice=notice).code == "policy.nothing_to_confirm"
    call("policy.confirm", **place, rules=["area"], notice=notice, page="9")
    assert {one["rule"]: one["page"] for one in call("policy.confirmations", **place)}["area"] == "9"
    taken = call("policy.unconfirm", **place, rules=["area"])
    assert taken["rules"] == ["area"] == _open_rules(call, place)


def test_no_package_before_every_threshold_was_compared(call, place, notice):
    snapshot = call("evaluation.freeze", **place)["id"]
    found = call("apply.check", snapshot=snapshot)
    assert found["place"] == {**place, "snapshot": snapshot} and found["blocks"] == []
    rules = [item["rule"] for item in found["blocks_sealing"]]
    assert rules == _open_rules(call, place) and "area" in rules
    first = call("apply.make", snapshot=snapshot)
    refused = _code(call, "package.seal", application=first["id"], personal_confirmed=True)
    assert (refused.code, refused.params["rules"]) == ("package.unverified", rules)
    assert "可自主支配的孵化场地面积不低于10000平方米" in explain(refused) and "area" not in explain(refused)

    call("policy.confirm", **place, rules=rules[1:], notice=notice)
    part = call("apply.make", snapshot=snapshot)
    refused = _code(call, "package.seal", application=part["id"], personal_confirmed=True)
    assert refused.params["rules"] == rules[:1]
    call("policy.confirm", **place, notice=notice)
    assert call("apply.check", snapshot=snapshot)["blocks_sealing"] == []
    whole = call("apply.make", snapshot=snapshot)
    assert [made["version"] for made in (first, part, whole)] == [1, 2, 3]
    # the first version still says that nothing was verified, and stays shut
    refused = _code(call, "package.seal", application=first["id"], personal_confirmed=True)
    assert refused.code == "package.unverified"
    assert call("package.seal", application=whole["id"], personal_confirmed=True)["id"]


def test_a_confirmation_taken_back_shuts_the_version_that_stands_on_it(call, place, notice):
    call("policy.confirm", **place, notice=notice, page="4")
    made = call("apply.make", snapshot=call("evaluation.freeze", **place)["id"])
    call("policy.unconfirm", **place, rules=["area"])
    refused = _code(call, "package.seal", application=made["id"], personal_confirmed=True)
    assert refused.params["rules"] == ["area"]
    call("policy.confirm", **place, rules=["area"], notice=notice, page="4")
    assert call("package.seal", application=made["id"], personal_confirmed=True)["id"]


def test_what_is_frozen_keeps_its_bytes_whatever_is_confirmed(call, ws, place, notice):
    first = call("evaluation.freeze", **place)
    call("policy.confirm", **place, notice=notice)
    second = call("evaluation.freeze", **place)
    assert second["digest"] == first["digest"] and second["id"] == first["id"]
    with ws.store.read():
        content = Snapshot.get_by_id(first["id"]).content
    assert "confirmed" not in content


def test_same_texts_and_confirmations_are_one_version_with_the_same_bytes(call, place, notice, tmp_path):
    snapshot = call("evaluation.freeze", **place)["id"]
    call("policy.confirm", **place, notice=notice)
    made = call("apply.make", snapshot=snapshot)
    call("policy.unconfirm", **place)
    call("policy.confirm", **place, notice=notice)
    again = call("apply.make", snapshot=snapshot)
    assert (again["id"], again["pdf_digest"]) == (made["id"], made["pdf_digest"])
    call("policy.confirm", **place, rules=["area"], notice=notice, page="7")
    assert call("apply.make", snapshot=snapshot)["version"] == made["version"] + 1


def test_book_and_package_tell_which_is_which(
    call: Any, place: Any, notice: str, tmp_path: Path, require_tool: Callable[[str], str]
):
    call("policy.confirm", **place, rules=["area"], notice=notice, page="4")
    snapshot = call("evaluation.freeze", **place)["id"]
    file = call("apply.export", id=call("apply.make", snapshot=snapshot)["id"], out=str(tmp_path / "一.pdf"))["file"]
    text = _text(require_tool, file)
    assert "√已对照《2025年度评价通知》第4页核实，李明，" in text
    assert "未核实（依据：条文内容见于多个转载页面，条号凭记忆）" in text
    call("policy.confirm", **place, notice=notice)
    made = call("apply.make", snapshot=snapshot)
    assert "未核实（" not in _text(
        require_tool, call("apply.export", id=made["id"], out=str(tmp_path / "二.pdf"))["file"]
    )
    package = call("package.seal", application=made["id"], personal_confirmed=True)["id"]
    zipped = call("package.export", id=package, file=str(tmp_path / "包.zip"))["file"]
    shutil.unpack_archive(zipped, tmp_path / "包")
    index = json.loads(next((tmp_path / "包").rglob("index.json")).read_text("utf-8"))
    assert index["unverified_figures"] == []
    area = next(one for one in index["confirmed_figures"] if one["rule"] == "area")
    assert (area["notice"], area["page"]) == ("2025年度评价通知", "4") and len(area["sha256"]) == 64
    assert "李明" not in json.dumps(index["confirmed_figures"], ensure_ascii=False)


def _text(require_tool: Callable[[str], str], file: str) -> str:
    done = subprocess.run([require_tool("pdftotext"), file, "-"], check=True, capture_output=True, text=True)
    return "".join(done.stdout.split())


def test_a_text_of_the_pack_that_was_changed_is_open_again(call, tmp_path, subject):
    source = (Path(__file__).parents[2] / "resources" / "policies" / f"{PACK}.toml").read_text("utf-8")
    file = tmp_path / "自有.toml"
    file.write_text(source.replace(f'id = "{PACK}"', 'id = "own-2025"', 1), "utf-8")
    call("policy.add", file=str(file))
    place = {"pack": "own-2025", "period": PERIOD, "subject": subject}
    confirm_all(call, tmp_path, **place)
    assert _open_rules(call, place) == []
    file.write_text(file.read_text("utf-8").replace("多个转载页面，文字一致", "多个转载页面", 1), "utf-8")
    old = call("evaluation.freeze", **place)["id"]
    call("policy.unconfirm", **place, rules=["area"])
    assert call("policy.add", file=str(file))["replaced"]
    assert _open_rules(call, place)
    # what was frozen under the earlier text is compared with the notice by that text
    (left,) = call("apply.check", snapshot=old)["blocks_sealing"]
    (paper,) = call("records.ids", kind="evidence")
    call("policy.confirm", **call("apply.check", snapshot=old)["place"], rules=[left["rule"]], notice=paper)
    assert call("apply.check", snapshot=old)["blocks_sealing"] == []
    assert left["rule"] in _open_rules(call, place)


@pytest.mark.parametrize(
    ("changes", "blocks"),
    [
        ({}, True),
        ({"verdict": "unknown"}, True),
        ({"verified": True}, False),
        ({"verified": True, "parts": [{"verified": False, "parts": []}]}, True),
        ({"id": "confirmed"}, False),
        ({"kind": "reference", "verdict": "info"}, False),
        ({"kind": "formula", "verdict": "info", "target": ""}, False),
        ({"kind": "award", "verdict": "info", "target": "", "award_max_fen": 0}, True),
        ({"kind": "deadline", "verdict": "info", "target": "", "due": "2026-03-31"}, True),
        ({"kind": "score", "verdict": "info", "target": "", "score": "3"}, True),
    ],
)
def test_what_blocks_is_a_threshold_weight_amount_or_date(changes: dict[str, Any], blocks: bool):
    item = {"id": "i", "kind": "threshold", "verified": False, "verdict": "pass", "target": "≥ 3", "parts": []}
    assert blocks_sealing({**item, **changes}, {"confirmed": {}}) is blocks
