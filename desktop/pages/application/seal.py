"""Sealing a version for an office: whom it is for, what personal data lies open in it, and the word that it may."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QListWidget, QPushButton, QVBoxLayout, QWidget

from desktop.ops import Ops
from desktop.pages.application.redaction import RedactionTable
from desktop.pages.delivery.words import when
from desktop.pages.evidence.rows import Row
from desktop.widgets.basics import CalmCombo, StatusChip, card, heading, quiet
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Stage
from policy.errors import Fault
from policy.i18n import listed, tr

_NAMED = 2  # open figures that are named beside their number


class SealStep(QWidget):
    """`sealed(package id)` when it is done; `asking(bool)` while a question waits for its answer; `unverified` when the
    user wants to see what must be compared with the notice first, `outdated` to make the version anew; `looked` when
    it is known whether anything is still open."""

    sealed = Signal(str)
    asking = Signal(bool)
    unverified = Signal()
    outdated = Signal()
    looked = Signal()

    def __init__(self, ops: Ops, message: MessageBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._message = ops, message
        self._application: Row | None = None
        self._replaces: str | None = None
        self._endpoints: list[dict[str, Any]] = []
        self.version, self.protection, self.replacing = QLabel(wordWrap=True), quiet(), quiet()
        self.endpoint = CalmCombo()
        self._labels = (quiet(wrap=False), quiet(wrap=False), quiet(wrap=False))
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        form.addRow(self._labels[0], self.version)
        form.addRow(self._labels[1], self.endpoint)
        form.addRow(self._labels[2], self.protection)
        self.still_open, self._open_text, self.settle = QWidget(), StatusChip(wrap=True), QPushButton()
        self._open: dict[str, Any] | None = None
        line = QHBoxLayout(self.still_open)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self._open_text, 1)
        line.addWidget(self.settle)
        self.settle.clicked.connect(lambda: self._settle())
        self.still_open.hide()
        self.redaction = RedactionTable()
        self.redaction.setVisible(False)
        self.redaction.changed.connect(self._withdraw)
        self.question, inside = card()
        self.question_head, self.question_text = heading(), QLabel(wordWrap=True)
        self.fields = QListWidget()
        self.fields.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.confirm, self.refuse = QPushButton(), QPushButton()
        buttons = QHBoxLayout()
        buttons.addWidget(self.confirm)
        buttons.addWidget(self.refuse)
        buttons.addStretch(1)
        for widget in (self.question_head, self.question_text, self.fields):
            inside.addWidget(widget)
        inside.addLayout(buttons)
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.still_open)
        layout.addLayout(form)
        layout.addWidget(self.replacing)
        layout.addWidget(self.redaction)
        layout.addWidget(self.question)
        layout.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(Stage(body))
        self.question.setVisible(False)
        self.endpoint.currentIndexChanged.connect(lambda: self._endpoint_changed())
        self.confirm.clicked.connect(lambda: self.seal(confirmed=True))
        self.refuse.clicked.connect(self._withdraw)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text in the language in force."""
        for label, text in zip(self._labels, (tr("申报书"), tr("接收方"), tr("保护")), strict=True):
            label.setText(text)
        self.endpoint.setAccessibleName(tr("接收方"))
        self.question_head.setText(tr("以下个人信息将以明文放进报送包，确认要这样做吗？"))
        self.question_text.setText(
            tr("这份报送包没有加密对象，拿到文件的人都能看到下列内容。也可以返回，选择能加密的接收方。")
        )
        self.fields.setAccessibleName(tr("报送包里的个人信息"))
        self.redaction.retranslate()
        self.confirm.setText(tr("确认并封装"))
        self.refuse.setText(tr("不封装"))
        self._fill_endpoints()
        self._show()
        self._show_open()

    def load(self) -> None:
        """Ask for the endpoints there are."""
        self._ops.run("endpoint.list", owner=self, place="endpoints", on_result=self._endpoints_came)

    def show_application(self, application: Row | None, replaces: str | None) -> None:
        """What will be sealed, and which earlier package it replaces."""
        if application != self._application:
            self._withdraw()
            self._ask_for_fields(application)
        self._application, self._replaces = application, replaces
        self.look()
        self._show()

    def look(self) -> None:
        """Ask what keeps the version from being sealed."""
        self._open = None
        self._show_open()
        self._ops.forget(self, "open")
        if self._application is None:
            return

        def came(answer: dict[str, Any]) -> None:
            self._open = answer
            self._show_open()
            self.looked.emit()

        self._ops.run("package.open", owner=self, place="open", on_result=came, application=self._application["id"])

    def sealable(self) -> bool:
        """Whether there is a version with nothing open in it, as far as is known."""
        return self._application is not None and self._open is not None and not self._open["figures"]

    def _settle(self) -> None:
        (self.outdated if self._open and self._open["remake"] else self.unverified).emit()

    def _show_open(self) -> None:
        figures = self._open["figures"] if self._open else []
        self.still_open.setVisible(bool(figures))
        if not self._open or not figures:
            return
        titles = listed(one["title"] for one in figures[:_NAMED])
        if self._open["remake"]:
            said = tr("这一版之后又对照核实了 {n} 项（{titles}），请生成新一版再封装。", n=len(figures), titles=titles)
            self.settle.setText(tr("去生成新一版"))
        else:
            said = tr("还不能封装：{n} 项数值没有对照当年通知（{titles}）。", n=len(figures), titles=titles)
            self.settle.setText(tr("去核对"))
        self._open_text.set_state("warn", said)
        self._open_text.setToolTip(listed(one["title"] for one in figures))

    def seal(self, *, confirmed: bool = False) -> None:
        """Seal the version for the endpoint chosen."""
        if self._application is None:
            return
        self._message.clear()
        mine = self._application["id"]
        self._ops.run(
            "package.seal",
            owner=self,
            title=tr("封装"),
            application=mine,
            endpoint=self.endpoint.currentData() or None,
            personal_confirmed=confirmed,
            personal=self.redaction.chosen(),
            replaces=self._replaces,
            on_result=self._sealed,
            on_fault=lambda fault: self._not_sealed(mine, fault),
        )

    def _ask_for_fields(self, application: Row | None) -> None:
        self.redaction.show_fields([])
        self._ops.forget(self, "fields")
        if application is not None:
            self._ops.run(
                "package.personal",
                owner=self,
                place="fields",
                on_result=self.redaction.show_fields,
                application=application["id"],
            )

    def _sealed(self, answer: dict[str, Any]) -> None:
        self._withdraw()
        self.sealed.emit(answer["id"])

    def _not_sealed(self, application: str, fault: Fault) -> None:
        if self._application is None or self._application["id"] != application:
            return  # what would be confirmed now is another version
        if fault.code == "package.unverified":
            self._message.show_fault(fault, tr("去核对"), self.unverified.emit)
            return
        if fault.code not in ("package.personal_unconfirmed", "package.clear_unconfirmed"):
            self._message.show_fault(fault)
            return
        self.fields.clear()
        self.fields.addItems([str(field) for field in fault.params.get("fields", ())] or [tr("没有列出的个人信息")])
        self.question.setVisible(True)
        self.asking.emit(True)
        self.refuse.setFocus()

    def _withdraw(self) -> None:
        self.question.setVisible(False)
        self.asking.emit(False)

    def _endpoints_came(self, endpoints: list[dict[str, Any]]) -> None:
        self._endpoints = endpoints
        self._fill_endpoints()

    def _fill_endpoints(self) -> None:
        chosen = self.endpoint.currentData()
        self.endpoint.clear()
        self.endpoint.addItem(tr("不指定（用 U 盘、邮件或纸质递交）"), "")
        for endpoint in self._endpoints:
            self.endpoint.addItem(endpoint["name"], endpoint["id"])
        place = self.endpoint.findData(chosen)
        self.endpoint.setCurrentIndex(place if chosen and place >= 0 else min(1, self.endpoint.count() - 1))

    def _endpoint_changed(self) -> None:
        self._withdraw()
        self._show()

    def _show(self) -> None:
        row = self._application
        if row is None:
            self.version.setText(tr("先生成申报书，再封装。"))
        else:
            self.version.setText(
                tr("{title} · 第 {n} 版（{when}）", title=row["title"], n=row["version"], when=when(row["created_at"]))
            )
        chosen = next((item for item in self._endpoints if item["id"] == self.endpoint.currentData()), None)
        if chosen is None:
            self.protection.setText(tr("有签名，不加密。封装前会列出其中的个人信息，由您确认。"))
        elif chosen["encrypted"]:
            self.protection.setText(
                tr(
                    "有签名，并加密给接收方；指纹 {fingerprint}，可打电话核对。",
                    fingerprint=listed(chosen["fingerprints"]),
                )
            )
        else:
            self.protection.setText(tr("有签名；这个接收方没有提供加密公钥，封装前会列出其中的个人信息，由您确认。"))
        self.replacing.setText(tr("这一份将替换此前被退回的报送包。"))
        self.replacing.setVisible(self._replaces is not None)
