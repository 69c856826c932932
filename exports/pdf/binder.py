"""Evidence into pages: what can be bound becomes a clean PDF piece, and the pieces are laid into the book's pages.

Only what is painted comes over: qpdf copies each page as a form into a page that our own book has made for it, so no
script, launch action, attachment, form field or link of a foreign file can reach the book. Pages keep their
orientation, rotations are resolved, and head line and page number lie upright on the book's own page.
"""

from __future__ import annotations

import logging
import os
import struct
import warnings
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from policy.errors import Fault

SIDE, HEAD_BAND, FOOT_BAND = 6 * mm, 14 * mm, 13 * mm  # what the book keeps of a bound page for itself
_CHUNK = 1 << 20
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
# What Pillow says of a damaged picture is told by a reason of ours and goes to no terminal.
logging.getLogger("PIL").addHandler(logging.NullHandler())
_QPDF = ("fuzhuan", "--no-warn")  # the name qpdf uses in its messages; what it would warn of goes to no terminal
_MIN_DPI = 100  # a small picture is not blown up beyond this
_MIN_SIDE = 3  # points; a page can be no narrower
_JPEG_MATRIX = {  # EXIF orientation → where the unit square of the picture goes
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}
REASONS = {
    "paper": "只有纸质原件，未存电子文件",
    "missing": "文件读不出来",
    "empty": "文件是空的",
    "password": "文件有打开口令",
    "damaged": "文件已损坏",
    "layers": "文件含有隐藏图层，请先打印成新的 PDF",
    "too_large": "图片像素过多，请先缩小",
    "kind": "此类文件不能装订，随电子包报送",
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of evidence as the book's writer gets it; `open` gives its clear bytes, `used_for` indicator ids."""

    evidence_id: str
    title: str
    file_name: str
    media_type: str
    doc_kind: str
    digest: str
    open: Callable[[], BinaryIO]
    used_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A bindable attachment: its cleaned PDF and, for each page, whether it lies on its side."""

    path: Path
    wide: tuple[bool, ...]


class CannotBind(Exception):  # noqa: N818  # a reason, not an error of the program
    """Why a file cannot be bound: a key of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def private(path: Path) -> BinaryIO:
    """A new file that only its owner can read, open for writing."""
    return os.fdopen(os.open(path, _NEW, 0o600), "w+b")


def place(wide: bool) -> tuple[float, float, float, float]:
    """The part of an A4 page that bound evidence may cover (left, bottom, right, top)."""
    width, height = (A4[1], A4[0]) if wide else A4
    return SIDE, FOOT_BAND, width - SIDE, height - HEAD_BAND


def prepare(attachment: Attachment, path: Path) -> Piece:
    """Turn an attachment into a piece at `path` (and `path`.in beside it); raises CannotBind.

    What the file is, is decided by its content, not by its name.
    """
    source = path.with_suffix(".in")
    try:
        with private(source) as copy:
            _copy(attachment, copy)
        with source.open("rb") as stream:
            start = stream.read(1024)
        if not start:
            raise CannotBind("empty")
        private(path).close()
        return _from_pdf(source, path) if b"%PDF-" in start else _from_picture(source, path)
    finally:
        source.unlink()


def _copy(attachment: Attachment, copy: BinaryIO) -> None:
    try:
        stream = attachment.open()
    except (FileNotFoundError, Fault) as error:
        raise CannotBind("missing") from error
    with stream:
        while True:
            try:
                block = stream.read(_CHUNK)
            except Fault as error:
                raise CannotBind("missing") from error
            if not block:
                return
            copy.write(block)


def _from_pdf(source: Path, path: Path) -> Piece:
    try:
        with pikepdf.open(source) as pdf:
            pages = len(pdf.pages)
            if not pages:
                raise CannotBind("empty")
            if _hides_layers(pdf):
                raise CannotBind("layers")
            if "/AcroForm" in pdf.Root and bool(pdf.Root.AcroForm.get("/NeedAppearances", False)):
                pdf.generate_appearance_streams()
            pdf.flatten_annotations("all")
            wide = []
            for page in pdf.pages:
                box = [float(side) for side in page.cropbox]
                page.obj.TrimBox = Array(box)  # what a reader shows is what gets bound
                for key in ("/Annots", "/AA", "/Metadata", "/PieceInfo", "/AF", "/B", "/Thumb"):
                    if key in page.obj:
                        del page.obj[key]
                width, height = abs(box[2] - box[0]), abs(box[3] - box[1])
                if not width or not height:
                    raise CannotBind("damaged")
                turned = int(page.obj.get("/Rotate", 0)) % 180 == 90
                wide.append((height > width) if turned else (width > height))
            for key in [key for key in pdf.Root.keys() if key not in ("/Type", "/Pages", "/Version")]:  # noqa: SIM118
                del pdf.Root[key]
            pdf.save(path, static_id=True)
    except pikepdf.PasswordError as error:
        raise CannotBind("password") from error
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, LookupError, RuntimeError) as error:
        raise CannotBind("damaged") from error
    return Piece(path, tuple(wide))


def _hides_layers(pdf: pikepdf.Pdf) -> bool:
    """Whether the file switches layers off; bound without its catalogue they would come to light."""
    layers = pdf.Root.get("/OCProperties")
    if layers is None:
        return False
    default = layers.get("/D", Dictionary())
    return len(default.get("/OFF", Array())) > 0 or default.get("/BaseState", Name.ON) != Name.ON


def _from_picture(source: Path, path: Path) -> Piece:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a torn EXIF part is no reason to leave a picture out
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(source) as picture, pikepdf.new() as pdf:
                if picture.format not in ("JPEG", "MPO", "PNG", "TIFF", "WEBP"):
                    raise CannotBind("kind")
                if picture.format in ("JPEG", "MPO") and picture.mode in ("RGB", "L"):
                    wide = [_jpeg_page(pdf, picture, source.read_bytes())]
                else:
                    frames = ImageSequence.Iterator(picture) if picture.format == "TIFF" else [picture]
                    wide = [_raster_page(pdf, frame) for frame in frames]
                pdf.save(path, static_id=True)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise CannotBind("too_large") from error
    except UnidentifiedImageError as error:
        raise CannotBind("kind") from error
    except (OSError, ValueError, SyntaxError, EOFError, ArithmeticError, LookupError, TypeError, struct.error) as error:
        raise CannotBind("damaged") from error
    return Piece(path, tuple(wide))


def _jpeg_page(pdf: pikepdf.Pdf, picture: Image.Image, data: bytes) -> bool:
    """A page with the JPEG's own bytes, turned as its camera says; where it was taken stays behind."""
    turn = int(picture.getexif().get(0x0112, 1))
    mode, (width, height) = picture.mode, picture.size
    picture.draft(mode, (max(width // 8, 1), max(height // 8, 1)))
    picture.load()  # a torn file is found here, at an eighth of the size
    colour = Name.DeviceRGB if mode == "RGB" else Name.DeviceGray
    image = pdf.make_stream(_without_metadata(data), ColorSpace=colour, BitsPerComponent=8, Filter=Name.DCTDecode)
    return _picture_page(pdf, image, (width, height), turn if turn in _JPEG_MATRIX else 1)


def _without_metadata(data: bytes) -> bytes:
    """The JPEG without EXIF, XMP and comments (place, device, preview picture); the image data are untouched."""
    kept, place_ = [data[:2]], 2
    while place_ + 4 <= len(data) and data[place_] == 0xFF:
        kind = data[place_ + 1]
        if kind == 0xDA:
            break
        length = 2 + int.from_bytes(data[place_ + 2 : place_ + 4], "big")
        if kind not in (0xE1, 0xED, 0xFE):
            kept.append(data[place_ : place_ + length])
        place_ += length
    return b"".join([*kept, data[place_:]])


def _raster_page(pdf: pikepdf.Pdf, frame: Image.Image) -> bool:
    frame.load()
    picture = ImageOps.exif_transpose(frame)
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        paper = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(paper, picture).convert("RGB")
    elif picture.mode.startswith("I;16") or picture.mode == "I":
        picture = picture.convert("I").point(lambda level: level / 256).convert("L")
    elif picture.mode not in ("1", "L", "RGB"):
        picture = picture.convert("RGB")
    image = pdf.make_stream(
        zlib.compress(picture.tobytes(), 6),
        ColorSpace=Name.DeviceRGB if picture.mode == "RGB" else Name.DeviceGray,
        BitsPerComponent=1 if picture.mode == "1" else 8,
        Filter=Name.FlateDecode,
    )
    return _picture_page(pdf, image, picture.size, 1)


def _picture_page(pdf: pikepdf.Pdf, image: pikepdf.Object, pixels: tuple[int, int], turn: int) -> bool:
    image.Type, image.Subtype = Name.XObject, Name.Image
    image.Width, image.Height = pixels
    across, down = pixels if turn < 5 else (pixels[1], pixels[0])
    wide = across > down
    left, bottom, right, top = place(wide)
    scale = min((right - left) / across, (top - bottom) / down, 72 / _MIN_DPI)
    width, height = max(across * scale, _MIN_SIDE), max(down * scale, _MIN_SIDE)
    a, b, c, d, e, f = _JPEG_MATRIX[turn]
    matrix = (a * width, b * height, c * width, d * height, e * width, f * height)
    page = pdf.add_blank_page(page_size=(width, height))
    page.Resources = Dictionary(XObject=Dictionary(Picture=image))
    drawn = " ".join(f"{number:.4f}" for number in matrix)
    page.Contents = pdf.make_stream(f"q {drawn} cm /Picture Do Q".encode("ascii"))
    return wide


def lays(piece: Piece) -> bool:
    """Whether a piece can be laid into pages: what its pages paint is read to its end only when that is done."""
    out = piece.path.with_suffix(".trial")
    private(out).close()
    try:
        pikepdf.Job([*_QPDF, str(piece.path), "--underlay", str(piece.path), "--", str(out)]).run()
    except (pikepdf.PdfError, RuntimeError):
        return False
    finally:
        out.unlink()
    return True


def bind(book: bytes, pieces: Sequence[Piece], first_page: int, out: Path) -> None:
    """Lay the pages of `pieces` under the pages of `book` from `first_page` on and write `out`.

    Same input, same bytes. Memory stays small: qpdf copies streams from file to file. Raises CannotBind where a page
    turns out to be damaged only now; `lays` says of which piece it is, and `out` can be tried again.
    """
    merged, alone = out.with_name("evidence.pdf"), out.with_name("book.pdf")
    try:
        with private(alone) as stream:
            stream.write(book)
        private(out).close()
        private(merged).close()
        _lay(alone, pieces, first_page, merged, out)
    except (pikepdf.PdfError, RuntimeError) as error:
        out.unlink(missing_ok=True)
        raise CannotBind("damaged") from error
    finally:
        merged.unlink(missing_ok=True)
        alone.unlink(missing_ok=True)


def _lay(book: Path, pieces: Sequence[Piece], first_page: int, merged: Path, out: Path) -> None:
    if not pieces:
        job = pikepdf.Job([*_QPDF, "--deterministic-id", "--object-streams=generate", str(book), str(out)])
        job.run()
        return
    files = [str(piece.path) for piece in pieces]
    pikepdf.Job([*_QPDF, "--empty", "--pages", *files, "--", "--static-id", str(merged)]).run()
    arguments = ["--underlay", str(merged), f"--to={first_page}-z", "--from=1-z", "--"]
    job = pikepdf.Job([*_QPDF, str(book), *arguments, "--deterministic-id", "--object-streams=generate", str(out)])
    with job.create_pdf() as pdf:  # type: ignore[no-untyped-call]  # pikepdf leaves it out
        for page in pdf.pages[first_page - 1 :]:
            # The box told qpdf where to lay the page. It also cut our own head line and foot off, and would tell a
            # printer to cut there.
            del page.obj["/TrimBox"]
            page.Resources.XObject.Fx0.BBox = page.MediaBox
        job.write_pdf(pdf)
