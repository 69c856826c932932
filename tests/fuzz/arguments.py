"""Calls of the command line: one good call of each command, and what people, scripts and shells make of them."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from tests.fuzz import lab
from tests.fuzz.mutate import NUMBERS, TEXTS

# Open a window or run for minutes: not for here.
_LEFT_OUT = ("app", "demo", "bench")
_FILES = (
    "台账.csv",
    "证明.pdf",
    "政策.toml",
    "端点.toml",
    "口令.txt",
    "没有.xlsx",
    ".",
    "..",
    "/",
    "/dev/null",
    "/proc/self/mem",
    "out.xlsx",
)
_CALLS = (
    "kinds", "fields firm", "add firm name=乙公司 founded_on=2023", "show firm 甲科技公司",
    "edit firm 甲科技公司 staff_count=5",
    "delete firm 甲科技公司", "undo", "undo 1", "find 甲", "find jiakeji --limit 3", "import firm 台账.csv --dry-run",
    "import firm 台账.csv",
    "export firm out.xlsx", "merge firm 甲科技公司 乙公司 --dry-run", "evidence add 证明.pdf --for firm:甲科技公司",
    "evidence list",
    "evidence list --for firm:甲科技公司", "evidence get x out.pdf", "evidence gaps", "case log C-1 --note 来电",
    "case entries C-1",
    "policy list", "policy show cq", "policy check 政策.toml", "policy add 政策.toml", "policy try own x a=1",
    "policy compare own 政策.toml", "policy export own out.toml --sign", "policy trust x --holder 甲", "policy choices",
    "policy choose x y --reason 试", "policy confirm own --all --period 2025 --for firm:甲科技公司 --notice x",
    "policy remove own", "reopen x", "calendar list", "calendar add 节假日.toml",
    "deadlines --on 2026-01-01", "deadlines --ics out.ics --days 30", "deadline settle x --as done --reason 试",
    "distribute owner_kind=企业 gross=100 taxes=6 prior_rd=1 team_pct=100 --line 甲=100 --cost 专利费=1 --out out.xlsx",
    "pricing route=协议定价 related_party=0", "awards 2025", "quarter 2025Q3 --out out.xlsx", "agency 2025",
    "target list 2025", "target add 办会 --measure events_held --value 3 --year 2025", "eligible 甲科技公司",
    "advice own --period 2025",
    "evaluate own --period 2025", "figure x 1 --period 2025", "apply x", "package seal x", "package verify 证明.pdf",
    "package inspect 证明.pdf",
    "package export x out.zip", "endpoint add 端点.toml --token-file 口令.txt", "endpoint list", "outbox", "send",
    "withdraw x",
    "delivery-receipt x out.pdf", "workspace info", "workspace verify", "backup b.fzbak", "restore b.fzbak neu",
    "--help", "import --help",
    "workspace create neu --organisation 甲 --kind incubator --recovery-file r.txt", "workspace change-passphrase",
    "hand-in x --way usb",
)  # fmt: skip
_FLAGS = (
    "--json",
    "--lang",
    "en",
    "zh",
    "--lang=xx",
    "--workspace",
    ".",
    "--passphrase-file",
    "口令.txt",
    "--",
    "-",
    "--help",
    "-h",
    "--no",
    "@x",
)


def files() -> dict[str, bytes]:
    """The files that calls name."""
    return {
        "台账.csv": lab.csv_text(),
        "证明.pdf": b"%PDF-1.7\n",
        "政策.toml": lab.packs()[0],
        "端点.toml": lab.profile(),
        "节假日.toml": lab.holidays(),
    }


def calls() -> list[bytes]:
    """Good calls, words parted by NUL."""
    return ["\0".join(call.split(" ")).encode() for call in _CALLS]


def hostile_call(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """A call with words changed, doubled, left out or taken from another."""
    words = data.decode().split("\0")
    for _ in range(rng.choice((1, 1, 2, 3))):
        place, step = rng.randrange(len(words) + 1), rng.random()
        if step < 0.35 and words:
            words[place % len(words)] = _word(rng)
        elif step < 0.5:
            words.insert(place, _word(rng))
        elif step < 0.65:
            words[place:place] = rng.choice(_FLAGS).split(" ")
        elif step < 0.75 and words:
            del words[place % len(words)]
        elif step < 0.85:
            words = words[:place] + rng.choice(others).decode().split("\0")[1:] if others else words
        elif words:
            name, equals, _ = words[place % len(words)].partition("=")
            words[place % len(words)] = f"{name}{equals or '='}{_word(rng)}"
    words = [word.replace("\0", "") for word in words]
    if any(word in _LEFT_OUT for word in words):
        words = ["kinds"]
    return "\0".join(words).encode("utf-8", "surrogateescape")


def _word(rng: Random) -> str:
    return rng.choice((
        rng.choice(TEXTS), rng.choice(_FILES), str(rng.choice(NUMBERS[:-1])), f"-{rng.choice(NUMBERS[:-1])}",
        "2026-13-45", "0001-01-01",
        "9999-12-31", "2025Q5", "firm:", "firm:x.y", "indicator:a/b@2025/firm:x", "name=", "=x", "a=b=c",
        "\udcff\udc80", "*", "~", "$HOME", "%",
        "name=" + rng.choice(TEXTS), "firm", "case", "contract", "person", "op", "audit", "carrier",
        "--period=" + rng.choice(TEXTS),
    ))  # fmt: skip
