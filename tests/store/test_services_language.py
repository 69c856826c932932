"""What services say to people follows the language in force: labels, titles, lists of fields; keys stay as they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from desktop.messages import explain
from policy.errors import Refused
from policy.i18n import set_language

PACK, PERIOD = "guokefaqu-2018-300", "2025"
FIRM = {"name": "重庆智能科技有限公司", "uscc": "91500108MA5U6Q4E0X"}


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    set_language(request.param)
    yield str(request.param)
    set_language("zh")


def test_kinds_and_hits_are_named(call: Any, language: str) -> None:
    call("records.add", kind="firm", values=FIRM)
    named = {row["kind"]: (row["label"], row["label_en"]) for row in call("records.kinds")}
    assert named["firm"] == ({"zh": "企业", "en": "Firm"}[language], "Firm")
    hit = call("records.find", text="智能科技")[0]
    assert (hit["kind"], hit["kind_label"]) == ("firm", named["firm"][0])


def test_a_certificate_that_ends_is_named(call: Any, language: str) -> None:
    firm = call("records.add", kind="firm", values=FIRM)["id"]
    soon = (date.today() + timedelta(days=20)).isoformat()
    held = {"firm": firm, "q_kind": "high_tech", "issued_on": "2023-11-01", "valid_until": soon}
    call("records.add", kind="qualification", values=held)
    titles = [row["title"] for row in call("deadlines.list", days=60) if row["due"] == soon]
    assert titles == [{"zh": "高新技术企业到期", "en": "High-tech enterprise expires"}[language]]


def test_an_operation_that_cannot_be_taken_back_is_named(call: Any, language: str) -> None:
    made = call("records.add", kind="firm", values=FIRM)
    call("records.edit", kind="firm", id=made["id"], values={"main_product": "减速器"})
    with pytest.raises(Refused) as refused:
        call("records.undo", op=made["changes"]["op"])
    assert refused.value.code == "undo.changed_since"
    assert {"zh": "“新增”", "en": '"Add'}[language] in explain(refused.value)


def test_personal_fields_are_listed_in_a_sentence(language: str) -> None:
    said = explain(Refused("package.personal_unconfirmed", fields=["甲", "乙"]))
    assert {"zh": "甲、乙", "en": "甲, 乙"}[language] in said


def test_unverified_indicators_are_one_warning(call: Any, language: str) -> None:
    own = call("workspace.info")["organisation"]["id"]
    values = {"name": "示例孵化器", "operator": own, "carrier_kind": "综合孵化器", "operated_since": "2018-05"}
    carrier = call("records.add", kind="carrier", values=values)["id"]
    frozen = call("evaluation.freeze", pack=PACK, period=PERIOD, subject=f"carrier:{carrier}")
    result = call("evaluation.run", pack=PACK, period=PERIOD, subject=f"carrier:{carrier}")
    unsure = [item["title"] for item in result["indicators"] if not item["verified"]]
    assert len(unsure) > 1
    warns = call("apply.check", snapshot=frozen["id"])["warns"]
    told = [text for text in warns if {"zh": "未核实", "en": "not verified"}[language] in text]
    assert len(told) == 1
    assert str(len(unsure)) in told[0] and {"zh": "、", "en": ", "}[language].join(unsure) in told[0]
