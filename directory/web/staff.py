"""What pages for people who sign in have in common: who may open them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import current_app, redirect, request, url_for
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from werkzeug.exceptions import Forbidden

from directory.core.actor import Role
from directory.core.permissions import Permission, holds
from directory.web import context, guards
from directory.web.locale import here_with_query

if TYPE_CHECKING:
    from flask import Blueprint
    from werkzeug import Response

ANEW_WITHIN = timedelta(minutes=15)
"""How long after proving who one is one may do what asks for it anew."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the menu on staff pages.

    Args:
        section: What pages below it call themselves.
        endpoint: Where it leads.
        words: What it says.
        roles: Who sees it.
    """

    section: str
    endpoint: str
    words: LazyString
    roles: frozenset[Role]


MENU = (
    Entry(
        "hospital",
        "hospital.home",
        _("Your listings"),
        frozenset({Role.HOSPITAL_EDITOR, Role.FACILITATOR}),
    ),
    Entry(
        "referrals",
        "referrals.home",
        _("Referred cases"),
        frozenset({Role.HOSPITAL_COORDINATOR}),
    ),
    Entry(
        "facilitator",
        "facilitator.inbox",
        _("Cases"),
        frozenset({Role.FACILITATOR}),
    ),
    Entry(
        "news",
        "account.news",
        _("News"),
        frozenset({Role.FACILITATOR, Role.HOSPITAL_COORDINATOR}),
    ),
    Entry(
        "moderation", "moderation.queue", _("Moderation"), frozenset({Role.MODERATOR})
    ),
    Entry("admin", "admin.home", _("Administration"), frozenset({Role.ADMIN})),
    Entry("account", "account.home", _("Your account"), frozenset({Role.PERSON})),
)
"""Each audience has pages of its own, and one place from which they are reached."""


def menu() -> tuple[Entry, ...]:
    """Return the entries for who is signed in, as far as their pages exist."""
    roles = context.actor().roles
    return tuple(
        entry
        for entry in MENU
        if not entry.roles.isdisjoint(roles)
        and entry.endpoint in current_app.view_functions
    )


def signed_in_only(bp: Blueprint, *, except_for: frozenset[str] = frozenset()) -> None:
    """Send whoever has not signed in to the page where one does.

    Args:
        bp: Whose pages are meant.
        except_for: Endpoints, without the blueprint's name, that anybody may open.
    """

    @bp.before_request
    def ask_to_sign_in() -> Response | None:
        endpoint = (request.endpoint or "").rpartition(".")[2]
        if endpoint in except_for:
            return None
        return to_sign_in()


def for_roles(bp: Blueprint, *roles: Role) -> None:
    """Open a blueprint's pages to people with one of these roles, and to no other.

    Whoever has such a role but has not proved the second factor that it asks for
    is sent to where one does. Which of its pages may do what, actions decide.
    """
    wanted = frozenset(roles)

    @bp.before_request
    def ask_for_role() -> Response | None:
        found = context.signed_in()
        if found is None:
            return to_sign_in()
        if not wanted.isdisjoint(found.actor.roles):
            return None
        held = found.office.roles if found.office else frozenset()
        if found.wants_second_factor and not wanted.isdisjoint(held):
            return redirect(
                url_for("account.second_factor", next=here_with_query()), code=303
            )
        if any(not wanted.isdisjoint(office.roles) for office in found.offices):
            # They belong to the organization and act for another one just now.
            return redirect(
                url_for("account.offices", next=here_with_query()), code=303
            )
        raise Forbidden


def to_sign_in() -> Response | None:
    """Return the way to the sign-in page, or nothing for who has signed in."""
    if context.signed_in() is not None:
        return None
    back = here_with_query() if request.method in guards.SAFE else None
    return redirect(url_for("account.sign_in", next=back), code=303)


def to_prove_anew() -> Response | None:
    """Return the way to where one proves who one is, unless one just did.

    For what a stranger at an open browser must not do: keys, roles, exports.
    """
    found = context.signed_in()
    if found and context.tools().clock() - found.proved_at <= ANEW_WITHIN:
        return None
    back = here_with_query() if request.method in guards.SAFE else None
    return redirect(url_for("account.prove", next=back), code=303)


def may(permission: Permission) -> bool:
    """Tell whether who asks may do something, so that pages offer no more."""
    return holds(context.actor(), permission)
