"""What the overview is made of beside its list: numbers that open what they count, and lines that open something."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from desktop.look import GRID, state_icon
from desktop.widgets.basics import quiet


class Figure(QToolButton):
    """A number and what it counts; opens its rows."""

    def __init__(self, opens: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._value = "", ""
        self.setProperty("figurecard", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clicked.connect(lambda _checked=False: opens())
        self._number, self._label = QLabel("–"), QLabel()
        self._number.setProperty("figure", True)
        self._label.setProperty("quiet", True)
        self._row = layout = QHBoxLayout(self)
        layout.setContentsMargins(GRID * 2, GRID, GRID * 2, GRID)
        layout.addWidget(self._number)
        layout.addWidget(self._label, 1)
        for label in (self._number, self._label):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        policy = self.sizePolicy()
        policy.setHorizontalPolicy(policy.Policy.Expanding)
        self.setSizePolicy(policy)
        self.setMinimumHeight(self._number.sizeHint().height() + GRID * 3)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return self._row.sizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return self._row.minimumSize()

    def set_name(self, name: str) -> None:
        self._name = name
        self._label.setText(name)
        self.setAccessibleName(f"{name} {self._number.text()}")

    def set_value(self, value: int | str) -> None:
        self._number.setText(value if isinstance(value, str) else f"{value:,}")
        self.set_name(self._name)


class Lines(QWidget):
    """Lines that open something, or a remark where there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)

    def clear(self, remark: str = "") -> None:
        """No lines; the remark in their place."""
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        if remark:
            self._column.addWidget(quiet(remark))

    def add_line(self, text: str, state: str, opens: Callable[[], object]) -> None:
        """A line with its state's icon."""
        button = QToolButton()
        button.setIcon(state_icon(state))
        button.setText(text)
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = button.sizePolicy()
        policy.setHorizontalPolicy(policy.Policy.Ignored)
        button.setSizePolicy(policy)
        button.clicked.connect(lambda _checked=False: opens())
        self._column.addWidget(button)
