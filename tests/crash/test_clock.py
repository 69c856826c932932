"""A clock that is set back: nothing breaks, the order of what was done stays, and the user is told."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from db.models import Delivery
from desktop.services import sending
from desktop.services.cautions import cautions
from tests.crash.bench import Bench
from tools.faults.control import Control

DAY = 86_400

PROGRAM = """
import json, sys
from pathlib import Path
from db.models import Op
from desktop.services import load_services
from desktop.services.cautions import cautions
from desktop.services.registry import call
from desktop.services.session import Session
from desktop.services.workspace import open_with
from tools.faults.control import Control

load_services()
folder, secret, back = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
clock, session = Control.attached(), Session()
session.workspace = open_with(folder, "keyring", secret)
call(session, "records.add", None, kind="firm", values={"name": "钟慢之前"})
before = [one["code"] for one in cautions(session.workspace)]
clock.shift_clock(-back)
call(session, "records.add", None, kind="firm", values={"name": "钟慢之后"})
session.close()
session.workspace = open_with(folder, "keyring", secret)
told = [one for one in cautions(session.workspace) if one["code"] == "warn.clock_behind"]
undone = call(session, "records.undo", None)["label"]
names = [call(session, "records.get", None, kind="firm", id=one)["name"] for one in
         call(session, "records.ids", None, kind="firm")]
decision = dict(kind="visit", note="钟慢之后的决定", decision=True)
call(session, "case.log", None, case=call(session, "records.ids", None, kind="case")[0], **decision)
with session.workspace.store.read():
    ops = [(row.id, row.at) for row in Op.select().order_by(Op.id)]
verified = call(session, "workspace.verify", None)
deadlines = len(call(session, "deadlines.list", None))
listed = len(call(session, "evidence.list", None)) + len(call(session, "case.entries", None, case="2026-001"))
session.close()
clock.shift_clock(0)
session.workspace = open_with(folder, "keyring", secret)
after = [one["code"] for one in cautions(session.workspace)]
session.close()
print(json.dumps(dict(before=before, told=told, undone=undone, names=names, ops=ops,
                      ok=verified["ok"], listed=listed, after=after)))
"""


@pytest.fixture
def seen(
    bench: Bench, program: Callable[..., subprocess.Popen[str]], faults: Control, request: pytest.FixtureRequest
) -> dict[str, Any]:
    """What a program saw whose clock was set back by the days of the test's parameter."""
    running = program(PROGRAM, bench.folder, bench.template.secret, request.param * DAY)
    out, _ = running.communicate(timeout=120)
    assert running.returncode == 0
    answer: dict[str, Any] = json.loads(out)
    return answer


@pytest.mark.parametrize("seen", [1, 20_000], indirect=True, ids=["a day", "to 1972"])
def test_a_clock_set_back_breaks_nothing_and_is_told(seen: dict[str, Any]):
    assert "warn.clock_behind" not in seen["before"] + seen["after"]
    (told,) = seen["told"]
    assert told["params"]["now"] < told["params"]["last"]
    moments = [at for _op, at in seen["ops"]]
    assert moments != sorted(moments), "the clock did not go back: this shows nothing"
    # the last thing done is what undo takes back, whatever time stands beside it
    assert "钟慢之前" in seen["names"] and "钟慢之后" not in seen["names"]
    assert seen["ok"], "the store or the audit chain"
    assert seen["listed"] == 3  # two papers and one entry


def test_a_time_to_try_again_that_a_fast_clock_set_has_come(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    """The clock stood a year ahead when the office could not be reached; then it was put right."""
    bench.open()
    asked: list[str] = []
    monkeypatch.setattr(sending, "resume", lambda _ws, _job, *, id: asked.append(id) or {})
    ahead = sending.now_ms() + 365 * DAY * 1000
    with bench.ws.store.write("x") as write:
        due = {"package": bench.template.package, "endpoint": bench.template.endpoint, "next_try_at": ahead + 60_000}
        late = write.insert(Delivery, {**due, "state": "sent"})
        waits = write.insert(Delivery, {**due, "state": "sent"})
    with bench.ws.store.read():
        Delivery.update(updated_at=ahead).where(Delivery.id == late).execute()
    bench.call("delivery.pump")
    assert asked == [late] and waits not in asked
    assert cautions(bench.ws) == []
    bench.close()
