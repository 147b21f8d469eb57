"""What an estimate may say, and how its amounts are read."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from pydantic import ValidationError

from directory.cases.rules.quotes import (
    AmountError,
    Line,
    LineKind,
    QuoteBody,
    QuoteRefusedError,
    amount,
    check,
    quantity,
    side_by_side,
)

TODAY = date(2026, 11, 22)


def body(*lines: Line, **more) -> QuoteBody:
    given = lines or (Line(kind=LineKind.PRODUCT, low=Decimal(1166000)),)
    return QuoteBody(lines=given, **({"refund": "All of it before collection."} | more))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("1200", "1200"),
        (" 1 200 000.50 ", "1200000.50"),
        ("1\u00a0200\u202f000", "1200000"),
        ("１２００", "1200"),
        ("٣٠٠", "300"),
        ("0", "0"),
        ("0007", "7"),
        ("1000000000", "1000000000"),
    ],
)
def test_amounts_are_read_as_they_are_typed(typed, found):
    assert amount(typed, 2) == Decimal(found)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("1.000,5", "mark"),
        ("1,500", "mark"),
        ("1.000.000", "mark"),
        ("١٬٠٠٠", "mark"),
        ("1'000", "mark"),
        ("-5", "number"),
        ("+5", "number"),
        ("1e9", "number"),
        ("NaN", "number"),
        ("Infinity", "number"),
        ("", "number"),
        ("about 100", "number"),
        ("¥100", "number"),
        ("=1+1", "number"),
        ("1.005", "decimals"),
        ("1000000001", "large"),
        ("1000000000.01", "large"),
        ("9" * 5000, "large"),
    ],
)
def test_what_is_no_amount_is_refused_and_not_guessed_at(typed, wrong):
    with pytest.raises(AmountError) as refused:
        amount(typed, 2)

    assert refused.value.facts == {"wrong": wrong}


@pytest.mark.parametrize(("typed", "wrong"), [("0", "zero"), ("1001", "large")])
def test_there_is_some_of_everything_but_not_too_much(typed, wrong):
    with pytest.raises(AmountError) as refused:
        quantity(typed)

    assert refused.value.facts == {"wrong": wrong}


def test_the_sum_holds_what_is_included_and_its_ranges():
    found = body(
        Line(kind=LineKind.PRODUCT, low=Decimal("1000.10")),
        Line(
            kind=LineKind.WARD,
            low=Decimal(100),
            high=Decimal(150),
            quantity=Decimal(20),
            unit="day",
        ),
        Line(kind=LineKind.LODGING, low=Decimal(9999), is_included=False),
        Line(kind=LineKind.INTENSIVE_CARE, is_included=False),
    )

    assert found.total == (Decimal("3000.10"), Decimal("4000.10"))


@pytest.mark.parametrize(
    "line",
    [
        {"kind": "product"},
        {"kind": "product", "low": "5", "high": "4"},
        {"kind": "product", "low": "-1"},
        {"kind": "product", "low": "NaN"},
        {"kind": "product", "low": "1", "quantity": "0"},
        {"kind": "gift", "low": "1"},
        {"kind": "other", "high": "5", "is_included": False},
        {"kind": "other", "low": "5", "note": "x" * 301},
    ],
)
def test_a_line_that_cannot_be_is_refused(line):
    with pytest.raises(ValidationError):
        Line.model_validate(line)


@pytest.mark.parametrize("count", [0, 61, 200])
def test_an_estimate_has_at_least_one_line_and_not_hundreds(count):
    line = {"kind": "other", "low": "1"}
    with pytest.raises(ValidationError):
        QuoteBody.model_validate({"lines": [line] * count, "refund": "None."})


@pytest.mark.parametrize(
    ("more", "currency", "valid_until", "problem"),
    [
        ({}, "XXX", TODAY, ("currency", "unknown")),
        ({}, "CNY", TODAY - timedelta(days=1), ("valid_until", "past")),
        ({}, "CNY", TODAY + timedelta(days=731), ("valid_until", "far")),
        ({"deposit": Decimal(5)}, "CNY", TODAY, ("deposit_when", "missing")),
        (
            {"deposit": Decimal(1166001), "deposit_when": "On arrival"},
            "CNY",
            TODAY,
            ("deposit", "large"),
        ),
        (
            {"deposit": Decimal("1.5"), "deposit_when": "On arrival"},
            "JPY",
            TODAY,
            ("lines", "decimals"),
        ),
    ],
)
def test_what_nobody_could_hold_to_is_refused(more, currency, valid_until, problem):
    with pytest.raises(QuoteRefusedError) as refused:
        check(body(**more), currency, valid_until, TODAY)

    assert refused.value.facts == {"problems": [problem]}


def test_something_is_included():
    left_out = body(Line(kind=LineKind.LODGING, is_included=False))

    with pytest.raises(QuoteRefusedError) as refused:
        check(left_out, "CNY", TODAY, TODAY)

    assert refused.value.facts == {"problems": [("lines", "nothing-included")]}


def test_it_is_good_on_its_last_day():
    check(body(), "CNY", TODAY, TODAY)


def test_two_estimates_stand_side_by_side_by_kind_and_in_their_own_order():
    dear = body(
        Line(kind=LineKind.TESTS, low=Decimal(9)),
        Line(kind=LineKind.PRODUCT, low=Decimal(100)),
    )
    cheap = body(Line(kind=LineKind.PRODUCT, low=Decimal(1)))

    rows = side_by_side([dear, cheap])

    assert [row.kind for row in rows] == [LineKind.PRODUCT, LineKind.TESTS]
    assert [line[0].low for line in rows[0].lines] == [Decimal(100), Decimal(1)]
    assert rows[1].lines[1] == ()
