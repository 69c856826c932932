"""The main job from nothing, as a person would do it: workspace, ledger, case, evidence, evaluation, PDF, deposit."""

from __future__ import annotations

import json
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from db.files import private_folder, whole_file, write_private
from desktop.commands.context import Context
from exports.endpoint import EndpointProfile, dump_profile
from exports.pdf.receipt import write_recovery_sheet
from exports.receiver import Receiver
from policy.errors import Refused
from policy.i18n import labelled, tr

PACK, PERIOD = "guokefaqu-2018-300", "2025"
_LEDGER_ROWS = 60


def run_demo(context: Context, *, out: str | None, endpoint: str | None, token: str | None) -> dict[str, Any]:
    """Do the whole job and say where everything lies; the default receiver runs on loopback for as long as it takes.

    Raises Refused("workspace.not_empty") where `out` already holds something, and what the steps raise.
    """
    base = Path(out) if out else Path(tempfile.mkdtemp(prefix="fuzhuan-demo-"))
    if base.exists() and (not base.is_dir() or any(base.iterdir())):
        raise Refused("workspace.not_empty", path=str(base))
    private_folder(base)
    passphrase = secrets.token_urlsafe(16)
    write_private(base / "passphrase.txt", (passphrase + "\n").encode())
    steps: list[dict[str, Any]] = []

    def step(title: str, **facts: Any) -> None:
        steps.append({"step": title, **facts})
        context.say(f"{len(steps)}. {title}  " + "  ".join(f"{key}={value}" for key, value in facts.items()))

    organisation = "重庆示例孵化器有限公司"
    made = context.run(
        "workspace.create",
        folder=str(base / "workspace"),
        passphrase=passphrase,
        organisation=organisation,
        kinds=["incubator", "agency"],
        person="示例操作员",
    )
    with whole_file(base / "recovery-sheet.pdf") as sheet:
        write_recovery_sheet(organisation, made["recovery_code"], sheet)
    step(tr("建立工作区"), folder=made["folder"])
    sample = context.run("sample.load")
    step(tr("装入示例数据"), records=sum(sample["counts"].values()), evidence=sample["counts"]["evidence"])
    imported = _import_ledger(context, base)
    step(tr("导入企业台账"), **{key: imported[key] for key in ("rows", "added", "unchanged", "rejected_rows")})
    case = context.run("records.ids", kind="case", where={"outcome": "open"}, order="no")[0]
    photo = _photo(base)
    entry = context.run(
        "case.log",
        case=case,
        kind="visit",
        note="现场走访：样机已装配完成，对方同意下月试用。",
        at="2026-11-20 15:30",
        files=[str(photo)],
        next_action="送试用协议",
        next_on="2026-11-27",
    )
    step(tr("记录案件"), case=entry["case"][:8], late=entry["late"], evidence=len(entry["evidence"]))
    carrier = next(row["id"] for row in context.run("evaluation.subjects", pack=PACK) if row["kind"] == "carrier")
    subject = f"carrier:{carrier}"
    gaps = context.run("evidence.gaps", pack=PACK, period=PERIOD, subject=subject)
    missing = [gap for gap in gaps if gap["missing"] and gap["proofs"]]
    if missing:
        proof = _proof(base, len(gaps) - len(missing) + 1)
        context.run("evidence.add", files=[str(proof)], target=missing[0]["target_key"], values={"doc_kind": "d10"})
    step(tr("补充佐证"), gaps=len(missing), filled=min(1, len(missing)))
    result = context.run("evaluation.run", pack=PACK, period=PERIOD, subject=subject)
    snapshot = context.run("evaluation.freeze", pack=PACK, period=PERIOD, subject=subject)
    step(tr("评价并定稿"), **result["counts"], digest=snapshot["digest"][:12])
    notice = context.run("evidence.add", files=[str(_notice(base))], values={"doc_kind": "通知/政策文件"})["ids"][0]
    place = {"pack": PACK, "period": PERIOD, "subject": subject}
    confirmed = context.run("policy.confirm", **place, notice=notice, page="1", note="示例：与虚构的通知对照")
    step(tr("对照示例通知核实政策数值"), figures=len(confirmed["rules"]))
    application = context.run(
        "apply.make",
        snapshot=snapshot["id"],
        narrative={"organisation": "本单位为示例孵化器，以下内容均为虚构。", "plan": "继续完善专业服务。"},
    )
    pdf = context.run("apply.export", id=application["id"], out=str(base))
    step(tr("生成申报书"), pages=application["pages"], unbound=len(application["unbound"]), file=pdf["file"])
    with _endpoint(context, base, endpoint, token) as (name, settled):
        package = context.run("package.seal", application=application["id"], endpoint=name, personal_confirmed=True)
        step(tr("封装报送包"), id=package["id"], bytes=package["bytes"], encrypted=package["encrypted"])
        copy = context.run("package.export", id=package["id"], file=str(base / "package.zip"))
        delivery = context.run("delivery.send", package=package["id"], endpoint=name)
        settled()
        delivery = context.run("delivery.resume", id=delivery["id"])
        step(tr("报送"), state=delivery["state_text"], object=delivery["object_url"], problem=delivery["problem"])
    receipt = context.run("delivery.receipt", id=delivery["id"], out=str(base / "receipt.pdf"))
    content = context.run("delivery.receipt_content", id=delivery["id"])
    write_private(base / "receipt.json", json.dumps(content, ensure_ascii=False, indent=1).encode())
    return {
        "folder": str(base),
        "workspace": made["folder"],
        "passphrase_file": str(base / "passphrase.txt"),
        "recovery_sheet": str(base / "recovery-sheet.pdf"),
        "application": pdf["file"],
        "package": copy["file"],
        "receipt": receipt["file"],
        "receipt_data": str(base / "receipt.json"),
        "delivery": {
            "state": delivery["state"],
            "state_text": delivery["state_text"],
            "package_id": package["id"],
            "inner_sha256": package["inner_digest"],
            "outer_sha256": package["outer_digest"],
            "object_url": delivery["object_url"],
        },
        "steps": steps,
    }


def show(answer: dict[str, Any]) -> str:
    """The receipt and where everything lies."""
    delivery = answer["delivery"]
    lines = [
        tr("报送回执"),
        "  " + labelled(tr("状态"), delivery["state_text"]),
        "  " + labelled(tr("报送包编号"), delivery["package_id"]),
        "  " + labelled(tr("内包摘要"), delivery["inner_sha256"]),
        "  " + labelled(tr("外包摘要"), delivery["outer_sha256"]),
        "  " + labelled(tr("对象地址"), delivery["object_url"]),
        tr("文件位置"),
    ]
    places = {
        "workspace": tr("工作区"),
        "passphrase_file": tr("口令文件（仅演示用）"),
        "recovery_sheet": tr("恢复码"),
        "application": tr("申报书"),
        "package": tr("报送包"),
        "receipt": tr("回执"),
        "receipt_data": tr("回执数据"),
    }
    lines += ["  " + labelled(label, answer[key]) for key, label in places.items()]
    return "\n".join(lines)


@contextmanager
def _endpoint(
    context: Context, base: Path, url: str | None, token: str | None
) -> Iterator[tuple[str, Callable[[], None]]]:
    """Add the endpoint asked for, or a receiver of our own for as long as the block; with a wait for its decision."""
    if url:
        profile = EndpointProfile(name="指定的受理端", service_url=url)
        yield _add(context, base, profile, token or ""), lambda: None
        return
    import pyrage

    own = secrets.token_urlsafe(16)
    identity = pyrage.x25519.Identity.generate()
    with Receiver(private_folder(base / "receiver"), own, identity=str(identity)) as receiver:
        profile = EndpointProfile(
            name="示例受理端（本机）", service_url=receiver.url, recipients=(str(identity.to_public()),)
        )
        write_private(base / "receiver-identity.txt", (str(identity) + "\n").encode())
        yield _add(context, base, profile, own), receiver.settle


def _add(context: Context, base: Path, profile: EndpointProfile, token: str) -> str:
    file = base / "endpoint.toml"
    write_private(file, dump_profile(profile))
    return str(context.run("endpoint.add", profile=str(file), token=token)["name"])


def _import_ledger(context: Context, base: Path) -> dict[str, Any]:
    """A ledger as an office might send it: the sample's firms exported, with two new ones and a broken row."""
    file = base / "企业台账.csv"
    rows = context.run("records.rows", kind="firm", ids=context.run("records.ids", kind="firm")[:_LEDGER_ROWS])
    lines = ["示例企业台账", "企业名称,统一社会信用代码,成立日期,注册资本（万元）"]
    for row in rows:
        capital = "" if row["reg_capital"] is None or row["reg_capital_currency"] else f"{row['reg_capital'] / 1e6:g}"
        lines.append(",".join((row["name"], row["uscc"] or "", row["founded_on"] or "", capital)))
    lines += ["重庆示例·新入孵科技有限公司,,2026年3月,300", "重庆示例·𠮷祥智造有限公司,,2026.5,6(万美元)"]
    lines.append("重庆示例·日期有误有限公司,,2026-02-30,10")
    write_private(file, ("\ufeff" + "\r\n".join(lines) + "\r\n").encode())
    answer: dict[str, Any] = context.run("ledger.import", file=str(file), kind="firm")
    return answer


def _photo(base: Path) -> Path:
    return _picture(base / "photo.jpg", "SAMPLE PHOTO 2026-11-20", "JPEG")


def _proof(base: Path, number: int) -> Path:
    return _picture(base / "proof.pdf", f"SAMPLE SCAN {number}", "PDF")


def _notice(base: Path) -> Path:
    """A made-up notice of the year: what a person would compare the pack's unverified figures with."""
    return _picture(base / f"示例{PERIOD}年度评价通知.pdf", f"SAMPLE NOTICE {PERIOD} (made up)", "PDF")


def _picture(file: Path, text: str, kind: str) -> Path:
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (1240, 1754), "#ffffff")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((100, 100, 1140, 1654), fill="#eef2f6", outline="#445566", width=4)
    draw.text((160, 160), text, fill="#223344", font_size=48)
    with whole_file(file) as out:
        picture.save(out, kind)
    return file
