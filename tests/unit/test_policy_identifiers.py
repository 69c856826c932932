"""Checks of credit codes, citizen IDs, patent and contract numbers, and numbers a spreadsheet has damaged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.identifiers import (
    Verdict,
    check_citizen_id,
    check_contract_number,
    check_patent_number,
    check_uscc,
    damaged_by_spreadsheet,
)


@pytest.mark.parametrize("code", ["11500000MB15895317", "11500000009276281J", "91350200MA2YJ1XR9G"])
def test_credit_codes_in_use_pass(code: str) -> None:
    assert check_uscc(code) == Verdict(True, code)
    wide = "".join(chr(ord(char) + 0xFEE0) for char in code.lower())
    assert check_uscc(f" {wide} ") == Verdict(True, code)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("91350203M0001QAY9B", "check"),  # in real use all the same: reported, never blocked
        ("11500000MB15895318", "check"),
        ("11500000MB1589531", "length"),
        ("11500000MB1589531I", "characters"),
        ("500103000012345", "old_number"),
        ("  ", "blank"),
    ],
)
def test_credit_codes_that_fail_say_why(text: str, problem: str) -> None:
    verdict = check_uscc(text)
    assert (verdict.ok, verdict.problem) == (False, problem)


def test_a_credit_code_with_a_wrong_organisation_code_inside() -> None:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    # One step in the organisation code's own check, made good in the last character.
    body = "11500000MB1589532"
    repaired = next(body + char for char in alphabet if check_uscc(body + char).problem != "check")
    assert check_uscc(repaired).problem == "organisation_code"


@pytest.mark.parametrize("place", range(18))
def test_every_single_wrong_character_of_a_credit_code_is_seen(place: int) -> None:
    good = "91350200MA2YJ1XR9G"
    for char in "0123456789ABCDEFGHJKLMNPQRTUWXY":
        changed = good[:place] + char + good[place + 1 :]
        assert check_uscc(changed).ok == (changed == good)


def _citizen_id(body: str) -> str:
    return next(body + check for check in "0123456789X" if check_citizen_id(body + check).ok)


def test_citizen_ids() -> None:
    assert check_citizen_id("11010519491231002x") == Verdict(True, "11010519491231002X")
    assert check_citizen_id("110105194912310021").problem == "check"
    assert check_citizen_id("110105194902300021").problem == "birth_date"
    assert check_citizen_id("1101051949X231002X").problem == "characters"
    assert check_citizen_id("110105491231002").problem == "old_number"
    assert check_citizen_id("").problem == "blank"
    assert check_citizen_id("E12345678").problem == "length"


@pytest.mark.parametrize("month", range(1, 13))
def test_people_born_in_every_month_pass(month: int) -> None:
    assert check_citizen_id(_citizen_id(f"5001031990{month:02d}15123")).ok


@given(st.integers(0, 9), st.integers(0, 16))
def test_a_wrong_digit_of_a_citizen_id_is_seen(digit: int, place: int) -> None:
    good = "11010519491231002X"
    changed = good[:place] + str(digit) + good[place + 1 :]
    assert check_citizen_id(changed).ok == (changed == good)


@pytest.mark.parametrize(
    ("text", "normal", "problem"),
    [
        ("ZL201710601862.3", "201710601862.3", ""),
        ("2017106018623", "201710601862.3", ""),
        ("ＣＮ２０１７１０６０１８６２．３", "201710601862.3", ""),
        ("95115608.x", "95115608.X", ""),
        ("97101765.4", "97101765.4", ""),
        ("201710601862.4", "201710601862.4", "check"),
        ("201710601862", "201710601862", "check_missing"),
        ("201770601862.3", "201770601862.3", "type"),
        ("200210601862.3", "200210601862.3", "year"),
        ("US1234567", "US1234567", "format"),
        ("", "", "blank"),
    ],
)
def test_patent_numbers(text: str, normal: str, problem: str) -> None:
    assert check_patent_number(text) == Verdict(not problem, normal, problem)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2025500001000123", ""),
        ("2025 5000 01 000123", ""),
        ("25500001000123", ""),
        ("202550000100012", "length"),
        ("2025500001A00123", "characters"),
        ("", "blank"),
    ],
)
def test_contract_numbers(text: str, problem: str) -> None:
    assert check_contract_number(text).problem == problem


@pytest.mark.parametrize(
    "value",
    [
        9.150010873396394e16,
        5.00103e17,
        500103199001011000,
        "5.00103E+17",
        "５．００１０３Ｅ＋１７",
        "5.00103e17",
        "500103199001011000",
        "500103199001011000.0",
        2025500001000120,
    ],
)
def test_numbers_a_spreadsheet_has_damaged(value: object) -> None:
    assert damaged_by_spreadsheet(value)


@pytest.mark.parametrize(
    "value",
    [
        "11010519491231002X",
        "500103199001011230",
        "2025500001000120",
        "500103199001011",
        "91350200MA2YJ1XR9G",
        12345.5,
        2025,
        2025500001000123,
        True,
        None,
        "",
        "3.5E+3",
    ],
)
def test_numbers_that_are_whole(value: object) -> None:
    assert not damaged_by_spreadsheet(value)
