"""The recovery code on screen, with its sheet to print or keep as PDF, and the word that it has been kept."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontDatabase, QPainter
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.look import GRID, icon
from desktop.models.format import CHINA
from desktop.sheets import Aside, recovery_sheet, save_bytes
from desktop.widgets.basics import quiet
from desktop.widgets.message import MessageBar
from policy import i18n
from policy.errors import Fault
from policy.i18n import tr


class RecoveryCode(QWidget):
    """Shows a code in groups; `confirmed(bool)` follows the tick."""

    confirmed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._code = self._organisation = ""
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
        self.kept = QCheckBox()
        self.kept.toggled.connect(self.confirmed)
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
        layout.addWidget(self.kept)
        self.retranslate()

    def set_code(self, organisation: str, code: str) -> None:
        """Show this code; the tick is taken back."""
        self._organisation, self._code = organisation, code
        groups = code.split("-")
        self.code.setText("\n".join("-".join(groups[at : at + 4]) for at in range(0, len(groups), 4)))
        self.kept.setChecked(False)

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self._why.setText(tr("忘记口令时，只有这个恢复码能打开工作区。请打印后封存在保险柜；不要拍照，不要存入网盘。"))
        self.code.setAccessibleName(tr("恢复码"))
        self.print_button.setText(tr("打印…"))
        self.save_button.setText(tr("存为 PDF…"))
        self.kept.setText(tr("恢复码已经打印或抄写，并妥善保管"))

    def _make(self, wanted: str) -> None:
        self._wanted = wanted
        today = datetime.now(CHINA).date().isoformat()
        self._sheet.run(recovery_sheet, self._organisation, self._code, today, i18n.language())

    def _sheet_came(self, answer: Any) -> None:
        if isinstance(answer, Fault):
            self.message.show_fault(answer)
        elif self._wanted == "print":
            self._print(answer)
        else:
            self._save(answer)

    def _print(self, pdf: bytes) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        if dialog.exec() != QPrintDialog.DialogCode.Accepted:
            return
        buffer = QBuffer(self)
        buffer.setData(QByteArray(pdf))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        document = QPdfDocument(self)
        document.load(buffer)
        painter = QPainter(printer)
        area = printer.pageRect(QPrinter.Unit.DevicePixel)
        for page in range(document.pageCount()):
            if page:
                printer.newPage()
            image = document.render(page, QSize(int(area.width()), int(area.height())))
            painter.drawImage(0, 0, image)
        painter.end()
        document.close()
        self.message.show_text("good", tr("已送往打印机。"))

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
