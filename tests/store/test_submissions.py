"""What was handed in without a package of ours and came back is told with the words it came back with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Call = Callable[..., Any]


def test_only_what_is_still_returned_is_told_with_its_open_words(call: Call):
    round_ = call("round.save", values={"title": "年度奖补", "issuer": "区科技局", "period": "2025"})["id"]

    def add(kind: str, **values: str) -> str:
        return str(call("records.add", kind=kind, values=values)["id"])

    back = add("submission", what="奖补申请", round=round_, way="paper", state="returned")
    add("submission", what="季报", way="external", state="reported")
    sooner = add("submission", what="登记", way="on_site", state="returned")
    for day, words, answered in (("2026-11-01", "缺附件", "2026-11-02"), ("2026-11-18", "第12页缺公章。", "")):
        add(
            "return_note", submission=back, received_on=day, how="phone", words=words, place="第12页",
            due_on="2026-11-24", answered_on=answered,
        )  # fmt: skip
    add("return_note", submission=sooner, received_on="2026-11-19", how="phone", words="日期不符", due_on="2026-11-20")
    told = [(row["what"], row["round"], row["words"], row["due_on"]) for row in call("submission.returned")]
    assert told == [("登记", "", "日期不符", "2026-11-20"), ("奖补申请", "年度奖补", "第12页缺公章。", "2026-11-24")]
    states = {row["title"]: row["state"] for row in call("round.list")}
    assert states == {"年度奖补": "退回补正"}
    call("records.edit", kind="submission", id=back, values={"state": "accepted"})
    assert [row["what"] for row in call("submission.returned")] == ["登记"]
    assert call("round.list")[0]["state"] == "受理"
    call("bulk.archive", kind="submission", ids=[row["id"] for row in call("submission.returned")], archived=True)
    assert call("submission.returned") == []  # what was put away asks for nothing more
    call("bulk.archive", kind="submission", ids=[back], archived=True)
    assert call("round.list")[0]["state"] == ""
