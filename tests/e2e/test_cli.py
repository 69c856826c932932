"""The command line as an interface: what every command answers, in text and as one JSON object, in both languages."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from PIL import Image

from desktop.commands import load_commands
from desktop.commands.registry import COMMANDS
from tests.e2e.clihelp import Desk, language_of

HAN = re.compile(r"[\u4e00-\u9fff]")


# What each command answers


def test_a_workspace_is_made_with_a_recovery_code_that_opens_it(desk: Desk):
    folder, recovery = desk.base / "新", desk.base / "code.txt"
    create = ["workspace", "create", str(folder), "--organisation", "甲", "--person", "李明"]
    printed = desk.ok(*create)
    assert re.fullmatch(r"([0-9A-Z]{4}-){8}[0-9A-Z]{2}", printed["recovery_code"])
    other = [*create[:2], str(desk.base / "新二"), *create[3:], "--recovery-file", str(recovery)]
    written = desk.ok(*other)
    assert "recovery_code" not in written and recovery.stat().st_mode & 0o777 == 0o600
    assert desk.refused(4, *other[:2], str(desk.base / "三"), *other[3:]) == "cli.recovery_file_exists"
    assert desk.refused(4, *create) == "workspace.not_empty"
    desk.file("new.txt", "新的口令 十二个字")
    at = ["--workspace", str(desk.base / "新二")]
    recovered = desk.ok(
        *at,
        "workspace",
        "recover",
        "--recovery-file",
        str(recovery),
        "--new-passphrase-file",
        str(desk.base / "new.txt"),
    )
    assert recovered["recovery_code"] not in recovery.read_text()
    assert desk.refused(5, *at, "workspace", "info") == "key.wrong_passphrase"
    assert (
        desk.ok(*at, "--passphrase-file", str(desk.base / "new.txt"), "workspace", "info")["organisation"]["name"]
        == "甲"
    )


def test_a_recovery_file_that_cannot_be_written_is_known_before_there_is_a_code(desk: Desk):
    words = ["workspace", "create", str(desk.base / "新"), "--organisation", "甲"]
    assert desk.refused(3, *words, "--recovery-file", str(desk.base / "no" / "folder" / "x")) == "disk.missing"
    assert not (desk.base / "新").exists()


def test_info_verify_and_another_passphrase(desk: Desk):
    info = desk.ok("workspace", "info")
    assert (info["organisation"]["name"], info["kinds"]) == ("智创孵化器", ["incubator", "agency"])
    assert info["counts"]["firm"] == 1 and info["bytes"] > 10_000 and info["schema"]
    found = desk.ok("workspace", "verify")
    assert {key: found[key] for key in ("ok", "problems", "files", "packages")} == {
        "ok": True,
        "problems": [],
        "files": 1,
        "packages": 0,
    }
    new = desk.file("new.txt", "另一个口令 another")
    desk.ok("workspace", "change-passphrase", "--new-passphrase-file", new)
    assert desk.refused(5, "workspace", "info") == "key.wrong_passphrase"
    assert desk.ok("--passphrase-file", new, "workspace", "info")
    short = desk.file("short.txt", "short")
    refused = ["--passphrase-file", new, "workspace", "change-passphrase", "--new-passphrase-file", short]
    assert desk.refused(4, *refused) == "workspace.weak_passphrase"
    assert desk.ok("--passphrase-file", new, "workspace", "forget-keyring") == {"keyring": False}


def test_a_check_that_finds_damage_ends_with_3(desk: Desk):
    (file,) = (desk.workspace / "evidence").rglob("*.age")
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    answer = desk.run("--json", "workspace", "verify")
    assert answer.code == 3 and [item["what"] for item in answer.json["problems"]] == ["evidence"]


def test_backup_and_restore(desk: Desk):
    backup, target = str(desk.base / "备份"), str(desk.base / "另一台")
    assert desk.ok("backup", backup)["bytes"] == Path(backup).stat().st_size
    assert desk.ok("restore", backup, target)["folder"] == target
    assert desk.ok("--workspace", target, "workspace", "info")["counts"]["firm"] == 1
    assert desk.refused(4, "restore", backup, target) == "workspace.not_empty"
    assert desk.refused(4, "restore", desk.file("x", b"no backup"), str(desk.base / "y")) == "backup.damaged"
    wrong = desk.file("wrong.txt", "something else")
    assert (
        desk.refused(5, "--passphrase-file", wrong, "restore", backup, str(desk.base / "z")) == "key.wrong_passphrase"
    )


def test_kinds_and_fields(desk: Desk):
    kinds = {item["kind"]: item for item in desk.ok("kinds")["kinds"]}
    assert kinds["firm"]["rows"] == 1 and kinds["firm"]["label"] == "企业"
    fields = {item["name"]: item for item in desk.ok("fields", "firm")["fields"]}
    assert fields["name"]["label"] == "单位名称" and fields["reg_capital"]["unit"] == "千元"
    assert fields["reg_capital"]["form"] == "T26-18" and fields["taxpayer"]["choices"][0]["label"]
    assert desk.refused(2, "fields", "dragon") == "kind.unknown"


def test_lists_are_lines_to_read(desk: Desk):
    for lang, label in (("zh", "案件"), ("en", "Case")):
        assert ["case", label, "1"] in [line.split() for line in desk.run("kinds", lang=lang).out.splitlines()]
    lines = {line.split()[0]: line.split() for line in desk.run("fields", "carrier").out.splitlines()}
    assert lines["name"][1:] == ["载体名称", "文字", "必填"]
    assert "专业孵化器、众创空间" in lines["carrier_kind"][-1]
    gaps = desk.run("evidence", "gaps", "guokefaqu-2018-300", "--for", "carrier:智创园", "--period", "2025").out
    assert all(line[0] in "✗✓" for line in gaps.splitlines()) and "应附材料：法人证书" in gaps


def test_a_file_that_was_not_bound_in_is_named_with_the_reason(desk: Desk):
    locked = pikepdf.new()
    locked.add_blank_page()
    locked.save(desk.base / "上锁.pdf", encryption=pikepdf.Encryption(owner="o", user="u"))
    target = "indicator:guokefaqu-2018-300/area@2025/carrier:智创园"
    desk.ok("evidence", "add", str(desk.base / "上锁.pdf"), "--for", target)
    frozen = desk.ok("evaluate", "guokefaqu-2018-300", "--for", "carrier:智创园", "--period", "2025", "--freeze")
    made = desk.run("apply", frozen["snapshot"]["id"], "--out", str(desk.base / "书"))
    assert made.err.strip() == "未装订：上锁（文件有打开密码，请取消密码后重新添加）"


def test_one_record_from_adding_to_undoing(desk: Desk):
    added = desk.ok(
        "add", "firm", "name=乙公司", "uscc=91500108MA5U6Q4E0X", "reg_capital=600万人民币", "founded_on=2023.5"
    )
    shown = desk.ok("show", "firm", "乙公司")
    assert (shown["id"], shown["founded_on"], shown["reg_capital_fen"]) == (added["id"], "2023-05", 600_000_000)
    assert added["warnings"] and "reg_capital" not in shown
    assert desk.ok("edit", "firm", added["id"][:8], "address=渝北区")["changed"] is True
    found = desk.ok("find", "yigongsi")["results"]
    assert [(item["kind"], item["id"], item["title"]) for item in found] == [("firm", added["id"], "乙公司")]
    assert desk.ok("find", "乙公司", "--limit", "1")["results"]
    desk.ok("delete", "firm", added["id"])
    assert desk.refused(2, "show", "firm", added["id"]) == "record.unknown"
    assert [desk.ok("undo")["label"] for _ in range(3)] == ["删除", "修改", "新增"]
    assert desk.ok("find", "乙公司")["results"] == []


@pytest.mark.parametrize(
    ("code", "fault", "words"),
    [
        (2, "kind.unknown", ["add", "dragon", "name=x"]),
        (2, "kind.no_field", ["add", "firm", "name=x", "wings=2"]),
        (2, "cli.not_a_pair", ["add", "firm", "name"]),
        (2, "cli.usage", ["add"]),
        (2, "cli.usage", ["fly"]),
        (2, "cli.usage", ["find", "x", "--limit", "many"]),
        (2, "record.unknown", ["show", "firm", "nobody"]),
        (4, "record.missing_field", ["add", "case", "no=1", "track=supply"]),
        (4, "record.bad_value", ["add", "firm", "name=x", "founded_on=2023-13"]),
        (4, "record.duplicate", ["add", "case", "no=C-1", "title=x", "track=supply"]),
        (4, "record.in_use", ["delete", "firm", "甲科技公司"]),
        (4, "record.classified", ["add", "case", "no=S", "title=某型发动机", "track=supply", "classified=是"]),
        (4, "kind.internal", ["add", "endpoint", "name=x", "token=y"]),
        (4, "undo.nothing", ["undo", "1"]),
        (3, "workspace.missing", ["--workspace", "/nowhere/at/all", "kinds"]),
        (3, "cli.secret_file", ["--passphrase-file", "/nowhere", "kinds"]),
        (2, "evidence.bad_target", ["evidence", "list", "--for", "firm"]),
        (2, "record.unknown", ["evidence", "get", "nothing", "/tmp"]),
        (2, "record.unknown", ["case", "log", "C-9", "--kind", "visit", "--note", "x"]),
        (4, "case.bad_time", ["case", "log", "C-1", "--kind", "visit", "--note", "x", "--at", "gestern"]),
        (4, "policy.date_invalid", ["deadlines", "--on", "morgen"]),
        (2, "policy.unknown_pack", ["policy", "show", "nothing"]),
        (4, "policy.no_file", ["policy", "check", "/nowhere.toml"]),
        (4, "package.no_file", ["package", "verify", "/nowhere.zip"]),
        (2, "record.unknown", ["package", "seal", "nothing"]),
        (2, "record.unknown", ["package", "export", "nothing", "/tmp"]),
        (4, "backup.no_file", ["restore", "/nowhere", "/tmp/also-nowhere"]),
        (3, "ledger.missing", ["import", "/nowhere.xlsx"]),
    ],
)
def test_a_call_that_cannot_be_done_says_why_in_one_sentence(desk: Desk, code: int, fault: str, words: list[str]):
    assert desk.refused(code, *words) == fault


def test_every_command_has_help_in_both_languages(desk: Desk):
    load_commands()
    for lang in ("zh", "en"):
        listed = desk.run("--help", lang=lang)
        assert listed.code == 0
        for name in COMMANDS:
            shown = desk.run(*name.split(), "--help", lang=lang)
            begins = {"zh": "用法：fuzhuan ", "en": "usage: fuzhuan "}[lang] + name
            assert shown.code == 0 and shown.out.startswith(begins), name
            assert "show this" not in shown.out or lang == "en"
            assert bool(HAN.search(shown.out)) == (lang == "zh"), (name, shown.out)


def test_people_get_text_in_their_language(desk: Desk):
    for words in (
        ["workspace", "info"],
        ["kinds"],
        ["find", "甲"],
        ["evidence", "list"],
        ["policy", "list"],
        ["outbox"],
    ):
        answer = desk.run(*words)
        assert answer.code == 0 and answer.out.strip() and not answer.out.lstrip().startswith("{"), words
    assert desk.run("find", "没有这家", lang="en").out != desk.run("find", "没有这家").out


# Importing


def test_import_answers_what_the_interface_promises(desk: Desk):
    file = desk.file("台账.csv", "企业名称,成立日期\n丙公司,2020\n丁公司,2020-13\n,2020\n")
    answer = desk.ok("import", file, "--as", "firm")
    assert {key: answer[key] for key in ("kind", "rows", "added", "updated", "unchanged")} == {
        "kind": "firm", "rows": 3, "added": 1, "updated": 0, "unchanged": 0,
    }  # fmt: skip
    assert {item["row"] for item in answer["rejected"]} == {3, 4}
    assert all(item.keys() >= {"row", "column", "value", "reason"} for item in answer["rejected"])
    assert desk.ok("import", file)["unchanged"] == 1
    assert desk.refused(4, "import", file, "--on-error", "stop") == "ledger.rows_rejected"
    other = desk.file("二.csv", "企业名称\n戊公司\n")
    assert desk.ok("import", other, "--dry-run")["added"] == 1 and desk.ok("find", "戊公司")["results"] == []
    told = desk.run("import", file, lang="en")
    assert told.code == 0 and "3" in told.out and "{" not in told.out


def test_import_by_sheet_and_by_a_map_of_headers(desk: Desk):
    book = openpyxl.Workbook()
    book.create_sheet("企业")
    book["企业"].append(["俺们这儿的厂", "生日"])
    book["企业"].append(["己公司", "2021-05-06"])
    book.save(desk.base / "b.xlsx")
    given = desk.file("map.toml", '"俺们这儿的厂" = "name"\n"生日" = "founded_on"\n')
    words = ["import", str(desk.base / "b.xlsx"), "--sheet", "企业"]
    assert desk.refused(4, *words) == "ledger.no_header"
    assert desk.ok(*words, "--map", given)["added"] == 1
    assert desk.ok("show", "firm", "己公司")["founded_on"] == "2021-05-06"
    assert desk.refused(4, "import", words[1], "--sheet", "没有") == "ledger.no_sheet"


def test_unreadable_and_empty_workbooks(desk: Desk):
    openpyxl.Workbook().save(desk.base / "empty.xlsx")
    files = {
        "ledger.empty": [str(desk.base / "empty.xlsx"), desk.file("leer.csv", b"")],
        "ledger.unreadable": [desk.file("kaputt.xlsx", (desk.base / "empty.xlsx").read_bytes()[:2000])],
        "ledger.html": [desk.file("web.xls", b"<html><body><table></table></body></html>")],
    }
    for fault, names in files.items():
        for name in names:
            assert desk.refused(4, "import", name) == fault


def test_export_reads_back_unchanged(desk: Desk):
    file = str(desk.base / "企业.xlsx")
    assert desk.ok("export", "firm", file) == {"file": file, "rows": 1, "left_out": 0, "masked": []}
    answer = desk.ok("import", file)
    assert (answer["unchanged"], answer["rejected"]) == (1, [])
    assert desk.refused(4, "export", "endpoint", file) == "kind.internal"


def test_the_public_ledger_from_the_command_line(desk: Desk, shared_dir: Path):
    file = str(shared_dir / "data" / "firms-chongqing-2002.xls")
    first = desk.ok("import", file, "--as", "firm")
    assert (first["added"], len({item["row"] for item in first["rejected"]})) == (1847, 29)
    second = desk.ok("import", file, "--as", "firm")
    assert (second["added"], second["updated"], second["unchanged"]) == (0, 0, 1847)
    assert desk.ok("find", "长安")["results"]


# Cases and evidence


def test_case_log_with_files(desk: Desk):
    Image.new("RGB", (8, 8)).save(desk.base / "现场.jpg")
    words = ["case", "log", "C-1", "--kind", "走访", "--note", "看样机", "--at", "2026-01-05 15:30"]
    logged = desk.ok(*words, "--file", str(desk.base / "现场.jpg"), "--next", "报价", "--next-on", "2026-02")
    assert logged["late"] is True and len(logged["evidence"]) == 1
    (entry,) = desk.ok("case", "entries", "C-1")["entries"]
    assert entry["happened_on"] == "2026-01-05" and entry["evidence"] == logged["evidence"]
    assert desk.ok("show", "case", "C-1")["next_action"] == "报价"


def test_evidence_is_added_listed_and_given_back(desk: Desk):
    file = desk.file("照.txt", "照片")
    made = desk.ok(
        "evidence", "add", file, "--for", "firm:甲科技公司.founded_on", "--title", "执照", "--valid-until", "2027"
    )
    listed = desk.ok("evidence", "list", "--for", "firm:甲科技公司.founded_on")["evidence"]
    assert [(row["id"], row["title"], row["valid_until"]) for row in listed] == [(made["ids"][0], "执照", "2027")]
    got = desk.ok("evidence", "get", made["ids"][0], str(desk.base / "out.txt"))
    assert Path(got["file"]).read_text() == "照片"
    assert desk.refused(3, "evidence", "get", made["ids"][0], str(desk.base / "no" / "where")) == "disk.missing"
    gaps = desk.ok("evidence", "gaps", "guokefaqu-2018-300", "--period", "2025", "--for", "carrier:智创园")["gaps"]
    assert gaps and all(item["missing"] and item["clause"] for item in gaps)


@pytest.mark.parametrize("kind", ["password", "damaged"])
def test_a_pdf_that_cannot_be_read_is_kept_with_a_warning(desk: Desk, kind: str):
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(desk.base / "password.pdf", encryption=pikepdf.Encryption(owner="x", user="x"))
    desk.file("damaged.pdf", b"%PDF-1.7 nothing more")
    for lang in ("zh", "en"):
        answer = desk.run("--json", "evidence", "add", str(desk.base / f"{kind}.pdf"), lang=lang)
        assert answer.code == 0 and len(answer.json["ids"]) == 1
        assert answer.err.strip() == answer.json["warnings"][0] and f"{kind}.pdf" in answer.err
        assert language_of(answer.err) == lang


# Policies


def test_policies_with_and_without_a_workspace(desk: Desk, monkeypatch):
    packs = {pack["id"] for pack in desk.ok("policy", "list")["packs"]}
    monkeypatch.delenv("FUZHUAN_WORKSPACE")
    assert {pack["id"] for pack in desk.ok("policy", "list")["packs"]} == packs >= {"cq-draft-measures"}
    shown = desk.ok("policy", "show", "cq-draft-measures")
    rule = next(rule for rule in shown["rules"] if rule["kind"] == "award" and rule["measures"])
    tried = desk.ok("policy", "try", "cq-draft-measures", rule["id"])
    assert tried.keys() >= {
        "verdict",
        "value",
        "award_max_fen",
        "due",
        "clause",
        "source",
        "status",
        "verified",
        "notes",
    }
    pack = Path(__file__).parents[2] / "resources" / "policies" / "cq-draft-measures.toml"
    assert desk.ok("policy", "check", str(pack))["mismatches"] == []
    assert desk.refused(4, "policy", "check", desk.file("x.toml", "no [pack")) == "policy.pack_invalid"


def test_evaluation_and_deadlines_answer(desk: Desk):
    words = ["evaluate", "guokefaqu-2018-300", "--for", "carrier:智创园", "--period"]
    answer = desk.ok(*words, "2025")
    assert answer["indicators"] and answer["period"] == "2025"
    assert all(item["clause"] and item["verdict"] for item in answer["indicators"])
    assert desk.refused(2, *words, "immer") == "policy.period_invalid"
    assert isinstance(desk.ok("deadlines", "--on", "2026-05-01", "--days", "400")["deadlines"], list)


def test_an_export_speaks_the_language_in_force(desk: Desk):
    for lang, header in (("zh", "统一社会信用代码"), ("en", "Credit code")):
        file = str(desk.base / f"{lang}.xlsx")
        assert desk.run("export", "firm", file, lang=lang).code == 0
        with zipfile.ZipFile(file) as book:
            assert header in book.read("xl/worksheets/sheet1.xml").decode()
