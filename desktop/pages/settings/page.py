"""The settings page: sections at the left, one shown at a time."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.fields import typed_fields
from desktop.look import GRID
from desktop.models.format import size
from desktop.ops import Ops
from desktop.pages.base import Desk, Page
from desktop.pages.settings.backup import Backups
from desktop.pages.settings.keys import Keys
from desktop.pages.settings.licences import licence_text, version
from desktop.pages.settings.locking import Locking
from desktop.pages.settings.records import Records
from desktop.widgets.basics import heading, quiet
from desktop.widgets.message import MessageBar
from desktop.widgets.recordform import RecordForm
from policy import i18n
from policy.i18n import tr

_SECTIONS = 180  # px of width at most
_MOST_SAID = 10  # problems of a check


class SettingsPage(Page):
    NAME = "settings"
    ICON = "settings"

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self._info: dict[str, Any] = dict(desk.info)
        self.sections = QListWidget()
        self.sections.setMaximumWidth(_SECTIONS)
        self.sections.setSpacing(GRID // 4)
        self.panes = QStackedWidget()
        self.keys = Keys(ops, desk)
        self.locking = Locking(desk.settings)
        self.records = Records(ops, desk)
        self.backups = Backups(ops, desk)
        names = [field.name for field in typed_fields("organisation")]
        self.own = RecordForm(ops, "organisation", names, desk.drafts, deletable=False)
        kept = (self.own, self._workspace(), self.backups, self.keys, self.locking, self.records)
        self._places = {"keys": 1 + kept.index(self.keys), "backup": 1 + kept.index(self.backups)}
        for pane in (self._general(), *kept, self._about()):
            area = QScrollArea()
            area.setWidgetResizable(True)
            area.setFrameShape(QFrame.Shape.NoFrame)
            area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            area.setWidget(pane)
            self.panes.addWidget(area)
            self.sections.addItem("")
        self.sections.currentRowChanged.connect(self.panes.setCurrentIndex)
        self.sections.setCurrentRow(0)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GRID * 2, 0, GRID * 2, GRID)
        layout.setSpacing(GRID * 2)
        layout.addWidget(self.sections)
        layout.addWidget(self.panes, 1)

    @classmethod
    def title(cls) -> str:
        return tr("设置")

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self.sections.setMaximumWidth(_SECTIONS if event.size().width() >= 800 else _SECTIONS * 3 // 4)

    def retranslate(self) -> None:
        self.sections.setAccessibleName(tr("设置的分类"))
        kept = (tr("工作区"), tr("备份"), tr("口令与钥匙"), tr("锁定"), tr("操作记录"))
        names = (tr("常规"), tr("本单位"), *kept, tr("关于"))
        for place, text in enumerate(names):
            self.sections.item(place).setText(text)
        self._language_head.setText(tr("界面语言"))
        self._info_head.setText(tr("工作区"))
        self._verify.setText(tr("检查完整性"))
        self._verify_said.setText(
            tr("逐一核对数据文件、佐证和报送包是否完好，操作记录是否被改动过；只查看，不改动任何内容。")
        )
        self._about_head.setText(tr("孵转台 {version}", version=version()))
        self._about_said.setText(tr("本程序以 Apache-2.0 许可发布。所用组件和图标、字体的许可如下。"))
        self._licences.setAccessibleName(tr("许可"))
        self.own.retranslate()
        self.keys.retranslate()
        self.locking.retranslate()
        self.records.retranslate()
        self.backups.retranslate()
        self._fill_info()

    def arrive(self, **arguments: Any) -> None:
        """`section` is the place of a section, or "keys" or "backup"."""
        if "section" in arguments:
            section = arguments["section"]
            self.sections.setCurrentRow(self._places[section] if section in self._places else int(section))
        self.keys.arrive()
        if not self.own.record():
            self.own.show_record(str(self.desk.info["organisation"]["id"]))
        self.ops.run("workspace.info", owner=self, place="info", on_result=self._info_came)
        self.backups.arrive()
        self.records.arrive()

    def changes_came(self, changes: dict[str, Any]) -> None:
        if self.own.record() in (changes.get("records") or {}).get("organisation", ()):
            self.own.refresh()

    def _general(self) -> QWidget:
        pane, column = _pane()
        self._language_head = heading()
        column.addWidget(self._language_head)
        self._languages = QButtonGroup(self)
        for code, text in (("zh", "简体中文"), ("en", "English")):  # i18n: names of languages stay as they are
            button = QRadioButton(text)
            button.setChecked(i18n.language() == code)
            button.clicked.connect(lambda _checked=False, code=code: self.desk.switch_language(code))
            self._languages.addButton(button)
            column.addWidget(button)
        column.addStretch(1)
        return pane

    def _workspace(self) -> QWidget:
        pane, column = _pane()
        self.message = MessageBar(self)
        self._info_head = heading()
        self._facts = QFormLayout()
        self._facts.setHorizontalSpacing(GRID * 2)
        self._verify, self._verify_said = QPushButton(), quiet()
        self._verify.clicked.connect(self._check)
        column.addWidget(self.message)
        column.addWidget(self._info_head)
        column.addLayout(self._facts)
        column.addWidget(self._verify_said)
        column.addWidget(self._verify, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        return pane

    def _about(self) -> QWidget:
        pane, column = _pane()
        self._about_head, self._about_said = heading(large=True), quiet()
        self._licences = QPlainTextEdit(licence_text())
        self._licences.setReadOnly(True)
        column.addWidget(self._about_head)
        column.addWidget(self._about_said)
        column.addWidget(self._licences, 1)
        return pane

    def _info_came(self, info: dict[str, Any]) -> None:
        self._info = info
        self._fill_info()

    def _fill_info(self) -> None:
        while self._facts.rowCount():
            self._facts.removeRow(0)
        info = self._info
        facts = (
            (tr("单位"), str(info["organisation"]["name"])),
            (tr("文件夹"), str(info["folder"])),
            (tr("编号"), str(info["workspace"])),
            (tr("大小"), size(int(info.get("bytes", 0)))),
            (tr("企业"), f"{info.get('counts', {}).get('firm', 0):,}"),
            (tr("案件"), f"{info.get('counts', {}).get('broker_case', 0):,}"),
            (tr("佐证"), f"{info.get('counts', {}).get('evidence', 0):,}"),
            (tr("操作记录"), tr("{n} 条，末值 {head}", n=info["audit"]["length"], head=info["audit"]["head"][:16])),
        )
        for name, value in facts:
            label = QLabel(value, wordWrap=True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setAccessibleName(f"{name} {value}")
            self._facts.addRow(name, label)

    def _check(self) -> None:
        self._verify.setEnabled(False)

        def done(answer: dict[str, Any]) -> None:
            self._verify.setEnabled(True)
            if answer["ok"]:
                self.message.show_text(
                    "good",
                    tr(
                        "检查通过：{files} 个文件、{packages} 个报送包。",
                        files=answer["files"],
                        packages=answer["packages"],
                    ),
                )
                return
            told = "\n".join(item["sentence"] for item in answer["problems"][:_MOST_SAID])
            self.message.show_text("warn", tr("发现 {n} 处问题：", n=len(answer["problems"])) + "\n" + told)

        def failed(fault: Any) -> None:
            self._verify.setEnabled(True)
            self.message.show_fault(fault)

        self.ops.run(
            "workspace.verify",
            owner=self,
            on_result=done,
            on_fault=failed,
            on_cancelled=lambda: self._verify.setEnabled(True),
            title=tr("正在检查"),
        )


def _pane() -> tuple[QWidget, QVBoxLayout]:
    pane = QWidget()
    column = QVBoxLayout(pane)
    column.setContentsMargins(GRID, GRID, GRID, GRID)
    column.setSpacing(GRID)
    return pane, column
