"""The workspace that every kind of write is tried on, the means to open it, and the services called on it."""

from __future__ import annotations

import io
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from db import passphrasekey
from desktop.services import load_services
from desktop.services import workspace as workspaces
from desktop.services.registry import call as call_service
from desktop.services.session import Session
from exports.endpoint import EndpointProfile, dump_profile
from tests.confirming import confirm_all

PACK, PERIOD = "guokefaqu-2018-300", "2025"
PASSPHRASE, TOKEN = "一匹马 battery staple 42", "t0ken-of-the-office"
# a guess costs next to nothing here: what is to be hit is the writing, not the arithmetic
passphrasekey.SECONDS = 0
passphrasekey.FLOOR.update(time=1, memory_kib=1024, lanes=1)


@dataclass(frozen=True)
class Template:
    """A closed workspace with a whole job in it, the secret that opens it, and what the writes refer to."""

    folder: Path
    secret: str
    carrier: str
    firm: str
    case: str
    snapshot: str
    application: str
    package: str
    endpoint: str

    def save(self, file: Path) -> None:
        """Keep it for another process."""
        file.write_text(json.dumps(asdict(self), default=str))

    @classmethod
    def load(cls, file: Path) -> Template:
        """What `save` kept."""
        values = json.loads(file.read_text())
        return cls(**{**values, "folder": Path(values["folder"])})


class Bench:
    """One copy of the template with a folder beside it for what lies outside; opened like a user would open it."""

    def __init__(self, base: Path, template: Template) -> None:
        self.base, self.template = base, template
        self.folder, self.outside = base / "工作区 1", base / "外面"
        self.session = Session()

    @classmethod
    def fresh(cls, base: Path, template: Template) -> Bench:
        """A new copy in `base`, replacing what is there."""
        shutil.rmtree(base, ignore_errors=True)
        bench = cls(base, template)
        shutil.copytree(template.folder, bench.folder)
        bench.outside.mkdir()
        return bench

    def open(self, passphrase: str | None = None) -> workspaces.Workspace:
        """Open by the keyring slot, or by a passphrase; raises like `workspace.open`."""
        way, secret = ("keyring", self.template.secret) if passphrase is None else ("passphrase", passphrase)
        self.session.workspace = workspaces.open_with(self.folder, way, secret)
        return self.session.workspace

    @property
    def ws(self) -> workspaces.Workspace:
        """The open workspace."""
        if self.session.workspace is None:
            raise AssertionError("not open")
        return self.session.workspace

    def call(self, name: str, /, **parameters: Any) -> Any:
        """Run a service."""
        return call_service(self.session, name, None, **parameters)

    def close(self) -> None:
        """As the program closes it."""
        self.session.close()

    def file(self, name: str, content: bytes) -> str:
        """A file of the user's own, outside the workspace."""
        path = self.outside / name
        path.write_bytes(content)
        return str(path)


def make_template(base: Path, receiver_url: str) -> Template:
    """Do the whole job once: records, evidence, evaluation, book, package, endpoint."""
    load_services()
    folder = base / "made"
    ws, _code = workspaces.create(
        folder, passphrase=PASSPHRASE, organisation="渝北智创孵化器", kinds=["incubator"], person="李明"
    )
    try:
        secret = ws.slots.set_keyring(ws.data_key)
        session = Session()
        session.workspace = ws

        def call(name: str, /, **parameters: Any) -> Any:
            return call_service(session, name, None, **parameters)

        own = call("workspace.info")["organisation"]["id"]
        firm = call("records.add", kind="firm", values={"name": "重庆甲科技有限公司", "founded_on": "2024-05"})["id"]
        carrier = call(
            "records.add",
            kind="carrier",
            values={"name": "某某孵化器", "operator": own, "carrier_kind": "综合孵化器"},
        )["id"]
        year = {"carrier": carrier, "year": "2025", "area_total": "10400", "area_tenant": "7150", "area_public": "960"}
        call("records.add", kind="carrier_year", values=year)
        tenancy = {"firm": firm, "carrier": carrier, "status": "在孵", "entered_on": "2025-06-01", "area": "65.5"}
        call("records.add", kind="tenancy", values=tenancy)
        case = call("records.add", kind="case", values={"no": "2026-001", "title": "某成果", "track": "成果转化"})["id"]
        scan = base / "平面图.png"
        scan.write_bytes(picture(1))
        place = f"indicator:{PACK}/area@{PERIOD}/carrier:{carrier}"
        call("evidence.add", files=[str(scan)], target=place)
        confirm_all(call, base, pack=PACK, period=PERIOD, subject=f"carrier:{carrier}")
        frozen = call("evaluation.freeze", pack=PACK, period=PERIOD, subject=f"carrier:{carrier}")["id"]
        book = call("apply.make", snapshot=frozen, narrative={"organisation": "概况"})["id"]
        package = call("package.seal", application=book, personal_confirmed=True)["id"]
        profile = base / "endpoint.toml"
        profile.write_bytes(dump_profile(EndpointProfile(name="平台", service_url=receiver_url)))
        endpoint = call("endpoint.add", profile=str(profile), token=TOKEN)["id"]
        call("backup.make", file=str(base / "template.backup"))
    finally:
        ws.close()
    # where it was made there is no workspace any more: its copies have moved, and need not ask whether they forked
    return Template(folder.rename(base / "template"), secret, carrier, firm, case, frozen, book, package, endpoint)


def picture(number: int) -> bytes:
    """A small picture, another for each number."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (64, 48), (number % 256, number // 256 % 256, 200)).save(out, "PNG")
    return out.getvalue()
