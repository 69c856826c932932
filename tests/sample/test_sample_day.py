"""The sample is read on its own day, 2026-11-21, on a computer whose clock says next year; nothing else is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from desktop.services import load_services
from desktop.services.registry import call
from desktop.services.session import Session
from policy import dates
from policy.errors import Refused

PASSPHRASE = "a long enough phrase"
NEXT_YEAR = date(2027, 3, 5)


class _Later(datetime):
    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return cls(NEXT_YEAR.year, NEXT_YEAR.month, NEXT_YEAR.day, 9, 30, tzinfo=tz)


@pytest.fixture(autouse=True)
def _next_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "datetime", _Later)
    for name in ("db.store.now_ms", "desktop.services.services_log.now_ms"):
        monkeypatch.setattr(name, lambda: int(_Later.now(dates.CHINA).timestamp() * 1000))


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    load_services()
    made = Session()
    own = {"organisation": "重庆示例运营有限公司", "kinds": ["incubator", "agency"], "person": "甲"}
    call(made, "workspace.create", folder=str(tmp_path / "work"), passphrase=PASSPHRASE, **own)
    yield made
    made.close()


def _stays(session: Session) -> list[int]:
    return [one["days_left"] for one in call(session, "deadlines.list", days=40) if one["title"] == "孵化期限到期"]


def test_clocks_of_the_sample_stand_as_they_were_made(session: Session, tmp_path: Path) -> None:
    """Loaded, written to and opened again while the clock says 2027."""
    assert call(session, "workspace.info")["today"] is None
    call(session, "sample.load", evidence=False)
    assert call(session, "workspace.info")["today"] == "2026-11-21"
    assert _stays(session) == [-40, 0, 1, 19, 30]

    tenant = call(session, "records.find", text="㼆泽")[0]["id"]
    made = call(session, "service.log", firm=tenant, kind="visit", topic="回访", provider="庚怀瑾")
    (row,) = (one for one in call(session, "service.list", firm=tenant)["rows"] if one["id"] == made["id"])
    assert (row["happened_on"], row["late"], made["late"]) == ("2026-11-21", False, False)
    recorded = datetime.fromtimestamp(row["recorded_at"] / 1000, dates.CHINA).date()
    assert recorded == NEXT_YEAR  # when it was typed is the clock's
    ((started,),) = _sql(session, "SELECT starts_on FROM operator")
    assert started == NEXT_YEAR.isoformat()

    with pytest.raises(Refused, match=r"settings\.protected"):
        call(session, "settings.save", key="today", value="2020-01-01")
    call(session, "workspace.close")
    assert dates.today() == NEXT_YEAR
    call(session, "workspace.open", folder=str(tmp_path / "work"), passphrase=PASSPHRASE)
    assert _stays(session) == [-40, 0, 1, 19, 30]
    assert dates.today() == NEXT_YEAR  # the day is of what a service does, not of the process


def test_a_real_workspace_goes_by_the_clock(session: Session) -> None:
    own = call(session, "workspace.info")["organisation"]["id"]
    values = {"name": "甲众创空间", "carrier_kind": "makerspace", "operator": own}
    place = call(session, "records.add", kind="carrier", values=values)["id"]
    firm = call(session, "records.add", kind="firm", values={"name": "甲公司", "org_kind": "firm"})["id"]
    asked = call(session, "tenancy.apply", firm=firm, carrier=place)["id"]
    assert call(session, "records.get", kind="tenancy", id=asked)["applied_on"] == NEXT_YEAR.isoformat()


def test_nobody_asks_the_clock_but_for_what_happens_to_the_program() -> None:
    """A page or service that counts days asks `policy.dates`, or its figures move while the sample stands still."""
    asks = re.compile(r"datetime\.now\(|date\.today\(|currentDate\(|currentDateTime\(")
    root = Path(__file__).parents[2] / "desktop"
    found = {str(path.relative_to(root)) for path in root.rglob("*.py") if asks.search(path.read_text("utf-8"))} - {
        "crash.py"
    }
    assert {name for name in found if not name.startswith("bench/")} == {
        "pages/delivery/words.py",  # when something was sent
        "pages/settings/backup.py",
        "services/apply.py",  # when a document was made
        "services/auditlog.py",
        "services/calendarfile.py",
        "services/packages.py",
        "services/sending.py",
    }


def _sql(session: Session, query: str) -> list[tuple[Any, ...]]:
    assert session.workspace is not None
    with session.workspace.store.read() as connection:
        return list(connection.execute(query))
