"""The quantities of an organisation: ourselves, or one university."""

from __future__ import annotations

from policy.measure import Measure

MEASURES = (
    Measure(
        "local_received_fen",
        "属地转化合同年度到账金额",
        "Local conversion money received in the year",
        "fen",
        "receipt.received_on",
        2,
        note="按高校分别计；只计到账现金，退款冲减",
        subjects=("organisation",),
    ),
    Measure(
        "brokers_trained",
        "培训高校技术经纪人",
        "University brokers trained",
        "人",
        "certificate.issued_on",
        note="高校人员按人去重，取年内首次结业",
        subjects=("organisation",),
    ),
    Measure(
        "engineers_trained",
        "培养卓越工程师",
        "Excellent engineers trained",
        "人",
        "certificate.issued_on",
        note="按人去重",
        subjects=("organisation",),
    ),
    Measure(
        "events_held",
        "举办对接活动",
        "Matching events held",
        "场",
        "event.starts_on",
        note="本单位主办或承办；与本单位其他载体合办的只计一次",
        subjects=("organisation", "carrier"),
    ),
    Measure(
        "startups_selected",
        "入选的优秀大学生创业项目",
        "Student start-ups selected",
        "项",
        "",
        subjects=("organisation",),
    ),
)
