"""Lists that people choose from stand in the directory's order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from directory.core.text import Language
from directory.web.inquiries import choices

CITIES = ("beijing", "shanghai", "guangzhou", "tianjin")


@pytest.fixture
def pages(app):
    """Return centers of all cities, in no order."""
    with app.test_request_context("/"):
        one = choices.centers()[0]
    return [
        replace(one, slug=f"{name}-{city}", city=city, names={"en": f"{name} {city}"})
        for city in ("tianjin", "guangzhou", "beijing", "shanghai", "elsewhere")
        for name in ("b", "a", "c")
    ]


@pytest.mark.parametrize("language", list(Language))
def test_cities_stand_in_one_order_in_every_language(app, pages, language):
    environ = {"directory.language": language.value}
    with app.test_request_context("/", environ_base=environ):
        found = choices.by_city(pages)

    cities = [group[0].city for _, group in found]
    assert cities == [*CITIES, "elsewhere"]
    assert [page.slug for page in found[0][1]] == [f"{n}-beijing" for n in "abc"]


def test_what_was_chosen_before_comes_first(app, pages):
    with app.test_request_context("/"):
        found = choices.by_city(pages, ["c-guangzhou"])

    assert [group[0].city for _, group in found] == [
        "guangzhou", "beijing", "shanghai", "tianjin", "elsewhere",
    ]  # fmt: skip
    assert [page.slug[0] for page in found[0][1]] == ["c", "a", "b"]
