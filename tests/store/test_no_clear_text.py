"""Nothing that a person entered lies readable on the disk: markers in every field, every byte searched."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from db.fields import FieldInfo
from db.models import TABLES, Endpoint
from db.schema import KindInfo, editable_kinds
from desktop.services import load_services
from desktop.services.registry import call as call_service
from desktop.services.session import Session

HAN, LATIN = "秘标暗记", "ZQXVJKWY"
FIGURE = 731_950_284_617_391  # fen
NUMBER = "915001087319502846"
PASSPHRASE = f"{HAN} {LATIN} 口令"
TOKEN = f"token-{LATIN}-7391"


def _needles(*secrets: str) -> dict[str, bytes]:
    """What is searched: every spelling in which a marker could stand in a file."""
    found = {"figure as integer": FIGURE.to_bytes(8, "big")[1:], "figure as text": str(FIGURE).encode()}
    # the index keeps pairs of characters and lower case
    for word in (HAN, HAN[:2] + HAN[1:3], LATIN, LATIN.lower(), NUMBER, *secrets):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
            found[f"{word} {encoding}"] = word.encode(encoding)
    return found


def _readable(folders: list[Path], needles: dict[str, bytes]) -> list[str]:
    found = []
    for folder in folders:
        for path in folder.rglob("*"):
            found += [f"{name} in the name {path.name}" for name, word in needles.items() if word in bytes(path)]
            if path.is_file():
                data = path.read_bytes()
                found += [f"{name} in {path.name}" for name, word in needles.items() if word in data]
    return found


def _value(declared: FieldInfo, made: dict[str, str]) -> Any:
    """A value of the field's type that can be recognised; None where it takes none."""
    if declared.type in ("text", "note"):
        text = f"{HAN}{LATIN} {declared.name}"
        return text if declared.max_length is None or len(text) <= declared.max_length else None
    if declared.type == "enum":
        return declared.choices[0].code
    if declared.type == "tags":
        return [declared.choices[0].code if declared.choices else LATIN]
    if declared.type == "ref":
        return made.get(declared.target)
    if declared.type == "code":
        return NUMBER if declared.code_kind in ("uscc", "cid") else f"{LATIN}7391"
    return {
        "dec": "73.19",
        "int": "7391",
        "year": "2025",
        "date": "2025-07-31",
        "money": f"{FIGURE // 100}.{FIGURE % 100:02d}元",
        "bool": "1",
        "tri": "1",
        "timestamp": "2025-07-31 10:00",
        "list": [{"name": f"{HAN}{LATIN}"}],
    }[declared.type]


def _values(info: KindInfo, made: dict[str, str]) -> dict[str, Any]:
    values = {}
    for declared in info.fields:
        # a classified case has nothing to find; a percentage above 100 and the like are not the matter here
        if declared.required == "D" or declared.name == "classified":
            continue
        value = _value(declared, made)
        if value is not None:
            values[declared.name] = value
    return values


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    load_services()
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    found = Session()
    yield found
    found.close()


def _fill(call: Callable[..., Any], session: Session, sources: Path) -> dict[str, str]:
    made: dict[str, str] = {}
    for info in editable_kinds():
        if info.name == "evidence":
            file = sources / f"{HAN}{LATIN}.txt"
            file.write_text(f"{HAN} {LATIN} {NUMBER}\n" * 2000, "utf-8")
            (sources / "wide.bin").write_bytes(f"{HAN}{LATIN}".encode("utf-16-le") * 100)
            target = f"firm:{made['firm']}.founded_on"
            made["evidence"] = call("evidence.add", files=[str(file), str(sources / "wide.bin")], target=target)["ids"][
                0
            ]
            call("records.edit", kind="evidence", id=made["evidence"], values=_values(info, made))
            continue
        values = _values(info, made)
        if info.name == "firm":
            values.pop("uscc")  # the organisation has it; here the firm is another one
        made[info.name] = call("records.add", kind=info.name, values=values)["id"]
    return made


def test_no_marker_is_readable_in_any_file(session: Session, tmp_path: Path):
    folder, sources = tmp_path / "workspace", tmp_path / "sources"
    sources.mkdir()

    def call(name: str, /, **parameters: Any) -> Any:
        return call_service(session, name, None, **parameters)

    names = {"organisation": f"{HAN}{LATIN}孵化器", "person": f"{HAN}{LATIN}"}
    made = call("workspace.create", folder=str(folder), passphrase=PASSPHRASE, kinds=["incubator"], **names)
    code = made["recovery_code"]
    ws = session.workspace
    assert ws is not None
    records = _fill(call, session, sources)
    assert len(records) == len(editable_kinds())
    call("case.log", case=records["case"], kind="visit", note=f"{HAN}{LATIN}", files=[str(sources / "wide.bin")])
    (sources / "ledger.csv").write_text(f"企业名称,注册资本\n{HAN}{LATIN}公司,{FIGURE // 100}元\n", "gb18030")
    assert call("ledger.import", file=str(sources / "ledger.csv"), kind="firm")["added"] == 1
    call("records.edit", kind="firm", id=records["firm"], values={"remarks": f"{LATIN}{HAN}"})
    call("records.delete", kind="honour", id=records["honour"])
    call("records.undo")
    call("settings.save", key="note", value=f"{HAN}{LATIN}")
    with ws.store.write(f"{HAN}{LATIN}") as write:
        write.insert(Endpoint, {"name": f"{HAN}{LATIN}", "profile": LATIN, "token": TOKEN})
        write.audit("test", f"{LATIN}", {"figure": FIGURE, "words": HAN})
    writer = ws.outbox.writer("p1")
    writer.write(f"{HAN}{LATIN}".encode() * 1000)
    writer.commit()
    with ws.evidence.open(next(ws.evidence.names())) as stream:
        assert stream.read(8)
    call("backup.make", file=str(tmp_path / "tmp" / "backup.zip"))
    (tmp_path / "tmp" / "stick").mkdir()
    call("backup.folder", folder=str(tmp_path / "tmp" / "stick"))
    assert call("backup.now")["copied"] >= 3

    # every field holds what is searched for: the store itself, decrypted, is full of it
    with ws.store.read() as connection:
        text = "\n".join(
            repr(connection.execute(f"SELECT * FROM {table._meta.table_name}").fetchall()) for table in TABLES
        )
    for word in (HAN, LATIN, NUMBER, str(FIGURE), TOKEN):
        assert text.count(word) > (200 if word in (HAN, LATIN) else 0), word

    secrets = (PASSPHRASE, code, code.replace("-", ""), TOKEN, ws.vault.identity, ws.data_key.hex())
    needles = _needles(*secrets) | {"data key": ws.data_key, "names key": ws.vault.names_key}
    assert _readable([sources], needles)  # the search finds what lies readable
    places = [folder, tmp_path / "tmp"]
    assert _readable(places, needles) == []
    session.close()
    assert {path.name for path in folder.iterdir()} >= {"store.db", "keyslots.json", "evidence", "outbox"}
    assert _readable(places, needles) == []
