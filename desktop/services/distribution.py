"""Dividing the income of a deal: net income, every basis of the reward beside the others, shares and lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Any

from db.models import Distribution, DistributionCost, DistributionLine, DistributionReceipt
from db.queries import records
from db.schema import kind_info
from desktop.services.choices import choice_attributes
from desktop.services.deadlines import day_of
from desktop.services.distributiondeal import Deal, deal_of, type_over
from desktop.services.judging import judge, live_packs, typed_measures
from desktop.services.registry import Job, service
from desktop.services.tablefile import column, write_table
from desktop.services.workspace import Workspace
from policy.dates import Period
from policy.distribution import SHARES, Net, Part, divide, divide_shares, net_income, percent
from policy.errors import Refused
from policy.evaluate import Subject
from policy.i18n import labelled, listed, mark, spaced, speaking, tr
from policy.measures import FEN_PER_YUAN
from policy.pack import Pack, Rule
from policy.results import MeasureValue
from policy.rules.common import Facts

# The pack that declares this choice has a rule `floor-OPTION` or `level-OPTION` for the amount of each option.
_CHOICE = "reward-basis"
_OWN_RULE = "unit"
_SHARE_TITLES = {
    "team": mark("团队"),
    "unit": mark("单位"),
    "college": mark("学院"),
    "agency": mark("服务机构"),
    "fund": mark("基金"),
}
_MISSING = {
    "owner_kind": mark("成果单位类别"),
    "gross": mark("实际成交额"),
    "taxes": mark("税金"),
    "prior_rd": mark("前期研发投入"),
}


@service("distribution.compute")
def compute(
    ws: Workspace,
    job: Job,
    *,
    record: str | None = None,
    contract: str | None = None,
    values: dict[str, Any] | None = None,
    costs: list[dict[str, Any]] | None = None,
    lines: list[dict[str, Any]] | None = None,
    on: str | None = None,
) -> dict[str, Any]:
    """Divide a deal's income; money in fen. {net, to_divide, bases, taken, shares, lines, rules, warnings, notice, …}

    From a `record` (distribution) or a `contract`, over which typed `values` go: owner_kind, gross, gross_basis, taxes,
    prior_rd, net_unknown, team_pct …, as records take them (元, %), `received_on` and `reward_pct`. `costs` are [{kind,
    amount, note}], `lines` [{name or person, role, share_pct, head, residue}], those who share the team's part. Raises
    Refused("record.bad_value" | "distribution.…") and Usage("record.unknown").
    """
    deal = deal_of(ws, record, contract)
    type_over(ws, deal, values or {}, costs, lines)
    return _computed(ws, deal, day_of(on))


@service("distribution.save", in_turn=True)
def save(
    ws: Workspace,
    job: Job,
    *,
    contract: str,
    record: str | None = None,
    values: dict[str, Any] | None = None,
    costs: list[dict[str, Any]] | None = None,
    lines: list[dict[str, Any]] | None = None,
    on: str | None = None,
) -> dict[str, Any]:
    """Keep a distribution with its costs and lines, amounts worked out: {id, changes}; parameters as of `compute`.

    A new one of the contract is its next batch. Persons are found by name or number. Raises
    Refused("distribution.incomplete", fields), Usage("record.unknown") and Refused("record.ambiguous").
    """
    deal = deal_of(ws, record, contract)
    type_over(ws, deal, values or {}, costs, lines)
    answer = _computed(ws, deal, day_of(on))
    if answer["missing"] or not answer["shares"]:
        raise Refused("distribution.incomplete", fields=listed(answer["missing"] or [tr("分配比例")]))
    people = _people(ws, deal)
    with ws.store.write(mark("保存收益分配"), "typed") as write:
        stored = {**deal.values, **_decided(answer)}
        if deal.record:
            write.update(Distribution, deal.record, stored)
            for model in (DistributionCost, DistributionLine):
                for old in list(model.select().where(model.distribution == deal.record)):
                    write.delete(model, old.id)
        else:
            batches = [row.batch for row in Distribution.select().where(Distribution.contract == deal.contract)]
            stored |= {"contract": deal.contract, "batch": max(batches, default=0) + 1}
            deal.record = write.insert(Distribution, stored)
            for receipt in deal.receipts:  # the next batch divides what came in since
                write.insert(DistributionReceipt, {"distribution": deal.record, "receipt": receipt})
        for cost in deal.costs:
            write.insert(DistributionCost, {"distribution": deal.record, **cost})
        for row in _rows_kept(deal, answer, people):
            write.insert(DistributionLine, {"distribution": deal.record, **row})
    return {"id": deal.record, "changes": write.changes.as_dict()}


@service("distribution.export")
def export(
    ws: Workspace,
    job: Job,
    *,
    file: str,
    record: str | None = None,
    contract: str | None = None,
    values: dict[str, Any] | None = None,
    costs: list[dict[str, Any]] | None = None,
    lines: list[dict[str, Any]] | None = None,
    on: str | None = None,
) -> dict[str, Any]:
    """Write a distribution to a workbook: {file, rows}; parameters as of `compute`."""
    answer = compute(ws, job, record=record, contract=contract, values=values, costs=costs, lines=lines, on=on)
    columns = (
        column("part", tr("部分")),
        column("name", tr("项目")),
        column("pct", tr("比例"), "dec", "%", 2),
        column("amount", tr("金额"), "money", "元"),
        column("words", tr("说明"), "note"),
    )
    rows = write_table(file, answer["contract_title"] or tr("收益分配"), columns, _table(answer))
    return {"file": file, "rows": rows}


def _computed(ws: Workspace, deal: Deal, day: date) -> dict[str, Any]:
    values, period = deal.values, Period.parse(f"@{day.isoformat()}")
    net = net_income(
        owner_kind=values.get("owner_kind") or "",
        gross=values.get("gross"),
        costs=[cost["amount"] for cost in deal.costs],
        taxes=values.get("taxes"),
        prior_rd=values.get("prior_rd"),
        cannot_be_computed=bool(values.get("net_unknown")),
    )
    missing = [*(() if values.get("owner_kind") else ("owner_kind",)), *net.missing]
    shares = _shares(deal, net) if not missing else ()
    reward = next((part.amount for part in shares if part.key == "team"), None if not shares else 0)
    persons = _persons(deal, reward)
    figures = typed_measures(
        {
            "distribution_gross": values.get("gross"),
            "distribution_net": None if missing else net.value,
            "distribution_base": None if missing else net.to_divide,
            "distribution_reward": reward,
            "distribution_head_lines": sum(line["head"] for line in deal.lines) if deal.lines else None,
        }
    )
    subject = Subject("distribution", deal.record, deal.title, _attributes(deal, reward))
    results = judge(ws, subject, period, figures)
    bases, taken = _bases(ws, subject, period, figures, results, reward)
    shown = {f"{base['pack']}/{base['rule']}" for base in bases}
    answer = {
        "record": deal.record,
        "contract": deal.contract,
        "contract_title": deal.title,
        "owner_kind": values.get("owner_kind") or "",
        "gross_fen": values.get("gross"),
        "gross_basis": values.get("gross_basis") or "",
        "costs": [
            {"kind": cost["kind"], "amount_fen": cost["amount"], "note": cost["note"] or ""} for cost in deal.costs
        ],
        "taxes_fen": values.get("taxes"),
        "prior_rd_fen": values.get("prior_rd") if values.get("owner_kind") == "firm" else None,
        "net_unknown": bool(values.get("net_unknown")),
        "net_fen": None if missing else net.value,
        "to_divide_fen": None if missing else net.to_divide,
        "missing": [tr(_MISSING[name]) for name in missing],
        "bases": bases,
        "taken": taken,
        "shares": [{**_part(part), "title": tr(_SHARE_TITLES[part.key])} for part in shares],
        "lines": [
            {**_part(part), "name": line["name"], "role": line["role"], "head": line["head"]}
            for part, line in zip(persons, deal.lines, strict=False)
        ],
        "received_on": deal.received_on,
        "reward_pct": "" if deal.reward_pct is None else percent(deal.reward_pct),
        "rules": [result for result in results if f"{result['pack']}/{result['id']}" not in shown],
    }
    answer["warnings"] = [*deal.warnings, *_warnings(deal, net, answer)]
    answer["notice"] = _notice(deal, answer)
    return answer


def _shares(deal: Deal, net: Net) -> tuple[Part, ...]:
    """The five shares; what rounding leaves goes on with the team where a line of it bears the residue."""
    pcts = {
        key: Fraction(deal.values[f"{key}_pct"], 100) for key in SHARES if deal.values.get(f"{key}_pct") is not None
    }
    if not pcts or net.to_divide is None:
        return ()
    return divide_shares(net.to_divide, pcts, residue="team" if deal.lines else "unit")


def _persons(deal: Deal, reward: int | None) -> tuple[Part, ...]:
    """The team's part by person, keyed by place; the line named for it bears the residue, the first where none is."""
    if not deal.lines or reward is None:
        return ()
    for line in deal.lines:
        if line["pct"] is None:
            raise Refused("distribution.line_blank", name=line["name"])
    pcts = {str(place): line["pct"] for place, line in enumerate(deal.lines)}
    return divide(reward, pcts, next((str(n) for n, line in enumerate(deal.lines) if line["residue"]), "0"))


def _attributes(deal: Deal, reward: int | None) -> dict[str, str]:
    """What rules may ask for: fields of the record, first receipt, the unit's own share, what the records show."""
    values = deal.values
    known = {
        "owner_kind": values.get("owner_kind"),
        "gross_basis": values.get("gross_basis"),
        "gross_fen": values.get("gross"),
        "costs": sum(cost["amount"] for cost in deal.costs),
        "taxes_fen": values.get("taxes"),
        "prior_rd_fen": values.get("prior_rd"),
        "net_unknown": "1" if values.get("net_unknown") else "0",
        "received_on": deal.received_on,
        "paid_on": values.get("paid_on"),
        "reward_pct": None if deal.reward_pct is None else percent(deal.reward_pct),
        "contract_registered": deal.facts.get("contract_registered"),
        "reward_publicised": "1" if deal.facts.get("publicity") else "0" if deal.record else None,
        "cash_reward": None if reward is None else str(reward),
    }
    return {name: str(value) for name, value in known.items() if value not in (None, "")}


def _bases(
    ws: Workspace,
    subject: Subject,
    period: Period,
    figures: Mapping[str, MeasureValue],
    results: Sequence[Mapping[str, Any]],
    reward: int | None,
) -> tuple[list[dict[str, Any]], str]:
    """Every basis of the reward with the least it gives (nothing of a loss), and which one is taken."""
    taken = choice_attributes(ws, period).get(f"choice.{_CHOICE}", _OWN_RULE)
    judged = {(result["pack"], result["id"]): result for result in results}
    rows = []
    for pack in live_packs(ws, "distribution", rule_kinds=frozenset({"formula"}), when=period):
        for option, rule in _options(pack):
            result = judged.get((pack.id, rule.id))
            figure = rule.body.judge(Facts(figures, subject.attributes, rule.verification)).figure
            floor = None if figure is None else max(ceil(figure), 0)  # of a loss nothing is due
            rows.append(
                {
                    "pack": pack.id,
                    "rule": rule.id,
                    "option": option,
                    "title": str(rule.title),
                    "floor_fen": floor if result else None,
                    "nothing_due": result is not None and figure is not None and figure < 0,
                    "applies": result is not None,
                    "taken": option == taken,
                    "met": None if result is None or floor is None or reward is None else reward >= floor,
                    "clause": rule.clause,
                    "source": result["source"] if result else str(rule.document) or pack.citation(),
                    "status": rule.status or pack.status,
                    "verified": rule.verification.verified,
                    "note": str(rule.note),
                }
            )
    return rows, taken


def _options(pack: Pack) -> list[tuple[str, Rule]]:
    """The options of the choice with the rule that works each out."""
    rules = {rule.id: rule for rule in pack.rules}
    names = [option.id for choice in pack.choices if choice.id == _CHOICE for option in choice.options]
    return [(name, rules[key]) for name in names for key in (f"floor-{name}", f"level-{name}") if key in rules]


def _part(part: Part) -> dict[str, Any]:
    return {"key": part.key, "pct": percent(part.pct), "amount_fen": part.amount, "residue_fen": part.residue}


def _warnings(deal: Deal, net: Net, answer: Mapping[str, Any]) -> list[str]:
    said = []
    if answer["missing"]:
        said.append(tr("还缺{fields}，没有填的不按零计算。", fields=listed(answer["missing"])))
    elif net.value is not None and net.value < 0:
        said.append(tr("净收入为 {net} 元，小于零：可分配金额为零。", net=_yuan(net.value)))
    elif net.value is None:
        said.append(tr("净收入无法计算：以实际成交额作为分配基数。"))
    if deal.values.get("owner_kind") == "university" and deal.values.get("prior_rd"):
        said.append(tr("前期研发投入只在企业扣除，高校院所没有扣除。"))
    for base in answer["bases"]:
        if base["taken"] and base["applies"] and base["floor_fen"] is None and not answer["missing"]:
            said.append(tr("所取基数“{title}”还不能计算，请填写本单位规定的比例。", title=base["title"]))
        elif base["taken"] and base["met"] is False:
            said.append(
                tr("团队所得低于所取基数“{title}”的 {floor} 元。", title=base["title"], floor=_yuan(base["floor_fen"]))
            )
    for result in answer["rules"]:
        # a checklist that is not through says no more than that work is left
        if result["verdict"] == "fail" and result["kind"] != "checklist":
            said.append(spaced(result["title"], result["gap"], result["clause"], result["source"]))
    for base in answer["bases"]:
        if base["nothing_due"]:
            told = tr("净收入小于零，按“{title}”没有应付的奖励。", title=base["title"])
            said.append(spaced(told, base["clause"], base["source"]))
    if answer["lines"] and (open_pct := 100 - sum((line["pct"] for line in deal.lines), Fraction(0))):
        told_pct = {"sum": percent(100 - open_pct), "open": percent(abs(open_pct))}
        if open_pct > 0:
            said.append(tr("各人比例合计 {sum}%，未分配的 {open}% 并入尾差；请确认是否有意如此。", **told_pct))
        else:
            said.append(tr("各人比例合计 {sum}%，多出的 {open}% 从尾差中扣减；请确认是否有意如此。", **told_pct))
    heads = [line["name"] for line in deal.lines if line["head"]]
    if heads:
        said.append(tr("单位正职领导：{names}。请人工核对。", names=listed(heads)))
    for line in answer["lines"]:
        if line["residue_fen"]:
            said.append(tr("尾差 {n} 元由“{name}”一行承担。", n=_yuan(line["residue_fen"]), name=line["name"]))
    for share in answer["shares"]:
        if share["residue_fen"] and not answer["lines"]:
            said.append(tr("尾差 {n} 元由“{name}”一行承担。", n=_yuan(share["residue_fen"]), name=share["title"]))
    return said


def _notice(deal: Deal, answer: Mapping[str, Any]) -> str:
    """The text of the publicity notice: result, contract, people, cash reward, period; Chinese, as it is put up."""
    if not answer["lines"]:
        return ""
    with speaking("zh"):
        gross = answer["gross_fen"] if answer["gross_fen"] is not None else 0
        lines = [
            tr("科技成果转化收益奖励公示"),
            labelled(tr("成果/合同"), deal.title or "＿＿＿＿"),
            labelled(tr("技术合同登记编号"), deal.facts.get("registry_no") or "＿＿＿＿"),
            labelled(tr("实际成交额"), tr("{n} 元", n=_yuan(gross))),
            labelled(tr("可分配金额"), tr("{n} 元", n=_yuan(answer["to_divide_fen"]))),
            labelled(tr("现金奖励总额"), tr("{n} 元", n=_yuan(sum(line["amount_fen"] for line in answer["lines"])))),
        ]
        lines += [
            tr("{name}：{pct}%，{n} 元", name=line["name"] or "＿＿＿＿", pct=line["pct"], n=_yuan(line["amount_fen"]))
            for line in answer["lines"]
        ]
        lines.append(tr("公示期：＿＿＿＿年＿＿月＿＿日至＿＿＿＿年＿＿月＿＿日。如有异议，请在公示期内书面提出。"))
        return "\n".join(lines)


def _people(ws: Workspace, deal: Deal) -> list[str]:
    """The persons of the lines by id; raises Usage("record.unknown") and Refused("record.ambiguous")."""
    with ws.store.read():
        return [line["person"] or records.resolve("person", line["name"]) for line in deal.lines]


def _decided(answer: Mapping[str, Any]) -> dict[str, Any]:
    """What follows: the net, and by which basis it was divided."""
    own = answer["taken"] == _OWN_RULE and answer["reward_pct"]
    basis = "own_rule" if own else "gross" if answer["net_unknown"] else "net"
    return {"net": answer["net_fen"], "basis": basis}


def _rows_kept(deal: Deal, answer: Mapping[str, Any], people: Sequence[str]) -> list[dict[str, Any]]:
    """The lines of the record: one per person, one per other share."""
    rows = [
        {
            "role": line["role"],
            "person": person,
            "share_pct": round(kept["pct"] * 100),
            "amount": line["amount_fen"],
            "is_residue": int(bool(line["residue_fen"])),
            "post_checked": 0 if line["head"] else None,
        }
        for line, kept, person in zip(answer["lines"], deal.lines, people, strict=True)
    ]
    bears = not rows
    return rows + [
        {
            "role": share["key"],
            "share_pct": round(Fraction(share["pct"]) * 100),
            "amount": share["amount_fen"],
            "is_residue": int(bears and bool(share["residue_fen"])),
        }
        for share in answer["shares"]
        if share["key"] != "team"
    ]


def _table(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of the workbook: from the gross to the last person, then the bases."""

    def row(part: str, name: str, amount: int | None, pct: str = "", words: str = "") -> dict[str, Any]:
        scaled = round(Fraction(pct) * 100) if pct else None
        return {"id": "", "part": part, "name": name, "pct": scaled, "amount": amount, "words": words}

    income, kinds = tr("收入"), {one.code: one.shown for one in kind_info("distribution_cost").field("kind").choices}
    rows = [row(income, tr("实际成交额"), answer["gross_fen"])]
    rows += [
        row(income, kinds.get(cost["kind"], cost["kind"]), -cost["amount_fen"], words=cost["note"])
        for cost in answer["costs"]
    ]
    for name, amount in ((tr("税金"), answer["taxes_fen"]), (tr("前期研发投入"), answer["prior_rd_fen"])):
        rows += [row(income, name, -amount)] if amount is not None else []
    rows += [row(income, tr("净收入"), answer["net_fen"]), row(income, tr("可分配金额"), answer["to_divide_fen"])]
    rows += [row(tr("分配"), share["title"], share["amount_fen"], share["pct"]) for share in answer["shares"]]
    for line in answer["lines"]:
        words = tr("含尾差 {n} 元", n=_yuan(line["residue_fen"])) if line["residue_fen"] else ""
        rows.append(row(tr("明细"), line["name"], line["amount_fen"], line["pct"], words))
    for base in answer["bases"]:
        marks = [tr("净收入小于零，无应付") if base["nothing_due"] else "", base["clause"], base["source"]]
        marks += [] if base["verified"] else [tr("（数值未核实）")]
        taken = tr("所取基数") if base["taken"] else tr("对照")
        rows.append(row(taken, base["title"], base["floor_fen"], words=listed(one for one in marks if one)))
    return rows


def _yuan(fen: int) -> str:
    """An amount in yuan to the fen, grouped."""
    sign, (whole, rest) = "-" if fen < 0 else "", divmod(abs(fen), FEN_PER_YUAN)
    return f"{sign}{whole:,}.{rest:02d}"
