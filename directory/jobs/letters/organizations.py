"""Letters about organizations: being invited into one."""

from __future__ import annotations

from sqlalchemy import select

from directory.accounts.model import Invitation, Organization
from directory.core.links import Purpose
from directory.core.text import Language
from directory.jobs.letters.letter import Asked, Letter


def invitation(ask: Asked) -> Letter | None:
    """Ask somebody to join an organization, unless that is over by now."""
    row = ask.session.execute(
        select(Invitation, Organization)
        .join(Organization, Organization.id == Invitation.organization_id)
        .where(
            Invitation.public_id == ask.payload["invitation"],
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > ask.now,
        )
    ).first()
    if row is None:
        return None
    invited, office = row
    token = ask.links.sign(
        Purpose.ACCEPT_INVITATION, invited.public_id, invited.expires_at
    )
    return Letter(
        template="invitation",
        to=invited.email,
        language=Language(invited.language),
        link=ask.links.url(f"/{invited.language}/account/invitations/{token}"),
        facts={"office": office.name, "until": invited.expires_at.date()},
        about=f"invitation:{invited.public_id}",
    )


LETTERS = {"mail.invitation": invitation}
"""By kind of promise."""
