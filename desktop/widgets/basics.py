"""The small parts every page is made of: headings, state chips, empty states, the place to drop files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QTextBoundaryFinder, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.look import GRID, STATES, icon, state_colour
from policy.i18n import tr

_PICTURED = 200  # px of height from which an empty state has room for its picture


def heading(text: str = "", *, large: bool = False) -> QLabel:
    """A heading of a section, or of a page; a title out of somebody else's file is shown as it is written."""
    label = QLabel(text, textFormat=Qt.TextFormat.PlainText)
    label.setProperty("title" if large else "section", True)
    return label


def quiet(text: str = "", *, wrap: bool = True) -> QLabel:
    """A remark in the quiet colour, shown as it is written."""
    label = QLabel(text, textFormat=Qt.TextFormat.PlainText)
    label.setProperty("quiet", True)
    label.setWordWrap(wrap)
    return label


def primary(text: str = "") -> QPushButton:
    """The one main action of a page."""
    button = QPushButton(text)
    button.setProperty("primary", True)
    return button


def tool(icon_name: str, *, text_beside: bool = False) -> QToolButton:
    """A flat button with an icon; its text is set by the page (and is its accessible name and tip)."""
    button = QToolButton()
    button.setIcon(icon(icon_name))
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    if text_beside:
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    return button


def name_tool(button: QToolButton, text: str) -> None:
    """Give a tool button its text, tip and accessible name in the language in force."""
    button.setText(text)
    button.setToolTip(text)
    button.setAccessibleName(text)


def name_row(form: QFormLayout, line: QWidget, text: str, field: QWidget | None = None) -> None:
    """Give a form's row its label in the language in force; `field` is the part of the line that is filled in."""
    label = form.labelForField(line)
    if isinstance(label, QLabel):
        label.setText(text)
        label.setBuddy(field or line)
    (field or line).setAccessibleName(text)


def card() -> tuple[QFrame, QVBoxLayout]:
    """A framed block on the page's ground, with its layout."""
    frame = QFrame()
    frame.setProperty("card", True)
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(GRID * 2, GRID, GRID * 2, GRID + GRID // 2)
    layout.setSpacing(GRID)
    return frame, layout


def centred(part: QWidget) -> QHBoxLayout:
    """A part of a fixed width in the middle, as high as its wrapped lines need at that width; by an alignment it would
    get the height for the width of the window."""
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(part)
    row.addStretch(1)
    return row


class CalmCombo(QComboBox):
    """A choice that the wheel changes only after it was clicked: scrolling a form must not alter it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class LongCheck(QCheckBox):
    """A box to tick whose sentence goes on in the next line where the room ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        self._whole = text
        self.setAccessibleName(text)
        self._break()

    def text(self) -> str:
        """The sentence as it was set, in one line."""
        return self._whole

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(min(self.fontMetrics().horizontalAdvance(self._whole), 200), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._break()

    def _break(self) -> None:
        room, metrics = self.width() - 4 * GRID, self.fontMetrics()
        lines, at = [""], 0
        finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Line, self._whole)
        while (end := finder.toNextBoundary()) > 0:
            piece, at = self._whole[at:end], end
            if lines[-1] and metrics.horizontalAdvance((lines[-1] + piece).rstrip()) > room:
                lines.append("")
            lines[-1] += piece
        broken = "\n".join(line.rstrip() for line in lines)
        if broken != super().text():
            super().setText(broken)
            self.updateGeometry()


class StatusChip(QWidget):
    """A state as icon and word: good, bad, warn, unknown, info or busy."""

    def __init__(
        self, state: str = "unknown", text: str = "", parent: QWidget | None = None, *, wrap: bool = False
    ) -> None:
        """`wrap` for a sentence, which goes on in the next line."""
        super().__init__(parent)
        self._state = state
        self._icon, self._label = QLabel(), QLabel(wordWrap=wrap)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID // 2)
        row.addWidget(self._icon)
        row.addWidget(self._label, 1)
        self.set_state(state, text)

    def set_state(self, state: str, text: str) -> None:
        """Show another state."""
        self._state = state
        self._label.setText(text)
        self.setAccessibleName(text)
        self._paint()

    def text(self) -> str:
        """The word shown."""
        return self._label.text()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()
        super().changeEvent(event)

    def _paint(self) -> None:
        side = self._label.fontMetrics().height()
        self._icon.setPixmap(
            icon(STATES[self._state][0], self._state).pixmap(QSize(side, side), self.devicePixelRatio())
        )
        colour = state_colour(self._state).name()
        sheet = f"color: {colour};"
        if self._label.styleSheet() != sheet:
            self._label.setStyleSheet(sheet)


class EmptyState(QWidget):
    """What an empty list says: what is kept here, and what to do first."""

    acted = Signal()

    def __init__(self, icon_name: str = "", parent: QWidget | None = None) -> None:
        """Without an icon it is small: for a list inside a record."""
        super().__init__(parent)
        self._icon_name = icon_name
        self._picture, self._title, self._text = QLabel(), heading(large=bool(icon_name)), quiet()
        self.button = primary()
        self.button.clicked.connect(self.acted)
        layout = QVBoxLayout(self)
        layout.setSpacing(GRID)
        layout.addStretch(2)
        self._title.setWordWrap(True)
        for part in (self._picture, self._title, self._text):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(part)
        layout.addSpacing(GRID)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        if icon_name:
            self._picture.setPixmap(icon(icon_name, "unknown").pixmap(QSize(40, 40), self.devicePixelRatio()))
        self._picture.setVisible(bool(icon_name))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The words matter more than the picture."""
        super().resizeEvent(event)
        self._picture.setVisible(event.size().height() >= _PICTURED)

    def set_texts(self, title: str, text: str, action: str = "") -> None:
        """What is missing, what to do, and the button's text (no button without)."""
        self._title.setText(title)
        self._text.setText(text)
        self.button.setText(action)
        self.button.setVisible(bool(action))


class DropArea(QFrame):
    """A place to drop files, or to choose them by button; names only files that exist."""

    files_dropped = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._text = quiet(wrap=False)
        self._button = QPushButton()
        self._button.setIcon(icon("file-plus"))
        self._button.clicked.connect(self._choose)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._button)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the texts again."""
        self._text.setText(tr("把文件拖到这里，或"))
        self._button.setText(tr("选择文件…"))
        self.setAccessibleName(tr("添加文件"))

    def name(self, text: str) -> None:
        """Say what the files are for, where a page takes some for more than one purpose."""
        self.setAccessibleName(text)
        self._button.setAccessibleName(f"{text} {self._button.text()}")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        if dropped_files(event):
            event.acceptProposedAction()
            self.setFrameShadow(QFrame.Shadow.Sunken)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's name
        self.setFrameShadow(QFrame.Shadow.Plain)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        self.setFrameShadow(QFrame.Shadow.Plain)
        files = dropped_files(event)
        if files:
            event.acceptProposedAction()
            self.files_dropped.emit(files)

    def _choose(self) -> None:
        files, _ = QFileDialog.getOpenFileNames(self, tr("选择文件"))
        if files:
            self.files_dropped.emit(files)


def dropped_files(event: QDropEvent) -> list[str]:
    """The local files a drag brings."""
    urls = event.mimeData().urls() if event.mimeData().hasUrls() else []
    return [url.toLocalFile() for url in urls if url.isLocalFile() and Path(url.toLocalFile()).is_file()]
