"""The receipt of a delivery, the recovery sheet, and the file of a case."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path

from exports.pdf.case import write_case
from exports.pdf.receipt import write_receipt, write_recovery_sheet

Tool = Callable[[str], str]
RECEIPT = {
    "title": "科技企业孵化器申报书",
    "organisation": "重庆㼆𠮷𬺓孵化器有限公司",
    "package_id": "urn:uuid:0b8b0d6e-6c7e-4f7b-9f62-000000000001",
    "endpoint": "https://127.0.0.1:8443/sword2/collection/incubator-applications-2026",
    "object_url": "https://127.0.0.1:8443/sword2/object/17",
    "inner_sha256": "ab" * 32,
    "outer_sha256": "cd" * 32,
    "bytes": 12_345_678,
    "audit": {"head": "ef" * 32, "length": 12},
    "sample": True,
    "made_on": "2026-11-21",
    "states": [
        {"state": "sending", "at": "2026-11-21T10:00:00+08:00"},
        {"state": "ingested", "at": "2026-11-21T10:00:05+08:00", "note": "In archive"},
        {"state": "their-own-word", "at": "2026-11-22T09:00:00+08:00"},
    ],
}


def text_of(tool: Tool, path: Path) -> str:
    done = subprocess.run([tool("pdftotext"), "-layout", str(path), "-"], capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def test_receipt_is_one_page_with_everything_in_it(tmp_path: Path, require_tool: Tool) -> None:
    path = tmp_path / "receipt.pdf"
    with path.open("wb") as out:
        made = write_receipt(RECEIPT, out)
    assert made.pages == 1
    subprocess.run([require_tool("qpdf"), "--check", str(path)], check=True, capture_output=True)
    text = text_of(require_tool, path)
    for wanted in (
        "报送回执",
        "ab" * 32,
        "cd" * 32,
        "urn:uuid:0b8b0d6e-6c7e-4f7b-9f62-000000000001",
        "https://127.0.0.1:8443/sword2/object/17",
        "2026年11月21日10:00:05+08:00",
        "已受理",
        "Inarchive",
        "their-own-word",
        "12.3MB",
        "是受理端服务器的答复",
        "示例",
    ):
        assert wanted in text
    fonts = subprocess.run([require_tool("pdffonts"), str(path)], capture_output=True, check=True).stdout
    assert b"Helvetica" not in fonts
    assert b"Type 1" not in fonts


def test_receipt_is_the_same_twice_and_needs_only_its_number() -> None:
    first, second, least = io.BytesIO(), io.BytesIO(), io.BytesIO()
    write_receipt(RECEIPT, first)
    write_receipt(RECEIPT, second)
    assert first.getvalue() == second.getvalue()
    assert write_receipt({"package_id": "p1"}, least).pages == 1


def test_recovery_sheet_is_one_page_and_breaks_the_code_between_groups(tmp_path: Path, require_tool: Tool) -> None:
    code = "ABCDE-FGHJK-LMNPQ-RSTUV-WXYZ2-34567-89ABC-DEFGH"
    path = tmp_path / "sheet.pdf"
    with path.open("wb") as out:
        made = write_recovery_sheet("重庆示例孵化器有限公司", code, out, workspace="3f2a9c1e", made_on="2026-11-21")
    assert made.pages == 1
    done = subprocess.run([require_tool("pdftotext"), str(path), "-"], capture_output=True, check=True)
    lines = done.stdout.decode().splitlines()
    assert "ABCDE-FGHJK-LMNPQ-RSTUV" in lines
    assert "WXYZ2-34567-89ABC-DEFGH" in lines
    assert "重庆示例孵化器有限公司" in lines
    assert "工作区编号：3f2a9c1e" in lines


def test_the_tables_of_a_case_begin_where_there_is_room_and_give_it_to_long_texts(
    tmp_path: Path, require_tool: Tool
) -> None:
    contract = "水下机器人密封专利开放许可（示例合同）"
    head = ["合同", "期次", "日期", "情况"]
    rows = [[contract, str(number), "2026-02-04", "已付清"] for number in range(1, 21)]
    table = {"head": head, "figures": [False, True, False, False], "rows": rows, "note": ""}
    sheet = {
        "organisation": "示例机构", "sample": False, "made_on": "2026-11-21", "title": "焊缝检测",
        "facts": [(f"事项{number}", "有") for number in range(18)],
        "sections": [{"title": "应收", **table}], "log": [], "kept_back": 0,
    }  # fmt: skip
    out = tmp_path / "卷宗.pdf"
    with out.open("wb") as file:
        write_case(sheet, file)
    read = [require_tool("pdftotext"), "-layout", str(out), "-"]
    first, second, *_ = subprocess.run(read, capture_output=True, check=True).stdout.decode().split("\f")
    assert contract in first and "应收" in first  # in one line, below the facts
    assert contract in second and "期次" in second  # and on, under the same head
