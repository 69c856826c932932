"""What the table of a notice says: which column is what, which rows are indicators, headings or sums, and the points.

Nothing is settled silently: a column that was taken for something can be taken for something else, points that cannot
be read stay open and are marked, and the sum is held against the total the table itself states.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any

from desktop.services.noticegrid import Grid
from policy.errors import Refused

ROLES = ("group", "indicator", "points", "criterion", "proof", "number", "other")
# the sentence behind a problem or a remark of a row
SAID = {
    "blank": "notice.row.blank",
    "unreadable": "notice.row.unreadable",
    "negative": "notice.row.negative",
    "shared": "notice.row.shared",
    "upper": "notice.row.upper",
    "percent": "notice.row.percent",
    "in_title": "notice.row.in_title",
}
KINDS = ("indicator", "heading", "total", "subtotal", "left_out")
MAX_INDICATORS = 400
MAX_POINTS = 10_000

_HEADER_ROWS = 12  # the header stands among the first rows, below titles
# How a column is headed (compared without blanks, brackets and units), and what is enough inside a longer heading.
_NAMES = {
    role: re.compile(pattern)
    for role, pattern in {
        "number": r"序号|编号|项次|序|no",
        "points": r"(?:标准|最高|基准|指标|总)?分值|分值权重|权重(?:分值)?|满分值?|标准分|最高分|基准分|配分|赋分值?"
        r"|分数|points|score|weight",
        "criterion": r"(?:评分|计分|得分|打分|赋分|评价|考核|评审|评定)"
        r"(?:标准|细则|办法|方法|方式|依据|说明|规则|要点|要求)|指标(?:说明|解释|要求)|标准|说明|criteri(?:on|a)",
        "proof": r"(?:应|需|须)?(?:提供|提交)?的?(?:证明|佐证|支撑|备查|附件|申报)?"
        r"(?:材料|资料|文件)(?:要求|清单|目录)?|佐证|数据来源|proof",
        "group": r"(?:指标|评价)?(?:类别|分类|类型)|(?:评价)?维度|板块|模块|大类|group",
        "indicator": r"(?:评价|考核|评分|评审|具体)?指标(?:名称|内容)?|(?:评价|考核|评分|评审)?(?:项目|内容)(?:名称)?"
        r"|评分项|indicator",
    }.items()
}
_INSIDE = {
    "proof": re.compile("材料|资料"),
    "points": re.compile("分值|满分"),
    "criterion": re.compile("标准|细则|办法"),
}
_OTHER = ("自评", "得分", "专家", "核定", "审核", "评委", "备注", "实际", "完成情况", "填报")
_LEVEL = re.compile(r"([一二三四五1-5])级(?:评价|考核|评分)?(?:指标|类别|项目|要素)?")
_LEVELS = "一二三四五12345"
_BRACKETS = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]")
_NOISE = re.compile(r"[\s:：*、,，/.·]+")

_TOTAL = re.compile(
    r"(?:合计|总计|总分|总分值|满分|总得分|共计|合计分值|合计得分|total)(?:[:：(].*|[0-9.]+分?)?", re.IGNORECASE
)
_SUBTOTAL = re.compile(r".{0,12}小计(?:[:：(].*|[0-9.]+分?)?")
_BONUS = re.compile(r"加分|附加分|附加项|奖励分")
_DEDUCTION = re.compile(r"扣分项|减分项|扣分指标|减分指标|^扣分|^减分")
_STATED = re.compile(r"[(\[]?(?:共|计|满分|合计|总分|最高|上限)?[:：]?(?<![0-9])([0-9]{1,6}(?:\.[0-9]{1,3})?)分[)\]]?")

_FOOTER = re.compile(r"(?:注|备注|说明|填表说明|附注)[0-9]?[:：]")
_NUMBERED_HEADING = re.compile(r"[(（]?[一二三四五六七八九十]{1,3}(?:[)）、.．]|$)")
_LONG_HEADING = 60  # characters; what is longer is a remark
_NUMBER = r"([0-9]{1,6}(?:\.[0-9]{1,3})?)"
_PLAIN = re.compile(rf"\+?{_NUMBER}分?")
_UPPER = re.compile(
    rf"(?:满分(?:为)?|最高|最多|上限|不超过|至多|≤|<=|≦|0?-?≤){_NUMBER}分?|{_NUMBER}分?(?:以内|封顶|为限|及以下)"
)
_RANGE = re.compile(rf"{_NUMBER}分?(?:-|~|至|—|–|―|到){_NUMBER}分?")
_PERCENT = re.compile(rf"{_NUMBER}%")
_BLANK = frozenset({"", "-", "--", "—", "——", "/", "\\", "无"})


@dataclass(frozen=True, slots=True)
class Points:
    """Points as read: exact, or None with the `problem` (blank, unreadable, negative, shared).

    `remark` says how an unusual spelling was taken: upper (end of a range or limit), percent (a weight in per cent).
    """

    value: Fraction | None
    problem: str = ""
    remark: str = ""


@dataclass(slots=True)
class Line:
    """A row of the table as taken: `kind` is one of KINDS; `row` counts from 1, as in the notice."""

    row: int
    kind: str
    group: list[str]
    title: str
    points: str
    criterion: str
    proof: str
    bonus: bool = False
    problem: str = ""
    remark: str = ""
    id: str = ""  # the rule of a row that is kept already, with its clause and what is attached
    clause: str = ""
    attached: str = ""


@dataclass(slots=True)
class Preview:
    """A table as understood. As plain data a row says by `said` the code of what is to be told of its points.

    `columns` are {place, header, role}; `sum` is of the indicators without bonus, `total`
    what the table states ("" where it states none); `groups` are stated sums of parts that differ or agree."""

    columns: list[dict[str, Any]]
    rows: list[Line]
    header: int
    sum: str = "0"
    bonus: str = "0"
    total: str = ""
    unreadable: int = 0
    groups: list[dict[str, str]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        found = asdict(self)
        for row in found["rows"]:
            row["said"] = SAID.get(row["problem"] or row["remark"], "")
        found["agrees"] = None if not self.total else self.total == self.sum and not self.unreadable
        return found


def plain_number(value: Fraction) -> str:
    """At most three decimals as text: 10, 2.5."""
    thousandths = round(value * 1000)
    whole, rest = divmod(abs(thousandths), 1000)
    text = f"{whole}.{rest:03d}".rstrip("0").rstrip(".") if rest else str(whole)
    return f"-{text}" if thousandths < 0 else text


def read_points(text: str) -> Points:
    """Points as notices write them: 10, 10分, （10分）, ５－１０, ≤5, 满分10分, 10%."""
    plain = unicodedata.normalize("NFKC", text)
    plain = re.sub(r"\s+", "", plain).strip("()[]【】")
    if plain in _BLANK:
        return Points(None, "blank")
    if hit := _PLAIN.fullmatch(plain):
        return _points(hit[1])
    if hit := _UPPER.fullmatch(plain):
        return _points(hit[1] or hit[2], "upper")
    if (hit := _RANGE.fullmatch(plain)) and Fraction(hit[1]) < Fraction(hit[2]):
        return _points(hit[2], "upper")
    if hit := _PERCENT.fullmatch(plain):
        return _points(hit[1], "percent")
    if re.fullmatch(rf"(?:-|扣|减){_NUMBER}分?", plain):
        return Points(None, "negative")
    return Points(None, "unreadable")


def _points(text: str, remark: str = "") -> Points:
    value = Fraction(text)
    return Points(value, remark=remark) if 0 < value <= MAX_POINTS else Points(None, "unreadable")


# -- columns ---------------------------------------------------------------------------------------------------------
def best_table(grids: Sequence[Grid]) -> int:
    """Which of several tables looks most like a table of indicators."""

    def weight(place: int) -> tuple[int, int, int]:
        roles = _find_header(grids[place]).roles
        return len({role for role in roles if role not in ("other", "number")}), len(grids[place].rows), -place

    return max(range(len(grids)), key=weight)


@dataclass(frozen=True, slots=True)
class _Header:
    """Where the header stands (`depth` 0: nowhere), its texts and what each column was taken for."""

    top: int
    depth: int
    texts: list[str]
    roles: list[str]

    @property
    def end(self) -> int:
        return self.top + self.depth


def _find_header(grid: Grid) -> _Header:
    """The row or two rows, among the first, that name the most columns."""
    best, most = _Header(0, 0, [""] * grid.width, ["other"] * grid.width), 1
    for depth in (1, 2):
        for top in range(min(_HEADER_ROWS, len(grid.rows) - depth + 1)):
            if depth == 2 and not _joined(grid, top):
                continue
            texts = [
                "\n".join(
                    dict.fromkeys(grid.rows[row][column] for row in range(top, top + depth) if grid.rows[row][column])
                )
                for column in range(grid.width)
            ]
            roles = _roles(texts)
            known = {role for role in roles if role != "other"}
            lower = depth == 2 and best.end and top == best.top  # cells that reach down make it a header of two rows
            if (len(known) > most or (lower and len(known) == most)) and known & {"points", "criterion", "indicator"}:
                best, most = _Header(top, depth, texts, roles), len(known)
    return best


def _joined(grid: Grid, top: int) -> bool:
    """Whether some cell of the row reaches down into the next, as over a header of two rows."""
    return any(grid.rows[top][c] and grid.origins[top + 1][c] == grid.origins[top][c] for c in range(grid.width))


def _roles(headers: Sequence[str]) -> list[str]:
    """A role for each header: levels of indicators become groups, the lowest the indicator where none is named."""
    names = [_name(header) for header in headers]
    levels = {place: _LEVELS.index(hit[1]) % 5 for place, name in enumerate(names) if (hit := _LEVEL.fullmatch(name))}
    roles = ["group" if place in levels else _role(name) for place, name in enumerate(names)]
    if "indicator" not in roles and "group" in roles:
        groups = [place for place, role in enumerate(roles) if role == "group"]
        roles[max(groups, key=lambda place: (levels.get(place, -1), place))] = "indicator"
    indicators = [place for place, role in enumerate(roles) if role == "indicator"]
    for place in indicators[:-1]:  # 项目 · 内容: what stands further right is the finer one
        roles[place] = "group"
    for role in ("points", "criterion", "proof", "number"):
        places = [place for place, found in enumerate(roles) if found == role]
        for place in places:
            if place != _preferred(places, names, indicators[-1:]):
                roles[place] = "other"
    return roles


def _preferred(places: Sequence[int], names: Sequence[str], indicator: Sequence[int]) -> int:
    """Of columns with one role the first behind the indicator (those before it are of groups), 分值 before 权重."""
    behind = [place for place in places if not indicator or place > indicator[0]] or list(places)
    return min(behind, key=lambda place: ("权重" in names[place], place))


def _role(name: str) -> str:
    exact = next((role for role, names in _NAMES.items() if names.fullmatch(name)), "")
    if exact or not name or any(word in name for word in _OTHER):
        return exact or "other"
    return next((role for role, words in _INSIDE.items() if words.search(name)), "other")


def _name(header: str) -> str:
    """A heading for comparing: the whole of it, else the lowest of its lines that says something."""
    whole = _bare(header)
    lines = [_bare(line) for line in reversed(header.split("\n"))]
    if _LEVEL.fullmatch(whole) or _role(whole) != "other":
        return next((line for line in lines if _LEVEL.fullmatch(line)), whole)
    return next((line for line in lines if _LEVEL.fullmatch(line) or _role(line) != "other"), whole)


def _bare(header: str) -> str:
    plain = unicodedata.normalize("NFKC", header).casefold()
    return _NOISE.sub("", _BRACKETS.sub("", re.sub(r"\s+", "", plain)))


# -- rows ------------------------------------------------------------------------------------------------------------
def read_table(
    grid: Grid, roles: Sequence[str] | None = None, edits: Mapping[str, Mapping[str, Any]] | None = None
) -> Preview:
    """Understand a table. `roles` (one of ROLES a column) replaces what was found; `edits` by row number replace
    kind (one of KINDS), title, points, criterion, proof, bonus or group of single rows.

    Raises Refused("notice.roles", columns) where columns and roles do not fit, Refused("notice.too_many_rows", most).
    """
    header = _find_header(grid)
    taken = header.roles
    if roles is not None:
        if len(roles) != grid.width or not set(roles) <= set(ROLES):
            raise Refused("notice.roles", columns=grid.width)
        taken = list(roles)
    columns = [{"place": place, "header": header.texts[place], "role": role} for place, role in enumerate(taken)]
    preview = Preview(columns, _edited(_Rows(grid, header, taken).read(), edits or {}), header.end)
    said = [text for text, role in zip(header.texts, taken, strict=True) if role == "points"]  # 分值（100分）
    said += ["".join(dict.fromkeys(row)) for row in grid.rows[: header.top]]  # or a title above
    _add_up(preview, next((stated for text in said if (stated := _stated(text))), ""))
    return preview


def kept_table(
    rows: Iterable[Mapping[str, Any]], total: str, edits: Mapping[str, Mapping[str, Any]] | None = None
) -> Preview:
    """The same of rows that are kept already (as `noticepack.rows_of` gives them), with changes to single ones."""
    lines = []
    for row in rows:
        line = Line(
            row["row"], "indicator", list(row["group"]), row["title"], row["points"], row["criterion"], row["proof"]
        )
        line.bonus, line.problem = row["bonus"], "" if row["points"] else "blank"
        line.id, line.clause, line.attached = row["id"], row["clause"], row["attached"]
        lines.append(line)
    preview = Preview([], _edited(lines, edits or {}), 0)
    _add_up(preview, total)
    return preview


def _edited(lines: list[Line], edits: Mapping[str, Mapping[str, Any]]) -> list[Line]:
    """The rows with what a person changed; a number that no row has is a row that was added."""
    known = {str(line.row) for line in lines}
    added = sorted(int(number) for number in edits.keys() - known if number.isascii() and number.isdecimal())
    lines += [Line(number, "indicator", [], "", "", "", "", problem="blank") for number in added]
    for line in lines:
        _edit(line, edits.get(str(line.row), {}))
    if sum(line.kind == "indicator" for line in lines) > MAX_INDICATORS:
        raise Refused("notice.too_many_rows", most=MAX_INDICATORS)
    return lines


class _Rows:
    """The rows below the header, one after the other; what groups they stand in is kept from row to row."""

    def __init__(self, grid: Grid, header: _Header, roles: Sequence[str]) -> None:
        self.grid, self.header = grid, header
        self.at = {role: [place for place, found in enumerate(roles) if found == role] for role in ROLES}
        self.lines: list[Line] = []
        self._heading: list[str] = []
        self._kept = [""] * len(self.at["group"])
        self._bonus = False

    def read(self) -> list[Line]:
        """Every row that says anything; the header once more on the next page is passed over."""
        for number in range(self.header.end, len(self.grid.rows)):
            row = self.grid.rows[number]
            again = self.header.end and row == self.grid.rows[self.header.end - 1]
            says = any(text and self.grid.own(number, place) for place, text in enumerate(row))
            if says and not again and not self._continues(number):
                self.lines.append(self._line(number))
        return self.lines

    def _text(self, number: int, role: str) -> str:
        row = self.grid.rows[number]
        return "\n".join(dict.fromkeys(row[place] for place in self.at[role] if row[place]))

    def _continues(self, number: int) -> bool:
        """Says more of the indicator above: indicator and points are merged with it (or blank where merged cells are
        not known) and something else is not. It is joined to that indicator."""
        last = self.lines[-1] if self.lines else None
        marks = [*self.at["indicator"], *self.at["points"]]
        if last is None or last.kind != "indicator" or not marks:
            return False
        row, grid = self.grid.rows[number], self.grid
        more = {
            role: text
            for role in ("criterion", "proof")
            if (text := "\n".join(row[place] for place in self.at[role] if row[place] and grid.own(number, place)))
        }
        if any(row[place] and grid.own(number, place) for place in (*marks, *self.at["group"])):
            return False
        merged = all(row[place] for place in marks)
        if not more or not (merged or not any(row[place] for place in marks)):
            return merged
        for role, text in more.items():
            setattr(last, role, "\n".join(part for part in (getattr(last, role), text) if part))
        return True

    def _line(self, number: int) -> Line:
        grid, row = self.grid, self.grid.rows[number]
        for level, place in enumerate(self.at["group"]):
            if row[place] and row[place] != self._kept[level]:
                self._kept[level:] = [row[place], *([""] * (len(self._kept) - level - 1))]
        texts = {role: self._text(number, role) for role in ("indicator", "points", "criterion", "proof", "number")}
        line = Line(number + 1, "indicator", [], texts["indicator"], "", texts["criterion"], texts["proof"])
        own = [row[place] for place in range(grid.width) if row[place] and grid.own(number, place)]
        lead = re.sub(r"\s+", "", unicodedata.normalize("NFKC", own[0])) if own else ""
        points = read_points(texts["points"])
        if _TOTAL.fullmatch(lead) or _SUBTOTAL.fullmatch(lead):
            line.kind, line.title = ("subtotal" if _SUBTOTAL.fullmatch(lead) else "total"), own[0]
            line.points = plain_number(points.value) if points.value is not None else _stated(" ".join(own))
        elif self._is_heading(number, own, texts, points):
            line.title = line.title or own[0]
            line.kind = "left_out" if _FOOTER.match(lead) or len(line.title) > _LONG_HEADING else "heading"
            line.points = plain_number(points.value) if points.value is not None else _stated(line.title)
            if line.kind == "heading":
                self._heading, self._bonus = [line.title], bool(_BONUS.search(line.title))
                self._kept = [""] * len(self.at["group"])
        else:
            self._indicator(line, number, texts["points"], points)
        return line

    def _is_heading(self, number: int, own: Sequence[str], texts: Mapping[str, str], points: Points) -> bool:
        """A row with one cell, or one that only names what follows: no criterion, no proof, no points of its own."""
        row = self.grid.rows[number]
        if len({self.grid.origins[number][place] for place, text in enumerate(row) if text}) == 1 and len(row) > 1:
            return True
        if texts["criterion"] or texts["proof"] or any(row[place] for place in self.at["group"]):
            return False
        if not texts["indicator"]:
            return bool(own) and points.value is None
        described = bool(self.at["criterion"] or self.at["proof"])
        return (points.problem == "blank" and bool(self.at["points"])) or (
            described and bool(_NUMBERED_HEADING.match(texts["number"] or texts["indicator"]))
        )

    def _indicator(self, line: Line, number: int, written: str, points: Points) -> None:
        line.group = list(dict.fromkeys([*self._heading, *(part for part in self._kept if part)]))
        if not line.title:
            line.title = next(iter(reversed(line.group)), "") or line.criterion.split("\n")[0][:_LONG_HEADING]
        line.points, line.problem, line.remark = written, points.problem, points.remark
        if points.value is not None:
            line.points = plain_number(points.value)
        if not self.at["points"]:
            stated = _stated(line.title) or _stated(line.criterion)  # no column of points: 场地面积（10分）
            line.points, line.problem, line.remark = stated, "" if stated else "blank", "in_title" if stated else ""
        elif not self.grid.own(number, self.at["points"][0]):
            line.points, line.problem, line.remark = "", "shared", ""
        named = " ".join((*line.group, line.title))
        line.bonus = self._bonus or bool(_BONUS.search(named))
        if _DEDUCTION.search(named):
            line.points, line.problem, line.remark = "", "negative", ""


def _stated(text: str) -> str:
    """Points that a heading or title states in brackets or at its end: 基础条件（30分）; "" where it states none."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    found = re.findall(
        r"[(\[【](?:共|计|满分|合计|总分|最高|上限)?[:：]?([0-9]{1,6}(?:\.[0-9]{1,3})?)分?[)\]】]", plain
    )
    if not found and (hit := _STATED.search(plain)) and plain.endswith(hit[0]):
        found = [hit[1]]
    return plain_number(Fraction(found[-1])) if found else ""


def _edit(line: Line, edit: Mapping[str, Any]) -> None:
    line.kind = edit["kind"] if edit.get("kind") in KINDS else line.kind
    for name in ("title", "criterion", "proof", "clause"):
        setattr(line, name, str(edit.get(name, getattr(line, name))))
    line.bonus = bool(edit.get("bonus", line.bonus))
    line.group = [str(part) for part in edit.get("group", line.group)]
    if "points" in edit:
        read = read_points(str(edit["points"]))
        line.points = plain_number(read.value) if read.value is not None else str(edit["points"])
        line.problem, line.remark = read.problem, read.remark


# -- sums ------------------------------------------------------------------------------------------------------------
def _add_up(preview: Preview, stated: str) -> None:
    """The sums beside the total that the table states in a row of its own, else elsewhere (`stated`)."""
    indicators = [line for line in preview.rows if line.kind == "indicator"]
    preview.sum = plain_number(_sum(line for line in indicators if not line.bonus))
    preview.bonus = plain_number(_sum(line for line in indicators if line.bonus))
    preview.unreadable = sum(_value(line) is None for line in indicators)
    totals = [line.points for line in preview.rows if line.kind == "total" and line.points]
    preview.total = totals[-1] if totals else stated
    _add_groups(preview)


def _add_groups(preview: Preview) -> None:
    """What groups, headings and subtotals state of their part, beside what its indicators add up to."""
    parts: dict[tuple[str, ...], list[Line]] = {}
    since: list[Line] = []
    stated = {line.title: line.points for line in preview.rows if line.kind == "heading"}
    for line in preview.rows:
        if line.kind == "indicator":
            since.append(line)
            for depth in range(1, len(line.group) + 1):
                parts.setdefault(tuple(line.group[:depth]), []).append(line)
        elif line.kind == "subtotal" and line.points and since:
            preview.groups.append({"title": line.title, "stated": line.points, "found": plain_number(_sum(since))})
            since = []
    for path, lines in parts.items():
        if said := stated.get(path[-1]) or _stated(path[-1]):
            preview.groups.append({"title": path[-1], "stated": said, "found": plain_number(_sum(lines))})


def _value(line: Line) -> Fraction | None:
    return read_points(line.points).value if not line.problem else None


def _sum(lines: Iterable[Line]) -> Fraction:
    return sum((value for line in lines if (value := _value(line)) is not None), Fraction(0))
