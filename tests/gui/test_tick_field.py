"""The field with several choices: as wide as the others of its form, and what is ticked can be read on it."""

from __future__ import annotations

from typing import Any, cast

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.fields import fields_of
from desktop.ops import Ops
from desktop.widgets.form import FormEditor
from desktop.widgets.tickmenu import TickField


@pytest.mark.qt_log_ignore("grabbing the keyboard", "support raise", extend=True)  # the menu that opens, offscreen
def test_what_is_ticked_stands_on_the_field_in_the_width_there_is(qtbot: QtBot) -> None:
    service, kind = fields_of("contract", ("ip_types", "contract_class"))
    form = FormEditor(cast(Ops, None), (service, kind))  # neither of them asks the store
    qtbot.addWidget(form)
    form.resize(620, 120)
    form.show()
    field, other = cast(Any, form.editor("ip_types")).button, cast(Any, form.editor("contract_class")).combo
    assert isinstance(field, TickField)
    assert (field.width(), field.height()) == (other.width(), other.height())
    assert field.text() == "（未选）" and not field.toolTip()

    open_meanwhile: list[bool] = []

    def tick_two() -> None:
        for _step in range(2):  # the menu stays open for the next one
            QTest.keyClick(field.menu(), Qt.Key.Key_Down)
            QTest.keyClick(field.menu(), Qt.Key.Key_Space)
        open_meanwhile.append(field.menu().isVisible())
        QTest.keyClick(field.menu(), Qt.Key.Key_Escape)

    field.menu().aboutToShow.connect(lambda: QTimer.singleShot(0, field.menu(), tick_two))
    QTest.mouseClick(field, Qt.MouseButton.LeftButton, pos=QPoint(field.width() - 10, 8))  # until it is closed
    assert open_meanwhile == [True]
    first = [choice.shown for choice in service.choices[:2]]
    assert field.text() == "、".join(first) == field.shown(field.width()), "there is room for two"
    assert form.changes() == {"ip_types": ",".join(choice.code for choice in service.choices[:2])}

    form.load({"ip_types": [choice.code for choice in service.choices]})
    everything = [choice.shown for choice in service.choices]
    assert field.toolTip().split("\n") == everything and field.accessibleDescription() == "、".join(everything)
    cut = field.shown(field.width())
    assert cut.startswith(first[0]) and cut.endswith("…") and len(cut) < len(field.text())
    assert field.fontMetrics().horizontalAdvance(cut) <= field.width()
    assert field.width() == other.width(), "much that is ticked does not push the others aside"
