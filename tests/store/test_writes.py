"""The write path: what each write leaves behind, and what undo gives back or refuses."""

from __future__ import annotations

import pytest

from db import search
from db.models import (
    Case,
    CaseLog,
    Change,
    Contract,
    Delivery,
    Evidence,
    EvidenceLink,
    Firm,
    FirmYear,
    Op,
    Organisation,
    Package,
    Person,
)
from db.queries import records
from db.store import Store
from policy.errors import Refused, Usage

FIRM = {"name": "重庆智能科技有限公司", "org_kind": "firm", "address": "渝北区黄山大道"}


@pytest.fixture
def store(ws) -> Store:
    return ws.store


def _add(store: Store, model=Organisation, **values) -> str:
    with store.write("新增") as write:
        return write.insert(model, {**FIRM, **values} if model is Organisation else values)


def _undo(store: Store, op: int | None = None) -> str:
    with store.write("撤销", "undo") as write:
        return write.undo(op or records.last_op() or 0)


def _row(store: Store, record: str, model=Organisation) -> dict:
    with store.read():
        return model.select().where(model._meta.primary_key == record).dicts().first()


def _found(store: Store, text: str) -> list[str]:
    with store.read() as connection:
        return [hit.record for hit in search.find(connection, text)]


def test_a_write_leaves_who_when_what_before_and_after(store):
    record = _add(store)
    with store.write("改地址", "typed") as write:
        assert write.update(Organisation, record, {"address": "江北区", "name": FIRM["name"]})
    with store.read():
        first, second = Change.select().where(Change.record == record).order_by(Change.id)
        op = second.op
    assert (first.action, first.before, first.after["address"]) == ("insert", None, FIRM["address"])
    assert (second.action, second.before, second.after) == (
        "update",
        {"address": "渝北区黄山大道"},
        {"address": "江北区"},
    )
    assert (op.label, op.origin, op.operator) == ("改地址", "typed", store.operator) and op.at > 1.7e12
    row = _row(store, record)
    assert row["created_by"] == row["updated_by"] == store.operator and row["origin"] == "typed"
    assert write.changes.records == {"organisation": [record]} and write.changes.op == op.id


def test_nested_writes_are_one_action(store):
    with store.write("外") as outer, store.write("内") as inner:
        first = outer.insert(Organisation, FIRM)
        second = inner.insert(Organisation, {**FIRM, "name": "另一家"})
    with store.read():
        ops = {change.op_id for change in Change.select().where(Change.record.in_([first, second]))}
    assert len(ops) == 1


def test_what_changes_nothing_leaves_no_trace(store):
    record = _add(store)
    with store.read():
        before = (Op.select().count(), Change.select().count(), _row(store, record))
    with store.write("没变") as write:
        assert not write.update(Organisation, record, {"name": FIRM["name"], "uscc": None})
    with store.read():
        assert (Op.select().count(), Change.select().count(), _row(store, record)) == before
    assert write.changes.op == 0 and not write.changes.records


@pytest.mark.parametrize("values", [{"name": "改了名"}, {"uscc": "91500108MA5UABCD1X", "address": None}])
def test_an_update_undone_gives_the_row_back(store, values):
    record = _add(store)
    before = _row(store, record)
    with store.write("修改") as write:
        write.update(Organisation, record, values)
    assert _undo(store) == "修改"
    after = _row(store, record)
    kept = before.keys() - {"updated_at"}
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert _found(store, "智能科技") == [record] and _found(store, "改了名") == []


def test_an_insert_undone_is_gone_and_a_delete_undone_is_back_whole(store):
    record = _add(store, former_names=[{"name": "旧名", "until": "2019"}], third_party_ratio=1250)
    before = _row(store, record)
    with store.write("删除") as write:
        write.delete(Organisation, record)
    assert _row(store, record) is None and _found(store, "旧名") == []
    _undo(store)
    assert _row(store, record) == before and _found(store, "旧名") == [record]
    _undo(store)
    assert _row(store, record) is None


def test_undo_step_by_step_goes_back_to_the_beginning(store):
    record = _add(store)
    for address in ("一", "二", "三"):
        with store.write("修改") as write:
            write.update(Organisation, record, {"address": address})
    for address in ("二", "一", FIRM["address"]):
        _undo(store)
        assert _row(store, record)["address"] == address
    _undo(store)
    assert _row(store, record) is None
    with pytest.raises(Refused, match=r"undo\.nothing"), store.write("撤销", "undo") as write:
        write.undo(records.last_op() or 0)


def test_undo_is_refused_when_something_newer_would_be_lost(store):
    record = _add(store)
    inserted = records.last_op()
    with store.write("第一次") as write:
        write.update(Organisation, record, {"address": "一"})
    first = records.last_op()
    with store.write("第二次") as write:
        write.update(Organisation, record, {"address": "二"})
    for op in (inserted, first):
        with pytest.raises(Refused, match=r"undo\.changed_since"):
            _undo(store, op)
    assert _row(store, record)["address"] == "二"


def test_undo_of_an_earlier_change_keeps_a_later_one_elsewhere(store):
    record = _add(store)
    with store.write("电话") as write:
        write.update(Organisation, record, {"contact_phone": "023"})
    phone = records.last_op()
    with store.write("地址") as write:
        write.update(Organisation, record, {"address": "二"})
    _undo(store, phone)
    row = _row(store, record)
    assert (row["contact_phone"], row["address"]) == (None, "二")


def test_nothing_is_undone_twice(store):
    _add(store)
    op = records.last_op()
    _undo(store, op)
    with pytest.raises(Refused, match=r"undo\.nothing"):
        _undo(store, op)


def test_what_the_program_did_itself_is_not_undone(store, ws):
    with store.read():
        created = Op.select().order_by(Op.id).first().id
    with pytest.raises(Refused, match=r"undo\.nothing"):
        _undo(store, created)
    assert records.last_op() is None
    with store.write("换口令", "keyslots") as write:
        from db.models import Operator

        write.update(Operator, store.operator, {"slot": "other"})
    assert records.last_op() is None


def test_a_sealed_package_and_its_delivery_cannot_be_undone(store):
    with store.write("封装") as write:
        package = _package(write)
    with store.write("报送") as write:
        write.insert(Delivery, {"package": package})
        write.insert(Organisation, FIRM)
    with store.read():
        assert Package.select().count() == Delivery.select().count() == 1
        ops = [op.id for op in Op.select()]
    for op in ops:
        with pytest.raises(Refused, match=r"undo\.nothing"):
            _undo(store, op)


def _package(write) -> str:
    from db.models import Application, Snapshot

    text = dict.fromkeys(("pack", "pack_digest", "pack_text", "subject", "period", "digest", "content"), "x")
    snapshot = write.insert(Snapshot, {"title": "定稿", "frozen_at": 1, **text})
    pdf = {"pdf_blob": "b", "pdf_digest": "d", "pdf_bytes": 1}
    book = {"title": "申报书", "snapshot": snapshot, "form": "f", "version": 1, "content": "{}", **pdf}
    application = write.insert(Application, book)
    digests = {"inner_digest": "i", "outer_digest": "o", "audit_head": "h", "metadata": {}}
    sizes = {"bytes": 1, "parts": 1, "part_bytes": 1}
    return write.insert(Package, {"title": "包", "application": application, "sealed_at": 1, **digests, **sizes})


def test_a_record_something_refers_to_is_not_deleted(store):
    record = _add(store)
    with store.write("企业") as write:
        write.insert(Firm, {}, record)
    with pytest.raises(Refused, match=r"record\.in_use"), store.write("删除") as write:
        write.delete(Organisation, record)
    assert _row(store, record) and _row(store, record, Firm)


@pytest.mark.parametrize("target", ["case_log:{}", "case_log:{}.note", "indicator:p/x@2025/case_log:{}"])
def test_a_record_that_evidence_proves_is_not_deleted(store, target):
    with store.write("案件") as write:
        case = write.insert(Case, {"no": "1", "title": "案", "track": "supply"})
        entry = {"case": case, "happened_on": "2026-05-01", "kind": "visit", "note": "见面"}
        log, other = write.insert(CaseLog, entry), write.insert(CaseLog, entry)
        file = {"title": "t", "file_name": "f", "blob": "b", "digest": "d", "bytes": 1, "media_type": "x/y"}
        proof = write.insert(Evidence, file)
        write.insert(EvidenceLink, {"evidence": proof, "target": target.format(log)})
    with pytest.raises(Refused, match=r"record\.in_use"), store.write("删除") as write:
        write.delete(CaseLog, log)
    with store.write("删除") as write:
        write.delete(CaseLog, other)


def test_a_bulk_import_keeps_ids_only_and_is_undone_whole(store):
    with store.write("导入", "import:台账.xlsx") as write:
        ids = write.insert_many(Organisation, [{**FIRM, "name": f"企业{number}"} for number in range(50)])
    with store.read():
        kept = list(Change.select().where(Change.record.in_(ids)))
    assert len(kept) == 50 and {(change.before, change.after, change.op_id) for change in kept} == {
        (None, None, kept[0].op_id)
    }
    assert write.changes.bulk == ["organisation"] and write.changes.records == {}
    assert _row(store, ids[7])["origin"] == "import:台账.xlsx" and _row(store, ids[7])["name_key"]
    _undo(store)
    with store.read():
        assert not Organisation.select().where(Organisation.id.in_(ids)).exists()


def test_one_changed_row_keeps_the_whole_import_from_being_undone(store):
    with store.write("导入", "import:x") as write:
        ids = write.insert_many(Organisation, [{**FIRM, "name": f"企业{number}"} for number in range(3)])
    op = records.last_op()
    with store.write("修改") as write:
        write.update(Organisation, ids[1], {"address": "新"})
    with pytest.raises(Refused, match=r"undo\.changed_since"):
        _undo(store, op)
    assert all(_row(store, record) for record in ids)


def test_a_second_record_of_the_same_number_is_a_duplicate_by_its_label(store):
    _add(store, Case, no="A-1", title="案", track="supply")
    for attempt in ("insert", "many"):
        with pytest.raises(Refused) as caught, store.write("案件") as write:
            row = {"no": "A-1", "title": "又一案", "track": "supply"}
            write.insert(Case, row) if attempt == "insert" else write.insert_many(Case, [row])
        assert (caught.value.code, caught.value.params["field"]) == ("record.duplicate", "案件编号")


def test_a_needed_field_left_blank_is_named(store):
    with pytest.raises(Refused) as caught, store.write("案件") as write:
        write.insert(Case, {"no": "A-1", "track": "supply"})
    assert (caught.value.code, caught.value.params["fields"]) == ("record.missing_field", "案件名称")
    record = _add(store)
    with pytest.raises(Refused, match=r"record\.missing_field"), store.write("清空") as write:
        write.update(Organisation, record, {"name": None})


def test_a_reference_to_nothing_and_an_unknown_record_are_refused(store):
    with pytest.raises(Refused, match=r"record\.broken_ref"), store.write("人员") as write:
        write.insert(Person, {"name": "王", "org": "nobody"})
    for action in ("update", "delete"):
        with pytest.raises(Usage, match=r"record\.unknown"), store.write("x") as write:
            write.update(Person, "nobody", {"name": "x"}) if action == "update" else write.delete(Person, "nobody")


def test_search_follows_every_write(store):
    record = _add(store)
    assert _found(store, "智能科技") == _found(store, "znkj") == [record]
    with store.write("修改") as write:
        write.update(Organisation, record, {"name": "南岸新材料研究院"})
    assert _found(store, "智能科技") == [] and _found(store, "新材料") == [record]
    with store.write("删除") as write:
        write.delete(Organisation, record)
    assert _found(store, "新材料") == []


def test_a_firm_is_found_once_and_follows_its_organisation(store):
    record = _add(store)
    with store.write("企业") as write:
        write.insert(Firm, {"main_product": "减速器"}, record)
    assert _found(store, "智能科技") == [record] == _found(store, "减速器")
    with store.write("修改") as write:
        write.update(Organisation, record, {"name": "改名科技"})
    assert _found(store, "改名科技") == [record]


def test_blank_is_not_zero(store):
    record = _add(store, integrity_score=0, third_party_ratio=None)
    row = _row(store, record)
    assert row["integrity_score"] == 0 and row["third_party_ratio"] is None and row["legal_rep"] is None


def test_what_was_reported_stays_whatever_is_corrected_later(store: Store):
    with store.write("x") as write:
        organisation = write.insert(Organisation, {"name": "甲公司", "org_kind": "firm", "uscc": "91500108MA5U6Q4E0X"})
        firm = write.insert(Firm, {"founded_on": "2021-05"}, organisation)
        year = write.insert(FirmYear, {"firm": firm, "year": 2025, "revenue": 100, "staff": 0})
    assert FirmYear.get_by_id(year).reported is None
    with store.write("x") as write:
        write.update(FirmYear, year, {"state": "reported", "revenue": 200})
        write.update(Organisation, firm, {"name": "乙公司"})
    for change in ({"state": "corrected", "revenue": 300}, {"state": "reported", "staff": 9}):
        with store.write("x") as write:
            write.update(FirmYear, year, change)
    row = FirmYear.get_by_id(year)
    assert (row.revenue, row.staff, row.reported) == (300, 9, {"revenue": 200, "staff": 0})
    assert (row.profile["name"], row.profile["founded_on"], row.profile["taxpayer"]) == ("甲公司", "2021-05", None)
    with store.write("x") as write:
        (bulk,) = write.insert_many(FirmYear, [{"firm": firm, "year": 2024, "revenue": 5, "state": "reported"}])
    assert FirmYear.get_by_id(bulk).reported == {"revenue": 5}


def test_the_technical_amount_follows_and_a_blank_is_not_zero(store: Store):
    with store.write("x") as write:
        contract = write.insert(Contract, {"name": "甲", "amount_total": 1000})
    assert Contract.get_by_id(contract).amount_tech is None
    for change, amount in (({"nontech_cost": 200}, 800), ({"amount_total": 900}, 700), ({"nontech_cost": None}, None)):
        with store.write("x") as write:
            write.update(Contract, contract, change)
        assert Contract.get_by_id(contract).amount_tech == amount
