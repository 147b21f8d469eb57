"""The whole case on paper is a tagged PDF that says what the pages say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from directory.adapters.paper import ChildPaper
from directory.cases.rules.states import Step
from directory.core.text import Language
from directory.web.context import EXTENSION
from tests.adapters.paper_reading import read_sheet
from tests.conftest import ROOT
from tests.web.inquiries.case import seated
from tests.web.inquiries.pages import press


@pytest.fixture(scope="module")
def paper() -> ChildPaper:
    """Return what sets pages, if its libraries are here."""
    found = ChildPaper(ROOT / "static" / "css" / "paper.css")
    if not found.is_available():
        pytest.skip("no libraries that set type (Debian: libpangoft2-1.0-0)")
    return found


@pytest.mark.parametrize("language", [Language.EN, Language.AR])
def test_the_whole_case_is_a_tagged_pdf(browser, tools, clock, paper, language):
    sent = seated(browser, tools, clock)
    sent.accepted(Step.ESTIMATE)
    sent.times()
    sent.quote()
    sent.says("An invented message")
    browser.app.extensions[EXTENSION] = replace(tools, paper=paper)
    page = f"/{language.value}/inquiries/mine/export"

    response = press(browser, f"{page}/case.pdf", page)

    sheet = read_sheet(response.get_data())
    assert sheet.is_tagged
    assert sheet.part == "1"
    assert sheet.language.startswith(language.value)
    assert all(sheet.fonts.values())
    assert {"/Table", "/H1", "/H2", "/P", "/L"} <= sheet.tags
    assert "invented" in sheet.words
    assert sent.inquiry() not in sheet.words
