"""The linter: what may not be claimed unanswered, in four languages."""

from __future__ import annotations

import importlib
import re
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.text import Language
from directory.submissions.rules.linter import checking
from directory.submissions.rules.linter.checking import MOST_CHARACTERS, lint
from directory.submissions.rules.linter.findings import RULES, Rule
from directory.submissions.rules.linter.reading import read, sentences
from directory.submissions.rules.linter.registry import makers_of
from tests.submissions.judged import judged, registry

PARSER = importlib.import_module("re._parser")

LISTS = (
    *("linter.yaml", "linter-held-out.yaml"),
    *("linter-second-held-out.yaml", "linter-third-held-out.yaml"),
)
EVERY = [one for name in LISTS for one in judged(name)]


def rules_in(say: str, **more: Any) -> frozenset[Rule]:
    return frozenset(one.rule for one in lint({"note": say}, registry(), **more))


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.say)
def test_a_sentence_breaks_the_rules_that_a_reader_expects(one):
    found = lint({"note": one.say}, registry())

    rules = {finding.rule for finding in found}
    assert rules == (frozenset() if one.missed else one.rules)
    assert {finding.language for finding in found} <= {Language(one.lang)}


def test_the_judged_list_is_large_and_even():
    main = judged("linter.yaml")
    assert len(main) >= 200
    for language in Language:
        mine = [one for one in main if one.lang == language]
        harmless = [one for one in mine if not one.rules]
        assert len(mine) >= 40
        assert 0.35 <= len(harmless) / len(mine) <= 0.65


@pytest.mark.parametrize("rule", [rule for rule in Rule if rule is not Rule.UNREAD])
@pytest.mark.parametrize("language", Language)
def test_every_rule_fires_in_every_language(rule, language):
    mine = [one for one in EVERY if rule in one.rules and one.lang == language]
    found = [f for one in mine for f in lint({"note": one.say}, registry())]

    assert {(rule, language)} <= {(one.rule, one.language) for one in found}


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("An ordinary sentence. ", Language.EN),
        ("普通的一句话。", Language.ZH),
        ("Обычное предложение. ", Language.RU),
        ("جملة عادية. ", Language.AR),
    ],
)
def test_what_is_not_read_is_said_in_every_language(words, language):
    text = words * (MOST_CHARACTERS // len(words) + 1)
    (finding,) = lint({"note": text}, registry())

    assert (finding.rule, finding.language) == (Rule.UNREAD, language)
    assert (finding.start, finding.end) == (MOST_CHARACTERS, len(text))


def test_every_rule_has_a_ground_with_a_number_of_its_own():
    assert set(RULES) == set(Rule)
    assert len({ground.number for ground in RULES.values()}) == len(RULES)


@pytest.mark.parametrize(
    ("say", "excerpt"),
    [
        ("Wir are the b\u00ad\u200be s t one.", None),
        ("We have the best ward.", "best"),
        ("The ｂｅｓｔ ward.", "ｂｅｓｔ"),
        ("全国 最\u200b 佳 医院", "最\u200b 佳"),
        ("Your g a r a n t i e: b.e.s.t care", "b.e.s.t"),
        ("亞洲最優的醫院", "最優"),
        ("أَفْضَل مركز هنا", "أَفْضَل مركز"),
    ],
)
def test_a_finding_quotes_what_was_typed(say, excerpt):
    found = [one.excerpt for one in lint({"note": say}, registry())]

    assert found == ([excerpt] if excerpt else [])


def test_a_field_for_contacts_may_hold_one():
    number = "+86 10 5555 0100"

    assert rules_in(number) == {Rule.CONTACT}
    assert lint({"contact.telephone": number}, registry()) == ()


def test_the_own_name_of_a_hospital_claims_nothing():
    say = "Best Care Hospital treats adults."

    assert rules_in(say) == {Rule.SUPERLATIVE}
    assert rules_in(say, names=("Best Care Hospital",)) == frozenset()


def test_words_inside_a_link_claim_nothing():
    assert rules_in("See https://example.org/best-hospital/100%25-cure") == frozenset()
    assert rules_in("See hxxp://example.org/x") == {Rule.LINK}


def test_a_negation_reaches_no_further_than_its_clause():
    assert rules_in("No discount, and the best doctors.") == {Rule.SUPERLATIVE}
    assert rules_in("Not only good but the best clinic.") == {Rule.SUPERLATIVE}
    assert rules_in("We never claim to be the best clinic.") == frozenset()


def test_a_product_fits_kinds_and_families_of_its_illness():
    known = registry()

    assert known.fits("relma-cel", "pmbcl")
    assert known.fits("relma-cel", "lymphoma")
    assert not known.fits("relma-cel", "mm")
    assert not known.fits("eque-cel", "lymphoma")


@pytest.mark.parametrize(
    ("detail", "makers"),
    [
        ("JW Therapeutics (药明巨诺, Shanghai)", ("JW Therapeutics", "药明巨诺")),
        (
            "CARsgen Therapeutics (科济药业)",
            ("CARsgen Therapeutics", "CARsgen", "科济药业"),
        ),
        ("Nanjing Legend Biotechnology Co., Ltd.", ("Nanjing Legend Biotechnology",)),
        ("Fosun Kairos under Kite license", ("Fosun Kairos", "Kite")),
    ],
)
def test_makers_are_read_out_of_a_detail(detail, makers):
    assert makers_of(detail) == makers


def test_a_point_ends_a_sentence_but_not_a_number_or_a_title():
    reading = read("Dr. Li is in room 4.5 today. 明天不在。Next")

    assert [one.words.strip() for one in sentences(reading)] == [
        "dr. li is in room 4.5 today.",
        "明天不在.",
        "next",
    ]


LETTERS = (
    "best 100% +86-10 n=59 2023 治愈率 гарантия نضمن ٪١٠٠ ★ Фукасо 福可苏 @.:/()\u200b"
)


@given(st.text() | st.text(alphabet=LETTERS), st.text(max_size=20))
def test_any_text_is_read_and_every_span_lies_inside_it(text, field):
    for finding in lint({field: text}, registry()):
        assert 0 <= finding.start < finding.end <= len(text)
        assert finding.excerpt == text[finding.start : finding.end]
        assert finding.field == field


LONGEST_S = 5
"""Work on any text; what takes longer grows with the square of its length."""


@pytest.mark.parametrize(
    "hostile",
    [
        "best ",
        "1 ",
        "a.",
        "100%",
        "+8 ",
        "a@",
        "http://",
        "最 ",
        "г ",
        "((",
        "\u0301",
        "—",
    ],
)
def test_a_long_hostile_text_is_cut_and_read(hostile):
    text = hostile * (50_000 // len(hostile))
    began = time.process_time()
    found = lint({"note": text}, registry())

    assert time.process_time() - began < LONGEST_S
    assert found[-1].rule is Rule.UNREAD
    assert all(one.end <= MOST_CHARACTERS for one in found[:-1])


def patterns(value: Any, seen: set[int]) -> Iterator[re.Pattern[str]]:
    """Yield every pattern that a module holds, however deep."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from patterns(one, seen)
    elif isinstance(value, tuple | list | set | frozenset):
        for one in value:
            yield from patterns(one, seen)
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from patterns(getattr(value, each.name), seen)


def every_pattern() -> list[re.Pattern[str]]:
    package = checking.__package__
    seen: set[int] = set()
    modules = [
        one for name, one in sys.modules.items() if name.startswith(f"{package}.")
    ]
    return [p for one in modules for p in patterns(dict(vars(one)), seen)]


def worst(tree: Any, times: int = 1) -> int:
    """Return how often the innermost part of a pattern may be repeated in one try."""
    found = times
    for name, argument in tree:
        parts: list[tuple[Any, int]] = []
        if str(name) in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            _, most, inner = argument
            parts = [(inner, times * int(most))]
        elif str(name) == "SUBPATTERN":
            parts = [(argument[-1], times)]
        elif str(name) == "BRANCH":
            parts = [(branch, times) for branch in argument[1]]
        elif str(name) in {"ASSERT", "ASSERT_NOT"}:
            parts = [(argument[1], times)]
        found = max([found, *(worst(part, count) for part, count in parts)])
    return found


MOST_REPEATS = 2000
"""The longest link; nothing may be repeated inside a repetition of that size."""


def test_no_pattern_repeats_without_a_bound():
    found = every_pattern()

    assert len(found) > 80
    for pattern in found:
        tree = PARSER.parse(pattern.pattern, pattern.flags)
        assert worst(tree) <= MOST_REPEATS, pattern.pattern[:200]


def test_an_unbounded_pattern_would_be_found():
    assert worst(PARSER.parse(r"(?:a{1,50}b){1,50}")) == 2500
    assert worst(PARSER.parse("a*")) > MOST_REPEATS
