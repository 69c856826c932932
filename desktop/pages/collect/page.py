"""The page 数据采集: rounds at the left, who has answered at the right."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.fields import FieldInfo
from desktop.models.records import Beside
from desktop.ops import Ops
from desktop.pages.base import Desk
from desktop.pages.collect.beginning import Beginning
from desktop.pages.collect.returns import Returns
from desktop.pages.records import FORM, RecordsPage, Sheet, View, choice_views, tab
from policy.i18n import mark, tr

ROUND = Sheet(
    "collection_round",
    new=mark("新采集批次"),
    columns=("title", "progress", "next", "due_on", "kind", "period", "carrier"),
    beside=Beside(
        "collect.rounds",
        (
            FieldInfo(name="progress", label="收回", label_en="Returned", type="text"),
            FieldInfo(name="next", label="下一步", label_en="Next", type="note"),
        ),
        frozenset({"collection_item"}),
    ),
    profile=("title", "kind", "period", "carrier", "due_on"),
    tabs=(tab(mark("各家回收"), Returns, {"collection_item": ("round",)}, name="returns"), FORM),
    code="period",
    empty=(
        mark("还没有采集批次"),
        mark("开始一个批次：每家生成一张带上年数的表，发给企业，收回的文件放在一个文件夹里一次读入。"),
    ),
)


class CollectPage(RecordsPage):
    NAME = "collect"
    ICON = "clipboard-list"
    FOR = frozenset({"incubator"})
    VIEWS = (
        View(mark("全部批次"), "collection_round", order="due_on", descending=True),
        *choice_views("collection_round", "kind"),
    )
    SHEETS = (ROUND,)
    IMPORTS = ("collection_round", "collection_item")

    def __init__(self, ops: Ops, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(ops, desk, parent)
        self.beginning = Beginning(ops)
        self.beginning.begun.connect(self._begun)
        self.beginning.left.connect(self._import_left)
        self.screens.addWidget(self.beginning)

    @classmethod
    def title(cls) -> str:
        return tr("数据采集")

    def retranslate(self) -> None:
        super().retranslate()
        self.model.ask_again()
        self.beginning.retranslate()

    def start_new(self, kind: str = "", given: dict[str, str] | None = None) -> None:  # noqa: ARG002 - one kind begins
        """A round is begun, not typed: the firms that are asked follow from it."""
        self.screens.setCurrentWidget(self.beginning)
        self.beginning.start(given)

    def _begun(self, key: str) -> None:
        self.open_record("collection_round", key)
