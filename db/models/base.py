"""What every record has: a UUID, who and when, where it came from, and the declaration of its kind."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import peewee

from db.fields import Bool, Stamp, Text
from policy import i18n

DATABASE = peewee.DatabaseProxy()


@dataclass(frozen=True, slots=True)
class Kind:
    """A record kind as users and the command line know it.

    `natural` are the natural keys, tried in order when a record comes from outside: tuples of field names, all of
    which must be filled to match. `title` is the field shown for a record. `own_rows` kinds are listed and exported.
    `parent` names the field that shares the primary key with another kind (firm stands on organisation).
    """

    name: str
    label: str
    label_en: str
    natural: tuple[tuple[str, ...], ...] = ()
    title: str = "name"
    order: str = "created_at"
    parent: str = ""

    @property
    def shown(self) -> str:
        """The label in the language in force."""
        return self.label_en if i18n.language() == "en" else self.label


def new_id() -> str:
    """A fresh record id."""
    return str(uuid.uuid4())


class Table(peewee.Model):
    """A table of the store; STRICT, bound to the one open store of the process."""

    if TYPE_CHECKING:
        # peewee adds `NAME_id` for every ref; its stubs cannot know
        def __getattr__(self, name: str) -> Any: ...

    class Meta:
        database = DATABASE
        strict_tables = True
        only_save_dirty = True
        legacy_table_names = False


class Record(Table):
    """A record of a kind: identity, who and when, origin, archived."""

    KIND: ClassVar[Kind]

    id = Text("ID", "ID", primary_key=True)
    created_at = Stamp("创建时间", "Created", req="S")
    created_by = Text("创建人", "Created by")
    updated_at = Stamp("修改时间", "Updated", req="S")
    updated_by = Text("修改人", "Updated by")
    origin = Text("来源", "Origin", req="S")
    archived = Bool("已归档", "Archived", req="S", default=0)


HOUSEKEEPING = frozenset({"id", "created_at", "created_by", "updated_at", "updated_by", "origin", "archived"})
