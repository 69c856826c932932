"""Checks a package file from anywhere: what it says of itself, whether it is whole, and who signed it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.models.format import size
from desktop.ops import Ops
from desktop.pages.delivery.words import when_text
from desktop.pages.evidence.rows import Column, RowsModel, table_view
from desktop.widgets.basics import DropArea, StatusChip, quiet
from desktop.widgets.message import MessageBar
from policy.errors import Fault
from policy.i18n import clauses, tr


class ReceivedPane(QWidget):
    """Drop a package file to look at it; nothing in it is taken over."""

    def __init__(self, ops: Ops, message: MessageBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._message = ops, message
        self._file = ""
        self.advice, self.drop = quiet(), DropArea()
        self.key, self.choose_key, self.again = QLineEdit(readOnly=True), QPushButton(), QPushButton()
        self.verdict = StatusChip("info")
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(12)
        self.lines = {
            name: QLabel(wordWrap=True) for name in ("file", "title", "organisation", "made", "signer", "notes")
        }
        for line in self.lines.values():
            line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.form.addRow(quiet(wrap=False), line)
        self.files = RowsModel(
            (
                Column(lambda: tr("文件"), lambda row: row["path"]),
                Column(lambda: tr("大小"), lambda row: size(row["size"]), order=lambda row: row["size"], right=True),
            ),
            self,
        )
        self.table = table_view(self.files, stretch=0)
        keys = QHBoxLayout()
        keys.addWidget(self.key, 1)
        keys.addWidget(self.choose_key)
        keys.addWidget(self.again)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(8)
        for part in (self.advice, self.drop):
            layout.addWidget(part)
        layout.addLayout(keys)
        layout.addWidget(self.verdict, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(self.form)
        layout.addWidget(self.table, 1)
        self.drop.files_dropped.connect(lambda files: self.check(files[0]))
        self.choose_key.clicked.connect(self._choose_key)
        self.again.clicked.connect(lambda: self.check(self._file))
        self.retranslate()
        self._show(None)

    def retranslate(self) -> None:
        """Set every text in the language in force."""
        self.advice.setText(tr("核验收到或导出的报送包：是否完整、由谁签名、里面有什么。只看不收，不改动任何记录。"))
        self.key.setPlaceholderText(tr("收件私钥文件（报送包加密时才需要）"))
        self.key.setAccessibleName(tr("收件私钥文件"))
        self.choose_key.setText(tr("选择私钥…"))
        self.again.setText(tr("重新核验"))
        self.table.setAccessibleName(tr("报送包里的文件"))
        texts = {
            "file": tr("文件"),
            "title": tr("内容"),
            "organisation": tr("报送单位"),
            "made": tr("封装时间"),
            "signer": tr("签名"),
            "notes": tr("请注意"),
        }
        for name, line in self.lines.items():
            label = self.form.labelForField(line)
            if isinstance(label, QLabel):
                label.setText(texts[name])
        self.drop.retranslate()
        self.files.retranslate()

    def check(self, file: str) -> None:
        """Check a package file."""
        self._file = file
        self._message.clear()
        self._show(None)
        self.verdict.set_state("busy", tr("正在核验…"))
        self.verdict.setVisible(True)
        self._ops.run(
            "package.verify",
            owner=self,
            place="verdict",
            title=tr("核验报送包"),
            file=file,
            identity_file=self.key.text() or None,
            on_result=self._show,
            on_fault=self._faulted,
            on_cancelled=lambda: self._show(None),
        )

    def _faulted(self, fault: Fault) -> None:
        self.verdict.set_state("bad", tr("没有通过核验"))
        self._message.show_fault(fault)

    def _choose_key(self) -> None:
        dialog = QFileDialog(self, tr("选择收件私钥文件"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.key.setText)
        dialog.open()

    def _show(self, found: dict[str, Any] | None) -> None:
        self.again.setEnabled(bool(self._file))
        self.verdict.setVisible(found is not None)
        texts = _texts(found, self._file) if found else {}
        for name, line in self.lines.items():
            line.setText(texts.get(name, ""))
            self.form.setRowVisible(line, bool(texts.get(name)))
        self.files.set_rows([{**entry, "id": entry["path"]} for entry in found["files"]] if found else [])
        if found is None:
            return
        if not found["opened"]:
            self.verdict.set_state("info", tr("外层完整；内容已加密，选择收件私钥后才能核验里面"))
        elif found["signer_trusted"]:
            self.verdict.set_state("good", tr("完整无误，由本单位签名"))
        else:
            self.verdict.set_state("warn", tr("完整无误；签名者不在已知名单，请另行核对身份"))


def _texts(found: dict[str, Any], file: str) -> dict[str, str]:
    label = found["label"]
    notes = {
        "signer_unknown": tr("签名者不在已知名单"),
        "sample": tr("这是示例数据"),
        "clear": tr("内容没有加密"),
        "label_differs": tr("封面说明与里面的内容不一致"),
    }
    return {
        "file": file,
        "title": str(label["title"]),
        "organisation": f"{label['organisation']} {label['uscc']}".strip(),
        "made": when_text(str(label["made_at"])),
        "signer": str(found["key_id"]),
        "notes": clauses(notes.get(code, code) for code in found["notes"]),
    }
