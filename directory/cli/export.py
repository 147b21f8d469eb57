"""``cart-directory export``: everything that is published, as one file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click
from flask import Flask, g
from pydantic import BaseModel

from directory.cases.queries.interests import interest_card
from directory.cli.wiring import Wiring
from directory.core.config import ensure_secrets
from directory.core.text import Language
from directory.exports import knowledge, listings
from directory.exports.csv import Cell, table
from directory.knowledge.queries import guide_pages, therapy_pages
from directory.listings.queries import center_pages, facilitator_pages
from directory.web.api.wording import PageWords
from directory.web.context import session, today

FORMAT = "cart-directory export 1"
"""What the first line says; the number grows when lines change their meaning."""

COLUMNS = (
    "kind",
    "listing",
    "version",
    "city",
    "field",
    "value",
    "basis",
    "source",
    "statement",
    "as of",
    "checked on",
    "next due",
)
"""Of the table of facts."""

FACTS = ("capabilities", "evidence", "treatments", "trials", "details", "services")
"""Fields of a listing that hold lists of facts."""


@click.command()
@click.argument(
    "file", type=click.Path(dir_okay=False, path_type=Path), default=Path("-")
)
@click.option(
    "--csv", "as_csv", is_flag=True, help="A table of the facts of listings instead."
)
@click.option(
    "--language",
    type=click.Choice([one.value for one in Language]),
    default=Language.EN.value,
    help="Of labels; texts stand in each language that they have.",
)
@click.pass_obj
def export(wiring: Wiring, file: Path, *, as_csv: bool, language: str) -> None:
    """Write what is published to FILE, or to the standard output.

    Each line is a JSON object, the first one says what the file is. Centers,
    facilitators, products and guides follow in the shapes of /api/v1. Nothing of any
    inquiry or account is in it.
    """
    settings = ensure_secrets(wiring.settings())
    tools = wiring.tools(settings)
    app = wiring.app(settings, tools)
    assert isinstance(app, Flask)
    with app.test_request_context("/", base_url=settings.base_url):
        g.language = Language(language)
        lines = _table(_listings()) if as_csv else _lines(tools.clock().isoformat())
        if str(file) == "-":
            for line in lines:
                click.echo(line, nl=False)
        else:
            _write(file, lines)
            click.echo(f"written   {file}")
    tools.engine.dispose()


def _write(file: Path, lines: Iterator[str]) -> None:
    """Write a file that is there whole or not at all."""
    part = file.with_name(f".{file.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as out:
            out.writelines(lines)
        part.replace(file)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def _lines(made_at: str) -> Iterator[str]:
    head = {"format": FORMAT, "made_at": made_at, "language": g.language.value}
    yield json.dumps(head) + "\n"
    for one in _listings():
        yield one.model_dump_json() + "\n"
    for product in therapy_pages(session()):
        yield _kind("therapy", knowledge.therapy(product, PageWords()))
    for guide in guide_pages(session()):
        yield _kind("guide", knowledge.guide(guide))


def _kind(kind: str, one: BaseModel) -> str:
    said = {"kind": kind, **one.model_dump(mode="json")}
    return json.dumps(said, ensure_ascii=False) + "\n"


def _listings() -> Iterator[listings.Center | listings.Facilitator]:
    for center in center_pages(session(), today=today()):
        yield listings.center(center, PageWords())
    for helper in facilitator_pages(session(), today=today()):
        card = interest_card(session(), helper.slug)
        yield listings.facilitator(helper, PageWords(), card=card)


def _table(
    found: Iterator[listings.Center | listings.Facilitator],
) -> Iterator[str]:
    yield from table(COLUMNS, (row for one in found for row in _rows(one)))


def _rows(one: listings.Center | listings.Facilitator) -> Iterator[tuple[Cell, ...]]:
    facts = [fact for name in FACTS for fact in getattr(one, name, ())]
    for fact in facts:
        yield (
            one.kind,
            one.slug,
            one.version,
            one.city if isinstance(one, listings.Center) else None,
            fact.field,
            _said(fact),
            fact.basis.value if fact.basis else None,
            fact.source.url if fact.source else None,
            fact.statement,
            fact.as_of,
            fact.checked_on,
            fact.next_due,
        )


def _said(fact: listings.Fact) -> str:
    """Return what a fact says, in the words of the API."""
    match fact:
        case listings.CapabilityFact():
            return fact.value.value
        case listings.StatedFact():
            value = fact.value
            return value if isinstance(value, str) else value.get(Language.EN, "")
        case listings.TreatmentFact():
            return " ".join(filter(None, (fact.therapy, fact.route.value)))
        case listings.TrialFact():
            return " ".join(filter(None, (fact.id, fact.name)))
    return ""
