"""``cart-directory setup``: from nothing to ready, and nothing lost on the way."""

from __future__ import annotations

import click
from sqlalchemy import Engine

from directory.accounts.actions.organizations import own_office
from directory.cli.first_admin import invite_named_admin
from directory.cli.index import rebuild_if_needed
from directory.cli.seed import load_seed
from directory.cli.wiring import Wiring
from directory.core.config import ensure_secrets
from directory.core.errors import SettingError
from directory.migrations import current, head, known, upgrade


@click.command()
@click.pass_obj
def setup(wiring: Wiring) -> None:
    """Make secrets, bring the schema up, load the seeds, build the index.

    Running it again changes nothing that is already as it should be.
    """
    settings = ensure_secrets(wiring.settings())
    click.echo(f"data      {settings.data}")
    engine = wiring.engine(settings)
    refuse_newer_schema(engine)
    upgrade(engine)
    click.echo("database  up to date")
    with wiring.work(engine, "seed") as work:
        report = load_seed(settings.folder("seed"), work)
    click.echo(f"seeds     {report}")
    with wiring.work(engine, "setup") as work:
        # Every case has an owner from the first one on.
        click.echo(f"office    {own_office(work).name}")
        link = invite_named_admin(settings, work)
    if link is not None:
        click.echo(f"admin     invited: {'by mail' if settings.smtp_url else link}")
    click.echo(f"index     {rebuild_if_needed(settings, engine, wiring.clock)}")
    engine.dispose()


def require_schema(engine: Engine) -> None:
    """Stop unless the database has this program's schema.

    Raises:
        SettingError: Saying what to do about it.
    """
    refuse_newer_schema(engine)
    revision = current(engine)
    if revision != head():
        raise SettingError(
            "DIRECTORY_DATABASE_URL",
            f"holds schema {revision or 'none'}, this program needs {head()}:"
            " run 'cart-directory setup'",
        )


def refuse_newer_schema(engine: Engine) -> None:
    """Leave a database alone that a newer program has changed.

    Raises:
        SettingError: With the revision found and the newest one known here.
    """
    revision = current(engine)
    if revision is not None and not known(revision):
        raise SettingError(
            "DIRECTORY_DATABASE_URL",
            f"holds schema {revision}, which is newer than this program's {head()}",
        )
