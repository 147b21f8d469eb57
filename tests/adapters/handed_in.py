"""Files as people hand them in, good and bad, with the verdict on each.

They are made here and taken from nowhere.
"""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any

import pikepdf
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from directory.core.files import Flaw
from tests.adapters.handed_in_pdf import (
    deflated,
    nested,
    of_many_objects,
    pdf,
    stuffed,
)

EICAR = (
    rb"X5O!P%@AP[4\PZX54(P^)7CC)7}"
    b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!"
    rb"$H+H*"
)
"""The harmless text that scanners agree to find (source: eicar.org)."""


def picture(
    kind: str, size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: Any
) -> bytes:
    """Return a picture whose left half is dark and whose right half is light."""
    made = Image.new(mode, size, "white" if mode != "P" else 0)
    made.paste("black" if mode != "P" else 1, (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    made.save(out, kind, **options)
    return out.getvalue()


def noise(kind: str, width: int, height: int, **options: Any) -> bytes:
    """Return a picture that does not compress."""
    made = Image.frombytes(
        "RGB", (width, height), random.Random(7).randbytes(width * height * 3)
    )
    out = io.BytesIO()
    made.save(out, kind, **options)
    return out.getvalue()


def turned_jpeg() -> bytes:
    """Return a photograph that lies on its side and says where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "zq-camera"
    exif.get_ifd(0x8825)[1] = "N"
    return picture("JPEG", exif=exif, comment=b"zq-comment", icc_profile=b"zq" * 100)


def commented_jpeg(comment: bytes) -> bytes:
    """Return a photograph with a comment."""
    return picture("JPEG", comment=comment)


def telling_png() -> bytes:
    """Return a picture with texts, a color profile and notes of a camera."""
    texts = PngInfo()
    texts.add_text("Author", "zq-author")
    texts.add_itxt("Comment", "zq-comment", "en")
    exif = Image.Exif()
    exif[0x010F] = "zq-camera"
    return picture("PNG", pnginfo=texts, exif=exif, icc_profile=b"zq" * 100)


def sixteen_bit() -> bytes:
    """Return a gray picture of 16 bits a pixel."""
    out = io.BytesIO()
    Image.frombytes("I;16", (16, 16), random.Random(7).randbytes(512)).save(out, "PNG")
    return out.getvalue()


def largest(kind: str) -> bytes:
    """Return a picture of nearly as many pixels as are taken."""
    size = (7070, 7070)
    out = io.BytesIO()
    if kind.endswith("PNG"):
        mode = "P" if kind == "transparent PNG" else "RGBA"
        options = {"transparency": 0} if mode == "P" else {}
        Image.new(mode, size).save(out, "PNG", **options)
        return out.getvalue()
    exif = Image.Exif()
    exif[0x0112] = 6 if kind == "turned JPEG" else 1
    small = Image.frombytes("L", (1700, 1700), random.Random(7).randbytes(1700**2))
    made = small.resize(size).convert("CMYK" if kind == "CMYK" else "RGB")
    made.save(out, "JPEG", quality=50, exif=exif)
    return out.getvalue()


def png_of(width: int, height: int, data: bytes = b"") -> bytes:
    """Return a PNG that says that it is so large, whatever is in it."""

    def chunk(name: bytes, content: bytes) -> bytes:
        checked = name + content
        end = struct.pack(">I", zlib.crc32(checked))
        return struct.pack(">I", len(content)) + checked + end

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", data or zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


@cache
def zip_bomb() -> bytes:
    """Return an archive that unpacks to a thousand times its size."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(8):
            archive.writestr(f"{number}.bin", bytes(16 * 1024 * 1024))
    return out.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
EXE = b"MZ\x90\x00" + bytes(60) + b"PE\0\0" + bytes(200)
ELF = b"\x7fELF\x02\x01\x01" + bytes(200)
GIF = picture("GIF", mode="P")

REFUSED_AT_ONCE: dict[str, tuple[Callable[[], bytes], Flaw]] = {
    "nothing": (lambda: b"", Flaw.EMPTY),
    "svg with a script": (lambda: SVG, Flaw.WRONG_TYPE),
    "svg after a comment": (
        lambda: b"<?xml version='1.0'?><!-- -->" + SVG,
        Flaw.WRONG_TYPE,
    ),
    "html": (lambda: HTML, Flaw.WRONG_TYPE),
    "gif": (lambda: GIF, Flaw.WRONG_TYPE),
    "gif and script": (lambda: b"GIF89a/*" + GIF + b"*/=1;alert(1)", Flaw.WRONG_TYPE),
    "exe": (lambda: EXE, Flaw.WRONG_TYPE),
    "elf": (lambda: ELF, Flaw.WRONG_TYPE),
    "php": (lambda: b"<?php system($_GET['x']);", Flaw.WRONG_TYPE),
    "zip bomb": (zip_bomb, Flaw.WRONG_TYPE),
    "bmp": (lambda: picture("BMP"), Flaw.WRONG_TYPE),
    "tiff": (lambda: picture("TIFF"), Flaw.WRONG_TYPE),
    "webp": (lambda: picture("WEBP"), Flaw.WRONG_TYPE),
    "pdf after junk": (lambda: b"\n" + pdf(), Flaw.WRONG_TYPE),
    "pdf inside html": (lambda: HTML + pdf(), Flaw.WRONG_TYPE),
    "zip with a pdf": (lambda: zip_bomb()[:30] + pdf(), Flaw.WRONG_TYPE),
    "eicar": (lambda: EICAR, Flaw.WRONG_TYPE),
    "one byte": (lambda: b"%", Flaw.WRONG_TYPE),
}
"""What its first bytes give away, each with the verdict."""

GOOD_JPEG = picture("JPEG", (400, 300))
GOOD_PNG = picture("PNG", (400, 300))
GOOD_PDF = pdf()

REFUSED_BY_CLEANING: dict[str, tuple[Callable[[], bytes], Flaw]] = {
    "jpeg of three bytes": (lambda: b"\xff\xd8\xff", Flaw.DAMAGED),
    "half a jpeg": (lambda: GOOD_JPEG[: len(GOOD_JPEG) // 2], Flaw.DAMAGED),
    "half a png": (lambda: GOOD_PNG[: len(GOOD_PNG) // 2], Flaw.DAMAGED),
    "half a pdf": (lambda: GOOD_PDF[: len(GOOD_PDF) // 2], Flaw.DAMAGED),
    "pdf of five bytes": (lambda: b"%PDF-", Flaw.DAMAGED),
    "zip bomb that says pdf": (lambda: b"%PDF-1.7\n" + zip_bomb(), Flaw.DAMAGED),
    "html that says png": (lambda: b"\x89PNG\r\n\x1a\n" + HTML, Flaw.DAMAGED),
    "exe that says jpeg": (lambda: b"\xff\xd8\xff\xe0" + EXE, Flaw.DAMAGED),
    "gif that says png": (lambda: b"\x89PNG\r\n\x1a\n" + GIF, Flaw.DAMAGED),
    "png of 3.6 gigapixels": (lambda: png_of(60_000, 60_000), Flaw.TOO_MANY_PIXELS),
    "png of one row": (lambda: png_of(2**31 - 1, 1), Flaw.TOO_MANY_PIXELS),
    "png without pixels": (lambda: png_of(0, 0), Flaw.DAMAGED),
    "png with too few pixels": (lambda: png_of(7_000, 7_000), Flaw.DAMAGED),
    "pdf with a password": (
        lambda: pdf(encryption=pikepdf.Encryption(owner="o", user="u")),
        Flaw.ENCRYPTED,
    ),
    "pdf that forbids": (
        lambda: pdf(encryption=pikepdf.Encryption(owner="o", user="")),
        Flaw.ENCRYPTED,
    ),
    "pdf without pages": (
        lambda: pdf(lambda made: made.pages.__delitem__(0)),
        Flaw.DAMAGED,
    ),
    "pdf of 120,000 objects": (lambda: of_many_objects(120_000), Flaw.TOO_COMPLEX),
    "pdf of deep arrays": (lambda: nested(300), Flaw.TOO_COMPLEX),
    "pdf of very deep arrays": (lambda: nested(100_000), Flaw.DAMAGED),
    "pdf with a bomb": (
        lambda: stuffed(["FlateDecode"], deflated(200 * 1024 * 1024)),
        Flaw.TOO_COMPLEX,
    ),
    "pdf with a bomb in a bomb": (
        lambda: stuffed(
            ["FlateDecode"] * 2, zlib.compress(deflated(200 * 1024 * 1024), 9)
        ),
        Flaw.TOO_COMPLEX,
    ),
}
"""What has the right first bytes and is refused by the child."""

NAMES = (
    "../../etc/passwd",
    "..\\..\\windows\\system32\\calc.exe",
    "/etc/passwd",
    "CON",
    "nul.pdf",
    "COM1.png",
    "NUL\0.pdf",
    "a\r\nContent-Type: text/html\r\n\r\n<script>.pdf",
    "invoice\u202efdp.exe",
    "\u2066hidden\u2069.pdf",
    "😀🏥.png",
    "协和医院资质证书.pdf",
    "شهادة.pdf",
    "é" * 300 + ".pdf",
    "x" * 300,
    ".htaccess",
    ".",
    "..",
    "   ",
    "",
    'a;b=c".pdf',
    "%2e%2e%2fpasswd",
    "<script>alert(1)</script>.png",
    "-rf.pdf",
    "name.pdf ",
    "name.",
    "\ufeffname.pdf",
    "a/b/c.pdf",
    "C:\\Users\\zq\\paper.pdf",
    "tab\tname.pdf",
    "\ud800.pdf",
    "zero\u200bwidth.pdf",
    "'; drop table evidence; --.pdf",
)
"""Names that people, or people who mean harm, give to files."""
