"""An application with everything that has gone wrong in real books, and files of evidence made by the real tools."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from typing import Any

import pikepdf
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from exports.pdf.application import Attachment
from exports.pdf.fonts import SANS, faces

A4 = (595.28, 841.89)
A3_WIDE = (1190.55, 841.89)


def pdf(pages: int = 1, size: tuple[float, float] = A4, word: str = "证明", rotate: int = 0) -> bytes:
    """A PDF whose pages say `word` and their number at the top left, with a corner mark."""
    faces()
    target = io.BytesIO()
    canvas = Canvas(target, size, invariant=1, initialFontName=SANS)
    for number in range(1, pages + 1):
        canvas.setFont(SANS, 24)
        canvas.drawString(40, size[1] - 60, f"{word}{number}")
        canvas.setFillColorRGB(1, 0, 0)
        canvas.rect(20, size[1] - 30, 10, 10, stroke=0, fill=1)
        canvas.setFillColorRGB(0, 0, 0)
        canvas.rect(10, 10, size[0] - 20, size[1] - 20)
        canvas.showPage()
    canvas.save()
    if not rotate:
        return target.getvalue()
    return changed(target.getvalue(), lambda book: [page.rotate(rotate, relative=False) for page in book.pages])


def changed(data: bytes, change: Callable[[pikepdf.Pdf], Any], **save: Any) -> bytes:
    """`data` after `change(pdf)`."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as book:
        change(book)
        book.save(target, **save)
    return target.getvalue()


def locked() -> bytes:
    """A PDF that asks for a password."""
    return changed(pdf(), lambda book: None, encryption=pikepdf.Encryption(owner="o", user="geheim"))


def picture(
    kind: str, size: tuple[int, int] = (400, 300), orientation: int = 0, mode: str = "RGB", **more: Any
) -> bytes:
    """A picture whose stored top left corner is red."""
    image = Image.new(mode, size, "white")
    image.paste("black" if mode in ("L", "1") else "red", (0, 0, size[0] // 4, size[1] // 4))
    target = io.BytesIO()
    if orientation:
        exif = Image.Exif()
        exif[0x0112] = orientation
        exif[0x010E] = "SECRET PLACE"
        more["exif"] = exif
    image.save(target, kind, **more)
    return target.getvalue()


def attachment(number: int, data: bytes, title: str = "", used_for: tuple[str, ...] = (), name: str = "") -> Attachment:
    """Evidence e1, e2, … with the given bytes."""
    return Attachment(
        evidence_id=f"e{number}",
        title=title or f"佐证材料{number}",
        file_name=name or f"文件{number}.pdf",
        media_type="application/pdf",
        doc_kind="certificate",
        digest=hashlib.sha256(data).hexdigest(),
        open=lambda: io.BytesIO(data),
        used_for=used_for,
    )


def indicator(number: int, **more: Any) -> dict[str, Any]:
    """One indicator result with all its fields."""
    return {
        "id": f"i{number}",
        "title": f"在孵企业指标{number}",
        "kind": "threshold",
        "clause": "第八条（三）",
        "source": "科技企业孵化器管理办法",
        "status": "in_force",
        "verified": True,
        "verdict": "pass",
        "value": "62",
        "unit": "家",
        "target": ">= 50",
        "score": "",
        "cap": "",
        "award_max_fen": None,
        "due": "",
        "gap": "",
        "scope": "own",
        "share": "",
        "notes": [],
        "measures": [],
        "proofs": [],
        "parts": [],
        "evidence": [],
        **more,
    }


def application(**more: Any) -> dict[str, Any]:
    """A small, complete application; `more` replaces keys of the snapshot."""
    rows = [
        {"kind": "firm", "id": f"f{n}", "title": f"重庆示例科技有限公司{n:03}", "value": "1", "date": "2025-06"}
        for n in range(1, 301)
    ]
    snapshot: Mapping[str, Any] = {
        "format": "fuzhuan-snapshot/1",
        "id": "5f1f2f0e-0000-4000-8000-000000000002",
        "digest": "ab" * 32,
        "pack": {
            "id": "cq-2023-draft",
            "title": "重庆市加快推动高校科技成果转化与产业化若干措施",
            "number": "渝科局发〔2023〕00号",
            "digest": "cd" * 32,
            "status": "draft",
            "issuer": "重庆市科学技术局",
        },
        "subject": {"kind": "carrier", "id": "c1", "name": "示例综合孵化器"},
        "period": "2025",
        "frozen_at": "2026-11-21T10:00:00+08:00",
        "indicators": [
            indicator(1, measures=["tenants"], evidence=["e1", "e2"], proofs=["入驻协议", "营业执照"]),
            indicator(
                2,
                title="技术合同成交额" + "（含技术开发、技术转让、技术许可、技术咨询、技术服务）" * 4,
                value="238640000000",
                unit="fen",
                target=">= 101250000",
                verdict="fail",
                status="draft",
                verified=False,
                notes=["文件为征求意见稿，正式印发后请重新评价。"],
                score="8.5",
                cap="10",
                gap="20000000",
                evidence=["e3", "e4"],
            ),
            indicator(
                3,
                title="孵化场地使用率",
                value="39/50",
                unit="ratio",
                target="不低于 0.75",
                evidence=["e9"],
                verified=False,
            ),
            indicator(4, verdict="unknown", value="", unit="人", parts=[indicator(41), indicator(42, verdict="info")]),
        ],
        "measures": {
            "tenants": {
                "label": "在孵企业",
                "value": 300,
                "unit": "家",
                "date_field": "entered_on",
                "blanks": 2,
                "typed": False,
                "rows": rows,
            }
        },
        "evidence": [
            {
                "id": "e1",
                "title": "入驻协议汇编",
                "doc_kind": "agreement",
                "digest": "",
                "bytes": 1,
                "pages": 2,
                "media_type": "application/pdf",
                "file_name": "协议.pdf",
                "doc_no": "示字〔2025〕3号",
                "issuer": "重庆示例中心",
                "issued_on": "2025-03-01",
                "valid_until": "2027-02",
                "original_place": "档案柜2",
            },
            {
                "id": "e9",
                "title": "房屋产权证",
                "doc_kind": "deed",
                "digest": "",
                "bytes": 0,
                "pages": 0,
                "media_type": "",
                "file_name": "",
                "doc_no": "",
                "issuer": "",
                "issued_on": "",
                "valid_until": "",
                "original_place": "保险柜",
            },
        ],
        **more,
    }
    notice = {"title": "关于开展2025年度评价的通知", "page": "4", "by": "李明", "on": "2026-11-20"}
    return {
        "confirmations": {"i3": notice},
        "unverified": {"i2": "凭记忆，可信度中", "i3": "转载页面"},
        "format": "fuzhuan-application/1",
        "id": "0b8b0d6e-6c7e-4f7b-9f62-000000000001",
        "version": 1,
        "form": "incubator-application",
        "title": "科技企业孵化器申报书",
        "made_on": "2026-11-21",
        "sample": True,
        "organisation": {
            "name": "重庆㼆𠮷𬺓孵化器有限公司",
            "uscc": "91500108MA5U000000",
            "address": "重庆市南岸区示例路1号",
            "contact": "𠮷先生",
            "phone": "023-00000000",
        },
        "narrative": {
            "services": "本单位为在孵企业提供“创业导师、投融资、技术转移”等服务。\n联系网址https://www.example.org/a/b（示例）。",
            "organisation": "本单位成立于2016年，运营面积10,400平方米。",
        },
        "statement": "本单位承诺：所提交的申报材料真实、完整，愿意承担责任。\n本单位未被列入严重失信主体名单。",
        "snapshot": snapshot,
        "audit": {"head": "ef" * 32, "length": 1204},
    }
