"""The kinds of organisation that keep their work here; several at once. The pages offered follow."""

from __future__ import annotations

from policy.i18n import mark

KINDS = (
    ("incubator", mark("孵化器、众创空间")),
    ("agency", mark("技术转移机构")),
    ("university", mark("高校、科研院所")),
    ("training", mark("技术经理人学院、培训机构")),
    ("office", mark("受理单位")),
)
