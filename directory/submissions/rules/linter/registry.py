"""What the linter needs to know of products and illnesses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from directory.knowledge.rules.therapy import DetailField
from directory.knowledge.rules.views import TherapyPage
from directory.submissions.rules.linter.spellings import Spellings
from directory.vocabulary.rules import Form, Term, TermKind

MAKERS = (DetailField.DEVELOPER, DetailField.LICENSE_HOLDER, DetailField.SELLER)
"""Details of a product that name a company."""

_READ_FORMS = frozenset({Form.NAME, Form.ABBREVIATION, Form.NICKNAME})
SHORTEST = 3
"""Shorter spellings of Latin letters stand for too many things."""
SHORTEST_FIRST_WORD = 10
"""A shorter first word of a generic name is no name of its own."""


@dataclass(frozen=True, slots=True)
class Product:
    """One product of the registry.

    Args:
        names: Every spelling that means it and no other: names, brands, codes.
        makers: Companies that develop, license or sell it, in any script.
        illnesses: Keys of what it is licensed for, or a license is sought for.
    """

    names: tuple[str, ...]
    makers: tuple[str, ...]
    illnesses: frozenset[str]


@dataclass(frozen=True)
class Registry:
    """Products by slug; illnesses by key, with spellings and what includes them."""

    products: Mapping[str, Product]
    illnesses: Mapping[str, tuple[str, ...]]
    broader: Mapping[str, tuple[str, ...]]

    @cached_property
    def product_names(self) -> Spellings:
        """Return how products are found in a text."""
        return Spellings(
            (name, slug) for slug, one in self.products.items() for name in one.names
        )

    @cached_property
    def maker_names(self) -> Spellings:
        """Return how makers are found in a text; their meaning is their name."""
        names = {name for one in self.products.values() for name in one.makers}
        return Spellings((name, name) for name in sorted(names))

    @cached_property
    def illness_names(self) -> Spellings:
        """Return how illnesses are found in a text."""
        return Spellings(
            (name, key) for key, names in self.illnesses.items() for name in names
        )

    def made_by(self, maker: str) -> frozenset[str]:
        """Return the slugs of the products of a maker."""
        return frozenset(
            slug for slug, one in self.products.items() if maker in one.makers
        )

    def fits(self, slug: str, illness: str) -> bool:
        """Tell whether an illness is, includes, or is a kind of a product's own."""
        own = self.products[slug].illnesses
        upward = self._with_broader(illness)
        return any(key in upward or illness in self._with_broader(key) for key in own)

    def _with_broader(self, key: str) -> frozenset[str]:
        found: set[str] = set()
        waiting = [key]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting.extend(self.broader.get(one, ()))
        return frozenset(found)


def registry_of(pages: Iterable[TherapyPage], terms: Iterable[Term]) -> Registry:
    """Return what the linter needs of the registry and of the vocabulary.

    Args:
        pages: Every product.
        terms: The vocabulary; only its indications are looked at.
    """
    kept = [term for term in terms if term.kind is TermKind.INDICATION]
    illnesses = {term.key: _spellings(term) for term in kept}
    return Registry(
        products={page.slug: _product(page) for page in pages},
        illnesses=illnesses,
        broader={term.key: term.broader for term in kept},
    )


def _spellings(term: Term) -> tuple[str, ...]:
    """Return the ways of writing an illness that mean nothing else."""
    sure = (
        synonym.text
        for synonym in term.synonyms
        if synonym.form in _READ_FORMS
        and synonym.language != "zh-Latn"
        and not synonym.cautious
        and not synonym.whole
        and (len(synonym.text) >= SHORTEST or not synonym.text.isascii())
    )
    return tuple(dict.fromkeys((*term.labels.values(), *sure)))


def _product(page: TherapyPage) -> Product:
    details = (one.value["en"] for one in page.details if one.field in MAKERS)
    return Product(
        names=tuple(dict.fromkeys((*page.aliases, *_first_words(page)))),
        makers=tuple(dict.fromkeys(name for one in details for name in makers_of(one))),
        illnesses=frozenset(page.indications),
    )


def _first_words(page: TherapyPage) -> Iterator[str]:
    """Yield the names that people shorten, as ``equecabtagene autoleucel`` is."""
    for name in (page.inn or "", *page.names.values()):
        first, _, rest = name.partition(" ")
        if rest and len(first) >= SHORTEST_FIRST_WORD:
            yield first


_BETWEEN = re.compile(
    r"[()/;,]| with | and |(?:^| )(?:formerly|under license from|under) | license$|"
    r"wholly owned by |China sales rights |(?<=[A-Za-z]) (?=[\u4e00-\u9fff])"
)
_GENERIC = re.compile(
    r" (?:Bio(?:therapeutics|technology|tech|logics|medical)|Therapeutics|"
    r"Cell Therapy|Cellular|Group|Corporation|Life Technology|Medicine)$"
)
_COMPANY = re.compile(r",? ?(?:Co|Ltd|Inc|LLC)\.?$")
_PLACES = frozenset(
    {"Shanghai", "Beijing", "Tianjin", "Nanjing", "Chongqing", "New Jersey", "US label"}
)
_ORDINARY = frozenset(
    {"", "biotechnology", "legend", "nanjing legend", "precision", "in mainland china"}
)


def makers_of(detail: str) -> tuple[str, ...]:
    """Return the companies that a detail of a product names, also in short.

    Args:
        detail: E.g. ``JW Therapeutics (药明巨诺, Shanghai)``.
    """
    found: dict[str, None] = {}
    for part in _BETWEEN.split(detail):
        name = part.strip(" .")
        name = name.removeprefix("formerly ").removeprefix("under license from ")

        while (shorter := _COMPANY.sub("", name).strip(" ,.")) != name:
            name = shorter
        if name in _PLACES or name.lower() in _ORDINARY or len(name) < SHORTEST:
            continue
        found[name] = None
        short = _GENERIC.sub("", name)
        for place in _PLACES:
            short = short.removeprefix(f"{place} ")
        if len(short) > SHORTEST and short.lower() not in _ORDINARY:
            found[short] = None
    return tuple(found)
