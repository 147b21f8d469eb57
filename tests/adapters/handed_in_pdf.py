"""PDF files as people hand them in, and as people who mean harm make them."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterable
from typing import Any

import pikepdf


def pdf(change: Callable[[pikepdf.Pdf], object] | None = None, **options: Any) -> bytes:
    """Return a PDF of one page with a line of text, changed as it is told."""
    made = pikepdf.new()
    page = made.add_blank_page(page_size=(200, 100))
    page.Contents = made.make_stream(b"BT /F1 12 Tf 10 50 Td (zq-kept) Tj ET")
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type1,
        BaseFont=pikepdf.Name.Helvetica,
    )
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    if change is not None:
        change(made)
    out = io.BytesIO()
    made.save(out, **options)
    return out.getvalue()


def script(words: str = "app.alert('zq-script')") -> pikepdf.Dictionary:
    """Return an action that would run a script."""
    return pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=words)


def annotated(*annotations: pikepdf.Dictionary) -> bytes:
    """Return a PDF with annotations on its page."""

    def change(made: pikepdf.Pdf) -> None:
        made.pages[0].Annots = pikepdf.Array(
            [made.make_indirect(one) for one in annotations]
        )

    return pdf(change)


def annotation(subtype: str, **more: Any) -> pikepdf.Dictionary:
    """Return an annotation in the middle of the page."""
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name("/" + subtype),
        Rect=[10, 10, 90, 90],
        **more,
    )


def with_scripts() -> bytes:
    """Return a PDF with scripts in each place that has a name for them."""

    def change(made: pikepdf.Pdf) -> None:
        names = pikepdf.Dictionary(Names=["zq", made.make_indirect(script())])
        made.Root.Names = pikepdf.Dictionary(JavaScript=names)
        made.Root.OpenAction = made.make_indirect(script())
        made.Root.AA = pikepdf.Dictionary(WC=script())
        made.Root.Outlines = pikepdf.Dictionary(
            First=made.make_indirect(pikepdf.Dictionary(Title="zq", A=script()))
        )
        page = made.pages[0]
        page.AA = pikepdf.Dictionary(O=script())
        page.Annots = pikepdf.Array(
            [
                annotation("Link", A=script()),
                annotation("Stamp", AA=pikepdf.Dictionary(K=script())),
                annotation(
                    "Link",
                    A=pikepdf.Dictionary(
                        S=pikepdf.Name.GoTo,
                        D=[page.obj, pikepdf.Name.Fit],
                        Next=script(),
                    ),
                ),
            ]
        )

    return pdf(change)


def with_form() -> bytes:
    """Return a PDF with a form that would be sent, and one of the XML kind."""

    def change(made: pikepdf.Pdf) -> None:
        submit = pikepdf.Dictionary(
            S=pikepdf.Name.SubmitForm,
            F=pikepdf.Dictionary(FS=pikepdf.Name.URL, F="https://zq.example.org/"),
        )
        button = made.make_indirect(
            annotation("Widget", FT=pikepdf.Name.Btn, T="zq-field", A=submit)
        )
        signed = made.make_indirect(
            annotation(
                "Widget",
                FT=pikepdf.Name.Sig,
                T="zq-signature",
                V=pikepdf.Dictionary(Type=pikepdf.Name.Sig, Contents=b"zq-signed"),
            )
        )
        made.pages[0].Annots = pikepdf.Array([button, signed])
        made.Root.AcroForm = pikepdf.Dictionary(
            Fields=[button, signed],
            XFA=made.make_stream(b"<xdp>zq-xfa</xdp>"),
            SigFlags=3,
        )

    return pdf(change)


def with_embedded(content: bytes = b"MZzq-embedded") -> bytes:
    """Return a PDF with a file in it, by name, by annotation and as a portfolio."""

    def change(made: pikepdf.Pdf) -> None:
        stream = made.make_stream(content)
        stream.Type = pikepdf.Name.EmbeddedFile
        spec = made.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Filespec,
                F="zq-setup.exe",
                EF=pikepdf.Dictionary(F=stream),
            )
        )
        made.Root.Names = pikepdf.Dictionary(
            EmbeddedFiles=pikepdf.Dictionary(Names=["zq-setup.exe", spec])
        )
        made.Root.AF = pikepdf.Array([spec])
        made.Root.Collection = pikepdf.Dictionary(Type=pikepdf.Name.Collection)
        made.pages[0].Annots = pikepdf.Array([annotation("FileAttachment", FS=spec)])

    return pdf(change)


def with_launch() -> bytes:
    """Return a PDF whose links open programs, other files, sounds and scripts."""

    def action(kind: str, **more: Any) -> pikepdf.Dictionary:
        return pikepdf.Dictionary(S=pikepdf.Name("/" + kind), **more)

    return annotated(
        annotation("Link", A=action("Launch", F="zq-calc.exe")),
        annotation("Link", A=action("GoToR", F="zq-other.pdf", D=[0])),
        annotation("Link", A=action("GoToE", F="zq-inner.pdf", D=[0])),
        annotation("Link", A=action("URI", URI="javascript:zq()")),
        annotation("Link", A=action("URI", URI="file:///etc/zq-passwd")),
        annotation("Link", A=action("ImportData", F="zq-data.fdf")),
        annotation("Link", PA=action("Launch", F="zq-calc.exe")),
        annotation("Screen", A=action("Rendition", R="zq-film")),
        annotation("RichMedia", RichMediaContent="zq-flash"),
        annotation("3D", **{"3DD": "zq-model"}),
        annotation("Sound", Sound="zq-sound"),
    )


XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdf:Producer>zq-xmp</pdf:Producer></rdf:Description></rdf:RDF></x:xmpmeta>"""


def with_metadata() -> bytes:
    """Return a PDF that tells who wrote it, with what and when."""

    def change(made: pikepdf.Pdf) -> None:
        made.docinfo["/Author"] = "zq-author"
        made.Root.Metadata = made.make_stream(XMP)
        made.pages[0].PieceInfo = pikepdf.Dictionary(zq=pikepdf.Dictionary())

    return pdf(change)


def with_links() -> bytes:
    """Return a PDF with a link to a website and one within itself."""

    def change(made: pikepdf.Pdf) -> None:
        page = made.pages[0]
        page.Annots = pikepdf.Array(
            [
                annotation(
                    "Link",
                    A=pikepdf.Dictionary(
                        S=pikepdf.Name.URI, URI="https://zq-linked.example.org/"
                    ),
                ),
                annotation("Link", Dest=[page.obj, pikepdf.Name.Fit]),
            ]
        )

    return pdf(change)


def stuffed(filters: Iterable[str], data: bytes) -> bytes:
    """Return a PDF whose page is a stream of packed bytes."""

    def change(made: pikepdf.Pdf) -> None:
        stream = made.make_stream(b"")
        names = pikepdf.Array([pikepdf.Name("/" + one) for one in filters])
        stream.write(data, filter=names)
        made.pages[0].Contents = stream

    return pdf(change, compress_streams=False)


def deflated(size: int) -> bytes:
    """Return so many zeros, packed."""
    packer = zlib.compressobj(9)
    zeros = bytes(1024 * 1024)
    packed = b"".join(packer.compress(zeros) for _ in range(size // len(zeros)))
    return packed + packer.flush()


def of_many_objects(count: int) -> bytes:
    """Return a PDF of many objects that are packed into few bytes."""

    def change(made: pikepdf.Pdf) -> None:
        made.Root.Lang = made.make_indirect(
            pikepdf.Array(
                [made.make_indirect(pikepdf.Dictionary()) for _ in range(count)]
            )
        )

    return pdf(change, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def by_hand(*objects: bytes) -> bytes:
    """Return a PDF of these objects, the first of which is its catalog."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\n" % (len(objects) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"


def nested(depth: int) -> bytes:
    """Return a PDF with arrays in arrays."""
    deep = b"[" * depth + b"]" * depth
    return by_hand(
        b"<</Type/Catalog/Pages 2 0 R>>",
        PAGES,
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Deep " + deep + b">>",
    )


def with_spelled_out_names() -> bytes:
    """Return a PDF whose names are written in the other way that there is."""
    return by_hand(
        b"<</Type/Catalog/Pages 2 0 R/Open#41ction<</S/J#61vaScript/#4aS(zq-one)>>>>",
        PAGES,
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Zq(zq-kept)/#41A<</O 4 0 R>>"
        b"/Annots[<</Type/Annot/Subtype/Lin#6b/Rect[0 0 9 9]/#41 4 0 R>>"
        b"<</Type/Annot/Subtype/File#41ttachment/Rect[0 0 9 9]/FS(zq-two)>>]>>",
        b"<</#53/Launc#68/#46(zq-three)>>",
    )


def hidden_elsewhere() -> bytes:
    """Return a PDF with actions where none belong, and one that goes in circles."""
    return by_hand(
        b"<</Type/Catalog/Pages 2 0 R/Outlines 5 0 R>>",
        PAGES,
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Zq(zq-kept)/Tucked[[4 0 R]]"
        b"/Resources<</Properties<</X<</Zq<</S/JavaScript/JS(zq-one)>>>>>>>>>>",
        b"<</S/URI/URI(https://zq.example.org/)/Next[4 0 R"
        b"<</S/SubmitForm/F(zq-two)>>]>>",
        b"<</First 6 0 R>>",
        b"<</Title(zq)/Parent 5 0 R/A<</S/GoTo/D[3 0 R/Fit]/Next<</S/Named/N/Print>>"
        b">>/Extra<</Type/Filespec/EF<</F 7 0 R>>/F(zq-three)>>>>",
        b"<</Type/EmbeddedFile/Length 8>>stream\nzq-four!\nendstream",
    )
