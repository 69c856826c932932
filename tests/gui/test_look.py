"""Icons and palettes: every icon that ships is used and draws; text keeps its contrast in light and dark."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QStackedWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop import look
from desktop.widgets.basics import heading, quiet
from desktop.widgets.message import MessageBar
from desktop.widgets.room import Stage
from policy.i18n import resources_dir

ICONS = sorted(file.stem for file in (resources_dir() / "icons").glob("*.svg"))


def test_only_icons_in_use_ship(checkout: Path) -> None:
    sources = "".join(file.read_text("utf-8") for file in (checkout / "desktop").rglob("*.py"))
    assert [name for name in ICONS if f'"{name}"' not in sources] == []


@pytest.mark.parametrize("dark", [False, True])
def test_icons_draw_in_the_colour_of_the_text(qapp: QApplication, dark: bool) -> None:
    look.apply(qapp, dark)
    ink = qapp.palette().color(QPalette.ColorRole.ButtonText)
    for name in ICONS:
        image = look.icon(name).pixmap(QSize(32, 32)).toImage()
        points = [image.pixelColor(x, y) for x in range(32) for y in range(32)]
        inked = [point for point in points if point.alpha() > 250]
        assert inked, name
        assert [point.name() for point in inked if distance(point, ink) > 2] == [], name  # smoothing rounds
    look.apply(qapp)


@pytest.mark.parametrize("dark", [False, True])
def test_words_can_be_read(qapp: QApplication, dark: bool) -> None:
    look.apply(qapp, dark)
    palette = qapp.palette()
    ground = palette.color(QPalette.ColorRole.Base)
    written = [look.state_colour(state) for state in look.STATES]
    written += [palette.color(role) for role in (QPalette.ColorRole.Text, QPalette.ColorRole.PlaceholderText)]
    assert [colour.name() for colour in written if contrast(colour, ground) < 4.5] == []
    accent = palette.color(QPalette.ColorRole.Highlight)
    assert contrast(palette.color(QPalette.ColorRole.HighlightedText), accent) >= 4.5
    look.apply(qapp)


def distance(one: QColor, other: QColor) -> int:
    """The largest difference of a channel."""
    return max(abs(one.red() - other.red()), abs(one.green() - other.green()), abs(one.blue() - other.blue()))


def contrast(one: QColor, other: QColor) -> float:
    """The ratio of WCAG 2.1."""
    lights = sorted((luminance(one), luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(colour: QColor) -> float:
    parts = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def test_a_title_out_of_somebody_elses_file_is_shown_as_it_is_written(qtbot: QtBot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    for label in (heading("<b>已核实</b>"), quiet("<img src='x'>"), bar._text):
        qtbot.addWidget(label)
        assert label.textFormat() == Qt.TextFormat.PlainText


def test_a_change_of_theme_reaches_what_is_hidden_when_it_is_shown(qtbot: QtBot, qapp: QApplication) -> None:
    """Repolishing every page there is would take seconds; only what is in sight is done at once."""
    whole, words = QStackedWidget(), [QLabel("一页"), QLabel("另一页")]
    polished: list[QLabel] = []
    stages = []
    for label in words:
        label.setProperty("quiet", True)
        page = QWidget()
        QVBoxLayout(page).addWidget(label)
        stages.append(Stage(page))
        whole.addWidget(stages[-1])
    qtbot.addWidget(whole)
    look.apply(qapp, False)
    whole.show()
    whole.setCurrentIndex(1)  # both have been seen in the light
    whole.setCurrentIndex(0)
    watch = _Watch(polished)
    for label in words:
        label.installEventFilter(watch)
    try:
        look.apply(qapp, True)
        dark = qapp.palette().color(QPalette.ColorRole.PlaceholderText)
        assert words[0] in polished and words[1] not in polished
        assert words[0].palette().color(QPalette.ColorRole.WindowText) == dark
        whole.setCurrentIndex(1)
        assert words[1] in polished
        assert words[1].palette().color(QPalette.ColorRole.WindowText) == dark
    finally:
        look.apply(qapp)


class _Watch(QObject):
    """Notes which labels hear of a new style."""

    def __init__(self, polished: list[QLabel]) -> None:
        super().__init__()
        self._polished = polished

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.StyleChange and isinstance(watched, QLabel):
            self._polished.append(watched)
        return False
