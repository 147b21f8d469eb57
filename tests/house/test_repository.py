"""What the repository holds, and what it must not."""

from __future__ import annotations

import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT
from tests.house.sources import PACKAGE, kept_files, listed

TOP_LEVEL = {
    ".ci",
    ".editorconfig",
    ".gitattributes",
    ".gitignore",
    ".lock",
    ".pre-commit-config.yaml",
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "directory",
    "pyproject.toml",
    "seed",
    "setup.cfg",
    "static",
    "templates",
    "tests",
}

# Written so that none of them matches itself.
UNWANTED = {
    "package registry": r"py[p]i\.|python[h]osted|\bnp[m]js|un[p]kg\.|jsdeliv[r]",
    "path of one machine": r"(?<![\w./*-])/(?:roo[t]|wor[k]|hom[e]/\w+|opt/py[p]i)/",
    "private key": r"-----BEGIN [A-Z ]*PRIVATE [K]EY",
    "access token": r"\b(?:gh[p]_\w{30}|AK[I]A[0-9A-Z]{16}|sk-[a-z]+-\w{20})",
    "secret": r"(?i)(?:secret_key|password|_keys)\s*=\s*[\"'][\w+/=]{24,}[\"']",
    "mark of a conflict": r"(?m)^(?:<{7}|>{7}) ",
}


def found_in(text: str) -> set[str]:
    return {kind for kind, pattern in UNWANTED.items() if re.search(pattern, text)}


def test_the_top_level_is_as_agreed():
    assert {path.relative_to(ROOT).parts[0] for path in kept_files()} == TOP_LEVEL


def test_no_file_names_a_registry_a_machine_or_a_secret():
    found = {}
    for path in kept_files():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        if kinds := found_in(text):
            found[path.relative_to(ROOT).as_posix()] = kinds

    assert found == {}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("--index-url https://py~pi.org/simple", "package registry"),
        ("python = /r~oot/.venv/bin/python", "path of one machine"),
        ("-----BEGIN RSA PRIVATE ~KEY-----", "private key"),
        ("AKI~AABCDEFGHIJKLMNOP", "access token"),
        ("SECRET_KEY = '~aaaaaaaaaaaaaaaaaaaaaaaa'", "secret"),
        ("~<<<<<<< ours", "mark of a conflict"),
    ],
)
def test_what_is_unwanted_would_be_found(text, kind):
    # The marks keep this file from being found itself.
    assert found_in(text.replace("~", "")) == {kind}


def test_the_wheel_carries_every_package():
    """The list in setup.cfg cannot be found by itself: see there."""
    on_disk = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for path in PACKAGE.rglob("*.py")
        if path.parent.name != "docs"
    }
    mapped = {line.split(" = ")[0] for line in listed("options", "package_dir")}

    assert set(listed("options", "packages")) == on_disk | mapped


@pytest.mark.parametrize(
    ("pins", "wanted"),
    [
        ("run.txt", ["install_requires"]),
        ("test.txt", ["install_requires", "test"]),
    ],
)
def test_the_pins_are_what_setup_cfg_asks_for(pins, wanted):
    pinned = dict(
        re.findall(
            r"^([\w.-]+)==([^\s;]+)", (ROOT / ".lock" / pins).read_text(), re.MULTILINE
        )
    )
    section = {"install_requires": "options", "test": "options.extras_require"}
    asked = [
        Requirement(line) for name in wanted for line in listed(section[name], name)
    ]

    unmet = {
        str(requirement)
        for requirement in asked
        if canonicalize_name(requirement.name) not in pinned
        or pinned[canonicalize_name(requirement.name)] not in requirement.specifier
    }
    assert asked
    assert unmet == set()


def test_what_runs_is_what_was_tested():
    """Both sets pin the same version of whatever they share."""
    read = (ROOT / ".lock" / "run.txt").read_text()
    run = set(re.findall(r"^([\w.-]+==[^\s;]+)", read, re.MULTILINE))
    read = (ROOT / ".lock" / "test.txt").read_text()
    test = set(re.findall(r"^([\w.-]+==[^\s;]+)", read, re.MULTILINE))

    assert run <= test


@pytest.mark.parametrize("pins", ["run.txt", "test.txt"])
def test_every_pin_has_its_hashes(pins):
    blocks = re.split(
        r"^(?=[\w.-]+==)", (ROOT / ".lock" / pins).read_text(), flags=re.MULTILINE
    )

    assert len(blocks) > 1
    assert [block for block in blocks[1:] if "--hash=sha256:" not in block] == []
