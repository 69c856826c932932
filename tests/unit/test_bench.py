"""Every benchmark runs at a tiny size and answers in the agreed form. How fast anything is, is never a test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop import bench
from desktop.bench import depositing
from desktop.bench.data import SIZES, Scale, firms
from desktop.bench.measure import Clock, median, percentile, sides
from policy.errors import Usage
from policy.identifiers import check_uscc

TINY = Scale(firms=12, cases=5, log_entries=20, ledger_rows=15, saves=3, pages=3, evidence_mib=2, repeats=1)
EXPECTED = {name: [name] for name in bench.BENCHMARKS} | {"store": ["store", "store-search"]}


@pytest.mark.parametrize("name", bench.BENCHMARKS)
def test_runs_and_answers_in_form(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SIZES, "S", TINY)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    answer = bench.run_bench([name], "S")
    assert [result["name"] for result in answer["results"]] == EXPECTED[name]
    for result in answer["results"]:
        assert set(result) == {"name", "ratio", "target", "met", "unit", "detail"}
        assert result["target"] > 0
        assert isinstance(result["met"], bool)
        assert result["detail"]["peer"]
        figures = {key: value for key, value in result["detail"].items() if key.endswith(("_s", "_ms"))}
        assert len(figures) >= 2
        assert all(value >= 0 for value in figures.values())
    json.dumps(answer)
    shown = bench.show(answer)
    assert all(f" {result['name']} " in shown for result in answer["results"])
    assert list(tmp_path.iterdir()) == []  # nothing of the data stays


def test_deposit_without_curl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(depositing.shutil, "which", lambda name: None)
    [result] = depositing.deposit(TINY, tmp_path)
    assert "http.client" in result.detail["peer"]


def test_unknown_name_runs_nothing() -> None:
    with pytest.raises(Usage) as caught:
        bench.run_bench(["store", "speed"], "S")
    assert (caught.value.code, caught.value.params["name"]) == ("bench.unknown", "speed")


def test_a_rate_is_shown_against_its_lower_limit() -> None:
    result = {"name": "deposit", "ratio": 0.5, "target": 0.9, "met": False, "unit": "rate", "detail": {"peer": "curl"}}
    assert "0.50 ≥ 0.9" in bench.show({"results": [result]})


def test_firms_are_repeatable_distinct_and_valid() -> None:
    rows = list(firms(300))
    assert rows == list(firms(300))
    assert len({row["name"] for row in rows}) == len({row["uscc"] for row in rows}) == 300
    assert all(check_uscc(row["uscc"]).ok for row in rows[:20])


def test_sides_compares_medians() -> None:
    ours = [Clock(seconds=value, peak_mib=value * 10) for value in (1.0, 9.0, 2.0)]
    ratio, detail = sides(ours, [Clock(seconds=0.5), Clock(seconds=4.0), Clock(seconds=1.0)], "bare")
    assert ratio == 2.0
    assert (detail["ours_s"], detail["peer_s"], detail["ours_peak_mib"]) == (2.0, 1.0, 20.0)
    assert detail["peer_peak_mib"] is None


def test_median_and_percentile() -> None:
    assert median([Clock(), Clock()], "grown_mib") is None
    assert median([Clock(idle_mib=5.0, peak_mib=7.5)], "grown_mib") == 2.5
    assert percentile(list(range(1, 101)), 0.95) == 96
    assert percentile([4.0], 0.95) == 4.0
