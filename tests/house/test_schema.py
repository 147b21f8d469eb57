"""The schema that migrations build is the one that the models describe."""

from __future__ import annotations

import importlib
from typing import Any

from sqlalchemy import Engine, MetaData, TextClause, inspect, text

from directory.core.db import Model, make_engine
from directory.migrations import upgrade
from tests.conftest import ROOT
from tests.house.sources import PACKAGE

Shape = dict[str, dict[str, Any]]


def import_models() -> None:
    for path in sorted([*PACKAGE.rglob("model.py"), *PACKAGE.glob("*/model/*.py")]):
        name = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
        importlib.import_module(name.removesuffix(".__init__"))


def shape(engine: Engine) -> Shape:
    """Return everything that the database itself can say of its tables."""
    seen = inspect(engine)
    return {
        table: {
            "columns": {
                column["name"]: (
                    str(column["type"]),
                    column["nullable"],
                    column["default"],
                )
                for column in seen.get_columns(table)
            },
            "primary key": seen.get_pk_constraint(table)["constrained_columns"],
            "foreign keys": by_words(seen.get_foreign_keys(table)),
            "unique": by_words(seen.get_unique_constraints(table)),
            "checks": by_words(seen.get_check_constraints(table)),
            "indexes": by_words(seen.get_indexes(table)),
        }
        for table in sorted(seen.get_table_names())
        if table != "alembic_version"
    }


def by_words(things: list[Any]) -> list[str]:
    return sorted(str(sorted(plain(thing).items(), key=str)) for thing in things)


def plain(thing: dict[str, Any]) -> dict[str, Any]:
    """Return a thing with the conditions of partial indexes in words."""
    return {
        name: plain(value)
        if isinstance(value, dict)
        else str(value)
        if isinstance(value, TextClause)
        else value
        for name, value in thing.items()
    }


def test_migrations_and_models_agree(empty_database_url):
    engine = make_engine(empty_database_url)
    import_models()
    upgrade(engine)
    migrated = shape(engine)
    everything = MetaData()
    everything.reflect(engine)
    everything.drop_all(engine)

    Model.metadata.create_all(engine)

    described = shape(engine)
    engine.dispose()
    assert migrated.keys() == described.keys()
    for table, parts in described.items():
        assert migrated[table] == parts, table


def test_a_difference_would_be_found(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'one.sqlite'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE thing (id INTEGER PRIMARY KEY, n TEXT)"))
    before = shape(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE INDEX ix_thing_n ON thing (n)"))

    after = shape(engine)

    engine.dispose()
    assert before != after


def test_every_migration_is_tested_with_data_in_it():
    """The first finds no data: what holds for it, test_migrations.py says."""
    folder = PACKAGE / "migrations" / "versions"
    numbers = {path.name[:4] for path in folder.glob("[0-9]*.py")}
    tested = {
        path.name[5:9]
        for path in (ROOT / "tests" / "migrations").glob("test_[0-9]*.py")
    }

    assert "0001" in numbers
    assert numbers - tested <= {"0001"}
