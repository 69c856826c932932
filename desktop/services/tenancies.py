"""The way of a firm through a carrier, one act a step: applied, reviewed, entered, graduated, gone, back, moved.

A step warns of what a policy or the dates say against it and never stops for it: what happened has happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from db.models import Carrier, Firm, Organisation, Record, Tenancy, TenancyArea
from db.queries import records
from db.queries.rows import dict_rows
from db.schema import kind_info
from db.writes import Write
from desktop.services.dayorder import out_of_order
from desktop.services.eligibility import firm as eligibility
from desktop.services.records import typed_values
from desktop.services.registry import Job, service
from desktop.services.workspace import Workspace
from policy.dates import earliest, latest, today
from policy.errors import Refused
from policy.i18n import bracketed, labelled, mark, tr


@dataclass(frozen=True, slots=True)
class Step:
    """A step: from which states it goes, where it leads, what it asks (KIND.FIELD), which of them is its day."""

    name: str
    title: str
    begins: frozenset[str]
    asks: tuple[str, ...]
    day: str


_INSIDE = frozenset({"incubating"})
_GONE = frozenset({"left", "graduated", "dissolved"})
_PLACE = ("tenancy.agreement_no", "tenancy.lease_from", "tenancy.lease_to", "tenancy.area", "tenancy_area.room")
STEPS = {
    step.name: step
    for step in (
        Step(
            "review", mark("评审"), frozenset({"applied", "rejected"}),
            ("tenancy.reviewed_on", "tenancy.review_note"), "reviewed_on",
        ),
        Step(
            "reject", mark("评审未通过"), frozenset({"applied", "reviewed"}),
            ("tenancy.reviewed_on", "tenancy.review_note"), "reviewed_on",
        ),
        Step(
            "enter", mark("入驻"), frozenset({"applied", "reviewed"}),
            ("tenancy.entered_on", *_PLACE, "tenancy.reg_address_inside", "tenancy.rd_inside"), "entered_on",
        ),
        Step(
            "area", mark("面积变更"), _INSIDE | {"graduated"},
            ("tenancy_area.starts_on", "tenancy_area.area", "tenancy_area.room"), "starts_on",
        ),
        Step(
            "graduate", mark("毕业"), _INSIDE,
            ("tenancy.graduated_on", "tenancy.graduation_ground", "tenancy.stays_on"), "graduated_on",
        ),
        Step("move", mark("迁到另一载体"), _INSIDE, ("tenancy.carrier", "tenancy.entered_on", *_PLACE), "entered_on"),
        Step(
            "leave", mark("退出"), _INSIDE | {"graduated"},
            ("tenancy.left_on", "tenancy.exit_reason", "tenancy.moved_to"), "left_on",
        ),
        Step("dissolve", mark("注销"), _INSIDE | {"graduated", "left"}, ("tenancy.left_on",), "left_on"),
        Step("return", mark("重新入驻"), _GONE, ("tenancy.entered_on", *_PLACE), "entered_on"),
    )
}  # fmt: skip


@service("tenancy.steps")
def steps(ws: Workspace, job: Job, *, tenancy: str) -> dict[str, Any]:
    """The steps that may come next, what each asks, and what is on record for it as stored.

    {id, firm, status, steps: [{name, title, asks: [[kind, field]], values}]}. Raises Usage("record.unknown").
    """
    row = _row(ws, tenancy)
    possible = [step for step in STEPS.values() if row["status"] in step.begins]
    if row["left_on"] and row["status"] == "graduated":
        possible = [step for step in possible if step.name in ("return", "dissolve")]
    return {
        "id": row["id"],
        "firm": row["firm"],
        "status": row["status"],
        "steps": [
            {
                "name": step.name,
                "title": tr(step.title),
                "asks": [name.split(".") for name in step.asks],
                "values": _known(step, row),
            }
            for step in possible
        ],
    }


def _known(step: Step, row: Mapping[str, Any]) -> dict[str, Any]:
    """What stands there already, but for a new stay, which begins blank, and for what the step changes."""
    if step.name in ("move", "return", "area"):
        return {}
    return {
        name: row[name]
        for kind, name in (one.split(".") for one in step.asks)
        if kind == "tenancy" and row[name] is not None
    }


@service("tenancy.apply", in_turn=True)
def apply(ws: Workspace, job: Job, *, firm: str, carrier: str, applied_on: str = "") -> dict[str, Any]:
    """A firm or team applies to a carrier, today without a day: {id, warnings, changes}.

    Raises Refused("tenancy.open_already") where it has applied or is inside already.
    """
    with ws.store.read():
        ids = {"firm": records.resolve("firm", firm), "carrier": records.resolve("carrier", carrier)}
        for row in _stays(ids["firm"]):
            if row["carrier"] == ids["carrier"] and row["status"] in ("applied", "reviewed", "incubating"):
                raise Refused("tenancy.open_already", firm=_firm(row), carrier=records.title("carrier", row["carrier"]))
    values, warnings = _typed(ws, {"applied_on": applied_on or today().isoformat()})
    warnings += _elsewhere(ws, ids["firm"], ids["carrier"])
    with ws.store.write(mark("申请入驻"), "typed") as write:
        record = write.insert(Tenancy, {**ids, "status": "applied", **values})
    return {"id": record, "warnings": warnings, "changes": write.changes.as_dict()}


@service("tenancy.review", in_turn=True)
def review(
    ws: Workspace, job: Job, *, tenancy: str, reviewed_on: str = "", review_note: str = "", passed: bool = True
) -> dict[str, Any]:
    """The application was reviewed and passed, or not: {id, warnings, changes}."""
    values = {"reviewed_on": reviewed_on, "review_note": review_note}
    return _change(
        ws, "review" if passed else "reject", tenancy, values, {"status": "reviewed" if passed else "rejected"}
    )


@service("tenancy.reject", in_turn=True)
def reject(ws: Workspace, job: Job, *, tenancy: str, reviewed_on: str = "", review_note: str = "") -> dict[str, Any]:
    """The application did not pass: {id, warnings, changes}."""
    return review(ws, job, tenancy=tenancy, reviewed_on=reviewed_on, review_note=review_note, passed=False)


@service("tenancy.enter", in_turn=True)
def enter(ws: Workspace, job: Job, *, tenancy: str, entered_on: str, room: str = "", **values: Any) -> dict[str, Any]:
    """The firm comes in: {id, warnings, changes}. `values` are agreement_no, lease_from, lease_to, area (m²),
    reg_address_inside and rd_inside, as typed."""
    row = _row(ws, tenancy)
    warnings = _elsewhere(ws, row["firm"], row["carrier"])
    asked = {"entered_on": entered_on, **values}
    answer = _change(ws, "enter", tenancy, asked, {"status": "incubating"}, warnings=warnings, room=room)
    answer["warnings"] += _entry_doubts(ws, row["firm"], entered_on)
    return answer


@service("tenancy.graduate", in_turn=True)
def graduate(
    ws: Workspace, job: Job, *, tenancy: str, graduated_on: str, graduation_ground: str = "", stays_on: str = ""
) -> dict[str, Any]:
    """The firm graduates: {id, warnings, changes}; no ground, or what a policy finds against it, is a warning."""
    row = _row(ws, tenancy)
    warnings = [] if graduation_ground else [tr("没有填毕业条件；以后要写明符合哪一条。")]
    values = {"graduated_on": graduated_on, "graduation_ground": graduation_ground, "stays_on": stays_on}
    answer = _change(ws, "graduate", tenancy, values, {"status": "graduated"}, warnings=warnings)
    answer["warnings"] += _verdict(ws, row["firm"], graduated_on, "graduate")
    return answer


@service("tenancy.leave", in_turn=True)
def leave(
    ws: Workspace, job: Job, *, tenancy: str, left_on: str, exit_reason: str = "", moved_to: str = ""
) -> dict[str, Any]:
    """The firm leaves; one that had graduated stays a graduate: {id, warnings, changes}."""
    row = _row(ws, tenancy)
    warnings = [] if exit_reason else [tr("没有填退出原因。")]
    fixed = {"stays_on": 0} if row["status"] == "graduated" else {"status": "left"}
    values = {"left_on": left_on, "exit_reason": exit_reason, "moved_to": moved_to}
    return _change(ws, "leave", tenancy, values, fixed, warnings=warnings, closes=True)


@service("tenancy.dissolve", in_turn=True)
def dissolve(ws: Workspace, job: Job, *, tenancy: str, left_on: str) -> dict[str, Any]:
    """The firm was struck off the register: {id, warnings, changes}; a graduate stays one, with the reason it left."""
    row = _row(ws, tenancy)
    fixed: dict[str, Any] = {"exit_reason": "dissolved"}
    fixed |= {"stays_on": 0} if row["status"] == "graduated" else {"status": "dissolved"}
    return _change(ws, "dissolve", tenancy, {"left_on": left_on}, fixed, closes=True)


@service("tenancy.return", in_turn=True)
def come_back(
    ws: Workspace, job: Job, *, tenancy: str, entered_on: str, room: str = "", **values: Any
) -> dict[str, Any]:
    """A firm that had gone comes back: a stay of its own, the former is kept as it was: {id, warnings, changes}."""
    row = _row(ws, tenancy, "return")
    warnings = _elsewhere(ws, row["firm"], row["carrier"])
    warnings.append(tr("另建了一条入驻记录；孵化期限按新的入驻日期计，以前的一段列在判断的旁边供核对。"))
    return _new_stay(ws, mark("重新入驻"), row, row["carrier"], {"entered_on": entered_on, **values}, room, warnings)


@service("tenancy.move", in_turn=True)
def move(
    ws: Workspace, job: Job, *, tenancy: str, carrier: str, entered_on: str, room: str = "", **values: Any
) -> dict[str, Any]:
    """The firm moves to another carrier on a day: the stay ends there and a new one begins: {id, warnings, changes}."""
    row = _row(ws, tenancy, "move")
    with ws.store.read():
        target = records.resolve("carrier", carrier)
        name = records.title("carrier", target)
    if target == row["carrier"]:
        raise Refused("tenancy.same_carrier", firm=_firm(row), carrier=name)
    warnings = [tr("另建了一条入驻记录；孵化期限按新的入驻日期计，以前的一段列在判断的旁边供核对。")]
    gone = {"status": "left", "exit_reason": "moved", "moved_to": name}
    return _new_stay(ws, mark("迁到另一载体"), row, target, {"entered_on": entered_on, **values}, room, warnings, gone)


@service("tenancy.area", in_turn=True)
def area(ws: Workspace, job: Job, *, tenancy: str, area: str, starts_on: str, room: str = "") -> dict[str, Any]:
    """The area is another one from a day on: {id, warnings, changes}; what was before is kept with its days.

    Raises Refused("tenancy.area_needed" | "tenancy.before_last").
    """
    row = _row(ws, tenancy, "area")
    values, warnings = typed_values(ws, kind_info("tenancy_area"), {"area": area, "starts_on": starts_on, "room": room})
    if values["area"] is None or not values["starts_on"]:
        raise Refused("tenancy.area_needed")
    day = earliest(values["starts_on"])
    with ws.store.write(mark("面积变更"), "typed") as write:
        held = _areas(row["id"])
        last = max((earliest(one["starts_on"]) for one in held), default=None)
        if last is not None and day <= last:
            raise Refused("tenancy.before_last", day=day.isoformat(), last=last.isoformat())
        if not held and row["area"] is not None and row["entered_on"]:
            before = {"tenancy": row["id"], "area": row["area"], "starts_on": row["entered_on"]}
            held = [{**before, "id": write.insert(TenancyArea, before), "ends_on": None}]
        _close_areas(write, held, day)
        write.insert(TenancyArea, {"tenancy": row["id"], **values})
        if day <= today():
            write.update(Tenancy, row["id"], {"area": values["area"]})
    return {"id": row["id"], "warnings": warnings, "changes": write.changes.as_dict()}


@service("team.register", in_turn=True)
def register_team(
    ws: Workspace, job: Job, *, firm: str, uscc: str, name: str = "", founded_on: str = ""
) -> dict[str, Any]:
    """A team has become a firm under its credit code; its history stays: {id, warnings, changes}.

    Raises Refused("team.no_code" | "team.is_firm").
    """
    if not uscc.strip():
        raise Refused("team.no_code")
    given = {"uscc": uscc, "founded_on": founded_on, **({"name": name} if name.strip() else {})}
    values, warnings = typed_values(ws, kind_info("firm"), given)
    with ws.store.write(mark("团队注册成企业"), "typed") as write:
        record = records.resolve("firm", firm)
        row = records.get("firm", record)
        if not row["is_team"]:
            raise Refused("team.is_firm", firm=row["name"])
        own = {"uscc": values["uscc"], "org_kind": "firm"}
        if values.get("name") and values["name"] != row["name"]:
            own |= {"name": values["name"], "former_names": _with_former(row)}
        write.update(Organisation, record, own)
        write.update(Firm, record, {"is_team": 0, **({"founded_on": values["founded_on"]} if founded_on else {})})
    if not founded_on and not row["founded_on"]:
        warnings.append(tr("成立时间还没有填，入驻时企业的年龄算不出来。"))
    return {"id": record, "warnings": warnings, "changes": write.changes.as_dict()}


@service("firm.rename", in_turn=True)
def rename(ws: Workspace, job: Job, *, firm: str, name: str) -> dict[str, Any]:
    """The firm has another name from now on; the former one is kept and still finds it: {id, warnings, changes}."""
    values, warnings = typed_values(ws, kind_info("firm"), {"name": name})
    with ws.store.write(mark("企业更名"), "typed") as write:
        record = records.resolve("firm", firm)
        row = records.get("firm", record)
        if values["name"] == row["name"]:
            raise Refused("firm.same_name")
        write.update(Organisation, record, {"name": values["name"], "former_names": _with_former(row)})
    return {"id": record, "warnings": warnings, "changes": write.changes.as_dict()}


def _with_former(row: Mapping[str, Any]) -> list[str]:
    return [*dict.fromkeys([*(row["former_names"] or ()), row["name"]])]


# -- inside ---------------------------------------------------------------------------------------------------------
def _row(ws: Workspace, tenancy: str, step: str = "") -> dict[str, Any]:
    """The stay; with `step` raises Refused("tenancy.wrong_step") where that cannot follow on its state."""
    with ws.store.read():
        row = records.get("tenancy", records.resolve("tenancy", tenancy))
    if step and row["status"] not in STEPS[step].begins:
        choices = kind_info("tenancy").field("status").choices
        status = next((one.shown for one in choices if one.code == row["status"]), tr("未填"))
        raise Refused("tenancy.wrong_step", firm=_firm(row), status=status, step=tr(STEPS[step].title))
    return row


def _firm(row: Mapping[str, Any]) -> str:
    return records.title("firm", row["firm"])


def _typed(ws: Workspace, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """As stored, blanks left out: a step adds to what is on record and clears nothing."""
    stored, warnings = typed_values(ws, kind_info("tenancy"), {name: text for name, text in values.items() if text})
    return stored, warnings


def _change(
    ws: Workspace,
    step: str,
    tenancy: str,
    given: Mapping[str, Any],
    fixed: Mapping[str, Any],
    *,
    warnings: list[str] | None = None,
    room: str = "",
    closes: bool = False,
) -> dict[str, Any]:
    row = _row(ws, tenancy, step)
    values, said = _typed(ws, given)
    day = values.get(STEPS[step].day)
    if not day:
        raise Refused("tenancy.day_needed", step=tr(STEPS[step].title))
    with ws.store.write(STEPS[step].title, "typed") as write:
        write.update(Tenancy, row["id"], {**values, **fixed})
        if closes:
            _close_areas(write, _areas(row["id"]), earliest(day) + timedelta(days=1))
        if step == "enter":
            _first_area(ws, write, row["id"], values, room)
    said += out_of_order(kind_info("tenancy"), {**row, **values}, values)
    return {"id": row["id"], "warnings": [*(warnings or ()), *said], "changes": write.changes.as_dict()}


def _new_stay(
    ws: Workspace,
    label: str,
    row: Mapping[str, Any],
    carrier: str,
    given: Mapping[str, Any],
    room: str,
    warnings: list[str],
    gone: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    values, said = _typed(ws, given)
    day = values.get("entered_on")
    if not day:
        raise Refused("tenancy.day_needed", step=tr(label))
    with ws.store.write(label, "typed") as write:
        if gone is not None:
            write.update(Tenancy, row["id"], {**gone, "left_on": day})
            _close_areas(write, _areas(row["id"]), earliest(day))
        stay = {"firm": row["firm"], "carrier": carrier, "status": "incubating", **values}
        record = write.insert(Tenancy, stay)
        _first_area(ws, write, record, values, room)
    said += out_of_order(kind_info("tenancy"), stay, values)
    if gone is not None:
        said += out_of_order(kind_info("tenancy"), {**row, "left_on": day}, ("left_on",))
    return {"id": record, "warnings": [*warnings, *said], "changes": write.changes.as_dict()}


def _first_area(ws: Workspace, write: Write, tenancy: str, values: Mapping[str, Any], room: str) -> None:
    """With a room the area is kept from the day of entry on, so that a room shared by several shows all of them."""
    if not room or values.get("area") is None:
        return
    stored, _ = typed_values(ws, kind_info("tenancy_area"), {"room": room})
    write.insert(TenancyArea, {"tenancy": tenancy, **stored, "area": values["area"], "starts_on": values["entered_on"]})


def _areas(tenancy: str) -> list[dict[str, Any]]:
    query = TenancyArea.select().where(TenancyArea.tenancy == tenancy, TenancyArea.ends_on.is_null())
    return list(dict_rows(query.order_by(TenancyArea.starts_on)))


def _close_areas(write: Write, held: list[dict[str, Any]], first_free: Any) -> None:
    model: type[Record] = TenancyArea
    for one in held:
        write.update(model, one["id"], {"ends_on": (first_free - timedelta(days=1)).isoformat()})


def _stays(firm: str) -> list[dict[str, Any]]:
    return list(dict_rows(Tenancy.select().where(Tenancy.firm == firm).order_by(Tenancy.entered_on)))


def _elsewhere(ws: Workspace, firm: str, carrier: str) -> list[str]:
    """A firm counts in one carrier at a time."""
    with ws.store.read():
        others = [row["carrier"] for row in _stays(firm) if row["status"] == "incubating" and row["carrier"] != carrier]
        names = [row["name"] for row in dict_rows(Carrier.select().where(Carrier.id.in_(others)))]
    return [
        tr("它同时在“{carrier}”在孵；一家企业只计入一个载体，迁移请用“迁到另一载体”。", carrier=name) for name in names
    ]


def _entry_doubts(ws: Workspace, firm: str, entered_on: str) -> list[str]:
    with ws.store.read():
        row = records.get("firm", firm)
    if row["is_team"]:
        return []
    day = _day(ws, "entered_on", entered_on)
    if day and row["founded_on"] and latest(day) < earliest(row["founded_on"]):
        return [tr("入驻日期（{day}）早于成立时间（{founded}），请核对。", day=day, founded=row["founded_on"])]
    return _verdict(ws, firm, entered_on, "enter")


def _day(ws: Workspace, name: str, text: str) -> str:
    return str(_typed(ws, {name: text})[0].get(name) or "")


def _verdict(ws: Workspace, firm: str, text: str, question: str) -> list[str]:
    """What the policies find against a step on its day, as warnings; what is not known is no warning at entry."""
    day = _day(ws, "entered_on", text)
    if not day:
        return []
    answer = eligibility(ws, Job(), firm=firm, on=latest(day).isoformat())
    asked = next(one for one in answer["questions"] if one["id"] == question)
    wanted = ("fail", "unknown") if question == "graduate" else ("fail",)
    return [
        bracketed(labelled(rule["title"], rule["gap"] or next(iter(rule["notes"]), "") or tr("不符合")), rule["clause"])
        for rule in asked["rules"]
        if rule["verdict"] in wanted
    ]
