"""Write docs/rules.md, the table of every rule the program ships: `python -m tools.rules`; `--check` only compares.

Where the examples of a rule leave a border out, that is printed, and the answer is 1. `--release` enters packs that are
not yet among the released ones, which are never edited again: a new text is a new pack.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from policy.borders import border_problems
from policy.choices import Choice
from policy.evaluate import failed_examples
from policy.i18n import resources_dir, speaking
from policy.pack import Example, Pack, Rule, list_packs
from policy.rules.common import Verification

TABLE = Path(__file__).resolve().parent.parent / "docs" / "rules.md"
RELEASED = resources_dir() / "policies" / "released.json"
_STATUS = {
    "draft": "征求意见稿",
    "in_force": "现行",
    "superseded": "已被取代",
    "expired": "已到期",
    "secondary": "间接来源",
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; 1 where the file is not what it should be")
    parser.add_argument("--release", action="store_true", help="enter the packs as they are among the released ones")
    parsed = parser.parse_args(arguments)
    with speaking("zh"):
        packs = list_packs(resources_dir() / "policies")
        text = table(packs)
    problems = [
        f"{pack.id}/{rule}: {', '.join(missing)}" for pack in packs for rule, missing in border_problems(pack).items()
    ]
    problems += [f"{pack.id}/{one.rule}: {one}" for pack in packs for one in failed_examples(pack)]
    if parsed.release and not problems:
        known = json.loads(RELEASED.read_text("utf-8")) if RELEASED.is_file() else {}
        entered = {**{pack.id: pack.digest for pack in packs}, **known}
        RELEASED.write_text(json.dumps(entered, indent=1, sort_keys=True) + "\n", "utf-8")
    if not parsed.check:
        TABLE.write_text(text, "utf-8")
    elif not TABLE.is_file() or TABLE.read_text("utf-8") != text:
        problems.append(f"{TABLE.name} is not made from the packs as they are: python -m tools.rules")
    sys.stdout.write("".join(f"{problem}\n" for problem in problems))
    return 1 if problems else 0


def table(packs: tuple[Pack, ...]) -> str:
    """The whole page."""
    rules = sum(len(pack.rules) for pack in packs)
    verified = sum(rule.verification.verified for pack in packs for rule in pack.rules)
    lines = [
        "# Rules",
        "",
        f"{len(packs)} packs of `resources/policies/` hold {rules} rules; {verified} were seen in the document, the",
        f"other {rules - verified} are 未核实: usable, marked everywhere, in the way of sealing until compared",
        "with the year's notice. An example says what is given → what the rule answers; money is in fen where no",
        "unit stands beside it. This page is made by `python -m tools.rules`.",
        "",
        "| pack | document | status | rules | not verified |",
        "|---|---|---|---|---|",
    ]
    for pack in packs:
        unverified = sum(not rule.verification.verified for rule in pack.rules)
        status = _STATUS[pack.status] + ("，节录" if pack.incomplete else "")
        name, cited = f"[{pack.id}](#{pack.id})", _cell(pack.citation())
        lines.append(f"| {name} | {cited} | {status} | {len(pack.rules)} | {unverified} |")
    for pack in packs:
        head = f"{pack.citation()} · {_STATUS[pack.status]}{_dates(pack)}"
        lines += ["", f"## {pack.id}", "", head, "", str(pack.source), ""]
        lines += [f"- 取舍 `{one.id}` {one.title}：{_options(one)}" for one in pack.choices]
        lines += [
            "",
            "| rule | no. | kind | clause | what it says | verified | examples |",
            "|---|---|---|---|---|---|---|",
        ]
        lines += [_row(pack, rule) for rule in pack.rules]
    return "\n".join(lines) + "\n"


def _dates(pack: Pack) -> str:
    span = " – ".join((pack.effective_from, pack.effective_to)) if pack.effective_from or pack.effective_to else ""
    issued = f" · {pack.issued_on}" if pack.issued_on else ""
    replaced = f" · → {pack.replaced_by}" if pack.replaced_by else ""
    return f"{issued}{f' · {span}' if span else ''}{replaced}"


def _options(choice: Choice) -> str:
    found = [f"**{one.title}**" if one.id == choice.default else str(one.title) for one in choice.options]
    return " / ".join(found)


def _row(pack: Pack, rule: Rule) -> str:
    status = "" if rule.status in ("", pack.status) else f" ({_STATUS[rule.status]})"
    cells = (
        f"`{rule.id}`",
        rule.ref,
        rule.kind,
        rule.clause + status,
        str(rule.title),
        _verification(rule.verification),
        "<br>".join(_example(one) for one in rule.examples),
    )
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _verification(verification: Verification) -> str:
    if verification.verified:
        page = f"，第{verification.page}页" if verification.page else ""
        return f"✔ {verification.by}{page}"
    return f"未核实：{verification.basis}"


def _example(example: Example) -> str:
    given = ", ".join(f"{name} {value}" for name, value in example.given.items())
    answer = ", ".join(
        f"{value}" if name == "verdict" else f"{name} {value}" for name, value in example.expected.items()
    )
    return f"{given} → {answer}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    sys.exit(main())
