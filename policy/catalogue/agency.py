"""The quantities of a technology-transfer agency, and of one distribution of conversion income."""

from __future__ import annotations

from policy.measure import Measure

# A brokered contract counts by one of three dates; which one the choice `contract-date` says.
_DATES = (
    ("registered", "按登记日期", "by registration", "contract.registered_on"),
    ("signed", "按签订日期", "by signing", "contract.signed_on"),
    ("received", "按到账日期", "by money received", "receipt.received_on"),
)
_PROVEN = "本单位有促成证明（中介合同、三方合同具名、服务协议、买卖双方确认函）的合同；未证明的列在边界上"
_OF_MONEY = {"received": "；只计期内到账现金，退款冲减"}


def _brokered(name: str, label: str, label_en: str, unit: str, note: str) -> tuple[Measure, ...]:
    return tuple(
        Measure(
            f"{name}_{date}",
            f"{label}（{words}）",
            f"{label_en} ({english})",
            unit,
            field,
            2 if unit == "fen" else 0,
            note=f"{note}{_OF_MONEY.get(date, '')}",
            subjects=("organisation",),
        )
        for date, words, english, field in _DATES
    )


def _yearly(name: str, label: str, label_en: str, unit: str, note: str = "") -> Measure:
    decimals = 2 if unit in ("fen", "%") else 0
    return Measure(name, label, label_en, unit, "agency_year.year", decimals, note=note, subjects=("organisation",))


def _shared(name: str, label: str, label_en: str, field: str, note: str, unit: str = "fen") -> Measure:
    return Measure(
        name,
        label,
        label_en,
        unit,
        field,
        2 if unit == "fen" else 0,
        note=note,
        subjects=("distribution",),
    )


MEASURES = (
    *_brokered("brokered", "促成技术合同", "Contracts brokered", "项", _PROVEN),
    *_brokered("brokered_amount", "促成合同成交额", "Amount of contracts brokered", "fen", _PROVEN),
    *_brokered(
        "brokered_tech",
        "促成技术交易额",
        "Technical amount of contracts brokered",
        "fen",
        f"{_PROVEN}；已记技术交易额的按记录，否则为成交额减非技术性费用",
    ),
    Measure(
        "brokered_unproven",
        "未证明促成的合同",
        "Contracts without proof of brokerage",
        "项",
        "contract.registered_on",
        note="只有过程记录、没有促成证明的合同，不计入促成数",
        subjects=("organisation",),
    ),
    Measure(
        "results_traded",
        "促成交易的成果",
        "Results traded",
        "项",
        "contract.registered_on",
        note="有促成证明的转让、许可合同所属案件的成果，按登记日期计，每项成果计一次；案件未关联成果的另行说明",
        subjects=("organisation",),
    ),
    Measure(
        "agency_firms_served",
        "服务企业",
        "Firms served",
        "家",
        "case_log.happened_on",
        note="期内有过程记录的案件中的企业和团队，每家计一次；未立案的服务不计",
        subjects=("organisation",),
    ),
    _yearly("agency_needs_collected", "征集技术需求", "Needs collected", "项", "取自年度情况，未填的可直接填报"),
    _yearly("agency_staff", "机构从业人员", "Agency staff", "人"),
    _yearly("agency_fulltime", "专职人员", "Full-time staff", "人"),
    _yearly("agency_brokers", "技术经理人", "Technology managers", "人"),
    _yearly("agency_income_total", "机构总收入", "Agency income in all", "fen"),
    _yearly("agency_working_funds", "工作经费", "Working funds", "fen"),
    _yearly("agency_service_income", "技术转移服务收入", "Income from transfer services", "fen"),
    _yearly(
        "agency_service_growth",
        "技术转移服务收入增长率",
        "Growth of service income",
        "%",
        "与上一年度相比；上一年度未填或为零的取年度情况所填增长率",
    ),
    Measure(
        "agency_years_below",
        "连续未达标年数",
        "Years below standard in a row",
        "年",
        "",
        subjects=("organisation",),
    ),
    _shared(
        "distribution_gross",
        "本次实际成交额",
        "Actual price divided",
        "distribution.gross",
        "按所记口径（合同额或到账额）",
    ),
    _shared(
        "distribution_net",
        "净收入",
        "Net income",
        "distribution.gross",
        "成交额减直接成本和税金，企业另减前期研发投入；任一未填或标为无法计算则未知",
    ),
    _shared(
        "distribution_base",
        "可分配金额",
        "Amount to divide",
        "distribution.gross",
        "净收入；净收入无法计算的为成交额；小于零的为零",
    ),
    _shared(
        "distribution_reward",
        "给予个人的奖励",
        "Reward to persons",
        "distribution_line.amount",
        "完成人和转化贡献人员各行之和，任一行未填则未知；没有明细的按团队比例计",
    ),
    _shared(
        "distribution_head_lines",
        "分配给单位正职的明细",
        "Lines for heads of the unit",
        "person.admin_post",
        "按人员的行政职务；未填职务的另行说明",
        "项",
    ),
)
