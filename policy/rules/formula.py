"""Formula rules: a quantity worked out from others by plain arithmetic, exactly, and held against limits."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from policy.i18n import tr
from policy.measure import Measure
from policy.measures import UNITS, parse_figure, shown, shown_unit
from policy.rules.common import FAIL, INFO, PASS, UNKNOWN, Facts, Finding, read_measure, unique, with_unit
from policy.schema import Table, Text, exact_number, invalid

_OPERATIONS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_FUNCTIONS = {"min": min, "max": max}
_MAX_NODES = 100
_UNITS = frozenset(UNITS) | {"per"}


@dataclass(frozen=True, slots=True)
class Input:
    """One quantity of the expression: a measure, an attribute (a figure as typed), or another formula of the pack."""

    name: str
    title: Text
    measure: Measure | None
    attribute: str
    rule: str
    unit: str
    optional: bool

    def label(self, facts: Facts) -> str:
        """What it is called."""
        if self.title.zh:
            return str(self.title)
        return self.measure.title() if self.measure else facts.label(self.attribute) if self.attribute else self.rule

    def figure(self, facts: Facts) -> Fraction | None:
        """Its value; None where nobody knows it or it is no number."""
        if self.measure:
            value = facts.figure(self.measure)
            return None if value is None else Fraction(value)
        if self.rule:
            found = facts.results.get(self.rule)
            return found.figure if found else None
        return parse_figure(facts.attributes.get(self.attribute, "").strip(), self.unit)


@dataclass(frozen=True, slots=True)
class Formula:
    """A rule of kind `formula`; the expression is a checked tree of numbers, names, + - * /, min and max."""

    expression: ast.expr
    text: str
    unit: str
    decimals: int
    inputs: tuple[Input, ...]
    at_least: Fraction | None
    at_most: Fraction | None
    when_below: Text

    @classmethod
    def read(cls, table: Table, subject: str) -> Formula:
        """From `expression`, `unit`, `decimals`, `[[rule.input]]`, `at_least`, `at_most` and `when_below`."""
        text = table.text("expression")
        inputs = table.tables("input", lambda inner: _read_input(inner, subject))
        names = [one.name for one in inputs]
        if len(set(names)) < len(names):
            raise invalid(f"{table.where}.input", "duplicate", next(one for one in names if names.count(one) > 1))
        return cls(
            _parsed(text, frozenset(names), f"{table.where}.expression"),
            text,
            table.one_of("unit", _UNITS, ""),
            table.whole("decimals", low=0, high=6, default=2),
            inputs,
            table.number("at_least") if table.has("at_least") else None,
            table.number("at_most") if table.has("at_most") else None,
            table.bilingual("when_below"),
        )

    def measures(self) -> frozenset[str]:
        """Those of the inputs."""
        return frozenset(one.measure.name for one in self.inputs if one.measure)

    def attributes(self) -> frozenset[str]:
        """Those of the inputs."""
        return frozenset(one.attribute for one in self.inputs if one.attribute)

    def rules(self) -> frozenset[str]:
        """The formulas it builds on."""
        return frozenset(one.rule for one in self.inputs if one.rule)

    def judge(self, facts: Facts) -> Finding:
        """The quantity; pass or fail against its limits, info without; unknown where an input is, or by zero."""
        values: dict[str, Fraction] = {}
        notes = list(facts.notes_on(one.measure for one in self.inputs if one.measure))
        missing = False
        for one in self.inputs:
            value = one.figure(facts)
            if value is None and one.optional:
                value = Fraction(0)
                notes.append(tr("「{name}」未填，按没有计", name=one.label(facts)))
            if value is None:
                missing = True
                if one.measure is None:
                    notes.append(tr("「{name}」未填，无法判断", name=one.label(facts)))
            else:
                values[one.name] = value
        figure = None
        if not missing:
            try:
                figure = _value(self.expression, values)
            except ZeroDivisionError:
                notes.append(tr("除数为零，无法计算"))
        built_on = [facts.results[rule] for rule in sorted(self.rules()) if rule in facts.results]
        notes.extend(facts.verification.notes())
        verdict, gap = self._verdict(figure)
        if verdict == FAIL and figure is not None and self.at_least is not None and figure < self.at_least:
            notes.insert(0, str(self.when_below)) if self.when_below.zh else None
        return Finding(
            verdict,
            facts.verification.verified and all(one.verified for one in built_on),
            value="" if figure is None else self._shown(figure),
            unit=shown_unit(self.unit) if self.unit in UNITS else "",
            target=self._target(),
            gap=gap,
            stated=_has_number(self.expression) or any(one.stated for one in built_on),
            figure=figure,
            notes=unique(notes),
            measures=tuple(one.measure.name for one in self.inputs if one.measure),
        )

    def _verdict(self, figure: Fraction | None) -> tuple[str, str]:
        if figure is None:
            return UNKNOWN, ""
        if self.at_least is not None and figure < self.at_least:
            return FAIL, tr("还差 {n} {unit}", n=self._shown(self.at_least - figure), unit=self._unit()).strip()
        if self.at_most is not None and figure > self.at_most:
            return FAIL, tr("超出 {n} {unit}", n=self._shown(figure - self.at_most), unit=self._unit()).strip()
        return INFO if self.at_least is None and self.at_most is None else PASS, ""

    def _target(self) -> str:
        limits = [("≥", self.at_least), ("≤", self.at_most)]
        return " ".join(
            with_unit(sign + self._shown(limit), self._unit()) for sign, limit in limits if limit is not None
        )

    def _shown(self, value: Fraction) -> str:
        return shown(value, self.unit, self.decimals, apart_from=0) if self.unit else _plain(value)

    def _unit(self) -> str:
        return shown_unit(self.unit) if self.unit in UNITS else ""


def _plain(value: Fraction) -> str:
    return shown(value, "per", 6).rstrip("0").rstrip(".") if value.denominator != 1 else str(value.numerator)


def _read_input(table: Table, subject: str) -> Input:
    name = table.text("name")
    if not name.isidentifier() or name in _FUNCTIONS:
        raise invalid(f"{table.where}.name", "not_allowed", name)
    given = [key for key in ("measure", "attribute", "rule") if table.has(key)]
    if len(given) != 1:
        raise invalid(f"{table.where}.measure", "missing" if not given else "not_allowed", name)
    measure = read_measure(table, "measure", subject) if given == ["measure"] else None
    return Input(
        name,
        table.bilingual("title"),
        measure,
        table.text("attribute") if given == ["attribute"] else "",
        table.identifier("rule") if given == ["rule"] else "",
        table.one_of("unit", frozenset(UNITS), "%") if given == ["attribute"] else "",
        table.flag("optional", False),
    )


def _parsed(text: str, names: frozenset[str], where: str) -> ast.expr:
    """The tree of an expression; anything but numbers, the inputs' names, + - * /, min and max is refused."""
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise invalid(where, "not_an_expression", text) from error
    nodes = list(ast.walk(tree))
    if len(nodes) > _MAX_NODES:
        raise invalid(where, "too_large", text)
    functions = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    for node in nodes:
        if isinstance(node, ast.Name) and id(node) not in functions and node.id not in names:
            raise invalid(where, "unknown_input", node.id)
        if not _allowed(node, text):
            raise invalid(where, "not_an_expression", text)
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    if names - used:
        raise invalid(where, "unused_input", ", ".join(sorted(names - used)))
    return tree


def _allowed(node: ast.AST, text: str) -> bool:
    if isinstance(node, ast.Constant):
        written = text[node.col_offset : node.end_col_offset] if text.isascii() else ""
        return type(node.value) in (int, float) and (type(node.value) is int or _is_decimal(written))
    if isinstance(node, ast.Call):
        return (
            isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS and len(node.args) >= 2 and not node.keywords
        )
    if isinstance(node, ast.BinOp):
        return type(node.op) in _OPERATIONS
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.USub)
    return isinstance(node, ast.Name | ast.Load | ast.operator | ast.USub)


def _is_decimal(written: str) -> bool:
    try:
        exact_number(written)
    except ValueError:
        return False
    return True


def _has_number(tree: ast.expr) -> bool:
    """Whether it holds a number of its own; 1, 10, 100 … only turn one unit into another."""
    numbers = (str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return any(text.rstrip("0") != "1" for text in numbers)


def _value(node: ast.expr, values: Mapping[str, Fraction]) -> Fraction:
    """The value of a checked tree."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return Fraction(str(node.value))
    if isinstance(node, ast.Name):
        return values[node.id]
    if isinstance(node, ast.BinOp):
        return _OPERATIONS[type(node.op)](_value(node.left, values), _value(node.right, values))
    if isinstance(node, ast.UnaryOp):
        return -_value(node.operand, values)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _FUNCTIONS[node.func.id](_value(one, values) for one in node.args)
    raise AssertionError(ast.dump(node))
