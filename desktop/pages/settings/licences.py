"""What the program is made of and under which licences, read from what is installed."""

from __future__ import annotations

from functools import cache
from importlib import metadata

from policy.i18n import resources_dir

# what ships, with the licence each names; the texts of fonts and icons lie beside them
PARTS = (
    ("PySide6", "LGPL-3.0"),
    ("peewee", "MIT"),
    ("sqlcipher3", "Zlib"),
    ("reportlab", "BSD-3-Clause"),
    ("pikepdf", "MPL-2.0"),
    ("pyrage", "MIT"),
    ("cryptography", "Apache-2.0 / BSD-3-Clause"),
    ("argon2-cffi", "MIT"),
    ("keyring", "MIT"),
    ("requests", "Apache-2.0"),
    ("truststore", "MIT"),
    ("python-calamine", "MIT"),
    ("openpyxl", "MIT"),
    ("pillow", "MIT-CMU"),
    ("pypinyin", "MIT"),
    ("chinesecalendar", "MIT"),
    ("platformdirs", "MIT"),
    ("filelock", "MIT"),
)


@cache
def version() -> str:
    """The program's version; blank in a checkout that was never installed."""
    return _version("fuzhuan-desk")


@cache
def licence_text() -> str:
    """The parts with versions and licences, then the texts that must travel with fonts and icons."""
    lines = [f"{name} {_version(name)}  –  {licence}" for name, licence in PARTS]
    texts = []
    for path, title in (("icons/LICENSE", "Lucide"), ("fonts/OFL.txt", "Noto CJK / Fuzhuan Rare Han")):
        file = resources_dir() / path
        if file.is_file():
            texts.append(f"{title}\n\n{file.read_text('utf-8')}")
    return "\n".join(lines) + "\n\n" + "\n\n".join(texts)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
