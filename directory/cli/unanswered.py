"""``cart-directory search unanswered``: what people looked for in vain."""

from __future__ import annotations

from datetime import timedelta

import click

from directory.cli.wiring import Wiring
from directory.core.db import make_sessions
from directory.search.queries import unanswered as kept
from directory.search.rules.unanswered import KEPT_DAYS


@click.command()
@click.option("--days", type=click.IntRange(1, KEPT_DAYS), default=KEPT_DAYS)
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.pass_obj
def unanswered(wiring: Wiring, days: int, limit: int) -> None:
    """List queries that found nothing, the most frequent first."""
    engine = wiring.engine(wiring.settings())
    since = wiring.clock().date() - timedelta(days=days)
    with make_sessions(engine, reading=True)() as session:
        found = kept(session, since=since, limit=limit)
    for one in found:
        click.echo(f"{one.times:5}  {one.last_on}  {one.text}")
    click.echo(f"unanswered  {len(found)} different queries since {since}")
