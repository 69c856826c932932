"""The first run, five steps at most, inside the window: it ends with an open workspace."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.firstrun.running import Running
from desktop.firstrun.steps import LanguageStep, OrganisationStep, PassphraseStep, PlaceStep, StartStep, Steps
from desktop.look import GRID
from desktop.ops import Ops, Ticket
from desktop.passphrase import way_in
from desktop.widgets.basics import card, centred, primary, quiet
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Stage
from policy.errors import Fault
from policy.i18n import listed, tr

_WIDTH, _HEIGHT = 620, 460


class Wizard(QWidget):
    """Signals: `language_chosen(str)`; `existing_chosen(str)` the folder of a workspace to unlock;
    `finished(dict, str)` the answer of `workspace.info` and how to start ("", "import"); `given_up` back to unlock.
    """

    language_chosen = Signal(str)
    existing_chosen = Signal(str)
    finished = Signal(dict, str)
    given_up = Signal()
    stood_open = Signal(str)  # the folder of the workspace that was made, and is open behind the steps that follow

    def __init__(self, ops: Ops, *, can_go_back: bool, restore: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops = ops
        self._made = False
        self.language, self.place, self.organisation = LanguageStep(), PlaceStep(), OrganisationStep()
        self.passphrase, self.start = PassphraseStep(), StartStep()
        self.language.chosen.connect(self.language_chosen)
        self.message = MessageBar(self)
        self.steps = Steps()
        for step in (self.language, self.place, self.organisation, self.passphrase, self.start):
            step.changed.connect(self._judge)
            self.steps.addWidget(step)
        self.count = QLabel()
        self.count.setProperty("quiet", True)
        self.lacking, self.running = quiet(), Running()
        self._task: Ticket | None = None
        self.running.stopped.connect(self._stop)
        self.back, self.next = QPushButton(), primary()
        self.next.setDefault(True)
        self.back.clicked.connect(self._back)
        self.next.clicked.connect(self._next)
        self._can_go_back = can_go_back
        frame, inside = card()
        frame.setFixedWidth(_WIDTH)
        self._frame = frame
        inside.setContentsMargins(GRID * 3, GRID * 3, GRID * 3, GRID * 2)
        inside.addWidget(self.message)
        inside.addWidget(Stage(self.steps), 1)
        inside.addWidget(self.lacking)
        inside.addWidget(self.running)
        buttons = QHBoxLayout()
        buttons.addWidget(self.count)
        buttons.addStretch(1)
        buttons.addWidget(self.back)
        buttons.addWidget(self.next)
        inside.addLayout(buttons)
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        layout.addLayout(centred(frame))
        layout.addStretch(1)
        self.retranslate()
        self.place.drive_asked.connect(self._ask_drive)
        self.place.backup.asked.connect(self._ask_snapshots)
        if restore:
            self.place.restore.setChecked(True)
            self._show(self.steps.indexOf(self.place))

    def retranslate(self) -> None:
        """Texts in the language in force."""
        for place in range(self.steps.count()):
            self.steps.widget(place).retranslate()
        self.back.setText(tr("上一步"))
        self.running.retranslate()
        self._judge()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        focused = self.focusWidget()  # only a dialog has a default button of its own, and this is none
        (focused if isinstance(focused, QPushButton) else self.next).click()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The card stays as high from step to step, and within the window: what is higher scrolls in it."""
        super().resizeEvent(event)
        self._frame.setMinimumHeight(min(_HEIGHT, event.size().height() - 2 * GRID))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._focus()

    def _judge(self) -> None:
        place = self.steps.currentIndex()
        self.count.setText(tr("第 {n} 步，共 5 步", n=place + 1))
        missing = self.steps.widget(place).missing()
        self.next.setEnabled(not missing and self._task is None)
        self.lacking.setText(tr("还缺：{what}", what=listed(missing)) if missing else "")
        self.lacking.setVisible(bool(missing))
        self.next.setAccessibleDescription(self.lacking.text())
        last = self.steps.currentWidget() is self.start
        self.next.setText(tr("开始使用") if last else self._way_on())
        first = place == 0 and not self._can_go_back
        self.back.setVisible(not first and not self._made)

    def _way_on(self) -> str:
        at_place = self.steps.currentWidget() is self.place
        if at_place and self.place.existing.isChecked():
            return tr("打开")
        return tr("恢复") if at_place and self.place.restore.isChecked() else tr("下一步")

    def _show(self, place: int) -> None:
        self.message.clear()
        self.steps.setCurrentIndex(place)
        self._judge()
        self._focus()

    def _focus(self) -> None:
        self.steps.widget(self.steps.currentIndex()).setFocus()
        self.focusNextChild()

    def _back(self) -> None:
        place = self.steps.currentIndex()
        if place == 0:
            self.given_up.emit()
        elif self.steps.currentWidget() is self.passphrase and self.place.restore.isChecked():
            self._show(1)
        else:
            self._show(place - 1)

    def _next(self) -> None:
        step = self.steps.currentWidget()
        if step is self.place and self.place.existing.isChecked():
            self.existing_chosen.emit(self.place.folder.text().strip())
        elif step is self.place and self.place.restore.isChecked():
            self._restore()
        elif step is self.passphrase and not self._made:
            self._make()
        elif step is self.start:
            self._begin()
        else:
            self._show(self.steps.currentIndex() + 1)

    def _restore(self) -> None:
        self._begin_task(
            "backup.restore",
            tr("正在恢复备份"),
            tr("已取消恢复，没有留下工作区；备份没有动。"),
            file=self.place.backup.chosen(),
            folder=self.place.folder.text().strip(),
            **way_in(self.place.secret.text()),
        )

    def _make(self) -> None:
        self._wait(True)
        self._ops.run(
            "workspace.create",
            owner=self,
            on_result=self._created,
            on_fault=self._failed,
            folder=self.place.folder.text().strip(),
            passphrase=self.passphrase.new.passphrase(),
            organisation=self.organisation.name.text().strip(),
            kinds=self.organisation.ticked(),
            person=self.organisation.person.text().strip(),
        )

    def _created(self, answer: dict[str, Any]) -> None:
        self._made = True
        self.passphrase.new.clear()
        self.passphrase.show_code(
            self.organisation.name.text().strip(), str(answer["workspace"]), str(answer["recovery_code"])
        )
        self.stood_open.emit(str(answer["folder"]))
        self._wait(False)
        self._ops.run("settings.save", owner=self, key="secrets_notice_seen", value=True)

    def _ask_drive(self, folder: str) -> None:
        self._ops.run(
            "workspace.place",
            owner=self,
            place="drive",
            on_result=lambda answer: self.place.show_drive(folder, str(answer["cloud_drive"])),
            folder=folder,
        )

    def _ask_snapshots(self, folder: str) -> None:
        self._ops.run(
            "backup.snapshots",
            owner=self,
            place="snapshots",
            on_result=lambda rows: self.place.backup.show_snapshots(folder, rows),
            on_fault=self.message.show_fault,
            folder=folder,
        )

    def _begin(self) -> None:
        if self.start.sample.isChecked():
            self._begin_task(
                "sample.load",
                tr("正在装入示例，约需一分钟"),
                tr("已取消，示例一条也没有装入。工作区是空的，可以直接使用，也可以再装一次。"),
            )
        else:
            self._wait(True)
            self._inform("import" if self.start.sheet.isChecked() else "")

    def _begin_task(self, service: str, title: str, cancelled: str, **parameters: Any) -> None:
        """Do what takes long; the person sees how far it is and may stop it, which `cancelled` then tells."""

        def stopped() -> None:
            self._wait(False)
            self.message.show_text("info", cancelled)
            self._focus()

        def done(_answer: Any) -> None:
            self.running.end()
            self._inform("")

        self._wait(True)
        self.message.clear()
        self.running.begin(title)
        self._task = self._ops.run(
            service,
            owner=self,
            on_result=done,
            on_fault=self._failed,
            on_cancelled=stopped,
            on_progress=self.running.tell,
            title=title,
            **parameters,
        )

    def _stop(self) -> None:
        if self._task is not None:
            self._ops.cancel(self._task)

    def _inform(self, how: str) -> None:
        self._ops.run(
            "workspace.info", owner=self, on_result=lambda info: self.finished.emit(info, how), on_fault=self._failed
        )

    def _failed(self, fault: Fault) -> None:
        self._wait(False)
        self.message.show_fault(fault)

    def _wait(self, on: bool) -> None:
        self.steps.setEnabled(not on)
        self.back.setEnabled(not on)
        if on:
            self.message.show_text("busy", tr("正在处理……"))
            self.next.setEnabled(False)
        else:
            self._task = None
            self.running.end()
            self.message.clear()
            self._judge()
