"""Masks of identity documents and phones: nothing odd is shown whole, and a mask is told from a number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.models import RECORDS
from policy.masking import MASKS, is_mask, is_masked, mask, mask_numbers


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("500112199003071234", "500***********1234"),
        ("50011219900307123x", "500***********123x"),
        ("500112 19900307 123X", "500***********123X"),
        ("５００１１２１９９００３０７１２３Ｘ", "500***********123X"),
        ("500112900307123", "500*********123"),
        ("E12345678", "E******78"),
        ("H1234567", "H*****67"),
        ("5001121990030712345", "5****************45"),
        ("123456", "****"),
        ("无证", "****"),
        ("X", "****"),
    ],
)
def test_an_identity_document(value, shown):
    assert mask("id", value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("13812345678", "138****5678"),
        ("138 1234 5678", "138****5678"),
        ("１３８１２３４５６７８", "138****5678"),
        ("+86 138-1234-5678", "138****5678"),
        ("008613812345678", "138****5678"),
        ("023-67854321", "023-****21"),
        ("(023)67854321", "023-****21"),
        ("0816-2345678", "0816-****78"),
        ("67854321", "****21"),
        ("400-800-1234", "****34"),
        ("12345", "****"),
        ("023-67854321转802", "****"),
        ("张三13812345678", "****"),
        ("13812345678、023-67854321", "138****5678、023-****21"),
        ("13812345678/13912345678", "138****5678、139****5678"),
        ("wx_zhangsan", "****"),
    ],
)
def test_a_phone(value, shown):
    assert mask("phone", value) == shown


@given(st.sampled_from(MASKS), st.text("0123456789Xx０１２３ +-()张转、", min_size=1, max_size=40))
def test_no_mask_tells_a_number(kind, value):
    shown = mask(kind, value)
    digits = "".join(filter(str.isdigit, value.translate(str.maketrans("０１２３", "0123"))))
    for part in shown.split("、"):
        told = "".join(filter(str.isdigit, part))
        assert told == "" or len(told) <= 7
    if digits:
        assert digits not in shown.replace("-", "")
        assert is_masked(shown)
        assert mask(kind, shown) == shown
        assert is_mask(kind, shown, value)


def test_a_mask_belongs_to_its_number_alone():
    assert is_mask("phone", "138****5678", "138 1234 5678")
    assert is_mask("phone", " 138＊＊＊＊5678 ", "13812345678")
    assert not is_mask("phone", "138****5678", "13912345678")
    assert not is_mask("phone", "13812345678", "13812345678")
    assert not is_mask("phone", "138****5678", None)


def test_numbers_inside_a_text():
    text = "联系张三（手机 138 1234 5678，证号 500112199003071234），代码 91500000MA5U12345X，合同 2026-11"
    shown = mask_numbers(text)
    assert "138****5678" in shown and "500***********1234" in shown
    assert "91500000MA5U12345X" in shown and "2026-11" in shown
    assert mask_numbers("没有号码，110 平方米") == "没有号码，110 平方米"


def test_every_field_that_names_a_number_of_a_person_is_masked():
    declared = [field for model in RECORDS for field in model._meta.fields.values() if hasattr(field, "masked")]
    masked = {f"{field.model.KIND.name}.{field.name}": field.masked for field in declared if field.masked}
    assert set(masked.values()) <= set(MASKS)
    named = {
        f"{field.model.KIND.name}.{field.name}"
        for field in declared
        if field.personal and any(word in field.label for word in ("电话", "手机", "证件号", "微信"))
    }
    assert (
        named
        == set(masked)
        == {
            "organisation.contact_phone",
            "person.id_no",
            "person.phone",
            "person.wechat",
            "firm.filler_phone",
            "external_account.bound_phone",
        }
    )
    assert all(field.personal for field in declared if field.masked)
