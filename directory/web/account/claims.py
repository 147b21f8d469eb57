"""Claiming a listing, for somebody who works at the hospital."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import Field, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import (
    InputRequired,
    Length,
    Optional,
    StopValidation,
    ValidationError,
)

from directory.core.errors import NotFoundError
from directory.core.text import Text, legible
from directory.listings.queries import ListingPage, center_page, facilitator_page
from directory.listings.rules.document import Kind
from directory.submissions.actions.claims import (
    AlreadyClaimedError,
    AlreadyKeptError,
    LetterCodeError,
    claim,
    prove_by_letter,
)
from directory.submissions.queries.claims import (
    ClaimView,
    claim_page,
    claims_of,
    domains_of,
)
from directory.submissions.rules.claims import ClaimStateError, domain_of, proof_for
from directory.web import context, staff
from directory.web.account.blueprint import bp
from directory.web.filters import term
from directory.web.guards import limiter
from directory.web.labels import CITIES
from directory.web.proof import ProvenForm
from directory.web.words import _

CLAIMS = "20 per hour"
"""Claims, and codes out of letters, that one address may send."""


def readable(_form: object, field: Field) -> None:
    """Refuse characters that are not seen, or that turn the words around them."""
    try:
        legible(field.data or "")
    except ValueError as error:
        raise ValidationError(
            gettext("This has a character that cannot be seen. Type it again.")
        ) from error


def is_website(_form: object, field: Field) -> None:
    """Refuse what is no address of a website."""
    if field.data and domain_of(field.data) is None:
        raise StopValidation(
            gettext("Enter the address of a website, such as www.example.org")
        )


class ListedClaimForm(ProvenForm):
    """A claim of something that is listed."""

    position = StringField(
        _("What do you do there?"),
        [InputRequired(_("Enter what you do there")), Length(max=200), readable],
        description=_("For example: head of the international office."),
    )
    note = TextAreaField(
        _("Anything else that helps us to believe it (optional)"),
        [Optional(), Length(max=2000), readable],
        description=_("Do not write about patients."),
    )


class NewClaimForm(ListedClaimForm):
    """A claim of something that is not listed yet."""

    kind = SelectField(
        _("What is it?"),
        choices=[
            SelectChoice(Kind.CENTER.value, _("A hospital that gives CAR-T")),
            SelectChoice(
                Kind.FACILITATOR.value,
                _("An organization that helps people to reach one"),
            ),
        ],
    )
    named = StringField(
        _("Its full name"),
        [InputRequired(_("Enter its full name")), Length(max=300), readable],
    )
    city = SelectField(_("City"))
    website = StringField(
        _("Its own website"),
        [
            InputRequired(_("Enter the address of its website")),
            Length(max=500),
            is_website,
        ],
    )


class LetterForm(ProvenForm):
    """The code out of a letter."""

    code = StringField(
        _("Code from the letter"),
        [InputRequired(_("Enter the code from the letter")), Length(max=60)],
        description=_("Four groups of four letters and digits."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


@bp.get("/claims")
def claims() -> ResponseReturnValue:
    """List what one has claimed, and what became of it."""
    if (away := staff.to_sign_in()) is not None:
        return away
    person = context.actor().person
    assert person is not None
    return render_template(
        "account/claims.html", claims=claims_of(context.session(), person)
    )


@bp.route("/claims/new", methods=["GET", "POST"])
@limiter.limit(CLAIMS, methods=["POST"])
def new_claim() -> ResponseReturnValue:
    """Take a claim of a listing, or of what is not listed yet."""
    listing = _listing()
    who = context.signed_in()
    if who is None:
        return render_template("account/claim_first.html", listing=listing)
    form: Any = ListedClaimForm() if listing else NewClaimForm()
    if listing is None:
        form.city.choices = [SelectChoice(city, term(city, "city")) for city in CITIES]
    status = 200
    if form.validate_on_submit():
        try:
            public_id = _claim(form, listing)
        except AlreadyClaimedError as error:
            return redirect(
                url_for("account.claim_state", public_id=error.facts["claim"]), code=303
            )
        except AlreadyKeptError:
            form.form_errors.append(
                _(
                    "Somebody keeps this listing already. Ask your colleague who"
                    " manages it for an invitation, or write to us if that is wrong."
                )
            )
            status = 409
        else:
            return redirect(
                url_for("account.claim_state", public_id=public_id), code=303
            )
    elif request.method == "POST":
        status = 422
    known = domains_of(context.session(), *_named(listing)) if listing else frozenset()
    page = render_template(
        "account/claim_new.html",
        form=form,
        listing=listing,
        email=who.email,
        domains=sorted(known),
        proof=proof_for(who.email, known),
    )
    return make_response(page, status)


@bp.get("/claims/<string(length=32):public_id>")
def claim_state(public_id: str) -> ResponseReturnValue:
    """Show where a claim stands and what comes next."""
    if (away := staff.to_sign_in()) is not None:
        return away
    return render_template(
        "account/claim.html", claim=_own(public_id), form=LetterForm()
    )


@bp.post("/claims/<string(length=32):public_id>/letter")
@limiter.limit(CLAIMS)
def claim_letter(public_id: str) -> ResponseReturnValue:
    """Take the code out of the letter."""
    if (away := staff.to_sign_in()) is not None:
        return away
    found, form = _own(public_id), LetterForm()
    if form.validate_on_submit():
        try:
            prove_by_letter(context.work(), public_id, form.code.data or "")
        except LetterCodeError:
            form.code.errors = [
                _(
                    "This is not the code in the latest letter, or the letter is older"
                    " than 60 days. Check each letter, or ask us for a new one"
                )
            ]
        except ClaimStateError:
            return redirect(
                url_for("account.claim_state", public_id=public_id), code=303
            )
        else:
            flash(gettext("The code is right. A moderator decides now."))
            return redirect(
                url_for("account.claim_state", public_id=public_id), code=303
            )
    page = render_template("account/claim.html", claim=found, form=form)
    return make_response(page, 422)


def _claim(form: Any, listing: ListingPage | None) -> str:
    if listing is not None:
        kind, slug = _named(listing)
        return claim(
            context.work(),
            kind=kind,
            slug=slug,
            named=_one(listing.names),
            city=None,
            website="",
            position=form.position.data,
            note=form.note.data or "",
        )
    return claim(
        context.work(),
        kind=Kind(form.kind.data),
        slug=None,
        named=form.named.data,
        city=form.city.data,
        website=form.website.data,
        position=form.position.data,
        note=form.note.data or "",
    )


def _listing() -> ListingPage | None:
    """Return the listing that the address names, if it names one."""
    today = context.today()
    if slug := request.args.get("center"):
        return center_page(context.session(), slug, today=today)
    if slug := request.args.get("facilitator"):
        return facilitator_page(context.session(), slug, today=today)
    return None


def _named(listing: ListingPage) -> tuple[Kind, str]:
    kind = Kind.FACILITATOR if "facilitator" in request.args else Kind.CENTER
    return (Kind.CENTER if "center" in request.args else kind), listing.slug


def _one(names: Text) -> str:
    return names.get("en") or next(iter(names.values()))


def _own(public_id: str) -> ClaimView:
    found = claim_page(context.session(), public_id)
    who = context.signed_in()
    if who is None or found.person != who.public_id:
        raise NotFoundError(claim=public_id)
    return found
