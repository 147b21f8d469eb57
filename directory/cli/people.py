"""``cart-directory people``: accounts, from the machine that the directory runs on."""

from __future__ import annotations

from collections.abc import Callable

import click
from sqlalchemy import Engine

from directory.accounts.actions import invitations
from directory.accounts.actions import people as accounts
from directory.accounts.actions.organizations import set_roles
from directory.accounts.queries.people import (
    Asked,
    find_people,
    organizations_named,
    public_id_of,
)
from directory.cli.first_admin import link_of
from directory.cli.setup import require_schema
from directory.cli.wiring import Wiring
from directory.core.actor import Role
from directory.core.config import Settings, ensure_secrets
from directory.core.db import make_sessions
from directory.core.errors import DirectoryError
from directory.core.mail import AddressMalformedError, ascii_address
from directory.core.text import Language
from directory.core.work import Work

PART = "people"
"""How the log names what was done by these commands."""

OFFICE = click.Choice([Role.MODERATOR.value, Role.ADMIN.value])
MEMBER = click.Choice(
    [
        Role.HOSPITAL_EDITOR.value,
        Role.HOSPITAL_MANAGER.value,
        Role.FACILITATOR.value,
        Role.FACILITATOR_MANAGER.value,
        Role.MODERATOR.value,
        Role.ADMIN.value,
    ]
)


class NotOneError(DirectoryError):
    """The words fit no organization, or several."""

    code = "organization.not-one"


@click.group()
def people() -> None:
    """Look after accounts. Whoever can run this has the keys of the house."""


@people.command("list")
@click.option("--role", type=MEMBER, help="Only who has this role somewhere.")
@click.pass_obj
def list_people(wiring: Wiring, role: str | None) -> None:
    """Show everybody: address, roles, second factor, state."""
    _settings, engine = _open(wiring)
    asked = Asked(role=Role(role) if role else None, sort="email", per_page=None)
    with make_sessions(engine, reading=True)() as session:
        found, total = find_people(session, asked)
    for row in found:
        factor = "second factor" if row.has_second_factor else "no second factor"
        state = "" if row.is_active else "  closed"
        roles = ", ".join(row.roles) or "-"
        click.echo(f"{row.email:<40} {roles:<30} {factor}{state}")
    click.echo(f"{total} people")


@people.command()
@click.argument("email")
@click.option(
    "--role", type=OFFICE, default=Role.ADMIN.value, show_default=True, help="As what."
)
@click.option(
    "--language",
    type=click.Choice([each.value for each in Language]),
    default=Language.EN.value,
    show_default=True,
    help="Of their letters.",
)
@click.pass_obj
def add(wiring: Wiring, email: str, role: str, language: str) -> None:
    """Invite EMAIL into the directory's own office, and print the link.

    The link works once, for 7 days. Whoever opens it chooses their own name and
    password, or signs in if they have an account. No mail is sent: hand the link
    over yourself.
    """
    try:
        address = ascii_address(email)
    except AddressMalformedError:
        raise click.BadParameter("is not an address that mail can go to") from None
    settings, engine = _open(wiring)
    with wiring.work(engine, PART) as work:
        made = invitations.invite_by_command(
            work, address, Role(role), Language(language), mail=False
        )
        if made is None:
            raise invitations.AlreadyInvitedError(email=email)
        click.echo(link_of(work, settings, made))


@people.command()
@click.argument("email")
@click.argument("role", type=click.Choice([*MEMBER.choices, "none"]), nargs=-1)
@click.option("--organization", required=True, help="Its whole name, or its public id.")
@click.pass_obj
def role(wiring: Wiring, email: str, role: tuple[str, ...], organization: str) -> None:
    """Say what EMAIL is in an organization to which they belong already.

    One ROLE, or several for the directory's own office; none to put them out.
    """
    _settings, engine = _open(wiring)
    wanted = {Role(each) for each in role if each != "none"}
    with wiring.work(engine, PART) as work:
        offices = organizations_named(work.session, organization)
        if len(offices) != 1:
            raise NotOneError(organization=organization, found=len(offices))
        set_roles(
            work, offices[0][0], public_id_of(work.session, email), frozenset(wanted)
        )
    click.echo(f"{email}: {', '.join(sorted(wanted)) or 'none'} of {offices[0][2]}")


@people.command()
@click.argument("email")
@click.pass_obj
def disable(wiring: Wiring, email: str) -> None:
    """Close the account of EMAIL: sessions end, tokens open nothing."""
    _change(wiring, email, accounts.disable)
    click.echo(f"{email} closed")


@people.command()
@click.argument("email")
@click.pass_obj
def enable(wiring: Wiring, email: str) -> None:
    """Open the account of EMAIL again."""
    _change(wiring, email, accounts.enable)
    click.echo(f"{email} open")


@people.command("reset-factor")
@click.argument("email")
@click.pass_obj
def reset_factor(wiring: Wiring, email: str) -> None:
    """Take away a second factor that EMAIL lost; every session of theirs ends.

    Make sure first, and not by mail, that it is they who ask.
    """
    _change(wiring, email, accounts.reset_factor)
    click.echo(f"{email} sets up another one at the next sign-in")


def _open(wiring: Wiring) -> tuple[Settings, Engine]:
    settings = ensure_secrets(wiring.settings())
    engine = wiring.engine(settings)
    require_schema(engine)
    return settings, engine


def _change(wiring: Wiring, email: str, act: Callable[[Work, str], None]) -> None:
    _settings, engine = _open(wiring)
    with wiring.work(engine, PART) as work:
        act(work, public_id_of(work.session, email))
