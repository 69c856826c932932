"""Commands on packages, endpoints, deliveries and their receipts."""

from __future__ import annotations

import argparse
from typing import Any

from desktop.commands.context import Context, pairs, read_secret
from desktop.commands.registry import command
from desktop.commands.telling import sheet, table, told
from desktop.fields import kind_label, kinds
from desktop.models.format import size
from policy.errors import Exit
from policy.i18n import bracketed, labelled, listed, mark, spaced, tr

_PACKAGE, _ENDPOINT = mark("报送包"), mark("报送端点")


def _seal_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("application", metavar="APPLICATION")
    parser.add_argument("--endpoint", metavar="NAME")
    parser.add_argument("--personal-confirmed", action="store_true", help=tr("确认包内的个人信息可以不加密发出"))
    parser.add_argument(
        "--personal",
        action="append",
        default=[],
        metavar="FIELD=WAY",
        help=tr("个人信息字段的处理：keep、mask 或 remove"),
    )
    parser.add_argument("--replaces", metavar="PACKAGE")


def _show_sealed(answer: Any) -> str:
    way = tr("已加密给收件方") if answer["encrypted"] else tr("没有加密")
    return "\n".join(
        (
            tr("已封装报送包 {id}，{size}，{way}。", id=answer["id"], size=size(answer["bytes"]), way=way),
            labelled(tr("外包 SHA-256"), answer["outer_digest"]),
            labelled(tr("签名公钥"), answer["public_key"]),
        )
    )


@command("package seal", mark("封装报送包"), arguments=_seal_arguments, show=_show_sealed, group_help=_PACKAGE)
def seal(context: Context, parsed: argparse.Namespace) -> Any:
    names = ("application", "endpoint", "personal_confirmed", "replaces")
    chosen = pairs(parsed.personal)
    return context.call("package.seal", personal=chosen, **{name: getattr(parsed, name) for name in names})


def _personal_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("application", metavar="APPLICATION")


_WAYS = {"keep": mark("保留"), "mask": mark("遮盖"), "remove": mark("去除")}


def _show_personal(answer: Any) -> str:
    rows = [(item["field"], item["label"], str(item["rows"]), tr(_WAYS[item["way"]])) for item in answer]
    head = (tr("编号"), tr("字段"), tr("条数"), tr("默认"))
    return table(head, rows, right=(2,)) if rows else tr("没有个人信息。")


@command(
    "package personal",
    mark("报送包里会有的个人信息，及默认的处理"),
    arguments=_personal_arguments,
    list_name="fields",
    show=_show_personal,
    group_help=_PACKAGE,
)
def personal(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("package.personal", application=parsed.application)


def _file_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE")


def _verify_arguments(parser: argparse.ArgumentParser) -> None:
    _file_arguments(parser)
    parser.add_argument("--identity-file", metavar="FILE", help=tr("age 私钥文件（收件方）"))


def _show_label(label: dict[str, Any]) -> str:
    """What the outside of a package claims."""
    return sheet(
        (
            (tr("报送包"), label["package_id"]),
            (tr("名称"), label["title"]),
            (tr("单位"), bracketed(label["organisation"], label["uscc"])),
            (tr("封装时间"), label["made_at"][:16].replace("T", " ")),
            (tr("内容"), tr("已加密给收件方") if label["encrypted"] else tr("没有加密")),
            (tr("代替"), label["replaces"] or ""),
            (tr("大小"), size(label["outer_bytes"])),
            (tr("请注意"), tr("示例数据，不能用于申报") if label["sample"] else ""),
        )
    )


def _show_verified(answer: Any) -> str:
    lines = [_show_label(answer["label"])]
    if not answer["opened"]:
        lines.append(tr("外包完好；内容已加密，没有私钥，没有打开。"))
        return "\n".join([*lines, labelled(tr("外包 SHA-256"), answer["outer_sha256"])])
    signer = tr("由本工作区签名") if answer["signer_trusted"] else tr("签名与内容相符；请另行核对公钥属于谁")
    found = (
        (tr("签名"), spaced(signer, answer["key_id"])),
        (tr("公钥"), answer["public_key"]),
        (tr("签名说明"), answer["trusted_comment"]),
        (tr("外包 SHA-256"), answer["outer_sha256"]),
        (tr("内包 SHA-256"), answer["inner_sha256"]),
        (tr("记录"), listed(f"{_kind_name(kind)} {count}" for kind, count in answer["records"].items())),
    )
    lines += [tr("检查通过：{n} 个文件都完好。", n=len(answer["files"])), sheet(found)]
    lines += [f"  {spaced(file['path'], size(file['size']))}" for file in answer["files"]]
    return "\n".join(lines)


def _kind_name(kind: str) -> str:
    return kind_label(kind) if kind in kinds() else kind


@command(
    "package verify",
    mark("检查报送包（不需要工作区）"),
    arguments=_verify_arguments,
    show=_show_verified,
    group_help=_PACKAGE,
)
def verify(context: Context, parsed: argparse.Namespace) -> Any:
    return context.run("package.verify", file=parsed.file, identity_file=parsed.identity_file)


@command("package inspect", mark("报送包的明文标签"), arguments=_file_arguments, show=_show_label, group_help=_PACKAGE)
def inspect(context: Context, parsed: argparse.Namespace) -> Any:
    return context.run("package.inspect", file=parsed.file)


def _export_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID")
    parser.add_argument("file", metavar="FILE")


@command(
    "package export",
    mark("把报送包存到文件夹或 U 盘"),
    arguments=_export_arguments,
    show=lambda answer: "\n".join(
        (
            tr("已写出 {file}，{size}。", file=answer["file"], size=size(answer["bytes"])),
            labelled("SHA-256", answer["sha256"]),
        )
    ),
    group_help=_PACKAGE,
)
def export(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("package.export", id=parsed.id, file=parsed.file)


def _endpoint_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("profile", metavar="PROFILE")
    parser.add_argument("--token-file", metavar="FILE")
    parser.add_argument("--signature", metavar="FILE")


def _show_endpoint(answer: Any) -> str:
    lines = [tr("已添加报送端点“{name}”：{id}", name=answer["name"], id=answer["id"])]
    return "\n".join([*lines, *(labelled(tr("加密公钥指纹"), text) for text in answer["fingerprints"])])


@command("endpoint add", mark("添加报送端点"), arguments=_endpoint_arguments, show=_show_endpoint, group_help=_ENDPOINT)
def endpoint_add(context: Context, parsed: argparse.Namespace) -> Any:
    token = read_secret(parsed.token_file) if parsed.token_file else context.ask(tr("令牌："))
    answer = context.call("endpoint.add", profile=parsed.profile, token=token, signature=parsed.signature)
    if not answer["signed"]:
        context.say(tr("这份端点档案没有签名；请与受理单位核对指纹后再使用。"))
    return answer


def _show_endpoints(answer: Any) -> str:
    head = (tr("编号"), tr("名称"), tr("档案"), tr("报送内容"), tr("联系方式"), tr("网址"))
    rows = [
        (
            row["id"][:8],
            row["name"],
            tr("有签名") if row["signed"] else tr("没有签名"),
            tr("加密") if row["encrypted"] else tr("不加密"),
            row["contact"] or "",
            row["url"],
        )
        for row in answer
    ]
    return table(head, rows) if rows else tr("还没有报送端点。")


@command("endpoint list", mark("报送端点清单"), show=_show_endpoints, list_name="endpoints", group_help=_ENDPOINT)
def endpoint_list(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("endpoint.list")


def _show_outbox(answer: Any) -> str:
    return "\n".join(
        f"{row['package'][:8]}  {(row['id'] or '—')[:8]:8}  {row['state_text'] or tr('未报送')}"
        f"  {row['package_title']}  {row.get('problem') or ''}".rstrip()
        for row in answer
    ) or tr("还没有报送包。")


@command("outbox", mark("报送包与递送状态"), show=_show_outbox, list_name="deliveries")
def outbox(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("delivery.list")


def _send_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", nargs="?", metavar="ID")
    parser.add_argument("--endpoint", metavar="NAME")
    parser.add_argument("--not-arrived", action="store_true", help=tr("接收单位确认没有收到，再次发送"))


def _show_deliveries(answer: Any) -> str:
    rows = answer if isinstance(answer, list) else [answer]
    return "\n".join(map(_delivery, rows)) or tr("没有等待中的报送。")


def _delivery(row: dict[str, Any]) -> str:
    """One delivery: its number, how far it is, whose words and what is wrong."""
    state = bracketed(row.get("state_text", ""), row.get("endpoint_name", ""))
    progress = row.get("progress") or {}
    parts = tr("{done} / {total} 部分", **progress) if progress.get("total") else ""
    return spaced(row["id"], state, parts, row.get("words", ""), row["problem"])


@command(
    "send",
    mark("报送，或继续未完成的报送"),
    arguments=_send_arguments,
    show=_show_deliveries,
    list_name="deliveries",
)
def send(context: Context, parsed: argparse.Namespace) -> Any:
    if parsed.id is None:
        answers = context.call("delivery.pump")
        if any(answer["problem"] for answer in answers):
            parsed.exit_code = Exit.WORLD
        return answers
    if parsed.endpoint is None:
        endpoints = context.call("endpoint.list")
        parsed.endpoint = endpoints[0]["name"] if len(endpoints) == 1 else ""
    asked = {"endpoint": parsed.endpoint, "not_arrived": parsed.not_arrived}
    answer = context.call("delivery.send", package=parsed.id, **asked)
    if answer["problem"]:
        context.say(answer["problem"])
        parsed.exit_code = Exit.WORLD
    return answer


def _id_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID")


def _show_withdrawn(answer: Any) -> str:
    return f"{tr('已撤回。')}\n{_delivery(answer)}"


@command("withdraw", mark("撤回一份尚未受理的报送"), arguments=_id_argument, show=_show_withdrawn)
def withdraw(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("delivery.withdraw", id=parsed.id)


def _receipt_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID")
    parser.add_argument("out", metavar="OUT")


@command("delivery-receipt", mark("打印报送回执"), arguments=_receipt_arguments, show=told(mark("已写出 {file}")))
def receipt(context: Context, parsed: argparse.Namespace) -> Any:
    return context.call("delivery.receipt", id=parsed.id, out=parsed.out)
