"""What was typed means exactly what it says, and what was not touched stays."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.cli.seed_files import read as seed_file
from directory.knowledge.rules.digest import canonical
from directory.knowledge.rules.therapy import MarketStatus
from directory.listings.rules.differences import differences
from directory.listings.rules.document import (
    CAPABILITIES,
    CenterDocument,
    Route,
    Value,
)
from directory.submissions.rules.typed.filling import typed_from
from directory.submissions.rules.typed.missing import Lack, missing
from directory.submissions.rules.typed.reading import Reading, as_document, read
from directory.submissions.rules.typed.rebasing import rebased
from directory.submissions.rules.typed.shape import MOST_ROWS, Section, cleaned
from directory.submissions.rules.typed.standing import Hand, Known
from tests.conftest import ROOT
from tests.listings.documents import SOURCE, capabilities, center, sourced, unverified

TODAY = date(2026, 11, 22)
KNOWN = Known(
    cities=frozenset({"beijing", "shanghai"}),
    types=frozenset({"public", "private"}),
    indications=frozenset({"mm", "b-all"}),
    languages=frozenset({"en", "ru"}),
    products={
        "zevor-cel": MarketStatus.MARKETED,
        "cilta-cel": MarketStatus.NOT_ON_SALE,
        "satri-cel": MarketStatus.APPLICATION,
    },
)
HAND = Hand("willow-hospital", "Willow", TODAY, ("willow.example.org",))


def read_over(base: dict[str, Any], typed: dict[str, Any], **hand: Any) -> Reading:
    given = Hand("willow-hospital", "Willow", TODAY, ("willow.example.org",), **hand)
    return read(base, typed, KNOWN, given)


def changed(base: dict[str, Any], typed: dict[str, Any], **hand: Any) -> dict[str, Any]:
    """Return what differs by field, as it is proposed."""
    found = read_over(base, typed, **hand)
    assert found.problems == ()
    after = as_document(found)
    assert after is not None
    return {one.field: one.now for one in differences(base, after)}


@pytest.fixture
def base() -> dict[str, Any]:
    return canonical(center())


@pytest.fixture
def typed(base) -> dict[str, Any]:
    return typed_from(base)


# Untouched


words = st.text(
    st.characters(categories=["L", "N", "P", "Zs"], include_characters="\n\t"),
    min_size=1,
    max_size=40,
).filter(lambda said: bool(said.strip()))
borne = st.one_of(
    st.builds(lambda said: unverified(statement=said), words),
    st.builds(
        lambda said, year: sourced(note=said, as_of=f"{year}-05"),
        words,
        st.integers(1990, 2026),
    ),
)
details = st.lists(
    st.builds(
        lambda field, value, fact: {"field": field, "value": value} | fact,
        st.sampled_from(["address", "website", "accreditation", "bed-count"]),
        st.one_of(
            words, st.dictionaries(st.sampled_from(["en", "zh"]), words, min_size=1)
        ),
        borne,
    ),
    max_size=4,
)
treatments = st.lists(
    st.builds(
        lambda therapy, route, payer, fact: (
            {
                "therapy": therapy,
                "route": route,
                "payer": payer,
                "related": [SOURCE],
            }
            | fact
        ),
        st.sampled_from([None, "zevor-cel", "cilta-cel", "forgotten-cel"]),
        st.sampled_from(list(Route)),
        st.one_of(st.none(), words),
        borne,
    ),
    max_size=4,
)
trials = st.lists(
    st.builds(
        lambda number, name, fact: {"id": number, "name": name} | fact,
        st.sampled_from([None, "NCT00000000", "of another register"]),
        st.one_of(st.none(), words),
        borne,
    ),
    max_size=4,
)
stated = st.one_of(
    st.just({"value": "not-stated", "checked_on": TODAY}),
    st.builds(
        lambda value, fact: {"value": value} | fact,
        st.sampled_from([v.value for v in Value if v is not Value.NOT_STATED]),
        borne,
    ),
)
documents = st.builds(
    lambda names, aliases, cells, detail, treatment, trial: center(
        names=names,
        aliases=aliases,
        capabilities=capabilities(**cells),
        details=detail,
        treatments=treatment,
        trials=trial,
    ),
    st.dictionaries(st.sampled_from(["en", "zh", "ru", "ar"]), words, min_size=1),
    st.lists(words, max_size=3),
    st.dictionaries(st.sampled_from(CAPABILITIES), stated),
    details,
    treatments,
    trials,
)


@settings(max_examples=30)
@given(documents)
def test_what_nobody_touched_is_the_same_document(document: CenterDocument):
    base = canonical(document)

    found = read_over(base, typed_from(base))

    assert found.problems == ()
    assert found.changed == ()
    assert as_document(found) == base


def seeded() -> list[dict[str, Any]]:
    """Return every published center of the seeds."""
    found = map(seed_file, sorted((ROOT / "seed" / "listings").glob("*/*.yaml")))
    return [
        canonical(CenterDocument.model_validate(whole))
        for whole in found
        if whole["kind"] == "center" and whole.get("state") != "draft"
    ]


def test_every_seeded_center_comes_back_as_it_was():
    bases = seeded()

    assert len(bases) == 47
    for base in bases:
        hand = Hand(base["slug"], "Willow", TODAY)

        assert as_document(read(base, typed_from(base), KNOWN, hand)) == base


@settings(max_examples=30)
@given(documents, documents)
def test_an_untouched_draft_shows_what_is_published_anew(one, other):
    old, new = canonical(one), canonical(other)

    found = rebased(typed_from(old), old, new)

    assert as_document(read_over(new, found.typed)) == new
    assert found.kept == ()


# Changed


def test_a_changed_fact_is_the_hospitals_word_of_today(base, typed):
    typed["capabilities"]["icu"] |= {
        "value": "no",
        "statement": "Closed for rebuilding.",
        "source_url": "https://www.willow.example.org/icu",
        "as_of": "2026-11",
    }

    assert changed(base, typed) == {
        "capability.icu": {
            "key": "icu",
            "value": "no",
            "basis": "attested",
            "statement": "Closed for rebuilding.",
            "source": {
                "url": "https://www.willow.example.org/icu",
                "kind": "official-hospital",
            },
            "as_of": "2026-11",
            "checked_on": "2026-11-22",
            "checked_by": "Willow (hospital)",
        }
    }


def test_a_page_of_somebody_else_is_not_called_the_hospitals_own(base, typed):
    typed["capabilities"]["icu"]["source_url"] = "https://notwillow.example.org/icu"

    assert changed(base, typed)["capability.icu"]["source"] == {
        "url": "https://notwillow.example.org/icu"
    }


@pytest.mark.parametrize("value", ["yes", "no", "refused"])
def test_what_was_not_stated_can_be_said(base, typed, value):
    typed["capabilities"]["neurology"]["value"] = value

    assert changed(base, typed)["capability.neurology"]["value"] == value


def test_not_stated_can_be_chosen_again_and_takes_the_rest_with_it(base, typed):
    typed["capabilities"]["icu"]["value"] = "not-stated"

    assert changed(base, typed)["capability.icu"] == {
        "key": "icu",
        "value": "not-stated",
        "checked_on": "2026-11-22",
    }


def test_a_removed_entry_is_gone_and_the_others_stay_as_they_were(base, typed):
    typed["contact"]["rows"] = [
        row for row in typed["contact"]["rows"] if row["was"] != "accreditation"
    ]

    found = as_document(read_over(base, typed))

    assert found is not None
    assert found["details"] == [base["details"][0], base["details"][2]]


def test_a_changed_name_makes_the_identity_the_hospitals_word(base, typed):
    typed["identity"]["name_ru"] = "Больница Ива"

    assert changed(base, typed).keys() == {"names.ru", "identity"}


def test_a_trial_goes_by_its_number_as_the_registry_writes_it(base, typed):
    typed["trials"]["rows"].append({"was": "", "id": " chictr2000029274 "})

    assert changed(base, typed)["trial.2"]["id"] == "ChiCTR2000029274"


def test_a_first_listing_states_nothing_that_nobody_said():
    typed = typed_from({})
    typed["identity"] |= {
        "name_en": "Willow Hospital",
        "city": "beijing",
        "types": ["public"],
        "type_stated": "public",
    }

    found = as_document(read({}, typed, KNOWN, HAND))

    assert found is not None
    assert found["slug"] == "willow-hospital"
    assert {one["value"] for one in found["capabilities"]} == {"not-stated"}
    assert found["evidence_level"] == "unverified"


# Wrong


def problems(base: dict[str, Any], typed: dict[str, Any], **hand: Any) -> set[str]:
    found = read_over(base, typed, **hand)
    assert (found.document is None) == bool(found.problems)
    return {f"{one.section}:{one.name}:{one.wrong}" for one in found.problems}


@pytest.mark.parametrize(
    ("section", "name", "words", "wrong"),
    [
        ("identity", "name_en", "x" * 301, "too-long"),
        ("identity", "name_zh", "a\u202eb", "unseen"),
        ("identity", "aliases", "a\nb\u2066", "unseen"),
        ("identity", "aliases", "\n".join(map(str, range(41))), "too-many"),
        ("identity", "type_stated", " ", "required"),
        ("identity", "city", "atlantis", "choice"),
        ("identity", "types", ["castle"], "choice"),
        ("identity", "types", [], "required"),
        ("identity", "adult", "conflicting", "choice"),
        ("identity", "as_of", "soon", "day"),
        ("identity", "as_of", "2027", "day-ahead"),
        ("identity", "as_of", "2026-02-30", "day"),
        ("identity", "as_of", "٢٠٢٦", "day"),
        ("identity", "source_url", "javascript:alert(1)", "link"),
        ("identity", "source_url", "https://user@example.org/", "link"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(
    base, typed, section, name, words, wrong
):
    typed[section][name] = words

    assert problems(base, typed) == {f"{section}:{name}:{wrong}"}


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (
            {"therapy": "cilta-cel", "route": "approved-product"},
            "source_url:not-on-sale",
        ),
        ({"therapy": "satri-cel", "route": "approved-product"}, "route:not-licensed"),
        ({"therapy": "", "route": "approved-product"}, "therapy:product-missing"),
        ({"therapy": "Wonder", "route": "registered-trial"}, "therapy:choice"),
        ({"therapy": "zevor-cel", "route": ""}, "route:choice"),
        ({"therapy": "", "route": "registered-trial"}, "therapy:product-missing"),
    ],
)
def test_a_product_is_claimed_only_as_it_may_be_given(base, typed, row, wrong):
    typed["therapies"]["rows"].append({"was": "", **row})

    assert problems(base, typed) == {f"therapies:rows-1-{wrong}"}


@pytest.mark.parametrize(
    ("more", "borne_out"),
    [({"source_url": "https://example.org/given"}, ()), ({}, {"treatment.2"})],
)
def test_a_product_not_on_sale_may_be_claimed_with_evidence(
    base, typed, more, borne_out
):
    row = {"was": "", "therapy": "cilta-cel", "route": "approved-product", **more}
    typed["therapies"]["rows"].append(row)

    found = changed(base, typed, borne_out=borne_out)

    assert found["treatment.2"]["therapy"] == "cilta-cel"


@pytest.mark.parametrize("number", ["", "NCT123", "12345678", "ISRCTN00000000"])
def test_a_trial_without_a_registry_number_is_refused(base, typed, number):
    typed["trials"]["rows"].append({"was": "", "id": number, "name": "Invented"})

    assert problems(base, typed) == {"trials:rows-1-id:trial-number"}


def test_an_entry_that_was_emptied_is_not_taken_for_removed(base, typed):
    typed["contact"]["rows"][1]["words"] = " "

    assert problems(base, typed) == {"contact:rows-1-words:no-words"}


def test_every_name_cannot_be_taken_away(base, typed):
    typed["identity"] |= {"name_en": "", "name_zh": ""}

    assert problems(base, typed) == {"identity:name_en:no-name"}


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner)
    ),
    max_leaves=12,
)


@given(st.sampled_from(Section), anything, anything)
def test_whatever_is_sent_is_read_without_a_fault(section, whole, rows):
    base = canonical(center())
    sent = {**whole, "rows": rows} if isinstance(whole, dict) else {"rows": rows}
    typed = cleaned(section, sent)

    found = read_over(base, {section.value: typed})

    assert (found.document is None) == bool(found.problems)
    assert cleaned(section, typed) == typed


def test_no_more_entries_are_kept_than_anybody_has():
    rows = [{"id": f"NCT{n:08}"} for n in range(MOST_ROWS + 5)]

    assert len(cleaned(Section.TRIALS, {"rows": rows})["rows"]) == MOST_ROWS


# Another version meanwhile


def test_what_was_touched_stays_and_the_rest_follows_the_new_version(base, typed):
    new = canonical(
        center(
            capabilities=capabilities(
                icu={"value": "no"} | unverified(),
                tocilizumab={"value": "no"} | unverified(),
            )
        )
    )
    typed["capabilities"]["icu"]["statement"] = "Twelve beds."

    found = rebased(typed, base, new)

    after = found.typed["capabilities"]
    assert after["icu"]["statement"] == "Twelve beds."
    assert after["tocilizumab"]["value"] == "no"
    assert found.kept == ((Section.CAPABILITIES, "icu"),)
    assert found.moved == {Section.CAPABILITIES}


def test_entries_keep_apart_when_their_places_move(base, typed):
    new_trial = {"id": "NCT11111111"} | sourced()
    new = canonical(center(trials=[new_trial, *base["trials"]]))
    typed["trials"]["rows"][0]["role"] = "Leading site"

    found = rebased(typed, base, new).typed["trials"]["rows"]

    assert [(row["id"], row["role"]) for row in found] == [
        ("NCT11111111", ""),
        ("NCT00000000", "Leading site"),
    ]


# Missing


def test_what_is_not_stated_is_missing_but_not_wrong(base, typed):
    found = missing(base, typed)

    parts = {one.part for one in found if one.lack is Lack.NOT_STATED}
    assert {"neurology", "interpreter", "website", "pediatric"} <= parts
    assert not {"icu", "address", "treatment"} & parts
    assert all(one.lack is Lack.NOT_STATED for one in found)


def test_the_hospitals_own_word_is_asked_for_evidence_and_a_day(base, typed):
    typed["capabilities"]["neurology"]["value"] = "yes"

    found = [one.lack for one in missing(base, typed) if one.part == "neurology"]
    shown = missing(base, typed, borne_out={"capability.neurology"})

    assert found == [Lack.EVIDENCE, Lack.DAY]
    assert [one.lack for one in shown if one.part == "neurology"] == [Lack.DAY]
