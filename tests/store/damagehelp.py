"""A workspace as a crash leaves it, with every kind of file in it, and the damage that is done to it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from db.keyslots import derive
from db.migrate import connect
from db.models import CaseLog
from db.pages import SIZE
from desktop.services.registry import call
from desktop.services.session import Session
from desktop.services.workspace import open_with
from tests.store.filehelp import packaged

PAPERS = ("税务登记证", "营业执照", "租赁合同")


@dataclass(frozen=True)
class Crashed:
    """A workspace folder that was never closed; `counts` are the rows of each table, `blobs` the evidence by title."""

    folder: Path
    store_key: bytes
    counts: dict[str, int]
    blobs: dict[str, str]
    package: str


def make(template: Any, place: Path) -> Crashed:
    """Fill a copy of the template, and copy it again while it is open: what a power cut would leave."""
    folder = Path(shutil.copytree(template.folder, place / "lived in"))
    ws = open_with(folder, "keyring", template.keyring_secret)
    session = Session()
    session.workspace = ws
    call(session, "sample.load", evidence=False)
    blobs = {}
    for title in PAPERS:
        paper = place / f"{title}.txt"
        paper.write_bytes(f"{title}\n".encode() * 400)
        (record,) = call(session, "evidence.add", files=[str(paper)])["ids"]
        call(session, "evidence.link", ids=[record], target=f"organisation:{ws.store.setting('organisation')}")
        blobs[title] = call(session, "records.get", kind="evidence", id=record)["blob"]
    package = "p1"
    packaged(ws, package, b"sealed" * 2000)
    while session.index_waiting(5000):
        pass
    with ws.store.read() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        case = connection.execute("SELECT id FROM broker_case LIMIT 1").fetchone()[0]
    for number in range(12):  # acknowledged, and in the log alone
        with ws.store.write("test") as write:
            note = f"第 {number} 次拜访"
            write.insert(CaseLog, {"case": case, "happened_on": "2026-05", "kind": "visit", "note": note})
    crashed = Path(shutil.copytree(folder, place / "crashed"))
    key = derive(ws.data_key, "store")
    session.close()
    return Crashed(crashed, key, counts(folder / "store.db", key), blobs, package)


def counts(store: Path, key: bytes) -> dict[str, int]:
    """The rows of every table but the search index."""
    database = connect(store, key)
    try:
        return {
            table: int(database.execute_sql(f'SELECT count(*) FROM "{table}" NOT INDEXED').fetchone()[0])
            for table in database.get_tables()
            if not table.startswith("search_")
        }
    finally:
        database.close()


def root_page(store: Path, key: bytes, name: str) -> int:
    """Where the tree of a table or index begins."""
    database = connect(store, key)
    try:
        row = database.execute_sql("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()
        return int(row[0])
    finally:
        database.close()


def flip(path: Path, place: int, change: int = 1) -> None:
    """Change one byte."""
    with path.open("r+b") as file:
        file.seek(place % path.stat().st_size)
        byte = file.read(1)[0]
        file.seek(-1, 1)
        file.write(bytes([byte ^ change]))


def spoil(path: Path, page: int) -> None:
    """Overwrite a sector of a page of the store: more than a byte, as a failing disk does."""
    with path.open("r+b") as file:
        file.seek((page - 1) * SIZE + 1024)
        file.write(bytes(512))


def leaf_of(store: Path, key: bytes, table: str) -> int:
    """A page in the middle of a table's tree with rows on it; the root where that is all there is."""
    data, tree = store.read_bytes(), [root_page(store, key, table)]
    while (content := _decrypted(data, key, tree[len(tree) // 2]))[0] == 5:  # an inner page: what lies below it
        cells = [int.from_bytes(content[12 + 2 * n : 14 + 2 * n], "big") for n in range(content[3] << 8 | content[4])]
        tree = [int.from_bytes(content[cell : cell + 4], "big") for cell in cells]
    return tree[len(tree) // 2]


def _decrypted(data: bytes, key: bytes, page: int) -> bytes:
    content = data[(page - 1) * SIZE : page * SIZE]
    cipher = Cipher(algorithms.AES256(key), modes.CBC(content[-80:-64])).decryptor()
    return cipher.update(content[:-80])
