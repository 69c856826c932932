"""The contents page (目录) inside a package: one HTML file that a reviewer opens by double click, offline."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from exports.package.spec import PackageSpec, Payload

_STYLE = (
    "body{font-family:'Noto Serif CJK SC','Songti SC',SimSun,serif;max-width:60em;margin:2em auto;padding:0 1em;"
    "line-height:1.6}table{border-collapse:collapse;width:100%}th,td{border:1px solid #999;padding:.3em .6em;"
    "text-align:left;vertical-align:top}.sample{border:3px solid #b00;color:#b00;padding:.5em;font-weight:bold}"
    "code{word-break:break-all;font-size:85%}"
)


def contents_page(spec: PackageSpec) -> bytes:
    """The page as UTF-8; always Chinese, because the receiving office reads it, whatever the sender's window shows."""
    rows = [
        ("申报材料", spec.title),
        ("报送单位", spec.organisation.name),
        ("统一社会信用代码", spec.organisation.uscc),
        ("制作时间", spec.made_at),
        ("材料包编号", spec.package_id),
        ("替代的材料包", spec.replaces or ""),
        ("审计链", f"{spec.audit_head}（共 {spec.audit_length} 条）" if spec.audit_head else ""),
    ]
    body = [f"<h1>{escape(spec.title)}</h1>"]
    if spec.sample:
        body.append('<p class="sample">示例数据，不得作为正式申报材料。</p>')
    body.append(_table((), [(escape(label), escape(value)) for label, value in rows if value]))
    if spec.figures:
        figures = [
            (escape(figure.label), escape(f"{figure.value} {figure.unit}".strip()), escape(figure.basis))
            for figure in spec.figures
        ]
        body += ["<h2>主要数据</h2>", _table(("指标", "数值", "口径"), figures)]
    if spec.unverified_figures:
        items = "".join(f"<li>{escape(text)}</li>" for text in spec.unverified_figures)
        body += ["<h2>尚未核实的政策数字</h2>", f"<ul>{items}</ul>"]
    if spec.confirmed_figures:
        names = ("title", "notice", "page", "on", "sha256")
        told = [tuple(escape(confirmed.get(name, "")) for name in names) for confirmed in spec.confirmed_figures]
        head = ("条目", "通知", "页", "日期", "通知文件的 SHA-256")
        body += ["<h2>已对照当年通知核实的政策数字</h2>", _table(head, told)]
    if spec.documents:
        body += ["<h2>申报文件</h2>", _files("documents", spec.documents)]
    if spec.evidence:
        body += ["<h2>证明材料</h2>", _files("evidence", spec.evidence)]
    body.append(
        '<h2>数据</h2><p><a href="records.json">records.json</a>（结构说明 '
        '<a href="records.schema.json">records.schema.json</a>，文件清单 <a href="index.json">index.json</a>）</p>'
    )
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>目录 – {escape(spec.title)}</title><style>{_STYLE}</style></head>\n<body>\n"
        + "\n".join(body)
        + "\n</body></html>\n"
    ).encode("utf-8", "replace")


def _files(folder: str, payloads: Iterable[Payload]) -> str:
    rows = [
        (
            f'<a href="{folder}/{escape(payload.name)}">{escape(payload.title or payload.real_name)}</a>',
            escape(payload.real_name),
            escape("；".join(payload.supports)),
            f"{payload.size:,}",
            f"<code>{payload.sha256}</code>",
        )
        for payload in payloads
    ]
    return _table(("名称", "原文件名", "证明事项", "字节", "SHA-256"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    top = "<tr>" + "".join(f"<th>{cell}</th>" for cell in head) + "</tr>" if head else ""
    return (
        "<table>" + top + "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows) + "</table>"
    )
