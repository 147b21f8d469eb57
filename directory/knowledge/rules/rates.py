"""What one currency was worth in another on a day, as a source gave it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from directory.knowledge.rules.sources import Basis, PartialDate, Sourced


class Rate(Sourced):
    """How many yuan one unit of a currency was worth.

    ``as_of`` is the day of the source. A rate is never fetched, and one that
    nothing bears out is not kept.
    """

    currency: Literal["USD", "EUR", "GBP", "HKD", "RUB", "AED", "SAR"]
    cny: Decimal = Field(gt=0, max_digits=12, decimal_places=6)
    as_of: PartialDate
    checked_on: date

    @model_validator(mode="after")
    def _is_sourced(self) -> Self:
        if self.basis is Basis.UNVERIFIED:
            raise ValueError("an unverified rate is not published")
        return self
