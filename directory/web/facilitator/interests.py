"""Saying who pays a facilitator, and with which centers it has contracts."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import (
    Field,
    RadioField,
    SelectMultipleField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Length, Optional

from directory.cases.actions.interests import state_interests, take_back_interests
from directory.cases.queries.interests import Card, interest_card, interest_cards
from directory.cases.rules.interests import (
    WORDS_LONGEST,
    Interests,
    InterestsClaimError,
    InterestsError,
    Payer,
)
from directory.core.errors import NotFoundError
from directory.core.text import Language
from directory.listings.queries import center_pages
from directory.listings.rules.document import Kind
from directory.submissions.queries.keeping import Kept, kept_by, kept_listing
from directory.web import context, filters, interests, labels
from directory.web.facilitator.blueprint import bp
from directory.web.fields import choices
from directory.web.locale import NAMES
from directory.web.proof import ProvenForm, printable
from directory.web.words import _

UNSAID, NONE, SOME = "not-stated", "none", "some"

REASONS = {
    "contradicts": _("Say that there are none, or choose centers, not both"),
    "no-center": _("Choose the centers, or say something else above"),
    "unknown-center": _("One of these centers is not published any more"),
    "too-many": _("These are too many centers"),
    "too-long": _("Use at most 1,000 characters"),
    "nothing-said": _("Say at least one thing, or take everything back below"),
}
"""Why a statement cannot stand."""


def _words(language: Language) -> TextAreaField:
    return TextAreaField(
        NAMES[language],
        [Optional(), Length(max=WORDS_LONGEST, message=REASONS["too-long"])],
        filters=[printable],
        render_kw={"rows": 4, "lang": language.tag},
    )


class InterestsForm(ProvenForm):
    """Who pays, contracts, and how fees are made up."""

    paid_by = SelectMultipleField(
        _("Who pays you for a patient's way to a center?"),
        description=_("Choose all that apply. Leave it open if you will not say."),
        choices=choices(
            (payer.value, words) for payer, words in interests.PAYERS.items()
        ),
    )
    contracts = RadioField(
        _("Do you have contracts with centers?"),
        choices=choices(
            (
                (UNSAID, _("We do not say")),
                (NONE, _("No, with none")),
                (SOME, _("Yes, with these")),
            )
        ),
        default=UNSAID,
    )
    centers = SelectMultipleField(_("With which centers?"))
    words_en = _words(Language.EN)
    words_zh = _words(Language.ZH)
    words_ru = _words(Language.RU)
    words_ar = _words(Language.AR)

    def __init__(self, centers: list[Any], **kwargs: Any) -> None:
        """Offer these centers."""
        super().__init__(**kwargs)
        self.centers.choices = centers

    def validate_centers(self, field: Field) -> None:
        """Refuse centers beside a no, and a yes without centers."""
        if bool(field.data) != (self.contracts.data == SOME):
            reason = "contradicts" if field.data else "no-center"
            raise ValidationError(str(REASONS[reason]))

    @property
    def texts(self) -> tuple[TextAreaField, ...]:
        """Return the fields of words, in the order of languages."""
        return (self.words_en, self.words_zh, self.words_ru, self.words_ar)

    def said(self) -> Interests:
        """Return what was stated."""
        said = self.contracts.data or UNSAID
        return Interests(
            paid_by=frozenset(Payer(each) for each in self.paid_by.data or ()),
            contracts=frozenset(self.centers.data or ()),
            has_no_contracts=said == NONE,
            words={
                language: (field.data or "").strip()
                for language, field in zip(Language, self.texts, strict=True)
            },
        )


@bp.get("/interests")
def interests_home() -> ResponseReturnValue:
    """List the facilitators that one's organization keeps, with what they say."""
    session = context.session()
    kept = [
        each
        for each in kept_by(session, context.actor().organization)
        if each.kind is Kind.FACILITATOR
    ]
    return render_template(
        "facilitator/interests.html",
        kept=kept,
        cards=interest_cards(session, [each.slug for each in kept]),
        payers=interests.payers,
    )


@bp.route("/interests/<slug:slug>", methods=["GET", "POST"])
def interests_of(slug: str) -> ResponseReturnValue:
    """State the interests of a facilitator; readers see it at once."""
    kept = _kept(slug)
    card = interest_card(context.session(), slug)
    form = InterestsForm(_centers(card), data=_data(card))
    if form.validate_on_submit() and _stated(form, slug):
        flash(gettext("Readers see it now, with today's date."))
        return redirect(url_for("facilitator.interests_home"), code=303)
    page = render_template(
        "facilitator/interests_form.html", form=form, kept=kept, card=card
    )
    return make_response(page, 422 if request.method == "POST" else 200)


@bp.post("/interests/<slug:slug>/none")
def interests_none(slug: str) -> ResponseReturnValue:
    """Take back what was said; readers then see that nothing is stated."""
    take_back_interests(context.work(), slug)
    flash(gettext("Taken back. Readers see that nothing is stated."))
    return redirect(url_for("facilitator.interests_home"), code=303)


def _kept(slug: str) -> Kept:
    kept = kept_listing(context.session(), context.actor(), slug)
    if kept.kind is not Kind.FACILITATOR:
        raise NotFoundError(slug=slug)
    return kept


def _stated(form: InterestsForm, slug: str) -> bool:
    """State it; hang a refusal on the field that it belongs to."""
    try:
        state_interests(context.work(), slug, form.said())
    except InterestsError as error:
        name = "centers" if error.facts["field"] == "contracts" else None
        field = form[name or str(error.facts["field"])]
        field.errors = [str(REASONS[str(error.facts["reason"])])]
        return False
    except InterestsClaimError as error:
        for finding in error.findings:
            rule = labels.word(labels.RULES, finding.rule)
            said = gettext(
                "This may not be published: %(rule)s (%(excerpt)s)",
                rule=rule,
                excerpt=finding.excerpt[:80],
            )
            form[finding.field].errors = [said]
        return False
    return True


def _centers(card: Card) -> list[Any]:
    """Return published centers; those with contracts first."""
    pages = center_pages(context.session(), today=context.today())
    found = [(page.slug, filters.term(page.slug, "center")) for page in pages]
    found.sort(key=lambda pair: (pair[0] not in card.contracts, pair[1].casefold()))
    return choices(found)


def _data(card: Card) -> dict[str, Any]:
    contracts = NONE if card.has_no_contracts else SOME if card.contracts else UNSAID
    words = card.words or {}
    return {
        "paid_by": [payer.value for payer in card.paid_by],
        "contracts": contracts,
        "centers": list(card.contracts),
        **{f"words_{code.value}": words.get(code.value, "") for code in Language},
    }
