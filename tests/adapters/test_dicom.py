"""DICOM files and archives of them are read by a child, and made anew."""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from dataclasses import replace

import pydicom
import pytest

from directory.adapters.cleaning import ChildCleaner, ImageLimits
from directory.core.files import FileRefusedError, Flaw, ImagesTold, private_file
from tests.adapters import imaging
from tests.adapters.imaging import NUMBER, REFUSED, SECRETS, archive, dicom, series

KEY = b"k" * 32


def made(
    content: bytes,
    kind: str = "dicom",
    key: bytes | None = None,
    limits: ImageLimits | None = None,
) -> tuple[bytes, ImagesTold]:
    """Return a file made anew, and what it says."""
    with private_file() as source, private_file() as into:
        source.write(content)
        told = ChildCleaner(images=limits).clean_images(
            source, f"application/{kind}", into, uid_key=key
        )
        return into.read(), told


def flaw_of(content: bytes, kind: str, limits: ImageLimits | None = None) -> Flaw:
    """Return why a file is refused."""
    with pytest.raises(FileRefusedError) as caught:
        made(content, kind, limits=limits)
    return caught.value.flaw


def members(content: bytes) -> list[pydicom.FileDataset]:
    """Return the files of an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        return [
            pydicom.dcmread(io.BytesIO(found.read(one))) for one in found.namelist()
        ]


@pytest.mark.parametrize(("kind", "make", "flaw"), REFUSED.values(), ids=REFUSED)
def test_what_is_broken_or_malicious_is_refused(kind, make, flaw):
    assert flaw_of(make(), kind) is flaw


def test_a_picture_stays_what_it_was_and_says_what_it_says():
    content, told = made(dicom())

    found = pydicom.dcmread(io.BytesIO(content))
    assert found.PixelData == imaging.dataset().PixelData
    assert found.PatientID == NUMBER
    assert told.images == 1
    assert told.says["patient-name"] == ("Zqpatient Invented",)
    assert told.says["birth-date"] == ("19610203",)
    assert told.says["institution"] == ("Zqhospital of Nowhere",)
    assert told.private == 2
    assert not told.is_burned_in


@pytest.mark.parametrize("preamble", [b"", b"II*\0\x08", b"MM\0*\0"])
def test_a_preamble_that_is_no_program_is_emptied(preamble):
    content, _ = made(dicom(preamble=preamble))

    assert content[:132] == bytes(128) + b"DICM"


def test_an_archive_keeps_pictures_alone_under_names_of_our_own():
    content, told = made(series(), "zip")

    with zipfile.ZipFile(io.BytesIO(content)) as found:
        assert found.namelist() == [f"DICOM/00000{n}.dcm" for n in (1, 2, 3)]
    assert [one.PatientID for one in members(content)] == [NUMBER] * 3
    assert told.images == 3


def test_names_and_numbers_are_taken_out_everywhere():
    content, told = made(dicom(), key=KEY)

    assert not [secret for secret in SECRETS if secret in content]
    found = pydicom.dcmread(io.BytesIO(content))
    assert found.PatientIdentityRemoved == "YES"
    assert found.PixelData == imaging.dataset().PixelData
    assert not [one for one in found.iterall() if one.tag.is_private]
    assert told.private == 0
    assert "patient-name" not in told.says
    assert "institution" not in told.says
    assert "study-date" not in told.says


def test_files_still_refer_to_each_other_after_names_were_taken_out():
    first = members(made(series(), "zip", KEY)[0])
    again = members(made(archive(("IM9", dicom(9))), "zip", KEY)[0])
    other = members(made(archive(("IM9", dicom(9))), "zip", b"o" * 32)[0])

    studies = {one.StudyInstanceUID for one in (*first, *again)}
    assert len(studies) == 1
    assert imaging.STUDY not in studies
    assert other[0].StudyInstanceUID not in studies
    assert len({one.SOPInstanceUID for one in first}) == 3
    for one in first:
        assert one.file_meta.MediaStorageSOPInstanceUID == one.SOPInstanceUID
        assert one.SOPClassUID == imaging.CT


@pytest.mark.parametrize(
    ("more", "is_burned_in"),
    [
        ({"BurnedInAnnotation": "YES"}, True),
        ({"Modality": "US"}, True),
        ({"Modality": "US", "BurnedInAnnotation": "NO"}, False),
        ({}, False),
    ],
)
def test_words_in_the_picture_itself_are_warned_of(more, is_burned_in):
    assert made(dicom(**more))[1].is_burned_in is is_burned_in


def test_names_in_other_letters_are_told():
    content = dicom(SpecificCharacterSet="ISO_IR 192", PatientName="Выдуманная^Анна")

    assert "Выдуманная Анна" in made(content)[1].says["patient-name"]


def test_a_deep_file_ends_the_child_alone():
    assert flaw_of(imaging.deep(), "dicom") in {Flaw.TOO_COMPLEX, Flaw.DAMAGED}


def test_the_child_stays_within_its_memory():
    limits = replace(ImageLimits(), memory_bytes=160 * 1024 * 1024)
    large = imaging.dataset()
    large.PixelData = bytes(100 * 1024 * 1024)

    assert flaw_of(imaging.written(large), "dicom", limits) is Flaw.TOO_COMPLEX


def test_a_file_of_fifty_megabytes_fits():
    large = imaging.dataset(Rows=5000, Columns=5000)
    large.PixelData = os.urandom(49 * 1024 * 1024)

    content, told = made(imaging.written(large))

    assert len(content) > 49 * 1024 * 1024
    assert told.images == 1


def test_a_file_made_to_be_private_has_no_name_on_a_disk():
    with private_file() as file, tempfile.TemporaryFile() as ordinary:
        assert os.fstat(file.fileno()).st_nlink == 0
        assert os.fstat(file.fileno()).st_dev != os.fstat(ordinary.fileno()).st_dev
