"""Giving a field of many records the same value: choose, see how many would change, apply as one action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.fields import FieldInfo, kind_info, typed_fields
from desktop.look import GRID
from desktop.messages import explain
from desktop.ops import Ops
from desktop.widgets.basics import CalmCombo, heading, name_tool, primary, quiet, tool
from desktop.widgets.editors import FieldEditor, FixedEditor, editor_for
from policy.errors import Fault
from policy.i18n import tr

_PAUSE = 300  # ms after the last committed letter


def bulk_fields(kind: str) -> list[FieldInfo]:
    """The fields that several records may share; one of a person's own numbers is given to nobody else."""
    info = kind_info(kind)
    alone = {names[0] for names in info.kind.natural if len(names) == 1} | {"name"}
    fields = [field for field in typed_fields(kind) if field.name not in alone and not field.masked]
    return [field for field in fields if field.type != "list"]


class BulkBar(QFrame):
    """`done(str)` tells what was changed; `chosen` says which records are meant."""

    done = Signal(str)

    def __init__(self, ops: Ops, kind: str, chosen: Callable[[], list[str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._ops, self._kind, self._chosen = ops, kind, chosen
        self._fields = bulk_fields(kind)
        self._title, self.told = heading(), quiet()
        self.field = CalmCombo()
        self.field.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.field.setMinimumContentsLength(8)
        self.field.addItems([""] * len(self._fields))
        self.field.currentIndexChanged.connect(lambda _place: self._ask())
        self.editor: FieldEditor | None = None
        self.apply, self.close_button = primary(), tool("x")
        self.apply.clicked.connect(self._apply)
        self.stop = QPushButton()
        self.stop.clicked.connect(self.hide)
        self.close_button.clicked.connect(self.hide)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.close_button)
        self._row = QHBoxLayout()
        self._row.setSpacing(GRID)
        self._row.addWidget(self.field)
        self._row.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(GRID)
        foot.addWidget(self.told, 1)
        foot.addWidget(self.stop)
        foot.addWidget(self.apply)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID * 2, GRID, GRID, GRID)
        column.setSpacing(GRID)
        column.addLayout(head)
        column.addLayout(self._row)
        column.addLayout(foot)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self.look)
        self._ask()
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        for place, field in enumerate(self._fields):
            self.field.setItemText(place, field.shown)
        self.field.setAccessibleName(tr("要修改的字段"))
        self.stop.setText(tr("取消"))
        name_tool(self.close_button, tr("关闭"))
        self._title.setText(tr("批量修改 {n} 条", n=len(self._chosen())))
        self.apply.setText(tr("全部修改"))
        if self.editor is not None:
            self.editor.retranslate()

    def open(self, name: str = "") -> None:
        """Show the bar for what is now chosen, ready to fill in the field of that name."""
        if name:
            self.field.setCurrentIndex([field.name for field in self._fields].index(name))
        self.show()
        self.look()
        (self.editor if name and self.editor is not None else self.field).setFocus()

    def look(self) -> None:
        """How many records would change."""
        self._title.setText(tr("批量修改 {n} 条", n=len(self._chosen())))

        def came(answer: dict[str, Any]) -> None:
            same = answer["records"] - answer["changed"]
            said = tr("将改动 {n} 条，{same} 条已是这个值。", n=answer["changed"], same=same)
            if answer["changed"] and self.editor is not None and not self.editor.text():
                said = tr("没有填写：将清空 {n} 条的这个字段。", n=answer["changed"])
            self.told.setText(said)
            self.apply.setEnabled(answer["changed"] > 0)

        def refused(fault: Fault) -> None:
            self.told.setText(explain(fault))
            self.apply.setEnabled(False)

        self._send(came, refused, place="look", dry_run=True)

    def _apply(self) -> None:
        def came(answer: dict[str, Any]) -> None:
            self.hide()
            self.done.emit(tr("已修改 {n} 条；按 Ctrl+Z 可以撤销。", n=answer["changed"]))

        def refused(fault: Fault) -> None:
            self.told.setText(explain(fault))

        self.apply.setEnabled(False)
        self._ops.forget(self, "look")
        self._send(came, refused, title=tr("批量修改"))

    def _send(
        self, came: Callable[[dict[str, Any]], None], refused: Callable[[Fault], None], title: str = "", **how: Any
    ) -> None:
        if self.editor is None:
            return
        values = {self.editor.field.name: self.editor.text()}
        self._ops.run(
            "bulk.edit",
            owner=self,
            on_result=came,
            on_fault=refused,
            title=title,
            kind=self._kind,
            ids=self._chosen(),
            values=values,
            **how,
        )

    def _ask(self) -> None:
        if self.editor is not None:
            self._row.removeWidget(self.editor)
            self.editor.deleteLater()
        self.editor = editor_for(self._ops, self._fields[self.field.currentIndex()])
        assert not isinstance(self.editor, FixedEditor)  # noqa: S101 - lists are not among the fields
        self.editor.changed.connect(self._pause.start)
        self._row.insertWidget(1, self.editor, 1)
        self.setTabOrder(self.field, self.editor.focusProxy() or self.editor)  # made last, it would come last
        if self.isVisible():
            self.look()
