"""When the workspace locks itself: after how many minutes without anybody, and when the computer sleeps."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.look import GRID, state_icon
from desktop.runtime.settings import LOCK_AFTER, Settings, lock_minutes, lock_on_sleep
from desktop.widgets.basics import CalmCombo, LongCheck, heading, name_row, quiet
from policy.i18n import tr


class Locking(QWidget):
    """This user's own settings on this computer; the window asks for them every second, so they hold at once."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._head, self._said = heading(), quiet()
        self._warned = QLabel()
        self._warned.setWordWrap(True)
        mark = QLabel()
        mark.setPixmap(state_icon("warn").pixmap(GRID * 2, GRID * 2))
        self._warning = QWidget()
        beside = QHBoxLayout(self._warning)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(GRID)
        beside.addWidget(mark)
        beside.addWidget(self._warned, 1)
        self.minutes: QComboBox = CalmCombo()
        for minutes in (*LOCK_AFTER, 0):
            self.minutes.addItem("", minutes)
        self.minutes.setCurrentIndex(self.minutes.findData(lock_minutes(settings)))
        self.minutes.currentIndexChanged.connect(self._choose)
        self.minutes.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.on_sleep = LongCheck()
        self.on_sleep.setChecked(lock_on_sleep(settings))
        self.on_sleep.toggled.connect(lambda on: settings.set("lock_on_sleep", on))
        self._form = QFormLayout()
        self._form.addRow(" ", self.minutes)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self._head)
        layout.addWidget(self._said)
        layout.addLayout(self._form)
        layout.addWidget(self._warning)
        layout.addWidget(self.on_sleep)
        layout.addStretch(1)
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self._head.setText(tr("自动锁定"))
        self._said.setText(
            tr("锁定后关闭数据文件、丢弃钥匙并清空屏幕，未保存的内容加密保留；再进入要输入口令。随时可按 Ctrl+L 锁定。")
        )
        for place in range(self.minutes.count()):
            minutes = self.minutes.itemData(place)
            self.minutes.setItemText(place, tr("{n} 分钟", n=minutes) if minutes else tr("从不"))
        name_row(self._form, self.minutes, tr("无人操作多久后锁定"))
        self._warned.setText(
            tr("离开座位时，任何人都能看到并改动工作区里的内容，包括个人信息。请至少设一个时间，60 分钟以内为好。")
        )
        self._warning.setVisible(not self.minutes.currentData())
        self.on_sleep.setText(tr("电脑休眠或锁屏时锁定工作区"))

    def _choose(self) -> None:
        self._settings.set("lock_minutes", self.minutes.currentData())
        self._warning.setVisible(not self.minutes.currentData())
