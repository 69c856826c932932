"""Commands on the program itself: the window, the demonstration, the benchmarks."""

from __future__ import annotations

import argparse
from typing import Any

from desktop.commands.context import Context, read_secret
from desktop.commands.registry import command
from policy.i18n import mark


@command("app", mark("打开窗口"), show=str)  # answers nothing: the window speaks
def app(context: Context, parsed: argparse.Namespace) -> None:
    from desktop.launch import open_window

    parsed.exit_code = open_window(parsed.workspace or "", parsed.lang)


def _demo_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", metavar="DIR")
    parser.add_argument("--endpoint", metavar="URL")
    parser.add_argument("--token-file", metavar="FILE")


def _show_demo(answer: Any) -> str:
    from desktop.demo import show

    return show(answer)


@command("demo", mark("从零演示全流程"), arguments=_demo_arguments, show=_show_demo)
def demo(context: Context, parsed: argparse.Namespace) -> Any:
    from desktop.demo import run_demo

    token = read_secret(parsed.token_file) if parsed.token_file else None
    return run_demo(context, out=parsed.out, endpoint=parsed.endpoint, token=token)


def _bench_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--size", choices=("S", "L"), default="S")


def _show_bench(answer: Any) -> str:
    from desktop.bench import show

    return show(answer)


@command("bench", mark("与对照程序在同一次运行中比较"), arguments=_bench_arguments, show=_show_bench)
def bench(context: Context, parsed: argparse.Namespace) -> Any:
    from desktop.bench import run_bench

    return run_bench(parsed.names, parsed.size)
