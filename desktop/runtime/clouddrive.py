"""Telling a folder that a cloud drive keeps in step: it would copy a live store in pieces, and split it in two."""

from __future__ import annotations

import json
import os
from pathlib import Path

# How the folders are called; each provider's own documentation, compared without case and blanks.
_NAMES = {
    "onedrive": "OneDrive",
    "dropbox": "Dropbox",
    "坚果云": "坚果云",
    "我的坚果云": "坚果云",
    "nutstore": "坚果云",
    "nutstorefiles": "坚果云",
    "mynutstore": "坚果云",
    "googledrive": "Google Drive",
    "我的云端硬盘": "Google Drive",
    "iclouddrive": "iCloud",
    "mobiledocuments": "iCloud",
    "百度网盘同步空间": "百度网盘",
    "百度网盘": "百度网盘",
    "baidusyncdisk": "百度网盘",
    "wps云盘": "WPS 云盘",
    "wpsdrive": "WPS 云盘",
    "腾讯微云": "腾讯微云",
    "weiyundisk": "腾讯微云",
    "阿里云盘": "阿里云盘",
    "nextcloud": "Nextcloud",
    "owncloud": "ownCloud",
    "seafile": "Seafile",
}
# What a provider puts at the top of a folder it keeps in step
_MARKS = {
    ".dropbox.cache": "Dropbox",
    ".dropbox": "Dropbox",
    ".nutstore": "坚果云",
    ".stfolder": "Syncthing",
    ".sync": "Resilio Sync",
    ".seafile-data": "Seafile",
}
_VARIABLES = ("OneDrive", "OneDriveConsumer", "OneDriveCommercial")  # set by OneDrive on Windows


def syncing(folder: Path) -> str:
    """The cloud drive whose folder this lies in, by its usual name; "" for none that is known."""
    folder = Path(os.path.abspath(folder.expanduser()))  # noqa: PTH100 - the name as given, not where a link leads
    for place in (folder, folder.resolve()):
        for part in (place, *place.parents):
            if found := _named(part.name) or _marked(part):
                return found
        for variable in _VARIABLES:
            told = os.environ.get(variable)
            if told and place.is_relative_to(told):
                return "OneDrive"
        if any(place.is_relative_to(top) for top in _dropbox_folders()):
            return "Dropbox"
    return ""


def _named(name: str) -> str:
    plain = name.casefold().replace(" ", "")
    if plain.startswith("onedrive-"):  # OneDrive - 某某单位
        return "OneDrive"
    return _NAMES.get(plain, "")


def _marked(folder: Path) -> str:
    for mark, drive in _MARKS.items():
        try:
            if (folder / mark).exists():
                # ~/.dropbox holds Dropbox's own settings: the home folder is not kept in step because of it
                if mark == ".dropbox" and (folder / mark / "info.json").exists():
                    continue
                return drive
        except OSError:
            continue
    return ""


def _dropbox_folders() -> list[Path]:
    """Where Dropbox says its folders are (its documented info.json)."""
    for home in (Path.home() / ".dropbox", Path(os.environ.get("LOCALAPPDATA", "")) / "Dropbox"):
        try:
            told = json.loads((home / "info.json").read_text("utf-8"))
            return [Path(entry["path"]) for entry in told.values()]
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
    return []
