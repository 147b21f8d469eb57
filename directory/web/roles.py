"""Words for what people are, for kinds of organizations, and what tokens may do."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext as _p
from flask_babel.speaklater import LazyString

from directory.accounts.rules.invitations import InvitationState
from directory.accounts.rules.roles import GIVES, INCLUDES, OrganizationKind
from directory.core.actor import Role
from directory.core.permissions import Permission

ROLES: Mapping[Role, LazyString] = {
    Role.HOSPITAL_EDITOR: _p("role", "editor"),
    Role.HOSPITAL_MANAGER: _p("role", "account manager"),
    Role.HOSPITAL_COORDINATOR: _p("role", "patient coordinator"),
    Role.FACILITATOR: _p("role", "facilitator"),
    Role.FACILITATOR_MANAGER: _p("role", "manager of facilitators"),
    Role.MODERATOR: _p("role", "moderator"),
    Role.ADMIN: _p("role", "administrator"),
}
"""What somebody is in an organization."""

MEANINGS: Mapping[str, LazyString] = {
    Role.HOSPITAL_EDITOR: _("Edits the organization's listings."),
    Role.HOSPITAL_MANAGER: _("Edits listings, and decides who belongs here."),
    Role.HOSPITAL_COORDINATOR: _(
        "Answers the cases that are referred to the hospital."
    ),
    Role.FACILITATOR: _("Works on the inquiries that are assigned to them."),
    Role.FACILITATOR_MANAGER: _("Works on inquiries, and decides who belongs here."),
    Role.MODERATOR: _("Reviews what hospitals propose, and publishes it."),
    Role.ADMIN: _("Decides who may do what. Reviews nothing unless also moderator."),
}
"""The same in a sentence."""

KINDS: Mapping[str, LazyString] = {
    OrganizationKind.HOSPITAL: _p("organization", "hospital"),
    OrganizationKind.FACILITATOR: _p("organization", "facilitator"),
    OrganizationKind.DIRECTORY: _p("organization", "this directory"),
}
"""What an organization is to the directory."""

STATES: Mapping[str, LazyString] = {
    InvitationState.OPEN: _p("invitation", "open"),
    InvitationState.ACCEPTED: _p("invitation", "accepted"),
    InvitationState.WITHDRAWN: _p("invitation", "withdrawn"),
    InvitationState.EXPIRED: _p("invitation", "ran out"),
}
"""Where an invitation stands."""

SCOPES: Mapping[str, LazyString] = {
    Permission.IMPORT_SHEET.value: _("Hand in tables of changes to your listings"),
    Permission.RECHECK_LISTING.value: _("Say that facts of your listings still hold"),
}
"""What a token may do."""


def role_words(roles: Collection[Role]) -> str:
    """Return what somebody is, without what that includes, in one line."""
    shown = set(roles)
    for role in roles:
        shown -= INCLUDES.get(role, frozenset())
    return ", ".join(str(words) for role, words in ROLES.items() if role in shown)


BOTH = (Role.MODERATOR, Role.ADMIN)
"""What one person may be at once in the directory's own office."""


def offered(kind: OrganizationKind) -> list[tuple[str, str]]:
    """Return what somebody can be in an organization, as a form offers it.

    In the directory's own office one can be both things at once.
    """
    found = [(role.value, role_words({role})) for role in GIVES[kind]]
    if kind is OrganizationKind.DIRECTORY:
        found.append((key(BOTH), role_words(BOTH)))
    return found


def key(roles: Collection[Role]) -> str:
    """Return the value by which a form names these roles."""
    return "+".join(sorted(role.value for role in roles))


def roles_of(value: str) -> frozenset[Role]:
    """Return the roles that a form named.

    Raises:
        ValueError: If it named something else.
    """
    return frozenset(Role(each) for each in value.split("+") if each)
