"""PDFs and pictures made to do harm: loops, scripts, huge pages, bombs, lying dimensions."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Callable, Sequence
from random import Random

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from tests.fuzz.mutate import NUMBERS, damaged

_SIDES = (0, -1, 1, 3, 0.0001, 14400, 200_000, 3.0e9, 1e30, float(1 << 31))


def hostile_pdf(rng: Random, data: bytes, others: Sequence[bytes] = ()) -> bytes:
    """A PDF with one to three evil things in it, or damaged bytes."""
    if rng.random() < 0.4:
        return damaged(rng, data, others)
    out = io.BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with pikepdf.open(io.BytesIO(data)) as pdf:
                for _ in range(rng.choice((1, 1, 2, 3))):
                    rng.choice(_EVIL)(rng, pdf)
                streams = rng.choice((pikepdf.ObjectStreamMode.disable, pikepdf.ObjectStreamMode.generate))
                locked = pikepdf.Encryption(owner="o", user=rng.choice(("", "u")))
                kept = False if rng.random() < 0.85 else locked
                pdf.save(out, encryption=kept, object_stream_mode=streams, compress_streams=False)
    except (
        pikepdf.PdfError,
        pikepdf.PasswordError,
        ValueError,
        TypeError,
        RuntimeError,
        KeyError,
        AttributeError,
        RecursionError,
    ):
        return damaged(rng, data, others)
    made = out.getvalue()
    return damaged(rng, made, others) if rng.random() < 0.2 else made


def _page(rng: Random, pdf: Pdf) -> Object:
    return pdf.pages[rng.randrange(len(pdf.pages))].obj


def _anything(rng: Random, pdf: Pdf) -> Object:
    """A value of any type, loops among them."""
    values: tuple[Callable[[], object], ...] = (
        lambda: -1, lambda: 0, lambda: 1 << 31, lambda: True, lambda: Name.Evil, lambda: String("x"), lambda: Array(),
        lambda: Dictionary(), lambda: pdf.Root, lambda: pdf.Root.Pages, lambda: _page(rng, pdf),
        lambda: pdf.make_stream(b"q"), lambda: Array([pdf.Root.Pages] * 3), lambda: _deep(rng.choice((10, 400))),
        lambda: Array([0, 0, 0]), lambda: Dictionary(A=pdf.Root),
    )  # fmt: skip
    return pikepdf.Array([rng.choice(values)()])[0] if rng.random() < 2 else pikepdf.Array()


def _deep(depth: int) -> Array:
    made = Array()
    for _ in range(depth):
        made = Array([made])
    return made


def _loop(rng: Random, pdf: Pdf) -> None:
    rng.choice((
        lambda: pdf.Root.Pages.Kids.append(pdf.Root.Pages),
        lambda: pdf.Root.Pages.__setattr__("Parent", pdf.Root.Pages),
        lambda: _page(rng, pdf).__setattr__("Parent", _page(rng, pdf)),
        lambda: pdf.Root.Pages.__setattr__("Count", rng.choice((-1, 0, 1 << 30))),
        lambda: pdf.Root.__setattr__("Pages", _anything(rng, pdf)),
        lambda: pdf.Root.Pages.__setattr__("Kids", Array([_page(rng, pdf)] * 3000)),
    ))()  # fmt: skip


def _box(rng: Random, pdf: Pdf) -> None:
    page, name = _page(rng, pdf), rng.choice(("/MediaBox", "/CropBox", "/TrimBox", "/BleedBox", "/ArtBox"))
    page[name] = Array([rng.choice(_SIDES) for _ in range(rng.choice((4, 4, 4, 3, 5, 0)))])
    if rng.random() < 0.3:
        page.UserUnit = rng.choice((0, -1, 1000, 75_000))
    if rng.random() < 0.3:
        page.Rotate = rng.choice((90, 45, -90, 1 << 30, 1.5))


def _script(rng: Random, pdf: Pdf) -> None:
    launch = Dictionary(S=Name.Launch, F=String("/bin/sh"), Win=Dictionary(F=String("cmd.exe")))
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    remote = Dictionary(S=Name.URI, URI=String("http://127.0.0.1:9/"))
    action = rng.choice((launch, script, remote))
    rng.choice((
        lambda: pdf.Root.__setattr__("OpenAction", action),
        lambda: pdf.Root.__setattr__("AA", Dictionary(WC=action, DS=action)),
        lambda: _page(rng, pdf).__setattr__("AA", Dictionary(O=action)),
        lambda: _page(rng, pdf).__setattr__("Annots", Array([
            Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 600, 800]), A=action)])),
        lambda: pdf.Root.__setattr__("Names", Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script])))),
    ))()  # fmt: skip


def _form(rng: Random, pdf: Pdf) -> None:
    widget = pdf.make_indirect(Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, FT=rng.choice((Name.Tx, Name.Btn, Name.Ch, Name.Evil)), T=String("f"),
        V=_anything(rng, pdf) if rng.random() < 0.5 else String("ￊ值" * 50), Rect=Array([0, 0, rng.choice(_SIDES), 20]),
        DA=String(rng.choice(("/Helv 0 Tf", "/F 1e9 Tf 0 g", "((((", ""))), F=4,
    ))  # fmt: skip
    if rng.random() < 0.3:
        widget.Kids = Array([widget])
        widget.Parent = widget
    if rng.random() < 0.5:
        widget.AP = Dictionary(N=_anything(rng, pdf))
    _page(rng, pdf).Annots = Array([widget])
    fields = Array([widget])
    pdf.Root.AcroForm = Dictionary(Fields=fields, NeedAppearances=rng.random() < 0.8, DR=Dictionary())
    if rng.random() < 0.2:
        pdf.Root.AcroForm = _anything(rng, pdf)


def _key(rng: Random, pdf: Pdf) -> None:
    """Any key of catalogue or page with a value of any type."""
    target = rng.choice((pdf.Root, _page(rng, pdf)))
    names = ("/Resources", "/Contents", "/Annots", "/Rotate", "/MediaBox", "/OCProperties", "/AcroForm", "/Metadata",
    "/Group",
             "/Names", "/Outlines", "/Version", "/Type", "/PieceInfo", "/AF", "/B", "/Thumb", "/Tabs")  # fmt: skip
    value = _anything(rng, pdf)
    target[rng.choice(names)] = value


def _layers(rng: Random, pdf: Pdf) -> None:
    default = Dictionary(OFF=_anything(rng, pdf), BaseState=rng.choice((Name.ON, Name.OFF, Name.Evil)))
    pdf.Root.OCProperties = rng.choice((Dictionary(D=default), Dictionary(D=_anything(rng, pdf)), _anything(rng, pdf)))


def _bomb(rng: Random, pdf: Pdf) -> None:
    """Content that unpacks to 64 MiB, or a form that draws itself."""
    if rng.random() < 0.5:
        page = _page(rng, pdf)
        page.Contents = Array([pdf.make_stream(zlib.compress(bytes(1 << 26)), Filter=Name.FlateDecode)])
        return
    # once: a form that draws itself fifty times keeps any renderer busy for ever
    form = pdf.make_stream(b"/Me Do", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    form.Resources = Dictionary(XObject=Dictionary(Me=form))
    page = _page(rng, pdf)
    page.Resources = Dictionary(XObject=Dictionary(Me=form))
    page.Contents = pdf.make_stream(b"/Me Do")


_EVIL = (_loop, _box, _box, _script, _form, _key, _key, _layers, _bomb)


# ---- pictures


def hostile_picture(rng: Random, data: bytes, others: Sequence[bytes] = ()) -> bytes:
    """A picture that states other dimensions, holds a bomb or is damaged."""
    step = rng.random()
    if step < 0.55:
        return damaged(rng, data, others)
    if data.startswith(b"\x89PNG"):
        return _hostile_png(rng, data)
    if data.startswith(b"\xff\xd8"):
        return _hostile_jpeg(rng, data)
    return damaged(rng, data, others)


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk with its length and checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, pixels: bytes, *more: bytes, depth: int = 8, colour: int = 0) -> bytes:
    """A PNG file that states these dimensions whatever the pixels are."""
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    body = png_chunk(b"IDAT", zlib.compress(pixels)) if pixels else b""
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + body + png_chunk(b"IEND", b"")


def _hostile_png(rng: Random, data: bytes) -> bytes:
    side = (0, 1, 100, 9000, 13_377, 30_000, 65_535, (1 << 31) - 1)
    bomb = zlib.compress(bytes(1 << 26))
    return rng.choice((
        lambda: png(rng.choice(side), rng.choice(side), bytes(1000), depth=rng.choice((1, 2, 8, 16, 3)),
        colour=rng.choice((0, 2, 3, 4, 6))),
        lambda: png(13_000, 13_000, bytes(13_001 * 13_000), colour=0, depth=8),
        lambda: png(9, 9, bytes(90), png_chunk(b"iCCP", b"x\0\0" + bomb)),
        lambda: png(9, 9, bytes(90), png_chunk(b"zTXt", b"x\0\0" + bomb), png_chunk(b"iTXt", b"x\0\1\0\0\0" + bomb)),
        lambda: png(9, 9, bytes(90), png_chunk(b"eXIf", damaged(rng,
        b"MM\0*\0\0\0\x08\0\1\x01\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0"))),
        lambda: png(9, 9, bytes(90), png_chunk(b"tRNS", rng.randbytes(rng.choice((0, 1, 2, 6, 300)))),
        colour=rng.choice((0, 2, 3))),
        lambda: png(9, 9, bytes(90), png_chunk(b"acTL", struct.pack(">II", rng.choice((0, 1, 1 << 30)), 0))),
        lambda: png(1, 200_000, bytes(400_000)),
        lambda: png(200_000, 1, bytes(200_001)),
    ))()  # fmt: skip


def _hostile_jpeg(rng: Random, data: bytes) -> bytes:
    """Another height, width or number of colours in the frame header, or EXIF of any kind."""
    place = next((data.find(bytes((0xFF, kind))) for kind in (0xC0, 0xC2) if data.find(bytes((0xFF, kind))) > 0), 0)
    if place and rng.random() < 0.6:
        size = struct.pack(">HH", *(rng.choice((0, 1, 100, 20_000, 65_535)) for _ in range(2)))
        return data[: place + 5] + size + data[place + 9 :]
    exif = damaged(
        rng,
        b"Exif\0\0MM\0*\0\0\0\x08\0\1\x01\x12"
        + struct.pack(
            ">HIHH", rng.choice((1, 2, 3, 4, 5, 7)), rng.choice(NUMBERS[:8]), rng.choice((0, 3, 6, 9, 300)), 0
        ),
    )
    return data[:2] + b"\xff\xe1" + struct.pack(">H", min(len(exif) + 2, 65535)) + exif + data[2:]
