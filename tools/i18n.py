"""Keep the catalogue in step with the sources: `python tools/i18n.py` updates and compiles it; `--check` only looks.

Chinese is the source text (`tr("…")`, `mark("…")`), English the one translation. Strings that are gone are dropped.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "resources/i18n/en/LC_MESSAGES/fuzhuan.po"
PACKAGES = ("policy", "db", "exports", "desktop")
_PLACE = re.compile(r"\{(\w+)")
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)


def sources() -> Catalog:
    """Every literal given to tr or mark, with the files it stands in.

    Read from the syntax tree: babel's own extractor sees no call within an f-string, and takes the keys of a look-up
    within the call, `tr(WORDS[row["state"]])`, for texts.
    """
    catalog = Catalog(project="fuzhuan-desk", charset="utf-8")
    for file in sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        for text in literals(ast.parse(file.read_text(encoding="utf-8"))):
            catalog.add(text, locations=[(file.relative_to(ROOT).as_posix(), 0)])
    return catalog


def literals(tree: ast.AST) -> Iterator[str]:
    """The texts given to tr or mark, either of two where the call chooses."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("tr", "mark"):
            given = node.args[0]
            for one in (given.body, given.orelse) if isinstance(given, ast.IfExp) else (given,):
                if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value:
                    yield one.value


def merged() -> Catalog:
    """The English catalogue brought in step with the sources."""
    old = read(PO) if PO.exists() else Catalog()
    new = Catalog(locale="en", project="fuzhuan-desk", charset="utf-8", fuzzy=False)
    new.revision_date = new.creation_date = old.creation_date
    for message in sources():
        if message.id:
            known = old.get(message.id)
            files = sorted({(name, 0) for name, _ in message.locations})
            new.add(message.id, string=known.string if known else "", locations=files)
    return new


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        catalog = read_po(file, locale="en")
    # else the minute of reading is compiled in, and the same texts give other bytes
    catalog.creation_date = catalog.revision_date = _NO_DATE
    return catalog


def po_bytes(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, catalog, width=118, no_location=False, sort_output=True, omit_header=False, include_lineno=False)
    lines = out.getvalue().decode().splitlines(keepends=True)
    # dates would make every run a change
    kept = [line for line in lines if not re.match(r'"(POT-Creation-Date|PO-Revision-Date|Generated-By)', line)]
    return "".join(kept).encode()


def mo_bytes(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def problems(catalog: Catalog) -> list[str]:
    """What is not translated, or translated with other placeholders."""
    found = []
    for message in catalog:
        if not message.id:
            continue
        text, said = str(message.id), str(message.string)
        if not said:
            found.append(f"not translated: {text}")
        elif set(_PLACE.findall(text)) != set(_PLACE.findall(said)):
            found.append(f"other placeholders: {text}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    catalog = merged()
    wrong = problems(catalog)
    po, mo = po_bytes(catalog), PO.with_suffix(".mo")
    if check:
        if not PO.exists() or PO.read_bytes() != po:
            wrong.append("en.po is behind the sources: run tools/i18n.py")
        if not mo.exists() or mo.read_bytes() != mo_bytes(read(PO)):
            wrong.append("en.mo is not what en.po compiles to: run tools/i18n.py")
    else:
        PO.parent.mkdir(parents=True, exist_ok=True)
        PO.write_bytes(po)
        mo.write_bytes(mo_bytes(read(PO)))
    sys.stdout.write("".join(f"{line}\n" for line in wrong[:40]))
    sys.stdout.write(f"{len(catalog)} texts, {len(wrong)} to do\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
