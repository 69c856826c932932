"""The space of the sample's carriers, room by room, who was in each from when, and the titles the carriers hold.

Of 10,400 m² of the incubator 7,150 are its tenants' and 960 public; the makerspace has 34 desks on 620 m².
"""

from __future__ import annotations

from typing import Any

from db.models import Carrier, CarrierTitle, FirmYear, Room, Tenancy, TenancyArea
from desktop.services.samples.base import SampleYear, days_after
from desktop.services.samples.incubation import KEPT_ROOM, OPEN_DESKS, Incubation

_YEAR_END = "2025-12-31"
_MOVED, _INTO = 30, "2025-07-15"  # place of the tenant that changed rooms in July, and the day
_TAKEN_OVER_BY = 53  # place of the tenant that took the room it left, in September
_OTHER = 165_000  # 0.01 m² neither let nor public nor our own office
# number, floor, 0.01 m², use
_COMMON = (
    ("A座1层101", "1", 64_000, "office"),
    ("A座1层公共服务大厅", "1", 52_000, "public"),
    ("B座1层路演厅", "1", 30_000, "public"),
    ("A座2层共享会议室", "2", 14_000, "public"),
)
_DESKS = (
    (OPEN_DESKS, 41_000, "tenant", 34),
    ("C座1层沙龙区", 18_000, "public", None),
    ("C座1层运营办公室", 3_000, "office", None),
)
_TITLES = (
    ("incubator", "district", "示例区科发〔2018〕36号", "示例区科技局", "2018-11-20"),
    ("incubator", "municipal", "示例科发〔2020〕101号", "重庆市示例科技主管部门", "2020-12-30"),
    ("makerspace", "registered", "示例区科发〔2022〕77号", "示例区科技局", "2022-09"),
)


def build(year: SampleYear, made: Incubation) -> None:
    """Add titles, rooms and who occupied them; the stays must be there."""
    for which, level, document, issuer, granted in _TITLES:
        carrier = made.carrier if which == "incubator" else made.makerspace
        year.add(CarrierTitle, carrier=carrier, title_level=level, doc_no=document, issuer=issuer, granted_on=granted)
    next(row for row in year.of(Carrier) if row["id"] == made.makerspace)["desks"] = 34
    rooms = _incubator_rooms(year, made)
    for number, area, use, desks in _DESKS:
        rooms[number] = year.add(
            Room, carrier=made.makerspace, number=number, floor="1", area=area, kind=use, desks=desks
        )
    _occupied(year, made, rooms)
    _reported(year)


def _incubator_rooms(year: SampleYear, made: Incubation) -> dict[str, str]:
    """A room for each that is let at the end of the year, as large as what its firms lease; returns ids by number."""
    let: dict[str, int] = {}
    kept = 0
    for row in year.of(Tenancy):
        if row["carrier"] != made.carrier or not row["rooms"]:
            continue
        (number,) = row["rooms"]
        if number == KEPT_ROOM:
            kept = row["area"]
        elif row["entered_on"] <= _YEAR_END:
            let[number] = let.get(number, 0) + row["area"]
    rest = (("A、B座设备间与公摊", None, _OTHER - kept, "other"), (KEPT_ROOM, "1", kept, "other"))
    found = {
        number: year.add(Room, carrier=made.carrier, number=number, floor=floor, area=area, kind=use)
        for number, floor, area, use in (*_COMMON, *rest)
    }
    for number, area in sorted(let.items()):
        found[number] = year.add(Room, carrier=made.carrier, number=number, floor=number[2], area=area, kind="tenant")
    return found


def _occupied(year: SampleYear, made: Incubation, rooms: dict[str, str]) -> None:
    stays = {row["id"]: row for row in year.of(Tenancy)}
    moved, next_tenant = (stays[made.tenancies[made.tenants[place]]] for place in (_MOVED, _TAKEN_OVER_BY))
    for row in stays.values():
        if not row["rooms"]:
            continue
        since = row["entered_on"]
        until = row["left_on"] or (None if row["stays_on"] else row["graduated_on"])
        if row is moved:
            (left,) = next_tenant["rooms"]
            _area(year, row, rooms[left], next_tenant["area"], since, days_after(_INTO, -1))
            since = _INTO
        (number,) = row["rooms"]
        _area(year, row, rooms[number], row["area"], since, until)


def _area(year: SampleYear, stay: dict[str, Any], room: str, area: int, since: str, until: str | None) -> None:
    year.add(TenancyArea, tenancy=stay["id"], room=room, area=area, starts_on=since, ends_on=until)


def _reported(year: SampleYear) -> None:
    """Item 17 of the yearly record: what a firm occupied on the last day."""
    firms = {row["id"]: row["firm"] for row in year.of(Tenancy)}
    held = [
        (firms[row["tenancy"]], row["starts_on"], row["ends_on"] or "9", row["area"]) for row in year.of(TenancyArea)
    ]
    for row in year.of(FirmYear):
        day = f"{row['year']}-12-31"
        areas = [area for firm, first, last, area in held if firm == row["firm"] and first <= day <= last]
        if areas:
            row["area"] = sum(areas)
            if "reported" in row:
                row["reported"]["area"] = row["area"]
