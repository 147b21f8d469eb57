"""Inviting the first administrator, whom the settings or a command name."""

from __future__ import annotations

from directory.accounts.actions.invitations import invite_first_admin
from directory.accounts.queries.organizations import invitation_page
from directory.core.config import Settings
from directory.core.links import Links, Purpose
from directory.core.text import Language
from directory.core.work import Work


def invite_named_admin(settings: Settings, work: Work) -> str | None:
    """Invite whom the settings name as first administrator, if there is none.

    Returns:
        The link, which also goes by mail; ``None`` if nobody had to be invited.
    """
    if not settings.admin_email:
        return None
    made = invite_first_admin(work, settings.admin_email, Language.EN)
    return link_of(work, settings, made) if made else None


def link_of(work: Work, settings: Settings, invitation: str) -> str:
    """Return the link behind which an invitation is accepted."""
    links = Links(settings.secret_key, settings.base_url)
    page = invitation_page(work.session, invitation, now=work.now)
    token = links.sign(Purpose.ACCEPT_INVITATION, invitation, page.expires_at)
    return links.url(f"/{page.language}/account/invitations/{token}")
