"""What the tests of every move begin with: a stocked directory, and the pathway."""

from __future__ import annotations

import atexit
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from directory.accounts.rules.roles import OrganizationKind
from directory.core.actor import Role, system
from directory.core.crypto import KeyRing
from directory.core.db import make_engine, make_sessions
from directory.core.work import Work
from tests.cases.people import Cast, cast, keeper
from tests.conftest import NOW, make_schema
from tests.submissions.people import acting

LEGAL = {
    1: {2},
    2: {3},
    3: {4},
    4: {5},
    5: {6},
    6: {7, 2},
    7: {8, 6},
    8: {9},
    9: set(),
}
"""The pathway once more, written down apart from the program's own table."""

BECOMES = {
    "proposed": {"offered", "refused", "expired", "ended", "declined"},
    "offered": {"accepted", "needs-more", "declined", "expired", "ended"},
    "needs-more": {"offered", "accepted", "declined", "expired", "ended"},
    "accepted": {"needs-more", "declined", "ended"},
    "declined": set(),
    "expired": set(),
    "refused": set(),
    "ended": set(),
}
"""The same for referrals, of two answers that are one step apart."""

OPEN = {"proposed", "offered", "needs-more", "accepted"}
SEEN = {"offered", "needs-more", "accepted"}

CENTERS = ("east-invented", "west-invented", "north-invented", "south-invented")
RECIPIENTS = (
    *(f"center:{one}" for one in CENTERS),
    "facilitator:bridge-invented",
    None,
)
"""Whom consents name; nobody, that the case is sent to China."""


@dataclass
class Stage:
    """A stocked database to be copied, and who is in it."""

    file: Path
    cast: Cast
    bridge: Work
    bridge_office: int


@cache
def stage() -> Stage:
    """Stock a database once: each run begins with a copy of its file."""
    file = Path(mkdtemp(prefix="every-move-")) / "stage.db"
    atexit.register(shutil.rmtree, file.parent, ignore_errors=True)
    make_schema(f"sqlite:///{file}")
    engine = make_engine(f"sqlite:///{file}")
    with make_sessions(engine)() as session:
        people = cast(Work(session, system("test"), NOW), KeyRing.new())
        office = keeper(people.program, "bridge-invented", OrganizationKind.FACILITATOR)
        bridge = acting(people.owner, Role.FACILITATOR, organization=office)
        session.commit()
    engine.dispose()
    return Stage(file, people, bridge, office)
