"""Whatever is typed into a form about a case gets an answer, and comes back as text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes import FakeSearcher
from tests.house.authorization.case_objects import Stage, set_stage
from tests.web.conftest import wire
from tests.web.making import make_settings, make_tools
from tests.web.test_naughty import NAUGHTY, forms

PAGES = {
    "owner": (
        "/facilitator/cases/{case}",
        "/facilitator/cases/{case}/documents",
        "/facilitator/templates/new",
        "/facilitator/templates/{template}",
    ),
    "referred": (
        "/hospital/cases/{referral}",
        "/hospital/cases/{referral}/times",
        "/hospital/cases/{referral}/estimate",
        "/hospital/cases/{referral}/letter",
        "/hospital/cases/letter-template",
        "/hospital/cases/{referral}/follow-up",
        "/hospital/cases/{referral}/calls/{call}/how",
        "/hospital/cases/{referral}/calls/{call}/plan",
    ),
    "patient": (
        "/inquiries/mine",
        "/inquiries/mine/messages",
        "/inquiries/mine/consents",
        "/inquiries/mine/estimates",
        "/inquiries/mine/documents",
        "/inquiries/mine/email",
        "/inquiries/mine/end",
    ),
    "admin": ("/admin/looks/new",),
    "visitor": ("/inquiries/new", "/inquiries/track", "/inquiries/resume"),
}
"""Pages with forms, by who opens them."""


@pytest.fixture(scope="module")
def stage(
    tmp_path_factory: pytest.TempPathFactory, seeded_file: Path
) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("naughty")
    tools = make_tools(make_settings(folder, seeded_file), FakeSearcher())
    yield set_stage(wire(tools), folder)
    tools.engine.dispose()


@pytest.mark.parametrize("kind", sorted(NAUGHTY))
@pytest.mark.parametrize("party", sorted(PAGES))
def test_nothing_that_is_typed_breaks_a_page(stage, party, kind):
    client, naughty = stage.clients[party], NAUGHTY[kind]
    broken = []
    sent = 0
    for page in PAGES[party]:
        address = f"/en{page.format(**stage.named)}"
        shown = client.get(address)
        assert shown.status_code == 200, address
        for action, given, typed in forms(shown.text, address):
            if action.endswith("/mine/close"):
                # Nothing is typed, and the browser forgets what is open.
                continue
            data = given | dict.fromkeys(typed, naughty)
            if kind == "number":
                hidden = [name for name, value in given.items() if value.isdigit()]
                data |= dict.fromkeys(hidden, naughty)
            reply = client.post(action, data=data)
            sent += 1
            if reply.status_code >= 500:
                broken.append(f"POST {action}: {reply.status_code}")
            elif "<script>alert(1)" in reply.text:
                broken.append(f"POST {action}: markup came back")
            after = client.get(address)
            if after.status_code >= 500:
                broken.append(f"GET {address} after POST {action}: {after.status_code}")
            elif "<script>alert(1)" in after.text:
                broken.append(f"GET {address} after POST {action}: markup stands there")
            stage.restore()

    assert not broken
    assert sent >= len(PAGES[party])
