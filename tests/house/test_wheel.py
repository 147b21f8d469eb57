"""A wheel built from the checkout runs in an empty environment elsewhere."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urljoin
from urllib.request import urlopen
from zipfile import ZipFile

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow

NOT_SOURCES = shutil.ignore_patterns(
    ".git", ".venv", "var", "build", "dist", "*.egg-info", ".*cache", "__pycache__"
)
ANSWERS_WITHIN_S = 60


def run(
    *words: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None
) -> None:
    finished = subprocess.run(
        words, check=False, capture_output=True, text=True, cwd=cwd, env=env
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a wheel that was built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    # A copy, because building leaves folders behind. The source archive comes
    # first and the wheel is made out of it, so both are seen to be whole.
    shutil.copytree(ROOT, folder / "checkout", ignore=NOT_SOURCES)
    run(
        *(sys.executable, "-m", "build", "--no-isolation"),
        *("--outdir", folder / "dist", folder / "checkout"),
    )
    shutil.rmtree(folder / "checkout")
    (wheel,) = (folder / "dist").glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty environment with the pinned packages and the wheel."""
    folder = tmp_path_factory.mktemp("installed")
    environment = folder / "environment"
    python = environment / "bin" / "python"
    pins = ROOT / ".lock" / "run.txt"
    if uv := shutil.which("uv"):
        run(uv, "venv", "-q", "--python", sys.executable, environment)
        install = [uv, "pip", "install", "-q", "--python", str(python)]
        check = [uv, "pip", "check", "--python", str(python)]
    else:
        run(sys.executable, "-m", "venv", environment)
        install = [str(python), "-m", "pip", "install", "-q"]
        check = [str(python), "-m", "pip", "check"]
    run(*install, "--require-hashes", "-r", pins)
    run(*install, "--no-deps", wheel)
    run(*check)
    return environment


@pytest.fixture(scope="module")
def address(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a directory that was set up and is being served."""
    folder = tmp_path_factory.mktemp("elsewhere")
    command = installed / "bin" / "cart-directory"
    environ = {
        "PATH": os.defpath,
        "HOME": str(folder),
        "DIRECTORY_DATA": str(folder / "data"),
    }
    run(command, "setup", cwd=folder, env=environ)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [command, "serve", "--port", str(port)],
            cwd=folder,
            env=environ,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(f"{address}/readyz", server, folder / "log")
        yield address
    finally:
        server.terminate()
        server.wait(ANSWERS_WITHIN_S)


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + ANSWERS_WITHIN_S
    while True:
        try:
            with urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:  # refused, too slow, or not ready
            pass
        if server.poll() is not None or time.monotonic() > give_up:
            pytest.fail(f"not ready:\n{log.read_text()}", pytrace=False)
        time.sleep(0.1)


def fetch(url: str) -> tuple[str, str]:
    with urlopen(url, timeout=ANSWERS_WITHIN_S) as answer:
        return answer.headers.get_content_type(), answer.read().decode()


def test_the_wheel_carries_every_file_that_the_program_reads(wheel):
    ours = {
        f"directory/_packaged/{path.relative_to(ROOT).as_posix()}"
        for folder in ("templates", "static", "seed")
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }
    ours |= {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "directory").rglob("*")
        if path.is_file()
        and not set(path.parts) & {"docs", "__pycache__"}
        # What only translators and authors of migrations read.
        and path.suffix not in {".po", ".pot", ".mako"}
        and path.name != ".gitkeep"
    }

    carried = set(ZipFile(wheel).namelist())

    assert ours - carried == set()
    assert {name.split("/")[0] for name in carried} == {
        "directory",
        f"{'-'.join(wheel.name.split('-')[:2])}.dist-info",
    }


def test_the_first_page_comes_with_its_clothes(address):
    kind, page = fetch(f"{address}/")
    sheets = re.findall(r'<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"', page)
    sheets += re.findall(r'<link[^>]+href="([^"]+)"[^>]+rel="stylesheet"', page)

    assert kind == "text/html"
    assert sheets
    for sheet in sheets:
        kind, rules = fetch(urljoin(address, sheet))
        assert kind == "text/css"
        assert "{" in rules


def test_the_seeds_are_there_to_be_found(address):
    kind, answer = fetch(
        f"{address}/api/v1/search?q={quote('tocilizumab icu guangzhou')}"
    )
    found = json.loads(answer)

    assert kind == "application/json"
    assert found["total"] > 0
    assert {item["city"] for item in found["items"]} == {"guangzhou"}
    kind, page = fetch(address + found["items"][0]["url"])
    assert kind == "text/html"
    assert found["items"][0]["name"]["zh"] in page


def test_translations_travel_too(address):
    _, english = fetch(f"{address}/en/")
    _, chinese = fetch(f"{address}/zh/")

    heading = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
    assert 'lang="zh' in chinese
    assert heading.findall(chinese) != heading.findall(english)
