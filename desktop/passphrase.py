"""Choosing a passphrase: typed twice, with a hint of its strength in words."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

from desktop.look import GRID
from desktop.widgets.basics import StatusChip, name_row
from policy.i18n import tr

LEAST = 8  # what the store asks for at least
_CODE = re.compile(r"(?:[0-9A-Za-z]{4}[- ]){8}[0-9A-Za-z]{2}")


def strength(text: str) -> str:
    """The state of a passphrase: bad (refused), warn (short or of one kind) or good. Length counts more than kinds."""
    if len(text) < LEAST:
        return "bad"
    kinds = sum(
        (
            any(char.islower() for char in text),
            any(char.isupper() for char in text),
            any(char.isdigit() for char in text),
            any(not char.isalnum() for char in text),
            any(ord(char) > 0x2E80 for char in text),
        )
    )
    if len(set(text)) < 5 or (len(text) < 12 and kinds < 2):
        return "warn"
    return "good" if len(text) >= 12 or kinds >= 3 else "warn"


def way_in(secret: str) -> dict[str, Any]:
    """A secret as `backup.restore` takes it: what is written like a recovery code is one."""
    text = secret.strip()
    return {"recovery_code": text} if _CODE.fullmatch(text) else {"passphrase": secret}


class NewPassphrase(QWidget):
    """`changed(bool)` says whether both lines agree and are long enough; more lines may be put into `form`."""

    changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first, self.second = QLineEdit(), QLineEdit()
        self.hint = StatusChip()
        form = self.form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(GRID)
        for edit in (self.first, self.second):
            edit.setEchoMode(QLineEdit.EchoMode.Password)
            edit.textChanged.connect(self._judge)
            form.addRow(" ", edit)
        form.addRow(" ", self.hint)
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language in force."""
        for edit, text in ((self.first, tr("新口令")), (self.second, tr("再输一次"))):
            name_row(self.form, edit, text)
        self._judge()

    def passphrase(self) -> str:
        """The passphrase, once both lines agree; blank before."""
        return self.first.text() if self.is_good() else ""

    def is_good(self) -> bool:
        """Whether it can be used."""
        return strength(self.first.text()) != "bad" and self.first.text() == self.second.text()

    def clear(self) -> None:
        """Forget what was typed."""
        self.first.clear()
        self.second.clear()

    def _judge(self) -> None:
        text = self.first.text()
        state = strength(text)
        words = {
            "bad": tr("至少 {least} 个字符；一句自己记得住的话最好", least=LEAST),
            "warn": tr("可以用，但偏弱；加长更好"),
            "good": tr("足够强"),
        }
        if not text:
            self.hint.set_state("info", words["bad"])
        elif self.second.text() and self.second.text() != text:
            self.hint.set_state("bad", tr("两次输入不一致"))
        else:
            self.hint.set_state(state, words[state])
        self.changed.emit(self.is_good())
