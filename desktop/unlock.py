"""Opening a workspace that exists: by passphrase, by recovery code (then a new passphrase), or by the keyring.

What stands in the way is said in words of its own, with what can be done about it; what the keyring had to say is a
quiet line, since the passphrase opens all the same.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.look import GRID, icon
from desktop.messages import explain, sentence
from desktop.ops import Ops
from desktop.passphrase import NewPassphrase
from desktop.rescuing import RescueButton
from desktop.widgets.basics import CalmCombo, card, centred, heading, name_row, primary, quiet
from desktop.widgets.message import MessageBar
from desktop.widgets.recovery import RecoveryCode
from desktop.widgets.room import Flow, Stage
from policy.errors import Fault
from policy.i18n import tr

_WIDTH = 480
# what can be done here about a fault
_AGAIN = ("workspace.missing", "workspace.open_elsewhere", "store.busy", "disk.")
_FROM_BACKUP = (
    "workspace.missing",
    "keyslots.missing",
    "keyslots.damaged",
    "store.missing",
    "store.damaged",
    "store.log_damaged",
)


class UnlockPage(QWidget):
    """`opened(dict)` with the answer of `workspace.info`; `other_asked` to choose or make another workspace;
    `restore_asked` to bring this one back from a backup.
    `stood_open` that the workspace is open behind this page already, until a new passphrase is set.
    """

    opened = Signal(dict)
    stood_open = Signal()
    other_asked = Signal()
    restore_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops: Ops | None = None
        self._folder = ""
        self._info: dict[str, Any] = {}
        self._by_code = self._asking = False
        frame, inside = card()
        frame.setFixedWidth(_WIDTH)
        self.message = MessageBar(self)
        self._title, self._place, self.note = heading(large=True), quiet(), quiet()
        self.again, self.restore = QPushButton(), QPushButton()
        self.again.clicked.connect(self._try_again)
        self.restore.clicked.connect(self.restore_asked)
        self.rescue = RescueButton(self.message)
        self.rescue.rescued.connect(self.opened)
        self._fault: Fault | None = None
        self._ring_fault: Fault | None = None
        self._attempts = 0
        self.secret = QLineEdit()
        self.secret.returnPressed.connect(self.open_now)
        self.open_button = primary()
        self.open_button.clicked.connect(self.open_now)
        self.way, self.other = QPushButton(), QPushButton()
        for button in (self.way, self.other):
            button.setFlat(True)
        self.way.clicked.connect(self._switch_way)
        self.other.clicked.connect(self.other_asked)
        self._steps = QStackedWidget()
        self._steps.currentChanged.connect(lambda _step: self._step_shown())
        self._steps.addWidget(self._first())
        self.who, self._who_form = CalmCombo(), QFormLayout()
        self._who_form.addRow(" ", self.who)
        self.new = NewPassphrase()
        self.set_button, self.later = primary(), QPushButton()
        self.new.changed.connect(lambda _good: self._judge())
        self.who.currentIndexChanged.connect(lambda _place: self._judge())
        self.set_button.clicked.connect(self._reset)
        self.later.clicked.connect(lambda: self.opened.emit(self._info))
        self._why = quiet()
        self._steps.addWidget(self._second())
        self.code = RecoveryCode()
        self.go_on = primary()
        self.go_on.setEnabled(False)
        self.code.confirmed.connect(self.go_on.setEnabled)
        self.go_on.clicked.connect(lambda: self.opened.emit(self._info))
        self.code.returned.connect(self.go_on.click)
        self._steps.addWidget(_column(self.code, self.go_on))
        mark = QLabel()
        mark.setPixmap(icon("lock", "unknown").pixmap(32, 32))
        inside.addWidget(mark)
        inside.addWidget(self._title)
        inside.addWidget(self._place)
        inside.addWidget(self.message)
        ways_out = Flow()
        for button in (self.again, self.rescue, self.restore):
            ways_out.addWidget(button)
        ways_out.addStretch(1)
        inside.addLayout(ways_out)
        inside.addWidget(self.note)
        inside.addWidget(self._steps)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.addStretch(2)
        column.addLayout(centred(frame))
        column.addStretch(3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(Stage(inner))
        self.retranslate()

    def prepare(self, ops: Ops | None, folder: str, *, keyring: bool) -> None:
        """Ask for this workspace's passphrase; without `ops` the last one is still being closed.

        `keyring` tries the system's keyring first; never after a lock.
        """
        self._ops, self._folder = ops, folder
        self.secret.clear()
        self.new.clear()
        self.code.forget()
        self._steps.setCurrentIndex(0)
        self._fault = self._ring_fault = None
        self._by_code = False
        self._asking = ops is not None and keyring
        self.retranslate()
        self._enable(ops is not None and not keyring)
        if ops is not None and keyring:
            ops.run("workspace.open", owner=self, on_result=self._came, on_fault=self._no_keyring, folder=folder)
        elif ops is not None:
            self._look()
        self.secret.setFocus()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self._step_shown()
        self._place.setText(self._folder)
        label = tr("恢复码") if self._by_code else tr("口令")
        self.secret.setPlaceholderText(label)
        self.secret.setAccessibleName(label)
        self.secret.setEchoMode(QLineEdit.EchoMode.Normal if self._by_code else QLineEdit.EchoMode.Password)
        self.open_button.setText(tr("打开"))
        self.way.setText(tr("改用口令") if self._by_code else tr("忘记口令：使用恢复码"))
        self.other.setText(tr("其他工作区…"))
        self._why.setText(tr("已用恢复码打开。请设定新口令；同时会换一个新的恢复码，旧的随即作废。"))
        self.set_button.setText(tr("设定新口令"))
        self.later.setText(tr("以后再说"))
        self.go_on.setText(tr("进入工作区"))
        self.again.setText(tr("重试"))
        self.restore.setText(tr("从备份恢复…"))
        self.rescue.retranslate()
        name_row(self._who_form, self.who, tr("重设谁的口令"))
        self.who.setItemText(0, tr("请选择……"))
        self.new.retranslate()
        self.code.retranslate()
        for part in self._steps.findChildren(QLabel):
            if part.wordWrap():  # a stack of pages knows nothing of lines that wrap
                part.setMinimumHeight(max(part.heightForWidth(_WIDTH - 4 * GRID), 0))
        self._tell()

    def _step_shown(self) -> None:
        """The card is as high as the step it shows, and says what that is about."""
        self._title.setText((tr("打开工作区"), tr("设定新口令"), tr("保管新的恢复码"))[self._steps.currentIndex()])
        shown = self._steps.currentWidget()
        for page in (self._steps.widget(place) for place in range(self._steps.count())):
            if page is not None:
                high = QSizePolicy.Policy.Minimum if page is shown else QSizePolicy.Policy.Ignored
                page.setSizePolicy(QSizePolicy.Policy.Preferred, high)
        self._steps.updateGeometry()

    def open_now(self) -> None:
        """Try what was typed."""
        text = self.secret.text()
        if self._ops is None or not text.strip() or not self.open_button.isEnabled():
            return
        self._enable(False)
        self._attempts += 1
        self._ring_fault = None
        self.note.setText(tr("正在打开……"))
        self.note.show()
        self._ops.run(
            "workspace.open",
            owner=self,
            on_result=self._came,
            on_fault=self._refused,
            folder=self._folder,
            **self._secret(),
        )

    def _secret(self) -> dict[str, Any]:
        """The way in that was typed; empty for the keyring."""
        text = self.secret.text()
        if not text.strip():
            return {}
        return {"recovery_code": text.strip()} if self._by_code else {"passphrase": text}

    def _came(self, info: dict[str, Any]) -> None:
        self._info = info
        self.secret.clear()
        self._fault, self._asking = None, False
        self._tell()
        self._enable(True)
        if self._by_code and self._ops is not None:
            self.stood_open.emit()
            self._ops.run("keys.list", owner=self, on_result=self._people_came, on_fault=self.message.show_fault)
        else:
            self.opened.emit(info)

    def _people_came(self, people: list[dict[str, Any]]) -> None:
        self.who.clear()
        self.who.addItem(tr("请选择……"), "")
        for person in people:
            self.who.addItem(str(person["name"]) or tr("（未登记姓名）"), person["holder"])
        self.who.setCurrentIndex(1 if len(people) == 1 else 0)
        self._who_form.setRowVisible(self.who, len(people) > 1)
        self._judge()
        self._steps.setCurrentIndex(1)
        (self.who if len(people) > 1 else self.new.first).setFocus()

    def _refused(self, fault: Fault) -> None:
        self._fault = fault
        self._tell()
        self._enable(True)
        self.secret.selectAll()
        self.secret.setFocus()

    def _no_keyring(self, fault: Fault) -> None:
        self._asking = False
        if fault.code.startswith(("key.", "keyring.")):
            self._ring_fault = fault
        else:
            self._fault = fault
        self._tell()
        self._enable(True)
        self.secret.setFocus()

    def _look(self) -> None:
        """What can be told of the folder before anything is typed."""
        if self._ops is None:
            return

        asked = self._attempts

        def found(fault: Fault | None) -> None:
            if asked == self._attempts:  # else it was tried to open meanwhile, and that says more
                self._fault = fault
                self._tell()

        self._ops.run(
            "workspace.look",
            owner=self,
            on_result=lambda _answer: found(None),
            on_fault=found,
            folder=self._folder,
        )

    def _try_again(self) -> None:
        if self.secret.text().strip():
            self.open_now()
        else:
            self._look()

    def _tell(self) -> None:
        """What is in the way, and what can be done about it."""
        fault = self._fault
        if fault is None:
            self.message.clear()
        elif fault.code == "disk.read_only":
            self.message.show_text("bad", sentence("unlock.read_only", {"path": self._folder}))
        else:
            self.message.show_fault(fault)
        code = "" if fault is None else fault.code
        self.again.setVisible(code.startswith(_AGAIN))
        self.restore.setVisible(code.startswith(_FROM_BACKUP))
        self.rescue.offer(self._ops, self._folder, fault, self._secret)
        ring = tr("正在询问系统钥匙串……") if self._asking else explain(self._ring_fault) if self._ring_fault else ""
        self.note.setText(ring)
        self.note.setVisible(bool(ring))

    def _judge(self) -> None:
        self.set_button.setEnabled(self.new.is_good() and (self.who.count() < 2 or bool(self.who.currentData())))

    def _reset(self) -> None:
        passphrase = self.new.passphrase()
        if self._ops is None or not passphrase:
            return
        self.set_button.setEnabled(False)

        def done(answer: dict[str, Any]) -> None:
            self.new.clear()
            self.message.clear()
            organisation, workspace = str(self._info["organisation"]["name"]), str(self._info["workspace"])
            self.code.set_code(organisation, workspace, str(answer["recovery_code"]))
            self._steps.setCurrentIndex(2)

        def failed(fault: Fault) -> None:
            self.message.show_fault(fault)
            self._judge()

        self._ops.run(
            "workspace.reset_passphrase",
            owner=self,
            on_result=done,
            on_fault=failed,
            new_passphrase=passphrase,
            holder=str(self.who.currentData() or ""),
        )

    def _switch_way(self) -> None:
        self._by_code = not self._by_code
        self.secret.clear()
        if self._fault is not None and self._fault.code.startswith("key."):
            self._fault = None
        self.retranslate()
        self.secret.setFocus()

    def _enable(self, on: bool) -> None:
        for part in (self.secret, self.open_button, self.way, self.other, self.again, self.restore):
            part.setEnabled(on)

    def _first(self) -> QWidget:
        links = QHBoxLayout()
        links.addWidget(self.way)
        links.addStretch(1)
        links.addWidget(self.other)
        page = _column(self.secret, self.open_button)
        layout = page.layout()
        assert isinstance(layout, QVBoxLayout)  # noqa: S101 - made just above
        layout.insertLayout(2, links)
        return page

    def _second(self) -> QWidget:
        buttons = QHBoxLayout()
        buttons.addWidget(self.set_button)
        buttons.addWidget(self.later)
        buttons.addStretch(1)
        page = _column(self._why, self.new)
        layout = page.layout()
        assert isinstance(layout, QVBoxLayout)  # noqa: S101 - made just above
        layout.insertLayout(1, self._who_form)
        layout.insertLayout(3, buttons)
        return page


def _column(*parts: QWidget) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(GRID)
    for part in parts:
        layout.addWidget(part)
    layout.addStretch(1)
    return page
