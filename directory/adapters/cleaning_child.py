"""The process in which a file is read and made anew. Run by its path, not imported.

It is given the file as standard input, an empty file as standard output, and by its
arguments the type, the number of an open pipe for its report and the limits. The
report is ``clean`` or the name of a flaw; whatever else happens is the end of this
process alone.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import resource
import signal
import sys
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
"""Source: Linux, prctl.h and sched.h."""

JPEG_QUALITY = 92
"""Of pictures saved again; text in them stays readable."""

ORIENTATION = 0x0112
"""Tag of EXIF that says how a picture is to be turned (source: EXIF 2.3, 4.6.4)."""

DEEPEST = 100
"""Containers in one another within one object of a PDF; the format needs few."""

INFLATED_AT_A_TIME = 1024 * 1024

UNPACKING = frozenset({"/FlateDecode", "/Fl", "/LZWDecode", "/LZW"})
"""Filters whose output may be hundreds of times as large as what goes in."""

ROOT_KEPT = frozenset(
    {
        *("/Type", "/Pages", "/PageLabels", "/Names", "/Dests", "/Outlines"),
        *("/PageLayout", "/PageMode", "/ViewerPreferences", "/Lang", "/MarkInfo"),
        *("/StructTreeRoot", "/OCProperties", "/AcroForm", "/Version"),
    }
)
"""What stays of the catalog of a PDF (source: ISO 32000-1, table 28)."""

FORM_KEPT = frozenset({"/Fields", "/DR", "/DA", "/Q", "/NeedAppearances"})
"""What stays of an interactive form: no XFA (source: ISO 32000-1, table 218)."""

DROPPED = frozenset(
    {
        *("/AA", "/OpenAction", "/AF", "/EF", "/RF", "/EmbeddedFiles", "/JavaScript"),
        *("/XFA", "/Metadata", "/PieceInfo", "/Thumb", "/Renditions", "/OPI", "/Ref"),
        *("/RichMediaContent", "/RichMediaSettings", "/3DD", "/AlternatePresentations"),
        *("/Lock", "/SV", "/Perms", "/DSS", "/Collection", "/SpiderInfo"),
    }
)
"""Keys that go wherever they stand."""

ACTION_KEYS = frozenset({"/A", "/PA", "/Next"})
"""Where actions stand besides those; other things may stand there too."""

ACTIONS_KEPT = frozenset({"/GoTo", "/URI"})

ACTIONS_GUTTED = frozenset(
    {
        *("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/ResetForm"),
        *("/GoToR", "/GoToE", "/Rendition", "/Movie", "/Sound", "/Hide"),
        *("/SetOCGState", "/GoTo3DView", "/RichMediaExecute", "/Thread", "/Trans"),
    }
)
"""Emptied wherever they stand (source: ISO 32000-1, table 198; ISO 32000-2)."""

ANNOTATIONS_KEPT = frozenset(
    {
        *("/Text", "/Link", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon"),
        *("/PolyLine", "/Highlight", "/Underline", "/Squiggly", "/StrikeOut"),
        *("/Stamp", "/Caret", "/Ink", "/Popup", "/Widget", "/Watermark"),
    }
)

SUBTYPES_GUTTED = frozenset(
    {"/FileAttachment", "/Sound", "/Movie", "/Screen", "/3D", "/RichMedia", "/PS"}
)

TYPES_GUTTED = frozenset(
    {
        *("/Filespec", "/F", "/EmbeddedFile", "/Rendition", "/MediaClip", "/Sig"),
        *("/DocTimeStamp", "/3DView", "/RichMedia"),
    }
)

LINKS_KEPT = ("http://", "https://", "mailto:")


class RefusedError(Exception):
    """The file cannot be taken; its argument names the flaw."""


def main() -> None:
    """Clean one file and report."""
    media_type, pipe, words = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    limits = json.loads(words)
    confine(limits)
    try:
        if media_type == "application/pdf":
            clean_pdf(limits)
        else:
            clean_picture(limits, "PNG" if media_type == "image/png" else "JPEG")
        report = "clean"
    except RefusedError as error:
        report = str(error.args[0])
    except MemoryError:
        report = "too-complex"
    except Exception as error:  # noqa: BLE001 (what a parser raises on bad input)
        is_full = getattr(error, "errno", None) == errno.EFBIG
        report = "too-complex" if is_full else "damaged"
    os.write(pipe, report.encode("ascii"))
    # Nothing is left to be done, least of all by what was read.
    os._exit(0)


def confine(limits: dict[str, Any]) -> None:
    """Give up what reading a file does not need."""
    for kind, most in (
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_CPU, limits["cpu_s"]),
        (resource.RLIMIT_FSIZE, limits["output_bytes"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # A system may forbid it; what is left then is that nothing here opens a
    # connection. First as root may, then as anybody else.
    if libc.unshare(CLONE_NEWNET) != 0:
        libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)


# Pictures


def clean_picture(limits: dict[str, Any], kind: str) -> None:
    """Decode a picture and write its pixels, the right way up, and nothing else."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # Counted here, before a pixel is decoded.
    with Image.open(sys.stdin.buffer, formats=[kind]) as found:
        width, height = found.size
        if width * height > limits["pixels"]:
            raise RefusedError("too-many-pixels")
        found.load()
        known = TURNS.get(orientation(found))
        turn = None if known is None else Image.Transpose(known)
        if "transparency" in found.info:
            picture = found.convert("RGBA")
        else:
            picture = found if turn is None else found.transpose(turn)
            turn = None
        picture = picture if turn is None else picture.transpose(turn)
        picture.info.clear()
        write_picture(picture, kind)


TURNS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}
"""Pillow's transposition for each orientation but the first, which needs none."""


def orientation(picture: Any) -> int:
    """Return how the picture is to be turned; 1 if it does not say so legibly."""
    try:
        said = picture.getexif().get(ORIENTATION, 1)
    except Exception:  # noqa: BLE001 (broken notes do not make a broken picture)
        return 1
    return said if isinstance(said, int) else 1


def write_picture(picture: Any, kind: str) -> None:
    """Write pixels alone."""
    out = sys.stdout.buffer
    if kind == "PNG":
        picture.save(out, "PNG", compress_level=4)
    else:
        if picture.mode not in {"L", "RGB"}:
            picture = picture.convert("RGB")
        picture.save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    out.flush()


# PDF


def clean_pdf(limits: dict[str, Any]) -> None:
    """Write the pages of a PDF anew, with nothing that acts, hides or tells."""
    import pikepdf

    try:
        pdf = pikepdf.open(
            sys.stdin.buffer, attempt_recovery=False, suppress_warnings=True
        )
    except pikepdf.PasswordError:
        raise RefusedError("encrypted") from None
    if pdf.is_encrypted:
        raise RefusedError("encrypted")
    if len(pdf.objects) > limits["objects"]:
        raise RefusedError("too-complex")
    if not len(pdf.pages):
        raise RefusedError("damaged")
    keep_only(pdf.Root, ROOT_KEPT)
    if "/Names" in pdf.Root:
        keep_only(pdf.Root.Names, frozenset({"/Dests"}))
    if "/AcroForm" in pdf.Root:
        keep_only(pdf.Root.AcroForm, FORM_KEPT)
    keep_only(pdf.trailer, frozenset({"/Root", "/Size"}))
    for page in pdf.pages:
        annotations = page.obj.get("/Annots")
        if annotations is not None:
            page.obj.Annots = pikepdf.Array(
                [one for one in annotations if subtype(one) in ANNOTATIONS_KEPT]
            )
    unpacked = 0
    for found in pdf.objects:
        if isinstance(found, pikepdf.Stream):
            unpacked += check_stream(found, limits)
            if unpacked > limits["unpacked_bytes"]:
                raise RefusedError("too-complex")
        scrub(found)
    pdf.save(
        sys.stdout.buffer,
        linearize=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        deterministic_id=True,
        fix_metadata_version=False,
    )
    sys.stdout.buffer.flush()


def keep_only(holder: Any, kept: frozenset[str]) -> None:
    """Drop every other key of a dictionary."""
    for key in list(holder.keys()):
        if key not in kept:
            del holder[key]


def subtype(found: Any) -> str:
    """Return the subtype of a dictionary; nothing of anything else."""
    import pikepdf

    return name(found, "/Subtype") if isinstance(found, pikepdf.Dictionary) else ""


def name(holder: Any, key: str) -> str:
    """Return a name that stands in a dictionary, or nothing."""
    value = holder.get(key)
    return str(value) if value is not None else ""


def scrub(found: Any) -> None:
    """Take out of one object, and what stands directly in it, all that acts."""
    import pikepdf

    waiting = [(found, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            raise RefusedError("too-complex")
        if isinstance(value, pikepdf.Array):
            inner = list(value)
        elif isinstance(value, (pikepdf.Dictionary, pikepdf.Stream)):
            scrub_keys(value)
            inner = [one for _, one in value.items()]
        else:
            continue
        waiting.extend(
            (one, depth + 1)
            for one in inner
            # Numbers come as Python's own.
            if not getattr(one, "is_indirect", False)
        )


def scrub_keys(holder: Any) -> None:
    """Drop what acts from the keys of one dictionary."""
    import pikepdf

    is_stream = isinstance(holder, pikepdf.Stream)
    kind = name(holder, "/Type")
    if (
        kind in TYPES_GUTTED
        or name(holder, "/Subtype") in SUBTYPES_GUTTED
        or (kind in {"", "/Action"} and name(holder, "/S") in ACTIONS_GUTTED)
    ):
        if is_stream:
            holder.write(b"")
        keep_only(holder, frozenset({"/Length"}) if is_stream else frozenset())
        return
    for key in list(holder.keys()):
        if (
            key in DROPPED
            # The bytes of a stream could stand in a file elsewhere.
            or (is_stream and key in {"/F", "/FFilter", "/FDecodeParms"})
            or (key in ACTION_KEYS and not acts_harmlessly(holder[key]))
            or (key == "/V" and name(holder, "/FT") == "/Sig")
        ):
            del holder[key]


def acts_harmlessly(value: Any) -> bool:
    """Tell whether what stands where actions stand goes to a page or a website."""
    import pikepdf

    if isinstance(value, pikepdf.Array):
        return all(acts_harmlessly(one) for one in value)
    if not isinstance(value, pikepdf.Dictionary):
        return True
    action = name(value, "/S")
    if action == "/URI":
        return name(value, "/URI").strip().lower().startswith(LINKS_KEPT)
    # Attributes of the structure stand under the same key, and have no /S.
    return action in ACTIONS_KEPT or (not action and name(value, "/Type") != "/Action")


def check_stream(stream: Any, limits: dict[str, Any]) -> int:
    """Return how many bytes a stream unpacks to, as far as that is counted.

    Raises:
        RefusedError: If it is a bomb, or a picture of too many pixels.
    """
    if name(stream, "/Subtype") == "/Image":
        width, height = (int(stream.get(key, 0)) for key in ("/Width", "/Height"))
        if width * height > limits["pixels"]:
            raise RefusedError("too-many-pixels")
    filters = filters_of(stream)
    if sum(one in UNPACKING for one in filters) > 1:
        raise RefusedError("too-complex")
    raw = stream.read_raw_bytes()
    if not filters or not UNPACKING & set(filters):
        return len(raw)
    if filters[0] in {"/FlateDecode", "/Fl"}:
        size = 0
        for size in inflated(raw):
            if size > limits["stream_bytes"]:
                raise RefusedError("too-complex")
        return size
    size = len(stream.read_bytes())
    if size > limits["stream_bytes"]:
        raise RefusedError("too-complex")
    return size


def filters_of(stream: Any) -> list[str]:
    """Return the names of the filters that a stream goes through."""
    import pikepdf

    found = stream.get("/Filter")
    if found is None:
        return []
    several = found if isinstance(found, pikepdf.Array) else [found]
    return [str(one) for one in several]


def inflated(raw: bytes) -> Iterator[int]:
    """Yield how many bytes have come out so far, holding few of them."""
    inflater = zlib.decompressobj()
    total, rest = 0, raw
    while rest and not inflater.eof:
        try:
            piece = inflater.decompress(rest, INFLATED_AT_A_TIME)
        except zlib.error:
            # Readers show what came before; so much is counted.
            return
        total += len(piece)
        rest = inflater.unconsumed_tail
        yield total


if __name__ == "__main__":
    main()
