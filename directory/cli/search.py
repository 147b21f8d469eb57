"""``cart-directory search``: look into how queries are answered."""

from __future__ import annotations

import time
from collections.abc import Sequence

import click

from directory.cli.wiring import Wiring
from directory.core.text import Language, pick
from directory.search.rules.explained import Explained, ExplainedHit
from directory.search.rules.values import Asked, Kind, Reading
from directory.search.rules.words import TIER_WEIGHTS, Reason

SHOWN = 10
"""Results that are explained."""


@click.group()
def search() -> None:
    """Look into how queries are answered."""


@search.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--kind", type=click.Choice([one.value for one in Kind]))
@click.option("--language", type=click.Choice([one.value for one in Language]))
@click.pass_obj
def explain(
    wiring: Wiring, words: tuple[str, ...], kind: str | None, language: str | None
) -> None:
    """Say how a query is read, and why each of the first results is one."""
    searcher = wiring.tools(wiring.settings()).searcher
    reader = Language(language or "en")
    asked = Asked(
        text=" ".join(words),
        kinds=frozenset({Kind(kind)} if kind else ()),
        per_page=SHOWN,
    )
    began = time.perf_counter()
    searcher.search(asked, reader)
    took_ms = (time.perf_counter() - began) * 1000
    said = searcher.explain(asked, reader)
    _reading(said.results.reading)
    _clauses(said)
    results = said.results
    click.echo(
        f"results     {results.total}, {results.confirmed} of them confirmed;"
        f" {took_ms:.1f} ms; state {results.generation}"
    )
    for at, one in enumerate(said.hits, 1):
        _hit(at, one, said, reader)
    for offer in results.relaxations:
        dropped = ", ".join(f"{kind}:{key}" for kind, key in offer.drop)
        click.echo(f"without {dropped}: {offer.total}")


def _reading(reading: Reading) -> None:
    click.echo(f"language    {reading.language.value}")
    for part in reading.understood:
        others = "".join(f", or {kind}:{key}" for kind, key in part.others)
        click.echo(
            f"understood  {part.kind.value}:{part.key} from {part.text!r}"
            f" at {part.start}-{part.end}{others}"
        )
    for part in reading.negated:
        click.echo(
            f"not wanted  {part.kind.value}:{part.key} from {part.text!r}"
            f" at {part.start}-{part.end}"
        )
    click.echo(f"words       {reading.rest or '-'}")
    if reading.did_you_mean:
        click.echo(f"better      {reading.did_you_mean}")
    if reading.not_covered:
        near = ", ".join(f"{kind}:{key}" for kind, key in reading.not_covered.near)
        click.echo(f"not covered {reading.not_covered.reason}; near: {near or '-'}")


def _clauses(said: Explained) -> None:
    for clause in said.question.clauses:
        keys = " or ".join(clause.keys)
        click.echo(f"clause      {clause.concept.value}: {keys}")
    for concept, key in said.question.excluded:
        click.echo(f"clause      not {concept.value}: {key}")
    for one in said.question.named:
        click.echo(f"named       {one}")


def _hit(at: int, one: ExplainedHit, said: Explained, reader: Language) -> None:
    hit = one.hit
    why = "; ".join(
        f"{each.concept.value if each.concept else 'words'} {each.key}: {each.value}"
        for each in hit.why
    )
    clauses = len(said.question.clauses)
    real, any_way = (one.found.real, one.found.words) if one.found else (0, 0)
    stands = [
        f"named: {one.named}" if one.named else "named: no",
        f"match: {hit.match.value}",
        f"known: {one.confirmed} confirmed, {one.affirmed} said, of {clauses}",
        f"words: {real} as such, {any_way} in any way, of {said.words}",
        f"worth: {hit.score:.1f}",
        f"evidence: {one.evidence.value}",
        f"day: {hit.verified_on or 'none'}",
        f"name: {pick(hit.names, reader).words}",
    ]
    click.echo(f"{at:3} {hit.match.value:9} {hit.score:8.1f} {hit.kind}:{hit.slug}")
    click.echo(f"    [{why or 'no reason asked'}]")
    click.echo(f"    {'; '.join(stands)}")
    _words(one.reasons)


def _words(reasons: Sequence[Reason]) -> None:
    for one in reasons:
        base = TIER_WEIGHTS[one.tier]
        click.echo(
            f"      {'*' if one.counts else ' '} {one.word}: {one.form!r} in"
            f" {one.field.value}, {one.tier.name.lower()}:"
            f" {base:.0f} + {one.within:.3f}"
        )
