"""Bars whose words are longer than the room: they go on in the next line, and a click still finds its bar."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets.barchart import Bar, BarChart

NAME = "An escort team of 3,500 technology, professional, investment and incubator managers"
WIDE, NARROW = 900, 240


def test_words_wrap_where_the_room_is_narrow_and_the_layout_gives_the_height(qtbot: QtBot) -> None:
    around = QWidget()
    qtbot.addWidget(around)
    chart = BarChart()
    layout = QVBoxLayout(around)
    layout.addWidget(chart)
    layout.addStretch(1)
    chart.set_bars((Bar(NAME, 19, None, "19 people", "long"), Bar("Events", 2, 5, "2 / 5", "short")))
    around.resize(WIDE, 600)
    around.show()
    qtbot.waitExposed(around)
    low = chart.height()
    around.resize(NARROW, 600)
    qtbot.waitUntil(lambda: chart.height() > low)
    assert chart.height() == chart.heightForWidth(chart.width())
    heard: list[str] = []
    chart.opened.connect(heard.append)
    for down in (chart.height() - 4, chart.height() // 2, 4):  # half-way is below where the first bar ended before
        QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(20, down))
    assert heard == ["short", "long", "long"]
