"""Listings that are held back, withdrawn, or not to be listed at all."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from directory.core.errors import NotFoundError
from directory.listings.actions import withdraw
from directory.listings.rules.differences import Difference
from directory.listings.rules.document import Kind
from directory.listings.rules.names import folded
from directory.submissions.actions.editing import (
    AlreadyOpenError,
    FactUnfitError,
    VersionPassedError,
    keep_from_listing,
    propose_held,
)
from directory.submissions.queries.held import do_not_list as register
from directory.submissions.queries.held import held_page
from directory.submissions.queries.published import facts_page, listed
from directory.submissions.rules.editing import is_editable
from directory.web import context
from directory.web.moderation import labels
from directory.web.moderation.blueprint import bp
from directory.web.moderation.choices import of
from directory.web.proof import ProvenForm, printable
from directory.web.words import _

LONGEST_REASON = 1000
"""Characters, as the tables of tombstones and of the register keep them."""


class HeldForm(ProvenForm):
    """Whether a listing that is held back comes before two moderators."""

    digest = HiddenField(filters=[printable])


class WithdrawForm(ProvenForm):
    """Taking a listing down, which cannot be undone."""

    reason = TextAreaField(
        _("Why is it taken down?"),
        [
            InputRequired(_("Say why, in words fit to be shown")),
            Length(max=LONGEST_REASON),
        ],
        filters=[printable],
        description=_("Kept with it. Nothing about a person."),
        render_kw={"rows": "3"},
    )
    sure = BooleanField(
        _("I know that this cannot be undone"),
        [InputRequired(_("Tick the box if you are sure"))],
    )


class NameForm(ProvenForm):
    """A name under which nothing is listed."""

    kind = RadioField(
        _("Kind of listing"),
        [InputRequired(_("Choose one"))],
        choices=of([("center", _("Center")), ("facilitator", _("Facilitator"))]),
        default="center",
    )
    name = StringField(
        _("Name"),
        [InputRequired(_("Enter the name")), Length(max=500)],
        filters=[printable],
        description=_("However it is written: case, accents and spaces do not count."),
    )
    reason = TextAreaField(
        _("Reason"),
        [InputRequired(_("Say why")), Length(max=LONGEST_REASON)],
        filters=[printable],
        description=_("For moderators. Nothing about a person."),
        render_kw={"rows": "2"},
    )


def kind_of(name: str) -> Kind:
    """Return a kind of listing from an address.

    Raises:
        NotFoundError: If it is none.
    """
    if name not in set(Kind):
        raise NotFoundError(kind=name)
    return Kind(name)


@bp.route("/held/<kind>/<slug:slug>", methods=["GET", "POST"])
def held(kind: str, slug: str) -> ResponseReturnValue:
    """Show a listing that is held back, and bring it before two moderators."""
    page = held_page(context.session(), kind_of(kind), slug)
    form = HeldForm(data={"digest": page.digest})
    status = form.status
    if form.validate_on_submit():
        try:
            made = propose_held(context.work(), page.kind, slug, form.digest.data or "")
        except VersionPassedError:
            form.form_errors.append(
                gettext("It was changed since you opened the page. Read it again.")
            )
            form.digest.data, status = page.digest, 409
        except AlreadyOpenError:
            form.form_errors.append(gettext("It is in review already."))
            status = 409
        else:
            flash(
                gettext(
                    "It waits in the queue now. Another moderator decides on its fields"
                    " and publishes it."
                )
            )
            return redirect(url_for("moderation.review", public_id=made), code=303)
    elif request.method == "POST":
        status = form.status
    shown = render_template("moderation/held.html", page=page, form=form, words=labels)
    return make_response(shown, status)


@bp.get("/listings")
def listings() -> ResponseReturnValue:
    """List what is published, to find one and work on it."""
    typed = request.args.get("q", "")[:200]
    return render_template(
        "moderation/listings.html",
        rows=listed(context.session(), containing=typed),
        typed=typed,
    )


@bp.get("/listings/<kind>/<slug:slug>")
def listing(kind: str, slug: str) -> ResponseReturnValue:
    """Show all that a listing says, each with a way to put it right."""
    page = facts_page(context.session(), kind_of(kind), slug)
    fields = [
        (Difference(field, None, None, now=value), is_editable(field, value))
        for field, value in page.fields.items()
    ]
    return render_template("moderation/listing.html", page=page, fields=fields)


@bp.route("/listings/<kind>/<slug:slug>/withdraw", methods=["GET", "POST"])
def withdraw_listing(kind: str, slug: str) -> ResponseReturnValue:
    """Ask once, then take a listing down."""
    names, back = _to_withdraw(kind_of(kind), slug)
    form = WithdrawForm()
    if form.validate_on_submit():
        withdraw(context.work(), kind_of(kind), slug, (form.reason.data or "").strip())
        flash(gettext("Taken down. It is gone from every page within seconds."))
        return redirect(url_for("moderation.do_not_list"), code=303)
    shown = render_template(
        "moderation/withdraw.html", names=names, back=back, slug=slug, form=form
    )
    return make_response(shown, form.status)


def _to_withdraw(kind: Kind, slug: str) -> tuple[dict[str, str], str]:
    """Return the names of what is published or held back, and the way to it."""
    try:
        page = facts_page(context.session(), kind, slug)
    except NotFoundError:
        found = held_page(context.session(), kind, slug)
        return dict(found.names), url_for("moderation.held", kind=kind.value, slug=slug)
    return dict(page.names), url_for("moderation.listing", kind=kind.value, slug=slug)


@bp.route("/do-not-list", methods=["GET", "POST"])
def do_not_list() -> ResponseReturnValue:
    """Show the names under which nothing is listed, and take one more."""
    form = NameForm()
    if form.validate_on_submit():
        try:
            is_new = keep_from_listing(
                context.work(),
                Kind(form.kind.data),
                form.name.data or "",
                (form.reason.data or "").strip(),
            )
        except FactUnfitError:
            form.name.errors = [gettext("Nothing is left of this name to compare")]
        else:
            flash(
                gettext("Added to the register.")
                if is_new
                else gettext("The name stands in the register already.")
            )
            return redirect(url_for("moderation.do_not_list"), code=303)
    typed = request.args.get("q", "")[:200]
    shown = render_template(
        "moderation/do_not_list.html",
        rows=register(context.session(), containing=folded(typed)),
        typed=typed,
        form=form,
    )
    return make_response(shown, form.status)
