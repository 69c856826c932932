"""Single records through the services: as typed, in every kind, with undo, search, history, and what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from db.files import safe_name
from db.models import Firm, Organisation
from db.schema import INTERNAL_KINDS, editable_kinds
from policy.errors import Fault, Refused, Usage, WorldFault

FIRM = {"name": "重庆智能科技有限公司", "uscc": "91500108MA5U6Q4E0X"}


def _code(run, *arguments: Any, **parameters: Any) -> str:
    with pytest.raises(Fault) as caught:
        run(*arguments, **parameters)
    return caught.value.code


def test_adding_a_firm_makes_organisation_and_firm(call, ws):
    made = call("records.add", kind="firm", values={**FIRM, "founded_on": "2023.5", "reg_capital": "600万人民币"})
    row = call("records.get", kind="firm", id=made["id"])
    with ws.store.read():
        assert Organisation.get_by_id(made["id"]).org_kind == "firm"
        assert Firm.get_by_id(made["id"]).founded_on == "2023-05"
    assert (row["name"], row["reg_capital"], row["reg_capital_currency"]) == (FIRM["name"], 600_000_000, "CNY")
    assert made["changes"]["records"].keys() == {"organisation", "firm"}


def test_a_firm_takes_the_organisation_that_is_there(call):
    known = call("records.add", kind="organisation", values={**FIRM, "org_kind": "other", "address": "渝北"})["id"]
    made = call("records.add", kind="firm", values={**FIRM, "main_product": "减速器"})
    assert made["id"] == known
    row = call("records.get", kind="firm", id=known)
    assert (row["address"], row["main_product"]) == ("渝北", "减速器")
    assert _code(call, "records.add", kind="firm", values=FIRM) == "record.duplicate"
    assert [hit["kind"] for hit in call("records.find", text="智能科技")] == ["firm"]


def test_foreign_capital_is_kept_as_written_and_cleared_whole(call):
    made = call("records.add", kind="firm", values={**FIRM, "reg_capital": "6(万美元)"})["id"]
    row = call("records.get", kind="firm", id=made)
    assert (row["reg_capital"], row["reg_capital_currency"], row["reg_capital_raw"]) == (6_000_000, "USD", "6(万美元)")
    call("records.edit", kind="firm", id=made, values={"reg_capital": ""})
    row = call("records.get", kind="firm", id=made)
    assert (row["reg_capital"], row["reg_capital_currency"], row["reg_capital_raw"]) == (None, None, None)


def test_a_record_is_meant_by_id_prefix_number_or_name(call):
    made = call("records.add", kind="firm", values=FIRM)["id"]
    for given in (made, made[:8], FIRM["uscc"], FIRM["name"], "重庆智能科技有限公司 ", "重庆智能科技 有限公司"):
        assert call("records.get", kind="firm", id=given)["id"] == made
    assert _code(call, "records.get", kind="firm", id="不存在") == "record.unknown"
    call("records.add", kind="firm", values={"name": "同名", "uscc": "91500108MA5U6Q4E1X"})
    call("records.add", kind="firm", values={"name": "同名", "uscc": "91500108MA5U6Q4E2X"})
    assert _code(call, "records.get", kind="firm", id="同名") == "record.ambiguous"


def test_edit_says_what_changed_and_blank_clears(call):
    made = call("records.add", kind="firm", values={**FIRM, "address": "渝北"})["id"]
    assert call("records.edit", kind="firm", id=made, values={"address": "渝北"})["changed"] is False
    assert call("records.edit", kind="firm", id=made, values={"address": "", "taxpayer": "小规模纳税人"})["changed"]
    row = call("records.get", kind="firm", id=made)
    assert row["address"] is None and row["taxpayer"]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, "record.missing_field"),
        ({"name": " "}, "record.missing_field"),
        ({"name": "x", "nonsense": "1"}, "kind.no_field"),
        ({"name": "x", "founded_on": "2023-13-01"}, "record.bad_value"),
        ({"name": "x", "reg_capital": "很多"}, "record.bad_value"),
        ({"name": "x", "founder": "没有这个人"}, "record.unknown"),
        ({"name": "名" * 201}, "record.bad_value"),
        ({"name": "x", "uscc": "915001080000000000000"}, None),
        ({"name": "x", "id": "mine"}, "kind.no_field"),
        ({"name": "x", "created_by": "me"}, "kind.no_field"),
        ({"name": "x", "name_key": "y"}, "kind.no_field"),
    ],
)
def test_what_cannot_be_saved_is_named_and_nothing_is_saved(call, ws, values, code):
    if code is None:  # a wrong code warns and never blocks
        assert call("records.add", kind="firm", values=values)["warnings"]
        return
    before = call("workspace.counts")
    assert _code(call, "records.add", kind="firm", values=values) == code
    assert call("workspace.counts") == before


@pytest.mark.parametrize("values", [{"taxpayer": "没有这种"}, {"uscc": "办理中"}])
def test_what_cannot_be_placed_is_refused_when_typed_and_erases_nothing(call, values):
    made = call("records.add", kind="firm", values={**FIRM, "taxpayer": "小规模纳税人"})["id"]
    before = call("records.get", kind="firm", id=made)
    assert _code(call, "records.edit", kind="firm", id=made, values=values) == "record.bad_value"
    assert call("records.get", kind="firm", id=made) == before


def test_a_number_damaged_by_a_spreadsheet_is_refused_by_name(call):
    with pytest.raises(Refused) as caught:
        call("records.add", kind="firm", values={"name": "x", "uscc": "9.15001E+17"})
    assert caught.value.params["field"] == "统一社会信用代码" and "15" in caught.value.params["reason"]


def test_undo_and_history_through_the_services(call, ws):
    made = call("records.add", kind="firm", values=FIRM)["id"]
    call("records.edit", kind="firm", id=made, values={"address": "江北"})
    history = call("lists.history", kind="firm", id=made)
    assert [(item["action"], item["label"]) for item in history] == [
        ("update", "修改"),
        ("insert", "新增"),
        ("insert", "新增"),
    ]
    assert history[0]["after"] == {"address": "江北"} and history[0]["operator"] == ws.store.operator
    assert call("records.undo")["label"] == "修改"
    call("records.delete", kind="firm", id=made)
    assert _code(call, "records.get", kind="firm", id=made) == "record.unknown"
    assert call("records.undo")["label"] == "删除"
    assert call("records.get", kind="firm", id=made)["address"] is None
    assert call("records.undo")["label"] == "新增"
    assert _code(call, "records.undo") == "undo.nothing"


def test_the_workspaces_own_organisation_stays(call):
    own = call("workspace.info")["organisation"]["id"]
    assert _code(call, "records.delete", kind="organisation", id=own) == "record.in_use"
    assert call("workspace.info")["organisation"]["id"] == own


def test_a_firm_with_a_tenancy_or_evidence_is_not_deleted(call, tmp_path: Path):
    own = call("workspace.info")["organisation"]["id"]
    made = call("records.add", kind="firm", values=FIRM)["id"]
    carrier = {"name": "智创园", "operator": own, "carrier_kind": "comprehensive"}
    carrier_id = call("records.add", kind="carrier", values=carrier)["id"]
    stay = call("records.add", kind="tenancy", values={"firm": FIRM["name"], "carrier": "智创园", "status": "在孵"})[
        "id"
    ]
    assert _code(call, "records.delete", kind="firm", id=made) == "record.in_use"
    call("records.delete", kind="tenancy", id=stay)
    (tmp_path / "a.txt").write_text("x")
    call("evidence.add", files=[str(tmp_path / "a.txt")], target=f"firm:{made}.founded_on")
    assert _code(call, "records.delete", kind="firm", id=made) == "record.in_use"
    call("records.delete", kind="carrier", id=carrier_id)


@pytest.mark.parametrize("kind", sorted(INTERNAL_KINDS))
def test_what_the_program_keeps_is_not_typed_changed_or_exported(call, tmp_path: Path, kind: str):
    row = {"name": "x", "title": "x"}
    assert _code(call, "records.add", kind=kind, values=row) == "kind.internal"
    assert _code(call, "records.edit", kind=kind, id="x", values=row) == "kind.internal"
    assert _code(call, "records.delete", kind=kind, id="x") == "kind.internal"
    assert _code(call, "records.export", kind=kind, file=str(tmp_path / "x.xlsx")) == "kind.internal"
    assert _code(call, "ledger.import", kind=kind, file=str(tmp_path / "x.xlsx")) == "kind.internal"
    assert kind not in {item["kind"] for item in call("records.kinds")}
    assert list(tmp_path.glob("*.xlsx")) == []


def test_a_token_never_leaves_the_store_through_records(call, ws):
    from db.models import Endpoint

    with ws.store.write("test") as write:
        record = write.insert(Endpoint, {"name": "科技局", "profile": "{}", "token": "TOKEN-7391"})
    assert "TOKEN-7391" not in repr(call("records.get", kind="endpoint", id=record))
    assert "TOKEN-7391" not in repr(call("records.rows", kind="endpoint", ids=[record]))
    assert "TOKEN-7391" not in repr(call("records.find", text="TOKEN"))
    assert "TOKEN-7391" not in repr(call("workspace.info"))


def test_what_a_file_is_cannot_be_typed(call, tmp_path: Path):
    (tmp_path / "a.txt").write_text("x")
    (record,) = call("evidence.add", files=[str(tmp_path / "a.txt")])["ids"]
    for name in ("blob", "digest", "bytes", "media_type", "pages"):
        assert _code(call, "records.edit", kind="evidence", id=record, values={name: "1"}) == "record.derived"
    assert call("records.edit", kind="evidence", id=record, values={"title": "租赁合同", "issued_on": "2025"})[
        "changed"
    ]


def _classified(call) -> str:
    return call(
        "records.add", kind="case", values={"no": "S-1", "title": "S-1", "track": "supply", "classified": "是"}
    )["id"]


def test_a_classified_case_is_a_number_and_a_flag(call, ws):
    record = _classified(call)
    assert call("records.get", kind="case", id=record)["classified"] == 1
    base = {"no": "S-2", "title": "S-2", "track": "supply", "classified": "是"}
    for values in ({**base, "title": "某型发动机"}, {**base, "estimate": "100"}, {**base, "next_action": "见面"}):
        assert _code(call, "records.add", kind="case", values=values) == "record.classified"
    assert _code(call, "records.edit", kind="case", id=record, values={"title": "某型发动机"}) == "record.classified"
    with ws.store.read() as connection:
        kept = connection.execute("SELECT group_concat(after) FROM change").fetchone()[0]
    assert "发动机" not in kept


def test_nothing_is_added_to_a_classified_case(call, tmp_path: Path):
    record = _classified(call)
    own = call("workspace.info")["organisation"]["id"]
    (tmp_path / "秘密.txt").write_text("x")
    assert _code(call, "case.log", case=record, kind="visit", note="见面") == "record.classified"
    log = {"case": record, "happened_on": "2026-01-01", "kind": "visit", "note": "见面"}
    assert _code(call, "records.add", kind="case_log", values=log) == "record.classified"
    party = {"case": record, "party": own, "role": "owner"}
    assert _code(call, "records.add", kind="case_party", values=party) == "record.classified"
    assert _code(call, "records.add", kind="contract", values={"case": record, "name": "x"}) == "record.classified"
    for target in (f"case:{record}", f"case:{record}.title"):
        files = [str(tmp_path / "秘密.txt")]
        assert _code(call, "evidence.add", files=files, target=target) == "record.classified"
    assert call("evidence.list") == []
    public = str(tmp_path / "公开.txt")
    Path(public).write_text("y")
    values = {"evidence": call("evidence.add", files=[public])["ids"][0], "target": f"case:{record}.title"}
    assert _code(call, "records.add", kind="evidence_link", values=values) == "record.classified"


def test_a_case_with_records_does_not_become_classified(call):
    record = call("records.add", kind="case", values={"no": "C-1", "title": "C-1", "track": "supply"})["id"]
    call("case.log", case=record, kind="visit", note="见面")
    with pytest.raises(Refused) as caught:
        call("records.edit", kind="case", id=record, values={"classified": "是"})
    assert (caught.value.code, caught.value.params["fields"]) == ("record.classified", "过程记录")


def test_search_finds_chinese_pinyin_initials_and_codes(call):
    made = call("records.add", kind="firm", values=FIRM)["id"]
    for text in ("智能", "zhineng", "cqzn", "MA5U6Q4E0X", "91500108"):
        assert [hit["id"] for hit in call("records.find", text=text)] == [made], text
    assert call("records.find", text="没有") == [] and len(call("records.find", text="重庆", limit=1)) == 1


def test_lists_filter_and_sort(call):
    made = [
        call("records.add", kind="firm", values={"name": f"{name}科技", "founded_on": day})["id"]
        for name, day in (("乙", "2021"), ("甲", "2020-05"), ("丙", "2022-01-01"))
    ]
    by_day = call("records.ids", kind="firm", order="founded_on")
    assert by_day == [made[1], made[0], made[2]]
    assert call("records.ids", kind="firm", order="founded_on", descending=True) == by_day[::-1]
    assert call("records.ids", kind="firm", where={"founded_on": "2021"}) == [made[0]]
    assert call("records.ids", kind="firm", text="甲科技") == [made[1]]
    rows = call("records.rows", kind="firm", ids=[made[2], "gone", made[0]])
    assert [row["id"] for row in rows] == [made[2], made[0]]


def test_what_is_called_after_another_record_is_found_by_that_ones_words(call):
    own = call("workspace.info")["organisation"]["id"]
    carrier = call("records.add", kind="carrier", values={"name": "孵化器", "operator": own, "carrier_kind": "综合"})
    stays = []
    for name in ("灵犀传感", "乙精工"):
        firm = call("records.add", kind="firm", values={"name": name})["id"]
        stays.append(call("tenancy.apply", firm=firm, carrier=carrier["id"])["id"])
    area = call("records.add", kind="tenancy_area", values={"tenancy": stays[0], "area": "5", "starts_on": "2025"})[
        "id"
    ]
    case = call("records.add", kind="case", values={"no": "C-1", "title": "作价入股", "track": "supply"})["id"]
    holding = {"company": firm, "case": case, "value": "10"}  # refers to a firm as an organisation
    equity = call("records.add", kind="equity_holding", values=holding)["id"]
    for text in ("灵犀", "lxcg", "lingxi"):
        assert call("records.ids", kind="tenancy", text=text) == [stays[0]]
        assert call("records.ids", kind="tenancy_area", text=text) == [area]
    assert call("records.ids", kind="tenancy", text="lx", where={"status": "left"}) == []
    assert call("records.ids", kind="equity_holding", text="精工") == [equity]
    assert call("records.ids", kind="organisation", text="精工") == []  # listed as a firm, not a second time


def test_case_log_is_late_when_written_later_and_keeps_its_moment(call):
    case = call("records.add", kind="case", values={"no": "C-1", "title": "对接", "track": "demand"})["id"]
    today = datetime.now(timezone(timedelta(hours=8)))
    now = call("case.log", case="C-1", kind="phone", note="电话确认")
    late = call(
        "case.log",
        case=case[:8],
        kind="visit",
        note="补记走访",
        at="2026-01-05 14:30",
        next_action="报价",
        next_on="2026-12-01",
    )
    assert (now["late"], late["late"]) == (False, True)
    entries = call("case.entries", case=case)
    assert [(row["note"], row["late"]) for row in entries] == [("电话确认", False), ("补记走访", True)]
    moment = datetime.fromtimestamp(entries[1]["happened_at"] / 1000, timezone(timedelta(hours=8)))
    assert (entries[1]["happened_on"], moment.hour, moment.minute) == ("2026-01-05", 14, 30)
    assert entries[0]["happened_on"] == today.date().isoformat()
    assert abs(entries[1]["recorded_at"] / 1000 - today.timestamp()) < 60
    assert call("records.get", kind="case", id=case)["next_action"] == "报价"
    call("records.edit", kind="case_log", id=now["id"], values={"happened_on": f"{today:%Y-%m}"})
    assert not call("case.entries", case=case)[0]["late"]  # of the month that is known it may be any day


@pytest.mark.parametrize("at", ["昨天", "2026-02-30", "2026-01-05 25:00", "2026-01-05 14:30 or so", ""])
def test_a_time_that_cannot_be_read_is_refused(call, at):
    call("records.add", kind="case", values={"no": "C-1", "title": "对接", "track": "demand"})
    assert _code(call, "case.log", case="C-1", kind="phone", note="x", at=at) == "case.bad_time"


def test_a_log_entry_with_files_and_a_decision(call, ws, tmp_path: Path):
    case = call("records.add", kind="case", values={"no": "C-1", "title": "对接", "track": "demand"})["id"]
    (tmp_path / "照片.jpg").write_bytes(b"\xff\xd8\xff photo")
    before = call("workspace.info")["audit"]["length"]
    made = call("case.log", case=case, kind="meeting", note="同意", files=[str(tmp_path / "照片.jpg")], decision=True)
    assert [row["targets"] for row in call("evidence.list", target=f"case_log:{made['id']}")] == [
        [f"case_log:{made['id']}"]
    ]
    assert call("workspace.info")["audit"]["length"] == before + 1
    assert call("records.undo")["label"] == "记录案件"
    assert call("case.entries", case=case) == [] and call("evidence.list") == []


def test_an_entry_that_is_refused_leaves_no_file(call, ws, tmp_path: Path):
    (tmp_path / "照片.jpg").write_bytes(b"photo")
    files = [str(tmp_path / "照片.jpg")]
    assert _code(call, "case.log", case="没有", kind="meeting", note="x", files=files) == "record.unknown"
    call("records.add", kind="case", values={"no": "C-1", "title": "对接", "track": "demand"})
    assert _code(call, "case.log", case="C-1", kind="meeting", note=" ", files=files) == "case.empty_note"
    assert _code(call, "case.log", case="C-1", kind="没有", note="x", files=files) == "record.bad_value"
    assert list(ws.evidence.names()) == []


def test_a_log_entry_may_be_typed_as_a_record(call):
    call("records.add", kind="case", values={"no": "C-1", "title": "对接", "track": "demand"})
    values = {"case": "C-1", "happened_on": "2026-03", "kind": "走访", "note": "见面"}
    made = call("records.add", kind="case_log", values=values)["id"]
    row = call("records.get", kind="case_log", id=made)
    assert row["happened_on"] == "2026-03" and row["recorded_at"] == row["created_at"]


def test_every_kind_has_labels_in_both_languages_and_fields_with_their_own(call):
    for info in editable_kinds():
        assert info.kind.label and info.kind.label_en.isascii()
        labels = [declared.label for declared in info.fields]
        assert len(set(labels)) == len(labels), info.name
        for declared in info.fields:
            assert declared.label and declared.label_en, (info.name, declared.name)
            for choice in declared.choices:
                assert choice.code.isascii() and choice.zh and choice.en, (info.name, declared.name)


def test_an_unknown_kind_and_a_locked_workspace(call, session, ws):
    assert _code(call, "records.add", kind="dragon", values={}) == "kind.unknown"
    with pytest.raises(Usage):
        call("no.such.service")
    session.close()
    with pytest.raises(WorldFault, match=r"workspace\.locked"):
        call("records.kinds")


def test_what_turns_out_to_be_secret_leaves_no_text_in_the_history(call, ws):
    case = call("records.add", kind="case", values={"no": "2026-099", "title": "机密标题甲", "track": "supply"})["id"]
    call("records.edit", kind="case", id=case, values={"title": "2026-099", "classified": "1"})
    with ws.store.read() as connection:
        kept = connection.execute("SELECT before, after FROM change WHERE record = ?", (case,)).fetchall()
        hits = connection.execute("SELECT count(*) FROM search_doc WHERE title LIKE '%机密%'").fetchone()
    assert kept
    assert set(kept) == {(None, None)}
    assert hits == (0,)


def test_undo_never_brings_back_what_a_secret_case_said(call, ws):
    case = call("records.add", kind="case", values={"no": "C-7", "title": "某型发动机", "track": "supply"})["id"]
    log = call("case.log", case=case, kind="visit", note="涡轮叶片")["id"]
    cleared = call("records.delete", kind="case_log", id=log)["changes"]["op"]
    call("records.edit", kind="case", id=case, values={"title": "C-7"})
    call("records.edit", kind="case", id=case, values={"classified": "是"})
    ops = [cleared - 1, cleared, cleared + 1, cleared + 2, None]
    assert {_code(call, "records.undo", op=op) for op in ops} <= {"undo.nothing", "record.classified"}
    assert call("records.get", kind="case", id=case)["title"] == "C-7"
    with ws.store.read() as connection:
        kept = str(connection.execute("SELECT before, after FROM change").fetchall())
    assert "C-7" not in kept and "发动机" not in kept and "涡轮" not in kept


def test_undo_of_another_record_is_refused_where_it_would_speak_of_a_secret_case(call):
    case = call("records.add", kind="case", values={"no": "C-8", "title": "C-8", "track": "supply"})["id"]
    contract = call("records.add", kind="contract", values={"case": case, "name": "技术开发"})["id"]
    moved = call("records.edit", kind="contract", id=contract, values={"case": ""})["changes"]["op"]
    call("records.edit", kind="case", id=case, values={"classified": "是"})
    assert _code(call, "records.undo", op=moved) in {"undo.nothing", "record.classified"}
    assert call("records.get", kind="contract", id=contract)["case"] is None


def test_what_is_not_for_others_stays_out_of_a_workbook(call, tmp_path: Path):
    case = call("records.add", kind="case", values={"no": "2026-001", "title": "甲", "track": "supply"})["id"]
    for note, confidential in (("可以给人看", "0"), ("只给自己看", "1")):
        values = {"case": case, "happened_on": "2026-01-02", "kind": "phone", "note": note}
        call("records.add", kind="case_log", values={**values, "confidential": confidential})
    answer = call("records.export", kind="case_log", file=str(tmp_path / "记录.xlsx"))
    assert (answer["rows"], answer["left_out"]) == (1, 1)


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("..", "_"),
        ("a/b:c?.pdf", "a_b_c_.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("长" * 120 + ".pdf", "长" * 80 + ".pdf"),
        (" 证明 .", "证明"),
    ],
)
def test_any_name_becomes_a_file_name(given: str, safe: str):
    assert safe_name(given) == safe
