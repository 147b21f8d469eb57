"""Invented DICOM files and archives of them: good, broken, and malicious ones."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from collections.abc import Callable

from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    generate_uid,
)

from directory.core.files import Flaw
from tests.adapters.handed_in import EICAR

NAME = "Zqpatient^Invented"
NUMBER = "ZQ-4711-0815"
BORN = "19610203"
HOSPITAL = "Zqhospital of Nowhere"
SECRETS = (b"Zqpatient", NUMBER.encode(), BORN.encode(), b"Zqhospital", b"Zqdoctor")
"""What must be nowhere in a file that names were taken out of."""

CT = UID("1.2.840.10008.5.1.4.1.1.2")
STUDY = generate_uid(None, ["invented study"])


def dataset(number: int = 1, **more: object) -> FileDataset:
    """Return a picture of 16 × 16 pixels of somebody who does not exist."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CT
    meta.MediaStorageSOPInstanceUID = generate_uid(None, ["invented", str(number)])
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made = FileDataset("", {}, file_meta=meta, preamble=bytes(128))
    made.SOPClassUID = CT
    made.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    made.StudyInstanceUID = STUDY
    made.SeriesInstanceUID = generate_uid(None, ["invented series"])
    made.FrameOfReferenceUID = generate_uid(None, ["invented frame"])
    made.Modality = "CT"
    made.PatientName = NAME
    made.PatientID = NUMBER
    made.PatientBirthDate = BORN
    made.PatientSex = "F"
    made.PatientAddress = "1 Zqstreet"
    made.InstitutionName = HOSPITAL
    made.ReferringPhysicianName = "Zqdoctor^Invented"
    made.StudyDate = "20260102"
    made.StudyTime = "101112"
    made.StudyDescription = f"Thorax of {NAME}"
    made.AccessionNumber = "A-99"
    made.SeriesDescription = "Thorax"
    # In a sequence that the profile does not name, and in a maker's own element.
    inner = Dataset()
    inner.PatientName = NAME
    inner.CodeMeaning = f"About {NAME.replace('^', ' ')}"
    made.ProcedureCodeSequence = [inner]
    made.private_block(0x0011, "Zqmaker", create=True).add_new(1, "LO", NAME)
    made.Rows = made.Columns = 16
    made.SamplesPerPixel = 1
    made.PhotometricInterpretation = "MONOCHROME2"
    made.BitsAllocated = made.BitsStored = 16
    made.HighBit = 15
    made.PixelRepresentation = 0
    made.PixelData = bytes(range(256)) * 2
    for keyword, value in more.items():
        setattr(made, keyword, value)
    return made


def written(made: FileDataset, preamble: bytes = b"") -> bytes:
    """Return a data set as a file, with a preamble of one's own."""
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made.save_as(out, enforce_file_format=True)
    content = out.getvalue()
    return preamble.ljust(128, b"\0") + content[128:]


def dicom(number: int = 1, preamble: bytes = b"", **more: object) -> bytes:
    """Return a file of DICOM."""
    return written(dataset(number, **more), preamble)


def archive(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP of members."""
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(out, "w", method) as made:
            for name, content in members:
                made.writestr(name, content)
    return out.getvalue()


def series(count: int = 3) -> bytes:
    """Return a ZIP as a hospital's disk has it, with what systems leave in it."""
    return archive(
        ("DICOMDIR", b"a catalog"),
        ("__MACOSX/._IM1", b"left by a system"),
        (".DS_Store", b"left by a system"),
        *((f"IMAGES/IM{number}", dicom(number)) for number in range(1, count + 1)),
    )


def bomb() -> bytes:
    """Return a ZIP of little more than a megabyte that unpacks to 1.2 GB."""
    zeros = dicom(PixelData=bytes(100 * 1024 * 1024))
    return archive(*((f"IM{number}", zeros) for number in range(12)))


def lying_bomb() -> bytes:
    """Return a ZIP whose one member says that it is small, and is not."""
    whole = bytearray(archive(("IM1", bytes(200 * 1024 * 1024))))
    at = whole.rfind(b"PK\x01\x02")
    struct.pack_into("<I", whole, at + 24, 1000)
    return bytes(whole)


def link() -> bytes:
    """Return a ZIP with a symbolic link."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        info = zipfile.ZipInfo("IM1")
        info.external_attr = 0o120777 << 16
        made.writestr(info, "/etc/passwd")
    return out.getvalue()


def encrypted() -> bytes:
    """Return a ZIP whose member says that it is encrypted."""
    whole = bytearray(archive(("IM1", dicom())))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        whole[whole.find(mark) + place] |= 1
    return bytes(whole)


def deflated_bomb() -> bytes:
    """Return a file of DICOM that says that it is deflated, and unpacks to 2 GB."""
    import zlib

    made = dataset()
    made.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    content = written(made)
    head = content[: content.index(b"DICM") + 4]
    packer = zlib.compressobj(9, wbits=-15)
    zeros = bytes(16 * 1024 * 1024)
    body = b"".join(packer.compress(zeros) for _ in range(128)) + packer.flush()
    meta_length = struct.unpack("<I", content[len(head) + 8 : len(head) + 12])[0]
    return content[: len(head) + 12 + meta_length] + body


def document_within() -> bytes:
    """Return a file of DICOM that holds a PDF."""
    return dicom(EncapsulatedDocument=b"%PDF-1.7 invented")


def deep() -> bytes:
    """Return a file of DICOM with sequences in sequences, very deep."""
    made = Dataset()
    made.PatientName = NAME
    for _ in range(3000):
        outer = Dataset()
        outer.add_new(0x00081032, "SQ", [])
        made = outer
    head = dicom()
    item = b"\x08\x00\x32\x10SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    return head + item * 20_000


REFUSED: dict[str, tuple[str, Callable[[], bytes], Flaw]] = {
    "bomb": ("zip", bomb, Flaw.TOO_LARGE_UNPACKED),
    "lying-bomb": ("zip", lying_bomb, Flaw.DAMAGED),
    "many": (
        "zip",
        lambda: archive(*((f"IM{number}", b"") for number in range(5_001))),
        Flaw.TOO_MANY_ENTRIES,
    ),
    "nested": (
        "zip",
        lambda: archive(("more.zip", archive(("IM1", dicom())))),
        Flaw.NESTED,
    ),
    "slip": ("zip", lambda: archive(("../../IM1", dicom())), Flaw.UNSAFE_PATH),
    "absolute": ("zip", lambda: archive(("/tmp/IM1", dicom())), Flaw.UNSAFE_PATH),
    "drive": ("zip", lambda: archive(("C:\\IM1", dicom())), Flaw.UNSAFE_PATH),
    "link": ("zip", link, Flaw.UNSAFE_PATH),
    "program": (
        "zip",
        lambda: archive(("IM1", dicom()), ("viewer.exe", b"MZ" + bytes(300))),
        Flaw.FOREIGN,
    ),
    "page": ("zip", lambda: archive(("index.html", b"<script>")), Flaw.FOREIGN),
    "eicar": ("zip", lambda: archive(("IM1", EICAR)), Flaw.FOREIGN),
    "empty": ("zip", lambda: archive(("IMAGES/", b"")), Flaw.FOREIGN),
    "encrypted": ("zip", encrypted, Flaw.ENCRYPTED),
    "cut-archive": ("zip", lambda: series()[:-40], Flaw.DAMAGED),
    "windows-program": ("dicom", lambda: dicom(preamble=b"MZ"), Flaw.UNSAFE_PREAMBLE),
    "linux-program": (
        "dicom",
        lambda: dicom(preamble=b"\x7fELF\x02\x01"),
        Flaw.UNSAFE_PREAMBLE,
    ),
    "script": ("dicom", lambda: dicom(preamble=b"#!/bin/sh\n"), Flaw.UNSAFE_PREAMBLE),
    "program-in-archive": (
        "zip",
        lambda: archive(("IM1", dicom(preamble=b"MZ\x90"))),
        Flaw.UNSAFE_PREAMBLE,
    ),
    "pixels": (
        "dicom",
        lambda: dicom(Rows=60_000, Columns=60_000),
        Flaw.TOO_MANY_PIXELS,
    ),
    "deflated-bomb": ("dicom", deflated_bomb, Flaw.TOO_COMPLEX),
    "document": ("dicom", document_within, Flaw.FOREIGN),
    "no-picture": ("dicom", lambda: bytes(128) + b"DICM", Flaw.FOREIGN),
}
"""What is refused: its type, how it is made, and why."""
