"""The directions between the packages, and the ways of working the project has ruled out, read from the code itself."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("policy", "db", "exports", "desktop")
MIGRATIONS = "db/migrations/"
LINES = 500
DB_MAY = ("db", "policy.errors", "policy.i18n", "policy.dates", "policy.identifiers", "policy.masking")

# What each layer may import of ours; a layer is the longest name here that a module begins with.
ALLOWED: dict[str, tuple[str, ...]] = {
    "policy": ("policy",),
    "db": DB_MAY,
    # what the records are asked for and answer with: names of figures, and plain data
    "db.queries": (*DB_MAY, "policy.measures", "policy.results"),
    "exports": ("exports", "policy"),
    "desktop": OURS,
    "desktop.runtime": OURS,
    "desktop.services": OURS,
    "desktop.pages": ("desktop", "policy"),
    "desktop.models": ("desktop", "policy"),
    "desktop.widgets": ("desktop", "policy"),
}
QT_FREE = ("policy", "db", "exports", "desktop.services", "desktop.runtime", "desktop.cli")
# Licences that do not fit (Qt's GPL-only add-ons, AGPL), wherever they would come in.
NEVER_IMPORTED = re.compile(r"PySide6\.Qt(Charts|Graphs|DataVisualization|VirtualKeyboard|Quick3D)|fitz|pymupdf", re.I)


@cache
def files() -> tuple[str, ...]:
    """Every file of the repository, tracked or about to be, relative to its root."""
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return tuple(name for name in listing.split("\0") if name and (ROOT / name).is_file())


def python_files(*packages: str) -> list[str]:
    """The Python files of `packages`, or of the whole repository."""
    inside = tuple(f"{package}/" for package in packages)
    return [name for name in files() if name.endswith(".py") and (not packages or name.startswith(inside))]


def module_of(name: str) -> str:
    """`db/models/base.py` is `db.models.base`."""
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def module_files(module: str) -> list[str]:
    """The files of a package, or the one of a module."""
    return [name for name in python_files() if within(module_of(name), (module,))]


def within(module: str, names: tuple[str, ...]) -> bool:
    """Whether `module` is one of `names` or lies inside one."""
    return any(module == name or module.startswith(f"{name}.") for name in names)


def layer_of(module: str) -> str:
    """The most specific layer `module` belongs to."""
    return max((layer for layer in ALLOWED if within(module, (layer,))), key=len)


def imports(tree: ast.AST, module: str, is_package: bool) -> Iterator[tuple[int, str]]:
    """Line and full name of everything imported anywhere in a module; `from a import b` is `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = module.split(".")
                kept = len(parents) - node.level + is_package
                base = ".".join([*parents[:kept], *([base] if base else [])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def is_ours(module: str) -> bool:
    """Whether the project itself is imported."""
    return module.split(".")[0] in OURS


def import_faults(name: str, text: str) -> Iterator[str]:
    """Imports in the file `name` that its layer may not make."""
    module = module_of(name)
    allowed = ALLOWED[layer_of(module)]
    for line, imported in imports(ast.parse(text), module, name.endswith("/__init__.py")):
        if is_ours(imported) and not within(imported, allowed):
            yield f"{name}:{line}: {layer_of(module)} may not import {imported}"
        if imported.startswith(("PySide6", "shiboken6")) and within(module, QT_FREE):
            yield f"{name}:{line}: {module} must do without Qt"
        if NEVER_IMPORTED.match(imported):
            yield f"{name}:{line}: the licence of {imported} does not fit"


def call_faults(name: str, text: str) -> Iterator[str]:
    """Calls in the file `name` that the project has ruled out."""
    tree = ast.parse(text)
    top = name.split("/")[0]
    draws = "PySide6" in text
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        last = called.rpartition(".")[2]
        where = f"{name}:{node.lineno}: {called}()"
        if top in ("policy", "db", "exports") and called == "print":
            yield f"{where}: text for people is written by desktop"
        if top == "desktop" and last == "processEvents":
            yield f"{where}: work goes to ops, the window never spins its own loop"
        if top == "desktop" and draws and last == "terminate":
            yield f"{where}: threads end by their flag, never by force"
        if top in ("db", "desktop") and re.fullmatch(r"shutil\.(copy|copy2|copyfile|copytree)", called):
            yield f"{where}: a copied store file can be empty; use the backup API, or streams for other files"


def read(name: str) -> str:
    """The text of a file of the repository."""
    return (ROOT / name).read_text("utf-8")


def test_packages_import_only_what_their_layer_may() -> None:
    faults = [fault for name in python_files(*OURS) for fault in import_faults(name, read(name))]
    assert faults == []


def test_ruled_out_calls_are_absent() -> None:
    faults = [fault for name in python_files(*OURS) for fault in call_faults(name, read(name))]
    assert faults == []


def test_services_and_runtime_do_not_reach_for_the_window() -> None:
    """Not even inside a function: what they use must be usable by the command line, too."""
    qt_side = tuple(
        module_of(name)
        for name in python_files("desktop")
        if re.search(r"^\s*(from|import) PySide6", read(name), re.MULTILINE)
    )
    faults = [
        f"{name}:{line}: imports {imported}"
        for name in python_files("desktop/services", "desktop/runtime")
        for line, imported in imports(ast.parse(read(name)), module_of(name), name.endswith("/__init__.py"))
        if imported.startswith("desktop.") and within(imported, qt_side)
    ]
    assert faults == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("policy/rules/x.py", "from db.models import base"),
        ("policy/x.py", "import desktop"),
        ("db/x.py", "from policy import measures"),
        ("db/x.py", "import policy"),
        ("db/x.py", "def f():\n    from policy.pack import load"),
        ("db/queries/x.py", "from ...exports import pdf"),
        ("exports/pdf/x.py", "from db import store"),
        ("desktop/pages/firms.py", "from db.queries import firms"),
        ("desktop/services/x.py", "from PySide6.QtCore import QObject"),
        ("desktop/cli.py", "def f():\n    import PySide6.QtWidgets"),
        ("desktop/pages/x.py", "from PySide6 import QtCharts"),
        ("exports/x.py", "import fitz"),
    ],
)
def test_a_wrong_import_is_seen(name: str, text: str) -> None:
    assert list(import_faults(name, text)) != []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("policy/__init__.py", "from .errors import Fault"),
        ("db/models/x.py", "from policy import i18n\nfrom policy.errors import Fault\nfrom . import base"),
        ("exports/pdf/__init__.py", "from ..package import seal\nfrom policy.pack import load"),
        ("desktop/pages/x.py", "from PySide6.QtWidgets import QWidget\nfrom desktop.ops import Op"),
        ("desktop/services/x.py", "from db import store\nfrom exports import package\nfrom policy import pack"),
    ],
)
def test_a_right_import_is_left_alone(name: str, text: str) -> None:
    assert list(import_faults(name, text)) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("db/x.py", "print(1)"),
        ("db/x.py", "import shutil\nshutil.copy2(a, b)"),
        ("desktop/app.py", "QApplication.processEvents()"),
        ("desktop/app.py", "from PySide6.QtCore import QThread\nthread.terminate()"),
    ],
)
def test_a_ruled_out_call_is_seen(name: str, text: str) -> None:
    assert len(list(call_faults(name, text))) == 1


def declared() -> set[str]:
    """The distributions pyproject.toml asks for at run time, by normalised name."""
    asked = tomllib.loads(read("pyproject.toml"))["project"]["dependencies"]
    return {re.split(r"[^\w.-]", line)[0].lower().replace("_", "-") for line in asked}


def test_every_library_in_use_is_declared() -> None:
    """One that only happens to be installed, for another's sake or by hand, is missing on the next machine."""
    providers = {
        package: {name.lower().replace("_", "-") for name in names}
        for package, names in metadata.packages_distributions().items()
    }
    faults = {
        f"{name}:{line}: {imported}"
        for name in python_files(*OURS)
        for line, imported in imports(ast.parse(read(name)), module_of(name), name.endswith("/__init__.py"))
        if not is_ours(imported)
        and (top := imported.split(".")[0]) not in sys.stdlib_module_names
        and not (providers.get(top, set()) | ({"pyside6"} if top in ("PySide6", "shiboken6") else set())) & declared()
    }
    assert faults == set()


IMPORT_ALL = """
import importlib, pkgutil, sys
for name in ("PySide6", "shiboken6"):
    sys.modules[name] = None
top = importlib.import_module(sys.argv[1])
for found in pkgutil.walk_packages(getattr(top, "__path__", []), f"{top.__name__}."):
    if ".migrations." not in found.name:
        importlib.import_module(found.name)
"""


@pytest.mark.parametrize("package", [package for package in QT_FREE if any(module_files(package))])
def test_imports_without_qt(package: str) -> None:
    """Every module of the package, in a process that has no PySide6."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", IMPORT_ALL, package],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_files_stay_short() -> None:
    lengths = {name: read(name).count("\n") for name in python_files() if not name.startswith(MIGRATIONS)}
    assert {name: lines for name, lines in lengths.items() if lines > LINES} == {}


# Put together here so that this file does not find itself. Addresses of package indexes and paths of one machine
# have no place in a repository that must work on any.
TRACES = re.compile(
    "|".join(
        [
            r"(?<![\w.])/(?:" + "work|farm|root" + r")/",
            r"(?<![\w.])/home/\w+/",
            "files.python" + "hosted",
            "pypi" + r"\.org",
            "index" + "-url",
            "registry" + r"\.npm",
            "registry" + "=",
            "deb" + r"\.debian\.org",
            "sub" + "agent",
        ]
    ),
    re.IGNORECASE,
)
BINARY = (".png", ".ttf", ".otf", ".xls", ".xlsx", ".ods", ".pdf", ".db", ".mo", ".zip", ".age", ".ico", ".qm", ".gz")


def test_no_traces_of_one_machine() -> None:
    found = [
        f"{name}:{number}: {line.strip()[:120]}"
        for name in files()
        if not name.endswith(BINARY)
        for number, line in enumerate((ROOT / name).read_text("utf-8", errors="replace").splitlines(), 1)
        if TRACES.search(line)
    ]
    assert found == []


def test_traces_are_seen() -> None:
    planted = ["see /wo" + "rk/main", "--index" + "-url x", "https://" + "pypi" + ".org/simple"]
    assert [line for line in planted if not TRACES.search(line)] == []
    assert TRACES.search("docs/work/plan.md, https://example.org/work/7, 2.5 m/root/x") is None


# What writes and is not in turn: it reads or seals files, asks a server, works through many rows or waits for others.
TAKES_LONG = {
    *("apply.make", "attendance.import", "certificate.import", "collect.read", "draft.list", "endpoint.add"),
    *("evidence.add", "evidence.open_outside", "keys.add_person", "keys.remove_person", "ledger.import"),
    *("audit.extract", "delivery.send", "person.erase", "privacy.reveal", "sample.load", "workspace.rotate_key"),
}


def test_what_a_person_does_in_passing_runs_in_turn() -> None:
    """Run beside each other, the earlier of two values could be written last."""
    beside: set[str] = set()
    for name in python_files("desktop/services"):
        for found in ast.walk(ast.parse((ROOT / name).read_text(encoding="utf-8"))):
            if isinstance(found, ast.FunctionDef):
                written = any("store.write(" in ast.unparse(item) for part in _withs(found) for item in part.items)
                told = [mark for mark in found.decorator_list if ast.unparse(mark).startswith(("service(", "session_"))]
                if written and told and "in_turn=True" not in ast.unparse(told[0]):
                    beside.add(ast.literal_eval(told[0].args[0]))  # type: ignore[attr-defined]
    assert beside == TAKES_LONG


def _withs(function: ast.FunctionDef) -> Iterator[ast.With]:
    return (part for part in ast.walk(function) if isinstance(part, ast.With))
