"""At the top of the desk, what a user should know of the open workspace: which copy it is, and what is not well.

The question stays until it is answered; a caution can be put away until the workspace is opened the next time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QSize, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.look import GRID, STATES, icon
from desktop.messages import sentence
from desktop.ops import Ops
from desktop.widgets.basics import quiet
from desktop.widgets.message import MessageBar
from policy.errors import Fault
from policy.i18n import tr

_LOOK_AGAIN_MS = 20_000  # while the program itself is putting something right
_PASSING = ("warn.files_under_former_key", "warn.reconciling")


class CautionBar(QWidget):
    """Starts from `workspace.info`; `refresh` asks again. `keys_asked` when the key file is to be looked after,
    `settled` when the question was answered."""

    keys_asked = Signal()
    settled = Signal()

    def __init__(self, ops: Ops, info: dict[str, Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops, self._info = ops, info
        self._put_away: set[str] = set()
        self._rows: list[_Row] = []
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_LOOK_AGAIN_MS)
        self._again.timeout.connect(self.refresh)
        self.message = MessageBar(self)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(GRID * 2, GRID, GRID * 2, 0)
        self._layout.setSpacing(GRID // 2)
        self._layout.addWidget(self.message)
        self.message.closed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        """Show what there is to say, in the language in force."""
        for row in self._rows:
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []
        question = self._info["replica"]["question"]
        if question is not None:
            self._add(_Question(question, self._settle))
        shown = [one for one in self._info["cautions"] if one["code"] not in self._put_away]
        for one in shown:
            row = _Row("warn", sentence(one["code"], one["params"]))
            if one["code"] == "warn.keyslots":
                row.offer(tr("去修复"), self.keys_asked.emit)
            row.offer(tr("知道了"), partial(self._put, str(one["code"])))
            self._add(row)
        self.setVisible(bool(self._rows) or not self.message.isHidden())
        if any(one["code"] in _PASSING for one in shown):
            self._again.start()

    def refresh(self) -> None:
        """Ask what there is to say now."""

        def came(cautions: list[dict[str, Any]]) -> None:
            self._info["cautions"] = cautions
            self.retranslate()

        self._ops.run("workspace.cautions", owner=self, place="cautions", on_result=came)

    def _add(self, row: _Row) -> None:
        self._rows.append(row)
        self._layout.addWidget(row)

    def _put(self, code: str) -> None:
        self._put_away.add(code)
        self.retranslate()

    def _settle(self, how: str) -> None:
        def answered(_answer: dict[str, Any]) -> None:
            self.message.clear()
            self._ops.run("replica.state", owner=self, place="replica", on_result=known)

        def known(replica: dict[str, Any]) -> None:
            self._info["replica"] = replica
            self.retranslate()
            self.settled.emit()

        def failed(fault: Fault) -> None:
            self.message.show_fault(fault)
            self.retranslate()  # the buttons can be used again

        for row in self._rows:
            row.setEnabled(not isinstance(row, _Question))
        self._ops.run("replica.settle", owner=self, on_result=answered, on_fault=failed, how=how)


class _Row(QFrame):
    """One line: icon, sentence, buttons."""

    def __init__(self, state: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._state = state
        self._icon, self._text = QLabel(), QLabel(text)
        self._text.setWordWrap(True)
        self.setAccessibleName(text)
        self._column = QVBoxLayout()
        self._column.setSpacing(2)
        self._column.addWidget(self._text)
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        self._line.setSpacing(GRID)
        self._line.addWidget(self._icon)
        self._line.addLayout(self._column, 1)
        self._paint()

    def offer(self, text: str, does: Callable[[], None]) -> None:
        """One more button."""
        button = QPushButton(text)
        button.clicked.connect(lambda _checked=False: does())
        self._line.addWidget(button)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()
        super().changeEvent(event)

    def _paint(self) -> None:
        side = self._text.fontMetrics().height()
        self._icon.setPixmap(
            icon(STATES[self._state][0], self._state).pixmap(QSize(side, side), self.devicePixelRatio())
        )


class _Question(_Row):
    """Did the workspace move here, or do two copies go on?"""

    def __init__(self, question: dict[str, str], settle: Callable[[str], None], parent: QWidget | None = None) -> None:
        code = "replica.question_other" if question["computer"] == "other" else "replica.question_same"
        super().__init__("warn", sentence(code, question), parent)
        font = self._text.font()
        font.setBold(True)
        self._text.setFont(font)
        self._column.addWidget(quiet(sentence("replica.consequences")))
        self.offer(tr("不再使用，这里接着用"), lambda: settle("moved"))
        self.offer(tr("两边都用，这里另起一份"), lambda: settle("forked"))
