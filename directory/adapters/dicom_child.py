"""The process in which DICOM files are read and made anew. Run by its path.

Arguments and report are those of ``cleaning_child``; after ``clean`` and a line end
the report holds as JSON what the files say. Names and numbers are taken out if the
environment holds a key for identifiers.
"""

from __future__ import annotations

import errno
import hashlib
import hmac
import io
import json
import os
import sys
import zipfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from directory.adapters.cleaning_child import RefusedError, confine
else:
    sys.path.append(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100,PTH120
    from cleaning_child import RefusedError, confine

UID_KEY = "UID_KEY"
"""Variable with the key of replaced identifiers, in hexadecimal digits."""

PREAMBLE_BYTES = 128

PREAMBLES = (bytes(4), b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
"""How a preamble may begin: empty, or as a TIFF that the same pixels can be read
as (source: DICOM PS3.10, 7.1). Anything else could be run as a program."""

MARK = b"DICM"

LEFT_OUT = frozenset({"dicomdir", ".ds_store", "thumbs.db", "desktop.ini"})
"""Names of members that are no pictures and that nobody misses: catalogs that name
the others, and what systems leave in folders."""

LEFT_OUT_FOLDERS = frozenset({"__macosx"})

ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh")

DIRECTORY_ATTRIBUTE = 0x10

LINK, KIND = 0o120000, 0o170000
"""A link among the modes of Unix, and the bits that tell (source: stat.h)."""

ENCRYPTED = 0x1 | 0x40
"""Bits of a member that is encrypted (source: PKWARE APPNOTE, 4.4.4)."""

CHUNK_BYTES = 1024 * 1024

VALUES_AT_MOST = 5
"""Different values told of one thing."""

LONGEST_VALUE = 80

LONGEST_REPORT = 16 * 1024
"""Bytes; a pipe holds more, so that nobody waits for the other."""

SAYS: dict[str, tuple[str, ...]] = {
    "patient-name": ("PatientName", "OtherPatientNames", "PatientBirthName"),
    "patient-id": ("PatientID", "OtherPatientIDs", "IssuerOfPatientID"),
    "birth-date": ("PatientBirthDate", "PatientBirthTime"),
    "sex": ("PatientSex",),
    "age": ("PatientAge",),
    "address": ("PatientAddress",),
    "phone": ("PatientTelephoneNumbers",),
    "institution": (
        *("InstitutionName", "InstitutionAddress", "InstitutionalDepartmentName"),
        "StationName",
    ),
    "physicians": (
        *("ReferringPhysicianName", "PerformingPhysicianName", "OperatorsName"),
        *("NameOfPhysiciansReadingStudy", "RequestingPhysician", "PhysiciansOfRecord"),
    ),
    "study-date": ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate"),
    "accession-number": ("AccessionNumber", "StudyID"),
    "comments": ("PatientComments", "ImageComments", "AdditionalPatientHistory"),
}
"""What is told of a file, by the attributes that say it (source: DICOM PS3.6)."""

NAMING = ("patient-name", "patient-id", "birth-date", "address", "phone")
"""What may be left nowhere once names and numbers were taken out."""

SHORTEST_NAMING = 4
"""Characters below which a value is too common to be looked for elsewhere."""

EMPTY_DATES = frozenset({"00010101", "00010101010101.000000+0000", "000000.00"})
"""What stands for a date that was taken out."""

PICTURED_WORDS = frozenset({"US", "SC", "OT", "ES", "XC", "GM", "SM", "DOC"})
"""Modalities whose pictures often have words in them."""

OW_LIKE = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})


class Told:
    """What the files say, gathered one by one."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.images = 0
        self.private = 0
        self.is_burned_in = False
        self.says: dict[str, list[str]] = {}

    def add(self, dataset: Any) -> None:
        """Take note of what one file says."""
        self.images += 1
        self.private += sum(1 for one in dataset.iterall() if one.tag.is_private)
        burned = str(dataset.get("BurnedInAnnotation", "")).upper()
        if burned == "YES" or (
            burned != "NO" and str(dataset.get("Modality", "")) in PICTURED_WORDS
        ):
            self.is_burned_in = True
        for about, keywords in SAYS.items():
            there = self.says.setdefault(about, [])
            for value in values(dataset, keywords):
                if value not in there and len(there) < VALUES_AT_MOST:
                    there.append(value)

    def report(self) -> bytes:
        """Return everything as JSON."""
        said = {
            "images": self.images,
            "private": self.private,
            "is_burned_in": self.is_burned_in,
            "says": {about: found for about, found in self.says.items() if found},
        }
        return json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")


def main() -> None:
    """Make one file anew and report."""
    media_type, pipe, words = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    limits = json.loads(words)
    key = bytes.fromhex(os.environ.pop(UID_KEY, ""))
    confine(limits)
    told = Told()
    try:
        prepare()
        if media_type == "application/zip":
            clean_archive(limits, key, told)
        else:
            content = sys.stdin.buffer.read(limits["member_bytes"] + 1)
            sys.stdout.buffer.write(cleaned(content, limits, key, told))
        sys.stdout.buffer.flush()
        report = b"clean\n" + told.report()
        if len(report) > LONGEST_REPORT:
            report = b"too-complex"
    except RefusedError as error:
        report = str(error.args[0]).encode("ascii")
    except (MemoryError, RecursionError):
        report = b"too-complex"
    except Exception as error:  # noqa: BLE001 (what a parser raises on bad input)
        is_full = getattr(error, "errno", None) == errno.EFBIG
        report = b"too-complex" if is_full else b"damaged"
    os.write(pipe, report)
    # Nothing is left to be done, least of all by what was read.
    os._exit(0)


def prepare() -> None:
    """Let the parser take values as they are; nothing is said of them."""
    import logging
    import warnings

    import pydicom.config as parser

    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    parser.settings.reading_validation_mode = parser.IGNORE
    parser.settings.writing_validation_mode = parser.IGNORE


# Archives


def clean_archive(limits: dict[str, Any], key: bytes, told: Told) -> None:
    """Write a ZIP of the DICOM files of a ZIP, under names of our own."""
    try:
        archive = zipfile.ZipFile(sys.stdin.buffer)
    except (zipfile.BadZipFile, NotImplementedError):
        raise RefusedError("damaged") from None
    with archive, zipfile.ZipFile(sys.stdout.buffer, "w") as made:
        members = [one for one in archive.infolist() if is_wanted(one, limits)]
        if len(archive.infolist()) > limits["entries"]:
            raise RefusedError("too-many-entries")
        unpacked = 0
        for member in members:
            content = read(archive, member, limits, limits["archive_bytes"] - unpacked)
            unpacked += len(content)
            info = zipfile.ZipInfo(f"DICOM/{told.images + 1:06}.dcm")
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            made.writestr(info, cleaned(content, limits, key, told))
        if not told.images:
            raise RefusedError("foreign-content")


def is_wanted(member: zipfile.ZipInfo, limits: dict[str, Any]) -> bool:
    """Tell whether a member is to be read; refuse what no honest archive has."""
    name = member.orig_filename
    path = PurePosixPath(name)
    if (
        "\0" in name
        or "\\" in name
        or ":" in name
        or name.startswith("/")
        or ".." in path.parts
    ):
        raise RefusedError("unsafe-path")
    if (member.external_attr >> 16) & KIND == LINK:
        raise RefusedError("unsafe-path")
    if member.flag_bits & ENCRYPTED:
        raise RefusedError("encrypted")
    if member.is_dir() or (
        member.external_attr & DIRECTORY_ATTRIBUTE and member.file_size == 0
    ):
        return False
    if member.file_size > limits["archive_bytes"]:
        raise RefusedError("too-large-unpacked")
    parts = [part.lower() for part in path.parts]
    return not parts or not (
        parts[-1] in LEFT_OUT
        or parts[-1].startswith("._")
        or LEFT_OUT_FOLDERS & set(parts[:-1])
    )


def read(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: dict[str, Any], left: int
) -> bytes:
    """Return a member, counted as it comes out and not as it says."""
    held = bytearray()
    try:
        with archive.open(member) as opened:
            while chunk := opened.read(CHUNK_BYTES):
                held += chunk
                if len(held) > left:
                    raise RefusedError("too-large-unpacked")
                if len(held) > limits["member_bytes"]:
                    raise RefusedError("too-complex")
    except (zipfile.BadZipFile, NotImplementedError, EOFError):
        raise RefusedError("damaged") from None
    return bytes(held)


# Files


def cleaned(content: bytes, limits: dict[str, Any], key: bytes, told: Told) -> bytes:
    """Return a DICOM file made anew, and take note of what it says."""
    import pydicom

    if len(content) > limits["member_bytes"]:
        raise RefusedError("too-complex")
    if content[PREAMBLE_BYTES : PREAMBLE_BYTES + len(MARK)] != MARK:
        is_archive = content.startswith(ARCHIVES)
        raise RefusedError("nested-archive" if is_archive else "foreign-content")
    preamble = content[:PREAMBLE_BYTES]
    if any(preamble) and not preamble.startswith(PREAMBLES[1:]):
        raise RefusedError("unsafe-preamble")
    dataset = pydicom.dcmread(io.BytesIO(content))
    del content
    if "EncapsulatedDocument" in dataset:
        raise RefusedError("foreign-content")
    pixels = int(dataset.get("Rows") or 0) * int(dataset.get("Columns") or 0)
    if pixels > limits["pixels"]:
        raise RefusedError("too-many-pixels")
    if not dataset.get("SOPInstanceUID") or not dataset.get("SOPClassUID"):
        raise RefusedError("foreign-content")
    if key:
        take_names_out(dataset, key)
    dataset.preamble = bytes(PREAMBLE_BYTES)
    # A name of the program that wrote the file can be that of a hospital.
    for keyword in ("PrivateInformation", "PrivateInformationCreatorUID"):
        if keyword in dataset.file_meta:
            delattr(dataset.file_meta, keyword)
    told.add(dataset)
    made = io.BytesIO()
    dataset.save_as(made, enforce_file_format=True)
    return made.getvalue()


def values(dataset: Any, keywords: tuple[str, ...]) -> Iterator[str]:
    """Yield what attributes say, wherever in a file they stand."""
    wanted = set(keywords)
    for element in dataset.iterall():
        if element.keyword not in wanted or element.VR == "SQ":
            continue
        value = element.value
        several = value if isinstance(value, list) or _is_many(value) else [value]
        for one in several:
            words = " ".join(str(one if one is not None else "").split())
            words = words.replace("^", " ").strip()[:LONGEST_VALUE]
            if words and words not in EMPTY_DATES and words != "ANONYMIZED":
                yield words


def _is_many(value: Any) -> bool:
    return type(value).__name__ == "MultiValue"


# Taking names out


def take_names_out(dataset: Any, key: bytes) -> None:
    """Apply the basic profile to a file, and to every file within it.

    Source: DICOM PS3.15, annex E, table E.1-1. What the profile leaves and still
    holds a name, a number or a birth date of the patient is emptied.
    """
    from dicomanonymizer import (  # type: ignore[import-untyped]
        simpledicomanonymizer as profile,
    )

    known = {
        value.casefold()
        for about in NAMING
        for value in values(dataset, SAYS[about])
        if len(value) >= SHORTEST_NAMING
    }
    known |= {part for value in known for part in value.split() if len(part) > 3}
    if "SOPInstanceUID" in dataset:
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    for element in dataset.iterall():
        if element.VR == "UI":
            for uid in element.value if _is_many(element.value) else [element.value]:
                profile.dictionary[uid] = new_uid(str(uid), key)
    for one in (dataset, *within(dataset)):
        be_anonymous(profile, one)
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    for keyword in ("SourceApplicationEntityTitle", "SendingApplicationEntityTitle"):
        if keyword in dataset.file_meta:
            delattr(dataset.file_meta, keyword)
    for one in (dataset, *within(dataset)):
        empty_names(one, known)
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = "DICOM PS3.15 basic profile"


def within(dataset: Any) -> Iterator[Any]:
    """Yield the data sets inside a data set, outermost first."""
    for element in dataset:
        if element.VR == "SQ":
            for one in element.value:
                yield one
                yield from within(one)


def be_anonymous(profile: Any, dataset: Any) -> None:
    """Apply the profile to one data set; what it cannot replace it removes."""
    rules = profile.initialize_actions("dicomfields_2024b")
    for tag in list(dataset.keys()):
        rule = rules.get((tag.group, tag.element))
        if rule is not None and rule.__name__ != "keep":
            try:
                rule(dataset, (tag.group, tag.element))
            except Exception:  # noqa: BLE001 (a kind of value that it does not know)
                del dataset[tag]
        elif is_in_a_group(rules, tag):
            del dataset[tag]
    dataset.remove_private_tags()
    # The profile leaves dates that stand for nothing; they read as if they were.
    for element in list(dataset):
        if element.VR in {"DA", "DT", "TM"} and str(element.value) in EMPTY_DATES:
            element.value = ""


def is_in_a_group(rules: dict[tuple[int, ...], Any], tag: Any) -> bool:
    """Tell whether a tag is one of a repeating group that is to be removed."""
    return any(
        len(one) > 2
        and tag.group & one[2] == one[0] & one[2]
        and tag.element & one[3] == one[1] & one[3]
        for one in rules
    )


def empty_names(dataset: Any, known: set[str]) -> None:
    """Remove whatever still holds a name, a number or a birth date of the patient."""
    for element in list(dataset):
        if element.VR == "SQ" or element.VR in OW_LIKE:
            continue
        words = " ".join(str(element.value).replace("^", " ").split()).casefold()
        if any(value in words for value in known):
            del dataset[element.tag]


def new_uid(uid: str, key: bytes) -> str:
    """Return what stands for an identifier: the same for the same key.

    Those that the standard itself has given away are kept, because they say what
    kind of thing a file is (source: DICOM PS3.5, 9; PS3.6, annex A).
    """
    if uid.startswith("1.2.840.10008."):
        return uid
    number = hmac.digest(key, uid.encode(), hashlib.sha256)[:16]
    return f"2.25.{int.from_bytes(number)}"


if __name__ == "__main__":
    main()
