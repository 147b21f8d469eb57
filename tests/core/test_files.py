import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.config import load
from directory.core.errors import SettingError
from directory.core.files import (
    Bucket,
    check_area,
    check_key,
    files_address,
    new_name,
    scanner_address,
)


def test_names_are_random_and_never_repeat():
    names = {new_name() for _ in range(1000)}

    assert len(names) == 1000
    assert all(re.fullmatch(r"[0-9a-f]{32}", name) for name in names)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "evidence",
        "evidence/",
        "evidence/../secrets",
        "../evidence/" + "a" * 32,
        "/evidence/" + "a" * 32,
        "evidence/" + "A" * 32,
        "evidence/" + "a" * 31,
        "evidence/" + "a" * 33,
        "evidence/" + "a" * 32 + "\n",
        "evidence/x/" + "a" * 32,
    ],
)
def test_what_is_no_key_of_ours_is_refused(key):
    with pytest.raises(ValueError, match="not a key"):
        check_key(key)


@given(st.text(max_size=60))
def test_no_text_from_outside_makes_a_key_that_leaves_its_area(text):
    for check in (check_key, check_area):
        try:
            accepted = check(text)
        except ValueError:
            continue
        assert ".." not in accepted
        assert not accepted.startswith("/")


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("", None),
        ("/srv/files", Path("/srv/files")),
        ("s3://evidence", Bucket("evidence", named_by_host=True)),
        (
            "s3://evidence/a/b/?region=cn-north-1",
            Bucket("evidence", "a/b", "cn-north-1", None, named_by_host=True),
        ),
        (
            "s3://evidence?endpoint=https%3A%2F%2Fs3.example.org%2F&region=x",
            Bucket("evidence", "", "x", "https://s3.example.org"),
        ),
        (
            "s3://evidence?endpoint=https://oss.example.org&style=host",
            Bucket("evidence", "", None, "https://oss.example.org", named_by_host=True),
        ),
        (
            "s3://evidence?endpoint=http://127.0.0.1:9000",
            Bucket("evidence", "", None, "http://127.0.0.1:9000"),
        ),
    ],
)
def test_the_store_is_read_from_its_address(words, meaning):
    assert files_address(words) == meaning


@pytest.mark.parametrize(
    "words",
    [
        "folder",
        "ftp://evidence",
        "s3://",
        "s3:///prefix",
        "s3://A_B",
        "s3://key:zqsecret@evidence",
        "s3://evidence/../other",
        "s3://evidence/%2e%2e",
        "s3://evidence?endpoint=http://s3.example.org",
        "s3://evidence?endpoint=nowhere",
        "s3://evidence?endpoint=https://a:zqsecret@s3.example.org",
        "s3://evidence?allow_http=true",
        "s3://evidence?region=a&region=b",
        "s3://evidence?style=virtual",
        "s3://evidence#part",
    ],
)
def test_a_wrong_store_stops_the_start_in_one_line(tmp_path, words):
    with pytest.raises(SettingError) as caught:
        load({"DIRECTORY_DATA": str(tmp_path), "DIRECTORY_FILES_URL": words})

    said = str(caught.value)
    assert said.startswith("DIRECTORY_FILES_URL: ")
    assert "\n" not in said
    assert "zqsecret" not in said


@pytest.mark.parametrize("half", ["DIRECTORY_FILES_KEY_ID", "DIRECTORY_FILES_SECRET"])
def test_half_an_access_key_stops_the_start(tmp_path, half):
    with pytest.raises(SettingError, match="DIRECTORY_FILES_SECRET: goes together"):
        load({"DIRECTORY_DATA": str(tmp_path), half: "invented"})


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("", None),
        ("tcp://scanner.example.org:3311", ("scanner.example.org", 3311)),
        ("tcp://127.0.0.1", ("127.0.0.1", 3310)),
        ("tcp://[::1]:3310", ("::1", 3310)),
        ("unix:///run/clamav/clamd.ctl", Path("/run/clamav/clamd.ctl")),
    ],
)
def test_the_scanner_is_read_from_its_address(words, meaning):
    assert scanner_address(words) == meaning


@pytest.mark.parametrize(
    "words",
    [
        "scanner",
        "http://scanner",
        "tcp://",
        "tcp://host:many",
        "tcp://host:3310/path",
        "unix://run/clamd",
        "unix:///",
        "tcp://user@host:3310",
    ],
)
def test_a_wrong_scanner_stops_the_start_in_one_line(tmp_path, words):
    with pytest.raises(SettingError, match=r"^DIRECTORY_SCANNER_URL: [^\n]+$"):
        load({"DIRECTORY_DATA": str(tmp_path), "DIRECTORY_SCANNER_URL": words})
