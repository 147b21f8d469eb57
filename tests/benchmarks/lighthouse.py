"""What Lighthouse says of the pages: ``python -m tests.benchmarks.lighthouse``.

Serves a directory with the real seeds, reads each page with Lighthouse (by ``npx``,
which fetches the pinned version from npm) and Chromium, and prints the scores of each
as a table, with the bytes that came over the wire. ``--in zh`` reads them in another
language, ``--faults`` names what cost points.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.journeys.conftest import CHROMIUM, serving

VERSION = "13.5.0"

PAGES = {
    "home": "/",
    "results": "/centers?city=guangzhou",
    "center": "/centers/nanfang-hospital",
    "guide": "/guides/cost",
    "therapy": "/therapies/eque-cel",
    "compare": "/compare?center=nanfang-hospital&center=ruijin-hospital",
    "pre-check": "/pre-check",
    "inquiry": "/inquiries/new",
}

SCORES = ("performance", "accessibility", "best-practices", "seo")

TRIES = 3

FLAGS = "--headless=new --no-sandbox --disable-dev-shm-usage"


def read(url: str) -> dict[str, Any]:
    """Return Lighthouse's report of a page, as a phone with a slow line sees it.

    Raises:
        RuntimeError: If Lighthouse gave none.
    """
    npx = shutil.which("npx")
    if npx is None or CHROMIUM is None:
        raise RuntimeError("npx (of Node.js) and Chromium are needed")
    done = subprocess.run(
        [
            *(npx, "--yes", f"lighthouse@{VERSION}", url),
            *("--quiet", "--output=json", f"--chrome-flags={FLAGS}"),
        ],
        env={**os.environ, "CHROME_PATH": str(CHROMIUM)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip() or f"it ended with {done.returncode}")
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def read_again(url: str) -> dict[str, Any]:
    """Return a report as :func:`read` does, tried three times.

    On a busy machine Chromium now and then records no beginning of a page.
    """
    for _ in range(TRIES - 1):
        with contextlib.suppress(RuntimeError):
            return read(url)
    return read(url)


def score(report: dict[str, Any], name: str) -> int:
    """Return a score from 0 to 100."""
    found: float | None = report["categories"][name]["score"]
    return round(100 * (found or 0))


def size(report: dict[str, Any]) -> int:
    """Return the bytes that came over the wire."""
    found: float = report["audits"]["total-byte-weight"]["numericValue"]
    return round(found)


def faults(report: dict[str, Any]) -> list[str]:
    """Return what cost points, in Lighthouse's words."""
    counted = {
        part["id"]
        for name in SCORES
        for part in report["categories"][name]["auditRefs"]
        if part["weight"]
    }
    return [
        f"{audit['title']} ({audit.get('displayValue', audit['score'])})"
        for name, audit in report["audits"].items()
        if name in counted and audit["score"] is not None and audit["score"] < 1
    ]


def main() -> int:
    """Print the table; return 1 if a page could not be read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--in", dest="language", default="en", help="en, zh, ru, ar")
    parser.add_argument("--faults", action="store_true", help="name what cost points")
    given = parser.parse_args()
    failed = 0
    print("| page | " + " | ".join(SCORES) + " | KB |")
    print("|---|" + "--:|" * (len(SCORES) + 1))
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder) / "data") as server,
    ):
        for name, path in PAGES.items():
            url = f"{server.url}/{given.language}{path}"
            try:
                report = read_again(url)
            except RuntimeError as error:
                failed = 1
                print(f"| {name} | {error} |")
                continue
            scores = " | ".join(str(score(report, each)) for each in SCORES)
            print(f"| {name} | {scores} | {size(report) / 1024:.1f} |", flush=True)
            if given.faults:
                for fault in faults(report):
                    print(f"  - {fault}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
