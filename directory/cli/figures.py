"""``cart-directory figures``: every figure of guides and products, with its source."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import click

from directory.cli.wiring import Wiring
from directory.core.db import make_sessions
from directory.exports.csv import table
from directory.knowledge import queries
from directory.knowledge.rules.figures import Figure

HEADER = ("page", "place", "figures", "words", "basis", "as of", "claims", "sources")

SHORT = 160
"""Characters of the words around a figure in the table for reading."""


@click.command()
@click.option("--csv", "as_csv", is_flag=True, help="Write CSV, with all the words.")
@click.pass_obj
def figures(wiring: Wiring, *, as_csv: bool) -> None:
    """Print every figure that guides and products show, with what bears it out.

    Exits with 1 if one of them has no source.
    """
    settings = wiring.settings()
    engine = wiring.engine(settings)
    with make_sessions(engine, retention=settings.retention)() as session:
        found = queries.figures(session)
    engine.dispose()
    if as_csv:
        for line in table(HEADER, map(_cells, found)):
            click.echo(line, nl=False)
    else:
        for line in _markdown(found):
            click.echo(line)
    bare = [figure for figure in found if not figure.is_borne_out]
    for figure in bare:
        click.echo(f"no source: {figure.subject}, {figure.place}", err=True)
    click.echo(
        f"figures     {len(found)} places, {len(bare)} without a source", err=True
    )
    if bare:
        sys.exit(1)


def _cells(figure: Figure) -> tuple[str, ...]:
    return (
        figure.subject,
        figure.place,
        "; ".join(figure.figures),
        figure.words,
        "directory" if figure.is_ours else figure.basis.value,
        figure.as_of or "",
        ", ".join(figure.claims),
        " ".join(figure.sources),
    )


def _markdown(found: Sequence[Figure]) -> Iterator[str]:
    yield f"| {' | '.join(HEADER)} |"
    yield f"|{'---|' * len(HEADER)}"
    for figure in found:
        cells = [" ".join(cell.replace("|", "\\|").split()) for cell in _cells(figure)]
        words = cells[3]
        if len(words) > SHORT:
            cells[3] = f"{words[: SHORT - 1]}…"
        yield f"| {' | '.join(cells)} |"
