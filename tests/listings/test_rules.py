"""Decisions about listings: what may be said, how it counts, when it is old."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from directory.knowledge.rules.digest import canonical, digest
from directory.listings.rules.differences import Difference, differences
from directory.listings.rules.document import CAPABILITIES, Value
from directory.listings.rules.facts import facts, sources
from directory.listings.rules.freshness import LASTS, is_overdue, lasts, next_due
from directory.listings.rules.names import folded, spellings
from directory.listings.rules.views import center_view, facilitator_view
from tests.conftest import NOW
from tests.listings.documents import (
    CHECKED,
    SOURCE,
    capabilities,
    center,
    facilitator,
    sourced,
    unverified,
)

TODAY = CHECKED
CHECKED_ON = {"checked_on": CHECKED}


@pytest.mark.parametrize(
    ("icu", "message"),
    [
        ({"value": "yes"} | CHECKED_ON, "value 'yes' needs a basis"),
        ({"value": "no"} | CHECKED_ON, "value 'no' needs a basis"),
        (
            {"value": "yes", "basis": "sourced"} | CHECKED_ON,
            "basis 'sourced' needs a source",
        ),
        ({"value": "not-stated"} | unverified(), "value 'not-stated' has no basis"),
        (
            {"value": "not-stated", "source": SOURCE} | CHECKED_ON,
            "value 'not-stated' has no basis",
        ),
        (
            {"value": "not-stated", "statement": "Nobody says."} | CHECKED_ON,
            "value 'not-stated' has no basis",
        ),
        ({"value": "unknown"} | CHECKED_ON, "'yes', 'no', 'not-stated'"),
        ({"value": "yes", "basis": "sourced", "source": SOURCE}, "Field required"),
    ],
)
def test_a_capability_says_no_more_than_it_knows(icu, message):
    with pytest.raises(ValidationError, match=message):
        center(capabilities=capabilities(icu=icu))


@pytest.mark.parametrize(
    ("part", "entry", "message"),
    [
        ("evidence", {"claim": "CAR-T"} | CHECKED_ON, "a statement needs a basis"),
        (
            "trials",
            {"id": "NCT1", "basis": "sourced"} | CHECKED_ON,
            "basis 'sourced' needs a source",
        ),
        (
            "treatments",
            {"route": "sold", **unverified()},
            "'approved-product', 'registered-trial'",
        ),
        (
            "details",
            {"field": "capability", "value": "x", **unverified()},
            "field 'capability' is a part of its own",
        ),
        ("details", {"field": "Phone No", "value": "1", **unverified()}, "pattern"),
        (
            "trials",
            {"id": "NCT1", "registry_url": "ftp://example.org", **unverified()},
            "pattern",
        ),
    ],
)
def test_a_statement_is_borne_out(part, entry, message):
    fields: dict[str, Any] = {part: [entry]}

    with pytest.raises(ValidationError, match=message):
        center(**fields)


def test_a_document_has_no_other_fields():
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        center(rank=1)


@pytest.mark.parametrize(
    ("field", "days"),
    [
        ("capability.icu", 365),
        ("capability.apheresis", 365),
        ("capability.tocilizumab", 90),
        ("capability.interpreter", 90),
        ("address", 365),
        ("website", 90),
        ("treatment.2", 90),
        ("trial.1", 90),
        ("evidence.3", 365),
        ("accreditation.2", 365),
        ("language.en", 90),
        ("something-new", 90),
        ("capability.something-new", 90),
    ],
)
def test_a_fact_lasts_as_long_as_its_kind(field, days):
    assert lasts(field) == timedelta(days=days)
    assert next_due(field, date(2026, 1, 1)) == date(2026, 1, 1) + timedelta(days=days)


def test_every_capability_has_its_term():
    assert {f"capability.{key}" for key in CAPABILITIES} <= LASTS.keys()


@pytest.mark.parametrize(
    ("today", "overdue"),
    [
        (date(2027, 2, 19), False),
        (date(2027, 2, 20), False),
        (date(2027, 2, 21), True),
    ],
)
def test_a_fact_is_overdue_the_day_after_it_was_due(today, overdue):
    assert is_overdue(date(2027, 2, 20), today) is overdue


def test_each_fact_has_a_place_of_its_own():
    found = facts(center())

    assert [fact.field for fact in found] == [
        "identity",
        "address",
        "accreditation",
        "accreditation.2",
        *(f"capability.{key}" for key in CAPABILITIES),
        "evidence.1",
        "treatment.1",
        "trial.1",
    ]
    assert [fact.field for fact in facts(facilitator())] == [
        "identity",
        "website",
        "city.beijing",
        "language.en",
        "service.1",
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("address", "1 Road"),
        ("capability.icu", "yes"),
        ("capability.apheresis", "not-stated"),
        ("treatment.1", "approved-product"),
        ("trial.1", "NCT00000000"),
        ("evidence.1", "CAR-T"),
    ],
)
def test_the_value_of_a_fact(field, value):
    by_field = {fact.field: fact for fact in facts(center())}

    assert by_field[field].value == value


def test_only_what_is_not_stated_states_nothing():
    silent = [fact.field for fact in facts(center()) if not fact.states_something]

    assert len(silent) == len(CAPABILITIES) - 2


def test_a_page_relied_on_twice_is_one_source():
    assert [source.url for source in sources(facts(center()))] == [SOURCE["url"]]


def test_the_same_document_has_the_same_digest():
    before = digest(canonical(center()))

    assert digest(canonical(center())) == before
    assert digest(canonical(center(district="Haidian"))) != before


def test_nothing_differs_between_a_document_and_itself():
    form = canonical(center())

    assert differences(form, form) == ()


@pytest.mark.parametrize(
    ("change", "field", "before", "after"),
    [
        ({"district": "Haidian"}, "district", None, "Haidian"),
        (
            {"names": {"en": "Willow", "zh": "willow-hospital医院"}},
            "names.en",
            "willow-hospital of Beijing",
            "Willow",
        ),
        ({"indications": ["aml"]}, "indications", '["mm"]', '["aml"]'),
        ({"indications": []}, "indications", '["mm"]', None),
    ],
)
def test_a_change_is_named_by_its_field(change, field, before, after):
    changed = differences(canonical(center()), canonical(center(**change)))

    assert changed == (Difference(field, before, after),)


def test_a_changed_fact_shows_what_bears_it_out():
    later = center(
        capabilities=capabilities(
            icu={"value": "no"} | sourced(statement="Closed."),
            tocilizumab={"value": "yes"} | unverified(),
        )
    )

    (changed,) = differences(canonical(center()), canonical(later))

    assert changed.field == "capability.icu"
    assert '"value": "yes"' in str(changed.before)
    assert '"value": "no"' in str(changed.after)
    assert (changed.basis, changed.source) == ("sourced", SOURCE["url"])


def test_a_later_check_alone_is_a_change_of_its_fact():
    evidence = [{"claim": "CAR-T"} | sourced(statement="It was given.")]
    later = [evidence[0] | {"checked_on": date(2027, 1, 1)}]

    changed = differences(
        canonical(center(evidence=evidence)), canonical(center(evidence=later))
    )

    assert [each.field for each in changed] == ["evidence.1"]


def test_the_first_version_differs_in_every_field_from_nothing():
    fields = {each.field for each in differences(None, canonical(center()))}

    assert {"names.en", "capability.icu", "accreditation.2", "trial.1"} <= fields


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("Willow  HOSPITAL", "willow hospital"),
        ("Willow-Hospital", "willow hospital"),
        ("Wïllow", "willow"),
        ("ＷＩＬＬＯＷ", "willow"),
        ("北京（柳）医院", "北京 柳 医院"),
        ("!!!", ""),
    ],
)
def test_spellings_of_one_name_fold_together(name, same):
    assert folded(name) == same


def test_a_listing_is_known_by_its_slug_and_names_but_not_its_aliases():
    assert spellings(center()) == {
        "willow hospital",
        "willow hospital of beijing",
        "willow hospital医院",
    }


def page(document, today=TODAY):
    return center_view(document, version=3, published_at=NOW, today=today)


def test_a_page_shows_all_capabilities_in_order():
    shown = page(center()).capabilities

    assert tuple(view.key for view in shown) == CAPABILITIES
    assert {view.value for view in shown} == {Value.YES, Value.NOT_STATED}


def test_a_capability_that_a_document_does_not_mention_is_not_stated():
    silent = page(center(capabilities=[])).capabilities

    assert len(silent) == len(CAPABILITIES)
    assert {view.value for view in silent} == {Value.NOT_STATED}
    assert {view.basis for view in silent} == {None}


def test_a_page_keeps_the_words_of_its_facts():
    shown = page(center())

    assert [view.field for view in shown.details] == [
        "address",
        "accreditation",
        "accreditation.2",
    ]
    assert shown.details[0].words == {"en": "1 Road", "zh": "路1号"}
    assert shown.details[2].key == "accreditation"
    assert shown.evidence[0].words == "CAR-T"
    assert shown.evidence[0].statement == "It was given."
    assert shown.treatments[0].therapy == "zevor-cel"
    assert shown.trials[0].as_of == "2024"
    assert shown.capabilities[0].words is None


def test_what_is_not_stated_is_never_overdue():
    shown = page(center(), today=date(2030, 1, 1))

    overdue = {view.key for view in shown.capabilities if view.is_overdue}
    assert overdue == {"icu", "tocilizumab"}
    assert shown.trials[0].is_overdue


def test_a_page_is_due_when_its_first_fact_is():
    shown = page(center())

    assert shown.checked_on == CHECKED
    assert shown.next_due == CHECKED + timedelta(days=90)


def test_a_facilitator_shows_what_it_says_of_itself():
    shown = facilitator_view(facilitator(), version=1, published_at=NOW, today=TODAY)

    assert [view.key for view in shown.cities] == ["beijing"]
    assert [view.key for view in shown.languages] == ["en"]
    assert [view.words for view in shown.services] == ["interpreting"]
    assert shown.cautions == ("Its owner was not found.",)
