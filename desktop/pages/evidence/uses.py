"""Where a file is used, and linking it to something more: found by name, pinyin or number as one types."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from desktop.fields import kind_label
from desktop.ops import Ops
from desktop.pages.evidence.rows import Column, RowsModel, opens, table_view
from desktop.pages.evidence.targets import Target, by_kind, described
from desktop.widgets.basics import heading, quiet
from policy.i18n import tr

_TYPING = 200  # ms of rest before a search
_HITS = 12


class UsesPane(QWidget):
    """`opened(Target)`, `linked(target text)` and `unlinked(target text)`."""

    opened = Signal(object)
    linked = Signal(str)
    unlinked = Signal(str)

    def __init__(self, ops: Ops, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ops = ops
        self._targets: list[Target] = []
        self._titles: dict[tuple[str, str], str] = {}
        self._rules: dict[tuple[str, str], str] = {}
        self.model = RowsModel((Column(lambda: tr("用于"), lambda row: row["title"]),), self)
        self.table = table_view(self.model, stretch=0)
        self.none = quiet()
        self.unlink = QPushButton()
        self.link_head = heading()
        self.search, self.hits = QLineEdit(maxLength=100), QListWidget()
        self.hits.setVisible(False)
        self._rest = QTimer(self, singleShot=True, interval=_TYPING)
        buttons = QHBoxLayout()
        buttons.addWidget(self.unlink)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.none)
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)
        layout.addWidget(self.link_head)
        layout.addWidget(self.search)
        layout.addWidget(self.hits, 1)
        layout.addStretch(0)
        opens(self.table, lambda row: self.opened.emit(row["target"]))
        self.table.selectionModel().selectionChanged.connect(lambda: self._enable())
        self.unlink.clicked.connect(self._unlink)
        remove = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.table)
        remove.setContext(Qt.ShortcutContext.WidgetShortcut)
        remove.activated.connect(self._unlink)
        self.search.textChanged.connect(lambda: self._rest.start())
        self._rest.timeout.connect(self._find)
        self.hits.itemActivated.connect(self._choose)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text in the language in force."""
        self.none.setText(tr("还没有用于任何地方。"))
        self.unlink.setText(tr("取消关联"))
        self.link_head.setText(tr("关联到…"))
        self.search.setPlaceholderText(tr("输入企业、案件、合同等的名称、拼音或编号"))
        self.search.setAccessibleName(tr("查找要关联的记录"))
        self.hits.setAccessibleName(tr("找到的记录，按回车关联"))
        self.table.setAccessibleName(tr("用于"))
        self.model.retranslate()
        self._show()

    def show_targets(self, targets: list[str]) -> None:
        """Show where one file is used; titles follow when they are known."""
        self._targets = [Target.read(text) for text in targets]
        self._show()
        unknown = [target for target in self._targets if (target.kind, target.record) not in self._titles]
        for kind, ids in by_kind(unknown).items():
            self._ask_titles(kind, ids)
        packs = {target.pack for target in self._targets if target.pack}
        for pack in packs - {known for known, _ in self._rules}:
            self._ops.run("policy.show", owner=self, pack=pack, on_result=self._rules_came)

    def _ask_titles(self, kind: str, ids: list[str]) -> None:
        self._ops.run(
            "records.titles",
            owner=self,
            kind=kind,
            ids=ids,
            on_result=lambda titles: self._titles_came(kind, titles),
        )

    def _titles_came(self, kind: str, titles: dict[str, str]) -> None:
        self._titles.update({(kind, record): title for record, title in titles.items()})
        self._show()

    def _rules_came(self, pack: dict[str, Any]) -> None:
        self._rules.update({(pack["id"], rule["id"]): rule["title"] for rule in pack["rules"]})
        self._show()

    def _show(self) -> None:
        self.model.set_rows(
            [
                {"id": target.text, "title": described(target, self._titles, self._rules), "target": target}
                for target in self._targets
            ]
        )
        self.none.setVisible(not self._targets)
        self.table.setVisible(bool(self._targets))
        self.unlink.setVisible(bool(self._targets))
        self._enable()

    def _enable(self) -> None:
        self.unlink.setEnabled(self.model.row(self.table.currentIndex()) is not None)

    def _unlink(self) -> None:
        row = self.model.row(self.table.currentIndex())
        if row:
            self.unlinked.emit(row["id"])

    def _find(self) -> None:
        self._ops.forget(self, "hits")
        text = self.search.text().strip()
        if not text:
            self.hits.setVisible(False)
            return
        self._ops.run("records.find", owner=self, place="hits", text=text, limit=_HITS, on_result=self._found)

    def _found(self, hits: list[dict[str, str]]) -> None:
        self.hits.clear()
        for hit in hits:
            if hit["kind"] != "evidence":
                item = QListWidgetItem(f"{kind_label(hit['kind'])} · {hit['title']}", self.hits)
                item.setData(Qt.ItemDataRole.UserRole, f"{hit['kind']}:{hit['id']}")
        if not self.hits.count():
            item = QListWidgetItem(tr("没有找到"), self.hits)
            item.setFlags(Qt.ItemFlag.NoItemFlags)
        self.hits.setVisible(True)

    def _choose(self, item: QListWidgetItem) -> None:
        target = item.data(Qt.ItemDataRole.UserRole)
        if target:
            self.search.clear()
            self.linked.emit(target)
