"""Products under the wrong brand, by the wrong maker, for the wrong illness."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from directory.submissions.rules.linter.findings import Rule
from directory.submissions.rules.linter.matching import (
    WORDS,
    Place,
    any_of,
    anywhere,
)
from directory.submissions.rules.linter.phrases import compiled
from directory.submissions.rules.linter.registry import Registry
from directory.submissions.rules.linter.spellings import Named

NEAR = 45
"""Within how many characters two names belong together."""

_NAMED = anywhere("named")
_MADE = anywhere("made")
_TRIALS = anywhere("trials")
_NOT = tuple(compiled(words.before, words.language) for words in WORDS)
_OPENS = re.compile(r"[ \"'®™]{0,4}(?:[(\[=:]|-)?[ \"'®™]{0,4}")


def wrong_products(words: str, registry: Registry) -> Iterator[tuple[Rule, Place]]:
    """Yield what a sentence says of products that the registry does not bear out.

    Args:
        words: A folded sentence.
        registry: Products and illnesses as they stand.
    """
    products = list(registry.product_names.find(words))
    if not products:
        return
    yield from ((Rule.BRAND, place) for place in _brands(words, products))
    makers = list(registry.maker_names.find(words))
    yield from (
        (Rule.MAKER, place) for place in _makers(words, products, makers, registry)
    )
    if not any_of(_TRIALS, words):
        illnesses = list(registry.illness_names.find(words))
        yield from (
            (Rule.INDICATION, place)
            for place in _illnesses(words, products, illnesses, registry)
        )


def _is_denied(between: str) -> bool:
    return any_of(_NOT, between)


def _brands(words: str, products: list[Named]) -> Iterator[Place]:
    """Yield two names that are said to be one product's and are not."""
    for one, other in itertools.pairwise(products):
        between = words[one.end : other.start]
        if one.meaning == other.meaning or len(between) > NEAR or _is_denied(between):
            continue
        if _OPENS.fullmatch(between) or any_of(_NAMED, between):
            yield Place(one.start, other.end)


def _makers(
    words: str, products: list[Named], makers: list[Named], registry: Registry
) -> Iterator[Place]:
    slugs = {id(named) for named in products}
    mentioned = sorted([*products, *makers], key=lambda named: named.start)
    for one, other in itertools.pairwise(mentioned):
        if (id(one) in slugs) is (id(other) in slugs):
            continue
        product, maker = (one, other) if id(one) in slugs else (other, one)
        between = words[one.end : other.start]
        if len(between) > NEAR or _is_denied(between):
            continue
        joined = _OPENS.fullmatch(between) or any_of(_MADE, between)
        if joined and product.meaning not in registry.made_by(maker.meaning):
            yield Place(one.start, other.end)


def _illnesses(
    words: str, products: list[Named], illnesses: list[Named], registry: Registry
) -> Iterator[Place]:
    """Yield products with an illness near them that is not theirs.

    An illness belongs to the product before it, or to the first one if none is.
    """
    for illness in illnesses:
        before = [named for named in products if named.end <= illness.start]
        product = before[-1] if before else products[0]
        start = min(product.start, illness.start)
        end = max(product.end, illness.end)
        inner = words[min(product.end, illness.end) : max(product.start, illness.start)]
        if len(inner) > NEAR or _is_denied(inner):
            continue
        if not registry.fits(product.meaning, illness.meaning):
            yield Place(start, end)
