"""Documents for tests of the search, all of them invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from random import Random

from directory.search.rules.documents import IndexDocument, Standing
from directory.search.rules.values import Kind
from directory.vocabulary.rules import Synonym, Term, TermKind

DAY = date(2026, 11, 22)
CITIES = ("beijing", "shanghai", "guangzhou", "tianjin")
NEEDS = ("icu", "apheresis", "tocilizumab", "interpreter", "pet_ct")
ILLNESSES = ("mm", "dlbcl", "lymphoma", "b-all")
WORDS = (
    *("hospital", "leukemia", "lymphoma", "trial", "patients", "treated", "ward"),
    *("apheresis", "international", "report", "study", "phase", "cells", "unit"),
)
CHINESE = ("血液病", "医院", "骨髓瘤", "临床", "试验", "病房", "国际", "细胞", "治疗")


def term(kind: TermKind, key: str, *texts: str, broader: tuple[str, ...] = ()) -> Term:
    return Term(
        kind=kind,
        key=key,
        labels={"en": texts[0]},
        synonyms=tuple(Synonym(text=text, language="en") for text in texts),
        broader=broader,
    )


TERMS = (
    *(term(TermKind.CITY, city, city.capitalize()) for city in CITIES),
    term(TermKind.CAPABILITY, "icu", "Intensive care", "ICU"),
    term(TermKind.CAPABILITY, "apheresis", "Apheresis"),
    term(TermKind.CAPABILITY, "tocilizumab", "Tocilizumab"),
    term(TermKind.CAPABILITY, "interpreter", "Interpreter"),
    term(TermKind.CAPABILITY, "pet_ct", "PET-CT"),
    term(TermKind.INDICATION, "mm", "Multiple myeloma", "myeloma"),
    term(TermKind.INDICATION, "lymphoma", "Lymphoma"),
    term(TermKind.INDICATION, "dlbcl", "DLBCL", broader=("lymphoma",)),
    term(TermKind.INDICATION, "b-all", "B-ALL"),
)


def center(slug: str, **given: object) -> IndexDocument:
    """Return a center in Beijing of which nothing else is known."""
    one = IndexDocument(
        kind=Kind.CENTER,
        slug=slug,
        names={"en": f"{slug.replace('-', ' ').title()} Hospital"},
        city="beijing",
        verified_on=DAY,
        evidence=Standing.YES,
        evidence_level="sourced-treatment",
    )
    values = {"city": {str(given.get("city", "beijing")): Standing.YES}}
    values |= dict(given.pop("values", {}))  # type: ignore[call-overload]
    return replace(one, values=values, **given)  # type: ignore[arg-type]


def has(**values: Standing) -> Mapping[str, Mapping[str, Standing]]:
    """Return what is known of capabilities."""
    return {"capability": values}


def invented(number: int, chance: Random, version: int = 0) -> IndexDocument:
    """Return a center with everything drawn by chance; its text tells its version."""
    city = chance.choice(CITIES)
    standings = [Standing.YES, Standing.UNVERIFIED, Standing.NO, Standing.OVERDUE]
    return IndexDocument(
        kind=Kind.CENTER,
        slug=f"center-{number}",
        names={
            "en": f"{chance.choice(WORDS).title()} Center {number}",
            "zh": f"{''.join(chance.sample(CHINESE, 3))}第{number}医院",
        },
        aliases=(f"HC{number}",),
        city=city,
        values={
            "city": {city: Standing.YES},
            "capability": {
                key: chance.choice(standings) for key in chance.sample(NEEDS, 3)
            },
            "indication": {
                key: chance.choice(standings[:2]) for key in chance.sample(ILLNESSES, 2)
            },
        },
        needs=tuple(chance.sample(WORDS, 3)),
        text={
            "en": "\n".join(
                " ".join(chance.choices(WORDS, k=12))
                for _ in range(chance.randint(1, 4))
            )
            + f"\nversion{version}x",
            "zh": "".join(chance.choices(CHINESE, k=10)),
        },
        verified_on=DAY,
        evidence=chance.choice([Standing.YES, Standing.UNVERIFIED]),
        evidence_level=chance.choice(["sourced-treatment", "unverified"]),
    )
