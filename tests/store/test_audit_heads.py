"""Heads of the audit chain kept by real packages, receipts and backups tell a cut tail and a chain made anew."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from db import audit
from db.models import AuditEntry, Delivery, Package
from exports.endpoint import EndpointProfile, dump_profile
from exports.receiver import Receiver
from tests.confirming import confirm_all

PACK, PERIOD, TOKEN = "guokefaqu-2018-300", "2025", "token-of-the-office"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Receiver]:
    with Receiver(tmp_path / "received", TOKEN, auto_review=False) as running:
        yield running


@pytest.fixture
def package(call: Any, tmp_path: Path) -> str:
    """A package sealed from a real evaluation and application."""
    own = call("workspace.info")["organisation"]["id"]
    values = {"name": "示例孵化器", "operator": own, "carrier_kind": "综合孵化器", "operated_since": "2018-05"}
    carrier = call("records.add", kind="carrier", values=values)["id"]
    year = {"carrier": carrier, "year": PERIOD, "area_total": "10400", "staff_total": "13"}
    call("records.add", kind="carrier_year", values=year)
    confirm_all(call, tmp_path, pack=PACK, period=PERIOD, subject=f"carrier:{carrier}")
    snapshot = call("evaluation.freeze", pack=PACK, period=PERIOD, subject=f"carrier:{carrier}")["id"]
    application = call("apply.make", snapshot=snapshot)["id"]
    return str(call("package.seal", application=application, personal_confirmed=True)["id"])


@pytest.fixture
def endpoint(call: Any, office: Receiver, tmp_path: Path) -> str:
    profile = tmp_path / "office.toml"
    profile.write_bytes(dump_profile(EndpointProfile(name="受理窗口", service_url=office.url)))
    return str(call("endpoint.add", profile=str(profile), token=TOKEN)["id"])


def _actions(ws: Any) -> list[str]:
    with ws.store.read():
        return [row.action for row in AuditEntry.select().order_by(AuditEntry.seq)]


def _detail(ws: Any, action: str) -> dict[str, Any]:
    with ws.store.read():
        return dict(json.loads(AuditEntry.get(AuditEntry.action == action).detail))


def _cut(ws: Any, length: int) -> None:
    with ws.store.read() as connection:
        connection.execute("DELETE FROM audit_entry WHERE seq > ?", (length,))
        connection.commit()


def _texts(call: Any) -> list[str]:
    return [problem["text"] for problem in call("audit.verify")["problems"]]


def test_each_step_to_the_receipt_is_entered_with_its_figures(ws, call, package, endpoint, office):
    sent = call("delivery.send", package=package, endpoint=endpoint)
    office.decide(sent["object_url"], "ingested", "材料齐全，有事打 13812345678")
    call("delivery.resume", id=sent["id"])
    assert [action for action in _actions(ws) if action != "endpoint.added"] == [
        "workspace.created",
        "policy.confirmed",
        "evaluation.frozen",
        "application.made",
        "package.sealed",
        "delivery.queued",
        "delivery.sent",
        "delivery.ingested",
    ]
    frozen = _detail(ws, "evaluation.frozen")
    assert frozen["pack"] == PACK and frozen["figures"] and len(frozen["pack_digest"]) == 64
    with ws.store.read():
        row = Package.get_by_id(package)
    assert _detail(ws, "package.sealed")["outer"] == row.outer_digest == _detail(ws, "delivery.queued")["sha256"]
    listed = call("audit.list", group="sending")["entries"]
    assert [entry["text"] for entry in listed][:2] == ["收到回执：已受理", "已送达接收端"]
    assert {"label": "对方答复", "shown": "材料齐全,有事打 138****5678"} in listed[0]["figures"]


def test_a_package_replaced_and_a_delivery_withdrawn_are_entered(ws, call, package, endpoint):
    sent = call("delivery.send", package=package, endpoint=endpoint)
    call("delivery.withdraw", id=sent["id"])
    with ws.store.read():
        application = Package.get_by_id(package).application_id
    newer = call("package.seal", application=application, personal_confirmed=True, replaces=package)["id"]
    assert _actions(ws)[-3:] == ["delivery.withdrawn", "package.sealed", "package.replaced"]
    assert _detail(ws, "package.replaced")["by"] == newer


def test_the_receipt_prints_the_head_of_when_the_answer_came(
    ws, call, package, endpoint, office, tmp_path, require_tool: Callable[[str], str]
):
    sent = call("delivery.send", package=package, endpoint=endpoint)
    office.decide(sent["object_url"], "ingested", "")
    call("delivery.resume", id=sent["id"])
    with ws.store.read():
        head = audit.head()
        assert Delivery.get_by_id(sent["id"]).audit_head == head.mac
    call("case.log", case=_case(call), kind="signing", note="后来的事")
    file = tmp_path / "r.pdf"
    call("delivery.receipt", id=sent["id"], out=str(file))
    done = subprocess.run([require_tool("pdftotext"), "-layout", str(file), "-"], capture_output=True, check=True)
    text = "".join(done.stdout.decode().split())
    assert head.mac in text and f"{head.length}条" in text
    assert call("audit.check", head=head.mac, length=head.length)["found"]


def test_the_package_itself_states_the_head(ws, call, package, tmp_path):
    file = tmp_path / "p.zip"
    call("package.export", id=package, file=str(file))
    answer = call("package.verify", file=str(file))
    with ws.store.read():
        head = Package.get_by_id(package).audit_head
    assert answer["index"]["audit"]["head"] == head
    assert call("audit.check", head=head, length=answer["index"]["audit"]["length"])["found"]
    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as opened:
        assert opened.namelist()


def test_a_tail_cut_off_is_told_by_package_receipt_and_backup(ws, call, package, endpoint, office):
    sent = call("delivery.send", package=package, endpoint=endpoint)
    office.decide(sent["object_url"], "ingested", "")
    call("delivery.resume", id=sent["id"])
    call("backup.now")
    answer = call("audit.verify")
    assert answer["ok"] and answer["heads"] == 3
    with ws.store.read():
        head = audit.head()
    _cut(ws, head.length - 1)
    texts = _texts(call)
    assert len(texts) == 2
    assert texts[0].startswith(f"链上没有回执 {sent['id'][:8]}（20") and head.mac[:16] in texts[0]
    assert texts[1].startswith("链上没有备份 ") and "链尾被截断" in texts[1]
    _cut(ws, 1)
    assert "链上没有报送包“科技企业孵化器申报书 · 示例孵化器”" in "".join(_texts(call))


def test_a_chain_made_anew_with_its_own_key_is_told_by_package_and_backup(ws, call, package):
    call("backup.now")
    with ws.store.read():
        rows = list(AuditEntry.select().order_by(AuditEntry.seq).tuples())
    _cut(ws, 0)
    with ws.store.write("anew", "test"):
        for seq, at, operator, action, subject, detail, *_ in rows:
            told = json.loads(detail) | ({"counts": {}} if seq == 2 else {})
            audit.append(ws.vault.audit_key, at=at, operator=operator, action=action, subject=subject, detail=told)
    with ws.store.read():
        assert audit.problems(ws.vault.audit_key) == []  # in itself it holds
    texts = _texts(call)
    assert len(texts) == 2 and "链上没有报送包" in texts[0] and "链上没有备份" in texts[1]
    assert not call("workspace.verify")["ok"]


def _case(call: Any) -> str:
    return str(call("records.add", kind="case", values={"no": "A-9", "title": "某案", "track": "supply"})["id"])
