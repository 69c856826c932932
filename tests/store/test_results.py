"""Results, grants and publications: what may be kept of a classified one, and what still names a record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from policy.errors import Fault

SECRET = {"title": "S-26-01", "register_no": "S-26-01", "classified": "是"}


def _code(call, name: str, /, **parameters: Any) -> str:
    with pytest.raises(Fault) as caught:
        call(name, **parameters)
    return caught.value.code


def _add(call, record_kind: str, /, **values: Any) -> str:
    return str(call("records.add", kind=record_kind, values=values)["id"])


def test_a_classified_result_is_a_register_number_and_nothing_belongs_to_it(call, ws, tmp_path: Path):
    own = call("workspace.info")["organisation"]["id"]
    record = _add(call, "achievement", **SECRET)
    assert call("records.get", kind="achievement", id=record)["classified"] == 1
    for extra in ({"title": "某型发动机"}, {"owner": own}, {"trl": "6"}, {"summary_internal": "推力"}):
        assert _code(call, "records.add", kind="achievement", values={**SECRET, **extra}) == "record.classified"
    belonging = (
        ("grant", {"achievement": record, "unit": own, "kind": "long_use", "granted_on": "2025-11-22"}),
        ("handover_item", {"achievement": record, "university": own, "basis": "monthly"}),
        ("publication", {"subject": f"achievement:{record}", "kind": "price", "place": "网站", "starts_on": "2025"}),
        ("self_score", {"pack": "p", "rule": "r", "period": "2025", "subject": f"achievement:{record}"}),
    )
    for kind, values in belonging:
        assert _code(call, "records.add", kind=kind, values=values) == "record.classified", kind
    (tmp_path / "秘密.txt").write_text("x")
    files = [str(tmp_path / "秘密.txt")]
    assert _code(call, "evidence.add", files=files, target=f"achievement:{record}") == "record.classified"


def test_a_result_that_turns_out_to_be_classified_leaves_no_text(call, ws):
    record = _add(call, "achievement", title="S-26-02", register_no="S-26-02", summary_internal="某型发动机")
    bare = {"classified": "是", "summary_internal": ""}
    public = _add(call, "publication", subject=f"achievement:{record}", kind="price", place="网站", starts_on="2025")
    assert _code(call, "records.edit", kind="achievement", id=record, values=bare) == "record.classified"
    call("records.delete", kind="publication", id=public)
    call("records.edit", kind="achievement", id=record, values=bare)
    with ws.store.read() as connection:
        kept = connection.execute("SELECT group_concat(coalesce(before, '') || coalesce(after, '')) FROM change")
        assert "发动机" not in kept.fetchone()[0]


def test_what_a_publication_names_cannot_go_and_follows_a_merge(call):
    going, staying = (_add(call, "organisation", name=name, org_kind="university") for name in ("甲校", "乙校"))
    public = _add(
        call, "publication", subject=f"organisation:{going}", kind="reward", place="网站", starts_on="2025-03"
    )
    assert _code(call, "records.delete", kind="organisation", id=going) == "record.in_use"
    call("records.merge", kind="organisation", id=going, into=staying)
    assert call("records.get", kind="publication", id=public)["subject"] == f"organisation:{staying}"


def test_a_target_stands_without_a_pack_and_one_of_a_pack_is_called_by_its_rule(call):
    own = _add(call, "target", title="2026年孵化企业", measure="tenants", value="70", period="2026", scope="taskbook")
    assert call("records.get", kind="target", id=own)["_title"] == "2026年孵化企业"
    ruled = _add(call, "target", pack="p", rule="target-events", period="2026", own_share="15")
    assert call("records.get", kind="target", id=ruled)["_title"] == "target-events"


def test_a_paper_that_no_record_shows_is_answered_and_the_rule_counts_it(call):
    case = _add(call, "case", no="C-9", title="示例", track="supply", mode="transfer")
    public = _add(call, "publication", subject=f"case:{case}", kind="price", place="网站", starts_on="2026-03-02")
    price = _add(call, "pricing", case=case, route="negotiated", publication=public)
    place = {"subject": f"pricing:{price}", "period": "2026"}

    def verdict() -> str:
        found = call("evaluation.run", pack="cq-rules-2021-43", **place)["indicators"]
        return str(next(item["verdict"] for item in found if item["id"] == "negotiated-price"))

    assert verdict() == "unknown"
    call("evaluation.type", measure="name_published", value="是", **place)
    call("evaluation.type", measure="price_published", value="否", **place)
    assert verdict() == "fail"
    call("evaluation.type", measure="price_published", value="是", **place)
    assert verdict() == "pass"
    call("evaluation.type", measure="price_published", value="", **place)
    assert verdict() == "unknown"
    for name in ("route", "paper_nobody_asks_for", "choice.reward-basis"):
        assert _code(call, "evaluation.type", measure=name, value="是", **place) == "policy.unknown_name"
