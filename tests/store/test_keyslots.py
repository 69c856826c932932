"""Who can open the workspace: every way in, what voids one, and files that were damaged or made to harm."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db.keyslots import FILE_NAME, KeySlots, format_recovery_code, parse_recovery_code
from desktop.services.workspace import Workspace, open_with
from policy.errors import Fault, Refused, WorldFault, WrongKey

Edit = Callable[[dict[str, Any]], None]


def _edit(folder: Path, edit: Edit) -> None:
    file = folder / FILE_NAME
    content = json.loads(file.read_text())
    edit(content)
    file.write_text(json.dumps(content))


def _code_of(run: Callable[[], object]) -> str:
    with pytest.raises(Fault) as caught:
        run()
    return caught.value.code


def test_every_way_in_gives_the_same_key(folder, template):
    slots = KeySlots.load(folder)
    keys = {
        slots.unlock_passphrase(template.passphrase)[0],
        slots.unlock_recovery(template.recovery_code)[0],
        slots.unlock_keyring(template.keyring_secret)[0],
    }
    assert len(keys) == 1 and len(keys.pop()) == 32


def test_a_wrong_passphrase_is_a_wrong_key_and_nothing_else(folder):
    before = (folder / FILE_NAME).read_bytes()
    with pytest.raises(WrongKey) as caught:
        open_with(folder, "passphrase", "not this one")
    assert caught.value.code == "key.wrong_passphrase" and caught.value.exit_code == 5
    assert (folder / FILE_NAME).read_bytes() == before


def test_a_recovery_code_tells_a_typing_error_from_another_code(folder, template):
    slots = KeySlots.load(folder)
    code = template.recovery_code
    other = code.replace(code[0], "7" if code[0] != "7" else "8", 1)
    assert _code_of(lambda: slots.unlock_recovery(other)) == "key.recovery_typo"
    assert _code_of(lambda: slots.unlock_recovery(code[:-3])) == "key.recovery_typo"
    assert _code_of(lambda: slots.unlock_recovery(format_recovery_code(bytes(20)))) == "key.wrong_recovery"


def test_a_recovery_code_is_read_as_people_write_it(template):
    raw = parse_recovery_code(template.recovery_code)
    sloppy = template.recovery_code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert parse_recovery_code(sloppy) == raw
    assert format_recovery_code(raw) == template.recovery_code
    letters = template.recovery_code.replace("-", "")
    swapped = [letters[:i] + letters[i + 1] + letters[i] + letters[i + 2 :] for i in range(31)]
    wrong = [text for text in swapped if text != letters]
    caught = [text for text in wrong if _code_of(lambda t=text: parse_recovery_code(t)) == "key.recovery_typo"]
    assert caught == wrong  # every swap of neighbours is seen


def test_changing_the_passphrase_voids_the_old_one_and_keeps_the_rest(ws: Workspace, call, folder, template):
    result = call("workspace.change_passphrase", passphrase=template.passphrase, new_passphrase="另一个很长的口令")
    slots = KeySlots.load(folder)
    assert _code_of(lambda: slots.unlock_passphrase(template.passphrase)) == "key.wrong_passphrase"
    assert slots.unlock_passphrase("另一个很长的口令")[1] == result["slot"]
    assert slots.unlock_recovery(template.recovery_code)[0] == slots.unlock_keyring(template.keyring_secret)[0]


def test_the_operator_stays_who_they_were_after_a_change_of_passphrase(ws, call, folder, template):
    operator = ws.store.operator
    call("workspace.change_passphrase", passphrase=template.passphrase, new_passphrase="另一个很长的口令")
    ws.close()
    again = open_with(folder, "passphrase", "另一个很长的口令")
    try:
        assert operator is not None and again.store.operator == operator
    finally:
        again.close()


def test_a_changed_passphrase_needs_the_old_one_and_a_long_enough_new_one(ws, call, template):
    with pytest.raises(WrongKey):
        call("workspace.change_passphrase", passphrase="wrong wrong", new_passphrase="long enough now")
    with pytest.raises(Refused, match=r"workspace\.weak_passphrase"):
        call("workspace.change_passphrase", passphrase=template.passphrase, new_passphrase="short")


def test_recovery_replaces_a_forgotten_passphrase_and_prints_a_new_code(ws, call, folder, template):
    result = call("workspace.reset_passphrase", new_passphrase="后来想好的新口令")
    slots = KeySlots.load(folder)
    assert _code_of(lambda: slots.unlock_passphrase(template.passphrase)) == "key.wrong_passphrase"
    assert _code_of(lambda: slots.unlock_recovery(template.recovery_code)) == "key.wrong_recovery"
    assert slots.unlock_recovery(result["recovery_code"])[0] == slots.unlock_passphrase("后来想好的新口令")[0]


def test_a_forgotten_keyring_slot_opens_nothing(ws, folder, template):
    ws.slots.forget_keyring(ws.data_key)
    slots = KeySlots.load(folder)
    assert not slots.has("keyring")
    assert _code_of(lambda: slots.unlock_keyring(template.keyring_secret)) == "key.keyring_stale"


@pytest.mark.parametrize("secret", ["", "不是编码", "AAAA", base64.b64encode(bytes(32)).decode()])
def test_what_the_keyring_gives_back_wrongly_is_stale_not_damage(folder, secret):
    assert _code_of(lambda: KeySlots.load(folder).unlock_keyring(secret)) == "key.keyring_stale"


def _drop_recovery(content: dict[str, Any]) -> None:
    content["slots"] = [slot for slot in content["slots"] if slot["kind"] != "recovery"]


@pytest.mark.parametrize(
    "edit",
    [
        lambda content: content.update(note="added"),
        _drop_recovery,
        lambda content: content["slots"].reverse(),
        lambda content: content.update(mac="0" * 64),
        lambda content: content.update(mac="é" * 64),
        lambda content: content.pop("mac"),
    ],
)
def test_any_change_to_the_file_is_seen_when_it_is_opened(folder, template, edit: Edit):
    _edit(folder, edit)
    assert _code_of(lambda: open_with(folder, "passphrase", template.passphrase)) == "keyslots.tampered"


def test_a_slot_moved_to_another_workspace_does_not_open_it(folder, template):
    _edit(folder, lambda content: content.update(workspace="00000000-0000-4000-8000-000000000000"))
    assert _code_of(lambda: open_with(folder, "passphrase", template.passphrase)) == "key.wrong_passphrase"


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b'{"format":"fuzhuan-keyslots/1","slots":[1]}', b"\xff\xfe{}", b"[" * 9999]
)
def test_a_damaged_file_says_so(folder, data: bytes, template):
    (folder / FILE_NAME).write_bytes(data)
    assert _code_of(lambda: open_with(folder, "passphrase", template.passphrase)) == "keyslots.damaged"


def test_a_missing_and_a_newer_file_say_so(folder, template):
    _edit(folder, lambda content: content.update(format="fuzhuan-keyslots/2"))
    assert _code_of(lambda: open_with(folder, "passphrase", template.passphrase)) == "keyslots.newer"
    (folder / FILE_NAME).unlink()
    assert _code_of(lambda: open_with(folder, "passphrase", template.passphrase)) == "keyslots.missing"


def test_a_file_that_is_a_folder_is_the_disks_fault(folder, template):
    (folder / FILE_NAME).unlink()
    (folder / FILE_NAME).mkdir()
    with pytest.raises(WorldFault, match=r"disk\."):
        open_with(folder, "passphrase", template.passphrase)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("memory_kib", 1 << 30),
        ("memory_kib", 1),
        ("memory_kib", -1),
        ("memory_kib", "65536"),
        ("time", 10**9),
        ("time", 0),
        ("lanes", 10**6),
        ("lanes", 2.5),
        ("salt", ""),
        ("salt", "YQ=="),
        ("salt", 5),
        ("wrapped", "YQ=="),
        ("wrapped", None),
    ],
)
def test_hostile_parameters_are_damage_and_cost_nothing(folder, template, name: str, value: object):
    def edit(content: dict[str, Any]) -> None:
        next(slot for slot in content["slots"] if slot["kind"] == "passphrase")[name] = value

    _edit(folder, edit)
    started = time.monotonic()
    assert _code_of(lambda: open_with(folder, "passphrase", template.passphrase)) == "keyslots.damaged"
    assert time.monotonic() - started < 5


def test_the_file_names_nobody_and_says_nothing_of_the_keys(ws, folder, template):
    text = (folder / FILE_NAME).read_text()
    for secret in ("李明", "渝北", template.passphrase, template.recovery_code, template.keyring_secret):
        assert secret not in text and json.dumps(secret)[1:-1] not in text
    assert ws.data_key.hex() not in text and base64.b64encode(ws.data_key).decode() not in text
    assert (folder / FILE_NAME).stat().st_mode & 0o777 == 0o600
    for word in (repr(ws), repr(ws.vault), str(ws.slots)):
        assert ws.data_key.hex() not in word and repr(ws.data_key) not in word and ws.vault.identity not in word


def test_two_workspaces_share_no_secret(template, tmp_path):
    other = KeySlots.create(tmp_path, template.passphrase)[1]
    assert other != KeySlots.load(template.folder).unlock_passphrase(template.passphrase)[0]


def test_what_could_not_be_written_has_not_changed_in_memory_either(ws: Workspace, call, folder, template, monkeypatch):
    def full(*_: object) -> None:
        raise WorldFault("disk.full", path="")

    with monkeypatch.context() as patch:
        patch.setattr("db.keyslots.write_private", full)
        with pytest.raises(WorldFault, match=r"disk\.full"):
            call("workspace.change_passphrase", passphrase=template.passphrase, new_passphrase="another long one")
    ws.slots.set_keyring(ws.data_key)  # the next write does not carry the failed one along
    slots = KeySlots.load(folder)
    assert slots.unlock_passphrase(template.passphrase)[0] == ws.data_key
    assert _code_of(lambda: slots.unlock_passphrase("another long one")) == "key.wrong_passphrase"
