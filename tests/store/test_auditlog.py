"""The audit log for people: decisions enter it with their figures whatever wrote them, and nothing of their words."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db import audit
from db.models import AuditEntry, Case, CaseLog, Contract, Operator
from db.queries import records
from desktop.texts.auditlog import ACTIONS
from policy.errors import Fault

ROOT = Path(__file__).parents[2]
WORDS = "经集体讨论，同意以三百万元转让，联系人手机 13812345678"


@pytest.fixture
def case(call) -> str:
    """A case with an estimate and a signed contract."""
    about = {"no": "A-1", "title": "石墨烯转让", "track": "supply", "estimate": "320", "opened_on": "2025-01-06"}
    record = call("records.add", kind="case", values=about)["id"]
    values = {
        "case": record,
        "name": "转让合同",
        "amount_total": "300",
        "nontech_cost": "20",
        "signed_on": "2025-03-01",
    }
    call("records.add", kind="contract", values=values)
    return record


def _decide(call, case: str, kind: str = "internal_review", **more: Any) -> str:
    return call("case.log", case=case, kind=kind, note=WORDS, at="2025-02-10", **more)["id"]


def _entries(ws, action: str = "") -> list[dict[str, Any]]:
    with ws.store.read():
        rows = list(AuditEntry.select().order_by(AuditEntry.seq).dicts())
    return [{**row, "detail": json.loads(row["detail"])} for row in rows if row["action"].startswith(action)]


def _only(ws, action: str) -> dict[str, Any]:
    (found,) = _entries(ws, action)
    return found


def _code(call, name: str, **parameters: Any) -> str:
    with pytest.raises(Fault) as caught:
        call(name, **parameters)
    return caught.value.code


# -- what is entered ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "marked", "entered"),
    [
        ("internal_review", False, True),
        ("publicity", False, True),
        ("signing", False, True),
        ("negotiation", True, True),
        ("negotiation", False, False),
        ("visit", False, False),
    ],
)
def test_reviews_publicity_signing_and_marked_entries_are_decisions(ws, call, case, kind, marked, entered):
    _decide(call, case, kind, decision=marked)
    assert bool(_entries(ws, "case.decision")) is entered


def test_a_decision_holds_who_decided_and_the_figures_as_they_stood(ws, call, case, tmp_path):
    proof = tmp_path / "决议.pdf"
    proof.write_bytes(b"%PDF-1.4 minutes")
    log = _decide(call, case, files=[str(proof)])
    call("records.edit", kind="case", id=case, values={"estimate": "1"})
    entry = _only(ws, "case.decision")
    detail = entry["detail"]
    assert entry["subject"] == f"case:{case}" and entry["operator"] == ws.store.operator
    assert (detail["who"], detail["log"], detail["kind"], detail["on"]) == (
        "李明",
        log,
        "internal_review",
        "2025-02-10",
    )
    assert detail["figures"]["estimate"] == 320_000_000 and detail["figures"]["opened_on"] == "2025-01-06"
    (contract,) = detail["contracts"]
    assert (contract["amount_total"], contract["amount_tech"]) == (300_000_000, 280_000_000)
    assert [len(item["sha256"]) for item in detail["evidence"]] == [64]


def test_the_words_of_a_decision_are_not_in_the_log_only_a_keyed_digest(ws, call, case):
    _decide(call, case)
    with ws.store.read() as connection:
        everything = json.dumps(connection.execute("SELECT * FROM audit_entry").fetchall(), ensure_ascii=False)
    assert WORDS not in everything and "13812345678" not in everything and "石墨烯" not in everything
    digest = _only(ws, "case.decision")["detail"]["note"]
    assert digest == audit.text_digest(ws.vault.audit_key, WORDS) != audit.text_digest(bytes(32), WORDS)


def test_the_name_in_an_entry_stays_when_the_operator_is_renamed(ws, call, case):
    _decide(call, case)
    with ws.store.write("改名", "test") as write:
        write.update(Operator, str(ws.store.operator), {"name": "王伟"})
    _decide(call, case, "publicity")
    first, second = call("audit.list", case=case)["entries"][::-1]
    assert (first["who"], second["who"]) == ("李明", "王伟")
    renamed = _only(ws, "operator.renamed")["detail"]
    assert (renamed["before"], renamed["after"]) == ("李明", "王伟")


def test_a_changed_decision_is_a_new_entry_with_both_digests(ws, call, case):
    log = _decide(call, case)
    before = _only(ws, "case.decision")
    call("records.edit", kind="case_log", id=log, values={"note": "改口了", "happened_on": "2025-02-11"})
    changed = _only(ws, "case.decision_changed")["detail"]
    assert changed["before"]["note"] == before["detail"]["note"] != changed["after"]["note"]
    assert (changed["before"]["on"], changed["after"]["on"]) == ("2025-02-10", "2025-02-11")
    assert sorted(changed["fields"]) == ["happened_on", "note"]
    assert _entries(ws, "case.decision")[0] == before
    call("records.edit", kind="case_log", id=log, values={"next_action": "签约"})
    assert len(_entries(ws, "case.")) == 2  # what comes next is not what was decided


def test_a_price_changed_after_the_decision_is_an_entry(ws, call, case):
    with ws.store.read():
        (contract,) = [row.id for row in Contract.select()]
    call("records.edit", kind="contract", id=contract, values={"own_no": "H-7"})
    assert _entries(ws, "case.price_changed") == []
    call("records.edit", kind="contract", id=contract, values={"amount_total": "260", "amount_formula": "销售额的 3%"})
    changed = _entries(ws, "case.price_changed")[-1]
    assert changed["subject"] == f"case:{case}" and changed["detail"]["record"] == f"contract:{contract}"
    before, after = changed["detail"]["before"], changed["detail"]["after"]
    assert (before["amount_total"], after["amount_total"]) == (300_000_000, 260_000_000)
    assert "销售额" not in json.dumps(after, ensure_ascii=False) and len(after["amount_formula"]) == 64
    shown = {item["label"]: item["shown"] for item in call("audit.list", limit=1)["entries"][0]["figures"]}
    assert shown["改动前"] == "合同成交额：300.00 万元；非技术性费用：20.00 万元" and "260.00 万元" in shown["改动后"]
    call("records.delete", kind="contract", id=contract)
    assert _entries(ws, "case.price_changed")[-1]["detail"]["after"] == {}


def test_a_case_that_becomes_secret_leaves_no_entry_of_its_price(ws, call):
    record = call("records.add", kind="case", values={"no": "S-1", "title": "S-1", "track": "supply"})["id"]
    with ws.store.write("x", "test") as write:
        write.update(Case, record, {"estimate": 5})
    before = len(_entries(ws))
    call("records.edit", kind="case", id=record, values={"estimate": "", "classified": "是"})
    assert len(_entries(ws)) == before


def test_a_decision_deleted_or_undone_is_an_entry_and_so_is_its_return(ws, call, case):
    log = _decide(call, case)
    call("records.delete", kind="case_log", id=log)
    assert _only(ws, "case.decision_removed")["detail"]["log"] == log
    call("records.undo")
    assert [entry["action"] for entry in _entries(ws, "case.")] == [
        "case.decision",
        "case.decision_removed",
        "case.decision",
    ]
    again = call(
        "records.add",
        kind="case_log",
        values={"case": case, "happened_on": "2025-05", "kind": "publicity", "note": "公示七日"},
    )
    call("records.undo", op=again["changes"]["op"])
    assert [entry["action"] for entry in _entries(ws, "case.")][-2:] == ["case.decision", "case.decision_removed"]


def test_imported_decisions_are_entered_and_taken_back_with_the_import(ws, case):
    rows = [
        {"case": case, "happened_on": f"2025-0{month}-01", "kind": kind, "note": kind, "recorded_at": 1}
        for month, kind in enumerate(("visit", "signing", "publicity"), 1)
    ]
    with ws.store.write("导入", "import:x.xlsx") as write:
        write.insert_many(CaseLog, rows)
    assert [entry["detail"]["kind"] for entry in _entries(ws, "case.decision")] == ["signing", "publicity"]
    with ws.store.write("撤销", "undo") as write:
        write.undo(int(records.last_op() or 0))
    assert len(_entries(ws, "case.decision_removed")) == 2


def test_removed_evidence_is_an_entry_with_its_digest(ws, call, tmp_path):
    proof = tmp_path / "a.pdf"
    proof.write_bytes(b"%PDF-1.4 x")
    (record,) = call("evidence.add", files=[str(proof)])["ids"]
    call("records.delete", kind="evidence", id=record)
    entry = _only(ws, "evidence.removed")
    assert entry["subject"] == f"evidence:{record}" and len(entry["detail"]["sha256"]) == 64


def test_a_figure_of_a_case_that_turns_out_to_be_secret_is_not_shown(ws, call, case):
    log = _decide(call, case)
    with ws.store.write("涉密", "test") as write:  # past the service, which takes what belongs to the case away first
        write.update(Case, case, {"classified": 1})
    (entry,) = [one for one in call("audit.list")["entries"] if one["action"] == "case.decision"]
    assert entry["figures"] == [] and log


def test_nothing_in_the_program_changes_or_deletes_an_entry():
    """The log is append-only: no statement and no query of the program updates or deletes its rows."""
    wrong = re.compile(
        r"AuditEntry\s*\.\s*(update|delete|replace|save|insert_many|bulk)|(UPDATE|DELETE\s+FROM|REPLACE\s+INTO|DROP\s+TABLE)"
        r'\s+["\']?audit_entry',
        re.IGNORECASE,
    )
    sources = [path for folder in ("db", "desktop", "exports", "policy") for path in (ROOT / folder).rglob("*.py")]
    sources += (ROOT / "db").rglob("*.sql")
    assert len(sources) > 100
    assert [str(path) for path in sources if wrong.search(path.read_text("utf-8"))] == []
    assert [str(path.relative_to(ROOT)) for path in sources if "AuditEntry.insert" in path.read_text("utf-8")] == [
        "db/audit.py"
    ]


def test_every_action_that_is_written_has_its_sentence():
    written = set()
    for path in (ROOT / "desktop").rglob("*.py"):
        text = path.read_text("utf-8")
        written.update(re.findall(r'\.audit\(\s*"([a-z_.]+)"', text))
        written.update(re.findall(r'_note\(ws, "([a-z_.]+)"', text))
    written.update(
        re.findall(r'"((?:case|operator|evidence)\.[a-z_]+)"', (ROOT / "db/decisions.py").read_text("utf-8"))
    )
    assert len(written) > 15 and sorted(written - ACTIONS.keys()) == []


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_an_entry_of_any_action_reads_whatever_its_detail_lacks(ws, call, action):
    with ws.store.write("test") as write:
        write.audit(action, "kind:person", {})
        write.audit(action, "person:gone", {"fields": ["phone"], "kept": ["李明"], "removed": [], "counts": {}})
    second, first = call("audit.list", limit=2)["entries"]
    for entry in (first, second):
        assert entry["text"] and "{" not in entry["text"] and entry["group"] and entry["who"] == "李明"
    told = {item["label"]: item["shown"] for item in second["figures"]}
    assert told["保留"] == "李明" and "移除" not in told
    assert told.get("字段") == ("手机" if action.startswith("privacy.") else None)


# -- what is seen ------------------------------------------------------------------------------------------------------


def test_the_list_is_paged_from_the_newest_and_narrowed(ws, call, case):
    for kind in ("internal_review", "publicity", "signing"):
        _decide(call, case, kind)
    page = call("audit.list", limit=2)
    assert [entry["text"] for entry in page["entries"]] == ["决策：签约（2025-02-10）", "决策：公示（2025-02-10）"]
    rest = call("audit.list", limit=10, before=page["next"])
    assert rest["next"] is None and [entry["action"] for entry in rest["entries"]][-1] == "workspace.created"
    entry = page["entries"][0]
    assert entry["subject"] == {"kind": "case", "id": case, "title": "石墨烯转让", "there": True}
    assert {"label": "预计金额", "shown": "320.00 万元"} in entry["figures"]
    seen = lambda **narrowed: len(call("audit.list", **narrowed)["entries"])  # noqa: E731
    assert seen(group="decision") == 3 and seen(group="sending") == 0 and seen(case=case) == 3
    assert seen(text="石墨烯") == 3 and seen(text="没有这个") == 0 and seen(text="李明") == 4
    assert seen(person="李明") == 4 and seen(since="2999-01-01") == 0 and seen(until="2020-01-01") == 0
    assert seen(since="2020-01-01", until="2999-01-01") == 4
    assert seen(limit=0) == 1 and seen(before=10**30) == 4 and seen(before=-1) == 0
    assert _code(call, "audit.list", since="2020-13-01") == "policy.date_invalid"
    assert _code(call, "audit.list", group="x") == "policy.unknown_name"


def test_the_case_s_own_list_is_paged_and_follows_a_merged_case(call, case):
    other = call("records.add", kind="case", values={"no": "A-2", "title": "同一件事", "track": "supply"})["id"]
    call("case.log", case=other, kind="signing", note="签")
    _decide(call, case)
    call("records.merge", kind="case", id=other, into=case)
    entries = call("audit.list", case=case)["entries"]
    assert {entry["subject"]["id"] for entry in entries} == {case, other} and len(entries) >= 2
    first = call("audit.list", case=case, limit=1)
    assert len(first["entries"]) == 1 and call("audit.list", case=case, before=first["next"])["entries"] == entries[1:]


def test_the_log_speaks_english(call, case):
    _decide(call, case)
    call("session.language", language="en")
    try:
        text = call("audit.list", case=case)["entries"][0]["text"]
        assert text == "Decision: Internal review (2025-02-10)"
    finally:
        call("session.language", language="zh")


def test_the_status_tells_when_the_chain_was_last_checked(ws, call, case):
    _decide(call, case)
    before = call("audit.status")
    assert before["verified"] is None and before["length"] == 2 and before["people"][0]["name"] == "李明"
    assert call("audit.verify") == {"ok": True, "head": before["head"], "length": 2, "heads": 0, "problems": []}
    assert call("audit.status")["verified"]["ok"] is True
    with ws.store.read() as connection:
        connection.execute("UPDATE audit_entry SET at = at + 1 WHERE seq = 2")
        connection.commit()
    answer = call("audit.verify")
    assert not answer["ok"] and [problem["text"] for problem in answer["problems"]] == [
        "第 2 条被改动，或不是本程序写入的"
    ]
    assert call("audit.status")["verified"]["ok"] is False


@pytest.mark.parametrize(
    "detail",
    [
        "",
        "[]",
        "{",
        "[" * 100_000,
        '{"counts": 1, "kind": [], "who": {}, "fields": 7, "log": 1, "evidence": [1]}',
        '{"figures": 5, "contracts": 5, "before": {"note": 3}, "after": [], "received": "x", "log": {}}',
    ],
)
@pytest.mark.parametrize(
    "action", ["case.decision", "case.decision_changed", "case.price_changed", "evaluation.frozen"]
)
def test_an_entry_that_was_spoilt_is_shown_and_named(ws, call, case, tmp_path, action, detail):
    _decide(call, case)
    with ws.store.read() as connection:
        connection.execute("UPDATE audit_entry SET detail = ?, action = ?, mac = '中' WHERE seq = 2", (detail, action))
        connection.commit()
    assert call("audit.list", limit=1)["entries"][0]["seq"] == 2
    assert [problem["text"] for problem in call("audit.verify")["problems"]] == ["第 2 条被改动，或不是本程序写入的"]
    if action.startswith("case."):
        assert call("audit.extract", case=case, out=str(tmp_path / "a.pdf"))["entries"] == 1


def test_a_head_typed_from_paper_is_looked_up(ws, call, case):
    head = call("audit.status")["head"]
    spaced = f"{head[:8]} {head[8:16].upper()}-{head[16:]}"
    _decide(call, case)
    assert call("audit.check", head=spaced) == {"found": True, "entry": 1, "length": 2, "at": _entries(ws)[0]["at"]}
    assert call("audit.check", head=head[:16], length=" 1 ")["found"]
    assert not call("audit.check", head=head, length=2)["found"] and not call("audit.check", head="f" * 64)["found"]
    assert call("audit.check", head="0" * 64, length=0)["found"]
    assert _code(call, "audit.check", head=head[:15]) == "audit.bad_head"
    assert _code(call, "audit.check", head="％" * 20) == "audit.bad_head"
    assert _code(call, "audit.check", head=head, length="一") == "audit.bad_length"


def test_who_the_operator_is_survives_in_the_entry_when_the_row_is_swapped(ws, call, case):
    """Names swapped in the table of operators do not reach back into the log."""
    _decide(call, case)
    with ws.store.read():
        Operator.update(name="假名").execute()
    assert call("audit.list", case=case)["entries"][0]["who"] == "李明" and call("audit.verify")["ok"]


# -- what is printed ---------------------------------------------------------------------------------------------------


def _printed(call, case: str, out: Path, tool: Callable[[str], str]) -> tuple[dict[str, Any], str]:
    answer = call("audit.extract", case=case, out=str(out))
    done = subprocess.run([tool("pdftotext"), "-layout", str(answer["file"]), "-"], capture_output=True, check=True)
    return answer, "".join(done.stdout.decode().split())


def test_the_extract_prints_the_whole_history_of_a_case_and_is_entered_itself(ws, call, case, tmp_path, require_tool):
    log = _decide(call, case)
    kept = _decide(call, case, "publicity")
    call("records.edit", kind="case_log", id=log, values={"happened_on": "2025-02-12"})
    with ws.store.read():
        head = audit.head()
    answer, text = _printed(call, case, tmp_path, require_tool)
    assert answer["entries"] == 3 and (answer["head"], answer["length"]) == (head.mac, head.length)
    assert Path(answer["file"]).parent == tmp_path and f"{head.length}条" in text and head.mac in text
    for row in _entries(ws, "case."):
        assert row["mac"] in text and f"第{row['seq']}条" in text
    assert "320.00万元" in text and "同意以三百万元转让" in text and "13812345678" not in text
    assert kept and "内容摘要" in text and "发生日期" in text
    entry = _only(ws, "audit.extracted")
    assert entry["detail"]["pdf"] == answer["sha256"] == hashlib.sha256(Path(answer["file"]).read_bytes()).hexdigest()
    assert call("audit.check", head=answer["head"], length=answer["length"])["found"]


def test_a_price_changed_stands_among_the_decisions(call, case, tmp_path, require_tool):
    _decide(call, case)
    call("records.edit", kind="case", id=case, values={"estimate": "300"})
    answer, text = _printed(call, case, tmp_path / "a.pdf", require_tool)
    assert answer["entries"] == 2 and "改动了价款" in text
    assert "改动前预计金额：320.00万元" in text and "改动后预计金额：300.00万元" in text and "记录后来删除" not in text


def test_words_that_were_changed_after_the_decision_are_not_printed_as_decided(call, case, tmp_path, require_tool):
    log = _decide(call, case)
    call("records.edit", kind="case_log", id=log, values={"note": "另一种说法"})
    _, text = _printed(call, case, tmp_path / "a.pdf", require_tool)
    assert "三百万元转让" not in text and text.count("另一种说法") == 1 and "记录后来改动过" in text
    call("records.delete", kind="case_log", id=log)
    _, text = _printed(call, case, tmp_path / "b.pdf", require_tool)
    assert "另一种说法" not in text and text.count("记录后来删除") == 3


def test_what_is_not_for_others_is_printed_as_withheld(call, case, tmp_path, require_tool):
    values = {
        "case": case,
        "happened_on": "2025-02-10",
        "kind": "internal_review",
        "note": "底价二百六十万",
        "confidential": "是",
    }
    call("records.add", kind="case_log", values=values)
    answer, text = _printed(call, case, tmp_path / "a.pdf", require_tool)
    assert answer["entries"] == 1 and "标为不对外" in text
    assert "二百六十万" not in text and "320.00" not in text


def test_a_case_without_a_decision_has_no_extract(call, case, tmp_path):
    _code_ = _code(call, "audit.extract", case=case, out=str(tmp_path / "a.pdf"))
    assert _code_ == "audit.nothing" and list(tmp_path.glob("*.pdf")) == []


def test_an_extract_of_a_broken_chain_says_so(ws, call, case, tmp_path, require_tool):
    _decide(call, case)
    with ws.store.read() as connection:
        connection.execute("UPDATE audit_entry SET operator = 'x' WHERE seq = 1")
        connection.commit()
    _, text = _printed(call, case, tmp_path / "a.pdf", require_tool)
    assert "第1条被改动" in text and "无缺失" not in text
