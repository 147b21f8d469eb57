"""Letters that say that there is news, and nothing of what."""

from __future__ import annotations

from sqlalchemy import select

from directory.accounts.model import Membership, Organization, Person
from directory.cases.rules.states import Side
from directory.core.text import Language
from directory.inquiries.model import Inquiry
from directory.inquiries.queries import sent_person
from directory.jobs.letters.letter import Asked, Letter


def news(ask: Asked) -> Letter | None:
    """Tell who asked that there is news on their page.

    Nothing, once they took it back, or the address was taken back or never proved.
    """
    row = ask.session.get(Inquiry, str(ask.payload["inquiry"]))
    if row is None or row.state != "received" or row.email_confirmed_at is None:
        return None
    if ask.keys is None:
        return None
    person = sent_person(ask.keys, row)
    if not person.email:
        return None
    language = Language(row.language)
    return Letter(
        template="case-news",
        to=person.email,
        language=language,
        link=ask.links.url(f"/{language.value}/inquiries/track"),
    )


def news_for_staff(ask: Asked) -> Letter | None:
    """Tell one of the staff that there is news of cases.

    Nothing, once they belong to the organization no more.
    """
    person = ask.session.scalar(
        select(Person).where(Person.public_id == ask.payload["person"], Person.active)
    )
    office = ask.session.get(Organization, int(ask.payload["organization"]))
    if person is None or office is None or not _belongs(ask, person.id, office.id):
        return None
    language = Language(person.language)
    # Administrators read numbers, and no cases.
    counts = ask.payload.get("side") == Side.DIRECTORY.value
    page = "/admin/cases" if counts else "/account/news"
    return Letter(
        template="case-news-staff",
        to=person.email,
        language=language,
        link=ask.links.url(f"/{language.value}{page}"),
        facts={"office": office.name},
        addressee=person.name,
        about=f"person:{person.public_id}",
    )


def _belongs(ask: Asked, person: int, organization: int) -> bool:
    found = ask.session.scalar(
        select(Membership.id)
        .where(
            Membership.person_id == person,
            Membership.organization_id == organization,
        )
        .limit(1)
    )
    return found is not None


LETTERS = {"mail.case-news": news, "mail.case-news-staff": news_for_staff}
"""By kind of promise."""
