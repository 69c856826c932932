"""Foreign files in the book: nothing active comes over, and every page stands upright where its reader showed it."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from exports.pdf.application import Attachment, BindReport, write_application
from policy.errors import WorldFault
from tests.exports.pdf_samples import A3_WIDE, A4, application, attachment, changed, locked, pdf, picture

Tool = Callable[[str], str]


def bind(folder: Path, *files: Attachment) -> tuple[Path, BindReport]:
    path = folder / "book.pdf"
    with path.open("wb") as out:
        return path, write_application(application(), attachments=files, out=out, scratch=folder)


def seen(tool: Tool, path: Path, page: int, dpi: int = 72) -> Image.Image:
    """The page as poppler paints it."""
    target = path.with_name(f"page{page}")
    command = [tool("pdftoppm"), "-r", str(dpi), "-f", str(page), "-l", str(page), "-png", "-singlefile"]
    subprocess.run([*command, str(path), str(target)], check=True)
    with Image.open(f"{target}.png") as image:
        return image.convert("RGB")


def red_centre(image: Image.Image) -> tuple[float, float]:
    """Where the red mark is, as shares of width and height from the top left."""
    spots = [
        (x, y)
        for y in range(image.height)
        for x in range(image.width)
        if (p := image.getpixel((x, y))) and p[0] > 200 and p[1] < 60 and p[2] < 60  # type: ignore[index,operator]
    ]
    assert spots
    return sum(x for x, _ in spots) / len(spots) / image.width, sum(y for _, y in spots) / len(spots) / image.height


def ink(image: Image.Image, band: tuple[int, int]) -> bool:
    return min(image.crop((0, band[0], image.width, band[1])).convert("L").getextrema()) < 128  # type: ignore[type-var]


@pytest.mark.parametrize(
    ("size", "rotate", "wide", "corner"),
    [
        (A4, 0, False, (0, 0)),
        (A4, 180, False, (1, 1)),
        (A4, 90, True, (1, 0)),
        (A4, 270, True, (0, 1)),
        (A3_WIDE, 0, True, (0, 0)),
        (A3_WIDE, 180, True, (1, 1)),
        (A3_WIDE, 90, False, (1, 0)),
    ],
)
def test_page_keeps_its_orientation_under_an_upright_head(
    tmp_path: Path, require_tool: Tool, size: tuple[float, float], rotate: int, wide: bool, corner: tuple[int, int]
) -> None:
    path, report = bind(tmp_path, attachment(1, pdf(1, size, rotate=rotate), "附图"))
    number = report.bound[0].first_page
    image = seen(require_tool, path, number)
    assert sorted(image.size) == [596, 842]
    assert (image.width > image.height) == wide
    x, y = red_centre(image)
    assert (round(x), round(y)) == corner
    assert ink(image, (10, 30)), "the head line is at the top"
    assert ink(image, (image.height - 30, image.height - 10)), "the page number is at the foot"
    words = subprocess.run(
        [require_tool("pdftotext"), "-bbox", "-f", str(number), "-l", str(number), str(path), "-"],
        capture_output=True,
        check=True,
    ).stdout.decode(errors="replace")  # poppler prints rare characters of the title badly here
    (head,) = re.findall(r'yMin="([\d.]+)"[^>]*yMax="([\d.]+)">返回附件目录', words)
    assert float(head[1]) < 40


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photographs_stand_as_the_camera_held_them(tmp_path: Path, require_tool: Tool, orientation: int) -> None:
    path, report = bind(tmp_path, attachment(1, picture("JPEG", (1200, 900), orientation, quality=95), "照片"))
    image = seen(require_tool, path, report.bound[0].first_page, 36)
    x, y = red_centre(image)
    corners = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}
    assert (round(x), round(y)) == corners[orientation]
    assert (image.width > image.height) == (orientation < 5)


def test_where_a_photograph_was_taken_stays_behind(tmp_path: Path) -> None:
    data = picture("JPEG", orientation=6)
    assert b"SECRET PLACE" in data
    path, _ = bind(tmp_path, attachment(1, data))
    assert b"SECRET PLACE" not in path.read_bytes()


@pytest.mark.parametrize(
    ("kind", "mode", "more"),
    [
        ("PNG", "RGBA", {}),
        ("PNG", "P", {}),
        ("PNG", "1", {}),
        ("PNG", "LA", {}),
        ("PNG", "I;16", {}),
        ("TIFF", "1", {"compression": "group4"}),
        ("TIFF", "RGB", {"compression": "tiff_lzw"}),
        ("WEBP", "RGB", {"lossless": True}),
        ("JPEG", "CMYK", {}),
        ("JPEG", "L", {}),
    ],
)
def test_pictures_of_every_office_scanner(
    tmp_path: Path, require_tool: Tool, kind: str, mode: str, more: dict[str, Any]
) -> None:
    image = Image.new("L", (300, 400), 255)
    image.paste(0, (0, 0, 150, 200))
    target = io.BytesIO()
    (
        image.convert("I").point(lambda level: level * 257).convert("I;16") if mode == "I;16" else image.convert(mode)
    ).save(target, kind, **more)
    path, report = bind(tmp_path, attachment(1, target.getvalue()))
    assert [piece.evidence_id for piece in report.bound] == ["e1"]
    page = seen(require_tool, path, report.bound[0].first_page).convert("L")
    middle = (page.width // 2, page.height // 2)
    assert page.getpixel((middle[0] - 40, middle[1] - 40)) < 60  # type: ignore[operator]
    assert page.getpixel((middle[0] + 40, middle[1] + 40)) > 200  # type: ignore[operator]


def test_every_page_of_a_tiff_is_bound(tmp_path: Path) -> None:
    target = io.BytesIO()
    frames = [Image.new("RGB", size, "red") for size in ((100, 200), (200, 100), (100, 200))]
    frames[0].save(target, "TIFF", save_all=True, append_images=frames[1:])
    _, report = bind(tmp_path, attachment(1, target.getvalue()))
    assert report.bound[0].last_page - report.bound[0].first_page == 2


def hostile(book: pikepdf.Pdf) -> None:
    script = Dictionary(S=Name.JavaScript, JS="app.alert('no')")
    book.Root.OpenAction = script
    book.Root.AA = Dictionary(WC=script)
    book.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["x", script])))
    book.attachments["evil.exe"] = pikepdf.AttachedFileSpec(book, b"MZ", filename="evil.exe")
    page = book.pages[0]
    page.obj.AA = Dictionary(O=script)
    launch = Dictionary(S=Name.Launch, F="calc.exe")
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 600, 800], A=launch)
    page.obj.Annots = Array([book.make_indirect(link)])


def test_nothing_active_comes_over(tmp_path: Path, require_tool: Tool) -> None:
    path, report = bind(tmp_path, attachment(1, changed(pdf(), hostile)))
    assert len(report.bound) == 1
    plain = tmp_path / "plain.pdf"
    qdf = [require_tool("qpdf"), "--qdf", "--object-streams=disable", str(path), str(plain)]
    subprocess.run(qdf, check=True)
    data = plain.read_bytes()
    for word in (
        b"JavaScript",
        b"/JS",
        b"/Launch",
        b"EmbeddedFile",
        b"OpenAction",
        b"/AA ",
        b"/AA\n",
        b"evil",
        b"calc.exe",
    ):
        assert word not in data


def test_a_stamp_put_on_as_annotation_is_kept(tmp_path: Path, require_tool: Tool) -> None:
    def stamp(book: pikepdf.Pdf) -> None:
        form = book.make_stream(
            b"1 0 0 rg 0 0 100 100 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 100, 100]
        )
        note = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=[400, 100, 500, 200], AP=Dictionary(N=form), F=4)
        book.pages[0].obj.Annots = Array([book.make_indirect(note)])

    blank = io.BytesIO()
    with pikepdf.new() as book:
        book.add_blank_page(page_size=A4)
        book.save(blank)
    path, report = bind(tmp_path, attachment(1, changed(blank.getvalue(), stamp)))
    x, y = red_centre(seen(require_tool, path, report.bound[0].first_page))
    assert 0.65 < x < 0.8
    assert 0.75 < y < 0.9


def test_what_a_reader_crops_stays_cropped(tmp_path: Path, require_tool: Tool) -> None:
    def crop(book: pikepdf.Pdf) -> None:
        book.pages[0].obj.CropBox = Array([100, 100, 400, 500])

    path, report = bind(tmp_path, attachment(1, changed(pdf(), crop)))
    image = seen(require_tool, path, report.bound[0].first_page)
    with pytest.raises(AssertionError):
        red_centre(image)


def test_hidden_layers_are_not_brought_to_light(tmp_path: Path) -> None:
    def layers(book: pikepdf.Pdf) -> None:
        group = book.make_indirect(Dictionary(Type=Name.OCG, Name="secret"))
        book.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group])))

    _, report = bind(tmp_path, attachment(1, changed(pdf(), layers)))
    assert [one.reason for one in report.unbound][:1] == ["layers"]


def test_an_owner_password_alone_does_not_keep_a_file_out(tmp_path: Path) -> None:
    data = changed(pdf(), lambda book: None, encryption=pikepdf.Encryption(owner="geheim", user=""))
    _, report = bind(tmp_path, attachment(1, data))
    assert [piece.evidence_id for piece in report.bound] == ["e1"]


def torn(kind: str) -> bytes:
    data = picture(kind, (800, 600))
    return data[: len(data) // 2]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (locked(), "password"),
        (b"%PDF-1.7\nnothing more", "damaged"),
        (pdf()[:200], "damaged"),
        (torn("JPEG"), "damaged"),
        (torn("PNG"), "damaged"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(64), "kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), "kind"),
        (picture("GIF"), "kind"),
        (picture("PNG", (10_000, 10_000), mode="1"), "too_large"),
    ],
    ids=["empty", "password", "no-xref", "cut", "jpeg", "png", "heic", "doc", "gif", "huge"],
)
def test_what_cannot_be_bound_has_a_reason(tmp_path: Path, data: bytes, reason: str) -> None:
    path, report = bind(tmp_path, attachment(1, data), attachment(2, pdf()))
    assert [(one.evidence_id, one.reason) for one in report.unbound][:1] == [("e1", reason)]
    assert [piece.evidence_id for piece in report.bound] == ["e2"]
    assert [child for child in tmp_path.iterdir() if child != path] == []


@pytest.mark.parametrize("fault", [FileNotFoundError(), WorldFault("evidence.damaged")])
def test_a_file_that_cannot_be_read_does_not_stop_the_book(tmp_path: Path, fault: Exception) -> None:
    def unreadable() -> Any:
        raise fault

    one = attachment(1, b"")
    broken = Attachment(one.evidence_id, one.title, one.file_name, "", "", "", unreadable)
    _, report = bind(tmp_path, broken, attachment(2, pdf()))
    assert [(one.evidence_id, one.reason) for one in report.unbound][:1] == [("e1", "missing")]
