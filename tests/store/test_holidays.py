"""Working days of years whose arrangement was not out when the program was made: a small file, checked to the line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from desktop.services.holidays import calendar_of
from policy.calendar import last_published_year
from policy.errors import Fault

YEAR = last_published_year() + 1
SATURDAY = next(date(YEAR, 9, day) for day in range(1, 8) if date(YEAR, 9, day).weekday() == 5)


def _file(folder: Path, text: str = "", **parts: str) -> str:
    days = ", ".join(f"{YEAR}-10-0{day}" for day in range(1, 8))
    told = {"year": str(YEAR), "document": '"国办发明电〔示例〕1号"', "holidays": f"[{days}]"}
    told |= {"workdays": f'["{SATURDAY}"]', **parts}
    lines = [f"{name} = {value}" for name, value in told.items() if value]
    path = folder / "节假日.toml"
    path.write_text(text or "\n".join(lines) + "\n", "utf-8")
    return str(path)


def test_an_added_year_counts_and_the_year_after_it_is_unknown(call, ws, tmp_path):
    holiday = date(YEAR, 10, 4)
    assert calendar_of(ws).is_working_day(holiday)[1] is False
    assert call("calendar.list")["unknown_from"] == YEAR
    added = call("calendar.add", file=_file(tmp_path))
    assert (added["year"], added["holidays"], added["workdays"], added["replaced"]) == (YEAR, 7, 1, False)
    calendar = calendar_of(ws)
    assert calendar.is_working_day(holiday) == (False, True)
    assert calendar.is_working_day(SATURDAY) == (True, True)
    known = call("calendar.list")
    assert known["unknown_from"] == YEAR + 1
    assert known["years"][-1]["source"] == "added" and known["years"][-1]["document"] == "国办发明电〔示例〕1号"
    assert calendar.add_working_days(date(YEAR, 9, 30), 1)[1] is True


def test_a_corrected_file_takes_the_place_of_the_earlier(call, ws, tmp_path):
    call("calendar.add", file=_file(tmp_path))
    again = call("calendar.add", file=_file(tmp_path, workdays=""))
    assert again["replaced"] is True
    assert calendar_of(ws).is_working_day(SATURDAY) == (False, True)
    assert len(call("records.ids", kind="holiday_year")) == 1


def test_a_deadline_counts_by_the_added_year(call, tmp_path):
    tried = {"pack": "cq-draft-measures", "rule": "handover-after-close", "values": {"closed_on": f"{YEAR}-09-30"}}
    before = call("policy.try", **tried)
    call("calendar.add", file=_file(tmp_path))
    after = call("policy.try", **tried)
    assert before["due"] < after["due"]
    assert any(str(YEAR) in note or "公布" in note for note in before["notes"])


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("year = 2027\nthis is no toml", "not_toml", 2),
        (f"year = {YEAR}\nholidays = []\nworkdays = []", "missing", 0),
        (f'year = {YEAR}\ndocument = "x"\nholidays = []', "missing", 0),
        (f'year = {YEAR}\ndocument = "x"\nholidays = [{YEAR}-10-01]\nmakeup = []', "unknown_key", 4),
        ('year = 1999\ndocument = "x"\nholidays = [1999-10-01]', "out_of_range", 1),
        (f'year = {YEAR}\ndocument = "x"\nholidays = ["{YEAR}-13-01"]', "not_a_date", 3),
        (f'year = {YEAR}\ndocument = "x"\nholidays = [\n{YEAR}-10-01,\n{YEAR + 1}-10-02]', "other_year", 5),
        (f'year = {YEAR}\ndocument = "x"\nholidays = [\n{YEAR}-10-01,\n{YEAR}-10-01]', "duplicate", 5),
        (f'year = {YEAR}\ndocument = "x"\nholidays = [{SATURDAY}]\nworkdays = [{SATURDAY}]', "duplicate", 3),
        (f'year = {YEAR}\ndocument = "x"\nholidays = [{YEAR}-10-01]\nworkdays = [2, 3]', "wrong_type", 4),
        (f'year = {YEAR}\ndocument = "x"\nholidays = [{SATURDAY}]\nworkdays = [MONDAY]', "not_a_weekend", 4),
    ],
)
def test_a_file_with_a_slip_is_refused_with_its_line(call: Any, tmp_path: Path, text: str, problem: str, line: int):
    monday = next(date(YEAR, 9, day) for day in range(1, 8) if date(YEAR, 9, day).weekday() == 0)
    with pytest.raises(Fault) as caught:
        call("calendar.add", file=_file(tmp_path, text.replace("MONDAY", str(monday))))
    told = caught.value.params
    assert (caught.value.code, told["problem"], told["line"]) == ("calendar.file_invalid", problem, line)
    assert call("calendar.list")["unknown_from"] == YEAR


def test_a_file_that_is_not_there_or_no_text_is_refused(call, tmp_path):
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe" * 10)
    (tmp_path / "long.toml").write_bytes(b"# \n" * 100_000)
    for name, code in (("gone", "calendar.no_file"), ("x", "calendar.file_invalid"), ("long", "calendar.file_invalid")):
        with pytest.raises(Fault) as caught:
            call("calendar.add", file=str(tmp_path / f"{name}.toml"))
        assert caught.value.code == code
