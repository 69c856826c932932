"""The main job on the command line, from a spreadsheet to a receipt of a server that nobody here wrote."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bagit
import pikepdf
import pytest
from PIL import Image

from exports.receiver import Receiver
from tests.e2e.conftest import TOKEN, Server

PACK, PERIOD = "guokefaqu-2018-300", "2025"


class Desk:
    """Runs `fuzhuan --json` as a person's script would: a new process each time."""

    def __init__(self, base: Path, checkout: Path) -> None:
        self.base, self.checkout = base, checkout
        (base / "口令.txt").write_text("测试 passphrase 㼆\n", "utf-8")

    def __call__(self, *words: str, code: int = 0) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "desktop.cli", "--json", "--lang", "zh", *words],
            cwd=self.checkout,
            env={
                "PATH": "/usr/bin:/bin",
                "HOME": str(self.base),
                "LC_ALL": "C.UTF-8",
                "FUZHUAN_WORKSPACE": str(self.base / "工作区"),
                "FUZHUAN_PASSPHRASE_FILE": str(self.base / "口令.txt"),
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == code, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer


@pytest.fixture
def desk(tmp_path: Path, checkout: Path) -> Desk:
    desk = Desk(tmp_path, checkout)
    desk(
        "workspace",
        "create",
        str(tmp_path / "工作区"),
        "--organisation",
        "重庆某某孵化器有限公司",
        "--kind",
        "incubator",
    )
    return desk


def _ledger(desk: Desk) -> None:
    file = desk.base / "台账.csv"
    rows = [
        "示例台账",
        "企业名称,成立日期,注册资金",
        "重庆甲科技有限公司,2024.5,10,000(万)".replace("10,000", '"10,000'),
    ]
    rows[2] += '"'
    rows.append("重庆𠮷祥智造有限公司,2025年3月,6(万美元)")
    file.write_bytes("\r\n".join(rows).encode("gb18030"))
    answer = desk("import", str(file), "--as", "firm")
    assert (answer["added"], answer["rejected_rows"]) == (2, 0)


def _application(desk: Desk) -> dict[str, Any]:
    """Carrier, year, tenants, evidence; frozen and written."""
    desk("add", "carrier", "name=某某孵化器", "operator=重庆某某孵化器有限公司", "carrier_kind=综合孵化器")
    desk(
        "add",
        "carrier_year",
        "carrier=某某孵化器",
        "year=2025",
        "area_total=10400",
        "area_tenant=7150",
        "area_public=960",
    )
    for firm in ("重庆甲科技有限公司", "重庆𠮷祥智造有限公司"):
        desk(
            "add", "tenancy", f"firm={firm}", "carrier=某某孵化器", "status=在孵", "entered_on=2025-06-01", "area=65.5"
        )
    scan, photo = desk.base / "平面图：一层.pdf", desk.base / "门头.jpg"
    Image.new("RGB", (620, 877), "#eee").save(scan)
    Image.new("RGB", (800, 600), "#ddd").save(photo)
    place = f"indicator:{PACK}/area@{PERIOD}/carrier:某某孵化器"
    assert desk("evidence", "add", str(scan), str(photo), "--for", place)["added"] == 2
    result = desk("evaluate", PACK, "--period", PERIOD, "--for", "carrier:某某孵化器", "--freeze")
    area = next(item for item in result["indicators"] if item["id"] == "area")
    assert (area["verdict"], len(area["evidence"]), area["verified"]) == ("pass", 2, False)
    tenants = result["measures"]["tenants"]
    assert tenants["value"] == "2"
    assert {row["title"] for row in tenants["rows"]} == {"重庆甲科技有限公司", "重庆𠮷祥智造有限公司"}
    _compared_with_the_notice(desk)
    return desk(
        "apply", result["snapshot"]["id"], "--out", str(desk.base / "申报书"), "--text", "organisation=㼆𠮷·概况"
    )


def _compared_with_the_notice(desk: Desk) -> None:
    """Before sealing a person compares what nobody saw in the text with the year's notice."""
    notice = desk.base / "2025年度评价通知.pdf"
    Image.new("RGB", (620, 877), "#fff").save(notice)
    (paper,) = desk("evidence", "add", str(notice))["ids"]
    place = (PACK, "--all", "--period", PERIOD, "--for", "carrier:某某孵化器")
    confirmed = desk("policy", "confirm", *place, "--notice", paper, "--page", "4")["rules"]
    assert "area" in confirmed


def test_from_a_spreadsheet_to_a_receipt(
    desk: Desk, server: Server, require_tool: Callable[[str], str], tmp_path: Path
) -> None:
    _ledger(desk)
    case = desk("add", "case", "no=2026-001", "title=某成果转化", "track=成果转化")["id"]
    logged = desk("case", "log", "2026-001", "--kind", "走访", "--note", "现场看样机", "--at", "2026-01-05 15:30")
    assert (logged["case"], logged["late"]) == (case, True)

    application = _application(desk)
    pdf = Path(application["file"])
    assert application["unbound"] == []
    subprocess.run([require_tool("qpdf"), "--check", str(pdf)], check=True, capture_output=True)
    fonts = subprocess.run([require_tool("pdffonts"), str(pdf)], check=True, capture_output=True, text=True).stdout
    listed = [line.split() for line in fonts.splitlines()[2:]]
    assert listed
    assert all("TrueType" in line and line[-5] == "yes" for line in listed), fonts
    text = subprocess.run([require_tool("pdftotext"), str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    assert "㼆𠮷·概况" in text
    assert "重庆𠮷祥智造有限公司" in text
    assert "已对照《2025年度评价通知》第4页核实" in "".join(text.split())
    with pikepdf.open(pdf) as book:
        assert len(book.pages) == application["pages"]

    identity = tmp_path / "identity.txt"
    subprocess.run([require_tool("age-keygen"), "-o", str(identity)], check=True, capture_output=True)
    recipient = subprocess.run(
        [require_tool("age-keygen"), "-y", str(identity)], check=True, capture_output=True, text=True
    ).stdout.strip()
    profile = tmp_path / "endpoint.toml"
    profile.write_text(f'name = "平台"\nservice_url = "{server.url}"\nrecipients = ["{recipient}"]\n', "utf-8")
    (tmp_path / "token").write_text(TOKEN + "\n")
    desk("endpoint", "add", str(profile), "--token-file", str(tmp_path / "token"))
    sealed = desk("package", "seal", application["id"], "--endpoint", "平台")
    sent = desk("send", sealed["id"], "--endpoint", "平台")
    assert (sent["state"], sent["read_back"], sent["problem"]) == ("ingested", True, "")
    # the same again is not a second deposit
    assert desk("send", sealed["id"], "--endpoint", "平台", code=4)["error"]["code"] == "delivery.already_accepted"

    stored = server.stored(sealed["outer_digest"])
    assert len(stored) == 1
    _check_with_other_tools(stored[0], identity, sealed["public_key"], require_tool, tmp_path)

    receipt = desk("delivery-receipt", sent["id"], str(tmp_path / "回执.pdf"))
    said = subprocess.run(["pdftotext", receipt["file"], "-"], check=True, capture_output=True, text=True).stdout
    assert sealed["outer_digest"] in said.replace("\n", "")
    assert "已受理" in said
    assert desk("workspace", "verify")["ok"] is True


def _check_with_other_tools(
    stored: Path, identity: Path, public_key: str, require_tool: Callable[[str], str], tmp_path: Path
) -> None:
    """What the server has on its disk: a bag, opened by age, signed for minisign, a bag again."""
    outer, inner = tmp_path / "outer", tmp_path / "inner"
    with zipfile.ZipFile(stored) as archive:
        archive.extractall(outer)
    assert bagit.Bag(str(outer)).is_valid()
    sealed = next((outer / "data").glob("*.age"))
    clear = tmp_path / "inner.zip"
    subprocess.run([require_tool("age"), "-d", "-i", str(identity), "-o", str(clear), str(sealed)], check=True)
    with zipfile.ZipFile(clear) as archive:
        archive.extractall(inner)
    assert bagit.Bag(str(inner)).is_valid()
    subprocess.run(
        [require_tool("minisign"), "-V", "-P", public_key, "-m", str(inner / "tagmanifest-sha256.txt")], check=True
    )
    import jsonschema

    records = json.loads((inner / "data/records.json").read_text("utf-8"))
    jsonschema.validate(records, json.loads((inner / "data/records.schema.json").read_text("utf-8")))
    assert len(records["records"]["tenancy"]) == 2
    index = json.loads((inner / "data/index.json").read_text("utf-8"))
    assert {file["real_name"] for file in index["evidence"]} == {"平面图：一层.pdf", "门头.jpg"}


def test_without_a_key_personal_fields_are_named_first(desk: Desk) -> None:
    _ledger(desk)
    desk("edit", "organisation", "重庆某某孵化器有限公司", "contact_name=张三")
    application = _application(desk)
    refused = desk("package", "seal", application["id"], code=4)["error"]
    assert refused["code"] == "package.clear_unconfirmed"
    kept = ["--personal", "organisation.contact_name=keep"]
    refused = desk("package", "seal", application["id"], *kept, code=4)["error"]
    assert refused["code"] == "package.personal_unconfirmed"
    assert "联络人" in refused["message"]
    sealed = desk("package", "seal", application["id"], "--personal-confirmed")
    assert sealed["encrypted"] is False
    assert desk("package", "seal", application["id"], "--personal-confirmed")["id"] == sealed["id"]
    file = desk("package", "export", sealed["id"], str(desk.base))["file"]
    checked = desk("package", "verify", file)
    assert checked["opened"] is True
    assert checked["inner_sha256"] == sealed["inner_digest"]


def test_without_a_network_it_stays_queued(desk: Desk, tmp_path: Path) -> None:
    _ledger(desk)
    application = _application(desk)
    profile = tmp_path / "endpoint.toml"
    profile.write_text('name = "平台"\nservice_url = "http://127.0.0.1:9/service"\n', "utf-8")
    (tmp_path / "token").write_text("t\n")
    desk("endpoint", "add", str(profile), "--token-file", str(tmp_path / "token"))
    sealed = desk("package", "seal", application["id"], "--endpoint", "平台", "--personal-confirmed")
    sent = desk("send", sealed["id"], "--endpoint", "平台", code=3)
    assert sent["state"] == "queued"
    assert "127.0.0.1" in sent["problem"]
    assert desk("outbox")["deliveries"][0]["state"] == "queued"


def test_same_application_same_bytes(desk: Desk) -> None:
    _ledger(desk)
    first = _application(desk)
    frozen = desk("evaluate", PACK, "--period", PERIOD, "--for", "carrier:某某孵化器", "--freeze")["snapshot"]
    out = str(desk.base / "又一份")
    again = desk("apply", frozen["id"], "--out", out, "--text", "organisation=㼆𠮷·概况")
    assert (again["version"], again["id"]) == (1, first["id"])
    assert Path(again["file"]).read_bytes() == Path(first["file"]).read_bytes()


def test_what_is_frozen_does_not_depend_on_the_language(desk: Desk) -> None:
    _ledger(desk)
    _application(desk)
    place = (PACK, "--period", PERIOD, "--for", "carrier:某某孵化器", "--freeze")
    chinese, english = desk("evaluate", *place), desk("evaluate", *place, "--lang", "en")
    assert english["indicators"][0]["title"] != chinese["indicators"][0]["title"]
    assert english["snapshot"]["digest"] == chinese["snapshot"]["digest"]


def test_a_delivery_is_withdrawn_before_it_is_decided(desk: Desk, tmp_path: Path) -> None:
    _ledger(desk)
    application = _application(desk)
    with Receiver(tmp_path / "受理端", "t0ken", auto_review=False) as office:
        profile = tmp_path / "endpoint.toml"
        profile.write_text(f'name = "平台"\nservice_url = "{office.url}"\n', "utf-8")
        (tmp_path / "token").write_text("t0ken\n")
        desk("endpoint", "add", str(profile), "--token-file", str(tmp_path / "token"))
        sealed = desk("package", "seal", application["id"], "--personal-confirmed")
        sent = desk("send", sealed["id"], "--endpoint", "平台")
        assert sent["state"] in ("sent", "in_workflow")
        assert desk("withdraw", sent["id"])["state"] == "withdrawn"
        assert desk("outbox")["deliveries"][0]["state"] == "withdrawn"
