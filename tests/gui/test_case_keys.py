"""A broker's whole day on 案件 without the mouse: a new case, its people and papers, its money, its end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from PySide6.QtWidgets import QAbstractItemView, QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from desktop.frame import DeskFrame
from desktop.quicklog import QuickLog
from desktop.window import MainWindow
from policy.dates import today
from tests.gui.conftest import quiet_down
from tests.gui.person import _cells
from tests.gui.typist import Typist

Open = Callable[[], tuple[MainWindow, DeskFrame]]
YEAR = today().year
NO, TITLE, CONTRACT = f"{YEAR}-001", "主轴轴承诊断", f"HT-{YEAR}-031"


class Broker(Typist):
    """Goes on where the keyboard is; what must not be lost is asked after each answer."""

    def settles(self, at: str = "") -> None:
        """Wait until everything is answered; the keyboard is then at the control of this name, or at some at least."""
        assert isinstance(self.window, MainWindow)
        quiet_down(self.qtbot, self.window)
        focused = QApplication.focusWidget()
        assert focused is not None and focused.isVisible(), "the keyboard is nowhere"
        assert not at or at == focused.accessibleName() or at == getattr(focused, "text", str)(), (at, focused)

    def adds(self, kind: str, *, again: bool = False) -> None:
        """Begin one more of a list within a record: by its button, and from within the form by Insert."""
        if again:
            self.presses("Insert")
        else:
            self.acts(f"新增{kind}")

    def keeps(self, table: str, text: str) -> None:
        """Save, and see it listed."""
        self.presses("Ctrl+S")
        self.until(lambda: any(text in cell for row in self.rows(table) for cell in row), text)
        self.settles()


def _quick_record(me: Broker, frame: DeskFrame) -> None:
    """Somebody calls about something new: case and first entry in one go."""
    me.presses("Ctrl+N")
    log = next(one for one in frame.findChildren(QuickLog) if one.isVisible())
    me.until(lambda: log.isActiveWindow() and log.case.hasFocus(), "the quick record")
    here = Broker(me.qtbot, log)
    here.takes("案件", TITLE, "新建案件")
    me.until(lambda: me.sees(NO), "a number for it")
    here.turns_to("案件类型", "成果转化")
    here.presses("Return")  # makes the case, and goes on where it is written what was said
    me.until(lambda: log.note.edit.hasFocus(), "the note")
    here.says("王工来电，样机可以看了")
    here.fills(下一步="带样机去", 下一步日期=f"{YEAR}-12-30")
    here.presses("Return")  # saves; it opens no file dialog
    me.until(lambda: not any(one.isVisible() for one in frame.findChildren(QuickLog)), "it to be saved")
    me._comes_back(me.window)
    me.until(lambda: [row[:2] for row in me.rows("列表")] == [[NO, TITLE]], "the case")


def _people(me: Broker) -> None:
    me.steps_to("列表", NO)
    me.waits_for("王工来电，样机可以看了")
    me.goes_to_tab("基本情况")
    me.turns_to("转化方式", "普通许可")
    me.ticks("改革机制", "先使用后付费", "权益约定")
    me.presses("Ctrl+S")
    me.settles()
    me.goes_to_tab("当事人")
    for again, (who, role) in enumerate((("示例大学", "成果单位"), ("示例机床厂", "需求方/受让方"))):
        me.adds("案件当事人", again=bool(again))
        me.takes("当事人", who, who)
        me.turns_to("角色", role)
        me.keeps("案件当事人", who)
    me.goes_to_tab("经纪人")
    for again, (who, role, share) in enumerate((("甲示例", "主办", "60"), ("乙示例", "协办", "40"))):
        me.adds("案件经纪人员", again=bool(again))
        me.takes("经纪人", who, who)
        me.turns_to("角色", role)
        me.fills(份额=share)
        me.keeps("案件经纪人员", who)
    me.waits_for("份额合计 100%")


def _milestone(me: Broker) -> None:
    """Signed before anything else is there: the gate says what it misses and takes a reason."""
    me.goes_to_tab("里程碑")
    me.until(lambda: len(me.rows("里程碑")) == 12, "the milestones")
    view = me.tabs_to("里程碑")
    assert isinstance(view, QAbstractItemView)
    while me.rows("里程碑")[view.currentIndex().row()][1] != "签约":
        me.presses("Down")
    me.presses("Return")
    assert me.sees("还缺：合同签订日期和金额（或提成约定）（要理由）")
    me.says("合同当天已签，材料后补")
    me.presses("Return")
    me.until(lambda: any(row[1] == "签约" and today().isoformat() in row[2] for row in me.rows("里程碑")), "signed")
    me.settles("里程碑")


def _contract(me: Broker) -> None:
    """One contract, a supplement that raises it, what is due under it."""
    me.goes_to_tab("合同")
    me.adds("技术合同")
    me.until(lambda: me.sees("示例机床厂") and me.sees("技术许可"), "what the case says already")
    me.fills(本单位合同编号=CONTRACT, 签订日期=f"{YEAR}-03-02", 合同成交额="50")
    me.keeps("技术合同", TITLE)
    me.goes_to_tab("补充协议")
    me.adds("补充协议")
    me.fills(签订日期=f"{YEAR}-04-02")
    me.turns_to("改什么 1", "合同成交额")
    me.waits_for("现为 50 万元，改为")
    me.fills(合同成交额="80")
    me.acts("再改一项")
    me.turns_to("改什么 2", "付费条件")
    me.fills(付费条件="验收合格后")
    me.fills(说明="加一条产线")
    me.keeps("补充协议", f"{YEAR}-04-02")
    me.waits_for("合同成交额：50 万元 → 80 万元；付费条件：（未填） → 验收合格后")
    me.until(lambda: me.rows("技术合同")[0][4] == "80", "the contract as it is now")
    me.goes_to_tab("应收")
    for no, amount, due in (("1", "300000", f"{YEAR}-05-01"), ("2", "500000", f"{YEAR}-12-31")):
        me.adds("应收", again=no == "2")
        me.fills(期次=no, 应收日期=due, 应收金额=amount)
        me.keeps("应收", due)
    me.goes_to_tab("核对")
    me.until(lambda: [row[0] for row in me.rows("核对")] == ["使用起始日期"], "the one thing to look at")


def _proof(me: Broker, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What shows that we brought it about, with its papers."""
    me.goes_to_tab("促成证明")
    me.waits_for("未证明促成")
    me.adds("中介服务")
    me.turns_to("促成证明", "委托服务协议")
    me.fills(服务费发票号="24501", 发票备注=f"{CONTRACT} 技术服务费", 服务费到账日期=f"{YEAR}-05-20")
    me.presses("Ctrl+S")
    me.waits_for("已证明促成")
    for paper in ("中介/服务协议", "发票", "银行回单"):
        me.waits_for("还缺：")
        file = folder / f"{paper[:2]}.txt"
        file.write_text(paper, "utf-8")
        monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_, file=file: ([str(file)], ""))
        me.acts(f"附上{paper}…")
        if paper == "发票":  # the library has it already, as something else: people say what it is
            me.waits_for("种类是照片，不是发票")
            me.acts("种类改为发票")
        me.waits_for(f"{paper} 1 份")
        me.settles("" if paper == "发票" else f"{paper} 1 份")
    me.waits_until_gone("还缺：")


def _money(me: Broker, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Finance's list has headings of its own and nobody who was paid: both are said once; then all is claimed."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ("记账日", "付款户", "贷方（元）", "说明"),
        (f"{YEAR}-05-03", "示例机床厂", 300000, f"{CONTRACT} 首期"),
        (f"{YEAR}-06-03", "示例机床厂", -50000, f"退 {CONTRACT}"),
    ):
        sheet.append(row)
    book.save(folder / "到账.xlsx")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(folder / "到账.xlsx"), ""))
    me.acts("待认领 0")
    me.acts("导入财务到账表…")
    me.waits_for("共 2 行")
    for header, field in (
        ("记账日", "到账日期"), ("付款户", "付款方"), ("贷方（元）", "到账金额"), ("说明", "发票备注"),
    ):  # fmt: skip
        me.turns_to(f"“{header}”导入到", field)
        me.settles(f"“{header}”导入到")  # the screen was filled anew, and the keyboard stayed
    me.takes("收款单位", "示例大学", "示例大学")
    me.settles("收款单位")
    me.acts("导入")
    me.waits_for("新增 2")
    me.settles("返回列表")
    me.presses("Space")  # back to where the list was asked for
    me.until(lambda: [row[2] for row in me.rows("待认领")] == ["300,000", "-50,000（退款）"], "the money")
    me.until(lambda: me.rows("可能的合同"), "whose it may be")
    assert f"发票备注写有合同编号 {CONTRACT}" in me.rows("可能的合同")[0][3]
    me.settles("待认领")
    me.presses("Return")
    me.until(lambda: [row[2] for row in me.rows("待认领")] == ["-50,000（退款）"], "the refund")
    me.settles("待认领")
    me.presses("Return")
    me.waits_for("没有待认领的到账")
    me.settles()
    me.acts("返回列表")
    me.goes_to_tab("到账")
    me.waits_for("已到账 25 万元")
    assert me.sees("未收 55 万元")
    assert [row[0] for row in me.rows("应收")] == ["部分收到（按先后推算）", "未到期"]


def _shares(me: Broker, frame: DeskFrame) -> None:
    """Shared out to people, on the page that works it out, and back."""
    me.goes_to_tab("分配")
    me.waits_for("1 份合同的到账还没有分配")
    me.acts("分配这份合同")
    me.until(lambda: me.sees("250000"), "what came in")
    me.settles()
    me.fills(税金="10000", 团队比例="70", 单位比例="30")
    for line, (name, share) in enumerate((("甲示例", "60"), ("乙示例", "40")), 1):
        me.acts("添加人员")
        me.says(name)
        me.fills(**{f"比例（%）　{line}": share})
    me.tabs_to("添加人员")
    me.until(
        lambda: [row[2] for row in me.rows("分配结果")] == ["168,000.00", "100,800.00", "67,200.00", "72,000.00"],
        "who gets what",
    )
    me.presses("Ctrl+S")
    me.waits_for("已保存收益分配")
    me.settles()
    me.presses("Ctrl+4")
    me.until(lambda: frame.current_page().NAME == "cases", "back")
    me.until(lambda: [row[2:4] for row in me.rows("收益分配")] == [["250,000", "240,000"]], "what was shared out")


def _won(me: Broker) -> None:
    me.goes_to_tab("里程碑")
    me.turns_to("结果", "成交")
    me.fills(原因="首付已到")
    me.acts("记录结果")
    me.waits_for("已记录案件结果")
    me.settles("记录结果")
    me.turns_to("列出", "成交")
    me.until(lambda: [row[4] for row in me.rows("列表")] == ["成交"], "it among those won")
    me.presses("Ctrl+B")
    me.waits_for("1 件")
    me.settles()
    column = me.tabs_to("线索")  # what lies before the signing is not done yet, and the card says so
    assert isinstance(column, QAbstractItemView)
    assert [index.data() for index in _cells(column)] == [TITLE]


@pytest.mark.qt_log_ignore("grabbing the keyboard", "support raise", extend=True)  # lists that open, offscreen
def test_a_brokers_day_without_the_mouse(
    qtbot: QtBot,
    workspace: Callable[..., Any],
    open_window: Open,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, kind in (("示例大学", "university"), ("示例机床厂", "firm")):
        workspace("records.add", kind="organisation", values={"name": name, "org_kind": kind})
    for name in ("甲示例", "乙示例"):
        workspace("records.add", kind="person", values={"name": name})
    scan = tmp_path / "扫描件.txt"
    scan.write_text("发票", "utf-8")
    workspace("evidence.add", files=[str(scan)], values={"doc_kind": "照片"})
    window, frame = open_window()
    me = Broker(qtbot, window)
    frame.open_page("cases")
    quiet_down(qtbot, window)
    _quick_record(me, frame)
    _people(me)
    _milestone(me)
    _contract(me)
    _proof(me, tmp_path, monkeypatch)
    _money(me, tmp_path, monkeypatch)
    _shares(me, frame)
    _won(me)
    quiet_down(qtbot, window)
    _stands_in_the_store(frame, qtbot)


def _stands_in_the_store(frame: DeskFrame, qtbot: QtBot) -> None:
    """Asked of the store itself, not of what is on screen."""

    def asked(name: str, **parameters: Any) -> Any:
        came: list[Any] = []
        frame.ops.run(name, owner=frame, on_result=came.append, **parameters)
        qtbot.waitUntil(lambda: bool(came), timeout=20_000)
        return came[0]

    def rows(kind: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = asked("records.rows", kind=kind, ids=asked("records.ids", kind=kind))
        return found

    (case,) = rows("case")
    assert (case["no"], case["outcome"], case["mode"], case["next_on"]) == (NO, "won", "licence", f"{YEAR}-12-30")
    assert set(case["mechanisms"]) == {"use_then_pay", "benefit_agreement"}
    assert sorted(row["share_pct"] for row in rows("case_broker")) == [4000, 6000]
    assert {row["role"] for row in rows("case_party")} == {"owner", "buyer"}
    (contract,) = rows("contract")
    assert (contract["amount_total"], contract["contract_class"]) == (800_000_00, "licence")
    assert contract["payment_mode"] == "use_then_pay" and contract["own_no"] == CONTRACT
    (amendment,) = rows("contract_amendment")
    assert amendment["changes"][0] == {"field": "amount_total", "old": 500_000_00, "new": 800_000_00}
    assert len(rows("instalment")) == 2
    assert sorted(row["amount"] for row in rows("receipt")) == [-50_000_00, 300_000_00]
    assert {row["contract"] for row in rows("receipt")} == {contract["id"]}
    (proof,) = asked("contract.proof", contract=contract["id"])
    assert proof["proven"] and proof["missing"] == []
    assert sorted(row["amount"] for row in rows("distribution_line")) == [67_200_00, 72_000_00, 100_800_00]
    reached = [row for row in rows("case_milestone") if row["milestone"] == "signed"]
    assert [row["reason"] for row in reached] == ["合同当天已签，材料后补"]
