"""Editing a policy pack as text: what its form shows, and one change at a time that keeps comments and order.

Pure text in, text out; whether the text is a sound pack is for `policy.check` to say. Lines count from 1, places in
lists from 0. A path is a list of keys and places: ["rule", 3, "band", 0, "points"].
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from desktop.services.packfields import (
    Path,
    applies_to,
    field_at,
    head_fields,
    inputs_of,
    plain,
    rule_fields,
    shown_example,
    stored,
    tables,
)
from desktop.services.policies import pack_by_id, read_pack_file
from desktop.services.registry import Job, session_service
from desktop.services.session import Session
from policy.errors import Refused
from policy.i18n import bracketed, speaking, tr
from policy.lines import Lines, line_told
from policy.schema import exact_number

_HEADER = re.compile(r"\s*(\[{1,2})\s*([A-Za-z0-9_-]+)((?:\s*\.\s*[A-Za-z0-9_-]+)*)\s*\]{1,2}\s*(?:#.*)?$")
_QUOTES = re.compile(r'"""|\'\'\'')
_OF_OLD = ("verified_by", "page", "basis_en")  # what is said of a figure in the old document
_OF_OTHERS = frozenset({"rival", "choice", "example"})  # what speaks of other documents, or of none
_DATES = ("issued_on", "effective_from", "effective_to")


@session_service("packedit.read")
def read(session: Session, job: Job, *, text: str = "", pack: str = "") -> dict[str, Any]:
    """What the form shows of a text or of a pack at hand: {head: [field], rules: [{id, kind, title, clause, …}]}.

    A field is {path, label, unit, type, text, options, part}, with `text` as people type it (money in 万元), `type` one
    of text, long, texts, yes, whole, number, money, date, month_day, need, fact and choice, and `part` head, relief,
    figures, basis or more. `applies` says whom a rule is for, `inputs` what it can be tried with: [{name, label, unit,
    options}]; `examples` are in words: [{given, expected, line}]. Raises Refused("packedit.not_toml", line, detail)
    where the text cannot be read at all.
    """
    if pack:
        text = pack_by_id(session.workspace, pack)[1].decode()
    raw, lines = _parsed(text), Lines(text)
    return {
        "head": head_fields(raw),
        "rules": [
            {
                "id": str(rule.get("id", "")),
                "kind": str(rule.get("kind", "")),
                "title": str(rule.get("title", "")),
                "clause": str(rule.get("clause", "")),
                "form": str(rule.get("form", "")),
                "verified": rule.get("verified") is True,
                "line": lines.of(f"rule[{place}]"),
                "applies": applies_to(raw, rule),
                "fields": rule_fields(rule, place),
                "inputs": inputs_of(raw, rule),
                "examples": [
                    {**shown_example(raw, rule, one), "line": lines.of(f"rule[{place}].example[{number}]")}
                    for number, one in enumerate(tables(rule.get("example")))
                ],
            }
            for place, rule in enumerate(tables(raw.get("rule")))
        ],
    }


@session_service("packedit.open")
def open_file(session: Session, job: Job, *, file: str) -> dict[str, str]:
    """The text of a pack file that was refused, to be put right: {text}.

    Raises what reading the file raises, and Refused("packedit.not_text") where it is no text in UTF-8.
    """
    try:
        return {"text": read_pack_file(file).decode("utf-8-sig").replace("\r\n", "\n")}
    except UnicodeDecodeError:
        raise Refused("packedit.not_text", file=file) from None


@session_service("packedit.set")
def set_value(session: Session, job: Job, *, text: str, path: Path, value: str) -> dict[str, Any]:
    """One field changed to what was typed: {text, title}; blank takes the key away.

    `title` is the rule's title with the new figure where it still states the old one, blank where it does not.

    Raises Refused("packedit.not_toml"), Refused("packedit.no_place") where the text has no such table any more, and
    Refused("packedit.value_invalid", label, value, wanted) where what was typed is not of the field's type.
    """
    document = _document(text)
    holder, key = _at(document, path[:-1]), path[-1]
    if not isinstance(holder, dict) or not isinstance(key, str):
        raise Refused("packedit.no_place")
    field = field_at(_parsed(text), path)
    if not value.strip() and field["type"] != "yes":
        holder.pop(key, None)
    else:
        made = stored(field, value)
        holder[key] = tomlkit.value(plain(made, grouped=True)) if isinstance(made, Fraction) else made
    if key == "verified":
        for gone in ("basis", "basis_en") if holder[key] else ("verified_by",):
            holder.pop(gone, None)
    title = _retitled(_parsed(text), path, field["text"], value.strip()) if field["part"] == "figures" else ""
    return {"text": tomlkit.dumps(document), "title": title}


def _retitled(raw: Mapping[str, Any], path: Path, old: str, new: str) -> str:
    """The title of the rule with its figure replaced; blank where the title does not state it exactly once."""
    rules = tables(raw.get("rule"))
    place = path[1] if len(path) > 1 and path[0] == "rule" else -1
    if not old or not new or not isinstance(place, int) or not 0 <= place < len(rules):
        return ""
    title, stated = str(rules[place].get("title", "")), rf"(?<![0-9.]){re.escape(old)}(?![0-9.])"
    return re.sub(stated, lambda _: new, title) if len(re.findall(stated, title)) == 1 else ""


@session_service("packedit.copy_rule")
def copy_rule(session: Session, job: Job, *, text: str, rule: int) -> dict[str, Any]:
    """The text with a copy of that rule behind it, under an id of its own: {text, rule: place of the copy}."""
    rules = tables(_parsed(text).get("rule"))
    lines, (start, end) = text.split("\n"), _block(text, rule)
    taken = {str(one.get("id", "")) for one in rules}
    given = str(rules[rule].get("id", "rule"))[:58]
    name = next(f"{given}-{number}" for number in range(2, len(taken) + 3) if f"{given}-{number}" not in taken)
    doubled = "\n".join([*lines[:end], "", *lines[start:end], *lines[end:]])
    named = set_value(session, job, text=doubled, path=["rule", rule + 1, "id"], value=name)
    return {**named, "rule": rule + 1}


@session_service("packedit.remove_rule")
def remove_rule(session: Session, job: Job, *, text: str, rule: int) -> dict[str, str]:
    """The text without that rule and the comment right above it: {text}."""
    lines, (start, end) = text.split("\n"), _block(text, rule)
    while start and lines[start - 1].lstrip().startswith("#"):
        start -= 1
    while end < len(lines) - 1 and not lines[end].strip():
        end += 1
    if end >= len(lines) - 1:  # the last: no blank line is left behind it
        while start and not lines[start - 1].strip():
            start -= 1
    return {"text": "\n".join([*lines[:start], *lines[end:]])}


@session_service("packedit.adopt")
def adopt(session: Session, job: Job, *, text: str, mismatches: list[dict[str, Any]]) -> dict[str, str]:
    """The text whose examples expect what the rules answer now: {text}.

    `mismatches` as `policy.check` gives them: rule, example (counted from 1), field, found.
    """
    document = _document(text)
    places = {str(rule.get("id", "")): rule for rule in tables(document.get("rule"))}
    for mismatch in mismatches:
        examples = tables(places.get(str(mismatch["rule"]), {}).get("example"))
        if mismatch["example"] > len(examples):
            raise Refused("packedit.no_place")
        expected, found = examples[mismatch["example"] - 1], str(mismatch["found"])
        name = str(mismatch["field"])
        expected[name] = int(found) if isinstance(expected.get(name), int) else found
    return {"text": tomlkit.dumps(document)}


@session_service("packedit.successor")
def successor(
    session: Session, job: Job, *, pack: str, id: str, name: str, number: str = "", status: str = "draft"
) -> dict[str, str]:
    """The text of a pack to come, on the base of one at hand: {text}.

    It replaces the old one and has no dates yet. Nobody has seen its figures in the new document: what was verified
    there is not here, and every figure says where it comes from.
    """
    old, data = pack_by_id(session.workspace, pack)
    document = _document(data.decode())
    document.update({"id": id.strip(), "title": name.strip(), "number": number.strip(), "status": status})
    document["replaces"] = [old.id]
    for gone in ("title_en", "replaced_by", "source_en", *_DATES):
        document.pop(gone, None)
    with speaking("zh"):  # the pack's own language, whoever makes it; English stands beside it
        document["source"] = tr("以{citation}为底本，尚未与新文件核对。", citation=old.citation())
        for table in _own_figures(document):
            page, basis = str(table.get("page", "")), str(table.get("basis", ""))
            aside = basis or (tr("第 {page} 页", page=page) if page else "")
            for gone in _OF_OLD:
                table.pop(gone, None)
            table["verified"] = False
            at = bracketed(old.citation(), aside)
            table["basis"] = tr("沿用{at}，尚未与新文件核对", at=at)
    return {"text": tomlkit.dumps(document)}


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=_number)
    except (ValueError, RecursionError) as error:
        line = line_told(str(error)) or text.count("\n") + 1
        raise Refused("packedit.not_toml", line=line, detail=str(error)[:120]) from error


def _number(text: str) -> Fraction | str:
    """A decimal exactly; what no pack may hold (an exponent, infinity) as it is written, for the check to refuse."""
    try:
        return exact_number(text)
    except ValueError:
        return text


def _document(text: str) -> tomlkit.TOMLDocument:
    _parsed(text)
    try:
        return tomlkit.parse(text)
    except (TOMLKitError, RecursionError) as error:
        raise Refused("packedit.not_toml", line=getattr(error, "line", 1), detail=str(error)[:120]) from error


def _at(document: Any, path: Sequence[str | int]) -> Any:
    for step in path:
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            raise Refused("packedit.no_place") from None
    return document


def _own_figures(value: Any) -> Iterator[Any]:
    """Every table that says whether its figures were seen in the document itself."""
    if isinstance(value, Mapping):
        if "verified" in value:
            yield value
        for key, inner in list(value.items()):
            if key not in _OF_OTHERS:
                yield from _own_figures(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _own_figures(inner)


def _headers(text: str) -> Iterator[tuple[int, str, bool]]:
    """The lines (from 0) that begin a table: its first name, and whether it begins a table of the top."""
    inside = ""
    for number, line in enumerate(text.split("\n")):
        if not inside and (found := _HEADER.match(line)):
            yield number, found[2], not found[3]
        for quote in _QUOTES.findall(line):
            inside = quote if not inside else "" if quote == inside else inside


def _rule_headers(text: str) -> list[tuple[int, str, bool]]:
    return [header for header in _headers(text) if header[1] == "rule" and header[2]]


def _block(text: str, rule: int) -> tuple[int, int]:
    """The lines of a rule, from its heading to behind its last; comments above the next heading belong to that."""
    rules = _rule_headers(text)
    if not 0 <= rule < len(rules) or len(rules) != len(tables(_parsed(text).get("rule"))):
        raise Refused("packedit.no_place")
    start, lines = rules[rule][0], text.split("\n")
    end = next((line for line, _, top in _headers(text) if line > start and top), len(lines))
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return start, end
