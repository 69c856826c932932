"""The attendance of a class as a table: people by sessions, each cell a state in words."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.fields import choice_label, kind_info
from policy.i18n import spaced, tr

STATES = ("present", "late", "early", "leave", "absent", "made_up")
Index = QModelIndex | QPersistentModelIndex
Mark = dict[str, Any]


def state_label(state: str) -> str:
    """What a state is called."""
    return choice_label(kind_info("attendance").field("state"), state)


class GridModel(QAbstractTableModel):
    """Sessions may be narrowed to a day or half a day; marks set here show at once, before the store has them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.people: list[dict[str, Any]] = []
        self.sessions: list[dict[str, Any]] = []
        self._all: list[dict[str, Any]] = []
        self._marks: dict[str, dict[str, Mark]] = {}
        self._only = ""

    def set_sheet(self, sheet: dict[str, Any]) -> None:
        """Show what `training.sheet` answered; where rows and columns stay, so do selection and scrolling."""
        before = ([one["person"] for one in self.people], [one["id"] for one in self.sessions])
        shown = [one for one in sheet["sessions"] if self._only in ("", part_of(one))] or sheet["sessions"]
        same = before == ([one["person"] for one in sheet["people"]], [one["id"] for one in shown])
        if not same:
            self.beginResetModel()
        self.people, self._all, self.sessions, self._marks = sheet["people"], sheet["sessions"], shown, sheet["marks"]
        if not same:
            self.endResetModel()
        elif self.people and shown:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(shown) - 1)
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.people) - 1, len(shown) - 1))

    def show_only(self, part: str) -> None:
        """Only the sessions of a day or half-day, as `part_of` tells them; all without."""
        self.beginResetModel()
        self._only = part
        self.sessions = [one for one in self._all if part in ("", part_of(one))]
        self.endResetModel()

    def parts(self) -> list[str]:
        """The days and half-days there are, in order."""
        return list(dict.fromkeys(part_of(one) for one in self._all))

    def mark_at(self, index: Index) -> Mark | None:
        """The mark of a cell, None without."""
        found = self._marks.get(self.sessions[index.column()]["id"], {})
        return found.get(self.people[index.row()]["person"])

    def put(self, indexes: list[QModelIndex], state: str) -> list[dict[str, str]]:
        """Set cells, answering what to tell the store; a blank state takes marks away."""
        told = []
        for index in indexes:
            session, person = self.sessions[index.column()]["id"], self.people[index.row()]["person"]
            marks = self._marks.setdefault(session, {})
            if state:
                marks[person] = {"state": state, "minutes": None, "proof": "roll_call", "hours": ""}
            else:
                marks.pop(person, None)
            told.append({"session": session, "person": person, "state": state})
            self.dataChanged.emit(index, index)
        return told

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's signature
        return 0 if parent.isValid() else len(self.people)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's signature
        return 0 if parent.isValid() else len(self.sessions)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical:
            if section >= len(self.people):
                return None
            one = self.people[section]
            if role == Qt.ItemDataRole.DisplayRole:
                return one["name"]
            return spaced(one["name"], one["org_name"]) if role == Qt.ItemDataRole.ToolTipRole else None
        if section >= len(self.sessions):
            return None
        session = self.sessions[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{part_label(part_of(session))}\n{session['topic']}"
        if role == Qt.ItemDataRole.ToolTipRole:
            module = choice_label(kind_info("session").field("module"), session["module"])
            hours = tr("{n} 学时", n=session["hours"]) if session["hours"] else tr("学时不明")
            when = "–".join(part for part in (session["from"], session["to"]) if part)
            return spaced(session["date"], when, module, session["topic"], hours, session["reason"])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.people) or index.column() >= len(self.sessions):
            return None
        mark = self.mark_at(index)
        if role == Qt.ItemDataRole.DisplayRole:
            if mark is None:
                return ""
            minutes, whole = mark["minutes"], self.sessions[index.column()]["minutes"]
            # who was there from beginning to end, or not at all, needs no figure beside the word
            told = bool(minutes) and not (mark["state"] == "present" and whole and minutes >= whole)
            return spaced(state_label(mark["state"]), tr("{n} 分", n=minutes) if told else "")
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            person, session = self.people[index.row()], self.sessions[index.column()]
            said = self.data(index) or tr("未标记")
            return spaced(person["name"], session["date"], session["topic"], said)
        return None


def part_of(session: dict[str, Any]) -> str:
    """The half-day a session falls on, for choosing: its date and am, pm or nothing."""
    return f"{session['date']} {session['half']}".strip()


def part_label(part: str) -> str:
    """A half-day in words."""
    day, _, half = part.partition(" ")
    return spaced(day[5:] or day, {"am": tr("上午"), "pm": tr("下午")}.get(half, ""))
