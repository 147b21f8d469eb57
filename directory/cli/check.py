"""``cart-directory check``: is what is kept still whole?"""

from __future__ import annotations

import sys

import click
from sqlalchemy import text

from directory.audit.queries import Misfit, verify
from directory.cli.wiring import Wiring
from directory.core.db import make_sessions
from directory.migrations import current, head

MISFITS = {
    Misfit.MISSING: "entries before it are missing",
    Misfit.PREVIOUS: "it does not hang on the entry before it",
    Misfit.CONTENT: "it does not say what its seal was made over",
}
"""What does not fit about the first broken link of the audit chain."""


@click.command()
@click.pass_obj
def check(wiring: Wiring) -> None:
    """Check the schema, the database file and the audit chain.

    Exits with 1 and names the first thing that is not as it should be.
    """
    settings = wiring.settings()
    engine = wiring.engine(settings)
    sound = True
    revision = current(engine)
    if revision != head():
        click.echo(f"schema    at {revision or 'nothing'}, this program needs {head()}")
        sys.exit(1)
    click.echo(f"schema    {revision}")
    with make_sessions(engine, reading=True)() as session:
        if engine.dialect.name == "sqlite":
            found = session.scalar(text("PRAGMA integrity_check"))
            click.echo(f"database  {found}")
            sound = found == "ok"
        verdict = verify(session)
    if verdict.broken is not None:
        click.echo(
            f"audit     broken at entry {verdict.broken.seq} ({verdict.broken.event}):"
            f" {MISFITS[verdict.broken.misfit]}"
        )
        sound = False
    else:
        click.echo(f"audit     {verdict.entries} entries, head {verdict.head[:16]}")
    if not sound:
        sys.exit(1)
