"""The recovery code on screen, with its sheet to print or keep as PDF; one group typed back shows it was noted."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontDatabase, QPageSize, QPainter
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.look import GRID, icon
from desktop.sheets import Aside, recovery_sheet, save_bytes
from desktop.widgets.basics import StatusChip, quiet
from desktop.widgets.message import MessageBar
from policy import i18n
from policy.dates import clock_day
from policy.errors import Fault
from policy.i18n import tr

_ACROSS = 4  # groups on a line, as on the sheet
_GROUP = 4  # characters of a group
_DPI = 300  # a page of A4 is then 35 MB, not the 560 MB of a printer's finest


class RecoveryCode(QWidget):
    """Shows a code in groups; `confirmed(bool)` tells whether the group asked for was typed, `returned` that Enter
    was pressed after it.

    While the group is being typed the code is covered: it has to be read from the paper.
    """

    confirmed = Signal(bool)
    returned = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._code = self._organisation = self._workspace = ""
        self._asked = 0
        self._sheet = Aside(self)
        self._sheet.ready.connect(self._sheet_came)
        self._wanted = ""
        self.message = MessageBar(self)
        self._why = quiet()
        self.code = QLabel()
        font = QFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        font.setPointSizeF(self.font().pointSizeF() * 1.4)
        font.setBold(True)
        self.code.setFont(font)
        self.code.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.print_button, self.save_button = QPushButton(), QPushButton()
        self.print_button.setIcon(icon("printer"))
        self.save_button.setIcon(icon("save"))
        self.print_button.clicked.connect(lambda: self._make("print"))
        self.save_button.clicked.connect(lambda: self._make("save"))
        self._ask = QLabel()
        self.typed = QLineEdit()
        self.typed.setMaximumWidth(self.typed.fontMetrics().averageCharWidth() * 14)
        self.wrong = StatusChip()
        self.wrong.hide()
        self.typed.textChanged.connect(self._judge)
        self.typed.returnPressed.connect(lambda: self.returned.emit() if self.is_confirmed() else None)
        self.typed.installEventFilter(self)
        self._ask.setBuddy(self.typed)
        proof = QHBoxLayout()
        proof.addWidget(self._ask)
        proof.addWidget(self.typed)
        proof.addWidget(self.wrong)
        proof.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.print_button)
        buttons.addWidget(self.save_button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.message)
        layout.addWidget(self._why)
        layout.addWidget(self.code)
        layout.addLayout(buttons)
        layout.addLayout(proof)
        self.retranslate()

    def set_code(self, organisation: str, workspace: str, code: str) -> None:
        """Show this code of that workspace (its id), and ask for one of its groups."""
        self._organisation, self._workspace, self._code = organisation, workspace, code
        self._asked = 1 + secrets.randbelow(code.count("-"))  # the last group is short
        self.typed.clear()
        self._show(covered=False)
        self.retranslate()

    def forget(self) -> None:
        """Let go of the code."""
        self._code = ""
        self.code.clear()

    def is_confirmed(self) -> bool:
        """Whether the group asked for was typed."""
        groups = self._code.split("-")
        return bool(self._code) and self.typed.text().strip().upper() == groups[self._asked - 1]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if watched is self.typed and event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._show(covered=event.type() == QEvent.Type.FocusIn)
        return super().eventFilter(watched, event)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self._why.setText(tr("忘记口令时，只有这个恢复码能打开工作区。请打印后封存在保险柜；不要拍照，不要存入网盘。"))
        self.code.setAccessibleName(tr("恢复码"))
        self.print_button.setText(tr("打印…"))
        self.save_button.setText(tr("存为 PDF…"))
        self._ask.setText(tr("请照纸页输入第 {n} 组", n=self._asked))
        self.typed.setAccessibleName(tr("恢复码的一组"))
        self.typed.setToolTip(tr("输入时上面的恢复码会遮住，请看纸页"))
        self.wrong.set_state("bad", tr("与恢复码不符，请再看纸页"))

    def _judge(self) -> None:
        confirmed = self.is_confirmed()
        self.wrong.setVisible(bool(self._code) and not confirmed and len(self.typed.text().strip()) >= _GROUP)
        self.confirmed.emit(confirmed)

    def _show(self, *, covered: bool) -> None:
        groups = ["•" * len(group) if covered else group for group in self._code.split("-")]
        self.code.setText("\n".join("-".join(groups[at : at + _ACROSS]) for at in range(0, len(groups), _ACROSS)))

    def _make(self, wanted: str) -> None:
        self._wanted = wanted
        on = clock_day().isoformat()
        self._sheet.run(recovery_sheet, self._organisation, self._workspace, self._code, on, i18n.language())

    def _sheet_came(self, answer: Any) -> None:
        if isinstance(answer, Fault):
            self.message.show_fault(answer)
        elif self._wanted == "print":
            self._print(answer)
        else:
            self._save(answer)

    def _print(self, pdf: bytes) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        dialog = QPrintDialog(printer, self)
        if dialog.exec() != QPrintDialog.DialogCode.Accepted:
            return
        if print_pdf(pdf, printer):
            self.message.show_text("good", tr("已送往打印机。"))
        else:
            self.message.show_text("bad", tr("打印机没有接受，没有打印；请检查打印机，或存为 PDF。"))

    def _save(self, pdf: bytes) -> None:
        start = str(Path.home() / tr("恢复码.pdf"))
        file, _ = QFileDialog.getSaveFileName(self, tr("存为 PDF"), start, "PDF (*.pdf)")
        if not file:
            return
        try:
            save_bytes(file, pdf)
        except Fault as fault:
            self.message.show_fault(fault)
        else:
            self.message.show_text("warn", tr("已存为 {file}。这个文件含有恢复码原文，打印后请删除。", file=file))


def print_pdf(pdf: bytes, printer: QPrinter) -> bool:
    """Print every page as large as the paper allows; False where the printer takes nothing."""
    printer.setResolution(_DPI)
    printer.setFullPage(True)  # the sheet has margins of its own
    buffer = QBuffer()
    buffer.setData(QByteArray(pdf))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    painter = QPainter()
    if not painter.begin(printer):
        return False
    paper = printer.paperRect(QPrinter.Unit.DevicePixel).size()
    for page in range(document.pageCount()):
        if page:
            printer.newPage()
        shape = document.pagePointSize(page).scaled(paper, Qt.AspectRatioMode.KeepAspectRatio)
        image = document.render(page, QSize(int(shape.width()), int(shape.height())))
        painter.drawImage(QRectF(0, 0, shape.width(), shape.height()), image)
    painter.end()
    document.close()
    return True
