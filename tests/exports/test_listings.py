"""Listings keep every fact on their way out, and silence stays silence."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from directory.exports.listings import center, facilitator
from directory.listings.rules.document import CAPABILITIES, Value
from directory.listings.rules.facts import facts
from directory.listings.rules.views import center_view, facilitator_view
from tests.exports.invented import WORDS
from tests.listings import documents

PUBLISHED = datetime(2026, 11, 22, tzinfo=UTC)
TODAY = date(2026, 11, 22)


def shown(document, today=TODAY):
    page = center_view(document, version=3, published_at=PUBLISHED, today=today)
    return json.loads(center(page, WORDS).model_dump_json())


def shown_facilitator(document):
    page = facilitator_view(document, version=1, published_at=PUBLISHED, today=TODAY)
    return json.loads(facilitator(page, WORDS).model_dump_json())


def every_fact(found):
    lists = (found[name] for name in found if isinstance(found[name], list))
    yield from (found["identity"],) if found["identity"] else ()
    for values in lists:
        yield from (
            each for each in values if isinstance(each, dict) and "field" in each
        )


def test_every_fact_of_a_center_leaves_with_what_bears_it_out():
    document = documents.center()

    told = {fact["field"]: fact for fact in every_fact(shown(document))}

    assert set(told) == {fact.field for fact in facts(document)}
    for fact in facts(document):
        out = told[fact.field]
        source = fact.borne.source
        assert out["basis"] == fact.borne.basis
        assert (out["source"] or {}).get("url") == (source.url if source else None)
        assert out["statement"] == fact.borne.statement
        assert out["as_of"] == fact.borne.as_of
        assert out["checked_on"] == fact.borne.checked_on.isoformat()
        assert out["next_due"] == fact.next_due.isoformat()
        assert out["overdue"] is False


def test_every_fact_of_a_facilitator_leaves_too():
    document = documents.facilitator()

    told = {fact["field"] for fact in every_fact(shown_facilitator(document))}

    assert told == {fact.field for fact in facts(document)}


@pytest.mark.parametrize("value", Value)
def test_a_value_is_always_one_of_the_five_words(value):
    said = {"value": value.value, **documents.sourced()}
    if value is Value.NOT_STATED:
        said = {"value": value.value, "checked_on": TODAY}
    document = documents.center(capabilities=documents.capabilities(icu=said))

    told = {fact["key"]: fact for fact in shown(document)["capabilities"]}

    assert told["icu"]["value"] == value.value


def test_what_is_not_stated_is_said_so_for_every_capability():
    document = documents.center(capabilities=[])

    told = shown(document)["capabilities"]

    assert [fact["key"] for fact in told] == list(CAPABILITIES)
    assert {fact["value"] for fact in told} == {"not-stated"}
    assert {fact["basis"] for fact in told} == {None}
    assert {fact["overdue"] for fact in told} == {False}


def test_a_fact_past_its_day_is_overdue_and_silence_never_is():
    told = shown(documents.center(), today=TODAY + timedelta(days=400))

    overdue = {fact["key"]: fact["overdue"] for fact in told["capabilities"]}
    assert overdue["icu"] is True
    silent = [fact for fact in told["capabilities"] if fact["value"] == "not-stated"]
    assert silent
    assert not any(fact["overdue"] for fact in silent)


def test_who_checked_is_not_told():
    document = documents.center(
        capabilities=documents.capabilities(
            icu={"value": "yes", **documents.sourced(checked_by="zq-a-person")}
        )
    )

    assert "zq-a-person" not in json.dumps(shown(document))


def test_keys_come_with_their_labels():
    labels = shown(documents.center())["labels"]

    assert labels["city"] == {"beijing": "city/BEIJING"}
    assert labels["type"] == {"public": "type/PUBLIC"}
    assert labels["therapy"] == {"zevor-cel": "therapy/ZEVOR-CEL"}
    assert labels["indication"]["mm"] == "indication/MM"


def test_a_listing_says_where_its_page_is_and_which_version_this_is():
    told = shown(documents.center())

    assert told["kind"] == "center"
    assert told["url"] == "/centers/willow-hospital"
    assert told["version"] == 3
    assert told["published_at"] == "2026-11-22T00:00:00Z"
