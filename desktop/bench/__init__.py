"""`fuzhuan bench`: what the program takes, each time beside a peer that does the bare work on the same data.

Not here: how fast the window starts and scrolls (it needs a display), and what a cut deposit sends again (a test).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from desktop.bench.data import SIZES, Scale
from desktop.bench.measure import Result
from policy.errors import Usage
from policy.i18n import mark, tr

Benchmark = Callable[[Scale, Path], list[Result]]

BENCHMARKS = ("store", "save", "search", "import", "application", "seal", "deposit")
_TITLES = {
    "store": mark("加密存储（与未加密相比）"),
    "store-search": mark("加密存储的全文检索（与未加密相比）"),
    "save": mark("保存一条记录（比一次落盘多出的毫秒）"),
    "search": mark("边输入边检索（第 95 百分位）"),
    "import": mark("导入台账"),
    "application": mark("生成带佐证的申报书"),
    "seal": mark("封装报送包"),
    "deposit": mark("报送速率"),
}


def benchmark(name: str) -> Benchmark:
    """The benchmark of that name; raises Usage("bench.unknown")."""
    # imported when asked for (they load what the program itself loads late), written out for frozen builds
    if name in ("store", "save"):
        from desktop.bench import store

        return store.encrypted if name == "store" else store.save
    if name == "search":
        from desktop.bench import searching

        return searching.as_you_type
    if name == "import":
        from desktop.bench import importing

        return importing.imports
    if name == "application":
        from desktop.bench import application

        return application.book
    if name == "seal":
        from desktop.bench import sealing

        return sealing.seal
    if name == "deposit":
        from desktop.bench import depositing

        return depositing.deposit
    raise Usage("bench.unknown", name=name, known=", ".join(BENCHMARKS))


def run_bench(names: Sequence[str], size: str) -> dict[str, Any]:
    """Run the named benchmarks, or all: {"results": [{name, ratio, target, met, unit, detail}]}.

    Size S takes under three minutes on two cores, L about half an hour and some 8 GiB in the temporary folder.
    """
    chosen = [benchmark(name) for name in names or BENCHMARKS]
    results = []
    for run in chosen:
        with tempfile.TemporaryDirectory(prefix="fuzhuan-bench-") as folder:
            results += [result.as_dict() for result in run(SIZES[size], Path(folder))]
    return {"results": results}


def show(answer: dict[str, Any]) -> str:
    """One line a comparison, with the raw figures below."""
    lines = []
    for result in answer["results"]:
        verdict = tr("达标") if result["met"] else tr("未达标")
        sign = "≥" if result["unit"] == "rate" else "≤"
        figure = f"{result['ratio']:.2f} {sign} {result['target']:g}"
        lines.append(f"{verdict}  {result['name']:<13} {figure:<14} {tr(_TITLES[result['name']])}")
        detail = (f"{name}={value}" for name, value in result["detail"].items() if value is not None)
        lines.append("      " + "  ".join(detail))
    return "\n".join(lines)
