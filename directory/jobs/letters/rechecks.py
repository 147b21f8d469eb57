"""Letters that ask whether what is published still holds."""

from __future__ import annotations

from sqlalchemy import select

from directory.accounts.model import Membership, Person
from directory.core.text import Language, pick
from directory.jobs.letters.letter import Asked, Letter
from directory.listings.rules.facts import facts
from directory.submissions.model import Recheck
from directory.submissions.queries.keeping import kept_listings
from directory.submissions.rules.rechecks import STAGES, due


def recheck(ask: Asked) -> Letter | None:
    """Ask somebody who keeps a listing to look at what is due of it.

    Nothing, once it was answered, or they belong to its keeper no more.
    """
    row = ask.session.scalar(
        select(Recheck).where(
            Recheck.public_id == ask.payload["recheck"], Recheck.done_at.is_(None)
        )
    )
    person = ask.session.scalar(
        select(Person).where(Person.public_id == ask.payload["person"], Person.active)
    )
    if row is None or person is None:
        return None
    kept = next(
        (one for one in kept_listings(ask.session) if one.id == row.listing_id), None
    )
    if kept is None or not _belongs(ask, person.id, kept.organization):
        return None
    waiting = due(facts(kept.document), ask.now.date())
    if not waiting:
        return None
    language = Language(person.language)
    is_last = int(ask.payload["stage"]) >= len(STAGES)
    return Letter(
        template="recheck-last" if is_last else "recheck",
        to=person.email,
        language=language,
        link=ask.links.url(f"/{language.value}/hospital/recheck/{kept.slug}"),
        facts={
            "listing": pick(kept.names, language).words,
            "count": len(waiting),
            "since": waiting[0].next_due,
        },
        addressee=person.name,
        about=f"person:{person.public_id}",
    )


def _belongs(ask: Asked, person: int, organization: int) -> bool:
    found = ask.session.scalar(
        select(Membership.id).where(
            Membership.person_id == person,
            Membership.organization_id == organization,
        )
    )
    return found is not None


LETTERS = {"mail.recheck": recheck}
"""By kind of promise."""
