"""The parts of the application book, from cover to the pages that evidence is laid into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, NextPageTemplate, PageBreak, Spacer, Table

from exports.pdf.binder import REASONS
from exports.pdf.document import (
    ACCENT,
    BODY,
    COVER,
    H1,
    H2,
    INK,
    NOTE,
    PLAIN,
    QUIET,
    RULE,
    TYPE_WIDTH,
    WARN,
    Book,
    Box,
    Mark,
    Sheet,
)
from exports.pdf.exhibits import BoundPage, Exhibit
from exports.pdf.figures import SCOPES, VERDICTS, long_date, long_time, quantity, score, target, with_unit
from exports.pdf.fonts import SANS, SERIF
from exports.pdf.typeset import Span, Style
from policy.i18n import mark
from policy.pack import STATUSES

ROWS_SHOWN = 40  # rows behind a figure on the indicator's own page; more go into an annex table
NARRATIVE = {
    "organisation": mark("单位概况"),
    "carrier": mark("载体建设"),
    "team": mark("运营团队"),
    "services": mark("孵化服务"),
    "results": mark("孵化成效"),
    "cases": mark("典型案例"),
    "plan": mark("下一步计划"),
    "other": mark("其他说明"),
}
_ROW = Style(size=9, leading=12, colour=INK)


class Sections:
    """Builds the story of one pass; `exhibits` come in the order they are bound, unbound ones among them."""

    def __init__(self, application: Mapping[str, Any], exhibits: Sequence[Exhibit], book: Book) -> None:
        self.application, self.book, self.exhibits = application, book, exhibits
        self.snapshot: Mapping[str, Any] = application["snapshot"]
        self.indicators: Sequence[Mapping[str, Any]] = self.snapshot.get("indicators", ())
        self.measures: Mapping[str, Mapping[str, Any]] = self.snapshot.get("measures", {})
        self.confirmed: Mapping[str, Mapping[str, Any]] = application.get("confirmations") or {}
        self.basis: Mapping[str, str] = application.get("unverified") or {}
        self.by_id = {exhibit.id: exhibit for exhibit in exhibits}
        self.annexes = [name for name, measure in self.measures.items() if len(measure.get("rows", ())) > ROWS_SHOWN]
        self.contents: list[tuple[int, str, str]] = []

    def story(self) -> list[Flowable]:
        """The whole book."""
        later = [
            *self._stamps(),
            *self._basis(),
            *self._narrative(),
            *self._overview(),
            *[flowable for number, one in enumerate(self.indicators, 1) for flowable in self._indicator(number, one)],
            *self._annex_tables(),
            *self._evidence_list(),
            *self._unbound(),
        ]
        statement = self._statement()
        return [*self._cover(), *statement, *self._table_of_contents(), *later, *self._bound()]

    def _chapter(self, title: str, key: str, level: int = 0, style: Style = H1) -> list[Flowable]:
        self.contents.append((level, title, key))
        return self.book.chapter(title, key, level, style)

    def _cover(self) -> list[Flowable]:
        book, application, snapshot = self.book, self.application, self.snapshot
        organisation, pack = application["organisation"], snapshot["pack"]
        subject = snapshot.get("subject", {}).get("name", "")
        title = application["title"]
        cover = COVER if len(title) <= 30 else replace(COVER, size=18, leading=28)
        sample = application.get("sample")
        status = "（征求意见稿）" if pack.get("status") == "draft" else ""
        pairs = [
            ("申报单位", organisation["name"]),
            ("统一社会信用代码", organisation.get("uscc") or ""),
            ("申报对象", subject if subject != organisation["name"] else ""),
            ("申报依据", f"{pack.get('title', '')}{pack.get('number', '')}{status}"),
            ("申报年度", long_date(str(snapshot.get("period", "")))),
            ("通讯地址", organisation.get("address") or ""),
            ("联系人", "　".join(filter(None, (organisation.get("contact"), organisation.get("phone"))))),
            ("编制日期", long_date(application.get("made_on", ""))),
        ]
        name_style = Style(SANS, 11.5, 18, QUIET, "right")
        rows = [
            (book.text(name, name_style), book.text(value, replace(PLAIN, size=12.5, leading=19, align="left")))
            for name, value in pairs
            if value
        ]
        table = Table(rows, (44 * mm, 106 * mm), hAlign="CENTER")
        table.setStyle(
            [
                ("FONT", (0, 0), (-1, -1), SERIF, 9),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (1, 0), (1, -1), 0.4, QUIET),
                ("TOPPADDING", (0, 0), (-1, -1), 6),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
            ]
        )
        banner = [book.text("示　例", Style(SANS, 15, 24, WARN, "centre"))] if sample else [Spacer(0, 24)]
        return [
            Mark("cover", "封面"),
            Spacer(0, 22 * mm),
            *banner,
            book.text(title, cover),
            Spacer(0, 22 * mm),
            table,
            Spacer(0, 14 * mm),
            Box("申报单位盖章处", 52 * mm, 40 * mm, "CENTER"),
            NextPageTemplate("text"),
        ]

    def _statement(self) -> list[Flowable]:
        book = self.book
        self.contents.insert(0, (0, "承诺书", "statement"))
        heading = book.heading("承诺书", "statement", 0, replace(H1, align="centre", after=16))
        sign = Style(size=12, leading=26, colour=INK)
        places = Table(
            [
                [
                    [
                        book.text("法定代表人（签字）：", sign),
                        Spacer(0, 16 * mm),
                        book.text("日期：　　　　年　　月　　日", sign),
                    ],
                    Box("单位盖章处", 52 * mm, 40 * mm),
                ]
            ],
            (TYPE_WIDTH * 0.6, TYPE_WIDTH * 0.4),
            style=[("VALIGN", (0, 0), (-1, -1), "TOP"), ("FONT", (0, 0), (-1, -1), SERIF, 9)],
        )
        statement = book.text(str(self.application.get("statement", "")), BODY)
        return [PageBreak(), *heading, statement, Spacer(0, 24 * mm), KeepTogether([places])]

    def _table_of_contents(self) -> list[Flowable]:
        book = self.book
        rows = []
        for level, title, key in self.contents:
            style = Style(SANS, 11, 17, INK) if level == 0 else Style(size=10.5, leading=15.5, colour=INK)
            indent = "" if level == 0 else "　　"
            page = replace(style, align="right")
            rows.append((book.text(Span(indent + title, link=key), style), book.text(book.link(key), page)))
        table = Table(
            rows,
            (TYPE_WIDTH - 16 * mm, 16 * mm),
            style=[
                ("FONT", (0, 0), (-1, -1), SERIF, 9),
                ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE, None, (0.5, 3)),
            ],
        )
        return [PageBreak(), *book.heading("目　录", "contents", 0, replace(H1, align="centre")), table]

    def _stamps(self) -> list[Flowable]:
        book = self.book
        rows: list[tuple[Any, ...]] = [
            ("封面", "公章", book.link("cover")),
            ("承诺书", "公章、法定代表人签字", book.link("statement")),
        ]
        for exhibit in self.exhibits:
            if exhibit.wide:
                asked = "公章（通知要求时）"
                rows.append((f"{exhibit.name}　{exhibit.title}", asked, self._pages(exhibit)))
        numbered = [(str(n), *row, "") for n, row in enumerate(rows, 1)]
        return [
            *self._chapter("用印清单", "stamps"),
            book.text("打印后按本表逐页用印并核对；通知要求骑缝章的，装订后加盖。", NOTE),
            book.table(("序号", "内容", "用印", "页码", "已盖"), numbered, (10, 72, 48, 15, 11), "clllc"),
        ]

    def _basis(self) -> list[Flowable]:
        book, snapshot = self.book, self.snapshot
        pack, audit = snapshot["pack"], self.application.get("audit") or {}
        status = str(pack.get("status", ""))
        warn = WARN if status != "in_force" else None
        facts: list[tuple[str, str | Span]] = [
            ("依据文件", str(pack.get("title", ""))),
            ("文号", str(pack.get("number") or "")),
            ("发文单位", str(pack.get("issuer") or "")),
            ("文件状态", Span(STATUSES.get(status, status), colour=warn)),
            ("统计年度", long_date(str(snapshot.get("period", "")))),
            ("定稿时间", long_time(str(snapshot.get("frozen_at", "")))),
            ("申报书编号", f"{self.application['id']}　第 {self.application.get('version', 1)} 版"),
            ("政策包摘要", str(pack.get("digest", ""))),
            ("定稿摘要", str(snapshot.get("digest", ""))),
            ("操作记录链", f"{audit['length']} 条，末值 {audit['head']}" if audit else ""),
            ("报送包编号", str(self.application.get("package_id") or "")),
        ]
        notes = [
            "数值取自定稿时的记录，金额以万元列示；空白表示没有数据，不作零计。",
            "“未核实”表示该条标准尚未与文件原文核对，括号内是其依据；“已对照”表示本单位已与所列通知核对。",
            "“征求意见稿”表示文件尚未正式印发，结论仅供参考。",
            "“录入”表示该数值由人工填写，没有逐行记录支撑。",
        ]
        return [
            *self._chapter("编制依据", "basis"),
            book.facts(facts),
            Spacer(0, 6),
            *[book.text(note, NOTE) for note in notes],
        ]

    def _narrative(self) -> list[Flowable]:
        told: Mapping[str, str] = self.application.get("narrative") or {}
        order = [key for key in NARRATIVE if key in told] + [key for key in told if key not in NARRATIVE]
        story: list[Flowable] = []
        for section in order:
            if told[section].strip():
                story += self._chapter(NARRATIVE.get(section, section), f"narrative:{section}")
                story += [self.book.text(part.strip(), BODY) for part in told[section].split("\n") if part.strip()]
        return story

    def _overview(self) -> list[Flowable]:
        book = self.book
        scored = any(score(one) for one in self.indicators)
        head = ["序号", "指标", "要求", "数值", "单位", "结论", "得分/\n上限", "条款", "核实", "附件", "页码"]
        widths = [8.2, 25.8, 16.4, 19, 9.2, 16, 11, 13, 17.3, 11.8, 8.2]
        rows = []
        for number, one in enumerate(self.indicators, 1):
            figure, unit = quantity(one.get("value"), str(one.get("unit") or ""))
            row: list[Any] = [
                str(number),
                str(one["title"]),
                target(str(one.get("target") or ""), str(one.get("unit") or ""), named=False),
                figure or "—",
                unit,
                self._verdict(one),
                score(one),
                str(one.get("clause") or ""),
                self._verified(one),
                self._exhibit_links(one),
                book.link(f"indicator:{number}"),
            ]
            rows.append(row)
        if not scored:
            for line in (head, widths, *rows):
                del line[6]  # type: ignore[attr-defined]
        align = "cllrclrlllr" if scored else "cllrcllllr"
        passed = sum(one.get("verdict") == "pass" for one in self.indicators)
        counts = "，".join(
            f"{VERDICTS[verdict][1:].strip()} {n} 项"
            for verdict in VERDICTS
            if (n := sum(one.get("verdict") == verdict for one in self.indicators))
        )
        summary = f"共 {len(self.indicators)} 项指标：{counts}。" if self.indicators else "没有指标。"
        return [
            *self._chapter("指标一览表", "overview"),
            book.text(summary, NOTE if passed else replace(NOTE, colour=INK)),
            book.table(head, rows, widths, align, Style(size=8.5, leading=12.5, colour=INK)),
        ]

    def _verdict(self, one: Mapping[str, Any]) -> Span:
        verdict = str(one.get("verdict", ""))
        return Span(VERDICTS.get(verdict, verdict), font=SANS, colour=WARN if verdict in ("fail", "unknown") else None)

    def _checked(self, one: Mapping[str, Any]) -> Span:
        """How far the figures of an indicator are verified, in full."""
        if one.get("verified"):
            return Span("√ 已与原文核对")
        if found := self.confirmed.get(str(one["id"])):
            page = f"第{found['page']}页" if found.get("page") else ""
            who = "，".join(filter(None, (found.get("by"), long_date(str(found.get("on") or "")))))
            return Span(f"√ 已对照《{found['title']}》{page}核实，{who}")
        basis = self.basis.get(str(one["id"]))
        return Span(f"未核实（依据：{basis}）" if basis else "未核实", colour=WARN)

    def _verified(self, one: Mapping[str, Any]) -> list[Span]:
        if one.get("verified"):
            marks = [Span("已核实")]
        else:
            marks = [Span("已对照") if one["id"] in self.confirmed else Span("未核实", colour=WARN)]
        if one.get("status") == "draft":
            marks.append(Span("\n征求意见稿", colour=WARN))
        return marks

    def _exhibits_of(self, one: Mapping[str, Any]) -> list[Exhibit]:
        found = [self.by_id[id_] for id_ in one.get("evidence", ()) if id_ in self.by_id]
        found += [e for e in self.exhibits if one["id"] in e.facts.get("used_for", ()) and e not in found]
        return sorted(found, key=lambda exhibit: exhibit.number)

    def _exhibit_links(self, one: Mapping[str, Any]) -> list[Span]:
        exhibits = self._exhibits_of(one)
        spans = [
            Span(("\n" if n else "") + exhibit.name, colour=ACCENT, link=exhibit.key)
            for n, exhibit in enumerate(exhibits[:3])
        ]
        if len(exhibits) > 3:
            spans.append(Span(f"\n等 {len(exhibits)} 件"))
        return spans or [Span("—")]

    def _pages(self, exhibit: Exhibit) -> Span:
        if not exhibit.wide:
            return self.book.link("unbound", "未装订")
        first = self.book.page(exhibit.key)
        if len(exhibit.wide) > 1:
            return self.book.link(exhibit.key, f"{first}–{int(first) + len(exhibit.wide) - 1}")
        return self.book.link(exhibit.key)

    def _indicator(self, number: int, one: Mapping[str, Any]) -> list[Flowable]:
        book = self.book
        unit = str(one.get("unit") or "")
        status = str(one.get("status", ""))
        facts: list[tuple[str, str | Span | Sequence[Span]]] = [
            ("结论", self._verdict(one)),
            ("数值", with_unit(one.get("value"), unit) or "缺数据"),
            ("要求", target(str(one.get("target") or ""), unit)),
            ("差距", target(str(one.get("gap") or ""), unit)),
            ("得分/上限", score(one)),
            ("资金上限", with_unit(one.get("award_max_fen"), "fen")),
            ("截止日期", long_date(str(one.get("due") or ""))),
            ("目标范围", SCOPES.get(str(one.get("scope") or ""), str(one.get("scope") or ""))),
            ("本单位占比", str(one.get("share") or "")),
            ("条款", str(one.get("clause") or "")),
            ("来源", str(one.get("source") or "")),
            ("文件状态", Span(STATUSES.get(status, status), colour=None if status == "in_force" else WARN)),
            ("核实", self._checked(one)),
            ("应附材料", "；".join(one.get("proofs") or ())),
        ]
        story = [*self._chapter(f"{number}　{one['title']}", f"indicator:{number}", 1), book.facts(facts)]
        # of a figure that was compared with the notice it no longer matters on what it rested before
        settled = "未核实：" if one["id"] in self.confirmed else None
        notes = [str(note) for note in one.get("notes") or () if settled is None or not str(note).startswith(settled)]
        story += [book.text(note, replace(NOTE, before=4)) for note in notes]
        if words := [part.strip() for part in str(one.get("text") or "").split("\n") if part.strip()]:
            story += [book.text("自评说明", H2), *(book.text(part, BODY) for part in words)]
        if one.get("parts"):
            story += [book.text("分项", H2), self._parts(one)]
        story += [CondPageBreak(30 * mm), book.text("佐证材料", H2), self._exhibit_table(self._exhibits_of(one))]
        for name in one.get("measures") or ():
            if name in self.measures:
                story += self._rows(name)
        return [*story, book.text(book.link("overview", "返回指标一览表"), replace(NOTE, align="right", before=6))]

    def _parts(self, one: Mapping[str, Any]) -> Flowable:
        rows = []
        for part in one["parts"]:
            unit = str(part.get("unit") or "")
            wanted, got = target(str(part.get("target") or ""), unit), with_unit(part.get("value"), unit) or "—"
            clause: str | Span = str(part.get("clause") or "")
            # what was compared with the notice covers the parts of this rule, not a rule of another text beside it
            covered = one["id"] in self.confirmed and part.get("source") == one.get("source")
            if part.get("verified") is False and not covered:
                clause = Span(f"{clause}\n未核实".strip(), colour=WARN)
            rows.append((str(part["title"]), wanted, got, self._verdict(part), score(part), clause))
        return self.book.table(
            ("分项", "要求", "数值", "结论", "得分/上限", "条款"), rows, (46, 24, 26, 20, 18, 22), "llrlrl"
        )

    def _rows(self, name: str) -> list[Flowable]:
        measure = self.measures[name]
        rows = measure.get("rows", ())
        label, blanks = str(measure.get("label") or name), int(measure.get("blanks") or 0)
        said = [f"{label}：{with_unit(measure.get('value'), str(measure.get('unit') or '')) or '缺数据'}"]
        said += [f"共 {len(rows)} 行"] if rows else []
        said += [f"其中 {blanks} 行该项空白，未计入"] if blanks else []
        said += ["录入"] if measure.get("typed") else []
        story: list[Flowable] = [
            CondPageBreak(35 * mm),
            self.book.text("数据明细", H2),
            self.book.text("；".join(said) + "。", NOTE),
        ]
        if rows:
            story.append(self._row_table(rows[:ROWS_SHOWN]))
        if len(rows) > ROWS_SHOWN:
            key = f"annex:{name}"
            text = f"其余 {len(rows) - ROWS_SHOWN} 行见附表 {self.annexes.index(name) + 1}，第 {self.book.page(key)} 页"
            story.append(self.book.text(self.book.link(key, text), replace(NOTE, before=4)))
        return story

    def _row_table(self, rows: Iterable[Mapping[str, Any]]) -> Flowable:
        lines = [
            (str(n), str(row.get("title") or ""), long_date(str(row.get("date") or "")), str(row.get("value") or ""))
            for n, row in enumerate(rows, 1)
        ]
        return self.book.table(("序号", "名称", "日期", "数值"), lines, (12, 84, 32, 28), "cllr", _ROW)

    def _annex_tables(self) -> list[Flowable]:
        story: list[Flowable] = []
        for number, name in enumerate(self.annexes, 1):
            measure = self.measures[name]
            title = f"附表 {number}　{measure.get('label') or name}"
            story += [*self._chapter(title, f"annex:{name}"), self._row_table(measure["rows"])]
        return story

    def _exhibit_table(self, exhibits: Sequence[Exhibit]) -> Flowable:
        if not exhibits:
            return self.book.text("没有关联佐证材料。", replace(NOTE, colour=WARN))
        rows = []
        for exhibit in exhibits:
            facts = exhibit.facts
            issued = "　".join(filter(None, (str(facts.get("issuer") or ""), str(facts.get("doc_no") or ""))))
            dates = [long_date(str(facts.get("issued_on") or ""))]
            dates += [f"有效期至 {long_date(str(facts['valid_until']))}"] if facts.get("valid_until") else []
            title = Span(exhibit.title, link=exhibit.key)
            rows.append((exhibit.name, title, issued, "\n".join(filter(None, dates)), self._pages(exhibit)))
        return self.book.table(("编号", "名称", "出具单位、文号", "日期", "页码"), rows, (16, 56, 40, 28, 16), "llllr")

    def _evidence_list(self) -> list[Flowable]:
        return [*self._chapter("附件：佐证材料", "evidence"), self._exhibit_table(self.exhibits)]

    def _unbound(self) -> list[Flowable]:
        unbound = [exhibit for exhibit in self.exhibits if not exhibit.wide]
        if not unbound:
            return []
        rows = []
        for exhibit in unbound:
            kept = str(exhibit.facts.get("original_place") or "")
            where = f"{REASONS[exhibit.reason]}" + (f"；原件存放：{kept}" if kept else "")
            rows.append((exhibit.name, exhibit.title, str(exhibit.facts.get("file_name") or ""), where))
        return [
            *self._chapter("未装订的佐证材料", "unbound", 1),
            self.book.text("下列材料没有装入本书，需要时另行提交。", NOTE),
            self.book.table(("编号", "名称", "文件", "原因"), rows, (16, 56, 40, 44)),
        ]

    def _bound(self) -> list[Flowable]:
        story: list[Flowable] = []
        for exhibit in self.exhibits:
            self.book.text(exhibit.title)
            for number, wide in enumerate(exhibit.wide):
                story += [NextPageTemplate("wide" if wide else "tall"), PageBreak()]
                if number == 0:
                    story.append(Mark(exhibit.key, f"{exhibit.name}　{exhibit.title}", 1))
                story.append(Sheet(BoundPage(self.book, exhibit, number, wide)))
        return story
