"""The catalogue of measures by whom they are asked of; their SQL lives in `db.queries.measures`."""

from __future__ import annotations

from policy.catalogue import agency, carrier, firm, organisation, plan
from policy.measure import Measure

ALL: tuple[Measure, ...] = (*agency.MEASURES, *carrier.MEASURES, *firm.MEASURES, *organisation.MEASURES, *plan.MEASURES)
