"""Two people with a copy each of one workspace edit the same case; nothing is overwritten unseen."""

from __future__ import annotations

import shutil
from pathlib import Path

from desktop.services import load_services
from desktop.services.registry import call
from desktop.services.session import Session


def test_two_colleagues_edited_one_case_apart(tmp_path: Path):
    """Each copy goes on with a name of its own; a sheet brings the colleague's words over, and the history keeps
    whose words stood before."""
    load_services()
    session, folder, copy = Session(), tmp_path / "work", tmp_path / "copy"
    opened = {"passphrase": "a long enough phrase"}
    own = {"organisation": "重庆示例运营有限公司", "kinds": ["agency"], "person": "甲"}
    call(session, "workspace.create", folder=str(folder), **opened, **own)
    values = {"no": "2026-001", "title": "示例减速器许可", "track": "supply", "next_action": "约看样"}
    case = call(session, "records.add", kind="case", values=values)["id"]
    session.close()
    shutil.copytree(folder, copy)

    call(session, "workspace.open", folder=str(folder), **opened)
    call(session, "records.edit", kind="case", id=case, values={"next_action": "催报价"})
    session.close()
    call(session, "workspace.open", folder=str(copy), **opened)
    assert call(session, "replica.settle", how="forked")["replica"]
    call(session, "records.edit", kind="case", id=case, values={"next_action": "改约下周", "estimate": "30"})
    call(session, "records.export", kind="case", file=str(tmp_path / "copy.xlsx"))
    session.close()

    call(session, "workspace.open", folder=str(folder), **opened)
    tried = call(session, "ledger.import", kind="case", file=str(tmp_path / "copy.xlsx"), dry_run=True)
    assert (tried["updated"], tried["unchanged"]) == (1, 0)
    (before,) = call(session, "records.rows", kind="case", ids=[case])
    assert before["next_action"] == "催报价"  # telling is not doing
    call(session, "ledger.import", kind="case", file=str(tmp_path / "copy.xlsx"))
    (after,) = call(session, "records.rows", kind="case", ids=[case])
    assert (after["next_action"], after["estimate"]) == ("改约下周", 30_000_000)
    newest = call(session, "lists.history", kind="case", id=case, field="next_action")[0]
    assert (newest["before"]["next_action"], newest["after"]["next_action"]) == ("催报价", "改约下周")
    session.close()
