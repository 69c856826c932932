"""Which fields the firms page shows, where, and in what order."""

from __future__ import annotations

from policy.i18n import mark

COLUMNS = ("name", "uscc", "district", "founded_on", "reg_capital", "tech_field")
TENANCY_COLUMNS = ("firm", "status", "entered_on", "graduated_on", "area", "lease_to", "carrier")

PROFILE = (
    "name", "uscc", "founded_on", "is_team", "reg_capital", "reg_type", "company_type", "taxpayer",
    "tech_field", "industry", "field_extension", "from_conversion", "cq_tech_firm_no", "main_product",
    "legal_rep", "founder", "founder_feature", "serial_founder",
    "address", "district", "province", "region", "postcode", "website",
    "contact_name", "contact_phone", "head", "stat_head", "form_filler", "filler_phone",
    "former_names", "affiliation", "business_scope", "remarks",
)  # fmt: skip
PROFILE_HEADINGS = {
    "name": mark("登记信息"),
    "tech_field": mark("技术与产品"),
    "legal_rep": mark("负责人"),
    "address": mark("地址"),
    "contact_name": mark("联络与填报"),
    "former_names": mark("其他"),
}
YEAR_COLUMNS = ("year", "state", "revenue", "net_profit", "rd_spend", "staff", "ip_valid", "tax_paid")
QUALIFICATION_COLUMNS = ("q_kind", "number", "issued_on", "valid_until", "issuer")
FUNDING_COLUMNS = ("f_kind", "investor", "amount", "paid_on", "is_own_fund")
TENANCY_OF_FIRM = ("carrier", "status", "entered_on", "area", "lease_to", "graduated_on")
CARRIER_COLUMNS = ("name", "carrier_kind", "title_level", "operator", "operated_since", "district")
CARRIER_YEAR_COLUMNS = ("year", "state", "area_total", "area_tenant", "staff_total", "staff_professional", "fund_total")
TENANCY_OF_CARRIER = ("firm", "status", "entered_on", "area", "lease_to", "graduated_on")
HONOUR_COLUMNS = ("title", "h_kind", "level", "awarded_on", "issuer")
FLOW_COLUMNS = ("person", "kind", "starts_on", "limit_on", "returned_on")
ROOM_COLUMNS = ("number", "floor", "area", "kind", "desks")
TITLE_COLUMNS = ("title_level", "doc_no", "granted_on", "withdrawn_on", "issuer")
STAFF_COLUMNS = ("person", "post", "is_professional", "is_fulltime", "hired_on", "left_on")
TERM_COLUMNS = ("mentor", "starts_on", "ends_on", "expertise", "note")
