"""Addresses of an organization's own programs that are told of news."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from directory.cases.actions.webhooks import (
    TooManyWebhooksError,
    WebhookRepeatedError,
    add_webhook,
    pause_webhook,
    remove_webhook,
)
from directory.cases.queries.webhooks import deliveries, webhooks
from directory.cases.rules.webhooks import AT_MOST
from directory.core.calls import LONGEST_URL, AddressRefusedError
from directory.web import context, staff
from directory.web.account.blueprint import bp
from directory.web.account.reader import reader
from directory.web.proof import ButtonForm, ProvenForm, printable
from directory.web.words import _

REASONS = {
    "length": _("Enter an address of at most 500 characters"),
    "scheme": _("Enter an address that begins with https://"),
    "host": _("Enter an address with the full name of a server"),
    "user": _("Enter an address without a name or password in it"),
    "port": _("Enter an address on port 443 or 8443"),
    "fragment": _("Enter an address without a # in it"),
    "private": _("Enter an address that can be reached from everywhere"),
}
"""What is wrong with an address, and what to do."""


class WebhookForm(ProvenForm):
    """An address to be told."""

    url = StringField(
        _("Address"),
        [
            InputRequired(_("Enter an address that begins with https://")),
            Length(max=LONGEST_URL, message=REASONS["length"]),
        ],
        filters=[printable],
        description=_("For example https://hooks.example.org/news"),
        render_kw={"inputmode": "url", "autocomplete": "off", "dir": "ltr"},
    )


@bp.get("/webhooks", endpoint="webhooks")
def list_webhooks() -> ResponseReturnValue:
    """List the addresses of the organization for which one acts."""
    found = reader()
    return render_template(
        "account/webhooks.html",
        webhooks=webhooks(context.session(), context.actor()),
        office=found.office,
        most=AT_MOST,
        form=ButtonForm(),
    )


@bp.route("/webhooks/new", methods=["GET", "POST"])
def new_webhook() -> ResponseReturnValue:
    """Add an address, and show its secret once on the page that answers."""
    webhooks(context.session(), context.actor())
    if (anew := staff.to_prove_anew()) is not None:
        return anew
    form = WebhookForm()
    if form.validate_on_submit():
        try:
            _row, secret = add_webhook(
                context.work(), context.keys(), form.url.data or ""
            )
        except AddressRefusedError as error:
            form.url.errors = [REASONS[str(error.facts["reason"])]]
        except WebhookRepeatedError:
            form.url.errors = [_("Your organization has this address already")]
        except TooManyWebhooksError:
            form.url.errors = [
                _("Your organization has as many addresses as it may: remove one first")
            ]
        else:
            return render_template("account/webhook_made.html", secret=secret)
    page = render_template("account/new_webhook.html", form=form)
    return make_response(page, form.status)


@bp.get("/webhooks/<string(length=32):webhook>")
def webhook(webhook: str) -> ResponseReturnValue:
    """Show what an address answered."""
    found, tries = deliveries(context.session(), context.actor(), webhook)
    return render_template(
        "account/webhook.html", webhook=found, tries=tries, form=ButtonForm()
    )


@bp.post("/webhooks/<string(length=32):webhook>/pause")
def pause(webhook: str) -> ResponseReturnValue:
    """Call an address no more."""
    return _set(webhook, paused=True)


@bp.post("/webhooks/<string(length=32):webhook>/resume")
def resume(webhook: str) -> ResponseReturnValue:
    """Call an address again."""
    return _set(webhook, paused=False)


@bp.route("/webhooks/<string(length=32):webhook>/remove", methods=["GET", "POST"])
def remove(webhook: str) -> ResponseReturnValue:
    """Ask once whether an address is to be taken away, then do it."""
    found, _tries = deliveries(context.session(), context.actor(), webhook)
    form = ButtonForm()
    if form.validate_on_submit():
        remove_webhook(context.work(), webhook)
        flash(gettext("Removed. It is not called any more."))
        return redirect(url_for("account.webhooks"), code=303)
    page = render_template("account/remove_webhook.html", form=form, webhook=found)
    return make_response(page, form.status)


def _set(webhook: str, *, paused: bool) -> ResponseReturnValue:
    found, tries = deliveries(context.session(), context.actor(), webhook)
    form = ButtonForm()
    if form.validate():
        pause_webhook(context.work(), webhook, paused=paused)
        words = (
            gettext("Paused. It is not called until you resume it.")
            if paused
            else gettext("Resumed. It is told of what happens from now on.")
        )
        flash(words)
        return redirect(url_for("account.webhook", webhook=webhook), code=303)
    page = render_template(
        "account/webhook.html", webhook=found, tries=tries, form=form
    )
    return make_response(page, form.status)
