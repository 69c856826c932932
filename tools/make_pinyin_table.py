"""Write resources/pinyin/readings.txt from pypinyin's dictionaries, so that the program need not import them.

    python3 tools/make_pinyin_table.py           write the table
    python3 tools/make_pinyin_table.py --check   exit 1 when the table is not what this tool would write

Tones are dropped. Of the phrases only those are kept that change a syllable the table would otherwise get wrong.
"""

from __future__ import annotations

import argparse
import re
import sys
import unicodedata
from pathlib import Path

from pypinyin import __version__
from pypinyin.phrases_dict import phrases_dict
from pypinyin.pinyin_dict import pinyin_dict

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from db import pinyin  # noqa: E402  (the tool measures with the code that will read the table)

# Where names of firms, offices and places read differently from the dictionary's first reading.
USUAL = {"长": "chang", "都": "du", "翟": "zhai", "〇": "ling", "朴": "pu", "綦": "qi"}
OWN_PHRASES = {
    "重庆": "chong qing", "北碚": "bei bei", "长寿": "chang shou", "綦江": "qi jiang", "涪陵": "fu ling",
    "垫江": "dian jiang", "酉阳": "you yang", "潼南": "tong nan", "朝天门": "chao tian men",
    "市长寿": "shi chang shou", "朝阳": "chao yang", "丰都": "feng du",
    "银行": "yin hang", "行业": "hang ye", "商行": "shang hang", "支行": "zhi hang", "分行": "fen hang",
    "会计": "kuai ji", "财会": "cai kuai", "大厦": "da sha", "音乐": "yin yue", "乐器": "yue qi",
    "重工": "zhong gong", "重型": "zhong xing", "重点": "zhong dian", "重复": "chong fu", "重组": "chong zu",
    "校准": "jiao zhun", "校验": "jiao yan", "处长": "chu zhang", "部长": "bu zhang", "院长": "yuan zhang",
    "所长": "suo zhang", "厂长": "chang zhang", "董事长": "dong shi zhang", "成长": "cheng zhang",
    "生长": "sheng zhang", "增长": "zeng zhang", "长江": "chang jiang", "女儿": "nv er", "西藏": "xi zang",
}  # fmt: skip
SURNAMES = {
    "曾": "zeng", "单": "shan", "解": "xie", "仇": "qiu", "区": "ou", "朴": "piao", "盖": "ge", "查": "zha",
    "种": "chong", "覃": "qin", "乐": "yue", "缪": "miao", "折": "she", "召": "shao", "员": "yun", "黑": "he",
    "秘": "bi", "洗": "xian", "繁": "po", "隗": "wei", "阚": "kan",
}  # fmt: skip
SYLLABLE = re.compile(r"[a-z]*[aeiouv][a-z]*")
HEAD = """\
# How Chinese characters sound, without tones (v for u-umlaut). Made by tools/make_pinyin_table.py; do not edit.
# Data from pypinyin {version} (MIT License, Copyright (c) 2016 mozillazg and contributors).
# [characters] syllable, characters whose usual reading it is
# [surnames]   surname, reading as a surname where it differs
# [phrases]    character with another syllable, phrases it has that syllable in
"""


def plain(toned: str) -> str:
    """A syllable without its tone: `lǜ` → `lv`; "" for what cannot be typed as one (`ḿ`, `hng`)."""
    letters = unicodedata.normalize("NFD", toned.lower()).replace("u\u0308", "v")
    letters = "".join(c for c in letters if not unicodedata.combining(c)).replace("ɡ", "g").replace("ê", "e")
    return letters if letters.isascii() and SYLLABLE.fullmatch(letters) else ""


def characters() -> dict[str, str]:
    """Character → usual syllable, for all that NFKC leaves as they are (others never reach the index)."""
    found: dict[str, str] = {}
    for point, toned in pinyin_dict.items():
        char = chr(point)
        sound = USUAL.get(char) or next(filter(None, map(plain, toned.split(","))), "")
        if sound and unicodedata.normalize("NFKC", char) == char:
            found[char] = sound
    return found


def phrases() -> dict[str, list[str]]:
    """Phrase → its syllables, the project's own in front."""
    found = {phrase: sounds.split(" ") for phrase, sounds in OWN_PHRASES.items()}
    for phrase, toned in phrases_dict.items():
        sounds = [plain(reading[0]) for reading in toned]
        if all(sounds) and len(sounds) == len(phrase) and " " not in phrase:
            found.setdefault(phrase, sounds)
    return found


def write(usual: dict[str, str], changed: dict[tuple[str, str], list[str]]) -> str:
    """The table's text, in a fixed order."""
    by_sound: dict[str, list[str]] = {}
    for char, sound in usual.items():
        by_sound.setdefault(sound, []).append(char)
    lines = [HEAD.format(version=__version__), "[characters]"]
    lines += [f"{sound}\t{''.join(sorted(chars))}" for sound, chars in sorted(by_sound.items())]
    lines.append("[surnames]")
    lines += [f"{name}\t{sound}" for name, sound in sorted(SURNAMES.items())]
    lines.append("[phrases]")
    lines += [f"{char}{sound}\t{' '.join(sorted(found))}" for (char, sound), found in sorted(changed.items())]
    return "\n".join(lines) + "\n"


def make() -> str:
    """The whole table: phrases are tried from short to long, and kept only where the shorter ones do not suffice."""
    usual = characters()
    syllable, kept, windows = dict(usual), dict[tuple[str, str], str](), dict[str, tuple[tuple[int, int], ...]]()
    so_far = pinyin.Table(syllable, {}, kept, windows)
    changed: dict[tuple[str, str], list[str]] = {}
    for phrase, sounds in sorted(phrases().items(), key=lambda item: (len(item[0]), item[0])):
        if any(char not in usual for char in phrase):
            continue
        had = pinyin.reading(phrase, so_far)
        for at, (char, sound, before) in enumerate(zip(phrase, sounds, had, strict=True)):
            if sound == before or phrase.count(char) > 1:  # 行行 cannot be told apart by phrase and character
                continue
            kept[char, phrase] = sound
            changed.setdefault((char, sound), []).append(phrase)
            shapes = {*windows.get(char, ()), (-at, len(phrase) - at)}
            windows[char] = tuple(sorted(shapes, key=lambda w: (w[0] - w[1], w)))
    return write(usual, changed)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the table is out of date")
    arguments = parser.parse_args()
    text, path = make(), pinyin.table_path()
    if arguments.check:
        return 0 if path.is_file() and path.read_text(encoding="utf-8") == text else 1
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
