"""The commands of `fuzhuan`, a module per subject; importing a module registers its commands."""

from __future__ import annotations


def load_commands() -> None:
    """Register every command, in the order help lists them; written out, so that a frozen build finds them."""
    from desktop.commands import workspace  # noqa: F401, I001
    from desktop.commands import keys  # noqa: F401
    from desktop.commands import backup  # noqa: F401
    from desktop.commands import verify  # noqa: F401
    from desktop.commands import records  # noqa: F401
    from desktop.commands import lists  # noqa: F401
    from desktop.commands import cases  # noqa: F401
    from desktop.commands import privacy  # noqa: F401
    from desktop.commands import evidence  # noqa: F401
    from desktop.commands import policies  # noqa: F401
    from desktop.commands import decisions  # noqa: F401
    from desktop.commands import evaluation  # noqa: F401
    from desktop.commands import rounds  # noqa: F401
    from desktop.commands import uses  # noqa: F401
    from desktop.commands import results  # noqa: F401
    from desktop.commands import training  # noqa: F401
    from desktop.commands import events  # noqa: F401
    from desktop.commands import documents  # noqa: F401
    from desktop.commands import firms  # noqa: F401
    from desktop.commands import sheets  # noqa: F401
    from desktop.commands import collect  # noqa: F401
    from desktop.commands import packages  # noqa: F401
    from desktop.commands import reporting  # noqa: F401
    from desktop.commands import audit  # noqa: F401
    from desktop.commands import program  # noqa: F401
