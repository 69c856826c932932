"""Entries of the audit log in words: what was done, and the figures it was done on, in the language in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from db import enums, enums_everyday
from db.queries import records
from db.schema import kind_info, kinds
from desktop.texts.auditlog import ACTIONS, GROUPS
from exports.pdf.figures import grouped
from policy.i18n import clauses, labelled, listed, tr
from policy.masking import mask_numbers

_SHOWN_DIGEST = 16  # characters of a digest that people compare
_VERDICTS = {"pass": "√", "fail": "×", "unknown": "？", "info": "－"}
_MONEY = frozenset({"estimate", "amount_total", "amount_tech", "nontech_cost"})

Row = Mapping[str, Any]
Figures = list[dict[str, str]]


def group_of(action: str) -> str:
    """The group an action belongs to, for filters; "" for one that this version does not know."""
    return next((name for name, (_, prefixes) in GROUPS.items() if action.startswith(prefixes)), "")


def titles_of(rows: Iterable[Row]) -> dict[str, str]:
    """What the subjects of entries are called, by `kind:id`; those that are gone, and no records, are left out."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        kind, _, record = row["subject"].partition(":")
        wanted[kind].add(record)
    return {
        f"{kind}:{record}": title
        for kind, ids in wanted.items()
        if kind in kinds()
        for record, title in records.titles(kind, ids).items()
    }


def sentence_of(row: Row) -> str:
    """What an entry says was done; an action that this version does not know stands as it was written."""
    text = ACTIONS.get(row["action"])
    return tr(text).format_map(_Told(_told(row["detail"]))) if text else str(row["action"])


def figures_of(row: Row) -> Figures:
    """The figures an entry holds as [{label, shown}], money in 万元."""
    detail = row["detail"]
    found: list[tuple[str, str]] = []
    figures = detail.get("figures") or {}
    for declared in kind_info("case").fields if row["action"].startswith("case.") else ():
        if declared.name in figures:
            found.append((declared.shown, _shown(declared.choices, declared.name, figures[declared.name])))
    found += _contracts(detail) + _prices(row)
    if detail.get("received"):
        found.append((tr("已到账"), _money(detail["received"])))
    if row["action"] == "evaluation.frozen" and "figures" in detail:
        found += [
            (name, " ".join(filter(None, (_VERDICTS.get(one[0], one[0]), *one[1:]))))
            for name, one in detail["figures"].items()
        ]
    found += _names(row)
    found += _digests(detail)
    if detail.get("words"):
        found.append((tr("对方答复"), mask_numbers(str(detail["words"]))))
    return [{"label": label, "shown": shown} for label, shown in found if shown]


class _Told(dict[str, Any]):
    """Fills a sentence from an entry, whichever version of the program wrote it."""

    def __missing__(self, key: str) -> str:
        return "…"


def _told(detail: Row) -> dict[str, Any]:
    state = detail.get("after") if isinstance(detail.get("after"), dict) else detail.get("before")
    decided = {**detail, **state} if isinstance(state, dict) else dict(detail)
    told = {name: value for name, value in decided.items() if isinstance(value, str | int)}
    told |= {name: str(told[name])[:_SHOWN_DIGEST] for name in ("digest", "by") if name in told}
    counts = detail.get("counts") or {}
    if "pass" in counts:
        told |= {"passed": counts["pass"], "failed": counts["fail"], "unknown": counts["unknown"]}
    if "milestone" in detail:
        told["milestone"] = _choice(enums_everyday.MILESTONE, detail["milestone"])
    if "outcome" in detail:
        told["outcome"] = _choice(enums.CASE_OUTCOME, detail["outcome"])
    if "kind" in decided:
        told["kind"] = _choice(enums.LOG_KIND, decided["kind"])
    if "way" in detail:
        told["way"] = _choice(enums.SUBMISSION_WAY, detail["way"])
    if isinstance(detail.get("fields"), list) and "log" in detail:
        told["fields"] = listed(kind_info("case_log").field(name).shown for name in detail["fields"])
    return told


def _contracts(detail: Row) -> list[tuple[str, str]]:
    contract = kind_info("contract")
    found = []
    for number, row in enumerate(detail.get("contracts") or (), 1):
        told = [declared for declared in contract.fields if declared.name in row and declared.name != "id"]
        parts = [labelled(declared.shown, _shown((), declared.name, row[declared.name])) for declared in told]
        found.append((tr("合同 {n}", n=number), clauses(parts)))
    more = int(detail.get("contract_count") or 0) - len(found)
    if more > 0:
        found.append((tr("其他合同"), tr("{n} 份", n=more)))
    return found


def _prices(row: Row) -> list[tuple[str, str]]:
    """The price before and after; of a formula whether it is another one."""
    if row["action"] != "case.price_changed":
        return []
    info = kind_info(str(row["detail"].get("record", "contract")).partition(":")[0])
    found = []
    for when, label in (("before", tr("改动前")), ("after", tr("改动后"))):
        state = row["detail"].get(when) or {}
        shown = [
            labelled(info.field(name).shown, _money(value) if name in _MONEY else str(value)[:_SHOWN_DIGEST])
            for name, value in state.items()
        ]
        found.append((label, clauses(shown) or tr("空")))
    return found


def _names(row: Row) -> list[tuple[str, str]]:
    """The people whose keys stayed or went, and the fields whose numbers were told."""
    detail, kind = row["detail"], row["subject"].partition(":")[0]
    kind = row["subject"].partition(":")[2] if kind == "kind" else kind
    found = [(tr("保留"), detail.get("kept")), (tr("移除"), detail.get("removed"))]
    if row["action"].startswith("privacy.") and kind in kinds() and isinstance(detail.get("fields"), list):
        labels = {declared.name: declared.shown for declared in kind_info(kind).fields}
        found.append((tr("字段"), [labels.get(name, str(name)) for name in detail["fields"]]))
    return [(label, listed(map(str, names))) for label, names in found if isinstance(names, list) and names]


def _digests(detail: Row) -> list[tuple[str, str]]:
    names = {
        "digest": tr("摘要"),
        "outer": tr("外层 SHA-256"),
        "inner": tr("内层 SHA-256"),
        "sha256": tr("SHA-256"),
        "pdf": tr("PDF 摘要"),
        "note": tr("内容摘要"),
    }
    found = [(label, str(detail[name])[:_SHOWN_DIGEST]) for name, label in names.items() if detail.get(name)]
    for when, label in (("before", tr("改动前内容摘要")), ("after", tr("改动后内容摘要"))):
        if isinstance(detail.get(when), dict) and "note" in detail[when]:
            found.append((label, str(detail[when]["note"])[:_SHOWN_DIGEST]))
    if proofs := detail.get("evidence"):
        found.append((tr("所附佐证"), listed(item["sha256"][:_SHOWN_DIGEST] for item in proofs)))
    return found


def _shown(choices: Any, name: str, value: Any) -> str:
    return _money(value) if name in _MONEY else _choice(choices, value)


def _choice(choices: Any, value: Any) -> str:
    return next((choice.shown for choice in choices if choice.code == value), str(value))


def _money(fen: int) -> str:
    return tr("{amount} 万元", amount=grouped(Fraction(fen, 1_000_000), 2, 6))
