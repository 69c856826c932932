"""What 概念验证与中试 and 本机构 do in the window, done on the command line."""

from __future__ import annotations

from policy.dates import today
from tests.e2e.clihelp import Desk

YEAR = today().year


def test_projects_services_and_the_use_of_an_award(desk: Desk) -> None:
    owner = desk.ok("add", "organisation", "name=甲客户有限公司", "org_kind=其他")["id"]
    desk.ok("add", "carrier", "name=示例验证中心", f"operator={owner}", "carrier_kind=概念验证中心")
    desk.ok("add", "achievement", "title=减速器精密加工", f"owner={owner}")
    given = ("centre=示例验证中心", "achievement=减速器精密加工", "service=可行性研究、样机试制")
    project = desk.ok("add", "poc_project", *given, f"selected_on={YEAR}-03-10", "support_amount=20")["id"]
    desk.ok("edit", "poc_project", project, "conclusion=通过", "private_capital=150")
    table = desk.file(
        "中试.csv",
        "中试基地,服务对象,服务内容,开始日期,服务费\n"
        f"示例验证中心,甲客户有限公司,试制,{YEAR}-04-01,3000\n示例验证中心,甲客户有限公司,检测,{YEAR}-05-01,\n",
    )
    taken = desk.ok("import", table, "--as", "pilot_service")
    assert (taken["added"], taken["rejected_rows"]) == (2, 0)
    year = desk.ok("pilot", "year", "--year", str(YEAR))
    assert (year["selected"], year["passed"], year["services"], year["clients"], year["blanks"]) == (1, 1, 2, 1, 1)
    assert (year["support_fen"], year["capital_fen"], year["fee_fen"]) == (20_000_000, 150_000_000, 300_000)

    sent = desk.ok("add", "submission", "what=开放共享奖补")["id"]
    award = desk.ok("add", "award", f"submission={sent}", "amount_granted=100")["id"]
    line = desk.ok("add", "award_use", f"award={award}", "kind=一线服务人员", "amount=69.9999")["id"]
    desk.ok("add", "award_use", f"award={award}", "kind=设备", "amount=30.0001")
    assert [rule["verdict"] for rule in desk.ok("award", "uses", award)["rules"]] == ["fail"]
    desk.ok("edit", "award_use", line, "amount=70.0003")
    assert [rule["verdict"] for rule in desk.ok("award", "uses", award)["rules"]] == ["pass"]


def test_staff_the_agencys_year_accounts_and_what_the_organisation_is(desk: Desk) -> None:
    person = desk.ok("add", "person", "name=李𠮷")["id"]
    staff = desk.ok("add", "staff", f"person={person}", "post=项目经理", "hired_on=2026-03", "frontline=是")["id"]
    desk.ok("evidence", "add", desk.file("社保证明.txt", "在册"), "--for", f"staff:{staff}")
    assert [row["title"] for row in desk.ok("evidence", "list", "--for", f"staff:{staff}")["evidence"]] == ["社保证明"]
    desk.ok("edit", "staff", staff, "left_on=2026-10-31")
    assert desk.ok("show", "staff", staff)["left_on"] == "2026-10-31"
    figures = (f"year={YEAR - 1}", "income_total=1200", "service_income=800", "has_website=否")
    year = desk.ok("add", "agency_year", "unit=智创孵化器", *figures)["id"]
    assert desk.ok("show", "agency_year", year)["income_total_fen"] == 120_000_000
    who = ("system=火炬统计系统", "login_name=cqfh01", "holder=张三", "bound_phone=13800001234")
    account = desk.ok("add", "external_account", *who)["id"]
    desk.ok("edit", "external_account", account, "holder=李𠮷")
    shown = desk.ok("show", "external_account", account)
    assert (shown["holder"], shown["bound_phone"]) == ("李𠮷", "138****1234")
    assert desk.ok("workspace", "kinds", "incubator", "training")["kinds"] == ["incubator", "training"]
