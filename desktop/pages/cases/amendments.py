"""The supplements of a contract: what one changes is chosen in its form, and the contract takes it over with it."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from PySide6.QtWidgets import QFileDialog, QPushButton

from desktop.look import icon
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.widgets.recordform import RecordForm
from desktop.widgets.related import Related
from desktop.widgets.termseditor import TermsEditor
from policy.i18n import clauses, tr

_PAPER = "d35"  # 补充协议
_COLUMNS = ("signed_on", "changes", "registry_state", "note")


class AmendmentForm(RecordForm):
    """A new one that changes terms goes to the contract as well; one that changes none is only kept."""

    def start_new(self, fixed: dict[str, str] | None = None) -> None:
        super().start_new(fixed)
        self._terms().show_contract((fixed or {}).get("contract", ""))

    def _terms(self) -> TermsEditor:
        editor = self.form.editor("changes")
        assert isinstance(editor, TermsEditor)  # noqa: S101 - as the field is declared
        return editor

    def _send(self, service: str, **parameters: Any) -> None:
        amends = service == self.ADDS and parameters["values"].get("changes")
        super()._send("contract.amend" if amends else service, **parameters)

    def _asked(self, parameters: dict[str, Any]) -> dict[str, Any]:
        values = parameters["values"]
        if not values.get("changes"):
            return super()._asked(parameters)
        return {**values, "changes": dict(json.loads(values["changes"]))}


class Amendments(Related):
    """With the paper of the one chosen."""

    FORM: ClassVar[type[RecordForm]] = AmendmentForm

    def __init__(self, ops: Ops, desk: Desk) -> None:
        self.paper = QPushButton()
        super().__init__(ops, "contract_amendment", "contract", _COLUMNS, desk)
        self.paper.setIcon(icon("file-plus"))
        self.paper.setEnabled(False)
        self.paper.clicked.connect(self._choose)
        self.form.loaded.connect(lambda _row: self.paper.setEnabled(True))
        self.table.add_tool(self.paper)

    def retranslate(self) -> None:
        super().retranslate()
        self.paper.setText(tr("附上补充协议原件…"))
        self.paper.setToolTip(tr("选择文件，作为选中的补充协议的佐证保存"))

    def show_parent(self, record: str) -> None:
        if record != self._parent_id:
            self.paper.setEnabled(False)
        super().show_parent(record)

    def start_new(self) -> None:
        self.paper.setEnabled(False)  # there is nothing yet that it could hang on
        super().start_new()

    def _choose(self) -> None:
        record = self.form.record()
        files, _ = QFileDialog.getOpenFileNames(self, tr("选择文件"))

        def added(answer: dict[str, Any]) -> None:
            said = tr("已附上 {n} 个文件。", n=len(answer["ids"]))
            self.form.message.show_text("warn" if answer["warnings"] else "good", clauses([said, *answer["warnings"]]))

        if files:
            self._ops.run(
                "evidence.add",
                owner=self,
                on_result=added,
                on_fault=self.form.message.show_fault,
                title=tr("正在添加佐证"),
                files=files,
                target=f"contract_amendment:{record}",
                values={"doc_kind": _PAPER},
            )
