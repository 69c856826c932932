"""Says while a record is being typed that it may be there already, and leads to the one that is."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from desktop.fields import kind_info
from desktop.look import GRID
from desktop.ops import Ops
from desktop.widgets.basics import CalmCombo, StatusChip
from policy.i18n import bracketed, tr

_PAUSE = 400  # ms after the last committed letter
_TELLING = ("name", "title", "uscc", "no", "number", "id_no", "registry_no")


def telling_fields(kind: str) -> tuple[str, ...]:
    """The fields by which a record of the kind is known to be another one; none where it has no name or number."""
    info = kind_info(kind)
    names = [field.name for field in info.fields if field.type in ("text", "code")]
    return tuple(name for name in _TELLING if name in names)


class DoublesBar(QFrame):
    """`opened(str)` the record that is there; `merge_asked(str)` the one this record should be made one with."""

    opened = Signal(str)
    merge_asked = Signal(str)

    def __init__(self, ops: Ops, kind: str, *, merging: bool = False, parent: QWidget | None = None) -> None:
        """`merging` offers to make one of a stored record and the one found."""
        super().__init__(parent)
        self.setProperty("card", True)
        self._ops, self._kind, self._merging = ops, kind, merging
        self._names = telling_fields(kind)
        self._asked: dict[str, str] = {}
        self._record = ""
        self._found: list[dict[str, str]] = []
        self.told, self.which = StatusChip("warn"), CalmCombo()
        self.open_button, self.merge_button = QPushButton(), QPushButton()
        self.open_button.clicked.connect(lambda: self.opened.emit(str(self.which.currentData())))
        self.merge_button.clicked.connect(lambda: self.merge_asked.emit(str(self.which.currentData())))
        self.which.setMinimumContentsLength(6)
        self.which.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID, GRID // 2, GRID // 2, GRID // 2)
        row.setSpacing(GRID)
        row.addWidget(self.told)
        row.addWidget(self.which, 1)
        row.addWidget(self.open_button)
        row.addWidget(self.merge_button)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._ask)
        self.hide()
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        self.which.setAccessibleName(tr("可能相同的记录"))
        self.open_button.setText(tr("打开已有记录"))
        self.merge_button.setText(tr("合并…"))
        self._show()

    def look(self, texts: dict[str, str], record: str = "") -> None:
        """What is typed now; `record` is the one being changed, blank for a new one."""
        asked = {name: texts[name].strip() for name in self._names if texts.get(name, "").strip()}
        if asked == self._asked and record == self._record:
            return
        self._ops.forget(self, "found")
        self._asked, self._record = asked, record
        if asked:
            self._pause.start()
        else:
            self.clear()

    def clear(self) -> None:
        """Nothing is being typed that could be doubled."""
        self._pause.stop()
        self._ops.forget(self, "found")
        self._asked, self._found = {}, []
        self.hide()

    def found(self) -> list[str]:
        """The records that may be the same."""
        return [item["id"] for item in self._found]

    def _ask(self) -> None:
        def came(found: list[dict[str, str]]) -> None:
            self._found = found
            self._show()

        asked = dict(self._asked)
        self._ops.run(
            "lists.doubles",
            owner=self,
            place="found",
            on_result=came,
            kind=self._kind,
            values=asked,
            id=self._record,
        )

    def _show(self) -> None:
        why = {"code": tr("号码相同"), "name": tr("名称相同"), "alike": tr("名称相近")}
        self.which.clear()
        for item in self._found:
            self.which.addItem(bracketed(item["title"], why[item["why"]]), item["id"])
        self.told.set_state("warn", tr("可能已有这条记录"))
        self.merge_button.setVisible(self._merging and bool(self._record))
        self.setVisible(bool(self._found))
