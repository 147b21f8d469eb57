"""What treatment costs: the guide, with its amounts drawn and converted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from wtforms import Form, SelectField, StringField

from directory.cases.rules.quotes import CURRENCIES, AmountError, amount
from directory.knowledge.queries import guide_page, rates
from directory.knowledge.rules.guide import Cost
from directory.knowledge.rules.rates import Rate
from directory.web import keeping
from directory.web.context import session
from directory.web.proof import printable
from directory.web.public.blueprint import bp
from directory.web.public.guides import parts
from directory.web.words import _

SLUG = "cost"
"""The guide whose amounts are drawn."""

DECIMALS = 6
"""Of a rate that a reader types; a rial or a sum is a small part of a yuan."""

LONGEST = 20
"""Characters in which any rate can be typed."""

STEPS = (50_000, 100_000, 200_000, 250_000, 500_000, 1_000_000)
"""Distances between the marks of a scale, in units of its currency."""

MOST_MARKS = 5
"""Of a scale, beside its beginning, that fit on a telephone."""

WRONG = {
    "mark": _("Write it without commas, with one dot before decimals: 7.85"),
    "number": _("Enter how many yuan it is in digits, for example 7.85"),
    "large": _("This is too large. Check the number of zeros"),
    "decimals": _("Write at most six digits after the dot"),
    "zero": _("Enter a number above zero, for example 7.85"),
}
"""What is wrong with a rate, and what to do."""


class OwnRateForm(Form):
    """A rate that the reader brings along; an address carries it, nothing keeps it."""

    currency = SelectField(_("Your currency"), validate_choice=False)
    yuan = StringField(
        _("How many yuan is 1 of it?"),
        filters=[printable],
        description=_("From your bank, for example 7.85."),
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )


@dataclass(frozen=True, slots=True)
class Own:
    """The rate that a reader brought.

    Args:
        currency: ISO 4217.
        yuan: How many one unit of it is.
    """

    currency: str
    yuan: Decimal

    def of(self, yuan: int) -> Decimal:
        """Return an amount of yuan in the reader's currency, in whole units."""
        return (yuan / self.yuan).quantize(Decimal(1))


@dataclass(frozen=True, slots=True)
class Bar:
    """An amount as a bar; ``x`` and ``width`` are hundredths of the scale."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Row:
    """A part of the cost.

    Args:
        cost: As it is known.
        bar: ``None`` where no amount is stated, which is not the same as nothing.
    """

    cost: Cost
    bar: Bar | None


@dataclass(frozen=True, slots=True)
class Picture:
    """Amounts of one section on one line.

    Args:
        rows: In their order.
        currency: Of the scale; empty where no amount is stated at all.
        marks: Place in hundredths, and the amount that stands there.
        compared: Lowest and highest list price in US dollars, where the amounts are
            claims in US dollars that people hold against them, with its bar.
    """

    rows: tuple[Row, ...]
    currency: str
    marks: tuple[tuple[float, int], ...]
    compared: tuple[int, int, Bar] | None


@bp.get(f"/guides/{SLUG}")
@keeping.kept
def cost_guide() -> ResponseReturnValue:
    """Show what is known of costs, drawn, and in the reader's currency if asked."""
    page = guide_page(session(), SLUG)
    filled = parts(page)
    form, own = _own_rate()
    everything = [cost for section in page.sections for cost in section.costs]
    answer = render_template(
        "public/cost.html",
        **filled,
        pictures={
            each.section.id: picture(each.section.costs, everything)
            for each in filled["sections"]
            if each.section.costs
        },
        form=form,
        own=own,
        priced=[cost for cost in everything if cost.low and cost.currency == "CNY"],
        rates=_latest(rates(session())),
    )
    return (answer, 400) if form.errors else answer


def picture(costs: Sequence[Cost], everything: Sequence[Cost]) -> Picture:
    """Return the amounts of one section as bars.

    Args:
        costs: Of the section, of one currency.
        everything: Of the guide, list prices among them.
    """
    currency = next((cost.currency for cost in costs if cost.currency), None) or ""
    dollars = [
        cost.about_usd
        for cost in everything
        if cost.about_usd and cost.low and not cost.claimed_by
    ]
    listed = dollars if currency == "USD" else []
    amounts = [
        cost.high or cost.low or 0 for cost in costs if cost.currency == currency
    ]
    most = max([*amounts, *listed], default=0)
    step = next((each for each in STEPS if most <= each * MOST_MARKS), STEPS[-1])
    whole = step * -(-most // step) or 1

    def bar(low: int, high: int | None) -> Bar:
        begin = low if high else 0
        end = high or low
        return Bar(round(100 * begin / whole, 2), round(100 * (end - begin) / whole, 2))

    return Picture(
        rows=tuple(
            Row(cost, bar(cost.low, cost.high) if cost.low else None) for cost in costs
        ),
        currency=currency,
        marks=tuple(
            (round(100 * at / whole, 2), at) for at in range(0, whole + 1, step)
        )
        if most
        else (),
        compared=(min(listed), max(listed), bar(min(listed), max(listed)))
        if listed
        else None,
    )


def _own_rate() -> tuple[OwnRateForm, Own | None]:
    """Return the form as it was filled in, and the rate if it is one."""
    form = OwnRateForm(request.args)
    names = {code: _name(code) for code in CURRENCIES if code != "CNY"}
    ordered = sorted(names.items(), key=lambda pair: pair[1].casefold())
    form.currency.choices = [("", _("Choose one")), *ordered]
    if not request.args.keys() & {"currency", "yuan"}:
        return form, None
    if form.currency.data not in names:
        form.currency.errors = [_("Choose a currency")]
    yuan = Decimal(0)
    try:
        yuan = amount((form.yuan.data or "")[:LONGEST], DECIMALS)
    except AmountError as error:
        form.yuan.errors = [WRONG[str(error.facts["wrong"])]]
    else:
        if not yuan:
            form.yuan.errors = [WRONG["zero"]]
    if form.errors:
        return form, None
    return form, Own(str(form.currency.data), yuan)


def _name(code: str) -> str:
    locale = get_locale()
    name = locale.currencies.get(code) if locale else None
    return f"{name} ({code})" if name else code


def _latest(known: Sequence[Rate]) -> tuple[Rate, ...]:
    """Return the newest rate of each currency."""
    found: dict[str, Rate] = {}
    for rate in known:
        found.setdefault(rate.currency, rate)
    return tuple(found.values())
