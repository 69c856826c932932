"""Layouts that make do with little room: a row that breaks into lines, panes that go below each other, a part that
scrolls."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLayout,
    QLayoutItem,
    QScrollArea,
    QSizePolicy,
    QSpacerItem,
    QSplitter,
    QWidget,
    QWidgetItem,
)

from desktop.look import GRID, catch_up, restyle_late

_FLEXIBLE = 160  # px a part that can stretch asks for before the line breaks
_NARROW = 800  # px: below it panes grow with what wraps in them, and their page scrolls
_PANE = 176  # px of height that a pane gets at least, once panes lie below each other


class Flow(QLayout):
    """A row like `QHBoxLayout`, that goes on in the next line where the room ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__()
        self._items: list[tuple[QLayoutItem, int]] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(GRID)
        if parent is not None:
            parent.setLayout(self)

    def addWidget(  # noqa: N802 - Qt's name
        self, widget: QWidget, stretch: int = 0, alignment: Qt.AlignmentFlag | None = None
    ) -> None:
        """Append a widget; `stretch` is its share of what is left of its line."""
        self.addChildWidget(widget)
        item = QWidgetItem(widget)
        if alignment is not None:
            item.setAlignment(alignment)
        self._items.append((item, stretch))
        self.invalidate()

    def insertWidget(self, place: int, widget: QWidget) -> None:  # noqa: N802 - as boxes call it
        """Put a widget before what stands at that place."""
        self.addChildWidget(widget)
        self._items.insert(place, (QWidgetItem(widget), 0))
        self.invalidate()

    def addLayout(self, layout: QLayout, stretch: int = 0) -> None:  # noqa: N802 - as boxes call it
        """Append a row within the row; it is not torn apart."""
        self.addChildLayout(layout)
        self._items.append((layout, stretch))
        self.invalidate()

    def addStretch(self, stretch: int = 0) -> None:  # noqa: N802 - as boxes call it
        """Append room that takes what is left of its line."""
        self._items.append((QSpacerItem(0, 0), max(stretch, 1)))
        self.invalidate()

    def addSpacing(self, size: int) -> None:  # noqa: N802 - as boxes call it
        """Append `size` px of empty room."""
        self._items.append((QSpacerItem(size, 0), 0))
        self.invalidate()

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802 - Qt's name
        self._items.append((item, 0))

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's name
        return self._items[index][0] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's name
        return self._items.pop(index)[0] if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802 - Qt's name
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        return self._place(QRect(0, 0, width, 0), move=False)

    def minimumHeightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        return self.heightForWidth(width)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        sizes = [item.sizeHint() for item, _ in self._items if not item.isEmpty()]
        width = sum(size.width() for size in sizes) + self.spacing() * max(len(sizes) - 1, 0)
        return self._around(QSize(width, max((size.height() for size in sizes), default=0)))

    def minimumSize(self) -> QSize:  # noqa: N802 - Qt's name
        sizes = [item.minimumSize() for item, _ in self._items if not item.isEmpty()]
        widest = max((size.width() for size in sizes), default=0)
        return self._around(QSize(widest, max((size.height() for size in sizes), default=0)))

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802 - Qt's name
        super().setGeometry(rect)
        self._place(rect, move=True)

    def _around(self, size: QSize) -> QSize:
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _place(self, rect: QRect, *, move: bool) -> int:
        """Put everything in its place, or only say how high that is."""
        margins = self.contentsMargins()
        inside = rect.marginsRemoved(margins)
        top = inside.top()
        for line in self._lines(inside.width()):
            widths = self._widths(line, inside.width())
            heights = [_height(item, width) for (item, _), width in zip(line, widths, strict=True)]
            height = max(heights, default=0)
            left = inside.left()
            for (item, _), width, own in zip(line, widths, heights, strict=True):
                if move:
                    item.setGeometry(QRect(QPoint(left, top + (height - own) // 2), QSize(width, own)))
                left += width + (self.spacing() if not isinstance(item, QSpacerItem) else 0)
            top += height + self.spacing()
        return max(top - self.spacing() - inside.top(), 0) + margins.top() + margins.bottom()

    def _lines(self, room: int) -> list[list[tuple[QLayoutItem, int]]]:
        lines: list[list[tuple[QLayoutItem, int]]] = [[]]
        used = 0
        for item, stretch in self._items:
            spacer = isinstance(item, QSpacerItem)
            if item.isEmpty() and not spacer:
                continue
            wants = _wants(item, stretch)
            if lines[-1] and used + wants > room and not spacer:
                lines.append([])
                used = 0
            lines[-1].append((item, stretch))
            used += wants + (0 if spacer else self.spacing())
        return [line for line in lines if any(not isinstance(item, QSpacerItem) for item, _ in line)]

    def _widths(self, line: list[tuple[QLayoutItem, int]], room: int) -> list[int]:
        """What each part of a line gets: what it asks for, then its hint, then its share of what is left."""
        widths = [min(_wants(item, stretch), room) for item, stretch in line]
        left = room - sum(widths) - self.spacing() * (sum(not isinstance(item, QSpacerItem) for item, _ in line) - 1)
        for place, (item, _) in enumerate(line):
            more = max(min(item.sizeHint().width() - widths[place], left), 0)
            widths[place] += more
            left -= more
        shares = [stretch for _, stretch in line]
        if not any(shares):
            shares = [int(bool(item.expandingDirections() & Qt.Orientation.Horizontal)) for item, _ in line]
        for place, (item, _) in enumerate(line):
            share = shares[place]
            if share and left > 0:
                more = min(left * share // sum(shares[place:]), item.maximumSize().width() - widths[place])
                widths[place] += max(more, 0)
                left -= max(more, 0)
        return widths


def _wants(item: QLayoutItem, stretch: int) -> int:
    """The width below which a part is not squeezed before its line breaks."""
    hint, least = item.sizeHint().width(), item.minimumSize().width()
    flexible = stretch or item.expandingDirections() & Qt.Orientation.Horizontal or item.hasHeightForWidth()
    return max(min(hint, _FLEXIBLE), least) if flexible else max(hint, least)


def _height(item: QLayoutItem, width: int) -> int:
    if item.hasHeightForWidth():
        return max(item.heightForWidth(width), item.minimumSize().height())
    return max(item.sizeHint().height(), item.minimumSize().height())


class Panes(QSplitter):
    """Panes beside each other, or below each other while there is no room for all of them."""

    def __init__(
        self,
        orientation: Qt.Orientation = Qt.Orientation.Horizontal,
        parent: QWidget | None = None,
        **properties: Any,
    ) -> None:
        super().__init__(orientation, parent, **properties)
        self.setChildrenCollapsible(False)
        self._sizes: list[int] = []

    def is_folded(self) -> bool:
        """Whether the panes lie below each other."""
        return self.orientation() == Qt.Orientation.Vertical

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        sizes = [_least(pane) for pane in self._shown()]
        width = max((size.width() for size in sizes), default=0)
        if not self.is_folded():
            return QSize(width, max((self._needs(pane) for pane in self._shown()), default=0))
        handles = self.handleWidth() * max(len(sizes) - 1, 0)
        return QSize(width, sum(self._heights()) + handles)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self.fit()

    def event(self, event: QEvent) -> bool:
        answer = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return answer

    def fit(self) -> None:
        """Fold or unfold by the room there is now."""
        shown = self._shown()
        needed = sum(_least(pane).width() for pane in shown) + self.handleWidth() * max(len(shown) - 1, 0)
        folded = len(shown) > 1 and self.width() < needed
        if folded == self.is_folded():
            return
        if folded:
            self._sizes = self.sizes()
        self.setOrientation(Qt.Orientation.Vertical if folded else Qt.Orientation.Horizontal)
        if folded:
            self.setSizes(self._heights())
        elif len(self._sizes) == self.count():
            self.setSizes(self._sizes)
        self.updateGeometry()

    def _heights(self) -> list[int]:
        """What the panes need below each other; what would scroll by itself is as high as what it shows."""
        return [max(self._needs(pane), _whole(pane), _PANE) for pane in self._shown()]

    def _needs(self, pane: QWidget) -> int:
        """The height of a pane below which something in it is squeezed."""
        layout, least = pane.layout(), _least(pane).height()
        if layout is None or self.width() >= _NARROW or not layout.hasHeightForWidth():
            return least
        return max(least, layout.totalMinimumHeightForWidth(pane.width()))

    def _panes(self) -> list[QWidget]:
        found = (self.widget(place) for place in range(self.count()))
        return [pane for pane in found if pane is not None]

    def _shown(self) -> list[QWidget]:
        return [pane for pane in self._panes() if not pane.isHidden()]


def _least(pane: QWidget) -> QSize:
    """The smallest size a splitter lets a pane have."""
    hint = pane.minimumSizeHint()
    fixed = pane.minimumSize()
    width = fixed.width() or (hint.width() if pane.sizePolicy().horizontalPolicy() != QSizePolicy.Policy.Ignored else 0)
    height = fixed.height() or (
        hint.height() if pane.sizePolicy().verticalPolicy() != QSizePolicy.Policy.Ignored else 0
    )
    return QSize(max(width, 0), max(height, 0))


def _whole(pane: QWidget) -> int:
    inside = pane.widget() if isinstance(pane, QScrollArea) else None
    return inside.minimumSizeHint().height() if inside is not None else 0


class Downwards(QScrollArea):
    """Scrolls a part up and down, and is never narrower than it."""

    def __init__(self, inside: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inside)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        inside, bar = self.widget(), self.verticalScrollBar().sizeHint().width()
        width = inside.minimumSizeHint().width() if inside is not None else 0
        return QSize(width + bar, super().minimumSizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        answer = super().eventFilter(watched, event)
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self.updateGeometry()  # panes around it may have to fold
        return answer


class Stage(QScrollArea):
    """Shows a part as large as there is room; where it needs more height it scrolls, sideways never."""

    def __init__(self, part: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._part = part
        self.setWidget(part)
        part.setAutoFillBackground(False)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self.fit)
        restyle_late(self)
        QApplication.instance().focusChanged.connect(self._follow)  # type: ignore[union-attr]  # there is a program

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        catch_up(self)
        super().showEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self._later.start(0)  # the part's own layout hears of it after this
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        part = self._part
        hint, layout = part.sizeHint(), part.layout()
        if layout is not None and layout.hasHeightForWidth():
            hint.setHeight(max(hint.height(), layout.totalHeightForWidth(max(self.width(), hint.width()))))
        return hint

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(0, 0)

    def fit(self) -> None:
        """Give the part the room there is, and more height where it needs that."""
        part, room = self._part, self.viewport().size()
        layout = part.layout()
        least = max(part.minimumSizeHint().height(), part.minimumHeight())
        if layout is not None and layout.hasHeightForWidth():
            least = max(least, layout.totalMinimumHeightForWidth(room.width()))
        part.resize(room.width(), max(room.height(), least))

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        """What takes the keyboard comes in sight."""
        if now is not None and self.isVisible() and self._part.isAncestorOf(now) and now.visibleRegion().isEmpty():
            self.ensureWidgetVisible(now, 0, GRID)
