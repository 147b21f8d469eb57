"""Types, names and numbers of files that are handed in."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.file_names import LONGEST_NAME
from directory.core.files import FileRefusedError
from directory.submissions.rules.files import (
    EXTENSIONS,
    MOST_ADDED,
    MOST_FILES,
    SIGNATURE_BYTES,
    SIGNATURES,
    FieldUnknownError,
    TooManyPiecesError,
    check_field,
    check_room,
    media_type,
    shown_name,
)
from tests.adapters.handed_in import (
    GOOD_JPEG,
    GOOD_PDF,
    GOOD_PNG,
    NAMES,
    REFUSED_AT_ONCE,
)

PDF = "application/pdf"


@pytest.mark.parametrize(
    ("make", "flaw"), REFUSED_AT_ONCE.values(), ids=REFUSED_AT_ONCE
)
def test_what_begins_otherwise_is_refused_at_once(make, flaw):
    with pytest.raises(FileRefusedError) as caught:
        media_type(make()[:SIGNATURE_BYTES])

    assert caught.value.flaw is flaw


@pytest.mark.parametrize(
    ("content", "kind"),
    [(GOOD_PDF, PDF), (GOOD_JPEG, "image/jpeg"), (GOOD_PNG, "image/png")],
)
def test_the_type_is_what_the_content_says(content, kind):
    assert media_type(content[:SIGNATURE_BYTES]) == kind


@given(st.binary(max_size=SIGNATURE_BYTES))
def test_no_bytes_do_more_than_be_refused(first):
    begins_well = first.startswith(tuple(SIGNATURES))

    if begins_well:
        assert media_type(first) in EXTENSIONS
    else:
        with pytest.raises(FileRefusedError):
            media_type(first)


@pytest.mark.parametrize(
    ("given_name", "kind", "shown"),
    [
        ("Certificate 2026.pdf", PDF, "Certificate 2026.pdf"),
        ("scan.JPEG", "image/jpeg", "scan.jpeg"),
        ("scan.jpg", "image/png", "scan.jpg.png"),
        ("setup.exe", PDF, "setup.exe.pdf"),
        ("../../etc/passwd", PDF, "passwd.pdf"),
        ("..\\..\\calc.exe", PDF, "calc.exe.pdf"),
        ("C:\\Users\\someone\\paper.pdf", PDF, "paper.pdf"),
        ("CON", PDF, "_CON.pdf"),
        ("nul.pdf", PDF, "_nul.pdf"),
        ("com1.x.png", "image/png", "_com1.x.png"),
        ("invoice\u202efdp.exe", PDF, "invoicefdp.exe.pdf"),
        ("\u2066hidden\u2069.pdf", PDF, "hidden.pdf"),
        ("a\r\nSet-Cookie: x=y.pdf", PDF, "a Set-Cookie_ x=y.pdf"),
        ('a;b=c".pdf', PDF, "a_b=c_.pdf"),
        ("😀🏥.png", "image/png", "😀🏥.png"),
        ("协和医院资质证书.pdf", PDF, "协和医院资质证书.pdf"),
        ("شهادة.pdf", PDF, "شهادة.pdf"),
        ("e\u0301.pdf", PDF, "\u00e9.pdf"),
        ("-rf.pdf", PDF, "rf.pdf"),
        (".htaccess", PDF, "htaccess.pdf"),
        ("name. .pdf", PDF, "name.pdf"),
        ("..", PDF, "file.pdf"),
        ("   ", PDF, "file.pdf"),
        ("", PDF, "file.pdf"),
        (".pdf", PDF, "pdf.pdf"),
        ("<b>.pdf", PDF, "_b_.pdf"),
    ],
)
def test_names_keep_what_people_read_and_nothing_that_acts(given_name, kind, shown):
    assert shown_name(given_name, kind) == shown


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", EXTENSIONS)
def test_every_name_becomes_one_that_any_system_takes(name, kind):
    check_name(shown_name(name, kind), kind)


@given(st.text(max_size=400), st.sampled_from(sorted(EXTENSIONS)))
def test_any_text_becomes_a_name_that_any_system_takes(name, kind):
    shown = shown_name(name, kind)

    check_name(shown, kind)
    assert shown_name(shown, kind) == shown


def check_name(shown: str, kind: str) -> None:
    """Accept a name that is safe in folders, headers and pages."""
    assert 5 <= len(shown) <= LONGEST_NAME
    assert shown.lower().endswith(EXTENSIONS[kind])
    assert not set('/\\<>:"|?*;%') & set(shown)
    assert shown[0] not in " .-"
    assert all(
        character == " " or unicodedata.category(character)[0] != "C"
        for character in shown
    )
    stem = shown.rpartition(".")[0].partition(".")[0].lower()
    assert stem not in {"con", "prn", "aux", "nul", "com1", "lpt1"}
    shown.encode()


@pytest.mark.parametrize("part", [".", " ", "a.", "\u202e", "CON.", "x", "\t"])
def test_names_of_any_length_become_short(part):
    check_name(shown_name(part * 50_000, PDF), PDF)


@pytest.mark.parametrize(
    "field", ["", "capability.icu", "names.en", "treatment.3", "aliases"]
)
def test_fields_are_named_as_differences_name_them(field):
    check_field(field)


@pytest.mark.parametrize(
    "field", ["../x", "a b", "capability.", "<b>", "a" * 200, "x.y.z", "field\n"]
)
def test_what_can_be_no_field_is_refused(field):
    with pytest.raises(FieldUnknownError):
        check_field(field)


def test_there_is_room_up_to_a_number():
    check_room(MOST_FILES - 1, MOST_FILES, MOST_ADDED - 1)

    with pytest.raises(TooManyPiecesError):
        check_room(MOST_FILES, MOST_FILES, 0)
    with pytest.raises(TooManyPiecesError):
        check_room(0, MOST_FILES, MOST_ADDED)
