"""Who can open the workspace: the data key, wrapped once per way in, in `keyslots.json`.

A passphrase slot wraps the data key under Argon2id, the keyring slot under a random key kept by the system's secret
service, the recovery slot under a printed code of 160 random bits. The file names nobody: which person holds a slot
is a record (operator) inside the store. A MAC over the whole file, keyed from the data key, shows tampering.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import hmac
import json
import os
import secrets
import unicodedata
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyrage
from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from db.files import disk_fault, write_private
from policy.errors import WorldFault, WrongKey

FORMAT = "fuzhuan-keyslots/1"
FILE_NAME = "keyslots.json"
# Argon2id: 64 MiB, 3 passes, 4 lanes (RFC 9106, second recommended option)
ARGON2 = {"time": 3, "memory_kib": 65536, "lanes": 4}
# Limits on what a file may ask for, so that a hostile file cannot exhaust memory
_ARGON2_MAX = {"time": 20, "memory_kib": 1 << 20, "lanes": 16}
_CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U


def derive(key: bytes, label: str) -> bytes:
    """A 32-byte subkey of `key` for one purpose (HKDF-SHA256 with the label)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"fuzhuan/1/{label}".encode()).derive(key)


@dataclass(frozen=True, slots=True, repr=False)
class Vault:
    """The age identity of the workspace's files, and the keys that name them and chain the audit log."""

    identity: str
    names_key: bytes
    audit_key: bytes


class KeySlots:
    """The parsed `keyslots.json` of one workspace. Unlocking returns the 32-byte data key; nothing here keeps it."""

    def __init__(self, path: Path, content: dict[str, Any]) -> None:
        self.path = path
        self.content = content
        self._kept = copy.deepcopy(content)

    # -- making and reading ------------------------------------------------------------------------------------
    @classmethod
    def create(cls, folder: Path, passphrase: str) -> tuple[KeySlots, bytes, str]:
        """Make the file with a passphrase and a recovery slot; returns slots, data key and the recovery code."""
        data_key = secrets.token_bytes(32)
        content: dict[str, Any] = {"format": FORMAT, "workspace": str(uuid.uuid4()), "slots": []}
        slots = cls(folder / FILE_NAME, content)
        vault = {
            "identity": str(pyrage.x25519.Identity.generate()),
            "names": secrets.token_hex(32),
            "audit": secrets.token_hex(32),
        }
        content["vault"] = slots._wrap(derive(data_key, "vault"), json.dumps(vault).encode(), "vault")
        slots.add_passphrase(data_key, passphrase, save=False)
        code = slots.replace_recovery(data_key, save=False)
        slots.save(data_key)
        return slots, data_key, code

    @classmethod
    def load(cls, folder: Path) -> KeySlots:
        """Read the file; raises WorldFault("keyslots.missing" | "keyslots.damaged" | "keyslots.newer")."""
        path = folder / FILE_NAME
        try:
            content = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            raise WorldFault("keyslots.missing", path=str(folder)) from None
        except OSError as error:
            raise disk_fault(error, path) from error
        except (ValueError, RecursionError):
            raise WorldFault("keyslots.damaged", path=str(path)) from None
        slots = content.get("slots") if isinstance(content, dict) else None
        if not isinstance(slots, list) or not all(isinstance(slot, dict) for slot in slots):
            raise WorldFault("keyslots.damaged", path=str(path))
        if content.get("format") != FORMAT:
            raise WorldFault("keyslots.newer", path=str(path))
        return cls(path, content)

    @property
    def workspace_id(self) -> str:
        """The id that the workspace keeps for life."""
        return str(self.content.get("workspace", ""))

    def save(self, data_key: bytes) -> None:
        """Write the file whole or not at all, with its MAC; where that fails, nothing has changed here either."""
        self.content["mac"] = self._mac(data_key)
        try:
            write_private(self.path, json.dumps(self.content, indent=1).encode())
        except BaseException:
            self.content = copy.deepcopy(self._kept)
            raise
        self._kept = copy.deepcopy(self.content)

    # -- ways in -----------------------------------------------------------------------------------------------
    def add_passphrase(self, data_key: bytes, passphrase: str, *, save: bool = True) -> str:
        """Add a passphrase slot and return its id."""
        salt = os.urandom(16)
        slot: dict[str, Any] = {"id": secrets.token_hex(4), "kind": "passphrase", "salt": _b64(salt), **ARGON2}
        slot["wrapped"] = self._wrap(_argon2(passphrase, salt, slot), data_key, f"slot/{slot['id']}")
        self.content["slots"].append(slot)
        if save:
            self.save(data_key)
        return str(slot["id"])

    def change_passphrase(self, data_key: bytes, slot_id: str, passphrase: str) -> str:
        """Re-wrap: the new slot replaces the old one in a single write. Returns the new slot's id."""
        new_id = self.add_passphrase(data_key, passphrase, save=False)
        self.content["slots"] = [slot for slot in self.content["slots"] if slot["id"] != slot_id]
        self.save(data_key)
        return new_id

    def replace_recovery(self, data_key: bytes, *, save: bool = True) -> str:
        """Make a new recovery code, voiding the old one; returns the code as printed."""
        raw = os.urandom(20)
        slot: dict[str, Any] = {"id": secrets.token_hex(4), "kind": "recovery"}
        slot["wrapped"] = self._wrap(derive(raw, "recovery"), data_key, f"slot/{slot['id']}")
        self._replace_kind("recovery", slot)
        if save:
            self.save(data_key)
        return format_recovery_code(raw)

    def set_keyring(self, data_key: bytes) -> str:
        """Add or replace the keyring slot; returns the secret to put into the system's keyring."""
        secret = os.urandom(32)
        slot: dict[str, Any] = {"id": secrets.token_hex(4), "kind": "keyring"}
        slot["wrapped"] = self._wrap(secret, data_key, f"slot/{slot['id']}")
        self._replace_kind("keyring", slot)
        self.save(data_key)
        return _b64(secret)

    def forget_keyring(self, data_key: bytes) -> None:
        """Remove the keyring slot: what the keyring still holds opens nothing."""
        self._replace_kind("keyring", None)
        self.save(data_key)

    def has(self, kind: str) -> bool:
        """Whether a slot of that kind exists."""
        return any(slot.get("kind") == kind for slot in self.content["slots"])

    def unlock_passphrase(self, passphrase: str) -> tuple[bytes, str]:
        """Data key and slot id; raises WrongKey("key.wrong_passphrase"), WorldFault("keyslots.damaged")."""
        for slot in self._slots("passphrase"):
            try:
                salt = base64.b64decode(slot["salt"])
                key = self._unwrap(_argon2(passphrase, salt, slot), slot["wrapped"], f"slot/{slot['id']}")
            except InvalidTag:
                continue
            except (KeyError, ValueError, TypeError, HashingError):
                raise WorldFault("keyslots.damaged", path=str(self.path)) from None
            return self._checked(key), str(slot["id"])
        raise WrongKey("key.wrong_passphrase")

    def unlock_recovery(self, code: str) -> tuple[bytes, str]:
        """Data key and slot id; raises WrongKey("key.recovery_typo" | "key.wrong_recovery")."""
        return self._unlock_random("recovery", derive(parse_recovery_code(code), "recovery"), "key.wrong_recovery")

    def unlock_keyring(self, secret: str) -> tuple[bytes, str]:
        """Data key and slot id; raises WrongKey("key.keyring_stale") where the keyring's copy opens nothing."""
        try:
            raw = base64.b64decode(secret)
        except ValueError:
            raw = b""
        if len(raw) != 32:
            raise WrongKey("key.keyring_stale")
        return self._unlock_random("keyring", raw, "key.keyring_stale")

    def vault(self, data_key: bytes) -> Vault:
        """The secrets that outlive a change of the data key (a new data key re-wraps only this)."""
        try:
            content = json.loads(self._unwrap(derive(data_key, "vault"), self.content["vault"], "vault"))
            return Vault(content["identity"], bytes.fromhex(content["names"]), bytes.fromhex(content["audit"]))
        except (InvalidTag, KeyError, ValueError, TypeError):
            raise WorldFault("keyslots.damaged", path=str(self.path)) from None

    # -- inside ------------------------------------------------------------------------------------------------
    def _slots(self, kind: str) -> list[dict[str, Any]]:
        return [slot for slot in self.content["slots"] if isinstance(slot, dict) and slot.get("kind") == kind]

    def _replace_kind(self, kind: str, slot: dict[str, Any] | None) -> None:
        kept = [old for old in self.content["slots"] if old.get("kind") != kind]
        self.content["slots"] = [*kept, slot] if slot else kept

    def _unlock_random(self, kind: str, key: bytes, wrong: str) -> tuple[bytes, str]:
        for slot in self._slots(kind):
            try:
                return self._checked(self._unwrap(key, slot["wrapped"], f"slot/{slot['id']}")), str(slot["id"])
            except InvalidTag:
                continue
            except (KeyError, ValueError, TypeError):
                raise WorldFault("keyslots.damaged", path=str(self.path)) from None
        raise WrongKey(wrong)

    def _aad(self, label: str) -> bytes:
        return f"{FORMAT}/{self.workspace_id}/{label}".encode()

    def _wrap(self, key: bytes, secret: bytes, label: str) -> str:
        nonce = os.urandom(12)
        return _b64(nonce + AESGCM(key).encrypt(nonce, secret, self._aad(label)))

    def _unwrap(self, key: bytes, wrapped: str, label: str) -> bytes:
        raw = base64.b64decode(wrapped)
        return AESGCM(key).decrypt(raw[:12], raw[12:], self._aad(label))

    def _mac(self, data_key: bytes) -> str:
        body = {key: value for key, value in self.content.items() if key != "mac"}
        text = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
        return hmac.new(derive(data_key, "slots-mac"), text, hashlib.sha256).hexdigest()

    def _checked(self, data_key: bytes) -> bytes:
        if not hmac.compare_digest(str(self.content.get("mac", "")).encode(), self._mac(data_key).encode()):
            raise WorldFault("keyslots.tampered", path=str(self.path))
        return data_key


def format_recovery_code(raw: bytes) -> str:
    """20 bytes as 8 groups of 4 letters plus a checksum group of 2."""
    number = int.from_bytes(raw, "big")
    letters = "".join(_CODE_ALPHABET[(number >> shift) & 31] for shift in range(155, -1, -5))
    letters += _checksum(letters)
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


def parse_recovery_code(code: str) -> bytes:
    """The 20 bytes of a code as typed; a failing checksum is a typing error: WrongKey("key.recovery_typo")."""
    table = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V", "-": "", " ": ""})
    letters = "".join(code.split()).upper().translate(table)
    if len(letters) != 34 or not set(letters) <= set(_CODE_ALPHABET) or _checksum(letters[:32]) != letters[32:]:
        raise WrongKey("key.recovery_typo")
    number = 0
    for letter in letters[:32]:
        number = number << 5 | _CODE_ALPHABET.index(letter)
    return number.to_bytes(20, "big")


def _checksum(letters: str) -> str:
    digest = hashlib.sha256(b"fuzhuan recovery " + letters.encode()).digest()
    return _CODE_ALPHABET[digest[0] & 31] + _CODE_ALPHABET[digest[1] & 31]


def _argon2(passphrase: str, salt: bytes, parameters: dict[str, Any]) -> bytes:
    for name, most in _ARGON2_MAX.items():
        if not isinstance(parameters.get(name), int) or not 1 <= parameters[name] <= most:
            raise ValueError(name)
    return hash_secret_raw(
        unicodedata.normalize("NFC", passphrase).encode(),  # however the input method composes it
        salt,
        time_cost=parameters["time"],
        memory_cost=parameters["memory_kib"],
        parallelism=parameters["lanes"],
        hash_len=32,
        type=Type.ID,
    )


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
