"""One passphrase per person: history and audit show that person, a leaver's ways in go alone, and whose it is stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from db.keyslots import KeySlots
from db.models import AuditEntry, Operator
from desktop.runtime import keychain
from desktop.services.registry import call as call_service
from desktop.services.session import Session
from desktop.services.workspace import Workspace, open_with
from policy.dates import today
from policy.errors import Fault, WorldFault, WrongKey

OTHER = "第二个人的口令 77"
Call = Callable[..., Any]


def _code(run: Callable[[], object]) -> str:
    with pytest.raises(Fault) as caught:
        run()
    return caught.value.code


@pytest.fixture
def wang(call: Call) -> str:
    """A second person, by holder."""
    return str(call("keys.add_person", name="王芳", post="项目主管", new_passphrase=OTHER)["holder"])


@pytest.fixture
def reopened(ws: Workspace) -> Any:
    """`reopened(passphrase=…)` closes the workspace and opens it again in another session."""
    ws.close()
    session = Session()

    def open_it(**secret: str) -> tuple[dict[str, Any], Call]:
        session.close()
        info = call_service(session, "workspace.open", None, folder=str(ws.folder), **secret)
        return info, lambda name, /, **parameters: call_service(session, name, None, **parameters)

    yield open_it
    session.close()


def test_what_each_did_bears_their_name(ws, call, wang, template, reopened):
    info, other = reopened(passphrase=OTHER)
    assert (info["person"], info["by_recovery"]) == ("王芳", False)
    firm = other("records.add", kind="firm", values={"name": "甲科技公司"})["id"]
    other("workspace.change_passphrase", passphrase=OTHER, new_passphrase=OTHER + "新")
    info, own = reopened(passphrase=template.passphrase)
    assert info["person"] == "李明"
    own("records.edit", kind="firm", id=firm, values={"district": "渝北区"})
    told = own("lists.history", kind="firm", id=firm)
    names = own("records.titles", kind="operator", ids=[row["operator"] for row in told])
    assert (names[told[0]["operator"]], names[told[-1]["operator"]]) == ("李明", "王芳")
    changed = [row for row in own("audit.list")["entries"] if row["action"] == "keys.passphrase_changed"]
    assert [row["who"] for row in changed] == ["王芳"]


def test_the_list_tells_who_is_who(call, wang):
    people = {person["name"]: person for person in call("keys.list")}
    assert list(people) == ["李明", "王芳"]
    assert people["李明"] | {"holder": ""} == {
        "holder": "", "operator": people["李明"]["operator"], "name": "李明", "post": None,
        "since": today().isoformat(),
        "own": True, "keyring": True, "damaged": False,
    }  # fmt: skip
    assert (people["王芳"]["post"], people["王芳"]["own"], people["王芳"]["keyring"]) == ("项目主管", False, False)
    assert people["王芳"]["since"]


def test_a_leaver_goes_alone_and_stays_in_history(ws, call, wang, template):
    assert call("keys.remove_person", holder=wang) == {"name": "王芳"}
    slots = KeySlots.load(ws.folder)
    assert _code(lambda: slots.unlock_passphrase(OTHER)) == "key.wrong_passphrase"
    assert slots.unlock_passphrase(template.passphrase) and slots.unlock_recovery(template.recovery_code)
    with ws.store.read():
        gone = Operator.get(Operator.name == "王芳")
        assert gone.ends_on and gone.slot == wang
        assert AuditEntry.select().order_by(AuditEntry.seq.desc()).first().action == "keys.person_removed"


@pytest.mark.parametrize(
    ("name", "parameters", "code"),
    [
        ("keys.add_person", {"name": " ", "new_passphrase": OTHER}, "keys.no_name"),
        ("keys.add_person", {"name": "李明", "new_passphrase": OTHER}, "keys.name_taken"),
        ("keys.add_person", {"name": "赵", "new_passphrase": "short"}, "workspace.weak_passphrase"),
        ("keys.remove_person", {"holder": "own"}, "keys.own"),
        ("keys.remove_person", {"holder": "nobody"}, "keys.unknown_person"),
        ("keys.remove_person", {"holder": ""}, "keys.unknown_person"),
        ("workspace.reset_passphrase", {"new_passphrase": OTHER}, "keys.not_by_recovery"),
        ("keys.replace_recovery", {"passphrase": "not this one"}, "key.wrong_passphrase"),
    ],
)
def test_what_must_not_be_is_refused_and_changes_nothing(ws, call, wang, name, parameters, code):
    before = (ws.folder / "keyslots.json").read_bytes()
    if parameters.get("holder") == "own":
        parameters = {"holder": ws.holder}
    assert _code(lambda: call(name, **parameters)) == code
    assert (ws.folder / "keyslots.json").read_bytes() == before
    assert len(call("keys.list")) == 2


def test_a_crash_while_a_person_is_added_leaves_no_way_in_of_nobody(ws, call, monkeypatch):
    def full(*_arguments: Any) -> None:
        raise WorldFault("disk.full", path="")

    with monkeypatch.context() as patch:
        patch.setattr("db.keyslots.write_private", full)
        assert _code(lambda: call("keys.add_person", name="王芳", new_passphrase=OTHER)) == "disk.full"
    assert [person["name"] for person in call("keys.list")] == ["李明"]
    with ws.store.read():
        assert not Operator.select().where(Operator.name == "王芳").exists()
    call("keys.add_person", name="王芳", new_passphrase=OTHER)


def test_one_stays_oneself_after_another_passphrase_and_without_the_keyring(ws, call, wang, template, monkeypatch):
    """The workspace is open by the keyring here."""
    monkeypatch.setattr(keychain, "forget", lambda _workspace: None)
    holder = ws.holder
    call("workspace.forget_keyring")
    assert ws.holder == holder and [person["own"] for person in call("keys.list")] == [True, False]
    call("workspace.change_passphrase", passphrase=template.passphrase, new_passphrase="另一个口令 2026")
    assert ws.holder == holder and [person["own"] for person in call("keys.list")] == [True, False]
    call("workspace.change_passphrase", passphrase="另一个口令 2026", new_passphrase="再一个口令 2026")
    assert ws.holder == holder
    assert _code(lambda: call("keys.remove_person", holder=holder)) == "keys.own"


def test_after_the_recovery_code_the_person_is_chosen(ws, call, wang, template, reopened):
    info, own = reopened(recovery_code=template.recovery_code)
    assert info["by_recovery"] and info["person"] == ""
    own("records.add", kind="firm", values={"name": "甲科技公司"})
    assert _code(lambda: own("workspace.reset_passphrase", new_passphrase="全新口令 2026")) == "keys.whose"
    assert _code(lambda: own("workspace.reset_passphrase", new_passphrase="全新口令 2026", holder="x")) == (
        "keys.unknown_person"
    )
    made = own("workspace.reset_passphrase", new_passphrase="全新口令 2026", holder=wang)
    assert own("workspace.info")["person"] == "王芳"
    slots = KeySlots.load(ws.folder)
    assert slots.holder(slots.unlock_passphrase("全新口令 2026")[1]) == wang
    assert slots.unlock_passphrase(template.passphrase)
    for lost, code in ((OTHER, "key.wrong_passphrase"), (template.recovery_code, "key.wrong_recovery")):
        unlock = slots.unlock_passphrase if lost == OTHER else slots.unlock_recovery
        assert _code(lambda unlock=unlock, lost=lost: unlock(lost)) == code
    assert slots.unlock_recovery(made["recovery_code"])


@pytest.mark.parametrize(
    "files", [("keyslots.json",), ("keyslots.copy.json",), ("keyslots.json", "keyslots.copy.json")]
)
def test_a_damaged_slot_is_named_and_mended_from_the_copy_or_away(ws, call, wang, template, reopened, files):
    slot = next(slot for slot in ws.slots.of(wang) if slot["kind"] == "passphrase")
    for name in files:
        path = ws.folder / name
        path.write_text(path.read_text().replace(slot["private"], slot["private"][:-8] + "AAAAAAA="))
    info, own = reopened(passphrase=template.passphrase)
    assert {person["name"]: person["damaged"] for person in own("keys.list")} == {"李明": False, "王芳": True}
    (caution,) = info["cautions"]
    assert caution["code"] == "warn.keyslots"
    assert caution["params"]["parts"] == sorted(f"{name}: slot passphrase {slot['id']}" for name in files)
    assert len(own("keys.mend")["problems"]) == len(files)
    assert own("workspace.cautions") == []
    stays = len(files) == 1
    assert [person["name"] for person in own("keys.list")] == ["李明"] + ["王芳"] * stays
    slots = KeySlots.load(ws.folder)
    assert slots.unlock_passphrase(template.passphrase) and slots.unlock_recovery(template.recovery_code)
    if stays:
        assert slots.holder(slots.unlock_passphrase(OTHER)[1]) == wang
    else:
        assert _code(lambda: slots.unlock_passphrase(OTHER)) == "key.wrong_passphrase"


@pytest.mark.parametrize("fails", ["key file", "audit log"])
def test_what_is_told_as_failed_has_not_happened(folder, template, monkeypatch, fails: str):
    """Above all a recovery code: the new one must have reached a person before the printed one is void."""

    def full(*_arguments: object, **_named: object) -> None:
        raise WorldFault("disk.full", path="")

    def told_as_failed(session: Session, name: str, **parameters: object) -> None:
        with monkeypatch.context() as patch:
            patch.setattr("db.keyslots.write_private" if fails == "key file" else "desktop.services.keys.note", full)
            with pytest.raises(WorldFault, match=r"disk\.full"):
                call_service(session, name, None, **parameters)

    session = Session()
    session.workspace = open_with(folder, "passphrase", template.passphrase)
    other = call_service(session, "keys.add_person", None, name="王芳", new_passphrase=OTHER)["holder"]
    told_as_failed(session, "keys.replace_recovery", passphrase=template.passphrase)
    told_as_failed(session, "keys.remove_person", holder=other)
    told_as_failed(
        session, "workspace.change_passphrase", passphrase=template.passphrase, new_passphrase="另一个很长的口令"
    )
    if fails == "key file":
        with session.workspace.store.read():
            last = AuditEntry.select().order_by(AuditEntry.seq.desc()).first()
        assert last.action == "keys.not_done"
    session.close()
    session.workspace = open_with(folder, "recovery", template.recovery_code)
    told_as_failed(session, "workspace.reset_passphrase", new_passphrase="后来想好的新口令", holder=other)
    session.close()
    slots = KeySlots.load(folder)
    assert len({slots.unlock_passphrase(known)[0] for known in (template.passphrase, OTHER)}) == 1
    assert slots.unlock_recovery(template.recovery_code)
    for never in ("另一个很长的口令", "后来想好的新口令"):
        with pytest.raises(WrongKey):
            slots.unlock_passphrase(never)
