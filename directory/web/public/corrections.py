"""Telling the directory that something is wrong, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask import make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import EmailField, SelectField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, Optional, Regexp

from directory.core.codes import CodeMistypedError
from directory.core.errors import NotFoundError
from directory.core.links import Purpose
from directory.listings.queries import (
    BorneView,
    FactView,
    ListingPage,
    TreatmentView,
    TrialView,
    center_page,
    facilitator_page,
)
from directory.listings.rules.document import Kind
from directory.listings.rules.views import borne
from directory.submissions.actions.corrections import (
    Wrong,
    confirm_address,
    send_correction,
)
from directory.submissions.queries.corrections import correction_page
from directory.submissions.rules.corrections import (
    SOURCE_AT_MOST,
    WHOLE,
    WORDS_AT_MOST,
    read_reference,
)
from directory.web import filters
from directory.web.addresses import url_for
from directory.web.context import language, session, today, tools, work
from directory.web.facts import field_name
from directory.web.guards import limiter
from directory.web.proof import ButtonForm, UnhurriedForm, printable
from directory.web.public.blueprint import bp
from directory.web.words import _

SENT = "10 per hour"
"""Corrections that one address may send."""

SENT_BY_ALL = "300 per hour"
"""Corrections that all addresses together may send: more than can be read."""

EMAIL_LONGEST = 254
"""Characters of an address (source: RFC 5321, section 4.5.3.1)."""

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

SHOWN = 60
"""Characters of a fact by which a choice tells it apart."""

PAGES: Mapping[str, Callable[..., ListingPage]] = {
    Kind.CENTER.value: center_page,
    Kind.FACILITATOR.value: facilitator_page,
}


class CorrectionForm(UnhurriedForm):
    """What is wrong, and what is right."""

    field = SelectField(_("What is wrong?"), [InputRequired(_("Choose what is wrong"))])
    words = TextAreaField(
        _("What is right?"),
        [
            InputRequired(_("Say what is right")),
            Length(max=WORDS_AT_MOST, message=_("This is too long. Shorten it")),
        ],
        filters=[printable],
        description=_(
            "Write only about the organization. No names of patients, nothing about"
            " anybody's health, no telephone numbers of persons."
        ),
        render_kw={"rows": 6},
    )
    source = StringField(
        _("Where can we read this? (optional)"),
        [
            Optional(),
            Length(max=SOURCE_AT_MOST, message=_("This address is too long")),
            Regexp(
                r"\s*https?://[^\s]+\s*\Z",
                message=_("Write an address that begins with https://"),
            ),
        ],
        filters=[printable],
        description=_("The address of a page. It helps us most of all."),
        render_kw={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"},
    )
    email = EmailField(
        _("Your email address, if you want to know the outcome (optional)"),
        [
            Optional(),
            Length(max=EMAIL_LONGEST, message=_("The email address is too long")),
            Email(_("Write an email address such as name@example.org")),
        ],
        filters=[printable],
        description=_(
            "Kept encrypted, used for this alone, and erased 30 days after the"
            " outcome. We first ask you to confirm it."
        ),
        render_kw={"autocomplete": "email", "spellcheck": "false"},
    )

    def wrong(self, kind: Kind, listing: ListingPage) -> Wrong:
        """Return what was typed, once it is valid."""
        return Wrong(
            kind=kind,
            slug=listing.slug,
            version=listing.version,
            field=str(self.field.data),
            words=str(self.words.data).strip(),
            source_url=(self.source.data or "").strip() or None,
            email=(self.email.data or "").strip() or None if "email" in self else None,
            language=language(),
        )


@bp.route("/corrections/new", methods=["GET", "POST"])
@limiter.limit(SENT, methods=["POST"])
@limiter.limit(SENT_BY_ALL, methods=["POST"], key_func=lambda: "everybody")
def correct() -> ResponseReturnValue:
    """Ask what is wrong on a page, and what is right."""
    kind, listing = _listing()
    form = CorrectionForm(data={"field": request.args.get("field")})
    form.field.choices = list(_choices(listing))
    if tools().keys is None:
        # An address could not be sealed, so none is asked for.
        del form.email
    if form.validate_on_submit():
        sent = send_correction(work(), tools().keys, form.wrong(kind, listing))
        return redirect(url_for(".correction", reference=sent, sent="1"), code=303)
    page = render_template(
        "public/correction_new.html",
        form=form,
        kind=kind.value,
        listing=listing,
        back=url_for(f"public.{kind.value}", slug=listing.slug),
    )
    return make_response(page, form.status)


@bp.get("/corrections/<reference>")
def correction(reference: str) -> ResponseReturnValue:
    """Show what became of a correction; never what was written in it."""
    try:
        written = read_reference(reference)
    except CodeMistypedError as error:
        raise NotFoundError(correction="") from error
    if written != reference:
        return redirect(url_for(".correction", reference=written))
    page = correction_page(session(), written)
    return render_template(
        "public/correction.html",
        correction=page,
        was_sent=request.args.get("sent") == "1",
    )


@bp.route("/corrections/confirm/<token>", methods=["GET", "POST"])
def confirm_correction(token: str) -> ResponseReturnValue:
    """Confirm by a button that the outcome may be sent to an address."""
    now = tools().clock()
    reference = tools().links.read(Purpose.CONFIRM_CORRECTION, token, now)
    form = ButtonForm()
    if form.validate_on_submit():
        confirm_address(work(), reference)
        return redirect(url_for(".correction", reference=reference), code=303)
    page = render_template(
        "public/correction_confirm.html",
        form=form,
        token=token,
        correction=correction_page(session(), reference),
    )
    return make_response(page, form.status)


def _listing() -> tuple[Kind, ListingPage]:
    """Return what the address says the correction is about."""
    kind, slug = request.args.get("kind", ""), request.args.get("listing", "")
    if kind not in PAGES or not SLUG.fullmatch(slug):
        raise NotFoundError(kind=kind, slug=slug)
    return Kind(kind), PAGES[kind](session(), slug, today=today())


def _choices(listing: ListingPage) -> Iterator[tuple[str, Any]]:
    for fact in borne(listing):
        told = _told(fact)
        name = field_name(fact.field)
        yield fact.field, f"{name}: {told}" if told else name
    yield WHOLE, field_name(WHOLE)


def _told(fact: BorneView) -> str:
    """Return a few words that tell a fact from others of its list."""
    words = ""
    if isinstance(fact, TreatmentView) and fact.therapy:
        words = filters.term(fact.therapy, "therapy")
    elif isinstance(fact, TrialView):
        words = fact.name or fact.id or ""
    elif isinstance(fact, FactView) and fact.field.startswith(
        ("evidence.", "service.")
    ):
        words = fact.words if isinstance(fact.words, str) else ""
    return words if len(words) <= SHOWN else f"{words[:SHOWN].rstrip()}…"
