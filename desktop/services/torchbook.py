"""The yearly workbook for the torch system: a row a firm in the order of the 26 items, and the incubator's summary."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from db.fields import FieldInfo
from db.files import whole_file
from db.queries import records
from db.schema import kind_info
from desktop.services.carrieryear import year_of
from desktop.services.figurechecks import declared
from desktop.services.registry import Job, service
from desktop.services.torch import item_keys, resolve_when, standings, value_of
from desktop.services.torchyear import facts, members
from desktop.services.workspace import Workspace
from policy.i18n import language, tr
from policy.masking import mask

_KINDS = {"founder": "person"}
_ITEM = "{no}.{title}"
_NAME = 44  # digits wide: names of 20 characters stand in their cell as a whole


@service("torch.workbook")
def workbook(ws: Workspace, job: Job, *, carrier: str, year: int | str, file: str) -> dict[str, Any]:
    """Write the workbook: {file, rows, blank: [{firm, name, fields}], summary_blank}; money in 千元, areas in m².

    A blank cell is a blank, never a zero; `blank` says which required items of which firm are, `summary_blank` which
    figures of the incubator. Three sheets: the firms, the incubator, and what is blank. Telephone numbers are masked.
    """
    from exports.workbook import SheetOf, write_sheets

    when = resolve_when(year)
    with ws.store.read():
        place = records.resolve("carrier", carrier)
        name = records.title("carrier", place)
        who = members(place, when.year)
        known = facts(who.all, when.year)
        stood = standings(who.all, when, known)
        names = records.titles("firm", who.all)
        summary = year_of(place, when.year)
    keys, order = item_keys(when), sorted(who.all, key=lambda firm: names.get(firm, ""))
    fields = [_column(key) for key in keys]
    rows = [{key: value_of(key, stood[firm].row, known[firm]) for key in keys} for firm in order]
    titles = {key: column.shown for key, column in zip(keys, fields, strict=True)}
    blank = [
        {"firm": firm, "name": names.get(firm, ""), "fields": [titles[key] for key in stood[firm].missing]}
        for firm in order
        if stood[firm].missing
    ]
    own = [kind_info("carrier_year").field(one) for one in declared()["summary"]["fields"]]
    values = {one["field"]: one["typed"] if one["typed"] is not None else one["derived"] for one in summary["figures"]}
    summary_blank = [one.shown for one in own if one.required == "F" and values.get(one.name) is None]
    heading = [_plain("carrier", tr("载体")), _plain("year", tr("年度"), "year")]
    gaps = [_plain("name", tr("单位")), _plain("field", tr("还空着的项目"))]
    lacking = [{"name": name, "fields": summary_blank}, *blank]
    told = [{"name": one["name"], "field": title} for one in lacking for title in one["fields"]]
    title = tr("{name} {year} 年火炬统计", name=name, year=when.year)
    sheets = [
        SheetOf(
            tr("在孵（毕业）企业情况"), fields, _masked(rows, fields), identified=False, widths={"firm.name": _NAME}
        ),
        SheetOf(
            tr("孵化器综合情况"),
            [*heading, *own],
            [{"carrier": name, "year": when.year, **values}],
            identified=False,
            widths={"carrier": _NAME},
        ),
        SheetOf(tr("空白项"), gaps, told, identified=False, widths={"name": _NAME, "field": _NAME}),
    ]
    with whole_file(Path(file)) as out:
        write_sheets(out, title, sheets, language())
    return {"file": file, "rows": len(rows), "blank": blank, "summary_blank": summary_blank}


def _column(key: str) -> FieldInfo:
    """The declaration of a cell under its item's number; every amount in 千元, the unit of the system."""
    kind, name = key.split(".")
    field = kind_info(_KINDS.get(kind, kind)).field(name)
    item = next(item for item in declared()["item"] if key in item["fields"])
    if len(item["fields"]) == 1:
        zh, en = item["title"], item["title_en"]
    else:
        zh, en = field.label, field.label_en
    unit = "千元" if field.type == "money" else field.unit
    return replace(
        field,
        name=key,
        label=_ITEM.format(no=item["no"], title=zh),
        label_en=_ITEM.format(no=item["no"], title=en),
        unit=unit,
    )


def _plain(name: str, title: str, kind: str = "text") -> FieldInfo:
    return FieldInfo(name=name, label=title, label_en=title, type=kind)


def _masked(rows: list[dict[str, Any]], fields: list[FieldInfo]) -> list[dict[str, Any]]:
    for row in rows:
        for field in fields:
            if field.masked and row[field.name]:
                row[field.name] = mask(field.masked, row[field.name])
    return rows
