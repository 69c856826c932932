"""Tables of notices as programs put them on the clipboard: Word, WPS and Excel, each with its own noise."""

from __future__ import annotations

import io
import re
import zipfile

Cell = str | tuple[str, int, int]  # text, or text with the rows and columns it spans

ROWS: list[list[Cell]] = [
    ["一级指标", "二级指标", "分值", "评分标准", "证明材料"],
    [("基础条件（３０分）", 3, 1), "场地面积", "１０分", "10000㎡以上得10分，每少1000㎡扣1分", "房产证明、平面图"],
    ["人员配备", "≤5", "专业人员占比80%以上得5分", "劳动合同；社保证明"],
    ["投融资能力", "5-15", ("自有种子资金500万元以上", 1, 1), "出资凭证"],
    [("服务能力（60分）", 2, 1), "导师队伍", "20", "签约导师10人以上", "聘书"],
    ["服务活动", "满分40分", "每场2分\n最多40分", "活动通知、签到表、照片"],
    [("加分项", 1, 1), "国家级荣誉", "5", "获国家级表彰的加5分", "证书"],
    [("合计", 1, 2), "90", "", ""],
]


def word(rows: list[list[Cell]] = ROWS) -> str:
    """As Word for Windows puts a table on the clipboard: paragraphs, nested spans, conditional comments, o:p."""

    def cell(cell: Cell) -> str:
        text, down, along = cell if isinstance(cell, tuple) else (cell, 1, 1)
        spans = (f" rowspan={down}" if down > 1 else "") + (f" colspan={along}" if along > 1 else "")
        paragraphs = "".join(
            "\n  <p class=MsoNormal align=center style='text-align:center;line-height:\n  18.0pt'>"
            f"<b style='mso-bidi-font-weight:normal'><span style='font-size:10.5pt;font-family:仿宋_GB2312;\n"
            f"  mso-bidi-font-family:宋体'>{_broken(line)}<span lang=EN-US><o:p></o:p></span></span></b></p>"
            for line in (text.split("\n") if text else [""])
        )
        return (
            f"\n  <td width=85{spans} style='width:63.8pt;border:solid windowtext 1.0pt;\n"
            f"  mso-border-alt:solid windowtext .5pt;padding:0cm 5.4pt 0cm 5.4pt'>{paragraphs}\n  </td>"
        )

    body = "".join(
        f"\n <tr style='mso-yfti-irow:{place};height:21.3pt'>{''.join(map(cell, row))}\n </tr>"
        for place, row in enumerate(rows)
    )
    return (
        '<html xmlns:v="urn:schemas-microsoft-com:vml"\nxmlns:o="urn:schemas-microsoft-com:office:office"\n'
        'xmlns="http://www.w3.org/TR/REC-html40">\n\n<head>\n<meta http-equiv=Content-Type content="text/html; '
        'charset=utf-8">\n<meta name=Generator content="Microsoft Word 15">\n<link rel=File-List\n'
        'href="file:///C:/Users/x/AppData/Local/Temp/msohtmlclip1/01/clip_filelist.xml">\n'
        "<!--[if gte mso 9]><xml>\n <w:WordDocument><w:View>Normal</w:View><table><tr><td>不是表格</td></tr></table>"
        "</w:WordDocument>\n</xml><![endif]-->\n<style>\n<!--\n /* Font Definitions */\n @font-face\n"
        "\t{font-family:仿宋_GB2312;}\n table.MsoNormalTable\n\t{mso-style-name:普通表格;}\n-->\n</style>\n</head>\n\n"
        "<body lang=ZH-CN style='tab-interval:21.0pt'>\n<!--StartFragment-->\n"
        "<p class=MsoNormal>附件<span lang=EN-US>2</span></p>\n"
        "<table class=MsoNormalTable border=1 cellspacing=0 cellpadding=0 width=690\n"
        f" style='border-collapse:collapse;mso-table-layout-alt:fixed'>{body}\n"
        " <![if !supportMisalignedColumns]>\n <tr height=0>\n  <td width=85 style='border:none'></td>\n </tr>\n"
        " <![endif]>\n</table>\n<!--EndFragment-->\n</body>\n</html>"
    )


def wps(rows: list[list[Cell]] = ROWS) -> str:
    """As WPS Writer does: upper-case-free tags with quotes, font tags, mso-spacerun, no end of html."""

    def cell(cell: Cell) -> str:
        text, down, along = cell if isinstance(cell, tuple) else (cell, 1, 1)
        spans = (f' rowspan="{down}"' if down > 1 else "") + (f' colspan="{along}"' if along > 1 else "")
        inside = "<br>".join(
            f'<span style="mso-spacerun:\'yes\';font-family:宋体;" ><font face="宋体" >{_escaped(part)}</font></span>'
            for part in text.split("\n")
        )
        return (
            f'<td width="142" valign="center"{spans} style="width:106.6000pt;padding:0.0000pt 5.4000pt;" >'
            f'<p class=MsoNormal align=center style="text-align:center;" >{inside}'
            "<span style=\"mso-spacerun:'yes';\" ><o:p></o:p></span></p></td>"
        )

    body = "".join(f'<tr style="height:20.0000pt;" >{"".join(map(cell, row))}</tr>' for row in rows)
    return (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta http-equiv=Content-Type  '
        'content="text/html; charset=utf-8" ><meta name=ProgId  content=Word.Document ><title></title><style>'
        '@font-face{\nfont-family:"Times New Roman";\n}\ntable.MsoTableGrid{mso-style-name:网格型;}</style></head>'
        '<body style="tab-interval:21pt;" ><!--StartFragment--><div class="Section0" >'
        f'<table class="MsoTableGrid" border="1" cellspacing="0" style="border-collapse:collapse;" >{body}</table>'
        "<p class=MsoNormal ><span style=\"mso-spacerun:'yes';\" ><o:p>&nbsp;</o:p></span></p></div><!--EndFragment-->"
    )


def excel(rows: list[list[Cell]] = ROWS) -> str:
    """As Excel does: classes, col elements, cells without paragraphs, a hidden last row."""

    def cell(cell: Cell) -> str:
        text, down, along = cell if isinstance(cell, tuple) else (cell, 1, 1)
        spans = (f" rowspan={down}" if down > 1 else "") + (f" colspan={along}" if along > 1 else "")
        inside = _escaped(text).replace("\n", "<br style='mso-data-placement:same-cell;'>\n    ")
        return f"\n  <td{spans} height=19 class=xl65 width=72 style='height:14.25pt;width:54pt'>{inside}</td>"

    body = "".join(
        f"\n <tr height=19 style='mso-height-source:userset;height:14.25pt'>{''.join(map(cell, row))}\n </tr>"
        for row in rows
    )
    return (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel">\n<head>\n<meta name=ProgId content=Excel.Sheet>\n'
        '<style>\n<!--table\n\t{mso-displayed-decimal-separator:"\\.";}\n'
        '.xl65\n\t{mso-number-format:"\\@";}\n-->\n</style>\n'
        '</head>\n<body link="#0563C1">\n<table border=0 cellpadding=0 cellspacing=0 width=432 style=\'border-'
        "collapse:\n"
        f" collapse;width:324pt'>\n<!--StartFragment-->\n <col width=72 span=5 style='width:54pt'>{body}\n"
        "<!--EndFragment-->\n <![if supportMisalignedColumns]>\n <tr height=0 style='display:none'>\n"
        "  <td width=72 style='width:54pt'>不显示</td>\n </tr>\n <![endif]>\n</table>\n</body>\n</html>"
    )


def tsv(rows: list[list[Cell]] = ROWS) -> str:
    """As Excel and WPS Spreadsheets put the same cells as text: the text of a merged cell in its first place only."""
    taken: set[tuple[int, int]] = set()
    lines = []
    for down, row in enumerate(rows):
        cells, place = list(row), 0
        line = []
        while cells or (down, place) in taken:
            if (down, place) in taken:
                line.append("")
                place += 1
                continue
            cell = cells.pop(0)
            text, high, wide = cell if isinstance(cell, tuple) else (cell, 1, 1)
            taken |= {(down + r, place + c) for r in range(high) for c in range(wide) if (r, c) != (0, 0)}
            line.append(f'"{text}"' if "\n" in text else text)
            place += 1
        lines.append("\t".join(line))
    return "\r\n".join(lines) + "\r\n"


def long_table(count: int = 40) -> list[list[Cell]]:
    """A table of so many indicators in groups of eight, 100 points in all."""
    rows: list[list[Cell]] = [["序号", "评价类别", "评价指标", "满分值", "计分办法", "应提供的证明材料"]]
    for number in range(1, count + 1):
        row: list[Cell] = [str(number), f"指标{number}", "2.5", f"达到要求得2.5分（{number}）", "证明文件"]
        if number % 8 == 1:
            row.insert(1, (f"类别{(number + 7) // 8}", 8, 1))
        rows.append(row)
    rows.append([("总分", 1, 3), str(count * 5 // 2), "", ""])
    return rows


def docx(document: str = "") -> bytes:
    """The sample table in a document as Word writes it, or one with another main part."""
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

    def cell(text: str, wide: int = 1, merged: str = "") -> str:
        inside = "".join(f'<w:p><w:r><w:t xml:space="preserve">{line}</w:t></w:r></w:p>' for line in text.split("\n"))
        return f'<w:tc><w:tcPr><w:gridSpan w:val="{wide}"/>{merged}</w:tcPr>{inside}</w:tc>'

    lines, below = [], 0
    for row in ROWS:
        cells = []
        if below:
            cells.append(cell("", 1, "<w:vMerge/>"))
            below -= 1
        for one in row:
            text, high, wide = one if isinstance(one, tuple) else (one, 1, 1)
            if high > 1:
                below = high - 1
            cells.append(cell(text, wide, '<w:vMerge w:val="restart"/>' if high > 1 else ""))
        lines.append(f"<w:tr>{''.join(cells)}</w:tr>")
    body = document or (
        f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{word}"><w:body>'
        "<w:p><w:r><w:t>附件2</w:t></w:r></w:p>"
        f"<w:tbl>{''.join(lines)}</w:tbl></w:body></w:document>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", body)
    return out.getvalue()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(" ", "&nbsp;")


def _broken(text: str) -> str:
    """Word breaks the lines of its source between Chinese signs, and digits stand in a span of their own."""
    return (
        re.sub(r"([0-9.]+)", r"\n  <span\n  lang=EN-US>\1</span>\n  ", _escaped(text))
        if len(text) > 6
        else _escaped(text)
    )
