"""Commands as an operator types them: what they say, and what they leave behind."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pysqlite3
import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


def run(data: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("DIRECTORY_")}
    return subprocess.run(
        [sys.executable, "-m", "directory", *words],
        cwd=CHECKOUT,
        env={**kept, "DIRECTORY_DATA": str(data), **environ},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    made = run(folder, "setup")
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture
def copy(data, tmp_path):
    """Data of its own, as setup left it."""
    return Path(shutil.copytree(data, tmp_path / "data"))


def change(data: Path, statement: str) -> None:
    connection = pysqlite3.connect(str(data / "directory.sqlite3"))
    connection.execute(statement)
    connection.commit()
    connection.close()


def one_line(finished: subprocess.CompletedProcess[str]) -> str:
    assert finished.returncode == 1
    lines = finished.stderr.strip().splitlines()
    assert len(lines) == 1, finished.stderr
    return lines[0]


def test_setup_a_second_time_changes_nothing(data):
    before = run(data, "check").stdout

    again = run(data, "setup")

    assert again.returncode == 0, again.stderr
    assert run(data, "check").stdout == before


def test_check_walks_the_chain(data):
    finished = run(data, "check")

    assert finished.returncode == 0, finished.stdout
    assert "entries, head" in finished.stdout


def test_check_names_the_entry_that_somebody_changed(copy):
    change(copy, "UPDATE audit_entry SET actor = 'x' WHERE seq = 3")

    finished = run(copy, "check")

    assert finished.returncode == 1
    assert "broken at entry 3" in finished.stdout


def test_a_wrong_setting_stops_the_start_in_one_line(tmp_path):
    said = one_line(run(tmp_path, "serve", DIRECTORY_PROXY_HOPS="many"))

    assert "DIRECTORY_PROXY_HOPS" in said


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("DIRECTORY_ENCRYPTION_KEYS", "junk"),
        ("DIRECTORY_ENCRYPTION_KEYS", "k1:AAAA"),
        ("DIRECTORY_REDIS_URL", "memory://x"),
        ("DIRECTORY_RATE_LIMITS", "off"),
    ],
)
def test_a_setting_that_only_workers_use_stops_the_start_too(data, setting, value):
    stopped = run(data, "serve", "--host", "0.0.0.0", **{setting: value})

    assert setting in one_line(stopped)
    assert not stopped.stdout


@pytest.mark.parametrize("name", ["secret_key", "encryption_keys"])
def test_a_secret_that_was_cut_off_stops_the_start(copy, name):
    (copy / "secrets" / name).write_text("k1:cut")

    assert name.upper() in one_line(run(copy, "serve"))


@pytest.mark.parametrize(
    "url", ["sqlite:////proc/nowhere/x.sqlite3", "postgresql://somebody@127.0.0.1:1/x"]
)
def test_a_database_that_is_not_there_is_one_line(tmp_path, url):
    one_line(run(tmp_path, "check", DIRECTORY_DATABASE_URL=url))


def test_a_file_in_place_of_the_index_is_one_line(copy):
    shutil.rmtree(copy / "index")
    (copy / "index").touch()

    assert "index" in one_line(run(copy, "index", "rebuild"))


def test_serving_without_setup_says_what_to_do(tmp_path):
    said = one_line(run(tmp_path, "serve"))

    assert "cart-directory setup" in said


def test_a_newer_schema_is_left_alone(copy):
    change(copy, "UPDATE alembic_version SET version_num = '9999'")

    for command in ("serve", "setup"):
        assert "9999" in one_line(run(copy, command))


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")

    said = one_line(run(blocked / "inside", "setup"))

    assert "DIRECTORY_DATA" in said


def test_a_port_that_is_taken_is_named(data):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        said = one_line(run(data, "serve", "--port", port))

    assert port in said


def test_help_lists_every_command():
    finished = run(Path("/nonexistent"), "--help")

    for name in (
        "setup",
        "serve",
        "seed",
        "index",
        "search",
        "jobs",
        "keys",
        "check",
        "backup",
        "restore",
        "export",
    ):
        assert name in finished.stdout
