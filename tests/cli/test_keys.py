"""The commands of the ring, on a database with inquiries in it."""

import stat
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from directory.cli.keys import keys
from directory.cli.wiring import Wiring
from directory.core.actor import VISITOR, system
from directory.core.config import ensure_secrets, load
from directory.core.crypto import KeyRing
from directory.core.db import make_engine, make_sessions
from directory.core.errors import DirectoryError, SettingError
from directory.core.work import Work
from directory.inquiries.queries import draft
from tests.inquiries.invented import DAUGHTER, answered, stock

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.fixture
def environ(tmp_path, sqlite_url, monkeypatch):
    monkeypatch.delenv("DIRECTORY_ENCRYPTION_KEYS", raising=False)
    monkeypatch.delenv("DIRECTORY_ENCRYPTION_KEYS_FILE", raising=False)
    return {"DIRECTORY_DATA": str(tmp_path), "DIRECTORY_DATABASE_URL": sqlite_url}


@pytest.fixture
def ring_file(environ, tmp_path):
    ensure_secrets(load(environ))
    return tmp_path / "secrets" / "encryption_keys"


@pytest.fixture
def secrets(ring_file, sqlite_url):
    """Return the secrets of three drafts."""
    ring = KeyRing.parse(ring_file.read_text().strip())
    engine = make_engine(sqlite_url)
    with make_sessions(engine)() as session:
        stock(Work(session, system("test"), NOW))
        found = [answered(Work(session, VISITOR, NOW), ring) for _ in range(3)]
    engine.dispose()
    return found


def not_asked(*_: object) -> None:
    raise AssertionError("no command of keys needs this")


@pytest.fixture
def run(environ):
    wiring = Wiring(
        settings=lambda: load(environ),
        engine=lambda settings: make_engine(settings.database_url),
        files=not_asked,  # type: ignore[arg-type]
        tools=not_asked,  # type: ignore[arg-type]
        app=not_asked,  # type: ignore[arg-type]
        background=not_asked,  # type: ignore[arg-type]
        clock=lambda: NOW,
    )

    def one(*words: str) -> str:
        result = CliRunner().invoke(keys, words, obj=wiring)
        if isinstance(result.exception, DirectoryError):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output

    return one


def test_a_key_is_added_rotated_to_and_the_old_one_dropped(
    run, secrets, ring_file, sqlite_url
):
    assert "k1                  3 inquiries  current" in run("status")

    assert "k2 added, not used yet" in run("add")
    assert "k2                  0 inquiries" in run("status")
    assert "3 inquiries wrapped with k2" in run("rotate", "--to", "k2")
    assert "0 inquiries wrapped with k2" in run("rotate")
    assert "k1 dropped" in run("drop", "k1")

    ring = KeyRing.parse(ring_file.read_text().strip())
    assert ring.current == "k2"
    assert set(ring.wrapping) == {"k2"}
    engine = make_engine(sqlite_url)
    with make_sessions(engine)() as session:
        for secret in secrets:
            assert draft(session, ring, secret, now=NOW).person == DAUGHTER
    engine.dispose()


def test_the_ring_stays_the_owners_alone(run, ring_file):
    run("add")

    assert stat.S_IMODE(ring_file.stat().st_mode) == 0o600
    assert [path.name for path in ring_file.parent.glob(".keys-*")] == []


@pytest.mark.usefixtures("secrets")
def test_a_key_in_use_is_not_dropped(run, ring_file):
    run("add")
    before = ring_file.read_text()
    run("rotate", "--to", "k2")
    run("rotate", "--to", "k1")

    with pytest.raises(SettingError, match="its current key"):
        run("drop", "k1")
    with pytest.raises(DirectoryError, match=r"crypto\.key-missing"):
        run("rotate", "--to", "k9")
    run("rotate", "--to", "k2")
    run("add")
    run("rotate", "--to", "k3")
    with pytest.raises(DirectoryError, match=r"crypto\.key-missing"):
        run("drop", "k7")
    assert "k2 dropped" in run("drop", "k2")
    assert before != ring_file.read_text()


@pytest.mark.usefixtures("secrets")
def test_a_key_that_still_wraps_inquiries_is_kept(run, ring_file):
    run("add")
    ring = KeyRing.parse(ring_file.read_text().strip())
    ring_file.write_text(ring.led_by("k2").words)

    with pytest.raises(DirectoryError, match=r"keys\.in-use.*inquiries=3"):
        run("drop", "k1")


@pytest.mark.usefixtures("secrets")
def test_a_missing_key_is_named(run, ring_file):
    ring_file.write_text(KeyRing.new().with_key("k5", b"5" * 32).words)
    ring = KeyRing.parse(ring_file.read_text().strip()).led_by("k5").without("k1")
    ring_file.write_text(ring.words)

    with pytest.raises(AssertionError, match=r"k1 .* missing from the ring"):
        run("status")


def test_a_ring_in_the_environment_is_not_changed(run, ring_file, monkeypatch):
    monkeypatch.setenv("DIRECTORY_ENCRYPTION_KEYS", ring_file.read_text().strip())

    with pytest.raises(SettingError, match="DIRECTORY_ENCRYPTION_KEYS_FILE"):
        run("add")


def test_a_ring_in_a_named_file_is_changed_there(
    run, ring_file, environ, monkeypatch, tmp_path
):
    named = tmp_path / "ring"
    named.write_text(ring_file.read_text())
    before = ring_file.read_text()
    monkeypatch.setenv("DIRECTORY_ENCRYPTION_KEYS_FILE", str(named))
    environ["DIRECTORY_ENCRYPTION_KEYS_FILE"] = str(named)

    run("add")

    assert "k2" in KeyRing.parse(named.read_text().strip()).wrapping
    assert ring_file.read_text() == before


def test_without_a_ring_the_command_says_how_to_make_one(run):
    with pytest.raises(SettingError, match="cart-directory setup"):
        run("status")
