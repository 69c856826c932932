"""The sample workspace: a made-up year, marked as sample on every screen and document."""

from __future__ import annotations

from typing import Any

from db.blobs import Stored
from db.models import RECORDS, Evidence, EvidenceLink, Operator, Organisation
from db.reconcile import forget_unused
from db.searchtext import is_indexed
from desktop.services.registry import Job, service
from desktop.services.samples import (
    brokerage,
    claims,
    collection,
    conversion,
    deals,
    events,
    firm_figures,
    house,
    incubation,
    journal,
    needs,
    papers,
    reporting,
    results,
    rooms,
    support,
    terms,
    ties,
    training,
    ventures,
)
from desktop.services.samples.base import TODAY, SampleYear, words
from desktop.services.samples.filing import Filing
from desktop.services.samples.paper import Paper
from desktop.services.workspace import Workspace, own_organisation
from policy.errors import Refused
from policy.i18n import mark, tr

_WRITING, _FILING = 200, 50  # papers that are made in the time that writing the rows takes, and a step of filing


@service("sample.load")
def load(ws: Workspace, job: Job, *, evidence: bool = True) -> dict[str, Any]:
    """Fill an empty workspace with the sample year and mark it as sample: {counts, changes}.

    The same rows with the same ids every time. `evidence` also makes the scans, and what is filed with them: frozen
    evaluations, books and packages, whose ids and moments are their own. Raises Refused("sample.not_empty")
    where there is anything besides the workspace's own organisation and operators; a cancel leaves it as it was.
    """
    _refuse_unless_empty(ws)
    year, every, filed = build(str(own_organisation(ws)["id"]))
    planned, filing = (every, filed) if evidence else ([], None)
    total = len(planned) + _WRITING + (filing.steps() * _FILING if filing else 0)
    done = 0
    files: list[Stored] = []

    def tell(text: str) -> None:
        nonlocal done
        job.progress(done, total, text)
        done += _FILING

    try:
        for number, paper in enumerate(planned):
            job.check()
            job.progress(number, total, tr("制作示例扫描件 {n} / {total}", n=number + 1, total=len(planned)))
            files.append(ws.evidence.add_bytes(paper.content()))
        _add_papers(year, planned, files)
        house.show_papers(year)
        if filing:
            filing.wait()
        job.check()
        job.progress(len(planned), total, tr("写入示例数据"))
        done = len(planned) + _WRITING
        with ws.store.write(mark("装入示例数据"), "sample") as write:
            _refuse_unless_empty(ws)
            for model in RECORDS:
                write.insert_many(model, year.of(model))
            for model in RECORDS:
                if is_indexed(model.KIND.name):
                    write.index_many(model.KIND.name, [row["id"] for row in year.of(model)])
            write.audit("sample.loaded", f"organisation:{year.own}", _counts(year))
            ws.store.save_setting("sample", True)
            ws.store.save_setting("today", TODAY.isoformat())
            ws.store.save_setting("filters", words("texts")["filter"])
            if filing:  # in the same write: nobody else is at work in an empty workspace, and a cancel leaves it empty
                filing.file(ws, job, write, tell)
            job.check()
    except BaseException:
        forget_unused(ws.store, ws.evidence, [file.name for file in files if file.new])
        if filing:
            filing.forget(ws)
        raise
    ws.reference_day = TODAY
    return {"counts": _counts(year), "changes": write.changes.as_dict()}


def build(own: str) -> tuple[SampleYear, list[Paper], Filing]:
    """Every row of the sample year for a workspace whose own organisation has this id, the papers to be made, and what
    is filed with them."""
    year = SampleYear(own)
    made = incubation.build(year)
    firm_figures.build(year, made)
    agency = brokerage.build(year, made)
    signed = deals.build(year, agency)
    classes = training.build(year, made, agency)
    events.build(year)
    stock = results.build(year, agency)
    conversion.build(year, agency, signed, stock)
    needs.build(year, made, agency, stock)
    terms.build(year, agency, signed, stock)
    ventures.build(year, agency, stock)
    journal.build(year, agency, stock)
    reporting.build(year, made, agency)
    claims.build(year, signed)
    events.fill(year, made, agency, classes)
    house.build(year, made, agency, classes)
    rooms.build(year, made)
    support.build(year, made, agency, classes)
    collection.build(year, made)
    ties.build(year, made, agency, classes)
    house.inspected(year, made)
    return year, papers.plan(year, made, agency, signed), Filing(year, made.carrier)


def _refuse_unless_empty(ws: Workspace) -> None:
    own = str(own_organisation(ws)["id"])
    with ws.store.read():
        for model in RECORDS:
            rows = model.select() if model is not Organisation else model.select().where(Organisation.id != own)
            if model is not Operator and rows.exists():
                raise Refused("sample.not_empty", kind=model.KIND.shown)


def _counts(year: SampleYear) -> dict[str, int]:
    return {model.KIND.name: len(rows) for model, rows in year.rows.items()}


def _add_papers(year: SampleYear, planned: list[Paper], files: list[Stored]) -> None:
    for paper, file in zip(planned, files, strict=True):
        row = paper.values()
        proof = year.add(Evidence, blob=file.name, digest=file.sha256, bytes=file.bytes, **row)
        for target, link in paper.targets:
            year.add(EvidenceLink, evidence=proof, target=target, link=link)
