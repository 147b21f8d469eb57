"""The letter that says that a submission arrived."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from directory.accounts.model import Person
from directory.core.text import Language, pick
from directory.jobs.letters.letter import Asked, Letter, Writer
from directory.submissions.model import Submission
from directory.submissions.rules.states import SubmissionState


def received(ask: Asked) -> Letter | None:
    """Tell who submitted something that it waits for a moderator.

    Nothing, once it was decided or taken back: another letter says so, or they know.
    """
    row = ask.session.execute(
        select(Submission, Person)
        .join(Person, Person.id == Submission.submitted_by)
        .where(
            Submission.public_id == ask.payload["submission"],
            Submission.state == SubmissionState.SUBMITTED.value,
            Person.active,
        )
    ).first()
    if row is None or row.Submission.proposed is None:
        return None
    submission, person = row.Submission, row.Person
    language = Language(person.language)
    return Letter(
        template="submission-received",
        to=person.email,
        language=language,
        link=ask.links.url(
            f"/{language.value}/hospital/submissions/{submission.public_id}"
        ),
        facts={"listing": pick(submission.proposed["names"], language).words},
        addressee=person.name,
        about=f"person:{person.public_id}",
    )


LETTERS: Mapping[str, Writer] = {"mail.submission-received": received}
