"""One submission: what changes, why it may be believed, and the decision."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, pgettext
from wtforms import Field

from directory.core.errors import DirectoryError
from directory.core.work import Work
from directory.listings.actions import DoNotListError
from directory.submissions.actions import reviewing
from directory.submissions.actions.reviewing import (
    ChangedMeanwhileError,
    NothingSentBackError,
)
from directory.submissions.actions.verdicts import (
    NothingToVerifyError,
    ReasonMissingError,
    Verdicts,
)
from directory.submissions.queries.reviews import ReviewPage, review_page
from directory.submissions.rules.merging import (
    DecidedApartError,
    MovedOnError,
    NotWholeError,
)
from directory.submissions.rules.review import NotPublishableError
from directory.web import context
from directory.web.facts import field_name
from directory.web.moderation import labels
from directory.web.moderation.blueprint import bp
from directory.web.moderation.forms import ReviewForm, review_form
from directory.web.words import _

MOST_PARTS = 2000
"""Fields of the form of a first listing: three for each fact, and answers."""

MOST_WORDS = 1024 * 1024
"""Bytes of the same form, if every reason is as long as may be."""

Do = Callable[[Work, str, ReviewForm, Verdicts], object]

ACTS: dict[str, Do] = {
    "save": lambda work, id_, form, verdicts: reviewing.decide(
        work, id_, form.revision.data or 0, verdicts
    ),
    "accept-rest": lambda work, id_, form, verdicts: reviewing.decide(
        work, id_, form.revision.data or 0, verdicts
    ),
    "approve": lambda work, id_, form, verdicts: reviewing.approve(
        work, id_, form.revision.data or 0, verdicts
    ),
    "publish": lambda work, id_, form, verdicts: reviewing.publish(
        work, id_, form.revision.data or 0, verdicts
    ),
    "send-back": lambda work, id_, form, verdicts: reviewing.send_back(
        work, id_, form.revision.data or 0, form.reason.data or "", verdicts
    ),
    "reject": lambda work, id_, form, verdicts: reviewing.reject(
        work, id_, form.revision.data or 0, form.reason.data or "", verdicts
    ),
}
"""What each button does."""

DONE = {
    "save": _("Saved."),
    "accept-rest": _("Saved. Look at it once more, then publish."),
    "approve": _("You agreed. Another moderator can publish it now."),
    "publish": _("Published. Readers see it within seconds."),
    "send-back": _("Sent back. The hospital was told."),
    "reject": _("Rejected. The hospital was told."),
}

STAYS = frozenset({"save", "accept-rest"})
"""Buttons after which the page is shown again."""


@bp.url_value_preprocessor
def allow_long_forms(endpoint: str | None, values: dict[str, object] | None) -> None:
    """Let the form of a long listing in, before anything reads it."""
    del values
    if endpoint == "moderation.review":
        request.max_form_parts = MOST_PARTS
        request.max_form_memory_size = MOST_WORDS


@bp.route("/submissions/<string(length=32):public_id>", methods=["GET", "POST"])
def review(public_id: str) -> ResponseReturnValue:
    """Show a submission field by field, and take decisions."""
    page = review_page(context.session(), context.actor(), public_id)
    form = review_form(page)
    if not form.validate_on_submit():
        return _shown(page, form, form.status)
    do = request.form.get("do", "save")
    act = ACTS.get(do, ACTS["save"])
    verdicts = form.verdicts(page, accept_rest=do == "accept-rest")
    try:
        act(context.work(), public_id, form, verdicts)
    except ChangedMeanwhileError:
        return _changed_meanwhile(page, form)
    except DirectoryError as error:
        if not _hang(page, form, error):
            raise
        return _shown(page, form, 422)
    flash(str(DONE.get(do, DONE["save"])))
    if do in STAYS:
        return redirect(url_for("moderation.review", public_id=public_id), code=303)
    return redirect(url_for("moderation.queue"), code=303)


def _changed_meanwhile(page: ReviewPage, form: ReviewForm) -> ResponseReturnValue:
    """Show how things stand now, with what was typed here still in the form."""
    form.form_errors.append(
        gettext(
            "Somebody changed this since you opened the page, so nothing of yours was"
            " saved. The page shows how it stands now; what you chose is still in the"
            " form. Look at it, then press again."
        )
    )
    form.revision.raw_data = None
    form.revision.data = page.revision
    return _shown(page, form, 409)


def _hang(page: ReviewPage, form: ReviewForm, error: DirectoryError) -> bool:
    """Say what is wrong at its field, or on top; tell whether there are words."""
    if isinstance(error, ReasonMissingError):
        _at_field(page, form, "reason", str(error.facts["field"])).errors = [
            gettext("Say why, in words that the hospital can use")
        ]
    elif isinstance(error, NothingToVerifyError):
        _at_field(page, form, "verified", str(error.facts["field"])).errors = [
            gettext("There is no source or file to compare it with")
        ]
    elif isinstance(error, NotPublishableError):
        left = error.facts["left"]
        assert isinstance(left, list)
        form.form_errors += [str(labels.OBSTACLES[one]) for one in left]
    elif isinstance(error, NothingSentBackError):
        form.form_errors.append(
            gettext("Choose “Send back” for a field at least, and say why.")
        )
    elif isinstance(error, MovedOnError):
        form.form_errors.append(
            gettext(
                "Another version changed these fields since the draft began, so that"
                " they cannot be accepted: %(fields)s. Send them back or reject them.",
                fields=_named(error.facts["fields"]),
            )
        )
    elif isinstance(error, DecidedApartError):
        form.form_errors.append(
            gettext(
                "These entries changed places, so that they are accepted all or none:"
                " %(fields)s.",
                fields=_named(error.facts["fields"]),
            )
        )
    elif isinstance(error, NotWholeError):
        form.form_errors.append(
            gettext(
                "A listing cannot be without these: %(fields)s. Accept them, or send"
                " the whole back.",
                fields=_named(error.facts["missing"]),
            )
        )
    elif isinstance(error, DoNotListError):
        form.form_errors.append(
            gettext("A name of it is on the do-not-list register, so it is not listed.")
        )
    else:
        return False
    return True


def _at_field(page: ReviewPage, form: ReviewForm, part: str, field: str) -> Field:
    """Return the form's field that a refusal is about."""
    if field.startswith("finding."):
        return form[f"words-{field.partition('.')[2]}"]
    for one in page.fields:
        if one.field == field:
            name = f"{part}-{one.place}"
            return form[name] if name in form else form[f"reason-{one.place}"]
    return form.reason


def _named(fields: object) -> str:
    assert isinstance(fields, list)
    between = pgettext("between items", ", ")
    return between.join(field_name(field) for field in fields)


def _shown(page: ReviewPage, form: ReviewForm, status: int) -> ResponseReturnValue:
    shown = render_template(
        "moderation/review.html", page=page, form=form, words=labels
    )
    return make_response(shown, status)
