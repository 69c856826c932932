"""Check a frozen program: what must not ship is absent, what must is there, and it passes its own `--selftest`.

    python3 tools/check_build.py dist/fuzhuan

The self-test runs with an almost empty environment and a home folder with spaces and Chinese characters in its path.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

FORBIDDEN = {
    r"(lib)?Qt6?(VirtualKeyboard|Charts|Graphs|DataVisualization|Lottie|ShaderTools|HttpServer|NetworkAuth)": "GPL",
    r"(lib)?Qt6?(Qml|Quick)": "not used, and as large as the rest of Qt",
    r"lib(gtk|gdk)-3": "comes with a theme plugin we do not ship",
    r"(lib)?(qeglfs|qlinuxfb|qvnc|qgtk3|qtvirtualkeyboard)": "a platform or theme we do not ship",
    r"(_?fitz|_?mupdf|libmupdf|pymupdf)": "AGPL",
}
REQUIRED = {
    r"libqoffscreen|qoffscreen": "the self-test and printing without a screen",
    r"libqxcb|qwindows|libqcocoa": "a window",
    r"(lib)?Qt6Pdf\.|QtPdf\.": "the preview",
    r"QtDBus\.": "locking before the computer sleeps",
    r"qtbase_zh_CN\.qm": "Qt's own dialogs in Chinese",
}
# Taken from the building machine, which may have lacked them; without them there is no window under X11.
REQUIRED_BY_XCB = ("libxcb-cursor", "libxcb-icccm", "libxcb-keysyms", "libxcb-render-util", "libxkbcommon-x11")
SELFTEST_SECONDS = 120


def faults_in(names: list[str]) -> list[str]:
    """What is wrong with a build that holds files of these names (paths relative to the build, with slashes)."""
    bases = {name: name.rpartition("/")[2] for name in names}
    faults = [
        f"{name}: must not ship ({reason})"
        for name, base in sorted(bases.items())
        for pattern, reason in FORBIDDEN.items()
        if re.match(pattern, base, re.IGNORECASE)
    ]
    faults += [
        f"{name}: a translation of Qt we do not need"
        for name in sorted(names)
        if "/translations/" in name and not re.search(r"_(zh_CN|en)\.qm$", name)
    ]
    faults += [
        f"nothing like {pattern}: needed for {purpose}"
        for pattern, purpose in REQUIRED.items()
        if not any(re.match(pattern, base) for base in bases.values())
    ]
    if "libqxcb.so" in bases.values():
        faults += [
            f"nothing like {library}: libqxcb.so needs it"
            for library in REQUIRED_BY_XCB
            if not any(base.startswith(f"{library}.") for base in bases.values())
        ]
    return faults


def missing_data(build: Path, root: Path) -> list[str]:
    """Files of resources/ and db/migrations/ that the build does not hold unchanged."""
    sources = [
        path
        for folder in ("resources", "db/migrations")
        for path in sorted((root / folder).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]
    inside = build / "_internal"
    return [
        f"{path.relative_to(root)}: not in the build as it is here"
        for path in sources
        if not (inside / path.relative_to(root)).is_file()
        or (inside / path.relative_to(root)).read_bytes() != path.read_bytes()
    ]


def selftest(build: Path) -> list[str]:
    """Run `fuzhuan --selftest`; what went wrong, or nothing."""
    program = build / ("fuzhuan.exe" if os.name == "nt" else "fuzhuan")
    with tempfile.TemporaryDirectory(prefix="测试 é 空格 ") as home:
        environment = {"HOME": home, "TMPDIR": home, "LC_ALL": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen"}
        if os.name == "nt":
            environment |= {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMP") if name in os.environ}
        try:
            done = subprocess.run(
                [str(program.resolve()), "--selftest"],
                cwd=home,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=SELFTEST_SECONDS,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return [f"--selftest: {error}"]
    said = done.stdout.decode(errors="replace")
    if done.returncode:
        return [f"--selftest ended with {done.returncode}: {said}{done.stderr.decode(errors='replace')}"]
    try:
        print(json.dumps(json.loads(said), ensure_ascii=False))
    except ValueError:
        return [f"--selftest did not print JSON but: {said[:500]}"]
    return []


def main(arguments: list[str]) -> int:
    """Exit code 0 when the build is good."""
    if len(arguments) != 1:
        print((__doc__ or "").strip(), file=sys.stderr)
        return 2
    build, root = Path(arguments[0]), Path(__file__).resolve().parent.parent
    files = [path for path in build.rglob("*") if path.is_file()]
    names = [path.relative_to(build).as_posix() for path in files]
    faults = [*faults_in(names), *missing_data(build, root), *selftest(build)]
    for fault in faults:
        print(fault, file=sys.stderr)
    size = sum(path.stat().st_size for path in files if not path.is_symlink()) / 1e6
    print(f"{build}: {len(names)} files, {size:.0f} MB, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
