"""Itemized estimates: writing one line by line, sending it, taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from flask import (
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import FieldList, Form, FormField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length

from directory.cases.actions import quoting
from directory.cases.actions.caring import CaseRestsError, NotAcceptedError
from directory.cases.actions.quoting import QuoteChangedError
from directory.cases.queries.access import CaseChangedError
from directory.cases.rules.quotes import (
    CURRENCIES,
    LINES_AT_MOST,
    NOTE_LONGEST,
    UNIT_LONGEST,
    WORDS_LONGEST,
    AmountError,
    Line,
    LineKind,
    QuoteBody,
    QuoteRefusedError,
    amount,
    quantity,
)
from directory.core.errors import NotFoundError
from directory.web import context, pathway
from directory.web.proof import printable
from directory.web.referrals.answering import hang
from directory.web.referrals.blueprint import bp
from directory.web.referrals.case import ID, keys, opened
from directory.web.referrals.forms import SeenForm, day, words
from directory.web.words import _

MORE_ROWS = 3
"""Empty lines that the button adds."""

AMOUNT_LONGEST = 40
"""Characters in which any amount can be typed."""

USUAL = (
    LineKind.PRODUCT,
    LineKind.APHERESIS,
    LineKind.BRIDGING,
    LineKind.LYMPHODEPLETION,
    LineKind.WARD,
    LineKind.INTENSIVE_CARE,
    LineKind.TESTS,
    LineKind.INTERPRETER,
    LineKind.LODGING,
)
"""Lines that a new estimate begins with, so that none is forgotten."""

WRONG = {
    "mark": _(
        "Write it without commas, and with one dot before decimals: 12500 or 12500.50"
    ),
    "number": _("Enter an amount in digits, for example 12500"),
    "large": _("This is too large. Check the number of zeros"),
    "decimals": _("This currency does not have so many decimals"),
    "zero": _("Enter how many there are, at least some"),
    "missing": _("Enter an amount, or say that this is not included"),
    "range": _("The end of a range is not less than its beginning"),
}
"""What is wrong with an amount, and what to do."""

REFUSED = {
    ("currency", "unknown"): _("Choose a currency"),
    ("valid_until", "past"): _("This day has passed"),
    ("valid_until", "far"): _("An estimate is good for two years at most"),
    ("lines", "nothing-included"): _("Nothing is included. Enter at least one amount"),
    ("lines", "decimals"): _("This currency does not have so many decimals"),
    ("deposit_when", "missing"): _("Say when the deposit is to be paid"),
    ("deposit", "large"): _("The deposit is larger than the whole sum"),
}
"""What else is wrong with an estimate."""

STANDS = (CaseChangedError, NotAcceptedError, CaseRestsError, QuoteChangedError)


def line(label: str, longest: int, hint: str = "", **more: str) -> StringField:
    """Return a field of one line."""
    return StringField(
        label,
        [Length(max=longest, message=_("Up to %(max)d characters"))],
        filters=[printable, lambda typed: typed.strip() if typed else ""],
        description=hint,
        render_kw={"autocomplete": "off", **more},
    )


def money(label: str, hint: str = "") -> StringField:
    """Return the field for an amount."""
    return line(
        label, AMOUNT_LONGEST, hint, inputmode="decimal", spellcheck="false", dir="ltr"
    )


class LineFields(Form):
    """One line of an estimate; one in which nothing is typed is left out."""

    kind = SelectField(
        _("What it is for"),
        choices=[
            SelectChoice(value=kind.value, label=pathway.QUOTE_LINES[kind])
            for kind in LineKind
        ],
    )
    low = money(_("Amount of one"))
    high = money(_("Up to (if it is a range)"))
    quantity = money(_("How many"))
    unit = line(_("Of what (for example day)"), UNIT_LONGEST, dir="auto")
    included = SelectField(
        _("Is it in the sum?"),
        choices=[
            SelectChoice(value="yes", label=_("Included")),
            SelectChoice(value="no", label=_("Not included")),
        ],
    )
    note = line(_("Note (optional)"), NOTE_LONGEST, dir="auto")

    def is_empty(self) -> bool:
        """Tell whether nothing was typed in it."""
        typed = (self.low, self.high, self.quantity, self.unit, self.note)
        return self.included.data != "no" and not any(each.data for each in typed)


class QuoteForm(SeenForm):
    """An estimate."""

    currency = SelectField(
        _("Currency"),
        choices=[SelectChoice(value=code, label=code) for code in CURRENCIES],
        default="CNY",
    )
    rows = FieldList(FormField(LineFields))
    valid_until = day(_("Good until"), _("The last day on which it can be agreed to."))
    deposit = money(_("Deposit (optional)"), _("In the same currency."))
    deposit_when = words(_("When is the deposit paid?"), WORDS_LONGEST, rows=2)
    refund = words(
        _("What is paid back, and when?"),
        WORDS_LONGEST,
        _("For example if cells cannot be collected, or do not grow."),
        needed=_("Say what is paid back, also if nothing is"),
    )
    excluded = words(
        _("What does the sum leave out? (optional)"),
        WORDS_LONGEST,
        _("For example flights, or treatment of complications."),
    )

    def add_rows(self, count: int) -> None:
        """Add empty lines, as far as an estimate may have them."""
        for _n in range(min(count, LINES_AT_MOST - len(self.rows))):
            self.rows.append_entry({"kind": LineKind.OTHER.value})

    def begin(self) -> None:
        """Begin with the usual lines."""
        for kind in USUAL:
            self.rows.append_entry({"kind": kind.value, "included": "yes"})


@dataclass
class Typed:
    """What was read from a form; ``lines`` with the number of each one's row."""

    lines: list[tuple[int, Line]] = field(default_factory=list)
    deposit: Decimal | None = None
    is_sound: bool = True


@bp.route(f"/<{ID}:referral>/estimate", methods=["GET", "POST"])
def estimate(referral: str) -> ResponseReturnValue:
    """Write an estimate, and send it."""
    if _rows_sent() > LINES_AT_MOST:
        form = QuoteForm(formdata=None)
        form.begin()
        form.form_errors.append(_too_many())
        return _show(referral, form, 422)
    form = QuoteForm()
    if request.method != "POST":
        form.begin()
        return _show(referral, form, 200)
    if "more" in request.form:
        form.add_rows(MORE_ROWS)
        return _show(referral, form, 200)
    is_valid = form.validate()
    typed = _read(form)
    if is_valid and typed.is_sound and _send(referral, form, typed):
        flash(gettext("The patient and who looks after the case can read it now."))
        return _back(referral)
    return _show(referral, form, form.status if form.errors else 422)


@bp.route(f"/<{ID}:referral>/estimates/<{ID}:quote>/take-back", methods=["GET", "POST"])
def take_back(referral: str, quote: str) -> ResponseReturnValue:
    """Ask once, then take an estimate back."""
    form = SeenForm()
    if form.validate_on_submit():
        try:
            quoting.take_back_quote(
                context.work(), keys(), referral, quote, version=form.version.data or 0
            )
        except STANDS as error:
            hang(form, error)
        else:
            flash(gettext("Taken back. The patient sees that it was."))
            return _back(referral)
    context.finish(succeeded=False)
    found = opened(referral)
    one = next((each for each in found.care.quotes if each.id == quote), None)
    if one is None:
        raise NotFoundError(quote=quote)
    page = render_template(
        "referrals/take_back_estimate.html", form=form, found=found, quote=one
    )
    return make_response(page, form.status)


def _rows_sent() -> int:
    """Return how many lines were posted; WTForms itself takes any number."""
    return len(
        {name.split("-")[1] for name in request.form if name.startswith("rows-")}
    )


def _too_many() -> str:
    return gettext("An estimate has %(most)s lines at most", most=LINES_AT_MOST)


def _read(form: QuoteForm) -> Typed:
    """Return what was typed; hang on its field what cannot be read."""
    found = Typed()
    decimals = CURRENCIES.get(form.currency.data or "", 2)
    for number, entry in enumerate(form.rows):
        fields = entry.form
        if fields.is_empty():
            continue
        one = _line(fields, decimals)
        if one is None:
            found.is_sound = False
        else:
            found.lines.append((number, one))
    if found.is_sound and not found.lines:
        form.form_errors.append(REFUSED["lines", "nothing-included"])
        found.is_sound = False
    if form.deposit.data:
        found.deposit = _amount(form.deposit, decimals)
        found.is_sound &= found.deposit is not None
    return found


def _line(fields: LineFields, decimals: int) -> Line | None:
    is_included = fields.included.data != "no"
    low = _amount(fields.low, decimals) if fields.low.data else None
    high = _amount(fields.high, decimals) if fields.high.data else None
    many: Decimal | None = Decimal(1)
    if fields.quantity.data:
        many = _amount(fields.quantity, None)
    if (is_included or high is not None) and low is None and not fields.low.errors:
        fields.low.errors = [WRONG["missing"]]
    if low is not None and high is not None and high < low:
        fields.high.errors = [WRONG["range"]]
    if many is None or any(each.errors for each in fields):
        return None
    return Line(
        kind=LineKind(fields.kind.data),
        low=low,
        high=high,
        quantity=many,
        unit=fields.unit.data or "",
        is_included=is_included,
        note=fields.note.data or "",
    )


def _amount(typed: StringField, decimals: int | None) -> Decimal | None:
    """Return what was typed in a field; of a quantity there are no decimals given."""
    try:
        if decimals is None:
            return quantity(typed.data or "")
        return amount(typed.data or "", decimals)
    except AmountError as error:
        typed.errors = [WRONG[str(error.facts["wrong"])]]
        return None


def _send(referral: str, form: QuoteForm, typed: Typed) -> bool:
    body = QuoteBody(
        lines=tuple(each for _, each in typed.lines),
        deposit=typed.deposit,
        deposit_when=(form.deposit_when.data or "").strip(),
        refund=(form.refund.data or "").strip(),
        excluded=(form.excluded.data or "").strip(),
    )
    try:
        quoting.send_quote(
            context.work(),
            keys(),
            referral,
            body,
            currency=form.currency.data or "",
            valid_until=form.valid_until.data or date.min,
            version=form.version.data or 0,
        )
    except QuoteRefusedError as error:
        for name, wrong in error.facts["problems"]:  # type: ignore[attr-defined]
            said = REFUSED[name, wrong]
            if name == "lines":
                form.form_errors.append(said)
            else:
                form[name].errors = [said]
        return False
    except STANDS as error:
        hang(form, error)
        return False
    return True


def _problems(form: QuoteForm) -> list[Mapping[str, str]]:
    """Return every field that something is wrong with, lines in their order."""
    found = [{"text": str(said), "href": "#main"} for said in form.form_errors]
    for each in form:
        if each is form.rows:
            found += [
                {"text": str(one.errors[0]), "href": f"#{one.id}"}
                for entry in form.rows
                for one in entry.form
                if one.errors
            ]
        elif each.errors:
            found.append({"text": str(each.errors[0]), "href": f"#{each.id}"})
    return list(found)


def _show(referral: str, form: QuoteForm, status: int) -> Response:
    context.finish(succeeded=False)
    found = opened(referral)
    page = render_template(
        "referrals/estimate.html",
        form=form,
        found=found,
        problems=_problems(form),
        can_add=len(form.rows) < LINES_AT_MOST,
    )
    return make_response(page, status)


def _back(referral: str) -> ResponseReturnValue:
    return redirect(
        url_for("referrals.case", referral=referral, _anchor="estimate"), code=303
    )
