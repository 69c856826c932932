"""What was applied for in the sample year: evaluations frozen, books made, packages sealed and handed in, by the
program's own services as a person would use them.

Nothing is sent and nobody's answer is made up: the sample knows no address to send to, so a package is handed in or
waits, and what an office said by telephone or on paper is typed into the register as anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from db.models import Round, Submission
from db.reconcile import forget_unused
from db.store import now_ms
from db.writes import Write
from desktop.services.apply import make
from desktop.services.evaluation import freeze
from desktop.services.packages import seal
from desktop.services.records import edit
from desktop.services.registry import Job
from desktop.services.samples.base import TODAY, SampleYear, words
from desktop.services.sending import hand_in
from desktop.services.workspace import Workspace
from policy.dates import reference_day
from policy.i18n import tr


@dataclass
class Filing:
    """The rounds of the year that something is filed for; `books` and `packages` are what reached the disk."""

    year: SampleYear
    carrier: str
    books: list[str] = field(default_factory=list)  # stored names
    packages: list[str] = field(default_factory=list)
    _states: dict[str, str] = field(default_factory=dict)  # where each line of the register stands in the end

    def wait(self) -> None:
        """Let the lines of the register wait for their package; `file` brings them to where they stand."""
        for plan, _, line in self._plans():
            self._states[line["id"]] = plan["state"]
            if "note" in plan["filed"]:
                line["state"] = "to_report"

    def steps(self) -> int:
        """How many steps `file` tells of."""
        filed = [plan["filed"] for plan, _, _ in self._plans()]
        return sum(2 + ("note" in one) + 2 * ("correction" in one) for one in filed)

    def file(self, ws: Workspace, job: Job, write: Write, tell: Callable[[str], None]) -> None:
        """Freeze, write and file everything, within the write that made the records; raises what the services raise.

        `tell` hears what each step is about to do.
        """
        quiet = Job(stop=job.stop)

        def step(text: str) -> None:
            job.check()
            tell(text)
            write.at = now_ms()  # each has a moment of its own, or nobody could say which version is the newest

        def book(snapshot: str, plan: dict[str, Any], kept: str, texts: dict[str, str]) -> str:
            step(tr("生成示例申报书：{what}", what=plan["what"]))
            made = make(ws, quiet, snapshot=snapshot, narrative=texts, round=kept)
            self.books.append(ws.evidence.name_of(made["pdf_digest"]))
            return str(made["id"])

        def package(application: str, plan: dict[str, Any], replaces: str | None = None) -> str:
            step(tr("封装示例报送包：{what}", what=plan["what"]))
            sealed = seal(ws, quiet, application=application, personal_confirmed=True, replaces=replaces)
            self.packages.append(sealed["id"])
            return str(sealed["id"])

        with reference_day(TODAY):
            for plan, kept, line in self._plans():
                filed = plan["filed"]
                whom = {"carrier": f"carrier:{self.carrier}", "own": f"organisation:{self.year.own}"}[filed["subject"]]
                step(tr("示例评价定稿：{what}", what=plan["what"]))
                frozen = freeze(ws, quiet, pack=plan["pack"], period=plan["period"], subject=whom)["id"]
                first = book(frozen, plan, kept["id"], filed["texts"])
                if "note" not in filed:
                    continue
                sealed = package(first, plan)
                hand_in(ws, quiet, package=sealed, way=plan["way"], note=filed["note"])
                edit(ws, quiet, kind="submission", id=line["id"], values={"state": self._states[line["id"]]})
                if "correction" in filed:
                    better = book(frozen, plan, kept["id"], {**filed["texts"], **filed["correction"]})
                    package(better, plan, replaces=sealed)

    def forget(self, ws: Workspace) -> None:
        """Remove the files of what came to nothing."""
        forget_unused(ws.store, ws.evidence, self.books)
        for package in self.packages:
            ws.outbox.remove(package)

    def _plans(self) -> list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
        """What is filed: its words, its round and its line of the register; what went first comes first."""
        rounds, lines = self.year.of(Round), {row["round"]: row for row in self.year.of(Submission)}
        found = [
            (plan, kept, lines[kept["id"]])
            for plan, kept in zip(words("texts")["round"], rounds, strict=True)
            if "filed" in plan
        ]
        return sorted(found, key=lambda one: one[0].get("sent_on") or "9")
