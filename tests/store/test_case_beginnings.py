"""What a case proposes and tells: its number, how a contract begins, its log in one go, papers of a brokerage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.services.workspace import Workspace
from policy.dates import today

Call = Callable[..., Any]


def _add(call: Call, kind: str, /, **values: Any) -> str:
    return str(call("records.add", kind=kind, values=values)["id"])


@pytest.fixture
def case(call: Call) -> str:
    return _add(call, "case", no="A-1", title="焊缝检测", track="supply", mode="licence")


def test_a_new_case_follows_the_number_of_the_last_in_its_own_writing(call: Call) -> None:
    def follows(no: str) -> str:
        _add(call, "case", no=no, title=no, track="supply")
        return str(call("case.next_no")["no"])

    year = today().year
    assert call("case.next_no") == {"no": f"{year}-001"}
    assert follows("甲-009") == "甲-010"
    _add(call, "case", no="X-8", title="早已有", track="supply")
    assert follows("X-7") == "X-9"
    assert follows("案2019-017") == f"案{year}-001"  # a new year counts anew
    assert follows("没有数字") == f"{year}-001"
    assert follows("乙-041") == "乙-042"
    silent = _add(call, "case", title="没有写编号", track="supply")  # takes what would have been proposed
    assert call("records.get", kind="case", id=silent)["no"] == "乙-042"


def test_a_new_contract_begins_with_what_its_case_says(call: Call) -> None:
    seller, buyer, other = (_add(call, "organisation", name=name, org_kind="firm") for name in ("甲", "乙", "丙"))
    case = _add(call, "case", no="A-1", title="焊缝检测", track="supply", mode="licence", mechanisms="use_then_pay")
    _add(call, "case_party", case=case, party=seller, role="owner")
    _add(call, "case_party", case=case, party=buyer, role="buyer")
    begun = {
        "name": "焊缝检测",
        "seller": seller,
        "buyer": buyer,
        "contract_class": "licence",
        "payment_mode": "use_then_pay",
    }
    assert call("contract.begin", case=case) == begun
    _add(call, "case_party", case=case, party=other, role="buyer")  # which of the two is not known
    _add(call, "contract", name="焊缝检测", case=case)
    assert call("contract.begin", case=case) == {
        key: text for key, text in begun.items() if key not in ("name", "buyer")
    }


def test_the_log_of_a_case_is_read_in_one_go_with_the_files_of_each_entry(
    ws: Workspace, call: Call, case: str, tmp_path: Path
) -> None:
    def asked() -> int:
        seen: list[str] = []
        connection = ws.store.database.connection()
        connection.set_trace_callback(seen.append)
        try:
            call("case.entries", case=case)
        finally:
            connection.set_trace_callback(None)
        return len(seen)

    def noted(text: str, *names: str) -> None:
        for name in names:
            (tmp_path / name).write_text(name, "utf-8")
        call("case.log", case=case, kind="visit", note=text, files=[str(tmp_path / name) for name in names])

    noted("看样机", "样机.txt", "会议室.txt")
    few = asked()
    for number in range(12):
        noted(f"第{number}次", *(["合影.txt", "样机.txt"] if number == 3 else []))  # one of them is there already
    assert asked() == few
    entries = {row["note"]: row for row in call("case.entries", case=case)}
    names = {row["id"]: row["file_name"] for row in call("evidence.list")}
    assert [names[one] for one in entries["看样机"]["evidence"]] == ["样机.txt", "会议室.txt"]
    assert [names[one] for one in entries["第3次"]["evidence"]] == ["合影.txt", "样机.txt"]
    assert entries["第4次"]["evidence"] == []


def test_the_papers_that_prove_a_brokerage_follow_what_we_were_and_are_counted(
    call: Call, case: str, tmp_path: Path
) -> None:
    contract = _add(call, "contract", name="许可", case=case)

    def papers() -> dict[str, int]:
        (told,) = call("contract.proof", contract=contract)
        return {paper["label"]: paper["files"] for paper in told["papers"]}

    assert papers() == {"中介/服务协议": 0, "促成确认函": 0, "发票": 0, "银行回单": 0}
    (tmp_path / "发票.txt").write_text("发票", "utf-8")
    invoice = {"files": [str(tmp_path / "发票.txt")], "values": {"doc_kind": "发票"}}
    call("evidence.add", target=f"contract:{contract}", **invoice)
    brokerage = _add(call, "brokerage", contract=contract, our_role="named")
    assert papers() == {"发票": 1, "银行回单": 0}
    call("records.edit", kind="brokerage", id=brokerage, values={"our_role": "confirmation"})
    assert papers() == {"促成确认函": 0, "发票": 1, "银行回单": 0}
    call("records.edit", kind="brokerage", id=brokerage, values={"our_role": "intermediation"})
    assert papers() == {"中介/服务协议": 0, "发票": 1, "银行回单": 0}
