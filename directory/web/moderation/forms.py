"""What moderators type on the page of a submission."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from directory.submissions.actions.verdicts import (
    FieldVerdict,
    FindingVerdict,
    Verdicts,
)
from directory.submissions.queries.reviews import FieldView, FindingView, ReviewPage
from directory.submissions.rules.review import Answer
from directory.submissions.rules.states import Decision
from directory.web.moderation import choices, labels
from directory.web.numbers import WholeNumberField
from directory.web.proof import ProvenForm, printable
from directory.web.words import _

LONGEST_REASON = 2000
"""Characters, as the table of submissions keeps them."""


class ReviewForm(ProvenForm):
    """Decisions on the fields of one submission, and answers to its findings."""

    revision = WholeNumberField(validators=[InputRequired()], widget=HiddenInput())
    reason = TextAreaField(
        _("Words for the whole"),
        [Optional(), Length(max=LONGEST_REASON)],
        filters=[printable],
        description=_("The hospital reads these words. Needed to reject the whole."),
        render_kw={"rows": "2"},
    )

    def verdicts(self, page: ReviewPage, *, accept_rest: bool) -> Verdicts:
        """Return what was decided here."""
        return Verdicts(
            fields=tuple(
                FieldVerdict(
                    one.field,
                    Decision(chosen) if chosen else None,
                    self[f"reason-{one.place}"].data or "",
                    verified=f"verified-{one.place}" in self
                    and bool(self[f"verified-{one.place}"].data),
                )
                for one in page.fields
                for chosen in [self[f"decision-{one.place}"].data]
            ),
            findings=tuple(
                FindingVerdict(
                    one.id, Answer(answer), self[f"words-{one.id}"].data or ""
                )
                for one in findings_of(page)
                if (answer := self[f"answer-{one.id}"].data)
            ),
            accept_rest=accept_rest,
        )


def findings_of(page: ReviewPage) -> Iterator[FindingView]:
    """Return every finding of a submission."""
    yield from page.findings
    for one in page.fields:
        yield from one.findings


def review_form(page: ReviewPage) -> ReviewForm:
    """Return the form of one submission, with what was decided before."""
    made: dict[str, Any] = {}
    given: dict[str, object] = {"revision": page.revision, "reason": page.reason}
    for one in page.fields:
        made |= _of_field(one)
        given[f"decision-{one.place}"] = one.decision.value if one.decision else None
        given[f"reason-{one.place}"] = one.reason
        given[f"verified-{one.place}"] = one.verified
    for found in findings_of(page):
        made |= _of_finding(found)
        given[f"answer-{found.id}"] = found.answer.value if found.answer else None
        given[f"words-{found.id}"] = found.words
    form = type("ReviewFormOfOne", (ReviewForm,), made)
    found_form: ReviewForm = form(data=given)
    return found_form


def _of_field(one: FieldView) -> dict[str, Any]:
    made: dict[str, Any] = {
        f"decision-{one.place}": RadioField(
            _("Your decision"),
            [Optional()],
            choices=choices.of(labels.DECISIONS.items()),
        ),
        f"reason-{one.place}": TextAreaField(
            _("Reason, unless you accept"),
            [Optional(), Length(max=LONGEST_REASON)],
            filters=[printable],
            render_kw={"rows": "1"},
        ),
    }
    if one.is_verifiable:
        made[f"verified-{one.place}"] = BooleanField(
            _("I compared it with the source: it says so")
        )
    return made


def _of_finding(found: FindingView) -> dict[str, Any]:
    return {
        f"answer-{found.id}": RadioField(
            _("Your answer"),
            [Optional()],
            choices=choices.of(labels.ANSWERS.items()),
        ),
        f"words-{found.id}": TextAreaField(
            _("Why"),
            [Optional(), Length(max=LONGEST_REASON)],
            filters=[printable],
            render_kw={"rows": "1"},
        ),
    }
