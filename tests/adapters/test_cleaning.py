"""Files are made anew by a child that may die of them alone."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace

import pikepdf
import pytest
from PIL import Image, ImageOps

from directory.adapters import cleaning
from directory.adapters.cleaning import ChildCleaner, Limits
from directory.core.files import FileRefusedError, Flaw
from tests.adapters import handed_in, handed_in_pdf
from tests.adapters.handed_in import GOOD_JPEG, GOOD_PDF, GOOD_PNG, REFUSED_BY_CLEANING
from tests.conftest import ROOT

MOST_MEMORY_KIB = 512 * 1024
"""What the child may hold at most, in kibibytes of resident memory."""


def type_of(content: bytes) -> str:
    """Return what the first byte gives away."""
    return {
        b"%": "application/pdf",
        b"\x89": "image/png",
        b"\xff": "image/jpeg",
    }[content[:1]]


def cleaned(content: bytes, limits: Limits | None = None) -> bytes:
    """Return a file made anew."""
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as into:
        source.write(content)
        ChildCleaner(limits).clean(source, type_of(content), into)
        return into.read()


def flaw_of(content: bytes, limits: Limits | None = None) -> Flaw:
    """Return why a file is refused."""
    with pytest.raises(FileRefusedError) as caught:
        cleaned(content, limits)
    return caught.value.flaw


@contextmanager
def socket_that_listens() -> Iterator[int]:
    """Listen on loopback; yield the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


def unpacked(content: bytes) -> bytes:
    """Return a PDF with everything in it legible."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as found:
        found.save(
            out,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return out.getvalue()


@pytest.mark.parametrize(
    ("make", "flaw"), REFUSED_BY_CLEANING.values(), ids=REFUSED_BY_CLEANING
)
def test_what_only_looks_right_is_refused(make, flaw):
    assert flaw_of(make()) is flaw


@pytest.mark.parametrize("content", [GOOD_PDF, GOOD_JPEG, GOOD_PNG], ids=type_of)
def test_what_is_right_stays_what_it_was(content):
    assert type_of(cleaned(content)) == type_of(content)


@pytest.mark.parametrize(
    ("mode", "options"),
    [
        ("1", {}),
        ("L", {}),
        ("LA", {}),
        ("P", {}),
        ("P", {"transparency": 0}),
        ("RGB", {}),
        ("RGBA", {}),
        ("I;16", {}),
    ],
)
def test_pictures_of_every_kind_keep_their_pixels(mode, options):
    content = (
        handed_in.picture("PNG", mode=mode, **options)
        if mode != "I;16"
        else handed_in.sixteen_bit()
    )

    before = Image.open(io.BytesIO(content)).convert("RGBA")
    after = Image.open(io.BytesIO(cleaned(content))).convert("RGBA")
    assert after.size == before.size
    assert after.tobytes() == before.tobytes()


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_photographs_of_every_kind_stay_near_to_what_they_were(mode):
    content = handed_in.picture("JPEG", mode=mode)

    before = Image.open(io.BytesIO(content)).convert("L")
    after = Image.open(io.BytesIO(cleaned(content))).convert("L")
    pairs = zip(before.tobytes(), after.tobytes(), strict=True)
    assert max(abs(one - other) for one, other in pairs) < 12


@pytest.mark.parametrize("number", range(1, 9))
def test_a_photograph_is_turned_as_its_notes_say(number):
    exif = Image.Exif()
    exif[0x0112] = number
    content = handed_in.noise("JPEG", 24, 16, exif=exif, quality=95)

    before = ImageOps.exif_transpose(Image.open(io.BytesIO(content))).convert("L")
    after = Image.open(io.BytesIO(cleaned(content))).convert("L")
    assert after.size == before.size
    pairs = zip(before.tobytes(), after.tobytes(), strict=True)
    assert sum(abs(one - other) for one, other in pairs) / (24 * 16) < 12


def test_a_photograph_tells_nothing_but_what_it_shows():
    content = handed_in.turned_jpeg()
    assert b"zq" in content

    clean = cleaned(content)
    assert b"zq" not in clean
    found = Image.open(io.BytesIO(clean))
    assert found.size == (20, 40)
    assert dict(found.getexif()) == {}
    assert found.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_picture_tells_nothing_but_what_it_shows():
    content = handed_in.telling_png()
    assert b"zq" in content

    clean = cleaned(content)
    assert b"zq" not in clean
    assert Image.open(io.BytesIO(clean)).info == {}


@pytest.mark.parametrize(
    "content",
    [
        GOOD_JPEG + handed_in.EXE,
        GOOD_JPEG + handed_in_pdf.with_scripts(),
        GOOD_PNG + handed_in.HTML,
        GOOD_PNG + handed_in.zip_bomb()[:4096],
        handed_in.commented_jpeg(b"%PDF-1.7 " + handed_in.HTML),
    ],
    ids=["jpeg and exe", "jpeg and pdf", "png and html", "png and zip", "jpeg holds"],
)
def test_of_two_files_in_one_only_the_picture_is_left(content):
    clean = cleaned(content)

    for part in (b"MZ", b"%PDF", b"<script", b"PK\x03\x04", b"/JS"):
        assert part not in clean


def test_of_a_pdf_with_something_behind_it_only_the_pages_are_left():
    clean = cleaned(handed_in_pdf.pdf() + handed_in.zip_bomb()[:512] + handed_in.HTML)

    assert b"<script" not in clean
    assert b"PK\x03\x04" not in clean


FORBIDDEN = (
    *(b"/JavaScript", b"/JS", b"/OpenAction", b"/AA", b"/Launch", b"/SubmitForm"),
    *(b"/GoToR", b"/GoToE", b"/ImportData", b"/EmbeddedFile", b"/Filespec", b"/EF"),
    *(b"/XFA", b"/Metadata", b"/Info", b"/RichMedia", b"/Rendition", b"/Screen"),
    *(b"/FileAttachment", b"/Collection", b"/AF", b"/PieceInfo", b"javascript:"),
    *(b"file:", b"/3D", b"/Sound"),
)


@pytest.mark.parametrize(
    ("make", "gone"),
    [
        (handed_in_pdf.with_scripts, [b"zq-script"]),
        (handed_in_pdf.with_form, [b"zq-xfa", b"zq-signed", b"zq.example.org"]),
        (handed_in_pdf.with_embedded, [b"zq-embedded", b"zq-setup.exe"]),
        (
            handed_in_pdf.with_launch,
            [
                b"zq-calc",
                b"zq-other",
                b"zq-inner",
                b"javascript:",
                b"zq-passwd",
                b"zq-data",
            ],
        ),
        (handed_in_pdf.with_metadata, [b"zq-author", b"zq-xmp"]),
        (
            handed_in_pdf.with_spelled_out_names,
            [b"zq-one", b"zq-two", b"zq-three"],
        ),
        (
            handed_in_pdf.hidden_elsewhere,
            [b"zq-one", b"zq-two", b"zq-three", b"zq-four"],
        ),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_pdf_keeps_its_pages_and_nothing_that_acts(
    make: Callable[[], bytes], gone: list[bytes]
):
    before = unpacked(make())
    assert all(words in before for words in gone)

    clean = cleaned(make())
    after = unpacked(clean)
    assert b"zq-kept" in after
    for words in (*gone, *FORBIDDEN):
        assert words not in after
        assert words not in clean


def test_links_to_websites_and_pages_stay():
    after = unpacked(cleaned(handed_in_pdf.with_links()))

    assert b"https://zq-linked.example.org/" in after
    assert b"/Dest" in after


def test_a_clean_pdf_is_cleaned_to_itself():
    once = cleaned(handed_in_pdf.with_launch())

    assert unpacked(cleaned(once)) == unpacked(once)


def test_the_child_is_told_no_secrets_and_runs_without_a_network(tmp_path):
    told = dict(cleaning.ENVIRONMENT)
    assert told.keys() == {"LC_ALL", "OMP_NUM_THREADS"}

    script = f"""
import json, runpy, socket, sys
child = runpy.run_path({str(cleaning.CHILD)!r})
child["confine"](json.loads(sys.argv[1]))
print(sorted(name for _, name in socket.if_nameindex()))
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[2])), 2)
    print("reached")
except OSError:
    print("refused")
"""
    with socket_that_listens() as port:
        finished = subprocess.run(
            [sys.executable, "-c", script, json.dumps(asdict(Limits())), str(port)],
            check=True,
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )
    assert finished.stdout.splitlines() == ["['lo']", "refused"]


def test_what_takes_too_long_is_refused_and_the_child_is_gone():
    limits = replace(Limits(), wall_s=0.01)

    assert flaw_of(GOOD_PNG, limits) is Flaw.TOO_COMPLEX


def test_what_takes_too_much_work_is_refused():
    limits = replace(Limits(), cpu_s=1)

    assert flaw_of(handed_in_pdf.of_many_objects(99_000), limits) is Flaw.TOO_COMPLEX


def test_what_takes_too_much_memory_is_refused():
    limits = replace(Limits(), memory_bytes=128 * 1024 * 1024)

    assert flaw_of(handed_in.largest("PNG"), limits) is Flaw.TOO_COMPLEX


def test_what_grows_too_large_is_refused():
    limits = replace(Limits(), output_bytes=10_000)

    assert flaw_of(handed_in.noise("PNG", 200, 200), limits) is Flaw.TOO_COMPLEX


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind", ["JPEG", "turned JPEG", "PNG", "transparent PNG", "CMYK"], ids=str
)
def test_the_largest_pictures_stay_within_the_memory_of_a_worker(kind, tmp_path):
    path = tmp_path / "picture"
    path.write_bytes(handed_in.largest(kind))
    script = """
import resource, sys, tempfile
from directory.adapters.cleaning import ChildCleaner
with open(sys.argv[1], "rb") as source, tempfile.TemporaryFile() as into:
    ChildCleaner().clean(source, sys.argv[2], into)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
    finished = subprocess.run(
        [sys.executable, "-c", script, path, type_of(path.read_bytes()[:1])],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    assert int(finished.stdout) < MOST_MEMORY_KIB
