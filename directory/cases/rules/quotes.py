"""What an estimate says, line by line, and how amounts are read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from directory.core.errors import DirectoryError

LINES_AT_MOST = 60
"""Lines of one estimate; a whole course of treatment has some twenty."""

LARGEST = Decimal(10**9)
"""Of an amount, in units of its currency."""

MOST_QUANTITY = Decimal(1000)
"""Of something, such as days on a ward."""

NOTE_LONGEST, UNIT_LONGEST, WORDS_LONGEST = 300, 40, 2000
"""Characters of a note, of a unit, and of a rule in words."""

VALID_AT_MOST = timedelta(days=730)
"""An estimate is not good for longer."""

CURRENCIES: Mapping[str, int] = {
    "CNY": 2,
    "USD": 2,
    "EUR": 2,
    "HKD": 2,
    "GBP": 2,
    "SGD": 2,
    "AED": 2,
    "SAR": 2,
    "QAR": 2,
    "KWD": 3,
    "BHD": 3,
    "OMR": 3,
    "JOD": 3,
    "EGP": 2,
    "RUB": 2,
    "KZT": 2,
    "UZS": 2,
    "KGS": 2,
    "TRY": 2,
    "INR": 2,
    "PKR": 2,
    "BDT": 2,
    "IDR": 2,
    "MYR": 2,
    "THB": 2,
    "VND": 0,
    "PHP": 2,
    "KRW": 0,
    "JPY": 0,
    "AUD": 2,
    "CAD": 2,
    "CHF": 2,
}
"""Currencies that estimates are made in, with their decimals (source: ISO 4217)."""


class LineKind(StrEnum):
    """What a line of an estimate is for."""

    PRODUCT = "product"
    APHERESIS = "apheresis"
    BRIDGING = "bridging"
    LYMPHODEPLETION = "lymphodepletion"
    WARD = "ward-days"
    INTENSIVE_CARE = "icu-reserve"
    TESTS = "tests"
    INTERPRETER = "interpreter"
    LODGING = "lodging"
    OTHER = "other"


class AmountError(DirectoryError):
    """What was typed is no amount; ``wrong`` says why.

    ``mark``: it has a comma, or dots, of which nobody knows what they mean.
    ``number``: it is none. ``large``: it is too large. ``decimals``: it has more than
    its currency. ``zero``: there must be something.
    """

    code = "quote.amount-refused"


class QuoteRefusedError(DirectoryError):
    """An estimate cannot be sent; ``problems`` lists fields and what is wrong."""

    code = "quote.refused"


class Shape(BaseModel):
    """Frozen, and closed to fields that it does not name."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Amount = Annotated[Decimal, Field(ge=0, le=LARGEST, allow_inf_nan=False)]


class Line(Shape):
    """One line.

    Args:
        kind: What it is for.
        low: Amount of one unit, in the estimate's currency; of what is not included
            it may be unknown.
        high: Of a range, its end.
        quantity: How many units.
        unit: What one is, e.g. day.
        is_included: Whether the sum holds it.
        note: In words.
    """

    kind: LineKind
    low: Amount | None = None
    high: Amount | None = None
    quantity: Annotated[Decimal, Field(gt=0, le=MOST_QUANTITY)] = Decimal(1)
    unit: Annotated[str, StringConstraints(max_length=UNIT_LONGEST)] = ""
    is_included: bool = True
    note: Annotated[str, StringConstraints(max_length=NOTE_LONGEST)] = ""

    @model_validator(mode="after")
    def _range_is_one(self) -> Self:
        if self.low is None and (self.is_included or self.high is not None):
            raise ValueError("an amount is missing")
        if self.high is not None and self.low is not None and self.high < self.low:
            raise ValueError("a range ends before it begins")
        return self

    @property
    def total(self) -> tuple[Decimal, Decimal] | None:
        """Return from where to where all its units come, if it is known."""
        if self.low is None:
            return None
        most = self.low if self.high is None else self.high
        return self.low * self.quantity, most * self.quantity


class QuoteBody(Shape):
    """What an estimate says.

    Args:
        lines: At least one.
        deposit: Amount to be paid ahead, if there is one.
        deposit_when: When, in words.
        refund: What is paid back, and when, in words.
        excluded: What the sum does not hold, in words.
    """

    lines: Annotated[tuple[Line, ...], Field(min_length=1, max_length=LINES_AT_MOST)]
    deposit: Amount | None = None
    deposit_when: Annotated[str, StringConstraints(max_length=WORDS_LONGEST)] = ""
    refund: Annotated[str, StringConstraints(min_length=1, max_length=WORDS_LONGEST)]
    excluded: Annotated[str, StringConstraints(max_length=WORDS_LONGEST)] = ""

    @property
    def total(self) -> tuple[Decimal, Decimal]:
        """Return from where to where the sum of what is included comes."""
        sums = [each.total for each in self.lines if each.is_included and each.total]
        return (
            sum((low for low, _ in sums), Decimal(0)),
            sum((high for _, high in sums), Decimal(0)),
        )


def amount(typed: str, decimals: int) -> Decimal:
    """Return an amount as it was typed: digits, spaces between them, one dot.

    A comma is thousands to some and tenths to others, so it is asked about rather
    than guessed at.

    Args:
        typed: By a person.
        decimals: How many its currency has.

    Raises:
        AmountError: If it is none.
    """
    plain = "".join(unicodedata.normalize("NFKC", typed).split())
    if not re.fullmatch(r"\d+(\.\d+)?", plain):
        marked = re.fullmatch(r"[\d.,'’٫٬]+", plain)
        raise AmountError(wrong="mark" if marked else "number")
    whole, _, rest = plain.partition(".")
    if len(rest) > decimals:
        raise AmountError(wrong="decimals")
    if len(whole.lstrip("0")) > len(str(LARGEST)) or Decimal(plain) > LARGEST:
        raise AmountError(wrong="large")
    return Decimal(plain)


def quantity(typed: str) -> Decimal:
    """Return how many units were typed.

    Raises:
        AmountError: If it is no number, none at all, or too many.
    """
    found = amount(typed, 2)
    if not found:
        raise AmountError(wrong="zero")
    if found > MOST_QUANTITY:
        raise AmountError(wrong="large")
    return found


def check(body: QuoteBody, currency: str, valid_until: date, today: date) -> None:
    """Refuse an estimate that nobody could hold to.

    Args:
        body: What it says.
        currency: As ISO 4217 names it.
        valid_until: Its last day, where the hospital is.
        today: The day there.

    Raises:
        QuoteRefusedError: With pairs of a field and what is wrong with it.
    """
    found = []
    if currency not in CURRENCIES:
        found.append(("currency", "unknown"))
    if valid_until < today:
        found.append(("valid_until", "past"))
    elif valid_until > today + VALID_AT_MOST:
        found.append(("valid_until", "far"))
    if not any(line.is_included for line in body.lines):
        found.append(("lines", "nothing-included"))
    if body.deposit is not None:
        if not body.deposit_when:
            found.append(("deposit_when", "missing"))
        if body.deposit > body.total[1]:
            found.append(("deposit", "large"))
    decimals = CURRENCIES.get(currency, 0)
    given = [
        body.deposit,
        *(each for line in body.lines for each in (line.low, line.high)),
    ]
    if any(each is not None and _decimals(each) > decimals for each in given):
        found.append(("lines", "decimals"))
    if found:
        raise QuoteRefusedError(problems=found)


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


@dataclass(frozen=True, slots=True)
class Row:
    """What several estimates say of one thing.

    Args:
        kind: Of which.
        lines: Of each estimate in turn, its lines for it; none is *not stated*.
    """

    kind: LineKind
    lines: tuple[tuple[Line, ...], ...]


def side_by_side(bodies: Sequence[QuoteBody]) -> tuple[Row, ...]:
    """Return estimates next to each other, in the order of kinds and never of sums.

    Args:
        bodies: In the order in which they are to stand.
    """
    rows = []
    for kind in LineKind:
        lines = tuple(
            tuple(line for line in body.lines if line.kind is kind) for body in bodies
        )
        if any(lines):
            rows.append(Row(kind, lines))
    return tuple(rows)
