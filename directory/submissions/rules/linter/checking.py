"""Reading every free text that is proposed against every rule."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from directory.submissions.rules.linter.contacts import (
    IN_ITS_PLACE,
    WEB,
    bad_links,
    patients_named,
    ways_to_reach,
)
from directory.submissions.rules.linter.figures import (
    bare_prices,
    bare_rates,
    is_complete,
)
from directory.submissions.rules.linter.findings import Finding, Rule
from directory.submissions.rules.linter.matching import BY_PHRASE, Place, broken
from directory.submissions.rules.linter.products import wrong_products
from directory.submissions.rules.linter.reading import (
    Reading,
    Sentence,
    language_of,
    read,
    sentences,
)
from directory.submissions.rules.linter.registry import Registry
from directory.submissions.rules.linter.spellings import Spellings

MOST_CHARACTERS = 20_000
"""How much of one field is read; the rest is a finding of its own."""


def lint(
    values: Mapping[str, str], registry: Registry, *, names: Collection[str] = ()
) -> tuple[Finding, ...]:
    """Return what a moderator must answer before the texts may be published.

    Args:
        values: Free texts by the name of their field.
        registry: Products and illnesses as they stand.
        names: Names of the hospital itself, which break no rule: "First Hospital".

    Returns:
        The findings by field and place; a rule is found once in the same words.
    """
    own = Spellings((name, name) for name in names)
    found: list[Finding] = []
    for field, text in values.items():
        found.extend(_in_field(field, text, registry, own))
    return tuple(sorted(found))


def _in_field(
    field: str, text: str, registry: Registry, own: Spellings
) -> Iterator[Finding]:
    reading = read(text[:MOST_CHARACTERS])
    for sentence in sentences(reading):
        places: dict[Rule, list[Place]] = {}
        for rule, place in _in_sentence(field, reading, sentence, registry, own):
            places.setdefault(rule, []).append(place)
        for rule, among in places.items():
            for place in _joined(among):
                yield _finding(rule, field, reading, sentence, place)
    if len(text) > MOST_CHARACTERS:
        rest = text[MOST_CHARACTERS:]
        yield Finding(
            field,
            MOST_CHARACTERS,
            len(text),
            Rule.UNREAD,
            rest,
            language_of(text[:MOST_CHARACTERS]),
        )


def _in_sentence(
    field: str, reading: Reading, sentence: Sentence, registry: Registry, own: Spellings
) -> Iterator[tuple[Rule, Place]]:
    words = sentence.words
    yield from ((Rule.LINK, place) for place in bad_links(words))
    cased = reading.cased[sentence.start : sentence.end]
    # Words inside a link, or inside the hospital's own name, claim nothing.
    hidden = [Place(*found.span()) for found in WEB.finditer(words)]
    words, cased = _hide(words, hidden), _hide(cased, hidden)
    yield from wrong_products(words, registry)
    words = _hide(words, [Place(one.start, one.end) for one in own.find(words)])
    complete = is_complete(words)
    for rule in BY_PHRASE:
        for place in broken(rule, words):
            if not (complete and "%" in words[place.start : place.end]):
                yield rule, place
    yield from ((Rule.RATE, place) for place in bare_rates(words))
    yield from ((Rule.PRICE, place) for place in bare_prices(words))
    yield from ((Rule.PATIENT, place) for place in patients_named(cased))
    if IN_ITS_PLACE.isdisjoint(field.split(".")):
        yield from ((Rule.CONTACT, place) for place in ways_to_reach(words))


def _hide(words: str, places: Iterable[Place]) -> str:
    for place in places:
        blank = " " * (place.end - place.start)
        words = words[: place.start] + blank + words[place.end :]
    return words


def _joined(places: list[Place]) -> Iterator[Place]:
    """Yield places in order, those that share a character as one."""
    current: Place | None = None
    for place in sorted(places, key=lambda one: (one.start, one.end)):
        if current is None:
            current = place
        elif place.start < current.end:
            current = Place(current.start, max(current.end, place.end))
        else:
            yield current
            current = place
    if current is not None:
        yield current


def _finding(
    rule: Rule, field: str, reading: Reading, sentence: Sentence, place: Place
) -> Finding:
    start, end = reading.span(sentence.start + place.start, sentence.start + place.end)
    return Finding(field, start, end, rule, reading.typed[start:end], sentence.language)
