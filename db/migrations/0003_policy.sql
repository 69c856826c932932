-- Results and their conversion, the policy layer's own records, and fields that rules ask for.
-- One statement ends with a semicolon at the end of its line.

ALTER TABLE "organisation" ADD COLUMN "zone" TEXT;
ALTER TABLE "organisation" ADD COLUMN "cluster" TEXT;
ALTER TABLE "organisation" ADD COLUMN "reward_pct" INTEGER;
ALTER TABLE "round" ADD COLUMN "issued_on" TEXT;
ALTER TABLE "round" ADD COLUMN "applicant_kind" TEXT;
ALTER TABLE "round" ADD COLUMN "naming_rule" TEXT;
ALTER TABLE "round" ADD COLUMN "papers" TEXT;
ALTER TABLE "round" ADD COLUMN "templates" TEXT;
ALTER TABLE "round" ADD COLUMN "binding" TEXT;
ALTER TABLE "round" ADD COLUMN "contact" TEXT;
ALTER TABLE "round" ADD COLUMN "verified_on" TEXT;
ALTER TABLE "contract" ADD COLUMN "registry" TEXT;
ALTER TABLE "contract" ADD COLUMN "signed_at" TEXT;
ALTER TABLE "contract" ADD COLUMN "tech_field" TEXT;
ALTER TABLE "contract" ADD COLUMN "ip_types" TEXT;
ALTER TABLE "contract" ADD COLUMN "plan_source" TEXT;
ALTER TABLE "contract" ADD COLUMN "goal" TEXT;
ALTER TABLE "contract" ADD COLUMN "industry_served" TEXT;
ALTER TABLE "contract" ADD COLUMN "new_investment" INTEGER;
ALTER TABLE "contract" ADD COLUMN "new_output" INTEGER;
ALTER TABLE "contract" ADD COLUMN "text_kind" TEXT;
ALTER TABLE "contract" ADD COLUMN "confidential_contract" INTEGER;
ALTER TABLE "contract" ADD COLUMN "is_import_export" INTEGER;
ALTER TABLE "contract" ADD COLUMN "use_from" TEXT;
ALTER TABLE "contract" ADD COLUMN "pay_trigger" TEXT;
ALTER TABLE "contract" ADD COLUMN "pay_due" TEXT;
ALTER TABLE "contract" ADD COLUMN "pay_triggered_on" TEXT;
ALTER TABLE "contract" ADD COLUMN "invest_amount" INTEGER;
ALTER TABLE "contract" ADD COLUMN "convert_trigger" TEXT;
ALTER TABLE "contract" ADD COLUMN "convert_due" TEXT;
ALTER TABLE "contract" ADD COLUMN "convert_rule" TEXT;
ALTER TABLE "contract" ADD COLUMN "converted_on" TEXT;
ALTER TABLE "contract" ADD COLUMN "warrant" TEXT;
ALTER TABLE "contract" ADD COLUMN "vat_exempt" INTEGER;
ALTER TABLE "carrier" ADD COLUMN "registered_on" TEXT;
ALTER TABLE "carrier" ADD COLUMN "desks" INTEGER;
ALTER TABLE "receipt" ADD COLUMN "vat" INTEGER;
ALTER TABLE "receipt" ADD COLUMN "registry_fee" INTEGER;
ALTER TABLE "receipt" ADD COLUMN "mgmt_fee" INTEGER;
ALTER TABLE "receipt" ADD COLUMN "invoice_remark" TEXT;
ALTER TABLE "pack" ADD COLUMN "signature" TEXT;
ALTER TABLE "pack" ADD COLUMN "signed_by" TEXT;
ALTER TABLE "pack" ADD COLUMN "replaces" TEXT;

-- a target may now stand without a pack: pack and rule may be blank
CREATE TABLE "target_new" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "pack" TEXT,
    "rule" TEXT,
    "period" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "own_share" INTEGER,
    "note" TEXT,
    "title" TEXT,
    "measure" TEXT,
    "subject" TEXT,
    "value" TEXT,
    "clause" TEXT
) STRICT;
INSERT INTO "target_new" (
    "id", "created_at", "created_by", "updated_at", "updated_by", "origin", "archived",
    "pack", "rule", "period", "scope", "own_share", "note", "title"
)
SELECT
    "id", "created_at", "created_by", "updated_at", "updated_by", "origin", "archived",
    "pack", "rule", "period", "scope", "own_share", "note", "rule"
FROM "target";
DROP TABLE "target";
ALTER TABLE "target_new" RENAME TO "target";

CREATE TABLE "research_project" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "number" TEXT,
    "level" TEXT NOT NULL,
    "leader" TEXT,
    "unit" TEXT NOT NULL,
    "started_on" TEXT,
    "planned_close" TEXT,
    "extended_to" TEXT,
    "closed_on" TEXT,
    "conversion_due" TEXT,
    "conversion_budget" INTEGER,
    "amount" INTEGER,
    FOREIGN KEY ("leader") REFERENCES "person" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("unit") REFERENCES "organisation" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "research_project_leader" ON "research_project" ("leader");
CREATE INDEX "research_project_unit" ON "research_project" ("unit");
CREATE TABLE "achievement" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "classified" INTEGER NOT NULL,
    "register_no" TEXT,
    "owner" TEXT,
    "owner_share" INTEGER,
    "project" TEXT,
    "service_kind" TEXT,
    "completed_on" TEXT,
    "funding_origin" TEXT,
    "form" TEXT,
    "attribute" TEXT,
    "maturity" TEXT,
    "trl" INTEGER,
    "trl_by" TEXT,
    "trl_on" TEXT,
    "level" TEXT,
    "tech_field" TEXT,
    "industry" TEXT,
    "cluster" TEXT,
    "highland" TEXT,
    "keywords" TEXT,
    "summary_public" TEXT,
    "summary_internal" TEXT,
    "disclosure_level" TEXT NOT NULL,
    "conversion_grade" TEXT,
    "wanted_modes" TEXT,
    "price_hint" INTEGER,
    "prefiling_review" TEXT,
    "prefiling_on" TEXT,
    "dual_use" INTEGER,
    "separate_listed" INTEGER,
    "listed_on" TEXT,
    "converted_on" TEXT,
    "conversion_mode" TEXT,
    "is_local" INTEGER,
    "is_major" INTEGER,
    "major_reason" TEXT,
    "last_touch_on" TEXT,
    "completers_applied_on" TEXT,
    "conversion_agreement_on" TEXT,
    FOREIGN KEY ("owner") REFERENCES "organisation" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("project") REFERENCES "research_project" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("trl_by") REFERENCES "organisation" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "achievement_owner" ON "achievement" ("owner");
CREATE INDEX "achievement_project" ON "achievement" ("project");
CREATE INDEX "achievement_trl_by" ON "achievement" ("trl_by");
CREATE TABLE "agency_year" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "unit" TEXT NOT NULL,
    "year" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "reported" TEXT,
    "legal_kind" TEXT,
    "office_area" INTEGER,
    "has_website" INTEGER,
    "has_database" INTEGER,
    "staff_total" INTEGER,
    "master_up" INTEGER,
    "bachelor" INTEGER,
    "college" INTEGER,
    "senior_title" INTEGER,
    "middle_title" INTEGER,
    "fulltime" INTEGER,
    "brokers" INTEGER,
    "contracts_promoted" INTEGER,
    "amount_promoted" INTEGER,
    "tech_amount" INTEGER,
    "results_traded" INTEGER,
    "results_amount" INTEGER,
    "people_served" INTEGER,
    "firms_served" INTEGER,
    "needs_collected" INTEGER,
    "income_total" INTEGER,
    "working_funds" INTEGER,
    "service_income" INTEGER,
    "growth" INTEGER,
    "fiscal_national" INTEGER,
    "fiscal_local" INTEGER,
    "self_funded" INTEGER,
    "other_funded" INTEGER,
    "patent_analysis" TEXT,
    "online_platform" TEXT,
    "offline_team" TEXT,
    "finance_service" TEXT,
    "cases_written" INTEGER,
    FOREIGN KEY ("unit") REFERENCES "organisation" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "agency_year_unit" ON "agency_year" ("unit");
CREATE TABLE "award" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "submission" TEXT NOT NULL,
    "publicised_on" TEXT,
    "doc_no" TEXT,
    "amount_applied" INTEGER,
    "amount_granted" INTEGER,
    "received_on" TEXT,
    FOREIGN KEY ("submission") REFERENCES "submission" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "award_submission" ON "award" ("submission");
CREATE TABLE "award_use" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "award" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "person" TEXT,
    "amount" INTEGER NOT NULL,
    "used_on" TEXT,
    "note" TEXT,
    FOREIGN KEY ("award") REFERENCES "award" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("person") REFERENCES "person" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "award_use_award" ON "award_use" ("award");
CREATE INDEX "award_use_person" ON "award_use" ("person");
CREATE TABLE "brokerage" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "contract" TEXT NOT NULL,
    "our_role" TEXT NOT NULL,
    "fee_rule" TEXT,
    "fee_amount" INTEGER,
    "fee_invoice_no" TEXT,
    "fee_invoice_on" TEXT,
    "fee_invoiced" INTEGER,
    "fee_remark" TEXT,
    "fee_received_on" TEXT,
    "fee_received" INTEGER,
    "confirmed_by_buyer" INTEGER,
    "confirmed_by_seller" INTEGER,
    FOREIGN KEY ("contract") REFERENCES "contract" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "brokerage_contract" ON "brokerage" ("contract");
CREATE TABLE "brokerage_agency" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "brokerage" TEXT NOT NULL,
    "agency" TEXT NOT NULL,
    "share_pct" INTEGER,
    FOREIGN KEY ("brokerage") REFERENCES "brokerage" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("agency") REFERENCES "organisation" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "brokerage_agency_brokerage" ON "brokerage_agency" ("brokerage");
CREATE INDEX "brokerage_agency_agency" ON "brokerage_agency" ("agency");
CREATE TABLE "case_achievement" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "case" TEXT NOT NULL,
    "achievement" TEXT NOT NULL,
    FOREIGN KEY ("case") REFERENCES "broker_case" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("achievement") REFERENCES "achievement" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "case_achievement_case" ON "case_achievement" ("case");
CREATE INDEX "case_achievement_achievement" ON "case_achievement" ("achievement");
CREATE TABLE "ip_right" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "number" TEXT,
    "title" TEXT NOT NULL,
    "holder" TEXT,
    "holder_share" INTEGER,
    "achievement" TEXT,
    "firm" TEXT,
    "applied_on" TEXT,
    "granted_on" TEXT,
    "expires_on" TEXT,
    "fee_due_on" TEXT,
    "legal_state" TEXT,
    "checked_on" TEXT,
    "pool_grade" TEXT,
    "open_licence" INTEGER,
    "declared_on" TEXT,
    "licence_price" INTEGER,
    "transferred_on" TEXT,
    "transferred_to" TEXT,
    FOREIGN KEY ("holder") REFERENCES "organisation" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("achievement") REFERENCES "achievement" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("firm") REFERENCES "firm" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("transferred_to") REFERENCES "organisation" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "ip_right_holder" ON "ip_right" ("holder");
CREATE INDEX "ip_right_achievement" ON "ip_right" ("achievement");
CREATE INDEX "ip_right_firm" ON "ip_right" ("firm");
CREATE INDEX "ip_right_transferred_to" ON "ip_right" ("transferred_to");
CREATE TABLE "co_holder" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "ip_right" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "share_pct" INTEGER,
    FOREIGN KEY ("ip_right") REFERENCES "ip_right" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("holder") REFERENCES "organisation" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "co_holder_ip_right" ON "co_holder" ("ip_right");
CREATE INDEX "co_holder_holder" ON "co_holder" ("holder");
CREATE TABLE "completer" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "achievement" TEXT NOT NULL,
    "person" TEXT NOT NULL,
    "position" INTEGER,
    "share_pct" INTEGER,
    FOREIGN KEY ("achievement") REFERENCES "achievement" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("person") REFERENCES "person" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "completer_achievement" ON "completer" ("achievement");
CREATE INDEX "completer_person" ON "completer" ("person");
CREATE TABLE "confirmation" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "pack" TEXT NOT NULL,
    "pack_digest" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "period" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "notice" TEXT NOT NULL,
    "page" TEXT,
    "note" TEXT,
    "confirmed_on" TEXT NOT NULL,
    FOREIGN KEY ("notice") REFERENCES "evidence" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "confirmation_pack_digest" ON "confirmation" ("pack_digest");
CREATE INDEX "confirmation_notice" ON "confirmation" ("notice");
CREATE TABLE "co_owner" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "achievement" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "share_pct" INTEGER,
    FOREIGN KEY ("achievement") REFERENCES "achievement" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("owner") REFERENCES "organisation" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "co_owner_achievement" ON "co_owner" ("achievement");
CREATE INDEX "co_owner_owner" ON "co_owner" ("owner");
CREATE TABLE "publication" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "subject" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "place" TEXT NOT NULL,
    "starts_on" TEXT NOT NULL,
    "ends_on" TEXT,
    "objections" INTEGER NOT NULL,
    "handling" TEXT,
    "settled_on" TEXT,
    "redacted" INTEGER
) STRICT;
CREATE INDEX "publication_subject" ON "publication" ("subject");
CREATE TABLE "distribution" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "contract" TEXT NOT NULL,
    "batch" INTEGER NOT NULL,
    "owner_kind" TEXT NOT NULL,
    "gross" INTEGER NOT NULL,
    "gross_basis" TEXT,
    "taxes" INTEGER,
    "prior_rd" INTEGER,
    "net" INTEGER,
    "net_unknown" INTEGER,
    "basis" TEXT NOT NULL,
    "team_pct" INTEGER,
    "unit_pct" INTEGER,
    "college_pct" INTEGER,
    "agency_pct" INTEGER,
    "fund_pct" INTEGER,
    "publicity" TEXT,
    "approvals" TEXT,
    "approved_on" TEXT,
    "paid_on" TEXT,
    FOREIGN KEY ("contract") REFERENCES "contract" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("publicity") REFERENCES "publication" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "distribution_contract" ON "distribution" ("contract");
CREATE INDEX "distribution_publicity" ON "distribution" ("publicity");
CREATE TABLE "distribution_cost" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "distribution" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "amount" INTEGER NOT NULL,
    "note" TEXT,
    FOREIGN KEY ("distribution") REFERENCES "distribution" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "distribution_cost_distribution" ON "distribution_cost" ("distribution");
CREATE TABLE "distribution_line" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "distribution" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "person" TEXT,
    "payee" TEXT,
    "share_pct" INTEGER,
    "amount" INTEGER,
    "is_residue" INTEGER NOT NULL,
    "post_checked" INTEGER,
    "tax_mode" TEXT,
    "paid_on" TEXT,
    FOREIGN KEY ("distribution") REFERENCES "distribution" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("person") REFERENCES "person" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("payee") REFERENCES "organisation" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "distribution_line_distribution" ON "distribution_line" ("distribution");
CREATE INDEX "distribution_line_person" ON "distribution_line" ("person");
CREATE INDEX "distribution_line_payee" ON "distribution_line" ("payee");
CREATE TABLE "distribution_receipt" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "distribution" TEXT NOT NULL,
    "receipt" TEXT NOT NULL,
    FOREIGN KEY ("distribution") REFERENCES "distribution" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("receipt") REFERENCES "receipt" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "distribution_receipt_distribution" ON "distribution_receipt" ("distribution");
CREATE INDEX "distribution_receipt_receipt" ON "distribution_receipt" ("receipt");
CREATE TABLE "grant" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "achievement" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "unit_share" INTEGER,
    "granted_on" TEXT NOT NULL,
    "use_until" TEXT,
    "extended_until" TEXT,
    "started_on" TEXT,
    "unit_converted_on" TEXT,
    "publicity" TEXT,
    "income_share_to_unit" INTEGER,
    "pay_after_conversion" INTEGER,
    "recorded_on" TEXT,
    "ended_on" TEXT,
    "case" TEXT,
    FOREIGN KEY ("achievement") REFERENCES "achievement" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("unit") REFERENCES "organisation" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("publicity") REFERENCES "publication" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("case") REFERENCES "broker_case" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "grant_achievement" ON "grant" ("achievement");
CREATE INDEX "grant_unit" ON "grant" ("unit");
CREATE INDEX "grant_publicity" ON "grant" ("publicity");
CREATE INDEX "grant_case" ON "grant" ("case");
CREATE TABLE "grantee" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "grant" TEXT NOT NULL,
    "person" TEXT NOT NULL,
    "share_pct" INTEGER,
    FOREIGN KEY ("grant") REFERENCES "grant" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("person") REFERENCES "person" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "grantee_grant" ON "grantee" ("grant");
CREATE INDEX "grantee_person" ON "grantee" ("person");
CREATE TABLE "handover_item" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "achievement" TEXT NOT NULL,
    "university" TEXT NOT NULL,
    "basis" TEXT NOT NULL,
    "due_on" TEXT,
    "exempt" INTEGER NOT NULL,
    "ground" TEXT,
    "reviewed_by" TEXT,
    "handed_on" TEXT,
    "platform_no" TEXT,
    "item_state" TEXT NOT NULL,
    "words" TEXT,
    FOREIGN KEY ("achievement") REFERENCES "achievement" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("university") REFERENCES "organisation" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "handover_item_achievement" ON "handover_item" ("achievement");
CREATE INDEX "handover_item_university" ON "handover_item" ("university");
CREATE TABLE "handover_month" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "university" TEXT NOT NULL,
    "month" TEXT NOT NULL,
    "zero" INTEGER NOT NULL,
    "reported_on" TEXT,
    "platform_no" TEXT,
    FOREIGN KEY ("university") REFERENCES "organisation" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "handover_month_university" ON "handover_month" ("university");
CREATE TABLE "holiday_year" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "year" INTEGER NOT NULL,
    "document" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "digest" TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX "holiday_year_year" ON "holiday_year" ("year");
CREATE TABLE "person_flow" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "person" TEXT NOT NULL,
    "organisation" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "approved_on" TEXT,
    "starts_on" TEXT NOT NULL,
    "limit_on" TEXT,
    "returned_on" TEXT,
    "paid" INTEGER,
    FOREIGN KEY ("person") REFERENCES "person" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("organisation") REFERENCES "organisation" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "person_flow_person" ON "person_flow" ("person");
CREATE INDEX "person_flow_organisation" ON "person_flow" ("organisation");
CREATE TABLE "policy_choice" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "choice" TEXT NOT NULL,
    "period" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "reason" TEXT
) STRICT;
CREATE TABLE "valuation" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "achievement" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "body" TEXT,
    "method" TEXT,
    "value" INTEGER,
    "trl" INTEGER,
    "done_on" TEXT NOT NULL,
    "experts" TEXT,
    FOREIGN KEY ("achievement") REFERENCES "achievement" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("body") REFERENCES "organisation" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "valuation_achievement" ON "valuation" ("achievement");
CREATE INDEX "valuation_body" ON "valuation" ("body");
CREATE TABLE "pricing" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "case" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "method" TEXT,
    "proposed_price" INTEGER,
    "final_price" INTEGER,
    "deviation_reason" TEXT,
    "valuation" TEXT,
    "publication" TEXT,
    "meeting_on" TEXT,
    "deciders" TEXT,
    "democratic_decision" INTEGER,
    "supervision" INTEGER,
    "reasonable_care" INTEGER,
    FOREIGN KEY ("case") REFERENCES "broker_case" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("valuation") REFERENCES "valuation" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("publication") REFERENCES "publication" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "pricing_case" ON "pricing" ("case");
CREATE INDEX "pricing_valuation" ON "pricing" ("valuation");
CREATE INDEX "pricing_publication" ON "pricing" ("publication");
CREATE TABLE "not_applicable" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "record" TEXT NOT NULL,
    "field" TEXT NOT NULL,
    "reason" TEXT NOT NULL
) STRICT;
CREATE INDEX "not_applicable_record" ON "not_applicable" ("record");
CREATE TABLE "related_organisation" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "organisation" TEXT NOT NULL,
    "other" TEXT NOT NULL,
    "relation" TEXT NOT NULL,
    "note" TEXT,
    FOREIGN KEY ("organisation") REFERENCES "organisation" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("other") REFERENCES "organisation" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "related_organisation_organisation" ON "related_organisation" ("organisation");
CREATE INDEX "related_organisation_other" ON "related_organisation" ("other");
CREATE TABLE "self_score" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "pack" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "period" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "score" INTEGER,
    "text" TEXT
) STRICT;
CREATE TABLE "trusted_key" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "key_id" TEXT NOT NULL,
    "line" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "added_on" TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX "trusted_key_key_id" ON "trusted_key" ("key_id");

-- everyday work: staff, services, needs, milestones, enrolments, equity, pilots, returns, and fields they ask for
ALTER TABLE "person" ADD COLUMN "returnee" INTEGER;
ALTER TABLE "person" ADD COLUMN "title_level" TEXT;
ALTER TABLE "carrier_year" ADD COLUMN "income_total" INTEGER;
ALTER TABLE "carrier_year" ADD COLUMN "gov_support_national" INTEGER;
ALTER TABLE "carrier_year" ADD COLUMN "invest_fiscal" INTEGER;
ALTER TABLE "carrier_year" ADD COLUMN "invest_firm" INTEGER;
ALTER TABLE "carrier_year" ADD COLUMN "invest_social" INTEGER;
ALTER TABLE "carrier_year" ADD COLUMN "invest_other" INTEGER;
ALTER TABLE "carrier_year" ADD COLUMN "fixed_assets_gross" INTEGER;
ALTER TABLE "carrier_year" ADD COLUMN "fixed_assets_net" INTEGER;
ALTER TABLE "carrier_year" ADD COLUMN "staff_returnee" INTEGER;
ALTER TABLE "carrier_year" ADD COLUMN "tenants" INTEGER;
ALTER TABLE "carrier_year" ADD COLUMN "teams" INTEGER;
ALTER TABLE "carrier_year" ADD COLUMN "entered" INTEGER;
ALTER TABLE "carrier_year" ADD COLUMN "graduated" INTEGER;
ALTER TABLE "carrier_year" ADD COLUMN "left" INTEGER;
ALTER TABLE "carrier_year" ADD COLUMN "graduates_total" INTEGER;
ALTER TABLE "carrier_year" ADD COLUMN "new_from_conversion" INTEGER;
ALTER TABLE "carrier_year" ADD COLUMN "events" INTEGER;
ALTER TABLE "carrier_year" ADD COLUMN "event_people" INTEGER;
ALTER TABLE "carrier_year" ADD COLUMN "safety" TEXT;
ALTER TABLE "carrier_year" ADD COLUMN "incidents" INTEGER;
ALTER TABLE "event" ADD COLUMN "brand" TEXT;
ALTER TABLE "event" ADD COLUMN "organiser" TEXT REFERENCES "organisation" ("id") ON DELETE RESTRICT;
ALTER TABLE "event" ADD COLUMN "co_organisers" TEXT;
ALTER TABLE "event" ADD COLUMN "approved" INTEGER;
ALTER TABLE "event" ADD COLUMN "budget" INTEGER;
ALTER TABLE "event" ADD COLUMN "cost" INTEGER;
ALTER TABLE "event" ADD COLUMN "firms" INTEGER;
ALTER TABLE "event" ADD COLUMN "investors" INTEGER;
ALTER TABLE "event" ADD COLUMN "projects" INTEGER;
ALTER TABLE "broker_case" ADD COLUMN "origin_kind" TEXT;
ALTER TABLE "broker_case" ADD COLUMN "origin_event" TEXT REFERENCES "event" ("id") ON DELETE RESTRICT;
ALTER TABLE "broker_case" ADD COLUMN "stage" TEXT;
ALTER TABLE "broker_case" ADD COLUMN "outcome_ground" TEXT;
ALTER TABLE "broker_case" ADD COLUMN "probability" TEXT;
ALTER TABLE "broker_case" ADD COLUMN "nda_on" TEXT;
ALTER TABLE "broker_case" ADD COLUMN "start_kind" TEXT;
ALTER TABLE "case_party" ADD COLUMN "starts_on" TEXT;
ALTER TABLE "case_party" ADD COLUMN "ends_on" TEXT;
ALTER TABLE "case_broker" ADD COLUMN "starts_on" TEXT;
ALTER TABLE "case_broker" ADD COLUMN "ends_on" TEXT;
ALTER TABLE "firm" ADD COLUMN "conversion_case" TEXT REFERENCES "broker_case" ("id") ON DELETE RESTRICT;
ALTER TABLE "firm" ADD COLUMN "university_link" TEXT REFERENCES "organisation" ("id") ON DELETE RESTRICT;
ALTER TABLE "firm" ADD COLUMN "campus_circle" TEXT;
ALTER TABLE "firm_year" ADD COLUMN "filled_by" TEXT;
ALTER TABLE "firm_year" ADD COLUMN "confirmed_by" TEXT;
ALTER TABLE "qualification" ADD COLUMN "case" TEXT REFERENCES "broker_case" ("id") ON DELETE RESTRICT;
ALTER TABLE "funding_event" ADD COLUMN "case" TEXT REFERENCES "broker_case" ("id") ON DELETE RESTRICT;
ALTER TABLE "receipt" ADD COLUMN "instalment" TEXT REFERENCES "instalment" ("id") ON DELETE RESTRICT;
ALTER TABLE "programme" ADD COLUMN "co_organisers" TEXT;
ALTER TABLE "programme" ADD COLUMN "base_no" TEXT;
ALTER TABLE "programme" ADD COLUMN "plan_no" TEXT;
ALTER TABLE "programme" ADD COLUMN "budget" INTEGER;
ALTER TABLE "programme" ADD COLUMN "funding_source" TEXT;
ALTER TABLE "programme" ADD COLUMN "counts_to" TEXT;
ALTER TABLE "session" ADD COLUMN "lecturer_fee" INTEGER;
ALTER TABLE "session" ADD COLUMN "hours_reason" TEXT;
ALTER TABLE "certificate" ADD COLUMN "filed_on" TEXT;
ALTER TABLE "certificate" ADD COLUMN "void_reason" TEXT;
ALTER TABLE "evidence" ADD COLUMN "redacted_version" TEXT REFERENCES "evidence" ("id") ON DELETE RESTRICT;
ALTER TABLE "submission" ADD COLUMN "account_holder" TEXT;
CREATE TABLE "affiliation" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "person" TEXT NOT NULL,
    "organisation" TEXT NOT NULL,
    "department" TEXT,
    "post" TEXT,
    "starts_on" TEXT,
    "ends_on" TEXT,
    FOREIGN KEY ("person") REFERENCES "person" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("organisation") REFERENCES "organisation" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "affiliation_person" ON "affiliation" ("person");
CREATE INDEX "affiliation_organisation" ON "affiliation" ("organisation");
CREATE TABLE "assessment" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "programme" TEXT NOT NULL,
    "person" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "score" INTEGER,
    "passed" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "taken_on" TEXT NOT NULL,
    "examiner" TEXT,
    FOREIGN KEY ("programme") REFERENCES "programme" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("person") REFERENCES "person" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "assessment_programme" ON "assessment" ("programme");
CREATE INDEX "assessment_person" ON "assessment" ("person");
CREATE INDEX "event_organiser" ON "event" ("organiser");
CREATE INDEX "broker_case_origin_event" ON "broker_case" ("origin_event");
CREATE TABLE "carrier_title" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "carrier" TEXT NOT NULL,
    "title_level" TEXT NOT NULL,
    "doc_no" TEXT,
    "issuer" TEXT,
    "granted_on" TEXT NOT NULL,
    "withdrawn_on" TEXT,
    FOREIGN KEY ("carrier") REFERENCES "carrier" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "carrier_title_carrier" ON "carrier_title" ("carrier");
CREATE TABLE "case_milestone" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "case" TEXT NOT NULL,
    "milestone" TEXT NOT NULL,
    "reached_on" TEXT,
    "recorded_at" INTEGER NOT NULL,
    "skipped" INTEGER NOT NULL,
    "reason" TEXT,
    FOREIGN KEY ("case") REFERENCES "broker_case" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "case_milestone_case" ON "case_milestone" ("case");
CREATE TABLE "need" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "raised_on" TEXT,
    "detail_public" TEXT,
    "detail_internal" TEXT,
    "targets" TEXT,
    "budget_from" INTEGER,
    "budget_to" INTEGER,
    "expect_modes" TEXT,
    "due_on" TEXT,
    "source" TEXT NOT NULL,
    "event" TEXT,
    "tech_field" TEXT,
    "cluster" TEXT,
    "district" TEXT,
    "disclosure_level" TEXT NOT NULL,
    "consent_on" TEXT,
    "published_on" TEXT,
    "platform_no" TEXT,
    "state" TEXT NOT NULL,
    "closed_reason" TEXT,
    FOREIGN KEY ("owner") REFERENCES "organisation" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("event") REFERENCES "event" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "need_owner" ON "need" ("owner");
CREATE INDEX "need_event" ON "need" ("event");
CREATE TABLE "case_need" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "case" TEXT NOT NULL,
    "need" TEXT NOT NULL,
    FOREIGN KEY ("case") REFERENCES "broker_case" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("need") REFERENCES "need" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "case_need_case" ON "case_need" ("case");
CREATE INDEX "case_need_need" ON "case_need" ("need");
CREATE TABLE "claim_use" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "target" TEXT NOT NULL,
    "round" TEXT NOT NULL,
    "fact" TEXT NOT NULL,
    "amount" INTEGER,
    FOREIGN KEY ("round") REFERENCES "round" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "claim_use_target" ON "claim_use" ("target");
CREATE INDEX "claim_use_round" ON "claim_use" ("round");
CREATE INDEX "firm_conversion_case" ON "firm" ("conversion_case");
CREATE INDEX "firm_university_link" ON "firm" ("university_link");
CREATE TABLE "collection_round" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "period" TEXT NOT NULL,
    "carrier" TEXT NOT NULL,
    "due_on" TEXT NOT NULL,
    "asked" TEXT NOT NULL,
    "template_version" TEXT,
    FOREIGN KEY ("carrier") REFERENCES "carrier" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "collection_round_carrier" ON "collection_round" ("carrier");
CREATE TABLE "collection_item" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "round" TEXT NOT NULL,
    "firm" TEXT NOT NULL,
    "sent_on" TEXT,
    "sent_how" TEXT,
    "returned_on" TEXT,
    "state" TEXT NOT NULL,
    "questions" TEXT,
    FOREIGN KEY ("round") REFERENCES "collection_round" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("firm") REFERENCES "firm" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "collection_item_round" ON "collection_item" ("round");
CREATE INDEX "collection_item_firm" ON "collection_item" ("firm");
CREATE INDEX "evidence_redacted_version" ON "evidence" ("redacted_version");
CREATE TABLE "contract_amendment" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "contract" TEXT NOT NULL,
    "signed_on" TEXT NOT NULL,
    "changes" TEXT,
    "registry_state" TEXT,
    "note" TEXT,
    FOREIGN KEY ("contract") REFERENCES "contract" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "contract_amendment_contract" ON "contract_amendment" ("contract");
CREATE TABLE "contract_cost" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "contract" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "amount" INTEGER NOT NULL,
    "note" TEXT,
    FOREIGN KEY ("contract") REFERENCES "contract" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "contract_cost_contract" ON "contract_cost" ("contract");
CREATE TABLE "contract_ip" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "contract" TEXT NOT NULL,
    "ip_right" TEXT NOT NULL,
    FOREIGN KEY ("contract") REFERENCES "contract" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("ip_right") REFERENCES "ip_right" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "contract_ip_contract" ON "contract_ip" ("contract");
CREATE INDEX "contract_ip_ip_right" ON "contract_ip" ("ip_right");
CREATE TABLE "instalment" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "contract" TEXT NOT NULL,
    "no" INTEGER NOT NULL,
    "due_on" TEXT,
    "condition" TEXT,
    "amount" INTEGER NOT NULL,
    "written_off_on" TEXT,
    "written_off_reason" TEXT,
    FOREIGN KEY ("contract") REFERENCES "contract" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "instalment_contract" ON "instalment" ("contract");
CREATE INDEX "receipt_instalment" ON "receipt" ("instalment");
CREATE TABLE "enrolment" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "programme" TEXT NOT NULL,
    "person" TEXT NOT NULL,
    "org_name" TEXT NOT NULL,
    "org" TEXT,
    "org_category" TEXT,
    "recommended_by" TEXT,
    "applied_on" TEXT,
    "admitted" TEXT NOT NULL,
    "group_name" TEXT,
    "invoice_title" TEXT,
    "invoice_tax_no" TEXT,
    "invoice_amount" INTEGER,
    "consent_on" TEXT,
    "papers" TEXT,
    FOREIGN KEY ("programme") REFERENCES "programme" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("person") REFERENCES "person" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("org") REFERENCES "organisation" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "enrolment_programme" ON "enrolment" ("programme");
CREATE INDEX "enrolment_person" ON "enrolment" ("person");
CREATE INDEX "enrolment_org" ON "enrolment" ("org");
CREATE TABLE "equity_holding" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "company" TEXT NOT NULL,
    "case" TEXT NOT NULL,
    "value" INTEGER NOT NULL,
    "total_pct" INTEGER,
    "unit_pct" INTEGER,
    "holder" TEXT,
    "contribution" TEXT,
    "registered_on" TEXT,
    "separate_listed" INTEGER,
    "disposal" TEXT NOT NULL,
    "disposed_on" TEXT,
    "disposal_amount" INTEGER,
    "decided_by" TEXT,
    "income_tax_mode" TEXT,
    FOREIGN KEY ("company") REFERENCES "organisation" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("case") REFERENCES "broker_case" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "equity_holding_company" ON "equity_holding" ("company");
CREATE INDEX "equity_holding_case" ON "equity_holding" ("case");
CREATE TABLE "equity_line" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "holding" TEXT NOT NULL,
    "person" TEXT NOT NULL,
    "share_pct" INTEGER,
    FOREIGN KEY ("holding") REFERENCES "equity_holding" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("person") REFERENCES "person" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "equity_line_holding" ON "equity_line" ("holding");
CREATE INDEX "equity_line_person" ON "equity_line" ("person");
CREATE TABLE "event_item" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "event" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "achievement" TEXT,
    "need" TEXT,
    "firm" TEXT,
    "feedback" TEXT,
    "case" TEXT,
    FOREIGN KEY ("event") REFERENCES "event" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("achievement") REFERENCES "achievement" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("need") REFERENCES "need" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("firm") REFERENCES "firm" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("case") REFERENCES "broker_case" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "event_item_event" ON "event_item" ("event");
CREATE INDEX "event_item_achievement" ON "event_item" ("achievement");
CREATE INDEX "event_item_need" ON "event_item" ("need");
CREATE INDEX "event_item_firm" ON "event_item" ("firm");
CREATE INDEX "event_item_case" ON "event_item" ("case");
CREATE TABLE "event_person" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "event" TEXT NOT NULL,
    "person" TEXT,
    "organisation" TEXT,
    "role" TEXT NOT NULL,
    "signed" INTEGER,
    "note" TEXT,
    FOREIGN KEY ("event") REFERENCES "event" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("person") REFERENCES "person" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("organisation") REFERENCES "organisation" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "event_person_event" ON "event_person" ("event");
CREATE INDEX "event_person_person" ON "event_person" ("person");
CREATE INDEX "event_person_organisation" ON "event_person" ("organisation");
CREATE TABLE "external_account" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "system" TEXT NOT NULL,
    "login_name" TEXT,
    "holder" TEXT,
    "bound_phone" TEXT,
    "renewed_on" TEXT
) STRICT;
CREATE TABLE "firm_quarter" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "firm" TEXT NOT NULL,
    "year" INTEGER NOT NULL,
    "quarter" TEXT NOT NULL,
    "basis" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "reported" TEXT,
    "revenue" INTEGER,
    "industrial_output" INTEGER,
    "net_profit" INTEGER,
    "tax_paid" INTEGER,
    "rd_spend" INTEGER,
    "staff" INTEGER,
    "fresh_graduates" INTEGER,
    "ip_applied" INTEGER,
    "ip_granted" INTEGER,
    "investment_received" INTEGER,
    "contracts" INTEGER,
    "contract_amount" INTEGER,
    FOREIGN KEY ("firm") REFERENCES "firm" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "firm_quarter_firm" ON "firm_quarter" ("firm");
CREATE INDEX "funding_event_case" ON "funding_event" ("case");
CREATE TABLE "honour" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "h_kind" TEXT NOT NULL,
    "firm" TEXT,
    "person" TEXT,
    "case" TEXT,
    "level" TEXT,
    "issuer" TEXT,
    "amount" INTEGER,
    "awarded_on" TEXT NOT NULL,
    FOREIGN KEY ("firm") REFERENCES "firm" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("person") REFERENCES "person" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("case") REFERENCES "broker_case" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "honour_firm" ON "honour" ("firm");
CREATE INDEX "honour_person" ON "honour" ("person");
CREATE INDEX "honour_case" ON "honour" ("case");
CREATE TABLE "inspection" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "happened_on" TEXT NOT NULL,
    "authority" TEXT,
    "submission" TEXT,
    "inspectors" TEXT,
    "findings" TEXT,
    FOREIGN KEY ("submission") REFERENCES "submission" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "inspection_submission" ON "inspection" ("submission");
CREATE TABLE "inspection_item" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "inspection" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "asked" TEXT NOT NULL,
    "evidence" TEXT,
    "ok" INTEGER,
    "finding" TEXT,
    "due_on" TEXT,
    "done_on" TEXT,
    FOREIGN KEY ("inspection") REFERENCES "inspection" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("evidence") REFERENCES "evidence" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "inspection_item_inspection" ON "inspection_item" ("inspection");
CREATE INDEX "inspection_item_target" ON "inspection_item" ("target");
CREATE INDEX "inspection_item_evidence" ON "inspection_item" ("evidence");
CREATE TABLE "log_person" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "log" TEXT NOT NULL,
    "person" TEXT NOT NULL,
    FOREIGN KEY ("log") REFERENCES "case_log" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("person") REFERENCES "person" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "log_person_log" ON "log_person" ("log");
CREATE INDEX "log_person_person" ON "log_person" ("person");
CREATE TABLE "mentor_term" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "mentor" TEXT NOT NULL,
    "carrier" TEXT NOT NULL,
    "starts_on" TEXT NOT NULL,
    "ends_on" TEXT,
    "expertise" TEXT,
    "note" TEXT,
    FOREIGN KEY ("mentor") REFERENCES "person" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("carrier") REFERENCES "carrier" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "mentor_term_mentor" ON "mentor_term" ("mentor");
CREATE INDEX "mentor_term_carrier" ON "mentor_term" ("carrier");
CREATE TABLE "mentoring" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "mentor_term" TEXT NOT NULL,
    "firm" TEXT NOT NULL,
    "starts_on" TEXT NOT NULL,
    "ends_on" TEXT,
    FOREIGN KEY ("mentor_term") REFERENCES "mentor_term" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("firm") REFERENCES "firm" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "mentoring_mentor_term" ON "mentoring" ("mentor_term");
CREATE INDEX "mentoring_firm" ON "mentoring" ("firm");
CREATE TABLE "need_match" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "need" TEXT NOT NULL,
    "achievement" TEXT,
    "person" TEXT,
    "score" INTEGER,
    "reasons" TEXT,
    "decision" TEXT NOT NULL,
    "reason" TEXT,
    "sent_on" TEXT,
    "case" TEXT,
    FOREIGN KEY ("need") REFERENCES "need" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("achievement") REFERENCES "achievement" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("person") REFERENCES "person" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("case") REFERENCES "broker_case" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "need_match_need" ON "need_match" ("need");
CREATE INDEX "need_match_achievement" ON "need_match" ("achievement");
CREATE INDEX "need_match_person" ON "need_match" ("person");
CREATE INDEX "need_match_case" ON "need_match" ("case");
CREATE TABLE "pilot_service" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "facility" TEXT NOT NULL,
    "client" TEXT NOT NULL,
    "topic" TEXT,
    "starts_on" TEXT NOT NULL,
    "ends_on" TEXT,
    "fee" INTEGER,
    "shared_platform" INTEGER,
    "case" TEXT,
    FOREIGN KEY ("facility") REFERENCES "carrier" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("client") REFERENCES "organisation" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("case") REFERENCES "broker_case" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "pilot_service_facility" ON "pilot_service" ("facility");
CREATE INDEX "pilot_service_client" ON "pilot_service" ("client");
CREATE INDEX "pilot_service_case" ON "pilot_service" ("case");
CREATE TABLE "poc_project" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "centre" TEXT NOT NULL,
    "achievement" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "selected_on" TEXT,
    "support_amount" INTEGER,
    "conclusion" TEXT,
    "concluded_on" TEXT,
    "private_capital" INTEGER,
    "valuation" INTEGER,
    "case" TEXT,
    FOREIGN KEY ("centre") REFERENCES "carrier" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("achievement") REFERENCES "achievement" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("case") REFERENCES "broker_case" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "poc_project_centre" ON "poc_project" ("centre");
CREATE INDEX "poc_project_achievement" ON "poc_project" ("achievement");
CREATE INDEX "poc_project_case" ON "poc_project" ("case");
CREATE TABLE "programme_hours" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "programme" TEXT NOT NULL,
    "module" TEXT NOT NULL,
    "hours" INTEGER NOT NULL,
    FOREIGN KEY ("programme") REFERENCES "programme" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "programme_hours_programme" ON "programme_hours" ("programme");
CREATE INDEX "qualification_case" ON "qualification" ("case");
CREATE TABLE "reported_value" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "submission" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    FOREIGN KEY ("submission") REFERENCES "submission" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "reported_value_submission" ON "reported_value" ("submission");
CREATE INDEX "reported_value_target" ON "reported_value" ("target");
CREATE TABLE "return_note" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "submission" TEXT NOT NULL,
    "received_on" TEXT NOT NULL,
    "how" TEXT NOT NULL,
    "words" TEXT NOT NULL,
    "place" TEXT,
    "due_on" TEXT,
    "task_owner" TEXT,
    "answer" TEXT,
    "answered_on" TEXT,
    "pages_replaced" TEXT,
    FOREIGN KEY ("submission") REFERENCES "submission" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "return_note_submission" ON "return_note" ("submission");
CREATE TABLE "room" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "carrier" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "floor" TEXT,
    "area" INTEGER,
    "kind" TEXT NOT NULL,
    "desks" INTEGER,
    FOREIGN KEY ("carrier") REFERENCES "carrier" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "room_carrier" ON "room" ("carrier");
CREATE TABLE "service_log" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "firm" TEXT NOT NULL,
    "carrier" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "happened_on" TEXT NOT NULL,
    "recorded_at" INTEGER NOT NULL,
    "minutes" INTEGER,
    "provider" TEXT NOT NULL,
    "place" TEXT,
    "way" TEXT,
    "topic" TEXT,
    "result" TEXT,
    "next_step" TEXT,
    "next_on" TEXT,
    "confirmed" TEXT,
    "satisfaction" INTEGER,
    "qualification" TEXT,
    "funding_event" TEXT,
    "contract" TEXT,
    "case" TEXT,
    FOREIGN KEY ("firm") REFERENCES "firm" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("carrier") REFERENCES "carrier" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("provider") REFERENCES "person" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("qualification") REFERENCES "qualification" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("funding_event") REFERENCES "funding_event" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("contract") REFERENCES "contract" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("case") REFERENCES "broker_case" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "service_log_firm" ON "service_log" ("firm");
CREATE INDEX "service_log_carrier" ON "service_log" ("carrier");
CREATE INDEX "service_log_provider" ON "service_log" ("provider");
CREATE INDEX "service_log_qualification" ON "service_log" ("qualification");
CREATE INDEX "service_log_funding_event" ON "service_log" ("funding_event");
CREATE INDEX "service_log_contract" ON "service_log" ("contract");
CREATE INDEX "service_log_case" ON "service_log" ("case");
CREATE TABLE "staff" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "person" TEXT NOT NULL,
    "carrier" TEXT,
    "department" TEXT,
    "post" TEXT NOT NULL,
    "is_professional" INTEGER,
    "is_fulltime" INTEGER,
    "hired_on" TEXT NOT NULL,
    "left_on" TEXT,
    "certificate" TEXT,
    "frontline" INTEGER,
    FOREIGN KEY ("person") REFERENCES "person" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("carrier") REFERENCES "carrier" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("certificate") REFERENCES "certificate" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "staff_person" ON "staff" ("person");
CREATE INDEX "staff_carrier" ON "staff" ("carrier");
CREATE INDEX "staff_certificate" ON "staff" ("certificate");
CREATE TABLE "tenancy_area" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "tenancy" TEXT NOT NULL,
    "room" TEXT,
    "area" INTEGER NOT NULL,
    "starts_on" TEXT NOT NULL,
    "ends_on" TEXT,
    FOREIGN KEY ("tenancy") REFERENCES "tenancy" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("room") REFERENCES "room" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "tenancy_area_tenancy" ON "tenancy_area" ("tenancy");
CREATE INDEX "tenancy_area_room" ON "tenancy_area" ("room");
