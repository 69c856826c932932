-- The first schema: every record kind, operations and changes, audit, settings and the search index.
-- One statement ends with a semicolon at the end of its line.

CREATE TABLE "alias" (
    "alias" TEXT NOT NULL PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "record" TEXT NOT NULL
) STRICT;
CREATE INDEX "alias_record" ON "alias" ("record");
CREATE TABLE "snapshot" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "pack" TEXT NOT NULL,
    "pack_digest" TEXT NOT NULL,
    "pack_text" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "period" TEXT NOT NULL,
    "frozen_at" INTEGER NOT NULL,
    "digest" TEXT NOT NULL,
    "content" TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX "snapshot_digest" ON "snapshot" ("digest");
CREATE TABLE "round" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "number" TEXT,
    "issuer" TEXT NOT NULL,
    "pack" TEXT,
    "period" TEXT NOT NULL,
    "steps" TEXT,
    "copies" INTEGER,
    "mail_limit" INTEGER,
    "questions" TEXT
) STRICT;
CREATE TABLE "application" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "snapshot" TEXT NOT NULL,
    "round" TEXT,
    "form" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "narrative" TEXT,
    "content" TEXT NOT NULL,
    "pdf_blob" TEXT NOT NULL,
    "pdf_digest" TEXT NOT NULL,
    "pdf_bytes" INTEGER NOT NULL,
    "pages" INTEGER,
    "unbound" TEXT,
    FOREIGN KEY ("snapshot") REFERENCES "snapshot" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("round") REFERENCES "round" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "application_snapshot" ON "application" ("snapshot");
CREATE INDEX "application_round" ON "application" ("round");
CREATE TABLE "programme" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "p_kind" TEXT NOT NULL,
    "organiser" TEXT NOT NULL,
    "starts_on" TEXT NOT NULL,
    "ends_on" TEXT NOT NULL,
    "place" TEXT,
    "delivery" TEXT NOT NULL,
    "hour_minutes" INTEGER NOT NULL,
    "pass_score" INTEGER,
    "seats" INTEGER,
    "fee" INTEGER
) STRICT;
CREATE TABLE "organisation" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "name_key" TEXT,
    "former_names" TEXT,
    "uscc" TEXT,
    "org_kind" TEXT NOT NULL,
    "affiliation" TEXT,
    "party_nature" TEXT,
    "country" TEXT,
    "region" TEXT,
    "province" TEXT,
    "district" TEXT,
    "address" TEXT,
    "postcode" TEXT,
    "website" TEXT,
    "industry" TEXT,
    "tech_field" TEXT,
    "highland" TEXT,
    "pilots" TEXT,
    "third_party_ratio" INTEGER,
    "integrity_grade" TEXT,
    "integrity_score" INTEGER,
    "integrity_checked_on" TEXT,
    "legal_rep" TEXT,
    "contact_name" TEXT,
    "contact_phone" TEXT,
    "remarks" TEXT
) STRICT;
CREATE INDEX "organisation_name_key" ON "organisation" ("name_key");
CREATE INDEX "organisation_uscc" ON "organisation" ("uscc");
CREATE TABLE "person" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "name_key" TEXT,
    "id_kind" TEXT,
    "id_no" TEXT,
    "gender" TEXT,
    "birth" TEXT,
    "phone" TEXT,
    "email" TEXT,
    "wechat" TEXT,
    "org" TEXT,
    "department" TEXT,
    "org_category" TEXT,
    "education" TEXT,
    "degree" TEXT,
    "title" TEXT,
    "admin_post" TEXT,
    "escort_kind" TEXT,
    "consent_on" TEXT,
    FOREIGN KEY ("org") REFERENCES "organisation" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "person_name_key" ON "person" ("name_key");
CREATE INDEX "person_id_no" ON "person" ("id_no");
CREATE INDEX "person_org" ON "person" ("org");
CREATE TABLE "session" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "programme" TEXT NOT NULL,
    "happened_on" TEXT NOT NULL,
    "starts_at" TEXT,
    "ends_at" TEXT,
    "module" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "lecturer" TEXT,
    "hours" INTEGER,
    "place" TEXT,
    FOREIGN KEY ("programme") REFERENCES "programme" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("lecturer") REFERENCES "person" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "session_programme" ON "session" ("programme");
CREATE INDEX "session_lecturer" ON "session" ("lecturer");
CREATE TABLE "attendance" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "session" TEXT NOT NULL,
    "person" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "minutes" INTEGER,
    "proof" TEXT,
    FOREIGN KEY ("session") REFERENCES "session" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("person") REFERENCES "person" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "attendance_session" ON "attendance" ("session");
CREATE INDEX "attendance_person" ON "attendance" ("person");
CREATE TABLE "audit_entry" (
    "seq" INTEGER NOT NULL PRIMARY KEY,
    "at" INTEGER NOT NULL,
    "operator" TEXT,
    "action" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "previous" TEXT NOT NULL,
    "mac" TEXT NOT NULL
) STRICT;
CREATE TABLE "carrier" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "operator" TEXT NOT NULL,
    "carrier_kind" TEXT NOT NULL,
    "title_level" TEXT,
    "title_granted_on" TEXT,
    "title_doc_no" TEXT,
    "speciality" TEXT,
    "founded_on" TEXT,
    "operated_since" TEXT,
    "address" TEXT,
    "district" TEXT,
    "hardship_area" INTEGER,
    FOREIGN KEY ("operator") REFERENCES "organisation" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "carrier_operator" ON "carrier" ("operator");
CREATE TABLE "carrier_year" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "carrier" TEXT NOT NULL,
    "year" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "area_total" INTEGER,
    "area_office" INTEGER,
    "area_tenant" INTEGER,
    "area_public" INTEGER,
    "area_other" INTEGER,
    "desks" INTEGER,
    "income_service" INTEGER,
    "income_property" INTEGER,
    "income_rent" INTEGER,
    "income_investment" INTEGER,
    "income_other" INTEGER,
    "service_income_separate" INTEGER,
    "net_profit" INTEGER,
    "tax_paid" INTEGER,
    "gov_support" INTEGER,
    "fund_total" INTEGER,
    "fund_kind" TEXT,
    "staff_total" INTEGER,
    "staff_professional" INTEGER,
    "staff_college_up" INTEGER,
    "mentors" INTEGER,
    "torch_reported_on" TEXT,
    "reported" TEXT,
    FOREIGN KEY ("carrier") REFERENCES "carrier" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "carrier_year_carrier" ON "carrier_year" ("carrier");
CREATE TABLE "broker_case" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "no" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "classified" INTEGER NOT NULL,
    "track" TEXT NOT NULL,
    "mode" TEXT,
    "mechanisms" TEXT,
    "opened_on" TEXT,
    "outcome" TEXT NOT NULL,
    "outcome_reason" TEXT,
    "estimate" INTEGER,
    "is_local" INTEGER,
    "local_basis" TEXT,
    "related_party" INTEGER,
    "substantive_start" TEXT,
    "next_action" TEXT,
    "next_on" TEXT,
    "archive_no" TEXT
) STRICT;
CREATE UNIQUE INDEX "broker_case_no" ON "broker_case" ("no");
CREATE TABLE "case_broker" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "case" TEXT NOT NULL,
    "person" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "share_pct" INTEGER,
    FOREIGN KEY ("case") REFERENCES "broker_case" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("person") REFERENCES "person" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "case_broker_case" ON "case_broker" ("case");
CREATE INDEX "case_broker_person" ON "case_broker" ("person");
CREATE TABLE "case_log" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "case" TEXT NOT NULL,
    "happened_on" TEXT NOT NULL,
    "happened_at" INTEGER,
    "recorded_at" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "place" TEXT,
    "next_action" TEXT,
    "next_on" TEXT,
    "decision" INTEGER NOT NULL,
    "confidential" INTEGER NOT NULL,
    FOREIGN KEY ("case") REFERENCES "broker_case" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "case_log_case" ON "case_log" ("case");
CREATE TABLE "case_party" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "case" TEXT NOT NULL,
    "party" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "contact" TEXT,
    FOREIGN KEY ("case") REFERENCES "broker_case" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("party") REFERENCES "organisation" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "case_party_case" ON "case_party" ("case");
CREATE INDEX "case_party_party" ON "case_party" ("party");
CREATE TABLE "certificate" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "person" TEXT NOT NULL,
    "c_kind" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "issuer" TEXT NOT NULL,
    "issued_on" TEXT NOT NULL,
    "valid_until" TEXT,
    "filing_no" TEXT,
    "programme" TEXT,
    "state" TEXT NOT NULL,
    FOREIGN KEY ("person") REFERENCES "person" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("programme") REFERENCES "programme" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "certificate_person" ON "certificate" ("person");
CREATE UNIQUE INDEX "certificate_number" ON "certificate" ("number");
CREATE INDEX "certificate_programme" ON "certificate" ("programme");
CREATE TABLE "op" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "label" TEXT NOT NULL,
    "operator" TEXT,
    "at" INTEGER NOT NULL,
    "origin" TEXT NOT NULL,
    "undone_by" INTEGER
) STRICT;
CREATE TABLE "change" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "op" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "record" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "before" TEXT,
    "after" TEXT,
    FOREIGN KEY ("op") REFERENCES "op" ("id") ON DELETE CASCADE
) STRICT;
CREATE INDEX "change_op" ON "change" ("op");
CREATE INDEX "change_record" ON "change" ("record");
CREATE TABLE "contract" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "case" TEXT,
    "parent" TEXT,
    "name" TEXT NOT NULL,
    "own_no" TEXT,
    "registry_no" TEXT,
    "registry_state" TEXT,
    "applied_on" TEXT,
    "registered_on" TEXT,
    "contract_class" TEXT,
    "signed_on" TEXT,
    "valid_from" TEXT,
    "valid_to" TEXT,
    "seller" TEXT,
    "buyer" TEXT,
    "third_party" TEXT,
    "amount_total" INTEGER,
    "amount_formula" TEXT,
    "nontech_cost" INTEGER,
    "amount_tech" INTEGER,
    "payment_mode" TEXT,
    "terminated_on" TEXT,
    "termination_reason" TEXT,
    FOREIGN KEY ("case") REFERENCES "broker_case" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("parent") REFERENCES "contract" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("seller") REFERENCES "organisation" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("buyer") REFERENCES "organisation" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("third_party") REFERENCES "organisation" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "contract_case" ON "contract" ("case");
CREATE INDEX "contract_parent" ON "contract" ("parent");
CREATE INDEX "contract_seller" ON "contract" ("seller");
CREATE INDEX "contract_buyer" ON "contract" ("buyer");
CREATE INDEX "contract_third_party" ON "contract" ("third_party");
CREATE TABLE "package" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "application" TEXT NOT NULL,
    "recipients" TEXT,
    "sealed_at" INTEGER NOT NULL,
    "metadata" TEXT NOT NULL,
    "inner_digest" TEXT NOT NULL,
    "outer_digest" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "parts" INTEGER NOT NULL,
    "part_bytes" INTEGER NOT NULL,
    "replaces" TEXT,
    "audit_head" TEXT NOT NULL,
    FOREIGN KEY ("application") REFERENCES "application" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("replaces") REFERENCES "package" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "package_application" ON "package" ("application");
CREATE INDEX "package_replaces" ON "package" ("replaces");
CREATE TABLE "endpoint" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "profile" TEXT NOT NULL,
    "token" TEXT,
    "signed" INTEGER NOT NULL
) STRICT;
CREATE TABLE "delivery" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "package" TEXT NOT NULL,
    "endpoint" TEXT,
    "way" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "progress" TEXT,
    "object_url" TEXT,
    "attempts" INTEGER NOT NULL,
    "next_try_at" INTEGER,
    "problem" TEXT,
    "words" TEXT,
    "history" TEXT,
    "finished_at" INTEGER,
    FOREIGN KEY ("package") REFERENCES "package" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("endpoint") REFERENCES "endpoint" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "delivery_package" ON "delivery" ("package");
CREATE INDEX "delivery_endpoint" ON "delivery" ("endpoint");
CREATE TABLE "event" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "e_kind" TEXT NOT NULL,
    "starts_on" TEXT NOT NULL,
    "ends_on" TEXT,
    "place" TEXT,
    "district" TEXT,
    "our_role" TEXT NOT NULL,
    "filed_with" TEXT,
    "filed_on" TEXT,
    "joint" INTEGER NOT NULL,
    "audience" INTEGER,
    "intent_count" INTEGER,
    "intent_amount" INTEGER,
    "review" TEXT
) STRICT;
CREATE TABLE "evidence" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "file_name" TEXT NOT NULL,
    "blob" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "media_type" TEXT NOT NULL,
    "pages" INTEGER,
    "doc_kind" TEXT NOT NULL,
    "doc_no" TEXT,
    "issuer" TEXT,
    "issued_on" TEXT,
    "valid_from" TEXT,
    "valid_until" TEXT,
    "has_stamp" INTEGER,
    "has_signature" INTEGER,
    "is_copy" INTEGER,
    "original_place" TEXT,
    "page_note" TEXT,
    "sensitivity" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "remarks" TEXT
) STRICT;
CREATE INDEX "evidence_blob" ON "evidence" ("blob");
CREATE UNIQUE INDEX "evidence_digest" ON "evidence" ("digest");
CREATE TABLE "evidence_link" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "evidence" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "link" TEXT NOT NULL,
    "page_from" INTEGER,
    "page_to" INTEGER,
    "claimed_value" TEXT,
    "period" TEXT,
    "note" TEXT,
    FOREIGN KEY ("evidence") REFERENCES "evidence" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "evidence_link_evidence" ON "evidence_link" ("evidence");
CREATE INDEX "evidence_link_target" ON "evidence_link" ("target");
CREATE TABLE "firm" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "is_team" INTEGER NOT NULL,
    "founded_on" TEXT,
    "reg_type" TEXT,
    "company_type" TEXT,
    "taxpayer" TEXT,
    "reg_capital" INTEGER,
    "reg_capital_currency" TEXT,
    "reg_capital_raw" TEXT,
    "founder" TEXT,
    "founder_feature" TEXT,
    "serial_founder" INTEGER,
    "field_extension" TEXT,
    "from_conversion" INTEGER,
    "cq_tech_firm_no" TEXT,
    "head" TEXT,
    "stat_head" TEXT,
    "form_filler" TEXT,
    "filler_phone" TEXT,
    "main_product" TEXT,
    "business_scope" TEXT,
    FOREIGN KEY ("id") REFERENCES "organisation" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("founder") REFERENCES "person" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "firm_founder" ON "firm" ("founder");
CREATE TABLE "firm_year" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "firm" TEXT NOT NULL,
    "year" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "reported" TEXT,
    "profile" TEXT,
    "mentor_link" INTEGER,
    "graduated" INTEGER,
    "graduated_on" TEXT,
    "high_tech" INTEGER,
    "tech_sme" INTEGER,
    "investment_received" INTEGER,
    "area" INTEGER,
    "reg_capital_at_founding" INTEGER,
    "revenue" INTEGER,
    "industrial_output" INTEGER,
    "net_profit" INTEGER,
    "export_total" INTEGER,
    "import_total" INTEGER,
    "rd_spend" INTEGER,
    "tech_spend" INTEGER,
    "new_product_spend" INTEGER,
    "spend_gov" INTEGER,
    "spend_self" INTEGER,
    "tax_paid" INTEGER,
    "staff" INTEGER,
    "staff_phd" INTEGER,
    "staff_master" INTEGER,
    "staff_bachelor" INTEGER,
    "staff_college" INTEGER,
    "staff_secondary" INTEGER,
    "staff_college_up" INTEGER,
    "staff_returnee" INTEGER,
    "staff_talent" INTEGER,
    "fresh_graduates" INTEGER,
    "interns" INTEGER,
    "staff_tech" INTEGER,
    "staff_rd" INTEGER,
    "ip_applied" INTEGER,
    "ip_applied_invention" INTEGER,
    "ip_granted" INTEGER,
    "ip_granted_invention" INTEGER,
    "ip_valid" INTEGER,
    "ip_valid_invention" INTEGER,
    "ip_software" INTEGER,
    "ip_plant" INTEGER,
    "ip_layout" INTEGER,
    "foreign_patents_bought" INTEGER,
    "contracts" INTEGER,
    "contract_amount" INTEGER,
    "national_projects" INTEGER,
    "projects_total" INTEGER,
    "awards_provincial" INTEGER,
    "contest_awards" INTEGER,
    "sales" INTEGER,
    "total_assets" INTEGER,
    "total_cost" INTEGER,
    "explanation" TEXT,
    FOREIGN KEY ("firm") REFERENCES "firm" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "firm_year_firm" ON "firm_year" ("firm");
CREATE TABLE "funding_event" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "firm" TEXT NOT NULL,
    "f_kind" TEXT NOT NULL,
    "investor" TEXT,
    "is_own_fund" INTEGER,
    "amount" INTEGER,
    "currency" TEXT,
    "signed_on" TEXT,
    "paid_on" TEXT,
    "registered_on" TEXT,
    "share_pct" INTEGER,
    FOREIGN KEY ("firm") REFERENCES "firm" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "funding_event_firm" ON "funding_event" ("firm");
CREATE TABLE "operator" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "person" TEXT,
    "post" TEXT,
    "slot" TEXT,
    "starts_on" TEXT,
    "ends_on" TEXT,
    FOREIGN KEY ("person") REFERENCES "person" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "operator_person" ON "operator" ("person");
CREATE TABLE "pack" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "pack" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "content" TEXT NOT NULL
) STRICT;
CREATE INDEX "pack_pack" ON "pack" ("pack");
CREATE UNIQUE INDEX "pack_digest" ON "pack" ("digest");
CREATE TABLE "qualification" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "firm" TEXT NOT NULL,
    "q_kind" TEXT NOT NULL,
    "number" TEXT,
    "issued_on" TEXT NOT NULL,
    "valid_until" TEXT,
    "issuer" TEXT,
    "product" TEXT,
    FOREIGN KEY ("firm") REFERENCES "firm" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "qualification_firm" ON "qualification" ("firm");
CREATE TABLE "receipt" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "contract" TEXT,
    "received_on" TEXT NOT NULL,
    "payer" TEXT NOT NULL,
    "account_holder" TEXT NOT NULL,
    "amount" INTEGER NOT NULL,
    "tech_part" INTEGER,
    "kind" TEXT NOT NULL,
    "is_local" INTEGER,
    "invoice_no" TEXT,
    "invoice_on" TEXT,
    "source_row" INTEGER,
    FOREIGN KEY ("contract") REFERENCES "contract" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("account_holder") REFERENCES "organisation" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "receipt_contract" ON "receipt" ("contract");
CREATE INDEX "receipt_account_holder" ON "receipt" ("account_holder");
CREATE TABLE "setting" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "value" TEXT NOT NULL
) STRICT;
CREATE TABLE "submission" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "round" TEXT,
    "what" TEXT NOT NULL,
    "way" TEXT NOT NULL,
    "system" TEXT,
    "package" TEXT,
    "state" TEXT NOT NULL,
    "sent_on" TEXT,
    "receipt_no" TEXT,
    "amount" INTEGER,
    "contact" TEXT,
    FOREIGN KEY ("round") REFERENCES "round" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("package") REFERENCES "package" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "submission_round" ON "submission" ("round");
CREATE INDEX "submission_package" ON "submission" ("package");
CREATE TABLE "target" (
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
    "scope" TEXT NOT NULL,
    "own_share" INTEGER,
    "note" TEXT
) STRICT;
CREATE TABLE "tenancy" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "firm" TEXT NOT NULL,
    "carrier" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "applied_on" TEXT,
    "reviewed_on" TEXT,
    "review_note" TEXT,
    "entered_on" TEXT,
    "agreement_no" TEXT,
    "lease_from" TEXT,
    "lease_to" TEXT,
    "rooms" TEXT,
    "area" INTEGER,
    "reg_address_inside" INTEGER,
    "rd_inside" INTEGER,
    "graduated_on" TEXT,
    "graduation_ground" TEXT,
    "stays_on" INTEGER,
    "left_on" TEXT,
    "exit_reason" TEXT,
    "moved_to" TEXT,
    FOREIGN KEY ("firm") REFERENCES "firm" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("carrier") REFERENCES "carrier" ("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "tenancy_firm" ON "tenancy" ("firm");
CREATE INDEX "tenancy_carrier" ON "tenancy" ("carrier");
CREATE TABLE "typed_measure" (
    "id" TEXT PRIMARY KEY,
    "created_at" INTEGER NOT NULL,
    "created_by" TEXT,
    "updated_at" INTEGER NOT NULL,
    "updated_by" TEXT,
    "origin" TEXT NOT NULL,
    "archived" INTEGER NOT NULL,
    "measure" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "period" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "note" TEXT
) STRICT;

-- search
CREATE TABLE search_kind (number INTEGER PRIMARY KEY, kind TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE search_doc (doc INTEGER PRIMARY KEY, kind TEXT NOT NULL, record TEXT NOT NULL, title TEXT NOT NULL, UNIQUE (kind, record)) STRICT;
CREATE TABLE search_key (kind INTEGER NOT NULL, key TEXT NOT NULL, doc INTEGER NOT NULL REFERENCES search_doc (doc), PRIMARY KEY (kind, key, doc)) STRICT, WITHOUT ROWID;
CREATE INDEX search_key_doc ON search_key (doc);
CREATE VIRTUAL TABLE search_title USING fts5 (body, content='', contentless_delete=1, tokenize='ascii', prefix='1');
CREATE VIRTUAL TABLE search_text USING fts5 (body, content='', contentless_delete=1, tokenize='ascii', prefix='1');
CREATE VIRTUAL TABLE search_letters USING fts5 (body, content='', contentless_delete=1, tokenize='ascii');
CREATE TABLE search_waiting (place INTEGER PRIMARY KEY, kind TEXT NOT NULL, record TEXT NOT NULL) STRICT;
