"""The user's own packs: versions, signatures, what replaces what, removal, comparison, old evaluations re-opened."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db.models import Change, Pack, Snapshot
from desktop.messages import explain
from desktop.services.registry import call as call_service
from desktop.services.session import Session
from exports import minisign
from policy.errors import Fault

NOTICE = """
schema = 1
id = "notice"
title = "示例通知"
number = "示字〔2026〕1号"
status = "in_force"
effective_from = "2025"
effective_to = "2026-06"
source = "示例"
subjects = ["organisation"]

[[rule]]
id = "trained"
kind = "threshold"
title = "培训人数"
clause = "第一条"
subject = "organisation"
verified = false
basis = "凭记忆"
[rule.test]
measure = "brokers_trained"
op = ">="
value = 3
[[rule.example]]
given = { brokers_trained = 3 }
verdict = "pass"
[[rule.example]]
given = { brokers_trained = 2 }
verdict = "fail"
"""
SEED = bytes(range(32))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "通知.toml"
    path.write_text(NOTICE, "utf-8")
    return path


def _fault(run: Any, *names: Any, **parameters: Any) -> Fault:
    with pytest.raises(Fault) as caught:
        run(*names, **parameters)
    return caught.value


def _listed(call: Any, pack: str = "notice") -> dict[str, Any]:
    return next(one for one in call("policy.list") if one["id"] == pack)


def _signed(file: Path, seed: bytes = SEED) -> minisign.PublicKey:
    signature = minisign.sign(file.read_bytes(), seed, "pack:notice")
    file.with_name(file.name + ".minisig").write_text(signature, "ascii")
    return minisign.public_key(seed)


def _place(ws: Any) -> dict[str, str]:
    return {"pack": "notice", "period": "2025", "subject": f"organisation:{ws.store.setting('organisation')}"}


# -- versions


def test_a_later_version_takes_the_place_of_an_earlier_own_one(call, ws, file):
    assert call("policy.add", file=str(file))["replaced"] == ""
    first = _listed(call)["digest"]
    changed = NOTICE.replace("value = 3\n", "value = 4\n").replace("brokers_trained = 3 }", "brokers_trained = 4 }")
    answer = call("policy.add", text=changed)
    assert answer["replaced"] == first != answer["digest"] == _listed(call)["digest"]
    assert call("policy.text", pack="notice")["text"] == changed
    with ws.store.read():
        (row,) = list(Pack.select())
        kept = [change.before["content"] for change in Change.select().where(Change.kind == "pack") if change.before]
    assert row.replaces == first and kept == [NOTICE]
    assert _fault(call, "policy.add", text=changed).code == "policy.same_pack"


def test_a_shipped_pack_is_neither_replaced_nor_removed(call):
    text = call("policy.text", pack="cq-draft-measures")["text"]
    assert _fault(call, "policy.add", text=text).code == "policy.id_taken"
    assert _fault(call, "policy.remove", pack="cq-draft-measures").code == "policy.shipped"
    assert _fault(call, "policy.remove", pack="nothing").code == "policy.unknown_pack"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ('replaces = ["other"]', 'replaces = ["notice"]'),
        ('replaced_by = "other"', 'replaced_by = "notice"'),
        ('replaces = ["notice"]', ""),
    ],
)
def test_packs_that_replace_each_other_are_refused(call: Any, first: str, second: str):
    one = NOTICE.replace("source =", f"{first}\nsource =")
    two = NOTICE.replace("source =", f"{second}\nsource =").replace('id = "notice"', 'id = "other"')
    if second:
        call("policy.add", text=one)
        assert _fault(call, "policy.add", text=two).code == "policy.replaces_loop"
    else:  # itself
        assert _fault(call, "policy.add", text=one).code == "policy.replaces_loop"
    assert "other" not in {pack["id"] for pack in call("policy.list")}


def test_the_list_says_what_takes_the_place_of_what(call):
    text = NOTICE.replace("source =", 'replaces = ["guokefaqu-2018-300"]\nsource =')
    call("policy.add", text=text)
    assert _listed(call, "guokefaqu-2018-300")["succeeded_by"][-1] == "notice"
    assert (_listed(call)["own"], _listed(call)["layer"], _listed(call)["unverified"]) == (True, "national", 1)


def test_a_pack_this_program_cannot_read_hides_no_other(call, ws, file):
    call("policy.add", file=str(file))
    with ws.store.write("x") as write:
        (row,) = list(Pack.select())
        write.update(Pack, row.id, {"content": NOTICE + "\n[future]\n"})
    assert _listed(call) == {"id": "notice", "title": "示例通知", "own": True, "problem": "policy.pack_invalid"}
    assert _fault(call, "policy.show", pack="notice").code == "policy.unknown_pack"
    assert call("policy.show", pack="cq-draft-measures")["rules"]


# -- signatures


def test_a_pack_is_shown_as_signed_by_whom(call, file):
    key = _signed(file)
    assert call("policy.add", file=str(file))["signature"] == {"state": "unknown", "holder": "", "key_id": key.key_id}
    call("policy.trust", line=key.line, holder="市科技局")
    assert _listed(call)["signature"] == {"state": "trusted", "holder": "市科技局", "key_id": key.key_id}
    assert [(one["holder"], one["own"]) for one in call("policy.keys")] == [
        ("渝北智创孵化器", True),
        ("市科技局", False),
    ]
    call("policy.trust", line=key.line, holder="")
    assert _listed(call)["signature"]["state"] == "unknown"
    assert _fault(call, "policy.trust", line=key.line, holder="").code == "policy.unknown_key"
    assert _fault(call, "policy.trust", line="x", holder="某人").code == "minisign.bad_key"


def test_a_signature_that_does_not_fit_is_refused(call, file):
    call("policy.trust", line=_signed(file).line, holder="市科技局")
    file.write_text(NOTICE.replace("培训人数", "培训人次"), "utf-8")
    assert _fault(call, "policy.add", file=str(file)).code == "minisign.wrong"
    file.with_name(file.name + ".minisig").write_text("junk", "ascii")
    assert _fault(call, "policy.add", file=str(file)).code == "minisign.bad_signature"
    for junk in (b"\xff" * 20_000, b""):
        file.with_name(file.name + ".minisig").write_bytes(junk)
        assert _fault(call, "policy.add", file=str(file)).code == "minisign.bad_signature"
    assert "notice" not in {pack["id"] for pack in call("policy.list")}
    file.with_name(file.name + ".minisig").unlink()
    assert call("policy.add", file=str(file))["signature"]["state"] == "none"


def test_an_export_is_signed_for_minisign_and_comes_in_again(
    call: Any, file: Path, tmp_path: Path, require_tool: Callable[[str], str]
):
    call("policy.add", file=str(file))
    (tmp_path / "出").mkdir()
    out = call("policy.export", pack="notice", out=str(tmp_path / "出"), sign=True)
    assert Path(out["file"]).read_bytes() == file.read_bytes()
    subprocess.run([require_tool("minisign"), "-V", "-P", out["line"], "-m", out["file"]], check=True)
    assert call("policy.add", file=out["file"])["signature"]["state"] == "own"
    # given on without our word, it keeps the signature it came with
    again = call("policy.export", pack="notice", out=str(tmp_path / "再.toml"))
    assert Path(again["signature"]).read_text() == Path(out["signature"]).read_text() and again["line"] == ""
    plain = call_service(Session(), "policy.export", None, pack="cq-draft-measures", out=str(tmp_path / "无.toml"))
    assert plain["signature"] == ""
    missing = _fault(call_service, Session(), "policy.export", None, pack="cq-draft-measures", out="x.toml", sign=True)
    assert missing.code == "workspace.locked"


def test_a_key_exchanged_for_another_of_its_number_is_told_not_raised(call, ws, file, monkeypatch):
    key = _signed(file)
    call("policy.trust", line=key.line, holder="市科技局")
    call("policy.add", file=str(file))
    other = minisign.PublicKey(minisign.public_key(bytes(32)).raw, key.identifier)
    call("policy.trust", line=other.line, holder="某人")
    assert _listed(call)["signature"]["state"] == "wrong"


# -- removed, replaced, re-opened


def test_a_pack_in_use_stays(call, ws, file):
    call("policy.add", file=str(file))
    frozen = call("evaluation.freeze", **_place(ws))
    refused = _fault(call, "policy.remove", pack="notice")
    assert (refused.code, refused.params["n"]) == ("policy.in_use", 1)
    assert frozen["title"] in refused.params["titles"]
    with ws.store.write("x") as write:
        write.delete(Snapshot, frozen["id"])
    call("policy.remove", pack="notice")
    assert "notice" not in {pack["id"] for pack in call("policy.list")}


def test_an_old_evaluation_opens_under_its_old_pack(call, ws, file):
    call("policy.add", file=str(file))
    place = _place(ws)
    call("evaluation.type", measure="brokers_trained", subject=place["subject"], period="2025", value="3")
    frozen = call("evaluation.freeze", **place)["id"]
    opened = call("evaluation.reopen", snapshot=frozen)
    assert opened["pack_now"] == "same"
    assert opened["frozen"]["indicators"][0]["verdict"] == opened["today"]["indicators"][0]["verdict"] == "pass"

    stricter = NOTICE.replace("value = 3\n", "value = 9\n").replace("brokers_trained = 3 }", "brokers_trained = 9 }")
    call("policy.add", text=stricter)
    call("evaluation.type", measure="brokers_trained", subject=place["subject"], period="2025", value="4")
    assert call("evaluation.run", **place)["indicators"][0]["verdict"] == "fail"
    opened = call("evaluation.reopen", snapshot=frozen)
    assert opened["pack_now"] == "replaced"
    assert [opened[side]["indicators"][0]["value"] for side in ("frozen", "today")] == ["3", "4"]
    assert opened["today"]["indicators"][0]["verdict"] == "pass"

    call("policy.remove", pack="notice")
    opened = call("evaluation.reopen", snapshot=frozen)
    assert opened["pack_now"] == "gone" and opened["today"]["indicators"][0]["verdict"] == "pass"


@pytest.mark.parametrize("part", ["pack_text", "content"])
def test_an_evaluation_whose_bytes_do_not_fit_its_digest_is_refused(call: Any, ws: Any, file: Path, part: str):
    call("policy.add", file=str(file))
    frozen = call("evaluation.freeze", **_place(ws))["id"]
    with ws.store.write("x") as write:
        changed = getattr(Snapshot.get_by_id(frozen), part).replace("示例", "实例", 1)
        write.update(Snapshot, frozen, {part: changed})
    assert _fault(call, "evaluation.reopen", snapshot=frozen).code == "snapshot.changed"


def test_a_period_before_the_pack_is_refused_and_one_after_it_says_so(call, ws, file):
    call("policy.add", file=str(file))
    place = _place(ws)
    refused = _fault(call, "evaluation.run", **{**place, "period": "2024"})
    assert (refused.code, refused.params["begins"]) == ("policy.not_in_force", "2025")
    assert call("evaluation.run", **{**place, "period": "2024..2025"})["notes"] == []
    assert call("evaluation.run", **place)["notes"] == []
    (note,) = call("evaluation.run", **{**place, "period": "2026Q3"})["notes"]
    assert "2026-06" in note and "2026Q3" in note
    frozen = call("evaluation.freeze", **{**place, "period": "2026Q3"})["id"]
    assert call("evaluation.snapshot", id=frozen)["notes"] == [note]


# -- compared


def test_two_packs_are_compared_rule_by_rule(call, file):
    new = (
        NOTICE.replace("value = 3\n", "value = 4\n")
        .replace("brokers_trained = 3 }", "brokers_trained = 4 }")
        .replace('verified = false\nbasis = "凭记忆"', 'verified = true\nverified_by = "原文"\npage = "3"')
        .replace("培训人数", "培训人次")
        .replace("第一条", "第二条")
        .replace("〔2026〕1号", "〔2027〕1号")
    )
    new += NOTICE[NOTICE.index("[[rule]]") :].replace('"trained"', '"more"')
    call("policy.add", file=str(file))
    found = call("policy.compare", left="notice", right_text=new)
    assert [field["field"] for field in found["head"]] == ["number"]
    changed, added = found["rules"]
    assert (changed["id"], changed["change"], added["id"], added["change"]) == ("trained", "changed", "more", "added")
    assert {(field["field"], field["group"], field["old"], field["new"]) for field in changed["fields"]} == {
        ("title", "texts", "培训人数", "培训人次"),
        ("clause", "clause", "第一条", "第二条"),
        ("verified", "verification", "false", "true"),
        ("verified_by", "verification", None, "原文"),
        ("page", "verification", None, "3"),
        ("basis", "verification", "凭记忆", None),
        ("test.value", "figures", "3", "4"),
    }
    back = call("policy.compare", left="notice", right=str(file))
    assert (back["head"], back["rules"]) == ([], [])
    assert call("policy.compare", left="notice", right="cq-draft-measures")["rules"][0]["change"] == "removed"
    assert _fault(call, "policy.compare", left="notice", right="nothing").code == "policy.unknown_pack"
    assert _fault(call, "policy.compare", left="notice", right_text="x = 1").code == "policy.pack_invalid"


def test_a_refusal_says_what_is_missing_where_and_what_comes_near(call: Any):
    def said(old: str, new: str) -> str:
        assert old in NOTICE
        return explain(_fault(call, "policy.check", text=NOTICE.replace(old, new)))

    missing = said('subjects = ["organisation"]\n', "")
    assert "文件开头（第一条规则之前）缺少" in missing and "subjects" in missing
    other = said('subjects = ["organisation"]', 'subjects = ["planet"]')
    assert "第 10 行" in other and "planet" in other
    near = said('measure = "brokers_trained"', 'measure = "broker_trained"')
    assert "第 21 行" in near and "brokers_trained" in near and near.count("、") < 8
