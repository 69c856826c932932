"""Reading packages that came from anywhere: every lie is found, every broken file is a Fault, nothing is written."""

from __future__ import annotations

import hashlib
import io
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports import agekeys, minisign
from exports.package import Limits, Verified, inspect, seal, verify
from policy.errors import Fault, Refused, WorldFault, WrongKey
from tests.exports.package_samples import IDENTITY, PACKAGE_ID, RECIPIENT, SIGNER, STRANGER, clear_spec, spec


def clear_bytes() -> bytes:
    out = io.BytesIO()
    seal(clear_spec(), out)
    return out.getvalue()


def sealed_bytes() -> bytes:
    out = io.BytesIO()
    seal(spec(), out)
    return out.getvalue()


CLEAR, SEALED = clear_bytes(), sealed_bytes()


def check(content: bytes, **options: object) -> Verified:
    return verify(io.BytesIO(content), **({"identity": IDENTITY, "trusted_keys": [SIGNER]} | options))  # type: ignore[arg-type]


def rezipped(change: Callable[[dict[str, bytes]], None], *, mode: int = 0, repair: bool = False) -> bytes:
    """The clear package with its files changed; `repair` makes both manifests true again (the signature cannot be)."""
    with zipfile.ZipFile(io.BytesIO(CLEAR)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    if repair:
        for manifest, wanted in (("manifest-sha256.txt", True), ("tagmanifest-sha256.txt", False)):
            files[manifest] = b"".join(
                f"{hashlib.sha256(data).hexdigest()}  {name}\n".encode()
                for name, data in files.items()
                if name.startswith("data/") is wanted and not name.startswith("tagmanifest")
            )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


def test_a_sealed_package_is_opened_and_found_true() -> None:
    found = check(SEALED)
    assert found.opened
    assert found.signer_trusted
    assert found.key_id == SIGNER.key_id
    assert found.label.package_id == PACKAGE_ID
    assert found.records == spec().records
    assert found.outer_sha256 == hashlib.sha256(SEALED).hexdigest()
    assert found.notes == ("sample",)
    assert {file.path for file in found.files} >= {"data/evidence/e0001.pdf", "data/index.html"}


def test_without_the_identity_only_the_outside_is_known() -> None:
    found = check(SEALED, identity=None)
    assert not found.opened
    assert found.records == {}
    assert not found.signer_trusted
    with pytest.raises(WrongKey, match=r"age\.wrong_identity"):
        check(SEALED, identity=STRANGER)


def test_an_unknown_signer_is_shown_and_a_forged_key_id_is_refused() -> None:
    found = check(CLEAR, trusted_keys=[])
    assert not found.signer_trusted
    assert "signer_unknown" in found.notes
    impostor = minisign.PublicKey(minisign.public_key(bytes(32)).raw, SIGNER.identifier)
    with pytest.raises(Refused, match=r"minisign\.wrong"):
        check(CLEAR, trusted_keys=[impostor])


def test_an_honestly_rezipped_package_still_verifies() -> None:
    assert check(rezipped(lambda files: None)).signer_trusted


@pytest.mark.parametrize(
    "name", ["data/records.json", "data/evidence/e0001.pdf", "bag-info.txt", "metadata/signer.pub"]
)
def test_a_changed_file_is_named_and_repaired_manifests_do_not_help(name: str) -> None:
    def change(files: dict[str, bytes]) -> None:
        files[name] = files[name].replace(b"e", b"E", 1)

    with pytest.raises(Refused, match=r"package\.damaged") as refused:
        check(rezipped(change))
    assert refused.value.params["file"] == name
    with pytest.raises(Refused, match=r"minisign\.wrong"):
        check(rezipped(change, repair=True))


@pytest.mark.parametrize(
    "change",
    [
        lambda files: files.pop("data/records.json"),
        lambda files: files.pop("bagit.txt"),
        lambda files: files.pop("tagmanifest-sha256.txt.minisig"),
        lambda files: files.pop("manifest-sha256.txt"),
        lambda files: files.update({"data/extra.pdf": b"x"}),
        lambda files: files.update({"extra.txt": b"x"}),
        lambda files: files.update({"fetch.txt": b"http://x 1 data/x\n"}),
        lambda files: files.update({"../escape.txt": b"x"}),
        lambda files: files.update({"/absolute.txt": b"x"}),
        lambda files: files.update({"data\\windows.txt": b"x"}),
        lambda files: files.update({"data/RECORDS.json": b"x"}),
        lambda files: files.update({"data/证据.pdf": b"x"}),
        lambda files: files.update({"manifest-sha256.txt": b"no digest at all\n"}),
        lambda files: files.update({"bagit.txt": b"BagIt-Version: 9.9\n"}),
        lambda files: files.update({"tagmanifest-sha256.txt.minisig": b"\xff\xfe"}),
    ],
)
@pytest.mark.parametrize("repair", [False, True])
def test_bags_with_missing_extra_or_dangerous_files_are_refused(
    change: Callable[[dict[str, bytes]], None], repair: bool
) -> None:
    with pytest.raises(Refused):
        check(rezipped(change, repair=repair))


def test_links_and_devices_are_refused() -> None:
    for mode in (0o120777, 0o060600, 0o040700):
        with pytest.raises(Refused, match=r"package\.damaged") as refused:
            check(rezipped(lambda files: None, mode=mode))
        assert refused.value.params["why"] == "kind"
    assert check(rezipped(lambda files: None, mode=0o100644)).opened


def test_bombs_are_refused_before_they_are_unpacked() -> None:
    def inflate(files: dict[str, bytes]) -> None:
        files["data/evidence/e0001.pdf"] = bytes(30 << 20)

    with pytest.raises(Refused, match=r"package\.too_large"):
        check(rezipped(inflate, repair=True))
    with pytest.raises(Refused, match=r"package\.too_large"):
        check(CLEAR, limits=Limits(total=50_000))
    with pytest.raises(Refused, match=r"package\.too_large"):
        check(CLEAR, limits=Limits(entries=5))


def test_a_directory_that_lies_about_sizes_is_found() -> None:
    place = CLEAR.rindex(b"PK\x01\x02")
    for offset, value in ((24, 10), (24, 1 << 30), (16, 0), (42, 0), (42, len(CLEAR))):
        broken = bytearray(CLEAR)
        struct.pack_into("<I", broken, place + offset, value)
        with pytest.raises(Refused):
            check(bytes(broken))


def test_two_entries_over_the_same_bytes_are_refused() -> None:
    first, second = (m for m in _directory_places(CLEAR)[2:4])
    broken = bytearray(CLEAR)
    broken[second + 42 : second + 46] = broken[first + 42 : first + 46]
    with pytest.raises(Refused):
        check(bytes(broken))


def _directory_places(content: bytes) -> list[int]:
    start = content.index(b"PK\x01\x02")
    places = []
    while (start := content.find(b"PK\x01\x02", start)) >= 0:
        places.append(start)
        start += 4
    return places


def test_an_inner_bag_under_another_label_is_refused() -> None:
    """Somebody packs a true inner package into an outer bag that names another id."""
    other = PACKAGE_ID.replace("6f", "7f")
    with zipfile.ZipFile(io.BytesIO(SEALED)) as archive:
        files = {n.replace(PACKAGE_ID, other): archive.read(n) for n in archive.namelist()}
    files["bag-info.txt"] = files["bag-info.txt"].replace(PACKAGE_ID.encode(), other.encode())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for manifest, wanted in (("manifest-sha256.txt", True), ("tagmanifest-sha256.txt", False)):
            files[manifest] = b"".join(
                f"{hashlib.sha256(data).hexdigest()}  {name}\n".encode()
                for name, data in files.items()
                if name.startswith("data/") is wanted and not name.startswith("tagmanifest")
            )
        for name, data in files.items():
            archive.writestr(name, data)
    with pytest.raises(Refused, match=r"package\.damaged") as refused:
        check(out.getvalue())
    assert refused.value.params["why"] == "package_id"


def test_payload_files_can_be_taken_out_while_checking(tmp_path: Path) -> None:
    def extract(path: str, size: int):  # type: ignore[no-untyped-def]
        return (tmp_path / Path(path).name).open("wb") if path.startswith("data/evidence/") else None

    for content in (SEALED, CLEAR):
        check(content, extract=extract)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["e0001.pdf", "e0002.bin"]
        assert (tmp_path / "e0002.bin").read_bytes() == bytes(range(256)) * 700
        for path in tmp_path.iterdir():
            path.unlink()


def test_a_file_that_is_not_there_is_the_worlds_fault(tmp_path: Path) -> None:
    for read in (verify, inspect):
        with pytest.raises(WorldFault, match=r"package\.unreadable"):
            read(tmp_path / "absent.zip")  # type: ignore[operator]


@pytest.mark.parametrize("content", [b"", b"PK", b"junk" * 100, b"PK\x05\x06" + bytes(18), CLEAR[: len(CLEAR) // 2]])
def test_no_zip_at_all(content: bytes) -> None:
    for read in (check, lambda data: inspect(io.BytesIO(data))):
        with pytest.raises(Refused, match=r"package\."):
            read(content)


@pytest.mark.parametrize("content", [CLEAR, SEALED])
def test_any_damage_is_a_fault_and_never_goes_unnoticed(content: bytes) -> None:
    """Flip one byte at many places; what still verifies must be byte-equal in everything that was signed."""
    good, chance = check(content), random.Random(7)
    for _ in range(150):
        place = chance.randrange(len(content))
        broken = content[:place] + bytes([content[place] ^ (1 << chance.randrange(8))]) + content[place + 1 :]
        try:
            found = check(broken)
        except Fault:
            continue
        assert (found.files, found.records, found.index) == (good.files, good.records, good.index)


def test_cuts_anywhere_are_faults() -> None:
    chance = random.Random(8)
    for content in (CLEAR, SEALED):
        for _ in range(40):
            with pytest.raises(Fault):
                check(content[: chance.randrange(len(content))])


@given(st.binary(max_size=300), st.integers(0, 100_000), st.integers(0, 400))
def test_noise_spliced_into_a_package_is_a_fault_or_harmless(noise: bytes, place: int, drop: int) -> None:
    place = len(CLEAR) - place % len(CLEAR)
    try:
        found = check(CLEAR[:place] + noise + CLEAR[place + drop :])
    except Fault:
        return
    assert found.records == spec().records


def test_an_age_file_that_is_no_bag_inside() -> None:
    sealed = io.BytesIO()
    agekeys.encrypt_stream(io.BytesIO(b"no zip in here"), sealed, [RECIPIENT])
    with zipfile.ZipFile(io.BytesIO(SEALED)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files[f"data/{PACKAGE_ID}.bag.zip.age"] = sealed.getvalue()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    with pytest.raises(Refused, match=r"package\.damaged"):
        check(out.getvalue())
