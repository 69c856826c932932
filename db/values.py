"""From what people write in a cell to what the store keeps: text, dates, numbers, choices, identifiers.

Every parser returns `Parsed` or raises `ValueProblem`; nothing is guessed: what can be read two ways is kept at the
precision that is certain and noted. Money has its own module, `db.values_money`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from db.fieldlike import ChoiceLike
from policy.dates import CHINA
from policy.i18n import mark, tr
from policy.identifiers import (
    Verdict,
    check_citizen_id,
    check_contract_number,
    check_patent_number,
    check_uscc,
    damaged_by_spreadsheet,
)

Stored = str | int | list[Any] | dict[str, Any] | None
MAX_INTEGER = 2**63 - 1  # what an INTEGER column holds
EXACT_DIGITS = 15  # decimal digits a spreadsheet number keeps

# Written for "nothing here". 无 is an answer in a text ("former names: none") and "no" in a yes/no column.
BLANK_TEXT = frozenset({"", "-", "--", "—", "——", "–", "/", "\\", "N/A", "n/a", "#N/A", "NULL", "null"})
_BLANK = BLANK_TEXT | {"无", "暂无", "未填", "不详", "nan", "NaN", "None", "none"}
_OPEN_END = frozenset({"长期", "至今", "永久", "无固定期限", "长期有效"})
_DESTROYED = "\ufffd"
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127, *range(0x80, 0xA0), 0x200B, 0xFEFF))
_NAME_SPACE = re.compile(r"\s+")
_DATE = re.compile(
    r"(?P<y>\d{4})(?:年度?|(?:年|[./\-])(?P<m>\d{1,2})(?:月份?|(?:月|[./\-])(?P<d>\d{1,2})(?:日|号)?)?)?"
    r"(?:[T ]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_DATE_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_DOTTED = re.compile(r"\d{4}\.\d")
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)")
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d{1,2})?")
_SEPARATORS = re.compile(r"[、,，;；|\n]+")
_SQUARE_METRES = frozenset({"m2", "平方米", "平米", "㎡"})
# what people write into a field of minutes
_MINUTES = {"个小时": 60, "小时": 60, "hours": 60, "hour": 60, "h": 60, "分钟": 1, "minutes": 1, "min": 1, "分": 1}
_YES = frozenset({"是", "有", "√", "✓", "✔", "☑", "y", "yes", "true", "t", "1", "对"})
_NO = frozenset({"否", "无", "没有", "×", "✗", "✘", "x", "n", "no", "false", "f", "0", "错", "不是"})
_CHECKS = {
    "uscc": check_uscc,
    "cid": check_citizen_id,
    "patent": check_patent_number,
    "contract": check_contract_number,
}
_DOUBTS = {  # what `Verdict.problem` says, and "zeros" of this module
    "blank": mark("没有号码"),
    "length": mark("位数不对"),
    "old_number": mark("15 位旧号码"),
    "characters": mark("含有不应出现的字符"),
    "check": mark("校验位不符"),
    "check_missing": mark("缺校验位"),
    "organisation_code": mark("主体标识码不符"),
    "birth_date": mark("出生日期不对"),
    "format": mark("格式不对"),
    "type": mark("专利类型位不对"),
    "year": mark("年份不对"),
    "zeros": mark("末尾的零可能是表格软件改的"),
}


class Note(NamedTuple):
    """Something to tell the user that did not stop the value: a stable code and what fills its sentence."""

    code: str
    params: dict[str, Any]


class Parsed(NamedTuple):
    """A stored value, what to tell about it, and for money the currency stated and the wording ("" for none)."""

    value: Stored
    notes: tuple[Note, ...] = ()
    currency: str = ""
    raw: str = ""


class ValueProblem(Exception):  # noqa: N818 - a finding about a cell, not an error of the program
    """A cell that cannot be stored as it stands: a stable code and what fills its sentence."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


BLANK = Parsed(None)


def written(cell: object) -> str:
    """A cell as its reader would write it: whole floats without `.0`, dates in ISO form."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else f"{cell:.{EXACT_DIGITS}g}"
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != datetime.min.time() else cell.date().isoformat()
    return "" if cell is None else str(cell)


def tidy(cell: object) -> str:
    """A cell for reading as a number, date or code: half width (NFKC), trimmed; destroyed text is refused."""
    text = written(cell)
    if _DESTROYED in text:
        raise ValueProblem("value.text_destroyed")
    return unicodedata.normalize("NFKC", text.translate(_CONTROLS)).strip().lstrip("'")


def is_blank(text: str) -> bool:
    """Whether a tidy text is one of the usual ways to leave a number, date or choice open."""
    return text in _BLANK


def compare_name(text: str) -> str:
    """The form in which names are compared: NFKC, （）as (), no spaces, case folded; never stored as the name."""
    return _NAME_SPACE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def former_names(stored: object) -> list[str]:
    """The former names of a record (a list as stored, or nothing) in the form in which names are compared."""
    return [compare_name(name) for name in stored if isinstance(name, str)] if isinstance(stored, list) else []


def parse_text(cell: object, max_length: int | None = None, blanks: frozenset[str] = BLANK_TEXT) -> Parsed:
    """Text as written: NFC, trimmed, without control characters; only `blanks` (N/A and dashes) count as blank."""
    if type(cell) is float and abs(cell) >= 10**EXACT_DIGITS:
        raise ValueProblem("value.number_damaged")
    text = written(cell)
    if _DESTROYED in text:
        raise ValueProblem("value.text_destroyed")
    if not text.isprintable():
        text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS)
    text = unicodedata.normalize("NFC", text).strip()
    if text in blanks:
        return BLANK
    if max_length is not None and len(text) > max_length:
        raise ValueProblem("value.too_long", length=len(text), limit=max_length)
    return Parsed(text)


def parse_date(cell: object, *, typed: bool = True) -> Parsed:
    """A date with the precision it was written with: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.

    A plain number is never taken for a spreadsheet's day count. A number `2023.1` may be January or an October that
    lost its zero, so the year alone is kept and noted; text `2023.1` is January, except where `typed` is false (CSV,
    where numbers arrive as text). Raises value.date_unreadable, value.date_impossible.
    """
    if isinstance(cell, datetime | date):
        return Parsed(_checked_date(cell.year, cell.month, cell.day))
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise ValueProblem("value.date_unreadable")
    return _date_from_text(tidy(cell), typed and isinstance(cell, str))


@lru_cache(maxsize=1 << 16)
def _date_from_text(text: str, zeros_kept: bool) -> Parsed:
    if is_blank(text):
        return BLANK
    if text in _OPEN_END:
        return Parsed(None, (Note("value.date_open_ended", {}),))
    found = _DATE_DIGITS.fullmatch(text)
    if not found:
        found = _DATE.fullmatch(re.sub(r"\s*([年月日./\-])\s*", r"\1", text))
        if not found:
            raise ValueProblem("value.date_unreadable")
    year, month, day = found.groups()
    if not zeros_kept and _DOTTED.fullmatch(text) and month == "1":
        return Parsed(_checked_date(int(year)), (Note("value.month_ambiguous", {"year": year}),))
    if not zeros_kept and text.endswith(".0") and month == "0":
        return Parsed(_checked_date(int(year)))
    return Parsed(_checked_date(int(year), int(month) if month else None, int(day) if day else None))


def _checked_date(year: int, month: int | None = None, day: int | None = None) -> str:
    try:
        date(year, month or 1 if month != 0 else 0, day or 1 if day != 0 else 0)
    except ValueError:
        raise ValueProblem("value.date_impossible") from None
    if not 1850 <= year <= 2150:
        raise ValueProblem("value.date_impossible")
    return f"{year:04}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else "")


def parse_month(cell: object, *, typed: bool = True) -> Parsed:
    """A year and month `YYYY-MM` (or the year alone); a day written with it is left out."""
    found = parse_date(cell, typed=typed)
    return found._replace(value=found.value[:7]) if isinstance(found.value, str) else found


def parse_year(cell: object) -> Parsed:
    """A calendar year as an integer: `2023`, `2023年`, `2023年度`."""
    text = tidy(cell).removesuffix("度").removesuffix("年")
    if is_blank(text):
        return BLANK
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise ValueProblem("value.year_unreadable")
    return Parsed(int(_checked_date(int(text))))


def parse_timestamp(cell: object) -> Parsed:
    """A moment as milliseconds UTC; a writing without zone is China's time (+08:00), a bare day its midnight."""
    if isinstance(cell, datetime):
        moment = cell
    elif isinstance(cell, date):
        moment = datetime(cell.year, cell.month, cell.day)
    else:
        text = tidy(cell)
        if is_blank(text):
            return BLANK
        found = _MOMENT.fullmatch(text.replace("/", "-"))
        day, clock = found.groups() if found else (parse_date(text).value, "00:00")
        if not isinstance(day, str) or len(day) != 10:
            raise ValueProblem("value.date_unreadable")
        try:
            moment = datetime.fromisoformat(f"{day} {clock:0>5}" if clock[1:2] != ":" else f"{day} 0{clock}")
        except ValueError:
            raise ValueProblem("value.date_impossible") from None
    _checked_date(moment.year, moment.month, moment.day)
    since = moment.replace(tzinfo=moment.tzinfo or CHINA) - datetime(1970, 1, 1, tzinfo=UTC)
    return Parsed(since // timedelta(milliseconds=1))


def is_whole(cell: float) -> bool:
    """Whether a number cell holds a whole number small enough for any unit; the common case, fast."""
    return -1e9 < cell < 1e9 and cell.is_integer()


def exact(cell: object) -> Fraction | None:
    """The exact number a number cell shows (a float at the 15 digits a spreadsheet keeps), None for other cells."""
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal | Fraction):
        return None
    if isinstance(cell, float):
        if cell != cell or cell in (float("inf"), float("-inf")):
            raise ValueProblem("value.number_unreadable")
        if abs(cell) >= 10**EXACT_DIGITS:
            raise ValueProblem("value.number_damaged")
        return Fraction(int(cell)) if cell.is_integer() else Fraction(f"{cell:.{EXACT_DIGITS}g}")
    return Fraction(cell)


def number_in(text: str) -> Fraction:
    """The exact number a tidy text writes, with or without thousands commas; raises value.number_unreadable."""
    body = text.replace("−", "-")
    if body.startswith("(") and body.endswith(")"):
        body = "-" + body[1:-1].strip()
    if not body or not _NUMBER.fullmatch(body):
        raise ValueProblem("value.number_unreadable")
    try:
        return Fraction(Decimal(body.replace(",", "")))
    except InvalidOperation:
        raise ValueProblem("value.number_unreadable") from None


def scaled(number: Fraction, factor: int, rounded_code: str) -> Parsed:
    """`number` × `factor` as an integer; a finer fraction is rounded half away from zero and noted."""
    product = number * factor
    if product.denominator == 1:
        found = Parsed(value := product.numerator)
    else:
        half = (abs(product) * 2 + 1) // 2
        found = Parsed(value := half if product > 0 else -half, (Note(rounded_code, {}),))
    if abs(value) > MAX_INTEGER:
        raise ValueProblem("value.number_too_large")
    return found


def _number_cell(cell: object, unit: str) -> Fraction | None:
    number = exact(cell)
    if number is not None:
        return number
    text = tidy(cell)
    if is_blank(text):
        return None
    if unit == "分钟":
        ending = next((ending for ending in _MINUTES if text.casefold().endswith(ending)), "")
        return number_in(text[: len(text) - len(ending)].strip()) * _MINUTES.get(ending, 1)
    suffix = unicodedata.normalize("NFKC", unit)
    for ending in _SQUARE_METRES if suffix in _SQUARE_METRES else {suffix}:
        if ending and text.endswith(ending):
            text = text[: -len(ending)].strip()
            break
    return number_in(text)


def parse_int(cell: object, unit: str = "") -> Parsed:
    """A whole number, with or without its unit behind it; a fraction is refused (value.not_whole)."""
    if isinstance(cell, float) and is_whole(cell):
        return Parsed(int(cell))
    number = _number_cell(cell, unit)
    if number is None:
        return BLANK
    if number.denominator != 1:
        raise ValueProblem("value.not_whole")
    return scaled(number, 1, "")


def parse_decimal(cell: object, scale: int, unit: str = "") -> Parsed:
    """A decimal as an integer scaled by 10**`scale`; further digits are rounded and noted.

    In a percent field a number cell between 0 and 1 may be a share (0.3 for 30 %): kept as written and noted.
    """
    if isinstance(cell, float) and is_whole(cell):
        return Parsed(int(cell) * 10**scale)
    number = _number_cell(cell, unit)
    if number is None:
        return BLANK
    found = scaled(number, 10**scale, "value.rounded")
    if unit == "%" and isinstance(cell, float) and 0 < abs(number) < 1:
        return found._replace(notes=(*found.notes, Note("value.percent_ambiguous", {"shown": written(cell)})))
    return found


def parse_bool(cell: object) -> Parsed:
    """Yes 1, no 0, blank None: 是/否, 有/无, √/×, Y/N, 1/0."""
    if isinstance(cell, bool):
        return Parsed(int(cell))
    text = tidy(cell).casefold()
    if text in _YES:
        return Parsed(1)
    if text in _NO:
        return Parsed(0)
    if text in _BLANK or text.upper() in _BLANK:
        return BLANK
    raise ValueProblem("value.not_yes_or_no")


def choice_table(choices: Sequence[ChoiceLike]) -> dict[str, str]:
    """Every spelling of every choice (code, labels, aliases) in comparing form → its code; the first one wins."""
    table: dict[str, str] = {}
    for spelling in ("code", "zh", "en"):
        for choice in choices:
            table.setdefault(compare_name(getattr(choice, spelling)), choice.code)
    for choice in choices:
        for alias in choice.aliases:
            table.setdefault(compare_name(alias), choice.code)
    table.pop("", None)
    return table


def parse_choice(cell: object, table: dict[str, str]) -> Parsed:
    """The code of a choice by any of its spellings; an unknown one is left blank and noted with what was written."""
    text = tidy(cell)
    code = table.get(compare_name(text))
    if code is not None:
        return Parsed(code)
    return BLANK if is_blank(text) else Parsed(None, (Note("value.not_a_choice", {"written": text[:80]}),))


def parse_tags(cell: object, table: dict[str, str]) -> Parsed:
    """Several choices separated by 、 , ; or a line break, as a list of codes; unknown ones are noted."""
    text = tidy(cell)
    whole = parse_choice(text, table)
    if whole.value is not None or is_blank(text):
        return whole._replace(value=[whole.value] if whole.value else None)
    codes: dict[str, None] = {}
    notes: list[Note] = []
    parts = parse_list(cell).value if text.startswith("[") else _SEPARATORS.split(text)
    for part in parts if isinstance(parts, list) else ():
        found = parse_choice(part, table)
        notes.extend(found.notes)
        if isinstance(found.value, str):
            codes[found.value] = None
    return Parsed(list(codes) or None, tuple(notes))


def parse_list(cell: object) -> Parsed:
    """A list: JSON as the export writes it, else texts separated by 、 , ; or line breaks."""
    text = parse_text(cell).value
    if not isinstance(text, str):
        return BLANK
    if text[0] in "[{":
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            raise ValueProblem("value.list_unreadable") from None
        return Parsed(value or None)
    return Parsed([part.strip() for part in _SEPARATORS.split(text) if part.strip()] or None)


def parse_code(cell: object, kind: str, max_length: int | None = None) -> Parsed:
    """An identifier as text in its normal writing; a failed check is noted, damage by a spreadsheet is refused.

    Raises value.number_damaged with the `kind` of number. Text without any digit is no identifier: blank, and noted.
    """
    if type(cell) is str and cell.isascii() and cell.isalnum() and len(cell) < 16:
        text, damaged = cell, False  # too short to be damaged
    else:
        damaged = damaged_by_spreadsheet(int(cell) if isinstance(cell, float) and cell.is_integer() else cell)
        damaged = damaged or (isinstance(cell, float) and damaged_by_spreadsheet(cell))
        text = tidy(cell)
    if is_blank(text):
        return BLANK
    verdict = _CHECKS[kind](text) if kind in _CHECKS else Verdict(True, "".join(text.split()))
    if damaged and not (isinstance(cell, str) and verdict.ok and kind in _CHECKS):
        raise ValueProblem("value.number_damaged", kind=kind)
    if kind in _CHECKS and not any(char.isdigit() for char in verdict.normal):
        return Parsed(None, (Note("value.not_a_code", {"kind": kind, "written": text[:80]}),))
    if max_length is not None and len(verdict.normal) > max_length:
        raise ValueProblem("value.too_long", length=len(verdict.normal), limit=max_length)
    if verdict.ok and not damaged:
        return Parsed(verdict.normal)
    problem = verdict.problem or "zeros"
    return Parsed(verdict.normal, (Note("value.code_doubtful", {"kind": kind, "problem": tr(_DOUBTS[problem])}),))
