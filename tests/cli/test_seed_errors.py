"""Wrong seed files: each is named by its file, its place, and what was expected."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from directory.cli.seed import note_translations, validate_seed
from directory.cli.seed_files import (
    LARGEST_BYTES,
    SeedError,
    UnreadableError,
    read,
)
from tests.conftest import ROOT

SEED = ROOT / "seed"
NANFANG = "listings/guangzhou/nanfang-hospital.yaml"


@pytest.fixture
def folder(tmp_path):
    """A copy of the seed files that a test may spoil."""
    return Path(shutil.copytree(SEED, tmp_path / "seed"))


@pytest.fixture
def spoil(folder) -> Callable[..., list[SeedError]]:
    """Replace words in one file once, and validate all of them."""

    def change(file: str, before: str, after: str) -> list[SeedError]:
        path = folder / file
        words = path.read_text()
        assert before in words
        path.write_text(words.replace(before, after, 1))
        return validate_seed(folder)

    return change


@pytest.mark.parametrize(
    "case",
    [
        (NANFANG, "slug: nanfang-hospital", "slug: [", "line 4", "YAML"),
        (
            NANFANG,
            "city: guangzhou",
            "city: guangzhou\ncity: x",
            "city",
            "each key once",
        ),
        (NANFANG, "city: guangzhou\n", "", "city", "Field required"),
        (
            NANFANG,
            "city: guangzhou",
            "rank: 1\ncity: guangzhou",
            "rank",
            "Extra inputs",
        ),
        (
            NANFANG,
            "district: Baiyun",
            "district: &a Baiyun",
            "line 16",
            "a value",
        ),
        (NANFANG, "district: Baiyun", "district: !!str Baiyun", "line 16", "a value"),
        (
            NANFANG,
            "district: Baiyun",
            "district: " + "[" * 30 + "]" * 30,
            "line 16",
            "at most 20 levels",
        ),
        (NANFANG, "district: Baiyun", "---\nx: 1", "line 16", "one document"),
        (NANFANG, "city: guangzhou", "city: beijing", "city", "the folder's name"),
        (
            NANFANG,
            "slug: nanfang-hospital",
            "slug: nanfang",
            "slug",
            "the file's name, 'nanfang-hospital'",
        ),
        (
            NANFANG,
            "value: 'yes'\n    basis: unverified",
            "value: maybe\n    basis: unverified",
            "capabilities[0].value",
            "'yes', 'no', 'not-stated', 'refused' or 'conflicting'",
        ),
        (
            NANFANG,
            "value: 'yes'\n    basis: unverified",
            "value: 'yes'\n    basis: sourced",
            "capabilities[0]",
            "basis 'sourced' needs a source",
        ),
        (
            NANFANG,
            "value: not-stated\n",
            "value: not-stated\n    basis: unverified\n",
            "capabilities[1]",
            "value 'not-stated' has no basis",
        ),
        (
            NANFANG,
            "key: tocilizumab",
            "key: apheresis",
            "capabilities",
            "each of the 17 once",
        ),
        (
            NANFANG,
            "key: pet_ct",
            "key: pet",
            "capabilities[11].key",
            "a key of the vocabulary (capability)",
        ),
        (
            NANFANG,
            "- lbcl",
            "- lbcll",
            "indications[0]",
            "a key of the vocabulary (indication)",
        ),
        (NANFANG, "- public", "- palace", "types[0]", "a key of the vocabulary (type)"),
        (
            NANFANG,
            "as_of: '2007'",
            "as_of: '2027'",
            "capabilities[3].as_of",
            "a day not after checked_on, 2026-11-22",
        ),
        (
            NANFANG,
            "as_of: '2007'",
            "as_of: '2007-02-30'",
            "capabilities[3].as_of",
            "a day of the calendar",
        ),
        (
            NANFANG,
            "as_of: '2007'",
            "as_of: 2007",
            "capabilities[3].as_of",
            "Input should be a valid string",
        ),
        (
            NANFANG,
            "url: https://chinagbanews.com",
            "url: javascript:alert(1)//chinagbanews.com",
            "evidence[0].source.url",
            "String should match pattern",
        ),
        (
            NANFANG,
            "url: https://chinagbanews.com",
            "url: https://user@chinagbanews.com",
            "evidence[0].source.url",
            "an address on the web",
        ),
        (
            NANFANG,
            "https://www.nfyy.com",
            "www.nfyy.com",
            "details[1].value",
            "an address on the web",
        ),
        (
            "listings/shanghai/ruijin-hospital.yaml",
            "therapy: axi-cel",
            "therapy: axicel",
            "treatments[0].therapy",
            "a therapy that has a file",
        ),
        (
            "listings/shanghai/huashan-hospital.yaml",
            "languages:\n      - en",
            "languages:\n      - klingon",
            "capabilities[4].languages[0]",
            "a key of the vocabulary (language)",
        ),
        (
            "listings/facilitators/cancerfax.yaml",
            "key: shanghai",
            "key: beijing",
            "cities",
            "'beijing' once",
        ),
        (
            "listings/facilitators/cancerfax.yaml",
            "key: shanghai",
            "key: paris",
            "cities[1].key",
            "a key of the vocabulary (city)",
        ),
        (
            "listings/cities.yaml",
            "iata: PEK",
            "iata: Pek",
            "cities[0].airports[0].iata",
            "String should match pattern",
        ),
        (
            "listings/cities.yaml",
            "slug: shanghai",
            "slug: beijing",
            "cities[1]",
            "a name that no other city has",
        ),
        (
            "vocabulary/cities.yaml",
            "kind: city",
            "kind: town",
            "[0].kind",
            "Input should be 'city'",
        ),
    ],
)
def test_a_wrong_file_gives_its_one_error(spoil, case):
    file, before, after, path, expected = case

    (error,) = spoil(file, before, after)

    assert (error.file, error.path) == (file, path)
    assert expected in error.expected
    assert str(error).count("\n") == 0


def test_a_file_in_no_known_place_is_named(folder):
    (folder / "listings" / "guangzhou" / "notes.txt").write_text("?")

    (error,) = validate_seed(folder)

    assert error.file == "listings/guangzhou/notes.txt"


def test_a_kind_without_any_file_is_named(folder):
    shutil.rmtree(folder / "knowledge" / "therapies")

    (error,) = validate_seed(folder)

    assert (error.file, error.found) == ("knowledge/therapies/*.yaml", "none")


def test_two_listings_of_one_slug_are_named(folder):
    copied = (folder / NANFANG).read_text().replace("city: guangzhou", "city: beijing")
    (folder / "listings/beijing/nanfang-hospital.yaml").write_text(copied)

    (error,) = validate_seed(folder)

    assert error.file == NANFANG
    assert error.expected == "a name that no other center has"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "one document"),
        (b"- a\n\xff", "UTF-8"),
        (b"a: 1\n" + b"#" * LARGEST_BYTES, "at most 1,000,000 bytes"),
        (b"1: a", "a word as key"),
        (b"a: [&x 1, *x]", "a value"),
        (b"a: \x00", "YAML"),
    ],
)
def test_what_is_no_seed_file_cannot_be_read(tmp_path, content, expected):
    file = tmp_path / "file.yaml"
    file.write_bytes(content)

    with pytest.raises(UnreadableError) as refused:
        read(file)

    assert refused.value.expected == expected


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("'1'", "1"),
        ("1", 1),
        ("-1.5", -1.5),
        ("1e3", "1e3"),
        ("9" * 40, "9" * 40),
        ("true", True),
        ("null", None),
        ("~", None),
        ("2026-11-22", "2026-11-22"),
        ("1:30", "1:30"),
        ("0x10", "0x10"),
    ],
)
def test_words_are_words(tmp_path, words, value):
    file = tmp_path / "file.yaml"
    file.write_text(f"key: {words}\n")

    assert read(file) == {"key": value}


GUIDE = "knowledge/guides/visa.yaml"


def test_a_translation_that_is_older_than_its_original_is_found(folder, spoil):
    before = next(
        line
        for line in (folder / GUIDE).read_text().splitlines()
        if line.startswith("  en: ")
    )

    errors = spoil(GUIDE, before, f"{before} Really")

    assert {(error.file, error.path.rpartition(".")[2]) for error in errors} == {
        (GUIDE, "zh"),
        (GUIDE, "ru"),
        (GUIDE, "ar"),
    }
    assert all("as they are now" in error.expected for error in errors)


def test_a_translation_that_changed_alone_is_new_and_to_be_noted(folder, spoil):
    before = next(
        line
        for line in (folder / GUIDE).read_text().splitlines()
        if line.startswith("  zh: ")
    )

    (error,) = spoil(GUIDE, before, f"{before}吧")

    assert error.path.endswith(".zh")
    assert "--write-translations" in error.expected


def test_an_older_translation_is_noted_only_if_somebody_says_that_it_holds(
    folder, spoil
):
    before = next(
        line
        for line in (folder / GUIDE).read_text().splitlines()
        if line.startswith("  en: ")
    )
    assert len(spoil(GUIDE, before, f"{before} Really")) == 3

    assert len(note_translations(folder, they_hold=False)) == 3
    assert len(validate_seed(folder)) == 3
    assert note_translations(folder, they_hold=True) == []
    assert validate_seed(folder) == []
