"""``cart-directory setup``: from nothing to ready, and nothing lost on the way."""

from __future__ import annotations

import click

from directory.cli.index import rebuild_if_needed
from directory.cli.seed import load_seed
from directory.cli.wiring import Wiring
from directory.core.config import ensure_secrets
from directory.migrations import upgrade


@click.command()
@click.pass_obj
def setup(wiring: Wiring) -> None:
    """Make secrets, bring the schema up, load the seeds, build the index.

    Running it again changes nothing that is already as it should be.
    """
    settings = ensure_secrets(wiring.settings())
    click.echo(f"data      {settings.data}")
    engine = wiring.engine(settings)
    upgrade(engine)
    click.echo("database  up to date")
    with wiring.work(engine, "seed") as work:
        report = load_seed(settings.folder("seed"), work)
    click.echo(f"seeds     {report}")
    click.echo(f"index     {rebuild_if_needed(settings, engine, wiring.clock)}")
    engine.dispose()
