"""Chooses what is evaluated: a policy pack, a period and a subject, remembered from one time to the next."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from desktop.ops import Ops
from desktop.pages.evaluation.words import pack_title, periods
from desktop.widgets.basics import CalmCombo
from policy.dates import today
from policy.i18n import tr

_LAST = "page.evaluation"
# What is usually evaluated stands first: the year's notice, then what is in force, at the end what is over.
_STANDING = ("in_force", "draft", "secondary", "superseded", "expired")
_JUDGED = frozenset({"carrier", "firm", "organisation"})


class Chooser(QWidget):
    """Three boxes in a row. `chosen()` when all three are set; `nobody()` when the pack has nobody to judge here;
    `left()` as soon as something else than what was chosen stands in them."""

    chosen = Signal()
    left = Signal()
    nobody = Signal()

    def __init__(self, ops: Ops, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops = ops
        self._wanted: dict[str, str] = {}
        self._asked = self._ready = False
        self._subjects_of = ""  # the pack whose subjects stand in the box
        self._told: dict[str, Any] | None = None
        self.pack, self.period, self.subject = CalmCombo(), CalmCombo(), CalmCombo()
        self._labels = (QLabel(), QLabel(), QLabel())
        self.period.setEditable(True)
        self.period.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        short = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        for box, characters in ((self.pack, 6), (self.period, 5), (self.subject, 5)):
            box.setSizeAdjustPolicy(short)
            box.setMinimumContentsLength(characters)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for label, box, share in zip(self._labels, (self.pack, self.period, self.subject), (3, 2, 3), strict=True):
            label.setBuddy(box)
            row.addWidget(label)
            row.addWidget(box, share)
        self.pack.activated.connect(self._load_subjects)
        self.subject.activated.connect(self._tell)
        self.period.activated.connect(self._tell)
        line = self.period.lineEdit()
        if line is not None:
            line.returnPressed.connect(self._tell)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text in the language in force."""
        for label, box, text in zip(
            self._labels,
            (self.pack, self.period, self.subject),
            (tr("政策包"), tr("期间"), tr("对象")),
            strict=True,
        ):
            label.setText(text)
            box.setAccessibleName(text)
        self.period.setToolTip(tr("可以直接输入：2025、2024..2025、2025Q3、2025-07 或 @2025-12-31"))
        before = self.period_text()
        self.period.clear()
        for text, period in periods(today()):
            self.period.addItem(text, period)
        self._set_period(before or str(today().year))
        self.refresh()  # the packs' titles come from the services in their language

    def show_wanted(self, **wanted: Any) -> None:
        """Choose `pack`, `period` and `subject` ("carrier:ID") where given; else what was chosen last."""
        self._wanted |= {key: str(value) for key, value in wanted.items() if value}
        if not self._asked:
            self._asked = True
            self._ops.run("settings.get", owner=self, place="packs", key=_LAST, on_result=self._last_came)
        elif self._ready and self._wanted:
            if self.pack.findData(self._wanted.get("pack", self.pack.currentData())) < 0:
                self.refresh()  # it was added since
            else:
                self._choose_wanted()

    def refresh(self) -> None:
        """Packs were added or removed: ask for them again."""
        if self._ready:
            self._ops.run("policy.list", owner=self, place="packs", on_result=self._packs_came)

    def choice(self) -> dict[str, Any] | None:
        """What was told by `chosen`: `pack`, `period`, `subject` as the services take them; None once it was left.

        A period still being typed is no choice yet, so that nothing is fixed or kept under another than is shown.
        """
        return self._told

    def _standing(self) -> dict[str, Any] | None:
        pack, subject, period = self.pack.currentData(), self.subject.currentData(), self.period_text()
        if pack != self._subjects_of:  # those of the pack chosen now are still on their way
            return None
        return {"pack": pack, "period": period, "subject": subject} if pack and subject and period else None

    def period_text(self) -> str:
        """The period chosen or typed."""
        text = self.period.currentText().strip()
        place = self.period.findText(text)
        return str(self.period.itemData(place)) if place >= 0 else text

    def remember(self) -> None:
        """Keep the choice for the next time."""
        if choice := self.choice():
            self._ops.run("settings.save", owner=self, key=_LAST, value=choice)

    def _last_came(self, last: Any) -> None:
        if isinstance(last, dict):
            self._wanted = {**last, **self._wanted}
        self._ops.run("policy.list", owner=self, place="packs", on_result=self._packs_came)

    def _packs_came(self, packs: list[dict[str, Any]]) -> None:
        self._ready = True
        self._wanted.setdefault("pack", self.pack.currentData() or "")
        self.pack.clear()
        for place, pack in enumerate(sorted((pack for pack in packs if not pack.get("problem")), key=_usual_first)):
            title = pack_title(pack)
            self.pack.addItem(title, pack["id"])
            self.pack.setItemData(place, title, Qt.ItemDataRole.ToolTipRole)
        self._choose_wanted()

    def _choose_wanted(self) -> None:
        if period := self._wanted.pop("period", ""):
            self._set_period(period)
        if pack := self._wanted.pop("pack", ""):
            self.pack.setCurrentIndex(max(self.pack.findData(pack), 0))
        self._load_subjects()

    def _load_subjects(self) -> None:
        pack = self.pack.currentData()
        self.pack.setToolTip(self.pack.currentText())
        if pack:
            self._leave()
            self._ops.run(
                "evaluation.subjects",
                owner=self,
                place="subjects",
                pack=pack,
                on_result=lambda found: self._subjects_came(pack, found),
            )

    def _subjects_came(self, pack: str, found: list[dict[str, str]]) -> None:
        self._subjects_of = pack
        wanted = self._wanted.pop("subject", self.subject.currentData())
        self.subject.clear()
        for item in found:
            self.subject.addItem(item["name"], f"{item['kind']}:{item['id']}")
        self.subject.setCurrentIndex(max(self.subject.findData(wanted), 0))
        if found:
            self._tell()
        else:
            self._told = None
            self.nobody.emit()

    def _set_period(self, period: str) -> None:
        place = self.period.findData(period)
        if place >= 0:
            self.period.setCurrentIndex(place)
        else:
            self.period.setEditText(period)

    def _leave(self) -> None:
        """What is on screen under a former choice must not take a figure or a file meant for this one."""
        if self._told is not None and self._standing() != self._told:
            self._told = None
            self.left.emit()

    def _tell(self) -> None:
        self._leave()
        if choice := self._standing():
            self._told = choice
            self.chosen.emit()


def _usual_first(pack: dict[str, Any]) -> tuple[bool, bool, int]:
    judged = bool(_JUDGED & set(pack["subjects"]))
    return pack.get("layer") != "notice", not judged, _STANDING.index(pack["status"])
