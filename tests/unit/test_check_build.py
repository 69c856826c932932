"""What the check of a frozen program finds wrong, and what it leaves alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools import check_build

GOOD = [
    "fuzhuan",
    "_internal/PySide6/Qt/lib/libQt6Pdf.so.6",
    "_internal/PySide6/QtDBus.abi3.so",
    "_internal/PySide6/Qt/lib/libQt6Widgets.so.6",
    "_internal/PySide6/Qt/plugins/platforms/libqxcb.so",
    "_internal/PySide6/Qt/plugins/platforms/libqoffscreen.so",
    "_internal/PySide6/Qt/translations/qtbase_zh_CN.qm",
    "_internal/resources/policies/pack.toml",
    *(f"_internal/{library}.so.0" for library in check_build.REQUIRED_BY_XCB),
]


def test_a_good_list_has_no_faults() -> None:
    assert check_build.faults_in(GOOD) == []


@pytest.mark.parametrize(
    "name",
    [
        "_internal/PySide6/Qt/lib/libQt6VirtualKeyboard.so.6",
        "_internal/PySide6/Qt6VirtualKeyboard.dll",
        "_internal/PySide6/QtCharts.abi3.so",
        "_internal/PySide6/Qt/lib/libQt6QuickControls2.so.6",
        "_internal/libgtk-3.so.0",
        "_internal/PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "_internal/PySide6/Qt/plugins/platforms/libqeglfs.so",
        "_internal/pymupdf/_mupdf.so",
        "_internal/PySide6/Qt/translations/qtbase_de.qm",
    ],
)
def test_a_forbidden_file_is_named(name: str) -> None:
    faults = check_build.faults_in([*GOOD, name])
    assert faults and all(name in fault for fault in faults)


@pytest.mark.parametrize("absent", [name for name in GOOD if re.search("offscreen|Pdf|DBus|zh_CN|xkbcommon", name)])
def test_a_needed_file_is_missed(absent: str) -> None:
    assert len(check_build.faults_in([name for name in GOOD if name != absent])) == 1


def test_a_build_without_a_window_is_refused() -> None:
    assert check_build.faults_in([name for name in GOOD if "libqxcb" not in name]) != []


def test_data_files_must_be_there_unchanged(tmp_path: Path) -> None:
    root, build = tmp_path / "root", tmp_path / "build"
    for base in (root, build / "_internal"):
        (base / "db/migrations").mkdir(parents=True)
        (base / "db/migrations/0001_first.py").write_text("same")
    assert check_build.missing_data(build, root) == []
    (root / "db/migrations/0001_first.py").write_text("changed")
    (root / "db/migrations/0002_second.py").write_text("new")
    assert [fault.split(":")[0] for fault in check_build.missing_data(build, root)] == [
        "db/migrations/0001_first.py",
        "db/migrations/0002_second.py",
    ]


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ('echo "{\\"ok\\": true}"', None),
        ("echo broken >&2; exit 3", "ended with 3"),
        ("echo not json", "did not print JSON"),
    ],
)
def test_the_self_test_must_pass_and_answer(tmp_path: Path, script: str, fault: str | None) -> None:
    program = tmp_path / "fuzhuan"
    program.write_text(f'#!/bin/sh\n[ "$1" = --selftest ] || exit 9\n{script}\n')
    program.chmod(0o755)
    faults = check_build.selftest(tmp_path)
    assert [fault in text for text in faults] == ([] if fault is None else [True])
