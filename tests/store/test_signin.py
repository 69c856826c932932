"""Sign-in sheets to print before people come: who is admitted, by session, class and event; nothing that is private."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.store.test_training import add_class, add_session, admitted

Call = Callable[..., Any]


@pytest.fixture
def text_of(call: Call, tmp_path: Path, require_tool: Call) -> Callable[[str, str], str]:
    require_tool("pdftotext")

    def write(name: str, record: str) -> str:
        out = tmp_path / f"{name}.pdf"
        call("document.write", name=name, id=record, out=str(out))
        return subprocess.run(["pdftotext", "-layout", str(out), "-"], capture_output=True, check=True).stdout.decode()

    return write


def test_a_session_has_its_sheet_and_a_class_one_for_each(call: Call, text_of: Callable[[str, str], str]) -> None:
    course = add_class(call)
    first = add_session(call, course, place="三楼教室")
    add_session(call, course, "2026-03-11", topic="合同实务")
    admitted(call, course, *(f"学员{place:02}" for place in range(40)))
    (one,) = [text_of("sign-in", first)]
    assert "政策解读" in one and "合同实务" not in one and "三楼教室" in one and "09:00—12:00" in one
    assert all(f"学员{place:02}" in one for place in range(40)) and "示例大学" in one
    assert "1380000" not in one  # a list that lies on a table names no numbers
    assert "45" in one.split("学员39")[1]  # lines for who comes unannounced
    whole = text_of("class-sign-in", course)
    assert whole.count("学员00") == 2 and "合同实务" in whole


def test_an_events_sheet_has_who_is_registered_and_lines_for_the_others(
    call: Call, text_of: Callable[[str, str], str]
) -> None:
    values = {"title": "成果直通车", "e_kind": "科技成果进区县", "starts_on": "2026-05-20", "our_role": "主办"}
    event = call("records.add", kind="event", values=values)["id"]
    empty = text_of("event-sign-in", event)
    assert "成果直通车" in empty and "30" in empty
    org = call("records.add", kind="organisation", values={"name": "甲投资有限公司", "org_kind": "其他"})["id"]
    person = call("records.add", kind="person", values={"name": "㼆示例", "org": org})["id"]
    call("records.add", kind="event_person", values={"event": event, "person": person, "role": "投资"})
    assert "㼆示例" in (told := text_of("event-sign-in", event)) and "甲投资有限公司" in told
