"""Whatever is typed into a form of staff gets an answer, and comes back as text."""

from __future__ import annotations

from typing import Any

import html5lib
import pytest
from flask import Flask

from directory.accounts.model import Organization
from directory.cli.demo import load_demo
from directory.core.actor import Role, system
from directory.core.config import Settings
from directory.core.work import Work
from directory.submissions.model import Correction, ListingClaim, Submission
from tests.web.desk import Desk, desk
from tests.web.people import sign_in

__all__ = ["desk"]

NAUGHTY = {
    "markup": "<script>alert(1)</script><b>x</b>&amp;{{ 7*7 }}{% raw %}",
    "sql": "'; DROP TABLE person; --\\",
    "turned": "a\u202eb\u2066c",
    "unseen": "a\x00b\x0bc\ufeff\u200b",
    "lines": "a\r\nBcc: everybody@example.org\r\n\r\nb",
    "long": "长" * 12_000,
    "formula": '=HYPERLINK("https://example.org")',
    "emoji": "👩‍⚕️🏥" * 40,
    "blank": " \t\u3000\u00a0",
    "number": "-99999999999999999999",
    "path": "../../../../etc/passwd%00",
    "format": "%s%n%x {0} {x.__class__} %(name)s",
}

HOSPITAL = (
    "/hospital/capacity/demo-birch-hospital",
    "/hospital/recheck/demo-birch-hospital",
    "/hospital/imports",
    "/hospital/submissions/{draft}/sections/identity",
    "/hospital/submissions/{draft}/sections/contact",
    "/hospital/submissions/{draft}/sections/capabilities",
    "/hospital/submissions/{draft}/sections/therapies",
    "/hospital/submissions/{draft}/sections/trials",
    "/hospital/submissions/{draft}/sections/services",
    "/hospital/submissions/{draft}/check",
    "/hospital/submissions/{draft}/evidence",
    "/account/details",
    "/account/address",
    "/account/password",
    "/account/tokens/new",
    "/account/claims/new",
    "/account/claims/new?center=nanfang-hospital",
)
MODERATION = (
    "/moderation/submissions/{submitted}",
    "/moderation/claims/{claim}",
    "/moderation/corrections/{correction}",
    "/moderation/vocabulary/city/guangzhou",
    "/moderation/do-not-list",
    "/moderation/listings/center/demo-birch-hospital/withdraw",
    "/moderation/listings/center/demo-willow-hospital/facts/capability.icu",
    "/moderation/samples",
    "/moderation/imports",
)
ADMIN = ("/admin/organizations/new", "/admin/people", "/admin/audit")
PUBLIC = (
    "/corrections/new?kind=center&listing=demo-willow-hospital&field=capability.icu",
    "/account/sign-in",
    "/account/register",
    "/account/forgotten",
)


@pytest.fixture
def things(desk: Desk) -> dict[str, Any]:
    """Fill the directory with what forms are about, and say how it is named."""
    folder = Settings.folder("seed") / "demo"
    with desk.tools.sessions.begin() as session:
        work = Work(session, system("test"), desk.clock())
        load_demo(folder, work, lambda password: f"hash of {len(password)}")
        drafted = {row.state: row for row in session.query(Submission)}
        birch = session.get_one(Organization, drafted["draft"].organization_id)
        return {
            "draft": drafted["draft"].public_id,
            "submitted": drafted["submitted"].public_id,
            "claim": session.query(ListingClaim).one().public_id,
            "correction": session.query(Correction).one().reference,
            "office": birch.id,
        }


def forms(text: str, here: str) -> list[tuple[str, dict[str, str], list[str]]]:
    """Return where each form leads, what stands in it, and where one types."""
    root = html5lib.parse(text, namespaceHTMLElements=False)
    found = []
    for form in root.iter("form"):
        if form.get("method", "get").lower() != "post":
            continue
        given: dict[str, str] = {}
        typed = []
        for field in form.iter():
            name, kind = field.get("name"), field.get("type", "text")
            if not name:
                continue
            if field.tag == "textarea":
                typed.append(name)
            elif field.tag == "select":
                options = [one.get("value", "") for one in field.iter("option")]
                given[name] = options[-1] if options else ""
            elif field.tag == "input" and kind in {"hidden", "radio", "checkbox"}:
                given.setdefault(name, field.get("value", "y"))
            elif field.tag == "input" and kind != "file":
                typed.append(name)
        if "sign-out" not in (form.get("action") or ""):
            found.append((form.get("action") or here, given, typed))
    return found


def people(
    app: Flask, things: dict[str, Any]
) -> dict[str, tuple[Any, tuple[str, ...]]]:
    """Return who opens which pages."""
    office = sign_in(app, Role.HOSPITAL_MANAGER, organization=things["office"]).client
    return {
        "hospital": (office, HOSPITAL),
        "moderator": (sign_in(app, Role.MODERATOR).client, MODERATION),
        "admin": (sign_in(app, Role.ADMIN).client, ADMIN),
        "visitor": (app.test_client(), PUBLIC),
    }


@pytest.mark.parametrize("who", ["hospital", "moderator", "admin", "visitor"])
def test_nothing_that_is_typed_breaks_a_page(desk, things, who):
    client, pages = people(desk.app, things)[who]
    broken = []
    sent = 0
    for page in pages:
        address = f"/en{page.format(**things)}"
        for kind, naughty in NAUGHTY.items():
            answer = client.get(address)
            if answer.status_code != 200:
                # What was decided or sent a moment ago has no form any more.
                assert answer.status_code in {303, 404, 409, 410}, address
                continue
            for action, given, typed in forms(answer.text, address):
                data = given | dict.fromkeys(typed, naughty)
                if kind == "number":
                    hidden = [name for name, value in given.items() if value.isdigit()]
                    data |= dict.fromkeys(hidden, naughty)
                reply = client.post(action, data=data)
                sent += 1
                if reply.status_code >= 500:
                    broken.append(f"{kind}: POST {action}: {reply.status_code}")
                elif "<script>alert(1)" in reply.text:
                    broken.append(f"{kind}: POST {action}: markup came back")

    assert not broken
    assert sent >= len(pages)


@pytest.mark.parametrize(
    "address",
    [
        "/centers/nanfang-hospital/versions/{}",
        "/facilitators/cancerfax/versions/{}",
        "/admin/audit/{}",
        "/moderation/samples/{}",
    ],
)
@pytest.mark.parametrize("number", ["0", "99999999999999999999", "2147483648"])
def test_a_number_that_no_row_has_is_no_page(desk, address, number):
    client = sign_in(desk.app, Role.MODERATOR, Role.ADMIN).client

    assert client.get(f"/en{address.format(number)}").status_code == 404
