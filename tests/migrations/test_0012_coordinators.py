"""The new role comes without touching who has which, and goes with its holders."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from directory.core.db import make_engine
from directory.migrations import downgrade, upgrade
from tests.migrations.tables import tables_of
from tests.migrations.test_0006_accounts import MEMBER, NOW, OFFICE, PERSON
from tests.migrations.test_0009_cases import add

INVITATION = {
    "id": 1,
    "public_id": "i" * 32,
    "organization_id": 1,
    "role": "hospital-manager",
    "email": "manager@example.org",
    "language": "zh",
    "made_at": NOW,
    "expires_at": NOW + timedelta(days=7),
}
OTHER = PERSON | {
    "id": 2,
    "public_id": "q" * 32,
    "fs_uniquifier": "v" * 32,
    "email": "coordinator@example.org",
}
NEW = "hospital-coordinator"


def roles(engine, table):
    with engine.connect() as connection:
        found = tables_of(connection)[table]
        return (
            connection.execute(select(found.c.role).order_by(found.c.id))
            .scalars()
            .all()
        )


@pytest.fixture
def engine(empty_database_url):
    engine = make_engine(empty_database_url)
    upgrade(engine, "0011")
    add(engine, person=PERSON, organization=OFFICE, membership=MEMBER)
    add(engine, person=OTHER, invitation=INVITATION)
    yield engine
    engine.dispose()


def coordinators(engine):
    """Seat a coordinator, and invite another."""
    with engine.begin() as connection:
        tables = tables_of(connection)
        connection.execute(
            insert(tables["membership"]), [MEMBER | {"person_id": 2, "role": NEW}]
        )
        connection.execute(
            insert(tables["invitation"]),
            [INVITATION | {"id": 2, "public_id": "j" * 32, "role": NEW}],
        )


def test_before_it_nobody_has_the_role(engine):
    with pytest.raises(Exception, match="role_known"):
        coordinators(engine)


def test_roles_of_before_are_kept_and_the_new_one_can_be_given(engine):
    upgrade(engine, "0012")
    assert roles(engine, "membership") == ["hospital-editor"]
    assert roles(engine, "invitation") == ["hospital-manager"]

    coordinators(engine)

    assert roles(engine, "membership") == ["hospital-editor", NEW]
    assert roles(engine, "invitation") == ["hospital-manager", NEW]


@pytest.mark.parametrize("table", ["membership", "invitation"])
@pytest.mark.parametrize("revision", ["0011", "0012"])
def test_a_role_that_nobody_knows_is_refused(engine, table, revision):
    upgrade(engine, revision)
    row = MEMBER if table == "membership" else INVITATION
    more = {"person_id": 2} if table == "membership" else {"public_id": "k" * 32}

    with pytest.raises(Exception, match="role_known"):
        add(engine, **{table: row | more | {"id": 9, "role": "visitor"}})


def test_going_back_takes_coordinators_and_nobody_else(engine):
    upgrade(engine, "0012")
    coordinators(engine)

    downgrade(engine, "0011")

    assert roles(engine, "membership") == ["hospital-editor"]
    assert roles(engine, "invitation") == ["hospital-manager"]
    with pytest.raises(Exception, match="role_known"):
        coordinators(engine)
