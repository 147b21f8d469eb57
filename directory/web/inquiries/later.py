"""Go on later, here or on another device: the code of a draft."""

from __future__ import annotations

from flask import make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from directory.inquiries.queries import Draft, NoDraftError, draft
from directory.inquiries.rules import draft_codes
from directory.inquiries.rules.life import State
from directory.inquiries.rules.receipts import LONGEST_TYPED, CodeMistypedError
from directory.web.context import session, tools
from directory.web.guards import limiter
from directory.web.inquiries import cookies, labels
from directory.web.inquiries.asking import first_missing, kept_draft
from directory.web.inquiries.blueprint import bp, keys, redirect
from directory.web.inquiries.proof import AskForm, printable
from directory.web.inquiries.words import _

TRIED = "10 per 10 minutes"
"""Codes that one address may try."""

TRIED_BY_ALL = "600 per 10 minutes"
"""Codes that all addresses together may try."""


class DraftCodeForm(AskForm):
    """The code of a draft."""

    code = StringField(
        _("Draft code"),
        [
            InputRequired(_("Type your draft code")),
            Length(max=LONGEST_TYPED, message=labels.MISTYPED_DRAFT["length"]),
        ],
        filters=[printable],
        description=_(
            "Eight groups of four letters and digits. Small letters, spaces and"
            " missing dashes do not matter."
        ),
        render_kw={"autocomplete": "off", "autocapitalize": "characters"},
    )


@bp.get("/later")
def later() -> ResponseReturnValue:
    """Show the code under which this browser's draft is taken up elsewhere."""
    secret, found = kept_draft()
    try:
        code = draft_codes.read(secret)
    except CodeMistypedError:
        # Begun before drafts had codes; it goes on in this browser only.
        code = ""
    return render_template(
        "inquiries/later.html",
        groups=draft_codes.groups(code),
        draft=found,
        resume=url_for(f"inquiries.{first_missing(found)}"),
    )


@bp.route("/resume", methods=["GET", "POST"])
@limiter.limit(TRIED, methods=["POST"])
@limiter.limit(TRIED_BY_ALL, methods=["POST"], key_func=lambda: "everybody's drafts")
def resume() -> ResponseReturnValue:
    """Take up a draft by its code.

    A code that was never given, one whose draft was erased and one whose draft was
    sent get the same answer.
    """
    form = DraftCodeForm()
    if form.validate_on_submit():
        typed = form.code.data or ""
        try:
            secret = draft_codes.read(typed)
            found = _open_draft(secret)
        except CodeMistypedError as error:
            form.code.errors = [
                _("This is a receipt code: follow your inquiry with it, see below")
                if draft_codes.is_receipt(typed)
                else labels.MISTYPED_DRAFT[str(error.facts["reason"])]
            ]
        except NoDraftError:
            form.code.errors = [
                _("No draft has this code. It may have been sent or erased")
            ]
        else:
            response = redirect(first_missing(found))
            cookies.keep_draft(response, secret)
            return response
    page = render_template(
        "inquiries/resume.html", form=form, holds_one=cookies.draft_secret() is not None
    )
    return make_response(page, form.status)


def _open_draft(secret: str) -> Draft:
    found = draft(session(), keys(), secret, now=tools().clock())
    if found.state is not State.DRAFT:
        raise NoDraftError
    return found
