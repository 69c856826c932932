"""Everything a developer or a first-time user runs: sets up what is missing, then runs it. Standard library only.

    python3 dev.py demo       the main job from nothing to a receipt
    python3 dev.py app        the window
    python3 dev.py fuzhuan …  the command line, with its arguments
    python3 dev.py bench      the benchmarks
    python3 dev.py test [-k NAME | FILE]   all tests, or those that pytest's arguments choose
    python3 dev.py crash [--rounds N] [--only KIND]   kills and faults at every kind of write, counted
    python3 dev.py fuzz [--seconds N] [--only READER]   hostile files into every reader, counted
    python3 dev.py lint | types | build    style, types, the frozen program
    python3 dev.py setup      only set up

Set up means: `.venv` with the locked dependencies, checked against their hashes, and on Debian and its relatives the
system's libraries that Qt needs (installed as root, else named). It says nothing when there is nothing to do.
"""

# No __future__ import and no syntax newer than Python 3.7: an older Python must get as far as the sentence below.
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this is the very check
    sys.exit(
        "dev.py needs Python 3.11 or newer, and this is {}.{}. If another one is installed, call it by name, "
        "for example: python3.11 dev.py".format(*sys.version_info[:2])
    )

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
LAUNCHER = BIN / ("fuzhuan-script.py" if os.name == "nt" else "fuzhuan")
RUN_LOCK, DEV_LOCK = "requirements.lock", "requirements-dev.lock"

# What Qt loads from the system, and the Debian package that brings it. The first need is the import of QtGui itself,
# the second a window under X11.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libxkbcommon.so.0": "libxkbcommon0",
}
WINDOW_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}

# Programs that tests use as independent judges or real partners; tests/conftest.py's require_tool accepts only these.
TEST_TOOLS = {
    "Xvfb": "xvfb",
    "age": "age",
    "age-keygen": "age",
    "cc": "gcc libc6-dev",
    "dbus-daemon": "dbus",
    "dbus-run-session": "dbus",
    "gcore": "gdb",
    "git": "git",
    "gnome-keyring-daemon": "gnome-keyring",
    "minisign": "minisign",
    "pdffonts": "poppler-utils",
    "pdfinfo": "poppler-utils",
    "pdftoppm": "poppler-utils",
    "pdftotext": "poppler-utils",
    "qpdf": "qpdf",
}
# A file stays in one process: its tests share what is slow to make.
ALL_TESTS = ["--numprocesses=auto", "--dist=loadfile"]
BUILD_TOOLS = {"ldd": "libc-bin", "objdump": "binutils"}

# Run by the environment's own Python, which alone knows where its packages lie.
WRITE_PATH_FILE = """
import os, pathlib, sys, sysconfig
packages = sysconfig.get_path("purelib")
pathlib.Path(packages, "fuzhuan.pth").write_text(os.path.relpath(sys.argv[1], packages) + "\\n", "ascii")
"""

# The one start script: it finds its interpreter beside itself, so the folder may be moved and be called anything.
POSIX_LAUNCHER = """#!/bin/sh
'''exec' "$(dirname "$(readlink -f "$0")")/python" "$0" "$@"
' '''
"""
LAUNCHER_BODY = """import sys

from desktop.cli import main

if __name__ == "__main__":
    sys.exit(main())
"""


def say(text: str) -> None:
    """One line on stderr: stdout belongs to the command that is run."""
    print(text, file=sys.stderr, flush=True)


# ---- the system's packages


def is_root() -> bool:
    """Whether packages can be installed without asking."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def is_debian() -> bool:
    """Debian, Ubuntu and their relatives: the systems whose package names are known here."""
    return sys.platform == "linux" and shutil.which("apt-get") is not None


def loads(library: str) -> bool:
    """Whether the dynamic linker finds `library`."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_libraries(window: bool = False) -> list[str]:
    """Debian packages of what importing Qt, or a `window` under X11, would not find here; empty but on Linux."""
    if sys.platform != "linux":
        return []
    needed = WINDOW_LIBRARIES if window else QT_LIBRARIES
    return [package for library, package in needed.items() if not loads(library)]


def missing_tools(tools: dict[str, str]) -> list[str]:
    """Debian packages of the programs in `tools` that are not on the path."""
    packages = [tools[name].split() for name in tools if shutil.which(name) is None]
    return sorted({package for group in packages for package in group})


def lacks_ensurepip() -> bool:
    """Whether this Python cannot put pip into a virtual environment, as Debian's without its own package for that."""
    importlib.invalidate_caches()  # it may have been installed a moment ago
    return importlib.util.find_spec("ensurepip") is None


def venv_package() -> str:
    """The Debian package that brings ensurepip for this version of Python."""
    return "python{}.{}-venv".format(*sys.version_info[:2])


def missing_build_packages() -> list[str]:
    """Debian packages that freezing the program needs and that are missing."""
    if sys.platform != "linux":
        return []
    packages = missing_tools(BUILD_TOOLS)
    version = "{}.{}".format(*sys.version_info[:2])
    if sys.base_prefix == "/usr" and is_debian() and not loads(f"libpython{version}.so.1.0"):
        packages.append(f"libpython{version}")  # Debian's interpreter does without, the frozen program cannot
    return packages


def missing_packages(command: str) -> tuple[list[str], list[str]]:
    """Debian packages that are missing here: those `command` cannot do without, and those it is only poorer without.

    The main job needs no Qt; tests draw without a screen, and skip what lacks a tool; a frozen program must carry what
    a window needs on other machines.
    """
    must = [venv_package()] if not PYTHON.exists() and sys.base_prefix == "/usr" and lacks_ensurepip() else []
    qt, window = missing_libraries(), missing_libraries(window=True)
    if command == "test":
        return [*must, *qt], [*window, *missing_tools(TEST_TOOLS)]
    if command == "build":
        return [*must, *qt, *window, *missing_build_packages()], []
    if command == "crash":
        return [*must, *missing_tools({"cc": TEST_TOOLS["cc"]})], []
    if command == "app":
        return ([*must, *qt], window) if "WAYLAND_DISPLAY" in os.environ else ([*must, *qt, *window], [])
    if command == "setup":
        return must, [*qt, *window, *missing_tools(TEST_TOOLS), *missing_build_packages()]
    return must, qt


def provide(command: str) -> bool:
    """Have the system provide what `command` needs, or say the one line that does; False when it cannot run."""
    must, may = missing_packages(command)
    if not must and not may:
        return True
    names = " ".join([*must, *may])
    if not is_debian():
        say(f"Missing on this system (by their Debian names): {names}")
    elif not is_root():
        say(f"Missing on this system; please run: sudo apt-get install {names}")
    else:
        say(f"Installing with apt-get: {names}")
        apt_get("update")
        for packages in (
            must,
            may,
        ):  # apart: a tool unknown to this release must not take the rest with it
            if packages:
                apt_get("install", "-y", "--no-install-recommends", *packages)
        must, may = missing_packages(command)
    if may and not must:
        say(f"Going on without: {' '.join(may)}")
    # A test may be skipped where a tool cannot be had, but not in CI.
    return not must and not (may and command == "test" and os.environ.get("CI") == "true")


def apt_get(*arguments: str) -> None:
    """Run apt-get without questions; what it says is shown only when it fails."""
    done = subprocess.run(
        ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120", *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        say(done.stdout.decode(errors="replace").rstrip())


# ---- the virtual environment


def make_venv() -> None:
    """Create `.venv`, or create it again when its interpreter no longer runs."""
    if PYTHON.exists() and subprocess.run([str(PYTHON), "-m", "pip", "--version"], capture_output=True).returncode == 0:
        return
    if lacks_ensurepip():
        sys.exit(f"This Python comes without ensurepip; on Debian and Ubuntu it is in the package {venv_package()}.")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=False)
    if made.returncode:
        sys.exit("The virtual environment .venv could not be made (see above).")


def stamp_of(lock: str) -> str:
    """What a finished installation of `lock` is recognised by."""
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def stamp_file(lock: str) -> Path:
    """Where the stamp of `lock` lies; with `.venv` it goes."""
    return VENV / f"{lock}.installed"


def is_installed(lock: str) -> bool:
    """Whether `.venv` holds what `lock` says now."""
    stamp = stamp_file(lock)
    return PYTHON.exists() and LAUNCHER.exists() and stamp.exists() and stamp.read_text("ascii") == stamp_of(lock)


def install(lock: str) -> None:
    """Install the dependencies in `lock`, then the project itself by a path and a launcher."""
    make_venv()
    for name in (RUN_LOCK, DEV_LOCK):
        stamp_file(name).unlink(missing_ok=True)
    say(f"Installing the dependencies in {lock} (the first time some 300 MB are downloaded)")
    quiet = not sys.stderr.isatty()
    done = subprocess.run(
        [
            *(str(PYTHON), "-m", "pip", "install", "--require-hashes", "--disable-pip-version-check"),
            # Only bagit, a tool of the tests, comes as a source archive; nothing else runs code to install itself.
            *("--no-input", "--only-binary", ":all:", "--no-binary", "bagit", "-r", str(ROOT / lock)),
        ],
        env={**os.environ, "PIP_USER": "0"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else sys.stderr,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        if quiet:
            say(done.stdout.decode(errors="replace").rstrip())
        sys.exit("The dependencies could not be installed (see above).")
    install_project()
    # The development lock contains the other one, pin for pin.
    for name in {RUN_LOCK, lock}:
        stamp_file(name).write_text(stamp_of(name), "ascii")


def install_project() -> None:
    """Make the checkout importable and `fuzhuan` runnable. Both by relative paths: plain ASCII wherever they lie."""
    subprocess.run([str(PYTHON), "-c", WRITE_PATH_FILE, str(ROOT)], check=True)
    LAUNCHER.write_text((POSIX_LAUNCHER if os.name != "nt" else "") + LAUNCHER_BODY, "utf-8")
    LAUNCHER.chmod(0o755)
    if os.name == "nt":
        (BIN / "fuzhuan.cmd").write_text('@"%~dp0python.exe" "%~dp0fuzhuan-script.py" %*\n', "ascii")


# ---- the commands


def environment(tests: bool = False) -> dict[str, str]:
    """The caller's environment without what would make another Python of ours; for `tests` pinned down."""
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__")}
    kept["VIRTUAL_ENV"] = str(VENV)
    if tests:
        kept.update(LC_ALL="C.UTF-8", QT_QPA_PLATFORM="offscreen", PYTHONUTF8="1")
    return kept


def run(command: list[str], cwd: Path | None = None, tests: bool = False) -> int:
    """Run one command to its end; its exit code, 128 + n when signal n ended it."""
    try:
        code = subprocess.run(command, cwd=cwd, env=environment(tests), check=False).returncode
    except KeyboardInterrupt:
        return 130
    return code if code >= 0 else 128 - code


def fuzhuan(arguments: list[str]) -> int:
    """The program's command line, in the caller's folder."""
    return run([str(PYTHON), str(LAUNCHER), *arguments])


def test(arguments: list[str]) -> int:
    """The tests; how strict they are is written in pyproject.toml. All of them share the cores, a file at a time."""
    return run([str(PYTHON), "-m", "pytest", *(arguments or ALL_TESTS)], cwd=ROOT, tests=True)


def crash(arguments: list[str]) -> int:
    """Kills and faults at every kind of write; what they are is written in tests/crash."""
    return run([str(PYTHON), "-m", "tests.crash", *arguments], cwd=ROOT, tests=True)


def fuzz(arguments: list[str]) -> int:
    """Hostile files into every reader of foreign bytes; what they are is written in tests/fuzz."""
    return run([str(PYTHON), "-m", "tools.fuzz", *arguments], cwd=ROOT, tests=True)


def lint(arguments: list[str]) -> int:
    """Style, format, whether the locks belong to pyproject.toml, and the English catalogue to the sources."""
    ruff = [str(PYTHON), "-m", "ruff"]
    checks = [
        [*ruff, "check", *arguments],
        [*ruff, "format", "--check", *arguments],
        [str(PYTHON), "tools/lock.py", "--check"],
        [str(PYTHON), "tools/i18n.py", "--check"],
    ]
    return max(run(check, cwd=ROOT) for check in checks)


def types(arguments: list[str]) -> int:
    """Static types of everything that ships."""
    return run([str(PYTHON), "-m", "mypy", *arguments], cwd=ROOT)


def build(arguments: list[str]) -> int:
    """The frozen program in dist/, checked for what must not ship and run once on itself."""
    frozen = [str(PYTHON), "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", *arguments, "build.spec"]
    code = run(frozen, cwd=ROOT)
    return code or run([str(PYTHON), "tools/check_build.py", "dist/fuzhuan"], cwd=ROOT)


def main(arguments: list[str]) -> int:
    """Set up what `arguments` need, run it, and hand its exit code on."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print((__doc__ or "").rstrip())
        return 0 if arguments else 2
    command, rest = arguments[0], arguments[1:]
    development = {"test": test, "crash": crash, "fuzz": fuzz, "lint": lint, "types": types, "build": build}
    if command not in (*development, "setup", "demo", "app", "bench", "fuzhuan"):
        say(f"dev.py has no command {command}; python3 dev.py --help lists them.")
        return 2

    if not provide(command):
        return 1
    lock = DEV_LOCK if command in development or command == "setup" else RUN_LOCK
    if not is_installed(lock):
        install(lock)
    if command == "setup":
        return 0
    if command in development:
        return development[command](rest)
    return fuzhuan(rest if command == "fuzhuan" else [command, *rest])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
