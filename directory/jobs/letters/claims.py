"""Letters about claims of listings."""

from __future__ import annotations

from sqlalchemy import select

from directory.accounts.model import Person
from directory.core.text import Language
from directory.jobs.letters.letter import Asked, Letter
from directory.submissions.model import ListingClaim
from directory.submissions.rules.states import ClaimState


def claim_decided(ask: Asked) -> Letter | None:
    """Tell who claimed a listing what a moderator decided; the reason stays here."""
    row = ask.session.execute(
        select(ListingClaim, Person)
        .join(Person, Person.id == ListingClaim.person_id)
        .where(ListingClaim.public_id == ask.payload["claim"], Person.active)
    ).first()
    if row is None or row.ListingClaim.decided_at is None:
        return None
    claim, person = row.ListingClaim, row.Person
    is_approved = claim.state == ClaimState.APPROVED
    return Letter(
        template="claim-approved" if is_approved else "claim-declined",
        to=person.email,
        language=Language(person.language),
        link=ask.links.url(f"/{person.language}/account/claims/{claim.public_id}"),
        facts={"office": claim.named},
        addressee=person.name,
        about=f"person:{person.public_id}",
    )


LETTERS = {"mail.claim-decided": claim_decided}
"""By kind of promise."""
