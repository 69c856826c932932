"""Endpoint profiles: read strictly, signed or shown as unsigned, never in the clear over a network."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports import minisign
from exports.endpoint import Dialect, EndpointProfile, dump_profile, is_loopback, load_profile
from policy.errors import Fault, Refused
from tests.exports.package_samples import RECIPIENT, SIGNER, SIGNING_SEED

PROFILE = EndpointProfile(
    name='两江新区 "科技" 局\\窗口',
    service_url="https://desk.example.cn/sword/service-document",
    recipients=(RECIPIENT,),
    max_bytes=10**9,
    contact="023-00000000",
    dialect=Dialect(digest="hex", body="multipart", draft_first=False, complete_ok=(200,), segmented=False),
)


def test_written_and_read_back_equal() -> None:
    assert load_profile(dump_profile(PROFILE)).profile == PROFILE
    assert len(PROFILE.fingerprints[0].replace(" ", "")) == 16


def test_signed_by_a_trusted_key_or_shown_as_unsigned() -> None:
    content = dump_profile(PROFILE)
    signature = minisign.sign(content, SIGNING_SEED, "profile")
    assert load_profile(content, signature, [SIGNER]).signed_by == SIGNER.key_id
    assert load_profile(content, signature, []).signed_by is None
    assert load_profile(content).signed_by is None
    with pytest.raises(Refused, match=r"minisign\.wrong"):
        load_profile(content.replace(b"desk.example.cn", b"evil.example.cn"), signature, [SIGNER])


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        (b'auth = "bearer"', b'auth = "digest"', "auth"),
        (b'auth = "bearer"', b"auth = 5", "auth"),
        (b'suite = "intl-1"', b'suite = "gm-1"', "suite"),
        (b'digest = "hex"', b'digest = "md5"', "dialect.digest"),
        (b"complete_ok = [200]", b"complete_ok = [302]", "dialect.complete_ok"),
        (b"complete_ok = [200]", b'complete_ok = ["200"]', "dialect.complete_ok"),
        (b"max_bytes = 1000000000", b"max_bytes = -1", "max_bytes"),
        (b"max_bytes = 1000000000", b"max_bytes = true", "max_bytes"),
        (b"segment_bytes = 8388608", b"segment_bytes = 0", "segment_bytes"),
        (b"[dialect]", b"surprise = 1\n[dialect]", "surprise"),
        (b"name = ", b"nom = ", "nom"),
    ],
)
def test_a_wrong_field_is_named(old: bytes, new: bytes, field: str) -> None:
    content = dump_profile(PROFILE)
    assert old in content
    with pytest.raises(Refused, match=r"endpoint\.bad_profile") as refused:
        load_profile(content.replace(old, new))
    assert refused.value.params["field"] == field


@pytest.mark.parametrize("content", [b"", b"\xff", b"= 1", b"dialect = 5", b"a = " + b"[" * 5000, b"#" * 70_000])
def test_what_is_no_profile(content: bytes) -> None:
    with pytest.raises(Refused, match=r"endpoint\.bad_profile"):
        load_profile(content)


@pytest.mark.parametrize(
    "url",
    [
        "http://desk.example.cn/s",
        "ftp://x/s",
        "https://user:pw@x/s",
        "https:///s",
        "",
        "https://x/s#f",
        "http://[::1",
        "http://127.0.0.1.evil.example/s",
        "https://x:99999/s",
        "http://localhost.evil.example/",
        "https://x/\n",
    ],
)
def test_only_https_or_this_machine(url: str) -> None:
    with pytest.raises(Refused, match=r"endpoint\.insecure_url"):
        EndpointProfile("x", url)


def test_loopback_needs_no_tls() -> None:
    for url in ("http://127.0.0.1:1/s", "http://[::1]:1/s", "http://localhost/s", "https://x.example/s"):
        assert EndpointProfile("x", url).service_url == url
    assert not is_loopback("10.0.0.1")


def test_a_mistyped_recipient_is_refused() -> None:
    with pytest.raises(Refused, match=r"age\.bad_recipient"):
        EndpointProfile("x", "https://x.example/s", recipients=(RECIPIENT[:-1],))


@given(st.binary(max_size=60), st.integers(0, 600), st.integers(0, 60))
def test_noise_in_a_profile_is_a_fault_or_a_profile(noise: bytes, place: int, drop: int) -> None:
    content = dump_profile(PROFILE)
    try:
        load_profile(content[:place] + noise + content[place + drop :])
    except Fault as fault:
        assert fault.code.split(".")[0] in ("endpoint", "age")
