"""What routing rules propose: always in the same order, always with reasons."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.cases.rules.routing import as_json, evaluate, from_json
from directory.cases.rules.rule_checks import CaseFacts, CenterFacts, Outcome
from directory.cases.rules.rule_documents import About, Rule, Verdict
from directory.inquiries.rules.answers import Age, Travel, Wanted
from directory.listings.rules.document import CAPABILITIES, Route, Value
from directory.submissions.rules.states import CapacityState

CITIES = ("beijing", "shanghai")
ILLNESSES = ("mm", "lbcl")
SLUGS = tuple(f"center-{letter}" for letter in "abcdef")

CASE = CaseFacts(
    cities=frozenset({"shanghai"}),
    named=frozenset(),
    diagnosis="mm",
    wider=frozenset({"blood-cancer"}),
    age=Age.ADULT,
    wanted=frozenset({Wanted.APPROVED_PRODUCT}),
    travel=Travel.WITHIN_MONTH,
    language="ru",
    interpreter=True,
)
UNSAID = CenterFacts(
    slug="center-a",
    names={"en": "Center A"},
    city="beijing",
    adult=Value.NOT_STATED,
    pediatric=Value.NOT_STATED,
    indications=frozenset(),
    routes=(),
    capabilities={},
    languages=frozenset(),
    capacity=None,
)

subsets = lambda values: st.frozensets(st.sampled_from(values))  # noqa: E731
values = st.sampled_from(Value)

checks = st.one_of(
    st.sampled_from(
        [
            {"about": about.value}
            for about in About
            if about not in {About.CAPABILITY, About.CAPACITY, About.LOAD}
        ]
    ),
    st.builds(
        lambda key: {"about": "capability", "key": key}, st.sampled_from(CAPABILITIES)
    ),
    st.builds(
        lambda states: {"about": "capacity", "states": sorted(states)},
        st.frozensets(st.sampled_from(CapacityState), min_size=1),
    ),
    st.builds(lambda least: {"about": "load", "at_least": least}, st.integers(1, 5)),
)


@st.composite
def a_rule(draw, verdicts=tuple(Verdict)):
    verdict = draw(st.sampled_from(verdicts))
    weighs = verdict in {Verdict.PREFER, Verdict.AVOID}
    return Rule.model_validate(
        {
            "name": f"rule-{draw(st.integers(0, 10**6))}",
            "check": draw(checks),
            "verdict": verdict,
            "weight": draw(st.integers(1, 9)) if weighs else None,
        }
    )


@st.composite
def a_center(draw, slug):
    return CenterFacts(
        slug=slug,
        names={"en": draw(st.sampled_from(["Same name", slug]))},
        city=draw(st.sampled_from(CITIES)),
        adult=draw(values),
        pediatric=draw(values),
        indications=draw(subsets(ILLNESSES)),
        routes=tuple(
            draw(st.lists(st.tuples(st.sampled_from(Route), subsets(ILLNESSES))))
        ),
        capabilities=draw(st.dictionaries(st.sampled_from(CAPABILITIES), values)),
        languages=draw(subsets(("ru", "en"))),
        capacity=draw(st.none() | st.sampled_from(CapacityState)),
        load=draw(st.integers(0, 5)),
    )


centers = st.lists(st.sampled_from(SLUGS), unique=True).flatmap(
    lambda slugs: st.tuples(*map(a_center, slugs))
)
cases = st.builds(
    CaseFacts,
    cities=subsets(CITIES),
    named=subsets(SLUGS),
    diagnosis=st.none() | st.sampled_from(ILLNESSES),
    wider=st.just(frozenset()),
    age=st.sampled_from(Age),
    wanted=subsets(tuple(Wanted)),
    travel=st.sampled_from(Travel),
    language=st.sampled_from(["ru", "ar"]),
    interpreter=st.booleans(),
    consents=subsets(SLUGS),
    tried=subsets(SLUGS),
)
rules = st.lists(a_rule(), max_size=8)


def rule(verdict="must", weight=None, **check):
    return Rule.model_validate(
        {"name": "the-rule", "check": check, "verdict": verdict, "weight": weight}
    )


@given(rules, cases, centers, st.randoms())
def test_the_order_does_not_depend_on_how_centers_come(rules, case, centers, chance):
    shuffled = list(centers)
    chance.shuffle(shuffled)

    assert evaluate(rules, case, shuffled) == evaluate(rules, case, centers)


@given(rules, a_rule(verdicts=(Verdict.MUST, Verdict.EXCLUDE)), cases, centers)
def test_one_more_demand_never_adds_a_center(rules, more, case, centers):
    before = {each.center for each in evaluate(rules, case, centers).included}
    after = {each.center for each in evaluate([*rules, more], case, centers).included}

    assert after <= before


@given(rules, cases, centers)
def test_every_center_is_there_once_with_its_reasons(rules, case, centers):
    found = evaluate(rules, case, centers)

    both = [*found.included, *found.excluded]
    assert sorted(each.center for each in both) == sorted(c.slug for c in centers)
    assert all(not each.against for each in found.included)
    assert all(each.against for each in found.excluded)
    for each in both:
        assert each.score == sum(reason.score for reason in each.reasons)
        assert all("about" in reason.facts for reason in each.reasons)
        assert each.certainty.asked == len(each.reasons)


@given(rules, cases, centers)
def test_more_preferred_centers_come_first_then_less_loaded_ones(rules, case, centers):
    found = evaluate(rules, case, centers).included

    places = [(-each.score, each.load) for each in found]
    assert places == sorted(places)


@given(rules, cases)
def test_what_nobody_stated_leaves_no_center_out(rules, case):
    """Only what the program itself knows may: places, consent, load, what was tried."""
    known = {About.CITY, About.NAMED, About.LOAD, About.CONSENT, About.TRIED}
    unsaid = [each for each in rules if each.check.about not in known]

    found = evaluate(unsaid, case, [UNSAID])

    assert [each.center for each in found.included] == ["center-a"]
    assert found.included[0].score == 0
    assert found.included[0].certainty.known == 0


@given(rules, cases, centers)
def test_reasons_come_back_from_json_as_they_were(rules, case, centers):
    for each in evaluate(rules, case, centers).included:
        assert from_json(as_json(each.reasons)) == each.reasons


@pytest.mark.parametrize("value", [Value.NOT_STATED, Value.REFUSED, Value.CONFLICTING])
def test_a_must_keeps_a_center_that_does_not_say_and_is_less_certain(value):
    center = replace(UNSAID, adult=value)

    found = evaluate([rule(about="audience")], CASE, [center])

    assert found.included[0].reasons[0].outcome is Outcome.UNKNOWN
    assert not found.included[0].certainty.is_full


def test_a_must_leaves_out_a_center_that_says_no():
    center = replace(UNSAID, adult=Value.NO)

    found = evaluate([rule(about="audience")], CASE, [center])

    assert [reason.rule for reason in found.excluded[0].against] == ["the-rule"]


@pytest.mark.parametrize(
    ("center", "outcome"),
    [
        (UNSAID, Outcome.UNKNOWN),
        (replace(UNSAID, indications=frozenset({"lbcl"})), Outcome.UNKNOWN),
        (replace(UNSAID, indications=frozenset({"blood-cancer"})), Outcome.UNKNOWN),
        (replace(UNSAID, indications=frozenset({"mm"})), Outcome.YES),
        (
            replace(UNSAID, routes=((Route.NOT_OFFERED, frozenset({"mm"})),)),
            Outcome.NO,
        ),
        (
            replace(UNSAID, routes=((Route.REGISTERED_TRIAL, frozenset({"mm"})),)),
            Outcome.YES,
        ),
    ],
)
def test_an_illness_is_compared_with_what_is_stated(center, outcome):
    found = evaluate([rule("prefer", 1, about="indication")], CASE, [center])

    assert found.included[0].reasons[0].outcome is outcome


@pytest.mark.parametrize(
    ("routes", "outcome"),
    [
        ((), Outcome.UNKNOWN),
        (((Route.APPROVED_PRODUCT, frozenset({"mm"})),), Outcome.YES),
        (((Route.APPROVED_PRODUCT, frozenset({"lbcl"})),), Outcome.UNKNOWN),
        (((Route.REGISTERED_TRIAL, frozenset({"mm"})),), Outcome.UNKNOWN),
        (((Route.NOT_OFFERED, frozenset({"mm"})),), Outcome.NO),
    ],
)
def test_what_is_wanted_is_compared_with_routes(routes, outcome):
    center = replace(UNSAID, routes=routes)

    found = evaluate([rule("prefer", 1, about="wanted")], CASE, [center])

    assert found.included[0].reasons[0].outcome is outcome


def test_a_missing_language_is_not_a_no():
    center = replace(
        UNSAID, capabilities={"interpreter": Value.YES}, languages=frozenset({"en"})
    )

    found = evaluate([rule(about="language")], CASE, [center])

    assert found.included[0].reasons[0].outcome is Outcome.UNKNOWN


def test_what_the_patient_did_not_ask_for_says_nothing():
    case = replace(CASE, cities=frozenset(), interpreter=False, wanted=frozenset())
    rules = [rule(about=each) for each in ("city-wished", "language", "wanted")]

    assert evaluate(rules, case, [UNSAID]).included[0].reasons == ()


def test_ties_go_by_load_then_by_name():
    centers = [
        replace(UNSAID, slug="b", names={"en": "Beta"}, load=1),
        replace(UNSAID, slug="c", names={"en": "alpha"}, load=1),
        replace(UNSAID, slug="d", names={"en": "Zeta"}, load=0),
    ]

    found = evaluate([], CASE, centers)

    assert [each.center for each in found.included] == ["d", "c", "b"]
