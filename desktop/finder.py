"""The one search field (Ctrl+K): records by Chinese, pinyin, initials or code, and every command by its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop.fields import kind_label
from desktop.look import icon
from desktop.ops import Ops
from policy.i18n import tr

_PAUSE = 120  # ms after the last committed letter
_LIMIT = 40
_WIDTH = 560
# Whoever clicks or presses Ctrl+K wants the list; focus also falls here by itself, when a button is disabled say.
_ASKED = (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.ShortcutFocusReason)


@dataclass(frozen=True, slots=True)
class Command:
    """Something that can be run by name."""

    title: Callable[[], str]
    icon: str
    run: Callable[[], None]
    words: str = ""  # other ways to find it: pinyin, initials, English


class Finder(QLineEdit):
    """The field and, below it, what was found, grouped by kind. The keys stay in the field: it takes Chinese input."""

    record_chosen = Signal(str, str)

    def __init__(self, ops: Ops, commands: Sequence[Command], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._commands = ops, tuple(commands)
        self.setClearButtonEnabled(True)
        self._lens = self.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._popup = QFrame(parent)
        self._popup.setProperty("card", True)
        self._popup.hide()
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.itemClicked.connect(self._take)
        inside = QVBoxLayout(self._popup)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.list)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._search)
        # textChanged comes with committed text only, never with pinyin under way
        self.textChanged.connect(lambda _text: self._pause.start())
        self.returnPressed.connect(lambda: self._take(self.list.currentItem()))
        self.installEventFilter(self)
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.setPlaceholderText(tr("查找企业、案件、佐证，或输入命令（Ctrl+K）"))
        self.setAccessibleName(tr("查找"))
        self._lens.setText(tr("查找"))
        self.list.setAccessibleName(tr("查找结果"))

    def is_open(self) -> bool:
        """Whether results are shown."""
        return not self._popup.isHidden()

    def dismiss(self) -> None:
        """Another page is shown: put the results away."""
        if self.is_open():
            self._close()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.is_open():
            self._step(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() == Qt.Key.Key_Down:
            self._search()
        elif event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.FocusOut:
            QTimer.singleShot(0, self, self._left)
        elif isinstance(event, QFocusEvent) and event.reason() in _ASKED:
            self._pause.start()
        return super().eventFilter(watched, event)

    def _left(self) -> None:
        if not self.hasFocus() and not self.list.underMouse():
            self._popup.hide()

    def _search(self) -> None:
        text = self.text().strip()
        if not self.hasFocus():
            return
        self._ops.forget(self, "hits")
        if not text:
            self._show([], "")
            return

        def came(hits: list[dict[str, Any]]) -> None:
            if self.hasFocus():
                self._show(hits, text)

        self._ops.run("records.find", owner=self, place="hits", on_result=came, text=text, limit=_LIMIT)

    def _show(self, hits: list[dict[str, Any]], text: str) -> None:
        self.list.clear()
        wanted = text.casefold()
        commands = [
            command
            for command in self._commands
            if not wanted or wanted in command.title().casefold() or wanted in command.words
        ]
        by_kind: dict[str, list[dict[str, Any]]] = {}
        for hit in hits:
            by_kind.setdefault(hit["kind"], []).append(hit)
        for kind, found in by_kind.items():
            self._head(kind_label(kind))
            for hit in found:
                item = QListWidgetItem(f"    {hit['title']}")
                item.setData(Qt.ItemDataRole.UserRole, (kind, hit["id"]))
                self.list.addItem(item)
        if commands:
            self._head(tr("命令"))
            for command in commands:
                item = QListWidgetItem(icon(command.icon), command.title())
                item.setData(Qt.ItemDataRole.UserRole, command)
                self.list.addItem(item)
        if not hits and not commands:
            self._head(tr("没有找到“{text}”", text=text))
        self._step(1)
        self._place()

    def _head(self, text: str) -> None:
        item = QListWidgetItem(text)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        self.list.addItem(item)

    def _step(self, step: int) -> None:
        place = self.list.currentRow() + step
        while 0 <= place < self.list.count():
            if self.list.item(place).flags() & Qt.ItemFlag.ItemIsSelectable:
                self.list.setCurrentRow(place)
                return
            place += step

    def _place(self) -> None:
        parent = self._popup.parentWidget()
        if parent is None:
            return
        corner = self.mapTo(parent, QPoint(0, self.height() + 2))
        rows = sum(self.list.sizeHintForRow(row) for row in range(min(self.list.count(), 14)))
        width, left = min(max(self.width(), _WIDTH), parent.width()), parent.width() - corner.x()
        height = min(rows + 12, max(parent.height() - corner.y(), self.height() * 3))
        self._popup.setGeometry(corner.x() - max(width - left, 0), corner.y(), width, height)
        self._popup.show()
        self._popup.raise_()

    def _take(self, item: QListWidgetItem | None) -> None:
        data = item.data(Qt.ItemDataRole.UserRole) if item and self.is_open() else None
        if data is None:
            return
        self._close()
        if isinstance(data, Command):
            data.run()
        else:
            self.record_chosen.emit(*data)

    def _close(self) -> None:
        self._popup.hide()
        self._pause.stop()
        self._ops.forget(self, "hits")
        self.blockSignals(True)
        self.clear()
        self.blockSignals(False)
        parent = self._popup.parentWidget()
        if parent is not None:
            parent.setFocus()
