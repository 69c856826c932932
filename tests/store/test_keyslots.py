"""Who can open the workspace: every way in, what voids one, and files that were damaged or made to harm."""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyrage
import pytest

from db import passphrasekey
from db.keyslots import COPY_NAME, FILE_NAME, KeySlots, derive
from db.recoverycode import format_recovery_code, new_recovery_secret, parse_recovery_code
from desktop.services.registry import call as call_service
from desktop.services.session import Session
from desktop.services.workspace import Workspace, open_with
from policy.errors import Fault, Refused, WorldFault, WrongKey

Edit = Callable[[dict[str, Any]], None]


def _edit(folder: Path, edit: Edit, *names: str) -> None:
    for name in names or (FILE_NAME, COPY_NAME):
        file = folder / name
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


def test_every_wrong_letter_and_every_swap_in_a_recovery_code_is_seen():
    for _code in range(3):
        letters = format_recovery_code(new_recovery_secret()).replace("-", "")
        slips = {letters[:i] + wrong + letters[i + 1 :] for i in range(34) for wrong in set(letters)}
        slips |= {letters[:i] + letters[i + 1] + letters[i] + letters[i + 2 :] for i in range(33)}
        slips.discard(letters)
        missed = [slip for slip in slips if _code_of(lambda t=slip: parse_recovery_code(t)) != "key.recovery_typo"]
        assert missed == []


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


def test_recovery_replaces_a_forgotten_passphrase_and_prints_a_new_code(folder, template):
    ws = open_with(folder, "recovery", template.recovery_code)
    session = Session()
    session.workspace = ws
    result = call_service(session, "workspace.reset_passphrase", None, new_passphrase="后来想好的新口令")
    slots = KeySlots.load(folder)
    assert _code_of(lambda: slots.unlock_passphrase(template.passphrase)) == "key.wrong_passphrase"
    assert _code_of(lambda: slots.unlock_recovery(template.recovery_code)) == "key.wrong_recovery"
    assert slots.unlock_recovery(result["recovery_code"])[0] == slots.unlock_passphrase("后来想好的新口令")[0]
    session.close()


def test_a_passphrase_is_reset_only_by_who_came_with_the_recovery_code(call, template):
    with pytest.raises(Refused, match=r"keys\.not_by_recovery"):
        call("workspace.reset_passphrase", new_passphrase="后来想好的新口令")
    with pytest.raises(WrongKey):
        call("keys.replace_recovery", passphrase="not this one")
    code = call("keys.replace_recovery", passphrase=template.passphrase)["recovery_code"]
    assert parse_recovery_code(code) != parse_recovery_code(template.recovery_code)


def test_a_forgotten_keyring_slot_opens_nothing(ws, folder, template):
    ws.slots.forget_keyring(ws.data_key, ws.holder)
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
def test_any_change_to_the_files_is_named_and_the_way_in_that_is_whole_still_opens(folder, template, edit: Edit):
    _edit(folder, edit)
    ws = open_with(folder, "passphrase", template.passphrase)
    try:
        named = ws.slots.problems(ws.data_key)
        assert {file for file, _part in named} == {FILE_NAME, COPY_NAME}
        ws.slots.mend(ws.data_key)
        assert ws.slots.problems(ws.data_key) == []
    finally:
        ws.close()


def test_a_slot_moved_to_another_workspace_does_not_open_it(folder, template):
    _edit(folder, lambda content: content.update(workspace="00000000-0000-4000-8000-000000000000"))
    assert _code_of(lambda: open_with(folder, "passphrase", template.passphrase)) == "key.wrong_passphrase"


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b'{"format":"fuzhuan-keyslots/1","slots":[1]}', b"\xff\xfe{}", b"[" * 9999]
)
def test_a_damaged_file_says_so(folder, data: bytes, template):
    for name in (FILE_NAME, COPY_NAME):
        (folder / name).write_bytes(data)
    assert _code_of(lambda: open_with(folder, "passphrase", template.passphrase)) == "keyslots.damaged"


def test_a_missing_and_a_newer_file_say_so(folder, template):
    _edit(folder, lambda content: content.update(format="fuzhuan-keyslots/2"))
    assert _code_of(lambda: open_with(folder, "passphrase", template.passphrase)) == "keyslots.newer"
    for name in (FILE_NAME, COPY_NAME):
        (folder / name).unlink()
    assert _code_of(lambda: open_with(folder, "passphrase", template.passphrase)) == "keyslots.missing"


def test_a_file_that_is_a_folder_is_the_disks_fault(folder, template):
    for name in (FILE_NAME, COPY_NAME):
        (folder / name).unlink()
        (folder / name).mkdir()
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


# -- people --------------------------------------------------------------------------------------------------------


def test_each_person_has_a_way_in_and_a_leavers_is_removed_alone(ws, folder, template):
    first = ws.slots.holder(ws.slots.unlock_passphrase(template.passphrase)[1])
    slot = ws.slots.add_passphrase(ws.data_key, "王芳自己的口令")
    second = ws.slots.holder(slot)
    ring = ws.slots.set_keyring(ws.data_key, second)
    assert second and second != first and ws.slots.holders() == [first, second]
    key, opened = KeySlots.load(folder).unlock_passphrase("王芳自己的口令")
    assert key == ws.data_key and KeySlots.load(folder).holder(opened) == second
    ws.slots.remove_holder(ws.data_key, second)
    slots = KeySlots.load(folder)
    assert _code_of(lambda: slots.unlock_passphrase("王芳自己的口令")) == "key.wrong_passphrase"
    assert _code_of(lambda: slots.unlock_keyring(ring)) == "key.keyring_stale"
    assert slots.unlock_passphrase(template.passphrase)[0] == ws.data_key
    assert slots.unlock_keyring(template.keyring_secret)[0] == ws.data_key


def test_the_last_passphrase_is_never_removed(ws, folder, template):
    with pytest.raises(Refused, match=r"keys\.last_passphrase"):
        ws.slots.remove_holder(ws.data_key, ws.slots.holders()[0])
    assert KeySlots.load(folder).unlock_passphrase(template.passphrase)[0] == ws.data_key


def test_a_changed_passphrase_keeps_its_holder(ws, folder, template):
    slot = ws.slots.unlock_passphrase(template.passphrase)[1]
    holder = ws.slots.holder(slot)
    assert ws.slots.holder(ws.slots.change_passphrase(ws.data_key, slot, "另一个很长的口令")) == holder != ""


def test_a_new_data_key_goes_to_who_stays_without_their_being_there(ws, folder, template):
    first = ws.slots.holders()[0]
    leaver = ws.slots.holder(ws.slots.add_passphrase(ws.data_key, "离职人员的口令"))
    stale = {name: (folder / name).read_bytes() for name in (FILE_NAME, COPY_NAME)}
    old_vault = ws.slots.vault(ws.data_key)
    new_key = bytes(range(32))
    vault = ws.slots.rotate(ws.data_key, new_key, {first, ""})
    assert leaver not in ws.slots.holders()
    slots = KeySlots.load(folder)
    assert slots.rotating and new_key != ws.data_key
    assert slots.unlock_passphrase(template.passphrase)[0] == new_key
    assert slots.unlock_recovery(template.recovery_code)[0] == new_key
    assert _code_of(lambda: slots.unlock_passphrase("离职人员的口令")) == "key.wrong_passphrase"
    assert slots.vault(new_key) == vault and vault.former == (old_vault.identity,)
    assert (vault.names_key, vault.audit_key) == (old_vault.names_key, old_vault.audit_key)
    assert slots.problems(new_key) == []
    # what the leaver kept opens the old key, and neither the new vault nor a later slot
    for name, data in stale.items():
        (folder / name).write_bytes(data)
    kept = KeySlots.load(folder)
    old_key = kept.unlock_passphrase("离职人员的口令")[0]
    assert old_key == ws.data_key
    kept.content["vault"] = slots.content["vault"]
    with pytest.raises(WorldFault, match=r"keyslots\.damaged"):
        kept.vault(old_key)


def test_a_slot_put_in_without_the_data_key_is_never_given_a_new_one(ws, folder, template):
    """Somebody who can write the folder puts a key pair of their own into a slot, and waits for the next data key."""
    theirs = pyrage.x25519.Identity.generate()

    def plant(content: dict[str, Any]) -> None:
        next(slot for slot in content["slots"] if slot["kind"] == "recovery")["public"] = str(theirs.to_public())

    _edit(folder, plant)
    slots = KeySlots.load(folder)
    key = slots.unlock_passphrase(template.passphrase)[0]
    assert (FILE_NAME, f"slot recovery {slots.content['slots'][1]['id']}") in slots.problems(key)
    slots.rotate(key, bytes(32), {*slots.holders(), ""})
    for slot in slots.content["slots"]:
        with pytest.raises(pyrage.DecryptError):
            pyrage.decrypt(base64.b64decode(slot["wrapped"]), [theirs])
    assert not slots.has("recovery")


# -- the second copy -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [FILE_NAME, COPY_NAME])
def test_one_flipped_byte_anywhere_is_named_and_closes_nothing(folder, template, name: str):
    data = (folder / name).read_bytes()
    slots = KeySlots.load(folder)
    key, _slot = slots.unlock_keyring(template.keyring_secret)
    for place in range(0, len(data), 7):
        flipped = bytearray(data)
        flipped[place] ^= 1 << (place % 7)
        (folder / name).write_bytes(flipped)
        damaged = KeySlots.load(folder)
        assert damaged.unlock_keyring(template.keyring_secret)[0] == key, place
        damaged.refresh_copy(key)
        named = {file for file, _part in damaged.problems(key)}
        # a blank for a blank, or a line end, changes no meaning
        assert named == {name} or json.loads(flipped) == json.loads(data), place
        assert damaged.vault(key) == slots.vault(key)


def test_damage_in_both_files_at_different_places_still_opens_what_is_whole(folder, template):
    def spoil(kind: str) -> Edit:
        def edit(content: dict[str, Any]) -> None:
            next(slot for slot in content["slots"] if slot["kind"] == kind)["private"] = "AAAA"

        return edit

    _edit(folder, spoil("passphrase"), FILE_NAME)
    _edit(folder, spoil("recovery"), COPY_NAME)
    slots = KeySlots.load(folder)
    key = slots.unlock_keyring(template.keyring_secret)[0]
    assert KeySlots.load(folder).unlock_passphrase(template.passphrase)[0] == key
    assert KeySlots.load(folder).unlock_recovery(template.recovery_code)[0] == key


def test_a_copy_that_a_crash_left_behind_opens_nothing_and_is_brought_up_to_date(ws, folder, template):
    earlier = (folder / COPY_NAME).read_bytes()
    slot = ws.slots.unlock_passphrase(template.passphrase)[1]
    ws.slots.change_passphrase(ws.data_key, slot, "另一个很长的口令")
    (folder / COPY_NAME).write_bytes(earlier)
    slots = KeySlots.load(folder)
    assert _code_of(lambda: slots.unlock_passphrase(template.passphrase)) == "key.wrong_passphrase"
    assert slots.unlock_passphrase("另一个很长的口令")[0] == ws.data_key
    ws.close()
    open_with(folder, "passphrase", "另一个很长的口令").close()
    assert (folder / COPY_NAME).read_bytes() == (folder / FILE_NAME).read_bytes()


def test_an_old_file_put_back_beside_the_present_copy_does_not_bring_a_removed_way_in_back(ws, folder, template):
    old = (folder / FILE_NAME).read_bytes()
    slot = ws.slots.unlock_passphrase(template.passphrase)[1]
    ws.slots.change_passphrase(ws.data_key, slot, "另一个很长的口令")
    (folder / FILE_NAME).write_bytes(old)
    slots = KeySlots.load(folder)
    assert _code_of(lambda: slots.unlock_passphrase(template.passphrase)) == "key.wrong_passphrase"
    assert slots.unlock_passphrase("另一个很长的口令")[0] == ws.data_key


def test_either_file_alone_is_enough(folder, template):
    for name, other in ((FILE_NAME, COPY_NAME), (COPY_NAME, FILE_NAME)):
        kept = (folder / name).read_bytes()
        (folder / name).unlink()
        slots = KeySlots.load(folder)
        key = slots.unlock_passphrase(template.passphrase)[0]
        slots.mend(key)
        assert (folder / FILE_NAME).read_bytes() == (folder / COPY_NAME).read_bytes() != kept
        assert (folder / other).stat().st_mode & 0o777 == 0o600


# -- the cost of a guess -------------------------------------------------------------------------------------------


def test_a_guess_costs_what_was_asked_and_never_less_than_the_floor(monkeypatch):
    spent: list[dict[str, int]] = []

    def key(_passphrase: str, _salt: bytes, parameters: dict[str, Any]) -> bytes:
        spent.append(dict(parameters))
        clock[0] += cost[0]
        return b""

    clock, cost = [0.0], [0.0]
    monkeypatch.setattr(passphrasekey, "passphrase_key", key)
    monkeypatch.setattr(passphrasekey.time, "perf_counter", lambda: clock[0])
    monkeypatch.setattr(passphrasekey, "SECONDS", 0.5)
    chosen = []
    for cost[0] in (2.0, 0.25, 0.1, 0.01, 0.001):
        passphrasekey.measured.cache_clear()
        chosen.append(passphrasekey.measured())
    passphrasekey.measured.cache_clear()
    assert chosen[0] == passphrasekey.FLOOR == spent[0]
    works = [costs["time"] * costs["memory_kib"] for costs in chosen]
    assert works == sorted(works) and works[2] == pytest.approx(works[0] * 5, rel=0.3)
    assert max(costs["memory_kib"] for costs in chosen) == 1 << 18 and max(costs["time"] for costs in chosen) <= 20


def test_the_parameters_stand_in_the_slot_and_are_used_from_there(folder, template):
    slot = next(slot for slot in KeySlots.load(folder).content["slots"] if slot["kind"] == "passphrase")
    assert {name: slot[name] for name in passphrasekey.FLOOR} == passphrasekey.FLOOR
    key = passphrasekey.passphrase_key(template.passphrase, base64.b64decode(slot["salt"]), slot)
    assert len(key) == 32 and derive(key, "x") != key


def test_forgetting_the_keyring_also_forgets_what_was_made_after_opening_by_code(tmp_path):
    slots, data_key, _code = KeySlots.create(tmp_path, "first passphrase")
    nobodys = slots.set_keyring(data_key)
    slots.forget_keyring(data_key, slots.holders()[0])
    assert _code_of(lambda: KeySlots.load(tmp_path).unlock_keyring(nobodys)) == "key.keyring_stale"


def test_nothing_is_saved_under_another_key_than_the_files(tmp_path):
    """Who comes late with a former key, or with none after the close, would leave no way in but their own."""
    slots, data_key, code = KeySlots.create(tmp_path, "first passphrase")
    before = (tmp_path / "keyslots.json").read_bytes()
    for key in (os.urandom(32), b""):
        with pytest.raises(WorldFault, match=r"workspace\.locked"):
            slots.add_passphrase(key, "another passphrase")
    assert (tmp_path / "keyslots.json").read_bytes() == before and len(slots.holders()) == 1
    assert slots.unlock_recovery(code)[0] == data_key
