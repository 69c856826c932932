"""Editing a pack's text one field at a time: what the form shows, and that nothing but the field changes."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from desktop.services import load_services
from desktop.services.packfields import (
    applies_to,
    head_fields,
    inputs_of,
    rule_fields,
    shown_example,
    stored,
    tables,
)
from desktop.services.registry import call as call_service
from desktop.services.session import Session
from policy.errors import Fault
from policy.evaluate import failed_examples
from policy.i18n import resources_dir, speaking
from policy.pack import load_pack

BASE = "guokefaqu-2018-300"
SHIPPED = sorted((resources_dir() / "policies").glob("*.toml"))
TEXT = """# What the notice says.
schema = 1
id = "notice-2026"
title = "通知"
source = "通知原文"
status = "in_force"
subjects = ["carrier", "organisation"]

# 面积：第六条
[[rule]]
id = "area"  # never renamed
kind = "threshold"
title = "面积"
clause = "第六条"
subject = "carrier"
verified = true
verified_by = "原文"
page = "3"
[rule.test]
measure = "area_total"
op = ">="
value = 10000  # m²
[[rule.example]]
given = { area_total = 10000 }
verdict = "pass"
[[rule.example]]
given = { area_total = 9999.99 }
verdict = "fail"

# 奖励：第十三条
[[rule]]
id = "money"
kind = "award"
title = "到账奖励"
clause = "第十三条"
subject = "organisation"
verified = false
basis = "凭记忆"
form = "bands"
measure = "local_received_fen"
[[rule.band]]
from = 5_000_000_000
amount_fen = 200_000_000
[[rule.example]]
given = { local_received_fen = "5000万元" }
award_max_fen = 200_000_000
[[rule.example]]
given = { local_received_fen = "4999.99万元" }
award_max_fen = 0
"""


def _call(name: str, /, **parameters: Any) -> Any:
    load_services()
    return call_service(Session(), name, None, **parameters)


def _set(text: str, path: list[str | int], value: str) -> str:
    return str(_call("packedit.set", text=text, path=path, value=value)["text"])


def _changed(before: str, after: str) -> list[tuple[str, str]]:
    old, new = before.split("\n"), after.split("\n")
    assert len(old) == len(new)
    return [(one, other) for one, other in zip(old, new, strict=True) if one != other]


def _code(name: str, **parameters: Any) -> Fault:
    with pytest.raises(Fault) as caught:
        _call(name, **parameters)
    return caught.value


def _field(text: str, rule: int, *end: str | int) -> dict[str, Any]:
    fields = _call("packedit.read", text=text)["rules"][rule]["fields"]
    return next(field for field in fields if field["path"][2:] == list(end))


def test_the_form_shows_figures_as_people_type_them_with_their_unit() -> None:
    value = _field(TEXT, 0, "test", "value")
    assert (value["text"], value["unit"], value["type"]) == ("10000", "m²", "number")
    assert value["label"].endswith("≥")
    start, amount = _field(TEXT, 1, "band", 0, "from"), _field(TEXT, 1, "band", 0, "amount_fen")
    assert (start["text"], start["unit"]) == ("5000", "万元")
    assert (amount["text"], amount["type"]) == ("200", "money")
    read = _call("packedit.read", text=TEXT)
    assert [rule["line"] for rule in read["rules"]] == [10, 31]
    assert read["rules"][1]["examples"][0] == {
        "given": read["rules"][1]["inputs"][0]["label"] + "：5000万元",
        "expected": "奖励上限：200\u3000万元",
        "line": 44,
    }


def test_one_figure_changes_one_line_and_comments_stay() -> None:
    assert _changed(TEXT, _set(TEXT, ["rule", 0, "test", "value"], "12000")) == [
        ("value = 10000  # m²", "value = 12000  # m²")
    ]
    assert _changed(TEXT, _set(TEXT, ["rule", 0, "id"], "floor")) == [
        ('id = "area"  # never renamed', 'id = "floor"  # never renamed')
    ]
    assert _changed(TEXT, _set(TEXT, ["rule", 1, "band", 0, "from"], "8000")) == [
        ("from = 5_000_000_000", "from = 8_000_000_000")
    ]
    assert _changed(TEXT, _set(TEXT, ["rule", 1, "band", 0, "amount_fen"], "1.5亿元")) == [
        ("amount_fen = 200_000_000", "amount_fen = 15_000_000_000")
    ]
    assert _changed(TEXT, _set(TEXT, ["rule", 0, "test", "value"], "９９９９．５")) == [
        ("value = 10000  # m²", "value = 9999.5  # m²")
    ]


def test_a_field_that_was_not_there_is_added_to_its_table_and_a_blank_takes_it_away() -> None:
    more = _set(TEXT, ["rule", 0, "note"], "按使用面积")
    assert load_pack(more.encode()).rule("area").note.zh == "按使用面积"
    assert tomllib.loads(_set(more, ["rule", 0, "note"], "")) == tomllib.loads(TEXT)
    dated = load_pack(_set(TEXT, ["effective_from"], "2026-03").encode())
    assert dated.effective_from == "2026-03"
    proofs = load_pack(_set(TEXT, ["rule", 1, "proofs"], "银行回单，技术合同").encode()).rule("money").proofs
    assert proofs == ("银行回单", "技术合同")


def test_what_was_seen_and_what_was_not_exclude_each_other() -> None:
    doubted = _set(_set(TEXT, ["rule", 0, "verified"], "0"), ["rule", 0, "basis"], "待核对")
    assert load_pack(doubted.encode()).rule("area").verification.basis.zh == "待核对"
    assert "verified_by" not in tomllib.loads(doubted)["rule"][0]
    seen = _set(_set(TEXT, ["rule", 1, "verified"], "1"), ["rule", 1, "verified_by"], "李四")
    assert load_pack(seen.encode()).rule("money").verification.by == "李四"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["rule", 0, "test", "value"], "很多"),
        (["rule", 0, "test", "value"], "1.1234567"),
        (["rule", 1, "band", 0, "from"], "五千"),
        (["effective_from"], "明年"),
    ],
)
def test_what_is_not_of_the_fields_type_is_refused_by_its_name(path: list[str | int], value: str) -> None:
    fault = _code("packedit.set", text=TEXT, path=path, value=value)
    assert fault.code == "packedit.value_invalid"
    assert fault.params["value"] == value and fault.params["label"] and fault.params["wanted"]


@pytest.mark.parametrize("path", [["rule", 7, "clause"], ["rule", 0, "kind"], ["rule", 0, "test", "any", 0, "value"]])
def test_a_place_that_is_not_there_or_not_of_the_form_is_refused(path: list[str | int]) -> None:
    assert _code("packedit.set", text=TEXT, path=path, value="1").code == "packedit.no_place"


def test_text_that_is_no_toml_names_its_line() -> None:
    for name, more in (("packedit.read", {}), ("packedit.remove_rule", {"rule": 0})):
        fault = _code(name, text=TEXT.replace('op = ">="', 'op = ">='), **more)
        assert (fault.code, fault.params["line"]) == ("packedit.not_toml", 21)


def test_a_copied_rule_is_whole_has_its_own_id_and_can_be_removed_again() -> None:
    answer = _call("packedit.copy_rule", text=TEXT, rule=0)
    pack = load_pack(answer["text"].encode())
    assert [rule.id for rule in pack.rules] == ["area", "area-2", "money"]
    assert answer["rule"] == 1 and not failed_examples(pack)
    assert _call("packedit.remove_rule", text=answer["text"], rule=1)["text"] == TEXT
    again = _call("packedit.copy_rule", text=answer["text"], rule=0)["text"]
    assert [rule.id for rule in load_pack(again.encode()).rules] == ["area", "area-3", "area-2", "money"]


def test_a_removed_rule_takes_its_comment_and_leaves_the_others() -> None:
    left = _call("packedit.remove_rule", text=TEXT, rule=0)["text"]
    assert "第六条" not in left and "# 奖励：第十三条\n[[rule]]" in left and left.startswith("# What the notice says.")
    last = _call("packedit.remove_rule", text=TEXT, rule=1)["text"]
    assert "第十三条" not in last and "# 面积：第六条" in last
    assert _code("packedit.remove_rule", text=TEXT, rule=2).code == "packedit.no_place"


def test_examples_are_adopted_one_by_one_and_nothing_else() -> None:
    text = _set(_set(TEXT, ["rule", 0, "test", "value"], "12000"), ["rule", 1, "band", 0, "amount_fen"], "300")
    found = _call("policy.check", text=text)["mismatches"]
    assert [(one["rule"], one["example"], one["field"]) for one in found] == [
        ("area", 1, "verdict"),
        ("money", 1, "award_max_fen"),
    ]
    adopted = _call("packedit.adopt", text=text, mismatches=found)["text"]
    assert _call("policy.check", text=adopted)["mismatches"] == []
    assert _changed(text, adopted) == [
        ('verdict = "pass"', 'verdict = "fail"'),
        ("award_max_fen = 200_000_000", "award_max_fen = 300000000"),
    ]


def test_a_successor_keeps_the_rules_and_claims_nothing_of_the_new_document() -> None:
    made = {"id": "notice-next", "name": "新办法", "number": "渝科局发〔2026〕1号"}
    with speaking("en"):  # a pack's own language is Chinese, whoever makes it
        text = _call("packedit.successor", pack=BASE, **made)["text"]
    old = load_pack((resources_dir() / "policies" / f"{BASE}.toml").read_bytes())
    new = load_pack(text.encode())
    assert (new.id, new.title.zh, new.number, new.replaces) == ("notice-next", "新办法", made["number"], (BASE,))
    assert (new.status, new.effective_to, new.replaced_by) == ("draft", "", "")
    assert [rule.id for rule in new.rules] == [rule.id for rule in old.rules]
    assert any(rule.verification.verified for rule in old.rules)
    assert not any(rule.verification.verified for rule in new.rules)
    assert all(old.citation() in rule.verification.basis.zh for rule in new.rules)
    assert not failed_examples(new)
    assert text.startswith("# Recognition of national technology incubators")  # its comments came along


def test_what_speaks_of_other_documents_stays_as_it_is_in_a_successor() -> None:
    raw = tomllib.loads((resources_dir() / "policies" / "cq-draft-measures.toml").read_text("utf-8"))
    text = _call("packedit.successor", pack="cq-draft-measures", id="measures-final", name="若干措施")["text"]
    new = tomllib.loads(text)
    assert raw["choice"] and new["choice"] == raw["choice"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_field_of_every_pack_is_read_back_as_it_is_written(path: Path) -> None:
    raw = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    fields = head_fields(raw)
    for place, rule in enumerate(raw["rule"]):
        fields += rule_fields(rule, place)
    kept = 0
    for field in fields:
        value: Any = raw
        for step in field["path"]:
            value = value[step] if isinstance(value, list) else value.get(step)
        if value is None or not field["text"]:
            continue
        read = stored(field, field["text"])
        assert read == (Fraction(value) if isinstance(value, Decimal) else value), field
        kept += 1
    assert kept > 5 * len(raw["rule"])


@pytest.mark.parametrize("path", SHIPPED[::4], ids=lambda path: path.stem)
def test_a_pack_survives_a_field_set_to_what_it_is(path: Path) -> None:
    text = path.read_text("utf-8")
    assert _set(text, ["rule", 0, "clause"], tomllib.loads(text)["rule"][0]["clause"]) == text
    copied = _call("packedit.copy_rule", text=text, rule=0)["text"]
    assert len(load_pack(copied.encode()).rules) == len(tomllib.loads(text)["rule"]) + 1
    assert _call("packedit.remove_rule", text=copied, rule=1)["text"] == text


def test_a_number_no_pack_may_hold_is_shown_as_it_is_written() -> None:
    for number in ("1e999999999", "inf", "1.12345678"):
        assert _field(TEXT.replace("value = 10000", f"value = {number}"), 0, "test", "value")["text"] == number
    assert _code("packedit.read", text="[" * 5000).code == "packedit.not_toml"
    assert _code("packedit.read", text=f"schema = {'9' * 5000}").code == "packedit.not_toml"


def _places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in inside:
        yield (*path, step)
        yield from _places(inner, (*path, step))


@pytest.mark.parametrize(
    "other", [1, Fraction(1, 3), "x", [], {}, [1], [{}], {"a": 1}, [["a"]], date(2026, 1, 1), True]
)
def test_a_text_half_typed_is_shown_as_far_as_it_goes(other: Any) -> None:
    raw = tomllib.loads(TEXT)
    raw["rule"][0]["when"] = {"carrier_kind": ["综合孵化器"]}
    shown = 0
    for path in list(_places(raw)):
        broken = copy.deepcopy(raw)
        holder: Any = broken
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = other
        shown += len(head_fields(broken))
        for place, rule in enumerate(tables(broken.get("rule"))):
            shown += len(rule_fields(rule, place)) + len(inputs_of(broken, rule)) + len(applies_to(broken, rule))
            shown += sum(len(shown_example(broken, rule, one)) for one in tables(rule.get("example")))
    assert shown > 1000
