"""Firms in a carrier on the command line: steps of a stay, the torch record, its workbook, services and mentors."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook

from tests.e2e.clihelp import Desk


def _add(desk: Desk, kind: str, *values: str) -> str:
    return str(desk.ok("add", kind, *values)["id"])


def test_a_firm_from_application_to_the_torch_workbook(desk: Desk, tmp_path: Path) -> None:
    own = _add(desk, "organisation", "name=示例运营公司", "org_kind=carrier_operator")
    carrier = _add(desk, "carrier", "name=示例孵化器", f"operator={own}", "carrier_kind=comprehensive")
    team = _add(desk, "firm", "name=示例团队", "is_team=1")
    stay = str(desk.ok("tenancy", "apply", team, carrier, "--on", "2024-01-05")["id"])
    assert desk.refused(4, "tenancy", "graduate", stay, "--on", "2024-02-01") == "tenancy.wrong_step"
    desk.ok("tenancy", "review", stay, "--on", "2024-01-20", "--note", "同意")
    desk.ok("tenancy", "enter", stay, "--on", "2024-02-01", "--area", "40")
    desk.ok("team", "register", team, "91500112MA60PF0P66", "--name", "示例科技有限公司", "--founded-on", "2024-05")
    desk.ok("tenancy", "area", stay, "--on", "2024-07-01", "--area", "60")

    desk.ok("torch", "fill", "示例科技有限公司", "2024", "revenue=0", "staff=0")
    assert "从业人员" in desk.run("torch", "check", "2024", "--carrier", carrier).out
    desk.ok("torch", "fill", team, "2024", "--explain", "staff=均为股东")
    assert "已说明" in desk.run("torch", "check", "2024", "--firm", team).out
    assert "填报中" in desk.run("torch", "overview", carrier, "2024").out
    assert desk.ok("torch", "state", "reported", "2024", team)["changed"] == 1
    both = [
        desk.ok("torch", "fill", team, "2024", "revenue=30", "--quarter", "q3", "--basis", basis)["id"]
        for basis in ("cumulative", "quarter")
    ]  # since January, and of the quarter alone
    assert len(set(both)) == 2
    file = tmp_path / "火炬.xlsx"
    assert "空白" in desk.run("torch", "workbook", carrier, "2024", str(file)).out
    firms = load_workbook(file).worksheets[0]
    row = dict(zip([cell.value for cell in firms[1]], [cell.value for cell in firms[2]], strict=True))
    assert (row["19.总收入（千元）"], row["17.占用场地面积（m²）"]) == (0, 60)

    person = _add(desk, "person", "name=示例王导师")
    term = _add(desk, "mentor_term", f"mentor={person}", f"carrier={carrier}", "starts_on=2024-01-01")
    assert "没有导师的在孵企业" in desk.run("mentor", "list", carrier).out
    desk.ok("mentor", "assign", term, team)
    assert "示例王导师：示例科技有限公司" in desk.run("mentor", "list", carrier).out
    service = str(
        desk.ok("service", "log", team, "coaching", "商业计划", "--provider", person, "--minutes", "90")["id"]
    )
    assert desk.run("service", "unconfirmed").out.splitlines()[1].split()[1:] == ["1", "1.5"]
    assert service[:8] in desk.run("service", "list", "--unconfirmed").out
    desk.ok("service", "confirm", service)
    assert "没有未确认" in desk.run("service", "unconfirmed").out
    told = desk.run("firm", "timeline", team).out
    assert "团队注册成企业" in told and "更名" in told and "商业计划" in told
    paper = tmp_path / "确认表.pdf"
    desk.ok("document", "service-confirmation", team, str(paper))
    assert paper.read_bytes().startswith(b"%PDF")
