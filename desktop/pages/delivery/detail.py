"""One package on its way: state in plain words, the one next action, other ways out, its course and its receipt."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.models.format import size
from desktop.ops import Ops, Ticket
from desktop.pages.base import Desk
from desktop.pages.delivery.withdrawing import Withdrawal
from desktop.pages.delivery.words import (
    WAYS,
    advice,
    look_of,
    next_action,
    problem_text,
    state_text,
    stated,
)
from desktop.pages.evidence.rows import Column, Row, RowsModel, table_view
from desktop.pages.evidence.viewer import PDF, DocumentViewer
from desktop.widgets.basics import CalmCombo, StatusChip, heading, primary, quiet
from desktop.widgets.message import MessageBar
from policy.errors import Fault
from policy.i18n import tr


class DeliveryPane(QWidget):
    """`moved()` after something the list should show; `office_wanted()` where there is nobody to send to."""

    moved = Signal()
    office_wanted = Signal()

    def __init__(self, ops: Ops, desk: Desk, message: MessageBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._desk, self._message = ops, desk, message
        self._row: Row | None = None
        self._running: dict[str, Ticket] = {}  # by package
        self._automatic = False
        self.head, self.about, self.advice, self.problem = heading(), quiet(), QLabel(wordWrap=True), StatusChip("warn")
        self.problem_words = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.words = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.state = StatusChip()
        self.next = primary()
        self.endpoint = CalmCombo()
        self.endpoint_label = quiet(wrap=False)
        self.progress, self.stop = QProgressBar(textVisible=False), QPushButton()
        self.export, self.receipt = QPushButton(), QPushButton()
        self.way, self.note, self.hand_in = CalmCombo(), QLineEdit(maxLength=500), QPushButton()
        self._hand_in_labels = (quiet(wrap=False), quiet(wrap=False))
        self.course = RowsModel(
            (
                Column(lambda: tr("时间"), lambda row: row["at"]),
                Column(lambda: tr("状态"), lambda row: row["state"]),
                Column(lambda: tr("说明"), lambda row: row["note"]),
            ),
            self,
        )
        self.course_table = table_view(self.course, stretch=2)
        self.viewer = DocumentViewer()
        self.tabs = QTabWidget(documentMode=True)
        self.withdrawal = Withdrawal()
        self._lay_out()
        self.next.clicked.connect(self._act)
        self.withdrawal.asked.connect(self._withdraw)
        self.stop.clicked.connect(self._stop)
        self.export.clicked.connect(self._choose_export)
        self.receipt.clicked.connect(self._choose_receipt)
        self.hand_in.clicked.connect(self._hand_in)
        self.endpoint.currentIndexChanged.connect(lambda: self._enable())
        self.retranslate()
        self.show_row(None)

    def _lay_out(self) -> None:
        self.progress.setMaximumHeight(8)
        action = QHBoxLayout()
        action.setSpacing(8)
        action.addWidget(self.endpoint_label)
        action.addWidget(self.endpoint, 1)
        action.addWidget(self.next)
        moving = QHBoxLayout()
        moving.addWidget(self.progress, 1)
        moving.addWidget(self.stop)
        others = QHBoxLayout()
        others.addWidget(self.export)
        others.addWidget(self.receipt)
        others.addStretch(1)
        by_hand = QWidget()
        grid = QGridLayout(by_hand)
        grid.setContentsMargins(0, 8, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.addWidget(self._hand_in_labels[0], 0, 0)
        grid.addWidget(self.way, 0, 1)
        grid.addWidget(self._hand_in_labels[1], 1, 0)
        grid.addWidget(self.note, 1, 1, 1, 2)
        grid.addWidget(self.hand_in, 2, 1)
        grid.setColumnStretch(2, 1)
        grid.setRowStretch(3, 1)
        for widget in (self.course_table, self.viewer, by_hand):
            self.tabs.addTab(widget, "")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 0, 0, 0)
        layout.setSpacing(8)
        self.head.setWordWrap(True)
        left = Qt.AlignmentFlag.AlignLeft
        layout.addWidget(self.head)
        layout.addWidget(self.about)
        layout.addWidget(self.state, 0, left)
        layout.addWidget(self.words)
        layout.addWidget(self.advice)
        layout.addWidget(self.problem, 0, left)
        layout.addWidget(self.problem_words)
        layout.addLayout(action)
        layout.addLayout(moving)
        layout.addLayout(others)
        layout.addWidget(self.withdrawal)
        layout.addWidget(self.tabs, 1)

    def retranslate(self) -> None:
        """Set every text in the language in force."""
        self.endpoint_label.setText(tr("接收方"))
        self.endpoint.setAccessibleName(tr("接收方"))
        self.stop.setText(tr("暂停"))
        self.progress.setAccessibleName(tr("发送进度"))
        self.export.setText(tr("导出到文件夹或 U 盘…"))
        self.receipt.setText(tr("存回执 PDF…"))
        for place, text in enumerate((tr("经过"), tr("回执"), tr("线下递交"))):
            self.tabs.setTabText(place, text)
        for label, text in zip(self._hand_in_labels, (tr("方式"), tr("说明")), strict=True):
            label.setText(text)
        self.way.setAccessibleName(tr("递交方式"))
        self.note.setAccessibleName(tr("说明"))
        self.note.setPlaceholderText(tr("交给谁、何时、回执编号等"))
        self.hand_in.setText(tr("登记线下递交"))
        self.withdrawal.retranslate()
        self.course_table.setAccessibleName(tr("经过"))
        chosen = self.way.currentData()
        self.way.clear()
        for way, word in WAYS.items():
            self.way.addItem(tr(word), way)
        self.way.setCurrentIndex(max(self.way.findData(chosen), 0))
        self.course.retranslate()
        self.viewer.retranslate()
        if self._row is not None:
            self.show_row(self._row)

    def show_endpoints(self, endpoints: list[dict[str, Any]]) -> None:
        """The offices there are to send to."""
        chosen = self.endpoint.currentData()
        self.endpoint.clear()
        for endpoint in endpoints:
            self.endpoint.addItem(endpoint["name"], endpoint["id"])
        self.endpoint.setCurrentIndex(max(self.endpoint.findData(chosen), 0))
        self._enable()

    def set_automatic(self, on: bool) -> None:
        """Whether the program goes on sending by itself."""
        self._automatic = on
        self.show_row(self._row)

    def show_row(self, row: Row | None) -> None:
        """Show one line of the list."""
        other = (row or {}).get("id") != (self._row or {}).get("id")
        self._row = row
        self.setEnabled(row is not None)
        self.head.setText(row["package_title"] if row else tr("选择一份报送，查看状态和下一步。"))
        if other:
            self.viewer.clear(tr("按“存回执 PDF”生成回执，存好后在这里显示。"))
        self.about.setText(_about(row) if row else "")
        self.state.setVisible(row is not None)
        self.advice.setText(advice(row) if row else "")
        words = row["words"] if row else ""
        self.words.setText(tr("接收方答复：{words}", words=words) if words else "")
        self.words.setVisible(bool(words))
        problem = problem_text(row, automatic=self._automatic) if row else ""
        self.problem.setVisible(bool(problem))
        self.problem.set_state("warn", tr("没有成功"))
        self.problem_words.setText(problem)
        self.problem_words.setVisible(bool(problem))
        self.next.setVisible(bool(row and next_action(row)))
        if row:
            self.state.set_state(look_of(row["state"]), state_text(row))
            if row["endpoint"]:
                self.endpoint.setCurrentIndex(max(self.endpoint.findData(row["endpoint"]), 0))
            self._load_course(row)
        self._show_progress()
        self._enable()

    def _enable(self) -> None:
        row = self._row
        can_send = bool(row and row["next_step"] in ("send", "export"))
        running = bool(row and row["package"] in self._running)
        nobody = can_send and not self.endpoint.count()
        for widget in (self.endpoint_label, self.endpoint):
            widget.setVisible(can_send and not nobody)
        self.endpoint.setEnabled(bool(row and not row["endpoint"]))
        self.next.setText(tr("添加接收方…") if nobody else next_action(row) if row else "")
        self.next.setEnabled(not running)
        self.withdrawal.show_row(row, running=running)
        self.receipt.setEnabled(bool(row and row["delivery"]))
        self.hand_in.setEnabled(bool(row and row["state"] not in ("ingested", "handed_in_offline", "in_workflow")))

    # -- the next step

    def _act(self) -> None:
        row = self._row
        if row is None:
            return
        step = row["next_step"]
        if step in ("send", "export", "resend") and not self.endpoint.count():
            self.office_wanted.emit()
        elif step == "resend":  # the words of the button are the person's confirmation
            self.send(not_arrived=True)
        elif step in ("send", "export"):
            self.send()
        elif step == "ask":
            self._start(row, "delivery.resume", tr("查询结果"), id=row["delivery"])
        elif step == "correct":
            self._desk.open_page("application", application=row["application"], replaces=row["package"])
        elif step == "receipt":
            self._choose_receipt()

    def send(self, *, not_arrived: bool = False) -> None:
        """Send the package, or go on sending it; `not_arrived` is the person's word that the office has nothing."""
        row = self._row
        if row is not None and self.endpoint.currentData():
            endpoint = row["endpoint"] or self.endpoint.currentData()
            self._start(
                row, "delivery.send", tr("报送"), package=row["package"], endpoint=endpoint, not_arrived=not_arrived
            )

    def _start(self, row: Row, service: str, title: str, **parameters: Any) -> None:
        package = row["package"]
        self._message.clear()

        def ended() -> None:
            self._running.pop(package, None)
            self._show_progress()
            self.moved.emit()

        def faulted(fault: Fault) -> None:
            ended()
            self._message.show_fault(fault)

        def went_on(done: int, total: int, _text: str) -> None:
            if self._row and self._row["package"] == package:
                self.progress.setRange(0, 1000)
                self.progress.setValue(done * 1000 // total if total else 0)

        self._running[package] = self._ops.run(
            service,
            owner=self,
            title=title,
            on_result=lambda _answer: ended(),
            on_fault=faulted,
            on_cancelled=ended,
            on_progress=went_on,
            **parameters,
        )
        self.progress.setRange(0, 0)
        self._show_progress()
        self._enable()

    def _withdraw(self) -> None:
        if self._row is not None:
            self._start(self._row, "delivery.withdraw", tr("撤回报送"), id=self._row["delivery"])

    def _stop(self) -> None:
        ticket = self._running.get(self._row["package"]) if self._row else None
        if ticket is not None:
            self._ops.cancel(ticket)

    def _show_progress(self) -> None:
        running = bool(self._row and self._row["package"] in self._running)
        self.progress.setVisible(running)
        self.stop.setVisible(running)

    # -- other ways, course and receipt

    def _hand_in(self) -> None:
        if self._row is not None:
            self._ops.run(
                "delivery.hand_in",
                owner=self,
                package=self._row["package"],
                way=self.way.currentData(),
                note=self.note.text().strip(),
                on_result=partial(self._handed_in, self._row["package"], self.note.text()),
                on_fault=self._message.show_fault,
            )

    def _handed_in(self, package: str, note: str, _answer: dict[str, Any]) -> None:
        if self._shows(package) and self.note.text() == note:  # else another is typed about by now
            self.note.clear()
        self._desk.notify(tr("已登记线下递交。"))
        self.moved.emit()

    def _load_course(self, row: Row) -> None:
        self._ops.forget(self, "course")
        if row["delivery"] is None:
            self.course.set_rows([])
            return

        def came(content: dict[str, Any]) -> None:
            self.course.set_rows([{**stated(event), "id": str(n)} for n, event in enumerate(content["states"])])

        self._ops.run("delivery.receipt_content", owner=self, place="course", id=row["delivery"], on_result=came)

    def _choose_export(self) -> None:
        if self._row is None:
            return
        package = self._row["package"]
        dialog = QFileDialog(self, tr("选择文件夹或 U 盘"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda folder: self.export_to(package, folder))
        dialog.open()

    def export_to(self, package: str, folder: str) -> None:
        """Write the sealed package where the user asked for it."""
        self._ops.run(
            "package.export",
            owner=self,
            title=tr("导出报送包"),
            id=package,
            file=folder,
            on_result=partial(self._exported, package),
            on_fault=self._message.show_fault,
        )

    def _shows(self, package: str) -> bool:
        return self._row is not None and self._row["package"] == package

    def _exported(self, package: str, answer: dict[str, Any]) -> None:
        self._message.show_text(
            "good",
            tr(
                "报送包已导出到 {file}（{size}）。递交后请登记线下递交。",
                file=answer["file"],
                size=size(answer["bytes"]),
            ),
        )
        if self._shows(package):  # else it is another that would be registered as handed in
            self.tabs.setCurrentIndex(2)

    def _choose_receipt(self) -> None:
        if self._row is None or self._row["delivery"] is None:
            return
        delivery = self._row["delivery"]
        dialog = QFileDialog(self, tr("存回执"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("PDF (*.pdf)")
        dialog.setDefaultSuffix("pdf")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda out: self.save_receipt(delivery, out))
        dialog.open()

    def save_receipt(self, delivery: str, out: str) -> None:
        """Write the receipt where the user asked for it, and show it."""
        self._ops.run(
            "delivery.receipt",
            owner=self,
            id=delivery,
            out=out,
            on_result=partial(self._receipt_saved, delivery),
            on_fault=self._message.show_fault,
        )

    def _receipt_saved(self, delivery: str, answer: dict[str, Any]) -> None:
        self._desk.notify(tr("回执已存到 {file}", file=answer["file"]))
        if self._row is None or self._row["delivery"] != delivery:
            return
        self.viewer.show_bytes(PDF, Path(answer["file"]).read_bytes())
        self.tabs.setCurrentIndex(1)


def _about(row: Row) -> str:
    protection = tr("已加密给接收方") if row["encrypted"] else tr("未加密")
    way = row["endpoint_name"] or (tr(WAYS[row["way"]]) if row["way"] in WAYS else "")
    return " · ".join(part for part in (way, size(row["bytes"]), protection) if part)
