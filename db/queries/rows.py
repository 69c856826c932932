"""Query results as plain rows; peewee's stubs keep the model type through dicts() and tuples()."""

from __future__ import annotations

from typing import Any


def dict_rows(query: Any) -> list[dict[str, Any]]:
    """The rows of a query as dicts by field name."""
    return list(query.dicts())


def tuple_rows(query: Any) -> list[tuple[Any, ...]]:
    """The rows of a query as tuples of the selected fields."""
    return list(query.tuples())
