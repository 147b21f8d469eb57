"""Letters that did not arrive, and another try."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.accounts.actions.letters import send_again
from directory.accounts.queries.letters import Undelivered, mail_state
from directory.outbox.rules import DEAD_FOR, KEPT_FOR
from directory.web import context
from directory.web.admin.blueprint import bp
from directory.web.proof import ButtonForm
from directory.web.words import _

MALFORMED = "address-malformed"
"""What adapters say of an address that no header can carry."""


@bp.get("/mail")
def mail() -> ResponseReturnValue:
    """Show what was not delivered, and why."""
    tools = context.tools()
    state = mail_state(context.session(), context.actor(), tools.clock())
    return render_template(
        "admin/mail.html",
        state=state,
        form=ButtonForm(),
        meaning=meaning,
        leaves=bool(tools.settings.smtp_url),
        folder=str(tools.settings.mail_folder),
        kept_days=KEPT_FOR.days,
        dead_days=DEAD_FOR.days,
    )


@bp.post("/mail/<int:number>/again")
def mail_again(number: int) -> ResponseReturnValue:
    """Let a letter be tried anew."""
    if not ButtonForm().validate_on_submit():
        abort(400)
    send_again(context.work(), number)
    flash(gettext("The letter is being tried again."))
    return redirect(url_for("admin.mail"), code=303)


def meaning(one: Undelivered) -> str:
    """Return what a failure means, in words."""
    letter = one.letter
    if letter.failure == MALFORMED:
        return _("This is not an address that mail can go to.")
    if letter.is_dead:
        return _("The mail server says that there is no such mailbox.")
    if letter.is_ours:
        return _("A fault of this program. Its makers should look at the log.")
    if letter.failure[:1] == "5" and letter.given_up_at:
        return _("The mail server refused this letter.")
    return _("The mail server was away, busy, or asked to come back later.")
