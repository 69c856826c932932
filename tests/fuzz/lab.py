"""What every reader is fed from: one workspace with a package and an endpoint, and sound files of every kind."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from PIL import Image

from db import keyslots
from desktop.services import load_services
from desktop.services.registry import call
from desktop.services.session import Session
from desktop.services.workspace import create
from exports.endpoint import EndpointProfile, dump_profile
from exports.package import seal
from policy.i18n import resources_dir
from tests.exports import package_samples, pdf_samples
from tests.store.filehelp import packaged
from tests.unit import notice_samples

PASSPHRASE = "一匹马 battery staple 42"
SNAPSHOT_MANIFEST = "*/snapshots/*/manifest.json"
PACKAGE = "6f2c1f0e-5a35-4d8e-9c7b-0a1b2c3d4e5f"
HERE = Path(__file__).resolve().parent
_CHEAP = {"time": 1, "memory_kib": 64, "lanes": 1}


@dataclass(frozen=True)
class Lab:
    """A folder with a closed workspace in it, what opens it, and the delivery that waits there."""

    folder: Path
    recovery_code: str
    keyring_secret: str
    endpoint: str

    @property
    def workspace(self) -> Path:
        return self.folder / "template"

    @property
    def backup(self) -> bytes:
        """A single-file backup of the workspace."""
        return (self.folder / "backup.fzbak").read_bytes()

    @property
    def stick(self) -> Path:
        """A folder with a set of snapshots in it."""
        return self.folder / "stick"

    @property
    def manifest(self) -> bytes:
        """What the snapshot says of itself."""
        return next(self.stick.glob(SNAPSHOT_MANIFEST)).read_bytes()


def make_lab(folder: Path) -> Lab:
    """Build the workspace by the program itself; key slots are cheap, for they are opened hundreds of times."""
    load_services()
    with cheap_passphrases():
        ws, code = create(
            folder / "template", passphrase=PASSPHRASE, organisation="渝北智创孵化器", kinds=["both"], person="李明"
        )
    session = Session()
    session.workspace = ws
    try:
        call(session, "records.add", None, kind="firm", values={"name": "甲科技公司", "founded_on": "2023.5"})
        call(
            session,
            "records.add",
            None,
            kind="carrier",
            values={"name": "智创园", "operator": "渝北智创孵化器", "carrier_kind": "综合孵化器"},
        )
        endpoint = _package(ws)
        call(session, "backup.make", None, file=str(folder / "backup.fzbak"))
        (folder / "stick").mkdir()
        call(session, "backup.folder", None, folder=str(folder / "stick"))
        call(session, "backup.now", None)
        call(session, "backup.folder", None, folder="")
        secret = ws.slots.set_keyring(ws.data_key)
    finally:
        session.close()
    return Lab(folder, code, secret, endpoint)


@contextmanager
def cheap_passphrases() -> Iterator[None]:
    """New key slots cost next to nothing: they are opened hundreds of times, and their own tests see to the figure."""
    usual = keyslots.measured
    keyslots.measured = lambda: dict(_CHEAP)  # type: ignore[assignment]
    try:
        yield
    finally:
        keyslots.measured = usual


def _package(ws: Any) -> str:
    """A sealed package in the outbox, waiting for an office that each example puts up; returns the endpoint's id."""
    from db.models import Delivery, Endpoint

    sealed = io.BytesIO()
    seal(package_samples.clear_spec(evidence=[], documents=[]), sealed)
    packaged(ws, PACKAGE, sealed.getvalue())
    with ws.store.write("封装") as write:
        profile = dump_profile(EndpointProfile(name="科技局", service_url="http://127.0.0.1:9/sword")).decode()
        endpoint = write.insert(Endpoint, {"name": "科技局", "profile": profile, "token": "t0ken-of-the-office"})
        write.insert(Delivery, {"package": PACKAGE, "endpoint": endpoint, "state": "queued"})
    return str(endpoint)


# ---- sound files


def xlsx() -> bytes:
    """A ledger as offices send it: a title, merged cells, numbers, dates, a hidden sheet."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["在孵企业台账（单位：万元）"])
    sheet.merge_cells("A1:F1")
    sheet.append(["序号", "企业名称", "统一社会信用代码", "成立时间", "注册资本", "主营业务"])
    for number in range(1, 6):
        sheet.append(
            [number, f"示例科技{number}公司", "91500000MA5U00000X", f"2023.{number}", 100 * number, "软件；=1+1"]
        )
    sheet.append(["合计", None, None, None, 1500])
    book.create_sheet("隐藏").sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


RETURNING = "示例采集科技有限公司"


def returned() -> list[bytes]:
    """The form of a collection round as a firm sends it back, with an identity sheet, and as text."""
    rows: list[list[Any]] = [
        ["项号", "项目", "单位", "上年数", "本年数", "备注"],
        [None, "企业名称", None, None, RETURNING],
        [None, "统一社会信用代码", None, None, None],
        [None, "期间", None, None, "2025"],
        ["19", "总收入", "千元", 120.5, 150, "=1+1"],
        ["20", "净利润", "千元", None, "约三百万"],
        ["24", "从业人员", "人", 9, 12],
    ]
    book = openpyxl.Workbook()
    sheet: Any = book.active
    kept = book.create_sheet("采集标识")
    kept.sheet_state = "hidden"
    for row in rows:
        sheet.append(row)
    for text in ("fuzhuan-collect-1", "round", "firm", "2025", "000000000000"):
        kept.append([text])
    out = io.BytesIO()
    book.save(out)
    text = "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows)
    return [out.getvalue(), text.encode("gb18030")]


def notice() -> bytes:
    """A Word document with the table of a notice."""
    return notice_samples.docx()


def ods() -> bytes:
    """The same kind of sheet as OpenDocument."""
    from tests.fuzz.zips import Member, build

    row = "<table:table-row>{}</table:table-row>"
    text = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    number = '<table:table-cell office:value-type="float" office:value="{0}"><text:p>{0}</text:p></table:table-cell>'
    cells = [row.format(text.format("企业名称") + text.format("成立时间") + text.format("注册资本（万元）"))]
    cells += [
        row.format(text.format(f"示例{n}公司") + text.format("2023-05-01") + number.format(n * 10)) for n in range(1, 5)
    ]
    empty = '<table:table-cell table:number-columns-repeated="5"/>'
    cells.append(f'<table:table-row table:number-rows-repeated="3">{empty}</table:table-row>')
    names = ("office", "table", "text", "style")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="台账">{"".join(cells)}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return build(
        [
            Member(b"mimetype", kind, 0),
            Member(b"content.xml", content.encode()),
            Member(b"META-INF/manifest.xml", manifest),
        ]
    )


def csv_text(codec: str = "utf-8-sig", sign: str = ",") -> bytes:
    """The same as text."""
    rows = [
        ["企业名称", "统一社会信用代码", "成立时间", "注册资本"],
        ["甲公司", "", "2023-05", "100万元"],
        ['乙"公司"', "", "2022.1", "6(万美元)"],
    ]
    return "\r\n".join(sign.join(f'"{cell}"' for cell in row) for row in rows).encode(codec)


def xls() -> bytes:
    """A small workbook of the old format, saved by LibreOffice."""
    return (HERE / "corpus" / "ledger.xls").read_bytes()


def pictures() -> list[bytes]:
    """One small picture of each kind and colour model."""
    made = [pdf_samples.picture(kind, (40, 30)) for kind in ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF")]
    for mode in ("1", "L", "LA", "P", "I;16", "RGBA"):
        made.append(_converted(made[0], mode, "PNG"))
    made += [_converted(made[0], "CMYK", "JPEG"), pdf_samples.picture("JPEG", (40, 30), orientation=6)]
    return made


def _converted(data: bytes, mode: str, kind: str) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(data)) as picture:
        (picture.convert("L").convert("I").convert("I;16") if mode == "I;16" else picture.convert(mode)).save(out, kind)
    return out.getvalue()


def pdfs() -> list[bytes]:
    """Small sound PDFs, one turned, one locked."""
    return [
        pdf_samples.pdf(),
        pdf_samples.pdf(3, size=(300.0, 200.0)),
        pdf_samples.pdf(rotate=90),
        pdf_samples.locked(),
    ]


def packs() -> list[bytes]:
    """The shipped policy packs under other ids, so that they can be added."""
    shipped = sorted((resources_dir() / "policies").glob("*.toml"), key=lambda path: path.stat().st_size)
    return [path.read_bytes().replace(b'id = "', b'id = "own-', 1) for path in shipped[:4]]


def holidays() -> bytes:
    """A year's arrangement as the notice gives it."""
    days = ", ".join(f"2031-10-0{day}" for day in range(1, 8))
    text = f'year = 2031\ndocument = "示例〔2030〕1号"\nholidays = [2031-01-01, {days}]\nworkdays = ["2031-09-27"]\n'
    return text.encode()


def profile() -> bytes:
    """An endpoint profile with a recipient."""
    from exports.endpoint import Dialect

    return dump_profile(
        EndpointProfile(
            "市科技局", "https://desk.example.cn/sword", recipients=(package_samples.RECIPIENT,), dialect=Dialect()
        )
    )


def settings() -> bytes:
    """A settings file as the program writes it."""
    values = {
        "workspace": "/工作/李/工作区",
        "language": "zh",
        "keyring": True,
        "geometry": "AdnQywAD",
        "backup_folder": "/media/usb",
    }
    return json.dumps({**values, "columns": {"firm": ["name", "uscc"]}}, ensure_ascii=False).encode()


def copy_workspace(lab: Lab, target: Path) -> Path:
    """A workspace of one's own."""
    return Path(shutil.copytree(lab.workspace, target))
