"""The quarterly comparison of universities (赛马比拼): results handed over, local conversion rate, major results."""

from __future__ import annotations

from typing import Any

from db.queries import measures as measure_queries
from db.queries import records
from desktop.services.choices import choice_attributes
from desktop.services.holidays import calendar_of
from desktop.services.judging import figure_behind, live_packs
from desktop.services.registry import Job, service
from desktop.services.tablefile import column, write_table
from desktop.services.workspace import Workspace
from policy.dates import Period, today
from policy.evaluate import Subject, evaluate, measures_needed
from policy.i18n import bracketed, clauses, labelled, spaced, tr
from policy.rules.common import with_unit

_REF = "S0-20"  # the rules of the comparison, in the catalogue of rules


@service("quarterly.sheet")
def sheet(ws: Workspace, job: Job, *, period: str) -> dict[str, Any]:
    """The comparison of a quarter (2026Q3), ourselves among the universities where we are one.

    {period, columns: [{pack, rule, title, clause, source, status, verified, note}], rows: [{id, name, cells: [{value,
    unit, measures: [{title, value, rows, blanks}]}], major: [{id, title, reason, date}]}]}. A rate shows what it is
    made of. Raises Usage("policy.period_invalid").
    """
    when = Period.parse(period)
    with ws.store.read():
        universities = measure_queries.subjects(("organisation",))
        kinds = measure_queries.attributes_of("organisation", [record for _, record, _ in universities], when.ends_on)
    chosen, calendar = choice_attributes(ws, when), calendar_of(ws)
    columns: dict[tuple[str, str], dict[str, Any]] = {}
    judged: list[tuple[str, str, dict[tuple[str, str], dict[str, Any]]]] = []
    for _, record, name in universities:
        subject = Subject("organisation", record, name, {**chosen, **kinds[record]})
        cells: dict[tuple[str, str], dict[str, Any]] = {}
        for pack in live_packs(ws, "organisation", ref=_REF, when=when):
            with ws.store.read():
                figures = measure_queries.compute(
                    measures_needed(pack, subject),
                    subject_kind="organisation", subject_id=record, period=when, today=today(),
                )  # fmt: skip
            for result in evaluate(
                pack, subject=subject, period=when, measures=figures, today=today(), calendar=calendar
            ):
                key = (pack.id, result.id)
                columns.setdefault(
                    key,
                    {
                        "pack": pack.id,
                        "rule": result.id,
                        "title": result.title,
                        "clause": result.clause,
                        "source": result.source,
                        "status": result.status,
                        "verified": result.verified,
                        "notes": list(result.notes),
                    },
                )
                made_of = [figure_behind(figures[name]) for name in result.measures if name in figures]
                cells[key] = {"value": result.value, "unit": result.unit, "measures": made_of}
        if cells:
            judged.append((record, name, cells))
    rows = []
    for record, name, found in judged:
        line = [found.get(key) for key in columns]
        rows.append({"id": record, "name": name, "cells": line, "major": _major(ws, line)})
    return {"period": when.text, "columns": list(columns.values()), "rows": rows}


@service("quarterly.export")
def export(ws: Workspace, job: Job, *, period: str, file: str) -> dict[str, Any]:
    """Write the comparison to a workbook, a row per university, the major results below: {file, rows}."""
    found = sheet(ws, job, period=period)
    columns = [column("name", tr("高校"))]
    for place, head in enumerate(found["columns"]):
        columns += [column(f"c{place}", head["title"]), column(f"m{place}", tr("口径与数值"), "note")]
    columns += [column("major", tr("重大成果"), "note"), column("words", tr("依据"), "note")]
    lines = []
    for row in found["rows"]:
        line = {"id": row["id"], "name": row["name"]}
        for place, cell in enumerate(row["cells"]):
            if cell is not None:
                line[f"c{place}"] = with_unit(cell["value"], cell["unit"]) if cell["value"] else tr("无数据")
                line[f"m{place}"] = clauses(labelled(one["title"], one["value"]) for one in cell["measures"])
        line["major"] = clauses(bracketed(one["title"], one["reason"] or tr("理由未填")) for one in row["major"])
        line["words"] = clauses(_basis(head) for head in found["columns"])
        lines.append(line)
    title = tr("赛马比拼 {period}", period=found["period"])
    return {"file": file, "rows": write_table(file, title, columns, lines)}


def _major(ws: Workspace, cells: list[dict[str, Any] | None]) -> list[dict[str, Any]]:
    """The major results behind the figure, each with the reason on record."""
    counted = {
        row["id"]: row
        for cell in cells
        if cell is not None
        for figure in cell["measures"]
        if figure["name"] == "results_converted_major"
        for row in figure["rows"]
    }
    with ws.store.read():
        results = {row["id"]: row for row in records.rows("achievement", list(counted))}
    return [
        {
            "id": record,
            "title": row["title"],
            "date": row["date"],
            "reason": results[record]["major_reason"] or "" if record in results else "",
        }
        for record, row in counted.items()
    ]


def _basis(head: dict[str, Any]) -> str:
    marks = [head["clause"], head["source"], tr("征求意见稿") if head["status"] == "draft" else ""]
    return spaced(*marks, "" if head["verified"] else tr("未核实"))
