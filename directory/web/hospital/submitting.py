"""From a draft to its outcome: what would change, handing in, what became of it."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import HiddenInput

from directory.listings.rules.document import Value
from directory.listings.rules.views import CenterPage, FactView, center_view
from directory.submissions.actions.drafting import DraftClosedError
from directory.submissions.actions.editing import NoChangeError
from directory.submissions.actions.submitting import (
    BeingReviewedError,
    DraftMovedOnError,
    NotReadyError,
    submit,
    take_back,
)
from directory.submissions.queries.drafts import (
    DraftPage,
    changes,
    findings,
    submission_page,
)
from directory.submissions.rules.linter.findings import RULES
from directory.submissions.rules.typed.shape import Section
from directory.web import context
from directory.web.hospital import labels
from directory.web.hospital.blueprint import bp
from directory.web.hospital.drafting import ID, find, task
from directory.web.numbers import WholeNumberField
from directory.web.proof import ButtonForm, ProvenForm
from directory.web.words import _


class SubmitForm(ProvenForm):
    """The button that hands a draft in, as the page showed it."""

    revision = WholeNumberField(validators=[InputRequired()], widget=HiddenInput())
    over = WholeNumberField(validators=[Optional()], widget=HiddenInput())


@bp.route(f"/submissions/{ID}/check", methods=["GET", "POST"])
def check(submission: str) -> ResponseReturnValue:
    """Show what would change and what was found, and take the draft."""
    page = find(submission)
    if not page.is_open:
        # Sent twice, or reached by the back button: it was handed in.
        return redirect(url_for("hospital.submission", submission=submission), 303)
    form = SubmitForm(revision=page.revision, over=page.stands.number)
    status = 200
    if form.validate_on_submit():
        try:
            submit(
                context.work(),
                submission,
                form.revision.data or 0,
                over=form.over.data,
            )
        except DraftMovedOnError:
            form.form_errors.append(
                _(
                    "The draft was changed since you opened this page. It shows how"
                    " things stand now: look again, then press once more."
                )
            )
            form.revision.data, form.revision.raw_data = page.revision, None
            form.over.data, form.over.raw_data = page.stands.number, None
            status = 409
        except (NotReadyError, NoChangeError):
            status = 422
        except DraftClosedError:
            return redirect(url_for("hospital.submission", submission=submission), 303)
        else:
            return redirect(url_for("hospital.submission", submission=submission), 303)
    elif request.method == "POST":
        status = form.status
    return make_response(_checked(page, form), status)


@bp.get(f"/submissions/{ID}/preview")
def preview(submission: str) -> ResponseReturnValue:
    """Show the public page as it would be."""
    page = find(submission)
    document = page.reading.document
    if document is None:
        return redirect(url_for("hospital.check", submission=submission))
    center = center_view(
        document,
        version=page.stands.number or 1,
        published_at=context.tools().clock(),
        today=context.today(),
    )
    return render_template(
        "hospital/preview.html",
        page=page,
        center=center,
        capabilities=sorted_by_knowledge(center),
        current=center.version,
        data=None,
        is_draft=True,
    )


@bp.get(f"/submissions/{ID}/outcome")
def submission(submission: str) -> ResponseReturnValue:
    """Show what was handed in, and what was decided."""
    page = submission_page(context.session(), context.actor(), submission)
    if page.submitted_at is None:
        return redirect(url_for("hospital.draft", submission=submission))
    return render_template(
        "hospital/submission.html", page=page, form=ButtonForm(), labels=labels
    )


@bp.post(f"/submissions/{ID}/take-back")
def take_submission_back(submission: str) -> ResponseReturnValue:
    """Make what nobody decided on a draft again."""
    try:
        take_back(context.work(), submission)
    except (BeingReviewedError, DraftClosedError):
        flash(gettext("A moderator has begun, so it cannot be taken back."))
        return redirect(url_for("hospital.submission", submission=submission), 303)
    flash(gettext("Taken back. It is a draft again."))
    return redirect(url_for("hospital.draft", submission=submission), code=303)


def sorted_by_knowledge(center: CenterPage) -> dict[str, tuple[FactView, ...]]:
    """Return a center's capabilities as its public page shows them."""
    found: dict[str, list[FactView]] = {
        "borne_out": [],
        "unsourced": [],
        "not_stated": [],
    }
    for fact in center.capabilities:
        if fact.value is Value.NOT_STATED:
            found["not_stated"].append(fact)
        elif fact.basis is None or fact.basis.value == "unverified":
            found["unsourced"].append(fact)
        else:
            found["borne_out"].append(fact)
    return {name: tuple(facts) for name, facts in found.items()}


def _checked(page: DraftPage, form: SubmitForm) -> str:
    proposed = changes(page.stands, page.reading)
    fields = proposed[1] if proposed else ()
    found = findings(context.session(), *proposed) if proposed else ()
    return render_template(
        "hospital/check.html",
        page=page,
        form=form,
        fields=fields,
        findings=found,
        grounds=RULES,
        tasks=[task(page, section) for section in Section],
        labels=labels,
    )
