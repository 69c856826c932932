"""The three faces every PDF of ours is set in, and which of them can draw a character."""

from __future__ import annotations

from functools import cache

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics, ttfonts

from policy.i18n import resources_dir

SERIF = "FzSerif"
SANS = "FzSans"
RARE = "FzRare"
_FILES = {
    SERIF: "NotoSerifSC-Regular.ttf",
    SANS: "NotoSansSC-Medium.ttf",
    RARE: "FuzhuanRareHan-Regular.ttf",
}
_BLOCK = 100  # the PDF reference allows at most 100 lines in one bfchar block


def _to_unicode_map(font_name: str, subset: list[int]) -> str:
    """ToUnicode map of one subset; reportlab writes characters beyond U+FFFF as five digits, which no reader takes."""
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        f"/CIDSystemInfo << /Registry ({font_name}) /Ordering ({font_name}) /Supplement 0 >> def",
        f"/CMapName /{font_name} def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        f"<00> <{len(subset) - 1:02X}>",
        "endcodespacerange",
    ]
    for start in range(0, len(subset), _BLOCK):
        block = subset[start : start + _BLOCK]
        lines.append(f"{len(block)} beginbfchar")
        lines += [f"<{start + i:02X}> <{chr(code).encode('utf-16-be').hex().upper()}>" for i, code in enumerate(block)]
        lines.append("endbfchar")
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines)


@cache
def faces() -> dict[str, ttfonts.TTFontFace]:
    """Register the faces once per process and return them by name.

    Also makes reportlab start its pages in our face (it would list an unembedded Helvetica in every file) and write
    readable text for characters beyond U+FFFF.
    """
    ttfonts.makeToUnicodeCMap = _to_unicode_map
    folder = resources_dir() / "fonts"
    found: dict[str, ttfonts.TTFontFace] = {}
    for name, file in _FILES.items():
        font = ttfonts.TTFont(name, str(folder / file), shapable=False)
        pdfmetrics.registerFont(font)
        found[name] = font.face
    rl_config.canvas_basefontname = SERIF
    rl_config.useA85 = 0
    return found


@cache
def face_for(char: str, wanted: str) -> str | None:
    """The face that draws `char`: the wanted one, else the rare one, else the other Noto; None when none has it."""
    code = ord(char)
    for name in (wanted, RARE, SERIF, SANS):
        if code in faces()[name].charToGlyph:
            return name
    return None


@cache
def advance(char: str, face: str) -> float:
    """Width of `char` in thousandths of the type size."""
    found = faces()[face]
    return float(found.charWidths.get(ord(char), found.defaultWidth))
