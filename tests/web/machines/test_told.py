"""Whatever is written down for good is told to the log of the program, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from directory.core.actor import Role
from tests.web.desk import desk

__all__ = ["desk"]


Read = Callable[[str], list[MutableMapping[str, Any]]]


@pytest.fixture
def told() -> Iterator[Read]:
    """Return a reader of what the log was told since it was last asked."""
    with capture_logs(processors=[merge_contextvars]) as lines:

        def read(event: str) -> list[MutableMapping[str, Any]]:
            found = [line for line in lines if line["event"] == event]
            lines.clear()
            return found

        yield read


def test_an_entry_is_one_line_with_who_what_and_in_which_request(desk, told):
    admin = desk.sit(Role.ADMIN)
    token = admin.open("/en/admin/audit").value("csrf_token")
    told("recorded")

    answer = admin.client.post(
        "/en/admin/audit/verify",
        data={"csrf_token": token},
    )

    (line,) = told("recorded")
    assert line["code"] == "audit.verified"
    assert str(line["actor"]).startswith("person:")
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert isinstance(line["position"], int)


def test_what_people_type_cannot_make_a_line_of_its_own(desk, told):
    admin = desk.sit(Role.ADMIN)
    form = {"name": "zq\r\nrecorded", "kind": "hospital", "domains": ""}

    admin.send("/en/admin/organizations/new", form)

    (line,) = told("recorded")
    assert line["code"] == "organization.founded"
    assert "zq" not in str(line)


def test_what_was_refused_is_told_with_who_asked(desk, told):
    editor = desk.sit(Role.HOSPITAL_EDITOR)

    told("request")

    editor.client.get("/en/admin/people")

    (line,) = told("request")
    assert line["status"] == 403
    assert str(line["actor"]).startswith("person:")


def test_what_did_not_stay_is_not_told(desk, told):
    manager = desk.sit(Role.HOSPITAL_MANAGER)
    token = manager.open("/en/account/organizations").value("csrf_token")
    told("recorded")

    manager.client.post(
        f"/en/account/tokens/{'0' * 32}/end", data={"csrf_token": token}
    )

    assert told("recorded") == []
