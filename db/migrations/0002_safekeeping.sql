-- Unsaved texts in the store, the erasure of a person, and the audit chain's head in a receipt.
-- One statement ends with a semicolon at the end of its line.

CREATE TABLE "draft" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "operator" TEXT,
    "at" INTEGER NOT NULL,
    "texts" TEXT NOT NULL
) STRICT;
ALTER TABLE "person" ADD COLUMN "erased_on" TEXT;
ALTER TABLE "delivery" ADD COLUMN "audit_head" TEXT;
