"""Checklists: papers and conditions of which all, any one, or some number must be there."""

from __future__ import annotations

from dataclasses import dataclass

from policy.i18n import quoted, tr
from policy.measures import is_yes
from policy.rules.common import FAIL, INFO, PASS, UNKNOWN, Alone, Facts, Finding, Verification, unique
from policy.schema import Table, Text, invalid


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be there: a yes in an attribute, or where `filled` anything at all."""

    id: str
    title: Text
    attribute: str
    filled: bool
    verification: Verification | None

    def answer(self, facts: Facts) -> bool | None:
        """Whether it is there; None where nobody said."""
        text = facts.attributes.get(self.attribute, "").strip()
        if self.filled:
            return True if text else None
        return is_yes(text) if text else None


@dataclass(frozen=True, slots=True)
class Checklist(Alone):
    """A rule of kind `checklist`: at least `need` of the items. `supporting` is no condition, only shown."""

    items: tuple[Item, ...]
    need: int
    supporting: bool

    @classmethod
    def read(cls, table: Table, subject: str) -> Checklist:
        """From `need` (all, any or a number), `[[rule.item]]` and `supporting`."""
        del subject
        items = table.tables("item", _read_item)
        if not items:
            raise invalid(f"{table.where}.item", "missing", "item")
        ids = [item.id for item in items]
        if len(set(ids)) < len(ids):
            raise invalid(f"{table.where}.item", "duplicate", next(one for one in ids if ids.count(one) > 1))
        if table.is_text("need"):
            need = len(items) if table.one_of("need", frozenset({"all", "any"})) == "all" else 1
        else:
            need = table.whole("need", low=1, high=len(items))
        return cls(items, need, table.flag("supporting", False))

    def measures(self) -> frozenset[str]:
        """None."""
        return frozenset()

    def attributes(self) -> frozenset[str]:
        """Those of the items."""
        return frozenset(item.attribute for item in self.items)

    def judge(self, facts: Facts) -> Finding:
        """Pass with enough, fail where even the blanks would not do, else unknown; info where it only supports."""
        answers = [item.answer(facts) for item in self.items]
        there, open_ = answers.count(True), answers.count(None)
        verdict = PASS if there >= self.need else UNKNOWN if there + open_ >= self.need else FAIL
        missing = [str(item.title) for item, answer in zip(self.items, answers, strict=True) if not answer]
        parts = tuple(self._part(item, answer, facts) for item, answer in zip(self.items, answers, strict=True))
        gap = "" if verdict == PASS or not missing or self.supporting else tr("还缺：{names}", names=quoted(missing))
        return Finding(
            INFO if self.supporting else verdict,
            facts.verification.verified and all(part.verified for part in parts),
            value=f"{there}/{len(self.items)}",
            target="" if self.supporting else f"≥{self.need}/{len(self.items)}",
            gap=gap,
            notes=unique((*facts.verification.notes(), *(note for part in parts for note in part.notes))),
            parts=parts,
        )

    @staticmethod
    def _part(item: Item, answer: bool | None, facts: Facts) -> Finding:
        verification = item.verification or facts.verification
        return Finding(
            UNKNOWN if answer is None else PASS if answer else FAIL,
            verification.verified,
            label=str(item.title),
            value=tr("未填") if answer is None else tr("有") if answer else tr("无"),
            notes=verification.notes(),
        )


def _read_item(table: Table) -> Item:
    return Item(
        table.identifier("id"),
        table.bilingual("title", required=True),
        table.text("attribute"),
        table.flag("filled", False),
        Verification.read_own(table),
    )
