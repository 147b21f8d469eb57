"""Centers side by side: what differs first, unknown never counted as no."""

from __future__ import annotations

from datetime import datetime

import pytest

from directory.listings.rules.comparison import MOST, Part, compare
from directory.listings.rules.views import center_view
from tests.conftest import NOW
from tests.listings.documents import CHECKED, capabilities, center, sourced, unverified


def view(slug: str, moment: datetime = NOW, **fields: object):
    document = center(slug, **fields)
    return center_view(document, version=1, published_at=moment, today=CHECKED)


def keys(rows) -> set[str]:
    return {row.key for row in rows}


def test_rows_are_parted_by_what_is_said_and_how_surely():
    one = view(
        "one",
        adult="yes",
        pediatric="not-stated",
        capabilities=capabilities(
            icu={"value": "yes"} | sourced(),
            apheresis={"value": "yes"} | sourced(),
            tocilizumab={"value": "refused"} | unverified(),
        ),
    )
    two = view(
        "two",
        adult="yes",
        pediatric="not-stated",
        capabilities=capabilities(
            icu={"value": "yes"} | sourced(),
            apheresis={"value": "yes"} | unverified(),
        ),
    )

    found = compare([one, two])

    assert {"apheresis", "tocilizumab"} <= keys(found.differing)
    assert {"adult", "icu", "evidence_level"} <= keys(found.same)
    assert "pediatric" in keys(found.unknown)
    everything = [*found.differing, *found.same, *found.unknown]
    assert len(everything) == len({(row.part, row.key) for row in everything})
    assert len([row for row in everything if row.part is Part.CAPABILITY]) == 17
    assert all(len(row.cells) == 2 for row in everything)


def test_what_one_does_not_say_is_unknown_and_not_no():
    one = view("one", indications=["mm"])
    two = view("two", indications=["dlbcl"], treatments=[])

    found = compare([one, two])

    illness = {row.key: row for row in found.differing if row.part is Part.ILLNESS}
    assert [cell.value for cell in illness["mm"].cells] == ["yes", None]
    therapy = next(row for row in found.differing if row.part is Part.THERAPY)
    assert [cell.is_known for cell in therapy.cells] == [True, False]


def test_of_several_links_to_a_product_the_surest_is_shown():
    one = view(
        "one",
        treatments=[
            {"therapy": "zevor-cel", "route": "approved-product"} | unverified(),
            {"therapy": "zevor-cel", "route": "registered-trial"} | sourced(),
        ],
    )

    found = compare([one, view("two", treatments=[])])

    row = next(row for row in found.differing if row.part is Part.THERAPY)
    assert row.cells[0].value == "registered-trial"
    assert row.cells[0].borne.field == "treatment.2"


def test_fields_that_changed_are_marked_where_they_changed():
    pages = [view("one"), view("two")]

    found = compare(pages, [frozenset({"capability.icu", "adult"}), frozenset()])

    marked = {
        (row.key, at)
        for row in (*found.differing, *found.same, *found.unknown)
        for at, cell in enumerate(row.cells)
        if cell.has_changed
    }
    assert marked == {("icu", 0), ("adult", 0)}


@pytest.mark.parametrize("count", [0, 1, MOST + 1])
def test_fewer_than_two_and_more_than_four_are_refused(count):
    with pytest.raises(ValueError, match="cannot be compared"):
        compare([view(f"center-{n}") for n in range(count)])
