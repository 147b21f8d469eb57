"""Makes the pictures that stand for pages where they are shared; for `make cards`.

The drawings are those of the pages' own words; Chromium, which the tests use anyway,
turns them into PNG with the fonts of this machine.
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from flask import Flask
from PIL import Image
from playwright.sync_api import sync_playwright

from directory.app import create_app
from directory.core.config import Settings, ensure_secrets, load
from directory.core.db import make_engine
from directory.core.text import Language
from directory.migrations import upgrade
from directory.web.public import cards
from tests.journeys.conftest import CHROMIUM

MOST_BYTES = 40_000
"""Of one picture: a chat shows it before anybody decides to read."""

COLORS = 64
"""Flat colors and the edges of letters; more make the file larger and no better."""


def make(app: Flask, folder: Path) -> None:
    """Write every card in every language, and what each was made from."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": cards.WIDTH, "height": cards.HEIGHT})
        for name in cards.CARDS:
            for language in Language:
                svg = cards.drawing(app, name, language)
                page.set_content(f"<body style='margin:0'>{svg}</body>")
                shot = page.screenshot()
                write(folder / cards.file_name(name, language), shot)
        browser.close()
    lines = [f"{digest} {name}\n" for name, digest in cards.digests(app).items()]
    (folder / cards.DIGESTS).write_text("".join(lines), "utf-8")


def write(path: Path, shot: bytes) -> None:
    """Write a picture with as few colors as it needs.

    Raises:
        ValueError: If it is larger than it may be.
    """
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    image.quantize(COLORS, dither=Image.Dither.NONE).save(path, optimize=True)
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"{path.name} has {path.stat().st_size} bytes")


def main() -> None:
    """Make them where the checkout keeps them."""
    with tempfile.TemporaryDirectory() as data:
        settings = ensure_secrets(load({}, data=Path(data)))
        upgrade(make_engine(settings.database_url))
        make(create_app(settings), Settings.folder("static") / cards.FOLDER)


if __name__ == "__main__":
    main()
