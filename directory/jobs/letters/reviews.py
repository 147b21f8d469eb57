"""The letter about what became of a submission."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select

from directory.accounts.model import Organization, Person
from directory.accounts.rules.roles import OrganizationKind
from directory.core.text import Language, pick
from directory.jobs.letters.letter import Asked, Letter, Writer
from directory.submissions.model import Submission, SubmissionField
from directory.submissions.rules.states import Decision, SubmissionState

TEMPLATES: Mapping[str, str] = {
    SubmissionState.PUBLISHED: "submission-published",
    SubmissionState.SENT_BACK: "submission-sent-back",
    SubmissionState.REJECTED: "submission-rejected",
}
"""By what became of it; whatever else it is by now needs no letter."""


def decided(ask: Asked) -> Letter | None:
    """Tell who submitted something what became of it.

    The reasons stand on the page behind the link: letters carry no words of people.
    """
    row = ask.session.execute(
        select(Submission, Person, Organization.kind)
        .join(Organization, Organization.id == Submission.organization_id)
        .join(Person, Person.id == Submission.submitted_by)
        .where(
            Submission.public_id == ask.payload["submission"],
            Person.active,
        )
    ).first()
    if row is None or row.Submission.state not in TEMPLATES:
        return None
    submission, person = row.Submission, row.Person
    language = Language(person.language)
    pages = "moderation" if row.kind == OrganizationKind.DIRECTORY else "hospital"
    returned = ask.session.scalar(
        select(func.count())
        .select_from(SubmissionField)
        .where(
            SubmissionField.submission_id == submission.id,
            SubmissionField.decision == Decision.SENT_BACK.value,
        )
    )
    return Letter(
        template=TEMPLATES[submission.state],
        to=person.email,
        language=language,
        link=ask.links.url(
            f"/{language.value}/{pages}/submissions/{submission.public_id}"
        ),
        facts={
            "listing": pick(submission.proposed["names"], language).words,
            "count": returned or 0,
        },
        addressee=person.name,
        about=f"person:{person.public_id}",
    )


LETTERS: Mapping[str, Writer] = {"mail.submission-decided": decided}
