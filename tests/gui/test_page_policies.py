"""政策 in the real window: a notice made from the last one, checked, saved and judged by; conflicts, files, years."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QFileDialog, QHeaderView, QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.pages.policies.editor import Editor
from desktop.pages.policies.page import PoliciesPage
from desktop.pages.policies.rawtext import RawText
from desktop.window import MainWindow
from exports.minisign import public_key
from policy.i18n import resources_dir
from policy.measures import MEASURES
from tests.gui.bench import drop, pdf_file
from tests.gui.conftest import PATIENCE, quiet_down, unlock
from tests.gui.person import Person

Open = Callable[[], tuple[MainWindow, DeskFrame]]
Services = Callable[..., Any]
BASE, AREA = "guokefaqu-2018-300", "可自主支配的孵化场地面积不低于10000平方米"
RENAMED = AREA.replace("10000", "12000")
KEY = public_key(b"\x07" * 32).line  # some office's
DRAFT, REPORT = "cq-draft-measures", "年度报告报送日期"


@pytest.fixture
def carrier(workspace: Services) -> str:
    """A carrier of 10400 m²."""
    own = workspace("workspace.info")["organisation"]["id"]
    values = {"name": "示例孵化器", "operator": own, "carrier_kind": "综合孵化器", "operated_since": "2018-05"}
    record = workspace("records.add", kind="carrier", values=values)["id"]
    workspace("records.add", kind="carrier_year", values={"carrier": record, "year": "2025", "area_total": "10400"})
    return f"carrier:{record}"


def _at_policies(qtbot: QtBot, open_window: Open, **arguments: Any) -> tuple[Person, MainWindow, PoliciesPage]:
    window, frame = open_window()
    frame.open_page("policies", **arguments)
    quiet_down(qtbot, window)
    page = frame.current_page()
    assert isinstance(page, PoliciesPage)
    return Person(qtbot, window), window, page


def _copy(person: Person, name: str = "新办法", code: str = "notice-2026") -> None:
    person.clicks("以此为底本新建")
    person.types("新名称", name)
    person.types("新代号", code)
    person.clicks("建立并编辑")
    person.waits_for("可以保存")


def _judged(window: MainWindow, frame: DeskFrame, person: Person, pack: str, subject: str, indicator: str) -> Any:
    frame.open_page("evaluation", pack=pack, period="2025", subject=subject)
    page: Any = frame.current_page()
    quiet_down(person.qtbot, window)
    person.until(lambda: page._result is not None and page._result["pack"]["id"] == pack, pack)
    return next(row for row in page.model.rows() if row["id"] == indicator)


def test_a_years_notice_is_made_from_the_last_one_and_judges_anew(
    qtbot: QtBot, open_window: Open, carrier: str
) -> None:
    person, window, page = _at_policies(qtbot, open_window, pack=BASE)
    assert window.frame is not None
    assert _judged(window, window.frame, person, BASE, carrier, "area")["verdict"] == "pass"
    window.frame.open_page("policies")
    _copy(person)
    person.picks_row("政策包里的规则", AREA)
    person.types("孵化场地总面积 ≥（m²）", "12000")
    person.presses("Return")
    person.waits_for("示例 1：结论写的是“通过”，现在算得“未通过”")
    person.clicks("名称改为“可自主支配的孵化场地面积不低于12000平方米”")  # a title never states another figure unseen
    person.until(lambda: RENAMED in [row["title"] for row in page.editor.model.rows()], "the title")
    person.waits_for("示例 1：结论写的是“通过”，现在算得“未通过”")
    assert not page.editor.save_button.isEnabled()  # nothing is changed silently, nothing saved that contradicts itself
    person.clicks("按新数值更新示例")
    person.waits_for("可以保存")
    person.clicks("保存")
    person.until(lambda: (page.shelf.row() or {}).get("id") == "notice-2026", "the new pack in the library")
    row = page.shelf.row()
    assert row is not None and (row["id"], row["replaces"], row["own"]) == ("notice-2026", [BASE], True)
    assert row["unverified"] == row["rules"]  # nobody has compared it with the new document
    assert window.frame.status.drafts_button().isHidden()
    window.frame.open_page("evaluation")
    quiet_down(qtbot, window)
    evaluation: Any = window.frame.current_page()
    assert evaluation.chooser.pack.findData("notice-2026") >= 0
    judged = _judged(window, window.frame, person, "notice-2026", carrier, "area")
    assert (judged["verdict"], judged["target"], judged["verified"]) == ("fail", "≥12000 m²", False)
    assert _judged(window, window.frame, person, BASE, carrier, "area")["verdict"] == "pass"
    window.frame.open_page("policies")
    person.clicks("与前一份对比")
    person.until(lambda: page.comparing.model.rows() != [], "the differences")
    assert page.comparing.model.rows()[0]["title"] == RENAMED  # figures before words and clauses
    person.clicks("只看数值")
    changed = ["改动", RENAMED, "孵化场地总面积 ≥", "数值", "10000 m²", "12000 m²"]
    person.until(lambda: person.rows("两份政策包的差异") == [changed], "the one figure")
    page.comparing.choose("makerspace-2017-120", "cq-makerspace-2019-119")  # what stands in no form is in words, too
    measured = "第 1 项 · 计什么"
    person.until(lambda: any(row["field"] == measured for row in page.comparing.model.rows()), "a measure's name")
    row = next(row for row in page.comparing.model.rows() if row["field"] == measured)
    assert row["new"] == MEASURES["registered_in_city"].title()
    assert not [row["field"] for row in page.comparing.model.rows() if "test." in row["field"]]


def test_broken_text_names_line_and_rule_and_a_click_goes_there(qtbot: QtBot, open_window: Open) -> None:
    person, _, page = _at_policies(qtbot, open_window, pack=BASE)
    _copy(person)
    person.opens_tab("文本")
    raw = page.editor.raw
    text = raw.toPlainText()
    line = text[: text.index('id = "area"')].count("\n") + 1
    person.types("政策包文本", "schema = 1")  # everything is gone: the form waits, the text says why
    person.until(lambda: page.editor.problems.isVisible(), "a problem")
    assert not page.editor.save_button.isEnabled()
    for _ in range(3):  # what was typed, and what was taken away before
        person.presses("Ctrl+Z")
    person.until(lambda: raw.toPlainText() == text and page.editor.save_button.isEnabled(), "the text again")
    broken = text.replace('measure = "area_total"\nop', 'measure = "area_totale"\nop', 1)
    raw.selectAll()
    raw.insertPlainText(broken)
    wrong = broken[: broken.index("area_totale")].count("\n") + 1
    person.until(
        lambda: person.rows("问题")[:1] and person.rows("问题")[0][:2] == [str(wrong), "area"], "line and rule"
    )
    assert "没有这个数量：area_totale" in person.rows("问题")[0][2]
    assert raw.marked_lines() == {wrong}
    raw.selectAll()
    raw.insertPlainText(text.replace('clause = "', 'clausee = "', 1))
    person.until(lambda: person.rows("问题")[:1] and "条款" in person.rows("问题")[0][2], "what the form calls it")
    raw.selectAll()
    raw.insertPlainText(broken)
    person.until(lambda: person.rows("问题")[:1] and "没有这个数量" in person.rows("问题")[0][2], "the other problem")
    person.opens_tab("表单")
    person.picks_row("问题", "没有这个数量")
    assert raw.isVisible() and raw.line() == wrong > line
    assert "area_totale" in raw.textCursor().selectedText()


def test_form_and_text_stay_one_and_quick_typing_loses_nothing(qtbot: QtBot, open_window: Open) -> None:
    person, _, page = _at_policies(qtbot, open_window, pack=BASE)
    _copy(person)
    editor: Editor = page.editor
    person.picks_row("政策包里的规则", AREA)
    lines = [editor.form.line_of("clause"), editor.form.line_of("test", "value"), editor.form.line_of("page")]
    for line, text in zip(lines, ("第八条", "9000", "5"), strict=True):  # three fields before the first answer
        line.set_text(text)
        line.finish()
    person.until(lambda: not editor.is_busy(), "all three")
    for part in ('clause = "第八条"', "value = 9000", 'page = "5"'):
        assert part in editor.raw.toPlainText()
    person.opens_tab("文本")
    text = editor.raw.toPlainText()
    editor.form.changed.emit(["rule", 2, "note"], "含公共服务面积")  # under way while the text is typed on
    editor.raw.selectAll()
    editor.raw.insertPlainText(text.replace("value = 9000", "value = 9500", 1))
    person.until(lambda: not editor.is_busy(), "both")
    assert 'note = "含公共服务面积"' in editor.raw.toPlainText() and "value = 9500" in editor.raw.toPlainText()
    person.opens_tab("表单")
    person.until(lambda: editor.form.line_of("test", "value").text() == "9500", "the figure in the form")
    person.types("孵化场地总面积 ≥（m²）", "很大")
    person.presses("Return")
    person.waits_for("不能填“很大”")
    assert editor.form.line_of("test", "value").text() == "9500"
    person.clicks("复制规则")
    person.until(lambda: any(row["rule"] == "area-2" for row in editor.model.rows()), "the copy")
    person.until(lambda: editor.form.line_of("id").text() == "area-2", "its form")
    person.clicks("删除规则")
    person.waits_for("已从草稿中删除规则")
    person.until(lambda: not any(row["rule"] == "area-2" for row in editor.model.rows()), "the copy gone")
    person.clicks("撤销删除")
    person.until(lambda: any(row["rule"] == "area-2" for row in editor.model.rows()), "the copy back")


def test_what_was_edited_and_not_saved_is_asked_about_after_a_lock(qtbot: QtBot, open_window: Open) -> None:
    person, window, page = _at_policies(qtbot, open_window, pack=BASE)
    _copy(person, name="没写完的办法")
    text = page.editor.text()
    window.lock()
    unlock(qtbot, window)
    assert window.frame is not None
    window.frame.open_page("policies", show="editor")
    person.waits_for("未保存的内容")
    person.clicks("恢复")
    person.waits_for("没写完的办法")
    again: Any = window.frame.current_page()
    assert again.editor.text() == text
    person.waits_for("可以保存")
    person.clicks("放弃")
    person.waits_for("没有在编辑的政策包")
    person.clicks("恢复")
    person.until(lambda: again.editor.text() == text, "the text back")


def test_the_choice_between_texts_moves_the_report_date(qtbot: QtBot, workspace: Services, open_window: Open) -> None:
    values = {"name": "某大学", "org_kind": "高等院校"}
    subject = f"organisation:{workspace('records.add', kind='organisation', values=values)['id']}"
    person, window, page = _at_policies(qtbot, open_window, pack=DRAFT)
    assert window.frame is not None
    assert _judged(window, window.frame, person, DRAFT, subject, "annual-report")["due"] == "2026-03-30"
    window.frame.open_page("policies", pack=DRAFT)
    person.opens_tab("口径")
    person.picks_row("口径不一的事项", REPORT)
    person.waits_for("取较早者以免逾期")
    option = next(text for text in person.reads() if text.startswith("3月31日（征求意见稿"))
    person.clicks(option)
    person.clicks("改取这一种")
    person.until(page.shelf.conflicts.message.isVisible, "the refusal without a reason, in place")
    person.types("理由", "主管部门电话答复，以征求意见稿为准")
    person.clicks("改取这一种")
    person.waits_for("理由：主管部门电话答复，以征求意见稿为准")
    assert _judged(window, window.frame, person, DRAFT, subject, "annual-report")["due"] == "2026-03-31"
    window.frame.open_page("policies", pack=DRAFT)
    person.clicks("恢复默认")
    person.waits_for("现在取默认的一种。")
    assert _judged(window, window.frame, person, DRAFT, subject, "annual-report")["due"] == "2026-03-30"


def test_all_conflicts_stand_in_one_list_that_says_what_is_ours(qtbot: QtBot, open_window: Open) -> None:
    person, window, page = _at_policies(qtbot, open_window)
    person.opens_tab("口径一览")
    person.picks_row("口径不一的事项", REPORT)
    (shown,) = [row for row in person.rows("口径不一的事项") if row[0] == REPORT]
    assert shown[3] == "没有"
    person.waits_for("改取后本单位的期限和结果不变")
    assert len(person.rows("口径不一的事项")) > 3
    document = next(text for text in person.reads() if text.startswith("看《"))
    person.clicks(document)
    person.waits_for("以此为底本新建")
    quiet_down(qtbot, window)
    assert page.views.currentWidget() is page.shelf
    begins, _, ends = document.partition("…")  # a long title is shortened in the middle
    whole = f"看《{page.shelf.row()['title']}》"
    assert whole.startswith(begins) and whole.endswith(ends) and len(begins) > 4


def test_a_rule_is_tried_in_place_and_shows_what_it_demands(qtbot: QtBot, open_window: Open) -> None:
    person, _, page = _at_policies(qtbot, open_window, pack=BASE)
    person.picks_row("规则", AREA)
    assert "要求 孵化场地总面积 ≥ 10000 m²" in page.shelf.pack.facts.text()
    assert "核验 未核实\u3000条文内容见于多个转载页面，条号凭记忆" in page.shelf.pack.facts.text()
    person.opens_tab("示例")
    assert ["孵化场地总面积：10000 m²", "结论：通过"] in person.rows("示例")
    person.opens_tab("试算")
    person.types("孵化场地总面积（m²）", "9000")
    person.clicks("试算")
    person.waits_for("还差 1000 m²")
    assert person.sees("未通过")
    person.types("孵化场地总面积（m²）", "九千")
    person.clicks("试算")
    person.until(lambda: "九千" in page.shelf.pack.trying.message.text(), "the refusal in place")


def test_the_library_finds_by_any_word_and_with_the_keys(qtbot: QtBot, open_window: Open) -> None:
    person, _, page = _at_policies(qtbot, open_window)
    total = page.shelf.model.total()
    table = page.shelf.table
    table.setFocus()
    QTest.keyClicks(table, "1")  # letters typed in a list go to its filter
    QTest.keyClicks(page.shelf.text, "31")
    named = {"工信部科〔2025〕131号", "渝经信发〔2025〕56号"}  # the second has a rule that names the first
    person.until(lambda: {row["number"] for row in page.shelf.model.rows()} == named, "131号")
    person.types("筛选", "CQ-draft 市级 征求意见稿")
    person.until(lambda: [row["id"] for row in page.shelf.model.rows()] == [DRAFT], "the draft")
    assert person.sees(f"1 / {total} 份")
    person.types("筛选", "48个月")  # of a rule: its pack is found, and the rule itself shown
    person.until(lambda: BASE in [row["id"] for row in page.shelf.model.rows()], "the pack with the rule")
    page.shelf.table.selectRow(page.shelf.model.place(BASE))
    person.until(lambda: page.shelf.pack.head.text().startswith("孵化时限原则上不超过48个月"), "the rule")
    person.types("筛选", "")
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    seen = []
    for _ in range(30):  # by Tab alone from the list to the rules below it
        person.presses("Tab")
        front = QApplication.focusWidget()
        seen.append(front.accessibleName() if front else "")
        if front is page.shelf.pack.table:
            break
    assert "规则" in seen


def test_files_come_in_by_drop_and_go_out_signed(qtbot: QtBot, open_window: Open, tmp_path: Path) -> None:
    text = (resources_dir() / "policies" / f"{BASE}.toml").read_text("utf-8")
    file = tmp_path / "通知.toml"
    file.write_text(
        text.replace(f'id = "{BASE}"', 'id = "dropped"', 1).replace("科技企业孵化器管理办法", "拖入的办法"), "utf-8"
    )
    person, _, page = _at_policies(qtbot, open_window)
    drop(page, [file])
    person.until(lambda: (page.shelf.row() or {}).get("id") == "dropped", "the dropped pack")
    person.waits_for("没有签名")
    out = tmp_path / "给别人" / "办法.toml"
    out.parent.mkdir()
    page.shelf._choose_out(sign=True)
    dialog = page.findChild(QFileDialog)
    assert dialog.selectedFiles()[0].endswith("dropped.toml")
    dialog.selectFile(str(out))
    dialog.accept()
    person.until((out.parent / "办法.toml.minisig").is_file, "the signature beside it")
    assert out.read_bytes() == file.read_bytes()
    drop(page, [out, out.with_name("办法.toml.minisig")])
    person.until(lambda: (page.shelf.row() or {}).get("signature", {}).get("state") == "own", "signed by us")
    person.waits_for("本单位签名")
    person.clicks("移除")
    person.until(lambda: page.shelf.model.place("dropped") < 0, "the pack gone")
    file.write_text(file.read_text("utf-8").replace('op = ">="', 'op = "≥"', 1), "utf-8-sig")
    drop(page, [file])
    person.clicks("在编辑里打开")  # what is refused can be put right here
    person.until(lambda: person.rows("问题")[0][1] == "operation", "the rule that is wrong")
    assert page.editor.text().startswith("# Recognition")


def test_a_year_and_a_key_are_added_in_place(qtbot: QtBot, open_window: Open, tmp_path: Path) -> None:
    person, _, page = _at_policies(qtbot, open_window, show="calendar")
    person.waits_for("年起还没有公布的安排")
    first = page.calendar._unknown
    sample = person.finds(QPlainTextEdit, "年份文件的写法").toPlainText().replace("2027", str(first))
    file = tmp_path / "放假.toml"
    file.write_text("\n".join(line for line in sample.splitlines() if not line.startswith("workdays")), "utf-8")
    drop(page, [file])
    person.waits_for(f"{first + 1} 年起还没有公布的安排")
    person.until(lambda: [str(first), "添加的文件"] in [row[:2] for row in person.rows("已知的年份")], "the year")
    file.write_text(f"year = {first + 1}\n", "utf-8")
    drop(page, [file])
    person.until(lambda: page.calendar.message.isVisible(), "what is wrong with it")
    person.opens_tab("签名公钥")
    person.until(lambda: len(person.rows("信任的公钥")) == 1, "our own key")
    person.types("持有人", "某某局")
    person.types("公钥", "不是公钥")
    person.clicks("加入信任")
    person.until(lambda: page.keys.message.isVisible(), "the refusal")
    person.types("公钥", KEY)
    person.clicks("加入信任")
    person.until(lambda: [row[0] for row in person.rows("信任的公钥")][1:] == ["某某局"], "the office's key")
    person.picks_row("信任的公钥", "某某局")
    person.clicks("移出信任")
    person.until(lambda: len(person.rows("信任的公钥")) == 1, "our own key alone")
    person.clicks("重新信任")
    person.until(lambda: len(person.rows("信任的公钥")) == 2, "the key back")


def test_what_was_compared_with_a_notice_is_listed_opened_and_taken_back(
    qtbot: QtBot, workspace: Services, carrier: str, open_window: Open, tmp_path: Path
) -> None:
    files = [str(pdf_file(tmp_path / "申报通知.pdf", 3))]
    notice = workspace("evidence.add", files=files)["ids"][0]
    chosen = {"pack": BASE, "period": "2025", "subject": carrier}
    workspace("policy.confirm", **chosen, notice=notice, rules=["area"], page="3")
    workspace("settings.save", key="page.evaluation", value=chosen)  # what was evaluated last
    person, window, _ = _at_policies(qtbot, open_window, show="confirmations")
    row = [AREA, "申报通知", "3", "张三"]
    person.until(lambda: [one[:4] for one in person.rows("对照通知核实的数值")] == [row], "the confirmation")
    table = person.finds(QAbstractItemView, "对照通知核实的数值")
    quiet_down(qtbot, window)  # the list may be asked for once more
    person.until(lambda: table.currentIndex().isValid(), "a row to open")
    QTest.keyClick(table, Qt.Key.Key_Return)
    person.until(lambda: window.frame is not None and window.frame.current_page().NAME == "evidence", "the notice")
    assert window.frame is not None
    window.frame.open_page("policies")
    person.clicks("撤回核实")
    person.waits_for("还没有对照通知核实过的数值")


def test_the_text_shows_numbers_keeps_its_cursor_and_undoes(qtbot: QtBot) -> None:
    text = RawText()
    qtbot.addWidget(text)
    text.resize(400, 300)
    text.show()
    heard: list[None] = []
    text.edited.connect(lambda: heard.append(None))
    lines = [f"第{number}行 𠮷" for number in range(1, 201)]
    text.start("\n".join(lines))
    text.go_to(150)
    before = text.margin_width()
    lines[9] = "改了 𠮷𠮷"
    text.put("\n".join(lines))
    assert text.toPlainText() == "\n".join(lines)
    assert text.line() == 150 and text.textCursor().selectedText() == "第150行 𠮷"
    assert heard == []  # a change from outside is no typing
    text.undo()
    assert "第10行" in text.toPlainText() and heard == [None]
    text.go_to(150)
    text.mark_lines({150})
    picture = text._margin.grab().toImage()
    text.mark_lines(set())
    assert text._margin.grab().toImage() != picture
    text.start("\n".join("x" * 3 for _ in range(12_000)))
    assert text.margin_width() > before


def test_names_are_found_by_a_screen_reader_in_every_part(qtbot: QtBot, open_window: Open) -> None:
    person, window, page = _at_policies(qtbot, open_window, pack=BASE)
    _copy(person)
    for place in range(page.views.count()):
        page.views.setCurrentIndex(place)
        quiet_down(qtbot, window)
        for view in page.findChildren(QAbstractItemView):
            if view.isVisible() and not isinstance(view, QHeaderView):
                assert view.accessibleName(), f"{page.views.tabText(place)}: {view}"
    qtbot.waitUntil(lambda: not page.editor.is_busy(), timeout=PATIENCE)
