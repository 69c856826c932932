"""Merging what was recorded twice: references move, blanks fill, the old id stays known, and it can be undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy.errors import Refused


def _two_firms(call):
    kept = call("records.add", kind="firm", values={"name": "重庆甲科技（渝）有限公司", "uscc": "91500108MA5U6Q4E0X"})[
        "id"
    ]
    double = call("records.add", kind="firm", values={"name": "重庆甲科技渝有限公司", "founded_on": "2023.5"})["id"]
    carrier = call(
        "records.add",
        kind="carrier",
        values={"name": "甲园", "operator": "渝北智创孵化器", "carrier_kind": "comprehensive"},
    )["id"]
    stay = call(
        "records.add",
        kind="tenancy",
        values={"firm": double, "carrier": carrier, "status": "incubating", "entered_on": "2024-02-01"},
    )["id"]
    return kept, double, stay


def test_the_double_goes_and_leaves_its_id_behind(call, tmp_path: Path):
    kept, double, stay = _two_firms(call)
    scan = tmp_path / "执照.bin"
    scan.write_bytes(b"scan")
    call("evidence.add", files=[str(scan)], target=f"firm:{double}.uscc")
    exported = tmp_path / "导出.xlsx"
    call("records.export", kind="firm", file=str(exported), ids=[double])

    seen = call("records.merge", kind="firm", id=double, into=kept, dry_run=True)
    assert (seen["filled"], seen["kept"], seen["moved"]) == (["former_names", "founded_on"], ["name"], 2)
    assert call("records.get", kind="firm", id=double)["id"] == double

    done = call("records.merge", kind="firm", id=double, into=kept)
    row = call("records.get", kind="firm", id=double)  # the old id leads to the other
    assert (row["id"], row["founded_on"], row["former_names"]) == (kept, "2023-05", ["重庆甲科技渝有限公司"])
    assert call("records.get", kind="tenancy", id=stay)["firm"] == kept
    assert call("evidence.list", target=f"firm:{kept}.uscc")
    again = call("ledger.import", file=str(exported), kind="firm")
    assert (again["added"], again["rejected_rows"]) == (0, 0)

    call("records.undo", op=done["changes"]["op"])
    assert call("records.get", kind="firm", id=double)["id"] == double
    assert call("records.get", kind="tenancy", id=stay)["firm"] == double


def test_two_credit_codes_are_two_firms(call):
    kept, double, _ = _two_firms(call)
    call("records.edit", kind="firm", id=double, values={"uscc": "91500103305090246E"})
    with pytest.raises(Refused) as caught:
        call("records.merge", kind="firm", id=double, into=kept)
    assert caught.value.code == "merge.other_code"


def test_two_records_of_one_year_are_not_doubled(call):
    kept, double, _ = _two_firms(call)
    for firm in (kept, double):
        call("records.add", kind="firm_year", values={"firm": firm, "year": "2025"})
    with pytest.raises(Refused) as caught:
        call("records.merge", kind="firm", id=double, into=kept)
    assert caught.value.code == "merge.both_have"
    assert call("records.get", kind="firm", id=double)["id"] == double


def test_into_itself(call):
    kept, _, _ = _two_firms(call)
    with pytest.raises(Refused) as caught:
        call("records.merge", kind="firm", id=kept, into=kept[:8])
    assert caught.value.code == "merge.same"


def test_why_a_field_stays_blank_goes_on_with_the_record(call):
    going, staying = (call("records.add", kind="firm", values={"name": name})["id"] for name in ("甲公司", "乙公司"))
    call("records.edit", kind="firm", id=staying, values={"address": "渝北"})
    for field, reason in (("address", "无地址"), ("industry", "未定"), ("taxpayer", "尚未办理")):
        call("lists.excuse", kind="firm", id=going, field=field, reason=reason)
    call("lists.excuse", kind="firm", id=staying, field="taxpayer", reason="在办")
    call("records.merge", kind="firm", id=going, into=staying)
    told = {one["field"]: one["reason"] for one in call("lists.missing", kind="firm", id=staying)["excused"]}
    assert told == {"industry": "未定", "taxpayer": "在办"}
    call("records.undo")
    assert len(call("lists.missing", kind="firm", id=going)["excused"]) == 3
