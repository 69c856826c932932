"""The field classes of the store: each carries its label, unit, choices, aliases and form item, and is STRICT-safe.

A field is declared once, in `db.models`; forms, table columns, import, export, search and the package schema are
derived from the declaration (`db.schema`). Storage: dates with precision, enums and lists are TEXT; money is fen,
decimals are scaled, timestamps are milliseconds UTC, all INTEGER. Blank is NULL and never zero.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import peewee

from policy import i18n

if TYPE_CHECKING:
    _FieldBase = peewee.Field
else:
    _FieldBase = object


_EMPTY = "[]"


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of an enumeration: a stable ASCII code (never renamed), its labels, and other spellings seen."""

    code: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The label in the language in force."""
        return self.en if i18n.language() == "en" else self.zh


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """A field's declaration as plain data, for layers that must not import the models.

    `type` is one of text note int dec bool tri date year money enum tags code timestamp ref list; `required` is S
    (needed to save), F (needed to file), D (derived) or empty; `scale` is the number of decimals kept in a scaled
    integer; `target` is the kind a ref points to; `personal` data is named before it leaves in clear; `masked`
    (id, phone or empty) says how it looks unless it is asked for; what is `internal` never leaves in a package.
    A `computed` figure follows from other records; one that is typed all the same stands in its place. A figure that is
    `signed` may be negative; a date is asked about where it lies before the date `since` of the same record. What
    `waits` is asked for at once, but keeps nothing from being saved.
    """

    name: str
    label: str
    label_en: str
    type: str
    unit: str = ""
    aliases: tuple[str, ...] = ()
    form: str = ""
    required: str = ""
    max_length: int | None = None
    choices: tuple[Choice, ...] = ()
    code_kind: str = ""
    scale: int = 0
    currency_field: str | None = None
    raw_field: str | None = None
    target: str = ""
    personal: bool = False
    masked: str = ""
    internal: bool = False
    search: bool = False
    computed: bool = False
    signed: bool = False
    since: str = ""
    waits: bool = False
    model: str = ""

    @property
    def shown(self) -> str:
        """The label in the language in force."""
        return self.label_en if i18n.language() == "en" else self.label


class Declared(_FieldBase):
    """The declaration every field carries; mixed in front of a peewee field. Forgetting a label is a TypeError."""

    type: ClassVar[str] = "text"

    def __init__(
        self,
        label: str,
        label_en: str,
        *,
        unit: str = "",
        aliases: Sequence[str] = (),
        form: str = "",
        req: str = "",
        personal: bool = False,
        masked: str = "",
        internal: bool = False,
        search: bool = False,
        computed: bool = False,
        signed: bool = False,
        since: str = "",
        max_length: int | None = None,
        options: Sequence[Choice] = (),
        code_kind: str = "",
        scale: int = 0,
        currency: str | None = None,
        raw: str | None = None,
        **peewee_options: Any,
    ) -> None:
        peewee_options.setdefault("null", req != "S")
        super().__init__(**peewee_options)
        self.label, self.label_en, self.unit = label, label_en, unit
        self.aliases, self.form, self.required = tuple(aliases), form, req
        self.personal, self.internal, self.search, self.max_length = personal, internal, search, max_length
        self.masked, self.computed = masked, computed
        self.signed, self.since = signed, since
        self.options, self.code_kind, self.scale = tuple(options), code_kind, scale
        self.currency_field, self.raw_field = currency, raw

    @property
    def shown(self) -> str:
        """The label in the language in force."""
        return self.label_en if i18n.language() == "en" else self.label

    @property
    def waits(self) -> bool:
        """Whether a record is saved without it although its column takes no NULL: blank is kept as an empty text."""
        return False

    def info(self) -> FieldInfo:
        """The declaration as plain data."""
        return FieldInfo(
            name=self.name,
            label=self.label,
            label_en=self.label_en,
            type=self.type,
            unit=self.unit,
            aliases=self.aliases,
            form=self.form,
            required=self.required,
            max_length=self.max_length,
            choices=self.options,
            code_kind=self.code_kind,
            scale=self.scale,
            currency_field=self.currency_field,
            raw_field=self.raw_field,
            target=getattr(self, "target", ""),
            personal=self.personal,
            masked=self.masked,
            internal=self.internal,
            search=self.search,
            computed=self.computed,
            signed=self.signed,
            since=self.since,
            waits=self.waits,
            model=self.model._meta.table_name,
        )


class _Words(Declared, peewee.TextField):
    """Text or a code. What is needed only to file in a column that takes no NULL (`req="F", null=False`) is kept as an
    empty text while nobody has said it, and read as None."""

    @property
    def waits(self) -> bool:
        return self.required == "F" and not self.null

    def db_value(self, value: Any) -> Any:
        return "" if value is None and self.waits else super().db_value(value)  # type: ignore[no-untyped-call]

    def python_value(self, value: Any) -> Any:
        return None if value == "" and self.waits else super().python_value(value)  # type: ignore[no-untyped-call]


class Text(_Words):
    """A line of text, at most 200 characters unless said otherwise."""

    def __init__(self, label: str, label_en: str, *, max_length: int = 200, **options: Any) -> None:
        super().__init__(label, label_en, max_length=max_length, **options)


class Note(_Words):
    """Long text."""

    type = "note"


class Code(Declared, peewee.TextField):
    """An identifier kept as text (uscc, cid, patent, contract, region, industry); a failed check warns only."""

    type = "code"


class DateText(Declared, peewee.TextField):
    """A date with the precision it was written with: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; it sorts as text."""

    type = "date"


class Int(Declared, peewee.IntegerField):
    """A whole number."""

    type = "int"


class Year(Declared, peewee.IntegerField):
    """A calendar year."""

    type = "year"


class Dec(Declared, peewee.IntegerField):
    """A decimal kept as an integer scaled by 10**scale (2 unless said otherwise)."""

    type = "dec"

    def __init__(self, label: str, label_en: str, *, scale: int = 2, **options: Any) -> None:
        super().__init__(label, label_en, scale=scale, **options)


class Money(Declared, peewee.BigIntegerField):
    """Money in fen (minor units of the currency in `currency`, CNY without one); `unit` is only the shown unit."""

    type = "money"
    field_type = "INTEGER"


class Bool(Declared, peewee.IntegerField):
    """Yes or no, 1 or 0."""

    type = "bool"


class Tri(Declared, peewee.IntegerField):
    """Yes, no or not filled in."""

    type = "tri"


class Stamp(Declared, peewee.BigIntegerField):
    """A moment in milliseconds UTC, shown at +08:00."""

    type = "timestamp"
    field_type = "INTEGER"


class Enum(_Words):
    """One code of an enumeration."""

    type = "enum"


class JsonText(Declared, peewee.TextField):
    """A JSON array or object with a declared meaning, kept as canonical text."""

    type = "list"

    @property
    def waits(self) -> bool:
        return self.required == "F" and not self.null

    def db_value(self, value: Any) -> str | None:
        if value is None:
            return _EMPTY if self.waits else None
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def python_value(self, value: Any) -> Any:
        if value == _EMPTY and self.waits:
            return None
        return json.loads(value) if isinstance(value, str) else value


class Tags(JsonText):
    """Several codes of an enumeration, kept as a JSON array."""

    type = "tags"


class Ref(Declared, peewee.ForeignKeyField):
    """A reference to another record by its id; deleting what is referred to is refused (RESTRICT)."""

    type = "ref"

    def __init__(self, model: Any, label: str, label_en: str, **options: Any) -> None:
        options.setdefault("on_delete", "RESTRICT")
        options.setdefault("backref", "+")
        self.target = "" if isinstance(model, str) else model.KIND.name
        super().__init__(label, label_en, model=model, **options)

    def bind(self, model: Any, name: str, set_attribute: bool = True) -> None:
        # a ref is stored and spoken of by its field name, without peewee's _id
        self.column_name, self.object_id_name = name, f"{name}_id"
        super().bind(model, name, set_attribute)
        if not self.target:  # to its own kind, which has no name before it is declared
            self.target = model.KIND.name
