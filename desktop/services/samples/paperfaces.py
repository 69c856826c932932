"""How the papers of the sample year look: bilevel scans as pictures and as PDFs, small and the same every time.

What all scans of one size share is drawn once; a page takes a few milliseconds and a few kilobytes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from typing import Any

from policy.i18n import resources_dir

ISSUER = "示例出具单位"
_A4 = (620, 877)  # at 75 dots per inch
_A3_DPI = 106  # of the lying A3, which has the sides of A4 doubled and changed over
_LINE = 24  # characters
_NOTE = "示例数据，不作申报之用"
# Word and WPS open rich text under either ending
_RICH = r"{\rtf1\ansi\uc1\deff0{\fonttbl{\f0 SimSun;}}\fs28 %s\par}"


def scan(title: str, kind: str, about: str, day: str, *, turned: int = 0, a3: bool = False, dpi: int = 75) -> bytes:
    """A scanned page as PNG: A4 upright, or A3 lying; `turned` by whole degrees."""
    out = io.BytesIO()
    page = _page(title, kind, about, day, a3, dpi)
    dots = _A3_DPI if a3 else dpi
    (page.rotate(turned) if turned else page).save(out, "PNG", dpi=(dots, dots))
    return out.getvalue()


def scanned_pdf(title: str, kind: str, about: str, day: str, *, pages: int = 1) -> bytes:
    """A PDF of scanned pages, as a copier sends it: pictures, no text."""
    import pikepdf

    with pikepdf.Pdf.new() as pdf:
        for number in range(pages):
            image = _page(title, kind, f"{about}　第{number + 1}页" if pages > 1 else about, day, False, 75)
            stream = pdf.make_stream(image.tobytes())
            stream.stream_dict = pikepdf.Dictionary(
                Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=image.width, Height=image.height,
                ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=1,
            )  # fmt: skip
            page = pdf.add_blank_page(page_size=(595, 842))
            page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=stream))
            page.obj.Contents = pdf.make_stream(b"595 0 0 842 0 0 cm /Im Do")
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, compress_streams=True)
    return out.getvalue()


def rich_text(title: str, about: str) -> bytes:
    """What lies in the sample's .doc and .wps."""
    text = "".join(char if ord(char) < 128 else rf"\u{ord(char)}?" for char in f"{title}　{about}　{_NOTE}")
    return (_RICH % text).encode("ascii")


def heic_start(title: str) -> bytes:
    """The start of a picture as some telephones make it; there is none inside, only what it is known by."""
    brand = b"ftypheic\x00\x00\x00\x00mif1heic"
    return (len(brand) + 4).to_bytes(4, "big") + brand + title.encode()


def protected() -> bytes:
    """A PDF that opens with the password sample2026."""
    return (resources_dir() / "sample" / "protected.pdf").read_bytes()


def _page(title: str, kind: str, about: str, day: str, a3: bool, dpi: int) -> Any:
    from PIL import Image, ImageDraw

    image = _blank(a3).copy()
    draw = ImageDraw.Draw(image)
    draw.text((image.width / 2, 110), f"{kind}（示例）", font=font(30), fill=0, anchor="mm")
    for number, line in enumerate((*_lines(about), *_lines(title), f"{ISSUER}　{day}", _NOTE)):
        draw.text((80, 200 + 44 * number), line, font=font(19), fill=0)
    if dpi != 75:
        image = image.resize((image.width * dpi // 75, image.height * dpi // 75), Image.Resampling.NEAREST)
    return image


@cache
def _blank(a3: bool) -> Any:
    from PIL import Image, ImageDraw

    width, height = (_A4[1] * 2, _A4[0] * 2) if a3 else _A4
    image = Image.new("1", (width, height), 1)
    draw = ImageDraw.Draw(image)
    draw.rectangle((30, 30, width - 30, height - 30), outline=0, width=2)
    x, y = width - 150, height - 180
    draw.ellipse((x - 70, y - 70, x + 70, y + 70), outline=0, width=5)
    draw.text((x, y), "示例", font=font(34), fill=0, anchor="mm")
    return image


def _lines(text: str) -> Sequence[str]:
    return [text[start : start + _LINE] for start in range(0, len(text), _LINE)]


@cache
def font(size: int) -> Any:
    """The face of the scans."""
    from PIL import ImageFont

    return ImageFont.truetype(str(resources_dir() / "fonts" / "NotoSansSC-Medium.ttf"), size)
