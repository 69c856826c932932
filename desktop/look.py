"""How the window looks: palette in light and dark, state colours, spacing, and icons recoloured by theme.

The accent comes from the system's palette, font and scale from the system; everything else is neutral. State is
never told by colour alone: `STATES` gives the icon that goes with each word.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from weakref import WeakSet

from PySide6.QtCore import QByteArray, QObject, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QIcon,
    QIconEngine,
    QImage,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from policy.i18n import resources_dir

GRID = 8  # every distance is a multiple, or half, of it

# state -> icon, colour in light, colour in dark
STATES: dict[str, tuple[str, str, str]] = {
    "good": ("circle-check", "#1a6b38", "#6fcf8f"),
    "bad": ("circle-x", "#b02a2a", "#ff8f87"),
    "warn": ("triangle-alert", "#8a5a00", "#f0b95a"),
    "unknown": ("circle-help", "#5a6270", "#a9b1bd"),
    "info": ("info", "#2a5f8f", "#8cbfec"),
    "busy": ("hourglass", "#2a5f8f", "#8cbfec"),
}
_LIGHT = {
    QPalette.ColorRole.Window: "#f3f4f6",
    QPalette.ColorRole.WindowText: "#1b1f24",
    QPalette.ColorRole.Base: "#ffffff",
    QPalette.ColorRole.AlternateBase: "#f7f8fa",
    QPalette.ColorRole.Text: "#1b1f24",
    QPalette.ColorRole.Button: "#f8f9fa",
    QPalette.ColorRole.ButtonText: "#1b1f24",
    QPalette.ColorRole.PlaceholderText: "#6b7380",
    QPalette.ColorRole.Mid: "#d4d8de",
    QPalette.ColorRole.Midlight: "#e6e8ec",
    QPalette.ColorRole.Light: "#ffffff",
    QPalette.ColorRole.Dark: "#9aa2ad",
    QPalette.ColorRole.Shadow: "#6b7380",
    QPalette.ColorRole.ToolTipBase: "#ffffff",
    QPalette.ColorRole.ToolTipText: "#1b1f24",
    QPalette.ColorRole.BrightText: "#ffffff",
}
_DARK = {
    QPalette.ColorRole.Window: "#1f2226",
    QPalette.ColorRole.WindowText: "#e6e8eb",
    QPalette.ColorRole.Base: "#17191c",
    QPalette.ColorRole.AlternateBase: "#1c1f23",
    QPalette.ColorRole.Text: "#e6e8eb",
    QPalette.ColorRole.Button: "#2b2f35",
    QPalette.ColorRole.ButtonText: "#e6e8eb",
    QPalette.ColorRole.PlaceholderText: "#959da8",
    QPalette.ColorRole.Mid: "#3b4149",
    QPalette.ColorRole.Midlight: "#2f343a",
    QPalette.ColorRole.Light: "#3b4149",
    QPalette.ColorRole.Dark: "#6b7380",
    QPalette.ColorRole.Shadow: "#000000",
    QPalette.ColorRole.ToolTipBase: "#2b2f35",
    QPalette.ColorRole.ToolTipText: "#e6e8eb",
    QPalette.ColorRole.BrightText: "#ffffff",
}
# widgets with an edge of their own that paint nothing else in the window's colour
_OUTLINED = (
    "QLineEdit",
    "QPlainTextEdit",
    "QComboBox",
    "QAbstractSpinBox",
    "QRadioButton",
    "QCheckBox",
    "QPushButton",
    "TickField",
)
_SHEET = """
QToolTip {{ border: 1px solid palette(mid); padding: 4px; }}
QFrame[card="true"] {{ background: palette(base); border: 1px solid palette(mid); border-radius: 4px; }}
QLabel[section="true"] {{ font-weight: 600; }}
QLabel[title="true"] {{ font-weight: 600; font-size: {title}pt; }}
QLabel[figure="true"] {{ font-weight: 600; font-size: {figure}pt; }}
QLabel[quiet="true"] {{ color: palette(placeholder-text); }}
QTableView, QTreeView, QListView {{ border: 1px solid palette(mid); gridline-color: palette(midlight); }}
QTableView::item {{ padding: 0 6px; }}
QTableView::item:selected, QListView::item:selected, QTreeView::item:selected {{
  background: palette(highlight); color: palette(highlighted-text); }}
QHeaderView::section {{ background: palette(window); border: 0; border-bottom: 1px solid palette(mid);
  border-right: 1px solid palette(midlight); padding: 4px 6px; }}
QScrollArea {{ background: transparent; border: 0; }}
QSplitter::handle {{ background: transparent; }}
QTreeView::item {{ padding: 4px 6px; }}
QFrame[card="true"] QTableView {{ border: 0; }}
QPushButton[primary="true"] {{ background: palette(highlight); color: palette(highlighted-text);
  border: 1px solid palette(highlight); border-radius: 3px; padding: 4px 14px; font-weight: 600; }}
QPushButton[primary="true"]:disabled {{ background: palette(mid); border-color: palette(mid);
  color: palette(placeholder-text); }}
QPushButton[primary="true"]:focus {{ border: 2px solid palette(window-text); padding: 3px 13px; }}
"""


class _Theme(QObject):
    """The accent the system gave before the palette was replaced, and a scheme asked for instead of the system's."""

    accent: QColor | None = None
    forced: bool | None = None
    font: QFont | None = None


_theme = _Theme()
_late: WeakSet[QWidget] = WeakSet()
_stale: WeakSet[QWidget] = WeakSet()


def apply(app: QApplication, dark: bool | None = None) -> None:
    """Give the program its look; `dark` overrides the system's scheme. Follows the system when that changes."""
    if _theme.accent is None:
        app.setStyle("Fusion")
        _theme.accent = QColor(app.palette().color(QPalette.ColorRole.Accent))
        _theme.font = QFont(app.font())
        _chinese_font(app)
        app.styleHints().colorSchemeChanged.connect(lambda _scheme: _paint(app))
    _theme.forced = dark
    _paint(app)


def is_dark() -> bool:
    """Whether the dark palette is in force."""
    if _theme.forced is not None:
        return _theme.forced
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def state_colour(state: str) -> QColor:
    """The text colour of a state."""
    return QColor(STATES[state][2 if is_dark() else 1])


def icon(name: str, state: str = "") -> QIcon:
    """An icon of the set in the colour of the text beside it, or of a state; it follows the theme by itself."""
    engine = _Engine(name, state)
    return QIcon(engine)


def state_icon(state: str) -> QIcon:
    """The icon that goes with a state's word."""
    return icon(STATES[state][0], state)


def _paint(app: QApplication) -> None:
    dark = is_dark()
    palette = QPalette()
    for role, value in (_DARK if dark else _LIGHT).items():
        palette.setColor(role, QColor(value))
    accent = _readable(_theme.accent or QColor("#308cc6"))
    for role in (QPalette.ColorRole.Highlight, QPalette.ColorRole.Accent):
        palette.setColor(role, accent)
    palette.setColor(QPalette.ColorRole.HighlightedText, QColor("#ffffff"))
    link = accent.lighter(170) if dark else accent
    palette.setColor(QPalette.ColorRole.Link, link)
    palette.setColor(QPalette.ColorRole.LinkVisited, link)
    muted = QColor((_DARK if dark else _LIGHT)[QPalette.ColorRole.Dark])
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, muted)
    app.setPalette(palette)
    outlined = QPalette(palette)
    if dark:  # Fusion draws edges darker than the window, which nobody sees on a dark one
        outlined.setColor(QPalette.ColorRole.Window, QColor(_DARK[QPalette.ColorRole.Dark]).lighter(120))
    for name in _OUTLINED:
        app.setPalette(outlined, name)  # type: ignore[arg-type]  # the stub says bytes, the call takes str alone
    size = app.font().pointSizeF()
    sheet = _SHEET.format(title=round(size * 1.35, 1), figure=round(size * 1.9, 1))
    if app.styleSheet() != sheet:
        app.setStyleSheet(sheet)
    else:  # setting it again would polish every widget there is: seconds, once many pages are open
        for top in app.topLevelWidgets():
            _restyle(top)


def restyle_late(part: QWidget) -> None:
    """From now on a change of theme reaches this part when it is next shown, where it is hidden meanwhile; call
    `catch_up` then."""
    _late.add(part)


def catch_up(part: QWidget) -> None:
    """A part announced by `restyle_late` is being shown: give it the theme in force."""
    if part in _stale:
        _stale.discard(part)
        _restyle(part)


def _restyle(part: QWidget) -> None:
    """Colours of the sheet are worked out when a widget is polished; this does it again, part by part."""
    if not isValid(part):  # polishing what stands before it may take it away
        return
    if part in _late and not part.isVisible():
        _stale.add(part)
    elif any(isValid(late) and not late.isVisible() and part.isAncestorOf(late) for late in _late):
        for child in part.children():
            if isinstance(child, QWidget):
                _restyle(child)
    else:
        part.setStyleSheet(part.styleSheet() or "/* polished again */")


def _readable(accent: QColor) -> QColor:
    """The accent, darkened until white text on it has a contrast of 4.5."""
    colour = QColor(accent)
    for _ in range(12):
        if 1.05 / (_luminance(colour) + 0.05) >= 4.5:
            break
        colour = colour.darker(112)
    return colour


def _luminance(colour: QColor) -> float:
    red, green, blue = (_linear(part) for part in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.03928 else float(((part + 0.055) / 1.055) ** 2.4)


def _chinese_font(app: QApplication) -> None:
    """The system's own font; where the system has none for Chinese, the one that comes with the program."""
    font = app.font()
    if font.pointSizeF() < 10:  # the default without a desktop; Chinese needs ten points to be read all day
        font.setPointSizeF(10)
    if QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese):
        font.setFamilies([*font.families(), "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei UI"])
    else:
        number = QFontDatabase.addApplicationFont(str(resources_dir() / "fonts" / "NotoSansSC-Medium.ttf"))
        font.setFamilies([*font.families(), *QFontDatabase.applicationFontFamilies(number)])
    app.setFont(font)


@cache
def _svg(name: str) -> str:
    return (Path(resources_dir()) / "icons" / f"{name}.svg").read_text("utf-8")


@cache
def _renderer(name: str, colour: str) -> QSvgRenderer:
    text = _svg(name).replace("currentColor", colour).replace('stroke-width="2"', 'stroke-width="1.75"')
    return QSvgRenderer(QByteArray(text.encode()))


class _Engine(QIconEngine):
    """Draws an SVG in the palette's colour at the moment of drawing, sharp at every scale."""

    def __init__(self, name: str, state: str) -> None:
        super().__init__()
        self._name, self._state = name, state

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:  # noqa: ARG002
        _renderer(self._name, self._colour(mode)).render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return QPixmap.fromImage(image)

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._state)

    def _colour(self, mode: QIcon.Mode) -> str:
        palette = QGuiApplication.palette()
        if mode == QIcon.Mode.Disabled:
            return palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text).name()
        if mode == QIcon.Mode.Selected:
            return palette.color(QPalette.ColorRole.HighlightedText).name()
        if self._state:
            return state_colour(self._state).name()
        return palette.color(QPalette.ColorRole.ButtonText).name()
