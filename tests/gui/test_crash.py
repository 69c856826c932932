"""Crash reports name the place and the kind of error, and nothing of what was typed."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from desktop import crash
from desktop.fields import kind_info
from desktop.models import format as shown_as

SECRET = "重庆某某科技 13800001234"


def test_report_has_places_and_no_values() -> None:
    try:
        try:
            int(f"first line\n{SECRET}")
        except ValueError as cause:
            raise KeyError(SECRET) from cause
    except KeyError as error:
        text = crash.describe(error)
    assert "builtins.KeyError" in text
    assert "builtins.ValueError" in text
    assert "test_crash.py:" in text
    assert SECRET not in text


def test_report_file_is_private_and_old_ones_go(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(crash, "state_folder", lambda: tmp_path)
    files = [crash.write_report(f"report {number}") for number in range(crash._KEPT + 3)]
    assert stat.S_IMODE(files[-1].stat().st_mode) == 0o600
    assert "report 22" in files[-1].read_text("utf-8")
    assert len(list((tmp_path / "crashes").iterdir())) == crash._KEPT


@pytest.mark.parametrize(
    ("name", "row", "shown", "typed"),
    [
        ("reg_capital", {"reg_capital": 310_000_000}, "3,100", "3100"),
        ("reg_capital", {"reg_capital": 123_456_789}, "1,234.56789", "1234.56789"),
        ("reg_capital", {"reg_capital": -50_000}, "-0.5", "-0.5"),
        ("reg_capital", {"reg_capital": 600_000_000, "reg_capital_currency": "USD"}, "6,000,000 USD", "6000000 USD"),
        ("reg_capital", {"reg_capital": None}, "", ""),
        ("reg_capital", {"reg_capital": 0}, "0", "0"),
        ("is_team", {"is_team": 0}, "否", "0"),
        ("serial_founder", {"serial_founder": None}, "", ""),
        ("org_kind", {"org_kind": "university"}, "高等院校", "university"),
        ("former_names", {"former_names": ["甲", "乙"]}, "甲、乙", "甲、乙"),
    ],
)
def test_values_are_shown_and_typed_by_declaration(name: str, row: dict[str, object], shown: str, typed: str) -> None:
    field = kind_info("firm").field(name)
    assert shown_as.shown(field, row) == shown
    assert shown_as.typed(field, row) == typed
