"""Folders that a cloud drive keeps in step are known by name, by what the drive puts there, and by what it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.runtime.clouddrive import syncing


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("OneDrive", "OneDriveConsumer", "OneDriveCommercial", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("name", "drive"),
    [
        ("OneDrive", "OneDrive"),
        ("onedrive", "OneDrive"),
        ("OneDrive - 某某单位", "OneDrive"),
        ("Dropbox", "Dropbox"),
        ("我的坚果云", "坚果云"),
        ("Nutstore Files", "坚果云"),
        ("Google Drive", "Google Drive"),
        ("Mobile Documents", "iCloud"),
        ("百度网盘同步空间", "百度网盘"),
        ("WPS云盘", "WPS 云盘"),
        ("Nextcloud", "Nextcloud"),
    ],
)
def test_a_drive_is_known_by_its_folder_however_deep(tmp_path: Path, name: str, drive: str):
    assert syncing(tmp_path / name / "工作" / "fuzhuan") == drive
    assert syncing(tmp_path / name) == drive


@pytest.mark.parametrize("name", ["fuzhuan", "OneDrives", "坚果", "my dropbox backup", "网盘"])
def test_other_names_are_none(tmp_path: Path, name: str):
    assert syncing(tmp_path / name / "fuzhuan") == ""


@pytest.mark.parametrize(
    ("mark", "drive"),
    [(".dropbox.cache", "Dropbox"), (".nutstore", "坚果云"), (".stfolder", "Syncthing"), (".sync", "Resilio Sync")],
)
def test_a_drive_is_known_by_what_it_puts_at_the_top(tmp_path: Path, mark: str, drive: str):
    (tmp_path / "同步" / mark).mkdir(parents=True)
    assert syncing(tmp_path / "同步" / "a" / "b") == drive
    assert syncing(tmp_path / "别处") == ""


def test_dropbox_says_itself_where_its_folder_is(tmp_path: Path):
    settings = tmp_path / "home" / ".dropbox"
    settings.mkdir()
    (settings / "info.json").write_text(json.dumps({"personal": {"path": str(tmp_path / "D")}}))
    assert syncing(tmp_path / "D" / "fuzhuan") == "Dropbox"
    assert syncing(tmp_path / "home" / "fuzhuan") == ""  # its own settings make no synced folder of the home


@pytest.mark.parametrize("said", ["", "[]", '{"personal": {}}', '{"personal": 1}', "\x00"])
def test_what_dropbox_left_broken_is_no_obstacle(tmp_path: Path, said: str):
    (tmp_path / "home" / ".dropbox").mkdir()
    (tmp_path / "home" / ".dropbox" / "info.json").write_text(said)
    assert syncing(tmp_path / "fuzhuan") == ""


def test_onedrive_says_it_in_the_environment_of_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OneDriveCommercial", str(tmp_path / "单位文件"))
    assert syncing(tmp_path / "单位文件" / "fuzhuan") == "OneDrive"
    assert syncing(tmp_path / "单位文件2" / "fuzhuan") == ""


def test_a_link_into_a_drive_is_followed(tmp_path: Path):
    (tmp_path / "Dropbox" / "w").mkdir(parents=True)
    (tmp_path / "w").symlink_to(tmp_path / "Dropbox" / "w")
    assert syncing(tmp_path / "w") == "Dropbox"
