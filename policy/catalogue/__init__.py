"""The catalogue of measures by whom they are asked of; their SQL lives in `db.queries.measures`."""

from __future__ import annotations

from policy.catalogue import carrier, firm, organisation
from policy.measure import Measure

ALL: tuple[Measure, ...] = (*carrier.MEASURES, *firm.MEASURES, *organisation.MEASURES)
