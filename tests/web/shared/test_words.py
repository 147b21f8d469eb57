"""Translations that can be shown: every one of them is formatted as pages do it."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po

from tests.conftest import ROOT

CATALOGS = sorted((ROOT / "directory/translations").glob("*/LC_MESSAGES/messages.po"))


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.parts[-3])
def test_every_translation_can_be_formatted(path):
    with path.open("rb") as file:
        catalog = read_po(file, locale=path.parts[-3])
    tried = 0
    for message in catalog:
        forms = message.string
        for words in [forms] if isinstance(forms, str) else forms:
            names = re.findall(r"%\((\w+)\)[sd]", words)
            if message.id:
                assert isinstance(words % dict.fromkeys(names, 1), str)
                tried += 1

    assert tried > 500
