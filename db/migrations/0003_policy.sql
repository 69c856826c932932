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
