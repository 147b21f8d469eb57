"""CAR-T stays on one line in headings, and can be copied and searched for."""

from __future__ import annotations

import pytest

from tests.browser import words


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
@pytest.mark.parametrize("path", ["/", "/centers", "/guides/how-it-works"])
def test_car_t_is_not_broken_at_its_hyphen(browser, language, path):
    page = browser.open(f"/{language}{path}")

    heading = next(page.all("h1"))
    whole = [words(part) for part in heading.iter() if part.get("class") == "whole"]
    assert words(heading).count("CAR-T") == len(whole)
    assert set(whole) <= {"CAR-T"}


def test_what_stands_around_it_is_still_escaped(site):
    with site.test_request_context("/en/"):
        macros = site.jinja_env.get_or_select_template("parts/text.html").module

        assert macros.whole("<b> & CAR-T?") == (
            '&lt;b&gt; &amp; <span class="whole">CAR-T</span>?'
        )
