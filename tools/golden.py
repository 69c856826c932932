"""Make the golden store of a release: `python tools/golden.py NUMBER [--code DIR]`.

Rows in every table, children of children, every kind of field at its limits, rare characters; in golden.json beside
it the raw data key and what must still be there after every later upgrade. `--code` names a checkout of that release
(a git worktree), whose own models and write path fill the store. Encrypted pages do not shrink, so the pages are kept
in clear, compressed, and `unpack` encrypts them again: 24 KB for 700.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import lzma
import sys
import tempfile
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HERE = Path(__file__).resolve().parent.parent
KEY = bytes(range(32))  # the store protects nothing: it is a fixture
IDENTITY = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
_PAGE = 4096
FULL, SPARSE = "full", "sparse"
RARE = "㐂𠮷𪚥龘·Ⅷ“引号”　é"  # also beyond the basic plane, full-width and combining


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("number", help="four digits of the newest migration of that release, such as 0001")
    parser.add_argument("--code", default=str(HERE), help="a checkout of that release")
    parsed = parser.parse_args(arguments)
    sys.path.insert(0, parsed.code)
    target = HERE / "tests" / "fixtures" / "golden" / parsed.number
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store.db"
        told = fill(store)
        (target / "store.xz").write_bytes(pack(store))
    told = {"key": KEY.hex(), **told}
    (target / "golden.json").write_text(json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    sys.stdout.write(f"{target}: {sum(table['rows'] for table in told['tables'].values())} rows\n")
    return 0


def store_key() -> bytes:
    """The raw key of the store, as the program derives it from the data key."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"fuzhuan/1/store").derive(KEY)


def pack(store: Path) -> bytes:
    """The store's pages in clear, compressed."""
    data, clear = store.read_bytes(), bytearray()
    for start in range(0, len(data), _PAGE):
        page = data[start : start + _PAGE]
        cipher = Cipher(algorithms.AES256(store_key()), modes.CBC(page[-80:-64])).decryptor()
        clear += page[: 16 if start == 0 else 0] + cipher.update(page[16 if start == 0 else 0 : -80])
    return lzma.compress(bytes(clear), preset=9)


def unpack(packed: bytes, store: Path) -> None:
    """Write the store as SQLCipher 4 would: each page encrypted, with its IV (here made from its number) and HMAC."""
    clear, pages = lzma.decompress(packed), bytearray()
    salt = clear[:16]
    mac_key = hashlib.pbkdf2_hmac("sha512", store_key(), bytes(byte ^ 0x3A for byte in salt), 2, 32)
    for number in range(1, len(clear) // (_PAGE - 80) + 1):
        head = 16 if number == 1 else 0
        body = clear[(number - 1) * (_PAGE - 80) + head : number * (_PAGE - 80)]
        iv = hashlib.sha256(b"golden %d" % number).digest()[:16]
        sealed = Cipher(algorithms.AES256(store_key()), modes.CBC(iv)).encryptor().update(body) + iv
        mac = hmac.new(mac_key, sealed + number.to_bytes(4, "little"), "sha512").digest()
        pages += clear[:head] + sealed + mac
    store.write_bytes(pages)
    store.chmod(0o600)


def fill(path: Path) -> dict[str, Any]:
    """A store with two rows of every kind through the write path of the code in use; returns what it holds."""
    from db.keyslots import Vault
    from db.models import RECORDS, TABLES, EvidenceLink, TypedMeasure
    from db.store import Store

    vault = Vault(IDENTITY, bytes(32), bytes(range(32, 64)))
    store = Store.create(path, KEY, vault)
    store.operator = f"operator-{FULL}"
    made: dict[str, str] = {}
    with store.write("golden", "typed") as write:
        for number, variant in enumerate((FULL, SPARSE)):
            for model in RECORDS:
                if model in (EvidenceLink, TypedMeasure) and variant == SPARSE:
                    continue
                values = {name: _value(field, variant, number, made) for name, field in model._meta.fields.items()}
                values = {name: value for name, value in values.items() if value is not None}
                record = f"{model._meta.table_name}-{variant}"
                parent = model.KIND.parent
                if parent:  # stands on another record, with the same id
                    record = f"organisation-{variant}"
                values.pop("id", None)
                write.insert(model, values, record)
                made.setdefault(model.KIND.name, record)
        write.audit("golden.made", "workspace:golden", {"figure": 123, "words": RARE})
        write.audit("golden.decided", "workspace:golden", {"figure": -1})
    with store.write("golden change", "typed") as write:
        from db.models import Organisation

        write.update(Organisation, "organisation-sparse", {"name": f"改名{RARE}"})
    with store.write("undo", "undo") as undo:
        undo.undo(write.op)
    store.save_setting("golden", {"words": RARE, "list": [1, None, "x"]})
    with store.read() as connection:
        for table in TABLES:  # what the write path does not reach
            name = table._meta.table_name
            if connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] == 0:  # noqa: S608 - own names
                _plain_row(connection, name)
        connection.execute("UPDATE op SET at = 1770000000000")
        connection.commit()
        told = {name: digest(connection, name) for name in sorted(_tables(connection))}
    store.close()
    return {"tables": told}


def _tables(connection: Any) -> list[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return [row[0] for row in rows if not row[0].startswith(("search_", "sqlite_", "schema_"))]


def digest(connection: Any, table: str, columns: list[str] | None = None) -> dict[str, Any]:
    """Rows, columns and a digest over all values of a table as a later program must still read them."""
    columns = columns or [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
    listed = ", ".join(f'"{name}"' for name in columns)
    rows = connection.execute(f'SELECT {listed} FROM "{table}" ORDER BY 1').fetchall()  # noqa: S608 - own names
    text = json.dumps([list(row) for row in rows], ensure_ascii=False)
    return {"columns": columns, "rows": len(rows), "sha256": hashlib.sha256(text.encode()).hexdigest()}


def _plain_row(connection: Any, table: str) -> None:
    columns = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
    values = {row[1]: 7 if row[2] == "INTEGER" else f'"{RARE}"' for row in columns}
    listed = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join("?" * len(values))
    connection.execute(f'INSERT INTO "{table}" ({listed}) VALUES ({marks})', tuple(values.values()))  # noqa: S608


def _value(field: Any, variant: str, number: int, made: dict[str, str]) -> Any:
    """A value of the field's type: the longest and strangest in the full row, nothing where nothing is needed else."""
    kind = getattr(field, "type", "")
    unique = bool(field.unique)
    itself = kind == "ref" and field.rel_model is field.model
    if variant == SPARSE and field.null and not unique and not itself:
        return None
    if kind == "ref":
        return made.get(field.target) or (f"{field.model._meta.table_name}-{FULL}" if number else None)
    if kind in ("enum", "tags") and field.options:
        code = field.options[-1 if variant == FULL else 0].code
        return [choice.code for choice in field.options] if kind == "tags" else code
    if kind == "list" or kind == "tags":
        return [{"name": RARE, "until": "2024-02"}]
    if kind in ("text", "note", "code", "enum"):
        text = f"{field.name} {RARE} {variant}" if unique else f"{field.name} {RARE}"
        return text[: field.max_length or 10_000]
    if kind == "date":
        return "2025-02-28"
    numbers = {"int": 2_147_483_648, "dec": -12_345, "year": 2025, "money": 9_007_199_254_740_991, "bool": 1, "tri": 0}
    return numbers.get(kind, 1_770_000_000_123)


if __name__ == "__main__":
    sys.exit(main())
