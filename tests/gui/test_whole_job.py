"""The whole job in the real window over the real store process, as one person does it with mouse and keyboard.

From a spreadsheet to a receipt, then locked, opened again, and checked by another process.
"""

from __future__ import annotations

import hashlib
import queue
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pikepdf import Pdf
from PIL import Image
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.runtime.client import Reply, StoreClient
from desktop.widgets.basics import DropArea
from desktop.window import MainWindow
from exports.agekeys import identity_from_seed, recipient_of
from exports.receiver import Receiver
from tests.gui.bench import drop, pdf_file
from tests.gui.person import Person

PASSPHRASE, TOKEN = "一句 记得住 的话 2026", "office-token-7"
ORGANISATION, CARRIER = "重庆某某孵化器有限公司", "嘉陵江孵化器"
FIRMS = ("重庆甲科技有限公司", "重庆𠮷祥智造有限公司")
USCC, OFFICE = "91500000MA5TEXT035", "市科技局受理窗口"
AREA = "孵化场地面积"


def _ledger(folder: Path) -> Path:
    """A ledger as offices keep them: GB18030, a title row, one row whose name is lost."""
    file = folder / "企业台账 2025.csv"
    rows = (
        "2025年在孵企业台账,,",
        "企业名称,成立日期,注册资金",
        f'{FIRMS[0]},2024.5,"10,000(万)"',
        f"{FIRMS[1]},2025年3月,6(万美元)",
        "重庆丙新材料有限公司,去年春天,500万元",
    )
    file.write_bytes("\r\n".join(rows).encode("gb18030"))
    return file


def _first_run(person: Person, folder: Path) -> None:
    person.waits_for("欢迎使用孵转台")
    person.clicks("简体中文")
    person.clicks("下一步")
    person.types("文件夹", str(folder))
    person.clicks("下一步")
    person.types("单位名称", ORGANISATION)
    person.clicks("孵化器、众创空间")
    person.clicks("技术转移机构")
    person.types("您的姓名", "李四")
    person.clicks("下一步")
    person.types("新口令", PASSPHRASE)
    person.types("再输一次", PASSPHRASE)
    person.clicks("下一步")
    _type_the_code_back(person)
    person.clicks("下一步")
    person.clicks("导入企业台账（Excel、CSV）")
    person.clicks("开始使用")


def _type_the_code_back(person: Person) -> None:
    """What is asked for is read from the sheet: the screen covers it while one types."""
    person.waits_for("请照纸页输入第")
    asked = next(int(found[1]) for text in person.reads() if (found := re.search(r"第 (\d) 组", text)))
    code = next(text for text in person.reads() if re.fullmatch(r"[0-9A-Z\n-]{40,}", text))
    person.types("恢复码的一组", re.split(r"[-\n]", code)[asked - 1].lower())
    assert not person.sees(code)


def _import(person: Person) -> None:
    person.waits_for("企业台账 2025.csv")
    person.clicks("导入")
    person.waits_for("已导入：3 行，新增 2、更新 0、不变 0、没有导入 1")
    (refused,) = person.rows("没有导入")
    assert refused[:4] == ["没有导入", "5", "成立日期", "去年春天"]
    assert refused[4]
    person.clicks("返回列表")
    for firm in FIRMS:
        person.waits_for(firm)
    person.types("筛选", "cqxzz")
    person.until(lambda: [row[0] for row in person.rows("列表")] == [FIRMS[1]], "only what was typed for")
    person.types("筛选", "")
    person.until(lambda: {row[0] for row in person.rows("列表")} == set(FIRMS), "both firms again")


def _own_organisation(person: Person) -> None:
    """What the cover of an application says of the organisation itself."""
    person.clicks("设置")
    person.picks_row("设置的分类", "本单位")
    person.types("统一社会信用代码", USCC)
    person.types("法定代表人", "王五")
    person.clicks("保存")
    person.waits_until_gone("有未保存的修改")


def _carrier(person: Person) -> None:
    """The carrier with one year of figures, and a tenancy for each firm."""
    person.clicks("企业")
    person.chooses("列出", "载体")
    person.clicks("新载体")
    person.types("载体名称", CARRIER)
    person.chooses("类型", "综合孵化器")
    person.types("运营起始", "2019-05")
    person.waits_for(ORGANISATION)
    person.clicks("保存")
    person.opens_tab("历年")
    person.clicks("新增载体年度情况")
    person.types("年度", "2025")
    person.types("场地总面积", "10400")
    person.types("在孵企业面积", "7150")
    person.types("公共服务面积", "960")
    person.types("从业人员", "12")
    person.types("专业孵化服务人员", "10")
    person.clicks("保存")
    person.waits_for("10,400")
    person.chooses("列出", "全部企业")
    for firm in FIRMS:
        person.picks_row("列表", firm)
        person.opens_tab("入驻")
        person.clicks("新增入驻")
        person.looks_up("载体", "jlj", CARRIER)
        person.chooses("状态", "在孵")
        person.types("入驻时间", "2025-06-01")
        person.types("占用面积", "65.5")
        person.clicks("保存")
        person.until(lambda: "1 条" in person.reads(), "the stay in its list")


def _case(person: Person, picture: Path) -> None:
    person.clicks("案件")
    person.clicks("新案件")
    person.types("案件编号", "2025-001")
    person.types("案件名称", "显示驱动芯片成果转化")
    person.chooses("案件类型", "成果转化")
    person.clicks("保存")
    person.waits_for("进行中")
    person.presses("Ctrl+N")
    person.looks_up("案件", "xsqd", "显示驱动芯片")
    person.types("内容", "现场看样机，样机运行正常。")
    person.types("下一步", "约法务谈条款")
    person.clicks("选择文件…")
    person.waits_for(picture.name)
    person.presses("Ctrl+Return")
    person.opens_tab("过程记录")
    person.waits_for("现场看样机，样机运行正常。")
    person.waits_for("附件 1")


def _evaluation(person: Person, proof: Path) -> None:
    person.clicks("评价")
    person.chooses("政策包", "科技企业孵化器管理办法 · 已被取代")
    person.chooses("期间", "2025年")
    person.chooses("对象", CARRIER)
    person.drops("指标", AREA, [proof])
    person.waits_for("佐证 1")
    person.picks_row("指标", "独立法人")
    person.chooses("填报“独立法人资格”", "是")
    person.types("填报依据", "营业执照")
    person.clicks("保存填报的“独立法人资格”")
    person.waits_for("是（填报）")
    person.clicks("定稿")


def _verifying(person: Person, notice: Path) -> None:
    """Nobody saw the figures of the pack in its text: they are compared with the year's notice before sealing."""
    person.waits_for("1 核对")
    person.waits_for("可以生成申报书")
    person.waits_for("未核实的数值")
    person.clicks("对照通知核实…")
    drop(person.finds(DropArea, "添加通知文件"), [notice])
    person.until(lambda: person.finds(QLineEdit, "通知").text() == notice.stem, "the notice taken in")
    person.types("页码", "4")
    person.clicks("确认已对照核实")
    person.waits_until_gone("未核实的数值")


def _application(person: Person, out: Path) -> None:
    person.clicks("下一步")
    person.types("单位概况", "㼆𠮷·本单位运营综合孵化器一家。")
    person.clicks("生成申报书")
    person.waits_for("第 1 版")
    person.clicks("另存 PDF…")
    person.names_file(out)
    person.waits_for("申报书已存到")
    with Pdf.open(out) as book:
        person.waits_for(f"共 {len(book.pages)} 页")


def _deposit(person: Person, profile: Path, office: Receiver, receipt: Path) -> None:
    person.clicks("报送")
    person.opens_tab("接收方")
    person.clicks("选择档案…")
    person.names_file(profile)
    person.types("令牌", TOKEN)
    person.clicks("我已核对档案来自接收单位（没有可信签名的档案须由人核对）")
    person.clicks("添加")
    person.waits_for("请打电话与接收单位核对指纹")
    person.clicks("申报")
    person.clicks("下一步")
    person.chooses("接收方", OFFICE)
    person.clicks("封装")
    person.waits_for("待报送")
    person.clicks("发送")
    person.waits_for("平台正在审核")
    office.settle()
    (deposit,) = (office.store.data / "objects").iterdir()
    office.decide(deposit.name, "ingested", "材料齐全，予以受理。")
    person.clicks("查询结果")
    person.waits_for("已受理")
    person.waits_for("材料齐全，予以受理。")
    person.clicks("存回执 PDF…")
    person.names_file(receipt)
    person.waits_for("回执已存到")


def _text(require_tool: Callable[[str], str], file: Path) -> str:
    done = subprocess.run([require_tool("pdftotext"), str(file), "-"], check=True, capture_output=True, text=True)
    return done.stdout


def _asked(folder: Path) -> Any:
    """What a store process of its own finds when it checks the workspace."""
    replies: queue.Queue[Reply] = queue.Queue()
    client = StoreClient()
    client.listener = replies.put

    def ask(name: str, **parameters: Any) -> Any:
        number = client.request(name, **parameters)
        while (reply := replies.get(timeout=30)).number != number or reply.kind == "progress":
            pass
        assert reply.kind == "result", reply
        return reply.value

    try:
        ask("workspace.open", folder=str(folder), passphrase=PASSPHRASE)
        return ask("workspace.verify"), ask("delivery.list")
    finally:
        client.close()


# what the offscreen platform says of every list that opens; a real one has a keyboard to grab
@pytest.mark.qt_log_ignore(r"^This plugin does not support (raise\(\)|grabbing the keyboard)$", extend=True)
def test_the_whole_job_by_mouse_and_keyboard(
    qtbot: QtBot,
    tmp_path: Path,
    make_window: Callable[..., MainWindow],
    require_tool: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "孵化 工作区"
    ledger, proof, picture = _ledger(tmp_path), pdf_file(tmp_path / "平面图.pdf", 2), tmp_path / "样机.png"
    Image.new("RGB", (320, 240), "#386").save(picture)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(ledger), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(picture)], ""))
    identity = identity_from_seed(bytes(range(32)))
    profile, book, receipt = tmp_path / "受理窗口.toml", tmp_path / "申报书.pdf", tmp_path / "回执.pdf"

    window = make_window()
    person = Person(qtbot, window)
    began = time.monotonic()
    _first_run(person, folder)
    _import(person)
    _own_organisation(person)
    _carrier(person)
    _case(person, picture)
    _evaluation(person, proof)
    _verifying(person, pdf_file(tmp_path / "2025年度孵化器评价通知.pdf", 4))
    _application(person, book)
    written = _text(require_tool, book)
    assert "㼆𠮷·本单位运营综合孵化器一家。" in written
    assert CARRIER in written
    assert USCC in written
    assert proof.stem in written
    assert "已对照《2025年度孵化器评价通知》第4页核实" in re.sub(r"\s", "", written)
    with Receiver(tmp_path / "received", TOKEN, identity=identity, auto_review=False) as office:
        profile.write_text(
            f'name = "{OFFICE}"\nservice_url = "{office.url}"\nrecipients = ["{recipient_of(identity)}"]\n', "utf-8"
        )
        _deposit(person, profile, office, receipt)
        (package,) = office.store.data.glob("objects/*/0-*")
        digest = hashlib.sha256(package.read_bytes()).hexdigest()

    person.presses("Ctrl+L")
    person.waits_for("打开工作区")
    assert not person.sees(FIRMS[0])
    person.types("口令", PASSPHRASE + "?")
    person.clicks("打开")
    person.waits_for("没有成功")
    person.types("口令", PASSPHRASE)
    person.clicks("打开")
    person.clicks("企业")
    person.waits_for(FIRMS[0])
    person.clicks("报送")
    person.waits_for("已受理")
    window.close()
    QApplication.processEvents()
    window.shut_down()
    took = time.monotonic() - began

    verified, deliveries = _asked(folder)
    assert verified["ok"], verified["problems"]
    (delivery,) = deliveries
    assert delivery["state"] == "ingested"
    said = _text(require_tool, receipt)
    assert "已受理" in said
    assert digest in re.sub(r"\s", "", said)
    assert took < 60
