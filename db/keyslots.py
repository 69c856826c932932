"""Who can open the workspace: the data key, wrapped once per way in, in `keyslots.json` and its second copy.

A passphrase slot opens under Argon2id, the keyring slot under a random key kept by the system's secret service, the
recovery slot under a printed code of 158 random bits. Each opens the private half of a key pair; the data key is
encrypted to the public half, so that a new data key can be given to everybody who stays without their being there.
The file names nobody: a slot states a random holder, and which person that is is a record (operator) in the store.

Each slot, and the whole file, carries a MAC keyed from the data key: damage is named slot by slot, and a slot that
was put there by someone without the data key is never given a later one. The second copy keeps one bad byte, or one
bad sector, from closing the workspace for ever.
"""

from __future__ import annotations

import base64
import contextlib
import copy
import hashlib
import hmac
import json
import os
import secrets
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyrage
from argon2.exceptions import HashingError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from db.files import disk_fault, write_private
from db.passphrasekey import measured, passphrase_key
from db.recoverycode import format_recovery_code, new_recovery_secret, parse_recovery_code
from policy.errors import Refused, WorldFault, WrongKey

FORMAT = "fuzhuan-keyslots/1"
FILE_NAME = "keyslots.json"
COPY_NAME = "keyslots.copy.json"
_MOST_SLOTS = 100  # of all kinds; every passphrase tried costs half a second for each of its slots
Content = dict[str, Any]
Slot = dict[str, Any]


def derive(key: bytes, label: str) -> bytes:
    """A 32-byte subkey of `key` for one purpose (HKDF-SHA256 with the label)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"fuzhuan/1/{label}".encode()).derive(key)


@dataclass(frozen=True, slots=True, repr=False)
class Vault:
    """The age identity of the workspace's files, and the keys that name them and chain the audit log.

    `former` identities open the files that a new data key has not yet reached (see `KeySlots.rotate`).
    """

    identity: str
    names_key: bytes
    audit_key: bytes
    former: tuple[str, ...] = ()


class KeySlots:
    """The ways into one workspace. Unlocking returns the 32-byte data key; nothing here keeps it.

    Whoever changes something holds `lock`, and takes the data key under it: a new one may have come meanwhile.
    """

    def __init__(self, folder: Path, content: Content, second: Content | None = None) -> None:
        self.lock = threading.RLock()
        self.path = folder / FILE_NAME
        self.content = content
        self._second = second
        self._kept = copy.deepcopy(content)

    # -- making and reading ------------------------------------------------------------------------------------
    @classmethod
    def create(cls, folder: Path, passphrase: str) -> tuple[KeySlots, bytes, str]:
        """Make the file with a passphrase and a recovery slot; returns slots, data key and the recovery code."""
        data_key = secrets.token_bytes(32)
        slots = cls(folder, {"format": FORMAT, "workspace": str(uuid.uuid4()), "generation": 0, "slots": []})
        slots._put_vault(data_key, Vault(_identity(), secrets.token_bytes(32), secrets.token_bytes(32)))
        slots.add_passphrase(data_key, passphrase, save=False)
        code = slots.replace_recovery(data_key, save=False)
        slots.save(data_key)
        return slots, data_key, code

    @classmethod
    def load(cls, folder: Path) -> KeySlots:
        """Read the file, or its second copy where the first cannot be read; which one counts shows on unlocking.

        Raises WorldFault("keyslots.missing" | "keyslots.damaged" | "keyslots.newer" | a disk's fault).
        """
        found: list[Content] = []
        faults: list[WorldFault] = []
        for name in (FILE_NAME, COPY_NAME):
            try:
                found.append(_read(folder / name))
            except WorldFault as fault:
                faults.append(fault)
        if not found:
            raise next((fault for fault in faults if fault.code != "keyslots.missing"), faults[0])
        return cls(folder, *found)

    @property
    def workspace_id(self) -> str:
        """The id that the workspace keeps for life."""
        return str(self.content.get("workspace", ""))

    @property
    def rotating(self) -> bool:
        """Whether a new data key was given out and the store has still to be exchanged."""
        return bool(self.content.get("rotating"))

    def save(self, data_key: bytes) -> None:
        """Write the file whole or not at all (where that fails, nothing has changed here either), then its copy.

        A copy that could not be written is an earlier one, which opens nothing; `refresh_copy` makes up for it.
        Slots whose own MAC does not hold are left out: they open nothing, or were put there by someone else. Under
        another key than the file's none would hold: WorldFault("workspace.locked"), and nothing has changed.
        """
        try:
            self.vault(data_key)
        except WorldFault:
            self.content = copy.deepcopy(self._kept)
            raise WorldFault("workspace.locked") from None
        kept = [slot for slot in self.content["slots"] if self._slot_holds(data_key, slot)]
        self.content |= {"slots": kept, "generation": int(self.content.get("generation") or 0) + 1}
        self.content["mac"] = self._mac(data_key, self.content)
        data = json.dumps(self.content, indent=1).encode()
        try:
            write_private(self.path, data)
        except BaseException as error:
            if not isinstance(error, WorldFault) or not self._is_in_place(data):
                self.content = copy.deepcopy(self._kept)
                raise  # else only the folder could not be synced: what is new counts already, and is told so
        self._kept = copy.deepcopy(self.content)
        with contextlib.suppress(WorldFault):
            write_private(self.path.with_name(COPY_NAME), data)
            self._second = copy.deepcopy(self.content)

    def _is_in_place(self, data: bytes) -> bool:
        try:
            return self.path.read_bytes() == data
        except OSError:
            return False

    def refresh_copy(self, data_key: bytes) -> None:
        """Make the second copy where it is missing, or an earlier one that a crash left; damage stays to be found."""
        if not self._holds(data_key, self.content):
            return
        try:
            second = _read(self.path.with_name(COPY_NAME))
        except WorldFault as fault:
            if fault.code != "keyslots.missing":
                return
        else:
            earlier = _generation(second) < _generation(self.content)
            if not earlier or not (self.rotating or self._holds(data_key, second)):
                return
        with contextlib.suppress(WorldFault):
            write_private(self.path.with_name(COPY_NAME), json.dumps(self.content, indent=1).encode())

    # -- ways in -----------------------------------------------------------------------------------------------
    def add_passphrase(self, data_key: bytes, passphrase: str, *, holder: str = "", save: bool = True) -> str:
        """Add a passphrase slot, for a new holder unless one is named, and return its id.

        Raises Refused("keys.too_many").
        """
        if len(self.content["slots"]) >= _MOST_SLOTS - 2:  # room for a keyring and a recovery slot
            raise Refused("keys.too_many", most=_MOST_SLOTS)
        salt = os.urandom(16)
        costs = measured()
        own = {"salt": _b64(salt), **costs}
        slot = self._new_slot(data_key, "passphrase", holder, passphrase_key(passphrase, salt, costs), own)
        self.content["slots"].append(slot)
        if save:
            self.save(data_key)
        return str(slot["id"])

    def change_passphrase(self, data_key: bytes, slot_id: str, passphrase: str) -> str:
        """Re-wrap: a new slot of the same holder replaces the old one in one write. Returns the new slot's id."""
        new_id = self.add_passphrase(data_key, passphrase, holder=self.holder(slot_id), save=False)
        self.content["slots"] = [slot for slot in self.content["slots"] if slot.get("id") != slot_id]
        self.save(data_key)
        return new_id

    def reset(self, data_key: bytes, holder: str, passphrase: str) -> tuple[str, str]:
        """A new passphrase for a holder and a new recovery code, in one write; returns the slot's id and the code."""
        new_id = self.add_passphrase(data_key, passphrase, holder=holder, save=False)
        gone = [slot["id"] for slot in self.of(holder) if slot.get("kind") == "passphrase" and slot["id"] != new_id]
        self.content["slots"] = [slot for slot in self.content["slots"] if slot.get("id") not in gone]
        code = self.replace_recovery(data_key, save=False)
        self.save(data_key)
        return new_id, code

    def remove_holder(self, data_key: bytes, holder: str) -> None:
        """Take away every way in of one person; raises Refused("keys.last_passphrase") for the last one."""
        if all(slot.get("holder") == holder for slot in self._slots("passphrase")):
            raise Refused("keys.last_passphrase")
        self.content["slots"] = [slot for slot in self.content["slots"] if slot.get("holder") != holder]
        self.save(data_key)

    def replace_recovery(self, data_key: bytes, *, save: bool = True) -> str:
        """Make a new recovery code, voiding the old one; returns the code as printed."""
        raw = new_recovery_secret()
        slot = self._new_slot(data_key, "recovery", "", derive(raw, "recovery"), {})
        self._drop("recovery")
        self.content["slots"].append(slot)
        if save:
            self.save(data_key)
        return format_recovery_code(raw)

    def set_keyring(self, data_key: bytes, holder: str = "") -> str:
        """Add or replace the holder's keyring slot; returns the secret to put into the system's keyring."""
        secret = os.urandom(32)
        slot = self._new_slot(data_key, "keyring", holder, secret, {})
        self._drop("keyring", holder)
        self.content["slots"].append(slot)
        self.save(data_key)
        return _b64(secret)

    def forget_keyring(self, data_key: bytes, holder: str = "") -> None:
        """Remove the holder's keyring slot: what the keyring still holds opens nothing.

        One that was made after opening by the recovery code is nobody's, and goes with it: a computer's keyring holds
        one secret for a workspace, whoever made it.
        """
        self._drop("keyring", holder)
        self._drop("keyring")
        self.save(data_key)

    def has(self, kind: str, holder: str | None = None) -> bool:
        """Whether a slot of that kind exists (of that holder, where one is named)."""
        return any(holder is None or slot.get("holder") == holder for slot in self._slots(kind))

    def holder(self, slot_id: str) -> str:
        """The holder of a slot; "" for the recovery code and for none."""
        return next((str(slot.get("holder", "")) for slot in self.content["slots"] if slot.get("id") == slot_id), "")

    def of(self, holder: str) -> list[Slot]:
        """Every slot of a person."""
        return [slot for slot in self.content["slots"] if slot.get("holder") == holder]

    def kind(self, slot_id: str) -> str:
        """passphrase, keyring or recovery; "" for no slot of ours."""
        return next((str(slot.get("kind", "")) for slot in self.content["slots"] if slot.get("id") == slot_id), "")

    def holders(self) -> list[str]:
        """Everybody with a passphrase, in the order they came."""
        return list(dict.fromkeys(str(slot.get("holder", "")) for slot in self._slots("passphrase")))

    def unlock_passphrase(self, passphrase: str) -> tuple[bytes, str]:
        """Data key and slot id; raises WrongKey("key.wrong_passphrase"), WorldFault("keyslots.damaged")."""

        def key_of(slot: Slot) -> bytes:
            return passphrase_key(passphrase, base64.b64decode(slot["salt"]), slot)

        return self._unlock("passphrase", key_of, WrongKey("key.wrong_passphrase"))

    def unlock_recovery(self, code: str) -> tuple[bytes, str]:
        """Data key and slot id; raises WrongKey("key.recovery_typo" | "key.wrong_recovery")."""
        key = derive(parse_recovery_code(code), "recovery")
        return self._unlock("recovery", lambda _slot: key, WrongKey("key.wrong_recovery"))

    def unlock_keyring(self, secret: str) -> tuple[bytes, str]:
        """Data key and slot id; raises WrongKey("key.keyring_stale") where the keyring's copy opens nothing."""
        raw = b""
        with contextlib.suppress(ValueError):
            raw = base64.b64decode(secret)
        if len(raw) != 32:
            raise WrongKey("key.keyring_stale")
        return self._unlock("keyring", lambda _slot: raw, WrongKey("key.keyring_stale"))

    # -- the secrets behind it -----------------------------------------------------------------------------------
    def vault(self, data_key: bytes) -> Vault:
        """The secrets that outlive a change of the data key; raises WorldFault("keyslots.damaged")."""
        try:
            content = json.loads(self._unwrap(derive(data_key, "vault"), self.content["vault"], "vault"))
            former = tuple(str(item) for item in content.get("former", ()))
            names, audit = bytes.fromhex(content["names"]), bytes.fromhex(content["audit"])
            return Vault(str(content["identity"]), names, audit, former)
        except (InvalidTag, KeyError, ValueError, TypeError):
            raise WorldFault("keyslots.damaged", path=str(self.path)) from None

    def rotate(self, data_key: bytes, new_key: bytes, keep: set[str]) -> Vault:
        """Give a new data key and a new file identity to the holders in `keep` ("" keeps the recovery code).

        The file says `rotating` until `rotation_done`: the store under the new key lies beside the old one. Names and
        audit chain keep their keys; the former identity stays until `former_done`. Returns the vault.
        """
        old = self.vault(data_key)
        vault = Vault(_identity(), old.names_key, old.audit_key, (old.identity, *old.former))
        slots = [slot for slot in self.content["slots"] if slot.get("holder") in keep]
        self.content["slots"] = [self._rewrapped(new_key, slot) for slot in slots if self._slot_holds(data_key, slot)]
        self.content["rotating"] = True
        self._put_vault(new_key, vault)
        self.save(new_key)
        return vault

    def rotation_done(self, data_key: bytes) -> None:
        """The store is under the new data key."""
        self.content.pop("rotating", None)
        self.save(data_key)

    def former_done(self, data_key: bytes) -> Vault:
        """Every file is under the present identity: the former ones are forgotten. Returns the vault."""
        vault = self.vault(data_key)
        vault = Vault(vault.identity, vault.names_key, vault.audit_key)
        self._put_vault(data_key, vault)
        self.save(data_key)
        return vault

    # -- damage ------------------------------------------------------------------------------------------------
    def problems(self, data_key: bytes) -> list[tuple[str, str]]:
        """What is damaged or was changed by someone without the data key: (file name, part) pairs.

        A part is "file" (cannot be read, or other bytes than were written), "vault" or "slot KIND ID".
        """
        found = []
        for name in (FILE_NAME, COPY_NAME):
            try:
                content = _read(self.path.with_name(name))
            except WorldFault:
                found.append((name, "file"))
                continue
            parts = [
                f"slot {slot.get('kind')} {slot.get('id')}"
                for slot in content["slots"]
                if not self._slot_holds(data_key, slot)
            ]
            try:
                KeySlots(self.path.parent, content).vault(data_key)
            except WorldFault:
                parts.append("vault")
            if not parts and not KeySlots(self.path.parent, content)._holds(data_key, content):
                parts = ["file"]
            found += [(name, part) for part in parts]
        return found

    def mend(self, data_key: bytes) -> None:
        """Write both files anew from what holds."""
        self.save(data_key)

    # -- inside ------------------------------------------------------------------------------------------------
    def _unlock(self, kind: str, key_of: Callable[[Slot], bytes], wrong: WrongKey) -> tuple[bytes, str]:
        damaged = False
        for content in self._candidates():
            own = KeySlots(self.path.parent, content)
            for slot in own._slots(kind):
                try:
                    private = own._unwrap(key_of(slot), slot["private"], f"slot/{slot['id']}")
                except InvalidTag:
                    continue
                except (KeyError, ValueError, TypeError, HashingError):
                    damaged = True
                    continue
                try:
                    identity = pyrage.x25519.Identity.from_str(private.decode())
                    data_key = bytes(pyrage.decrypt(base64.b64decode(slot["wrapped"]), [identity]))
                except (KeyError, ValueError, TypeError, pyrage.DecryptError, pyrage.IdentityError):
                    damaged = True
                    continue
                if self._adopt(data_key, content, str(slot["id"])):
                    return data_key, str(slot["id"])
        if damaged:
            raise WorldFault("keyslots.damaged", path=str(self.path))
        raise wrong

    def _candidates(self) -> Iterator[Content]:
        """The file, then its copy unless that is an earlier one: a crash came between the two writes, and a slot that
        is no longer in the file must open nothing."""
        yield self.content
        second = self._second
        if second is not None and second != self.content and _generation(second) >= _generation(self.content):
            yield second

    def _adopt(self, data_key: bytes, used: Content, slot_id: str) -> bool:
        """Go on with the newest content that holds under the key, which must still have the slot; where none holds,
        with the one that opened. Returns whether the slot counts."""
        with self.lock:
            known = [content for content in (self.content, self._second) if content is not None]
            whole = sorted((content for content in known if self._holds(data_key, content)), key=_generation)
            best = whole[-1] if whole else used
            if all(slot.get("id") != slot_id for slot in best["slots"]):
                return False
            # copies: a change that fails must not touch either
            self.content, self._kept = copy.deepcopy(best), copy.deepcopy(best)
            return True

    def _slots(self, kind: str) -> list[Slot]:
        return [slot for slot in self.content["slots"] if slot.get("kind") == kind]

    def _drop(self, kind: str, holder: str = "") -> None:
        kept = [slot for slot in self.content["slots"] if (slot.get("kind"), slot.get("holder")) != (kind, holder)]
        self.content["slots"] = kept

    def _new_slot(self, data_key: bytes, kind: str, holder: str, key: bytes, own: dict[str, Any]) -> Slot:
        identity = pyrage.x25519.Identity.generate()
        slot: Slot = {"id": secrets.token_hex(4), "kind": kind, **own}
        slot["holder"] = holder or (new_holder() if kind == "passphrase" else "")
        slot["private"] = self._wrap(key, str(identity).encode(), f"slot/{slot['id']}")
        slot["public"] = str(identity.to_public())
        return self._rewrapped(data_key, slot)

    def _rewrapped(self, data_key: bytes, slot: Slot) -> Slot:
        recipient = pyrage.x25519.Recipient.from_str(slot["public"])
        slot = {**slot, "wrapped": _b64(pyrage.encrypt(data_key, [recipient]))}
        return {**slot, "mac": _slot_mac(data_key, slot)}

    def _slot_holds(self, data_key: bytes, slot: Slot) -> bool:
        return _same(slot.get("mac"), _slot_mac(data_key, slot))

    def _holds(self, data_key: bytes, content: Content) -> bool:
        return _same(content.get("mac"), self._mac(data_key, content))

    def _put_vault(self, data_key: bytes, vault: Vault) -> None:
        names, audit = vault.names_key.hex(), vault.audit_key.hex()
        content = {"identity": vault.identity, "names": names, "audit": audit, "former": list(vault.former)}
        self.content["vault"] = self._wrap(derive(data_key, "vault"), json.dumps(content).encode(), "vault")

    def _aad(self, label: str) -> bytes:
        return f"{FORMAT}/{self.workspace_id}/{label}".encode()

    def _wrap(self, key: bytes, secret: bytes, label: str) -> str:
        nonce = os.urandom(12)
        return _b64(nonce + AESGCM(key).encrypt(nonce, secret, self._aad(label)))

    def _unwrap(self, key: bytes, wrapped: str, label: str) -> bytes:
        raw = base64.b64decode(wrapped)
        return AESGCM(key).decrypt(raw[:12], raw[12:], self._aad(label))

    def _mac(self, data_key: bytes, content: Content) -> str:
        return _keyed(derive(data_key, "slots-mac"), {key: value for key, value in content.items() if key != "mac"})


def _read(path: Path) -> Content:
    try:
        content: Content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise WorldFault("keyslots.missing", path=str(path.parent)) from None
    except OSError as error:
        raise disk_fault(error, path) from error
    except (ValueError, RecursionError):
        raise WorldFault("keyslots.damaged", path=str(path)) from None
    slots = content.get("slots") if isinstance(content, dict) else None
    if not isinstance(slots, list) or len(slots) > _MOST_SLOTS or not all(isinstance(slot, dict) for slot in slots):
        raise WorldFault("keyslots.damaged", path=str(path))
    stated = content.get("format")
    if stated != FORMAT:
        # another version's, or one bad byte in ours
        newer = isinstance(stated, str) and stated.startswith(FORMAT.partition("/")[0] + "/")
        raise WorldFault("keyslots.newer" if newer else "keyslots.damaged", path=str(path))
    return content


def _generation(content: Content) -> int:
    found = content.get("generation")
    return found if isinstance(found, int) else 0


def _slot_mac(data_key: bytes, slot: Slot) -> str:
    return _keyed(derive(data_key, "slot-mac"), {key: value for key, value in slot.items() if key != "mac"})


def _keyed(key: bytes, body: dict[str, Any]) -> str:
    text = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(key, text, hashlib.sha256).hexdigest()


def _same(stated: object, expected: str) -> bool:
    return isinstance(stated, str) and hmac.compare_digest(stated.encode("utf-8", "replace"), expected.encode())


def new_holder() -> str:
    """A random name for who holds a passphrase; the store knows which person it is."""
    return secrets.token_hex(8)


def _identity() -> str:
    return str(pyrage.x25519.Identity.generate())


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
